# ops.tcl -- the operations of the adapter protocol and the shape of their answers
#
#   ops::stateless              names of the operations of ADAPTER.md section 5
#   ops::verdicts               of these the ones whose ok holds nothing
#   ops::stateful               names of those of section 3
#   ops::labels OP              the labels OP may draw
#   ops::check_reply NODE OP    complains (error {IUT protocol}) about a reply
#                               whose members are missing, unknown or mistyped
#   ops::check_hello NODE       the same for the answer to hello
#
# A shape is a list {member type ..}; a trailing ? makes a member optional.
# Types: hex text int bool object string-list, or a word handled in `fits`.

package require Tcl 8.6-

namespace eval ::ops {
	namespace export stateless verdicts stateful labels classes check_reply check_hello
	namespace ensemble create

	variable classes $::spec::classes
	# op {output type ..} {labels}
	variable table {
		crypto.hash {digest hex} {}
		crypto.hmac {mac hex} {}
		crypto.hkdf {okm hex} {}
		crypto.hash-chain {digest hex} {}
		crypto.rsa-pkcs1-sign {signature hex} {}
		crypto.rsa-pkcs1-verify {} {}
		crypto.rsa-pss-sign {signature hex} {salt}
		crypto.rsa-pss-verify {} {}
		crypto.rsa-oaep-encrypt {ciphertext hex} {seed}
		crypto.rsa-oaep-decrypt {plaintext hex} {}
		crypto.rsa-fdh {value hex} {}
		crypto.rsabssa-blind {prepared hex blinded hex inv hex} {prefix salt r}
		crypto.rsabssa-blind-sign {blind_signature hex} {}
		crypto.rsabssa-finalize {signature hex} {}
		crypto.rsabssa-verify {} {}
		crypto.ed25519-sign {signature hex} {}
		crypto.ed25519-verify {} {}
		crypto.x25519 {shared hex} {}
		crypto.hpke-seal {enc hex ciphertext hex} {ikmE}
		crypto.hpke-open {plaintext hex} {}
		crypto.hpke-export {secret hex} {}
		der.decode {der hex} {}
		pki.path {} {}
		ikp.common {idB hex hDesc hex hV? hex hVC? hex common hex hCommon hex} {}
		ikp.chain {digest hex} {}
		ikp.judge {verdict text hCommon hex} {}
	}
	variable party {
		hello {} open {h text public? object} certify {}
		step {out messages status status result? object timers? timers drew? counts}
		fork {h text} restart {} digest {digest text} drop {} reset {} bye {}
	}
	variable hello {
		line int name text version text language? text protocols? protocols
		operations? string-list capabilities? capabilities window? int
	}
	variable capabilities {
		rand {stream value none} clock {virtual real} keys {import own}
		fork {1 0} restart {1 0} digest {1 0} codes {1 0}
	}
}

proc ::ops::classes {} { variable classes; return [list {*}$classes] }

proc ::ops::stateless {} {
	variable table
	return [lmap {op shape labels} $table {set op}]
}

proc ::ops::verdicts {} {
	variable table
	set found {}
	foreach {op shape labels} $table {
		if {![llength $shape]} { lappend found $op }
	}
	return $found
}

proc ::ops::stateful {} { variable party; return [dict keys $party] }

proc ::ops::labels {op} {
	variable table
	foreach {name shape labels} $table {
		if {$name eq $op} { return $labels }
	}
	return {}
}

# The outputs of OP; an operation of a protocol not in the table may answer
# with anything, which its own provider then judges.
proc ::ops::shape {op} {
	variable table
	variable party
	if {[dict exists $party $op]} { return [dict get $party $op] }
	foreach {name shape labels} $table {
		if {$name eq $op} { return [concat $shape {drew? counts}] }
	}
	return any
}

# -- shapes -----------------------------------------------------------------

proc ::ops::complain {what} { throw {IUT protocol} $what }

