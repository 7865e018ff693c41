# gen_rsa.tcl -- vectors/crypto: RSA signatures, encryption and hashing onto the
# modulus; blind signatures are in gen_blind.tcl
#
#   gen::rsa::suites       path -> content
#
# A forged signature is made from an encoded message of our own: with the
# private key any number becomes a "signature", so each check of a verifier can
# be made the only one that stands in the way.

package require Tcl 8.6-

namespace eval ::gen::rsa {
	namespace path {::gen ::gen::crypto}
	# DigestInfo up to the digest (RFC 8017 9.2, note 1)
	variable info {
		sha1 3021300906052b0e03021a05000414
		sha256 3031300d060960864801650304020105000420
		sha384 3041300d060960864801650304020205000430
		sha512 3051300d060960864801650304020305000440
	}
}

proc ::gen::rsa::suites {} {
	return [concat [pkcs1] [pss_signatures] [pss_forgeries] [oaep] [oaep_forgeries] \
	    [hashing] [malformed_keys] [::gen::blind::suites]]
}

# The signature of an encoded message (hexadecimal), whatever it is.
proc ::gen::rsa::sign_raw {key encoded} {
	return [as_octets $key [::oracle::rsa decrypt $key [::oracle::number of [unhex $encoded]]]]
}

proc ::gen::rsa::as_octets {key number} {
	return [hex [::oracle::number octets $number [dict get $key length]]]
}

proc ::gen::rsa::flip {hex at bit} {
	set at [expr {$at < 0 ? [string length $hex] / 2 + $at : $at}]
	scan [string range $hex [expr {2 * $at}] [expr {2 * $at + 1}]] %x octet
	return [string replace $hex [expr {2 * $at}] [expr {2 * $at + 1}] \
	    [format %02x [expr {$octet ^ (1 << $bit)}]]]
}

# -- what is wrong with a signature as a number, for every scheme -----------------

proc ::gen::rsa::signature_shapes {area parent op in key topic} {
	set signature [dict get $in signature]
	set n [dict get $key n]
	set tests {}
	foreach {name title why mutation value} [list \
	    last-octet "One bit of the last octet flipped" forged {kind flip-bit} [flip $signature -1 0] \
	    first-octet "One bit of the first octet flipped" forged {kind flip-bit} [flip $signature 1 3] \
	    middle "One bit in the middle flipped" forged {kind flip-bit} \
	        [flip $signature [expr {[dict get $key length] / 2}] 7] \
	    zero "The signature zero" forged {kind zero} [as_octets $key 0] \
	    one "The signature one" forged {kind set-bytes} [as_octets $key 1] \
	    modulus-less-one "The signature n - 1" forged {kind set-bytes} [as_octets $key [expr {$n - 1}]] \
	    modulus "The signature n" range {kind set-bytes} [as_octets $key $n] \
	    short "The last octet left out" length {kind truncate} [string range $signature 0 end-2] \
	    long "An octet appended" length {kind extend} ${signature}00 \
	    leading-zero "An octet 00 in front" length {kind extend} 00$signature \
	    empty "An empty signature" length {kind truncate} {}] {
		lappend tests [bad $area-$name $title $topic-$why $parent $mutation $op \
		    [dict replace $in signature $value] InvalidSignature]
	}
	return [concat $tests [plus_modulus $area $parent $op $in $key $topic]]
}

# s + n, where it always fits the octets of n.
proc ::gen::rsa::plus_modulus {area parent op in key topic} {
	if {[dict get $key bits] % 8 == 0} { return {} }
	set sum [expr {[::oracle::number of [unhex [dict get $in signature]]] + [dict get $key n]}]
	return [list [bad $area-plus-modulus "The signature s + n" $topic-range $parent \
	    {kind plus-order} $op [dict replace $in signature [as_octets $key $sum]] \
	    SignatureTooLarge]]
}

proc ::gen::rsa::signature_flags {} {
	flag InvalidSignature AUTH_BYPASS critical "a signature that was altered" \
	    "whoever accepts it accepts forged messages"
	flag SignatureTooLarge MALLEABILITY medium "a signature not below the modulus" \
	    "one message has several signatures"
	flag WrongMessage AUTH_BYPASS critical "a genuine signature beside another message or key" \
	    "whoever accepts it does not look at the message or the key"
	flag WrongHash MODIFIED_PARAMETER high "made with another hash function than is asked for" \
	    "a weaker hash function can be put in"
	flag BadEncoding MISSING_CHECK critical "an encoded message with one deviation" \
	    "padding that is not checked whole can be forged, with small exponents by anybody"
	flag SaltLength MISSING_CHECK medium "a salt of another length than is asked for" \
	    "the length is part of the scheme; signatures become malleable across schemes"
	flag OddModulus EDGE_CASE high "a modulus of 8k + 1 bits: the encoded message has one octet less" \
	    "the octet in front is not looked at, or all signatures of such keys fail"
}

