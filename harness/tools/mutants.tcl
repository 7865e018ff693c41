# mutants.tcl -- does the suite notice one small change of the reference?
#
#   tclsh8.6 harness/tools/mutants.tcl ?-sample N? ?-seed N? ?-only GLOB? ?-most N?
#                                      ?-least PERCENT? ?-list 1?
#
# Every place of protocols/ikp and protocols/pki where one of the rules below
# applies is a mutant, named FILE:LINE:RULE.  Each is compiled (one object) and
# linked with the rest of the release build, and the cases of its room run until
# one fails that passes with the reference.  Survivors are listed; those that
# conformance/faults/mutants.explained explains do not count.
#
#   drop    a check (MUST) is left out         ignore  the answer of a check is not used
#   skip    an effect or assignment is left out  equal   == and != change places
#   logic   && and || change places            bound   < becomes <=, and so on
#   not     a negation is left out             label   a draw under another label
#   context a hash or signature under another context
#
# -sample N takes N of them, chosen by -seed.  Ends with `N passed, N failed`.

package require Tcl 8.6-
source -encoding utf-8 [file join [file dirname [file normalize [info script]]] .. lib load.tcl]

namespace eval ::mutants {
	variable root $::semper::root
	variable base build/release
	variable folders {protocols/ikp protocols/pki}
	variable explained conformance/faults/mutants.explained
	# rule, what a line must match, regexp of the text, replacement
	variable rules {
		drop {\mMUST\("} {\mMUST\("} {LEFT_OUT("}
		ignore {\mTRY\([a-z_]*check} {\mTRY\(} {IGNORED(}
		skip {\mTRY\((ikp_timer|semper_step_reply|semper_effects_put|semper_step_copy|ikp_send)\(} {\mTRY\(} {SKIPPED(}
		skip {^\t+(s->|a->|b->)?record(\.|->)[a-z_.]+ = [^;]*;$} {^\t+.*$} {	(void)0;}
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
	}
	# no mutants: comments, preprocessor, what only the fault build has, assertions
	variable quiet {^\s*(/?\*|#)|FAULT\(|^\t*for \(|_Static_assert|SEMPER_E_SPACE|== NULL}
}

# -- finding them ----------------------------------------------------------------

proc ::mutants::lines {file} {
	variable root
	set ch [open [file join $root $file]]
	set lines [split [read $ch] \n]
	close $ch
	return $lines
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
	set lines [lines $file]
	foreach line $lines {
		incr number
		foreach id [regexp -all -inline $::spec::id_form $line] { set ids [list $id] }
		if {[regexp $quiet $line]} continue
		foreach {rule wanted text instead} $rules {
			if {![regexp $wanted $line]} continue
			regsub $text $line $instead changed
			if {$changed eq $line} continue
			lappend found [dict create name "$file:$number:$rule" file $file line $number \
			    rule $rule changed $changed req $ids]
		}
	}
	return $found
}

# N of LIST, always the same for a SEED.
proc ::mutants::sample {list n seed} {
	expr {srand($seed)}
	set keyed [lmap mutant $list {list [expr {rand()}] $mutant}]
	return [lrange [lmap pair [lsort -real -index 0 $keyed] {lindex $pair 1}] 0 $n-1]
}

# -- building one ------------------------------------------------------------------

proc ::mutants::setting {} {
	variable root
	variable base
	variable compile
	variable link
	if {[catch {exec make -s -C $root all 2>@1} log]} { error "the reference does not build:\n$log" }
	set ch [open [file join $root $base flags]]
	set flags [string map {-Werror {} -O2 -O1} [string trim [read $ch]]]
	close $ch
	set compile "$flags -w '-DLEFT_OUT(id,cond,err)=(void)sizeof(cond)' '-DIGNORED(x)=(void)(x)'\
	    '-DSKIPPED(x)=(void)0' -DIKP_CTX_OTHER=IKP_CTX_AUTH_RES_HASH"
	set objects [glob -directory [file join $root $base conformance adapter] *.o]
	set libraries [exec pkg-config --libs hogweed nettle gmp libtasn1 sqlite3 jansson]
	set link "[lindex $flags 0] -o %s %s [join $objects] [file join $root $base libsemper.a] $libraries -lpthread"
}

# The program, or nothing if the mutant does not compile.
proc ::mutants::build {folder mutant} {
	variable root
	variable compile
	variable link
	set lines [lines [dict get $mutant file]]
	set at [expr {[dict get $mutant line] - 1}]
	set source [file join $folder mutant.c]
	set ch [open $source w]
	puts -nonewline $ch [join [lreplace $lines $at $at [dict get $mutant changed]] \n]
	close $ch
	set object [file join $folder mutant.o]
	set program [file join $folder mutant]
	set includes "-iquote [file join $root [file dirname [dict get $mutant file]]]"
	if {[catch {exec sh -c "cd '$root' && $compile $includes -c -o $object $source && [format $link $program $object]" 2>@1} log]} {
		return {}
	}
	return $program
}

# -- judging one -----------------------------------------------------------------------

proc ::mutants::try_one {folder mutant} {
	set program [build $folder $mutant]
	if {$program eq {}} { return [list unbuildable {}] }
	set fault [dict create name [dict get $mutant name] program $program equivalent {} \
	    room [lindex [file split [dict get $mutant file]] 1] req [dict get $mutant req]]
	set result [::faults::worker::try_fault $fault]
	if {[dict get $result outcome] eq "killed"} { return [list killed [dict get $result case]] }
	return [list survived [string trim [dict get $mutant changed]]]
}

# file, text of the mutated line -> why no case can notice it.
proc ::mutants::explanations {} {
	variable root
	variable explained
	set found [dict create]
	set file [file join $root $explained]
	if {![file exists $file]} { return $found }
	foreach {name text why} [join [lmap line [lines $explained] {
		if {[string match #* [string trim $line]]} continue
		set line
	}] \n] {
		dict set found "[file tail $name] [string trim $text]" $why
	}
	return $found
}

proc ::mutants::why {explanations mutant} {
	set parts [split [dict get $mutant name] :]
	set key "[file tail [lindex $parts 0]]:[lindex $parts 2] [string trim [dict get $mutant changed]]"
	return [expr {[dict exists $explanations $key] ? [dict get $explanations $key] : {}}]
}

proc ::mutants::main {argv} {
	variable folder
	set opt [dict merge {-sample 1000000 -seed 1 -only * -most 500 -least 100 -list 0} $argv]
	set list [lsearch -all -inline -glob -index 1 [all] [dict get $opt -only]]
	set list [sample $list [dict get $opt -sample] [dict get $opt -seed]]
	if {[dict get $opt -list]} {
		foreach mutant $list { puts "[dict get $mutant name] [string trim [dict get $mutant changed]]" }
		return 0
	}
	setting
	set ::faults::program $::mutants::base/bin/semper-iut
	::faults::worker::prepare [dict create most [dict get $opt -most] timeout 5 deny {}] \
	    {{room ikp} {room pki}}
	close [file tempfile folder mutants]
	file delete $folder
	file mkdir $folder
	set count [judge $list [explanations]]
	file delete -force $folder
	dict with count {
		set judged [expr {$killed + $survived}]
		puts "[llength $list] mutants: $unbuildable do not compile, $killed killed,\
		    $explained explained, $survived survived"
		puts "$killed passed, $survived failed"
		return [expr {!$judged || 100.0 * $killed / $judged < [dict get $opt -least]}]
	}
}

proc ::mutants::judge {list explanations} {
	variable folder
	set count [dict create unbuildable 0 killed 0 explained 0 survived 0]
	foreach mutant $list {
		lassign [try_one $folder $mutant] outcome what
		if {$outcome eq "survived" && [why $explanations $mutant] ne {}} {
			set outcome explained
			set what [why $explanations $mutant]
		}
		dict incr count $outcome
		puts [format "%-11s %-44s %s" $outcome [dict get $mutant name] $what]
		flush stdout
	}
	return $count
}

exit [::mutants::main $argv]
