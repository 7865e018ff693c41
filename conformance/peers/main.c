/* semper-peer -- one party of iKP behind a socket: the shell that commits a
 * step, and the timers it asked for, before its messages leave. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "identity.h"
#include "net.h"
#include "timers.h"

#define ARENA_SIZE ((size_t)8 << 20) /* a message of 1 MiB, several times */
#define SQLITE_WAIT_MS 2000
#define WAIT_MS 1000

struct peer {
	struct options options;
	struct identity identity;
	struct orders orders;
	struct semper_ledger ledger;
	struct semper_party party;
	struct semper_step step;
	uint8_t *arena;
	struct net net;

	struct timers timers;

	/* A buyer: the order it is at, and how the last one went. */
	size_t order;
	enum { PAYING, PAID, UNPAID } paying;
	uint8_t
	    approve[SEMPER_SESSION_SIZE]; /* an Invoice that is to be paid */
	bool to_approve;

	/* What the card network that is none answers. */
	uint8_t answer[256];
	size_t answer_len;
};

static struct peer peer;
static volatile sig_atomic_t stopped;

static void
stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/* ---- what a step gives ---- */

static enum ikp_party
upstream_party(void)
{
	return (enum ikp_party)(peer.options.role + 1);
}

/* The card network that is none says yes to a NetRequest, and nothing to a
 * NetReversal. */
static void
play_network(struct semper_bytes msg)
{
	const struct ikp_profile *profile = NULL;
	struct ikp_net_request asked;
	struct ikp_net_reply yes = {.decision = IKP_YES,
	    .auth_code = SEMPER_TEXT("123456")};
	struct semper_buffer out = SEMPER_BUFFER(peer.answer);

	for (int i = 0; i < IKP_PROFILES; i++)
		if ((peer.options.profiles & 1u << i) != 0)
			profile = &ikp_profiles[i];
	if (ikp_decode(profile, &ikp_net_request_type, &asked, msg) !=
	    SEMPER_OK)
		return;
	yes.reference = asked.reference;
	if (ikp_encode(profile, &ikp_net_reply_type, &out, &yes) == SEMPER_OK)
		peer.answer_len = out.len;
}

/* Replies to whom SLOT speaks for go there, others where their session is. */
static void
send_reply(const struct semper_reply *reply, unsigned from, time_t now)
{
	struct semper_envelope envelope;

	if (reply->to == IKP_NETWORK && peer.options.network_yes)
		play_network(reply->msg);
	else if (reply->to == upstream_party())
		net_send(&peer.net, NET_UPSTREAM, reply->msg, now);
	else if (from < NET_PEERS)
		net_send(&peer.net, from, reply->msg, now);
	else if (semper_envelope_decode(&envelope, reply->msg) == SEMPER_OK)
		net_send_session(&peer.net, envelope.session, reply->msg, now);
}

static const struct semper_result *
find_result(const struct semper_outcome *outcome, const char *name)
{
	for (size_t i = 0; i < outcome->n_results; i++)
		if (strcmp(outcome->results[i].name, name) == 0)
			return &outcome->results[i];
	return NULL;
}

static bool
is_text(const struct semper_result *result, const char *text)
{
	return result != NULL && result->octets.len == strlen(text) &&
	    memcmp(result->octets.data, text, result->octets.len) == 0;
}

/* Print the session and its state; a buyer's user, who is this program, says
 * yes to every Invoice. */
static void
report(const struct semper_outcome *outcome)
{
	const struct semper_result *session = find_result(outcome, "session");
	const struct semper_result *state = find_result(outcome, "state");
	char hex[2 * SEMPER_SESSION_SIZE + 1];

	if (state == NULL || session == NULL ||
	    session->octets.len != SEMPER_SESSION_SIZE)
		return;
	semper_hex_encode(hex, session->octets);
	printf("%s %.*s\n", hex, (int)state->octets.len,
	    (const char *)state->octets.data);
	fflush(stdout);
	if (peer.options.role != IKP_BUYER)
		return;
	if (is_text(state, "invoiced")) {
		memcpy(peer.approve, session->octets.data, sizeof peer.approve);
		peer.to_approve = true;
	} else if (outcome->done || find_result(outcome, "error") != NULL) {
		peer.paying = is_text(state, "paid") ? PAID : UNPAID;
	}
}

