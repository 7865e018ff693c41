# vectors_tools.tcl -- semper vectors generate|check|lint|diff|export|manifest
#
#   vectors_tools::main ARGV     the exit code
#
# check prints one line per step and ends with `N passed, N failed`.

package require Tcl 8.6-

namespace eval ::vectors_tools {
	variable verbs {
		generate {{room text {} {only this room}} {seed text {} {64 hexadecimal digits; others than the committed}}
			{keys text {} {a file of your own keys}} {profile text {} {only cases of this profile}}
			{out text {} {folder to write to (default: vectors)}} {help flag 0 {this text}}}
		check {{room text {} {only this room}} {help flag 0 {this text}}}
		lint {{help flag 0 {this text}}}
		diff {{help flag 0 {this text}}}
		export {{help flag 0 {this text}}}
		manifest {{help flag 0 {this text}}}
	}
	variable usages {
		generate {make the vector files again, or from a seed or keys of your own}
		check {generated octet by octet, recomputed by the oracle and by openssl}
		lint {schemas, ids, flags, requirements and their hashes}
		diff {OLD NEW: what was added, retired or changed between two folders}
		export {DIR: raw .der files, and Wycheproof-shaped JSON for the primitives}
		manifest {write vectors/MANIFEST.json}
	}
}

proc ::vectors_tools::main {argv} {
	variable verbs
	variable usages
	set argv [lassign $argv verb]
	if {$verb in {{} --help -h}} {
		puts "usage: harness/semper vectors VERB \[options\]"
		dict for {name text} $usages { puts [format "  %-9s %s" $name $text] }
		return [expr {$verb eq {} ? 2 : 0}]
	}
	if {![dict exists $verbs $verb]} {
		options usage "vectors has no \"$verb\" (there are [join [dict keys $verbs] {, }])"
	}
	set opt [options parse [dict get $verbs $verb] $argv]
	if {[dict get $opt help]} {
		regexp {^([A-Z ]*): (.*)$} ": [dict get $usages $verb]" -> operands meaning
		regexp {^([A-Z ]+): (.*)$} [dict get $usages $verb] -> operands meaning
		puts [string trimright "usage: harness/semper vectors $verb \[options\] $operands"]
		puts "  $meaning"
		puts [options help [dict get $verbs $verb]]
		return 0
	}
	return [$verb $opt [dict get $opt rest]]
}

proc ::vectors_tools::want {verb rest names} {
	if {[llength $rest] != [llength $names]} {
		options usage "vectors $verb needs [expr {[llength $names] ? [join $names { and }] : "no argument beside its options"}]"
	}
}

proc ::vectors_tools::home {} { return [file join $::semper::root vectors] }

proc ::vectors_tools::rooms {opt} {
	set room [dict get $opt room]
	if {$room eq {}} { return [gen::rooms] }
	if {$room ni [gen::rooms]} {
		options usage "no generator for \"$room\" (there are [join [gen::rooms] {, }])"
	}
	return [list $room]
}

# -- generate -------------------------------------------------------------------------

proc ::vectors_tools::generate {opt rest} {
	want generate $rest {}
	set seed [dict get $opt seed]
	if {$seed eq {}} { set seed [gen::seed] }
	if {![regexp {^[0-9a-f]{64}$} $seed]} { options usage "--seed needs 64 hexadecimal digits" }
	options readable [dict get $opt keys]
	set out [dict get $opt out]
	if {$out eq {}} {
		if {$seed ne [gen::seed] || [dict get $opt keys] ne {} || [dict get $opt profile] ne {}} {
			options usage "--out is needed: the committed files have their own seed and keys"
		}
		set out [home]
	}
	options folder $out
	if {[dict get $opt keys] ne {}} { options theirs {gen::use_keys [dict get $opt keys]} }
	set count 0
	foreach room [rooms $opt] {
		dict for {path content} [gen::files $room $seed] {
			set content [only_profile $content [dict get $opt profile]]
			if {$content eq {}} continue
			put [file join $out $path] $content
			incr count
		}
	}
	puts "$count files in $out"
	return 0
}

