# listing.tcl -- semper list, semper explain, semper merge
#
#   listing::main ARGV       the cases of a selection, one a line
#   listing::explain ARGV    one case: purpose, requirement, flags, source
#   listing::merge ARGV      one report of several JSON reports

package require Tcl 8.6-

namespace eval ::listing {
	variable select {
		{protocol text {} {only this protocol or room}}
		{role text {} {only this role}}
		{profile text {} {only this profile, whole or the part after /}}
		{only text {} {only cases whose id matches this glob}}
		{json flag 0 {one JSON object a line}}
		{help flag 0 {this text}}
	}
	variable joined {
		{json text {} {write a JSON report}}
		{junit text {} {write a JUnit report}}
		{tap text {} {write a TAP report}}
		{sarif text {} {write a SARIF report}}
		{html text {} {write one self-contained page}}
		{quiet flag 0 {print the last line only}}
		{help flag 0 {this text}}
	}
}

proc ::listing::context {opt} {
	set context [dict create root $::semper::root command {} exec {} connect {} serve {} timeout 20 deny {} \
	    challenge {} shard {} spec [spec load [file join $::semper::root spec]]]
	foreach key {protocol role profile only} {
		dict set context $key [provider::value $opt $key]
	}
	return $context
}

proc ::listing::main {argv} {
	variable select
	set opt [options parse $select $argv]
	if {[dict get $opt help]} {
		puts "usage: harness/semper list \[options\]\n[options help $select]"
		return 0
	}
	options alone $opt
	set context [context $opt]
	conform::check_selection $context
	set plan [provider plan $context]
	if {![llength $plan]} { options usage "no case matches the selection" }
	foreach instance $plan {
		if {[dict get $opt json]} {
			puts [json write [report_json::mixed [dict remove $instance data needs profiles restarts] {line} {req flags}]]
		} else {
			puts [string trimright "[format %-60s [dict get $instance id]] [join [dict get $instance req] ,]"]
		}
	}
	return 0
}

# -- explain --------------------------------------------------------------------

proc ::listing::explain {argv} {
	set opt [options parse {{help flag 0 {this text}}} $argv]
	set rest [dict get $opt rest]
	if {[dict get $opt help]} {
		puts "usage: harness/semper explain CASE"
		puts "  CASE                   an id of semper list, or the part before its @, or a glob"
		puts [options help {{help flag 0 {this text}}}]
		return 0
	}
	if {[llength $rest] != 1} { options usage "explain needs one case id (harness/semper list shows them)" }
	set context [context [dict create only [lindex $rest 0]]]
	set plan [provider plan $context]
	if {![llength $plan]} { options usage "no case \"[lindex $rest 0]\" (semper list shows them)" }
	set instance [lindex $plan 0]
	describe $instance [dict get $context spec]
	set others [lmap other [lrange $plan 1 end] {dict get $other id}]
	if {[llength $others]} { puts [report_text::wrap "also      [join $others { }]" 10] }
	return 0
}

proc ::listing::describe {instance model} {
	puts "case      [dict get $instance id]"
	puts "shows     [dict get $instance title]"
	foreach key {protocol role profile op needs} {
		set value [provider::value $instance $key]
		if {$value ne {}} { puts [format "%-9s %s" $key $value] }
	}
	foreach id [dict get $instance req] {
		if {![dict exists $model requirements $id]} continue
		set requirement [dict get $model requirements $id]
		puts [report_text::wrap "requires  $id   [dict get $requirement sentence]" 10]
		puts "          [semper::relative [dict get $requirement file]]:[dict get $requirement line]"
	}
	foreach {name text} [flags $instance] { puts [report_text::wrap "flag      $name: $text" 10] }
	if {[provider::value $instance file] ne {}} {
		puts "source    [dict get $instance file]:[provider::value $instance line]"
	}
	switch -- [dict get $instance provider] {
		vectors { input $instance }
		live { course $instance }
		broker { source_lines step $instance steps }
	}
	puts "run       harness/semper conform --only '[dict get $instance id]'"
}

proc ::listing::flags {instance} {
	set found {}
	if {[dict get $instance provider] ne "vectors"} { return {} }
	lassign [vectors::lines [file join $::semper::root [dict get $instance file]]] head
	foreach flag [dict get $instance flags] {
		set entry [json plain [json get $head flags $flag]]
		lappend found $flag "[dict get $entry description] ([dict get $entry severity]):\
		    [dict get $entry effect]."
	}
	return $found
}

