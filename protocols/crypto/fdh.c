/* fdh.c -- see fdh.h. */
#include "crypto/fdh.h"

#include "base/ct.h"
#include "base/must.h"
#include "crypto/hash.h"
#include "crypto/limbs.h"
#include "crypto/mark.h"
#include "crypto/uniform.h"

/* x mod n: the mistake of who makes a candidate fit, and so a biased one. */
static void
reduce(uint8_t *x, struct semper_bytes n)
{
	unsigned borrow = 0;

	for (size_t i = n.len; i-- > 0;) {
		unsigned digit = (unsigned)x[i] - n.data[i] - borrow;

		x[i] = (uint8_t)digit;
		borrow = digit >> 8 & 1;
	}
}

/* CR-F-01: candidate_j; 1 if 0 < candidate_j < n. */
static unsigned
candidate(uint8_t *out, const char *ctx, struct semper_bytes n,
    struct semper_bytes data, uint32_t j)
{
	uint8_t be32[4] = {(uint8_t)(j >> 24), (uint8_t)(j >> 16),
	    (uint8_t)(j >> 8),
	    (uint8_t)(FAULT("fdh-counts-from-1") ? j + 1 : j)};
	uint8_t seed[SEMPER_SHA256_LEN];
	struct semper_hash_state s;

	semper_hash_init_ctx(&s, ctx);
	semper_hash_update(&s, data);
	semper_hash_update(&s, SEMPER_BYTES(be32, 4));
	semper_hash_final(&s, seed);
	semper_mgf1(SEMPER_SHA256, out, n.len, SEMPER_BYTES(seed, sizeof seed));
	semper_wipe(seed, sizeof seed);
	semper_wipe(&s, sizeof s);

	unsigned fits = semper_uniform_fit(out, n);
	MARK_PUBLIC(&fits, sizeof fits); /* about a rejected one */
	if (!fits && FAULT("fdh-reduced"))
		reduce(out, n);
	return fits | (unsigned)FAULT("fdh-reduced");
}

static bool
is_unit(const uint8_t *x, struct semper_bytes n)
{
	mpz_t a, b;

	mpz_init(a);
	mpz_init(b);
	mpz_import(a, n.len, 1, 1, 1, 0, x);
	mpz_import(b, n.len, 1, 1, 1, 0, n.data);
	mpz_gcd(b, a, b);
	bool unit = mpz_cmp_ui(b, 1) == 0;
	semper_wipe(mpz_limbs_modify(a, semper_limbs_for(8 * n.len)), n.len);
	mpz_clear(a);
	mpz_clear(b);
	return unit;
}

static bool
is_modulus(struct semper_bytes n)
{
	return n.len > 0 && n.data[0] != 0 && semper_octets_bits(n) > 1;
}

/* CR-F-02.  A candidate is refused with probability below 1/2, so the loop
 * ends. */
semper_err
semper_fdh_scalar(uint8_t *out, const char *ctx, struct semper_bytes n,
    struct semper_bytes data)
{
	MUST("CR-F-04", is_modulus(n), SEMPER_E_ARGUMENT);
	for (uint32_t j = 0; !candidate(out, ctx, n, data, j);)
		j++;
	return SEMPER_OK;
}

/* CR-F-03.  phi(n) / n is above 1/16 for any n of up to 8192 bits. */
semper_err
semper_fdh_unit(uint8_t *out, const char *ctx, struct semper_bytes n,
    struct semper_bytes data)
{
	MUST("CR-F-04", is_modulus(n), SEMPER_E_ARGUMENT);
	for (uint32_t j = 0;; j++)
		if (candidate(out, ctx, n, data, j) &&
		    (is_unit(out, n) || FAULT("fdh-not-coprime")))
			return SEMPER_OK;
}
