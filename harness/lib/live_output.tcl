# live_output.tcl -- what every message of an implementation must satisfy, also
# where its octets cannot be predicted
#
#   output results WORLD ROLE EVENT REPLY      what the reply reports is what has happened
#   output check WORLDVAR ROLE EVENT REPLY     what the reply sends is what the
#                                 session asks for; signatures, slips and hashes
#                                 are left to the party that receives it; the network is
#                                 asked once
#   output secrets WORLD ROLE EVENT REPLY      IKP-G-08, IKP-U-38: nothing secret is in
#                                 messages, results, words of refusal and standard error
#   output highest WORLD           the greatest index of a link that was shown
#
# For each message type, wants_TYPE WORLD SCENE VALUE returns a list PATH VALUE ..:
# components and what they have to be.  A path may also be `absent.PATH`.  The member
# `reply` of WORLD is the reply that the message is of.

package require Tcl 8.6-

namespace eval ::live::output {
	namespace export check results secrets highest
	namespace ensemble create
	# where V and VC may be
	variable released {V {Confirm InquiryRes MicroAccept receipt} VC {Cancel InquiryRes}}
}

# -- secrets ----------------------------------------------------------------------

proc ::live::output::secrets {world role event reply} {
	set texts [spoken $world $role $reply]
	foreach {id secrets} [list IKP-G-08 [known $world] IKP-U-38 [unpaid $world $role $reply]] {
		dict for {name hex} $secrets {
			foreach {type text} $texts {
				if {[string first $hex $text] < 0 || [allowed $world $reply $name $type $hex]} continue
				judge stop wrong-output "the $role shows $name in its $type ($id)" got $type
			}
		}
	}
}

# What has been released in a message is no secret of a log.
proc ::live::output::allowed {world reply name type hex} {
	variable released
	if {![dict exists $released $name]} { return 0 }
	set types [dict get $released $name]
	if {$type ne "standard error"} { return [expr {$type in $types}] }
	foreach message [concat [dict get $world log] [messages $reply]] {
		if {[string first $hex [dict get $message msg]] >= 0} { return 1 }
	}
	return 0
}

proc ::live::output::messages {reply} {
	return [expr {[dict exists $reply out] ? [dict get $reply out] : {}}]
}

# TYPE HEX .. of all that leaves the party, but for what it tells the network.  What
# is text is taken as its octets, and as hexadecimal that it may hold.
proc ::live::output::spoken {world role reply} {
	set texts {}
	foreach message [messages $reply] {
		dict with message {
			if {$to eq "network"} continue
			lappend texts [lindex [wire label $role $to $msg] 0] $msg
		}
	}
	if {[dict exists $reply result]} {
		dict for {name value} [dict get $reply result] {
			lappend texts $name [hex_of $value] $name [string tolower $value]
		}
	}
	if {[dict exists $reply detail]} {
		set detail [dict get $reply detail]
		lappend texts refusal [hex_of $detail] refusal [string tolower $detail]
	}
	if {[dict exists $reply heard] && [dict get $reply heard] ne {}} {
		set heard [dict get $reply heard]
		lappend texts "standard error" [binary encode hex $heard] \
		    "standard error" [string tolower $heard]
	}
	return $texts
}

proc ::live::output::hex_of {text} {
	return [binary encode hex [encoding convertto utf-8 $text]]
}

proc ::live::output::known {world} {
	set account [dict get $world setup account]
	set secrets [dict create BAN [hex_of [dict get $account ban]] \
	    PIN [hex_of [setup pin]] R_acct [dict get $account rAcct]]
	foreach {name role} {R_B buyer V seller VC seller} {
		set hex [world drawn $world $name $role]
		if {$hex ne {}} { dict set secrets $name $hex }
	}
	return $secrets
}

# IKP-U-38: the seed, and all links behind the last one that was paid with.
proc ::live::output::unpaid {world role reply} {
	set x [world drawn $world X buyer]
	if {$x eq {}} { return {} }
	set scene [scene of $world]
	if {![dict exists $scene clear micro]} { return [list "the seed X" $x] }
	set paid [highest $world]
	foreach message [messages $reply] {
		dict with message {
			if {[lindex [wire label $role $to $msg] 0] ne "MicroPay"} continue
			set value [dict get [wire read [dict get $world profile] $role $to $msg] value]
			set paid [expr {max($paid, [dict get $value index])}]
		}
	}
	return [lrange [links [dict get $scene profile] [dict get $scene clear micro] $x] [expr {2 * $paid}] end]
}

