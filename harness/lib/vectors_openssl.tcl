# vectors_openssl.tcl -- what the openssl command says of a vector
#
#   vectors_openssl::differs NODE    {} if it agrees, - if it cannot be asked,
#                                    else what it said
#
# Asked: hashes, HMAC, HKDF, PKCS #1 and PSS signatures, OAEP, Ed25519, X25519
# and certificate paths.  Where OpenSSL is known to be more lenient or
# stricter than the specification, `excused` names the flag and the reason.

package require Tcl 8.6-

namespace eval ::vectors_openssl {
	variable folder {}
	# flag -> why OpenSSL need not refuse
	variable excused {
		SmallOrderKey "OpenSSL takes keys of small order"
		NonCanonicalKey "OpenSSL takes encodings of keys that are not canonical"
		NotAKey "OpenSSL takes odd keys as they come"
		OutputLimit "OpenSSL's limit is the same, its error a crash of the command"
	}
}

proc ::vectors_openssl::scratch {name octets} {
	variable folder
	if {$folder eq {}} {
		set folder [file join [expr {[info exists ::env(TMPDIR)] ? $::env(TMPDIR) : "/tmp"}] \
		    semper-openssl-[pid]]
		file mkdir $folder
	}
	set file [file join $folder $name]
	set ch [open $file wb]
	puts -nonewline $ch $octets
	close $ch
	return $file
}

proc ::vectors_openssl::clean {} {
	variable folder
	if {$folder ne {}} { file delete -force $folder }
	set folder {}
}

# {1 OUTPUT} or {0 ERROR}
proc ::vectors_openssl::ask {args} {
	variable folder
	set out [file join $folder out]
	file delete $out
	set ok [expr {![catch {exec openssl {*}$args 2>@1} message]}]
	set octets {}
	if {[file exists $out]} {
		set ch [open $out rb]
		set octets [read $ch]
		close $ch
	}
	return [list $ok $octets $message]
}

proc ::vectors_openssl::differs {node} {
	variable excused
	set op [json text $node op]
	if {$op ne "pki.path" && ![llength [info commands ask_$op]]} { return - }
	set in [json plain [vectors input $node]]
	if {$op eq "pki.path"} { return [path $in [json text [json get $node trace] openssl]] }
	set expect [json get $node expect]
	set wanted [json text $expect result]
	foreach flag [json text $node flags] {
		if {$wanted eq "reject" && [dict exists $excused $flag]} { return - }
	}
	set answer [ask_$op $in $expect]
	if {$answer eq "-"} { return - }
	lassign $answer got value
	if {$got ne $wanted} { return "openssl says $got" }
	return $value
}

proc ::vectors_openssl::octets {hex} { return [binary decode hex $hex] }

proc ::vectors_openssl::same {ok got hex} {
	if {!$ok} { return {reject {}} }
	return [list accept [expr {$got eq [octets $hex] ? {} : "openssl computes [binary encode hex $got]"}]]
}

proc ::vectors_openssl::out {} {
	variable folder
	return [file join $folder out]
}

# -- hashes ------------------------------------------------------------------------

proc ::vectors_openssl::ask_crypto.hash {in expect} {
	set file [scratch data [octets [dict get $in data]]]
	lassign [ask dgst -[dict get $in alg] -binary -out [out] $file] ok got
	return [same $ok $got [json text [json get $expect ok] digest]]
}

proc ::vectors_openssl::ask_crypto.hmac {in expect} {
	if {[dict get $in key] eq {}} { return - }
	set file [scratch data [octets [dict get $in data]]]
	lassign [ask dgst -[dict get $in alg] -mac HMAC -macopt hexkey:[dict get $in key] \
	    -binary -out [out] $file] ok got
	return [same $ok $got [json text [json get $expect ok] mac]]
}

proc ::vectors_openssl::ask_crypto.hkdf {in expect} {
	scratch data {}
	set options {}
	foreach {name key} {key ikm salt salt info info} {
		if {[dict get $in $key] ne {}} { lappend options -kdfopt hex$name:[dict get $in $key] }
	}
	lassign [ask kdf -keylen [dict get $in length] -kdfopt digest:[dict get $in alg] {*}$options \
	    -binary -out [out] HKDF] ok got
	return [same $ok $got [json text [json get $expect ok] okm]]
}

# -- signatures -----------------------------------------------------------------------

# The command reads no more octets of a signature than the key is long.
proc ::vectors_openssl::verify {in options} {
	try {
		set length [dict get [::oracle::rsa public [octets [dict get $in key]]] length]
	} trap ORACLE {} {
		return -
	}
	if {[string length [dict get $in signature]] > 2 * $length} { return - }
	set key [scratch key [octets [dict get $in key]]]
	set signature [scratch signature [octets [dict get $in signature]]]
	set message [scratch message [octets [dict get $in message]]]
	lassign [ask dgst -[dict get $in alg] -keyform DER -verify $key {*}$options \
	    -signature $signature $message] ok
	return [list [expr {$ok ? "accept" : "reject"}] {}]
}

proc ::vectors_openssl::ask_crypto.rsa-pkcs1-verify {in expect} { return [verify $in {}] }

