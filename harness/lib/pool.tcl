# pool.tcl -- worker processes, and the plan handed out to them in portions
#
#   pool::run ARGV PLAN JOBS EACH ?WORD?    start workers, run the plan, call
#                                    {*}EACH I EVENT (a json node) per result;
#                                    WORD is the worker's command (worker.tcl)
#
# Returns a dict: hello (json node or {}), broken ({CAUSE WHY STDERR} of an adapter
# that could not be started, or {}), unhealthy (0 or 1).  A place without a result although the
# adapter is healthy was lost by a worker that died: a harness error.
#
# The probes of `hello` are run by one worker before the others start.

package require Tcl 8.6-

namespace eval ::pool {
	# plan       the instances
	# queue      portions not handed out yet, each a list of places
	# talking    the workers' channels
	# asked      channel -> 1 until it says that it is ready for more
	# open       1 once the queue may be handed out
	variable state
	array set state {}
}

proc ::pool::run {argv plan jobs each {word worker}} {
	variable state
	array unset state
	array set state [list plan $plan each $each hello {} broken {} unhealthy 0 \
	    argv [list $word {*}$argv] done 0 open 0 asked {} talking {}]
	lassign [portions $plan] first state(queue)
	set state(probes) $first
	spawn
	wait_idle
	if {$state(broken) eq {} && [llength $state(queue)]} {
		set state(open) 1
		set wanted [expr {min($jobs, [llength $state(queue)])}]
		for {set i 1} {$i < $wanted} {incr i} { spawn }
		foreach channel $state(talking) { feed $channel }
		wait_idle
	}
	foreach channel $state(talking) { retire $channel }
	return [dict create hello $state(hello) broken $state(broken) \
	    unhealthy $state(unhealthy)]
}

# {PROBES REST}: places of the plan in portions of one provider each.
proc ::pool::portions {plan} {
	set probes {}
	set rest {}
	set portion {}
	set owner {}
	set at 0
	foreach instance $plan {
		set name [dict get $instance provider]
		if {$name eq "hello"} {
			lappend probes $at
		} else {
			if {$name ne $owner || [llength $portion] >= [provider batch_of $owner]} {
				if {[llength $portion]} { lappend rest $portion }
				set portion {}
				set owner $name
			}
			lappend portion $at
		}
		incr at
	}
	if {[llength $portion]} { lappend rest $portion }
	return [list $probes $rest]
}

proc ::pool::spawn {} {
	variable state
	set channel [open |[list [info nameofexecutable] \
	    [file join $::semper::root harness semper] {*}$state(argv) 2>@ stderr] r+]
	chan configure $channel -blocking 0 -buffering line -encoding utf-8 -translation lf
	lappend state(talking) $channel
	chan event $channel readable [list [namespace current]::hear $channel]
	if {[llength $state(talking)] == 1} {
		puts $channel hello
		dict set state(asked) $channel 1
	} else {
		feed $channel
	}
}

proc ::pool::feed {channel} {
	variable state
	if {!$state(open) || ![llength $state(queue)]
	    || [dict exists $state(asked) $channel]} return
	set state(queue) [lassign $state(queue) portion]
	hand $channel $portion
}

proc ::pool::hand {channel portion} {
	variable state
	dict set state(asked) $channel 1
	set instances [lmap at $portion {lindex $state(plan) $at}]
	puts $channel "run [string length $instances] $portion\n$instances"
}

proc ::pool::hear {channel} {
	variable state
	while {[gets $channel line] >= 0} { event $channel [json parse $line] }
	if {[eof $channel]} { retire $channel }
}

proc ::pool::event {channel node} {
	variable state
	if {[json has $node i]} {
		{*}$state(each) [json text $node i] $node
	} elseif {[json has $node passed]} {
		set pass [json obj ms [json get $node ms] verdict [json strs {verdict pass}]]
		foreach i [json text $node passed] { {*}$state(each) $i $pass }
	} elseif {[json has $node hello]} {
		set state(hello) [json get $node hello]
		begin $channel
	} elseif {[json has $node broken]} {
		set state(broken) [lmap key {cause broken stderr} {json text $node $key}]
		dict unset state(asked) $channel
		settle
	} elseif {[json has $node unhealthy]} {
		set state(unhealthy) 1
		set state(queue) {}
	} elseif {[json has $node done]} {
		dict unset state(asked) $channel
		feed $channel
		settle
	}
}

# The first worker said hello: its probes come before everything else.
proc ::pool::begin {channel} {
	variable state
	if {[llength $state(probes)]} {
		hand $channel $state(probes)
	} else {
		dict unset state(asked) $channel
		settle
	}
}

proc ::pool::retire {channel} {
	variable state
	set state(talking) [lsearch -all -inline -not -exact $state(talking) $channel]
	dict unset state(asked) $channel
	chan configure $channel -blocking 1
	catch {close $channel}
	settle
}

# Wake wait_idle when nobody is busy any more.
proc ::pool::settle {} {
	variable state
	foreach channel $state(talking) {
		if {[dict exists $state(asked) $channel]} return
	}
	set state(done) 1
}

proc ::pool::wait_idle {} {
	variable state
	set state(done) 0
	settle
	if {!$state(done)} { vwait [namespace current]::state(done) }
}
