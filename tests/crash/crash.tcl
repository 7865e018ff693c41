#!/usr/bin/env tclsh8.6
# crash.tcl -- kill the parties in the middle of what they do, and count
#
#   tclsh8.6 tests/crash/crash.tcl ?-kills N? ?-ills N? ?-build DIR? ?-iut COMMAND?
#       ?-only PROFILE/KIND? ?-seed N? ?-bad 1? ?-forget 1?
#
# Whole payments, captures, refunds, batches, chains and purchases through the broker
# (flows.tcl) run between processes of the adapter, all but the buyer with their
# ledger in SQLite (stage.tcl).  shim.c kills one of them at one of its writes to
# the disk.  It is started again, the event is told to it again, and the flow is
# driven to its end; then all that was said, signed and booked must agree
# (books.tcl), or it is a contradiction.
#
# The commit points of a flow are counted in an undisturbed run: at each commit of each
# party it is killed while it is not complete (in turn before anything is written, and
# with half of its last write), and after its sync, when all is durable and nothing has
# been said.  N kills are those of `plan`, each once (evenly fewer, if N is less), and
# more at any write of any profile.
#
# Then the same with a disk that is full, broken or read-only for a while, and with a
# database that somebody else has locked: one clear sentence, no message, and the
# same event succeeds later.
#
# With -bad 1 there must be contradictions, and the exit is 0 if there were: for
# ledgers that are wrong on purpose (careless.c, -forget 1: an empty one after each
# start) and faults.

package require Tcl 8.6-
apply {{here} {
	source -encoding utf-8 [file join $here .. .. harness lib load.tcl]
	foreach part {stage flows books} { source -encoding utf-8 [file join $here $part.tcl] }
}} [file dirname [file normalize [info script]]]

namespace eval ::crash {
	variable options {-kills 50 -ills 40 -build build -iut {} -forget 0 -only * -seed 1 -bad 0}
	variable random 1
	variable table {}        ;# KIND -> {points kills bad unheard}
	variable traced {}       ;# profile/kind/role -> {FIRST LETTERS}
	variable plan {
		pay {3kp-hard 2kp-jsac 1kp-ec95}
		capture {1kp-hard}
		decline {2kp-hard}
		cancel {3kp-hard}
		clear {3kp-hard 1kp-hard}
		partial {2kp-hard}
		batch {2kp-hard}
		split {3kp-hard}
		chain {3kp-hard-micro 2kp-jsac-micro 1kp-ec95-micro}
		offline {3kp-hard-micro}
		broker {3kp-hard-micro}
	}
	variable others {
		pay {2kp-hard 1kp-hard 3kp-jsac 1kp-jsac 3kp-ec95 2kp-ec95}
		capture {3kp-hard 2kp-hard 3kp-jsac 2kp-jsac 1kp-jsac 3kp-ec95 2kp-ec95 1kp-ec95}
		decline {3kp-hard 1kp-hard 3kp-jsac 2kp-jsac 1kp-jsac 3kp-ec95 2kp-ec95 1kp-ec95}
		cancel {2kp-hard}
		clear {2kp-hard}
		partial {3kp-hard 1kp-hard}
		batch {3kp-hard 1kp-hard}
		split {2kp-hard}
		chain {2kp-hard-micro 1kp-hard-micro 3kp-jsac-micro 1kp-jsac-micro 3kp-ec95-micro 2kp-ec95-micro}
		offline {3kp-jsac-micro 3kp-ec95-micro}
		broker {2kp-hard-micro 1kp-hard-micro}
	}
}

proc ::crash::option {name} {
	variable options
	return [dict get $options -$name]
}

# A number below LIMIT; the same sequence in every run of one seed.
proc ::crash::below {limit} {
	variable random
	set random [expr {($random * 1103515245 + 12345) & 0x7fffffff}]
	return [expr {($random >> 8) % $limit}]
}

proc ::crash::pick {list} { return [lindex $list [below [llength $list]]] }

# {PROFILE KIND} .. of tables like `plan`
proc ::crash::pairs {args} {
	set found {}
	foreach table $args {
		dict for {kind profiles} $table {
			foreach profile $profiles {
				if {[string match [option only] $profile/$kind]} { lappend found [list $profile $kind] }
			}
		}
	}
	return $found
}

