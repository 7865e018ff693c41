# ikp_broker.tcl -- the broker (spec/ikp-micro.md 8): a seller towards its buyers, a buyer
# towards its sellers, and one step that moves a chain of each.
#
# A transaction follows the table of one of the two roles and says which in `table`;
# the actions are those of ikp_seller.tcl and ikp_buyer.tcl.  A chain with a seller
# also holds booked: hash of an offer -> {session index} of the chain with the buyer,
# received and passed.

package require Tcl 8.6-

namespace eval ::oracle::ikp::broker {
	namespace path {::oracle::ikp ::oracle::step ::oracle}
	variable of_seller {expire retry offer cancel ask quote deposit close}
}

proc ::oracle::ikp::broker::find {session value} { select $session }

# Which role's actions answer a message of FROM, or a local EVENT.
proc ::oracle::ikp::broker::part {from event} {
	variable of_seller
	if {$event eq "audit"} { return broker }
	if {$from eq ""} { return [expr {$event in $of_seller ? "seller" : "buyer"}] }
	return [expr {$from eq "seller" ? "buyer" : "seller"}]
}

# -- the step of section 8 -----------------------------------------------------------------

# IKP-U-55: the price is the offer's, if the offer can be passed on.
proc ::oracle::ikp::broker::Asked {pay} {
	must IKP-U-55 {[dict exists $pay offer] && [Passable [dict get $pay offer]]} chain-invalid
	return [der get $pay offer.price]
}

proc ::oracle::ikp::broker::Passable {offer} {
	set session [dict get $offer session]
	if {![exists $session]} { return 0 }
	visit $session {
		set open [expr {[its table] eq "buyer" && [its state] in {paid accepted}
			&& [its idS] eq [dict get $offer idS] && [its tidS] eq [dict get $offer tidS]
			&& ![dict exists [its booked {}] [Hash $offer]]}]
	}
	return $open
}

proc ::oracle::ikp::broker::Hash {offer} {
	return [common h hard micro-offer [der encode IKP MicroOffer $offer]]
}

# What the chain with S can give.
proc ::oracle::ikp::broker::Able {pay} {
	set price [der get $pay offer.price]
	visit [der get $pay offer.session] {
		set terms [its terms]
		set links [micro units $price [dict get $terms unit]]
		must IKP-U-57 {$links > 0} amount-exceeded
		must IKP-U-58 {[its revealed] + $links <= [dict get $terms n]} chain-exhausted
		must IKP-U-59 {[now] <= [tlv seconds [dict get $terms expiry]]} chain-expired
	}
}

# IKP-U-56
proc ::oracle::ikp::broker::Pass {pay} {
	set offer [dict get $pay offer]
	set from [list [its session] [dict get $pay index]]
	set amount [der get $offer price.amount]
	visit [dict get $offer session] {
		::oracle::ikp::buyer::Reveal "" [micro units [dict get $offer price] [dict get [its terms] unit]] \
			$offer
		keep booked [dict replace [its booked {}] [Hash $offer] [list {*}$from [its revealed]]] \
			received [expr {[its received 0] + $amount}] passed [expr {[its passed 0] + $amount}]
	}
	report booked [binary encode hex [Hash $offer]]
}

# IKP-U-60
proc ::oracle::ikp::broker::on-audit {input} {
	must IKP-G-17 {[knows state] && [its table] eq "buyer"} unknown-transaction
	report received [its received 0]
	report passed [its passed 0]
}
