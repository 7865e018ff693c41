# live_judge.tcl -- what a party answered, against what it should
#
#   judge taken WORLDVAR ROLE EVENT REPLY            the event had to be accepted
#   judge refused WORLDVAR ROLE EVENT REPLY CODES BEFORE ?CHANGES?
#                       it had to be refused with one of CODES; BEFORE is the
#                       party's digest before it, CHANGES 1 if the requirement is
#                       marked changes-state
#   judge starved WORLDVAR ROLE EVENT REPLY          it had to fail for want of
#                       randomness
#   judge stop CAUSE DETAIL ?KEY VALUE ..?           throw a fail
#
# What is wrong is thrown as {LIVE verdict} with the verdict as its message; what
# is only weak is noted in the world.  A party of the oracle is judged like an
# implementation: if it refuses what an implementation sent, that is the fault of
# what was sent.

package require Tcl 8.6-

namespace eval ::live::judge {
	namespace export taken refused starved stop
	namespace ensemble create
}

proc ::live::judge::stop {cause detail args} {
	throw {LIVE verdict} [verdict fail $cause $detail {*}$args]
}

proc ::live::judge::broken {detail} {
	throw {LIVE verdict} [verdict error $detail]
}

proc ::live::judge::adapter {world role} {
	return [expr {[dict get $world parties $role kind] eq "adapter"}]
}

# A running peer shows its messages and nothing else.
proc ::live::judge::mute {world role} {
	return [expr {[adapter $world $role] && [[dict get $world parties $role iut] mute]}]
}

# -- answers that are none ------------------------------------------------------------

proc ::live::judge::answered {world role event reply} {
	switch -- [dict get $reply kind] {
		error {
			stop adapter-error "the adapter reports an error on [shown $event]:\
			    [dict get $reply class] [optional $reply detail]"
		}
		unsupported {
			stop unsupported "[shown $event] is unsupported: [optional $reply what]"
		}
	}
}

proc ::live::judge::optional {reply key} {
	return [expr {[dict exists $reply $key] ? [dict get $reply $key] : {}}]
}

# An event in a few words.
proc ::live::judge::shown {event} {
	lassign $event kind what
	switch -- $kind {
		recv {
			lassign [wire label [dict get $what from] {} [dict get $what msg]] type
			return "the $type of the [dict get $what from]"
		}
		timer { return "the timer [lindex $what 0]" }
	}
	return "the input [dict get $what do]"
}

# The same for messages that may be no messages at all.
proc ::live::judge::named {event} {
	try {
		return [shown $event]
	} trap {LIVE verdict} {} {
		return "the changed message"
	}
}

# -- accepted -------------------------------------------------------------------------

proc ::live::judge::taken {worldVar role event reply} {
	upvar 1 $worldVar world
	answered $world $role $event $reply
	if {[dict exists $reply closed]} {
		stop crash "the $role closes the connection on [named $event]" expected accept
	}
	if {[dict get $reply kind] eq "reject"} { rejected $world $role $event $reply }
	if {![adapter $world $role]} return
	if {[dict exists $reply twin]} {
		set twin [dict get $reply twin]
		if {[dict get $twin kind] ne "ok"} {
			broken "the oracle refuses [named $event], which is to be accepted:\
			    [dict get $twin code] ([dict get $twin requirement])"
		}
		same $world $role $event $reply $twin
	}
	set name [sameness $world $role $event $reply]
	if {$name ne {} && [::oracle::memo recall $name -]} return
	judged world $role $event $reply
	output secrets $world $role $event $reply
	if {$name ne {}} { ::oracle::memo keep $name 1 }
}

# What cannot be opened with the right key was closed with a wrong one.
proc ::live::judge::judged {worldVar role event reply} {
	upvar 1 $worldVar world
	try {
		output check world $role $event $reply
		if {![dict exists $reply twin] && ![mute $world $role]} {
			output results $world $role $event $reply
		}
	} trap {ORACLE} {why} - trap {LIVE sealed} {why} {
		stop wrong-output "what the $role sends after [named $event] cannot be opened ($why)"
	}
}

# The same answer of the same party, which was told the same before, is as right
# as it was the first time.  No name where octets cannot be predicted.
proc ::live::judge::sameness {world role event reply} {
	if {![dict exists $reply twin]} { return {} }
	return [list judged $role [dict get $world parties $role twin token] $event \
	    [dict get $reply out] [optional $reply result] [optional $reply heard]]
}

