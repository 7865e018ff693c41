#!/bin/sh
# check-driver.sh DIR -- what runs the tests can fail
#
# check.tcl adds up what steps report and never turns a failure into a pass;
# the CUnit program fails if nothing ran.
set -u
dir=${1:?usage: check-driver.sh DIR}
BUILD=${BUILD:-build}
mkdir -p "$dir"
passed=0
failed=0

# steps 'LINES' 'LAST LINE' EXIT
steps() {
	printf '%s\n' "$1" >"$dir/steps"
	tclsh8.6 harness/tools/check.tcl -build "$dir" -steps "$dir/steps" fast \
	    >"$dir/output"
	status=$?
	last=$(tail -n 1 "$dir/output")
	if [ "$last" = "$2" ] && [ $status = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "'$1' gave '$last' and $status, not '$2' and $3"
	fi
}

steps "a | fast | echo '3 passed, 0 failed'" '3 passed, 0 failed' 0
steps 'a | fast | true' '1 passed, 0 failed' 0
steps "a | fast | echo '3 passed, 1 failed'" '3 passed, 1 failed' 1
steps "a | fast | echo '3 passed, 0 failed'; exit 3" '3 passed, 1 failed' 1
steps "a | fast | echo '0 passed, 0 failed'" '0 passed, 1 failed' 1
steps 'a | fast | false' '0 passed, 1 failed' 1
steps 'a | fast | kill -9 $$' '0 passed, 1 failed' 1
steps 'a | full | true' '0 passed, 0 failed' 1
steps "a | fast | echo '1 passed, 2 failed'
b | fast | echo '10 passed, 20 failed'" '11 passed, 22 failed' 1

make -s BUILD="$BUILD" -j"${JOBS:-1}" "$BUILD/release/tests/all" || exit 1
if "$BUILD/release/tests/all" 'no suite has this name' >/dev/null; then
	failed=$((failed + 1))
	echo "the test program passes although nothing ran"
else
	passed=$((passed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
