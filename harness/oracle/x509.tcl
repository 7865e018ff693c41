# x509.tcl -- X.509 version 3 certificates and revocation lists, read and made
# (spec/pki.md 2, 3 and 5).  Judging a path is path.tcl's.
#
#   x509 certificate DER       -> certificate, below; memoised
#   x509 list DER              -> revocation list, below; memoised
#   x509 name {ATTR VALUE ..}  -> DER of a Name; ATTR: CN O OU C serialNumber
#   x509 attributes NAME OID   values of one attribute of a Name
#   x509 issue REQUEST         -> DER of a certificate
#   x509 revoke REQUEST        -> DER of a revocation list
#   x509 verify DER KEY        1 if the signature of a certificate or list is KEY's
#   x509 key-identifier SPKI   first 20 octets of SHA-256 of the public key bits
#   x509 oid NAME              role profile acquirer brands commitment ..
#
# A certificate is a dict: der, tbs (octets signed), version, serial, inner and
# outer (DER of the two algorithm fields), issuer, subject (DER), from, to
# (seconds), spki (DER), extensions (list of {oid critical octets}), signature,
# and of the extensions known here, if present, the decoded basic, usage, role,
# profile, acquirer, brands, commitment.
#
# A list: der, tbs, version, inner, outer, issuer, this, next (seconds; next
# absent if the list has none), revoked (serial numbers), critical (1 if it
# holds a critical extension), signature.
#
# A certificate REQUEST: key (issuer's private key), issuer and subject (DER of
# names), spki, serial, from, to (seconds), and optionally ca (1), path (its
# pathLen), usage, role, profile, brands (lists), acquirer, commitment, authority
# (SPKI of the issuer, for the key identifier), alg (sha256; sha1 for a bad one),
# version, extra (list of {oid critical octets}).
# A list REQUEST: key, issuer, this, next, revoked (list of {serial time}), and
# optionally authority, number, extra.
#
# What does not decode has errorcode {ORACLE malformed WHY PATH}; an extension,
# {ORACLE malformed extension NAME}.

package require Tcl 8.6-

namespace eval ::oracle::x509 {
	namespace path ::oracle
	# list must not hide Tcl's own in here.
	namespace ensemble create -map {
		certificate certificate list RevocationList name name
		attributes attributes issue issue revoke revoke verify verify
		key-identifier key-identifier oid oid
	}

	variable oids {
		sha256 1.2.840.113549.1.1.11 sha1 1.2.840.113549.1.1.5
		CN 2.5.4.3 serialNumber 2.5.4.5 C 2.5.4.6 O 2.5.4.10 OU 2.5.4.11
		subjectKey 2.5.29.14 usage 2.5.29.15 basic 2.5.29.19 number 2.5.29.20
		authorityKey 2.5.29.35
		role 2.999.1995.1.1 profile 2.999.1995.1.2 acquirer 2.999.1995.1.3
		brands 2.999.1995.1.4 commitment 2.999.1995.1.5
	}
	# the extensions that are decoded: name -> type of asn1/pkix.asn
	variable known {
		basic BasicConstraints usage KeyUsage role SemperRole profile SemperProfile
		acquirer SemperAcquirer brands SemperBrands commitment AccountCommitment
	}
}

proc ::oracle::x509::oid {name} {
	variable oids
	return [dict get $oids $name]
}

# -- reading ----------------------------------------------------------------

# The encoding of the first component of a SEQUENCE: what was signed.
proc ::oracle::x509::First {der} {
	set start [lindex [tlv header $der 0 [string length $der]] 2]
	set stop [lindex [tlv header $der $start [string length $der]] 3]
	return [string range $der $start $stop-1]
}

proc ::oracle::x509::Octets {bits} {
	lassign $bits unused octets
	if {$unused} {
		return -code error -errorcode {ORACLE malformed unused-bits signature} "unused bits"
	}
	return $octets
}

proc ::oracle::x509::Seconds {time} {
	return [tlv seconds [lindex $time 1]]
}

