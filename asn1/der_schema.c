/* der_schema.c -- from asn1Parser's tables to the types of der_schema.h. */
#include "asn1/der_schema.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Flags beside the kind in asn1_static_node.type.  libtasn1 does not export
 * their names, but every program that links a table relies on the values. */
enum {
	NODE_KIND = 0xff,
	NODE_UNIVERSAL = 1 << 8,
	NODE_PRIVATE = 1 << 9,
	NODE_APPLICATION = 1 << 10,
	NODE_EXPLICIT = 1 << 11,
	NODE_OPTION = 1 << 14,
	NODE_DEFAULT = 1 << 15,
	NODE_TRUE = 1 << 16,
	NODE_FALSE = 1 << 17,
	NODE_LIST = 1 << 18,
	NODE_MIN_MAX = 1 << 19,
	NODE_DEFINED_BY = 1 << 22,
	NODE_ASSIGN = 1 << 28,
	NODE_DOWN = 1 << 29,
	NODE_RIGHT = 1 << 30
};

enum { CONSTRUCTED = 0x20, HIGH_TAG_NUMBER = 31 };

struct loader {
	struct semper_der_module *module;
	size_t at;       /* the next entry of the table */
	size_t integers; /* INTEGERs met so far */
};

static void
fault(struct semper_der_module *m, const char *name)
{
	if (m->fault == NULL)
		m->fault = name != NULL ? name : "(an element)";
}

/* A bound or number as the table writes it. */
static bool
parse_number(const char *text, int64_t *value)
{
	char *end;

	if (text == NULL)
		return false;
	if (strcmp(text, "MAX") == 0) {
		*value = INT64_MAX;
		return true;
	}
	errno = 0;
	*value = strtoll(text, &end, 10);
	return *text != '\0' && *end == '\0' && errno == 0;
}

/* SIZE (min..max) stands as {max, min}, SIZE (n) as {NULL, n}. */
static void
attach_size(struct loader *l, struct semper_der_type *parent,
    const asn1_static_node *e)
{
	bool two = e->type & NODE_MIN_MAX;

	if (!parse_number(e->value, &parent->min) ||
	    !parse_number(two ? e->name : e->value, &parent->max) ||
	    parent->min < 0)
		fault(l->module, parent->name);
}

static void
attach_tag(struct loader *l, struct semper_der_type *parent,
    const asn1_static_node *e)
{
	unsigned class = e->type & NODE_UNIVERSAL ? 0x00
	    : e->type & NODE_APPLICATION          ? 0x40
	    : e->type & NODE_PRIVATE              ? 0xc0
						  : 0x80;
	int64_t number;

	if (parent->tags == DER_MAX_IDS || !parse_number(e->value, &number) ||
	    number < 0 || number >= HIGH_TAG_NUMBER) {
		fault(l->module, parent->name);
		return;
	}
	parent->tag_explicit[parent->tags] = (e->type & NODE_EXPLICIT) != 0;
	parent->tag[parent->tags++] = (uint8_t)(class | (unsigned)number);
}

static void
attach_default(struct semper_der_type *parent, const asn1_static_node *e)
{
	parent->default_text = e->type & NODE_TRUE ? "1"
	    : e->type & NODE_FALSE                 ? "0"
						   : e->value;
}

static void
append(struct semper_der_type **list, struct semper_der_type *node)
{
	while (*list != NULL)
		list = &(*list)->next;
	*list = node;
}

static void
attach(struct loader *l, struct semper_der_type *parent,
    struct semper_der_type *node, const asn1_static_node *e)
{
	switch (node->kind) {
	case ASN1_ETYPE_SIZE:
		attach_size(l, parent, e);
		break;
	case ASN1_ETYPE_TAG:
		attach_tag(l, parent, e);
		break;
	case ASN1_ETYPE_DEFAULT:
		attach_default(parent, e);
		break;
	case ASN1_ETYPE_CONSTANT:
		/* arcs of an OBJECT IDENTIFIER value are of no use here */
		if (parent->named && !parse_number(e->value, &node->min))
			fault(l->module, node->name);
		append(&parent->names, node);
		break;
	default:
		append(&parent->child, node);
	}
}

static void
load_entry(struct loader *l, struct semper_der_type *node,
    const asn1_static_node *e)
{
	struct semper_der_module *m = l->module;

	node->name = e->name;
	node->name_len = e->name != NULL ? strlen(e->name) : 0;
	node->kind = e->type & NODE_KIND;
	node->optional = e->type & NODE_OPTION;
	node->has_default = e->type & NODE_DEFAULT;
	node->named = e->type & NODE_LIST;
	node->refers = e->value;
	node->max = INT64_MAX;
	if (e->type & NODE_DEFINED_BY)
		fault(m, e->name);
	if (node->kind != ASN1_ETYPE_INTEGER)
		return;
	if (l->integers < m->integers) {
		node->min = m->ranges[l->integers].min;
		node->max = m->ranges[l->integers].max;
	}
	l->integers++;
}

