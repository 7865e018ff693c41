# live_broker.tcl -- cases of the broker (spec/ikp-micro.md 8)
#
# The provider `broker`: an implementation plays the broker K; buyer B, seller S and
# acquirer A are the oracle's, and so is a twin of K that is told the same and that K is
# compared with, octet by octet.  B has a chain with K, K one with S.
#
#   broker::instances CONTEXT    broker::run CONTEXT IUT INSTANCE
#
# Steps, one a line:
#   market ?KEY VALUE ..?     the chain of K with S, then that of B with K; ks and bk are
#                             what the input `start` says otherwise, unit what a link of
#                             B's chain is worth
#   chain ?KEY VALUE ..?      another chain of B with K
#   terms KEY VALUE ..        B starts a chain; its Initiate is next
#   buy UNITS                 S quotes so many units of its chain, B pays K, K pays S
#   quote AMOUNT | pay AMOUNT the same by single steps; the MicroPay is next
#   alter PATH VALUE | alter PATH     a component of the next message; without VALUE it goes
#   refused CODE              K refuses the next message, which is then lost
#   run                       deliver until nothing is on its way
#   again                     the last MicroPay to K once more: the MicroAck, nothing else
#   deposit CHAIN             S of ks, or K of bk
#   audit AMOUNT AMOUNT       what came in and was passed on
#   wait SECONDS | restart

package require Tcl 8.6-

