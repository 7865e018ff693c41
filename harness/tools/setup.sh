#!/bin/sh
# setup.sh -- install the Debian packages that are missing
#
# Says which; does nothing, fast, when all are there.  Without root, sudo or
# apt-get it ends with one sentence that names the packages.
set -eu

build='gcc make pkg-config libgmp-dev nettle-dev libtasn1-6-dev libtasn1-bin
       libsqlite3-dev libjansson-dev libcunit1-dev tcl8.6'
harness='tcllib tcllib-critcl tcl-yajltcl libsqlite3-tcl openssl'
checks='asn1c erlang-asn1 erlang-base libssl-dev gnutls-bin valgrind clang libclang-rt-dev
        graphviz libxml2-utils jq python3 nodejs man-db'

missing() {
	for p in $build $harness $checks; do echo "$p"; done | sort >"$1.want"
	dpkg-query -W -f '${Status} ${Package}\n' 2>/dev/null |
	    sed -n 's/^install ok installed //p' | sort -u >"$1.have"
	comm -23 "$1.want" "$1.have" | tr '\n' ' '
}

give_up() {
	echo "setup: please install these packages: $1" >&2
	exit 1
}

command -v dpkg-query >/dev/null || give_up "$(echo $build $harness $checks)"
tmp=$(mktemp)
trap 'rm -f "$tmp" "$tmp.want" "$tmp.have"' EXIT
need=$(missing "$tmp")
[ -n "$need" ] || exit 0

command -v apt-get >/dev/null || give_up "$need"
root=
if [ "$(id -u)" != 0 ]; then
	sudo -n true 2>/dev/null || give_up "$need"
	root='sudo -n'
fi
echo "setup: installing $need"
export DEBIAN_FRONTEND=noninteractive
install="$root apt-get install -y -q --no-install-recommends $need"
$install >"$tmp" 2>&1 ||
    { $root apt-get update -q >"$tmp" 2>&1 && $install >"$tmp" 2>&1; } ||
    { tail -5 "$tmp" >&2; give_up "$need"; }
need=$(missing "$tmp")
[ -z "$need" ] || give_up "$need"
