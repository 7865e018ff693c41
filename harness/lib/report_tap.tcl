# report_tap.tcl -- a run as TAP version 14
#
#   report_tap::text RECORD

package require Tcl 8.6-

namespace eval ::report_tap {
	# The directives of TAP 14: of a point that was not run, and of one whose failure is
	# expected.  The words are the format's; readers of TAP know no others.
	variable directive {unrun SKIP known TODO}
}

proc ::report_tap::text {record} {
	set results [dict get $record results]
	set lines [list "TAP version 14" "1..[llength $results]"]
	set number 0
	foreach result $results { lappend lines {*}[point [incr number] $result] }
	return "[join $lines \n]\n"
}

proc ::report_tap::point {number result} {
	variable directive
	set verdict [dict get $result verdict]
	set name [string map {\\ \\\\ # \\#} [dict get $result id]]
	switch -- $verdict {
		pass { return [list "ok $number - $name"] }
		pass-weak - flaw-shown {
			return [list "ok $number - $name" "# $verdict: [line [provider::value $result detail]]"]
		}
		not-applicable - not-run {
			return [list "ok $number - $name # [dict get $directive unrun] $verdict:\
			    [line [provider::value $result detail]]"]
		}
	}
	set known [expr {[provider::value $result known] ne {} ? " # [dict get $directive known] known" : {}}]
	set lines [list "not ok $number - $name$known" "  ---"]
	foreach key {verdict cause detail step expected got repro} {
		set value [provider::value $result $key]
		if {$value ne {}} { lappend lines "  $key: [json quote [line $value]]" }
	}
	return [lappend lines "  ..."]
}

proc ::report_tap::line {text} { return [string map [list \n { }] $text] }
