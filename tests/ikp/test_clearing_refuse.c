/* Each refusal of clearing beside its accepted twin: what differs is one
 * thing, and the genuine request follows and is booked. */
#include "tests/test.h"

#include <string.h>

#include "tests/ikp/scene.h"

static struct stage s;

#define PRICE 4999

/* ---- requests made by hand ---- */

static const struct ikp_money *money; /* the kind of the request */
static struct ikp_money_req req;
static struct stage_message source; /* req points into it */

/* Take the request that is next apart. */
static void
take_apart(void)
{
	source = s.queue[0];
	stage_drop(&s);
	scene_read(&s, money->request, &req,
	    SEMPER_BYTES(source.octets, source.len));
}

/* Sign it under CONTEXT and send it to the acquirer. */
static semper_err
send_signed(enum ikp_context context)
{
	struct ikp_signature sig;

	OK(ikp_sign(s.profile, &sig, s.seller_keys.sig.key, context,
	    &money->tbs, &req, &s.random.source, "salt"));
	req.sig_s = ikp_signature_bytes(&sig);
	return scene_send(&s, IKP_ACQUIRER, IKP_SELLER, money->request,
	    SEMPER_BYTES(s.session, 16), &req);
}

/* REQ is refused by ID with E, and leaves no trace. */
static void
refused(const char *id, semper_err e)
{
	uint8_t before[32], after[32];

	stage_digest(&s, IKP_ACQUIRER, before);
	CU_ASSERT_EQUAL(send_signed(money->sign), e);
	CU_ASSERT_STRING_EQUAL(s.refused_by, id);
	stage_digest(&s, IKP_ACQUIRER, after);
	CU_ASSERT_EQUAL(memcmp(before, after, 32), 0);
	scene_drop_all(&s); /* the ErrorMsg */
}

/* As REFUSED, with one member of REQ changed for it. */
#define REFUSED_WITH(id, e, member, value)       \
	do {                                     \
		struct ikp_money_req good = req; \
		req.member = (value);            \
		refused((id), (e));              \
		req = good;                      \
	} while (0)

static void
genuine(void)
{
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
	    SEMPER_BYTES(source.octets, source.len)));
	CU_ASSERT(stage_run(&s, NULL));
	OK(s.verdict);
}

static void
open_request(const struct ikp_money *kind, int64_t amount)
{
	money = kind;
	OK(scene_clear(&s,
	    kind == &ikp_capture ? IKP_DO_CAPTURE : IKP_DO_REFUND, amount));
	take_apart();
}

/* ---- what a request may say ---- */

static void
play_request(void)
{
	static const uint8_t other[32] = {1};

	open_request(&ikp_capture, 1000);
	REFUSED_WITH("IKP-A-44", IKP_E_BAD_STATE, seq, 2);
	REFUSED_WITH("IKP-A-47", IKP_E_AMOUNT_EXCEEDED, amount.amount,
	    PRICE + 1);
	REFUSED_WITH("IKP-A-47", IKP_E_AMOUNT_EXCEEDED, amount.amount, 0);
	REFUSED_WITH("IKP-A-47", IKP_E_AMOUNT_EXCEEDED, amount.currency, 978);
	REFUSED_WITH("IKP-A-47", IKP_E_AMOUNT_EXCEEDED, amount.exponent, -1);
	REFUSED_WITH("IKP-A-41", IKP_E_UNKNOWN_TRANSACTION, auth_seq, 2);
	REFUSED_WITH("IKP-A-41", IKP_E_UNKNOWN_TRANSACTION, clear.h_common,
	    SEMPER_BYTES(other, 32));
	REFUSED_WITH("IKP-A-01", IKP_E_UNKNOWN_SELLER, clear.id_s,
	    SEMPER_TEXT("SHOP-000001"));
	genuine();
	open_request(&ikp_capture, PRICE - 1000);
	REFUSED_WITH("IKP-A-43", IKP_E_REPLAY, seq, 1);
	REFUSED_WITH("IKP-A-47", IKP_E_AMOUNT_EXCEEDED, amount.amount,
	    PRICE - 999);
	genuine();
	CU_ASSERT_STRING_EQUAL(s.state, "captured");
	/* Closed: the next number is too late, a used one a replay. */
	req.seq = 3;
	refused("IKP-A-45", IKP_E_ALREADY_FINAL);
	req.seq = 2;
	refused("IKP-A-43", IKP_E_REPLAY);
}

