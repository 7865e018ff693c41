# gen_crypto.tcl -- vectors/crypto: hash functions, HMAC, HKDF, chains, and the
# words shared by the other generators of this room (gen_rsa.tcl, gen_curve.tcl)
#
#   gen::crypto::files                path -> content, every suite of the room
#   gen::crypto::good ID TITLE TOPIC OP IN ?FLAGS? ?OK? ?VERIFY?
#   gen::crypto::bad ID TITLE TOPIC PARENT MUTATION OP IN FLAGS ?CLASSES?
#   gen::crypto::origin NAME          rows of vectors/crypto/origin/NAME.json
#
# A TOPIC stands for the requirements of spec/crypto.md listed below.

package require Tcl 8.6-

namespace eval ::gen::crypto {
	namespace path ::gen
	variable algorithms {sha1 sha256 sha384 sha512}
	variable topics {
		hash CR-H-01 hmac CR-H-02 hkdf CR-H-03 hkdf-limit CR-H-04 chain CR-H-06
		key PKI-K-01 key-kind PKI-K-02 key-parts PKI-K-04 key-form PKI-K-05
		key-small {CR-R-01 PKI-K-03} key-large {CR-R-02 PKI-K-03}
		key-even {CR-R-03 PKI-K-03} key-even-e {CR-R-04 PKI-K-03}
		key-one {CR-R-05 PKI-K-03} key-huge-e {CR-R-06 PKI-K-03}
		pkcs1-sign CR-V-01 pkcs1 {CR-V-01 CR-V-05} pkcs1-length CR-V-03
		pkcs1-range CR-V-04 pkcs1-forged CR-V-05
		pss-sign CR-P-01 pss {CR-P-01 CR-P-08} pss-length CR-P-03 pss-range CR-P-09
		pss-forged {CR-P-04 CR-P-05 CR-P-06 CR-P-07 CR-P-08 CR-P-10}
		pss-trailer CR-P-04 pss-top CR-P-05 pss-padding CR-P-06 pss-salt CR-P-07
		pss-hash CR-P-08 pss-front CR-P-10
		oaep-encrypt CR-O-01 oaep {CR-O-01 CR-O-07 CR-O-08} oaep-limit CR-O-02
		oaep-length {CR-O-04 CR-O-09} oaep-range {CR-O-05 CR-O-09}
		oaep-forged {CR-O-06 CR-O-07 CR-O-08 CR-O-09} oaep-first {CR-O-06 CR-O-09}
		oaep-label {CR-O-07 CR-O-09} oaep-padding {CR-O-08 CR-O-09}
		fdh {CR-F-01 CR-F-02} fdh-unit {CR-F-01 CR-F-03}
		blind {CR-B-01 CR-B-02} blind-sign CR-B-10 blind-sign-length CR-B-06
		blind-sign-range CR-B-07 finalize {CR-B-09 CR-B-12} finalize-forged CR-B-09
		blind-verify CR-B-12 blind-verify-length {CR-B-12 CR-P-03}
		blind-verify-forged {CR-B-12 CR-P-08}
		ed-sign CR-E-01 ed {CR-E-01 CR-E-02} ed-length CR-E-07 ed-r CR-E-09
		ed-s CR-E-10 ed-equation CR-E-11 ed-swapped {CR-E-10 CR-E-11}
		ed-small {CR-E-05 PKI-K-06} ed-small-noncanonical {CR-E-04 CR-E-05 PKI-K-06}
		ed-canonical {CR-E-04 PKI-K-06} ed-point {CR-E-06 PKI-K-06} ed-key-length {CR-E-03 PKI-K-06}
		x25519 CR-X-01 x25519-zero CR-X-03 x25519-length CR-X-01
		hpke-seal {CR-K-01 CR-K-03 CR-K-07} hpke {CR-K-03 CR-K-06 CR-K-07}
		hpke-open CR-K-06 hpke-zero {CR-K-05 CR-X-03} hpke-export CR-K-09
		hpke-length CR-K-04
	}
}

proc ::gen::crypto::requirements {topic} {
	variable topics
	return [dict get $topics $topic]
}

proc ::gen::crypto::files {} {
	return [concat [hashes] [macs] [derivations] [chains] \
	    [::gen::rsa::suites] [::gen::curve::suites]]
}

