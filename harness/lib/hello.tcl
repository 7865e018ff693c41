# hello.tcl -- is what hello declares coherent, and is it true?
#
# The provider of the cases `hello::..`, which come before all others: the
# declaration is reviewed, then probed.  A lie is fail(capability-lie) in a
# case of its own, and the run goes on.
#
#   hello::review                      claims that contradict or do not exist
#   hello::unknown-operation           must be unsupported
#   hello::unknown-protocol            must be unsupported
#   hello::unclaimed::OP               not listed, so it must be unsupported
#   hello::tells-apart::OP             a known-good and a known-bad input differ
#   hello::digest, hello::fork, hello::restart, hello::rand, hello::clock
#                                      what these capabilities mean (hello_held.tcl)
#   hello::bye, hello::end-of-input    the adapter leaves with exit status 0

package require Tcl 8.6-

namespace eval ::hello {
	variable telling {
		crypto.rsa-pkcs1-verify crypto.rsa-pss-verify crypto.rsa-oaep-decrypt
		crypto.rsabssa-verify crypto.ed25519-verify crypto.hpke-open
		der.decode pki.path
	}
	# a path that even a verifier without roles and profiles refuses
	variable rogue pki::path::seller-hard-rogue
	variable singles {
		review {What hello declares is coherent.}
		unknown-operation {An operation that cannot exist is unsupported.}
		unknown-protocol {A protocol that cannot exist is unsupported.}
		bye {After bye the adapter exits with 0.}
		end-of-input {When its input ends the adapter exits with 0.}
	}
	variable capabilities {
		digest {The digest of a party moves with its state, and stays with it.}
		fork {A fork is a party of its own, with what the original knew.}
		restart {After a restart a party still knows what is durable.}
		rand {The same draws make the same octets.}
		clock {The time that a party is given is its time.}
	}
}

proc ::hello::instances {context} {
	variable telling
	if {[provider::value $context connect] ne {}} { return {} } ;# no adapter, no declaration
	set found {}
	if {![llength [provider::value $context exec]]} { set found [declared] }
	foreach op $telling {
		lappend found [instance tells-apart::$op \
		    "$op tells a good input from a bad one." tells_apart $op]
	}
	return $found
}

# What an adapter must keep of what it declares; programs declare nothing.
proc ::hello::declared {} {
	variable singles
	variable capabilities
	set found [lmap {name title} $singles {instance $name $title $name {}}]
	foreach {name title} $capabilities {
		lappend found [instance $name $title held::probe $name]
	}
	foreach op [ops stateless] {
		lappend found [instance unclaimed::$op \
		    "$op is unsupported unless hello lists it." unclaimed $op]
	}
	return $found
}

proc ::hello::instance {name title command op} {
	return [dict create id hello::$name case hello::$name protocol hello \
	    title $title req {} flags {} data [list [string map {- _} $command] $op]]
}

proc ::hello::run {context iut instance} {
	lassign [dict get $instance data] command op
	return [$command $context $iut $op]
}

proc ::hello::lie {text args} { return [verdict fail capability-lie $text {*}$args] }

# -- review -------------------------------------------------------------------

proc ::hello::review {context iut op} {
	set node [$iut hello]
	set problems {}
	foreach name [json text $node operations] {
		if {$name ni [ops stateless] && ![regexp {^[a-z0-9]+\.judge$} $name]} {
			lappend problems "operation \"$name\" does not exist"
		}
	}
	set sorted [lsort [json text $node operations]]
	if {[lsort -unique $sorted] ne $sorted} {
		lappend problems "an operation is listed twice"
	}
	if {[json text $node line] != 1} { lappend problems "line is not 1" }
	dict for {protocol claim} [json text $node protocols] {
		lappend problems {*}[protocol $context $protocol $claim]
	}
	if {![llength $sorted] && ![dict size [json text $node protocols]]} {
		lappend problems "neither an operation nor a protocol is claimed"
	}
	if {[llength $problems]} { return [lie [join $problems "; "]] }
	return [verdict pass]
}

proc ::hello::protocol {context protocol claim} {
	set problems {}
	set roles [dict get $claim roles]
	set profiles [dict get $claim profiles]
	if {[llength $roles] && ![llength $profiles]} {
		lappend problems "$protocol: roles without a profile"
	}
	if {[llength $profiles] && ![llength $roles]} {
		lappend problems "$protocol: profiles without a role"
	}
	set known [lsort -unique [lmap row [dict get $context spec interface] {
		if {[dict get $row room] ne $protocol} continue
		dict get $row role
	}]]
	if {![llength $known]} {
		return [list "protocol \"$protocol\" is not in the specification"]
	}
	foreach role $roles {
		if {$role ni $known} { lappend problems "$protocol has no role \"$role\"" }
	}
	foreach profile $profiles {
		if {$profile ni [::case::profiles]} {
			lappend problems "there is no profile \"$profile\""
		}
	}
	return $problems
}

# -- probes -------------------------------------------------------------------

# A name nobody can have prepared for.
proc ::hello::random_name {} {
	return probe-[format %08x [expr {int(rand() * 0xffffffff)}]]
}

proc ::hello::must_be_unsupported {iut op in} {
	try {
		set reply [$iut call $op $in]
	} trap {IUT protocol} {message} {
		return [lie "$op, which is not claimed, was answered" expected unsupported got $message]
	}
	if {[dict get $reply kind] eq "unsupported"} { return [verdict pass] }
	return [lie "$op, which is not claimed, was answered" expected unsupported \
	    got "[dict get $reply kind] [json write [dict get $reply body]]"]
}

proc ::hello::unknown_operation {context iut op} {
	return [must_be_unsupported $iut crypto.[random_name] [json obj]]
}

proc ::hello::unknown_protocol {context iut op} {
	set name [random_name]
	return [must_be_unsupported $iut open [json obj protocol [json str $name] \
	    role [json str buyer] profiles [json arr [list [json str $name/x]]] \
	    params [json obj] keys [json obj]]]
}

proc ::hello::unclaimed {context iut op} {
	if {[$iut operation $op]} { return [verdict inapplicable "$op is claimed"] }
	set test [vectors find $op accept]
	set in [expr {$test eq {} ? [json obj] : [stateless::request $iut $test]}]
	return [must_be_unsupported $iut $op $in]
}

proc ::hello::tells_apart {context iut op} {
	variable rogue
	if {![$iut operation $op]} { return [verdict inapplicable "$op is not claimed"] }
	foreach result {accept reject} {
		set test [vectors find $op $result [expr {
		    $result eq "reject" && $op eq "pki.path" ? $rogue : "*"}]]
		if {$test eq {}} { return [verdict inapplicable "no vector of $op"] }
		set kind [dict get [$iut call $op [stateless::request $iut $test]] kind]
		dict set kinds $result $kind
	}
	if {[dict get $kinds accept] eq "ok" && [dict get $kinds reject] eq "reject"} {
		return [verdict pass]
	}
	return [lie "$op answers a good input with [dict get $kinds accept] and a bad\
	    one with [dict get $kinds reject]" expected "ok and reject" \
	    got "[dict get $kinds accept] and [dict get $kinds reject]"]
}

proc ::hello::bye {context iut op} { return [leaves $iut bye] }
proc ::hello::end_of_input {context iut op} { return [leaves $iut end] }

proc ::hello::leaves {iut how} {
	$iut hello
	set complaint [$iut finish $how]
	if {$complaint eq {}} { return [verdict pass] }
	return [verdict fail protocol $complaint expected "exit with 0" got $complaint]
}

provider::register hello ::hello -batch 100
