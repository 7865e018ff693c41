# json.tcl -- strict JSON in, compact JSON out, types kept
#
#   json::parse TEXT ?WHERE?   the document as a node; refuses duplicate keys,
#                              trailing text and nesting deeper than 64
#   json::write NODE           compact text, members in the order they stand
#   json::quote TEXT           TEXT as a JSON string
#   json::plain NODE           the value without types: dict, list or string
#   json::obj ?KEY NODE ..?    nodes made by hand; also str num bool arr
#   json::strs DICT            an object whose members are all strings
#   json::get NODE KEY ..      the node found by walking member names
#   json::has NODE KEY         1 if the object NODE has this member
#   json::text NODE KEY ?D?    the plain value of a member, or D
#   json::type NODE            obj arr str num bool null
#
# A node is a list {type value}: {obj {key node ..}} {arr {node ..}} {str S}
# {num N} {bool 0|1} {null {}}.  Tcl's own dicts cannot tell 1 from "1" or {}
# from [], so whatever comes from outside is looked at as nodes.
#
# Errors have the code {JSON SYNTAX} and say where.

package require Tcl 8.6-
package require yajltcl

namespace eval ::json {
	namespace export parse write quote plain obj str num bool arr strs get has \
	    text type
	namespace ensemble create
	variable max_depth 64
	variable parser {}
}

# -- in ---------------------------------------------------------------------

# yajl keeps its state after an error, so a parser that failed is replaced.
proc ::json::tokens {text} {
	variable parser
	if {$parser eq {}} {
		set parser [yajl create [namespace current]::yajl]
	}
	try {
		set found [$parser parse $text]
		lappend found {*}[$parser parse_complete]
		$parser reset
		return $found
	} on error {message} {
		$parser delete
		set parser {}
		throw {JSON SYNTAX} [lindex [split $message \n] 0]
	}
}

proc ::json::parse {text {where {}}} {
	try {
		set tokens [tokens $text]
		if {![llength $tokens]} {
			throw {JSON SYNTAX} "empty"
		}
		set at 0
		set node [node $tokens at 0]
		if {$at != [llength $tokens]} {
			throw {JSON SYNTAX} "trailing text"
		}
		return $node
	} trap {JSON SYNTAX} {message} {
		throw {JSON SYNTAX} [string cat $where [expr {$where eq {} ? {} : {: }}] $message]
	}
}

proc ::json::node {tokens atVar depth} {
	variable max_depth
	upvar 1 $atVar at
	if {$depth > $max_depth} {
		throw {JSON SYNTAX} "nested deeper than $max_depth"
	}
	set kind [lindex $tokens $at]
	incr at
	switch -- $kind {
		map_open { return [list obj [members $tokens at $depth]] }
		array_open { return [list arr [elements $tokens at $depth]] }
		string { set type str }
		number { set type num }
		bool { set type bool }
		null { return {null {}} }
		default { throw {JSON SYNTAX} "ends too early" }
	}
	set value [lindex $tokens $at]
	incr at
	return [list $type $value]
}

proc ::json::members {tokens atVar depth} {
	upvar 1 $atVar at
	set found [dict create]
	while {[lindex $tokens $at] eq "map_key"} {
		set key [lindex $tokens $at+1]
		if {[dict exists $found $key]} {
			throw {JSON SYNTAX} "duplicate key \"$key\""
		}
		incr at 2
		dict set found $key [node $tokens at [expr {$depth + 1}]]
	}
	if {[lindex $tokens $at] ne "map_close"} {
		throw {JSON SYNTAX} "an object ends too early"
	}
	incr at
	return $found
}

proc ::json::elements {tokens atVar depth} {
	upvar 1 $atVar at
	set found {}
	while {[lindex $tokens $at] ne "array_close"} {
		if {$at >= [llength $tokens]} {
			throw {JSON SYNTAX} "an array ends too early"
		}
		lappend found [node $tokens at [expr {$depth + 1}]]
	}
	incr at
	return $found
}

# -- out --------------------------------------------------------------------

proc ::json::quote {text} {
	if {[regexp {^[ !#-\[\]-~]*$} $text]} {
		return "\"$text\""
	}
	set out {}
	foreach char [split $text {}] {
		scan $char %c code
		if {$code < 32 || $code == 127 || $code > 126} {
			append out [format {\u%04x} $code]
		} elseif {$char in {\" \\}} {
			append out \\ $char
		} else {
			append out $char
		}
	}
	return "\"$out\""
}

proc ::json::write {node} {
	lassign $node type value
	switch -- $type {
		str { return [quote $value] }
		num { return $value }
		bool { return [expr {$value ? "true" : "false"}] }
		null { return null }
		arr {
			return "\[[join [lmap n $value {write $n}] ,]\]"
		}
		obj {
			set parts {}
			dict for {key n} $value {
				lappend parts "[quote $key]:[write $n]"
			}
			return "{[join $parts ,]}"
		}
	}
	throw {JSON NODE} "not a node: [string range $node 0 60]"
}

# -- nodes ------------------------------------------------------------------

proc ::json::str {value} { return [list str $value] }
proc ::json::num {value} { return [list num $value] }
proc ::json::bool {value} { return [list bool [expr {!!$value}]] }
proc ::json::arr {nodes} { return [list arr $nodes] }
proc ::json::obj {args} { return [list obj $args] }
proc ::json::type {node} { return [lindex $node 0] }

proc ::json::strs {values} {
	return [list obj [dict map {key value} $values {str $value}]]
}

proc ::json::has {node key} {
	expr {[lindex $node 0] eq "obj" && [dict exists [lindex $node 1] $key]}
}

proc ::json::get {node args} {
	foreach key $args {
		if {![has $node $key]} {
			throw {JSON MEMBER} "no member \"$key\""
		}
		set node [dict get [lindex $node 1] $key]
	}
	return $node
}

proc ::json::text {node key {default {}}} {
	if {![has $node $key]} {
		return $default
	}
	return [plain [get $node $key]]
}

proc ::json::plain {node} {
	lassign $node type value
	switch -- $type {
		obj { return [dict map {key n} $value {plain $n}] }
		arr { return [lmap n $value {plain $n}] }
		default { return $value }
	}
}
