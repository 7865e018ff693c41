/* der_writer.h -- the one DER encoding of what a binding holds (DER-E). */
#ifndef SEMPER_ASN1_DER_WRITER_H
#define SEMPER_ASN1_DER_WRITER_H

#include "asn1/der_binding.h"

/* Append the encoding of T to OUT, whose length is undefined on error. */
semper_err semper_der_write(const struct semper_der_type *t, struct der_bind b,
    struct semper_buffer *out) SEMPER_MUST_CHECK;

#endif
