# gen_broker.tcl -- flow vectors of the broker, from the `market` cases (live_broker.tcl)
#
#   gen::broker::test CONTEXT INSTANCE    a test of gen_ikp.tcl, or {} if it is told nothing
#   gen::broker::opened PROFILE           the `in` of the operation open
#
# All of them have one accepted parent, ikp::broker::buys; what a refused one does otherwise
# stands in its mutation: the changed component, or the steps of the case.

package require Tcl 8.6-

namespace eval ::gen::broker {
	namespace path ::gen
}

proc ::gen::broker::opened {profile} {
	set open [dict get [::broker::cast_of $profile] parties broker]
	return [json obj protocol [json str ikp] role [json str broker] \
	    profiles [strings [list $profile]] \
	    params [json obj {*}[::broker::nodes [dict get $open params]]] \
	    keys [json obj {*}[::broker::key_nodes [dict get $open keys]]]]
}

proc ::gen::broker::test {context instance} {
	lassign [::gen::ikp::traced $instance {::broker::play $context {} $instance}] verdict market
	set told [dict get $market told]
	set members [::gen::ikp::heading $instance]
	set expect [list result [json str [dict get $instance expect]]]
	if {[dict get $instance expect] eq "reject"} {
		set last [lindex [refusals $told] end]
		lappend expect {*}[::gen::ikp::refusal [concat {*}[lmap one [refusals $told] {
			dict get $one codes
		}]]]
		dict set members parent [json str [parent $instance]]
		dict set members mutation [mutation [dict get $instance data steps] $last]
	}
	dict set members steps [::gen::ikp::steps broker $told]
	dict set members expect [json obj {*}$expect]
	return [list obj $members]
}

proc ::gen::broker::parent {instance} {
	return ikp::broker::buys@[lindex [split [dict get $instance profile] /] end]/broker
}

proc ::gen::broker::refusals {told} {
	return [lmap one $told {
		if {[dict exists $one restart] || ![llength [dict get $one codes]]} continue
		set one
	}]
}

# LAST is the step that is refused.
proc ::gen::broker::mutation {text last} {
	set lines [::live::script::lines $text]
	set altered [lsearch -all -inline -index 0 $lines alter]
	set node [list kind [json str [kind $lines $altered]] \
	    message [json str [::live::trace event_name [dict get $last event]]]]
	set changes [lmap line $altered {lrange $line 1 end}]
	if {[llength $changes] == 1} {
		return [json obj {*}$node change [strings [lindex $changes 0]]]
	}
	if {[llength $changes]} { return [json obj {*}$node also [strings $changes]] }
	return [json obj {*}$node script [strings $lines]]
}

# Without a changed component it is one of time, of another session, of what the chains
# are about, of a step that came before, or of one that comes too late.
proc ::gen::broker::kind {lines altered} {
	if {[llength $altered]} {
		switch -- [lindex $altered 0 2] {
			{} { return drop-field }
			@flip { return flip-bit }
		}
		return set-field
	}
	set words [lmap line $lines {lindex $line 0}]
	if {"wait" in $words || "timer" in $words} { return shift-time }
	if {"refuses" in $words} { return other-session }
	if {[llength [lindex $lines 0]] > 1} { return set-field }
	return [expr {"quote" in $words ? "late-step" : "replay-step"}]
}
