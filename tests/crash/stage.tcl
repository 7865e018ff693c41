# stage.tcl -- parties of the adapter, each a process whose disk can fail
#
#   stage::begin PROFILE KIND WORDS ILL   open all roles of a run; WORDS: role ->
#                              settings of shim.c; ILL: whose errors are to be healed
#   stage::tell NAME EVENT     tell it until it answers; the reply, as of
#                              live_party.tcl, its messages on their way
#   stage::answer NAME EVENT   the same, and what it sends is lost
#   stage::input NAME DO ..    the same for an input, stage::timer for a timer
#   stage::drain ?TYPE?        deliver until nothing is left, or TYPE is next
#   stage::finish              end all processes
#   stage::contradict WHAT DETAIL
#
# A party that is killed is started again and told the same event, as a sender
# does who has no answer.  `run` is what is known of the run at hand:
#
#   profile kind setup cast now   who takes part; cast for the broker, else {}
#   iut handle                    role -> process, party
#   queue                         {FROM TO MSG} ..
#   state result totals           NAME/SESSION -> the last that it said of itself
#   payer payee                   session -> role
#   answered                      {NAME EVENT} .., what was received and accepted
#   cut                           {NAME EVENT} .., what a party was killed at
#   deaths errors ill lock holder found       what happened to disks, and what was wrong

namespace eval ::stage {
	variable place {}
	variable build build
	variable iut {}
	variable forget 0
	variable run
}

# -- processes ---------------------------------------------------------------------

proc ::stage::command {role settings} {
	variable place
	variable build
	variable iut
	variable forget
	set command [expr {$iut eq {} ? "$build/release/bin/semper-iut" : $iut}]
	set ledger [expr {$role eq "buyer" ? "memory" : "sqlite:$place/$role"}]
	set env [list LD_PRELOAD=$build/crash/shim.so:$build/crash/careless.so \
	    SHIM_TRACE=$place/$role.trace SHIM_DONE=$place/$role.done {*}$settings]
	set line "env $env $command --ledger $ledger"
	if {!$forget} { return $line }
	return "sh -c 'rm -f $place/$role.p*; exec $line'"
}

proc ::stage::begin {profile kind words {ill {}}} {
	variable run
	variable place
	file delete -force $place
	file mkdir $place
	set setup [::live::setup::make [dict create root $::semper::root challenge {}] ikp/$profile \
	    [expr {$kind eq "split" ? {acquirer {split 1}} : {}}] 0]
	set run [dict create profile $profile kind $kind setup $setup cast {} \
	    now [dict get $setup start] iut {} handle {} queue {} state {} result {} totals {} \
	    payer {} payee {} answered {} cut {} deaths 0 errors 0 ill $ill lock 0 holder {} found {}]
	set roles {buyer seller acquirer}
	if {$kind eq "broker"} {
		dict set run cast [::broker::cast_of ikp/$profile]
		lappend roles broker
	}
	foreach role $roles {
		set settings [expr {[dict exists $words $role] ? [dict get $words $role] : {}}]
		dict set run iut $role [::iut::Iut new [command $role $settings] -timeout 20]
		open_party $role
	}
}

proc ::stage::handle {role} {
	variable run
	set iut [dict get $run iut $role]
	if {[dict get $run cast] eq {}} {
		return [::live::party::open_handle $iut [dict get $run setup] $role]
	}
	set party [dict get $run cast parties $role]
	return [dict get [::broker::adapter $iut $role ikp/[dict get $run profile] \
	    [dict get $party params] [dict get $party keys] {}] handle]
}

# As often as it takes: the process may be killed here too.
proc ::stage::open_party {role} {
	variable run
	for {set try 0} {$try < 3} {incr try} {
		try {
			dict set run handle $role [handle $role]
			return
		} trap {IUT crash} {why} {
			died $role $why
		} trap {LIVE verdict} {verdict} {
			if {$role ne [dict get $run ill]} { contradict error "the $role cannot be opened" }
			if {![regexp {\{"class":[^\}]*\}} $verdict body]} {
				contradict error "opening the $role: $verdict"
			} else {
				clear_words "opening the $role" [json parse $body]
			}
			heal $role
		}
	}
	error "the $role cannot be opened"
}

proc ::stage::died {role why} {
	variable run
	if {![string match *SIGKILL* $why]} { contradict died "the $role was not killed but: $why" }
	dict incr run deaths
}

proc ::stage::finish {} {
	variable run
	dict for {role iut} [dict get $run iut] {
		set why [$iut finish end]
		$iut destroy
		if {[string match *SIGKILL* $why]} {
			died $role $why
		} elseif {$why ne {}} {
			contradict end "the $role: $why"
		}
	}
}

proc ::stage::contradict {what detail} {
	variable run
	dict lappend run found "$what: $detail"
}

# The calls on the disk of a role so far, a letter each.
proc ::stage::trace {role} {
	variable place
	if {![file exists $place/$role.trace]} { return {} }
	return [string trim [semper::content $place/$role.trace]]
}

# -- events ------------------------------------------------------------------------

proc ::stage::tell {name event} {
	variable run
	set healed [dict get $run errors]
	set reply [answer $name $event]
	if {[dict get $run errors] > $healed && ![dict get $run deaths] && [dict get $reply kind] ne "ok"} {
		contradict cured "the $name refuses after the cure what it could not store before"
	}
	post $name $event $reply
	return $reply
}

# Its reply, as often as it takes to get one.
proc ::stage::answer {name event} {
	variable run
	while 1 {
		try {
			lock_if_due $name
			set reply [ask $name $event]
			if {[dict get $reply kind] ne "error" || ![failed $name $reply]} { return $reply }
		} trap {IUT crash} {why} {
			died $name $why
			dict lappend run cut [list $name $event]
			open_party $name
		}
	}
}

