# case_leaves.tcl -- cases generated from the leaves of every message type
#
#   case::from_leaves MODEL          cases, from the `leaves` tables of the model
#   case::dead_rows MODEL TABLE      rows that count in no profile (the reader refuses them)
#
# A table `leaves TYPE` names the receiving role, the flow and the message, and
# holds rows
#
#   path | profiles | reseal | what is expected | requirement | mutations
#
# of which, for a profile and a path, the first that fits counts; one that makes nothing
# anew, one that leaves H(Common) as it was and one that makes it anew are counted apart.
# What is expected: codes of a refusal; `accept`, `taken`; or `gap` and the reason why a
# change of this leaf is not refused.  Mutations default to
# another value of the leaf.  A name may follow the path after a blank where one
# path has several rows.
#
# Beside the rows each table without a word after the type gives, for every leaf that the
# profile has (another table: the first of these, for those below its `constraints`),
#   - each constraint of the module broken (IKP-G-01),
#   - each optional component dropped or added against the presence table
#     (IKP-G-07),
#   - the defects of encoding below (IKP-G-01).

package require Tcl 8.6-

namespace eval ::case {
	# slug -> mutations; of every message type
	variable defects {
		envelope-nonminimal {defect envelope nonminimal-length}
		envelope-indefinite {defect envelope indefinite-length}
		envelope-extra {defect envelope trailing 0500}
		octet-after {extend 00}
		truncated {truncate 1}
		version-padded {defect envelope.version nonminimal-integer}
		session-constructed {defect envelope.session indefinite-length}
		session-short {resize envelope.session 15}
		body-nonminimal {defect body nonminimal-length}
		body-indefinite {defect body indefinite-length}
		body-extra {defect body trailing 0500}
		body-after {defect body after 00}
		body-tag {defect body wrong-tag 31}
		type-unknown {set-field envelope.type Nonsense}
	}
	# slug -> {code requirement mutations}
	variable envelopes {
		version {bad-version IKP-G-12 {set-field envelope.version 2}}
		profile-unknown {variant-not-allowed IKP-G-02 {set-field envelope.profile ikp/4kp-hard}}
		profile-foreign {variant-not-allowed IKP-G-02 {set-field envelope.profile cash/modern}}
	}
	# components whose presence requirements judge instead of the table
	variable judged {
		Invoice.certA Payment.certB Confirm.v InquiryRes.confirm InquiryRes.cancel
		AcqInquiryRes.authRes Invoice.clear.hV
	}
}

proc ::case::from_leaves {model} {
	set found {}
	dict for {type table} [dict get $model leaves] {
		foreach profile [profiles] {
			guarded $table {
				if {[table_fits $model $table $profile]} {
					lappend found {*}[of_table $table $profile]
				}
			}
		}
	}
	return $found
}

proc ::case::of_table {table profile} {
	set found [leaf_rows $table $profile]
	if {[dict exists $table constraints]} {
		lappend found {*}[broken_constraints $table $profile [dict get $table constraints].*]
	}
	if {[llength [dict get $table name]] > 1} { return $found }
	return [concat $found [broken_constraints $table $profile] \
	    [presence $table $profile] [broken_encodings $table $profile]]
}

proc ::case::table_fits {model table profile} {
	set flow [dict get $model flows [dict get $table flow]]
	return [expr {[chosen [dict get $flow profiles] $profile]
	    && [chosen [dict get $table profiles] $profile]}]
}

# The type of a table: its name up to a blank, so that one may have several.
proc ::case::type_of {table} { return [lindex [dict get $table name] 0] }

# One generated case of one profile.
proc ::case::generated {table profile slug title req mutate expect args} {
	set area [string tolower [join [dict get $table name] -]]
	set slug [string map {. -} $slug]
	return [dict merge $table [dict create kind case profiles [profile_filter $profile] \
	    name [dict get $table room]::${area}::$slug title $title req $req mutate $mutate \
	    reseal {} expect $expect on [on_of $table]] $args]
}

