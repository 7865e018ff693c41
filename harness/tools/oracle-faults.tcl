# oracle-faults.tcl -- does anything notice a mistake of the second implementation?
#
#   tclsh8.6 harness/tools/oracle-faults.tcl ?-catalogue FILE? ?-only GLOB?
#
# For each fault of conformance/faults/oracle.faults the harness is copied, one
# piece of text of one file of harness/oracle is replaced, which must stand there
# exactly once, and fixed values are computed with the copy: by the tests the
# fault names (`by`), then by all tests of the oracle that hold such values, then
# by the committed vectors.  The first that fails, and does not without the
# fault, has killed it.  Ends with `N passed, N failed`; a survivor fails.

package require Tcl 8.6-
source -encoding utf-8 [file join [file dirname [info script]] .. lib flags.tcl]

namespace eval ::oraclefaults {
	variable root [file normalize [file join [file dirname [info script]] .. ..]]
	variable fixed {number hash rsa ec stateless der path ikp_known}
	variable rooms {crypto der pki}
	variable seconds 120 ;# a mistake may never end
	variable keys {file by mistake text instead}
	variable list {}
	variable honest {} ;# script -> 1 if it passes without any fault
}

# -- the catalogue ----------------------------------------------------------------

proc ::oraclefaults::read {file} {
	variable list {}
	set reader [interp create -safe]
	foreach known [interp eval $reader {info commands}] { interp hide $reader $known }
	interp alias $reader fault {} [namespace current]::define
	set ch [open $file]
	chan configure $ch -encoding utf-8
	set text [::read $ch]
	close $ch
	interp eval $reader $text
	interp delete $reader
	return $list
}

proc ::oraclefaults::define {name body} {
	variable keys
	variable list
	if {[lsort [dict keys $body]] ne [lsort $keys]} {
		error "$name: needs [join $keys {, }], each once"
	}
	lappend list [dict merge [dict create name $name] $body]
	return
}

# -- one copy -----------------------------------------------------------------------

proc ::oraclefaults::slurp {file} {
	set ch [open $file]
	chan configure $ch -encoding utf-8 -translation lf
	set text [::read $ch]
	close $ch
	return $text
}

# The harness in a folder of its own; what it only reads is linked.
proc ::oraclefaults::copy {} {
	variable root
	close [file tempfile folder oracle-faults]
	file delete $folder
	file mkdir $folder
	file copy [file join $root harness] $folder
	foreach name {asn1 conformance spec vectors} {
		file link -symbolic [file join $folder $name] [file join $root $name]
	}
	return $folder
}

# How often TEXT stands in the file; replaced if it is once.
proc ::oraclefaults::replace {file text instead} {
	set old [slurp $file]
	set at [string first $text $old]
	if {$at < 0} { return 0 }
	if {[string first $text $old $at+1] >= 0} { return 2 }
	set ch [open $file w]
	chan configure $ch -encoding utf-8 -translation lf
	puts -nonewline $ch [string replace $old $at [expr {$at + [string length $text] - 1}] $instead]
	close $ch
	return 1
}

# -- one fault ------------------------------------------------------------------------

# The name of what fails in FOLDER, or nothing.
proc ::oraclefaults::killer {folder fault} {
	variable root
	variable fixed
	variable rooms
	set script {harness/tools/tcltests.tcl harness/oracle/test}
	set tests [dict get $fault by]
	foreach name $fixed { if {$name ni $tests} { lappend tests $name } }
	foreach name $tests {
		if {[fails $folder {*}$script $name] && [honest {*}$script $name]} { return $name.test }
	}
	foreach room $rooms {
		set script [list harness/semper vectors check --room $room]
		if {[fails $folder {*}$script] && [honest {*}$script]} { return vectors/$room }
	}
	return {}
}

# 1 if the script ARGS does not fail without a fault; it is asked once.
proc ::oraclefaults::honest {args} {
	variable root
	variable honest
	if {![dict exists $honest $args]} { dict set honest $args [expr {![fails $root {*}$args]}] }
	return [dict get $honest $args]
}

proc ::oraclefaults::fails {folder script args} {
	variable seconds
	set here [pwd]
	cd $folder
	set bad [catch {exec timeout $seconds [info nameofexecutable] $script {*}$args 2>@1}]
	cd $here
	return $bad
}

proc ::oraclefaults::attempt {folder fault} {
	variable root
	set name [file join harness oracle [dict get $fault file]]
	set n [replace [file join $folder $name] [dict get $fault text] [dict get $fault instead]]
	if {$n != 1} {
		return [list broken "[lindex {{does not stand} {} {stands more than once}} $n] in $name"]
	}
	set killer [killer $folder $fault]
	file copy -force [file join $root $name] [file join $folder $name]
	if {$killer eq {}} { return [list survived [dict get $fault mistake]] }
	return [list killed $killer]
}

proc ::oraclefaults::main {argv} {
	variable root
	set opt [flags::take [dict create -only * \
	    -catalogue [file join $root conformance faults oracle.faults]] $argv]
	set count [dict create killed 0 survived 0 broken 0]
	set folder [copy]
	try {
		foreach fault [read [dict get $opt -catalogue]] {
			if {![string match [dict get $opt -only] [dict get $fault name]]} continue
			lassign [attempt $folder $fault] outcome what
			dict incr count $outcome
			puts [format "%-9s %-24s %s" $outcome [dict get $fault name] $what]
			flush stdout
		}
	} finally {
		file delete -force $folder
	}
	set failed [expr {[dict get $count survived] + [dict get $count broken]}]
	puts "[dict get $count killed] passed, $failed failed"
	return [expr {$failed > 0 || ![dict get $count killed]}]
}

exit [::oraclefaults::main $argv]
