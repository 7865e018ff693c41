# hello_held.tcl -- is what hello declares of its parties true?
#
#   hello::held::probe CONTEXT IUT NAME     a verdict on the capability NAME:
#                                           digest fork restart rand clock
#
# One claimed role in one claimed base profile, edition HARD if there is one, is
# brought to an honest moment of the flow `pay`; it and others that were told the
# same are then told one thing more.  Where the flow does not get so far nothing
# is said here: its cases will.

package require Tcl 8.6-

namespace eval ::hello::held {
	namespace path ::hello
	# the message at which a role sends what it draws, and for `restart` the one
	# that it must know again, or wait for
	variable moments {
		seller {any Initiate restart Initiate rand Initiate}
		acquirer {any AuthReq restart AuthReq rand NetReply}
		buyer {any {} restart Invoice rand {}}
	}
}

proc ::hello::held::probe {context iut name} {
	if {![provider::satisfied $iut $name]} { return [verdict inapplicable "$name is not claimed"] }
	try {
		lassign [claimed $iut $name] role profile
		if {$role eq {}} { other "no role in a base profile is claimed" }
		set world [moment $context $iut $role $profile $name]
		set complaint [$name $iut $world $role]
		::live::world drop $world
	} trap {LIVE verdict} {why} {
		return [verdict inapplicable "[dict get $why detail]; the flows judge that"]
	}
	return [expr {$complaint eq {} ? [verdict pass] : $complaint}]
}

# What is not for these probes to say.
proc ::hello::held::other {why} { throw {LIVE verdict} [dict create detail $why] }

# {ROLE PROFILE}; in edition HARD most can be seen, before it a restart only of the
# acquirer.
proc ::hello::held::claimed {iut name} {
	set roles {seller acquirer buyer}
	set hard [lmap profile [lsearch -all -glob -inline [::case::profiles] *-hard] {
		if {![$iut claims ikp {} $profile]} continue
		set profile
	}]
	if {$name eq "restart" && ![llength $hard]} { set roles {acquirer seller buyer} }
	foreach role $roles {
		foreach profile [lreverse [::case::profiles]] {
			if {![string match *-micro $profile] && [$iut claims ikp $role $profile]} {
				return [list $role $profile]
			}
		}
	}
	return {}
}

proc ::hello::held::moment {context iut role profile name} {
	variable moments
	set world [::live::world make [dict merge $context {twins none}] $profile \
	    [dict create $role $iut] {}]
	set points [dict get $moments $role]
	set type [dict get $points [expr {[dict exists $points $name] ? $name : "any"}]]
	if {$type eq {}} { return $world }
	set flows [dict get [::case::model [dict get $context root]] flows]
	set world [::live::script begin $world [dict get $flows pay steps]]
	if {![::live::script go world [list $type $role 1]]} { other "no $type comes to the $role" }
	return $world
}

# What comes next: the message, or of a buyer its first input.
proc ::hello::held::event {world} {
	if {[llength [dict get $world way]]} {
		return [::live::script recv [::live::world head $world]]
	}
	set setup [dict get $world setup]
	return [list input [dict merge [dict create do start seller [dict get $setup idS]] \
	    [dict remove [::live::setup order $setup main] pin unit]]]
}

# Tell a party that, so many SECONDS later, with the draws named DRAWS.
proc ::hello::held::tell {partyVar world {seconds 0} {draws same}} {
	upvar 1 $partyVar party
	set many [expr {[[dict get $party iut] capability rand] eq "value" ? 1 : 4}]
	set role [dict get $party role]
	set profile [dict get $world profile]
	set rand [::live::world::streams $role $profile \
	    "[dict get $world setup seed]/$profile/$role/$draws" $many]
	return [::live::party step party [event $world] \
	    [expr {[dict get $world now] + $seconds}] $rand]
}

proc ::hello::held::accepted {role reply} {
	if {[dict get $reply kind] ne "ok"} { other "the $role answers [dict get $reply kind]" }
	return $reply
}

proc ::hello::held::brief {reply} {
	if {[dict get $reply kind] ne "ok"} {
		return [string trim "[dict get $reply kind] [::live::judge::optional $reply class]"]
	}
	return "ok and [llength [dict get $reply out]] messages"
}

# -- the probes: {} or a lie ------------------------------------------------------

