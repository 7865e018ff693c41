#include <gmp.h>
#include <string.h>

#include "base/must.h"
#include "crypto/count.h"
#include "crypto/rsa_key.h"
#include "tests/crypto/figures.h"
#include "tests/crypto/sources.h"
#include "tests/test.h"

#define RANGE SEMPER_REFUSAL(SEMPER_RANGE, 0)

static const char *const keys[] = {"rsa1024", "rsa1536", "rsa2048", "rsa2049",
    "rsa3072"};
#define N_KEYS (sizeof keys / sizeof keys[0])

/* x^(ed) = x for x = 0, 1, n - 1 and others, more uses than a pair has. */
static void
private_inverts_public(void)
{
	uint64_t counter = 0;
	struct semper_draw draw = draw_counter(&counter);

	for (size_t i = 0; i < N_KEYS; i++) {
		struct semper_rsa_priv *key = figures_key(keys[i]);
		const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
		uint8_t x[SEMPER_RSA_MAX_LEN], y[SEMPER_RSA_MAX_LEN];

		for (int j = 0; j < 3 + SEMPER_RSA_BLIND_USES; j++) {
			memset(x, 0, pub->len);
			if (j == 1)
				x[pub->len - 1] = 1;
			if (j == 2) {
				memcpy(x, pub->n, pub->len);
				x[pub->len - 1]--;
			}
			if (j > 2)
				CU_ASSERT_EQUAL(semper_draw(&draw, "x", x + 1,
						    pub->len - 1),
				    SEMPER_OK);
			CU_ASSERT_EQUAL(semper_rsa_private(key, y, x,
					    &semper_draw_system),
			    SEMPER_OK);
			CU_ASSERT_EQUAL(semper_rsa_public(pub, y, y),
			    SEMPER_OK);
			CU_ASSERT(memcmp(x, y, pub->len) == 0);
		}
		semper_rsa_priv_free(key);
	}
}

/* p and q are no units, and one root is zero. */
static void
multiples_of_a_prime(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	struct semper_rsa_parts parts;
	uint8_t x[256] = {0}, y[256];

	semper_rsa_priv_parts(key, &parts);
	for (int i = 0; i < 2; i++) {
		struct semper_bytes prime = i == 0 ? parts.p : parts.q;
		memcpy(x + 256 - prime.len, prime.data, prime.len);
		CU_ASSERT_EQUAL(semper_rsa_private(key, y, x,
				    &semper_draw_system),
		    SEMPER_OK);
		CU_ASSERT_EQUAL(semper_rsa_public(&key->pub, y, y), SEMPER_OK);
		CU_ASSERT(memcmp(x, y, 256) == 0);
	}
	semper_rsa_priv_free(key);
}

/* The plain d of the key, by another route than CRT. */
static void
private_is_the_power_d(void)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		struct semper_rsa_priv *key = figures_key(keys[i]);
		const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
		struct semper_rsa_parts parts;
		uint8_t x[SEMPER_RSA_MAX_LEN], y[SEMPER_RSA_MAX_LEN];
		uint8_t want[SEMPER_RSA_MAX_LEN] = {0};
		mpz_t a, d, n;

		semper_rsa_priv_parts(key, &parts);
		mpz_inits(a, d, n, NULL);
		memset(x, 0x35, pub->len);
		x[0] = 0;
		mpz_import(a, pub->len, 1, 1, 1, 0, x);
		mpz_import(d, parts.d.len, 1, 1, 1, 0, parts.d.data);
		mpz_import(n, pub->len, 1, 1, 1, 0, pub->n);
		mpz_powm(a, a, d, n);
		size_t len = (mpz_sizeinbase(a, 2) + 7) / 8;
		mpz_export(want + pub->len - len, NULL, 1, 1, 1, 0, a);
		CU_ASSERT_EQUAL(semper_rsa_private(key, y, x,
				    &semper_draw_system),
		    SEMPER_OK);
		CU_ASSERT(memcmp(y, want, pub->len) == 0);
		mpz_clears(a, d, n, NULL);
		semper_rsa_priv_free(key);
	}
}

static void
secret_public_operation_agrees(void)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		struct semper_rsa_priv *key = figures_key(keys[i]);
		const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
		uint8_t x[SEMPER_RSA_MAX_LEN], y[SEMPER_RSA_MAX_LEN];
		uint8_t z[SEMPER_RSA_MAX_LEN];

		memset(x, 0x71, pub->len);
		x[0] = 0;
		CU_ASSERT_EQUAL(semper_rsa_public(pub, y, x), SEMPER_OK);
		CU_ASSERT_EQUAL(semper_rsa_public_sec(pub, z, x), SEMPER_OK);
		CU_ASSERT(memcmp(y, z, pub->len) == 0);
		semper_rsa_priv_free(key);
	}
}

static void
n_is_out_of_range(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t y[SEMPER_RSA_MAX_LEN] = {0x5a};

	CU_ASSERT_EQUAL(semper_rsa_public(pub, y, pub->n), RANGE);
	CU_ASSERT_EQUAL(semper_rsa_private(key, y, pub->n, &semper_draw_system),
	    RANGE);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-R-20");
	CU_ASSERT_EQUAL(y[0], 0x5a);
	semper_rsa_priv_free(key);
}

