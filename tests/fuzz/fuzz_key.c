/* fuzz_key.c -- keys out of octets: SubjectPublicKeyInfo and PKCS #8.
 *
 * The first octet chooses the reader.  What is read is written again to the
 * same octets, and a key that was taken works or says that it does not.
 */
#include <string.h>

#include "pki/key.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_INPUT = 8192 };

static uint8_t room[MAX_INPUT];

/* A key is written as it was read. */
static void
written(semper_err e, const struct semper_buffer *out, struct semper_bytes in)
{
	HOLDS(e == SEMPER_OK, "a key that was read is written");
	HOLDS(semper_bytes_equal(semper_written(out), in),
	    "a key has one encoding");
}

/* The same, but for attributes, which are dropped (PKI-K-07). */
static void
written_secret(semper_err e, const struct semper_buffer *out,
    struct semper_bytes in)
{
	if (e == SEMPER_OK && out->len < in.len)
		return;
	written(e, out, in);
}

static bool
taken(semper_err e)
{
	HOLDS(e == SEMPER_OK || e == SEMPER_E_BAD_KEY,
	    "a key is taken or refused");
	return e == SEMPER_OK;
}

static void
spki_rsa(struct semper_bytes in, struct semper_buffer *out)
{
	static struct semper_rsa_pub key;
	static uint8_t x[SEMPER_RSA_MAX_LEN];

	if (!taken(semper_spki_rsa(&key, in)))
		return;
	written(semper_spki_put_rsa(out, &key), out, in);
	memset(x, 0, sizeof x);
	x[key.len - 1] = 2;
	HOLDS(semper_rsa_public(&key, x, x) == SEMPER_OK,
	    "2 is below every modulus");
}

static void
spki_ed25519(struct semper_bytes in, struct semper_buffer *out)
{
	uint8_t key[SEMPER_ED25519_LEN];

	if (taken(semper_spki_ed25519(key, in)))
		written(semper_spki_put_ed25519(out, key), out, in);
}

static void
spki_x25519(struct semper_bytes in, struct semper_buffer *out)
{
	uint8_t key[SEMPER_X25519_LEN];

	if (taken(semper_spki_x25519(key, in)))
		written(semper_spki_put_x25519(out, key), out, in);
}

/* Numbers that fit together but are not prime are found out by the check of
 * the result. */
static void
use(struct semper_rsa_priv *key)
{
	static uint8_t x[SEMPER_RSA_MAX_LEN], y[SEMPER_RSA_MAX_LEN];
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	semper_err e;

	memset(x, 0, sizeof x);
	x[pub->len - 1] = 2;
	e = semper_rsa_private(key, y, x, &semper_draw_system);
	HOLDS(e == SEMPER_OK || e == SEMPER_E_INTERNAL || e == SEMPER_E_RANDOM,
	    "a private operation succeeds or fails its own check");
	if (e != SEMPER_OK)
		return;
	HOLDS(semper_rsa_public(pub, y, y) == SEMPER_OK, "a root is below n");
	HOLDS(memcmp(x, y, pub->len) == 0, "a root is a root");
}

static void
pkcs8_rsa(struct semper_bytes in, struct semper_buffer *out)
{
	struct semper_rsa_priv *key = NULL;

	if (!taken(semper_pkcs8_rsa(&key, in)))
		return;
	written_secret(semper_pkcs8_put_rsa(out, key), out, in);
	if (semper_rsa_priv_pub(key)->bits <= 2048)
		use(key);
	semper_rsa_priv_free(key);
}

static void
pkcs8_ed25519(struct semper_bytes in, struct semper_buffer *out)
{
	struct semper_ed25519_key key;

	if (taken(semper_pkcs8_ed25519(&key, in)))
		written_secret(semper_pkcs8_put_ed25519(out, key.seed), out,
		    in);
}

static void
pkcs8_x25519(struct semper_bytes in, struct semper_buffer *out)
{
	uint8_t key[SEMPER_X25519_LEN];

	if (taken(semper_pkcs8_x25519(key, in)))
		written_secret(semper_pkcs8_put_x25519(out, key), out, in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static void (*const readers[])(struct semper_bytes,
	    struct semper_buffer *) = {spki_rsa, spki_ed25519, spki_x25519,
	    pkcs8_rsa, pkcs8_ed25519, pkcs8_x25519};
	struct semper_bytes in = {data, len};
	struct semper_buffer out = SEMPER_BUFFER(room);

	if (len < 2 || len > MAX_INPUT)
		return 0;
	readers[cut_octet(&in) % 6](in, &out);
	return 0;
}
