# live_broker.tcl -- cases of the broker (spec/ikp-micro.md 8)
#
# The provider `broker`: an implementation plays the broker K; buyer B, seller S and
# acquirer A are the oracle's.  B has a chain with K, K one with S.  Where what K draws is
# given to it, a twin of the oracle is told the same and K is compared with that, octet by
# octet; else what K sends is judged by who receives it.  The cases are the `market` entries
# of conformance/*/*.cases.
#
#   broker::instances CONTEXT    broker::run CONTEXT IUT INSTANCE
#   broker::honest CONTEXT       the entries where everything is accepted, for interop.tcl
#   broker::asked_of ROLE NEEDS  the capabilities that a role needs there
#   broker::between CONTEXT SUBJECTS INSTANCE   one of these with an implementation in each
#                                role of SUBJECTS (ROLE -> iut) and no twin
#
# Steps, one a line:
#   market ?KEY VALUE ..?     the chain of K with S, then that of B with K; ks and bk are
#                             what the input `start` says otherwise, unit what a link of
#                             B's chain is worth
#   chain ?KEY VALUE ..?      another chain of B with K
#   supply                    another chain of K with S
#   terms KEY VALUE ..        B starts a chain; its Initiate is next
#   order NAME                K starts one with S; its session is NAME, KS or another
#   approve PARTY             B the chain with K that it started last, K that with S
#   buy UNITS                 S quotes so many units of its chain, B pays K, K pays S
#   quote AMOUNT | pay AMOUNT the same by single steps; the MicroPay is next
#   alter PATH VALUE | alter PATH     a component of the next message; without VALUE it goes;
#                             VALUE is taken as it stands, or @flip, 0xHEX, @session:NAME or
#                             @tidS:NAME of the chain that `order` calls NAME
#   refused CODE              K refuses the next message, which is then lost
#   refuses CODES DO SESSION  K refuses an input for a session, KS or BK or any in hexadecimal
#   run                       deliver until nothing is on its way
#   next | lose               deliver, or lose, the next message
#   timer KIND                time passes until the last timer of K that is KIND is due
#   again                     the last MicroPay to K once more: the MicroAck, nothing else
#   deposit CHAIN             S of ks, or K of bk
#   audit AMOUNT AMOUNT       what came in and was passed on
#   wait SECONDS | restart

package require Tcl 8.6-

namespace eval ::broker {
	namespace path ::oracle
	variable base 827323200
	variable needs {keys=import}
	variable roles {B buyer K broker S seller A acquirer}
}

proc ::broker::instances {context} {
	variable needs
	set found {}
	dict for {case entry} [dict get [::case::model [dict get $context root]] markets] {
		foreach profile [::case::profiles] {
			if {![::case::chosen [dict get $entry profiles] $profile]} continue
			lappend found [dict merge [dict filter $entry key title req expect flags file line] \
			    [dict create id $case@[lindex [split $profile /] end]/broker case $case \
			    protocol [dict get $entry room] role broker profile $profile \
			    needs [concat $needs [clocked $entry]] restarts [regexp {\mrestart\M} \
			    [dict get $entry steps]] data [dict create steps [dict get $entry steps]]]]
		}
	}
	return $found
}

proc ::broker::clocked {entry} {
	return [expr {[regexp {\m(wait|timer)\M} [dict get $entry steps]] ? "clock=virtual" : {}}]
}

proc ::broker::restarts {entry} {
	return [expr {[regexp {\mrestart\M} [dict get $entry steps]] ? "restart" : {}}]
}

proc ::broker::run {context iut instance} {
	try {
		return [lindex [play $context [dict create K $iut] $instance] 0]
	} trap {LIVE verdict} {verdict} {
		return $verdict
	}
}

