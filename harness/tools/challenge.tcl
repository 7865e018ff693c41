# challenge.tcl -- verdicts of challenges against those of the fixed run
#
#   tclsh8.6 harness/tools/challenge.tcl SEEDS ?options of semper conform?
#
# SEEDS are separated by commas.  The same cases have to be there, each with the
# same verdict; ends with `N passed, N failed`.

source -encoding utf-8 [file join [file dirname [info script]] .. lib load.tcl]

namespace eval ::challenge {}

# case -> verdict of one run
proc ::challenge::verdicts {arguments} {
	close [file tempfile file semper-challenge.json]
	try {
		set program [list [info nameofexecutable] [file join $::semper::root harness semper]]
		catch {exec {*}$program conform --quiet --json $file {*}$arguments >@ stderr 2>@ stderr}
		set found [dict create]
		foreach result [dict get [report_json::read $file] results] {
			dict set found [dict get $result id] [dict get $result verdict]
		}
		return $found
	} finally {
		file delete $file
	}
}

# Cases that differ, each with what the two runs say.
proc ::challenge::differences {fixed fresh} {
	set found {}
	foreach id [lsort -unique [concat [dict keys $fixed] [dict keys $fresh]]] {
		set one [provider::value $fixed $id]
		set two [provider::value $fresh $id]
		if {$one ne $two} { lappend found $id $one $two }
	}
	return $found
}

proc ::challenge::main {seeds args} {
	set fixed [verdicts $args]
	set passed 0
	set failed 0
	foreach seed [split $seeds ,] {
		set fresh [verdicts [concat $args --challenge $seed]]
		foreach {id one two} [differences $fixed $fresh] {
			puts "FAIL $id: [expr {$one eq {} ? "missing" : $one}] in the fixed run,\
			    [expr {$two eq {} ? "missing" : $two}] with --challenge $seed"
			incr failed
		}
		incr passed [dict size $fresh]
	}
	set passed [expr {max(0, $passed - $failed)}]
	puts "$passed passed, $failed failed"
	return [expr {$failed || !$passed}]
}

if {![llength $argv]} { flags::usage "the seeds have to be said, such as one,two" }
exit [::challenge::main {*}$argv]
