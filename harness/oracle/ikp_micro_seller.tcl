# ikp_micro_seller.tcl -- the seller of a micro profile (spec/ikp-micro.md 4 and 6): what
# is added to the actions of ikp_seller.tcl.
#
# A transaction also holds terms, last token (of the last MicroPay taken), ack (its
# MicroAck as octets), deposited, asked-price, quotes (hash of an offer -> open or
# paid), tries tried (count and time of refused tokens), accept (the MicroAccept as
# octets), and what is unanswered: deposit {index octets}, closing (octets).  Beside
# the transactions the seller stores the roots it has taken.

package require Tcl 8.6-

proc ::oracle::ikp::seller::expects {type} { return 1 }
proc ::oracle::ikp::seller::OffLine {} {
	return [expr {[knows terms] && [dict get [its terms] mode] eq "offLine"}]
}

# -- terms (4) ----------------------------------------------------------------------

# The terms an Initiate proposes for an order.
proc ::oracle::ikp::seller::CheckTerms {terms order} {
	set off [expr {[dict get $terms mode] eq "offLine"}]
	set unit [dict get $terms unit]
	set floor [param floor]
	must IKP-U-17 {!$off || ([Variant] eq "3kp" && $floor ne "" && [micro fits $unit $floor])} \
		variant-not-allowed
	if {[Hard]} { must IKP-U-28 {[Brokered $terms]} variant-not-allowed }
	must IKP-U-04 {[dict get $terms n] <= [param nMax] && [store roots [dict get $terms root]] eq ""} \
		chain-invalid
	set left [expr {[tlv seconds [dict get $terms expiry]] - [now]}]
	must IKP-U-22 {$left > 0 && $left <= [param termMax]} chain-expired
	must IKP-U-03 {[Worth $terms [dict get $order unit]] && [Worth $terms \
		[dict get $order price] [dict get $terms n]]} amount-exceeded
	store roots [dict get $terms root] 1
	keep terms $terms last 0 token [dict get $terms root] deposited 0 asked-price "" \
		quotes {} tries 0 tried 0
}

# Whether N times the unit of TERMS is PRICE.
proc ::oracle::ikp::seller::Worth {terms price {n 1}} {
	set unit [dict get $terms unit]
	return [expr {[dict get $unit amount] > 0 && [micro fits $unit $price]
		&& $n * [dict get $unit amount] == [dict get $price amount]}]
}

proc ::oracle::ikp::seller::Brokered {terms} {
	if {[Role] eq "broker"} {
		return [expr {[dict exists $terms broker] && [dict get $terms broker] eq [param idS]}]
	}
	return [expr {![dict exists $terms broker] || [dict get $terms broker] in [param brokers]}]
}

# -- off-line acceptance (6.1) ----------------------------------------------------------

# IKP-U-44
proc ::oracle::ikp::seller::Accept {} {
	set accept [dict create idS [its idS] tidS [its tidS] v [its v]]
	dict set accept sigS [Sign micro-accept TbsMicroAccept salt(Sig_accept) \
		[dict merge $accept [dict create hCommon [its hCommon]]]]
	keep accept [message make [its profile] MicroAccept [its session] $accept]
	go Payment accepted
	send buyer [its accept]
}

# IKP-U-18: what this payment leaves unpaid, of this buyer and of all.
proc ::oracle::ikp::seller::WithinFloor {index} {
	if {![OffLine]} { return 1 }
	set floor [param floor]
	set total [param floorTotal]
	if {$total eq ""} { set total $floor }
	set sums [dict create mine 0 all 0]
	set key [dict get [path leaf [its certB]] spki]
	dict for {session other} [dict get $::oracle::step::party transactions] {
		if {![dict exists $other accept] || ![dict exists $other last]} continue
		if {$session eq $::oracle::step::current} continue
		set value [Unpaid $other [dict get $other last]]
		dict incr sums all $value
		if {[dict get [path leaf [dict get $other certB]] spki] eq $key} { dict incr sums mine $value }
	}
	set value [Unpaid $::oracle::step::tx $index]
	return [expr {[dict get $sums mine] + $value <= [dict get $floor amount]
		&& [dict get $sums all] + $value <= [dict get $total amount]}]
}

