# sources.tcl -- every key cited is in spec/sources.md, and every entry is cited
#
#   sources.tcl                run from the repository root
#
# A citation is a key in brackets, `[EC95]`, in spec/ or in a comment of C or
# ASN.1.  Ends with `N passed, N failed`.

proc content {file} {
	set ch [open $file]
	set text [read $ch]
	close $ch
	return $text
}

# Keys of the bibliography.
proc entries {} {
	set keys {}
	foreach {- key} [regexp -all -inline -line {^\| ([A-Z]+[0-9]*) \|} [content spec/sources.md]] {
		lappend keys $key
	}
	return $keys
}

# Where each key is cited: dict key -> file.
proc citations {keys} {
	set found {}
	foreach file [glob spec/*.md spec/decisions/*.md protocols/*/*.c protocols/*/*.h asn1/*.c asn1/*.h asn1/*.asn] {
		if {$file eq "spec/sources.md"} continue
		foreach {- key} [regexp -all -inline {\[([A-Z]{2,}[0-9]{2,4})[],]} [content $file]] {
			dict set found $key $file
		}
		foreach key $keys {
			if {[string first "\[$key" [content $file]] >= 0} { dict set found $key $file }
		}
	}
	return $found
}

set keys [entries]
set cited [citations $keys]
set bad 0
dict for {key file} $cited {
	if {$key ni $keys} { puts "$file: \[$key\] is not in spec/sources.md"; incr bad }
}
foreach key $keys {
	if {![dict exists $cited $key]} { puts "spec/sources.md: \[$key\] is cited nowhere"; incr bad }
}
puts "[expr {[llength $keys] + [dict size $cited] - $bad}] passed, $bad failed"
exit [expr {$bad > 0}]
