# encoder.tcl -- DER driven by the ASN.1 modules: encoding, strict or with
# chosen defects.
#
#   encoder encode MODULE TYPE VALUE           as `der encode`
#   encoder lax MODULE TYPE VALUE ?DEFECTS?    as `der lax`
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

package require Tcl 8.6-

namespace eval ::oracle::encoder {
	namespace path {::oracle::der ::oracle::value ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create
	variable strict 1      ;# enforce constraints
	variable defects {}    ;# path -> {kind ?arg?}
}

proc ::oracle::encoder::encode {module type value} {
	return [Build 1 {} $module $type $value]
}

proc ::oracle::encoder::lax {module type value {defects {}}} {
	return [Build 0 $defects $module $type $value]
}

proc ::oracle::encoder::Build {strict defects module type value} {
	set [namespace current]::strict $strict
	set [namespace current]::defects $defects
	return [Guarded { Encode [asn1 type $module $type] $value {} }]
}

# -- encoding -------------------------------------------------------------

proc ::oracle::encoder::Encode {node value path} {
	variable defects
	At $path
	if {[dict size $defects] && [dict exists $defects [join $path .]]} {
		return [Deface $node $value $path {*}[dict get $defects [join $path .]]]
	}
	return [Wrap $node [Fill-[dict get $node kind] $node $value $path]]
}

# All tags of a type around its content, innermost first.
proc ::oracle::encoder::Wrap {node content} {
	set constructed [Constructed $node]
	if {[dict get $node kind] in {choice any}} { set constructed 1 }
	foreach tag [lreverse [dict get $node tags]] {
		set content [tlv wrap $tag $constructed $content]
		set constructed 1
	}
	return $content
}

proc ::oracle::encoder::Fill-choice {node value path} {
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

proc ::oracle::encoder::Fill-any {node value path} {
	variable strict
	if {$strict} {
		Begin $value
		if {[Skip $value 0 [string length $value]] != [string length $value]} { Refuse trailing-octets }
	}
	return $value
}

proc ::oracle::encoder::Fill-sequence {node value path {with-default 0}} {
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

# A raw TLV may stand where the value has no component.
proc ::oracle::encoder::Forced {path} {
	variable defects
	set path [join $path .]
	return [expr {[dict exists $defects $path] && [lindex [dict get $defects $path] 0] eq "raw"}]
}

proc ::oracle::encoder::Subset {some all} {
	foreach one $some { if {$one ni $all} { return 0 } }
	return 1
}

proc ::oracle::encoder::Elements {node value path} {
	set element [asn1 resolve [dict get $node of]]
	set parts {}
	foreach part $value {
		lappend parts [Encode $element $part [concat $path [llength $parts]]]
	}
	At $path
	Enforce CheckSize $node [llength $value]
	return $parts
}

proc ::oracle::encoder::Enforce {check node n} {
	variable strict
	if {$strict} { $check $node $n }
}

proc ::oracle::encoder::Fill-sequence-of {node value path} {
	return [join [Elements $node $value $path] ""]
}

# Ascending order of the encodings (X.690 11.6).
proc ::oracle::encoder::Fill-set-of {node value path {order -increasing}} {
	set hex [lmap part [Elements $node $value $path] { binary encode hex $part }]
	return [binary decode hex [join [lsort $order $hex] ""]]
}

proc ::oracle::encoder::Fill-integer {node value path} {
	set n [Default $node $value]
	Enforce CheckRange $node $n
	return [tlv from-integer $n]
}

proc ::oracle::encoder::Fill-enumerated {node value path} {
	variable strict
	if {[dict exists $node names $value]} {
		return [tlv from-integer [dict get $node names $value]]
	}
	if {$strict} { Refuse enumeration }
	return [tlv from-integer $value]
}

proc ::oracle::encoder::Fill-boolean {node value path} {
	return [binary format c [expr {$value ? -1 : 0}]]
}

proc ::oracle::encoder::Fill-null {node value path} {
	return ""
}

proc ::oracle::encoder::Fill-octets {node value path} {
	Enforce CheckSize $node [string length $value]
	return $value
}

proc ::oracle::encoder::Fill-oid {node value path} {
	return [tlv from-oid $value]
}

proc ::oracle::encoder::Fill-string {node value path} {
	variable strict
	set charset [dict get $node charset]
	set octets [tlv from-text $charset $value]
	if {$strict} { CheckSize $node [Characters [tlv text $charset $octets]] }
	return $octets
}

proc ::oracle::encoder::Fill-time {node value path} {
	variable strict
	if {$strict} { tlv text [dict get $node charset] $value; tlv seconds $value }
	return [tlv from-text VisibleString $value]
}

proc ::oracle::encoder::Fill-bits {node value path} {
	variable strict
	if {[dict exists $node names]} {
		set value [BitsFromNames [dict get $node names] $value]
	}
	lassign $value unused bytes
	if {$strict && $unused && ![dict exists $node names]} { Refuse bit-string }
	Enforce CheckSize $node [expr {8 * [string length $bytes] - $unused}]
	return [binary format c $unused]$bytes
}

proc ::oracle::encoder::BitsFromNames {names chosen} {
	set bits ""
	foreach name $chosen {
		set n [Default [dict create kind integer names $names] $name]
		append bits [string repeat 0 [expr {max(0, $n + 1 - [string length $bits])}]]
		set bits [string replace $bits $n $n 1]
	}
	return [list [expr {-[string length $bits] & 7}] [binary format B* $bits]]
}

# -- defects --------------------------------------------------------------

proc ::oracle::encoder::Deface {node value path defect {arg "\x00"}} {
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

proc ::oracle::encoder::Overlong {tag constructed content} {
	return [tlv identifier $tag $constructed][tlv length [string length $content] 1]$content
}

proc ::oracle::encoder::Indefinite {tag constructed content} {
	if {!$constructed} { set content [tlv wrap u4 0 $content] }
	return [tlv identifier $tag 1]\x80$content\x00\x00
}

proc ::oracle::encoder::Padded {content} {
	binary scan $content c sign
	return [binary format c [expr {$sign < 0 ? -1 : 0}]]$content
}

proc ::oracle::encoder::Retagged {tlv identifier} {
	if {$identifier eq "\x00"} {
		binary scan $tlv cu first
		set identifier [binary format c [expr {($first & 0xe0) | (($first + 1) & 31)}]]
	}
	return $identifier[string range $tlv 1 end]
}
