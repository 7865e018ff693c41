# ikp_micro_buyer.tcl -- the buyer of a micro profile (spec/ikp-micro.md 4 and 5): what
# is added to the actions of ikp_buyer.tcl.
#
# A transaction also holds terms x (the seed), revealed (the greatest index revealed
# or learnt of), acked (the greatest acknowledged), micro-pay (the octets of the last
# MicroPay).  Beside the transactions the buyer stores the seeds it has used.

package require Tcl 8.6-

# A MicroAccept answers only an off-line chain, a Confirm only another one.
proc ::oracle::ikp::buyer::expects {type} {
	if {![knows terms]} { return 1 }
	set off [expr {[dict get [its terms] mode] eq "offLine"}]
	return [expr {!($type eq "Confirm" && $off || $type eq "MicroAccept" && !$off)}]
}

proc ::oracle::ikp::buyer::answered {type value} { return 0 }

# -- terms (4) ----------------------------------------------------------------------

# What the buyer proposes; the seed is drawn for it.
proc ::oracle::ikp::buyer::Propose {input} {
	set price [dict get $input price]
	set wanted [dict get $input micro]
	set unit [dict get $wanted unit]
	set off [expr {[dict get $wanted mode] eq "off"}]
	der encode IKP Price $unit
	must IKP-U-17 {!$off || [Variant] eq "3kp"} variant-not-allowed
	must IKP-U-22 {[dict get $wanted expiry] > [now]} chain-expired
	must IKP-U-03 {[micro times $unit [dict get $wanted n]] eq [Same $price $unit]
		&& [dict get $unit amount] > 0} amount-exceeded
	set edition [Edition]
	set x [draw X [hash size [common hash $edition]]]
	set chainId [expr {[Hard] ? [draw chainId 16] : ""}]
	must IKP-U-01 {[string trim $x \x00] ne "" && [store seeds $x] eq ""} chain-invalid
	store seeds $x 1
	set root [micro root $edition $chainId $x [dict get $wanted n]]
	set terms [micro terms $edition $wanted $root $chainId]
	message der [its profile] MicroTerms $terms
	keep x $x terms $terms revealed 0 acked 0
}

# PRICE with its members in the order of UNIT, to be compared with a multiple of it.
proc ::oracle::ikp::buyer::Same {price unit} {
	return [dict map {name value} $unit { dict get $price $name }]
}

# -- off-line acceptance (5) ------------------------------------------------------------

proc ::oracle::ikp::buyer::on-MicroAccept {accept} {
	set tbs [proof tbs [its profile] TbsMicroAccept \
		[dict merge $accept [dict create hCommon [its hCommon]]]]
	must IKP-U-30 {[proof verify [Edition] [its certS] micro-accept $tbs \
		[dict get $accept sigS]]} sig-invalid
	must IKP-U-39 {[common h-v [Edition] [dict get $accept v]] eq [dict get [its clear] hV]} \
		commitment-mismatch
	keep v [dict get $accept v]
	go MicroAccept [expr {[knows vC] ? "dispute" : "accepted"}]
}

# -- paying -------------------------------------------------------------------------------

proc ::oracle::ikp::buyer::on-pay {input} {
	set terms [its terms]
	set price [dict get $input price]
	der encode IKP Price $price
	set offer [Offered $input]
	must IKP-U-40 {[now] <= [tlv seconds [dict get $terms expiry]]} chain-expired
	set links [micro units $price [dict get $terms unit]]
	must IKP-U-41 {$links > 0} amount-exceeded
	must IKP-U-42 {[its revealed] + $links <= [dict get $terms n]} chain-exhausted
	must IKP-U-43 {[dict exists $terms broker] == ($offer ne "")
		&& ($offer eq "" || [SamePrice [dict get $offer price] $price])} chain-invalid
	Reveal pay $links $offer
	report index [its revealed]
}

proc ::oracle::ikp::buyer::Offered {input} {
	if {![dict exists $input offer]} { return "" }
	return [der decode IKP MicroOffer [binary decode hex [dict get $input offer]]]
}

proc ::oracle::ikp::buyer::SamePrice {one two} {
	return [expr {[micro fits $one $two] && [dict get $one amount] == [dict get $two amount]}]
}

# IKP-U-12, IKP-U-11: the index is kept with the message that reveals it.
proc ::oracle::ikp::buyer::Reveal {event links offer} {
	set index [expr {[its revealed] + $links}]
	set pay [dict create idS [its idS] tidS [its tidS] index $index \
		token [micro token [its profile] [its terms] [its x] $index]]
	if {$offer ne ""} { dict set pay offer $offer }
	if {$event ne ""} { go $event [its state] }
	keep revealed $index micro-pay [message make [its profile] MicroPay [its session] $pay]
	send seller [its micro-pay]
	Wake pay-again 10
}

# IKP-U-10: the same octets, until it is acknowledged.
proc ::oracle::ikp::buyer::on-pay-again {input} {
	go pay-again [its state]
	report index [its revealed]
	if {![knows micro-pay] || [its acked] >= [its revealed]} return
	send seller [its micro-pay]
	Wake pay-again 10
}

proc ::oracle::ikp::buyer::on-MicroAck {ack} {
	set index [dict get $ack index]
	must IKP-U-23 {$index <= [dict get [its terms] n]
		&& [dict get $ack token] eq [micro token [its profile] [its terms] [its x] $index]} \
		chain-invalid
	go MicroAck [its state]
	keep revealed [expr {max($index, [its revealed])}] acked [expr {max($index, [its acked])}]
	report index [its revealed]
	report acked [its acked]
}
