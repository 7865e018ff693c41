# envelope.tcl -- the outer envelope of every message (spec/envelope.md).
#
#   envelope make PROFILE TYPE SESSION BODY   -> octets, version 1
#   envelope read OCTETS    -> dict: version profile type session body
#
# What cannot be read has errorcode {ORACLE malformed WHY PATH}; that the
# version is 1 is for the protocol to judge, which has a number for the error.

package require Tcl 8.6-

namespace eval ::oracle::envelope {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable limit 1048576 ;# octets of a message (ENV-M-01)
}

proc ::oracle::envelope::make {profile type session body} {
	set octets [der encode SEMPER Envelope [dict create version 1 \
		profile $profile type $type session $session body $body]]
	Bounded $octets
	return $octets
}

proc ::oracle::envelope::read {octets} {
	Bounded $octets
	set name [list envelope $octets]
	if {[memo recall $name value]} { return $value }
	return [memo keep $name [der decode SEMPER Envelope $octets]]
}

proc ::oracle::envelope::Bounded {octets} {
	variable limit
	if {[string length $octets] > $limit} {
		return -code error -errorcode {ORACLE malformed size {}} "a message of more than 1 MiB"
	}
}
