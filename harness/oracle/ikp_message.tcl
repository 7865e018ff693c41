# ikp_message.tcl -- messages of iKP between octets and values.
#
#   message make PROFILE TYPE SESSION VALUE   -> octets, in an envelope
#   message body PROFILE TYPE OCTETS          -> value; {ORACLE malformed ..}
#   message exists PROFILE TYPE               1 if the profile has the type
#   message presence PROFILE TYPE VALUE       "" or the path of a component that
#                                             the profile forbids or misses
#   message request TYPE                      1 if it is a request
#   message der PROFILE TYPE VALUE            octets without an envelope
#
# Which optional components belong to a profile is the presence table of
# spec/ikp.md; the rest is below.

package require Tcl 8.6-

namespace eval ::oracle::ikp::message {
	namespace path {::oracle::ikp ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create

	# type -> {from to}; several are joined by commas
	variable directions {
		Initiate {buyer seller} Invoice {seller buyer} Payment {buyer seller}
		AuthReq {seller acquirer} AuthRes {acquirer seller} Confirm {seller buyer}
		Cancel {seller buyer} InquiryReq {buyer seller} InquiryRes {seller buyer}
		AcqInquiryReq {seller acquirer} AcqInquiryRes {acquirer seller}
		ReversalReq {seller acquirer} ReversalRes {acquirer seller}
		CaptureReq {seller acquirer} CaptureRes {acquirer seller}
		RefundReq {seller acquirer} RefundRes {acquirer seller}
		BatchReq {seller acquirer} BatchRes {acquirer seller}
		SealedReq {seller acquirer} SealedRes {acquirer seller}
		MicroAccept {seller buyer} MicroPay {buyer seller} MicroAck {seller buyer}
		MicroDeposit {seller acquirer} MicroDepositRes {acquirer seller}
		MicroClose {seller acquirer}
		ErrorMsg {buyer,seller,acquirer buyer,seller,acquirer}
	}
	variable requests {
		Initiate Payment AuthReq InquiryReq AcqInquiryReq ReversalReq
		CaptureReq RefundReq BatchReq SealedReq MicroPay MicroDeposit MicroClose
	}
	# types that not every profile has
	variable limited {
		Cancel jsac,hard AcqInquiryReq {hard 2kp,3kp} AcqInquiryRes {hard 2kp,3kp}
		ReversalReq {hard 2kp,3kp} ReversalRes {hard 2kp,3kp}
		CaptureReq {hard 2kp,3kp base} CaptureRes {hard 2kp,3kp base}
		RefundReq {hard 2kp,3kp base} RefundRes {hard 2kp,3kp base}
		BatchReq {hard 2kp,3kp base} BatchRes {hard 2kp,3kp base}
		SealedReq {hard 1kp base} SealedRes {hard 1kp base}
		MicroAccept {3kp micro} MicroPay micro MicroAck micro
		MicroDeposit micro MicroDepositRes micro MicroClose micro
	}
	# components that requirements, not the table, judge: path -> profiles where
	# they may be there
	variable judged {
		Invoice.certA all Payment.certB 3kp Confirm.v 2kp,3kp Slip.pin all
		InquiryRes.confirm all InquiryRes.cancel jsac,hard AcqInquiryRes.authRes all
		resp.authCode all resp.reason all resp.authAmount hard
		AcqInquiryRes.totals {hard base}
		micro.broker {hard micro} MicroPay.offer {hard micro} MicroDeposit.offLine {3kp micro}
		offLine.sigB {3kp micro}
	}
	variable paths         ;# cache: {module type} -> optional paths
	array set paths {}
}

proc ::oracle::ikp::message::der {profile type value} {
	set module [common module [lindex [common profile $profile] 0]]
	set name [list message-der $module $type $value]
	if {[memo recall $name octets]} { return $octets }
	return [memo keep $name [::oracle::der encode $module $type $value]]
}

proc ::oracle::ikp::message::make {profile type session value} {
	return [envelope make $profile $type $session [der $profile $type $value]]
}

proc ::oracle::ikp::message::body {profile type octets} {
	set module [common module [lindex [common profile $profile] 0]]
	set name [list message $module $type $octets]
	if {[memo recall $name value]} { return $value }
	return [memo keep $name [::oracle::der decode $module $type $octets]]
}

proc ::oracle::ikp::message::request {type} {
	variable requests
	return [expr {$type in $requests}]
}

proc ::oracle::ikp::message::exists {profile type} {
	variable directions
	variable limited
	if {![dict exists $directions $type]} { return 0 }
	if {![dict exists $limited $type]} { return 1 }
	return [tables applies [dict get $limited $type] [tables words $profile]]
}

# -- presence (IKP-G-07) ----------------------------------------------------------

proc ::oracle::ikp::message::presence {profile type value} {
	set words [tables words $profile]
	set module [common module [lindex [common profile $profile] 0]]
	foreach path [Optional $module $type] {
		set there [::oracle::der has $value $path]
		if {![Fits $words $type $path $there [Held $value $path]]} { return $path }
	}
	return ""
}

# Whether the component above an optional one is there at all.
proc ::oracle::ikp::message::Held {value path} {
	set above [join [lrange [split $path .] 0 end-1] .]
	return [expr {$above eq "" || [::oracle::der has $value $above]}]
}

proc ::oracle::ikp::message::Fits {words type path there held} {
	variable judged
	set table [dict get [specification] presence]
	lassign [Owner $type $path] owner path
	if {[dict exists $table $owner.$path]} {
		set wanted [tables applies [dict get $table $owner.$path] $words]
		return [expr {!$held || $there == $wanted}]
	}
	set cell none
	foreach name [list $owner.$path [join [lrange [split $path .] end-1 end] .]] {
		if {[dict exists $judged $name]} { set cell [dict get $judged $name] }
	}
	return [expr {!$there || [tables applies $cell $words]}]
}

# A message inside another one obeys the rows of its own type.
proc ::oracle::ikp::message::Owner {type path} {
	set embedded {confirm Confirm cancel Cancel authRes AuthRes}
	set rest [lassign [split $path .] first]
	if {[llength $rest] && [dict exists $embedded $first]} {
		return [list [dict get $embedded $first] [join $rest .]]
	}
	return [list $type $path]
}

proc ::oracle::ikp::message::Optional {module type} {
	variable paths
	if {![info exists paths($module,$type)]} {
		set paths($module,$type) [Walk [asn1 type $module $type] {}]
	}
	return $paths($module,$type)
}

proc ::oracle::ikp::message::Walk {node path} {
	set found {}
	if {[dict get $node kind] ne "sequence"} { return {} }
	foreach field [dict get $node fields] {
		lassign $field name type presence
		set here [concat $path $name]
		if {$presence eq "optional"} { lappend found [join $here .] }
		lappend found {*}[Walk [asn1 resolve $type] $here]
	}
	return $found
}
