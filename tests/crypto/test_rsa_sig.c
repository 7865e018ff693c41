/* Figures: data/rsa_openssl.txt, data/keys.txt. */
#include <string.h>

#include "base/must.h"
#include "crypto/emsa.h"
#include "crypto/rsa_sig.h"
#include "tests/crypto/figures.h"
#include "tests/crypto/sources.h"
#include "tests/test.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define DRAW (&semper_draw_system)

static struct figures f;

/* Runs SHOW for each record of KIND, with its key. */
static void
each(const char *kind, void (*show)(struct semper_rsa_priv *key))
{
	int n = 0;

	figures_open(&f, "rsa_openssl");
	while (figures_next(&f)) {
		if (strcmp(figures_text(&f, "kind"), kind) != 0)
			continue;
		struct semper_rsa_priv *key =
		    figures_key(figures_text(&f, "key"));
		show(key);
		semper_rsa_priv_free(key);
		n++;
	}
	CU_ASSERT(n >= 12);
}

static void
pkcs1_one(struct semper_rsa_priv *key)
{
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	struct semper_bytes msg = figures_octets(&f, "msg");
	struct semper_bytes want = figures_octets(&f, "sig");
	enum semper_hash h = figures_hash(&f);
	uint8_t sig[SEMPER_RSA_MAX_LEN], digest[SEMPER_HASH_MAX];

	CU_ASSERT_EQUAL(semper_pkcs1_verify(pub, h, msg, want), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_pkcs1_sign(key, sig, h, msg, DRAW), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(sig, pub->len), want));
	semper_hash(h, digest, msg);
	memset(sig, 0, sizeof sig);
	CU_ASSERT_EQUAL(semper_pkcs1_sign_digest(key, sig, h, digest, DRAW),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(sig, pub->len), want));
	CU_ASSERT_EQUAL(semper_pkcs1_verify_digest(pub, h, digest, want),
	    SEMPER_OK);
	digest[3] ^= 1;
	CU_ASSERT_EQUAL(semper_pkcs1_verify_digest(pub, h, digest, want), AUTH);
	CU_ASSERT_EQUAL(semper_pkcs1_verify(pub, h, SEMPER_TEXT("x"), want),
	    AUTH);
	CU_ASSERT_EQUAL(semper_pkcs1_verify(pub, (h + 1) % 4, msg, want), AUTH);
}

static void
pkcs1_agrees_with_openssl(void)
{
	each("pkcs1", pkcs1_one);
}

