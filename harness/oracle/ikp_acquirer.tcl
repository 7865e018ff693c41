# ikp_acquirer.tcl -- the acquirer of iKP (spec/ikp.md 9): one action for each event
# of its state table.
#
# A transaction (keyed by the quadruple and authSeq) holds session profile hCommon
# encSlip captureNow authAmount ban withPin reference net-request, and from the
# decision on decision and auth-response (the AuthRes as a value).  Beside the
# transactions it stores, per reference, the transaction asked about, and per BAN
# the wrong PINs in a row.

package require Tcl 8.6-

namespace eval ::oracle::ikp::acquirer {
	namespace path {::oracle::ikp ::oracle::step ::oracle}
	variable variants {1kp 2kp 3kp}
	variable statuses {
		none unknown pending pending authorized authorized captured authorized
		declined declined voided cancelled part-captured authorized closed authorized
	}
}

proc ::oracle::ikp::acquirer::Edition {} { return [lindex [common profile [its profile]] 0] }
proc ::oracle::ikp::acquirer::Variant {} { return [lindex [common profile [its profile]] 1] }
proc ::oracle::ikp::acquirer::Hard {} { return [expr {[Edition] eq "hard"}] }
proc ::oracle::ikp::acquirer::SellerSigns {} { return [expr {[Variant] ne "1kp"}] }

# -- transactions -----------------------------------------------------------------

# By the quadruple where a message has one, else by the session of the
# Auth-Request; a timer's key is the reference of a NetRequest.
proc ::oracle::ikp::acquirer::find {key value} {
	if {[dict exists $value batch]} {
		select [list batch [der get $value batch.idS] $key]
	} elseif {[dict exists $value clear]} {
		select [Quadruple [dict get $value clear] [Seq $value]]
	} elseif {$value ne ""} {
		select [store sessions $key]
	} else {
		select [store references $key]
	}
}

proc ::oracle::ikp::acquirer::Quadruple {clear seq} {
	return [list {*}[lmap name {idS tidS date nonceS} { dict get $clear $name }] $seq]
}

proc ::oracle::ikp::acquirer::Seq {value} {
	return [expr {[dict exists $value authSeq] ? [dict get $value authSeq] : 1}]
}

# IKP-A-30, IKP-A-31: neither is answered with anything stored.
proc ::oracle::ikp::acquirer::repeated {type} {
	if {$type eq "MicroDeposit"} { must IKP-U-36 {[its state] ne "pending"} busy }
	if {$type ne "AuthReq" || ![Hard]} return
	must IKP-A-30 {[its state] ne "pending"} busy
	NotVoided
}

# IKP-A-31, and in 1KP IKP-A-61
proc ::oracle::ikp::acquirer::NotVoided {} {
	must [expr {[SellerSigns] ? "IKP-A-31" : "IKP-A-61"}] {[its state] ne "voided"} already-final
}

proc ::oracle::ikp::acquirer::misplaced {type value} {
	if {$type eq "ReversalReq"} { must IKP-A-34 {[its state] ne "pending"} busy }
	if {$type in {MicroDeposit MicroClose}} { Late $type $value }
	if {$type ne "AuthReq"} return
	Admit $value
	NotVoided
	must IKP-A-04 {0} replay
}

# -- Auth-Request (9.1) --------------------------------------------------------------

proc ::oracle::ikp::acquirer::on-AuthReq {request} {
	Admit $request
	if {[Hard]} {
		must IKP-A-24 {[Seq $request] == 1 || [Split [dict get $request clear]]} amount-exceeded
		if {[Seq $request] > 1} { CheckLesser $request }
	}
	if {[micro is [its profile]]} { CheckTerms $request }
	if {[SellerSigns]} { CheckSeller $request }
	if {[Variant] eq "3kp"} { CheckBuyer $request }
	if {[Hard] && [SellerSigns]} { CheckAsked $request }
	set slip [CheckSlip $request]
	if {[micro is [its profile]]} { CheckWorth $request $slip }
	if {[Hard]} {
		CheckAmount $request [dict get $slip price]
		if {[Seq $request] > 1} { CheckSum $request [dict get $slip price] }
	}
	Accept $request $slip
	if {[Locked $slip]} {
		go AuthReq declined
		Decide no ""
	} else {
		go AuthReq pending
		AskNetwork $request $slip
	}
}

# IKP-A-01 to IKP-A-03: what needs no key.
proc ::oracle::ikp::acquirer::Admit {request} {
	set clear [dict get $request clear]
	KnownSeller $clear
	if {[Hard]} { must IKP-A-02 {[Enough [dict get $clear idS]]} variant-not-allowed }
	set age [expr {[now] - [tlv seconds [dict get $clear date]]}]
	must IKP-A-03 {$age <= [param windowPast] && -$age <= [param windowFuture]} date-out-of-window
}

