# gen_der.tcl -- vectors/der: what each ASN.1 module accepts and refuses
#
#   gen::der::files            path -> content: one file or more per module
#   gen::der::sample NODE FULL a value of a type: optional components down to
#                              the FULL-th level, 0 for none; sizes and ranges
#                              lowest
#
# Nothing here is written by hand per type: every type of every module is
# walked.  Each bound of SIZE and range gives an accepted value at the bound
# and a refused one beyond; each component is left out, given a wrong tag and
# an overlong length; and so on.  Components that are references to
# structured types are taken apart where those types are defined.

package require Tcl 8.6-

namespace eval ::gen::der {
	namespace path {::gen ::gen::rsa}
	variable modules {DER-Types SEMPER IKP IKP-Historic PKIX}
	# longest value made to show an upper bound
	variable longest 8192
	# levels of optional components: a type may contain itself
	variable deepest 8
	# topic -> requirements of spec/der.md
	variable topics {
		canonical {DER-D-05 DER-D-07} presence DER-D-07 missing {DER-D-05 DER-D-07}
		after DER-D-06 cut DER-D-02 tag DER-D-05 choice DER-D-09 length DER-D-04
		indefinite {DER-D-03 DER-D-05} trailing DER-D-08 default DER-D-10 order DER-D-27
		boolean DER-D-11 minimal DER-D-12 range DER-D-13 named DER-D-14 bits DER-D-15
		named-bits DER-D-16 whole-bits DER-D-17 oid DER-D-19 oid-size DER-D-20
		charset DER-D-21 utf8 DER-D-22 time DER-D-23 short-time DER-D-24
		calendar DER-D-25 size DER-D-26 any DER-D-30 depth DER-D-28 count DER-D-29
		long DER-D-01 null DER-D-18 envelope-long {DER-D-01 ENV-M-01}
	}
	variable tests {}
	variable module
	variable type
	variable parent
	# characters outside a character set
	variable outsiders {
		NumericString 41 VisibleString 09 PrintableString 40 UTF8String ff IA5String 80
	}
	variable bad_times {
		month-13 19961320120000Z day-30-of-february 19960230120000Z hour-24 19960320240000Z
		second-60 19960320115960Z no-seconds 199603201200Z fraction 19960320120000.5Z
		day-29-of-1900 19000229120000Z offset 19960320120000+0100 no-zone 19960320120000 letters 1996032012000aZ
	}
}

proc ::gen::der::files {} {
	variable modules
	::gen::der::flags
	set found {}
	foreach module $modules { set found [concat $found [module_files $module]] }
	return [concat $found [limits]]
}

proc ::gen::der::flags {} {
	flag Bound EDGE_CASE high "a size or value at a bound of the module, or just beyond" \
	    "ASN.1 libraries that ignore constraints let oversize values through"
	flag Presence MISSING_CHECK high "a component is missing or of the wrong type" \
	    "what follows reads a value that was never sent"
	flag NotDer MALLEABILITY high "an encoding that is BER, not DER" \
	    "one value has several encodings, and a signature or hash covers only one"
	flag Charset EDGE_CASE medium "a character outside the character set" \
	    "values are compared or shown wrongly"
	flag BadTime EDGE_CASE medium "a time that does not exist or is written otherwise than DER wants" \
	    "comparisons of times go wrong"
	flag Trailing MALLEABILITY high "octets after the value, or inside a value after its last component" \
	    "what is signed and what is read differ"
}

# Split so that each file stays below 1 MiB.
proc ::gen::der::module_files {name} {
	variable module $name
	variable type
	variable tests
	set found {}
	set part 1
	set held {}
	set size 0
	foreach type [::oracle::asn1 types $name] {
		set tests {}
		whole
		set more [string length $tests]
		if {$size + $more > 900000} {
			set found [concat $found [module_suite $name $part $held]]
			set held {}
			set size 0
			incr part
		}
		lappend held {*}$tests
		incr size $more
	}
	return [concat $found [module_suite $name $part $held]]
}

proc ::gen::der::module_suite {name part tests} {
	set suite [string tolower $name][expr {$part > 1 ? "-$part" : {}}]
	return [suite der $suite [dict create kind codec \
	    title "DER of the types of module $name, and what is not"] $tests]
}

# -- one test ---------------------------------------------------------------------

proc ::gen::der::slug {text} {
	set text [regsub -all {([a-z0-9])([A-Z])} $text {\1-\2}]
	return [string trim [regsub -all {[^a-z0-9]+} [string tolower $text] -] -]
}