# Genuine signatures beside other messages, keys and parameters.
proc ::gen::rsa::mismatches {area parent op in topic other} {
	set alg [dict get $in alg]
	set message [dict get $in message]
	set digest [hex [::oracle::hash digest $alg [unhex $message]]]
	set tests {}
	foreach {name title mutation change flags} [list \
	    other-message "Another message" {kind flip-bit} [list message [flip $message 0 0]] WrongMessage \
	    longer-message "The message with an octet more" {kind extend} [list message ${message}00] WrongMessage \
	    empty-message "The empty message" {kind truncate} {message {}} WrongMessage \
	    digest-as-message "The digest in place of the message" {kind set-bytes} \
	        [list message $digest] WrongMessage \
	    other-key "Another key of the same size" {kind other-key} [list key [spki $other]] WrongMessage] {
		lappend tests [bad $area-$name $title $topic-forged $parent $mutation $op \
		    [dict merge $in $change] $flags]
	}
	foreach hash {sha1 sha256 sha384 sha512} {
		if {$hash eq $alg} continue
		lappend tests [bad $area-asked-for-$hash "Made with $alg, asked for $hash" $topic-forged $parent \
		    {kind set-field field alg} $op [dict replace $in alg $hash] WrongHash]
	}
	return $tests
}

# -- PKCS #1 v1.5 -------------------------------------------------------------------

proc ::gen::rsa::pkcs1 {} {
	variable info
	signature_flags
	set tests {}
	foreach {name bits} {rsa-2048 2048 rsa-1024 1024 rsa-2049 2049} {
		foreach alg [dict keys $info] {
			set in [dict create alg $alg key [pkcs8 [key $name $bits]] \
			    message [octets "pkcs1 $alg" 40]]
			set id pkcs1-$bits-$alg
			lappend tests [good rsa-pkcs1::$id-sign "Sign with $alg and $bits bits" pkcs1-sign \
			    crypto.rsa-pkcs1-sign $in]
			lappend tests [good rsa-pkcs1::$id-verify "Verify with $alg and $bits bits" pkcs1 \
			    crypto.rsa-pkcs1-verify [dict create alg $alg key [spki [key $name $bits]] \
			    message [dict get $in message] signature [hex [::oracle::rsa pkcs1-sign $alg \
			    [key $name $bits] [unhex [dict get $in message]]]]]]
		}
	}
	set key [key rsa-2048 2048]
	set in [dict create alg sha256 key [spki $key] message [octets "pkcs1 sha256" 40]]
	dict set in signature [hex [::oracle::rsa pkcs1-sign sha256 $key [unhex [dict get $in message]]]]
	set parent rsa-pkcs1::pkcs1-2048-sha256-verify
	set op crypto.rsa-pkcs1-verify
	lappend tests {*}[signature_shapes rsa-pkcs1::signature $parent $op $in $key pkcs1] \
	    {*}[mismatches rsa-pkcs1::verify $parent $op $in pkcs1 [key rsa-2048-other 2048]] \
	    {*}[pkcs1_encodings $parent $op $in $key]
	set odd [key rsa-2049 2049] ;# whose s + n has as many octets as n
	dict set in key [spki $odd]
	dict set in signature [hex [::oracle::rsa pkcs1-sign sha256 $odd [unhex [dict get $in message]]]]
	lappend tests {*}[plus_modulus rsa-pkcs1::signature-2049 \
	    rsa-pkcs1::pkcs1-2049-sha256-verify $op $in $odd pkcs1]
	return [suite crypto rsa-pkcs1 {kind verify title "RSASSA-PKCS1-v1_5 of RFC 8017"} $tests]
}

