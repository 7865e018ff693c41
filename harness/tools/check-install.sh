#!/bin/sh
# check-install.sh DIR -- a program outside the tree builds against what
# `make install` leaves, using nothing but pkg-config
set -eu
dir=${1:?usage: check-install.sh DIR}
rm -rf "$dir" && mkdir -p "$dir"
dir=$(realpath "$dir")
make -s BUILD="${BUILD:-build}" -j"${JOBS:-1}" install PREFIX="$dir/usr" >"$dir/log"

cat >"$dir/outside.c" <<'C'
#include <stdio.h>
#include <asn1/der.h>
#include <base/err.h>

int
main(void)
{
	puts(semper_class_name(SEMPER_MALFORMED));
	return semper_der_find("SEMPER", "Envelope") == NULL;
}
C
export PKG_CONFIG_PATH="$dir/usr/lib/pkgconfig"
cc -std=c11 -o "$dir/outside" "$dir/outside.c" \
    $(pkg-config --cflags --libs --static semper)
[ "$("$dir/outside")" = malformed ]
