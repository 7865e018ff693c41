# spec_check.tcl -- semper spec check: what an edit of the specification breaks,
# and how two versions of it differ
#
#   spec_check::command ARGV         semper spec check ?--against REV | OLD..NEW?
#   spec_check::difference OLD NEW   the changes between two folders that hold spec/
#                                    and asn1/, a list of dicts:
#       kind      requirement, row or type
#       word      added, removed or changed
#       name      the id; TABLE ROOM ROLE; MODULE.TYPE
#       file line where it is now (removed: where it was)
#       old new   the sentence, row or definition
#   spec_check::broken MODEL         what no longer fits the specification as it is:
#                                    {WHAT PLACES} each
#
# Something is broken when a vector carries the hash of another sentence, when an
# id is cited that does not exist, when the C tables are not those of the text, or
# when codec vectors are of a type that was changed.  What merely depends on a
# change (checks, cases, faults, other texts) is listed beside it.

package require Tcl 8.6-

namespace eval ::spec_check {
	variable table {
		{against text {} {a revision, or OLD..NEW: what changed, and what depends on it}}
		{help flag 0 {this text}}
	}
	# area -> files, for the places that depend on a requirement
	variable areas {
		check {protocols/*/*.c protocols/*/*.h asn1/*.c asn1/*.h asn1/*.asn
			conformance/adapter/*.c conformance/peers/*.c}
		oracle {harness/oracle/*.tcl}
		harness {harness/lib/*.tcl}
		test {tests/*/*.c tests/*/*.h harness/selftest/*.test harness/oracle/test/*.test}
		case {conformance/*/*.cases}
		fault {conformance/faults/*.faults}
		text {spec/*.md spec/decisions/*.md}
	}
	variable shown 6        ;# places of one kind that are printed
}

proc ::spec_check::command {argv} {
	variable table
	set rest [lassign $argv verb]
	if {$verb eq "--help" || $verb ne "check"} {
		if {$verb ni {--help {}}} { options usage "spec has no \"$verb\" (there is: check)" }
		puts "usage: harness/semper spec check \[options\]\n[options help $table]"
		return [expr {$verb eq {} ? 2 : 0}]
	}
	set opt [options parse $table $rest]
	if {[dict get $opt help]} { return [command --help] }
	options alone $opt
	set model [spec load [file join $::semper::root spec]]
	foreach problem [dict get $model problems] {
		lassign $problem file line field message
		puts "[semper::relative $file]:$line: $field: $message"
	}
	if {[dict get $opt against] ne {}} { against [dict get $opt against] }
	set broken [broken $model]
	foreach entry $broken { say broken {*}$entry }
	set errors [llength [dict get $model problems]]
	puts "[dict size [dict get $model requirements]] requirements, $errors errors,\
	    [llength $broken] broken"
	return [expr {$errors ? 3 : [llength $broken] > 0}]
}

# One line: what, and the first of the places.
proc ::spec_check::say {word what places} {
	variable shown
	set text "$word $what"
	if {[llength $places]} {
		append text ": [join [lrange $places 0 $shown-1] {, }]"
		if {[llength $places] > $shown} { append text ", and [expr {[llength $places] - $shown}] more" }
	}
	puts $text
}

# -- two versions -------------------------------------------------------------------

proc ::spec_check::against {text} {
	if {![regexp {^(.+?)\.\.(.+)$} $text -> from to]} {
		lassign [list $text {}] from to
	}
	set old [at_revision $from]
	set new [expr {$to eq {} ? $::semper::root : [at_revision $to]}]
	try {
		set changes [difference $old $new]
		set index [index]
		foreach change $changes { describe $change $index }
		if {![llength $changes]} { puts "nothing changed in requirements, tables and modules" }
	} finally {
		file delete -force $old
		if {$to ne {}} { file delete -force $new }
	}
}

# A folder with spec/ and asn1/ as they were.
proc ::spec_check::at_revision {revision} {
	close [file tempfile dir semper-spec]
	file delete $dir
	try {
		foreach folder {spec asn1} {
			file mkdir [file join $dir $folder]
			foreach name [exec git -C $::semper::root ls-tree --name-only $revision $folder/] {
				if {![regexp {\.(md|asn)$} $name]} continue
				exec git -C $::semper::root show $revision:$name > [file join $dir $name]
			}
		}
	} trap CHILDSTATUS {message} {
		file delete -force $dir
		options usage "--against: no revision \"$revision\""
	}
	return $dir
}

proc ::spec_check::difference {old new} {
	set before [spec load [file join $old spec]]
	set after [spec load [file join $new spec]]
	return [concat [requirements $old $new $before $after] [rows $old $new $before $after] \
	    [types $old $new]]
}

proc ::spec_check::change {kind word name file line old new} {
	return [dict create kind $kind word $word name $name file $file line $line old $old new $new]
}

# PATH below ROOT.
proc ::spec_check::below {root path} {
	set root [file normalize $root]/
	return [string range [file normalize $path] [string length $root] end]
}

# All that a requirement says: its bracket and its sentence.
proc ::spec_check::wording {requirement} {
	dict with requirement {
		set words [list $level $roles $profiles [string trim "$kind $error"] {*}$marks]
		return "([join [lsearch -all -inline -not -exact $words {}] {, }]) $sentence"
	}
}

proc ::spec_check::requirements {old new before after} {
	set found {}
	set was [dict get $before requirements]
	set is [dict get $after requirements]
	dict for {id requirement} $is {
		set place [list [below $new [dict get $requirement file]] [dict get $requirement line]]
		set text [wording $requirement]
		if {![dict exists $was $id]} {
			lappend found [change requirement added $id {*}$place {} $text]
		} elseif {[wording [dict get $was $id]] ne $text} {
			lappend found [change requirement changed $id {*}$place [wording [dict get $was $id]] $text]
		}
	}
	dict for {id requirement} $was {
		if {[dict exists $is $id]} continue
		lappend found [change requirement removed $id [below $old [dict get $requirement file]] \
		    [dict get $requirement line] [wording $requirement] {}]
	}
	return $found
}

# The rows of all tables: {TABLE ROOM ROLE CELLS} -> {FILE LINE}.
proc ::spec_check::table_rows {root model} {
	set found [dict create]
	dict for {name columns} $::spec::columns {
		foreach row [dict get $model $name] {
			set cells [lmap column $columns {
				expr {[dict exists $row $column] ? [dict get $row $column] : ""}
			}]
			dict set found [list $name [dict get $row room] [dict get $row role] $cells] \
			    [list [below $root [dict get $row file]] [dict get $row line]]
		}
	}
	return $found
}

proc ::spec_check::rows {old new before after} {
	set was [table_rows $old $before]
	set is [table_rows $new $after]
	set found {}
	foreach {word some others} [list removed $was $is added $is $was] {
		dict for {key place} $some {
			if {[dict exists $others $key]} continue
			lassign $key name room role cells
			set text [string trimright [join $cells { | }] { |}]
			set texts [expr {$word eq "added" ? [list {} $text] : [list $text {}]}]
			lappend found [change row $word [string trim "$name $room $role"] {*}$place {*}$texts]
		}
	}
	return $found
}

# -- modules ------------------------------------------------------------------------

# MODULE.TYPE -> {FILE LINE DEFINITION}; comments and blanks do not count.
proc ::spec_check::definitions {root} {
	set found [dict create]
	foreach path [lsort [glob -nocomplain -directory [file join $root asn1] *.asn]] {
		set lines [semper::lines $path]
		set module [file rootname [file tail $path]]
		set name {}
		set number 0
		foreach line $lines {
			incr number
			regsub -- {--.*$} $line {} line
			if {[regexp {^([A-Z][A-Za-z0-9-]*)\s+DEFINITIONS} $line -> module]} continue
			if {[regexp {^([A-Za-z][A-Za-z0-9-]*)\s[^:]*::=} $line -> name]} {
				dict set found $module.$name [list [below $root $path] $number {}]
			}
			if {$name eq {} || [string trim $line] in {{} END}} continue
			lassign [dict get $found $module.$name] file at text
			dict set found $module.$name [list $file $at \
			    [string trim "$text [regsub -all {\s+} [string trim $line] { }]"]]
		}
	}
	return $found
}

proc ::spec_check::types {old new} {
	set was [definitions $old]
	set is [definitions $new]
	set found {}
	dict for {name entry} $is {
		lassign $entry file line text
		if {![dict exists $was $name]} {
			lappend found [change type added $name $file $line {} $text]
		} elseif {[lindex [dict get $was $name] 2] ne $text} {
			lappend found [change type changed $name $file $line [lindex [dict get $was $name] 2] $text]
		}
	}
	dict for {name entry} $was {
		if {[dict exists $is $name]} continue
		lassign $entry file line text
		lappend found [change type removed $name $file $line $text {}]
	}
	return $found
}

# -- what depends ------------------------------------------------------------------

# {area {id {place ..}}} over the working copy, with vectors {ID {HASH place}} and
# codec {MODULE.TYPE place}.
proc ::spec_check::index {} {
	variable areas
	set found [dict create]
	dict for {area patterns} $areas {
		set files {}
		foreach pattern $patterns {
			lappend files {*}[glob -nocomplain -directory $::semper::root {*}$pattern]
		}
		dict set found $area [dict map {id cites} [trace::cited [lsort $files]] {
			lsort -unique -dictionary [lmap cite $cites { join [lrange $cite 1 2] : }]
		}]
	}
	return [dict merge $found [vectors_index]]
}

proc ::spec_check::vectors_index {} {
	set vectors [dict create]
	set codec [dict create]
	foreach suite [vectors index] {
		set file [semper::relative [dict get $suite file]]
		foreach test [dict get $suite tests] {
			lassign $test line brief text
			foreach cite [json text $brief req] {
				lassign [split $cite @] id hash
				dict lappend vectors $id [list $hash $file:$line]
			}
			if {[regexp {"in":\{"module":"([^"]*)","type":"([^"]*)"} $text -> module type]} {
				dict lappend codec $module.$type $file:$line
			}
		}
	}
	return [dict create vectors $vectors codec $codec]
}

proc ::spec_check::describe {change index} {
	dict with change {
		puts "$word $kind $name   $file:$line"
		foreach {sign text} [list - $old + $new] {
			if {$text ne {}} { puts [report_text::wrap "  $sign $text" 4] }
		}
		[set kind]_dependents $change $index
	}
}

proc ::spec_check::requirement_dependents {change index} {
	set id [dict get $change name]
	if {[dict get $change word] eq "removed"} { puts "  an id is never used again" }
	set carried [provider::value [dict get $index vectors] $id]
	set hash {}
	regexp {^\([^)]*\) (.*)$} [dict get $change new] -> sentence
	if {[dict get $change new] ne {}} { set hash [spec hash $sentence] }
	set stale [lmap entry $carried {
		if {[lindex $entry 0] eq $hash} continue
		lindex $entry 1
	}]
	if {[llength $stale]} {
		say "  breaks" "[llength $stale] vectors of another sentence" $stale
	} elseif {[llength $carried]} {
		say "  see" "[llength $carried] vectors" [lmap entry $carried { lindex $entry 1 }]
	}
	foreach {area word} {check code oracle oracle harness harness test tests case cases fault faults text texts} {
		set places [provider::value [dict get $index $area] $id]
		if {$area eq "text"} {
			set places [lsearch -all -inline -not -exact $places \
			    [dict get $change file]:[dict get $change line]]
		}
		if {[llength $places]} { say "  see" $word $places }
	}
}

# The requirements of a row, and whoever spells its first name.
proc ::spec_check::row_dependents {change index} {
	set text [dict get $change old][dict get $change new]
	foreach id [lsort -unique [regexp -all -inline $::spec::id_form $text]] {
		set places [provider::value [dict get $index check] $id]
		if {[llength $places]} { say "  see" $id $places }
	}
	set names [lmap cell [lrange [split $text |] 0 1] { string trim $cell }]
	set name [expr {[lindex [dict get $change name] 0] eq "interface" ? [lindex $names 1] : [lindex $names 0]}]
	set files [spelling [string trimright [lindex [split $name =] 0] ?]]
	if {[llength $files]} { say "  see" "files that name it" $files }
}

# Files of code, oracle and cases that hold the word.
proc ::spec_check::spelling {word} {
	variable areas
	if {![regexp {^[A-Za-z][A-Za-z0-9_-]+$} $word]} { return {} }
	set found {}
	foreach area {check oracle case fault} {
		foreach pattern [dict get $areas $area] {
			foreach file [lsort [glob -nocomplain -directory $::semper::root $pattern]] {
				set ch [open $file]
				if {[regexp "\[\"{ \]$word\[\"} \]" [read $ch]]} { lappend found [semper::relative $file] }
				close $ch
			}
		}
	}
	return $found
}

# Codec vectors of the type, the types that hold it, and the bindings that name it.
proc ::spec_check::type_dependents {change index} {
	lassign [split [dict get $change name] .] module type
	set places [provider::value [dict get $index codec] $module.$type]
	if {[llength $places]} { say "  breaks" "[llength $places] codec vectors, to be made again" $places }
	set holders {}
	dict for {name entry} [definitions $::semper::root] {
		if {$name ne "$module.$type" && [regexp "\\m$type\\M" [lindex $entry 2]]} { lappend holders $name }
	}
	if {[llength $holders]} { say "  see" "types that hold it" $holders }
	set files [spelling $type]
	if {[llength $files]} { say "  see" "files that name it" $files }
}

# -- what is broken as it stands -----------------------------------------------------

proc ::spec_check::broken {model} {
	set found {}
	set stale [dict create]
	foreach line [trace::stale $model] {
		regexp {^(.*?): (.*)$} $line -> place what
		dict lappend stale $what $place
	}
	dict for {what places} $stale { lappend found [list "[llength $places] vectors, $what" $places] }
	foreach line [trace::unknown $model] { lappend found [list $line {}] }
	if {[file executable [file join $::semper::root $::trace::dump]]} {
		foreach line [trace::tables $model] { lappend found [list $line {}] }
	} else {
		puts "$::trace::dump is not built: the C tables were not compared"
	}
	return $found
}
