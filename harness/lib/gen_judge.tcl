# gen_judge.tcl -- vectors/ikp/judge-*.json: claims and their evidence
#
#   gen::judge::suites CONTEXT     path -> content, one file per edition
#
# Each row of the claims table (spec/ikp-evidence.md) is accepted in every profile
# that has it.  In one of these it is refused with each item missing, and with each item
# altered that no earlier row had altered before the same check.  What one
# alteration cannot show is put together in `together`.
#
# A case is a dict: claim profile items (name -> octets, chains as lists), and where it has them
# receipt transcript anchors crls.

package require Tcl 8.6-

namespace eval ::gen::judge {
	namespace path {::gen ::oracle::ikp ::oracle}
	variable played {}       ;# {flow profile} -> world
	variable instances {}    ;# id -> instance
	variable setup {}        ;# of the edition: who is who depends on the seed
	variable shown {}        ;# {check item} of the edition, altered already
	variable code_of {
		IKP-E-01 not-provable IKP-E-02 evidence-missing IKP-E-03 malformed
		IKP-E-04 variant-not-allowed IKP-E-05 variant-not-allowed IKP-E-06 cert-invalid
		IKP-E-07 sig-invalid IKP-E-08 commitment-mismatch IKP-E-09 commitment-mismatch
		IKP-E-10 commitment-mismatch IKP-E-11 sig-invalid IKP-E-12 common-mismatch
		IKP-E-13 sig-invalid IKP-E-14 slip-invalid IKP-E-15 slip-invalid
		IKP-E-16 slip-invalid IKP-E-17 sig-invalid IKP-E-18 claim-mismatch
		IKP-E-19 common-mismatch IKP-E-21 chain-invalid IKP-E-22 common-mismatch
		IKP-E-23 common-mismatch IKP-E-24 sig-invalid IKP-E-25 sig-invalid
		IKP-E-26 claim-mismatch IKP-E-27 common-mismatch IKP-E-28 claim-mismatch
	}
	# which check finds an item altered
	variable found_by {
		desc IKP-E-08 saltB IKP-E-08 sigS IKP-E-07 v IKP-E-09 vC IKP-E-10
		tbsAuthReq IKP-E-11 sigS2 IKP-E-11 sigB IKP-E-13 slip IKP-E-14 seed IKP-E-14
		certA IKP-E-14 tbsAuthRes IKP-E-17 sigA IKP-E-17 certASig IKP-E-17 certS IKP-E-06
		certB IKP-E-13 token IKP-E-21 index IKP-E-21 result IKP-E-24 sigResult IKP-E-24
		sigAccept IKP-E-25
	}
	# claims that the table gives to no such profile, with a flow to take evidence of
	variable unprovable {
		offered 1kp-hard accepted 1kp-ec95 cancelled 1kp-jsac cancelled 3kp-ec95
		cheated 2kp-ec95 requested 1kp-hard requested 2kp-ec95 requested 3kp-jsac
		ordered 1kp-jsac ordered 2kp-hard account 2kp-hard account 3kp-jsac delivered 3kp-hard
		reversed 3kp-jsac reversed 1kp-hard-micro credited 2kp-hard-micro
		deposited 3kp-hard underpaid 3kp-ec95 unpaid 2kp-jsac-micro
	}
	# claims that are shown in micro profiles too, the last two in each
	variable small {spent reversed credited unpaid deposited underpaid}
}

proc ::gen::judge::suites {context} {
	variable played {}
	variable instances {}
	foreach instance [::live::instances $context] { dict set instances [dict get $instance id] $instance }
	flag Provable BASIC info "a claim with the evidence that it needs" "none, if it is proved"
	flag NotProvable MISSING_CHECK critical "a claim that the protocol gives no evidence for" \
	    "somebody is found guilty of what no signature says"
	flag Missing MISSING_CHECK critical "an item of evidence is missing" \
	    "a claim is proved by less than the rules want"
	flag Altered MODIFIED_PARAMETER critical "an item of evidence is not the genuine one" \
	    "forged or foreign evidence convicts"
	set found {}
	foreach edition {ec95 jsac hard} {
		set part 0
		foreach share [shares [tests $context $edition]] {
			incr part
			lappend found {*}[suite ikp judge-$edition[expr {$part > 1 ? "-$part" : ""}] \
			    [dict create kind verify title "Claims of edition $edition before the judge"] $share]
		}
	}
	return $found
}

