# asn1.tcl -- reads ASN.1 modules (the subset of X.680 our modules use) into a
# schema that der.tcl walks.
#
#   asn1 load FILE            read a module file; returns the module's name
#   asn1 folder ?DIR?         where modules are looked for (default: asn1/)
#   asn1 modules              names of the modules read so far
#   asn1 types MODULE         names of the types a module defines, in order
#   asn1 type MODULE NAME     the type's node, resolved one level
#   asn1 resolve NODE         the node with its reference, if it is one, followed
#   asn1 oid MODULE NAME      an OBJECT IDENTIFIER value, dotted
#
# A module not read yet is looked for as folder/<module in lower case, - as _>.asn.
#
# A type is a dict:
#   kind     sequence sequence-of set-of choice integer enumerated boolean
#            null octets bits oid string time any, or ref (not yet followed)
#   tags     outermost first: u<n> universal, c<n> context, a<n> application;
#            a CHOICE or ANY without a tag of its own has none
#   fields   of sequence, choice: {name node presence default}, presence
#            being required, optional or default; a default that is the name
#            of a number stands as that name
#   of       the element node of sequence-of and set-of
#   size, range   lists of {low high}; high may be the word MAX, low MIN
#   names    of integer, enumerated, bits: dict from name to number
#   charset  of string and time: the ASN.1 name, as VisibleString
#   module, name, outer   of ref: what it points to; tags put in front of it

package require Tcl 8.6-

namespace eval ::oracle::asn1 {
	namespace export {[a-z]*}
	namespace ensemble create

	variable folder [file normalize [file join [file dirname [info script]] .. .. asn1]]
	variable schema {}     ;# module -> {types {name node} values {..} imports {..} tagging W}
	variable followed      ;# cache: ref node -> resolved node
	array set followed {}

	# name -> {kind universal-tag}; character strings and times name themselves
	variable builtin {
		BOOLEAN {boolean 1} INTEGER {integer 2} {BIT STRING} {bits 3}
		{OCTET STRING} {octets 4} NULL {null 5} {OBJECT IDENTIFIER} {oid 6}
		ENUMERATED {enumerated 10} UTF8String {string 12} NumericString {string 18}
		PrintableString {string 19} TeletexString {string 20} IA5String {string 22}
		UTCTime {time 23} GeneralizedTime {time 24} VisibleString {string 26}
		UniversalString {string 28} BMPString {string 30}
		SEQUENCE {sequence 16} SET {set 17}
	}
}

# -- what callers ask -----------------------------------------------------

proc ::oracle::asn1::folder {args} {
	variable folder
	if {[llength $args]} { set folder [lindex $args 0] }
	return $folder
}

proc ::oracle::asn1::load {file} {
	set channel [open $file r]
	try {
		fconfigure $channel -encoding utf-8
		return [ReadModule [Tokens [read $channel]]]
	} trap {ORACLE module} {why options} {
		return -options $options "[file tail $file]: $why"
	} finally {
		close $channel
	}
}

proc ::oracle::asn1::modules {} {
	variable schema
	return [dict keys $schema]
}

proc ::oracle::asn1::types {module} {
	return [dict keys [dict get [Module $module] types]]
}

proc ::oracle::asn1::type {module name} {
	return [resolve [Ref $module $name]]
}

proc ::oracle::asn1::oid {module name} {
	variable schema
	set values [dict get [Module $module] values]
	if {[dict exists $values $name]} { return [dict get $values $name] }
	if {[dict exists $schema $module imports $name]} {
		return [oid [dict get $schema $module imports $name] $name]
	}
	Fail "no value $name in $module"
}

# Follow references until a type with a kind of its own.
proc ::oracle::asn1::resolve {node} {
	variable followed
	if {[dict get $node kind] ne "ref"} { return $node }
	if {[info exists followed($node)]} { return $followed($node) }
	set target [resolve [Lookup [dict get $node module] [dict get $node name]]]
	foreach outer [dict get $node outer] { set target [Tag $target {*}$outer] }
	foreach key {size range} {
		if {[dict exists $node $key]} { dict set target $key [dict get $node $key] }
	}
	set followed($node) $target
	return $target
}

# -- modules --------------------------------------------------------------

proc ::oracle::asn1::Fail {why} {
	return -code error -errorcode [list ORACLE module $why] "ASN.1 module: $why"
}

proc ::oracle::asn1::Module {module} {
	variable schema
	variable folder
	if {![dict exists $schema $module]} {
		load [file join $folder [string map {- _} [string tolower $module]].asn]
	}
	return [dict get $schema $module]
}

