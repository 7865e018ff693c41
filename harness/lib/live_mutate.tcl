# live_mutate.tcl -- one deviation of a message, and what is made anew after it
#
#   mutate apply WORLDVAR MESSAGE MUTATIONS RESEAL    -> MSG (hexadecimal); the
#                                   world learns what a slip made anew holds
#
# MESSAGE is one of the world's (from to msg); if it is one of the channel, the mutations
# are of what is inside, unless it has the member `whole`.  MUTATIONS is a list of words with
# arguments; PATH starts with `envelope.`, `slip.`, `common.` (what is under
# H(Common) but not in the message), or is a path of the body:
#   flip-bit PATH ?N?         flip bit N (default 0) of the last octet
#   other PATH                another value of the same type
#   set-field PATH VALUE      add-field the same, for what was absent
#   drop-field PATH
#   add PATH N                add N to a number
#   resize PATH N             cut or fill to N octets or characters
#   shift PATH PATH           move the last octet of one in front of the other
#   times PATH N              multiply a number by N
#   rescale PATH              the same price, written with another exponent
#   defect PATH KIND ?HEX?    a DER defect of oracle::der; PATH `body`, `envelope`,
#                             or below them; `slip` for the slip's own encoding
#   truncate N   extend HEX   the whole message
#   octets HEX                this instead of the message
#   around WORD ARGUMENT ..   in 1KP of HARD, what is changed of the SealedReq or
#                             SealedRes that the message travels in
#   within KEY VALUE ..       how the message is sealed again there: type TYPE, secret
#                             HEX, octets HEX
#   other-cert PATH NAME ?FROM TO?   another chain; its leaf valid from FROM to TO
#                             seconds from now
#   sign FIELD KEY VALUE ..   how FIELD is resealed: key NAME (other-key), context
#                             WORD, salt N (octets), over {FIELD VALUE ..}
#   encrypt KEY VALUE ..      how the slip is resealed: key NAME, label WORD, alg
#                             ALG, pad pkcs1, leading HEX, plain HEX
#   restate PROFILE           the message of another profile of the edition that says the
#                             same: what that one does not give is left out, and what
#                             is made anew is made by its rules
#
# VALUE is taken as it stands, or: 0xHEX octets; @octets:N constant octets;
# @time:N the DATE that is N seconds from now; @chain:NAME, @leaf:NAME; @price:N;
# @ban:2 the other account;
# @other:TYPE.PATH from the session `other`; @own:TYPE.PATH from this one;
# @drawn:LABEL; @self:PATH of this message; @digest:N octets N as long as a digest;
# @number:N and @modulus:N (the acquirer's modulus plus N) as long as it; @ids:2 the
# other seller; @chains:N so many certificates; @oversize:N a chain of one with N
# octets; @cancel:N a Cancel of this transaction with a VC of N octets; @terms:N
# MicroTerms for N links; @link:N the token of index N of this chain; @worth:N the price
# of N links of it; @offer:N the offer last quoted, with another price if N is not 0;
# @reference:NAME by which the network knows the transaction of session NAME; @idb:EDITION
# the ID_B of this slip by the rule of that edition.
#
# RESEAL lists, in any order, what is made anew: hCommon slip sigS sigB sigS2 sigA mac
# offLine.sigS offLine.sigB;
# what the profile or the message does not have is passed over.

package require Tcl 8.6-

namespace eval ::live::mutate {
	namespace export apply value
	namespace ensemble create
	# what may follow the @ of a VALUE
	variable forms {
		octets time chain leaf ban price drawn own other self digest number modulus ids
		chains oversize cancel terms link worth offer reference idb
	}
}

proc ::live::mutate::apply {worldVar message mutations reseal} {
	upvar 1 $worldVar world
	dict with message {}
	set m [wire read [dict get $world profile] $from $to $msg]
	if {[sealed is $m] && ![dict exists $message whole]} { set m [sealed opened $world $m] }
	set m [dict merge $m [dict create defects {} tail {} cut 0 raw {} common {} \
	    signing {} sealing {} slipdefects {} scene [scene of $world] world $world]]
	foreach mutation $mutations {
		set arguments [lassign $mutation word]
		word_$word m {*}$arguments
	}
	set m [seal::all $m $reseal]
	if {[dict exists $m value encSlip] && [dict exists $m scene slip]} {
		dict set world slips [dict get $m value encSlip] [dict get $m scene slip]
	}
	if {[dict exists $m outer]} { set m [around [sealed closed $m] $mutations] }
	return [wire write $m]
}

