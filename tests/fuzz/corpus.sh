#!/bin/sh
# corpus.sh [BUILD] -- replace the committed corpus by the smallest set of
# inputs, among it, what fuzzing has learnt and the seeds, that reaches the same
# code.  Run after `make fuzz`, from the root of the repository.
set -eu
build=${1:-build}/fuzz
for program in "$build"/bin/fuzz_*; do
	name=${program##*/fuzz_}
	new=$build/least/$name
	rm -rf "$new"
	mkdir -p "$new" "tests/fuzz/corpus/$name"
	# Long inputs cost more room than they show.
	longest=3500
	[ "$name" = pki ] && longest=2300
	[ "$name" = line ] && longest=2000
	"$program" -merge=1 -set_cover_merge=1 -max_len=$longest \
	    "$new" "tests/fuzz/corpus/$name" "$build/corpus/$name" \
	    "$build/seeds/$name" >"$build/$name-merge.log" 2>&1
	rm -f "tests/fuzz/corpus/$name"/*
	for file in "$new"/*; do
		base=${file##*/}
		cp "$file" "tests/fuzz/corpus/$name/$(echo "$base" | cut -c1-12)"
	done
	echo "$name $(ls "tests/fuzz/corpus/$name" | wc -l) inputs," \
	    "$(cat "tests/fuzz/corpus/$name"/* | wc -c) octets"
done
