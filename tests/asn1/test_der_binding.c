/* One struct per module type, each kind of field, both directions. */
#include <string.h>

#include "asn1/der.h"
#include "base/must.h"
#include "tests/test.h"

#define TYPE(name) semper_der_find("DER-Types", name)
#define DER(literal) SEMPER_TEXT(literal)
#define INITIAL(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static semper_err
encode(const char *type, const struct semper_field *fields, const void *src,
    struct semper_bytes *der)
{
	static uint8_t room[256];
	struct semper_buffer out = SEMPER_BUFFER(room);
	semper_err err = semper_der_encode(TYPE(type), fields, src, &out);

	*der = semper_written(&out);
	return err;
}

static void
encodes_to(const char *type, const struct semper_field *fields,
    const void *src, struct semper_bytes want)
{
	struct semper_bytes der;

	CU_ASSERT_EQUAL(encode(type, fields, src, &der), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(der, want));
}

static void
encode_fails(const char *type, const struct semper_field *fields,
    const void *src)
{
	struct semper_bytes der;

	CU_ASSERT_EQUAL(encode(type, fields, src, &der), SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(der.len, 0);
}

/* ---- single values ------------------------------------------------------ */

enum colour { RED, GREEN, BLUE = 300 };

struct values {
	struct semper_bytes bytes;
	int64_t number;
	enum colour colour;
	bool truth;
	uint32_t flags;
	int64_t time;
};

static const struct semper_field number_fields[] = {
    FIELD_INT("", struct values, number), FIELD_END};
static const struct semper_field natural_fields[] = {
    FIELD_NATURAL("", struct values, bytes), FIELD_END};
static const struct semper_field bytes_fields[] = {
    FIELD_BYTES("", struct values, bytes), FIELD_END};
static const struct semper_field colour_fields[] = {
    FIELD_ENUM("", struct values, colour), FIELD_END};
static const struct semper_field truth_fields[] = {
    FIELD_BOOL("", struct values, truth), FIELD_END};
static const struct semper_field flags_fields[] = {
    FIELD_BITS("", struct values, flags), FIELD_END};
static const struct semper_field time_fields[] = {
    FIELD_TIME("", struct values, time), FIELD_END};
static const struct semper_field der_fields[] = {
    FIELD_DER("", struct values, bytes), FIELD_END};

static void
single_values_fit(void)
{
	static const struct {
		const char *type;
		const struct semper_field *fields;
	} fit[] = {{"Small", number_fields}, {"Natural", natural_fields},
	    {"Number", bytes_fields}, {"Oid", bytes_fields},
	    {"Bits", bytes_fields}, {"Utf8", bytes_fields},
	    {"Colour", colour_fields}, {"Truth", truth_fields},
	    {"Flags", flags_fields}, {"Instant", time_fields},
	    {"Pair", der_fields}, {"Open", der_fields}};
	size_t i;

	for (i = 0; i < sizeof(fit) / sizeof(fit[0]); i++)
		CU_ASSERT_PTR_NULL(semper_der_binding_check(TYPE(fit[i].type),
		    fit[i].fields));
}

static void
numbers(void)
{
	static const struct {
		int64_t value;
		struct semper_bytes der;
	} cases[] = {{0, INITIAL("\2\1\0")}, {127, INITIAL("\2\1\x7f")},
	    {-1, INITIAL("\2\1\xff")}, {-128, INITIAL("\2\1\x80")}};
	struct values v;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		v.number = cases[i].value;
		encodes_to("Small", number_fields, &v, cases[i].der);
		v.number = 99;
		CU_ASSERT_EQUAL(semper_der_decode(TYPE("Small"), number_fields,
				    &v, cases[i].der), SEMPER_OK);
		CU_ASSERT_EQUAL(v.number, cases[i].value);
	}
	v.number = 128;
	encode_fails("Small", number_fields, &v);
	v.number = INT64_MIN;
	encode_fails("Small", number_fields, &v);
}

