# ikp_clear_seller.tcl -- what the seller of HARD does with an authorisation
# (spec/ikp-clearing.md 6): what is added to the actions of ikp_seller.tcl.
#
# A transaction also holds wanted (the amount its Auth-Request asks for), totals, and
# open, the clearing request that is not answered: {kind request octets}, kind being
# capture, refund, reverse or batch.  In 1KP it holds, for the open request and for
# the last inquiry, sealed and sealed-inquiry: {SealedReq secret}.
# A transaction of an authSeq above 1 is keyed {SESSION AUTHSEQ}.

package require Tcl 8.6-

namespace eval ::oracle::ikp::seller {
	variable settled {authorized part-authorized part-captured captured}
	variable clearing {
		capture CaptureReq finalCapture CaptureReq refund RefundReq reverse ReversalReq
	}
}

# The transaction of an input or timer that names an authSeq; a message that names
# one the session does not have is for the session's first.
proc ::oracle::ikp::seller::Key-of {session value} {
	set seq [expr {[dict exists $value authSeq] ? [dict get $value authSeq] : 1}]
	if {$seq == 1} { return $session }
	return [list $session $seq]
}

proc ::oracle::ikp::seller::Base {} { return [expr {![micro is [its profile]]}] }
proc ::oracle::ikp::seller::Seq {} { return [its authSeq 1] }

# -- what was authorised (6.1) ----------------------------------------------------------

# IKP-S-30, and where a yes leads (IKP-S-17, IKP-S-50).
proc ::oracle::ikp::seller::Granted {response} {
	set amount [der get $response resp.authAmount]
	set asked [its wanted]
	must IKP-S-30 {[totals within $amount $asked]} amount-exceeded
	set less [expr {[dict get $amount amount] < [dict get $asked amount]}]
	if {![Base]} { return authorized }
	keep totals [totals granted $amount [its captureNow]]
	if {$less} { report amount [dict get $amount amount] }
	return [expr {[its captureNow] ? "captured" : $less ? "part-authorized" : "authorized"}]
}

# -- split payments (6.2) ---------------------------------------------------------------

# The keys of the transactions of a session, in the order of authSeq.
proc ::oracle::ikp::seller::Part-keys {session} {
	if {![exists $session]} { return {} }
	set found [list $session]
	for {set seq 2} {[exists [list $session $seq]]} {incr seq} { lappend found [list $session $seq] }
	return $found
}

proc ::oracle::ikp::seller::Parts {session} {
	return [lmap key [Part-keys $session] { dict get $::oracle::step::party transactions $key }]
}

# Whether a ReversalRes or AcqInquiryRes answers the request of this transaction.
proc ::oracle::ikp::seller::Awaits {key answer} {
	set tx [dict get $::oracle::step::party transactions $key]
	if {[dict exists $answer hReversal]} {
		if {![dict exists $tx open request newAmount]} { return 0 }
		set octets [message der [dict get $tx profile] ReversalReq [dict get $tx open request]]
		return [expr {[dict get $answer hReversal] eq [common h hard reversal-hash $octets]}]
	}
	if {![dict exists $answer hInquiry] || ![dict exists $tx acq-inquiry]} { return 0 }
	set octets [message der [dict get $tx profile] AcqInquiryReq [dict get $tx acq-inquiry]]
	return [expr {[dict get $answer hInquiry] eq [common h hard acq-inquiry-hash $octets]}]
}

proc ::oracle::ikp::seller::on-authorize {input} {
	variable settled
	set session [binary decode hex [dict get $input session]]
	set amount [dict get $input amount]
	der encode IKP Price $amount
	select $session
	must IKP-G-17 {[knows state]} unknown-transaction
	set parts [Parts $session]
	set granted [lmap tx $parts {
		if {[dict get $tx state] eq "declined"} continue
		set tx
	}]
	must IKP-S-40 {[Signs] && [Base] && [llength $granted]
		&& ![llength [lmap tx $granted {
			if {[dict get $tx state] in $settled} continue
			set tx
		}]]} bad-state
	set sum [dict get $amount amount]
	foreach tx $granted { incr sum [dict get $tx totals authorized amount] }
	must IKP-S-41 {[totals within $amount [its price]] && $sum <= [dict get [its price] amount]} \
		amount-exceeded
	Part $session [expr {[llength $parts] + 1}] $amount
}

