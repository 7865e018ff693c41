/* der_value.h -- contents octets of the primitive types: the checks, and the
 * way between octets and C values.
 *
 * The conversions accept any octets, so that they are safe whatever was
 * checked before; they are exact for octets that semper_der_check accepts.
 */
#ifndef SEMPER_ASN1_DER_VALUE_H
#define SEMPER_ASN1_DER_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "asn1/der_schema.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	DER_INT64_OCTETS = 8,
	DER_BITS_OCTETS = 5,  /* unused-bits octet and 32 bits */
	DER_TIME_CHARS = 15,  /* YYYYMMDDHHMMSSZ; UTCTime has 13 */
	DER_SCRATCH = 16      /* enough for each of the above */
};

/* Are C the contents of a value of T, encoded the one way? */
semper_err semper_der_check(const struct semper_der_type *t,
    struct semper_bytes c) SEMPER_MUST_CHECK;

/* Is the number of elements of a list within its SIZE? */
semper_err semper_der_check_count(const struct semper_der_type *t,
    size_t elements) SEMPER_MUST_CHECK;

int64_t semper_der_get_integer(struct semper_bytes c);
uint32_t semper_der_get_bits(struct semper_bytes c);
bool semper_der_get_time(unsigned kind, struct semper_bytes c,
    int64_t *seconds);

/* These write to SCRATCH and return the view of what they wrote. */
struct semper_bytes semper_der_put_integer(uint8_t scratch[DER_SCRATCH],
    int64_t value);
struct semper_bytes semper_der_put_bits(uint8_t scratch[DER_SCRATCH],
    uint32_t bits);
/* SEMPER_NONE if there is no such time in this type. */
struct semper_bytes semper_der_put_time(uint8_t scratch[DER_SCRATCH],
    unsigned kind, int64_t seconds);

/* As many digits as the type has, and Z; the calendar is not looked at. */
bool semper_der_time_form(unsigned kind, struct semper_bytes c);

#endif
