# report_html.tcl -- a run as one self-contained page, readable without scripts
#
#   report_html::text RECORD MODEL
#
# What failed comes first, with the sentence that was violated, what differs
# and the command that runs the case again; then the table by protocol and
# role, what was not established, every case by area, and the specification
# coloured by verdict (report_spec.tcl).

package require Tcl 8.6-

namespace eval ::report_html {
	variable folder [file dirname [file normalize [info script]]]
	variable columns {pass pass-weak flaw-shown fail error inconclusive not-run not-applicable}
	variable shown_failures 400
}

proc ::report_html::escape {text} {
	return [string map {& &amp; < &lt; > &gt; \" &quot;} $text]
}

proc ::report_html::style {} {
	variable folder
	return [semper::content [file join $folder report_html.css]]
}

proc ::report_html::text {record model} {
	set iut [dict get $record iut]
	set title "[name $iut] - conformance report"
	set parts [list "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">" \
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">" \
	    "<title>[escape $title]</title>\n<style>\n[style]</style></head>\n<body>"]
	lappend parts [header $record] [failures $record $model] [groups $record] \
	    [limits $record] [cases $record] \
	    "<section id=\"specification\"><h2>The specification, coloured by verdict</h2>" \
	    [legend] [report_spec::text $record $model] </section> [footer $record]
	return "[join $parts \n]\n</body></html>\n"
}

proc ::report_html::name {iut} {
	set name [string trim "[dict get $iut name] [dict get $iut version]"]
	if {$name eq {}} { return [dict get $iut command] }
	return $name
}

# -- top --------------------------------------------------------------------------

proc ::report_html::header {record} {
	set iut [dict get $record iut]
	set all [dict get $record summary all]
	set bad [expr {[number $all fail] + [number $all error] + [number $all inconclusive]}]
	set run [expr {[llength [dict get $record results]] - [number $all not-run] - [number $all not-applicable]}]
	set verdict [expr {$bad ? "$bad of $run cases failed" : "$run cases, none failed"}]
	set why [report untested $record]
	if {$why ne {}} { set verdict [escape $why] }
	set options [join [lmap {key value} [dict get $record options] {string cat "--$key " $value}] " "]
	return "<header><p class=\"kind\">SEMPER conformance report</p>\n<h1>[escape [name $iut]]</h1>
<p class=\"headline [expr {$bad || $why ne {} ? "bad" : "good"}]\">$verdict</p>
[bar $all]\n[tiles $all]
<dl class=\"facts\"><dt>command</dt><dd><code>[escape [dict get $iut command]]</code></dd>
<dt>language</dt><dd>[escape [dict get $iut language]]</dd>
<dt>suite</dt><dd>[escape [dict get $record suite]]</dd>
<dt>run</dt><dd>[dict get $record started], [dict get $record seconds] s</dd>
<dt>selection</dt><dd>[expr {$options eq {} ? "everything" : [escape $options]}]</dd></dl>
<nav><a href=\"#failures\">failures</a><a href=\"#groups\">by protocol and role</a><a
href=\"#limits\">not established</a><a href=\"#cases\">all cases</a><a
href=\"#specification\">specification</a></nav></header>"
}

proc ::report_html::number {counts word} {
	if {[dict exists $counts $word]} { return [dict get $counts $word] }
	return 0
}

proc ::report_html::bar {all} {
	variable columns
	set total 0
	foreach word $columns {
		if {$word ne "not-applicable"} { incr total [number $all $word] }
	}
	set parts {}
	foreach word $columns {
		set n [number $all $word]
		if {!$n || $word eq "not-applicable"} continue
		lappend parts "<span class=\"$word\" style=\"flex-grow:$n\" title=\"$n $word\"></span>"
	}
	return "<div class=\"bar\">[join $parts {}]</div>"
}

proc ::report_html::tiles {all} {
	variable columns
	set parts {}
	foreach word $columns {
		set n [number $all $word]
		if {$n} { lappend parts "<li class=\"$word\"><b>$n</b> $word</li>" }
	}
	return "<ul class=\"tiles\">[join $parts {}]</ul>"
}

# -- failures -----------------------------------------------------------------------

proc ::report_html::failures {record model} {
	variable shown_failures
	set found [report failures $record]
	set parts [list "<section id=\"failures\"><h2>Failures</h2>"]
	if {![llength $found]} { lappend parts "<p>None.</p>" }
	foreach result [lrange $found 0 $shown_failures-1] { lappend parts [failure $result $model] }
	set more [expr {[llength $found] - $shown_failures}]
	if {$more > 0} { lappend parts "<p>... and $more more, listed under all cases.</p>" }
	foreach line [dict get $record stale] {
		lappend parts "<p class=\"stale\">stale expectation: [escape $line]</p>"
	}
	return [join [lappend parts </section>] \n]
}

proc ::report_html::failure {result model} {
	set verdict [dict get $result verdict]
	set cause [provider::value $result cause]
	set known [provider::value $result known]
	set parts [list "<details class=\"failure $verdict\" open id=\"[anchor $result]\"><summary><span
class=\"badge $verdict\">[expr {$cause eq {} ? $verdict : $cause}]</span> <code>[escape \
	    [dict get $result id]]</code>[expr {$known eq {} ? {} : " <i>known: $known</i>"}]</summary>" \
	    "<p>[escape [dict get $result title]]</p>"]
	foreach id [dict get $result req] {
		if {![dict exists $model requirements $id]} continue
		lappend parts "<blockquote><a href=\"#$id\">$id</a> [escape \
		    [dict get $model requirements $id sentence]]</blockquote>"
	}
	lappend parts "<dl>[entry detail $result][entry step $result][difference $result]"
	lappend parts "<dt>again</dt><dd><pre class=\"command\">[escape [dict get $result repro]]</pre></dd>"
	lappend parts "[source $result]</dl>"
	if {[provider::value $result stderr] ne {}} {
		lappend parts "<details><summary>standard error</summary><pre>[escape \
		    [dict get $result stderr]]</pre></details>"
	}
	return [join [lappend parts </details>] \n]
}

proc ::report_html::anchor {result} {
	return case-[regsub -all {[^A-Za-z0-9]+} [dict get $result id] -]
}

proc ::report_html::entry {key result} {
	set value [provider::value $result $key]
	if {$value eq {}} { return {} }
	return "<dt>$key</dt><dd>[escape [report_text::shorten $value]]</dd>"
}

proc ::report_html::source {result} {
	if {[provider::value $result file] eq {}} { return {} }
	return "<dt>source</dt><dd><code>[escape [dict get $result file]]:[provider::value \
	    $result line]</code></dd>"
}

# Expected and got, from a little before the first difference on.
proc ::report_html::difference {result} {
	set expected [provider::value $result expected]
	set got [provider::value $result got]
	if {$expected eq {} && $got eq {}} { return {} }
	if {$got eq {}} { set got nothing }
	set same 0
	set most [expr {min([string length $expected], [string length $got])}]
	while {$same < $most && [string index $expected $same] eq [string index $got $same]} { incr same }
	return "<dt>expected</dt><dd><code>[marked $expected $same]</code></dd><dt>got</dt><dd><code>[marked \
	    $got $same]</code></dd>"
}

proc ::report_html::marked {text same} {
	set from [expr {max(0, $same - 80)}]
	set head [string range $text $from $same-1]
	set tail [string range $text $same $same+159]
	set left [expr {[string length $text] - $same - 160}]
	return "[expr {$from ? "&hellip;" : {}}][escape $head]<mark>[escape $tail]</mark>[expr {
	    $left > 0 ? " &hellip; $left more" : {}}]"
}

# -- tables ----------------------------------------------------------------------------

proc ::report_html::groups {record} {
	variable columns
	set all [dict get $record summary all]
	set used [lmap word $columns {
		if {![number $all $word]} continue
		set word
	}]
	set groups [dict create]
	foreach result [dict get $record results] {
		set name [string trim "[dict get $result protocol] [provider::value $result role]"]
		dict lappend groups $name $result
	}
	set rows {}
	foreach name [lsort [dict keys $groups]] {
		lappend rows [row $name [report count [dict get $groups $name]] $used]
	}
	lappend rows [row all $all $used]
	set heads [join [lmap word $used {string cat "<th>$word</th>"}] {}]
	return "<section id=\"groups\"><h2>By protocol and role</h2><table><thead><tr><th></th>$heads</tr></thead><tbody>
[join $rows \n]\n</tbody></table></section>"
}

proc ::report_html::row {name counts used} {
	set cells [join [lmap word $used {
		set n [number $counts $word]
		expr {$n ? "<td class=\"$word\">$n</td>" : "<td class=\"none\">&middot;</td>"}
	}] {}]
	return "<tr[expr {$name eq "all" ? " class=\"total\"" : {}}]><th>[escape $name]</th>$cells</tr>"
}

