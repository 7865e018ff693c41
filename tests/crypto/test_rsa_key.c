#include <gmp.h>
#include <string.h>

#include "base/must.h"
#include "crypto/rsa_key.h"
#include "tests/crypto/figures.h"
#include "tests/crypto/sources.h"
#include "tests/test.h"

#define NO_KEY SEMPER_REFUSAL(SEMPER_MALFORMED, 0)

/* ---- public keys ----------------------------------------------------------
 */

static semper_err
set(const char *change, uint8_t *n, size_t n_len, struct semper_bytes e)
{
	struct semper_rsa_pub pub = {.bits = 7}, before = pub;

	semper_err err = semper_rsa_pub_set(&pub, SEMPER_BYTES(n, n_len), e);
	if (err != SEMPER_OK) {
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), change);
		CU_ASSERT(memcmp(&pub, &before, sizeof pub) == 0);
	}
	return err;
}

static void
public_key_limits(void)
{
	static uint8_t n[SEMPER_RSA_MAX_LEN + 2];
	uint8_t e[34] = {[1] = 1, [33] = 1};
	const struct semper_bytes three = SEMPER_TEXT("\3");

	n[127] = 1;
	n[0] = 0x80; /* 2^1023 + 1: 1024 bits */
	CU_ASSERT_EQUAL(set("", n, 128, three), SEMPER_OK);
	n[0] = 0x40;
	n[1] = 0xff;
	CU_ASSERT_EQUAL(set("CR-R-01", n, 128, three), NO_KEY);
	n[0] = 0xff;
	n[127] = 0;
	CU_ASSERT_EQUAL(set("CR-R-03", n, 128, three), NO_KEY);
	n[127] = 1;
	CU_ASSERT_EQUAL(set("CR-R-04", n, 128, SEMPER_TEXT("\4")), NO_KEY);
	CU_ASSERT_EQUAL(set("CR-R-04", n, 128, SEMPER_NONE), NO_KEY);
	CU_ASSERT_EQUAL(set("CR-R-05", n, 128, SEMPER_TEXT("\1")), NO_KEY);
	CU_ASSERT_EQUAL(set("CR-R-05", n, 128, SEMPER_BYTES(e + 2, 32)),
	    NO_KEY);
	e[2] = 0xff;
	CU_ASSERT_EQUAL(set("", n, 128, SEMPER_BYTES(e + 2, 32)), SEMPER_OK);
	CU_ASSERT_EQUAL(set("CR-R-06", n, 128, SEMPER_BYTES(e + 1, 33)),
	    NO_KEY);
	n[1023] = n[1024] = 1;
	CU_ASSERT_EQUAL(set("", n, 1024, three), SEMPER_OK);
	CU_ASSERT_EQUAL(set("CR-R-02", n, 1025, three), NO_KEY);
	memmove(n + 1, n, 1024);
	n[0] = 0; /* a leading zero octet is no size */
	CU_ASSERT_EQUAL(set("", n, 1025, three), SEMPER_OK);
}

static void
equal_keys(void)
{
	struct semper_rsa_priv *a = figures_key("rsa1024");
	struct semper_rsa_priv *b = figures_key("rsa2048");
	struct semper_rsa_pub copy = *semper_rsa_priv_pub(a);

	CU_ASSERT(semper_rsa_pub_equal(&copy, semper_rsa_priv_pub(a)));
	CU_ASSERT(!semper_rsa_pub_equal(&copy, semper_rsa_priv_pub(b)));
	copy.e[0] ^= 2;
	CU_ASSERT(!semper_rsa_pub_equal(&copy, semper_rsa_priv_pub(a)));
	semper_rsa_priv_free(a);
	semper_rsa_priv_free(b);
}

/* ---- import ---------------------------------------------------------------
 */

