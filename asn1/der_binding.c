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
	return *path == *c->name && strncmp(path, c->name, c->name_len) == 0 &&
	    (path[c->name_len] == '.' || path[c->name_len] == '\0');
}

void
semper_bind_component(struct der_bind *inner, struct der_bind *b,
    const struct semper_der_type *c)
{
	inner->at = inner->end = b->at;
	inner->prefix = b->prefix;
	inner->base = b->base;
	if (b->at == b->end)
		return;
	inner->prefix += b->at->path[b->prefix] == '.';
	while (inner->end < b->end &&
	    names(inner->end->path + inner->prefix, c))
		inner->end++;
	inner->prefix += c->name_len;
	b->at = inner->end;
}

void
semper_bind_group(struct der_bind *inner, const struct der_bind *b,
    const struct semper_field *f)
{
	*inner = semper_bind_root(f->group, der_member(b, f));
}

void
semper_bind_item(struct der_bind *inner, struct semper_field *room,
    const struct der_bind *b, const struct semper_field *f, size_t i)
{
	*inner = DER_UNBOUND;
	if (f == NULL || i >= f->capacity)
		return;
	*room = *f;
	room->path = "";
	room->kind = f->kind == SEMPER_FIELD_LIST ? SEMPER_FIELD_BYTES
	    : f->kind == SEMPER_FIELD_LIST_DER    ? SEMPER_FIELD_DER
						  : SEMPER_FIELD_GROUP;
	room->offset += i * f->stride;
	*inner = (struct der_bind){room, room + 1, 0, b->base};
}
