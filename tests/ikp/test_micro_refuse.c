/* Micro-payments: refusals, each of a message in which one thing is changed,
 * with the genuine one accepted after it. */
#include "tests/test.h"

#include <string.h>

#include "tests/ikp/stage.h"

static struct stage s;

#define OK(x) CU_ASSERT_EQUAL((x), SEMPER_OK)
#define UNIT 10
#define DAY 86400
#define EC1 9    /* ikp/1kp-ec95-micro: nothing of a deposit is signed */
#define HARD1 15 /* ikp/1kp-hard-micro */
#define HARD3 17

static uint8_t noise[256] = {0x5a};

/* ---- changing a message ---- */

typedef void edit(union ikp_body *body);

/* MSG with EDIT made to its body; what was signed stays as it was. */
static struct semper_bytes
edited(struct semper_bytes msg, edit *change)
{
	static uint8_t bodies[STAGE_MESSAGE_MAX], octets[STAGE_MESSAGE_MAX];
	struct semper_buffer body = SEMPER_BUFFER(bodies);
	struct semper_buffer out = SEMPER_BUFFER(octets);
	static union ikp_body value;
	struct semper_envelope envelope;
	const struct ikp_type *type;

	memset(&value, 0, sizeof value);
	CU_ASSERT_EQUAL_FATAL(semper_envelope_decode(&envelope, msg),
	    SEMPER_OK);
	type = &ikp_messages[ikp_message_find(s.profile, envelope.type)]->type;
	CU_ASSERT_EQUAL_FATAL(ikp_decode(s.profile, type, &value,
				  envelope.body),
	    SEMPER_OK);
	change(&value);
	CU_ASSERT_EQUAL_FATAL(ikp_encode(s.profile, type, &body, &value),
	    SEMPER_OK);
	envelope.body = semper_written(&body);
	CU_ASSERT_EQUAL_FATAL(semper_envelope_encode(&out, &envelope),
	    SEMPER_OK);
	return semper_written(&out);
}

struct forgery {
	edit *change;
	int64_t later; /* seconds */
	semper_err error;
	const char *by;
};

/* The next message, forged in each way, and then as it is. */
static void
refuse_each(const struct forgery *f, size_t n)
{
	static struct stage_message m;

	m = s.queue[0];
	stage_drop(&s);
	for (size_t i = 0; i < n; i++) {
		struct semper_bytes msg = SEMPER_BYTES(m.octets, m.len);
		int64_t now = s.now;
		size_t queued = s.n_queue;

		if (f[i].change != NULL)
			msg = edited(msg, f[i].change);
		s.now += f[i].later;
		stage_recv(&s, (enum ikp_party)m.to, (enum ikp_party)m.from,
		    msg);
		s.now = now;
		s.n_queue = queued; /* without the ErrorMsg */
		CU_ASSERT_EQUAL(s.verdict, f[i].error);
		CU_ASSERT_STRING_EQUAL(s.refused_by, f[i].by);
	}
	OK(stage_recv(&s, (enum ikp_party)m.to, (enum ikp_party)m.from,
	    SEMPER_BYTES(m.octets, m.len)));
}

#define REFUSE(...)                                              \
	do {                                                     \
		static const struct forgery f[] = {__VA_ARGS__}; \
		refuse_each(f, sizeof f / sizeof f[0]);          \
	} while (0)

static semper_err
act(enum ikp_party role, enum ikp_input_kind kind, int64_t amount)
{
	struct ikp_input input = {.kind = kind, .price = {840, amount, -2}};

	return stage_do(&s, role, &input);
}

static void
open_chain(int profile)
{
	stage_open(&s, profile, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, NULL));
}

/* A payment of LINKS, asked for and on its way. */
static void
pay(int64_t links)
{
	OK(act(IKP_SELLER, IKP_DO_ASK, links * UNIT));
	OK(act(IKP_BUYER, IKP_DO_PAY, links * UNIT));
}

