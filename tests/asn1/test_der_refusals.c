/* Each requirement DER-D-nn: an encoding that keeps it, and one that differs
 * in nothing but breaking it. */
#include <stdio.h>
#include <string.h>

#include "asn1/der.h"
#include "base/hex.h"
#include "base/must.h"
#include "tests/test.h"

enum { ROOM = 512 };

struct row {
	const char *id, *type, *accepted, *refused;
};

static const struct row rows[] = {
    {"DER-D-02", "Data", "0400", "04"},
    {"DER-D-02", "Data", "040161", "0401"},
    {"DER-D-02", "Data", "040161", "040261"},
    {"DER-D-02", "Open", "1f1f00", ""},
    {"DER-D-02", "Pair", "3007020101040261aa", "3007020101040361aa"},
    {"DER-D-02", "Open", "300304010a", "300304020a"},
    {"DER-D-03", "Pair", "3007020101040261aa", "3080020101040261aa0000"},
    {"DER-D-03", "Open", "30030401aa", "30800401aa0000"},
    {"DER-D-04", "Data", "0401aa", "048101aa"},
    {"DER-D-04", "Data", "0401aa", "04820001aa"},
    {"DER-D-04", "Pair", "3007020101040261aa", "308107020101040261aa"},
    {"DER-D-04", "Open", "0401aa", "048101aa"},
    {"DER-D-05", "Number", "020101", "0a0101"},
    {"DER-D-05", "Data", "0401aa", "2403 0401aa"},
    {"DER-D-05", "Tags",
	"3011 800101 a103020102 a203020103 4502aabb",
	"3011 800101 a103020102 a203020103 8502aabb"},
    {"DER-D-05", "Tags",
	"3011 800101 a103020102 a203020103 4502aabb",
	"3011 800101 8103020102 a203020103 4502aabb"},
    {"DER-D-06", "Truth", "0101ff", "0101ff00"},
    {"DER-D-06", "Pair", "3007020101040261aa", "3007020101040261aa0500"},
    {"DER-D-07", "Pair", "3007020101040261aa", "3003020101"},
    {"DER-D-07", "Options", "30040402aabb", "3000"},
    {"DER-D-08", "Pair", "3007020101040261aa", "3009020101040261aa0500"},
    {"DER-D-09", "Alternative", "020105", "040105"},
    {"DER-D-09", "Alternative", "800161", "820161"},
    {"DER-D-10", "Defaults", "30030101ff", "3003010100"},
    {"DER-D-10", "Defaults", "3003800100", "30038001ff"},
    {"DER-D-10", "Defaults", "3005a103020102", "3005a1030201fd"},
    {"DER-D-10", "Defaults", "30030a0100", "30030a0101"},
    {"DER-D-11", "Truth", "010100", "010101"},
    {"DER-D-11", "Truth", "0101ff", "0100"},
    {"DER-D-11", "Truth", "0101ff", "0102ffff"},
    {"DER-D-12", "Number", "02017f", "0202007f"},
    {"DER-D-12", "Number", "02020080", "0203000080"},
    {"DER-D-12", "Number", "020180", "0202ff80"},
    {"DER-D-12", "Number", "020100", "0200"},
    {"DER-D-12", "Colour", "0a0101", "0a020001"},
    {"DER-D-12", "Number", "0209008000000000000000",
	"020a00008000000000000000"},
    {"DER-D-13", "Small", "02017f", "02020080"},
    {"DER-D-13", "Small", "020180", "0202ff7f"},
    {"DER-D-13", "Small", "020100", "0209008000000000000000"},
    {"DER-D-13", "Small", "0201ff", "0209ff0000000000000000"},
    {"DER-D-13", "Natural", "020100", "0201ff"},
    {"DER-D-13", "Natural", "0209008000000000000000",
	"0209ff0000000000000000"},
    {"DER-D-14", "Colour", "0a0100", "0a0102"},
    {"DER-D-14", "Colour", "0a02012c", "0a02012d"},
    {"DER-D-14", "Colour", "0a0101", "0a09010000000000000001"},
    {"DER-D-15", "Bits", "030100", "0300"},
    {"DER-D-15", "Bits", "030100", "030101"},
    {"DER-D-15", "Bits", "0302 00f0", "0302 08f0"},
    {"DER-D-15", "Flags", "0302 0780", "0302 0781"},
    {"DER-D-16", "Flags", "0302 0640", "0302 0540"},
    {"DER-D-16", "Flags", "0303 060040", "0303 050040"},
    {"DER-D-16", "Flags", "030100", "03020700"},
    {"DER-D-17", "Bits", "0302 00f0", "0302 04f0"},
    {"DER-D-18", "Nothing", "0500", "050100"},
    {"DER-D-19", "Oid", "06032a8601", "0603 2a8086"},
    {"DER-D-19", "Oid", "06012a", "0600"},
    {"DER-D-19", "Oid", "06022a01", "06022a81"},
    {"DER-D-19", "Oid", "06022a01", "06032a8001"},
    {"DER-D-19", "Oid", "0602 8837", "0603 808837"},
    {"DER-D-20", "Oid", "060a2affffffffffffffff7f",
	"060b2a81808080808080808000"},
    {"DER-D-21", "Numeric", "12043031 2039", "1204 3031 2d39"},
    {"DER-D-21", "Printable", "1303 412b3f", "1303 412a3f"},
    {"DER-D-21", "Printable", "1304 4127283a", "1304 4127403a"},
    {"DER-D-21", "Ia5", "16017f", "160180"},
    {"DER-D-21", "Visible", "1a02207e", "1a02207f"},
    {"DER-D-21", "Visible", "1a0120", "1a011f"},
    {"DER-D-22", "Utf8", "0c02c280", "0c02c080"},
    {"DER-D-22", "Utf8", "0c02dfbf", "0c02c1bf"},
    {"DER-D-22", "Utf8", "0c03e0a080", "0c03e09f80"},
    {"DER-D-22", "Utf8", "0c03ed9fbf", "0c03eda080"},
    {"DER-D-22", "Utf8", "0c04f0908080", "0c04f08f8080"},
    {"DER-D-22", "Utf8", "0c04f48fbfbf", "0c04f4908080"},
    {"DER-D-22", "Utf8", "0c03efbfbf", "0c0180"},
    {"DER-D-22", "Utf8", "0c03efbfbf", "0c02efbf"},
    {"DER-D-22", "Utf8", "0c0161", "0c04f5808080"},
    {"DER-D-22", "Utf8", "0c0161", "0c0261 c2"},
    {"DER-D-23", "Instant", "180f3230323630323238323335393539 5a",
	"180d3230323630323238323335395a"},
    {"DER-D-23", "Instant", "180f3230323630323238323335393539 5a",
	"180e3230323630323238323335393539"},
    {"DER-D-23", "Instant", "180f3230323630323238323335393539 5a",
	"1811 32303236303232383233353935392e31 5a"},
    {"DER-D-23", "Instant", "180f3230323630323238323335393539 5a",
	"180f 20303236303232383233353935395a"},
    {"DER-D-24", "ShortInstant", "170d323630323238323335393539 5a",
	"170b323630323238323335395a"},
    {"DER-D-24", "ShortInstant", "170d323630323238323335393539 5a",
	"1711 3236303232383233353935392b30313030"},
    {"DER-D-25", "Instant", "180f3230323430323239303030303030 5a",
	"180f3230323330323239303030303030 5a"},
    {"DER-D-25", "Instant", "180f3230303030323239303030303030 5a",
	"180f3231303030323239303030303030 5a"},
    {"DER-D-25", "Instant", "180f3230323631323331323335393539 5a",
	"180f3230323631333031303030303030 5a"},
    {"DER-D-25", "Instant", "180f3230323631323331323335393539 5a",
	"180f3230323630303031303030303030 5a"},
    {"DER-D-25", "Instant", "180f3230323631323331323335393539 5a",
	"180f3230323631323030303030303030 5a"},
    {"DER-D-25", "Instant", "180f3230323631323331323335393539 5a",
	"180f3230323631323331323430303030 5a"},
    {"DER-D-25", "Instant", "180f3230323631323331323335393539 5a",
	"180f3230323631323331323336303539 5a"},
    {"DER-D-25", "Instant", "180f3230323631323331323335393539 5a",
	"180f3230323631323331323335393630 5a"},
    {"DER-D-25", "ShortInstant", "170d323630343330303030303030 5a",
	"170d323630343331303030303030 5a"},
    {"DER-D-26", "Octets", "0402aabb", "0401aa"},
    {"DER-D-26", "Octets", "0404aabbccdd", "0405aabbccddee"},
    {"DER-D-26", "Utf8", "0c06c3a9c3a9c3a9", "0c07c3a9c3a9c3a961"},
    {"DER-D-26", "Utf8", "0c0161", "0c00"},
    {"DER-D-26", "List", "3003020101", "3000"},
    {"DER-D-26", "List", "3009020101020101020101",
	"300c020101020101020101020101"},
    {"DER-D-27", "Collection", "310604016104 0162", "310604016204 0161"},
    {"DER-D-27", "Collection", "3107 0401 62 0402 6161",
	"3107 0402 6161 0401 62"},
    {"DER-D-27", "Collection", "310604016104 0161", "310604016204 0161"},
    {"DER-D-30", "Open", "1f1f00", "1f1e00"},
    {"DER-D-30", "Open", "1f810000", "1f801f00"},
    {"DER-D-30", "Open", "0500", "0000"},
    {"DER-D-30", "Open", "30020500", "30020000"},
};

