# live_weakened.tcl -- an implementation in this process: the oracle with some of
# its checks switched off, to show that the cases can fail
#
#   set iut [live::Weakened new IDS]    has the methods of iut::Iut that flows use
#
# Only the party under test is weakened; the twin beside it and the parties it
# talks to are sound.

package require Tcl 8.6-

oo::class create ::live::Weakened {
	variable skipped

	constructor {ids} {
		if {![namespace exists ::oracle::iut]} {
			uplevel #0 [list source -encoding utf-8 \
			    [file join $::oracle::ikp::folder iut.tcl]]
		}
		set skipped $ids
	}

	method call {op in {seconds {}}} {
		set line "{\"id\":1,\"op\":[json quote $op],\"in\":[json write $in]}"
		::oracle::role skip $skipped
		try {
			set node [json parse [::oracle::iut answer $line]]
		} finally {
			::oracle::role skip {}
		}
		foreach kind {ok reject unsupported error} {
			if {[json has $node $kind]} {
				return [dict create kind $kind body [json get $node $kind] ms 0]
			}
		}
		error "no answer to $op"
	}

	method capability {name} {
		return [dict get {rand stream clock virtual keys import fork 1 restart 1
		    digest 1 codes 1} $name]
	}

	method claims {args} { return 1 }
	method operation {op} { return 1 }
	method starts {} { return 1 }
	method alive {} { return 1 }
	method stderr {} { return {} }
	method heard {} { return {} }
}