/* Every width of two's complement, through a type without bounds. */
static void
widths_of_integers(void)
{
	uint8_t room[16];
	struct semper_buffer out;
	struct values v;
	int64_t value;
	int shift, sign, off;

	for (shift = 0; shift < 63; shift++)
		for (sign = -1; sign <= 1; sign += 2)
			for (off = -1; off <= 1; off++) {
				value = sign * (INT64_C(1) << shift) + off;
				out = SEMPER_BUFFER(room);
				v.number = value;
				CU_ASSERT_EQUAL(semper_der_encode(
				    TYPE("Number"), number_fields, &v, &out),
				    SEMPER_OK);
				v.number = ~value;
				CU_ASSERT_EQUAL(semper_der_decode(
				    TYPE("Number"), number_fields, &v,
				    semper_written(&out)), SEMPER_OK);
				CU_ASSERT_EQUAL(v.number, value);
			}
}

static void
naturals(void)
{
	struct values v = {.bytes = DER("\x80\x01")};

	encodes_to("Natural", natural_fields, &v, DER("\2\3\0\x80\1"));
	v.bytes = DER("\0\0\x7f");
	encodes_to("Natural", natural_fields, &v, DER("\2\1\x7f"));
	v.bytes = DER("\0\0");
	encodes_to("Natural", natural_fields, &v, DER("\2\1\0"));
	v.bytes = DER("");
	encode_fails("Natural", natural_fields, &v);
	v.bytes = SEMPER_NONE;
	encode_fails("Natural", natural_fields, &v);
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Natural"), natural_fields, &v,
			    DER("\2\3\0\x80\1")), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(v.bytes, DER("\x80\1")));
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Natural"), natural_fields, &v,
			    DER("\2\1\0")), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(v.bytes, DER("\0")));
}

static void
other_values(void)
{
	struct values v = {.colour = BLUE, .truth = true,
	    .flags = 1u << 1 | 1u << 9, .bytes = DER("\xf0\x01")};

	encodes_to("Colour", colour_fields, &v, DER("\x0a\2\1\x2c"));
	encodes_to("Truth", truth_fields, &v, DER("\1\1\xff"));
	encodes_to("Flags", flags_fields, &v, DER("\3\3\6\x40\x40"));
	encodes_to("Bits", bytes_fields, &v, DER("\3\3\0\xf0\1"));
	v.flags = 0;
	encodes_to("Flags", flags_fields, &v, DER("\3\1\0"));
	v.colour = 2;
	encode_fails("Colour", colour_fields, &v);
	v.bytes = SEMPER_NONE;
	encode_fails("Bits", bytes_fields, &v);
	encode_fails("Data", bytes_fields, &v);
	v.bytes = DER("1234x");
	encode_fails("Numeric", bytes_fields, &v);
	v.bytes = DER("\xc0\x80");
	encode_fails("Utf8", bytes_fields, &v);
	v.time = INT64_MAX;
	encode_fails("Instant", time_fields, &v);
}

static void
other_values_back(void)
{
	struct values v;

	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Colour"), colour_fields, &v,
			    DER("\x0a\2\1\x2c")), SEMPER_OK);
	CU_ASSERT_EQUAL(v.colour, BLUE);
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Truth"), truth_fields, &v,
			    DER("\1\1\xff")), SEMPER_OK);
	CU_ASSERT(v.truth);
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Flags"), flags_fields, &v,
			    DER("\3\3\6\x40\x40")), SEMPER_OK);
	CU_ASSERT_EQUAL(v.flags, 1u << 1 | 1u << 9);
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Bits"), bytes_fields, &v,
			    DER("\3\3\0\xf0\1")), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(v.bytes, DER("\xf0\1")));
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Data"), bytes_fields, &v,
			    DER("\4\0")), SEMPER_OK);
	CU_ASSERT(v.bytes.data != NULL && v.bytes.len == 0);
}

/* ---- components --------------------------------------------------------- */

struct pair {
	int64_t first;
	struct semper_bytes second;
};

static const struct semper_field pair_fields[] = {
    FIELD_INT("first", struct pair, first),
    FIELD_BYTES("second", struct pair, second), FIELD_END};

struct options {
	bool has_number, has_pair, has_flag, has_nothing, flag;
	int64_t number;
	struct pair pair;
	struct semper_bytes last;
};

