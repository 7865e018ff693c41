/* Figures: data/rsa_openssl.txt, data/keys.txt. */
#include <string.h>

#include "base/must.h"
#include "crypto/count.h"
#include "crypto/oaep.h"
#include "tests/crypto/figures.h"
#include "tests/crypto/sources.h"
#include "tests/test.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define DRAW (&semper_draw_system)
#define LABEL SEMPER_TEXT("label")

static struct figures f;

static void
openssl_one(struct semper_rsa_priv *key)
{
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	struct semper_bytes label = figures_octets(&f, "label");
	struct semper_bytes msg = figures_octets(&f, "msg");
	struct semper_bytes want = figures_octets(&f, "ct");
	enum semper_hash h = figures_hash(&f);
	struct fixed_stream streams[] = {{"SEED", figures_octets(&f, "seed")},
	    {NULL, SEMPER_NONE}};
	struct semper_draw draw = draw_fixed(streams);
	uint8_t ct[SEMPER_RSA_MAX_LEN], octets[SEMPER_RSA_MAX_LEN];
	struct semper_buffer out = SEMPER_BUFFER(octets);

	CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct, h, label, msg, &draw,
			    "SEED"),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(ct, pub->len), want));
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, h, label, want, DRAW),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(semper_written(&out), msg));
	out.len = 0;
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, h, SEMPER_TEXT("other"),
			    want, DRAW),
	    AUTH);
	CU_ASSERT_EQUAL(out.len, 0);
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, (h + 1) % 3, label, want,
			    DRAW),
	    AUTH);
}

static void
agrees_with_openssl(void)
{
	int n = 0;

	figures_open(&f, "rsa_openssl");
	while (figures_next(&f)) {
		if (strcmp(figures_text(&f, "kind"), "oaep") != 0)
			continue;
		struct semper_rsa_priv *key =
		    figures_key(figures_text(&f, "key"));
		openssl_one(key);
		semper_rsa_priv_free(key);
		n++;
	}
	CU_ASSERT(n >= 30);
}

static void
every_length(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t msg[64] = {0}, ct[128], octets[64];
	size_t max = semper_oaep_max(pub, SEMPER_SHA256);

	CU_ASSERT_EQUAL(max, 62);
	for (size_t len = 0; len <= max; len++) {
		struct semper_buffer out = SEMPER_BUFFER(octets);
		CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct, SEMPER_SHA256,
				    LABEL, SEMPER_BYTES(msg, len), DRAW, "s"),
		    SEMPER_OK);
		CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256,
				    LABEL, SEMPER_BYTES(ct, 128), DRAW),
		    SEMPER_OK);
		CU_ASSERT(semper_bytes_equal(semper_written(&out),
		    SEMPER_BYTES(msg, len)));
		if (len > 0)
			msg[len - 1] = (uint8_t)(len % 3); /* 0 and 1 too */
	}
	CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct, SEMPER_SHA256, LABEL,
			    SEMPER_BYTES(msg, max + 1), DRAW, "s"),
	    SEMPER_REFUSAL(SEMPER_RANGE, 0));
	semper_rsa_priv_free(key);
}

/* SHA-512 wants 130 octets, a 1024-bit modulus has 128. */
static void
small_modulus(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t ct[128] = {0}, octets[64];
	struct semper_buffer out = SEMPER_BUFFER(octets);

	CU_ASSERT_EQUAL(semper_oaep_max(pub, SEMPER_SHA512), 0);
	CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct, SEMPER_SHA512, LABEL,
			    SEMPER_NONE, DRAW, "s"),
	    SEMPER_REFUSAL(SEMPER_RANGE, 0));
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA512, LABEL,
			    SEMPER_BYTES(ct, 128), DRAW),
	    SEMPER_E_KEY);
	semper_rsa_priv_free(key);
}

/* ---- everything wrong inside gives one answer ------------------------------
 */

struct bench {
	struct semper_rsa_priv *key;
	uint8_t em[256]; /* an encoding, unmasked: seed, then DB */
	uint8_t room[256];
};

#define HASH 32
#define DB (1 + HASH)
#define AFTER (DB + HASH) /* what follows lHash */

static void
bench_open(struct bench *b)
{
	b->key = figures_key("rsa2048");
	memset(b->em, 0, sizeof b->em);
	memset(b->em + 1, 0x77, HASH);
	semper_hash(SEMPER_SHA256, b->em + DB, LABEL);
	b->em[250] = 0x01;
	memset(b->em + 251, 'x', 5);
}

/* Mask, encrypt, decrypt; the message must not be there unless accepted. */
static semper_err
bench_try(struct bench *b)
{
	uint8_t em[256], ct[256];
	struct semper_buffer out = SEMPER_BUFFER(b->room);
	struct semper_crypto_count before = semper_crypto_count;

	memcpy(em, b->em, sizeof em);
	semper_mgf1_xor(SEMPER_SHA256, em + DB, 256 - DB,
	    SEMPER_BYTES(em + 1, HASH));
	semper_mgf1_xor(SEMPER_SHA256, em + 1, HASH,
	    SEMPER_BYTES(em + DB, 256 - DB));
	CU_ASSERT_EQUAL_FATAL(semper_rsa_public(semper_rsa_priv_pub(b->key), ct,
				  em),
	    SEMPER_OK);
	memset(b->room, 0x5a, sizeof b->room);
	semper_err err = semper_oaep_decrypt(b->key, &out, SEMPER_SHA256, LABEL,
	    SEMPER_BYTES(ct, 256), DRAW);
	CU_ASSERT_EQUAL(semper_crypto_count.priv, before.priv + 1);
	if (err != SEMPER_OK) {
		CU_ASSERT_EQUAL(out.len, 0);
		CU_ASSERT_EQUAL(b->room[0], 0x5a);
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-O-09");
	}
	return err;
}