/* Remember where a session is heard, if what it said was accepted. */
static void
learn(const struct semper_event *event, unsigned from)
{
	struct semper_envelope envelope;

	if (from < NET_PEERS && event->kind == SEMPER_RECV &&
	    semper_envelope_decode(&envelope, event->msg) == SEMPER_OK)
		net_learn(&peer.net, envelope.session, from);
}

static void
deliver(const struct semper_outcome *outcome, const struct semper_event *event,
    unsigned from, time_t now)
{
	if (outcome->verdict == SEMPER_OK) {
		learn(event, from);
		report(outcome);
	} else {
		printf("refused %s %s\n", ikp_error_word(outcome->verdict),
		    outcome->refused_by != NULL ? outcome->refused_by : "-");
		fflush(stdout);
	}
	for (size_t i = 0; i < outcome->n_timers; i++)
		if (timers_set(&peer.timers, &outcome->timers[i]) != SEMPER_OK)
			fputs("semper-peer: a timer was lost\n", stderr);
	for (size_t i = 0; i < outcome->n_replies; i++)
		send_reply(&outcome->replies[i], from, now);
}

/* ---- steps ---- */

/* One event that came from slot FROM (NET_SLOTS: from nobody outside). */
static bool
handle(const struct semper_event *event, unsigned from)
{
	struct semper_random random = {semper_draw_system, NULL};
	time_t now = time(NULL);
	struct semper_outcome outcome;
	semper_err e;

	semper_step_init(&peer.step, peer.arena, ARENA_SIZE);
	e = semper_role_step(&peer.step, &peer.party, event, now, &random);
	if (e == SEMPER_OK)
		e = semper_role_commit(&peer.step, &outcome);
	if (e == SEMPER_OK)
		deliver(&outcome, event, from, now);
	else
		fprintf(stderr, "semper-peer: nothing done: %s\n",
		    semper_err_text(e));
	semper_step_clear(&peer.step);
	return e == SEMPER_OK;
}

static void
handle_answer(void)
{
	uint8_t msg[sizeof peer.answer];
	size_t len = peer.answer_len;

	memcpy(msg, peer.answer, len);
	peer.answer_len = 0;
	handle(&(struct semper_event){.kind = SEMPER_RECV,
		   .from = IKP_NETWORK,
		   .msg = SEMPER_BYTES(msg, len)},
	    NET_SLOTS);
}

static void
handle_message(unsigned slot)
{
	uint8_t from = slot == NET_UPSTREAM ? (uint8_t)upstream_party()
					    : (uint8_t)(peer.options.role - 1);

	handle(&(struct semper_event){.kind = SEMPER_RECV,
		   .from = from,
		   .msg = semper_written(&peer.net.slot[slot].in)},
	    slot);
	net_taken(&peer.net, slot);
	if (peer.answer_len != 0)
		handle_answer();
}

/* A timer whose step cannot be stored has gone off in memory only, and comes
 * again after a restart. */
static void
handle_timers(void)
{
	struct semper_timer timer;

	while (timers_due(&peer.timers, &timer, time(NULL)))
		if (!handle(&(struct semper_event){.kind = SEMPER_TIMER,
				.name = timer.name},
			NET_SLOTS) ||
		    timers_done(&peer.timers, &timer) != SEMPER_OK)
			fprintf(stderr, "semper-peer: the timer %s was lost\n",
			    timer.name);
}

static bool
handle_input(const struct ikp_input *input)
{
	return handle(&(struct semper_event){.kind = SEMPER_INPUT,
			  .input = input},
	    NET_SLOTS);
}

/* ---- what an operator would do ---- */

