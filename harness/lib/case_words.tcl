# case_words.tcl -- are the words of the case sources words? (case.tcl reads them)
#
#   case::words::check MODEL ROOT   throws {SEMPER DATA} with file, line and field of
#                                   the first that is not
#
# Checked: parties, profile columns, message types, codes, states, labels; every step
# against the procedure that performs it (live_script.tcl, of a market live_broker.tcl)
# and every mutation against its own (live_mutate.tcl): that there is one, and how many
# arguments it takes.  What an argument must be follows from the parameter's name.  The
# paths of a mutation must be of the message, where that is known.
#
# A line is that of the step or mutation, as far as its text is found in the source.

package require Tcl 8.6-

namespace eval ::case::words {
	namespace path ::case
	variable root {}        ;# the folder of the sources
	variable parties {buyer seller acquirer}
	variable editions {ec95 jsac hard}
	variable more {base micro}
	variable expected {accept taken reject flaw starved}
	variable timers {resend inquire expire retry net-retry clear-retry pay-again release other}
	variable defects {
		nonminimal-length indefinite-length nonminimal-integer trailing after wrong-tag
		content raw drop explicit-default unsorted
	}
	# parameter of a step or mutation -> what is checked of its argument
	variable kinds {
		::live::script {
			role party from party to party type type one type two type answer type other type
			filter filter codes codes expect expect mutations mutations reseal reseal
			state state label label text steps how how fields fields
		}
		::broker { codes codes }
		::live::mutate { path path kind defect text value from path to path }
	}
	variable holders {envelope slip common body}
	variable leaves {}      ;# type -> paths of its components in all modules
	variable known {}       ;# types, states and labels of the specification
}

proc ::case::words::check {model folder} {
	variable root $folder
	foreach shelf {flows cases markets leaves reach} {
		dict for {name entry} [dict get $model $shelf] {
			guarded $entry { entry $entry }
		}
	}
}

proc ::case::words::entry {entry} {
	dict set entry type [entry_type $entry]
	foreach {field check} {
		role parties profiles filter on message mutate mutations reseal reseal expect expects
		steps steps after steps ends ends rows rows constraints constraints
	} {
		if {[dict exists $entry $field]} { check_$check $entry $field [dict get $entry $field] }
	}
}

# The type of the message that an entry changes, or {}.
proc ::case::words::entry_type {entry} {
	switch -- [dict get $entry kind] {
		case { return [lindex [dict get $entry on] 0] }
		leaves { return [type_of $entry] }
	}
	return {}
}

proc ::case::words::wrong {entry field text message} {
	bad [dict get $entry file] [line $entry $text] $field $message
}

# Where TEXT stands in the source of the entry: the first line that holds its first one.
proc ::case::words::line {entry text} {
	set first [dict get $entry line]
	set wanted [string trim [lindex [split [string trim $text] \n] 0]]
	variable root
	set file [file join $root [dict get $entry file]]
	if {$wanted eq {} || ![file readable $file]} { return $first }
	foreach line [lrange [semper::lines $file] $first-1 end] {
		if {[string first $wanted $line] >= 0} { return $first }
		incr first
	}
	return [dict get $entry line]
}

# -- parties, profiles, types, codes ---------------------------------------------------

proc ::case::words::check_party {entry field party {text {}}} {
	variable parties
	if {$party ni [concat $parties network SUBJECT]} {
		wrong $entry $field [expr {$text eq {} ? $party : $text}] "no party \"$party\""
	}
}

proc ::case::words::check_parties {entry field roles} {
	foreach role $roles { check_party $entry $field $role }
}

proc ::case::words::check_filter {entry field filter {text {}}} {
	variable editions
	variable more
	if {$filter in {{} all}} return
	foreach word [split [string map {; ,  { } ,} $filter] ,] {
		if {$word ni [concat {{}} $editions $::case::variants $more]} {
			wrong $entry $field [expr {$text eq {} ? $filter : $text}] "no profile is \"$word\""
		}
	}
}

# Words of the specification: a dict with each as a key.
proc ::case::words::known {shelf} {
	variable known
	if {![dict exists $known $shelf]} {
		foreach word [$shelf] { dict set known $shelf $word 1 }
	}
	return [dict get $known $shelf]
}

proc ::case::words::types {} {
	return [concat [dict keys $::oracle::ikp::message::directions] \
	    {NetRequest NetReply NetReversal NetCapture NetRefund NetBatch NetDeposit}]
}