/* Each part in turn with its last octet but one changed. */
static void
import_refuses_each_wrong_part(void)
{
	struct semper_rsa_priv *good = figures_key("rsa2048"), *key = NULL;
	struct semper_rsa_parts parts;
	uint8_t octets[SEMPER_RSA_MAX_LEN];

	semper_rsa_priv_parts(good, &parts);
	struct semper_bytes *const each[] = {&parts.n, &parts.e, &parts.d,
	    &parts.p, &parts.q, &parts.dp, &parts.dq, &parts.qinv};
	for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
		struct semper_bytes saved = *each[i];
		memcpy(octets, saved.data, saved.len);
		octets[saved.len - 2] ^= 1;
		each[i]->data = octets;
		CU_ASSERT_EQUAL(semper_rsa_priv_new(&key, &parts),
		    SEMPER_E_KEY);
		*each[i] = SEMPER_NONE;
		CU_ASSERT_EQUAL(semper_rsa_priv_new(&key, &parts),
		    SEMPER_E_KEY);
		*each[i] = saved;
	}
	CU_ASSERT_PTR_NULL(key);
	CU_ASSERT_EQUAL_FATAL(semper_rsa_priv_new(&key, &parts), SEMPER_OK);
	semper_rsa_priv_free(key);
	semper_rsa_priv_free(good);
}

static semper_err
import_changed(struct semper_rsa_parts parts, const char *refused)
{
	struct semper_rsa_priv *key = NULL;

	semper_err err = semper_rsa_priv_new(&key, &parts);
	if (err == SEMPER_E_KEY)
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), refused);
	semper_rsa_priv_free(key);
	return err;
}

static void
import_refuses_unbalanced_and_long(void)
{
	struct semper_rsa_priv *good = figures_key("rsa2048");
	struct semper_rsa_parts parts, p;
	static uint8_t big[SEMPER_RSA_MAX_LEN + 1] = {1};

	semper_rsa_priv_parts(good, &parts);
	p = parts; /* n = n * 1 */
	p.p = parts.n;
	p.q = SEMPER_TEXT("\1");
	CU_ASSERT_EQUAL(import_changed(p, "CR-R-11"), SEMPER_E_KEY);
	p = parts;
	p.d = SEMPER_BYTES(big, sizeof big);
	CU_ASSERT_EQUAL(import_changed(p, "CR-R-12"), SEMPER_E_KEY);
	p = parts;
	p.d = parts.n;
	CU_ASSERT_EQUAL(import_changed(p, "CR-R-12"), SEMPER_E_KEY);
	p = parts;
	p.dp = parts.dq;
	CU_ASSERT_EQUAL(import_changed(p, "CR-R-13"), SEMPER_E_KEY);
	p = parts;
	p.qinv = parts.p;
	CU_ASSERT_EQUAL(import_changed(p, "CR-R-14"), SEMPER_E_KEY);
	CU_ASSERT_EQUAL(import_changed(parts, ""), SEMPER_OK);
	semper_rsa_priv_free(good);
}

/* p and q exchanged, qInv = p^-1 mod q: the same key. */
static void
import_turns_primes(void)
{
	struct semper_rsa_priv *a = figures_key("rsa2048"), *b = NULL;
	struct semper_rsa_parts parts, turned;
	uint8_t octets[SEMPER_RSA_MAX_LEN];
	uint8_t x[256] = {0, 1, 2, 3}, y[256], z[256];
	mpz_t p, q;

	semper_rsa_priv_parts(a, &parts);
	mpz_inits(p, q, NULL);
	mpz_import(p, parts.p.len, 1, 1, 1, 0, parts.p.data);
	mpz_import(q, parts.q.len, 1, 1, 1, 0, parts.q.data);
	mpz_invert(p, p, q);
	size_t len;
	mpz_export(octets, &len, 1, 1, 1, 0, p);
	mpz_clears(p, q, NULL);
	turned = (struct semper_rsa_parts){parts.n, parts.e, parts.d, parts.q,
	    parts.p, parts.dq, parts.dp, SEMPER_BYTES(octets, len)};
	CU_ASSERT_EQUAL_FATAL(semper_rsa_priv_new(&b, &turned), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_rsa_private(a, y, x, &semper_draw_system),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_rsa_private(b, z, x, &semper_draw_system),
	    SEMPER_OK);
	CU_ASSERT(memcmp(y, z, 256) == 0);
	semper_rsa_priv_parts(b, &turned);
	CU_ASSERT(semper_bytes_equal(turned.p, parts.q)); /* as given */
	semper_rsa_priv_free(a);
	semper_rsa_priv_free(b);
}

/* ---- generation ------------------------------------------------------------
 */

