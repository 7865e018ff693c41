/* hash.c -- see hash.h; the functions themselves are Nettle's. */
#include "crypto/hash.h"

#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/must.h"

#define BLOCK_MAX 128 /* octets, SHA-384 and SHA-512 */

/* CR-H-01 */
static const struct nettle_hash *const functions[] = {
    [SEMPER_SHA1] = &nettle_sha1,
    [SEMPER_SHA256] = &nettle_sha256,
    [SEMPER_SHA384] = &nettle_sha384,
    [SEMPER_SHA512] = &nettle_sha512,
};

_Static_assert(sizeof(struct sha512_ctx) <=
	sizeof(((struct semper_hash_state *)0)->room),
    "the largest Nettle state fits");

/* ---- hashing ------------------------------------------------------------- */

size_t
semper_hash_len(enum semper_hash h)
{
	return functions[h]->digest_size;
}

void
semper_hash_init(struct semper_hash_state *s, enum semper_hash h)
{
	s->hash = h;
	if (h == SEMPER_SHA384 && FAULT("sha384-is-sha512-cut"))
		h = SEMPER_SHA512;
	functions[h]->init(s->room);
}

void
semper_hash_update(struct semper_hash_state *s, struct semper_bytes x)
{
	if (x.len > 0)
		functions[s->hash]->update(s->room, x.len, x.data);
}

void
semper_hash_final(struct semper_hash_state *s, uint8_t *out)
{
	functions[s->hash]->digest(s->room, semper_hash_len(s->hash), out);
}

void
semper_hash(enum semper_hash h, uint8_t *out, struct semper_bytes x)
{
	struct semper_hash_state s;

	semper_hash_init(&s, h);
	semper_hash_update(&s, x);
	semper_hash_final(&s, out);
	semper_wipe(&s, sizeof s);
}

/* CR-H-07: len8(ctx) || ctx; PREFIX has room for 256 octets. */
static struct semper_bytes
context_prefix(uint8_t *prefix, const char *ctx)
{
	size_t len = strlen(ctx);

	if (len == 0 || len > 255)
		abort();
	prefix[0] = (uint8_t)len;
	memcpy(prefix + 1, ctx, len);
	return SEMPER_BYTES(prefix, 1 + len);
}

void
semper_hash_init_ctx(struct semper_hash_state *s, const char *ctx)
{
	uint8_t prefix[256];

	semper_hash_init(s, SEMPER_SHA256);
	semper_hash_update(s, context_prefix(prefix, ctx));
}

void
semper_hash_ctx(uint8_t out[SEMPER_SHA256_LEN], const char *ctx,
    struct semper_bytes x)
{
	struct semper_hash_state s;

	semper_hash_init_ctx(&s, ctx);
	semper_hash_update(&s, x);
	semper_hash_final(&s, out);
	semper_wipe(&s, sizeof s);
}

/* ---- HMAC (CR-H-02) ------------------------------------------------------ */

void
semper_hmac_init(struct semper_hmac_state *s, enum semper_hash h,
    struct semper_bytes key)
{
	uint8_t pad[BLOCK_MAX] = {0};
	size_t block = functions[h]->block_size;

	if (key.len > block && FAULT("hmac-key-cut"))
		memcpy(pad, key.data, block);
	else if (key.len > block)
		semper_hash(h, pad, key);
	else if (key.len > 0)
		memcpy(pad, key.data, key.len);

	for (size_t i = 0; i < block; i++)
		pad[i] ^= 0x36;
	semper_hash_init(&s->inner, h);
	semper_hash_update(&s->inner, SEMPER_BYTES(pad, block));
	for (size_t i = 0; i < block; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	semper_hash_init(&s->outer, h);
	semper_hash_update(&s->outer, SEMPER_BYTES(pad, block));
	semper_wipe(pad, sizeof pad);
}

void
semper_hmac_update(struct semper_hmac_state *s, struct semper_bytes x)
{
	semper_hash_update(&s->inner, x);
}

void
semper_hmac_final(struct semper_hmac_state *s, uint8_t *out)
{
	uint8_t inner[SEMPER_HASH_MAX];
	size_t len = semper_hash_len(s->inner.hash);

	semper_hash_final(&s->inner, inner);
	semper_hash_update(&s->outer, SEMPER_BYTES(inner, len));
	semper_hash_final(&s->outer, out);
	semper_wipe(inner, sizeof inner);
	semper_wipe(s, sizeof *s);
}

void
semper_hmac(enum semper_hash h, uint8_t *out, struct semper_bytes key,
    struct semper_bytes x)
{
	struct semper_hmac_state s;