proc ::case::words::states {} {
	set found none
	dict for {role rows} [dict get [::live::tables] states] {
		foreach row $rows { lappend found [lindex $row 0] [lindex $row 3] }
	}
	return $found
}

proc ::case::words::labels {} {
	return [lmap row [dict get [::live::tables] draws] {lindex $row 0}]
}

proc ::case::words::check_type {entry field type text} {
	if {![dict exists [known types] $type]} { wrong $entry $field $text "no message type \"$type\"" }
}

proc ::case::words::check_message {entry field on} { check_type $entry $field [lindex $on 0] $on }

proc ::case::words::check_codes {entry field codes text} {
	foreach code $codes {
		if {$code ne "changes-state" && ![dict exists [::live::tables] errors $code]} {
			wrong $entry $field $text "no code \"$code\""
		}
	}
	if {![llength $codes]} { wrong $entry $field $text "a refusal without a code" }
}

proc ::case::words::check_expect {entry field expect text} {
	variable expected
	set codes [lassign $expect word]
	if {$word ni $expected} { wrong $entry $field $text "nothing is expected by \"$word\"" }
	if {$word eq "reject"} { check_codes $entry $field $codes $text }
}

# One expectation, or FILTER EXPECTATION ..; an empty one leaves these profiles out.
proc ::case::words::check_expects {entry field expect} {
	variable expected
	if {[lindex $expect 0] in $expected} {
		if {[dict get $entry kind] ne "market"} { check_expect $entry $field $expect $expect }
		return
	}
	dict for {filter one} $expect {
		check_filter $entry $field $filter
		if {$one ne {}} { check_expect $entry $field $one $filter }
	}
}

proc ::case::words::check_state {entry field state text} {
	if {![dict exists [known states] $state]} { wrong $entry $field $text "no state \"$state\"" }
}

proc ::case::words::check_ends {entry field ends} {
	dict for {role state} $ends {
		check_party $entry $field $role
		if {[llength $state] == 1} {
			check_state $entry $field $state $state
			continue
		}
		dict for {filter one} $state {
			check_filter $entry $field $filter
			check_state $entry $field $one $one
		}
	}
}

proc ::case::words::check_label {entry field label text} {
	if {![dict exists [known labels] $label]} {
		wrong $entry $field $text "nothing is drawn as \"$label\""
	}
}

proc ::case::words::check_how {entry field how text} {
	if {$how ni {answer nothing accept}} { wrong $entry $field $text "not \"$how\"" }
}

proc ::case::words::check_reseal {entry field reseal {text {}}} {
	foreach word $reseal {
		if {$word ni $::live::seal::order} {
			wrong $entry $field [expr {$text eq {} ? $reseal : $text}] "\"$word\" cannot be made anew"
		}
	}
}

# -- steps -------------------------------------------------------------------------------

proc ::case::words::check_steps {entry field text {step {}}} {
	foreach step [::live::script::lines $text] { step $entry $field $step }
}

proc ::case::words::step {entry field step {text {}}} {
	if {$text eq {}} { set text $step }
	set space [expr {[dict get $entry kind] eq "market" ? "::broker" : "::live::script"}]
	set arguments [lassign $step word]
	if {$space eq "::live::script" && $word in {run until}} {
		until $entry $field $step
		return
	}
	set given [fitted $entry $field $text ${space}::step_$word step $step]
	dict set entry type [expr {[dict exists $given type] ? [dict get $given type] : {}}]
	arguments $entry $field $text $space $given
	special $entry $field $text $word $given
}

proc ::case::words::until {entry field step} {
	lassign $step word type role
	if {[llength $step] != [dict get {run 1 until 3} $word]} {
		wrong $entry $field $step "$word takes other arguments"
	}
	if {$word eq "run"} return
	check_type $entry $field $type $step
	check_party $entry $field $role $step
}

# PARAMETER VALUE .. of the words of a step or mutation, without the variable that comes first.
proc ::case::words::fitted {entry field text command what words} {
	set arguments [lassign $words word]
	if {[info commands $command] eq {}} { wrong $entry $field $text "no $what \"$word\"" }
	set parameters [lrange [info args $command] 1 end]
	set given {}
	foreach parameter $parameters {
		if {$parameter eq "args"} { return [dict set given args $arguments] }
		if {![llength $arguments]} {
			if {[info default $command $parameter -]} break
			wrong $entry $field $text "$word lacks its $parameter"
		}
		set arguments [lassign $arguments value]
		dict set given $parameter $value
	}
	if {[llength $arguments]} { wrong $entry $field $text "$word takes no \"[lindex $arguments 0]\"" }
	return $given
}

