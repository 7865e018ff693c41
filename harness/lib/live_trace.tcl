# live_trace.tcl -- what one party of a flow was told and answered, kept for
# stored flow vectors
#
#   trace on ROLE | trace off
#   trace note WORLDVAR ROLE EVENT REPLY ?CODES?   called by the engine for every
#                                            event; the steps of the role are in
#                                            the world's `told`
#   trace told WORLDVAR ROLE EVENT REPLY RAND ?CODES?   the same for a step alone
#   trace restarted WORLDVAR ROLE            so is that the role was restarted
#   trace role                               whose steps are kept, or {}
#   trace visits                             {ROLE STATE EVENT} that were accepted by
#                                            anybody while trace was on
#
# A step is a dict: event, now, rand (only what was drawn), reply, codes (those a
# refusal may have; none if it is accepted); or {restart 1}.

package require Tcl 8.6-

namespace eval ::live::trace {
	namespace export on off note told restarted event_name role visits
	namespace ensemble create
	variable role {}
	variable visited {}
}

proc ::live::trace::on {name} {
	variable role $name
	variable visited {}
	return
}

proc ::live::trace::off {} {
	variable role {}
	return
}

proc ::live::trace::note {worldVar name event reply {codes {}}} {
	variable role
	variable visited
	if {$role eq {}} return
	upvar 1 $worldVar world
	if {[dict get $reply kind] eq "ok"} {
		dict set visited [list $name [world state $world $name] [event_name $event]] 1
	}
	told world $name $event $reply [dict get $world rand] $codes
}

proc ::live::trace::told {worldVar name event reply rand {codes {}}} {
	variable role
	if {$name ne $role} return
	upvar 1 $worldVar world
	dict lappend world told [dict create event $event now [dict get $world now] \
	    rand [given $rand $reply] reply $reply codes $codes]
}

proc ::live::trace::restarted {worldVar name} {
	variable role
	if {$name ne $role} return
	upvar 1 $worldVar world
	dict lappend world told {restart 1}
}

# Of the streams of this step, what was taken from them.
proc ::live::trace::given {rand reply} {
	if {![dict exists $reply drew]} { return {} }
	return [dict map {label count} [dict get $reply drew] {
		string range [dict get $rand $label] 0 [expr {2 * $count - 1}]
	}]
}

# As the state tables name events.
proc ::live::trace::event_name {event} {
	lassign $event kind what
	switch -- $kind {
		recv { return [lindex [wire label [dict get $what from] {} [dict get $what msg]] 0] }
		timer { return [lindex [split [lindex $what 0] /] 0] }
	}
	return [dict get $what do]
}

proc ::live::trace::visits {} {
	variable visited
	return [dict keys $visited]
}

proc ::live::trace::role {} {
	variable role
	return $role
}