# The mutations of what is around a message of the channel.
proc ::live::mutate::around {m mutations} {
	foreach mutation $mutations {
		if {[lindex $mutation 0] ne "around"} continue
		set arguments [lassign $mutation - word]
		word_$word m {*}$arguments
	}
	return $m
}

# -- paths ------------------------------------------------------------------------

# {holder rest}: the member of the message that holds a path.
proc ::live::mutate::holder {path} {
	set rest [lassign [split $path .] first]
	switch -- $first {
		envelope { return [list env [join $rest .]] }
		slip - common { return [list $first [join $rest .]] }
	}
	return [list value $path]
}

proc ::live::mutate::read {m path} {
	lassign [holder $path] where rest
	switch -- $where {
		slip { return [::oracle::der get [dict get $m scene slip] $rest] }
		common { return [common_value $m $rest] }
	}
	return [::oracle::der get [dict get $m $where] $rest]
}

proc ::live::mutate::common_value {m path} {
	set scene [dict get $m scene]
	set value [dict get $scene clear]
	dict set value price [dict get $scene order price]
	dict set value idB [dict get $scene idB]
	dict set value hDesc [seal::hdesc $m]
	return [::oracle::der get $value $path]
}

proc ::live::mutate::write {mVar path new} {
	upvar 1 $mVar m
	lassign [holder $path] where rest
	switch -- $where {
		slip { dict set m scene slip [::oracle::der set [dict get $m scene slip] $rest $new] }
		common { dict set m common $rest $new }
		default { dict set m $where [::oracle::der set [dict get $m $where] $rest $new] }
	}
}

# The leaf of the module a path names: kind, size, range, names.
proc ::live::mutate::leaf {m path} {
	lassign [holder $path] where rest
	set module [dict get $m module]
	switch -- $where {
		env { set module SEMPER; set type Envelope }
		slip { set type Slip }
		common { set type Common }
		value { set type [dict get $m type] }
	}
	set wanted [regsub -all {\.[0-9]+(?=\.|$)} $rest {.*}]
	foreach leaf [::oracle::der leaves $module $type] {
		if {[dict get $leaf path] eq $wanted} { return $leaf }
	}
	return {kind sequence}
}

# -- values -------------------------------------------------------------------------

proc ::live::mutate::value {m text} {
	if {[string match 0x* $text]} { return [binary decode hex [string range $text 2 end]] }
	if {![regexp {^@([a-z]+):(.*)$} $text -> what argument]} { return $text }
	set world [dict get $m world]
	switch -- $what {
		octets { return [string repeat \x5a $argument] }
		time { return [::oracle::tlv time [expr {[dict get $world now] + $argument}]] }
		chain { return [chain $m $argument] }
		leaf { return [lrange [chain $m $argument] 0 0] }
		ban { return [dict get $m scene setup account$argument ban] }
		price { return [dict replace [dict get $m scene order price] amount $argument] }
		drawn { return [binary decode hex [world drawn $world $argument seller]] }
		own { return [from_message $world [dict get $world session] $argument] }
		other { return [from_message $world other $argument] }
		self { return [read $m $argument] }
		digest {
			return [string repeat [binary format c $argument] \
			    [::oracle::hash size [::oracle::ikp::common hash [dict get $m scene edition]]]]
		}
		number { return [numbered $m $argument 0] }
		modulus { return [numbered $m $argument 1] }
		ids { return [dict get $m scene setup idS$argument] }
		idb { return [id_b $m $argument] }
		chains { return [lrepeat $argument [lindex [chain $m acquirer-enc] 0]] }
		oversize { return [list [string repeat \x30 $argument]] }
		cancel { return [cancel $m $argument] }
		terms { return [terms $m $argument] }
		link { return [scene link $world [dict get $m scene] $argument] }
		worth { return [setup times [dict get $m scene clear micro unit] $argument] }
		offer { return [offer $m $argument] }
		reference {
			return [::oracle::ikp::acquirer::reference \
			    [from_message $world $argument Invoice.clear] 1]
		}
	}
	error "no value $text"
}

proc ::live::mutate::id_b {m edition} {
	set slip [dict get $m scene slip]
	return [::oracle::ikp::common id-b $edition [dict get $slip rB] [dict get $slip ban]]
}

