# certificates.tcl -- the test certificates and revocation lists, as a table:
# who issues what, and what is wrong with the bad ones.  Read by make.tcl.

namespace eval ::make {
	namespace path ::oracle
	variable made {}      ;# name -> dict: der key issuer wrong requirement
	variable lists {}     ;# name -> dict: der issuer wrong requirement
	variable begin 788918400      ;# 1995-01-01T00:00:00Z
	variable end 2524607999       ;# 2049-12-31T23:59:59Z

	# Entities: who may issue, or be a subject; name -> attributes of the subject.
	variable subjects {
		root {O {SEMPER TEST} CN {TEST root}}
		brand-ca {O {SEMPER TEST} CN {TEST brand CA}}
		acquirer-ca {O {SEMPER TEST} CN {TEST acquirer CA}}
		issuer-ca {O {SEMPER TEST} CN {TEST issuer CA}}
		acquirer-sub-ca {O {SEMPER TEST} CN {TEST acquirer sub CA}}
		acquirer-ca-branded {O {SEMPER TEST} CN {TEST branded acquirer CA}}
		acquirer-sub-ca-branded {O {SEMPER TEST} CN {TEST branded acquirer sub CA}}
		rogue-root {O {SEMPER TEST} CN {TEST rogue root}}
		acquirer {O {SEMPER TEST} CN {TEST acquirer} serialNumber ACQ-01}
		acquirer2 {O {SEMPER TEST} CN {TEST acquirer 2} serialNumber ACQ-02}
		seller {O {SEMPER TEST} CN {TEST seller} serialNumber SHOP-000042}
		seller2 {O {SEMPER TEST} CN {TEST seller 2} serialNumber SHOP-000043}
		buyer {O {SEMPER TEST} OU {TEST buyer 1}}
		buyer2 {O {SEMPER TEST} OU {TEST buyer 2}}
	}

	# What section 3.2 of spec/pki.md gives to each kind.
	variable kinds {
		root {ca 1 path 2 usage {keyCertSign cRLSign} role {acquirerEnc acquirerSig seller buyer}}
		brand-ca {ca 1 path 1 usage {keyCertSign cRLSign} role {acquirerEnc acquirerSig seller buyer}}
		acquirer-ca {ca 1 path 0 usage {keyCertSign cRLSign} role {acquirerEnc acquirerSig seller}}
		issuer-ca {ca 1 path 0 usage {keyCertSign cRLSign} role buyer}
		acquirer-enc {usage keyEncipherment role acquirerEnc acquirer ACQ-01 brands ZIPCARD}
		acquirer-sig {usage {digitalSignature nonRepudiation} role acquirerSig acquirer ACQ-01 brands ZIPCARD}
		acquirer-both {usage {digitalSignature nonRepudiation keyEncipherment} role {acquirerEnc acquirerSig} acquirer ACQ-01 brands ZIPCARD}
		seller {usage {digitalSignature nonRepudiation} role seller acquirer ACQ-01}
		buyer {usage {digitalSignature nonRepudiation} role buyer}
	}

	# name, kind, subject, issuer (a certificate made before), changes.  The key
	# is the one of the same name unless the changes say otherwise.
	variable good {
		root root root root {}
		brand-ca brand-ca brand-ca root {}
		acquirer-ca acquirer-ca acquirer-ca root {}
		issuer-ca issuer-ca issuer-ca root {}
		acquirer-ca-branded acquirer-ca acquirer-ca-branded brand-ca {key acquirer-ca}
		rogue-root root rogue-root rogue-root {}
		rogue-ca acquirer-ca acquirer-ca rogue-root {}
		acquirer-enc-hard acquirer-enc acquirer acquirer-ca {profile ikp/hard}
		acquirer-sig-hard acquirer-sig acquirer acquirer-ca {profile ikp/hard}
		acquirer-ec95 acquirer-both acquirer acquirer-ca {profile ikp/ec95}
		acquirer-jsac acquirer-both acquirer acquirer-ca {profile ikp/jsac}
		acquirer2-enc-hard acquirer-enc acquirer2 acquirer-ca {profile ikp/hard acquirer ACQ-02}
		acquirer2-sig-hard acquirer-sig acquirer2 acquirer-ca {profile ikp/hard acquirer ACQ-02}
		acquirer2-ec95 acquirer-both acquirer2 acquirer-ca {profile ikp/ec95 acquirer ACQ-02}
		acquirer2-jsac acquirer-both acquirer2 acquirer-ca {profile ikp/jsac acquirer ACQ-02}
		seller-ec95 seller seller acquirer-ca {profile ikp/ec95}
		seller-jsac seller seller acquirer-ca {profile ikp/jsac}
		seller-hard seller seller acquirer-ca {profile ikp/hard}
		seller2-ec95 seller seller2 acquirer-ca {profile ikp/ec95}
		seller2-jsac seller seller2 acquirer-ca {profile ikp/jsac}
		seller2-hard seller seller2 acquirer-ca {profile ikp/hard}
		buyer-ec95 buyer buyer issuer-ca {profile ikp/ec95 account buyer}
		buyer-jsac buyer buyer issuer-ca {profile ikp/jsac account buyer}
		buyer-hard buyer buyer issuer-ca {profile ikp/hard account buyer}
		buyer2-ec95 buyer buyer2 issuer-ca {profile ikp/ec95 account buyer2}
		buyer2-jsac buyer buyer2 issuer-ca {profile ikp/jsac account buyer2}
		buyer2-hard buyer buyer2 issuer-ca {profile ikp/hard account buyer2}
	}

