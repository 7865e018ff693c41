# live_specimen.tcl -- a message of any type for any transaction, well-formed and
# not genuine
#
#   specimen of WORLD TYPE        -> MSG (hexadecimal)
#   specimen sender TYPE ROLE     who would send this type to ROLE
#
# The values are those of honest runs of the profile between the oracle's parties;
# the session and the names are those of the world's transaction, where it has
# some, and one bit of each signature, slip and secret is wrong, so that no specimen is a message
# that was there before.

package require Tcl 8.6-

namespace eval ::live::specimen {
	namespace export of sender
	namespace ensemble create
	variable values {}      ;# {profile seed keys} -> type -> value
	variable flows {
		all {pay cancel cancel-hint cancel-asked inquiry-paid ask-authorized}
		base {capture-parts batch}
		micro {chain-offline chain}
	}
}

proc ::live::specimen::of {world type} {
	set profile [dict get $world profile]
	set name [dict get $world session]
	set session [string repeat \x3c 16]
	if {[dict exists $world sessions $name]} {
		set session [binary decode hex [dict get $world sessions $name]]
	}
	set value [value $profile $type [dict get $world setup seed]]
	if {$value eq {}} { return [foreign $profile $type $session] }
	set value [named $value [scene of $world]]
	return [binary encode hex [::oracle::ikp::message make $profile $type $session $value]]
}

# A type the profile does not have: some body under its name.
proc ::live::specimen::foreign {profile type session} {
	return [binary encode hex [::oracle::envelope make $profile $type $session \x30\x00]]
}

proc ::live::specimen::named {value scene} {
	if {[dict exists $scene clear]} {
		set clear [dict get $scene clear]
		if {[dict exists $value clear]} { dict set value clear $clear }
		foreach name {idS tidS} {
			if {[dict exists $value $name]} { dict set value $name [dict get $clear $name] }
		}
	}
	foreach path {sigS sigB sigS2 sigA saltB vC v encSlip certA.0 ct token mac} {
		if {[::oracle::der has $value $path]} {
			set value [::oracle::der set $value $path \
			    [::live::mutate::flipped [::oracle::der get $value $path] 3]]
		}
	}
	return $value
}

proc ::live::specimen::sender {type role} {
	set senders [lindex [dict get $::oracle::ikp::message::directions $type] 0]
	return [expr {$senders eq $role ? "seller" : $senders}]
}

proc ::live::specimen::value {profile type seed} {
	variable values
	set name [list $profile $seed [given from]]
	if {![dict exists $values $name]} { dict set values $name [collect $profile $seed] }
	return [expr {[dict exists $values $name $type] ? [dict get $values $name $type] : {}}]
}

# With the keys in force; those that an implementation made are so again afterwards.
proc ::live::specimen::collect {profile seed} {
	set issued [setup issued]
	try {
		return [played $profile $seed]
	} finally {
		setup issued $issued
	}
}

proc ::live::specimen::played {profile seed} {
	variable flows
	set context [dict create root $::semper::root challenge $seed keys [given from]]
	set model [::case::model $::semper::root]
	set found {}
	foreach name [concat {*}[lmap {filter names} $flows {
		if {![::case::fits $filter $profile]} continue
		set names
	}]] {
		set flow [dict get $model flows $name]
		if {![::case::fits [dict get $flow profiles] $profile]} continue
		set world [world make $context $profile {} {}]
		set world [script begin $world [dict get $flow steps]]
		script go world
		foreach message [dict get $world log] {
			dict with message {
				if {"network" in [list $from $to]} continue
				dict set found $type [dict get [wire read $profile $from $to $msg] value]
			}
		}
	}
	return $found
}
