#include "party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/must.h"
#include "crypto/hash.h"
#include "ikp_interface.h"
#include "role/role.h"

#define ARENA_SIZE ((size_t)8 << 20) /* a message of 1 MiB, several times */
#define SQLITE_WAIT_MS 2000

struct party {
	struct party *next;
	char handle[24];
	struct ikp_opened *opened;
	struct semper_ledger ledger;
	bool forked;
};

static struct party *parties;
static unsigned long n_handles;
static const char *sqlite_path; /* NULL: memory */

bool
parties_use_ledger(const char *text)
{
	sqlite_path = strncmp(text, "sqlite:", 7) == 0 ? text + 7 : NULL;
	return strcmp(text, "memory") == 0 ||
	    (sqlite_path != NULL && sqlite_path[0] != '\0');
}

/* ---- the list ---- */

static struct party *
find(struct call *call, struct semper_bytes handle)
{
	struct party *p = parties;

	while (p != NULL && !text_is(handle, p->handle))
		p = p->next;
	if (p == NULL)
		answer_bad_request(call, "none of ours", "this handle");
	return p;
}

static struct party *
enter(struct ikp_opened *opened)
{
	struct party *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	snprintf(p->handle, sizeof p->handle, "p%lu", ++n_handles);
	p->opened = opened;
	p->next = parties;
	parties = p;
	return p;
}

static void
drop_first(struct party **at)
{
	struct party *p = *at;

	*at = p->next;
	semper_ledger_close(&p->ledger);
	ikp_close(p->opened);
	free(p);
}

static void
drop_party(struct party *p)
{
	struct party **at = &parties;

	while (*at != p)
		at = &(*at)->next;
	drop_first(at);
}

void
parties_drop_all(void)
{
	while (parties != NULL)
		drop_first(&parties);
}

void
parties_forget_keys(void)
{
	ikp_keys_forget();
}

/* ---- open, certify ---- */

static semper_err
open_ledger(struct party *p)
{
	char path[4096];

	if (sqlite_path == NULL)
		return semper_ledger_memory(&p->ledger);
	if ((size_t)snprintf(path, sizeof path, "%s.%s", sqlite_path,
		p->handle) >= sizeof path)
		return SEMPER_E_ARGUMENT;
	return semper_ledger_sqlite(&p->ledger, path, SQLITE_WAIT_MS);
}

enum { PROTOCOL, ROLE, PROFILES, PARAMS, KEYS };
static const struct argument open_arguments[] = {
    [PROTOCOL] = {"protocol", ARG_TEXT, false},
    [ROLE] = {"role", ARG_TEXT, false},
    [PROFILES] = {"profiles", ARG_ARRAY, false},
    [PARAMS] = {"params", ARG_OBJECT, false},
    [KEYS] = {"keys", ARG_OBJECT, true},
    {"rand", ARG_OBJECT, true},
    ARG_END,
};

static semper_err
open_party(struct call *call)
{
	struct value *a = call->arg;
	struct ikp_opened *opened;
	struct party *p;
	semper_err e;

	if (!text_is(a[PROTOCOL].octets, "ikp")) {
		answer_unsupported(call, "this protocol");
		return SEMPER_OK;
	}
	opened = ikp_open(call, a[ROLE].octets, a[PROFILES].json,
	    a[PARAMS].json, a[KEYS].json);
	if (opened == NULL)
		return SEMPER_OK;
	p = enter(opened);
	if (p == NULL) {
		ikp_close(opened);
		return SEMPER_E_MEMORY;
	}
	e = open_ledger(p);
	if (e != SEMPER_OK) {
		drop_party(p);
		return e;
	}
	json_object_set_new(call->ok, "h", json_string(p->handle));
	if (!a[KEYS].present || json_object_size(a[KEYS].json) == 0)
		json_object_set_new(call->ok, "public",
		    ikp_keys_public(opened));
	return SEMPER_OK;
}

static const struct argument certify_arguments[] = {{"h", ARG_TEXT, false},
    {"chains", ARG_OBJECT, false}, ARG_END};

static semper_err
certify(struct call *call)
{
	static const struct argument chain = {"a chain", ARG_HEXES, false};
	struct party *p = find(call, call->arg[0].octets);
	const char *name;
	json_t *json;
	struct value v;

	if (p == NULL)
		return SEMPER_OK;
	json_object_foreach(call->arg[1].json, name, json)
	{
		if (!argument_decode(call, &v, &chain, json))
			return SEMPER_OK;
		for (size_t i = 0; i < v.list.n; i++)
			v.list.item[i] =
			    pool_copy(&p->opened->pool, v.list.item[i]);
		if (!ikp_keys_certify(call, p->opened, name, &v.list))
			return SEMPER_OK;
	}
	return SEMPER_OK;
}