	# name, the good certificate it is a twin of, what is changed, requirement (of
	# the verifier; a good variant has none), what is wrong.  Beside the members
	# of an x509 request the changes know: key, subject, signer (the issuing
	# certificate), drop (members left out), account, digits, damage.
	variable variants {
		seller-hard-branded seller-hard {signer acquirer-ca-branded} - {issued under the brand CA: a path of four}
		seller-hard-two-profiles seller-hard {profile {ikp/jsac ikp/hard}} - {names two editions}
		seller-hard-window seller-hard {from 827323200 to 827409600} - {valid for one day from the base time}
		seller-hard-unknown-extension seller-hard {extra {{2.999.1995.9.1 0 unknown}}} - {an unknown extension, not critical}
		seller-hard-critical-role seller-hard {drop acquirer typed {acquirer 1 SemperAcquirer ACQ-01}} - {a critical extension of our own}
		seller-hard-extensions-16 seller-hard {filler 10} - {sixteen extensions}
		buyer-hard-digits-11 buyer-hard {digits {subject 41111111111}} - {eleven digits in the subject}
		seller-ec95-1024 seller-ec95 {key rsa-1024} - {a modulus of 1024 bits, in EC95}
		seller-hard-2049 seller-hard {key rsa-2049} - {a modulus of 2049 bits}
		seller-hard-3072 seller-hard {key rsa-3072} - {a modulus of 3072 bits}
		acquirer-enc-hard-2049 acquirer-enc-hard {key rsa-2049} - {a modulus of 2049 bits}
		buyer-hard-other-account buyer-hard {account buyer2} IKP-C-08 {commits to another account}
		buyer-hard-no-commitment buyer-hard {drop commitment} IKP-C-08 {commits to no account}
		seller-hard-other-acquirer seller-hard {acquirer ACQ-02} IKP-C-06 {served by another acquirer}
		acquirer-enc-hard-other-brand acquirer-enc-hard {brands OTHERCARD} IKP-C-06 {does not serve the brand}
		acquirer-enc-hard-no-brands acquirer-enc-hard {drop brands} IKP-C-06 {names no brand}
		acquirer-enc-hard-no-acquirer acquirer-enc-hard {drop acquirer} IKP-C-06 {names no acquirer}

		seller-hard-oversize seller-hard {extra {{2.999.1995.9.1 0 filling}} filling 8192} PKI-P-01 {more than 8192 octets}
		seller-hard-trailing seller-hard {damage trailing} PKI-P-02 {an octet after the certificate}
		seller-hard-nonminimal seller-hard {damage nonminimal} PKI-P-02 {a length in more octets than needed}
		seller-hard-version seller-hard {version 1} PKI-P-03 {version v2}
		seller-hard-serial-zero seller-hard {serial 0} PKI-P-04 {number 0}
		seller-hard-serial-negative seller-hard {serial -5} PKI-P-04 {a negative number}
		seller-hard-serial-long seller-hard {serial 730750818665451459101842416358141509827966271488} PKI-P-04 {a number of 21 octets}
		seller-hard-sha1 seller-hard {alg sha1} PKI-P-05 {signed with SHA-1}
		seller-ec95-sha1 seller-ec95 {alg sha1} PKI-P-05 {signed with SHA-1, which EC95 does not allow either}
		seller-hard-algorithms-differ seller-hard {damage algorithm} PKI-P-06 {names SHA-1 inside, SHA-256 beside}
		seller-hard-extension-twice seller-hard {typed {acquirer 0 SemperAcquirer ACQ-01}} PKI-P-07 {the acquirer extension twice}
		seller-hard-extensions-17 seller-hard {filler 11} PKI-P-07 {seventeen extensions}
		seller-hard-unknown-critical seller-hard {extra {{2.999.1995.9.1 1 unknown}}} PKI-P-08 {an unknown critical extension}
		seller-ec95-unknown-critical seller-ec95 {extra {{2.999.1995.9.1 1 unknown}}} PKI-P-08 {an unknown critical extension}
		seller-hard-extension-malformed seller-hard {drop acquirer extra {{2.999.1995.1.3 0 ACQ-01}}} PKI-P-09 {the acquirer extension is no string}
		seller-hard-ed25519 seller-hard {key ed25519} PKI-P-10 {not an RSA key}
		seller-hard-1024 seller-hard {key rsa-1024} PKI-P-11 {a modulus of 1024 bits}
		seller-hard-2041 seller-hard {key rsa-2041} PKI-P-11 {a modulus of 2041 bits: as many octets as 2048}
		seller-hard-rogue seller-hard {signer rogue-root} PKI-P-12 {issued by a root nobody trusts}
		seller-hard-self-signed seller-hard {signer itself} PKI-P-12 {self-signed}
		seller-hard-ca-name seller-hard {subject {O {SEMPER TEST} CN {TEST acquirer CA}}} PKI-P-13 {bears the name of its issuer}
		seller-hard-rogue-ca seller-hard {signer rogue-ca} PKI-P-14 {issued in the name of the acquirer CA with another key}
		seller-hard-broken-signature seller-hard {damage signature} PKI-P-14 {one bit of the signature differs}
		seller-hard-expired seller-hard {to 827323199} PKI-P-15 {expired one second before the base time}
		seller-hard-not-yet seller-hard {from 2524521600} PKI-P-15 {valid from 2049-12-31 on}
		seller-ec95-expired seller-ec95 {to 827323199} PKI-P-15 {expired one second before the base time}
		seller-jsac-expired seller-jsac {to 827323199} PKI-P-15 {expired one second before the base time}
		acquirer-enc-hard-expired acquirer-enc-hard {to 827323199} PKI-P-15 {expired one second before the base time}
		acquirer-sig-hard-expired acquirer-sig-hard {to 827323199} PKI-P-15 {expired one second before the base time}
		acquirer-ec95-expired acquirer-ec95 {to 827323199} PKI-P-15 {expired one second before the base time}
		acquirer-jsac-expired acquirer-jsac {to 827323199} PKI-P-15 {expired one second before the base time}
		buyer-ec95-expired buyer-ec95 {to 827323199} PKI-P-15 {expired one second before the base time}
		buyer-jsac-expired buyer-jsac {to 827323199} PKI-P-15 {expired one second before the base time}
		buyer-hard-expired buyer-hard {to 827323199} PKI-P-15 {expired one second before the base time}
		seller-hard-leaf-issued seller-hard {signer seller2-hard} PKI-P-17 {issued by a seller, who is no CA}
		acquirer-enc-hard-leaf-issued acquirer-enc-hard {signer seller2-hard} PKI-P-17 {issued by a seller, who is no CA}
		acquirer-sig-hard-leaf-issued acquirer-sig-hard {signer seller2-hard} PKI-P-17 {issued by a seller, who is no CA}
		seller-ec95-leaf-issued seller-ec95 {signer seller2-ec95} PKI-P-17 {issued by a seller, who is no CA}
		seller-hard-as-ca seller-hard {ca 1} PKI-P-18 {a leaf that is a CA}
		seller-hard-usage-encipherment seller-hard {usage keyEncipherment} PKI-P-21 {a key for encryption}
		seller-hard-usage-both seller-hard {usage {digitalSignature keyEncipherment}} PKI-P-21 {a key for both uses}
		seller-hard-usage-certsign seller-hard {usage {digitalSignature keyCertSign}} PKI-P-21 {a leaf that may sign certificates}
		seller-hard-no-usage seller-hard {drop usage} PKI-P-21 {no keyUsage}
		acquirer-enc-hard-usage-both acquirer-enc-hard {usage {digitalSignature keyEncipherment}} PKI-P-21 {a key for both uses}
		acquirer-enc-hard-usage-signature acquirer-enc-hard {usage digitalSignature} PKI-P-21 {a key for signing}
		acquirer-sig-hard-usage-encipherment acquirer-sig-hard {usage keyEncipherment} PKI-P-21 {a key for encryption}
		seller-hard-wrong-role seller-hard {role buyer} PKI-P-22 {role buyer}
		seller-hard-two-roles seller-hard {role {acquirerSig seller}} PKI-P-22 {two roles}
		seller-hard-no-role seller-hard {drop role} PKI-P-22 {no role}
		acquirer-enc-hard-seller-role acquirer-enc-hard {role seller} PKI-P-22 {role seller}
		buyer-hard-no-role buyer-hard {drop role} PKI-P-22 {no role}
		seller-hard-wrong-ca seller-hard {signer issuer-ca} PKI-P-23 {issued by the issuer CA, whose role is buyer}
		buyer-hard-wrong-ca buyer-hard {signer acquirer-ca} PKI-P-23 {issued by the acquirer CA, whose roles do not hold buyer}
		seller-hard-no-profile seller-hard {drop profile} PKI-P-24 {no profile}
		seller-hard-other-profile seller-hard {profile ikp/jsac} PKI-P-24 {profile of JSAC}
		seller-ec95-other-profile seller-ec95 {profile ikp/hard} PKI-P-24 {profile of HARD}
		seller-jsac-other-profile seller-jsac {profile ikp/ec95} PKI-P-24 {profile of EC95}
		acquirer-enc-hard-other-profile acquirer-enc-hard {profile ikp/jsac} PKI-P-24 {profile of JSAC}
		acquirer-ec95-other-profile acquirer-ec95 {profile ikp/jsac} PKI-P-24 {profile of JSAC}
		buyer-hard-other-profile buyer-hard {profile ikp/jsac} PKI-P-24 {profile of JSAC}
		seller-hard-wrong-id seller-hard {subject {O {SEMPER TEST} CN {TEST seller} serialNumber SHOP-000099}} PKI-P-25 {another seller identity}
		seller-hard-no-id seller-hard {subject {O {SEMPER TEST} CN {TEST seller}}} PKI-P-25 {no seller identity}
		seller-hard-two-ids seller-hard {subject {O {SEMPER TEST} serialNumber SHOP-000042 serialNumber SHOP-000042}} PKI-P-25 {the seller identity twice}
		seller-ec95-wrong-id seller-ec95 {subject {O {SEMPER TEST} CN {TEST seller} serialNumber SHOP-000099}} PKI-P-25 {another seller identity}
		seller-jsac-wrong-id seller-jsac {subject {O {SEMPER TEST} CN {TEST seller} serialNumber SHOP-000099}} PKI-P-25 {another seller identity}
		buyer-hard-ban-subject buyer-hard {digits {subject 4111111111111111}} PKI-P-26 {the account number in the subject}
		buyer-hard-ban-extension buyer-hard {digits {extension 4111111111111111}} PKI-P-26 {the account number in an extension}
		buyer-hard-digits-12 buyer-hard {digits {subject 411111111111}} PKI-P-26 {twelve digits in the subject}
		buyer-ec95-ban-subject buyer-ec95 {digits {subject 4111111111111111}} PKI-P-26 {the account number in the subject}
		buyer-jsac-ban-subject buyer-jsac {digits {subject 4111111111111111}} PKI-P-26 {the account number in the subject}
		seller-hard-revoked seller-hard {} PKI-P-34 {revoked}
		acquirer-enc-hard-revoked acquirer-enc-hard {} PKI-P-34 {revoked}
		acquirer-sig-hard-revoked acquirer-sig-hard {} PKI-P-34 {revoked}
		buyer-hard-revoked buyer-hard {} PKI-P-34 {revoked}

		acquirer-ca-expired acquirer-ca {to 827323199} PKI-P-15 {expired one second before the base time}
		acquirer-ca-no-basic acquirer-ca {drop {ca path}} PKI-P-17 {a CA without basicConstraints}
		acquirer-ca-not-ca acquirer-ca {ca 0 drop path} PKI-P-17 {basicConstraints says it is no CA}
		acquirer-ca-no-certsign acquirer-ca {usage cRLSign} PKI-P-20 {a CA that may not sign certificates}
		acquirer-ca-no-usage acquirer-ca {drop usage} PKI-P-20 {a CA without keyUsage}
		acquirer-ca-no-crlsign acquirer-ca {usage keyCertSign} PKI-P-32 {a CA that may not sign revocation lists}
		acquirer-ca-narrow acquirer-ca {role {acquirerEnc acquirerSig}} PKI-P-23 {a CA whose roles do not hold seller}
		acquirer-ca-no-role acquirer-ca {drop role} PKI-P-23 {a CA without role}
		acquirer-ca-broken acquirer-ca {damage signature} PKI-P-14 {a CA whose own signature is broken}
		acquirer-ca-renamed acquirer-ca {key acquirer-ca subject {O {SEMPER TEST} CN {TEST renamed acquirer CA}}} PKI-P-12 {the key of the acquirer CA under another name}
		root-twin root {key rogue-root signer itself} - {another key under the name of the root}
		deep-root root {key root subject {O {SEMPER TEST} CN {TEST deep root}} drop path signer itself} - {a root without a path length}
		deep-ca-1 brand-ca {key brand-ca subject {O {SEMPER TEST} CN {TEST deep CA 1}} drop path signer deep-root} - {a CA without a path length}
		deep-ca-2 brand-ca {key issuer-ca subject {O {SEMPER TEST} CN {TEST deep CA 2}} drop path signer deep-ca-1} - {a CA below it}
		deep-ca-3 brand-ca {key acquirer-ca subject {O {SEMPER TEST} CN {TEST deep CA 3}} drop path signer deep-ca-2} - {a CA below that}
		deep-ca-4 brand-ca {key acquirer-sub-ca subject {O {SEMPER TEST} CN {TEST deep CA 4}} drop path signer deep-ca-3} - {a fourth CA}
		deep-seller-jsac seller-jsac {signer deep-ca-3} - {issued by the third CA: a chain of four}
		deeper-seller-jsac seller-jsac {signer deep-ca-4} PKI-P-01 {issued by the fourth CA: a chain of five}
		acquirer-ca-1024 acquirer-ca {key rsa-1024} PKI-P-11 {a CA with a modulus of 1024 bits}
		acquirer-sub-ca acquirer-ca {key acquirer-sub-ca subject {O {SEMPER TEST} CN {TEST acquirer sub CA}} signer acquirer-ca} PKI-P-19 {a CA below one whose path length is 0}
		seller-hard-path-length seller-hard {signer acquirer-sub-ca} PKI-P-19 {issued below the path length of the acquirer CA}
		seller-hard-by-1024 seller-hard {signer acquirer-ca-1024} PKI-P-11 {issued by a CA with a modulus of 1024 bits}
	}
}

