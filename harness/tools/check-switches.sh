#!/bin/sh
# check-switches.sh -- no check of the DER decoder is tested by nothing
#
# In the fault configuration each requirement DER-D-nn named in asn1/*.c is
# switched off in turn; the tests of the decoder must then fail.  One more run
# shows the switch itself, and that the release build has none.
set -u
BUILD=${BUILD:-build}
make -s BUILD=$BUILD -j"${JOBS:-1}" CONFIG=fault $BUILD/fault/tests/all || exit 1
tests=$BUILD/fault/tests/all
passed=0
failed=0

for id in $(grep -oh 'MUST("DER-D-[0-9]*"' asn1/*.c | cut -d'"' -f2 | sort -u); do
	SEMPER_FAULT=$id $tests 'asn1: what the decoder refuses' >/dev/null 2>&1
	if [ $? = 1 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$id: left out, and no test fails"
	fi
done
if SEMPER_FAULT=TEST-D-09,TEST-D-05 $tests 'base: must' >/dev/null; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo "a list of faults is not understood"
fi
make -s BUILD=$BUILD -j"${JOBS:-1}" all || exit 1
if grep -q SEMPER_FAULT $BUILD/release/bin/semper-iut; then
	failed=$((failed + 1))
	echo "the release build has a switch"
else
	passed=$((passed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
