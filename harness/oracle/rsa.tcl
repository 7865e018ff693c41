# rsa.tcl -- RSA (RFC 8017): keys, the bare permutation, signatures, OAEP, and
# full-domain hashing.  Blind signatures are in rsabssa.tcl.
#
#   rsa public DER             SubjectPublicKeyInfo -> key
#   rsa private DER            PKCS#8 -> key
#   rsa private-of P Q E       key from its primes
#   rsa to-public KEY          the public half
#   rsa spki KEY               -> SubjectPublicKeyInfo    rsa pkcs8 KEY -> PKCS#8
#   rsa encrypt KEY X          x^e mod n on numbers; errorcode range if x >= n
#   rsa decrypt KEY X          x^d mod n on numbers, by the Chinese remainder theorem
#   rsa borrow COMMAND         from now on ask COMMAND PKCS8 OCTETS for x^d mod n
#                              (octets, or "" if it cannot say); whoever answers
#                              is not believed: y is x^d exactly if y^e is x
#   rsa pkcs1-sign ALG KEY MESSAGE              -> signature
#   rsa pkcs1-verify ALG KEY MESSAGE SIGNATURE  -> 1 or 0
#   rsa pss-sign ALG KEY MESSAGE SALT           -> signature
#   rsa pss-verify ALG KEY MESSAGE SIGNATURE SALTLENGTH  -> 1 or 0
#   rsa pss-encode ALG MESSAGE SALT EMBITS      EMSA-PSS
#   rsa oaep-encrypt ALG KEY LABEL PLAINTEXT SEED  -> ciphertext
#   rsa oaep-decrypt ALG KEY LABEL CIPHERTEXT   -> plaintext
#   rsa oaep-seed ALG KEY CIPHERTEXT            -> the seed of the padding
#   rsa fdh CONTEXT KEY DATA UNIT  -> number below n; UNIT 1: and coprime to n
#
# A key is a dict: id (names it in the memo), n, e, bits (of n), length (octets
# of n); a private one also d p q dp dq qinv.  Verifications answer 0 for
# whatever is wrong.  Errorcodes: {ORACLE malformed key ..} for what is no key,
# {ORACLE range WHY} for input of forbidden size, {ORACLE auth oaep} for every
# failure of OAEP decoding.  decrypt and encrypt are memoised (memo.tcl).

package require Tcl 8.6-

namespace eval ::oracle::rsa {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable oid 1.2.840.113549.1.1.1    ;# rsaEncryption
	variable lender {}                   ;# command of borrow
	variable hash-oids {
		sha1 1.3.14.3.2.26 sha256 2.16.840.1.101.3.4.2.1
		sha384 2.16.840.1.101.3.4.2.2 sha512 2.16.840.1.101.3.4.2.3
	}
}

proc ::oracle::rsa::Refuse {args} {
	return -code error -errorcode [list ORACLE {*}$args] [join $args ": "]
}

# -- keys -------------------------------------------------------------------

proc ::oracle::rsa::public {der} {
	set name [list rsa-public $der]
	if {[memo recall $name key]} { return $key }
	set info [der decode PKIX SubjectPublicKeyInfo $der]
	CheckAlgorithm [dict get $info algorithm]
	lassign [dict get $info subjectPublicKey] unused octets
	if {$unused} { Refuse malformed key bits }
	set numbers [der decode PKIX RSAPublicKey $octets]
	return [memo keep $name [Public [dict get $numbers modulus] [dict get $numbers publicExponent]]]
}

proc ::oracle::rsa::private {der} {
	set name [list rsa-private $der]
	if {[memo recall $name key]} { return $key }
	set info [der decode PKIX PrivateKeyInfo $der]
	CheckAlgorithm [dict get $info algorithm]
	set k [der decode PKIX RSAPrivateKey [dict get $info privateKey]]
	if {[dict get $info version] != 0 || [dict get $k version] != 0} { Refuse malformed key version }
	set key [private-of [dict get $k prime1] [dict get $k prime2] [dict get $k publicExponent]]
	foreach {component ours} {modulus n exponent1 dp exponent2 dq coefficient qinv} {
		if {[dict get $k $component] != [dict get $key $ours]} { Refuse malformed key $component }
	}
	set p1 [expr {[dict get $key p] - 1}]
	set q1 [expr {[dict get $key q] - 1}]
	set ed [expr {[dict get $k privateExponent] * [dict get $key e]}]
	if {$ed % $p1 != 1 || $ed % $q1 != 1 || [dict get $k privateExponent] >= [dict get $key n]} {
		Refuse malformed key privateExponent
	}
	if {abs([number bits $p1] - [number bits $q1]) > 16} { Refuse malformed key primes }
	return [memo keep $name $key]
}

