#include <string.h>

#include "asn1/der.h"
#include "tests/test.h"

static const struct {
	const char *text;
	int64_t seconds;
} known[] = {
    {"19700101000000Z", 0},
    {"19691231235959Z", -1},
    {"20000229120000Z", 951825600},
    {"20010909014640Z", 1000000000},
    {"20380119031408Z", INT64_C(2147483648)},
    {"00000101000000Z", INT64_C(-62167219200)},
    {"99991231235959Z", INT64_C(253402300799)},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

static struct semper_bytes
text_of(const char *s)
{
	return SEMPER_BYTES((const uint8_t *)s, strlen(s));
}

static void
known_instants(void)
{
	char text[16];
	int64_t seconds;
	size_t i;

	for (i = 0; i < KNOWN; i++) {
		CU_ASSERT(semper_time_parse(&seconds, text_of(known[i].text)));
		CU_ASSERT_EQUAL(seconds, known[i].seconds);
		CU_ASSERT(semper_time_format(text, known[i].seconds));
		CU_ASSERT_STRING_EQUAL(text, known[i].text);
	}
}

/* All 3652425 days of the years 0 to 9999: the text grows with the day, so
 * that no two agree, and leads back. */
static void
every_day(void)
{
	const int64_t day = 86400, days = 3652425, first = known[5].seconds;
	char text[16], last[16] = "";
	int64_t i, seconds, wrong = 0;

	for (i = 0; i < days; i++) {
		wrong += !semper_time_format(text, first + i * day) ||
		    strcmp(last, text) >= 0 ||
		    !semper_time_parse(&seconds, text_of(text)) ||
		    seconds != first + i * day;
		memcpy(last, text, sizeof(last));
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_STRING_EQUAL(last, "99991231000000Z");
}

static void
outside_the_calendar(void)
{
	char text[16];
	int64_t seconds;

	CU_ASSERT(!semper_time_format(text, known[5].seconds - 1));
	CU_ASSERT(!semper_time_format(text, known[6].seconds + 1));
	CU_ASSERT(!semper_time_format(text, INT64_MIN));
	CU_ASSERT(!semper_time_format(text, INT64_MAX));
	CU_ASSERT(!semper_time_parse(&seconds, text_of("20230229000000Z")));
	CU_ASSERT(!semper_time_parse(&seconds, text_of("20230228000000")));
	CU_ASSERT(!semper_time_parse(&seconds, text_of("")));
}

struct instant {
	int64_t seconds;
};

/* UTCTime: the two digits mean 1950 to 2049. */
static void
two_digit_years(void)
{
	static const struct semper_field fields[] = {
	    FIELD_TIME("", struct instant, seconds), FIELD_END};
	static const struct {
		const char *der;
		int64_t seconds;
	} cases[] = {{"\x17\x0d"
		      "491231235959Z",
			 INT64_C(2524607999)},
	    {"\x17\x0d"
	     "500101000000Z",
		INT64_C(-631152000)}};
	const struct semper_der_type *t =
	    semper_der_find("DER-Types", "ShortInstant");
	uint8_t room[32];
	struct instant x = {0};
	size_t i;

	CU_ASSERT_PTR_NULL(semper_der_binding_check(t, fields));
	for (i = 0; i < 2; i++) {
		struct semper_buffer out = SEMPER_BUFFER(room);

		CU_ASSERT_EQUAL(semper_der_decode(t, fields, &x,
				    text_of(cases[i].der)),
		    SEMPER_OK);
		CU_ASSERT_EQUAL(x.seconds, cases[i].seconds);
		CU_ASSERT_EQUAL(semper_der_encode(t, fields, &x, &out),
		    SEMPER_OK);
		CU_ASSERT(semper_bytes_equal(semper_written(&out),
		    text_of(cases[i].der)));
		x.seconds += i == 0 ? 1 : -1;
		CU_ASSERT_EQUAL(semper_der_encode(t, fields, &x, &out),
		    SEMPER_E_ARGUMENT);
	}
}

SUITE("asn1: time", {"known instants, both ways", known_instants},
    {"every day of ten thousand years, both ways", every_day},
    {"what the calendar does not have is refused", outside_the_calendar},
    {"UTCTime reaches from 1950 to 2049", two_digit_years});