/* ---- terms ---- */

static void
more_links(union ikp_body *b)
{
	b->initiate.micro.n = 101;
}

static void
too_many_links(union ikp_body *b)
{
	b->initiate.micro.n = 1001;
}

static void
other_money(union ikp_body *b)
{
	b->initiate.micro.unit.currency = 756;
}

static void
already_over(union ikp_body *b)
{
	b->initiate.micro.expiry = STAGE_NOW;
}

static void
over_too_late(union ikp_body *b)
{
	b->initiate.micro.expiry = STAGE_NOW + 30 * DAY + 1;
}

static void
without_asking(union ikp_body *b)
{
	b->initiate.micro.mode = IKP_OFF_LINE;
}

static void
strange_broker(union ikp_body *b)
{
	b->initiate.micro.broker = SEMPER_TEXT("NOBODY");
}

static void
a_seller_refuses_terms(void)
{
	stage_open(&s, HARD1, NULL);
	stage_begin(&s);
	REFUSE({without_asking, 0, IKP_E_VARIANT_NOT_ALLOWED, "IKP-U-17"},
	    {strange_broker, 0, IKP_E_VARIANT_NOT_ALLOWED, "IKP-U-28"},
	    {too_many_links, 0, IKP_E_CHAIN_INVALID, "IKP-U-04"},
	    {already_over, 0, IKP_E_CHAIN_EXPIRED, "IKP-U-22"},
	    {over_too_late, 0, IKP_E_CHAIN_EXPIRED, "IKP-U-22"},
	    {NULL, DAY, IKP_E_CHAIN_EXPIRED, "IKP-U-22"},
	    {other_money, 0, IKP_E_AMOUNT_EXCEEDED, "IKP-U-03"},
	    {more_links, 0, IKP_E_AMOUNT_EXCEEDED, "IKP-U-03"});
	stage_close(&s);
}

/* The same root under another session. */
static void
a_root_serves_once(void)
{
	static uint8_t octets[STAGE_MESSAGE_MAX];
	struct semper_buffer out = SEMPER_BUFFER(octets);
	struct semper_envelope envelope;

	stage_open(&s, HARD1, NULL);
	stage_begin(&s);
	OK(semper_envelope_decode(&envelope, stage_next(&s)));
	envelope.session = SEMPER_BYTES(noise, 16);
	OK(semper_envelope_encode(&out, &envelope));
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER,
			    semper_written(&out)),
	    IKP_E_CHAIN_INVALID);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-04");
	stage_close(&s);
}

/* An order with a unit is for micro-payments, one without is not. */
static void
an_order_is_for_one_kind(void)
{
	stage_open(&s, HARD1, NULL);
	s.offer.terms.given = false;
	stage_begin(&s);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_UNKNOWN_TRANSACTION);
	stage_close(&s);
	stage_open(&s, HARD1 - IKP_BASE_PROFILES, NULL);
	s.offer.terms =
	    (struct ikp_terms){.given = true, .unit = {840, UNIT, -2}};
	stage_begin(&s);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_UNKNOWN_TRANSACTION);
	stage_close(&s);
}

static void
other_terms(union ikp_body *b)
{
	b->invoice.clear.micro.n = 99;
}

static void
other_expiry(union ikp_body *b)
{
	b->invoice.clear.micro.expiry++;
}

static void
a_buyer_wants_its_own_terms(void)
{
	stage_open(&s, EC1, NULL);
	stage_begin(&s);
	stage_deliver(&s);
	REFUSE({other_terms, 0, IKP_E_COMMON_MISMATCH, "IKP-U-02"},
	    {other_expiry, 0, IKP_E_COMMON_MISMATCH, "IKP-U-02"});
	stage_close(&s);
}

static void
capture_at_once(union ikp_body *b)
{
	b->auth_req.capture_now = true;
}

