/* play_see.c -- what must stay true: of messages, and of ledgers. */
#include "tests/fuzz/play.h"

#include <string.h>

#include "ikp/ikp_clearing.h"
#include "role/layout.h"

static bool
in_profile(const struct play *p, uint32_t mask)
{
	return ikp_in(p->stage->profile, mask);
}

static bool
is_corrupt(const struct play *p, enum ikp_party party)
{
	return (p->corrupt >> party & 1) != 0;
}

static bool
anybody_said_yes(const struct play *p)
{
	for (size_t i = 0; i < p->n_asked; i++)
		if (p->asked[i].yes)
			return true;
	return false;
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
		HOLDS(f->reversed || is_corrupt(p, IKP_ACQUIRER),
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

/* ---- what the network is told ---- */

bool
play_asked_for(const struct play *p, size_t i, struct ikp_net_request *out)
{
	return p->sent[i].to == IKP_NETWORK &&
	    ikp_decode(p->stage->profile, &ikp_net_request_type, out,
		SEMPER_BYTES(p->sent[i].octets, p->sent[i].len)) == SEMPER_OK &&
	    out->reference.len == 32;
}

/* One reference, one request: what is asked again is asked in the same
 * octets. */
static void
see_request(struct play *p, size_t at, const struct ikp_net_request *r)
{
	struct semper_bytes msg = {p->sent[at].octets, p->sent[at].len};
	const struct play_message *first;

	for (size_t i = 0; i < p->n_asked; i++) {
		if (memcmp(p->asked[i].reference, r->reference.data, 32) != 0)
			continue;
		first = &p->sent[p->asked[i].message];
		HOLDS(first->len == msg.len &&
			memcmp(first->octets, msg.data, msg.len) == 0,
		    "the network is asked once");
		return;
	}
	if (p->n_asked == PLAY_FACTS)
		return;
	memcpy(p->asked[p->n_asked].reference, r->reference.data, 32);
	p->asked[p->n_asked++].message = at;
}

static void
see_net_batch(struct play *p, struct semper_bytes msg)
{
	static struct ikp_net_batch batch;

	if (ikp_decode(p->stage->profile, &ikp_net_batch_type, &batch, msg) !=
	    SEMPER_OK)
		return;
	for (size_t i = 0; i < batch.items.n; i++)
		*(batch.items.item[i].kind == IKP_ITEM_REFUND ? &p->returned
							      : &p->booked) +=
		    batch.items.item[i].amount.amount;
}

static void
see_net_clearing(struct play *p, struct semper_bytes msg)
{
	const struct ikp_profile *profile = p->stage->profile;
	struct ikp_net_money m;

	if (ikp_decode(profile, &ikp_net_capture_type, &m, msg) == SEMPER_OK)
		p->booked += m.amount.amount;
	else if (ikp_decode(profile, &ikp_net_refund_type, &m, msg) ==
	    SEMPER_OK)
		p->returned += m.amount.amount;
	else
		see_net_batch(p, msg);
	HOLDS(p->returned <= p->booked && p->booked <= p->granted,
	    "no money comes from nowhere");
}

static void
see_net_deposit(struct play *p, struct semper_bytes msg)
{
	struct ikp_net_deposit d;

	if (ikp_decode(p->stage->profile, &ikp_net_deposit_type, &d, msg) !=
	    SEMPER_OK)
		return; /* a NetReversal */
	p->paid += d.amount.amount;
	p->released += d.released.amount;
	HOLDS(p->paid + p->released <= p->granted,
	    "no more is deposited and released than was reserved");
}

static void
see_network(struct play *p, size_t at)
{
	struct semper_bytes msg = {p->sent[at].octets, p->sent[at].len};
	struct ikp_net_request r;

	if (play_asked_for(p, at, &r))
		see_request(p, at, &r);
	else if (in_profile(p, IKP_MICRO))
		see_net_deposit(p, msg);
	else if (in_profile(p, IKP_CLEARING))
		see_net_clearing(p, msg);
}

/* ---- a message ---- */

static void
see_secrets(const struct play *p, struct semper_bytes msg)
{
	HOLDS(!stage_holds(msg, p->stage->buyer.ban),
	    "no message tells the account");
	HOLDS(!stage_holds(msg, p->stage->buyer.r_acct),
	    "no message tells R_acct");
	HOLDS(!stage_holds(msg, SEMPER_TEXT("86420975")),
	    "no message tells the PIN");
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

void
play_see(struct play *p, size_t i, bool refused)
{
	const struct play_message *m = &p->sent[i];
	union ikp_body body;
	int id;

	if (m->to == IKP_NETWORK) {
		HOLDS(m->from == IKP_ACQUIRER && !refused,
		    "only the acquirer asks the network");
		see_network(p, i);
		return;
	}
	see_secrets(p, SEMPER_BYTES(m->octets, m->len));
	id = decode_sent(p, SEMPER_BYTES(m->octets, m->len), &body);
	HOLDS(!refused || id == IKP_ERROR_MSG,
	    "a refusal sends nothing but an error");
	if (m->from == IKP_ACQUIRER)
		see_acquirer(p, id, &body);
	if (m->from == IKP_SELLER)
		see_seller(p, id, &body);
}

void
play_see_state(const struct play *p, const struct semper_role_def *def,
    struct semper_bytes state)
{
	bool paid = (def == &ikp_buyer &&
			semper_bytes_equal(state, SEMPER_TEXT("paid"))) ||
	    (def == &ikp_seller &&
		semper_bytes_equal(state, SEMPER_TEXT("authorized")));

	HOLDS(!paid || anybody_said_yes(p) || is_corrupt(p, IKP_ACQUIRER),
	    "nothing is paid without network or acquirer");
}

/* ---- ledgers ---- */

/* Of all records of a table. */
struct sums {
	const struct play *p;
	int64_t captured, refunded, index, paid, released;
};

static void
record_of(const struct semper_record *record, const struct ikp_type *type,
    void *out)
{
	struct semper_bytes der = record->value;

	cut(&der, SEMPER_LAYOUT_HEAD);
	HOLDS(ikp_record_decode(type, out, der) == SEMPER_OK,
	    "a record decodes");
}

/* What has been paid of a chain, and let go. */
static void
see_acquirer_chain(struct sums *sums, const struct ikp_acquirer_chain *chain,
    bool closed)
{
	struct ikp_terms terms = {.given = true};
	int64_t paid;

	if (!chain->given)
		return;
	HOLDS(ikp_decode(sums->p->stage->profile, &ikp_terms_type, &terms,
		  chain->terms) == SEMPER_OK,
	    "a record decodes");
	paid = ikp_value(&terms, chain->deposited).amount;
	HOLDS(paid <= chain->reserved.amount,
	    "no more is paid than was reserved");
	sums->paid += paid;
	if (closed)
		sums->released += chain->reserved.amount - paid;
}

/* No more is captured than was authorised, and refunded than captured. */
static semper_err
see_acquirer_record(void *ctx, const struct semper_record *record)
{
	static struct ikp_acquirer_record r;
	const struct ikp_acquirer_clearing *c = &r.clearing;
	struct sums *sums = ctx;

	memset(&r, 0, sizeof r);
	record_of(record, &ikp_acquirer_record_type, &r);
	HOLDS(c->captured <= c->authorized,
	    "no more is captured than was authorised");
	HOLDS(c->refunded <= c->captured,
	    "no more is refunded than was captured");
	sums->captured += c->captured;
	sums->refunded += c->refunded;
	see_acquirer_chain(sums, &r.micro,
	    record->value.data[SEMPER_LAYOUT_STATE] == IKP_ACQUIRER_CLOSED);
	return SEMPER_OK;
}

static semper_err
see_seller_record(void *ctx, const struct semper_record *record)
{
	static struct ikp_seller_record r;
	struct sums *sums = ctx;

	if (record->value.data[SEMPER_LAYOUT_STATE] >= IKP_SELLER_BATCH_SENT)
		return SEMPER_OK;
	memset(&r, 0, sizeof r);
	record_of(record, &ikp_seller_record_type, &r);
	HOLDS(r.micro.deposited <= r.micro.index,
	    "no more is deposited than was paid");
	sums->captured += r.clearing.captured;
	sums->refunded += r.clearing.refunded;
	sums->index += r.micro.index;
	return SEMPER_OK;
}

static semper_err
see_buyer_record(void *ctx, const struct semper_record *record)
{
	static struct ikp_buyer_record r;

	(void)ctx;
	memset(&r, 0, sizeof r);
	record_of(record, &ikp_buyer_record_type, &r);
	HOLDS(r.micro.acked <= r.micro.index,
	    "no more is acknowledged than was paid");
	return SEMPER_OK;
}

/* tests/ikp/stage.c: 500 for a buyer, 600 for all of them. */
static semper_err
see_floor(void *ctx, const struct semper_record *record)
{
	struct ikp_floor_record r = {0};
	bool all = semper_bytes_equal(record->key, SEMPER_TEXT("total"));

	(void)ctx;
	HOLDS(ikp_record_decode(&ikp_floor_record_type, &r, record->value) ==
		SEMPER_OK,
	    "a record decodes");
	HOLDS(r.unpaid >= 0 && r.unpaid <= (all ? 600 : 500),
	    "nobody owes more than the floor");
	return SEMPER_OK;
}

static semper_err
see_audit(void *ctx, const struct semper_record *record)
{
	struct ikp_audit_record r = {0, 0};

	(void)ctx;
	HOLDS(ikp_record_decode(&ikp_audit_record_type, &r, record->value) ==
		SEMPER_OK,
	    "a record decodes");
	HOLDS(r.received == r.passed, "a broker passes on what it gets");
	return SEMPER_OK;
}

static struct sums
each(const struct play *p, unsigned place, const char *table,
    semper_view_visit *visit)
{
	struct semper_buffer none = {NULL, 0, 0};
	struct sums sums = {.p = p};
	struct semper_view view;

	HOLDS(semper_view_begin(&view, &p->ledger[place], &none) == SEMPER_OK &&
		semper_view_each(&view, table, SEMPER_NONE, visit, &sums) ==
		    SEMPER_OK,
	    "a ledger can be read");
	semper_view_end(&view);
	return sums;
}

static void
see_acquirer_ledger(const struct play *p)
{
	struct sums sums =
	    each(p, PLAY_ACQUIRER, IKP_TABLE_ACQUIRER, see_acquirer_record);

	HOLDS(!in_profile(p, IKP_CLEARING) ||
		(sums.captured == p->booked && sums.refunded == p->returned),
	    "the network is told what is booked");
	HOLDS(!in_profile(p, IKP_MICRO) ||
		(sums.paid == p->paid && sums.released == p->released),
	    "the network is told what is deposited and released");
}

/* A seller believes no more than its acquirer says. */
static void
see_seller_ledgers(const struct play *p)
{
	struct sums near =
	    each(p, PLAY_SELLER, IKP_TABLE_SELLER, see_seller_record);
	struct sums far =
	    each(p, PLAY_FAR, IKP_TABLE_SELLER, see_seller_record);

	HOLDS(near.index + far.index == p->served, "a link is served once");
	HOLDS(!in_profile(p, IKP_CLEARING) || is_corrupt(p, IKP_ACQUIRER) ||
		(near.captured <= p->booked && near.refunded <= p->returned),
	    "a seller's totals are the acquirer's");
	each(p, PLAY_SELLER, IKP_TABLE_FLOOR, see_floor);
	each(p, PLAY_SELLER, IKP_TABLE_AUDIT, see_audit);
}

void
play_see_ledger(const struct play *p, unsigned place)
{
	if (place == PLAY_ACQUIRER)
		see_acquirer_ledger(p);
	else
		see_seller_ledgers(p);
	if (place != PLAY_ACQUIRER)
		each(p, place, IKP_TABLE_BUYER, see_buyer_record);
}