proc ::live::mutate::chain {m name} {
	return [lmap hex [setup chain [named $m $name]] {binary decode hex $hex}]
}

# A Cancel of this transaction, with a made-up VC of so many octets.
proc ::live::mutate::cancel {m octets} {
	set cancel [dict create idS [dict get $m value idS] tidS [dict get $m value tidS] reason 7]
	if {$octets} { dict set cancel vC [string repeat \x5a $octets] }
	return $cancel
}

# MicroTerms that no buyer has chosen, for so many links.
proc ::live::mutate::terms {m links} {
	set now [dict get $m world now]
	set terms [dict create root [value $m @digest:7] n $links \
	    unit [dict get $m scene order price] expiry [::oracle::tlv time [expr {$now + 86400}]] \
	    mode preAuthorized]
	if {[dict get $m scene edition] eq "hard"} { dict set terms chainId [value $m @octets:16] }
	return $terms
}

proc ::live::mutate::offer {m more} {
	set offer [::oracle::der decode IKP MicroOffer \
	    [binary decode hex [dict get $m world quoted]]]
	dict set offer price amount [expr {[dict get $offer price amount] + $more}]
	return $offer
}

# Certificate names: EDITION stands for the edition; a use for the setup's own.
proc ::live::mutate::named {m name} {
	set setup [dict get $m scene setup]
	if {[dict exists $setup names $name]} { return [setup name $setup $name] }
	return [string map [list EDITION [dict get $setup edition]] $name]
}

proc ::live::mutate::from_message {world session path} {
	set rest [lassign [split $path .] type]
	set message [lindex [world past $world $type $session] end]
	if {$message eq {}} { error "no $type in session $session" }
	dict with message {
		set value [dict get [wire read [dict get $world profile] $from $to $msg] value]
	}
	return [::oracle::der get $value [join $rest .]]
}

# N, plus the modulus TIMES, in as many octets as the acquirer's modulus has.
proc ::live::mutate::numbered {m n times} {
	set key [::oracle::ikp::proof public [chain $m acquirer-enc]]
	return [::oracle::number octets [expr {$times * [dict get $key n] + $n}] [dict get $key length]]
}

# -- words --------------------------------------------------------------------------

proc ::live::mutate::word_flip-bit {mVar path {bit 0}} {
	upvar 1 $mVar m
	write m $path [flipped [read $m $path] $bit]
}

proc ::live::mutate::flipped {octets bit} {
	set at [expr {[string length $octets] - 1 - $bit / 8}]
	binary scan [string index $octets $at] cu octet
	return [string replace $octets $at $at [binary format c [expr {$octet ^ (1 << ($bit % 8))}]]]
}

proc ::live::mutate::word_other {mVar path} {
	upvar 1 $mVar m
	set old [read $m $path]
	set leaf [leaf $m $path]
	switch -- [dict get $leaf kind] {
		octets { set new [flipped $old 0] }
		boolean { set new [expr {!$old}] }
		enumerated { set new [next_name [dict keys [dict get $leaf names]] $old] }
		integer { set new [next_number $leaf $old] }
		time { set new [::oracle::tlv time [expr {[::oracle::tlv seconds $old] + 1}]] }
		string { set new [next_text [dict get $leaf charset] $old] }
		default { error "no other value for $path" }
	}
	write m $path $new
}

proc ::live::mutate::next_name {names old} {
	return [lindex $names [expr {([lsearch -exact $names $old] + 1) % [llength $names]}]]
}

proc ::live::mutate::next_number {leaf old} {
	set high [lindex [dict get $leaf range] end end]
	return [expr {$old < $high ? $old + 1 : $old - 1}]
}

proc ::live::mutate::next_text {charset old} {
	set last [string index $old end]
	set next [string map {0 1 1 2 2 3 3 4 4 5 5 6 6 7 7 8 8 9 9 0} $last]
	if {$next eq $last} { set next [expr {$last eq "A" ? "B" : "A"}] }
	return [string replace $old end end $next]
}

proc ::live::mutate::word_set-field {mVar path text} {
	upvar 1 $mVar m
	write m $path [value $m $text]
}

proc ::live::mutate::word_add-field {mVar path text} {
	upvar 1 $mVar m
	write m $path [value $m $text]
}