static void
off_line_asked(union ikp_body *b)
{
	b->auth_req.clear.micro.mode = IKP_OFF_LINE;
}

static void
many_asked(union ikp_body *b)
{
	b->auth_req.clear.micro.n = 1001;
}

static void
an_acquirer_refuses_terms(void)
{
	stage_open(&s, HARD3, NULL);
	s.offer.capture_now = true; /* a seller does not even ask */
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthReq"));
	REFUSE({off_line_asked, 0, IKP_E_VARIANT_NOT_ALLOWED, "IKP-U-17"},
	    {capture_at_once, 0, IKP_E_VARIANT_NOT_ALLOWED, "IKP-U-25"},
	    {NULL, DAY, IKP_E_CHAIN_EXPIRED, "IKP-U-22"},
	    {many_asked, 0, IKP_E_CHAIN_INVALID, "IKP-U-04"});
	stage_close(&s);
}

/* What the buyer will not even start. */
static void
a_buyer_refuses_to_start(void)
{
	static const struct {
		int64_t n, unit, price, expiry;
		enum ikp_micro_mode mode;
		semper_err error;
	} t[] = {{100, 10, 999, STAGE_NOW + 1, IKP_PRE_AUTHORIZED,
		     IKP_E_AMOUNT_EXCEEDED},
	    {100, 0, 0, STAGE_NOW + 1, IKP_PRE_AUTHORIZED,
		IKP_E_AMOUNT_EXCEEDED},
	    {100, 10, 1000, STAGE_NOW, IKP_PRE_AUTHORIZED, IKP_E_CHAIN_EXPIRED},
	    {100, 10, 1000, STAGE_NOW + 1, IKP_OFF_LINE,
		IKP_E_VARIANT_NOT_ALLOWED},
	    {0, 10, 0, STAGE_NOW + 1, IKP_PRE_AUTHORIZED, SEMPER_E_ARGUMENT},
	    {100, 10, 1000, STAGE_NOW + 1, IKP_PRE_AUTHORIZED, SEMPER_OK}};

	stage_open(&s, EC1, NULL);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		s.start.price.amount = t[i].price;
		s.start.terms.n = t[i].n;
		s.start.terms.unit.amount = t[i].unit;
		s.start.terms.expiry = t[i].expiry;
		s.start.terms.mode = t[i].mode;
		CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_START),
		    t[i].error);
	}
	stage_close(&s);
}

/* A source that gives each label but X afresh. */
static uint8_t x_octet;

static semper_err
fixed_x(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	if (label == NULL || strcmp(label, "X") != 0)
		return semper_draw(&semper_draw_system, label, dst, len);
	(void)ctx;
	memset(dst, x_octet, len);
	return SEMPER_OK;
}

static void
a_seed_is_not_zero_and_not_used_twice(void)
{
	stage_open(&s, HARD1, NULL);
	s.random = (struct semper_random){{fixed_x, NULL}, NULL};
	x_octet = 0;
	CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_START),
	    IKP_E_CHAIN_INVALID);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-01");
	x_octet = 1;
	OK(stage_input(&s, IKP_BUYER, IKP_DO_START));
	CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_START),
	    IKP_E_CHAIN_INVALID);
	x_octet = 2;
	OK(stage_input(&s, IKP_BUYER, IKP_DO_START));
	stage_close(&s);
}

/* ---- paying ---- */

static void
wrong_token(union ikp_body *b)
{
	b->micro_pay.token.data = noise;
}

static void
old_index(union ikp_body *b)
{
	b->micro_pay.index = 1;
}

static void
next_index(union ikp_body *b)
{
	b->micro_pay.index++;
}

static void
past_the_end(union ikp_body *b)
{
	b->micro_pay.index = 101;
}

/* IKP-U-47: refused before a single one of 65535 steps. */
static void
largest_index(union ikp_body *b)
{
	b->micro_pay.index = 65535;
	b->micro_pay.token.data = noise;
}

