/* der_reader.h -- the strict walk over an encoding (spec/der.md, DER-D). */
#ifndef SEMPER_ASN1_DER_READER_H
#define SEMPER_ASN1_DER_READER_H

#include "asn1/der_binding.h"

/* Accept DER as exactly one encoding of T, store what B binds, and, if COPY is
 * not NULL, append to it the values found, encoded anew. */
semper_err semper_der_accept(const struct semper_der_type *t,
    struct der_bind b, struct semper_bytes der, struct semper_buffer *copy)
    SEMPER_MUST_CHECK;

#endif
