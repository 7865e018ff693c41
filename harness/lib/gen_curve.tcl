# gen_curve.tcl -- vectors/crypto: Ed25519, X25519 and HPKE
#
#   gen::curve::suites      path -> content
#
# Forged Ed25519 inputs are made from the group: a verifier that leaves out one
# check accepts them, one that makes all checks refuses.

package require Tcl 8.6-

namespace eval ::gen::curve {
	namespace path {::gen ::gen::crypto ::gen::rsa}
	variable p [expr {2**255 - 19}]
	variable order [expr {2**252 + 27742317777372353535851937790883648493}]
}

proc ::gen::curve::suites {} {
	return [concat [signatures] [strictness] [x25519] [x25519_low] [hpke] [hpke_refused]]
}

proc ::gen::curve::le {number} { return [hex [::oracle::ec::ToOctets $number]] }
proc ::gen::curve::public {octets} { return [hex [::oracle::ec spki ed25519 [unhex $octets]]] }

# -- Ed25519 --------------------------------------------------------------------------

proc ::gen::curve::signatures {} {
	set node [origin rfc8032]
	set tests {}
	foreach row [json plain [json get $node vectors]] {
		dict with row {}
		lappend tests [good ed25519::sign-$name "RFC 8032 $name, sign" ed-sign crypto.ed25519-sign \
		    [dict create key [hex [::oracle::ec pkcs8 ed25519 [unhex $seed]]] message $message] {} \
		    [dict create signature $signature]]
		lappend tests [good ed25519::verify-$name "RFC 8032 $name, verify" ed crypto.ed25519-verify \
		    [dict create key [public $public] message $message signature $signature]]
	}
	return [suite crypto ed25519 [dict create kind kat generated 0 origin [json text $node origin] \
	    license [json text $node license] title "Ed25519, the published figures of RFC 8032"] $tests]
}

proc ::gen::curve::strictness {} {
	flag InvalidSignature AUTH_BYPASS critical "a signature that was altered" \
	    "whoever accepts it accepts forged messages"
	flag LargeS MALLEABILITY high "S is not below the order of the group" \
	    "one message has several signatures: a coin can be spent again under another name"
	flag NonCanonicalR MALLEABILITY medium "R is not the canonical encoding of its point" \
	    "implementations disagree on one signature"
	flag SmallOrderKey WEAK_KEY critical "a public key of small order" \
	    "one signature holds for many messages; nothing binds the signer"
	flag NonCanonicalKey WEAK_KEY medium "a public key that is not the canonical encoding of a point" \
	    "one key has two names"
	flag MixedOrder EDGE_CASE medium "a point with a component of small order" \
	    "with and without cofactor the equation gives different answers"
	set seed [octets "ed25519 seed" 32]
	set message [octets "ed25519 message" 40]
	set key [hex [::oracle::ec ed25519-public [unhex $seed]]]
	set signature [hex [::oracle::ec ed25519-sign [unhex $seed] [unhex $message]]]
	set in [dict create key [public $key] message $message signature $signature]
	set tests [list [good ed25519::genuine "A genuine signature" ed crypto.ed25519-verify $in]]
	lappend tests {*}[altered $in] {*}[large_s $in] {*}[identity_r $seed $key $message] \
	    {*}[mixed_key $seed $message] {*}[weak_keys $message] {*}[no_points $in]
	return [suite crypto ed25519-strict {kind verify title "Ed25519, what must not verify"} $tests]
}

proc ::gen::curve::refuse {name title topic mutation in flags {classes auth}} {
	return [bad ed25519::$name $title $topic ed25519::genuine $mutation crypto.ed25519-verify \
	    $in $flags $classes]
}

