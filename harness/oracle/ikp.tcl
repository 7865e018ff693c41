# ikp.tcl -- loads the second implementation of iKP (spec/ikp.md), which is
# written from the specification and reads its tables.
#
#   oracle::role open ikp buyer|seller|acquirer ..    role.tcl

package require Tcl 8.6-

namespace eval ::oracle::ikp {
	variable folder [file dirname [file normalize [info script]]]
	if {![namespace exists ::oracle::x509]} {
		source -encoding utf-8 [file join $folder oracle.tcl]
	}
	foreach noun {
		tables envelope step role
		ikp_event ikp_common ikp_message ikp_proof ikp_slip
		ikp_buyer ikp_seller ikp_acquirer ikp_cast ikp_stage
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