static void
check_generated(struct semper_rsa_priv *key, size_t bits, unsigned long e)
{
	struct semper_rsa_parts parts;
	mpz_t p, q;

	CU_ASSERT_EQUAL(semper_rsa_priv_pub(key)->bits, bits);
	semper_rsa_priv_parts(key, &parts);
	mpz_inits(p, q, NULL);
	mpz_import(p, parts.p.len, 1, 1, 1, 0, parts.p.data);
	mpz_import(q, parts.q.len, 1, 1, 1, 0, parts.q.data);
	CU_ASSERT(mpz_probab_prime_p(p, 40) != 0);
	CU_ASSERT(mpz_probab_prime_p(q, 40) != 0);
	CU_ASSERT_EQUAL(mpz_sizeinbase(p, 2), (bits + 1) / 2);
	CU_ASSERT_EQUAL(mpz_sizeinbase(q, 2), bits / 2);
	CU_ASSERT(mpz_cmp(p, q) > 0);
	mpz_sub_ui(p, p, 1);
	mpz_sub_ui(q, q, 1);
	CU_ASSERT_EQUAL(mpz_gcd_ui(NULL, p, e), 1);
	CU_ASSERT_EQUAL(mpz_gcd_ui(NULL, q, e), 1);
	mpz_clears(p, q, NULL);
}

static void
generated_keys_are_sound(void)
{
	static const struct {
		size_t bits;
		uint32_t e;
	} all[] = {{1024, 3}, {1025, 65537}, {1031, 5}, {1536, 65537}};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct semper_rsa_priv *key = NULL;
		CU_ASSERT_EQUAL_FATAL(semper_rsa_generate(&key, all[i].bits,
					  all[i].e, &semper_draw_system, "key"),
		    SEMPER_OK);
		check_generated(key, all[i].bits, all[i].e);
		semper_rsa_priv_free(key);
	}
}

static void
generation_follows_the_stream(void)
{
	struct semper_rsa_priv *a = NULL, *b = NULL;
	uint64_t one = 0, two = 0;
	struct semper_draw d1 = draw_counter(&one), d2 = draw_counter(&two);

	CU_ASSERT_EQUAL_FATAL(semper_rsa_generate(&a, 1024, 65537, &d1, "key"),
	    SEMPER_OK);
	CU_ASSERT_EQUAL_FATAL(semper_rsa_generate(&b, 1024, 65537, &d2, "key"),
	    SEMPER_OK);
	CU_ASSERT(semper_rsa_pub_equal(&a->pub, &b->pub));
	semper_rsa_priv_free(b);
	CU_ASSERT_EQUAL_FATAL(semper_rsa_generate(&b, 1024, 65537, &d2, "key"),
	    SEMPER_OK);
	CU_ASSERT(!semper_rsa_pub_equal(&a->pub, &b->pub));
	semper_rsa_priv_free(a);
	semper_rsa_priv_free(b);
}

static semper_err
fill_zero(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)ctx;
	(void)label;
	memset(dst, 0, len);
	return SEMPER_OK;
}

static void
generation_refusals(void)
{
	const struct semper_draw *d = &semper_draw_system;
	struct semper_draw zero = {fill_zero, NULL};
	struct semper_rsa_priv *key = NULL;
	int left = 3;
	struct semper_draw failing = draw_failing(&left);

	CU_ASSERT_EQUAL(semper_rsa_generate(&key, 1023, 3, d, "key"),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_rsa_generate(&key, 8193, 3, d, "key"),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_rsa_generate(&key, 1024, 1, d, "key"),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_rsa_generate(&key, 1024, 4, d, "key"),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_rsa_generate(&key, 1024, 3, &failing, "key"),
	    SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(semper_rsa_generate(&key, 1024, 3, &zero, "key"),
	    SEMPER_E_RANDOM);
	CU_ASSERT_PTR_NULL(key);
}

SUITE("crypto: rsa keys",
    {"public keys are accepted up to their limits, and not beyond",
	public_key_limits},
    {"public keys are equal when n and e are", equal_keys},
    {"import refuses a key with any part wrong or missing",
	import_refuses_each_wrong_part},
    {"import refuses unbalanced primes and exponents out of range",
	import_refuses_unbalanced_and_long},
    {"import takes the primes in either order", import_turns_primes},
    {"generated keys have primes of the right size", generated_keys_are_sound},
    {"equal streams give equal keys", generation_follows_the_stream},
    {"generation refuses its limits and stops with its source",
	generation_refusals});