/* Load the entry next in the table with its siblings and all below them.  The
 * table is the tree written depth first: DOWN says that the next entry is a
 * child, RIGHT that a sibling follows after all of these. */
static void
load_siblings(struct loader *l, struct semper_der_type *parent)
{
	const asn1_static_node *e;
	struct semper_der_type *node;

	do {
		e = &l->module->table[l->at];
		node = &l->module->types[l->at++];
		load_entry(l, node, e);
		if (e->type & NODE_DOWN)
			load_siblings(l, node);
		node->assignment = parent == l->module->types &&
		    node->name != NULL && !(e->type & NODE_ASSIGN);
		if (parent != NULL)
			attach(l, parent, node, e);
	} while (e->type & NODE_RIGHT);
}

/* The identifier octet of a kind in the UNIVERSAL class; 0 for one that has
 * none, -1 for one that this codec does not know. */
static int
universal_id(unsigned kind)
{
	switch (kind) {
	case ASN1_ETYPE_CHOICE:
	case ASN1_ETYPE_ANY:
		return 0;
	case ASN1_ETYPE_BOOLEAN:
		return ASN1_TAG_BOOLEAN;
	case ASN1_ETYPE_INTEGER:
		return ASN1_TAG_INTEGER;
	case ASN1_ETYPE_BIT_STRING:
		return ASN1_TAG_BIT_STRING;
	case ASN1_ETYPE_OCTET_STRING:
		return ASN1_TAG_OCTET_STRING;
	case ASN1_ETYPE_NULL:
		return ASN1_TAG_NULL;
	case ASN1_ETYPE_OBJECT_ID:
		return ASN1_TAG_OBJECT_ID;
	case ASN1_ETYPE_ENUMERATED:
		return ASN1_TAG_ENUMERATED;
	case ASN1_ETYPE_UTF8_STRING:
		return ASN1_TAG_UTF8_STRING;
	case ASN1_ETYPE_NUMERIC_STRING:
		return ASN1_TAG_NUMERIC_STRING;
	case ASN1_ETYPE_PRINTABLE_STRING:
		return ASN1_TAG_PRINTABLE_STRING;
	case ASN1_ETYPE_IA5_STRING:
		return ASN1_TAG_IA5_STRING;
	case ASN1_ETYPE_VISIBLE_STRING:
		return ASN1_TAG_VISIBLE_STRING;
	case ASN1_ETYPE_UTC_TIME:
		return ASN1_TAG_UTCTime;
	case ASN1_ETYPE_GENERALIZED_TIME:
		return ASN1_TAG_GENERALIZEDTime;
	case ASN1_ETYPE_SEQUENCE:
	case ASN1_ETYPE_SEQUENCE_OF:
		return ASN1_TAG_SEQUENCE | CONSTRUCTED;
	case ASN1_ETYPE_SET_OF:
		return ASN1_TAG_SET | CONSTRUCTED;
	default:
		return -1;
	}
}

/* Put the tags written at N before the identifiers of its body, from the
 * inside out.  A tag is EXPLICIT if it says so, or where there is nothing to
 * replace: at a CHOICE or ANY (X.680 31.2.7). */
static bool
apply_tags(struct semper_der_type *n)
{
	unsigned i = n->tags;

	while (i-- > 0) {
		if (!n->tag_explicit[i] && n->ids > 0) {
			n->id[0] = n->tag[i] | (n->id[0] & CONSTRUCTED);
			continue;
		}
		if (n->ids == DER_MAX_IDS)
			return false;
		memmove(n->id + 1, n->id, n->ids++);
		n->id[0] = n->tag[i] | CONSTRUCTED;
	}
	return true;
}

static bool
resolve_default(struct semper_der_type *n)
{
	const struct semper_der_type *name;

	if (n->kind != ASN1_ETYPE_BOOLEAN && n->kind != ASN1_ETYPE_INTEGER &&
	    n->kind != ASN1_ETYPE_ENUMERATED)
		return false;
	for (name = n->names; name != NULL; name = name->next)
		if (strcmp(name->name, n->default_text) == 0) {
			n->default_value = name->min;
			return true;
		}
	return parse_number(n->default_text, &n->default_value);
}

static struct semper_der_type *
find_assignment(const struct semper_der_module *m, const char *name)
{
	struct semper_der_type *t = m->types[0].child;

	while (t != NULL && !(t->assignment && strcmp(t->name, name) == 0))
		t = t->next;
	return t;
}

