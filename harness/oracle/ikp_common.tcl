# ikp_common.tcl -- quantities and hashes of iKP (spec/ikp.md 3) in the three
# editions.
#
#   common profile PROFILE            -> {edition variant} of ikp/3kp-hard and
#                                     of ikp/3kp-hard-micro
#   common module EDITION             the ASN.1 module of an edition
#   common hash EDITION               name of its hash function
#   common context WORD               the context a word stands for
#   common h EDITION WORD OCTETS      H(ctx, x)
#   common hk EDITION KEY WORD OCTETS HK(k, ctx, x)
#   common id-b EDITION RB BAN        ID_B
#   common h-desc EDITION SALTB DESC  hDesc
#   common h-v EDITION V              hV          common h-vc EDITION VC   hVC
#   common profile-value PROFILE      the value of the type Profile
#   common make PROFILE FIELDS        the value of the type Common; FIELDS has
#                                     price idS tidS date nonceS idB hDesc
#                                     and in 2KP and 3KP hV, hVC, in micro profiles
#                                     micro
#   common hashed PROFILE COMMON      H(Common)
#   common account RACCT BAN          the account commitment of CERT_B (HARD)
#   common answer IN                  the operation ikp.common (spec/ikp.md 11.2)
#
# EDITION may also be {ec95 sha256} or {jsac sha256}, for the known answers.

package require Tcl 8.6-

namespace eval ::oracle::ikp::common {
	namespace path {::oracle::ikp ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create
}

proc ::oracle::ikp::common::profile {profile} {
	lassign [tables words $profile] variant edition
	return [list $edition $variant]
}

proc ::oracle::ikp::common::module {edition} {
	return [expr {$edition eq "hard" ? "IKP" : "IKP-Historic"}]
}

proc ::oracle::ikp::common::hash {edition} {
	return [expr {$edition in {ec95 jsac} ? "sha1" : "sha256"}]
}

proc ::oracle::ikp::common::context {word} {
	return "semper/ikp/1 $word"
}

# -- functions (spec/ikp.md 3.1) -----------------------------------------------

# What stands in front of a hashed or signed value: nothing before HARD.
proc ::oracle::ikp::common::prefix {edition word} {
	if {$edition ne "hard"} { return "" }
	return [::oracle::hash context [context $word]]
}

proc ::oracle::ikp::common::h {edition word octets} {
	return [::oracle::hash digest [hash $edition] [prefix $edition $word]$octets]
}

proc ::oracle::ikp::common::hk {edition key word octets} {
	return [::oracle::hash hmac [hash $edition] $key [prefix $edition $word]$octets]
}

# der(BAN), der(DESC), der(V): the universal encodings
proc ::oracle::ikp::common::Universal {type value} {
	return [der encode IKP $type $value]
}

proc ::oracle::ikp::common::id-b {edition rB ban} {
	if {[lindex $edition 0] eq "ec95"} {
		return [h $edition id-buyer [der encode IKP-Historic IdBInput [dict create rB $rB ban $ban]]]
	}
	return [hk $edition $rB id-buyer [Universal Ban $ban]]
}

proc ::oracle::ikp::common::h-desc {edition saltB desc} {
	if {[lindex $edition 0] eq "ec95"} {
		return [h $edition description \
			[der encode IKP-Historic DescInput [dict create desc $desc saltB $saltB]]]
	}
	return [hk $edition $saltB description [Universal Desc $desc]]
}

proc ::oracle::ikp::common::h-v {edition v} {
	return [h $edition commit-v [Universal Rnd $v]]
}

proc ::oracle::ikp::common::h-vc {edition vC} {
	return [h $edition commit-vc [Universal Rnd $vC]]
}

proc ::oracle::ikp::common::account {rAcct ban} {
	return [hk hard $rAcct account [Universal Ban $ban]]
}

# -- Common (spec/ikp.md 3.2) ---------------------------------------------------

proc ::oracle::ikp::common::profile-value {profile} {
	lassign [profile $profile] edition variant
	return [dict create edition $edition \
		variant [dict get {1kp oneKP 2kp twoKP 3kp threeKP} $variant] hash [hash $edition]]
}

proc ::oracle::ikp::common::make {profile fields} {
	lassign [profile $profile] edition variant
	set names {price idS tidS date nonceS idB hDesc}
	if {$variant ne "1kp"} { lappend names hV }
	if {$variant ne "1kp" && [lindex $edition 0] ne "ec95"} { lappend names hVC }
	set common {}
	if {[micro is $profile]} { lappend names micro }
	if {$edition eq "hard"} { dict set common profile [profile-value $profile] }
	foreach name $names {
		if {[dict exists $fields $name]} { dict set common $name [dict get $fields $name] }
	}
	return $common
}

proc ::oracle::ikp::common::hashed {profile common} {
	lassign [profile $profile] edition
	return [h $edition common [der encode [module $edition] Common $common]]
}

# -- the operation --------------------------------------------------------------

proc ::oracle::ikp::common::answer {in} {
	dict with in {}
	set old [expr {$edition ne "hard"}]
	if {$hash ni {sha1 sha256} || (!$old && $hash ne "sha256")} {
		return -code error -errorcode [list SEMPER unsupported "hash $hash"] "no hash $hash"
	}
	set rule [expr {$old && $hash eq "sha256" ? [list $edition sha256] : $edition}]
	set fields [dict create price $price idS $idS tidS [binary decode hex $tidS] \
		date [tlv time $date] nonceS [binary decode hex $nonceS] \
		idB [id-b $rule [binary decode hex $rB] $ban] \
		hDesc [h-desc $rule [binary decode hex $saltB] $desc]]
	if {[info exists v]} { dict set fields hV [h-v $rule [binary decode hex $v]] }
	if {[info exists vC]} { dict set fields hVC [h-vc $rule [binary decode hex $vC]] }
	set type [expr {[llength $rule] == 2 ? "Common256" : "Common"}]
	set octets [der encode [module $edition] $type [make ikp/$variant-$edition $fields]]
	set answer [dict filter $fields key idB hDesc hV hVC]
	dict set answer common $octets
	dict set answer hCommon [h $rule common $octets]
	return [dict map {name value} $answer { binary encode hex $value }]
}
