# report_sarif.tcl -- failures as SARIF 2.1.0: a rule per requirement, each
# result at the line of the specification that it violates
#
#   report_sarif::text RECORD

package require Tcl 8.6-

namespace eval ::report_sarif {}

proc ::report_sarif::text {record} {
	set rules {}
	set places [dict create]
	foreach row [dict get $record requirements] {
		dict set places [dict get $row id] $row
		lappend rules [json obj id [json str [dict get $row id]] \
		    shortDescription [json obj text [json str [dict get $row sentence]]]]
	}
	set results [lmap result [report failures $record] {result $result $places}]
	set driver [json obj name [json str semper] version [json str [dict get $record suite]] \
	    rules [json arr $rules]]
	return "[json write [json obj {$schema} [json str https://json.schemastore.org/sarif-2.1.0.json] \
	    version [json str 2.1.0] runs [json arr [list [json obj tool [json obj driver $driver] \
	    results [json arr $results]]]]]]\n"
}

proc ::report_sarif::result {result places} {
	set known [lmap id [dict get $result req] {
		if {![dict exists $places $id]} continue
		set id
	}]
	set text "[dict get $result id]: [dict get $result title]\
	    [provider::value $result detail]\nagain: [dict get $result repro]"
	set members [dict create level [json str [expr {
	    [dict get $result verdict] eq "inconclusive" ? "warning" : "error"}]] \
	    message [json obj text [json str $text]] \
	    partialFingerprints [json obj semperCase [json str [dict get $result id]]]]
	if {[llength $known]} {
		dict set members ruleId [json str [lindex $known 0]]
		dict set members locations [json arr [lmap id $known {location [dict get $places $id]}]]
	}
	return [list obj $members]
}

proc ::report_sarif::location {row} {
	return [json obj physicalLocation [json obj \
	    artifactLocation [json obj uri [json str [dict get $row file]]] \
	    region [json obj startLine [json num [dict get $row line]]]]]
}