# {VERDICT MARKET}
proc ::broker::play {context subjects instance} {
	set market [opened $context $subjects [dict get $instance profile]]
	try {
		foreach step [::live::script::lines [dict get $instance data steps]] {
			set arguments [lassign $step word]
			step_$word market {*}$arguments
		}
		return [list [outcome $market] $market]
	} finally {
		dict for {name party} [dict get $market parties] { ::live::party drop $party }
	}
}

proc ::broker::outcome {market} {
	if {[dict get $market weak] ne {}} { return [verdict weak [dict get $market weak]] }
	return [verdict pass]
}

# -- between implementations ---------------------------------------------------------------

proc ::broker::honest {context} {
	variable roles
	set found {}
	dict for {case entry} [dict get [::case::model [dict get $context root]] markets] {
		if {[dict get $entry expect] ne "accept"} continue
		lappend found [dict merge $entry [dict create case $case roles [dict values $roles] \
		    needs [concat {keys=import clock=virtual} [restarts $entry]] \
		    data [dict create kind market steps [dict get $entry steps]]]]
	}
	return $found
}

# Only the broker is restarted.
proc ::broker::asked_of {role needs} {
	return [expr {$role eq "broker" ? $needs : [lsearch -all -inline -not -exact $needs restart]}]
}

proc ::broker::between {context subjects instance} {
	variable roles
	set names [lreverse $roles]
	set named {}
	dict for {role iut} $subjects { dict set named [dict get $names $role] $iut }
	return [lindex [play $context $named $instance] 0]
}

# -- the market ---------------------------------------------------------------------------

# A market is a dict: profile standard seed now parties (B K S A of live_party.tcl) queue
# ({FROM TO MSG} ..) count BK KS (sessions) owner (session -> whose chain it is at the
# acquirer) unit offer last (the last MicroPay to K) weak (what could not be seen) real (1
# if a clock is not ours) timers (kind -> of K {name at}) tids (session -> TID_S).
proc ::broker::opened {context subjects profile} {
	variable base
	variable roles
	set standard [cast_of $profile]
	set twin [expr {[::provider::value $context twins] ne "none" && [predictable $subjects]}]
	set real [expr {![virtual $subjects]}]
	set market [dict create profile $profile standard $standard count 0 queue {} \
	    now [expr {$real ? [::live::setup real_now] : $base}] real $real weak {} \
	    seed "market[dict get $context challenge]" unit 500 owner {} timers {} tids {}]
	dict for {name role} $roles {
		dict with standard parties $role {}
		set party [plain $role [role open ikp $role [list $profile] $params $keys]]
		if {[dict exists $subjects $name]} {
			set party [adapter [dict get $subjects $name] $role $profile $params $keys \
			    [expr {$twin ? $party : {}}]]
		}
		dict set market parties $name $party
	}
	return $market
}

proc ::broker::virtual {subjects} {
	dict for {name iut} $subjects {
		if {[$iut capability clock] ne "virtual"} { return 0 }
	}
	return 1
}

proc ::broker::predictable {subjects} {
	dict for {name iut} $subjects {
		if {[$iut capability rand] ni {stream value}} { return 0 }
	}
	return [virtual $subjects]
}

proc ::broker::plain {role value} {
	return [dict create kind oracle role $role setup {} count 0 value $value \
	    token [::live::party::name_of [list $role $value]]]
}

# The standard cast, with K, and a seller and an acquirer that know it.
proc ::broker::cast_of {profile} {
	set standard [ikp::cast standard $profile]
	if {[dict exists $standard parties seller params secret]} {
		set secret [dict get $standard parties seller params secret]
		dict set standard parties acquirer params sellers [lmap id {SHOP-000042 SHOP-000043} {
			dict create idS $id secret $secret
		}]
	}
	dict set standard parties broker [broker $profile $standard]
	dict set standard parties seller params brokers SHOP-000043
	return $standard
}