static void
other_transaction(union ikp_body *b)
{
	b->micro_pay.tid_s = SEMPER_BYTES(noise, 8);
}

static void
a_seller_refuses_payments(void)
{
	static const int profiles[] = {EC1, HARD1, HARD3};

	for (size_t i = 0; i < 3; i++) {
		open_chain(profiles[i]);
		pay(1);
		CU_ASSERT(stage_run(&s, NULL));
		pay(2);
		REFUSE({other_transaction, 0, IKP_E_UNKNOWN_TRANSACTION,
			   "IKP-G-17"},
		    {NULL, DAY + 1, IKP_E_CHAIN_EXPIRED, "IKP-U-05"},
		    {old_index, 0, IKP_E_CHAIN_INVALID, "IKP-U-06"},
		    {past_the_end, 0, IKP_E_CHAIN_EXHAUSTED, "IKP-U-46"},
		    {largest_index, 0, IKP_E_CHAIN_EXHAUSTED, "IKP-U-46"},
		    {next_index, 0, IKP_E_AMOUNT_EXCEEDED, "IKP-U-08"},
		    {wrong_token, 0, IKP_E_CHAIN_INVALID, "IKP-U-07"});
		stage_close(&s);
	}
}

/* Five links for the price of one, and one for the price of five. */
static void
the_price_asked_is_paid(void)
{
	open_chain(HARD1);
	OK(act(IKP_BUYER, IKP_DO_PAY, UNIT));
	stage_deliver(&s); /* nothing was asked */
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	stage_drop(&s);
	OK(act(IKP_SELLER, IKP_DO_ASK, 5 * UNIT));
	OK(stage_timer(&s, IKP_BUYER, "pay-again"));
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	stage_drop(&s);
	OK(act(IKP_BUYER, IKP_DO_PAY, 4 * UNIT));
	stage_deliver(&s); /* both */
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.served, 5);
	s.n_queue = 0;
	OK(act(IKP_BUYER, IKP_DO_PAY, 5 * UNIT)); /* asked once */
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	stage_close(&s);
}

/* Three wrong tokens, and a minute of silence. */
static void
wrong_tokens_are_counted(void)
{
	static struct stage_message m;
	struct semper_bytes good;

	open_chain(EC1);
	pay(1);
	m = s.queue[0];
	good = SEMPER_BYTES(m.octets, m.len);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER,
				    edited(good, wrong_token)),
		    IKP_E_CHAIN_INVALID);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER, good),
	    IKP_E_RATE_LIMITED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-21");
	s.now += 59;
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER, good),
	    IKP_E_RATE_LIMITED);
	s.now++;
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER,
			    edited(good, wrong_token)),
	    IKP_E_CHAIN_INVALID);
	OK(stage_recv(&s, IKP_SELLER, IKP_BUYER, good));
	stage_close(&s);
}

static void
wrong_ack(union ikp_body *b)
{
	b->micro_ack.token.data = noise;
}

static void
future_ack(union ikp_body *b)
{
	b->micro_ack.index = 2;
}

static void
impossible_ack(union ikp_body *b)
{
	b->micro_ack.index = 101;
}

static void
a_buyer_refuses_acknowledgements(void)
{
	open_chain(EC1);
	pay(1);
	stage_deliver(&s);
	REFUSE({wrong_ack, 0, IKP_E_CHAIN_INVALID, "IKP-U-23"},
	    {future_ack, 0, IKP_E_CHAIN_INVALID, "IKP-U-23"},
	    {impossible_ack, 0, IKP_E_CHAIN_INVALID, "IKP-U-23"});
	CU_ASSERT_EQUAL(s.index, 1);
	stage_close(&s);
}

