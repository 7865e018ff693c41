/* Tables with constructs that the codec does not know: the module is faulty as
 * a whole, so that no type of it is ever half understood. */
#include <string.h>

#include "asn1/der_schema.h"
#include "tests/test.h"

/* Flags as asn1Parser writes them. */
enum {
	EXPLICIT = 1 << 11,
	IMPLICIT = 1 << 12,
	TAG = 1 << 13,
	HAS_DEFAULT = 1 << 15,
	LIST = 1 << 18,
	MIN_MAX = 1 << 19,
	ONE = 1 << 20,
	SIZE = 1 << 21,
	DEFINED_BY = 1 << 22,
	DOWN = 1 << 29,
	RIGHT = 1 << 30
};

#define MODULE                                                      \
	{                                                           \
		"M", ASN1_ETYPE_DEFINITIONS | IMPLICIT | DOWN, NULL \
	}
#define END                   \
	{                     \
		NULL, 0, NULL \
	}

enum { MOST = 16 };

/* Load TABLE, which ends with END and has INTEGERS ranges; its fault. */
static const char *
fault_of(const asn1_static_node *table, size_t integers)
{
	static struct semper_der_type types[MOST];
	static const struct semper_der_range ranges[MOST];
	struct semper_der_module m = {table, types, 0, ranges, integers, NULL};

	memset(types, 0, sizeof(types));
	while (table[m.count].type != 0)
		m.count++;
	semper_der_load(&m);
	return m.fault;
}

static void
faulty(const asn1_static_node *table, const char *where)
{
	const char *fault = fault_of(table, 0);

	CU_ASSERT_PTR_NOT_NULL_FATAL(fault);
	CU_ASSERT_STRING_EQUAL(fault, where);
}

static void
known_constructs(void)
{
	static const asn1_static_node table[] = {MODULE,
	    {"A", ASN1_ETYPE_OCTET_STRING | SIZE | DOWN | RIGHT, NULL},
	    {"MAX", ASN1_ETYPE_SIZE | MIN_MAX, "1"},
	    {"B", ASN1_ETYPE_IDENTIFIER | RIGHT, "A"},
	    {"C", ASN1_ETYPE_INTEGER, NULL}, END};

	CU_ASSERT_PTR_NULL(fault_of(table, 1));
}

static void
unknown_kinds(void)
{
	static const unsigned kinds[] = {ASN1_ETYPE_SET,
	    ASN1_ETYPE_GENERALSTRING, ASN1_ETYPE_TELETEX_STRING,
	    ASN1_ETYPE_UNIVERSAL_STRING, ASN1_ETYPE_BMP_STRING,
	    ASN1_ETYPE_ANY | DEFINED_BY};
	asn1_static_node table[] = {MODULE,
	    {"A", ASN1_ETYPE_SEQUENCE | DOWN, NULL}, {"part", 0, NULL}, END};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		table[2].type = kinds[i];
		faulty(table, "part");
	}
}

static void
unknown_sizes(void)
{
	static const asn1_static_node named[] = {MODULE,
	    {"A", ASN1_ETYPE_OCTET_STRING | SIZE | DOWN, NULL},
	    {"ub-name", ASN1_ETYPE_SIZE | MIN_MAX, "1"}, END};
	static const asn1_static_node negative[] = {MODULE,
	    {"A", ASN1_ETYPE_OCTET_STRING | SIZE | DOWN, NULL},
	    {NULL, ASN1_ETYPE_SIZE | ONE, "-1"}, END};

	faulty(named, "A");
	faulty(negative, "A");
}

static void
unknown_references(void)
{
	static const asn1_static_node missing[] = {MODULE,
	    {"A", ASN1_ETYPE_IDENTIFIER, "B"}, END};
	static const asn1_static_node circular[] = {MODULE,
	    {"A", ASN1_ETYPE_IDENTIFIER | RIGHT, "B"},
	    {"B", ASN1_ETYPE_IDENTIFIER, "A"}, END};

	faulty(missing, "A");
	faulty(circular, "A");
}

static void
unknown_tags(void)
{
	static const asn1_static_node high[] = {MODULE,
	    {"A", ASN1_ETYPE_NULL | TAG | DOWN, NULL},
	    {NULL, ASN1_ETYPE_TAG | IMPLICIT, "31"}, END};
	static const asn1_static_node deep[] = {MODULE,
	    {"A", ASN1_ETYPE_NULL | TAG | DOWN, NULL},
	    {NULL, ASN1_ETYPE_TAG | EXPLICIT | RIGHT, "0"},
	    {NULL, ASN1_ETYPE_TAG | EXPLICIT | RIGHT, "1"},
	    {NULL, ASN1_ETYPE_TAG | EXPLICIT, "2"}, END};

	faulty(high, "A");
	faulty(deep, "A");
}

static void
unknown_defaults(void)
{
	static const asn1_static_node octets[] = {MODULE,
	    {"A", ASN1_ETYPE_SEQUENCE | DOWN, NULL},
	    {"part", ASN1_ETYPE_OCTET_STRING | HAS_DEFAULT | DOWN, NULL},
	    {NULL, ASN1_ETYPE_DEFAULT, "'00'H"}, END};
	static const asn1_static_node nameless[] = {MODULE,
	    {"A", ASN1_ETYPE_SEQUENCE | DOWN, NULL},
	    {"part", ASN1_ETYPE_ENUMERATED | HAS_DEFAULT | LIST | DOWN, NULL},
	    {NULL, ASN1_ETYPE_DEFAULT | RIGHT, "green"},
	    {"red", ASN1_ETYPE_CONSTANT, "0"}, END};
	static const asn1_static_node numberless[] = {MODULE,
	    {"A", ASN1_ETYPE_ENUMERATED | LIST | DOWN, NULL},
	    {"red", ASN1_ETYPE_CONSTANT, "some"}, END};

	faulty(octets, "part");
	faulty(nameless, "part");
	faulty(numberless, "red");
}

/* The ranges are read from the text of the module; if they are not as many as
 * the table has INTEGERs, none can be trusted. */
static void
ranges_that_do_not_match(void)
{
	static const asn1_static_node table[] = {MODULE,
	    {"A", ASN1_ETYPE_INTEGER, NULL}, END};

	CU_ASSERT_PTR_NULL(fault_of(table, 1));
	CU_ASSERT_PTR_NOT_NULL(fault_of(table, 0));
	CU_ASSERT_PTR_NOT_NULL(fault_of(table, 2));
}

SUITE("asn1: unknown constructs",
    {"a table of known constructs has no fault", known_constructs},
    {"types that the codec does not know", unknown_kinds},
    {"sizes by name, and negative ones", unknown_sizes},
    {"references to nothing and in a circle", unknown_references},
    {"tags above 30, and too many", unknown_tags},
    {"defaults of other types, and names without a number", unknown_defaults},
    {"more or fewer value ranges than integers", ranges_that_do_not_match});