proc ::hello::held::digest {iut world role} {
	set party [dict get $world parties $role]
	set before [::live::party digest $party]
	set again [::live::party digest $party]
	accepted $role [tell party $world]
	set after [::live::party digest $party]
	if {$before ne $again} {
		return [lie "the digest of the $role moves although nothing happens" \
		    expected $before got $again]
	}
	if {$after ne $before} { return {} }
	return [lie "the digest of the $role stays although its state moves" \
	    expected "another one" got $after]
}

# What the acquirer sends to the network holds nothing that is drawn.
proc ::hello::held::fork {iut world role} {
	set party [dict get $world parties $role]
	set copy [::live::party fork $party]
	if {[dict get $copy handle] eq [dict get $party handle]} {
		return [lie "fork answers with the handle of the original" \
		    expected "another handle" got [dict get $copy handle]]
	}
	set one [accepted $role [tell party $world 0 one]]
	set two [tell copy $world 0 two]
	::live::party drop $copy
	if {[brief $one] ne [brief $two]} {
		return [lie "the fork of the $role does not answer as the original did, told the same" \
		    expected [brief $one] got [brief $two]]
	}
	if {$role eq "acquirer" || [$iut capability rand] eq "none"
	    || [dict get $one out] ne [dict get $two out]} { return {} }
	return [lie "the $role and its fork, given other draws, send the same octets" \
	    expected "other octets" got [dict get $two out]]
}

# IKP-G-10 and IKP-A-29: the same message again is answered as by who was not
# restarted, and so is the one that is waited for.
proc ::hello::held::restart {iut world role} {
	if {$role ne "acquirer" && ![string match *-hard [dict get $world profile]]} {
		other "what survives a restart of the $role is said in edition HARD alone"
	}
	set party [dict get $world parties $role]
	set twin [::live::party::revive $party]
	set first {}
	if {$role ne "buyer"} {
		set first [accepted $role [tell party $world]]
		accepted $role [tell twin $world]
	}
	::live::party restart party
	set restarted [tell party $world]
	set went_on [tell twin $world]
	if {$role eq "buyer"} { accepted $role $went_on }
	::live::party drop $twin
	if {[brief $restarted] ne [brief $went_on]} {
		return [lie "after a restart the $role does not answer as it does without" \
		    expected [brief $went_on] got [brief $restarted]]
	}
	if {$role ne "seller" || [dict get $restarted out] eq [dict get $first out]} { return {} }
	return [lie "after a restart the $role does not know what it sent before" \
	    expected [dict get $first out] got [dict get $restarted out]]
}

proc ::hello::held::rand {iut world role} {
	if {[$iut capability keys] ne "import" || [$iut capability clock] ne "virtual"} {
		other "with keys or a clock of its own octets do not repeat"
	}
	set party [dict get $world parties $role]
	set twin [::live::party::revive $party]
	set one [accepted $role [tell party $world]]
	set two [accepted $role [tell twin $world]]
	::live::party drop $twin
	if {[dict get $one out] eq [dict get $two out]} { return {} }
	return [lie "the $role, given the same draws, sends other octets" \
	    expected [dict get $one out] got [dict get $two out]]
}

# A real clock may tick between the three, but not there and back.
proc ::hello::held::clock {iut world role} {
	set first [dict get $world parties $role]
	set later [::live::party::revive $first]
	set again [::live::party::revive $first]
	foreach {name seconds} {first 0 later 5 again 0} {
		set reply [tell $name $world $seconds]
		if {[::live::judge::optional $reply class] eq "expired"} {
			return [lie "the $role finds too old what is dated as it was told" \
			    expected ok got [brief $reply]]
		}
		lappend times [times $world $role [accepted $role $reply]]
	}
	foreach party [list $later $again] { ::live::party drop $party }
	lassign $times at after back
	if {$at eq {}} { other "nothing that the $role says first has a time" }
	if {$at eq $back && $at ne $after} { return {} }
	return [lie "the $role, told 5 seconds later what it was told before, dates it by another clock" \
	    expected "other times than $at, and $at again" got "$after and $back"]
}

# The date of an Invoice, and when timers were asked for.
proc ::hello::held::times {world role reply} {
	set found [lsort [lmap timer [::live::judge::optional $reply timers] {dict get $timer at}]]
	foreach message [dict get $reply out] {
		if {$role ne "seller"} continue
		set read [::live::wire read [dict get $world profile] seller \
		    [dict get $message to] [dict get $message msg]]
		if {[::oracle::der has [dict get $read value] clear.date]} {
			lappend found [::oracle::der get [dict get $read value] clear.date]
		}
	}
	return $found
}
