# case_cells.tcl -- cases generated from the state tables of the specification:
# whatever a state has no row for is refused, and changes nothing (IKP-G-03)
#
#   case::from_cells MODEL          one case for each reachable state of each role
#                                   and profile, from the `reach` tables
#   case::cell ROLE STATE EVENT PROFILE
#                                   {row} if the table has one, {absent} if the
#                                   event does not exist there, or {reject CODES}
#
# In HARD the state is judged before what the message says, so there is one code.
# In EC95 and JSAC a message that is out of state and unsound besides may be
# refused for either reason.

package require Tcl 8.6-

namespace eval ::case {
	variable messages {
		Initiate Invoice Payment AuthReq AuthRes Confirm Cancel InquiryReq InquiryRes
		AcqInquiryReq AcqInquiryRes ReversalReq ReversalRes
		CaptureReq CaptureRes RefundReq RefundRes BatchReq BatchRes SealedReq SealedRes
		MicroAccept MicroPay MicroAck MicroDeposit MicroDepositRes MicroClose
	}
	variable inputs {
		buyer {approve refuse inquire pay}
		seller {cancel inquire authorize capture refund reverse ask quote deposit close}
		acquirer {}
	}
	# what an input is told besides
	variable told {authorize 1 capture 1 refund 1 reverse 0 pay 1 ask 1 quote 1}
	# timers that are still to come in states that have no use for them
	variable late_timers {
		buyer {resend {invoiced wait-confirm paid declined aborted}
		    inquire {paid declined}}
		seller {expire {auth-sent authorized declined cancelled cancelling}
		    retry {authorized declined}}
		acquirer {net-retry {authorized captured declined}}
	}
	# what a made-up message may be refused for where the order is free
	variable unsound {
		bad-state sig-invalid cert-invalid slip-invalid common-mismatch
		commitment-mismatch malformed unknown-transaction
	}
}

proc ::case::from_cells {model} {
	set found {}
	dict for {role table} [dict get $model reach] {
		foreach row [rows $table] {
			guarded $table {
				lassign $row state filter steps
				foreach profile [profiles] {
					if {[chosen $filter $profile]} {
						lappend found [cell_case $table $role $state $profile $steps]
					}
				}
			}
		}
	}
	return $found
}

proc ::case::cell_case {table role state profile steps} {
	set text [join [split $steps \;] \n]\n
	set cells {}
	foreach {event step expect} [offered $role $state $profile] {
		append text [string map [list %e $expect] $step] \n
		lappend cells $event
	}
	if {$state ne "none"} { append text "stays $role $state\n" }
	return [dict create kind script name [dict get $table room]::state::$role-$state \
	    title "The $role in state $state refuses whatever has no row there." \
	    req {IKP-G-03 IKP-G-17} flags OutOfState role $role needs {} \
	    profiles [profile_filter $profile] steps $text expect accept \
	    cell [list $role $state $cells] room [dict get $table room] \
	    file [dict get $table file] line [dict get $table line]]
}

# EVENT STEP EXPECT ..: all that the state has to refuse.
proc ::case::offered {role state profile} {
	variable messages
	variable inputs
	set found {}
	foreach type $messages {
		set cell [cell $role $state $type $profile]
		if {[lindex $cell 0] ne "reject"} continue
		lappend found $type "specimen $type $role {%e}" $cell
	}
	if {$state eq "none"} { return $found }
	foreach input [dict get $inputs $role] {
		if {[lindex [cell $role $state $input $profile] 0] ne "reject"} continue
		lappend found $input "reject {bad-state} [input_step $role $input]" {}
	}
	return [concat $found [late $role $state $profile]]
}

proc ::case::input_step {role input} {
	variable told
	if {[dict exists $told $input]} { return "$input [dict get $told $input]" }
	return [expr {$input eq "inquire" ? "inquire $role" : $input}]
}

proc ::case::late {role state profile} {
	variable late_timers
	set found {}
	dict for {timer states} [dict get $late_timers $role] {
		if {$state ni $states || ($timer eq "retry" && ![fits hard $profile])
		    || [cell $role $state $timer $profile] eq "row"} continue
		lappend found $timer "reject {bad-state} timer $role $timer" {}
	}
	return $found
}

# -- what the text says of a cell -------------------------------------------------------

proc ::case::cell {role state event profile} {
	variable messages
	foreach row [dict get [::live::tables] states $role] {
		lassign $row at on filter
		if {$at eq $state && $on eq $event && [fits $filter $profile]} { return row }
	}
	if {$state eq "batched"} { return absent }
	if {$event in $messages} { return [message_cell $role $state $event $profile] }
	return [input_cell $role $state $event $profile]
}

# A batch is found by its own session and takes no other message; `authorize` asks
# for a transaction of its own.  Inputs the interface table does not give to the profile are not offered.
proc ::case::input_cell {role state input profile} {
	if {$input eq "authorize" && $state in {authorized part-authorized part-captured captured}} {
		return absent
	}
	foreach entry [dict get [::live::tables] interface $role] {
		lassign $entry kind name optional default type filter
		if {$kind eq "input" && $name eq $input && [fits $filter $profile]} {
			return {reject bad-state}
		}
	}
	return absent
}

proc ::case::message_cell {role state type profile} {
	variable unsound
	if {![::oracle::ikp::message exists $profile $type]} { return {reject malformed} }
	set hard [fits hard $profile]
	set own [special $role $state $type $profile]
	if {$own ne {}} {
		return [concat reject [expr {$hard ? $own : [concat $own $unsound]}]]
	}
	if {$state eq "none"} {
		set to [lindex [dict get $::oracle::ikp::message::directions $type] 1]
		return [concat reject unknown-transaction [expr {$to eq $role ? "" : "bad-state"}]]
	}
	if {$role eq "acquirer"} { return {reject bad-state unknown-transaction} }
	return [concat reject [expr {$hard ? "bad-state" : $unsound}]]
}

# Where a requirement has a word of its own for what comes out of state.
proc ::case::special {role state type profile} {
	switch -- "$role $type" {
		{seller Payment} {
			switch -- $state {
				expired { return expired }
				authorized - declined - part-authorized - part-captured - captured -
				reversed - accepted - closing - closed { return already-final }
				cancelled { return [expr {[fits jsac $profile] ? "already-final" : ""}] }
			}
		}
		{acquirer AuthReq} {
			if {$state eq "none"} { return {} }
			return [expr {$state eq "voided" ? "already-final" : "replay"}]
		}
		{acquirer CaptureReq} - {acquirer RefundReq} {
			return [expr {$state eq "none" ? "unknown-transaction" : "sig-invalid"}]
		}
		{acquirer MicroDeposit} - {acquirer MicroClose} {
			return [deposit_cell $state $type $profile]
		}
		{acquirer BatchReq} - {acquirer SealedReq} { return sig-invalid }
		{seller SealedRes} { return [expr {$state eq "none" ? "" : "sig-invalid"}] }
		{acquirer ReversalReq} { return [expr {$state eq "pending" ? "busy" : ""}] }
	}
	return {}
}

# Nobody has signed a specimen; where nobody has to, the state is looked at.
proc ::case::deposit_cell {state type profile} {
	if {$state eq "none"} { return {} }
	if {[fits {hard;2kp,3kp} $profile]} { return sig-invalid }
	if {$state eq "closed"} { return already-final }
	return [expr {$state eq "pending" && $type eq "MicroDeposit" ? "busy" : ""}]
}