proc ::gen::der::id {name} {
	variable module
	variable type
	return "der::[slug $module]::[slug $type]-$name"
}

proc ::gen::der::ok {name title der {flags {}} {topic canonical}} {
	variable module
	variable type
	variable tests
	set hex [hex $der]
	lappend tests [test [id $name] title "$type: $title" flags $flags req [requirements $topic] \
	    op der.decode in [dict create module $module type $type der $hex] \
	    expect [json obj result [json str accept] ok [json strs [dict create der $hex]]]]
}

proc ::gen::der::no {name title topic kind field der flags {of {}}} {
	variable module
	variable type
	variable tests
	variable parent
	set twin [expr {$of eq {} ? $parent : $of}]
	set mutation [dict create kind $kind]
	if {$field ne {}} { dict set mutation field $field }
	lappend tests [test [id $name] title "$type: $title" flags $flags req [refusing $topic] \
	    parent [id $twin] mutation $mutation op der.decode \
	    in [dict create module $module type $type der [hex $der]] expect [reject malformed]]
}

proc ::gen::der::requirements {topic} {
	variable topics
	return [dict get $topics $topic]
}

# An Envelope that does not decode is refused by ENV-M-02 too.
proc ::gen::der::refusing {topic} {
	variable module
	variable type
	set ids [requirements $topic]
	if {$module eq "SEMPER" && $type eq "Envelope"} { lappend ids ENV-M-02 }
	return $ids
}

proc ::gen::der::encode {value {defects {}}} {
	variable module
	variable type
	return [::oracle::der lax $module $type $value $defects]
}

# -- a type as a whole ----------------------------------------------------------------

proc ::gen::der::whole {} {
	variable module
	variable type
	variable parent full
	variable deepest
	set node [::oracle::asn1 type $module $type]
	if {[dict get $node kind] eq "any"} return
	set full [sample $node $deepest]
	set least [sample $node 0]
	set der [encode $full]
	ok full "[expr {$full eq $least ? "a value" : "every component present"}]" $der
	if {$full ne $least} { ok least "optional components absent" [encode $least] Presence presence }
	no trailing "an octet after the value" after extend {} [encode $full {{} after}] Trailing
	no truncated "the last octet left out" cut truncate {} [string range $der 0 end-1] Presence
	no empty "no octets" cut truncate {} {} Presence
	if {[dict get $node kind] ne "choice"} {
		no tag "another tag" tag set-bytes {} [encode $full {{} wrong-tag}] Presence
		no long-length "a superfluous length octet" length nonminimal-length {} \
		    [encode $full {{} nonminimal-length}] NotDer
		no indefinite "a length of indefinite form" indefinite indefinite-length {} \
		    [encode $full {{} indefinite-length}] NotDer
	}
	parts $node $full $least
}

proc ::gen::der::least_of {full least} { expr {$full eq $least ? "full" : "least"} }

proc ::gen::der::parts {node full least} {
	switch -- [dict get $node kind] {
		sequence - set {
			no extra "an unknown component at the end" trailing add-field {} \
			    [encode $full [list {} [list trailing "\x05\x00"]]] Trailing
			foreach field [dict get $node fields] { component $full $least {*}$field }
		}
		choice { alternatives $node }
		sequence-of - set-of { counts value- {} $node $full }
		default { leaf value- {} $node $full }
	}
}

proc ::gen::der::alternatives {node} {
	foreach field [dict get $node fields] {
		lassign $field name inner
		set value [list $name [sample [::oracle::asn1 resolve $inner] 4]]
		ok choice-[slug $name] "the alternative $name" [encode $value]
		set inner [::oracle::asn1 resolve $inner]
		if {[dict get $inner kind] ni {sequence set sequence-of set-of choice any}} {
			leaf [slug $name]- $name $inner $value
		}
	}
	no choice-none "none of the alternatives" choice set-bytes {} "\x05\x00" Presence
}

# -- one component -----------------------------------------------------------------------

