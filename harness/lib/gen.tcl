# gen.tcl -- what the generators of vector files share
#
#   gen::rooms                      rooms that have a generator
#   gen::files ROOM SEED            path below vectors/ -> content
#   gen::stateless ROOM SEED        the same without flows
#   gen::seed                       the seed of the committed files
#   gen::start SEED                 forget values of another seed
#   gen::octets LABEL N             hexadecimal of N octets from seed and label
#   gen::key NAME BITS ?E?          an RSA key (oracle form) from seed and name,
#                                   or the user's key of that name
#   gen::use_keys FILE              keys of the user: {"rsa-2048":HEX of PKCS #8, ..}
#   gen::flag NAME TYPE SEVERITY DESCRIPTION EFFECT    define a flag, once
#   gen::test ID MEMBER VALUE ..    a test node; see below
#   gen::accept OP IN ?OK?          an expectation; OK from the oracle if not given
#   gen::reject CLASSES             an expectation
#   gen::in VALUES                  the `in` of an operation, typed by name
#   gen::suite ROOM NAME HEAD TESTS {path content}
#   gen::cite IDS                   requirement ids with their present hashes
#
# A generator of room R is a namespace ::gen::R with `files`, in gen_R.tcl or
# several files; it returns a dict path -> content, the same for the same seed.
# Members of gen::test: title flags req op in expect, and where they apply
# parent mutation capabilities profile trace; in is a plain dict (see gen::in),
# mutation a plain dict whose values are strings.

package require Tcl 8.6-

namespace eval ::gen {
	variable seed_now {}
	variable keys
	array set keys {}
	variable given {}
	variable flags
	array set flags {}
	variable model {}
	variable numbers {n from length salt_len seq now date}
	variable lists {chain anchors crls}
}

# SHA-256 of the ASCII text `semper-vectors/1`.
proc ::gen::seed {} { return [::sha2::sha256 -hex semper-vectors/1] }

proc ::gen::start {seed} {
	variable seed_now
	variable keys
	if {$seed ne $seed_now} { array unset keys }
	set seed_now $seed
}

proc ::gen::rooms {} {
	return [lsort [lmap ns [namespace children ::gen] {
		if {![llength [info commands ${ns}::files]]} continue
		namespace tail $ns
	}]]
}

proc ::gen::files {room seed} {
	start $seed
	return [::gen::${room}::files]
}

# A room with flows has its other files from `stateless`.
proc ::gen::stateless {room seed} {
	if {![llength [info commands ::gen::${room}::stateless]]} { return [files $room $seed] }
	start $seed
	return [::gen::${room}::stateless]
}

proc ::gen::hex {octets} { return [binary encode hex $octets] }
proc ::gen::unhex {hex} { return [binary decode hex $hex] }

proc ::gen::octets {label n} {
	variable seed_now
	if {$n == 0} { return {} }
	return [hex [::oracle::hash hkdf sha256 [unhex $seed_now] "semper vectors" $label $n]]
}

proc ::gen::key {name bits {e 65537}} {
	variable seed_now
	variable keys
	variable given
	if {[dict exists $given $name]} {
		set mine [dict get $given $name]
		if {[dict get $mine bits] != $bits} {
			options usage "the key \"$name\" must have $bits bits, yours has [dict get $mine bits]"
		}
		return $mine
	}
	if {![info exists keys($name)]} {
		set keys($name) [::oracle::generate rsa [unhex $seed_now] "vectors $name" $bits $e]
	}
	return $keys($name)
}

proc ::gen::use_keys {file} {
	variable given
	set node [::live::given read $file]
	set keys [json plain $node]
	if {[json has $node keys] || [json has $node chains]} { set keys [json text $node keys] }
	dict for {name value} $keys {
		if {[dict exists $value pkcs8]} { set value [dict get $value pkcs8] }
		try {
			dict set given $name [::oracle::rsa private [::live::given::octets $value]]
		} trap ORACLE {message} {
			options data $file 1 $name $message
		}
	}
}

proc ::gen::spki {key} { return [hex [::oracle::rsa spki $key]] }
proc ::gen::pkcs8 {key} { return [hex [::oracle::rsa pkcs8 $key]] }

# -- flags, requirements ----------------------------------------------------------

proc ::gen::flag {name type severity description effect} {
	variable flags
	set flags($name) [json obj bugType [json str $type] severity [json str $severity] \
	    description [json str $description] effect [json str $effect]]
}

