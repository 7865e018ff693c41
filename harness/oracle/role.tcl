# role.tcl -- parties as values: an event goes in, a new party and effects come
# out.  Knows no protocol; those register themselves.
#
#   role open PROTOCOL ROLE PROFILES PARAMS KEYS ?RAND?   -> party
#   role step PARTY EVENT RAND ?NOW?
#       -> dict: party, out {{to msg} ..}, status continue|done, result, timers
#          {{name at} ..}, drew {LABEL n ..}
#   role attempt PARTY EVENT RAND ?NOW?
#       the same, with `kind` ok, and for a refusal: kind reject, class, code,
#       requirement, out, party (changed only if the requirement is marked
#       changes-state); never raises a refusal
#   role trace             ids of the checks the last step evaluated, in order
#   role skip IDS          switch these checks off (for parties with faults)
#   role digest PARTY      equal exactly if everything is that can influence a
#                          later answer
#   role states PARTY      transaction key -> state
#   role keys PROTOCOL ROLE PROFILES   names of the keys it needs
#   role register PROTOCOL SPECIFICATION NAMESPACE
#
# A party is a dict: a copy is a fork.  Everything in it counts as durable, so
# a restart changes nothing.  Octets in PARAMS, KEYS, EVENT, RAND and in what
# comes out are hexadecimal, as in conformance/ADAPTER.md; inside a party they
# are binary.  A refusal raises {SEMPER reject CLASS CODE ID}; the options of
# the error then hold -refusal, the dict that attempt returns.  Other errors:
# {SEMPER error random} for a stream that ends, {SEMPER unsupported WHAT},
# {SEMPER error usage}, {SEMPER error field} or {SEMPER error draws} for what
# must not happen.
#
# A protocol's NAMESPACE has the commands `opened` (may refuse a new party),
# `event` (answers one; speaks the verbs of step.tcl), `status`, and `drawing`
# (the roles in whose rows of the draws table a role's draws are).

package require Tcl 8.6-

namespace eval ::oracle::role {
	namespace path ::oracle
	namespace ensemble create -map {
		open Open step Step attempt Attempt trace Trace skip Skip
		digest Digest states States keys Names register Register
	}
	variable protocols {}  ;# name -> {tables namespace}
}

proc ::oracle::role::Register {protocol specification namespace} {
	variable protocols
	dict set protocols $protocol [list [tables read $specification] $namespace]
}

proc ::oracle::role::Protocol {name} {
	variable protocols
	if {![dict exists $protocols $name]} { Unsupported "protocol $name" }
	return [dict get $protocols $name]
}

proc ::oracle::role::Unsupported {what} {
	return -code error -errorcode [list SEMPER unsupported $what] "unsupported: $what"
}

# -- opening ------------------------------------------------------------------

proc ::oracle::role::Open {protocol role profiles params keys {rand {}}} {
	lassign [Protocol $protocol] tables namespace
	Interface $tables $role
	set party [dict create protocol $protocol role $role profiles $profiles \
		params [Params $tables $role $profiles $params] keys [Keys $keys] \
		store {} transactions {}]
	${namespace}::opened $party
	return $party
}

proc ::oracle::role::Interface {tables role} {
	if {![dict exists $tables interface $role]} { Unsupported "role $role" }
	return [dict get $tables interface $role]
}

# Parameters by the interface table: hexadecimal becomes octets, defaults are
# put in, unknown names and missing values refused.
proc ::oracle::role::Params {tables role profiles params} {
	set known {}
	set found {}
	foreach entry [Interface $tables $role] {
		lassign $entry kind name optional default type cell
		if {$kind ne "param"} continue
		lappend known $name
		if {[dict exists $params $name]} {
			dict set found $name [Octets $type [dict get $params $name]]
		} elseif {$default ne ""} {
			dict set found $name $default
		} elseif {!$optional && [Wanted $cell $profiles]} {
			return -code error -errorcode {SEMPER error usage} "parameter $name is missing"
		}
	}
	foreach name [dict keys $params] {
		if {$name ni $known} { Unsupported "parameter $name" }
	}
	return $found
}

