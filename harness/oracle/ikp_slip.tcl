# ikp_slip.tcl -- the slip: what the buyer tells the acquirer, encrypted
# (spec/ikp.md 3.2).
#
#   slip make PROFILE FIELDS            the value of the type Slip; FIELDS may hold
#                                       more than the profile allows
#   slip seal PROFILE KEY SLIP SEED     -> EncSlip under a public key
#   slip open PROFILE KEY ENCSLIP       -> slip, with a private key; any failure
#                                       has errorcode {ORACLE auth ..} or
#                                       {ORACLE malformed ..}
#   slip padding PROFILE                hash function and label of E_A
#   slip encode PROFILE SLIP            DER of a slip
#   slip pin-allowed PROFILE            1 if the slip may hold a PIN

package require Tcl 8.6-

namespace eval ::oracle::ikp::slip {
	namespace path {::oracle::ikp ::oracle}
	namespace ensemble create -map {
		make Make seal Seal open Open pin-allowed PinAllowed
		encode Encode padding Padding
	}
}

proc ::oracle::ikp::slip::PinAllowed {profile} {
	lassign [common profile $profile] edition variant
	return [expr {$variant eq "1kp" || $variant eq "2kp" && $edition ne "ec95"}]
}

proc ::oracle::ikp::slip::Make {profile fields} {
	lassign [common profile $profile] edition variant
	set names {price hCommon ban rB}
	if {[PinAllowed $profile]} { lappend names pin }
	if {$edition ne "ec95"} { lappend names expiration }
	if {$edition eq "hard" && $variant eq "3kp"} { lappend names rAcct }
	set slip {}
	foreach name $names {
		if {[dict exists $fields $name]} { dict set slip $name [dict get $fields $name] }
	}
	return $slip
}

# Hash function and label of E_A.
proc ::oracle::ikp::slip::Padding {profile} {
	if {[lindex [common profile $profile] 0] eq "hard"} {
		return [list sha256 [common context slip]]
	}
	return {sha1 {}}
}

proc ::oracle::ikp::slip::Encode {profile slip} {
	return [::oracle::ikp::message der $profile Slip $slip]
}

proc ::oracle::ikp::slip::Seal {profile key slip seed} {
	lassign [Padding $profile] alg label
	set name [list slip-seal $profile [dict get $key id] $slip $seed]
	if {[memo recall $name sealed]} { return $sealed }
	return [memo keep $name [rsa oaep-encrypt $alg $key $label [Encode $profile $slip] $seed]]
}

proc ::oracle::ikp::slip::Open {profile key encSlip} {
	lassign [Padding $profile] alg label
	set name [list slip-open $profile [dict get $key id] $encSlip]
	if {![memo recall $name octets]} {
		set octets [memo keep $name [rsa oaep-decrypt $alg $key $label $encSlip]]
	}
	return [::oracle::ikp::message body $profile Slip $octets]
}
