# rsabssa.tcl -- RSA blind signatures (RFC 9474), all four variants.
#
#   rsabssa variants                        their names
#   rsabssa prepare VARIANT MESSAGE PREFIX  -> prepared message (PREFIX: 32
#                                           octets for Randomized, else ignored)
#   rsabssa blind VARIANT KEY PREPARED SALT R  -> {blinded inv}, octets as long
#                                           as the modulus; R is a number
#   rsabssa blind-sign KEY BLINDED          -> blind signature
#   rsabssa finalize VARIANT KEY PREPARED BLINDSIG INV  -> signature
#   rsabssa verify VARIANT KEY PREPARED SIGNATURE       -> 1 or 0
#   rsabssa salt-length VARIANT             48 or 0
#   rsabssa randomized VARIANT              1 or 0
#
# All use SHA-384 and MGF1-SHA-384.  Errorcodes: {ORACLE range ..} for blinded
# messages of wrong length or >= n and an r without inverse, {ORACLE auth ..} for
# a finalisation that does not verify.

package require Tcl 8.6-

namespace eval ::oracle::rsabssa {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable table {
		RSABSSA-SHA384-PSS-Randomized {48 1}
		RSABSSA-SHA384-PSSZERO-Randomized {0 1}
		RSABSSA-SHA384-PSS-Deterministic {48 0}
		RSABSSA-SHA384-PSSZERO-Deterministic {0 0}
	}
}

proc ::oracle::rsabssa::variants {} {
	variable table
	return [dict keys $table]
}

proc ::oracle::rsabssa::salt-length {variant} {
	variable table
	return [lindex [dict get $table $variant] 0]
}

proc ::oracle::rsabssa::randomized {variant} {
	variable table
	return [lindex [dict get $table $variant] 1]
}

proc ::oracle::rsabssa::Refuse {args} {
	return -code error -errorcode [list ORACLE {*}$args] [join $args ": "]
}

proc ::oracle::rsabssa::prepare {variant message prefix} {
	if {![randomized $variant]} { return $message }
	if {[string length $prefix] != 32} { Refuse range prefix }
	return $prefix$message
}

# z = m r^e mod n
proc ::oracle::rsabssa::blind {variant key prepared salt r} {
	set n [dict get $key n]
	set length [dict get $key length]
	if {[string length $salt] != [salt-length $variant]} { Refuse range salt }
	set encoded [rsa pss-encode sha384 $prepared $salt [expr {[dict get $key bits] - 1}]]
	set m [number of $encoded]
	if {[number gcd $m $n] != 1} { Refuse range message }
	set inv [number inverse $r $n]
	set z [expr {$m * [rsa encrypt $key $r] % $n}]
	return [list [number octets $z $length] [number octets $inv $length]]
}

# s = z^d mod n, checked by s^e = z before it leaves
proc ::oracle::rsabssa::blind-sign {key blinded} {
	if {[string length $blinded] != [dict get $key length]} { Refuse range length }
	set z [number of $blinded]
	set s [rsa decrypt $key $z]
	if {[rsa encrypt $key $s] != $z} { Refuse range signature }
	return [number octets $s [dict get $key length]]
}

proc ::oracle::rsabssa::finalize {variant key prepared blindsig inv} {
	set n [dict get $key n]
	set length [dict get $key length]
	if {[string length $blindsig] != $length} { Refuse auth length }
	set s [expr {[number of $blindsig] * [number of $inv] % $n}]
	set signature [number octets $s $length]
	if {![verify $variant $key $prepared $signature]} { Refuse auth signature }
	return $signature
}

proc ::oracle::rsabssa::verify {variant key prepared signature} {
	return [rsa pss-verify sha384 $key $prepared $signature [salt-length $variant]]
}