# Files below 1 MiB.
proc ::gen::judge::shares {tests} {
	set shares {}
	set share {}
	set size 0
	foreach test $tests {
		set more [string length [json write $test]]
		if {$size + $more > 950000} {
			lappend shares $share
			set share {}
			set size 0
		}
		lappend share $test
		incr size $more
	}
	return [concat $shares [list $share]]
}

proc ::gen::judge::tests {context edition} {
	variable shown {}
	variable small
	variable setup [dict get [world $context twice ikp/3kp-$edition] setup]
	set found {}
	foreach row [dict get [specification] claims] {
		lassign $row claim cell needed checks
		set last {}
		foreach short {1kp 2kp 3kp 1kp-micro 2kp-micro 3kp-micro} {
			set profile ikp/[join [linsert [split $short -] 1 $edition] -]
			if {[string match *-micro $profile] && $claim ni $small} continue
			if {![tables applies $cell [tables words $profile]]} continue
			set case [case $context $claim $profile $needed]
			lappend found [proved $case]
			set last $case
		}
		if {$last ne {}} { lappend found {*}[refusals $last $checks] }
	}
	return [concat $found [not_provable $context $edition] \
	    [together $context $edition] [of_chains $context ikp/3kp-$edition-micro] \
	    [messages $context $edition]]
}

# -- evidence ------------------------------------------------------------------------

proc ::gen::judge::case {context claim profile needed} {
	if {$claim eq "spent"} { return [spent $context $profile] }
	if {$claim in {captured refunded}} { return [cleared $context $claim $profile $needed] }
	if {$claim eq "reversed"} { return [reversed $context $profile $needed] }
	if {$claim eq "credited"} { return [credited $context $profile] }
	if {$claim in {deposited underpaid unpaid}} { return [deposited $context $claim $profile] }
	set flow [expr {$claim eq "declined" ? "declined-twice" : "twice"}]
	set items [dict filter [evidence [world $context $flow $profile] main] key {*}$needed]
	return [dict create claim $claim profile $profile items $items]
}

proc ::gen::judge::world {context flow profile} {
	variable played
	variable instances
	if {![dict exists $played $flow $profile]} {
		set short [lindex [split $profile /] end]
		set instance [dict get $instances ikp::run::$flow@$short/buyer]
		dict set played $flow $profile [lindex [::live::play $context {} $instance] 1]
	}
	return [dict get $played $flow $profile]
}

# All items of one session of an honest run.
proc ::gen::judge::evidence {world session} {
	dict set world session $session
	set scene [::live::scene of $world]
	dict with scene {}
	set invoice [::live::scene::last $world Invoice]
	set items [dict create common [agreed $scene] \
	    desc [encoding convertto utf-8 [dict get $order desc]] saltB $saltB encSlip $encSlip \
	    slip [slip encode $profile $slip] \
	    seed [binary decode hex [::live::world drawn $world seed(EncSlip) buyer]] \
	    certA [dict get $invoice certA] certASig [signer $invoice] \
	    sigA [dict get $answer sigA]]
	dict set items tbsAuthRes [proof tbs $profile TbsAuthRes [dict merge $answer \
	    [dict create hCommon [dict get $clear hCommon] hEncSlip [common h $edition enc-slip $encSlip]]]]
	foreach {name from} {sigS invoice certS invoice v scene vC scene sigB scene certB scene sigS2 ask} {
		if {[dict exists [set $from] $name]} { dict set items $name [dict get [set $from] $name] }
	}
	if {[dict exists $ask sigS2]} {
		dict set items tbsAuthReq [proof tbs $profile TbsAuthReq [proof auth-request $ask]]
	}
	return $items
}

# DER of the Common of a session.
proc ::gen::judge::agreed {scene} {
	dict with scene {}
	set hDesc [common h-desc $edition $saltB [dict get $order desc]]
	return [der encode [common module $edition] Common [common make $profile [dict merge $clear \
	    [dict create price [dict get $order price] idB $idB hDesc $hDesc]]]]
}

# The certificate that the acquirer signs with; before HARD it has one for both uses.
proc ::gen::judge::signer {invoice} {
	return [dict get $invoice [expr {[dict exists $invoice certASig] ? "certASig" : "certA"}]]
}

