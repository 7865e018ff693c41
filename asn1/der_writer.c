#include "asn1/der_writer.h"

#include <string.h>

#include "asn1/der_reader.h"
#include "asn1/der_store.h"
#include "asn1/der_tlv.h"
#include "asn1/der_value.h"
#include "base/must.h"

static semper_err write_component(const struct semper_der_type *t,
    struct der_bind *b, struct semper_buffer *out);

/* ---- is a component to be written? -------------------------------------- */

/* Is field F a view that is not NULL, or a list that is not empty? */
static bool
holds_something(const struct der_bind *b, const struct semper_field *f)
{
	switch (f->kind) {
	case SEMPER_FIELD_BYTES:
	case SEMPER_FIELD_NATURAL:
	case SEMPER_FIELD_DER:
		return ((struct semper_bytes *)der_member(b, f))->data != NULL;
	case SEMPER_FIELD_LIST:
	case SEMPER_FIELD_LIST_DER:
	case SEMPER_FIELD_LIST_GROUP:
		return *der_count(b, f) > 0;
	default:
		return false;
	}
}

static bool
any_holds_something(struct der_bind b)
{
	const struct semper_field *f;

	for (; (f = semper_bind_own(&b)) != NULL; b.at++)
		if (holds_something(&b, f))
			return true;
	return false;
}

/* A component with a DEFAULT that nothing binds has that value. */
static bool
holds_default(const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_field *f;

	semper_bind_take(&b, SEMPER_FIELD_DER);
	f = semper_bind_own(&b);
	return f == NULL || semper_load_is_default(t, f, der_member(&b, f));
}

/* DER-E-02: a component that equals its DEFAULT is left out. */
static bool
is_left_out(const struct semper_der_type *t, struct der_bind *b)
{
	const bool *present = semper_bind_take(b, SEMPER_FIELD_PRESENT);

	if (!t->optional && !t->has_default)
		return false;
	if (present != NULL)
		return !*present;
	return !any_holds_something(*b) &&
	    (t->optional || holds_default(t, *b));
}

/* ---- what stands inside ------------------------------------------------- */

static semper_err
write_sequence(const struct semper_der_type *t, struct der_bind *b,
    struct semper_buffer *out)
{
	const struct semper_der_type *c;
	struct der_bind inner;

	for (c = t->child; c != NULL; c = c->next) {
		semper_bind_component(&inner, b, c);
		TRY(write_component(c, &inner, out));
	}
	return SEMPER_OK;
}

static semper_err
write_choice(const struct semper_der_type *t, struct der_bind *b,
    struct semper_buffer *out)
{
	const int *chosen = semper_bind_take(b, SEMPER_FIELD_CHOICE);
	const struct semper_der_type *c;
	struct der_bind inner;
	int i = 0;

	for (c = t->child; c != NULL && chosen != NULL; c = c->next, i++) {
		semper_bind_component(&inner, b, c);
		if (i == *chosen)
			return write_component(c, &inner, out);
	}
	return SEMPER_E_ARGUMENT;
}

/* SET OF: item I, written from MARK on, must not come before the one before. */
static bool
in_order(const struct semper_buffer *out, size_t last, size_t mark)
{
	size_t a = mark - last, b = out->len - mark;

	return memcmp(out->data + last, out->data + mark, a < b ? a : b) <= 0;
}

static semper_err
write_list(const struct semper_der_type *t, const struct der_bind *b,
    struct semper_buffer *out)
{
	const struct semper_field *f = semper_bind_own(b);
	size_t i, n, last = out->len, mark;
	struct semper_field room;
	struct der_bind inner;

	if (f == NULL)
		return SEMPER_E_ARGUMENT;
	n = *der_count(b, f);
	if (n > f->capacity || semper_der_check_count(t, n) != SEMPER_OK)
		return SEMPER_E_ARGUMENT;
	for (i = 0; i < n; i++, last = mark) {
		mark = out->len;
		semper_bind_item(&inner, &room, b, f, i);
		TRY(write_component(t->child, &inner, out));
		if (t->kind == ASN1_ETYPE_SET_OF && !in_order(out, last, mark))
			return SEMPER_E_ARGUMENT;
	}
	return SEMPER_OK;
}

static semper_err
write_primitive(const struct semper_der_type *t, const struct der_bind *b,
    struct semper_buffer *out)
{
	const struct semper_field *f = semper_bind_own(b);

	if (t->kind == ASN1_ETYPE_NULL)
		return SEMPER_OK;
	return f == NULL ? SEMPER_E_ARGUMENT
			 : semper_load(t, f, der_member(b, f), out);
}

static semper_err
write_contents(const struct semper_der_type *t, struct der_bind *b,
    struct semper_buffer *out)
{
	switch (t->kind) {
	case ASN1_ETYPE_SEQUENCE:
		return write_sequence(t, b, out);
	case ASN1_ETYPE_CHOICE:
		return write_choice(t, b, out);
	case ASN1_ETYPE_SEQUENCE_OF:
	case ASN1_ETYPE_SET_OF:
		return write_list(t, b, out);
	case ASN1_ETYPE_ANY: /* only as a whole encoding */
		return SEMPER_E_ARGUMENT;
	default:
		return write_primitive(t, b, out);
	}
}

static semper_err
write_tagged(const struct semper_der_type *t, struct der_bind *b,
    struct semper_buffer *out)
{
	size_t mark[DER_MAX_IDS];
	unsigned i;

	for (i = 0; i < t->ids; i++)
		TRY(semper_der_open(out, SEMPER_BYTES(&t->id[i], 1), &mark[i]));
	TRY(write_contents(t, b, out));
	while (i-- > 0)
		TRY(semper_der_close(out, mark[i]));
	return SEMPER_OK;
}

/* An encoding that the caller has already: only if a decoder would take it. */
static semper_err
write_verbatim(const struct semper_der_type *t, struct semper_bytes whole,
    struct semper_buffer *out)
{
	if (semper_der_accept(t, DER_UNBOUND, whole, NULL) != SEMPER_OK)
		return SEMPER_E_ARGUMENT;
	return semper_buffer_append(out, whole);
}

static semper_err
write_value(const struct semper_der_type *t, struct der_bind *b,
    struct semper_buffer *out)
{
	const struct semper_bytes *whole = semper_bind_take(b, SEMPER_FIELD_DER);
	const struct semper_field *f = semper_bind_own(b);
	struct der_bind group;

	if (whole != NULL && whole->data != NULL)
		return write_verbatim(t, *whole, out);
	if (f == NULL || f->kind != SEMPER_FIELD_GROUP)
		return write_tagged(t, b, out);
	semper_bind_group(&group, b, f);
	return write_value(t, &group, out);
}

static semper_err
write_component(const struct semper_der_type *t, struct der_bind *b,
    struct semper_buffer *out)
{
	return is_left_out(t, b) ? SEMPER_OK : write_value(t, b, out);
}

/* What comes out is what a decoder takes (DER-E-01): lengths are the shortest,
 * every value has passed the decoder's own check, DEFAULTs are left out. */
semper_err
semper_der_write(const struct semper_der_type *t, struct der_bind b,
    struct semper_buffer *out)
{
	size_t before = out->len;

	TRY(write_component(t, &b, out));
	return out->len - before <= SEMPER_DER_MAX_OCTETS ? SEMPER_OK
							  : SEMPER_E_ARGUMENT;
}