proc ::oracle::rsa::CheckAlgorithm {algorithm} {
	variable oid
	if {[dict get $algorithm algorithm] ne $oid
	    || ![dict exists $algorithm parameters]
	    || [dict get $algorithm parameters] ne "\x05\x00"} { Refuse malformed key algorithm }
}

proc ::oracle::rsa::Public {n e} {
	if {$n < 3 || $n % 2 == 0} { Refuse malformed key modulus }
	if {$e < 3 || $e % 2 == 0 || $e >= $n || $e >> 256} { Refuse malformed key exponent }
	set bits [number bits $n]
	if {$bits < 1024 || $bits > 8192} { Refuse malformed key modulus }
	set length [expr {($bits + 7) / 8}]
	return [dict create id [hash digest sha256 [number octets $n $length]/[format %llx $e]] \
		n $n e $e bits $bits length $length]
}

proc ::oracle::rsa::private-of {p q e} {
	if {$p < 3 || $q < 3 || $p == $q} { Refuse malformed key primes }
	set key [Public [expr {$p * $q}] $e]
	try {
		dict set key d [number inverse $e [expr {($p - 1) * ($q - 1)
			/ [number gcd [expr {$p - 1}] [expr {$q - 1}]]}]]
		dict set key qinv [number inverse $q $p]
	} trap {ORACLE range} {} {
		Refuse malformed key exponent
	}
	dict set key p $p
	dict set key q $q
	dict set key dp [expr {[dict get $key d] % ($p - 1)}]
	dict set key dq [expr {[dict get $key d] % ($q - 1)}]
	return $key
}

proc ::oracle::rsa::to-public {key} {
	return [dict remove $key d p q dp dq qinv]
}

proc ::oracle::rsa::Algorithm {} {
	variable oid
	return [dict create algorithm $oid parameters "\x05\x00"]
}

proc ::oracle::rsa::spki {key} {
	set numbers [dict create modulus [dict get $key n] publicExponent [dict get $key e]]
	return [der encode PKIX SubjectPublicKeyInfo [dict create algorithm [Algorithm] \
		subjectPublicKey [list 0 [der encode PKIX RSAPublicKey $numbers]]]]
}

proc ::oracle::rsa::pkcs8 {key} {
	set numbers [dict create version 0]
	foreach {component ours} {modulus n publicExponent e privateExponent d
			prime1 p prime2 q exponent1 dp exponent2 dq coefficient qinv} {
		dict set numbers $component [dict get $key $ours]
	}
	return [der encode PKIX PrivateKeyInfo [dict create version 0 \
		algorithm [Algorithm] \
		privateKey [der encode PKIX RSAPrivateKey $numbers]]]
}

# -- the permutation --------------------------------------------------------

proc ::oracle::rsa::encrypt {key x} {
	if {$x < 0 || $x >= [dict get $key n]} { Refuse range representative }
	set name [list rsa-encrypt [dict get $key id] [format %llx $x]]
	if {[memo recall $name y]} { return $y }
	return [memo keep $name [number power $x [dict get $key e] [dict get $key n]]]
}

# m2 = x^dq mod q; m = m2 + q (qinv (x^dp - m2) mod p)   (RFC 8017 5.1.2)
proc ::oracle::rsa::decrypt {key x} {
	if {$x < 0 || $x >= [dict get $key n]} { Refuse range representative }
	set name [list rsa-decrypt [dict get $key id] [format %llx $x]]
	if {[memo recall $name y] || [Borrowed $key $x y]} { return [memo keep $name $y] }
	dict with key {
		set m1 [number power $x $dp $p]
		set m2 [number power $x $dq $q]
		set y [expr {$m2 + $q * (($m1 - $m2) * $qinv % $p)}]
	}
	return [memo keep $name $y]
}

