# report_text.tcl -- a run on the terminal
#
#   report_text::show RECORD MODEL QUIET          on stdout, if QUIET the last line only
#   report_text::print RECORD MODEL CHANNEL       failures, table, last line
#   report_text::progress DONE TOTAL FAILED       one line, on a terminal only
#   report_text::clear
#
# Colours only where the channel is a terminal and NO_COLOR is not set.

package require Tcl 8.6-

namespace eval ::report_text {
	variable colours {
		pass 32 pass-weak 33 flaw-shown 36 fail 31 error 35 inconclusive 33
		not-run 90 not-applicable 90
	}
	variable columns {pass pass-weak flaw-shown fail error inconclusive not-run not-applicable}
	variable shown_failures 40
}

# stdout is a terminal if its descriptor is one; Tcl has no isatty.
proc ::report_text::tty {channel} {
	set number [dict get {stdout 1 stderr 2} $channel]
	expr {![catch {exec test -t $number >@ stdout 2>@ stderr}]}
}

proc ::report_text::paint {on word text} {
	variable colours
	if {!$on} { return $text }
	return "\033\[[dict get $colours $word]m$text\033\[0m"
}

proc ::report_text::progress {done total failed} {
	puts -nonewline stderr "\r\033\[K$done of $total[expr {$failed
	    ? ", $failed failed" : {}}]"
	flush stderr
}

proc ::report_text::clear {} {
	puts -nonewline stderr "\r\033\[K"
	flush stderr
}

proc ::report_text::show {record model quiet} {
	if {$quiet} {
		puts [closing $record]
	} else {
		print $record $model stdout
	}
}

proc ::report_text::print {record model channel} {
	variable shown_failures
	set colour [expr {![info exists ::env(NO_COLOR)] && [tty $channel]}]
	set failures [report failures $record]
	foreach result [lrange $failures 0 $shown_failures-1] {
		failure $result $model $channel $colour
	}
	set more [expr {[llength $failures] - $shown_failures}]
	if {$more > 0} { puts $channel "... and $more more; --json and --html list all\n" }
	table $record $channel $colour
	foreach line [dict get $record stale] { puts $channel "stale expectation: $line" }
	puts $channel "\nThis run did not establish:"
	foreach limit [dict get $record limits] { puts $channel [wrap "- $limit" 2] }
	puts $channel "\n[closing $record]"
}

proc ::report_text::failure {result model channel colour} {
	set verdict [dict get $result verdict]
	set word $verdict
	if {[dict exists $result cause]} { set word "$verdict ([dict get $result cause])" }
	if {[provider::value $result known] ne {}} { append word ", expected" }
	puts $channel "[paint $colour $verdict $word]  [dict get $result id]"
	puts $channel "    [dict get $result title]"
	foreach key {step detail expected got} {
		set value [provider::value $result $key]
		if {$value ne {}} { puts $channel [format "    %-9s %s" $key [shorten $value]] }
	}
	foreach line [last_words $result] { puts $channel "    stderr    [shorten $line]" }
	foreach id [dict get $result req] {
		if {[dict exists $model requirements $id]} {
			puts $channel [wrap "    $id   [dict get $model requirements $id sentence]" 14]
		}
	}
	puts $channel "    again     [dict get $result repro]\n"
}

# What an adapter wrote last on standard error, if it gave no proper answer.
proc ::report_text::last_words {result} {
	if {![verdict::is_death $result] && [provider::value $result cause] ne "adapter-error"} return
	return [lrange [split [string trimright [provider::value $result stderr]] \n] end-4 end]
}

proc ::report_text::shorten {text} {
	if {[string length $text] <= 300} { return $text }
	return "[string range $text 0 199] .. [string range $text end-79 end]\
	    ([string length $text] characters)"
}

proc ::report_text::wrap {text indent} {
	set lines {}
	set line {}
	foreach word [split $text { }] {
		if {[string length $line] + [string length $word] > 88 && $line ne {}} {
			lappend lines $line
			set line [string repeat { } $indent]$word
		} elseif {$line eq {} && ![llength $lines]} {
			set line $word
			if {$word eq {}} { set line { } }
		} else {
			append line { } $word
		}
	}
	return [join [lappend lines $line] \n]
}

# One row per protocol and role, a column per verdict that occurs.
proc ::report_text::table {record channel colour} {
	variable columns
	set groups [dict create]
	foreach result [dict get $record results] {
		set role [provider::value $result role]
		set name [string trim "[dict get $result protocol] $role"]
		dict lappend groups $name $result
	}
	set all [dict get $record summary all]
	set used [lmap word $columns {
		if {![dict exists $all $word]} continue
		set word
	}]
	set head [format %-24s {}]
	foreach word $used { append head [format %16s $word] }
	puts $channel $head
	foreach name [lsort [dict keys $groups]] {
		row $channel $colour $name [report count [dict get $groups $name]] $used
	}
	row $channel $colour all $all $used
}

proc ::report_text::row {channel colour name counts used} {
	set line [format %-24s $name]
	foreach word $used {
		set n [expr {[dict exists $counts $word] ? [dict get $counts $word] : 0}]
		if {$n} {
			append line [paint $colour $word [format %16d $n]]
		} else {
			append line [format %16s .]
		}
	}
	puts $channel $line
}

proc ::report_text::closing {record} {
	set all [dict get $record summary all]
	set iut [dict get $record iut]
	set name [string trim "[dict get $iut name] [dict get $iut version]"]
	set parts [lmap {word n} $all {string cat $n " " $word}]
	set why [report untested $record]
	return "[expr {$name eq {} ? [dict get $iut command] : $name}]:\
	    [join $parts {, }] in [dict get $record seconds] s[expr {$why eq {} ? {} : "; $why"}]"
}
