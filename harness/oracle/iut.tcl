# iut.tcl -- the second implementation as an adapter: line/1 of
# conformance/ADAPTER.md over a pair of channels.
#
#   iut serve IN OUT      answer requests until `bye` or the end of IN
#   iut answer LINE       -> the reply to one request, as text
#
# It plays every role of iKP and answers the stateless operations, and has every
# capability: rand stream, clock virtual, fork, restart, digest, codes; keys are
# imported, or made if `open` brings none.

package require Tcl 8.6-
source -encoding utf-8 [file join [file dirname [file normalize [info script]]] .. lib json.tcl]

namespace eval ::oracle::iut {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable parties {}    ;# handle -> party
	variable count 0       ;# of handles given out
	variable leaving 0
	variable made {}       ;# edition, use -> a key of its own, PKCS#8
	# how the members of a result are written; all others are strings
	variable numbers {error at index acked served deposited received passed}
}

proc ::oracle::iut::serve {in out} {
	variable leaving
	fconfigure $in -encoding utf-8 -buffering line
	fconfigure $out -encoding utf-8 -translation lf -buffering line
	while {!$leaving && [gets $in line] >= 0} { puts $out [answer $line] }
}

proc ::oracle::iut::answer {line} {
	set request [json parse $line]
	set id [json get $request id]
	set in [json obj]
	if {[json has $request in]} { set in [json get $request in] }
	lassign [Outcome [json text $request op] $in] kind node
	return [json write [json obj id $id $kind $node]]
}

# {ok NODE}, {reject NODE}, {unsupported NODE} or {error NODE}
proc ::oracle::iut::Outcome {op in} {
	try {
		return [list ok [Perform $op $in]]
	} trap {SEMPER reject} {message options} {
		return [list reject [Reject $options]]
	} trap {SEMPER unsupported} {message options} {
		set what [lindex [dict get $options -errorcode] 2]
		return [list unsupported [json strs [dict create what $what]]]
	} trap {SEMPER error} {message options} {
		set class [lindex [dict get $options -errorcode] 2]
		return [list error [json strs [dict create class $class detail $message]]]
	} on error {message options} {
		puts stderr [dict get $options -errorinfo]
		return [list error [json strs [dict create class internal detail $message]]]
	}
}

# The detail names the requirement, save where all failures must look alike.
proc ::oracle::iut::Reject {options} {
	lassign [dict get $options -errorcode] - - class code requirement
	set node [list class [json str $class]]
	if {$code ne ""} { lappend node code [json str $code] }
	if {[dict exists $options -refusal]} {
		lappend node out [Messages [dict get $options -refusal out]]
	}
	if {$requirement ne "" && $code ne "slip-invalid"} { lappend node detail [json str $requirement] }
	return [json obj {*}$node]
}

proc ::oracle::iut::Perform {op in} {
	if {[namespace which [namespace current]::on-$op] ne ""} { return [on-$op [json plain $in]] }
	return [Stateless $op $in]
}

proc ::oracle::iut::Stateless {op in} {
	lassign [stateless answer $op $in] kind value
	if {$kind eq "ok"} { return $value }
	return -code error -errorcode [list SEMPER $kind $value] $value
}

# -- what it is -------------------------------------------------------------------

proc ::oracle::iut::Strings {list} {
	return [json arr [lmap item $list { json str $item }]]
}

proc ::oracle::iut::Profiles {} {
	set profiles {}
	foreach edition {ec95 jsac hard} {
		foreach variant {1kp 2kp 3kp} {
			lappend profiles ikp/$variant-$edition ikp/$variant-$edition-micro
		}
	}
	return $profiles
}

proc ::oracle::iut::on-hello {in} {
	set capabilities [json obj rand [json str stream] clock [json str virtual] \
		keys [json str import]]
	foreach name {fork restart digest codes} {
		lset capabilities 1 [dict replace [lindex $capabilities 1] $name [json bool 1]]
	}
	set ikp [json obj roles [Strings {buyer seller acquirer broker}] profiles [Strings [Profiles]]]
	return [json obj line [json num 1] name [json str semper-iut-tcl] \
		version [json str 0.1.0] language [json str Tcl] protocols [json obj ikp $ikp] \
		operations [Strings [stateless operations]] capabilities $capabilities \
		window [json num 16]]
}

