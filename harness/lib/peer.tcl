# peer.tcl -- a running peer behind a socket, asked like an adapter
#
#   set peer [peer::Peer new CONTEXT]     an object with the methods of iut::Iut
#                                         (iut.tcl) that a suite of cases calls
#   peer::stream ADDRESS                  {HOST PORT} of tcp://HOST:PORT, or {}
#
# The peer speaks the stream of spec/envelope.md section 2 and has no adapter:
# it was given the files of `semper kit`, it draws and keeps time by itself, and
# all it shows is its messages.  A step is put into effect by sending the
# message; its answer is what comes back.
#
#   CONTEXT   root; keys; connect: where the peer listens; serve: where we listen for
#             the connection it makes itself, in place of its acquirer (of the
#             card network, if it is an acquirer); role; profile; timeout
#
# Messages of a seller for the buyer, and of an acquirer for the seller, come on
# the connection we made, all others on the one it made.
#
# That nothing comes, or no more, proves something only if the peer has been there:
# after a pause a malformed request of a session of its own follows on the same
# connection.  Its ErrorMsg (IKP-G-14) says that all before it has been dealt
# with; if nothing comes, not even that, the peer hangs.  After a message on the other
# connection two such requests follow, one after the other: a peer that looks at
# its connections in turn has then been at both.
#
# The peer keeps what earlier cases told it, and may repeat itself when its
# timers run out: messages of sessions of other cases are not looked at.

package require Tcl 8.6-

namespace eval ::peer {
	variable limit 1048576         ;# octets of a message (ENV-S-01)
	variable pause 100             ;# milliseconds without a message
	variable together 15           ;# milliseconds between messages of one step
	variable enough 2000           ;# milliseconds for the ErrorMsg, if something else came
}

