# iut.tcl -- one adapter process: asked, timed, classified, started again
#
#   set iut [iut::Iut new COMMAND ?-timeout SECONDS? ?-deny LIST?]
#   $iut start                  start it and say hello; returns the hello node
#   $iut call OP IN ?SECONDS?   ask once; IN is a json node; returns a reply
#   $iut calls {{OP IN} ..}     ask many stateless things, window at a time;
#                               returns a reply or {kind lost cause C detail D}
#                               for each, in the order asked
#   $iut hello                  the hello node, with denied capabilities gone
#   $iut capability NAME        its value; what its absence means if not declared
#   $iut claims PROTOCOL ?ROLE? ?PROFILE?        1 if hello says so
#   $iut operation OP           1 if hello lists the stateless operation
#   $iut stderr                 the last 64 kB it wrote there
#   $iut heard                  the octets it wrote there since this was last asked
#   $iut starts                 how often it was started
#   $iut cpu                    milliseconds of processor time its child has used
#   $iut mute                   1 if messages are all that is told of a step
#   $iut finish                 bye, then its exit; returns {} or a complaint
#   $iut kill                   end the whole process group now
#
#   iut::make CONTEXT           the object for what a run is about: the adapter
#                               of --iut, the peer of --connect, or the programs
#                               of --exec
#
# A reply is a dict: kind (ok reject unsupported error), body (its node), ms.
# json::text [dict get $reply body] class   is then the class of a reject.
#
# No proper answer throws {IUT cause}; the child is then gone, with everything
# it had opened, and the next call starts another one:
#   hang       nothing complete came in time       drip   part of a line came
#   flood      a line or output without end        crash  it ended
#   garbage    not one JSON object on a line       protocol  wrong shape
#   wrong-id   an answer to nothing asked          duplicate  answered twice
# Everything runs on the event loop; call blocks its caller, not the loop.

package require Tcl 8.6-

namespace eval ::iut {
	variable suite 0.1.0
	variable line_limit 4194304
	variable stderr_limit 65536
	variable marks 0
	variable denied {
		rand {str none} clock {str real} keys {str own} fork {bool 0}
		restart {bool 0} digest {bool 0} codes {bool 0}
	}
}

proc ::iut::make {context} {
	if {[dict get $context connect] ne {}} { return [::peer::Peer new $context] }
	if {[dict get $context exec] ne {}} { return [::program::Program new $context] }
	return [Iut new [dict get $context command] -timeout [dict get $context timeout] \
	    -deny [dict get $context deny]]
}

