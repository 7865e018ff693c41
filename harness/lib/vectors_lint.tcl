# vectors_lint.tcl -- is every vector file as it must be?
#
#   vectors_lint::all MODEL      a list of {file line field message}, the first mistake
#                                in the sources of the flow cases included
#   vectors_lint::file MODEL FILE PARENTS     of one file
#
# Checked: layout, schema, order of members; pure ASCII, under 1 MiB, lower-case
# hexadecimal; ids unique and of the file's protocol; flags defined and used;
# requirements exist and their hashes are current; a case that expects reject
# names an accepted parent; count is the number of tests; op exists.

package require Tcl 8.6-

namespace eval ::vectors_lint {
	variable size_limit 1048576
	variable found {}
	variable plain {claim profile verdict 
		op alg variant module type edition use id context title what date
		hash idS desc
	}
}

proc ::vectors_lint::complain {file line field message} {
	variable found
	lappend found [list [semper::relative $file] $line $field $message]
}

proc ::vectors_lint::all {model {dir {}}} {
	variable found {}
	set suites {}
	foreach file [vectors files $dir] {
		told { lappend suites [vectors read $file] }
	}
	if {$dir eq {}} { told { case::model $::semper::root } }
	set accepted [accepted $suites]
	foreach suite $suites { suite $model $suite $accepted }
	return $found
}

# What SCRIPT stumbles over in a file is one complaint.
proc ::vectors_lint::told {script} {
	variable found
	try {
		uplevel 1 $script
	} trap {SEMPER DATA} {message options} {
		if {![regexp {^(.*?):(\d+): (.*?): (.*)$} $message -> name line field text]} {
			return -options $options $message
		}
		lappend found [list [semper::relative $name] $line $field $text]
	}
}

# id -> 1 if it expects accept, and no id twice.
proc ::vectors_lint::accepted {suites} {
	set known [dict create]
	foreach suite $suites {
		foreach test [dict get $suite tests] {
			lassign $test line node
			set id [json text $node id]
			if {[dict exists $known $id]} {
				complain [dict get $suite file] $line id "\"$id\" is used twice"
			}
			dict set known $id [expr {[json has $node expect]
			    && [json text [json get $node expect] result] eq "accept"}]
		}
	}
	return $known
}

proc ::vectors_lint::suite {model suite accepted} {
	variable size_limit
	set file [dict get $suite file]
	set head [dict get $suite head]
	if {[file size $file] >= $size_limit} { complain $file 1 file "1 MiB or more" }
	ascii $file
	if {![fits_schema $suite]} return
	if {[json text $head count] != [llength [dict get $suite tests]]} {
		complain $file 1 count "is not [llength [dict get $suite tests]]"
	}
	set used [dict create]
	foreach test [dict get $suite tests] {
		lassign $test line node
		foreach flag [json text $node flags] {
			dict set used $flag 1
			if {![json has [json get $head flags] $flag]} {
				complain $file $line flags "\"$flag\" is not defined"
			}
		}
		test $model $file $line $node [json text $head protocol] $accepted
	}
	foreach flag [dict keys [json text $head flags]] {
		if {![dict exists $used $flag]} { complain $file 1 flags "\"$flag\" is not used" }
	}
}

proc ::vectors_lint::ascii {file} {
	set ch [open $file rb]
	set text [read $ch]
	close $ch
	if {[regexp -indices {[^\n -~]} $text where]} {
		set line [llength [split [string range $text 0 [lindex $where 0]] \n]]
		complain $file $line text "a character outside printable ASCII"
	}
}

# 1 if the schema fits: what comes after may rely on it.
proc ::vectors_lint::fits_schema {suite} {
	set file [dict get $suite file]
	set head [dict get $suite head]
	set name [file join [file dirname [file dirname $file]] [json text $head schema none]]
	if {![file isfile $name]} {
		complain $file 1 schema "there is no [json text $head schema none]"
		return 0
	}
	set schema [schema::read $name]
	set whole [list obj [dict replace [lindex $head 1] tests \
	    [list arr [lmap test [dict get $suite tests] {lindex $test 1}]]]]
	set faults [concat [schema check $schema $whole] [schema order $schema $whole]]
	foreach fault $faults {
		lassign $fault path message
		set line 1
		if {[regexp {^/tests/(\d+)} $path -> index]} {
			set line [lindex [dict get $suite tests] $index 0]
		}
		complain $file $line $path $message
	}
	return [expr {![llength $faults]}]
}

proc ::vectors_lint::test {model file line node protocol accepted} {
	set id [json text $node id]
	if {![string match ${protocol}::* $id]} {
		complain $file $line id "\"$id\" does not start with ${protocol}::"
	}
	foreach cite [json text $node req] { citation $model $file $line $cite }
	if {[json text [json get $node expect] result] eq "reject"} {
		set parent [json text $node parent]
		if {$parent eq {}} {
			complain $file $line parent "a refusal names its accepted parent"
		} elseif {![dict exists $accepted $parent]} {
			complain $file $line parent "there is no \"$parent\""
		} elseif {![dict get $accepted $parent]} {
			complain $file $line parent "\"$parent\" is not accepted"
		}
		if {![json has $node mutation]} {
			complain $file $line mutation "a refusal names what separates it from its parent"
		}
	}
	if {[json has $node op]} { stateless $file $line $node }
}

proc ::vectors_lint::citation {model file line cite} {
	lassign [split $cite @] id hash
	if {![dict exists $model requirements $id]} {
		complain $file $line req "there is no requirement $id"
	} elseif {[dict get $model requirements $id hash] ne $hash} {
		complain $file $line req "$cite is stale: the sentence now has the hash\
		    [dict get $model requirements $id hash]"
	}
}

proc ::vectors_lint::stateless {file line node} {
	set op [json text $node op]
	if {$op ni [ops stateless]} { complain $file $line op "there is no operation $op" }
	set expect [json get $node expect]
	set wanted [expr {[json text $expect result] eq "accept" ? "ok" : "class"}]
	if {![json has $expect $wanted]} { complain $file $line expect "lacks \"$wanted\"" }
	if {[json has [json get $node in] rand]} {
		foreach label [dict keys [json text [json get $node in] rand]] {
			if {$label ni [ops labels $op]} { complain $file $line rand "$op has no label $label" }
		}
	}
	hexadecimal $file $line in [json get $node in]
	if {[json has $expect ok]} { hexadecimal $file $line expect [json get $expect ok] }
}

# Every string that is not a word of the operation is hexadecimal.
proc ::vectors_lint::hexadecimal {file line path node} {
	variable plain
	lassign $node kind value
	switch -- $kind {
		obj {
			dict for {name part} $value {
				if {$name ni $plain} { hexadecimal $file $line $path/$name $part }
			}
		}
		arr { foreach part $value { hexadecimal $file $line $path $part } }
		str {
			if {![regexp {^(?:[0-9a-f][0-9a-f])*$} $value]} {
				complain $file $line $path "not lower-case hexadecimal"
			}
		}
	}
}
