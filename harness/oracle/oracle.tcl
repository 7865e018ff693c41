# oracle.tcl -- loads the second implementation: one file, one namespace, one
# noun each.  The order is that of the layers; nothing refers to a later file.

package require Tcl 8.6-

namespace eval ::oracle {
	variable folder [file dirname [file normalize [info script]]]
	foreach noun {memo asn1 tlv value der encoder hash number rsa rsabssa ec aead hpke x509 path generate testkeys stateless ikp} {
		source -encoding utf-8 [file join $folder $noun.tcl]
	}
}
