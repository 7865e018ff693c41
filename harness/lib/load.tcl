# load.tcl -- what the harness consists of, in the order it is read
#
# The oracle (harness/oracle/oracle.tcl) comes first.

package require Tcl 8.6-

namespace eval ::semper {
	variable root [file normalize [file join [file dirname [info script]] .. ..]]
	variable parts {
		json verdict options flags spec ops iut peer program provider expect report
		report_text report_json report_junit report_tap report_sarif report_spec report_html
		schema vectors vectors_lint vectors_openssl vectors_tools gen
		gen_crypto gen_rsa gen_blind gen_curve gen_der gen_pki gen_judge gen_ikp gen_broker
		hello hello_held stateless reckon worker pool conform listing trace spec_check case live live_broker replay stream interop faults explore kit
	}
}

# FILE below the root as a person would write it from there.
proc ::semper::relative {file} {
	variable root
	set file [file normalize $file]
	if {[string first $root/ $file] == 0} {
		return [string range $file [string length $root]+1 end]
	}
	return $file
}

# The text of FILE, and its lines.
proc ::semper::content {file} {
	set ch [open $file]
	chan configure $ch -encoding utf-8
	try {
		return [read $ch]
	} finally {
		close $ch
	}
}

proc ::semper::lines {file} { return [split [content $file] \n] }

# The JSON object in FILE, as a node.
proc ::semper::object {file} {
	try {
		set node [json parse [content $file]]
	} trap {JSON SYNTAX} {message} {
		options data $file 1 JSON $message
	}
	if {[json type $node] ne "obj"} { options data $file 1 JSON "not an object" }
	return $node
}

apply {{} {
	variable ::semper::root
	variable ::semper::parts
	set oracle [file join $root harness oracle oracle.tcl]
	if {[file exists $oracle]} { uplevel #0 [list source $oracle] }
	foreach part $parts {
		set file [file join $root harness lib $part.tcl]
		if {[file exists $file]} {
			uplevel #0 [list source -encoding utf-8 $file]
		}
	}
}}
