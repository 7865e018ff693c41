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

conforms() { # conforms COMMAND LEAST: exit 0 with at least LEAST cases passed
	json=$build/check/template.json
	mkdir -p "$build/check"
	harness/semper conform --protocol ikp --iut "$1" --json "$json"
	status=$?
	n=$(jq '.summary.all.pass // 0' "$json")
	[ $status -eq 0 ] && [ "$n" -ge "$2" ]
	verdict $? "$1 passes $n cases, at least $2 expected"
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

conforms "python3 $dir/python/adapter.py" 200
conforms "node $dir/node/adapter.js" 200
conforms "$build/release/bin/template-c" 150
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