proc ::oracle::x509::certificate {der} {
	set name [list x509-certificate $der]
	if {[memo recall $name certificate]} { return $certificate }
	set value [der decode PKIX Certificate $der]
	set tbs [dict get $value tbsCertificate]
	set certificate [dict create der $der tbs [First $der] \
		version [dict get $tbs version] serial [dict get $tbs serialNumber] \
		inner [der encode PKIX AlgorithmIdentifier [dict get $tbs signature]] \
		outer [der encode PKIX AlgorithmIdentifier [dict get $value signatureAlgorithm]] \
		issuer [der encode PKIX Name [dict get $tbs issuer]] \
		subject [der encode PKIX Name [dict get $tbs subject]] \
		from [Seconds [der get $tbs validity.notBefore]] \
		to [Seconds [der get $tbs validity.notAfter]] \
		spki [der encode PKIX SubjectPublicKeyInfo [dict get $tbs subjectPublicKeyInfo]] \
		extensions [Extensions $tbs extensions] \
		signature [Octets [dict get $value signature]]]
	return [memo keep $name [dict merge $certificate [Known $certificate]]]
}

proc ::oracle::x509::Extensions {holder key} {
	if {![dict exists $holder $key]} { return {} }
	return [lmap e [dict get $holder $key] {
		list [dict get $e extnID] [dict get $e critical] [dict get $e extnValue]
	}]
}

proc ::oracle::x509::Known {certificate} {
	variable known
	set decoded {}
	dict for {name type} $known {
		foreach extension [dict get $certificate extensions] {
			lassign $extension oid critical octets
			if {$oid eq [oid $name]} { dict set decoded $name [Value $name $type $octets] }
		}
	}
	return $decoded
}

proc ::oracle::x509::Value {name type octets} {
	try {
		return [der decode PKIX $type $octets]
	} trap {ORACLE malformed} {message} {
		return -code error -errorcode [list ORACLE malformed extension $name] \
			"extension $name: $message"
	}
}

proc ::oracle::x509::RevocationList {der} {
	set name [list x509-list $der]
	if {[memo recall $name list]} { return $list }
	set value [der decode PKIX CertificateList $der]
	set tbs [dict get $value tbsCertList]
	set list [dict create der $der tbs [First $der] version 0 \
		inner [der encode PKIX AlgorithmIdentifier [dict get $tbs signature]] \
		outer [der encode PKIX AlgorithmIdentifier [dict get $value signatureAlgorithm]] \
		issuer [der encode PKIX Name [dict get $tbs issuer]] \
		this [Seconds [dict get $tbs thisUpdate]] \
		critical 0 revoked {} signature [Octets [dict get $value signature]]]
	if {[dict exists $tbs version]} { dict set list version [dict get $tbs version] }
	if {[dict exists $tbs nextUpdate]} { dict set list next [Seconds [dict get $tbs nextUpdate]] }
	set extensions [Extensions $tbs crlExtensions]
	if {[dict exists $tbs revokedCertificates]} {
		foreach entry [dict get $tbs revokedCertificates] {
			dict lappend list revoked [dict get $entry userCertificate]
			lappend extensions {*}[Extensions $entry crlEntryExtensions]
		}
	}
	foreach extension $extensions {
		if {[lindex $extension 1]} { dict set list critical 1 }
	}
	return [memo keep $name $list]
}

proc ::oracle::x509::attributes {name oid} {
	set values {}
	foreach rdn [lindex [der decode PKIX Name $name] 1] {
		foreach pair $rdn {
			if {[dict get $pair type] eq $oid} { lappend values [dict get $pair value] }
		}
	}
	return $values
}

# SHA-256 or SHA-1, as the algorithm outside says; anything else is not ours.
proc ::oracle::x509::verify {signed key} {
	set oid [dict get [der decode PKIX AlgorithmIdentifier [dict get $signed outer]] algorithm]
	foreach alg {sha256 sha1} {
		if {$oid eq [oid $alg]} {
			return [rsa pkcs1-verify $alg $key [dict get $signed tbs] [dict get $signed signature]]
		}
	}
	return 0
}

proc ::oracle::x509::key-identifier {spki} {
	set bits [dict get [der decode PKIX SubjectPublicKeyInfo $spki] subjectPublicKey]
	return [string range [hash digest sha256 [lindex $bits 1]] 0 19]
}

# -- making -----------------------------------------------------------------

