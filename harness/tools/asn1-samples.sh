#!/bin/sh
# asn1-samples.sh DIR -- Erlang's codec agrees with the accepted DER vectors
#
# DIR is where asn1-compile.sh has left the compiled modules.  Vectors whose
# input is written in parts ({"hex","times"}) are left to the other checks.
# Ends with `N passed, N failed`.
set -eu
dir=${1:?usage: asn1-samples.sh DIR}
jq -r '.tests[]
    | select(.op == "der.decode" and .expect.result == "accept")
    | select((.in.der | type) == "string" and .in.der != "")
    | [.id, .in.module, .in.type, .in.der] | join(" ")' \
    vectors/der/*.json >"$dir/samples"
escript harness/tools/asn1-samples.escript "$dir/samples" "$dir"/asn1ct/*/
