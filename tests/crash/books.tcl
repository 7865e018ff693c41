# books.tcl -- what was said, what was booked, and whether it agrees
#
#   books::open                 at the start of a run
#   books::said NAME TO MSG EVENT   a message leaves NAME, told EVENT
#   books::totals ...           the seller says what is authorised, captured, refunded
#   books::due, owe, reached    what a clearing request is to lead to
#   books::payment, clearing, chain, audit   at the end: does everything agree?
#
# A contradiction is any of
#
#   one       two different messages where there can be one
#   network   the network is asked about a payment in two ways, or told to move
#             the same money twice
#   money     captured > authorised, refunded > captured, states or sums of two
#             parties that differ, money that moved without the network's yes
#   stored    a request that was answered before is refused when it is repeated,
#             or a signature tells more than was recorded
#
# What the acquirer says to the network once and unasked (NetCapture, NetRefund,
# NetBatch, NetReversal, NetDeposit) is lost if it dies between its commit and
# the answer: the network then has heard less than the acquirer has booked.  That
# is allowed only if it died at such a request, and counted (`unheard`).

namespace eval ::books {
	variable book
	variable answers {CaptureRes RefundRes ReversalRes BatchRes SealedRes MicroDepositRes}
	variable moving {CaptureReq RefundReq ReversalReq BatchReq SealedReq MicroDeposit MicroClose NetReply}
}

proc ::books::open {} {
	variable book
	set book [dict create said {} references {} asked {} replied {} due {} totals {} signed {} \
	    replaced {} captured {} refunded {} seqs {} newAmount {} paid {} released {} anew {} \
	    deposit {} unheard 0]
}

proc ::books::wrong {what detail} { ::stage::contradict $what $detail }

proc ::books::unheard {} {
	variable book
	return [dict get $book unheard]
}

proc ::books::profile {} { return ikp/[dict get $::stage::run profile] }

# -- what is said ------------------------------------------------------------------------

proc ::books::said {name to msg event} {
	variable book
	lassign [::stage::label $name $to $msg] type session
	if {$to eq "network"} {
		told_network $type $msg
		return
	}
	if {[lindex $event 0] eq "input" && [dict get [lindex $event 1] do] eq "inquire"} {
		dict set book anew $msg 1
	}
	set key [key_of $name $type $session $to $msg $event]
	if {$key eq {}} return
	set key [list $name $type $session {*}$key]
	if {[dict exists $book said $key] && [dict get $book said $key] ne $msg} {
		wrong one "the $name sends another $type ([lrange $key 3 4])"
	}
	dict set book said $key $msg
}

# Of what there can be one, besides sender, type and session; {} if there can be many.
proc ::books::key_of {name type session to msg event} {
	variable book
	variable answers
	set cause [expr {[lindex $event 0] eq "recv" ? [dict get [lindex $event 1] msg] : {}}]
	if {$type in $answers} {
		read_answer $name $to $type $session $msg
		return [expr {[dict exists $book anew $cause] ? {} : [list answer $cause]}]
	}
	switch -- $type {
		Initiate - Invoice - Payment - Confirm - Cancel - MicroAccept - MicroClose { return one }
		AuthReq - AuthRes - ReversalReq - CaptureReq - RefundReq - MicroPay - MicroAck -
		MicroDeposit - AcqInquiryRes {}
		default { return {} }
	}
	set value [dict get [::live::wire read [profile] $name $to $msg] value]
	switch -- $type {
		AuthReq {
			dict set book references $session/[part $value] [reference $value]
			return [part $value]
		}
		AuthRes {
			# each part of an order has one
			return [expr {[dict get $::stage::run kind] eq "split" ? [list answer $cause] : "one"}]
		}
		ReversalReq { return [list [part $value] [amount $value newAmount]] }
		CaptureReq - RefundReq {
			set seq [dict get $value seq]
			set times [expr {[dict exists $book replaced $session/[part $value]]
			    ? [dict get $book replaced $session/[part $value]] : 0}]
			return [list [part $value] $seq $times]
		}
		MicroDeposit {
			dict set book references $session/1 [reference $value]
			return [dict get $value index]
		}
		MicroPay - MicroAck { return [dict get $value index] }
	}
	read_answer $name $to $type $session $msg
	return {}
}

