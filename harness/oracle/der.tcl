# der.tcl -- strict DER driven by the ASN.1 modules, both ways, and a builder
# of encodings with a chosen defect.
#
#   der encode MODULE TYPE VALUE      -> octets; every constraint is enforced
#   der decode MODULE TYPE OCTETS     -> value; every DER rule is enforced
#   der lax MODULE TYPE VALUE ?DEFECTS?  -> octets, constraints not enforced
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
# BOOLEAN is 0 or 1, NULL empty.  OCTET STRING is a binary string; BIT STRING
# {0 octets} (it holds whole octets), or with named bits the list of names set.  OBJECT IDENTIFIER
# is dotted; character strings are strings; times are the string encoded
# (tlv seconds and tlv time convert).  ANY is the whole encoding.
#
# A path joins component names and list indices with dots: clear.hCommon,
# certS.0, body.initiate.saltB.  The empty path is the whole value.
#
# DEFECTS is a dict from path to {KIND ?ARG?}:
#   nonminimal-length     one superfluous length octet
#   indefinite-length     constructed, ended by 00 00 (a primitive becomes the
#                         one segment of a constructed string)
#   nonminimal-integer    one superfluous leading octet of the content
#   trailing ?OCTETS?     octets (default 00) after the content, length counting them
#   after ?OCTETS?        octets (default 00) after the whole TLV
#   wrong-tag ?OCTET?     another identifier octet (default: the tag number + 1)
#   content OCTETS        this content under the right tag and length
#   raw OCTETS            this in place of the TLV, also of an absent one
#   drop                  no TLV
#   explicit-default      (of a SEQUENCE) encode components equal to their default
#   unsorted              (of a SET OF) the reverse of the right order
#
# Refusals have errorcode {ORACLE malformed WHY PATH}; the path is that of the
# innermost component reached.  Decoding results are not memoised.

package require Tcl 8.6-

