# setup.tcl -- what the tests of the oracle share: loading, octets, files, and
# running the openssl command.

package require Tcl 8.6-
package require tcltest 2.5
package require yajltcl

namespace eval ::oracletest {
	variable folder [file dirname [file normalize [info script]]]
	if {![namespace exists ::oracle::stateless]} {
		source -encoding utf-8 [file join $folder .. oracle.tcl]
	}
	namespace import -force ::tcltest::*
	namespace path ::oracle
	configure -tmpdir [makeDirectory oracle-test-[pid] [expr {
		[info exists ::env(TMPDIR)] ? $::env(TMPDIR) : "/tmp"}]]
	testConstraint openssl [expr {[auto_execok openssl] ne ""}]

	proc h {octets} { return [binary encode hex $octets] }
	proc u {hex} { return [binary decode hex [regsub -all {\s} $hex ""]] }

	# The errorcode of a script that must fail, without its first word.
	proc code {script} {
		try {
			uplevel 1 $script
		} on error {message options} {
			return [lrange [dict get $options -errorcode] 1 end]
		}
		return "no error"
	}

	proc published {name} {
		variable folder
		set channel [open [file join $folder rfc $name.json]]
		try {
			return [::yajl::json2dict [read $channel]]
		} finally {
			close $channel
		}
	}

	proc spew {name octets} {
		set file [file join [temporaryDirectory] $name]
		set channel [open $file wb]
		puts -nonewline $channel $octets
		close $channel
		return $file
	}

	proc slurp {file} {
		set channel [open $file rb]
		try {
			return [read $channel]
		} finally {
			close $channel
		}
	}

	# The output of openssl, or "failed" and why.
	proc openssl {args} {
		if {[catch {exec openssl {*}$args 2>@1} output]} { return "failed: $output" }
		return $output
	}
}
