#!/bin/sh
# check-install.sh DIR -- a program outside the tree builds against what
# `make install` leaves, using nothing but pkg-config, and pays; every header
# that is installed compiles alone
set -eu
dir=${1:?usage: check-install.sh DIR}
rm -rf "$dir" && mkdir -p "$dir"
dir=$(realpath "$dir")
make -s BUILD="${BUILD:-build}" -j"${JOBS:-1}" install PREFIX=/usr DESTDIR="$dir" >"$dir/log"

export PKG_CONFIG_PATH="$dir/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$dir"
warn='-std=c11 -Wall -Wextra -Wpedantic -Werror'
cflags=$(pkg-config --cflags semper)
passed=0

(cd "$dir/usr/include/semper" && find . -name '*.h') >"$dir/headers"
while read -r header; do
	printf '#include <%s>\nextern int nothing;\n' "${header#./}" |
	    cc $warn $cflags -fsyntax-only -x c -
	passed=$((passed + 1))
done <"$dir/headers"

cp conformance/examples/payment.c "$dir"
cd "$dir"
PKG_CONFIG_SYSROOT_DIR= pkg-config --exists --print-errors semper
cc $warn -o payment payment.c $cflags -L"$dir/usr/lib" \
    $(PKG_CONFIG_SYSROOT_DIR= pkg-config --libs semper)
./payment >payments
tail -1 payments | grep -q '^buyer .* paid$'
grep -c ' octets' payments | grep -qx 8
"$dir/usr/bin/semper-iut" --version >/dev/null
"$dir/usr/bin/semper-peer" --version >/dev/null
[ -f "$dir/usr/share/man/man1/semper-peer.1" ]
for page in "$dir"/usr/share/man/man?/*; do
	man -l --warnings=all -E UTF-8 "$page" >page.txt 2>page.log
	[ -s page.txt ] && [ ! -s page.log ]
	passed=$((passed + 1))
done
echo "$((passed + 4)) passed, 0 failed"