# CONTENT without the tests of other profiles; empty if none is left.
proc ::vectors_tools::only_profile {content profile} {
	if {$profile eq {}} { return $content }
	set lines [split $content \n]
	set start [lsearch -exact $lines {"tests":[}]
	set kept [lmap line [lrange $lines $start+1 end-2] {
		set line [string trimright $line ,]
		set have [json text [json parse $line] profile]
		if {$have ni [list {} $profile] && [lindex [split $have /] end] ne $profile} continue
		set line
	}]
	if {![llength $kept]} { return {} }
	set head [lmap line [lrange $lines 0 $start] {
		regsub {^"count":\d+,$} $line "\"count\":[llength $kept],"
	}]
	return "[join $head \n]\n[join $kept ,\n]\n\]\}\n"
}

proc ::vectors_tools::put {file content} {
	file mkdir [file dirname $file]
	set ch [open $file w]
	chan configure $ch -translation lf -encoding utf-8
	puts -nonewline $ch $content
	close $ch
}

proc ::vectors_tools::slurp {file} {
	set ch [open $file]
	chan configure $ch -translation lf -encoding utf-8
	set text [read $ch]
	close $ch
	return $text
}

# -- check ------------------------------------------------------------------------------

proc ::vectors_tools::check {opt rest} {
	want check $rest {}
	set passed 0
	set failed 0
	foreach {name complaints} [list \
	    generated [check_generated $opt] oracle [check_oracle $opt] \
	    openssl [check_openssl $opt] manifest [check_manifest]] {
		lassign $complaints count problems
		set bad [llength $problems]
		incr passed [expr {$count - $bad}]
		incr failed $bad
		foreach problem [lrange $problems 0 19] { puts "  $problem" }
		puts [format "%-10s %6d checked, %d differ" $name $count $bad]
	}
	puts "$passed passed, $failed failed"
	return [expr {$failed > 0}]
}

# Regenerated octet by octet, and no file without a generator.
proc ::vectors_tools::check_generated {opt} {
	set problems {}
	set count 0
	foreach room [rooms $opt] {
		set made [gen::files $room [gen::seed]]
		dict for {path content} $made {
			incr count
			set file [file join [home] $path]
			if {![file exists $file]} {
				lappend problems "$path: missing (semper vectors generate)"
			} elseif {[slurp $file] ne $content} {
				lappend problems "$path: differs from what is generated"
			}
		}
		foreach file [glob -nocomplain -directory [file join [home] $room] *.json] {
			if {![dict exists $made $room/[file tail $file]]} {
				incr count
				lappend problems "$room/[file tail $file]: nothing generates it"
			}
		}
	}
	return [list $count $problems]
}

proc ::vectors_tools::each_test {opt script} {
	upvar 1 suite suite test test node node
	foreach suite [vectors all] {
		set head [dict get $suite head]
		if {[json text $head kind] eq "flow"} continue
		if {[dict get $opt room] ni [list {} [json text $head protocol]]} continue
		foreach test [dict get $suite tests] {
			set node [lindex $test 1]
			uplevel 1 $script
		}
	}
}

proc ::vectors_tools::check_oracle {opt} {
	set problems {}
	set count 0
	each_test $opt {
		incr count
		set fault [recomputed $node]
		if {$fault ne {}} { lappend problems "[json text $node id]: $fault" }
	}
	return [list $count $problems]
}

# A complaint if the oracle answers otherwise than the vector says.
proc ::vectors_tools::recomputed {node} {
	set expect [json get $node expect]
	set answer [stateless::recompute [json text $node op] [vectors input $node]]
	lassign $answer kind body
	if {[json text $expect result] eq "reject"} {
		if {$kind eq "reject" && $body in [json text $expect class]} { return {} }
		return "the oracle answers $kind [string range $body 0 80], expected is\
		    reject [json text $expect class]"
	}
	if {$kind ne "ok"} { return "the oracle answers $answer, expected is accept" }
	set drew [stateless::drawn $node $expect $body]
	if {$drew ne {}} { return $drew }
	set verdict [stateless::compare [json get $expect ok] $body]
	if {[dict get $verdict verdict] ne "pass"} { return [dict get $verdict detail] }
	if {[json has $expect verify]} {
		set verdict [stateless::verified $node $expect $body]
		if {[dict get $verdict verdict] ne "pass"} { return [dict get $verdict detail] }
	}
	return {}
}

proc ::vectors_tools::check_openssl {opt} {
	set problems {}
	set count 0
	each_test $opt {
		set fault [vectors_openssl::differs $node]
		if {$fault eq "-"} continue
		incr count
		if {$fault ne {}} { lappend problems "[json text $node id]: $fault" }
	}
	vectors_openssl::clean
	return [list $count $problems]
}

# -- lint ---------------------------------------------------------------------------------

proc ::vectors_tools::lint {opt rest} {
	want lint $rest {}
	set found [vectors_lint::all [spec load [file join $::semper::root spec]]]
	foreach entry $found {
		lassign $entry file line field message
		puts "$file:$line: $field: $message"
	}
	set count [llength [concat [vectors files] \
	    [glob -nocomplain -directory $::semper::root/conformance */*.cases]]]
	set bad [llength [lsort -unique [lmap entry $found {lindex $entry 0}]]]
	puts "[expr {$count - $bad}] passed, $bad failed"
	return [expr {[llength $found] ? 3 : 0}]
}

# -- diff ---------------------------------------------------------------------------------

proc ::vectors_tools::diff {opt rest} {
	want diff $rest {OLD NEW}
	lassign $rest old new
	foreach dir $rest {
		if {![file isdirectory $dir]} { options usage "there is no folder $dir" }
	}
	set before [by_id $old]
	set after [by_id $new]
	set changed 0
	dict for {id node} $after {
		if {![dict exists $before $id]} { puts "added    $id" }
	}
	dict for {id node} $before {
		if {![dict exists $after $id]} {
			puts "retired  $id"
			continue
		}
		set now [dict get $after $id]
		if {$now eq $node} continue
		set members [lmap key [dict keys [lindex $now 1]] {
			if {[json has $node $key] && [json get $node $key] eq [json get $now $key]} continue
			set key
		}]
		puts "changed  $id: [join $members {, }]"
		incr changed [expr {"expect" in $members}]
	}
	if {$changed} { puts "$changed expectations changed: a new expectation needs a new id" }
	return [expr {$changed > 0}]
}

proc ::vectors_tools::by_id {dir} {
	set found [dict create]
	foreach suite [vectors all $dir] {
		foreach test [dict get $suite tests] {
			dict set found [json text [lindex $test 1] id] [lindex $test 1]
		}
	}
	return $found
}

# -- export -------------------------------------------------------------------------------

proc ::vectors_tools::export {opt rest} {
	want export $rest {DIR}
	set dir [lindex $rest 0]
	options folder $dir
	set count 0
	foreach suite [vectors all] {
		set head [dict get $suite head]
		if {[json text $head kind] eq "flow"} continue
		set name [json text $head protocol]/[json text $head suite]
		foreach test [dict get $suite tests] {
			incr count [export_ders [file join $dir raw $name] [lindex $test 1]]
		}
		if {[json text $head protocol] eq "crypto"} {
			put [file join $dir wycheproof [json text $head suite]_test.json] [wycheproof $suite]
			incr count
		}
	}
	puts "$count files in $dir"
	return 0
}

# The DER inputs of a test, each in a file of its own: <slug>.der, or
# <slug>.chain.0.der for the first of a list.
proc ::vectors_tools::export_ders {dir node} {
	set slug [lindex [split [json text $node id] :] end]
	set verdict [json text [json get $node expect] result]
	set in [json plain [vectors input $node]]
	set count 0
	foreach {name list} {der 0 key 0 chain 1 anchors 1 crls 1} {
		if {![dict exists $in $name]} continue
		if {$name eq "key" && ![string match 30* [dict get $in key]]} continue
		set values [dict get $in $name]
		if {!$list} { set values [list $values] }
		set at 0
		foreach value $values {
			set place [expr {$list ? ".$name.$at" : $name eq "der" ? {} : ".$name"}]
			put_octets [file join $dir $verdict $slug$place.der] $value
			incr at
			incr count
		}
	}
	return $count
}

proc ::vectors_tools::put_octets {file hex} {
	file mkdir [file dirname $file]
	set ch [open $file wb]
	puts -nonewline $ch [binary decode hex $hex]
	close $ch
}

# One group per operation, members named as in our own files.
proc ::vectors_tools::wycheproof {suite} {
	set head [dict get $suite head]
	set groups [dict create]
	set number 0
	foreach test [dict get $suite tests] {
		set node [lindex $test 1]
		set expect [json get $node expect]
		set members [dict create tcId [json num [incr number]] \
		    comment [json str "[json text $node id]: [json text $node title]"] \
		    flags [json get $node flags]]
		set members [dict merge $members [lindex [vectors input $node] 1]]
		if {[json has $expect ok]} { set members [dict merge $members [lindex [json get $expect ok] 1]] }
		dict set members result [json str [dict get {accept valid reject invalid} [json text $expect result]]]
		dict lappend groups [json text $node op] [list obj $members]
	}
	set list [lmap {op tests} $groups {json obj type [json str $op] tests [json arr $tests]}]
	return "[json write [json obj algorithm [json str [json text $head suite]] \
	    generatorVersion [json str $::iut::suite] numberOfTests [json num $number] \
	    header [json arr [list [json get $head title]]] notes [json get $head flags] \
	    testGroups [json arr $list]]]\n"
}

# -- manifest -------------------------------------------------------------------------------

proc ::vectors_tools::manifest_text {} {
	set lines {}
	set total 0
	foreach suite [vectors all] {
		set file [dict get $suite file]
		set count [llength [dict get $suite tests]]
		incr total $count
		lappend lines [json write [json obj file [json str [semper::relative $file]] \
		    sha256 [json str [digest $file]] count [json num $count]]]
	}
	return "{\"format\":\"semper-manifest/1\",\"count\":$total,\n\"files\":\[\n[join $lines ,\n]\n\]}\n"
}

proc ::vectors_tools::digest {file} {
	set ch [open $file rb]
	set text [read $ch]
	close $ch
	return [::sha2::sha256 -hex -- $text]
}

proc ::vectors_tools::manifest {opt rest} {
	want manifest $rest {}
	put [file join [home] MANIFEST.json] [manifest_text]
	return 0
}

proc ::vectors_tools::check_manifest {} {
	set file [file join [home] MANIFEST.json]
	if {![file exists $file] || [slurp $file] ne [manifest_text]} {
		return {1 {{MANIFEST.json: not that of the files (semper vectors manifest)}}}
	}
	return {1 {}}
}
