# ikp_seller.tcl -- the seller of iKP (spec/ikp.md 8): one action for each event of
# its state table.
#
# A transaction (keyed by session) holds session profile saltB certB, the order's
# price desc brand captureNow, idS tidS date clear hDesc hCommon sigS v vC; from
# the Payment on encSlip sigB auth-request (octets); later confirm or cancel (the
# messages as values), reversal and acq-inquiry (the requests as values).
# Beside the transactions it stores its orders and the TID_S it has used.

package require Tcl 8.6-

namespace eval ::oracle::ikp::seller {
	namespace path {::oracle::ikp ::oracle::step ::oracle}
	variable retries {10 30 90}
	variable statuses {
		invoiced invoiced auth-sent pending cancelling pending authorized authorized
		declined declined cancelled cancelled expired expired
		part-authorized authorized part-captured authorized captured authorized
		reversed authorized accepted authorized closing authorized closed authorized
	}
}

proc ::oracle::ikp::seller::find {session value} {
	set key [Key-of $session $value]
	select [expr {[exists $key] ? $key : $session}]
	foreach part [Part-keys $session] {
		if {![Awaits $part $value]} continue
		select $part
		break
	}
}
proc ::oracle::ikp::seller::Edition {} { return [lindex [common profile [its profile]] 0] }
proc ::oracle::ikp::seller::Variant {} { return [lindex [common profile [its profile]] 1] }
proc ::oracle::ikp::seller::Hard {} { return [expr {[Edition] eq "hard"}] }
proc ::oracle::ikp::seller::Signs {} { return [expr {[Variant] ne "1kp"}] }

proc ::oracle::ikp::seller::Wake {event delay} {
	set name $event/[binary encode hex [its session]]
	if {[Seq] > 1} { append name /[Seq] }
	timer $name [expr {[now] + $delay}]
}

proc ::oracle::ikp::seller::Sign {word type label fields} {
	set salt [proof salted $label [Edition]]
	return [proof sign [Edition] [dict get [Key] key] $word \
		[proof tbs [its profile] $type $fields] $salt]
}

proc ::oracle::ikp::seller::Key {} {
	return [key [expr {[Role] eq "broker" ? "sellerSig" : "sig"}]]
}
proc ::oracle::ikp::seller::CertS {} { return [dict get [Key] chain] }

# -- out of state -------------------------------------------------------------------

# IKP-G-13
proc ::oracle::ikp::seller::repeated {type} {
	if {![Hard]} { must IKP-G-13 {$type ni {Initiate Payment}} replay }
}

proc ::oracle::ikp::seller::Outlived {} {
	return [expr {[now] > [tlv seconds [its date]] + [param lifetime]}]
}

# A Payment that comes too late has an error of its own.
proc ::oracle::ikp::seller::misplaced {type value} {
	if {$type ne "Payment"} return
	must IKP-S-05 {[its state] ne "expired" || ![Outlived]} expired
	must IKP-S-27 {[its state] ni {authorized declined accepted closing closed}
		&& !([its state] eq "cancelled" && [Edition] eq "jsac")} already-final
	must IKP-S-38 {[its state] ni {part-authorized part-captured captured reversed}} already-final
}

# -- orders, Initiate, Invoice (8.1) --------------------------------------------------

proc ::oracle::ikp::seller::on-offer {input} {
	set order [dict create captureNow 0]
	foreach name {price desc brand captureNow authAmount unit} {
		if {[dict exists $input $name]} { dict set order $name [dict get $input $name] }
	}
	dict set order captureNow [expr {bool([dict get $order captureNow])}]
	der encode IKP Price [dict get $order price]
	der encode IKP Desc [dict get $order desc]
	foreach name {unit authAmount} {
		if {[dict exists $order $name]} { der encode IKP Price [dict get $order $name] }
	}
	if {[dict exists $order authAmount]} {
		# IKP-S-54
		must IKP-G-01 {[totals within [dict get $order authAmount] [dict get $order price]]} malformed
	}
	store orders [dict get $input order] $order
	keep state offered
}