# NAME HEX of each link of a chain, in the order of paying; the last one is the seed.
proc ::live::output::links {profile terms x} {
	set name [list links $profile $terms $x]
	if {[::oracle::memo recall $name links]} { return $links }
	set n [dict get $terms n]
	set token [binary decode hex $x]
	set links [list "the seed X" $x]
	for {set i [expr {$n - 1}]} {$i > 0} {incr i -1} {
		set token [::oracle::ikp::micro walk $profile $terms $token [expr {$i + 1}] $i]
		set links [linsert $links 0 "link $i, which is not paid," [binary encode hex $token]]
	}
	return [::oracle::memo keep $name $links]
}

# The greatest index of the session's chain that was shown or acknowledged.
proc ::live::output::highest {world} {
	set paid 0
	foreach message [concat [world past $world MicroPay] [world past $world MicroAck]] {
		dict with message {
			set m [wire read [dict get $world profile] $from $to $msg]
		}
		set paid [expr {max($paid, [dict get $m value index])}]
	}
	return $paid
}

# -- components ---------------------------------------------------------------------

proc ::live::output::check {worldVar role event reply} {
	upvar 1 $worldVar world
	set profile [dict get $world profile]
	foreach message [dict get $reply out] {
		dict with message {
			set m [wire read $profile $role $to $msg]
		}
		if {[dict get $m type] eq "SealedReq"} { set m [sealed opened $world $m] }
		set type [dict get $m type]
		set name [dict get $world session]
		set spoken [expr {[dict exists $world spoken $name] ? [dict get $world spoken $name] : $profile}]
		if {[dict get $m env] ne {} && [dict get $m env profile] ne $spoken} {
			judge stop wrong-output "the $type of the $role is of another profile" \
			    expected $spoken got [dict get $m env profile]
		}
		if {$type eq "NetRequest"} { asked $world $event $reply [dict get $m value reference] }
		if {[info commands wants_$type] eq {}} continue
		set value [dict get $m value]
		set here [dict replace $world reply $reply]
		foreach {path wanted} [wants_$type $here [scene of $world] $value] {
			compare $role $type $value $path $wanted
		}
	}
}

# IKP-A-15: one NetRequest under a reference; only the timer sends it again.
proc ::live::output::asked {world event reply reference} {
	set before [expr {[lindex $event 0] eq "timer" ? {} : [dict get $world log]}]
	set times 0
	foreach message [concat $before [dict get $reply out]] {
		if {[dict get $message to] ne "network"} continue
		set m [wire read [dict get $world profile] acquirer network [dict get $message msg]]
		incr times [expr {[dict get $m type] eq "NetRequest"
		    && [dict get $m value reference] eq $reference}]
	}
	if {$times == 1} return
	judge stop wrong-output "the acquirer asks the network again after [judge::named $event] (IKP-A-15)"
}

# -- results ------------------------------------------------------------------------

# What the interface tables say of a result that nobody could predict.
proc ::live::output::results {world role event reply} {
	if {[info commands results_$role] eq {}} return
	if {![current $world $reply]} return
	dict for {name wanted} [results_$role $world $event $reply] {
		set got [expr {[dict exists $reply result $name] ? [dict get $reply result $name] : {}}]
		if {$got ne $wanted} {
			judge stop wrong-output "the $role reports another $name after [judge::named $event]" \
			    expected $wanted got $got
		}
	}
}

# 1 if the result is of the session that the world is in.
proc ::live::output::current {world reply} {
	set name [dict get $world session]
	return [expr {[dict exists $world sessions $name] && [dict exists $reply result session]
	    && [dict get $reply result session] eq [dict get $world sessions $name]}]
}

# IKP-B-21 and IKP-B-28: with the event that reaches paid, and no other.
proc ::live::output::results_buyer {world event reply} {
	set confirm [confirmed $world $event]
	if {[dict get $reply result state] ne "paid" || [state $world buyer] eq "paid" || $confirm eq {}} {
		return {receipt {} amount {}}
	}
	set scene [scene of $world]
	set wants [dict create receipt {} amount {}]
	if {[dict get $scene variant] ne "1kp"} {
		dict set wants receipt [binary encode hex [receipt $world $scene $confirm]]
	}
	if {[dict exists $confirm resp authAmount]} {
		set granted [dict get $confirm resp authAmount amount]
		if {$granted < [dict get $scene order price amount]} { dict set wants amount $granted }
	}
	return $wants
}

