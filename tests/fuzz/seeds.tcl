# seeds.tcl -- first inputs for the fuzz targets, from the committed vectors
#
#   tclsh8.6 tests/fuzz/seeds.tcl DIR ?TARGET ..?     writes DIR/TARGET/*
#
# Run from the root of the repository.  The layouts are those that the first
# comment of each fuzz_TARGET.c gives.

source -encoding utf-8 harness/lib/json.tcl

namespace eval ::seeds {
	variable made 0
	variable modules {DER-Types IKP IKP-Historic IKP-Store PKIX Semper}
	variable messages {Initiate Invoice Payment AuthReq AuthRes Confirm Cancel InquiryReq
	    InquiryRes AcqInquiryReq AcqInquiryRes ReversalReq ReversalRes ErrorMsg
	    MicroAccept MicroPay MicroAck MicroDeposit MicroDepositRes MicroClose
	    CaptureReq CaptureRes RefundReq RefundRes BatchReq BatchRes SealedReq SealedRes
	    NetRequest NetReply NetReversal Error NetDeposit NetCapture NetRefund NetBatch
	    Batch BatchResults MicroTerms MicroOffer Common Slip Receipt
	    BuyerRecord OrderRecord SellerRecord AcquirerRecord PinRecord BatchRecord
	    AnswerRecord BatchDone FloorRecord QuoteRecord BookRecord AuditRecord}
}

proc ::seeds::read {file} {
	set ch [open $file]
	chan configure $ch -encoding utf-8
	set text [::read $ch]
	close $ch
	return [json parse $text $file]
}

proc ::seeds::write {dir octets} {
	variable made
	file mkdir $dir
	set ch [open $dir/[format %05d [incr made]] wb]
	puts -nonewline $ch $octets
	close $ch
}

# The tests of the files PATTERN, each as a node.
proc ::seeds::tests {pattern script} {
	upvar 1 test test
	foreach file [lsort [glob vectors/$pattern]] {
		foreach test [lindex [json get [read $file] tests] 1] { uplevel 1 $script }
	}
}

