#include "tests/fuzz/play.h"

#include <string.h>

#include "crypto/hash.h"

static struct semper_step step;
static uint8_t arena[(size_t)1 << 20];
static struct play *drawing; /* whose stream is drawn from */

/* ---- randomness: SHA-256 of a counter, which is part of the play ---- */

/* What nobody but the buyer knows, kept for a judge. */
static void
keep_draw(struct play *p, const char *label, const uint8_t *octets, size_t len)
{
	if (strcmp(label, "R_B") == 0 && len == sizeof p->r_b)
		memcpy(p->r_b, octets, len);
	if (strcmp(label, "seed(EncSlip)") == 0 && len <= sizeof p->seed)
		memcpy(p->seed, octets, len);
}

static semper_err
fill(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	uint64_t *counter = ctx != NULL ? ctx : &drawing->drawn;
	uint8_t block[32];

	for (size_t i = 0; i < len; i++) {
		if (i % 32 == 0) {
			semper_hash(SEMPER_SHA256, block,
			    SEMPER_BYTES((const uint8_t *)counter,
				sizeof *counter));
			++*counter;
		}
		dst[i] = block[i % 32];
	}
	if (ctx == NULL && label != NULL)
		keep_draw(drawing, label, dst, len);
	return SEMPER_OK;
}

static uint64_t for_keys = (uint64_t)1 << 40;
static const struct semper_draw key_draw = {fill, &for_keys};
static const struct semper_random random_source = {{fill, NULL}, NULL};

/* ---- opening ---- */

static const struct stage *
stage_of(int profile)
{
	static struct stage *stages[IKP_PROFILES];

	if (stages[profile] == NULL) {
		stage_draw = &key_draw;
		stages[profile] = calloc(1, sizeof *stages[profile]);
		HOLDS(stages[profile] != NULL, "there is memory");
		stage_open(stages[profile], profile, NULL);
		stage_make_broker(stages[profile], IKP_SELLER, NULL);
	}
	return stages[profile];
}

void
play_open(struct play *p, int profile)
{
	memset(p, 0, sizeof *p);
	p->stage = stage_of(profile);
	p->now = STAGE_NOW;
	p->decision = IKP_YES;
	for (int i = 0; i < PLAY_PLACES; i++)
		HOLDS(semper_ledger_memory(&p->ledger[i]) == SEMPER_OK,
		    "there is memory");
}

static uint8_t *
duplicate(struct semper_bytes x)
{
	uint8_t *octets = malloc(x.len + 1);

	HOLDS(octets != NULL, "there is memory");
	if (x.len > 0)
		memcpy(octets, x.data, x.len);
	return octets;
}

void
play_copy(struct play *to, const struct play *from)
{
	*to = *from;
	for (int i = 0; i < PLAY_PLACES; i++)
		HOLDS(semper_ledger_copy(&to->ledger[i], &from->ledger[i]) ==
			SEMPER_OK,
		    "there is memory");
	for (size_t i = 0; i < to->n_sent; i++)
		to->sent[i].octets = duplicate(
		    SEMPER_BYTES(from->sent[i].octets, from->sent[i].len));
	to->receipt = duplicate(SEMPER_BYTES(from->receipt, from->receipt_len));
}

void
play_close(struct play *p)
{
	for (int i = 0; i < PLAY_PLACES; i++)
		semper_ledger_close(&p->ledger[i]);
	for (size_t i = 0; i < p->n_sent; i++)
		free(p->sent[i].octets);
	free(p->receipt);
}

bool
play_full(const struct play *p)
{
	return p->n_sent + SEMPER_STEP_REPLIES > PLAY_SENT ||
	    p->n_queue + SEMPER_STEP_REPLIES > PLAY_QUEUE ||
	    p->n_timers + SEMPER_STEP_TIMERS > PLAY_TIMERS;
}

/* ---- who and where ---- */

static bool
is_far(const struct play *p, struct semper_bytes session)
{
	return p->broker &&
	    semper_bytes_equal(session, SEMPER_BYTES(p->far, sizeof p->far));
}

/* A broker has three tables. */
static void
party_at(const struct play *p, unsigned place, const struct semper_event *event,
    struct semper_party *party)
{
	const struct stage *s = p->stage;

	*party = s->party[place == PLAY_FAR ? PLAY_SELLER : place];
	party->ledger = &p->ledger[place];
	if (!p->broker || place != PLAY_SELLER)
		return;
	party->def = ikp_broker_table(event);
	if (party->def == &ikp_buyer) {
		party->params = &s->broker_params.buyer;
		party->keys = &s->broker_keys.buyer;
	} else {
		party->params = &s->broker_params;
		party->keys = &s->broker_keys;
	}
}

