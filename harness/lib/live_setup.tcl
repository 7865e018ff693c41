# live_setup.tcl -- who takes part in a flow: keys, certificates, parameters
# and the values the parties agree on
#
#   setup make CONTEXT PROFILE CHANGES REAL     -> setup, below
#   setup open SETUP ROLE         {profiles params keys}; params and keys as
#                                 json nodes, as `open` of the adapter wants them
#   setup order SETUP NAME        what the parties agreed on for a session:
#                                 price desc order (hex) brand pin
#   setup chain NAME              certificates (hex), the leaf NAME first
#   setup private NAME            private key (oracle::rsa) of a certificate
#   setup pkcs8 NAME              the same as hex
#   setup list NAME               a revocation list (hex)
#
# A setup is a dict: profile edition variant seed start (its first second),
# names {role-use certificate ..}, changes, account, real (1: the clock is the
# world's), mute (the role that is played by a running peer, which keeps its private
# keys to itself, or {}).
#
# CHANGES is a list ROLE {KEY VALUE ..}; what a case wants otherwise:
#   profiles LIST     what the party is opened with
#   cert NAME         its own certificate (acquirer: of key enc, or both)
#   certSig NAME      the acquirer's certificate for signing
#   enc NAME  sig NAME    the seller: the acquirer's certificates it passes on
#   crls NAMES  anchors NAMES
#   minVariant V  blocked 1    (acquirer: of its seller)
#   any parameter of the interface table that is a number
#
# In NAMES and NAME the word EDITION stands for the edition.

package require Tcl 8.6-

namespace eval ::live::setup {
	namespace export make open order chain private pkcs8 list certificate changed channel unit \
	    times chain_terms real_now issue issued forget own dated pin name secret
	namespace ensemble create
	variable base 827323200      ;# 1996-03-20T12:00:00Z, what the test keys turn on
	variable store {}            ;# folder -> {keys certs}, parsed once
	variable folder {}
	variable issued {}           ;# certificate -> chain, for keys of an implementation's own
}

# -- the committed keys ---------------------------------------------------------

proc ::live::setup::read_keys {root} {
	variable store
	variable folder $root/vectors/keys
	if {[dict exists $store $folder]} return
	foreach name {keys certs} {
		dict set store $folder $name [json plain [semper::object $folder/$name.json]]
	}
}

proc ::live::setup::stored {file args} {
	variable store
	variable folder
	if {![dict exists $store $folder $file {*}$args]} {
		throw {SEMPER DATA} "no [join $args { }] in $folder/$file.json"
	}
	return [dict get $store $folder $file {*}$args]
}

proc ::live::setup::certificate {name} {
	if {[given there]} { given::lacking "certificate $name" }
	return [stored certs certificates $name]
}

proc ::live::setup::chain {name} {
	variable issued
	if {[dict exists $issued $name]} { return [dict get $issued $name] }
	if {[given there]} { return [given chain $name] }
	set found {}
	while {![string match *root $name]} {
		set entry [certificate $name]
		lappend found [dict get $entry der]
		set signer [expr {[dict exists $entry issuer] ? [dict get $entry issuer] : "root"}]
		if {$signer in [::list itself $name]} break
		set name $signer
	}
	return $found
}

proc ::live::setup::key_name {name} {
	set entry [certificate $name]
	return [expr {[dict exists $entry key] ? [dict get $entry key] : $name}]
}

proc ::live::setup::pkcs8 {name} {
	if {[given there]} { return [given key $name] }
	return [stored keys keys [key_name $name] pkcs8]
}

proc ::live::setup::private {name} {
	return [::oracle::rsa private [binary decode hex [pkcs8 $name]]]
}

proc ::live::setup::list {name} {
	if {[given there]} { given::lacking "revocation list $name" }
	return [stored certs lists $name der]
}

proc ::live::setup::spki_digest {name} {
	set leaf [::oracle::x509 certificate [binary decode hex [lindex [chain $name] 0]]]
	return [binary encode hex [::oracle::hash digest sha256 [dict get $leaf spki]]]
}

# The machine's time.  Who asks with time() may be told a tick less than the clock has, so
# that for a moment a second that has begun here has not there.
proc ::live::setup::real_now {} { return [expr {([clock milliseconds] - 20) / 1000}] }

# -- a setup --------------------------------------------------------------------