proc ::stage::ask {name event} {
	variable run
	set answer [[dict get $run iut $name] call step [json obj h [json str [dict get $run handle $name]] \
	    event [::live::party::event_node $event] now [json num [dict get $run now]]]]
	return [dict merge [dict create kind [dict get $answer kind] out {}] \
	    [json plain [dict get $answer body]]]
}

proc ::stage::input {name do args} {
	return [tell $name [list input [dict create do $do {*}$args]]]
}

proc ::stage::timer {name timer} { return [tell $name [list timer [list $timer]]] }

proc ::stage::post {name event reply} {
	variable run
	if {[dict get $reply kind] eq "ok"} {
		if {[dict exists $reply result]} { learn $name [dict get $reply result] }
		if {[lindex $event 0] eq "recv"} { dict lappend run answered [list $name $event] }
	}
	foreach message [dict get $reply out] {
		dict with message {}
		::books::said $name $to $msg $event
		dict lappend run queue [list $name [receiver $name $to $msg] $msg]
	}
}

proc ::stage::learn {name result} {
	variable run
	if {![dict exists $result session]} return
	set key $name/[dict get $result session]
	dict set run state $key [dict get $result state]
	set known [expr {[dict exists $run result $key] ? [dict get $run result $key] : {}}]
	dict set run result $key [dict merge $known $result]
	if {[dict exists $result captured]} {
		::books::totals [dict get $result session] [dict get $result authorized] \
		    [dict get $result captured] [dict get $result refunded]
	}
}

proc ::stage::state {name session} {
	variable run
	return [expr {[dict exists $run state $name/$session] ? [dict get $run state $name/$session] : "none"}]
}

# The last value that NAME gave of KEY for a session, or 0.
proc ::stage::value {name session key} {
	variable run
	set path [list result $name/$session $key]
	return [expr {[dict exists $run {*}$path] ? [dict get $run {*}$path] : 0}]
}

# -- messages ----------------------------------------------------------------------

proc ::stage::label {from to msg} { return [::live::wire label $from $to $msg] }

# The acquirer answers whoever has the chain as a seller.
proc ::stage::receiver {from to msg} {
	variable run
	if {$to in {network acquirer} || [dict get $run cast] eq {}} { return $to }
	if {$from eq "acquirer"} { return [dict get $run payee [lindex [label $from $to $msg] 1]] }
	return [expr {$from ne "broker" ? "broker" : $to}]
}

# As what NAME knows the sender.
proc ::stage::known {name from} {
	if {$from ne "broker"} { return $from }
	return [expr {$name eq "seller" ? "buyer" : "seller"}]
}

proc ::stage::deliver {} {
	variable run
	dict set run queue [lassign [dict get $run queue] message]
	lassign $message from to msg
	if {$to eq "network"} {
		if {[lindex [label $from $to $msg] 0] eq "NetRequest"} {
			tell acquirer [list recv [dict create from network msg [::books::network_reply $msg]]]
		}
		return
	}
	tell $to [list recv [dict create from [known $to $from] msg $msg]]
	approve $to [lindex [label $from $to $msg] 1]
}

proc ::stage::approve {name session} {
	variable run
	if {[dict exists $run payer $session] && [dict get $run payer $session] eq $name
	    && [state $name $session] eq "invoiced"} {
		input $name approve session $session
	}
}

proc ::stage::drain {{stop {}}} {
	variable run
	set limit 60
	while {[llength [dict get $run queue]] && [incr limit -1]} {
		lassign [lindex [dict get $run queue] 0] from to msg
		if {$stop ne {} && [lindex [label $from $to $msg] 0] eq $stop} { return 1 }
		deliver
	}
	if {!$limit} { contradict end "the messages do not end" }
	return 0
}

# -- a disk that is ill --------------------------------------------------------------

# The answer to an event was an error: of class store, without a message, and
# only while the disk of this role is ill.
proc ::stage::failed {role reply} {
	variable run
	set shown [dict remove $reply kind]
	if {[dict get $reply class] ne "store" || $role ne [dict get $run ill]} {
		contradict error "the $role: $shown"
		return 0
	}
	if {[llength [dict get $reply out]]} { contradict error "the $role sends beside an error" }
	one_sentence "the $role" [expr {[dict exists $reply detail] ? [dict get $reply detail] : {}}]
	heal $role
	return 1
}

proc ::stage::clear_words {who body} {
	if {[json text $body class] ne "store"} { contradict error "$who: [json write $body]" }
	one_sentence $who [expr {[json has $body detail] ? [json text $body detail] : {}}]
}

# Plain words that name the ledger, once, on one line.
proc ::stage::one_sentence {who detail} {
	if {![regexp {^[a-z][a-z ,'-]+\.?$} $detail] || ![regexp -nocase {\mledger\M} $detail]
	    || [llength [split $detail]] < 4} {
		contradict words "$who says \"$detail\""
	}
}

proc ::stage::heal {role} {
	variable run
	variable place
	dict incr run errors
	dict set run ill {}
	if {[dict get $run holder] ne {}} {
		close [dict get $run holder]
		dict set run holder {}
		return
	}
	close [open $place/$role.done w]
}

proc ::stage::lock_if_due {role} {
	variable run
	variable place
	variable build
	if {$role ne [dict get $run ill]} return
	dict incr run lock -1
	if {[dict get $run lock] != 0} return
	set holder [open |[list $build/crash/hold $place/$role.[dict get $run handle $role]] r+]
	gets $holder
	dict set run holder $holder
}
