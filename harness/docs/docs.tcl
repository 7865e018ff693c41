# docs.tcl -- the specification as HTML, one page a document
#
#   docs.tcl DIR BUILD     pages in DIR; the programs whose manual pages are taken
#                          are in BUILD/release/bin, if they are built
#
# Pages refer to each other and to nothing else: styles and drawings are in
# them.  State tables and message flows are drawn (states.tcl, flows.tcl); the
# flows are run by the oracle.  Ends with `N passed, N failed`: links that lead
# somewhere, and those that do not.  Run from the repository root.

source -encoding utf-8 harness/lib/load.tcl
foreach part {text states flows check} {
	source -encoding utf-8 [file join [file dirname [info script]] $part.tcl]
}

namespace eval docs {
	variable dir {}
	variable pages {}       ;# name -> title, in the order of the navigation
}

proc docs::write {name text} {
	variable dir
	set ch [open [file join $dir $name] w]
	chan configure $ch -encoding utf-8 -translation lf
	puts $ch $text
	close $ch
}

proc docs::title_of {path} {
	if {[regexp -line {^# (.*)$} [semper::content $path] -> title]} { return $title }
	return [file tail $path]
}

# -- which pages there are -----------------------------------------------------------

proc docs::sources {} {
	return [lmap path [lsort [lmap path [glob spec/*.md spec/decisions/*.md] { file rootname $path }]] {
		string cat $path .md
	}]
}

# spec/ikp.md -> ikp.html, spec/decisions/0011-cancel.md -> decision-0011-cancel.html
proc docs::page_of {path} {
	set name [string tolower [file rootname [file tail $path]]]
	if {[file tail [file dirname $path]] eq "decisions"} { set name decision-$name }
	if {[file extension $path] eq ".asn"} { set name asn1-$name }
	return $name.html
}

proc docs::navigation {current} {
	variable pages
	set lines {}
	dict for {name title} $pages {
		if {[string match decision-0* $name]} continue
		set class [expr {$name eq $current ? " class=\"here\"" : ""}]
		lappend lines "<li$class><a href=\"$name\">[text escape $title]</a></li>"
	}
	return "<ul class=\"pages\">[join $lines \n]</ul>"
}

proc docs::page {name title body {contents {}}} {
	write $name "<!DOCTYPE html>
<html lang=\"en\"><head><meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>[text escape $title] - SEMPER</title>
<style>
[semper::content harness/docs/docs.css]</style></head>
<body><nav><p class=\"home\"><a href=\"index.html\">SEMPER</a></p>
[navigation $name]$contents</nav>
<main>$body</main></body></html>"
}

# The second-level headings of a page, for its navigation.
proc docs::contents {headings} {
	set lines [lmap entry $headings {
		lassign $entry anchor title
		string cat "<li><a href=\"#$anchor\">" $title </a></li>
	}]
	if {![llength $lines]} { return {} }
	return "<p class=\"toc\">On this page</p><ul class=\"toc\">[join $lines \n]</ul>"
}

# -- pages ----------------------------------------------------------------------------

proc docs::document {path} {
	lassign [text document $path] body headings
	page [page_of $path] [title_of $path] $body [contents $headings]
}

proc docs::module {path} {
	page [page_of $path] "Module [file tail $path]" "<h1><code>asn1/[file tail $path]</code></h1>
<pre class=\"asn1\">[text linked [text escape [semper::content $path]]]</pre>"
}

# Why there are no manual pages, or {}: they hold what the programs say of themselves.
proc docs::unmanned {build} {
	set peer [file join $build release bin semper-peer]
	if {![file executable $peer]} { return "$peer is not built (make all)" }
	if {[auto_execok man] eq {}} { return "there is no program man" }
	return {}
}

proc docs::manual {build} {
	set why [unmanned $build]
	if {$why ne {}} {
		puts "docs: without the manual pages: $why"
		return
	}
	variable dir
	set bin [file join $build release bin]
	exec [info nameofexecutable] harness/tools/man.tcl $bin [file join $dir man]
	foreach path [lsort [glob [file join $dir man *.1]]] {
		set name [file rootname [file tail $path]]
		set lines [exec env MANWIDTH=90 man -l -E utf-8 $path]
		regsub -all {.\x08} $lines {} lines
		docs::page man-$name.html $name\(1) "<pre class=\"manual\">[text escape $lines]</pre>"
	}
}

proc docs::index {model} {
	variable pages
	set rows {}
	dict for {id requirement} [dict get $model requirements] {
		dict with requirement {
			lappend rows "<tr><td><a href=\"[page_of $file]#$id\">$id</a></td><td>$level</td>\
			    <td>[text escape $roles]</td><td>[text escape "$profiles"]</td>\
			    <td>[text escape "$kind $error"]</td></tr>"
		}
	}
	set documents {}
	dict for {name title} $pages {
		if {[string match decision-0* $name]} continue
		lappend documents "<li><a href=\"$name\">[text escape $title]</a></li>"
	}
	set decisions [lmap {name title} $pages {
		if {![string match decision-0* $name]} continue
		string cat "<li><a href=\"$name\">" [text escape $title] </a></li>
	}]
	page index.html "The specification" "<h1>The specification of SEMPER</h1>
<p>Numbered requirements, tables, modules and known attacks of the protocols, with where each
requirement is checked in the reference implementation and which cases show it.</p>
<h2 id=\"documents\">Documents</h2><ul>[join $documents \n]</ul>
<h2 id=\"decisions\">Decisions</h2><ul>[join $decisions \n]</ul>
<h2 id=\"requirements\">Requirements</h2>
<p>[dict size [dict get $model requirements]] of them.</p>
<table><tr><th>id</th><th>level</th><th>party</th><th>profiles</th><th>kind</th></tr>
[join $rows \n]</table>" [contents {{documents Documents} {decisions Decisions}
	    {requirements Requirements}}]
}

proc docs::list_pages {build} {
	variable pages
	foreach path [sources] { dict set pages [page_of $path] [title_of $path] }
	dict set pages flows.html "Message flows"
	foreach path [lsort [glob asn1/*.asn]] {
		dict set pages [page_of $path] "Module [file tail $path]"
	}
	if {[unmanned $build] eq {}} {
		foreach path [lsort [glob harness/man/*.1]] {
			set name [file rootname [file tail $path]]
			dict set pages man-$name.html $name\(1)
		}
	}
}

proc docs::main {target build} {
	variable dir $target
	file mkdir $dir
	foreach old [glob -nocomplain [file join $dir *.html]] { file delete $old }
	set model [spec load spec]
	list_pages $build
	text prepare $model
	foreach path [sources] { document $path }
	foreach path [lsort [glob asn1/*.asn]] { module $path }
	page flows.html "Message flows" {*}[flows page]
	manual $build
	index $model
	return [check folder $dir]
}

exit [docs::main {*}$argv]
