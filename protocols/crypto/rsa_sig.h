/* rsa_sig.h -- RSA signatures with appendix (RFC 8017 section 8).
 *
 * PKCS#1 v1.5 for the historic profiles, PSS for everything of ours: any
 * hash, MGF1 with the same hash, trailer 0xbc, and a salt of exactly the
 * length the caller names, which the verifier enforces.
 *
 * A signature has key->len octets.  The calls ending in _digest take the hash
 * value (semper_hash_len(h) octets) instead of the message.
 *
 * Verification answers SEMPER_OK or SEMPER_REFUSAL(SEMPER_AUTH, 0), whatever
 * is wrong: length, representative >= n, encoding, hash, a modulus too small
 * for the encoding.  PKCS#1 v1.5 is verified by encoding again and comparing
 * all octets; nothing of the signature is parsed.
 *
 * Signing answers what semper_rsa_private answers, or SEMPER_E_KEY if the
 * modulus is too small for the hash and the salt.  The salt is drawn under
 * LABEL, the blinding unlabelled.
 */
#ifndef SEMPER_CRYPTO_RSA_SIG_H
#define SEMPER_CRYPTO_RSA_SIG_H

#include "crypto/hash.h"
#include "crypto/rsa.h"

semper_err semper_pkcs1_sign(struct semper_rsa_priv *key, uint8_t *sig,
    enum semper_hash h, struct semper_bytes msg,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;
semper_err semper_pkcs1_sign_digest(struct semper_rsa_priv *key, uint8_t *sig,
    enum semper_hash h, const uint8_t *digest,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

semper_err semper_pkcs1_verify(const struct semper_rsa_pub *key,
    enum semper_hash h, struct semper_bytes msg,
    struct semper_bytes sig) SEMPER_MUST_CHECK;
semper_err semper_pkcs1_verify_digest(const struct semper_rsa_pub *key,
    enum semper_hash h, const uint8_t *digest,
    struct semper_bytes sig) SEMPER_MUST_CHECK;

semper_err semper_pss_sign(struct semper_rsa_priv *key, uint8_t *sig,
    enum semper_hash h, size_t salt_len, struct semper_bytes msg,
    const struct semper_draw *draw, const char *label) SEMPER_MUST_CHECK;
semper_err semper_pss_sign_digest(struct semper_rsa_priv *key, uint8_t *sig,
    enum semper_hash h, size_t salt_len, const uint8_t *digest,
    const struct semper_draw *draw, const char *label) SEMPER_MUST_CHECK;

semper_err semper_pss_verify(const struct semper_rsa_pub *key,
    enum semper_hash h, size_t salt_len, struct semper_bytes msg,
    struct semper_bytes sig) SEMPER_MUST_CHECK;
semper_err semper_pss_verify_digest(const struct semper_rsa_pub *key,
    enum semper_hash h, size_t salt_len, const uint8_t *digest,
    struct semper_bytes sig) SEMPER_MUST_CHECK;

#endif
