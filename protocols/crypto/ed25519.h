/* ed25519.h -- Ed25519 (RFC 8032), one strict reading of verification.
 *
 * Accepted is exactly: A and R canonical encodings of points (y < 2^255-19,
 * and the sign bit clear where x = 0), A not of small order (eight points),
 * S < L, and [S]B = R + [k]A without cofactor.  So two correct verifiers
 * never disagree, and no key verifies everything.
 */
#ifndef SEMPER_CRYPTO_ED25519_H
#define SEMPER_CRYPTO_ED25519_H

#include "base/bytes.h"
#include "base/err.h"

#define SEMPER_ED25519_LEN 32 /* seed, public key */
#define SEMPER_ED25519_SIG_LEN 64

/* A seed with its own public key: signing with a foreign public key would
 * reveal the seed, so the two are kept together.  Wipe when done. */
struct semper_ed25519_key {
	uint8_t seed[SEMPER_ED25519_LEN];
	uint8_t pub[SEMPER_ED25519_LEN];
};

void semper_ed25519_key_set(struct semper_ed25519_key *key,
    const uint8_t seed[SEMPER_ED25519_LEN]);

/* SEMPER_OK, or SEMPER_REFUSAL(SEMPER_MALFORMED, 0): wrong length, not
 * canonical, not on the curve, or of small order.  Verification makes the same
 * checks. */
semper_err semper_ed25519_check(struct semper_bytes pub) SEMPER_MUST_CHECK;

void semper_ed25519_sign(const struct semper_ed25519_key *key,
    uint8_t sig[SEMPER_ED25519_SIG_LEN], struct semper_bytes msg);

/* SEMPER_OK or SEMPER_REFUSAL(SEMPER_AUTH, 0), whatever is wrong. */
semper_err semper_ed25519_verify(struct semper_bytes pub,
    struct semper_bytes msg, struct semper_bytes sig) SEMPER_MUST_CHECK;

#endif
