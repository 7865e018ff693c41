# prepare.tcl -- what every test file needs: tcltest and the harness's modules

package require tcltest 2.5
namespace import ::tcltest::test
set here [file dirname [file normalize [info script]]]
set root [file dirname [file dirname $here]]
source -encoding utf-8 [file join $root harness lib load.tcl]
cd $root

# The error code and message of a script that must fail.
proc complaint {script} {
	if {![catch {uplevel 1 $script} message options]} { return "no error" }
	return "[dict get $options -errorcode]: $message"
}

# Run the program; {exit-code output}.
proc semper_run {args} {
	set code 0
	if {[catch {exec [info nameofexecutable] [file join $::root harness semper] {*}$args 2>@1} text options]} {
		set code [lindex [dict get $options -errorcode] 2]
		regsub {\nchild process exited abnormally$} $text {} text
	}
	return [list $code $text]
}