/* Where a message of the party at PLACE to the party TO arrives. */
static unsigned
place_of(const struct play *p, unsigned place, enum ikp_party to,
    struct semper_bytes msg)
{
	struct semper_envelope envelope;

	if (to == IKP_BUYER)
		return place == PLAY_FAR ? PLAY_SELLER : PLAY_BUYER;
	if (to != IKP_SELLER)
		return PLAY_ACQUIRER;
	if (place == PLAY_SELLER)
		return PLAY_FAR;
	return place == PLAY_ACQUIRER &&
		semper_envelope_decode(&envelope, msg) == SEMPER_OK &&
		is_far(p, envelope.session)
	    ? PLAY_FAR
	    : PLAY_SELLER;
}

/* What the party at PLACE is, to the party TO. */
static enum ikp_party
role_towards(unsigned place, enum ikp_party to)
{
	if (place == PLAY_FAR)
		return IKP_SELLER;
	return place == PLAY_SELLER && to == IKP_SELLER ? IKP_BUYER
							: (enum ikp_party)place;
}

/* ---- one step ---- */

static semper_err
hash_in(void *ctx, struct semper_bytes octets)
{
	semper_hash_update(ctx, octets);
	return SEMPER_OK;
}

static void
digest(const struct play *p, unsigned place, uint8_t out[32])
{
	struct semper_buffer none = {NULL, 0, 0};
	struct semper_hash_state state;
	struct semper_view view;

	semper_hash_init(&state, SEMPER_SHA256);
	HOLDS(semper_view_begin(&view, &p->ledger[place], &none) == SEMPER_OK &&
		semper_view_write(&view, hash_in, &state) == SEMPER_OK,
	    "a ledger can be read");
	semper_view_end(&view);
	semper_hash_final(&state, out);
}

/* The session of SESSION is the one that is spoken of from now on. */
static void
note_session(struct play *p, unsigned place, const struct semper_event *event,
    struct semper_bytes session)
{
	const struct ikp_input *input = event->input;
	size_t i;

	if (p->broker && place == PLAY_SELLER && event->kind == SEMPER_INPUT &&
	    input->kind == IKP_DO_START)
		memcpy(p->far, session.data, sizeof p->far);
	if (is_far(p, session))
		return;
	for (i = 0; i < p->n_sessions; i++)
		if (memcmp(p->session[i], session.data, 16) == 0)
			break;
	if (i == PLAY_SESSIONS)
		i--;
	memcpy(p->session[i], session.data, 16);
	p->n_sessions += i == p->n_sessions;
	p->current = i;
}

static void
note_state(struct play *p, unsigned place, const struct semper_role_def *def,
    struct semper_bytes state)
{
	if (def == &ikp_buyer) {
		p->to_approve &= ~(1u << place);
		if (semper_bytes_equal(state, SEMPER_TEXT("invoiced")))
			p->to_approve |= 1u << place;
	}
	play_see_state(p, def, state);
}

static void
note_result(struct play *p, unsigned place, const struct semper_event *event,
    const struct semper_result *r)
{
	if (strcmp(r->name, "session") == 0 && r->octets.len == 16)
		note_session(p, place, event, r->octets);
	if (strcmp(r->name, "state") == 0)
		note_state(p, place, step.party->def, r->octets);
	if (strcmp(r->name, "served") == 0)
		p->served += r->number;
	if (strcmp(r->name, "offer") == 0 && r->octets.len <= PLAY_OFFER) {
		memcpy(p->offer, r->octets.data, r->octets.len);
		p->offer_len = r->octets.len;
	}
	if (strcmp(r->name, "receipt") == 0 && place == PLAY_BUYER) {
		free(p->receipt);
		p->receipt = duplicate(r->octets);
		p->receipt_len = r->octets.len;
	}
}

static void
note_results(struct play *p, unsigned place, const struct semper_event *event,
    const struct semper_outcome *o)
{
	for (size_t i = 0; i < o->n_results; i++)
		note_result(p, place, event, &o->results[i]);
	for (size_t i = 0; i < o->n_timers && p->n_timers < PLAY_TIMERS; i++) {
		p->timer[p->n_timers].place = (uint8_t)place;
		memcpy(p->timer[p->n_timers++].name, o->timers[i].name,
		    SEMPER_TIMER_NAME);
	}
}

static void
note_replies(struct play *p, unsigned place, const struct semper_outcome *o)
{
	for (size_t i = 0; i < o->n_replies; i++) {
		const struct semper_reply *r = &o->replies[i];
		enum ikp_party to = (enum ikp_party)r->to;

		HOLDS(p->n_sent < PLAY_SENT && p->n_queue < PLAY_QUEUE,
		    "the fuzzer stops in time");
		p->sent[p->n_sent] =
		    (struct play_message){(uint8_t)role_towards(place, to),
			r->to, (uint8_t)place_of(p, place, to, r->msg),
			r->msg.len, duplicate(r->msg)};
		p->queue[p->n_queue++] = (uint8_t)p->n_sent++;
		play_see(p, p->n_sent - 1, o->verdict != SEMPER_OK);
	}
}

