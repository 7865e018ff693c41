/* der_schema.h -- the types of the linked modules, as the codec walks them.
 *
 * asn1Parser's tables (asn1_static_node, libtasn1's ABI) are the schema.  At
 * first use each is turned, once and in place, into a graph of nodes: sizes
 * and defaults as numbers, references resolved, identifier octets computed.
 * The nodes are an array parallel to the table, so nothing is allocated
 * (DER-E-05).
 */
#ifndef SEMPER_ASN1_DER_SCHEMA_H
#define SEMPER_ASN1_DER_SCHEMA_H

#include <libtasn1.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asn1/der.h"

enum {
	DER_MAX_IDS = 3 /* identifiers of one component: own and EXPLICIT tags */
};

/* One type: of an assignment, a component, an alternative or the elements of
 * a list.  An INTEGER has a range, an ENUMERATED names, anything else sized
 * has bounds on octets, characters, bits or elements. */
struct semper_der_type {
	const char *name;   /* of the component; NULL for elements */
	size_t name_len;
	unsigned kind;      /* ASN1_ETYPE_*, never IDENTIFIER once resolved */
	bool assignment;    /* stands at the top of its module */
	bool optional, has_default;
	bool named;         /* has named numbers or bits */
	unsigned ids;
	uint8_t id[DER_MAX_IDS]; /* identifier octets, the outermost first */
	int64_t min, max;
	int64_t default_value;
	struct semper_der_type *child; /* the first component or the element */
	struct semper_der_type *names; /* the first named number, in its min */
	struct semper_der_type *next;

	/* An assignment: its module, and the next one of its slot. */
	const char *module;
	struct semper_der_type *alike;

	/* As written, and read only while the module is resolved. */
	const char *refers, *default_text;
	unsigned tags;
	uint8_t tag[DER_MAX_IDS]; /* class and number, the outermost first */
	bool tag_explicit[DER_MAX_IDS];
	enum { DER_RAW, DER_BUSY, DER_DONE } state;
};

struct semper_der_range {
	int64_t min, max;
};

struct semper_der_module {
	const asn1_static_node *table;
	struct semper_der_type *types; /* parallel to the table */
	size_t count;
	const struct semper_der_range *ranges; /* of each INTEGER, in order */
	size_t integers;
	const char *fault; /* the component that cannot be used, NULL: none */
};

/* Generated (harness/tools/asn1-tables.tcl); the last one has no table. */
extern struct semper_der_module semper_der_modules[];

/* Turn M's table into types; sets M->fault if it holds a construct that this
 * codec does not know.  Done for the linked modules at first use. */
void semper_der_load(struct semper_der_module *m);

/* The first module with a construct this codec does not know, NULL if none;
 * its `fault` names the component. */
const struct semper_der_module *semper_der_faulty_module(void);

/* Can an encoding of T begin with the identifier octet ID? */
bool semper_der_starts(const struct semper_der_type *t, uint8_t id);

/* Is T of constructed or open form, so that it has no contents octets with a
 * meaning of their own? */
bool semper_der_is_primitive(const struct semper_der_type *t);

#endif
