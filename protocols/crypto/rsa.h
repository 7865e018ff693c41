/* rsa.h -- RSA keys and the two bare operations (RFC 8017, two primes).
 *
 * The calls take and give integers as big-endian octets.  On input leading
 * zero octets are allowed; DER, and whether zeros are canonical there, is the
 * business of protocols/pki.  An octet string of a key's length `len` is
 * ceil(bits(n) / 8) octets, leading zeros included.
 *
 * Limits: 1024 <= bits(n) <= 8192; e odd, 3 <= e < 2^256.
 *
 * Claimed for the private operation: time and memory access independent of d,
 * dP, dQ, qInv, of the blinding and of the result; a result that does not
 * give the input back under the public exponent never leaves; every
 * temporary is overwritten.  Not claimed: that time is independent of p and q
 * at import and inside GMP (spec/crypto.md, "Constant time"), that p and q
 * are prime on import, freedom from power or electromagnetic leakage.
 *
 * Threads: a private key holds its scratch and its blinding pair and changes
 * with every use.  It belongs to one thread at a time; a program with several
 * threads imports the key once for each.  Public keys are plain data.
 */
#ifndef SEMPER_CRYPTO_RSA_H
#define SEMPER_CRYPTO_RSA_H

#include "base/bytes.h"
#include "base/draw.h"
#include "base/err.h"

#define SEMPER_RSA_MIN_BITS 1024
#define SEMPER_RSA_MAX_BITS 8192
#define SEMPER_RSA_MAX_LEN (SEMPER_RSA_MAX_BITS / 8)
#define SEMPER_RSA_MAX_E_LEN 32

/* ---- public keys: plain data, copied by assignment ----------------------- */

struct semper_rsa_pub {
	size_t bits; /* of n */
	size_t len;  /* octets of n: ceil(bits / 8) */
	size_t e_len;
	uint8_t n[SEMPER_RSA_MAX_LEN];   /* the first len, no leading zero */
	uint8_t e[SEMPER_RSA_MAX_E_LEN]; /* the first e_len, no leading zero */
};

/* Refuses what is outside the limits above, and an even n:
 * SEMPER_REFUSAL(SEMPER_MALFORMED, 0), KEY untouched. */
semper_err semper_rsa_pub_set(struct semper_rsa_pub *key, struct semper_bytes n,
    struct semper_bytes e) SEMPER_MUST_CHECK;

bool semper_rsa_pub_equal(const struct semper_rsa_pub *a,
    const struct semper_rsa_pub *b);

/* The views of n and e. */
static inline struct semper_bytes
semper_rsa_n(const struct semper_rsa_pub *key)
{
	return SEMPER_BYTES(key->n, key->len);
}

static inline struct semper_bytes
semper_rsa_e(const struct semper_rsa_pub *key)
{
	return SEMPER_BYTES(key->e, key->e_len);
}

/* out = in^e mod n; both len octets, and may be the same place.
 * SEMPER_REFUSAL(SEMPER_RANGE, 0) if in >= n.  Not constant time: for values
 * everybody may know. */
semper_err semper_rsa_public(const struct semper_rsa_pub *key, uint8_t *out,
    const uint8_t *in) SEMPER_MUST_CHECK;

/* The same for a secret input, which must be < n by construction: constant
 * time, and wiped behind itself.  SEMPER_E_MEMORY. */
semper_err semper_rsa_public_sec(const struct semper_rsa_pub *key, uint8_t *out,
    const uint8_t *in) SEMPER_MUST_CHECK;

/* ---- private keys -------------------------------------------------------- */

struct semper_rsa_priv;

/* p*q = n, e*dP = 1 mod p-1, e*dQ = 1 mod q-1, q*qInv = 1 mod p (RFC 8017
 * 3.2, PKCS #1 field order).  p may be smaller than q. */
struct semper_rsa_parts {
	struct semper_bytes n, e, d, p, q, dp, dq, qinv;
};

/* Import.  SEMPER_E_KEY unless all of the above and the limits hold (and d
 * agrees with dP and dQ); SEMPER_E_MEMORY.  On success *key is the caller's,
 * to be given to semper_rsa_priv_free.  Parts are copied. */
semper_err semper_rsa_priv_new(struct semper_rsa_priv **key,
    const struct semper_rsa_parts *parts) SEMPER_MUST_CHECK;

/* Wipes and releases; NULL is allowed. */
void semper_rsa_priv_free(struct semper_rsa_priv *key);

/* The public half; lives as long as KEY. */
const struct semper_rsa_pub *semper_rsa_priv_pub(
    const struct semper_rsa_priv *key);

/* The parts as given at import or generated, for export.  The views point
 * into KEY: secret, and dead when KEY is freed. */
void semper_rsa_priv_parts(const struct semper_rsa_priv *key,
    struct semper_rsa_parts *parts);

/* Make a key with n of exactly BITS bits (even) and p, q of BITS/2 bits,
 * p > q, |p - q| > 2^(BITS/2 - 100), gcd(e, (p-1)(q-1)) = 1, d = e^-1 mod
 * lcm(p-1, q-1).  All octets come from the stream LABEL of DRAW, so equal
 * streams give equal keys.  SEMPER_E_ARGUMENT for limits; SEMPER_E_RANDOM,
 * also if the stream gives no prime in 20*BITS candidates. */
semper_err semper_rsa_generate(struct semper_rsa_priv **key, size_t bits,
    uint32_t e, const struct semper_draw *draw,
    const char *label) SEMPER_MUST_CHECK;

/* out = in^d mod n; both len octets, and may be the same place.  DRAW gives
 * the blinding, unlabelled.
 *   SEMPER_REFUSAL(SEMPER_RANGE, 0)  in >= n
 *   SEMPER_E_RANDOM                  no blinding could be drawn
 *   SEMPER_E_INTERNAL                the result failed its check
 * OUT is untouched unless SEMPER_OK. */
semper_err semper_rsa_private(struct semper_rsa_priv *key, uint8_t *out,
    const uint8_t *in, const struct semper_draw *draw) SEMPER_MUST_CHECK;

#endif