# IKP-S-51
proc ::oracle::ikp::seller::Part {session seq amount} {
	set first $::oracle::step::tx
	select [list $session $seq]
	foreach name {session profile idS tidS date price captureNow clear hDesc hCommon encSlip
		sigS sigB certB} {
		if {[dict exists $first $name]} { keep $name [dict get $first $name] }
	}
	keep authSeq $seq wanted $amount
	go authorize auth-sent
	keep auth-request [message make [its profile] AuthReq $session [AuthReq]]
	Ask [its auth-request]
}

# -- clearing requests (6.3) ----------------------------------------------------------------

proc ::oracle::ikp::seller::on-capture {input} {
	Clear capture $input
}

proc ::oracle::ikp::seller::on-refund {input} {
	Clear refund $input
}

proc ::oracle::ikp::seller::on-reverse {input} {
	Clear reverse $input
}

proc ::oracle::ikp::seller::Flag {input name} {
	return [expr {[dict exists $input $name] && bool([dict get $input $name])}]
}

proc ::oracle::ikp::seller::Clear {kind input} {
	set amount [dict get $input amount]
	der encode IKP Price $amount
	CheckClearing $kind $amount [Flag $input replace]
	go $kind [its state]
	Open $kind [Request-$kind $amount [Flag $input final]]
}

# IKP-S-42, IKP-S-31, IKP-S-19
proc ::oracle::ikp::seller::CheckClearing {kind amount replace} {
	CheckChannel
	must IKP-S-31 {$replace || ![knows open]} busy
	must IKP-S-19 {[Fits $kind $amount]} amount-exceeded
}

proc ::oracle::ikp::seller::CheckChannel {} {
	if {[Signs]} return
	must IKP-S-42 {[param channelKey] ne "" && [param channelSecret] ne ""} variant-not-allowed
}

proc ::oracle::ikp::seller::Fits {kind amount} {
	set totals [its totals]
	if {$kind eq "reverse"} { return [totals reversal-fits $totals $amount] }
	if {[dict get $totals lastSeq] >= 999} { return 0 }
	if {$kind eq "refund"} { return [totals refund-fits $totals $amount] }
	return [totals capture-fits $totals $amount]
}

proc ::oracle::ikp::seller::Next {} {
	return [expr {[dict get [its totals] lastSeq] + 1}]
}

# IKP-S-32
proc ::oracle::ikp::seller::Request-capture {amount final} {
	return [Signed capture-request TbsCapture salt(Sig_capture) [dict create clear [its clear] \
		authSeq [Seq] seq [Next] amount $amount final $final]]
}

# IKP-S-33
proc ::oracle::ikp::seller::Request-refund {amount final} {
	return [Signed refund-request TbsRefund salt(Sig_refund) [dict create clear [its clear] \
		authSeq [Seq] seq [Next] amount $amount]]
}

# IKP-S-34
proc ::oracle::ikp::seller::Request-reverse {amount final} {
	return [Signed reversal-request TbsReversal salt(Sig_reversal) \
		[dict create clear [its clear] authSeq [Seq] newAmount $amount]]
}

# In 2KP and 3KP with Sig_S over the components of the request and of its Clear.
proc ::oracle::ikp::seller::Signed {word type label request} {
	if {![Signs]} { return $request }
	dict set request sigS [Sign $word $type $label \
		[dict merge $request [dict get $request clear]]]
	dict set request certS [CertS]
	return $request
}

proc ::oracle::ikp::seller::Open {kind request} {
	variable clearing
	set octets [Packed [dict get $clearing $kind] [its session] $request sealed]
	keep open [dict create kind $kind request $request octets $octets]
	Insist 0
}

# The message; in 1KP sealed (IKP-S-43), with its reply key kept under NAME.
proc ::oracle::ikp::seller::Packed {type session request name} {
	if {[Signs]} { return [message make [its profile] $type $session $request] }
	set body [message der [its profile] $type $request]
	lassign [channel request $session [param idS] [param channelKey] [param channelSecret] \
		[draw replyKey 32] [draw ikmE 32] $type $body] sealed secret
	keep $name [list $sealed $secret]
	return [message make [its profile] SealedReq $session $sealed]
}

# Send the open request, and again after 10, 30 and 90 seconds (IKP-S-49).
proc ::oracle::ikp::seller::Insist {attempt} {
	variable retries
	send acquirer [dict get [its open] octets]
	keep clear-attempt $attempt
	if {$attempt < [llength $retries]} {
		set name clear-retry/[binary encode hex [its session]]
		if {[Seq] > 1} { append name /[Seq] }
		timer $name [expr {[now] + [lindex $retries $attempt]}]
	}
}

proc ::oracle::ikp::seller::on-clear-retry {input} {
	must IKP-G-03 {[knows open] && [dict exists [its open] octets]} bad-state
	go clear-retry [its state]
	Insist [expr {[its clear-attempt] + 1}]
}

