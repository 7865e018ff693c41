# case_coverage.tcl -- what of the messages and of the state tables the cases visit
#
#   case::coverage CONTEXT    rows {WHAT TOTAL VISITED MISSING} for `semper trace`;
#                             MISSING are the names of what no case visits
#   case::explained CONTEXT   NAME -> reason: leaves whose change is not refused
#
# A leaf is visited if a case changes it by itself and nothing else, and names
# the refusal that follows; one that the leaves tables call a gap has its reason
# there.  A cell is a state and an event: one with a row is visited if an honest
# run or a script passes it, one without a row if the event is offered and
# refused there.

package require Tcl 8.6-

proc ::case::coverage {context} {
	set model [model [dict get $context root]]
	set found {}
	foreach profile [profiles] {
		lappend found [leaf_coverage $model $profile] [cell_coverage $model $context $profile]
	}
	return $found
}

# -- leaves -------------------------------------------------------------------------

proc ::case::leaf_coverage {model profile} {
	set short [lindex [split $profile /] end]
	set total 0
	set missing {}
	dict for {name table} [dict get $model leaves] {
		if {[llength $name] > 1 || ![table_fits $model $table $profile]} continue
		set known [spoken_of $table $profile]
		foreach leaf [leaves_of $table $profile] {
			set path [regsub {\.\*$} [dict get $leaf path] {}]
			incr total
			if {[lsearch -glob $known $path*] < 0} { lappend missing "$name.$path@$short" }
		}
	}
	return [list "leaves changed by themselves, $short" $total \
	    [expr {$total - [llength $missing]}] $missing]
}

# Paths that some row of the table speaks of in this profile.
proc ::case::spoken_of {table profile} {
	set found {}
	foreach row [rows $table] {
		lassign $row path filter
		if {[fits $filter $profile]} { lappend found [lindex $path 0] }
	}
	return $found
}

proc ::case::explained {context} {
	set found {}
	dict for {name table} [dict get [model [dict get $context root]] leaves] {
		foreach row [rows $table] {
			lassign $row path filter reseal expected
			if {[lindex $expected 0] ne "gap"} continue
			dict set found "$name.$path ($filter)" [lrange $expected 1 end]
		}
	}
	return $found
}

# -- cells --------------------------------------------------------------------------

proc ::case::cell_coverage {model context profile} {
	set short [lindex [split $profile /] end]
	set passed [passed $model $context $profile]
	set total 0
	set missing {}
	dict for {role table} [dict get $model reach] {
		set offered [offered_cells $model $role $profile]
		foreach state [states_of $role $profile] {
			foreach event [events_of $role $profile] {
				set name [list $role $state $event]
				set kind [lindex [cell $role $state $event $profile] 0]
				if {$kind eq "absent" || [sessionless $role $state $event]} continue
				incr total
				set hit [expr {$kind eq "row" ? $name in $passed : $name in $offered}]
				if {!$hit} { lappend missing "$role.$state.$event@$short" }
			}
		}
	}
	return [list "cells of the state tables, $short" $total \
	    [expr {$total - [llength $missing]}] $missing]
}

# Inputs name a session, which there is none of yet.
proc ::case::sessionless {role state event} {
	variable inputs
	return [expr {$state eq "none" && $event in [dict get $inputs $role]}]
}

# The states a profile can be in: those that rows of it lead to or start from.
proc ::case::states_of {role profile} {
	set found {}
	foreach row [dict get [::live::tables] states $role] {
		lassign $row state event filter next
		if {[fits $filter $profile]} { lappend found $state $next }
	}
	return [lsort -unique $found]
}

proc ::case::events_of {role profile} {
	variable messages
	variable inputs
	set found {}
	foreach type $messages {
		if {[::oracle::ikp::message exists $profile $type]} { lappend found $type }
	}
	return [concat $found [dict get $inputs $role]]
}

proc ::case::offered_cells {model role profile} {
	set found {}
	foreach row [rows [dict get $model reach $role]] {
		lassign $row state filter
		if {![chosen $filter $profile]} continue
		foreach {event step expect} [offered $role $state $profile] {
			lappend found [list $role $state $event]
		}
	}
	return $found
}

# The rows that flows and scripts of a profile pass, all parties the oracle's.
proc ::case::passed {model context profile} {
	set found {}
	foreach shelf {flows cases} {
		dict for {name entry} [dict get $model $shelf] {
			if {![dict exists $entry steps] || ![chosen [dict get $entry profiles] $profile]} continue
			lappend found {*}[visits_of $context $entry $profile]
		}
	}
	return [lsort -unique $found]
}

proc ::case::visits_of {context entry profile} {
	set role [lindex [expr {[dict exists $entry role] ? [dict get $entry role] : "buyer"}] 0]
	set instance [dict create role $role profile $profile]
	set changes [expr {[dict exists $entry open] ? [dict get $entry open] : {}}]
	::live::trace on $role
	try {
		set world [::live::world make $context $profile {} $changes]
		set world [::live::script begin $world \
		    [::live::spelled $instance [dict get $entry steps]]]
		::live::script go world
		return [::live::trace visits]
	} finally {
		::live::trace off
	}
}
