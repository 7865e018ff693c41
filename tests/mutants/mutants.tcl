# mutants.tcl -- does the suite notice one small change of the reference?
#
#   tclsh8.6 tests/mutants/mutants.tcl ?-sample N? ?-seed N? ?-only GLOB? ?-most N?
#                                      ?-least PERCENT? ?-jobs N? ?-again LOG? ?-list 1?
#
# Every place of protocols/ikp and protocols/pki where one of the rules below
# applies is a mutant, named FILE:LINE:RULE.  Each is compiled (one object) and
# linked with the rest of the release build, and the cases that get to its line
# (reached.tcl: recorded once, in build/reached) run until one fails that passes
# with the reference: -most of them, then the unit tests of the room, then the other
# cases.  One that the compiler makes the same code of is none.  Survivors are listed;
# those that conformance/faults/mutants.explained explains are told apart.
#
#   drop    a check (MUST) is left out         ignore  the answer of a check is not used
#   skip    an effect or assignment is left out  equal   == and != change places
#   logic   && and || change places            bound   < becomes <=, and so on
#   not     a negation is left out             label   a draw under another label
#   context a hash or signature under another context
#   swap    a < b becomes a > b, a - b b - a, c ? x : y c ? y : x; two neighbours among
#           the arguments of a call, or the values between braces in a function,
#           change places, if their types allow it
#   reuse   a value drawn once is used for ever; or the one that the function has
#           drawn before is used again
#
# -sample N takes N of them, chosen by -seed; -again LOG those that survived in the
# output of an earlier run.  Ends with `N passed, N failed`, and with success if none
# survived without a reason and at least -least percent were noticed.

package require Tcl 8.6-
apply {{here} {
	source -encoding utf-8 [file join $here .. .. harness lib load.tcl]
	source -encoding utf-8 [file join $here reached.tcl]
}} [file dirname [file normalize [info script]]]