# The Confirm that an event brings, or {}.
proc ::live::output::confirmed {world event} {
	lassign $event kind what
	if {$kind ne "recv"} { return {} }
	set m [wire read [dict get $world profile] [dict get $what from] buyer [dict get $what msg]]
	if {[dict get $m type] eq "Confirm"} { return [dict get $m value] }
	return [expr {[dict exists $m value confirm] ? [dict get $m value confirm] : {}}]
}

proc ::live::output::receipt {world scene confirm} {
	set profile [dict get $scene profile]
	set hard [expr {[dict get $scene edition] eq "hard"}]
	set invoice [scene::last $world Invoice]
	set desc [dict get $scene order desc]
	set common [dict merge [dict get $scene clear] [dict create idB [dict get $scene idB] \
	    price [dict get $scene order price] hDesc [::oracle::ikp::common h-desc \
	    [dict get $scene edition] [dict get $scene saltB] $desc]]]
	return [::oracle::ikp::message der $profile Receipt [dict create \
	    common [::oracle::ikp::common make $profile $common] desc $desc \
	    saltB [dict get $scene saltB] encSlip [dict get $scene encSlip] \
	    sigS [dict get $invoice sigS] certS [dict get $invoice certS] \
	    certA [dict get $invoice [expr {$hard ? "certASig" : "certA"}]] confirm $confirm]]
}

proc ::live::output::compare {role type value path wanted} {
	set absent [string match absent.* $path]
	if {$absent} { set path [string range $path 7 end] }
	set there [::oracle::der has $value $path]
	if {$absent && !$there} return
	if {!$absent && $there && [::oracle::der get $value $path] eq $wanted} return
	judge stop wrong-output "the $type of the $role has a wrong $path" expected \
	    [expr {$absent ? "absent" : [binary encode hex [encoding convertto utf-8 $wanted]]}]
}

# PATH VALUE for each path that another value has.
proc ::live::output::copied {from args} {
	set wants {}
	foreach path $args {
		if {[::oracle::der has $from $path]} { lappend wants $path [::oracle::der get $from $path] }
	}
	return $wants
}

proc ::live::output::chain {scene use} {
	return [lmap hex [setup chain [setup name [dict get $scene setup] $use]] {
		binary decode hex $hex
	}]
}

proc ::live::output::wants_Initiate {world scene value} {
	set wants [list orderRef [binary decode hex [dict get $scene order order]]]
	if {[dict get $scene variant] eq "3kp"} { lappend wants certB [chain $scene buyer] }
	return $wants
}

# The acquirer's certificate that the seller was given for USE.
proc ::live::output::passed {scene use} {
	set setup [dict get $scene setup]
	return [lmap hex [setup chain [setup changed $setup seller $use \
	    [setup name $setup acquirer-$use]]] {binary decode hex $hex}]
}

# One that is sent again is of the time of the first (IKP-G-04).
proc ::live::output::wants_Invoice {world scene value} {
	set wants [list clear.idS [dict get $scene setup idS] certA [passed $scene enc]]
	if {[dict get $scene edition] eq "hard"} { lappend wants certASig [passed $scene sig] }
	if {[dict get $scene variant] ne "1kp"} { lappend wants certS [chain $scene seller] }
	set before [scene::last $world Invoice]
	if {$before ne {} && [::oracle::der get $before clear.tidS]
	    eq [::oracle::der get $value clear.tidS]} {
		return [concat $wants [copied $before clear.date clear.nonceS]]
	}
	set late [expr {abs([::oracle::tlv seconds [::oracle::der get $value clear.date]]
	    - [dict get $world now])}]
	if {$late > ([dict get $world setup real] ? 5 : 0)} {
		lappend wants clear.date [::oracle::tlv time [dict get $world now]]
	}
	return $wants
}

proc ::live::output::wants_Payment {world scene value} {
	set clear [dict get $scene clear]
	set wants [copied $clear idS tidS]
	if {"acquirer" ni [dict get $world subjects]} { slip $world $scene $value }
	return $wants
}