static const struct semper_field options_fields[] = {
    FIELD_PRESENT("number", struct options, has_number),
    FIELD_INT("number", struct options, number),
    FIELD_PRESENT("pair", struct options, has_pair),
    FIELD_GROUP("pair", struct options, pair, pair_fields),
    FIELD_PRESENT("flag", struct options, has_flag),
    FIELD_BOOL("flag", struct options, flag),
    FIELD_PRESENT("nothing", struct options, has_nothing),
    FIELD_BYTES("last", struct options, last), FIELD_END};

/* The same type by flat paths. */
static const struct semper_field flat_fields[] = {
    FIELD_PRESENT("number", struct options, has_number),
    FIELD_INT("number", struct options, number),
    FIELD_PRESENT("pair", struct options, has_pair),
    FIELD_INT("pair.first", struct options, pair.first),
    FIELD_BYTES("pair.second", struct options, pair.second),
    FIELD_PRESENT("flag", struct options, has_flag),
    FIELD_BOOL("flag", struct options, flag),
    FIELD_PRESENT("nothing", struct options, has_nothing),
    FIELD_BYTES("last", struct options, last), FIELD_END};

static const struct semper_bytes all_options = INITIAL(
    "\x30\x15\x80\1\5\xa1\7\2\1\6\4\2zz\1\1\xff\5\0\4\2yy");
static const struct semper_bytes no_options = INITIAL("\x30\4\4\2yy");

static void
all_options_by(const struct semper_field *fields)
{
	struct options o;

	memset(&o, 0x55, sizeof(o));
	CU_ASSERT_PTR_NULL(semper_der_binding_check(TYPE("Options"), fields));
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Options"), fields, &o,
			    all_options), SEMPER_OK);
	CU_ASSERT(o.has_number && o.has_pair && o.has_flag && o.has_nothing);
	CU_ASSERT_EQUAL(o.number, 5);
	CU_ASSERT_EQUAL(o.pair.first, 6);
	CU_ASSERT(semper_bytes_equal(o.pair.second, DER("zz")));
	CU_ASSERT(o.flag);
	CU_ASSERT(semper_bytes_equal(o.last, DER("yy")));
	encodes_to("Options", fields, &o, all_options);
}

static void
no_options_by(const struct semper_field *fields)
{
	struct options o;

	memset(&o, 0x55, sizeof(o));
	o.has_number = o.has_pair = o.has_flag = o.has_nothing = true;
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Options"), fields, &o,
			    no_options), SEMPER_OK);
	CU_ASSERT(!o.has_number && !o.has_pair && !o.has_flag &&
	    !o.has_nothing);
	CU_ASSERT_PTR_NULL(o.pair.second.data);
	encodes_to("Options", fields, &o, no_options);
}

static void
optional_components(void)
{
	all_options_by(options_fields);
	no_options_by(options_fields);
}

static void
flat_paths(void)
{
	all_options_by(flat_fields);
	no_options_by(flat_fields);
}

static void
views_point_into_the_input(void)
{
	struct options o;

	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Options"), options_fields, &o,
			    all_options), SEMPER_OK);
	CU_ASSERT_PTR_EQUAL(o.last.data, all_options.data + 21);
	CU_ASSERT_PTR_EQUAL(o.pair.second.data, all_options.data + 12);
}

static void
present_but_missing(void)
{
	struct options o = {.has_pair = true, .last = DER("yy")};

	encode_fails("Options", options_fields, &o);
	o = (struct options){.last = SEMPER_NONE};
	encode_fails("Options", options_fields, &o);
}

struct defaults {
	bool flag, set;
	int64_t number;
	enum colour colour;
};

static const struct semper_field defaults_fields[] = {
    FIELD_BOOL("flag", struct defaults, flag),
    FIELD_BOOL("set", struct defaults, set),
    FIELD_INT("number", struct defaults, number),
    FIELD_ENUM("colour", struct defaults, colour), FIELD_END};

static void
default_values(void)
{
	struct defaults d = {true, false, 7, RED};

	CU_ASSERT_PTR_NULL(semper_der_binding_check(TYPE("Defaults"),
	    defaults_fields));
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Defaults"), defaults_fields, &d,
			    DER("\x30\0")), SEMPER_OK);
	CU_ASSERT(!d.flag && d.set);
	CU_ASSERT_EQUAL(d.number, -3);
	CU_ASSERT_EQUAL(d.colour, GREEN);
	encodes_to("Defaults", defaults_fields, &d, DER("\x30\0"));
	d = (struct defaults){true, false, -2, BLUE};
	encodes_to("Defaults", defaults_fields, &d,
	    DER("\x30\x0f\1\1\xff\x80\1\0\xa1\3\2\1\xfe\x0a\2\1\x2c"));
}