proc ::crash::killed_roles {kind} {
	return [expr {$kind eq "broker" ? {broker seller acquirer} : {seller acquirer}}]
}

# -- a run -------------------------------------------------------------------------------

proc ::crash::play {profile kind words {ill {}} {lock 0}} {
	::books::open
	::stage::begin $profile $kind $words $ill
	dict set ::stage::run lock $lock
	try {
		::flows::play $profile $kind
	} trap {TCL LOOKUP DICT} {message options} {
		# a party did not say what the rest depends on
		if {![llength [dict get $::stage::run found]]} {
			::stage::contradict end "$message, [lindex [dict get $options -errorstack] 1]"
		}
	}
	::stage::finish
	return [dict get $::stage::run found]
}

# What a role does to its disk after it was opened and before it is closed, in an
# undisturbed run: {FIRST LETTERS}, the calls before, and those.
proc ::crash::traced {profile kind role} {
	variable traced
	if {![dict exists $traced $profile/$kind/$role]} {
		::books::open
		::stage::begin $profile $kind {}
		foreach who [killed_roles $kind] { set first($who) [string length [::stage::trace $who]] }
		::flows::play $profile $kind
		foreach who [killed_roles $kind] {
			dict set traced $profile/$kind/$who [list $first($who) \
			    [string range [::stage::trace $who] $first($who) end]]
		}
		::stage::finish
		foreach found [dict get $::stage::run found] { error "an undisturbed $kind in $profile: $found" }
	}
	return [dict get $traced $profile/$kind/$role]
}

# {AT HOW} of each commit: its writes end with a sync.
proc ::crash::points {profile kind role} {
	lassign [traced $profile $kind $role] first letters
	set found {}
	foreach commit [regexp -all -inline -indices {w+s+} $letters] {
		lassign $commit from to
		set last [expr {$from + [string first s [string range $letters $from $to]] - 1}]
		set partly [list [list [expr {$first + $last + 1}] half] [list [expr {$first + $from + 1}] before]]
		lappend found [lindex $partly [expr {[llength $found] / 2 % 2}]] [list [expr {$first + $to + 1}] after]
	}
	if {![llength $found]} { error "the $role never commits in $kind of $profile" }
	return $found
}

# -- kills -------------------------------------------------------------------------------

proc ::crash::count {kind what {n 1}} {
	variable table
	if {![dict exists $table $kind]} { dict set table $kind {points 0 kills 0 bad 0 unheard 0} }
	dict update table $kind row { dict incr row $what $n }
}

# One run with one kill; the number of kills.
proc ::crash::kill {profile kind role at how} {
	set found [play $profile $kind [list $role [list SHIM_AT=$at SHIM_HOW=$how]]]
	set deaths [dict get $::stage::run deaths]
	count $kind kills $deaths
	count $kind unheard [::books::unheard]
	if {[llength $found]} { count $kind bad }
	foreach line $found { puts "$profile $kind, $role killed $how call $at: $line" }
	return $deaths
}

# All that are to be visited, or N of them from all over.
proc ::crash::visits {n} {
	variable plan
	set all {}
	foreach pair [few [pairs $plan] $n] {
		lassign $pair profile kind
		foreach role [killed_roles $kind] {
			set points [points $profile $kind $role]
			count $kind points [llength $points]
			foreach point $points { lappend all [list $profile $kind $role {*}$point] }
		}
	}
	set total [llength $all]
	if {$total <= $n} { return $all }
	set skip [below $total]
	set found {}
	for {set i 0} {$i < $n} {incr i} {
		lappend found [lindex $all [expr {($skip + $i * $total / $n) % $total}]]
	}
	return $found
}

# A short run looks at one profile of each kind.
proc ::crash::few {pairs n} {
	if {$n >= 100} { return $pairs }
	foreach pair $pairs { dict set first [lindex $pair 1] $pair }
	return [expr {[info exists first] ? [dict values $first] : {}}]
}

proc ::crash::kills {wanted} {
	variable plan
	variable others
	set killed 0
	foreach visit [visits $wanted] { incr killed [kill {*}$visit] }
	set all [pairs $plan $others]
	for {set i 0} {$killed < $wanted && $i < 3 * $wanted} {incr i} {
		lassign [pick $all] profile kind
		set role [pick [killed_roles $kind]]
		lassign [traced $profile $kind $role] first letters
		# seldom one of the opening
		set at [expr {[below 8] ? $first + 1 + [below [string length $letters]] : 1 + [below $first]}]
		incr killed [kill $profile $kind $role $at [pick {before after half}]]
	}
	return $killed
}

