#include <stdio.h>
#include <string.h>

#include "asn1/der_schema.h"
#include "tests/test.h"

/* A faulty module would hide all its types from semper_der_find. */
static void
every_module_is_understood(void)
{
	const struct semper_der_module *m = semper_der_faulty_module();

	CU_ASSERT_PTR_NULL(m);
	if (m != NULL)
		printf("%s: %s\n", m->table[0].name, m->fault);
}

static void
every_type_is_found(void)
{
	const struct semper_der_module *m;
	const struct semper_der_type *t;
	size_t modules = 0, types = 0;

	for (m = semper_der_modules; m->table != NULL; m++, modules++)
		for (t = m->types[0].child; t != NULL; t = t->next) {
			if (!t->assignment)
				continue;
			types++;
			CU_ASSERT_PTR_EQUAL(semper_der_find(m->table[0].name,
						t->name),
			    t);
		}
	CU_ASSERT(modules >= 3);
	CU_ASSERT(types > 50);
}

static void
nothing_else_is_found(void)
{
	CU_ASSERT_PTR_NULL(semper_der_find("DER-Types", "truth"));
	CU_ASSERT_PTR_NULL(semper_der_find("DER-Types", ""));
	CU_ASSERT_PTR_NULL(semper_der_find("DER-Type", "Truth"));
	CU_ASSERT_PTR_NULL(semper_der_find("PKIX", "id-semper"));
	CU_ASSERT_PTR_NULL(semper_der_find("PKIX", "tbsCertificate"));
}

static void
bounds(const char *type, int64_t min, int64_t max)
{
	const struct semper_der_type *t = semper_der_find("DER-Types", type);

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(t->min, min);
	CU_ASSERT_EQUAL(t->max, max);
}

static void
constraints_survive(void)
{
	bounds("Number", INT64_MIN, INT64_MAX);
	bounds("Small", -128, 127);
	bounds("Natural", 0, INT64_MAX);
	bounds("Octets", 2, 4);
	bounds("Utf8", 1, 3);
	bounds("Data", 0, INT64_MAX);
	bounds("List", 1, 3);
	bounds("Pairs", 0, 2);
	bounds("Collection", 0, 4);
	bounds("Marked", 2, 4);
}

static void
tags_are_resolved(void)
{
	static const uint8_t ids[][3] = {{1, 0x80}, {2, 0xa1, 0x02}, {1, 0xa2},
	    {1, 0x45}};
	const struct semper_der_type *t = semper_der_find("DER-Types", "Tags");
	size_t i = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (t = t->child; t != NULL; t = t->next, i++) {
		CU_ASSERT_EQUAL_FATAL(t->ids, ids[i][0]);
		CU_ASSERT_EQUAL(memcmp(t->id, ids[i] + 1, t->ids), 0);
	}
	CU_ASSERT_EQUAL(i, 4);
}

static void
defaults_are_resolved(void)
{
	static const int64_t defaults[] = {0, 1, -3, 1};
	const struct semper_der_type *t =
	    semper_der_find("DER-Types", "Defaults");
	size_t i = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (t = t->child; t != NULL; t = t->next, i++) {
		CU_ASSERT(t->has_default);
		CU_ASSERT_EQUAL(t->default_value, defaults[i]);
	}
	CU_ASSERT_EQUAL(i, 4);
}

SUITE("asn1: schema",
    {"every construct of every linked module is understood",
	every_module_is_understood},
    {"every assigned type is found by its names", every_type_is_found},
    {"values, components and other names are not found", nothing_else_is_found},
    {"sizes and value ranges are those of the module", constraints_survive},
    {"tags become identifiers, EXPLICIT at a CHOICE", tags_are_resolved},
    {"defaults become values", defaults_are_resolved});
