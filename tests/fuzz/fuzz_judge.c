/* fuzz_judge.c -- the judge is given what honest parties have said, damaged.
 *
 * The first four octets choose profile, what has happened, claim, and which
 * evidence there is: a transcript, a Receipt, single items, and whether what is
 * changed is signed again; the rest is a list of damages.  Whatever is put
 * before the judge, what did not happen is not proved against a party whose key
 * has signed no lie.
 */
#include <string.h>

#include "ikp/ikp_clearing.h"
#include "ikp/ikp_judge.h"
#include "tests/fuzz/liar.h"

enum { MAX_INPUT = 256, SAID = 24 };
enum { PAID, DECLINED, CANCELLED, REVERSED, OFF_LINE, UNPAID, KINDS };
enum {
	BY_TRANSCRIPT = 1,
	BY_RECEIPT = 2,
	BY_ITEMS = 4,
	SIGNED_AGAIN = 8,
	BY_SIGNED = 16 /* of the items, what Sig_S2 and Sig_A cover */
};

enum claim {
	IS_OFFERED,
	IS_ACCEPTED,
	IS_CANCELLED,
	IS_CHEATED,
	IS_REQUESTED,
	IS_ORDERED,
	IS_ACCOUNT,
	IS_AUTHORIZED,
	IS_DECLINED,
	IS_GOODS,
	IS_REVERSED,
	IS_CAPTURED,
	IS_REFUNDED,
	IS_SPENT,
	IS_CREDITED,
	IS_DEPOSITED,
	IS_UNDERPAID,
	IS_UNPAID,
	IS_DELIVERED,
	CLAIMS
};

static const struct {
	const char *word;
	enum ikp_party against;
} claims[CLAIMS] = {
    [IS_OFFERED] = {"offered", IKP_SELLER},
    [IS_ACCEPTED] = {"accepted", IKP_SELLER},
    [IS_CANCELLED] = {"cancelled", IKP_SELLER},
    [IS_CHEATED] = {"cheated", IKP_SELLER},
    [IS_REQUESTED] = {"requested", IKP_SELLER},
    [IS_ORDERED] = {"ordered", IKP_BUYER},
    [IS_ACCOUNT] = {"account", IKP_BUYER},
    [IS_AUTHORIZED] = {"authorized", IKP_ACQUIRER},
    [IS_DECLINED] = {"declined", IKP_ACQUIRER},
    [IS_GOODS] = {"goods", IKP_ACQUIRER},
    [IS_REVERSED] = {"reversed", IKP_ACQUIRER},
    [IS_CAPTURED] = {"captured", IKP_ACQUIRER},
    [IS_REFUNDED] = {"refunded", IKP_ACQUIRER},
    [IS_SPENT] = {"spent", IKP_BUYER},
    [IS_CREDITED] = {"credited", IKP_SELLER},
    [IS_DEPOSITED] = {"deposited", IKP_ACQUIRER},
    [IS_UNDERPAID] = {"underpaid", IKP_ACQUIRER},
    [IS_UNPAID] = {"unpaid", IKP_ACQUIRER},
    [IS_DELIVERED] = {"delivered", IKP_SELLER},
};

/* ---- what has happened ---- */

struct world {
	struct play p;
	struct ikp_evidence items;
	uint8_t room[IKP_OCTET_ITEMS][LIAR_MESSAGE];
	struct ikp_digest h_common;
	bool happened[CLAIMS];
	int64_t spent;  /* index */
	bool deposited; /* or refused: result is the answer to a deposit */
};

static struct semper_bytes
put(struct world *w, enum ikp_item item, struct semper_bytes octets)
{
	HOLDS(octets.len <= LIAR_MESSAGE, "there is room for an item");
	if (octets.len > 0)
		memcpy(w->room[item], octets.data, octets.len);
	return w->items.octets[item] = SEMPER_BYTES(w->room[item], octets.len);
}

static struct semper_bytes
put_value(struct world *w, enum ikp_item item, const struct ikp_type *type,
    const void *value)
{
	struct semper_buffer der = {w->room[item], 0, LIAR_MESSAGE};

	HOLDS(ikp_encode(w->p.stage->profile, type, &der, value) == SEMPER_OK,
	    "an item encodes");
	return w->items.octets[item] = semper_written(&der);
}

static bool
has(const struct world *w, uint32_t mask)
{
	return ikp_in(w->p.stage->profile, mask);
}