proc ::oracle::ikp::seller::on-Initiate {initiate} {
	set order [store orders [binary encode hex [dict get $initiate orderRef]]]
	must IKP-S-20 {$order ne "" && [dict exists $order unit] == [micro is [its profile]]} \
		unknown-transaction
	set date [tlv time [now]]
	if {[Variant] eq "3kp"} {
		# IKP-S-21, by IKP-C-01 to IKP-C-11
		proof chain buyer [dict get $initiate certB] [its profile] $date
		keep certB [dict get $initiate certB]
	}
	if {[dict exists $initiate micro]} {
		CheckTerms [dict get $initiate micro] $order
		dict set order captureNow 0
	}
	keep wanted [dict get $order [expr {[dict exists $order authAmount] ? "authAmount" : "price"}]]
	keep {*}$order idS [param idS] date $date saltB [dict get $initiate saltB] \
		idB [dict get $initiate idB]
	Fresh
	Commit
	go Initiate invoiced
	send buyer [message make [its profile] Invoice [its session] [Invoice]]
	Wake expire [param lifetime]
}

# IKP-S-01, IKP-S-03
proc ::oracle::ikp::seller::Fresh {} {
	set tidS [draw TID_S 8]
	while {[store tids $tidS] ne ""} { set tidS [draw TID_S 8] }
	store tids $tidS 1
	keep tidS $tidS nonceS [draw NONCE_S 16]
	if {[Signs]} { keep v [draw V 16] }
	if {[Signs] && [Edition] ne "ec95"} {
		keep vC [draw VC 16]
		while {[its vC] eq [its v]} { keep vC [draw VC 16] }
	}
}

# Common from this Initiate (IKP-S-02), and Clear.
proc ::oracle::ikp::seller::Commit {} {
	set fields [dict create price [its price] idS [its idS] tidS [its tidS] \
		date [its date] nonceS [its nonceS] idB [its idB] \
		hDesc [common h-desc [Edition] [its saltB] [its desc]]]
	if {[knows terms]} { dict set fields micro [its terms] }
	if {[knows v]} { dict set fields hV [common h-v [Edition] [its v]] }
	if {[knows vC]} { dict set fields hVC [common h-vc [Edition] [its vC]] }
	set common [common make [its profile] $fields]
	keep hDesc [dict get $fields hDesc] hCommon [common hashed [its profile] $common]
	keep clear [dict merge [dict remove $common price idB hDesc] \
		[dict create hCommon [its hCommon]]]
}

# IKP-S-04
proc ::oracle::ikp::seller::Invoice {} {
	set invoice [dict create clear [its clear] certA [param acquirerEnc]]
	if {[Hard]} { dict set invoice certASig [param acquirerSig] }
	if {[Signs]} {
		keep sigS [Sign offer TbsOffer salt(Sig_S) [proof offer [its profile] [its clear]]]
		dict set invoice sigS [its sigS]
		dict set invoice certS [CertS]
	}
	return $invoice
}

proc ::oracle::ikp::seller::on-expire {input} {
	go expire expired
}

# -- Payment and Auth-Request (8.2) ---------------------------------------------------

proc ::oracle::ikp::seller::on-Payment {payment} {
	if {[its state] eq "cancelled"} {
		# IKP-S-24
		send buyer [message make [its profile] Cancel [its session] [its cancel]]
		return
	}
	must IKP-S-05 {![Outlived]} expired
	set modulus [proof public [param acquirerEnc]]
	must IKP-S-08 {[string length [dict get $payment encSlip]] == [dict get $modulus length]} \
		malformed
	if {[Variant] eq "3kp"} { CheckBuyer $payment }
	keep encSlip [dict get $payment encSlip]
	if {[OffLine]} { return [Accept] }
	go Payment auth-sent
	keep auth-request [message make [its profile] AuthReq [its session] [AuthReq]]
	Ask [its auth-request]
}

proc ::oracle::ikp::seller::CheckBuyer {payment} {
	if {[dict exists $payment certB]} {
		must IKP-S-07 {[dict get $payment certB] eq [its certB]} cert-invalid
	}
	set tbs [proof tbs [its profile] TbsPayment \
		[dict create encSlip [dict get $payment encSlip] hCommon [its hCommon]]]
	must IKP-S-06 {[proof verify [Edition] [its certB] payment $tbs [dict get $payment sigB]]} \
		sig-invalid
	keep sigB [dict get $payment sigB]
}

