# flows.tcl -- the flows of the cases as message sequence diagrams
#
#   flows page      {HTML CONTENTS}
#
# Each flow of conformance/*/flows.cases is run, all parties played by the oracle;
# what they are told and what they answer is what is drawn.

namespace eval docs::flows {
	namespace export page
	namespace ensemble create
	variable order {buyer seller broker acquirer network}
	variable preferred {
		ikp/3kp-hard ikp/2kp-hard ikp/1kp-hard ikp/3kp-jsac ikp/2kp-jsac ikp/1kp-jsac
		ikp/3kp-ec95 ikp/2kp-ec95 ikp/1kp-ec95
	}
	variable items {}
	variable width 210      ;# between two parties
	variable height 34      ;# of a row
}

# -- running ---------------------------------------------------------------------------

# An item: {message FROM TO TYPE STATE FAULT}, {note PARTY TEXT STATE}, or
# {sent FROM TO TYPE MSG} for what has not arrived yet.
proc docs::flows::record {command code result op} {
	variable items
	if {$code != 0} return
	lassign [lrange $command end-1 end] role event
	lassign $event kind what
	set state [expr {[dict exists $result result state] ? [dict get $result result state] : ""}]
	switch -- $kind {
		recv { arrived $role $what $result $state }
		timer {
			lappend items [list note $role "timer [lindex [split [lindex $what 0] /] 0]" $state]
		}
		input { lappend items [list note $role [dict get $what do] $state] }
	}
	if {[dict exists $result out]} {
		foreach message [dict get $result out] { sent $role $message }
	}
}

proc docs::flows::type {from to msg} { return [lindex [::live::wire::label $from $to $msg] 0] }

proc docs::flows::sent {role message} {
	variable items
	set to [dict get $message to]
	set msg [dict get $message msg]
	set kind [expr {$to eq "network" ? "message" : "sent"}]
	lappend items [list $kind $role $to [type $role $to $msg] [expr {$kind eq "sent" ? $msg : ""}]]
}

proc docs::flows::arrived {role what result state} {
	variable items
	set from [dict get $what from]
	set msg [dict get $what msg]
	set type [type $from $role $msg]
	set at [lsearch -exact $items [list sent $from $role $type $msg]]
	if {$at >= 0} { set items [lreplace $items $at $at] }
	set fault [expr {[dict get $result kind] eq "reject" ? [dict get $result code] : ""}]
	lappend items [list message $from $role $type $state $fault]
}

proc docs::flows::run {flow profile} {
	variable items {}
	::trace add execution ::live::world::tell leave docs::flows::record
	try {
		set world [::live::world make [dict create root $::semper::root challenge {}] $profile {} {}]
		set world [::live::script begin $world [dict get $flow steps]]
		::live::script go world
	} finally {
		::trace remove execution ::live::world::tell leave docs::flows::record
	}
	return $items
}

# -- drawing ---------------------------------------------------------------------------

proc docs::flows::x {parties party} {
	variable width
	return [expr {90 + $width * [lsearch -exact $parties $party]}]
}

proc docs::flows::svg {items title} {
	variable order
	variable width
	variable height
	set used {}
	foreach item $items {
		lappend used [lindex $item 1]
		if {[lindex $item 0] ne "note"} { lappend used [lindex $item 2] }
	}
	set parties [lsearch -all -inline -not -exact [lmap party $order {
		expr {$party in $used ? $party : ""}
	}] {}]
	set wide [expr {180 + $width * ([llength $parties] - 1)}]
	set tall [expr {64 + $height * [llength $items]}]
	set parts [list "<svg viewBox=\"0 0 $wide $tall\" style=\"width:${wide}px\" role=\"img\"\
	    aria-label=\"[docs::text escape $title]\">"]
	foreach party $parties {
		set x [x $parties $party]
		lappend parts "<line class=\"life\" x1=\"$x\" x2=\"$x\" y1=\"34\" y2=\"[expr {$tall - 6}]\"/>" \
		    "<rect class=\"party\" x=\"[expr {$x - 48}]\" y=\"6\" width=\"96\" height=\"28\" rx=\"5\"/>" \
		    "<text class=\"party\" x=\"$x\" y=\"25\">$party</text>"
	}
	set y [expr {34 + $height}]
	foreach item $items {
		lappend parts [[dict get {note note message message sent lost} [lindex $item 0]] \
		    $parties $y {*}[lrange $item 1 end]]
		incr y $height
	}
	return [join [lappend parts </svg>] \n]
}

