# check.tcl -- run the steps of check.steps and add up what they report
#
#   check.tcl ?-build DIR? ?-jobs N? ?-steps FILE? fast|full|long
#
# One line per step; logs in DIR/check/<step>.log; the last line is
# `N passed, N failed`.  Exit 1 on any failure, or if nothing ran.

source -encoding utf-8 [file join [file dirname [info script]] .. lib flags.tcl]

namespace eval check {
	variable opt [dict create -build build -jobs 1 \
	    -steps [file join [file dirname [info script]] check.steps]]
}

# The steps of KIND, as a list of {name command}.
proc check::steps {file kind} {
	set ch [open $file]
	set found {}
	while {[gets $ch line] >= 0} {
		if {[regexp {^\s*(#|$)} $line]} continue
		if {![regexp {^(\S+)\s*\|([^|]*)\|(.*)$} $line -> name kinds cmd]} {
			error "$file: not a step: $line"
		}
		if {$kind in $kinds} {
			lappend found [list $name [string trim $cmd]]
		}
	}
	close $ch
	return $found
}

# The counts of the last `N passed, N failed` line of FILE, or an empty list.
proc check::counts {file} {
	set ch [open $file]
	set last {}
	while {[gets $ch line] >= 0} {
		if {[regexp {(\d+) passed, (\d+) failed$} $line -> p f]} {
			set last [list $p $f]
		}
	}
	close $ch
	return $last
}

# Run one step; returns {passed failed}.  A step that exits nonzero has at
# least one failure, whatever it printed; one that reports 0 tests failed.
proc check::run {cmd log} {
	set bad [catch {exec sh -c $cmd </dev/null >$log 2>@1}]
	set counts [counts $log]
	if {$counts eq {}} {
		return [list [expr {!$bad}] $bad]
	}
	lassign $counts passed failed
	if {$failed == 0 && ($bad || $passed == 0)} {
		set failed 1
	}
	return [list $passed $failed]
}

# What a reader of a failed step wants first: the lines that say FAIL or
# error, and how it ended.
proc check::show {log} {
	set ch [open $log]
	set lines [split [string trimright [read $ch]] \n]
	close $ch
	set telling [lsearch -all -inline -regexp $lines {FAIL|ERROR|[Ee]rror:}]
	foreach line [concat [lrange $telling 0 9] {...} [lrange $lines end-9 end]] {
		puts "      $line"
	}
	puts "      (all of it: $log)"
}

# One step with its line on the terminal; returns {passed failed}.
proc check::step {dir name cmd} {
	puts -nonewline [format "%-16s " $name]
	flush stdout
	set log [file join $dir $name.log]
	set t0 [clock milliseconds]
	lassign [run $cmd $log] passed failed
	puts [format "%6d passed, %d failed  %7.1f s" $passed $failed \
	    [expr {([clock milliseconds] - $t0) / 1000.0}]]
	if {$failed} {
		show $log
	}
	return [list $passed $failed]
}

proc check::main {argv} {
	variable opt
	set kind [lindex $argv end]
	set known [expr {$kind in {fast full long}}]
	set opt [flags::take $opt [lrange $argv 0 end-$known]]
	if {!$known} { flags::usage "the last word has to be fast, full or long" }
	set build [dict get $opt -build]
	set dir [file join $build check]
	file mkdir $dir
	set ::env(BUILD) $build
	set ::env(JOBS) [dict get $opt -jobs]
	set ::env(KIND) $kind
	set passed 0
	set failed 0
	foreach entry [steps [dict get $opt -steps] $kind] {
		lassign [step $dir {*}$entry] p f
		incr passed $p
		incr failed $f
	}
	puts "$passed passed, $failed failed"
	return [expr {$failed > 0 || $passed == 0}]
}

exit [check::main $argv]