struct alternative {
	int which;
	int64_t number;
	struct semper_bytes text;
	struct pair pair;
};

static const struct semper_field alternative_fields[] = {
    FIELD_CHOICE("", struct alternative, which),
    FIELD_INT("number", struct alternative, number),
    FIELD_BYTES("text", struct alternative, text),
    FIELD_GROUP("pair", struct alternative, pair, pair_fields), FIELD_END};

static void
choices(void)
{
	static const struct semper_bytes ders[] = {INITIAL("\2\1\5"),
	    INITIAL("\x80\1x"), INITIAL("\xa1\7\2\1\6\4\2zz")};
	struct alternative a;
	int i;

	CU_ASSERT_PTR_NULL(semper_der_binding_check(TYPE("Alternative"),
	    alternative_fields));
	for (i = 0; i < 3; i++) {
		memset(&a, 0x55, sizeof(a));
		CU_ASSERT_EQUAL(semper_der_decode(TYPE("Alternative"),
				    alternative_fields, &a, ders[i]),
		    SEMPER_OK);
		CU_ASSERT_EQUAL(a.which, i);
		CU_ASSERT_EQUAL(a.text.data != NULL, i == 1);
		CU_ASSERT_EQUAL(a.pair.second.data != NULL, i == 2);
		encodes_to("Alternative", alternative_fields, &a, ders[i]);
	}
	a.which = 3;
	encode_fails("Alternative", alternative_fields, &a);
	a.which = -1;
	encode_fails("Alternative", alternative_fields, &a);
}

/* ---- whole components --------------------------------------------------- */

struct captured {
	struct semper_bytes der;
	bool has_pair;
	struct pair pair;
	struct semper_bytes last;
};

static const struct semper_field captured_fields[] = {
    FIELD_PRESENT("pair", struct captured, has_pair),
    FIELD_DER("pair", struct captured, der),
    FIELD_GROUP("pair", struct captured, pair, pair_fields),
    FIELD_BYTES("last", struct captured, last), FIELD_END};

static void
capture(void)
{
	struct captured c;

	CU_ASSERT_PTR_NULL(semper_der_binding_check(TYPE("Options"),
	    captured_fields));
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Options"), captured_fields, &c,
			    all_options), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(c.der, DER("\xa1\7\2\1\6\4\2zz")));
	CU_ASSERT_EQUAL(c.pair.first, 6);
	c.pair.first = 9; /* ignored: the view wins */
	encodes_to("Options", captured_fields, &c,
	    DER("\x30\x0d\xa1\7\2\1\6\4\2zz\4\2yy"));
	c.der = SEMPER_NONE;
	encodes_to("Options", captured_fields, &c,
	    DER("\x30\x0d\xa1\7\2\1\x9\4\2zz\4\2yy"));
	c.der = DER("\xa1\6\2\1\6\4\1z"); /* second is too short */
	encode_fails("Options", captured_fields, &c);
	c.der = DER("\x30\7\2\1\6\4\2zz"); /* the type's own identifier */
	encode_fails("Options", captured_fields, &c);
}

/* ---- lists -------------------------------------------------------------- */

struct lists {
	struct {
		size_t n;
		struct semper_bytes item[4];
	} views;
	struct {
		size_t n;
		struct pair item[2];
	} pairs;
};

static const struct semper_field list_fields[] = {
    FIELD_LIST("", struct lists, views), FIELD_END};
static const struct semper_field list_der_fields[] = {
    FIELD_LIST_DER("", struct lists, views), FIELD_END};
static const struct semper_field list_group_fields[] = {
    FIELD_LIST_GROUP("", struct lists, pairs, struct pair, pair_fields),
    FIELD_END};

