# interop.tcl -- semper interop: implementations against each other
#
#   interop::main ARGV        returns the exit code
#   interop::work ARGV        a worker of it, started by pool.tcl
#   interop::plan CONTEXT     the instances: a flow, a profile, who plays whom
#
# All honest flows of conformance/*/*.cases, and the broker's cases where everything
# is accepted, run with an adapter in every role, in every assignment of the
# claimed roles to implementations.  The harness carries the messages, loses
# those the flow loses, plays the card network, and judges each answer as it
# does in conform; nothing is predicted, so what one implementation sends is
# shown right by the other accepting it.  A role that nobody claims in a profile
# is played by the oracle in this process.
#
# An instance is one of provider.tcl with `cast`, a dict ROLE -> NAME.  CONTEXT is
# that of conform, with `impls` (NAME -> command) and `twins none`.

package require Tcl 8.6-

namespace eval ::interop {
	variable oracle harness/oracle/semper-iut-tcl
	variable table {
		{impl many {} {NAME=CMD, for each implementation (default: C as a, Tcl as b)}}
		{protocol text {} {only this protocol}}
		{profile text {} {only this profile, whole or the part after /}}
		{only text {} {only cases whose id matches this glob}}
		{jobs count 2 {assignments running at a time}}
		{timeout number 20 {seconds an answer may take}}
		{json text {} {write a JSON report}}
		{quiet flag 0 {print the last line only}}
		{help flag 0 {this text}}
	}
	variable outcome        ;# place in the plan -> what its worker said
	variable failed 0
}

# -- the command line ---------------------------------------------------------------

proc ::interop::main {argv} {
	variable table
	set opt [options parse $table $argv]
	if {[dict get $opt help]} {
		puts "usage: harness/semper interop \[options\]\n[options help $table]"
		return 0
	}
	options writable [dict get $opt json]
	set context [context $opt]
	return [compare $context $opt $argv]
}

proc ::interop::context {opt} {
	options alone $opt
	set context [dict create root $::semper::root impls [implementations $opt] \
	    spec [spec load [file join $::semper::root spec]] twins none challenge {} \
	    deny {}]
	foreach key {protocol profile only timeout} { dict set context $key [dict get $opt $key] }
	return $context
}

proc ::interop::implementations {opt} {
	variable oracle
	set given [dict get $opt impl]
	if {![llength $given]} {
		if {![file executable [file join $::semper::root $::conform::reference]]} {
			options usage "the reference is not built (run make), and no --impl is given"
		}
		return [dict create a [here $::conform::reference] b [here $oracle]]
	}
	set found {}
	foreach word $given {
		if {![regexp {^([a-z][a-z0-9]*)=(.+)$} $word -> name command]} {
			options usage "--impl needs NAME=CMD, NAME of small letters and digits, not \"$word\""
		}
		if {[dict exists $found $name]} { options usage "two implementations are called $name" }
		dict set found $name $command
	}
	return $found
}

# A file of the repository as one would type it from here.
proc ::interop::here {file} {
	if {[file normalize .] eq $::semper::root} { return $file }
	return [file join $::semper::root $file]
}

proc ::interop::start {context} {
	return [dict map {name command} [dict get $context impls] {
		set iut [iut::Iut new $command -timeout [dict get $context timeout]]
		try {
			$iut hello
		} trap IUT {message} {
			set said [string trim [lindex [split [string trim [$iut stderr]] \n] end]]
			options usage "$name cannot be started: $message[expr {$said eq {}
			    ? {} : " and says \"$said\""}]"
		}
		set iut
	}]
}

# -- the plan -----------------------------------------------------------------------

proc ::interop::plan {context iuts} {
	set plan {}
	foreach run [runs $context] {
		foreach profile [::case::profiles] {
			if {![::case::chosen [dict get $run profiles] $profile]
			    || ![selected $context $run $profile]} continue
			foreach cast [casts $iuts $run $profile] {
				set instance [instance $run $profile $cast]
				if {[wanted $context $instance]} { lappend plan $instance }
			}
		}
	}
	return $plan
}

# What is run: an entry of the cases with case, title, roles and data.
proc ::interop::runs {context} {
	set found {}
	dict for {name flow} [dict get [::case::model [dict get $context root]] flows] {
		lappend found [dict merge $flow [dict create case [dict get $flow room]::run::$name \
		    title [dict get $flow about] roles [dict keys [dict get $flow ends]] \
		    data [dict create kind script flow $name expect accept ends [dict get $flow ends]]]]
	}
	return [concat $found [::broker::honest $context]]
}