proc ::oracle::rsa::borrow {command} {
	variable lender $command
	return
}

# A power with a short exponent costs a thirtieth of one with a long one.
proc ::oracle::rsa::Borrowed {key x yVar} {
	variable lender
	upvar 1 $yVar y
	if {$lender eq {}} { return 0 }
	set octets [{*}$lender [Stored $key] [number octets $x [dict get $key length]]]
	set y [number of $octets]
	if {$octets ne "" && $y < [dict get $key n]
	    && [number power $y [dict get $key e] [dict get $key n]] == $x} { return 1 }
	set lender {}
	return 0
}

proc ::oracle::rsa::Stored {key} {
	set name [list rsa-pkcs8 [dict get $key id]]
	if {[memo recall $name der]} { return $der }
	return [memo keep $name [pkcs8 $key]]
}

proc ::oracle::rsa::SignEncoded {key encoded} {
	set y [decrypt $key [number of $encoded]]
	return [number octets $y [dict get $key length]]
}

# The encoded message of a signature, or "" where there is none.
proc ::oracle::rsa::Recover {key signature length} {
	if {[string length $signature] != [dict get $key length]} { return "" }
	try {
		return [number octets [encrypt $key [number of $signature]] $length]
	} trap {ORACLE range} {} {
		return ""
	}
}

# -- RSASSA-PKCS1-v1_5 ------------------------------------------------------

proc ::oracle::rsa::Pkcs1Encode {alg message length} {
	variable hash-oids
	set algorithm [dict create algorithm [dict get ${hash-oids} $alg] parameters "\x05\x00"]
	set info [der encode PKIX DigestInfo [dict create \
		digestAlgorithm $algorithm digest [hash digest $alg $message]]]
	set fill [expr {$length - [string length $info] - 3}]
	if {$fill < 8} { Refuse range modulus }
	return \x00\x01[string repeat \xff $fill]\x00$info
}

proc ::oracle::rsa::pkcs1-sign {alg key message} {
	return [SignEncoded $key [Pkcs1Encode $alg $message [dict get $key length]]]
}

proc ::oracle::rsa::pkcs1-verify {alg key message signature} {
	set length [dict get $key length]
	set recovered [Recover $key $signature $length]
	return [expr {$recovered ne "" && $recovered eq [Pkcs1Encode $alg $message $length]}]
}

# -- RSASSA-PSS, MGF1 with the same hash --------------------------------------

proc ::oracle::rsa::Xor {a b} {
	set length [string length $a]
	return [number octets [expr {[number of $a] ^ [number of $b]}] $length]
}

# EMSA-PSS-ENCODE (RFC 8017 9.1.1): DB = 00.. 01 salt, masked, its topmost
# 8 len - embits bits cleared; then H = Hash(00*8 || mHash || salt); then bc.
proc ::oracle::rsa::pss-encode {alg message salt embits} {
	set length [expr {($embits + 7) / 8}]
	set size [hash size $alg]
	set fill [expr {$length - $size - [string length $salt] - 2}]
	if {$fill < 0} { Refuse range modulus }
	set h [hash digest $alg [string repeat \x00 8][hash digest $alg $message]$salt]
	set db [string repeat \x00 $fill]\x01$salt
	set masked [number of [Xor $db [hash mgf1 $alg $h [string length $db]]]]
	set bits [expr {$embits - 8 * ($size + 1)}]
	return [number octets [expr {$masked & ((1 << $bits) - 1)}] [string length $db]]$h\xbc
}

proc ::oracle::rsa::pss-sign {alg key message salt} {
	set embits [expr {[dict get $key bits] - 1}]
	return [SignEncoded $key [pss-encode $alg $message $salt $embits]]
}

