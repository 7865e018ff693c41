# flows.tcl -- what the parties of crash.tcl do, kind by kind, whatever happens
#
#   flows::play PROFILE KIND   drive it to its end
#
# Kinds: pay, capture (with the authorisation), decline and cancel; clear (two
# captures and a refund), partial (reversals of a part), batch (of two orders)
# and split (an order authorised in two parts); chain and offline (payments on a
# chain, deposits, close); broker (purchases of a buyer at a seller through it).
#
# Who has no answer asks again: a message by its sender (stage.tcl), a request
# by its timer, then by an inquiry, then with `replace`.  What was set going is
# entered into the books as due, and what was reached is compared with it there.

namespace eval ::flows {}

proc ::flows::play {profile kind} {
	switch -- $kind {
		clear - partial - batch - split - broker { play_$kind $profile }
		chain - offline { play_chain $profile $kind }
		default { payment $profile $kind }
	}
}

proc ::flows::hard {profile} { return [string match *-hard* $profile] }

proc ::flows::price {amount} {
	return [dict replace [dict get [ordered main] price] amount $amount]
}

proc ::flows::ordered {name} {
	return [::live::setup::order [dict get $::stage::run setup] $name]
}

# -- to a payment ----------------------------------------------------------------------

# PAYER orders at PAYEE; the session.
proc ::flows::start {payer payee offer start} {
	::stage::input $payee offer {*}$offer
	set reply [::stage::input $payer start {*}$start]
	set session [dict get $reply result session]
	dict set ::stage::run payer $session $payer
	dict set ::stage::run payee $session $payee
	return $session
}

# Order NAME of the set-up; CHANGES is what the offer says besides.
proc ::flows::order {name {changes {}} {mode pre}} {
	set setup [dict get $::stage::run setup]
	set offer [dict remove [ordered $name] pin]
	set start [dict merge [dict remove $offer unit] [list seller [dict get $setup idS]]]
	if {[dict exists $offer unit]} {
		dict set start micro [::live::setup::chain_terms $setup $name \
		    [dict get $::stage::run now] [list mode $mode]]
	}
	return [start buyer seller [dict merge $offer $changes] $start]
}

# Who hears nothing asks, until both sides have come to an end.
proc ::flows::settle {session} {
	set payer [dict get $::stage::run payer $session]
	set payee [dict get $::stage::run payee $session]
	for {set round 0} {$round < 4} {incr round} {
		::stage::drain
		if {[settled $session]} return
		ask_network
		if {![hard [dict get $::stage::run profile]]} continue
		ask_again $payee $session
		if {$payee ne "broker" && [::stage::state $payee $session] ne "invoiced"} {
			::stage::input $payee inquire session $session
			::stage::drain
		}
		if {[::stage::state $payer $session] ni {paid accepted}} {
			::stage::input $payer inquire session $session
			::stage::drain
			::stage::approve $payer $session
		}
	}
	::stage::drain
}

proc ::flows::settled {session} {
	set payer [dict get $::stage::run payer $session]
	set payee [dict get $::stage::run payee $session]
	return [expr {[::stage::state $payer $session] in {paid accepted declined cancelled}
	    && [::stage::state $payee $session] in {authorized captured declined cancelled
		part-authorized part-captured accepted}}]
}

# What the timer of a lost answer does.
proc ::flows::ask_again {payee session} {
	::stage::timer $payee retry/$session
	::stage::drain
}

proc ::flows::ask_network {} {
	foreach reference [::books::unanswered] {
		::stage::timer acquirer net-retry/$reference
		::stage::drain
	}
}

proc ::flows::payment {profile kind} {
	set session [order main [list captureNow [expr {$kind eq "capture"}]]]
	if {$kind eq "cancel"} { cancel $session }
	settle $session
	::books::payment $profile $session
}

proc ::flows::cancel {session} {
	if {![::stage::drain AuthRes]} {
		dict set ::stage::run kind pay ;# it was lost already: nothing to cancel
		return
	}
	dict set ::stage::run queue [lrange [dict get $::stage::run queue] 1 end] ;# lost
	::stage::input seller cancel session $session reason 3
}

