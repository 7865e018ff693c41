# ikp_judge.tcl -- what the signatures of iKP prove (spec/ikp-evidence.md): the
# claims are the table of the text, the checks are below.
#
#   judge answer IN       the operation ikp.judge; IN as section 5 has it, -> dict
#                         verdict hCommon; a refusal has errorcode
#                         {SEMPER reject CLASS CODE REQUIREMENT}
#   judge skip IDS        switch these checks off (for judges with faults)
#
# A hearing is a dict: profile edition variant words anchors crls, the items by name
# (octets; chains as lists), asked and answered (messages whose tbs has to be made), and what the reading of the items added: Common (the value), hCommon, date,
# Slip, TbsAuthReq, TbsAuthRes.

package require Tcl 8.6-

namespace eval ::oracle::ikp::judge {
	namespace path {::oracle::ikp ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create
	variable items {
		common desc saltB encSlip slip seed sigS certS tbsAuthReq sigS2 sigB certB
		tbsAuthRes sigA certASig certA v vC token index sigAccept request
		result sigResult
	}
	variable uses {certS seller certB buyer certASig acquirer-sig certA acquirer-enc}
	variable typed {slip Slip tbsAuthReq TbsAuthReq tbsAuthRes TbsAuthRes}
	# claim -> types of request and result, how the result names the request, the
	# contexts of that hash and of the signature
	variable clearing {
		captured {CaptureReq TbsCaptureRes hRequest capture-hash capture-response}
		refunded {RefundReq TbsRefundRes hRequest refund-hash refund-response}
		reversed {ReversalReq TbsReversalRes hReversal reversal-hash reversal-response}
	}
	# claims on what the acquirer answered to a deposit
	variable deposits {deposited underpaid unpaid}
	variable skipped {}
}

proc ::oracle::ikp::judge::skip {ids} { variable skipped $ids }

# Refuse by requirement ID with CODE unless CONDITION holds.
proc ::oracle::ikp::judge::Must {id condition code} {
	variable skipped
	if {$id in $skipped || [uplevel 1 [list expr $condition]]} return
	set class [lindex [dict get [specification] errors $code] 0]
	return -code error -errorcode [list SEMPER reject $class $code $id] "refused by $id"
}

# 1 if a script runs through; what cannot be decoded is no error of ours.
proc ::oracle::ikp::judge::Works {script} {
	try {
		uplevel 1 $script
	} trap ORACLE {} {
		return 0
	}
	return 1
}

# -- the whole --------------------------------------------------------------------

proc ::oracle::ikp::judge::answer {in} {
	set hearing [Open $in]
	lassign [Row [dict get $in claim] [dict get $hearing words]] needed checks
	Must IKP-E-01 {$needed ne ""} not-provable
	Gather hearing $in
	foreach item $needed { Must IKP-E-02 {[There $hearing $item]} evidence-missing }
	ReadCommon hearing
	dict set hearing claim [dict get $in claim]
	ReadValues hearing $needed
	foreach check $checks { $check $hearing $needed }
	return [dict create verdict proved hCommon [binary encode hex [dict get $hearing hCommon]]]
}

proc ::oracle::ikp::judge::Open {in} {
	set profile [dict get $in profile]
	set words [tables words $profile]
	if {[lindex $words 0] ni {1kp 2kp 3kp} || [lindex $words 1] ni {ec95 jsac hard}
			|| $profile ne "ikp/[join $words -]" || [lrange $words 2 end] ni {{} micro}} {
		return -code error -errorcode {SEMPER unsupported profile} "no profile $profile"
	}
	set crls [expr {[dict exists $in crls] ? [dict get $in crls] : {}}]
	return [dict create profile $profile words $words edition [lindex $words 1] \
		anchors [Octets [dict get $in anchors]] crls [Octets $crls]]
}

proc ::oracle::ikp::judge::Octets {list} {
	return [lmap hex $list { binary decode hex $hex }]
}

# {ITEMS CHECKS} of a claim, or nothing.
proc ::oracle::ikp::judge::Row {claim words} {
	foreach row [dict get [specification] claims] {
		lassign $row name profiles items checks
		if {$name eq $claim && [tables applies $profiles $words]} { return [list $items $checks] }
	}
	return ""
}

proc ::oracle::ikp::judge::There {hearing item} {
	if {[dict exists $hearing $item] && [dict get $hearing $item] ne ""} { return 1 }
	return [expr {($item eq "tbsAuthReq" && [dict exists $hearing asked])
		|| ($item eq "tbsAuthRes" && [dict exists $hearing answered])}]
}

# -- what is at hand (section 2) -----------------------------------------------------

proc ::oracle::ikp::judge::Gather {hearingVar in} {
	upvar 1 $hearingVar hearing
	if {[dict exists $in receipt]} { FromReceipt hearing [binary decode hex [dict get $in receipt]] }
	if {[dict exists $in transcript]} {
		foreach message [Octets [dict get $in transcript]] { FromMessage hearing $message }
	}
	dict for {name value} [dict get $in evidence] { Given hearing $name $value }
}

proc ::oracle::ikp::judge::Given {hearingVar name value} {
	upvar 1 $hearingVar hearing
	variable items
	if {$name ni $items} {
		return -code error -errorcode [list SEMPER unsupported $name] "no item $name"
	}
	if {$value eq ""} return
	if {[string match cert* $name]} {
		dict set hearing $name [Octets $value]
	} else {
		dict set hearing $name [binary decode hex $value]
	}
	if {$name eq "tbsAuthReq"} { dict unset hearing asked }
	if {$name eq "tbsAuthRes"} { dict unset hearing answered }
}

proc ::oracle::ikp::judge::FromMessage {hearingVar octets} {
	upvar 1 $hearingVar hearing
	set profile [dict get $hearing profile]
	set env ""
	Works { set env [envelope read $octets] }
	Must IKP-E-03 {$env ne "" && [dict get $env version] == 1} malformed
	Must IKP-E-05 {[dict get $env profile] eq $profile} variant-not-allowed
	set type [dict get $env type]
	set value ""
	if {[message exists $profile $type]} {
		Works { set value [message body $profile $type [dict get $env body]] }
	}
	Must IKP-E-03 {$value ne "" && [message presence $profile $type $value] eq ""} malformed
	Bring hearing $type $value
}

proc ::oracle::ikp::judge::Bring {hearingVar type value} {
	upvar 1 $hearingVar hearing
	switch -- $type {
		Initiate { Take hearing $value saltB certB }
		Invoice {
			Take hearing $value sigS certS certA certASig
			if {[dict get $hearing edition] ne "hard" && [dict exists $value certA]} {
				dict set hearing certASig [dict get $value certA]
			}
		}
		Payment { Take hearing $value encSlip sigB }
		AuthReq {
			Take hearing $value encSlip sigS certS sigB certB sigS2
			if {[dict exists $value sigS2]} { dict set hearing asked $value }
		}
		AuthRes - Confirm {
			Take hearing $value sigA v
			dict set hearing answered $value
		}
		Cancel { Take hearing $value vC }
	}
}

proc ::oracle::ikp::judge::Take {hearingVar value args} {
	upvar 1 $hearingVar hearing
	foreach name $args {
		if {[dict exists $value $name]} { dict set hearing $name [dict get $value $name] }
	}
}

proc ::oracle::ikp::judge::FromReceipt {hearingVar octets} {
	upvar 1 $hearingVar hearing
	set module [Module $hearing]
	set receipt ""
	Works { set receipt [der decode $module Receipt $octets] }
	Must IKP-E-03 {$receipt ne ""} malformed
	Take hearing $receipt saltB encSlip sigS certS
	dict set hearing common [der encode $module Common [dict get $receipt common]]
	dict set hearing desc [encoding convertto utf-8 [dict get $receipt desc]]
	dict set hearing certASig [dict get $receipt certA]
	Bring hearing Confirm [dict get $receipt confirm]
}

proc ::oracle::ikp::judge::Module {hearing} {
	return [common module [dict get $hearing edition]]
}

# -- values ---------------------------------------------------------------------------

proc ::oracle::ikp::judge::ReadCommon {hearingVar} {
	upvar 1 $hearingVar hearing
	set octets [dict get $hearing common]
	set value ""
	Works { set value [der decode [Module $hearing] Common $octets] }
	Must IKP-E-03 {$value ne "" && [Complete $value [dict get $hearing words]]} malformed
	if {[dict get $hearing edition] eq "hard"} {
		set wanted [common profile-value [BaseOf $hearing]]
		Must IKP-E-04 {[lsort -stride 2 [dict get $value profile]]
			eq [lsort -stride 2 $wanted]} variant-not-allowed
	}
	dict set hearing Common $value
	dict set hearing hCommon [common h [dict get $hearing edition] common $octets]
	dict set hearing date [tlv seconds [dict get $value date]]
}

# Profile knows variants, not whether there are micro-payments.
proc ::oracle::ikp::judge::BaseOf {hearing} {
	return ikp/[join [lrange [dict get $hearing words] 0 1] -]
}

# Common has what Clear has.
proc ::oracle::ikp::judge::Complete {value words} {
	set presence [dict get [specification] presence]
	foreach name {hV hVC micro} {
		set cell [expr {[dict exists $presence Invoice.clear.$name]
			? [dict get $presence Invoice.clear.$name] : "none"}]
		if {[dict exists $value $name] != [tables applies $cell $words]} { return 0 }
	}
	return 1
}

proc ::oracle::ikp::judge::ReadValues {hearingVar needed} {
	upvar 1 $hearingVar hearing
	MakeRequest hearing
	MakeResponse hearing
	dict for {item type} [Types [dict get $hearing claim]] {
		if {$item ni $needed || ![dict exists $hearing $item]} continue
		set octets [dict get $hearing $item]
		set value ""
		Works { set value [der decode [Module $hearing] $type $octets] }
		Must IKP-E-03 {$value ne ""} malformed
		dict set hearing $type $value
	}
}

proc ::oracle::ikp::judge::Types {claim} {
	variable typed
	variable clearing
	variable deposits
	set types $typed
	if {[dict exists $clearing $claim]} {
		lassign [dict get $clearing $claim] request result
		dict set types request $request
		dict set types result $result
	}
	if {$claim in $deposits} { dict set types result TbsMicroDepositRes }
	return $types
}

# What the messages' signatures cover, with the H(Common) of common.
proc ::oracle::ikp::judge::MakeRequest {hearingVar} {
	upvar 1 $hearingVar hearing
	if {![dict exists $hearing asked]} return
	set fields [proof auth-request [dict get $hearing asked]]
	dict set fields hCommon [dict get $hearing hCommon]
	dict set hearing tbsAuthReq [proof tbs [dict get $hearing profile] TbsAuthReq $fields]
}

proc ::oracle::ikp::judge::MakeResponse {hearingVar} {
	upvar 1 $hearingVar hearing
	if {![dict exists $hearing answered]} return
	set fields [dict get $hearing answered]
	dict set fields hCommon [dict get $hearing hCommon]
	if {[dict exists $hearing encSlip]} {
		dict set fields hEncSlip [common h [dict get $hearing edition] enc-slip \
			[dict get $hearing encSlip]]
	}
	dict set hearing tbsAuthRes [proof tbs [dict get $hearing profile] TbsAuthRes $fields]
}

# -- the checks, by their numbers ---------------------------------------------------------

proc ::oracle::ikp::judge::IKP-E-06 {hearing needed} {
	variable uses
	dict for {item use} $uses {
		if {$item ni $needed} continue
		set input [dict create chain [dict get $hearing $item] anchors [dict get $hearing anchors] \
			crls [dict get $hearing crls] now [dict get $hearing date] \
			date [dict get $hearing date] edition [dict get $hearing edition] use $use]
		if {$item eq "certS"} { dict set input id [dict get $hearing Common idS] }
		Must IKP-E-06 {[Works { path check $input }]} cert-invalid
	}
}

# 1 if SIGNATURE, an item, is that of the leaf of CHAIN, another, under WORD.
proc ::oracle::ikp::judge::Signed {hearing chain word octets signature} {
	set verdict 0
	Works {
		set verdict [proof verify [dict get $hearing edition] [dict get $hearing $chain] \
			$word $octets [dict get $hearing $signature]]
	}
	return $verdict
}

proc ::oracle::ikp::judge::IKP-E-07 {hearing needed} {
	set fields [dict merge [dict get $hearing Common] [dict filter $hearing key hCommon]]
	set octets [proof tbs [dict get $hearing profile] TbsOffer \
		[proof offer [dict get $hearing profile] $fields]]
	Must IKP-E-07 {[Signed $hearing certS offer $octets sigS]} sig-invalid
}

proc ::oracle::ikp::judge::IKP-E-08 {hearing needed} {
	set hash ""
	Works {
		set desc [encoding convertfrom utf-8 [dict get $hearing desc]]
		if {[encoding convertto utf-8 $desc] eq [dict get $hearing desc]} {
			set hash [common h-desc [dict get $hearing edition] [dict get $hearing saltB] $desc]
		}
	}
	Must IKP-E-08 {$hash eq [dict get $hearing Common hDesc]} commitment-mismatch
}

# 1 if an item opens the commitment FIELD of Common.
proc ::oracle::ikp::judge::Opens {hearing command item field} {
	set hash ""
	Works { set hash [common $command [dict get $hearing edition] [dict get $hearing $item]] }
	return [expr {$hash eq [dict get $hearing Common $field]}]
}

proc ::oracle::ikp::judge::IKP-E-09 {hearing needed} {
	Must IKP-E-09 {[Opens $hearing h-v v hV]} commitment-mismatch
}

proc ::oracle::ikp::judge::IKP-E-10 {hearing needed} {
	Must IKP-E-10 {[Opens $hearing h-vc vC hVC]} commitment-mismatch
}

proc ::oracle::ikp::judge::IKP-E-11 {hearing needed} {
	Must IKP-E-11 {[Signed $hearing certS auth-request [dict get $hearing tbsAuthReq] sigS2]} \
		sig-invalid
}

proc ::oracle::ikp::judge::IKP-E-12 {hearing needed} {
	foreach type {TbsAuthReq TbsAuthRes} {
		if {![dict exists $hearing $type]} continue
		Must IKP-E-12 {[dict get $hearing $type hCommon] eq [dict get $hearing hCommon]} common-mismatch
	}
}

proc ::oracle::ikp::judge::IKP-E-13 {hearing needed} {
	set octets ""
	Works { set octets [proof tbs [dict get $hearing profile] TbsPayment $hearing] }
	Must IKP-E-13 {[Signed $hearing certB payment $octets sigB]} sig-invalid
}

proc ::oracle::ikp::judge::IKP-E-14 {hearing needed} {
	set sealed ""
	Works {
		if {[string length [dict get $hearing seed]] == 32} {
			set sealed [slip seal [dict get $hearing profile] [proof public [dict get $hearing certA]] \
				[dict get $hearing Slip] [dict get $hearing seed]]
		}
	}
	Must IKP-E-14 {$sealed eq [dict get $hearing encSlip]} slip-invalid
}

proc ::oracle::ikp::judge::IKP-E-15 {hearing needed} {
	set slip [dict get $hearing Slip]
	set idB [common id-b [dict get $hearing edition] [dict get $slip rB] [dict get $slip ban]]
	Must IKP-E-15 {[dict get $slip hCommon] eq [dict get $hearing hCommon]
		&& [lsort -stride 2 [dict get $slip price]]
			eq [lsort -stride 2 [dict get $hearing Common price]]
		&& $idB eq [dict get $hearing Common idB]} slip-invalid
}

proc ::oracle::ikp::judge::IKP-E-16 {hearing needed} {
	set slip [dict get $hearing Slip]
	set account ""
	if {[dict exists $slip rAcct]} {
		set account [common account [dict get $slip rAcct] [dict get $slip ban]]
	}
	Must IKP-E-16 {$account ne "" && $account eq [proof leaf [dict get $hearing certB] commitment]} \
		slip-invalid
}

proc ::oracle::ikp::judge::IKP-E-17 {hearing needed} {
	Must IKP-E-17 {[Signed $hearing certASig auth-response [dict get $hearing tbsAuthRes] sigA]} \
		sig-invalid
}

proc ::oracle::ikp::judge::IKP-E-18 {hearing needed} {
	set claim [dict get $hearing claim]
	set path [lassign [dict get {
		authorized {yes TbsAuthRes resp decision} declined {no TbsAuthRes resp decision}
		reversed {reversed TbsReversalRes outcome}
		deposited {yes TbsMicroDepositRes decision} unpaid {no TbsMicroDepositRes decision}
	} $claim] wanted]
	set said [dict get $hearing {*}$path]
	Must IKP-E-18 {$said eq $wanted} claim-mismatch
}

proc ::oracle::ikp::judge::IKP-E-19 {hearing needed} {
	set hash [common h hard enc-slip [dict get $hearing encSlip]]
	Must IKP-E-19 {[dict get $hearing TbsAuthRes hEncSlip] eq $hash} common-mismatch
}

proc ::oracle::ikp::judge::IKP-E-21 {hearing needed} {
	set terms [dict get $hearing Common micro]
	set token [dict get $hearing token]
	set index 0
	if {[dict get $hearing claim] eq "underpaid"} {
		set index [dict get $hearing TbsMicroDepositRes index]
	} elseif {[string length [dict get $hearing index]] == 4} {
		binary scan [dict get $hearing index] Iu index
	}
	set end ""
	if {$index >= 1 && $index <= [dict get $terms n]
			&& [string length $token] == [string length [dict get $terms root]]} {
		set end [micro walk [dict get $hearing profile] $terms $token $index 0]
	}
	Must IKP-E-21 {$end eq [dict get $terms root]} chain-invalid
}

# -- requests that follow an authorisation --------------------------------------------------

proc ::oracle::ikp::judge::Clearing {hearing} {
	variable clearing
	return [dict get $clearing [dict get $hearing claim]]
}

proc ::oracle::ikp::judge::IKP-E-22 {hearing needed} {
	lassign [Clearing $hearing] type
	Must IKP-E-22 {[dict get $hearing $type clear hCommon] eq [dict get $hearing hCommon]} common-mismatch
}

proc ::oracle::ikp::judge::IKP-E-23 {hearing needed} {
	lassign [Clearing $hearing] - type field word
	set hash [common h hard $word [dict get $hearing request]]
	Must IKP-E-23 {[dict get $hearing $type $field] eq $hash} common-mismatch
}

proc ::oracle::ikp::judge::IKP-E-24 {hearing needed} {
	variable deposits
	set word [expr {[dict get $hearing claim] in $deposits ? "micro-deposit-response"
		: [lindex [Clearing $hearing] 4]}]
	Must IKP-E-24 {[Signed $hearing certASig $word [dict get $hearing result] sigResult]} sig-invalid
}

# -- what is said of a chain ------------------------------------------------------------------

proc ::oracle::ikp::judge::IKP-E-25 {hearing needed} {
	set octets ""
	Works { set octets [proof tbs [dict get $hearing profile] TbsMicroAccept $hearing] }
	Must IKP-E-25 {[Signed $hearing certS micro-accept $octets sigAccept]} sig-invalid
}

proc ::oracle::ikp::judge::IKP-E-26 {hearing needed} {
	Must IKP-E-26 {[dict get $hearing Common micro mode] eq "offLine"} claim-mismatch
}

proc ::oracle::ikp::judge::IKP-E-27 {hearing needed} {
	Must IKP-E-27 {[dict get $hearing TbsMicroDepositRes hCommon] eq [dict get $hearing hCommon]} \
		common-mismatch
}

proc ::oracle::ikp::judge::IKP-E-28 {hearing needed} {
	set answer [dict get $hearing TbsMicroDepositRes]
	set unit [dict get $hearing Common micro unit]
	set total [dict get $answer total]
	Must IKP-E-28 {[dict get $answer decision] eq "yes"
		&& [dict get $total currency] == [dict get $unit currency]
		&& [dict get $total exponent] == [dict get $unit exponent]
		&& [dict get $total amount] < [dict get $answer index] * [dict get $unit amount]} claim-mismatch
}
