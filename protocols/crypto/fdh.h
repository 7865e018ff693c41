/* fdh.h -- full-domain hash: scalars and units modulo n from octets.
 *
 *     candidate_j = MGF1-SHA-256(H(ctx, data || be32(j)), ceil(bits(n)/8))
 *                   with the bits above bits(n) cleared,   j = 0, 1, 2, ...
 *
 * The result is the first candidate with 0 < c < n (scalar), or with in
 * addition gcd(c, n) = 1 (unit).  H(ctx, x) is that of hash.h.  This is the
 * only derivation of integers from octets in profiles of ours.
 *
 * n is big-endian, without leading zeros, n >= 2; otherwise
 * SEMPER_E_ARGUMENT.  out has n.len octets.  In the scalar form only the
 * number of rejections depends on the data; the gcd of the unit form is not
 * constant time (a secret unit is drawn, not derived, or its data is not
 * reused).
 */
#ifndef SEMPER_CRYPTO_FDH_H
#define SEMPER_CRYPTO_FDH_H

#include "base/bytes.h"
#include "base/err.h"

semper_err semper_fdh_scalar(uint8_t *out, const char *ctx,
    struct semper_bytes n, struct semper_bytes data) SEMPER_MUST_CHECK;
semper_err semper_fdh_unit(uint8_t *out, const char *ctx, struct semper_bytes n,
    struct semper_bytes data) SEMPER_MUST_CHECK;

#endif