# A challenge exchanges the two sellers and the two buyers, unless a case needs the
# certificates of one (`steady`), and draws values, time and every random stream
# from its seed.
proc ::live::setup::make {context profile changes real} {
	variable base
	read_keys [dict get $context root]
	given use [::provider::value $context keys]
	lassign [::case::split_profile $profile] variant edition
	set seed [dict get $context challenge]
	set odd [expr {$seed ne {} && ![dict exists $changes buyer steady] && ![given there]
	    && [number $seed odd 2]}]
	set one [expr {$odd ? "2" : ""}]
	set two [expr {$odd ? "" : "2"}]
	set names [dict create seller seller$one-$edition seller2 seller$two-$edition \
	    buyer buyer$one-$edition buyer2 buyer$two-$edition]
	foreach use {enc sig} {
		set kind [expr {$edition eq "hard" ? "-$use" : ""}]
		dict set names acquirer-$use acquirer$kind-$edition
		dict set names acquirer2-$use acquirer2$kind-$edition
	}
	set start [expr {$real ? [real_now]
	    : $seed eq {} ? $base : $base + [number $seed start 30000000]}]
	return [dict create profile $profile edition $edition variant $variant seed $seed \
	    start $start real $real names $names changes $changes mute {} \
	    account [given account buyer [stored keys accounts buyer$one]] \
	    account2 [given account buyer2 [stored keys accounts buyer$two]] \
	    idS [given id seller SHOP-0000[expr {$odd ? 43 : 42}]] \
	    idS2 [given id seller2 SHOP-0000[expr {$odd ? 42 : 43}]]]
}

# A number below LIMIT that follows from SEED and a label.
proc ::live::setup::number {seed label limit} {
	set octets [::oracle::hash digest sha256 [encoding convertto utf-8 "$seed/$label"]]
	binary scan $octets W wide
	return [expr {($wide & 0x7fffffffffffffff) % $limit}]
}

proc ::live::setup::name {setup use} { return [dict get $setup names $use] }

# What a case wants otherwise for ROLE, or DEFAULT.
proc ::live::setup::changed {setup role key default} {
	set changes [dict get $setup changes]
	if {![dict exists $changes $role $key]} { return $default }
	return [string map [::list EDITION [dict get $setup edition] \
	    VARIANT [dict get $setup variant] LOWER [::case::lower [dict get $setup variant]]] \
	    [dict get $changes $role $key]]
}

# Long enough to be searched for in random octets.
proc ::live::setup::pin {} { return 271828182845 }

proc ::live::setup::order {setup session} {
	set seed [dict get $setup seed]
	set desc "1 x Widget; ship to: Saeumerstrasse 4, CH-8803 Rueschlikon"
	set amount 4999
	set currency 840
	if {$seed ne {} || $session ne "main"} {
		append desc " ($seed/$session)"
		set amount [expr {1000 + [number $seed amount/$session 900000]}]
	}
	if {$seed ne {}} { set currency [expr {100 + [number $seed currency 800]}] }
	set order [::oracle::hash digest sha256 [encoding convertto utf-8 "order/$seed/$session"]]
	set found [dict create desc $desc brand ZIPCARD pin [pin] \
	    order [string range [binary encode hex $order] 0 15] \
	    price [dict create currency $currency amount $amount exponent -2]]
	if {![micro $setup]} { return $found }
	set unit [dict create currency $currency amount [expr {$amount % 100 + 50}] exponent -2]
	return [dict replace $found unit $unit price [times $unit 10]]
}

# -- what `open` is given ---------------------------------------------------------

proc ::live::setup::open {setup role} {
	set profiles [changed $setup $role profiles [::list [dict get $setup profile]]]
	return [dict create profiles $profiles \
	    params [json obj {*}[concat [shared $setup $role] [params_$role $setup]]] \
	    keys [json obj {*}[keys_$role $setup]]]
}

proc ::live::setup::texts {values} {
	return [json arr [lmap value $values {json str $value}]]
}

# anchors and crls; in EC95 and JSAC nobody looks at lists
proc ::live::setup::shared {setup role} {
	set pairs [::list anchors [texts [anchors $setup $role]]]
	if {[dict get $setup edition] eq "hard"} { lappend pairs crls [texts [crls $setup $role]] }
	return $pairs
}

proc ::live::setup::anchors {setup role} {
	set names [changed $setup $role anchors {}]
	if {[given there] && $names eq {}} { return [given anchors] }
	return [lmap name [expr {$names eq {} ? "root" : $names}] {dict get [certificate $name] der}]
}

proc ::live::setup::crls {setup role} {
	set names [changed $setup $role crls -]
	if {[given there] && $names eq "-"} { return [given crls] }
	if {$names eq "-"} { set names {root-list acquirer-ca-list issuer-ca-list} }
	return [lmap name $names {list $name}]
}

proc ::live::setup::numbers {setup role names} {
	set pairs {}
	foreach name $names {
		set value [changed $setup $role $name {}]
		if {$value ne {}} { lappend pairs $name [json num $value] }
	}
	return $pairs
}

