# ikp_micro_acquirer.tcl -- the acquirer of a micro profile (spec/ikp-micro.md 4 and 7): what
# is added to the actions of ikp_acquirer.tcl.
#
# A transaction also holds terms, reservation, deposited and token (the deposited
# one), last-deposit {index token octets} and last-close {index octets} (the answers
# as sent), and while the network is asked for an off-line chain, first {index token}.
# Beside the transactions the acquirer stores the ID_S of every root.

package require Tcl 8.6-

proc ::oracle::ikp::acquirer::expects {type} { return 1 }

# -- terms (4) ----------------------------------------------------------------------

proc ::oracle::ikp::acquirer::CheckTerms {request} {
	set terms [der get $request clear.micro]
	must IKP-U-17 {[dict get $terms mode] ne "offLine"} variant-not-allowed
	must IKP-U-25 {![dict get $request captureNow]} variant-not-allowed
	must IKP-U-22 {[tlv seconds [dict get $terms expiry]] > [now]} chain-expired
	CheckRoot $terms
}

proc ::oracle::ikp::acquirer::CheckRoot {terms} {
	must IKP-U-04 {[dict get $terms n] <= [param nMax] && [store roots [dict get $terms root]] eq ""} \
		chain-invalid
}

proc ::oracle::ikp::acquirer::CheckWorth {request slip} {
	set terms [der get $request clear.micro]
	set worth [micro times [dict get $terms unit] [dict get $terms n]]
	set price [dict get $slip price]
	must IKP-U-03 {[dict get $worth amount] > 0 && [micro fits $worth $price]
		&& [dict get $worth amount] == [dict get $price amount]} amount-exceeded
}

proc ::oracle::ikp::acquirer::KeepTerms {request} {
	set terms [der get $request clear.micro]
	store roots [dict get $terms root] [der get $request clear.idS]
	keep terms $terms reservation [its authAmount] deposited 0 token [dict get $terms root]
}

proc ::oracle::ikp::acquirer::Deadline {terms} {
	return [expr {[tlv seconds [dict get $terms expiry]] + [param grace]}]
}

# -- deposits before the state is looked at ------------------------------------------------

# 1 if the message is answered from what is stored (IKP-U-29).
proc ::oracle::ikp::acquirer::answered {type request} {
	if {$type in {CaptureReq RefundReq}} { CheckClearing $type $request }
	if {$type eq "BatchReq"} { CheckBatch $request }
	if {$type ni {MicroDeposit MicroClose}} { return 0 }
	CheckDeposit $type $request
	set index [dict get $request index]
	if {$type eq "MicroClose"} {
		if {![knows last-close] || [lindex [its last-close] 0] != $index} { return 0 }
		send seller [lindex [its last-close] 1]
	} else {
		if {![knows last-deposit] || [lrange [its last-deposit] 0 1] ne [list $index \
			[dict get $request token]]} { return 0 }
		send seller [lindex [its last-deposit] 2]
	}
	report deposited [its deposited]
	return 1
}

# IKP-A-01 to IKP-U-27 of section 7.
proc ::oracle::ikp::acquirer::CheckDeposit {type request} {
	set clear [dict get $request clear]
	set terms [dict get $clear micro]
	set off [expr {[dict get $terms mode] eq "offLine"}]
	KnownSeller $clear
	must IKP-U-17 {!$off || [Variant] eq "3kp"} variant-not-allowed
	if {$type eq "MicroDeposit" && [Variant] eq "3kp"} {
		must IKP-U-33 {$off == [dict exists $request offLine]} variant-not-allowed
	}
	if {[knows state]} {
		must IKP-U-50 {[dict get $clear hCommon] eq [its hCommon] && [knows terms]
			&& [micro same [its profile] $terms [its terms]]} chain-invalid
	} else {
		must IKP-U-15 {[store roots [dict get $terms root]] in [list "" [dict get $clear idS]]} \
			unknown-seller
		must IKP-U-26 {$off && $type eq "MicroDeposit"} unknown-transaction
	}
	CheckDepositor $type $request
	if {$type eq "MicroDeposit"} { must IKP-U-36 {[its state none] ne "pending"} busy }
}

# IKP-U-27
proc ::oracle::ikp::acquirer::CheckDepositor {type request} {
	set clear [dict get $request clear]
	set word [dict get {MicroDeposit micro-deposit MicroClose micro-close} $type]
	set tbs [proof tbs [its profile] Tbs$type \
		[dict merge $request [dict create hCommon [dict get $clear hCommon]]]]
	if {[SellerSigns]} {
		set certS [dict get $request certS]
		proof chain seller $certS [its profile] [dict get $clear date] [dict get $clear idS]
		must IKP-U-27 {[proof verify [Edition] $certS $word $tbs [dict get $request sigS]]} sig-invalid
	} elseif {[Hard]} {
		set seller [Seller [dict get $clear idS]]
		must IKP-U-27 {[dict exists $seller secret] && [dict get $request mac] eq \
			[common hk hard [binary decode hex [dict get $seller secret]] $word $tbs]} sig-invalid
	}
}

# Out of state: a closed chain has a word of its own until the deadline.
proc ::oracle::ikp::acquirer::Late {type request} {
	set terms [der get $request clear.micro]
	if {[its state none] ne "closed"} return
	must IKP-U-54 {[now] > [Deadline $terms]} already-final
	must IKP-U-19 {0} chain-expired
}

