# ikp_event.tcl -- answers one event of an iKP party: what section 5 of
# spec/ikp.md demands of every receiver, in its order, around the actions of the
# roles (ikp_buyer.tcl, ikp_seller.tcl, ikp_acquirer.tcl).
#
#   ikp::event EVENT      called by the engine (role.tcl)
#   ikp::opened PARTY     may refuse a new party
#   ikp::refused CODE     sends the ErrorMsg of a refusal (IKP-G-14)
#   ikp::status           done if the transaction is final
#   ikp::go EVENT STATE   move as the state table says
#   ikp::same-ids VALUE   whether ID_S and TID_S are those of the transaction
#   ikp::amounts-fit RESP authAmount is there exactly with a yes (IKP-G-18)
#   ikp::answer-asked TO OCTETS   send what the stored request was waiting for
#   ikp::heard-session    the session of the message being answered
#   ikp::rules            the tables of spec/ikp.md
#
# A role's namespace has `on-EVENT` for each event of its state table,
# `find KEY VALUE` that selects a transaction (by session and body of a
# message; VALUE is empty while the body is not known, and for a timer),
# `answered TYPE VALUE` that may answer a message before its state is looked at,
# `expects TYPE`, 0 if the transaction has no use for it in any state,
# `misplaced TYPE VALUE` that refuses a message out of its state if a requirement
# has a special word for it, and `repeated TYPE` that does so for a repeated one.
# A broker has those of a buyer and a seller (ikp_broker.tcl).

package require Tcl 8.6-

namespace eval ::oracle::ikp {
	namespace path {::oracle::step ::oracle}
	variable heard {}      ;# {from envelope} of the message being answered
	variable final {
		buyer {aborted paid declined cancelled dispute}
		seller {
			authorized declined cancelled expired part-authorized part-captured captured
			reversed batch-done closed
		}
		acquirer {
			none authorized captured declined voided part-captured batched closed
		}
		broker {}
	}
	# messages that may open a transaction, or need none
	variable openers {
		Initiate AuthReq AcqInquiryReq ReversalReq CaptureReq RefundReq BatchReq SealedReq
		MicroDeposit MicroClose
	}
	# messages that are answered from the present state, each time
	variable present {InquiryReq AcqInquiryReq}
}

proc ::oracle::ikp::rules {} {
	return $::oracle::step::tables
}

proc ::oracle::ikp::opened {party} {
	set editions {}
	foreach profile [dict get $party profiles] {
		if {![regexp {^ikp/[123]kp-(ec95|jsac|hard)(-micro)?$} $profile -> edition]} {
			return -code error -errorcode [list SEMPER unsupported "profile $profile"] \
				"no profile $profile"
		}
		if {$edition ni $editions} { lappend editions $edition }
	}
	if {[dict get $party role] eq "broker" && [lsearch -not [dict get $party profiles] ikp/?kp-hard-micro] >= 0} {
		return -code error -errorcode {SEMPER unsupported "profiles of a broker"} \
			"a broker speaks micro profiles of HARD"
	}
	if {[llength $editions] != 1} {
		return -code error -errorcode {SEMPER unsupported editions} \
			"profiles of exactly one edition are opened together"
	}
}

proc ::oracle::ikp::Role {} {
	return [dict get $::oracle::step::party role]
}

# The role whose actions answer a message of FROM ("" for what is local).
proc ::oracle::ikp::Actor {from event} {
	return [expr {[Role] eq "broker" ? [broker::part $from $event] : [Role]}]
}

proc ::oracle::ikp::event {event} {
	variable heard {}
	set event [dict get $event]
	if {[dict exists $event recv]} {
		Receive [dict get $event recv from] [binary decode hex [dict get $event recv msg]]
	} elseif {[dict exists $event timer]} {
		Timer [dict get $event timer]
	} else {
		Input [dict get $event input]
	}
	if {[knows session]} { report session [binary encode hex [its session]] }
	report state [its state none]
}

