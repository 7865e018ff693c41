# ec.tcl -- Ed25519 (RFC 8032) and X25519 (RFC 7748).
#
#   ec ed25519-public SEED                     32 octets -> public key
#   ec ed25519-sign SEED MESSAGE               -> 64 octets
#   ec ed25519-verify PUBLIC MESSAGE SIGNATURE -> 1 or 0
#   ec ed25519-valid PUBLIC                    1 unless the key is refused
#   ec x25519 SCALAR POINT                     -> shared; errorcode {ORACLE auth
#                                              x25519} if it is all zero
#   ec x25519-public SCALAR
#   ec spki ALG PUBLIC, ec pkcs8 ALG SECRET    ALG is ed25519 or x25519
#   ec public ALG DER, ec private ALG DER      the other way: raw 32 octets
#
# Verification is strict and cofactorless: A and R must be canonical encodings,
# S below the group order, A none of the eight small-order points, and
# [S]B - [k]A must encode to R octet by octet.

package require Tcl 8.6-

namespace eval ::oracle::ec {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable p [expr {2**255 - 19}]
	variable order [expr {2**252 + 27742317777372353535851937790883648493}]
	variable oids {ed25519 1.3.101.112 x25519 1.3.101.110}
}

# -- octets, least significant first ------------------------------------------

proc ::oracle::ec::FromOctets {octets} {
	scan [binary encode hex [string reverse $octets]] %llx n
	return $n
}

proc ::oracle::ec::ToOctets {n} {
	return [string reverse [binary decode hex [format %064llx $n]]]
}

# -- keys -------------------------------------------------------------------

proc ::oracle::ec::spki {alg public} {
	variable oids
	return [der encode PKIX SubjectPublicKeyInfo [dict create \
		algorithm [dict create algorithm [dict get $oids $alg]] \
		subjectPublicKey [list 0 $public]]]
}

# RFC 8410 7: the private key is an OCTET STRING inside the OCTET STRING.
proc ::oracle::ec::pkcs8 {alg secret} {
	variable oids
	return [der encode PKIX PrivateKeyInfo [dict create version 0 \
		algorithm [dict create algorithm [dict get $oids $alg]] \
		privateKey [tlv wrap u4 0 $secret]]]
}

proc ::oracle::ec::public {alg der} {
	set info [der decode PKIX SubjectPublicKeyInfo $der]
	CheckAlgorithm $alg [dict get $info algorithm]
	lassign [dict get $info subjectPublicKey] unused octets
	if {$unused || [string length $octets] != 32} { NotAKey length }
	if {$alg eq "ed25519" && ![ed25519-valid $octets]} { NotAKey point }
	return $octets
}

proc ::oracle::ec::private {alg der} {
	set info [der decode PKIX PrivateKeyInfo $der]
	CheckAlgorithm $alg [dict get $info algorithm]
	set octets [dict get $info privateKey]
	if {[dict get $info version] != 0} { NotAKey version }
	if {[string length $octets] != 34 || [string range $octets 0 1] ne "\x04\x20"} {
		NotAKey length
	}
	return [string range $octets 2 end]
}

proc ::oracle::ec::CheckAlgorithm {alg algorithm} {
	variable oids
	if {$algorithm ne [dict create algorithm [dict get $oids $alg]]} { NotAKey algorithm }
}

proc ::oracle::ec::NotAKey {why} {
	return -code error -errorcode [list ORACLE malformed key $why] "not a key: $why"
}

# -- the curve: -x^2 + y^2 = 1 + d x^2 y^2, in extended coordinates -----------
# (X : Y : Z : T) with x = X/Z, y = Y/Z, T = XY/Z  (RFC 8032 5.1.4)

namespace eval ::oracle::ec {
	variable d [expr {(-121665 * [::oracle::number inverse 121666 $p]) % $p}]
	variable root [::oracle::number power 2 [expr {($p - 1) / 4}] $p]  ;# sqrt(-1)
}

