# gen_ikp.tcl -- vectors/ikp: known answers, and flows as one role sees them
#
#   gen::ikp::files       path -> content; judge-*.json are made in gen_judge.tcl
#   gen::ikp::stateless   the same without flows
#
# common.json holds the known answers of the operation ikp.common, chain.json those of
# ikp.chain.  Each other
# file holds, for one profile and one role, what the role is told, step by step,
# in the cases of conformance/ikp, and what it has to answer.
#
# Those of the broker are of the `market` cases (gen_broker.tcl).
#
# Head of a flow file: `parties`.`open` is the `in` of the operation open;
# `parties`.`messages` has genuine messages by name.  In steps, a message is
# "$NAME", or {"of":"$NAME","parts":[[FROM,TO],HEX,..]}: octets FROM to TO (not
# included) of that one, and others, one after the other.  A test with members of its own in `parties`
# opens the party with these instead.

package require Tcl 8.6-

namespace eval ::gen::ikp {
	namespace path ::gen
	variable names {}        ;# message (hex) -> name, of the file being made
	variable kinds {}        ;# type -> how many of it have a name
	variable bases {}        ;# type -> the first of it
	variable places {}       ;# first message -> where each of its stretches is
	variable traced {pay capture declined pin}
}

proc ::gen::ikp::files {} {
	set found [stateless]
	set context [context]
	set model [::case::model [dict get $context root]]
	dict for {name flag} [dict get $model flags] {
		dict with flag { flag $name $bugType $severity $description $effect }
	}
	set groups {}
	foreach instance [concat [::live::instances $context] [::broker::instances $context]] {
		if {![wanted $model $instance]} continue
		dict lappend groups [list [dict get $instance profile] [dict get $instance role]] $instance
	}
	dict for {key instances} $groups { lappend found {*}[flow_files $context {*}$key $instances] }
	return $found
}

proc ::gen::ikp::stateless {} {
	return [concat [known_answers] [chains] [::gen::judge::suites [context]]]
}

proc ::gen::ikp::context {} {
	variable ::gen::seed_now
	set challenge [expr {$seed_now eq [seed] ? {} : $seed_now}]
	return [dict create root $::semper::root command {} timeout 20 deny {} \
	    challenge $challenge spec [spec load [file join $::semper::root spec]] \
	    protocol {} role {} profile {} only {}]
}

# Every case that somebody wrote, and of those made from the tables of leaves what is
# about meaning.  Defects of encoding are in vectors/der, for every type; here is each
# kind of broken envelope for one message of each role.
proc ::gen::ikp::wanted {model instance} {
	if {[dict exists $model cases [dict get $instance case]]
	    || [dict get $instance flags] ni {Encoding Presence Downgrade}} { return 1 }
	return [expr {[lindex [dict get $instance data on] 0] in {Invoice Payment AuthReq}
	    && ![dict exists $instance data leaf]}]
}

# -- known answers ------------------------------------------------------------------

proc ::gen::ikp::known_answers {} {
	set in [dict create price {currency 840 amount 4999 exponent -2} idS SHOP-000042 \
	    tidS 0001020304050607 date 827323200 nonceS [run 10] rB [run 20] saltB [run 30] \
	    ban 4111111111111111 \
	    desc "1 x Widget; ship to: Saeumerstrasse 4, CH-8803 Rueschlikon"]
	set tests {}
	foreach {edition hashes} {ec95 {sha1 sha256} jsac {sha1 sha256} hard sha256} {
		foreach hash $hashes {
			foreach variant {1kp 2kp 3kp} {
				lappend tests [known_answer $in $edition $hash $variant]
			}
		}
	}
	return [suite ikp common {kind kat title {ID_B, hDesc, hV, hVC and H(Common) of one order} generated 0} $tests]
}

# Sixteen consecutive octets from HEX on.
proc ::gen::ikp::run {hex} {
	set first [scan $hex %x]
	set octets {}
	for {set i 0} {$i < 16} {incr i} { append octets [format %02x [expr {$first + $i}]] }
	return $octets
}