# -- clearing -----------------------------------------------------------------------------

# A payment that is authorised; {SESSION PRICE}.
proc ::flows::sold {name {changes {}}} {
	set session [order $name $changes]
	settle $session
	set amount [dict get [ordered $name] price amount]
	set first [expr {[dict exists $changes authAmount] ? [dict get $changes authAmount amount] : $amount}]
	set now [expr {[dict exists $changes captureNow] && [dict get $changes captureNow]}]
	::books::due $session/1 $first [expr {$now ? $first : 0}] 0
	return [list $session $amount]
}

# A capture, refund or reversal, until the seller knows that it is done.
proc ::flows::clearing {session part do amount} {
	set key $session/$part
	set input [list $do session $session authSeq $part amount [price $amount]]
	::books::owe $key $do $amount
	dict set ::stage::run part $part
	::stage::input seller {*}$input
	::stage::drain
	reach $key $input
}

proc ::flows::reach {key input} {
	lassign [split $key /] session part
	dict set ::stage::run part $part
	foreach way {retry inquire replace inquire} {
		if {[::books::reached $key]} return
		switch -- $way {
			retry { ::stage::timer seller clear-retry/[part_key $session $part] }
			inquire { ::stage::input seller inquire session $session authSeq $part }
			replace {
				::books::replaced $key
				::stage::input seller {*}$input replace 1
			}
		}
		::stage::drain
	}
}

proc ::flows::part_key {session part} {
	return [expr {$part == 1 ? $session : "$session[format %02x $part]"}]
}

# Both ask once more at the end, so that the last word of the acquirer is there.
proc ::flows::ending {profile args} {
	foreach key $args {
		lassign [split $key /] session part
		dict set ::stage::run part $part
		::stage::input seller inquire session $session authSeq $part
		::stage::drain
	}
	::books::clearing $profile
}

proc ::flows::play_clear {profile} {
	lassign [sold main] session amount
	clearing $session 1 capture 1000
	clearing $session 1 capture [expr {$amount - 1000}]
	clearing $session 1 refund 300
	ending $profile $session/1
}

proc ::flows::play_partial {profile} {
	lassign [sold main] session amount
	clearing $session 1 reverse [expr {$amount - 1}]
	clearing $session 1 capture 500
	clearing $session 1 reverse 500
	ending $profile $session/1
}

proc ::flows::play_batch {profile} {
	lassign [sold main] one
	lassign [sold second {captureNow 1}] two
	set items {}
	foreach {kind session amount} [list capture $one 400 refund $two 300] {
		lappend items [dict create kind $kind session $session amount [price $amount]]
		::books::owe $session/1 $kind $amount
	}
	set reply [::stage::input seller batch items $items]
	::stage::drain
	if {[dict get $reply kind] eq "ok"} {
		::stage::timer seller clear-retry/[dict get $reply result session]
		::stage::drain
	}
	foreach {kind session amount} [list capture $one 400 refund $two 300] {
		dict set ::stage::run part 1
		::stage::input seller inquire session $session
		::stage::drain
		reach $session/1 [list $kind session $session amount [price $amount]]
	}
	::books::clearing $profile
}

proc ::flows::play_split {profile} {
	lassign [sold main [list authAmount [price 2000]]] session
	dict set ::stage::run part 2
	::stage::input seller authorize session $session amount [price 1500]
	::books::due $session/2 1500 0 0
	::stage::drain
	for {set round 0} {$round < 3} {incr round} {
		::stage::input seller inquire session $session authSeq 2
		::stage::drain
		if {[::books::reached $session/2]} break
		::stage::timer seller retry/[part_key $session 2]
		::stage::drain
		ask_network
	}
	clearing $session 1 capture 2000
	clearing $session 2 capture 1500
	ending $profile $session/1 $session/2
}

# -- chains -------------------------------------------------------------------------------