proc ::live::setup::params_buyer {setup} {
	set account [dict get $setup account]
	set pairs [::list ban [json str [changed $setup buyer ban [dict get $account ban]]] \
	    expiration [json str [dict get $account expiration]]]
	if {[dict get $setup variant] eq "3kp" && [dict get $setup edition] eq "hard"} {
		lappend pairs rAcct [json str [changed $setup buyer rAcct [dict get $account rAcct]]]
	}
	set least [changed $setup buyer minVariant {}]
	if {$least ne {}} { lappend pairs minVariant [json str $least] }
	return [concat $pairs [numbers $setup buyer skew]]
}

proc ::live::setup::params_seller {setup} {
	set enc [changed $setup seller enc [name $setup acquirer-enc]]
	set sig [changed $setup seller sig [expr {[dict get $setup edition] eq "hard"
	    ? [name $setup acquirer-sig] : $enc}]]
	return [concat [::list idS [json str [dict get $setup idS]] \
	    acquirerEnc [texts [chain $enc]] acquirerSig [texts [chain $sig]]] \
	    [numbers $setup seller {lifetime nMax termMax tries}] [shared_seller $setup]]
}

# What the seller has agreed on with the acquirer, and how far it trusts buyers.
proc ::live::setup::shared_seller {setup} {
	set pairs {}
	if {[channelled $setup] && ![changed $setup seller channelless 0]} {
		lappend pairs channelKey [json str [binary encode hex [lindex [channel $setup] 1]]] \
		    channelSecret [json str [secret $setup]]
	}
	if {[micro $setup] && [dict get $setup variant] eq "1kp" && [dict get $setup edition] eq "hard"} {
		lappend pairs secret [json str [secret $setup]]
	}
	if {[micro $setup] && [dict get $setup edition] eq "hard"} {
		lappend pairs brokers [texts {BROKER-1}]
	}
	if {[micro $setup] && [dict get $setup variant] eq "3kp" && ![changed $setup seller floorless 0]} {
		foreach {name links} {floor 12 floorTotal 15} {
			lappend pairs $name [price [times [unit $setup main] [changed $setup seller $name $links]]]
		}
	}
	return $pairs
}

# The key pair {secret public} of the acquirer's end of the channel of 1KP in HARD.
proc ::live::setup::channel {setup} {
	return [::oracle::hpke derive [::oracle::hash digest sha256 \
	    [encoding convertto utf-8 "channel/[dict get $setup seed]"]]]
}

proc ::live::setup::channelled {setup} {
	return [expr {[dict get $setup variant] eq "1kp" && [dict get $setup edition] eq "hard"
	    && ![micro $setup]}]
}

proc ::live::setup::secret {setup} {
	return [binary encode hex [::oracle::hash digest sha256 \
	    [encoding convertto utf-8 "secret/[dict get $setup seed]"]]]
}

# -- chains of micro-payments -------------------------------------------------------

proc ::live::setup::micro {setup} { return [::oracle::ikp::micro is [dict get $setup profile]] }

# What one link of a session's chain is worth.
proc ::live::setup::unit {setup session} {
	return [dict get [order $setup $session] unit]
}

proc ::live::setup::times {unit n} { return [::oracle::ikp::micro times $unit $n] }

proc ::live::setup::price {price} {
	return [::list obj [dict map {name n} $price {json num $n}]]
}

# What a buyer proposes at NOW for a chain of ten links, but for CHANGES: members of the
# input, of `unit` those that differ, and `in`, seconds until the expiry.
proc ::live::setup::chain_terms {setup session now changes} {
	set changes [dict merge [dict create in 86400 unit {}] $changes]
	return [dict merge [dict create n 10 mode pre] [dict remove $changes in] [dict create \
	    unit [dict merge [unit $setup $session] [dict get $changes unit]] \
	    expiry [expr {$now + [dict get $changes in]}]]]
}

proc ::live::setup::params_acquirer {setup} {
	set first [::list idS [json str [dict get $setup idS]]]
	set least [changed $setup acquirer minVariant {}]
	if {$least ne {}} { lappend first minVariant [json str $least] }
	if {[changed $setup acquirer blocked 0]} { lappend first blocked [json bool 1] }
	if {[changed $setup acquirer split 0]} { lappend first split [json bool 1] }
	if {[channelled $setup]} { lappend first channelSecret [json str [secret $setup]] }
	if {[micro $setup] && [dict get $setup variant] eq "1kp" && [dict get $setup edition] eq "hard"} {
		lappend first secret [json str [secret $setup]]
	}
	set second [::list idS [json str [dict get $setup idS2]]]
	set pairs [::list sellers [json arr [::list [json obj {*}$first] [json obj {*}$second]]]]
	if {[dict get $setup variant] eq "3kp" && [dict get $setup edition] ne "hard"} {
		lappend pairs accounts [json arr [lmap who [buyers $setup] {
			json obj ban [json str [dict get $setup account$who ban]] \
			    spki [json str [spki_digest [name $setup buyer$who]]]
		}]]
	}
	if {[channelled $setup]} {
		lappend pairs channelKey [json str [binary encode hex [lindex [channel $setup] 0]]]
	}
	return [concat $pairs [numbers $setup acquirer {windowPast windowFuture pinLimit authLifetime
	    captureLifetime nMax grace}]]
}