proc ::oracle::ikp::status {} {
	variable final
	return [expr {[its state none] in [dict get $final [its table [Role]]] ? "done" : "continue"}]
}

proc ::oracle::ikp::drawing {role} {
	return [expr {$role eq "broker" ? {buyer seller} : [list $role]}]
}

proc ::oracle::ikp::go {event next} {
	must IKP-G-03 {$next in [rows $event]} bad-state
	keep state $next
}

# -- messages -------------------------------------------------------------------

proc ::oracle::ikp::Receive {from octets} {
	variable heard
	if {$from eq "network"} {
		return [acquirer::network $octets]
	}
	set envelope [Decoded { envelope read $octets }]
	set heard [list $from $envelope]
	set acquirer::sealed ""
	dict with envelope {}
	set actor [Actor $from $type]
	must IKP-G-12 {$version == 1} bad-version
	must IKP-G-02 {[speaks $profile]} variant-not-allowed
	${actor}::find $session {}
	must IKP-G-02 {[its profile $profile] eq $profile} variant-not-allowed
	must IKP-G-01 {[message exists $profile $type]} malformed
	set value [Decoded { message body $profile $type $body }]
	must IKP-G-07 {[message presence $profile $type $value] eq ""} malformed
	if {[dict exists $value clear profile]} {
		must IKP-G-16 {[dict get $value clear profile] eq [common profile-value $profile]} \
			variant-not-allowed
	}
	${actor}::find $session $value
	must IKP-G-02 {[its profile $profile] eq $profile} variant-not-allowed
	if {![knows state]} { keep session $session profile $profile }
	if {[Role] eq "broker"} { keep table $actor }
	Placed $actor $from $type $value $octets
}

proc ::oracle::ikp::Decoded {script} {
	try {
		set value [uplevel 1 $script]
	} trap {ORACLE malformed} {} {
		refuse IKP-G-01 malformed
	}
	must IKP-G-01 {1} malformed
	return $value
}

# The message is sound in itself; now what it means here.
proc ::oracle::ikp::Placed {actor from type value octets} {
	variable openers
	if {$type eq "ErrorMsg"} {
		must IKP-G-17 {[knows state]} unknown-transaction
		report error [dict get $value code]
		return
	}
	set name [hash digest sha256 $octets]
	if {[Repeated $actor $type $name]} return
	if {![knows state]} { must IKP-G-17 {$type in $openers} unknown-transaction }
	set outer $type
	if {"$actor $type" in {{acquirer SealedReq} {seller SealedRes}}} {
		lassign [Unsealed $type $value] type value
	}
	if {[${actor}::answered $type $value]} return
	if {![llength [rows $type]]} { ${actor}::misplaced $type $value }
	must IKP-G-03 {[llength [rows $type]] && [${actor}::expects $type]} bad-state
	if {[knows tidS] && [Role] ne "acquirer"} {
		must IKP-G-17 {[same-ids $value]} unknown-transaction
	}
	${actor}::on-$type $value
	Remember $from $type $outer $name
}

# The message in a SealedReq or SealedRes, and its transaction.
proc ::oracle::ikp::Unsealed {type value} {
	if {$type eq "SealedRes"} { return [seller::Unsealed $value] }
	set session [heard-session]
	set profile [its profile]
	lassign [acquirer::Unsealed $session $value] type value
	acquirer::find $session $value
	must IKP-G-02 {[its profile $profile] eq $profile} variant-not-allowed
	if {![knows state]} { keep session $session profile $profile }
	return [list $type $value]
}

proc ::oracle::ikp::same-ids {value} {
	return [expr {![dict exists $value tidS]
		|| [dict get $value idS] eq [its idS] && [dict get $value tidS] eq [its tidS]}]
}

proc ::oracle::ikp::heard-session {} {
	variable heard
	return [dict get [lindex $heard 1] session]
}