proc ::gen::rsa::pkcs1_encodings {parent op in key} {
	variable info
	set prefix [dict get $info sha256]
	set digest [hex [::oracle::hash digest sha256 [unhex [dict get $in message]]]]
	set oid 0609608648016503040201
	set tests {}
	foreach {name title start tail} [list \
	    missing-null "DigestInfo without the NULL" 0001 302f300b${oid}0420$digest \
	    null-with-content "The NULL has an octet of content" 0001 3032300e${oid}0501000420$digest \
	    parameters-octets "The parameters are an OCTET STRING" 0001 3031300d${oid}04000420$digest \
	    long-length "A length in the long form" 0001 308131300d${oid}05000420$digest \
	    indefinite "DigestInfo of indefinite length" 0001 3080300d${oid}05000420${digest}0000 \
	    bare-digest "No DigestInfo, the digest alone" 0001 $digest \
	    digest-cut "The last octet of the digest is missing" 0001 \
	        3030300d${oid}0500041f[string range $digest 0 end-2] \
	    garbage-in-info "Octets after the digest, within DigestInfo" 0001 \
	        3033300d${oid}05000420${digest}0000 \
	    garbage-after-info "Octets after DigestInfo" 0001 ${prefix}${digest}0000 \
	    other-oid "The OID of SHA-512 beside a digest of SHA-256" 0001 \
	        3031300d060960864801650304020305000420$digest \
	    block-type-0 "Block type 0" 0000 $prefix$digest \
	    block-type-2 "Block type 2" 0002 $prefix$digest \
	    first-octet "The first octet is 01" 0101 $prefix$digest] {
		lappend tests [bad rsa-pkcs1::encoding-$name $title pkcs1-forged $parent {kind set-bytes} $op \
		    [dict replace $in signature [sign_raw $key [pkcs1_block $key $start $tail]]] BadEncoding]
	}
	set whole [pkcs1_block $key 0001 $prefix$digest]
	set garbage [octets "pkcs1 garbage" 190]
	foreach {name title block} [list \
	    padding-fe "One octet of the padding is fe" [string replace $whole 40 41 fe] \
	    padding-zero "One octet of the padding is 00" [string replace $whole 40 41 00] \
	    padding-short "Eight octets of padding, the rest is garbage behind" \
	        "0001ffffffffffffffff00$prefix$digest[string range $garbage 0 [expr {2*(256-11-51)-1}]]" \
	    no-separator "The octet between padding and DigestInfo is ff" \
	        [string map [list ff00$prefix ffff$prefix] $whole]] {
		lappend tests [bad rsa-pkcs1::encoding-$name $title pkcs1-forged $parent {kind set-bytes} $op \
		    [dict replace $in signature [sign_raw $key $block]] BadEncoding]
	}
	return $tests
}

proc ::gen::rsa::pkcs1_block {key start tail} {
	set fill [expr {[dict get $key length] - 3 - [string length $tail] / 2}]
	return "$start[string repeat ff $fill]00$tail"
}

# -- PSS ------------------------------------------------------------------------------

proc ::gen::rsa::pss_signatures {} {
	signature_flags
	set tests {}
	foreach {bits alg length} {
		2048 sha256 32 2048 sha256 0 2048 sha256 20 2048 sha1 20 2048 sha384 48 2048 sha512 64
		2049 sha256 32 1025 sha256 32 1024 sha256 32 3072 sha256 32 2047 sha256 32 2042 sha256 32
	} {
		set key [key rsa-$bits $bits]
		set message [octets "pss $bits" 50]
		set salt [octets "pss salt $bits $alg $length" $length]
		set flags [expr {$bits % 8 == 1 ? "OddModulus" : {}}]
		set name $bits-$alg-salt-$length
		set check [step crypto.rsa-pss-verify [dict create alg $alg salt_len $length \
		    key [spki $key] message $message signature {$signature}]]
		lappend tests [good rsa-pss::sign-$name "Sign: $bits bits, $alg, salt of $length octets" \
		    pss-sign crypto.rsa-pss-sign [dict create alg $alg salt_len $length key [pkcs8 $key] \
		    message $message rand [dict create salt $salt]] $flags {} [list $check]]
		lappend tests [good rsa-pss::verify-$name "Verify: $bits bits, $alg, salt of $length octets" \
		    pss crypto.rsa-pss-verify [dict create alg $alg salt_len $length key [spki $key] \
		    message $message signature [hex [::oracle::rsa pss-sign $alg $key [unhex $message] \
		    [unhex $salt]]]] $flags]
	}
	return [suite crypto rsa-pss {kind kat title "RSASSA-PSS of RFC 8017, genuine signatures"} $tests]
}

proc ::gen::rsa::pss_forgeries {} {
	signature_flags
	set op crypto.rsa-pss-verify
	set tests {}
	foreach {bits odd} {2048 0 1025 1} {
		set key [key rsa-$bits $bits]
		set message [octets "pss $bits" 50]
		set salt [unhex [octets "pss salt $bits sha256 32" 32]]
		set in [dict create alg sha256 salt_len 32 key [spki $key] message $message \
		    signature [hex [::oracle::rsa pss-sign sha256 $key [unhex $message] $salt]]]
		set parent rsa-pss::verify-$bits-sha256-salt-32
		lappend tests {*}[signature_shapes rsa-pss::signature-$bits $parent $op $in $key pss] \
		    {*}[pss_encodings rsa-pss::encoding-$bits $parent $op $in $key $salt]
		if {!$odd} {
			lappend tests {*}[mismatches rsa-pss::verify-$bits $parent $op $in pss \
			    [key rsa-2048-other 2048]] {*}[pss_salts $parent $op $in $key]
		}
	}
	return [suite crypto rsa-pss-forged {kind verify title "RSASSA-PSS of RFC 8017, forgeries"} $tests]
}