proc ::books::part {value} { return [expr {[dict exists $value authSeq] ? [dict get $value authSeq] : 1}] }

proc ::books::amount {value name} { return [dict get $value $name amount] }

proc ::books::reference {value} {
	return [binary encode hex [::oracle::ikp::acquirer::reference [dict get $value clear] [part $value]]]
}

# Totals under a signature: right by themselves, and never more than what is said later.
proc ::books::read_answer {name to type session msg} {
	variable book
	if {$type eq "SealedRes"} return
	set value [dict get [::live::wire read [profile] $name $to $msg] value]
	if {$type eq "MicroDepositRes"} {
		dict set book deposit $session [dict create index [dict get $value index] \
		    total [amount $value total] closed [dict get $value closed]]
	}
	if {![dict exists $value totals]} return
	set t [dict get $value totals]
	check_totals [amount $t authorized] [amount $t captured] [amount $t refunded]
	if {[dict exists $value authSeq]} {
		dict set book signed $session/[part $value]/[dict get $t lastSeq] \
		    [list [amount $t captured] [amount $t refunded]]
	}
}

proc ::books::check_totals {authorized captured refunded} {
	if {$captured > $authorized} { wrong money "captured $captured of $authorized" }
	if {$refunded > $captured} { wrong money "refunded $refunded of $captured" }
}

# -- the network ------------------------------------------------------------------------------

proc ::books::told_network {type msg} {
	variable book
	set value [::oracle::der decode IKP $type [binary decode hex $msg]]
	if {$type eq "NetBatch"} {
		foreach item [dict get $value items] {
			set kind [expr {[dict get $item kind] eq "refund" ? "refunded" : "captured"}]
			moved $kind [binary encode hex [dict get $item reference]] [dict get $item seq] \
			    [amount $item amount]
		}
		return
	}
	set reference [binary encode hex [dict get $value reference]]
	switch -- $type {
		NetRequest { asked $reference $msg $value }
		NetCapture { moved captured $reference [dict get $value seq] [amount $value amount] }
		NetRefund { moved refunded $reference [dict get $value seq] [amount $value amount] }
		NetReversal { dict set book newAmount $reference [amount $value newAmount] }
		NetDeposit {
			add paid $reference [amount $value amount]
			add released $reference [amount $value released]
		}
	}
}

proc ::books::add {what reference amount} {
	variable book
	set sum [expr {[sum $what $reference] + $amount}]
	dict set book $what $reference $sum
}

proc ::books::sum {what reference} {
	variable book
	return [expr {[dict exists $book $what $reference] ? [dict get $book $what $reference] : 0}]
}

proc ::books::moved {what reference seq amount} {
	variable book
	if {[dict exists $book seqs $reference/$seq]} { wrong network "told of number $seq twice" }
	dict set book seqs $reference/$seq $amount
	add $what $reference $amount
}

proc ::books::asked {reference msg value} {
	variable book
	if {[dict exists $book asked $reference] && [dict get $book asked $reference] ne $msg} {
		wrong network "another request under one reference"
	}
	dict set book asked $reference $msg
	set most [expr {[dict get $::stage::run kind] in {batch split broker} ? 2 : 1}]
	if {[dict size [dict get $book asked]] > $most} { wrong network "asked about too many payments" }
}

proc ::books::network_reply {msg} {
	variable book
	set reference [dict get [::oracle::der decode IKP NetRequest [binary decode hex $msg]] reference]
	dict set book replied [binary encode hex $reference] 1
	set value [expr {[dict get $::stage::run kind] eq "decline"
	    ? [dict create reference $reference decision no reason 51]
	    : [dict create reference $reference decision yes authCode 123456]}]
	return [binary encode hex [::oracle::der encode IKP NetReply $value]]
}

