/* engine.c -- computing a step and committing it. */

#include "base/ct.h"
#include "base/must.h"
#include "role/layout.h"
#include "role/role.h"
#include "role/row.h"

/* ---- the transaction, written again ---- */

/* Half of what the arena has left, out of its reach until GIVE_BACK. */
static struct semper_buffer
borrow_half(struct semper_buffer *arena)
{
	size_t half = (arena->cap - arena->len) / 2;

	arena->cap -= half;
	return (struct semper_buffer){arena->data + arena->cap, 0, half};
}

static void
give_back(struct semper_buffer *arena, struct semper_buffer *half)
{
	arena->cap += half->cap;
	semper_wipe(half->data, half->len);
}

static semper_err
encode(struct semper_step *step, struct semper_buffer *out)
{
	uint8_t head[SEMPER_LAYOUT_HEAD];

	head[SEMPER_LAYOUT_STATE] = step->next;
	head[SEMPER_LAYOUT_PROFILE] = step->profile;
	TRY(semper_buffer_append(out, SEMPER_BYTES(head, sizeof head)));
	return step->party->def->keep(step, out);
}

/* Add VALUE to the effects; if nothing is new, other effects still rest on
 * what was there. */
static semper_err
put(struct semper_step *step, struct semper_bytes value)
{
	const struct semper_record *r = &step->record;

	if (!semper_bytes_equal(value, r->value))
		return semper_effects_put(&step->effects, r->table, r->key,
		    r->version, value);
	if (step->effects.n == 0)
		return SEMPER_OK;
	return semper_effects_expect(&step->effects, r->table, r->key,
	    r->version);
}

static semper_err
keep(struct semper_step *step)
{
	struct semper_buffer half;
	semper_err err;

	if (step->record.table == NULL ||
	    (step->record.version == 0 && step->next == 0))
		return SEMPER_OK;
	half = borrow_half(&step->arena);
	err = encode(step, &half);
	if (err == SEMPER_OK)
		err = put(step, semper_written(&half));
	give_back(&step->arena, &half);
	return err;
}

/* ---- the next state ---- */

/* How many states do the rows of this (state, event, profile) lead to? */
static size_t
choices(const struct semper_step *step)
{
	const struct semper_role_def *def = step->party->def;
	size_t i, n = 0;

	for (i = 0; i < def->n_rows; i++)
		n += semper_row_matches(&def->rows[i], step->row->state,
		    step->event, step->profile);
	return n;
}

/* Settle the state after a step: the one the action chose, if a row says so,
 * or the only one there is.  Anything else is a mistake of the program. */
static semper_err
settle(struct semper_step *step)
{
	if (step->row == NULL) {
		step->next = step->state;
		return step->next_chosen ? SEMPER_E_INTERNAL : SEMPER_OK;
	}
	if (step->next_chosen)
		return semper_row_allows(step->party->def, step->row->state,
			   step->event, step->profile, step->next)
		    ? SEMPER_OK
		    : SEMPER_E_INTERNAL;
	step->next = step->row->next;
	return choices(step) == 1 ? SEMPER_OK : SEMPER_E_INTERNAL;
}

/* ---- one computation ---- */

static void
reset(struct semper_step *step)
{
	if (step->arena.len > step->arena_used)
		step->arena_used = step->arena.len;
	step->arena.len = 0;
	step->record =
	    (struct semper_record){NULL, SEMPER_NONE, SEMPER_NONE, 0};
	step->body = SEMPER_NONE;
	step->event = step->profile = step->state = step->next = 0;
	step->next_chosen = step->changes_state = step->computed = false;
	step->aside = NULL;
	step->row = NULL;
	step->verdict = SEMPER_OK;
	step->refused_by = NULL;
	step->n_replies = step->n_timers = step->n_results = 0;
	step->effects = (struct semper_effects){step->effect_list, 0,
	    SEMPER_STEP_EFFECTS, &step->arena};
	semper_account_open(&step->account, &step->random->source);
	step->draw = &step->account.draw;
}