proc ::oracle::ec::Add {left right} {
	variable p
	variable d
	lassign $left x1 y1 z1 t1
	lassign $right x2 y2 z2 t2
	set a [expr {($y1 - $x1) * ($y2 - $x2) % $p}]
	set b [expr {($y1 + $x1) * ($y2 + $x2) % $p}]
	set c [expr {2 * $t1 * $t2 % $p * $d % $p}]
	set z [expr {2 * $z1 * $z2}]
	return [Join [expr {$b - $a}] [expr {($z - $c) % $p}] [expr {($z + $c) % $p}] [expr {$b + $a}]]
}

proc ::oracle::ec::Double {point} {
	variable p
	lassign $point x y z
	set a [expr {$x * $x}]
	set b [expr {$y * $y}]
	set h [expr {($a + $b) % $p}]
	set e [expr {($h - ($x + $y) * ($x + $y)) % $p}]
	set g [expr {($a - $b) % $p}]
	set f [expr {(2 * $z * $z + $g) % $p}]
	return [Join $e $f $g $h]
}

proc ::oracle::ec::Join {e f g h} {
	variable p
	return [list [expr {$e * $f % $p}] [expr {$g * $h % $p}] \
		[expr {$f * $g % $p}] [expr {$e * $h % $p}]]
}

# [k]P, four bits at a time
proc ::oracle::ec::Multiply {k point} {
	set multiples [list {0 1 1 0}]
	for {set i 1} {$i < 16} {incr i} { lappend multiples [Add [lindex $multiples end] $point] }
	set sum {0 1 1 0}
	foreach digit [split [format %llx $k] ""] {
		for {set i 0} {$i < 4} {incr i} { set sum [Double $sum] }
		scan $digit %x digit
		if {$digit} { set sum [Add $sum [lindex $multiples $digit]] }
	}
	return $sum
}

proc ::oracle::ec::Compress {point} {
	variable p
	lassign $point x y z
	set inverse [number inverse $z $p]
	set x [expr {$x * $inverse % $p}]
	return [ToOctets [expr {($y * $inverse % $p) | (($x & 1) << 255)}]]
}

# The point of 32 octets, or "" where they encode none canonically.
# x^2 = (y^2 - 1) / (d y^2 + 1); the candidate root is u v^3 (u v^7)^((p-5)/8).
proc ::oracle::ec::Decompress {octets} {
	variable p
	variable d
	variable root
	set n [FromOctets $octets]
	set sign [expr {$n >> 255}]
	set y [expr {$n & ((1 << 255) - 1)}]
	if {$y >= $p} { return "" }
	set u [expr {($y * $y - 1) % $p}]
	set v [expr {($d * $y * $y + 1) % $p}]
	set x [expr {$u * $v**3 % $p * [number power [expr {$u * $v**7 % $p}] [expr {($p - 5) / 8}] $p] % $p}]
	if {($v * $x * $x - $u) % $p} { set x [expr {$x * $root % $p}] }
	if {($v * $x * $x - $u) % $p || ($x == 0 && $sign)} { return "" }
	if {($x & 1) != $sign} { set x [expr {$p - $x}] }
	return [list $x $y 1 [expr {$x * $y % $p}]]
}

# -- Ed25519 ----------------------------------------------------------------

# B has y = 4/5 and even x.
proc ::oracle::ec::Base {} {
	variable p
	variable base
	if {![info exists base]} {
		set base [Decompress [ToOctets [expr {4 * [number inverse 5 $p] % $p}]]]
	}
	return $base
}

proc ::oracle::ec::Expand {seed} {
	set digest [hash digest sha512 $seed]
	set scalar [FromOctets [string range $digest 0 31]]
	return [list [Clamp $scalar] [string range $digest 32 end]]
}

proc ::oracle::ec::Clamp {scalar} {
	return [expr {($scalar & ((1 << 254) - 8)) | (1 << 254)}]
}

proc ::oracle::ec::ed25519-public {seed} {
	set name [list ed25519-public $seed]
	if {[memo recall $name public]} { return $public }
	return [memo keep $name [Compress [Multiply [lindex [Expand $seed] 0] [Base]]]]
}