# -- making them --------------------------------------------------------------

proc ::make::Certificates {} {
	variable good
	variable variants
	variable kinds
	variable subjects
	foreach {name kind subject issuer changes} $good {
		set request [dict merge [dict get $kinds $kind] \
			[list subject [dict get $subjects $subject] key $name signer $issuer] $changes]
		Make $name $request - good
	}
	foreach {name twin changes requirement wrong} $variants {
		variable made
		set request [dict merge [dict get $made $twin request] $changes]
		if {[dict exists $request drop]} { set request [dict remove $request {*}[dict get $request drop]] }
		Make $name $request $requirement $wrong $twin
	}
}

proc ::make::Make {name request requirement wrong {twin ""}} {
	variable made
	set der [Damage $request [x509 issue [Request $name $request]]]
	dict set made $name [dict create der $der key [dict get $request key] \
		issuer [dict get $request signer] requirement $requirement wrong $wrong \
		twin $twin request $request]
}

# From the words of the table to the request of x509 issue.
proc ::make::Request {name request} {
	variable keys
	variable begin
	variable end
	set request [dict merge [list from $begin to $end serial [Serial $name]] [Extra $request]]
	if {[dict exists $request account]} {
		if {"commitment" ni [Member $request drop]} {
			dict set request commitment [commitment [dict get $request account]]
		}
	}
	lassign [Signer $name $request] signer issuer
	dict set request spki [lindex [dict get $keys [dict get $request key]] 1]
	dict set request authority [lindex [dict get $keys $signer] 1]
	dict set request subject [x509 name [dict get $request subject]]
	dict set request issuer $issuer
	dict set request key [PrivateKey $signer]
	return $request
}

