# hash.tcl -- hash functions and what is built from them.
#
#   hash digest ALG OCTETS             sha1, sha256, sha384, sha512
#   hash size ALG                      octets of a digest
#   hash hmac ALG KEY OCTETS           RFC 2104
#   hash hkdf-extract ALG SALT IKM     RFC 5869
#   hash hkdf-expand ALG PRK INFO LENGTH
#   hash hkdf ALG IKM SALT INFO LENGTH
#   hash mgf1 ALG SEED LENGTH          RFC 8017 B.2.1
#   hash chain ALG SEED N              N-fold plain hash
#   hash tagged CONTEXT OCTETS         SHA-256(len8(context) || context || octets)
#   hash context CONTEXT               len8(context) || context
#
# SHA-1 and SHA-256 are tcllib's (in C where tcllibc is installed, else the same
# result slower), by the calls beneath their commands, which spend more on their
# options than on hashing; SHA-384 and SHA-512 are computed here.

package require Tcl 8.6-
package require sha1
package require sha256

namespace eval ::oracle::hash {
	namespace export {[a-z]*}
	namespace ensemble create
	variable sizes {sha1 20 sha256 32 sha384 48 sha512 64}
	variable blocks {sha1 64 sha256 64 sha384 128 sha512 128}
}

proc ::oracle::hash::digest {alg octets} {
	switch -- $alg {
		sha1 {
			set state [::sha1::SHA1Init]
			::sha1::SHA1Update $state $octets
			return [::sha1::SHA1Final $state]
		}
		sha256 {
			set state [::sha2::SHA256Init]
			::sha2::SHA256Update $state $octets
			return [::sha2::SHA256Final $state]
		}
		sha384 - sha512 { return [Sha512 $alg $octets] }
	}
	return -code error -errorcode {ORACLE usage hash} "no such hash: $alg"
}

proc ::oracle::hash::size {alg} {
	variable sizes
	return [dict get $sizes $alg]
}

# -- MACs, derivation -------------------------------------------------------

proc ::oracle::hash::hmac {alg key octets} {
	variable blocks
	set block [dict get $blocks $alg]
	if {[string length $key] > $block} { set key [digest $alg $key] }
	binary scan $key cu* bytes
	lappend bytes {*}[lrepeat [expr {$block - [string length $key]}] 0]
	set inner [binary format c* [lmap b $bytes { expr {$b ^ 0x36} }]]
	set outer [binary format c* [lmap b $bytes { expr {$b ^ 0x5c} }]]
	return [digest $alg $outer[digest $alg $inner$octets]]
}

# No salt is a salt of zeros as long as the digest (RFC 5869 2.2), which HMAC
# does not tell from an empty key.
proc ::oracle::hash::hkdf-extract {alg salt ikm} {
	return [hmac $alg $salt $ikm]
}

proc ::oracle::hash::hkdf-expand {alg prk info length} {
	if {$length > 255 * [size $alg]} {
		return -code error -errorcode {ORACLE range length} "HKDF output too long"
	}
	set okm ""
	set block ""
	for {set i 1} {[string length $okm] < $length} {incr i} {
		set block [hmac $alg $prk $block$info[binary format c $i]]
		append okm $block
	}
	return [string range $okm 0 $length-1]
}

proc ::oracle::hash::hkdf {alg ikm salt info length} {
	return [hkdf-expand $alg [hkdf-extract $alg $salt $ikm] $info $length]
}

proc ::oracle::hash::mgf1 {alg seed length} {
	set mask ""
	for {set i 0} {[string length $mask] < $length} {incr i} {
		append mask [digest $alg $seed[binary format I $i]]
	}
	return [string range $mask 0 $length-1]
}

proc ::oracle::hash::chain {alg seed n} {
	while {[incr n -1] >= 0} { set seed [digest $alg $seed] }
	return $seed
}

proc ::oracle::hash::context {context} {
	return [binary format c [string length $context]]$context
}

