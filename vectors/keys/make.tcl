# make.tcl -- makes the committed test keys, certificates and revocation lists.
#
#   tclsh vectors/keys/make.tcl ?FOLDER?
#
# writes keys.json and certs.json into FOLDER (default: this one).  Everything
# follows from the seed below, so that a second run gives the same octets.  The
# keys are public and marked TEST: nothing real may ever trust them.

set here [file dirname [file normalize [info script]]]
source [file join $here .. .. harness oracle oracle.tcl]
source [file join $here certificates.tcl]
source [file join $here paths.tcl]

namespace eval ::make {
	namespace path ::oracle
	variable seed "semper test keys 1"
	variable keys {}           ;# name -> {pkcs8 spki}
	variable private {}        ;# name -> RSA key of oracle::rsa

	variable rsa {
		root 2048 brand-ca 2048 acquirer-ca 2048 issuer-ca 2048 acquirer-sub-ca 2048
		rogue-root 2048 rogue-ca 2048
		acquirer-enc-hard 2048 acquirer-sig-hard 2048 acquirer-ec95 2048 acquirer-jsac 2048
		acquirer2-enc-hard 2048 acquirer2-sig-hard 2048 acquirer2-ec95 2048 acquirer2-jsac 2048
		seller-ec95 2048 seller-jsac 2048 seller-hard 2048
		seller2-ec95 2048 seller2-jsac 2048 seller2-hard 2048
		buyer-ec95 2048 buyer-jsac 2048 buyer-hard 2048
		buyer2-ec95 2048 buyer2-jsac 2048 buyer2-hard 2048
		rsa-1024 1024 rsa-2041 2041 rsa-2049 2049 rsa-3072 3072
	}

	# What a card issuer knows of the two buyers.
	variable accounts {
		buyer {ban 4111111111111111 expiration 199912 pin 1234 rAcct a0a1a2a3a4a5a6a7a8a9aaabacadaeaf}
		buyer2 {ban 5500000000000004 expiration 199806 pin 4321 rAcct b0b1b2b3b4b5b6b7b8b9babbbcbdbebf}
	}
}

proc ::make::Keys {} {
	variable rsa
	variable seed
	variable keys
	variable private
	dict for {name bits} $rsa {
		set key [generate rsa $seed $name $bits]
		dict set private $name $key
		dict set keys $name [list [rsa pkcs8 $key] [rsa spki $key]]
	}
	foreach alg {ed25519 x25519} {
		set secret [generate octets $seed $alg 32]
		set public [ec $alg-public $secret]
		dict set keys $alg [list [ec pkcs8 $alg $secret] [ec spki $alg $public]]
	}
}

# HMAC-SHA-256 under R_acct of the context and the DER of the account number
proc ::make::commitment {account} {
	variable accounts
	set data [hash context "semper/ikp/1 account"]
	append data [der encode IKP Ban [dict get $accounts $account ban]]
	return [hash hmac sha256 [binary decode hex [dict get $accounts $account rAcct]] $data]
}

# -- JSON: every value here is a word, hexadecimal or a plain sentence ------

proc ::make::Text {string} {
	return "\"[string map {\\ \\\\ \" \\\"} $string]\""
}

proc ::make::Object {pairs} {
	set parts {}
	foreach {key value} $pairs { lappend parts [Text $key]:$value }
	return \{[join $parts ,]\}
}

proc ::make::Array {words} {
	return \[[join [lmap word $words { Text $word }] ,]\]
}

# One entry per line.
proc ::make::Lines {pairs} {
	set lines {}
	foreach {key value} $pairs { lappend lines [Text $key]:$value }
	return \{\n[join $lines ,\n]\n\}
}

proc ::make::Write {file sections} {
	set channel [open $file w]
	fconfigure $channel -translation lf -encoding utf-8
	puts $channel [Lines $sections]
	close $channel
}

proc ::make::WriteKeys {folder} {
	variable keys
	variable accounts
	set entries {}
	dict for {name pair} $keys {
		lassign [lmap der $pair { Text [binary encode hex $der] }] pkcs8 spki
		lappend entries $name [Object [list pkcs8 $pkcs8 spki $spki]]
	}
	set known {}
	dict for {name account} $accounts {
		set fields {}
		dict for {field value} $account { lappend fields $field [Text $value] }
		lappend fields commitment [Text [binary encode hex [commitment $name]]]
		lappend known $name [Object $fields]
	}
	Write [file join $folder keys.json] [list format [Text semper-keys/1] \
		warning [Text "TEST keys, known to everybody"] \
		keys [Lines $entries] accounts [Lines $known]]
}

proc ::make::WriteCertificates {folder} {
	variable made
	variable lists
	variable paths
	set certificates {}
	dict for {name entry} $made { lappend certificates $name [CertificateEntry $name $entry] }
	set crls {}
	dict for {name entry} $lists { lappend crls $name [ListEntry $entry] }
	set cases [lmap case $paths { PathEntry $case }]
	Write [file join $folder certs.json] [list format [Text semper-certificates/1] \
		warning [Text "TEST certificates, their keys are known to everybody"] \
		certificates [Lines $certificates] lists [Lines $crls] \
		paths \[\n[join $cases ,\n]\n\]]
}

proc ::make::main {folder} {
	Keys
	Certificates
	Lists
	Paths
	WriteKeys $folder
	WriteCertificates $folder
}

::make::main [lindex [concat $argv [list $here]] 0]