static semper_err
compute(struct play *p, unsigned place, const struct semper_event *event)
{
	static struct semper_party party;

	party_at(p, place, event, &party);
	drawing = p;
	semper_step_init(&step, arena, sizeof arena);
	return semper_role_step(&step, &party, event, p->now, &random_source);
}

static const char *
type_of(struct semper_bytes msg)
{
	return msg.data == NULL ? "-" : stage_type(msg);
}

/* With PLAY_SAY in the environment: what happens, for whoever looks at a
 * finding. */
static void
say(const struct play *p, unsigned place, const struct semper_event *event,
    const struct semper_outcome *o)
{
	if (getenv("PLAY_SAY") == NULL)
		return;
	fprintf(stderr, "%s: %u %s ", p->stage->profile->name, place,
	    step.party->def->name);
	if (event->kind == SEMPER_RECV)
		fprintf(stderr, "<- %s", type_of(event->msg));
	else if (event->kind == SEMPER_TIMER)
		fprintf(stderr, "timer %s", event->name);
	else
		fprintf(stderr, "input %d",
		    (int)((const struct ikp_input *)event->input)->kind);
	fprintf(stderr, " %x %s state %d:", (unsigned)o->verdict,
	    o->refused_by != NULL ? o->refused_by : "ok", o->state);
	for (size_t i = 0; i < o->n_replies; i++)
		fprintf(stderr, " -> %s", type_of(o->replies[i].msg));
	fprintf(stderr, "\n");
}

struct play_result
play_event(struct play *p, unsigned place, const struct semper_event *event)
{
	struct play_result result;
	struct semper_outcome o;
	uint8_t before[32], after[32];
	bool changes;
	semper_err e;

	digest(p, place, before);
	e = compute(p, place, event);
	if (e == SEMPER_E_ARGUMENT && event->kind == SEMPER_INPUT) {
		semper_step_clear(&step);
		return (struct play_result){e, 0}; /* not of this party */
	}
	HOLDS(e == SEMPER_OK, "no message breaks a party");
	changes = step.changes_state;
	HOLDS(semper_role_commit(&step, &o) == SEMPER_OK,
	    "what was computed is committed");
	digest(p, place, after);
	HOLDS(o.verdict == SEMPER_OK || changes ||
		memcmp(before, after, 32) == 0,
	    "a refusal changes nothing");
	HOLDS(o.verdict == SEMPER_OK || SEMPER_IS_REFUSAL(o.verdict),
	    "a verdict is a verdict");
	result = (struct play_result){o.verdict, o.n_replies};
	say(p, place, event, &o);
	if (o.verdict == SEMPER_OK)
		p->booked += p->sale;
	p->sale = 0;
	note_results(p, place, event, &o);
	note_replies(p, place, &o);
	semper_step_clear(&step);
	play_see_ledger(p, place);
	return result;
}

void
play_try(struct play *p, const struct play_message *m)
{
	struct semper_event event = {.kind = SEMPER_RECV,
	    .from = m->from,
	    .msg = SEMPER_BYTES(m->octets, m->len)};
	uint64_t drawn = p->drawn;

	HOLDS(compute(p, m->place, &event) == SEMPER_OK,
	    "no input breaks a party");
	semper_step_clear(&step);
	p->drawn = drawn;
}

struct play_result
play_recv(struct play *p, unsigned place, enum ikp_party from,
    struct semper_bytes msg)
{
	struct semper_event event = {.kind = SEMPER_RECV,
	    .from = (uint8_t)from,
	    .msg = msg};

	return play_event(p, place, &event);
}

struct play_result
play_deliver(struct play *p, const struct play_message *m)
{
	return play_recv(p, m->place, (enum ikp_party)m->from,
	    SEMPER_BYTES(m->octets, m->len));
}

/* ---- inputs ---- */

/* Does the party at PLACE speak of the transaction with the far seller? */
static bool
speaks_of_far(const struct play *p, unsigned place,
    const struct ikp_input *input)
{
	const struct semper_event event = {.kind = SEMPER_INPUT,
	    .input = input};

	if (!p->broker || place != PLAY_SELLER)
		return place == PLAY_FAR;
	return input->kind == IKP_DO_AUDIT ||
	    ikp_broker_table(&event) == &ikp_buyer;
}

static void
fill_terms(const struct play *p, struct ikp_input *input)
{
	if (!input->terms.given)
		return;
	input->terms.mode = p->mode;
	if (p->broker)
		input->terms.broker = p->stage->seller.id_s;
}

