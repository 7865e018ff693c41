# stateless.tcl -- the stateless operations of conformance/ADAPTER.md section 5.
#
#   stateless call OP IN          IN and the result are dicts by member name;
#                                 octets are hexadecimal, drew is a dict
#   stateless answer OP NODE      the same on typed JSON nodes (harness/lib/json.tcl):
#                                 {ok NODE}, {reject CLASS}, {unsupported WHAT}
#                                 or {error CLASS}
#   stateless operations          their names
#
# Refusals have errorcode {SEMPER reject CLASS CODE} (CODE may be empty); what is
# not implemented {SEMPER unsupported WHAT}; a stream of random octets that
# ended {SEMPER error random}.

package require Tcl 8.6-

namespace eval ::oracle::stateless {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create

	# operation -> members of IN; ? marks one that may be missing
	variable table {
		crypto.hash {alg data}
		crypto.hmac {alg key data}
		crypto.hkdf {alg ikm salt info length}
		crypto.hash-chain {alg seed n}
		crypto.rsa-pkcs1-sign {alg key message}
		crypto.rsa-pkcs1-verify {alg key message signature}
		crypto.rsa-pss-sign {alg salt_len key message rand?}
		crypto.rsa-pss-verify {alg salt_len key message signature}
		crypto.rsa-oaep-encrypt {alg label key plaintext rand?}
		crypto.rsa-oaep-decrypt {alg label key ciphertext}
		crypto.rsa-fdh {context key data unit}
		crypto.rsabssa-blind {variant key message rand?}
		crypto.rsabssa-blind-sign {key blinded}
		crypto.rsabssa-finalize {variant key prepared blind_signature inv}
		crypto.rsabssa-verify {variant key prepared signature}
		crypto.ed25519-sign {key message}
		crypto.ed25519-verify {key message signature}
		crypto.x25519 {private public}
		crypto.hpke-seal {key info aad plaintext seq? rand?}
		crypto.hpke-open {key enc info aad ciphertext seq?}
		crypto.hpke-export {key enc info context length}
		der.decode {module type der}
		pki.path {chain anchors crls now date? edition use id?}
		ikp.common {} ikp.chain {} ikp.judge {}
	}
	# members that are not hexadecimal
	variable plain {
		alg variant context unit length n salt_len seq rand module type
		now date edition use id
	}
	variable drew          ;# what the operation in progress has drawn: label -> octets
	variable streams       ;# label -> octets not yet drawn
}

# -- calling ----------------------------------------------------------------

proc ::oracle::stateless::operations {} {
	variable table
	return [dict keys $table]
}

proc ::oracle::stateless::call {op in} {
	variable table
	variable drew {}
	variable streams {}
	if {![dict exists $table $op]} { Unsupported $op }
	if {[string match ikp.* $op]} { return [Ikp $op $in] }
	set arguments [Arguments [dict get $table $op] $in]
	if {[dict exists $in rand]} { set streams [dict map {l hex} [dict get $in rand] { Octets $hex }] }
	try {
		set out [dict map {name value} [Do-$op $arguments] { binary encode hex $value }]
	} trap {ORACLE} {message options} {
		Translate [dict get $options -errorcode] $message
	}
	if {[dict size $drew]} { dict set out drew $drew }
	return $out
}

proc ::oracle::stateless::Ikp {op in} {
	set noun [dict get {ikp.common common ikp.chain micro ikp.judge judge} $op]
	if {![namespace exists ::oracle::ikp]} { Unsupported $op }
	try {
		return [::oracle::ikp::${noun}::answer $in]
	} trap {ORACLE} {message options} {
		Translate [dict get $options -errorcode] $message
	}
}

proc ::oracle::stateless::Unsupported {what} {
	return -code error -errorcode [list SEMPER unsupported $what] "unsupported: $what"
}

proc ::oracle::stateless::Octets {hex} {
	if {![regexp {^(?:[0-9a-f]{2})*$} $hex]} { Unsupported "octets that are not hexadecimal" }
	return [binary decode hex $hex]
}

# The members an operation takes, hexadecimal ones as octets.
proc ::oracle::stateless::Arguments {members in} {
	variable plain
	set arguments {}
	foreach member $members {
		set name [string trimright $member ?]
		if {![dict exists $in $name]} {
			if {$name ne $member} continue
			Unsupported "no member $name"
		}
		set value [dict get $in $name]
		if {$name in {chain anchors crls}} {
			dict set arguments $name [lmap hex $value { Octets $hex }]
		} elseif {$name in $plain} {
			dict set arguments $name $value
		} else {
			dict set arguments $name [Octets $value]
		}
	}
	return $arguments
}

