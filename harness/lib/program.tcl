# program.tcl -- a program that has only an exit code, asked like an adapter
#
#   set program [program::Program new CONTEXT]   an object with the methods of
#                                                iut::Iut (iut.tcl)
#   program::commands SPECS      a dict operation -> command, from the words of
#                                --exec OPERATION=COMMAND
#   program::fill COMMAND IN DIR the command for one request; files are in DIR
#
# The command is run once a case.  Exit code 0 accepts, 77 says that the case is
# not for this program, 126 and 127 that it could not be run; a signal is a crash,
# and everything else refuses.  No class is told, so a refusal is weak.
#
# In COMMAND, with NAME a member of the operation's `in`:
#   {NAME}        its value (octets in hexadecimal)
#   {NAME:file}   a file with its octets
#   {NAME:pem}    a PEM file: a public key, certificates or revocation lists
#   {NAME.I:pem}  of a list only the element I; {NAME.I-:pem} all from it on
# A member that the case does not have makes the case inapplicable; a word that is
# no member of the operation is refused, other braces are left as they are.

package require Tcl 8.6-

namespace eval ::program {
	variable pem {key {PUBLIC KEY} chain CERTIFICATE anchors CERTIFICATE crls {X509 CRL}}
	variable members {
		crypto.rsa-pkcs1-verify {alg key message signature}
		crypto.rsa-pss-verify {alg salt_len key message signature}
		crypto.rsabssa-verify {variant key prepared signature}
		crypto.ed25519-verify {key message signature}
		pki.path {chain anchors crls now date edition use id}
	}
	# one of these, an element or more of it, and its form; a $ before it is the shell's
	variable place [format {(\$?)\{(%s)(?:\.([0-9]+)(-?))?(?::(file|pem))?\}} \
	    [join [lsort -unique [concat {*}[dict values $members]]] |]]
}

proc ::program::commands {specs} {
	set found [dict create]
	foreach spec $specs {
		if {![regexp {^([a-z0-9.-]+)=(.+)$} $spec -> op command]} {
			options usage "--exec needs OPERATION=COMMAND, not \"$spec\""
		}
		if {$op ni [ops verdicts]} {
			options usage "--exec: an exit code is no answer to \"$op\" (but to\
			    [join [ops verdicts] {, }])"
		}
		check_places $op $command
		dict set found $op $command
	}
	return $found
}

# A word in braces is meant for us, unless the shell's $ is before it.
proc ::program::check_places {op command} {
	variable pem
	variable members
	set known [dict get $members $op]
	foreach {whole dollar name form} [regexp -all -inline -- \
	    {(\$?)\{([a-zA-Z_]+)(?:\.[0-9]+-?)?(?::([^\}]*))?\}} $command] {
		if {$dollar ne {}} continue
		if {$name ni $known} {
			options usage "--exec: $op has no member \"$name\" (it has [join $known {, }];\
			    write \"{ $name }\" for braces of the command's own)"
		}
		if {[string first : $whole] >= 0 && $form ni {file pem}} {
			options usage "--exec: what is \"$whole\"? (there are {$name}, {$name:file} and {$name:pem})"
		}
		if {$form eq "pem" && ![dict exists $pem $name]} {
			options usage "--exec: $name is no key, certificate or list"
		}
	}
}

# -- commands ---------------------------------------------------------------------

proc ::program::fill {command in dir} {
	variable place
	set text {}
	set at 0
	foreach {whole dollar name index open form} [regexp -all -inline -indices -- $place $command] {
		if {[lindex $dollar 1] >= [lindex $dollar 0]} continue
		append text [string range $command $at [lindex $whole 0]-1]
		set at [expr {[lindex $whole 1] + 1}]
		set words [lmap range [list $name $index $open $form] { string range $command {*}$range }]
		append text [quote [argument $in $dir {*}$words]]
	}
	return $text[string range $command $at end]
}

proc ::program::quote {text} { return '[string map {' '\\''} $text]' }

proc ::program::argument {in dir name index open form} {
	if {![json has $in $name]} {
		throw {PROGRAM inapplicable} "the case has no $name"
	}
	set values [json plain [json get $in $name]]
	if {[json type [json get $in $name]] ne "arr"} { set values [list $values] }
	if {$index ne {}} {
		set values [lrange $values $index [expr {$open eq {} ? $index : "end"}]]
	}
	switch -- $form {
		file { return [write $dir $name$index [binary decode hex [join $values {}]]] }
		pem { return [write $dir $name$index$open.pem [armour $name $values]] }
	}
	return [join $values ,]
}