proc ::gen::ikp::known_answer {in edition hash variant} {
	set in [dict merge [dict create edition $edition variant $variant hash $hash] $in]
	if {$variant ne "1kp"} { dict set in v [run 40] }
	if {$variant ne "1kp" && $edition ne "ec95"} { dict set in vC [run 50] }
	set node [list obj [dict map {name value} $in {
		switch -- $name {
			price { list obj [dict map {key n} $value {json num $n}] }
			date { json num $value }
			default { json str $value }
		}
	}]]
	set ok [::oracle::ikp::common answer $in]
	return [list obj [dict create id [json str ikp::common::$edition-$hash-$variant] \
	    title [json str "Common of $edition and $variant with $hash"] flags [json arr {}] \
	    req [strings [cite {IKP-G-06 IKP-B-02}]] op [json str ikp.common] in $node \
	    expect [json obj result [json str accept] ok [json strs $ok]]]]
}

# -- chains of micro-payments ---------------------------------------------------------

proc ::gen::ikp::chains {} {
	flag ChainInput EDGE_CASE high "what makes no chain, or the longest and shortest one" \
	    "a chain is shorter, or another one, than its owner believes"
	set tests {}
	foreach {edition hash} {ec95 sha1 ec95 sha256 jsac sha1 jsac sha256 hard sha256} {
		set in [dict create edition $edition hash $hash \
		    seed [string range [string repeat [run 01] 2] 0 [expr {2 * [::oracle::hash size $hash] - 1}]]]
		if {$edition eq "hard"} { dict set in chainId [run 60] }
		foreach {name n from} {0 0 0 1 1 0 2 2 0 100 100 0 40-60 60 40 1-65534 1 65534 0-65535 0 65535} {
			lappend tests [chained $edition-$hash-$name $in $n $from {}]
		}
		set empty [dict replace $in seed [string repeat 00 [::oracle::hash size $hash]]]
		lappend tests [chained $edition-$hash-zero $empty 1 0 range] \
		    [chained $edition-$hash-zero-later $empty 1 5 {}] \
		    [chained $edition-$hash-too-long $in 65536 0 range] \
		    [chained $edition-$hash-too-far $in 2 65534 range] \
		    [chained $edition-$hash-negative $in -1 0 range] \
		    [chained $edition-$hash-from-negative $in 1 -1 range] \
		    [chained $edition-$hash-seed-short [dict replace $in seed [string range \
		    [dict get $in seed] 2 end]] 1 0 malformed]
	}
	return [suite ikp chain {kind kat title {Links of chains of micro-payments} generated 0} $tests]
}

# CLASS: of the refusal, or empty.
proc ::gen::ikp::chained {name in n from class} {
	set in [dict replace $in n $n from $from]
	set expect [accept_or_reject $in $class]
	set more {}
	if {$class ne {}} {
		set more [list parent ikp::chain::[dict get $in edition]-[dict get $in hash]-1 \
		    mutation {kind set-field}]
	}
	return [test ikp::chain::$name title "link $n after link $from, $name" flags ChainInput \
	    req IKP-U-61 {*}$more op ikp.chain in $in expect $expect]
}

proc ::gen::ikp::accept_or_reject {in class} {
	return [expr {$class eq {} ? [accept ikp.chain $in] : [reject [list $class]]}]
}

# -- flows --------------------------------------------------------------------------

proc ::gen::ikp::flow_files {context profile role instances} {
	variable names {}
	variable kinds {}
	variable bases {}
	variable places {}
	set short [lindex [split $profile /] end]
	set tests {}
	foreach instance [honest_first $instances] {
		set test [expr {$role eq "broker" ? [::gen::broker::test $context $instance]
		    : [flow_test $context $instance]}]
		if {$test ne {}} { lappend tests $test }
	}
	set found {}
	set part 0
	foreach share [shares $tests] {
		set name flow-$short-$role[expr {$part ? "-[expr {$part + 1}]" : ""}]
		incr part
		lappend found {*}[suite ikp $name [dict create kind flow \
		    title "What the $role of $profile is told, and answers" \
		    parties [parties $context $profile $role $share]] $share]
	}
	return $found
}

# The accepted parents name the genuine messages.
proc ::gen::ikp::honest_first {instances} {
	set first {}
	set rest {}
	foreach instance $instances {
		if {[string match ikp::run::* [dict get $instance id]]} {
			lappend first $instance
		} else {
			lappend rest $instance
		}
	}
	return [concat $first $rest]
}

