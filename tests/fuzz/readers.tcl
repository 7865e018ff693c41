#!/usr/bin/env tclsh8.6
# readers.tcl -- damage what the harness reads, and see that it says so
#
#   tclsh8.6 tests/fuzz/readers.tcl ?-rounds N? ?-seed N? ?-only READER? ?-missed 1?
#
# Specification, cases, faults, expectations, vectors and their lint get a file
# of the repository with random damage.  Each must read it, or refuse it in a
# sentence with file, line and field (error code SEMPER DATA); any other error,
# or five seconds of silence, is a failure and printed with its seed.  Told for each
# reader: how many files it refused, and how many of the procedures of its
# namespaces were entered (-missed: which were not); nothing is chosen by that
# (spec/decisions/0050-fuzzing-in-tcl.md).

package require Tcl 8.6-
source -encoding utf-8 [file join [file dirname [file normalize [info script]]] .. .. harness lib load.tcl]

namespace eval ::readers {
	variable options {-rounds 100 -seed 1 -only * -missed 0}
	variable random 1
	variable place {}
	# reader -> the files it is given
	variable sources {
		spec {spec/*.md} cases {conformance/*/*.cases} faults {conformance/faults/*.faults}
		expect {} vectors {vectors/*/*.json} lint {vectors/*/*.json}
	}
	variable namespaces {
		spec ::spec cases {::case ::case::words} faults ::faults::catalogue
		expect ::expect vectors ::vectors lint ::vectors_lint
	}
	variable unseen {} ;# procedures of the reader at work that nothing has entered
	variable company {} ;# name of a file of cases -> the model of all others
	variable turn 0
	variable refused 0 ;# inputs that it refused
	variable expectations "# a comment\ncrypto::hash::* bug wrong-output #1 -\nikp::* flaky hang #7 2027-01-01 # why\n"
	# braces as \x7b and \x7d, or this file would not be one
	variable tokens [list \x7b \x7d \[ \] \" \\ \$ | : , # \n \n\n " " \t \r \x00 \xff\xfe \xc3 \
	    {[exit]} {$x} {{}} {"":} null 1e400 -1 ** "**IKP-A-999** " "```" "```states seller\n" "```errors\n" \
	    "\x7b\"hex\":\"0\",\"times\":99999999\x7d" "\],\[" "\x7d\n\x7b" "fault " "case x::y::z \x7b" "flow f \x7b" "req "]
}

proc ::readers::below {limit} {
	variable random
	set random [expr {($random * 1103515245 + 12345) & 0x7fffffff}]
	return [expr {($random >> 8) % max(1, $limit)}]
}

proc ::readers::pick {list} { return [lindex $list [below [llength $list]]] }

proc ::readers::content {file} {
	set ch [open $file rb]
	set octets [read $ch]
	close $ch
	return $octets
}

# -- damage ----------------------------------------------------------------------

proc ::readers::damage {octets} {
	variable tokens
	set length [string length $octets]
	set at [below $length]
	set some [expr {$at + [below 40]}]
	switch [below 8] {
		0 { return [string replace $octets $at $at [format %c [below 256]]] }
		1 { return [string replace $octets $at $some] }
		2 { return [string range $octets 0 $at] }
		3 { return [string range $octets 0 $at][string range $octets [below $length] end] }
		4 { return [string replace $octets $at $at-1 [string range $octets $at $some]] }
		5 { return [lines_moved $octets] }
		6 { return [string replace $octets $at $some [pick $tokens]] }
	}
	return [string range $octets 0 $at-1][pick $tokens][string range $octets $at end]
}

proc ::readers::lines_moved {octets} {
	set lines [split $octets \n]
	set line [pick $lines]
	set at [below [llength $lines]]
	return [join [expr {[below 2] ? [linsert $lines $at $line] : [lreplace $lines $at $at]}] \n]
}

# -- the readers --------------------------------------------------------------------

# Small files are as good as large ones, and quicker.
proc ::readers::files {pattern} {
	return [lmap file [lsort [glob $pattern]] {
		if {[file size $file] > 120000 || [string match */keys/* $file] || [string match */schemas/* $file]} continue
		set file
	}]
}

proc ::readers::original {reader} {
	variable sources
	variable expectations
	set pattern [dict get $sources $reader]
	if {$pattern eq {}} { return [list known $expectations] }
	set file [pick [files $pattern]]
	return [list $file [content $file]]
}

# Write OCTETS where READER will look; the file.
proc ::readers::laid {name octets} {
	variable place
	file delete -force $place
	set file $place/[file join {*}[lrange [file split $name] end-1 end]]
	file mkdir [file dirname $file] $place/conformance
	set ch [open $file wb]
	puts -nonewline $ch $octets
	close $ch
	return $file
}

# Each tells whether it found something wrong that it does not throw.

proc ::readers::try_spec {file} {
	return [expr {[llength [dict get [::spec::load [file dirname $file]] problems]] > 0}]
}

# In the company of the other files, whose flows and flags a case refers to.  To
# make all cases takes a second: every sixteenth time.
proc ::readers::try_cases {file} {
	variable place
	variable turn
	set model [others [file tail $file]]
	::case::source_file model $place $file
	::case::check $model $::semper::root
	if {[incr turn] % 16 == 1} { ::case::every $model }
	return 0
}

# The cases of all files but NAME.
proc ::readers::others {name} {
	variable company
	if {![dict exists $company $name]} {
		set model $::case::empty
		foreach file [lsort [glob -directory $::semper::root/conformance */*.cases]] {
			if {[file tail $file] ne $name} { ::case::source_file model $::semper::root $file }
		}
		dict set company $name $model
	}
	return [dict get $company $name]
}

