/* rsa.c -- public keys and the public operation; see rsa.h. */
#include "crypto/rsa.h"

#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/count.h"
#include "crypto/limbs.h"
#include "crypto/rsa_key.h"

#define RANGE SEMPER_REFUSAL(SEMPER_RANGE, 0)
#define NO_KEY SEMPER_REFUSAL(SEMPER_MALFORMED, 0)

static bool
is_odd(struct semper_bytes x)
{
	return x.len > 0 && (x.data[x.len - 1] & 1) != 0;
}

semper_err
semper_rsa_pub_set(struct semper_rsa_pub *key, struct semper_bytes n,
    struct semper_bytes e)
{
	n = semper_octets_strip(n);
	e = semper_octets_strip(e);
	size_t bits = semper_octets_bits(n);

	MUST("CR-R-01", bits >= SEMPER_RSA_MIN_BITS, NO_KEY);
	MUST("CR-R-02", bits <= SEMPER_RSA_MAX_BITS, NO_KEY);
	MUST("CR-R-03", is_odd(n), NO_KEY);
	MUST("CR-R-04", is_odd(e), NO_KEY);
	MUST("CR-R-05", semper_octets_bits(e) > 1, NO_KEY);
	MUST("CR-R-06", e.len <= SEMPER_RSA_MAX_E_LEN, NO_KEY);
	if (n.len > sizeof key->n || e.len > sizeof key->e)
		return NO_KEY; /* no overrun where a fault lifts a check */
	*key = (struct semper_rsa_pub){.bits = bits, .len = n.len};
	key->e_len = e.len;
	memcpy(key->n, n.data, n.len);
	memcpy(key->e, e.data, e.len);
	return SEMPER_OK;
}

bool
semper_rsa_pub_equal(const struct semper_rsa_pub *a,
    const struct semper_rsa_pub *b)
{
	return semper_bytes_equal(semper_rsa_n(a), semper_rsa_n(b)) &&
	    semper_bytes_equal(semper_rsa_e(a), semper_rsa_e(b));
}

static void
mpz_from(mpz_t x, const uint8_t *octets, size_t len)
{
	mpz_init(x);
	mpz_import(x, len, 1, 1, 1, 0, octets);
}

bool
semper_rsa_below(const struct semper_rsa_pub *key, struct semper_bytes x)
{
	x = semper_octets_strip(x);
	return x.len < key->len ||
	    (x.len == key->len && memcmp(x.data, key->n, key->len) < 0);
}

void
semper_rsa_power_e(const struct semper_rsa_pub *key, uint8_t *out,
    struct semper_bytes in)
{
	mpz_t x, e, n;

	semper_crypto_count.pub++;
	mpz_from(x, in.data, in.len);
	mpz_from(e, key->e, key->e_len);
	mpz_from(n, key->n, key->len);
	mpz_powm(x, x, e, n);

	size_t len = (mpz_sizeinbase(x, 2) + 7) / 8;
	memset(out, 0, key->len);
	mpz_export(out + key->len - len, NULL, 1, 1, 1, 0, x);
	mpz_clear(x);
	mpz_clear(e);
	mpz_clear(n);
}

semper_err
semper_rsa_public(const struct semper_rsa_pub *key, uint8_t *out,
    const uint8_t *in)
{
	struct semper_bytes x = SEMPER_BYTES(in, key->len);

	MUST("CR-R-07", semper_rsa_below(key, x), RANGE);
	semper_rsa_power_e(key, out, x);
	return SEMPER_OK;
}

/* The caller has made in < n. */
semper_err
semper_rsa_public_sec(const struct semper_rsa_pub *key, uint8_t *out,
    const uint8_t *in)
{
	mp_limb_t x[SEMPER_MODN_LIMBS], y[SEMPER_MODN_LIMBS];
	struct semper_modn *m;

	TRY(semper_modn_new(&m, key, 0));
	semper_crypto_count.pub++;
	semper_limbs_get(x, m->nn, in, key->len);
	semper_modn_power_e(m, y, x);
	semper_limbs_put(out, key->len, y);
	semper_wipe(x, sizeof x);
	semper_modn_free(m);
	return SEMPER_OK;
}