proc ::oracle::stateless::Translate {errorcode message} {
	lassign $errorcode - class detail
	switch -- $class {
		malformed - range - limit { set class [list reject $class {}] }
		auth { set class [list reject auth [expr {$detail eq "cert-invalid" ? $detail : ""}]] }
		random { set class {error random} }
		usage - module { set class [list unsupported $message] }
	}
	return -code error -errorcode [list SEMPER {*}$class] $message
}

proc ::oracle::stateless::Verified {verdict} {
	if {!$verdict} {
		return -code error -errorcode {ORACLE auth signature} "it does not verify"
	}
	return {}
}

# -- drawing ----------------------------------------------------------------

# COUNT octets from the front of a label's stream, or our own if it has none.
proc ::oracle::stateless::Draw {label count} {
	variable drew
	variable streams
	if {$count == 0} { return "" }
	dict incr drew $label $count
	if {![dict exists $streams $label]} { return [Fresh $count] }
	set stream [dict get $streams $label]
	if {[string length $stream] < $count} {
		return -code error -errorcode {ORACLE random exhausted} "the stream of $label ended"
	}
	dict set streams $label [string range $stream $count end]
	return [string range $stream 0 $count-1]
}

proc ::oracle::stateless::Fresh {count} {
	set channel [open /dev/urandom rb]
	try {
		return [read $channel $count]
	} finally {
		close $channel
	}
}

# A unit modulo n: numbers below n until one is invertible.
proc ::oracle::stateless::DrawUnit {label n} {
	set bits [number bits $n]
	for {set i 0} {$i < 256} {incr i} {
		set r [expr {[number of [Draw $label [expr {($bits + 7) / 8}]]] & ((1 << $bits) - 1)}]
		if {$r > 0 && $r < $n && [number gcd $r $n] == 1} { return $r }
	}
	return -code error -errorcode {ORACLE random exhausted} "256 numbers were out of range"
}

# -- hashing ----------------------------------------------------------------

proc ::oracle::stateless::Known {alg} {
	if {$alg ni {sha1 sha256 sha384 sha512}} { Unsupported $alg }
	return $alg
}

proc ::oracle::stateless::Do-crypto.hash {in} {
	dict with in { return [dict create digest [hash digest [Known $alg] $data]] }
}

proc ::oracle::stateless::Do-crypto.hmac {in} {
	dict with in { return [dict create mac [hash hmac [Known $alg] $key $data]] }
}

proc ::oracle::stateless::Do-crypto.hkdf {in} {
	dict with in { return [dict create okm [hash hkdf [Known $alg] $ikm $salt $info $length]] }
}

proc ::oracle::stateless::Do-crypto.hash-chain {in} {
	dict with in { return [dict create digest [hash chain [Known $alg] $seed $n]] }
}

# -- RSA --------------------------------------------------------------------

proc ::oracle::stateless::Do-crypto.rsa-pkcs1-sign {in} {
	dict with in {
		return [dict create signature [rsa pkcs1-sign [Known $alg] [rsa private $key] $message]]
	}
}

proc ::oracle::stateless::Do-crypto.rsa-pkcs1-verify {in} {
	dict with in {
		return [Verified [rsa pkcs1-verify [Known $alg] [rsa public $key] $message $signature]]
	}
}

proc ::oracle::stateless::Do-crypto.rsa-pss-sign {in} {
	dict with in {
		set private [rsa private $key]
		set salt [Draw salt $salt_len]
		return [dict create signature [rsa pss-sign [Known $alg] $private $message $salt]]
	}
}

proc ::oracle::stateless::Do-crypto.rsa-pss-verify {in} {
	dict with in {
		return [Verified [rsa pss-verify [Known $alg] [rsa public $key] $message $signature $salt_len]]
	}
}

proc ::oracle::stateless::Do-crypto.rsa-oaep-encrypt {in} {
	dict with in {
		set public [rsa public $key]
		set seed [Draw seed [hash size [Known $alg]]]
		return [dict create ciphertext [rsa oaep-encrypt $alg $public $label $plaintext $seed]]
	}
}

proc ::oracle::stateless::Do-crypto.rsa-oaep-decrypt {in} {
	dict with in {
		return [dict create plaintext \
			[rsa oaep-decrypt [Known $alg] [rsa private $key] $label $ciphertext]]
	}
}

proc ::oracle::stateless::Do-crypto.rsa-fdh {in} {
	dict with in {
		set public [rsa public $key]
		set value [rsa fdh $context $public $data $unit]
		return [dict create value [number octets $value [dict get $public length]]]
	}
}

# -- blind RSA --------------------------------------------------------------

proc ::oracle::stateless::KnownVariant {variant} {
	if {$variant ni [rsabssa variants]} { Unsupported $variant }
	return $variant
}

