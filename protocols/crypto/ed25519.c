/* ed25519.c -- see ed25519.h.  The curve is Nettle's; the checks it leaves
 * out stand here, and come before it is asked. */
#include "crypto/ed25519.h"

#include <gmp.h>
#include <nettle/eddsa.h>
#include <string.h>

#include "base/must.h"
#include "crypto/count.h"
#include "crypto/mark.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define NO_KEY SEMPER_REFUSAL(SEMPER_MALFORMED, 0)
#define LEN SEMPER_ED25519_LEN

/* Little-endian, as on the wire. */

/* p = 2^255 - 19 */
static const uint8_t field[LEN] = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x7f};

/* L = 2^252 + 27742317777372353535851937790883648493 */
static const uint8_t order[LEN] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12,
    0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x10};

/* The y of the eight points of order 1, 2, 4 (two) and 8 (four). */
static const uint8_t small_order[][LEN] = {
    {0x01},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x00},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89,
	0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39,
	0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76,
	0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
	0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

/* The first two have x = 0. */
#define X_IS_ZERO 2

/* a < b, both LEN octets, little-endian. */
static bool
below(const uint8_t *a, const uint8_t *b)
{
	for (size_t i = LEN; i-- > 0;)
		if (a[i] != b[i])
			return a[i] < b[i];
	return false;
}

/* The y of an encoded point, without the sign of x. */
static void
y_of(uint8_t y[LEN], const uint8_t point[LEN])
{
	memcpy(y, point, LEN);
	y[LEN - 1] &= 0x7f;
}

/* Is y among the first N of small_order? */
static bool
among(const uint8_t y[LEN], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(y, small_order[i], LEN) == 0)
			return true;
	return false;
}

static bool
is_canonical(const uint8_t point[LEN])
{
	uint8_t y[LEN];
	bool sign = (point[LEN - 1] & 0x80) != 0;

	y_of(y, point);
	return below(y, field) &&
	    (!(sign && among(y, X_IS_ZERO)) || FAULT("ed25519-minus-zero"));
}

static bool
is_small_order(const uint8_t point[LEN])
{
	uint8_t y[LEN];

	y_of(y, point);
	return among(y, sizeof small_order / sizeof small_order[0]);
}

/* x^2 = (y^2 - 1) / (d y^2 + 1), d = -121665/121666: is there an x?  u/v is a
 * square exactly if u v is, so with the denominators cleared,
 * (y^2 - 1) (121666 - 121665 y^2) 121666 must be no non-residue. */
static bool
is_on_curve(const uint8_t point[LEN])
{
	uint8_t octets[LEN];
	mpz_t p, y2, u;

	y_of(octets, point);
	mpz_inits(p, y2, u, NULL);
	mpz_import(p, LEN, -1, 1, 1, 0, field);
	mpz_import(y2, LEN, -1, 1, 1, 0, octets);
	mpz_mul(y2, y2, y2);
	mpz_sub_ui(u, y2, 1);
	mpz_mul_ui(y2, y2, 121665);
	mpz_ui_sub(y2, 121666, y2);
	mpz_mul(u, u, y2);
	mpz_mul_ui(u, u, 121666);
	bool on_curve = mpz_jacobi(u, p) >= 0;
	mpz_clears(p, y2, u, NULL);
	return on_curve;
}

semper_err
semper_ed25519_check(struct semper_bytes pub)
{
	MUST("CR-E-03", pub.len == LEN, NO_KEY);
	MUST("CR-E-04", is_canonical(pub.data), NO_KEY);
	MUST("CR-E-05", !is_small_order(pub.data), NO_KEY);
	MUST("CR-E-06", is_on_curve(pub.data), NO_KEY);
	return SEMPER_OK;
}

/* CR-E-01 */
void
semper_ed25519_key_set(struct semper_ed25519_key *key, const uint8_t seed[LEN])
{
	memcpy(key->seed, seed, LEN);
	if (FAULT("ed25519-seed-reversed"))
		for (size_t i = 0; i < LEN; i++)
			key->seed[i] = seed[LEN - 1 - i];
	ed25519_sha512_public_key(key->pub, key->seed);
	MARK_PUBLIC(key->pub, LEN);
}

void
semper_ed25519_sign(const struct semper_ed25519_key *key,
    uint8_t sig[SEMPER_ED25519_SIG_LEN], struct semper_bytes msg)
{
	semper_crypto_count.priv++;
	ed25519_sha512_sign(key->pub, key->seed, msg.len, msg.data, sig);
	MARK_PUBLIC(sig, SEMPER_ED25519_SIG_LEN);
}

/* The mistake of a verifier that takes S modulo L. */
static semper_err
verify_reduced(struct semper_bytes pub, struct semper_bytes msg,
    struct semper_bytes sig)
{
	uint8_t copy[SEMPER_ED25519_SIG_LEN], *s = copy + LEN;

	memcpy(copy, sig.data, sizeof copy);
	while (!below(s, order))
		for (int i = 0, borrow = 0; i < LEN; i++) {
			int digit = s[i] - order[i] - borrow;

			borrow = digit < 0;
			s[i] = (uint8_t)digit;
		}
	return ed25519_sha512_verify(pub.data, msg.len, msg.data, copy)
	    ? SEMPER_OK
	    : AUTH;
}

/* CR-E-02: what passes is accepted. */
semper_err
semper_ed25519_verify(struct semper_bytes pub, struct semper_bytes msg,
    struct semper_bytes sig)
{
	MUST("CR-E-07", sig.len == SEMPER_ED25519_SIG_LEN, AUTH);
	MUST("CR-E-08", semper_ed25519_check(pub) == SEMPER_OK, AUTH);
	MUST("CR-E-09", is_canonical(sig.data), AUTH);
	if (FAULT("ed25519-s-reduced"))
		return verify_reduced(pub, msg, sig);
	MUST("CR-E-10", below(sig.data + LEN, order), AUTH);
	if (FAULT("ed25519-small-r-refused") && is_small_order(sig.data))
		return AUTH;
	semper_crypto_count.pub++;
	MUST("CR-E-11",
	    ed25519_sha512_verify(pub.data, msg.len, msg.data, sig.data), AUTH);
	return SEMPER_OK;
}