# Left out of a value without optional components, lest one of those takes its
# place; elsewhere every component is present.
proc ::gen::der::component {full least name inner presence default} {
	set resolved [::oracle::asn1 resolve $inner]
	set at [slug $name]-
	if {$presence eq "required"} {
		no ${at}missing "$name left out" missing drop-field $name \
		    [encode $least [list $name drop]] Presence [least_of $full $least]
	} elseif {$presence eq "optional"} {
		ok ${at}absent "only $name left out" [encode [dict remove $full $name]] Presence presence
	} else {
		no ${at}default-written "$name written although it is the default" default set-field $name \
		    [encode [dict remove $full $name] {{} explicit-default}] NotDer least
	}
	set kind [dict get $resolved kind]
	if {$kind ni {any choice}} {
		no ${at}tag "$name under another tag" tag set-bytes $name \
		    [encode $full [list $name wrong-tag]] Presence
		no ${at}long-length "the length of $name with a superfluous octet" length \
		    nonminimal-length $name [encode $full [list $name nonminimal-length]] NotDer
		no ${at}indefinite "$name of indefinite length" length indefinite-length $name \
		    [encode $full [list $name indefinite-length]] NotDer
	}
	no ${at}twice "$name twice" trailing duplicate-field $name [twice $full $name] Presence
	if {$kind in {sequence-of set-of}} {
		counts $at $name $resolved $full
	} elseif {$kind ni {sequence set choice any}} {
		leaf $at $name $resolved $full
	}
}

# The encoding in which component NAME stands twice.
proc ::gen::der::twice {full name} {
	set whole [encode $full]
	set without [encode $full [list $name drop]]
	set size [expr {[string length [content $whole]] - [string length [content $without]]}]
	set at [offset $full $name]
	set body [content $whole]
	set one [string range $body $at [expr {$at + $size - 1}]]
	return [encode $full [list {} [list content \
	    [string range $body 0 [expr {$at + $size - 1}]]$one[string range $body $at+$size end]]]]
}

proc ::gen::der::content {der} {
	lassign [::oracle::tlv header $der 0 [string length $der]] tag constructed start end
	return [string range $der $start $end-1]
}

# Where component NAME starts in the content: what is left without it and
# everything after it.
proc ::gen::der::offset {full name} {
	set names [dict keys $full]
	set defects {}
	foreach later [lrange $names [lsearch -exact $names $name] end] { dict set defects $later drop }
	return [string length [content [encode $full $defects]]]
}

# -- leaves ------------------------------------------------------------------------------

# AT stands before the case's name; PATH is where the leaf is in FULL.
proc ::gen::der::leaf {at path node full} {
	set label [expr {$path eq {} ? "the value" : $path}]
	switch -- [dict get $node kind] {
		integer {
			integer $at $path $node $full $label
		}
		enumerated {
			foreach {name number} [dict get $node names] {
				ok ${at}$number-[slug $name] "$label = $name" [encode [put $full $path $name]]
			}
			set most [tcl::mathfunc::max {*}[dict values [dict get $node names]]]
			no ${at}unknown "$label = [expr {$most + 1}], which has no name" named set-field $path \
			    [encode $full [list $path [list content [binary format c [expr {$most + 1}]]]]] Bound
			no ${at}nonminimal "$label with a superfluous octet" minimal nonminimal-integer $path \
			    [encode $full [list $path nonminimal-integer]] NotDer
		}
		boolean {
			ok ${at}true "$label = TRUE" [encode [put $full $path 1]]
			ok ${at}false "$label = FALSE" [encode [put $full $path 0]]
			no ${at}one "$label = TRUE written as 01" boolean set-bytes $path \
			    [encode $full [list $path "content \x01"]] NotDer
			no ${at}two-octets "$label of two octets" boolean extend $path \
			    [encode $full [list $path "content \xff\xff"]] NotDer
		}
		null {
			no ${at}contents "$label with contents" null extend $path \
			    [encode $full [list $path "content \x01"]] NotDer
		}
		octets { sizes $at $path $node $full octets $label }
		string {
			sizes $at $path $node $full string $label
			characters $at $path $node $full $label
		}
		time { times $at $path $full $node $label }
		bits { bits $at $path $node $full $label }
		oid {
			no ${at}padded "$label with an arc that starts with 80" oid set-bytes $path \
			    [encode $full [list $path "content \x2a\x80\x03"]] NotDer
			no ${at}cut "$label that ends within an arc" oid truncate $path \
			    [encode $full [list $path "content \x2a\x83"]] NotDer
			no ${at}empty "$label of no octets" oid truncate $path \
			    [encode $full [list $path {content {}}]] NotDer
			no ${at}huge "$label with a subidentifier of 2^63" oid-size set-bytes $path \
			    [encode $full [list $path "content \x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"]] Bound
			ok ${at}largest "$label with the largest subidentifier" \
			    [encode $full [list $path "content \xff\xff\xff\xff\xff\xff\xff\xff\x7f"]] Bound oid-size
		}
	}
}