static void
a_buyer_refuses_to_pay(void)
{
	open_chain(EC1);
	CU_ASSERT_EQUAL(act(IKP_BUYER, IKP_DO_PAY, 0), IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_EQUAL(act(IKP_BUYER, IKP_DO_PAY, 15), IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_EQUAL(act(IKP_BUYER, IKP_DO_PAY, 1010),
	    IKP_E_CHAIN_EXHAUSTED);
	OK(act(IKP_BUYER, IKP_DO_PAY, 1000));
	CU_ASSERT_EQUAL(act(IKP_BUYER, IKP_DO_PAY, UNIT),
	    IKP_E_CHAIN_EXHAUSTED);
	stage_close(&s);
}

/* ---- deposits ---- */

static void
one_more(union ikp_body *b)
{
	b->micro_deposit.index++;
}

static void
nothing_new(union ikp_body *b)
{
	b->micro_deposit.index = 2;
}

static void
beyond_the_chain(union ikp_body *b)
{
	b->micro_deposit.index = 101;
}

static void
guessed(union ikp_body *b)
{
	b->micro_deposit.token.data = noise;
}

static void
other_root(union ikp_body *b)
{
	b->micro_deposit.clear.micro.root.data = noise;
}

static void
other_hash(union ikp_body *b)
{
	b->micro_deposit.clear.h_common.data = noise;
}

static void
by_another_seller(union ikp_body *b)
{
	b->micro_deposit.clear.id_s = SEMPER_TEXT("SHOP-000077");
}

static void
by_a_stranger(union ikp_body *b)
{
	b->micro_deposit.clear.id_s = SEMPER_TEXT("SHOP-000099");
}

static void
of_another_time(union ikp_body *b)
{
	b->micro_deposit.clear.date++;
}

static void
off_line_deposit(union ikp_body *b)
{
	b->micro_deposit.clear.micro.mode = IKP_OFF_LINE;
}

/* Links up to INDEX, the last deposit on its way. */
static void
deposit(int64_t links)
{
	pay(links);
	stage_deliver(&s);
	stage_deliver(&s);
	OK(s.verdict);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
}

static void
an_acquirer_refuses_deposits(void)
{
	open_chain(EC1);
	deposit(2);
	CU_ASSERT(stage_run(&s, NULL));
	deposit(3);
	REFUSE({by_a_stranger, 0, IKP_E_UNKNOWN_SELLER, "IKP-A-01"},
	    {off_line_deposit, 0, IKP_E_VARIANT_NOT_ALLOWED, "IKP-U-17"},
	    {by_another_seller, 0, IKP_E_UNKNOWN_SELLER, "IKP-U-15"},
	    {of_another_time, 0, IKP_E_UNKNOWN_TRANSACTION, "IKP-U-26"},
	    {other_hash, 0, IKP_E_CHAIN_INVALID, "IKP-U-50"},
	    {other_root, 0, IKP_E_CHAIN_INVALID, "IKP-U-50"},
	    {NULL, 8 * DAY + 1, IKP_E_CHAIN_EXPIRED, "IKP-U-19"},
	    {nothing_new, 0, IKP_E_CHAIN_INVALID, "IKP-U-13"},
	    {beyond_the_chain, 0, IKP_E_CHAIN_INVALID, "IKP-U-51"},
	    {one_more, 0, IKP_E_CHAIN_INVALID, "IKP-U-52"},
	    {guessed, 0, IKP_E_CHAIN_INVALID, "IKP-U-52"});
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.paid, 5 * UNIT);
	stage_close(&s);
}

static void
less_asked(union ikp_body *b)
{
	b->auth_req.auth_amount.amount = 4 * UNIT;
}

/* The acquirer has reserved four units only. */
static void
no_more_than_is_reserved(void)
{
	struct semper_bytes msg;
	static struct stage_message m;

	stage_open(&s, HARD1, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthReq"));
	m = s.queue[0];
	stage_drop(&s);
	msg = edited(SEMPER_BYTES(m.octets, m.len), less_asked);
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER, msg));
	CU_ASSERT(stage_run(&s, NULL));
	deposit(5);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-16");
	CU_ASSERT_EQUAL(s.paid, 0);
	stage_close(&s);
	open_chain(HARD1);
	deposit(5);
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.paid, 5 * UNIT);
	stage_close(&s);
}