proc ::oracle::ikp::amounts-fit {resp} {
	return [expr {[dict exists $resp authAmount] == ([dict get $resp decision] eq "yes")}]
}

# IKP-G-04 in HARD, IKP-G-13 before.  Inquiries are answered from the present.
proc ::oracle::ikp::Repeated {actor type name} {
	variable present
	if {$type eq "SealedReq"} { return [RepeatedSealed $name] }
	if {$type in $present || ![dict exists [its seen {}] $name]} { return 0 }
	${actor}::repeated $type
	if {[lindex [common profile [its profile]] 0] ne "hard"} { return 0 }
	foreach answer [dict get [its seen] $name] {
		send [dict get $answer to] [binary decode hex [dict get $answer msg]]
	}
	return 1
}

# Which transaction a SealedReq is for is not known before it is opened (IKP-A-59).
proc ::oracle::ikp::RepeatedSealed {name} {
	set answers [store sealed $name]
	foreach answer $answers {
		send [dict get $answer to] [binary decode hex [dict get $answer msg]]
	}
	return [llength $answers]
}

# The stored answer is what went back to where the message came from.
proc ::oracle::ikp::Remember {from type outer name} {
	variable present
	if {$type in $present || ![knows state]} return
	set answer {}
	foreach message $::oracle::step::out {
		if {[dict get $message to] eq $from} { lappend answer $message }
	}
	if {$outer eq "SealedReq"} {
		store sealed $name $answer
		return
	}
	keep seen [dict replace [its seen {}] $name $answer]
	if {$type in {Payment AuthReq} || [its state] eq "pending"} { keep asked $name }
}

# A Payment or AuthReq is answered by a later step, and the MicroDeposit for which
# the network is asked.
proc ::oracle::ikp::answer-asked {to octets} {
	send $to $octets
	if {[knows asked]} {
		set answer [dict create to $to msg [binary encode hex $octets]]
		keep seen [dict replace [its seen] [its asked] [list $answer]]
	}
}

proc ::oracle::ikp::refused {code} {
	variable heard
	if {$heard eq ""} return
	lassign $heard from envelope
	dict with envelope {}
	if {![message request $type] || ![speaks $profile]} return
	set number [lindex [dict get [rules] errors $code] 1]
	send $from [message make $profile ErrorMsg $session [dict create code $number]]
}

# -- local events ---------------------------------------------------------------

proc ::oracle::ikp::Timer {name} {
	lassign [split $name /] event key seq
	if {$event ni {resend inquire expire retry net-retry clear-retry pay-again release}} {
		Unsupported "timer $name"
	}
	Local $event [binary decode hex $key] [expr {$seq eq "" ? {} : [list authSeq $seq]}]
}

# Values that no message could carry are malformed, before anything is kept.
proc ::oracle::ikp::Input {input} {
	set do [dict get $input do]
	if {![Known $do]} { Unsupported "input $do" }
	try {
		if {$do in {start offer authorize batch}} {
			[Actor {} $do]::on-$do $input
		} else {
			Local $do [binary decode hex [dict get $input session]] $input
		}
	} trap {ORACLE malformed} {} {
		refuse IKP-G-01 malformed
	}
}

proc ::oracle::ikp::Known {do} {
	foreach entry [dict get [rules] interface [Role]] {
		lassign $entry kind name
		if {$kind eq "input" && $name eq $do} { return 1 }
	}
	return 0
}

proc ::oracle::ikp::Unsupported {what} {
	return -code error -errorcode [list SEMPER unsupported $what] "unsupported: $what"
}

proc ::oracle::ikp::Local {event key input} {
	set actor [Actor {} $event]
	${actor}::find $key {}
	if {$actor eq "seller" && [dict exists $input authSeq]} { select [seller::Key-of $key $input] }
	must IKP-G-17 {[knows state]} unknown-transaction
	if {$actor ne "broker"} { must IKP-G-03 {[llength [rows $event]]} bad-state }
	${actor}::on-$event $input
}