static void
pss_one(struct semper_rsa_priv *key)
{
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	struct semper_bytes msg = figures_octets(&f, "msg");
	struct semper_bytes want = figures_octets(&f, "sig");
	struct semper_bytes salt = figures_octets(&f, "salt");
	enum semper_hash h = figures_hash(&f);
	struct fixed_stream streams[] = {{"SALT", salt}, {NULL, SEMPER_NONE}};
	struct semper_draw draw = draw_fixed(streams);
	uint8_t sig[SEMPER_RSA_MAX_LEN];

	CU_ASSERT_EQUAL(semper_pss_sign(key, sig, h, salt.len, msg, &draw,
			    "SALT"),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(sig, pub->len), want));
	CU_ASSERT_EQUAL(semper_pss_verify(pub, h, salt.len, msg, want),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_pss_verify(pub, h, salt.len + 1, msg, want),
	    AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-07");
	CU_ASSERT_EQUAL(semper_pss_verify(pub, h, salt.len, SEMPER_TEXT("x"),
			    want),
	    AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-08");
	if (salt.len > 0)
		CU_ASSERT_EQUAL(semper_pss_verify(pub, h, salt.len - 1, msg,
				    want),
		    AUTH);
}

static void
pss_agrees_with_openssl(void)
{
	each("pss", pss_one);
}

/* ---- what a verifier must not accept ---------------------------------------
 */

typedef semper_err verifier(const struct semper_rsa_pub *pub,
    struct semper_bytes sig);

static semper_err
by_pkcs1(const struct semper_rsa_pub *pub, struct semper_bytes sig)
{
	return semper_pkcs1_verify(pub, SEMPER_SHA256, SEMPER_TEXT("m"), sig);
}

static semper_err
by_pss(const struct semper_rsa_pub *pub, struct semper_bytes sig)
{
	return semper_pss_verify(pub, SEMPER_SHA256, 32, SEMPER_TEXT("m"), sig);
}

/* One octet more or less; n itself; single bits; and sig + n, the same number
 * modulo n, where that fits. */
static void
wrong_forms(const char *name, verifier *verify, const char *length,
    const char *range)
{
	struct semper_rsa_priv *key = figures_key(name);
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t octets[SEMPER_RSA_MAX_LEN + 1] = {0}, *sig = octets + 1;
	size_t len = pub->len;
	unsigned carry = 0;

	CU_ASSERT_EQUAL(verify == by_pss
		? semper_pss_sign(key, sig, SEMPER_SHA256, 32, SEMPER_TEXT("m"),
		      DRAW, "s")
		: semper_pkcs1_sign(key, sig, SEMPER_SHA256, SEMPER_TEXT("m"),
		      DRAW),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(verify(pub, SEMPER_BYTES(sig, len)), SEMPER_OK);
	CU_ASSERT_EQUAL(verify(pub, SEMPER_BYTES(octets, len + 1)), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), length);
	CU_ASSERT_EQUAL(verify(pub, SEMPER_BYTES(sig, len - 1)), AUTH);
	CU_ASSERT_EQUAL(verify(pub, SEMPER_BYTES(sig, 0)), AUTH);
	CU_ASSERT_EQUAL(verify(pub, SEMPER_NONE), AUTH);
	CU_ASSERT_EQUAL(verify(pub, SEMPER_BYTES(pub->n, len)), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), range);
	for (size_t i = 0; i < 5; i++) {
		size_t at = i * (len - 1) / 4;
		sig[at] ^= 0x10;
		CU_ASSERT_EQUAL(verify(pub, SEMPER_BYTES(sig, len)), AUTH);
		sig[at] ^= 0x10;
	}
	for (size_t i = len; i-- > 0; carry >>= 8) { /* sig + n, if it fits */
		carry += sig[i] + pub->n[i];
		sig[i] = (uint8_t)carry;
	}
	if (carry == 0) {
		CU_ASSERT_EQUAL(verify(pub, SEMPER_BYTES(sig, len)), AUTH);
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), range);
	}
	semper_rsa_priv_free(key);
}

static void
wrong_length_or_range(void)
{
	wrong_forms("rsa2048", by_pkcs1, "CR-V-03", "CR-V-04");
	wrong_forms("rsa2048", by_pss, "CR-P-03", "CR-P-09");
	wrong_forms("rsa2049", by_pkcs1, "CR-V-03", "CR-V-04");
	wrong_forms("rsa2049", by_pss, "CR-P-03", "CR-P-09");
}

/* Sign an encoding of our own making with the bare operation. */
static semper_err
verdict(struct semper_rsa_priv *key, const uint8_t *em, verifier *verify)
{
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t sig[SEMPER_RSA_MAX_LEN];

	CU_ASSERT_EQUAL(semper_rsa_private(key, sig, em, DRAW), SEMPER_OK);
	return verify(pub, SEMPER_BYTES(sig, pub->len));
}

