# ikp_batch.tcl -- many captures and refunds at once (spec/ikp-clearing.md 6.6 and 7.4), by
# the seller and by the acquirer.
#
# A batch is a transaction of its own.  The seller keys it by its session and keeps open
# (as for other requests) and keys, those of the transactions of its items.

package require Tcl 8.6-

# -- the seller ---------------------------------------------------------------------------

# For each currency and exponent the sums of captures and refunds (IKP-S-45).
proc ::oracle::ikp::Batch-totals {items} {
	set totals {}
	foreach item $items {
		set amount [dict get $item amount]
		set name [list [dict get $amount currency] [dict get $amount exponent]]
		if {![dict exists $totals $name]} { dict set totals $name {captures 0 refunds 0} }
		set sum [expr {[dict get $item kind] eq "refund" ? "refunds" : "captures"}]
		dict with totals $name { incr $sum [dict get $amount amount] }
	}
	set found {}
	dict for {name sums} $totals {
		lassign $name currency exponent
		lappend found [dict create currency $currency exponent $exponent \
			captures [dict get $sums captures] refunds [dict get $sums refunds]]
	}
	return $found
}

proc ::oracle::ikp::seller::on-batch {input} {
	set items {}
	set keys {}
	set profile ""
	foreach wanted [dict get $input items] {
		set key [Key-of [binary decode hex [dict get $wanted session]] $wanted]
		visit-known $key {
			set kind [dict get $wanted kind]
			der encode IKP Price [dict get $wanted amount]
			must IKP-G-03 {[llength [rows [expr {$kind eq "refund" ? "refund" : "capture"}]]]} bad-state
			if {$profile eq ""} { set profile [its profile] }
			must IKP-S-39 {[its profile] eq $profile} variant-not-allowed
			CheckChannel
			must IKP-S-31 {![knows open] && $key ni $keys} busy
			must IKP-S-19 {[Fits $kind [dict get $wanted amount]]} amount-exceeded
			lappend items [dict create kind $kind tidS [its tidS] date [its date] \
				nonceS [dict get [its clear] nonceS] hCommon [its hCommon] authSeq [Seq] \
				seq [Next] amount [dict get $wanted amount]]
		}
		lappend keys $key
	}
	Batch $profile $items $keys
}

proc ::oracle::ikp::seller::visit-known {key script} {
	must IKP-G-17 {[exists $key]} unknown-transaction
	uplevel 1 [list visit $key $script]
}

proc ::oracle::ikp::seller::Batch {profile items keys} {
	set session [draw session 16]
	if {[exists $session]} {
		return -code error -errorcode {SEMPER error random} "a session repeats"
	}
	foreach key $keys { visit $key { keep open [dict create kind batch session $session] } }
	select $session
	keep session $session profile $profile idS [param idS] keys $keys
	set batch [dict create session $session idS [param idS] items $items \
		totals [::oracle::ikp::Batch-totals $items]]
	set request [dict create batch $batch]
	if {[Signs]} {
		dict set request sigS [Sign batch-request TbsBatch salt(Sig_batch) \
			[dict create hBatch [BatchHash $batch]]]
		dict set request certS [CertS]
	}
	go batch batch-sent
	keep open [dict create kind batch request $request \
		octets [Packed BatchReq $session $request sealed]]
	Insist 0
}

proc ::oracle::ikp::seller::BatchHash {batch} {
	return [common h hard batch-hash [der encode IKP Batch $batch]]
}

proc ::oracle::ikp::seller::on-BatchRes {response} {
	set results [dict get $response results]
	must IKP-G-17 {[dict get $response idS] eq [its idS]} unknown-transaction
	must IKP-S-46 {[llength $results] == [llength [its keys]] && ![llength [lmap result $results {
		if {[dict exists $result totals] == ([dict get $result code] == 0)} continue
		set result
	}]]} malformed
	proof chain acquirer-sig [param acquirerSig] [its profile] [tlv time [now]]
	set own [BatchHash [dict get [its open] request batch]]
	set tbs [proof tbs [its profile] TbsBatchRes [dict create hBatch [dict get $response hBatch] \
		hResults [common h hard batch-results [der encode IKP BatchResults $results]]]]
	must IKP-S-36 {[dict get $response hBatch] eq $own
		&& [AcquirerSigned batch-response $tbs [dict get $response sigA]]} sig-invalid
	Settle $results
	go BatchRes batch-done
	forget open
}

