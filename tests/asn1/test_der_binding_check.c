/* Bindings that do not fit: each is a mistake somebody makes. */
#include <string.h>

#include "asn1/der.h"
#include "tests/test.h"

struct anything {
	bool present;
	int which;
	int64_t number;
	uint32_t flags;
	struct semper_bytes bytes;
	struct {
		size_t n;
		struct semper_bytes item[2];
	} list;
	struct {
		size_t n;
		struct semper_bytes item[4];
	} list4;
};

#define FIELDS(...) ((const struct semper_field[]){__VA_ARGS__, FIELD_END})
#define PRESENT(path) FIELD_PRESENT(path, struct anything, present)
#define CHOICE(path) FIELD_CHOICE(path, struct anything, which)
#define INT(path) FIELD_INT(path, struct anything, number)
#define ENUM(path) FIELD_ENUM(path, struct anything, which)
#define BOOL(path) FIELD_BOOL(path, struct anything, present)
#define BITS(path) FIELD_BITS(path, struct anything, flags)
#define TIME(path) FIELD_TIME(path, struct anything, number)
#define BYTES(path) FIELD_BYTES(path, struct anything, bytes)
#define NATURAL(path) FIELD_NATURAL(path, struct anything, bytes)
#define WHOLE(path) FIELD_DER(path, struct anything, bytes)
#define LIST(path) FIELD_LIST(path, struct anything, list)
#define LIST4(path) FIELD_LIST(path, struct anything, list4)
#define LIST4_DER(path) FIELD_LIST_DER(path, struct anything, list4)
#define GROUP(path, f) {(path), SEMPER_FIELD_GROUP, 0, 0, 0, 0, (f)}
#define LIST_GROUP(path, f) \
	{(path), SEMPER_FIELD_LIST_GROUP, 0, 0, 4, 16, (f)}

static void
fits(const char *type, const struct semper_field *fields)
{
	CU_ASSERT_PTR_NULL(
	    semper_der_binding_check(semper_der_find("DER-Types", type),
		fields));
}

/* FIELDS do not fit TYPE in either direction, because of WHAT. */
static void
misfits(const char *type, const char *what, const struct semper_field *fields)
{
	const struct semper_der_type *t = semper_der_find("DER-Types", type);
	const char *both = semper_der_binding_check(t, fields);
	const char *decode = semper_der_binding_check_decode(t, fields);

	CU_ASSERT_PTR_NOT_NULL_FATAL(both);
	CU_ASSERT_STRING_EQUAL(both, what);
	CU_ASSERT_PTR_NOT_NULL_FATAL(decode);
	CU_ASSERT_STRING_EQUAL(decode, what);
}

/* FIELDS can decode TYPE but not encode it: WHAT is not covered. */
static void
decodes_only(const char *type, const char *what,
    const struct semper_field *fields)
{
	const struct semper_der_type *t = semper_der_find("DER-Types", type);
	const char *both = semper_der_binding_check(t, fields);

	CU_ASSERT_PTR_NOT_NULL_FATAL(both);
	CU_ASSERT_STRING_EQUAL(both, what);
	CU_ASSERT_PTR_NULL(semper_der_binding_check_decode(t, fields));
}

static void
wrong_paths(void)
{
	fits("Pair", FIELDS(INT("first"), BYTES("second")));
	misfits("Pair", "frist", FIELDS(INT("frist"), BYTES("second")));
	misfits("Pair", "first", FIELDS(BYTES("second"), INT("first")));
	misfits("Pair", "secon", FIELDS(INT("first"), BYTES("secon")));
	misfits("Pair", "seconds", FIELDS(INT("first"), BYTES("seconds")));
	misfits("Pair", "first.x", FIELDS(INT("first.x"), BYTES("second")));
	misfits("Pair", "first", FIELDS(INT("first"), INT("first"),
				     BYTES("second")));
	misfits("Options", "pair.third",
	    FIELDS(PRESENT("pair"), INT("pair.first"), BYTES("pair.second"),
		BYTES("pair.third"), BYTES("last")));
	misfits("Alternative", "other", FIELDS(CHOICE(""), INT("other")));
	misfits("Nosuch", "(no such type)", FIELDS(INT("")));
}

static void
wrong_kinds(void)
{
	misfits("Small", "", FIELDS(BOOL("")));
	misfits("Number", "", FIELDS(INT("")));
	misfits("Natural", "", FIELDS(INT("")));
	misfits("Small", "", FIELDS(NATURAL("")));
	misfits("Colour", "", FIELDS(INT("")));
	misfits("Small", "", FIELDS(ENUM("")));
	misfits("Truth", "", FIELDS(BYTES("")));
	misfits("Data", "", FIELDS(BOOL("")));
	misfits("Flags", "", FIELDS(BYTES("")));
	misfits("Bits", "", FIELDS(BITS("")));
	misfits("Data", "", FIELDS(TIME("")));
	misfits("Nothing", "", FIELDS(BYTES("")));
	misfits("Open", "", FIELDS(BYTES("")));
	misfits("Pair", "", FIELDS(BYTES("")));
	misfits("Data", "", FIELDS(CHOICE("")));
	misfits("Data", "", FIELDS(LIST("")));
	misfits("Pair", "first", FIELDS(PRESENT("first"), INT("first"),
				     BYTES("second")));
	misfits("Defaults", "flag", FIELDS(PRESENT("flag"), BOOL("flag")));
}

static void
wrong_lists(void)
{
	fits("Collection", FIELDS(LIST4("")));
	misfits("Collection", "", FIELDS(LIST("")));
	misfits("Collection", "", FIELDS(BYTES("")));
	misfits("Pairs", "", FIELDS(LIST4("")));
	fits("Pairs", FIELDS(LIST4_DER("")));
	misfits("Pairs", "frist",
	    FIELDS(LIST_GROUP("", FIELDS(INT("frist"), BYTES("second")))));
	decodes_only("Pairs", "second",
	    FIELDS(LIST_GROUP("", FIELDS(INT("first")))));
}

static void
wrong_groups(void)
{
	const struct semper_field *pair = FIELDS(INT("first"), BYTES("second"));

	fits("Pair", FIELDS(GROUP("", pair)));
	misfits("Small", "first", FIELDS(GROUP("", pair)));
	misfits("Options", "pair.first",
	    FIELDS(PRESENT("pair"), GROUP("pair", pair), INT("pair.first"),
		BYTES("last")));
}

static void
incomplete(void)
{
	decodes_only("Pair", "second", FIELDS(INT("first")));
	decodes_only("Pair", "first", FIELDS(BYTES("second")));
	decodes_only("Options", "number", FIELDS(INT("number"), BYTES("last")));
	decodes_only("Options", "pair",
	    FIELDS(INT("pair.first"), BYTES("pair.second"), BYTES("last")));
	decodes_only("Options", "first",
	    FIELDS(PRESENT("pair"), BYTES("pair.second"), BYTES("last")));
	decodes_only("Alternative", "Alternative", FIELDS(INT("number")));
	decodes_only("Tags", "either",
	    FIELDS(INT("hidden"), INT("wrapped"), BYTES("marked")));
	fits("Options", FIELDS(BYTES("last")));
	fits("Options", FIELDS(WHOLE("pair"), BYTES("last")));
	fits("Pair", FIELDS(WHOLE("")));
}

SUITE("asn1: binding check",
    {"a path that the type does not have, or out of order", wrong_paths},
    {"a member of the wrong kind", wrong_kinds},
    {"a list too small or of other elements", wrong_lists},
    {"a group of another type", wrong_groups},
    {"what an encoder would miss", incomplete});
