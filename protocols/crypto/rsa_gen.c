/* rsa_gen.c -- making RSA keys (FIPS 186-5 A.1.3, probable primes). */
#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/limbs.h"
#include "crypto/rsa_key.h"

/* Rounds beyond GMP's Baillie-PSW test and its first 24: an adversary does
 * not choose these candidates, so few would do. */
#define ROUNDS 32

/* Numbers that are never moved by GMP, which does not wipe. */
#define ROOM (2 * SEMPER_MODN_LIMBS + 2)

enum { E, P, Q, N, D, DP, DQ, QINV, T, NUMBERS };

struct search {
	const struct semper_draw *draw;
	const char *label;
	int tries; /* left */
};

/* CR-R-32: x = an odd candidate of BITS bits, x >= 2^(BITS - 1/2): the product
 * of two such has the sum of their bits. */
static semper_err
candidate(struct search *s, mpz_t x, mpz_t t, size_t bits)
{
	uint8_t octets[SEMPER_RSA_MAX_LEN];
	size_t len = (bits + 7) / 8;
	semper_err err;

	do {
		if (s->tries-- == 0)
			return SEMPER_E_RANDOM;
		err = semper_draw(s->draw, s->label, octets, len);
		if (err != SEMPER_OK)
			break;
		octets[0] &= 0xff >> (8 * len - bits);
		octets[len - 1] |= 1;
		mpz_import(x, len, 1, 1, 1, 0, octets);
		mpz_mul(t, x, x);
	} while (mpz_sizeinbase(t, 2) < 2 * bits);
	semper_wipe(octets, len);
	return err;
}

/* A prime with gcd(x - 1, e) = 1. */
static semper_err
prime(struct search *s, mpz_t x, mpz_t t, const mpz_t e, size_t bits)
{
	for (;;) {
		TRY(candidate(s, x, t, bits));
		mpz_sub_ui(t, x, 1);
		mpz_gcd(t, t, e);
		if (mpz_cmp_ui(t, 1) == 0 && mpz_probab_prime_p(x, ROUNDS) != 0)
			return SEMPER_OK;
	}
}

/* CR-R-31: p and q, p > q, so far apart that Fermat's method finds nothing. */
static semper_err
primes(struct search *s, mpz_t x[NUMBERS], size_t bits)
{
	TRY(prime(s, x[P], x[T], x[E], (bits + 1) / 2));
	do {
		TRY(prime(s, x[Q], x[T], x[E], bits / 2));
		mpz_sub(x[T], x[P], x[Q]);
	} while (mpz_sizeinbase(x[T], 2) <= bits / 2 - 100);
	if (mpz_sgn(x[T]) < 0)
		mpz_swap(x[P], x[Q]);
	return SEMPER_OK;
}

/* All that follows from p, q and e. */
static void
derive(mpz_t x[NUMBERS])
{
	mpz_mul(x[N], x[P], x[Q]);
	mpz_sub_ui(x[DP], x[P], 1);
	mpz_sub_ui(x[DQ], x[Q], 1);
	mpz_lcm(x[T], x[DP], x[DQ]);
	mpz_invert(x[D], x[E], x[T]);
	mpz_mod(x[DP], x[D], x[DP]);
	mpz_mod(x[DQ], x[D], x[DQ]);
	mpz_invert(x[QINV], x[Q], x[P]);
}

static struct semper_bytes
octets_of(uint8_t **end, const mpz_t x)
{
	size_t len = (mpz_sizeinbase(x, 2) + 7) / 8;
	uint8_t *octets = *end;

	mpz_export(octets, NULL, 1, 1, 1, 0, x);
	*end += len;
	return SEMPER_BYTES(octets, len);
}

static semper_err
import(struct semper_rsa_priv **key, mpz_t x[NUMBERS])
{
	uint8_t octets[5 * SEMPER_RSA_MAX_LEN], *end = octets;
	struct semper_rsa_parts parts;

	parts.n = octets_of(&end, x[N]);
	parts.e = octets_of(&end, x[E]);
	parts.d = octets_of(&end, x[D]);
	parts.p = octets_of(&end, x[P]);
	parts.q = octets_of(&end, x[Q]);
	parts.dp = octets_of(&end, x[DP]);
	parts.dq = octets_of(&end, x[DQ]);
	parts.qinv = octets_of(&end, x[QINV]);
	semper_err err = semper_rsa_priv_new(key, &parts);
	semper_wipe(octets, sizeof octets);
	return err;
}

semper_err
semper_rsa_generate(struct semper_rsa_priv **key, size_t bits, uint32_t e,
    const struct semper_draw *draw, const char *label)
{
	struct search s = {draw, label, (int)(20 * bits)};
	mpz_t x[NUMBERS];

	MUST("CR-R-30", bits >= SEMPER_RSA_MIN_BITS, SEMPER_E_ARGUMENT);
	MUST("CR-R-30", bits <= SEMPER_RSA_MAX_BITS, SEMPER_E_ARGUMENT);
	MUST("CR-R-30", e >= 3 && e % 2 == 1, SEMPER_E_ARGUMENT);
	for (int i = 0; i < NUMBERS; i++)
		mpz_init2(x[i], ROOM * GMP_NUMB_BITS);
	mpz_set_ui(x[E], e);
	semper_err err = primes(&s, x, bits);
	if (err == SEMPER_OK) {
		derive(x);
		err = import(key, x);
	}
	for (int i = 0; i < NUMBERS; i++) {
		semper_wipe(mpz_limbs_write(x[i], ROOM),
		    ROOM * sizeof(mp_limb_t));
		mpz_clear(x[i]);
	}
	return err;
}
