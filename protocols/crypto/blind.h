/* blind.h -- RSA blind signatures, RSABSSA of RFC 9474.
 *
 *     user                               signer
 *     input = prepare(msg)
 *     (blinded, inv) = blind(input)
 *                         blinded ->
 *                                        blind_sig = blind_sign(blinded)
 *                         <- blind_sig
 *     sig = finalize(input, blind_sig, inv)
 *
 * and sig is an ordinary RSASSA-PSS signature (SHA-384) on input.
 *
 * All numbers are key->len octets.  inv is r^-1 mod n: a secret of the user,
 * who must keep it, and only for this message.  The signer learns nothing;
 * what it signs is limited only by what it knows from elsewhere, so a key
 * used here is used for nothing else.
 *
 * Draw labels: "prefix" (32 octets, randomized variants), "salt" (48 octets,
 * PSS variants), "r" (uniform, uniform.h; again if r is no unit).
 */
#ifndef SEMPER_CRYPTO_BLIND_H
#define SEMPER_CRYPTO_BLIND_H

#include "crypto/rsa.h"

enum semper_rsabssa {
	SEMPER_RSABSSA_PSS_RANDOMIZED,       /* 32 octet prefix, salt 48 */
	SEMPER_RSABSSA_PSSZERO_RANDOMIZED,   /* 32 octet prefix, no salt */
	SEMPER_RSABSSA_PSS_DETERMINISTIC,    /* no prefix, salt 48 */
	SEMPER_RSABSSA_PSSZERO_DETERMINISTIC /* no prefix, no salt */
};

#define SEMPER_RSABSSA_PREFIX_LEN 32

/* Append prefix || msg (randomized) or msg to INPUT. */
semper_err semper_rsabssa_prepare(enum semper_rsabssa variant,
    struct semper_buffer *input, struct semper_bytes msg,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

/* SEMPER_REFUSAL(SEMPER_RANGE, 0) if the encoded message has a factor with n
 * in common (the key is broken).  SEMPER_E_RANDOM, SEMPER_E_MEMORY.  BLINDED
 * and INV are untouched unless SEMPER_OK. */
semper_err semper_rsabssa_blind(const struct semper_rsa_pub *key,
    enum semper_rsabssa variant, uint8_t *blinded, uint8_t *inv,
    struct semper_bytes input,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

/* The bare signer refuses a wrong length and a representative >= n
 * (SEMPER_REFUSAL(SEMPER_RANGE, 0)) and nothing else; 0, 1, n-1 and common
 * factors are for the caller to refuse where its profile says so.  DRAW gives
 * side-channel blinding only. */
semper_err semper_rsabssa_blind_sign(struct semper_rsa_priv *key,
    uint8_t *blind_sig, struct semper_bytes blinded,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

/* Unblind and verify.  SEMPER_REFUSAL(SEMPER_AUTH, 0), and SIG untouched,
 * if the length is wrong or the signature does not verify. */
semper_err semper_rsabssa_finalize(const struct semper_rsa_pub *key,
    enum semper_rsabssa variant, uint8_t *sig, struct semper_bytes input,
    struct semper_bytes blind_sig, const uint8_t *inv) SEMPER_MUST_CHECK;

/* RSASSA-PSS, SHA-384, salt length of the variant. */
semper_err semper_rsabssa_verify(const struct semper_rsa_pub *key,
    enum semper_rsabssa variant, struct semper_bytes input,
    struct semper_bytes sig) SEMPER_MUST_CHECK;

#endif
