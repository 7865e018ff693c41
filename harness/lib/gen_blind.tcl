# gen_blind.tcl -- vectors/crypto: RSA blind signatures (RFC 9474)
#
#   gen::blind::suites      path -> content
#
# The genuine values are the published figures (vectors/crypto/origin/
# rfc9474.json), the two blindings of PSSZERO-Deterministic among them.

package require Tcl 8.6-

namespace eval ::gen::blind {
	namespace path {::gen ::gen::crypto ::gen::rsa}
}

proc ::gen::blind::suites {} {
	set node [origin rfc9474]
	set rows [json plain [json get $node vectors]]
	set head [dict create origin [json text $node origin] license [json text $node license] \
	    generated 0]
	return [concat [published $rows $head] [refusals $rows $head]]
}

proc ::gen::blind::private {row} {
	set p [scan [dict get $row p] %llx]
	set q [scan [dict get $row q] %llx]
	return [::oracle::rsa private-of $p $q 65537]
}

proc ::gen::blind::published {rows head} {
	flag SecondBlinding EDGE_CASE low "another blinding of a message that is also published with one" \
	    "a value is looked up instead of computed"
	set tests {}
	foreach row $rows {
		set flags [expr {[string match *second* [dict get $row name]] ? "SecondBlinding" : {}}]
		lappend tests {*}[round $row [private $row] $flags]
	}
	return [suite crypto rsabssa [dict merge $head \
	    {kind kat title "RSA blind signatures, the published figures of RFC 9474"}] $tests]
}

# The four operations of one published row.
proc ::gen::blind::round {row key flags} {
	dict with row {}
	set n [dict get $key n]
	set r [::oracle::number inverse [scan $inv %llx] $n]
	set rand [dict create r [as_octets $key $r]]
	if {$prefix ne {}} { dict set rand prefix $prefix }
	if {$salt ne {}} { dict set rand salt $salt }
	set prepared $prefix$message
	set spki [spki $key]
	set check [list \
	    [step crypto.rsabssa-blind-sign [dict create key [pkcs8 $key] blinded {$blinded}]] \
	    [step crypto.rsabssa-finalize [dict create variant $variant key $spki \
	        prepared {$prepared} blind_signature {$1.blind_signature} inv {$inv}]] \
	    [step crypto.rsabssa-verify [dict create variant $variant key $spki \
	        prepared {$prepared} signature {$2.signature}]]]
	return [list \
	    [good rsabssa::$name-blind "Blind a message: $variant" blind crypto.rsabssa-blind \
	        [dict create variant $variant key $spki message $message rand $rand] $flags \
	        [dict create prepared $prepared blinded $blinded inv $inv] $check] \
	    [good rsabssa::$name-sign "Sign a blinded message: $variant" blind-sign \
	        crypto.rsabssa-blind-sign [dict create key [pkcs8 $key] blinded $blinded] $flags \
	        [dict create blind_signature $blind_signature]] \
	    [good rsabssa::$name-finalize "Finalize: $variant" finalize crypto.rsabssa-finalize \
	        [dict create variant $variant key $spki prepared $prepared \
	        blind_signature $blind_signature inv $inv] $flags [dict create signature $signature]] \
	    [good rsabssa::$name-verify "Verify: $variant" blind-verify crypto.rsabssa-verify \
	        [dict create variant $variant key $spki prepared $prepared signature $signature] $flags]]
}

# -- what must be refused -----------------------------------------------------------

proc ::gen::blind::refusals {rows head} {
	flag BlindedOutOfRange MISSING_CHECK high "a blinded message not below the modulus, or of another length" \
	    "the signer works on a number outside the group; two requests have one answer"
	flag BadBlindSignature MISSING_CHECK critical "a blind signature that is not the one of the request" \
	    "the user pays for a coin that nobody takes, and cannot tell when the bank cheats"
	flag BadCoin AUTH_BYPASS critical "a signature that was altered or belongs to something else" \
	    "whoever accepts it accepts forged coins"
	flag VariantConfusion MODIFIED_PARAMETER medium "a signature of one variant offered as another" \
	    "salt length and preparation are part of what is verified"
	set tests {}
	foreach row $rows {
		if {[dict get $row name] ni {pss-randomized psszero-deterministic psszero-deterministic-2048}} continue
		set key [private $row]
		lappend tests {*}[bad_requests $row $key] {*}[bad_answers $row $key] {*}[bad_coins $row $key]
	}
	return [suite crypto rsabssa-refused [dict merge $head \
	    {kind verify title "RSA blind signatures, what must be refused"}] $tests]
}

