# paths.tcl -- the cases of path validation over the test certificates: one for
# each leaf, and those about chains, times and revocation lists.  Read by make.tcl.

namespace eval ::make {
	namespace path ::oracle
	variable paths {}     ;# list of dicts, see PathEntry
	variable base 827323200       ;# 1996-03-20T12:00:00Z

	# What `openssl verify -crl_check_all` answers where it can express the
	# requirement that is violated.  It knows nothing of roles, editions and
	# identities, takes odd versions and trailing octets as they come, counts the
	# last second of validity as outside, and looks at one of several lists of an
	# issuer.
	variable foreign {
		PKI-P-06 fail PKI-P-08 fail PKI-P-12 fail PKI-P-14 fail PKI-P-15 fail PKI-P-16 ok
		PKI-P-17 fail PKI-P-19 fail PKI-P-27 fail PKI-P-29 fail PKI-P-30 fail PKI-P-31 fail
		PKI-P-32 fail PKI-P-33 fail PKI-P-34 fail
		seller-hard-critical-role fail
		ca-no-certsign fail ca-no-certsign-ec95 fail order-of-chain ok
		now-last fail list-day-last fail revoked-by-one ok
		empty-chain cannot seller-hard-ca-name cannot
	}

	# name, leaf, changes to the case of that leaf, requirement, what is shown
	variable cases {
		empty-chain seller-hard {chain {}} PKI-P-01 {no certificate at all}
		long-chain seller-hard {chain {seller-hard acquirer-ca acquirer-ca acquirer-ca acquirer-ca}} PKI-P-01 {five certificates}
		no-anchor seller-hard {anchors {}} PKI-P-12 {nobody is trusted}
		rogue-anchor seller-hard {anchors rogue-root} PKI-P-12 {only another root is trusted}
		two-anchors seller-hard {anchors {rogue-root root}} - {one of two roots is the right one}
		twin-anchors seller-hard {anchors {root-twin root}} - {two roots of one name: the second one signed}
		deep-chain seller-jsac {chain {deep-seller-jsac deep-ca-3 deep-ca-2 deep-ca-1} anchors deep-root} - {four certificates}
		deeper-chain seller-jsac {chain {deeper-seller-jsac deep-ca-4 deep-ca-3 deep-ca-2 deep-ca-1} anchors deep-root} PKI-P-01 {five certificates, and nothing else is wrong}
		renamed-issuer seller-hard {chain {seller-hard acquirer-ca-renamed} lists {root-list acquirer-ca-renamed-list}} PKI-P-12 {the issuer has the right key and another name}
		renamed-list seller-hard {lists {root-list acquirer-ca-renamed-list}} PKI-P-29 {a list of the same key under another name}
		missing-issuer seller-hard {chain seller-hard} PKI-P-12 {the acquirer CA is missing}
		rogue-chain seller-hard-rogue-ca {chain {seller-hard-rogue-ca rogue-ca}} PKI-P-12 {a whole chain to another root}
		order-of-chain seller-hard {chain {acquirer-ca seller-hard}} PKI-P-12 {the leaf comes last}
		now-first seller-hard-window {now 827323200} - {the first second of validity}
		now-before seller-hard-window {now 827323199} PKI-P-15 {one second before validity}
		now-last seller-hard-window {now 827409600} - {the last second of validity}
		now-after seller-hard-window {now 827409601} PKI-P-15 {one second after validity}
		date-first seller-hard-window {date 827323200} - {DATE is the first second of validity}
		date-before seller-hard-window {date 827323199} PKI-P-16 {DATE one second before validity}
		date-last seller-hard-window {date 827409600} - {DATE is the last second of validity}
		date-after seller-hard-window {date 827409601} PKI-P-16 {DATE one second after validity}
		now-2026 seller-hard {now 1767225600} - {a clock of today}
		date-ec95-before seller-ec95 {date 788918399} PKI-P-16 {DATE before validity, in EC95}
		date-jsac-before seller-jsac {date 788918399} PKI-P-16 {DATE before validity, in JSAC}
		ca-expired seller-hard {chain {seller-hard acquirer-ca-expired}} PKI-P-15 {the CA has expired}
		ca-broken seller-hard {chain {seller-hard acquirer-ca-broken}} PKI-P-14 {the signature of the CA is broken}
		ca-no-basic seller-hard {chain {seller-hard acquirer-ca-no-basic}} PKI-P-17 {the CA has no basicConstraints}
		ca-not-ca seller-hard {chain {seller-hard acquirer-ca-not-ca}} PKI-P-17 {the CA says it is none}
		ca-not-ca-ec95 seller-ec95 {chain {seller-ec95 acquirer-ca-not-ca}} PKI-P-17 {the CA says it is none, in EC95}
		ca-no-certsign seller-hard {chain {seller-hard acquirer-ca-no-certsign}} PKI-P-20 {the CA may not sign certificates}
		ca-no-certsign-ec95 seller-ec95 {chain {seller-ec95 acquirer-ca-no-certsign}} - {the CA may not sign certificates, which EC95 does not look at}
		ca-no-usage seller-hard {chain {seller-hard acquirer-ca-no-usage}} PKI-P-20 {the CA has no keyUsage}
		ca-no-crlsign seller-hard {chain {seller-hard acquirer-ca-no-crlsign}} PKI-P-32 {the CA may not sign lists}
		ca-narrow seller-hard {chain {seller-hard acquirer-ca-narrow}} PKI-P-23 {the roles of the CA do not hold seller}
		ca-narrow-enc acquirer-enc-hard {chain {acquirer-enc-hard acquirer-ca-narrow}} - {the same CA for a role it holds}
		ca-narrow-jsac seller-jsac {chain {seller-jsac acquirer-ca-narrow}} - {JSAC does not look at roles}
		ca-no-role seller-hard {chain {seller-hard acquirer-ca-no-role}} PKI-P-23 {the CA has no role}
		sig-as-enc acquirer-sig-hard {use acquirer-enc} PKI-P-21 {the signature certificate put to encryption}
		enc-as-sig acquirer-enc-hard {use acquirer-sig} PKI-P-21 {the encryption certificate put to verifying}
		seller-as-enc seller-hard {use acquirer-enc id -} PKI-P-21 {a seller as the acquirer's encryption key}
		seller-as-sig seller-hard {use acquirer-sig id -} PKI-P-22 {a seller as the acquirer's signature key}
		seller-as-buyer seller-hard {use buyer id -} PKI-P-23 {a seller as buyer}
		buyer-as-seller buyer-hard {use seller} PKI-P-23 {a buyer as seller}
		seller2-as-seller seller2-hard {id SHOP-000042} PKI-P-25 {another seller}
		seller2-as-seller-ec95 seller2-ec95 {id SHOP-000042} PKI-P-25 {another seller, in EC95}
		seller2-as-seller-jsac seller2-jsac {id SHOP-000042} PKI-P-25 {another seller, in JSAC}
		seller-any seller2-hard {id -} - {no identity is asked for}
		id-case seller-hard {id shop-000042} PKI-P-25 {the identity in other letters}
		id-prefix seller-hard {id SHOP-00004} PKI-P-25 {the identity cut short}
		hard-as-jsac seller-hard {edition jsac} PKI-P-24 {a certificate of HARD in JSAC}
		two-profiles-jsac seller-hard-two-profiles {edition jsac} - {a certificate of both editions}
		no-lists seller-hard {lists {}} PKI-P-27 {no revocation list}
		no-lists-ec95 seller-ec95 {lists {}} - {EC95 looks at no list}
		no-lists-jsac seller-jsac {lists {}} - {JSAC looks at no list}
		no-root-list seller-hard {lists acquirer-ca-list} PKI-P-27 {no list of the root}
		no-ca-list seller-hard {lists root-list} PKI-P-27 {no list of the acquirer CA}
		other-ca-list seller-hard {lists {root-list issuer-ca-list}} PKI-P-29 {the list of another CA}
		list-day-first seller-hard {lists {root-list acquirer-ca-list-day} now 827323200} - {thisUpdate is now}
		list-day-before seller-hard {lists {root-list acquirer-ca-list-day} now 827323199} PKI-P-30 {thisUpdate is one second ahead}
		list-day-last seller-hard {lists {root-list acquirer-ca-list-day} now 827409600} - {nextUpdate is now}
		list-day-after seller-hard {lists {root-list acquirer-ca-list-day} now 827409601} PKI-P-31 {nextUpdate was a second ago}
		list-day-new seller-hard {lists {root-list acquirer-ca-list-day} now 827323200 date 827323199} - {thisUpdate is now, and later than DATE}
		list-day-to-come seller-hard {lists {root-list acquirer-ca-list-day} now 827323199 date 827323200} PKI-P-30 {current at DATE, one second ahead of now}
		list-day-gone seller-hard {lists {root-list acquirer-ca-list-day} now 827409601 date 827409600} PKI-P-31 {current at DATE, and a second ago}
		list-stale seller-hard {lists {root-list acquirer-ca-list-stale}} PKI-P-31 {a stale list}
		list-early seller-hard {lists {root-list acquirer-ca-list-early}} PKI-P-30 {a list of the future}
		list-stale-and-current seller-hard {lists {root-list acquirer-ca-list-stale acquirer-ca-list}} - {a stale list beside a current one}
		list-unsigned seller-hard {lists {root-list acquirer-ca-list-unsigned}} PKI-P-32 {a list whose signature is broken}
		list-rogue seller-hard {lists {root-list acquirer-ca-list-rogue}} PKI-P-32 {a list signed with another key}
		list-sha1 seller-hard {lists {root-list acquirer-ca-list-sha1}} PKI-P-28 {a list signed with SHA-1}
		list-trailing seller-hard {lists {root-list acquirer-ca-list-trailing}} PKI-P-28 {an octet after the list}
		list-v1 seller-hard {lists {root-list acquirer-ca-list-v1}} PKI-P-28 {a list of version v1}
		list-no-next seller-hard {lists {root-list acquirer-ca-list-no-next}} PKI-P-28 {a list without nextUpdate}
		list-critical seller-hard {lists {root-list acquirer-ca-list-critical}} PKI-P-33 {a list with a critical extension}
		list-entry-critical seller-hard {lists {root-list acquirer-ca-list-entry-critical}} PKI-P-33 {a list with a critical extension of an entry}
		revoked-by-list seller-hard {lists {root-list acquirer-ca-list-revoking}} PKI-P-34 {the seller is revoked}
		revoked-with-reason seller-hard {lists {root-list acquirer-ca-list-reason}} PKI-P-34 {the seller is revoked, and the reason is told}
		revoked-by-one seller-hard {lists {root-list acquirer-ca-list acquirer-ca-list-revoking}} PKI-P-34 {one of two current lists revokes}
		revoked-by-rogue seller-hard {lists {root-list acquirer-ca-list acquirer-ca-list-rogue}} - {a list with a broken signature is ignored}
		not-revoked seller-hard-revoked {lists {root-list acquirer-ca-list-empty}} - {the same certificate under a list that does not hold it}
		revoked-ca seller-hard {lists {root-list-revoking acquirer-ca-list}} PKI-P-34 {the CA is revoked}
		revoked-buyer buyer-hard {lists {root-list issuer-ca-list-revoking}} PKI-P-34 {the buyer is revoked}
		revoked-enc acquirer-enc-hard {lists {root-list acquirer-ca-list-revoking}} PKI-P-34 {the acquirer's encryption key is revoked}
		revoked-sig acquirer-sig-hard {lists {root-list acquirer-ca-list-revoking}} PKI-P-34 {the acquirer's signature key is revoked}
		both-as-sig-ec95 acquirer-ec95 {use acquirer-sig} - {one acquirer certificate for both uses}
		both-as-sig-jsac acquirer-jsac {use acquirer-sig} - {one acquirer certificate for both uses}
	}
}

proc ::make::Paths {} {
	variable made
	variable cases
	variable paths
	dict for {name entry} $made {
		if {![regexp {^(acquirer|seller|buyer)2?(-enc|-sig)?-(ec95|jsac|hard)} $name]} continue
		set why [dict get $entry wrong]
		if {$why eq "good"} { set why "a good certificate" }
		lappend paths [Judged [Case $name $name] [dict get $entry requirement] $why]
	}
	foreach {name leaf changes requirement why} $cases {
		set case [dict merge [Case $name $leaf] $changes]
		if {[dict exists $case id] && [dict get $case id] eq "-"} { dict unset case id }
		set flaw [dict get $made $leaf requirement]
		if {![string match PKI-* $flaw]} { dict set case twin $leaf }
		lappend paths [Judged $case $requirement $why]
	}
}

# The case of a leaf in its proper use.
proc ::make::Case {name leaf} {
	variable base
	variable made
	regexp {^(acquirer|seller|buyer)(2?)(-enc|-sig)?-(ec95|jsac|hard)} $leaf -> party other use edition
	if {$party eq "acquirer"} { append party [expr {$use eq "" ? "-enc" : $use}] }
	set chain [Chain $leaf]
	set case [dict create name $name twin [dict get $made $leaf twin] chain $chain anchors root \
		lists [ListsOf $chain] now $base edition $edition use $party]
	if {$party ne "buyer" && $leaf ne "seller-hard-ca-name"} {
		set ids {acquirer ACQ-01 acquirer2 ACQ-02 seller SHOP-000042 seller2 SHOP-000043}
		dict set case id [dict get $ids [lindex [split $party -] 0]$other]
	}
	return $case
}

# The leaf and its issuers, without the root.  The rogue CA hides behind the
# name of the genuine one.
proc ::make::Chain {leaf} {
	variable made
	set chain $leaf
	set issuer [dict get $made $leaf issuer]
	while {$issuer ni {root rogue-root itself}} {
		if {$issuer eq "rogue-ca"} { set issuer acquirer-ca }
		lappend chain $issuer
		set issuer [dict get $made $issuer issuer]
	}
	return $chain
}

proc ::make::ListsOf {chain} {
	variable lists
	set names {}
	foreach issuer [concat root [lrange $chain 1 end]] {
		if {[dict exists $lists $issuer-list]} { lappend names $issuer-list }
	}
	return $names
}

# A requirement of iKP is judged on the leaf by the party, not by the path.
proc ::make::Judged {case requirement why} {
	variable foreign
	set name [dict get $case name]
	dict set case verdict [expr {[string match PKI-* $requirement] ? "reject" : "accept"}]
	dict set case requirement $requirement
	dict set case why $why
	dict set case openssl ok
	foreach key [list $requirement $name] {
		if {[dict exists $foreign $key]} { dict set case openssl [dict get $foreign $key] }
	}
	return $case
}

proc ::make::PathEntry {case} {
	set pairs [list name [Text [dict get $case name]]]
	foreach field {chain anchors lists} { lappend pairs $field [Array [dict get $case $field]] }
	foreach field {now date} {
		if {[dict exists $case $field]} { lappend pairs $field [dict get $case $field] }
	}
	foreach field {edition use id verdict requirement openssl twin why} {
		if {[dict exists $case $field] && [dict get $case $field] ni {- {}}} {
			lappend pairs $field [Text [dict get $case $field]]
		}
	}
	return [Object $pairs]
}
