/* modn.c -- see modn.h. */
#include "crypto/modn.h"

#include <stdlib.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/limbs.h"
#include "crypto/mark.h"
#include "crypto/uniform.h"

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t
itch_of_operations(mp_size_t nn, mp_bitcnt_t e_bits)
{
	size_t itch = (size_t)mpn_sec_powm_itch(nn, e_bits, nn);
	itch = larger(itch, (size_t)mpn_sec_mul_itch(nn, nn));
	return larger(itch, (size_t)mpn_sec_div_r_itch(2 * nn, nn));
}

semper_err
semper_modn_new(struct semper_modn **m, const struct semper_rsa_pub *key,
    size_t itch)
{
	mp_size_t nn = semper_limbs_for(key->bits);
	mp_bitcnt_t e_bits = semper_octets_bits(semper_rsa_e(key));
	itch = larger(itch, itch_of_operations(nn, e_bits));

	struct semper_modn *new =
	    malloc(sizeof *new + itch * sizeof(mp_limb_t));
	if (new == NULL)
		return SEMPER_E_MEMORY;
	new->nn = nn;
	new->e_bits = e_bits;
	new->itch = itch;
	semper_limbs_get(new->n, nn, key->n, key->len);
	semper_limbs_get(new->e, sizeof new->e / sizeof new->e[0], key->e,
	    key->e_len);
	*m = new;
	return SEMPER_OK;
}

void
semper_modn_wipe(struct semper_modn *m)
{
	semper_wipe(m->product, sizeof m->product);
	semper_wipe(m->scratch, m->itch * sizeof(mp_limb_t));
}

void
semper_modn_free(struct semper_modn *m)
{
	if (m == NULL)
		return;
	semper_modn_wipe(m);
	free(m);
}

void
semper_modn_mul(struct semper_modn *m, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b)
{
	mpn_sec_mul(m->product, a, m->nn, b, m->nn, m->scratch);
	mpn_sec_div_r(m->product, 2 * m->nn, m->n, m->nn, m->scratch);
	mpn_copyi(r, m->product, m->nn);
}

void
semper_modn_power_e(struct semper_modn *m, mp_limb_t *r, const mp_limb_t *a)
{
	mpn_sec_powm(r, a, m->nn, m->e, m->e_bits, m->n, m->nn, m->scratch);
}

/* r = a^-1 mod n for a public a: not constant time. */
static bool
invert_public(mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *n,
    mp_size_t nn)
{
	mpz_t x, modulus, inverse;
	mpz_init(inverse);
	bool unit = mpz_invert(inverse, mpz_roinit_n(x, a, nn),
	    mpz_roinit_n(modulus, n, nn));
	if (unit) {
		mpn_zero(r, nn);
		mpn_copyi(r, mpz_limbs_read(inverse),
		    (mp_size_t)mpz_size(inverse));
	}
	mpz_clear(inverse);
	return unit;
}

/* With u uniform, w = a u is uniform whatever a is, so inverting w may take
 * the time it takes: a^-1 = w^-1 u.  u is no unit with probability below
 * 2^-450; then a is taken for none either. */
semper_err
semper_modn_invert(struct semper_modn *m, mp_limb_t *r, bool *unit,
    const mp_limb_t *a, const struct semper_draw *draw)
{
	mp_limb_t u[SEMPER_MODN_LIMBS], w[SEMPER_MODN_LIMBS];
	size_t size = (size_t)m->nn * sizeof(mp_limb_t);

	TRY(semper_modn_draw(m, u, draw, NULL));
	semper_modn_mul(m, w, a, u);
	MARK_PUBLIC(w, size); /* independent of a, see above */
	*unit = invert_public(w, w, m->n, m->nn);
	if (*unit)
		semper_modn_mul(m, r, w, u);
	semper_wipe(u, size);
	semper_wipe(w, size);
	return SEMPER_OK;
}

semper_err
semper_modn_draw(struct semper_modn *m, mp_limb_t *r,
    const struct semper_draw *draw, const char *label)
{
	uint8_t n[SEMPER_RSA_MAX_LEN], x[SEMPER_RSA_MAX_LEN];
	size_t len = (mpn_sizeinbase(m->n, m->nn, 2) + 7) / 8;

	semper_limbs_put(n, len, m->n);
	semper_err err = semper_uniform(x, SEMPER_BYTES(n, len), draw, label);
	if (err == SEMPER_OK)
		semper_limbs_get(r, m->nn, x, len);
	semper_wipe(x, len);
	return err;
}
