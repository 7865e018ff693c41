# report_junit.tcl -- a run as JUnit XML: one suite per protocol
#
#   report_junit::text RECORD

package require Tcl 8.6-

namespace eval ::report_junit {}

proc ::report_junit::escape {text} {
	regsub -all {[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]} $text ? text
	return [string map {& &amp; < &lt; > &gt; \" &quot; \n &#10;} $text]
}

proc ::report_junit::text {record} {
	set groups [dict create]
	foreach result [dict get $record results] {
		dict lappend groups [dict get $result protocol] $result
	}
	set lines [list {<?xml version="1.0" encoding="UTF-8"?>} \
	    "<testsuites name=\"semper\" time=\"[dict get $record seconds]\">"]
	dict for {name results} $groups { lappend lines {*}[suite $record $name $results] }
	return "[join [lappend lines </testsuites>] \n]\n"
}

proc ::report_junit::suite {record name results} {
	set counts [dict merge {fail 0 inconclusive 0 error 0 not-applicable 0 not-run 0} \
	    [report count $results]]
	dict with counts {}
	set lines [list "<testsuite name=\"[escape $name]\" tests=\"[llength $results]\"\
	    failures=\"[expr {$fail + $inconclusive}]\" errors=\"$error\"\
	    skipped=\"[expr {${not-applicable} + ${not-run}}]\"\
	    timestamp=\"[dict get $record started]\">"]
	foreach result $results { lappend lines [testcase $result] }
	return [lappend lines </testsuite>]
}

proc ::report_junit::testcase {result} {
	set class [join [list [dict get $result protocol] {*}[provider::value $result role]] .]
	set ms [provider::value $result ms]
	set head "<testcase name=\"[escape [dict get $result id]]\" classname=\"[escape $class]\"\
	    time=\"[format %.3f [expr {($ms eq {} ? 0 : $ms) / 1000.0}]]\""
	set inner [inner $result]
	if {$inner eq {}} { return "$head/>" }
	return "$head>$inner</testcase>"
}

proc ::report_junit::inner {result} {
	set verdict [dict get $result verdict]
	set message [escape [provider::value $result detail]]
	switch -- $verdict {
		pass - pass-weak - flaw-shown { return {} }
		not-applicable - not-run { return "<skipped message=\"$message\"/>" }
	}
	set element [expr {$verdict eq "error" ? "error" : "failure"}]
	set type [provider::value $result cause]
	if {$type eq {}} { set type $verdict }
	set body [join [lmap key {title detail step expected got repro stderr} {
		set value [provider::value $result $key]
		if {$value eq {}} continue
		string cat "$key: " $value
	}] \n]
	return "<$element type=\"$type\" message=\"$message\">[escape $body]</$element>"
}
