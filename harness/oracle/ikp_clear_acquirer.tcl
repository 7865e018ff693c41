# ikp_clear_acquirer.tcl -- what the acquirer of HARD does with an authorisation
# (spec/ikp-clearing.md 7): what is added to the actions of ikp_acquirer.tcl.
#
# A transaction also holds totals, decided, lastCapture.  Beside the transactions the
# acquirer stores, for SealedReqs it has accepted, their answers.

package require Tcl 8.6-

namespace eval ::oracle::ikp::acquirer {
	variable sealed ""     ;# of the request being answered: {SealedReq replyKey}, or empty
	variable asking {CaptureReq RefundReq BatchReq ReversalReq AcqInquiryReq}
}

# -- authorisation (7.1) ---------------------------------------------------------------

proc ::oracle::ikp::acquirer::Split {clear} {
	set seller [Seller [dict get $clear idS]]
	return [expr {[SellerSigns] && ![micro is [its profile]]
		&& [dict exists $seller split] && bool([dict get $seller split])}]
}

# The transactions of the lesser authSeqs of the quadruple; "" for one that is not known.
proc ::oracle::ikp::acquirer::Lesser {request} {
	set found {}
	for {set seq 1} {$seq < [Seq $request]} {incr seq} {
		set key [Quadruple [dict get $request clear] $seq]
		set transactions [dict get $::oracle::step::party transactions]
		lappend found [expr {[dict exists $transactions $key] ? [dict get $transactions $key] : ""}]
	}
	return $found
}

# IKP-A-40
proc ::oracle::ikp::acquirer::CheckLesser {request} {
	set hCommon [der get $request clear.hCommon]
	set sound 1
	foreach tx [Lesser $request] {
		if {$tx eq "" || [dict get $tx hCommon] ne $hCommon
			|| [dict get $tx state] ni {authorized part-captured captured declined}} { set sound 0 }
	}
	must IKP-A-40 {$sound} bad-state
}

# IKP-A-21
proc ::oracle::ikp::acquirer::CheckSum {request price} {
	set sum [der get $request authAmount.amount]
	foreach tx [Lesser $request] {
		if {[dict get $tx state] ne "declined"} { incr sum [dict get $tx totals authorized amount] }
	}
	must IKP-A-21 {$sum <= [dict get $price amount]} amount-exceeded
}

# IKP-A-52: what the network grants, or the amount asked.
proc ::oracle::ikp::acquirer::GrantedBy {reply} {
	if {![dict exists $reply authAmount]} { return [its authAmount] }
	must IKP-A-52 {[dict get $reply decision] eq "yes"
		&& [totals within [dict get $reply authAmount] [its authAmount]]} amount-exceeded
	return [dict get $reply authAmount]
}

# IKP-A-53
proc ::oracle::ikp::acquirer::Grant {amount} {
	keep authAmount $amount totals [totals granted $amount [its captureNow]] decided [now]
	if {[its captureNow]} { keep lastCapture [now] }
	if {[knows terms]} { keep reservation $amount }
}

# -- the channel of 1KP ------------------------------------------------------------------

# What a SealedReq holds: {type value}; all that is wrong with it is one refusal.
proc ::oracle::ikp::acquirer::Unsealed {session request} {
	variable sealed
	KnownSeller $request
	set found [Unseal $session $request]
	must IKP-A-54 {[llength $found]} sig-invalid
	lassign $found type value replyKey
	set sealed [list $request $replyKey]
	return [list $type $value]
}

proc ::oracle::ikp::acquirer::Unseal {session request} {
	variable asking
	set seller [Seller [dict get $request idS]]
	if {![dict exists $seller channelSecret] || [param channelKey] eq ""} { return {} }
	try {
		set opened [channel opened $session $request [param channelKey]]
		set type [dict get $opened type]
		if {[dict get $opened secret] ne [binary decode hex [dict get $seller channelSecret]]
			|| $type ni $asking} { return {} }
		set value [message body [its profile] $type [dict get $opened body]]
	} trap {ORACLE} {} {
		return {}
	}
	if {[message presence [its profile] $type $value] ne ""
		|| ![OfSender $type $value $session $request]} { return {} }
	return [list $type $value [dict get $opened replyKey]]
}

proc ::oracle::ikp::acquirer::OfSender {type value session request} {
	set idS [dict get $request idS]
	if {$type eq "BatchReq"} {
		return [expr {[der get $value batch.idS] eq $idS && [der get $value batch.session] eq $session}]
	}
	return [expr {[der get $value clear.idS] eq $idS
		&& [der get $value clear.profile] eq [common profile-value [its profile]]}]
}

# IKP-A-55: the answer goes the way the request came.
proc ::oracle::ikp::acquirer::Reply {type value} {
	variable sealed
	set session [heard-session]
	if {$sealed eq ""} { return [send seller [message make [its profile] $type $session $value]] }
	lassign $sealed request replyKey
	send seller [message make [its profile] SealedRes $session [channel answer $request $replyKey \
		[draw ikmE 32] $type [message der [its profile] $type $value]]]
}

# -- who asks (7.2), and what (7.3) ------------------------------------------------------------