# The suffixes of those whose accounts the acquirer knows.
proc ::live::setup::buyers {setup} {
	if {![given there] || [given::knows chains [name $setup buyer2]]} { return {{} 2} }
	return {{}}
}

# -- keys -------------------------------------------------------------------------

# What ROLE is given for certificate NAME; a running peer has its private key already.
proc ::live::setup::pair {setup role name} {
	set chain [texts [chain $name]]
	if {[dict get $setup mute] eq $role && [given there] && ![given owned $name]} {
		return [json obj chain $chain]
	}
	return [json obj key [json str [pkcs8 $name]] chain $chain]
}

proc ::live::setup::keys_buyer {setup} {
	if {[dict get $setup variant] ne "3kp"} { return {} }
	return [::list sig [pair $setup buyer [changed $setup buyer cert [name $setup buyer]]]]
}

proc ::live::setup::keys_seller {setup} {
	if {[dict get $setup variant] eq "1kp"} { return {} }
	return [::list sig [pair $setup seller [changed $setup seller cert [name $setup seller]]]]
}

proc ::live::setup::keys_acquirer {setup} {
	set enc [changed $setup acquirer cert [name $setup acquirer-enc]]
	set sig [changed $setup acquirer certSig [expr {[dict get $setup edition] eq "hard"
	    ? [name $setup acquirer-sig] : $enc}]]
	return [::list enc [pair $setup acquirer $enc] sig [pair $setup acquirer $sig]]
}

# -- keys an implementation made itself ---------------------------------------------

# The chains of such keys; given CHAINS, these are in force.
proc ::live::setup::issued {{chains -}} {
	variable issued
	if {$chains ne "-"} { set issued $chains }
	return $issued
}

proc ::live::setup::forget {} { issued {} }

# The chain of certificate NAME with another public key in its leaf, signed anew
# by the leaf's issuer; from now on everybody gets this one.
proc ::live::setup::issue {name spki} {
	variable issued
	set chain [chain $name]
	set made [resigned $name subjectPublicKeyInfo \
	    [::oracle::der decode PKIX SubjectPublicKeyInfo [binary decode hex $spki]]]
	dict set issued $name [concat [::list $made] [lrange $chain 1 end]]
	return [dict get $issued $name]
}

# Certificate NAME with one field of its signed part changed, signed by its issuer.
proc ::live::setup::resigned {name field new} {
	set der [binary decode hex [lindex [chain $name] 0]]
	set value [::oracle::der decode PKIX Certificate $der]
	dict set value tbsCertificate $field $new
	set tbs [::oracle::der encode PKIX TBSCertificate [dict get $value tbsCertificate]]
	set signer [expr {[given there] ? [given signer [chain $name]]
	    : [private [dict get [certificate $name] issuer]]}]
	dict set value signature [::list 0 [::oracle::rsa pkcs1-sign sha256 $signer $tbs]]
	return [binary encode hex [::oracle::der encode PKIX Certificate $value]]
}

# Certificate NAME with another validity (seconds since 1970).
proc ::live::setup::dated {name from to} {
	return [resigned $name validity [dict create notBefore [moment $from] notAfter [moment $to]]]
}

# Times from 2050 on need four digits of the year.
proc ::live::setup::moment {seconds} {
	if {$seconds < 2524608000} {
		return [::list utcTime [::oracle::tlv time $seconds UTCTime]]
	}
	return [::list generalTime [::oracle::tlv time $seconds]]
}

# {key name certificate} of a role's own keys
proc ::live::setup::own {setup role} {
	switch -- $role {
		buyer - seller {
			if {![llength [keys_$role $setup]]} { return {} }
			return [::list sig [changed $setup $role cert [name $setup $role]]]
		}
	}
	set enc [changed $setup acquirer cert [name $setup acquirer-enc]]
	return [::list enc $enc sig [changed $setup acquirer certSig \
	    [expr {[dict get $setup edition] eq "hard" ? [name $setup acquirer-sig] : $enc}]]]
}