proc ::interop::selected {context run profile} {
	set want [dict get $context profile]
	return [expr {[dict get $context protocol] in [list {} [dict get $run room]]
	    && $want in [list {} $profile [lindex [split $profile /] end]]}]
}

proc ::interop::wanted {context instance} {
	set only [dict get $context only]
	return [expr {$only eq {} || [provider::matches $only [dict get $instance id]]
	    || [provider::matches $only [dict get $instance case]]}]
}

# Every assignment of the roles to who claims them.  A role that nobody
# claims is not in the cast; with no claim at all there is nothing to run.
proc ::interop::casts {iuts run profile} {
	set casts {{}}
	foreach role [dict get $run roles] {
		set able [dict keys [dict filter $iuts script {name iut} {
			$iut claims [dict get $run room] $role $profile
		}]]
		if {![llength $able]} continue
		set longer {}
		foreach cast $casts {
			foreach name $able { lappend longer [dict replace $cast $role $name] }
		}
		set casts $longer
	}
	return [expr {$casts eq {{}} ? {} : $casts}]
}

proc ::interop::instance {run profile cast} {
	set case [dict get $run case]
	set short [lindex [split $profile /] end]
	return [dict create id $case@$short/[join [dict values $cast] -] case $case \
	    provider interop protocol [dict get $run room] profile $profile role {} flags {} \
	    req {} title "[dict get $run title] ([described $cast])" cast $cast \
	    file [dict get $run file] line [dict get $run line] needs [dict get $run needs] \
	    data [dict get $run data]]
}

proc ::interop::described {cast} {
	return [join [lmap {role name} $cast {string cat $role " " $name}] {, }]
}

# -- one run ------------------------------------------------------------------------

proc ::interop::work {argv} {
	variable table
	set context [context [options parse $table $argv]]
	set iuts [start $context]
	worker::ready
	while {[gets stdin line] >= 0} {
		if {$line eq "hello"} {
			worker::say [json obj hello [json obj]]
			continue
		}
		lassign [worker::given $line] places instances
		foreach i $places instance $instances {
			set begin [clock milliseconds]
			set verdict [verdict_of $context $iuts $instance]
			worker::report $i [expr {[clock milliseconds] - $begin}] $verdict [heard $iuts]
		}
		worker::say [json obj done [json bool 1]]
	}
	reckon finish
	dict for {name iut} $iuts { $iut kill }
	return 0
}

proc ::interop::heard {iuts} {
	return [join [lmap {name iut} $iuts {
		set text [string trim [$iut stderr]]
		if {$text eq {}} continue
		string cat "$name: " $text
	}] \n]
}

proc ::interop::verdict_of {context iuts instance} {
	set reason [unable $context $iuts $instance]
	if {$reason ne {}} { return [verdict inapplicable $reason] }
	try {
		set verdict [played $context [subjects $iuts $instance] $instance]
	} trap {LIVE verdict} {found} {
		set verdict $found
	} on error {message options} {
		set verdict [verdict lost $options $message]
	}
	if {[dict get $verdict verdict] eq "fail"} {
		dict append verdict detail "; [described [dict get $instance cast]]"
	}
	return $verdict
}

proc ::interop::played {context subjects instance} {
	if {[dict get $instance data kind] eq "market"} {
		return [::broker::between $context $subjects $instance]
	}
	set world [live::start_script $context $subjects $instance]
	try {
		return [live::finish_script $instance world]
	} finally {
		live::world drop $world
	}
}

# Whoever knows certificates of others from its parameters is opened after them:
# the seller passes the acquirer's on, the acquirer may hold the buyer's.
proc ::interop::subjects {iuts instance} {
	set cast [dict get $instance cast]
	set last [dict filter $cast key seller]
	set cast [dict merge [dict remove $cast seller] $last]
	return [dict map {role name} $cast {dict get $iuts $name}]
}

proc ::interop::unable {context iuts instance} {
	dict for {role name} [dict get $instance cast] {
		set iut [dict get $iuts $name]
		foreach need [needs $context $instance $role] {
			if {![provider::satisfied $iut $need]} { return "$name lacks the capability $need" }
		}
	}
	return {}
}