proc ::gen::crypto::good {id title topic op in {flags {}} {ok {}} {verify {}}} {
	return [test crypto::$id title $title flags $flags req [requirements $topic] \
	    op $op in $in expect [accept $op $in $ok $verify]]
}

proc ::gen::crypto::bad {id title topic parent mutation op in flags {classes auth}} {
	return [test crypto::$id title $title flags $flags req [requirements $topic] \
	    parent crypto::$parent mutation $mutation op $op in $in expect [reject $classes]]
}

proc ::gen::crypto::origin {name} {
	return [semper::object [file join $::semper::root vectors crypto origin $name.json]]
}

proc ::gen::crypto::ascii {text} { return [hex [encoding convertto ascii $text]] }

# -- hashes -------------------------------------------------------------------

proc ::gen::crypto::hashes {} {
	variable algorithms
	flag LongInput EDGE_CASE medium "an input of more octets than one block, or at the edge of one" \
	    "a wrong padding or length shows only here"
	set tests {}
	foreach alg $algorithms {
		foreach {name text} {
			empty {} abc abc
			two-blocks abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq
			four-blocks abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu
		} {
			lappend tests [good hash::$alg-$name "$alg of the FIPS 180 message \"$name\"" \
			    hash crypto.hash [dict create alg $alg data [ascii $text]]]
		}
		foreach n {55 56 57 63 64 65 111 112 113 119 120 127 128 129 255 256 257} {
			lappend tests [good hash::$alg-$n-octets "$alg of $n octets" hash crypto.hash \
			    [dict create alg $alg data [octets "hash $alg $n" $n]] LongInput]
		}
		lappend tests [many $alg]
	}
	return [suite crypto hash {kind kat title "Hash functions of FIPS 180-4"} $tests]
}

# Many times the letter a (a million as in FIPS 180 where the oracle is fast):
# a long input in its short form.
proc ::gen::crypto::many {alg} {
	set n [expr {$alg in {sha1 sha256} ? 1000000 : 20000}]
	set node [good hash::$alg-$n-a "$alg of $n times the letter a" hash \
	    crypto.hash [dict create alg $alg data [string repeat 61 $n]] LongInput]
	set in [json obj alg [json str $alg] data [json obj hex [json str 61] times [json num $n]]]
	return [list obj [dict replace [lindex $node 1] in $in]]
}

# -- HMAC -----------------------------------------------------------------------

# Keys and data of RFC 4231, for all four hashes.
proc ::gen::crypto::macs {} {
	variable algorithms
	set tests {}
	foreach alg $algorithms {
		foreach {name key data} [list \
		    case-1 [string repeat 0b 20] [ascii "Hi There"] \
		    case-2 [ascii Jefe] [ascii "what do ya want for nothing?"] \
		    case-3 [string repeat aa 20] [string repeat dd 50] \
		    case-4 0102030405060708090a0b0c0d0e0f10111213141516171819 [string repeat cd 50] \
		    case-6 [string repeat aa 131] [ascii "Test Using Larger Than Block-Size Key - Hash Key First"] \
		    case-7 [string repeat aa 131] [ascii "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."]] {
			lappend tests [good hmac::$alg-$name "HMAC-$alg, RFC 4231 $name" hmac crypto.hmac \
			    [dict create alg $alg key $key data $data]]
		}
		foreach n {0 1 63 64 65 127 128 129} {
			lappend tests [good hmac::$alg-key-of-$n "HMAC-$alg with a key of $n octets" hmac \
			    crypto.hmac [dict create alg $alg key [octets "hmac key $n" $n] data \
			    [octets "hmac data $n" 32]]]
		}
	}
	return [suite crypto hmac {kind kat title "HMAC of RFC 2104 with the inputs of RFC 4231"} $tests]
}

# -- HKDF -----------------------------------------------------------------------