/* Hexadecimal with spaces where a reader likes them. */
static struct semper_bytes
octets(const char *spaced, uint8_t room[ROOM])
{
	struct semper_buffer out = {room, 0, ROOM};
	char text[2 * ROOM];
	size_t n = 0;

	for (; *spaced != '\0'; spaced++)
		if (*spaced != ' ')
			text[n++] = *spaced;
	CU_ASSERT_EQUAL_FATAL(semper_hex_decode(&out, text, n), SEMPER_OK);
	return semper_written(&out);
}

static void
report(bool ok, const struct row *r, const char *what, const char *der)
{
	char text[3 * ROOM];

	snprintf(text, sizeof(text), "%s %s: %s %s (refused by %s)", r->id,
	    r->type, der, what,
	    semper_refused_by() != NULL ? semper_refused_by() : "nothing");
	CU_assertImplementation(ok, __LINE__, text, __FILE__, "", CU_FALSE);
}

static void
check_row(const struct row *r)
{
	const struct semper_der_type *t = semper_der_find("DER-Types", r->type);
	uint8_t in[ROOM], room[ROOM];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct semper_bytes der = octets(r->accepted, in);
	semper_err err = semper_der_canonical(t, der, &out);

	report(err == SEMPER_OK, r, "is accepted", r->accepted);
	report(semper_bytes_equal(semper_written(&out), der), r,
	    "encodes to itself", r->accepted);
	out.len = 3;
	err = semper_der_canonical(t, octets(r->refused, in), &out);
	report(err == SEMPER_REFUSAL(SEMPER_MALFORMED, 0) &&
		strcmp(semper_refused_by(), r->id) == 0,
	    r, "is refused by this requirement", r->refused);
	report(out.len == 3, r, "leaves the output alone", r->refused);
}

