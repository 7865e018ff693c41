/* der_binding_check.c -- does a binding fit its type? */

#include "asn1/der_binding.h"

/* Each check answers NULL, or the path or name of what is wrong.  For ENCODE
 * everything mandatory must be covered too. */

static const char *check_value(bool encode, const struct semper_der_type *t,
    struct der_bind b);

static const char *
name_of(const struct semper_der_type *t)
{
	return t->name != NULL ? t->name : "(an element)";
}

static bool
is_list(unsigned kind)
{
	return kind == SEMPER_FIELD_LIST || kind == SEMPER_FIELD_LIST_DER ||
	    kind == SEMPER_FIELD_LIST_GROUP;
}

static bool
is_time(unsigned kind)
{
	return kind == ASN1_ETYPE_UTC_TIME ||
	    kind == ASN1_ETYPE_GENERALIZED_TIME;
}

/* Can a field of kind FIELD hold the values of the primitive type T? */
static bool
fits(unsigned field, const struct semper_der_type *t)
{
	switch (field) {
	case SEMPER_FIELD_BYTES:
		return !t->has_default && t->kind != ASN1_ETYPE_NULL &&
		    t->kind != ASN1_ETYPE_BOOLEAN &&
		    !(t->kind == ASN1_ETYPE_BIT_STRING && t->named);
	case SEMPER_FIELD_NATURAL:
		return t->kind == ASN1_ETYPE_INTEGER && t->min >= 0 &&
		    !t->has_default;
	case SEMPER_FIELD_INT:
		return t->kind == ASN1_ETYPE_INTEGER && t->min != INT64_MIN &&
		    t->max != INT64_MAX;
	case SEMPER_FIELD_ENUM:
		return t->kind == ASN1_ETYPE_ENUMERATED;
	case SEMPER_FIELD_BOOL:
		return t->kind == ASN1_ETYPE_BOOLEAN;
	case SEMPER_FIELD_BITS:
		return t->kind == ASN1_ETYPE_BIT_STRING && t->named;
	case SEMPER_FIELD_TIME:
		return is_time(t->kind);
	default:
		return false;
	}
}

static const char *
check_primitive(bool encode, const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_field *f = semper_bind_own(&b);

	if (f == NULL)
		return encode && t->kind != ASN1_ETYPE_NULL ? name_of(t) : NULL;
	return fits(f->kind, t) ? NULL : f->path;
}

static const char *
check_list(bool encode, const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_field *f = semper_bind_own(&b);

	if (f == NULL)
		return encode ? name_of(t) : NULL;
	if (!is_list(f->kind) || t->max > (int64_t)f->capacity)
		return f->path;
	if (f->kind == SEMPER_FIELD_LIST_GROUP)
		return check_value(encode, t->child,
		    semper_bind_root(f->group, NULL));
	if (f->kind == SEMPER_FIELD_LIST &&
	    !(semper_der_is_primitive(t->child) &&
		fits(SEMPER_FIELD_BYTES, t->child)))
		return f->path;
	return NULL;
}

/* Which of its own fields tells an encoder that an OPTIONAL component, bound
 * by B but for a PRESENT, is there. */
static bool
tells_presence(struct der_bind b)
{
	const struct semper_field *f;

	semper_bind_cut(&b, SEMPER_FIELD_DER);
	f = semper_bind_own(&b);
	return b.at == b.end ||
	    (f != NULL &&
		(f->kind == SEMPER_FIELD_BYTES ||
		    f->kind == SEMPER_FIELD_NATURAL || is_list(f->kind)));
}

static const char *
check_component(bool encode, const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_field *present =
	    semper_bind_cut(&b, SEMPER_FIELD_PRESENT);
	bool may_be_absent = t->optional || t->has_default;

	if (present != NULL && !t->optional)
		return present->path;
	if (b.at == b.end && may_be_absent &&
	    (present == NULL || t->kind == ASN1_ETYPE_NULL))
		return NULL;
	if (encode && t->optional && present == NULL && !tells_presence(b))
		return name_of(t);
	return check_value(encode, t, b);
}

static const char *
check_sequence(bool encode, const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_der_type *c;
	struct der_bind inner;
	const char *bad = NULL;

	if (semper_bind_own(&b) != NULL)
		return b.at->path;
	for (c = t->child; c != NULL && bad == NULL; c = c->next) {
		semper_bind_component(&inner, &b, c);
		bad = check_component(encode, c, inner);
	}
	return bad == NULL && b.at != b.end ? b.at->path : bad;
}

static const char *
check_choice(bool encode, const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_field *chosen =
	    semper_bind_cut(&b, SEMPER_FIELD_CHOICE);
	const struct semper_der_type *c;
	struct der_bind inner;
	const char *bad = NULL;

	if (encode && chosen == NULL)
		return name_of(t);
	for (c = t->child; c != NULL && bad == NULL; c = c->next) {
		semper_bind_component(&inner, &b, c);
		if (inner.at != inner.end)
			bad = check_component(encode, c, inner);
	}
	return bad == NULL && b.at != b.end ? b.at->path : bad;
}

static const char *
check_value(bool encode, const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_field *whole =
	    semper_bind_cut(&b, SEMPER_FIELD_DER);
	const struct semper_field *f = semper_bind_own(&b);

	if (whole != NULL && b.at == b.end)
		return NULL;
	if (f != NULL && f->kind == SEMPER_FIELD_GROUP)
		return b.at + 1 != b.end
		    ? b.at[1].path
		    : check_value(encode, t, semper_bind_root(f->group, NULL));
	switch (t->kind) {
	case ASN1_ETYPE_SEQUENCE:
		return check_sequence(encode, t, b);
	case ASN1_ETYPE_CHOICE:
		return check_choice(encode, t, b);
	case ASN1_ETYPE_ANY:
		return f != NULL ? f->path : encode ? name_of(t) : NULL;
	}
	if (f == NULL && b.at != b.end)
		return b.at->path;
	if (b.end - b.at > 1)
		return b.at[1].path;
	return semper_der_is_primitive(t) ? check_primitive(encode, t, b)
					  : check_list(encode, t, b);
}

static const char *
check_root(bool encode, const struct semper_der_type *t,
    const struct semper_field *fields)
{
	return t == NULL
	    ? "(no such type)"
	    : check_value(encode, t, semper_bind_root(fields, NULL));
}

const char *
semper_der_binding_check(const struct semper_der_type *type,
    const struct semper_field *fields)
{
	const char *bad = check_root(false, type, fields);

	return bad != NULL ? bad : check_root(true, type, fields);
}

const char *
semper_der_binding_check_decode(const struct semper_der_type *type,
    const struct semper_field *fields)
{
	return check_root(false, type, fields);
}
