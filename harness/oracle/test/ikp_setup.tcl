# ikp_setup.tcl -- what the tests of iKP share: stages, and forging a message on
# its way.
#
#   offered PROFILE ?CHANGES?   a stage with the order registered; CHANGES is a dict
#                               from a path in the standard cast to a value
#   upto PROFILE TYPE ?CHANGES? the run as far as a message of TYPE, which is the
#                               next to be delivered
#   told STAGE ROLE DO ..       an input     woken STAGE ROLE EVENT    a timer
#   forged STAGE SCRIPT         the stage with the next message altered; SCRIPT says
#       put PATH VALUE   cut PATH   flip PATH   at PATH   envelope NAME VALUE
#       body OCTETS       instead of the encoded value
#       seal sigS|sigB|sigS2|sigA ?KEY?    sign anew, with a test key
#       slip {PATH VALUE ..}               decrypt, alter, encrypt anew
#   refused STAGE SCRIPT        what becomes of the forged message: code and
#                               requirement; and `changed` if the party's digest
#                               is not what it was, `lost` if the genuine message
#                               is refused afterwards

namespace eval ::oracletest {

namespace path {::oracle::ikp ::oracle}

variable message {}    ;# being forged: profile type session version value body

proc states {stage} {
	set states {}
	foreach role {buyer seller acquirer} {
		lappend states {*}[dict values [role states [dict get $stage parties $role]]]
	}
	return $states
}

proc offered {profile {changes {}}} {
	set standard [cast standard $profile]
	foreach {path value} $changes { dict set standard {*}$path $value }
	set stage [stage open $profile $standard]
	return [stage act $stage seller [dict get $standard inputs offer]]
}

proc upto {profile type {changes {}}} {
	set stage [offered $profile $changes]
	set stage [stage run [stage act $stage buyer [dict get $stage standard inputs start]] $type]
	if {[llength [dict get $stage queue]]} { return $stage }
	return [stage run [stage approve $stage] $type]
}

proc session {stage} {
	return [dict get $stage results buyer session]
}

proc told {stage role do args} {
	return [stage act $stage $role \
		[dict create input [dict create do $do session [session $stage] {*}$args]]]
}

proc woken {stage role event} {
	return [stage act $stage $role [dict create timer $event/[session $stage]]]
}

proc last {stage} {
	return [dict get [lindex [dict get $stage steps] end] reply]
}

# What became of the last step: state, or code and requirement.
proc fate {stage} {
	set reply [last $stage]
	if {[dict get $reply kind] eq "ok"} { return [dict get $reply result state] }
	return [list [dict get $reply code] [dict get $reply requirement]]
}

proc sent {stage} {
	return [lmap message [dict get [last $stage] out] {
		stage type [dict create from x {*}$message]
	}]
}

proc dropped {stage} {
	dict set stage queue [lrange [dict get $stage queue] 1 end]
	return $stage
}

# Deliver the head of the queue, and keep it there for once more.
proc doubled {stage} {
	dict set stage queue [linsert [dict get $stage queue] 0 [lindex [dict get $stage queue] 0]]
	return $stage
}

proc later {stage seconds} {
	dict incr stage now $seconds
	return $stage
}

# -- forging ------------------------------------------------------------------------

proc forged {stage script} {
	variable message
	set octets [binary decode hex [dict get [lindex [dict get $stage queue] 0] msg]]
	set message [envelope read $octets]
	dict with message { dict set message value [message body $profile $type $body] }
	dict unset message body
	namespace eval ::oracletest $script
	set queue [dict get $stage queue]
	set head [dict replace [lindex $queue 0] msg [binary encode hex [Written]]]
	return [dict replace $stage queue [lreplace $queue 0 0 $head]]
}

# Constraints are left out of account: what is sent may be anything.
proc Written {} {
	variable message
	if {![dict exists $message body]} {
		dict set message body [der lax [Module] [dict get $message type] [dict get $message value]]
	}
	return [der lax SEMPER Envelope [dict remove $message value]]
}

proc Module {} {
	variable message
	return [common module [lindex [common profile [dict get $message profile]] 0]]
}

proc at {path} { variable message; return [der get [dict get $message value] $path] }
proc put {path new} { variable message; dict set message value [der set [dict get $message value] $path $new] }
proc cut {path} { variable message; dict set message value [der unset [dict get $message value] $path] }
proc envelope! {name new} { variable message; dict set message $name $new }
proc flip {path} {
	binary scan [at $path] cu* octets
	lset octets end [expr {[lindex $octets end] ^ 1}]
	put $path [binary format c* $octets]
}

# What a signature of a message covers: Tbs type, context, fields.
proc Covered {what} {
	variable message
	set value [dict get $message value]
	set profile [dict get $message profile]
	switch -- [dict get $message type].$what {
		Invoice.sigS - AuthReq.sigS {
			return [list TbsOffer offer [proof offer $profile [dict get $value clear]]]
		}
		AuthReq.sigB {
			return [list TbsPayment payment [dict create encSlip [dict get $value encSlip] \
				hCommon [der get $value clear.hCommon]]]
		}
		AuthReq.sigS2 { return [list TbsAuthReq auth-request [proof auth-request $value]] }
		CaptureReq.sigS { return [list TbsCapture capture-request [dict merge $value [dict get $value clear]]] }
		BatchReq.sigS {
			return [list TbsBatch batch-request [dict create hBatch [common h hard batch-hash \
				[der encode IKP Batch [dict get $value batch]]]]]
		}
		ReversalReq.sigS { return [list TbsReversal reversal-request [proof reversal $value]] }
	}
}

proc seal {what args} {
	variable message
	set profile [dict get $message profile]
	set edition [lindex [common profile $profile] 0]
	set party [dict get {sigS seller sigS2 seller sigB buyer} $what]
	set key [testkeys private [expr {[llength $args] ? [lindex $args 0] : "$party-$edition"}]]
	lassign [Covered $what] type word fields
	put $what [proof sign $edition $key $word [proof tbs $profile $type $fields] [string repeat s 32]]
}

proc slip {changes} {
	variable message
	set profile [dict get $message profile]
	set edition [lindex [common profile $profile] 0]
	set name [expr {$edition eq "hard" ? "acquirer-enc-hard" : "acquirer-$edition"}]
	set slip [::oracle::ikp::slip open $profile [rsa private [testkeys private $name]] [at encSlip]]
	foreach {path new} $changes { set slip [der set $slip $path $new] }
	lassign [::oracle::ikp::slip padding $profile] alg label
	put encSlip [rsa oaep-encrypt $alg [rsa public [testkeys public $name]] $label \
		[der lax [Module] Slip $slip] [string repeat e [hash size $alg]]]
}

proc refused {stage script} {
	set role [dict get [lindex [dict get $stage queue] 0] to]
	set after [stage next [forged $stage $script]]
	set fate [fate $after]
	set party [dict get $after parties $role]
	if {[role digest $party] ne [role digest [dict get $stage parties $role]]} { lappend fate changed }
	set genuine [stage next [dict replace $stage parties [dict get $after parties]]]
	if {[dict get [last $genuine] kind] ne "ok"} { lappend fate lost {*}[fate $genuine] }
	return $fate
}

}
