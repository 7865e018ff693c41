# ikp_totals.tcl -- what was authorised, captured and refunded (spec/ikp-clearing.md 2).
#
#   totals granted AMOUNT NOW     Totals of an authorisation; NOW 1 if it is captured
#   totals captured TOTALS SEQ AMOUNT FINAL     after a capture
#   totals refunded TOTALS SEQ AMOUNT           after a refund
#   totals reversed TOTALS AMOUNT               after a reversal to AMOUNT
#   totals amount TOTALS NAME     the number of authorized, captured or refunded
#   totals alike ONE OTHER        1 if two prices have one currency and exponent
#   totals capture-fits TOTALS AMOUNT    refund-fits TOTALS AMOUNT
#   totals reversal-fits TOTALS AMOUNT   whether the sums allow it
#   totals within ASKED LIMIT     1 if ASKED is alike, above zero and not more
#
# Totals are a value of that type; prices are dicts.

package require Tcl 8.6-

namespace eval ::oracle::ikp::totals {
	namespace export {[a-z]*}
	namespace ensemble create
}

proc ::oracle::ikp::totals::Of {price number} { return [dict replace $price amount $number] }

proc ::oracle::ikp::totals::granted {amount now} {
	set nothing [Of $amount 0]
	return [dict create authorized $amount captured [expr {$now ? $amount : $nothing}] \
		refunded $nothing lastSeq 0 closed [expr {bool($now)}]]
}

proc ::oracle::ikp::totals::amount {totals name} { return [dict get $totals $name amount] }

proc ::oracle::ikp::totals::Add {totals name price} {
	dict set totals $name amount [expr {[amount $totals $name] + [dict get $price amount]}]
	return $totals
}

proc ::oracle::ikp::totals::captured {totals seq price final} {
	set totals [dict replace [Add $totals captured $price] lastSeq $seq]
	dict set totals closed [expr {$final || [amount $totals captured] == [amount $totals authorized]}]
	return $totals
}

proc ::oracle::ikp::totals::refunded {totals seq price} {
	return [dict replace [Add $totals refunded $price] lastSeq $seq]
}

proc ::oracle::ikp::totals::reversed {totals price} {
	dict set totals authorized [Of [dict get $totals authorized] [dict get $price amount]]
	if {[amount $totals captured] > 0 && [amount $totals captured] == [amount $totals authorized]} {
		dict set totals closed 1
	}
	return $totals
}

# -- whether it may be ------------------------------------------------------------------

proc ::oracle::ikp::totals::alike {one other} {
	return [expr {[dict get $one currency] == [dict get $other currency]
		&& [dict get $one exponent] == [dict get $other exponent]}]
}

proc ::oracle::ikp::totals::within {asked limit} {
	return [expr {[alike $asked $limit] && [dict get $asked amount] > 0
		&& [dict get $asked amount] <= [dict get $limit amount]}]
}

proc ::oracle::ikp::totals::Left {totals from of} {
	return [Of [dict get $totals $of] [expr {[amount $totals $of] - [amount $totals $from]}]]
}

proc ::oracle::ikp::totals::capture-fits {totals price} {
	return [within $price [Left $totals captured authorized]]
}

proc ::oracle::ikp::totals::refund-fits {totals price} {
	return [within $price [Left $totals refunded captured]]
}

proc ::oracle::ikp::totals::reversal-fits {totals price} {
	return [expr {[alike $price [dict get $totals authorized]]
		&& [dict get $price amount] < [amount $totals authorized]
		&& [dict get $price amount] >= [amount $totals captured]}]
}
