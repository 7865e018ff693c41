# coverage.tcl BUILD DIR.. -- lines of the library that the fuzz inputs reach
#
# Runs each BUILD/bin/replay_TARGET (built with CONFIG=cover) over the files of
# DIR/TARGET and asks gcov.  One line a target: inputs, and for each room the
# share of lines; then one for all of them together.  Rooms of which less than
# a twentieth was reached are not the target's business and left out.  Ends with
# `N passed, N failed`: targets with inputs, and without.

namespace eval ::coverage {
	variable build [file normalize [lindex $argv 0]]
	variable from [lrange $argv 1 end]
}

proc ::coverage::inputs {target} {
	variable from
	set found {}
	foreach dir $from { lappend found {*}[glob -nocomplain -types f $dir/$target/*] }
	return $found
}

# Run in portions: a command line has an end.
proc ::coverage::replay {target prefix} {
	variable build
	set files [inputs $target]
	set ::env(GCOV_PREFIX) $prefix
	for {set i 0} {$i < [llength $files]} {incr i 500} {
		exec $build/bin/replay_$target {*}[lrange $files $i $i+499]
	}
	unset ::env(GCOV_PREFIX)
	return [llength $files]
}

# The counts that one source file left under PREFIX: {reached lines}.
proc ::coverage::lines {prefix object} {
	variable build
	set counts $prefix$build/[file rootname $object].gcda
	if {![file exists $counts]} { return {0 0} }
	file copy -force $build/[file rootname $object].gcno [file dirname $counts]
	set text [exec gcov -n $counts 2>/dev/null]
	set name [regsub {\.o$} $object .c]
	if {![regexp "File '$name'\nLines executed:(\[\\d.]+)% of (\\d+)" $text -> share of]} {
		return {0 0}
	}
	return [list [expr {round($share * $of / 100)}] $of]
}

proc ::coverage::rooms {prefix} {
	variable build
	set found {}
	foreach note [glob $build/{asn1,protocols/*,conformance/*}/*.gcno] {
		set object [string range [file rootname $note] [string length $build/] end].o
		lassign [lines $prefix $object] reached of
		set room [file tail [file dirname $object]]
		if {![dict exists $found $room]} { dict set found $room {0 0} }
		lassign [dict get $found $room] r o
		dict set found $room [list [expr {$r + $reached}] [expr {$o + $of}]]
	}
	return $found
}

proc ::coverage::say {name inputs prefix} {
	set shares {}
	dict for {room counts} [lsort -stride 2 [rooms $prefix]] {
		lassign $counts reached of
		if {$of > 0 && 20 * $reached >= $of} {
			lappend shares [format "%s %d%% (%d/%d)" $room [expr {100 * $reached / $of}] $reached $of]
		}
	}
	puts [format "%-8s %5d inputs, lines reached: %s" $name $inputs [join $shares {, }]]
}

# Add the counts under PREFIX to those under ALL.
proc ::coverage::add {all prefix} {
	if {![file exists $all]} {
		file copy $prefix $all
		return
	}
	exec gcov-tool merge -o $all.new $all $prefix 2>/dev/null
	file delete -force $all
	file rename $all.new $all
}

proc ::coverage::main {} {
	variable build
	set inputs 0
	set passed 0
	set failed 0
	set all $build/reached/all
	file delete -force $all $all.new
	foreach program [lsort [glob $build/bin/replay_*]] {
		set target [string range [file tail $program] 7 end]
		set prefix $build/reached/$target
		file delete -force $prefix
		set n [replay $target $prefix]
		incr inputs $n
		say $target $n $prefix
		incr [expr {$n ? "passed" : "failed"}]
		if {$n} { add $all $prefix }
	}
	say all $inputs $all
	puts "$passed passed, $failed failed"
	return [expr {$failed > 0}]
}

exit [coverage::main]
