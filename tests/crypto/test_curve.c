/* Ed25519 and X25519.  Figures: data/ed25519.txt (RFC 8032); RFC 7748 5.2. */
#include <string.h>

#include "base/must.h"
#include "crypto/count.h"
#include "crypto/ed25519.h"
#include "crypto/x25519.h"
#include "tests/crypto/figures.h"
#include "tests/test.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define NO_KEY SEMPER_REFUSAL(SEMPER_MALFORMED, 0)

static void
rfc8032(void)
{
	static struct figures f;
	int n = 0;

	figures_open(&f, "ed25519");
	for (; figures_next(&f); n++) {
		struct semper_ed25519_key key;
		uint8_t sig[64];
		struct semper_bytes pub = figures_octets(&f, "public");
		struct semper_bytes msg = figures_octets(&f, "msg");
		struct semper_bytes want = figures_octets(&f, "sig");

		semper_ed25519_key_set(&key, figures_octets(&f, "seed").data);
		CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(key.pub, 32), pub));
		semper_ed25519_sign(&key, sig, msg);
		CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(sig, 64), want));
		CU_ASSERT_EQUAL(semper_ed25519_check(pub), SEMPER_OK);
		CU_ASSERT_EQUAL(semper_ed25519_verify(pub, msg, want),
		    SEMPER_OK);
		CU_ASSERT_EQUAL(semper_ed25519_verify(pub, SEMPER_TEXT("x"),
				    want),
		    AUTH);
	}
	CU_ASSERT_EQUAL(n, 4);
}

struct signed_message {
	struct semper_ed25519_key key;
	uint8_t sig[65];
};

#define MSG SEMPER_TEXT("message")

static void
make(struct signed_message *m)
{
	uint8_t seed[32] = {9};

	semper_ed25519_key_set(&m->key, seed);
	semper_ed25519_sign(&m->key, m->sig, MSG);
	m->sig[64] = 0;
}

static semper_err
verify(const struct signed_message *m)
{
	return semper_ed25519_verify(SEMPER_BYTES(m->key.pub, 32), MSG,
	    SEMPER_BYTES(m->sig, 64));
}

static void
every_octet_counts(void)
{
	struct signed_message m;

	make(&m);
	CU_ASSERT_EQUAL(verify(&m), SEMPER_OK);
	for (size_t i = 0; i < 64; i++) {
		m.sig[i] ^= 1;
		CU_ASSERT_EQUAL(verify(&m), AUTH);
		m.sig[i] ^= 1;
	}
	for (size_t i = 0; i < 32; i++) {
		m.key.pub[i] ^= 1;
		CU_ASSERT_EQUAL(verify(&m), AUTH);
		m.key.pub[i] ^= 1;
	}
}

static void
lengths_count(void)
{
	struct signed_message m;
	struct semper_bytes pub = SEMPER_BYTES(m.key.pub, 32);

	make(&m);
	CU_ASSERT_EQUAL(semper_ed25519_verify(pub, MSG,
			    SEMPER_BYTES(m.sig, 65)),
	    AUTH);
	CU_ASSERT_EQUAL(semper_ed25519_verify(pub, MSG,
			    SEMPER_BYTES(m.sig, 63)),
	    AUTH);
	CU_ASSERT_EQUAL(semper_ed25519_verify(SEMPER_BYTES(m.key.pub, 31), MSG,
			    SEMPER_BYTES(m.sig, 64)),
	    AUTH);
	CU_ASSERT_EQUAL(semper_ed25519_verify(SEMPER_NONE, MSG, SEMPER_NONE),
	    AUTH);
	CU_ASSERT_EQUAL(semper_ed25519_check(SEMPER_BYTES(m.key.pub, 33)),
	    NO_KEY);
	CU_ASSERT_EQUAL(verify(&m), SEMPER_OK);
}

/* S + L is the same scalar. */
static void
s_is_below_l(void)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63,
	    0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
	    0x14, [31] = 0x10};
	struct signed_message m;
	unsigned carry = 0;

	make(&m);
	for (size_t i = 0; i < 32; i++, carry >>= 8) {
		carry += m.sig[32 + i] + order[i];
		m.sig[32 + i] = (uint8_t)carry;
	}
	CU_ASSERT_EQUAL(verify(&m), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-E-10");
}