proc ::live::judge::rejected {world role event reply} {
	set why "[optional $reply class] [optional $reply code]"
	if {[adapter $world $role]} {
		if {[dict exists $reply twin] && [dict get $reply twin kind] eq "reject"} {
			broken "both refuse [named $event], which is to be accepted: $why"
		}
		stop rejected "the $role refuses [named $event]" expected accept \
		    got [string trim "$why [optional $reply detail]"]
	}
	if {![dict size [adapters $world]]} {
		broken "the oracle's $role refuses [named $event]: $why [optional $reply requirement]"
	}
	stop wrong-output "the $role cannot accept [named $event]" expected accept \
	    got "$why ([optional $reply requirement])"
}

proc ::live::judge::adapters {world} {
	return [dict filter [dict get $world parties] script {role party} {
		expr {[dict get $party kind] eq "adapter"}
	}]
}

# Octet by octet what the twin answers; a timer's name is the party's own.
proc ::live::judge::same {world role event reply twin} {
	set mine [messages [dict get $reply out]]
	set theirs [messages [dict get $twin out]]
	if {$mine ne $theirs} {
		stop wrong-output "[differing $world $role $mine $theirs] after [named $event]" \
		    expected [brief $theirs] got [brief $mine]
	}
	set drew [optional $reply drew]
	if {[dict exists $reply drew] && [lsort -stride 2 $drew] ne [lsort -stride 2 [dict get $twin drew]]} {
		stop randomness "draws other than those of the draws table after [named $event]" \
		    expected [dict get $twin drew] got $drew
	}
	foreach what {status result timers} {
		set expected [$what $role $twin]
		set got [$what $role $reply]
		if {$expected ne $got} {
			stop wrong-output "another $what after [named $event]" expected $expected got $got
		}
	}
}

# The text says of the buyer and the seller which states are final.
proc ::live::judge::status {role reply} {
	return [expr {$role eq "acquirer" ? "" : [dict get $reply status]}]
}

proc ::live::judge::result {role reply} { return [listed $role [optional $reply result]] }

# What the interface table lists for the role; an implementation may say more.
proc ::live::judge::listed {role result} {
	set known [lmap entry [dict get [::live::tables] interface $role] {
		if {[lindex $entry 0] ne "result"} continue
		lindex $entry 1
	}]
	return [lsort -stride 2 [dict filter $result script {name value} {
		expr {$name in $known}
	}]]
}

# Timers have names of their own; what counts is when.
proc ::live::judge::timers {role reply} {
	return [lsort [lmap timer [optional $reply timers] {dict get $timer at}]]
}

proc ::live::judge::messages {out} {
	return [lmap message $out {list [dict get $message to] [dict get $message msg]}]
}

proc ::live::judge::brief {messages} {
	return [lmap pair $messages {
		lassign $pair to msg
		string cat "$to: " [word_for $to $msg] " " [string range $msg 0 199] \
		    [expr {[string length $msg] > 200 ? "..." : ""}]
	}]
}

# The type of a message that may be none, with its code if it is an ErrorMsg.
proc ::live::judge::word_for {to msg} {
	try {
		lassign [wire label {} $to $msg] type
		if {$type ne "ErrorMsg"} { return $type }
		set env [::oracle::envelope read [binary decode hex $msg]]
		set number [dict get [::oracle::ikp::message body [dict get $env profile] ErrorMsg \
		    [dict get $env body]] code]
		return "ErrorMsg ([wire code $number])"
	} on error {} {
		return "no message"
	}
}

# Which component of which message is not as it should be.
proc ::live::judge::differing {world role mine theirs} {
	if {[llength $mine] != [llength $theirs]} {
		return "the $role sends [llength $mine] messages and not [llength $theirs]"
	}
	foreach one $mine two $theirs {
		if {$one eq $two} continue
		lassign $one to msg
		lassign $two other wanted
		if {$to ne $other} { return "the $role writes to the $to and not to the $other" }
		set profile [dict get $world profile]
		set got [wire read $profile $role $to $msg]
		set expected [wire read $profile $role $to $wanted]
		return "the [dict get $expected type] of the $role differs in [first_path $got $expected]"
	}
}

proc ::live::judge::first_path {got expected} {
	if {[dict remove [dict get $got env] body] ne [dict remove [dict get $expected env] body]} {
		return "its envelope"
	}
	set module [dict get $expected module]
	set type [dict get $expected type]
	set value [dict get $expected value]
	foreach path [::oracle::der paths $module $type $value] {
		if {![::oracle::der has [dict get $got value] $path]
		    || [::oracle::der get [dict get $got value] $path] ne [::oracle::der get $value $path]} {
			return $path
		}
	}
	return "a component it should not have"
}

# -- out of randomness -----------------------------------------------------------------