proc ::make::Member {request key} {
	if {[dict exists $request $key]} { return [dict get $request $key] }
	return {}
}

# {name of the signing key, subject of the issuer}
proc ::make::Signer {name request} {
	variable made
	set signer [dict get $request signer]
	if {$signer in [list itself $name]} {
		return [list [dict get $request key] [x509 name [dict get $request subject]]]
	}
	return [list [dict get $made $signer key] [x509 name [dict get $made $signer request subject]]]
}

proc ::make::PrivateKey {name} {
	variable private
	return [dict get $private $name]
}

# 16 octets, the highest bit cleared and the next one set (PKI-I-03)
proc ::make::Serial {name} {
	variable seed
	set n [number of [generate octets $seed "serial $name" 16]]
	return [expr {$n & ((1 << 126) - 1) | (1 << 126)}]
}

# The words typed, filler, filling and digits of the table.
proc ::make::Extra {request} {
	set extra [Member $request extra]
	if {[dict exists $request typed]} {
		lassign [dict get $request typed] name critical type value
		lappend extra [list [x509 oid $name] $critical [der encode PKIX $type $value]]
	}
	if {[dict exists $request filling]} {
		set octets [string repeat x [dict get $request filling]]
		set extra [lmap e $extra { lreplace $e 2 2 $octets }]
	}
	for {set i 0} {$i < [Count $request filler]} {incr i} { lappend extra [list 2.999.1995.9.[expr {100 + $i}] 0 filler] }
	lassign [Member $request digits] where digits
	switch -- $where {
		subject { dict lappend request subject CN "TEST $digits" }
		extension { lappend extra [list 2.999.1995.9.1 0 [tlv wrap u12 0 $digits]] }
	}
	if {[llength $extra]} { dict set request extra $extra }
	return $request
}

