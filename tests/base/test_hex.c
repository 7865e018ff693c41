#include <string.h>

#include "base/hex.h"
#include "tests/test.h"

static void
both_ways(void)
{
	uint8_t room[256], all[256];
	struct semper_buffer out = SEMPER_BUFFER(room);
	char text[513];
	size_t i;

	for (i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	semper_hex_encode(text, SEMPER_BYTES(all, 256));
	CU_ASSERT_EQUAL(memcmp(text, "000102", 6), 0);
	CU_ASSERT_STRING_EQUAL(text + 508, "feff");
	CU_ASSERT_EQUAL(semper_hex_decode(&out, text, 512), SEMPER_OK);
	CU_ASSERT_EQUAL(memcmp(room, all, 256), 0);
}

static void
one_text_for_each_value(void)
{
	static const char *const wrong[] = {"0", "0A", "g0", "0 ", "0x", "00:"};
	uint8_t room[4];
	struct semper_buffer out = SEMPER_BUFFER(room);
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_EQUAL(semper_hex_decode(&out, wrong[i],
				    strlen(wrong[i])),
		    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(out.len, 0);
}

static void
no_more_than_fits(void)
{
	uint8_t room[2];
	struct semper_buffer out = SEMPER_BUFFER(room);

	CU_ASSERT_EQUAL(semper_hex_decode(&out, "000102", 6), SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(out.len, 0);
	CU_ASSERT_EQUAL(semper_hex_decode(&out, "0001", 4), SEMPER_OK);
}

SUITE("base: hex", {"every octet survives the way to text and back", both_ways},
    {"upper case, odd length and other characters are refused",
	one_text_for_each_value},
    {"what does not fit leaves the buffer as it was", no_more_than_fits});