proc ::gen::crypto::derivations {} {
	flag OutputLimit EDGE_CASE low "an output of 255 digests, the most there is, and one octet more" \
	    "the counter octet overflows and output repeats"
	set first [dict create alg sha256 ikm [string repeat 0b 22] \
	    salt 000102030405060708090a0b0c info f0f1f2f3f4f5f6f7f8f9 length 42]
	set long {}
	for {set i 0} {$i < 80} {incr i} { append long [format %02x $i] }
	set tests [list [good hkdf::rfc5869-1 "RFC 5869 test case 1" hkdf crypto.hkdf $first {} \
	    {okm 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865}]]
	lappend tests [good hkdf::long-inputs "Inputs longer than a block" hkdf crypto.hkdf \
	    [dict create alg sha256 ikm $long salt $long info $long length 82]]
	lappend tests [good hkdf::rfc5869-3 "RFC 5869 test case 3: neither salt nor info" hkdf crypto.hkdf \
	    [dict create alg sha256 ikm [string repeat 0b 22] salt {} info {} length 42] {} \
	    {okm 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8}]
	foreach alg {sha1 sha256 sha384 sha512} {
		foreach n {1 16 20 32 64 65 255} {
			lappend tests [good hkdf::$alg-$n-octets "HKDF-$alg, $n octets" hkdf crypto.hkdf \
			    [dict replace $first alg $alg length $n]]
		}
		set most [expr {255 * [::oracle::hash size $alg]}]
		lappend tests [good hkdf::$alg-most "HKDF-$alg, $most octets" hkdf crypto.hkdf \
		    [dict replace $first alg $alg length $most] OutputLimit]
		lappend tests [bad hkdf::$alg-too-long "HKDF-$alg, one octet too many is refused" hkdf-limit \
		    hkdf::$alg-most {kind set-field field length} crypto.hkdf \
		    [dict replace $first alg $alg length [expr {$most + 1}]] OutputLimit range]
	}
	return [suite crypto hkdf {kind kat title "HKDF of RFC 5869"} $tests]
}

# -- chains -----------------------------------------------------------------------

proc ::gen::crypto::chains {} {
	flag ChainLength EDGE_CASE high "a chain of no link, of one, and of many" \
	    "off-by-one: a payer pays one unit too many or too few"
	set first 606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f
	set known {
		sha1,1 e34d1c5231a1d93b6e227755412f2bc2d17e9cbc
		sha1,2 211c57476e3246717991dacd8584c81405acb624
		sha1,3 4e4ccfe2c20f79a3f3d131c43aedd2ab102e2caf
		sha1,5 25ce497ce0cb5a09ae7a534cd9099527f6fa5e4c
		sha1,10 360f71b2dc70bbde78adea9e953679a5384a13b9
		sha1,99 2ade4a1cad6886e0f54c5f7bdf341b0a7a708c9f
		sha1,100 617398654c5cdd987d8b49cb134f133fc4918e2a
		sha256,1 4d8d274ff7e176af977a95a0055c8c5f3478d38640343a060cee893e56f39957
		sha256,2 b6415816338f69e1f84e97ec63f82fd0c16166bbbcddb503c3bdd374c72bec81
		sha256,3 609cf3537ea07665d48188289e027adde7f2ad7c60eb735f226c7237df310c62
		sha256,5 8e7dcbea81fb4a3677bc37174ed92cf1f6fdc9a7e4bb00f47f497ccc74e4afe9
		sha256,10 d6bb596ca630aaf03fe7cefe7819718d3322cd6f31e8b4fb133528f0ad8a717a
		sha256,99 dffc342da8a8eccf73b1fd256a455a53ced261ea04255013e5b7fa38b17387b2
		sha256,100 328b089089f510ea1b13c71435af2a9bf2b429c087a1e2c5cb741956d815f6f7
	}
	set tests {}
	foreach alg {sha1 sha256} {
		set seed [string range $first 0 [expr {2 * [::oracle::hash size $alg] - 1}]]
		foreach n {0 1 2 3 5 10 99 100 1000} {
			set ok {}
			if {[dict exists $known $alg,$n]} { set ok [list digest [dict get $known $alg,$n]] }
			if {$n == 0} { set ok [list digest $seed] }
			lappend tests [good chain::$alg-$n "$alg applied $n times" chain crypto.hash-chain \
			    [dict create alg $alg seed $seed n $n] ChainLength $ok]
		}
	}
	return [suite crypto hash-chain {kind kat title "Chains: a hash function applied n times"} $tests]
}
