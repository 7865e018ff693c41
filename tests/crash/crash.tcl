#!/usr/bin/env tclsh8.6
# crash.tcl -- kill seller and acquirer in the middle of payments, and count
#
#   tclsh8.6 tests/crash/crash.tcl ?-kills N? ?-ills N? ?-build DIR? ?-iut COMMAND?
#       ?-only PROFILE/KIND? ?-seed N? ?-forget 1?
#
# Whole payments run between three processes of the adapter, seller and
# acquirer with their ledger in SQLite.  shim.c kills one of them at one of its
# writes to the disk: before, in the middle of it, or after.  It is started
# again, the event is told to it again, as a sender does who has no answer, and
# the payment goes on.  Whatever happened,
#
#   one       a party never sends two different messages of one type in one session
#   stored    HARD: a request answered before is answered the same when repeated
#   network   the network is asked once about a payment, in the same octets
#   money     who is paid or has authorised, the network said yes to; HARD: all
#             three parties end in the states of an undisturbed run
#
# or it is a contradiction.  Then the same with a disk that is full, broken or
# read-only for a while, and with a database that somebody else has locked: one
# clear error, no message, and the same event succeeds later.
#
# With -forget 1 each process starts with an empty ledger, so there must be
# contradictions: then the exit is 0 if there were.

package require Tcl 8.6-
source -encoding utf-8 [file join [file dirname [file normalize [info script]]] .. .. harness lib load.tcl]

namespace eval ::crash {
	variable options {-kills 50 -ills 40 -build build -iut {} -forget 0 -only * -seed 1}
	variable place {}        ;# the folder of one payment
	variable run             ;# what is known of the payment at hand
	variable totals {}       ;# profile,kind,role -> writes of an undisturbed run
	variable random 1
	variable profiles {3kp-hard 2kp-hard 1kp-hard 3kp-jsac 2kp-jsac 1kp-jsac 3kp-ec95 2kp-ec95 1kp-ec95}
	variable kinds {pay capture decline cancel}
	variable hows {before after half}
}

proc ::crash::option {name} {
	variable options
	return [dict get $options -$name]
}

# A number below LIMIT; the same sequence in every run of one seed.
proc ::crash::below {limit} {
	variable random
	set random [expr {($random * 1103515245 + 12345) & 0x7fffffff}]
	return [expr {($random >> 8) % $limit}]
}

proc ::crash::fits {profile kind} {
	expr {[string match [option only] $profile/$kind]
	    && ($kind ne "cancel" || $profile in {2kp-hard 3kp-hard})}
}

# -- processes ---------------------------------------------------------------------

proc ::crash::command {role settings} {
	variable place
	set iut [option iut]
	if {$iut eq {}} { set iut [option build]/release/bin/semper-iut }
	set ledger [expr {$role eq "buyer" ? "memory" : "sqlite:$place/$role"}]
	set env [list SHIM_COUNT=$place/$role.count SHIM_DONE=$place/$role.done {*}$settings]
	set run "env LD_PRELOAD=[option build]/crash/shim.so $env $iut --ledger $ledger"
	if {![option forget]} { return $run }
	return "sh -c 'rm -f $place/$role.p*; exec $run'"
}

# SETTINGS: role -> words for the shim.
proc ::crash::begin {profile settings {ill {}}} {
	variable run
	variable place
	file delete -force $place
	file mkdir $place
	set setup [::live::setup make [dict create root $::semper::root challenge {}] ikp/$profile {} 0]
	set run [dict create setup $setup profile $profile now [dict get $setup start] iut {} handle {} \
	    deaths 0 errors 0 ill $ill lock 0 holder {} queue {} state {} answered {} references {} answers {} said {} found {}]
	foreach role {buyer seller acquirer} {
		set words [expr {[dict exists $settings $role] ? [dict get $settings $role] : {}}]
		dict set run iut $role [::iut::Iut new [command $role $words] -timeout 20]
		open_party $role
	}
}

# As often as it takes: the process may be killed here too.
proc ::crash::open_party {role} {
	variable run
	set iut [dict get $run iut $role]
	for {set try 0} {$try < 3} {incr try} {
		try {
			dict set run handle $role [::live::party::open_handle $iut [dict get $run setup] $role]
			return
		} trap {IUT crash} {why} {
			died $role $why
		} trap {LIVE verdict} {} {
			if {$role ne [dict get $run ill]} { contradict error "the $role cannot be opened" }
			heal $role
		}
	}
	error "the $role cannot be opened"
}

proc ::crash::died {role why} {
	variable run
	if {![string match *SIGKILL* $why]} { contradict died "the $role was not killed but: $why" }
	dict incr run deaths
}

