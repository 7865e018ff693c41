# ikp_stage.tcl -- a run of iKP with all parties on one stage, for tests and for
# finding out what an honest run looks like.
#
#   stage open PROFILE ?STANDARD? ?CASE?   the parties of the cast, nothing done yet
#   stage act STAGE ROLE EVENT      one event at one party; what it sends is queued
#   stage next STAGE               deliver the head of the queue
#   stage run STAGE ?UNTIL?         deliver until the queue is empty, or its head
#                                   is of type UNTIL, which stays there
#   stage honest PROFILE            the whole honest run
#   stage approve STAGE ?WORD?      the buyer's user says yes (or refuse)
#   stage type MESSAGE              its type, or its name where it has no envelope
#
# A stage is a dict: profile case standard now, parties (role -> party), queue
# (list of {from to msg}), steps (what act did: list of {role event rand now
# reply}), results (role -> last result), timers (role -> {name at} asked for).
# The network is played by the behaviour in `standard`.

package require Tcl 8.6-

namespace eval ::oracle::ikp::stage {
	namespace path {::oracle::ikp ::oracle}
	namespace ensemble create -map {
		open Open act Act next Next run Run honest Honest approve Approve type Type
	}
}

proc ::oracle::ikp::stage::Open {profile {standard ""} {case honest}} {
	if {$standard eq ""} { set standard [cast standard $profile] }
	set parties {}
	foreach role {buyer seller acquirer} { dict set parties $role [cast party $standard $role] }
	return [dict create profile $profile case $case standard $standard \
		now [dict get $standard now] parties $parties queue {} steps {} results {} timers {}]
}

proc ::oracle::ikp::stage::Act {stage role event} {
	dict with stage {
		set rand [cast rand [dict get $standard seed] $profile $case $role [llength $steps]]
		set reply [role attempt [dict get $parties $role] $event $rand $now]
		dict set parties $role [dict get $reply party]
		foreach message [dict get $reply out] {
			lappend queue [dict create from $role {*}$message]
		}
		if {[dict get $reply kind] eq "ok"} {
			dict set results $role [dict get $reply result]
			dict lappend timers $role {*}[dict get $reply timers]
		}
		lappend steps [dict create role $role event $event rand $rand now $now reply $reply]
	}
	return $stage
}

proc ::oracle::ikp::stage::Type {message} {
	if {[dict get $message to] eq "network"} { return NetRequest }
	if {[dict get $message from] eq "network"} { return NetReply }
	return [dict get [envelope read [binary decode hex [dict get $message msg]]] type]
}

proc ::oracle::ikp::stage::Run {stage {until ""}} {
	while {[llength [dict get $stage queue]]} {
		if {[Type [lindex [dict get $stage queue] 0]] eq $until} break
		set stage [Next $stage]
	}
	return $stage
}

proc ::oracle::ikp::stage::Next {stage} {
	set queue [lassign [dict get $stage queue] message]
	return [Deliver [dict replace $stage queue $queue] $message]
}

proc ::oracle::ikp::stage::Deliver {stage message} {
	if {[dict get $message to] ne "network"} {
		return [Act $stage [dict get $message to] \
			[dict create recv [dict create from [dict get $message from] msg [dict get $message msg]]]]
	}
	set request [binary decode hex [dict get $message msg]]
	if {![IsQuestion $request]} { return $stage }
	set reply [cast network-reply [dict get $stage standard network] $request]
	dict lappend stage queue [dict create from network to acquirer msg [binary encode hex $reply]]
	return $stage
}

# The network takes a NetReversal and a NetDeposit in silence.
proc ::oracle::ikp::stage::IsQuestion {octets} {
	return [expr {![catch { der decode IKP NetRequest $octets }]}]
}

proc ::oracle::ikp::stage::Approve {stage {word approve}} {
	set event [dict get $stage standard inputs $word]
	dict set event input session [dict get $stage results buyer session]
	return [Act $stage buyer $event]
}

proc ::oracle::ikp::stage::Honest {profile} {
	set stage [Open $profile]
	set stage [Act $stage seller [dict get $stage standard inputs offer]]
	set stage [Run [Act $stage buyer [dict get $stage standard inputs start]]]
	return [Run [Approve $stage]]
}