static bool resolve(struct semper_der_module *m, struct semper_der_type *n);

/* N takes what its reference stands for: a component's own are only its name,
 * tags, OPTIONAL, DEFAULT. */
static bool
resolve_reference(struct semper_der_module *m, struct semper_der_type *n)
{
	struct semper_der_type *to = find_assignment(m, n->refers);

	if (to == NULL || !resolve(m, to))
		return false;
	n->kind = to->kind;
	n->named = to->named;
	n->min = to->min;
	n->max = to->max;
	n->child = to->child;
	n->names = to->names;
	n->ids = to->ids;
	memcpy(n->id, to->id, sizeof(n->id));
	return true;
}

static bool
resolve_own(struct semper_der_type *n)
{
	int id = universal_id(n->kind);

	if (id > 0)
		n->id[n->ids++] = (uint8_t)id;
	return id >= 0;
}

static bool
resolve(struct semper_der_module *m, struct semper_der_type *n)
{
	if (n->state != DER_RAW)
		return n->state == DER_DONE;
	n->state = DER_BUSY;
	if (n->kind == ASN1_ETYPE_IDENTIFIER ? !resolve_reference(m, n)
					     : !resolve_own(n))
		return false;
	if (!apply_tags(n) || (n->has_default && !resolve_default(n)))
		return false;
	n->state = DER_DONE;
	return true;
}

/* Entries that only say something about the type they hang on. */
static bool
is_attribute(unsigned kind)
{
	return kind == ASN1_ETYPE_SIZE || kind == ASN1_ETYPE_TAG ||
	    kind == ASN1_ETYPE_DEFAULT || kind == ASN1_ETYPE_CONSTANT ||
	    kind == ASN1_ETYPE_DEFINITIONS;
}

void
semper_der_load(struct semper_der_module *m)
{
	struct loader l = {m, 0, 0};
	size_t i;

	load_siblings(&l, NULL);
	if (l.integers != m->integers)
		fault(m, "the ranges of INTEGER");
	for (i = 0; i < m->count; i++)
		if (!is_attribute(m->types[i].kind) &&
		    !resolve(m, &m->types[i]))
			fault(m, m->types[i].name);
}

/* Where the types are whose names hash as MODULE and TYPE do. */
static struct semper_der_type **
slot_of(const char *module, const char *type)
{
	static struct semper_der_type *slots[512];
	unsigned hash = 0;

	while (*module != '\0')
		hash = 31 * hash + (unsigned char)*module++;
	while (*type != '\0')
		hash = 31 * hash + (unsigned char)*type++;
	return &slots[hash % (sizeof slots / sizeof slots[0])];
}

static void
enter_assignments(const struct semper_der_module *m)
{
	struct semper_der_type *t, **slot;

	for (t = m->types[0].child; t != NULL; t = t->next) {
		if (!t->assignment)
			continue;
		slot = slot_of(m->types[0].name, t->name);
		t->module = m->types[0].name;
		t->alike = *slot;
		*slot = t;
	}
}

static void
load_modules(void)
{
	struct semper_der_module *m;

	for (m = semper_der_modules; m->table != NULL; m++) {
		semper_der_load(m);
		if (m->fault == NULL)
			enter_assignments(m);
	}
}

static void
load_once(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_modules);
}

const struct semper_der_type *
semper_der_find(const char *module, const char *type)
{
	const struct semper_der_type *t;

	load_once();
	t = *slot_of(module, type);
	while (t != NULL &&
	    (strcmp(t->name, type) != 0 || strcmp(t->module, module) != 0))
		t = t->alike;
	return t;
}

const struct semper_der_module *
semper_der_faulty_module(void)
{
	const struct semper_der_module *m;

	load_once();
	for (m = semper_der_modules; m->table != NULL; m++)
		if (m->fault != NULL)
			return m;
	return NULL;
}

bool
semper_der_starts(const struct semper_der_type *t, uint8_t id)
{
	const struct semper_der_type *alternative;

	if (t->ids > 0)
		return t->id[0] == id;
	if (t->kind == ASN1_ETYPE_ANY)
		return true;
	for (alternative = t->child; alternative != NULL;
	     alternative = alternative->next)
		if (semper_der_starts(alternative, id))
			return true;
	return false;
}

bool
semper_der_is_primitive(const struct semper_der_type *t)
{
	return t->kind != ASN1_ETYPE_SEQUENCE &&
	    t->kind != ASN1_ETYPE_SEQUENCE_OF && t->kind != ASN1_ETYPE_SET_OF &&
	    t->kind != ASN1_ETYPE_CHOICE && t->kind != ASN1_ETYPE_ANY;
}