# {module type} of every type in the order of the generated tables.
proc ::seeds::types {} {
	set found {}
	foreach file [lsort [glob asn1/*.asn]] {
		set ch [open $file]
		set text [regsub -all -line -- {--.*$} [::read $ch] {}]
		close $ch
		regexp {^\s*([\w-]+)} $text -> module
		foreach {- type} [regexp -all -inline -line {^\s*([A-Z][\w-]*)\s*::=} $text] {
			lappend found [list $module $type]
		}
	}
	return $found
}

proc ::seeds::der {dir} {
	set types [types]
	tests der/*.json {
		set in [json get $test in]
		set at [lsearch -exact $types [list [json text $in module] [json text $in type]]]
		if {$at < 0 || [json type [json get $in der]] ne "str"} continue
		set der [binary decode hex [json text $in der]]
		if {[string length $der] < 4000} { write $dir [binary format c $at]$der }
	}
}

# Every octet string that a message can be, in a profile that has it.
proc ::seeds::message {dir} {
	variable messages
	tests der/ikp*.json {
		set in [json get $test in]
		set at [lsearch -exact $messages [json text $in type]]
		if {$at < 0 || [json type [json get $in der]] ne "str"} continue
		set der [binary decode hex [json text $in der]]
		set profile [expr {[json text $in module] eq "IKP-Historic" ? 5 : 8}]
		if {[string match Micro* [json text $in type]]} { incr profile 9 }
		if {[string match Sealed* [json text $in type]]} { set profile 6 }
		if {[string length $der] < 4000} { write $dir [binary format cc $profile $at]$der }
	}
	foreach file [lsort [glob -nocomplain vectors/ikp/flow-*.json]] {
		set all [json text [json get [read $file] parties] messages]
		foreach {- hex} [lrange $all 0 79] {
			if {[string length $hex] < 8000} {
				write $dir [binary format cc 0 0x80][binary decode hex $hex]
			}
		}
	}
}

proc ::seeds::pieces {list} {
	set octets {}
	foreach hex $list {
		set der [binary decode hex $hex]
		append octets [binary format S [string length $der]]$der
	}
	return $octets
}

proc ::seeds::pki {dir} {
	set uses {acquirer-enc acquirer-sig seller buyer}
	tests pki/*.json {
		set in [json get $test in]
		set chain [json text $in chain]
		set lists [lrange [json text $in crls] 0 4]
		set anchors [json text $in anchors]
		if {[llength $chain] > 5 || [llength $anchors] > 3} continue
		set edition [lsearch -exact {ec95 jsac hard} [json text $in edition]]
		set how [expr {[lsearch -exact $uses [json text $in use]] << 2}]
		while {$how % 3 != $edition} { incr how 16 }
		if {[json has $in id]} { incr how 64 }
		if {$how > 127} continue
		set octets [pieces $chain][pieces $anchors][pieces $lists]
		if {[string length $octets] > 16000} continue
		foreach believe {0 128} {
			write $dir [binary format cccc [expr {$how | $believe}] \
			    [expr {[llength $chain] + 6 * [llength $lists]}] \
			    [llength $anchors] 64]$octets
		}
	}
}

proc ::seeds::key {dir} {
	set seen {}
	foreach {which pattern} {{0 3} crypto/rsa*.json {1 4} crypto/ed25519*.json {2 5} crypto/{x25519,hpke}*.json} {
		tests $pattern {
			if {![json has [json get $test in] key]} continue
			set hex [json text [json get $test in] key]
			if {[dict exists $seen $hex] || [string length $hex] > 6000} continue
			dict set seen $hex 1
			foreach reader $which { write $dir [binary format c $reader][binary decode hex $hex] }
		}
	}
}

proc ::seeds::request {op in} {
	return "{\"id\":1,\"op\":[json quote $op],\"in\":[json write $in]}\n"
}

# One request of each operation and length; and flows as they are stored.
proc ::seeds::line {dir} {
	set seen {}
	tests {{crypto,der,pki}/*.json} {
		set text [request [json text $test op] [json get $test in]]
		set kind [list [json text $test op] [expr {[string length $text] / 400}] [json text [json get $test expect] result]]
		if {[dict exists $seen $kind] || [string length $text] > 12000} continue
		dict set seen $kind 1
		write $dir $text
	}
	write $dir [request hello [json obj line [json num 1] suite [json str 0]]][request bye [json obj]]
	foreach file [lsort [glob -nocomplain vectors/ikp/flow-*.json]] {
		set node [read $file]
		foreach test [lrange [lindex [json get $node tests] 1] 0 40] { flow $dir $node $test }
	}
}

proc ::seeds::flow {dir node test} {
	set parties [json get $node parties]
	set messages [json text $parties messages]
	set text [request open [json get $parties open]]
	foreach step [lindex [json get $test steps] 1] {
		set in [dict create h [json str p1]]
		foreach name {event rand now} {
			if {[json has $step $name]} { dict set in $name [json get $step $name] }
		}
		append text [request step [list obj $in]]
	}
	append text [request digest [json obj h [json str p1]]][request fork [json obj h [json str p1]]]
	foreach name [lsort -decreasing [regexp -all -inline {\$[\w-]+} $text]] {
		set name [string range $name 1 end]
		if {[dict exists $messages $name]} {
			set text [string map [list "\"\$$name\"" "\"[dict get $messages $name]\""] $text]
		}
	}
	if {[string length $text] < 100000} { write $dir $text }
}

# Payments of every kind, and at every point one thing that happens beside.
proc ::seeds::role {dir} {
	set on [string repeat [binary format c 14] 16]
	for {set profile 0} {$profile < 9} {incr profile} {
		for {set kind 0} {$kind < 4} {incr kind} {
			write $dir [binary format ccc $profile $kind 0]$on
			foreach beside {{6} {8 2} {8 3} {8 4} {9 0} {9 1} {7 0} {7 1} {13} {10 20}
			    {4 0 50} {4 4 3} {4 0 40 14 14 4 1 20} {4 2 30} {4 2 8} {4 3 60}} {
				for {set far [expr {$kind}]} {$far < 12} {incr far 3} {
					write $dir [binary format ccc $profile $kind $far][binary format c* $beside]$on
				}
			}
		}
	}
}

# Orders paid for, and what the seller asks then: each thing, and each with a
# lie in the request or, after it, in the answer.
proc ::seeds::clear {dir} {
	set on [string repeat [binary format c 14] 6]
	set asks {{4 0 50} {4 4 30} {4 1 20} {4 2 60} {4 2 8} {4 8 40} {4 3 90} {4 16 50} {8 0} {8 1} {8 2}
	    {19 0 0 30} {19 2 0 20 5 30 10 12} {19 1 2 15 2 15} {9 2} {13 14 14 14 14 9 3 8 0}}
	set lies {{} {5} {6} {0 0 1 60 1} {1 3 0 0 0 0} {1 3 1 1 9 1 0} {1 3 1 2 5 1 0} {1 3 1 1 4 1 1 4 9 2}
	    {1 3 2 4 1 2 0 3} {1 1 3 2 1 0}}
	for {set which 0} {$which < 12} {incr which} {
		foreach ask $asks {
			foreach lie $lies {
				set deeds [list 4 0 20 14 14 14 {*}$ask {*}$lie 14 14 {*}$lie]
				write $dir [binary format cc $which [expr {$which % 3}]][binary format c* $deeds]$on
			}
		}
	}
}

# Chains of every kind, and at every point one thing that happens beside.
proc ::seeds::micro {dir} {
	set on [string repeat [binary format c 14] 12]
	set end {4 3 14 14 8 3 0 14 14 14 4 5 14 14 8 3 0 14 14 14 8 4 0 14 14 14}
	foreach profile {0 1 2 3 4 5 6 7 8} {
		foreach kind {0 1 2 3} {
			write $dir [binary format ccc $profile $kind 0]$on[binary format c* $end]$on
			foreach beside {{6} {5} {4 5} {8 0 65} {8 1 2} {8 5 0} {8 13 0} {8 6 0} {8 7 0} {9 0} {9 3} {7 0}
			    {7 5} {10 255} {13} {18 3 4} {18 3 90} {1 3 0 0 0} {1 3 3 1 0} {2 3 0 0}
			    {8 3 0 5 9 2} {8 3 0 14 11 0 0} {8 3 0 6} {8 4 0 5 9 2 8 4 0}
			    {10 255 10 255 10 255 10 255 10 255 10 255 10 255 10 255 10 255 10 255 9 1 9 2 9 3}} {
				foreach far {2 6 11 13} {
					write $dir [binary format ccc $profile $kind $far][binary format c* [concat $beside {14 14} $end]]$on
				}
			}
		}
	}
}

# Every claim in every world, as it is, and with one damage: a field or an octet
# of a piece, a piece gone, a chain of another, signed again or not.
proc ::seeds::judge {dir} {
	set damages {}
	for {set piece 0} {$piece < 35} {incr piece} {
		foreach field {0 1 2 3 5 8 11} { lappend damages [list 1 $piece $field 1 0] }
		lappend damages [list 3 $piece 0] [list 0 $piece 0 $piece 1] \
		    [list 3 $piece 16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16]
	}
	for {set chain 0} {$chain < 4} {incr chain} {
		for {set how 0} {$how < 12} {incr how} { lappend damages [list 5 $chain $how] }
	}
	set i 0
	for {set profile 0} {$profile < 18} {incr profile} {
		for {set kind 0} {$kind < 6} {incr kind} {
			for {set claim 0} {$claim < 19} {incr claim} {
				write $dir [binary format c* [list $profile $kind $claim 7 4 0 0]]
				for {set n 0} {$n < 8} {incr n} {
					set by [lindex {5 13 21 7 1 29} [expr {[incr i] % 6}]]
					set damage [lindex $damages [expr {$i * 7 % [llength $damages]}]]
					write $dir [binary format c* [list $profile $kind $claim $by {*}$damage]]
				}
			}
		}
	}
}

set targets [lrange $argv 1 end]
if {![llength $targets]} { set targets {clear der judge key line message micro pki role} }
foreach target $targets {
	set seeds::made 0
	seeds::$target [lindex $argv 0]/$target
	puts [format "%-10s %5d seeds" $target $seeds::made]
}