proc ::gen::blind::bad_requests {row key} {
	set name [dict get $row name]
	set blinded [dict get $row blinded]
	set n [dict get $key n]
	set in [dict create key [pkcs8 $key] blinded $blinded]
	set tests {}
	foreach {what title why mutation value} [list \
	    modulus "The number n" range {kind set-bytes} [as_octets $key $n] \
	    modulus-and-one "The number n + 1" range {kind plus-order} [as_octets $key [expr {$n + 1}]] \
	    largest "The largest number of this length" range {kind set-bytes} \
	        [string repeat ff [dict get $key length]] \
	    short "The last octet left out" length {kind truncate} [string range $blinded 0 end-2] \
	    long "An octet appended" length {kind extend} ${blinded}00 \
	    leading-zero "An octet 00 in front" length {kind extend} 00$blinded \
	    empty "No octets" length {kind truncate} {}] {
		lappend tests [bad rsabssa::$name-sign-$what $title blind-sign-$why rsabssa::$name-sign \
		    $mutation crypto.rsabssa-blind-sign [dict replace $in blinded $value] \
		    BlindedOutOfRange range]
	}
	return $tests
}

proc ::gen::blind::bad_answers {row key} {
	dict with row {}
	set in [dict create variant $variant key [spki $key] prepared $prefix$message \
	    blind_signature $blind_signature inv $inv]
	set tests {}
	foreach {what title mutation field value} [list \
	    last-octet "One bit of the blind signature flipped" {kind flip-bit} \
	        blind_signature [flip $blind_signature -1 0] \
	    zero "The blind signature zero" {kind zero} blind_signature [as_octets $key 0] \
	    one "The blind signature one" {kind set-bytes} blind_signature [as_octets $key 1] \
	    echo "The blinded message sent back" {kind set-bytes} blind_signature $blinded \
	    other-inverse "Another inverse" {kind set-bytes} inv [as_octets $key 2] \
	    other-message "Another message" {kind flip-bit} prepared [flip $prefix$message -1 0]] {
		lappend tests [bad rsabssa::$name-finalize-$what $title finalize-forged rsabssa::$name-finalize \
		    $mutation crypto.rsabssa-finalize [dict replace $in $field $value] BadBlindSignature]
	}
	return $tests
}

proc ::gen::blind::bad_coins {row key} {
	dict with row {}
	set in [dict create variant $variant key [spki $key] prepared $prefix$message \
	    signature $signature]
	set tests {}
	foreach {what title mutation field value flags} [list \
	    last-octet "One bit of the last octet flipped" {kind flip-bit} \
	        signature [flip $signature -1 0] BadCoin \
	    blind "The blind signature in place of the signature" {kind set-bytes} \
	        signature $blind_signature BadCoin \
	    modulus-less-one "The signature n - 1" {kind set-bytes} \
	        signature [as_octets $key [expr {[dict get $key n] - 1}]] BadCoin \
	    short "The last octet left out" {kind truncate} \
	        signature [string range $signature 0 end-2] BadCoin \
	    long "An octet appended" {kind extend} signature ${signature}00 BadCoin \
	    other-message "Another message" {kind flip-bit} prepared [flip $prefix$message -1 0] BadCoin \
	    other-variant "Asked for with the other salt length" {kind set-field field variant} \
	        variant [other_salt $variant] VariantConfusion] {
		lappend tests [bad rsabssa::$name-verify-$what $title [expr {$what in {short long} ? "blind-verify-length" : "blind-verify-forged"}] rsabssa::$name-verify \
		    $mutation crypto.rsabssa-verify [dict replace $in $field $value] $flags]
	}
	if {$prefix ne {}} {
		lappend tests [bad rsabssa::$name-verify-no-prefix "The message without its random prefix" \
		    blind-verify-forged rsabssa::$name-verify {kind truncate} crypto.rsabssa-verify \
		    [dict replace $in prepared $message] BadCoin]
	}
	return $tests
}

proc ::gen::blind::other_salt {variant} {
	expr {[string match *PSSZERO* $variant]
	    ? [string map {PSSZERO PSS} $variant] : [string map {PSS- PSSZERO-} $variant]}
}
