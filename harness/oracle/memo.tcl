# memo.tcl -- results of expensive pure computations, remembered.
#
#   memo recall KEY VALUEVAR   1 and the value, if KEY is remembered
#   memo keep KEY VALUE        remember; returns VALUE
#   memo on | off              off: nothing is recalled or kept
#   memo clear
#   memo stats                 dict: hits misses size
#
# A harness replays the same honest prefix thousands of times; with the same key
# and the same input a deterministic operation has the same result.  Keys name
# operation, key and every input.  Two generations bound the memory: when the
# young one is full it becomes the old one, and the former old one is dropped.

package require Tcl 8.6-

namespace eval ::oracle::memo {
	namespace export {[a-z]*}
	namespace ensemble create
	variable limit 8192
	variable active 1
	variable hits 0
	variable misses 0
	variable kept 0        ;# in the young one; `array size` would count them
	variable young
	variable old
	array set young {}
	array set old {}
}

proc ::oracle::memo::on {} {
	variable active 1
	return
}

proc ::oracle::memo::off {} {
	variable active 0
	clear
}

proc ::oracle::memo::clear {} {
	variable young
	variable old
	variable kept 0
	array unset young
	array unset old
	return
}

proc ::oracle::memo::recall {key valueVar} {
	variable active
	variable young
	variable old
	variable hits
	variable misses
	upvar 1 $valueVar value
	if {$active && [info exists young($key)]} {
		set value $young($key)
	} elseif {$active && [info exists old($key)]} {
		set value [keep $key $old($key)]
	} else {
		incr misses
		return 0
	}
	incr hits
	return 1
}

proc ::oracle::memo::keep {key value} {
	variable active
	variable young
	variable old
	variable limit
	variable kept
	if {!$active} { return $value }
	if {[incr kept] > $limit} {
		array unset old
		array set old [array get young]
		array unset young
		set kept 1
	}
	set young($key) $value
	return $value
}

proc ::oracle::memo::stats {} {
	variable young
	variable old
	variable hits
	variable misses
	return [dict create hits $hits misses $misses size [expr {[array size young] + [array size old]}]]
}
