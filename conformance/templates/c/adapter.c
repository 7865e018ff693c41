/* adapter.c -- an adapter: one JSON line in, one JSON line out
 * (conformance/ADAPTER.md).  Everything about the protocol is in
 * ikp_acquirer.c; put your own party there. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hex.h"
#include "ikp_acquirer.h"
#include "ikp_slip.h"

static const char hello[] =
    "{\"ok\":{\"line\":1,\"name\":\"template-c\",\"version\":\"1\","
    "\"language\":\"C\",\"operations\":[],\"protocols\":{\"ikp\":{"
    "\"roles\":[\"acquirer\"],\"profiles\":[\"" PROFILE "\"]}},"
    "\"capabilities\":{\"rand\":\"stream\",\"clock\":\"virtual\","
    "\"keys\":\"import\",\"codes\":true}}}";
static const char *const states[] = {
    "pending", "authorized", "captured", "declined"};
static struct acquirer *parties[1024];
static size_t n_parties;

static const char *
text(json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s == NULL ? "" : s;
}

static json_t *
unsupported(const char *what)
{
	return json_pack("{s:{s:s}}", "unsupported", "what", what);
}

static json_t *
on_open(json_t *in)
{
	struct acquirer *a = calloc(1, sizeof *a);
	json_t *params = json_object_get(in, "params"), *s, *x;
	json_t *keys = json_object_get(in, "keys");
	json_int_t past = 86400, future = 300;
	size_t i;

	json_array_foreach (json_object_get(in, "profiles"), i, x)
		if (strcmp(json_string_value(x), PROFILE) != 0)
			return unsupported("profile");
	if (n_parties == 1024 || strcmp(text(in, "role"), "acquirer") != 0)
		return unsupported("role");
	json_unpack(
	    params, "{s?I,s?I}", "windowPast", &past, "windowFuture", &future);
	a->past = past, a->future = future;
	json_array_foreach (json_object_get(params, "sellers"), i, s) {
		snprintf(a->sellers[i].id, 31, "%s", text(s, "idS"));
		a->sellers[i].blocked =
		    json_is_true(json_object_get(s, "blocked"));
		a->n_sellers = i + 1;
	}
	a->enc = read_key(text(json_object_get(keys, "enc"), "key"));
	a->sig = read_key(text(json_object_get(keys, "sig"), "key"));
	parties[n_parties] = a;
	return json_pack(
	    "{s:{s:o}}", "ok", "h", json_sprintf("p%zu", n_parties++));
}

static json_t *
show(const struct answer *r)
{
	json_t *out = json_array(), *timers = json_array();

	if (r->to != NULL)
		json_array_append_new(out, json_pack("{s:s,s:o}", "to", r->to,
					       "msg", hex(r->out.p, r->out.n)));
	if (r->refused != NULL)
		return json_pack("{s:{s:s,s:s,s:o}}", "reject", "class",
		    class_of(r->refused), "code", r->refused, "out", out);
	if (r->timer != 0)
		json_array_append_new(timers,
		    json_pack("{s:o,s:I}", "name", hex(r->about->reference, 32),
			"at", (json_int_t)r->timer));
	return json_pack("{s:{s:o,s:s,s:{s:o,s:s,s:o*},s:o,s:{}}}", "ok", "out",
	    out, "status", r->about->state == PENDING ? "continue" : "done",
	    "result", "session", hex(r->about->session, 16), "state",
	    states[r->about->state], "error",
	    r->error ? json_integer(r->error) : NULL, "timers", timers, "drew");
}

static json_t *
on_step(json_t *in)
{
	struct acquirer *a = parties[atoi(text(in, "h") + 1)];
	json_t *event = json_object_get(in, "event");
	json_t *recv = json_object_get(event, "recv");
	json_int_t now = time(NULL); /* unless the harness has a clock */
	struct answer r = {.from = text(recv, "from")};
	size_t n;
	uint8_t *p = unhex(recv ? text(recv, "msg") : text(event, "timer"), &n);

	json_unpack(in, "{s?I}", "now", &now);
	if (recv == NULL && n != 32)
		r.refused = "bad-state"; /* an input, or no timer of ours */
	else if (recv == NULL)
		acquirer_timer(a, p, now, &r);
	else if (strcmp(text(recv, "from"), "network") == 0)
		acquirer_net_reply(a, (struct view){p, n}, &r);
	else
		acquirer_recv(a, (struct view){p, n}, now, &r);
	free(p);
	return show(&r);
}

static json_t *
answer(const char *op, json_t *in)
{
	if (strcmp(op, "hello") == 0)
		return json_loads(hello, 0, NULL);
	if (strcmp(op, "open") == 0)
		return on_open(in);
	if (strcmp(op, "step") == 0)
		return on_step(in);
	if (!strcmp(op, "drop") || !strcmp(op, "reset") || !strcmp(op, "bye"))
		return json_pack("{s:{}}", "ok");
	return unsupported(op);
}

int
main(void)
{
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, stdin) > 0) {
		json_t *request = json_loads(line, 0, NULL);
		json_t *reply =
		    answer(text(request, "op"), json_object_get(request, "in"));

		json_object_set(reply, "id", json_object_get(request, "id"));
		json_dumpf(reply, stdout, JSON_COMPACT);
		printf("\n");
		fflush(stdout);
		if (strcmp(text(request, "op"), "bye") == 0)
			return 0;
		json_decref(reply);
		json_decref(request);
	}
	return 0;
}
