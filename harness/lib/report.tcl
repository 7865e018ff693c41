# report.tcl -- the record of a run, which every report format is made from
#
#   report::make CONTEXT HELLO RESULTS STALE SECONDS    the record
#   report::recount RECORD     summary and requirements from its results again
#   report::tested RESULTS     how many were really tried
#   report::code RECORD        the exit code
#   report::untested RECORD    why nothing was tested, or {} if something was
#   report::count RESULTS      {verdict n ..} of the words that occur
#   report::failures RECORD    the results that need attention, worst first
#
# A record is a dict:
#   suite iut{name version language command} started seconds options
#   summary{all{verdict n ..} protocols{ikp{..}}}
#   results       list of dicts: id case provider protocol role profile title
#                 req flags verdict cause detail expected got step ms
#                 unexpected known repro file line stderr (where there are)
#   requirements  list of {id level sentence file line verdict cases why}
#   limits        sentences: what the run did not establish
#   stale         complaints about the expectation file

package require Tcl 8.6-

namespace eval ::report {
	namespace export make recount tested untested code count failures
	namespace ensemble create

	# capability -> what is lost without it
	variable losses {
		rand {outputs were verified, decrypted and compared for freshness, not compared octet by octet; stored flows were not replayed}
		clock {cases that need more than a moment to pass were not tested, nor its own timers}
		keys {keys of the suite's choice, the unusual ones among them, were not tested}
		fork {}
		restart {what survives a crash was not seen}
		digest {"state unchanged" was shown by what a party did next, not compared}
		codes {only the class of a refusal was judged}
	}
}

proc ::report::make {context hello results stale seconds} {
	set iut [dict create name {} version {} language {} \
	    command [dict get $context command]]
	if {$hello ne {}} {
		foreach key {name version language} { dict set iut $key [json text $hello $key] }
	}
	set record [dict create suite $::iut::suite iut $iut \
	    started [clock format [clock seconds] -gmt 1 -format %Y-%m-%dT%H:%M:%SZ] \
	    seconds [format %.1f $seconds] options [chosen $context] \
	    results $results stale $stale]
	dict set record limits [limits $context $hello $results]
	dict set record requirements [requirements [dict get $context spec] $results]
	return [recount $record]
}

proc ::report::chosen {context} {
	set options {}
	foreach key {protocol role profile only deny challenge keys shard} {
		set value [provider::value $context $key]
		if {$value ne {}} { dict set options $key $value }
	}
	return $options
}

proc ::report::count {results} {
	set found [dict create]
	foreach result $results { dict incr found [dict get $result verdict] }
	set ordered [dict create]
	foreach word [lreverse [verdict words]] {
		if {[dict exists $found $word]} { dict set ordered $word [dict get $found $word] }
	}
	return $ordered
}

proc ::report::recount {record} {
	set groups [dict create]
	set results [dict get $record results]
	foreach result $results { dict lappend groups [dict get $result protocol] $result }
	set protocols [dict map {name list} $groups {count $list}]
	dict set record summary [dict create all [count $results] protocols $protocols]
	return $record
}

# The probes of hello and what did not apply are no tests.
proc ::report::tested {results} {
	set n 0
	foreach result $results {
		incr n [expr {[dict get $result protocol] ne "hello"
		    && [dict get $result verdict] ni {not-applicable not-run}}]
	}
	return $n
}

proc ::report::code {record} {
	set results [dict get $record results]
	foreach result $results {
		if {[dict get $result verdict] eq "error"} { return 3 }
	}
	foreach result $results {
		if {[provider::value $result unexpected] == 1} { return 1 }
	}
	if {[llength [dict get $record stale]]} { return 5 }
	if {![tested $results]} { return 4 }
	return 0
}

proc ::report::untested {record} {
	if {[code $record] != 4} { return {} }
	set reasons [dict create]
	foreach result [dict get $record results] {
		if {[dict get $result protocol] eq "hello"} continue
		dict incr reasons [provider::value $result detail]
	}
	if {![dict size $reasons]} { return "nothing was tested: the cases hello:: alone are no test" }
	return "nothing was tested: [lindex [lsort -stride 2 -index 1 -integer -decreasing $reasons] 0]"
}

proc ::report::failures {record} {
	set found {}
	foreach result [dict get $record results] {
		if {[dict get $result verdict] in {fail error inconclusive}} {
			lappend found $result
		}
	}
	set words [verdict words]
	return [lsort -decreasing -command [list apply {{words a b} {
		expr {[lsearch $words [dict get $a verdict]]
		    - [lsearch $words [dict get $b verdict]]}
	}} $words] $found]
}

# -- requirements -------------------------------------------------------------

proc ::report::requirements {model results} {
	set cases [dict create]
	foreach result $results {
		foreach id [dict get $result req] { dict lappend cases $id $result }
	}
	set rows {}
	dict for {id requirement} [dict get $model requirements] {
		set row [dict create id $id level [dict get $requirement level] \
		    sentence [dict get $requirement sentence] \
		    file [semper::relative [dict get $requirement file]] \
		    line [dict get $requirement line] verdict {} cases 0 why {}]
		if {[dict exists $cases $id]} {
			set held [dict get $cases $id]
			dict set row verdict [verdict worst [lmap r $held {dict get $r verdict}]]
			dict set row cases [tested $held]
		} else {
			dict set row why [reason $requirement]
		}
		lappend rows $row
	}
	return $rows
}

proc ::report::reason {requirement} {
	if {"whitebox" in [dict get $requirement marks]} {
		return "not observable from outside"
	}
	if {"excluded" in [dict get $requirement marks]} { return "excluded" }
	if {[dict get $requirement kind] in {document suite}} {
		return "about the text or the suite"
	}
	return "no case selected"
}

# -- what was not established ---------------------------------------------------

proc ::report::limits {context hello results} {
	variable losses
	set found {}
	foreach name [dict keys $losses] {
		set loss [dict get $losses $name]
		if {$loss ne {} && ![has $hello $name]} {
			lappend found "No capability \"$name\": $loss."
		}
	}
	lappend found {*}[skipped $results] {*}[selection [chosen $context]]
	lappend found {*}[unexercised [requirements [dict get $context spec] $results]]
	lappend found "Timing, memory and other side channels were not measured."
	lappend found "The quality of the implementation's own random source was\
	    not tested."
	return $found
}

proc ::report::skipped {results} {
	set skipped 0
	foreach result $results { incr skipped [expr {[dict get $result verdict] eq "not-applicable"}] }
	return [expr {$skipped ? [list "$skipped cases did not apply to what was claimed."] : {}}]
}

proc ::report::selection {options} {
	if {![dict size $options]} { return {} }
	return [list "Only a selection was run: [join [lmap {k v} $options {
		string cat $k " " $v
	}] {, }]."]
}

proc ::report::has {hello name} {
	if {$hello eq {} || ![json has $hello capabilities]} { return 0 }
	set value [json text [json get $hello capabilities] $name]
	expr {$value ni {{} 0 none real own}}
}

proc ::report::unexercised {rows} {
	set reasons [dict create]
	foreach row $rows {
		if {[dict get $row cases] > 0} continue
		set why [dict get $row why]
		if {$why eq {}} { set why "none of its cases applied" }
		dict lappend reasons $why [dict get $row id]
	}
	set found {}
	dict for {why ids} $reasons {
		set many [expr {[llength $ids] == 1 ? "requirement was" : "requirements were"}]
		lappend found "[llength $ids] $many not exercised ($why):\
		    [join [lrange $ids 0 11] {, }][expr {[llength $ids] > 12 ? ", .." : "."}]"
	}
	return $found
}