/* The first message ID that was sent, decoded; false if there was none. */
static bool
said(const struct world *w, enum ikp_message_id id,
    struct semper_envelope *envelope, union ikp_body *body)
{
	memset(body, 0, sizeof *body); /* what an edition does not know */
	for (size_t i = 0; i < w->p.n_sent; i++) {
		const struct play_message *m = &w->p.sent[i];

		if (m->to != IKP_NETWORK &&
		    semper_envelope_decode(envelope,
			SEMPER_BYTES(m->octets, m->len)) == SEMPER_OK &&
		    ikp_message_find(w->p.stage->profile, envelope->type) ==
			(int)id)
			return ikp_decode(w->p.stage->profile,
				   &ikp_messages[id]->type, body,
				   envelope->body) == SEMPER_OK;
	}
	return false;
}

static void
run(struct play *p)
{
	while (play_go_on(p))
		;
}

static void
clear(struct world *w, enum ikp_input_kind kind, int64_t amount)
{
	struct ikp_input input = {.kind = kind,
	    .auth_seq = 1,
	    .amount = w->p.stage->start.price};

	input.amount.amount = amount;
	play_do(&w->p, PLAY_SELLER, input);
	run(&w->p);
}

static void
buy(struct world *w, int64_t links)
{
	struct ikp_input input = {.kind = IKP_DO_ASK,
	    .price = w->p.stage->start.terms.unit};

	input.price.amount *= links;
	play_do(&w->p, PLAY_SELLER, input);
	input.kind = IKP_DO_PAY;
	play_do(&w->p, PLAY_BUYER, input);
	run(&w->p);
}

/* Off-line, which is only in 3KP, the network is asked with the deposit. */
static void
let_happen(struct world *w, int profile, int kind)
{
	play_open(&w->p, profile);
	if (kind >= OFF_LINE && has(w, IKP_MICRO & IKP_VARIANT_3KP))
		w->p.mode = IKP_OFF_LINE;
	w->p.decision = kind == DECLINED || kind == UNPAID ? IKP_NO : IKP_YES;
	play_begin(&w->p);
	if (kind == CANCELLED) {
		/* In JSAC before the Payment, else while it is authorised. */
		for (int i = 0; i < (has(w, IKP_EDITION_JSAC) ? 2 : 5); i++)
			play_go_on(&w->p);
		play_input(&w->p, PLAY_SELLER, IKP_DO_CANCEL);
	}
	run(&w->p);
	if (kind == REVERSED)
		clear(w, IKP_DO_REVERSE, 3000);
	if (kind == PAID && has(w, IKP_CLEARING)) {
		clear(w, IKP_DO_CAPTURE, 1000);
		clear(w, IKP_DO_REFUND, 400);
	}
	if (has(w, IKP_MICRO) && (kind == PAID || kind >= OFF_LINE)) {
		buy(w, 3);
		play_input(&w->p, PLAY_SELLER, IKP_DO_DEPOSIT);
		run(&w->p);
	}
}

/* ---- the evidence of it ---- */

static void
gather_common(struct world *w)
{
	const struct stage *s = w->p.stage;
	struct semper_envelope envelope;
	union ikp_body initiate, invoice;
	const struct ikp_clear *clear;
	struct ikp_digest h_desc;
	struct ikp_common c = {.profile = ikp_profile_field(s->profile),
	    .price = s->start.price};

	HOLDS(said(w, IKP_INITIATE, &envelope, &initiate) &&
		said(w, IKP_INVOICE, &envelope, &invoice) &&
		ikp_h_desc(s->profile->alg, &h_desc, s->start.desc,
		    initiate.initiate.salt_b) == SEMPER_OK,
	    "an order was offered");
	clear = &invoice.invoice.clear;
	c.id_s = clear->id_s;
	c.tid_s = clear->tid_s;
	c.date = clear->date;
	c.nonce_s = clear->nonce_s;
	c.id_b = initiate.initiate.id_b;
	c.h_desc = ikp_digest_bytes(&h_desc);
	c.h_v = clear->h_v;
	c.h_vc = clear->h_vc;
	c.micro = clear->micro;
	put_value(w, IKP_ITEM_COMMON, &ikp_common_type, &c);
	put(w, IKP_ITEM_DESC, s->start.desc);
	HOLDS(ikp_h_common(s->profile, &w->h_common, &c) == SEMPER_OK,
	    "Common has a hash");
}

