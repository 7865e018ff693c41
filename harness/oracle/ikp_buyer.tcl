# ikp_buyer.tcl -- the buyer of iKP (spec/ikp.md 7): one action for each event of
# its state table.
#
# A transaction (keyed by session) holds session profile seller price desc pin
# rB saltB idB initiate, from the Invoice on idS tidS date clear common hCommon
# certA certASig (the signature chain; in EC95 and JSAC certA) sigS certS, from
# the Payment on encSlip payment, and what proves its end: v vC confirm.

package require Tcl 8.6-

namespace eval ::oracle::ikp::buyer {
	namespace path {::oracle::ikp ::oracle::step ::oracle}
	variable variants {1kp 2kp 3kp}
}

proc ::oracle::ikp::buyer::find {session value} { select $session }
proc ::oracle::ikp::buyer::misplaced {type value} {}
proc ::oracle::ikp::buyer::repeated {type} {}

proc ::oracle::ikp::buyer::Edition {} { return [lindex [common profile [its profile]] 0] }
proc ::oracle::ikp::buyer::Variant {} { return [lindex [common profile [its profile]] 1] }
proc ::oracle::ikp::buyer::Hard {} { return [expr {[Edition] eq "hard"}] }
proc ::oracle::ikp::buyer::SellerSigns {} { return [expr {[Variant] ne "1kp"}] }

proc ::oracle::ikp::buyer::Wake {event delay} {
	timer $event/[binary encode hex [its session]] [expr {[now] + $delay}]
}

# -- start (7.1) ------------------------------------------------------------------

proc ::oracle::ikp::buyer::on-start {input} {
	set profile [lindex [dict get $::oracle::step::party profiles] 0]
	if {[dict exists $input profile]} { set profile [dict get $input profile] }
	must IKP-G-02 {[speaks $profile]} variant-not-allowed
	must IKP-B-15 {[Enough $profile]} variant-not-allowed
	der encode IKP Price [dict get $input price]
	der encode IKP Desc [dict get $input desc]
	if {[dict exists $input pin]} { der encode IKP Pin [dict get $input pin] }
	set session [draw session 16]
	if {[exists $session]} {
		return -code error -errorcode {SEMPER error random} "a session repeats"
	}
	select $session
	keep session $session profile $profile seller [dict get $input seller] \
		price [dict get $input price] desc [dict get $input desc] \
		brand [dict get $input brand] rB [draw R_B 16] saltB [draw SALT_B 16]
	if {[dict exists $input pin]} { keep pin [dict get $input pin] }
	keep idB [common id-b [Edition] [its rB] [param ban]]
	if {[Role] eq "broker"} { keep table buyer }
	if {[micro is $profile]} { Propose $input }
	go start wait-invoice
	keep initiate [send seller [message make $profile Initiate $session [Initiate $input]]]
	Wake resend 30
}

# The least variant of the buyer's policy, in HARD.
proc ::oracle::ikp::buyer::Enough {profile} {
	variable variants
	lassign [common profile $profile] edition variant
	set least [lsearch $variants [param minVariant 1kp]]
	return [expr {$edition ne "hard" || [lsearch $variants $variant] >= $least}]
}

proc ::oracle::ikp::buyer::Initiate {input} {
	set value [dict create saltB [its saltB] idB [its idB] \
		orderRef [binary decode hex [dict get $input order]]]
	if {[Variant] eq "3kp"} { dict set value certB [dict get [Key] chain] }
	if {[knows terms]} { dict set value micro [its terms] }
	return $value
}

proc ::oracle::ikp::buyer::Key {} {
	return [key [expr {[Role] eq "broker" ? "buyerSig" : "sig"}]]
}

# IKP-B-16: the same octets.
proc ::oracle::ikp::buyer::on-resend {input} {
	go resend wait-invoice
	send seller [its initiate]
	Wake resend 30
}

# -- Invoice (7.2) ------------------------------------------------------------------

proc ::oracle::ikp::buyer::on-Invoice {invoice} {
	set clear [dict get $invoice clear]
	must IKP-B-03 {[dict get $clear idS] eq [its seller]} common-mismatch
	must IKP-B-04 {abs([tlv seconds [dict get $clear date]] - [now]) <= [param skew]} \
		date-out-of-window
	if {[knows terms]} {
		must IKP-U-02 {[micro same [its profile] [dict get $clear micro] [its terms]]} common-mismatch
	}
	if {[SellerSigns]} {
		must IKP-B-07 {[dict exists $clear hV]} malformed
		if {[Edition] ne "ec95"} {
			must IKP-B-08 {[dict get $clear hV] ne [dict get $clear hVC]} commitment-mismatch
		}
	}
	CheckCommon $clear
	CheckAcquirer $invoice
	if {[SellerSigns]} { CheckOffer $invoice }
	keep idS [dict get $clear idS] tidS [dict get $clear tidS] clear $clear
	go Invoice invoiced
}

