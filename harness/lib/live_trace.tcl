# live_trace.tcl -- what one party of a flow was told and answered, kept for
# stored flow vectors
#
#   trace on ROLE | trace off
#   trace note WORLDVAR ROLE EVENT REPLY     called by the engine for every event
#   trace told                               the steps of the role so far
#
# A step is a dict: event, now, rand (only what was drawn), reply.

package require Tcl 8.6-

namespace eval ::live::trace {
	namespace export on off note told
	namespace ensemble create
	variable role {}
	variable steps {}
}

proc ::live::trace::on {name} {
	variable role $name
	variable steps {}
	return
}

proc ::live::trace::off {} {
	variable role {}
	return
}

proc ::live::trace::note {worldVar name event reply} {
	variable role
	variable steps
	if {$name ne $role} return
	upvar 1 $worldVar world
	lappend steps [dict create event $event now [dict get $world now] \
	    rand [given $world $reply] reply $reply]
}

# Of the streams of this step, what was taken from them.
proc ::live::trace::given {world reply} {
	if {![dict exists $reply drew]} { return {} }
	set rand [dict get $world rand]
	return [dict map {label count} [dict get $reply drew] {
		string range [dict get $rand $label] 0 [expr {2 * $count - 1}]
	}]
}

proc ::live::trace::told {} {
	variable steps
	return $steps
}