static void
gather_slip(struct world *w)
{
	const struct stage *s = w->p.stage;
	struct ikp_slip slip = {.price = s->start.price,
	    .h_common = ikp_digest_bytes(&w->h_common),
	    .ban = s->buyer.ban,
	    .r_b = SEMPER_BYTES(w->p.r_b, 16)};

	if (has(w, IKP_JSAC_HARD))
		slip.expiration = s->buyer.expiration;
	if (has(w, IKP_EDITION_HARD & IKP_VARIANT_3KP))
		slip.r_acct = s->buyer.r_acct;
	put_value(w, IKP_ITEM_SLIP, &ikp_slip_type, &slip);
	put(w, IKP_ITEM_SEED,
	    SEMPER_BYTES(w->p.seed, semper_hash_len(s->profile->alg->hash)));
}

/* What Sig_A and, in HARD, Sig_S2 cover, which messages bring as well. */
static void
gather_signed(struct world *w)
{
	const struct ikp_algorithms *alg = w->p.stage->profile->alg;
	struct ikp_tbs_auth_req req = {
	    .h_common = ikp_digest_bytes(&w->h_common)};
	struct ikp_tbs_auth_res res = {
	    .h_common = ikp_digest_bytes(&w->h_common)};
	struct ikp_digest h_slip, h_sig_b;
	struct semper_envelope envelope;
	union ikp_body body;

	if (!said(w, IKP_AUTH_REQ, &envelope, &body))
		return;
	ikp_hash(alg, &h_slip, IKP_CTX_ENC_SLIP, body.auth_req.enc_slip);
	req.h_enc_slip = res.h_enc_slip = ikp_digest_bytes(&h_slip);
	if (has(w, IKP_VARIANT_3KP)) {
		ikp_hash(alg, &h_sig_b, IKP_CTX_SIG_BUYER, body.auth_req.sig_b);
		req.h_sig_b = ikp_digest_bytes(&h_sig_b);
	}
	req.auth_seq = body.auth_req.auth_seq;
	req.auth_amount = body.auth_req.auth_amount;
	req.capture_now = body.auth_req.capture_now;
	if (has(w, IKP_EDITION_HARD & IKP_23KP))
		put_value(w, IKP_ITEM_TBS_AUTH_REQ, &ikp_tbs_auth_req_type,
		    &req);
	if (!said(w, IKP_AUTH_RES, &envelope, &body))
		return;
	res.resp = body.auth_res.resp;
	res.auth_seq = body.auth_res.auth_seq;
	res.capture_now = body.auth_res.capture_now;
	put_value(w, IKP_ITEM_TBS_AUTH_RES, &ikp_tbs_auth_res_type, &res);
}

/* A capture or a refund: request, result and Sig_A, if there was one. */
static bool
gather_money(struct world *w, const struct ikp_money *money)
{
	struct semper_envelope envelope;
	union ikp_body body;

	if (!has(w, IKP_CLEARING & IKP_23KP) ||
	    !said(w, money->request, &envelope, &body))
		return false;
	put(w, IKP_ITEM_REQUEST, envelope.body);
	if (!said(w, money->response, &envelope, &body))
		return false;
	put_value(w, IKP_ITEM_RESULT, &money->tbs_response, &body.money_res);
	put(w, IKP_ITEM_SIG_RESULT, body.money_res.sig_a);
	return true;
}

static const struct semper_field reversal_fields[] = {
    FIELD_BYTES("hReversal", struct ikp_reversal_res, h_reversal),
    FIELD_ENUM("outcome", struct ikp_reversal_res, outcome),
    FIELD_GROUP("newAmount", struct ikp_reversal_res, new_amount,
	ikp_price_fields),
    FIELD_END,
};
static const struct ikp_type reversal_type = {"TbsReversalRes", NULL,
    reversal_fields};

static bool
gather_reversal(struct world *w)
{
	struct semper_envelope envelope;
	union ikp_body body;

	if (!has(w, IKP_EDITION_HARD & IKP_23KP) ||
	    !said(w, IKP_REVERSAL_REQ, &envelope, &body))
		return false;
	put(w, IKP_ITEM_REQUEST, envelope.body);
	if (!said(w, IKP_REVERSAL_RES, &envelope, &body))
		return false;
	put_value(w, IKP_ITEM_RESULT, &reversal_type, &body.reversal_res);
	put(w, IKP_ITEM_SIG_RESULT, body.reversal_res.sig_a);
	return body.reversal_res.outcome == IKP_REVERSED;
}