static void
wrong_mac(union ikp_body *b)
{
	b->micro_deposit.mac.data = noise;
}

static void
wrong_signature(union ikp_body *b)
{
	b->micro_deposit.sig_s = SEMPER_BYTES(noise, 256);
}

static void
a_deposit_is_authentic(void)
{
	open_chain(HARD1);
	deposit(1);
	REFUSE({wrong_mac, 0, IKP_E_SIG_INVALID, "IKP-U-27"},
	    {guessed, 0, IKP_E_SIG_INVALID, "IKP-U-27"});
	stage_close(&s);
	open_chain(HARD3);
	deposit(1);
	REFUSE({wrong_signature, 0, IKP_E_SIG_INVALID, "IKP-U-27"},
	    {guessed, 0, IKP_E_SIG_INVALID, "IKP-U-27"});
	stage_close(&s);
}

static void
other_end(union ikp_body *b)
{
	b->micro_close.index = 1;
}

static void
closed_another_time(union ikp_body *b)
{
	b->micro_close.clear.date++;
}

static void
an_acquirer_refuses_to_close(void)
{
	static struct stage_message late;

	open_chain(EC1);
	deposit(2);
	CU_ASSERT(stage_run(&s, NULL));
	deposit(1);
	late = s.queue[0];
	CU_ASSERT(stage_run(&s, NULL));
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CLOSE));
	REFUSE({closed_another_time, 0, IKP_E_UNKNOWN_TRANSACTION, "IKP-U-26"},
	    {NULL, 8 * DAY + 1, IKP_E_CHAIN_EXPIRED, "IKP-U-19"},
	    {other_end, 0, IKP_E_CHAIN_INVALID, "IKP-U-53"});
	/* Closed: what is new comes too late. */
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
			    edited(SEMPER_BYTES(late.octets, late.len),
				one_more)),
	    IKP_E_ALREADY_FINAL);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-54");
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
	    SEMPER_BYTES(late.octets, late.len)));
	stage_close(&s);
}

static void
other_total(union ikp_body *b)
{
	b->micro_deposit_res.total.amount++;
}

static void
other_count(union ikp_body *b)
{
	b->micro_deposit_res.index--;
	b->micro_deposit_res.total.amount -= UNIT;
}

static void
closed_unasked(union ikp_body *b)
{
	b->micro_deposit_res.closed = true;
}

static void
denied(union ikp_body *b)
{
	b->micro_deposit_res.decision = IKP_NO;
}

static void
unsigned_answer(union ikp_body *b)
{
	b->micro_deposit_res.sig_a = SEMPER_BYTES(noise, 256);
}