# -- parties ----------------------------------------------------------------------

proc ::oracle::iut::Party {in} {
	variable parties
	set handle [dict get $in h]
	if {![dict exists $parties $handle]} {
		return -code error -errorcode {SEMPER error handle} "no party $handle"
	}
	return [dict get $parties $handle]
}

proc ::oracle::iut::Enter {party} {
	variable parties
	variable count
	set handle p[incr count]
	dict set parties $handle $party
	return $handle
}

proc ::oracle::iut::on-open {in} {
	set keys [Member $in keys]
	set own [expr {![dict exists $in keys] || [dict size $keys] == 0}]
	if {$own} { set keys [Own [dict get $in protocol] [dict get $in role] [dict get $in profiles]] }
	set party [role open [dict get $in protocol] [dict get $in role] [dict get $in profiles] \
		[Member $in params] $keys [Member $in rand]]
	set node [list h [json str [Enter $party]]]
	if {$own && [dict size $keys]} { lappend node public [Public $keys] }
	return [json obj {*}$node]
}

proc ::oracle::iut::Member {in name} {
	return [expr {[dict exists $in $name] ? [dict get $in $name] : {}}]
}

# Keys of its own: made once for each use and edition, as an implementation has
# them installed; before HARD the acquirer has one for both uses.
proc ::oracle::iut::Own {protocol role profiles} {
	variable made
	set keys {}
	set edition [lindex [tables words [lindex $profiles 0]] 1]
	foreach name [role keys $protocol $role $profiles] {
		set use [expr {$edition eq "hard" ? "$role $name" : $role}]
		if {![dict exists $made $edition $use]} { dict set made $edition $use [Generate] }
		dict set keys $name [dict create key [dict get $made $edition $use] chain {}]
	}
	return $keys
}

proc ::oracle::iut::Generate {} {
	set source [open /dev/urandom rb]
	set seed [read $source 32]
	close $source
	return [binary encode hex [rsa pkcs8 [generate rsa $seed own 2048]]]
}

proc ::oracle::iut::Public {keys} {
	return [json strs [dict map {name pair} $keys {
		binary encode hex [rsa spki [rsa private [binary decode hex [dict get $pair key]]]]
	}]]
}

proc ::oracle::iut::on-certify {in} {
	variable parties
	set party [Party $in]
	dict for {name chain} [dict get $in chains] {
		dict set party keys $name chain [lmap hex $chain { binary decode hex $hex }]
	}
	dict set parties [dict get $in h] $party
	return [json obj]
}

proc ::oracle::iut::on-step {in} {
	variable parties
	set handle [dict get $in h]
	try {
		set reply [role step [Party $in] [dict get $in event] [Member $in rand] [Member $in now]]
	} trap {SEMPER reject} {message options} {
		dict set parties $handle [dict get $options -refusal party]
		return -options $options $message
	}
	dict set parties $handle [dict get $reply party]
	return [json obj out [Messages [dict get $reply out]] status [json str [dict get $reply status]] \
		result [Result [dict get $reply result]] timers [Timers [dict get $reply timers]] \
		drew [json obj {*}[dict map {label n} [dict get $reply drew] { json num $n }]]]
}

proc ::oracle::iut::Messages {messages} {
	return [json arr [lmap message $messages { json strs $message }]]
}

proc ::oracle::iut::Timers {timers} {
	return [json arr [lmap timer $timers { Result $timer }]]
}

proc ::oracle::iut::Result {values} {
	variable numbers
	return [json obj {*}[dict map {name value} $values {
		list [expr {$name in $numbers ? "num" : "str"}] $value
	}]]
}

proc ::oracle::iut::on-fork {in} {
	return [json obj h [json str [Enter [Party $in]]]]
}

# Everything a party knows counts as stored: nothing is lost.
proc ::oracle::iut::on-restart {in} {
	Party $in
	return [json obj]
}

proc ::oracle::iut::on-digest {in} {
	return [json obj digest [json str [role digest [Party $in]]]]
}

proc ::oracle::iut::on-drop {in} {
	variable parties
	Party $in
	dict unset parties [dict get $in h]
	return [json obj]
}

proc ::oracle::iut::on-reset {in} {
	variable parties {}
	return [json obj]
}

proc ::oracle::iut::on-bye {in} {
	variable leaving 1
	return [json obj]
}