proc ::peer::stream {address} {
	if {![regexp {^tcp://(.+):([0-9]{1,5})$} $address -> host port] || $port > 65535} {
		return {}
	}
	return [list [string trim $host {[]}] $port]
}

proc ::peer::lost {cause detail} { throw [list IUT $cause] $detail }

# What a peer cannot be asked; a verdict, not an error.
proc ::peer::inapplicable {why} {
	throw {LIVE verdict} [verdict inapplicable $why]
}

# -- one connection ---------------------------------------------------------------
# Frames in and out; knows nothing of what they mean.

oo::class create ::peer::Connection {
	variable channel buffer frames ended wake

	constructor {socket wakeVar} {
		set channel $socket
		set buffer {}
		set frames {}
		set ended {}
		set wake $wakeVar
		chan configure $channel -blocking 0 -translation binary -buffering none
		chan event $channel readable [namespace code {my Readable}]
	}

	destructor { my close }

	method Readable {} {
		if {[catch {append buffer [read $channel]}] || [eof $channel]} {
			my End closed
		}
		while {[my Take]} {}
		set $wake 1
	}

	# What has come since, if the event loop has not told yet.
	method poll {} { if {$ended eq {}} { my Readable } }

	# One whole frame off the buffer.
	method Take {} {
		if {[binary scan $buffer Iu length] != 1 || $ended eq "length"} { return 0 }
		if {$length < 1 || $length > $::peer::limit} {
			my End length
			return 0
		}
		if {[string length $buffer] < 4 + $length} { return 0 }
		lappend frames [string range $buffer 4 [expr {3 + $length}]]
		set buffer [string range $buffer [expr {4 + $length}] end]
		return 1
	}

	method End {why} {
		set ended $why
		chan event $channel readable {}
	}

	method send {octets} {
		my raw [binary format Iu [string length $octets]]$octets
	}

	# Octets as they are.  A connection that breaks is noticed when it is read.
	method raw {octets} {
		catch {
			puts -nonewline $channel $octets
			flush $channel
		}
	}

	method open {} { expr {$ended eq {}} }
	method ended {} { return $ended }
	method partial {} { return $buffer }
	method waiting {} { llength $frames }

	method next {} {
		set frames [lassign $frames frame]
		return $frame
	}

	method close {} {
		if {$channel ne {}} { catch {close $channel} }
		set channel {}
		if {$ended eq {}} { set ended closed }
	}
}

# -- the peer -----------------------------------------------------------------------

oo::class create ::peer::Peer {
	variable context role profile address listener below above wake
	variable handle handles known offered sessions network fences

	constructor {ctx} {
		set context $ctx
		foreach key {role profile} { set $key [dict get $ctx $key] }
		set address [::peer::stream [dict get $ctx connect]]
		set listener {}
		set below {}
		set above {}
		set handle {}
		set handles 0
		set known {}
		set sessions [dict create]
		set network [dict create]
		set fences [dict create]
		my Listen [dict get $ctx serve]
	}

	destructor {
		my kill
		if {$listener ne {}} { close $listener }
	}

	# -- what an adapter would declare ----------------------------------------------

	method start {} {
		my Connect
		return [my hello]
	}

	method hello {} {
		return [json obj line [json num 1] name [json str "peer at [dict get $context connect]"] \
		    version [json str {}] \
		    protocols [json obj ikp [json obj roles [json arr [list [json str $role]]] \
		        profiles [json arr [list [json str $profile]]]]] \
		    operations [json arr {}] \
		    capabilities [json obj rand [json str none] clock [json str real] \
		        keys [json str import] fork [json bool 0] restart [json bool 0] \
		        digest [json bool 0] codes [json bool 1]]]
	}

	method capability {name} {
		return [json text [json get [my hello] capabilities] $name]
	}

	method claims {protocol {itsRole {}} {itsProfile {}}} {
		expr {$protocol eq "ikp" && $itsRole in [list {} $role]
		    && $itsProfile in [list {} $profile]}
	}

	method operation {op} { return 0 }
	method window {} { return 1 }
	method starts {} { return 1 }
	method alive {} { return 1 }
	method stderr {} { return {} }
	method heard {} { return {} }
	method finish {{how bye}} { return {} }

	# It tells nothing but its messages, and it remembers.
	method mute {} { return 1 }

	method kill {} {
		foreach name {below above} {
			if {[set $name] ne {}} { [set $name] destroy }
			set $name {}
		}
	}

	# -- connections ------------------------------------------------------------------

	method Listen {where} {
		lassign [::peer::stream $where] host port
		try {
			set listener [socket -server [namespace code {my Accept}] -myaddr $host $port]
		} on error {message} {
			options usage "--serve: cannot listen at $where: $message"
		}
	}

	method Accept {channel args} {
		if {$above ne {}} { $above destroy }
		set above [::peer::Connection new $channel [my varname wake]]
		set wake 1
	}

	method Dial {} {
		try {
			set channel [socket {*}$address]
		} on error {message} {
			::peer::lost crash "nobody answers at [dict get $context connect]: $message"
		}
		return [::peer::Connection new $channel [my varname wake]]
	}

	method Connect {} {
		if {$below ne {} && [$below open]} return
		if {$below ne {}} { $below destroy }
		set below {}
		set below [my Dial]
	}

	# The connection that messages from and to PARTY take.
	method Channel {party} {
		if {$party eq [my Below]} {
			my Connect
			return $below
		}
		if {$party ne [my Above]} {
			::peer::inapplicable "no $party has a connection with a running $role"
		}
		if {$above eq {} || ![$above open]} {
			::peer::lost crash "it has no connection to its [my Above]"
		}
		return $above
	}

	method Below {} { dict get {seller buyer acquirer seller} $role }
	method Above {} { dict get {seller acquirer acquirer network} $role }

	# -- requests ---------------------------------------------------------------------

	method call {op in {seconds {}}} {
		switch -- $op {
			open { return [my Open $in] }
			step { return [my Step [json get $in event]] }
			drop { return [dict create kind ok body [json obj]] }
		}
		::peer::inapplicable "a running peer knows no $op"
	}

	method calls {requests} {
		return [lmap request $requests { my call {*}$request }]
	}

	# The peer is as `semper kit` says, or the case is not for it.
	method Open {in} {
		set setup [dict replace [::live::setup make $context $profile {} 1] mute $role]
		set usual [::live::setup open $setup $role]
		if {[json write [json get $in params]] ne [json write [dict get $usual params]]
		    || [json write [json get $in keys]] ne [json write [dict get $usual keys]]
		    || [json text $in profiles] ne [list $profile]} {
			::peer::inapplicable "the running peer was not set up with the\
			    parameters or keys of this case"
		}
		my Forget
		set known [lmap name [::kit::sessions [dict get $context root]] {
			dict get [::live::setup order $setup $name] order
		}]
		set offered {}
		set handle p[incr handles]
		return [dict create kind ok body [json obj h [json str $handle]]]
	}

	# What is still on its way belongs to an earlier case.
	method Forget {} {
		foreach connection [list $below $above] {
			if {$connection eq {}} continue
			while {[$connection waiting]} { $connection next }
		}
	}

	method Step {event} {
		if {[json has $event input]} { return [my Input [json get $event input]] }
		if {[json has $event timer]} {
			::peer::inapplicable "the clock of a running peer cannot be moved"
		}
		set recv [json get $event recv]
		set msg [binary decode hex [json text $recv msg]]
		if {[string length $msg] < 1 || [string length $msg] > $::peer::limit} {
			::peer::inapplicable "a stream has no message of [string length $msg] octets"
		}
		set from [json text $recv from]
		set connection [my Channel $from]
		my CheckOrder $msg
		my Learn $from $msg
		$connection send $msg
		return [my Answer $connection $from $msg]
	}

	# The operator of a seller registers orders from a file beforehand.
	method Input {input} {
		if {$role ne "seller" || [json text $input do] ne "offer"} {
			::peer::inapplicable "nobody can tell a running peer to [json text $input do]"
		}
		if {[json text $input order] ni $known || [json has $input authAmount]
		    || ([json has $input captureNow] && [json text $input captureNow])} {
			::peer::inapplicable "the orders of the peer hold none like this"
		}
		lappend offered [json text $input order]
		return [my Ok {}]
	}

	# An order of the file that this case has not offered is unknown in the case only.
	method CheckOrder {msg} {
		if {$role ne "seller" || [catch {::oracle::envelope read $msg} env]
		    || [dict get $env type] ne "Initiate"
		    || [catch {::oracle::ikp::message body $profile Initiate [dict get $env body]} value]} return
		set order [binary encode hex [dict get $value orderRef]]
		if {$order in $known && $order ni $offered} {
			::peer::inapplicable "the running peer knows this order from its file"
		}
	}

	# -- answers ----------------------------------------------------------------------

	method Ok {out args} {
		return [dict create kind ok body [json obj out [json arr [lmap pair $out {
			lassign $pair to msg
			json obj to [json str $to] msg [json str [binary encode hex $msg]]
		}]] status [json str continue] {*}$args]]
	}

	method Answer {connection from msg} {
		set out [my Collect $connection]
		set session [my Session $from $msg]
		foreach pair $out {
			lassign $pair to reply
			if {$to ne $from || $session eq {}} continue
			set code [my Code $reply $session]
			if {$code ne {}} { return [my Refusal $code [my Ok $out]] }
		}
		if {![llength $out] && ![$connection open]} {
			return [my Ok {} closed [json bool 1]]
		}
		return [my Ok $out]
	}

	method Refusal {code reply} {
		return [dict create kind reject body [json obj \
		    class [json str [::live::wire class $code]] code [json str $code] \
		    out [json get [dict get $reply body] out]]]
	}

	# The word of the number in an ErrorMsg for SESSION, or {}.
	method Code {octets session} {
		if {[catch {::oracle::envelope read $octets} env]
		    || [dict get $env type] ne "ErrorMsg" || [dict get $env session] ne $session
		    || [catch {::oracle::ikp::message body $profile ErrorMsg [dict get $env body]} value]} {
			return {}
		}
		dict for {code entry} [dict get [::live::tables] errors] {
			if {[lindex $entry 1] == [dict get $value code]} { return $code }
		}
		return {}
	}

	method Session {from octets} {
		if {$from eq "network" || [catch {::oracle::envelope read $octets} env]} { return {} }
		return [dict get $env session]
	}

	method Learn {from octets} {
		set session [my Session $from $octets]
		if {$session ne {}} { dict set sessions $session $handle }
	}

	# Messages of this case, {to octets} each, until no more come.
	method Collect {connection} {
		set deadline [expr {[clock milliseconds] + int(1000 * [dict get $context timeout])}]
		set fence {}
		set fences_left [expr {$connection eq $below ? 1 : 2}]
		set found {}
		set patience $::peer::pause
		while 1 {
			my Wait $patience
			set got [my Take fence]
			if {[llength $got] && ![llength $found]} {
				set deadline [expr {min($deadline, [clock milliseconds] + $::peer::enough)}]
			}
			lappend found {*}$got
			if {[llength $got]} {
				set patience $::peer::together
			} elseif {![$connection open] || ($fence eq "passed" && $fences_left == 0)} {
				return $found
			} elseif {[clock milliseconds] > $deadline} {
				if {[llength $found]} { return $found }
				my Hang
			} elseif {$fence in {{} passed}} {
				set fence [my Fence]
				incr fences_left -1
			}
		}
	}

	method Wait {milliseconds} {
		foreach connection [list $below $above] {
			if {$connection ne {} && [$connection waiting]} return
		}
		set wake 0
		set timer [after $milliseconds [list set [my varname wake] 1]]
		vwait [my varname wake]
		after cancel $timer
	}

	# What has come, without what belongs to other cases; FENCE becomes `passed`
	# when its answer is there.
	method Take {fenceVar} {
		upvar 1 $fenceVar fence
		set found {}
		foreach {connection to} [list $below [my Below] $above [my Above]] {
			if {$connection eq {}} continue
			$connection poll
			while {[$connection waiting]} {
				set octets [$connection next]
				set session [my Session $to $octets]
				if {[dict exists $fences $session]} {
					if {$session eq $fence} { set fence passed }
					dict unset fences $session
				} elseif {[my Ours $to $octets]} {
					lappend found [list $to $octets]
				}
			}
			if {[$connection ended] eq "length"} {
				::peer::lost flood "it sends a length that is none (ENV-S-02)"
			}
		}
		return $found
	}

	method Ours {to octets} {
		if {$to eq "network"} {
			if {![dict exists $network $octets]} { dict set network $octets $handle }
			return [expr {[dict get $network $octets] eq $handle}]
		}
		set session [my Session $to $octets]
		if {$session eq {}} { return 1 }
		if {![dict exists $sessions $session]} { dict set sessions $session $handle }
		return [expr {[dict get $sessions $session] eq $handle}]
	}

	method Hang {} {
		foreach one [list $below $above] {
			if {$one ne {} && [$one partial] ne {}} {
				my kill
				::peer::lost drip "only part of a message came"
			}
		}
		my kill
		::peer::lost hang "nothing came in time, not even the ErrorMsg to a malformed\
		    request (IKP-G-14)"
	}

	# A request that is certainly refused with an ErrorMsg; its session.  It is for
	# the connection that we made: there requests come from.
	method Fence {} {
		set session [::peer::fresh 16]
		dict set fences $session 1
		my Connect
		$below send [my Malformed $session]
		return $session
	}

	method Malformed {session} {
		set type [dict get {seller Initiate acquirer AuthReq} $role]
		return [::oracle::envelope make $profile $type $session \x05\x00]
	}

	# -- for the cases of the stream itself -----------------------------------------------

	# A connection of its own; a request for it, and whether OCTETS are the answer.
	method dial {} { return [my Dial] }
	method request {session} { return [my Malformed $session] }
	method refuses {octets session} { expr {[my Code $octets $session] eq "malformed"} }

	# Wait until CONNECTION has a frame or has ended; {frame OCTETS}, {ended WHY} or
	# {late PARTIAL}.
	method await {connection seconds} {
		set deadline [expr {[clock milliseconds] + int(1000 * $seconds)}]
		while {![$connection waiting] && [$connection open]} {
			set left [expr {$deadline - [clock milliseconds]}]
			if {$left <= 0} { return [list late [$connection partial]] }
			set wake 0
			set timer [after $left [list set [my varname wake] 1]]
			vwait [my varname wake]
			after cancel $timer
		}
		if {[$connection waiting]} { return [list frame [$connection next]] }
		return [list ended [$connection ended]]
	}
}

# Octets nobody has seen before.
proc ::peer::fresh {n} {
	set ch [open /dev/urandom rb]
	set octets [read $ch $n]
	close $ch
	return $octets
}
