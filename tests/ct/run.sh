#!/bin/sh
# run.sh [BUILD] -- show by valgrind that no branch and no address depends on a
# secret (spec/crypto.md, "Constant time").  Run from the root of the
# repository.  Prints one line for each operation and "N passed, N failed";
# exit 1 if one failed.
set -u
build=${1:-build}/ct
mkdir -p "$build"
program=$build/secrets

# Ordinary optimisation: what is examined is what the compiler makes of it.
${CC:-cc} -std=c11 -O2 -gdwarf-4 -DSEMPER_CT -D_POSIX_C_SOURCE=200809L -I. -Iprotocols \
    -o "$program" tests/ct/secrets.c protocols/base/*.c protocols/crypto/*.c \
    $(pkg-config --cflags --libs hogweed nettle gmp) -lpthread || exit 1

passed=0 failed=0
for name in $("$program" list); do
	valgrind -q --tool=memcheck --leak-check=no --error-exitcode=99 \
	    --suppressions=tests/ct/nettle.supp \
	    --log-file="$build/$name.log" "$program" "$name" >/dev/null
	got=$?
	want=0
	[ "$name" = control ] && want=99
	if [ $got = $want ]; then
		echo "pass ct: $name"
		passed=$((passed + 1))
	else
		echo "FAIL ct: $name: exit $got, see $build/$name.log"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 1 ]
