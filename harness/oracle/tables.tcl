# tables.tcl -- what a specification fixes as data: the fenced tables of
# spec/*.md and the heads of its requirements.  An implementation that reads
# them cannot disagree with them.
#
#   tables read FILE          -> dict of everything below, remembered per file;
#                                the rows of spec/ikp-*.md follow those of
#                                spec/ikp.md, in the order of the names
#   tables applies CELL WORDS -> 1 if a profile with these WORDS is in the cell:
#                                `all`, or words joined by blanks that must all
#                                match, each a list joined by commas; `base` is
#                                each profile without the word `micro`
#   tables words PROFILE      -> {3kp hard} of ikp/3kp-hard
#
# The dict:
#   states        ROLE -> list of {state event profiles next requirement}
#   errors        CODE -> {class number}
#   presence      TYPE.PATH -> profiles cell
#   draws         list of {label octets message role profiles}
#   interface     ROLE -> list of {kind name optional default type profiles}
#   claims        list of {claim profiles items checks} (spec/ikp-evidence.md)
#   requirements  ID -> {head sentence}; the head is the text in parentheses

package require Tcl 8.6-

namespace eval ::oracle::tables {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable known {}      ;# file -> dict
}

proc ::oracle::tables::read {file} {
	variable known
	if {[dict exists $known $file]} { return [dict get $known $file] }
	set all {states {} errors {} presence {} draws {} interface {} claims {} requirements {}}
	set name [file rootname $file]
	foreach document [concat [list $file] [lsort [glob -nocomplain $name-*.md]]] {
		Document all $document
	}
	dict set known $file $all
	return $all
}

proc ::oracle::tables::Document {allVar file} {
	upvar 1 $allVar all
	set block ""
	foreach line [Lines $file] {
		if {[regexp {^```\s*(.*)$} $line -> head]} {
			set block $head
		} elseif {$block ne "" && [string trim $line] ne ""} {
			Row all {*}$block [lmap cell [split $line |] { string trim $cell }]
		} elseif {[regexp {^\*\*([A-Z]+-[A-Z]+-[0-9]+)\*\* \(([^)]*)\) (.*)$} $line \
				-> id head sentence]} {
			dict set all requirements $id [dict create head $head sentence $sentence]
		}
	}
}

proc ::oracle::tables::Lines {file} {
	set channel [open $file r]
	try {
		fconfigure $channel -encoding utf-8
		return [split [::read $channel] \n]
	} finally {
		close $channel
	}
}

# Put one row in its place; a block of another name is left to others.
proc ::oracle::tables::Row {allVar block args} {
	upvar 1 $allVar all
	set cells [lindex $args end]
	switch -- $block {
		states {
			dict set all states [lindex $args 0] [concat \
				[Get $all states [lindex $args 0]] [list $cells]]
		}
		errors { dict set all errors [lindex $cells 0] [lrange $cells 1 2] }
		presence { dict set all presence {*}$cells }
		draws { dict lappend all draws $cells }
		claims { dict lappend all claims $cells }
		interface {
			dict set all interface [lindex $args 0] [concat \
				[Get $all interface [lindex $args 0]] [list [Entry $cells]]]
		}
	}
}

proc ::oracle::tables::Get {all args} {
	return [expr {[dict exists $all {*}$args] ? [dict get $all {*}$args] : {}}]
}

# name, name? (may be missing), name=default
proc ::oracle::tables::Entry {cells} {
	lassign $cells kind name type profiles
	set default ""
	regexp {^(.*)=(.*)$} $name -> name default
	set optional [expr {$default ne "" || [string match {*\?} $name]}]
	return [list $kind [string trimright $name ?] $optional $default $type $profiles]
}

proc ::oracle::tables::applies {cell words} {
	if {$cell eq "all"} { return 1 }
	if {"micro" ni $words} { lappend words base }
	foreach choice [split $cell] {
		set hit 0
		foreach word [split $choice ,] {
			if {$word in $words} { set hit 1 }
		}
		if {!$hit} { return 0 }
	}
	return 1
}

proc ::oracle::tables::words {profile} {
	return [split [lindex [split $profile /] end] -]
}