/* ---- step ---- */

static bool
recv_decode(struct call *call, struct semper_event *event, json_t *json)
{
	static const struct argument members[] = {{"from", ARG_TEXT, false},
	    {"msg", ARG_HEX, false}, ARG_END};
	struct value v[2];
	int from;

	if (!arguments_decode(call, v, members, json))
		return false;
	from = word_find(v[0].octets, ikp_party_names, IKP_PARTIES);
	if (from < 0) {
		answer_bad_request(call, "none of its parties", "from");
		return false;
	}
	event->kind = SEMPER_RECV;
	event->from = (uint8_t)from;
	event->msg = v[1].octets;
	return true;
}

/* Exactly one of recv, timer and input. */
static bool
event_decode(struct call *call, const struct party *p,
    struct semper_event *event, struct ikp_input *input, json_t *json)
{
	static const struct argument kinds[] = {{"recv", ARG_OBJECT, true},
	    {"timer", ARG_TEXT, true}, {"input", ARG_OBJECT, true}, ARG_END};
	struct value v[3];

	if (!arguments_decode(call, v, kinds, json))
		return false;
	if (v[0].present + v[1].present + v[2].present != 1) {
		answer_bad_request(call, "not one of recv, timer, input",
		    "event");
		return false;
	}
	if (v[0].present)
		return recv_decode(call, event, v[0].json);
	if (v[1].present) {
		event->kind = SEMPER_TIMER;
		event->name = json_string_value(v[1].json);
		return true;
	}
	event->kind = SEMPER_INPUT;
	event->input = input;
	return ikp_input_decode(call, p->opened, input, v[2].json);
}

static json_t *
messages(const struct semper_outcome *outcome)
{
	json_t *out = json_array();

	for (size_t i = 0; i < outcome->n_replies; i++) {
		json_t *message = json_pack("{s:s}", "to",
		    ikp_party_names[outcome->replies[i].to]);

		put_hex(message, "msg", outcome->replies[i].msg);
		json_array_append_new(out, message);
	}
	return out;
}

static json_t *
results(const struct semper_outcome *outcome)
{
	json_t *out = json_object();

	for (size_t i = 0; i < outcome->n_results; i++) {
		const struct semper_result *r = &outcome->results[i];

		if (r->kind == SEMPER_RESULT_TEXT)
			put_text(out, r->name, r->octets);
		else if (r->kind == SEMPER_RESULT_OCTETS)
			put_hex(out, r->name, r->octets);
		else if (r->kind == SEMPER_RESULT_INTEGER)
			json_object_set_new(out, r->name,
			    json_integer((json_int_t)r->number));
		else
			json_object_set_new(out, r->name,
			    json_boolean(r->number != 0));
	}
	return out;
}

static json_t *
timers(const struct semper_outcome *outcome)
{
	json_t *out = json_array();

	for (size_t i = 0; i < outcome->n_timers; i++)
		json_array_append_new(out,
		    json_pack("{s:s, s:I}", "name", outcome->timers[i].name,
			"at", (json_int_t)outcome->timers[i].at));
	return out;
}

static void
answer_step(struct call *call, const struct semper_outcome *outcome)
{
	if (outcome->verdict != SEMPER_OK) {
		json_t *reject = answer_reject(call, outcome->verdict,
		    ikp_error_word(outcome->verdict), outcome->refused_by);

		if (outcome->n_replies != 0)
			json_object_set_new(reject, "out", messages(outcome));
		return;
	}
	json_object_set_new(call->ok, "out", messages(outcome));
	json_object_set_new(call->ok, "status",
	    json_string(outcome->done ? "done" : "continue"));
	json_object_set_new(call->ok, "result", results(outcome));
	json_object_set_new(call->ok, "timers", timers(outcome));
	put_drew(call->ok, outcome->drew);
}