static void
gather_token(struct world *w)
{
	struct semper_envelope envelope;
	union ikp_body body;
	uint8_t index[4] = {0};

	if (!has(w, IKP_MICRO) || !said(w, IKP_MICRO_PAY, &envelope, &body))
		return;
	w->spent = body.micro_pay.index;
	index[3] = (uint8_t)w->spent;
	put(w, IKP_ITEM_TOKEN, body.micro_pay.token);
	put(w, IKP_ITEM_INDEX, SEMPER_BYTES(index, 4));
}

static void
gather_acceptance(struct world *w)
{
	struct semper_envelope envelope;
	union ikp_body body;

	if (!has(w, IKP_MICRO) || !said(w, IKP_MICRO_ACCEPT, &envelope, &body))
		return;
	put(w, IKP_ITEM_V, body.micro_accept.v);
	put(w, IKP_ITEM_SIG_ACCEPT, body.micro_accept.sig_s);
	w->happened[IS_CREDITED] = w->happened[IS_ACCEPTED] = true;
}

struct deposit {
	struct semper_bytes h_common;
	struct ikp_micro_deposit_res res;
};
static const struct semper_field deposit_fields[] = {
    FIELD_BYTES("hCommon", struct deposit, h_common),
    FIELD_ENUM("decision", struct deposit, res.decision),
    FIELD_INT("index", struct deposit, res.index),
    FIELD_GROUP("total", struct deposit, res.total, ikp_price_fields),
    FIELD_BOOL("closed", struct deposit, res.closed),
    FIELD_END,
};
static const struct ikp_type deposit_type = {"TbsMicroDepositRes",
    deposit_fields, deposit_fields};

static void
gather_deposit(struct world *w)
{
	struct deposit tbs = {.h_common = ikp_digest_bytes(&w->h_common)};
	struct semper_envelope envelope;
	union ikp_body body;

	if (!has(w, IKP_MICRO) ||
	    !said(w, IKP_MICRO_DEPOSIT_RES, &envelope, &body))
		return;
	tbs.res = body.micro_deposit_res;
	put_value(w, IKP_ITEM_RESULT, &deposit_type, &tbs);
	put(w, IKP_ITEM_SIG_RESULT, tbs.res.sig_a);
	w->deposited = true;
	w->happened[tbs.res.decision == IKP_YES ? IS_DEPOSITED : IS_UNPAID] =
	    true;
}

/* ---- what of it is true ---- */

static void
tell_truth(struct world *w)
{
	struct semper_envelope envelope;
	union ikp_body body;
	bool *is = w->happened;

	is[IS_OFFERED] = has(w, IKP_23KP);
	is[IS_ACCEPTED] |= has(w, IKP_23KP) &&
	    said(w, IKP_CONFIRM, &envelope, &body) &&
	    body.confirm.v.data != NULL;
	is[IS_CANCELLED] = has(w, IKP_JSAC_HARD & IKP_23KP) &&
	    said(w, IKP_CANCEL, &envelope, &body) &&
	    body.cancel.vc.data != NULL;
	is[IS_REQUESTED] = has(w, IKP_EDITION_HARD & IKP_23KP) &&
	    said(w, IKP_AUTH_REQ, &envelope, &body);
	is[IS_ORDERED] =
	    has(w, IKP_VARIANT_3KP) && said(w, IKP_PAYMENT, &envelope, &body);
	is[IS_ACCOUNT] = is[IS_ORDERED] && has(w, IKP_EDITION_HARD);
	if (said(w, IKP_AUTH_RES, &envelope, &body)) {
		bool yes = body.auth_res.resp.decision == IKP_YES;

		is[IS_GOODS] = true;
		is[yes ? IS_AUTHORIZED : IS_DECLINED] = true;
	}
	is[IS_SPENT] = has(w, IKP_VARIANT_3KP) && w->spent > 0;
}

/* The request that is put before the judge is that of the claim. */
static void
gather_request(struct world *w, int kind, int claim)
{
	bool *is = w->happened;

	if (kind == PAID && claim != IS_REFUNDED)
		is[IS_CAPTURED] = gather_money(w, &ikp_capture);
	if (kind == PAID && claim == IS_REFUNDED)
		is[IS_REFUNDED] = gather_money(w, &ikp_refund);
	if (kind != PAID)
		is[IS_REVERSED] = gather_reversal(w);
}

