#!/bin/sh
# asn1-compile.sh DIR -- every asn1/*.asn compiles with three foreign compilers
#
# libtasn1's asn1Parser, asn1c and Erlang's asn1ct.  What they make goes to
# DIR.  Ends with `N passed, N failed`.
set -u
out=${1:?usage: asn1-compile.sh DIR}
passed=0
failed=0

try() { # try MODULE COMPILER COMMAND...
	module=$1 compiler=$2 dir=$out/$2/$1
	shift 2
	rm -rf "$dir" && mkdir -p "$dir"
	if (cd "$dir" && "$@") >"$dir.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$compiler refuses asn1/$module.asn:"
		sed 's/^/    /' "$dir.log"
	fi
}

# asn1ct names its output after the module and wants file and module to agree
# but for the suffix, so it is given the file under the module's name.
erlang() {
	name=$(sed -n 's/^\([A-Z][A-Za-z0-9-]*\) DEFINITIONS.*/\1/p' "$1")
	cp "$1" "$name.asn1" && erlc -bber +der "$name.asn1"
}

for file in asn1/*.asn; do
	module=$(basename "$file" .asn)
	path=$(realpath "$file")
	try "$module" libtasn1 asn1Parser -o tab.c "$path"
	try "$module" asn1c asn1c "$path"
	try "$module" asn1ct erlang "$path"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
