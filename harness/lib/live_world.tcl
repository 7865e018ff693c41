# live_world.tcl -- the parties of a flow, what is on its way between them, and
# what has happened so far
#
#   world make CONTEXT PROFILE SUBJECTS CHANGES     -> world; SUBJECTS is a dict
#                                   ROLE -> iut, all others are the oracle's; with
#                                   `twins none` in CONTEXT nobody predicts what
#                                   an implementation sends
#   world tell WORLDVAR ROLE EVENT  one event for one party -> reply; nothing
#                                   is judged
#   world sent WORLDVAR ROLE REPLY  put what a reply sends on its way
#   world head WORLD                the message to be delivered next, or {}
#   world take WORLDVAR             take it off its way
#   world altered WORLDVAR MESSAGE  it was sent as it now is
#   world fork WORLD | drop WORLD   copies of all that adapters hold
#   world state WORLD ROLE          the state last reported in this session
#   world past WORLD TYPE ?SESSION? the messages of a type sent so far
#   world drawn WORLD LABEL ROLE    what was drawn under a label in this session
#
# A world is a dict:
#   setup profile exact now
#   parties    role -> party (live_party.tcl)
#   way        messages: {from to type session msg n}; session is its name here
#   sessions   name -> hex, once known
#   session    name of the current one
#   timers     {role kind at name session}; name {theirs twin's} for an adapter
#   log        messages sent, in order, lost ones too
#   got        messages delivered: {n role kind answers}
#   states     role,session -> state
#   net        {answer reason}; held: requests not answered yet
#   lose       types whose next message is lost
#   streams    role -> label -> octets given instead of fresh ones, once
#   salt       what makes this run's streams unlike those of any other, if a party
#              remembers earlier cases; else {}
#   draws      session,role,label -> octets drawn (hex), where they are known
#   rand       the streams given in the last step
#   slips      EncSlip -> slip, of those that were made anew
#   parts      session name -> amounts asked for, of a split order
#   spoken     session name -> its profile, if not that of the world
#   clearing   what the seller's operator last asked for: amount authSeq final
#   flaw       a sentence, once a weakness was shown; weak likewise
#   trusting   1 if what an adapter says it drew is believed
# exact is 1 if what the adapters send can be predicted octet by octet.

package require Tcl 8.6-

namespace eval ::live::world {
	namespace export make tell sent head take altered fork drop state past drawn rand post
	namespace ensemble create
	variable roles {buyer seller acquirer}
}

proc ::live::world::make {context profile subjects changes} {
	variable roles
	set exact [expr {[::provider::value $context twins] ne "none"}]
	set real 0
	set salt {}
	set mute {}
	dict for {role iut} $subjects {
		if {[$iut mute]} {
			set salt [binary encode hex [::peer::fresh 16]]
			set mute $role
		}
		if {[$iut capability clock] ne "virtual"} { set real 1 }
		if {[$iut capability rand] ni {stream value} || [$iut capability keys] ne "import"} {
			set exact 0
		}
	}
	set setup [dict replace [setup make $context $profile $changes $real] mute $mute]
	set world [dict create setup $setup profile $profile exact [expr {$exact && !$real}] \
	    now [dict get $setup start] parties {} way {} sessions {} session main timers {} \
	    log {} got {} states {} net {yes {}} held {} lose {} streams {} draws {} slips {} subjects \
	    [dict keys $subjects] flaw {} weak {} spoken {} parts {} \
	    salt $salt trusting [expr {[::provider::value $context twins] eq "none"}]]
	setup forget
	dict for {role iut} $subjects {
		dict set world parties $role \
		    [party adapter $setup $role $iut [dict get $world exact]]
	}
	foreach role $roles {
		if {$role in [dict keys $subjects]} continue
		dict set world parties $role [party oracle $setup $role]
	}
	return $world
}

# -- events -----------------------------------------------------------------------

proc ::live::world::tell {worldVar role event} {
	upvar 1 $worldVar world
	if {[dict get $world setup real]} { dict set world now [setup real_now] }
	set party [dict get $world parties $role]
	set rand [rand $world $party]
	dict set world rand $rand
	set reply [party step party $event [dict get $world now] $rand]
	dict set world parties $role $party
	if {[dict get $reply kind] eq "ok"} { keep_draws world $role $reply $rand }
	return $reply
}

# Streams for every label of a role in the next step of a party.
proc ::live::world::rand {world party} {
	set role [dict get $party role]
	set profile [dict get $world profile]
	set repeats [expr {[dict get $party kind] eq "adapter"
	    && [[dict get $party iut] capability rand] eq "value" ? 1 : 4}]
	set rand [streams $role $profile \
	    "[dict get $world setup seed][dict get $world salt]/$profile/$role/[dict get $party count]" $repeats]
	if {[dict exists $world streams $role]} {
		set rand [dict merge $rand [dict get $world streams $role]]
	}
	return $rand
}

proc ::live::world::streams {role profile seed repeats} {
	set name [list streams $seed $repeats]
	if {[::oracle::memo recall $name rand]} { return $rand }
	return [::oracle::memo keep $name [dict map {label octets} [party labels $role $profile] {
		binary encode hex [stream $seed/$label [expr {$octets * $repeats}]]
	}]]
}

proc ::live::world::stream {seed length} {
	set key [encoding convertto utf-8 $seed]
	set stream {}
	for {set i 0} {[string length $stream] < $length} {incr i} {
		append stream [::oracle::hash digest sha256 $key/$i]
	}
	return [string range $stream 0 $length-1]
}

