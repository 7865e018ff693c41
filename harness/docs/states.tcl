# states.tcl -- a state table as a diagram, drawn by dot
#
#   states figure ROLE LINES     the SVG as part of a page; LINES are the rows
#                                state | event | profiles | next | requirement

namespace eval docs::states {
	namespace export figure
	namespace ensemble create
}

proc docs::states::quote {text} { return "\"[string map {\\ \\\\ \" \\\"} $text]\"" }

# The profiles of most rows, which the labels do not repeat.
proc docs::states::usual {lines} {
	set counts [dict create]
	foreach line $lines {
		if {[string trim $line] ne {}} { dict incr counts [lindex [docs::text::cells $line] 2] }
	}
	return [lindex [lsort -stride 2 -index 1 -integer -decreasing $counts] 0]
}

# {STATE NEXT} -> labels, in the order of the rows.
proc docs::states::edges {lines} {
	set usual [usual $lines]
	set edges [dict create]
	foreach line $lines {
		if {[string trim $line] eq {}} continue
		lassign [docs::text::cells $line] state event profiles next
		set label $event
		if {$profiles ne $usual} { append label " ($profiles)" }
		dict lappend edges [list $state $next] $label
	}
	return $edges
}

# States that lead nowhere else have a double line.
proc docs::states::nodes {edges} {
	set names {}
	set leaves {}
	foreach edge [dict keys $edges] {
		lassign $edge state next
		lappend names $state $next
		if {$state ne $next} { lappend leaves $state }
	}
	return [lmap name [lsort -unique $names] {
		set more [expr {$name eq "none" ? ", style=\"rounded,dashed\""
		    : $name in $leaves ? "" : ", peripheries=2"}]
		string cat [quote $name] " \[label=" [quote $name] $more "\];"
	}]
}

proc docs::states::dot {lines} {
	set edges [edges $lines]
	set text [list "digraph states {" {rankdir=TB; nodesep=0.3; ranksep=0.5; bgcolor=transparent;} \
	    {node [shape=box, style=rounded, fontname="Helvetica", fontsize=13, height=0.34, margin="0.14,0.05"];} \
	    {edge [fontname="Helvetica", fontsize=11, arrowsize=0.7, color="#56646e", fontcolor="#1f4e79"];}]
	lappend text {*}[nodes $edges]
	dict for {edge labels} $edges {
		lassign $edge state next
		set label "&#160;[join [lsort -unique $labels] "\\l&#160;"]\\l"
		lappend text "[quote $state] -> [quote $next] \[label=\"[string map {\" \\\"} $label]\"\];"
	}
	return [join [lappend text "}"] \n]
}

proc docs::states::figure {role lines} {
	set svg [exec dot -Tsvg << [dot $lines]]
	set svg [string range $svg [string first <svg $svg] end]
	regsub {width="[0-9.]+pt" height="[0-9.]+pt"} $svg {} svg
	regexp {viewBox="[0-9.]+ [0-9.]+ ([0-9.]+)} $svg -> width
	regsub {<svg } $svg "<svg style=\"width:[expr {int($width * 1.2)}]px;min-width:[expr {int($width \
	    * 0.85)}]px\" " svg
	set usual [usual $lines]
	if {$usual eq "all"} { set usual "all profiles" }
	return "<figure>$svg<figcaption>States of the $role: the events, and their profiles where these are\
	    not $usual</figcaption></figure>"
}