# The full value with the leaf at PATH replaced; {} is the whole value.
proc ::gen::der::put {full path value} {
	if {$path eq {}} { return $value }
	if {[llength $full] == 2 && [lindex $full 0] eq $path} { return [list $path $value] }
	return [dict replace $full $path $value]
}

proc ::gen::der::integer {at path node full label} {
	if {[dict exists $node range]} {
		foreach bound [dict get $node range] {
			lassign $bound low high
			foreach {word limit step} [list least $low -1 most $high 1] {
				if {$limit in {MIN MAX}} continue
				ok ${at}$word "$label = $limit, the $word" [encode [put $full $path $limit]] Bound range
				no ${at}beyond-$word "$label = [expr {$limit + $step}]" range set-field $path \
				    [encode [put $full $path [expr {$limit + $step}]]] Bound $at$word
			}
		}
	}
	no ${at}nonminimal "$label with a superfluous octet" minimal nonminimal-integer $path \
	    [encode $full [list $path nonminimal-integer]] NotDer
	no ${at}empty "$label of no octets" minimal truncate $path \
	    [encode $full [list $path {content {}}]] NotDer
}

proc ::gen::der::sizes {at path node full kind label} {
	variable longest
	if {![dict exists $node size]} return
	foreach bound [dict get $node size] {
		lassign $bound low high
		if {$low > 0} {
			no ${at}shorter "$label of [expr {$low - 1}], one less than allowed" size truncate $path \
			    [encode [put $full $path [fill $node [expr {$low - 1}]]]] Bound
		}
		if {$high eq "MAX" || $high > $longest} continue
		if {$high > $low} {
			ok ${at}longest "$label of $high, the longest" \
			    [encode [put $full $path [fill $node $high]]] Bound size
			if {$kind eq "string" && [dict get $node charset] eq "UTF8String"} {
				ok ${at}longest-wide "$label of $high characters, two octets each" \
				    [encode $full [list $path [list content \
				    [string repeat \xc3\xa9 $high]]]] Bound size
			}
		}
		no ${at}longer "$label of [expr {$high + 1}], one more than allowed" size extend $path \
		    [encode [put $full $path [fill $node [expr {$high + 1}]]]] Bound \
		    [expr {$high > $low ? "${at}longest" : {}}]
	}
}

proc ::gen::der::characters {at path node full label} {
	variable outsiders
	set charset [dict get $node charset]
	if {![dict exists $outsiders $charset]} return
	set size [lindex [dict get [dict merge {size {{1 1}}} $node] size] 0 0]
	set text [string repeat 1 [expr {max(1, $size) - 1}]][unhex [dict get $outsiders $charset]]
	no ${at}character "$label with a character outside $charset" \
	    [expr {$charset eq "UTF8String" ? "utf8" : "charset"}] set-bytes $path \
	    [encode $full [list $path [list content $text]]] Charset
	if {$charset eq "UTF8String"} {
		no ${at}overlong "$label with an overlong UTF-8 sequence" utf8 set-bytes $path \
		    [encode $full [list $path [list content \
		    [string repeat 1 [expr {max(1, $size) - 1}]]\xc0\x80]]] Charset
		no ${at}surrogate "$label with half a surrogate pair" utf8 set-bytes $path \
		    [encode $full [list $path [list content \
		    [string repeat 1 [expr {max(1, $size) - 1}]]\xed\xa0\x80]]] Charset
	}
}

proc ::gen::der::times {at path full node label} {
	variable bad_times
	set short [expr {[dict get $node charset] eq "UTCTime"}]
	foreach {name good} {leap-day 20000229120000Z midnight 19960101000000Z} {
		ok ${at}$name "$label = $good" \
		    [encode [put $full $path [string range $good [expr {$short ? 2 : 0}] end]]] BadTime calendar
	}
	foreach {name text} $bad_times {
		if {$short && $name eq "day-29-of-1900"} continue ;# 00 is 2000
		if {$short} { set text [string range $text 2 end] }
		no ${at}$name "$label = $text" [time_topic $name $short] set-field $path \
		    [encode $full [list $path [list content $text]]] BadTime
	}
}

proc ::gen::der::time_topic {name short} {
	if {$name in {month-13 day-30-of-february day-29-of-1900 hour-24 second-60}} {
		return calendar
	}
	return [expr {$short ? "short-time" : "time"}]
}

