/* algorithm.h -- the AlgorithmIdentifiers of spec/pki.md, as encoded. */
#ifndef SEMPER_PKI_ALGORITHM_H
#define SEMPER_PKI_ALGORITHM_H

#include "base/bytes.h"

/* rsaEncryption, 1.2.840.113549.1.1.1, NULL */
#define SEMPER_ALG_RSA                                                  \
	SEMPER_TEXT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" \
		    "\x05\x00")

/* sha256WithRSAEncryption, 1.2.840.113549.1.1.11, NULL */
#define SEMPER_ALG_SHA256_RSA                                           \
	SEMPER_TEXT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b" \
		    "\x05\x00")

/* sha1WithRSAEncryption, 1.2.840.113549.1.1.5, NULL: never accepted */
#define SEMPER_ALG_SHA1_RSA                                             \
	SEMPER_TEXT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05" \
		    "\x05\x00")

/* id-X25519, 1.3.101.110, and id-Ed25519, 1.3.101.112, no parameters */
#define SEMPER_ALG_X25519 SEMPER_TEXT("\x30\x05\x06\x03\x2b\x65\x6e")
#define SEMPER_ALG_ED25519 SEMPER_TEXT("\x30\x05\x06\x03\x2b\x65\x70")

#endif
