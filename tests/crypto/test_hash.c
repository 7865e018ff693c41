/* Figures: FIPS 180-4 examples, RFC 2202/4231 test 2 and 4231 test 6,
 * RFC 5869 A.1-A.3, RFC 8017 has none for MGF1 (recomputed, as the contexts
 * and the chain, with Python's hashlib). */
#include <stdlib.h>
#include <string.h>

#include "tests/crypto/figures.h"
#include "tests/test.h"

static void
expect(const uint8_t *got, size_t len, const char *hex)
{
	uint8_t want[128];
	struct semper_bytes w = unhex(want, hex);

	CU_ASSERT_EQUAL_FATAL(w.len, len);
	CU_ASSERT(memcmp(got, w.data, len) == 0);
}

static const struct {
	size_t len;
	const char *empty, *abc, *million, *hmac;
} known[] = {
    [SEMPER_SHA1] = {20, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	"a9993e364706816aba3e25717850c26c9cd0d89d",
	"34aa973cd4c4daa4f61eeb2bdbad27316534016f",
	"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    [SEMPER_SHA256] = {32,
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
	"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    [SEMPER_SHA384] = {48,
	"38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
	"274edebfe76f65fbd51ad2f14898b95b",
	"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	"8086072ba1e7cc2358baeca134c825a7",
	"9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
	"07b8b3dc38ecc4ebae97ddd87f3d8985",
	"af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
	"8e2240ca5e69e2c78b3239ecfab21649"},
    [SEMPER_SHA512] = {64,
	"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	"e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
	"de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
	"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
	"9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
};

static void
published_values(void)
{
	uint8_t out[SEMPER_HASH_MAX];

	for (int h = SEMPER_SHA1; h <= SEMPER_SHA512; h++) {
		CU_ASSERT_EQUAL(semper_hash_len(h), known[h].len);
		semper_hash(h, out, SEMPER_TEXT("abc"));
		expect(out, known[h].len, known[h].abc);
		semper_hash(h, out, SEMPER_NONE);
		expect(out, known[h].len, known[h].empty);
	}
}

/* A million times "a", in pieces of 0, 1, 2, ... octets. */
static void
incremental(void)
{
	static uint8_t a[2000];
	uint8_t out[SEMPER_HASH_MAX];
	struct semper_hash_state s;

	memset(a, 'a', sizeof a);
	for (int h = SEMPER_SHA1; h <= SEMPER_SHA512; h++) {
		size_t left = 1000000;
		semper_hash_init(&s, h);
		for (size_t piece = 0; left > 0; piece++) {
			size_t take = piece < left ? piece : left;
			semper_hash_update(&s, SEMPER_BYTES(a, take));
			left -= take;
		}
		semper_hash_final(&s, out);
		expect(out, known[h].len, known[h].million);
		semper_hash_update(&s, SEMPER_TEXT("abc"));
		semper_hash_final(&s, out);
		expect(out, known[h].len, known[h].abc);
	}
}

static void
hmac_values(void)
{
	uint8_t out[SEMPER_HASH_MAX], key[131];

	for (int h = SEMPER_SHA1; h <= SEMPER_SHA512; h++) {
		semper_hmac(h, out, SEMPER_TEXT("Jefe"),
		    SEMPER_TEXT("what do ya want for nothing?"));
		expect(out, known[h].len, known[h].hmac);
	}
	memset(key, 0xaa, sizeof key);
	semper_hmac(SEMPER_SHA256, out, SEMPER_BYTES(key, sizeof key),
	    SEMPER_TEXT("Test Using Larger Than Block-Size Key - "
			"Hash Key First"));
	expect(out, 32,
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
counting(uint8_t *x, size_t len, uint8_t from)
{
	for (size_t i = 0; i < len; i++)
		x[i] = (uint8_t)(from + i);
}

static void
hkdf(size_t len, struct semper_bytes salt, struct semper_bytes info,
    struct semper_bytes ikm, const char *okm)
{
	uint8_t prk[SEMPER_HASH_MAX], out[128];

	semper_hkdf_extract(SEMPER_SHA256, prk, salt, ikm);
	CU_ASSERT_EQUAL(semper_hkdf_expand(SEMPER_SHA256, out, len,
			    SEMPER_BYTES(prk, 32), info),
	    SEMPER_OK);
	expect(out, len, okm);
}

static void
hkdf_values(void)
{
	uint8_t ikm[80], salt[80], info[80];

	memset(ikm, 0x0b, 22);
	counting(salt, 13, 0);
	counting(info, 10, 0xf0);
	hkdf(42, SEMPER_BYTES(salt, 13), SEMPER_BYTES(info, 10),
	    SEMPER_BYTES(ikm, 22),
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865");
	hkdf(42, SEMPER_NONE, SEMPER_NONE, SEMPER_BYTES(ikm, 22),
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	    "9d201395faa4b61a96c8");
	counting(ikm, 80, 0);
	counting(salt, 80, 0x60);
	counting(info, 80, 0xb0);
	hkdf(82, SEMPER_BYTES(salt, 80), SEMPER_BYTES(info, 80),
	    SEMPER_BYTES(ikm, 80),
	    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
	    "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
	    "cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

static void
hkdf_limit(void)
{
	static uint8_t out[255 * 32 + 1];
	uint8_t prk[32] = {1};
	struct semper_bytes k = SEMPER_BYTES(prk, 32);

	out[0] = 0x5a;
	CU_ASSERT_EQUAL(semper_hkdf_expand(SEMPER_SHA256, out, 255 * 32 + 1, k,
			    SEMPER_NONE),
	    SEMPER_REFUSAL(SEMPER_RANGE, 0));
	CU_ASSERT_EQUAL(out[0], 0x5a);
	CU_ASSERT_EQUAL(semper_hkdf_expand(SEMPER_SHA256, out, 255 * 32, k,
			    SEMPER_NONE),
	    SEMPER_OK);
}

static void
mgf1_values(void)
{
	uint8_t out[50];

	semper_mgf1(SEMPER_SHA256, out, sizeof out, SEMPER_TEXT("seed"));
	expect(out, sizeof out,
	    "336f28a022193939585a1b4edc989f870917f3a5f6ddd16e4fb357084a6bdfc2"
	    "73a649427664d03bbb062e456425488416c5");
	semper_mgf1(SEMPER_SHA1, out, sizeof out, SEMPER_TEXT("seed"));
	expect(out, sizeof out,
	    "09d8db2214e56d4dec8f9a3099b851a46886fe3f682e3c4f6a35ff98dd072c11"
	    "24a6b7b411e543f204ffbe1792ab51164538");
}

static void
context_values(void)
{
	uint8_t out[32];
	struct semper_hash_state s;
	const struct semper_bytes x = SEMPER_TEXT("\1\2\3");
	const char *want =
	    "6b4f624cc9c68939c89580e4c084cb035489c5b735848edcd18512b2f8976598";

	semper_hash_ctx(out, "semper/test", x);
	expect(out, 32, want);
	semper_hash_init_ctx(&s, "semper/test");
	semper_hash_update(&s, SEMPER_TEXT("\1"));
	semper_hash_update(&s, SEMPER_TEXT("\2\3"));
	semper_hash_final(&s, out);
	expect(out, 32, want);
	semper_hmac_ctx(out, "semper/test", SEMPER_TEXT("key"), x);
	expect(out, 32,
	    "4c6e336b234f2f4a53e632a7b0ec6aba61e815d47124fb1520945ff7a94a3e06");
}

/* "ab" || "c" and "a" || "bc" hash alike without the length octet. */
static void
context_is_separated(void)
{
	uint8_t one[32], two[32];

	semper_hash_ctx(one, "ab", SEMPER_TEXT("c"));
	semper_hash_ctx(two, "a", SEMPER_TEXT("bc"));
	CU_ASSERT(memcmp(one, two, 32) != 0);
}

static void
chain(void)
{
	uint8_t x[64] = {0}, out[64], step[64];

	semper_hash_chain(SEMPER_SHA256, out, x, 1000);
	expect(out, 32,
	    "36c1cb4f826ae42ceba848227e0c5f786178ca9dceca6772e5d728d09c30a2f6");
	semper_hash_chain(SEMPER_SHA256, step, x, 999);
	semper_hash_chain(SEMPER_SHA256, step, step, 1);
	CU_ASSERT(memcmp(step, out, 32) == 0);
	semper_hash_chain(SEMPER_SHA256, step, x, 0);
	CU_ASSERT(memcmp(step, x, 32) == 0);
}

SUITE("crypto: hash", {"the published hash values come out", published_values},
    {"pieces of any size give the value of the whole", incremental},
    {"the published HMAC values come out, long keys included", hmac_values},
    {"the published HKDF values come out", hkdf_values},
    {"HKDF gives 255 blocks and refuses one octet more", hkdf_limit},
    {"MGF1 gives the recomputed values", mgf1_values},
    {"a context is put before hash and HMAC inputs", context_values},
    {"a context cannot flow into the data", context_is_separated},
    {"a hash chain of i and of j steps is one of i + j", chain});
