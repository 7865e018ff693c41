#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "tests/test.h"

static void
absent_equal(void)
{
	CU_ASSERT(semper_bytes_equal(SEMPER_NONE, SEMPER_NONE));
}

static void
absent_not_empty(void)
{
	struct semper_bytes empty = SEMPER_TEXT("");

	CU_ASSERT(!semper_bytes_equal(SEMPER_NONE, empty));
	CU_ASSERT(!semper_bytes_equal(empty, SEMPER_NONE));
	CU_ASSERT(semper_bytes_equal(empty, SEMPER_TEXT("")));
}

static void
every_octet_counts(void)
{
	struct semper_bytes abc = SEMPER_TEXT("abc");

	CU_ASSERT(semper_bytes_equal(abc, SEMPER_TEXT("abc")));
	CU_ASSERT(!semper_bytes_equal(abc, SEMPER_TEXT("xbc")));
	CU_ASSERT(!semper_bytes_equal(abc, SEMPER_TEXT("abx")));
	CU_ASSERT(!semper_bytes_equal(abc, SEMPER_TEXT("ab")));
}

static void
append_until_full(void)
{
	uint8_t room[4];
	struct semper_buffer b = SEMPER_BUFFER(room);

	CU_ASSERT_EQUAL(semper_buffer_append(&b, SEMPER_TEXT("abc")), 0);
	CU_ASSERT_EQUAL(semper_buffer_append(&b, SEMPER_TEXT("de")),
	    SEMPER_E_SPACE);
	CU_ASSERT(semper_bytes_equal(semper_written(&b), SEMPER_TEXT("abc")));
	CU_ASSERT_EQUAL(semper_buffer_append(&b, SEMPER_NONE), 0);
	CU_ASSERT_EQUAL(semper_buffer_append(&b, SEMPER_TEXT("d")), 0);
	CU_ASSERT(semper_bytes_equal(semper_written(&b), SEMPER_TEXT("abcd")));
}

SUITE("base: bytes", {"two absent views are equal", absent_equal},
    {"an absent and an empty view differ", absent_not_empty},
    {"views are equal only octet for octet", every_octet_counts},
    {"a buffer takes what fits and is unchanged by what does not",
	append_until_full});