namespace eval ::broker {
	namespace path ::oracle
	variable base 827323200
	variable needs {rand keys=import clock=virtual}
	variable cases {
		buys accept IKP-U-56 {hard micro}
		{Two purchases, and a deposit of each chain.}
		{market; buy 2; buy 3; deposit ks; deposit bk; audit 2500 2500}
		restarted accept {IKP-U-56 IKP-U-11 IKP-U-09 IKP-U-60} {hard micro}
		{The broker is restarted between all steps of two purchases: no link pays twice.}
		{market; restart; buy 2; restart; again; quote 500; pay 500; restart; run
		audit 1500 1500; restart; audit 1500 1500; deposit ks; restart; deposit bk}
		again accept {IKP-U-10 IKP-U-56} {hard micro}
		{A MicroPay that was passed on comes again: the MicroAck, and nothing for the seller.}
		{market; buy 2; again; audit 1000 1000; buy 1; again; audit 1500 1500}
		without-offer reject IKP-U-55 {hard micro}
		{A MicroPay without an offer.}
		{market; quote 500; pay 500; alter offer; refused chain-invalid; audit 0 0}
		other-session reject IKP-U-55 {hard micro}
		{An offer for a session that is no chain of the broker.}
		{market; quote 500; pay 500; alter offer.session 0x11111111111111111111111111111111
		refused chain-invalid; audit 0 0}
		other-seller reject IKP-U-55 {hard micro}
		{An offer of another seller for the broker's chain.}
		{market; quote 500; pay 500; alter offer.idS SHOP-000077; refused chain-invalid; audit 0 0}
		other-transaction reject IKP-U-55 {hard micro}
		{An offer of another transaction of the seller.}
		{market; quote 500; pay 500; alter offer.tidS @flip; refused chain-invalid; audit 0 0}
		paid-before reject IKP-U-55 {hard micro}
		{An offer that was passed on before, a restart between.}
		{market; buy 1; restart; pay 500; refused chain-invalid; audit 500 500}
		no-multiple reject IKP-U-57 {hard micro}
		{A price that is no multiple of the unit of the chain with the seller.}
		{market unit 100; quote 300; pay 300; refused amount-exceeded; audit 0 0}
		no-multiple-first reject IKP-U-57 {hard micro}
		{The same with a wrong token: the price is judged before it.}
		{market unit 100; quote 300; pay 300; alter token @flip; refused amount-exceeded; audit 0 0}
		multiple accept IKP-U-57 {hard micro}
		{The same value on chains of different units.}
		{market unit 100; quote 500; pay 500; run; audit 500 500}
		other-price reject IKP-U-08 {hard micro}
		{An offer over more than the links that come with it.}
		{market; quote 1000; pay 1000; alter index 1; refused amount-exceeded; audit 0 0}
		exhausted reject IKP-U-58 {hard micro}
		{A chain with the seller that has one link too few.}
		{market; buy 9; chain; quote 1000; pay 1000; refused chain-exhausted; audit 4500 4500}
		exhausted-first reject IKP-U-58 {hard micro}
		{The same with a wrong token: the links are counted before it is judged.}
		{market; buy 9; chain; quote 1000; pay 1000; alter token @flip
		refused chain-exhausted; audit 4500 4500}
		last-link accept IKP-U-58 {hard micro}
		{The last link of the chain with the seller.}
		{market; buy 9; chain; buy 1; audit 5000 5000}
		expired reject IKP-U-59 {hard micro}
		{A chain with the seller that expired a second ago.}
		{market ks {expiry 827323300}; wait 101; quote 500; pay 500; refused chain-expired; audit 0 0}
		expired-first reject IKP-U-59 {hard micro}
		{The same with a wrong token: the expiry is looked at before it.}
		{market ks {expiry 827323300}; wait 101; quote 500; pay 500; alter token @flip
		refused chain-expired; audit 0 0}
		in-time accept IKP-U-59 {hard micro}
		{The last second of the chain with the seller.}
		{market ks {expiry 827323300}; wait 100; buy 1; audit 500 500}
		wrong-token reject {IKP-U-07 IKP-U-56} {hard micro}
		{A wrong token moves neither chain.}
		{market; quote 500; pay 500; alter token @flip; refused {chain-invalid changes-state}
		audit 0 0}
		no-broker reject IKP-U-28 {hard micro}
		{An Initiate that names no broker.}
		{market; terms; alter micro.broker; refused variant-not-allowed}
		another-broker reject IKP-U-28 {hard micro}
		{An Initiate that names another broker.}
		{market; terms; alter micro.broker SHOP-000077; refused variant-not-allowed}
		off-line accept {IKP-U-56 IKP-U-44} {hard 3kp micro}
		{Both chains are off-line.}
		{market ks {mode off} bk {mode off}; buy 2; deposit ks; deposit bk; audit 1000 1000}
	}
}

proc ::broker::instances {context} {
	variable cases
	variable needs
	set file harness/lib/live_broker.tcl
	set found {}
	foreach {name expect req filter title steps} $cases {
		set wants $needs
		if {[regexp {\mrestart\M} $steps]} { lappend wants restart }
		foreach profile [::case::profiles] {
			if {![::case::chosen $filter $profile]} continue
			set case ikp::broker::$name
			lappend found [dict create id $case@[lindex [split $profile /] end]/broker case $case \
			    protocol ikp title $title req $req role broker profile $profile needs $wants \
			    expect $expect flags {} file $file line 1 data [dict create steps $steps]]
		}
	}
	return $found
}

proc ::broker::run {context iut instance} {
	set market {}
	try {
		set market [opened $context $iut [dict get $instance profile]]
		foreach step [split [string map {\n ;} [dict get $instance data steps]] \;] {
			set arguments [lassign [string trim $step] word]
			step_$word market {*}$arguments
		}
		return [verdict pass]
	} trap {LIVE verdict} {verdict} {
		return $verdict
	} finally {
		if {$market ne {}} { ::live::party drop [dict get $market parties K] }
	}
}

# -- the market ---------------------------------------------------------------------------

# A market is a dict: profile standard seed now parties (B K S A of live_party.tcl) queue
# ({FROM TO MSG} ..) count BK KS (sessions) owner (session -> whose chain it is at the
# acquirer) unit offer last (the last MicroPay to K).
proc ::broker::opened {context iut profile} {
	variable base
	set standard [ikp::cast standard $profile]
	dict set standard parties seller params brokers SHOP-000043
	if {[dict exists $standard parties seller params secret]} {
		set secret [dict get $standard parties seller params secret]
		dict set standard parties acquirer params sellers [lmap id {SHOP-000042 SHOP-000043} {
			dict create idS $id secret $secret
		}]
	}
	set market [dict create profile $profile standard $standard now $base count 0 queue {} \
	    seed "market[dict get $context challenge]" unit 500 owner {}]
	foreach {name role} {B buyer S seller A acquirer} {
		dict set market parties $name [plain $role [ikp::cast party $standard $role]]
	}
	dict set market parties K [broker $iut $profile $standard]
	return $market
}

proc ::broker::plain {role value} {
	return [dict create kind oracle role $role setup {} count 0 value $value \
	    token [::live::party::name_of [list $role $value]]]
}

# K: the adapter, and the oracle's twin of it.
proc ::broker::broker {iut profile standard} {
	set params [dict merge [dict get $standard parties seller params] \
	    [dict get $standard parties buyer params] {idS SHOP-000043}]
	set params [dict remove $params brokers]
	set keys {}
	if {![::case::fits 1kp $profile]} { dict set keys sellerSig [ikp::cast key seller2-hard] }
	if {[::case::fits 3kp $profile]} {
		dict set keys buyerSig [ikp::cast key buyer2-hard]
		set account [testkeys account buyer2]
		dict set params ban [dict get $account ban]
		dict set params rAcct [binary encode hex [dict get $account rAcct]]
	}
	set twin [plain broker [role open ikp broker [list $profile] $params $keys]]
	set body [::live::party::answered [$iut call open [json obj protocol [json str ikp] \
	    role [json str broker] profiles [json arr [list [json str $profile]]] \
	    params [json obj {*}[nodes $params]] keys [json obj {*}[key_nodes $keys]]]] open]
	return [dict create kind adapter role broker setup {} count 0 iut $iut trail {} \
	    handle [json text $body h] twin $twin]
}

proc ::broker::nodes {params} {
	return [concat {*}[lmap {name value} $params {
		switch -- $name {
			anchors - crls - acquirerEnc - acquirerSig { set node [::live::setup::texts $value] }
			floor - floorTotal { set node [::live::setup::price $value] }
			lifetime - nMax - termMax - tries - skew { set node [json num $value] }
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
	set party [dict get $market parties $name]
	set before [expr {$codes eq {} ? {} : [::live::party digest $party]}]
	set reply [::live::party step party $event [dict get $market now] [rand $market $name]]
	dict set market parties $name $party
	if {$name eq "K"} {
		judged $market $event $reply $codes
		if {$codes ne {} && "changes-state" ni $codes && [::live::party digest $party] ne $before} {
			::live::judge stop state-changed "refusing [::live::judge::named $event] changes the broker"
		}
	} elseif {[dict get $reply kind] ne "ok"} {
		::live::judge stop wrong-output "$name cannot accept [::live::judge::named $event]" \
		    got "[dict get $reply code] [dict get $reply requirement]"
	}
	foreach message [expr {[dict exists $reply out] ? [dict get $reply out] : {}}] {
		dict lappend market queue [list $name [receiver $market $name $message] [dict get $message msg]]
	}
	return $reply
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

# What K answers is what its twin does; a refusal has one of CODES.
proc ::broker::judged {market event reply codes} {
	set twin [dict get $reply twin]
	set world [dict create profile [dict get $market profile] \
	    parties [dict create broker [dict get $market parties K]]]
	::live::judge::answered $world broker $event $reply
	set shown [::live::judge::named $event]
	set wanted [expr {$codes eq {} ? "ok" : "reject"}]
	if {[dict get $twin kind] ne $wanted} {
		::live::judge::broken "the oracle's broker answers $shown with [dict get $twin kind]"
	}
	if {[dict get $reply kind] ne $wanted} {
		set cause [expr {$codes eq {} ? "rejected" : "accepted"}]
		::live::judge stop $cause "the broker answers $shown with [dict get $reply kind]" \
		    expected $wanted got [dict filter $reply key class code detail]
	}
	if {$codes eq {}} {
		::live::judge::same $world broker $event $reply $twin
		return
	}
	foreach {who answer} [list "the oracle's broker" $twin "the broker" $reply] {
		if {[dict get $answer code] ni $codes} {
			::live::judge stop wrong-reason "$who refuses $shown for another reason" \
			    expected $codes got [dict get $answer code]
		}
	}
	set mine [::live::judge::messages [dict get $reply out]]
	set theirs [::live::judge::messages [dict get $twin out]]
	if {$mine ne $theirs} {
		::live::judge stop wrong-output "another answer to $shown" \
		    expected [::live::judge::brief $theirs] got [::live::judge::brief $mine]
	}
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
	    unit [price $unit]] $terms]
	set reply [act market $from [list input $start]]
	dict set market $name [dict get $reply result session]
	dict set market owner [dict get $market $name] $to
}

proc ::broker::step_terms {marketVar args} {
	upvar 1 $marketVar market
	started market B K BK [dict get $market unit] $args
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
	} elseif {[string match 0x* $text]} {
		set value [der set $value $path [binary decode hex [string range $text 2 end]]]
	} else {
		set value [der set $value $path $text]
	}
	dict set m value $value
	dict set market queue [linsert [dict get $market queue] 0 [list $from $to [::live::wire write $m]]]
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
	::live::party restart party
	dict set market parties K $party
}

provider register broker ::broker -batch 6 -rooms ikp
