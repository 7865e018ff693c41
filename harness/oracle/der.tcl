# der.tcl -- strict DER driven by the ASN.1 modules (spec/der.md): the commands,
# and decoding.  Encoding is in encoder.tcl, paths and leaves in value.tcl.
#
#   der encode MODULE TYPE VALUE      -> octets; every constraint is enforced
#   der decode MODULE TYPE OCTETS     -> value; every DER rule is enforced
#   der lax MODULE TYPE VALUE ?DEFECTS?  -> octets, constraints not enforced,
#                                     with defects at chosen paths (encoder.tcl)
#   der get VALUE PATH                the component at a path
#   der has VALUE PATH                1 if it is there
#   der set VALUE PATH NEW            the value with that component replaced
#   der unset VALUE PATH              the value without it (absent OPTIONAL)
#   der leaves MODULE TYPE            every leaf of the type: list of dicts
#                                     {path kind presence ?size range charset names?},
#                                     SEQUENCE OF elements as *
#   der paths MODULE TYPE VALUE       the paths of the leaves present in a value
#
# Values: a SEQUENCE is a dict by component name, an absent OPTIONAL (or
# a DEFAULT left at its default) has no key on encoding; decoding fills in the
# default.  CHOICE is {name value}.  SEQUENCE OF and SET OF are lists.  INTEGER
# is a number (encoding also takes a named number); ENUMERATED the name.
# BOOLEAN is 0 or 1, NULL empty.  OCTET STRING is a binary string; BIT STRING is
# {0 octets} (it holds whole octets), or with named bits the list of names set.
# OBJECT IDENTIFIER is dotted; character strings are strings; times are the
# string encoded (tlv seconds and tlv time convert).  ANY is the whole encoding.
#
# A path joins component names and list indices with dots: clear.hCommon,
# certS.0, body.initiate.saltB.  The empty path is the whole value.
#
# Refusals have errorcode {ORACLE malformed WHY PATH}; the path is that of the
# innermost component reached.  Decoding results are not memoised.

package require Tcl 8.6-

namespace eval ::oracle::der {
	namespace path ::oracle
	namespace ensemble create -map {
		decode decode
		encode ::oracle::encoder::encode lax ::oracle::encoder::lax
		get ::oracle::value::get has ::oracle::value::has
		set ::oracle::value::With unset ::oracle::value::Without
		leaves ::oracle::value::leaves paths ::oracle::value::paths
	}
	variable trail {}      ;# the component being coded, for the errorcode
	variable depth 0       ;# encodings around the one being decoded
	variable count 0       ;# encodings seen
	variable limit {octets 1048576 depth 24 count 65536}
}

proc ::oracle::der::decode {module type octets} {
	return [Guarded {
		set node [asn1 type $module $type]
		Begin $octets
		lassign [Decode $node $octets 0 [string length $octets] {}] value at
		if {$at != [string length $octets]} { At {}; Refuse trailing-octets }
		set value
	}]
}

# Run a coding step and put the path it stopped at into its refusal.
proc ::oracle::der::Guarded {script} {
	variable trail {}
	try {
		return [uplevel 1 $script]
	} trap {ORACLE malformed} {message options} {
		set why [lindex [dict get $options -errorcode] 2]
		set path [join $trail .]
		return -code error -errorcode [list ORACLE malformed $why $path] \
			"malformed: $why at \"$path\""
	}
}

proc ::oracle::der::Refuse {why} {
	return -code error -errorcode [list ORACLE malformed $why] $why
}

proc ::oracle::der::At {path} {
	variable trail $path
}

# -- decoding -------------------------------------------------------------

proc ::oracle::der::Begin {octets} {
	variable limit
	variable depth 0
	variable count 0
	if {[string length $octets] > [dict get $limit octets]} { Refuse too-long }
}

# The header of the next encoding, one level further down.
proc ::oracle::der::Descend {octets at end} {
	variable limit
	variable depth
	variable count
	set header [tlv header $octets $at $end]
	if {[incr depth] > [dict get $limit depth]} { Refuse too-deep }
	if {[incr count] > [dict get $limit count]} { Refuse too-many }
	return $header
}

