/* hash.h -- hash functions, and what is built from one hash function alone.
 *
 * SHA-1 and the SHA-2 family, HMAC (RFC 2104), HKDF (RFC 5869), MGF1
 * (RFC 8017 B.2.1) and hash chains.  All but one call cannot fail and return
 * nothing; all states are the caller's plain storage,
 * may be copied, and need no release (semper_wipe them if what went in was
 * secret).
 *
 * SHA-1 is here for the historic profiles.  Nothing of ours that is new may
 * use it.
 *
 * A hash input of our own profiles starts with a context, a fixed ASCII
 * string of 1 to 255 octets from spec/contexts.md:
 *
 *     H(ctx, x)      = SHA-256(len8(ctx) || ctx || x)
 *     HMAC(ctx, k,x) = HMAC-SHA-256(k, len8(ctx) || ctx || x)
 *
 * The length octet makes (ctx, x) -> input injective.  x is DER or of fixed
 * length.  A context is a constant of the program: one that is empty or too
 * long is a programming error and stops the program.
 */
#ifndef SEMPER_CRYPTO_HASH_H
#define SEMPER_CRYPTO_HASH_H

#include "base/bytes.h"
#include "base/err.h"

enum semper_hash { SEMPER_SHA1, SEMPER_SHA256, SEMPER_SHA384, SEMPER_SHA512 };

#define SEMPER_HASH_MAX 64 /* octets of the longest value */
#define SEMPER_SHA1_LEN 20
#define SEMPER_SHA256_LEN 32

/* Octets of a value of H. */
size_t semper_hash_len(enum semper_hash h);

/* ---- hashing -------------------------------------------------------------
 * One shot:     semper_hash(h, out, x)
 * Incremental:  init, any number of updates, final.  final leaves the state
 *               ready for a new message under the same hash.
 * out has semper_hash_len(h) octets. */

struct semper_hash_state {
	enum semper_hash hash;
	uint64_t room[28];
};

void semper_hash(enum semper_hash h, uint8_t *out, struct semper_bytes x);

void semper_hash_init(struct semper_hash_state *s, enum semper_hash h);
void semper_hash_update(struct semper_hash_state *s, struct semper_bytes x);
void semper_hash_final(struct semper_hash_state *s, uint8_t *out);

/* H(ctx, x), 32 octets; the second form is for an x that comes in parts. */
void semper_hash_ctx(uint8_t out[SEMPER_SHA256_LEN], const char *ctx,
    struct semper_bytes x);
void semper_hash_init_ctx(struct semper_hash_state *s, const char *ctx);

/* ---- HMAC: any key length, out has semper_hash_len(h) octets ------------ */

struct semper_hmac_state {
	struct semper_hash_state inner, outer;
};

void semper_hmac(enum semper_hash h, uint8_t *out, struct semper_bytes key,
    struct semper_bytes x);

void semper_hmac_init(struct semper_hmac_state *s, enum semper_hash h,
    struct semper_bytes key);
void semper_hmac_update(struct semper_hmac_state *s, struct semper_bytes x);
/* Wipes S: one key schedule serves one message. */
void semper_hmac_final(struct semper_hmac_state *s, uint8_t *out);

/* HMAC(ctx, key, x), 32 octets. */
void semper_hmac_ctx(uint8_t out[SEMPER_SHA256_LEN], const char *ctx,
    struct semper_bytes key, struct semper_bytes x);

/* ---- derivation ---------------------------------------------------------- */

/* prk = HMAC(salt, ikm), semper_hash_len(h) octets. */
void semper_hkdf_extract(enum semper_hash h, uint8_t *prk,
    struct semper_bytes salt, struct semper_bytes ikm);

/* SEMPER_REFUSAL(SEMPER_RANGE, 0), and OUT untouched, if len is above
 * 255 * semper_hash_len(h); nothing else. */
semper_err semper_hkdf_expand(enum semper_hash h, uint8_t *out, size_t len,
    struct semper_bytes prk, struct semper_bytes info) SEMPER_MUST_CHECK;

/* The same for an info that is the concatenation of N_INFO parts. */
semper_err semper_hkdf_expand_parts(enum semper_hash h, uint8_t *out,
    size_t len, struct semper_bytes prk, const struct semper_bytes *info,
    size_t n_info) SEMPER_MUST_CHECK;

/* The first LEN octets of H(seed || be32(0)) || H(seed || be32(1)) || ... */
void semper_mgf1(enum semper_hash h, uint8_t *out, size_t len,
    struct semper_bytes seed);

/* MGF1 exclusive-ored onto X. */
void semper_mgf1_xor(enum semper_hash h, uint8_t *x, size_t len,
    struct semper_bytes seed);

/* A^steps(x): A^0(x) = x, A^(i+1)(x) = H(A^i(x)).  x and out have
 * semper_hash_len(h) octets and may be the same place. */
void semper_hash_chain(enum semper_hash h, uint8_t *out, const uint8_t *x,
    uint64_t steps);

#endif
