/* rsa_priv.c -- the private operation (CR-R-21 to 26); see rsa.h.
 *
 *     x   = c r^e              mod n        blinded
 *     s_p = x^dP mod p,   s_q = x^dQ mod q
 *     s   = s_q + q ((s_p - s_q) qInv mod p)
 *     out = s r^-1             mod n        unblinded
 *     out^e = c                mod n        else nothing leaves
 *
 * The check comes last, so that it covers the blinding too: one result that
 * is right modulo one prime only would give the key away.
 */
#include "base/ct.h"
#include "base/must.h"
#include "crypto/count.h"
#include "crypto/limbs.h"
#include "crypto/mark.h"
#include "crypto/rsa_key.h"

/* CR-R-24: a fresh pair blind = r^e, unblind = r^-1, r a uniform unit.  If it
 * cannot be drawn there is no operation (CR-R-26). */
static semper_err
blinding_renew(struct semper_rsa_priv *k, const struct semper_draw *draw)
{
	struct semper_modn *m = k->modn;
	mp_limb_t r[SEMPER_MODN_LIMBS];
	bool unit = false;

	semper_err err = semper_modn_draw(m, r, draw, NULL);
	if (err == SEMPER_OK)
		err = semper_modn_invert(m, k->unblind, &unit, r, draw);
	if (err == SEMPER_OK && !unit)
		err = SEMPER_E_RANDOM; /* probability below 2^-450 */
	if (err == SEMPER_OK) {
		semper_modn_power_e(m, k->blind, r);
		k->uses_left = SEMPER_RSA_BLIND_USES;
	}
	semper_wipe(r, sizeof r);
	return err;
}

/* (r^e, r^-1) -> (r^2e, r^-2): another pair, for the price of two products. */
static void
blinding_advance(struct semper_rsa_priv *k)
{
	semper_modn_mul(k->modn, k->blind, k->blind, k->blind);
	semper_modn_mul(k->modn, k->unblind, k->unblind, k->unblind);
	k->uses_left--;
}

/* s_p and s_q.  The exponents count as long as their primes (CR-R-23). */
static void
roots(struct semper_rsa_priv *k)
{
	mp_size_t nn = k->modn->nn;

	mpn_sec_powm(k->work.sp, k->work.x, nn, k->dp, k->p_bits, k->p, k->pn,
	    k->modn->scratch);
	mpn_sec_powm(k->work.sq, k->work.x, nn, k->dq, k->q_bits, k->q, k->qn,
	    k->modn->scratch);
	mpn_zero(k->work.sq + k->qn, k->pn - k->qn);
}

/* s from s_p and s_q (Garner).  s_q < q < p, so one addition of p makes
 * s_p - s_q non-negative; s < p q, so what is above nn limbs is zero. */
static void
recombine(struct semper_rsa_priv *k)
{
	mp_size_t pn = k->pn, qn = k->qn;
	mp_limb_t *h = k->work.sp, *sq = k->work.sq;
	mp_limb_t *product = k->modn->product, *scratch = k->modn->scratch;

	mp_limb_t borrow = mpn_sub_n(h, h, sq, pn);
	MARK_SECRET(&borrow, sizeof borrow); /* memcheck loses carries */
	mpn_cnd_add_n(borrow, h, h, k->p, pn);
	mpn_sec_mul(product, h, pn, k->qinv, pn, scratch);
	mpn_sec_div_r(product, 2 * pn, k->p, pn, scratch);
	mpn_copyi(h, product, pn);

	mpn_sec_mul(product, h, pn, k->q, qn, scratch);
	mp_limb_t carry = mpn_add_n(product, product, sq, qn);
	MARK_SECRET(&carry, sizeof carry);
	mpn_sec_add_1(product + qn, product + qn, pn, carry, scratch);
	mpn_copyi(k->work.s, product, k->modn->nn);
}

/* Is s^e the input IN? */
static unsigned
gives_back(struct semper_rsa_priv *k, const uint8_t *in)
{
	uint8_t back[SEMPER_RSA_MAX_LEN];

	semper_modn_power_e(k->modn, k->work.x, k->work.s);
	semper_limbs_put(back, k->pub.len, k->work.x);
	unsigned ok = semper_ct_equal(back, in, k->pub.len);
	semper_wipe(back, sizeof back);
	MARK_PUBLIC(&ok, sizeof ok); /* the caller learns it */
	return ok;
}

/* OUT has the result, or is untouched. */
static unsigned
root(struct semper_rsa_priv *k, uint8_t *out, const uint8_t *in)
{
	struct semper_modn *m = k->modn;

	semper_limbs_get(k->work.x, m->nn, in, k->pub.len);
	semper_modn_mul(m, k->work.x, k->work.x, k->blind);
	roots(k);
	recombine(k);
	semper_modn_mul(m, k->work.s, k->work.s, k->unblind);
	unsigned ok = gives_back(k, in) | (unsigned)FAULT("CR-R-22");
	if (ok)
		semper_limbs_put(out, k->pub.len, k->work.s);
	return ok;
}

semper_err
semper_rsa_root(struct semper_rsa_priv *key, uint8_t *out, const uint8_t *in,
    const struct semper_draw *draw)
{
	semper_crypto_count.priv++;
	if (key->uses_left == 0)
		TRY(blinding_renew(key, draw));

	unsigned ok = root(key, out, in);
	blinding_advance(key);
	if (!ok)
		key->uses_left = 0; /* the pair itself may be damaged */
	semper_wipe(&key->work, sizeof key->work); /* CR-R-25 */
	semper_modn_wipe(key->modn);
	MUST("CR-R-22", ok, SEMPER_E_INTERNAL);
	return SEMPER_OK;
}

semper_err
semper_rsa_private(struct semper_rsa_priv *key, uint8_t *out, const uint8_t *in,
    const struct semper_draw *draw)
{
	MUST("CR-R-20",
	    semper_rsa_below(&key->pub, SEMPER_BYTES(in, key->pub.len)),
	    SEMPER_REFUSAL(SEMPER_RANGE, 0));
	return semper_rsa_root(key, out, in, draw);
}
