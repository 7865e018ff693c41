/* oaep.h -- RSAES-OAEP (RFC 8017 section 7.1), any hash, MGF1 with the same.
 *
 * The longest message is key->len - 2*semper_hash_len(h) - 2 octets
 * (semper_oaep_max; 0 also if nothing fits).
 *
 * Decryption gives one answer to everything that is wrong with a ciphertext:
 * SEMPER_REFUSAL(SEMPER_AUTH, 0).  Wrong length and representative >= n,
 * which are public, are answered before the private operation; first octet,
 * label hash and the search for the 0x01 octet are evaluated without a branch
 * on any of them, and joined.  The verdict, and on success the message and
 * its length, are the first values on which time may depend.
 */
#ifndef SEMPER_CRYPTO_OAEP_H
#define SEMPER_CRYPTO_OAEP_H

#include "crypto/hash.h"
#include "crypto/rsa.h"

/* The longest message in octets. */
size_t semper_oaep_max(const struct semper_rsa_pub *key, enum semper_hash h);

/* Write the ciphertext, key->len octets.  LABEL is the L of RFC 8017 (often
 * empty); the seed is drawn under the draw label SEED.
 * SEMPER_REFUSAL(SEMPER_RANGE, 0): message too long.  SEMPER_E_RANDOM. */
semper_err semper_oaep_encrypt(const struct semper_rsa_pub *key, uint8_t *ct,
    enum semper_hash h, struct semper_bytes label, struct semper_bytes msg,
    const struct semper_draw *draw, const char *seed) SEMPER_MUST_CHECK;

/* Append the message to MSG, which must have room for semper_oaep_max octets
 * (SEMPER_E_SPACE if not, whatever the message).  MSG is unchanged unless
 * SEMPER_OK.  Also SEMPER_E_RANDOM, SEMPER_E_INTERNAL (rsa.h), SEMPER_E_KEY
 * if the modulus is too small for the hash. */
semper_err semper_oaep_decrypt(struct semper_rsa_priv *key,
    struct semper_buffer *msg, enum semper_hash h, struct semper_bytes label,
    struct semper_bytes ct, const struct semper_draw *draw) SEMPER_MUST_CHECK;

#endif