# Files below 1 MiB: tests of one file, with the messages they speak of.
proc ::gen::ikp::shares {tests} {
	variable names
	set lengths [dict map {name hex} [by_name $names] {string length $hex}]
	set shares {}
	set share {}
	set size 0
	set spoken {}
	foreach test $tests {
		set text [json write $test]
		set more [string length $text]
		foreach name [mentioned $text] {
			if {[dict exists $spoken $name]} continue
			dict set spoken $name 1
			incr more [dict get $lengths $name]
		}
		if {$size + $more > 950000} {
			lappend shares $share
			set share {}
			set size 0
			set spoken {}
		}
		lappend share $test
		incr size $more
	}
	return [concat $shares [list $share]]
}

proc ::gen::ikp::by_name {names} {
	set found {}
	dict for {hex name} $names { dict set found $name $hex }
	return $found
}

# Names of messages in the text of a test.
proc ::gen::ikp::mentioned {text} {
	return [lsort -unique [lmap {- name} [regexp -all -inline {"\$([A-Za-z]+-[0-9]+)"} $text] {
		set name
	}]]
}

proc ::gen::ikp::parties {context profile role tests} {
	variable names
	set spoken [mentioned [join [lmap test $tests {json write $test}]]]
	set messages {}
	dict for {hex name} $names {
		if {$name in $spoken} { lappend messages $name [json str $hex] }
	}
	if {$role eq "broker"} {
		set open [::gen::broker::opened $profile]
	} else {
		set open [opened [::live::setup make $context $profile {} 0] $role]
	}
	return [json obj open $open messages [json obj {*}$messages]]
}

proc ::gen::ikp::opened {setup role} {
	set open [::live::setup open $setup $role]
	return [json obj protocol [json str ikp] role [json str $role] \
	    profiles [strings [dict get $open profiles]] params [dict get $open params] \
	    keys [dict get $open keys]]
}

# -- one test -------------------------------------------------------------------------

# What SCRIPT plays, noted as the role of the instance is told it; it has to go well.
proc ::gen::ikp::traced {instance script} {
	::live::trace on [dict get $instance role]
	try {
		return [uplevel 1 $script]
	} trap {LIVE verdict} {verdict} {
		throw {SEMPER DATA} "[dict get $instance id]: $verdict"
	} finally {
		::live::trace off
	}
}

proc ::gen::ikp::flow_test {context instance} {
	lassign [traced $instance {::live::play $context {} $instance}] verdict world
	if {![dict exists $world told] || ![llength [dict get $world told]]} { return {} }
	set expect [expected $instance $verdict]
	set members [heading $instance]
	if {[dict get [lindex $expect 1] result] eq {str reject}} {
		dict set members parent [json str [parent $instance]]
		dict set members mutation [mutation $instance]
	}
	if {[llength [::live::changes $instance]]} {
		dict set members parties [json obj open [opened [dict get $world setup] \
		    [dict get $instance role]]]
	}
	dict set members steps [steps [dict get $instance role] [dict get $world told]]
	dict set members expect $expect
	variable traced
	if {[dict get $instance case] in [lmap name $traced {string cat ikp::run:: $name}]} {
		dict set members trace [intermediate $world]
	}
	return [list obj $members]
}

# What stands before the steps of any test.
proc ::gen::ikp::heading {instance} {
	return [dict create id [json str [dict get $instance id]] \
	    title [json str [dict get $instance title]] \
	    flags [strings [dict get $instance flags]] \
	    req [strings [cite [requirements $instance]]] \
	    profile [json str [dict get $instance profile]] role [json str [dict get $instance role]] \
	    capabilities [strings [lsort -unique [concat {clock=virtual keys=import rand} \
	    [dict get $instance needs]]]]]
}

proc ::gen::ikp::requirements {instance} {
	set req [dict get $instance req]
	return [expr {[llength $req] ? $req : "IKP-G-06"}]
}

proc ::gen::ikp::expected {instance verdict} {
	set word [lindex [dict get $instance data expect] 0]
	if {[dict get $verdict verdict] eq "flaw-shown"} { return [json obj result [json str flaw]] }
	if {$word ne "reject" || [dict get $instance data kind] eq "script"} {
		return [json obj result [json str accept]]
	}
	return [json obj result [json str reject] \
	    {*}[refusal [lrange [dict get $instance data expect] 1 end]]]
}

proc ::gen::ikp::refusal {codes} {
	set codes [lsearch -all -inline -not -exact $codes changes-state]
	set classes [lsort -unique [lmap code $codes {::live::wire class $code}]]
	return [list class [strings $classes] code [strings $codes]]
}

