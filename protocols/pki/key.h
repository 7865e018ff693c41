/* key.h -- keys in and out of DER (spec/pki.md section 2).
 *
 * Public keys are SubjectPublicKeyInfo, private keys PKCS #8 PrivateKeyInfo.
 * Whatever is not exactly such a key is SEMPER_E_BAD_KEY, a refusal; memory
 * that is short is SEMPER_E_MEMORY.  Reading a private key is not constant
 * time: keys are read once, at the start, from the party's own storage.
 */
#ifndef SEMPER_PKI_KEY_H
#define SEMPER_PKI_KEY_H

#include "crypto/ed25519.h"
#include "crypto/rsa.h"
#include "crypto/x25519.h"

#define SEMPER_E_BAD_KEY SEMPER_REFUSAL(SEMPER_MALFORMED, 0)

/* ---- public keys: SubjectPublicKeyInfo ---- */

semper_err semper_spki_rsa(struct semper_rsa_pub *out,
    struct semper_bytes spki) SEMPER_MUST_CHECK;
semper_err semper_spki_ed25519(uint8_t out[SEMPER_ED25519_LEN],
    struct semper_bytes spki) SEMPER_MUST_CHECK;
semper_err semper_spki_x25519(uint8_t out[SEMPER_X25519_LEN],
    struct semper_bytes spki) SEMPER_MUST_CHECK;

/* Append the SubjectPublicKeyInfo to OUT; SEMPER_E_SPACE. */
semper_err semper_spki_put_rsa(struct semper_buffer *out,
    const struct semper_rsa_pub *key) SEMPER_MUST_CHECK;
semper_err semper_spki_put_ed25519(struct semper_buffer *out,
    const uint8_t key[SEMPER_ED25519_LEN]) SEMPER_MUST_CHECK;
semper_err semper_spki_put_x25519(struct semper_buffer *out,
    const uint8_t key[SEMPER_X25519_LEN]) SEMPER_MUST_CHECK;

/* The key identifier of certificates: the first 20 octets of SHA-256 of the
 * public key bits (RFC 7093 section 2, method 1). */
#define SEMPER_KEY_ID_LEN 20
semper_err semper_key_id(uint8_t id[SEMPER_KEY_ID_LEN],
    const struct semper_rsa_pub *key) SEMPER_MUST_CHECK;

/* ---- private keys: PKCS #8 ---- */

/* On success *OUT is the caller's, to be given to semper_rsa_priv_free. */
semper_err semper_pkcs8_rsa(struct semper_rsa_priv **out,
    struct semper_bytes pkcs8) SEMPER_MUST_CHECK;
semper_err semper_pkcs8_ed25519(struct semper_ed25519_key *out,
    struct semper_bytes pkcs8) SEMPER_MUST_CHECK;
semper_err semper_pkcs8_x25519(uint8_t out[SEMPER_X25519_LEN],
    struct semper_bytes pkcs8) SEMPER_MUST_CHECK;

/* Append the PrivateKeyInfo to OUT; SEMPER_E_SPACE.  OUT is secret then. */
semper_err semper_pkcs8_put_rsa(struct semper_buffer *out,
    const struct semper_rsa_priv *key) SEMPER_MUST_CHECK;
semper_err semper_pkcs8_put_ed25519(struct semper_buffer *out,
    const uint8_t seed[SEMPER_ED25519_LEN]) SEMPER_MUST_CHECK;
semper_err semper_pkcs8_put_x25519(struct semper_buffer *out,
    const uint8_t secret[SEMPER_X25519_LEN]) SEMPER_MUST_CHECK;

#endif