static void
a_seller_refuses_answers(void)
{
	open_chain(HARD3);
	deposit(2);
	CU_ASSERT(stage_run(&s, "MicroDepositRes"));
	REFUSE({other_total, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {other_count, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {closed_unasked, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {denied, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {unsigned_answer, 0, IKP_E_SIG_INVALID, "IKP-U-32"});
	stage_close(&s);
}

/* ---- offers ---- */

static void
without_offer(union ikp_body *b)
{
	b->micro_pay.has_offer = false;
}

static void
made_up_offer(union ikp_body *b)
{
	b->micro_pay.offer.offer_id = SEMPER_BYTES(noise, 16);
}

static void
pay_for(const uint8_t *offer, size_t len)
{
	struct ikp_input input = {.kind = IKP_DO_PAY,
	    .price = {840, 2 * UNIT, -2},
	    .offer = SEMPER_BYTES(offer, len)};

	OK(stage_do(&s, IKP_BUYER, &input));
}

/* Paid by whoever has a chain with a broker, once. */
static void
an_offer_is_the_sellers_own_and_paid_once(void)
{
	uint8_t offer[256];
	size_t len;

	stage_open(&s, HARD1, NULL);
	s.start.terms.broker = SEMPER_TEXT("SHOP-000042");
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, NULL));
	OK(act(IKP_SELLER, IKP_DO_QUOTE, 2 * UNIT));
	len = s.offer_len;
	memcpy(offer, s.offer_octets, len);
	pay_for(offer, len);
	REFUSE({without_offer, 0, IKP_E_CHAIN_INVALID, "IKP-U-20"},
	    {made_up_offer, 0, IKP_E_CHAIN_INVALID, "IKP-U-20"});
	CU_ASSERT_EQUAL(s.served, 2);
	CU_ASSERT(stage_run(&s, NULL));
	pay_for(offer, len);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_CHAIN_INVALID);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-20");
	stage_close(&s);
}

/* ---- off-line ---- */

struct tbs_accept {
	struct semper_bytes h_common, v;
};
static const struct semper_field tbs_accept_fields[] = {
    FIELD_BYTES("hCommon", struct tbs_accept, h_common),
    FIELD_BYTES("v", struct tbs_accept, v),
    FIELD_END,
};
static const struct ikp_type tbs_accept_type = {"TbsMicroAccept",
    tbs_accept_fields, tbs_accept_fields};
static struct semper_bytes h_common;

/* Another V, and the seller's signature over it. */
static void
signed_other_v(union ikp_body *b)
{
	static struct ikp_signature sig;
	struct tbs_accept tbs = {h_common, SEMPER_BYTES(noise, 16)};

	OK(ikp_sign(s.profile, &sig, s.seller_keys.sig.key,
	    IKP_CTX_MICRO_ACCEPT, &tbs_accept_type, &tbs, &semper_draw_system,
	    "salt"));
	b->micro_accept.v = tbs.v;
	b->micro_accept.sig_s = ikp_signature_bytes(&sig);
}

static void
note_h_common(union ikp_body *b)
{
	static uint8_t room[32];

	memcpy(room, b->invoice.clear.h_common.data, 32);
	h_common = SEMPER_BYTES(room, 32);
}

static void
other_v(union ikp_body *b)
{
	b->micro_accept.v = SEMPER_BYTES(noise, 16);
}

static void
without_commitment(union ikp_body *b)
{
	b->micro_deposit.has_off_line = false;
}

static void
without_buyer(union ikp_body *b)
{
	b->micro_deposit.off_line.sig_b = SEMPER_NONE;
}

static void
with_false_buyer(union ikp_body *b)
{
	b->micro_deposit.off_line.sig_b = SEMPER_BYTES(noise, 256);
}

static void
with_false_offer(union ikp_body *b)
{
	b->micro_deposit.off_line.sig_s = SEMPER_BYTES(noise, 256);
}

static void
with_other_order(union ikp_body *b)
{
	b->micro_deposit.off_line.h_desc.data = noise;
}

static void
off_line_commitments_are_checked(void)
{
	stage_open(&s, HARD3, NULL);
	s.start.terms.mode = IKP_OFF_LINE;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "Invoice"));
	edited(stage_next(&s), note_h_common);
	CU_ASSERT(stage_run(&s, "MicroAccept"));
	REFUSE({other_v, 0, IKP_E_SIG_INVALID, "IKP-U-30"},
	    {signed_other_v, 0, IKP_E_COMMITMENT_MISMATCH, "IKP-U-39"});
	deposit(1);
	REFUSE({without_commitment, 0, IKP_E_VARIANT_NOT_ALLOWED, "IKP-U-33"},
	    {NULL, 8 * DAY + 1, IKP_E_CHAIN_EXPIRED, "IKP-U-19"},
	    {with_false_offer, 0, IKP_E_SIG_INVALID, "IKP-A-07"},
	    {without_buyer, 0, IKP_E_SIG_INVALID, "IKP-U-37"},
	    {with_false_buyer, 0, IKP_E_SIG_INVALID, "IKP-U-37"},
	    {with_other_order, 0, IKP_E_SLIP_INVALID, ""});
	CU_ASSERT_STRING_EQUAL(s.state, "pending");
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.paid, UNIT);
	stage_close(&s);
	stage_open(&s, HARD3, NULL);
	s.start.terms.mode = IKP_OFF_LINE;
	s.seller.has_floor = false;
	stage_begin(&s);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_VARIANT_NOT_ALLOWED);
	stage_close(&s);
}