proc ::interop::needs {context instance role} {
	if {[dict get $instance data kind] eq "market"} {
		return [::broker::asked_of $role [dict get $instance needs]]
	}
	return [live::needs $context [dict replace $instance role $role]]
}

# -- the whole ----------------------------------------------------------------------

proc ::interop::compare {context opt argv} {
	variable outcome {}
	variable failed 0
	set iuts [start $context]
	set plan [plan $context $iuts]
	if {![llength $plan]} { options usage "no flow matches the selection and the claims" }
	set hellos [dict map {name iut} $iuts {$iut hello}]
	dict for {name iut} $iuts { $iut kill }
	set begin [clock milliseconds]
	set watching [report_text::tty stderr]
	pool::run $argv $plan [dict get $opt jobs] \
	    [list ::interop::collect $watching [llength $plan]] interop-worker
	if {$watching} { report_text::clear }
	set record [record $context $hellos [results $context $plan] \
	    [expr {([clock milliseconds] - $begin) / 1000.0}]]
	write $record [dict get $opt json]
	if {![dict get $opt quiet]} { print $record [dict get $context spec] }
	puts [report_text::closing $record]
	return [report code $record]
}

proc ::interop::collect {watching total i event} {
	variable outcome
	variable failed
	dict set outcome $i $event
	incr failed [expr {[json text [json get $event verdict] verdict] eq "fail"}]
	if {$watching} { report_text::progress [dict size $outcome] $total $failed }
}

proc ::interop::results {context plan} {
	variable outcome
	set at -1
	return [lmap instance $plan {
		set result [dict remove $instance data needs]
		if {[dict exists $outcome [incr at]]} {
			set event [dict get $outcome $at]
			set result [dict merge $result [json plain [json get $event verdict]] \
			    [dict create ms [json text $event ms]]]
			if {[json has $event stderr]} { dict set result stderr [json text $event stderr] }
		} else {
			set result [dict merge $result [verdict error "a worker of the harness died"]]
		}
		dict set result unexpected [expr {[dict get $result verdict] ni
		    {pass pass-weak flaw-shown not-applicable}}]
		dict set result repro [repro $context $instance]
	}]
}

proc ::interop::repro {context instance} {
	set command harness/semper\ interop
	dict for {name cmd} [dict get $context impls] { append command " --impl '$name=$cmd'" }
	return "$command --only '[dict get $instance id]'"
}

proc ::interop::record {context hellos results seconds} {
	set names [lmap {name hello} $hellos {
		string cat "$name " [json text $hello name] " " [json text $hello version]
	}]
	set iut [dict create name [join $names {, }] version {} \
	    language [join [lmap {name hello} $hellos {json text $hello language}] {, }] \
	    command [join [lmap {name cmd} [dict get $context impls] {string cat $name = $cmd}] {, }]]
	set record [dict create suite $::iut::suite iut $iut \
	    started [clock format [clock seconds] -gmt 1 -format %Y-%m-%dT%H:%M:%SZ] \
	    seconds [format %.1f $seconds] options [report::chosen $context] results $results \
	    stale {} requirements {} limits [limits $context $hellos]]
	return [report recount $record]
}

proc ::interop::write {record file} {
	if {$file eq {}} return
	set ch [open $file w]
	chan configure $ch -encoding utf-8 -translation lf
	puts -nonewline $ch [report_json::text $record]
	close $ch
}

# -- what is left out -----------------------------------------------------------------

proc ::interop::limits {context hellos} {
	set found {}
	set claims [dict map {name hello} $hellos {json text $hello protocols}]
	set protocols [lsort -unique [concat {*}[lmap {name claim} $claims {dict keys $claim}]]]
	foreach protocol $protocols {
		foreach what {roles profiles} {
			lappend found {*}[missing $claims $protocol $what]
		}
	}
	lappend found {*}[unclaimed $context $claims] {*}[unplayable $context $claims]
	set chosen [report::chosen $context]
	if {[dict size $chosen]} {
		lappend found "Only a selection was run: [join [lmap {k v} $chosen {
			string cat $k " " $v
		}] {, }]."
	}
	lappend found "Refusals were not tested: conform does that."
	return $found
}

proc ::interop::claimed {claim protocol what} {
	return [expr {[dict exists $claim $protocol] ? [dict get $claim $protocol $what] : {}}]
}