static semper_err
run_step(struct call *call, const struct party *p,
    const struct semper_event *event, int64_t now)
{
	static struct semper_step step;
	static uint8_t *arena;
	struct semper_party party = ikp_party_for(p->opened, &p->ledger, event);
	struct semper_random random = adapter_random_source(&call->random);
	struct semper_outcome outcome;
	semper_err e;

	if (arena == NULL && (arena = malloc(ARENA_SIZE)) == NULL)
		return SEMPER_E_MEMORY;
	semper_step_init(&step, arena, ARENA_SIZE);
	e = semper_role_step(&step, &party, event, now, &random);
	if (e == SEMPER_OK)
		e = semper_role_commit(&step, &outcome);
	if (e == SEMPER_OK)
		answer_step(call, &outcome);
	semper_step_clear(&step);
	return e;
}

static const struct argument step_arguments[] = {{"h", ARG_TEXT, false},
    {"event", ARG_OBJECT, false}, {"rand", ARG_OBJECT, true},
    {"now", ARG_INTEGER, true}, ARG_END};

/* The time of a step, the system's if none is given; between the years 0000
 * and 9999, as GeneralizedTime has no others. */
static bool
time_decode(struct call *call, int64_t *now, const struct value *value)
{
	static const int64_t first = -62167219200, last = 253402300799;

	*now = value->present ? value->number : (int64_t)time(NULL);
	if (*now >= first && *now <= last)
		return true;
	answer_bad_request(call, "not within the years 0000 to 9999", "now");
	return false;
}

static semper_err
step_party(struct call *call)
{
	const struct value *a = call->arg;
	struct party *p = find(call, a[0].octets);
	struct semper_event event = {.name = NULL};
	struct ikp_input input;
	int64_t now;

	if (p == NULL || !time_decode(call, &now, &a[3]) ||
	    !event_decode(call, p, &event, &input, a[1].json))
		return SEMPER_OK;
	return run_step(call, p, &event, now);
}

/* ---- fork, restart, digest, drop, reset ---- */

static const struct argument handle_arguments[] = {{"h", ARG_TEXT, false},
    ARG_END};

static semper_err
fork_party(struct call *call)
{
	struct party *p = find(call, call->arg[0].octets), *copy;
	semper_err e;

	if (p == NULL)
		return SEMPER_OK;
	copy = enter(p->opened);
	if (copy == NULL)
		return SEMPER_E_MEMORY;
	p->opened->references++;
	copy->forked = true;
	e = semper_ledger_copy(&copy->ledger, &p->ledger);
	if (e != SEMPER_OK) {
		drop_party(copy);
		return e;
	}
	json_object_set_new(call->ok, "h", json_string(copy->handle));
	return SEMPER_OK;
}

/* A party keeps nothing but its ledger; one in a file is opened anew, as after
 * a crash. */
static semper_err
restart_party(struct call *call)
{
	struct party *p = find(call, call->arg[0].octets);

	if (p == NULL ||
	    (!FAULT("volatile") && (sqlite_path == NULL || p->forked)))
		return SEMPER_OK;
	semper_ledger_close(&p->ledger);
	return open_ledger(p);
}

static semper_err
feed(void *ctx, struct semper_bytes octets)
{
	semper_hash_update(ctx, octets);
	return SEMPER_OK;
}

static semper_err
digest_party(struct call *call)
{
	struct party *p = find(call, call->arg[0].octets);
	struct semper_buffer arena = {NULL, 0, 0};
	struct semper_hash_state state;
	uint8_t digest[SEMPER_SHA256_LEN];
	struct semper_view view;
	semper_err e;

	if (p == NULL)
		return SEMPER_OK;
	semper_hash_init(&state, SEMPER_SHA256);
	TRY(semper_view_begin(&view, &p->ledger, &arena));
	e = semper_view_write(&view, feed, &state);
	semper_view_end(&view);
	TRY(e);
	semper_hash_final(&state, digest);
	put_hex(call->ok, "digest", SEMPER_BYTES(digest, sizeof digest));
	return SEMPER_OK;
}

static semper_err
drop(struct call *call)
{
	struct party *p = find(call, call->arg[0].octets);

	if (p != NULL)
		drop_party(p);
	return SEMPER_OK;
}

static const struct argument no_arguments[] = {ARG_END};

static semper_err
reset(struct call *call)
{
	(void)call;
	parties_drop_all();
	return SEMPER_OK;
}

const struct operation operations_party[] = {
    {"open", open_arguments, open_party, false},
    {"certify", certify_arguments, certify, false},
    {"step", step_arguments, step_party, false},
    {"fork", handle_arguments, fork_party, false},
    {"restart", handle_arguments, restart_party, false},
    {"digest", handle_arguments, digest_party, false},
    {"drop", handle_arguments, drop, false},
    {"reset", no_arguments, reset, false},
    {NULL, NULL, NULL, false},
};
