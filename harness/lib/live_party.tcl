# live_party.tcl -- one role of a flow, played by the oracle or by an adapter
#
#   party oracle SETUP ROLE            a party of the oracle
#   party adapter SETUP ROLE IUT TWIN  a party of an implementation; TWIN 1: with
#                                      an oracle beside it that is told the same
#   party step PARTYVAR EVENT NOW RAND          -> reply, below
#   party fork PARTY                   an independent copy (adapter: asks for it)
#   party drop PARTY
#   party restart PARTYVAR
#   party restarts PARTY               1 if it can be
#   party digest PARTY                 "" if the implementation has none
#   party labels ROLE PROFILE          label -> octets of one draw
#
# A party is a dict: kind oracle|adapter, role, setup, count (steps accepted).
# An oracle has value (oracle::role) and token, which names its history, so that
# the same step from the same history is computed once.  An adapter has iut,
# handle, trail (what it was told, to tell a fresh one the same) and twin, an
# oracle party or {}.
#
# A reply is a dict: kind ok|reject|error|unsupported; ok: out status result
# timers drew; reject: class code out detail requirement; for an adapter
# `heard`, what it wrote on standard error, and with a twin `twin`, the twin's reply.
# Messages are hexadecimal.

package require Tcl 8.6-

namespace eval ::live::party {
	namespace export oracle adapter step fork drop restart restarts digest labels revive
	namespace ensemble create
	variable remembered     ;# token -> {party reply} of an oracle's step
	array set remembered {}
	variable count 0
	variable limit 6000
	variable known {}       ;# role,profile -> label -> octets
}

# -- opening --------------------------------------------------------------------

proc ::live::party::oracle {setup role} {
	set open [setup open $setup $role]
	set given [dict map {key node} $open {
		expr {$key eq "profiles" ? $node : [json plain $node]}
	}]
	set value [::oracle::role open ikp $role [dict get $given profiles] \
	    [dict get $given params] [dict get $given keys]]
	return [dict create kind oracle role $role setup $setup count 0 value $value \
	    token [name_of [list $role $setup [setup issued]]]]
}

proc ::live::party::name_of {what} {
	return [::oracle::hash digest sha256 [encoding convertto utf-8 $what]]
}

proc ::live::party::adapter {setup role iut twin} {
	set party [dict create kind adapter role $role setup $setup count 0 iut $iut \
	    trail {} twin {}]
	if {$twin} { dict set party twin [oracle $setup $role] }
	dict set party handle [open_handle $iut $setup $role]
	return $party
}

proc ::live::party::open_handle {iut setup role} {
	set open [setup open $setup $role]
	set own [expr {[$iut capability keys] ne "import"}]
	set in [list protocol [json str ikp] role [json str $role] \
	    profiles [json arr [lmap p [dict get $open profiles] {json str $p}]] \
	    params [dict get $open params]]
	if {!$own} { lappend in keys [dict get $open keys] }
	set body [answered [$iut call open [json obj {*}$in]] open]
	set handle [json text $body h]
	if {$own} { certify $iut $setup $role $handle $body }
	return $handle
}

# The body of an answer that has to be ok.
proc ::live::party::answered {reply op} {
	if {[dict get $reply kind] eq "ok"} { return [dict get $reply body] }
	set kind [dict get $reply kind]
	set cause [dict get {unsupported unsupported error adapter-error reject rejected} $kind]
	throw [list LIVE verdict] [verdict fail $cause \
	    "$op was answered with $kind: [json write [dict get $reply body]]"]
}

# The implementation made its own keys: the test authority certifies them in
# the place of the ones it would have been given.
proc ::live::party::certify {iut setup role handle body} {
	set chains {}
	foreach {name certificate} [setup own $setup $role] {
		set spki [json text [json get $body public] $name]
		lappend chains $name [setup::texts [setup issue $certificate $spki]]
	}
	answered [$iut call certify [json obj h [json str $handle] \
	    chains [json obj {*}$chains]]] certify
}

# -- stepping -------------------------------------------------------------------

proc ::live::party::step {partyVar event now rand} {
	upvar 1 $partyVar party
	if {[dict get $party kind] eq "oracle"} {
		set reply [step_oracle party $event $now $rand]
	} else {
		set reply [step_adapter party $event $now $rand]
	}
	if {[dict get $reply kind] eq "ok"} { dict incr party count }
	return $reply
}

proc ::live::party::step_oracle {partyVar event now rand} {
	upvar 1 $partyVar party
	variable remembered
	variable count
	variable limit
	set name [name_of [list [dict get $party token] $event $now $rand]]
	if {![info exists remembered($name)]} {
		if {[incr count] > $limit} {
			array unset remembered
			set count 1
		}
		try {
			set reply [::oracle::role attempt [dict get $party value] $event $rand $now]
		} trap {SEMPER error random} {} {
			return [dict create kind error class random]
		}
		set value [dict get $reply party]
		set token [expr {$value eq [dict get $party value] ? [dict get $party token] : $name}]
		set remembered($name) [list $value $token [dict remove $reply party]]
	}
	lassign $remembered($name) value token reply
	dict set party value $value
	dict set party token $token
	return $reply
}