proc ::oracle::rsa::pss-verify {alg key message signature salt-length} {
	set embits [expr {[dict get $key bits] - 1}]
	set encoded [Recover $key $signature [expr {($embits + 7) / 8}]]
	if {$encoded eq ""} { return 0 }
	try {
		set salt [PssSalt $alg $encoded ${salt-length}]
		return [expr {$encoded eq [pss-encode $alg $message $salt $embits]}]
	} trap {ORACLE range} {} {
		return 0
	}
}

# The salt an encoded message holds if it is sound.  Encoding it again and
# comparing checks everything else: the trailer, the cleared bits, the zeros.
proc ::oracle::rsa::PssSalt {alg encoded length} {
	set split [expr {[string length $encoded] - [hash size $alg] - 1}]
	if {$split < $length + 1} { Refuse range modulus }
	set h [string range $encoded $split end-1]
	set db [Xor [string range $encoded 0 $split-1] [hash mgf1 $alg $h $split]]
	return [string range $db [expr {$split - $length}] end]
}

# -- RSAES-OAEP, MGF1 with the same hash --------------------------------------

proc ::oracle::rsa::oaep-encrypt {alg key label plaintext seed} {
	set length [dict get $key length]
	set size [hash size $alg]
	set fill [expr {$length - [string length $plaintext] - 2 * $size - 2}]
	if {$fill < 0} { Refuse range plaintext }
	if {[string length $seed] != $size} { Refuse range seed }
	set db [hash digest $alg $label][string repeat \x00 $fill]\x01$plaintext
	set maskedDb [Xor $db [hash mgf1 $alg $seed [string length $db]]]
	set maskedSeed [Xor $seed [hash mgf1 $alg $maskedDb $size]]
	set x [number of $maskedSeed$maskedDb]
	return [number octets [encrypt $key $x] $length]
}

proc ::oracle::rsa::oaep-decrypt {alg key label ciphertext} {
	set length [dict get $key length]
	if {[string length $ciphertext] != $length} { Refuse auth oaep }
	try {
		set encoded [number octets [decrypt $key [number of $ciphertext]] $length]
		return [OaepDecode $alg $label $encoded]
	} trap {ORACLE range} {} {
		Refuse auth oaep
	}
}

# Of whatever was encrypted, also of what is no padding.
proc ::oracle::rsa::oaep-seed {alg key ciphertext} {
	set encoded [number octets [decrypt $key [number of $ciphertext]] [dict get $key length]]
	return [OaepSeed $alg $encoded]
}

proc ::oracle::rsa::OaepSeed {alg encoded} {
	set size [hash size $alg]
	return [Xor [string range $encoded 1 $size] \
		[hash mgf1 $alg [string range $encoded [expr {$size + 1}] end] $size]]
}

proc ::oracle::rsa::OaepDecode {alg label encoded} {
	set size [hash size $alg]
	if {[string length $encoded] < 2 * $size + 2} { Refuse auth oaep }
	set maskedDb [string range $encoded [expr {$size + 1}] end]
	set seed [OaepSeed $alg $encoded]
	set db [Xor $maskedDb [hash mgf1 $alg $seed [string length $maskedDb]]]
	if {[string index $encoded 0] ne "\x00"
	    || [string range $db 0 $size-1] ne [hash digest $alg $label]
	    || ![regexp -indices {^\x00*\x01} [string range $db $size end] prefix]} {
		Refuse auth oaep
	}
	return [string range $db [expr {$size + [lindex $prefix 1] + 1}] end]
}

# -- full-domain hash -------------------------------------------------------
# candidate_j = MGF1-SHA-256(H(context, data || be32(j)), ceil(bits/8)), its
# excess high bits cleared, for j = 0, 1, ..; 0 and values >= n are rejected.

proc ::oracle::rsa::fdh {context key data unit} {
	set n [dict get $key n]
	for {set j 0} 1 {incr j} {
		set seed [hash tagged $context $data[binary format I $j]]
		set x [number of [hash mgf1 sha256 $seed [dict get $key length]]]
		set x [expr {$x & ((1 << [dict get $key bits]) - 1)}]
		if {$x == 0 || $x >= $n} continue
		if {$unit && [number gcd $x $n] != 1} continue
		return $x
	}
}
