#include "asn1/der_reader.h"

#include <string.h>

#include "asn1/der_store.h"
#include "asn1/der_tlv.h"
#include "asn1/der_value.h"
#include "base/must.h"

struct reader {
	unsigned depth, elements;
	struct semper_buffer *copy; /* where values are written anew, or NULL */
};

/* One encoding that is being read. */
struct element {
	struct semper_bytes contents;
	size_t mark; /* where its contents begin in the copy */
};

/* ---- the frame of every encoding ---------------------------------------- */

static semper_err
enter(struct reader *r, struct semper_bytes identifier, struct semper_bytes *in,
    struct element *e)
{
	MUST("DER-D-28", r->depth < SEMPER_DER_MAX_DEPTH, DER_MALFORMED);
	MUST("DER-D-29", r->elements < SEMPER_DER_MAX_ELEMENTS, DER_MALFORMED);
	r->depth++;
	r->elements++;
	TRY(semper_der_cut_contents(in, &e->contents));
	return r->copy == NULL ? SEMPER_OK
			       : semper_der_open(r->copy, identifier, &e->mark);
}

static semper_err
leave(struct reader *r, const struct element *e)
{
	r->depth--;
	return r->copy == NULL ? SEMPER_OK : semper_der_close(r->copy, e->mark);
}

static semper_err
enter_expected(struct reader *r, uint8_t id, struct semper_bytes *in,
    struct element *e)
{
	MUST("DER-D-05", in->len > 0 && in->data[0] == id, DER_MALFORMED);
	*in = der_after(*in, 1);
	return enter(r, SEMPER_BYTES(&id, 1), in, e);
}

/* ---- what stands inside ------------------------------------------------- */

static semper_err read_component(struct reader *r,
    const struct semper_der_type *t, struct semper_bytes *in,
    struct der_bind *b);

/* ANY: no type to hold it against, but well-formed to the last octet. */
static semper_err
read_any(struct reader *r, struct semper_bytes *in)
{
	struct semper_bytes identifier;
	struct element e;

	TRY(semper_der_cut_identifier(in, &identifier));
	TRY(enter(r, identifier, in, &e));
	if (!(identifier.data[0] & DER_CONSTRUCTED) && r->copy != NULL)
		TRY(semper_buffer_append(r->copy, e.contents));
	while ((identifier.data[0] & DER_CONSTRUCTED) && e.contents.len > 0)
		TRY(read_any(r, &e.contents));
	return leave(r, &e);
}

static semper_err
read_choice(struct reader *r, const struct semper_der_type *t,
    struct semper_bytes *in, struct der_bind *b)
{
	int *chosen = semper_bind_take(b, SEMPER_FIELD_CHOICE), i = 0;
	const struct semper_der_type *c, *found = t->child;
	struct der_bind inner;

	while (found != NULL &&
	    !(in->len > 0 && semper_der_starts(found, in->data[0])))
		found = found->next;
	MUST("DER-D-09", found != NULL, DER_MALFORMED);
	if (FAULT("DER-D-09") && found == NULL)
		return read_any(r, in);
	for (c = t->child; c != NULL; c = c->next, i++) {
		semper_bind_component(&inner, b, c);
		if (c != found) {
			semper_store_absent(inner);
			continue;
		}
		if (chosen != NULL)
			*chosen = i;
		TRY(read_component(r, c, in, &inner));
	}
	return SEMPER_OK;
}

/* A component that may be left out, and is. */
static bool
is_left_out(const struct semper_der_type *c, struct semper_bytes in)
{
	return in.len == 0 ||
	    ((c->optional || c->has_default) &&
		!semper_der_starts(c, in.data[0]));
}

static bool
is_default(const struct semper_der_type *c, struct semper_bytes component)
{
	struct semper_bytes contents = component;
	unsigned i;
	int64_t v;

	for (i = 0; i < c->ids; i++)
		contents = semper_der_contents(contents);
	v = c->kind == ASN1_ETYPE_BOOLEAN ? der_octet(contents, 0) != 0
					  : semper_der_get_integer(contents);
	return contents.len <= DER_INT64_OCTETS && v == c->default_value;
}

static semper_err
read_sequence(struct reader *r, const struct semper_der_type *t,
    struct semper_bytes contents, struct der_bind *b)
{
	const struct semper_der_type *c;
	struct semper_bytes before;
	struct der_bind inner;

	for (c = t->child; c != NULL; c = c->next) {
		semper_bind_component(&inner, b, c);
		if (is_left_out(c, contents)) {
			MUST("DER-D-07", c->optional || c->has_default,
			    DER_MALFORMED);
			semper_store_absent(inner);
			semper_store_default(c, inner);
			continue;
		}
		before = contents;
		TRY(read_component(r, c, &contents, &inner));
		before.len -= contents.len;
		if (c->has_default)
			MUST("DER-D-10", !is_default(c, before), DER_MALFORMED);
	}
	MUST("DER-D-08", contents.len == 0, DER_MALFORMED);
	return SEMPER_OK;
}