proc ::crash::finish {} {
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

proc ::crash::contradict {what detail} {
	variable run
	dict lappend run found "$what: $detail"
}

# -- events --------------------------------------------------------------------------

# Tell ROLE an event until it answers; the reply, with its messages posted.
proc ::crash::tell {role event} {
	while 1 {
		try {
			lock_if_due $role
			set reply [step $role $event]
			if {[dict get $reply kind] ne "error" || ![failed $role $reply]} break
		} trap {IUT crash} {why} {
			died $role $why
			open_party $role
		}
	}
	post $role $event $reply
	return $reply
}

proc ::crash::step {role event} {
	variable run
	return [[dict get $run iut $role] call step [json obj h [json str [dict get $run handle $role]] \
	    event $event now [json num [dict get $run now]]]]
}

proc ::crash::recv {from msg} {
	return [json obj recv [json obj from [json str $from] msg [json str $msg]]]
}

proc ::crash::input {do args} {
	return [json obj input [json obj do [json str $do] {*}$args]]
}

proc ::crash::outputs {reply} {
	set body [dict get $reply body]
	if {![json has $body out]} { return {} }
	return [lmap m [json text $body out] {list [dict get $m to] [dict get $m msg]}]
}

proc ::crash::post {role event reply} {
	variable run
	set body [dict get $reply body]
	set out [outputs $reply]
	if {[dict get $reply kind] eq "ok"} {
		foreach {key where} {state state session session} {
			if {[json has [json get $body result] $key]} {
				dict set run $where $role [json text [json get $body result] $key]
			}
		}
		if {[json has $event recv]} { dict lappend run answered [list $role $event] }
	}
	foreach message $out {
		lassign $message to msg
		notice $role $to $msg
		dict lappend run queue [list $role $to $msg]
	}
}

# -- what the world sees ---------------------------------------------------------------

# Types of which a session has one, whatever happens.
proc ::crash::notice {role to msg} {
	variable run
	lassign [::live::wire label $role $to $msg] type session
	if {$to eq "network"} {
		if {$type eq "NetRequest"} { ask $msg }
		return
	}
	if {$type in {Initiate Invoice Payment AuthReq AuthRes Confirm Cancel ReversalReq ReversalRes}} {
		set key $role/$type/$session
		if {[dict exists $run said $key] && [dict get $run said $key] ne $msg} {
			contradict one "the $role sends another $type"
		}
		dict set run said $key $msg
	}
}

proc ::crash::ask {msg} {
	variable run
	set reference [dict get [::live::wire read ikp/[dict get $run profile] acquirer network $msg] value reference]
	if {[dict exists $run references $reference] && [dict get $run references $reference] ne $msg} {
		contradict network "another request under one reference"
	}
	dict set run references $reference $msg
	if {[dict size [dict get $run references]] > 1} { contradict network "asked about two payments" }
}

proc ::crash::net_reply {msg} {
	variable run
	set profile ikp/[dict get $run profile]
	set reference [dict get [::live::wire read $profile acquirer network $msg] value reference]
	set value [expr {[dict get $run kind] eq "decline"
	    ? [dict create reference $reference decision no reason 51]
	    : [dict create reference $reference decision yes authCode 123456]}]
	return [binary encode hex [::oracle::der encode IKP NetReply $value]]
}

# -- a payment ---------------------------------------------------------------------------

proc ::crash::deliver {} {
	variable run
	dict set run queue [lassign [dict get $run queue] message]
	lassign $message from to msg
	if {$to eq "network"} {
		if {[lindex [::live::wire label $from $to $msg] 0] eq "NetRequest"} {
			tell acquirer [recv network [net_reply $msg]]
		}
		return
	}
	tell $to [recv $from $msg]
	if {$to eq "buyer" && [state buyer] eq "invoiced"} {
		tell buyer [input approve session [json str [dict get $run session buyer]]]
	}
}

proc ::crash::state {role} {
	variable run
	return [expr {[dict exists $run state $role] ? [dict get $run state $role] : "none"}]
}

# Deliver until nothing is left, or the next message is of type STOP.
proc ::crash::drain {{stop {}}} {
	variable run
	set limit 60
	while {[llength [dict get $run queue]] && [incr limit -1]} {
		lassign [lindex [dict get $run queue] 0] from to msg
		if {$stop ne {} && [lindex [::live::wire label $from $to $msg] 0] eq $stop} { return 1 }
		deliver
	}
	if {!$limit} { contradict end "the payment does not end" }
	return 0
}

proc ::crash::order {kind} {
	variable run
	set order [::live::setup order [dict get $run setup] main]
	set common {}
	foreach key {order desc brand} { lappend common $key [json str [dict get $order $key]] }
	set price [dict get $order price]
	lappend common price [json obj {*}[dict map {key value} $price {json num $value}]]
	tell seller [input offer {*}$common captureNow [json bool [expr {$kind eq "capture"}]]]
	tell buyer [input start seller [json str [dict get $run setup idS]] {*}$common]
}

proc ::crash::cancel {} {
	variable run
	if {![drain AuthRes]} {
		dict set run kind pay ;# it was lost already: nothing to cancel
		return
	}
	dict set run queue [lrange [dict get $run queue] 1 end] ;# lost
	tell seller [input cancel session [json str [dict get $run session seller]] reason [json num 3]]
}

# Who hears nothing asks.
proc ::crash::recover {} {
	variable run
	for {set round 0} {$round < 3} {incr round} {
		drain
		if {[state seller] in {auth-sent cancelling}} {
			# what the timer of a lost answer would do
			tell seller [json obj timer [json str retry/[dict get $run session seller]]]
			drain
		}
		if {[state seller] in {auth-sent cancelling}} {
			tell seller [input inquire session [json str [dict get $run session seller]]]
			drain
		}
		if {[state buyer] ni {wait-confirm}} break
		tell buyer [input inquire session [json str [dict get $run session buyer]]]
	}
	drain
}

proc ::crash::play {profile kind settings} {
	begin $profile $settings
	pay_through $profile $kind
}

proc ::crash::pay_through {profile kind} {
	variable run
	dict set run kind $kind
	order $kind
	if {$kind eq "cancel"} { cancel }
	drain
	if {[string match *-hard $profile]} { recover }
	judge $profile [dict get $run kind]
}

# -- judging --------------------------------------------------------------------------------

proc ::crash::judge {profile kind} {
	variable run
	set states [list [state buyer] [state seller] [state acquirer]]
	set ends {pay {paid authorized authorized} capture {paid authorized captured}
	    decline {declined declined declined} cancel {cancelled cancelled voided}}
	set good [dict get $ends $kind]
	if {$kind eq "capture" && [string match *-hard $profile]} { set good {paid captured captured} }
	if {[string match *-hard $profile]} {
		if {$states ne $good} { contradict money "the parties end in $states, not $good" }
		answered_again
	}
	set yes [expr {$kind ne "decline" && [dict size [dict get $run references]] == 1}]
	if {!$yes && ("paid" in $states || "authorized" in $states || "captured" in $states)} {
		contradict money "$states without the network"
	}
	if {![string match *-hard $profile] && ![dict get $run deaths] && $states ne $good} {
		contradict money "an undisturbed payment ends in $states"
	}
}

# Every request answered before is answered again in octets sent before.
proc ::crash::answered_again {} {
	variable run
	foreach item [dict get $run answered] {
		lassign $item role event
		set from [json text [json get $event recv] from]
		set msg [json text [json get $event recv] msg]
		if {[lindex [::live::wire label $from $role $msg] 0] ni {Initiate Payment AuthReq ReversalReq}} continue
		set reply [step $role $event]
		if {[dict get $reply kind] ne "ok"} continue
		foreach message [outputs $reply] {
			lassign $message to again
			# what was recorded and lost on its way leaves now; what left
			# before must be the same (notice)
			notice $role $to $again
		}
	}
}

# -- kills ------------------------------------------------------------------------------------

proc ::crash::count {role} {
	variable place
	if {[catch {open $place/$role.count} ch]} { return 0 }
	set n [gets $ch]
	close $ch
	return $n
}

# How often a role writes in an undisturbed payment.
proc ::crash::writes {profile kind role} {
	variable totals
	variable run
	if {![dict exists $totals $profile/$kind/$role]} {
		play $profile $kind {}
		finish
		foreach found [dict get $run found] { error "an undisturbed $kind in $profile: $found" }
		foreach who {seller acquirer} { dict set totals $profile/$kind/$who [count $who] }
	}
	return [dict get $totals $profile/$kind/$role]
}

# How often it writes to open and to close.
proc ::crash::opening {profile role} {
	variable totals
	if {![dict exists $totals $profile/open/$role]} {
		begin $profile {}
		finish
		foreach who {seller acquirer} { dict set totals $profile/open/$who [count $who] }
	}
	return [dict get $totals $profile/open/$role]
}

# Which write to fail at: seldom one of the opening, which are many.
proc ::crash::choose {profile kind role} {
	set most [writes $profile $kind $role]
	set first [opening $profile $role]
	if {$most <= $first} { error "the $role of $profile never writes" }
	if {[below 8] == 0} { return [expr {1 + [below $first]}] }
	return [expr {$first + 1 + [below [expr {$most - $first}]]}]
}

# One payment with one kill; {deaths contradictions}.
proc ::crash::kill {profile kind role at how} {
	variable run
	play $profile $kind [list $role [list SHIM_AT=$at SHIM_HOW=$how]]
	finish
	return [list [dict get $run deaths] [dict get $run found]]
}

proc ::crash::kills {wanted} {
	variable profiles
	variable kinds
	variable hows
	set plan {}
	foreach profile $profiles {
		foreach kind $kinds { if {[fits $profile $kind]} { lappend plan [list $profile $kind] } }
	}
	set killed 0
	set bad 0
	for {set i 0} {$killed < $wanted && $i < 3 * $wanted} {incr i} {
		lassign [lindex $plan [expr {$i % [llength $plan]}]] profile kind
		set role [lindex {seller acquirer} [below 2]]
		set at [choose $profile $kind $role]
		set how [lindex $hows [below 3]]
		lassign [kill $profile $kind $role $at $how] deaths found
		incr killed $deaths
		if {[llength $found]} { incr bad }
		foreach line $found { puts "$profile $kind, $role killed $how write $at: $line" }
	}
	return [list $killed $bad]
}

# -- disks that fail ------------------------------------------------------------------------------

# From its AT-th call on the disk of ROLE fails as HOW says, until the first
# error has been answered; the contradictions, with one if there was no error.
proc ::crash::ill {profile role at how} {
	variable run
	begin $profile [list $role [list SHIM_AT=$at SHIM_HOW=$how]] $role
	pay_through $profile pay
	finish
	return [dict get $run found]
}

# Somebody else holds the database of ROLE when it is told the N-th event.
proc ::crash::locked {profile role n} {
	variable run
	begin $profile {} $role
	dict set run lock $n
	pay_through $profile pay
	finish
	return [dict get $run found]
}

# The answer to an event was an error: of class store, without a message, and
# only while the disk of this role is ill.
proc ::crash::failed {role reply} {
	variable run
	set body [dict get $reply body]
	if {[json text $body class] ne "store" || $role ne [dict get $run ill]} {
		contradict error "the $role: [json write $body]"
		return 0
	}
	heal $role
	return 1
}

proc ::crash::heal {role} {
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

proc ::crash::lock_if_due {role} {
	variable run
	variable place
	if {$role ne [dict get $run ill]} return
	dict incr run lock -1
	if {[dict get $run lock] != 0} return
	set holder [open |[list [option build]/crash/hold $place/$role.[dict get $run handle $role]] r+]
	gets $holder
	dict set run holder $holder
}

proc ::crash::ills {} {
	variable run
	variable profiles
	set good 0
	set bad 0
	set never 0
	for {set i 0} {$i < [option ills]} {incr i} {
		set profile [lindex $profiles [expr {$i % [llength $profiles]}]]
		set role [lindex {seller acquirer} [below 2]]
		set at [choose $profile pay $role]
		set how [lindex {full broken readonly} [below 3]]
		set found [ill $profile $role $at $how]
		# a disk that only fails once everything is written
		if {![dict get $run errors]} { incr never }
		incr [expr {[llength $found] ? "bad" : "good"}]
		foreach line $found { puts "$profile, the $role's disk is $how from call $at on: $line" }
	}
	foreach {role n} {seller 2 acquirer 1} {
		set found [locked 3kp-hard $role $n]
		if {![dict get $run errors]} { lappend found "no error although the database is locked" }
		incr [expr {[llength $found] ? "bad" : "good"}]
		foreach line $found { puts "the ${role}'s database is locked at event $n: $line" }
	}
	return [list $good $bad $never]
}

# -- the whole ------------------------------------------------------------------------------------

proc ::crash::main {argv} {
	variable options
	variable place
	variable random
	set options [dict merge $options $argv]
	set random [option seed]
	set place [option build]/crash/run-[pid]
	try {
		lassign [kills [option kills]] killed bad
		puts "$killed kills, $bad payments with a contradiction"
		if {[option forget]} { return [expr {$bad == 0}] }
		lassign [ills] good wrong never
		puts "[expr {$good + $wrong}] disks that failed for a while, $never of them unnoticed, $wrong with a contradiction"
	} finally {
		file delete -force $place
	}
	set failed [expr {$bad + $wrong + ($killed < [option kills])}]
	puts "[expr {$killed + $good - $bad}] passed, $failed failed"
	return [expr {$failed > 0}]
}

exit [crash::main $argv]