# The first draw of a label in a session; unknown if the party draws by itself.
proc ::live::world::keep_draws {worldVar role reply rand} {
	upvar 1 $worldVar world
	set session [dict get $world session]
	set drew [expr {[dict exists $reply twin drew] ? [dict get $reply twin drew]
	    : [dict exists $reply drew] ? [dict get $reply drew] : {}}]
	set party [dict get $world parties $role]
	if {[dict get $party kind] eq "adapter" && [dict get $party twin] eq {}
	    && ![dict get $world trusting]} return
	dict for {label count} $drew {
		if {![dict exists $world draws $session,$role,$label] && [dict exists $rand $label]} {
			set octets [dict get [party labels $role [dict get $world profile]] $label]
			dict set world draws $session,$role,$label \
			    [string range [dict get $rand $label] [expr {2 * ($count - $octets)}] [expr {2 * $count - 1}]]
		}
	}
}

proc ::live::world::drawn {world label role} {
	set key [dict get $world session],$role,$label
	return [expr {[dict exists $world draws $key] ? [dict get $world draws $key] : {}}]
}

# -- messages -----------------------------------------------------------------------

proc ::live::world::sent {worldVar role reply} {
	upvar 1 $worldVar world
	set types {}
	foreach message [dict get $reply out] {
		set type [post world $role [dict get $message to] [dict get $message msg]]
		lappend types $type
	}
	if {[dict exists $reply timers]} { set_timers world $role $types $reply }
	if {[dict exists $reply result state]} {
		dict set world states $role,[dict get $world session] [dict get $reply result state]
	}
	return $types
}

# Put one message on its way, unless it is to be lost.
proc ::live::world::post {worldVar from to msg} {
	upvar 1 $worldVar world
	lassign [::live::wire::label $from $to $msg] type session
	set name [dict get $world session]
	if {$session ne {}} { set name [session_name world $session] }
	set message [dict create from $from to $to type $type session $name msg $msg \
	    n [llength [dict get $world log]]]
	dict lappend world log $message
	set lose [dict get $world lose]
	set at [lsearch -exact $lose $type]
	if {$at >= 0} {
		dict set world lose [lreplace $lose $at $at]
	} else {
		dict lappend world way $message
	}
	return $type
}

# The name of a session; the first message with an unknown one names it.
proc ::live::world::session_name {worldVar hex} {
	upvar 1 $worldVar world
	dict for {name known} [dict get $world sessions] {
		if {$known eq $hex} { return $name }
	}
	set name [dict get $world session]
	if {![dict exists $world sessions $name]} { dict set world sessions $name $hex }
	return $name
}

proc ::live::world::head {world} { return [lindex [dict get $world way] 0] }

proc ::live::world::take {worldVar} {
	upvar 1 $worldVar world
	set message [head $world]
	dict set world way [lrange [dict get $world way] 1 end]
	return $message
}

proc ::live::world::altered {worldVar message} {
	upvar 1 $worldVar world
	dict set world log [lreplace [dict get $world log] [dict get $message n] \
	    [dict get $message n] $message]
}

proc ::live::world::past {world type {session {}}} {
	if {$session eq {}} { set session [dict get $world session] }
	return [lmap message [dict get $world log] {
		if {[dict get $message type] ne $type
		    || [dict get $message session] ne $session} continue
		set message
	}]
}

# -- timers -------------------------------------------------------------------------

# Which timer of the interface table is meant is told by what was sent with it.
proc ::live::world::timer_kind {role state types} {
	set kinds {Initiate resend Payment inquire InquiryReq inquire Invoice expire
	    AuthReq retry ReversalReq retry NetRequest net-retry CaptureReq clear-retry
	    RefundReq clear-retry BatchReq clear-retry SealedReq clear-retry
	    MicroDeposit retry MicroClose retry MicroPay pay-again}
	set kind [expr {$role eq "acquirer" ? "release" : "other"}]
	foreach type $types {
		if {[dict exists $kinds $type]} { set kind [dict get $kinds $type] }
	}
	if {$types eq "ReversalReq" && $state ne "cancelling"} { set kind clear-retry }
	return $kind
}

proc ::live::world::set_timers {worldVar role types reply} {
	upvar 1 $worldVar world
	set state [expr {[dict exists $reply result state] ? [dict get $reply result state] : {}}]
	set kind [timer_kind $role $state $types]
	set theirs [expr {[dict exists $reply twin timers] ? [dict get $reply twin timers] : {}}]
	foreach timer [dict get $reply timers] twin $theirs {
		if {$timer eq {}} continue
		set name [list [dict get $timer name]]
		if {$twin ne {}} { lappend name [dict get $twin name] }
		dict lappend world timers [dict create role $role kind $kind name $name \
		    at [dict get $timer at] session [dict get $world session]]
	}
}

# -- copies and views -----------------------------------------------------------------

proc ::live::world::fork {world} {
	dict for {role party} [dict get $world parties] {
		dict set world parties $role [party fork $party]
	}
	return $world
}

proc ::live::world::drop {world} {
	dict for {role party} [dict get $world parties] { party drop $party }
}

proc ::live::world::state {world role} {
	set key $role,[dict get $world session]
	return [expr {[dict exists $world states $key] ? [dict get $world states $key] : "none"}]
}