/* Encodings compare as octet strings (X.690 11.6); none is the beginning of
 * another. */
static bool
in_order(struct semper_bytes a, struct semper_bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = a.len == 0 ? 0 : memcmp(a.data, b.data, len);

	if (FAULT("set-equal-refused"))
		return a.len == 0 || order < 0;
	return order <= 0;
}

static semper_err
read_list(struct reader *r, const struct semper_der_type *t,
    struct semper_bytes contents, struct der_bind *b)
{
	const struct semper_field *f = semper_bind_own(b);
	struct semper_bytes last = {contents.data, 0}, item;
	struct semper_field room;
	struct der_bind inner;
	size_t n;

	for (n = 0; contents.len > 0; n++) {
		item = contents;
		semper_bind_item(&inner, &room, b, f, n);
		TRY(read_component(r, t->child, &contents, &inner));
		item.len -= contents.len;
		if (t->kind == ASN1_ETYPE_SET_OF)
			MUST("DER-D-27", in_order(last, item), DER_MALFORMED);
		last = item;
	}
	TRY(semper_der_check_count(t, n));
	if (f == NULL)
		return SEMPER_OK;
	if (n > f->capacity)
		return SEMPER_E_ARGUMENT; /* the binding does not fit */
	*der_count(b, f) = n;
	return SEMPER_OK;
}

static semper_err
read_primitive(struct reader *r, const struct semper_der_type *t,
    struct semper_bytes contents, struct der_bind *b)
{
	const struct semper_field *f = semper_bind_own(b);

	TRY(semper_der_check(t, contents));
	if (f != NULL)
		semper_store(t, f, der_member(b, f), contents);
	return r->copy == NULL ? SEMPER_OK
			       : semper_der_rewrite(t, contents, r->copy);
}

static semper_err
read_contents(struct reader *r, const struct semper_der_type *t,
    struct semper_bytes contents, struct der_bind *b)
{
	switch (t->kind) {
	case ASN1_ETYPE_SEQUENCE:
		return read_sequence(r, t, contents, b);
	case ASN1_ETYPE_SEQUENCE_OF:
	case ASN1_ETYPE_SET_OF:
		return read_list(r, t, contents, b);
	default:
		return read_primitive(r, t, contents, b);
	}
}

/* From identifier I of T inward: EXPLICIT tags hold one encoding each, the
 * last identifier is that of the value, but a CHOICE or ANY has none. */
static semper_err
read_tagged(struct reader *r, const struct semper_der_type *t, unsigned i,
    struct semper_bytes *in, struct der_bind *b)
{
	struct element e;

	if (i == t->ids)
		return t->kind == ASN1_ETYPE_ANY ? read_any(r, in)
						 : read_choice(r, t, in, b);
	TRY(enter_expected(r, t->id[i], in, &e));
	if (i + 1 == t->ids && t->kind != ASN1_ETYPE_ANY &&
	    t->kind != ASN1_ETYPE_CHOICE) {
		TRY(read_contents(r, t, e.contents, b));
	} else {
		TRY(read_tagged(r, t, i + 1, &e.contents, b));
		MUST("DER-D-08", e.contents.len == 0, DER_MALFORMED);
	}
	return leave(r, &e);
}

static semper_err
read_component(struct reader *r, const struct semper_der_type *t,
    struct semper_bytes *in, struct der_bind *b)
{
	bool *present = semper_bind_take(b, SEMPER_FIELD_PRESENT);
	struct semper_bytes *whole = semper_bind_take(b, SEMPER_FIELD_DER);
	const struct semper_field *f = semper_bind_own(b);
	struct semper_bytes before = *in;
	struct der_bind group;

	if (f != NULL && f->kind == SEMPER_FIELD_GROUP) {
		semper_bind_group(&group, b, f);
		TRY(read_component(r, t, in, &group));
	} else {
		TRY(read_tagged(r, t, 0, in, b));
	}
	if (present != NULL)
		*present = true;
	if (whole != NULL)
		*whole = SEMPER_BYTES(before.data, before.len - in->len);
	return SEMPER_OK;
}

semper_err
semper_der_accept(const struct semper_der_type *t, struct der_bind b,
    struct semper_bytes der, struct semper_buffer *copy)
{
	struct reader r = {0, 0, copy};

	MUST("DER-D-01", der.len <= SEMPER_DER_MAX_OCTETS, DER_MALFORMED);
	TRY(read_component(&r, t, &der, &b));
	MUST("DER-D-06", der.len == 0, DER_MALFORMED);
	return SEMPER_OK;
}
