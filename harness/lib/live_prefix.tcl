# live_prefix.tcl -- the honest beginning that neighbouring cases share
#
#   prefix world CONTEXT SUBJECTS INSTANCE    the instance's flow, run until the
#                                 message its case changes is next; the caller
#                                 owns the copy it gets
#
# The last beginning is kept.  An implementation that can fork is forked there;
# one that cannot is opened anew and told the same again, if that gives the same
# octets; else the flow is run from its start.

package require Tcl 8.6-

namespace eval ::live::prefix {
	namespace export world
	namespace ensemble create
	variable kept {}        ;# {KEY WORLD CHAINS}: the beginning last used
}

proc ::live::prefix::world {context subjects instance} {
	variable kept
	set key [name $context $subjects $instance]
	if {[lindex $kept 0] ne $key} {
		forget
		set world [start $context $subjects $instance]
		if {![repeatable $world $subjects]} { return $world }
		set kept [list $key $world [setup issued]]
	}
	setup issued [lindex $kept 2]
	return [::live::world fork [lindex $kept 1]]
}

# A new child of the adapter has none of the handles of the old one.
proc ::live::prefix::name {context subjects instance} {
	set data [dict get $instance data]
	set children [lmap {role iut} $subjects {list $iut [$iut starts]}]
	return [list $children [dict get $context challenge] [dict get $instance profile] \
	    [dict get $instance role] [dict get $data flow] [dict get $data on] \
	    [::live::changes $instance] [trace role]]
}

proc ::live::prefix::repeatable {world subjects} {
	if {[dict get $world exact]} { return 1 }
	dict for {role iut} $subjects {
		if {[$iut capability fork] ni {1}} { return 0 }
	}
	return 1
}

proc ::live::prefix::forget {} {
	variable kept
	if {![llength $kept]} return
	lassign $kept key world
	set kept {}
	foreach child [lindex $key 0] {
		lassign $child iut starts
		if {[info object isa object $iut] && [$iut starts] == $starts && [$iut alive]} {
			::live::world drop $world
		}
	}
}

proc ::live::prefix::start {context subjects instance} {
	set data [dict get $instance data]
	set world [::live::world make $context [dict get $instance profile] $subjects \
	    [::live::changes $instance]]
	set world [script begin $world [::live::flow $context $instance steps]]
	lassign [dict get $data on] type n
	set n [expr {$n eq {} ? 1 : $n}]
	if {![script go world [list $type [dict get $instance role] $n]]} {
		error "the flow [dict get $data flow] has no $type to the [dict get $instance role]"
	}
	return $world
}