/* Bleichenbacher 2006 and its kin: every octet of the encoding counts. */
static void
pkcs1_any_octet_counts(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	uint8_t em[128], digest[32];

	semper_hash(SEMPER_SHA256, digest, SEMPER_TEXT("m"));
	semper_emsa_pkcs1(em, sizeof em, SEMPER_SHA256, digest);
	CU_ASSERT_EQUAL(verdict(key, em, by_pkcs1), SEMPER_OK);
	for (size_t i = 0; i < sizeof em; i++) {
		em[i] ^= 1;
		CU_ASSERT_EQUAL(verdict(key, em, by_pkcs1), AUTH);
		em[i] ^= 1;
	}
	/* padding cut short, the rest free for the forger */
	memmove(em + 12, em + 128 - 52, 52);
	em[10] = 0xff;
	em[11] = 0x00;
	CU_ASSERT_EQUAL(verdict(key, em, by_pkcs1), AUTH);
	/* DigestInfo without the NULL parameters */
	semper_emsa_pkcs1(em, sizeof em, SEMPER_SHA256, digest);
	static const uint8_t no_null[] = {0xff, 0xff, 0x00, 0x30, 0x2f, 0x30,
	    0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
	    0x01, 0x04, 0x20};
	memcpy(em + 128 - 32 - sizeof no_null, no_null, sizeof no_null);
	CU_ASSERT_EQUAL(verdict(key, em, by_pkcs1), AUTH);
	semper_rsa_priv_free(key);
}

static void
encode(uint8_t *em, size_t em_bits, size_t salt_len)
{
	static const uint8_t salt[64] = {1, 2, 3};
	uint8_t digest[32];

	semper_hash(SEMPER_SHA256, digest, SEMPER_TEXT("m"));
	CU_ASSERT_FATAL(semper_emsa_pss(em, em_bits, SEMPER_SHA256,
	    SEMPER_BYTES(salt, salt_len), digest));
}

/* Unmask DB (or mask it again: exclusive or). */
static void
toggle(uint8_t *em, size_t len)
{
	semper_mgf1_xor(SEMPER_SHA256, em, len - 33,
	    SEMPER_BYTES(em + len - 33, 32));
}

static void
pss_structure(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	uint8_t em[256];

	encode(em, 2047, 32);
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), SEMPER_OK);
	em[255] = 0xcc;
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-04");
	encode(em, 2047, 32);
	em[250] ^= 1; /* H */
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), AUTH);
	encode(em, 2047, 20);
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-07");
	encode(em, 2047, 64);
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-07");
	semper_rsa_priv_free(key);
}

static void
pss_separator(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	uint8_t em[256];
	size_t one = 256 - 33 - 33; /* where the 0x01 stands */

	for (int octet = 0; octet < 4; octet++) {
		encode(em, 2047, 32);
		uint8_t top = em[0] & 0x80;
		toggle(em, 256);
		em[one] = (uint8_t)octet;
		toggle(em, 256);
		em[0] = (em[0] & 0x7f) | top;
		CU_ASSERT_EQUAL(verdict(key, em, by_pss),
		    octet == 1 ? SEMPER_OK : AUTH);
	}
	encode(em, 2047, 32);
	em[1] ^= 4; /* in the zero padding */
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-06");
	semper_rsa_priv_free(key);
}

/* An encoding whose top bit is set is below n for some n only; take the
 * encoding one bit too long and try salts until it is. */
static void
pss_top_bits(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t em[256], digest[32], salt[32] = {0};

	semper_hash(SEMPER_SHA256, digest, SEMPER_TEXT("m"));
	do {
		salt[0]++;
		semper_emsa_pss(em, 2048, SEMPER_SHA256, SEMPER_BYTES(salt, 32),
		    digest);
	} while (em[0] < 0x80 || memcmp(em, pub->n, 256) >= 0);
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-05");
	semper_rsa_priv_free(key);
}

/* 2049 bits: the encoding has 256 octets, the modulus 257. */
static void
pss_8k_plus_1(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2049");
	uint8_t em[257] = {0};

	encode(em + 1, 2048, 32);
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_rsa_priv_pub(key)->n[0], 1);
	em[0] = 1; /* and still below n */
	em[1] = 0;
	CU_ASSERT_EQUAL(verdict(key, em, by_pss), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-P-10");
	semper_rsa_priv_free(key);
}