static void
check_rows(const char *id)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].id, id) == 0)
			check_row(&rows[i]);
}

#define ROWS(nn)                             \
	static void                          \
	refuses_##nn(void)                   \
	{                                    \
		check_rows("DER-D-" #nn);    \
	}
ROWS(02)
ROWS(03)
ROWS(04)
ROWS(05)
ROWS(06)
ROWS(07)
ROWS(08)
ROWS(09)
ROWS(10)
ROWS(11)
ROWS(12)
ROWS(13)
ROWS(14)
ROWS(15)
ROWS(16)
ROWS(17)
ROWS(18)
ROWS(19)
ROWS(20)
ROWS(21)
ROWS(22)
ROWS(23)
ROWS(24)
ROWS(25)
ROWS(26)
ROWS(27)
ROWS(30)

/* ---- limits too large for a table --------------------------------------- */

static uint8_t big[SEMPER_DER_MAX_OCTETS + 1];

static void
refused_by(const char *id, const char *type, struct semper_bytes der)
{
	semper_err err = semper_der_decode(semper_der_find("DER-Types", type),
	    (struct semper_field[]){FIELD_END}, NULL, der);

	CU_ASSERT_EQUAL(err, SEMPER_REFUSAL(SEMPER_MALFORMED, 0));
	if (err != SEMPER_OK)
		CU_ASSERT_STRING_EQUAL(semper_refused_by(), id);
}

static void
accepted(const char *type, struct semper_bytes der)
{
	CU_ASSERT_EQUAL(semper_der_decode(semper_der_find("DER-Types", type),
			    (struct semper_field[]){FIELD_END}, NULL, der),
	    SEMPER_OK);
}

/* An OCTET STRING of exactly N octets, header included. */
static struct semper_bytes
data_of(size_t n)
{
	size_t len = n - 5;

	memset(big, 0, n);
	memcpy(big, "\x04\x83", 2);
	big[2] = (uint8_t)(len >> 16);
	big[3] = (uint8_t)(len >> 8);
	big[4] = (uint8_t)len;
	return SEMPER_BYTES(big, n);
}

static void
one_mebibyte(void)
{
	accepted("Data", data_of(SEMPER_DER_MAX_OCTETS));
	refused_by("DER-D-01", "Data", data_of(SEMPER_DER_MAX_OCTETS + 1));
}

/* N encodings one inside the other, by a type of its own or by none. */
static struct semper_bytes
nested(size_t n, uint8_t inner)
{
	size_t i;

	for (i = 0; i < n; i++) {
		big[2 * i] = i == 0 ? 0x30 : inner;
		big[2 * i + 1] = (uint8_t)(2 * (n - 1 - i));
	}
	return SEMPER_BYTES(big, 2 * n);
}

static void
depth(void)
{
	accepted("Nested", nested(SEMPER_DER_MAX_DEPTH, 0xa0));
	refused_by("DER-D-28", "Nested", nested(SEMPER_DER_MAX_DEPTH + 1, 0xa0));
	accepted("Open", nested(SEMPER_DER_MAX_DEPTH, 0x30));
	refused_by("DER-D-28", "Open", nested(SEMPER_DER_MAX_DEPTH + 1, 0x30));
}

/* A SEQUENCE of N - 1 NULLs. */
static struct semper_bytes
many(size_t n)
{
	size_t len = 2 * (n - 1), i;

	memcpy(big, "\x30\x83", 2);
	big[2] = (uint8_t)(len >> 16);
	big[3] = (uint8_t)(len >> 8);
	big[4] = (uint8_t)len;
	for (i = 5; i < 5 + len; i += 2)
		memcpy(big + i, "\x05\x00", 2);
	return SEMPER_BYTES(big, 5 + len);
}

static void
elements(void)
{
	accepted("Open", many(SEMPER_DER_MAX_ELEMENTS));
	refused_by("DER-D-29", "Open", many(SEMPER_DER_MAX_ELEMENTS + 1));
}

/* Lengths of two to eight octets around the end of the input, and beyond what
 * any integer holds. */
static void
absurd_lengths(void)
{
	uint8_t der[16] = {0x04};
	size_t n;

	for (n = 1; n <= 14; n++) {
		der[1] = (uint8_t)(0x80 + n);
		memset(der + 2, 0xff, 14);
		refused_by("DER-D-02", "Data", SEMPER_BYTES(der, 16));
		refused_by("DER-D-02", "Data", SEMPER_BYTES(der, 2));
	}
	der[1] = 0xff;
	refused_by("DER-D-02", "Data", SEMPER_BYTES(der, 16));
}

SUITE("asn1: what the decoder refuses",
    {"DER-D-01: more than a mebibyte", one_mebibyte},
    {"DER-D-02: an encoding cut short", refuses_02},
    {"DER-D-02: lengths that no input can have", absurd_lengths},
    {"DER-D-03: the indefinite form", refuses_03},
    {"DER-D-04: a length with superfluous octets", refuses_04},
    {"DER-D-05: another identifier than the type's", refuses_05},
    {"DER-D-06: octets after the end", refuses_06},
    {"DER-D-07: a mandatory component left out", refuses_07},
    {"DER-D-08: a component too many", refuses_08},
    {"DER-D-09: none of the alternatives", refuses_09},
    {"DER-D-10: a default written out", refuses_10},
    {"DER-D-11: a BOOLEAN other than 00 and FF", refuses_11},
    {"DER-D-12: an INTEGER not minimal", refuses_12},
    {"DER-D-13: an INTEGER out of range", refuses_13},
    {"DER-D-14: an ENUMERATED without a name", refuses_14},
    {"DER-D-15: a BIT STRING badly padded", refuses_15},
    {"DER-D-16: named bits with trailing zeros", refuses_16},
    {"DER-D-17: unnamed bits that are not whole octets", refuses_17},
    {"DER-D-18: a NULL with contents", refuses_18},
    {"DER-D-19: an OBJECT IDENTIFIER empty, cut or not minimal", refuses_19},
    {"DER-D-20: an arc of 2^63 or more", refuses_20},
    {"DER-D-21: a character outside the alphabet", refuses_21},
    {"DER-D-22: octets that are not UTF-8", refuses_22},
    {"DER-D-23: a GeneralizedTime of another form", refuses_23},
    {"DER-D-24: a UTCTime of another form", refuses_24},
    {"DER-D-25: a date or time that does not exist", refuses_25},
    {"DER-D-26: a size out of bounds", refuses_26},
    {"DER-D-27: a SET OF out of order", refuses_27},
    {"DER-D-28: encodings nested too deep", depth},
    {"DER-D-29: too many encodings", elements},
    {"DER-D-30: an identifier no encoding has", refuses_30});