# Each encoding differs in one place from the genuine one.
proc ::gen::rsa::pss_encodings {area parent op in key salt} {
	set embits [expr {[dict get $key bits] - 1}]
	set message [unhex [dict get $in message]]
	set digest [::oracle::hash digest sha256 $message]
	set h [::oracle::hash digest sha256 [string repeat \x00 8]$digest$salt]
	set length [expr {($embits + 7) / 8}]
	set fill [expr {$length - 32 - 32 - 2}]
	set zeros [string repeat \x00 $fill]
	set padded [string replace $zeros 3 3 \x01]
	set tests {}
	foreach {name title why db hash trailer} [list \
	    trailer "The trailer is cc" trailer "$zeros\x01$salt" $h \xcc \
	    separator "The octet before the salt is 02" padding "$zeros\x02$salt" $h \xbc \
	    no-separator "The octet before the salt is 00" salt "$zeros\x00$salt" $h \xbc \
	    padding "One octet of the padding is 01" padding "$padded\x01$salt" $h \xbc \
	    other-salt "The salt is not the one that was hashed" hash "$zeros\x01[string reverse $salt]" $h \xbc \
	    other-hash "The hash is of another message" hash "$zeros\x01$salt" \
	        [::oracle::hash digest sha256 [string repeat \x00 8][string reverse $digest]$salt] \xbc \
	    hash-end "The last octet of the hash differs" hash "$zeros\x01$salt" \
	        [string range $h 0 end-1][format %c [expr {[scan [string index $h end] %c] ^ 1}]] \xbc \
	    no-zeros "The hash is without the eight octets 00" hash "$zeros\x01$salt" \
	        [::oracle::hash digest sha256 $digest$salt] \xbc] {
		lappend tests [bad $area-$name $title pss-$why $parent {kind set-bytes} $op [dict replace $in \
		    signature [sign_raw $key [pss_block $embits $db $hash $trailer sha256]]] BadEncoding]
	}
	lappend tests [bad $area-mask-by-sha1 "The mask is made with SHA-1" pss-forged $parent {kind set-bytes} \
	    $op [dict replace $in signature [sign_raw $key \
	    [pss_block $embits "$zeros\x01$salt" $h \xbc sha1]]] WrongHash]
	return [concat $tests [pss_high_bit $area $parent $op $in $key $digest $zeros]]
}

# The bit above the encoded message is set; a salt for which that is still a
# number below the modulus.
proc ::gen::rsa::pss_high_bit {area parent op in key digest zeros} {
	set embits [expr {[dict get $key bits] - 1}]
	for {set i 0} {$i < 64} {incr i} {
		set salt [unhex [octets "pss high $embits $i" 32]]
		set h [::oracle::hash digest sha256 [string repeat \x00 8]$digest$salt]
		set high [expr {[::oracle::number of \
		    [unhex [pss_block $embits "$zeros\x01$salt" $h \xbc sha256]]] | (1 << $embits)}]
		if {$high >= [dict get $key n]} continue
		return [list [bad $area-high-bit "The bit above the encoded message is set" \
		    [expr {$embits % 8 ? "pss-top" : "pss-front"}] $parent {kind set-bytes} $op \
		    [dict replace $in signature [sign_raw $key [as_octets $key $high]]] BadEncoding]]
	}
	error "no salt leaves the bit above the encoded message below the modulus"
}

# EM from its parts; excess bits in front are cleared, as in a genuine one.
proc ::gen::rsa::pss_block {embits db hash trailer alg} {
	set mask [::oracle::hash mgf1 $alg $hash [string length $db]]
	set masked [expr {[::oracle::number of $db] ^ [::oracle::number of $mask]}]
	set excess [expr {8 * (([string length $db] + 33)) - $embits}]
	set masked [expr {$masked & ((1 << (8 * [string length $db] - $excess)) - 1)}]
	return [hex "[::oracle::number octets $masked [string length $db]]$hash$trailer"]
}

proc ::gen::rsa::pss_salts {parent op in key} {
	set tests {}
	foreach length {0 31 33 20 64} {
		set salt [unhex [octets "pss salt wrong $length" $length]]
		lappend tests [bad rsa-pss::salt-of-$length "A salt of $length octets, asked for 32" pss-salt \
		    $parent {kind set-bytes} $op [dict replace $in signature [hex [::oracle::rsa pss-sign \
		    sha256 $key [unhex [dict get $in message]] $salt]]] SaltLength]
	}
	foreach length {0 31 33} {
		lappend tests [bad rsa-pss::asked-for-salt-of-$length "A salt of 32 octets, asked for $length" \
		    pss-salt $parent {kind set-field field salt_len} $op \
		    [dict replace $in salt_len $length] SaltLength]
	}
	return $tests
}