proc ::broker::broker {profile standard} {
	set params [dict merge [dict get $standard parties seller params] \
	    [dict get $standard parties buyer params] {idS SHOP-000043}]
	set keys {}
	if {![::case::fits 1kp $profile]} { dict set keys sellerSig [ikp::cast key seller2-hard] }
	if {[::case::fits 3kp $profile]} {
		dict set keys buyerSig [ikp::cast key buyer2-hard]
		set account [testkeys account buyer2]
		dict set params ban [dict get $account ban]
		dict set params rAcct [binary encode hex [dict get $account rAcct]]
	}
	return [dict create profiles [list $profile] params $params keys $keys]
}

# A party of an implementation, with TWIN beside it or {}.
proc ::broker::adapter {iut role profile params keys twin} {
	set body [::live::party::answered [$iut call open [json obj protocol [json str ikp] \
	    role [json str $role] profiles [json arr [list [json str $profile]]] \
	    params [json obj {*}[nodes $params]] keys [json obj {*}[key_nodes $keys]]]] open]
	return [dict create kind adapter role $role setup {} count 0 iut $iut trail {} \
	    handle [json text $body h] twin $twin]
}

proc ::broker::nodes {params} {
	return [concat {*}[lmap {name value} $params {
		switch -- $name {
			anchors - crls - acquirerEnc - acquirerSig - brokers {
				set node [::live::setup::texts $value]
			}
			sellers { set node [json arr [lmap seller $value {json strs $seller}]] }
			floor - floorTotal { set node [::live::setup::price $value] }
			default { set node [json str $value] }
		}
		list $name $node
	}]]
}

proc ::broker::key_nodes {keys} {
	return [concat {*}[lmap {name pair} $keys {
		list $name [json obj key [json str [dict get $pair key]] \
		    chain [::live::setup::texts [dict get $pair chain]]]
	}]]
}

# -- one event ---------------------------------------------------------------------------

proc ::broker::act {marketVar name event {codes {}}} {
	upvar 1 $marketVar market
	dict incr market count
	if {[dict get $market real]} { dict set market now [::live::setup real_now] }
	set party [dict get $market parties $name]
	set before [expr {$codes eq {} ? {} : [::live::party digest $party]}]
	set rand [rand $market $name]
	set reply [::live::party step party $event [dict get $market now] $rand]
	dict set market parties $name $party
	::live::judge::answered $market $name $event $reply
	if {[dict exists $reply twin] || $codes ne {}} {
		judged market $event $reply $codes
	} else {
		accepted $party $event $reply
	}
	if {$codes ne {} && "changes-state" ni $codes && [::live::party digest $party] ne $before} {
		::live::judge stop state-changed "refusing [::live::judge::named $event] changes the broker"
	}
	::live::trace told market [dict get $party role] $event $reply $rand \
	    [lsearch -all -inline -not -exact $codes changes-state]
	set types {}
	foreach message [expr {[dict exists $reply out] ? [dict get $reply out] : {}}] {
		dict lappend market queue [list $name [receiver $market $name $message] [dict get $message msg]]
		if {[dict get $message to] ne "network"} { lappend types [type [dict get $message msg]] }
	}
	if {$name eq "K"} { set_timers market $types $reply }
	return $reply
}

# The last of each kind, by the names that K and its twin give it.
proc ::broker::set_timers {marketVar types reply} {
	upvar 1 $marketVar market
	set theirs [expr {[dict exists $reply twin timers] ? [dict get $reply twin timers] : {}}]
	set kind [::live::world::timer_kind broker {} $types]
	foreach timer [expr {[dict exists $reply timers] ? [dict get $reply timers] : {}}] twin $theirs {
		if {$timer eq {}} continue
		set name [list [dict get $timer name]]
		if {$twin ne {}} { lappend name [dict get $twin name] }
		dict set market timers $kind [list $name [dict get $timer at]]
	}
}

proc ::broker::rand {market name} {
	set roles [expr {$name eq "K" ? {buyer seller} : [list [dict get $market parties $name role]]}]
	set rand {}
	foreach role $roles {
		set rand [dict merge $rand [ikp::cast rand [dict get $market seed] \
		    [dict get $market profile] $name $role [dict get $market count]]]
	}
	return $rand
}

