# man.tcl -- the manual pages, with the options the programs themselves tell
#
#   man.tcl BIN DIR        harness/man/*.1 become pages in DIR; the programs are
#                          in BIN
#
# In a page, a line `.\" @help PROGRAM` stands for the options in PROGRAM's
# --help, and `.\" @semper` for all commands of harness/semper with theirs.
# Run from the repository root.

namespace eval man {
	variable bin [lindex $argv 0]
}

proc man::escape {text} {
	set text [string map {\\ \\e - \\-} $text]
	return [regsub -line -all {^(?=[.'])} $text {\\\&}]
}

# The entries of a --help text: {option TERM MEANING}, and {heading TEXT} for a
# line that ends in a colon.
proc man::entries {text} {
	set found {}
	foreach line [split $text \n] {
		if {[regexp {^  (--\S.*?)(?:  +(\S.*))?$} $line -> term meaning]} {
			lappend found [list option $term $meaning]
		} elseif {[regexp {^ {8,}(\S.*)$} $line -> more] && [llength $found]} {
			set last [lindex $found end]
			lset found end [lreplace $last 2 2 [string trim "[lindex $last 2] $more"]]
		} elseif {[regexp {^([a-z]+):$} $line -> heading]} {
			lappend found [list heading $heading]
		}
	}
	return $found
}

proc man::options {text} {
	set lines {}
	foreach entry [entries $text] {
		lassign $entry kind first meaning
		if {$kind eq "heading"} {
			lappend lines ".SS Of [expr {[string index $first 0] in {a e i o u} ? "an" : "a"}] $first"
			continue
		}
		lappend lines .TP ".B [escape $first]"
		lappend lines [escape [expr {$meaning eq {} ? "Print it, and end." : $meaning}]]
	}
	return [join $lines \n]
}

proc man::semper {} {
	set lines {}
	foreach {- name meaning} [regexp -all -inline -line {^  ([a-z]+) +(.*)$} [exec harness/semper --help]] {
		set help [exec harness/semper $name --help]
		lappend lines ".SS [escape $name]" [sentence $meaning]
		foreach {- verb what} [regexp -all -inline -line {^  ([a-z]+)  +(.*)$} $help] {
			lappend lines .TP ".B $verb" [sentence $what]
		}
		set own [options $help]
		if {$own ne {}} { lappend lines $own }
	}
	return [join $lines \n]
}

proc man::sentence {text} {
	return [escape [string toupper $text 0 0]].
}

proc man::page {path version} {
	variable bin
	set ch [open $path]
	set text [string trimright [read $ch]]
	close $ch
	set lines {}
	foreach line [split [string map [list @VERSION@ $version] $text] \n] {
		if {[regexp {^\.\\" @help (\S+)$} $line -> program]} {
			set line [options [exec [file join $bin $program] --help]]
		} elseif {$line eq {.\" @semper}} {
			set line [semper]
		}
		lappend lines $line
	}
	return [join $lines \n]
}

apply {{bin dir} {
	set ch [open protocols/base/version.h]
	regexp {SEMPER_VERSION "([^"]*)"} [read $ch] -> version
	close $ch
	file mkdir $dir
	foreach path [lsort [glob harness/man/*.1]] {
		set ch [open [file join $dir [file tail $path]] w]
		puts $ch [man::page $path $version]
		close $ch
	}
}} {*}$argv
