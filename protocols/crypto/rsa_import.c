/* rsa_import.c -- private keys in and out; see rsa.h.  Import is not constant
 * time: it happens once for a key, on the machine that owns it. */
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/limbs.h"
#include "crypto/mark.h"
#include "crypto/rsa_key.h"

/* The parts as integers, and two to reckon with. */
enum { N, E, D, P, Q, DP, DQ, QINV, T, U, NUMBERS };

/* Room for any product of two parts, so that GMP never moves a number and
 * leaves the old copy behind: it does not wipe what it frees. */
#define ROOM (2 * SEMPER_MODN_LIMBS + 2)

static void
numbers_read(mpz_t x[NUMBERS], const struct semper_rsa_parts *parts)
{
	const struct semper_bytes views[] = {parts->n, parts->e, parts->d,
	    parts->p, parts->q, parts->dp, parts->dq, parts->qinv};

	for (int i = 0; i < NUMBERS; i++)
		mpz_init2(x[i], ROOM * GMP_NUMB_BITS);
	for (int i = N; i <= QINV; i++)
		if (views[i].len > 0)
			mpz_import(x[i], views[i].len, 1, 1, 1, 0,
			    views[i].data);
}

static void
numbers_clear(mpz_t x[NUMBERS])
{
	for (int i = 0; i < NUMBERS; i++) {
		semper_wipe(mpz_limbs_write(x[i], ROOM),
		    ROOM * sizeof(mp_limb_t));
		mpz_clear(x[i]);
	}
}

static bool
fits(const struct semper_rsa_parts *parts)
{
	const struct semper_bytes views[] = {parts->d, parts->p, parts->q,
	    parts->dp, parts->dq, parts->qinv};

	for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
		if (semper_octets_strip(views[i]).len > SEMPER_RSA_MAX_LEN)
			return false;
	return true;
}

static bool
balanced(const mpz_t p, const mpz_t q)
{
	size_t a = mpz_sizeinbase(p, 2), b = mpz_sizeinbase(q, 2);

	return a <= b + SEMPER_RSA_PRIME_SLACK &&
	    b <= a + SEMPER_RSA_PRIME_SLACK;
}

/* Is 0 < exponent < prime - 1, e * exponent = 1 and d = exponent, both
 * modulo prime - 1? */
static bool
exponent_fits(mpz_t x[NUMBERS], const mpz_t prime, const mpz_t exponent)
{
	mpz_sub_ui(x[T], prime, 1);
	if (mpz_sgn(exponent) <= 0 || mpz_cmp(exponent, x[T]) >= 0)
		return false;
	mpz_mod(x[U], x[D], x[T]);
	if (mpz_cmp(x[U], exponent) != 0)
		return false;
	mpz_mul(x[U], x[E], exponent);
	mpz_mod(x[U], x[U], x[T]);
	return mpz_cmp_ui(x[U], 1) == 0;
}

static bool
inverse_fits(mpz_t x[NUMBERS])
{
	if (mpz_cmp(x[QINV], x[P]) >= 0)
		return false;
	mpz_mul(x[U], x[Q], x[QINV]);
	mpz_mod(x[U], x[U], x[P]);
	return mpz_cmp_ui(x[U], 1) == 0;
}

static semper_err
numbers_check(mpz_t x[NUMBERS])
{
	mpz_mul(x[T], x[P], x[Q]);
	MUST("CR-R-10", mpz_cmp(x[T], x[N]) == 0, SEMPER_E_KEY);
	MUST("CR-R-11", balanced(x[P], x[Q]), SEMPER_E_KEY);
	MUST("CR-R-12", mpz_cmp(x[D], x[N]) < 0, SEMPER_E_KEY);
	MUST("CR-R-13", exponent_fits(x, x[P], x[DP]), SEMPER_E_KEY);
	MUST("CR-R-13", exponent_fits(x, x[Q], x[DQ]), SEMPER_E_KEY);
	MUST("CR-R-14", inverse_fits(x), SEMPER_E_KEY);
	return SEMPER_OK;
}

/* Make p the larger one. */
static void
numbers_turn(mpz_t x[NUMBERS])
{
	if (mpz_cmp(x[P], x[Q]) > 0)
		return;
	mpz_swap(x[P], x[Q]);
	mpz_swap(x[DP], x[DQ]);
	mpz_invert(x[QINV], x[Q], x[P]);
}