# Every attribute in an RDN of its own; PrintableString where X.520 wants it.
proc ::oracle::x509::name {attributes} {
	set rdns {}
	foreach {attribute value} $attributes {
		set printable [expr {$attribute in {serialNumber C}}]
		set charset [lindex {UTF8String PrintableString} $printable]
		set text [tlv wrap [lindex {u12 u19} $printable] 0 [tlv from-text $charset $value]]
		lappend rdns [list [dict create type [oid $attribute] value $text]]
	}
	return [der encode PKIX Name [list rdnSequence $rdns]]
}

proc ::oracle::x509::Algorithm {alg} {
	return [dict create algorithm [oid $alg] parameters "\x05\x00"]
}

# UTCTime to the end of 2049, GeneralizedTime after (RFC 5280 4.1.2.5).
proc ::oracle::x509::Time {seconds} {
	if {$seconds < 2524608000} { return [list utcTime [tlv time $seconds UTCTime]] }
	return [list generalTime [tlv time $seconds]]
}

proc ::oracle::x509::Sign {type toBeSigned value request} {
	set alg [expr {[dict exists $request alg] ? [dict get $request alg] : "sha256"}]
	dict set value signature [Algorithm $alg]
	set inner [string map {Certificate TBSCertificate} $type]
	if {$type eq "CertificateList"} { set inner TBSCertList }
	set octets [der encode PKIX $inner $value]
	return [der encode PKIX $type [dict create $toBeSigned $value \
		signatureAlgorithm [Algorithm $alg] \
		signature [list 0 [rsa pkcs1-sign $alg [dict get $request key] $octets]]]]
}

proc ::oracle::x509::issue {request} {
	set extensions [MakeExtensions $request]
	dict with request {
		set value [dict create version 2 serialNumber $serial \
			issuer [der decode PKIX Name $issuer] \
			validity [dict create notBefore [Time $from] notAfter [Time $to]] \
			subject [der decode PKIX Name $subject] \
			subjectPublicKeyInfo [der decode PKIX SubjectPublicKeyInfo $spki] \
			extensions $extensions]
	}
	if {[dict exists $request version]} { dict set value version [dict get $request version] }
	return [Sign Certificate tbsCertificate $value $request]
}

proc ::oracle::x509::Extension {name critical octets} {
	return [dict create extnID $name critical $critical extnValue $octets]
}

# basicConstraints and keyUsage are critical, all others not (PKI-I-02).
proc ::oracle::x509::MakeExtensions {request} {
	variable known
	set made {}
	if {[dict exists $request ca]} {
		set basic [dict create cA [dict get $request ca]]
		if {[dict exists $request path]} { dict set basic pathLenConstraint [dict get $request path] }
		dict set request basic $basic
	}
	dict for {name type} $known {
		if {[dict exists $request $name]} {
			set octets [der encode PKIX $type [dict get $request $name]]
			lappend made [Extension [oid $name] [expr {$name in {basic usage}}] $octets]
		}
	}
	lappend made [Extension [oid subjectKey] 0 \
		[der encode PKIX SubjectKeyIdentifier [key-identifier [dict get $request spki]]]]
	return [concat $made [AuthorityKey $request] [Extra $request]]
}

proc ::oracle::x509::AuthorityKey {request} {
	if {![dict exists $request authority]} { return {} }
	set identifier [key-identifier [dict get $request authority]]
	return [list [Extension [oid authorityKey] 0 [der encode PKIX AuthorityKeyIdentifier \
		[dict create keyIdentifier $identifier]]]]
}

proc ::oracle::x509::Extra {request} {
	if {![dict exists $request extra]} { return {} }
	return [lmap e [dict get $request extra] { Extension {*}$e }]
}

proc ::oracle::x509::revoke {request} {
	dict with request {
		set value [dict create version 1 issuer [der decode PKIX Name $issuer] \
			thisUpdate [Time $this] nextUpdate [Time $next]]
	}
	set revoked [lmap entry [dict get $request revoked] {
		dict create userCertificate [lindex $entry 0] revocationDate [Time [lindex $entry 1]]
	}]
	if {[llength $revoked]} { dict set value revokedCertificates $revoked }
	set extensions [AuthorityKey $request]
	if {[dict exists $request number]} {
		lappend extensions [Extension [oid number] 0 \
			[tlv wrap u2 0 [tlv from-integer [dict get $request number]]]]
	}
	lappend extensions {*}[Extra $request]
	if {[llength $extensions]} { dict set value crlExtensions $extensions }
	return [Sign CertificateList tbsCertList $value $request]
}
