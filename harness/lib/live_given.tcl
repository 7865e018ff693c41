# live_given.tcl -- keys, certificates and names of the user's own (--keys FILE), in place
# of the test keys
#
#   given use FILE         from now on those of FILE; with {}, the test keys again
#   given from             that FILE, or {}
#   given read FILE        its node; nothing is in force by that
#   given there            1 if there are any
#   given chain NAME       certificates (hex), the leaf NAME first
#   given key NAME         its private key, PKCS #8 (hex); given owned NAME: 1 if it is there
#   given signer CHAIN     the private key (oracle::rsa) of who issued the leaf
#   given anchors | crls   hex
#   given id USE DEFAULT   what a seller is called; USE is seller or seller2
#   given account NAME DEFAULT    ban expiration rAcct of a buyer
#
# FILE is a JSON object (conformance/ADAPTER.md 7) with keys, chains and anchors, and
# where wanted crls, ids and accounts.  One without chains has keys for the stateless
# cases only (vectors/README.md), and the test keys stay in force.
#
# What is not there makes the case not applicable.

package require Tcl 8.6-

namespace eval ::live::given {
	namespace export use from read there chain key owned signer anchors crls id account
	namespace ensemble create
	variable file {}        ;# whose
	variable known {}       ;# what it holds, or {}
	variable issuers {}     ;# SPKI (octets) -> private key, of all keys in it
}

proc ::live::given::use {name} {
	variable file
	variable known
	if {$name eq $file} return
	set known {}
	set file {}
	if {$name eq {}} return
	set found [json plain [read $name]]
	if {[dict exists $found chains]} {
		checked $name $found
		set known [dict merge {keys {} crls {} ids {} accounts {}} $found]
	}
	set file $name
}

proc ::live::given::read {name} {
	set node [semper::object $name]
	foreach {member type} {keys obj chains obj ids obj accounts obj anchors arr crls arr} {
		if {[json has $node $member] && [json type [json get $node $member]] ne $type} {
			options data $name 1 $member "is no [dict get {obj object arr array} $type]"
		}
	}
	return $node
}

# Everything decodes, and a key is that of the certificate of its name.
proc ::live::given::checked {name found} {
	variable issuers {}
	if {![dict exists $found anchors]} { options data $name 1 anchors "is missing" }
	set field {}
	try {
		dict for {field hex} [member $found keys] {
			set key [::oracle::rsa private [octets $hex]]
			dict set issuers [::oracle::rsa spki $key] $key
			set spkis($field) [::oracle::rsa spki $key]
		}
		dict for {field ders} [dict merge [dict get $found chains] \
		    [dict create anchors [dict get $found anchors]]] {
			foreach der [lreverse $ders] { set leaf [::oracle::x509 certificate [octets $der]] }
			if {[info exists spkis($field)] && $spkis($field) ne [dict get $leaf spki]} {
				options data $name 1 $field "the key is not its certificate's"
			}
		}
		set field crls
		foreach der [member $found crls] { ::oracle::x509 list [octets $der] }
	} trap ORACLE {message} {
		options data $name 1 $field $message
	}
}

proc ::live::given::member {found key} {
	return [expr {[dict exists $found $key] ? [dict get $found $key] : {}}]
}

proc ::live::given::octets {hex} {
	if {![regexp {^([0-9a-fA-F]{2})+$} $hex]} { throw {ORACLE malformed} "is not hexadecimal" }
	return [binary decode hex $hex]
}

# -- what it holds ------------------------------------------------------------------

proc ::live::given::from {} { variable file; return $file }

proc ::live::given::there {} {
	variable known
	return [expr {$known ne {}}]
}

proc ::live::given::lacking {what} {
	throw {LIVE verdict} [verdict inapplicable "the file of --keys has no $what"]
}

proc ::live::given::of {shelf name what} {
	variable known
	if {![dict exists $known $shelf $name]} { lacking "$what of $name" }
	return [dict get $known $shelf $name]
}

proc ::live::given::chain {name} { return [of chains $name chain] }
proc ::live::given::key {name} { return [of keys $name key] }

proc ::live::given::owned {name} { return [knows keys $name] }

proc ::live::given::knows {shelf name} {
	variable known
	return [dict exists $known $shelf $name]
}

proc ::live::given::anchors {} { variable known; return [dict get $known anchors] }
proc ::live::given::crls {} { variable known; return [dict get $known crls] }

proc ::live::given::id {use default} {
	variable known
	if {[dict exists $known ids $use]} { return [dict get $known ids $use] }
	return $default
}

proc ::live::given::account {name default} {
	variable known
	if {![dict exists $known accounts $name]} { return $default }
	return [dict merge $default [dict get $known accounts $name]]
}

# The second certificate of the chain is the issuer's, or one of the anchors is.
proc ::live::given::signer {chain} {
	variable issuers
	set leaf [::oracle::x509 certificate [binary decode hex [lindex $chain 0]]]
	foreach hex [concat [lrange $chain 1 1] [anchors]] {
		set above [::oracle::x509 certificate [binary decode hex $hex]]
		if {[dict get $above subject] eq [dict get $leaf issuer]
		    && [dict exists $issuers [dict get $above spki]]} {
			return [dict get $issuers [dict get $above spki]]
		}
	}
	lacking "key of who issues certificates"
}