proc ::make::Count {request key} {
	return [expr {[dict exists $request $key] ? [dict get $request $key] : 0}]
}

proc ::make::Damage {request der} {
	switch -- [Member $request damage] {
		trailing { return $der\x00 }
		nonminimal {
			return [der lax PKIX Certificate [der decode PKIX Certificate $der] {{} nonminimal-length}]
		}
		signature {
			binary scan [string index $der end] cu last
			return [string range $der 0 end-1][binary format c [expr {$last ^ 1}]]
		}
		algorithm { return [Resign $request $der] }
	}
	return $der
}

# Says SHA-1 inside what is signed with SHA-256.
proc ::make::Resign {request der} {
	variable made
	set value [der decode PKIX Certificate $der]
	dict set value tbsCertificate signature algorithm [x509 oid sha1]
	set tbs [der encode PKIX TBSCertificate [dict get $value tbsCertificate]]
	set signer [PrivateKey [dict get $made [dict get $request signer] key]]
	dict set value signature [list 0 [rsa pkcs1-sign sha256 $signer $tbs]]
	return [der encode PKIX Certificate $value]
}

# -- revocation lists -------------------------------------------------------

namespace eval ::make {
	# name, issuer, certificates revoked, changes, requirement, what is wrong
	variable revocations {
		root-list root {} {} - good
		brand-ca-list brand-ca {} {} - good
		acquirer-ca-list acquirer-ca {seller-hard-revoked acquirer-enc-hard-revoked acquirer-sig-hard-revoked} {} - good
		acquirer-ca-branded-list acquirer-ca-branded {} {} - good
		issuer-ca-list issuer-ca buyer-hard-revoked {} - good
		acquirer-sub-ca-list acquirer-sub-ca {} {} - good
		acquirer-ca-1024-list acquirer-ca-1024 {} {} - good
		acquirer-ca-renamed-list acquirer-ca-renamed {} {} - good
		seller2-hard-list seller2-hard {} {} - {a list by a leaf}
		rogue-root-list rogue-root {} {} - {a list by a root nobody trusts}
		acquirer-ca-list-empty acquirer-ca {} {} - {revokes nothing}
		acquirer-ca-list-revoking acquirer-ca {seller-hard acquirer-enc-hard acquirer-sig-hard} {} PKI-P-34 {revokes the good certificates of the acquirer CA}
		issuer-ca-list-revoking issuer-ca buyer-hard {} PKI-P-34 {revokes the good buyer}
		root-list-revoking root acquirer-ca {} PKI-P-34 {revokes the acquirer CA}
		acquirer-ca-list-day acquirer-ca {} {this 827323200 next 827409600} - {current for one day from the base time}
		acquirer-ca-list-stale acquirer-ca {} {next 827323199} PKI-P-31 {stale by one second at the base time}
		acquirer-ca-list-early acquirer-ca {} {this 2524521600} PKI-P-30 {not before 2049-12-31}
		acquirer-ca-list-unsigned acquirer-ca {} {damage signature} PKI-P-32 {one bit of the signature differs}
		acquirer-ca-list-rogue rogue-ca {} {} PKI-P-32 {in the name of the acquirer CA with another key}
		acquirer-ca-list-sha1 acquirer-ca {} {alg sha1} PKI-P-28 {signed with SHA-1}
		acquirer-ca-list-trailing acquirer-ca {} {damage trailing} PKI-P-28 {an octet after the list}
		acquirer-ca-list-v1 acquirer-ca {} {damage version} PKI-P-28 {version v1}
		acquirer-ca-list-no-next acquirer-ca {} {damage next} PKI-P-28 {no nextUpdate}
		acquirer-ca-list-critical acquirer-ca {} {extra {{2.999.1995.9.1 1 unknown}}} PKI-P-33 {a critical extension}
		acquirer-ca-list-reason acquirer-ca seller-hard {damage reason} PKI-P-34 {revokes with a reason}
		acquirer-ca-list-entry-critical acquirer-ca seller-hard-revoked {damage entry} PKI-P-33 {a critical extension of an entry}
	}
}