# IKP-S-09
proc ::oracle::ikp::seller::AuthReq {} {
	set request [dict create clear [its clear] hDesc [its hDesc] encSlip [its encSlip] \
		captureNow [its captureNow]]
	if {[Hard]} { dict set request authSeq [Seq]; dict set request authAmount [its wanted] }
	if {[Signs]} { dict set request sigS [its sigS]; dict set request certS [CertS] }
	if {[Variant] eq "3kp"} { dict set request sigB [its sigB]; dict set request certB [its certB] }
	if {[Hard] && [Signs]} {
		dict set request sigS2 [Sign auth-request TbsAuthReq salt(Sig_S2) \
			[proof auth-request $request]]
	}
	return $request
}

# A request leaves; in HARD a timer sends the same octets again after 10, 30 and
# 90 seconds (IKP-S-16).
proc ::oracle::ikp::seller::Ask {octets {attempt 0}} {
	variable retries
	send acquirer $octets
	keep attempt $attempt
	if {[Hard] && $attempt < [llength $retries]} { Wake retry [lindex $retries $attempt] }
}

proc ::oracle::ikp::seller::on-retry {input} {
	go retry [its state]
	switch -- [its state] {
		cancelling { set octets [ReversalOctets] }
		auth-sent { set octets [its auth-request] }
		default { set octets [Unanswered] }
	}
	if {$octets ne ""} { Ask $octets [expr {[its attempt] + 1}] }
}

# -- Auth-Response and Confirm (8.3) --------------------------------------------------

proc ::oracle::ikp::seller::on-AuthRes {response} {
	Authorised AuthRes $response
}

# EVENT is AuthRes, or AcqInquiryRes that brought it.
proc ::oracle::ikp::seller::Authorised {event response} {
	CheckAuthority $response
	set yes [expr {[der get $response resp.decision] eq "yes"}]
	go $event [expr {!$yes ? "declined" : [Hard] ? [Granted $response] : "authorized"}]
	if {[Seq] > 1} return
	set confirm [dict create]
	foreach name {idS tidS resp authSeq captureNow sigA} {
		if {[dict exists $response $name]} { dict set confirm $name [dict get $response $name] }
	}
	# IKP-S-12, IKP-S-13
	if {[Signs] && $yes} { dict set confirm v [its v] }
	keep confirm $confirm
	answer-asked buyer [message make [its profile] Confirm [its session] $confirm]
}

proc ::oracle::ikp::seller::CheckAuthority {response} {
	set fields [dict merge $response [dict create hCommon [its hCommon]]]
	if {[Hard]} {
		must IKP-G-18 {[amounts-fit [dict get $response resp]]} malformed
		must IKP-S-22 {[dict get $response authSeq] == [Seq]
			&& [dict get $response captureNow] == [its captureNow]} common-mismatch
		dict set fields hEncSlip [common h hard enc-slip [its encSlip]]
		dict set fields authSeq [Seq]
		dict set fields captureNow [its captureNow]
	}
	proof chain acquirer-sig [param acquirerSig] [its profile] [its date]
	set tbs [proof tbs [its profile] TbsAuthRes $fields]
	must IKP-S-11 {[AcquirerSigned auth-response $tbs [dict get $response sigA]]} sig-invalid
}

proc ::oracle::ikp::seller::AcquirerSigned {word tbs signature} {
	return [proof verify [Edition] [param acquirerSig] $word $tbs $signature]
}

# -- Cancel (8.4) -----------------------------------------------------------------------

proc ::oracle::ikp::seller::on-cancel {input} {
	keep cancel [Cancel [dict get $input reason]]
	message der [its profile] Cancel [its cancel]
	if {![Hard] || ![Signs]} {
		go cancel cancelled
		return [Release]
	}
	go cancel cancelling
	keep reversal [ReversalReq]
	Ask [ReversalOctets]
}

# IKP-S-15: only here does VC leave, and never beside V (IKP-S-14).
proc ::oracle::ikp::seller::Release {} {
	answer-asked buyer [message make [its profile] Cancel [its session] [its cancel]]
}

proc ::oracle::ikp::seller::Cancel {reason} {
	set cancel [dict create idS [its idS] tidS [its tidS] reason $reason]
	if {[Signs]} { dict set cancel vC [its vC] }
	return $cancel
}

proc ::oracle::ikp::seller::ReversalReq {} {
	set request [dict create clear [its clear] authSeq 1 \
		newAmount [dict replace [its price] amount 0] certS [CertS]]
	dict set request sigS [Sign reversal-request TbsReversal salt(Sig_reversal) \
		[proof reversal $request]]
	return $request
}