static void
play_refund(void)
{
	open_request(&ikp_capture, 1000);
	genuine();
	open_request(&ikp_refund, 300);
	REFUSED_WITH("IKP-A-47", IKP_E_AMOUNT_EXCEEDED, amount.amount, 1001);
	REFUSED_WITH("IKP-A-43", IKP_E_REPLAY, seq, 1);
	genuine();
	open_request(&ikp_refund, 700);
	REFUSED_WITH("IKP-A-47", IKP_E_AMOUNT_EXCEEDED, amount.amount, 701);
	genuine();
	CU_ASSERT_EQUAL(s.refunded, 1000);
}

static void
in_profiles(void (*play)(void))
{
	for (int p = HARD_2; p <= HARD_3; p++) {
		scene_open(&s, p);
		play();
		stage_close(&s);
	}
}

static void
requests(void)
{
	in_profiles(play_request);
	in_profiles(play_refund);
}

/* ---- who asks ---- */

static void
play_signature(void)
{
	open_request(&ikp_capture, 1000);
	CU_ASSERT_EQUAL(send_signed(IKP_CTX_REFUND_REQUEST), IKP_E_SIG_INVALID);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-A-20");
	CU_ASSERT_EQUAL(send_signed(IKP_CTX_REVERSAL_REQUEST),
	    IKP_E_SIG_INVALID);
	scene_drop_all(&s);
	OK(send_signed(IKP_CTX_CAPTURE_REQUEST));
	CU_ASSERT(stage_run(&s, "CaptureRes"));
	CU_ASSERT_EQUAL(s.booked, 1000);
}

static void
signatures(void)
{
	in_profiles(play_signature);
}

/* ---- states that have no row ---- */

static void
before_capture(void)
{
	scene_open(&s, HARD_3);
	open_request(&ikp_capture, 1000);
	money = &ikp_refund;
	refused("IKP-A-47", IKP_E_AMOUNT_EXCEEDED);
	genuine();
	stage_close(&s);
}

static void
after_reversal(void)
{
	struct ikp_input reverse = scene_order(IKP_DO_REVERSE, 0);

	scene_open(&s, HARD_3);
	open_request(&ikp_capture, 1000);
	reverse.replace = true;
	OK(stage_do(&s, IKP_SELLER, &reverse));
	CU_ASSERT(stage_run(&s, NULL));
	refused("IKP-A-45", IKP_E_ALREADY_FINAL);
	money = &ikp_refund;
	refused("IKP-A-45", IKP_E_ALREADY_FINAL);
	stage_close(&s);
}

/* A request for a payment whose NetReply is still to come, or was a no. */
static void
undecided(void)
{
	static struct stage_message held, net;
	struct ikp_auth_req auth;

	stage_open(&s, HARD_3, NULL);
	s.decision = IKP_NO;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthReq"));
	held = s.queue[0];
	scene_read(&s, IKP_AUTH_REQ, &auth,
	    SEMPER_BYTES(held.octets, held.len));
	money = &ikp_capture;
	req = (struct ikp_money_req){.clear = auth.clear,
	    .auth_seq = 1,
	    .seq = 1,
	    .amount = {840, 1000, -2},
	    .cert_s = auth.cert_s};
	refused("IKP-A-41", IKP_E_UNKNOWN_TRANSACTION);
	OK(stage_timer(&s, IKP_SELLER, "retry"));
	stage_deliver(&s);
	net = s.queue[0];
	stage_drop(&s);
	refused("IKP-A-42", IKP_E_BUSY);
	s.queue[0] = net;
	s.n_queue = 1;
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_STRING_EQUAL(s.state, "declined");
	refused("IKP-A-45", IKP_E_ALREADY_FINAL);
	stage_close(&s);
}

/* ---- time ---- */

static void
lifetimes(void)
{
	int64_t decided;

	scene_open(&s, HARD_3);
	decided = s.now;
	open_request(&ikp_capture, 1000);
	s.now = decided + s.acquirer.auth_lifetime + 1;
	refused("IKP-A-46", IKP_E_EXPIRED);
	s.now--;
	genuine();
	open_request(&ikp_refund, 400);
	s.now += s.acquirer.capture_lifetime + 1;
	refused("IKP-A-46", IKP_E_EXPIRED);
	s.now--;
	genuine();
	/* The stored answer outlives them all. */
	s.now += s.acquirer.capture_lifetime * 2;
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
	    SEMPER_BYTES(source.octets, source.len)));
	CU_ASSERT_EQUAL(s.n_out, 1);
	CU_ASSERT_EQUAL(s.returned, 400);
	stage_close(&s);
}