# What the network was not asked about, as far as anybody can see from outside.
proc ::books::unanswered {} {
	variable book
	return [lsort -unique [dict values [dict get $book references]]]
}

# -- clearing ---------------------------------------------------------------------------------

proc ::books::due {key authorized captured refunded} {
	variable book
	dict set book due $key [dict create authorized $authorized captured $captured refunded $refunded]
}

proc ::books::owe {key do amount} {
	variable book
	switch -- $do {
		capture { dict update book due due { dict with due $key { incr captured $amount } } }
		refund { dict update book due due { dict with due $key { incr refunded $amount } } }
		reverse { dict set book due $key authorized $amount }
	}
}

proc ::books::replaced {key} {
	variable book
	dict update book replaced replaced { dict incr replaced $key }
}

# A result of the seller is about the part that was asked for last.
proc ::books::totals {session authorized captured refunded} {
	variable book
	check_totals $authorized $captured $refunded
	set part [expr {[dict exists $::stage::run part] ? [dict get $::stage::run part] : 1}]
	dict set book totals $session/$part \
	    [dict create authorized $authorized captured $captured refunded $refunded]
}

proc ::books::reached {key} {
	variable book
	return [expr {[dict exists $book totals $key]
	    && [dict get $book totals $key] eq [dict get $book due $key]}]
}

proc ::books::clearing {profile} {
	variable book
	dict for {key due} [dict get $book due] {
		lassign [::split $key /] session part
		if {[::stage::state buyer $session] ne "paid"} {
			wrong money "the buyer is [::stage::state buyer $session]"
		}
		set got [expr {[dict exists $book totals $key] ? [dict get $book totals $key] : "nothing"}]
		if {$got ne $due} { wrong money "seller and acquirer say $got, due is $due" }
		if {![dict exists $book references $key]} continue
		network_agrees $session [dict get $book references $key] $due
	}
	dict for {name sums} [dict get $book signed] {
		lassign [::split $name /] session part seq
		set due [dict get $book due $session/$part]
		lassign $sums captured refunded
		if {$captured > [dict get $due captured] || $refunded > [dict get $due refunded]} {
			wrong stored "signed for $sums, recorded $due"
		}
	}
	answered_again
}

proc ::books::network_agrees {session reference due} {
	variable book
	heard captured [sum captured $reference] [expr {[dict get $due captured] - [sale $session]}]
	heard refunded [sum refunded $reference] [dict get $due refunded]
	if {[dict exists $book newAmount $reference]} {
		heard "left authorised" [expr {-[dict get $book newAmount $reference]}] \
		    [expr {-[dict get $due authorized]}]
	}
}

# What was captured with the authorisation, of which the network is told in its NetRequest.
proc ::books::sale {session} {
	variable book
	set msg [dict get $book asked [dict get $book references $session/1]]
	set ask [::oracle::der decode IKP NetRequest [binary decode hex $msg]]
	return [expr {[dict get $ask captureNow] ? [amount $ask price] : 0}]
}

# The network heard of SUM where the acquirer has OURS.
proc ::books::heard {what sum ours} {
	variable book
	if {$sum == $ours} return
	if {$sum < $ours && [cut] && [dict get $book unheard] < [lost_at_once]} {
		dict incr book unheard
		return
	}
	wrong money "the network heard of $sum $what, the acquirer has $ours"
}

# How many sums one lost message is in: a NetBatch is about two payments.
proc ::books::lost_at_once {} {
	return [expr {[dict get $::stage::run kind] eq "batch" ? 2 : 1}]
}

# Did the acquirer die at a request that moves money?
proc ::books::cut {} {
	variable moving
	foreach item [dict get $::stage::run cut] {
		lassign $item name event
		if {$name ne "acquirer" || [lindex $event 0] ne "recv"} continue
		set what [lindex $event 1]
		if {[lindex [::stage::label [dict get $what from] acquirer [dict get $what msg]] 0] in $moving} {
			return 1
		}
	}
	return 0
}

