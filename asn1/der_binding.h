/* der_binding.h -- where a walk through a type stands in a binding.
 *
 * Fields are in the order of the schema, so those of one component are a
 * range, and a walk passes over the table once.
 */
#ifndef SEMPER_ASN1_DER_BINDING_H
#define SEMPER_ASN1_DER_BINDING_H

#include "asn1/der_schema.h"

/* The fields from AT to END belong to one component and what is inside it.
 * Their paths agree in the first PREFIX octets, which name the component.  The
 * struct members are at BASE. */
struct der_bind {
	const struct semper_field *at, *end;
	size_t prefix;
	void *base;
};

/* No fields at all. */
#define DER_UNBOUND ((struct der_bind){NULL, NULL, 0, NULL})

/* All of FIELDS, for a type with its members at BASE. */
struct der_bind semper_bind_root(const struct semper_field *fields, void *base);

/* Cut the fields of component C off B, whose own fields are gone. */
void semper_bind_component(struct der_bind *inner, struct der_bind *b,
    const struct semper_der_type *c);

/* The fields of GROUP F. */
void semper_bind_group(struct der_bind *inner, const struct der_bind *b,
    const struct semper_field *f);

/* The fields of item I of list F, which may be NULL; ROOM lives as long as
 * INNER. */
void semper_bind_item(struct der_bind *inner, struct semper_field *room,
    const struct der_bind *b, const struct semper_field *f, size_t i);

static inline void *
der_member(const struct der_bind *b, const struct semper_field *f)
{
	return (char *)b->base + f->offset;
}

static inline size_t *
der_count(const struct der_bind *b, const struct semper_field *f)
{
	return (size_t *)(void *)((char *)b->base + f->count_offset);
}

/* The next field of the component itself; NULL when only fields of inner
 * components are left. */
static inline const struct semper_field *
semper_bind_own(const struct der_bind *b)
{
	return b->at == b->end || b->at->path[b->prefix] != '\0' ? NULL : b->at;
}

/* If it is of KIND, cut it off B; else NULL. */
static inline const struct semper_field *
semper_bind_cut(struct der_bind *b, enum semper_field_kind kind)
{
	const struct semper_field *f = semper_bind_own(b);

	return f != NULL && f->kind == kind ? b->at++ : NULL;
}

/* The same, but its member. */
static inline void *
semper_bind_take(struct der_bind *b, enum semper_field_kind kind)
{
	const struct semper_field *f = semper_bind_cut(b, kind);

	return f != NULL ? der_member(b, f) : NULL;
}

#endif