# IKP-B-05: Common is rebuilt from what the buyer knows itself.
proc ::oracle::ikp::buyer::CheckCommon {clear} {
	set fields [dict merge $clear [dict create price [its price] idB [its idB] \
		hDesc [common h-desc [Edition] [its saltB] [its desc]]]]
	set common [common make [its profile] $fields]
	set hCommon [common hashed [its profile] $common]
	must IKP-B-05 {[dict get $clear hCommon] eq $hCommon} common-mismatch
	keep common $common hCommon $hCommon
}

proc ::oracle::ikp::buyer::CheckAcquirer {invoice} {
	must IKP-B-09 {[dict exists $invoice certA]} cert-invalid
	set date [der get $invoice clear.date]
	set enc [dict get $invoice certA]
	set sig $enc
	proof chain acquirer-enc $enc [its profile] $date
	if {[Hard]} {
		set sig [dict get $invoice certASig]
		proof chain acquirer-sig $sig [its profile] $date
		foreach chain [list $enc $sig] {
			must IKP-C-06 {[its brand] in [proof leaf $chain brands]} cert-invalid
		}
		must IKP-C-12 {[proof leaf $enc acquirer] eq [proof leaf $sig acquirer]} cert-invalid
	}
	keep certA $enc certASig $sig
}

# IKP-B-06: CERT_S, then Sig_S.
proc ::oracle::ikp::buyer::CheckOffer {invoice} {
	set clear [dict get $invoice clear]
	set certS [dict get $invoice certS]
	proof chain seller $certS [its profile] [dict get $clear date] [dict get $clear idS]
	if {[Hard]} {
		must IKP-C-06 {[proof leaf $certS acquirer] eq [proof leaf [its certA] acquirer]} \
			cert-invalid
	}
	set tbs [proof tbs [its profile] TbsOffer [proof offer [its profile] $clear]]
	must IKP-B-06 {[proof verify [Edition] $certS offer $tbs [dict get $invoice sigS]]} sig-invalid
	keep certS $certS sigS [dict get $invoice sigS]
}

# -- Payment (7.3) ------------------------------------------------------------------

# IKP-B-10: nothing is encrypted or signed before this.
proc ::oracle::ikp::buyer::on-approve {input} {
	set slip [slip make [its profile] [Secrets]]
	set seed [draw seed(EncSlip) [hash size [common hash [Edition]]]]
	keep encSlip [slip seal [its profile] [proof public [its certA]] $slip $seed]
	set payment [dict create idS [its idS] tidS [its tidS] encSlip [its encSlip]]
	if {[Variant] eq "3kp"} {
		dict set payment sigB [Sign payment TbsPayment salt(Sig_B) \
			[dict create encSlip [its encSlip] hCommon [its hCommon]]]
	}
	go approve wait-confirm
	keep payment [message make [its profile] Payment [its session] $payment]
	Pay
}

# What the slip may hold; the profile decides what it does (IKP-B-11, IKP-B-13).
proc ::oracle::ikp::buyer::Secrets {} {
	set fields [dict create price [its price] hCommon [its hCommon] ban [param ban] \
		rB [its rB] expiration [param expiration] rAcct [param rAcct]]
	if {[knows pin]} { dict set fields pin [its pin] }
	return $fields
}

proc ::oracle::ikp::buyer::Sign {word type label fields} {
	set salt [proof salted $label [Edition]]
	return [proof sign [Edition] [dict get [Key] key] $word \
		[proof tbs [its profile] $type $fields] $salt]
}

proc ::oracle::ikp::buyer::Pay {} {
	send seller [its payment]
	Wake inquire 60
}

proc ::oracle::ikp::buyer::on-refuse {input} {
	go refuse aborted
}

# -- Confirm (7.4) ------------------------------------------------------------------

proc ::oracle::ikp::buyer::on-Confirm {confirm} {
	set yes [expr {[der get $confirm resp.decision] eq "yes"}]
	if {[Hard]} { must IKP-G-18 {[amounts-fit [dict get $confirm resp]]} malformed }
	CheckAuthority $confirm
	if {[Hard] && $yes} {
		must IKP-B-27 {[totals within [der get $confirm resp.authAmount] [its price]]} amount-exceeded
	}
	if {[SellerSigns] && !$yes} {
		must IKP-B-19 {![dict exists $confirm v]} commitment-mismatch
	}
	if {!$yes} {
		go Confirm declined
		return
	}
	if {[SellerSigns]} { CheckReceipt $confirm }
	if {[knows vC]} {
		keep v [dict get $confirm v]
		go Confirm dispute
		return
	}
	go Confirm paid
	if {[Hard]} { Partial [der get $confirm resp.authAmount.amount] }
	if {[SellerSigns]} { Receipt $confirm }
}