proc ::oracle::ikp::acquirer::KnownSeller {clear} {
	set seller [Seller [dict get $clear idS]]
	must IKP-A-01 {$seller ne "" && !([dict exists $seller blocked] && [dict get $seller blocked])} \
		unknown-seller
}

proc ::oracle::ikp::acquirer::Seller {idS} {
	foreach seller [param sellers] {
		if {[dict get $seller idS] eq $idS} { return $seller }
	}
	return ""
}

proc ::oracle::ikp::acquirer::Enough {idS} {
	variable variants
	set seller [Seller $idS]
	if {![dict exists $seller minVariant]} { return 1 }
	return [expr {[lsearch $variants [Variant]] >= [lsearch $variants [dict get $seller minVariant]]}]
}

# IKP-A-07
proc ::oracle::ikp::acquirer::CheckSeller {request} {
	set clear [dict get $request clear]
	set certS [dict get $request certS]
	proof chain seller $certS [its profile] [dict get $clear date] [dict get $clear idS]
	set tbs [proof tbs [its profile] TbsOffer [proof offer [its profile] $clear]]
	must IKP-A-07 {[proof verify [Edition] $certS offer $tbs [dict get $request sigS]]} sig-invalid
}

# IKP-A-09
proc ::oracle::ikp::acquirer::CheckBuyer {request} {
	set clear [dict get $request clear]
	set certB [dict get $request certB]
	proof chain buyer $certB [its profile] [dict get $clear date]
	set tbs [proof tbs [its profile] TbsPayment [dict create \
		encSlip [dict get $request encSlip] hCommon [dict get $clear hCommon]]]
	must IKP-A-09 {[proof verify [Edition] $certB payment $tbs [dict get $request sigB]]} sig-invalid
}

# IKP-A-08
proc ::oracle::ikp::acquirer::CheckAsked {request} {
	set tbs [proof tbs [its profile] TbsAuthReq [proof auth-request $request]]
	must IKP-A-08 {[proof verify hard [dict get $request certS] auth-request $tbs \
		[dict get $request sigS2]]} sig-invalid
}

# -- the slip ------------------------------------------------------------------------

# All that can be wrong with it is found out, and refused as one thing (IKP-A-14).
# What cannot be read is replaced by a slip that is sound in form and wrong.
proc ::oracle::ikp::acquirer::CheckSlip {request} {
	set readable 1
	set formed 1
	try {
		set slip [slip open [its profile] [rsa private [dict get [key enc] key]] \
			[dict get $request encSlip]]
		set formed [expr {[message presence [its profile] Slip $slip] eq ""
			&& (![dict exists $slip pin] || [slip pin-allowed [its profile]])}]
	} trap {ORACLE auth} {} {
		set readable 0
		set slip [Blank]
	} trap {ORACLE malformed} {} {
		set formed 0
		set slip [Blank]
	}
	set hCommon [der get $request clear.hCommon]
	set failed {}
	if {![fold IKP-A-10 {$readable}]} { lappend failed IKP-A-10 }
	if {![fold IKP-A-11 {$formed}]} { lappend failed IKP-A-11 }
	if {![fold IKP-A-12 {[dict get $slip hCommon] eq $hCommon}]} { lappend failed IKP-A-12 }
	if {![fold IKP-A-13 {[Rebuilt $request $slip] eq $hCommon}]} { lappend failed IKP-A-13 }
	if {[Variant] eq "3kp" && ![fold IKP-C-08 {[Owned $request $slip]}]} { lappend failed IKP-C-08 }
	if {[llength $failed]} { refuse [lindex $failed 0] slip-invalid }
	return $slip
}

proc ::oracle::ikp::acquirer::Blank {} {
	return [dict create price {currency 1 amount 0 exponent 0} hCommon "" \
		ban 000000000000 rB [string repeat \x00 16] rAcct [string repeat \x00 16]]
}

# H(Common) as the slip and the request say it.
proc ::oracle::ikp::acquirer::Rebuilt {request slip} {
	set fields [dict merge [dict get $request clear] [dict create \
		price [dict get $slip price] hDesc [dict get $request hDesc] \
		idB [common id-b [Edition] [dict get $slip rB] [dict get $slip ban]]]]
	return [common hashed [its profile] [common make [its profile] $fields]]
}

