# text.tcl -- our Markdown as HTML, with requirements, tables and links
#
#   text prepare MODEL           learn all requirement ids, pages and evidence
#   text document PATH           {HTML HEADINGS}; HEADINGS: {anchor title} each
#   text linked HTML             ids of requirements and names of files become links
#   text escape TEXT

namespace eval docs::text {
	namespace export prepare document linked escape
	namespace ensemble create
	variable model {}
	variable cites {}
	variable evidence {}
	variable where {}       ;# requirement id -> page
	variable keys {}        ;# keys of the bibliography
	variable here {}        ;# the page that is being made
	variable states {states event profiles next requirement}
}

proc docs::text::escape {text} { return [string map {& &amp; < &lt; > &gt; \" &quot;} $text] }

proc docs::text::prepare {it} {
	variable model $it
	variable cites [trace::cited [trace::sources]]
	variable evidence [trace::evidence [provider plan [trace::context]]]
	variable where
	variable keys
	dict for {id requirement} [dict get $model requirements] {
		dict set where $id [docs::page_of [dict get $requirement file]]
	}
	set keys [lmap {- key} [regexp -all -inline -line {^\| ([A-Z]+[0-9]*) \|} \
	    [semper::content spec/sources.md]] { set key }]
}

# -- blocks -------------------------------------------------------------------------

proc docs::text::document {path} {
	variable here [docs::page_of $path]
	set lines [semper::lines $path]
	set count [llength $lines]
	set body {}
	set headings {}
	for {set at 0} {$at < $count} {incr at} {
		if {[string trim [lindex $lines $at]] eq {}} continue
		set end [report_spec::block_end $lines $at]
		lassign [block $path [lrange $lines $at $end]] html heading
		lappend body $html
		if {$heading ne {}} { lappend headings $heading }
		set at $end
	}
	set source "<p class=\"source\"><code>[escape $path]</code></p>"
	return [list "$source\n[join $body \n]" $headings]
}

# {HTML HEADING}
proc docs::text::block {path lines} {
	set first [lindex $lines 0]
	if {[regexp {^(#{1,5}) (.*)$} $first -> marks title]} {
		return [heading [string length $marks] $title]
	}
	if {[regexp {^```\s*(\S*)\s*(\S*)} $first -> name role]} {
		return [list [fence $path $name $role [lrange $lines 1 end-1]]]
	}
	if {[string match |* $first]} { return [list [table $lines]] }
	if {[regexp {^\*\*([A-Z]{2,6}-[A-Z]{1,4}-[0-9]{2,3})\*\*} $first -> id]} {
		return [list [requirement $id]]
	}
	if {[regexp {^[*-] } $first]} { return [list [report_spec::bullets $lines [namespace code inline]]] }
	return [list "<p>[inline [join $lines { }]]</p>"]
}

# A section with a number is found by it: #s8.3.
proc docs::text::heading {level title} {
	set anchor [regsub -all {[^a-z0-9]+} [string tolower $title] -]
	if {[regexp {^([0-9]+(?:\.[0-9]+)*)\.? } $title -> number]} { set anchor s$number }
	set html "<h$level id=\"$anchor\">[inline $title] <a class=\"self\" href=\"#$anchor\">#</a></h$level>"
	if {$level == 1} { return [list "<h1>[inline $title]</h1>"] }
	return [list $html [expr {$level == 2 ? [list $anchor [inline $title]] : {}}]]
}

# -- tables ---------------------------------------------------------------------------

# `a | b` of a table may hold code with a bar; ours never do.
proc docs::text::cells {line} {
	set line [string trim $line]
	if {[string match |* $line]} { set line [string range $line 1 end] }
	if {[string match *| $line]} { set line [string range $line 0 end-1] }
	return [lmap cell [split $line |] { string trim $cell }]
}

proc docs::text::table {lines} {
	variable here
	set rows {}
	foreach line $lines {
		if {[regexp {^[-|: ]+$} $line]} continue
		set cells [cells $line]
		set tag [expr {[llength $rows] ? "td" : "th"}]
		set anchor {}
		if {$here eq "sources.html" && $tag eq "td"} { set anchor " id=\"[lindex $cells 0]\"" }
		lappend rows "<tr$anchor>[row $tag $cells]</tr>"
	}
	return "<div class=\"wide\"><table>[join $rows \n]</table></div>"
}

proc docs::text::row {tag cells} {
	return [join [lmap cell $cells { string cat <$tag> [inline $cell] </$tag> }] {}]
}

# What is read by machines keeps its columns; state tables are drawn as well.
proc docs::text::fence {path name role lines} {
	set heads {
		states {state event profiles next requirement} errors {code class number profiles}
		interface {kind name value profiles} draws {label octets message party profiles}
		gaps {what reason} presence {component {present in}}
	}
	if {![dict exists $heads $name]} {
		return "<pre>[linked [escape [join $lines \n]]]</pre>"
	}
	set drawing {}
	if {$name eq "states"} {
		set drawing [docs::states figure $role $lines]
	}
	set caption [string trim "[string toupper $name 0 0] [expr {$role eq {} ? {} : "of the $role"}]"]
	set html "<tr>[row th [dict get $heads $name]]</tr>"
	foreach line $lines {
		if {[string trim $line] eq {}} continue
		set cells [cells $line]
		set anchor {}
		if {$name eq "errors"} { set anchor " id=\"error-[lindex $cells 0]\"" }
		append html "\n<tr$anchor>[row td $cells]</tr>"
	}
	return "$drawing<div class=\"wide\"><table class=\"machine\"><caption>$caption</caption>$html</table></div>"
}

# -- requirements -----------------------------------------------------------------------

proc docs::text::requirement {id} {
	variable model
	set it [dict get $model requirements $id]
	dict with it {
		set badges [list $level $roles]
		if {[llength $profiles]} { lappend badges [join $profiles] }
		lappend badges "$kind $error"
		lappend badges {*}$marks
		set badges [lmap badge $badges {
			string cat {<span class="badge">} [escape [string trim $badge]] </span>
		}]
		return "<div class=\"requirement $kind\" id=\"$id\"><p class=\"head\"><a class=\"id\"\
		    href=\"#$id\">$id</a> [join $badges { }]</p>\n<p>[inline $sentence]</p>[shown $id]</div>"
	}
}

# Where a requirement is checked, and the cases that show it.
proc docs::text::shown {id} {
	variable cites
	variable evidence
	variable model
	set parts {}
	set whitebox [dict get $model requirements $id whitebox]
	if {$whitebox ne {}} { lappend parts "shown by <code>[escape $whitebox]</code>" }
	set files [lsort -unique [lmap cite [provider::value $cites $id] { lindex $cite 1 }]]
	if {[llength $files]} {
		lappend parts "in [join [lmap file $files { string cat <code> $file </code> }] {, }]"
	}
	set cases [lsort -unique [lmap entry [provider::value $evidence $id] {
		lindex [split [lindex $entry 2] @] 0
	}]]
	if {[llength $cases]} {
		set names [join [lmap name [lrange $cases 0 3] { string cat <code> [escape $name] </code> }] {, }]
		if {[llength $cases] > 4} { append names " and [expr {[llength $cases] - 4}] more" }
		lappend parts "[llength $cases] case[expr {[llength $cases] == 1 ? {} : "s"}]: $names"
	}
	if {![llength $parts]} { return {} }
	return "<p class=\"shown\">[join $parts {; }]</p>"
}

# -- inside a line -----------------------------------------------------------------------

# What is between backquotes is code and nothing else.
proc docs::text::inline {text} {
	set html {}
	set code 0
	foreach part [split [escape $text] `] {
		append html [expr {$code ? "<code>[linked $part]</code>" : [linked [marked $part]]}]
		set code [expr {!$code}]
	}
	return $html
}

proc docs::text::marked {text} {
	variable here
	set prefix [expr {[string match decision-* $here] ? "decision-" : ""}]
	while {[regexp -indices {\[([^\]]+)\]\(([^)]+)\.md\)} $text whole label target]} {
		set name [string tolower [file tail [string range $text {*}$target]]]
		set label [string range $text {*}$label]
		set text [string replace $text {*}$whole "<a href=\"$prefix$name.html\">$label</a>"]
	}
	regsub -all {\*\*([^*]+)\*\*} $text {<strong>\1</strong>} text
	regsub -all {(^|[\s(])\*([^*\s][^*]*)\*} $text {\1<em>\2</em>} text
	return $text
}

proc docs::text::linked {html} {
	set form {\m[A-Z]{2,6}-[A-Z]{1,4}-[0-9]{2,3}\M|\mspec/(?:decisions/)?[a-z0-9-]+\.md|\masn1/[a-z0-9_]+\.asn|\[[A-Z]+[0-9]*}
	set out {}
	set at 0
	foreach range [regexp -all -inline -indices $form $html] {
		lassign $range first last
		append out [string range $html $at $first-1] [link [string range $html $first $last]]
		set at [expr {$last + 1}]
	}
	return $out[string range $html $at end]
}

proc docs::text::link {name} {
	variable where
	variable keys
	if {[dict exists $where $name]} { return "<a href=\"[dict get $where $name]#$name\">$name</a>" }
	if {[string match */* $name] && [file exists $name]} {
		return "<a href=\"[docs::page_of $name]\">$name</a>"
	}
	set key [string range $name 1 end]
	if {[string match {\[*} $name] && $key in $keys} {
		return "\[<a href=\"sources.html#$key\">$key</a>"
	}
	return $name
}
