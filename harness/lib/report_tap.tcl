# report_tap.tcl -- a run as TAP version 14
#
#   report_tap::text RECORD

package require Tcl 8.6-

namespace eval ::report_tap {}

proc ::report_tap::text {record} {
	set results [dict get $record results]
	set lines [list "TAP version 14" "1..[llength $results]"]
	set number 0
	foreach result $results { lappend lines {*}[point [incr number] $result] }
	return "[join $lines \n]\n"
}

proc ::report_tap::point {number result} {
	set verdict [dict get $result verdict]
	set name [string map {\\ \\\\ # \\#} [dict get $result id]]
	switch -- $verdict {
		pass { return [list "ok $number - $name"] }
		pass-weak - flaw-shown {
			return [list "ok $number - $name" "# $verdict: [line [provider::value $result detail]]"]
		}
		not-applicable - not-run {
			return [list "ok $number - $name # SKIP $verdict: [line [provider::value $result detail]]"]
		}
	}
	# the directive of TAP for a failure that is expected: the word is the format's
	set todo [expr {[provider::value $result known] ne {} ? " # TODO known" : {}}]
	set lines [list "not ok $number - $name$todo" "  ---"]
	foreach key {verdict cause detail step expected got repro} {
		set value [provider::value $result $key]
		if {$value ne {}} { lappend lines "  $key: [json quote [line $value]]" }
	}
	return [lappend lines "  ..."]
}

proc ::report_tap::line {text} { return [string map [list \n { }] $text] }
