# live_output.tcl -- what every message of an implementation must satisfy, also
# where its octets cannot be predicted
#
#   output check WORLDVAR ROLE EVENT REPLY     what the reply sends is what the
#                                 session asks for; signatures, slips and hashes
#                                 are left to the party that receives it
#   output secrets WORLD ROLE EVENT REPLY      IKP-G-08: nothing secret is in
#                                 messages, results and words of refusal

package require Tcl 8.6-

namespace eval ::live::output {
	namespace export check secrets
	namespace ensemble create
}

proc ::live::output::secrets {world role event reply} {
}

proc ::live::output::check {worldVar role event reply} {
}
