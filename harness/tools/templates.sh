#!/bin/sh
# templates.sh -- the sample adapters: within their lines, and conforming
#
#   templates.sh BUILD
#
# Glue: 60 lines of Python or JavaScript, 150 of C; a role: 300 lines.
set -u
build=${1:?usage: templates.sh BUILD}
dir=conformance/templates
passed=0 failed=0

verdict() { # verdict STATUS WORDS
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1)); echo "ok       $2"
	else
		failed=$((failed + 1)); echo "FAILED   $2"
	fi
}

within() { # within LIMIT FILE
	n=$(wc -l <"$dir/$2")
	[ "$n" -le "$1" ]
	verdict $? "$2 has $n lines, $1 allowed"
}

conforms() { # conforms LEAST COMMAND OPTION ..: exit 0, at least LEAST passed
	json=$build/check/template.json
	least=$1 command=$2
	shift 2
	mkdir -p "$build/check"
	harness/semper conform --iut "$command" --json "$json" "$@"
	status=$?
	n=$(jq '.summary.all.pass // 0' "$json")
	[ $status -eq 0 ] && [ "$n" -ge "$least" ]
	verdict $? "$command $* passes $n cases, at least $least expected"
}

within 60 python/adapter.py
within 300 python/ikp_acquirer.py
within 60 node/adapter.js
within 300 node/ikp_seller.js
within 150 c/adapter.c
within 300 c/ikp_acquirer.c

mkdir -p "$build/release/bin"
cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 \
    -o "$build/release/bin/template-c" $dir/c/*.c -ljansson -lcrypto
verdict $? "the C template builds"

for sample in "190 python3 $dir/python/adapter.py" \
    "220 node $dir/node/adapter.js" "175 $build/release/bin/template-c"; do
	conforms "${sample%% *}" "${sample#* }" --protocol ikp
	conforms 8 "${sample#* }" --only 'ikp::run::*' \
	    --deny rand,clock,digest,fork,restart,codes
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
