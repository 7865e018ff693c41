# replay.tcl -- stored flow vectors executed on an implementation: exact octets in,
# exact octets out, nothing computed by the oracle
#
#   replay::instances CONTEXT     one for each flow vector; id replay::ID
#   replay::run CONTEXT IUT INSTANCE
#   replay::octets MESSAGES NODE  a message of a step, as hexadecimal
#
# This is what somebody does who takes the files and not the harness, so it needs
# an implementation that draws what it is given, lives in the given time and
# uses the given keys.  A run without selection replays the honest runs only, and the
# purchases at a broker, since everything else was judged live.

package require Tcl 8.6-

namespace eval ::replay {
	variable last {}      ;# {file head tests}
}

proc ::replay::instances {context} {
	set found {}
	foreach suite [vectors index] {
		if {[json text [dict get $suite head] kind] ne "flow"} continue
		foreach test [dict get $suite tests] {
			lassign $test line brief
			set instance [instance $suite $line $brief]
			if {[selected $context $instance]} { lappend found $instance }
		}
	}
	return $found
}

proc ::replay::selected {context instance} {
	if {[string match replay::* [dict get $context only]]} { return 1 }
	return [regexp {^replay::ikp::(run::|broker::buys@)} [dict get $instance id]]
}

proc ::replay::instance {suite line brief} {
	set id [json text $brief id]
	set needs [lsort -unique [concat {rand clock=virtual keys=import} [json text $brief capabilities]]]
	return [dict create id replay::$id case replay::[lindex [split $id @] 0] \
	    protocol [json text [dict get $suite head] protocol] title [json text $brief title] \
	    req [vectors ids $brief] role [json text $brief role] profile [json text $brief profile] \
	    needs $needs flags [json text $brief flags] \
	    file [semper::relative [dict get $suite file]] line $line \
	    data [dict create suite [dict get $suite file] expect [list [json text [json get $brief expect] result]]]]
}

proc ::replay::run {context iut instance} {
	set file [dict get $instance data suite]
	set head [head $file]
	set node [test $file [dict get $instance line]]
	set parties [json get $head parties]
	set open [json get $parties open]
	if {[json has $node parties]} { set open [json get $node parties open] }
	foreach profile [json text $open profiles] {
		if {![$iut claims [json text $open protocol] [json text $open role] $profile]} {
			return [verdict inapplicable "profile $profile is not claimed"]
		}
	}
	set messages [json text $parties messages]
	set role [json text $open role]
	set handle [json text [answered [$iut call open $open] ok] h]
	try {
		set number 0
		set asked {}
		set weak {}
		foreach step [lindex [json get $node steps] 1] {
			incr number
			if {[json has $step restart]} {
				set weak [expr {[restart $iut $handle] ? $weak
				    : "what survives a crash cannot be seen"}]
				continue
			}
			set body [play $iut $role $handle $messages $asked $step $number]
			lappend asked {*}[timers $role $body]
		}
		return [expr {$weak eq {} ? [verdict pass] : [verdict weak $weak]}]
	} trap {REPLAY verdict} {verdict} {
		return $verdict
	} finally {
		if {[$iut alive]} { $iut call drop [json obj h [json str $handle]] }
	}
}

# {HEAD TESTS} of the file read last; neighbours are of one file.
proc ::replay::suite {file} {
	variable last
	if {[lindex $last 0] ne $file} { set last [list $file {*}[vectors::lines $file]] }
	return [lrange $last 1 end]
}

proc ::replay::head {file} { return [lindex [suite $file] 0] }

proc ::replay::test {file line} {
	foreach test [lindex [suite $file] 1] {
		lassign $test at text
		if {$at == $line} { return [vectors node $file $line $text] }
	}
}

proc ::replay::stop {cause detail args} {
	throw {REPLAY verdict} [verdict fail $cause $detail {*}$args]
}

proc ::replay::answered {reply kind} {
	if {[dict get $reply kind] eq $kind} { return [dict get $reply body] }
	set causes {ok accepted reject rejected unsupported unsupported error adapter-error}
	stop [dict get $causes [dict get $reply kind]] "the answer is [dict get $reply kind]" \
	    expected $kind got [string range [json write [dict get $reply body]] 0 200]
}