# The checks of a CaptureReq or RefundReq, which come before its state is looked at.
proc ::oracle::ikp::acquirer::CheckClearing {type request} {
	variable sealed
	set clear [dict get $request clear]
	if {$sealed eq ""} { KnownSeller $clear }
	CheckKnown [dict get $clear hCommon]
	if {[SellerSigns]} {
		set kind [dict get {CaptureReq {capture-request TbsCapture} RefundReq {refund-request TbsRefund}} $type]
		set certS [dict get $request certS]
		proof chain seller $certS [its profile] [dict get $clear date] [dict get $clear idS]
		CheckSigned $certS $request {*}$kind [dict merge $request $clear]
	}
	CheckClearable [expr {$type eq "CaptureReq" ? "capture" : "refund"}] [dict get $request seq] \
		[dict get $request amount]
}

# IKP-A-20
proc ::oracle::ikp::acquirer::CheckSigned {certS request word type fields} {
	must IKP-A-20 {[proof verify hard $certS $word [proof tbs [its profile] $type $fields] \
		[dict get $request sigS]]} sig-invalid
}

proc ::oracle::ikp::acquirer::CheckKnown {hCommon} {
	must IKP-A-41 {[knows state] && [its hCommon] eq $hCommon} unknown-transaction
}

# IKP-A-42 to IKP-A-47
proc ::oracle::ikp::acquirer::CheckClearable {kind seq amount} {
	set state [its state]
	set last [expr {[knows totals] ? [dict get [its totals] lastSeq] : 0}]
	must IKP-A-42 {$state ne "pending"} busy
	must IKP-A-43 {$seq > $last} replay
	must IKP-A-44 {$seq == $last + 1} bad-state
	must IKP-A-45 {$state ni {declined voided} && !($kind eq "capture" && $state eq "captured")} \
		already-final
	must IKP-A-46 {[now] <= [Until $kind]} expired
	must IKP-A-47 {[totals $kind-fits [its totals] $amount]} amount-exceeded
}

proc ::oracle::ikp::acquirer::Until {kind} {
	if {$kind eq "capture"} { return [expr {[its decided] + [param authLifetime]}] }
	return [expr {[its lastCapture [now]] + [param captureLifetime]}]
}

# IKP-A-48, IKP-A-49: booked, in the transaction.
proc ::oracle::ikp::acquirer::Book {event kind seq amount final} {
	if {$kind eq "capture"} {
		keep totals [totals captured [its totals] $seq $amount $final] lastCapture [now]
		set next [expr {[dict get [its totals] closed] ? "captured" : "part-captured"}]
	} else {
		keep totals [totals refunded [its totals] $seq $amount]
		set next [its state]
	}
	if {$event ne ""} { go $event $next } else { keep state $next }
}

proc ::oracle::ikp::acquirer::on-CaptureReq {request} {
	dict with request {}
	Book CaptureReq capture $seq $amount $final
	send network [message der [its profile] NetCapture [dict create reference [its reference] \
		seq $seq amount $amount final $final]]
	Reply CaptureRes [Totalled $request CaptureReq capture-hash capture-response TbsCaptureRes \
		salt(Sig_captureRes)]
}

proc ::oracle::ikp::acquirer::on-RefundReq {request} {
	dict with request {}
	Book RefundReq refund $seq $amount 0
	send network [message der [its profile] NetRefund [dict create reference [its reference] \
		seq $seq amount $amount]]
	Reply RefundRes [Totalled $request RefundReq refund-hash refund-response TbsRefundRes \
		salt(Sig_refundRes)]
}

proc ::oracle::ikp::acquirer::Totalled {request type hash word tbs label} {
	set response [dict create idS [its idS] tidS [its tidS] authSeq [its authSeq] \
		hRequest [common h hard $hash [message der [its profile] $type $request]] \
		totals [its totals]]
	dict set response sigA [Sign $word $tbs $label $response]
	return $response
}

# Whether a ReversalReq lets go of a part only (IKP-A-50).
proc ::oracle::ikp::acquirer::Partly {request} {
	return [expr {[its state none] eq "part-captured"
		|| [its state none] eq "authorized" && [der get $request newAmount.amount] > 0}]
}

# IKP-A-33
proc ::oracle::ikp::acquirer::CheckNewAmount {request} {
	set amount [dict get $request newAmount]
	set state [its state none]
	if {$state in {authorized part-captured} && ![micro is [its profile]]} {
		must IKP-A-33 {[totals reversal-fits [its totals] $amount]} amount-exceeded
	} elseif {$state ne "captured"} {
		must IKP-A-33 {[dict get $amount amount] == 0} amount-exceeded
	}
}

proc ::oracle::ikp::acquirer::ReversePartly {request} {
	set amount [dict get $request newAmount]
	keep totals [totals reversed [its totals] $amount]
	go ReversalReq [expr {[dict get [its totals] closed] ? "captured" : [its state]}]
	send network [message der [its profile] NetReversal [dict create \
		reference [its reference] newAmount $amount]]
	Reply ReversalRes [ReversalRes $request reversed]
}