proc ::make::Lists {} {
	variable revocations
	variable made
	variable lists
	variable begin
	variable end
	foreach {name issuer revoked changes requirement wrong} $revocations {
		set key [PrivateKey [dict get $made $issuer key]]
		set request [dict merge [list key $key this $begin next $end number 1 \
			issuer [x509 name [dict get $made $issuer request subject]] \
			revoked [lmap r $revoked { list [Serial $r] $begin }]] $changes]
		dict set lists $name [dict create der [DamageList $key $request] \
			issuer $issuer requirement $requirement wrong $wrong]
	}
}

# A list whose first entry has EXTENSION.
proc ::make::WithEntry {value extension} {
	return [der set $value tbsCertList.revokedCertificates.0.crlEntryExtensions [list $extension]]
}

proc ::make::DamageList {key request} {
	set der [x509 revoke $request]
	set value [der decode PKIX CertificateList $der]
	switch -- [Member $request damage] {
		version {
			dict unset value tbsCertList version
			dict unset value tbsCertList crlExtensions
		}
		next { dict unset value tbsCertList nextUpdate }
		entry {
			set value [WithEntry $value [dict create extnID 2.999.1995.9.1 critical 1 extnValue unknown]]
		}
		reason { ;# keyCompromise
			set value [WithEntry $value [dict create extnID 2.5.29.21 critical 0 extnValue \x0a\x01\x01]]
		}
		default { return [Damage $request $der] }
	}
	set tbs [der encode PKIX TBSCertList [dict get $value tbsCertList]]
	dict set value signature [list 0 [rsa pkcs1-sign sha256 $key $tbs]]
	return [der encode PKIX CertificateList $value]
}

# -- as JSON ----------------------------------------------------------------

proc ::make::CertificateEntry {name entry} {
	variable paths
	set pairs {}
	foreach field {key issuer wrong requirement twin} {
		if {[dict get $entry $field] ni {- good {}}} {
			lappend pairs $field [Text [dict get $entry $field]]
		}
	}
	if {[dict get $entry wrong] ne "good"} {
		set bad [string match PKI-* [dict get $entry requirement]]
		lappend pairs verdict [Text [lindex {accept reject} $bad]]
	}
	foreach case $paths {
		if {[dict get $case name] eq $name} { lappend pairs openssl [Text [dict get $case openssl]] }
	}
	lappend pairs der [Text [binary encode hex [dict get $entry der]]]
	return [Object $pairs]
}

proc ::make::ListEntry {entry} {
	set pairs {}
	foreach field {issuer wrong requirement} {
		if {[dict get $entry $field] ni {- good}} {
			lappend pairs $field [Text [dict get $entry $field]]
		}
	}
	lappend pairs der [Text [binary encode hex [dict get $entry der]]]
	return [Object $pairs]
}