proc ::gen::curve::altered {in} {
	set s [dict get $in signature]
	set tests {}
	foreach {name title why mutation value} [list \
	    r-first-octet "One bit of R flipped" ed-equation {kind flip-bit} [flip $s 0 0] \
	    r-sign "The sign bit of R flipped" ed-equation {kind flip-bit} [flip $s 31 7] \
	    s-first-octet "One bit of S flipped" ed-equation {kind flip-bit} [flip $s 32 0] \
	    s-top-bit "The top bit of S set" ed-s {kind flip-bit} [flip $s 63 7] \
	    zero "R and S zero" ed-equation {kind zero} [string repeat 00 64] \
	    swapped "R and S exchanged" ed-swapped {kind set-bytes} \
	        [string range $s 64 end][string range $s 0 63] \
	    short "The last octet left out" ed-length {kind truncate} [string range $s 0 end-2] \
	    long "An octet appended" ed-length {kind extend} ${s}00 empty "No octets" ed-length {kind truncate} {}] {
		lappend tests [refuse signature-$name $title $why $mutation \
		    [dict replace $in signature $value] InvalidSignature]
	}
	lappend tests [refuse other-message "Another message" ed-equation {kind flip-bit} \
	    [dict replace $in message [flip [dict get $in message] 0 0]] InvalidSignature]
	lappend tests [refuse other-key "Another key" ed-equation {kind other-key} [dict replace $in key \
	    [public [hex [::oracle::ec ed25519-public [unhex [octets "ed25519 other" 32]]]]]] InvalidSignature]
	return $tests
}

# S + kL for every k that still fits 256 bits and is told apart by some check.
proc ::gen::curve::large_s {in} {
	variable order
	set signature [dict get $in signature]
	set s [::oracle::ec::FromOctets [unhex [string range $signature 64 end]]]
	set tests {}
	foreach k {1 2 4 8 15} {
		lappend tests [refuse s-plus-$k-orders "S + $k L" ed-s {kind plus-order} \
		    [dict replace $in signature [string range $signature 0 63][le [expr {$s + $k * $order}]]] LargeS]
	}
	return $tests
}

# R is the neutral element: S = k a.  Canonical it is accepted; the same point
# written as y = p + 1, or with the sign bit set, is not.
proc ::gen::curve::identity_r {seed key message} {
	variable p
	set tests {}
	foreach {name title r} [list \
	    r-identity "R is the neutral element" [le 1] \
	    r-identity-plus-p "R is the neutral element, written with y + p" [le [expr {$p + 1}]] \
	    r-identity-sign "R is the neutral element, with the sign bit" [le [expr {1 | (1 << 255)}]]] {
		set in [dict create key [public $key] message $message \
		    signature $r[solve $seed $r $key $message]]
		if {$name eq "r-identity"} {
			lappend tests [good ed25519::$name $title ed crypto.ed25519-verify $in MixedOrder]
		} else {
			lappend tests [bad ed25519::$name $title ed-r ed25519::r-identity {kind plus-order} \
			    crypto.ed25519-verify $in NonCanonicalR]
		}
	}
	return $tests
}

# S with [S]B = [k]A, k being the hash of the octets R, A and M.
proc ::gen::curve::solve {seed r key message} {
	variable order
	lassign [::oracle::ec::Expand [unhex $seed]] a
	set k [challenge $r $key $message]
	return [le [expr {$k * $a % $order}]]
}

proc ::gen::curve::challenge {r key message} {
	variable order
	set digest [::oracle::hash digest sha512 [unhex $r$key$message]]
	return [expr {[scan [hex [string reverse $digest]] %llx] % $order}]
}

# A point of order 8 (its y is a root known since RFC 8032's time).
proc ::gen::curve::order8 {} {
	return [::oracle::ec::Decompress \
	    [unhex 26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05]]
}

# The key A + T with T of order 8, signed with a: [S]B = R + [k](A+T) holds only
# after multiplication by the cofactor, unless k is a multiple of 8.
proc ::gen::curve::mixed_key {seed message} {
	variable order
	lassign [::oracle::ec::Expand [unhex $seed]] a
	set mixed [hex [::oracle::ec::Compress [::oracle::ec::Add \
	    [::oracle::ec::Multiply $a [::oracle::ec::Base]] [order8]]]]
	set nonce 271828182845904523536
	set r [hex [::oracle::ec::Compress [::oracle::ec::Multiply $nonce [::oracle::ec::Base]]]]
	set tests {}
	for {set i 0} {[llength $tests] < 2} {incr i} {
		set text $message[format %02x $i]
		set k [challenge $r $mixed $text]
		set in [dict create key [public $mixed] message $text \
		    signature $r[le [expr {($nonce + $k * $a) % $order}]]]
		set whole [expr {$k % 8 == 0}]
		if {$whole == [llength $tests]} continue
		if {$whole} {
			lappend tests [good ed25519::mixed-key-holds \
			    "A key with a part of order 8; the equation holds without cofactor" ed \
			    crypto.ed25519-verify $in MixedOrder]
		} else {
			lappend tests [bad ed25519::mixed-key-fails \
			    "A key with a part of order 8; the equation needs the cofactor" ed-equation \
			    ed25519::mixed-key-holds {kind wrong-order-subgroup} crypto.ed25519-verify $in MixedOrder]
		}
	}
	return [lreverse $tests]
}

