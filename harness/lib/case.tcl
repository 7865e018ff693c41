# case.tcl -- the sources of the flow cases: conformance/<protocol>/*.cases
#
#   case::model ROOT          every source below ROOT/conformance, read once
#   case::instances CONTEXT   the instances (provider.tcl) of all sources
#   case::fits FILTER PROFILE 1 if a profile column names PROFILE
#   case::chosen FILTER PROFILE   the same for the column of a whole case: a micro
#                             profile has only cases that say `micro`
#   case::pick TABLE PROFILE  the value of the first row whose filter fits
#   case::names               all case ids
#   case::coverage            what the cases visit (case_coverage.tcl)
#   case::words::check MODEL ROOT   their words are words (case_words.tcl); the reader does it
#
# A source is a list of commands in a safe interpreter that knows these seven
# words and nothing else; each has one argument of KEY VALUE pairs, or as said.
#
#   flag NAME {bugType severity effect description}
#
#   flow NAME {profiles about req steps ends}
#       an honest run: a script (below) that every party accepts.  `ends` says
#       in which state each role is afterwards, or {FILTER STATE ..}.  It is also a case of its own,
#       ikp::run::NAME, for every role; of `req` each role gets its share.  Between
#       implementations (interop.tcl) it is run in every assignment of the roles
#       that `ends` names.
#
#   case ID {title req flags role profiles flow on mutate reseal expect
#            severity after open changes needs}
#       one deviation: FLOW runs until the message ON (TYPE, or {TYPE N} for
#       the N-th one) is about to reach ROLE; a copy of it is changed by
#       `mutate`, what depends on the change is made anew as `reseal` says, on
#       behalf of the corrupt party that could, and delivered.  Then the
#       genuine message follows and the flow runs to its end.  FLOW is the
#       accepted parent.
#
#   script ID {title req flags role profiles needs steps ends severity open}
#       a flow with expectations of its own, for what one deviation cannot say
#
#   market ID {title req flags profiles expect steps}
#       a case of the broker, with steps of its own (live_broker.tcl); what is to be
#       accepted is also run between implementations
#
#   leaves TYPE {role flow on rows profiles flags constraints}
#       a table from which cases are generated (case_leaves.tcl)
#
#   reach ROLE ROWS
#       how the states of a role are reached (case_cells.tcl)
#
# `role` may list several: one instance for each.  `profiles` is a column as in
# the specification: `all`, or words joined by blanks that must all match, each
# a list of editions or of variants, or base or micro; several such columns are joined by
# ;.  A case is one of micro profiles only if its column says `micro`.  `expect` is
#   reject CODE ..     refused with one of these codes
#   accept             taken, and the flow ends as its parent does
#   taken              taken; what follows is another run
#   flaw               a known weakness: taken -> flaw-shown, refused -> pass
# or a list of pairs FILTER {..}; profiles without a row have no instance.  `open`
# says what a party is given otherwise (live_setup.tcl); `changes 1` that the
# refusal is of the kind that changes the state; `after` are steps that follow a
# refusal.  In mutations and steps EDITION, VARIANT, LOWER (the variant below), OTHER
# (another edition), OTHERHASH and SUBJECT (the role under test) stand for what they say.
#
# The words of mutate and reseal are in live_mutate.tcl, those of steps in
# live_script.tcl.

package require Tcl 8.6-

namespace eval ::case {
	namespace export model instances fits chosen pick names coverage
	namespace ensemble create
	variable folder [file dirname [file normalize [info script]]]
	variable read {}        ;# root -> model
	variable empty {flags {} flows {} cases {} markets {} leaves {} reach {}}
	variable editions {ec95 jsac hard}
	variable variants {1kp 2kp 3kp}
	variable keys {
		flag {bugType severity effect description}
		flow {profiles about req steps ends}
		case {title req flags role profiles flow on mutate reseal expect severity after needs
		    open changes}
		script {title req flags role profiles needs steps ends severity open}
		market {title req flags profiles expect steps}
		leaves {role flow on rows profiles flags constraints}
		reach {rows}
	}
	variable needed {
		flag {bugType severity effect} flow {steps ends}
		case {title req role flow on mutate expect} script {title req role steps}
		market {title req profiles expect steps} leaves {role flow rows} reach {}
	}
}

foreach part {leaves cells coverage words} {
	source -encoding utf-8 [file join $::case::folder case_$part.tcl]
}

# -- profiles -----------------------------------------------------------------

proc ::case::profiles {} {
	variable editions
	variable variants
	set all {}
	foreach suffix {{} -micro} {
		foreach edition $editions {
			foreach variant $variants { lappend all ikp/$variant-$edition$suffix }
		}
	}
	return $all
}

# {variant edition} of ikp/3kp-hard
proc ::case::split_profile {profile} {
	return [split [lindex [split $profile /] end] -]
}

