# tlv.tcl -- tags, lengths and the contents of the primitive types, as DER
# (X.690) demands them.
#
#   tlv header OCTETS AT END   -> {tag constructed start end}; the content is
#                              OCTETS[start..end-1]; refuses what DER refuses
#   tlv tag OCTETS AT          -> the tag that starts there
#   tlv wrap TAG CONSTRUCTED CONTENT    -> the encoding
#   tlv length N ?EXTRA?       length octets, with EXTRA superfluous ones
#   tlv identifier TAG CONSTRUCTED
#   tlv integer CONTENT        -> number      tlv from-integer N    -> content
#   tlv oid CONTENT            -> dotted      tlv from-oid DOTTED   -> content
#   tlv text CHARSET CONTENT   -> string      tlv from-text CHARSET STRING
#   tlv seconds TIME           UTCTime or GeneralizedTime -> seconds since 1970
#   tlv time SECONDS ?CHARSET? -> GeneralizedTime (or UTCTime)
#
# A tag is written u16, c0, a5, p7 (universal, context, application, private).
# Refusals have errorcode {ORACLE malformed WHY}.

package require Tcl 8.6-

namespace eval ::oracle::tlv {
	namespace export {[a-z]*}
	namespace ensemble create

	# What each character type admits, over octets.
	variable alphabet {
		NumericString {^[0-9 ]*$}
		PrintableString {^[A-Za-z0-9 '()+,./:=?-]*$}
		VisibleString {^[\x20-\x7e]*$}
		IA5String {^[\x00-\x7f]*$}
		UTF8String {^(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})*$}
		GeneralizedTime {^[0-9]{14}Z$}
		UTCTime {^[0-9]{12}Z$}
	}
}

proc ::oracle::tlv::FirstTags {} {
	set tags {}
	foreach class {u a c p} {
		for {set i 0} {$i < 64} {incr i} { lappend tags $class[expr {$i & 31}] }
	}
	return $tags
}

namespace eval ::oracle::tlv {
	variable first-tags [FirstTags]    ;# by identifier octet
}

proc ::oracle::tlv::Refuse {why} {
	return -code error -errorcode [list ORACLE malformed $why] $why
}

# -- identifier and length ------------------------------------------------

proc ::oracle::tlv::tag {octets at} {
	variable first-tags
	binary scan $octets @${at}cu first
	if {($first & 31) == 31} {
		return [string index uacp [expr {$first >> 6}]][lindex [HighTag $octets [expr {$at + 1}] [string length $octets]] 0]
	}
	return [lindex ${first-tags} $first]
}

proc ::oracle::tlv::header {octets at end} {
	if {$at >= $end} { Refuse truncated }
	binary scan $octets @${at}cucu first length
	if {($first & 31) != 31 && $at + 1 < $end && $length < 128} {
		set start [expr {$at + 2}]
		set stop [expr {$start + $length}]
		if {$stop > $end} { Refuse truncated }
		return [list [tag $octets $at] [expr {($first >> 5) & 1}] $start $stop]
	}
	return [LongHeader $octets $at $end $first]
}

proc ::oracle::tlv::LongHeader {octets at end first} {
	set tag [string index uacp [expr {$first >> 6}]]
	set number [expr {$first & 31}]
	incr at
	if {$number == 31} { lassign [HighTag $octets $at $end] number at }
	lassign [Length $octets $at $end] length start
	set stop [expr {$start + $length}]
	if {$stop > $end} { Refuse truncated }
	return [list $tag$number [expr {($first >> 5) & 1}] $start $stop]
}

# Tag numbers from 31 on: base 128, most significant first, no leading zero.
proc ::oracle::tlv::HighTag {octets at end} {
	set number 0
	while 1 {
		if {$at >= $end} { Refuse truncated }
		binary scan $octets @${at}cu octet
		incr at
		if {$number == 0 && $octet == 0x80} { Refuse tag-form }
		set number [expr {($number << 7) | ($octet & 127)}]
		if {$octet < 128} break
	}
	if {$number < 31 || $number >> 31} { Refuse tag-form }
	return [list $number $at]
}

proc ::oracle::tlv::Length {octets at end} {
	if {$at >= $end} { Refuse truncated }
	binary scan $octets @${at}cu first
	incr at
	if {$first < 128} { return [list $first $at] }
	if {$first == 128} { Refuse indefinite-length }
	set count [expr {$first - 128}]
	if {$count > 8 || $at + $count > $end} { Refuse truncated }
	set length [octets-to-number [string range $octets $at [expr {$at + $count - 1}]]]
	if {$length < 128 || $length >> (8 * ($count - 1)) == 0} { Refuse nonminimal-length }
	return [list $length [expr {$at + $count}]]
}

proc ::oracle::tlv::octets-to-number {octets} {
	if {$octets eq ""} { return 0 }
	scan [binary encode hex $octets] %llx n
	return $n
}

proc ::oracle::tlv::length {n {extra 0}} {
	if {$n < 128 && $extra == 0} { return [binary format c $n] }
	set hex [format %llx $n]
	if {[string length $hex] % 2} { set hex 0$hex }
	set octets [binary decode hex [string repeat 00 [expr {$extra - ($n < 128)}]]$hex]
	return [binary format c [expr {128 + [string length $octets]}]]$octets
}

proc ::oracle::tlv::identifier {tag constructed} {
	set class [string first [string index $tag 0] uacp]
	set number [string range $tag 1 end]
	set first [expr {($class << 6) | ($constructed << 5)}]
	if {$number < 31} { return [binary format c [expr {$first | $number}]] }
	return [binary format c [expr {$first | 31}]][Base128 $number]
}

proc ::oracle::tlv::wrap {tag constructed content} {
	return [identifier $tag $constructed][length [string length $content]]$content
}

# -- INTEGER, OBJECT IDENTIFIER ---------------------------------------------

proc ::oracle::tlv::integer {content} {
	set length [string length $content]
	if {$length == 0} { Refuse empty-integer }
	binary scan $content S head
	if {$length > 1 && $head >= -128 && $head < 128} { Refuse nonminimal-integer }
	set n [octets-to-number $content]
	binary scan $content c sign
	return [expr {$sign < 0 ? $n - (1 << (8 * $length)) : $n}]
}

proc ::oracle::tlv::from-integer {n} {
	set positive [expr {$n < 0 ? -$n - 1 : $n}]
	set length [expr {[string length [format %llb $positive]] / 8 + 1}]
	set unsigned [expr {$n < 0 ? $n + (1 << (8 * $length)) : $n}]
	return [binary decode hex [format %0[expr {2 * $length}]llx $unsigned]]
}

proc ::oracle::tlv::oid {content} {
	if {$content eq ""} { Refuse empty-oid }
	binary scan $content cu* octets
	if {[lindex $octets end] > 127} { Refuse truncated-oid }
	set arcs {}
	set arc 0
	foreach octet $octets {
		if {$arc == 0 && $octet == 0x80} { Refuse nonminimal-oid }
		set arc [expr {($arc << 7) | ($octet & 127)}]
		if {$arc >> 63} { Refuse oid-arc }
		if {$octet < 128} { lappend arcs $arc; set arc 0 }
	}
	set first [lindex $arcs 0]
	set top [expr {$first < 80 ? $first / 40 : 2}]
	return [join [linsert [lrange $arcs 1 end] 0 $top [expr {$first - 40 * $top}]] .]
}

proc ::oracle::tlv::from-oid {dotted} {
	set arcs [lassign [split $dotted .] top second]
	set content [Base128 [expr {40 * $top + $second}]]
	foreach arc $arcs { append content [Base128 $arc] }
	return $content
}

proc ::oracle::tlv::Base128 {n} {
	set octets [expr {$n & 127}]
	while {[set n [expr {$n >> 7}]]} {
		set octets [linsert $octets 0 [expr {($n & 127) | 128}]]
	}
	return [binary format c* $octets]
}

# -- character strings and times --------------------------------------------

proc ::oracle::tlv::text {charset content} {
	variable alphabet
	if {[dict exists $alphabet $charset]
	    && ![regexp [dict get $alphabet $charset] $content]} { Refuse alphabet }
	if {$charset eq "UTF8String"} { return [encoding convertfrom utf-8 $content] }
	return $content
}

proc ::oracle::tlv::from-text {charset string} {
	if {$charset ne "UTF8String"} { return [encoding convertto iso8859-1 $string] }
	return [encoding convertto utf-8 $string]
}

# Both times are UTC, with seconds and without a fraction.
proc ::oracle::tlv::seconds {time} {
	set long $time
	if {[string length $time] == 13} {
		set long [expr {[string index $time 0] >= 5 ? 19 : 20}]$time
	}
	if {![regexp {^([0-9]{8})([0-9]{2})([0-9]{2})([0-9]{2})Z$} $long -> day h m s]
	    || $h > 23 || $m > 59 || $s > 59} { Refuse time }
	return [expr {86400 * [Day $day] + 3600 * [Decimal $h] + 60 * [Decimal $m] + [Decimal $s]}]
}

proc ::oracle::tlv::Decimal {digits} { return [scan $digits %d] }

# Days since 1970-01-01 of a proleptic Gregorian YYYYMMDD that exists.
proc ::oracle::tlv::Day {yyyymmdd} {
	scan $yyyymmdd %4d%2d%2d year month day
	if {$month < 1 || $month > 12 || $day < 1
	    || $day > [MonthLength $year $month]} { Refuse time }
	set y [expr {$month > 2 ? $year : $year - 1}]
	set m [expr {($month + 9) % 12}]
	return [expr {365 * $y + $y / 4 - $y / 100 + $y / 400 + (153 * $m + 2) / 5 + $day - 719469}]
}

proc ::oracle::tlv::MonthLength {year month} {
	if {$month == 2} {
		return [expr {$year % 4 == 0 && ($year % 100 || $year % 400 == 0) ? 29 : 28}]
	}
	return [expr {$month in {4 6 9 11} ? 30 : 31}]
}

proc ::oracle::tlv::time {seconds {charset GeneralizedTime}} {
	set format [expr {$charset eq "UTCTime" ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ"}]
	return [clock format $seconds -gmt 1 -format $format]
}
