# ikp_proof.tcl -- signatures of iKP (spec/ikp.md 3.1) and judging of
# certificates (section 6).
#
#   proof tbs PROFILE TYPE FIELDS          DER of a Tbs type; FIELDS may hold more
#                                          than the type has
#   proof sign EDITION KEY WORD OCTETS SALT   -> signature; SALT in HARD only
#   proof verify EDITION CHAIN WORD OCTETS SIGNATURE   -> 1 or 0, with the leaf's key
#   proof salted LABEL EDITION             the salt to sign with, drawn in HARD
#   proof offer PROFILE CLEAR              what Sig_S covers, as FIELDS for tbs
#   proof auth-request AUTHREQ             what Sig_S2 covers
#   proof reversal REVERSALREQ             what its Sig_S covers
#   proof acq-inquiry-response RESPONSE    what its Sig_A covers
#   proof chain USE CHAIN PROFILE DATE ?ID?   refuses by IKP-C-01 to IKP-C-11
#   proof public CHAIN                     the RSA key of the leaf
#   proof leaf CHAIN NAME                  an extension of the leaf, "" if absent

package require Tcl 8.6-

namespace eval ::oracle::ikp::proof {
	namespace path {::oracle::ikp ::oracle::step ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create
	# which requirement of spec/ikp.md 6 a refusal of spec/pki.md 4 falls under;
	# all others fall under IKP-C-01
	variable meaning {
		PKI-P-15 IKP-C-02 PKI-P-16 IKP-C-02
		PKI-P-22 IKP-C-03 PKI-P-23 IKP-C-03 PKI-P-21 IKP-C-04
		PKI-P-25 IKP-C-05 PKI-P-26 IKP-C-07
		PKI-P-27 IKP-C-09 PKI-P-34 IKP-C-09
		PKI-P-17 IKP-C-10 PKI-P-18 IKP-C-10 PKI-P-19 IKP-C-10 PKI-P-20 IKP-C-10
		PKI-P-24 IKP-C-11
	}
}

# -- signatures -------------------------------------------------------------------

proc ::oracle::ikp::proof::tbs {profile type fields} {
	set module [common module [lindex [common profile $profile] 0]]
	set value {}
	foreach field [dict get [asn1 type $module $type] fields] {
		set name [lindex $field 0]
		if {[dict exists $fields $name]} { dict set value $name [dict get $fields $name] }
	}
	return [der encode $module $type $value]
}

proc ::oracle::ikp::proof::salted {label edition} {
	return [expr {$edition eq "hard" ? [draw $label 32] : ""}]
}

proc ::oracle::ikp::proof::sign {edition key word octets salt} {
	set rsa [rsa private $key]
	set name [list signature [dict get $rsa id] $edition $word $octets $salt]
	if {[memo recall $name signature]} { return $signature }
	if {$edition ne "hard"} { return [memo keep $name [rsa pkcs1-sign sha1 $rsa $octets]] }
	return [memo keep $name [rsa pss-sign sha256 $rsa [common prefix hard $word]$octets $salt]]
}

proc ::oracle::ikp::proof::verify {edition chain word octets signature} {
	set rsa [public $chain]
	set name [list proof [dict get $rsa id] $edition $word $octets $signature]
	if {[memo recall $name verdict]} { return $verdict }
	if {$edition ne "hard"} {
		return [memo keep $name [rsa pkcs1-verify sha1 $rsa $octets $signature]]
	}
	return [memo keep $name \
		[rsa pss-verify sha256 $rsa [common prefix hard $word]$octets $signature 32]]
}

# Sig_S covers hV beside H(Common) in EC95 only.
proc ::oracle::ikp::proof::offer {profile clear} {
	set names {hCommon}
	if {[lindex [common profile $profile] 0] eq "ec95"} { lappend names hV }
	return [dict filter $clear script {name value} { expr {$name in $names} }]
}

proc ::oracle::ikp::proof::auth-request {request} {
	set fields [dict merge $request [dict create hCommon [der get $request clear.hCommon] \
		hEncSlip [common h hard enc-slip [dict get $request encSlip]]]]
	if {[dict exists $request sigB]} {
		dict set fields hSigB [common h hard sig-buyer [dict get $request sigB]]
	}
	return $fields
}

proc ::oracle::ikp::proof::reversal {request} {
	return [dict merge $request [dict get $request clear]]
}

proc ::oracle::ikp::proof::acq-inquiry-response {response} {
	if {[dict exists $response authRes]} {
		set octets [der encode IKP AuthRes [dict get $response authRes]]
		dict set response hAuthRes [common h hard auth-res-hash $octets]
	}
	return $response
}

# -- certificates -----------------------------------------------------------------

proc ::oracle::ikp::proof::public {chain} {
	return [rsa public [dict get [path leaf $chain] spki]]
}

proc ::oracle::ikp::proof::leaf {chain name} {
	set leaf [path leaf $chain]
	return [expr {[dict exists $leaf $name] ? [dict get $leaf $name] : ""}]
}

proc ::oracle::ikp::proof::chain {use chain profile date {id ""}} {
	set edition [lindex [common profile $profile] 0]
	set input [dict create chain $chain anchors [param anchors] crls [param crls] \
		now [now] date [tlv seconds $date] edition $edition use $use]
	set asked {IKP-C-01 IKP-C-02 IKP-C-10 IKP-C-11}
	if {$edition eq "hard"} { lappend asked IKP-C-03 IKP-C-04 IKP-C-09 }
	if {$id ne ""} { dict set input id $id; lappend asked IKP-C-05 }
	if {$use eq "buyer"} { lappend asked IKP-C-07 }
	set failed [Judge $input]
	foreach requirement $asked { must $requirement {$failed ne $requirement} cert-invalid }
}

# The requirement that a path fails, or "".
proc ::oracle::ikp::proof::Judge {input} {
	variable meaning
	set name [list path $input]
	if {[memo recall $name failed]} { return $failed }
	set failed ""
	try {
		path check $input
	} trap {ORACLE auth} {- options} {
		set pki [lindex [dict get $options -errorcode] 3]
		set failed [expr {[dict exists $meaning $pki] ? [dict get $meaning $pki] : "IKP-C-01"}]
	}
	return [memo keep $name $failed]
}