# Keys of small order, canonical and not: with R neutral and S = 0 the equation
# holds for the key of order 1, and for others if k is a multiple of the order.
proc ::gen::curve::weak_keys {message} {
	variable p
	set tests {}
	foreach {name octets order flags} [list \
	    order-1 [le 1] 1 SmallOrderKey \
	    order-2 [le [expr {$p - 1}]] 2 SmallOrderKey \
	    order-4 [le 0] 4 SmallOrderKey \
	    order-4-negative [le [expr {1 << 255}]] 4 SmallOrderKey \
	    order-8-a 26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05 8 SmallOrderKey \
	    order-8-b 26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85 8 SmallOrderKey \
	    order-8-c c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a 8 SmallOrderKey \
	    order-8-d c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa 8 SmallOrderKey \
	    order-1-plus-p [le [expr {$p + 1}]] 1 NonCanonicalKey \
	    order-4-plus-p [le $p] 4 NonCanonicalKey \
	    order-1-sign [le [expr {1 | (1 << 255)}]] 1 NonCanonicalKey \
	    order-2-sign [le [expr {($p - 1) | (1 << 255)}]] 2 NonCanonicalKey] {
		set r [le 1]
		for {set i 0} 1 {incr i} {
			set text $message[format %04x $i]
			if {[challenge $r $octets $text] % $order == 0} break
		}
		lappend tests [refuse key-$name "A key of small order ($name) under which a signature of zero holds" \
		    [expr {$flags eq "SmallOrderKey" ? "ed-small" : "ed-small-noncanonical"}] {kind wrong-order-subgroup} [dict create key [public $octets] message $text \
		    signature $r[le 0]] $flags malformed]
	}
	return $tests
}

proc ::gen::curve::no_points {in} {
	variable p
	set tests {}
	foreach {name title why octets} [list \
	    key-no-point "A key that is no point" ed-point [le 2] \
	    key-y-too-large "A key with y = p + 3" ed-canonical [le [expr {$p + 3}]] \
	    key-all-ones "A key of octets ff" ed-canonical [string repeat ff 32] \
	    key-short "A key of 31 octets" ed-key-length [string repeat 11 31] \
	    key-long "A key of 33 octets" ed-key-length [string repeat 11 33]] {
		lappend tests [refuse $name $title $why {kind off-curve} \
		    [dict replace $in key [public $octets]] NonCanonicalKey malformed]
	}
	return $tests
}

# -- X25519 -----------------------------------------------------------------------------

proc ::gen::curve::x25519 {} {
	flag Unclamped EDGE_CASE medium "a scalar whose bits are not set as RFC 7748 wants: they are set while decoding" \
	    "two implementations disagree on the shared secret"
	flag NonCanonicalU EDGE_CASE medium "a coordinate not below p, or with the unused bit set: it is reduced" \
	    "two implementations disagree on the shared secret"
	variable p
	set tests {}
	foreach {name private public shared} {
		rfc7748-1 a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4
		e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c
		c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552
		rfc7748-2 4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d
		e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493
		95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957
		rfc7748-once 0900000000000000000000000000000000000000000000000000000000000000
		0900000000000000000000000000000000000000000000000000000000000000
		422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079
	} {
		lappend tests [good x25519::$name "RFC 7748 section 5.2, $name" x25519 crypto.x25519 \
		    [dict create private $private public $public] {} [dict create shared $shared]]
	}
	set private [octets "x25519 private" 32]
	set public [octets "x25519 public" 32]
	foreach {name title at bit} {
		low-bits "The three low bits of the scalar set" 0 0
		high-bit "The high bit of the scalar set" 31 7
		second-bit "The bit below it cleared or set" 31 6
	} {
		lappend tests [good x25519::scalar-$name $title x25519 crypto.x25519 \
		    [dict create private [flip $private $at $bit] public $public] Unclamped]
	}
	foreach {name u} [list p-plus-2 [expr {$p + 2}] p-plus-9 [expr {$p + 9}] \
	    all-ones [expr {2**255 - 1}] high-bit [expr {9 | (1 << 255)}] p-plus-18 [expr {$p + 18}]] {
		lappend tests [good x25519::coordinate-$name "The coordinate $name" x25519 crypto.x25519 \
		    [dict create private $private public [le $u]] NonCanonicalU]
	}
	for {set i 0} {$i < 8} {incr i} {
		lappend tests [good x25519::seeded-$i "A scalar and a coordinate from the seed" x25519 \
		    crypto.x25519 [dict create private [octets "x25519 private $i" 32] \
		    public [octets "x25519 public $i" 32]]]
	}
	return [suite crypto x25519 {kind kat title "X25519 of RFC 7748"} $tests]
}

