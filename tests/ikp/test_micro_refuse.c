/* Micro-payments: refusals of terms and payments, each of a message in which
 * one thing is changed, with the genuine one accepted after it. */
#include "tests/test.h"

#include <string.h>

#include "tests/ikp/forge.h"
#include "tests/ikp/scene.h"

static struct stage s;

#define DAY 86400
#define REFUSE(...) FORGE_EACH(&s, __VA_ARGS__)

static uint8_t noise[256] = {0x5a};

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
	stage_open(&s, MICRO_HARD_1, NULL);
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

	stage_open(&s, MICRO_HARD_1, NULL);
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
	stage_open(&s, MICRO_HARD_1, NULL);
	s.offer.terms.given = false;
	stage_begin(&s);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_UNKNOWN_TRANSACTION);
	stage_close(&s);
	stage_open(&s, MICRO_HARD_1 - IKP_BASE_PROFILES, NULL);
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
	stage_open(&s, MICRO_EC95_1, NULL);
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
	stage_open(&s, MICRO_HARD_3, NULL);
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

	stage_open(&s, MICRO_EC95_1, NULL);
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
	stage_open(&s, MICRO_HARD_1, NULL);
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
	static const int profiles[] = {MICRO_EC95_1, MICRO_HARD_1,
	    MICRO_HARD_3};

	for (size_t i = 0; i < 3; i++) {
		scene_open(&s, profiles[i]);
		scene_pay(&s, UNIT);
		CU_ASSERT(stage_run(&s, NULL));
		scene_pay(&s, 2 * UNIT);
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
	scene_open(&s, MICRO_HARD_1);
	OK(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT));
	stage_deliver(&s); /* nothing was asked */
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	stage_drop(&s);
	OK(scene_act(&s, IKP_SELLER, IKP_DO_ASK, 5 * UNIT));
	OK(stage_timer(&s, IKP_BUYER, "pay-again"));
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	stage_drop(&s);
	OK(scene_act(&s, IKP_BUYER, IKP_DO_PAY, 4 * UNIT));
	stage_deliver(&s); /* both */
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.served, 5);
	s.n_queue = 0;
	OK(scene_act(&s, IKP_BUYER, IKP_DO_PAY, 5 * UNIT)); /* asked once */
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

	scene_open(&s, MICRO_EC95_1);
	scene_pay(&s, UNIT);
	m = s.queue[0];
	good = SEMPER_BYTES(m.octets, m.len);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER,
				    forge(&s, good, wrong_token)),
		    IKP_E_CHAIN_INVALID);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER, good),
	    IKP_E_RATE_LIMITED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-21");
	s.now += 59;
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER, good),
	    IKP_E_RATE_LIMITED);
	s.now++;
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER,
			    forge(&s, good, wrong_token)),
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
	scene_open(&s, MICRO_EC95_1);
	scene_pay(&s, UNIT);
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
	scene_open(&s, MICRO_EC95_1);
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, 0),
	    IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, 15),
	    IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, 1010),
	    IKP_E_CHAIN_EXHAUSTED);
	OK(scene_act(&s, IKP_BUYER, IKP_DO_PAY, 1000));
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT),
	    IKP_E_CHAIN_EXHAUSTED);
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

	stage_open(&s, MICRO_HARD_1, NULL);
	s.start.terms.broker = SEMPER_TEXT("SHOP-000042");
	scene_play(&s);
	OK(scene_act(&s, IKP_SELLER, IKP_DO_QUOTE, 2 * UNIT));
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
    {"an offer is the seller's own, and paid once",
	an_offer_is_the_sellers_own_and_paid_once});
