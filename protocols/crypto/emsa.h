/* emsa.h -- the encodings under RSA signatures (RFC 8017 section 9).
 *
 * Private to this room: rsa_sig and blind share them.  DIGEST has
 * semper_hash_len(h) octets.
 */
#ifndef SEMPER_CRYPTO_EMSA_H
#define SEMPER_CRYPTO_EMSA_H

#include "crypto/hash.h"

/* 00 01 ff..ff 00 DigestInfo, LEN octets (9.2); LEN >= 128 has room for any
 * hash. */
void semper_emsa_pkcs1(uint8_t *em, size_t len, enum semper_hash h,
    const uint8_t *digest);

/* maskedDB || H || bc, ceil(bits / 8) octets, the leftmost bits above BITS
 * zero (9.1.1).  False if that is too short for the hash and the salt. */
bool semper_emsa_pss(uint8_t *em, size_t bits, enum semper_hash h,
    struct semper_bytes salt, const uint8_t *digest);

/* 9.1.2: SEMPER_OK or SEMPER_REFUSAL(SEMPER_AUTH, 0).  EM is overwritten;
 * BITS >= 1023. */
semper_err semper_emsa_pss_verify(uint8_t *em, size_t bits, enum semper_hash h,
    size_t salt_len, const uint8_t *digest) SEMPER_MUST_CHECK;

#endif