proc ::gen::curve::x25519_low {} {
	flag ZeroSecret CONFIDENTIALITY critical "a point of small order: the shared secret is zero" \
	    "everybody knows the key of the channel"
	variable p
	set private [octets "x25519 private" 32]
	set first 325606250916557431795983626356110631294008115727848805560023387167927233504
	set second 39382357235489614581723060781553021112529911719440698176882885853963445705823
	set tests [list [good x25519::low-order-parent "A point of large order" x25519 crypto.x25519 \
	    [dict create private $private public [octets "x25519 public" 32]]]]
	foreach {name u} [list zero 0 one 1 order-8-a $first order-8-b $second p-less-one [expr {$p - 1}] \
	    p $p p-plus-one [expr {$p + 1}]] {
		foreach {suffix high} {{} 0 -high-bit 1} {
			lappend tests [bad x25519::low-order-$name$suffix "The coordinate $name$suffix" x25519-zero \
			    x25519::low-order-parent {kind wrong-order-subgroup} crypto.x25519 \
			    [dict create private $private public [le [expr {$u | ($high << 255)}]]] ZeroSecret]
		}
	}
	foreach {name field octets} [list public-short public [string repeat 09 31] \
	    public-long public [string repeat 09 33] private-short private [string repeat 09 31]] {
		lappend tests [bad x25519::$name "A value that is not of 32 octets: $name" x25519-length \
		    x25519::low-order-parent {kind truncate} crypto.x25519 [dict replace [dict create \
		    private $private public [octets "x25519 public" 32]] $field $octets] ZeroSecret malformed]
	}
	return [suite crypto x25519-refused {kind verify title "X25519, what must be refused"} $tests]
}

# -- HPKE -------------------------------------------------------------------------------

proc ::gen::curve::hpke {} {
	set node [origin rfc9180]
	set rows [json plain [json get $node vectors]]
	set setup [lindex $rows 0]
	set key [hex [::oracle::ec spki x25519 [unhex [dict get $setup pkRm]]]]
	set secret [hex [::oracle::ec pkcs8 x25519 [unhex [dict get $setup skRm]]]]
	set info [dict get $setup info]
	set enc [dict get $setup enc]
	set rand [dict create ikmE [dict get $setup ikmE]]
	set tests {}
	foreach row [lrange $rows 1 end] {
		if {[dict get $row kind] eq "export"} {
			set context [dict get $row context]
			set name [expr {$context eq {} ? "empty" : $context}]
			lappend tests [good hpke::export-$name "RFC 9180 A.2.1.2, exporter context $name" hpke-export \
			    crypto.hpke-export [dict create key $secret enc $enc info $info context $context \
			    length [dict get $row length]] {} [dict create secret [dict get $row secret]]]
			continue
		}
		dict with row {}
		set in [dict create key $secret enc $enc info $info aad $aad ciphertext $ciphertext]
		set out [dict create key $key info $info aad $aad plaintext $plaintext rand $rand]
		if {$seq} { dict set in seq $seq; dict set out seq $seq }
		set check [step crypto.hpke-open [dict replace $in enc {$enc} ciphertext {$ciphertext}] \
		    [dict create plaintext $plaintext]]
		lappend tests [good hpke::seal-$seq "RFC 9180 A.2.1.1, seal message $seq" hpke-seal \
		    crypto.hpke-seal $out {} [dict create enc $enc ciphertext $ciphertext] [list $check]]
		lappend tests [good hpke::open-$seq "RFC 9180 A.2.1.1, open message $seq" hpke \
		    crypto.hpke-open $in {} [dict create plaintext $plaintext]]
	}
	return [suite crypto hpke [dict create kind kat generated 0 origin [json text $node origin] \
	    license [json text $node license] title "HPKE base mode, the published figures of RFC 9180"] $tests]
}

