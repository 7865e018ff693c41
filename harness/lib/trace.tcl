# trace.tcl -- semper trace: what joins specification, C, vectors and cases
#
#   trace::main ARGV        orphans, one a line; coverage; `N passed, N failed`
#   trace::cited FILES      id -> list of {kind file line}; kind is check (MUST,
#                           FOLD), row (a quoted id: a state table), or comment
#   trace::evidence PLAN    id -> list of {expect restarts case}
#   trace::shown SUITES     id -> what its vectors (vectors::index) hold: reject, restart
#
# A requirement needs, by its kind: refuse a check in C and a case that is
# refused; produce and never a citation in C and a case; persist a citation and
# a case with a restart; each of these a fault too (faults_catalogue.tcl);
# whitebox a test that exists; document and suite nothing here.  What has a case has a
# committed vector too, of refuse one where something is refused and of persist one with a
# restart.  Whoever is excluded needs nothing.  What a requirement or a table lacks on
# purpose stands with its reason in a `gaps` table of its document: `what` is an id, a cell
# or a leaf as it is printed here.

package require Tcl 8.6-

namespace eval ::trace {
	variable dump build/release/bin/semper-iut
	variable table {
		{room text {} {only the requirements of this document}}
		{quiet flag 0 {orphans and the last line only}}
		{help flag 0 {this text}}
	}
}

# -- what is cited where --------------------------------------------------------

