/* Figures: data/rsabssa.txt (RFC 9474). */
#include <string.h>

#include "base/must.h"
#include "crypto/blind.h"
#include "crypto/rsa_key.h"
#include "crypto/rsa_sig.h"
#include "tests/crypto/figures.h"
#include "tests/crypto/sources.h"
#include "tests/test.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define RANGE SEMPER_REFUSAL(SEMPER_RANGE, 0)
#define DRAW (&semper_draw_system)
#define LEN 512

static struct figures f;

static enum semper_rsabssa
variant_of(const char *name)
{
	bool zero = strstr(name, "PSSZERO") != NULL;

	if (strstr(name, "Randomized") != NULL)
		return zero ? SEMPER_RSABSSA_PSSZERO_RANDOMIZED
			    : SEMPER_RSABSSA_PSS_RANDOMIZED;
	return zero ? SEMPER_RSABSSA_PSSZERO_DETERMINISTIC
		    : SEMPER_RSABSSA_PSS_DETERMINISTIC;
}

static bool
is(const uint8_t *octets, const char *field)
{
	return semper_bytes_equal(SEMPER_BYTES(octets, LEN),
	    figures_octets(&f, field));
}

static void
user_side(const struct semper_rsa_pub *pub, enum semper_rsabssa v)
{
	struct fixed_stream streams[] = {{"prefix",
					     figures_octets(&f, "prefix")},
	    {"salt", figures_octets(&f, "salt")},
	    {"r", figures_octets(&f, "r")}, {NULL, SEMPER_NONE}};
	struct semper_draw draw = draw_fixed(streams);
	uint8_t room[256], blinded[LEN], inv[LEN], sig[LEN];
	struct semper_buffer input = SEMPER_BUFFER(room);

	CU_ASSERT_EQUAL(semper_rsabssa_prepare(v, &input,
			    figures_octets(&f, "msg"), &draw),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(semper_written(&input),
	    figures_octets(&f, "input")));
	CU_ASSERT_EQUAL(semper_rsabssa_blind(pub, v, blinded, inv,
			    semper_written(&input), &draw),
	    SEMPER_OK);
	CU_ASSERT(is(blinded, "blinded"));
	CU_ASSERT(is(inv, "inv"));
	CU_ASSERT_EQUAL(semper_rsabssa_finalize(pub, v, sig,
			    semper_written(&input),
			    figures_octets(&f, "blind_sig"), inv),
	    SEMPER_OK);
	CU_ASSERT(is(sig, "sig"));
}

static void
published_vectors(void)
{
	struct semper_rsa_priv *key = NULL;
	uint8_t blind_sig[LEN];
	int n = 0;

	figures_open(&f, "rsabssa");
	CU_ASSERT_FATAL(figures_next(&f));
	key = figures_record_key(&f);
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	for (; figures_next(&f); n++) {
		enum semper_rsabssa v = variant_of(figures_text(&f, "name"));
		user_side(pub, v);
		CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(key, blind_sig,
				    figures_octets(&f, "blinded"), DRAW),
		    SEMPER_OK);
		CU_ASSERT(is(blind_sig, "blind_sig"));
		CU_ASSERT_EQUAL(semper_rsabssa_verify(pub, v,
				    figures_octets(&f, "input"),
				    figures_octets(&f, "sig")),
		    SEMPER_OK);
	}
	CU_ASSERT_EQUAL(n, 5);
	semper_rsa_priv_free(key);
}

/* ---- with keys and values of our own ----------------------------------------
 */

struct run {
	struct semper_rsa_priv *key;
	const struct semper_rsa_pub *pub;
	size_t len;
	uint8_t room[64], blinded[LEN], inv[LEN], blind_sig[LEN], sig[LEN];
	struct semper_bytes input;
};

static void
run_open(struct run *r, const char *key, enum semper_rsabssa v)
{
	struct semper_buffer input = SEMPER_BUFFER(r->room);

	r->key = figures_key(key);
	r->pub = semper_rsa_priv_pub(r->key);
	r->len = r->pub->len;
	CU_ASSERT_EQUAL(semper_rsabssa_prepare(v, &input, SEMPER_TEXT("coin"),
			    DRAW),
	    SEMPER_OK);
	r->input = semper_written(&input);
	CU_ASSERT_EQUAL(semper_rsabssa_blind(r->pub, v, r->blinded, r->inv,
			    r->input, DRAW),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(r->key, r->blind_sig,
			    SEMPER_BYTES(r->blinded, r->len), DRAW),
	    SEMPER_OK);
}

