#!/bin/sh
# run.sh BUILD KILLS -- kill seller and acquirer KILLS times (crash.tcl), after
# showing that an adapter that forgets is found out.  Run from the root of the
# repository; ends with "N passed, N failed".
set -u
build=${1:-build} kills=${2:-50}
make -s BUILD="$build" -j"${JOBS:-1}" all || exit 1
mkdir -p "$build/crash"
${CC:-cc} -std=c11 -Wall -Wextra -Werror -O1 -shared -fPIC \
    -o "$build/crash/shim.so" tests/crash/shim.c -ldl || exit 1
${CC:-cc} -std=c11 -Wall -Wextra -Werror -O1 -o "$build/crash/hold" \
    tests/crash/hold.c $(pkg-config --cflags --libs sqlite3) || exit 1
tclsh8.6 tests/crash/crash.tcl -build "$build" -kills 24 -forget 1 \
    -only '*-hard/pay' >"$build/crash/forget.log" 2>&1 || {
	cat "$build/crash/forget.log"
	echo "an adapter that forgets passed"
	echo "0 passed, 1 failed"
	exit 1
}
exec tclsh8.6 tests/crash/crash.tcl -build "$build" -kills "$kills" \
    -ills $((kills * 2 / 5))