static void
one_answer(void)
{
	struct bench b;

	bench_open(&b);
	CU_ASSERT_EQUAL(bench_try(&b), SEMPER_OK);
	b.em[0] = 1; /* Manger */
	CU_ASSERT_EQUAL(bench_try(&b), AUTH);
	b.em[0] = 0;
	for (size_t i = 0; i < HASH; i++) {
		b.em[DB + i] ^= 0x80;
		CU_ASSERT_EQUAL(bench_try(&b), AUTH);
		b.em[DB + i] ^= 0x80;
	}
	b.em[AFTER] = 0x02; /* a non-zero octet before the 0x01 */
	CU_ASSERT_EQUAL(bench_try(&b), AUTH);
	b.em[AFTER] = 0x00;
	b.em[250] = 0x02;
	CU_ASSERT_EQUAL(bench_try(&b), AUTH);
	memset(b.em + AFTER, 0, 256 - AFTER); /* no 0x01 anywhere */
	CU_ASSERT_EQUAL(bench_try(&b), AUTH);
	b.em[255] = 0x01; /* the empty message */
	CU_ASSERT_EQUAL(bench_try(&b), SEMPER_OK);
	b.em[AFTER] = 0x01; /* the longest */
	CU_ASSERT_EQUAL(bench_try(&b), SEMPER_OK);
	b.em[0] = 1; /* several things at once */
	b.em[DB] ^= 1;
	CU_ASSERT_EQUAL(bench_try(&b), AUTH);
	semper_rsa_priv_free(b.key);
}

static void
public_faults(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t ct[257] = {0}, octets[256];
	struct semper_buffer out = SEMPER_BUFFER(octets);

	CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct + 1, SEMPER_SHA256, LABEL,
			    SEMPER_TEXT("m"), DRAW, "s"),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
			    SEMPER_BYTES(ct, 257), DRAW),
	    AUTH);
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
			    SEMPER_BYTES(ct + 1, 255), DRAW),
	    AUTH);
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
			    SEMPER_NONE, DRAW),
	    AUTH);
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
			    SEMPER_BYTES(pub->n, 256), DRAW),
	    AUTH);
	CU_ASSERT_EQUAL(out.len, 0);
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
			    SEMPER_BYTES(ct + 1, 256), DRAW),
	    SEMPER_OK);
	semper_rsa_priv_free(key);
}

static void
room_does_not_depend_on_the_message(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t ct[128], octets[62];
	struct semper_buffer out = {octets, 0, 61};

	CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct, SEMPER_SHA256, LABEL,
			    SEMPER_TEXT("m"), DRAW, "s"),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
			    SEMPER_BYTES(ct, 128), DRAW),
	    SEMPER_E_SPACE);
	out.cap = 62;
	CU_ASSERT_EQUAL(semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
			    SEMPER_BYTES(ct, 128), DRAW),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(out.len, 1);
	semper_rsa_priv_free(key);
}

static void
failing_source(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t ct[128], octets[62];
	struct semper_buffer out = SEMPER_BUFFER(octets);
	int left = 0;
	struct semper_draw draw = draw_failing(&left);

	ct[0] = 0x5a;
	CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct, SEMPER_SHA256, LABEL,
			    SEMPER_TEXT("m"), &draw, "s"),
	    SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(ct[0], 0x5a);
	CU_ASSERT_EQUAL(semper_oaep_encrypt(pub, ct, SEMPER_SHA256, LABEL,
			    SEMPER_TEXT("m"), DRAW, "s"),
	    SEMPER_OK);
	semper_err err = SEMPER_E_RANDOM;
	int draws = 0; /* two uniform numbers, of one or more draws each */
	for (; err == SEMPER_E_RANDOM && draws < 100; draws++) {
		left = draws;
		err = semper_oaep_decrypt(key, &out, SEMPER_SHA256, LABEL,
		    SEMPER_BYTES(ct, 128), &draw);
	}
	CU_ASSERT_EQUAL(err, SEMPER_OK);
	CU_ASSERT(draws > 2);
	CU_ASSERT_EQUAL(out.len, 1);
	semper_rsa_priv_free(key);
}

SUITE("crypto: oaep",
    {"ciphertexts equal and decrypt those of OpenSSL", agrees_with_openssl},
    {"every length up to the longest goes through, none beyond", every_length},
    {"a modulus too small for the hash is refused", small_modulus},
    {"whatever is wrong inside gives one answer and no message", one_answer},
    {"a wrong length or a number not below n gives the same answer",
	public_faults},
    {"the room asked for does not depend on the message",
	room_does_not_depend_on_the_message},
    {"a failing source stops both directions", failing_source});