namespace eval ::oracle::der {
	namespace path ::oracle
	# set and unset must not hide Tcl's own in here.
	namespace ensemble create -map {
		encode encode decode decode lax lax leaves leaves paths paths
		get get has has set With unset Without
	}
	variable trail {}      ;# the component being coded, for the errorcode
	variable depth 0       ;# encodings around the one being decoded
	variable count 0       ;# encodings seen
	variable limit {octets 1048576 depth 24 count 65536}
	variable strict 1      ;# encoding: enforce constraints
	variable defects {}    ;# encoding: path -> {kind ?arg?}
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

proc ::oracle::der::encode {module type value} {
	return [Build 1 {} $module $type $value]
}

proc ::oracle::der::lax {module type value {defects {}}} {
	return [Build 0 $defects $module $type $value]
}

proc ::oracle::der::Build {strict defects module type value} {
	set [namespace current]::strict $strict
	set [namespace current]::defects $defects
	return [Guarded { Encode [asn1 type $module $type] $value {} }]
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

# -- encoding -------------------------------------------------------------

proc ::oracle::der::Encode {node value path} {
	variable defects
	At $path
	if {[dict size $defects] && [dict exists $defects [join $path .]]} {
		return [Deface $node $value $path {*}[dict get $defects [join $path .]]]
	}
	return [Wrap $node [Fill-[dict get $node kind] $node $value $path]]
}

# All tags of a type around its content, innermost first.
proc ::oracle::der::Wrap {node content} {
	set constructed [Constructed $node]
	if {[dict get $node kind] in {choice any}} { set constructed 1 }
	foreach tag [lreverse [dict get $node tags]] {
		set content [tlv wrap $tag $constructed $content]
		set constructed 1
	}
	return $content
}

proc ::oracle::der::Fill-choice {node value path} {
	if {[llength $value] != 2} { Refuse choice }
	lassign $value chosen inner
	foreach field [dict get $node fields] {
		lassign $field name type
		if {$name eq $chosen} {
			return [Encode [asn1 resolve $type] $inner [concat $path $name]]
		}
	}
	Refuse choice
}

proc ::oracle::der::Fill-any {node value path} {
	variable strict
	if {$strict} {
		Begin $value
		if {[Skip $value 0 [string length $value]] != [string length $value]} { Refuse trailing-octets }
	}
	return $value
}

proc ::oracle::der::Fill-sequence {node value path {with-default 0}} {
	variable strict
	set content ""
	set known {}
	foreach field [dict get $node fields] {
		lassign $field name type presence default
		set type [asn1 resolve $type]
		lappend known $name
		if {$presence eq "default"} {
			set default [Default $type $default]
			if {![dict exists $value $name]} { dict set value $name $default }
			if {[dict get $value $name] eq $default && !${with-default}
			    && ![Forced [concat $path $name]]} continue
		}
		if {[Forced [concat $path $name]] || [dict exists $value $name]} {
			append content [Encode $type [Component $value $name] [concat $path $name]]
		} elseif {$strict && $presence eq "required"} {
			At [concat $path $name]
			Refuse missing
		}
	}
	At $path
	if {![Subset [dict keys $value] $known]} { Refuse unknown-component }
	return $content
}

# (Never through expr, which would rewrite a string that looks like a number.)
proc ::oracle::der::Component {value name} {
	if {[dict exists $value $name]} { return [dict get $value $name] }
	return ""
}

# A raw TLV may stand where the value has no component.
proc ::oracle::der::Forced {path} {
	variable defects
	set path [join $path .]
	return [expr {[dict exists $defects $path] && [lindex [dict get $defects $path] 0] eq "raw"}]
}

proc ::oracle::der::Subset {some all} {
	foreach one $some { if {$one ni $all} { return 0 } }
	return 1
}

proc ::oracle::der::Elements {node value path} {
	set element [asn1 resolve [dict get $node of]]
	set parts {}
	foreach part $value {
		lappend parts [Encode $element $part [concat $path [llength $parts]]]
	}
	At $path
	Enforce CheckSize $node [llength $value]
	return $parts
}

proc ::oracle::der::Enforce {check node n} {
	variable strict
	if {$strict} { $check $node $n }
}

proc ::oracle::der::Fill-sequence-of {node value path} {
	return [join [Elements $node $value $path] ""]
}

# Ascending order of the encodings (X.690 11.6).
proc ::oracle::der::Fill-set-of {node value path {order -increasing}} {
	set hex [lmap part [Elements $node $value $path] { binary encode hex $part }]
	return [binary decode hex [join [lsort $order $hex] ""]]
}

proc ::oracle::der::Fill-integer {node value path} {
	set n [Default $node $value]
	Enforce CheckRange $node $n
	return [tlv from-integer $n]
}

proc ::oracle::der::Fill-enumerated {node value path} {
	variable strict
	if {[dict exists $node names $value]} {
		return [tlv from-integer [dict get $node names $value]]
	}
	if {$strict} { Refuse enumeration }
	return [tlv from-integer $value]
}

proc ::oracle::der::Fill-boolean {node value path} {
	return [binary format c [expr {$value ? -1 : 0}]]
}

proc ::oracle::der::Fill-null {node value path} {
	return ""
}

proc ::oracle::der::Fill-octets {node value path} {
	Enforce CheckSize $node [string length $value]
	return $value
}

proc ::oracle::der::Fill-oid {node value path} {
	return [tlv from-oid $value]
}

proc ::oracle::der::Fill-string {node value path} {
	variable strict
	set charset [dict get $node charset]
	set octets [tlv from-text $charset $value]
	if {$strict} { CheckSize $node [Characters [tlv text $charset $octets]] }
	return $octets
}

proc ::oracle::der::Fill-time {node value path} {
	variable strict
	if {$strict} { tlv text [dict get $node charset] $value; tlv seconds $value }
	return [tlv from-text VisibleString $value]
}

proc ::oracle::der::Fill-bits {node value path} {
	variable strict
	if {[dict exists $node names]} {
		set value [BitsFromNames [dict get $node names] $value]
	}
	lassign $value unused bytes
	if {$strict && $unused && ![dict exists $node names]} { Refuse bit-string }
	Enforce CheckSize $node [expr {8 * [string length $bytes] - $unused}]
	return [binary format c $unused]$bytes
}

proc ::oracle::der::BitsFromNames {names chosen} {
	set bits ""
	foreach name $chosen {
		set n [Default [dict create kind integer names $names] $name]
		append bits [string repeat 0 [expr {max(0, $n + 1 - [string length $bits])}]]
		set bits [string replace $bits $n $n 1]
	}
	return [list [expr {-[string length $bits] & 7}] [binary format B* $bits]]
}

# -- defects --------------------------------------------------------------

proc ::oracle::der::Deface {node value path defect {arg "\x00"}} {
	set kind [dict get $node kind]
	switch -- $defect {
		raw { return $arg }
		drop { return "" }
		explicit-default { return [Wrap $node [Fill-sequence $node $value $path 1]] }
		unsorted { return [Wrap $node [Fill-set-of $node $value $path -decreasing]] }
	}
	set tlv [Wrap $node [Fill-$kind $node $value $path]]
	lassign [tlv header $tlv 0 [string length $tlv]] tag constructed start
	set content [string range $tlv $start end]
	switch -- $defect {
		nonminimal-length { return [Overlong $tag $constructed $content] }
		indefinite-length { return [Indefinite $tag $constructed $content] }
		nonminimal-integer { return [tlv wrap $tag 0 [Padded $content]] }
		trailing { return [tlv wrap $tag $constructed $content$arg] }
		after { return $tlv$arg }
		wrong-tag { return [Retagged $tlv $arg] }
		content { return [tlv wrap $tag $constructed $arg] }
	}
	return -code error -errorcode {ORACLE usage defect} "no such defect: $defect"
}

proc ::oracle::der::Overlong {tag constructed content} {
	return [tlv identifier $tag $constructed][tlv length [string length $content] 1]$content
}

proc ::oracle::der::Indefinite {tag constructed content} {
	if {!$constructed} { set content [tlv wrap u4 0 $content] }
	return [tlv identifier $tag 1]\x80$content\x00\x00
}

proc ::oracle::der::Padded {content} {
	binary scan $content c sign
	return [binary format c [expr {$sign < 0 ? -1 : 0}]]$content
}

proc ::oracle::der::Retagged {tlv identifier} {
	if {$identifier eq "\x00"} {
		binary scan $tlv cu first
		set identifier [binary format c [expr {($first & 0xe0) | (($first + 1) & 31)}]]
	}
	return $identifier[string range $tlv 1 end]
}

# -- paths ----------------------------------------------------------------

proc ::oracle::der::get {value path} {
	foreach step [split $path .] {
		if {[string is digit $step]} {
			set value [lindex $value $step]
		} else {
			set value [dict get $value $step]
		}
	}
	return $value
}

proc ::oracle::der::has {value path} {
	foreach step [split $path .] {
		if {[string is digit $step]} {
			if {$step >= [llength $value]} { return 0 }
			set value [lindex $value $step]
		} else {
			if {![dict exists $value $step]} { return 0 }
			set value [dict get $value $step]
		}
	}
	return 1
}

proc ::oracle::der::With {value path new} {
	return [Replace $value [split $path .] $new]
}

proc ::oracle::der::Replace {value steps new} {
	if {$steps eq ""} { return $new }
	set rest [lassign $steps step]
	if {[string is digit $step]} {
		lset value $step [Replace [lindex $value $step] $rest $new]
		return $value
	}
	dict set value $step [Replace [Component $value $step] $rest $new]
	return $value
}

proc ::oracle::der::Without {value path} {
	set steps [split $path .]
	set last [lindex $steps end]
	set above [join [lrange $steps 0 end-1] .]
	set holder [get $value $above]
	if {[string is digit $last]} {
		set holder [lreplace $holder $last $last]
	} else {
		set holder [dict remove $holder $last]
	}
	return [Replace $value [lrange $steps 0 end-1] $holder]
}

# -- leaves ---------------------------------------------------------------

proc ::oracle::der::leaves {module type} {
	return [Leaves [asn1 type $module $type] {} required {}]
}

# SEEN holds the types above, so that a recursive type ends.
proc ::oracle::der::Leaves {node path presence seen} {
	if {$node in $seen} { return {} }
	lappend seen $node
	switch -glob -- [dict get $node kind] {
		sequence - choice {
			set found {}
			foreach field [dict get $node fields] {
				lassign $field name type inner
				lappend found {*}[Leaves [asn1 resolve $type] [concat $path $name] $inner $seen]
			}
			return $found
		}
		*-of {
			return [Leaves [asn1 resolve [dict get $node of]] [concat $path *] $presence $seen]
		}
	}
	set leaf [dict create path [join $path .] kind [dict get $node kind] presence $presence]
	foreach key {size range charset names} {
		if {[dict exists $node $key]} { dict set leaf $key [dict get $node $key] }
	}
	return [list $leaf]
}

proc ::oracle::der::paths {module type value} {
	return [Present [asn1 type $module $type] $value {}]
}

proc ::oracle::der::Present {node value path} {
	set found {}
	switch -glob -- [dict get $node kind] {
		sequence - choice {
			foreach field [dict get $node fields] {
				lassign $field name type
				if {![dict exists $value $name]} continue
				lappend found {*}[Present [asn1 resolve $type] [dict get $value $name] [concat $path $name]]
			}
		}
		*-of {
			set index -1
			foreach part $value {
				lappend found {*}[Present [asn1 resolve [dict get $node of]] $part [concat $path [incr index]]]
			}
		}
		default { set found [list [join $path .]] }
	}
	return $found
}