static void
pss_salt_must_fit(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	uint8_t sig[128];

	sig[0] = 0x5a;
	CU_ASSERT_EQUAL(semper_pss_sign(key, sig, SEMPER_SHA512, 63,
			    SEMPER_TEXT("m"), DRAW, "s"),
	    SEMPER_E_KEY);
	CU_ASSERT_EQUAL(semper_pss_sign(key, sig, SEMPER_SHA512, 5000,
			    SEMPER_TEXT("m"), DRAW, "s"),
	    SEMPER_E_KEY);
	CU_ASSERT_EQUAL(sig[0], 0x5a);
	CU_ASSERT_EQUAL(semper_pss_sign(key, sig, SEMPER_SHA512, 62,
			    SEMPER_TEXT("m"), DRAW, "s"),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_pss_verify(semper_rsa_priv_pub(key),
			    SEMPER_SHA512, 62, SEMPER_TEXT("m"),
			    SEMPER_BYTES(sig, 128)),
	    SEMPER_OK);
	semper_rsa_priv_free(key);
}

/* The salt, then two uniform numbers for the blinding, each of one or more
 * draws: with fewer there is no signature. */
static void
failing_source(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	semper_err err = SEMPER_E_RANDOM;
	uint8_t sig[128];
	int draws = 0;

	for (; err == SEMPER_E_RANDOM && draws < 100; draws++) {
		int left = draws;
		struct semper_draw draw = draw_failing(&left);
		sig[0] = 0x5a;
		err = semper_pss_sign(key, sig, SEMPER_SHA256, 32,
		    SEMPER_TEXT("m"), &draw, "s");
		CU_ASSERT(err == SEMPER_OK || sig[0] == 0x5a);
	}
	CU_ASSERT_EQUAL(err, SEMPER_OK);
	CU_ASSERT(draws > 3);
	semper_rsa_priv_free(key);
}

/* EMSA-PSS with SHA-1, a published encoding (blindrsa-ts, Apache-2.0, after
 * the RSA Laboratories PSS examples). */
static void
published_encoding(void)
{
	uint8_t m[128], s[20], w[128], em[128], digest[20];
	struct semper_bytes msg = unhex(m,
	    "859eef2fd78aca00308bdc471193bf55bf9d78db8f8a672b484634f3c9c26e64"
	    "78ae10260fe0dd8c082e53a5293af2173cd50c6d5d354febf78b26021c25c027"
	    "12e78cd4694c9f469777e451e7f8e9e04cd3739c6bbfedae487fb55644e9ca74"
	    "ff77a53cb729802f6ed4a5ffa8ba159890fc");
	struct semper_bytes salt =
	    unhex(s, "e3b5d5d002c1bce50c2b65ef88a188d83bce7e61");
	struct semper_bytes want = unhex(w,
	    "66e4672e836ad121ba244bed6576b867d9a447c28a6e66a5b87dee7fbc7e65af"
	    "5057f86fae8984d9ba7f969ad6fe02a4d75f7445fefdd85b6d3a477c28d24ba1"
	    "e3756f792dd1dce8ca94440ecb5279ecd3183a311fc896da1cb39311af37ea4a"
	    "75e24bdbfd5c1da0de7cecdf1a896f9d8bc816d97cd7a2c43bad546fbe8cfebc");

	semper_hash(SEMPER_SHA1, digest, msg);
	CU_ASSERT(semper_emsa_pss(em, 1023, SEMPER_SHA1, salt, digest));
	CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(em, 128), want));
}

SUITE("crypto: rsa_sig",
    {"PKCS#1 v1.5 signatures equal and verify those of OpenSSL",
	pkcs1_agrees_with_openssl},
    {"PSS signatures equal and verify those of OpenSSL",
	pss_agrees_with_openssl},
    {"the published PSS encoding comes out", published_encoding},
    {"a wrong length, or a number not below n, is no signature",
	wrong_length_or_range},
    {"every octet of a PKCS#1 v1.5 encoding counts", pkcs1_any_octet_counts},
    {"PSS: trailer, hash and salt length count", pss_structure},
    {"PSS: the separator is 0x01 behind zeros", pss_separator},
    {"PSS: the bits above emBits are zero", pss_top_bits},
    {"PSS: with 8k+1 bits the first octet is zero", pss_8k_plus_1},
    {"PSS: a salt that does not fit is refused before signing",
	pss_salt_must_fit},
    {"a failing source stops signing", failing_source});
