# faults.tcl -- semper faults: how much of what implementers get wrong the suite
# notices
#
#   faults::main ARGV     returns the exit code
#   faults::build         make the fault configuration
#
# For each mistake of the catalogue (faults_catalogue.tcl) the reference is run
# with that mistake switched on, in the cases of its requirement and then in all
# others, until a case fails that passes without it: then it is killed.  Workers
# (faults_worker.tcl) hold the plan; this file hands out mistakes and counts.

package require Tcl 8.6-

namespace eval ::faults {
	variable folder [file dirname [file normalize [info script]]]
	variable program build/fault/bin/semper-iut
	variable table {
		{protocol text {} {only the catalogue of this protocol or room}}
		{only text {} {only faults whose name matches this glob}}
		{shard shard {} {of N faults one, from the I-th on}}
		{deny words {} {behave as if these capabilities were not declared}}
		{jobs count 2 {adapters running at a time}}
		{least number 100 {percent to be killed for the exit code 0}}
		{most count 1000000 {cases per fault, for a quick look}}
		{timeout number 5 {seconds an answer may take}}
		{challenge text {} {fresh keys, values and order from this seed}}
		{variants flag 0 {run the correct variants instead: all must pass (--only, --jobs)}}
		{json text {} {write a JSON report}}
		{quiet flag 0 {print the last line only}}
		{serve flag 0 {be a worker of another semper faults}}
		{help flag 0 {this text}}
	}
}

foreach part {catalogue worker variants} {
	source -encoding utf-8 [file join $::faults::folder faults_$part.tcl]
}

proc ::faults::main {argv} {
	variable table
	set opt [options parse $table $argv]
	if {[dict get $opt help]} {
		puts "usage: harness/semper faults \[options\]\n[options help $table]"
		return 0
	}
	options alone $opt
	options writable [dict get $opt json]
	options denied [dict get $opt deny]
	if {[dict get $opt variants]} {
		foreach key {protocol shard deny challenge json} {
			if {[dict get $opt $key] ne {}} { options usage "--$key does not go with --variants" }
		}
	}
	if {[dict get $opt serve]} {
		try {
			return [worker::serve $opt]
		} finally {
			stateless::forget
		}
	}
	build [dict get $opt jobs]
	if {[dict get $opt variants]} { return [variants::run $opt] }
	set faults [catalogue select $opt]
	if {![llength $faults]} { options usage "no fault matches the selection" }
	return [measure $opt $argv $faults]
}

# What make says is shown only if it fails.
proc ::faults::build {{jobs 1}} {
	if {[catch {exec make -s -C $::semper::root CONFIG=fault -j$jobs 2>@1} log]} {
		options usage "the fault configuration does not build:\n$log"
	}
}

proc ::faults::context {opt} {
	variable program
	set argv [list --iut [file join $::semper::root $program] \
	    --timeout [dict get $opt timeout]]
	if {[llength [dict get $opt deny]]} { lappend argv --deny [join [dict get $opt deny] ,] }
	if {[provider::value $opt challenge] ne {}} { lappend argv --challenge [dict get $opt challenge] }
	return [conform::context $argv]
}

# -- handing out ------------------------------------------------------------------

proc ::faults::measure {opt argv faults} {
	variable results [dict create]
	variable queue [lsort -integer [dict keys [index $faults]]]
	variable list $faults
	variable talking {}
	variable watching [report_text::tty stderr]
	variable quiet [dict get $opt quiet]
	variable done 0
	set jobs [expr {min([dict get $opt jobs], [llength $faults])}]
	for {set i 0} {$i < $jobs} {incr i} { spawn $argv }
	while {[llength $talking]} { vwait [namespace current]::done }
	if {$watching} { report_text::clear }
	return [report $opt $faults]
}

proc ::faults::index {faults} {
	set at -1
	return [concat {*}[lmap fault $faults {list [incr at] $fault}]]
}

proc ::faults::spawn {argv} {
	variable talking
	set channel [open |[list [info nameofexecutable] \
	    [file join $::semper::root harness semper] faults --serve {*}$argv 2>@ stderr] r+]
	chan configure $channel -blocking 0 -buffering line -encoding utf-8 -translation lf
	lappend talking $channel
	chan event $channel readable [list [namespace current]::hear $channel]
	feed $channel
}

proc ::faults::feed {channel} {
	variable queue
	if {[llength $queue]} {
		set queue [lassign $queue at]
		puts $channel $at
	} else {
		retire $channel
	}
}

proc ::faults::hear {channel} {
	if {[gets $channel line] >= 0} {
		take [json parse $line]
		feed $channel
	} elseif {[eof $channel]} {
		retire $channel
	}
}

proc ::faults::take {node} {
	variable results
	variable list
	variable watching
	variable quiet
	set at [json text $node at]
	dict set results $at [json plain $node]
	if {$watching} {
		report_text::clear
	}
	if {!$quiet} { puts [line [lindex $list $at] [json plain $node]] }
	if {$watching} {
		report_text::progress [dict size $results] [llength $list] [survivors]
	}
	flush stdout
}

proc ::faults::survivors {} {
	variable results
	set n 0
	dict for {at result} $results { incr n [expr {[dict get $result outcome] eq "survived"}] }
	return $n
}

proc ::faults::retire {channel} {
	variable talking
	variable done
	set talking [lsearch -all -inline -not -exact $talking $channel]
	chan configure $channel -blocking 1
	catch {close $channel}
	set done 1
}

# -- telling ----------------------------------------------------------------------

proc ::faults::line {fault result} {
	set text "[format %-10s [dict get $result outcome]] [dict get $fault room]\
	    [format %-28s [dict get $fault name]] "
	switch -- [dict get $result outcome] {
		killed { append text [dict get $result case] }
		equivalent { append text [dict get $fault equivalent] }
		survived {
			append text "[dict get $result cases] cases; [dict get $fault mistake]"
			if {[dict get $fault unseen] ne {}} { append text " ([dict get $fault unseen])" }
		}
	}
	return $text
}

proc ::faults::report {opt faults} {
	variable results
	set count [dict create total [llength $faults] killed 0 equivalent 0 survived 0]
	set nodes {}
	dict for {at fault} [index $faults] {
		if {![dict exists $results $at]} {
			throw {SEMPER DATA} "a worker died over the fault [dict get $fault name]"
		}
		set result [dict get $results $at]
		dict incr count [dict get $result outcome]
		lappend nodes [node $fault $result]
	}
	if {[dict get $opt json] ne {}} { write [dict get $opt json] $count $nodes }
	set judged [expr {[dict get $count total] - [dict get $count equivalent]}]
	set rate [expr {$judged ? 100.0 * [dict get $count killed] / $judged : 100.0}]
	puts "[dict get $count total] faults: [dict get $count killed] killed,\
	    [dict get $count equivalent] equivalent, [dict get $count survived] survived\
	    ([format %.1f $rate] % killed)"
	return [expr {$rate < [dict get $opt least]}]
}

proc ::faults::node {fault result} {
	set values [dict merge [dict remove $fault line profiles] [dict remove $result at]]
	return [report_json::mixed $values {cases ms} {req}]
}

proc ::faults::write {file count nodes} {
	set summary [json obj {*}[dict map {name n} $count {json num $n}]]
	set ch [open $file w]
	chan configure $ch -encoding utf-8 -translation lf
	puts $ch [json write [json obj format [json str semper-faults/1] \
	    summary $summary faults [json arr $nodes]]]
	close $ch
}
