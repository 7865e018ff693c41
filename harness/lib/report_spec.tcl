# report_spec.tcl -- the specification as HTML, each requirement in the colour
# of its verdict
#
#   report_spec::text RECORD MODEL
#
# Enough of Markdown for our own texts: headings, paragraphs, lists, tables,
# fences, `code`, **bold** and *emphasis*.

package require Tcl 8.6-

namespace eval ::report_spec {}

proc ::report_spec::text {record model} {
	set rows [dict create]
	foreach row [dict get $record requirements] { dict set rows [dict get $row id] $row }
	set files [lsort -unique [lmap {id requirement} [dict get $model requirements] {
		dict get $requirement file
	}]]
	return [join [lmap file $files {document $file $rows}] \n]
}

proc ::report_spec::document {file rows} {
	set lines [semper::lines $file]
	set name [file tail $file]
	set title $name
	set parts {}
	set count [llength $lines]
	for {set at 0} {$at < $count} {incr at} {
		set line [lindex $lines $at]
		if {[string trim $line] eq {}} continue
		if {[regexp {^# (.*)$} $line -> title]} continue
		set end [block_end $lines $at]
		lappend parts [block [lrange $lines $at $end] $rows]
		set at $end
	}
	return "<details class=\"spec\" open><summary>[inline $title] <small><code>spec/$name</code></small></summary>
[join $parts \n]</details>"
}

# The last line of the block that starts at AT.
proc ::report_spec::block_end {lines at} {
	if {[string match ```* [lindex $lines $at]]} {
		set end [lsearch -start [expr {$at + 1}] -glob $lines ```]
		return [expr {$end < 0 ? [llength $lines] - 1 : $end}]
	}
	while {$at + 1 < [llength $lines] && [string trim [lindex $lines $at+1]] ne {}
	    && ![string match ```* [lindex $lines $at+1]]} { incr at }
	return $at
}

proc ::report_spec::block {lines rows} {
	set first [lindex $lines 0]
	if {[regexp {^(#{2,5}) (.*)$} $first -> marks title]} {
		set level [expr {[string length $marks] + 1}]
		return "<h$level>[inline $title]</h$level>"
	}
	if {[string match ```* $first]} {
		return "<pre>[report_html::escape [join [lrange $lines 1 end-1] \n]]</pre>"
	}
	if {[string match |* $first]} { return [table $lines] }
	if {[regexp {^\*\*([A-Z]{2,6}-[A-Z]{1,4}-[0-9]{2,3})\*\*} $first -> id]} {
		return [requirement $id [join $lines " "] $rows]
	}
	if {[regexp {^[*-] } $first]} { return [bullets $lines] }
	return "<p>[inline [join $lines { }]]</p>"
}

proc ::report_spec::requirement {id text rows} {
	set verdict {}
	set note "not exercised"
	if {[dict exists $rows $id]} {
		set row [dict get $rows $id]
		set verdict [dict get $row verdict]
		if {[dict get $row cases]} {
			set n [dict get $row cases]
			set note "$verdict, $n case[expr {$n == 1 ? {} : "s"}]"
		} elseif {$verdict ne {}} {
			set note $verdict
		} elseif {[dict get $row why] ne {}} {
			set note [dict get $row why]
		}
	}
	set class [expr {$verdict eq {} ? "none" : $verdict}]
	return "<div class=\"requirement $class\" id=\"$id\"><span class=\"badge state $class\">$note</span>[inline $text]</div>"
}

# Each with the marks of its text made by INLINE.
proc ::report_spec::bullets {lines {inline {::report_spec::inline}}} {
	set items {}
	foreach line $lines {
		if {[regexp {^[*-] (.*)$} $line -> text]} {
			lappend items $text
		} else {
			lset items end "[lindex $items end] [string trim $line]"
		}
	}
	return "<ul>[join [lmap item $items {string cat <li> [{*}$inline $item] </li>}] \n]</ul>"
}

proc ::report_spec::table {lines} {
	set rows {}
	foreach line $lines {
		if {[regexp {^[-|: ]+$} $line]} continue
		set tag [expr {[llength $rows] ? "td" : "th"}]
		set cells [split [string trim $line "| "] |]
		lappend rows <tr>[join [lmap cell $cells {
			string cat "<$tag style=\"text-align:left;font-family:inherit\">" [inline [string trim $cell]] </$tag>
		}] {}]</tr>
	}
	return "<table>[join $rows \n]</table>"
}

proc ::report_spec::inline {text} {
	set text [report_html::escape $text]
	regsub -all {`([^`]+)`} $text {<code>\1</code>} text
	regsub -all {\*\*([^*]+)\*\*} $text {<strong>\1</strong>} text
	regsub -all {(^|[\s(])\*([^*\s][^*]*)\*} $text {\1<em>\2</em>} text
	return $text
}
