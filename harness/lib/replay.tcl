# replay.tcl -- stored flow vectors executed on an implementation: exact octets in,
# exact octets out, without the oracle
#
#   replay::instances CONTEXT     one for each flow vector; id replay::ID
#   replay::run CONTEXT IUT INSTANCE
#   replay::octets MESSAGES NODE  a message of a step, as hexadecimal
#
# This is what somebody does who takes the files and not the harness, so it needs
# an implementation that draws what it is given, lives in the given time and
# uses the given keys.  A run without selection replays the honest runs only,
# since everything else was judged live.

package require Tcl 8.6-

namespace eval ::replay {}

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
	return [string match replay::ikp::run::* [dict get $instance id]]
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
	set messages [json text $parties messages]
	set handle [json text [answered [$iut call open $open] ok] h]
	try {
		set number 0
		foreach step [lindex [json get $node steps] 1] {
			play $iut $handle $messages $step [incr number]
		}
		return [verdict pass]
	} trap {REPLAY verdict} {verdict} {
		return $verdict
	} finally {
		if {[$iut alive]} { $iut call drop [json obj h [json str $handle]] }
	}
}

proc ::replay::head {file} {
	foreach suite [vectors index] {
		if {[dict get $suite file] eq $file} { return [dict get $suite head] }
	}
}

proc ::replay::test {file line} {
	foreach suite [vectors index] {
		if {[dict get $suite file] ne $file} continue
		foreach test [dict get $suite tests] {
			lassign $test at brief text
			if {$at == $line} { return [vectors node $file $line $text] }
		}
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

# -- one step -----------------------------------------------------------------------

proc ::replay::play {iut handle messages step number} {
	set in [list h [json str $handle] event [event $messages [json get $step event]] \
	    now [json get $step now]]
	if {[json has $step rand]} { lappend in rand [json get $step rand] }
	set reply [$iut call step [json obj {*}$in]]
	if {[json has $step reject]} {
		refused $iut [answered $reply reject] [json text $step reject] $number
	} else {
		accepted $messages [answered $reply ok] [json get $step ok] $number
	}
}

proc ::replay::event {messages event} {
	if {![json has $event recv]} { return $event }
	set recv [json get $event recv]
	return [json obj recv [json obj from [json get $recv from] \
	    msg [json str [octets $messages [json get $recv msg]]]]]
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

proc ::replay::accepted {messages body wanted number} {
	foreach what {out result drew} {
		set expected [$what $messages [json get $wanted $what]]
		set got [$what $messages [expr {[json has $body $what] ? [json get $body $what] : {obj {}}}]]
		if {$expected ne $got && !($what eq "drew" && ![json has $body drew])} {
			stop wrong-output "another $what in step $number" \
			    expected [string range $expected 0 300] got [string range $got 0 300]
		}
	}
}

proc ::replay::out {messages node} {
	return [lmap entry [lindex $node 1] {
		list [json text $entry to] [octets $messages [json get $entry msg]]
	}]
}

# The receipt may be written as other messages are.
proc ::replay::result {messages node} {
	set found {}
	dict for {name value} [lindex $node 1] {
		dict set found $name [expr {$name eq "receipt"
		    ? [octets $messages $value] : [json plain $value]}]
	}
	return [lsort -stride 2 $found]
}

proc ::replay::drew {messages node} { return [lsort -stride 2 [json plain $node]] }

provider register replay ::replay -batch 16