# -- answers (6.4) ---------------------------------------------------------------------------

# What a SealedRes holds: {type value}; IKP-S-44.
proc ::oracle::ikp::seller::Unsealed {response} {
	set answers [dict create CaptureReq CaptureRes RefundReq RefundRes ReversalReq ReversalRes \
		BatchReq BatchRes AcqInquiryReq AcqInquiryRes]
	foreach name {sealed sealed-inquiry} {
		if {![knows $name] || $name eq "sealed" && ![knows open]} continue
		lassign [its $name] request secret
		set type [expr {$name eq "sealed" ? [dict get $answers [OpenType]] : "AcqInquiryRes"}]
		try {
			set answer [channel answered $request $secret $response]
			set value [message body [its profile] $type [dict get $answer body]]
		} trap {ORACLE} {} continue
		if {[dict get $answer type] eq $type && [message presence [its profile] $type $value] eq ""} {
			return [list $type $value]
		}
	}
	must IKP-S-44 {0} sig-invalid
}

proc ::oracle::ikp::seller::OpenType {} {
	variable clearing
	set kind [dict get [its open] kind]
	return [expr {$kind eq "batch" ? "BatchReq" : [dict get $clearing $kind]}]
}

proc ::oracle::ikp::seller::Opened {kind} {
	return [expr {[knows open] && [dict get [its open] kind] eq $kind && [dict exists [its open] octets]}]
}

proc ::oracle::ikp::seller::on-CaptureRes {response} {
	Answered CaptureRes capture capture-hash capture-response TbsCaptureRes $response
}

proc ::oracle::ikp::seller::on-RefundRes {response} {
	Answered RefundRes refund refund-hash refund-response TbsRefundRes $response
}

proc ::oracle::ikp::seller::Answered {event kind hash word type response} {
	must IKP-S-35 {[Opened $kind]} bad-state
	proof chain acquirer-sig [param acquirerSig] [its profile] [its date]
	set octets [message der [its profile] [OpenType] [dict get [its open] request]]
	set tbs [proof tbs [its profile] $type $response]
	must IKP-S-36 {[dict get $response hRequest] eq [common h hard $hash $octets]
		&& [AcquirerSigned $word $tbs [dict get $response sigA]]} sig-invalid
	TakeTotals $event [dict get $response totals]
	forget open
}

# IKP-S-37
proc ::oracle::ikp::seller::TakeTotals {event totals} {
	keep totals $totals
	go $event [Following]
	foreach name {authorized captured refunded} { report $name [totals amount $totals $name] }
}

proc ::oracle::ikp::seller::Following {} {
	set totals [its totals]
	if {[dict get $totals closed]} { return captured }
	if {[totals amount $totals authorized] == 0} { return reversed }
	if {[totals amount $totals captured] > 0} { return part-captured }
	return [its state]
}

# A ReversalRes of `reverse`.
proc ::oracle::ikp::seller::Reversed {response} {
	must IKP-S-35 {[Opened reverse]} bad-state
	CheckReversalRes $response [dict get [its open] request]
	set totals [its totals]
	if {[dict get $response outcome] eq "reversed"} {
		set totals [totals reversed $totals [dict get $response newAmount]]
	}
	TakeTotals ReversalRes $totals
	forget open
}

# -- inquiry (6.5) ------------------------------------------------------------------------------

proc ::oracle::ikp::seller::CheckTotals {response} {
	if {![Base]} return
	must IKP-S-53 {[dict exists $response totals] == ([dict get $response status] eq "authorized")} \
		malformed
}

# IKP-S-52
proc ::oracle::ikp::seller::Informed {response} {
	set totals [its totals]
	if {[dict get $response status] eq "cancelled"} {
		set totals [totals reversed $totals [dict create amount 0]]
		forget open
		keep totals $totals
		go AcqInquiryRes reversed
		foreach name {authorized captured refunded} { report $name [totals amount $totals $name] }
		return
	}
	if {[dict exists $response totals]} { set totals [dict get $response totals] }
	if {[Settles $totals]} { forget open }
	TakeTotals AcqInquiryRes $totals
}

# Whether the totals show the open request done.
proc ::oracle::ikp::seller::Settles {totals} {
	if {![knows open]} { return 0 }
	switch -- [dict get [its open] kind] {
		capture - refund {
			return [expr {[dict get [its open] request seq] <= [dict get $totals lastSeq]}]
		}
		reverse {
			return [expr {[totals amount $totals authorized]
				<= [dict get [its open] request newAmount amount]}]
		}
	}
	return 0
}