# What anybody can seal for the key ENC, whose shared secret is zero.
proc ::gen::curve::zero_secret {in public enc plaintext} {
	set context [::oracle::hpke::Context [unhex [dict get $in info]] [unhex $enc] \
	    [::oracle::hpke::Shared [string repeat \x00 32] [unhex $enc] $public]]
	return [dict replace $in enc $enc \
	    ciphertext [hex [::oracle::hpke seal $context 0 aad [unhex $plaintext]]]]
}

proc ::gen::curve::hpke_refused {} {
	flag AlteredCiphertext CONFIDENTIALITY critical "a ciphertext, or what it is bound to, was altered" \
	    "whoever opens it does not authenticate what it decrypts"
	flag ZeroSecret CONFIDENTIALITY critical "a point of small order: the shared secret is zero" \
	    "everybody knows the key of the channel"
	variable p
	set ikm [unhex [octets "hpke receiver" 32]]
	lassign [::oracle::hpke derive $ikm] secret public
	set key [hex [::oracle::ec pkcs8 x25519 $secret]]
	set sender [::oracle::hpke sender $public [unhex 696e666f] [unhex [octets "hpke ephemeral" 32]]]
	set plaintext [octets "hpke plaintext" 40]
	set in [dict create key $key enc [hex [dict get $sender enc]] info 696e666f aad 616164 \
	    ciphertext [hex [::oracle::hpke seal $sender 0 aad [unhex $plaintext]]]]
	set tests [list [good hpke::genuine "A genuine ciphertext" hpke crypto.hpke-open $in {} \
	    [dict create plaintext $plaintext]]]
	set empty [dict replace $in aad {} ciphertext [hex [::oracle::hpke seal $sender 0 {} {}]]]
	lappend tests [good hpke::nothing "An empty plaintext without additional data" hpke crypto.hpke-open \
	    $empty {} {plaintext {}}]
	set c [dict get $in ciphertext]
	foreach {name title mutation field value} [list \
	    first-octet "One bit of the ciphertext flipped" {kind flip-bit} ciphertext [flip $c 0 0] \
	    tag "One bit of the tag flipped" {kind flip-bit} ciphertext [flip $c -1 0] \
	    tag-first "One bit of the tag's first octet flipped" {kind flip-bit} ciphertext [flip $c -16 7] \
	    short "The last octet left out" {kind truncate} ciphertext [string range $c 0 end-2] \
	    long "An octet appended" {kind extend} ciphertext ${c}00 \
	    no-tag "Fewer octets than a tag" {kind truncate} ciphertext [string range $c 0 29] \
	    empty "No octets" {kind truncate} ciphertext {} \
	    aad "Other additional data" {kind set-field field aad} aad 616165 \
	    no-aad "No additional data" {kind drop-field field aad} aad {} \
	    info "Another info" {kind set-field field info} info 696e6670 \
	    seq "Another sequence number" {kind set-field field seq} seq 1 \
	    enc "Another encapsulated key" {kind set-field field enc} enc \
	        [hex [::oracle::ec x25519-public [unhex [octets "hpke other" 32]]]] \
	    other-key "Another receiver" {kind other-key} key [hex [::oracle::ec pkcs8 x25519 \
	        [unhex [octets "hpke other receiver" 32]]]]] {
		lappend tests [bad hpke::$name $title hpke-open hpke::genuine $mutation crypto.hpke-open \
		    [dict replace $in $field $value] AlteredCiphertext]
	}
	foreach {name u} [list zero 0 one 1 p-less-one [expr {$p - 1}]] {
		lappend tests [bad hpke::low-order-$name "An encapsulated key of small order" hpke-zero \
		    hpke::genuine {kind wrong-order-subgroup} crypto.hpke-open \
		    [zero_secret $in $public [le $u] $plaintext] ZeroSecret]
	}
	return [suite crypto hpke-refused {kind verify title "HPKE, what must not open"} $tests]
}
