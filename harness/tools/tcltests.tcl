# tcltests.tcl -- run the tcltest files of one folder
#
#   tclsh8.6 harness/tools/tcltests.tcl ?-jobs N? FOLDER ?PATTERN?
#                          the files that match, all if none; N at a time, 1 if not said
#
# Each file runs in a process of its own.  What they say is printed in the order of
# their names, each as soon as all before it have been; ends with `N passed, N failed`.

namespace eval ::tcltests {
	variable jobs 1
	variable files {}      ;# in the order of printing
	variable next 0        ;# the next to be started
	variable shown 0       ;# how many have been printed
	variable said          ;# file -> what it has said so far
	variable ended         ;# file -> 1 if it ended well, 0 if not
	variable passed 0
	variable failed 0
}

proc ::tcltests::usage {} {
	puts stderr "usage: tcltests.tcl ?-jobs N? FOLDER ?PATTERN?"
	exit 2
}

proc ::tcltests::main {argv} {
	variable jobs
	variable files
	variable shown
	variable passed
	variable failed
	if {[lindex $argv 0] eq "-jobs"} {
		set argv [lassign $argv - jobs]
		if {![string is integer -strict $jobs] || $jobs < 1} usage
	}
	if {[llength $argv] ni {1 2}} usage
	lassign $argv folder pattern
	if {$pattern eq {}} { set pattern * }
	set files [lsort [glob -nocomplain -directory [file normalize $folder] $pattern.test]]
	for {set i 0} {$i < $jobs} {incr i} start
	while {$shown < [llength $files]} { vwait ::tcltests::shown }
	puts "$passed passed, $failed failed"
	exit [expr {$failed > 0 || $passed == 0}]
}

proc ::tcltests::start {} {
	variable files
	variable next
	variable said
	if {$next >= [llength $files]} return
	set file [lindex $files $next]
	incr next
	set said($file) {}
	set channel [open |[list [info nameofexecutable] $file 2>@1] r]
	chan configure $channel -blocking 0
	chan event $channel readable [list [namespace current]::hear $channel $file]
}

proc ::tcltests::hear {channel file} {
	variable said
	variable ended
	append said($file) [read $channel]
	if {![eof $channel]} return
	chan configure $channel -blocking 1
	set ended($file) [expr {![catch {close $channel}]}]
	start
	show
}

proc ::tcltests::show {} {
	variable files
	variable shown
	variable ended
	while {$shown < [llength $files] && [info exists ended([lindex $files $shown])]} {
		told [lindex $files $shown]
		incr shown
	}
}

proc ::tcltests::told {file} {
	variable said
	variable ended
	variable passed
	variable failed
	set p 0
	set f 0
	regexp {Total\s+\d+\s+Passed\s+(\d+)\s+Skipped\s+\d+\s+Failed\s+(\d+)} $said($file) -> p f
	if {!$ended($file) && !$f} { incr f }
	if {$f} { puts [string trimright $said($file) \n] }
	puts [format "%-16s %4d passed, %d failed" [file rootname [file tail $file]] $p $f]
	flush stdout
	incr passed $p
	incr failed $f
}

::tcltests::main $argv