proc ::gen::ikp::parent {instance} {
	set short [lindex [split [dict get $instance profile] /] end]
	return ikp::run::[dict get $instance data flow]@$short/[dict get $instance role]
}

proc ::gen::ikp::mutation {instance} {
	set data [dict get $instance data]
	set lines [::live::script::lines [::live::spelled $instance [dict get $data mutate]]]
	set first [lindex $lines 0]
	set node [list kind [json str [lindex $first 0]] message [json str [join [dict get $data on]]]]
	if {[llength $first] > 1} { lappend node change [strings [lrange $first 1 end]] }
	if {[llength $lines] > 1} { lappend node also [strings [lrange $lines 1 end]] }
	if {[dict exists $data reseal] && [llength [dict get $data reseal]]} {
		lappend node reseal [strings [dict get $data reseal]]
	}
	return [json obj {*}$node]
}

# -- steps ----------------------------------------------------------------------------

proc ::gen::ikp::steps {role told} {
	return [json arr [lmap one $told {step $role $one}]]
}

proc ::gen::ikp::step {role told} {
	if {[dict exists $told restart]} { return [json obj restart [json bool 1]] }
	dict with told {}
	set node [list event [event $event] now [json num $now]]
	if {[dict size $rand]} { lappend node rand [json strs $rand] }
	if {[dict get $reply kind] eq "reject"} {
		if {![llength $codes]} { set codes [list [dict get $reply code]] }
		return [json obj {*}$node reject [json obj {*}[refusal $codes]]]
	}
	return [json obj {*}$node ok [answer $role $reply]]
}

proc ::gen::ikp::event {event} {
	lassign $event kind what
	if {$kind ne "recv"} { return [::live::party::event_node $event] }
	set from [dict get $what from]
	return [json obj recv [json obj from [json str $from] msg [named $from {} [dict get $what msg]]]]
}

proc ::gen::ikp::answer {role reply} {
	set out [lmap message [dict get $reply out] {
		dict with message { json obj to [json str $to] msg [named {} $to $msg] }
	}]
	set timers [lmap timer [dict get $reply timers] {json num [dict get $timer at]}]
	set result [dict map {name value} [::live::judge::result $role $reply] {
		switch -- $name {
			error { json num $value }
			receipt { near Receipt $value }
			default { json str $value }
		}
	}]
	return [json obj out [json arr $out] status [json str [dict get $reply status]] \
	    result [list obj $result] timers [json arr $timers] \
	    drew [list obj [dict map {label n} [dict get $reply drew] {json num $n}]]]
}

# A message by its name, or as a named one with a middle of its own.
proc ::gen::ikp::named {from to msg} {
	try {
		set type [lindex [::live::wire label $from $to $msg] 0]
	} trap {LIVE verdict} {} {
		set type {}
	}
	return [near $type $msg]
}

proc ::gen::ikp::near {type msg} {
	variable names
	variable kinds
	if {[dict exists $names $msg]} { return [json str \$[dict get $names $msg]] }
	set near [nearest $type $msg]
	if {$near ne {}} { return $near }
	if {$type eq {}} { return [json str $msg] }
	variable bases
	dict incr kinds $type
	if {![dict exists $bases $type]} { dict set bases $type $msg }
	dict set names $msg $type-[dict get $kinds $type]
	return [json str \$$type-[dict get $kinds $type]]
}

# The first named message of the type (of any, for what has no type) with other
# octets in between, if that is much shorter.
proc ::gen::ikp::nearest {type msg} {
	variable bases
	set best {}
	foreach base [expr {$type eq {} ? [dict keys $bases] : [list $type]}] {
		if {![dict exists $bases $base]} continue
		set parts [delta [dict get $bases $base] $msg]
		if {$best eq {} || [weight $parts] < [weight [lindex $best 1]]} {
			set best [list $base-1 $parts]
		}
	}
	if {$best eq {} || [weight [lindex $best 1]] > 0.6 * [string length $msg]} { return {} }
	return [json obj of [json str \$[lindex $best 0]] parts [json arr [lmap part [lindex $best 1] {
		if {[llength $part] == 2} {
			json arr [list [json num [lindex $part 0]] [json num [lindex $part 1]]]
		} else {
			json str $part
		}
	}]]]
}

proc ::gen::ikp::weight {parts} {
	set sum 0
	foreach part $parts { incr sum [expr {[llength $part] == 2 ? 12 : [string length $part]}] }
	return $sum
}