# -- OAEP -----------------------------------------------------------------------------

proc ::gen::rsa::oaep_flags {} {
	flag PlaintextBound EDGE_CASE medium "an empty plaintext, the longest, and one octet more" \
	    "an implementation overruns its buffer or fails on honest messages"
	flag InvalidCiphertext CONFIDENTIALITY critical "a ciphertext that was altered or is out of range" \
	    "whoever accepts it, or says why not, decrypts for strangers"
	flag BadOaepEncoding CONFIDENTIALITY critical "an encoded message with one deviation" \
	    "a check left out, or told apart, makes an oracle of the kind of Manger 2001"
	flag WrongLabel MISSING_CHECK high "made under another label or hash function" \
	    "a ciphertext of one protocol is accepted in another"
}

proc ::gen::rsa::oaep_capacity {key alg} {
	return [expr {[dict get $key length] - 2 * [::oracle::hash size $alg] - 2}]
}

proc ::gen::rsa::oaep {} {
	oaep_flags
	set tests {}
	set slip [ascii "iKP/1 slip"]
	foreach {bits alg label size} [list 2048 sha256 $slip 32 2048 sha256 {} 0 2048 sha256 $slip 1 \
	    2048 sha256 $slip most 2048 sha1 {} 32 2048 sha1 {} most 1024 sha256 $slip most 1024 sha1 {} 0 \
	    2049 sha256 $slip most 2049 sha256 $slip 32 3072 sha384 $slip 48 2048 sha512 [octets label 300] 64] {
		set key [key rsa-$bits $bits]
		set n [expr {$size eq "most" ? [oaep_capacity $key $alg] : $size}]
		set plaintext [octets "oaep $bits $n" $n]
		set seed [octets "oaep seed $bits $alg $n" [::oracle::hash size $alg]]
		set name $bits-$alg-[expr {$label eq {} ? "no-label" : "label-[expr {[string length $label] / 2}]"}]-$n
		set flags [expr {$size in {0 most} ? "PlaintextBound" : {}}]
		set check [step crypto.rsa-oaep-decrypt [dict create alg $alg label $label \
		    key [pkcs8 $key] ciphertext {$ciphertext}] [dict create plaintext $plaintext]]
		set in [dict create alg $alg label $label key [spki $key] plaintext $plaintext]
		lappend tests [good rsa-oaep::encrypt-$name "Encrypt $n octets: $bits bits, $alg" oaep-encrypt \
		    crypto.rsa-oaep-encrypt [dict replace $in rand [dict create seed $seed]] $flags {} \
		    [list $check]]
		lappend tests [good rsa-oaep::decrypt-$name "Decrypt $n octets: $bits bits, $alg" oaep \
		    crypto.rsa-oaep-decrypt [dict create alg $alg label $label key [pkcs8 $key] ciphertext \
		    [hex [::oracle::rsa oaep-encrypt $alg $key [unhex $label] [unhex $plaintext] \
		    [unhex $seed]]]] $flags [dict create plaintext $plaintext]]
		if {$size eq "most"} {
			lappend tests [bad rsa-oaep::encrypt-$name-and-one "One octet too many for $bits bits and $alg" \
			    oaep-limit rsa-oaep::encrypt-$name {kind extend} crypto.rsa-oaep-encrypt \
			    [dict replace $in plaintext ${plaintext}00] PlaintextBound range]
		}
	}
	return [suite crypto rsa-oaep {kind kat title "RSAES-OAEP of RFC 8017"} $tests]
}

proc ::gen::rsa::oaep_forgeries {} {
	oaep_flags
	set key [key rsa-2048 2048]
	set label [unhex [ascii "iKP/1 slip"]]
	set plaintext [unhex [octets "oaep 2048 32" 32]]
	set seed [unhex [octets "oaep seed 2048 sha256 32" 32]]
	set ciphertext [hex [::oracle::rsa oaep-encrypt sha256 $key $label $plaintext $seed]]
	set in [dict create alg sha256 label [hex $label] key [pkcs8 $key] ciphertext $ciphertext]
	set parent rsa-oaep::decrypt-2048-sha256-label-10-32
	set tests [concat [oaep_numbers $parent $in $key] [oaep_parameters $parent $in] \
	    [oaep_encodings $parent $in $key $label $plaintext $seed]]
	return [suite crypto rsa-oaep-forged {kind verify title "RSAES-OAEP of RFC 8017, what must not decrypt"} $tests]
}