proc ::readers::try_faults {file} {
	::faults::catalogue::source_file $file
	return 0
}

# What is read is used, too.
proc ::readers::try_expect {file} {
	set entries [::expect::read $file]
	set results [lmap verdict {fail pass not-run} {
		dict create id crypto::hash::one case crypto::hash::one verdict $verdict \
		    cause wrong-output detail "at #1"
	}]
	::expect::overdue $entries
	return [expr {[llength [lindex [::expect::apply $entries $results] 1]] > 0}]
}

proc ::readers::try_vectors {file} {
	::vectors::read $file
	return 0
}

proc ::readers::try_lint {file} {
	variable place
	variable spec
	if {![info exists spec]} { set spec [::spec::load spec] }
	file copy vectors/schemas $place/schemas
	return [expr {[llength [::vectors_lint::all $spec $place]] > 0}]
}

# {} or what is wrong with how READER takes the file.
proc ::readers::tried {reader file} {
	variable refused
	set begin [clock milliseconds]
	try {
		incr refused [try_$reader $file]
	} trap {SEMPER DATA} {message} {
		incr refused
		if {![regexp {^[^\n:]+:\d+: [^\n]+$} $message]} { return "no file and line: $message" }
	} on error {message options} {
		return "$message\n[dict get $options -errorinfo]"
	}
	if {[clock milliseconds] - $begin > 5000} { return "it took [expr {[clock milliseconds] - $begin}] ms" }
	return {}
}

# -- what of them is reached -----------------------------------------------------------

proc ::readers::watch {reader} {
	variable namespaces
	variable unseen {}
	variable refused 0
	foreach namespace [dict get $namespaces $reader] {
		foreach name [info procs ${namespace}::*] {
			dict set unseen $name 1
			trace add execution $name enter [list [namespace current]::entered $name]
		}
	}
	return [dict size $unseen]
}

# Once is enough to know.
proc ::readers::entered {name args} {
	variable unseen
	trace remove execution $name enter [list [namespace current]::entered $name]
	dict unset unseen $name
}

proc ::readers::reached {reader rounds all} {
	variable options
	variable unseen
	variable refused
	puts [format "%-8s %d inputs, %d refused; %d of %d procedures entered" $reader $rounds \
	    $refused [expr {$all - [dict size $unseen]}] $all]
	foreach name [lsort [dict keys $unseen]] {
		if {[dict get $options -missed]} { puts "         not $name" }
		entered $name
	}
}

# -- the whole ------------------------------------------------------------------------

proc ::readers::main {argv} {
	variable options
	variable random
	variable place
	variable sources
	set options [flags::take $options $argv]
	cd $::semper::root
	set place [file join [pwd] build readers-[pid]]
	set passed 0
	set failed 0
	foreach reader [dict keys $sources] {
		if {![string match [dict get $options -only] $reader]} continue
		set all [watch $reader]
		for {set round 0} {$round < [dict get $options -rounds]} {incr round} {
			set seed [expr {[dict get $options -seed] + $round}]
			set random [expr {$seed * 7919}]
			lassign [original $reader] name octets
			for {set i [below 3]} {$i >= 0} {incr i -1} { set octets [damage $octets] }
			set wrong [tried $reader [laid $name $octets]]
			if {$wrong eq {}} { incr passed; continue }
			incr failed
			puts "$reader, seed $seed, $name: [string range $wrong 0 1200]"
		}
		reached $reader $round $all
	}
	file delete -force $place
	puts "$passed passed, $failed failed"
	return [expr {$failed > 0}]
}

exit [readers::main $argv]