proc ::case::words::arguments {entry field text space given} {
	variable kinds
	dict for {parameter value} $given {
		if {![dict exists $kinds $space $parameter]} continue
		check_[dict get $kinds $space $parameter] $entry $field $value $text
	}
}

# What the names of the parameters do not say.
proc ::case::words::special {entry field text word given} {
	variable timers
	switch -- $word {
		reject - starve { step $entry $field [dict get $given args] $text }
		timer {
			if {[dict get $given kind] ni $timers} {
				wrong $entry $field $text "no timer \"[dict get $given kind]\""
			}
		}
		net {
			if {[lindex [dict get $given args] 0] ni {yes no hold part}} {
				wrong $entry $field $text "the network does not answer \"[dict get $given args]\""
			}
		}
	}
}

# Columns of a leaves or reach table; the steps of the latter are joined by `;`.
proc ::case::words::check_rows {entry field text} {
	foreach row [rows $entry] {
		if {[dict get $entry kind] eq "reach"} {
			lassign $row state filter steps
			check_state $entry $field $state $state
			check_filter $entry $field $filter
			foreach step [split $steps \;] { step $entry $field [string trim $step] }
		} else {
			row $entry $field $row
		}
	}
}

proc ::case::words::row {entry field row} {
	lassign $row path filter reseal expected req mutate
	set text "[lindex $row 0] | [lindex $row 1]"
	check_filter $entry $field $filter $text
	check_reseal $entry $field $reseal $text
	check_path $entry $field [lindex $path 0] $text
	if {[lindex $expected 0] eq "gap"} return
	if {[lindex $expected 0] ni {accept taken}} { check_codes $entry $field $expected $text }
	foreach mutation [split $mutate \;] { mutation $entry $field [string trim $mutation] $text }
}

# -- mutations ---------------------------------------------------------------------------

proc ::case::words::check_mutations {entry field text {whole {}}} {
	foreach mutation [::live::script::lines $text] { mutation $entry $field $mutation $mutation }
}

proc ::case::words::mutation {entry field mutation text} {
	if {[lindex $mutation 0] eq "around"} {
		dict set entry type {}
		set mutation [lrange $mutation 1 end]
	}
	set given [fitted $entry $field $text ::live::mutate::word_[lindex $mutation 0] mutation $mutation]
	if {[lindex $mutation 0] in {other-cert octets}} { set given [dict filter $given key path] }
	arguments $entry $field $text ::live::mutate $given
}

proc ::case::words::check_defect {entry field kind text} {
	variable defects
	if {$kind ni $defects} { wrong $entry $field $text "no defect \"$kind\"" }
}

proc ::case::words::check_value {entry field value text} {
	if {[regexp {^@([a-z]+):} $value -> what] && $what ni $::live::mutate::forms} {
		wrong $entry $field $text "no value \"$value\""
	}
}

proc ::case::words::check_fields {entry field fields text} {
	dict for {path value} $fields { check_value $entry $field $value $text }
}

# PATH of the message, or of what it is in or holds.
proc ::case::words::check_path {entry field path text} {
	variable holders
	set type [dict get $entry type]
	if {$type in {{} SealedReq SealedRes} || [lindex [split $path .] 0] in $holders} return
	set wanted [regsub -all {\.[0-9]+(?=\.|$)} $path {.*}]
	foreach known [components $type] {
		if {$known eq $wanted || [string match [string map {* \\*} $wanted].* $known]} return
	}
	wrong $entry $field $text "a $type has no $path"
}

proc ::case::words::check_constraints {entry field path} { check_path $entry $field $path $path }

proc ::case::words::components {type} {
	variable leaves
	if {![dict exists $leaves $type]} {
		set paths {}
		foreach module {IKP IKP-Historic} {
			catch { lappend paths {*}[lmap leaf [::oracle::der leaves $module $type] {dict get $leaf path}] }
		}
		dict set leaves $type [lsort -unique $paths]
	}
	return [dict get $leaves $type]
}