/* Octets of X to *END, and a view of them. */
static struct semper_bytes
keep(uint8_t **end, struct semper_bytes x)
{
	x = semper_octets_strip(x);
	memcpy(*end, x.data, x.len);
	x.data = *end;
	*end += x.len;
	return x;
}

static void
keep_parts(struct semper_rsa_priv *k, const struct semper_rsa_parts *parts)
{
	uint8_t *end = k->octets;

	k->parts = (struct semper_rsa_parts){.n = semper_rsa_n(&k->pub),
	    .e = semper_rsa_e(&k->pub)};
	k->parts.d = keep(&end, parts->d);
	k->parts.p = keep(&end, parts->p);
	k->parts.q = keep(&end, parts->q);
	k->parts.dp = keep(&end, parts->dp);
	k->parts.dq = keep(&end, parts->dq);
	k->parts.qinv = keep(&end, parts->qinv);
	MARK_SECRET(k->parts.d.data, k->parts.d.len);
}

static void
limbs_from(mp_limb_t *x, mp_size_t n, const mpz_t z)
{
	mpn_zero(x, n);
	mpn_copyi(x, mpz_limbs_read(z), (mp_size_t)mpz_size(z));
}

static void
keep_numbers(struct semper_rsa_priv *k, mpz_t x[NUMBERS])
{
	k->p_bits = mpz_sizeinbase(x[P], 2);
	k->q_bits = mpz_sizeinbase(x[Q], 2);
	k->pn = semper_limbs_for(k->p_bits);
	k->qn = semper_limbs_for(k->q_bits);
	limbs_from(k->p, k->pn, x[P]);
	limbs_from(k->q, k->qn, x[Q]);
	limbs_from(k->dp, k->pn, x[DP]);
	limbs_from(k->dq, k->qn, x[DQ]);
	limbs_from(k->qinv, k->pn, x[QINV]);
	k->uses_left = 0;

	/* p and q stay public: GMP normalises a divisor by its leading bits,
	 * which are all that depends on them (spec/crypto.md). */
	MARK_SECRET(k->dp, sizeof k->dp);
	MARK_SECRET(k->dq, sizeof k->dq);
	MARK_SECRET(k->qinv, sizeof k->qinv);
}

/* Limbs of scratch one private operation needs. */
static size_t
itch(const struct semper_rsa_priv *k, mp_size_t nn)
{
	const mp_size_t all[] = {mpn_sec_powm_itch(nn, k->p_bits, k->pn),
	    mpn_sec_powm_itch(nn, k->q_bits, k->qn),
	    mpn_sec_mul_itch(k->pn, k->pn),
	    mpn_sec_div_r_itch(2 * k->pn, k->pn), mpn_sec_add_1_itch(k->pn)};
	mp_size_t most = 0;

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (most < all[i])
			most = all[i];
	return (size_t)most;
}

static semper_err
import(struct semper_rsa_priv *k, const struct semper_rsa_parts *parts)
{
	mpz_t x[NUMBERS];

	if (semper_rsa_pub_set(&k->pub, parts->n, parts->e) != SEMPER_OK)
		return SEMPER_E_KEY;
	MUST("CR-R-12", fits(parts), SEMPER_E_KEY);
	numbers_read(x, parts);
	semper_err err = numbers_check(x);
	if (err == SEMPER_OK) {
		numbers_turn(x);
		keep_numbers(k, x);
		keep_parts(k, parts);
	}
	numbers_clear(x);
	TRY(err);
	return semper_modn_new(&k->modn, &k->pub,
	    itch(k, semper_limbs_for(k->pub.bits)));
}

semper_err
semper_rsa_priv_new(struct semper_rsa_priv **key,
    const struct semper_rsa_parts *parts)
{
	struct semper_rsa_priv *k = calloc(1, sizeof *k);

	if (k == NULL)
		return SEMPER_E_MEMORY;
	semper_err err = import(k, parts);
	if (err == SEMPER_OK)
		*key = k;
	else
		semper_rsa_priv_free(k);
	return err;
}

void
semper_rsa_priv_free(struct semper_rsa_priv *key)
{
	if (key == NULL)
		return;
	semper_modn_free(key->modn);
	semper_wipe(key, sizeof *key);
	free(key);
}

const struct semper_rsa_pub *
semper_rsa_priv_pub(const struct semper_rsa_priv *key)
{
	return &key->pub;
}

void
semper_rsa_priv_parts(const struct semper_rsa_priv *key,
    struct semper_rsa_parts *parts)
{
	*parts = key->parts;
}