# -> {value end}
proc ::oracle::der::Decode {node octets at end path} {
	variable depth
	set level $depth
	At $path
	set tags [dict get $node tags]
	if {$tags eq ""} { return [DecodeUntagged $node $octets $at $end $path] }
	lassign [Enter $node $tags $octets $at $end] start stop
	set kind [dict get $node kind]
	if {$kind in {choice any}} {
		lassign [DecodeUntagged $node $octets $start $stop $path] value inner
		if {$inner != $stop} { Refuse trailing-octets }
	} else {
		set value [Content-$kind $node $octets $start $stop $path]
	}
	set depth $level
	return [list $value $stop]
}

# Through all tags of a type, to its content.  Every tag but the innermost is
# constructed and holds exactly one value.
proc ::oracle::der::Enter {node tags octets at end} {
	set open [expr {[dict get $node kind] in {choice any}}]
	set last [expr {[llength $tags] - 1 + $open}]
	set stop $end
	for {set i 0} {$i < [llength $tags]} {incr i} {
		lassign [Descend $octets $at $stop] tag constructed start next
		if {$tag ne [lindex $tags $i]} { Refuse wrong-tag }
		if {$constructed != ($i < $last || [Constructed $node])} { Refuse constructed-bit }
		if {$i > 0 && $next != $stop} { Refuse trailing-octets }
		set at $start
		set stop $next
	}
	return [list $at $stop]
}

# The end of a value of open type, which must be DER in its structure; what
# primitive encodings hold is not looked at.
proc ::oracle::der::Skip {octets at end} {
	variable depth
	set level $depth
	lassign [Descend $octets $at $end] tag constructed start stop
	if {$tag eq "u0"} { Refuse wrong-tag }
	if {$constructed} {
		for {set i $start} {$i < $stop} {} { set i [Skip $octets $i $stop] }
	}
	set depth $level
	return $stop
}

proc ::oracle::der::Constructed {node} {
	return [expr {[dict get $node kind] in {sequence set sequence-of set-of}}]
}

proc ::oracle::der::DecodeUntagged {node octets at end path} {
	if {[dict get $node kind] eq "any"} {
		set stop [Skip $octets $at $end]
		return [list [string range $octets $at $stop-1] $stop]
	}
	if {$at >= $end} { Refuse truncated }
	set tag [tlv tag $octets $at]
	foreach field [dict get $node fields] {
		lassign $field name type
		set type [asn1 resolve $type]
		if {[Starts $type $tag]} {
			lassign [Decode $type $octets $at $end [concat $path $name]] value stop
			return [list [list $name $value] $stop]
		}
	}
	Refuse wrong-tag
}

# Whether a value of the type may start with the tag.
proc ::oracle::der::Starts {node tag} {
	if {[dict get $node tags] ne ""} {
		return [expr {[lindex [dict get $node tags] 0] eq $tag}]
	}
	if {[dict get $node kind] eq "any"} { return 1 }
	foreach field [dict get $node fields] {
		if {[Starts [asn1 resolve [lindex $field 1]] $tag]} { return 1 }
	}
	return 0
}

proc ::oracle::der::Content-sequence {node octets at end path} {
	set value {}
	foreach field [dict get $node fields] {
		lassign $field name type presence default
		set type [asn1 resolve $type]
		At $path
		set here [expr {$at < $end && [Starts $type [tlv tag $octets $at]]}]
		if {$here || $presence eq "required"} {
			lassign [Decode $type $octets $at $end [concat $path $name]] part at
			dict set value $name $part
		} elseif {$presence eq "default"} {
			dict set value $name [Default $type $default]
			continue
		}
		if {$here && $presence eq "default" && $part eq [Default $type $default]} {
			Refuse explicit-default
		}
	}
	At $path
	if {$at < $end} { Refuse trailing-octets }
	return $value
}

proc ::oracle::der::Default {node default} {
	if {[dict get $node kind] eq "integer" && [dict exists $node names $default]} {
		return [dict get $node names $default]
	}
	return $default
}