proc ::oracle::ikp::seller::Unpaid {tx index} {
	return [expr {($index - [dict get $tx deposited]) * [dict get $tx terms unit amount]}]
}

# -- MicroPay (6.2) -----------------------------------------------------------------------

# IKP-U-10: the last payment again, whatever the state.
proc ::oracle::ikp::seller::answered {type value} {
	if {$type ne "MicroPay" || ![knows ack] || [dict get $value index] != [its last]
		|| [dict get $value token] ne [its token]} { return 0 }
	must IKP-G-17 {[same-ids $value]} unknown-transaction
	send buyer [its ack]
	report index [its last]
	return 1
}

proc ::oracle::ikp::seller::on-ask {input} {
	der encode IKP Price [dict get $input price]
	go ask [its state]
	keep asked-price [dict get $input price]
}

proc ::oracle::ikp::seller::on-quote {input} {
	der encode IKP Price [dict get $input price]
	set offer [dict create idS [its idS] tidS [its tidS] session [its session] \
		offerId [draw offerId 16] price [dict get $input price]]
	set octets [der encode IKP MicroOffer $offer]
	go quote [its state]
	keep quotes [dict replace [its quotes] [OfferHash $octets] open]
	report offer [binary encode hex $octets]
}

proc ::oracle::ikp::seller::OfferHash {octets} {
	return [common h hard micro-offer $octets]
}

proc ::oracle::ikp::seller::on-MicroPay {pay} {
	set index [dict get $pay index]
	set terms [its terms]
	set tried [expr {[now] - [its tried] >= 60 ? 0 : [its tries]}]
	must IKP-U-21 {$tried < [param tries]} rate-limited
	must IKP-U-05 {[now] <= [tlv seconds [dict get $terms expiry]]} chain-expired
	must IKP-U-06 {$index > [its last]} chain-invalid
	must IKP-U-46 {$index <= [dict get $terms n]} chain-exhausted
	set price [Asked $pay]
	set value [micro times [dict get $terms unit] [expr {$index - [its last]}]]
	must IKP-U-08 {$price ne "" && [micro fits $value $price]
		&& [dict get $value amount] == [dict get $price amount]} amount-exceeded
	if {[Role] eq "broker"} { ::oracle::ikp::broker::Able $pay }
	must IKP-U-18 {[WithinFloor $index]} rate-limited
	keep tries [expr {$tried + 1}] tried [now]
	must IKP-U-07 {[micro walk [its profile] $terms [dict get $pay token] $index [its last]] \
		eq [its token]} chain-invalid
	keep tries 0 tried 0
	Take $pay
	if {[Role] eq "broker"} { ::oracle::ikp::broker::Pass $pay }
}

# What has to be paid: as asked, or as the offer says (IKP-U-20).
proc ::oracle::ikp::seller::Asked {pay} {
	if {[Role] eq "broker"} { return [::oracle::ikp::broker::Asked $pay] }
	set terms [its terms]
	if {![Hard]} { return [its asked-price] }
	must IKP-U-20 {[dict exists $terms broker] == [dict exists $pay offer]
		&& (![dict exists $pay offer] || [Quoted [dict get $pay offer]])} chain-invalid
	return [expr {[dict exists $pay offer] ? [der get $pay offer.price] : [its asked-price]}]
}

proc ::oracle::ikp::seller::Quoted {offer} {
	set name [OfferHash [der encode IKP MicroOffer $offer]]
	return [expr {[dict exists [its quotes] $name] && [dict get [its quotes] $name] eq "open"}]
}