proc ::gen::rsa::oaep_numbers {parent in key} {
	set c [dict get $in ciphertext]
	set n [dict get $key n]
	set tests {}
	foreach {name title why mutation value} [list \
	    last-octet "One bit of the last octet flipped" forged {kind flip-bit} [flip $c -1 0] \
	    first-octet "One bit of the first octet flipped" forged {kind flip-bit} [flip $c 0 0] \
	    zero "The ciphertext zero" forged {kind zero} [as_octets $key 0] \
	    one "The ciphertext one" forged {kind set-bytes} [as_octets $key 1] \
	    modulus-less-one "The ciphertext n - 1" forged {kind set-bytes} [as_octets $key [expr {$n - 1}]] \
	    modulus "The ciphertext n" range {kind set-bytes} [as_octets $key $n] \
	    largest "The largest number of this length" range {kind set-bytes} [string repeat ff 256] \
	    short "The last octet left out" length {kind truncate} [string range $c 0 end-2] \
	    long "An octet appended" length {kind extend} ${c}00 \
	    leading-zero "An octet 00 in front" length {kind extend} 00$c \
	    empty "An empty ciphertext" length {kind truncate} {}] {
		lappend tests [bad rsa-oaep::ciphertext-$name $title oaep-$why $parent $mutation \
		    crypto.rsa-oaep-decrypt [dict replace $in ciphertext $value] InvalidCiphertext]
	}
	return $tests
}

proc ::gen::rsa::oaep_parameters {parent in} {
	set tests {}
	foreach {name title field value} [list \
	    other-label "Another label of the same length" label [ascii "iKP/1 Slip"] \
	    no-label "No label" label {} longer-label "A longer label" label [ascii "iKP/1 slip "] \
	    sha1 "Asked for SHA-1" alg sha1 sha384 "Asked for SHA-384" alg sha384] {
		lappend tests [bad rsa-oaep::asked-for-$name $title [expr {$field eq "label" ? "oaep-label" : "oaep-forged"}] $parent \
		    [list kind set-field field $field] crypto.rsa-oaep-decrypt \
		    [dict replace $in $field $value] WrongLabel]
	}
	lappend tests [bad rsa-oaep::other-key "Another key of the same size" oaep-forged $parent {kind other-key} \
	    crypto.rsa-oaep-decrypt [dict replace $in key [pkcs8 [key rsa-2048-other 2048]]] InvalidCiphertext]
	return $tests
}

proc ::gen::rsa::oaep_encodings {parent in key label plaintext seed} {
	set hash [::oracle::hash digest sha256 $label]
	set fill [expr {[oaep_capacity $key sha256] - [string length $plaintext]}]
	set zeros [string repeat \x00 $fill]
	set tests {}
	foreach {name title why first db} [list \
	    first-octet "The first octet of the encoding is 01" first \x01 "$hash$zeros\x01$plaintext" \
	    label-hash-first "The first octet of the label's hash is wrong" label \x00 \
	        "[unhex [flip [hex $hash] 0 0]]$zeros\x01$plaintext" \
	    label-hash-last "The last octet of the label's hash is wrong" label \x00 \
	        "[unhex [flip [hex $hash] 31 0]]$zeros\x01$plaintext" \
	    no-separator "No octet 01 anywhere" padding \x00 "$hash[string repeat \x00 [expr {$fill + 33}]]" \
	    separator-02 "The separator is 02" padding \x00 "$hash$zeros\x02$plaintext" \
	    padding "One octet of the padding is 02" padding \x00 \
	        "$hash[string replace $zeros 7 7 \x02]\x01$plaintext"] {
		set mask [::oracle::hash mgf1 sha256 $seed [string length $db]]
		set masked [::oracle::rsa::Xor $db $mask]
		set hidden [::oracle::rsa::Xor $seed [::oracle::hash mgf1 sha256 $masked 32]]
		set encoded [::oracle::number of $first$hidden$masked]
		if {$encoded >= [dict get $key n]} continue
		lappend tests [bad rsa-oaep::encoding-$name $title oaep-$why $parent {kind set-bytes} \
		    crypto.rsa-oaep-decrypt [dict replace $in ciphertext \
		    [as_octets $key [::oracle::rsa encrypt $key $encoded]]] BadOaepEncoding]
	}
	return $tests
}

# -- hashing onto the modulus ------------------------------------------------------------

