# check.tcl -- do the links of a folder of pages lead somewhere?
#
#   check folder DIR     prints what is wrong and `N passed, N failed`; 1 if any is
#
# A page refers to other pages of the folder and to anchors in them, never to
# anything outside, and no anchor is there twice.

namespace eval docs::check {
	namespace export folder
	namespace ensemble create
}

proc docs::check::folder {dir} {
	set anchors [dict create]
	set texts [dict create]
	set wrong {}
	foreach path [lsort [glob [file join $dir *.html]]] {
		set name [file tail $path]
		dict set texts $name [semper::content $path]
		dict set anchors $name {}
		foreach {- id} [regexp -all -inline {<(?!g |svg|path|polygon|ellipse|title)[a-z0-9]+ [^>]*\mid="([^"]*)"} \
		    [dict get $texts $name]] {
			if {$id in [dict get $anchors $name]} { lappend wrong "$name: the anchor $id is there twice" }
			dict lappend anchors $name $id
		}
	}
	set good 0
	dict for {name text} $texts {
		foreach {- attribute target} [regexp -all -inline {\m(href|src)="([^"]*)"} $text] {
			set why [complaint $anchors $name $target]
			if {$why eq {}} { incr good } else { lappend wrong "$name: $target: $why" }
		}
	}
	foreach line $wrong { puts $line }
	puts "[dict size $texts] pages in $dir: $good passed, [llength $wrong] failed"
	return [expr {[llength $wrong] > 0 || !$good}]
}

proc docs::check::complaint {anchors name target} {
	if {[regexp {^[a-z]+:|^//} $target]} { return "points outside" }
	lassign [split $target #] page anchor
	if {$page eq {}} { set page $name }
	if {![dict exists $anchors $page]} { return "no such page" }
	if {$anchor ne {} && $anchor ni [dict get $anchors $page]} { return "no such anchor" }
	return {}
}
