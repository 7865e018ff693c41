/* Damaged encodings: whatever the decoder takes is the one encoding of its
 * values, and nothing outside the input is read (sanitizer configuration). */
#include <stdlib.h>
#include <string.h>

#include "asn1/der.h"
#include "base/hex.h"
#include "tests/test.h"

enum { ROOM = 2048 };

static const struct {
	const char *module, *type, *hex;
} samples[] = {
    {"DER-Types", "Tags", "3011800101a103020102a2030201034502aabb"},
    {"DER-Types", "Options", "3015800105a10702010604027a7a0101ff050004027979"},
    {"DER-Types", "Defaults", "300f0101ff800100a1030201fe0a02012c"},
    {"DER-Types", "Collection", "310704016204026161"},
    {"DER-Types", "Nested", "300ba0090403616263a0020400"},
    {"DER-Types", "Nested", "3009a004a002a0000401ff"},
    {"DER-Types", "Instant", "180f32303236303232383233353935395a"},
    {"DER-Types", "Utf8", "0c08f09f9299e282ac41"},
    {"DER-Types", "Oid", "060b2b0601040181ff7f8f7f01"},
    {"DER-Types", "Open", "3008a1060201053001fe"},
    {"PKIX", "AlgorithmIdentifier", "300d06092a864886f70d01010b0500"},
    {"PKIX", "Extension", "300f0603551d130101ff040530030101ff"},
    {"PKIX", "Name", "3011310f300d06035504030c0654455354204f"},
    {"PKIX", "Validity",
	"301e170d3236303130313030303030305a"
	"170d3237303130313030303030305a"},
};

struct sample {
	const struct semper_der_type *type;
	size_t len;
	uint8_t der[ROOM / 2];
};

/* A copy of exactly LEN octets, so that a read past it is seen. */
static bool
consistent(const struct semper_der_type *t, const uint8_t *der, size_t len)
{
	uint8_t *copy = malloc(len + !len), room[ROOM];
	struct semper_buffer out = SEMPER_BUFFER(room);
	semper_err err;
	bool ok;

	memcpy(copy, der, len);
	err = semper_der_canonical(t, SEMPER_BYTES(copy, len), &out);
	ok = err == SEMPER_OK
	    ? out.len == len && memcmp(room, copy, len) == 0
	    : err == SEMPER_REFUSAL(SEMPER_MALFORMED, 0) && out.len == 0;
	free(copy);
	return ok;
}

static void
load(struct sample *s, size_t i)
{
	struct semper_buffer out = SEMPER_BUFFER(s->der);

	s->type = semper_der_find(samples[i].module, samples[i].type);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s->type);
	CU_ASSERT_EQUAL_FATAL(semper_hex_decode(&out, samples[i].hex,
	    strlen(samples[i].hex)), SEMPER_OK);
	s->len = out.len;
}

static void
for_each_sample(void (*run)(struct sample *s))
{
	struct sample s;
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		load(&s, i);
		run(&s);
	}
}

static void
cut(struct sample *s)
{
	size_t len, wrong = 0;

	for (len = 0; len <= s->len; len++)
		wrong += !consistent(s->type, s->der, len);
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
change_one(struct sample *s)
{
	size_t i, wrong = 0;
	unsigned x;

	for (i = 0; i < s->len; i++) {
		for (x = 1; x < 256; x++) {
			s->der[i] ^= (uint8_t)x;
			wrong += !consistent(s->type, s->der, s->len);
			s->der[i] ^= (uint8_t)x;
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
change_two(struct sample *s)
{
	size_t i, j, wrong = 0;
	unsigned bits;

	for (i = 0; i < s->len; i++)
		for (j = i + 1; j < s->len; j++)
			for (bits = 0; bits < 64; bits++) {
				s->der[i] ^= (uint8_t)(1u << bits % 8);
				s->der[j] ^= (uint8_t)(1u << bits / 8);
				wrong += !consistent(s->type, s->der, s->len);
				s->der[i] ^= (uint8_t)(1u << bits % 8);
				s->der[j] ^= (uint8_t)(1u << bits / 8);
			}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
insert_one(struct sample *s)
{
	uint8_t longer[ROOM / 2 + 1];
	size_t i, wrong = 0;
	unsigned x;

	for (i = 0; i <= s->len; i++) {
		memcpy(longer, s->der, i);
		memcpy(longer + i + 1, s->der + i, s->len - i);
		for (x = 0; x < 256; x++) {
			longer[i] = (uint8_t)x;
			wrong += !consistent(s->type, longer, s->len + 1);
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
truncations(void)
{
	for_each_sample(cut);
}

static void
single_changes(void)
{
	for_each_sample(change_one);
}

static void
double_changes(void)
{
	for_each_sample(change_two);
}

static void
insertions(void)
{
	for_each_sample(insert_one);
}

SUITE("asn1: damaged encodings",
    {"cut anywhere", truncations},
    {"any octet replaced by any other", single_changes},
    {"any two bits flipped", double_changes},
    {"any octet put in anywhere", insertions});
