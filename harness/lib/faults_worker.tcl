# faults_worker.tcl -- the side of semper faults that runs cases
#
#   faults::worker::serve OPT     reads places of the selection, one a line;
#                                 writes a JSON object for each:
#       {"at":N,"outcome":killed|survived|equivalent,"case":ID,"cause":C,
#        "cases":N,"ms":N}
#
# Cases come in this order: those of the requirements of the fault; those of the
# same role; of the same protocol.  Others are not asked: each room has to notice
# its own mistakes.  Within each, the first instance of every case comes before
# the second of any, the strictest profile first.  A case that fails without the
# fault as well kills nothing.  Of a fault that is marked equivalent, or whose only
# witness is denied (`unseen`), the cases of its requirements are tried and no others.

package require Tcl 8.6-

namespace eval ::faults::worker {
	namespace path ::
	variable together 24          ;# stateless cases asked at a time
	variable honest [dict create] ;# case -> its word without any fault
}

proc ::faults::worker::serve {opt} {
	variable clean
	set faults [::faults::catalogue select $opt]
	prepare $opt $faults
	while {[gets stdin at] >= 0} {
		set begin [clock milliseconds]
		set result [try_fault [lindex $faults $at]]
		dict set result ms [expr {[clock milliseconds] - $begin}]
		dict set result at $at
		puts [json write [report_json::mixed $result {at cases ms} {}]]
		flush stdout
	}
	$clean kill
	return 0
}

# What try_fault needs, for any of FAULTS.
proc ::faults::worker::prepare {opt faults} {
	variable most [dict get $opt most]
	variable context [::faults::context $opt]
	variable clean [adapter {}]
	variable plan [spread [plan $context $faults]]
}

# The cases of the rooms of FAULTS; the rooms below the protocols share them.
proc ::faults::worker::plan {context faults} {
	set rooms [lsort -unique [lmap fault $faults {dict get $fault room}]]
	set low {crypto der pki}
	foreach room $rooms {
		if {$room in $low} { lappend rooms {*}$low }
	}
	return [concat {*}[lmap room [lsort -unique $rooms] {
		provider plan [dict replace $context protocol $room]
	}]]
}

# The reference with the mistake of FAULT switched on; a fault that has a program
# of its own is that program.
proc ::faults::worker::adapter {fault} {
	variable context
	set command [dict get $context command]
	if {[dict exists $fault program]} {
		set command [dict get $fault program]
	} elseif {$fault ne {}} {
		set command "env SEMPER_FAULT=[dict get $fault switch] $command"
	}
	return [iut::Iut new $command -timeout [dict get $context timeout] \
	    -deny [dict get $context deny]]
}

# -- the order ----------------------------------------------------------------------

proc ::faults::worker::spread {plan} {
	set keyed {}
	set count [dict create]
	foreach instance [strictest $plan] {
		if {[dict get $instance provider] eq "hello"} continue
		set case [dict get $instance case]
		dict incr count $case
		lappend keyed [list [dict get $count $case] $instance]
	}
	return [lmap pair [lsort -integer -index 0 $keyed] {lindex $pair 1}]
}

# 3KP before 2KP before 1KP, HARD before JSAC before EC95; else as they are.
proc ::faults::worker::strictest {plan} {
	set keyed [lmap instance $plan {
		set profile [provider::value $instance profile]
		regexp {([123])kp-([a-z]+[0-9]*)} $profile -> variant edition
		set rank [expr {$profile eq {} ? 0
		    : 3 * [dict get {hard 0 jsac 1 ec95 2} $edition] + 3 - $variant}]
		list $rank $instance
	}]
	return [lmap pair [lsort -integer -index 0 $keyed] {lindex $pair 1}]
}

# The plan as FAULT wants it.
proc ::faults::worker::ordered {fault} {
	variable plan
	set role [role_of $fault]
	set shelves [dict create 0 {} 1 {} 2 {}]
	foreach instance $plan {
		if {[cites $instance $fault]} {
			dict lappend shelves 0 $instance
		} elseif {[dict get $instance protocol] eq [dict get $fault room]} {
			dict lappend shelves [expr {$role eq [provider::value $instance role]
			    ? 1 : 2}] $instance
		}
	}
	return [dict values $shelves]
}

proc ::faults::worker::cites {instance fault} {
	foreach id [dict get $fault req] {
		if {$id in [dict get $instance req]} { return 1 }
	}
	return 0
}

proc ::faults::worker::role_of {fault} {
	foreach id [dict get $fault req] {
		set letter [lindex [split $id -] 1]
		if {[dict exists {B buyer S seller A acquirer} $letter]} {
			return [dict get {B buyer S seller A acquirer} $letter]
		}
	}
	return {}
}

# -- one fault ------------------------------------------------------------------------

proc ::faults::worker::try_fault {fault} {
	variable most
	set marked [expr {[dict get $fault equivalent] ne {}}]
	set shelves [ordered $fault]
	set cases [expr {$marked || [blinded $fault] ? [lindex $shelves 0] : [concat {*}$shelves]}]
	set result [try_cases $fault [lrange $cases 0 $most-1]]
	if {$marked && [dict get $result outcome] eq "survived"} {
		dict set result outcome equivalent
	}
	return $result
}

# Until one of CASES kills FAULT.
proc ::faults::worker::try_cases {fault cases} {
	set iut [adapter $fault]
	set asked 0
	try {
		foreach portion [portions $cases] {
			incr asked [llength $portion]
			set killer [killer $iut $portion]
			if {[llength $killer]} {
				return [dict create outcome killed case [lindex $killer 0] \
				    cause [lindex $killer 1] cases $asked]
			}
		}
	} finally {
		$iut destroy
	}
	return [dict create outcome survived cases $asked]
}

# 1 if what would show FAULT, the first words of `unseen`, is denied.
proc ::faults::worker::blinded {fault} {
	variable context
	set witness [string trimright [lindex [provider::value $fault unseen] 0] :]
	return [expr {$witness in [dict get $context deny]}]
}

# Stateless cases in portions, flows one by one.
proc ::faults::worker::portions {instances} {
	variable together
	set found {}
	set portion {}
	foreach instance $instances {
		if {[dict get $instance provider] ne "vectors"} {
			if {[llength $portion]} { lappend found $portion }
			set portion {}
			lappend found [list $instance]
			continue
		}
		lappend portion $instance
		if {[llength $portion] == $together} {
			lappend found $portion
			set portion {}
		}
	}
	if {[llength $portion]} { lappend found $portion }
	return $found
}

# {CASE CAUSE} of the first instance that fails because of the fault, or {}.
proc ::faults::worker::killer {iut instances} {
	foreach instance $instances verdict [provider run [context] $iut $instances] {
		if {[dict get $verdict verdict] eq "fail" && [passes $instance]} {
			return [list [dict get $instance id] [dict get $verdict cause]]
		}
	}
	return {}
}

proc ::faults::worker::context {} { variable context; return $context }

# 1 if the reference without a fault does not fail INSTANCE.
proc ::faults::worker::passes {instance} {
	variable honest
	variable clean
	set id [dict get $instance id]
	if {![dict exists $honest $id]} {
		set verdict [lindex [provider run [context] $clean [list $instance]] 0]
		dict set honest $id [dict get $verdict verdict]
	}
	return [expr {[dict get $honest $id] ni {fail error}}]
}
