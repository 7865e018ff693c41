/* test_dates.c -- now and DATE are two: a certificate must be valid at both, a
 * revocation list current now, whatever it was at DATE (PKI-P-30). */
#include "tests/test.h"

#include "tests/ikp/scene.h"

#define LISTS_FROM (STAGE_NOW - 86400) /* thisUpdate of the stage's lists */

static struct stage s;

/* In 3KP the seller looks at CERT_B before there is a DATE. */
static void
lists_later_than_date(void)
{
	for (int p = HARD_1; p <= HARD_2; p++) {
		stage_open(&s, p, NULL);
		s.now = LISTS_FROM - 50;
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "Invoice"));
		s.now = LISTS_FROM;
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_STRING_EQUAL(s.state, "paid");
		stage_close(&s);
	}
}

static void
lists_later_than_now(void)
{
	for (int p = HARD_1; p <= HARD_3; p++) {
		stage_open(&s, p, NULL);
		s.now = LISTS_FROM;
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "Invoice"));
		s.now = LISTS_FROM - 1;
		CU_ASSERT_FALSE(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(s.verdict, IKP_E_CERT_INVALID);
		CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-C-09");
		stage_close(&s);
	}
}

SUITE("ikp: now and DATE",
    {"a list that is current now serves an older DATE", lists_later_than_date},
    {"a list that was current at DATE is none now", lists_later_than_now});