proc ::gen::der::bits {at path node full label} {
	no ${at}unused-8 "$label says that 8 bits are unused" bits set-bytes $path \
	    [encode $full [list $path "content \x08\x80"]] NotDer
	no ${at}no-count "$label without the count of unused bits" bits truncate $path \
	    [encode $full [list $path {content {}}]] NotDer
	no ${at}unused-set "$label with an unused bit set" bits set-bytes $path \
	    [encode $full [list $path "content \x04\x91"]] NotDer
	no ${at}unused-of-nothing "$label of no bits, some of them unused" bits set-bytes $path \
	    [encode $full [list $path "content \x03"]] NotDer
	if {![dict exists $node names]} {
		no ${at}unused "$label, not a list of named bits, with an unused bit" whole-bits set-bytes \
		    $path [encode $full [list $path "content \x01\x80"]] NotDer
	} else {
		no ${at}trailing-zeros "$label, a list of named bits, with a zero bit at the end" named-bits \
		    set-bytes $path [encode $full [list $path "content \x06\x80"]] NotDer
	}
}

# Numbers of elements of SEQUENCE OF and SET OF.
proc ::gen::der::counts {at path node full} {
	set element [::oracle::asn1 resolve [dict get $node of]]
	set label [expr {$path eq {} ? "the list" : $path}]
	if {[dict get $node kind] eq "set-of"} {
		set two [distinct $element]
		if {[llength $two]} {
			ok ${at}two "$label with two elements in order" [encode [put $full $path $two]] NotDer order
			no ${at}unsorted "$label with two elements out of order" order reorder-der-set $path \
			    [encode [put $full $path $two] [list $path unsorted]] NotDer ${at}two
		}
	}
	if {![dict exists $node size]} return
	foreach bound [dict get $node size] {
		lassign $bound low high
		if {$low > 0} {
			no ${at}fewer "$label with [expr {$low - 1}] elements" size drop-field $path \
			    [encode [put $full $path [elements $element [expr {$low - 1}]]]] Bound
		}
		if {$high eq "MAX" || $high > 32} continue
		ok ${at}full "$label with $high elements" [encode [put $full $path [elements $element $high]]] Bound size
		no ${at}more "$label with [expr {$high + 1}] elements" size add-field $path \
		    [encode [put $full $path [elements $element [expr {$high + 1}]]]] Bound ${at}full
	}
}

proc ::gen::der::elements {node n} {
	set found {}
	for {set i 0} {$i < $n} {incr i} { lappend found [sample $node 0] }
	return $found
}

# Two elements with different encodings, in the order of DER.
proc ::gen::der::distinct {node} {
	switch -- [dict get $node kind] {
		any { return [list "\x05\x00" "\x0c\x01a"] }
		sequence {
			set first [sample $node 0]
			if {![dict exists $first type]} { return {} }
			return [list [dict replace $first type 1.2.3] [dict replace $first type 1.2.4]]
		}
	}
	return {}
}

# -- values --------------------------------------------------------------------------------

proc ::gen::der::sample {node full} {
	set node [::oracle::asn1 resolve $node]
	switch -- [dict get $node kind] {
		sequence - set { return [record $node $full] }
		choice {
			lassign [lindex [dict get $node fields] 0] name inner
			return [list $name [sample $inner $full]]
		}
		sequence-of - set-of {
			set low [expr {[dict exists $node size] ? [lindex [dict get $node size] 0 0] : 0}]
			set count [expr {$full ? max(1, $low) : $low}]
			return [lmap i [lrepeat [expr {$count + 1}] x] {
				if {[incr made] > $count} break
				sample [dict get $node of] $full
			}]
		}
		integer { return [number $node] }
		enumerated { return [lindex [dict get $node names] 0] }
		boolean { return 1 }
		null { return {} }
		octets - string { return [fill $node [lindex [dict get [dict merge {size {{1 1}}} $node] size] 0 0]] }
		oid { return 1.2.840.113549.1.1.1 }
		time { return [expr {[dict get $node charset] eq "UTCTime" ? "960320120000Z" : "19960320120000Z"}] }
		bits { return [expr {[dict exists $node names] ? [lindex [dict get $node names] 0] : [list 0 \x2a]}] }
		any { return "\x05\x00" }
	}
	error "no sample of [dict get $node kind]"
}

proc ::gen::der::record {node full} {
	set value [dict create]
	foreach field [dict get $node fields] {
		lassign $field name inner presence default
		if {$presence eq "required" || $full} {
			dict set value $name [sample $inner [expr {max(0, $full - 1)}]]
			if {$presence eq "default"} { dict set value $name [other $inner $default] }
		}
	}
	return $value
}