static semper_err
judge(const struct world *w, int claim, const struct ikp_evidence *items,
    struct semper_bytes receipt, const struct semper_bytes *transcript,
    size_t n, struct ikp_digest *h_common)
{
	const char *word = claims[claim].word;
	struct ikp_dispute dispute = {.claim =
					  SEMPER_BYTES((const uint8_t *)word,
					      strlen(word)),
	    .profile = w->p.stage->profile,
	    .trust = w->p.stage->buyer.trust,
	    .evidence = *items,
	    .receipt = receipt,
	    .transcript = transcript,
	    .n_transcript = n};
	semper_err e = ikp_judge(h_common, &dispute);

	HOLDS(e == SEMPER_OK || SEMPER_IS_REFUSAL(e),
	    "no evidence breaks the judge");
	return e;
}

static size_t
transcript_of(const struct world *w, struct semper_bytes out[SAID])
{
	size_t n = 0;

	for (size_t i = 0; i < w->p.n_sent && n < SAID; i++)
		if (w->p.sent[i].to != IKP_NETWORK)
			out[n++] =
			    SEMPER_BYTES(w->p.sent[i].octets, w->p.sent[i].len);
	return n;
}

/* What happened is proved, and nothing else. */
static void
try_all(struct world *w, int kind)
{
	struct semper_bytes transcript[SAID];
	size_t n = transcript_of(w, transcript);
	struct ikp_digest h_common;

	for (int claim = 0; claim < CLAIMS; claim++) {
		gather_request(w, kind, claim);
		HOLDS((judge(w, claim, &w->items, SEMPER_NONE, transcript, n,
			   &h_common) == SEMPER_OK) == w->happened[claim],
		    "what happened is proved, and nothing else");
	}
}

static struct world *
world_of(int profile, int kind)
{
	static struct world *made[IKP_PROFILES][KINDS];
	struct world **w = &made[profile][kind];

	if (*w != NULL)
		return *w;
	*w = calloc(1, sizeof **w);
	HOLDS(*w != NULL, "there is memory");
	let_happen(*w, profile, kind);
	gather_common(*w);
	gather_slip(*w);
	gather_token(*w);
	gather_acceptance(*w);
	gather_deposit(*w);
	gather_signed(*w);
	tell_truth(*w);
	try_all(*w, kind);
	return *w;
}

/* ---- damage ---- */

struct bench {
	struct world *w;
	struct ikp_evidence items;
	struct semper_bytes receipt, transcript[SAID];
	size_t n;
	uint8_t room[IKP_OCTET_ITEMS + 1 + SAID][LIAR_MESSAGE];
};

/* Octets that may be damaged: the items, the Receipt, the messages. */
enum { RECEIPT = IKP_OCTET_ITEMS, MESSAGES };

static struct semper_bytes *
piece(struct bench *b, uint8_t which, uint8_t **room)
{
	size_t i = which % (MESSAGES + b->n);

	*room = b->room[i];
	return i < IKP_OCTET_ITEMS ? &b->items.octets[i]
	    : i == RECEIPT         ? &b->receipt
				   : &b->transcript[i - MESSAGES];
}

static void
lay(struct semper_bytes *x, uint8_t *room)
{
	HOLDS(x->len <= LIAR_MESSAGE, "there is room for evidence");
	if (x->data == NULL)
		return;
	memcpy(room, x->data, x->len);
	x->data = room;
}

/* The evidence as it was, in octets of our own. */
static void
lay_out(struct bench *b, struct world *w, uint8_t by)
{
	b->w = w;
	b->n = (by & BY_TRANSCRIPT) != 0 ? transcript_of(w, b->transcript) : 0;
	b->items = (struct ikp_evidence){.octets = {SEMPER_NONE}};
	b->items.octets[IKP_ITEM_COMMON] = w->items.octets[IKP_ITEM_COMMON];
	if ((by & BY_ITEMS) != 0)
		b->items = w->items;
	if ((by & BY_SIGNED) == 0)
		b->items.octets[IKP_ITEM_TBS_AUTH_REQ] =
		    b->items.octets[IKP_ITEM_TBS_AUTH_RES] = SEMPER_NONE;
	b->receipt = SEMPER_NONE;
	if ((by & BY_RECEIPT) != 0 && w->p.receipt_len > 0)
		b->receipt = SEMPER_BYTES(w->p.receipt, w->p.receipt_len);
	for (size_t i = 0; i < MESSAGES + b->n; i++) {
		uint8_t *room;
		struct semper_bytes *x = piece(b, (uint8_t)i, &room);

		lay(x, room);
	}
}

