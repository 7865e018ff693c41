# vectors.tcl -- reader of vectors/*/*.json, format semper-vectors/1
#
#   vectors::rooms ?DIR?      the folders below vectors/ that hold vector files
#   vectors::files ?DIR? ?ROOM?   the vector files below vectors/, sorted
#   vectors::read FILE        a dict: file, head (json node), tests, a list of
#                             {line node}
#   vectors::all ?DIR?        every file, read; cached
#   vectors::index ?DIR? ?ROOM?   every file as {file head tests}, tests being a list
#                             of {line brief text}: brief is the test without
#                             `in` and what follows it, or without the steps and
#                             parties of a flow; text the whole line; the head
#                             is without parties
#   vectors::find OP RESULT ?ID?   the first test of operation OP that expects
#                             RESULT (accept, reject), its node, or {}
#   vectors::node FILE LINE TEXT    a test from its text
#   vectors::input NODE       the `in` of a test, long inputs written out
#   vectors::expand NODE      any node, long values written out
#   vectors::ids NODE         requirement ids of a test, without hash
#
# The layout is fixed, so that a test is one physical line: the head, one
# member a line; a line `"tests":[`; one test a line; a line `]}`.
# A value {"hex":H,"times":N} stands for H repeated N times, and
# {"concat":[..]} for hexadecimal strings and such values one after another.

package require Tcl 8.6-

namespace eval ::vectors {
	namespace export rooms files read all index node find input expand ids
	namespace ensemble create
	variable cache
	array set cache {}
	variable indexed
	array set indexed {}
	variable apart {schemas keys origin}
}

proc ::vectors::home {dir} {
	if {$dir eq {}} { return [file join $::semper::root vectors] }
	return $dir
}

proc ::vectors::rooms {{dir {}}} {
	variable apart
	return [lmap folder [lsort [glob -nocomplain -types d -directory [home $dir] *]] {
		set room [file tail $folder]
		if {$room in $apart} continue
		set room
	}]
}

proc ::vectors::files {{dir {}} {room {}}} {
	set rooms [expr {$room eq {} ? [rooms $dir] : [list $room]}]
	return [concat {*}[lmap room $rooms {
		lsort [glob -nocomplain -directory [file join [home $dir] $room] *.json]
	}]]
}

proc ::vectors::read {file} {
	lassign [lines $file] head tests
	return [dict create file $file head $head tests [lmap test $tests {
		lassign $test line text
		list $line [part $file $line $text]
	}]]
}

# {HEAD TESTS}: the head as a node, the tests as {line text}; lines of the head
# that match WITHOUT are left out.
proc ::vectors::lines {file {without {}}} {
	set ch [open $file]
	chan configure $ch -translation binary
	set lines [split [::read $ch] \n]
	close $ch
	set start [lsearch -exact $lines {"tests":[}]
	set end [lsearch -exact $lines \]\}]
	if {$start < 0 || $end < $start || $end != [llength $lines] - 2} {
		options data $file 1 layout "needs a line \"tests\":\[ and a last line \]\}"
	}
	set head [part $file 1 "[join [lsearch -all -inline -not \
	    [lrange $lines 0 $start] $without] \n]\]\}"]
	set tests {}
	for {set at [expr {$start + 1}]} {$at < $end} {incr at} {
		set text [lindex $lines $at]
		if {$at < $end - 1} {
			if {[string index $text end] ne ","} {
				options data $file [expr {$at + 1}] layout "no comma after the test"
			}
			set text [string range $text 0 end-1]
		}
		lappend tests [list [expr {$at + 1}] $text]
	}
	return [list $head $tests]
}

proc ::vectors::index {{dir {}} {room {}}} {
	variable indexed
	if {$room eq {}} { return [concat {*}[lmap room [rooms $dir] {index $dir $room}]] }
	if {![info exists indexed($dir,$room)]} {
		set indexed($dir,$room) [lmap file [files $dir $room] {
			lassign [lines $file {"parties":*}] head tests
			dict create file $file head $head tests [lmap test $tests {
				lassign $test line text
				list $line [brief $file $line $text] $text
			}]
		}]
	}
	return $indexed($dir,$room)
}

# What stands before the input, or around the steps: members have a fixed order,
# which lint checks.
proc ::vectors::brief {file line text} {
	set cut [string first ",\"in\":\{" $text]
	if {$cut > 0} { return [part $file $line "[string range $text 0 $cut-1]\}"] }
	foreach member {",\"parties\":\{" ",\"steps\":\["} {
		set cut [string first $member $text]
		if {$cut < 0} continue
		set rest [string range $text [string last ",\"expect\":\{" $text] end]
		return [part $file $line [string range $text 0 $cut-1]$rest]
	}
	return [part $file $line $text]
}

proc ::vectors::node {file line text} { return [part $file $line $text] }

proc ::vectors::part {file line text} {
	try {
		set node [json parse $text]
	} trap {JSON SYNTAX} {message} {
		options data $file $line JSON $message
	}
	if {[json type $node] ne "obj"} { options data $file $line JSON "not an object" }
	return $node
}

proc ::vectors::all {{dir {}}} {
	variable cache
	if {![info exists cache($dir)]} {
		set cache($dir) [lmap file [files $dir] {read $file}]
	}
	return $cache($dir)
}

proc ::vectors::find {op result {id *}} {
	foreach suite [index] {
		foreach test [dict get $suite tests] {
			lassign $test line brief text
			if {[json text $brief op] ne $op
			    || ![provider::matches $id [json text $brief id]]} continue
			set node [part [dict get $suite file] $line $text]
			if {[json text [json get $node expect] result] eq $result} { return $node }
		}
	}
	return {}
}

proc ::vectors::input {node} { return [expand [json get $node in]] }

proc ::vectors::expand {node} {
	lassign $node type value
	switch -- $type {
		obj {
			if {[dict size $value] == 2 && [dict exists $value hex]
			    && [dict exists $value times]} {
				return [json str [string repeat [json text $node hex] \
				    [json text $node times]]]
			}
			if {[dict size $value] == 1 && [dict exists $value concat]} {
				return [json str [join [json plain [expand [dict get $value concat]]] {}]]
			}
			return [list obj [dict map {key n} $value {expand $n}]]
		}
		arr { return [list arr [lmap n $value {expand $n}]] }
		default { return $node }
	}
}

proc ::vectors::ids {node} {
	return [lmap cite [json text $node req] {lindex [split $cite @] 0}]
}