# MSG as parts: {FROM TO} octets of BASE, or hexadecimal of its own.  A stretch of
# BASE is found by the 24 octets it starts with, and taken as far as it goes.
proc ::gen::ikp::delta {base msg} {
	set places [anchors $base]
	set parts {}
	set own {}
	set at 0
	set length [string length $msg]
	set next 0
	while {$at < $length} {
		set run [shared $base $next $msg $at]
		if {$run < 16} {
			set anchor [string range $msg $at $at+47]
			set run 0
			if {[dict exists $places $anchor]} {
				set next [dict get $places $anchor]
				set run [shared $base $next $msg $at]
			}
		}
		if {$run} {
			if {$own ne {}} { lappend parts $own; set own {} }
			lappend parts [list [expr {$next / 2}] [expr {($next + $run) / 2}]]
			incr at $run
			incr next $run
		} else {
			append own [string range $msg $at $at+1]
			incr at 2
			incr next 2
		}
	}
	if {$own ne {}} { lappend parts $own }
	return $parts
}

proc ::gen::ikp::anchors {base} {
	variable places
	if {![dict exists $places $base]} {
		set found {}
		for {set i 0} {$i + 48 <= [string length $base]} {incr i 2} {
			dict set found [string range $base $i $i+47] $i
		}
		dict set places $base $found
	}
	return [dict get $places $base]
}

# Hexadecimal digits, of whole octets, that agree from two places on.
proc ::gen::ikp::shared {one i two j} {
	set one [string range $one $i end]
	set two [string range $two $j end]
	set low 0
	set high [expr {min([string length $one], [string length $two])}]
	while {$low < $high} {
		set middle [expr {($low + $high + 1) / 2}]
		if {[string equal -length $middle $one $two]} {
			set low $middle
		} else {
			set high [expr {$middle - 1}]
		}
	}
	return [expr {$low & ~1}]
}

# -- intermediate values ----------------------------------------------------------------

# What an implementer wants to see when the hashes differ; nothing is judged by it.
proc ::gen::ikp::intermediate {world} {
	set scene [::live::scene of $world]
	if {![dict exists $scene clear]} { return [json obj] }
	set profile [dict get $scene profile]
	set edition [dict get $scene edition]
	set fields [dict merge [dict get $scene clear] [dict create \
	    price [dict get $scene order price] idB [dict get $scene idB] \
	    hDesc [::oracle::ikp::common h-desc $edition [dict get $scene saltB] \
	    [dict get $scene order desc]]]]
	set common [::oracle::ikp::common make $profile $fields]
	set found [list common [::oracle::ikp::message der $profile Common $common] \
	    hCommon [dict get $fields hCommon] idB [dict get $fields idB] hDesc [dict get $fields hDesc]]
	foreach name {v vC encSlip} {
		if {[dict exists $scene $name]} { lappend found $name [dict get $scene $name] }
	}
	if {[dict exists $scene slip]} {
		lappend found slip [::oracle::ikp::slip encode $profile [dict get $scene slip]]
	}
	lappend found {*}[signed $scene $fields]
	return [json strs [dict map {name octets} $found {binary encode hex $octets}]]
}

# The octets under the signatures, without context.
proc ::gen::ikp::signed {scene fields} {
	set profile [dict get $scene profile]
	set found {}
	if {[dict get $scene variant] ne "1kp"} {
		lappend found tbsOffer [::oracle::ikp::proof tbs $profile TbsOffer \
		    [::oracle::ikp::proof offer $profile [dict get $scene clear]]]
	}
	if {[dict exists $scene sigB]} {
		lappend found tbsPayment [::oracle::ikp::proof tbs $profile TbsPayment \
		    [dict merge $fields [dict create encSlip [dict get $scene encSlip]]]]
	}
	if {[dict exists $scene ask sigS2]} {
		lappend found tbsAuthReq [::oracle::ikp::proof tbs $profile TbsAuthReq \
		    [::oracle::ikp::proof auth-request [dict get $scene ask]]]
	}
	if {[dict exists $scene answer]} {
		set answer [dict merge [dict get $scene answer] $fields]
		if {[dict get $scene edition] eq "hard"} {
			dict set answer hEncSlip [::oracle::ikp::common h hard enc-slip [dict get $scene encSlip]]
		}
		lappend found tbsAuthRes [::oracle::ikp::proof tbs $profile TbsAuthRes $answer]
	}
	return $found
}
