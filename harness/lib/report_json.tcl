# report_json.tcl -- the record as JSON, and back
#
#   report_json::text RECORD      the report of --json
#   report_json::read FILE        a record from such a file

package require Tcl 8.6-

namespace eval ::report_json {
	variable format semper-report/1
	variable members {suite iut started seconds options summary results requirements stale not_established}
}

proc ::report_json::counts {counts} {
	return [list obj [dict map {word n} $counts {json num $n}]]
}

proc ::report_json::text {record} {
	variable format
	set summary [dict get $record summary]
	set node [json obj \
	    format [json str $format] \
	    suite [json str [dict get $record suite]] \
	    iut [json strs [dict get $record iut]] \
	    started [json str [dict get $record started]] \
	    seconds [json num [dict get $record seconds]] \
	    options [json strs [dict get $record options]] \
	    exit [json num [report code $record]] \
	    summary [json obj all [counts [dict get $summary all]] protocols \
	        [list obj [dict map {name c} [dict get $summary protocols] {counts $c}]]]]
	set head [string range [json write $node] 0 end-1]
	set results [lmap result [dict get $record results] {json write [result $result]}]
	set requirements [lmap row [dict get $record requirements] {
		dict set row cases [dict get $row cases]
		json write [mixed $row {line cases} {}]
	}]
	set tail [json write [json obj \
	    stale [json arr [lmap s [dict get $record stale] {json str $s}]] \
	    not_established [json arr [lmap s [dict get $record limits] {json str $s}]]]]
	return "$head,\n\"results\":\[\n[join $results ,\n]\n\],\n\"requirements\":\[\n[join \
	    $requirements ,\n]\n\],\n[string range $tail 1 end]\n"
}

proc ::report_json::result {result} {
	return [mixed $result {ms line unexpected} {req flags}]
}

proc ::report_json::mixed {values numbers lists} {
	set members {}
	dict for {key value} $values {
		if {$key in $lists} {
			dict set members $key [json arr [lmap v $value {json str $v}]]
		} elseif {$key in $numbers} {
			dict set members $key [json num $value]
		} else {
			dict set members $key [json str $value]
		}
	}
	return [list obj $members]
}

proc ::report_json::read {file} {
	variable format
	variable members
	options readable $file
	try {
		set plain [json plain [semper::object $file]]
		set have [dict get $plain format]
		foreach member $members { dict get $plain $member }
	} on error {} {
		set have {}
	}
	if {$have ne $format} {
		options usage "$file is no report of semper (conform --json writes them)"
	}
	dict set plain limits [dict get $plain not_established]
	return [dict remove $plain not_established format exit]
}
