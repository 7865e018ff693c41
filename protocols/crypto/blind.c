/* blind.c -- see blind.h.
 *
 *     m = int(EMSA-PSS(input)),  z = m r^e,  s = z^d,  sig = s r^-1  (mod n)
 */
#include "crypto/blind.h"

#include "base/ct.h"
#include "base/must.h"
#include "crypto/count.h"
#include "crypto/emsa.h"
#include "crypto/limbs.h"
#include "crypto/mark.h"
#include "crypto/rsa_key.h"
#include "crypto/rsa_sig.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define RANGE SEMPER_REFUSAL(SEMPER_RANGE, 0)
#define SALT_LEN 48
#define R_TRIES 16 /* one is enough unless n is a broken key */

static bool
is_randomized(enum semper_rsabssa variant)
{
	return variant == SEMPER_RSABSSA_PSS_RANDOMIZED ||
	    variant == SEMPER_RSABSSA_PSSZERO_RANDOMIZED;
}

static size_t
salt_len(enum semper_rsabssa variant)
{
	return variant == SEMPER_RSABSSA_PSS_RANDOMIZED ||
		variant == SEMPER_RSABSSA_PSS_DETERMINISTIC
	    ? SALT_LEN
	    : 0;
}

/* CR-B-01 */
semper_err
semper_rsabssa_prepare(enum semper_rsabssa variant, struct semper_buffer *input,
    struct semper_bytes msg, const struct semper_draw *draw)
{
	uint8_t prefix[SEMPER_RSABSSA_PREFIX_LEN];
	size_t prefix_len = is_randomized(variant) && !FAULT("blind-no-prefix")
	    ? sizeof prefix
	    : 0;

	if (msg.len > input->cap - input->len ||
	    prefix_len > input->cap - input->len - msg.len)
		return SEMPER_E_SPACE;
	if (prefix_len > 0)
		TRY(semper_draw(draw, "prefix", prefix, prefix_len));
	TRY(semper_buffer_append(input, SEMPER_BYTES(prefix, prefix_len)));
	return semper_buffer_append(input, msg);
}

/* x = the encoded message.  The shortest modulus has room for it. */
_Static_assert(SEMPER_RSA_MIN_BITS / 8 >= 48 + SALT_LEN + 2, "emLen");

static semper_err
encode(struct semper_modn *m, mp_limb_t *x, enum semper_rsabssa variant,
    size_t bits, struct semper_bytes input, const struct semper_draw *draw)
{
	uint8_t em[SEMPER_RSA_MAX_LEN], salt[SALT_LEN];
	uint8_t digest[SEMPER_HASH_MAX];
	size_t em_len = (bits - 1 + 7) / 8;

	if (salt_len(variant) > 0)
		TRY(semper_draw(draw, "salt", salt, SALT_LEN));
	semper_hash(SEMPER_SHA384, digest, input);
	semper_emsa_pss(em, bits - 1, SEMPER_SHA384,
	    SEMPER_BYTES(salt, salt_len(variant)), digest);
	MARK_SECRET(em, em_len);
	semper_limbs_get(x, m->nn, em, em_len);
	semper_wipe(em, em_len);
	return SEMPER_OK;
}

/* CR-B-05: r and its inverse; another r is drawn while there is none. */
static semper_err
draw_unit(struct semper_modn *m, mp_limb_t *r, mp_limb_t *inv,
    const struct semper_draw *draw)
{
	bool unit = false;

	for (int i = 0; i < R_TRIES && !unit; i++) {
		TRY(semper_modn_draw(m, r, draw, "r"));
		TRY(semper_modn_invert(m, inv, &unit, r, draw));
	}
	return unit ? SEMPER_OK : SEMPER_E_RANDOM;
}

struct blinding {
	mp_limb_t x[SEMPER_MODN_LIMBS], r[SEMPER_MODN_LIMBS];
	mp_limb_t inv[SEMPER_MODN_LIMBS], power[SEMPER_MODN_LIMBS];
};

