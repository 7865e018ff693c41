# testkeys.tcl -- the committed test keys and certificates (vectors/keys).
#
#   testkeys names              names of the keys
#   testkeys private NAME       PKCS#8 DER          testkeys public NAME  SPKI DER
#   testkeys account NAME       dict: ban expiration pin, rAcct and commitment as octets
#   testkeys certificates       names of the certificates
#   testkeys certificate NAME   DER
#   testkeys about NAME         dict: key issuer, and wrong requirement twin verdict
#   testkeys chain NAME         DER of the certificate and its issuers, no root
#   testkeys list NAME          DER of a revocation list    testkeys lists  their names
#   testkeys paths              the cases of path validation, dicts of names
#   testkeys path-input CASE    the input of path check for a case
#
# The folder is vectors/keys; another one of the same form can be chosen with
# testkeys folder DIR, before anything is asked.

package require Tcl 8.6-
package require yajltcl

namespace eval ::oracle::testkeys {
	namespace path ::oracle
	# list must not hide Tcl's own in here.
	namespace ensemble create -map {
		names names private private public public account account folder folder
		certificates certificates certificate certificate about about chain chain
		list List lists lists paths paths path-input path-input
	}
	variable folder [file normalize [file join [file dirname [info script]] .. .. vectors keys]]
	variable files {}
}

proc ::oracle::testkeys::folder {dir} {
	variable folder $dir
	variable files {}
	return
}

proc ::oracle::testkeys::File {name} {
	variable folder
	variable files
	if {![dict exists $files $name]} {
		set channel [open [file join $folder $name.json] r]
		fconfigure $channel -encoding utf-8
		dict set files $name [::yajl::json2dict [read $channel]]
		close $channel
	}
	return [dict get $files $name]
}

proc ::oracle::testkeys::names {} {
	return [dict keys [dict get [File keys] keys]]
}

proc ::oracle::testkeys::private {name} {
	return [binary decode hex [dict get [File keys] keys $name pkcs8]]
}

proc ::oracle::testkeys::public {name} {
	return [binary decode hex [dict get [File keys] keys $name spki]]
}

proc ::oracle::testkeys::account {name} {
	set account [dict get [File keys] accounts $name]
	foreach field {rAcct commitment} {
		dict set account $field [binary decode hex [dict get $account $field]]
	}
	return $account
}

proc ::oracle::testkeys::certificates {} {
	return [dict keys [dict get [File certs] certificates]]
}

proc ::oracle::testkeys::certificate {name} {
	return [binary decode hex [dict get [File certs] certificates $name der]]
}

proc ::oracle::testkeys::about {name} {
	return [dict remove [dict get [File certs] certificates $name] der]
}

proc ::oracle::testkeys::chain {name} {
	set chain {}
	while {$name ni {root rogue-root itself}} {
		lappend chain [certificate $name]
		set name [dict get [about $name] issuer]
	}
	return $chain
}

proc ::oracle::testkeys::lists {} {
	return [dict keys [dict get [File certs] lists]]
}

proc ::oracle::testkeys::List {name} {
	return [binary decode hex [dict get [File certs] lists $name der]]
}

proc ::oracle::testkeys::paths {} {
	return [dict get [File certs] paths]
}

proc ::oracle::testkeys::path-input {case} {
	set input [dict filter $case key now date edition use id]
	dict set input chain [lmap name [dict get $case chain] { certificate $name }]
	dict set input anchors [lmap name [dict get $case anchors] { certificate $name }]
	dict set input crls [lmap name [dict get $case lists] { List $name }]
	return $input
}
