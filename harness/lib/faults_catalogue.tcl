# faults_catalogue.tcl -- the mistakes of implementers: conformance/faults/*.faults
#
#   faults::catalogue all            every fault, in the order written
#   faults::catalogue select OPT     those that --protocol, --only and --shard name
#   faults::catalogue orphans MODEL  what catalogue, code and specification do
#                                    not say alike, as lines for semper trace
#
# A source is a list of commands in a safe interpreter that knows one word:
#
#   fault NAME {req mistake switch like equivalent unseen}
#       mistake     what an implementer forgot or misread, in a sentence
#       req         the requirements that are violated by it
#       switch      the name in SEMPER_FAULT: the id of a requirement leaves its
#                   check out, any other name is a FAULT("name") of the code
#                   (left out: NAME itself)
#       like        a known weakness of the kind
#       equivalent  why no case can notice it
#       unseen      the capability without which no case can notice it, a colon and why:
#                   told of a survivor of a run that denies it; it counts as one all the same
#
# The room of a fault is the first word of the name of its file.  A fault is a dict: name room req
# mistake switch like equivalent unseen file line.

package require Tcl 8.6-

namespace eval ::faults::catalogue {
	namespace path ::
	namespace export all select orphans
	namespace ensemble create
	variable keys {req mistake switch like equivalent unseen}
	variable read {}
}

proc ::faults::catalogue::all {} {
	variable read
	if {[llength $read]} { return $read }
	set folder [file join $::semper::root conformance faults]
	foreach file [lsort [glob -nocomplain -directory $folder *.faults]] {
		if {[file tail $file] eq "oracle.faults"} continue ;# harness/tools/oracle-faults.tcl
		source_file $file
	}
	set names [dict create]
	foreach fault $read {
		if {[dict exists $names [dict get $fault name]]} {
			bad $fault "defined twice"
		}
		dict set names [dict get $fault name] 1
	}
	return $read
}

proc ::faults::catalogue::select {opt} {
	set room [dict get $opt protocol]
	set only [dict get $opt only]
	return [part [provider::value $opt shard] [lmap fault [all] {
		if {$room ni [list {} [dict get $fault room]]} continue
		if {$only ne {} && ![string match $only [dict get $fault name]]} continue
		set fault
	}]]
}

# Each N-th of FAULTS from the I-th on, I/N given: a sample of every file.
proc ::faults::catalogue::part {shard faults} {
	if {$shard eq {}} { return $faults }
	lassign [split $shard /] first step
	set found {}
	for {set i [expr {$first - 1}]} {$i < [llength $faults]} {incr i $step} {
		lappend found [lindex $faults $i]
	}
	return $found
}

proc ::faults::catalogue::bad {fault message} {
	set where "[dict get $fault file]:[dict get $fault line]: [dict get $fault name]"
	throw {SEMPER DATA} [regsub -all {\s+} "$where: $message" { }]
}

# Whole commands, one at a time, so that each knows its line.
proc ::faults::catalogue::source_file {file} {
	set lines [semper::lines $file]
	set where [dict create room [::spec::room $file] \
	    file [semper::relative $file] name {}]
	set command {}
	set number 0
	foreach line $lines {
		incr number
		if {$command eq {}} { dict set where line $number }
		append command $line \n
		if {![info complete $command]} continue
		parse $command $where
		set command {}
	}
	if {[string trim $command] ne {}} { bad $where "does not end" }
}

proc ::faults::catalogue::parse {command where} {
	set reader [interp create -safe]
	try {
		foreach known [interp eval $reader {info commands}] { interp hide $reader $known }
		interp alias $reader fault {} [namespace current]::define $where
		interp eval $reader $command
	} trap {SEMPER DATA} {message options} {
		return -options $options $message
	} on error {message} {
		bad $where $message
	} finally {
		interp delete $reader
	}
}

proc ::faults::catalogue::define {where name body} {
	variable keys
	variable read
	dict set where name $name
	foreach key [dict keys $body] {
		if {$key ni $keys} { bad $where "no such key: $key" }
	}
	foreach key {req mistake} {
		if {![dict exists $body $key]} { bad $where "$key is missing" }
	}
	lappend read [dict merge [dict create switch $name like {} equivalent {} unseen {}] $where $body]
	return
}

# -- joined with specification and code -----------------------------------------------

# Switch -> {file line} of every MUST, FOLD and FAULT of the code.
proc ::faults::catalogue::switches {} {
	set found [dict create]
	foreach file [::trace::sources] {
		set ch [open $file]
		set number 0
		while {[gets $ch line] >= 0} {
			incr number
			if {[regexp {^\s*(/\*|\*(\s|/|$))} $line]} continue
			foreach {- name} [regexp -all -inline {\m(?:MUST|FOLD|FAULT)\("([^"]+)"} $line] {
				dict set found $name [list [semper::relative $file] $number]
			}
		}
		close $ch
	}
	dict for {id cites} [::trace::cited [::trace::sources]] {
		foreach cite $cites {
			lassign $cite kind file line
			if {$kind eq "row" && ![dict exists $found $id]} {
				dict set found $id [list $file $line]
			}
		}
	}
	return $found
}

proc ::faults::catalogue::orphans {model} {
	set switches [switches]
	set served [dict create]
	set used [dict create]
	set found {}
	foreach fault [all] {
		set where "[dict get $fault file]:[dict get $fault line]: [dict get $fault name]:"
		if {![dict exists $switches [dict get $fault switch]]} {
			lappend found "$where the code has no switch [dict get $fault switch]"
		}
		dict set used [dict get $fault switch] 1
		foreach id [dict get $fault req] {
			dict set served $id 1
			if {![dict exists $model requirements $id]} {
				lappend found "$where no requirement $id"
			}
		}
	}
	dict for {id requirement} [dict get $model requirements] {
		if {[wanted $requirement] && ![dict exists $served $id]} {
			lappend found "[semper::relative [dict get $requirement file]]:[dict get \
			    $requirement line]: $id has no fault"
		}
	}
	dict for {name place} $switches {
		if {[string match variant-* $name]} continue ;# right, see faults_variants.tcl
		if {[string is lower [string index $name 0]] && ![dict exists $used $name]} {
			lappend found "[join $place :]: the fault $name is in no catalogue"
		}
	}
	return $found
}

proc ::faults::catalogue::wanted {requirement} {
	set marks [dict get $requirement marks]
	return [expr {"excluded" ni $marks && "whitebox" ni $marks
	    && [dict get $requirement kind] in {refuse produce never persist}}]
}
