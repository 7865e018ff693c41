# number.tcl -- arithmetic on big integers.
#
#   number of OCTETS             big-endian octets -> number
#   number octets N LENGTH       number -> LENGTH big-endian octets
#   number bits N                length in bits (0 has 0)
#   number power B E N           b^e mod n, n > 1
#   number inverse A N           a^-1 mod n; errorcode {ORACLE range inverse} if none
#   number gcd A B
#   number prime N ?ROUNDS?      Miller-Rabin with the first primes as bases
#   number uniform N STREAM      {value taken}: uniform in 1..n-1 from a stream of
#                                octets: ceil(bits/8) octets, excess high bits
#                                cleared, rejected if 0 or >= n, and so on
#
# Nothing here is constant-time: the oracle keeps no secrets.

package require Tcl 8.6-

namespace eval ::oracle::number {
	namespace export {[a-z]*}
	namespace ensemble create
	variable small {}      ;# odd primes below 2000, for trial division
}

# (With a variable: the list that scan would give back has to be written out in
# decimal before it is a number again.)
proc ::oracle::number::of {octets} {
	if {$octets eq ""} { return 0 }
	scan [binary encode hex $octets] %llx n
	return $n
}

proc ::oracle::number::octets {n length} {
	if {$n < 0 || $n >> (8 * $length)} {
		return -code error -errorcode {ORACLE range octets} "$n does not fit $length octets"
	}
	if {$length == 0} { return "" }
	return [binary decode hex [format %0[expr {2 * $length}]llx $n]]
}

proc ::oracle::number::bits {n} {
	return [expr {$n == 0 ? 0 : [string length [format %llb $n]]}]
}

proc ::oracle::number::gcd {a b} {
	while {$b} { lassign [list $b [expr {$a % $b}]] a b }
	return $a
}

proc ::oracle::number::inverse {a n} {
	lassign [list $n [expr {$a % $n}] 0 1] r next s t
	while {$next} {
		set q [expr {$r / $next}]
		lassign [list $next [expr {$r - $q * $next}] $t [expr {$s - $q * $t}]] r next s t
	}
	if {$r != 1} {
		return -code error -errorcode {ORACLE range inverse} "no inverse"
	}
	return [expr {$s % $n}]
}

# -- exponentiation ---------------------------------------------------------

# Sliding windows over the exponent, and Barrett's reduction: a division costs
# Tcl five multiplications, Barrett's two.  With 2^(k-1) <= n < 2^k and
# m = floor(2^(2k+8) / n), for x < 4 n^2 the quotient
# q = floor(floor(x / 2^(k-2)) m / 2^(2k+8-(k-2))) misses x/n by less than
# 1 + 1/2 + 2^-6, so that x - q n < 2n, and products of such values are again
# below 4 n^2: no correction is needed until the end.
proc ::oracle::number::power {b e n} {
	set window [expr {$e < (1 << 64) ? 1 : 5}]
	set k [bits $n]
	set m [expr {(1 << (2 * $k + 8)) / $n}]
	set s [expr {$k - 2}]
	set t [expr {$k + 10}]
	set odd [OddPowers [expr {$b % $n}] $n $window]
	set r 1
	foreach {squarings digit} [Windows $e $window] {
		while {[incr squarings -1] >= 0} {
			set x [expr {$r * $r}]
			set r [expr {$x - ((($x >> $s) * $m) >> $t) * $n}]
		}
		if {$digit} {
			set x [expr {$r * [lindex $odd [expr {$digit >> 1}]]}]
			set r [expr {$x - ((($x >> $s) * $m) >> $t) * $n}]
		}
	}
	return [expr {$r % $n}]
}

# b, b^3, b^5 .. up to the largest digit of a window
proc ::oracle::number::OddPowers {b n window} {
	set powers [list $b]
	if {$window == 1} { return $powers }
	set square [expr {$b * $b % $n}]
	for {set i 1} {$i < (1 << ($window - 1))} {incr i} {
		lappend powers [set b [expr {$b * $square % $n}]]
	}
	return $powers
}

# The exponent as pairs {squarings digit}: square that often, then multiply by
# b^digit; digits are odd, and 0 in the last pair if it only squares.
proc ::oracle::number::Windows {e window} {
	set bits [format %llb $e]
	set pairs {}
	set zeros 0
	for {set i 0} {$i < [string length $bits]} {} {
		if {[string index $bits $i] eq "0"} { incr zeros; incr i; continue }
		set digit [string trimright [string range $bits $i [expr {$i + $window - 1}]] 0]
		set width [string length $digit]
		lappend pairs [expr {$zeros + $width}] [scan $digit %b]
		set zeros 0
		incr i $width
	}
	if {$zeros} { lappend pairs $zeros 0 }
	return $pairs
}

# -- primes -----------------------------------------------------------------

proc ::oracle::number::SmallPrimes {} {
	variable small
	for {set n 3} {$n < 2000 && [lindex $small end] < 1999} {incr n 2} {
		set prime 1
		foreach p $small { if {$n % $p == 0} { set prime 0; break } }
		if {$prime} { lappend small $n }
	}
	return $small
}

# 40 rounds; the bases are fixed, since the candidates are not an adversary's.
proc ::oracle::number::prime {n {rounds 40}} {
	if {$n < 4000000} { return [SmallPrime $n] }
	if {$n % 2 == 0} { return 0 }
	foreach p [SmallPrimes] { if {$n % $p == 0} { return 0 } }
	foreach base [lrange [SmallPrimes] 0 $rounds-1] {
		if {![Passes $n $base]} { return 0 }
	}
	return 1
}

proc ::oracle::number::SmallPrime {n} {
	if {$n < 2} { return 0 }
	foreach p [linsert [SmallPrimes] 0 2] {
		if {$p * $p > $n} break
		if {$n % $p == 0} { return 0 }
	}
	return 1
}

proc ::oracle::number::Passes {n base} {
	set d [expr {$n - 1}]
	set s [expr {[string length [format %llb $d]] - [string length [string trimright [format %llb $d] 0]]}]
	set x [power $base [expr {$d >> $s}] $n]
	if {$x == 1 || $x == $d} { return 1 }
	while {[incr s -1] > 0} {
		set x [expr {$x * $x % $n}]
		if {$x == $d} { return 1 }
	}
	return 0
}

proc ::oracle::number::uniform {n stream} {
	set bits [bits $n]
	set width [expr {($bits + 7) / 8}]
	for {set at 0} {$at + $width <= [string length $stream]} {} {
		set value [of [string range $stream $at [expr {$at + $width - 1}]]]
		incr at $width
		set value [expr {$value & ((1 << $bits) - 1)}]
		if {$value > 0 && $value < $n} { return [list $value $at] }
	}
	return -code error -errorcode {ORACLE random exhausted} "the stream ended"
}
