/* bench_rsa.c -- RSA and its signatures against the floor, Nettle and OpenSSL.
 *
 * The floor of a private operation is what no implementation on GMP avoids:
 * two half-size mpn_sec_powm and recombination, without blinding, check or
 * wiping.  All contestants of one size are measured in turns, many times, and
 * the ratio is the median over the turns, so that a change of clock rate hits
 * both sides alike.
 */
#include <nettle/rsa.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rsa_key.h"
#include "crypto/rsa_sig.h"
#include "tests/bench/bench.h"

enum { CONTESTANTS = 13, SALT_LEN = SEMPER_SHA256_LEN };

/* One signature of state.digest, for each library. */
struct signature {
	uint8_t octets[SEMPER_RSA_MAX_LEN];
	mpz_t nettle;
	EVP_PKEY_CTX *openssl;
};

static struct state {
	struct semper_rsa_priv *key;
	uint8_t x[SEMPER_RSA_MAX_LEN], y[SEMPER_RSA_MAX_LEN];
	mp_limb_t base[SEMPER_MODN_LIMBS];
	struct rsa_public_key nettle_pub;
	struct rsa_private_key nettle_key;
	mpz_t m, s;
	EVP_PKEY_CTX *sign, *encrypt;
	uint8_t digest[SEMPER_SHA256_LEN];
	struct signature pss, pkcs1;
} state;

/* ---- the contestants ----------------------------------------------------- */

static void
floor_private(void *ctx)
{
	struct state *s = ctx;
	struct semper_rsa_priv *k = s->key;
	struct semper_modn *m = k->modn;
	mp_limb_t sp[SEMPER_RSA_PRIME_LIMBS], sq[SEMPER_RSA_PRIME_LIMBS];
	mp_size_t pn = k->pn, qn = k->qn;

	mpn_sec_powm(sp, s->base, m->nn, k->dp, k->p_bits, k->p, pn,
	    m->scratch);
	mpn_sec_powm(sq, s->base, m->nn, k->dq, k->q_bits, k->q, qn,
	    m->scratch);
	mpn_cnd_add_n(mpn_sub_n(sp, sp, sq, pn), sp, sp, k->p, pn);
	mpn_sec_mul(m->product, sp, pn, k->qinv, pn, m->scratch);
	mpn_sec_div_r(m->product, 2 * pn, k->p, pn, m->scratch);
	mpn_copyi(sp, m->product, pn);
	mpn_sec_mul(m->product, sp, pn, k->q, qn, m->scratch);
	mp_limb_t carry = mpn_add_n(m->product, m->product, sq, qn);
	mpn_sec_add_1(m->product + qn, m->product + qn, pn, carry, m->scratch);
}

static void
our_private(void *ctx)
{
	struct state *s = ctx;

	must(semper_rsa_private(s->key, s->y, s->x, &semper_draw_system) ==
	    SEMPER_OK);
}

static void
cheap_random(void *ctx, size_t len, uint8_t *dst)
{
	uint64_t *x = ctx;

	for (size_t i = 0; i < len; i++) {
		*x = *x * 6364136223846793005u + 1442695040888963407u;
		dst[i] = (uint8_t)(*x >> 56);
	}
}

static void
nettle_private(void *ctx)
{
	struct state *s = ctx;
	static uint64_t random = 1;

	must(rsa_compute_root_tr(&s->nettle_pub, &s->nettle_key, &random,
	    cheap_random, s->s, s->m));
}

static void
openssl_private(void *ctx)
{
	struct state *s = ctx;
	size_t len = s->key->pub.len;

	must(EVP_PKEY_sign(s->sign, s->y, &len, s->x, s->key->pub.len) == 1);
}

static void
floor_public(void *ctx)
{
	struct state *s = ctx;

	mpz_powm(s->s, s->m, s->nettle_pub.e, s->nettle_pub.n);
}

static void
our_public(void *ctx)
{
	struct state *s = ctx;

	must(semper_rsa_public(&s->key->pub, s->y, s->x) == SEMPER_OK);
}

static void
openssl_public(void *ctx)
{
	struct state *s = ctx;
	size_t len = s->key->pub.len;

	must(EVP_PKEY_encrypt(s->encrypt, s->y, &len, s->x, len) == 1);
}

/* Verification of SHA-256: encoding and comparison too. */

static struct semper_bytes
signed_by_us(const struct state *s, const struct signature *sig)
{
	return SEMPER_BYTES(sig->octets, s->key->pub.len);
}