# A link of a chain under a signed Common; what else its Slip would hold nobody asks.
proc ::gen::judge::spent {context profile} {
	set edition [lindex [tables words $profile] 1]
	set items [dict filter [evidence [world $context twice ikp/3kp-$edition] main] \
	    key common encSlip certB]
	set seed [seed $edition]
	set chainId [expr {$edition eq "hard" ? [unhex [octets "judge chainId" 16]] : ""}]
	set terms [dict create root [micro root $edition $chainId $seed 100] n 100 \
	    unit {currency 840 amount 10 exponent -2} expiry 19960420120000Z mode preAuthorized]
	if {$edition eq "hard"} { dict set terms chainId $chainId }
	set module [common module $edition]
	set value [der decode $module Common [dict get $items common]]
	dict set value micro $terms
	dict set items common [der encode $module Common $value]
	dict set items sigB [signed buyer $edition payment TbsPayment [dict create \
	    encSlip [dict get $items encSlip] hCommon [common h $edition common [dict get $items common]]]]
	dict set items token [micro token $profile $terms $seed 42]
	dict set items index \x00\x00\x00\x2a
	return [dict create claim spent profile $profile items $items]
}

proc ::gen::judge::seed {edition} {
	return [unhex [octets "judge chain" [expr {$edition eq "hard" ? 32 : 20}]]]
}

# In 1KP request and answer are what the seller had sealed and has opened.
proc ::gen::judge::reversed {context profile needed} {
	if {"1kp" in [tables words $profile]} {
		set world [world $context reverse-all $profile]
		set request [opened $world SealedReq]
		set answer [opened $world SealedRes]
	} else {
		set world [world $context cancel-authorized $profile]
		set request [::live::scene::last $world ReversalReq]
		set answer [::live::scene::last $world ReversalRes]
	}
	set items [evidence $world main]
	dict set items request [der encode IKP ReversalReq $request]
	dict set items result [proof tbs $profile TbsReversalRes $answer]
	dict set items sigResult [dict get $answer sigA]
	return [dict create claim reversed profile $profile items [dict filter $items key {*}$needed]]
}

proc ::gen::judge::opened {world type} {
	return [dict get [::live::sealed opened $world [said_in $world $type]] value]
}

# The first message of a type, as live_wire.tcl reads it.
proc ::gen::judge::said_in {world type} {
	set message [lindex [::live::world past $world $type] 0]
	dict with message {}
	return [::live::wire read [dict get $world profile] $from $to $msg]
}

# What seller and acquirer have said of a chain that was run.
proc ::gen::judge::credited {context profile} {
	set world [world $context chain-offline $profile]
	set accept [::live::scene::last $world MicroAccept]
	return [dict create claim credited profile $profile items [dict create \
	    common [agreed [::live::scene of $world]] v [dict get $accept v] \
	    sigAccept [dict get $accept sigS] certS [dict get [::live::scene::last $world Invoice] certS]]]
}

# The answer to the first deposit.  An underpaid one has a total of one less, signed by
# an acquirer that cheats.
proc ::gen::judge::deposited {context claim profile} {
	set flow [expr {$claim eq "unpaid" ? "chain-offline-declined"
		: "3kp" in [tables words $profile] ? "chain-offline" : "chain"}]
	set world [world $context $flow $profile]
	set common [agreed [::live::scene of $world]]
	set answer [dict get [said_in $world MicroDepositRes] value]
	set edition [lindex [tables words $profile] 1]
	dict set answer hCommon [common h $edition common $common]
	set items [dict create common $common \
	    result [proof tbs $profile TbsMicroDepositRes $answer] sigResult [dict get $answer sigA] \
	    certASig [signer [::live::scene::last $world Invoice]]]
	set case [dict create claim $claim profile $profile items $items]
	if {$claim ne "underpaid"} { return $case }
	dict set case items token [dict get [said_in $world MicroDeposit] value token]
	return [told $case total.amount [expr {[der get $answer total.amount] - 1}]]
}

# CASE with components of its TbsMicroDepositRes changed, and signed by the acquirer.
proc ::gen::judge::told {case args} {
	set edition [lindex [tables words [dict get $case profile]] 1]
	set octets [dict get $case items result]
	foreach {path value} $args { set octets [changed $case TbsMicroDepositRes $octets $path $value] }
	dict set case items result $octets
	dict set case items sigResult [signed acquirer-sig $edition micro-deposit-response \
	    TbsMicroDepositRes [der decode [common module $edition] TbsMicroDepositRes $octets]]
	return $case
}