# IKP-B-28
proc ::oracle::ikp::buyer::Partial {amount} {
	if {$amount < [dict get [its price] amount]} { report amount $amount }
}

# IKP-B-17: Sig_A over what was received and what the buyer knows itself.
proc ::oracle::ikp::buyer::CheckAuthority {confirm} {
	set fields [dict merge $confirm [dict create hCommon [its hCommon]]]
	if {[Hard]} { dict set fields hEncSlip [common h hard enc-slip [its encSlip]] }
	set tbs [proof tbs [its profile] TbsAuthRes $fields]
	must IKP-B-17 {[proof verify [Edition] [its certASig] auth-response $tbs \
		[dict get $confirm sigA]]} sig-invalid
}

# IKP-B-18: the acquirer's yes is genuine, whatever the seller does with V; so a
# refusal here keeps the new state.
proc ::oracle::ikp::buyer::CheckReceipt {confirm} {
	if {"authorized-no-receipt" in [rows Confirm]} { go Confirm authorized-no-receipt }
	must IKP-B-18 {[dict exists $confirm v]
		&& [common h-v [Edition] [dict get $confirm v]] eq [dict get [its clear] hV]} \
		commitment-mismatch
}

# IKP-B-21
proc ::oracle::ikp::buyer::Receipt {confirm} {
	keep v [dict get $confirm v]
	set receipt [dict create common [its common] desc [its desc] saltB [its saltB] \
		encSlip [its encSlip] sigS [its sigS] certS [its certS] certA [its certASig] \
		confirm $confirm]
	report receipt [binary encode hex [message der [its profile] Receipt $receipt]]
}

# -- Cancel -------------------------------------------------------------------------

# In 1KP a hint; in 2KP and 3KP proven by VC.
proc ::oracle::ikp::buyer::on-Cancel {cancel} {
	if {![SellerSigns]} {
		report hint cancel
		return
	}
	must IKP-B-20 {[common h-vc [Edition] [dict get $cancel vC]] eq [dict get [its clear] hVC]} \
		commitment-mismatch
	keep vC [dict get $cancel vC]
	go Cancel [expr {[knows v] ? "dispute" : "cancelled"}]
}

# -- inquiry ------------------------------------------------------------------------

# IKP-B-22: made once, sent as often as asked for.
proc ::oracle::ikp::buyer::on-inquire {input} {
	set next [lindex [rows inquire] 0]
	if {![knows inquiry]} { keep inquiry [InquiryReq] }
	go inquire $next
	send seller [message make [its profile] InquiryReq [its session] [its inquiry]]
	Wake inquire 60
}

proc ::oracle::ikp::buyer::InquiryReq {} {
	set inquiry [dict create idS [its idS] tidS [its tidS] saltB [its saltB]]
	if {[Hard] && [Variant] eq "3kp"} {
		dict set inquiry sigB [Sign inquiry TbsInquiry salt(Sig_inquiry) \
			[dict merge $inquiry [dict create session [its session]]]]
	}
	return $inquiry
}

proc ::oracle::ikp::buyer::on-InquiryRes {response} {
	set status [dict get $response status]
	if {[Hard]} { CheckInquiryRes $response }
	must IKP-B-24 {[Evidenced $response $status]} malformed
	report status $status
	if {[its state] eq "paid"} return
	foreach evidence {confirm cancel} {
		if {[dict exists $response $evidence]} {
			must IKP-G-17 {[same-ids [dict get $response $evidence]]} unknown-transaction
		}
	}
	if {[dict exists $response confirm]} {
		on-Confirm [dict get $response confirm]
	} elseif {[dict exists $response cancel]} {
		on-Cancel [dict get $response cancel]
	} elseif {$status eq "invoiced"} {
		Pay
	}
}

proc ::oracle::ikp::buyer::CheckInquiryRes {response} {
	set own [common h hard inquiry-hash [message der [its profile] InquiryReq [its inquiry]]]
	if {[SellerSigns]} {
		set tbs [proof tbs [its profile] TbsInquiryRes [dict replace $response hInquiry $own]]
		must IKP-B-23 {[proof verify hard [its certS] inquiry-response $tbs \
			[dict get $response sigS]]} sig-invalid
	}
	must IKP-B-24 {[dict get $response hInquiry] eq $own} malformed
}

# IKP-B-24: the evidence goes with the status, and only with it.
proc ::oracle::ikp::buyer::Evidenced {response status} {
	set confirm [expr {$status in {authorized declined}}]
	set cancel [expr {$status eq "cancelled" && [Edition] ne "ec95"}]
	return [expr {[dict exists $response confirm] == $confirm
		&& [dict exists $response cancel] == $cancel}]
}
