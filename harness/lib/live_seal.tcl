# live_seal.tcl -- hashes, slips and signatures made anew on behalf of whoever
# could make them
#
#   seal all MESSAGE RESEAL     -> the message of live_mutate.tcl, resealed
#   seal hdesc MESSAGE          hDesc, from the message or from what B and S know
#
# Each signature is made over what the message now says, completed by what the
# signer knows of the session; by the key of the party whose it is, under the
# context of its kind, unless the mutation `sign` says otherwise.

package require Tcl 8.6-

namespace eval ::live::seal {
	namespace export all hdesc
	namespace ensemble create
	variable order {hCommon slip offLine.sigS offLine.sigB sigS sigB sigS2 sigA mac}
	# TYPE.FIELD -> Tbs type, word of the context, signer
	variable kinds {
		Invoice.sigS {TbsOffer offer seller}
		AuthReq.sigS {TbsOffer offer seller}
		Payment.sigB {TbsPayment payment buyer}
		AuthReq.sigB {TbsPayment payment buyer}
		AuthReq.sigS2 {TbsAuthReq auth-request seller}
		AuthRes.sigA {TbsAuthRes auth-response acquirer-sig}
		Confirm.sigA {TbsAuthRes auth-response acquirer-sig}
		InquiryReq.sigB {TbsInquiry inquiry buyer}
		InquiryRes.sigS {TbsInquiryRes inquiry-response seller}
		ReversalReq.sigS {TbsReversal reversal-request seller}
		ReversalRes.sigA {TbsReversalRes reversal-response acquirer-sig}
		CaptureReq.sigS {TbsCapture capture-request seller}
		CaptureRes.sigA {TbsCaptureRes capture-response acquirer-sig}
		RefundReq.sigS {TbsRefund refund-request seller}
		RefundRes.sigA {TbsRefundRes refund-response acquirer-sig}
		BatchReq.sigS {TbsBatch batch-request seller}
		BatchRes.sigA {TbsBatchRes batch-response acquirer-sig}
		MicroAccept.sigS {TbsMicroAccept micro-accept seller}
		MicroDeposit.sigS {TbsMicroDeposit micro-deposit seller}
		MicroDeposit.offLine.sigS {TbsOffer offer seller}
		MicroDeposit.offLine.sigB {TbsPayment payment buyer}
		MicroDeposit.mac {TbsMicroDeposit micro-deposit secret}
		MicroClose.mac {TbsMicroClose micro-close secret}
		MicroClose.sigS {TbsMicroClose micro-close seller}
		MicroDepositRes.sigA {TbsMicroDepositRes micro-deposit-response acquirer-sig}
		AcqInquiryReq.sigS {TbsAcqInquiry acq-inquiry seller}
		AcqInquiryRes.sigA {TbsAcqInquiryRes acq-inquiry-response acquirer-sig}
	}
}

proc ::live::seal::all {m reseal} {
	variable order
	set wanted [concat $reseal [dict keys [dict get $m signing]]]
	if {[dict size [dict get $m slipdefects]] || [llength [dict get $m sealing]]} {
		lappend wanted slip
	}
	foreach what $order {
		if {$what ni $wanted} continue
		switch -- $what {
			hCommon { set m [common $m] }
			slip { set m [slip $m] }
			default { set m [signature $m $what] }
		}
	}
	return $m
}

# -- H(Common) and the slip --------------------------------------------------------

proc ::live::seal::hdesc {m} {
	if {[dict exists $m value hDesc]} { return [dict get $m value hDesc] }
	set scene [dict get $m scene]
	return [::oracle::ikp::common h-desc [dict get $scene edition] \
	    [dict get $scene saltB] [dict get $scene order desc]]
}

# The seller, or who plays it, says another H(Common); a slip that is sealed
# again holds the same.
proc ::live::seal::common {m} {
	if {![dict exists $m value clear]} { return $m }
	set hash [scene hcommon [dict get $m scene] [dict get $m value clear] [hdesc $m] \
	    [dict get $m common]]
	dict set m value clear hCommon $hash
	if {[dict exists $m scene slip]} { dict set m scene slip hCommon $hash }
	return $m
}

proc ::live::seal::slip {m} {
	set path [expr {[dict exists $m value offLine] ? "offLine.encSlip" : "encSlip"}]
	if {![::oracle::der has [dict get $m value] $path]} { return $m }
	set options [dict merge {key acquirer-enc pad oaep leading 00 plain -} [dict get $m sealing]]
	set key [::oracle::ikp::proof public [::live::mutate::chain $m [dict get $options key]]]
	set plain [::oracle::der lax [dict get $m module] Slip [dict get $m scene slip] \
	    [dict get $m slipdefects]]
	if {[dict get $options plain] ne "-"} { set plain [binary decode hex [dict get $options plain]] }
	dict set m value [::oracle::der set [dict get $m value] $path \
	    [encrypted $m $key $plain $options]]
	return $m
}