# A request and its answer, made of an order's Clear by the parties' keys.
proc ::gen::judge::cleared {context claim profile needed} {
	set world [world $context twice $profile]
	set items [evidence $world main]
	set scene [::live::scene of $world]
	set price [dict get $scene order price]
	set value [dict create clear [dict get $scene clear] authSeq 1 seq 1 amount $price]
	if {$claim eq "captured"} { dict set value final 1 }
	lassign [dict get {captured {CaptureReq TbsCaptureRes capture}
		refunded {RefundReq TbsRefundRes refund}} $claim] request result word
	dict set items request [der encode IKP $request $value]
	set none [dict replace $price amount 0]
	set tbs [dict create hRequest [common h hard $word-hash [dict get $items request]] \
	    totals [dict create authorized $price captured $price lastSeq 1 closed 1 \
	    refunded [expr {$claim eq "captured" ? $none : $price}]]]
	dict set items result [der encode IKP $result $tbs]
	dict set items sigResult [signed acquirer-sig hard $word-response $result $tbs]
	return [dict create claim $claim profile $profile items [dict filter $items key {*}$needed]]
}

# -- nodes ----------------------------------------------------------------------------

proc ::gen::judge::input {case} {
	set edition [lindex [tables words [dict get $case profile]] 1]
	set setup_lists {root-list acquirer-ca-list issuer-ca-list}
	set anchors [list [dict get [::live::setup certificate root] der]]
	set in [list claim [json str [dict get $case claim]] profile [json str [dict get $case profile]] \
	    anchors [strings $anchors]]
	if {$edition eq "hard" && ![dict exists $case listless]} {
		lappend in crls [strings [lmap name $setup_lists {::live::setup list $name}]]
	}
	lappend in evidence [list obj [dict map {name value} [dict get $case items] {
		expr {[string match cert* $name] ? [strings [lmap c $value {hex $c}]] : [json str [hex $value]]}
	}]]
	if {[dict exists $case receipt]} { lappend in receipt [json str [hex [dict get $case receipt]]] }
	if {[dict exists $case transcript]} {
		lappend in transcript [strings [dict get $case transcript]]
	}
	return [json obj {*}$in]
}

proc ::gen::judge::id {case args} {
	set short [lindex [split [dict get $case profile] /] end]
	return [string tolower ikp::judge::[join [list [dict get $case claim] $short {*}$args] -]]
}

proc ::gen::judge::said {case} {
	return "\"[dict get $case claim]\" in [lindex [split [dict get $case profile] /] end]"
}

proc ::gen::judge::proved {case args} {
	set in [input $case]
	set answer [stateless::recompute ikp.judge $in]
	if {![dict exists $answer ok]} {
		throw {SEMPER DATA} "the oracle does not prove [said $case]: $answer"
	}
	return [list obj [dict create id [json str [id $case {*}$args]] \
	    title [json str "[said $case] is proved[expr {[llength $args] ? " by a $args" : ""}]"] \
	    flags [strings Provable] req [strings [cite IKP-E-20]] op [json str ikp.judge] in $in \
	    expect [json obj result [json str accept] ok [dict get $answer ok]]]]
}

# PARENT with CASE in its place; CHANGE is {kind field}, WHAT says it.
proc ::gen::judge::refused {parent case requirement flag change what name} {
	variable code_of
	set code [dict get $code_of $requirement]
	set in [input $case]
	set answer [stateless::recompute ikp.judge $in]
	set class [lindex [dict get [specification] errors $code] 0]
	if {$answer ne [list reject $class]} {
		throw {SEMPER DATA} "[id $case $name]: expected is $code, the oracle says\
		    [string range $answer 0 200]"
	}
	return [list obj [dict create id [json str [id $case $name]] \
	    title [json str "[said $case] with $what"] flags [strings $flag] \
	    req [strings [cite $requirement]] parent [json str $parent] \
	    mutation [json strs [dict create kind [lindex $change 0] field [lindex $change 1]]] \
	    op [json str ikp.judge] in $in \
	    expect [json obj result [json str reject] class [strings [list $class]] \
	    codes [strings [list $code]]]]]
}

# -- one item missing, one item altered -----------------------------------------------

proc ::gen::judge::refusals {case checks} {
	variable shown
	set found {}
	foreach name [dict keys [dict get $case items]] {
		set less $case
		dict unset less items $name
		lappend found [refused [id $case] $less IKP-E-02 Missing [list drop-field $name] \
		    "$name missing" without-$name]
		set check [finder $name $checks]
		set key [expr {$name in {request result token} ? "$name [dict get $case claim]" : $name}]
		if {[dict exists $shown $check $key]} continue
		dict set shown $check $key 1
		set other $case
		dict set other items $name [altered $case $name]
		lappend found [refused [id $case] $other $check Altered \
		    [list [kind_of $name] $name] "another $name" other-$name]
	}
	return $found
}

proc ::gen::judge::kind_of {name} {
	if {[string match cert* $name]} { return other-cert }
	return [expr {$name in {common tbsAuthReq tbsAuthRes slip desc index request result} ? "set-field" : "flip-bit"}]
}

