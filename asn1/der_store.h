/* der_store.h -- between checked contents octets and struct members. */
#ifndef SEMPER_ASN1_DER_STORE_H
#define SEMPER_ASN1_DER_STORE_H

#include "asn1/der_binding.h"
#include "base/bytes.h"

/* Decoding: the value of T with contents C into MEMBER, as field F says. */
void semper_store(const struct semper_der_type *t,
    const struct semper_field *f, void *member, struct semper_bytes c);

/* All that B binds is not there. */
void semper_store_absent(struct der_bind b);

/* T is not there and has a DEFAULT: that is its value. */
void semper_store_default(const struct semper_der_type *t, struct der_bind b);

/* Encoding: append the contents octets for MEMBER, checked against T.
 * SEMPER_E_ARGUMENT if they are not a value of T. */
semper_err semper_load(const struct semper_der_type *t,
    const struct semper_field *f, const void *member,
    struct semper_buffer *out) SEMPER_MUST_CHECK;

/* Does MEMBER hold the DEFAULT of T? */
bool semper_load_is_default(const struct semper_der_type *t,
    const struct semper_field *f, const void *member);

/* Append contents octets C of T, by way of the value where it has one in C. */
semper_err semper_der_rewrite(const struct semper_der_type *t,
    struct semper_bytes c, struct semper_buffer *out) SEMPER_MUST_CHECK;

#endif