# IKP-U-09
proc ::oracle::ikp::seller::Take {pay} {
	set index [dict get $pay index]
	set links [expr {$index - [its last]}]
	go MicroPay [its state]
	if {[dict exists $pay offer]} {
		set name [OfferHash [der encode IKP MicroOffer [dict get $pay offer]]]
		keep quotes [dict replace [its quotes] $name paid]
	} else {
		keep asked-price ""
	}
	keep last $index token [dict get $pay token] ack [message make [its profile] MicroAck \
		[its session] [dict create idS [its idS] tidS [its tidS] index $index \
		token [dict get $pay token]]]
	send buyer [its ack]
	report index $index
	report served $links
}

# -- deposit and close (6.3) ---------------------------------------------------------------

# IKP-U-45: a Sig_S, or in 1KP of HARD a mac, over what is asked.
proc ::oracle::ikp::seller::Authentic {request word type label} {
	set fields [dict merge $request [dict create hCommon [its hCommon]]]
	if {[Signs]} {
		dict set request sigS [Sign $word $type $label $fields]
		dict set request certS [CertS]
	} elseif {[Hard]} {
		dict set request mac [common hk hard [param secret] $word [proof tbs [its profile] $type $fields]]
	}
	return $request
}

proc ::oracle::ikp::seller::on-deposit {input} {
	if {![knows deposit]} {
		must IKP-U-31 {[its last] > [its deposited]} bad-state
		set request [dict create clear [its clear] index [its last] token [its token]]
		if {[OffLine]} { dict set request offLine [OffLineOf] }
		set request [Authentic $request micro-deposit TbsMicroDeposit salt(Sig_deposit)]
		keep deposit [list [its last] \
			[message make [its profile] MicroDeposit [its session] $request]]
	}
	go deposit [its state]
	Ask [lindex [its deposit] 1]
}

proc ::oracle::ikp::seller::OffLineOf {} {
	return [dict create hDesc [its hDesc] encSlip [its encSlip] sigS [its sigS] \
		certB [its certB] sigB [its sigB]]
}

proc ::oracle::ikp::seller::on-close {input} {
	if {![knows closing]} {
		must IKP-U-31 {[its last] == [its deposited]} bad-state
		if {[OffLine] && [its deposited] == 0} {
			# IKP-U-34
			go close closed
			return
		}
		set request [Authentic [dict create clear [its clear] index [its deposited]] \
			micro-close TbsMicroClose salt(Sig_close)]
		keep closing [message make [its profile] MicroClose [its session] $request]
	}
	go close closing
	Ask [its closing]
}

# What is unanswered, for the timer retry; "" if nothing is.
proc ::oracle::ikp::seller::Unanswered {} {
	if {[its state] eq "closing"} { return [its closing] }
	return [expr {[knows deposit] ? [lindex [its deposit] 1] : ""}]
}

proc ::oracle::ikp::seller::on-MicroDepositRes {response} {
	set index [dict get $response index]
	set yes [expr {[dict get $response decision] eq "yes"}]
	set closed [dict get $response closed]
	must IKP-U-48 {[Answers $response $index $yes $closed]} common-mismatch
	proof chain acquirer-sig [param acquirerSig] [its profile] [its date]
	set tbs [proof tbs [its profile] TbsMicroDepositRes \
		[dict merge $response [dict create hCommon [its hCommon]]]]
	must IKP-U-32 {[AcquirerSigned micro-deposit-response $tbs [dict get $response sigA]]} \
		sig-invalid
	if {$yes} { keep deposited $index }
	forget deposit
	go MicroDepositRes [expr {$closed || !$yes ? "closed" : [its state]}]
	report deposited [its deposited]
}

proc ::oracle::ikp::seller::Answers {response index yes closed} {
	if {$closed} {
		if {[its state] ne "closing" || !$yes || $index != [its deposited]} { return 0 }
	} elseif {![knows deposit] || $index != ($yes ? [lindex [its deposit] 0] : 0)} {
		return 0
	}
	if {!$yes && [dict get [its terms] mode] ne "offLine"} { return 0 }
	set total [dict get $response total]
	set unit [dict get [its terms] unit]
	return [expr {[micro fits $total $unit]
		&& [dict get $total amount] == $index * [dict get $unit amount]}]
}