/* However many came between. */
static void
answers_last(void)
{
	struct stage_message first, answer;

	scene_open(&s, HARD_3);
	OK(scene_clear(&s, IKP_DO_CAPTURE, 1));
	first = s.queue[0];
	stage_deliver(&s);
	CU_ASSERT(stage_run(&s, "CaptureRes"));
	answer = s.queue[0];
	CU_ASSERT(stage_run(&s, NULL));
	for (int i = 0; i < 20; i++) {
		OK(scene_clear(&s, IKP_DO_CAPTURE, 1));
		CU_ASSERT(stage_run(&s, NULL));
	}
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
	    SEMPER_BYTES(first.octets, first.len)));
	CU_ASSERT(semper_bytes_equal(stage_next(&s),
	    SEMPER_BYTES(answer.octets, answer.len)));
	CU_ASSERT_EQUAL(s.booked, 21);
	stage_close(&s);
}

/* ---- the seller judges the answer ---- */

/* An answer of the kind MONEY, with RES in it. */
static semper_err
answered_with(struct ikp_money_res *res, bool sign)
{
	struct ikp_signature sig;

	if (sign) {
		OK(ikp_sign(s.profile, &sig, s.acquirer_keys.sig.key,
		    money->respond, &money->tbs_response, res,
		    &s.random.source, "salt"));
		res->sig_a = ikp_signature_bytes(&sig);
	}
	return scene_send(&s, IKP_SELLER, IKP_ACQUIRER, money->response,
	    SEMPER_BYTES(s.session, 16), res);
}

static void
play_answer(void)
{
	static struct stage_message m;
	static const uint8_t other[32] = {1};
	struct ikp_money_res res, bad;

	money = &ikp_capture;
	OK(scene_clear(&s, IKP_DO_CAPTURE, 10));
	CU_ASSERT(stage_run(&s, "CaptureRes"));
	m = s.queue[0];
	stage_drop(&s);
	scene_read(&s, IKP_CAPTURE_RES, &res, SEMPER_BYTES(m.octets, m.len));
	bad = res;
	bad.totals.captured.amount = 11;
	CU_ASSERT_EQUAL(answered_with(&bad, false), IKP_E_SIG_INVALID);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-S-36");
	bad = res;
	bad.h_request = SEMPER_BYTES(other, 32);
	CU_ASSERT_EQUAL(answered_with(&bad, true), IKP_E_SIG_INVALID);
	bad = res;
	bad.auth_seq = 2;
	CU_ASSERT_EQUAL(answered_with(&bad, true), IKP_E_SIG_INVALID);
	bad = res;
	bad.tid_s = SEMPER_BYTES(other, 8);
	CU_ASSERT_EQUAL(answered_with(&bad, true), IKP_E_UNKNOWN_TRANSACTION);
	OK(stage_recv(&s, IKP_SELLER, IKP_ACQUIRER,
	    SEMPER_BYTES(m.octets, m.len)));
	CU_ASSERT_EQUAL(s.captured, 10);
	/* Nothing is open now: another answer is out of place. */
	bad = res;
	CU_ASSERT_EQUAL(answered_with(&bad, true), IKP_E_BAD_STATE);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-S-35");
}

static void
answers(void)
{
	in_profiles(play_answer);
}

/* The answer that is next, taken apart. */
static void
take_answer(const char *type, struct ikp_money_res *res)
{
	CU_ASSERT(stage_run(&s, type));
	source = s.queue[0];
	stage_drop(&s);
	scene_read(&s, money->response, res,
	    SEMPER_BYTES(source.octets, source.len));
}

/* RES, signed, leads where no row does; the genuine answer to STATE. */
static void
leads_nowhere(struct ikp_money_res *res, const char *state)
{
	CU_ASSERT_EQUAL(answered_with(res, true), IKP_E_BAD_STATE);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-G-03");
	OK(stage_recv(&s, IKP_SELLER, IKP_ACQUIRER,
	    SEMPER_BYTES(source.octets, source.len)));
	CU_ASSERT_STRING_EQUAL(s.state, state);
}

static void
play_nowhere(void)
{
	struct ikp_money_res res;

	money = &ikp_capture;
	OK(scene_clear(&s, IKP_DO_CAPTURE, 10));
	take_answer("CaptureRes", &res);
	res.totals.captured.amount = 0;
	leads_nowhere(&res, "part-captured");
	OK(scene_clear(&s, IKP_DO_CAPTURE, 10));
	take_answer("CaptureRes", &res);
	res.totals.authorized.amount = 0;
	leads_nowhere(&res, "part-captured");
	OK(scene_clear(&s, IKP_DO_CAPTURE, PRICE - 20));
	CU_ASSERT(stage_run(&s, NULL));
	money = &ikp_refund;
	OK(scene_clear(&s, IKP_DO_REFUND, 10));
	take_answer("RefundRes", &res);
	res.totals.closed = false;
	leads_nowhere(&res, "captured");
}