proc ::oracle::stateless::Do-crypto.rsabssa-blind {in} {
	dict with in {
		set public [rsa public $key]
		KnownVariant $variant
		set prefix [Draw prefix [expr {[rsabssa randomized $variant] ? 32 : 0}]]
		set prepared [rsabssa prepare $variant $message $prefix]
		set salt [Draw salt [rsabssa salt-length $variant]]
		set r [DrawUnit r [dict get $public n]]
		lassign [rsabssa blind $variant $public $prepared $salt $r] blinded inv
		return [dict create prepared $prepared blinded $blinded inv $inv]
	}
}

proc ::oracle::stateless::Do-crypto.rsabssa-blind-sign {in} {
	dict with in {
		return [dict create blind_signature [rsabssa blind-sign [rsa private $key] $blinded]]
	}
}

proc ::oracle::stateless::Do-crypto.rsabssa-finalize {in} {
	dict with in {
		return [dict create signature [rsabssa finalize [KnownVariant $variant] \
			[rsa public $key] $prepared $blind_signature $inv]]
	}
}

proc ::oracle::stateless::Do-crypto.rsabssa-verify {in} {
	dict with in {
		return [Verified [rsabssa verify [KnownVariant $variant] [rsa public $key] $prepared $signature]]
	}
}

# -- curves, HPKE -----------------------------------------------------------

proc ::oracle::stateless::Do-crypto.ed25519-sign {in} {
	dict with in {
		return [dict create signature [ec ed25519-sign [ec private ed25519 $key] $message]]
	}
}

proc ::oracle::stateless::Do-crypto.ed25519-verify {in} {
	dict with in {
		return [Verified [ec ed25519-verify [ec public ed25519 $key] $message $signature]]
	}
}

proc ::oracle::stateless::Raw {octets} {
	if {[string length $octets] != 32} {
		return -code error -errorcode {ORACLE malformed key length} "not 32 octets"
	}
	return $octets
}

proc ::oracle::stateless::Do-crypto.x25519 {in} {
	dict with in { return [dict create shared [ec x25519 [Raw $private] [Raw $public]]] }
}

proc ::oracle::stateless::Do-crypto.hpke-seal {in} {
	dict with in {
		set public [ec public x25519 $key]
		set context [hpke sender $public $info [Draw ikmE 32]]
		set seq [expr {[dict exists $in seq] ? [dict get $in seq] : 0}]
		return [dict create enc [dict get $context enc] \
			ciphertext [hpke seal $context $seq $aad $plaintext]]
	}
}

proc ::oracle::stateless::Do-crypto.hpke-open {in} {
	dict with in {
		set context [hpke receiver [ec private x25519 $key] $enc $info]
		set seq [expr {[dict exists $in seq] ? [dict get $in seq] : 0}]
		return [dict create plaintext [hpke open $context $seq $aad $ciphertext]]
	}
}

proc ::oracle::stateless::Do-crypto.hpke-export {in} {
	dict with in {
		set exporter [hpke receiver [ec private x25519 $key] $enc $info]
		return [dict create secret [hpke export $exporter [Octets $context] $length]]
	}
}

# -- DER, paths -------------------------------------------------------------

proc ::oracle::stateless::Do-der.decode {in} {
	dict with in {
		try {
			asn1 type $module $type
		} on error {} {
			Unsupported "$module $type"
		}
		return [dict create der [der encode $module $type [der decode $module $type $der]]]
	}
}

proc ::oracle::stateless::Do-pki.path {in} {
	dict with in {
		if {$edition ni {ec95 jsac hard}} { Unsupported $edition }
		if {$use ni {acquirer-enc acquirer-sig seller buyer}} { Unsupported $use }
	}
	path check $in
	return {}
}

# -- typed JSON nodes: {obj {key node ..}} {arr {node ..}} {str S} {num N} {bool B}

proc ::oracle::stateless::Plain {node} {
	lassign $node type value
	switch -- $type {
		obj { return [dict map {name inner} $value { Plain $inner }] }
		arr { return [lmap inner $value { Plain $inner }] }
	}
	return $value
}

proc ::oracle::stateless::answer {op node} {
	try {
		set out [call $op [Plain $node]]
	} trap {SEMPER reject} {message options} {
		return [list reject [lindex [dict get $options -errorcode] 2]]
	} trap {SEMPER} {message options} {
		return [lrange [dict get $options -errorcode] 1 2]
	}
	set members [dict map {name value} $out {
		if {$name eq "drew"} {
			list obj [dict map {label count} $value { list num $count }]
		} else {
			list str $value
		}
	}]
	return [list ok [list obj $members]]
}