proc ::oracle::asn1::Lookup {module name} {
	set m [Module $module]
	if {[dict exists $m types $name]} { return [dict get $m types $name] }
	if {[dict exists $m imports $name]} {
		return [Lookup [dict get $m imports $name] $name]
	}
	Fail "no type $name in $module"
}

proc ::oracle::asn1::Ref {module name} {
	return [dict create kind ref module $module name $name outer {}]
}

# Put a tag on a type.  IMPLICIT replaces the outermost tag; where there is
# none to replace (CHOICE, ANY) it is EXPLICIT (X.680 31.2.7).
proc ::oracle::asn1::Tag {node tag mode} {
	if {[dict get $node kind] eq "ref"} {
		dict lappend node outer [list $tag $mode]
		return $node
	}
	set tags [dict get $node tags]
	set rest [expr {$mode eq "IMPLICIT" ? [lrange $tags 1 end] : $tags}]
	dict set node tags [linsert $rest 0 $tag]
	return $node
}

# -- words ----------------------------------------------------------------

# A comment runs to the end of its line (ours never close one with "--").
proc ::oracle::asn1::Tokens {text} {
	regsub -all -line -- {--.*$} $text "" text
	return [regexp -all -inline \
		{::=|\.\.|[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*|-?[0-9]+|"[^"]*"|[^\s]} $text]
}

# The parser keeps its words and its place in these two variables while one
# module is read; nothing of it outlives ReadModule.
proc ::oracle::asn1::Peek {{ahead 0}} {
	variable words
	variable at
	return [lindex $words [expr {$at + $ahead}]]
}

proc ::oracle::asn1::Take {{expected ""}} {
	variable words
	variable at
	set word [lindex $words $at]
	if {$expected ne "" && $word ne $expected} {
		Fail "expected $expected, found $word near [lrange $words $at-4 $at+4]"
	}
	incr at
	return $word
}

proc ::oracle::asn1::TakeIf {word} {
	if {[Peek] ne $word} { return 0 }
	Take
	return 1
}

# -- module := name [oid] DEFINITIONS tagging TAGS ::= BEGIN .. END ---------

proc ::oracle::asn1::ReadModule {tokens} {
	variable words $tokens
	variable at 0
	variable schema
	variable module [Take]
	variable tagging EXPLICIT
	if {[Peek] eq "\{"} { SkipBraces }
	Take DEFINITIONS
	if {[Peek] ne "::="} { set tagging [Take]; Take TAGS }
	Take "::="
	Take BEGIN
	dict set schema $module {types {} values {} imports {}}
	if {[TakeIf EXPORTS]} { while {[Take] ne ";"} {} }
	if {[TakeIf IMPORTS]} { ReadImports }
	while {![TakeIf END]} { ReadAssignment }
	return $module
}

proc ::oracle::asn1::SkipBraces {} {
	Take "\{"
	while {[Take] ne "\}"} {}
}

proc ::oracle::asn1::ReadImports {} {
	variable schema
	variable module
	set names {}
	while {![TakeIf ";"]} {
		set word [Take]
		if {$word eq "FROM"} {
			set from [Take]
			if {[Peek] eq "\{"} { SkipBraces }
			foreach name $names { dict set schema $module imports $name $from }
			set names {}
		} elseif {$word ne ","} {
			lappend names $word
		}
	}
}

proc ::oracle::asn1::ReadAssignment {} {
	variable schema
	variable module
	set name [Take]
	if {[string match {[A-Z]*} $name]} {
		Take "::="
		dict set schema $module types $name [ReadType]
		return
	}
	ReadType
	Take "::="
	dict set schema $module values $name [ReadValue]
}

# -- values: numbers, named numbers, booleans, strings, object identifiers --

proc ::oracle::asn1::ReadValue {} {
	if {[Peek] eq "\{" && [Peek 1] ne "\}"} { return [ReadOid] }
	set word [Take]
	switch -- $word {
		TRUE { return 1 }
		FALSE { return 0 }
		NULL { return {} }
		"\{" { Take "\}"; return {} }
	}
	return [string trim $word "\""]
}

proc ::oracle::asn1::ReadOid {} {
	set arcs {}
	Take "\{"
	while {![TakeIf "\}"]} {
		set word [Take]
		if {[TakeIf "("]} { set word [Take]; Take ")" }
		lappend arcs [expr {[string is digit $word] ? $word : [NamedArc $word]}]
	}
	return [join $arcs .]
}

proc ::oracle::asn1::NamedArc {word} {
	variable module
	set root {itu-t 0 ccitt 0 iso 1 joint-iso-itu-t 2 joint-iso-ccitt 2}
	if {[dict exists $root $word]} { return [dict get $root $word] }
	return [oid $module $word]
}

# -- types ----------------------------------------------------------------

proc ::oracle::asn1::ReadType {} {
	variable tagging
	if {[TakeIf "\["]} {
		set class c
		switch -- [Peek] {
			APPLICATION { Take; set class a }
			UNIVERSAL { Take; set class u }
		}
		set tag $class[Take]
		Take "\]"
		set mode [expr {[Peek] in {IMPLICIT EXPLICIT} ? [Take] : $tagging}]
		return [Tag [ReadType] $tag $mode]
	}
	set word [Take]
	switch -- $word {
		CHOICE { return [dict create kind choice tags {} fields [ReadFields]] }
		ANY { return [ReadAny] }
		SEQUENCE - SET { return [ReadConstructed $word] }
		OCTET - BIT { append word " " [Take STRING] }
		OBJECT { append word " " [Take IDENTIFIER] }
	}
	return [ReadConstraints [ReadSimple $word]]
}

proc ::oracle::asn1::ReadSimple {word} {
	variable builtin
	variable module
	if {![dict exists $builtin $word]} { return [Ref $module $word] }
	lassign [dict get $builtin $word] kind number
	set node [dict create kind $kind tags [list u$number]]
	if {$kind in {string time}} { dict set node charset $word }
	if {[Peek] eq "\{"} { dict set node names [ReadNames] }
	return $node
}

proc ::oracle::asn1::ReadAny {} {
	if {[TakeIf DEFINED]} { Take BY; Take }
	return [dict create kind any tags {}]
}

# SEQUENCE {..}, SEQUENCE OF T, SEQUENCE SIZE (..) OF T, SEQUENCE (SIZE (..)) OF T
proc ::oracle::asn1::ReadConstructed {word} {
	variable builtin
	lassign [dict get $builtin $word] kind number
	set node [dict create kind $kind tags [list u$number]]
	if {[Peek] eq "\{"} {
		if {$word eq "SET"} { Fail "SET with components is not supported" }
		dict set node fields [ReadFields]
		return $node
	}
	dict set node kind $kind-of
	set node [ReadConstraints $node]
	Take OF
	if {[string match {[a-z]*} [Peek]]} { Take }
	dict set node of [ReadType]
	return $node
}

proc ::oracle::asn1::ReadFields {} {
	set fields {}
	Take "\{"
	while {![TakeIf "\}"]} {
		lappend fields [ReadField]
		TakeIf ","
	}
	return $fields
}

proc ::oracle::asn1::ReadField {} {
	set name [Take]
	set node [ReadType]
	if {[TakeIf OPTIONAL]} { return [list $name $node optional {}] }
	if {[TakeIf DEFAULT]} { return [list $name $node default [ReadValue]] }
	return [list $name $node required {}]
}

# {name(1), other(2)}; an ENUMERATED may leave the numbers out
proc ::oracle::asn1::ReadNames {} {
	set names {}
	Take "\{"
	while {![TakeIf "\}"]} {
		set name [Take]
		set number [dict size $names]
		if {[TakeIf "("]} { set number [Take]; Take ")" }
		dict set names $name $number
		TakeIf ","
	}
	return $names
}

# -- constraints: (a..b | c), (SIZE (..)), SIZE (..) ------------------------

proc ::oracle::asn1::ReadConstraints {node} {
	if {[Peek] eq "SIZE"} {
		Take
		dict set node size [ReadRanges]
	}
	while {[Peek] eq "("} {
		if {[Peek 1] eq "SIZE"} {
			Take
			Take
			dict set node size [ReadRanges]
			Take ")"
		} else {
			dict set node range [ReadRanges]
		}
	}
	return $node
}

proc ::oracle::asn1::ReadRanges {} {
	set ranges {}
	Take "("
	while 1 {
		set low [ReadBound]
		set high [expr {[TakeIf ".."] ? [ReadBound] : $low}]
		lappend ranges [list $low $high]
		if {![TakeIf "|"]} break
	}
	Take ")"
	return $ranges
}

# A number, MIN, MAX, or the name of an INTEGER defined earlier in the module.
proc ::oracle::asn1::ReadBound {} {
	variable module
	set word [Take]
	if {[string is entier -strict $word] || $word in {MIN MAX}} { return $word }
	return [oid $module $word]
}