proc ::oracle::der::Content-sequence-of {node octets at end path} {
	set element [asn1 resolve [dict get $node of]]
	set value {}
	while {$at < $end} {
		lassign [Decode $element $octets $at $end [concat $path [llength $value]]] part at
		lappend value $part
	}
	At $path
	CheckSize $node [llength $value]
	return $value
}

proc ::oracle::der::Content-set-of {node octets at end path} {
	set value [Content-sequence-of $node $octets $at $end $path]
	set before ""
	while {$at < $end} {
		set next [lindex [tlv header $octets $at $end] 3]
		set encoding [binary encode hex [string range $octets $at $next-1]]
		if {[string compare $before $encoding] > 0} { Refuse set-order }
		set before $encoding
		set at $next
	}
	return $value
}

proc ::oracle::der::Content-integer {node octets at end path} {
	set n [tlv integer [string range $octets $at $end-1]]
	CheckRange $node $n
	return $n
}

proc ::oracle::der::Content-enumerated {node octets at end path} {
	set n [tlv integer [string range $octets $at $end-1]]
	dict for {name number} [dict get $node names] {
		if {$number == $n} { return $name }
	}
	Refuse enumeration
}

proc ::oracle::der::Content-boolean {node octets at end path} {
	switch -- [binary encode hex [string range $octets $at $end-1]] {
		00 { return 0 }
		ff { return 1 }
	}
	Refuse boolean
}

proc ::oracle::der::Content-null {node octets at end path} {
	if {$at != $end} { Refuse null }
	return {}
}

proc ::oracle::der::Content-octets {node octets at end path} {
	CheckSize $node [expr {$end - $at}]
	return [string range $octets $at $end-1]
}

proc ::oracle::der::Content-oid {node octets at end path} {
	return [tlv oid [string range $octets $at $end-1]]
}

proc ::oracle::der::Content-string {node octets at end path} {
	set value [tlv text [dict get $node charset] [string range $octets $at $end-1]]
	CheckSize $node [Characters $value]
	return $value
}

# Tcl 8.6 keeps a character beyond U+FFFF as two surrogates: count it once.
proc ::oracle::der::Characters {string} {
	return [expr {[string length $string] - [regexp -all {[\ud800-\udbff]} $string]}]
}

proc ::oracle::der::Content-time {node octets at end path} {
	set value [tlv text [dict get $node charset] [string range $octets $at $end-1]]
	tlv seconds $value
	return $value
}

proc ::oracle::der::Content-bits {node octets at end path} {
	if {$at == $end} { Refuse bit-string }
	binary scan $octets @${at}cu unused
	set bytes [string range $octets [expr {$at + 1}] $end-1]
	binary scan [string index $bytes end] cu last
	if {$unused > 7 || ($unused && ($bytes eq "" || $last & ((1 << $unused) - 1)))} {
		Refuse bit-string
	}
	set length [expr {8 * [string length $bytes] - $unused}]
	if {[dict exists $node names]} { return [NamedBits $node $bytes $length] }
	if {$unused} { Refuse bit-string }
	CheckSize $node $length
	return [list 0 $bytes]
}

# With named bits DER drops trailing zero bits (X.690 11.2.2).  A bit without a
# name is given as its number.
proc ::oracle::der::NamedBits {node bytes length} {
	binary scan $bytes B$length bits
	if {[string index $bits end] eq "0"} { Refuse bit-string }
	set names [lreverse [dict get $node names]]
	return [lmap number [lsearch -all [split $bits ""] 1] {
		if {[dict exists $names $number]} { dict get $names $number } else { set number }
	}]
}

# -- constraints ------------------------------------------------------------

proc ::oracle::der::CheckSize {node n} {
	if {[dict exists $node size] && ![Within [dict get $node size] $n]} { Refuse size }
}

proc ::oracle::der::CheckRange {node n} {
	if {[dict exists $node range] && ![Within [dict get $node range] $n]} { Refuse range }
}

proc ::oracle::der::Within {ranges n} {
	foreach range $ranges {
		lassign $range low high
		if {($low eq "MIN" || $n >= $low) && ($high eq "MAX" || $n <= $high)} { return 1 }
	}
	return 0
}
