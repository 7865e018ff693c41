# tcltests.tcl -- run the tcltest files of one folder
#
#   tclsh8.6 harness/tools/tcltests.tcl FOLDER ?PATTERN?    files that match, all if none
#
# Each file runs in a process of its own; ends with `N passed, N failed`.

if {$argc < 1 || $argc > 2} {
	puts stderr "usage: tcltests.tcl FOLDER ?PATTERN?"
	exit 2
}
set here [file normalize [lindex $argv 0]]
set pattern [expr {$argc == 2 ? [lindex $argv 1] : "*"}].test
set passed 0
set failed 0
foreach file [lsort [glob -nocomplain -directory $here $pattern]] {
	set bad [catch {exec [info nameofexecutable] $file 2>@1} text]
	set counts {0 0}
	if {[regexp {Total\s+(\d+)\s+Passed\s+(\d+)\s+Skipped\s+\d+\s+Failed\s+(\d+)} $text -> total p f]} {
		set counts [list $p $f]
	}
	lassign $counts p f
	if {$bad && !$f} { incr f }
	if {$f} { puts $text }
	puts [format "%-16s %4d passed, %d failed" [file rootname [file tail $file]] $p $f]
	incr passed $p
	incr failed $f
}
puts "$passed passed, $failed failed"
exit [expr {$failed > 0 || $passed == 0}]
