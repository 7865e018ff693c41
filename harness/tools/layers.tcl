# layers.tcl -- refuse an #include that points upward or sideways
#
# Rooms and their ranks; whatever is not named is a protocol (3).  GMP and
# Nettle are named in protocols/crypto only, libtasn1 in asn1 only.

namespace eval layers {
	variable rank {base 0 asn1 1 crypto 1 ledger 1 pki 2 role 2 adapter 4 peers 4}
	variable owner {gmp.h crypto nettle crypto libtasn1.h asn1}
	variable checked 0
	variable bad 0
}

proc layers::rank {room} {
	variable rank
	expr {[dict exists $rank $room] ? [dict get $rank $room] : 3}
}

proc layers::refuse {where text} {
	variable bad
	puts "$where: $text"
	incr bad
}

# One line of a file of room FROM.
proc layers::line {where from line} {
	variable owner
	variable checked
	if {[regexp {^#\s*include "([^/"]+)/} $line -> to]} {
		incr checked
		if {$to ne $from && [rank $to] >= [rank $from]} {
			refuse $where "$from must not include $to"
		}
	} elseif {[regexp {^#\s*include <([^/>]+)} $line -> lib]
	    && [dict exists $owner $lib]} {
		incr checked
		if {[dict get $owner $lib] ne $from} {
			refuse $where "only [dict get $owner $lib] names $lib"
		}
	}
}

proc layers::file {path} {
	set from [::file tail [::file dirname $path]]
	set ch [open $path]
	set n 0
	while {[gets $ch line] >= 0} {
		line $path:[incr n] $from $line
	}
	close $ch
}

foreach path [lsort [glob -nocomplain protocols/*/*.{c,h} asn1/*.{c,h} \
    conformance/adapter/*.{c,h} conformance/peers/*.{c,h}]] {
	layers::file $path
}
puts "[expr {$layers::checked - $layers::bad}] passed, $layers::bad failed"
exit [expr {$layers::bad > 0}]
