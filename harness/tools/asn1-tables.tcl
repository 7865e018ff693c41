# asn1-tables.tcl -- the schema tables linked into the library, as one C file
#
#   asn1-tables.tcl NAME...      (for each asn1/NAME.asn and its NAME_asn1_tab.c)
#
# asn1Parser's tables drop the value ranges of INTEGER, so these are read from
# the module here: one {lowest, highest} for each INTEGER, in the order of the
# text, which is the order of the table (der_schema.c compares the counts).
# A parenthesis that is neither a SIZE, nor the range of an INTEGER, nor the
# number of a name is refused: no constraint gets lost in silence.

namespace eval tables {
	variable range {\(\s*(-?\d+|MIN)(?:\s*\.\.\s*(-?\d+|MAX))?\s*\)}
}

proc tables::text {path} {
	set ch [open $path]
	set text [read $ch]
	close $ch
	return [regsub -all -line -- {--.*$} $text ""]
}

proc tables::refuse_unknown {path text} {
	variable range
	foreach known [list {\(\s*SIZE\s*\([^()]*\)\s*\)} {SIZE\s*\([^()]*\)} \
	    {[a-z][A-Za-z0-9-]*\s*\(\s*\d+\s*\)} "INTEGER\\s*$range" \
	    "INTEGER\\s*\\{\[^{}\]*\\}\\s*$range"] {
		set text [regsub -all -- $known $text ""]
	}
	if {[regexp {[^\n]*[()][^\n]*} $text line]} {
		error "$path: constraint not understood: $line"
	}
}

# {lowest highest} of each INTEGER of TEXT, in C.
proc tables::ranges {text} {
	variable range
	set found {}
	set integer "\\yINTEGER\\y(?:\\s*\\{\[^{}\]*\\})?(?:\\s*$range)?"
	foreach {-> low high} [regexp -all -inline -- $integer $text] {
		if {$low in {"" MIN}} {
			set lowest INT64_MIN
		} else {
			set lowest $low
		}
		if {$low ne "" && $high eq ""} {
			set high $low
		} elseif {$high in {"" MAX}} {
			set high INT64_MAX
		}
		lappend found [list $lowest $high]
	}
	return $found
}

proc tables::module {name} {
	set path asn1/$name.asn
	set text [text $path]
	refuse_unknown $path $text
	set found [ranges $text]
	set table semper_${name}_asn1_tab
	puts "\n#include \"${name}_asn1_tab.c\""
	puts "static struct semper_der_type ${name}_types\[COUNT($table)\];"
	puts "static const struct semper_der_range ${name}_ranges\[\] = {"
	foreach pair $found {
		puts "\t{[join $pair {, }]},"
	}
	puts "\t{0, 0}\n};"
	return "\t{$table, ${name}_types, COUNT($table) - 1,\
	    ${name}_ranges, [llength $found], NULL},"
}

puts "#include \"asn1/der_schema.h\"\n"
puts "#define COUNT(a) (sizeof(a) / sizeof((a)\[0\]))"
set rows [lmap name $argv {tables::module $name}]
puts "\nstruct semper_der_module semper_der_modules\[\] = {"
puts [join $rows \n]
puts "\t{NULL, NULL, 0, NULL, 0, NULL}\n};"