# What a line that is not JSON looks like, in words a stranger can act on.
proc ::iut::likely_cause {line} {
	if {[string match "\xef\xbb\xbf*" $line]} {
		return "it starts with a byte order mark: write UTF-8 without one"
	}
	if {[string match "*\r" $line]} {
		return "it ends with CR LF: end lines with LF alone"
	}
	if {[string first \0 $line] >= 0} {
		return "it holds a NUL octet: write texts without their end mark"
	}
	if {[regexp {[\x01-\x08\x0b\x0c\x0e-\x1f]} $line]} {
		return "it holds a control octet: escape it, as \\u0001"
	}
	set text [string trim $line]
	if {$text in {\{ \} \[ \]} || [regexp {^[\{\[]} $text]
	    || [regexp {^"[^"]*"\s*:} $text]} {
		return "it is a part of an object: write each on one line,\
		    never pretty-printed"
	}
	if {$text eq {}} {
		return "it is empty: write one line per answer and nothing else"
	}
	return "a print statement? Everything but answers belongs on standard error"
}

proc ::iut::printable {octets} {
	return [regsub -all {[^ -~]} [string range $octets 0 199] .]
}

# Milliseconds of processor time of a process, from /proc (ticks of 10 ms).
proc ::iut::cpu {pid} {
	set ch [open /proc/$pid/stat]
	set stat [read $ch]
	close $ch
	set fields [split [string range $stat [string last ) $stat]+2 end]]
	return [expr {10 * ([lindex $fields 11] + [lindex $fields 12])}]
}

# -- one child ----------------------------------------------------------------
# Owns the pipes of one process; knows lines, not what they mean.

oo::class create ::iut::Child {
	variable channel errors pid mark buffer lines log heard ended wake note

	constructor {command} {
		set mark SEMPER_RUN=[pid].[incr ::iut::marks].[clock microseconds]
		set buffer {}
		set lines {}
		set log {}
		set heard {}
		set ended {}
		set wake 0
		set note {}
		lassign [chan pipe] errors inner
		set channel [open |[list setsid env $mark sh -c "exec $command" 2>@ $inner] r+]
		close $inner
		set pid [lindex [pid $channel] 0]
		foreach ch [list $channel $errors] {
			chan configure $ch -blocking 0 -translation binary -buffersize 65536
		}
		chan event $channel readable [namespace code {my Readable}]
		chan event $errors readable [namespace code {my Errors}]
	}

	destructor { my kill }

	method Errors {} {
		set text [read $errors]
		foreach kept {log heard} {
			append $kept $text
			set $kept [string range [set $kept] end-[expr {$::iut::stderr_limit - 1}] end]
		}
		if {[eof $errors]} { chan event $errors readable {} }
	}

	method Readable {} {
		# What it did not read before it ended is no error of reading.
		try { append buffer [read $channel] } trap {POSIX EPIPE} {} {}
		if {[string first \n $buffer] >= 0} {
			set parts [split $buffer \n]
			lappend lines {*}[lrange $parts 0 end-1]
			set buffer [lindex $parts end]
		}
		if {[string length $buffer] > $::iut::line_limit} {
			my End flood "a line of more than 4 MiB without an end"
		} elseif {[llength $lines] > 10000} {
			my End flood "more than 10000 lines that answer nothing"
		} elseif {[eof $channel]} {
			my Reap
		}
		set wake 1
	}

	# The process has ended, or its standard output: learn how.
	method Reap {{left {}}} {
		chan event $channel readable {}
		set lingering [my Lingers]
		my EndAll
		my DrainErrors
		chan configure $channel -blocking 1
		catch {chan close $channel write}
		set how "it closed its output and exited with 0"
		try {
			close $channel
		} trap CHILDKILLED {- options} {
			lassign [dict get $options -errorcode] - - signal text
			set how "it was ended by $signal ($text)"
		} trap CHILDSTATUS {- options} {
			set how "it exited with [lindex [dict get $options -errorcode] 2]"
		} on error {message} {
			set how $message
		}
		if {$lingering} { set how "it closed its output and stayed" }
		append how $left
		set channel {}
		set note $how
		my End crash $how
	}

	# Wait up to a second for the process to become a zombie.
	method Lingers {} {
		for {set i 0} {$i < 100} {incr i} {
			if {[my Gone]} { return 0 }
			after 10
		}
		return 1
	}

	method Gone {} {
		if {[catch {open /proc/$pid/stat} ch]} { return 1 }
		set stat [read $ch]
		close $ch
		return [regexp {\) Z } $stat]
	}

	# It ended, and a process that it started holds its output open.
	method Bereft {} {
		if {$ended ne {} || $channel eq {} || ![my Gone]} return
		my Readable
		if {$ended eq {}} {
			my Reap "; a process that it started keeps its output open"
		}
	}

	# The process group, and whoever left it but carries the mark of this run.
	# A process that is just becoming another one shows no mark for a moment,
	# so it is looked for until two looks in turn find nothing.
	method EndAll {} {
		catch {exec kill -KILL -- -$pid}
		set quiet 0
		for {set look 0} {$quiet < 2 && $look < 20} {incr look} {
			set marked [my Marked]
			if {[llength $marked]} { catch {exec kill -KILL {*}$marked} }
			set quiet [expr {[llength $marked] ? 0 : $quiet + 1}]
			if {$quiet < 2} { after 5 }
		}
	}

	# Processes with the mark in their environment; the dead have none.
	method Marked {} {
		set found {}
		foreach file [glob -nocomplain /proc/\[0-9\]*/environ] {
			if {[catch {open $file rb} ch]} continue
			catch {read $ch} environ
			close $ch
			if {[string first $mark\0 $environ] >= 0} {
				lappend found [lindex [file split $file] 2]
			}
		}
		return $found
	}

	method DrainErrors {} {
		if {$errors eq {}} return
		my Errors
		close $errors
		set errors {}
	}

	method End {cause detail} {
		if {$ended eq {}} { set ended [list $cause $detail] }
		set wake 1
	}

	method send {text} {
		if {$channel eq {}} return
		catch {
			puts -nonewline $channel $text
			flush $channel
		}
	}

	# Standard input ends, standard output stays.
	method close_input {} {
		if {$channel ne {}} { catch {chan close $channel write} }
	}

	# The next line, {} with an empty list if the child ended, or a timeout.
	# Returns {line TEXT}, {ended CAUSE DETAIL} or {late PARTIAL}.
	method line {deadline} {
		while 1 {
			if {[llength $lines]} {
				set lines [lassign $lines line]
				if {[string length $line] > $::iut::line_limit} {
					return {ended flood "a line of more than 4 MiB"}
				}
				return [list line $line]
			}
			if {$ended ne {}} { return [list ended {*}$ended] }
			set left [expr {$deadline - [clock milliseconds]}]
			if {$left <= 0} { return [list late $buffer] }
			set wake 0
			set timer [after [expr {min($left, 200)}] [list set [my varname wake] late]]
			vwait [my varname wake]
			after cancel $timer
			if {$wake eq "late"} { my Bereft }
		}
	}

	# A line that is already there, or {}: nobody waits.
	method waiting {} {
		if {![llength $lines] && $channel ne {} && $ended eq {}} { my Readable }
		return [lindex $lines 0]
	}

	method stderr {} {
		if {$errors ne {}} { my Errors }
		return [encoding convertfrom utf-8 $log]
	}

	method heard {} {
		if {$errors ne {}} { my Errors }
		set text $heard
		set heard {}
		return $text
	}

	method exit_note {} { return $note }
	method cpu {} { return [::iut::cpu $pid] }

	method kill {} {
		if {$channel ne {}} {
			my EndAll
			chan event $channel readable {}
			chan configure $channel -blocking 1
			catch {close $channel}
			set channel {}
		}
		my DrainErrors
	}
}

# -- the implementation under test --------------------------------------------

oo::class create ::iut::Iut {
	variable command timeout deny child hello next answered starts log

	constructor {cmd args} {
		set options [dict merge {-timeout 20 -deny {}} $args]
		set command $cmd
		set timeout [dict get $options -timeout]
		set deny [dict get $options -deny]
		set child {}
		set hello {}
		set starts 0
		set log {}
	}

	destructor { my kill }

	method start {} {
		my kill
		set child [::iut::Child new $command]
		set next 0
		set answered [dict create]
		incr starts
		set in [json obj line [json num 1] suite [json str $::iut::suite]]
		set reply [my call hello $in]
		if {[dict get $reply kind] ne "ok"} {
			my Lose protocol "hello was answered with [dict get $reply kind]"
		}
		set node [dict get $reply body]
		try {
			ops check_hello $node
		} trap {IUT protocol} {message} {
			my Lose protocol $message
		}
		set hello [my Deny $node]
		return $hello
	}

	method Deny {node} {
		set claims {}
		if {[json has $node capabilities]} {
			set claims [lindex [json get $node capabilities] 1]
		}
		foreach name $deny {
			dict set claims $name [dict get $::iut::denied $name]
		}
		return [list obj [dict replace [lindex $node 1] capabilities [list obj $claims]]]
	}

	method hello {} {
		if {$child eq {}} { my start }
		return $hello
	}

	method capability {name} {
		set claims [json get [my hello] capabilities]
		if {[json has $claims $name]} { return [json text $claims $name] }
		return [lindex [dict get $::iut::denied $name] 1]
	}

	method claims {protocol {role {}} {profile {}}} {
		set claims [json text [my hello] protocols]
		if {![dict exists $claims $protocol]} { return 0 }
		set claim [dict get $claims $protocol]
		expr {($role eq {} || $role in [dict get $claim roles])
		    && ($profile eq {} || $profile in [dict get $claim profiles])}
	}

	method operation {op} { expr {$op in [json text [my hello] operations]} }
	method window {} { expr {max(1, min(256, [json text [my hello] window 1]))} }
	method starts {} { return $starts }

	# A running peer (peer.tcl) tells nothing but its messages, and remembers.
	method mute {} { return 0 }
	method alive {} { expr {$child ne {}} }
	method cpu {} { return [expr {$child eq {} ? 0 : [$child cpu]}] }

	method stderr {} {
		if {$child eq {}} { return $log }
		return [$child stderr]
	}

	method heard {} { return [expr {$child eq {} ? {} : [$child heard]}] }

	method kill {} {
		if {$child ne {}} {
			$child kill
			set log [$child stderr]
			$child destroy
			set child {}
		}
	}

	# The child is of no more use: end it and say why.
	method Lose {cause detail} {
		my kill
		throw [list IUT $cause] $detail
	}

	method Send {op in} {
		set id $next
		incr next
		$child send "{\"id\":$id,\"op\":[json quote $op],\"in\":[json write $in]}\n"
		return $id
	}

	method call {op in {seconds {}}} {
		if {$child eq {}} { my start }
		set seconds [expr {$seconds eq {} ? $timeout : $seconds}]
		set begin [clock milliseconds]
		set wanted [dict create [my Send $op $in] $op]
		lassign [my Receive $wanted $begin $seconds] id reply
		my Surplus
		dict set reply ms [expr {[clock milliseconds] - $begin}]
		return $reply
	}

	# One answer to a request of WANTED (id -> op) asked at BEGIN: {id reply}.
	method Receive {wanted begin seconds} {
		lassign [$child line [expr {$begin + int(1000 * $seconds)}]] what first second
		switch -- $what {
			ended { my Lose $first $second }
			late {
				if {$first ne {}} {
					my Lose drip "only part of a line came:\
					    \"[::iut::printable $first]\" - a line feed and\
					    a flush after every answer?"
				}
				my Lose hang "no answer to [lindex [dict values $wanted] 0]\
				    in $seconds s (--timeout) - is its output flushed after every line?"
			}
		}
		set node [my Decode $first]
		set id [my Identify $node $wanted]
		try {
			set kind [ops check_reply $node [dict get $wanted $id]]
		} trap {IUT protocol} {message} {
			my Lose protocol $message
		}
		dict set answered $id [dict get $wanted $id]
		return [list $id [dict create kind $kind body [json get $node $kind]]]
	}

	method Decode {line} {
		if {[regexp {\r$|^\xef\xbb\xbf} $line]} { my Garbage $line }
		if {[regexp {[\x00-\x08\x0b\x0c\x0e-\x1f]} $line]} { my Garbage $line }
		set text $line
		if {![string is ascii $line]} {
			set text [encoding convertfrom utf-8 $line]
			if {[encoding convertto utf-8 $text] ne $line
			    || [regexp {\xed[\xa0-\xbf]} $line]} {
				my Lose garbage "not UTF-8: \"[::iut::printable $line]\""
			}
		}
		try {
			set node [json parse $text]
		} trap {JSON SYNTAX} {message} {
			if {[string match "duplicate key*" $message]
			    || [string match nested* $message]} {
				my Lose garbage $message
			}
			my Garbage $line
		}
		if {[json type $node] ne "obj"} {
			my Lose garbage "an answer is an object, not\
			    \"[::iut::printable $line]\""
		}
		return $node
	}

	method Garbage {line} {
		my Lose garbage "not a line of JSON: \"[::iut::printable $line]\" -\
		    [::iut::likely_cause $line]"
	}

	method Identify {node wanted} {
		if {![json has $node id]} { my Lose protocol "the reply has no id" }
		set id [json get $node id]
		if {[json type $id] ne "num"} {
			my Lose protocol "id is not the integer of the request:\
			    [json write $id]"
		}
		set id [json plain $id]
		if {[dict exists $wanted $id]} { return $id }
		if {[dict exists $answered $id]} {
			my Lose duplicate "request $id ([dict get $answered $id])\
			    was answered twice"
		}
		my Lose wrong-id "an answer to request $id, asked was\
		    [expr {[dict size $wanted] ? [join [dict keys $wanted] {, }] : "nothing more"}]"
	}

	# A second answer that came along with the first.
	method Surplus {} {
		set line [$child waiting]
		if {$line ne {}} { my Identify [my Decode $line] {} }
	}

	# -- pipelining -----------------------------------------------------------

	method calls {requests} {
		if {$child eq {}} { my start }
		set replies [dict create]
		set count [llength $requests]
		set window [my window]
		for {set at 0} {$at < $count} {incr at $window} {
			set last [expr {min($at + $window, $count) - 1}]
			set part [lrange $requests $at $last]
			foreach reply [my Window $part] { dict set replies [dict size $replies] $reply }
		}
		return [dict values $replies]
	}

	# If the child is lost with several requests outstanding, those without
	# an answer are asked again one by one in fresh children.
	method Window {requests} {
		if {[llength $requests] == 1} { return [list [my Alone {*}[lindex $requests 0]]] }
		if {$child eq {}} { my start }
		set wanted [dict create]
		set place [dict create]
		foreach request $requests {
			lassign $request op in
			set id [my Send $op $in]
			dict set wanted $id $op
			dict set place $id [dict size $place]
		}
		set found [dict create]
		try {
			while {[dict size $wanted]} {
				lassign [my Receive $wanted [clock milliseconds] $timeout] id reply
				dict unset wanted $id
				dict set found [dict get $place $id] $reply
			}
			my Surplus
		} trap IUT {message options} {
			set cause [lindex [dict get $options -errorcode] 1]
			set found [my Again $requests $found $cause $message]
		}
		set replies {}
		for {set i 0} {$i < [llength $requests]} {incr i} {
			lappend replies [dict get $found $i]
		}
		return $replies
	}

	method Again {requests found cause message} {
		set guilty 0
		set first {}
		for {set i 0} {$i < [llength $requests]} {incr i} {
			if {[dict exists $found $i]} continue
			if {$first eq {}} { set first $i }
			set reply [my Alone {*}[lindex $requests $i]]
			set guilty [expr {$guilty || [dict get $reply kind] eq "lost"}]
			dict set found $i $reply
		}
		if {!$guilty} {
			if {$first eq {}} { set first [expr {[llength $requests] - 1}] }
			dict set found $first [dict create kind lost cause $cause detail \
			    "$message (with several requests outstanding; alone, each is answered)"]
		}
		return $found
	}

	method Alone {op in} {
		try {
			return [my call $op $in]
		} trap IUT {message options} {
			return [dict create kind lost detail $message \
			    cause [lindex [dict get $options -errorcode] 1]]
		}
	}

	# -- the end --------------------------------------------------------------

	# How it ends when asked to: {} if as it should, else a sentence.
	method finish {{how bye}} {
		if {$child eq {}} { return {} }
		try {
			if {$how eq "bye"} { my call bye [json obj] 5 } else { $child close_input }
			lassign [$child line [expr {[clock milliseconds] + 5000}]] what first second
			set note [$child exit_note]
		} trap IUT {message} {
			return $message
		} finally {
			my kill
		}
		if {$what eq "late"} { return "it did not exit" }
		if {$what eq "line"} { return "it wrote on: \"[::iut::printable $first]\"" }
		if {$note ne "it closed its output and exited with 0"} { return $note }
		return {}
	}
}