proc ::gen::rsa::hashing {} {
	flag CandidateRejected EDGE_CASE high "the first candidate is not below the modulus and another is taken" \
	    "an implementation that reduces instead gives another, biased value"
	flag OddModulus EDGE_CASE high "a modulus of 8k + 1 bits: the encoded message has one octet less" \
	    "the octet in front is not looked at, or all signatures of such keys fail"
	set tests {}
	foreach bits {1024 1025 2048 2049 3072} {
		set key [key rsa-$bits $bits]
		set odd [expr {$bits % 8 == 1 ? "OddModulus" : {}}]
		foreach {name data} [hashed $key $bits] {
			set flags [concat $odd [expr {[string match rejected* $name]
			    ? "CandidateRejected" : {}}]]
			foreach unit {0 1} {
				lappend tests [good fdh::$bits-$name-[expr {$unit ? "unit" : "plain"}] \
				    "Hash onto $bits bits[expr {$unit ? ", a unit" : {}}]" \
				    [expr {$unit ? "fdh-unit" : "fdh"}] crypto.rsa-fdh \
				    [dict create context semper/test key [spki $key] data $data unit $unit] $flags]
			}
		}
		lappend tests [good fdh::$bits-empty "Hash nothing onto $bits bits" fdh crypto.rsa-fdh \
		    [dict create context semper/test key [spki $key] data {} unit 0]]
		lappend tests [good fdh::$bits-other-context "The same data under another context" fdh \
		    crypto.rsa-fdh [dict create context semper/test-2 key [spki $key] data {} unit 0]]
	}
	lappend tests {*}[smooth]
	return [suite crypto rsa-fdh {kind kat title "Hashing onto the numbers below an RSA modulus"} $tests]
}

# Two inputs whose first candidate is taken, and two whose first is rejected;
# never is a modulus so near to a power of two that these are not found.
proc ::gen::rsa::hashed {key bits} {
	set found [dict create taken {} rejected {}]
	for {set i 0} {$i < 4000} {incr i} {
		set data [octets "fdh $bits $i" 32]
		set large [expr {[candidate $key semper/test $data] >= [dict get $key n]}]
		set kind [lindex {taken rejected} $large]
		if {[llength [dict get $found $kind]] < 2} { dict lappend found $kind $data }
		if {[llength [concat {*}[dict values $found]]] == 4} break
	}
	set inputs {}
	dict for {kind values} $found {
		set n 0
		foreach data $values { lappend inputs $kind-[incr n] $data }
	}
	return $inputs
}

# A modulus that is a product of small primes, as no RSA key has: most candidates
# have a factor in common with it.
proc ::gen::rsa::smooth {} {
	set n 1
	for {set p 3} {$n < (1 << 1023)} {incr p 2} {
		if {[smallest_factor $p] == $p} { set n [expr {$n * $p}] }
	}
	set tests {}
	for {set i 0} {$i < 4} {incr i} {
		lappend tests [good fdh::smooth-$i-unit "A unit modulo a product of small primes" fdh-unit \
		    crypto.rsa-fdh [dict create context semper/test key [spki_of $n 65537] \
		    data [octets "fdh smooth $i" 32] unit 1]]
	}
	return $tests
}

proc ::gen::rsa::smallest_factor {n} {
	for {set d 3} {$d * $d <= $n} {incr d 2} {
		if {$n % $d == 0} { return $d }
	}
	return $n
}

# The first candidate, before anything is rejected.
proc ::gen::rsa::candidate {key context data} {
	set seed [::oracle::hash tagged $context [unhex $data][binary format I 0]]
	set x [::oracle::number of [::oracle::hash mgf1 sha256 $seed [dict get $key length]]]
	return [expr {$x & ((1 << [dict get $key bits]) - 1)}]
}

# -- what is no key ------------------------------------------------------------------------

proc ::gen::rsa::malformed_keys {} {
	flag NotAKey WEAK_KEY high "octets that are no key of the kind wanted" \
	    "a library is run with a key it does not expect; an even modulus makes some loop or crash"
	return [suite crypto rsa-key {kind verify title "Octets that are, and are not, an RSA key"} \
	    [concat [public_keys] [private_keys]]]
}

