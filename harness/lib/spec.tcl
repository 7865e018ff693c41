# spec.tcl -- what is machine-read in spec/*.md
#
#   spec::load ?DIR?       read every *.md of DIR (default spec/) into a model
#   spec::hash SENTENCE    the short hash that travels with a requirement id
#   spec::cite MODEL ID    ID@hash
#   spec::rooms MODEL      the rooms (first words of file names) with requirements
#
# The documents of one room, spec/ikp.md and then spec/ikp-*.md, are one text in
# several files: tables and errors of all of them hold in each.
#
# Special in the prose, and nothing else is:
#
# - A requirement: a paragraph `**IKP-A-12** (MUST, acquirer, refuse
#   slip-invalid, changes-state) Sentences.` that ends at an empty line.  The
#   parenthesis holds, in this order: MUST, SHOULD or MAY; the roles that are
#   bound; the editions or variants where it holds (left out: all); one kind;
#   any marks.
#     kinds: refuse ERROR, produce, never, persist, document, suite
#     marks: changes-state; whitebox: TEST (the file or test that shows it);
#            excluded (the reason is in the sentences)
#   ERROR is a code of the errors tables of the same room, or, in a room
#   without such a table, one of the twelve classes.
# - Fenced tables, cells split by |, a heading row and a ruler allowed:
#     states ROLE      state | event | profiles | next | requirement
#     errors           code | class | wire | profiles
#     interface ROLE   what | name | ...
#     draws ROLE?      label | octets | message
#     gaps             what | reason    (cells and leaves no case visits, why)
#
# A model is a dict:
#   requirements  id -> {id level roles profiles kind error marks whitebox sentence hash
#                        file line room}
#   states errors interface draws gaps     lists of rows, each a dict with the
#                        columns, room, role, file and line
#   problems      list of {file line field message}; empty when all is well

package require Tcl 8.6-
package require sha256

namespace eval ::spec {
	namespace export load hash cite rooms
	namespace ensemble create

	variable classes {
		malformed range auth proof state replay identity limit expired policy
		busy abort
	}
	variable columns {
		states {state event profiles next requirement}
		errors {code class wire profiles}
		interface {what name value meaning}
		draws {label octets message}
		gaps {what reason}
	}
	variable kinds {refuse produce never persist document suite}
	variable required {states 5 errors 2 interface 2 draws 2 gaps 2}
	variable id_form {[A-Z]{2,6}-[A-Z]{1,4}-[0-9]{2,3}}
}

proc ::spec::hash {sentence} {
	set normal [string trim [regsub -all {\s+} $sentence { }]]
	return [string range [::sha2::sha256 -hex [encoding convertto utf-8 $normal]] 0 3]
}

proc ::spec::cite {model id} {
	return $id@[dict get $model requirements $id hash]
}

proc ::spec::rooms {model} {
	set rooms [dict create]
	dict for {id requirement} [dict get $model requirements] {
		dict set rooms [dict get $requirement room] 1
	}
	return [lsort [dict keys $rooms]]
}

proc ::spec::load {{dir spec}} {
	set model [dict create requirements {} problems {}]
	variable columns
	foreach name [dict keys $columns] { dict set model $name {} }
	foreach name [lsort [lmap file [glob -nocomplain -directory $dir *.md] {
		file rootname $file
	}]] {
		document model $name.md
	}
	judge model
	return $model
}

# ikp of spec/ikp.md and of spec/ikp-clearing.md.
proc ::spec::room {file} {
	return [lindex [split [file rootname [file tail $file]] -] 0]
}

# -- reading ------------------------------------------------------------------

proc ::spec::problem {modelVar file line field message} {
	upvar 1 $modelVar model
	dict lappend model problems [list $file $line $field $message]
}

proc ::spec::document {modelVar file} {
	upvar 1 $modelVar model
	set lines [semper::lines $file]
	set count [llength $lines]
	for {set at 0} {$at < $count} {incr at} {
		set line [lindex $lines $at]
		if {[regexp {^```\s*(.*)$} $line -> info]} {
			set end [lsearch -start [expr {$at + 1}] -regexp $lines {^```\s*$}]
			if {$end < 0} {
				problem model $file [expr {$at + 1}] block "a fence without end"
				return
			}
			table model $file $at $info [lrange $lines $at+1 $end-1]
			set at $end
		} elseif {[string match {\*\*[A-Z]*-[A-Z]*-[0-9]*} $line]} {
			set end $at
			while {[string trim [lindex $lines $end]] ne {}} { incr end }
			paragraph model $file [expr {$at + 1}] \
			    [join [lrange $lines $at $end-1] " "]
			set at $end
		}
	}
}