namespace eval ::mutants {
	variable root $::semper::root
	variable base build/release
	variable watched [file join $root build reached semper-iut]
	variable folders {protocols/ikp protocols/pki}
	variable explained conformance/faults/mutants.explained
	variable originals {} ;# file -> its object as it is
	# rule, what a line must match, regexp of the text, replacement
	variable rules {
		drop {\mMUST\("} {\mMUST\("} {LEFT_OUT("}
		ignore {\mTRY\([a-z_]*check} {\mTRY\(} {IGNORED(}
		skip {\mTRY\((ikp_timer|semper_step_reply|semper_effects_put|semper_step_copy|ikp_send)\(} {\mTRY\(} {SKIPPED(}
		skip {^\t+(s->|a->|b->)?record(\.|->)[a-z_.]+ = [^;]*;$} {^\t+(.*)$} {	(void)0; /* \1 */}
		equal { == } { == } { != }
		equal { != } { != } { == }
		logic { && } { && } { || }
		logic { \|\| } { \|\| } { \&\& }
		bound { < } { < } { <= }
		bound { <= } { <= } { < }
		bound { > } { > } { >= }
		bound { >= } { >= } { > }
		not {if \(!} {if \(!} {if (}
		label {\mikp_draw\(.*"[A-Za-z_]+"} {"[A-Za-z_]+"} {"session"}
		context {\mIKP_CTX_[A-Z_]+[,)]} {\mIKP_CTX_(OFFER)?[A-Z_]*} {IKP_CTX_OTHER}
		swap { < } { < } { > }
		swap { <= } { <= } { >= }
		swap { > } { > } { < }
		swap { >= } { >= } { <= }
		swap {\? } {\? ([\w.>&-]+) : ([\w.>&-]+)(?=[;,)])} {? \2 : \1}
		swap { - } {\m((?:\w|\.|->)+) - ((?:\w|\.|->)+)\M} {\2 - \1}
		reuse {\mTRY\(ikp_draw\(} {\mikp_draw\(} {KEPT(}
	}
	# two neighbours in a list, which may go on in other lines; what has no order of
	# arguments, and checks, which are left out by a rule of their own
	variable pair {(?:^\s+|[(\{,] ?)()([\w.>&*-]+), ([\w.>&*-]+)(?=[,)\}])}
	variable alike {\m(MUST|FOLD|\w*equal|\w*same\w*|memcmp|strn?cmp)\(}
	# no mutants: comments, preprocessor, what only the fault build has, assertions
	variable quiet {^\s*(/?\*|#)|FAULT\(|^\t*for \(|_Static_assert|SEMPER_E_SPACE|== NULL}
}

# -- finding them ----------------------------------------------------------------

proc ::mutants::lines {file} {
	variable root
	return [semper::lines [file join $root $file]]
}

proc ::mutants::all {} {
	variable root
	variable folders
	set found {}
	foreach folder $folders {
		foreach file [lsort [glob -directory [file join $root $folder] *.c]] {
			lappend found {*}[of_file [semper::relative $file]]
		}
	}
	return $found
}

proc ::mutants::of_file {file} {
	variable rules
	variable quiet
	set found {}
	set number 0
	set ids {}
	set inside 0 ;# a function, whose brace is in the first column
	foreach line [lines $file] {
		incr number
		if {[regexp {^\S} $line]} { set inside [expr {$line eq "\x7b"}] }
		foreach id [regexp -all -inline $::spec::id_form $line] { set ids [list $id] }
		if {[regexp $quiet $line]} continue
		foreach {rule wanted text instead} $rules {
			if {![regexp $wanted $line]} continue
			regsub $text $line $instead changed
			if {$changed eq $line} continue
			lappend found [mutant $file $number $rule $changed $ids]
		}
		if {$inside} {
			foreach changed [exchanged $line] {
				lappend found [dict create typed 0 {*}[mutant $file $number swap $changed $ids]]
			}
		}
		set changed [drawn_again $line earlier]
		if {$changed ne $line} { lappend found [mutant $file $number reuse $changed $ids] }
	}
	return $found
}

proc ::mutants::mutant {file number rule changed ids} {
	return [dict create name "$file:$number:$rule" file $file line $number \
	    rule $rule changed $changed req $ids]
}

# LINE with two neighbours exchanged, once for each two.
proc ::mutants::exchanged {line} {
	variable pair
	variable alike
	set found {}
	if {[regexp $alike $line]} { return $found }
	set from 0
	while {[regexp -indices -start $from $pair $line -> begin one other]} {
		set from [lindex $one 1]
		set words [lmap range [list $other $one] { string range $line {*}$range }]
		if {[lindex $words 0] ne [lindex $words 1] && "step" ni $words} {
			lappend found [string replace $line [lindex $begin 0] [lindex $other 1] [join $words ", "]]
		}
	}
	return $found
}

# LINE with a draw replaced by the one EARLIER in the same function, if there is one.
proc ::mutants::drawn_again {line name} {
	upvar 1 $name earlier
	if {[string match "\x7d*" $line]} { unset -nocomplain earlier }
	if {![regexp {\mikp_draw\(step, ([^,]+)} $line -> target]} { return $line }
	set before [expr {[info exists earlier] ? $earlier : {}}]
	set earlier $target
	if {$before eq {}} { return $line }
	return [string map [list ikp_draw( "AGAIN($before, "] $line]
}

# N of LIST, always the same for a SEED.
proc ::mutants::sample {list n seed} {
	expr {srand($seed)}
	set keyed [lmap mutant $list {list [expr {rand()}] $mutant}]
	return [lrange [lmap pair [lsort -real -index 0 $keyed] {lindex $pair 1}] 0 $n-1]
}

# Those of LIST that LOG calls survivors: the same change in the same file.
proc ::mutants::again {list log} {
	set survived [dict create]
	foreach line [semper::lines $log] {
		if {[regexp {^survived +(\S+):\d+:(\w+) +[^;]* cases[^;]*; (.*)$} $line -> file rule text]} {
			dict set survived [list $file $rule $text] 1
		}
	}
	return [lmap mutant $list {
		set key [list [dict get $mutant file] [dict get $mutant rule] \
		    [string trim [dict get $mutant changed]]]
		if {![dict exists $survived $key]} continue
		set mutant
	}]
}

# -- building one ------------------------------------------------------------------

# The objects of the sources in FOLDERS that the release build has.
proc ::mutants::objects {args} {
	variable root
	variable base
	set found {}
	foreach folder $args {
		foreach object [glob -directory [file join $root $base] $folder/*.o] {
			set source [file rootname [semper::relative $object]].c
			if {[file exists [file join $root [regsub "^$base/" $source {}]]]} { lappend found $object }
		}
	}
	return $found
}

proc ::mutants::setting {} {
	variable root
	variable base
	variable compile
	variable link
	set ch [open [file join $root $base flags]]
	set flags [string map {-Werror {} { -g } { }} [string trim [read $ch]]]
	close $ch
	set compile "$flags -Werror=incompatible-pointer-types -Werror=int-conversion\
	    -include tests/mutants/mutated.h"
	variable adapter [objects conformance/adapter]
	variable units [lmap object [semper::content [file join $root $base tests.list]] {
		file join $root $object
	}]
	set libraries [exec pkg-config --libs cunit hogweed nettle gmp libtasn1 sqlite3 jansson]
	set link "[lindex $flags 0] -o %s %s [file join $root $base libsemper.a] $libraries -lpthread"
}

# The object of TEXT, which stands for FILE; {} if it does not compile.
proc ::mutants::object {folder file text {name {}}} {
	if {$name ne {}} { upvar 1 $name log }
	variable root
	variable compile
	set source [file join $folder mutant.c]
	set object [file join $folder mutant.o]
	set ch [open $source w]
	puts -nonewline $ch $text
	close $ch
	set includes "-iquote [file join $root [file dirname $file]]"
	if {[catch {exec sh -c "cd '$root' && $compile $includes -c -o $object $source" 2>@1} log]} {
		return {}
	}
	set ch [open $object rb]
	set octets [read $ch]
	close $ch
	return $octets
}

# The object of FILE as it is.
proc ::mutants::original {folder file} {
	variable originals
	if {![dict exists $originals $file]} {
		dict set originals $file [object $folder $file [join [lines $file] \n]]
	}
	return [dict get $originals $file]
}

# built, unbuildable, or same: the compiler makes the same code of it.
proc ::mutants::build {folder mutant} {
	set file [dict get $mutant file]
	set honest [original $folder $file]
	set at [expr {[dict get $mutant line] - 1}]
	set octets [object $folder $file [join [lreplace [lines $file] $at $at [dict get $mutant changed]] \n]]
	if {$octets eq {}} { return unbuildable }
	if {$octets eq $honest} { return same }
	return built
}

# The program NAME of the mutant and OBJECTS.
proc ::mutants::link {folder name objects} {
	variable link
	set program [file join $folder $name]
	exec sh -c [format $link $program "[file join $folder mutant.o] [join $objects]"]
	return $program
}

# -- what the compiler would take -------------------------------------------------------

# LIST without those whose types do not allow it.  One in each line of a file is
# tried at a time: most are refused, and the compiler says where.
proc ::mutants::typed {folder list} {
	set waiting [dict create]
	foreach mutant $list {
		if {[dict exists $mutant typed]} {
			dict with mutant { dict set waiting $file $line $changed {} }
		}
	}
	set refused [dict create]
	dict for {file lines} $waiting {
		while {[dict size $lines]} {
			set tried [dict map {line several} $lines { lindex [dict keys $several] 0 }]
			foreach line [refused_lines $folder $file $tried] {
				dict set refused $file,$line,[provider::value $tried $line] 1
			}
			dict for {line changed} $tried { dict unset lines $line $changed }
			set lines [dict filter $lines script {line several} { dict size $several }]
		}
	}
	return [lmap mutant $list {
		set place [join [lmap key {file line changed} { dict get $mutant $key }] ,]
		if {[dict exists $mutant typed] && [dict exists $refused $place]} continue
		set mutant
	}]
}

# The lines of FILE, with LINES in it, that the compiler refuses.
proc ::mutants::refused_lines {folder file changes} {
	set text [lines $file]
	dict for {line changed} $changes { lset text $line-1 $changed }
	object $folder $file [join $text \n] log
	return [lmap {- line} [regexp -all -inline -line {mutant\.c:(\d+):\d+: error:} $log] { set line }]
}

# -- judging one -----------------------------------------------------------------------

# The cases that get to the line of MUTANT: those of its requirement, then those
# that go ways of their own, then the rest; then those that enter its function.
proc ::mutants::cases {mutant} {
	lassign [reached::cases [dict get $mutant file] [dict get $mutant line]] near within
	set shelves {{} {} {}}
	set ways [dict create]
	foreach at $near {
		set instance [lindex $faults::worker::plan $at]
		set way [reached::way $at]
		set shelf [expr {[faults::worker::cites $instance $mutant] ? 0
		    : [dict exists $ways $way] ? 2 : 1}]
		dict set ways $way 1
		lset shelves $shelf end+1 $instance
	}
	foreach at $within {
		if {$at ni $near} { lset shelves 2 end+1 [lindex $faults::worker::plan $at] }
	}
	return [list [llength $near] [concat {*}$shelves]]
}

# The unit tests are quicker than the rest of many cases.
proc ::mutants::try_one {folder mutant} {
	variable adapter
	variable most
	variable explanations
	set outcome [build $folder $mutant]
	if {$outcome ne "built"} { return [list $outcome {}] }
	set program [link $folder mutant $adapter]
	lassign [cases $mutant] near cases
	set told "[llength $cases] cases, $near at the line; [string trim [dict get $mutant changed]]"
	set case [killer $program [lrange $cases 0 $most-1]]
	if {$case ne {}} { return [list killed $case] }
	if {![passes_units $folder $mutant]} { return [list unit $told] }
	set why [why $explanations $mutant]
	if {$why ne {}} { return [list explained $why] }
	set case [killer $program [lrange $cases $most end]]
	if {$case ne {}} { return [list killed $case] }
	return [list survived $told]
}

# The first of CASES that fails with PROGRAM and passes with the reference, or {}.
proc ::mutants::killer {program cases} {
	set result [faults::worker::try_cases [dict create program $program] $cases]
	return [expr {[dict get $result outcome] eq "killed" ? [dict get $result case] : {}}]
}

# 1 if the unit tests of the room pass with the mutant.
proc ::mutants::passes_units {folder mutant} {
	variable units
	set room [lindex [file split [dict get $mutant file]] 1]
	set program [link $folder units $units]
	return [expr {![catch {exec timeout 120 $program $room 2>@1}]}]
}

# file:rule, text of the mutated line -> why no case can notice it.
proc ::mutants::explanations {} {
	variable root
	variable explained
	set found [dict create]
	if {![file exists [file join $root $explained]]} { return $found }
	foreach {name text why} [join [lmap line [lines $explained] {
		if {[string match #* [string trim $line]]} continue
		set line
	}] \n] {
		dict set found "[file tail $name] [string trim $text]" $why
	}
	return $found
}

proc ::mutants::key {mutant} {
	return "[file tail [dict get $mutant file]]:[dict get $mutant rule] [string trim [dict get $mutant changed]]"
}

proc ::mutants::why {explanations mutant} {
	return [provider::value $explanations [key $mutant]]
}

# -- all of them, several at a time ------------------------------------------------------

# The cases of the rooms, the same in every worker.
proc ::mutants::prepare {} {
	variable base
	set ::faults::program [file join $base bin semper-iut]
	faults::worker::prepare {most 0 timeout 5 deny {} challenge {}} {{room ikp} {room pki}}
	return $faults::worker::plan
}

# Worker SHARE of JOBS notes what its cases reach, and says so.
proc ::mutants::record {share jobs} {
	variable watched
	reached::record $watched [prepare] $share $jobs
	puts recorded
}

# A worker judges the mutants it is told, one a line.
proc ::mutants::serve {jobs} {
	variable watched
	setting
	reached::load $watched [prepare] $jobs
	in_folder folder {
		while {[gets stdin line] >= 0} {
			lassign $line at mutant
			puts [list $at {*}[try_one $folder $mutant]]
			flush stdout
		}
	}
}

# Run SCRIPT with a new folder in the variable NAME.
proc ::mutants::in_folder {name script} {
	upvar 1 $name folder
	close [file tempfile folder mutants]
	file delete $folder
	file mkdir $folder
	try {
		uplevel 1 $script
	} finally {
		file delete -force $folder
	}
}

proc ::mutants::worker {role share argv} {
	set channel [open |[list [info nameofexecutable] [info script] {*}$argv \
	    -serve $role -share $share 2>@ stderr] r+]
	chan configure $channel -blocking 0 -buffering line
	return $channel
}

proc ::mutants::record_all {jobs argv} {
	variable waiting $jobs
	variable broken 0
	variable folders
	variable compile
	variable link
	variable adapter
	setting
	reached::build $folders $compile $link $adapter
	puts "recording what the cases reach .."
	for {set share 0} {$share < $jobs} {incr share} {
		set channel [worker record $share $argv]
		chan event $channel readable [list [namespace current]::recorded $channel]
	}
	while {$waiting} { vwait [namespace current]::waiting }
	if {$broken} { error "a worker died while it recorded" }
	reached::recorded $jobs
}

proc ::mutants::recorded {channel} {
	variable broken
	if {[gets $channel line] < 0 && ![eof $channel]} return
	if {$line ne "recorded"} { set broken 1 }
	retire $channel
}

proc ::mutants::judge_all {list jobs argv} {
	variable queue {}
	variable waiting $jobs
	variable broken 0
	for {set at 0} {$at < [llength $list]} {incr at} { lappend queue $at }
	for {set share 0} {$share < $jobs} {incr share} {
		set channel [worker judge $share $argv]
		chan event $channel readable [list [namespace current]::judged $list $channel]
		feed $list $channel
	}
	while {$waiting} { vwait [namespace current]::waiting }
	if {$broken} { error "a worker died over a mutant" }
}

proc ::mutants::feed {list channel} {
	variable queue
	if {[llength $queue]} {
		set queue [lassign $queue at]
		puts $channel [list $at [lindex $list $at]]
	} else {
		retire $channel
	}
}

proc ::mutants::retire {channel} {
	variable waiting
	chan configure $channel -blocking 1
	catch { close $channel } ;# how it ended: what it said, or did not, tells
	incr waiting -1
}

proc ::mutants::judged {list channel} {
	variable count
	variable queue
	variable broken
	if {[gets $channel line] < 0} {
		if {[eof $channel]} {
			set broken 1
			set queue {}
			retire $channel
		}
		return
	}
	lassign $line at outcome what
	dict incr count $outcome
	puts [format "%-11s %-44s %s" $outcome [dict get [lindex $list $at] name] $what]
	flush stdout
	feed $list $channel
}

# A reason without a mutant is none.
proc ::mutants::idle {all explanations} {
	foreach mutant $all { dict unset explanations [key $mutant] }
	if {[dict size $explanations]} {
		error "explained, and no mutant: [join [dict keys $explanations] "\n"]"
	}
}

proc ::mutants::main {argv} {
	variable count [dict create unbuildable 0 same 0 killed 0 unit 0 explained 0 survived 0]
	variable explanations [explanations]
	set opt [flags::take {-sample 0 -seed 1 -only * -most 500 -least 90 -list 0 -again {}
	    -jobs 2 -serve {} -share 0} $argv]
	variable most [dict get $opt -most]
	set jobs [dict get $opt -jobs]
	switch -- [dict get $opt -serve] {
		record { record [dict get $opt -share] $jobs; return 0 }
		judge { serve $jobs; return 0 }
	}
	set list [all]
	idle $list $explanations
	set list [lmap mutant $list {
		if {![string match [dict get $opt -only] [dict get $mutant name]]} continue
		set mutant
	}]
	if {[dict get $opt -again] ne {}} { set list [again $list [dict get $opt -again]] }
	if {[dict get $opt -list]} {
		foreach mutant $list { puts "[dict get $mutant name] [string trim [dict get $mutant changed]]" }
		return 0
	}
	if {[catch {exec make -s -C $::semper::root -j$jobs all build/release/tests/all 2>@1} log]} {
		error "the reference does not build:\n$log"
	}
	setting
	in_folder folder { set list [typed $folder $list] }
	if {[dict get $opt -sample]} {
		set list [sample $list [dict get $opt -sample] [dict get $opt -seed]]
	}
	if {[reached::stale $jobs]} { record_all $jobs $argv }
	judge_all $list $jobs $argv
	return [summary [llength $list] [dict get $opt -least]]
}

proc ::mutants::summary {all least} {
	variable count
	dict with count {
		puts "$all mutants: $unbuildable do not compile, $same compile to the same code,\
		    $killed killed by a case, $unit by a unit test, $explained explained,\
		    $survived survived"
		set found [expr {$killed + $unit}]
		puts "$found passed, $survived failed"
		set judged [expr {$found + $explained + $survived}]
		return [expr {!$judged || $survived || 100.0 * $found / $judged < $least}]
	}
}

exit [::mutants::main $argv]