proc ::flows::play_chain {profile kind} {
	set session [order main {} [expr {$kind eq "offline" ? "off" : "pre"}]]
	settle $session
	if {[::stage::state buyer $session] ni {paid accepted}} {
		# a lost answer ends a set-up of the older editions
		if {[hard $profile] || ![dict get $::stage::run deaths]} {
			::stage::contradict money "no chain: [::stage::state buyer $session]"
		}
		return
	}
	links $session 2 2
	links $session 1 3
	deposit seller $session 3
	links $session 4 7
	deposit seller $session 7
	end $session
	::books::chain $session seller 7 [dict get [ordered main] unit amount]
}

# The buyer pays N links, which makes it TARGET in all.
proc ::flows::links {session n target} {
	set price [::live::setup::times [dict get [ordered main] unit] $n]
	set reply [::stage::input seller ask session $session price $price]
	if {[dict get $reply kind] ne "ok"} { ::stage::contradict money "asking is refused: $reply" }
	::stage::input buyer pay session $session price $price
	acked buyer $session $target
}

# Until PAYER has heard that the payee has TARGET links.  A timer that has nothing to send
# again tells that it has, if the answer was heard and then the answer to that was lost.
proc ::flows::acked {payer session target} {
	::stage::drain
	for {set round 0} {$round < 3} {incr round} {
		set acked [::stage::value $payer $session acked]
		if {$acked >= $target} break
		set reply [::stage::timer $payer pay-again/$session]
		if {[dict get $reply kind] eq "ok" && ![llength [dict get $reply out]]} {
			set acked [dict get $reply result index]
			break
		}
		::stage::drain
	}
	if {$acked != $target} {
		::stage::contradict money "the $payer has paid $acked links, not $target"
	}
}

proc ::flows::deposit {payee session index} {
	for {set round 0} {$round < 3} {incr round} {
		::stage::input $payee deposit session $session
		::stage::drain
		ask_network
		if {[::stage::value $payee $session deposited] == $index} break
	}
}

# A `close` that is refused finds the chain closed.
proc ::flows::end {session} {
	for {set round 0} {$round < 3} {incr round} {
		set reply [::stage::input seller close session $session]
		::stage::drain
		if {[dict get $reply kind] ne "ok" || [::stage::state seller $session] eq "closed"} return
	}
	::stage::contradict money "the chain does not close"
}

# -- the broker -----------------------------------------------------------------------------

proc ::flows::play_broker {profile} {
	set ks [market broker seller SHOP-000042]
	set bk [market buyer broker SHOP-000043]
	if {[llength [dict get $::stage::run found]]} return
	buy $ks $bk 2 2
	buy $ks $bk 3 5
	deposit seller $ks 5
	deposit broker $bk 5
	set reply [::stage::input broker audit session $ks]
	::books::audit $reply 2500
	::books::chain $ks seller 5 500
	::books::chain $bk broker 5 500
}

proc ::flows::money {amount} { return [dict create currency 840 amount $amount exponent -2] }

# A chain of ten links.
proc ::flows::market {payer payee id} {
	set inputs [dict get $::stage::run cast inputs]
	set offer [dict merge [dict remove [dict get $inputs offer input] do] \
	    [list unit [money 500] price [money 5000]]]
	set start [dict merge [dict remove [dict get $inputs start input] do] \
	    [list seller $id price [money 5000]]]
	dict set start micro [dict merge [dict get $start micro] [list broker SHOP-000043 \
	    unit [money 500] expiry [expr {[dict get $::stage::run now] + 86400}]]]
	set session [start $payer $payee $offer $start]
	settle $session
	if {[::stage::state $payer $session] ne "paid"} {
		::stage::contradict money "the $payer has no chain: [::stage::state $payer $session]"
	}
	return $session
}

proc ::flows::buy {ks bk n target} {
	set price [money [expr {500 * $n}]]
	set reply [::stage::input seller quote session $ks price $price]
	::stage::input buyer pay session $bk price $price offer [dict get $reply result offer]
	acked buyer $bk $target
	acked broker $ks $target
}