static void
lists_of_views(void)
{
	const struct semper_bytes der = DER("\x31\7\4\1" "b\4\2" "aa");
	struct lists l;

	CU_ASSERT_PTR_NULL(semper_der_binding_check(TYPE("Collection"),
	    list_fields));
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Collection"), list_fields, &l,
			    der), SEMPER_OK);
	CU_ASSERT_EQUAL(l.views.n, 2);
	CU_ASSERT(semper_bytes_equal(l.views.item[1], DER("aa")));
	encodes_to("Collection", list_fields, &l, der);
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Collection"), list_der_fields,
			    &l, der), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(l.views.item[1], DER("\4\2" "aa")));
	encodes_to("Collection", list_der_fields, &l, der);
	l.views.n = 5;
	encode_fails("Collection", list_der_fields, &l);
}

static void
set_in_order(void)
{
	struct lists l = {.views = {2, {DER("b"), DER("a")}}};

	encode_fails("Collection", list_fields, &l);
	l.views.n = 1;
	encodes_to("Collection", list_fields, &l, DER("\x31\3\4\1" "b"));
	l.views.n = 0;
	encodes_to("Collection", list_fields, &l, DER("\x31\0"));
}

static void
lists_of_structs(void)
{
	const struct semper_bytes der =
	    DER("\x30\x12\x30\7\2\1\1\4\2xx\x30\7\2\1\2\4\2yy");
	struct lists l;

	CU_ASSERT_PTR_NULL(semper_der_binding_check(TYPE("Pairs"),
	    list_group_fields));
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Pairs"), list_group_fields, &l,
			    der), SEMPER_OK);
	CU_ASSERT_EQUAL(l.pairs.n, 2);
	CU_ASSERT_EQUAL(l.pairs.item[1].first, 2);
	CU_ASSERT(semper_bytes_equal(l.pairs.item[0].second, DER("xx")));
	encodes_to("Pairs", list_group_fields, &l, der);
	l.pairs.item[1].first = 1000;
	encode_fails("Pairs", list_group_fields, &l);
}

/* A binding with too little room answers so, and writes nothing past it. */
static void
list_without_room(void)
{
	struct {
		size_t n;
		struct semper_bytes item[1];
	} small[2];
	struct holder {
		struct {
			size_t n;
			struct semper_bytes item[1];
		} list;
	};
	static const struct semper_field fields[] = {
	    FIELD_LIST("", struct holder, list), FIELD_END};

	memset(small, 0, sizeof(small));
	CU_ASSERT_STRING_EQUAL(semper_der_binding_check(TYPE("Collection"),
	    fields), "");
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Collection"), fields, small,
			    DER("\x31\6\4\1" "a\4\1" "b")), SEMPER_E_ARGUMENT);
	CU_ASSERT_PTR_NULL(small[1].item[0].data);
}

/* ---- views and lists that need no PRESENT ------------------------------- */

struct identifier {
	struct semper_bytes key, serial;
	struct {
		size_t n;
		struct semper_bytes item[16];
	} issuer;
};

static const struct semper_field identifier_fields[] = {
    FIELD_BYTES("keyIdentifier", struct identifier, key),
    FIELD_LIST_DER("authorityCertIssuer", struct identifier, issuer),
    FIELD_BYTES("authorityCertSerialNumber", struct identifier, serial),
    FIELD_END};

static void
identifier_is(const struct identifier *id, struct semper_bytes want)
{
	const struct semper_der_type *t =
	    semper_der_find("PKIX", "AuthorityKeyIdentifier");
	uint8_t room[64];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct identifier back;

	CU_ASSERT_PTR_NULL(semper_der_binding_check(t, identifier_fields));
	CU_ASSERT_EQUAL(semper_der_encode(t, identifier_fields, id, &out),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(semper_written(&out), want));
	memset(&back, 0x55, sizeof(back));
	CU_ASSERT_EQUAL(semper_der_decode(t, identifier_fields, &back, want),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(back.key, id->key));
	CU_ASSERT(semper_bytes_equal(back.serial, id->serial));
	CU_ASSERT_EQUAL(back.issuer.n, id->issuer.n);
}

