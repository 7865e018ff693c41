# stream.tcl -- the framing of a running peer: cases `stream::..` of --connect
#
# The provider `stream`.  Its instances exist only in a run against a peer
# (peer.tcl); each opens connections of its own.  That a connection is served is
# shown by a request that must be refused with an ErrorMsg.

package require Tcl 8.6-

namespace eval ::stream {
	variable cases {
		zero {length 00000000 {A length of 0 closes the stream; the next connection is served.} ENV-S-01}
		above {length 00100001 {A length of 1 MiB and 1 closes the stream.} ENV-S-01}
		huge {length ffffffff {A length of 4 GiB closes the stream.} ENV-S-01}
		largest {largest {} {A message of 1 MiB is taken whole, and the stream goes on.} ENV-S-01}
		garbage {garbage {} {What is no envelope does not end the stream.} ENV-S-01}
		octets {drips {} {A message that comes octet by octet is a message.} ENV-S-02}
		together {together {} {Messages that come together are answered one by one, in order.} ENV-S-02}
		torn {torn {} {A connection that ends inside a message harms no other.} ENV-S-01}
		stuck {stuck {} {A connection that stops inside a message holds up no other.} ENV-S-01}
		many {many {} {Twenty connections are served side by side.} ENV-S-02}
	}
}

proc ::stream::instances {context} {
	variable cases
	if {[provider::value $context connect] eq {}} { return {} }
	return [lmap {name entry} $cases {
		lassign $entry command argument title req
		dict create id stream::$name case stream::$name protocol ikp \
		    role [dict get $context role] profile [dict get $context profile] \
		    title $title req $req flags {} data [list $command $argument]
	}]
}

proc ::stream::run {context peer instance} {
	lassign [dict get $instance data] command argument
	variable connections {}
	variable seconds [dict get $context timeout]
	try {
		return [$command $peer {*}$argument]
	} trap {STREAM fail} {verdict} {
		return $verdict
	} finally {
		foreach connection $connections { $connection destroy }
	}
}

proc ::stream::stop {cause text args} {
	throw {STREAM fail} [verdict fail $cause $text {*}$args]
}

proc ::stream::dial {peer} {
	variable connections
	lappend connections [$peer dial]
	return [lindex $connections end]
}

# A request, framed, and the session its ErrorMsg has to name.
proc ::stream::question {peer} {
	set session [::peer::fresh 16]
	set octets [$peer request $session]
	return [list [binary format Iu [string length $octets]]$octets $session]
}

proc ::stream::answered {peer connection session} {
	variable seconds
	lassign [$peer await $connection $seconds] what detail
	switch -- $what {
		frame {
			if {[$peer refuses $detail $session]} return
			stop wrong-output "a malformed request is not answered with its ErrorMsg (IKP-G-14)" \
			    got [binary encode hex [string range $detail 0 99]]
		}
		late { stop hang "a request is not answered in $seconds s" }
		ended { stop crash "the connection ended where an ErrorMsg was due ($detail)" }
	}
}

proc ::stream::serves {peer {connection {}}} {
	if {$connection eq {}} { set connection [dial $peer] }
	lassign [question $peer] octets session
	$connection raw $octets
	answered $peer $connection $session
}

# -- the cases ----------------------------------------------------------------------

proc ::stream::length {peer hex} {
	variable seconds
	set connection [dial $peer]
	$connection raw [binary decode hex $hex]
	lassign [$peer await $connection $seconds] what detail
	if {$what ne "ended"} {
		stop accepted "a length of 0x$hex does not close the stream" \
		    expected "the end of the stream" got $what
	}
	serves $peer
	return [verdict pass]
}

proc ::stream::largest {peer} {
	set connection [dial $peer]
	$connection raw [binary decode hex 00100000][string repeat \x30 1048576]
	serves $peer $connection
	return [verdict pass]
}

proc ::stream::garbage {peer} {
	set connection [dial $peer]
	foreach octets [list \x00 \x30\x00 \x30\x80 [::peer::fresh 40]] { $connection send $octets }
	serves $peer $connection
	return [verdict pass]
}

proc ::stream::drips {peer} {
	set connection [dial $peer]
	lassign [question $peer] octets session
	foreach octet [split $octets {}] {
		$connection raw $octet
		after 1
	}
	answered $peer $connection $session
	return [verdict pass]
}

proc ::stream::together {peer} {
	set connection [dial $peer]
	set all {}
	set sessions {}
	for {set i 0} {$i < 5} {incr i} {
		lassign [question $peer] octets session
		append all $octets
		lappend sessions $session
	}
	$connection raw $all
	foreach session $sessions { answered $peer $connection $session }
	return [verdict pass]
}

proc ::stream::torn {peer} {
	lassign [question $peer] octets
	foreach end {1 4 5 end-1} {
		set connection [dial $peer]
		$connection raw [string range $octets 0 $end]
		$connection close
	}
	serves $peer
	return [verdict pass]
}

proc ::stream::stuck {peer} {
	lassign [question $peer] octets session
	set connection [dial $peer]
	$connection raw [string range $octets 0 20]
	serves $peer
	$connection raw [string range $octets 21 end]
	answered $peer $connection $session
	return [verdict pass]
}

proc ::stream::many {peer} {
	set waiting {}
	for {set i 0} {$i < 20} {incr i} {
		set connection [dial $peer]
		lassign [question $peer] octets session
		$connection raw $octets
		lappend waiting $connection $session
	}
	foreach {connection session} $waiting { answered $peer $connection $session }
	return [verdict pass]
}

provider register stream ::stream -batch 20
