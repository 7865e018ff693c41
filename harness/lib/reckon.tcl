# reckon.tcl -- long exponentiations for the oracle, done by the reference adapter
#
#   reckon lend        let the oracle ask the built reference, if there is one,
#                      for the bare private operation of RSA
#   reckon private PKCS8 OCTETS    -> OCTETS, "" if there is no answer
#   reckon cpu         milliseconds of processor time it has cost
#   reckon finish
#
# Big integers in Tcl take 17 ms for what C does in one.  The oracle checks each
# answer with the public exponent and does without when one is wrong or late, so
# that what it knows still comes from nobody but itself.

package require Tcl 8.6-

namespace eval ::reckon {
	namespace export lend private cpu finish
	namespace ensemble create
	variable command [file join $::semper::root build release bin semper-iut]
	variable op crypto.rsabssa-blind-sign      ;# s = m^d mod n (RFC 9474 4.3)
	variable helper {}
}

proc ::reckon::lend {} {
	variable command
	if {[file executable $command]} { ::oracle::rsa borrow {::reckon private} }
}

proc ::reckon::private {pkcs8 octets} {
	variable command
	variable op
	variable helper
	try {
		if {$helper eq {}} { set helper [iut::Iut new $command -timeout 5] }
		set reply [$helper call $op [json strs [dict create \
		    key [binary encode hex $pkcs8] blinded [binary encode hex $octets]]]]
		return [binary decode hex [json text [dict get $reply body] blind_signature]]
	} trap IUT {} {
		return ""
	}
}

proc ::reckon::cpu {} {
	variable helper
	return [expr {$helper eq {} ? 0 : [$helper cpu]}]
}

proc ::reckon::finish {} {
	variable helper
	if {$helper ne {}} { $helper destroy }
	set helper {}
}