proc ::oracle::ec::Challenge {r public message} {
	variable order
	return [expr {[FromOctets [hash digest sha512 $r$public$message]] % $order}]
}

proc ::oracle::ec::ed25519-sign {seed message} {
	variable order
	set name [list ed25519-sign $seed $message]
	if {[memo recall $name signature]} { return $signature }
	lassign [Expand $seed] s prefix
	set k [expr {[FromOctets [hash digest sha512 $prefix$message]] % $order}]
	set r [Compress [Multiply $k [Base]]]
	set challenge [Challenge $r [ed25519-public $seed] $message]
	return [memo keep $name $r[ToOctets [expr {($k + $challenge * $s) % $order}]]]
}

# The point of an acceptable public key, or "".
proc ::oracle::ec::KeyPoint {public} {
	if {[string length $public] != 32} { return "" }
	set point [Decompress $public]
	if {$point eq ""} { return "" }
	lassign [Double [Double [Double $point]]] x y z
	if {$x == 0 && $y == $z} { return "" }
	return $point
}

proc ::oracle::ec::ed25519-valid {public} {
	return [expr {[KeyPoint $public] ne ""}]
}

proc ::oracle::ec::ed25519-verify {public message signature} {
	set name [list ed25519-verify $public $message $signature]
	if {[memo recall $name verdict]} { return $verdict }
	return [memo keep $name [Verify $public $message $signature]]
}

proc ::oracle::ec::Verify {public message signature} {
	variable p
	variable order
	set point [KeyPoint $public]
	if {[string length $signature] != 64 || $point eq ""} { return 0 }
	set r [string range $signature 0 31]
	set s [FromOctets [string range $signature 32 end]]
	if {$s >= $order} { return 0 }
	lassign $point x y z t
	set minus [list [expr {$p - $x}] $y $z [expr {$p - $t}]]
	set k [Challenge $r $public $message]
	return [expr {[Compress [Add [Multiply $s [Base]] [Multiply $k $minus]]] eq $r}]
}

# -- X25519 -----------------------------------------------------------------

proc ::oracle::ec::x25519 {scalar point} {
	set name [list x25519 $scalar $point]
	if {![memo recall $name shared]} {
		set k [Clamp [FromOctets $scalar]]
		set u [expr {[FromOctets $point] & ((1 << 255) - 1)}]
		set shared [memo keep $name [ToOctets [Ladder $k $u]]]
	}
	if {$shared eq [string repeat \x00 32]} {
		return -code error -errorcode {ORACLE auth x25519} "the shared secret is zero"
	}
	return $shared
}

proc ::oracle::ec::x25519-public {scalar} {
	return [x25519 $scalar [ToOctets 9]]
}

# RFC 7748 5: the Montgomery ladder.
proc ::oracle::ec::Ladder {k u} {
	variable p
	lassign [list 1 0 $u 1] x2 z2 x3 z3
	foreach bit [split [format %0255llb $k] ""] {
		if {$bit} { lassign [list $x3 $z3 $x2 $z2] x2 z2 x3 z3 }
		set a [expr {$x2 + $z2}]
		set b [expr {$x2 - $z2}]
		set aa [expr {$a * $a % $p}]
		set bb [expr {$b * $b % $p}]
		set e [expr {$aa - $bb}]
		set da [expr {($x3 - $z3) * $a % $p}]
		set cb [expr {($x3 + $z3) * $b % $p}]
		set x3 [expr {($da + $cb) * ($da + $cb) % $p}]
		set z3 [expr {($da - $cb) * ($da - $cb) % $p * $u % $p}]
		set x2 [expr {$aa * $bb % $p}]
		set z2 [expr {$e * ($aa + 121665 * $e) % $p}]
		if {$bit} { lassign [list $x3 $z3 $x2 $z2] x2 z2 x3 z3 }
	}
	if {$z2 == 0} { return 0 }
	return [expr {$x2 * [number inverse $z2 $p] % $p}]
}
