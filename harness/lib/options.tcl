# options.tcl -- command lines, and what a mistake in one is answered with
#
#   options::parse TABLE ARGV ?USAGE?   a dict of all options, and `rest`
#   options::help TABLE                 the lines of --help
#   options::usage SENTENCE             throw {SEMPER USAGE}: exit 2
#   options::alone FOUND                complain if words were left in `rest`
#   options::denied NAMES               complain unless all are capabilities
#   options::data FILE LINE FIELD TEXT  throw {SEMPER DATA}: exit 3
#   options::theirs SCRIPT              its {SEMPER DATA} is about a file that the
#                                       user wrote: exit 2
#   options::writable FILE              complain unless FILE can be written
#   options::folder DIR                 make DIR, complain if that cannot be
#   options::readable FILE              complain unless FILE can be read
#
# A row of TABLE is {name kind default meaning}; kinds: flag, text, number
# (a decimal above 0), count (an integer above 0), shard (I/N), words
# (separated by commas), many (may be repeated, collects a list).

package require Tcl 8.6-

namespace eval ::options {
	namespace export parse help usage data theirs writable readable alone denied folder
	namespace ensemble create
}

proc ::options::usage {sentence} { throw {SEMPER USAGE} $sentence }

proc ::options::data {file line field text} {
	throw {SEMPER DATA} "[::semper::relative $file]:$line: $field: $text"
}

proc ::options::theirs {script} {
	try {
		uplevel 1 $script
	} trap {SEMPER DATA} {message} {
		usage $message
	}
}

proc ::options::parse {table argv} {
	set found [dict create rest {}]
	set kinds [dict create]
	foreach row $table {
		lassign $row name kind default
		dict set found $name $default
		dict set kinds $name $kind
	}
	while {[llength $argv]} {
		set argv [lassign $argv word]
		if {![string match --* $word]} {
			dict lappend found rest $word
			continue
		}
		set name [string range $word 2 end]
		set given [regexp {^([^=]+)=(.*)$} $name -> name value]
		if {![dict exists $kinds $name]} {
			usage "unknown option --$name (--help lists the options)"
		}
		set kind [dict get $kinds $name]
		if {$kind eq "flag"} {
			if {$given} { usage "--$name takes no value" }
			dict set found $name 1
			continue
		}
		if {!$given} {
			if {![llength $argv]} { usage "--$name needs a value" }
			set argv [lassign $argv value]
		}
		if {$value eq {}} { usage "--$name needs a value that is not empty" }
		if {$kind eq "many"} {
			dict lappend found $name $value
		} else {
			dict set found $name [convert $name $kind $value]
		}
	}
	return $found
}

proc ::options::convert {name kind value} {
	switch -- $kind {
		text { return $value }
		words { return [split $value ,] }
		count {
			if {![regexp {^[1-9][0-9]{0,8}$} $value]} {
				usage "--$name needs a number above 0, not \"$value\""
			}
		}
		number {
			if {![regexp {^[0-9]*\.?[0-9]+$} $value] || $value <= 0} {
				usage "--$name needs a number above 0, not \"$value\""
			}
		}
		shard {
			if {![regexp {^([1-9][0-9]*)/([1-9][0-9]*)$} $value -> part of]
			    || $part > $of} {
				usage "--$name needs I/N with I from 1 to N, not \"$value\""
			}
		}
	}
	return $value
}

proc ::options::help {table} {
	set values {text VALUE words A,B,.. count N number X shard I/N many VALUE flag {}}
	set lines {}
	foreach row $table {
		lassign $row name kind default meaning
		set left [string trimright "--$name [dict get $values $kind]"]
		if {$kind in {count number}} { append meaning " (default: $default)" }
		lappend lines [format "  %-22s %s" $left $meaning]
	}
	return [join $lines \n]
}

proc ::options::writable {file} {
	if {$file eq {}} return
	set exists [file exists $file]
	try {
		close [open $file a]
	} on error {message} {
		usage "cannot write $file"
	}
	if {!$exists} { file delete $file }
}

proc ::options::readable {file} {
	if {$file ne {} && (![file isfile $file] || ![file readable $file])} {
		usage "cannot read $file"
	}
}

proc ::options::folder {dir} {
	if {[catch {file mkdir $dir}] || ![file writable $dir]} { usage "cannot write to $dir" }
}

proc ::options::alone {found} {
	set rest [dict get $found rest]
	if {[llength $rest]} { usage "unexpected argument \"[lindex $rest 0]\" (--help shows the usage)" }
}

proc ::options::denied {names} {
	foreach name $names {
		if {![dict exists $::iut::denied $name]} {
			usage "--deny: no capability \"$name\" (there are\
			    [join [dict keys $::iut::denied] {, }])"
		}
	}
}