static void
optional_views(void)
{
	struct identifier id = {.key = SEMPER_NONE};

	identifier_is(&id, DER("\x30\0"));
	id.key = DER("kk");
	identifier_is(&id, DER("\x30\4\x80\2kk"));
	id.issuer.n = 1;
	id.issuer.item[0] = DER("\x82\1n");
	identifier_is(&id, DER("\x30\x09\x80\2kk\xa1\3\x82\1n"));
	id.key = SEMPER_NONE;
	id.serial = DER("\5");
	identifier_is(&id, DER("\x30\x08\xa1\3\x82\1n\x82\1\5"));
}

struct update {
	struct semper_bytes signature, issuer;
	int this_kind, next_kind;
	bool has_next;
	int64_t this_update, next_update;
};

/* An OPTIONAL CHOICE is there if any of its alternatives begins. */
static void
optional_choice(void)
{
	static const struct semper_field fields[] = {
	    FIELD_DER("signature", struct update, signature),
	    FIELD_DER("issuer", struct update, issuer),
	    FIELD_CHOICE("thisUpdate", struct update, this_kind),
	    FIELD_TIME("thisUpdate.utcTime", struct update, this_update),
	    FIELD_PRESENT("nextUpdate", struct update, has_next),
	    FIELD_CHOICE("nextUpdate", struct update, next_kind),
	    FIELD_TIME("nextUpdate.generalTime", struct update, next_update),
	    FIELD_END};
	const struct semper_der_type *t = semper_der_find("PKIX", "TBSCertList");
	struct update u = {.signature = DER("\x30\3\6\1\x2a"),
	    .issuer = DER("\x30\0"), .next_kind = 1,
	    .next_update = INT64_C(2524608000)}, back;
	uint8_t room[64];
	int i;

	CU_ASSERT_PTR_NULL(semper_der_binding_check(t, fields));
	for (i = 0; i < 2; i++) {
		struct semper_buffer out = SEMPER_BUFFER(room);

		u.has_next = i == 1;
		CU_ASSERT_EQUAL(semper_der_encode(t, fields, &u, &out),
		    SEMPER_OK);
		CU_ASSERT_EQUAL(out.len, i == 0 ? 24 : 41);
		CU_ASSERT_EQUAL(semper_der_decode(t, fields, &back,
				    semper_written(&out)), SEMPER_OK);
		CU_ASSERT_EQUAL(back.has_next, i == 1);
	}
	CU_ASSERT_EQUAL(back.next_kind, 1);
	CU_ASSERT_EQUAL(back.next_update, u.next_update);
}

/* What no field covers cannot be encoded, whatever its type. */
static void
uncovered(void)
{
	static const struct semper_field none[] = {FIELD_END};
	static const char *const types[] = {"Small", "Pair", "Alternative",
	    "List", "Collection", "Open", "Tags"};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		encode_fails(types[i], none, "");
	encodes_to("Nothing", none, "", DER("\5\0"));
	encodes_to("Defaults", none, "", DER("\x30\0"));
}

/* ---- the buffer --------------------------------------------------------- */

/* Is each octet of FILL or wiped? */
static bool
nothing_is_left(const uint8_t *octets, size_t len, uint8_t fill)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (octets[i] != fill && octets[i] != 0)
			return false;
	return true;
}

static void
every_buffer_too_small(void)
{
	struct options o;
	uint8_t room[64];
	size_t cap;

	CU_ASSERT_EQUAL_FATAL(semper_der_decode(TYPE("Options"),
	    options_fields, &o, all_options), SEMPER_OK);
	for (cap = 2; cap < 2 + all_options.len; cap++) {
		struct semper_buffer out = {room, 2, cap};

		memset(room, 0x77, sizeof(room));
		CU_ASSERT_EQUAL(semper_der_encode(TYPE("Options"),
				    options_fields, &o, &out), SEMPER_E_SPACE);
		CU_ASSERT_EQUAL(out.len, 2);
		CU_ASSERT(room[0] == 0x77 && room[1] == 0x77);
		CU_ASSERT(nothing_is_left(room + 2, cap - 2, 0x77));
		CU_ASSERT_EQUAL(room[cap], 0x77);
		CU_ASSERT_EQUAL(semper_der_canonical(TYPE("Options"),
				    all_options, &out), SEMPER_E_SPACE);
		CU_ASSERT_EQUAL(out.len, 2);
		CU_ASSERT(nothing_is_left(room + 2, cap - 2, 0x77));
	}
}