proc ::trace::sources {} {
	set found {}
	foreach pattern {protocols/*/*.c protocols/*/*.h asn1/*.c asn1/*.h asn1/*.asn
	    conformance/adapter/*.c conformance/peers/*.c} {
		lappend found {*}[glob -nocomplain -directory $::semper::root $pattern]
	}
	return [lsort $found]
}

proc ::trace::cited {files} {
	set found [dict create]
	set id $::spec::id_form
	foreach file $files {
		set ch [open $file]
		set number 0
		while {[gets $ch line] >= 0} {
			incr number
			foreach one [regexp -all -inline "\\m$id\\M" $line] {
				set kind comment
				if {[regexp "\\m\[A-Z_\]*(MUST|FOLD)\[A-Z_\]*\\(\\s*\"$one\"" $line]} {
					set kind check
				} elseif {[string first "\"$one\"" $line] >= 0} {
					set kind row
				}
				dict lappend found $one [list $kind [semper::relative $file] $number]
			}
		}
		close $ch
	}
	return $found
}

proc ::trace::context {} {
	return [listing::context [dict create protocol {} role {} profile {} only {}]]
}

proc ::trace::evidence {plan} {
	set found [dict create]
	foreach instance $plan {
		set entry [list [expectation $instance] [provider::value $instance restarts] \
		    [dict get $instance id]]
		foreach id [dict get $instance req] { dict lappend found $id $entry }
	}
	return $found
}

proc ::trace::expectation {instance} {
	if {[dict exists $instance expect]} { return [dict get $instance expect] }
	set data [dict get $instance data]
	if {[dict get $instance provider] eq "live"} { return [lindex [dict get $data expect] 0] }
	return accept
}

proc ::trace::shown {suites} {
	set found [dict create]
	foreach suite $suites {
		foreach test [dict get $suite tests] {
			lassign $test line brief text
			set has {}
			foreach {word mark} {reject {"reject"} restart {{"restart":true}}} {
				if {[string first $mark $text] >= 0} { lappend has $word }
			}
			foreach id [vectors ids $brief] {
				if {![dict exists $found $id]} { dict set found $id {} }
				foreach word $has { dict set found $id $word 1 }
			}
		}
	}
	return $found
}

# -- one requirement ------------------------------------------------------------

# What REQUIREMENT lacks, as a list of sentences.
# VECTORS: those of its id in `shown`, a list: empty, or that dict.
proc ::trace::lacks {requirement cites evidence vectors} {
	set marks [dict get $requirement marks]
	set kind [dict get $requirement kind]
	if {"excluded" in $marks || $kind in {document suite}} { return {} }
	set kinds [lmap cite $cites {lindex $cite 0}]
	set found {}
	if {$kind eq "refuse" && "check" ni $kinds && "row" ni $kinds} {
		lappend found "is checked nowhere in C"
	} elseif {![llength $cites] && ![in_its_test $requirement]} {
		lappend found "is cited nowhere in C"
	}
	if {"whitebox" in $marks} {
		lappend found {*}[missing_test $requirement]
	} elseif {$kind eq "refuse"} {
		if {"reject" ni [lmap e $evidence {lindex $e 0}]} {
			lappend found "has no case that is refused"
		}
	} elseif {$kind eq "persist"} {
		if {![llength [lmap e $evidence {
			if {[lindex $e 1] ne "1"} continue
			set e
		}]]} { lappend found "has no case with a restart" }
	} elseif {![llength $evidence]} {
		lappend found "has no case"
	}
	if {[llength $evidence]} { lappend found {*}[unshown $kind $vectors] }
	return $found
}

proc ::trace::unshown {kind vectors} {
	if {![llength $vectors]} { return [list "has cases, but no vector"] }
	set has [dict keys [lindex $vectors 0]]
	if {$kind eq "refuse" && "reject" ni $has} { return [list "has no vector that is refused"] }
	if {$kind eq "persist" && "restart" ni $has} { return [list "has no vector with a restart"] }
	return {}
}

# A whitebox requirement may be cited by the test that shows it.
proc ::trace::in_its_test {requirement} {
	set name [lindex [dict get $requirement whitebox] 0]
	set file [file join $::semper::root $name]
	if {$name eq {} || ![file isfile $file]} { return 0 }
	return [dict exists [cited [list $file]] [dict get $requirement id]]
}

proc ::trace::missing_test {requirement} {
	set name [lindex [dict get $requirement whitebox] 0]
	if {$name eq {}} { return [list "is whitebox and names no test"] }
	if {![file exists [file join $::semper::root $name]]} {
		return [list "names the test $name, which does not exist"]
	}
	return {}
}

# -- the whole --------------------------------------------------------------------

proc ::trace::main {argv} {
	variable table
	set opt [options parse $table $argv]
	if {[dict get $opt help]} {
		puts "usage: harness/semper trace \[options\]\n[options help $table]"
		return 0
	}
	options alone $opt
	set context [context]
	set model [dict get $context spec]
	conform::check_spec $model
	if {[dict get $opt room] ni [concat {{}} [spec rooms $model]]} {
		options usage "no requirements in \"[dict get $opt room]\""
	}
	set plan [provider plan $context]
	set gaps [gaps $model]
	set used [dict create]
	set orphans [requirement_orphans $model [dict get $opt room] $plan $gaps used \
	    [vectors index]]
	set count [llength [dict keys [dict get $model requirements]]]
	lappend orphans {*}[unknown $model] {*}[stale $model] {*}[tables $model]
	lappend orphans {*}[::faults::catalogue orphans $model]
	set coverage [coverage $context $gaps used]
	lappend orphans {*}[lindex $coverage 1]
	foreach gap [dict keys $gaps] {
		if {![dict exists $used $gap]} { lappend orphans "gap \"$gap\" is none: take it out of its table" }
	}
	foreach orphan $orphans { puts $orphan }
	if {![dict get $opt quiet]} {
		foreach line [lindex $coverage 0] { puts $line }
		foreach gap [dict keys $used] { puts "gap $gap: [dict get $gaps $gap]" }
	}
	puts "[expr {max(0, $count - [llength $orphans])}] passed, [llength $orphans] failed"
	return [expr {[llength $orphans] > 0}]
}

proc ::trace::gaps {model} {
	set found [dict create]
	foreach row [dict get $model gaps] { dict set found [dict get $row what] [dict get $row reason] }
	return $found
}

proc ::trace::requirement_orphans {model room plan gaps usedVar suites} {
	upvar 1 $usedVar used
	set cites [cited [sources]]
	set evidence [evidence $plan]
	set shown [shown $suites]
	set found {}
	dict for {id requirement} [dict get $model requirements] {
		if {$room ni [list {} [dict get $requirement room]]} continue
		set vectors [expr {[dict exists $shown $id] ? [list [dict get $shown $id]] : {}}]
		foreach lack [lacks $requirement [provider::value $cites $id] \
		    [provider::value $evidence $id] $vectors] {
			if {[dict exists $gaps $id]} {
				dict set used $id 1
				continue
			}
			lappend found "[semper::relative [dict get $requirement file]]:[dict get \
			    $requirement line]: $id $lack"
		}
	}
	return $found
}

# Ids that C, tests or cases name and the specification does not have.  The tests
# of base, which knows no requirement, use made-up ones.
proc ::trace::unknown {model} {
	set files [sources]
	foreach pattern {tests/*/*.c tests/*/*.h conformance/*/*.cases harness/oracle/*.tcl
	    harness/lib/*.tcl vectors/keys/*.tcl} {
		lappend files {*}[glob -nocomplain -directory $::semper::root $pattern]
	}
	set rooms [dict create]
	foreach id [dict keys [dict get $model requirements]] {
		dict set rooms [lindex [split $id -] 0] 1
	}
	set files [lsearch -all -inline -not -glob $files */tests/base/*]
	set found {}
	dict for {id cites} [cited $files] {
		if {[dict exists $model requirements $id]
		    || ![dict exists $rooms [lindex [split $id -] 0]]} continue
		lassign [lindex $cites 0] kind file line
		lappend found "$file:$line: $id is not in the specification"
	}
	return $found
}

# Vectors whose requirement was edited after they were made.
proc ::trace::stale {model} {
	set found {}
	foreach suite [vectors index] {
		foreach test [dict get $suite tests] {
			lassign $test line brief
			foreach cite [json text $brief req] {
				lassign [split $cite @] id hash
				if {![dict exists $model requirements $id]} {
					lappend found "[where $suite $line]: $id is not in the specification"
				} elseif {[dict get $model requirements $id hash] ne $hash} {
					lappend found "[where $suite $line]: $cite is stale, now [spec cite $model $id]"
				}
			}
		}
	}
	return $found
}

proc ::trace::where {suite line} { return [semper::relative [dict get $suite file]]:$line }

# -- state tables ------------------------------------------------------------------

# The table of the C roles, as the adapter dumps it, against the specification.
proc ::trace::tables {model} {
	variable dump
	set program [file join $::semper::root $dump]
	if {![file executable $program]} {
		return [list "$dump is not built: its state tables were not compared"]
	}
	if {[catch {exec $program --dump-states} text]} {
		return [list "$dump --dump-states: [lindex [split $text \n] 0]"]
	}
	set ours [dict create]
	foreach line [split $text \n] {
		if {[string trim $line] ne {}} { dict set ours [normal [split $line |]] $line }
	}
	set theirs [dict create]
	foreach row [dict get $model states] {
		set cells [list [dict get $row room].[dict get $row role]]
		foreach key {state event profiles next requirement} { lappend cells [dict get $row $key] }
		dict set theirs [normal $cells] $row
	}
	set found {}
	dict for {key row} $theirs {
		if {![dict exists $ours $key]} {
			lappend found "[semper::relative [dict get $row file]]:[dict get $row line]:\
			    the C table has no row [join $key { | }]"
		}
	}
	dict for {key line} $ours {
		if {![dict exists $theirs $key]} { lappend found "C table: no row of the specification is $line" }
	}
	return $found
}

proc ::trace::normal {cells} {
	return [lmap cell $cells {
		join [lsort [split [regsub -all {\s*,\s*} [string trim $cell] ,] ,]] ,
	}]
}

# -- coverage ------------------------------------------------------------------------

# {LINES ORPHANS}: shares of codec components, message leaves and state cells.
# A table of leaves may say itself why one is not visited (case::explained).
proc ::trace::coverage {context gaps usedVar} {
	upvar 1 $usedVar used
	lassign [components] lines orphans
	if {[llength [info commands ::case::coverage]]} {
		set reasons [dict merge [::case::explained $context] $gaps]
		foreach row [::case::coverage $context] {
			lassign $row what total visited missing
			lappend lines "$what: [share $visited $total]"
			foreach name $missing {
				if {[dict exists $gaps $name]} {
					dict set used $name 1
				} elseif {![dict exists $reasons $name]} {
					lappend orphans "$what: $name is not visited and has no reason"
				}
			}
		}
	}
	return [list $lines $orphans]
}

proc ::trace::share {part whole} {
	return "$part of $whole ([format %.1f [expr {$whole ? 100.0 * $part / $whole : 100.0}]] %)"
}

# Components of every type of every module with a refused codec case.
proc ::trace::components {} {
	set seen [dict create]
	foreach suite [vectors index] {
		if {[json text [dict get $suite head] kind] ne "codec"} continue
		foreach test [dict get $suite tests] {
			lassign $test line brief text
			if {![json has $brief mutation]} continue
			if {[regexp {"in":\{"module":"([^"]*)","type":"([^"]*)"} $text -> module type]} {
				dict set seen $module,$type,[json text [json get $brief mutation] field] 1
			}
		}
	}
	set lines {}
	set orphans {}
	foreach module $::gen::der::modules {
		set total 0
		set visited 0
		foreach type [::oracle::asn1 types $module] {
			foreach name [component_names [::oracle::asn1 type $module $type]] {
				incr total
				if {[dict exists $seen $module,$type,$name]} {
					incr visited
				} else {
					lappend orphans "$module.$type: no codec case refuses $name"
				}
			}
		}
		lappend lines "components of $module with a refused codec case: [share $visited $total]"
	}
	return [list $lines $orphans]
}

proc ::trace::component_names {node} {
	if {[dict get $node kind] ni {sequence set}} { return {} }
	return [lmap field [dict get $node fields] {lindex $field 0}]
}
