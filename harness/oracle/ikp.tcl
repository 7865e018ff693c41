# ikp.tcl -- loads the second implementation of iKP (spec/ikp.md), which is
# written from the specification and reads its tables.  Loaded by oracle.tcl.
#
#   oracle::role open ikp buyer|seller|acquirer|broker ..    a party (role.tcl)
#   oracle::ikp::cast, oracle::ikp::stage             an honest run of all three
#   oracle::ikp::judge                                what evidence proves
#   oracle::ikp::common, message, proof, slip         what messages are made of

package require Tcl 8.6-

namespace eval ::oracle::ikp {
	variable folder [file dirname [file normalize [info script]]]
	foreach noun {
		tables envelope step role
		ikp_event ikp_common ikp_message ikp_proof ikp_slip ikp_micro
		ikp_buyer ikp_seller ikp_acquirer
		ikp_totals ikp_channel ikp_clear_seller ikp_clear_acquirer ikp_batch
		ikp_micro_buyer ikp_micro_seller ikp_micro_acquirer ikp_broker
		ikp_cast ikp_stage ikp_judge
	} {
		source -encoding utf-8 [file join $folder $noun.tcl]
	}
	::oracle::role register ikp [file join $folder .. .. spec ikp.md] ::oracle::ikp
}

# The tables of spec/ikp.md.
proc ::oracle::ikp::specification {} {
	variable folder
	return [::oracle::tables read [file join $folder .. .. spec ikp.md]]
}
