# value.tcl -- decoded values by path, and the leaves of types.
#
#   value get VALUE PATH, has, set, unset        as the same of `der`
#   value leaves MODULE TYPE, paths MODULE TYPE VALUE
#
# Values and paths are described in der.tcl.

package require Tcl 8.6-

namespace eval ::oracle::value {
	namespace path ::oracle
	# set and unset must not hide Tcl's own in here.
	namespace ensemble create -map {
		get get has has set With unset Without leaves leaves paths paths
	}
}

# -- paths ----------------------------------------------------------------

proc ::oracle::value::get {value path} {
	foreach step [split $path .] {
		if {[string is digit $step]} {
			set value [lindex $value $step]
		} else {
			set value [dict get $value $step]
		}
	}
	return $value
}

proc ::oracle::value::has {value path} {
	foreach step [split $path .] {
		if {[string is digit $step]} {
			if {$step >= [llength $value]} { return 0 }
			set value [lindex $value $step]
		} else {
			if {![dict exists $value $step]} { return 0 }
			set value [dict get $value $step]
		}
	}
	return 1
}

# "" where it is absent.  (Never through expr, which would rewrite a string that
# looks like a number.)
proc ::oracle::value::Component {value name} {
	if {[dict exists $value $name]} { return [dict get $value $name] }
	return ""
}

proc ::oracle::value::With {value path new} {
	return [Replace $value [split $path .] $new]
}

proc ::oracle::value::Replace {value steps new} {
	if {$steps eq ""} { return $new }
	set rest [lassign $steps step]
	if {[string is digit $step]} {
		lset value $step [Replace [lindex $value $step] $rest $new]
		return $value
	}
	dict set value $step [Replace [Component $value $step] $rest $new]
	return $value
}

proc ::oracle::value::Without {value path} {
	set steps [split $path .]
	set last [lindex $steps end]
	set above [join [lrange $steps 0 end-1] .]
	set holder [get $value $above]
	if {[string is digit $last]} {
		set holder [lreplace $holder $last $last]
	} else {
		set holder [dict remove $holder $last]
	}
	return [Replace $value [lrange $steps 0 end-1] $holder]
}

# -- leaves ---------------------------------------------------------------

proc ::oracle::value::leaves {module type} {
	return [Leaves [asn1 type $module $type] {} required {}]
}

# SEEN holds the types above, so that a recursive type ends.
proc ::oracle::value::Leaves {node path presence seen} {
	if {$node in $seen} { return {} }
	lappend seen $node
	switch -glob -- [dict get $node kind] {
		sequence - choice {
			set found {}
			foreach field [dict get $node fields] {
				lassign $field name type inner
				lappend found {*}[Leaves [asn1 resolve $type] [concat $path $name] $inner $seen]
			}
			return $found
		}
		*-of {
			return [Leaves [asn1 resolve [dict get $node of]] [concat $path *] $presence $seen]
		}
	}
	set leaf [dict create path [join $path .] kind [dict get $node kind] presence $presence]
	foreach key {size range charset names} {
		if {[dict exists $node $key]} { dict set leaf $key [dict get $node $key] }
	}
	return [list $leaf]
}

proc ::oracle::value::paths {module type value} {
	return [Present [asn1 type $module $type] $value {}]
}

proc ::oracle::value::Present {node value path} {
	set found {}
	switch -glob -- [dict get $node kind] {
		sequence - choice {
			foreach field [dict get $node fields] {
				lassign $field name type
				if {![dict exists $value $name]} continue
				lappend found {*}[Present [asn1 resolve $type] [dict get $value $name] [concat $path $name]]
			}
		}
		*-of {
			set index -1
			foreach part $value {
				lappend found {*}[Present [asn1 resolve [dict get $node of]] $part [concat $path [incr index]]]
			}
		}
		default { set found [list [join $path .]] }
	}
	return $found
}