# The first of the row's checks that looks at the item.
proc ::gen::judge::finder {name checks} {
	variable found_by
	if {$name eq "encSlip"} {
		return [expr {"IKP-E-13" in $checks ? "IKP-E-13" : "IKP-E-19"}]
	}
	if {$name eq "common"} {
		foreach check {IKP-E-12 IKP-E-07 IKP-E-13 IKP-E-22 IKP-E-27 IKP-E-25} {
			if {$check in $checks} { return $check }
		}
	}
	if {$name eq "request"} { return IKP-E-23 }
	if {$name eq "certASig" && "IKP-E-24" in $checks} { return IKP-E-24 }
	return [dict get $found_by $name]
}

proc ::gen::judge::altered {case name} {
	set octets [dict get $case items $name]
	switch -- $name {
		common { return [changed $case Common $octets price.amount 1] }
		tbsAuthReq { return [changed $case TbsAuthReq $octets authAmount.amount 1] }
		tbsAuthRes { return [changed $case TbsAuthRes $octets resp.reason 7] }
		slip { return [changed $case Slip $octets expiration 209912] }
		desc { return "$octets!" }
		index { return \x00\x00\x00\x01 }
		request { return [changed $case [type_of $case request] $octets authSeq 2] }
		result {
			set path [dict get {reversed newAmount captured totals.captured refunded totals.captured
				deposited total underpaid total unpaid total} [dict get $case claim]]
			return [changed $case [type_of $case result] $octets $path.amount 1]
		}
		certS { return [chain seller2] }
		certB { return [chain buyer2] }
		certA { return [chain acquirer2-enc] }
		certASig { return [chain acquirer2-sig] }
	}
	return [string range $octets 0 end-1][flipped [string index $octets end]]
}

proc ::gen::judge::type_of {case item} {
	return [dict get {captured {request CaptureReq result TbsCaptureRes}
		refunded {request RefundReq result TbsRefundRes}
		reversed {request ReversalReq result TbsReversalRes}
		deposited {result TbsMicroDepositRes} underpaid {result TbsMicroDepositRes}
		unpaid {result TbsMicroDepositRes}} [dict get $case claim] $item]
}

proc ::gen::judge::flipped {octet} {
	binary scan $octet c number
	return [binary format c [expr {$number ^ 1}]]
}

proc ::gen::judge::changed {case type octets path value} {
	set module [common module [lindex [tables words [dict get $case profile]] 1]]
	return [der encode $module $type [der set [der decode $module $type $octets] $path $value]]
}

# The chain of a party of the edition, or of the certificate of that name.
proc ::gen::judge::chain {who} {
	return [lmap certificate [::live::setup chain [name_of $who]] {unhex $certificate}]
}

proc ::gen::judge::name_of {who} {
	variable setup
	return [expr {[dict exists $setup names $who] ? [dict get $setup names $who] : $who}]
}

# -- what cannot be proved --------------------------------------------------------------

proc ::gen::judge::not_provable {context edition} {
	variable unprovable
	set found {}
	foreach {claim short} $unprovable {
		if {[lindex [split $short -] 1] ne $edition} continue
		set small [string match *-micro $short]
		set items [evidence [world $context [expr {$small ? "chain" : "twice"}] ikp/$short] main]
		set case [dict create claim $claim profile ikp/$short items $items]
		set parent [dict create claim [expr {$small ? "deposited" : "authorized"}] profile ikp/$short]
		lappend found [refused [id $parent] $case IKP-E-01 NotProvable {set-field claim} \
		    "all the evidence there can be" unprovable]
	}
	return $found
}

# -- what more than one item is needed for ------------------------------------------------

proc ::gen::judge::together {context edition} {
	set profile ikp/3kp-$edition
	set twice [world $context twice $profile]
	set mine [evidence $twice main]
	set other [evidence $twice other]
	set no [evidence [world $context declined-twice $profile] main]
	set found {}
	lappend found [swap $profile authorized $mine $other {tbsAuthRes sigA} IKP-E-12 \
	    "the answer to another order" other-order]
	lappend found [swap $profile authorized $no {} {} IKP-E-18 "a signed no" decided-no]
	lappend found [swap $profile declined $mine {} {} IKP-E-18 "a signed yes" decided-yes]
	lappend found [formed $profile $mine {append common \x00} "a trailing octet of common" trailing]
	lappend found [formed $profile $mine {without common hV} "a Common without hV" no-commitment]
	lappend found [certificate $profile $mine offered certS seller-$edition-expired]
	if {$edition eq "hard"} {
		lappend found {*}[hard $profile $mine $other] {*}[clearings $context $profile]
	}
	return [concat $found [links $context $profile-micro]]
}

