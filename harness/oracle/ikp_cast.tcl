# ikp_cast.tcl -- the standard cast: who plays the honest run of a profile, with
# the committed TEST keys of vectors/keys, and what they draw.
#
#   cast standard PROFILE        dict, octets in hexadecimal:
#        profile, now            827323200 = 1996-03-20T12:00:00Z
#        parties ROLE            {profiles params keys}, ready for role open
#        inputs                  offer start approve refuse: events {input {..}};
#                                approve and refuse still lack the session
#        network                 {decision authCode ?reason?} for network-reply
#        seed                    of the randomness below
#                                In a micro profile PRICE is ten units of 5.00, the
#                                chain pre-authorised.
#   cast party STANDARD ROLE     the opened party
#   cast rand SEED PROFILE CASE ROLE STEP
#                                label -> hexadecimal stream, for every label of the
#                                role in the profile, four times as long as one draw
#   cast network-reply BEHAVIOUR NETREQUEST     octets in, octets out
#   cast key NAME                {key chain} of the test key and certificate NAME,
#                                hexadecimal
#
# A stream is HKDF-SHA-256 of the seed with info `ikp|profile|case|role|step|label`.

package require Tcl 8.6-

namespace eval ::oracle::ikp::cast {
	namespace path {::oracle::ikp ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create
	variable now 827323200
	variable seed "semper ikp 1"
	variable order {
		order 6f7264657231
		price {currency 840 amount 4999 exponent -2}
		desc {1 x Widget; ship to: Saeumerstrasse 4, CH-8803 Rueschlikon}
		brand ZIPCARD
	}
	variable unit {currency 840 amount 500 exponent -2}
	variable secret 5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c
}

# -- test keys --------------------------------------------------------------------

proc ::oracle::ikp::cast::Hex {octets} {
	return [binary encode hex $octets]
}

proc ::oracle::ikp::cast::key {name} {
	return [dict create key [Hex [testkeys private $name]] chain [Chain $name]]
}

proc ::oracle::ikp::cast::Chain {name} {
	return [lmap der [testkeys chain $name] { Hex $der }]
}

# -- the cast ---------------------------------------------------------------------

proc ::oracle::ikp::cast::standard {profile} {
	variable now
	variable seed
	variable order
	set offer $order
	set start $order
	if {[micro is $profile]} { lassign [Chained] offer start }
	set inputs [dict create \
		offer [dict create input [dict merge {do offer} $offer]] \
		start [dict create input [dict merge {do start seller SHOP-000042} $start]] \
		approve {input {do approve}} refuse {input {do refuse}}]
	set parties {}
	foreach role {buyer seller acquirer} {
		dict set parties $role [dict merge [dict create profiles [list $profile]] \
			[[string totitle $role] $profile]]
	}
	return [dict create profile $profile now $now seed $seed parties $parties \
		inputs $inputs network {decision yes authCode 123456}]
}

# The order of a micro profile, as the seller and as the buyer has it.
proc ::oracle::ikp::cast::Chained {} {
	variable now
	variable order
	variable unit
	set price [micro times $unit 10]
	return [list [dict replace $order price $price unit $unit] \
		[dict replace $order price $price micro [dict create n 10 unit $unit \
		expiry [expr {$now + 86400}] mode pre]]]
}

proc ::oracle::ikp::cast::Trust {} {
	return [dict create anchors [list [Hex [testkeys certificate root]]] \
		crls [lmap name {root-list acquirer-ca-list issuer-ca-list} { Hex [testkeys list $name] }]]
}

# The names of the acquirer's keys: one key for both uses before HARD.
proc ::oracle::ikp::cast::AcquirerKeys {edition} {
	if {$edition eq "hard"} { return {acquirer-enc-hard acquirer-sig-hard} }
	return [list acquirer-$edition acquirer-$edition]
}

proc ::oracle::ikp::cast::Buyer {profile} {
	lassign [common profile $profile] edition variant
	set account [testkeys account buyer]
	set params [dict merge [Trust] [dict filter $account key ban expiration]]
	set keys {}
	if {$variant eq "3kp"} {
		set keys [dict create sig [key buyer-$edition]]
		if {$edition eq "hard"} { dict set params rAcct [Hex [dict get $account rAcct]] }
	}
	return [dict create params $params keys $keys]
}

proc ::oracle::ikp::cast::Seller {profile} {
	lassign [common profile $profile] edition variant
	lassign [AcquirerKeys $edition] enc sig
	set params [dict merge [Trust] [dict create idS SHOP-000042 \
		acquirerEnc [Chain $enc] acquirerSig [Chain $sig]]]
	set keys {}
	if {$variant ne "1kp"} { set keys [dict create sig [key seller-$edition]] }
	if {[micro is $profile]} { set params [dict merge $params [Chains $edition $variant]] }
	if {[Channelled $profile]} {
		variable secret
		dict set params channelKey [Hex [lindex [hpke derive channel] 1]]
		dict set params channelSecret $secret
	}
	return [dict create params $params keys $keys]
}

proc ::oracle::ikp::cast::Chains {edition variant} {
	variable unit
	variable secret
	switch -- $variant {
		1kp { return [expr {$edition eq "hard" ? [list secret $secret] : {}}] }
		3kp { return [list floor [micro times $unit 10]] }
	}
	return {}
}

proc ::oracle::ikp::cast::Acquirer {profile} {
	lassign [common profile $profile] edition variant
	lassign [AcquirerKeys $edition] enc sig
	set params [dict merge [Trust] {sellers {{idS SHOP-000042} {idS SHOP-000043}}}]
	if {[Channelled $profile]} {
		variable secret
		dict set params channelKey [Hex [lindex [hpke derive channel] 0]]
		dict set params sellers [list [list idS SHOP-000042 channelSecret $secret] {idS SHOP-000043}]
	}
	if {[micro is $profile] && $edition eq "hard" && $variant eq "1kp"} {
		variable secret
		dict set params sellers [list [list idS SHOP-000042 secret $secret] {idS SHOP-000043}]
	}
	if {$variant eq "3kp" && $edition ne "hard"} {
		dict set params accounts [lmap name {buyer buyer2} { Account $name $edition }]
	}
	return [dict create params $params keys [dict create enc [key $enc] sig [key $sig]]]
}

# Whether seller and acquirer of PROFILE have a channel.
proc ::oracle::ikp::cast::Channelled {profile} {
	return [expr {$profile eq "ikp/1kp-hard"}]
}

proc ::oracle::ikp::cast::Account {name edition} {
	return [dict create ban [dict get [testkeys account $name] ban] \
		spki [Hex [hash digest sha256 [testkeys public $name-$edition]]]]
}

proc ::oracle::ikp::cast::party {standard role} {
	dict with standard parties $role {
		return [role open ikp $role $profiles $params $keys]
	}
}

# -- randomness and network ---------------------------------------------------------

proc ::oracle::ikp::cast::rand {seed profile case role step} {
	set name [list cast-rand $seed $profile $case $role $step]
	if {[memo recall $name streams]} { return $streams }
	set words [tables words $profile]
	set streams {}
	foreach row [dict get [specification] draws] {
		lassign $row label octets message who cell
		if {$who ne $role || ![tables applies $cell $words]} continue
		if {![string is integer $octets]} { set octets 32 }
		dict set streams $label [Hex [hash hkdf sha256 $seed "" \
			[join [list ikp $profile $case $role $step $label] |] [expr {4 * $octets}]]]
	}
	return [memo keep $name $streams]
}

proc ::oracle::ikp::cast::network-reply {behaviour request} {
	set ask [der decode IKP NetRequest $request]
	set reply [dict create reference [dict get $ask reference] \
		decision [dict get $behaviour decision]]
	foreach name {authCode reason} {
		if {[dict exists $behaviour $name]} { dict set reply $name [dict get $behaviour $name] }
	}
	return [der encode IKP NetReply $reply]
}
