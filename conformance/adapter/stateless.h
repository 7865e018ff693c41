/* stateless.h -- what the files of stateless operations share. */
#ifndef SEMPER_ADAPTER_STATELESS_H
#define SEMPER_ADAPTER_STATELESS_H

#include "adapter.h"
#include "crypto/hash.h"

/* The hash function named by argument I.  False, and unsupported, if it is
 * none of ours. */
bool stateless_hash(struct call *call, enum semper_hash *out, size_t i);

/* Refuse, as of class range, argument I unless it has LEN octets. */
semper_err stateless_length(const struct call *call, size_t i, size_t len);

#endif