# 1 if it could be restarted.
proc ::replay::restart {iut handle} {
	if {[$iut capability restart] ni {1}} { return 0 }
	answered [$iut call restart [json obj h [json str $handle]]] ok
	return 1
}

# -- one step -----------------------------------------------------------------------

proc ::replay::play {iut role handle messages asked step number} {
	set in [list h [json str $handle] event [event $messages $asked [json get $step event]] \
	    now [json get $step now]]
	if {[json has $step rand]} { lappend in rand [json get $step rand] }
	set reply [$iut call step [json obj {*}$in]]
	if {[json has $step reject]} {
		refused $iut [answered $reply reject] [json text $step reject] $number
		return {obj {}}
	}
	accepted $role $messages [answered $reply ok] [json get $step ok] $number
	return [dict get $reply body]
}

proc ::replay::event {messages asked event} {
	if {[json has $event timer]} {
		return [json obj timer [json str [due $asked [json text $event timer]]]]
	}
	if {![json has $event recv]} { return $event }
	set recv [json get $event recv]
	return [json obj recv [json obj from [json get $recv from] \
	    msg [json str [octets $messages [json get $recv msg]]]]]
}

# The timers of an answer: {kind name sent}.
proc ::replay::timers {role body} {
	if {![json has $body timers]} { return {} }
	set sent [out $role {} [json get $body out]]
	set state [expr {[json has $body result] ? [json text [json get $body result] state] : {}}]
	set kind [::live::world::timer_kind $role $state [lmap message $sent {
		lindex [::live::wire label $role {*}$message] 0
	}]]
	return [lmap timer [lindex [json get $body timers] 1] {
		list $kind [json text $timer name] [lmap message $sent {lindex $message 1}]
	}]
}

# Timers have names of the implementation's own: the stored KIND/KEY is the last
# one of that kind that was asked for with a message that holds KEY; what a release is
# asked for with does not show its key.
proc ::replay::due {asked stored} {
	lassign [split $stored /] kind key
	foreach timer [lreverse $asked] {
		lassign $timer its name sent
		if {$its eq $kind && ($kind eq "release" || [string first $key $sent] >= 0)} {
			return $name
		}
	}
	return $stored
}

proc ::replay::octets {messages node} {
	lassign $node kind value
	if {$kind eq "str"} {
		if {![string match \$* $value]} { return $value }
		return [dict get $messages [string range $value 1 end]]
	}
	set base [octets $messages [json get $node of]]
	set hex {}
	foreach part [lindex [json get $node parts] 1] {
		if {[json type $part] eq "str"} {
			append hex [json plain $part]
		} else {
			lassign [json plain $part] from to
			append hex [string range $base [expr {2 * $from}] [expr {2 * $to - 1}]]
		}
	}
	return $hex
}

proc ::replay::refused {iut body wanted number} {
	set class [json text $body class]
	if {$class ni [dict get $wanted class]} {
		stop wrong-reason "step $number is refused for another reason" \
		    expected [dict get $wanted class] got $class
	}
	set code [json text $body code]
	if {[$iut capability codes] in {1} && $code ne {} && $code ni [dict get $wanted code]} {
		stop wrong-reason "step $number is refused for another reason" \
		    expected [dict get $wanted code] got $code
	}
}

proc ::replay::accepted {role messages body wanted number} {
	foreach what {out result drew} {
		set expected [$what $role $messages [json get $wanted $what]]
		set got [$what $role $messages [expr {[json has $body $what] ? [json get $body $what] : {obj {}}}]]
		if {$expected ne $got && !($what eq "drew" && ![json has $body drew])} {
			stop wrong-output "another $what in step $number" \
			    expected [string range $expected 0 300] got [string range $got 0 300]
		}
	}
}

proc ::replay::out {role messages node} {
	return [lmap entry [lindex $node 1] {
		list [json text $entry to] [octets $messages [json get $entry msg]]
	}]
}

# The receipt may be written as other messages are.
proc ::replay::result {role messages node} {
	set found {}
	dict for {name value} [lindex $node 1] {
		dict set found $name [expr {$name eq "receipt"
		    ? [octets $messages $value] : [json plain $value]}]
	}
	return [::live::judge::listed $role $found]
}

proc ::replay::drew {role messages node} { return [lsort -stride 2 [json plain $node]] }

provider register replay ::replay -batch 16