# A value that is not the default, and so must be written.
proc ::gen::der::other {inner default} {
	set node [::oracle::asn1 resolve $inner]
	switch -- [dict get $node kind] {
		boolean { return [expr {$default in {FALSE 0}}] }
		enumerated {
			set names [dict keys [dict get $node names]]
			return [expr {[lindex $names 0] eq $default ? [lindex $names 1] : [lindex $names 0]}]
		}
	}
	return [number $node]
}

proc ::gen::der::number {node} {
	if {[dict exists $node names]} { return [lindex [dict get $node names] end-1] }
	if {![dict exists $node range]} { return 7 }
	lassign [lindex [dict get $node range] 0] low high
	if {$low eq "MIN"} { return $high }
	return [expr {$high ne "MAX" && $high > $low ? $low + 1 : $low}]
}

proc ::gen::der::fill {node n} {
	if {[dict get $node kind] eq "octets"} { return [string repeat \x2a $n] }
	if {[dict get $node charset] in {BMPString UniversalString}} { error "not used here" }
	return [string repeat 1 $n]
}

# -- limits and ANY ------------------------------------------------------------------------

proc ::gen::der::limits {} {
	variable module DER-Types
	variable type Open
	variable tests {}
	variable parent null
	flag Limit EDGE_CASE high "at a limit of size, depth or number, or just beyond" \
	    "a decoder runs out of stack, memory or time"
	ok null "NULL where anything may stand" "\x05\x00"
	ok high-tag "the high tag number 31" "\x1f\x1f\x00" Presence any
	foreach {name title octets} {
		end-of-contents "the identifier octet 00" 0000
		high-tag-30 "the high tag form for the number 30" 1f1e00
		high-tag-padded "a high tag number that begins with a zero digit" 1f801f00
		high-tag-huge "a high tag number of nine digits" 1fffffffffffffffff7f00
	} {
		no $name $title any set-bytes {} [unhex $octets] NotDer high-tag
	}
	foreach {name depth good} {deepest 24 1 deeper 25 0} {
		set der {}
		for {set i 0} {$i < $depth} {incr i} { set der [::oracle::tlv wrap u16 1 $der] }
		if {$good} { ok $name "encodings nested $depth deep" $der Limit depth
		} else { no $name "encodings nested $depth deep" depth add-field {} $der Limit deepest }
	}
	runs most "a message of 65536 encodings" 308301fffe 0500 65535 count {}
	runs more "a message of 65537 encodings" 3083020000 0500 65536 count most
	set type Data
	runs longest "a message of 1048576 octets" 04830ffffb 2a 1048571 long {}
	runs longer "a message of 1048577 octets" 04830ffffc 2a 1048572 long longest
	set module SEMPER
	set type Envelope
	foreach {name size of} {longest 1048576 {} longer 1048577 longest} {
		lassign [envelope $size] head times
		runs $name "a message of $size octets" $head 2a $times envelope-long $of
	}
	return [suite der limits {kind codec title "Limits of size, depth and number, and what stands for ANY"} $tests]
}

# {HEAD N}: the octets of an Envelope of SIZE octets before its N octets of body.
proc ::gen::der::envelope {size} {
	set value [dict create version 1 profile ikp/3kp-hard type AuthReq \
	    session [string repeat \x11 16] body {}]
	set n [expr {$size - 70}]
	while 1 {
		dict set value body [string repeat \x2a $n]
		set der [encode $value]
		if {[string length $der] == $size} break
		incr n [expr {$size - [string length $der]}]
	}
	return [list [hex [string range $der 0 end-$n]] $n]
}

# A long encoding in its short form: HEAD, and UNIT repeated.
proc ::gen::der::runs {name title head unit times topic of} {
	variable module
	variable type
	variable tests
	set long [json obj concat [json arr [list [json str $head] \
	    [json obj hex [json str $unit] times [json num $times]]]]]
	set accept [expr {$of eq {}}]
	set expect [expr {$accept ? [json obj result [json str accept] ok [json obj der $long]]
	    : [reject malformed]}]
	set node [test [id $name] title "$type: $title" flags Limit req [requirements $topic] \
	    {*}[expr {$accept ? {} : [list parent [id $of] mutation {kind extend}]}] op der.decode \
	    in {} expect $expect]
	lappend tests [list obj [dict replace [lindex $node 1] in \
	    [json obj module [json str $module] type [json str $type] der $long]]]
}
