#include "asn1/der_binding.h"

#include <string.h>

struct der_bind
semper_bind_root(const struct semper_field *fields, void *base)
{
	struct der_bind b = {fields, fields, 0, base};

	while (b.end->path != NULL)
		b.end++;
	return b;
}

static bool
names(const char *path, const struct semper_der_type *c)
{
	size_t i = 0;

	while (i < c->name_len && path[i] == c->name[i])
		i++;
	return i == c->name_len && (path[i] == '.' || path[i] == '\0');
}

struct der_bind
semper_bind_component(struct der_bind *b, const struct semper_der_type *c)
{
	struct der_bind inner = {b->at, b->at, b->prefix, b->base};

	if (b->at == b->end)
		return inner;
	inner.prefix += b->at->path[b->prefix] == '.';
	while (inner.end < b->end && names(inner.end->path + inner.prefix, c))
		inner.end++;
	inner.prefix += c->name_len;
	b->at = inner.end;
	return inner;
}

struct der_bind
semper_bind_group(const struct der_bind *b, const struct semper_field *f)
{
	return semper_bind_root(f->group, der_member(b, f));
}

struct der_bind
semper_bind_item(const struct der_bind *b, const struct semper_field *f,
    size_t i, struct semper_field *room)
{
	if (f == NULL || i >= f->capacity)
		return DER_UNBOUND;
	*room = *f;
	room->path = "";
	room->kind = f->kind == SEMPER_FIELD_LIST ? SEMPER_FIELD_BYTES
	    : f->kind == SEMPER_FIELD_LIST_DER    ? SEMPER_FIELD_DER
						  : SEMPER_FIELD_GROUP;
	room->offset += i * f->stride;
	return (struct der_bind){room, room + 1, 0, b->base};
}
