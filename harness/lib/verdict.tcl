# verdict.tcl -- what can be said of a case, and which word is worse
#
#   verdict::pass ?KEY VALUE ..?
#   verdict::weak WHY ?..?              the class is right, the code is missing
#   verdict::fail CAUSE DETAIL ?..?     the implementation is wrong
#   verdict::flaw WHY ?..?              a known weakness of a historic profile shown
#   verdict::inconclusive WHY ?..?      a peer or the environment broke
#   verdict::error WHY ?..?             the harness or a vector is wrong
#   verdict::inapplicable WHY           not claimed, not selected, denied
#   verdict::notrun WHY
#   verdict::lost OPTIONS MESSAGE       turns an {IUT cause} error into a fail
#   verdict::worst LIST                 the worst word of a list of words
#   verdict::words                      all words, best first
#
# A verdict is a dict with `verdict` and, where they help, `cause`, `detail`,
# `expected`, `got` and `step`; the optional KEY VALUE pairs go in as they are.
#
# Causes of a fail, a closed list:
#   wrong-output accepted rejected wrong-reason wrong-step state-changed
#   randomness unsupported adapter-error     judged from an answer
#   hang drip flood crash garbage wrong-id duplicate protocol   no proper answer
#   capability-lie                           hello said otherwise

package require Tcl 8.6-

namespace eval ::verdict {
	namespace export pass weak fail flaw inconclusive error inapplicable \
	    notrun lost worst words causes
	namespace ensemble create

	variable words {
		not-applicable pass flaw-shown pass-weak not-run inconclusive fail error
	}
	variable answered {
		wrong-output accepted rejected wrong-reason wrong-step state-changed
		randomness unsupported adapter-error capability-lie
	}
	variable unanswered {
		hang drip flood crash garbage wrong-id duplicate protocol
	}
}

proc ::verdict::words {} { variable words; return [list {*}$words] }

proc ::verdict::causes {} {
	variable answered
	variable unanswered
	return [concat $answered $unanswered]
}

proc ::verdict::pass {args} { return [dict create verdict pass {*}$args] }

proc ::verdict::weak {detail args} {
	return [dict create verdict pass-weak detail $detail {*}$args]
}

proc ::verdict::fail {cause detail args} {
	if {$cause ni [causes]} {
		::error "no such cause: $cause"
	}
	return [dict create verdict fail cause $cause detail $detail {*}$args]
}

proc ::verdict::flaw {detail args} {
	return [dict create verdict flaw-shown detail $detail {*}$args]
}

proc ::verdict::inconclusive {detail args} {
	return [dict create verdict inconclusive detail $detail {*}$args]
}

proc ::verdict::error {detail args} {
	return [dict create verdict error detail $detail {*}$args]
}

proc ::verdict::inapplicable {detail} {
	return [dict create verdict not-applicable detail $detail]
}

proc ::verdict::notrun {detail} {
	return [dict create verdict not-run detail $detail]
}

# Iut methods throw {IUT cause}: the implementation gave no proper answer.
# Anything else that was thrown is our own mistake.
proc ::verdict::lost {options message} {
	lassign [dict get $options -errorcode] kind cause
	if {$kind eq "IUT"} {
		return [fail $cause $message]
	}
	return [error "$message\n[dict get $options -errorinfo]"]
}

# 1 if the adapter had to be killed or died over this verdict.
proc ::verdict::is_death {verdict} {
	variable unanswered
	expr {[dict get $verdict verdict] eq "fail"
	    && [dict get $verdict cause] in $unanswered}
}

proc ::verdict::worst {list} {
	variable words
	set worst -1
	foreach word $list {
		set worst [expr {max($worst, [lsearch -exact $words $word])}]
	}
	return [lindex $words $worst]
}