	semper_hmac_init(&s, h, key);
	semper_hmac_update(&s, x);
	semper_hmac_final(&s, out);
}

/* CR-H-08 */
void
semper_hmac_ctx(uint8_t out[SEMPER_SHA256_LEN], const char *ctx,
    struct semper_bytes key, struct semper_bytes x)
{
	struct semper_hmac_state s;
	uint8_t prefix[256];

	semper_hmac_init(&s, SEMPER_SHA256, key);
	semper_hmac_update(&s, context_prefix(prefix, ctx));
	semper_hmac_update(&s, x);
	semper_hmac_final(&s, out);
}

/* ---- derivation (CR-H-03) ------------------------------------------------ */

void
semper_hkdf_extract(enum semper_hash h, uint8_t *prk, struct semper_bytes salt,
    struct semper_bytes ikm)
{
	semper_hmac(h, prk, salt, ikm);
}

/* T(i) = HMAC(prk, T(i-1) || info || i), T(0) empty; T has the last and gets
 * the next, I counts from 1. */
static void
expand_block(enum semper_hash h, uint8_t *t, size_t i, struct semper_bytes prk,
    const struct semper_bytes *info, size_t n_info)
{
	struct semper_hmac_state s;
	uint8_t octet = (uint8_t)(FAULT("hkdf-counts-from-0") ? i - 1 : i);

	semper_hmac_init(&s, h, prk);
	semper_hmac_update(&s, SEMPER_BYTES(t, i > 1 ? semper_hash_len(h) : 0));
	for (size_t k = 0; k < n_info; k++)
		semper_hmac_update(&s, info[k]);
	semper_hmac_update(&s, SEMPER_BYTES(&octet, 1));
	semper_hmac_final(&s, t);
}

semper_err
semper_hkdf_expand_parts(enum semper_hash h, uint8_t *out, size_t len,
    struct semper_bytes prk, const struct semper_bytes *info, size_t n_info)
{
	size_t hash_len = semper_hash_len(h);
	uint8_t t[SEMPER_HASH_MAX];

	MUST("CR-H-04", len <= 255 * hash_len, SEMPER_REFUSAL(SEMPER_RANGE, 0));
	for (size_t i = 1; len > 0; i++) {
		size_t take = len < hash_len ? len : hash_len;

		expand_block(h, t, i, prk, info, n_info);
		memcpy(out, t, take);
		out += take;
		len -= take;
	}
	semper_wipe(t, sizeof t);
	return SEMPER_OK;
}

semper_err
semper_hkdf_expand(enum semper_hash h, uint8_t *out, size_t len,
    struct semper_bytes prk, struct semper_bytes info)
{
	return semper_hkdf_expand_parts(h, out, len, prk, &info, 1);
}

/* CR-H-05 */
void
semper_mgf1_xor(enum semper_hash h, uint8_t *x, size_t len,
    struct semper_bytes seed)
{
	size_t hash_len = semper_hash_len(h);
	uint8_t block[SEMPER_HASH_MAX];
	struct semper_hash_state s;

	for (uint32_t j = 0; len > 0; j++) {
		uint8_t be32[4] = {(uint8_t)(j >> 24), (uint8_t)(j >> 16),
		    (uint8_t)(j >> 8), (uint8_t)j};
		size_t take = len < hash_len ? len : hash_len;

		if (FAULT("mgf1-little-endian")) {
			be32[0] = be32[3];
			be32[3] = 0;
		}
		semper_hash_init(&s, h);
		semper_hash_update(&s, seed);
		semper_hash_update(&s, SEMPER_BYTES(be32, 4));
		semper_hash_final(&s, block);
		for (size_t i = 0; i < take; i++)
			x[i] ^= block[i];
		x += take;
		len -= take;
	}
	semper_wipe(block, sizeof block);
	semper_wipe(&s, sizeof s);
}

void
semper_mgf1(enum semper_hash h, uint8_t *out, size_t len,
    struct semper_bytes seed)
{
	memset(out, 0, len);
	semper_mgf1_xor(h, out, len, seed);
}

/* CR-H-06 */
void
semper_hash_chain(enum semper_hash h, uint8_t *out, const uint8_t *x,
    uint64_t steps)
{
	size_t len = semper_hash_len(h);

	memmove(out, x, len);
	if (FAULT("chain-one-more"))
		steps++;
	for (; steps > 0; steps--)
		semper_hash(h, out, SEMPER_BYTES(out, len));
}
