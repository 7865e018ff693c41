# lesser.tcl -- an adapter that claims less than the one behind it
#
#   tclsh8.6 harness/tools/lesser.tcl ?-role R? ?-keep GLOBS? ?-set {NAME VALUE ..}? -- COMMAND
#
# -role leaves one role of each protocol (none: no protocol), -keep the stateless
# operations that match, -set gives capabilities and `window` other values.  What
# is no longer claimed is answered `unsupported` here.

package require Tcl 8.6-
foreach part {json flags} {
	source -encoding utf-8 [file join [file dirname [file normalize [info script]]] .. lib $part.tcl]
}

namespace eval ::lesser {
	variable opt [dict create -role {} -keep * -set {}]
}

proc ::lesser::matches {op} {
	variable opt
	foreach glob [dict get $opt -keep] {
		if {[string match $glob $op]} { return 1 }
	}
	return 0
}

# The reply to hello, with less in it.
proc ::lesser::claims {node} {
	variable opt
	if {![json has $node ok]} { return $node }
	set ok [lindex [json get $node ok] 1]
	set role [dict get $opt -role]
	if {$role eq "none"} { dict set ok protocols [json obj] }
	if {$role ni {none {}}} {
		dict set ok protocols [list obj [dict map {name protocol} [lindex [dict get $ok protocols] 1] {
			list obj [dict replace [lindex $protocol 1] roles [json arr [list [json str $role]]]]
		}]]
	}
	dict set ok operations [json arr [lmap op [lindex [dict get $ok operations] 1] {
		if {![matches [lindex $op 1]]} continue
		set op
	}]]
	foreach {name value} [dict get $opt -set] {
		if {$name eq "window"} {
			dict set ok window [json num $value]
		} else {
			dict set ok capabilities [list obj [dict replace \
			    [lindex [dict get $ok capabilities] 1] $name [json str $value]]]
		}
	}
	return [list obj [dict replace [lindex $node 1] ok [list obj $ok]]]
}

# The reply this adapter gives itself to a request, or nothing.
proc ::lesser::denied {node} {
	variable opt
	set op [json text $node op]
	set role [dict get $opt -role]
	if {[string match *.* $op] && ![matches $op]} {
		set what $op
	} elseif {$op eq "open" && $role ne {} && [json text [json get $node in] role] ne $role} {
		set what "this role"
	} else {
		return {}
	}
	return [json write [json obj id [json get $node id] unsupported [json obj what [json str $what]]]]
}

proc ::lesser::main {argv} {
	variable opt
	set at [lsearch -exact $argv --]
	if {$at < 0} { set at [llength $argv] }
	set opt [flags::take $opt [lrange $argv 0 $at-1]]
	if {$at + 1 >= [llength $argv]} { flags::usage "the adapter's command has to follow --" }
	set child [open |[list {*}[lrange $argv $at+1 end] 2>@ stderr] r+]
	foreach channel [list stdin stdout $child] {
		chan configure $channel -encoding utf-8 -translation lf -buffering line
	}
	while {[gets stdin line] >= 0} {
		set node [json parse $line]
		set reply [denied $node]
		if {$reply eq {}} {
			puts $child $line
			if {[gets $child reply] < 0} break
			if {[json text $node op] eq "hello"} { set reply [json write [claims [json parse $reply]]] }
		}
		puts $reply
		if {[json text $node op] eq "bye"} break
	}
	catch {close $child}
	return 0
}

exit [::lesser::main $argv]