proc ::report_html::limits {record} {
	set items [join [lmap limit [dict get $record limits] {
		string cat <li> [escape $limit] </li>
	}] \n]
	return "<section id=\"limits\"><h2>What this run did not establish</h2><ul>\n$items\n</ul></section>"
}

# Every case, folded by area: protocol and the part after it.
proc ::report_html::cases {record} {
	set areas [dict create]
	foreach result [dict get $record results] {
		set parts [split [string map {:: \u0001} [dict get $result id]] \u0001]
		dict lappend areas [join [lrange $parts 0 1] ::] $result
	}
	set found [list "<section id=\"cases\"><h2>All cases</h2>"]
	dict for {area results} $areas {
		set counts [report count $results]
		set words [join [lmap {word n} $counts {
			string cat "<span class=\"badge $word\">$n $word</span>"
		}] " "]
		set lines [join [lmap result $results {line $result}] \n]
		lappend found "<details class=\"area\"><summary><code>[escape $area]</code> $words</summary><ul>$lines</ul></details>"
	}
	return [join [lappend found </section>] \n]
}

proc ::report_html::line {result} {
	set verdict [dict get $result verdict]
	set detail {}
	if {$verdict ne "pass"} { set detail " <small>[escape [report_text::shorten [provider::value $result detail]]]</small>" }
	set requirements [join [lmap id [dict get $result req] {string cat "<a href=\"#$id\">$id</a>"}] " "]
	return "<li class=\"$verdict\"><code>[escape [dict get $result id]]</code> $requirements$detail</li>"
}

proc ::report_html::legend {} {
	return "<p class=\"legend\"><span class=\"badge pass\">pass</span> <span class=\"badge pass-weak\">pass-weak</span>
<span class=\"badge flaw-shown\">flaw-shown</span> <span class=\"badge fail\">fail</span>
<span class=\"badge none\">not exercised</span></p>"
}

proc ::report_html::footer {record} {
	return "<footer>Verdicts say what was seen on the inputs of suite [escape [dict get $record suite]];
they are no proof that there are no others.</footer>"
}
