# expect.tcl -- known failures, and how they go stale
#
#   expect::read FILE                 the entries of an expectation file
#   expect::apply ENTRIES RESULTS     RESULTS, each with `unexpected` 0 or 1;
#                                     and a list of complaints: {results stale}
#
# One entry a line:   GLOB KIND CAUSE[/SUBSTRING] ISSUE UNTIL # why
#   GLOB    instance or case ids
#   KIND    bug (will be fixed), wontfix, env, flaky
#   CAUSE   of the failure, or a verdict word; SUBSTRING must be in its detail
#   ISSUE   where it is tracked, or - (not for flaky)
#   UNTIL   yyyy-mm-dd after which the entry is complained about, or -
#
# A failure as described is expected.  One that fails otherwise is not.  An
# entry whose case passes, or that matches nothing, is stale.

package require Tcl 8.6-

namespace eval ::expect {
	namespace export read apply
	namespace ensemble create
}

proc ::expect::read {file} {
	if {$file eq {}} { return {} }
	set ch [open $file]
	set lines [split [::read $ch] \n]
	close $ch
	set number 0
	set entries {}
	foreach line $lines {
		incr number
		if {![regexp {^\s*([^#\s].*?)\s*(?:\s#\s(.*))?$} $line -> text why]} continue
		if {![string is list $text] || [llength $text] != 5} {
			options data $file $number entry "needs glob, kind, cause, issue, until"
		}
		lassign $text glob kind cause issue until
		if {$kind ni {bug wontfix env flaky}} {
			options data $file $number kind "\"$kind\" is none of bug, wontfix, env, flaky"
		}
		if {$kind eq "flaky" && $issue eq "-"} {
			options data $file $number issue "a flaky case needs one"
		}
		if {$until ne "-" && ![regexp {^\d{4}-\d\d-\d\d$} $until]} {
			options data $file $number until "\"$until\" is not a date"
		}
		regexp {^([^/]*)(?:/(.*))?$} $cause -> word part
		if {$word ni [concat [verdict causes] [verdict words]]} {
			options data $file $number cause "no cause \"$word\""
		}
		lappend entries [dict create glob $glob kind $kind cause $word part $part \
		    until $until line $number file $file]
	}
	return $entries
}

proc ::expect::apply {entries results} {
	set used [dict create]
	set stale {}
	set judged {}
	foreach result $results {
		dict set result unexpected [expr {[dict get $result verdict] in
		    {fail inconclusive}}]
		foreach entry $entries {
			if {![covers $entry $result]} continue
			dict set used [dict get $entry line] 1
			if {[fits $entry $result]} {
				dict set result unexpected 0
				dict set result known [dict get $entry kind]
			} elseif {[passed $result] && [dict get $entry kind] ne "flaky"} {
				lappend stale "[dict get $entry file]:[dict get $entry line]:\
				    [dict get $result id] passes now"
			}
		}
		lappend judged $result
	}
	foreach entry $entries {
		if {![dict exists $used [dict get $entry line]]} {
			lappend stale "[dict get $entry file]:[dict get $entry line]:\
			    matches nothing that was run"
		}
	}
	return [list $judged $stale]
}

# Cases that did not run neither confirm nor refute an entry.
proc ::expect::covers {entry result} {
	set glob [dict get $entry glob]
	expr {[dict get $result verdict] ni {not-applicable not-run}
	    && ([provider::matches $glob [dict get $result id]]
	    || [provider::matches $glob [dict get $result case]])}
}

proc ::expect::passed {result} {
	expr {[dict get $result verdict] in {pass pass-weak flaw-shown}}
}

proc ::expect::fits {entry result} {
	set word [dict get $entry cause]
	set detail [provider::value $result detail]
	set part [dict get $entry part]
	expr {$word in [list [dict get $result verdict] [provider::value $result cause]]
	    && ($part eq {} || [string first $part $detail] >= 0)}
}

# Entries whose date has passed, as sentences.
proc ::expect::overdue {entries} {
	set today [clock format [clock seconds] -format %Y-%m-%d]
	set late {}
	foreach entry $entries {
		set until [dict get $entry until]
		if {$until ne "-" && $until < $today} {
			lappend late "[dict get $entry file]:[dict get $entry line]: was to end $until"
		}
	}
	return $late
}
