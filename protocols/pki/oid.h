/* oid.h -- the object identifiers of spec/pki.md, as encoded arcs. */
#ifndef SEMPER_PKI_OID_H
#define SEMPER_PKI_OID_H

#include <string.h>

#include "base/bytes.h"

/* Attributes of names, 2.5.4.n */
#define SEMPER_OID_COMMON_NAME "\x55\x04\x03"
#define SEMPER_OID_SERIAL_NUMBER "\x55\x04\x05"
#define SEMPER_OID_ORGANIZATION "\x55\x04\x0a"

/* Extensions, 2.5.29.n */
#define SEMPER_OID_SUBJECT_KEY "\x55\x1d\x0e"
#define SEMPER_OID_KEY_USAGE "\x55\x1d\x0f"
#define SEMPER_OID_BASIC_CONSTRAINTS "\x55\x1d\x13"
#define SEMPER_OID_CRL_NUMBER "\x55\x1d\x14"
#define SEMPER_OID_AUTHORITY_KEY "\x55\x1d\x23"

/* Extensions of our own, 2.999.1995.1.n */
#define SEMPER_OID_ROLE "\x88\x37\x8f\x4b\x01\x01"
#define SEMPER_OID_PROFILE "\x88\x37\x8f\x4b\x01\x02"
#define SEMPER_OID_ACQUIRER "\x88\x37\x8f\x4b\x01\x03"
#define SEMPER_OID_BRANDS "\x88\x37\x8f\x4b\x01\x04"
#define SEMPER_OID_COMMITMENT "\x88\x37\x8f\x4b\x01\x05"

/* None of them has a zero octet, so they can be texts. */
static inline struct semper_bytes
semper_oid(const char *arcs)
{
	return SEMPER_BYTES((const uint8_t *)arcs, strlen(arcs));
}

#endif