proc ::live::seal::encrypted {m key plain options} {
	lassign [::oracle::ikp::slip::Padding [dict get $m profile]] alg label
	if {[dict exists $options alg]} { set alg [dict get $options alg] }
	if {[dict exists $options label]} {
		set label [::oracle::ikp::common context [dict get $options label]]
	}
	set seed [string repeat \x77 [::oracle::hash size $alg]]
	if {[dict get $options pad] eq "pkcs1"} {
		set padding [string repeat \x77 [expr {[dict get $key length] - 3 - [string length $plain]}]]
		return [raw $key \x00\x02$padding\x00$plain]
	}
	set sealed [::oracle::rsa oaep-encrypt $alg $key $label $plain $seed]
	if {[dict get $options leading] eq "00"} { return $sealed }
	return [leading $m $key $sealed [dict get $options leading]]
}

proc ::live::seal::raw {key block} {
	return [::oracle::number octets [::oracle::rsa encrypt $key [::oracle::number of $block]] \
	    [dict get $key length]]
}

# The same padding behind another first octet (Manger 2001).
proc ::live::seal::leading {m key sealed hex} {
	set private [setup private [::live::mutate::named $m acquirer-enc]]
	set length [dict get $key length]
	set block [::oracle::number octets [::oracle::rsa decrypt $private \
	    [::oracle::number of $sealed]] $length]
	return [raw $key [binary decode hex $hex][string range $block 1 end]]
}

# -- signatures ---------------------------------------------------------------------

proc ::live::seal::signature {m field} {
	variable kinds
	set name [dict get $m type].$field
	if {![dict exists $kinds $name]} { return $m }
	if {![::oracle::der has [dict get $m value] $field]} { return $m }
	set options [expr {[dict exists $m signing $field] ? [dict get $m signing $field] : {}}]
	lassign [dict get $kinds $name] type word signer
	set options [dict merge [dict create key $signer context $word salt 32 over {} type $type] $options]
	set fields [fields $m $type]
	dict for {path text} [dict get $options over] {
		dict set fields $path [::live::mutate::value $m $text]
	}
	dict set m value [::oracle::der set [dict get $m value] $field [made $m $options $fields]]
	return $m
}

proc ::live::seal::made {m options fields} {
	set edition [dict get $m scene edition]
	if {[dict get $options key] eq "secret"} { return [mac $m $options $fields] }
	set key [setup private [::live::mutate::named $m [dict get $options key]]]
	set tbs [::oracle::ikp::proof tbs [dict get $m profile] [dict get $options type] $fields]
	if {$edition ne "hard"} { return [::oracle::rsa pkcs1-sign sha1 $key $tbs] }
	set prefix [::oracle::ikp::common prefix hard [dict get $options context]]
	return [::oracle::rsa pss-sign sha256 $key $prefix$tbs \
	    [string repeat \x66 [dict get $options salt]]]
}

# 1KP of HARD: under the secret, or another one.
proc ::live::seal::mac {m options fields} {
	set secret [binary decode hex [setup secret [dict get $m scene setup]]]
	if {[dict exists $options secret]} { set secret [binary decode hex [dict get $options secret]] }
	return [::oracle::ikp::common hk hard $secret [dict get $options context] \
	    [::oracle::ikp::proof tbs [dict get $m profile] [dict get $options type] $fields]]
}

# What is signed: the message, completed by what its sender knows.
proc ::live::seal::fields {m type} {
	set scene [dict get $m scene]
	set profile [dict get $m profile]
	set fields [dict get $m value]
	foreach within {clear offLine} {
		if {[dict exists $fields $within]} { set fields [dict merge [dict get $fields $within] $fields] }
	}
	foreach known {hCommon session} {
		if {![dict exists $fields $known]} { dict set fields $known [known $scene $known] }
	}
	switch -- $type {
		TbsOffer { return [::oracle::ikp::proof offer $profile [dict get $m value clear]] }
		TbsAuthReq { return [::oracle::ikp::proof auth-request [dict get $m value]] }
		TbsAuthRes {
			if {[dict get $scene edition] eq "hard"} {
				dict set fields hEncSlip [hash enc-slip [dict get $scene encSlip]]
			}
		}
		TbsBatch {
			dict set fields hBatch [hash batch-hash [::oracle::der encode IKP Batch \
			    [dict get $fields batch]]]
		}
		TbsBatchRes {
			dict set fields hResults [hash batch-results [::oracle::der encode IKP \
			    BatchResults [dict get $fields results]]]
		}
		TbsAcqInquiryRes {
			if {[dict exists $fields authRes]} {
				dict set fields hAuthRes [hash auth-res-hash [::oracle::ikp::message der \
				    $profile AuthRes [dict get $fields authRes]]]
			}
		}
	}
	return $fields
}

proc ::live::seal::known {scene what} {
	if {$what eq "session"} {
		return [expr {[dict exists $scene session] ? [dict get $scene session] : ""}]
	}
	return [expr {[dict exists $scene clear] ? [dict get $scene clear hCommon] : ""}]
}

proc ::live::seal::hash {word octets} {
	return [::oracle::ikp::common h hard $word $octets]
}