# IKP-S-47
proc ::oracle::ikp::seller::Settle {results} {
	set session [its session]
	set accepted 0
	foreach key [its keys] result $results {
		visit $key {
			if {[knows open] && [dict get [its open] kind] eq "batch"
				&& [dict get [its open] session] eq $session} {
				if {[dict get $result code] == 0} {
					keep totals [dict get $result totals]
					keep state [Following]
				}
				forget open
			}
		}
		incr accepted [expr {[dict get $result code] == 0}]
	}
	report accepted $accepted
}

# -- the acquirer ----------------------------------------------------------------------------

proc ::oracle::ikp::acquirer::CheckBatch {request} {
	variable sealed
	set batch [dict get $request batch]
	if {$sealed eq ""} { KnownSeller $batch }
	if {[SellerSigns]} {
		set certS [dict get $request certS]
		proof chain seller $certS [its profile] [tlv time [now]] [dict get $batch idS]
		CheckSigned $certS $request batch-request TbsBatch \
			[dict create hBatch [common h hard batch-hash [der encode IKP Batch $batch]]]
	}
	must IKP-A-56 {![knows state] && [dict get $batch session] eq [heard-session]} replay
	must IKP-A-23 {[dict get $batch totals] eq [::oracle::ikp::Batch-totals [dict get $batch items]]} \
		amount-exceeded
}

proc ::oracle::ikp::acquirer::on-BatchReq {request} {
	set batch [dict get $request batch]
	set profile [its profile]
	set results {}
	set booked {}
	set before {}
	foreach item [dict get $batch items] {
		set key [list [dict get $batch idS] {*}[lmap name {tidS date nonceS authSeq} { dict get $item $name }]]
		lassign [Item $profile $key $item $before] result net
		lappend results $result
		if {$net ne ""} { lappend booked $net }
		lappend before $key
	}
	go BatchReq batched
	if {[llength $booked]} {
		send network [message der $profile NetBatch \
			[dict create session [dict get $batch session] items $booked]]
	}
	Reply BatchRes [BatchRes $batch $results]
}

# {BatchResult item-for-the-network}; nothing is changed by an item that is refused.
proc ::oracle::ikp::acquirer::Item {profile key item before} {
	set kind [expr {[dict get $item kind] eq "refund" ? "refund" : "capture"}]
	set net ""
	visit $key {
		try {
			must IKP-A-41 {[its profile ""] eq $profile} unknown-transaction
			CheckKnown [dict get $item hCommon]
			must IKP-A-57 {$key ni $before} busy
			CheckClearable $kind [dict get $item seq] [dict get $item amount]
			Book "" $kind [dict get $item seq] [dict get $item amount] \
				[expr {[dict get $item kind] eq "finalCapture"}]
			set result [dict create code 0 totals [its totals]]
			set net [dict create kind [dict get $item kind] reference [its reference] \
				seq [dict get $item seq] amount [dict get $item amount]]
		} trap {SEMPER reject} {- options} {
			set code [lindex [dict get $options -errorcode] 3]
			set result [dict create code [lindex [dict get [rules] errors $code] 1]]
		}
	}
	return [list $result $net]
}

proc ::oracle::ikp::acquirer::BatchRes {batch results} {
	set response [dict create idS [dict get $batch idS] \
		hBatch [common h hard batch-hash [der encode IKP Batch $batch]] results $results]
	dict set response sigA [Sign batch-response TbsBatchRes salt(Sig_batchRes) [dict create \
		hBatch [dict get $response hBatch] \
		hResults [common h hard batch-results [der encode IKP BatchResults $results]]]]
	return $response
}