static void
our_pss(void *ctx)
{
	struct state *s = ctx;

	must(semper_pss_verify_digest(&s->key->pub, SEMPER_SHA256, SALT_LEN,
		 s->digest, signed_by_us(s, &s->pss)) == SEMPER_OK);
}

static void
nettle_pss(void *ctx)
{
	struct state *s = ctx;

	must(rsa_pss_sha256_verify_digest(&s->nettle_pub, SALT_LEN, s->digest,
	    s->pss.nettle));
}

static void
openssl_verify(const struct state *s, const struct signature *sig)
{
	must(EVP_PKEY_verify(sig->openssl, sig->octets, s->key->pub.len,
		 s->digest, sizeof s->digest) == 1);
}

static void
openssl_pss(void *ctx)
{
	struct state *s = ctx;

	openssl_verify(s, &s->pss);
}

static void
our_pkcs1(void *ctx)
{
	struct state *s = ctx;

	must(semper_pkcs1_verify_digest(&s->key->pub, SEMPER_SHA256, s->digest,
		 signed_by_us(s, &s->pkcs1)) == SEMPER_OK);
}

static void
nettle_pkcs1(void *ctx)
{
	struct state *s = ctx;

	must(rsa_sha256_verify_digest(&s->nettle_pub, s->digest,
	    s->pkcs1.nettle));
}

static void
openssl_pkcs1(void *ctx)
{
	struct state *s = ctx;

	openssl_verify(s, &s->pkcs1);
}

/* ---- one key in three libraries ------------------------------------------ */

static void
put(mpz_t z, struct semper_bytes x)
{
	mpz_import(z, x.len, 1, 1, 1, 0, x.data);
}

static void
nettle_open(struct state *s, const struct semper_rsa_parts *parts)
{
	rsa_public_key_init(&s->nettle_pub);
	rsa_private_key_init(&s->nettle_key);
	mpz_inits(s->m, s->s, NULL);
	put(s->nettle_pub.n, parts->n);
	put(s->nettle_pub.e, parts->e);
	put(s->nettle_key.d, parts->d);
	put(s->nettle_key.p, parts->p);
	put(s->nettle_key.q, parts->q);
	put(s->nettle_key.a, parts->dp);
	put(s->nettle_key.b, parts->dq);
	put(s->nettle_key.c, parts->qinv);
	put(s->m, SEMPER_BYTES(s->x, s->key->pub.len));
	must(rsa_public_key_prepare(&s->nettle_pub));
	must(rsa_private_key_prepare(&s->nettle_key));
}

static void
push(OSSL_PARAM_BLD *build, const char *name, struct semper_bytes x)
{
	BIGNUM *number = BN_bin2bn(x.data, (int)x.len, NULL);

	must(number != NULL && OSSL_PARAM_BLD_push_BN(build, name, number));
}

static void
openssl_verifier(struct signature *sig, EVP_PKEY *key, int padding)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

	must(EVP_PKEY_verify_init(ctx) == 1);
	must(EVP_PKEY_CTX_set_rsa_padding(ctx, padding) == 1);
	must(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1);
	if (padding == RSA_PKCS1_PSS_PADDING)
		must(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, SALT_LEN) == 1);
	sig->openssl = ctx;
}

static void
openssl_open(struct state *s, const struct semper_rsa_parts *parts)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *from = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	push(build, OSSL_PKEY_PARAM_RSA_N, parts->n);
	push(build, OSSL_PKEY_PARAM_RSA_E, parts->e);
	push(build, OSSL_PKEY_PARAM_RSA_D, parts->d);
	push(build, OSSL_PKEY_PARAM_RSA_FACTOR1, parts->p);
	push(build, OSSL_PKEY_PARAM_RSA_FACTOR2, parts->q);
	push(build, OSSL_PKEY_PARAM_RSA_EXPONENT1, parts->dp);
	push(build, OSSL_PKEY_PARAM_RSA_EXPONENT2, parts->dq);
	push(build, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, parts->qinv);
	must(EVP_PKEY_fromdata_init(from) == 1);
	must(EVP_PKEY_fromdata(from, &key, EVP_PKEY_KEYPAIR,
		 OSSL_PARAM_BLD_to_param(build)) == 1);
	s->sign = EVP_PKEY_CTX_new(key, NULL);
	s->encrypt = EVP_PKEY_CTX_new(key, NULL);
	must(EVP_PKEY_sign_init(s->sign) == 1);
	must(EVP_PKEY_encrypt_init(s->encrypt) == 1);
	must(EVP_PKEY_CTX_set_rsa_padding(s->sign, RSA_NO_PADDING) == 1);
	must(EVP_PKEY_CTX_set_rsa_padding(s->encrypt, RSA_NO_PADDING) == 1);
	openssl_verifier(&s->pss, key, RSA_PKCS1_PSS_PADDING);
	openssl_verifier(&s->pkcs1, key, RSA_PKCS1_PADDING);
}

