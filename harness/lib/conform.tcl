# conform.tcl -- semper conform: validate an implementation
#
#   conform::main ARGV      returns the exit code
#   conform::context ARGV   what providers are given (see provider.tcl)
#   conform::plan CONTEXT   the instances of this run, its shard only
#   conform::repro CONTEXT INSTANCE    the command that runs one case again

package require Tcl 8.6-

namespace eval ::conform {
	variable reference build/release/bin/semper-iut
	variable table {
		{iut text {} {command of the adapter (default: the reference)}}
		{exec many {} {instead OPERATION=COMMAND, judged by its exit code (ADAPTER.md 8)}}
		{connect text {} {a running peer instead, tcp://HOST:PORT (ADAPTER.md 7)}}
		{serve text {} {where its own connection is awaited, tcp://HOST:PORT}}
		{protocol text {} {only this protocol or room}}
		{role text {} {only this role}}
		{profile text {} {only this profile, whole or the part after /}}
		{only text {} {only cases whose id matches this glob}}
		{deny words {} {as if not declared: rand, clock, keys, fork, restart, digest, codes}}
		{jobs count 2 {adapters running at a time}}
		{shard shard {} {the I-th of N equal parts of the cases}}
		{challenge text {} {fresh keys, values and order from this seed}}
		{keys text {} {keys of your own instead of the test keys (ADAPTER.md 7)}}
		{timeout number 20 {seconds an answer may take}}
		{expect text {} {known failures, GLOB KIND CAUSE ISSUE UNTIL a line (ADAPTER.md 9)}}
		{json text {} {write a JSON report (ADAPTER.md 9)}}
		{junit text {} {write a JUnit report}}
		{tap text {} {write a TAP report}}
		{sarif text {} {write a SARIF report}}
		{html text {} {write one self-contained page}}
		{quiet flag 0 {print the last line only}}
		{help flag 0 {this text}}
	}
}

proc ::conform::settings {argv} {
	variable table
	variable reference
	set opt [options parse $table $argv]
	options alone $opt
	if {[dict get $opt connect] ne {}} {
		set opt [connecting $opt]
	} elseif {[dict get $opt serve] ne {}} {
		options usage "--serve goes with --connect"
	} elseif {[llength [dict get $opt exec]]} {
		program::commands [dict get $opt exec]
		if {[dict get $opt iut] ne {}} { options usage "--iut does not go with --exec" }
	} elseif {[dict get $opt iut] eq {}} {
		dict set opt iut [expr {[file normalize .] eq $::semper::root
		    ? $reference : [file join $::semper::root $reference]}]
		if {![dict get $opt help] && ![file executable [dict get $opt iut]]} {
			options usage "the reference is not built (run make), and no --iut is given"
		}
	}
	options denied [dict get $opt deny]
	options readable [dict get $opt expect]
	options readable [dict get $opt keys]
	return $opt
}

# A running peer has one role and one profile, and is asked by one worker; without
# the connection that it makes itself nothing it does could be brought to an end.
proc ::conform::connecting {opt} {
	foreach key {connect serve} {
		if {[peer::stream [dict get $opt $key]] eq {}} {
			options usage "--$key needs tcp://HOST:PORT, not \"[dict get $opt $key]\""
		}
	}
	foreach key {iut exec deny challenge} {
		if {[dict get $opt $key] ne {}} { options usage "--$key does not go with --connect" }
	}
	if {[dict get $opt role] ni {seller acquirer}} {
		options usage "--connect needs --role seller or --role acquirer"
	}
	dict set opt profile [kit::profile [dict get $opt role] [dict get $opt profile]]
	dict set opt protocol ikp
	dict set opt jobs 1
	return $opt
}

proc ::conform::context {argv} {
	set opt [settings $argv]
	set context [dict create root $::semper::root command [dict get $opt iut] \
	    spec [spec load [file join $::semper::root spec]]]
	foreach key {exec connect serve timeout deny challenge keys protocol role profile only shard} {
		dict set context $key [dict get $opt $key]
	}
	return $context
}

proc ::conform::repro {context instance} {
	set command [invocation $context]
	if {[dict get $context connect] ne {}} {
		append command " --role [dict get $context role] --profile [dict get $context profile]"
	}
	return "$command --only '[dict get $instance id]'"
}

# The command of this run, without its selection.
proc ::conform::invocation {context} {
	set command "harness/semper conform"
	foreach spec [dict get $context exec] { append command " --exec [program::quote $spec]" }
	if {[dict get $context command] ne {}} {
		append command " --iut '[dict get $context command]'"
	}
	foreach key {connect serve challenge keys} {
		if {[dict get $context $key] ne {}} {
			append command " --$key '[dict get $context $key]'"
		}
	}
	if {[llength [dict get $context deny]]} {
		append command " --deny [join [dict get $context deny] ,]"
	}
	return $command
}

# -- the run --------------------------------------------------------------------

proc ::conform::main {argv} {
	variable table
	set opt [settings $argv]
	if {[dict get $opt help]} {
		puts "usage: harness/semper conform \[options\]\n[options help $table]"
		return 0
	}
	foreach key {json junit tap sarif html} { options writable [dict get $opt $key] }
	try {
		return [validate $opt $argv]
	} finally {
		stateless::forget
	}
}

proc ::conform::validate {opt argv} {
	set entries [options theirs {expect read [dict get $opt expect]}]
	set context [context $argv]
	check_selection $context
	check_spec [dict get $context spec]
	options theirs {live::given use [dict get $context keys]}
	if {[dict get $context connect] ne {}} { kit::complete $context }
	set plan [plan $context]
	if {![llength $plan]} { options usage "no case matches the selection (harness/semper list shows them all)" }
	set begin [clock milliseconds]
	set outcome [run $context $plan $argv [dict get $opt jobs]]
	if {[dict get $outcome broken] ne {}} {
		options usage [unstartable $context {*}[dict get $outcome broken]]
	}
	lassign [expect apply $entries [dict get $outcome results]] results stale
	lappend stale {*}[expect::overdue $entries]
	set record [report make $context [dict get $outcome hello] $results $stale \
	    [expr {([clock milliseconds] - $begin) / 1000.0}]]
	write_reports $record [dict get $context spec] $opt
	report_text::show $record [dict get $context spec] [dict get $opt quiet]
	return [report code $record]
}

# With the last that it wrote: mostly that says it all.
proc ::conform::unstartable {context cause why said} {
	if {[dict get $context connect] ne {}} {
		return "no peer can be tested at [dict get $context connect]: $why"
	}
	set said [string trim [lindex [split [string trim $said] \n] end]]
	if {$said ne {}} { append why " and says \"$said\"" }
	switch -- $cause {
		crash { return "the adapter cannot be started: $why (does the command of --iut run by itself?)" }
		hang { return "the adapter was started and does not say hello: $why" }
	}
	return "the adapter was started, and its answer to hello is none: $why (ADAPTER.md 2)"
}

proc ::conform::check_selection {context} {
	if {"[dict get $context protocol][dict get $context role][dict get $context profile]" eq {}} return
	set every [provider plan [dict merge $context {protocol {} role {} profile {} only {}}]]
	foreach key {protocol role profile} {
		set want [dict get $context $key]
		if {$want eq {}} continue
		set known [dict create]
		foreach instance $every {
			set have [provider::value $instance $key]
			if {$have ni {{} hello}} {
				dict set known $have [lindex [split $have /] end]
			}
		}
		if {$want ni [list {*}[dict keys $known] {*}[dict values $known]]} {
			options usage "unknown $key \"$want\" (there are\
			    [join [lsort [dict keys $known]] {, }])"
		}
	}
}

proc ::conform::check_spec {model} {
	foreach problem [dict get $model problems] {
		lassign $problem file line field message
		options data [semper::relative $file] $line $field $message
	}
}

# {hello results broken}
proc ::conform::run {context plan argv jobs} {
	variable events
	variable failed 0
	variable total [llength $plan]
	variable watching [report_text::tty stderr]
	set events [dict create]
	set outcome [pool::run $argv $plan $jobs [namespace current]::collect]
	if {$watching} { report_text::clear }
	set results {}
	set at 0
	foreach instance $plan {
		lappend results [result $context $instance $outcome $at]
		incr at
	}
	if {[dict get $outcome unhealthy]} { lappend results [unhealthy $context] }
	dict set outcome results $results
	return $outcome
}

# Every N-th case from the I-th on; the probes belong to every part.
proc ::conform::plan {context} {
	set plan [provider plan $context]
	if {[dict get $context challenge] ne {}} {
		set plan [shuffled $plan [dict get $context challenge]]
	}
	if {[dict get $context shard] eq {}} { return $plan }
	lassign [split [dict get $context shard] /] part of
	set at 0
	return [lmap instance $plan {
		if {[dict get $instance provider] ne "hello"
		    && [incr at] % $of != $part % $of} continue
		set instance
	}]
}

# Another order that follows from SEED.  Neighbours stay neighbours, since they
# share what came before them.
proc ::conform::shuffled {plan seed} {
	set groups [dict create]
	set at -1
	foreach instance $plan {
		set provider [dict get $instance provider]
		dict lappend groups [list $provider [expr {[incr at] / [provider batch_of $provider]}]] \
		    $instance
	}
	set keyed {}
	dict for {name group} $groups {
		set key [expr {[lindex $name 0] eq "hello" ? "" : [::sha2::sha256 -hex -- $seed/$name]}]
		if {[string match {*[02468ace]} $key]} { set group [lreverse $group] }
		lappend keyed [list $key $group]
	}
	return [concat {*}[lmap pair [lsort -index 0 $keyed] {lindex $pair 1}]]
}

proc ::conform::collect {i event} {
	variable events
	variable failed
	variable total
	variable watching
	dict set events $i $event
	incr failed [expr {[json text [json get $event verdict] verdict] eq "fail"}]
	if {$watching} { report_text::progress [dict size $events] $total $failed }
}

proc ::conform::result {context instance outcome at} {
	variable events
	set result [dict remove $instance data needs op expect profiles restarts]
	foreach key {role profile flags} {
		if {![dict exists $result $key]} { dict set result $key {} }
	}
	if {[dict exists $events $at]} {
		set event [dict get $events $at]
		set result [dict merge $result [json plain [json get $event verdict]]]
		dict set result ms [json text $event ms]
		if {[json has $event stderr]} { dict set result stderr [json text $event stderr] }
	} elseif {[dict get $outcome unhealthy]} {
		set result [dict merge $result [verdict notrun "the adapter is unhealthy"]]
	} else {
		set result [dict merge $result [verdict error "a worker of the harness died"]]
	}
	if {[dict exists $result expected] && [provider::value $result got] eq {}} {
		dict set result got nothing
	}
	dict set result repro [repro $context $instance]
	return $result
}

proc ::conform::unhealthy {context} {
	set command [invocation $context]
	foreach key {protocol role profile only shard} {
		if {[dict get $context $key] ne {}} { append command " --$key '[dict get $context $key]'" }
	}
	return [dict merge [dict create id run::adapter-unhealthy case run::adapter-unhealthy \
	    provider hello protocol hello role {} profile {} flags {} req {} \
	    title "The adapter stays alive from one case to the next." \
	    repro $command] [verdict error "five cases in a row or more ended the adapter, or let\
	    it be ended for what it answered: the rest was not run, mend what these failures say"]]
}

proc ::conform::write_reports {record model opt} {
	foreach {key make} {
		json {report_json::text $record}
		junit {report_junit::text $record}
		tap {report_tap::text $record}
		sarif {report_sarif::text $record}
		html {report_html::text $record $model}
	} {
		set file [dict get $opt $key]
		if {$file eq {}} continue
		set ch [open $file w]
		chan configure $ch -encoding utf-8 -translation lf
		puts -nonewline $ch [eval $make]
		close $ch
	}
}
