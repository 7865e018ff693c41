# stateless.tcl -- the provider of vector cases: one operation, one answer
#
#   stateless::instances, run, batch     see provider.tcl
#   stateless::judge IUT NODE REPLY      the verdict on one reply to a test
#   stateless::recompute OP IN           what the oracle answers: a dict
#                                        {ok NODE} or {reject CLASS}
#
# A test expects {"result":"accept","ok":{..}} or {"result":"reject","class":C}.
# An operation that draws is compared octet by octet if the implementation
# takes our random octets.  If not, its output is put through the steps of
# `verify`: operations of the oracle whose inputs may name outputs, `$name`
# of the implementation's answer and `$N.name` of step N, counted from 1.  It is
# asked twice then: what is drawn makes two answers differ, and no output longer
# or shorter.

package require Tcl 8.6-

namespace eval ::stateless {
	# parameters and their values that an implementation may lack although it
	# has the operation; SHA-256 everybody has
	variable partial {
		alg {sha1 sha384 sha512} variant * module * type * edition *
	}
	variable made {}         ;# the folder of what was generated, and its rooms
	variable rooms {}
}

proc ::stateless::instances {context} {
	set found {}
	foreach suite [suites $context] {
		set head [dict get $suite head]
		if {[json text $head kind] eq "flow"
		    || ![provider wants $context [json text $head protocol]]} continue
		foreach test [dict get $suite tests] {
			lappend found [instance $suite [json text $head protocol] {*}$test]
		}
	}
	return $found
}

# The committed files, or with --challenge or --keys what is generated from them.  A
# running peer has no such operation.
proc ::stateless::suites {context} {
	set dir {}
	if {"[dict get $context challenge][provider::value $context keys]" ne {}
	    && [provider::value $context connect] eq {}} { set dir [generated $context] }
	return [concat {*}[lmap room [vectors rooms $dir] {
		if {![provider wants $context $room]} continue
		vectors index $dir $room
	}]]
}

# A folder of vectors made from the seed and the user's keys, each room once.
proc ::stateless::generated {context} {
	variable made
	variable rooms
	if {$made eq {}} {
		close [file tempfile made semper-challenge]
		file delete $made
	}
	set seed [gen::seed]
	if {[dict get $context challenge] ne {}} {
		set seed [::sha2::sha256 -hex -- [dict get $context challenge]]
	}
	set keys [provider::value $context keys]
	if {$keys ne {}} { options theirs {gen::use_keys $keys} }
	foreach room [challenged_rooms $context] {
		if {$room in $rooms} continue
		lappend rooms $room
		dict for {path content} [gen::stateless $room $seed] {
			vectors_tools::put [file join $made $path] $content
		}
	}
	return $made
}

# Rooms that the selection can name.
proc ::stateless::challenged_rooms {context} {
	return [lmap room [gen::rooms] {
		if {![provider wants $context $room]} continue
		set room
	}]
}

# Remove what was generated.
proc ::stateless::forget {} {
	variable made
	variable rooms {}
	if {$made ne {}} { file delete -force $made }
	set made {}
}

proc ::stateless::instance {suite protocol line brief text} {
	set id [json text $brief id]
	set file [dict get $suite file]
	return [dict create id $id case $id protocol $protocol \
	    title [json text $brief title] req [vectors ids $brief] \
	    flags [json text $brief flags] op [json text $brief op] \
	    needs [json text $brief capabilities] \
	    expect [expr {[json has $brief parent] ? "reject" : "accept"}] \
	    file [semper::relative $file] line $line data [list $file $line $text]]
}

proc ::stateless::node {instance} { return [vectors node {*}[dict get $instance data]] }

proc ::stateless::run {context iut instance} {
	return [lindex [batch $context $iut [list $instance]] 0]
}

proc ::stateless::batch {context iut instances} {
	set nodes [lmap instance $instances {node $instance}]
	set requests [lmap node $nodes {
		list [json text $node op] [request $iut $node]
	}]
	set again [lmap node $nodes request $requests {
		if {![alone $iut $node]} continue
		set request
	}]
	set replies [$iut calls [concat $requests $again]]
	set others [lrange $replies [llength $nodes] end]
	return [lmap node $nodes reply [lrange $replies 0 [llength $nodes]-1] {
		try {
			set said [judge $iut $node $reply]
			if {[alone $iut $node]} {
				set others [lassign $others other]
				if {[dict get $said verdict] eq "pass"} { set said [differ $node $reply $other] }
			}
			set said
		} on error {message options} {
			verdict lost $options $message
		}
	}]
}

# What is asked: our random octets only of those who can take them.
proc ::stateless::request {iut node} {
	set in [vectors input $node]
	if {[json has $in rand] && [$iut capability rand] eq "none"} {
		return [list obj [dict remove [lindex $in 1] rand]]
	}
	return $in
}

# 1 if the implementation draws by itself for NODE.
proc ::stateless::alone {iut node} {
	if {![json has [json get $node expect] verify] || [$iut capability rand] ne "none"} { return 0 }
	return [expr {[join [dict values [json text [json get $node in] rand {}]] {}] ne {}}]
}

# -- judging ------------------------------------------------------------------

proc ::stateless::judge {iut node reply} {
	if {[dict get $reply kind] eq "lost"} {
		return [verdict fail [dict get $reply cause] [dict get $reply detail]]
	}
	if {[dict get $reply kind] eq "skipped"} { return [verdict inapplicable [dict get $reply why]] }
	set expect [json get $node expect]
	set body [dict get $reply body]
	switch -- [dict get $reply kind] {
		unsupported { return [unsupported $node $body] }
		error {
			return [verdict fail adapter-error "error [json text $body class]:\
			    [json text $body detail]"]
		}
	}
	if {[json text $expect result] eq "accept"} {
		return [accepted $iut $node $expect [dict get $reply kind] $body]
	}
	return [refused $expect [dict get $reply kind] $body]
}