# ADAPTER.md 4: a stream that ends too early is an error of class random.
proc ::live::judge::starved {worldVar role event reply} {
	upvar 1 $worldVar world
	if {![adapter $world $role]} return
	if {[dict get $reply kind] ne "error" || [dict get $reply class] ne "random"} {
		stop randomness "the $role goes on without randomness after [named $event]" \
		    expected {error random} got [dict get $reply kind]
	}
}

# -- refused --------------------------------------------------------------------------

proc ::live::judge::refused {worldVar role event reply codes before {changes 0}} {
	upvar 1 $worldVar world
	answered $world $role $event $reply
	if {[mute $world $role]} { set reply [silence world $event $reply] }
	if {[dict exists $reply twin]} { agrees $event [dict get $reply twin] $codes }
	if {[dict get $reply kind] eq "ok"} {
		stop accepted "the $role accepts [named $event]" expected "reject [join $codes { or }]" \
		    got accept
	}
	if {![dict exists $reply silent]} { reason world $role $event $reply $codes }
	answer_of_refusal $world $role $event $reply $codes
	output secrets $world $role $event $reply
	if {$changes || $before eq {}} return
	if {[party digest [dict get $world parties $role]] ne $before} {
		stop state-changed "refusing [named $event] changes the $role" expected $before
	}
}

# A peer that says nothing to a message has refused it, as far as can be seen:
# that the genuine one is taken afterwards shows the rest.
proc ::live::judge::silence {worldVar event reply} {
	upvar 1 $worldVar world
	if {[dict get $reply kind] ne "ok" || [llength [dict get $reply out]]} { return $reply }
	dict set world weak "nothing follows [named $event]; why cannot be seen"
	return [dict create kind reject out {} silent 1]
}

# The case and the oracle must say the same, or one of them is wrong.
proc ::live::judge::agrees {event twin codes} {
	if {[dict get $twin kind] ne "reject"} {
		broken "the oracle accepts [named $event], expected is [join $codes { or }]"
	}
	if {[dict get $twin code] ni $codes} {
		broken "the oracle refuses [named $event] with [dict get $twin code]\
		    ([dict get $twin requirement]), expected is [join $codes { or }]"
	}
}

proc ::live::judge::reason {worldVar role event reply codes} {
	upvar 1 $worldVar world
	set class [dict get $reply class]
	set code [optional $reply code]
	set classes [lsort -unique [lmap c $codes {wire class $c}]]
	set expected [join [lmap c $codes {string cat [wire class $c] " " $c}] ", or "]
	if {$class ni $classes} {
		stop wrong-reason "the $role refuses [named $event] for another reason" \
		    expected $expected got "$class $code [optional $reply detail]"
	}
	if {![adapter $world $role]} return
	if {$code eq {} || [[dict get $world parties $role iut] capability codes] ni {1}} {
		if {[llength [wire codes $class]] > 1} {
			dict set world weak "of the refusal only the class $class is known"
		}
		return
	}
	if {$code ne {} && [wire class $code] eq {}} {
		stop wrong-reason "the $role refuses [named $event] with \"$code\", which is no word of the\
		    error table" expected $expected got "$class $code [optional $reply detail]"
	}
	if {$code ni $codes} {
		stop wrong-reason "the $role refuses [named $event] for another reason" \
		    expected $expected got "$class $code [optional $reply detail]"
	}
}

# IKP-G-14: an ErrorMsg with the number of the refusal answers a request whose
# envelope could be decoded and whose profile the party speaks; nothing else does.
# The number tells the code also of who claims no codes.
proc ::live::judge::answer_of_refusal {world role event reply codes} {
	set got [messages [expr {[dict exists $reply out] ? [dict get $reply out] : {}}]]
	set code [optional $reply code]
	if {$code in $codes} { set codes [list $code] }
	set wanted [lmap code $codes {error_messages $world $role $event $code}]
	if {$got ni $wanted} {
		stop wrong-output "the answer to the refused message is not the ErrorMsg it should be\
		    (IKP-G-14), after [named $event]" expected [brief [lindex $wanted 0]] got [brief $got]
	}
}

proc ::live::judge::error_messages {world role event code} {
	lassign $event kind what
	if {$kind ne "recv" || [dict get $what from] eq "network"} { return {} }
	try {
		set env [::oracle::envelope read [binary decode hex [dict get $what msg]]]
	} trap {ORACLE malformed} {} {
		return {}
	}
	dict with env {}
	set spoken [dict get [setup open [dict get $world setup] $role] profiles]
	if {![wire request $type] || $profile ni $spoken} { return {} }
	set msg [::oracle::ikp::message make $profile ErrorMsg $session \
	    [dict create code [wire number $code]]]
	return [list [list [dict get $what from] [binary encode hex $msg]]]
}
