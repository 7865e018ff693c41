/* uniform.h -- a uniform integer below a bound, from a labelled stream.
 *
 * Take ceil(bits(n) / 8) octets of the stream, clear the bits above bits(n),
 * accept if 1 <= x < n, else take as many again.  Each try succeeds with
 * probability above 1/2; after 256 rejections the source is taken for broken.
 * Rejections tell nothing about the accepted value.
 */
#ifndef SEMPER_CRYPTO_UNIFORM_H
#define SEMPER_CRYPTO_UNIFORM_H

#include "base/bytes.h"
#include "base/draw.h"
#include "base/err.h"

/* out, n.len octets: uniform in [1, n).  n is big-endian without leading
 * zeros and n >= 2 (SEMPER_E_ARGUMENT).  SEMPER_E_RANDOM. */
semper_err semper_uniform(uint8_t *out, struct semper_bytes n,
    const struct semper_draw *draw, const char *label) SEMPER_MUST_CHECK;

/* Of a big-endian candidate X of n.len octets: clear the bits above bits(n);
 * 1 if then 1 <= X < n, else 0.  Constant time in X. */
unsigned semper_uniform_fit(uint8_t *x, struct semper_bytes n);

#endif
