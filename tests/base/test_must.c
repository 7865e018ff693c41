#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/must.h"
#include "tests/test.h"

#define REFUSED SEMPER_REFUSAL(SEMPER_RANGE, 3)

static semper_err
at_most_four(int x)
{
	MUST("TEST-D-01", x >= 0, SEMPER_REFUSAL(SEMPER_MALFORMED, 0));
	MUST("TEST-D-02", x <= 4, REFUSED);
	return SEMPER_OK;
}

static semper_err
twice(int x)
{
	TRY(at_most_four(x));
	return at_most_four(2 * x);
}

static void
refusal_is_returned_and_named(void)
{
	CU_ASSERT_EQUAL(at_most_four(4), SEMPER_OK);
	CU_ASSERT_EQUAL(at_most_four(5), REFUSED);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "TEST-D-02");
	CU_ASSERT_EQUAL(at_most_four(-1), SEMPER_REFUSAL(SEMPER_MALFORMED, 0));
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "TEST-D-01");
}

static void
try_passes_on(void)
{
	CU_ASSERT_EQUAL(twice(2), SEMPER_OK);
	CU_ASSERT_EQUAL(twice(3), REFUSED);
	CU_ASSERT_EQUAL(twice(5), REFUSED);
}

static void
fold_keeps_a_failure(void)
{
	unsigned ok = 1;

	FOLD("TEST-D-03", ok, 1);
	CU_ASSERT_EQUAL(ok, 1);
	FOLD("TEST-D-04", ok, 0);
	FOLD("TEST-D-03", ok, 1);
	CU_ASSERT_EQUAL(ok, 0);
}

static void *
last_refusal_here(void *unused)
{
	(void)unused;
	return (void *)(uintptr_t)(semper_refused_by() == NULL);
}

static void
refusals_are_per_thread(void)
{
	pthread_t thread;
	void *none = NULL;

	CU_ASSERT_EQUAL(at_most_four(5), REFUSED);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, last_refusal_here,
				  NULL),
	    0);
	pthread_join(thread, &none);
	CU_ASSERT_PTR_NOT_NULL(none);
}

/* The environment switches faults only in the fault configuration; run as
 * `SEMPER_FAULT=DER-D-99,TEST-D-05 all` this test shows the switch (the step
 * fault-switch of make check). */
static void
only_the_fault_build_has_switches(void)
{
#ifdef SEMPER_FAULTS
	const char *on = getenv("SEMPER_FAULT");

	CU_ASSERT_EQUAL(FAULT("TEST-D-05"), on != NULL && *on != '\0');
	CU_ASSERT_EQUAL(FAULT("TEST-D-0"), 0);
	CU_ASSERT_EQUAL(FAULT("TEST-D-055"), 0);
#else
	setenv("SEMPER_FAULT", "TEST-D-02", 1);
	CU_ASSERT_EQUAL(FAULT("TEST-D-02"), 0);
	CU_ASSERT_EQUAL(at_most_four(5), REFUSED);
	unsetenv("SEMPER_FAULT");
#endif
}

SUITE("base: must",
    {"a refusal returns its error and names its requirement",
	refusal_is_returned_and_named},
    {"TRY passes on anything but success", try_passes_on},
    {"a folded failure is not forgotten", fold_keeps_a_failure},
    {"the last refusal is remembered per thread", refusals_are_per_thread},
    {"only the fault configuration has switches",
	only_the_fault_build_has_switches});