proc ::case::on_of {table} {
	return [expr {[dict exists $table on] ? [dict get $table on] : [type_of $table]}]
}

# A column that fits this profile alone.
proc ::case::profile_filter {profile} {
	return [split_profile $profile]
}

# -- the rows ---------------------------------------------------------------------

proc ::case::rows {table} {
	set rows {}
	foreach line [split [dict get $table rows] \n] {
		if {[regexp {^\s*(#|$)} $line]} continue
		lappend rows [lmap cell [split $line |] {string trim $cell}]
	}
	return $rows
}

# The rows that count in a profile.
proc ::case::counting {table profile} {
	set found {}
	foreach row [rows $table] {
		lassign $row path filter reseal
		set slug [row_slug $path $reseal]
		if {[fits $filter $profile] && ![dict exists $found $slug]} { dict set found $slug $row }
	}
	return [dict values $found]
}

proc ::case::dead_rows {model table} {
	set live {}
	foreach profile [profiles] {
		if {[table_fits $model $table $profile]} { lappend live {*}[counting $table $profile] }
	}
	return [lmap row [rows $table] {
		if {$row in $live} continue
		set row
	}]
}

proc ::case::leaf_rows {table profile} {
	set found {}
	foreach row [counting $table $profile] {
		lassign $row path filter reseal expected req mutate
		set slug [row_slug $path $reseal]
		if {[lindex $expected 0] eq "gap"} continue
		set field [lindex $path 0]
		if {$mutate eq {}} { set mutate "other $field" }
		set mutate [join [split $mutate \;] \n]
		if {[lindex $expected 0] ni {accept taken}} { set expected [concat reject $expected] }
		lappend found [generated $table $profile $slug [row_title $table $path $reseal] \
		    $req $mutate $expected reseal $reseal leaf $field]
	}
	return $found
}

proc ::case::row_slug {path reseal} {
	set slug [string tolower [join $path -]]
	if {$reseal ne {}} { append slug -resealed }
	if {"hCommon" in $reseal} { append slug -common }
	return $slug
}

proc ::case::row_title {table path reseal} {
	set title "[type_of $table] with another [join $path {, }]"
	if {$reseal ne {}} { append title ", [join $reseal { and }] made anew" }
	return $title
}

# -- constraints --------------------------------------------------------------------

proc ::case::module {profile} {
	return [expr {[fits hard $profile] ? "IKP" : "IKP-Historic"}]
}

# The leaves that the profile gives to a message; certificate chains as one.
proc ::case::leaves_of {table profile} {
	set type [type_of $table]
	set module [expr {$type eq "NetReply" ? "IKP" : [module $profile]}]
	set found {}
	foreach leaf [::oracle::der leaves $module $type] {
		set path [dict get $leaf path]
		if {[dict get $leaf presence] eq "optional" && ![given $type $path $profile]} continue
		if {[regexp {^(NetReply\.(reason|authAmount\..*)|AcqInquiryRes\.totals\..*)$} \
		    $type.$path]} continue
		if {[regexp {^(confirm|cancel|authRes)\.|^offer\M|micro\.broker$} $path]} continue
		if {![all_given $type $path $profile]} continue
		lappend found $leaf
	}
	return $found
}

# 1 if all that the leaf is in is given.
proc ::case::all_given {type path profile} {
	set parts [split $path .]
	for {set i 0} {$i < [llength $parts]} {incr i} {
		if {![given $type [join [lrange $parts 0 $i] .] $profile]} { return 0 }
	}
	return 1
}

# 1 if the presence table gives the component, or does not speak of it.
proc ::case::given {type path profile} {
	set table [dict get [::live::tables] presence]
	if {[dict exists $table $type.$path]} {
		return [fits [dict get $table $type.$path] $profile]
	}
	return [expr {![string match *resp.* $path] && "$type.$path" ni {
		Confirm.v Payment.certB Payment.certB.*}
	    && ![string match {*Req.clear.micro} $type.$path]}]
}

# Of the leaves whose paths fit a pattern.
proc ::case::broken_constraints {table profile {within *}} {
	set found {}
	foreach leaf [leaves_of $table $profile] {
		set path [dict get $leaf path]
		if {![string match $within $path]} continue
		foreach {slug mutate} [violations $leaf] {
			lappend found [generated $table $profile [string tolower $path]-$slug \
			    "[type_of $table] whose $path violates the module ($slug)" \
			    IKP-G-01 $mutate {reject malformed} leaf $path flags Encoding]
		}
	}
	return $found
}

proc ::case::violations {leaf} {
	set path [dict get $leaf path]
	if {[string match *.\\* $path]} { return [chain_violations [string range $path 0 end-2]] }
	switch -- [dict get $leaf kind] {
		octets { return [size_violations $leaf $path] }
		string {
			return [concat [size_violations $leaf $path] \
			    [list alphabet "defect $path content 41c344"]]
		}
		integer {
			lassign [lindex [dict get $leaf range] 0] low high
			return [list below "set-field $path [expr {$low - 1}]" \
			    above "set-field $path [expr {$high + 1}]" \
			    padded "defect $path nonminimal-integer"]
		}
		enumerated { return [list unknown "defect $path content 63"] }
		boolean { return [list not-ff "defect $path content 01"] }
		time {
			return [list no-zone "defect $path content 3139393630333230313230303030" \
			    fraction "defect $path content 31393936303332303132303030302e355a" \
			    no-such-day "defect $path content 31393936303233303132303030305a"]
		}
	}
	return {}
}

proc ::case::size_violations {leaf path} {
	lassign [lindex [dict get $leaf size] 0] low high
	set found [list short "resize $path [expr {$low - 1}]"]
	if {$high < 100000} { lappend found long "resize $path [expr {$high + 1}]" }
	return $found
}

proc ::case::chain_violations {path} {
	return [list empty "set-field $path {}" \
	    five "set-field $path @chains:5" oversize "set-field $path @oversize:8193"]
}

# -- presence -----------------------------------------------------------------------

proc ::case::presence {table profile} {
	variable judged
	set type [type_of $table]
	set found {}
	dict for {path filter} [dict get [::live::tables] presence] {
		if {![string match $type.* $path] || $path in $judged} continue
		set field [string range $path [string length $type.] end]
		if {![in_module $type $field $profile]} continue
		if {[fits $filter $profile]} {
			set mutate "drop-field $field"
			set slug [string tolower $field]-dropped
		} else {
			set mutate "add-field $field [plausible $type $field $profile]"
			set slug [string tolower $field]-added
		}
		lappend found [generated $table $profile $slug "$type, $slug" IKP-G-07 $mutate \
		    {reject malformed} leaf $field flags Presence]
	}
	return $found
}

proc ::case::in_module {type field profile} {
	foreach leaf [::oracle::der leaves [module $profile] $type] {
		if {[string match $field* [dict get $leaf path]]} { return 1 }
	}
	return 0
}

# A value of the right type for a component that should not be there.
proc ::case::plausible {type field profile} {
	set name [lindex [split $field .] end]
	switch -glob -- $name {
		hV* { return @octets:[expr {[fits hard $profile] ? 32 : 20}] }
		sig* { return @octets:256 }
		cert* { return @chain:acquirer-enc }
		v* { return @octets:16 }
		mac { return @octets:32 }
		micro { return @terms:10 }
	}
	error "no plausible value for $type.$field"
}

# -- encoding -----------------------------------------------------------------------

proc ::case::broken_encodings {table profile} {
	variable defects
	variable envelopes
	if {[type_of $table] eq "NetReply"} { return {} }
	set found {}
	dict for {slug mutate} $defects {
		lappend found [generated $table $profile $slug \
		    "[type_of $table] that is not the DER of its type ($slug)" IKP-G-01 $mutate \
		    {reject malformed} flags Encoding]
	}
	dict for {slug row} $envelopes {
		lassign $row code req mutate
		lappend found [generated $table $profile $slug "[type_of $table] in an envelope\
		    it does not belong in ($slug)" $req $mutate [list reject $code] flags Downgrade]
	}
	return $found
}
