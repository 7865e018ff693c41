#include <string.h>

#include "base/must.h"
#include "pki/key.h"
#include "tests/pki/world.h"
#include "tests/test.h"

static uint8_t room[8192];
static struct semper_buffer out;

static void
clear(void)
{
	out = (struct semper_buffer){room, 0, sizeof room};
}

/* ---- the examples of RFC 8410 section 10, and RFC 7748 6.1 ---- */

static const uint8_t ed25519_spki[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 0x19, 0xbf, 0x44, 0x09, 0x69, 0x84,
    0xcd, 0xfe, 0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc, 0x3b, 0x96, 0xc8, 0x50,
    0x86, 0xaa, 0x30, 0xb6, 0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31,
    0x66, 0xe1};
static const uint8_t ed25519_pkcs8[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30,
    0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, 0xd4, 0xee,
    0x72, 0xdb, 0xf9, 0x13, 0x58, 0x4a, 0xd5, 0xb6, 0xd8, 0xf1, 0xf7, 0x69,
    0xf8, 0xad, 0x3a, 0xfe, 0x7c, 0x28, 0xcb, 0xf1, 0xd4, 0xfb, 0xe0, 0x97,
    0xa8, 0x8f, 0x44, 0x75, 0x58, 0x42};

enum { SPKI_UNUSED = 11, SPKI_KEY = 12, PKCS8_VERSION = 4, PKCS8_KEY = 16 };