/* The length of a long component is put in afterwards: at each capacity around
 * the sizes where it grows. */
static void
long_lengths(void)
{
	static uint8_t data[70000], room[70010];
	static const size_t lengths[] = {127, 128, 255, 256, 65535, 65536};
	struct values v;
	size_t i, header;

	for (i = 0; i < 6; i++) {
		struct semper_buffer out = {room, 0, 0};

		header = lengths[i] < 128 ? 2 : lengths[i] < 256 ? 3
		    : lengths[i] < 65536			  ? 4
								  : 5;
		v.bytes = SEMPER_BYTES(data, lengths[i]);
		out.cap = header + lengths[i] - 1;
		CU_ASSERT_EQUAL(semper_der_encode(TYPE("Data"), bytes_fields,
				    &v, &out), SEMPER_E_SPACE);
		out.cap++;
		CU_ASSERT_EQUAL(semper_der_encode(TYPE("Data"), bytes_fields,
				    &v, &out), SEMPER_OK);
		CU_ASSERT_EQUAL(out.len, out.cap);
		CU_ASSERT_EQUAL(semper_der_decode(TYPE("Data"), bytes_fields,
				    &v, semper_written(&out)), SEMPER_OK);
		CU_ASSERT_EQUAL(v.bytes.len, lengths[i]);
	}
}

static void
no_type_no_input(void)
{
	struct values v;
	struct semper_buffer out = {NULL, 0, 0};

	CU_ASSERT_EQUAL(semper_der_decode(NULL, bytes_fields, &v, DER("\4\0")),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_der_decode(TYPE("Data"), bytes_fields, &v,
			    SEMPER_NONE), SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_der_encode(NULL, bytes_fields, &v, &out),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_der_canonical(NULL, DER("\4\0"), &out),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_der_canonical(TYPE("Data"), SEMPER_NONE, &out),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_der_canonical(TYPE("Data"), DER(""), &out),
	    SEMPER_REFUSAL(SEMPER_MALFORMED, 0));
}

/* ---- walking ------------------------------------------------------------ */

static void
runs_of_encodings(void)
{
	struct semper_bytes rest = semper_der_contents(all_options), first;
	size_t n = 0;

	while (semper_der_next(&rest, &first))
		n++;
	CU_ASSERT_EQUAL(n, 5);
	CU_ASSERT(semper_bytes_equal(first, DER("\4\2yy")));
	CU_ASSERT(semper_bytes_equal(semper_der_contents(first), DER("yy")));
	CU_ASSERT_EQUAL(rest.len, 0);
	rest = DER("\4\5x");
	CU_ASSERT(!semper_der_next(&rest, &first));
	CU_ASSERT_EQUAL(rest.len, 3);
	CU_ASSERT_PTR_NULL(semper_der_contents(rest).data);
}

SUITE("asn1: bindings",
    {"each kind of field fits the types it is for", single_values_fit},
    {"numbers within bounds, both ways", numbers},
    {"integers of every width, both ways", widths_of_integers},
    {"naturals have no sign octet in C", naturals},
    {"other values are encoded, or refused", other_values},
    {"other values are decoded", other_values_back},
    {"optional components, present and absent, by a group",
	optional_components},
    {"optional components by flat paths", flat_paths},
    {"views point into the input", views_point_into_the_input},
    {"a component said to be present must be", present_but_missing},
    {"defaults are given and never written", default_values},
    {"a choice keeps which alternative it was", choices},
    {"a whole component is captured, and copied if it is valid", capture},
    {"lists of contents and of whole encodings", lists_of_views},
    {"a SET OF must be given in order", set_in_order},
    {"lists of structs", lists_of_structs},
    {"a list never exceeds its room", list_without_room},
    {"optional views and lists need no more to be told apart",
	optional_views},
    {"an optional choice, present and absent", optional_choice},
    {"what no field covers is not encoded", uncovered},
    {"every buffer that is too small is left alone", every_buffer_too_small},
    {"lengths of one to four octets fit exactly", long_lengths},
    {"no type and no input are errors of the caller", no_type_no_input},
    {"a run of encodings is walked to its end", runs_of_encodings});