proc ::spec::paragraph {modelVar file line text} {
	upvar 1 $modelVar model
	variable id_form
	variable kinds
	if {![regexp "^\\*\\*($id_form)\\*\\*\\s+\\((\[^)\]*)\\)\\s*(.*)\$" \
	    $text -> id head sentence]} {
		problem model $file $line requirement "not of the form\
		    `**ID** (LEVEL, role, kind) sentence`: [string range $text 0 50]"
		return
	}
	if {[dict exists $model requirements $id]} {
		set other [dict get $model requirements $id]
		problem model $file $line $id "defined twice, first in\
		    [dict get $other file]:[dict get $other line]"
		return
	}
	if {[string trim $sentence] eq {}} {
		problem model $file $line $id "has no sentence"
	}
	set parts [lmap part [split $head ,] {regexp -all -inline {\S+} $part}]
	set parts [lassign $parts level roles]
	set profiles {}
	while {[llength $parts] && [lindex $parts 0 0] ni $kinds} {
		set parts [lassign $parts words]
		lappend profiles {*}$words
	}
	set parts [lassign $parts kind]
	set requirement [dict create id $id level $level roles $roles \
	    profiles $profiles kind [lindex $kind 0] error [lindex $kind 1] marks {} whitebox {} \
	    sentence [string trim [regsub -all {\s+} $sentence { }]] \
	    hash [hash $sentence] file $file line $line \
	    room [room $file]]
	foreach mark $parts {
		set word [string trimright [lindex $mark 0] :]
		dict lappend requirement marks $word
		if {$word eq "whitebox"} {
			dict set requirement whitebox [lrange $mark 1 end]
		}
	}
	dict set model requirements $id $requirement
}

proc ::spec::table {modelVar file at info lines} {
	upvar 1 $modelVar model
	variable columns
	variable required
	lassign $info name role
	if {![dict exists $columns $name]} return
	set heads [dict get $columns $name]
	set number [expr {$at + 1}]
	foreach line $lines {
		incr number
		if {[regexp {^[-|: \t]*$} $line]} continue
		set cells [lmap cell [split [string trim $line " |"] |] {string trim $cell}]
		if {[lindex $cells 0] eq [lindex $heads 0]} continue
		if {[llength $cells] < [dict get $required $name]} {
			problem model $file $number $name "[llength $cells] cells where\
			    [dict get $required $name] are needed: $line"
			continue
		}
		set row [dict create room [room $file] role $role \
		    file $file line $number]
		foreach head $heads cell [lrange $cells 0 [llength $heads]-1] {
			dict set row $head $cell
		}
		dict lappend model $name $row
	}
}

# -- judging what was read ------------------------------------------------------

proc ::spec::judge {modelVar} {
	upvar 1 $modelVar model
	set codes [codes model]
	dict for {id requirement} [dict get $model requirements] {
		foreach {field message} [faults_of $requirement $codes] {
			problem model [dict get $requirement file] \
			    [dict get $requirement line] $id "$field: $message"
		}
	}
	foreach row [dict get $model states] {
		foreach id [split [dict get $row requirement] ", "] {
			if {$id ne {} && $id ne "-"
			    && ![dict exists $model requirements $id]} {
				problem model [dict get $row file] [dict get $row line] \
				    requirement "no requirement $id"
			}
		}
	}
}

# room -> list of codes; a code in two classes is a problem.
proc ::spec::codes {modelVar} {
	upvar 1 $modelVar model
	variable classes
	set codes [dict create]
	set class_of [dict create]
	foreach row [dict get $model errors] {
		dict with row {
			if {$class ni $classes} {
				problem model $file $line class "no class \"$class\""
			}
			if {[dict exists $class_of $room,$code]
			    && [dict get $class_of $room,$code] ne $class} {
				problem model $file $line code "$code is in class $class\
				    and in class [dict get $class_of $room,$code]"
			}
			dict set class_of $room,$code $class
			dict lappend codes $room $code
		}
	}
	return $codes
}

proc ::spec::faults_of {requirement codes} {
	variable classes
	set faults {}
	dict with requirement {
		if {$level ni {MUST SHOULD MAY}} {
			lappend faults level "\"$level\" is none of MUST, SHOULD, MAY"
		}
		if {![llength $roles]} { lappend faults role "missing" }
		if {$kind eq {}} {
			lappend faults kind "none of refuse, produce, never, persist,\
			    document and suite"
		}
		if {[llength $profiles] && ![regexp {^[a-z0-9 -]+$} $profiles]} {
			lappend faults kind "unknown kind or profile in \"$profiles\""
		}
		if {$kind eq "refuse"} {
			set known [expr {[dict exists $codes $room]
			    ? [concat [dict get $codes $room] $classes] : $classes}]
			if {$error ni $known} {
				lappend faults error "no error \"$error\" in $file"
			}
		}
		foreach mark $marks {
			if {$mark ni {changes-state whitebox excluded}} {
				lappend faults mark "unknown mark \"$mark\""
			}
		}
	}
	return $faults
}