# The first and the last link of a chain, and what lies beyond.
proc ::gen::judge::links {context profile} {
	set case [spent $context $profile]
	set parent [id $case]
	set value [der decode [common module [lindex [tables words $profile] 1]] Common \
	    [dict get $case items common]]
	set terms [dict get $value micro]
	set token [dict get $case items token]
	set found {}
	foreach {index name} {1 first-link 0 no-link} {
		dict set case items token [micro walk $profile $terms $token 42 $index]
		dict set case items index [binary format I $index]
		if {$index} { lappend found [proved $case $name] }
	}
	lappend found [refused $parent $case IKP-E-21 Altered {set-field index} "the root as a link" no-link]
	dict set case items token [seed [lindex [tables words $profile] 1]]
	dict set case items index [binary format I [dict get $terms n]]
	lappend found [proved $case last-link]
	dict set case items token [string repeat \x00 [string length $token]]
	dict set case items index [binary format I [expr {[dict get $terms n] + 1}]]
	lappend found [refused $parent $case IKP-E-21 Altered {set-field index} \
	    "an index that is greater than n" beyond]
	return $found
}

# The claim of PROFILE with the items of MINE, some of them those of OTHER.
proc ::gen::judge::swap {profile claim mine other names requirement what name} {
	set items [row_items $profile $claim $mine]
	foreach item $names { dict set items $item [dict get $other $item] }
	set case [dict create claim $claim profile $profile items $items]
	return [refused [id $case] $case $requirement Altered {other-session {}} $what $name]
}

proc ::gen::judge::row_items {profile claim items} {
	foreach row [dict get [specification] claims] {
		lassign $row name cell needed
		if {$name eq $claim && [tables applies $cell [tables words $profile]]} {
			return [dict filter $items key {*}$needed]
		}
	}
	error "no row for $claim in $profile"
}

proc ::gen::judge::formed {profile mine how what name} {
	set items [row_items $profile authorized $mine]
	set case [dict create claim authorized profile $profile items $items]
	set parent [id $case]
	lassign $how word item rest
	set octets [dict get $items $item]
	if {$word eq "append"} {
		dict set case items $item $octets[subst -nocommands -novariables $rest]
	} else {
		set module [common module [lindex [tables words $profile] 1]]
		dict set case items $item [der encode $module Common \
		    [der unset [der decode $module Common $octets] $rest]]
	}
	return [refused $parent $case IKP-E-03 Altered [list set-field $item] $what $name]
}

proc ::gen::judge::certificate {profile mine claim item name} {
	set case [dict create claim $claim profile $profile items [row_items $profile $claim $mine]]
	set parent [id $case]
	dict set case items $item [chain $name]
	return [refused $parent $case IKP-E-06 Altered [list other-cert $item] \
	    "a certificate that had expired" expired]
}

proc ::gen::judge::hard {profile mine other} {
	set case [dict create claim offered profile $profile items [row_items $profile offered $mine]]
	set listless [dict replace $case listless 1]
	lappend found [refused [id $case] $listless IKP-E-06 Altered {drop-field crls} \
	    "no revocation list" no-lists]
	lappend found [swap $profile requested $mine $other {tbsAuthReq sigS2} IKP-E-12 \
	    "the request for another order" other-order]
	lappend found [downgraded $case]
	foreach {what path value name} {
		{a slip for another order} hCommon 7777 foreign-slip
		{a slip with another PRICE} price.amount 1 foreign-price
		{a slip of another buyer} rB 5555 foreign-buyer
	} {
		lappend found [resealed $profile $mine $path $value IKP-E-15 $what $name]
	}
	lappend found [resealed $profile $mine rAcct 6666 IKP-E-16 "another R_acct" foreign-account]
	lappend found [certified $profile $mine buyer2 "the certificate of another account"]
	lappend found [certified $profile $mine buyer-hard-no-commitment "a certificate of no account"]
	return $found
}

# A genuine offer of 2KP claimed as one of 3KP: profile in Common is another.
proc ::gen::judge::downgraded {case} {
	set parent [id $case]
	set der [changed $case Common [dict get $case items common] profile.variant twoKP]
	dict set case items common $der
	dict set case items sigS [signed seller hard offer TbsOffer \
	    [dict create hCommon [common h hard common $der]]]
	return [refused $parent $case IKP-E-04 Altered {set-field common} \
	    "a Common of 2KP" other-variant]
}

