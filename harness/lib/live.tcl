# live.tcl -- flow cases run against an implementation that plays one role
#
# The provider `live` (provider.tcl): its instances are those of case.tcl.  The
# oracle plays every other role, and the network; what the implementation sends
# reaches them, and what they send reaches it, through the harness, which
# changes one message, seals anew what depends on it, delivers it, judges the
# answer and lets the genuine message follow.
#
#   live::instances CONTEXT    live::run CONTEXT IUT INSTANCE
#   live::tables               what spec/ikp.md fixes as data
#
# The pieces: live_setup.tcl who takes part, live_given.tcl with keys of one's own;
# live_party.tcl one role;
# live_world.tcl all of them and what is between; live_script.tcl the steps;
# live_wire, live_scene, live_seal and live_mutate.tcl how a message is changed;
# live_judge and live_output.tcl what the answer has to be; live_trace.tcl what
# becomes a vector.

package require Tcl 8.6-

namespace eval ::live {
	variable folder [file dirname [file normalize [info script]]]
	if {![namespace exists ::oracle::ikp]} {
		source -encoding utf-8 [file join $folder .. oracle ikp.tcl]
	}
	foreach part {
		given setup party world wire sealed scene seal mutate specimen trace output judge script
		prefix weakened
	} {
		source -encoding utf-8 [file join $folder live_$part.tcl]
		foreach user {setup party world wire sealed scene seal mutate specimen trace output judge script
		    script::network prefix} {
			namespace eval ::live::$user {namespace path ::live}
		}
	}
}

proc ::live::tables {} {
	return [::oracle::tables read [file join $::oracle::ikp::folder .. .. spec ikp.md]]
}

proc ::live::instances {context} {
	return [lmap instance [::case::instances $context] {
		dict set instance needs [needs $context $instance]
		dict set instance profiles [spoken $instance]
		dict set instance restarts [restarts $context $instance]
		set instance
	}]
}

# Capabilities without which an instance cannot be run, told from its steps.
proc ::live::needs {context instance} {
	set needs [dict get $instance needs]
	set text [program $context $instance]
	if {[regexp -line "^\\s*timer [dict get $instance role]\\M" $text]} {
		lappend needs clock=virtual
	}
	foreach {- seconds} [regexp -all -inline -line {^\s*wait\s+(\S+)} $text] {
		if {$seconds < 0 || $seconds > 3} { lappend needs clock=virtual }
	}
	if {[regexp "(?:^|\\x7b|\n)\\s*(random|starve) [dict get $instance role]\\M" $text]} {
		lappend needs rand=stream
	}
	return [lsort -unique $needs]
}

# 1 if the party under test is restarted in it.
proc ::live::restarts {context instance} {
	return [regexp -line "^\\s*restart(ing)? [dict get $instance role]\\M" \
	    [program $context $instance]]
}

# The profiles that the party under test is opened with.
proc ::live::spoken {instance} {
	set data [dict get $instance data]
	set role [dict get $instance role]
	if {![dict exists $data open]} { return [list [dict get $instance profile]] }
	set open [spelled $instance [dict get $data open]]
	if {![dict exists $open $role profiles]} { return [list [dict get $instance profile]] }
	return [dict get $open $role profiles]
}

# The steps of an instance, or of its flow.
proc ::live::program {context instance} {
	set data [dict get $instance data]
	if {[dict exists $data steps]} { return [spelled $instance [dict get $data steps]] }
	return [flow $context $instance steps]
}

# The words that stand for something else in every profile or role.
proc ::live::spelled {instance text} {
	lassign [::case::split_profile [dict get $instance profile]] variant edition
	return [string map [list SUBJECT [dict get $instance role] EDITION $edition \
	    VARIANT $variant LOWER [::case::lower $variant] OTHERHASH [expr {$edition eq "hard" ? "sha1" : "sha256"}] \
	    OTHER [dict get {ec95 jsac jsac hard hard ec95} $edition]] $text]
}

proc ::live::flow {context instance key} {
	set model [::case::model [dict get $context root]]
	return [dict get $model flows [dict get $instance data flow] $key]
}

# -- one instance -------------------------------------------------------------------

proc ::live::run {context iut instance} {
	set subjects [dict create [dict get $instance role] $iut]
	try {
		return [lindex [play $context $subjects $instance] 0]
	} trap {LIVE verdict} {verdict} {
		return $verdict
	}
}

# {VERDICT WORLD}; what is wrong is thrown as {LIVE verdict}.
proc ::live::play {context subjects instance} {
	if {[dict get $instance data kind] eq "script"} {
		set world [start_script $context $subjects $instance]
	} else {
		set world [prefix world $context $subjects $instance]
	}
	try {
		if {[dict get $instance data kind] eq "script"} {
			set verdict [finish_script $instance world]
		} else {
			set verdict [deviate $context $instance world]
		}
		return [list $verdict $world]
	} finally {
		world drop $world
	}
}

proc ::live::changes {instance} {
	set data [dict get $instance data]
	return [expr {[dict exists $data open] ? [dict get $data open] : {}}]
}

proc ::live::start_script {context subjects instance} {
	set world [world make $context [dict get $instance profile] $subjects [changes $instance]]
	return [script begin $world [program $context $instance]]
}

proc ::live::finish_script {instance worldVar} {
	upvar 1 $worldVar world
	set data [dict get $instance data]
	script go world
	if {[dict exists $data ends]} { script end world [dict get $data ends] }
	return [outcome $world]
}

proc ::live::outcome {world} {
	if {[dict get $world flaw] ne {}} { return [verdict flaw [dict get $world flaw]] }
	if {[dict get $world weak] ne {}} { return [verdict weak [dict get $world weak]] }
	return [verdict pass]
}

# -- one deviation --------------------------------------------------------------------

proc ::live::deviate {context instance worldVar} {
	upvar 1 $worldVar world
	set data [dict get $instance data]
	set role [dict get $instance role]
	set reseal [expr {[dict exists $data reseal] ? [dict get $data reseal] : {}}]
	set message [world head $world]
	if {[lindex [dict get $data on] 0] eq [dict get $message type]} { dict set message whole 1 }
	set mutations [::live::script::lines [spelled $instance [dict get $data mutate]]]
	dict set message msg [mutate apply world $message $mutations $reseal]
	set expect [dict get $data expect]
	if {[lindex $expect 0] ne "reject"} { world altered world $message }
	switch -- [lindex $expect 0] {
		reject {
			if {[dict exists $data changes]} { lappend expect changes-state }
			dict set world expecting $expect
			script act world $role [script recv $message]
		}
		taken {
			script act world $role [script recv $message]
			return [outcome $world]
		}
		accept {
			world take world
			script act world $role [script recv $message]
		}
		flaw { return [shown world $role $message] }
	}
	if {[dict exists $data after]} { ::live::script::steps world [dict get $data after] }
	finish $context $instance world
	return [outcome $world]
}

# The genuine message is next; the flow runs on to its end.
proc ::live::finish {context instance worldVar} {
	upvar 1 $worldVar world
	script go world
	script end world [flow $context $instance ends]
}

# A known weakness of a historic profile: showing it is no failure, and being
# stricter is none either.
proc ::live::shown {worldVar role message} {
	upvar 1 $worldVar world
	set event [script recv $message]
	set reply [world tell world $role $event]
	trace note world $role $event $reply
	if {[dict get $reply kind] eq "reject"} {
		return [verdict pass detail "stricter than the edition demands"]
	}
	judge taken world $role $event $reply
	return [verdict flaw "the weakness of this edition shows"]
}

provider register live ::live -batch 24 -rooms ikp
