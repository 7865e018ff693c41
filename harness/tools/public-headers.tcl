# public-headers.tcl -- which headers `make install` installs, one a line
#
# A header is public if a file of another room includes it, or a public header
# does; tests, which look inside, do not count.  So what only its own room
# includes (crypto/limbs.h) stays at home, and there is no list to keep.
# Run from the repository root.

namespace eval headers {
	variable public {}
}

proc headers::room {path} {
	return [file tail [file dirname $path]]
}

# The headers of ours that FILE includes, as paths.
proc headers::included {file} {
	set ch [open $file]
	set text [read $ch]
	close $ch
	set found {}
	foreach {- name} [regexp -all -inline -line {^#\s*include ["<]([^">]+/[^">]+\.h)[">]} $text] {
		foreach path [list $name protocols/$name] {
			if {[file exists $path]} {
				lappend found $path
				break
			}
		}
	}
	return $found
}

proc headers::publish {path} {
	variable public
	if {![dict exists $public $path]} {
		dict set public $path 1
		foreach next [included $path] {
			publish $next
		}
	}
}

foreach file [glob protocols/*/*.{c,h} asn1/*.{c,h} conformance/*/*.c conformance/*/*.h] {
	foreach path [headers::included $file] {
		if {[headers::room $path] ne [headers::room $file]} {
			headers::publish $path
		}
	}
}
puts [join [lsort [dict keys $headers::public]] \n]
