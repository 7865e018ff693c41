#include "ledger/ledger.h"

#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "ledger/backend.h"

semper_err
semper_arena_copy(struct semper_buffer *arena, struct semper_bytes *out,
    struct semper_bytes value)
{
	const uint8_t *at = arena->data + arena->len;

	*out = SEMPER_NONE;
	if (value.data == NULL)
		return SEMPER_OK;
	TRY(semper_buffer_append(arena, value));
	*out = SEMPER_BYTES(at, value.len);
	return SEMPER_OK;
}

static bool
good_table(const char *table)
{
	size_t n = strnlen(table, SEMPER_LEDGER_TABLE_MAX + 1);

	return n >= 1 && n <= SEMPER_LEDGER_TABLE_MAX;
}

static bool
good_key(struct semper_bytes key)
{
	return key.data != NULL && key.len >= 1 &&
	    key.len <= SEMPER_LEDGER_KEY_MAX;
}

semper_err
semper_ledger_copy(struct semper_ledger *copy,
    const struct semper_ledger *ledger)
{
	return ledger->ops->copy(ledger->state, copy);
}

void
semper_ledger_close(struct semper_ledger *ledger)
{
	if (ledger->ops != NULL)
		ledger->ops->close(ledger->state);
	*ledger = (struct semper_ledger){NULL, NULL};
}

/* ---- views ---- */

semper_err
semper_view_begin(struct semper_view *view, const struct semper_ledger *ledger,
    struct semper_buffer *arena)
{
	*view = (struct semper_view){ledger, NULL, arena};
	return ledger->ops->begin(ledger->state, &view->snapshot);
}

void
semper_view_end(struct semper_view *view)
{
	view->ledger->ops->end(view->ledger->state, view->snapshot);
	view->snapshot = NULL;
}

semper_err
semper_view_get(const struct semper_view *view, struct semper_record *out,
    const char *table, struct semper_bytes key)
{
	const struct semper_ledger *l = view->ledger;

	if (!good_table(table) || !good_key(key))
		return SEMPER_E_ARGUMENT;
	*out = (struct semper_record){table, key, SEMPER_NONE, 0};
	return l->ops->get(l->state, view->snapshot, out, view->arena);
}

semper_err
semper_view_each(const struct semper_view *view, const char *table,
    struct semper_bytes prefix, semper_view_visit *visit, void *ctx)
{
	const struct semper_ledger *l = view->ledger;

	if (!good_table(table) || prefix.len > SEMPER_LEDGER_KEY_MAX)
		return SEMPER_E_ARGUMENT;
	return l->ops->each(l->state, view->snapshot, table, prefix, visit,
	    ctx);
}

struct writer {
	semper_sink *sink;
	void *ctx;
};

static semper_err
write_sized(const struct writer *w, struct semper_bytes x)
{
	uint8_t size[4] = {(uint8_t)(x.len >> 24), (uint8_t)(x.len >> 16),
	    (uint8_t)(x.len >> 8), (uint8_t)x.len};

	TRY(w->sink(w->ctx, SEMPER_BYTES(size, sizeof size)));
	return x.len == 0 ? SEMPER_OK : w->sink(w->ctx, x);
}

static semper_err
write_record(void *ctx, const struct semper_record *r)
{
	const struct writer *w = ctx;
	const uint8_t *table = (const uint8_t *)r->table;

	TRY(write_sized(w, SEMPER_BYTES(table, strlen(r->table))));
	TRY(write_sized(w, r->key));
	return write_sized(w, r->value);
}

semper_err
semper_view_write(const struct semper_view *view, semper_sink *sink, void *ctx)
{
	const struct semper_ledger *l = view->ledger;
	struct writer w = {sink, ctx};

	return l->ops->each(l->state, view->snapshot, NULL, SEMPER_NONE,
	    write_record, &w);
}

/* ---- effects ---- */

/* Would a second effect write the same record? */
static bool
written_already(const struct semper_effects *effects, const char *table,
    struct semper_bytes key)
{
	const struct semper_effect *e = effects->list;
	const struct semper_effect *end = e + effects->n;

	for (; e < end; e++)
		if (e->value.data != NULL && strcmp(e->table, table) == 0 &&
		    semper_bytes_equal(e->key, key))
			return true;
	return false;
}

static semper_err
append(struct semper_effects *effects, const char *table,
    struct semper_bytes key, uint64_t version, struct semper_bytes value)
{
	struct semper_effect *e = &effects->list[effects->n];
	size_t mark = effects->arena->len;
	semper_err err;

	if (!good_table(table) || !good_key(key))
		return SEMPER_E_ARGUMENT;
	if (effects->n == effects->cap)
		return SEMPER_E_SPACE;
	err = semper_arena_copy(effects->arena, &e->key, key);
	if (err == SEMPER_OK)
		err = semper_arena_copy(effects->arena, &e->value, value);
	if (err != SEMPER_OK) {
		semper_wipe(effects->arena->data + mark,
		    effects->arena->len - mark);
		effects->arena->len = mark;
		return err;
	}
	e->table = table;
	e->version = version;
	effects->n++;
	return SEMPER_OK;
}

semper_err
semper_effects_put(struct semper_effects *effects, const char *table,
    struct semper_bytes key, uint64_t version, struct semper_bytes value)
{
	if (value.data == NULL || value.len > SEMPER_LEDGER_VALUE_MAX ||
	    written_already(effects, table, key))
		return SEMPER_E_ARGUMENT;
	return append(effects, table, key, version, value);
}

semper_err
semper_effects_expect(struct semper_effects *effects, const char *table,
    struct semper_bytes key, uint64_t version)
{
	return append(effects, table, key, version, SEMPER_NONE);
}

semper_err
semper_ledger_commit(const struct semper_ledger *ledger,
    const struct semper_effects *effects)
{
	if (effects->n == 0)
		return SEMPER_OK;
	return ledger->ops->commit(ledger->state, effects->list, effects->n);
}
