/* test.h -- how a file of tests makes itself known.
 *
 *   SUITE("base: bytes",
 *       {"two absent views are equal", absent_equal},
 *       {"an absent and an empty view differ", absent_not_empty});
 *
 * stands once, at the end of tests/<room>/test_<topic>.c.  The names are
 * sentences saying what is shown.  Every file linked into the test program
 * registers itself before main, so there is no list to keep.
 *
 * A test without an assertion is counted as failed (main.c).
 */
#ifndef SEMPER_TESTS_TEST_H
#define SEMPER_TESTS_TEST_H

#include <CUnit/CUnit.h>

struct test_case {
	const char *sentence;
	void (*run)(void);
};

struct test_suite {
	const char *name;
	const struct test_case *cases;
	struct test_suite *next;
};

void test_register(struct test_suite *suite);

#define SUITE(title, ...)                                                      \
	static const struct test_case suite_cases_[] = {__VA_ARGS__,           \
	    {NULL, NULL}};                                                     \
	static struct test_suite suite_ = {(title), suite_cases_, NULL};       \
	__attribute__((constructor)) static void suite_register_(void)         \
	{                                                                      \
		test_register(&suite_);                                        \
	}                                                                      \
	struct test_suite /* ends with the semicolon of the use */

#endif