# What the slip holds, with the acquirer's key.
proc ::live::output::slip {world scene value} {
	set setup [dict get $scene setup]
	set profile [dict get $scene profile]
	set slip [::oracle::ikp::slip open $profile [scene slip_key $setup] [dict get $value encSlip]]
	set account [dict get $setup account]
	set fields [dict create price [dict get $scene order price] ban [dict get $account ban] \
	    hCommon [dict get $scene clear hCommon] rB [dict get $slip rB] \
	    expiration [dict get $account expiration] \
	    rAcct [binary decode hex [dict get $account rAcct]]]
	if {[dict exists $world pins [dict get $world session]]} { dict set fields pin [setup pin] }
	set wanted [::oracle::ikp::slip make $profile $fields]
	dict for {path expected} $wanted { compare buyer Slip $slip $path $expected }
	foreach path {pin expiration rAcct} {
		if {![dict exists $wanted $path]} { compare buyer Slip $slip absent.$path {} }
	}
}

proc ::live::output::wants_AuthReq {world scene value} {
	set wants [list encSlip [dict get $scene encSlip] clear [dict get $scene clear] \
	    hDesc [::oracle::ikp::common h-desc [dict get $scene edition] \
	    [dict get $scene saltB] [dict get $scene order desc]]]
	lappend wants {*}[copied $scene sigB certB]
	lappend wants {*}[copied [scene::last $world Invoice] sigS certS]
	if {[dict get $scene edition] eq "hard"} {
		lappend wants {*}[part $world $scene]
	}
	return $wants
}

# authSeq and authAmount of the part that is asked for now.
proc ::live::output::part {world scene} {
	set name [dict get $world session]
	if {![dict exists $world parts $name]} {
		return [list authSeq 1 authAmount [dict get $scene order price]]
	}
	set parts [dict get $world parts $name]
	return [list authSeq [llength $parts] authAmount [lindex $parts end]]
}

proc ::live::output::wants_AuthRes {world scene value} {
	set ask [dict get $scene ask]
	set wants [copied [dict get $ask clear] idS tidS]
	if {[dict get $scene edition] eq "hard"} {
		lappend wants {*}[copied $ask authSeq captureNow]
	}
	if {[::oracle::der get $value resp.decision] eq "no"} {
		return [concat $wants resp.reason 5 absent.resp.authCode - absent.resp.authAmount -]
	}
	lappend wants resp.authCode 7A31
	if {[dict get $scene edition] eq "hard"} {
		lassign [dict get $world net] how granted
		lappend wants resp.authAmount [expr {$how eq "part"
		    ? [script::amount $world $granted] : [dict get $ask authAmount]}]
	}
	return $wants
}

proc ::live::output::wants_Confirm {world scene value} {
	set wants [copied [dict get $scene answer] idS tidS resp authSeq captureNow sigA]
	if {[::oracle::der get $value resp.decision] eq "no"} { lappend wants absent.v - }
	return $wants
}

proc ::live::output::wants_NetRequest {world scene value} {
	set slip [dict get $scene slip]
	set wants [copied $slip ban expiration pin]
	lappend wants {*}[copied [dict get $scene ask] captureNow]
	set price [expr {[dict exists $scene ask authAmount] ? [dict get $scene ask authAmount]
	    : [dict get $slip price]}]
	set seq [expr {[dict exists $scene ask authSeq] ? [dict get $scene ask authSeq] : 1}]
	set reference [::oracle::ikp::acquirer::reference [dict get $scene ask clear] $seq]
	return [concat $wants [list price $price reference $reference]]
}

proc ::live::output::wants_Cancel {world scene value} {
	return [concat reason 7 [copied [dict get $scene clear] idS tidS]]
}

proc ::live::output::wants_InquiryReq {world scene value} {
	return [concat [copied $scene saltB] [copied [dict get $scene clear] idS tidS]]
}

proc ::live::output::wants_AcqInquiryReq {world scene value} {
	return [copied $scene clear]
}

