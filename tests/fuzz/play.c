#include "tests/fuzz/play.h"

#include <string.h>

#include "crypto/hash.h"
#include "role/layout.h"

static struct semper_step step;
static uint8_t arena[(size_t)1 << 20];
static struct play *drawing; /* whose stream is drawn from */

/* ---- randomness: SHA-256 of a counter, which is part of the play ---- */

static semper_err
fill(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	uint64_t *counter = ctx != NULL ? ctx : &drawing->drawn;
	uint8_t block[32];

	(void)label;
	for (size_t i = 0; i < len; i++) {
		if (i % 32 == 0) {
			semper_hash(SEMPER_SHA256, block,
			    SEMPER_BYTES((const uint8_t *)counter,
				sizeof *counter));
			++*counter;
		}
		dst[i] = block[i % 32];
	}
	return SEMPER_OK;
}

static uint64_t for_keys = (uint64_t)1 << 40;
static const struct semper_draw key_draw = {fill, &for_keys};
static const struct semper_random random_source = {{fill, NULL}, NULL};

/* ---- opening ---- */

static const struct stage *
stage_of(int profile)
{
	static struct stage *stages[IKP_BASE_PROFILES];

	if (stages[profile] == NULL) {
		stage_draw = &key_draw;
		stages[profile] = calloc(1, sizeof *stages[profile]);
		HOLDS(stages[profile] != NULL, "there is memory");
		stage_open(stages[profile], profile, NULL);
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
	for (int i = 0; i < 3; i++)
		HOLDS(semper_ledger_memory(&p->ledger[i]) == SEMPER_OK,
		    "there is memory");
}

static uint8_t *
duplicate(struct semper_bytes x)
{
	uint8_t *octets = malloc(x.len + 1);

	HOLDS(octets != NULL, "there is memory");
	memcpy(octets, x.data, x.len);
	return octets;
}

void
play_copy(struct play *to, const struct play *from)
{
	*to = *from;
	for (int i = 0; i < 3; i++)
		HOLDS(semper_ledger_copy(&to->ledger[i], &from->ledger[i]) ==
			SEMPER_OK,
		    "there is memory");
	for (size_t i = 0; i < to->n_sent; i++)
		to->sent[i].octets = duplicate(SEMPER_BYTES(
		    from->sent[i].octets, from->sent[i].len));
}

void
play_close(struct play *p)
{
	for (int i = 0; i < 3; i++)
		semper_ledger_close(&p->ledger[i]);
	for (size_t i = 0; i < p->n_sent; i++)
		free(p->sent[i].octets);
}

bool
play_full(const struct play *p)
{
	return p->n_sent + SEMPER_STEP_REPLIES > PLAY_SENT ||
	    p->n_queue + SEMPER_STEP_REPLIES > PLAY_QUEUE ||
	    p->n_timers + SEMPER_STEP_TIMERS > PLAY_TIMERS;
}

/* ---- what the world sees ---- */

static struct play_fact *
fact(struct play *p, struct semper_bytes tid)
{
	struct play_fact *f = p->fact;

	for (size_t i = 0; i < p->n_facts; i++, f++)
		if (tid.len == f->tid_len &&
		    memcmp(f->tid, tid.data, tid.len) == 0)
			return f;
	if (p->n_facts == PLAY_FACTS || tid.len > sizeof f->tid)
		return NULL;
	p->n_facts++;
	f->tid_len = tid.len;
	memcpy(f->tid, tid.data, tid.len);
	return f;
}

static bool
in_profile(const struct play *p, uint32_t mask)
{
	return ikp_in(p->stage->profile, mask);
}

static bool
anybody_said_yes(const struct play *p)
{
	for (size_t i = 0; i < p->n_asked; i++)
		if (p->asked[i].yes)
			return true;
	return false;
}

static void
see_confirm(struct play *p, const struct ikp_confirm *c)
{
	struct play_fact *f = fact(p, c->res.tid_s);

	if (f == NULL || c->v.data == NULL)
		return;
	f->v = true;
	HOLDS(c->res.resp.decision == IKP_YES, "V goes with a yes");
	HOLDS(!f->vc, "V is not opened after VC");
}

static void
see_cancel(struct play *p, const struct ikp_cancel *c)
{
	struct play_fact *f = fact(p, c->tid_s);

	if (f == NULL || c->vc.data == NULL)
		return;
	f->vc = true;
	HOLDS(!f->v, "VC is not opened after V");
	if (in_profile(p, IKP_EDITION_HARD & IKP_23KP))
		HOLDS(f->reversed || (p->corrupt >> IKP_ACQUIRER & 1) != 0,
		    "VC is opened only after a reversal");
}

/* A signed yes needs one of the network, and none comes after a reversal to
 * nothing. */
static void
see_auth_res(struct play *p, const struct ikp_auth_res *res)
{
	struct play_fact *f = fact(p, res->tid_s);

	if (res->resp.decision != IKP_YES)
		return;
	HOLDS(anybody_said_yes(p), "no money without the network");
	if (f == NULL)
		return;
	HOLDS(!f->reversed || f->yes, "no yes after a reversal");
	f->yes = true;
}

static void
see_acquirer(struct play *p, int id, const union ikp_body *body)
{
	const struct ikp_reversal_res *r = &body->reversal_res;

	if (id == IKP_AUTH_RES)
		see_auth_res(p, &body->auth_res);
	if (id == IKP_ACQ_INQUIRY_RES && body->acq_inquiry_res.has_auth_res)
		see_auth_res(p, &body->acq_inquiry_res.auth_res);
	if (id == IKP_REVERSAL_RES && r->outcome == IKP_REVERSED &&
	    r->new_amount.amount == 0) {
		struct play_fact *f = fact(p, r->tid_s);

		if (f != NULL)
			f->reversed = true;
	}
}

static void
see_seller(struct play *p, int id, const union ikp_body *body)
{
	const struct ikp_inquiry_res *r = &body->inquiry_res;

	if (id == IKP_CONFIRM)
		see_confirm(p, &body->confirm);
	if (id == IKP_CANCEL)
		see_cancel(p, &body->cancel);
	if (id == IKP_INQUIRY_RES && r->has_confirm)
		see_confirm(p, &r->confirm);
	if (id == IKP_INQUIRY_RES && r->has_cancel)
		see_cancel(p, &r->cancel);
}

/* One reference, one request: what is asked again is asked in the same
 * octets. */
static void
see_network(struct play *p, size_t at)
{
	struct semper_bytes msg = {p->sent[at].octets, p->sent[at].len};
	struct ikp_net_request r;
	const struct play_message *first;

	if (ikp_decode(p->stage->profile, &ikp_net_request_type, &r, msg) !=
		SEMPER_OK ||
	    r.reference.len != 32)
		return; /* a NetReversal */
	for (size_t i = 0; i < p->n_asked; i++) {
		if (memcmp(p->asked[i].reference, r.reference.data, 32) != 0)
			continue;
		first = &p->sent[p->asked[i].message];
		HOLDS(first->len == msg.len &&
			memcmp(first->octets, msg.data, msg.len) == 0,
		    "the network is asked once");
		return;
	}
	if (p->n_asked == PLAY_FACTS)
		return;
	memcpy(p->asked[p->n_asked].reference, r.reference.data, 32);
	p->asked[p->n_asked++].message = at;
}

static bool
holds(struct semper_bytes msg, struct semper_bytes secret)
{
	for (size_t i = 0; i + secret.len <= msg.len; i++)
		if (memcmp(msg.data + i, secret.data, secret.len) == 0)
			return true;
	return false;
}

static void
see_secrets(const struct play *p, struct semper_bytes msg)
{
	HOLDS(!holds(msg, p->stage->buyer.ban), "no message tells the account");
	HOLDS(!holds(msg, p->stage->buyer.r_acct), "no message tells R_acct");
	HOLDS(!holds(msg, SEMPER_TEXT("86420975")), "no message tells the PIN");
}

static int
decode_sent(const struct play *p, struct semper_bytes msg, union ikp_body *out)
{
	struct semper_envelope envelope;
	int profile, id;

	HOLDS(semper_envelope_decode(&envelope, msg) == SEMPER_OK,
	    "what is sent decodes");
	profile = ikp_profile_find(envelope.profile);
	HOLDS(profile >= 0 && &ikp_profiles[profile] == p->stage->profile,
	    "a party speaks its profile");
	id = ikp_message_find(p->stage->profile, envelope.type);
	HOLDS(id >= 0, "a party speaks messages of its profile");
	memset(out, 0, sizeof *out);
	HOLDS(ikp_decode(p->stage->profile, &ikp_messages[id]->type, out,
		  envelope.body) == SEMPER_OK,
	    "what is sent decodes");
	HOLDS(ikp_message_complete(ikp_messages[id], p->stage->profile, out),
	    "what is sent is complete");
	return id;
}

static void
see(struct play *p, size_t at, bool refused)
{
	const struct play_message *m = &p->sent[at];
	struct semper_bytes msg = {m->octets, m->len};
	union ikp_body body;
	int id;

	if (m->to == IKP_NETWORK) {
		HOLDS(m->from == IKP_ACQUIRER && !refused,
		    "only the acquirer asks the network");
		see_network(p, at);
		return;
	}
	see_secrets(p, msg);
	id = decode_sent(p, msg, &body);
	HOLDS(!refused || id == IKP_ERROR_MSG,
	    "a refusal sends nothing but an error");
	if (m->from == IKP_ACQUIRER)
		see_acquirer(p, id, &body);
	if (m->from == IKP_SELLER)
		see_seller(p, id, &body);
}

/* No more is captured than was authorised, and refunded than captured. */
static semper_err
see_record(void *ctx, const struct semper_record *record)
{
	static struct ikp_acquirer_record r;
	struct semper_bytes der = record->value;

	(void)ctx;
	memset(&r, 0, sizeof r);
	cut(&der, SEMPER_LAYOUT_HEAD);
	HOLDS(ikp_record_decode(&ikp_acquirer_record_type, &r, der) ==
		SEMPER_OK,
	    "a record decodes");
	HOLDS(r.clearing.captured <= r.clearing.authorized,
	    "no more is captured than was authorised");
	HOLDS(r.clearing.refunded <= r.clearing.captured,
	    "no more is refunded than was captured");
	return SEMPER_OK;
}

static void
see_money(const struct play *p)
{
	struct semper_buffer none = {NULL, 0, 0};
	struct semper_view view;

	HOLDS(semper_view_begin(&view, &p->ledger[IKP_ACQUIRER], &none) ==
			SEMPER_OK &&
		semper_view_each(&view, IKP_TABLE_ACQUIRER, SEMPER_NONE,
		    see_record, NULL) == SEMPER_OK,
	    "a ledger can be read");
	semper_view_end(&view);
}

/* ---- one step ---- */

static semper_err
hash_in(void *ctx, struct semper_bytes octets)
{
	semper_hash_update(ctx, octets);
	return SEMPER_OK;
}

static void
digest(const struct play *p, enum ikp_party role, uint8_t out[32])
{
	struct semper_buffer none = {NULL, 0, 0};
	struct semper_hash_state state;
	struct semper_view view;

	semper_hash_init(&state, SEMPER_SHA256);
	HOLDS(semper_view_begin(&view, &p->ledger[role], &none) == SEMPER_OK &&
		semper_view_write(&view, hash_in, &state) == SEMPER_OK,
	    "a ledger can be read");
	semper_view_end(&view);
	semper_hash_final(&state, out);
}

static void
note_state(struct play *p, enum ikp_party role, struct semper_bytes state)
{
	bool paid = (role == IKP_BUYER &&
			semper_bytes_equal(state, SEMPER_TEXT("paid"))) ||
	    (role == IKP_SELLER &&
		semper_bytes_equal(state, SEMPER_TEXT("authorized")));

	if (role == IKP_BUYER)
		p->to_approve =
		    semper_bytes_equal(state, SEMPER_TEXT("invoiced"));
	HOLDS(!paid || anybody_said_yes(p) ||
		(p->corrupt >> IKP_ACQUIRER & 1) != 0,
	    "nothing is paid without network or acquirer");
}

static void
note_results(struct play *p, enum ikp_party role,
    const struct semper_outcome *o)
{
	for (size_t i = 0; i < o->n_results; i++) {
		const struct semper_result *r = &o->results[i];

		if (strcmp(r->name, "session") == 0 && r->octets.len == 16)
			memcpy(p->session, r->octets.data, 16);
		if (strcmp(r->name, "state") == 0)
			note_state(p, role, r->octets);
	}
	for (size_t i = 0; i < o->n_timers && p->n_timers < PLAY_TIMERS; i++) {
		p->timer[p->n_timers].role = (uint8_t)role;
		memcpy(p->timer[p->n_timers++].name, o->timers[i].name,
		    SEMPER_TIMER_NAME);
	}
}

static void
note_replies(struct play *p, enum ikp_party role,
    const struct semper_outcome *o)
{
	for (size_t i = 0; i < o->n_replies; i++) {
		const struct semper_reply *r = &o->replies[i];

		HOLDS(p->n_sent < PLAY_SENT && p->n_queue < PLAY_QUEUE,
		    "the fuzzer stops in time");
		p->sent[p->n_sent] = (struct play_message){(uint8_t)role,
		    r->to, r->msg.len, duplicate(r->msg)};
		p->queue[p->n_queue++] = (uint8_t)p->n_sent++;
		see(p, p->n_sent - 1, o->verdict != SEMPER_OK);
	}
}

static semper_err
compute(struct play *p, enum ikp_party role, const struct semper_event *event)
{
	static struct semper_party party;

	party = p->stage->party[role];
	party.ledger = &p->ledger[role];
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
say(const struct play *p, enum ikp_party role,
    const struct semper_event *event, const struct semper_outcome *o)
{
	if (getenv("PLAY_SAY") == NULL)
		return;
	fprintf(stderr, "%s: %s ", p->stage->profile->name,
	    ikp_party_names[role]);
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
play_event(struct play *p, enum ikp_party role,
    const struct semper_event *event)
{
	struct play_result result;
	struct semper_outcome o;
	uint8_t before[32], after[32];
	bool changes;

	digest(p, role, before);
	HOLDS(compute(p, role, event) == SEMPER_OK, "no input breaks a party");
	changes = step.changes_state;
	HOLDS(semper_role_commit(&step, &o) == SEMPER_OK,
	    "what was computed is committed");
	digest(p, role, after);
	HOLDS(o.verdict == SEMPER_OK || changes ||
		memcmp(before, after, 32) == 0,
	    "a refusal changes nothing");
	HOLDS(o.verdict == SEMPER_OK || SEMPER_IS_REFUSAL(o.verdict),
	    "a verdict is a verdict");
	result = (struct play_result){o.verdict, o.n_replies};
	say(p, role, event, &o);
	note_results(p, role, &o);
	note_replies(p, role, &o);
	semper_step_clear(&step);
	if (role == IKP_ACQUIRER)
		see_money(p);
	return result;
}

void
play_try(struct play *p, enum ikp_party role, enum ikp_party from,
    struct semper_bytes msg)
{
	struct semper_event event = {.kind = SEMPER_RECV,
	    .from = (uint8_t)from,
	    .msg = msg};
	uint64_t drawn = p->drawn;

	HOLDS(compute(p, role, &event) == SEMPER_OK,
	    "no input breaks a party");
	semper_step_clear(&step);
	p->drawn = drawn;
}

struct play_result
play_recv(struct play *p, enum ikp_party role, enum ikp_party from,
    struct semper_bytes msg)
{
	struct semper_event event = {.kind = SEMPER_RECV,
	    .from = (uint8_t)from,
	    .msg = msg};

	return play_event(p, role, &event);
}

struct play_result
play_input(struct play *p, enum ikp_party role, enum ikp_input_kind kind)
{
	uint8_t session[16];
	char order[] = "order0";
	struct ikp_input input =
	    kind == IKP_DO_OFFER ? p->stage->offer : p->stage->start;
	struct semper_event event = {.kind = SEMPER_INPUT, .input = &input};

	memcpy(session, p->session, 16);
	order[5] = (char)('0' + p->order % 10);
	input.kind = kind;
	input.session = SEMPER_BYTES(session, 16);
	input.order = SEMPER_BYTES((const uint8_t *)order, 6);
	input.capture_now = p->capture;
	input.pin = p->pin ? SEMPER_TEXT("86420975") : SEMPER_NONE;
	input.reason = 3;
	return play_event(p, role, &event);
}

struct play_result
play_clear(struct play *p, enum ikp_input_kind kind, int64_t amount, bool final)
{
	uint8_t session[16];
	struct ikp_input input = {.kind = kind,
	    .session = SEMPER_BYTES(session, 16),
	    .auth_seq = 1,
	    .amount = p->stage->start.price,
	    .final = final};
	struct semper_event event = {.kind = SEMPER_INPUT, .input = &input};

	memcpy(session, p->session, 16);
	input.amount.amount = amount;
	return play_event(p, IKP_SELLER, &event);
}

/* ---- how a payment goes ---- */

void
play_begin(struct play *p)
{
	p->order++;
	play_input(p, IKP_SELLER, IKP_DO_OFFER);
	play_input(p, IKP_BUYER, IKP_DO_START);
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

void
play_network(struct play *p, size_t i, enum ikp_decision decision,
    int64_t reason)
{
	struct ikp_net_request asked;
	struct ikp_net_reply reply = {.decision = decision,
	    .has_reason = reason != 0,
	    .reason = reason};
	uint8_t room[128];
	struct semper_buffer out = SEMPER_BUFFER(room);

	if (ikp_decode(p->stage->profile, &ikp_net_request_type, &asked,
		SEMPER_BYTES(p->sent[i].octets, p->sent[i].len)) != SEMPER_OK)
		return; /* a NetReversal */
	reply.reference = asked.reference;
	if (decision == IKP_YES)
		reply.auth_code = SEMPER_TEXT("123456");
	for (size_t k = 0; k < p->n_asked; k++)
		if (memcmp(p->asked[k].reference, asked.reference.data, 32) ==
		    0)
			p->asked[k].yes |= decision == IKP_YES;
	if (ikp_encode(p->stage->profile, &ikp_net_reply_type, &out, &reply) ==
	    SEMPER_OK)
		play_recv(p, IKP_ACQUIRER, IKP_NETWORK, semper_written(&out));
}

static void
deliver(struct play *p)
{
	size_t i = p->queue[0];
	const struct play_message *m = &p->sent[i];

	play_drop(p);
	if (m->to == IKP_NETWORK)
		play_network(p, i, p->decision,
		    p->decision == IKP_NO ? 55 : 0);
	else
		play_recv(p, (enum ikp_party)m->to, (enum ikp_party)m->from,
		    SEMPER_BYTES(m->octets, m->len));
}

bool
play_go_on(struct play *p)
{
	if (p->n_queue > 0)
		deliver(p);
	else if (p->to_approve)
		play_input(p, IKP_BUYER, IKP_DO_APPROVE);
	else
		return false;
	return true;
}
