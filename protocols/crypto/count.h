/* count.h -- how many public-key operations this thread has performed.
 *
 * A specification that claims "a refusal costs the same operations as an
 * acceptance" is shown by reading the counters before and after.  They only
 * grow; a reader takes differences.  Each counts operations begun, whatever
 * their outcome:
 *
 *   priv  RSA with the private exponent (signing, decrypting, signing blind)
 *         and Ed25519 signing
 *   pub   RSA with the public exponent by itself (verifying, encrypting,
 *         blinding) and Ed25519 verifying.  The check a private operation
 *         makes of its own result is part of that operation.
 *   dh    X25519 multiplications, those of HPKE and of making keys included
 */
#ifndef SEMPER_CRYPTO_COUNT_H
#define SEMPER_CRYPTO_COUNT_H

#include <stdint.h>

struct semper_crypto_count {
	uint64_t priv, pub, dh;
};

extern _Thread_local struct semper_crypto_count semper_crypto_count;

#endif
