# live_sealed.tcl -- what a SealedReq or SealedRes holds (spec/ikp-clearing.md 3), seen by
# the harness, which knows the channel key and what the oracle's parties draw
#
#   sealed is M                1 if the message of live_wire.tcl is one of the two
#   sealed opened WORLD M      the message inside: as M, with the type and value of what
#                              is inside and `outer`, the message itself, `body`, the
#                              SealedBody or SealedAnswer
#   sealed closed M            the message with what is inside sealed again; `secret`,
#                              `type` and `octets` of M's member `sealing` replace parts
#   sealed type TYPE PROFILE   the name under which a message of TYPE travels
#   sealed inner WORLD MESSAGE the type of a message of the world, of one that is sealed
#                              that of what is inside
#
# A SealedRes is opened with the secret of the seller's reply key, or with the sender's
# side of its encapsulation.

package require Tcl 8.6-

namespace eval ::live::sealed {
	namespace export is opened closed type inner
	namespace ensemble create
	variable inside {
		CaptureReq SealedReq RefundReq SealedReq BatchReq SealedReq ReversalReq SealedReq
		AcqInquiryReq SealedReq CaptureRes SealedRes RefundRes SealedRes BatchRes SealedRes
		ReversalRes SealedRes AcqInquiryRes SealedRes
	}
}

proc ::live::sealed::is {m} { return [expr {[dict get $m type] in {SealedReq SealedRes}}] }

proc ::live::sealed::type {type profile} {
	variable inside
	if {[::oracle::ikp::message exists $profile SealedReq] && [dict exists $inside $type]} {
		return [dict get $inside $type]
	}
	return $type
}

proc ::live::sealed::inner {world message} {
	if {[dict get $message type] ni {SealedReq SealedRes}} { return [dict get $message type] }
	dict with message {
		set name [list sealed-inner $msg]
		if {[::oracle::memo recall $name type]} { return $type }
		try {
			set m [opened $world [wire read [dict get $world profile] $from $to $msg]]
		} trap {LIVE sealed} {} {
			return [dict get $message type]
		}
		return [::oracle::memo keep $name [dict get $m type]]
	}
}

# -- opening ----------------------------------------------------------------------------

proc ::live::sealed::opened {world m} {
	set outer $m
	if {[dict get $m type] eq "SealedReq"} {
		set body [body [dict get $world setup] $m]
		set context {}
	} else {
		lassign [answer $world $m] body context
	}
	set type [dict get $body type]
	return [dict replace $m outer $outer body $body context $context type $type \
	    value [::oracle::ikp::message body [dict get $m profile] $type [dict get $body body]]]
}

proc ::live::sealed::body {setup m} {
	return [::oracle::ikp::channel opened [dict get $m env session] [dict get $m value] \
	    [lindex [setup channel $setup] 0]]
}

# {SealedAnswer, {SealedReq replyKey}} of a SealedRes.
proc ::live::sealed::answer {world m} {
	set value [dict get $m value]
	set found [by_seller $world $value]
	if {[llength $found]} { return $found }
	foreach message [lreverse [world past $world SealedReq]] {
		dict with message {
			set request [wire read [dict get $world profile] $from $to $msg]
		}
		set key [dict get [body [dict get $world setup] $request] replyKey]
		set aad [::oracle::ikp::channel bound [dict get $request value]]
		set party [dict get $world parties acquirer]
		foreach ikm [sent_with $world $party] {
			set context [::oracle::hpke sender $key [::oracle::ikp::channel info] $ikm]
			if {[dict get $context enc] ne [dict get $value enc]} continue
			return [list [::oracle::der decode IKP SealedAnswer [::oracle::hpke open $context 0 \
			    $aad [dict get $value ct]]] [list [dict get $request value] $key]]
		}
	}
	throw {LIVE sealed} "no way to open this SealedRes"
}

# The same with the secret of the seller's reply key, if the seller is the oracle's.
proc ::live::sealed::by_seller {world response} {
	set party [dict get $world parties seller]
	if {[dict get $party kind] ne "oracle"} { return {} }
	dict for {key tx} [dict get $party value transactions] {
		foreach name {sealed sealed-inquiry} {
			if {![dict exists $tx $name]} continue
			set secret [lindex [dict get $tx $name] 1]
			foreach request [requests $world] {
				try {
					set answer [::oracle::ikp::channel answered $request $secret $response]
				} trap {ORACLE} {} continue
				return [list $answer [list $request [::oracle::ec x25519-public $secret]]]
			}
		}
	}
	return {}
}

# The SealedReqs of the session as they were delivered, the latest first.
proc ::live::sealed::requests {world} {
	return [lmap message [lreverse [world past $world SealedReq]] {
		dict with message {
			dict get [wire read [dict get $world profile] $from $to $msg] value
		}
	}]
}

# What the acquirer drew for ikmE in its steps so far, the latest first.
proc ::live::sealed::sent_with {world party} {
	set found {}
	for {set n [dict get $party count]} {$n >= 0} {incr n -1} {
		dict set party count $n
		set rand [world rand $world $party]
		if {[dict exists $rand ikmE]} {
			lappend found [binary decode hex [string range [dict get $rand ikmE] 0 63]]
		}
	}
	return $found
}

# -- sealing again ----------------------------------------------------------------------------

proc ::live::sealed::closed {m} {
	set outer [dict get $m outer]
	set options [dict merge [dict create type [dict get $m type] secret {} octets {}] \
	    [dict get $m sealing]]
	set octets [::oracle::der lax [dict get $m module] [dict get $m type] [dict get $m value] \
	    [::live::wire::within [dict get $m defects] body]]
	if {[dict get $options octets] ne {}} { set octets [binary decode hex [dict get $options octets]] }
	set ikm [string repeat \x3d 32]
	if {[dict get $outer type] eq "SealedReq"} {
		set body [dict replace [dict get $m body] type [dict get $options type] body $octets]
		if {[dict get $options secret] ne {}} {
			dict set body secret [binary decode hex [dict get $options secret]]
		}
		set sealed [request $m $outer $body $ikm]
	} else {
		lassign [dict get $m context] request key
		set sealed [::oracle::ikp::channel answer $request $key $ikm [dict get $options type] $octets]
	}
	foreach path {enc ct} { dict set outer value $path [dict get $sealed $path] }
	dict set outer defects [dict filter [dict get $m defects] key envelope*]
	return [dict merge [dict remove $m outer body context] $outer]
}

proc ::live::sealed::request {m outer body ikm} {
	set session [dict get $outer env session]
	set public [lindex [setup channel [dict get $m scene setup]] 1]
	set aad [::oracle::ikp::channel head $session [dict get $outer value idS]]
	lassign [::oracle::ikp::channel seal $public $ikm $aad \
	    [::oracle::der encode IKP SealedBody $body]] enc ct
	return [dict create enc $enc ct $ct]
}
