/* stateless.h -- what the files of stateless operations share. */
#ifndef SEMPER_ADAPTER_STATELESS_H
#define SEMPER_ADAPTER_STATELESS_H

#include "adapter.h"
#include "crypto/hash.h"
#include "crypto/rsa.h"

/* The hash function named by argument I.  False, and unsupported, if it is
 * none of ours. */
bool stateless_hash(struct call *call, enum semper_hash *out, size_t i);

/* Release KEY, and answer with NAME: the signature SIG that it made, unless E
 * says that there is none. */
semper_err stateless_signed(struct call *call, const char *name,
    struct semper_rsa_priv *key, const uint8_t *sig, semper_err e);

/* Refuse, as of class range, argument I unless it has LEN octets. */
semper_err stateless_length(const struct call *call, size_t i, size_t len);

#endif
