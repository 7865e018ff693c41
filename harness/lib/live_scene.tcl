# live_scene.tcl -- all that the parties of one session know together: what a
# corrupt party needs to make signatures, hashes and slips anew
#
#   scene of WORLD            -> scene of the current session
#   scene link WORLD SCENE INDEX   -> the token of that index of the session's chain
#   scene slip_key SETUP      the acquirer's private key for slips
#
# A scene is a dict with, as far as the run has come:
#   setup profile edition variant order (price desc ..)
#   saltB idB certB                    of the Initiate
#   clear                              of the Invoice
#   encSlip sigB                       of the Payment
#   ask                                the AuthReq (value), or what stands for it
#   slip                               what EncSlip holds
#   seed                               what it was sealed with, if known
#   inquiry reversal question          the InquiryReq, ReversalReq and
#                                      AcqInquiryReq last sent (values)
#   answer                             the AuthRes last sent (value)
#   v vC                               where they are known
#   session                            octets

package require Tcl 8.6-

namespace eval ::live::scene {
	namespace export of hcommon link slip_key
	namespace ensemble create
}

proc ::live::scene::of {world} {
	set setup [dict get $world setup]
	set profile [dict get $world profile]
	lassign [::case::split_profile $profile] variant edition
	set name [dict get $world session]
	set scene [dict create setup $setup profile $profile edition $edition variant $variant \
	    order [setup order $setup $name]]
	foreach {type field} {InquiryReq inquiry ReversalReq reversal AcqInquiryReq question
	    AuthReq ask AuthRes answer} {
		set value [last $world $type]
		if {$value ne {}} { dict set scene $field $value }
	}
	if {[dict exists $world sessions $name]} {
		dict set scene session [binary decode hex [dict get $world sessions $name]]
	}
	foreach {type fields} {Initiate {saltB idB certB} Invoice clear Payment {encSlip sigB}} {
		set value [last $world $type]
		foreach field $fields {
			if {[dict exists $value $field]} { dict set scene $field [dict get $value $field] }
		}
	}
	set scene [off_line $world $scene]
	foreach {field label} {v V vC VC} {
		set octets [world drawn $world $label seller]
		if {$octets ne {}} { dict set scene $field [binary decode hex $octets] }
	}
	set encSlip [asked $scene]
	if {$encSlip ne {}} { dict set scene slip [slip $world $scene $encSlip] }
	return $scene
}

# The value of the last message of a type, sent by whoever may send it.
proc ::live::scene::last {world type} {
	set message [lindex [world past $world $type] end]
	if {$message eq {}} { return {} }
	dict with message {
		return [dict get [wire read [dict get $world profile] $from $to $msg] value]
	}
}

# The first deposit of an off-line chain stands for its AuthReq.
proc ::live::scene::off_line {world scene} {
	set deposit [last $world MicroDeposit]
	if {[dict exists $scene ask] || ![dict exists $deposit offLine]} { return $scene }
	dict set scene ask [dict merge [dict get $deposit offLine] [dict create captureNow 0 \
	    clear [dict get $deposit clear]]]
	return $scene
}

# The EncSlip that the acquirer was sent, or the seller.
proc ::live::scene::asked {scene} {
	if {[dict exists $scene ask]} { return [dict get $scene ask encSlip] }
	return [expr {[dict exists $scene encSlip] ? [dict get $scene encSlip] : {}}]
}

# What EncSlip holds: known to who made it anew, made again from what the buyer
# knows, or opened with the key.
proc ::live::scene::slip {world scene encSlip} {
	if {[dict exists $world slips $encSlip]} { return [dict get $world slips $encSlip] }
	set setup [dict get $scene setup]
	set rB [world drawn $world R_B buyer]
	if {$rB eq {}} {
		return [::oracle::ikp::slip open [dict get $scene profile] [slip_key $setup] $encSlip]
	}
	set account [dict get $setup account]
	set fields [dict create price [dict get $scene order price] \
	    hCommon [dict get $scene clear hCommon] ban [dict get $account ban] \
	    rB [binary decode hex $rB] expiration [dict get $account expiration] \
	    rAcct [binary decode hex [dict get $account rAcct]]]
	if {[dict exists $world pins [dict get $world session]]} {
		dict set fields pin [setup pin]
	}
	return [::oracle::ikp::slip make [dict get $scene profile] $fields]
}

proc ::live::scene::slip_key {setup} {
	return [setup private [setup changed $setup acquirer cert [setup name $setup acquirer-enc]]]
}

# H(Common) of a Clear and what Clear does not show.
proc ::live::scene::hcommon {scene clear hDesc overrides} {
	set profile [dict get $scene profile]
	set edition [dict get $scene edition]
	set fields [dict merge $clear [dict create price [dict get $scene order price] hDesc $hDesc]]
	dict set fields idB [dict get $scene idB]
	if {[dict exists $scene slip]} {
		set slip [dict get $scene slip]
		dict set fields price [dict get $slip price]
		dict set fields idB [::oracle::ikp::common id-b $edition \
		    [dict get $slip rB] [dict get $slip ban]]
	}
	set common [::oracle::ikp::common make $profile $fields]
	if {[dict exists $clear profile]} { dict set common profile [dict get $clear profile] }
	dict for {path value} $overrides { set common [::oracle::der set $common $path $value] }
	return [::oracle::ikp::common hashed $profile $common]
}

# The token of an index of the session's chain, from what the buyer drew.
proc ::live::scene::link {world scene index} {
	set x [binary decode hex [world drawn $world X buyer]]
	if {$x eq ""} { return [paid_link $world $scene $index] }
	return [::oracle::ikp::micro token [dict get $scene profile] \
	    [dict get $scene clear micro] $x $index]
}

# Where the buyer draws its seed unseen: what a link that was paid leads to.
proc ::live::scene::paid_link {world scene index} {
	foreach message [world past $world MicroPay] {
		dict with message {
			set paid [dict get [wire read [dict get $world profile] $from $to $msg] value]
		}
		if {[dict get $paid index] < $index} continue
		return [::oracle::ikp::micro walk [dict get $scene profile] \
		    [dict get $scene clear micro] [dict get $paid token] [dict get $paid index] $index]
	}
	throw {LIVE verdict} [verdict inapplicable "the seed of the chain cannot be seen"]
}
