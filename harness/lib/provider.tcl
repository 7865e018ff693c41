# provider.tcl -- where cases come from, and how one is run
#
#   provider::register NAME NAMESPACE ?-batch N? ?-rooms LIST?
#                                        N instances are handed out at a time;
#                                        LIST: all its instances are of these
#                                        protocols or rooms
#   provider::batch_of NAME              that N; 4 for names of others
#   provider::names                      in the order registered
#   provider::plan CONTEXT               every selected instance, in run order
#   provider::run CONTEXT IUT INSTANCES  a verdict for each
#   provider::wants CONTEXT ROOM         0 if the selection excludes the room
#   provider::needs IUT INSTANCE         {} or why it does not apply to IUT
#
# How to write a provider.  A suite of cases is a namespace NS with
#
#   NS::instances CONTEXT          a list of instances; the same list, in the
#                                  same order, for the same context; plain
#                                  values, since they go to worker processes
#                                  as text
#   NS::run CONTEXT IUT INSTANCE   a verdict (verdict.tcl); may throw what
#                                  IUT's methods throw ({IUT cause}): that is
#                                  a fail; any other error is ours: `error`
#   NS::batch CONTEXT IUT INSTANCES   optional: verdicts for many at once
#
# and a call `provider::register NAME NS` at the end of its file.  harness/lib/
# live.tcl is loaded if it is there; further providers: one line in load.tcl.
#
# An instance is a dict:
#   id        ikp::auth::altered-common@3kp-hard/acquirer; unique
#   case      the part before @
#   protocol  ikp, or the room of a stateless case: crypto der pki
#   title     one line for people: what must happen
#   req       list of requirement ids, without hash (the lint of the case's
#             source checks the hashes)
# and, where it has them:
#   role, profile   must be claimed in hello, else not-applicable
#   profiles  what the party is opened with, if not only `profile`: as profile
#   op        stateless operation that must be listed in hello
#   needs     list of capabilities that must be there: fork restart digest
#             codes; rand (stream or value), rand=stream; clock=virtual;
#             keys=import
#   restarts  1 if a party is restarted in it, where it can be: what semper trace counts
#   expect    accept or reject: what semper trace counts as a refused case
#   flags     names of flags of the vector or case file
#   file line where it is written
#   data      the provider's own; not looked at
#
# CONTEXT is a dict:
#   root      the repository
#   spec      the model of spec.tcl
#   command   the adapter's command
#   exec      {} or words OPERATION=COMMAND: programs with only an exit code
#   connect serve   {} or where a running peer is, and where it finds us
#   timeout   seconds a request may take
#   deny      capabilities denied
#   challenge {} or a seed: make fresh keys, values and order from it; the
#             verdicts must be those of the fixed run
#   keys      {} or a file of the user's keys (gen.tcl for stateless cases,
#             live_given.tcl for flows)
#   protocol role profile only    the selection, {} for all (already applied
#             to instances by `plan`; given for providers that can save work)
#
# IUT is an iut::Iut object.  A provider opens and drops its own parties; it
# may not count on any left by another instance, nor on a fresh child.

package require Tcl 8.6-

namespace eval ::provider {
	namespace export register names plan run needs wants batch_of
	namespace ensemble create
	variable known [dict create]
}

proc ::provider::register {name ns args} {
	variable known
	dict set known $name [dict merge {-batch 4 -rooms {}} $args [list ns $ns]]
}

proc ::provider::names {} { variable known; return [dict keys $known] }

proc ::provider::batch_of {name} {
	variable known
	return [expr {[dict exists $known $name] ? [dict get $known $name -batch] : 4}]
}

proc ::provider::plan {context} {
	variable known
	set plan {}
	set seen [dict create]
	dict for {name entry} $known {
		if {![any_wanted $context [dict get $entry -rooms]]} continue
		foreach instance [[dict get $entry ns]::instances $context] {
			dict set instance provider $name
			set id [dict get $instance id]
			if {[dict exists $seen $id]} {
				throw {SEMPER DATA} "two cases have the id $id"
			}
			dict set seen $id 1
			if {[selected $context $instance]} { lappend plan $instance }
		}
	}
	return $plan
}

