package require Tcl 8.6-