# IKP-A-28: the status that the state reported with it stands for, if one is.
proc ::live::output::wants_AcqInquiryRes {world scene value} {
	set statuses {none unknown pending pending authorized authorized captured authorized
	    part-captured authorized closed authorized declined declined voided cancelled}
	if {![dict exists $world reply result state]} { return {} }
	set state [dict get $world reply result state]
	if {![dict exists $statuses $state]} { return {} }
	return [list status [dict get $statuses $state]]
}

proc ::live::output::wants_ReversalReq {world scene value} {
	if {[state $world seller] in {invoiced auth-sent cancelling}} {
		return [concat newAmount.amount 0 [copied $scene clear]]
	}
	return [concat [list newAmount [dict get $world clearing amount]] [copied $scene clear]]
}

proc ::live::output::wants_MicroPay {world scene value} {
	set index [script::owed $world]
	if {[world drawn $world X buyer] ne ""} {
		set wants [list token [scene link $world $scene $index]]
	} else {
		set wants [rooted $scene $value]
	}
	return [concat [list index $index] $wants [copied [dict get $scene clear] idS tidS]]
}

# Of a chain whose seed cannot be seen: the token leads to the root.
proc ::live::output::rooted {scene value} {
	set terms [dict get $scene clear micro]
	set index [dict get $value index]
	if {$index > [dict get $terms n] || [::oracle::ikp::micro walk [dict get $scene profile] \
	    $terms [dict get $value token] $index 0] ne [dict get $terms root]} {
		judge stop wrong-output "the MicroPay of the buyer has a token that does not lead to the root"
	}
	return {}
}

proc ::live::output::wants_MicroAck {world scene value} {
	return [copied [scene::last $world MicroPay] idS tidS index token]
}

proc ::live::output::wants_MicroAccept {world scene value} {
	return [copied [dict get $scene clear] idS tidS]
}

proc ::live::output::wants_MicroDeposit {world scene value} {
	set wants [concat [copied $scene clear] \
	    [list token [scene link $world $scene [dict get $value index]]]]
	if {[dict get $scene clear micro mode] ne "offLine"} { return [concat $wants absent.offLine -] }
	foreach field {encSlip certB sigB} {
		lappend wants {*}[prefixed offLine [copied $scene $field]]
	}
	return [concat $wants [prefixed offLine [copied [scene::last $world Invoice] sigS]]]
}

proc ::live::output::prefixed {name wants} {
	return [concat {*}[lmap {path value} $wants { list $name.$path $value }]]
}

proc ::live::output::wants_MicroClose {world scene value} {
	return [copied $scene clear]
}

proc ::live::output::wants_MicroDepositRes {world scene value} {
	set links [dict get $value index]
	return [concat [copied [dict get $scene clear] idS tidS] \
	    [list total [setup times [dict get $scene clear micro unit] $links]]]
}

# IKP-U-14 and IKP-U-49: what was paid so far, or what is left of the reservation.
proc ::live::output::wants_NetDeposit {world scene value} {
	set terms [dict get $scene clear micro]
	set paid [deposited $world]
	if {[dict get $value released amount]} {
		set rest [expr {[dict get [setup times [dict get $terms unit] [dict get $terms n]] amount] - $paid}]
		return [list amount.amount 0 released.amount $rest]
	}
	set index [dict get [scene::last $world MicroDeposit] index]
	set due [dict get [setup times [dict get $terms unit] $index] amount]
	return [list amount.amount [expr {$due - $paid}]]
}

# The sum of what the network was told to pay.
proc ::live::output::deposited {world} {
	set sum 0
	foreach message [world past $world NetDeposit] {
		dict with message {
			set m [wire read [dict get $world profile] $from $to $msg]
		}
		incr sum [dict get $m value amount amount]
	}
	return $sum
}

proc ::live::output::state {world role} { return [world state $world $role] }

# A capture or refund asks for what the operator said, as the next in the row.
proc ::live::output::wants_CaptureReq {world scene value} {
	return [concat [copied $scene clear] [copied [dict get $world clearing] amount authSeq final]]
}

proc ::live::output::wants_RefundReq {world scene value} {
	return [concat [copied $scene clear] [copied [dict get $world clearing] amount authSeq]]
}

proc ::live::output::wants_NetCapture {world scene value} {
	return [copied [script::value_of $world CaptureReq] seq amount final]
}

proc ::live::output::wants_NetRefund {world scene value} {
	return [copied [script::value_of $world RefundReq] seq amount]
}