# What one implementation claims and another does not.
proc ::interop::missing {claims protocol what} {
	set all [lsort -unique [concat {*}[lmap {name claim} $claims {claimed $claim $protocol $what}]]]
	return [lmap {name claim} $claims {
		set lacks [lmap word $all {
			if {$word in [claimed $claim $protocol $what]} continue
			set word
		}]
		if {![llength $lacks]} continue
		string cat "$name does not claim the $protocol $what [join $lacks {, }]: left out there."
	}]
}

# Roles of the flows that nobody claims.
proc ::interop::unclaimed {context claims} {
	set needed {}
	foreach run [runs $context] {
		foreach role [dict get $run roles] { dict set needed [dict get $run room] $role 1 }
	}
	set found {}
	dict for {protocol roles} $needed {
		set able [concat {*}[lmap {name claim} $claims {claimed $claim $protocol roles}]]
		set lost [lmap role [dict keys $roles] {
			if {$role in $able || ![llength $able]} continue
			set role
		}]
		if {[llength $lost]} {
			lappend found "Nobody claims the $protocol roles [join $lost {, }]: played by the oracle."
		}
	}
	return $found
}

# Claimed profiles that no flow is written for.
proc ::interop::unplayable {context claims} {
	set all [lsort -unique [concat {*}[lmap {name claim} $claims {
		concat {*}[lmap {protocol body} $claim {dict get $body profiles}]
	}]]]
	set lost [lmap profile $all {
		if {[has_flow $context $profile]} continue
		set profile
	}]
	if {![llength $lost]} { return {} }
	return [list "There are no flows of the claimed profiles [join $lost {, }]."]
}

proc ::interop::has_flow {context profile} {
	if {$profile ni [::case::profiles]} { return 0 }
	dict for {name flow} [dict get [::case::model [dict get $context root]] flows] {
		if {[::case::chosen [dict get $flow profiles] $profile]} { return 1 }
	}
	return 0
}

# -- the terminal ---------------------------------------------------------------------

proc ::interop::print {record model} {
	set colour [expr {![info exists ::env(NO_COLOR)] && [report_text::tty stdout]}]
	set failures [report failures $record]
	foreach result [lrange $failures 0 $::report_text::shown_failures-1] {
		report_text::failure $result $model stdout $colour
	}
	set more [expr {[llength $failures] - $::report_text::shown_failures}]
	if {$more > 0} { puts "... and $more more; --json lists all\n" }
	tables [dict get $record results] $colour
	puts "\nThis run did not establish:"
	foreach limit [dict get $record limits] { puts [report_text::wrap "- $limit" 2] }
	puts {}
}

# One table for each list of roles: a row a profile, a column an assignment.
proc ::interop::tables {results colour} {
	set groups [dict create]
	foreach result $results {
		set cast [dict get $result cast]
		dict set groups [dict get $result protocol] [dict keys $cast] \
		    [dict get $result profile] [join [dict values $cast] -] [dict get $result id] $result
	}
	dict for {protocol tables} $groups {
		dict for {roles rows} $tables {
			columns "$protocol [join $roles -]" $rows $colour
		}
	}
}

proc ::interop::columns {title rows colour} {
	set heads [lsort -unique [concat {*}[lmap {profile cells} $rows {dict keys $cells}]]]
	set width [expr {2 + [tcl::mathfunc::max 7 {*}[lmap head $heads {string length $head}]]}]
	set line [format %-28s $title]
	foreach head $heads { append line [format %${width}s $head] }
	puts $line
	dict for {profile cells} $rows {
		set line [format %-28s "  $profile"]
		foreach head $heads {
			append line [cell [provider::value $cells $head] $width $colour]
		}
		puts $line
	}
}

# How many passed, or passed of all that ran.
proc ::interop::cell {results width colour} {
	set counts [report count [dict values $results]]
	set all 0
	set good 0
	dict for {word n} $counts {
		if {$word eq "not-applicable"} continue
		incr all $n
		if {$word in {pass pass-weak flaw-shown}} { incr good $n }
	}
	if {!$all} { return [format %${width}s .] }
	set text [format %${width}s [expr {$good == $all ? $all : "$good/$all"}]]
	return [report_text::paint $colour [expr {$good == $all ? "pass" : "fail"}] $text]
}