proc ::oracle::hash::tagged {context octets} {
	return [digest sha256 [context $context]$octets]
}

# -- SHA-384 and SHA-512 (FIPS 180-4 6.4) -----------------------------------
# The constants are the first 64 bits of the fractional parts of the square
# (initial values) and cube roots (round constants) of the first primes; they
# are computed rather than listed.

proc ::oracle::hash::Primes {count} {
	set primes {}
	for {set n 2} {[llength $primes] < $count} {incr n} {
		set prime 1
		foreach p $primes { if {$n % $p == 0} { set prime 0; break } }
		if {$prime} { lappend primes $n }
	}
	return $primes
}

# floor(n^(1/k)), by bisection
proc ::oracle::hash::Root {n k} {
	set low 0
	set high [expr {1 << ([string length [format %llb $n]] / $k + 1)}]
	while {$high - $low > 1} {
		set middle [expr {($low + $high) >> 1}]
		if {$middle ** $k > $n} { set high $middle } else { set low $middle }
	}
	return $low
}

proc ::oracle::hash::Fractions {primes k} {
	return [lmap p $primes { expr {[Root [expr {$p << (64 * $k)}] $k] & 0xffffffffffffffff} }]
}

namespace eval ::oracle::hash {
	variable rounds [Fractions [Primes 80] 3]
	variable initial [dict create \
		sha512 [Fractions [Primes 8] 2] \
		sha384 [Fractions [lrange [Primes 16] 8 end] 2]]
}

proc ::oracle::hash::Sha512 {alg octets} {
	variable initial
	set length [string length $octets]
	append octets \x80 [string repeat \x00 [expr {(-$length - 17) & 127}]]
	append octets [binary format x8W [expr {8 * $length}]]
	set state [dict get $initial $alg]
	for {set at 0} {$at < [string length $octets]} {incr at 128} {
		set state [Compress512 $state [string range $octets $at [expr {$at + 127}]]]
	}
	set hex [join [lmap word $state { format %016llx $word }] ""]
	return [string range [binary decode hex $hex] 0 [size $alg]-1]
}

proc ::oracle::hash::Schedule512 {block} {
	binary scan $block Wu16 w
	for {set t 16} {$t < 80} {incr t} {
		set x [lindex $w [expr {$t - 15}]]
		set y [lindex $w [expr {$t - 2}]]
		set x [expr {($x << 64) | $x}]
		set y [expr {($y << 64) | $y}]
		lappend w [expr {((($y >> 19) ^ ($y >> 61) ^ (($y & 0xffffffffffffffff) >> 6))
			+ [lindex $w [expr {$t - 7}]]
			+ (($x >> 1) ^ ($x >> 8) ^ (($x & 0xffffffffffffffff) >> 7))
			+ [lindex $w [expr {$t - 16}]]) & 0xffffffffffffffff}]
	}
	return $w
}

# A word written twice in a row, shifted right, is the word rotated (plus high
# bits that the mask takes off).
proc ::oracle::hash::Compress512 {state block} {
	variable rounds
	lassign $state a b c d e f g h
	foreach k $rounds word [Schedule512 $block] {
		set x [expr {($e << 64) | $e}]
		set y [expr {($a << 64) | $a}]
		set t1 [expr {$h + (($x >> 14) ^ ($x >> 18) ^ ($x >> 41))
			+ (($e & $f) ^ (~$e & $g)) + $k + $word}]
		set t2 [expr {(($y >> 28) ^ ($y >> 34) ^ ($y >> 39))
			+ (($a & $b) ^ ($a & $c) ^ ($b & $c))}]
		set h $g
		set g $f
		set f $e
		set e [expr {($d + $t1) & 0xffffffffffffffff}]
		set d $c
		set c $b
		set b $a
		set a [expr {($t1 + $t2) & 0xffffffffffffffff}]
	}
	return [lmap old $state new [list $a $b $c $d $e $f $g $h] {
		expr {($old + $new) & 0xffffffffffffffff}
	}]
}