static bool
offer_all(void)
{
	for (size_t i = 0; i < peer.orders.n; i++)
		if (!handle_input(&peer.orders.order[i]))
			return false;
	return true;
}

/* Start the next order of a buyer. */
static bool
start_next(void)
{
	struct ikp_input input = peer.orders.order[peer.order++];

	input.kind = IKP_DO_START;
	input.seller = peer.options.sellers[0].id_s;
	input.pin = peer.identity.card.pin;
	while ((peer.options.profiles & 1u << input.profile) == 0)
		input.profile++;
	peer.paying = PAYING;
	return handle_input(&input);
}

static void
approve(void)
{
	struct ikp_input input = {.kind = IKP_DO_APPROVE,
	    .session = SEMPER_BYTES(peer.approve, sizeof peer.approve)};

	peer.to_approve = false;
	handle_input(&input);
}

/* A buyer goes on: false when it is through, or has not paid. */
static bool
go_on(void)
{
	if (peer.to_approve)
		approve();
	if (peer.paying == PAYING)
		return true;
	return peer.paying == PAID && peer.order < peer.orders.n &&
	    start_next();
}

/* ---- the loop ---- */

static void
serve(void)
{
	while (!stopped) {
		net_wait(&peer.net,
		    timers_wait(&peer.timers, time(NULL), WAIT_MS), time(NULL));
		for (unsigned i = 0; i < NET_SLOTS; i++)
			if (net_readable(&peer.net, i) &&
			    net_read(&peer.net, i, time(NULL)))
				handle_message(i);
		handle_timers();
		if (peer.options.role == IKP_BUYER && !go_on())
			return;
	}
}

static bool
open_ledger(void)
{
	semper_err e = peer.options.ledger == NULL
	    ? semper_ledger_memory(&peer.ledger)
	    : semper_ledger_sqlite(&peer.ledger, peer.options.ledger,
		  SQLITE_WAIT_MS);

	if (e == SEMPER_OK)
		e = timers_open(&peer.timers, &peer.ledger);
	if (e != SEMPER_OK)
		fprintf(stderr, "semper-peer: the ledger: %s\n",
		    semper_err_text(e));
	return e == SEMPER_OK;
}

static bool
open_peer(void)
{
	static const struct semper_role_def *const defs[] = {&ikp_buyer,
	    &ikp_seller, &ikp_acquirer};
	const struct options *o = &peer.options;

	peer.party = (struct semper_party){.def = defs[o->role],
	    .ledger = &peer.ledger,
	    .params = &peer.identity.params,
	    .keys = &peer.identity.keys,
	    .allowed = o->profiles};
	peer.arena = malloc(ARENA_SIZE);
	return peer.arena != NULL && identity_open(&peer.identity, o) &&
	    (o->orders == NULL || orders_read(&peer.orders, o->orders)) &&
	    open_ledger() && net_open(&peer.net, o->listen, o->upstream);
}

static void
close_peer(void)
{
	net_close(&peer.net);
	semper_ledger_close(&peer.ledger);
	orders_free(&peer.orders);
	identity_close(&peer.identity);
	free(peer.arena);
}

static int
run(void)
{
	const struct sigaction on_stop = {.sa_handler = stop};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGTERM, &on_stop, NULL);
	sigaction(SIGINT, &on_stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	if (peer.options.role == IKP_BUYER) {
		peer.paying = PAID;
		go_on();
	} else {
		if (!offer_all())
			return 1;
		printf("semper-peer: listening on port %u\n",
		    stream_port(peer.net.listener));
		fflush(stdout);
	}
	serve();
	return peer.options.role == IKP_BUYER && peer.paying != PAID;
}

int
main(int argc, char **argv)
{
	int code = 2;

	peer.net.listener = -1;
	for (unsigned i = 0; i < NET_SLOTS; i++)
		peer.net.slot[i] = STREAM_CLOSED;
	switch (options_read(&peer.options, argc, argv)) {
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_WRONG:
		return 2;
	case OPTIONS_RUN:
		break;
	}
	if (open_peer())
		code = run();
	close_peer();
	return code;
}
