/* step.c -- the calls a protocol makes inside a step. */
#include <stdalign.h>
#include <stddef.h>
#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "role/layout.h"
#include "role/role.h"
#include "role/row.h"

void *
semper_step_take(struct semper_step *step, size_t n)
{
	struct semper_buffer *a = &step->arena;
	size_t over = (uintptr_t)(a->data + a->len) % alignof(max_align_t);
	size_t gap = over == 0 ? 0 : alignof(max_align_t) - over;
	uint8_t *at;

	if (gap > a->cap - a->len || n > a->cap - a->len - gap)
		return NULL;
	at = a->data + a->len + gap;
	a->len += gap + n;
	return memset(at, 0, n);
}

semper_err
semper_step_copy(struct semper_step *step, struct semper_bytes *out,
    struct semper_bytes octets)
{
	return semper_arena_copy(&step->arena, out, octets);
}

semper_err
semper_step_other(struct semper_step *step, struct semper_other *out,
    const char *table, struct semper_bytes key)
{
	const struct semper_role_def *def = step->party->def;
	struct semper_record r;

	TRY(semper_step_copy(step, &key, key));
	TRY(semper_view_get(step->view, &r, table, key));
	*out = (struct semper_other){.record = r};
	if (r.version == 0)
		return SEMPER_OK;
	if (r.value.len < SEMPER_LAYOUT_HEAD ||
	    r.value.data[SEMPER_LAYOUT_STATE] >= def->n_states ||
	    r.value.data[SEMPER_LAYOUT_PROFILE] >= def->n_profiles)
		return SEMPER_E_STORE;
	out->state = r.value.data[SEMPER_LAYOUT_STATE];
	out->profile = r.value.data[SEMPER_LAYOUT_PROFILE];
	out->body = SEMPER_BYTES(r.value.data + SEMPER_LAYOUT_HEAD,
	    r.value.len - SEMPER_LAYOUT_HEAD);
	return SEMPER_OK;
}

semper_err
semper_step_load(struct semper_step *step, const char *table,
    struct semper_bytes key)
{
	struct semper_other found;

	TRY(semper_step_other(step, &found, table, key));
	step->record = found.record;
	step->state = found.state;
	step->body = found.body;
	if (found.record.version != 0)
		step->profile = found.profile;
	return SEMPER_OK;
}

semper_err
semper_step_put_other(struct semper_step *step,
    const struct semper_other *other, uint8_t state, struct semper_bytes body)
{
	uint8_t *value = semper_step_take(step, SEMPER_LAYOUT_HEAD + body.len);

	if (value == NULL)
		return SEMPER_E_SPACE;
	value[SEMPER_LAYOUT_STATE] = state;
	value[SEMPER_LAYOUT_PROFILE] = other->profile;
	memcpy(value + SEMPER_LAYOUT_HEAD, body.data, body.len);
	return semper_effects_put(&step->effects, other->record.table,
	    other->record.key, other->record.version,
	    SEMPER_BYTES(value, SEMPER_LAYOUT_HEAD + body.len));
}

void
semper_step_aside(struct semper_step *step, semper_role_action *act)
{
	step->aside = act;
}

void
semper_step_next(struct semper_step *step, uint8_t next)
{
	step->next = next;
	step->next_chosen = true;
}

bool
semper_step_leads(const struct semper_step *step, uint8_t next)
{
	return step->row != NULL &&
	    semper_row_allows(step->party->def, step->row->state, step->event,
		step->profile, next);
}

void
semper_step_changes_state(struct semper_step *step)
{
	step->changes_state = true;
}

semper_err
semper_step_reply(struct semper_step *step, uint8_t to, struct semper_bytes msg)
{
	struct semper_reply *reply = &step->replies[step->n_replies];

	if (to >= step->party->def->n_parties || msg.data == NULL)
		return SEMPER_E_ARGUMENT;
	if (step->n_replies == SEMPER_STEP_REPLIES)
		return SEMPER_E_SPACE;
	TRY(semper_step_copy(step, &reply->msg, msg));
	reply->to = to;
	step->n_replies++;
	return SEMPER_OK;
}

semper_err
semper_step_timer(struct semper_step *step, const char *name, int64_t at)
{
	struct semper_timer *timer = &step->timers[step->n_timers];

	if (step->n_timers == SEMPER_STEP_TIMERS ||
	    strlen(name) >= sizeof timer->name)
		return SEMPER_E_SPACE;
	strcpy(timer->name, name);
	timer->at = at;
	step->n_timers++;
	return SEMPER_OK;
}

/* ---- results ---- */

static semper_err
add_result(struct semper_step *step, const struct semper_result *result)
{
	struct semper_result *r = &step->results[step->n_results];

	if (step->n_results == SEMPER_STEP_RESULTS)
		return SEMPER_E_SPACE;
	*r = *result;
	TRY(semper_step_copy(step, &r->octets, result->octets));
	step->n_results++;
	return SEMPER_OK;
}

semper_err
semper_step_result_text(struct semper_step *step, const char *name,
    struct semper_bytes text)
{
	return add_result(step,
	    &(struct semper_result){name, SEMPER_RESULT_TEXT, text, 0});
}

semper_err
semper_step_result_octets(struct semper_step *step, const char *name,
    struct semper_bytes octets)
{
	return add_result(step,
	    &(struct semper_result){name, SEMPER_RESULT_OCTETS, octets, 0});
}

semper_err
semper_step_result_integer(struct semper_step *step, const char *name,
    int64_t number)
{
	return add_result(step,
	    &(struct semper_result){name, SEMPER_RESULT_INTEGER, SEMPER_NONE,
		number});
}

semper_err
semper_step_result_boolean(struct semper_step *step, const char *name,
    bool value)
{
	return add_result(step,
	    &(struct semper_result){name, SEMPER_RESULT_BOOLEAN, SEMPER_NONE,
		value});
}

/* ---- a step's memory ---- */

/* All but the list of effects, of which the first effects.n mean something:
 * views into the arena, nothing else. */
#define SIZE offsetof(struct semper_step, effect_list)

void
semper_step_init(struct semper_step *step, uint8_t *arena, size_t size)
{
	memset(step, 0, SIZE);
	step->arena = (struct semper_buffer){arena, 0, size};
}

void
semper_step_clear(struct semper_step *step)
{
	struct semper_buffer *a = &step->arena;
	size_t used = a->len > step->arena_used ? a->len : step->arena_used;
	struct semper_buffer empty = {a->data, 0, a->cap};

	semper_wipe(a->data, used);
	semper_wipe(step, SIZE);
	step->arena = empty;
}