proc ::gen::cite {ids} {
	variable model
	if {$model eq {}} { set model [spec load [file join $::semper::root spec]] }
	return [lmap id $ids {
		if {![dict exists $model requirements $id]} {
			throw {SEMPER DATA} "a generator names the requirement $id, which does not exist"
		}
		spec cite $model $id
	}]
}

# -- nodes ------------------------------------------------------------------------

proc ::gen::strings {list} { return [json arr [lmap s $list {json str $s}]] }

proc ::gen::in {values} {
	variable numbers
	variable lists
	return [list obj [dict map {name value} $values {
		if {$name in $numbers} {
			json num $value
		} elseif {$name in $lists} {
			strings $value
		} elseif {$name eq "unit"} {
			json bool $value
		} elseif {$name eq "rand"} {
			json strs $value
		} else {
			json str $value
		}
	}]]
}

proc ::gen::reject {classes} {
	return [json obj result [json str reject] class [strings $classes]]
}

proc ::gen::accept {op in {ok {}} {verify {}}} {
	set answer {}
	if {$ok eq {}} {
		set answer [stateless::recompute $op [in $in]]
		if {![dict exists $answer ok]} {
			throw {SEMPER DATA} "a generator expects accept, the oracle refuses: $op $answer"
		}
		set ok [dict remove [lindex [dict get $answer ok] 1] drew]
	} else {
		set ok [lindex [json strs $ok] 1]
	}
	set expect [dict create result [json str accept] ok [list obj $ok]]
	if {$answer ne {} && [json has [dict get $answer ok] drew]} {
		dict set expect drew [json get [dict get $answer ok] drew]
	}
	if {[llength $verify]} { dict set expect verify [json arr $verify] }
	return [list obj $expect]
}

# A step of `verify`: inputs may be $name or $N.name.
proc ::gen::step {op in {ok {}}} {
	set step [json obj op [json str $op] in [in $in]]
	if {[dict size $ok]} {
		set step [list obj [dict replace [lindex $step 1] ok [json strs $ok]]]
	}
	return $step
}

proc ::gen::test {id args} {
	set members [dict create id [json str $id]]
	foreach name {title flags req profile capabilities parent mutation op in expect trace} {
		if {![dict exists $args $name]} {
			if {$name ni {title flags req op in expect}} continue
			dict set args $name {}
		}
		set value [dict get $args $name]
		dict set members $name [switch -- $name {
			flags - capabilities { strings $value }
			req { strings [cite $value] }
			mutation { json strs $value }
			in { in $value }
			expect - trace { set value }
			default { json str $value }
		}]
	}
	return [list obj $members]
}

# -- files ------------------------------------------------------------------------

# HEAD: kind and title, and optionally origin, license, generated (0: nothing in
# it comes from the seed).
proc ::gen::suite {room name head tests} {
	variable seed_now
	variable flags
	set kind [dict get $head kind]
	set shape [expr {$kind eq "flow" ? "flow" : "stateless"}]
	set used [lsort -unique [concat {*}[lmap test $tests {json text $test flags}]]]
	set members [dict create format [json str semper-vectors/1] \
	    license [json str [provider::value [dict merge {license CC0-1.0} $head] license]] \
	    protocol [json str $room] suite [json str $name] kind [json str $kind] \
	    schema [json str schemas/$shape.schema.json] title [json str [dict get $head title]]]
	if {[dict exists $head origin]} { dict set members origin [json str [dict get $head origin]] }
	if {![dict exists $head generated] || [dict get $head generated]} {
		dict set members generator [json obj name [json str "semper vectors generate"] \
		    seed [json str $seed_now]]
	}
	dict set members since [json str 0.1.0]
	dict set members count [json num [llength $tests]]
	foreach extra {keys parties} {
		if {[dict exists $head $extra]} { dict set members $extra [dict get $head $extra] }
	}
	dict set members flags [list obj [lmap_flags $used]]
	set lines [lmap {key node} $members {string cat [json quote $key] : [json write $node]}]
	set content "{[join $lines ,\n],\n\"tests\":\[\n[join [lmap t $tests {json write $t}] ,\n]\n\]}\n"
	return [list $room/$name.json $content]
}

proc ::gen::lmap_flags {names} {
	variable flags
	set found {}
	foreach name $names {
		if {![info exists flags($name)]} { throw {SEMPER DATA} "no flag $name is defined" }
		dict set found $name $flags($name)
	}
	return $found
}
