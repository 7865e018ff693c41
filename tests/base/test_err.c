#include <string.h>

#include "base/err.h"
#include "tests/test.h"

static void
classes_have_distinct_words(void)
{
	int c, d;

	for (c = SEMPER_MALFORMED; c <= SEMPER_ABORT; c++) {
		CU_ASSERT_STRING_NOT_EQUAL(semper_class_name(c), "unknown");
		for (d = SEMPER_MALFORMED; d < c; d++)
			CU_ASSERT_STRING_NOT_EQUAL(semper_class_name(c),
			    semper_class_name(d));
	}
	CU_ASSERT_STRING_EQUAL(semper_class_name(0), "unknown");
	CU_ASSERT_STRING_EQUAL(semper_class_name(SEMPER_ABORT + 1), "unknown");
}

static void
own_errors_have_distinct_texts(void)
{
	int e, f;

	for (e = SEMPER_OK; e <= SEMPER_E_INTERNAL; e++) {
		CU_ASSERT_STRING_NOT_EQUAL(semper_err_text(e), "unknown");
		for (f = SEMPER_OK; f < e; f++)
			CU_ASSERT_STRING_NOT_EQUAL(semper_err_text(e),
			    semper_err_text(f));
	}
	CU_ASSERT_STRING_EQUAL(semper_err_text(-1), "unknown");
	CU_ASSERT_STRING_EQUAL(semper_err_text(255), "unknown");
}

static void
refusal_is_class_and_number(void)
{
	semper_err e = SEMPER_REFUSAL(SEMPER_LIMIT, 7);

	CU_ASSERT(SEMPER_IS_REFUSAL(e));
	CU_ASSERT(!SEMPER_IS_REFUSAL(SEMPER_E_INTERNAL));
	CU_ASSERT_EQUAL(SEMPER_CLASS_OF(e), SEMPER_LIMIT);
	CU_ASSERT_EQUAL(SEMPER_NUMBER_OF(e), 7);
	CU_ASSERT_STRING_EQUAL(semper_err_text(e), "limit");
}

SUITE("base: errors",
    {"each refusal class has a word of its own", classes_have_distinct_words},
    {"each error of ours has a text of its own",
	own_errors_have_distinct_texts},
    {"a refusal holds its class and its number", refusal_is_class_and_number});
