# flags.tcl -- the command lines of the maintainers' tools
#
#   flags::take KNOWN ARGV    KNOWN with the values of ARGV's `-name VALUE` in it
#
# --help prints the head of the program's file and ends it with 0; a name that KNOWN
# does not have, or one without a value, ends it with one sentence and 2.

package require Tcl 8.6-

namespace eval ::flags {}

proc ::flags::take {known argv} {
	if {[lindex $argv 0] in {--help -h help}} {
		try {
			puts [head $::argv0]
			flush stdout
		} trap {POSIX EPIPE} {} {} ;# whoever read has seen enough
		exit 0
	}
	foreach {name value} $argv {
		if {![dict exists $known $name]} {
			usage "unknown option $name (there are [join [dict keys $known] {, }])"
		}
	}
	if {[llength $argv] % 2} { usage "[lindex $argv end] needs a value" }
	return [dict merge $known $argv]
}

proc ::flags::usage {sentence} {
	puts stderr "[file tail $::argv0]: $sentence"
	exit 2
}

# The comment that FILE begins with.
proc ::flags::head {file} {
	set ch [open $file]
	chan configure $ch -encoding utf-8
	set lines {}
	while {[gets $ch line] >= 0 && [regexp {^#(!| ?)(.*)$} $line -> mark text]} {
		if {$mark ne "!"} { lappend lines $text }
	}
	close $ch
	return [join $lines \n]
}
