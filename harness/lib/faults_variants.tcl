# faults_variants.tcl -- correct variants: implementations that differ from the
# reference and are right, so every case must pass
#
#   faults::variants::run OPT     semper faults --variants; the exit code
#
# conformance/faults/variants is a list of commands in a safe interpreter:
#
#   variant NAME {about switch only role deny hide least}
#       about    what is different, and which sentence allows it
#       switch   a FAULT of the code that makes it so
#       hide     fields of hello taken away by a filter between harness and
#                reference: roles (all but `role`), operations
#       role     the one role that is left
#       deny     capabilities that it lacks

package require Tcl 8.6-

namespace eval ::faults::variants {
	namespace path ::
}
