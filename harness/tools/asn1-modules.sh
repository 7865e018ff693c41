#!/bin/sh
# asn1-modules.sh NAME... -- the list of schema tables linked into the library
#
# Writes C: semper_asn1_modules[], one table pointer per module, NULL last.
set -eu
echo '#include <libtasn1.h>'
for name in "$@"; do
	echo "extern const asn1_static_node semper_${name}_asn1_tab[];"
done
echo 'const asn1_static_node *const semper_asn1_modules[] = {'
for name in "$@"; do
	echo "	semper_${name}_asn1_tab,"
done
echo '	0'
echo '};'