proc ::gen::rsa::public_keys {} {
	set key [key rsa-1024 1024]
	set message [octets "pkcs1 sha256" 40]
	set good [spki $key]
	set n [dict get $key n]
	set in [dict create alg sha256 key $good message $message \
	    signature [hex [::oracle::rsa pkcs1-sign sha256 $key [unhex $message]]]]
	set tests [list [good rsa-key::public "A public key as it should be" key \
	    crypto.rsa-pkcs1-verify $in]]
	foreach {name title topic mutation value} [list \
	    empty "No octets" key {kind truncate} {} \
	    cut "The last octet left out" key {kind truncate} [string range $good 0 end-2] \
	    trailing "An octet appended" key {kind extend} ${good}00 \
	    private "A private key where a public one is wanted" key {kind other-key} [pkcs8 $key] \
	    inner-trailing "An octet appended to the RSAPublicKey" key {kind extend} \
	        [spki_with $key trailing] \
	    ed25519 "An Ed25519 key where an RSA key is wanted" key-kind {kind other-key} \
	        [hex [::oracle::ec spki ed25519 [::oracle::ec ed25519-public [unhex [octets "ed key" 32]]]]] \
	    no-null "Algorithm parameters absent" key-kind {kind drop-field} [spki_with $key no-null] \
	    pss-oid "The algorithm is id-RSASSA-PSS" key-kind {kind set-field} [spki_with $key pss] \
	    even-modulus "An even modulus" key-even {kind set-field field n} [spki_of [expr {$n - 1}] 65537] \
	    even-exponent "An even exponent" key-even-e {kind set-field field e} [spki_of $n 65536] \
	    exponent-one "The exponent 1" key-one {kind set-field field e} [spki_of $n 1] \
	    huge-exponent "An exponent of 257 bits" key-huge-e {kind set-field field e} \
	        [spki_of $n [expr {2**256 + 1}]] \
	    small-modulus "A modulus of 1023 bits" key-small {kind set-field field n} \
	        [spki_of [expr {($n >> 1) | 1}] 65537] \
	    large-modulus "A modulus of 8193 bits" key-large {kind set-field field n} \
	        [spki_of [expr {(1 << 8192) | 1}] 65537] \
	    modulus-zero "The modulus zero" key-even {kind zero field n} [spki_of 0 65537] \
	    unused-bits "A bit string with unused bits" key-form {kind set-bytes} [spki_with $key unused]] {
		lappend tests [bad rsa-key::$name $title $topic rsa-key::public $mutation \
		    crypto.rsa-pkcs1-verify [dict replace $in key $value] NotAKey malformed]
	}
	return $tests
}

proc ::gen::rsa::spki_of {n e} {
	return [info_of [::oracle::der encode PKIX RSAPublicKey [dict create modulus $n publicExponent $e]] {}]
}

# The SubjectPublicKeyInfo of KEY with one thing changed.
proc ::gen::rsa::spki_with {key change} {
	set inner [::oracle::der encode PKIX RSAPublicKey \
	    [dict create modulus [dict get $key n] publicExponent [dict get $key e]]]
	if {$change eq "trailing"} { append inner \x00 }
	return [info_of $inner $change]
}

proc ::gen::rsa::info_of {inner change} {
	set algorithm [dict create algorithm 1.2.840.113549.1.1.1 parameters "\x05\x00"]
	if {$change eq "no-null"} { dict unset algorithm parameters }
	if {$change eq "pss"} { dict set algorithm algorithm 1.2.840.113549.1.1.10 }
	set defects {}
	if {$change eq "unused"} { set defects [dict create subjectPublicKey [list content \x01$inner]] }
	return [hex [::oracle::der lax PKIX SubjectPublicKeyInfo \
	    [dict create algorithm $algorithm subjectPublicKey [list 0 $inner]] $defects]]
}

proc ::gen::rsa::private_keys {} {
	set key [key rsa-1024 1024]
	set in [dict create alg sha256 key [pkcs8 $key] message [octets "pkcs1 sha256" 40]]
	set tests [list [good rsa-key::secret "A private key as it should be" key crypto.rsa-pkcs1-sign $in]]
	foreach {name title topic field change} {
		other-d "Another private exponent" key-parts privateExponent 2
		other-dp "Another exponent modulo p - 1" key-parts exponent1 2
		other-dq "Another exponent modulo q - 1" key-parts exponent2 2
		other-inverse "Another coefficient" key-parts coefficient 1
		other-prime "Another prime" key-parts prime1 2
		other-modulus "Another modulus" key-parts modulus 2
		inner-version "RSAPrivateKey of version 1" key-form version 1
		outer-version "PrivateKeyInfo of version 1" key-form outer 1
	} {
		lappend tests [bad rsa-key::secret-$name $title $topic rsa-key::secret \
		    [list kind set-field field $field] crypto.rsa-pkcs1-sign \
		    [dict replace $in key [secret_with $key $field $change]] NotAKey malformed]
	}
	lappend tests [bad rsa-key::secret-public "A public key where a private one is wanted" key \
	    rsa-key::secret {kind other-key} crypto.rsa-pkcs1-sign [dict replace $in key [spki $key]] \
	    NotAKey malformed]
	return $tests
}

# PKCS #8 of KEY with CHANGE added to one number.
proc ::gen::rsa::secret_with {key field change} {
	set info [::oracle::der decode PKIX PrivateKeyInfo [::oracle::rsa pkcs8 $key]]
	if {$field eq "outer"} {
		dict set info version 1
		return [hex [::oracle::der encode PKIX PrivateKeyInfo $info]]
	}
	set inner [::oracle::der decode PKIX RSAPrivateKey [dict get $info privateKey]]
	dict incr inner $field $change
	dict set info privateKey [::oracle::der lax PKIX RSAPrivateKey $inner]
	return [hex [::oracle::der encode PKIX PrivateKeyInfo $info]]
}
