# live_wire.tcl -- messages between octets (hexadecimal) and values
#
#   wire label FROM TO MSG       {type session}; session is "" for the network
#   wire read PROFILE FROM TO MSG    -> message: profile module type from to
#                                env (dict, {} for the network) value
#   wire write MESSAGE           -> MSG; defects, tail and cut of the message, if
#                                there, are applied (live_mutate.tcl)
#   wire module PROFILE
#   wire number CODE             the number of an error, and wire class CODE ({} of
#                                a word that is none); wire code NUMBER
#   wire request TYPE            1 if the type is a request

package require Tcl 8.6-

namespace eval ::live::wire {
	namespace export label read write module number class code request codes
	namespace ensemble create
}

proc ::live::wire::module {profile} {
	return [::oracle::ikp::common module [lindex [::case::split_profile $profile] 1]]
}

proc ::live::wire::label {from to msg} {
	if {"network" in [list $from $to]} { return [list [net_type $from $msg] {}] }
	set name [list wire-label $msg]
	if {[::oracle::memo recall $name label]} { return $label }
	set env [envelope $from $msg]
	return [::oracle::memo keep $name \
	    [list [dict get $env type] [binary encode hex [dict get $env session]]]]
}

proc ::live::wire::envelope {from msg} {
	try {
		return [::oracle::envelope read [binary decode hex $msg]]
	} trap {ORACLE malformed} {why} {
		throw {LIVE verdict} [verdict fail wrong-output \
		    "the $from sends what is no envelope ($why)" got $msg]
	}
}

# The network has no envelope: NetReply comes from it, the others go there.
proc ::live::wire::net_type {from msg} {
	if {$from eq "network"} { return NetReply }
	foreach type {NetRequest NetReversal NetCapture NetRefund NetBatch NetDeposit} {
		if {![catch {::oracle::der decode IKP $type [binary decode hex $msg]}]} { return $type }
	}
	throw {LIVE verdict} [verdict fail wrong-output \
	    "the $from sends the network what is no NetRequest" got $msg]
}

proc ::live::wire::read {profile from to msg} {
	set name [list wire-read $profile $from $to $msg]
	if {[::oracle::memo recall $name message]} { return $message }
	return [::oracle::memo keep $name [decoded $profile $from $to $msg]]
}

proc ::live::wire::decoded {profile from to msg} {
	set module [module $profile]
	set octets [binary decode hex $msg]
	if {"network" in [list $from $to]} {
		set type [net_type $from $msg]
		return [dict create profile $profile module IKP type $type from $from to $to env {} \
		    value [::oracle::der decode IKP $type $octets]]
	}
	set env [envelope $from $msg]
	set type [dict get $env type]
	try {
		set value [::oracle::ikp::message body $profile $type [dict get $env body]]
	} trap {ORACLE malformed} {why} {
		throw {LIVE verdict} [verdict fail wrong-output \
		    "the $from sends a malformed $type ($why)" got $msg]
	}
	return [dict create profile $profile module $module type $type from $from to $to \
	    env $env value $value]
}

proc ::live::wire::write {message} {
	set message [dict merge {defects {} tail {} cut 0 raw {}} $message]
	dict with message {
		if {$raw ne {}} { return $raw }
		set octets [::oracle::der lax $module $type $value [within $defects body]]
		if {$env ne {}} {
			dict set env body $octets
			set octets [::oracle::der lax SEMPER Envelope $env [within $defects envelope]]
		}
		if {$cut} { set octets [string range $octets 0 end-$cut] }
		return [binary encode hex $octets$tail]
	}
}

# The defects below the component TOP, their paths relative to it.
proc ::live::wire::within {defects top} {
	set found {}
	dict for {path defect} $defects {
		set rest [lassign [split $path .] first]
		if {$first eq $top} { dict set found [join $rest .] $defect }
	}
	return $found
}

# -- errors -----------------------------------------------------------------------

proc ::live::wire::number {code} {
	return [lindex [dict get [::live::tables] errors $code] 1]
}

proc ::live::wire::class {code} {
	set errors [dict get [::live::tables] errors]
	return [expr {[dict exists $errors $code] ? [lindex [dict get $errors $code] 0] : {}}]
}

proc ::live::wire::code {number} {
	dict for {code entry} [dict get [::live::tables] errors] {
		if {[lindex $entry 1] eq $number} { return $code }
	}
	return "number $number"
}

# The codes of a class; those without a number are not of messages.
proc ::live::wire::codes {class} {
	set found {}
	dict for {code entry} [dict get [::live::tables] errors] {
		if {[lindex $entry 0] eq $class && [lindex $entry 1] ne {}} { lappend found $code }
	}
	return $found
}

proc ::live::wire::request {type} { return [::oracle::ikp::message request $type] }
