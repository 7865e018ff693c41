# path.tcl -- judges a certificate path (spec/pki.md 4).
#
#   path check INPUT    returns nothing, or refuses with errorcode
#                       {ORACLE auth cert-invalid REQUIREMENT}
#   path leaf CHAIN     the leaf of a chain, as x509 certificate gives it
#
# INPUT is a dict: chain (DER, leaf first, no root), anchors (DER), crls (DER),
# now, date (optional, seconds), edition (ec95, jsac, hard), use (acquirer-enc,
# acquirer-sig, seller, buyer), id (optional).
#
# A path is the chain and one anchor; it is good if some anchor makes it good,
# and the refusal is that of the last anchor tried.

package require Tcl 8.6-

namespace eval ::oracle::path {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable roles {
		acquirer-enc acquirerEnc acquirer-sig acquirerSig seller seller buyer buyer
	}
	variable sha256WithRSA [binary decode hex 300d06092a864886f70d01010b0500]
}

proc ::oracle::path::Must {id condition} {
	if {![uplevel 1 [list expr $condition]]} {
		return -code error -errorcode [list ORACLE auth cert-invalid $id] "refused by $id"
	}
}

proc ::oracle::path::leaf {chain} {
	return [x509 certificate [lindex $chain 0]]
}

proc ::oracle::path::check {input} {
	set chain [dict get $input chain]
	Must PKI-P-01 {[llength $chain] >= 1 && [llength $chain] <= 4}
	foreach der $chain { Must PKI-P-01 {[string length $der] <= 8192} }
	set certificates [lmap der $chain { Read $der }]
	set candidates [Anchors $input [lindex $certificates end]]
	Must PKI-P-12 {[llength $candidates]}
	foreach anchor $candidates {
		if {![catch { Judge $input [concat $certificates [list $anchor]] } message options]} return
	}
	return -options $options $message
}

proc ::oracle::path::Read {der} {
	try {
		return [x509 certificate $der]
	} trap {ORACLE malformed extension} {} {
		Must PKI-P-09 {0}
	} trap {ORACLE malformed} {} {
		Must PKI-P-02 {0}
	}
}

# The anchors of that name; one that does not decode is none.
proc ::oracle::path::Anchors {input last} {
	set found {}
	foreach der [dict get $input anchors] {
		try {
			set anchor [x509 certificate $der]
		} trap {ORACLE malformed} {} {
			continue
		}
		if {[dict get $anchor subject] eq [dict get $last issuer]} { lappend found $anchor }
	}
	return $found
}

proc ::oracle::path::Judge {input path} {
	set hard [expr {[dict get $input edition] eq "hard"}]
	foreach certificate $path {
		Form $certificate $hard
		Valid $input $certificate
	}
	Authority $path
	Subject $input [lindex $path 0]
	if {$hard} { Roles $input $path }
	Linkage $path
	if {$hard} { Revocation $input $path }
}

# -- form -------------------------------------------------------------------

proc ::oracle::path::Form {certificate hard} {
	variable sha256WithRSA
	dict with certificate {
		Must PKI-P-03 {$version == 2}
		Must PKI-P-04 {$serial > 0 && $serial < 1 << 159}
		Must PKI-P-05 {$outer eq $sha256WithRSA}
		Must PKI-P-06 {$inner eq $outer}
		Must PKI-P-07 {[llength $extensions] <= 16}
	}
	Extensions $extensions
	set key [Key $certificate]
	Must PKI-P-11 {!$hard || [dict get $key bits] >= 2048}
}

proc ::oracle::path::Extensions {extensions} {
	set seen {}
	set understood [lmap name {basic usage role profile acquirer brands commitment} { x509 oid $name }]
	foreach extension $extensions {
		lassign $extension oid critical
		Must PKI-P-07 {$oid ni $seen}
		Must PKI-P-08 {!$critical || $oid in $understood}
		lappend seen $oid
	}
}

proc ::oracle::path::Key {certificate} {
	try {
		return [rsa public [dict get $certificate spki]]
	} trap {ORACLE malformed} {} {
		Must PKI-P-10 {0}
	}
}

proc ::oracle::path::Valid {input certificate} {
	dict with certificate {
		set now [dict get $input now]
		Must PKI-P-15 {$from <= $now && $now <= $to}
		if {[dict exists $input date]} {
			set date [dict get $input date]
			Must PKI-P-16 {$from <= $date && $date <= $to}
		}
	}
}

# -- authority --------------------------------------------------------------

proc ::oracle::path::IsCa {certificate} {
	return [expr {[dict exists $certificate basic] && [dict get $certificate basic cA]}]
}

