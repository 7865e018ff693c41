/* Figures recomputed with Python's hashlib and math.gcd. */
#include <string.h>

#include "base/must.h"
#include "crypto/fdh.h"
#include "crypto/uniform.h"
#include "tests/crypto/figures.h"
#include "tests/crypto/sources.h"
#include "tests/test.h"

#define CTX "semper/test fdh"

typedef semper_err derivation(uint8_t *out, const char *ctx,
    struct semper_bytes n, struct semper_bytes data);

static void
known(derivation *derive, const char *n_hex, uint8_t data, const char *hex)
{
	uint8_t n_octets[64], want_octets[64], out[64];
	struct semper_bytes n = unhex(n_octets, n_hex);
	struct semper_bytes want = unhex(want_octets, hex);

	CU_ASSERT_EQUAL(derive(out, CTX, n, SEMPER_BYTES(&data, 1)), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(SEMPER_BYTES(out, n.len), want));
}

/* The order of Ed25519, 253 bits: half of the candidates are refused. */
#define ORDER "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"

static void
scalars(void)
{
	known(semper_fdh_scalar, ORDER, 0,
	    "019b9048e3e080b0ba0fec5d27889a830471411ef5eaf4f6c9592d928918d927");
	known(semper_fdh_scalar, ORDER, 3,
	    "0ec5c331873ea59ceba369287ccf59ee95b662178a73e7fa97dd7d31e0d1693d");
}

static void
rejected_candidates(void)
{
	known(semper_fdh_scalar, ORDER, 9, /* j = 1 */
	    "0d0b282defe4812b0afa9d8d8091af9d015dcd3034bc154ac27601d0c0ef08ae");
	known(semper_fdh_scalar, ORDER, 11, /* j = 3 */
	    "0e4a3e4e059061cae0064ecefb3423b67dc33310db270cc4e7f59a20276741ee");
	known(semper_fdh_scalar, "0101", 0, "00e6"); /* j = 4 */
	known(semper_fdh_scalar, "0100", 1, "003d"); /* j = 1 */
	known(semper_fdh_scalar, "02", 3, "01");     /* j = 8 */
}

/* n = 3 * 5 * 7 * 11 * ... * 43 */
#define SMOOTH "173d59deed7e07"

static void
units(void)
{
	known(semper_fdh_unit, SMOOTH, 0, "0899199172cf6a"); /* j = 20 */
	known(semper_fdh_unit, SMOOTH, 1, "0c3dc55f02a690"); /* j = 1 */
	known(semper_fdh_unit, SMOOTH, 2, "14d8282c12a5e7"); /* j = 5 */
	known(semper_fdh_unit, SMOOTH, 3, "0ec5c331873ea5"); /* j = 0 */
	known(semper_fdh_scalar, SMOOTH, 0, "019b9048e3e080");
}

static void
bad_moduli(void)
{
	uint8_t out[4];

	CU_ASSERT_EQUAL(semper_fdh_scalar(out, CTX, SEMPER_NONE,
			    SEMPER_TEXT("x")),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_fdh_scalar(out, CTX, SEMPER_TEXT("\1"),
			    SEMPER_TEXT("x")),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_fdh_unit(out, CTX, SEMPER_TEXT("\0\7"),
			    SEMPER_TEXT("x")),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_fdh_unit(out, CTX, SEMPER_TEXT("\7"),
			    SEMPER_TEXT("x")),
	    SEMPER_OK);
}

/* ---- uniform ----------------------------------------------------------------
 */

static void
fit_is_exact(void)
{
	const struct semper_bytes n = SEMPER_TEXT("\x01\x05"); /* 261 */

	for (unsigned v = 0; v < 0x10000; v++) {
		uint8_t x[2] = {(uint8_t)(v >> 8), (uint8_t)v};
		unsigned low = v & 0x1ff; /* 9 bits */
		unsigned fits = semper_uniform_fit(x, n);
		if (fits != (low > 0 && low < 261) || x[0] != low >> 8 ||
		    x[1] != (low & 0xff))
			CU_FAIL("fits or mask");
	}
	CU_PASS("all 65536 candidates");
}

static void
stream_is_followed(void)
{
	uint8_t stream[] = {0, 0, 1, 5, 0xff, 0xff, 3, 4, 9, 9}, out[2];
	struct fixed_stream s[] = {{"x", SEMPER_BYTES(stream, 10)},
	    {NULL, SEMPER_NONE}};
	struct semper_draw draw = draw_fixed(s);
	const struct semper_bytes n = SEMPER_TEXT("\x01\x05");

	/* 0 and 261 and 511 are refused; 0x0304 is 0x0104 = 260 */
	CU_ASSERT_EQUAL(semper_uniform(out, n, &draw, "x"), SEMPER_OK);
	CU_ASSERT(out[0] == 1 && out[1] == 4);
	CU_ASSERT_EQUAL(s[0].octets.len, 2);
}

static semper_err
fill_zero(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	++*(int *)ctx;
	(void)label;
	memset(dst, 0, len);
	return SEMPER_OK;
}

static void
broken_sources(void)
{
	int calls = 0, left = 0;
	struct semper_draw zero = {fill_zero, &calls};
	struct semper_draw failing = draw_failing(&left);
	const struct semper_bytes n = SEMPER_TEXT("\x01\x05");
	uint8_t out[2];

	CU_ASSERT_EQUAL(semper_uniform(out, n, &zero, "x"), SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(calls, 256);
	CU_ASSERT_EQUAL(semper_uniform(out, n, &failing, "x"), SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(semper_uniform(out, SEMPER_TEXT("\0\5"), &zero, "x"),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_uniform(out, SEMPER_TEXT("\1"), &zero, "x"),
	    SEMPER_E_ARGUMENT);
}

SUITE("crypto: fdh", {"scalars are the recomputed ones", scalars},
    {"a candidate out of range is passed over", rejected_candidates},
    {"a unit passes over candidates with a common factor", units},
    {"a modulus of 0 or 1, or with a leading zero, is refused", bad_moduli},
    {"exactly 1 to n-1 fit, after masking", fit_is_exact},
    {"uniform numbers follow their stream", stream_is_followed},
    {"a source that never fits, or fails, is reported", broken_sources});
