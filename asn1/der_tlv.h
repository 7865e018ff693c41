/* der_tlv.h -- identifier and length octets, in and out (X.690 8.1, 10.1). */
#ifndef SEMPER_ASN1_DER_TLV_H
#define SEMPER_ASN1_DER_TLV_H

#include "base/bytes.h"
#include "base/err.h"

#define DER_MALFORMED SEMPER_REFUSAL(SEMPER_MALFORMED, 0)

enum { DER_CONSTRUCTED = 0x20 };

/* The octet of B at I; 0 past the end.  Checks may look before they know how
 * much there is. */
static inline uint8_t
der_octet(struct semper_bytes b, size_t i)
{
	return i < b.len ? b.data[i] : 0;
}

/* B without its first N octets; the empty end of it if there are fewer. */
static inline struct semper_bytes
der_after(struct semper_bytes b, size_t n)
{
	n = n < b.len ? n : b.len;
	return SEMPER_BYTES(b.data + n, b.len - n);
}

/* Cut identifier octets of any tag off IN. */
semper_err semper_der_cut_identifier(struct semper_bytes *in,
    struct semper_bytes *identifier) SEMPER_MUST_CHECK;

/* Cut length octets and as many contents octets off IN. */
semper_err semper_der_cut_contents(struct semper_bytes *in,
    struct semper_bytes *contents) SEMPER_MUST_CHECK;

/* Begin an encoding: identifier and room for a short length.  MARK is where
 * the contents begin, for semper_der_close. */
semper_err semper_der_open(struct semper_buffer *out,
    struct semper_bytes identifier, size_t *mark) SEMPER_MUST_CHECK;

/* All contents are written: put in their length, moving them if it is long. */
semper_err semper_der_close(struct semper_buffer *out,
    size_t mark) SEMPER_MUST_CHECK;

#endif