proc ::oracle::path::Authority {path} {
	Must PKI-P-18 {![IsCa [lindex $path 0]]}
	for {set i 1} {$i < [llength $path]} {incr i} {
		set issuer [lindex $path $i]
		Must PKI-P-17 {[IsCa $issuer]}
		if {[dict exists $issuer basic pathLenConstraint]} {
			Must PKI-P-19 {$i - 1 <= [dict get $issuer basic pathLenConstraint]}
		}
	}
}

# The named bits of an extension, none if it is absent.
proc ::oracle::path::Bits {certificate extension} {
	if {![dict exists $certificate $extension]} { return {} }
	return [dict get $certificate $extension]
}

proc ::oracle::path::Roles {input path} {
	variable roles
	set use [dict get $input use]
	set role [dict get $roles $use]
	foreach issuer [lrange $path 1 end] {
		Must PKI-P-20 {"keyCertSign" in [Bits $issuer usage]}
		Must PKI-P-23 {$role in [Bits $issuer role]}
	}
	set usage [Bits [lindex $path 0] usage]
	Must PKI-P-21 {"keyCertSign" ni $usage && "cRLSign" ni $usage}
	set wanted [lindex {digitalSignature keyEncipherment} [expr {$use eq "acquirer-enc"}]]
	set other [lindex {digitalSignature keyEncipherment} [expr {$use ne "acquirer-enc"}]]
	Must PKI-P-21 {$wanted in $usage && $other ni $usage}
	Must PKI-P-22 {[Bits [lindex $path 0] role] eq $role}
}

# -- linkage ----------------------------------------------------------------

proc ::oracle::path::Linkage {path} {
	for {set i 0} {$i < [llength $path] - 1} {incr i} {
		set certificate [lindex $path $i]
		set issuer [lindex $path $i+1]
		Must PKI-P-12 {[dict get $certificate issuer] eq [dict get $issuer subject]}
		Must PKI-P-13 {[dict get $certificate issuer] ne [dict get $certificate subject]}
		Must PKI-P-14 {[x509 verify $certificate [Key $issuer]]}
	}
}

# -- subject ----------------------------------------------------------------

proc ::oracle::path::Subject {input leaf} {
	Must PKI-P-24 {[dict exists $leaf profile]
		&& "ikp/[dict get $input edition]" in [dict get $leaf profile]}
	if {[dict exists $input id]} {
		set ids [x509 attributes [dict get $leaf subject] [x509 oid serialNumber]]
		Must PKI-P-25 {[llength $ids] == 1 && [Characters [lindex $ids 0]] eq [dict get $input id]}
	}
	if {[dict get $input use] eq "buyer"} {
		foreach octets [concat [list [dict get $leaf subject]] \
				[lmap e [dict get $leaf extensions] { lindex $e 2 }]] {
			Must PKI-P-26 {![regexp {[0-9]{12}} $octets]}
		}
	}
}

# The characters of a PrintableString or UTF8String; other types have none.
proc ::oracle::path::Characters {attribute} {
	lassign [tlv header $attribute 0 [string length $attribute]] tag constructed start
	set content [string range $attribute $start end]
	if {$constructed || $tag ni {u12 u19}} { return "" }
	return [tlv text [dict get {u12 UTF8String u19 PrintableString} $tag] $content]
}

# -- revocation -------------------------------------------------------------

proc ::oracle::path::Revocation {input path} {
	set lists [Lists $input]
	for {set i 0} {$i < [llength $path] - 1} {incr i} {
		set issuer [lindex $path $i+1]
		set current 0
		foreach list $lists {
			if {![Current $input $issuer $list]} continue
			incr current
			Must PKI-P-34 {[dict get [lindex $path $i] serial] ni [dict get $list revoked]}
		}
		Must PKI-P-27 {$current}
	}
}

proc ::oracle::path::Lists {input} {
	set lists {}
	foreach der [lrange [dict get $input crls] 0 15] {
		if {[string length $der] > 1048576} continue
		try {
			lappend lists [x509 list $der]
		} trap {ORACLE malformed} {} {
			continue
		}
	}
	return $lists
}

# PKI-P-28 to PKI-P-33
proc ::oracle::path::Current {input issuer list} {
	variable sha256WithRSA
	set now [dict get $input now]
	return [expr {[dict get $list version] == 1
		&& [dict exists $list next]
		&& [dict get $list inner] eq $sha256WithRSA
		&& [dict get $list outer] eq $sha256WithRSA
		&& [dict get $list issuer] eq [dict get $issuer subject]
		&& [dict get $list this] <= $now && $now <= [dict get $list next]
		&& ![dict get $list critical]
		&& "cRLSign" in [Bits $issuer usage]
		&& [x509 verify $list [Key $issuer]]}]
}