proc ::stateless::unsupported {node body} {
	variable partial
	set what [json text $body what]
	set in [json plain [json get $node in]]
	dict for {name values} $partial {
		if {[dict exists $in $name] && ($values eq "*" || [dict get $in $name] in $values)} {
			return [verdict inapplicable "not implemented: $what"]
		}
	}
	return [verdict fail capability-lie "an operation that hello lists is\
	    unsupported: $what"]
}

proc ::stateless::refused {expect kind body} {
	set classes [json text $expect class]
	if {$kind eq "ok"} {
		return [verdict fail accepted "accepted what must be refused" \
		    expected "reject $classes" got [json write $body]]
	}
	set class [json text $body class]
	if {$class eq {}} { return [verdict weak "that it is refused is all an exit code says"] }
	if {$class ni $classes} {
		return [verdict fail wrong-reason "refused as \"$class\"" \
		    expected "reject [join $classes { or }]" got "reject $class"]
	}
	set codes [json text $expect codes {}]
	set code [json text $body code {}]
	if {$codes ne {} && $code ne {} && $code ni $codes} {
		return [verdict fail wrong-reason "refused with the code $code" \
		    expected "reject $class [join $codes { or }]" got "reject $class $code"]
	}
	return [verdict pass]
}

proc ::stateless::accepted {iut node expect kind body} {
	if {$kind eq "reject"} {
		set class [json text $body class]
		return [verdict fail rejected [string trimright "refused what must be accepted:\
		    [string trim "$class [json text $body detail]"]" ": "] \
		    expected ok got [expr {$class eq {} ? "a refusal" : [json write $body]}]]
	}
	set drew [drawn $node $expect $body]
	if {$drew ne {}} { return [verdict fail randomness $drew] }
	if {[json has $expect verify] && ([$iut capability rand] eq "none"
	    || ![json has [json get $node in] rand])} {
		return [verified $node $expect $body]
	}
	return [compare [json get $expect ok] $body]
}

proc ::stateless::compare {wanted body} {
	dict for {name value} [lindex [vectors expand $wanted] 1] {
		if {![json has $body $name] || [json get $body $name] ne $value} {
			return [verdict fail wrong-output "$name differs" \
			    expected "$name = [json plain $value]" \
			    got "$name = [json text $body $name (missing)]"]
		}
	}
	foreach name [dict keys [lindex $body 1]] {
		if {$name ne "drew" && ![json has $wanted $name]} {
			return [verdict fail wrong-output "an output $name that must not be there" \
			    expected [json write $wanted] got [json write $body]]
		}
	}
	return [verdict pass]
}

# A complaint about `drew`, if it is told and our octets were taken.
proc ::stateless::drawn {node expect body} {
	if {![json has $body drew]} { return {} }
	set drew [json text $body drew]
	set known [ops labels [json text $node op]]
	foreach label [dict keys $drew] {
		if {$label ni $known} { return "drew the unknown label $label" }
	}
	if {![json has $expect drew] || ![json has [json get $node in] rand]} { return {} }
	dict for {label octets} [json text $expect drew] {
		set taken [expr {[dict exists $drew $label] ? [dict get $drew $label] : 0}]
		if {$taken != $octets} { return "took $taken octets of $label, not $octets" }
	}
	return {}
}

# -- what the oracle says of an answer nobody can predict -----------------------

proc ::stateless::verified {node expect body} {
	set known [dict create]
	dict for {name value} [lindex $body 1] { dict set known \$$name $value }
	set number 0
	foreach step [lindex [json get $expect verify] 1] {
		incr number
		set op [json text $step op]
		set answer [recompute $op [substitute [json get $step in] $known]]
		if {![dict exists $answer ok]} {
			return [verdict fail wrong-output "$op refuses the answer:\
			    [dict get $answer reject]" expected "an answer that $op accepts" \
			    got [json write $body]]
		}
		dict for {name value} [lindex [dict get $answer ok] 1] {
			dict set known \$$number.$name $value
			if {[json has $step ok] && [json has [json get $step ok] $name]
			    && [json get $step ok $name] ne $value} {
				return [verdict fail wrong-output "$op gives another $name" \
				    expected [json text [json get $step ok] $name] \
				    got [json plain $value]]
			}
		}
	}
	return [verdict pass]
}

# The verdict on two answers to one request whose draws nobody can predict.
proc ::stateless::differ {node one two} {
	if {[dict get $two kind] ne "ok"} {
		return [verdict fail rejected "refused what it accepted before"]
	}
	set same 1
	dict for {name value} [lindex [vectors expand [json get $node expect ok]] 1] {
		set got [json text [dict get $one body] $name]
		if {[string length $got] != [string length [json plain $value]]} {
			return [verdict fail wrong-output "$name has another length" \
			    expected "[string length [json plain $value]] digits" got $got]
		}
		if {$got ne [json text [dict get $two body] $name]} { set same 0 }
	}
	if {$same} { return [verdict fail randomness "two answers are the same, though it draws"] }
	return [verdict pass]
}

proc ::stateless::substitute {in known} {
	return [list obj [dict map {name value} [lindex $in 1] {
		set text [json plain $value]
		expr {[json type $value] eq "str" && [dict exists $known $text]
		    ? [dict get $known $text] : $value}
	}]]
}

proc ::stateless::recompute {op in} {
	return [::oracle::stateless::answer $op $in]
}

provider::register vectors ::stateless -batch 48
