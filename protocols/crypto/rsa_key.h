/* rsa_key.h -- what a private key is made of, and the unchecked operations.
 *
 * Private to this room (and to the tests that break a key on purpose).
 * Inside, p > q always, so that s_p - s_q mod p needs one conditional
 * addition; a key imported the other way round is turned.
 */
#ifndef SEMPER_CRYPTO_RSA_KEY_H
#define SEMPER_CRYPTO_RSA_KEY_H

#include "crypto/modn.h"

/* The primes differ in length by at most this many bits. */
#define SEMPER_RSA_PRIME_SLACK 16
#define SEMPER_RSA_PRIME_LIMBS (SEMPER_RSA_MAX_BITS / 2 / GMP_NUMB_BITS + 1)

/* A blinding pair is squared after each use and made anew after this many. */
#define SEMPER_RSA_BLIND_USES 64

struct semper_rsa_priv {
	struct semper_rsa_pub pub;
	struct semper_rsa_parts parts; /* views into pub and octets */
	uint8_t octets[4 * SEMPER_RSA_MAX_LEN];

	struct semper_modn *modn; /* n, e and the scratch of everything */
	mp_size_t pn, qn;
	mp_bitcnt_t p_bits, q_bits;
	mp_limb_t p[SEMPER_RSA_PRIME_LIMBS], q[SEMPER_RSA_PRIME_LIMBS];
	mp_limb_t dp[SEMPER_RSA_PRIME_LIMBS], dq[SEMPER_RSA_PRIME_LIMBS];
	mp_limb_t qinv[SEMPER_RSA_PRIME_LIMBS];

	unsigned uses_left; /* of the pair blind = r^e, unblind = r^-1 */
	mp_limb_t blind[SEMPER_MODN_LIMBS], unblind[SEMPER_MODN_LIMBS];

	/* One operation: x, the blinded input and then the input computed
	 * back; its roots mod p and q; and mod n. */
	struct {
		mp_limb_t x[SEMPER_MODN_LIMBS];
		mp_limb_t sp[SEMPER_RSA_PRIME_LIMBS];
		mp_limb_t sq[SEMPER_RSA_PRIME_LIMBS];
		mp_limb_t s[SEMPER_MODN_LIMBS];
	} work;
};

/* Is the public integer X < n? */
bool semper_rsa_below(const struct semper_rsa_pub *key, struct semper_bytes x);

/* semper_rsa_private for an IN the caller has made sure of. */
semper_err semper_rsa_root(struct semper_rsa_priv *key, uint8_t *out,
    const uint8_t *in, const struct semper_draw *draw) SEMPER_MUST_CHECK;

/* out = in^e mod n, OUT of key->len octets, for any public IN. */
void semper_rsa_power_e(const struct semper_rsa_pub *key, uint8_t *out,
    struct semper_bytes in);

#endif
