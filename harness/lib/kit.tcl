# kit.tcl -- semper kit: what a running peer is set up with before it is tested
#
#   kit::main ARGV                  writes the files of one role and profile
#   kit::sessions ROOT              the names of the sessions of all cases
#   kit::files ROOT ROLE PROFILE ?KEYS?    name -> text
#   kit::complete CONTEXT           nothing that a running peer of CONTEXT's role and
#                                   profile is played with is missing; else exit 2
#
# The keys are the public test keys of vectors/keys, or those of a file of the user's
# (live_given.tcl).  `args` is the part of semper-peer's command line that follows from
# the files.

package require Tcl 8.6-

namespace eval ::kit {
	variable table {
		{role text {} {buyer, seller or acquirer}}
		{profile text {} {ikp/3kp-hard, or the part after the slash}}
		{keys text {} {keys of your own instead of the test keys (ADAPTER.md 7)}}
		{help flag 0 {this text}}
	}
	variable roles {buyer seller acquirer}
}

proc ::kit::main {argv} {
	variable table
	variable roles
	set opt [options parse $table $argv]
	if {[dict get $opt help]} {
		puts "usage: harness/semper kit DIR --role R --profile P\n[options help $table]"
		return 0
	}
	set rest [dict get $opt rest]
	if {[llength $rest] != 1} { options usage "kit needs one folder to write to" }
	if {[dict get $opt role] ni $roles} {
		options usage "kit needs --role, one of [join $roles {, }]"
	}
	set profile [profile [dict get $opt role] [dict get $opt profile]]
	set keys [dict get $opt keys]
	options readable $keys
	complete [dict create root $::semper::root challenge {} keys $keys role [dict get $opt role] \
	    profile $profile]
	set dir [lindex $rest 0]
	try {
		file mkdir $dir
		dict for {name text} [files $::semper::root [dict get $opt role] $profile $keys] {
			set ch [open [file join $dir $name] w]
			chan configure $ch -encoding utf-8 -translation lf
			puts -nonewline $ch [string map [list @DIR@ $dir] $text]
			close $ch
			puts [file join $dir $name]
		}
	} trap POSIX {message} {
		options usage "cannot write to $dir: $message"
	}
	return 0
}

# The whole name of a profile of ROLE that may be given without its protocol.
proc ::kit::profile {role name} {
	set whole [expr {[string match */* $name] ? $name : "ikp/$name"}]
	if {![regexp {^ikp/[123]kp-(?:ec95|jsac|hard)(-micro)?$} $whole - micro]} {
		options usage "needs --profile, such as ikp/3kp-hard, not \"$name\""
	}
	if {$micro ne {} && $role ne "acquirer"} {
		options usage "a running $role of micro-payments waits for its operator: only an acquirer\
		    of $name can be tested over TCP"
	}
	return $whole
}

proc ::kit::complete {context} {
	variable roles
	set subject [dict get $context role]
	try {
		set setup [::live::setup make $context [dict get $context profile] {} 1]
		if {[dict get $context keys] ne {} && ![::live::given there]} {
			options usage "the file of --keys has no chains"
		}
		foreach role $roles { ::live::setup open [dict replace $setup mute $subject] $role }
	} trap {LIVE verdict} {verdict} {
		options usage "[dict get $verdict detail]"
	}
}

# -- texts ------------------------------------------------------------------------

proc ::kit::pem {label hex} {
	set text [binary encode base64 -maxlen 64 [binary decode hex $hex]]
	return "-----BEGIN $label-----\n$text\n-----END $label-----\n"
}

proc ::kit::pems {label values} {
	return [join [lmap value $values {pem $label $value}] {}]
}

proc ::kit::pair {node} {
	return [pem "PRIVATE KEY" [json text $node key]][pems CERTIFICATE [json text $node chain]]
}

proc ::kit::sessions {root} {
	set names [dict create main 1]
	foreach file [glob [file join $root conformance ikp *.cases]] {
		foreach {- name} [regexp -all -inline {\msession ([a-z][a-z0-9-]*)\n} [semper::content $file]] {
			dict set names $name 1
		}
	}
	return [lsort [dict keys $names]]
}

proc ::kit::orders {root setup} {
	set lines {}
	foreach name [sessions $root] {
		set entry [::live::setup order $setup $name]
		lappend lines [join [list [dict get $entry order] {*}[dict values [dict get $entry price]] \
		    [dict get $entry brand] no [dict get $entry desc]] |]
	}
	return [join $lines \n]\n
}

proc ::kit::files {root role profile {keys {}}} {
	set setup [::live::setup make [dict create root $root challenge {} keys $keys] $profile {} 1]
	set open [::live::setup open [dict replace $setup mute $role] $role]
	set params [dict get $open params]
	set files [dict create anchors.pem [pems CERTIFICATE [json text $params anchors]]]
	if {[json has $params crls]} {
		dict set files crls.pem [pems "X509 CRL" [json text $params crls]]
	}
	dict for {use node} [lindex [dict get $open keys] 1] {
		if {[json has $node key]} { dict set files $use.pem [pair $node] }
	}
	foreach {member name} {acquirerEnc acquirer-enc acquirerSig acquirer-sig} {
		if {![json has $params $member]} continue
		dict set files $name.pem [pems CERTIFICATE [json text $params $member]]
	}
	if {$role ne "acquirer"} { dict set files orders [orders $root $setup] }
	if {$role eq "buyer"} {
		dict set files card "[json text $params ban]|[json text $params expiration]|[json text \
		    $params rAcct]|\n"
	}
	dict set files args [join [arguments $setup $role $profile $files $params] \n]\n
	return $files
}

# One word a line: $(cat args) gives them to semper-peer.
proc ::kit::arguments {setup role profile files params} {
	set words [list --test-keys --role $role --profiles $profile]
	dict for {name text} $files {
		if {$name in {sig.pem enc.pem}} {
			lappend words --key [file rootname $name]=@DIR@/$name
		} else {
			lappend words --[file rootname $name] @DIR@/$name
		}
	}
	switch -- $role {
		buyer { lappend words --seller [dict get $setup idS] }
		seller { lappend words --id [dict get $setup idS] {*}[channel $params [json plain $params]] }
		acquirer {
			foreach seller [json text $params sellers] {
				lappend words --seller [dict get $seller idS] {*}[channel $params $seller]
			}
			if {![json has $params accounts]} { return $words }
			foreach account [json text $params accounts] {
				dict with account { lappend words --account $ban,$spki }
			}
		}
	}
	return $words
}

# In 1KP of HARD, of who shares the secret.
proc ::kit::channel {params holder} {
	if {![dict exists $holder channelSecret]} { return {} }
	return [list --channel [json text $params channelKey],[dict get $holder channelSecret]]
}