proc docs::flows::note {parties y party text state} {
	set x [x $parties $party]
	set wide [expr {14 + 7 * [string length $text]}]
	return "<rect class=\"note\" x=\"[expr {$x - $wide / 2}]\" y=\"[expr {$y - 15}]\" width=\"$wide\"\
	    height=\"21\" rx=\"3\"/><text class=\"note\" x=\"$x\" y=\"$y\">$text</text>[state \
	    [expr {$x + $wide / 2 + 6}] $y start $state]"
}

proc docs::flows::state {x y anchor state} {
	if {$state eq {}} { return {} }
	return "<text class=\"state $anchor\" x=\"$x\" y=\"$y\">$state</text>"
}

proc docs::flows::message {parties y from to type {state {}} {fault {}}} {
	return [arrow $parties $y $from $to $type [expr {$fault eq {} ? "" : "refused"}] \
	    [expr {$fault eq {} ? $state : $fault}] 0]
}

# What never arrived ends half-way.
proc docs::flows::lost {parties y from to type msg} {
	return [arrow $parties $y $from $to $type lost lost 1]
}

proc docs::flows::arrow {parties y from to type class state half} {
	set x1 [x $parties $from]
	set x2 [x $parties $to]
	set way [expr {$x2 > $x1 ? 1 : -1}]
	set tip [expr {$half ? ($x1 + $x2) / 2 : $x2}]
	set back [expr {$tip - 8 * $way}]
	set middle [expr {($x1 + $x2) / 2}]
	if {$half} { set middle [expr {($x1 + $tip) / 2}] }
	set anchor [expr {$way > 0 ? "start" : "end"}]
	return "<line class=\"message $class\" x1=\"$x1\" x2=\"$tip\" y1=\"$y\" y2=\"$y\"/><path class=\"tip\
	    $class\" d=\"M$tip $y L$back [expr {$y - 4}] L$back [expr {$y + 4}] Z\"/><text class=\"message\
	    $class\" x=\"$middle\" y=\"[expr {$y - 5}]\">$type</text>[state [expr {$tip + 6 * $way}] \
	    [expr {$y + 4}] $anchor $state]"
}

# -- the page ---------------------------------------------------------------------------

proc docs::flows::profile_for {flow} {
	variable preferred
	foreach profile $preferred {
		if {[::case::fits [dict get $flow profiles] $profile]} { return $profile }
	}
	return {}
}

proc docs::flows::page {} {
	reckon lend
	set figures {}
	set headings {}
	dict for {name flow} [dict get [::case::model $::semper::root] flows] {
		set profile [profile_for $flow]
		if {$profile eq {}} continue
		set about [dict get $flow about]
		set drawn [svg [run $flow $profile] $about]
		lappend headings [list flow-$name $name]
		lappend figures "<h2 id=\"flow-$name\">$name <a class=\"self\" href=\"#flow-$name\">#</a></h2>
<p>[docs::text escape $about]</p><figure>$drawn<figcaption><code>$profile</code></figcaption></figure>"
	}
	reckon finish
	set intro "<h1>Message flows</h1><p>The honest runs that the cases start from, as the second
implementation plays them: what is sent, the state a party is in after it was told something,
and inputs and timers in boxes. Each runs in more profiles than the one that is drawn.</p>"
	return [list "$intro\n[join $figures \n]" [docs::contents $headings]]
}
