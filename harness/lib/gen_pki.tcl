# gen_pki.tcl -- vectors/pki: path validation over the committed certificates
#
#   gen::pki::files      path -> content, one file per edition
#
# Certificates, lists and cases come from vectors/keys/certs.json, where each
# bad one violates one requirement and names its accepted twin.

package require Tcl 8.6-

namespace eval ::gen::pki {
	namespace path ::gen
	variable certs
	variable good {PKI-P-12 PKI-P-14 PKI-P-15 PKI-P-24}
}

proc ::gen::pki::files {} {
	variable certs
	set certs [json plain [semper::object [file join $::semper::root vectors keys certs.json]]]
	flag Form MALLEABILITY high "a certificate that is not exactly what the profile wants" \
	    "verifiers disagree, or read past what was signed"
	flag Linkage AUTH_BYPASS critical "names or signatures of the chain do not fit" \
	    "anybody can put himself into the hierarchy"
	flag Validity MISSING_CHECK high "not valid at the time asked about" \
	    "a key that was given up, stolen perhaps, is still trusted"
	flag Authority AUTH_BYPASS critical "an issuer that may not issue, or a key put to another use" \
	    "a seller makes itself the acquirer"
	flag Subject MISSING_CHECK critical "a certificate of somebody else, or for another edition" \
	    "one party stands in for another"
	flag Revoked MISSING_CHECK high "revoked, or no current list that says it is not" \
	    "a key that was reported stolen is still trusted"
	set groups {}
	foreach path [dict get $certs paths] { dict lappend groups [group $path] $path }
	set found {}
	dict for {name paths} $groups {
		set found [concat $found [suite pki path-$name [dict create kind verify \
		    origin "vectors/keys: TEST certificates, their keys are known to everybody" \
		    generated 0 title "Certificate paths, [string map {- { }} $name]"] \
		    [lmap path $paths {case $path}]]]
	}
	return $found
}

# A file holds at most 1 MiB: edition hard is split by use.
proc ::gen::pki::group {path} {
	if {[dict get $path edition] ne "hard"} { return [dict get $path edition] }
	return hard-[dict get $path use]
}

proc ::gen::pki::ders {kind names} {
	variable certs
	return [lmap name $names {dict get $certs $kind $name der}]
}

proc ::gen::pki::case {path} {
	variable good
	set in [dict create chain [ders certificates [dict get $path chain]] \
	    anchors [ders certificates [dict get $path anchors]] \
	    crls [ders lists [dict get $path lists]]]
	foreach name {now date edition use id} {
		if {[dict exists $path $name]} { dict set in $name [dict get $path $name] }
	}
	set id pki::path::[dict get $path name]
	set title "[string toupper [dict get $path why] 0 0] ([dict get $path edition],\
	    [dict get $path use])"
	set trace [json strs [dict create openssl [dict get $path openssl]]]
	if {[dict get $path verdict] eq "accept"} {
		return [test $id title $title req $good op pki.path in $in \
		    expect [json obj result [json str accept] ok [json obj]] trace $trace]
	}
	set requirement [dict get $path requirement]
	return [test $id title $title flags [flag_of $requirement] req [list $requirement] \
	    parent pki::path::[dict get [twin $path] name] mutation [mutation $path] op pki.path in $in \
	    expect [reject auth] trace $trace]
}

proc ::gen::pki::flag_of {requirement} {
	scan [lindex [split $requirement -] 2] %d n
	if {$n <= 11} { return Form }
	if {$n <= 14} { return Linkage }
	if {$n <= 16} { return Validity }
	if {$n <= 23} { return Authority }
	if {$n <= 26} { return Subject }
	return Revoked
}

# The accepted path that PATH was made from.
proc ::gen::pki::twin {path} {
	variable certs
	foreach twin [dict get $certs paths] {
		if {[dict get $twin name] ne [dict get $path twin]} continue
		if {[dict get $twin verdict] eq "accept"} { return $twin }
		return [twin $twin]
	}
	error "[dict get $path name] has no twin"
}

proc ::gen::pki::mutation {path} {
	set twin [twin $path]
	foreach field {chain lists anchors now date edition use id} {
		if {[provider::value $twin $field] ne [provider::value $path $field]} {
			return [dict create kind [expr {$field in {now date} ? "shift-time"
			    : $field in {chain lists} ? "other-cert" : "set-field"}] field $field]
		}
	}
	error "no difference between [dict get $path name] and its twin"
}