proc ::program::armour {name values} {
	variable pem
	return [kit::pems [dict get $pem $name] $values]
}

proc ::program::write {dir name octets} {
	set path [file join $dir $name]
	set ch [open $path wb]
	puts -nonewline $ch $octets
	close $ch
	return $path
}

# -- one run ------------------------------------------------------------------------
# Ends with how it ended: {exit N}, {signal NAME} or {late}.

oo::class create ::program::Run {
	variable channel pid log wake

	constructor {command} {
		set log {}
		set wake {}
		set channel [open |[list setsid sh -c $command </dev/null 2>@1] r]
		set pid [lindex [pid $channel] 0]
		chan configure $channel -blocking 0 -translation binary
		chan event $channel readable [namespace code {my Readable}]
	}

	method Readable {} {
		append log [read $channel 65536]
		set log [string range $log end-3999 end]
		if {[eof $channel]} { set wake ended }
	}

	method wait {seconds} {
		set timer [after [expr {int(1000 * $seconds)}] [list set [my varname wake] late]]
		if {$wake eq {}} { vwait [my varname wake] }
		after cancel $timer
		if {$wake eq "late"} {
			catch {exec kill -KILL -- -$pid}
			catch {my Close}
			return late
		}
		return [my Close]
	}

	method Close {} {
		chan configure $channel -blocking 1
		try {
			close $channel
		} trap CHILDSTATUS {- options} {
			return [list exit [lindex [dict get $options -errorcode] 2]]
		} trap CHILDKILLED {- options} {
			return [list signal [lindex [dict get $options -errorcode] 2]]
		}
		return {exit 0}
	}

	method log {} { return $log }
}

# -- the implementation ---------------------------------------------------------------

oo::class create ::program::Program {
	variable commands timeout dir log

	constructor {context} {
		set commands [::program::commands [dict get $context exec]]
		set timeout [dict get $context timeout]
		set log {}
		close [file tempfile dir semper-exec]
		file delete $dir
		file mkdir $dir
	}

	destructor { file delete -force $dir }

	method start {} { return [my hello] }

	method hello {} {
		return [json obj line [json num 1] name [json str "programs with an exit code"] \
		    version [json str {}] protocols [json obj] \
		    operations [json arr [lmap op [dict keys $commands] {json str $op}]] \
		    capabilities [json obj]]
	}

	method capability {name} { return [lindex [dict get $::iut::denied $name] 1] }
	method claims {protocol {role {}} {profile {}}} { return 0 }
	method operation {op} { dict exists $commands $op }
	method window {} { return 1 }
	method starts {} { return 1 }
	method alive {} { return 1 }
	method mute {} { return 0 }
	method stderr {} { return $log }
	method finish {{how bye}} { return {} }
	method kill {} {}

	method calls {requests} {
		return [lmap request $requests {
			try {
				my call {*}$request
			} trap IUT {message options} {
				dict create kind lost detail $message \
				    cause [lindex [dict get $options -errorcode] 1]
			}
		}]
	}

	method call {op in {seconds {}}} {
		if {![dict exists $commands $op]} { return [my Unsupported $op] }
		try {
			set command [::program::fill [dict get $commands $op] $in $dir]
		} trap {PROGRAM inapplicable} {why} {
			return [dict create kind skipped why $why]
		}
		set begin [clock milliseconds]
		set run [::program::Run new $command]
		try {
			set how [$run wait [expr {$seconds eq {} ? $timeout : $seconds}]]
			set log [$run log]
		} finally {
			$run destroy
		}
		return [dict merge [my Reply {*}$how] [list ms [expr {[clock milliseconds] - $begin}]]]
	}

	method Unsupported {what} {
		return [dict create kind unsupported body [json obj what [json str $what]]]
	}

	method Reply {how {value {}}} {
		switch -- $how$value {
			exit0 { return [dict create kind ok body [json obj]] }
			exit77 { return [dict create kind skipped why "the program says that it is not for it"] }
			exit126 - exit127 { throw {IUT crash} "the command cannot be run: [string trim $log]" }
			late { throw {IUT hang} "it did not end in $timeout s" }
		}
		if {$how eq "signal"} { throw {IUT crash} "it was ended by $value" }
		set detail "the command ended with $value"
		set said [lindex [split [string trim [encoding convertfrom utf-8 $log]] \n] end]
		if {$said ne {}} { append detail " and says \"[string range $said 0 199]\"" }
		return [dict create kind reject body [json obj class [json str {}] detail [json str $detail]]]
	}
}