# IKP-C-08: by the commitment of CERT_B in HARD, by the account table before.
proc ::oracle::ikp::acquirer::Owned {request slip} {
	set leaf [path leaf [dict get $request certB]]
	if {[Hard]} {
		set rAcct [expr {[dict exists $slip rAcct] ? [dict get $slip rAcct] : ""}]
		set commitment [expr {[dict exists $leaf commitment] ? [dict get $leaf commitment] : ""}]
		return [expr {[common account $rAcct [dict get $slip ban]] eq $commitment}]
	}
	set spki [binary encode hex [hash digest sha256 [dict get $leaf spki]]]
	foreach account [param accounts] {
		if {[dict get $account ban] eq [dict get $slip ban] && [dict get $account spki] eq $spki} {
			return 1
		}
	}
	return 0
}

# IKP-A-22
proc ::oracle::ikp::acquirer::CheckAmount {request price} {
	set asked [dict get $request authAmount]
	must IKP-A-22 {[dict get $asked currency] == [dict get $price currency]
		&& [dict get $asked exponent] == [dict get $price exponent]
		&& [dict get $asked amount] <= [dict get $price amount]} amount-exceeded
}

# -- acceptance ----------------------------------------------------------------------

proc ::oracle::ikp::acquirer::Accept {request slip} {
	set clear [dict get $request clear]
	keep idS [dict get $clear idS] tidS [dict get $clear tidS] \
		hCommon [dict get $clear hCommon] encSlip [dict get $request encSlip] \
		captureNow [dict get $request captureNow] authSeq [Seq $request] \
		authAmount [dict get $slip price] \
		ban [dict get $slip ban] withPin [dict exists $slip pin]
	if {[dict exists $request authAmount]} { keep authAmount [dict get $request authAmount] }
	if {[micro is [its profile]]} { KeepTerms $request }
	store sessions [its session] $::oracle::step::current
}

# IKP-A-18
proc ::oracle::ikp::acquirer::Locked {slip} {
	if {[Edition] eq "ec95" || ![dict exists $slip pin]} { return 0 }
	set wrong [store wrongPins [dict get $slip ban]]
	return [expr {$wrong ne "" && $wrong >= [param pinLimit]}]
}

proc ::oracle::ikp::acquirer::CountPin {decision reason} {
	if {[Edition] eq "ec95" || ![its withPin]} return
	if {$decision eq "yes"} {
		store wrongPins [its ban] 0
	} elseif {$reason == 55} {
		set wrong [store wrongPins [its ban]]
		store wrongPins [its ban] [expr {($wrong eq "" ? 0 : $wrong) + 1}]
	}
}

# IKP-A-15: the first word about this payment to the network.
proc ::oracle::ikp::acquirer::AskNetwork {request slip} {
	set reference [reference [dict get $request clear] [its authSeq]]
	set ask [dict create reference $reference price [its authAmount] \
		ban [dict get $slip ban] captureNow [its captureNow]]
	foreach name {expiration pin} {
		if {[dict exists $slip $name]} { dict set ask $name [dict get $slip $name] }
	}
	keep reference $reference net-request [message der [its profile] NetRequest $ask]
	store references $reference $::oracle::step::current
	Call
}

proc ::oracle::ikp::acquirer::Call {} {
	send network [its net-request]
	timer net-retry/[binary encode hex [its reference]] [expr {[now] + 10}]
}

# SHA-256(len8(ctx) || ctx || der(SEQUENCE { ID_S, TID_S, DATE, NONCE_S, authSeq }))
proc ::oracle::ikp::acquirer::reference {clear seq} {
	dict with clear {}
	set parts [tlv wrap u26 0 [tlv from-text VisibleString $idS]][tlv wrap u4 0 $tidS]
	append parts [tlv wrap u24 0 $date][tlv wrap u4 0 $nonceS]
	append parts [tlv wrap u2 0 [tlv from-integer $seq]]
	return [hash tagged [common context network-reference] [tlv wrap u16 1 $parts]]
}

# IKP-A-29: the same octets.
proc ::oracle::ikp::acquirer::on-net-retry {input} {
	go net-retry pending
	Call
}

# -- NetReply and Auth-Response (9.2) --------------------------------------------------

proc ::oracle::ikp::acquirer::network {octets} {
	try {
		set reply [der decode IKP NetReply $octets]
	} trap {ORACLE malformed} {} {
		refuse IKP-G-01 malformed
	}
	set hard [string match *-hard* [lindex [dict get $::oracle::step::party profiles] 0]]
	must IKP-G-01 {$hard || ![dict exists $reply authAmount]} malformed
	set decision [dict get $reply decision]
	select [store references [dict get $reply reference]]
	must IKP-A-32 {[knows state]} unknown-transaction
	if {[its state] ne "pending"} {
		must IKP-A-32 {$decision eq [its decision]} bad-state
		return
	}
	set granted [GrantedBy $reply]
	CountPin $decision [expr {[dict exists $reply reason] ? [dict get $reply reason] : -1}]
	if {$decision eq "no"} {
		go NetReply declined
	} else {
		go NetReply [expr {[its captureNow] ? "captured" : "authorized"}]
		if {[Hard]} { Grant $granted }
		if {[knows terms]} { AwaitRelease }
	}
	if {[knows first]} { return [DecideOffLine $decision] }
	Decide $decision [expr {[dict exists $reply authCode] ? [dict get $reply authCode] : ""}]
}