proc ::live::mutate::word_drop-field {mVar path} {
	upvar 1 $mVar m
	lassign [holder $path] where rest
	if {$where eq "slip"} {
		dict set m scene slip [::oracle::der unset [dict get $m scene slip] $rest]
	} else {
		dict set m $where [::oracle::der unset [dict get $m $where] $rest]
	}
}

proc ::live::mutate::word_restate {mVar profile} {
	upvar 1 $mVar m
	dict set m env profile $profile
	dict set m profile $profile
	dict set m scene profile $profile
	dict set m scene variant [lindex [::case::split_profile $profile] 0]
	if {[::oracle::der has [dict get $m value] clear.profile]} {
		dict set m value clear profile [::oracle::ikp::common profile-value $profile]
	}
	dict for {path filter} [dict get [::live::tables] presence] {
		set rest [lassign [split $path .] type]
		if {$type eq "Slip"} { set rest [concat slip $rest] }
		if {$type in [list Slip [dict get $m type]] && ![::case::fits $filter $profile]} {
			without m [join $rest .]
		}
	}
}

# The component at PATH dropped, if it is there.
proc ::live::mutate::without {mVar path} {
	upvar 1 $mVar m
	lassign [holder $path] where rest
	set value [dict get $m value]
	if {$where eq "slip"} {
		set value [expr {[dict exists $m scene slip] ? [dict get $m scene slip] : {}}]
	}
	if {[::oracle::der has $value $rest]} { word_drop-field m $path }
}

proc ::live::mutate::word_add {mVar path n} {
	upvar 1 $mVar m
	write m $path [expr {[read $m $path] + $n}]
}

proc ::live::mutate::word_times {mVar path n} {
	upvar 1 $mVar m
	write m $path [expr {[read $m $path] * $n}]
}

proc ::live::mutate::word_resize {mVar path n} {
	upvar 1 $mVar m
	set old [read $m $path]
	set fill [expr {[dict get [leaf $m $path] kind] eq "octets" ? "\x5a" : "4"}]
	set new [string range [string cat $old [string repeat $fill $n]] 0 [expr {$n - 1}]]
	write m $path $new
}

proc ::live::mutate::word_shift {mVar from to} {
	upvar 1 $mVar m
	set one [read $m $from]
	set two [read $m $to]
	write m $to [string index $one end]$two
	write m $from [string range $one 0 end-1]
}

proc ::live::mutate::word_rescale {mVar path} {
	upvar 1 $mVar m
	word_set-field m $path.amount [expr {10 * [read $m $path.amount]}]
	word_set-field m $path.exponent [expr {[read $m $path.exponent] - 1}]
}

proc ::live::mutate::word_defect {mVar path kind args} {
	upvar 1 $mVar m
	set defect [concat $kind [lmap hex $args {binary decode hex $hex}]]
	set top [lindex [split $path .] 0]
	if {$top eq "slip"} {
		dict set m slipdefects [join [lrange [split $path .] 1 end] .] $defect
	} elseif {$top in {body envelope}} {
		dict set m defects $path $defect
	} else {
		dict set m defects body.$path $defect
	}
}

proc ::live::mutate::word_truncate {mVar n} {
	upvar 1 $mVar m
	dict set m cut $n
}

proc ::live::mutate::word_extend {mVar hex} {
	upvar 1 $mVar m
	dict set m tail [binary decode hex $hex]
}

proc ::live::mutate::word_octets {mVar hex} {
	upvar 1 $mVar m
	dict set m raw $hex
}

proc ::live::mutate::word_other-cert {mVar path name {from {}} {to 100000}} {
	upvar 1 $mVar m
	set chain [chain $m $name]
	if {$from ne {}} {
		set now [dict get $m world now]
		set hex [setup dated [named $m $name] [expr {$now + $from}] [expr {$now + $to}]]
		set chain [lreplace $chain 0 0 [binary decode hex $hex]]
	}
	write m $path $chain
}

proc ::live::mutate::word_around {mVar args} {}

proc ::live::mutate::word_within {mVar args} {
	upvar 1 $mVar m
	dict set m sealing $args
}

proc ::live::mutate::word_sign {mVar field args} {
	upvar 1 $mVar m
	dict set m signing $field $args
}

proc ::live::mutate::word_encrypt {mVar args} {
	upvar 1 $mVar m
	dict set m sealing $args
}