proc ::gen::judge::signed {who edition word type fields} {
	return [proof sign $edition [unhex [::live::setup pkcs8 [name_of $who]]] $word \
	    [proof tbs ikp/3kp-$edition $type $fields] [unhex [octets "judge $word" 32]]]
}

# The slip with one component changed, sealed and signed anew by the buyer.
proc ::gen::judge::resealed {profile mine path value requirement what name} {
	set case [dict create claim account profile $profile items [row_items $profile account $mine]]
	set parent [id $case]
	if {$path ne "price.amount"} {
		set length [expr {$path eq "hCommon" ? 32 : 16}]
		set value [string repeat [unhex $value] [expr {$length / 2}]]
	}
	set slip [changed $case Slip [dict get $mine slip] $path $value]
	dict set case items slip $slip
	dict set case items encSlip [slip seal $profile [proof public [dict get $mine certA]] \
	    [der decode IKP Slip $slip] [dict get $mine seed]]
	dict set case items sigB [paid $case buyer]
	return [refused $parent $case $requirement Altered [list set-field slip.$path] $what $name]
}

proc ::gen::judge::paid {case who} {
	return [signed $who hard payment TbsPayment [dict create \
	    encSlip [dict get $case items encSlip] \
	    hCommon [common h hard common [dict get $case items common]]]]
}

# CERT_B with another commitment, or none, and Sig_B of its key.
proc ::gen::judge::certified {profile mine certificate what} {
	set case [dict create claim account profile $profile items [row_items $profile account $mine]]
	set parent [id $case]
	dict set case items certB [chain $certificate]
	dict set case items sigB [paid $case $certificate]
	return [refused $parent $case IKP-E-16 Altered {other-cert certB} $what $certificate]
}

# A request of another order, and one that was refused, each answered and signed.
proc ::gen::judge::clearings {context profile} {
	set case [case $context reversed $profile {common request result sigResult certASig}]
	set parent [id $case]
	set items [dict get $case items]
	set foreign [changed $case ReversalReq [dict get $items request] clear.hCommon [string repeat \x77 32]]
	set found {}
	foreach {requirement request path value what name} [list \
		IKP-E-22 $foreign hReversal [common h hard reversal-hash $foreign] \
		"the request for another order" other-order \
		IKP-E-18 [dict get $items request] outcome refused "a signed refusal" was-refused] {
		set result [changed $case TbsReversalRes [dict get $items result] $path $value]
		set other [dict replace $items request $request result $result sigResult \
		    [signed acquirer-sig hard reversal-response TbsReversalRes \
		    [der decode IKP TbsReversalRes $result]]]
		lappend found [refused $parent [dict replace $case items $other] $requirement Altered \
		    [list set-field $path] $what $name]
	}
	return $found
}

# -- chains ---------------------------------------------------------------------------------

# What seller and acquirer said of a chain, of another, or not as the claim has it.
proc ::gen::judge::of_chains {context profile} {
	set edition [lindex [tables words $profile] 1]
	set found {}
	set case [credited $context $profile]
	set parent [id $case]
	set world [world $context chain-offline $profile]
	set other $case
	dict set other items sigAccept [dict get [::live::scene::last $world Invoice] sigS]
	lappend found [refused $parent $other IKP-E-25 Altered {set-bytes sigAccept} \
	    "the Sig_S of the offer" only-offered]
	lappend found [refused $parent [pre_authorized $case] IKP-E-26 Altered {set-field common} \
	    "a Common of a pre-authorised chain" pre-authorized]
	set no [deposited $context unpaid $profile]
	lappend found [refused [id $no] [pre_authorized $no] IKP-E-26 Altered {set-field common} \
	    "a Common of a pre-authorised chain" pre-authorized]
	set paid [deposited $context deposited $profile]
	set foreign [told $paid hCommon [string repeat \x77 [expr {$edition eq "hard" ? 32 : 20}]]]
	lappend found [refused [id $paid] $foreign IKP-E-27 Altered {set-field hCommon} \
	    "the answer to another chain" other-chain]
	lappend found [refused [id $paid] [dict replace $no claim deposited] IKP-E-18 Altered \
	    {other-session {}} "a signed no" decided-no]
	lappend found [refused [id $no] [dict replace $paid claim unpaid] IKP-E-18 Altered \
	    {other-session {}} "a signed yes" decided-yes]
	lappend found [proved [told $paid closed 1] closed]
	return [concat $found [underpaid $context $profile]]
}

