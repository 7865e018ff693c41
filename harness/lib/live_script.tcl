# live_script.tcl -- runs the steps of a flow
#
#   script begin WORLD STEPS              the world with a program
#   script go WORLDVAR ?STOP?             run on; returns 1 if it stopped before the
#                                         message STOP {TYPE ROLE N} is delivered
#   script act WORLDVAR ROLE EVENT        one event, judged by what is expected
#   script recv MESSAGE                   the event a message is
#   script end WORLDVAR ENDS              the states the parties must be in
#
# Steps, one a line:
#   offer ?captureNow 1? ?authAmount @AMOUNT?   the seller registers the session's order
#   start ?pin 1? ?profile P? ?order @NAME?   the buyer begins, with the order of
#                                         session NAME
#   approve | refuse | cancel             inputs of the buyer, the buyer, the seller
#   inquire ROLE ?authSeq N?              input of the buyer or the seller
#   authorize AMOUNT                      another part of the order
#   capture AMOUNT ?final 1? ?authSeq N? ?replace 1?   and refund, reverse the same;
#                                         an AMOUNT is a sum that may say PRICE
#   batch {{KIND AMOUNT ?SESSION ?AUTHSEQ??} ..}       in one go
#   ask LINKS | quote LINKS | pay LINKS   micro-payments, of so many units; a payment
#                                         goes with the last offer, if one is open.  `plus N`
#                                         says N more, `currency N`, `exponent N` another
#   deposit | close                       inputs of the seller
#   run                                   deliver until nothing is on its way
#   until TYPE ROLE                       deliver until this one is next
#   drop                                  the next message is lost
#   refused CODES                         the next message is refused, and the
#                                         ErrorMsg goes back
#   timer ROLE KIND                       time passes until the timer is due
#   wait SECONDS                          up to three also by a clock that is real
#   session NAME                          another order; `main` is the first
#   net yes | net no ?REASON? | net hold | net part AMOUNT   how the network answers
#                                         from now on
#   lose TYPE                             the next one of this type is lost
#   restart ROLE                          all that is not durable is forgotten; left
#                                         out where an implementation cannot
#   keep ROLE | restore ROLE              a copy of the role is put aside; it takes the
#                                         place of the role, as an old backup does
#   is ROLE STATE                         the state it last reported
#   count TYPE N                          so many were sent in all sessions
#   again TYPE answer TYPE | again TYPE nothing | again TYPE accept
#                                         the last one of this type once more
#   deviate TYPE ROLE MUTATIONS RESEAL EXPECT   as a case, here; the genuine one
#                                         stays next
#   deviation ROLE MUTATIONS RESEAL EXPECT      the same with the next message
#   forge TYPE ROLE MUTATIONS RESEAL EXPECT     a changed copy of the last message
#                                         of this type, out of turn
#   make TYPE FROM TO FIELDS EXPECT ?PROFILE?   a message put together by somebody, of
#                                         another profile if that is said
#   specimen TYPE ROLE EXPECT             a message of this type as another run of
#                                         the profile had it, with the session and
#                                         the names of this transaction, unsigned
#   stays ROLE STATE                      an ErrorMsg finds the role in this state
#   attack EXPECT                         the Auth-Request that an outsider makes of
#                                         Initiate, Invoice and Payment (W19)
#   sweep FIRST LAST BY STEP              STEP for each number, in place of %d
#   restarting ROLE                       a restart after each event from now on
#   starve ROLE LABEL N STEP              the event of STEP finds only N octets of
#                                         LABEL and fails, changing nothing
#   random ROLE LABEL HEX                 what its next event draws first
#   random ROLE LABEL again               the same: what was drawn last, if it is known
#   random ROLE LABEL like TYPE PATH      the same: what the last message of this
#                                         type, of any session, shows there
#   shows TYPE PATH VALUE | lacks TYPE PATH   the last one of this type
#   weakness                              what follows is a known weakness of the
#                                         edition: a refusal ends the case well, the
#                                         end shows it
#   result ROLE KEY VALUE                 of the last answer of the role
#   same TYPE TYPE                        the last two messages are the same octets
#   unlike TYPE PATH TYPE PATH            the last ones of these show different values
#   fresh TYPE PATH ..                    no value of these was there before, nor one
#                                         half of it.  `slip.seed` is that of the EncSlip,
#                                         `sealed.NAME` of what a SealedReq holds
#   only FILTER STEPS                     for some profiles
#   repeat N STEPS
#   reject CODES STEP                     the one event of STEP is refused