# Whoever has no twin is only told what it has to accept.
proc ::broker::accepted {party event reply} {
	if {[dict get $reply kind] eq "ok"} return
	set role [dict get $party role]
	set got [dict filter $reply key class code detail requirement]
	if {[dict get $party kind] eq "adapter"} {
		::live::judge stop rejected "the $role refuses [::live::judge::named $event]" \
		    expected accept got $got
	}
	::live::judge stop wrong-output "the $role cannot accept [::live::judge::named $event]" \
	    expected accept got $got
}

# What K answers is what its twin does, if it has one; a refusal has one of CODES.
proc ::broker::judged {marketVar event reply codes} {
	upvar 1 $marketVar market
	set world [dict create profile [dict get $market profile] weak {} \
	    parties [dict create broker [dict get $market parties K]]]
	set shown [::live::judge::named $event]
	set wanted [expr {$codes eq {} ? "ok" : "reject"}]
	if {[dict exists $reply twin] && [dict get $reply twin kind] ne $wanted} {
		::live::judge::broken \
		    "the oracle's broker answers $shown with [dict get $reply twin kind]"
	}
	if {[dict get $reply kind] ne $wanted} {
		set cause [expr {$codes eq {} ? "rejected" : "accepted"}]
		::live::judge stop $cause "the broker answers $shown with [dict get $reply kind]" \
		    expected $wanted got [dict filter $reply key class code detail]
	}
	if {$codes eq {}} {
		::live::judge::same $world broker $event $reply [dict get $reply twin]
		return
	}
	refusal world $event $reply [lsearch -all -inline -not -exact $codes changes-state]
	if {[dict get $world weak] ne {}} { dict set market weak [dict get $world weak] }
}

proc ::broker::refusal {worldVar event reply codes} {
	upvar 1 $worldVar world
	if {[dict exists $reply twin]} {
		::live::judge::agrees $event [dict get $reply twin] $codes
	}
	::live::judge::reason world broker $event $reply $codes
	set mine [::live::judge::messages [expr {[dict exists $reply out] ? [dict get $reply out] : {}}]]
	if {[dict exists $reply code] && [dict get $reply code] in $codes} {
		set codes [list [dict get $reply code]]
	}
	set wanted [lmap code $codes { error_message [dict get $world profile] $event $code }]
	if {$mine ni $wanted} {
		::live::judge stop wrong-output \
		    "the answer to [::live::judge::named $event] is not the ErrorMsg of IKP-G-14" \
		    expected [::live::judge::brief [lindex $wanted 0]] got [::live::judge::brief $mine]
	}
}

# All messages that K refuses here are requests of a profile it speaks.
proc ::broker::error_message {profile event code} {
	if {![dict exists $event recv]} { return {} }
	set what [dict get $event recv]
	set session [dict get [envelope read [binary decode hex [dict get $what msg]]] session]
	set msg [ikp::message make $profile ErrorMsg $session \
	    [dict create code [::live::wire number $code]]]
	return [list [list [dict get $what from] [binary encode hex $msg]]]
}

# -- messages ----------------------------------------------------------------------------

# The acquirer answers whoever has the chain as a seller.
proc ::broker::receiver {market name message} {
	dict with message {}
	if {$to eq "network"} { return network }
	if {$to eq "acquirer"} { return A }
	if {$name eq "A"} {
		set session [dict get [envelope read [binary decode hex $msg]] session]
		return [dict get $market owner [binary encode hex $session]]
	}
	return [expr {$name ne "K" ? "K" : $to eq "buyer" ? "B" : "S"}]
}

# As what NAME knows the sender.
proc ::broker::known {name from} {
	switch -- $name$from {
		BK - KS - AK - AS { return seller }
		KB - SK { return buyer }
		KA - SA { return acquirer }
	}
	return network
}

