#!/bin/sh
# check-alloc.sh -- the DER codec and the base room never allocate
#
# Their objects refer to no allocating function, and of libtasn1 only to those
# that look at identifier and length octets in place.
set -u
BUILD=${BUILD:-build}
make -s BUILD=$BUILD -j"${JOBS:-1}" $BUILD/release/libsemper.a || exit 1
passed=0
failed=0
for object in $BUILD/release/asn1/*.o $BUILD/release/protocols/base/*.o; do
	bad=$(nm -u "$object" | awk '{print $2}' |
	    grep -E '^(malloc|calloc|realloc|free|strn?dup|asprintf|asn1_.*)$' |
	    grep -v -E '^asn1_(get_tag_der|get_length_der|length_der)$')
	if [ -z "$bad" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$object: refers to" $bad
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