proc ::oracle::ikp::acquirer::InTime {request} {
	must IKP-U-19 {[now] <= [Deadline [der get $request clear.micro]]} chain-expired
}

# -- MicroDeposit ---------------------------------------------------------------------------

proc ::oracle::ikp::acquirer::on-MicroDeposit {request} {
	InTime $request
	if {[its state none] eq "none"} { return [FirstOffLine $request] }
	CheckLink $request [its deposited] [its token] [its reservation]
	go MicroDeposit authorized
	send seller [Pay [dict get $request index] [dict get $request token] [heard-session]]
	report deposited [its deposited]
}

proc ::oracle::ikp::acquirer::CheckLink {request deposited token reservation} {
	set index [dict get $request index]
	set terms [der get $request clear.micro]
	must IKP-U-13 {$index > $deposited} chain-invalid
	must IKP-U-51 {$index <= [dict get $terms n]} chain-invalid
	must IKP-U-16 {$index * [dict get $terms unit amount] <= [dict get $reservation amount]} \
		amount-exceeded
	must IKP-U-52 {[micro walk [its profile] $terms [dict get $request token] $index $deposited] \
		eq $token} chain-invalid
}

# IKP-U-14: tells the network, and gives the answer.
proc ::oracle::ikp::acquirer::Pay {index token session} {
	set unit [dict get [its terms] unit]
	NetDeposit [micro times $unit [expr {$index - [its deposited]}]] [micro times $unit 0]
	keep deposited $index token $token
	set octets [message make [its profile] MicroDepositRes $session [DepositRes yes $index 0]]
	keep last-deposit [list $index $token $octets]
	return $octets
}

proc ::oracle::ikp::acquirer::NetDeposit {amount released} {
	send network [message der [its profile] NetDeposit \
		[dict create reference [its reference] amount $amount released $released]]
}

proc ::oracle::ikp::acquirer::DepositRes {decision index closed} {
	set response [dict create idS [its idS] tidS [its tidS] decision $decision index $index \
		total [micro times [dict get [its terms] unit] $index] closed $closed]
	dict set response sigA [Sign micro-deposit-response TbsMicroDepositRes salt(Sig_depositRes) \
		[dict merge $response [dict create hCommon [its hCommon]]]]
	return $response
}

# -- the first deposit of an off-line chain (7.1) ----------------------------------------------

proc ::oracle::ikp::acquirer::FirstOffLine {request} {
	set offLine [dict get $request offLine]
	CheckRoot [der get $request clear.micro]
	set commitment [dict merge $offLine [dict create clear [dict get $request clear] \
		captureNow 0 certS [dict get $request certS]]]
	CheckSeller $commitment
	CheckCommitment $commitment
	set slip [CheckSlip $commitment]
	CheckWorth $commitment $slip
	set terms [der get $request clear.micro]
	CheckLink $request 0 [dict get $terms root] [dict get $slip price]
	Accept [dict replace $commitment authAmount [dict get $slip price]] $slip
	keep first [list [dict get $request index] [dict get $request token]]
	go MicroDeposit pending
	AskNetwork $commitment $slip
	report deposited 0
}

# IKP-U-37
proc ::oracle::ikp::acquirer::CheckCommitment {commitment} {
	set clear [dict get $commitment clear]
	set certB [dict get $commitment certB]
	proof chain buyer $certB [its profile] [dict get $clear date]
	set tbs [proof tbs [its profile] TbsPayment [dict create \
		encSlip [dict get $commitment encSlip] hCommon [dict get $clear hCommon]]]
	must IKP-U-37 {[dict exists $commitment sigB]
		&& [proof verify [Edition] $certB payment $tbs [dict get $commitment sigB]]} sig-invalid
}

# The network has spoken: as if the chain had been authorised and the deposit came now.
proc ::oracle::ikp::acquirer::DecideOffLine {decision} {
	keep decision $decision
	if {$decision eq "yes"} {
		answer-asked seller [Pay {*}[its first] [its session]]
	} else {
		set octets [message make [its profile] MicroDepositRes [its session] [DepositRes no 0 0]]
		keep last-deposit [list {*}[its first] $octets]
		answer-asked seller $octets
	}
}

# IKP-U-19: the rest goes back at the deadline.
proc ::oracle::ikp::acquirer::AwaitRelease {} {
	timer release/[binary encode hex [its reference]] [Deadline [its terms]]
}

proc ::oracle::ikp::acquirer::on-release {input} {
	go release closed
	Release
}

proc ::oracle::ikp::acquirer::Release {} {
	set unit [dict get [its terms] unit]
	set paid [expr {[its deposited] * [dict get $unit amount]}]
	NetDeposit [micro times $unit 0] [dict replace [its reservation] \
		amount [expr {[dict get [its reservation] amount] - $paid}]]
}

# -- MicroClose ---------------------------------------------------------------------------------

proc ::oracle::ikp::acquirer::on-MicroClose {request} {
	InTime $request
	set index [dict get $request index]
	must IKP-U-53 {$index == [its deposited]} chain-invalid
	go MicroClose closed
	Release
	# IKP-U-49
	set octets [message make [its profile] MicroDepositRes [heard-session] [DepositRes yes $index 1]]
	keep last-close [list $index $octets]
	send seller $octets
	report deposited [its deposited]
}

# IKP-U-35: something is deposited, or nothing more can be.
proc ::oracle::ikp::acquirer::Deposited {} {
	return [expr {[knows terms] && ([its state] eq "closed" || [its deposited] > 0)}]
}