/* CR-B-02: power = x r^e */
static semper_err
blind(struct semper_modn *m, struct blinding *b, enum semper_rsabssa variant,
    size_t bits, struct semper_bytes input, const struct semper_draw *draw)
{
	bool unit;

	TRY(encode(m, b->x, variant, bits, input, draw));
	TRY(semper_modn_invert(m, b->inv, &unit, b->x, draw));
	MUST("CR-B-04", unit, RANGE);
	TRY(draw_unit(m, b->r, b->inv, draw));
	if (FAULT("blind-not-inverted"))
		memcpy(b->inv, b->r, sizeof b->inv);
	semper_modn_power_e(m, b->power, b->r);
	semper_modn_mul(m, b->power, b->power, b->x);
	return SEMPER_OK;
}

semper_err
semper_rsabssa_blind(const struct semper_rsa_pub *key,
    enum semper_rsabssa variant, uint8_t *blinded, uint8_t *inv,
    struct semper_bytes input, const struct semper_draw *draw)
{
	struct semper_modn *m;
	struct blinding b;

	TRY(semper_modn_new(&m, key, 0));
	semper_err err = blind(m, &b, variant, key->bits, input, draw);
	if (err == SEMPER_OK) {
		semper_crypto_count.pub++;
		semper_limbs_put(blinded, key->len, b.power);
		semper_limbs_put(inv, key->len, b.inv);
		MARK_PUBLIC(blinded, key->len);
	}
	semper_wipe(&b, sizeof b);
	semper_modn_free(m);
	return err;
}

/* CR-B-10, and nothing else is refused: CR-B-11. */
semper_err
semper_rsabssa_blind_sign(struct semper_rsa_priv *key, uint8_t *blind_sig,
    struct semper_bytes blinded, const struct semper_draw *draw)
{
	uint8_t x[SEMPER_RSA_MAX_LEN];
	size_t len = key->pub.len;

	MUST("CR-B-06", blinded.len == len, RANGE);
	MUST("CR-B-07", semper_rsa_below(&key->pub, blinded), RANGE);
	if (!semper_octets_align(x, len, blinded))
		return RANGE;
	TRY(semper_rsa_root(key, blind_sig, x, draw));
	if (FAULT("blind-sign-twice"))
		TRY(semper_rsa_root(key, blind_sig, blind_sig, draw));
	MARK_PUBLIC(blind_sig, len);
	return SEMPER_OK;
}

/* sig = z inv mod n; z may be any number of key->len octets. */
static semper_err
unblind(const struct semper_rsa_pub *key, uint8_t *sig, const uint8_t *z,
    const uint8_t *inv)
{
	mp_limb_t x[SEMPER_MODN_LIMBS], y[SEMPER_MODN_LIMBS];
	struct semper_modn *m;

	TRY(semper_modn_new(&m, key, 0));
	semper_limbs_get(x, m->nn, z, key->len);
	semper_limbs_get(y, m->nn, inv, key->len);
	semper_modn_mul(m, x, x, y);
	semper_limbs_put(sig, key->len, x);
	semper_wipe(y, sizeof y);
	semper_modn_free(m);
	MARK_PUBLIC(sig, key->len);
	return SEMPER_OK;
}

semper_err
semper_rsabssa_finalize(const struct semper_rsa_pub *key,
    enum semper_rsabssa variant, uint8_t *sig, struct semper_bytes input,
    struct semper_bytes blind_sig, const uint8_t *inv)
{
	uint8_t z[SEMPER_RSA_MAX_LEN];

	MUST("CR-B-08", blind_sig.len == key->len, AUTH);
	if (!semper_octets_align(z, key->len, blind_sig))
		return AUTH;
	TRY(unblind(key, z, z, inv));
	semper_err verdict = semper_rsabssa_verify(key, variant, input,
	    SEMPER_BYTES(z, key->len));
	MUST("CR-B-09", verdict == SEMPER_OK, AUTH);
	memcpy(sig, z, key->len);
	return SEMPER_OK;
}

/* CR-B-12 */
semper_err
semper_rsabssa_verify(const struct semper_rsa_pub *key,
    enum semper_rsabssa variant, struct semper_bytes input,
    struct semper_bytes sig)
{
	return semper_pss_verify(key, SEMPER_SHA384,
	    FAULT("blind-salt-always") ? SALT_LEN : salt_len(variant), input,
	    sig);
}