proc ::listing::input {instance} {
	set node [stateless::node $instance]
	if {[json has $node parent]} {
		puts "parent    [json text $node parent], [json write [json get $node mutation]]"
	}
	puts "in        [report_text::shorten [json write [json get $node in]]]"
	puts "expect    [report_text::shorten [json write [json get $node expect]]]"
}

# What a case of the flows does, in the words of its source (case.tcl).
proc ::listing::course {instance} {
	set data [dict get $instance data]
	if {[dict get $data kind] eq "script"} {
		source_lines step $instance steps
		return
	}
	puts "flow      [dict get $data flow], until [dict get $data on] reaches the [dict get $instance role]"
	foreach {key word} {mutate change reseal renew after after} {
		source_lines $word $instance $key
	}
	puts "expect    [dict get $data expect]"
}

proc ::listing::source_lines {word instance key} {
	set data [dict get $instance data]
	if {![dict exists $data $key]} return
	foreach line [split [::live::spelled $instance [dict get $data $key]] \n] {
		if {[string trim $line] ne {}} { puts [format "%-9s %s" $word [string trim $line]] }
	}
}

# -- merge ------------------------------------------------------------------------

proc ::listing::merge {argv} {
	variable joined
	set opt [options parse $joined $argv]
	if {[dict get $opt help]} {
		puts "usage: harness/semper merge \[options\] REPORT.json ..\n[options help $joined]"
		return 0
	}
	if {![llength [dict get $opt rest]]} { options usage "merge needs the JSON reports to be joined" }
	foreach key {json junit tap sarif html} { options writable [dict get $opt $key] }
	set records [lmap file [dict get $opt rest] {report_json::read $file}]
	check_shards $records
	set record [join_records $records]
	set model [spec load [file join $::semper::root spec]]
	conform::write_reports $record $model $opt
	report_text::show $record $model [dict get $opt quiet]
	return [report code $record]
}

# Of each run that was shared out every part is needed, and once.
proc ::listing::check_shards {records} {
	set runs [dict create]
	foreach record $records {
		set options [dict get $record options]
		if {![dict exists $options shard]} continue
		lassign [split [dict get $options shard] /] part of
		set run [list [dict get $record iut name] [dict get $record iut version] \
		    [lsort -stride 2 [dict remove $options shard]] $of]
		dict lappend runs $run $part
	}
	dict for {run parts} $runs {
		lassign $run name version - of
		for {set part 1} {$part <= $of} {incr part} {
			set n [llength [lsearch -all -exact $parts $part]]
			if {$n == 1} continue
			options usage "shard $part/$of of [string trim "$name $version"] is [expr {
			    $n ? "given $n times" : "missing"}]: merge needs each part once"
		}
	}
}

# A case that several reports hold has the worst of its verdicts.
proc ::listing::join_records {records} {
	set results [dict create]
	set stale {}
	set limits {}
	set seconds 0
	foreach record $records {
		foreach result [dict get $record results] {
			set id [dict get $result id]
			if {[dict exists $results $id]} {
				set old [dict get $results $id verdict]
				if {[verdict worst [list $old [dict get $result verdict]]] eq $old} continue
			}
			dict set results $id $result
		}
		lappend stale {*}[dict get $record stale]
		lappend limits {*}[dict get $record limits]
		set seconds [expr {$seconds + [dict get $record seconds]}]
	}
	set record [lindex $records 0]
	dict set record options [dict remove [dict get $record options] shard]
	dict set record results [dict values $results]
	dict set record stale $stale
	dict set record seconds [format %.1f $seconds]
	dict set record limits [lsort -unique [lmap l $limits {
		if {[string match "*requirement* not exercised (*" $l]
		    || [string match "*cases did not apply*" $l]
		    || [string match "Only a selection*" $l]} continue
		set l
	}]]
	set model [spec load [file join $::semper::root spec]]
	dict set record requirements [report::requirements $model [dict values $results]]
	dict lappend record limits {*}[report::skipped [dict values $results]] \
	    {*}[report::selection [dict get $record options]] \
	    {*}[report::unexercised [dict get $record requirements]]
	return [report recount $record]
}
