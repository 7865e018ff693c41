# bench.tcl -- how fast the harness is, with the reference adapter
#
#   tclsh8.6 harness/tools/bench.tcl FILE     a table on the terminal; adds to FILE,
#                                             the list that the program bench wrote
#
# Stateless cases: the cheap ones, room der, by two workers, as semper conform
# runs them; starting up is left out by taking the difference of a long and a
# short run.  The rate follows from the processor time of all processes on two
# cores, which others on the machine do not stretch.  Flows: a sample by one
# process, which also shows who used the processor: the adapter, or the harness
# with all that the other parties compute.

source -encoding utf-8 [file join [file dirname [info script]] .. lib load.tcl]

namespace eval ::bench {
	variable rows {}
	variable required 10000    ;# cheap stateless cases per second
	variable copies 4          ;# of the stateless cases, in the long run
	variable stride 8          ;# every so many portions of flows are run
}

proc ::bench::report {name value unit {against {}} {ratio {}} {limit {}}} {
	variable rows
	set optional {{x} { expr {$x eq {} ? {null {}} : [json num [format %.4g $x]]} }}
	lappend rows [json obj name [json str $name] value [json num [format %.4g $value]] \
	    unit [json str $unit] against [expr {$against eq {} ? {null {}} : [json str $against]}] \
	    ratio [apply $optional $ratio] limit [apply $optional $limit]]
	set line [format "%-40s %10.4g %-6s" $name $value $unit]
	if {$ratio ne {}} { append line [format " %6.2f x %s" $ratio $against] }
	if {$limit ne {}} {
		append line [format " (limit %.2f%s)" $limit [expr {$ratio > $limit ? ", EXCEEDED" : ""}]]
	}
	puts $line
}

# -- stateless --------------------------------------------------------------------

# Processor seconds of this process and of all that it started and ended.
proc ::bench::processor {} {
	set ch [open /proc/[pid]/stat]
	set stat [read $ch]
	close $ch
	set fields [split [string range $stat [string last ) $stat]+2 end]]
	return [expr {[tcl::mathop::+ {*}[lrange $fields 11 14]] / 100.0}]
}

proc ::bench::seconds {context plan} {
	set begin [processor]
	set outcome [conform::run $context $plan {} 2]
	passes [dict get $outcome results]
	return [expr {[processor] - $begin}]
}

# What is measured has to work, but judging it is not what this is for.
proc ::bench::passes {verdicts} {
	set failed 0
	foreach verdict $verdicts { incr failed [expr {[dict get $verdict verdict] eq "fail"}] }
	if {2 * $failed > [llength $verdicts]} { error "$failed of [llength $verdicts] cases fail" }
	if {$failed} { puts "$failed of [llength $verdicts] cases fail" }
}

proc ::bench::stateless {context} {
	variable required
	variable copies
	set plan [lmap instance [provider plan $context] {
		if {[dict get $instance protocol] ne "der"} continue
		set instance
	}]
	set short [seconds $context $plan]
	set long [seconds $context [concat {*}[lrepeat $copies $plan]]]
	set rate [expr {2 * ($copies - 1) * [llength $plan] / ($long - $short)}]
	report "harness/stateless cases, two cores" $rate /s "$required /s required" \
	    [expr {$required / $rate}] 1.0
}

# -- flows ------------------------------------------------------------------------

proc ::bench::sample {context name stride} {
	set plan [lmap instance [provider plan $context] {
		if {[dict get $instance provider] ne $name} continue
		set instance
	}]
	set batch [provider batch_of $name]
	set found {}
	for {set at 0} {$at < [llength $plan]} {incr at [expr {$stride * $batch}]} {
		lappend found [lrange $plan $at [expr {$at + $batch - 1}]]
	}
	return $found
}

proc ::bench::measure {context title name stride} {
	set portions [sample $context $name $stride]
	set iut [iut::Iut new [dict get $context command]]
	$iut start
	set own [expr {[iut::cpu [pid]] + [reckon cpu]}]
	set begin [clock microseconds]
	foreach portion $portions {
		lappend verdicts {*}[provider run $context $iut $portion]
	}
	set seconds [expr {([clock microseconds] - $begin) / 1e6}]
	set own [expr {[iut::cpu [pid]] + [reckon cpu] - $own}]
	set theirs [$iut cpu]
	$iut kill
	passes $verdicts
	set cases [llength [concat {*}$portions]]
	report "harness/$title, one worker" [expr {$cases / $seconds}] /s
	report "harness/$title, share of the processor" [expr {100.0 * $own / ($own + $theirs)}] %
}

proc ::bench::add {file} {
	variable rows
	set ch [open $file]
	set all [lindex [json parse [read $ch]] 1]
	close $ch
	set ch [open $file w]
	puts $ch "\[\n[join [lmap row [concat $all $rows] {json write $row}] ,\n]\n\]"
	close $ch
}

proc ::bench::main {file} {
	variable stride
	set context [conform::context {}]
	stateless $context
	reckon lend
	measure $context "stateless cases" vectors 1
	measure $context flows live $stride
	reckon finish
	add $file
}

::bench::main {*}$argv