static void
fill_order(const struct play *p, struct ikp_input *input)
{
	input->capture_now = p->capture;
	input->has_first = p->first != 0;
	input->first = input->price;
	input->first.amount = p->first;
	input->pin = p->pin ? SEMPER_TEXT("86420975") : SEMPER_NONE;
	fill_terms(p, input);
}

struct play_result
play_do(struct play *p, unsigned place, struct ikp_input input)
{
	uint8_t session[16];
	char order[] = "order0";
	struct semper_event event = {.kind = SEMPER_INPUT, .input = &input};

	if (input.kind == IKP_DO_OFFER || input.kind == IKP_DO_START) {
		input = input.kind == IKP_DO_OFFER ? p->stage->offer
						   : p->stage->start;
		order[5] = (char)('0' + p->order % 10);
		input.order = SEMPER_BYTES((const uint8_t *)order, 6);
		fill_order(p, &input);
	}
	memcpy(session,
	    speaks_of_far(p, place, &input) ? p->far : p->session[p->current],
	    16);
	input.session = SEMPER_BYTES(session, 16);
	return play_event(p, place, &event);
}

struct play_result
play_input(struct play *p, unsigned place, enum ikp_input_kind kind)
{
	return play_do(p, place, (struct ikp_input){.kind = kind, .reason = 3});
}

/* ---- how a payment goes ---- */

void
play_begin(struct play *p)
{
	p->order++;
	play_input(p, PLAY_SELLER, IKP_DO_OFFER);
	play_input(p, PLAY_BUYER, IKP_DO_START);
}

void
play_begin_far(struct play *p)
{
	p->order++;
	play_input(p, PLAY_FAR, IKP_DO_OFFER);
	play_input(p, PLAY_SELLER, IKP_DO_START);
}

const struct play_message *
play_next(const struct play *p)
{
	return p->n_queue == 0 ? NULL : &p->sent[p->queue[0]];
}

void
play_drop(struct play *p)
{
	p->n_queue--;
	memmove(&p->queue[0], &p->queue[1], p->n_queue);
}

static struct play_asked *
asked_under(struct play *p, struct semper_bytes reference)
{
	for (size_t i = 0; i < p->n_asked; i++)
		if (memcmp(p->asked[i].reference, reference.data, 32) == 0)
			return &p->asked[i];
	return NULL;
}

/* The network will stand for this amount. */
static void
grant(struct play *p, struct play_asked *a, const struct ikp_net_request *asked,
    int64_t amount)
{
	if (!a->yes)
		p->granted +=
		    amount < asked->price.amount ? asked->price.amount : amount;
	a->yes = true;
	if (asked->capture_now && !a->heard)
		p->sale = amount;
}

void
play_network(struct play *p, size_t i, enum ikp_decision decision,
    int64_t reason)
{
	const struct ikp_profile *profile = p->stage->profile;
	struct ikp_net_request asked;
	struct ikp_net_reply reply = {.decision = decision,
	    .has_reason = reason != 0,
	    .reason = reason};
	uint8_t room[128];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct play_result result;
	struct play_asked *a;

	if (!play_asked_for(p, i, &asked))
		return;
	a = asked_under(p, asked.reference);
	if (a == NULL)
		return; /* more than is kept */
	reply.reference = asked.reference;
	reply.amount = asked.price;
	if (decision == IKP_YES) {
		reply.auth_code = SEMPER_TEXT("123456");
		reply.has_amount =
		    p->grant != 0 && ikp_in(profile, IKP_EDITION_HARD);
		if (reply.has_amount)
			reply.amount.amount = p->grant;
	}
	if (ikp_encode(profile, &ikp_net_reply_type, &out, &reply) != SEMPER_OK)
		return;
	if (decision == IKP_YES)
		grant(p, a, &asked, reply.amount.amount);
	result = play_recv(p, PLAY_ACQUIRER, IKP_NETWORK, semper_written(&out));
	a->heard = a->heard || result.verdict == SEMPER_OK;
}

static void
deliver(struct play *p)
{
	size_t i = p->queue[0];

	play_drop(p);
	if (p->sent[i].to == IKP_NETWORK)
		play_network(p, i, p->decision, p->decision == IKP_NO ? 55 : 0);
	else
		play_deliver(p, &p->sent[i]);
}

bool
play_go_on(struct play *p)
{
	for (unsigned place = 0; place < PLAY_PLACES && p->n_queue == 0;
	     place++)
		if ((p->to_approve >> place & 1) != 0) {
			play_input(p, place, IKP_DO_APPROVE);
			return true;
		}
	if (p->n_queue == 0)
		return false;
	deliver(p);
	return true;
}
