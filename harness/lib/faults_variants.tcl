# faults_variants.tcl -- correct variants: implementations that differ from the
# reference and are right, so every case must pass
#
#   faults::variants::run OPT     semper faults --variants; the exit code
#
# conformance/faults/variants is a list of commands in a safe interpreter:
#
#   variant NAME {about switch role keep set deny conform}
#       about    what is different, and which sentence allows it
#       switch   a FAULT of the code that makes it so
#       role     the one role that is left (none: no protocol either)
#       keep     the stateless operations that are left, as globs
#       set      members of hello with other values: capabilities, or window
#       deny     capabilities that it lacks
#       conform  which cases: options of semper conform
#
# role, keep and set are done by harness/tools/lesser.tcl, which stands between
# the harness and the reference.

package require Tcl 8.6-

namespace eval ::faults::variants {
	namespace path ::
	variable keys {about switch role keep set deny conform}
	variable found {}
}

proc ::faults::variants::all {} {
	variable found {}
	set file [file join $::semper::root conformance faults variants]
	set reader [interp create -safe]
	try {
		foreach known [interp eval $reader {info commands}] { interp hide $reader $known }
		interp alias $reader variant {} [namespace current]::define
		set text [semper::content $file]
		interp eval $reader $text
	} on error {message} {
		throw {SEMPER DATA} "[semper::relative $file]: $message"
	} finally {
		interp delete $reader
	}
	return $found
}

proc ::faults::variants::define {name body} {
	variable keys
	variable found
	foreach key [dict keys $body] {
		if {$key ni $keys} { error "$name: no such key: $key" }
	}
	lappend found [dict merge [dict create name $name] $body]
	return
}

proc ::faults::variants::command {variant} {
	set command [file join $::semper::root $::faults::program]
	if {[dict exists $variant switch]} {
		set command "env SEMPER_FAULT=[dict get $variant switch] $command"
	}
	set less {}
	foreach key {role keep set} {
		if {[dict exists $variant $key]} { append less " -$key '[dict get $variant $key]'" }
	}
	if {$less eq {}} { return $command }
	return "[info nameofexecutable] [file join $::semper::root harness tools lesser.tcl]$less -- $command"
}

# {exit code, last line}
proc ::faults::variants::conform {variant jobs} {
	set argv [list conform --jobs $jobs --quiet --iut [command $variant] \
	    {*}[provider::value $variant conform]]
	if {[dict exists $variant deny]} { lappend argv --deny [join [dict get $variant deny] ,] }
	set script [file join $::semper::root harness semper]
	set bad [catch {exec [info nameofexecutable] $script {*}$argv 2>@1} text options]
	set code [expr {$bad ? [lindex [dict get $options -errorcode] end] : 0}]
	set lines [lsearch -all -inline -not [split [string trim $text] \n] "child process exited*"]
	return [list $code [lindex $lines end]]
}

proc ::faults::variants::run {opt} {
	set passed 0
	set failed 0
	set only [dict get $opt only]
	foreach variant [all] {
		if {$only ne {} && ![string match $only [dict get $variant name]]} continue
		lassign [conform $variant [dict get $opt jobs]] code line
		incr [expr {$code == 0 ? "passed" : "failed"}]
		puts [format "%-6s %-20s %s" [expr {$code ? "FAIL" : "pass"}] [dict get $variant name] $line]
		flush stdout
	}
	if {!$passed && !$failed} { options usage "no variant matches the selection" }
	puts "$passed passed, $failed failed"
	return [expr {$failed > 0}]
}