static semper_err
finalize(struct run *r, enum semper_rsabssa v)
{
	memset(r->sig, 0x5a, r->len);
	return semper_rsabssa_finalize(r->pub, v, r->sig, r->input,
	    SEMPER_BYTES(r->blind_sig, r->len), r->inv);
}

static void
all_variants_and_lengths(void)
{
	static const char *const keys[] = {"rsa1024", "rsa2048", "rsa2049"};

	for (size_t i = 0; i < 3; i++)
		for (int v = 0; v < 4; v++) {
			struct run r;
			run_open(&r, keys[i], (enum semper_rsabssa)v);
			CU_ASSERT_EQUAL(r.input.len, v < 2 ? 36 : 4);
			CU_ASSERT_EQUAL(finalize(&r, (enum semper_rsabssa)v),
			    SEMPER_OK);
			size_t salt = v % 2 == 0 ? 48 : 0;
			CU_ASSERT_EQUAL(semper_pss_verify(r.pub, SEMPER_SHA384,
					    salt, r.input,
					    SEMPER_BYTES(r.sig, r.len)),
			    SEMPER_OK);
			CU_ASSERT_EQUAL(semper_rsabssa_verify(r.pub,
					    (enum semper_rsabssa)(v ^ 1),
					    r.input,
					    SEMPER_BYTES(r.sig, r.len)),
			    AUTH);
			semper_rsa_priv_free(r.key);
		}
}

static void
finalize_refuses(void)
{
	const enum semper_rsabssa v = SEMPER_RSABSSA_PSS_RANDOMIZED;
	struct run r;

	run_open(&r, "rsa2048", v);
	CU_ASSERT_EQUAL(semper_rsabssa_finalize(r.pub, v, r.sig, r.input,
			    SEMPER_BYTES(r.blind_sig, r.len - 1), r.inv),
	    AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-B-08");
	r.blind_sig[9] ^= 1;
	CU_ASSERT_EQUAL(finalize(&r, v), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-B-09");
	CU_ASSERT_EQUAL(r.sig[0], 0x5a);
	r.blind_sig[9] ^= 1;
	r.inv[9] ^= 1;
	CU_ASSERT_EQUAL(finalize(&r, v), AUTH);
	r.inv[9] ^= 1;
	r.room[0] ^= 1; /* the prefix */
	CU_ASSERT_EQUAL(finalize(&r, v), AUTH);
	r.room[0] ^= 1;
	CU_ASSERT_EQUAL(finalize(&r, v), SEMPER_OK);
	semper_rsa_priv_free(r.key);
}

static void
signer_refuses(void)
{
	struct semper_rsa_priv *key = figures_key("rsa2048");
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t x[257] = {0}, out[256] = {0x5a};

	CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(key, out,
			    SEMPER_BYTES(x, 257), DRAW),
	    RANGE);
	CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(key, out,
			    SEMPER_BYTES(x, 255), DRAW),
	    RANGE);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-B-06");
	CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(key, out,
			    SEMPER_BYTES(pub->n, 256), DRAW),
	    RANGE);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-B-07");
	CU_ASSERT_EQUAL(out[0], 0x5a);
	/* the bare signer takes 0, 1 and n - 1 */
	CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(key, out,
			    SEMPER_BYTES(x, 256), DRAW),
	    SEMPER_OK);
	CU_ASSERT(memcmp(out, x, 256) == 0);
	x[255] = 1;
	CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(key, out,
			    SEMPER_BYTES(x, 256), DRAW),
	    SEMPER_OK);
	CU_ASSERT(memcmp(out, x, 256) == 0);
	memcpy(x, pub->n, 256);
	x[255]--;
	CU_ASSERT_EQUAL(semper_rsabssa_blind_sign(key, out,
			    SEMPER_BYTES(x, 256), DRAW),
	    SEMPER_OK);
	CU_ASSERT(memcmp(out, x, 256) == 0);
	semper_rsa_priv_free(key);
}