/* y of order 1, 2, 4, 8, 8; with either sign of x that is a point. */
static const char *const small[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"};

/* Under the identity as key, R = [S]B verifies any message: with S = 0, R is
 * the identity itself. */
static void
small_order_keys(void)
{
	uint8_t pub[32], sig[64] = {1};

	for (size_t i = 0; i < 8; i++) {
		struct semper_bytes key = unhex(pub, small[i]);
		CU_ASSERT_EQUAL(semper_ed25519_check(key), NO_KEY);
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-E-05");
		CU_ASSERT_EQUAL(semper_ed25519_verify(key, MSG,
				    SEMPER_BYTES(sig, 64)),
		    AUTH);
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-E-08");
	}
}

static void
not_canonical(void)
{
	static const char *const bad[] = {/* -0 in x: y = 1, y = -1 */
	    "0100000000000000000000000000000000000000000000000000000000000080",
	    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	    /* y = p, p + 1, p + 3, 2^255 - 1 */
	    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
	uint8_t pub[32];
	struct signed_message m;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CU_ASSERT_EQUAL(semper_ed25519_check(unhex(pub, bad[i])),
		    NO_KEY);
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-E-04");
		make(&m);
		unhex(m.sig, bad[i]);
		CU_ASSERT_EQUAL(verify(&m), AUTH);
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-E-09");
	}
}

/* y = 2 is no point; y = 3 is one (and of large order). */
static void
not_on_the_curve(void)
{
	uint8_t pub[32] = {2};

	CU_ASSERT_EQUAL(semper_ed25519_check(SEMPER_BYTES(pub, 32)), NO_KEY);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-E-06");
	pub[0] = 3;
	CU_ASSERT_EQUAL(semper_ed25519_check(SEMPER_BYTES(pub, 32)), SEMPER_OK);
}

/* ---- X25519
 * ------------------------------------------------------------------ */

static void
rfc7748(void)
{
	uint8_t k[32], u[32], w[32], out[32];

	unhex(k,
	    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
	unhex(u,
	    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
	unhex(w,
	    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
	CU_ASSERT_EQUAL(semper_x25519(out, k, u), SEMPER_OK);
	CU_ASSERT(memcmp(out, w, 32) == 0);

	uint8_t nine[32] = {9}, next[32]; /* the iteration, 1000 steps */
	memcpy(k, nine, 32);
	memcpy(u, nine, 32);
	for (int i = 0; i < 1000; i++) {
		CU_ASSERT_EQUAL(semper_x25519(next, k, u), SEMPER_OK);
		memcpy(u, k, 32);
		memcpy(k, next, 32);
		if (i == 0) {
			unhex(w,
			    "422c8e7a6227d7bca1350b3e2bb7279f"
			    "7897b87bb6854b783c60e80311ae3079");
			CU_ASSERT(memcmp(k, w, 32) == 0);
		}
	}
	unhex(w,
	    "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
	CU_ASSERT(memcmp(k, w, 32) == 0);
}

static void
both_ends_agree(void)
{
	uint8_t a[32] = {1}, b[32] = {2}, A[32], B[32], one[32], two[32];
	struct semper_crypto_count before = semper_crypto_count;

	semper_x25519_public(A, a);
	semper_x25519_public(B, b);
	CU_ASSERT_EQUAL(semper_x25519(one, a, B), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_x25519(two, b, A), SEMPER_OK);
	CU_ASSERT(memcmp(one, two, 32) == 0);
	CU_ASSERT_EQUAL(semper_crypto_count.dh, before.dh + 4);
}

static void
all_zero_is_refused(void)
{
	static const char *const low[] = {
	    "0000000000000000000000000000000000000000000000000000000000000000",
	    "0100000000000000000000000000000000000000000000000000000000000000",
	    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
	uint8_t secret[32] = {77}, peer[32], out[32];

	for (size_t i = 0; i < sizeof low / sizeof low[0]; i++) {
		unhex(peer, low[i]);
		CU_ASSERT_EQUAL(semper_x25519(out, secret, peer), AUTH);
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-X-03");
	}
	peer[0] = 9;
	CU_ASSERT_EQUAL(semper_x25519(out, secret, peer), SEMPER_OK);
}

SUITE("crypto: curve",
    {"the signatures of RFC 8032 come out and verify", rfc8032},
    {"every octet of key and signature counts", every_octet_counts},
    {"wrong lengths are refused", lengths_count},
    {"S + L is refused", s_is_below_l},
    {"the eight keys of small order are refused", small_order_keys},
    {"encodings that are not canonical are refused, as key and as R",
	not_canonical},
    {"a y without an x is refused as a key", not_on_the_curve},
    {"the X25519 values of RFC 7748 come out", rfc7748},
    {"both ends of a key agreement agree, and are counted", both_ends_agree},
    {"points whose product is zero are refused", all_zero_is_refused});