/* The type of what is no envelope, and room for its value. */
static const struct ikp_type *
type_of(const struct bench *b, const struct semper_bytes *x)
{
	if (x == &b->receipt)
		return &ikp_receipt_type;
	if (x == &b->items.octets[IKP_ITEM_COMMON])
		return &ikp_common_type;
	if (x == &b->items.octets[IKP_ITEM_SLIP])
		return &ikp_slip_type;
	if (x == &b->items.octets[IKP_ITEM_TBS_AUTH_REQ])
		return &ikp_tbs_auth_req_type;
	if (x == &b->items.octets[IKP_ITEM_TBS_AUTH_RES])
		return &ikp_tbs_auth_res_type;
	if (x == &b->items.octets[IKP_ITEM_REQUEST])
		return &ikp_capture_req_message.type;
	if (x == &b->items.octets[IKP_ITEM_RESULT])
		return b->w->deposited ? &deposit_type : &reversal_type;
	return NULL;
}

static size_t
changed(struct bench *b, const struct semper_bytes *x, uint8_t *octets,
    struct semper_bytes *in)
{
	static union {
		struct ikp_receipt receipt;
		struct ikp_common common;
		struct ikp_slip slip;
		struct ikp_tbs_auth_req req;
		struct ikp_tbs_auth_res res;
		struct deposit deposit;
		union ikp_body body;
	} value;
	struct play_message m = {.len = x->len,
	    .octets = (uint8_t *)(uintptr_t)x->data};
	const struct ikp_type *type = type_of(b, x);

	memset(&value, 0, sizeof value);
	if (x >= b->transcript && x < b->transcript + SAID)
		return liar_field(&b->w->p, &m, octets, in);
	if (type == NULL)
		return liar_octet(octets, *x, in);
	return liar_value(b->w->p.stage->profile, type, &value, *x, octets, in);
}

static void
damage_octets(struct bench *b, bool field, struct semper_bytes *in)
{
	static uint8_t octets[LIAR_MESSAGE];
	uint8_t *room;
	struct semper_bytes *x = piece(b, cut_octet(in), &room);
	size_t len;

	if (x->data == NULL)
		return;
	len = field ? changed(b, x, octets, in) : liar_octet(octets, *x, in);
	if (len == 0)
		return;
	memcpy(room, octets, len);
	*x = SEMPER_BYTES(room, len);
}

/* An item of the input's, or the octets of another piece. */
static void
replace(struct bench *b, struct semper_bytes *in)
{
	uint8_t *room, *from;
	struct semper_bytes *x = piece(b, cut_octet(in), &room), y;
	uint8_t how = cut_octet(in);

	y = how < 200 ? cut(in, how % 40u) : *piece(b, how, &from);
	if (y.len > 0)
		memmove(room, y.data, y.len);
	*x = y.len > 0 ? SEMPER_BYTES(room, y.len) : SEMPER_NONE;
}

/* Messages are lost, and come in another order. */
static void
shuffle(struct bench *b, struct semper_bytes *in)
{
	size_t i = cut_octet(in), k = cut_octet(in);
	struct semper_bytes x;

	if (b->n == 0)
		return;
	i %= b->n;
	x = b->transcript[i];
	if (k >= 128) {
		b->transcript[i] = b->transcript[--b->n];
		return;
	}
	b->transcript[i] = b->transcript[k % b->n];
	b->transcript[k % b->n] = x;
}

/* A chain of another party, a shorter one, none. */
static void
damage_chain(struct bench *b, struct semper_bytes *in)
{
	const struct stage *s = b->w->p.stage;
	const struct ikp_chain *const chains[] = {&s->seller_keys.sig.chain,
	    &s->buyer_keys.sig.chain, &s->acquirer_keys.sig.chain,
	    &s->acquirer_keys.enc.chain};
	uint8_t which = cut_octet(in), how = cut_octet(in);
	struct ikp_chain *chain =
	    &b->items.chain[which % (IKP_ITEMS - IKP_OCTET_ITEMS)];

	*chain = *chains[how % 4];
	chain->n -= (how & 4) != 0;
	if ((how & 8) != 0)
		chain->item[0] = chain->item[chain->n - 1];
}