# -- disks that fail ----------------------------------------------------------------------

# From one of its calls on the disk of a role fails, until the first error has been answered.
proc ::crash::ills {} {
	variable plan
	set never 0
	set bad 0
	set all [few [pairs $plan] [option kills]]
	for {set i 0} {$i < [option ills]} {incr i} {
		lassign [lindex $all [expr {$i % [llength $all]}]] profile kind
		set role [pick [killed_roles $kind]]
		lassign [traced $profile $kind $role] first letters
		set at [expr {[below 8] ? $first + 1 + [below [string length $letters]] : 1 + [below $first]}]
		set how [pick {full broken readonly}]
		set found [play $profile $kind [list $role [list SHIM_AT=$at SHIM_HOW=$how]] $role]
		if {![dict get $::stage::run errors]} {
			incr never
			# a disk without room is well as long as nobody writes any more
			if {$how ne "full" || [string first w $letters [expr {max(0, $at - $first - 1)}]] >= 0} {
				lappend found "no error although the disk is $how"
			}
		}
		if {[llength $found]} { incr bad }
		foreach line $found { puts "$profile $kind, the $role's disk is $how from call $at on: $line" }
	}
	return [list [option ills] $bad $never]
}

# Somebody else holds the database of a role when it is told its N-th event.
proc ::crash::locks {} {
	set bad 0
	set events {pay 3kp-hard seller 2 clear 1kp-hard acquirer 3 chain 1kp-ec95-micro acquirer 3
	    pay 3kp-hard acquirer 1 clear 3kp-hard seller 6 batch 2kp-hard seller 9
	    chain 3kp-hard-micro seller 6 broker 3kp-hard-micro broker 9}
	if {[option kills] < 100} { set events [lrange $events 0 11] }
	set done 0
	foreach {kind profile role n} $events {
		if {![string match [option only] $profile/$kind]} continue
		set found [play $profile $kind {} $role $n]
		if {![dict get $::stage::run errors]} { lappend found "no error although the database is locked" }
		if {[llength $found]} { incr bad }
		incr done
		foreach line $found { puts "$profile $kind, the ${role}'s database is locked at event $n: $line" }
	}
	return [list $done $bad]
}

# -- the whole ------------------------------------------------------------------------------

proc ::crash::show {} {
	variable table
	puts [format "%-10s %7s %7s %15s %9s" kind points kills contradictions unheard]
	foreach kind [dict keys $table] {
		dict with table $kind { puts [format "%-10s %7d %7d %15d %9d" $kind $points $kills $bad $unheard] }
	}
}

proc ::crash::total {what} {
	variable table
	set sum 0
	dict for {kind row} $table { incr sum [dict get $row $what] }
	return $sum
}

# A kill loses nothing that the kernel has: files in memory do as well as on a disk.
proc ::crash::folder {} {
	return [expr {[file writable /dev/shm] ? "/dev/shm" : "[option build]/crash"}]
}

proc ::crash::main {argv} {
	variable options
	variable random
	set options [flags::take $options $argv]
	set shim [option build]/crash/shim.so
	if {![file exists $shim]} { flags::usage "$shim is missing (sh tests/crash/run.sh makes it)" }
	set random [option seed]
	set ::stage::build [option build]
	set ::stage::iut [option iut]
	set ::stage::forget [option forget]
	set ::stage::place [folder]/semper-crash-[pid]
	try {
		set killed [kills [option kills]]
		show
		set bad [total bad]
		lassign [ills] ills wrong never
		if {[option bad]} { return [expr {$bad + $wrong == 0}] }
		lassign [locks] locks held
		puts "$ills disks that failed for a while, $never of them unnoticed, $wrong with a contradiction"
		puts "$locks databases that were locked, $held with a contradiction"
	} finally {
		file delete -force $::stage::place
	}
	set failed [expr {$bad + $wrong + $held + ($killed < [option kills])}]
	puts "[expr {$killed + $ills + $locks - $bad - $wrong - $held}] passed, $failed failed"
	return [expr {$failed > 0}]
}

exit [crash::main $argv]
