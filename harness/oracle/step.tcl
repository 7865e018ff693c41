# step.tcl -- what an action of a protocol may say while it answers one event.
#
# The engine (role.tcl) opens a step on a copy of the party, runs the protocol's
# action, and takes the copy over or throws it away.  Everything an action does
# to the world goes through these verbs:
#
#   must ID CONDITION CODE    the check that requirement ID asks for; a false
#                             CONDITION (an expression of the caller) refuses
#   fold ID CONDITION         as must, but answers 1 or 0; the caller refuses
#                             once for all of them
#   refuse ID CODE            refuse now
#   draw LABEL LENGTH         random octets
#   send TO OCTETS            a message leaves
#   timer NAME AT             ask to be woken
#   report NAME VALUE         part of the result
#   now   param NAME ?DEFAULT?   key NAME   speaks PROFILE
#   its FIELD ?DEFAULT?   keep FIELD VALUE ..   forget FIELD   knows FIELD
#                             the transaction
#   store TABLE KEY ?VALUE?   what belongs to no transaction; "" if absent
#   select KEY   exists KEY    make a transaction the current one; whether there is one
#   visit KEY SCRIPT          run SCRIPT with another transaction as the current one
#   rows EVENT                next states the table gives the current state, that of
#                             the role, or of the transaction's field `table`
#
# A refusal is the error {SEMPER reject CLASS CODE ID}.

package require Tcl 8.6-

namespace eval ::oracle::step {
	namespace path ::oracle
	variable party {}      ;# the copy under work
	variable tables {}     ;# of its protocol
	variable moment 0
	variable streams {}    ;# label -> octets given
	variable taken {}      ;# label -> octets drawn in this step
	variable out {}
	variable timers {}
	variable result {}
	variable current ""    ;# key of the current transaction
	variable tx {}         ;# and its fields
	variable before none   ;# the state it was in when it was selected
	variable evaluated {}  ;# ids of this step's checks, in order
	variable skipped {}    ;# ids whose checks are switched off
	variable found         ;# cache: (role, state, event, profile) -> next states
	array set found {}
}

proc ::oracle::step::begin {of with rand at} {
	variable party $of
	variable tables $with
	variable moment $at
	variable streams [dict map {label hex} $rand { binary decode hex $hex }]
	foreach clean {taken out timers result tx evaluated current} {
		set [namespace current]::$clean {}
	}
	variable before none
}

# The party with the current transaction written back.
proc ::oracle::step::finish {} {
	variable party
	variable current
	variable tx
	if {$current ne "" && [its state none] ne "none"} {
		dict set party transactions $current $tx
	}
	return $party
}

# -- checks -----------------------------------------------------------------

proc ::oracle::step::must {id condition code} {
	variable evaluated
	variable skipped
	lappend evaluated $id
	if {$id in $skipped} return
	if {![uplevel 1 [list expr $condition]]} { refuse $id $code }
}

proc ::oracle::step::fold {id condition} {
	variable evaluated
	variable skipped
	lappend evaluated $id
	set holds [uplevel 1 [list expr $condition]]
	return [expr {$holds || $id in $skipped}]
}

proc ::oracle::step::refuse {id code} {
	variable tables
	set class [lindex [dict get $tables errors $code] 0]
	return -code error -errorcode [list SEMPER reject $class $code $id] "$code ($id)"
}

# -- effects ----------------------------------------------------------------

proc ::oracle::step::draw {label length} {
	variable streams
	variable taken
	dict incr taken $label $length
	if {![dict exists $streams $label]} { return [Fresh $length] }
	set stream [dict get $streams $label]
	if {[string length $stream] < $length} {
		return -code error -errorcode {SEMPER error random} "the stream of $label ends"
	}
	dict set streams $label [string range $stream $length end]
	return [string range $stream 0 $length-1]
}

proc ::oracle::step::Fresh {length} {
	set source [open /dev/urandom rb]
	try {
		return [read $source $length]
	} finally {
		close $source
	}
}

proc ::oracle::step::send {to octets} {
	variable out
	lappend out [dict create to $to msg [binary encode hex $octets]]
	return $octets
}

proc ::oracle::step::timer {name at} {
	variable timers
	lappend timers [dict create name $name at $at]
}

proc ::oracle::step::report {name value} {
	variable result
	dict set result $name $value
}

# -- what the party knows -----------------------------------------------------

proc ::oracle::step::now {} {
	variable moment
	return $moment
}

proc ::oracle::step::param {name {default ""}} {
	variable party
	if {![dict exists $party params $name]} { return $default }
	return [dict get $party params $name]
}

proc ::oracle::step::key {name} {
	variable party
	return [dict get $party keys $name]
}

proc ::oracle::step::speaks {profile} {
	variable party
	return [expr {$profile in [dict get $party profiles]}]
}

proc ::oracle::step::store {table key args} {
	variable party
	if {[llength $args]} {
		dict set party store $table $key [lindex $args 0]
	} elseif {![dict exists $party store $table $key]} {
		return ""
	}
	return [dict get $party store $table $key]
}

proc ::oracle::step::exists {key} {
	variable party
	return [dict exists $party transactions $key]
}

proc ::oracle::step::select {key} {
	variable party
	variable current $key
	variable tx {}
	if {[exists $key]} { set tx [dict get $party transactions $key] }
	variable before [its state none]
}

proc ::oracle::step::its {field args} {
	variable tx
	if {[dict exists $tx $field]} { return [dict get $tx $field] }
	if {[llength $args]} { return [lindex $args 0] }
	return -code error -errorcode [list SEMPER error field] "the transaction has no $field yet"
}

proc ::oracle::step::knows {field} {
	variable tx
	return [dict exists $tx $field]
}

proc ::oracle::step::keep {args} {
	variable tx
	dict for {field value} $args { dict set tx $field $value }
}

proc ::oracle::step::forget {field} {
	variable tx
	dict unset tx $field
}

proc ::oracle::step::visit {key script} {
	variable party
	variable current
	variable tx
	variable before
	set left [list $current $tx $before]
	select $key
	uplevel 1 $script
	if {[dict exists $tx state]} { dict set party transactions $key $tx }
	lassign $left current tx before
}

# -- the state table ----------------------------------------------------------

proc ::oracle::step::rows {event} {
	variable party
	variable tables
	variable before
	variable found
	set role [its table [dict get $party role]]
	set profile [its profile]
	set name [list $role $before $event $profile [dict get $party protocol]]
	if {[info exists found($name)]} { return $found($name) }
	set words [tables words $profile]
	set next {}
	foreach row [dict get $tables states $role] {
		lassign $row state on profiles to
		if {$state eq $before && $on eq $event && [tables applies $profiles $words]} {
			lappend next $to
		}
	}
	set found($name) $next
	return $next
}