proc ::oracle::role::Wanted {cell profiles} {
	foreach profile $profiles {
		if {[tables applies $cell [tables words $profile]]} { return 1 }
	}
	return 0
}

proc ::oracle::role::Octets {type value} {
	switch -glob -- $type {
		hex* { return [binary decode hex $value] }
		chain* - {list of cert*} - {list of DER*} {
			return [lmap hex $value { binary decode hex $hex }]
		}
	}
	return $value
}

proc ::oracle::role::Keys {keys} {
	return [dict map {name pair} $keys {
		dict create key [binary decode hex [dict get $pair key]] \
			chain [lmap hex [dict get $pair chain] { binary decode hex $hex }]
	}]
}

proc ::oracle::role::Names {protocol role profiles} {
	set names {}
	foreach entry [Interface [lindex [Protocol $protocol] 0] $role] {
		lassign $entry kind name - - - cell
		if {$kind eq "key" && [Wanted $cell $profiles]} { lappend names $name }
	}
	return $names
}

# -- stepping -----------------------------------------------------------------

proc ::oracle::role::Step {party event rand {now ""}} {
	lassign [Protocol [dict get $party protocol]] tables namespace
	if {$now eq ""} { set now [clock seconds] }
	step::begin $party $tables $rand $now
	try {
		${namespace}::event $event
		set new [step::finish]
	} trap {SEMPER reject} {message options} {
		set refusal [Refusal $party $tables $namespace [dict get $options -errorcode]]
		return -code error -errorcode [dict get $options -errorcode] \
			-refusal $refusal $message
	}
	CheckDraws $tables [${namespace}::drawing [dict get $party role]]
	return [dict create party $new out $::oracle::step::out status [${namespace}::status] \
		result $::oracle::step::result timers $::oracle::step::timers drew $::oracle::step::taken]
}

# What a refusal leaves behind: the old party, unless the requirement says
# otherwise; and the protocol's answer to the refused message.
proc ::oracle::role::Refusal {party tables namespace errorcode} {
	lassign $errorcode - - class code id
	if {[regexp {\mchanges-state\M} [dict get $tables requirements $id head]]} {
		set party [step::finish]
	}
	set ::oracle::step::out {}
	${namespace}::refused $code
	return [dict create kind reject class $class code $code requirement $id \
		out $::oracle::step::out party $party drew $::oracle::step::taken]
}

proc ::oracle::role::Attempt {party event rand {now ""}} {
	try {
		return [dict replace [Step $party $event $rand $now] kind ok]
	} trap {SEMPER reject} {- options} {
		return [dict get $options -refusal]
	}
}

# Every draw is in the table of draws, with its length or a multiple of it
# (a value that is taken is drawn again).
proc ::oracle::role::CheckDraws {tables roles} {
	dict for {label count} $::oracle::step::taken {
		set fits 0
		foreach row [dict get $tables draws] {
			lassign $row name octets - who
			if {$name ne $label || $who ni $roles} continue
			if {![string is integer $octets] || $count % $octets == 0} { set fits 1 }
		}
		if {!$fits} {
			return -code error -errorcode {SEMPER error draws} "drew $count octets for $label"
		}
	}
}

proc ::oracle::role::Trace {} {
	return $::oracle::step::evaluated
}

proc ::oracle::role::Skip {ids} {
	set ::oracle::step::skipped $ids
	return
}

# -- looking at a party -------------------------------------------------------

# Sorted, since the order of a dict tells only how it came about.
proc ::oracle::role::Digest {party} {
	set sorted {}
	foreach part {protocol role profiles params keys} { lappend sorted [dict get $party $part] }
	foreach part {store transactions} {
		foreach key [lsort [dict keys [dict get $party $part]]] {
			lappend sorted $key [lsort -stride 2 [dict get $party $part $key]]
		}
	}
	return [binary encode hex [hash digest sha256 [encoding convertto utf-8 $sorted]]]
}

proc ::oracle::role::States {party} {
	return [dict map {key tx} [dict get $party transactions] { dict get $tx state }]
}
