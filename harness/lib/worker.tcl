# worker.tcl -- the side of a run that talks to one adapter
#
#   worker::main ARGV     started by pool.tcl with conform's own arguments
#
# Reads lines `hello` and `run LENGTH I J ..` (places in the plan, all of one
# provider), which LENGTH characters follow, the list of these instances, and a
# line feed; ends with its standard input.  Writes one JSON object a line:
#   {"hello":{..}}                       the adapter's own words
#   {"i":I,"ms":N,"stderr":S,"verdict":{..}}
#   {"passed":[I,J,..],"ms":N}           the verdict pass and nothing else, for each
#   {"done":true}                        ready for more
#   {"unhealthy":true}                   five deaths in a row
#   {"broken":S,"cause":C,"stderr":S}    the adapter cannot be started at all

package require Tcl 8.6-

namespace eval ::worker {
	variable deaths_allowed 5
}

proc ::worker::say {node} {
	puts [json write $node]
	flush stdout
}

proc ::worker::main {argv} {
	set context [conform::context $argv]
	ready
	set iut [iut::make $context]
	set deaths 0
	try {
		while {[gets stdin line] >= 0} {
			if {$line eq "hello"} {
				hello $iut
			} else {
				lassign [given $line] places instances
				set deaths [portion $context $iut $places $instances $deaths]
			}
		}
	} finally {
		reckon finish
		$iut destroy
	}
	return 0
}

proc ::worker::ready {} {
	chan configure stdin -encoding utf-8 -translation lf
	reckon lend
}

# {PLACES INSTANCES} of a line `run`.
proc ::worker::given {line} {
	set places [lassign $line word length]
	set instances [read stdin $length]
	gets stdin
	return [list $places $instances]
}

# Run a portion of the plan; returns the number of deaths in a row.
proc ::worker::portion {context iut places instances deaths} {
	set begin [clock milliseconds]
	set verdicts [provider run $context $iut $instances]
	set each [expr {([clock milliseconds] - $begin) / [llength $places]}]
	set passed {}
	foreach i $places instance $instances verdict $verdicts {
		set deaths [count_death $deaths $instance $verdict]
		if {$verdict eq "verdict pass"} {
			lappend passed [json num $i]
		} else {
			report $i $each $verdict [$iut stderr]
		}
	}
	if {[llength $passed]} { say [json obj passed [json arr $passed] ms [json num $each]] }
	say [json obj done [json bool 1]]
	return $deaths
}

# Deaths in a row; probes end their adapter on purpose.
proc ::worker::count_death {deaths instance verdict} {
	variable deaths_allowed
	if {[dict get $instance provider] eq "hello"} { return $deaths }
	if {[dict get $verdict verdict] eq "not-applicable"} { return $deaths }
	if {![verdict::is_death $verdict]} { return 0 }
	if {[incr deaths] == $deaths_allowed} {
		say [json obj unhealthy [json bool 1]]
	}
	return $deaths
}

proc ::worker::hello {iut} {
	try {
		say [json obj hello [$iut start]]
	} trap IUT {message options} {
		say [json obj broken [json str $message] \
		    cause [json str [lindex [dict get $options -errorcode] 1]] \
		    stderr [json str [string trim [$iut stderr]]]]
	}
}

proc ::worker::report {i ms verdict stderr} {
	set node [json obj i [json num $i] ms [json num $ms] verdict [json strs $verdict]]
	if {[dict get $verdict verdict] in {fail inconclusive error} && $stderr ne {}} {
		set node [list obj [dict replace [lindex $node 1] stderr \
		    [json str [string range $stderr end-3999 end]]]]
	}
	say $node
}