# -- a payment ----------------------------------------------------------------------------------

proc ::books::payment {profile session} {
	variable book
	set kind [dict get $::stage::run kind]
	set states [list [::stage::state buyer $session] [::stage::state seller $session] \
	    [::stage::state acquirer $session]]
	set ends {pay {paid authorized authorized} capture {paid authorized captured}
	    decline {declined declined declined} cancel {cancelled cancelled voided}}
	set good [dict get $ends $kind]
	if {$kind eq "capture" && [flows::hard $profile]} { set good {paid captured captured} }
	if {([flows::hard $profile] || ![dict get $::stage::run deaths]) && $states ne $good} {
		wrong money "the parties end in $states, not $good"
	}
	set yes [expr {$kind ne "decline" && [dict size [dict get $book asked]] == 1}]
	if {!$yes && ("paid" in $states || "authorized" in $states || "captured" in $states)} {
		wrong money "$states without the network"
	}
	if {[flows::hard $profile]} answered_again
}

# -- chains ---------------------------------------------------------------------------------------

# LINKS of a chain were paid: PAYEE deposited them, and was paid for them once.
proc ::books::chain {session payee links unit} {
	variable book
	set due [expr {$links * $unit}]
	if {![dict exists $book deposit $session]} {
		wrong money "no deposit was answered"
		return
	}
	set got [dict get $book deposit $session]
	if {[dict get $got index] != $links || [dict get $got total] != $due} {
		wrong money "the acquirer has paid $got, not $links links of $unit"
	}
	set reference [dict get $book references $session/1]
	heard paid [sum paid $reference] $due
	if {[dict get $got closed]} {
		heard released [sum released $reference] [expr {3 * $unit}]
	}
	if {[sum paid $reference] + [sum released $reference] > 10 * $unit} {
		wrong money "the network paid and released more than was reserved"
	}
	answered_again
}

proc ::books::audit {reply due} {
	set result [dict get $reply result]
	if {[dict get $result passed] > [dict get $result received]} {
		wrong money "the broker passed on more than it received: $result"
	}
	if {[dict get $result received] != $due || [dict get $result passed] != $due} {
		wrong money "the broker's books say $result, not $due"
	}
}

# -- everything once more ---------------------------------------------------------------------------

# Every request answered before is answered again in octets sent before.
proc ::books::answered_again {} {
	variable book
	variable moving
	set last {}
	foreach item [dict get $::stage::run answered] {
		lassign $item name event
		set from [dict get [lindex $event 1] from]
		set msg [dict get [lindex $event 1] msg]
		lassign [::stage::label $from $name $msg] type session
		if {[dict exists $book anew $msg]} continue
		if {$type in {MicroPay MicroDeposit}} {
			dict set last $name/$type/$session [list $name $event $type]
		} elseif {$type in {Initiate Payment AuthReq ReversalReq CaptureReq RefundReq BatchReq SealedReq MicroClose}} {
			once_more $name $event $type
		}
	}
	dict for {key item} $last { once_more {*}$item }
}

# What was recorded and lost on its way leaves now; what left before must be the same.
proc ::books::once_more {name event type} {
	variable moving
	set reply [::stage::answer $name $event]
	if {[dict get $reply kind] ne "ok"} {
		if {$type in {CaptureReq RefundReq BatchReq SealedReq MicroPay MicroDeposit MicroClose}} {
			wrong stored "the $name answered the $type, and refuses it now: [dict remove $reply out]"
		}
		return
	}
	if {![llength [dict get $reply out]] && [flows::hard [dict get $::stage::run profile]]} {
		wrong stored "the $name answered the $type, and says nothing to it now"
	}
	foreach message [dict get $reply out] {
		dict with message {}
		if {$to eq "network" && $type in $moving} {
			wrong network "told again for a $type that was answered before"
			continue
		}
		said $name $to $msg $event
	}
}
