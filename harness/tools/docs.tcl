# docs.tcl -- draw the state tables of the specification
#
#   docs.tcl DIR FILE...
#
# Each block "```states PARTY" of a FILE (rows state | event | profiles |
# next | requirement) becomes DIR/<file>-<party>.svg, drawn by dot.

namespace eval docs {
	variable drawn 0
}

# party -> lines, for each ```states block of a text.
proc docs::blocks {text} {
	set found {}
	set inside 0
	foreach line [split $text \n] {
		if {!$inside && [regexp {^```states\s+(\S+)\s*$} $line -> party]} {
			set inside 1
			set block {}
		} elseif {$inside && [string trim $line] eq "```"} {
			set inside 0
			lappend found $party $block
		} elseif {$inside} {
			lappend block $line
		}
	}
	return $found
}

proc docs::quote {text} {
	return "\"[string map {\\ \\\\ \" \\\" \n \\n} $text]\""
}

# One row as an edge; rows of one pair of states stay separate arrows.
proc docs::edge {row} {
	lassign [lmap cell [split $row |] {string trim $cell}] \
	    state event profiles next req
	return "[quote $state] -> [quote $next]\
	    \[label=[quote "$event\n$profiles $req"]\];"
}

proc docs::dot {block} {
	set lines [list "digraph states {" \
	    "node \[shape=box, style=rounded, fontname=Helvetica\];" \
	    "edge \[fontname=Helvetica, fontsize=9\];"]
	foreach row $block {
		if {[string trim $row] ne ""} {
			lappend lines [edge $row]
		}
	}
	return [join [lappend lines "}"] \n]
}

proc docs::draw {dir path} {
	variable drawn
	set ch [open $path]
	set text [read $ch]
	close $ch
	set name [file rootname [file tail $path]]
	foreach {party block} [blocks $text] {
		set svg [file join $dir $name-$party.svg]
		exec dot -Tsvg -o $svg << [dot $block]
		puts "  DOT   $svg"
		incr drawn
	}
}

set files [lassign $argv dir]
file mkdir $dir
foreach path $files {
	if {[file exists $path]} {
		docs::draw $dir $path
	}
}
puts "$docs::drawn state tables drawn"
exit [expr {$docs::drawn == 0}]