proc ::oracle::ikp::seller::ReversalOctets {} {
	return [message make [its profile] ReversalReq [its session] [its reversal]]
}

proc ::oracle::ikp::seller::CheckReversalRes {response request} {
	set own [common h hard reversal-hash [message der [its profile] ReversalReq $request]]
	set tbs [proof tbs [its profile] TbsReversalRes $response]
	proof chain acquirer-sig [param acquirerSig] [its profile] [its date]
	must IKP-S-23 {[dict get $response hReversal] eq $own
		&& [AcquirerSigned reversal-response $tbs [dict get $response sigA]]} sig-invalid
}

proc ::oracle::ikp::seller::on-ReversalRes {response} {
	if {[its state] ne "cancelling"} { return [Reversed $response] }
	CheckReversalRes $response [its reversal]
	if {[dict get $response outcome] eq "reversed"} {
		go ReversalRes cancelled
		Release
	} else {
		go ReversalRes [expr {[knows auth-request] ? "auth-sent" : "invoiced"}]
	}
}

# -- inquiry (8.5) ------------------------------------------------------------------------

# IKP-S-25
proc ::oracle::ikp::seller::on-InquiryReq {inquiry} {
	must IKP-S-25 {[dict get $inquiry saltB] eq [its saltB] && [InquirySigned $inquiry]} \
		unknown-transaction
	go InquiryReq [its state]
	if {[knows accept]} {
		send buyer [its accept]
	} else {
		send buyer [message make [its profile] InquiryRes [its session] [InquiryRes $inquiry]]
	}
	if {[knows ack]} { send buyer [its ack] }
}

proc ::oracle::ikp::seller::InquirySigned {inquiry} {
	if {![Hard] || [Variant] ne "3kp"} { return 1 }
	set tbs [proof tbs [its profile] TbsInquiry \
		[dict create session [its session] idS [its idS] tidS [its tidS]]]
	return [proof verify hard [its certB] inquiry $tbs [dict get $inquiry sigB]]
}

# IKP-S-28
proc ::oracle::ikp::seller::InquiryRes {inquiry} {
	variable statuses
	set response [dict create idS [its idS] tidS [its tidS] status [dict get $statuses [its state]]]
	if {[knows confirm]} { dict set response confirm [its confirm] }
	if {[its state] eq "cancelled"} { dict set response cancel [its cancel] }
	if {![Hard]} { return $response }
	dict set response hInquiry \
		[common h hard inquiry-hash [message der [its profile] InquiryReq $inquiry]]
	if {[Signs]} {
		dict set response sigS [Sign inquiry-response TbsInquiryRes salt(Sig_inquiryRes) $response]
	}
	return $response
}

proc ::oracle::ikp::seller::on-inquire {input} {
	CheckChannel
	set inquiry [dict create clear [its clear] authSeq [Seq] inquiryId [draw inquiryId 16]]
	if {[Signs]} {
		dict set inquiry certS [CertS]
		dict set inquiry sigS [Sign acq-inquiry TbsAcqInquiry salt(Sig_inquiry) \
			[dict merge $inquiry [dict create hCommon [its hCommon]]]]
	}
	go inquire [its state]
	keep acq-inquiry $inquiry
	send acquirer [Packed AcqInquiryReq [its session] $inquiry sealed-inquiry]
}

proc ::oracle::ikp::seller::on-AcqInquiryRes {response} {
	CheckTotals $response
	must IKP-S-26 {[knows acq-inquiry]} sig-invalid
	set own [common h hard acq-inquiry-hash \
		[message der [its profile] AcqInquiryReq [its acq-inquiry]]]
	set tbs [proof tbs [its profile] TbsAcqInquiryRes [proof acq-inquiry-response $response]]
	proof chain acquirer-sig [param acquirerSig] [its profile] [its date]
	must IKP-S-26 {[dict get $response hInquiry] eq $own
		&& [AcquirerSigned acq-inquiry-response $tbs [dict get $response sigA]]} sig-invalid
	report status [dict get $response status]
	if {[its state] ne "auth-sent"} { return [Informed $response] }
	if {[dict exists $response authRes]} {
		must IKP-G-17 {[same-ids [dict get $response authRes]]} unknown-transaction
		Authorised AcqInquiryRes [dict get $response authRes]
	}
}