proc ::live::party::step_adapter {partyVar event now rand} {
	upvar 1 $partyVar party
	set twin [dict get $party twin]
	if {$twin ne {}} {
		set theirs [step_oracle twin [for_twin $party $event] $now $rand]
		dict set party twin $twin
	}
	set reply [ask $party $event $now $rand]
	dict lappend party trail [list $event $now $rand [dict get $reply kind]]
	if {$twin ne {}} { dict set reply twin $theirs }
	return $reply
}

# A timer has the name its party gave it.
proc ::live::party::for_twin {party event} {
	if {[dict exists $event timer]} {
		return [dict create timer [lindex [dict get $event timer] 1]]
	}
	return $event
}

proc ::live::party::ask {party event now rand} {
	set iut [dict get $party iut]
	set in [list h [json str [dict get $party handle]] event [event_node $event]]
	if {[$iut capability rand] ne "none"} { lappend in rand [json strs $rand] }
	if {[$iut capability clock] eq "virtual"} { lappend in now [json num $now] }
	set answer [$iut call step [json obj {*}$in]]
	set reply [dict create kind [dict get $answer kind] heard [$iut heard]]
	return [dict merge $reply [json plain [dict get $answer body]]]
}

proc ::live::party::event_node {event} {
	lassign $event kind what
	switch -- $kind {
		recv { return [json obj recv [json strs $what]] }
		timer { return [json obj timer [json str [lindex $what 0]]] }
	}
	return [json obj input [list obj [dict map {name value} $what {
		input_node $name $value
	}]]]
}

proc ::live::party::input_node {name value} {
	switch -- $name {
		price - unit - amount - authAmount {
			return [list obj [dict map {key n} $value {json num $n}]]
		}
		captureNow - final - replace { return [json bool $value] }
		reason - authSeq - n - expiry { return [json num $value] }
		micro { return [input_object $value] }
		items { return [json arr [lmap item $value {input_object $item}]] }
	}
	return [json str $value]
}

proc ::live::party::input_object {members} {
	return [list obj [dict map {name value} $members {input_node $name $value}]]
}

# -- copies ---------------------------------------------------------------------

proc ::live::party::fork {party} {
	if {[dict get $party kind] eq "oracle"} { return $party }
	set iut [dict get $party iut]
	if {[$iut capability fork] ni {1}} { return [revive $party] }
	set body [answered [$iut call fork [json obj h [json str [dict get $party handle]]]] fork]
	dict set party handle [json text $body h]
	return $party
}

# A fresh party that was told the same.
proc ::live::party::revive {party} {
	set trail [dict get $party trail]
	dict set party handle [open_handle [dict get $party iut] \
	    [dict get $party setup] [dict get $party role]]
	foreach told $trail {
		lassign $told event now rand kind
		if {$event eq "restart"} {
			restart party
			continue
		}
		set reply [ask $party $event $now $rand]
		if {[dict get $reply kind] ne $kind} {
			throw {LIVE verdict} [verdict fail wrong-output \
			    "told the same as before, it answers [dict get $reply kind] and not $kind"]
		}
	}
	dict set party trail $trail
	return $party
}

proc ::live::party::drop {party} {
	if {[dict get $party kind] eq "oracle"} return
	set iut [dict get $party iut]
	if {![$iut alive]} return
	answered [$iut call drop [json obj h [json str [dict get $party handle]]]] drop
}

proc ::live::party::restart {partyVar} {
	upvar 1 $partyVar party
	if {[dict get $party kind] eq "oracle"} return
	answered [[dict get $party iut] call restart \
	    [json obj h [json str [dict get $party handle]]]] restart
	dict lappend party trail restart
}

proc ::live::party::restarts {party} {
	return [expr {[dict get $party kind] eq "oracle"
	    || [[dict get $party iut] capability restart] in {1}}]
}

proc ::live::party::digest {party} {
	if {[dict get $party kind] eq "oracle"} {
		return [::oracle::role digest [dict get $party value]]
	}
	set iut [dict get $party iut]
	if {[$iut capability digest] ni {1}} { return {} }
	set body [answered [$iut call digest [json obj h [json str [dict get $party handle]]]] digest]
	return [json text $body digest]
}

# -- randomness -------------------------------------------------------------------

proc ::live::party::labels {role profile} {
	variable known
	if {![dict exists $known $role,$profile]} {
		dict set known $role,$profile [drawn_by $role $profile]
	}
	return [dict get $known $role,$profile]
}

proc ::live::party::drawn_by {role profile} {
	set labels {}
	set hash [expr {[::case::fits hard $profile] ? 32 : 20}]
	foreach row [dict get [::live::tables] draws] {
		lassign $row label octets message who profiles
		if {$who ne $role || ![::case::fits $profiles $profile]} continue
		dict set labels $label [expr {[string is integer $octets] ? $octets : $hash}]
	}
	return $labels
}
