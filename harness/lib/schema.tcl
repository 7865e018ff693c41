# schema.tcl -- the part of JSON Schema (draft 7) that our schemas use
#
#   schema::read FILE            a schema, as a json node; refuses words that
#                                this checker does not know
#   schema::check SCHEMA NODE    a list of {path message}; empty if NODE fits
#   schema::order SCHEMA NODE    a list of {path message}: members of objects
#                                that do not stand in the order of `properties`
#
# Words: type enum pattern minLength minItems uniqueItems items required
# properties additionalProperties $ref (to #/definitions/..); title, $schema
# and definitions are allowed and say nothing.

package require Tcl 8.6-

namespace eval ::schema {
	namespace export read check order
	namespace ensemble create
	variable words {
		type enum pattern minLength minItems uniqueItems items required
		properties additionalProperties $ref title $schema definitions
	}
	variable types {object obj array arr string str boolean bool null null}
}

proc ::schema::read {file} {
	set schema [semper::object $file]
	known $schema $file
	return $schema
}

proc ::schema::known {schema where} {
	variable words
	if {[json type $schema] ne "obj"} return
	dict for {word node} [lindex $schema 1] {
		if {$word ni $words} { options data $where 1 schema "the word \"$word\" is not known" }
		switch -- $word {
			properties - definitions {
				dict for {name part} [lindex $node 1] { known $part $where }
			}
			items - additionalProperties { known $node $where }
		}
	}
}

proc ::schema::check {schema node} { return [fits $schema $schema $node {}] }

# The part of the schema that governs, references followed.
proc ::schema::follow {root schema} {
	while {[json has $schema {$ref}]} {
		set schema [json get $root {*}[lrange [split [json text $schema {$ref}] /] 1 end]]
	}
	return $schema
}

proc ::schema::fits {root schema node path} {
	set schema [follow $root $schema]
	set found {}
	lassign $node kind value
	if {[json has $schema type] && ![of_type $node [json text $schema type]]} {
		return [list [list $path "is not of type [json text $schema type]"]]
	}
	if {[json has $schema enum] && $node ni [lindex [json get $schema enum] 1]} {
		lappend found [list $path "[json write $node] is not one of\
		    [join [json text $schema enum] {, }]"]
	}
	switch -- $kind {
		str { lappend found {*}[text_fits $schema $value $path] }
		arr { lappend found {*}[array_fits $root $schema $value $path] }
		obj { lappend found {*}[object_fits $root $schema $value $path] }
	}
	return $found
}

proc ::schema::of_type {node wanted} {
	variable types
	lassign $node kind value
	if {$wanted eq "integer"} {
		return [expr {$kind eq "num" && [string is entier -strict $value]}]
	}
	expr {$kind eq [dict get $types $wanted]}
}

proc ::schema::text_fits {schema value path} {
	if {[json has $schema pattern] && ![regexp [json text $schema pattern] $value]} {
		return [list [list $path "\"[string range $value 0 60]\" does not match\
		    [json text $schema pattern]"]]
	}
	if {[string length $value] < [json text $schema minLength 0]} {
		return [list [list $path "is too short"]]
	}
	return {}
}

proc ::schema::array_fits {root schema nodes path} {
	set found {}
	if {[llength $nodes] < [json text $schema minItems 0]} {
		lappend found [list $path "has too few items"]
	}
	if {[json text $schema uniqueItems 0] && [llength [lsort -unique $nodes]] != [llength $nodes]} {
		lappend found [list $path "holds an item twice"]
	}
	if {[json has $schema items]} {
		set at 0
		foreach node $nodes {
			lappend found {*}[fits $root [json get $schema items] $node $path/$at]
			incr at
		}
	}
	return $found
}

proc ::schema::object_fits {root schema members path} {
	set found {}
	foreach name [json text $schema required] {
		if {![dict exists $members $name]} { lappend found [list $path "lacks \"$name\""] }
	}
	dict for {name node} $members {
		if {[json has $schema properties] && [json has [json get $schema properties] $name]} {
			lappend found {*}[fits $root [json get $schema properties $name] $node $path/$name]
		} elseif {[json has $schema additionalProperties]} {
			set rest [json get $schema additionalProperties]
			if {$rest eq {bool 0}} {
				lappend found [list $path "has an unknown member \"$name\""]
			} elseif {[json type $rest] eq "obj"} {
				lappend found {*}[fits $root $rest $node $path/$name]
			}
		}
	}
	return $found
}

# -- order ----------------------------------------------------------------------

proc ::schema::order {schema node} { return [ordered $schema $schema $node {}] }

proc ::schema::ordered {root schema node path} {
	set schema [follow $root $schema]
	lassign $node kind value
	set found {}
	if {$kind eq "arr" && [json has $schema items]} {
		set at 0
		foreach item $value {
			lappend found {*}[ordered $root [json get $schema items] $item $path/$at]
			incr at
		}
	} elseif {$kind eq "obj" && [json has $schema properties]} {
		set parts [lindex [json get $schema properties] 1]
		set names [lmap name [dict keys $parts] {
			if {![dict exists $value $name]} continue
			set name
		}]
		if {$names ne [lmap name [dict keys $value] {
			if {![dict exists $parts $name]} continue
			set name
		}]} {
			lappend found [list $path "members are not in the order [join $names {, }]"]
		}
		foreach name $names {
			lappend found {*}[ordered $root [dict get $parts $name] \
			    [dict get $value $name] $path/$name]
		}
	}
	return $found
}
