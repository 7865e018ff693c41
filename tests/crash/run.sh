#!/bin/sh
# run.sh BUILD KILLS -- kill the parties KILLS times (crash.tcl), after showing that
# ledgers that are wrong on purpose are found out: one that forgets, one that answers
# before its commit, one that commits the records of a step one by one, and one that
# does not say that its disk has failed (careless.c).  Run from the root of the
# repository; ends with "N passed, N failed".
set -u
build=${1:-build} kills=${2:-50}
make -s BUILD="$build" -j"${JOBS:-1}" all || exit 1
mkdir -p "$build/crash"
for name in shim careless; do
	${CC:-cc} -std=c11 -Wall -Wextra -Werror -O1 -shared -fPIC \
	    -o "$build/crash/$name.so" tests/crash/$name.c -ldl || exit 1
done
${CC:-cc} -std=c11 -Wall -Wextra -Werror -O1 -o "$build/crash/hold" \
    tests/crash/hold.c $(pkg-config --cflags --libs sqlite3) || exit 1

# found_out HOW PROFILE/KIND KILLS ILLS ..: what is wrong HOW is noticed there
found_out() {
	CARELESS=$1 tclsh8.6 tests/crash/crash.tcl -build "$build" -bad 1 \
	    -only "$2" -kills "$3" -ills "$4" -forget "$([ "$1" = forgets ] &&
		echo 1 || echo 0)" >"$build/crash/$1.log" 2>&1 && return
	cat "$build/crash/$1.log"
	echo "a ledger that is wrong ($1) passed"
	echo "0 passed, 1 failed"
	exit 1
}
found_out forgets 3kp-hard/pay 6 0
found_out early 3kp-hard/clear 6 0
found_out torn 3kp-hard-micro/broker 6 0
found_out silent 3kp-hard/clear 0 3

exec tclsh8.6 tests/crash/crash.tcl -build "$build" -kills "$kills" \
    -ills $((kills * 2 / 5))