static const struct semper_role_row *
row_for(const struct semper_step *step)
{
	const struct semper_role_def *def = step->party->def;
	const struct semper_role_row *row = semper_row_find(def, step->state,
	    step->event, step->profile);
	uint8_t state;

	/* The mistake of a party that does not look at its state. */
	if (FAULT(def->unexpected_id))
		for (state = 0; row == NULL && state < def->n_states; state++)
			row = semper_row_find(def, state, step->event,
			    step->profile);
	return row;
}

static semper_err
act(struct semper_step *step)
{
	const struct semper_role_def *def = step->party->def;

	TRY(def->locate(step));
	if (step->aside != NULL) {
		TRY(step->aside(step));
		return settle(step);
	}
	step->row = row_for(step);
	if (step->row == NULL)
		return semper_refused(def->unexpected_id, def->unexpected);
	TRY(step->row->act(step));
	TRY(settle(step));
	return keep(step);
}

/* E refuses the input: discard what the step has made, but for what an action
 * said it changes, and let the protocol tell the peer. */
static semper_err
refuse(struct semper_step *step, semper_err e)
{
	const struct semper_role_def *def = step->party->def;
	size_t n_effects;

	step->verdict = e;
	step->refused_by = semper_refused_by();
	step->n_replies = 0;
	if (!step->changes_state)
		step->effects.n = 0;
	if (step->changes_state && step->next_chosen) {
		TRY(settle(step));
		TRY(keep(step));
	} else {
		step->next = step->state;
	}
	n_effects = step->effects.n;
	if (def->refusal != NULL)
		TRY(def->refusal(step, e));
	step->effects.n = n_effects;
	step->n_timers = step->n_results = 0;
	return SEMPER_OK;
}

static semper_err
decide(struct semper_step *step)
{
	semper_err err;

	semper_refused(NULL, SEMPER_OK);
	err = act(step);
	if (SEMPER_IS_REFUSAL(err))
		err = refuse(step, err);
	if (SEMPER_IS_REFUSAL(err))
		return SEMPER_E_INTERNAL;
	return step->account.failed ? SEMPER_E_RANDOM : err;
}

static semper_err
compute(struct semper_step *step)
{
	const struct semper_party *party = step->party;
	semper_err err;

	reset(step);
	step->scratch = semper_step_take(step, party->def->scratch_size);
	if (step->scratch == NULL)
		return SEMPER_E_SPACE;
	TRY(semper_view_begin(&step->open_view, party->ledger, &step->arena));
	step->view = &step->open_view;
	err = decide(step);
	semper_view_end(&step->open_view);
	step->view = NULL;
	step->computed = err == SEMPER_OK;
	return err;
}

/* ---- the two calls of a shell ---- */

semper_err
semper_role_step(struct semper_step *step, const struct semper_party *party,
    const struct semper_event *event, int64_t now,
    const struct semper_random *random)
{
	step->party = party;
	step->in = event;
	step->now = now;
	step->random = random;
	return compute(step);
}

static void
report(const struct semper_step *step, struct semper_outcome *out)
{
	*out = (struct semper_outcome){
	    .verdict = step->verdict,
	    .refused_by = step->refused_by,
	    .state = step->next,
	    .done = (step->party->def->final >> step->next & 1) != 0,
	    .replies = step->replies,
	    .timers = step->timers,
	    .results = step->results,
	    .n_replies = step->n_replies,
	    .n_timers = step->n_timers,
	    .n_results = step->n_results,
	    .drew = &step->account,
	};
}

static semper_err
compute_again(struct semper_step *step)
{
	if (step->random->rewind != NULL)
		step->random->rewind(step->random->source.ctx);
	return compute(step);
}

semper_err
semper_role_commit(struct semper_step *step, struct semper_outcome *out)
{
	int tries = 1;
	semper_err err;

	if (!step->computed)
		return SEMPER_E_ARGUMENT;
	for (;; tries++) {
		err = semper_ledger_commit(step->party->ledger, &step->effects);
		if (err != SEMPER_E_CONFLICT || tries == SEMPER_STEP_TRIES)
			break;
		TRY(compute_again(step));
	}
	step->computed = false;
	if (err == SEMPER_OK)
		report(step, out);
	return err;
}
