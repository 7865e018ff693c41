/* main.c -- runs every registered suite and counts for itself.
 *
 *   all [-v] [WORD]     only suites whose name contains WORD; -v names tests
 *
 * CU_basic_run_tests() answers 0 although tests failed, so tests are counted
 * here: one passes if it asserted something and no assertion failed.  Exit 1
 * if a test failed or nothing ran.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static struct test_suite *suites, **last = &suites;

static struct {
	bool verbose;
	unsigned passed, failed, asserts;
} state;

void
test_register(struct test_suite *suite)
{
	*last = suite;
	last = &suite->next;
}

static void
print_failures(const CU_Test *test, const CU_Suite *suite,
    const CU_FailureRecord *f)
{
	printf("FAIL %s: %s\n", suite->pName, test->pName);
	for (; f != NULL; f = f->pNext)
		printf("     %s:%u: %s\n", f->strFileName, f->uiLineNumber,
		    f->strCondition);
}

static void
test_complete(const CU_pTest test, const CU_pSuite suite,
    const CU_pFailureRecord failure)
{
	unsigned asserts = CU_get_number_of_asserts();
	bool empty = asserts == state.asserts;

	state.asserts = asserts;
	if (failure == NULL && !empty) {
		state.passed++;
		if (state.verbose)
			printf("pass %s: %s\n", suite->pName, test->pName);
		return;
	}
	state.failed++;
	print_failures(test, suite, failure);
	if (empty)
		puts("     it asserted nothing");
}

static bool
add_suite(const struct test_suite *s)
{
	CU_pSuite suite = CU_add_suite(s->name, NULL, NULL);
	const struct test_case *c = s->cases;

	if (suite == NULL)
		return false;
	while (c->run != NULL && CU_add_test(suite, c->sentence, c->run))
		c++;
	return c->run == NULL;
}

static bool
add_suites(const char *word)
{
	const struct test_suite *s;

	for (s = suites; s != NULL; s = s->next)
		if (strstr(s->name, word) != NULL && !add_suite(s)) {
			fprintf(stderr, "cannot add suite \"%s\": %s\n",
			    s->name, CU_get_error_msg());
			return false;
		}
	return true;
}

int
main(int argc, char **argv)
{
	const char *word = "";
	int i;

	for (i = 1; i < argc; i++)
		if (strcmp(argv[i], "-v") == 0)
			state.verbose = true;
		else
			word = argv[i];
	if (CU_initialize_registry() != CUE_SUCCESS || !add_suites(word))
		return 1;
	CU_set_error_action(CUEA_IGNORE);
	CU_set_test_complete_handler(test_complete);
	if (CU_run_all_tests() != CUE_SUCCESS)
		state.failed++;
	CU_cleanup_registry();
	printf("%u passed, %u failed\n", state.passed, state.failed);
	return state.failed > 0 || state.passed == 0;
}
