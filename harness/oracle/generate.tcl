# generate.tcl -- keys and values from a seed, always the same.
#
#   generate octets SEED LABEL LENGTH      HKDF-SHA-256 with the label as info,
#                                          at most 8160 octets
#   generate rsa SEED LABEL BITS ?E?       a private key with exactly BITS bits
#   generate prime SEED LABEL BITS E       top two bits set, p - 1 coprime to E
#
# For test keys and challenges only: whoever knows the seed knows the key.

package require Tcl 8.6-

namespace eval ::oracle::generate {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
}

proc ::oracle::generate::octets {seed label length} {
	return [hash hkdf sha256 $seed "semper test keys" $label $length]
}

# The first prime at or after a starting point drawn from the seed.
proc ::oracle::generate::prime {seed label bits e} {
	set start [number of [octets $seed $label [expr {($bits + 7) / 8}]]]
	set start [expr {$start & ((1 << $bits) - 1) | (3 << ($bits - 2)) | 1}]
	for {set p $start} 1 {incr p 2} {
		if {[number prime $p] && [number gcd $e [expr {$p - 1}]] == 1} { return $p }
	}
}

# Both primes are at least 1.5 * 2^(their bits - 1): their product has all bits.
proc ::oracle::generate::rsa {seed label bits {e 65537}} {
	set p [prime $seed "$label p" [expr {($bits + 1) / 2}] $e]
	set q [prime $seed "$label q" [expr {$bits / 2}] $e]
	return [::oracle::rsa private-of $p $q $e]
}