proc ::provider::any_wanted {context rooms} {
	foreach room $rooms {
		if {[wants $context $room]} { return 1 }
	}
	return [expr {![llength $rooms]}]
}

proc ::provider::wants {context room} {
	if {[dict get $context protocol] ni [list {} $room]} { return 0 }
	if {[regexp {^([a-z0-9]+)::} [dict get $context only] -> named]} {
		return [expr {$named eq $room}]
	}
	return 1
}

# The probes of `hello` belong to every run that is not of named cases.
proc ::provider::selected {context instance} {
	set only [dict get $context only]
	if {$only ne {} && ![matches $only [dict get $instance id]]
	    && ![matches $only [dict get $instance case]]} { return 0 }
	if {[dict get $instance protocol] eq "hello"} { return 1 }
	foreach key {protocol role} {
		set want [dict get $context $key]
		if {$want ne {} && $want ne [value $instance $key]} { return 0 }
	}
	set want [dict get $context profile]
	set have [value $instance profile]
	return [expr {$want eq {} || $want eq $have
	    || $want eq [lindex [split $have /] end]}]
}

# A glob, or a name that holds characters a glob would interpret.
proc ::provider::matches {pattern text} {
	expr {$pattern eq $text || [string match $pattern $text]}
}

# No expr here: it would take a hexadecimal string for a number.
proc ::provider::value {instance key} {
	if {[dict exists $instance $key]} { return [dict get $instance $key] }
	return {}
}

# -- applicability ------------------------------------------------------------

proc ::provider::needs {iut instance} {
	set op [value $instance op]
	if {$op ne {} && ![$iut operation $op]} { return "operation $op is not claimed" }
	set role [value $instance role]
	set profile [value $instance profile]
	set protocol [dict get $instance protocol]
	foreach spoken [concat [list $profile] [value $instance profiles]] {
		if {$role ne {} && ![$iut claims $protocol $role $spoken]} {
			return "$protocol $role with profile $spoken is not claimed"
		}
	}
	foreach need [value $instance needs] {
		if {![satisfied $iut $need]} { return "capability $need is not there" }
	}
	return {}
}

proc ::provider::satisfied {iut need} {
	lassign [split $need =] name wanted
	set have [$iut capability $name]
	if {$wanted ne {}} { return [expr {$have eq $wanted}] }
	return [expr {$have ni {0 none real own}}]
}

# -- running ------------------------------------------------------------------

# INSTANCES are all of one provider.
proc ::provider::run {context iut instances} {
	variable known
	set name [dict get [lindex $instances 0] provider]
	set ns [dict get $known $name ns]
	set verdicts [dict create]
	set ready {}
	foreach instance $instances {
		set id [dict get $instance id]
		set reason {}
		if {$name ne "hello"} {
			try {
				set reason [needs $iut $instance]
			} on error {message options} {
				dict set verdicts $id [verdict lost $options $message]
				continue
			}
		}
		if {$reason ne {}} {
			dict set verdicts $id [verdict inapplicable $reason]
		} else {
			dict set verdicts $id {}
			lappend ready $instance
		}
	}
	foreach instance $ready verdict [together $ns $context $iut $ready] {
		dict set verdicts [dict get $instance id] $verdict
	}
	return [dict values $verdicts]
}

proc ::provider::together {ns context iut instances} {
	if {[llength $instances] > 1 && [llength [info commands ${ns}::batch]]} {
		return [${ns}::batch $context $iut $instances]
	}
	return [lmap instance $instances {alone $ns $context $iut $instance}]
}

proc ::provider::alone {ns context iut instance} {
	try {
		return [${ns}::run $context $iut $instance]
	} on error {message options} {
		return [verdict lost $options $message]
	}
}