static void
ed25519(void)
{
	struct semper_ed25519_key key;
	uint8_t pub[32];

	CU_ASSERT_EQUAL(semper_spki_ed25519(pub,
			    SEMPER_BYTES(ed25519_spki, sizeof ed25519_spki)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_pkcs8_ed25519(&key,
			    SEMPER_BYTES(ed25519_pkcs8, sizeof ed25519_pkcs8)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(memcmp(pub, key.pub, 32), 0);
	clear();
	CU_ASSERT_EQUAL(semper_spki_put_ed25519(&out, pub), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_pkcs8_put_ed25519(&out, key.seed), SEMPER_OK);
	CU_ASSERT_EQUAL(out.len, sizeof ed25519_spki + sizeof ed25519_pkcs8);
	CU_ASSERT_EQUAL(memcmp(room, ed25519_spki, sizeof ed25519_spki), 0);
	CU_ASSERT_EQUAL(memcmp(room + sizeof ed25519_spki, ed25519_pkcs8,
			    sizeof ed25519_pkcs8),
	    0);
}

static void
x25519(void)
{
	uint8_t secret[32] = {7}, read[32];

	clear();
	CU_ASSERT_EQUAL(semper_pkcs8_put_x25519(&out, secret), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_pkcs8_x25519(read, semper_written(&out)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(memcmp(read, secret, 32), 0);
	clear();
	CU_ASSERT_EQUAL(semper_spki_put_x25519(&out, secret), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_spki_x25519(read, semper_written(&out)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(memcmp(read, secret, 32), 0);
	CU_ASSERT_EQUAL(out.len, sizeof ed25519_spki);
	CU_ASSERT_EQUAL(room[8], 0x6e);
}

static void
rsa(void)
{
	struct semper_rsa_priv *key;
	struct semper_rsa_pub pub;
	uint8_t again[2048];
	struct semper_buffer second = SEMPER_BUFFER(again);

	clear();
	CU_ASSERT_EQUAL(semper_pkcs8_put_rsa(&out, world_key(KEY_1536)),
	    SEMPER_OK);
	CU_ASSERT_FATAL(semper_pkcs8_rsa(&key, semper_written(&out)) ==
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_pkcs8_put_rsa(&second, key), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(semper_written(&out),
	    semper_written(&second)));
	clear();
	CU_ASSERT_EQUAL(semper_spki_put_rsa(&out, semper_rsa_priv_pub(key)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_spki_rsa(&pub, semper_written(&out)),
	    SEMPER_OK);
	CU_ASSERT(semper_rsa_pub_equal(&pub, semper_rsa_priv_pub(key)));
	semper_rsa_priv_free(key);
}

/* ---- refusals ---- */

static void
curve_refused(const char *id, const uint8_t *octets, size_t len)
{
	struct semper_ed25519_key key;
	uint8_t pub[32];
	struct semper_bytes der = SEMPER_BYTES(octets, len);
	semper_err err = octets[2] == 0x02 ? semper_pkcs8_ed25519(&key, der)
					   : semper_spki_ed25519(pub, der);

	CU_ASSERT_EQUAL(err, SEMPER_E_BAD_KEY);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), id);
}

static void
not_der(void)
{
	uint8_t m[64] = {0};
	size_t i;

	memcpy(m, ed25519_spki, sizeof ed25519_spki);
	for (i = 0; i < sizeof ed25519_spki; i++) {
		struct semper_bytes cut = SEMPER_BYTES(m, i);
		uint8_t pub[32];

		CU_ASSERT_EQUAL(semper_spki_ed25519(pub, cut),
		    SEMPER_E_BAD_KEY);
	}
	curve_refused("PKI-K-01", m, sizeof ed25519_spki + 1);
	m[SPKI_UNUSED] = 1;
	curve_refused("PKI-K-01", m, sizeof ed25519_spki);
	memcpy(m, ed25519_pkcs8, sizeof ed25519_pkcs8);
	curve_refused("PKI-K-01", m, sizeof ed25519_pkcs8 + 1);
}

static void
inner_not_der(void)
{
	uint8_t m[sizeof ed25519_pkcs8];

	memcpy(m, ed25519_pkcs8, sizeof m);
	m[PKCS8_KEY - 2] = 0x03;
	curve_refused("PKI-K-01", m, sizeof m);
	m[PKCS8_KEY - 2] = 0x04;
	m[PKCS8_KEY - 1] = 0x1f;
	curve_refused("PKI-K-01", m, sizeof m);
}

static void
other_algorithm(void)
{
	uint8_t m[64], x[32];
	struct semper_bytes spki = SEMPER_BYTES(m, sizeof ed25519_spki);
	struct semper_rsa_pub rsa_key;
	struct semper_rsa_priv *priv;

	memcpy(m, ed25519_spki, sizeof ed25519_spki);
	CU_ASSERT_EQUAL(semper_spki_x25519(x, spki), SEMPER_E_BAD_KEY);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "PKI-K-02");
	CU_ASSERT_EQUAL(semper_spki_rsa(&rsa_key, spki), SEMPER_E_BAD_KEY);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "PKI-K-02");
	m[8] = 0x6e;
	CU_ASSERT_EQUAL(semper_spki_x25519(x, spki), SEMPER_OK);
	curve_refused("PKI-K-02", m, sizeof ed25519_spki);
	memcpy(m, ed25519_pkcs8, sizeof ed25519_pkcs8);
	CU_ASSERT_EQUAL(semper_pkcs8_rsa(&priv,
			    SEMPER_BYTES(m, sizeof ed25519_pkcs8)),
	    SEMPER_E_BAD_KEY);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "PKI-K-02");
	m[11] = 0x6e;
	curve_refused("PKI-K-02", m, sizeof ed25519_pkcs8);
}

static void
versions(void)
{
	uint8_t m[sizeof ed25519_pkcs8 + 35] = {0};

	memcpy(m, ed25519_pkcs8, sizeof ed25519_pkcs8);
	m[PKCS8_VERSION] = 1;
	curve_refused("PKI-K-05", m, sizeof ed25519_pkcs8);
	m[PKCS8_VERSION] = 2;
	curve_refused("PKI-K-01", m, sizeof ed25519_pkcs8);
	m[PKCS8_VERSION] = 0;
	m[1] = (uint8_t)(sizeof m - 2);
	m[sizeof ed25519_pkcs8] = 0x81;
	m[sizeof ed25519_pkcs8 + 1] = 33;
	curve_refused("PKI-K-05", m, sizeof m);
}

static void
short_curve(void)
{
	uint8_t m[sizeof ed25519_spki - 1];

	memcpy(m, ed25519_spki, sizeof m);
	m[1]--;
	m[10]--;
	curve_refused("PKI-K-06", m, sizeof m);
}

static void
small_order(void)
{
	uint8_t m[sizeof ed25519_spki];

	memcpy(m, ed25519_spki, sizeof m);
	memset(m + SPKI_KEY, 0, 32);
	curve_refused("PKI-K-06", m, sizeof m);
	m[SPKI_KEY] = 1;
	curve_refused("PKI-K-06", m, sizeof m);
	memset(m + SPKI_KEY, 0xff, 32);
	curve_refused("PKI-K-06", m, sizeof m);
}

static void
rsa_public_refused(const struct semper_rsa_pub *key, const char *id)
{
	struct semper_rsa_pub read;

	clear();
	CU_ASSERT_EQUAL(semper_spki_put_rsa(&out, key), SEMPER_OK);
	if (id == NULL) {
		CU_ASSERT_EQUAL(semper_spki_rsa(&read, semper_written(&out)),
		    SEMPER_OK);
		return;
	}
	CU_ASSERT_EQUAL(semper_spki_rsa(&read, semper_written(&out)),
	    SEMPER_E_BAD_KEY);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), id);
}

static void
rsa_numbers(void)
{
	struct semper_rsa_pub key = *semper_rsa_priv_pub(world_key(KEY_1024));

	rsa_public_refused(&key, NULL);
	key.e_len = 1;
	key.e[0] = 1;
	rsa_public_refused(&key, "PKI-K-03");
	key.e[0] = 2;
	rsa_public_refused(&key, "PKI-K-03");
	key.e[0] = 3;
	rsa_public_refused(&key, NULL);
	key.n[key.len - 1] ^= 1;
	rsa_public_refused(&key, "PKI-K-03");
	key.n[key.len - 1] ^= 1;
	key.n[0] = 0x7f;
	rsa_public_refused(&key, "PKI-K-03");
}

/* Change the last octet of each number of an RSAPrivateKey: it no longer fits
 * the others. */
static void
rsa_parts(void)
{
	struct semper_rsa_priv *key;
	struct semper_bytes whole;
	size_t at = 0, i;
	int refused = 0;

	clear();
	CU_ASSERT_EQUAL(semper_pkcs8_put_rsa(&out, world_key(KEY_1024)),
	    SEMPER_OK);
	whole = semper_written(&out);
	for (i = 40; i + 8 < whole.len; i += 8, at++) {
		room[i] ^= 4;
		if (semper_pkcs8_rsa(&key, whole) == SEMPER_OK)
			semper_rsa_priv_free(key);
		else
			refused++;
		room[i] ^= 4;
	}
	CU_ASSERT_EQUAL(refused, (int)at);
	room[whole.len - 1] ^= 2;
	CU_ASSERT_EQUAL(semper_pkcs8_rsa(&key, whole), SEMPER_E_BAD_KEY);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "PKI-K-04");
	room[whole.len - 1] ^= 2;
	CU_ASSERT_FATAL(semper_pkcs8_rsa(&key, whole) == SEMPER_OK);
	semper_rsa_priv_free(key);
}

static void
no_room(void)
{
	uint8_t small[16];
	struct semper_buffer b = SEMPER_BUFFER(small);

	CU_ASSERT_EQUAL(semper_spki_put_rsa(&b,
			    semper_rsa_priv_pub(world_key(KEY_1024))),
	    SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(semper_pkcs8_put_rsa(&b, world_key(KEY_1024)),
	    SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(b.len, 0);
}

SUITE("pki: key",
    {"the Ed25519 example of RFC 8410 is read and written", ed25519},
    {"an X25519 key is read as written", x25519},
    {"an RSA key is read as written, octet for octet", rsa},
    {"what is not exactly one encoding is refused", not_der},
    {"a private key whose inside is no encoding is refused", inner_not_der},
    {"a key of another algorithm is refused", other_algorithm},
    {"a private key of version 2, or with a public key, is refused", versions},
    {"a curve key that is too short is refused", short_curve},
    {"an Ed25519 key of small order or no canonical point is refused",
	small_order},
    {"RSA numbers that are even, small or short are refused", rsa_numbers},
    {"an RSA private key with one changed number is refused", rsa_parts},
    {"a key is not written where it does not fit", no_room});
