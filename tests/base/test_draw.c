#include <string.h>

#include "base/draw.h"
#include "tests/test.h"

static semper_err
broken(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)label;
	(void)dst;
	(void)len;
	++*(int *)ctx;
	return SEMPER_E_STORE;
}

static void
failure_is_reported(void)
{
	int calls = 0;
	struct semper_draw d = {broken, &calls};
	uint8_t x[1];

	CU_ASSERT_EQUAL(semper_draw(&d, "R", x, 1), SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(calls, 1);
}

static void
empty_draw_asks_nobody(void)
{
	int calls = 0;
	struct semper_draw d = {broken, &calls};
	uint8_t x[1];

	CU_ASSERT_EQUAL(semper_draw(&d, "R", x, 0), SEMPER_OK);
	CU_ASSERT_EQUAL(calls, 0);
}

/* 300 octets: more than getrandom promises in one call.  The last 16 are all
 * zero in a run that filled them with probability 2^-128. */
static void
system_fills_all(void)
{
	uint8_t x[300] = {0}, zero[16] = {0};

	CU_ASSERT_EQUAL(semper_draw(&semper_draw_system, NULL, x, sizeof(x)),
	    SEMPER_OK);
	CU_ASSERT_NOT_EQUAL(memcmp(x, zero, 16), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(x + 284, zero, 16), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(x, x + 284, 16), 0);
}

SUITE("base: draw",
    {"any failure of the source is a random failure", failure_is_reported},
    {"drawing nothing asks nobody", empty_draw_asks_nobody},
    {"the system source fills all it was asked for", system_fills_all});
