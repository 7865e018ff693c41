# reached.tcl -- which cases get to a line of C
#
#   reached::build FOLDERS COMPILE LINK OBJECTS   build/reached/semper-iut, an adapter
#                                  that notes where it has been in FOLDERS, the
#                                  rest of it OBJECTS
#   reached::stale OF              1 if what OF recorded is older than its sources, or
#                                  was not recorded to its end
#   reached::record PROGRAM CASES SHARE OF   run every OF-th of CASES from the
#                                  SHARE-th on and write what each one reached
#   reached::recorded OF           all OF have done so
#   reached::load PROGRAM CASES OF   read that
#   reached::cases FILE LINE       indexes of the cases that reach the line, or the
#                                  branch it stands in; then those that enter its
#                                  function; all of the file for what is in none
#   reached::way AT                what the AT-th case reached, to be compared
#
# A place is the beginning of a basic block, as clang counts them.  A line that
# begins none belongs to the nearest place above it.

package require Tcl 8.6-

namespace eval ::reached {
	variable folder [file join $::semper::root build reached]
	variable places {} ;# for each place: {file line function}
	variable rows {}   ;# for each case: one bit a place
}

# -- the adapter ------------------------------------------------------------------

# COMPILE and LINK are commands of gcc or clang; LINK has %s for the program and
# for objects.
proc ::reached::build {folders compile link adapter} {
	variable folder
	set root $::semper::root
	file mkdir $folder
	file delete [file join $folder recorded]
	set compile "clang [string map {-O2 {-O0 -g}} [regsub {^\S+} $compile {}]] -fno-pie -c"
	set watch -fsanitize-coverage=trace-pc-guard,pc-table
	set objects [file join $folder reached.o]
	exec sh -c "cd '$root' && $compile -o $objects tests/mutants/reached.c"
	foreach dir $folders {
		foreach source [lsort [glob -directory [file join $root $dir] *.c]] {
			set object [file join $folder [file rootname [file tail $source]].o]
			exec sh -c "cd '$root' && $compile $watch -o $object $source"
			lappend objects $object
		}
	}
	set program [file join $folder semper-iut]
	exec sh -c "clang -no-pie [format [regsub {^\S+} $link {}] $program\
	    [join [concat $objects $adapter]]]"
}

proc ::reached::recorded {of} {
	variable folder
	set ch [open [file join $folder recorded] w]
	puts $ch $of
	close $ch
}

# 1 if something changed since the cases were recorded, which begins with reached.o.
proc ::reached::stale {of} {
	variable folder
	set mark [file join $folder recorded]
	if {![file exists $mark] || [string trim [semper::content $mark]] ne $of} { return 1 }
	set start [file join $folder reached.o]
	set here [pwd]
	cd $::semper::root
	set newer [exec find protocols asn1 conformance harness/lib harness/oracle spec \
	    vectors tests/mutants/reached.c tests/mutants/reached.tcl \
	    -newer $start -type f -print -quit]
	cd $here
	return [expr {$newer ne {}}]
}

# The file, line and function of each place.
proc ::reached::locate {program} {
	variable folder
	variable places
	set list [file join $folder places.[pid]] ;# several may ask at once
	exec env SEMPER_PLACES=$list $program </dev/null
	set places {}
	foreach {function where} [split [exec addr2line -f -e $program <$list] \n] {
		regexp {^(.*):(\d+|\?)} $where -> file line
		lappend places [list [file tail $file] $line $function]
	}
	file delete $list
	return $places
}

# -- what each case reaches ------------------------------------------------------------

proc ::reached::record {program cases share of} {
	variable folder
	set marks [file join $folder marks.$share]
	set ::env(SEMPER_REACHED) $marks
	set iut [iut::Iut new $program -timeout 10]
	$iut start
	set ch [open $marks r+]
	chan configure $ch -translation binary
	set out [open [file join $folder rows.$share] w]
	chan configure $out -translation binary
	set blank [string repeat \0 [file size $marks]]
	for {set at $share} {$at < [llength $cases]} {incr at $of} {
		rewrite $ch $blank
		provider run [faults::worker::context] $iut [list [lindex $cases $at]]
		chan seek $ch 0
		puts -nonewline $out [binary format b* [string map [list \0 0 \1 1] [read $ch]]]
	}
	close $out
	close $ch
	$iut destroy
	file delete $marks
}

proc ::reached::rewrite {ch octets} {
	chan seek $ch 0
	puts -nonewline $ch $octets
	chan flush $ch
	chan seek $ch 0
}

proc ::reached::load {program cases of} {
	variable folder
	variable rows [lrepeat [llength $cases] {}]
	set width [expr {([llength [locate $program]] + 7) / 8}]
	for {set share 0} {$share < $of} {incr share} {
		set ch [open [file join $folder rows.$share]]
		chan configure $ch -translation binary
		for {set at $share} {$at < [llength $cases]} {incr at $of} {
			lset rows $at [read $ch $width]
		}
		close $ch
	}
}

# -- asking -----------------------------------------------------------------------

# Places of FILE in its order: the nearest line up to LINE; the function of that.
proc ::reached::near {file line} {
	variable places
	set best 0
	set near {}
	set at -1
	foreach place $places {
		incr at
		if {[lindex $place 0] ne $file} continue
		set here [lindex $place 1]
		if {$here > $line || $here < $best} continue
		if {$here > $best} { set near {} }
		set best $here
		lappend near $at
	}
	return $near
}

proc ::reached::function {near} {
	variable places
	set found {}
	foreach at $near {
		lassign [lindex $places $at] file - function
		set at -1
		foreach place $places {
			incr at
			if {[lindex $place 0] eq $file && [lindex $place 2] eq $function} { lappend found $at }
		}
	}
	return [lsort -unique $found]
}

# Indexes of the cases that reach one of PLACES.
proc ::reached::through {wanted} {
	variable rows
	set bits {}
	foreach at $wanted { dict lappend bits [expr {$at / 8}] [expr {1 << ($at % 8)}] }
	set masks [dict map {octet list} $bits { expr [join $list |] }]
	set found {}
	set index -1
	foreach row $rows {
		incr index
		dict for {octet mask} $masks {
			binary scan $row @${octet}cu value
			if {$value & $mask} { lappend found $index; break }
		}
	}
	return $found
}

# All that a case reached, as one value.
proc ::reached::way {at} {
	variable rows
	return [lindex $rows $at]
}

# 1 if LINE of FILE is inside a function, whose brace is in the first column; else it
# is of a table, which every case of the file may read.
proc ::reached::in_function {file line} {
	foreach text [lreverse [lrange [semper::lines [file join $::semper::root $file]] 0 $line-1]] {
		if {[regexp {^\S} $text]} { return [expr {$text eq "\{"}] }
	}
	return 0
}

proc ::reached::of_file {file} {
	variable places
	set at -1
	set found {}
	foreach place $places {
		incr at
		if {[lindex $place 0] eq $file} { lappend found $at }
	}
	return $found
}

proc ::reached::cases {file line} {
	if {![in_function $file $line]} {
		set all [through [of_file [file tail $file]]]
		return [list $all $all]
	}
	set near [near [file tail $file] $line]
	return [list [through $near] [through [function $near]]]
}