static void
nowhere(void)
{
	in_profiles(play_nowhere);
}

/* ---- batches ---- */

static struct ikp_batch batch;
static struct stage_message batch_source;

static void
take_batch(void)
{
	struct ikp_batch_req all;

	batch_source = s.queue[0];
	stage_drop(&s);
	scene_read(&s, IKP_BATCH_REQ, &all,
	    SEMPER_BYTES(batch_source.octets, batch_source.len));
	OK(ikp_decode(s.profile, &ikp_batch_type, &batch, all.batch));
}

struct tbs_batch {
	struct semper_bytes h_batch;
};
static const struct semper_field tbs_batch_fields[] = {
    FIELD_BYTES("hBatch", struct tbs_batch, h_batch),
    FIELD_END,
};

static semper_err
send_batch(enum ikp_context context)
{
	static const struct ikp_type tbs_type = {"TbsBatch", NULL,
	    tbs_batch_fields};
	static uint8_t room[STAGE_MESSAGE_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);
	struct ikp_batch_req all = {.cert_s = s.seller_keys.sig.chain};
	struct ikp_digest digest;
	struct ikp_signature sig;
	struct tbs_batch tbs;

	OK(ikp_encode(s.profile, &ikp_batch_type, &der, &batch));
	all.batch = semper_written(&der);
	ikp_hash(s.profile->alg, &digest, IKP_CTX_BATCH_HASH, all.batch);
	tbs.h_batch = ikp_digest_bytes(&digest);
	OK(ikp_sign(s.profile, &sig, s.seller_keys.sig.key, context, &tbs_type,
	    &tbs, &s.random.source, "salt"));
	all.sig_s = ikp_signature_bytes(&sig);
	return scene_send(&s, IKP_ACQUIRER, IKP_SELLER, IKP_BATCH_REQ,
	    batch.session, &all);
}

static void
batch_refused(const char *id, semper_err e)
{
	CU_ASSERT_EQUAL(send_batch(IKP_CTX_BATCH_REQUEST), e);
	CU_ASSERT_STRING_EQUAL(s.refused_by, id);
	scene_drop_all(&s);
}

/* Two payments, one batch of both that the seller has sent. */
static void
two_in_batch(int profile)
{
	static uint8_t sessions[2][16];
	static struct ikp_order_item items[2];
	struct ikp_input input = {.kind = IKP_DO_BATCH,
	    .items = items,
	    .n_items = 2};

	stage_open(&s, profile, NULL);
	for (int i = 0; i < 2; i++) {
		s.offer.order = s.start.order =
		    SEMPER_BYTES((const uint8_t *)"xy" + i, 1);
		scene_play(&s);
		memcpy(sessions[i], s.session, 16);
		items[i] = (struct ikp_order_item){IKP_ITEM_CAPTURE,
		    SEMPER_BYTES(sessions[i], 16), 1, {840, 100, -2}};
	}
	OK(stage_do(&s, IKP_SELLER, &input));
}

static void
batch_whole(void)
{
	for (int p = HARD_2; p <= HARD_3; p++) {
		two_in_batch(p);
		take_batch();
		batch.totals.item[0].captures++;
		batch_refused("IKP-A-23", IKP_E_AMOUNT_EXCEEDED);
		batch.totals.item[0].captures--;
		batch.totals.item[0].currency = 978;
		batch_refused("IKP-A-23", IKP_E_AMOUNT_EXCEEDED);
		batch.totals.item[0].currency = 840;
		/* Another currency among the items, in the same total. */
		batch.items.item[1].amount.currency = 978;
		batch_refused("IKP-A-23", IKP_E_AMOUNT_EXCEEDED);
		batch.items.item[1].amount.currency = 840;
		CU_ASSERT_EQUAL(send_batch(IKP_CTX_CAPTURE_REQUEST),
		    IKP_E_SIG_INVALID);
		scene_drop_all(&s);
		CU_ASSERT_EQUAL(s.booked, 0);
		OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
		    SEMPER_BYTES(batch_source.octets, batch_source.len)));
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(s.accepted, 2);
		/* The session is used. */
		batch.items.n = 1;
		ikp_batch_sum(&batch);
		batch_refused("IKP-A-56", IKP_E_REPLAY);
		/* The same once more: the stored answer. */
		OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
		    SEMPER_BYTES(batch_source.octets, batch_source.len)));
		CU_ASSERT_EQUAL(s.booked, 200);
		stage_close(&s);
	}
}

