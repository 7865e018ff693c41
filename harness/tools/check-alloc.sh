#!/bin/sh
# check-alloc.sh -- nobody but the ledger and the keys of `crypto` ever allocates
#
# The objects of the DER codec and of every other room refer to no allocating
# function, and of libtasn1 only to those that look at identifier and length
# octets in place.  That the look finds what it looks for is shown by the ledger.
set -u
BUILD=${BUILD:-build}
make -s BUILD=$BUILD -j"${JOBS:-1}" $BUILD/release/libsemper.a || exit 1
passed=0
failed=0

allocates() {
	nm -u "$1" | awk '{print $2}' |
	    grep -E '^(malloc|calloc|realloc|reallocarray|free|aligned_alloc|posix_memalign|v?asprintf|strn?dup|getline|getdelim|open_memstream|asn1_.*)$' |
	    grep -v -E '^asn1_(get_tag_der|get_length_der|length_der)$'
}

tell() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		shift
		echo "$*"
	fi
}

for object in $BUILD/release/asn1/*.o $BUILD/release/protocols/*/*.o; do
	case $object in
	*/ledger/* | */crypto/*) continue ;;
	esac
	bad=$(allocates "$object")
	tell "$([ -z "$bad" ]; echo $?)" "$object: refers to" $bad
done
for object in $BUILD/release/protocols/ledger/ledger_*.o; do
	tell "$([ -n "$(allocates "$object")" ]; echo $?)" \
	    "$object: the calloc there is not seen"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