proc ::broker::taken {marketVar} {
	upvar 1 $marketVar market
	set head [lindex [dict get $market queue] 0]
	dict set market queue [lrange [dict get $market queue] 1 end]
	return $head
}

proc ::broker::deliver {marketVar from to msg {codes {}}} {
	upvar 1 $marketVar market
	if {$to eq "network"} {
		if {[catch {der decode IKP NetRequest [binary decode hex $msg]}]} return
		dict lappend market queue [list network A [binary encode hex \
		    [ikp::cast network-reply {decision yes} [binary decode hex $msg]]]]
		return
	}
	if {$to eq "K" && $from eq "B" && [type $msg] eq "MicroPay"} { dict set market last $msg }
	if {$to eq "K" && [type $msg] eq "Invoice"} {
		set m [::live::wire read [dict get $market profile] $from $to $msg]
		dict set market tids [binary encode hex [dict get $m env session]] \
		    [der get [dict get $m value] clear.tidS]
	}
	act market $to [list recv [dict create from [known $to $from] msg $msg]] $codes
}

proc ::broker::type {msg} {
	return [dict get [envelope read [binary decode hex $msg]] type]
}

# -- steps -------------------------------------------------------------------------------

proc ::broker::input {marketVar name do args} {
	upvar 1 $marketVar market
	return [act market $name [list input [dict create do $do {*}$args]]]
}

proc ::broker::price {amount} { return [dict create currency 840 amount $amount exponent -2] }

proc ::broker::step_market {marketVar args} {
	upvar 1 $marketVar market
	set args [dict merge {ks {} bk {} unit 500} $args]
	chained market K S KS 500 [dict get $args ks]
	dict set market unit [dict get $args unit]
	chained market B K BK [dict get $args unit] [dict get $args bk]
}

proc ::broker::step_chain {marketVar args} {
	upvar 1 $marketVar market
	chained market B K BK [dict get $market unit] $args
}

proc ::broker::step_supply {marketVar} {
	upvar 1 $marketVar market
	chained market K S KS 500 {}
}

# A chain of ten links is opened; its session is NAME.
proc ::broker::chained {marketVar from to name unit terms} {
	upvar 1 $marketVar market
	started market $from $to $name $unit $terms
	step_run market
	input market $from approve session [dict get $market $name]
	step_run market
}

proc ::broker::started {marketVar from to name unit terms} {
	upvar 1 $marketVar market
	set offer [dict get $market standard inputs offer input]
	dict set offer unit [price $unit]
	dict set offer price [price [expr {10 * $unit}]]
	act market $to [list input $offer]
	set start [dict get $market standard inputs start input]
	dict set start price [price [expr {10 * $unit}]]
	dict set start seller [dict get {K SHOP-000043 S SHOP-000042} $to]
	dict set start micro [dict merge [dict get $start micro] [dict create broker SHOP-000043 \
	    unit [price $unit] expiry [expr {[dict get $market now] + 86400}]] $terms]
	set reply [act market $from [list input $start]]
	dict set market $name [dict get $reply result session]
	dict set market owner [dict get $market $name] $to
}

proc ::broker::step_terms {marketVar args} {
	upvar 1 $marketVar market
	started market B K BK [dict get $market unit] $args
}

proc ::broker::step_order {marketVar name} {
	upvar 1 $marketVar market
	started market K S $name 500 {}
}

proc ::broker::step_approve {marketVar party} {
	upvar 1 $marketVar market
	input market $party approve session [dict get $market [dict get {B BK K KS} $party]]
}

proc ::broker::step_next {marketVar} {
	upvar 1 $marketVar market
	deliver market {*}[taken market]
}

proc ::broker::step_lose {marketVar} {
	upvar 1 $marketVar market
	taken market
}