static void
damage(struct bench *b, struct semper_bytes *in)
{
	switch (cut_octet(in) % 6) {
	case 0:
		damage_octets(b, false, in);
		break;
	case 1:
	case 2:
		damage_octets(b, true, in);
		break;
	case 3:
		replace(b, in);
		break;
	case 4:
		shuffle(b, in);
		break;
	default:
		damage_chain(b, in);
	}
}

/* ---- a hearing ---- */

static semper_err
hear(const struct bench *b, int claim, struct ikp_digest *h_common)
{
	return judge(b->w, claim, &b->items, b->receipt, b->transcript, b->n,
	    h_common);
}

static unsigned
sign_again(struct bench *b, int claim)
{
	struct ikp_digest h_common;
	uint8_t *room;

	liar_begin(b->w->p.stage);
	for (size_t i = 0; i < MESSAGES + b->n; i++) {
		const struct semper_bytes *x = piece(b, (uint8_t)i, &room);

		if (x->data != NULL)
			liar_region((uint8_t *)(uintptr_t)x->data, x->len);
	}
	(void)!hear(b, claim, &h_common);
	return liar_end();
}

/* Before HARD a certificate does not say of which party it is (W8): whoever has
 * one can be acquirer or buyer. */
static bool
excused(const struct bench *b, int claim, unsigned corrupt)
{
	enum ikp_party against = claims[claim].against;

	return (corrupt >> against & 1) != 0 ||
	    (corrupt != 0 && against != IKP_SELLER &&
		!has(b->w, IKP_EDITION_HARD));
}

/* Is ITEM, if it was given, what it was in the world? */
static bool
as_it_was(const struct bench *b, enum ikp_item item)
{
	struct semper_bytes x = b->items.octets[item];

	return x.data == NULL ||
	    semper_bytes_equal(x, b->w->items.octets[item]);
}

/* Of links, no more than were given out. */
static bool
is_spent(const struct bench *b)
{
	struct semper_bytes index = b->items.octets[IKP_ITEM_INDEX];

	return index.len == 4 && index.data[0] == 0 && index.data[1] == 0 &&
	    index.data[2] == 0 && index.data[3] <= b->w->spent;
}

/* What the claim says beside that it happened. */
static bool
says_true(const struct bench *b, int claim)
{
	switch (claim) {
	case IS_OFFERED:
	case IS_ACCEPTED:
	case IS_CANCELLED:
	case IS_GOODS:
		return as_it_was(b, IKP_ITEM_DESC);
	case IS_ACCOUNT:
		return as_it_was(b, IKP_ITEM_SLIP);
	case IS_REVERSED:
	case IS_CAPTURED:
	case IS_REFUNDED:
		return as_it_was(b, IKP_ITEM_REQUEST) &&
		    as_it_was(b, IKP_ITEM_RESULT);
	case IS_DEPOSITED:
	case IS_UNPAID:
		return as_it_was(b, IKP_ITEM_RESULT);
	case IS_SPENT:
		return is_spent(b);
	default:
		return true;
	}
}

static bool
is_true(const struct bench *b, int claim, const struct ikp_digest *h_common)
{
	return b->w->happened[claim] &&
	    semper_bytes_equal(ikp_digest_bytes(h_common),
		ikp_digest_bytes(&b->w->h_common)) &&
	    says_true(b, claim);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct bench b;
	struct semper_bytes in = {data, len};
	int profile = cut_octet(&in) % IKP_PROFILES;
	int kind = cut_octet(&in) % KINDS;
	int claim = cut_octet(&in) % CLAIMS;
	uint8_t by = cut_octet(&in);
	struct ikp_digest h_common;
	unsigned corrupt = 0;
	struct world *w;

	if (len < 5 || len > MAX_INPUT)
		return 0;
	w = world_of(profile, kind);
	gather_request(w, kind, claim);
	lay_out(&b, w, by);
	while (in.len > 0)
		damage(&b, &in);
	if ((by & SIGNED_AGAIN) != 0)
		corrupt = sign_again(&b, claim);
	if (hear(&b, claim, &h_common) == SEMPER_OK &&
	    !excused(&b, claim, corrupt))
		HOLDS(is_true(&b, claim, &h_common),
		    "nothing is proved that did not happen");
	return 0;
}
