# ikp_micro.tcl -- chains of hashes and their terms (spec/ikp-micro.md 2).
#
#   micro is PROFILE                  1 for a micro profile
#   micro walk PROFILE TERMS TOKEN FROM TO   the token of index TO, from that of
#                                     the greater index FROM
#   micro token PROFILE TERMS X INDEX        A(n - INDEX)
#   micro root EDITION CHAINID X N           A(N)
#   micro terms EDITION INPUT ROOT CHAINID   MicroTerms from the input of a start
#   micro same PROFILE TERMS TERMS    1 if they agree in every component
#   micro times UNIT N                N times a price
#   micro fits PRICE UNIT             1 if both have one currency and exponent
#   micro units PRICE UNIT            how many units a price is, 0 if not a positive
#                                     multiple
#   micro answer IN                   the operation ikp.chain (10.2)
#
# MicroTerms are a value of that type; PROFILE only tells the edition.

package require Tcl 8.6-

namespace eval ::oracle::ikp::micro {
	namespace path {::oracle::ikp ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create
	variable longest 65535
}

proc ::oracle::ikp::micro::is {profile} {
	return [expr {"micro" in [tables words $profile]}]
}

proc ::oracle::ikp::micro::Edition {profile} {
	return [lindex [common profile $profile] 0]
}

# -- chains -----------------------------------------------------------------------

# F_i; RULE is {edition hash}, CHAINID is empty before HARD.
proc ::oracle::ikp::micro::Step {rule chainId i value} {
	lassign $rule edition alg
	if {$edition ne "hard"} { return [hash digest $alg $value] }
	return [common h hard chain $chainId[binary format I $i]$value]
}

proc ::oracle::ikp::micro::Steps {rule chainId value from to} {
	set name [list chain $rule $chainId $value $from $to]
	if {[memo recall $name end]} { return $end }
	set end $value
	for {set i [expr {$from + 1}]} {$i <= $to} {incr i} { set end [Step $rule $chainId $i $end] }
	return [memo keep $name $end]
}

proc ::oracle::ikp::micro::Rule {edition} {
	return [list $edition [common hash $edition]]
}

proc ::oracle::ikp::micro::root {edition chainId x n} {
	return [Steps [Rule $edition] $chainId $x 0 $n]
}

proc ::oracle::ikp::micro::ChainId {terms} {
	return [expr {[dict exists $terms chainId] ? [dict get $terms chainId] : ""}]
}

proc ::oracle::ikp::micro::walk {profile terms token from to} {
	set n [dict get $terms n]
	return [Steps [Rule [Edition $profile]] [ChainId $terms] $token \
		[expr {$n - $from}] [expr {$n - $to}]]
}

proc ::oracle::ikp::micro::token {profile terms x index} {
	return [walk $profile $terms $x [dict get $terms n] $index]
}

# -- terms ------------------------------------------------------------------------

proc ::oracle::ikp::micro::terms {edition input root chainId} {
	set terms [dict create root $root n [dict get $input n] unit [dict get $input unit] \
		expiry [tlv time [dict get $input expiry]] \
		mode [dict get {pre preAuthorized off offLine} [dict get $input mode]]]
	if {$edition ne "hard"} { return $terms }
	dict set terms chainId $chainId
	if {[dict exists $input broker]} { dict set terms broker [dict get $input broker] }
	return $terms
}

proc ::oracle::ikp::micro::same {profile one two} {
	return [expr {[message der $profile MicroTerms $one] eq [message der $profile MicroTerms $two]}]
}

# -- prices -----------------------------------------------------------------------

proc ::oracle::ikp::micro::times {unit n} {
	return [dict replace $unit amount [expr {$n * [dict get $unit amount]}]]
}

proc ::oracle::ikp::micro::fits {price unit} {
	return [expr {[dict get $price currency] == [dict get $unit currency]
		&& [dict get $price exponent] == [dict get $unit exponent]}]
}

proc ::oracle::ikp::micro::units {price unit} {
	set worth [dict get $unit amount]
	set amount [dict get $price amount]
	if {![fits $price $unit] || $worth == 0 || $amount % $worth} { return 0 }
	return [expr {$amount / $worth}]
}

# -- the operation ----------------------------------------------------------------

proc ::oracle::ikp::micro::answer {in} {
	variable longest
	set from 0
	set chainId ""
	dict with in {}
	if {$hash ni {sha1 sha256} || ($edition eq "hard" && $hash ne "sha256")
		|| $edition ni {ec95 jsac hard} || ($edition eq "hard") != [dict exists $in chainId]} {
		return -code error -errorcode [list SEMPER unsupported "chain"] \
			"no chain of $edition with $hash"
	}
	set seed [binary decode hex $seed]
	set chainId [binary decode hex $chainId]
	if {[string length $seed] != [hash size $hash]
		|| $edition eq "hard" && [string length $chainId] != 16} { Refuse malformed }
	if {$n < 0 || $from < 0 || $n > $longest || $from > $longest || $n + $from > $longest
		|| $from == 0 && [string trim $seed \x00] eq ""} { Refuse range }
	return [dict create digest [binary encode hex \
		[Steps [list $edition $hash] $chainId $seed $from [expr {$from + $n}]]]]
}

proc ::oracle::ikp::micro::Refuse {class} {
	return -code error -errorcode [list ORACLE $class chain] "no such chain"
}