# IKP-A-16, IKP-A-17
proc ::oracle::ikp::acquirer::Decide {decision authCode} {
	keep decision $decision
	set resp [dict create decision $decision]
	if {$decision eq "no"} { dict set resp reason 5 }
	if {$decision eq "yes" && $authCode ne ""} { dict set resp authCode $authCode }
	if {$decision eq "yes" && [Hard]} { dict set resp authAmount [its authAmount] }
	set response [dict create idS [its idS] tidS [its tidS] resp $resp]
	if {[Hard]} {
		dict set response authSeq [its authSeq]
		dict set response captureNow [its captureNow]
	}
	dict set response sigA [Sign auth-response TbsAuthRes salt(Sig_A) [dict merge $response \
		[dict create hCommon [its hCommon] hEncSlip [EncSlipHash]]]]
	keep auth-response $response
	answer-asked seller [message make [its profile] AuthRes [its session] $response]
}

proc ::oracle::ikp::acquirer::EncSlipHash {} {
	return [common h hard enc-slip [its encSlip]]
}

proc ::oracle::ikp::acquirer::Sign {word type label fields} {
	set salt [proof salted $label [Edition]]
	return [proof sign [Edition] [dict get [key sig] key] $word \
		[proof tbs [its profile] $type $fields] $salt]
}

# -- reversal and inquiry (9.3) ----------------------------------------------------------

proc ::oracle::ikp::acquirer::CheckRequest {request word type fields} {
	set clear [dict get $request clear]
	KnownSeller $clear
	if {[knows hCommon]} {
		must IKP-A-27 {[dict get $clear hCommon] eq [its hCommon]} unknown-transaction
	}
	if {![SellerSigns]} return
	set certS [dict get $request certS]
	proof chain seller $certS [its profile] [dict get $clear date] [dict get $clear idS]
	must IKP-A-26 {[proof verify hard $certS $word [proof tbs [its profile] $type $fields] \
		[dict get $request sigS]]} sig-invalid
}

# IKP-A-25
proc ::oracle::ikp::acquirer::on-ReversalReq {request} {
	CheckRequest $request reversal-request TbsReversal [proof reversal $request]
	CheckNewAmount $request
	if {[Partly $request]} { return [ReversePartly $request] }
	set was [its state none]
	set kept [expr {$was in {captured declined} || [Deposited]}]
	go ReversalReq [expr {$kept ? $was : "voided"}]
	if {$was eq "none"} {
		keep idS [der get $request clear.idS] tidS [der get $request clear.tidS] \
			hCommon [der get $request clear.hCommon]
	}
	if {$was eq "authorized" && !$kept} {
		send network [message der [its profile] NetReversal [dict create \
			reference [its reference] newAmount [dict get $request newAmount]]]
	}
	set outcome [expr {$was eq "captured" || [Deposited] ? "refused" : "reversed"}]
	Reply ReversalRes [ReversalRes $request $outcome]
}

proc ::oracle::ikp::acquirer::ReversalRes {request outcome} {
	set response [dict create idS [der get $request clear.idS] tidS [der get $request clear.tidS] \
		hReversal [common h hard reversal-hash [message der [its profile] ReversalReq $request]] \
		outcome $outcome newAmount [dict get $request newAmount]]
	dict set response sigA [Sign reversal-response TbsReversalRes salt(Sig_reversalRes) $response]
	return $response
}

# IKP-A-28
proc ::oracle::ikp::acquirer::on-AcqInquiryReq {request} {
	variable statuses
	CheckRequest $request acq-inquiry TbsAcqInquiry \
		[dict merge $request [dict create hCommon [der get $request clear.hCommon]]]
	set hInquiry [common h hard acq-inquiry-hash [message der [its profile] AcqInquiryReq $request]]
	set response [dict create idS [der get $request clear.idS] tidS [der get $request clear.tidS] \
		hInquiry $hInquiry status [dict get $statuses [its state none]]]
	if {[knows auth-response]} { dict set response authRes [its auth-response] }
	if {[dict get $response status] eq "authorized" && ![micro is [its profile]]} {
		# IKP-A-51
		dict set response totals [its totals]
	}
	dict set response sigA [Sign acq-inquiry-response TbsAcqInquiryRes salt(Sig_inquiryRes) \
		[proof acq-inquiry-response $response]]
	Reply AcqInquiryRes $response
}