/* A deposit twice before the network has answered. */
static void
a_pending_deposit_is_busy(void)
{
	static struct stage_message m;

	stage_open(&s, HARD3, NULL);
	s.start.terms.mode = IKP_OFF_LINE;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, NULL));
	deposit(1);
	m = s.queue[0];
	stage_deliver(&s);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
			    SEMPER_BYTES(m.octets, m.len)),
	    IKP_E_BUSY);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-36");
	stage_close(&s);
}

/* A reversal finds nothing left to give back whole. */
static void
a_chain_paid_from_is_not_reversed(void)
{
	struct semper_ledger before;

	stage_open(&s, HARD3, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthRes"));
	OK(semper_ledger_copy(&before, &s.ledger[IKP_SELLER]));
	CU_ASSERT(stage_run(&s, NULL));
	deposit(1);
	CU_ASSERT(stage_run(&s, NULL));
	semper_ledger_close(&s.ledger[IKP_SELLER]);
	s.ledger[IKP_SELLER] = before; /* a seller that has forgotten */
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CANCEL));
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_STRING_EQUAL(s.state, "authorized");
	CU_ASSERT_EQUAL(s.released, 0);
	stage_deliver(&s); /* outcome refused */
	OK(s.verdict);
	CU_ASSERT_STRING_EQUAL(s.state, "auth-sent");
	stage_close(&s);
}

SUITE("ikp: micro-payments, refusals",
    {"a seller refuses terms that are not its offer's", a_seller_refuses_terms},
    {"a root serves for one chain", a_root_serves_once},
    {"an order is for micro-payments or is not", an_order_is_for_one_kind},
    {"a buyer refuses an Invoice with other terms",
	a_buyer_wants_its_own_terms},
    {"an acquirer refuses terms", an_acquirer_refuses_terms},
    {"a buyer refuses to start what makes no chain", a_buyer_refuses_to_start},
    {"a seed is neither zero nor used twice",
	a_seed_is_not_zero_and_not_used_twice},
    {"a seller refuses payments that do not fit", a_seller_refuses_payments},
    {"the price asked is paid, no other", the_price_asked_is_paid},
    {"wrong tokens are counted", wrong_tokens_are_counted},
    {"a buyer refuses what its chain does not acknowledge",
	a_buyer_refuses_acknowledgements},
    {"a buyer refuses to pay what its chain cannot", a_buyer_refuses_to_pay},
    {"an acquirer refuses deposits that do not fit",
	an_acquirer_refuses_deposits},
    {"no more is deposited than is reserved", no_more_than_is_reserved},
    {"a deposit is signed, or has its mac", a_deposit_is_authentic},
    {"an acquirer closes at what was deposited", an_acquirer_refuses_to_close},
    {"a seller refuses answers to what it has not asked",
	a_seller_refuses_answers},
    {"an offer is the seller's own, and paid once",
	an_offer_is_the_sellers_own_and_paid_once},
    {"an off-line commitment is checked as a payment is",
	off_line_commitments_are_checked},
    {"a deposit that waits for the network is busy", a_pending_deposit_is_busy},
    {"a chain that was paid from is not reversed",
	a_chain_paid_from_is_not_reversed});