static void
nettle_signature(struct state *s, struct signature *sig)
{
	mpz_init(sig->nettle);
	put(sig->nettle, signed_by_us(s, sig));
}

/* Signatures that all three take. */
static void
sign(struct state *s)
{
	memset(s->digest, 0x53, sizeof s->digest);
	must(semper_pss_sign_digest(s->key, s->pss.octets, SEMPER_SHA256,
		 SALT_LEN, s->digest, &semper_draw_system, "salt") ==
	    SEMPER_OK);
	must(semper_pkcs1_sign_digest(s->key, s->pkcs1.octets, SEMPER_SHA256,
		 s->digest, &semper_draw_system) == SEMPER_OK);
	nettle_signature(s, &s->pss);
	nettle_signature(s, &s->pkcs1);
}

/* All three must agree before they are compared. */
static void
agree(struct state *s)
{
	uint8_t ours[SEMPER_RSA_MAX_LEN];
	size_t len = s->key->pub.len;
	mpz_t z;

	our_private(s);
	memcpy(ours, s->y, len);
	openssl_private(s);
	must(memcmp(ours, s->y, len) == 0);
	nettle_private(s);
	mpz_init(z);
	put(z, SEMPER_BYTES(ours, len));
	must(mpz_cmp(z, s->s) == 0);
	mpz_clear(z);
}

static void
open_key(struct state *s, size_t bits)
{
	struct semper_rsa_parts parts;

	must(semper_rsa_generate(&s->key, bits, 65537, &semper_draw_system,
		 "key") == SEMPER_OK);
	semper_rsa_priv_parts(s->key, &parts);
	memset(s->x, 0x35, s->key->pub.len);
	for (mp_size_t i = 0; i < s->key->modn->nn; i++)
		s->base[i] = ~(mp_limb_t)0 / 3;
	nettle_open(s, &parts);
	openssl_open(s, &parts);
	sign(s);
	agree(s);
}

/* ---- turns --------------------------------------------------------------- */

static double seconds[CONTESTANTS][BENCH_TURNS];

/* AGAINST names contestant OTHER. */
static void
report(size_t bits, const char *operation, int our, const char *against,
    int other, double limit)
{
	char name[64];

	snprintf(name, sizeof name, "crypto/rsa-%zu %s, %s", bits, operation,
	    against);
	bench_report(name, 1e6 * bench_median(seconds[our], NULL), "us", against,
	    bench_median(seconds[our], seconds[other]), limit);
}

static void
measure_size(size_t bits, double floor_limit, double nettle_limit)
{
	static void (*const op[CONTESTANTS])(void *) = {our_private,
	    floor_private, nettle_private, openssl_private, our_public,
	    floor_public, openssl_public, our_pss, nettle_pss, openssl_pss,
	    our_pkcs1, nettle_pkcs1, openssl_pkcs1};

	open_key(&state, bits);
	bench_turns(seconds, op, CONTESTANTS, &state);
	report(bits, "private", 0, "floor", 1, floor_limit);
	report(bits, "private", 0, "nettle", 2, nettle_limit);
	report(bits, "private", 0, "openssl", 3, BENCH_NONE);
	report(bits, "public", 4, "mpz_powm", 5, BENCH_NONE);
	report(bits, "public", 4, "openssl", 6, BENCH_NONE);
	report(bits, "PSS verify", 7, "nettle", 8, BENCH_NONE);
	report(bits, "PSS verify", 7, "openssl", 9, BENCH_NONE);
	report(bits, "PKCS#1 verify", 10, "nettle", 11, BENCH_NONE);
	report(bits, "PKCS#1 verify", 10, "openssl", 12, BENCH_NONE);
}

static void
measure(void)
{
	measure_size(2048, 1.10, 0.75);
	measure_size(3072, 1.10, 0.75);
	measure_size(4096, BENCH_NONE, BENCH_NONE);
}

BENCH(measure);