/* n = 3 * 5 * ... : nearly every message has a factor in common with it. */
static void
broken_key(void)
{
	struct semper_rsa_pub pub;
	uint8_t n[256], blinded[256], inv[256];
	mpz_t x;
	int refused = 0;

	mpz_init(x);
	mpz_primorial_ui(x, 743);
	mpz_tdiv_q_2exp(x, x, 1);
	size_t len;
	mpz_export(n, &len, 1, 1, 1, 0, x);
	mpz_clear(x);
	CU_ASSERT_EQUAL_FATAL(semper_rsa_pub_set(&pub, SEMPER_BYTES(n, len),
				  SEMPER_TEXT("\1\0\1")),
	    SEMPER_OK);
	for (int i = 0; i < 20; i++) {
		blinded[0] = 0x5a;
		semper_err err =
		    semper_rsabssa_blind(&pub, SEMPER_RSABSSA_PSS_DETERMINISTIC,
			blinded, inv, SEMPER_TEXT("coin"), DRAW);
		CU_ASSERT(err == SEMPER_OK || blinded[0] == 0x5a);
		refused += err == RANGE;
	}
	CU_ASSERT(refused > 0); /* all accepted: probability below 2^-40 */
}

/* Two blindings of one message share nothing: r is fresh. */
static void
blinding_is_fresh(void)
{
	const enum semper_rsabssa v = SEMPER_RSABSSA_PSSZERO_DETERMINISTIC;
	struct run a, b;

	run_open(&a, "rsa1024", v);
	run_open(&b, "rsa1024", v);
	CU_ASSERT(memcmp(a.blinded, b.blinded, 128) != 0);
	CU_ASSERT_EQUAL(finalize(&a, v), SEMPER_OK);
	CU_ASSERT_EQUAL(finalize(&b, v), SEMPER_OK);
	CU_ASSERT(memcmp(a.sig, b.sig, 128) == 0);
	semper_rsa_priv_free(a.key);
	semper_rsa_priv_free(b.key);
}

static void
failing_source(void)
{
	struct semper_rsa_priv *key = figures_key("rsa1024");
	uint8_t room[64], blinded[128], inv[128];
	struct semper_buffer input = SEMPER_BUFFER(room);
	int left = 0;
	struct semper_draw draw = draw_failing(&left);

	CU_ASSERT_EQUAL(semper_rsabssa_prepare(SEMPER_RSABSSA_PSS_RANDOMIZED,
			    &input, SEMPER_TEXT("coin"), &draw),
	    SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(input.len, 0);
	/* at least: salt, what masks the test of m, r, what masks its
	 * inversion; each uniform number may take several draws */
	semper_err err = SEMPER_E_RANDOM;
	int draws = 0;
	for (; err == SEMPER_E_RANDOM && draws < 100; draws++) {
		left = draws;
		blinded[0] = 0x5a;
		err = semper_rsabssa_blind(semper_rsa_priv_pub(key),
		    SEMPER_RSABSSA_PSS_DETERMINISTIC, blinded, inv,
		    SEMPER_TEXT("coin"), &draw);
		CU_ASSERT(err == SEMPER_OK || blinded[0] == 0x5a);
	}
	CU_ASSERT_EQUAL(err, SEMPER_OK);
	CU_ASSERT(draws > 4);
	semper_rsa_priv_free(key);
}

static void
input_without_room(void)
{
	uint8_t room[35];
	struct semper_buffer input = SEMPER_BUFFER(room);

	CU_ASSERT_EQUAL(semper_rsabssa_prepare(SEMPER_RSABSSA_PSS_RANDOMIZED,
			    &input, SEMPER_TEXT("coin"), DRAW),
	    SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(input.len, 0);
	CU_ASSERT_EQUAL(semper_rsabssa_prepare(SEMPER_RSABSSA_PSS_RANDOMIZED,
			    &input, SEMPER_TEXT("coi"), DRAW),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(input.len, 35);
}

SUITE("crypto: blind",
    {"the vectors of RFC 9474 come out, on both sides", published_vectors},
    {"every variant works with every kind of modulus",
	all_variants_and_lengths},
    {"finalize refuses what does not verify", finalize_refuses},
    {"the signer refuses a wrong length and n, and nothing else",
	signer_refuses},
    {"a message with a factor of n is not blinded", broken_key},
    {"a blinding is fresh, the signature the same", blinding_is_fresh},
    {"a failing source stops preparing and blinding", failing_source},
    {"an input that does not fit is refused", input_without_room});