/* What the acquirer answered, item by item. */
static void
codes(int64_t out[3], size_t n)
{
	struct ikp_batch_res res;
	static struct ikp_batch_results results;

	while (s.n_queue > 0 &&
	    strcmp(stage_type(stage_next(&s)), "BatchRes") != 0)
		stage_deliver(&s);
	scene_read(&s, IKP_BATCH_RES, &res, stage_next(&s));
	OK(ikp_decode(s.profile, &ikp_batch_results_type, &results,
	    res.results));
	CU_ASSERT_EQUAL_FATAL(results.n, n);
	for (size_t i = 0; i < n; i++) {
		out[i] = results.item[i].code;
		CU_ASSERT_EQUAL(results.item[i].has_totals, out[i] == 0);
	}
	stage_drop(&s);
}

static void
batch_items(void)
{
	static const uint8_t other[32] = {1};
	int64_t code[3];

	two_in_batch(HARD_3);
	take_batch();
	batch.items.item[2] = batch.items.item[1];
	batch.items.n = 3;
	batch.items.item[0].h_common = SEMPER_BYTES(other, 32);
	ikp_batch_sum(&batch);
	OK(send_batch(IKP_CTX_BATCH_REQUEST));
	codes(code, 3);
	CU_ASSERT_EQUAL(code[0], 14);
	CU_ASSERT_EQUAL(code[1], 0);
	CU_ASSERT_EQUAL(code[2], 17);
	CU_ASSERT_EQUAL(s.booked, 100);
	stage_close(&s);
}

/* ---- the channel ---- */

static void
flip(struct stage_message *m, size_t at)
{
	m->octets[at] ^= 1;
}

static void
channel(void)
{
	static struct stage_message m, tampered;
	static const uint8_t wrong[32] = {7};
	struct ikp_input again = scene_order(IKP_DO_CAPTURE, 5);
	struct semper_bytes secret;

	scene_open(&s, HARD_1);
	secret = s.seller.channel_secret;
	s.seller.channel_secret = SEMPER_NONE;
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 5),
	    IKP_E_VARIANT_NOT_ALLOWED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-S-42");
	s.seller.channel_secret = SEMPER_BYTES(wrong, 32);
	OK(scene_clear(&s, IKP_DO_CAPTURE, 5));
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_SIG_INVALID);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "");
	scene_drop_all(&s);
	s.seller.channel_secret = secret;
	again.replace = true;
	OK(stage_do(&s, IKP_SELLER, &again));
	m = s.queue[0];
	stage_drop(&s);
	tampered = m;
	flip(&tampered, tampered.len - 1);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
			    SEMPER_BYTES(tampered.octets, tampered.len)),
	    IKP_E_SIG_INVALID);
	scene_drop_all(&s);
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
	    SEMPER_BYTES(m.octets, m.len)));
	CU_ASSERT(stage_run(&s, "SealedRes"));
	m = s.queue[0];
	stage_drop(&s);
	tampered = m;
	flip(&tampered, tampered.len - 1);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_ACQUIRER,
			    SEMPER_BYTES(tampered.octets, tampered.len)),
	    IKP_E_SIG_INVALID);
	OK(stage_recv(&s, IKP_SELLER, IKP_ACQUIRER,
	    SEMPER_BYTES(m.octets, m.len)));
	CU_ASSERT_EQUAL(s.captured, 5);
	stage_close(&s);
}

/* A SealedReq says nothing about what is in it but its length. */
static void
confidential(void)
{
	struct semper_envelope envelope;

	scene_open(&s, HARD_1);
	OK(scene_clear(&s, IKP_DO_CAPTURE, 5));
	OK(semper_envelope_decode(&envelope, stage_next(&s)));
	CU_ASSERT_STRING_EQUAL(stage_type(stage_next(&s)), "SealedReq");
	CU_ASSERT_FALSE(stage_holds(envelope.body, s.seller.channel_secret));
	stage_close(&s);
}

SUITE("ikp: clearing refused",
    {"a request that asks for too much or out of turn", requests},
    {"a signature made for something else", signatures},
    {"a refund before anything is captured", before_capture},
    {"anything after a reversal to nothing", after_reversal},
    {"a capture of what is pending, declined or unknown", undecided},
    {"a request one second too late, and not the one in time", lifetimes},
    {"an answer is kept however many came between", answers_last},
    {"an answer that is not to the open request", answers},
    {"totals that lead where no row does, though signed", nowhere},
    {"a batch that does not add up, or twice", batch_whole},
    {"items of a batch that cannot be booked", batch_items},
    {"a channel message of the wrong secret, or altered", channel},
    {"the channel hides its secret", confidential});