package require Tcl 8.6-

namespace eval ::live::script {
	namespace export begin go act recv end
	namespace ensemble create
}

proc ::live::script::begin {world steps} {
	return [dict merge $world [dict create steps [lines $steps] pc 0 expecting accept \
	    arrived {} last {} pins {} restarting {} told {}]]
}

proc ::live::script::lines {steps} {
	set found {}
	set command {}
	foreach line [split $steps \n] {
		append command $line \n
		if {![info complete $command]} continue
		set text [string trim $command]
		if {$text ne {} && ![string match #* $text]} { lappend found $text }
		set command {}
	}
	return $found
}

proc ::live::script::go {worldVar {stop {}}} {
	upvar 1 $worldVar world
	while {[dict get $world pc] < [llength [dict get $world steps]]} {
		set step [lindex [dict get $world steps] [dict get $world pc]]
		if {[lindex $step 0] in {run until}} {
			if {![llength [dict get $world way]] || [reached $world [lrange $step 1 end]]} {
				dict incr world pc
				continue
			}
			if {[reached $world $stop]} { return 1 }
			deliver world
			continue
		}
		dict incr world pc
		perform world $step
	}
	return 0
}

# 1 if the next message is the one: {TYPE ROLE ?N?}, the N-th of the session.
proc ::live::script::reached {world stop} {
	lassign $stop type role n
	if {$type eq {}} { return 0 }
	set head [world head $world]
	if {![dict size $head] || [dict get $head to] ne $role
	    || [dict get $head type] ne [sealed type $type [dict get $world profile]]
	    || $type ni [list [dict get $head type] [sealed inner $world $head]]} { return 0 }
	if {$n eq {}} { return 1 }
	if {[dict get $head session] ne "main"} { return 0 }
	set key $type,$role
	set before [expr {[dict exists $world arrived $key] ? [dict get $world arrived $key] : 0}]
	return [expr {$before == $n - 1}]
}

proc ::live::script::recv {message} {
	return [list recv [dict create from [dict get $message from] msg [dict get $message msg]]]
}

proc ::live::script::deliver {worldVar} {
	upvar 1 $worldVar world
	set message [world take world]
	if {[dict get $message to] eq "network"} {
		network::hear world $message
		return
	}
	if {[dict get $message session] eq "main"} {
		dict set world arrived [arrived $world $message]
	}
	act world [dict get $message to] [recv $message]
}

proc ::live::script::arrived {world message} {
	set arrived [dict get $world arrived]
	foreach type [lsort -unique [list [dict get $message type] [sealed inner $world $message]]] {
		dict incr arrived $type,[dict get $message to]
	}
	return $arrived
}

# -- events ---------------------------------------------------------------------------

proc ::live::script::act {worldVar role event} {
	upvar 1 $worldVar world
	set expect [dict get $world expecting]
	dict set world expecting accept
	if {[lindex $expect 0] eq "reject"} {
		refuse world $role $event [lrange $expect 1 end]
		return
	}
	set reply [world tell world $role $event]
	if {$expect eq "starved"} {
		judge starved world $role $event $reply
		return
	}
	stricter $world $role $reply
	judge taken world $role $event $reply
	dict unset world streams $role
	dict set world last $role $reply
	trace note world $role $event $reply
	world sent world $role $reply
	if {$role eq [dict get $world restarting]} { step_restart world $role }
}

# A refusal where the edition has a known weakness is no failure, nor is a no.
proc ::live::script::stricter {world role reply} {
	set no [expr {[dict exists $reply result state]
	    && [dict get $reply result state] eq "declined"}]
	if {[dict get $world flaw] ne {} && ($no || [dict get $reply kind] eq "reject")
	    && $role in [dict get $world subjects]} {
		throw {LIVE verdict} [verdict pass detail "stricter than the edition demands"]
	}
}

# The refusals that change something are IKP-B-18 and IKP-U-07, which counts.
proc ::live::script::refuse {worldVar role event codes} {
	upvar 1 $worldVar world
	set changes [expr {"changes-state" in $codes}]
	set codes [lsearch -all -inline -not -exact $codes changes-state]
	set before {}
	if {!$changes} { set before [party digest [dict get $world parties $role]] }
	set reply [world tell world $role $event]
	judge refused world $role $event $reply $codes $before $changes
	dict unset world streams $role
	if {$changes && $role eq "buyer"} {
		dict set world states $role,[dict get $world session] authorized-no-receipt
	}
	dict set world last $role $reply
	trace note world $role $event $reply $codes
}

proc ::live::script::input {worldVar role args} {
	upvar 1 $worldVar world
	if {![dict exists $args session] && [lindex $args 1] ni {offer start batch}} {
		set name [dict get $world session]
		dict set args session [dict get $world sessions $name]
	}
	act world $role [list input $args]
}

# -- steps ----------------------------------------------------------------------------

proc ::live::script::perform {worldVar step} {
	upvar 1 $worldVar world
	set arguments [lassign $step word]
	if {[info commands [namespace current]::step_$word] eq {}} {
		error "no step \"$word\""
	}
	step_$word world {*}$arguments
}

proc ::live::script::steps {worldVar text} {
	upvar 1 $worldVar world
	set pc [dict get $world pc]
	dict set world steps [linsert [dict get $world steps] $pc {*}[lines $text]]
}

proc ::live::script::step_offer {worldVar args} {
	upvar 1 $worldVar world
	set order [setup order [dict get $world setup] [dict get $world session]]
	if {[dict exists $args authAmount]} {
		dict set args authAmount [amount $world [string range [dict get $args authAmount] 1 end]]
		dict set world parts [dict get $world session] [list [dict get $args authAmount]]
	}
	input world seller do offer {*}[dict remove $order pin] {*}$args
}

proc ::live::script::step_start {worldVar args} {
	upvar 1 $worldVar world
	set setup [dict get $world setup]
	set name [dict get $world session]
	set ordered $name
	if {[dict exists $args order]} {
		set ordered [string range [dict get $args order] 1 end]
		dict unset args order
	}
	set order [setup order $setup $ordered]
	set pin [dict get $order pin]
	dict unset order pin
	if {[dict exists $args pin]} {
		dict set world pins $name 1
		dict set args pin $pin
	}
	if {[dict exists $order unit]} {
		dict unset order unit
		set terms {}
		if {[dict exists $args terms]} { set terms [dict get $args terms] }
		dict unset args terms
		dict set order micro [setup chain_terms $setup $ordered [dict get $world now] $terms]
	}
	dict unset world sessions $name
	dict unset world spoken $name
	if {[dict exists $args profile] && [dict get $world expecting] eq "accept"} {
		dict set world spoken $name [dict get $args profile]
	}
	input world buyer do start seller [dict get $setup idS] {*}[dict merge $order $args]
}

proc ::live::script::step_approve {worldVar args} {
	upvar 1 $worldVar world
	input world buyer do approve {*}$args
}

proc ::live::script::step_refuse {worldVar} {
	upvar 1 $worldVar world
	input world buyer do refuse
}

proc ::live::script::step_cancel {worldVar} {
	upvar 1 $worldVar world
	input world seller do cancel reason 7
}

proc ::live::script::step_inquire {worldVar role args} {
	upvar 1 $worldVar world
	input world $role do inquire {*}$args
}

# -- what follows an authorisation ------------------------------------------------------

# AMOUNT with the currency and exponent of the order.
proc ::live::script::amount {world text} {
	set price [dict get [setup order [dict get $world setup] [dict get $world session]] price]
	return [dict replace $price amount [expr [string map [list PRICE [dict get $price amount]] $text]]]
}

foreach do {authorize capture refund reverse} {
	proc ::live::script::step_$do {worldVar amount args} [string map [list %do $do] {
		upvar 1 $worldVar world
		set price [amount $world $amount]
		dict set world clearing [dict merge {authSeq 1 final 0} $args [dict create amount $price]]
		if {"%do" eq "authorize" && [dict get $world expecting] eq "accept"} { part world $price }
		input world seller do %do amount $price {*}$args
	}]
}

# The amounts that the parts of an order ask for, in the order of authSeq.
proc ::live::script::part {worldVar price} {
	upvar 1 $worldVar world
	set name [dict get $world session]
	set parts [list [dict get [setup order [dict get $world setup] $name] price]]
	if {[dict exists $world parts $name]} { set parts [dict get $world parts $name] }
	dict set world parts $name [concat $parts [list $price]]
}

proc ::live::script::step_batch {worldVar items} {
	upvar 1 $worldVar world
	set found [lmap item $items {
		lassign $item kind amount name seq
		if {$name eq {}} { set name [dict get $world session] }
		set node [dict create kind $kind session [dict get $world sessions $name] \
		    amount [amount $world $amount]]
		if {$seq ne {}} { dict set node authSeq $seq }
		set node
	}]
	input world seller do batch items $found
}

# -- micro-payments ------------------------------------------------------------------------

proc ::live::script::links {world n} {
	return [setup times [setup unit [dict get $world setup] [dict get $world session]] $n]
}

# The same with what the step says of it, which it takes from ARGUMENTS.
proc ::live::script::money {world n argumentsVar} {
	upvar 1 $argumentsVar arguments
	set price [links $world $n]
	foreach key {currency exponent} {
		if {[dict exists $arguments $key]} { dict set price $key [dict get $arguments $key] }
	}
	if {[dict exists $arguments plus]} { dict incr price amount [dict get $arguments plus] }
	set arguments [dict remove $arguments plus currency exponent]
	return $price
}

proc ::live::script::step_ask {worldVar n args} {
	upvar 1 $worldVar world
	input world seller do ask price [money $world $n args]
}

proc ::live::script::step_quote {worldVar n args} {
	upvar 1 $worldVar world
	set expecting [dict get $world expecting]
	input world seller do quote price [money $world $n args]
	if {$expecting ne "accept" || [judge::mute $world seller]} return
	dict set world offer [dict get $world last seller result offer]
	dict set world quoted [dict get $world offer]
}

proc ::live::script::step_pay {worldVar n args} {
	upvar 1 $worldVar world
	set offer {}
	if {[dict exists $world offer]} {
		set offer [list offer [dict get $world offer]]
		dict unset world offer
	}
	if {[dict get $world expecting] eq "accept"} {
		dict set world owing [dict get $world session] [expr {[output highest $world] + $n}]
	}
	set price [money $world $n args]
	input world buyer do pay price $price {*}$offer
}

# The index that the last payment of the session is to have.
proc ::live::script::owed {world} { return [dict get $world owing [dict get $world session]] }

proc ::live::script::step_deposit {worldVar} {
	upvar 1 $worldVar world
	input world seller do deposit
}

proc ::live::script::step_close {worldVar} {
	upvar 1 $worldVar world
	input world seller do close
}

# -- time, order, loss ---------------------------------------------------------------------

proc ::live::script::step_timer {worldVar role kind} {
	upvar 1 $worldVar world
	set due {}
	foreach timer [dict get $world timers] {
		if {[dict get $timer role] eq $role && [dict get $timer kind] eq $kind
		    && [dict get $timer session] eq [dict get $world session]} { set due $timer }
	}
	if {$due eq {}} {
		judge stop wrong-output "the $role has asked for no timer that is $kind"
	}
	dict set world now [expr {max([dict get $world now], [dict get $due at])}]
	act world $role [list timer [dict get $due name]]
}

# By a clock that is not ours a short time is really waited for.
proc ::live::script::step_wait {worldVar seconds} {
	upvar 1 $worldVar world
	if {[dict get $world setup real]} { after [expr {1000 * $seconds}] }
	dict incr world now $seconds
}

proc ::live::script::step_session {worldVar name} {
	upvar 1 $worldVar world
	dict set world session $name
}

proc ::live::script::step_net {worldVar args} {
	upvar 1 $worldVar world
	if {$args eq {no 55} && [judge::mute $world acquirer]} {
		throw {LIVE verdict} [verdict inapplicable "a wrong PIN counts for good in a running peer"]
	}
	dict set world net $args
	if {[lindex $args 0] ne "hold"} { network::release world }
}

proc ::live::script::step_lose {worldVar type} {
	upvar 1 $worldVar world
	dict lappend world lose [sealed type $type [dict get $world profile]]
}

proc ::live::script::step_drop {worldVar} {
	upvar 1 $worldVar world
	world take world
}

proc ::live::script::step_refused {worldVar codes} {
	upvar 1 $worldVar world
	set message [world take world]
	set role [dict get $message to]
	dict set world expecting [concat reject $codes]
	act world $role [recv $message]
	world sent world $role [dict get $world last $role]
}

# Whoever cannot be restarted goes on, and what a crash would have shown is not seen.
proc ::live::script::step_restart {worldVar role} {
	upvar 1 $worldVar world
	set party [dict get $world parties $role]
	if {![party restarts $party]} {
		dict set world weak "what survives a crash cannot be seen"
		return
	}
	party restart party
	dict set world parties $role $party
	trace restarted world $role
}

proc ::live::script::step_keep {worldVar role} {
	upvar 1 $worldVar world
	dict set world kept $role [party fork [dict get $world parties $role]]
}

# What it draws now is not what it has drawn since.
proc ::live::script::step_restore {worldVar role} {
	upvar 1 $worldVar world
	set now [dict get $world parties $role]
	party drop $now
	dict set world parties $role \
	    [dict replace [dict get $world kept $role] count [dict get $now count]]
	dict unset world kept $role
}

proc ::live::script::step_is {worldVar role state} {
	upvar 1 $worldVar world
	if {[judge::mute $world $role]} {
		dict set world weak "the state of a running peer cannot be seen"
		return
	}
	set got [world state $world $role]
	if {$got ne $state} {
		judge stop wrong-output "the $role is in state $got" expected $state got $got
	}
}

proc ::live::script::step_count {worldVar type n} {
	upvar 1 $worldVar world
	set got 0
	foreach message [dict get $world log] {
		incr got [expr {[dict get $message type] eq $type}]
	}
	if {$got != $n} {
		judge stop wrong-output "$got messages $type were sent" expected $n got $got
	}
}

proc ::live::script::latest {world type} {
	set travels [sealed type $type [dict get $world profile]]
	foreach message [lreverse [world past $world $travels]] {
		if {$travels eq $type || [sealed inner $world $message] eq $type} { return $message }
	}
	judge stop wrong-output "no $type was sent" expected $type
}

proc ::live::script::value_of {world type} {
	set message [latest $world $type]
	dict with message {
		set m [wire read [dict get $world profile] $from $to $msg]
	}
	return [dict get [expr {[sealed is $m] ? [sealed opened $world $m] : $m}] value]
}

proc ::live::script::step_again {worldVar type how {answer {}}} {
	upvar 1 $worldVar world
	set message [latest $world $type]
	set role [dict get $message to]
	if {$how ne "accept"} {
		set wanted {}
		if {$how eq "answer"} {
			set stored [latest $world $answer]
			set wanted [list [list [dict get $stored to] [dict get $stored msg]]]
		}
		set way [dict get $world way]
		set log [dict get $world log]
	}
	act world $role [recv $message]
	if {$how eq "accept"} return
	set got [judge::messages [dict get $world last $role out]]
	if {$got ne $wanted} {
		judge stop wrong-output "a $type that came before is not answered\
		    [expr {$wanted eq {} ? "with nothing" : "with the stored octets"}]" \
		    expected [judge::brief $wanted] got [judge::brief $got]
	}
	dict set world way $way
	dict set world log $log
}

proc ::live::script::step_deviate {worldVar type role mutations reseal expect} {
	upvar 1 $worldVar world
	dict incr world pc -1
	set steps [dict get $world steps]
	dict set world steps [lreplace $steps [dict get $world pc] [dict get $world pc] \
	    "until $type $role" [list deviation $role $mutations $reseal $expect]]
}

proc ::live::script::step_deviation {worldVar role mutations reseal expect} {
	upvar 1 $worldVar world
	changed world $role [world head $world] $mutations $reseal $expect
}

proc ::live::script::step_forge {worldVar type role mutations reseal expect} {
	upvar 1 $worldVar world
	changed world $role [latest $world $type] $mutations $reseal $expect
}

# Deliver a changed copy.  A copy that is accepted is what the answer is to.
proc ::live::script::changed {worldVar role message mutations reseal expect} {
	upvar 1 $worldVar world
	dict set message msg [mutate apply world $message [lines $mutations] $reseal]
	if {[lindex $expect 0] ne "reject"} { world altered world $message }
	dict set world expecting $expect
	act world $role [recv $message]
}

# FIELDS is PATH VALUE ..; the values are those of live_mutate.tcl.
proc ::live::script::step_make {worldVar type from to fields expect {profile {}}} {
	upvar 1 $worldVar world
	set m [dict create value {} env {} type $type world $world scene [scene of $world]]
	set value {}
	dict for {path text} $fields { dict set value $path [mutate::value $m $text] }
	if {$profile eq {}} { set profile [dict get $world profile] }
	send_made world $type $from $to $value $expect $profile
}

proc ::live::script::send_made {worldVar type from to value expect profile} {
	upvar 1 $worldVar world
	dict set world expecting $expect
	act world $to [list recv [dict create from $from msg [made $world $type $value $profile]]]
}

proc ::live::script::made {world type value profile} {
	set name [dict get $world session]
	set session [binary decode hex [dict get $world sessions $name]]
	return [binary encode hex [::oracle::ikp::message make $profile $type $session $value]]
}

proc ::live::script::step_specimen {worldVar type role expect} {
	upvar 1 $worldVar world
	set m [specimen of $world $type]
	dict set world expecting $expect
	act world $role [list recv [dict create from [specimen sender $type $role] msg $m]]
}

# An ErrorMsg is taken in every state, and reports it.
proc ::live::script::step_stays {worldVar role state} {
	upvar 1 $worldVar world
	set from [expr {$role eq "seller" ? "buyer" : "seller"}]
	step_make world ErrorMsg $from $role {code 3} accept
	step_is world $role $state
}

proc ::live::script::step_attack {worldVar expect} {
	upvar 1 $worldVar world
	set scene [scene of $world]
	set invoice [scene::last $world Invoice]
	set value [dict create clear [dict get $scene clear] encSlip [dict get $scene encSlip] \
	    captureNow 1 hDesc [::oracle::ikp::common h-desc [dict get $scene edition] \
	    [dict get $scene saltB] [dict get $scene order desc]]]
	foreach {field from} [list sigS $invoice certS $invoice sigB $scene certB $scene] {
		if {[dict exists $from $field]} { dict set value $field [dict get $from $field] }
	}
	if {[dict get $scene edition] eq "hard"} {
		dict set value authSeq 1
		dict set value authAmount [dict get $scene order price]
		dict set value sigS2 [dict get $invoice sigS]
	}
	set name [dict get $world session]
	dict lappend world log [dict create from seller to acquirer type AuthReq session $name \
	    n -1 msg [made $world AuthReq $value [dict get $world profile]]]
	send_made world AuthReq seller acquirer $value $expect [dict get $world profile]
}

proc ::live::script::step_sweep {worldVar first last by text} {
	upvar 1 $worldVar world
	set all {}
	for {set i $first} {$i <= $last} {incr i $by} { append all [string map [list %d $i] $text] \n }
	steps world $all
}

proc ::live::script::step_restarting {worldVar role} {
	upvar 1 $worldVar world
	dict set world restarting $role
}

proc ::live::script::step_starve {worldVar role label n args} {
	upvar 1 $worldVar world
	dict set world streams $role $label [string repeat 5a $n]
	dict set world expecting starved
	perform world $args
	dict unset world streams $role
}

proc ::live::script::step_random {worldVar role label hex args} {
	upvar 1 $worldVar world
	if {$hex eq "again"} { set hex [known $world $role $label] }
	if {$hex eq "like"} { set hex [binary encode hex [seen $world {*}$args]] }
	set fresh [dict get [world rand $world [dict get $world parties $role]] $label]
	dict set world streams $role $label $hex$fresh
}

# What ROLE drew last under LABEL.
proc ::live::script::known {world role label} {
	set hex [lindex [dict values [dict filter [dict get $world draws] key *,$role,$label]] end]
	if {$hex eq {}} {
		throw {LIVE verdict} [verdict inapplicable "what was drawn as $label is not known"]
	}
	return $hex
}

# The field at PATH of the last message of TYPE.
proc ::live::script::seen {world type path} {
	foreach message [lreverse [dict get $world log]] {
		if {[dict get $message type] ne $type} continue
		dict with message {
			set m [wire read [dict get $world profile] $from $to $msg]
			return [mutate::read [dict replace $m world $world scene [scene of $world]] $path]
		}
	}
	judge stop wrong-output "no $type was sent" expected $type
}

proc ::live::script::step_result {worldVar role key value} {
	upvar 1 $worldVar world
	if {[judge::mute $world $role]} {
		dict set world weak "what a running peer reports cannot be seen"
		return
	}
	set reply [dict get $world last $role]
	set got [expr {[dict exists $reply result $key] ? [dict get $reply result $key] : {}}]
	if {$got ne $value} {
		judge stop wrong-output "the $role reports $key $got" expected $value got $got
	}
}

proc ::live::script::step_same {worldVar one two} {
	upvar 1 $worldVar world
	set found [lrange [world past $world $one] end-1 end]
	if {$one ne $two} { set found [list [latest $world $one] [latest $world $two]] }
	lassign $found first second
	if {$second eq {}} { judge stop wrong-output "no $one is sent again" expected "$one twice" }
	if {[dict get $first msg] ne [dict get $second msg]} {
		judge stop wrong-output "a $one that is sent again is not the same octets" \
		    expected [dict get $first msg] got [dict get $second msg]
	}
}

proc ::live::script::step_shows {worldVar type path value} {
	upvar 1 $worldVar world
	set got [value_of $world $type]
	if {![::oracle::der has $got $path] || [::oracle::der get $got $path] ne $value} {
		judge stop wrong-output "the $type does not show $value as $path" expected $value
	}
}

proc ::live::script::step_lacks {worldVar type path} {
	upvar 1 $worldVar world
	if {[::oracle::der has [value_of $world $type] $path]} {
		judge stop wrong-output "the $type holds $path, which it must not"
	}
}

proc ::live::script::step_weakness {worldVar} {
	upvar 1 $worldVar world
	dict set world flaw "the weakness of this edition shows"
}

# Values of a path over all messages of a type.
proc ::live::script::step_fresh {worldVar type args} {
	upvar 1 $worldVar world
	foreach path $args {
		set seen {}
		foreach message [dict get $world log] {
			if {[dict get $message type] ne $type} continue
			dict with message {
				set m [wire read [dict get $world profile] $from $to $msg]
			}
			foreach part [parts_of [random_at $world $m $path]] {
				if {[dict exists $seen $part]} {
					judge stop randomness "two messages $type have the same $path, or half of it" \
					    got [binary encode hex $part]
				}
				dict set seen $part 1
			}
		}
	}
}

# Halves of six octets are equal by chance once in 2^48 pairs.
proc ::live::script::parts_of {value} {
	set half [expr {[string length $value] / 2}]
	if {$half < 6} { return [list $value] }
	return [list [string range $value 0 $half-1] [string range $value $half end]]
}

proc ::live::script::random_at {world m path} {
	if {$path eq "slip.seed"} {
		lassign [::oracle::ikp::slip padding [dict get $world profile]] alg
		return [::oracle::rsa oaep-seed $alg [scene slip_key [dict get $world setup]] \
		    [dict get $m value encSlip]]
	}
	if {[string match sealed.* $path]} {
		return [dict get [sealed opened $world $m] body [string range $path 7 end]]
	}
	return [mutate::read $m $path]
}

proc ::live::script::step_unlike {worldVar type path other otherpath} {
	upvar 1 $worldVar world
	set got [seen $world $type $path]
	if {$got eq [seen $world $other $otherpath]} {
		judge stop randomness "$path of the $type is $otherpath of the $other" \
		    got [binary encode hex $got]
	}
}

proc ::live::script::step_only {worldVar filter text} {
	upvar 1 $worldVar world
	if {[::case::fits $filter [dict get $world profile]]} { steps world $text }
}

proc ::live::script::step_repeat {worldVar n text} {
	upvar 1 $worldVar world
	steps world [string repeat $text\n $n]
}

proc ::live::script::step_reject {worldVar codes args} {
	upvar 1 $worldVar world
	dict set world expecting [concat reject $codes]
	perform world $args
}

# -- the end ----------------------------------------------------------------------------

proc ::live::script::end {worldVar ends} {
	upvar 1 $worldVar world
	dict for {role state} $ends {
		if {[llength $state] > 1} { set state [::case::pick $state [dict get $world profile]] }
		if {![judge::mute $world $role]} { step_is world $role $state }
	}
}

# -- the card network -------------------------------------------------------------------

namespace eval ::live::script::network {}

proc ::live::script::network::hear {worldVar message} {
	upvar 1 $worldVar world
	if {[dict get $message type] ne "NetRequest"} return
	if {[lindex [dict get $world net] 0] eq "hold"} {
		dict set world held [linsert [dict get $world held] end $message]
		return
	}
	answer world $message
}

proc ::live::script::network::answer {worldVar message} {
	upvar 1 $worldVar world
	lassign [dict get $world net] decision reason
	set request [dict get [::live::wire read [dict get $world profile] acquirer network \
	    [dict get $message msg]] value]
	set part [expr {$decision eq "part"}]
	if {$part} { set decision yes }
	set reply [dict create reference [dict get $request reference] decision $decision]
	if {$decision eq "yes"} {
		dict set reply authCode 7A31
		if {$part} { dict set reply authAmount [::live::script::amount $world $reason] }
	} else {
		dict set reply reason [expr {$reason eq {} ? 51 : $reason}]
	}
	::live::world post world network acquirer \
	    [binary encode hex [::oracle::der encode IKP NetReply $reply]]
}

# Whatever waited is answered, once for each reference.
proc ::live::script::network::release {worldVar} {
	upvar 1 $worldVar world
	set seen {}
	foreach message [dict get $world held] {
		if {[dict get $message msg] in $seen} continue
		lappend seen [dict get $message msg]
		answer world $message
	}
	dict set world held {}
}