# CASE as if its chain had been pre-authorised, all of it signed so.
proc ::gen::judge::pre_authorized {case} {
	set edition [lindex [tables words [dict get $case profile]] 1]
	set der [changed $case Common [dict get $case items common] micro.mode preAuthorized]
	dict set case items common $der
	set hCommon [common h $edition common $der]
	if {[dict get $case claim] ne "credited"} { return [told $case hCommon $hCommon] }
	dict set case items sigAccept [signed seller $edition micro-accept TbsMicroAccept \
	    [dict create hCommon $hCommon v [dict get $case items v]]]
	return $case
}

# Signed answers that are not too little, or not for a link that was given out.
proc ::gen::judge::underpaid {context profile} {
	set case [deposited $context underpaid $profile]
	set parent [id $case]
	set value [der decode [common module [lindex [tables words $profile] 1]] TbsMicroDepositRes \
	    [dict get $case items result]]
	set owed [expr {[der get $value total.amount] + 1}]
	set index [dict get $value index]
	set found {}
	foreach {requirement changes what name} [list \
		IKP-E-28 [list total.amount $owed] "all that is owed" whole-total \
		IKP-E-28 {decision no} "a signed no" decided-no \
		IKP-E-28 {total.currency 756} "a total in another currency" other-currency \
		IKP-E-28 {total.exponent -1} "a total with another exponent" other-exponent \
		IKP-E-21 [list index [expr {$index + 1}]] "the token of a lesser index" lesser-token] {
		lappend found [refused $parent [told $case {*}$changes] $requirement Altered \
		    [list set-field [lindex $changes 0]] $what $name]
	}
	lappend found [proved [told $case total.amount 0] nothing-paid]
	return $found
}

# -- transcripts and Receipts ---------------------------------------------------------------

proc ::gen::judge::messages {context edition} {
	set profile ikp/3kp-$edition
	set world [world $context pay $profile]
	set mine [evidence $world main]
	set transcript [until {} $world]
	set case [dict create claim accepted profile $profile transcript $transcript \
	    items [dict filter $mine key common desc]]
	set found [list [proved $case transcript]]
	foreach claim {ordered authorized requested} {
		if {$claim eq "requested" && $edition ne "hard"} continue
		lappend found [proved [dict replace $case claim $claim] transcript]
	}
	if {$edition eq "hard"} {
		set asked [dict replace $case claim requested transcript [until AuthReq $world]]
		lappend found [proved $asked no-answer]
	}
	set parent [id $case transcript]
	set cut [dict replace $case transcript [lreplace $transcript end end [string range [lindex $transcript end] 0 end-2]]]
	lappend found [refused $parent $cut IKP-E-03 Altered {truncate transcript} "a message cut short" cut-message]
	set short [dict replace $case transcript [lrange $transcript 0 end-1]]
	lappend found [refused $parent $short IKP-E-02 Missing {drop-step transcript} "the Confirm missing" no-confirm]
	set foreign [lindex [dict get [world $context pay ikp/1kp-$edition] log] 0 ]
	set mixed [dict replace $case transcript [concat $transcript [list [dict get $foreign msg]]]]
	lappend found [refused $parent $mixed IKP-E-05 Altered {other-session transcript} \
	    "a message of another profile" other-profile]
	return [concat $found [receipts $world $profile]]
}

# The messages of WORLD, the first of TYPE being the last.
proc ::gen::judge::until {type world} {
	set found {}
	foreach message [dict get $world log] {
		if {"network" in [list [dict get $message from] [dict get $message to]]} continue
		lappend found [dict get $message msg]
		if {[dict get $message type] eq $type} break
	}
	return $found
}

proc ::gen::judge::receipts {world profile} {
	set reply [dict get $world last buyer]
	set receipt [unhex [dict get $reply result receipt]]
	set case [dict create claim accepted profile $profile items {} receipt $receipt]
	set parent [id $case receipt]
	set module [common module [lindex [tables words $profile] 1]]
	set value [der decode $module Receipt $receipt]
	set found [list [proved $case receipt] [proved [dict replace $case claim authorized] receipt]]
	set less [dict replace $case receipt [der encode $module Receipt [der unset $value confirm.v]]]
	lappend found [refused $parent $less IKP-E-02 Missing {drop-field confirm.v} \
	    "a Receipt without V" receipt-without-v]
	set cut [dict replace $case receipt [string range $receipt 0 end-1]]
	lappend found [refused $parent $cut IKP-E-03 Altered {truncate receipt} \
	    "a Receipt cut short" receipt-cut]
	return $found
}