# The variant below, of 1KP itself.
proc ::case::lower {variant} {
	return [dict get {1kp 1kp 2kp 1kp 3kp 2kp} $variant]
}

proc ::case::fits {filter profile} {
	if {$filter in {{} all}} { return 1 }
	set have [split_profile $profile]
	if {"micro" ni $have} { lappend have base }
	foreach alternative [split $filter \;] {
		if {[fits_words $alternative $have]} { return 1 }
	}
	return 0
}

proc ::case::chosen {filter profile} {
	return [expr {("micro" ni [split_profile $profile] || [string match *micro* $filter])
	    && [fits $filter $profile]}]
}

proc ::case::fits_words {words have} {
	foreach word $words {
		set hit 0
		foreach name [split $word ,] { incr hit [expr {$name in $have}] }
		if {!$hit} { return 0 }
	}
	return 1
}

proc ::case::pick {table profile} {
	foreach {filter value} $table {
		if {[fits $filter $profile]} { return $value }
	}
	return {}
}

# -- reading --------------------------------------------------------------------

proc ::case::model {root} {
	variable read
	variable empty
	if {![dict exists $read $root]} {
		set model $empty
		foreach file [lsort [glob -nocomplain -directory $root/conformance */*.cases]] {
			source_file model $root $file
		}
		check $model $root
		dict set read $root $model
	}
	return [dict get $read $root]
}

# Whole commands, one at a time, so that each knows its line.
proc ::case::source_file {modelVar root file} {
	upvar 1 $modelVar model
	set text [semper::content $file]
	set room [file tail [file dirname $file]]
	set name [string range $file [string length $root]+1 end]
	set command {}
	set number 0
	foreach line [split $text \n] {
		incr number
		if {$command eq {}} { set first $number }
		append command $line \n
		if {![info complete $command]} continue
		set words [parse_command $command $name $first]
		if {[llength $words] ni {0 3}} {
			bad $name $first command "needs a name and a body, both braced"
		}
		if {[llength $words]} { define model $room $name $first {*}$words }
		set command {}
	}
	if {[string trim $command] ne {}} { bad $name $first command "does not end" }
}

# A command of a source in a safe interpreter whose only words are ours.
proc ::case::parse_command {command file line} {
	variable kept {}
	try {
		interp eval [reader] $command
		return $kept
	} on error {message} {
		bad $file $line command $message
	}
}

# One is enough: nothing in it can be changed.
proc ::case::reader {} {
	variable keys
	variable reader
	if {[info exists reader]} { return $reader }
	set reader [interp create -safe]
	foreach hidden [interp eval $reader {info commands}] { interp hide $reader $hidden }
	foreach word [dict keys $keys] {
		interp alias $reader $word {} [namespace current]::keep $word
	}
	return $reader
}

proc ::case::keep {args} {
	variable kept $args
	return
}

proc ::case::bad {file line field message} {
	throw {SEMPER DATA} [regsub -all {\s+} "$file:$line: $field: $message" { }]
}

# Run SCRIPT, which makes something of ENTRY: whatever it stumbles over is a
# mistake of the entry.
proc ::case::guarded {entry script} {
	try {
		return [uplevel 1 $script]
	} trap {SEMPER DATA} {message options} {
		return -options $options $message
	} on error {message} {
		bad [dict get $entry file] [dict get $entry line] [dict get $entry name] $message
	}
}

proc ::case::define {modelVar room file line word name body} {
	upvar 1 $modelVar model
	variable keys
	variable needed
	set where [dict create name $name room $room file $file line $line]
	if {$word eq "reach"} { set body [list rows $body] }
	if {![string is list $body] || [llength $body] % 2} {
		bad $file $line $name "is not KEY VALUE pairs"
	}
	foreach {key value} $body {
		if {$key ni [dict get $keys $word]} { bad $file $line $name "no such key: $key" }
	}
	foreach key [dict get $needed $word] {
		if {![dict exists $body $key]} { bad $file $line $name "$key is missing" }
	}
	set entry [dict merge {profiles all flags {} needs {}} $body $where [list kind $word]]
	set shelf [dict get {flag flags flow flows case cases script cases market markets
	    leaves leaves reach reach} $word]
	if {[dict exists $model $shelf $name]} { bad $file $line $name "defined twice" }
	dict set model $shelf $name $entry
}

# What a case refers to must be there.
proc ::case::check {model root} {
	set used [dict create Encoding 1 Presence 1 OutOfState 1]
	dict for {name table} [dict get $model leaves] {
		guarded $table { foreach flag [dict get $table flags] { dict set used $flag 1 } }
		dict with table {
			if {![dict exists $model flows $flow]} { bad $file $line $name "no flow $flow" }
		}
	}
	dict for {name case} [dict merge [dict get $model cases] [dict get $model markets]] {
		dict with case {
			if {![string is list $flags]} { bad $file $line $name "flags are no list" }
			foreach flag $flags {
				if {![dict exists $model flags $flag]} { bad $file $line $name "no flag $flag" }
				dict set used $flag 1
			}
			if {$kind eq "case" && ![dict exists $model flows $flow]} {
				bad $file $line $name "no flow $flow"
			}
		}
	}
	dict for {name entry} [dict merge [dict get $model cases] [dict get $model markets]] {
		if {![regexp {^[a-z0-9]+(::[a-z0-9]+(-[a-z0-9]+)*){2}$} $name]} {
			bad [dict get $entry file] [dict get $entry line] $name \
			    "not of the form protocol::area::slug"
		}
	}
	dict for {name flag} [dict get $model flags] {
		if {![dict exists $used $name]} {
			bad [dict get $flag file] [dict get $flag line] $name "a flag nobody uses"
		}
	}
	words::check $model $root
	dict for {name table} [dict get $model leaves] {
		foreach row [dead_rows $model $table] {
			words::wrong $table rows "[lindex $row 0] | [lindex $row 1] | [lindex $row 2]" \
			    "a row that counts in no profile"
		}
	}
}

# -- instances ------------------------------------------------------------------

proc ::case::names {root} {
	return [concat [dict keys [dict get [model $root] cases]] \
	    [dict keys [dict get [model $root] markets]]]
}

# Ordered by profile, role, flow and place, so that neighbours share a prefix.
proc ::case::instances {context} {
	set model [model [dict get $context root]]
	set keyed {}
	set at 0
	foreach entry [every $model] {
		set data [dict get $entry data]
		set order [list [dict get $entry profile] [dict get $entry role] \
		    [dict get $data flow] [dict get $data on] [format %06d [incr at]]]
		lappend keyed [list $order $entry]
	}
	return [lmap pair [lsort -dictionary -index 0 $keyed] {lindex $pair 1}]
}

proc ::case::every {model} {
	set found {}
	dict for {name flow} [dict get $model flows] {
		guarded $flow { foreach case [from_flow $flow] { lappend found {*}[expand $case] } }
	}
	dict for {name case} [dict get $model cases] {
		guarded $case { lappend found {*}[expand $case] }
	}
	foreach case [concat [from_leaves $model] [from_cells $model]] {
		lappend found {*}[expand $case]
	}
	return $found
}

# The honest run itself, for each role with the requirements that bind it.
proc ::case::from_flow {flow} {
	set name [dict get $flow name]
	set req [expr {[dict exists $flow req] ? [dict get $flow req] : {}}]
	return [lmap role {buyer seller acquirer} {
		dict merge $flow [dict create name [dict get $flow room]::run::$name kind script \
		    title [dict get $flow about] role $role flow $name expect accept \
		    req [lmap id $req { if {![binds $id $role]} continue ; set id }]]
	}]
}

# 1 if the requirement is one of the role, or of any.
proc ::case::binds {id role} {
	set letter [lindex [split $id -] 1]
	if {$letter ne "U"} { return [expr {$letter in [list G C [dict get {buyer B seller S acquirer A} $role]]}] }
	set roles [split [lindex [split [dict get [::live::tables] requirements $id head] ,] 1]]
	return [expr {$role in $roles || "any" in $roles}]
}

# One instance per profile and role.
proc ::case::expand {case} {
	set found {}
	foreach profile [profiles] {
		if {![chosen [dict get $case profiles] $profile]} continue
		set expect [expectation $case $profile]
		if {$expect eq {}} continue
		foreach role [dict get $case role] {
			lappend found [instance $case $profile $role $expect]
		}
	}
	return $found
}

proc ::case::expectation {case profile} {
	if {[dict get $case kind] eq "script"} {
		return [expr {[regexp {\mreject\M} [dict get $case steps]] ? "reject" : "accept"}]
	}
	set expect [dict get $case expect]
	if {[lindex $expect 0] in {accept taken reject flaw}} { return $expect }
	return [pick $expect $profile]
}

proc ::case::instance {case profile role expect} {
	set name [dict get $case name]
	set data [dict create kind [dict get $case kind] expect $expect flow {} on {}]
	foreach key {flow on mutate reseal steps ends after name cell leaf open changes} {
		if {[dict exists $case $key]} { dict set data $key [dict get $case $key] }
	}
	set short [lindex [split $profile /] end]
	return [dict create id $name@$short/$role case $name protocol [dict get $case room] \
	    title [dict get $case title] req [dict get $case req] role $role \
	    profile $profile needs [dict get $case needs] flags [dict get $case flags] \
	    file [dict get $case file] line [dict get $case line] data $data]
}