proc ::vectors_openssl::ask_crypto.rsa-pss-verify {in expect} {
	return [verify $in [list -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:[dict get $in salt_len] \
	    -sigopt rsa_mgf1_md:[dict get $in alg]]]
}

# A signature that we expect is one that openssl verifies.
proc ::vectors_openssl::signed {in expect op} {
	set key [scratch private [octets [dict get $in key]]]
	lassign [ask pkey -inform DER -in $key -pubout -outform DER -out [out]] ok spki
	return [$op [dict replace $in key [binary encode hex $spki] \
	    signature [json text [json get $expect ok] signature]] $expect]
}

proc ::vectors_openssl::ask_crypto.rsa-pkcs1-sign {in expect} {
	return [signed $in $expect ask_crypto.rsa-pkcs1-verify]
}

proc ::vectors_openssl::ask_crypto.rsa-pss-sign {in expect} {
	return [signed $in $expect ask_crypto.rsa-pss-verify]
}

proc ::vectors_openssl::ask_crypto.ed25519-verify {in expect} {
	set key [scratch key [octets [dict get $in key]]]
	set signature [scratch signature [octets [dict get $in signature]]]
	set message [scratch message [octets [dict get $in message]]]
	if {[dict get $in message] eq {}} { return - }
	lassign [ask pkeyutl -verify -pubin -inkey $key -keyform DER -rawin -in $message \
	    -sigfile $signature] ok
	return [list [expr {$ok ? "accept" : "reject"}] {}]
}

proc ::vectors_openssl::ask_crypto.ed25519-sign {in expect} {
	return [signed $in $expect ask_crypto.ed25519-verify]
}

# -- encryption, key agreement -----------------------------------------------------------

proc ::vectors_openssl::decrypt {in} {
	set key [scratch key [octets [dict get $in key]]]
	set data [scratch data [octets [dict get $in ciphertext]]]
	set label {}
	if {[dict get $in label] ne {}} {
		set label [list -pkeyopt rsa_oaep_label:[dict get $in label]]
	}
	return [ask pkeyutl -decrypt -inkey $key -keyform DER -in $data -out [out] \
	    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:[dict get $in alg] \
	    -pkeyopt rsa_mgf1_md:[dict get $in alg] {*}$label]
}

proc ::vectors_openssl::ask_crypto.rsa-oaep-decrypt {in expect} {
	lassign [decrypt $in] ok got
	if {[json text $expect result] eq "reject"} { return [list [expr {$ok ? "accept" : "reject"}] {}] }
	return [same $ok $got [json text [json get $expect ok] plaintext]]
}

# The ciphertext we expect decrypts, with the key of the verification step.
proc ::vectors_openssl::ask_crypto.rsa-oaep-encrypt {in expect} {
	if {[json text $expect result] eq "reject"} { return - }
	set step [lindex [lindex [json get $expect verify] 1] 0]
	lassign [decrypt [dict replace $in key [json text [json get $step in] key] \
	    ciphertext [json text [json get $expect ok] ciphertext]]] ok got
	return [same $ok $got [dict get $in plaintext]]
}

proc ::vectors_openssl::ask_crypto.x25519 {in expect} {
	if {[string length [dict get $in public]] != 64 || [string length [dict get $in private]] != 64} {
		return -
	}
	set key [scratch key [octets 302e020100300506032b656e04220420[dict get $in private]]]
	set peer [scratch peer [octets 302a300506032b656e032100[dict get $in public]]]
	lassign [ask pkeyutl -derive -inkey $key -keyform DER -peerkey $peer -peerform DER -out [out]] ok got
	if {[json text $expect result] eq "reject"} { return [list [expr {$ok ? "accept" : "reject"}] {}] }
	return [same $ok $got [json text [json get $expect ok] shared]]
}

# -- certificate paths ---------------------------------------------------------------------
# OpenSSL knows nothing of roles, editions and identities: what it is expected
# to say stands in the trace of the vector (ok, fail; cannot: it cannot be asked).

proc ::vectors_openssl::path {in wanted} {
	if {$wanted eq "cannot"} { return - }
	set issuers [lassign [dict get $in chain] leaf]
	set options [list -no-CApath -no-CAstore -attime [dict get $in now] \
	    -CAfile [bundle anchors CERTIFICATE [dict get $in anchors]]]
	if {[llength $issuers]} { lappend options -untrusted [bundle issuers CERTIFICATE $issuers] }
	if {[dict get $in edition] eq "hard"} {
		lappend options -crl_check_all
		if {[llength [dict get $in crls]]} {
			lappend options -CRLfile [bundle lists "X509 CRL" [dict get $in crls]]
		}
	}
	lassign [ask verify {*}$options [bundle leaf CERTIFICATE [list $leaf]]] ok
	set got [expr {$ok ? "ok" : "fail"}]
	if {$got eq $wanted} { return {} }
	return "openssl verify says $got, expected is $wanted"
}

proc ::vectors_openssl::bundle {name type ders} {
	return [scratch $name [join [lmap der $ders {
		string cat "-----BEGIN $type-----\n" [binary encode base64 -maxlen 64 [octets $der]] \
		    "\n-----END $type-----\n"
	}] {}]]
}