proc ::ops::fits {node type} {
	lassign $node kind value
	switch -- $type {
		text { expr {$kind eq "str"} }
		hex { expr {$kind eq "str" && [regexp {^(?:[0-9a-f]{2})*$} $value]} }
		int { expr {$kind eq "num" && [regexp {^-?(0|[1-9][0-9]*)$} $value]} }
		bool { expr {$kind eq "bool"} }
		object { expr {$kind eq "obj"} }
		class { variable classes; expr {$kind eq "str" && $value in $classes} }
		status { expr {$kind eq "str" && $value in {continue done}} }
		string-list { expr {$kind eq "arr" && [all $value text]} }
		messages { listing $node {to text msg hex} }
		timers { listing $node {name text at int} }
		counts { expr {$kind eq "obj" && [all [dict values $value] int]} }
		protocols { protocols $node }
		capabilities { capabilities $node }
		default { error "no type $type" }
	}
}

proc ::ops::all {nodes type} {
	foreach node $nodes {
		if {![fits $node $type]} { return 0 }
	}
	return 1
}

proc ::ops::listing {node shape} {
	lassign $node kind nodes
	if {$kind ne "arr"} { return 0 }
	foreach entry $nodes {
		if {[lindex $entry 0] ne "obj"} { return 0 }
		members $entry $shape "an entry"
	}
	return 1
}

# Complain unless the object NODE has exactly the members of SHAPE.
proc ::ops::members {node shape what} {
	set left [lindex $node 1]
	foreach {name type} $shape {
		set optional [string match *\\? $name]
		set name [string trimright $name ?]
		if {![dict exists $left $name]} {
			if {$optional} continue
			complain "$what has no member \"$name\""
		}
		if {![fits [dict get $left $name] $type]} {
			complain "$what: member \"$name\" is not [expected $type]:\
			    [string range [json write [dict get $left $name]] 0 80]"
		}
		dict unset left $name
	}
	if {[dict size $left]} {
		complain "$what has a member \"[lindex [dict keys $left] 0]\"\
		    that this protocol does not know"
	}
}

proc ::ops::expected {type} {
	variable classes
	switch -- $type {
		hex { return "a string of lower-case hexadecimal" }
		text { return "a string" }
		int { return "an integer" }
		object { return "an object" }
		class { return "one of the twelve classes" }
		status { return "\"continue\" or \"done\"" }
		messages { return "a list of {to, msg}" }
		timers { return "a list of {name, at}" }
		counts { return "an object of integers" }
		default { return "well-formed ($type)" }
	}
}

# -- replies ----------------------------------------------------------------

proc ::ops::check_reply {node op} {
	set kinds [lmap kind {ok reject unsupported error} {
		if {![json has $node $kind]} continue
		set kind
	}]
	if {[llength $kinds] != 1} {
		complain [expr {[llength $kinds]
		    ? "the reply holds both \"[join $kinds {" and "}]\""
		    : "the reply holds none of ok, reject, unsupported and error"}]
	}
	members $node [list id int $kinds object] "the reply"
	set body [json get $node $kinds]
	switch -- $kinds {
		ok {
			set shape [shape $op]
			if {$op ni {any hello} && $shape ne "any"} {
				members $body $shape "ok of $op"
			}
		}
		reject {
			members $body {class class code? text out? messages detail? text} reject
		}
		unsupported { members $body {what text} unsupported }
		error { members $body {class text detail? text} error }
	}
	return $kinds
}

proc ::ops::check_hello {node} {
	variable hello
	members $node $hello "ok of hello"
}

proc ::ops::protocols {node} {
	if {[lindex $node 0] ne "obj"} { return 0 }
	dict for {name claim} [lindex $node 1] {
		if {[lindex $claim 0] ne "obj"} { return 0 }
		members $claim {roles string-list profiles string-list} "protocol $name"
	}
	return 1
}

proc ::ops::capabilities {node} {
	variable capabilities
	if {[lindex $node 0] ne "obj"} { return 0 }
	dict for {name claim} [lindex $node 1] {
		if {![dict exists $capabilities $name]} {
			complain "capability \"$name\" does not exist"
		}
		if {[json plain $claim] ni [dict get $capabilities $name]} {
			complain "capability \"$name\" cannot be [json write $claim]"
		}
	}
	return 1
}