/* ---- faults and failures ---------------------------------------------------
 */

static semper_err
use(struct semper_rsa_priv *key, uint8_t *y)
{
	uint8_t x[256] = {0, 42};

	memset(y, 0x5a, 256);
	return semper_rsa_private(key, y, x, &semper_draw_system);
}

static bool
untouched(const uint8_t *y)
{
	for (size_t i = 0; i < 256; i++)
		if (y[i] != 0x5a)
			return false;
	return true;
}

/* One flipped bit in any secret of the key, or in the blinding. */
static void
fault_leaks_nothing(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	uint8_t y[256];
	mp_limb_t *const places[] = {key->dp, key->dq, key->qinv, key->blind,
	    key->unblind, key->p, key->q};

	CU_ASSERT_EQUAL(use(key, y), SEMPER_OK);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		mp_limb_t saved = places[i][3];
		places[i][3] ^= 1u << 5;
		CU_ASSERT_EQUAL(use(key, y), SEMPER_E_INTERNAL);
		places[i][3] = saved;
		CU_ASSERT(untouched(y));
		CU_ASSERT_EQUAL(use(key, y), SEMPER_OK);
	}
	semper_rsa_priv_free(key);
}

static bool
all_zero(const void *p, size_t len)
{
	const uint8_t *octets = p;

	for (size_t i = 0; i < len; i++)
		if (octets[i] != 0)
			return false;
	return true;
}

static void
temporaries_are_wiped(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	uint8_t y[256];

	for (int good = 0; good < 2; good++) {
		key->dp[0] ^= 1;
		CU_ASSERT_EQUAL(use(key, y),
		    good ? SEMPER_OK : SEMPER_E_INTERNAL);
		CU_ASSERT(all_zero(&key->work, sizeof key->work));
		CU_ASSERT(
		    all_zero(key->modn->product, sizeof key->modn->product));
		CU_ASSERT(all_zero(key->modn->scratch,
		    key->modn->itch * sizeof(mp_limb_t)));
	}
	semper_rsa_priv_free(key);
}

/* Every use has a pair of its own; after 64 it is drawn anew. */
static void
blinding_changes(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	uint8_t x[128] = {0, 7}, y[128], again[128];
	int left = 1000, used;
	struct semper_draw draw = draw_failing(&left);
	mp_limb_t before[16];

	CU_ASSERT_EQUAL(semper_rsa_private(key, y, x, &draw), SEMPER_OK);
	used = 1000 - left;
	CU_ASSERT(used >= 2); /* r and what masks its inversion */
	for (int i = 1; i < SEMPER_RSA_BLIND_USES; i++) {
		memcpy(before, key->blind, sizeof before);
		CU_ASSERT_EQUAL(semper_rsa_private(key, again, x, &draw),
		    SEMPER_OK);
		CU_ASSERT(memcmp(before, key->blind, sizeof before) != 0);
		CU_ASSERT(memcmp(y, again, sizeof y) == 0);
	}
	CU_ASSERT_EQUAL(left, 1000 - used);
	CU_ASSERT_EQUAL(semper_rsa_private(key, y, x, &draw), SEMPER_OK);
	CU_ASSERT(left < 1000 - used);
	semper_rsa_priv_free(key);
}

static void
failing_source_stops_the_operation(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	uint8_t x[256] = {0, 7}, y[256];

	for (int i = 0; i < 2; i++) {
		int left = i;
		struct semper_draw draw = draw_failing(&left);
		memset(y, 0x5a, sizeof y);
		CU_ASSERT_EQUAL(semper_rsa_private(key, y, x, &draw),
		    SEMPER_E_RANDOM);
		CU_ASSERT(untouched(y));
	}
	CU_ASSERT_EQUAL(semper_rsa_private(key, y, x, &semper_draw_system),
	    SEMPER_OK);
	semper_rsa_priv_free(key);
}

static void
operations_are_counted(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	struct semper_crypto_count before = semper_crypto_count;
	uint8_t x[128] = {0, 7}, y[128];

	CU_ASSERT_EQUAL(semper_rsa_private(key, y, x, &semper_draw_system),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_crypto_count.priv, before.priv + 1);
	CU_ASSERT_EQUAL(semper_crypto_count.pub, before.pub);
	CU_ASSERT_EQUAL(semper_rsa_public(&key->pub, y, x), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_rsa_public_sec(&key->pub, y, x), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_crypto_count.pub, before.pub + 2);
	semper_rsa_priv_free(key);
}

SUITE("crypto: rsa",
    {"the private operation inverts the public one, also for 0, 1, n-1",
	private_inverts_public},
    {"the private operation takes multiples of a prime", multiples_of_a_prime},
    {"the private operation is the power d", private_is_the_power_d},
    {"the public operation on a secret gives the same",
	secret_public_operation_agrees},
    {"a representative of n is refused both ways", n_is_out_of_range},
    {"a fault in the computation gives no result", fault_leaks_nothing},
    {"an operation wipes its temporaries, also when it fails",
	temporaries_are_wiped},
    {"the blinding changes with every use and is renewed", blinding_changes},
    {"a failing source stops the operation and spoils nothing",
	failing_source_stops_the_operation},
    {"operations are counted", operations_are_counted});