proc ::broker::step_timer {marketVar kind} {
	upvar 1 $marketVar market
	if {![dict exists $market timers $kind]} {
		::live::judge stop wrong-output "the broker has asked for no timer that is $kind"
	}
	lassign [dict get $market timers $kind] name at
	dict set market now [expr {max([dict get $market now], $at)}]
	act market K [list timer $name]
}

proc ::broker::step_run {marketVar} {
	upvar 1 $marketVar market
	while {[llength [dict get $market queue]]} { deliver market {*}[taken market] }
}

proc ::broker::step_quote {marketVar amount} {
	upvar 1 $marketVar market
	set reply [input market S quote session [dict get $market KS] price [price $amount]]
	dict set market offer [dict get $reply result offer]
}

proc ::broker::step_pay {marketVar amount} {
	upvar 1 $marketVar market
	input market B pay session [dict get $market BK] price [price $amount] \
	    offer [dict get $market offer]
}

proc ::broker::step_buy {marketVar units} {
	upvar 1 $marketVar market
	step_quote market [expr {500 * $units}]
	step_pay market [expr {500 * $units}]
	step_run market
}

proc ::broker::step_alter {marketVar path {text {}}} {
	upvar 1 $marketVar market
	lassign [taken market] from to msg
	set profile [dict get $market profile]
	set m [::live::wire read $profile $from $to $msg]
	set value [dict get $m value]
	if {$text eq {}} {
		set value [der unset $value $path]
	} elseif {$text eq "@flip"} {
		set value [der set $value $path [::live::mutate::flipped [der get $value $path] 0]]
	} else {
		set value [der set $value $path [altered $market $text]]
	}
	dict set m value $value
	dict set market queue [linsert [dict get $market queue] 0 [list $from $to [::live::wire write $m]]]
}

proc ::broker::altered {market text} {
	if {[string match 0x* $text]} { return [binary decode hex [string range $text 2 end]] }
	if {![regexp {^@(session|tidS):(.*)$} $text -> what name]} { return $text }
	set session [dict get $market $name]
	if {$what eq "session"} { return [binary decode hex $session] }
	return [dict get $market tids $session]
}

proc ::broker::step_refuses {marketVar codes do session} {
	upvar 1 $marketVar market
	if {$session in {KS BK}} { set session [dict get $market $session] }
	act market K [list input [dict create do $do session $session]] $codes
}

proc ::broker::step_refused {marketVar codes} {
	upvar 1 $marketVar market
	deliver market {*}[taken market] $codes
	dict set market queue {}
}

proc ::broker::step_again {marketVar} {
	upvar 1 $marketVar market
	deliver market B K [dict get $market last]
	if {[llength [dict get $market queue]] != 1 || [lindex [dict get $market queue] 0 1] ne "B"} {
		::live::judge stop wrong-output "a MicroPay that came before is not answered with its MicroAck alone"
	}
	step_run market
}

proc ::broker::step_deposit {marketVar chain} {
	upvar 1 $marketVar market
	input market [dict get {ks S bk K} $chain] deposit \
	    session [dict get $market [string toupper $chain]]
	step_run market
}

proc ::broker::step_audit {marketVar received passed} {
	upvar 1 $marketVar market
	set result [dict get [input market K audit session [dict get $market KS]] result]
	if {[dict get $result received] != $received || [dict get $result passed] != $passed} {
		::live::judge stop wrong-output "the books say another sum" \
		    expected "$received $passed" got "[dict get $result received] [dict get $result passed]"
	}
}

proc ::broker::step_wait {marketVar seconds} {
	upvar 1 $marketVar market
	dict incr market now $seconds
}

proc ::broker::step_restart {marketVar} {
	upvar 1 $marketVar market
	set party [dict get $market parties K]
	if {![::live::party restarts $party]} {
		dict set market weak "what survives a crash cannot be seen"
		return
	}
	::live::party restart party
	dict set market parties K $party
	::live::trace restarted market broker
}

provider register broker ::broker -batch 6 -rooms ikp
