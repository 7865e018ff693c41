/* What follows an authorisation, in the three profiles of HARD: whole lives of
 * a payment, and that no money comes from nowhere. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/ikp/scene.h"

static struct stage s;

#define PRICE 4999
#define STATE(text) CU_ASSERT_STRING_EQUAL(s.state, (text))

static struct ikp_price
usd(int64_t amount)
{
	return (struct ikp_price){840, amount, -2};
}

/* Ask, and deliver everything; what the seller then says. */
static void
cleared(enum ikp_input_kind kind, int64_t amount, bool final)
{
	struct ikp_input input = scene_order(kind, amount);

	input.final = final;
	OK(stage_do(&s, IKP_SELLER, &input));
	CU_ASSERT(stage_run(&s, NULL));
	OK(s.verdict);
}

static void
totals(int64_t authorized, int64_t captured, int64_t refunded)
{
	CU_ASSERT_EQUAL(s.authorized, authorized);
	CU_ASSERT_EQUAL(s.captured, captured);
	CU_ASSERT_EQUAL(s.refunded, refunded);
}

/* ---- lives ---- */

static void
play_captures(int profile)
{
	scene_open(&s, profile);
	cleared(IKP_DO_CAPTURE, 1000, false);
	STATE("part-captured");
	totals(PRICE, 1000, 0);
	cleared(IKP_DO_REFUND, 400, false);
	STATE("part-captured");
	totals(PRICE, 1000, 400);
	cleared(IKP_DO_CAPTURE, 2000, false);
	cleared(IKP_DO_CAPTURE, 5, true);
	STATE("captured");
	totals(PRICE, 3005, 400);
	cleared(IKP_DO_REFUND, 2605, false);
	STATE("captured");
	totals(PRICE, 3005, 3005);
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_REFUND, 1),
	    IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 1), IKP_E_BAD_STATE);
	CU_ASSERT_EQUAL(s.booked, 3005);
	CU_ASSERT_EQUAL(s.returned, 3005);
	stage_close(&s);
}

static void
captures(void)
{
	for (int p = HARD_1; p <= HARD_3; p++)
		play_captures(p);
}

static void
full_capture(void)
{
	for (int p = HARD_1; p <= HARD_3; p++) {
		scene_open(&s, p);
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, PRICE + 1),
		    IKP_E_AMOUNT_EXCEEDED);
		CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-S-19");
		cleared(IKP_DO_CAPTURE, PRICE, false);
		STATE("captured");
		stage_close(&s);
	}
}

static void
sale(void)
{
	for (int p = HARD_1; p <= HARD_3; p++) {
		stage_open(&s, p, NULL);
		s.offer.capture_now = true;
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "Confirm"));
		STATE("captured");
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 1),
		    IKP_E_BAD_STATE);
		cleared(IKP_DO_REFUND, PRICE, false);
		totals(PRICE, PRICE, PRICE);
		stage_close(&s);
	}
}

static void
reversals(void)
{
	for (int p = HARD_1; p <= HARD_3; p++) {
		scene_open(&s, p);
		cleared(IKP_DO_REVERSE, 3000, false);
		STATE("authorized");
		totals(3000, 0, 0);
		CU_ASSERT_EQUAL(s.reversed, 3000);
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 3001),
		    IKP_E_AMOUNT_EXCEEDED);
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_REVERSE, 3000),
		    IKP_E_AMOUNT_EXCEEDED);
		cleared(IKP_DO_CAPTURE, 1000, false);
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_REVERSE, 999),
		    IKP_E_AMOUNT_EXCEEDED);
		cleared(IKP_DO_REVERSE, 1000, false);
		STATE("captured");
		totals(1000, 1000, 0);
		stage_close(&s);

		scene_open(&s, p);
		cleared(IKP_DO_REVERSE, 0, false);
		STATE("reversed");
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 1),
		    IKP_E_BAD_STATE);
		stage_close(&s);
	}
}

static void
part_approval(void)
{
	for (int p = HARD_1; p <= HARD_3; p++) {
		stage_open(&s, p, NULL);
		s.grant = 1200;
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "Confirm"));
		STATE("part-authorized");
		CU_ASSERT_EQUAL(s.amount, 1200);
		CU_ASSERT(stage_run(&s, NULL));
		STATE("paid");
		CU_ASSERT_EQUAL(s.amount, 1200);
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 1201),
		    IKP_E_AMOUNT_EXCEEDED);
		cleared(IKP_DO_CAPTURE, 1200, false);
		STATE("captured");
		stage_close(&s);
	}
}

static void
grant_bounds(void)
{
	char timer[SEMPER_TIMER_NAME];

	stage_open(&s, HARD_3, NULL);
	s.grant = PRICE + 1;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthReq"));
	stage_deliver(&s);
	strcpy(timer, s.timer);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-A-52");
	s.grant = PRICE;
	OK(stage_timer_named(&s, IKP_ACQUIRER, timer));
	CU_ASSERT(stage_run(&s, "Confirm"));
	STATE("authorized");
	stage_close(&s);
}

/* ---- what is lost, repeated, put in the place of another ---- */

static void
retried(void)
{
	static struct stage_message m;

	for (int p = HARD_1; p <= HARD_3; p++) {
		scene_open(&s, p);
		OK(scene_clear(&s, IKP_DO_CAPTURE, 700));
		CU_ASSERT_EQUAL(s.timer_at, STAGE_NOW + 10);
		m = s.queue[0];
		stage_drop(&s); /* lost */
		OK(stage_timer(&s, IKP_SELLER, "clear-retry"));
		CU_ASSERT_EQUAL(s.timer_at, STAGE_NOW + 30);
		CU_ASSERT(semper_bytes_equal(stage_next(&s),
		    SEMPER_BYTES(m.octets, m.len)));
		CU_ASSERT(stage_run(&s, NULL));
		totals(PRICE, 700, 0);
		/* Late, the first one: the stored answer, and no more. */
		OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
		    SEMPER_BYTES(m.octets, m.len)));
		CU_ASSERT_EQUAL(s.n_out, 1);
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(s.booked, 700);
		CU_ASSERT_EQUAL(stage_timer(&s, IKP_SELLER, "clear-retry"),
		    IKP_E_BAD_STATE);
		stage_close(&s);
	}
}

static void
replaced(void)
{
	struct ikp_input second = scene_order(IKP_DO_CAPTURE, 900);

	for (int p = HARD_1; p <= HARD_3; p++) {
		scene_open(&s, p);
		OK(scene_clear(&s, IKP_DO_CAPTURE, 700));
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 900),
		    IKP_E_BUSY);
		stage_deliver(&s); /* booked ... */
		CU_ASSERT(
		    stage_run(&s, p == HARD_1 ? "SealedRes" : "CaptureRes"));
		stage_drop(&s); /* ... and the answer lost */
		second.replace = true;
		OK(stage_do(&s, IKP_SELLER, &second));
		stage_deliver(&s);
		CU_ASSERT_EQUAL(s.verdict, IKP_E_REPLAY);
		CU_ASSERT(stage_run(&s, NULL)); /* the ErrorMsg */
		OK(stage_input(&s, IKP_SELLER, IKP_DO_INQUIRE));
		CU_ASSERT(stage_run(&s, NULL));
		STATE("part-captured");
		totals(PRICE, 700, 0);
		CU_ASSERT_STRING_EQUAL(s.status, "authorized");
		cleared(IKP_DO_CAPTURE, 900, false);
		totals(PRICE, 1600, 0);
		stage_close(&s);
	}
}

/* An inquiry while a request is open does not disturb its answer. */
static void
inquired_meanwhile(void)
{
	static struct stage_message m;

	for (int p = HARD_1; p <= HARD_3; p++) {
		scene_open(&s, p);
		OK(scene_clear(&s, IKP_DO_CAPTURE, 700));
		m = s.queue[0];
		stage_drop(&s);
		OK(stage_input(&s, IKP_SELLER, IKP_DO_INQUIRE));
		CU_ASSERT(stage_run(&s, NULL));
		totals(PRICE, 0, 0);
		CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 1), IKP_E_BUSY);
		OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
		    SEMPER_BYTES(m.octets, m.len)));
		CU_ASSERT(stage_run(&s, NULL));
		totals(PRICE, 700, 0);
		stage_close(&s);
	}
}

/* ---- parts of one order ---- */

static void
split(void)
{
	struct ikp_input more = scene_order(IKP_DO_AUTHORIZE, 2999);
	struct ikp_input capture = scene_order(IKP_DO_CAPTURE, 2999);

	for (int p = HARD_2; p <= HARD_3; p++) {
		stage_open(&s, p, NULL);
		s.offer.has_first = true;
		s.offer.first = usd(2000);
		scene_play(&s);
		more.amount.amount = 3000;
		CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &more),
		    IKP_E_AMOUNT_EXCEEDED);
		more.amount.amount = 2999;
		OK(stage_do(&s, IKP_SELLER, &more));
		STATE("auth-sent");
		CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &more),
		    IKP_E_BAD_STATE);
		CU_ASSERT(stage_run(&s, NULL));
		STATE("authorized");
		CU_ASSERT_EQUAL(s.n_out, 0); /* no second Confirm */
		capture.auth_seq = 2;
		OK(stage_do(&s, IKP_SELLER, &capture));
		CU_ASSERT(stage_run(&s, NULL));
		STATE("captured");
		totals(2999, 2999, 0);
		cleared(IKP_DO_CAPTURE, 2000, false);
		CU_ASSERT_EQUAL(s.booked, PRICE);
		stage_close(&s);
	}
}

static void
split_inquiry(void)
{
	struct ikp_input more = scene_order(IKP_DO_AUTHORIZE, 999);
	struct ikp_input second = {.kind = IKP_DO_INQUIRE, .auth_seq = 2};

	stage_open(&s, HARD_3, NULL);
	s.offer.has_first = true;
	s.offer.first = usd(4000);
	scene_play(&s);
	OK(stage_do(&s, IKP_SELLER, &more));
	CU_ASSERT(stage_run(&s, "AuthRes"));
	stage_drop(&s);
	OK(stage_do(&s, IKP_SELLER, &second));
	CU_ASSERT(stage_run(&s, NULL));
	STATE("authorized");
	second = scene_order(IKP_DO_REVERSE, 99);
	second.auth_seq = 2;
	OK(stage_do(&s, IKP_SELLER, &second));
	CU_ASSERT(stage_run(&s, NULL));
	totals(99, 0, 0);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_INQUIRE));
	CU_ASSERT(stage_run(&s, NULL));
	totals(4000, 0, 0);
	stage_close(&s);
}

static void
no_agreement(void)
{
	static struct ikp_seller_entry entry;
	struct ikp_input more = scene_order(IKP_DO_AUTHORIZE, 999);
	char timer[SEMPER_TIMER_NAME];

	stage_open(&s, HARD_3, NULL);
	s.offer.has_first = true;
	s.offer.first = usd(4000);
	scene_play(&s);
	entry = s.acquirer.sellers[0];
	entry.split = false;
	s.acquirer.sellers = &entry;
	s.acquirer.n_sellers = 1;
	OK(stage_do(&s, IKP_SELLER, &more));
	strcpy(timer, s.timer);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-A-24");
	entry.split = true;
	CU_ASSERT(stage_run(&s, NULL));
	OK(stage_timer_named(&s, IKP_SELLER, timer));
	CU_ASSERT(stage_run(&s, NULL));
	STATE("authorized");
	stage_close(&s);
}

/* ---- batches ---- */

#define MANY 4

static void
pay_many(uint8_t sessions[MANY][16])
{
	static const uint8_t names[MANY] = {'a', 'b', 'c', 'd'};

	for (int i = 0; i < MANY; i++) {
		s.offer.order = s.start.order = SEMPER_BYTES(&names[i], 1);
		scene_play(&s);
		memcpy(sessions[i], s.session, 16);
	}
}

static void
play_batch(int profile)
{
	uint8_t sessions[MANY][16];
	struct ikp_order_item items[MANY];
	struct ikp_input batch = {.kind = IKP_DO_BATCH,
	    .items = items,
	    .n_items = MANY};

	stage_open(&s, profile, NULL);
	pay_many(sessions);
	for (int i = 0; i < MANY; i++)
		items[i] = (struct ikp_order_item){IKP_ITEM_CAPTURE,
		    SEMPER_BYTES(sessions[i], 16), 1, usd(1000 + i)};
	items[3].kind = IKP_ITEM_FINAL;
	OK(stage_do(&s, IKP_SELLER, &batch));
	STATE("batch-sent");
	/* Each of them waits now. */
	memcpy(s.session, sessions[1], 16);
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 1), IKP_E_BUSY);
	CU_ASSERT(stage_run(&s, NULL));
	STATE("batch-done");
	CU_ASSERT_EQUAL(s.accepted, MANY);
	CU_ASSERT_EQUAL(s.booked, 4006);
	memcpy(s.session, sessions[3], 16);
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, 1), IKP_E_BAD_STATE);
	memcpy(s.session, sessions[1], 16);
	cleared(IKP_DO_CAPTURE, PRICE - 1001, false);
	STATE("captured");
	stage_close(&s);
}

static void
batches(void)
{
	for (int p = HARD_1; p <= HARD_3; p++)
		play_batch(p);
}

/* Two items that come too late: both are refused, and free again. */
static void
batch_late(void)
{
	uint8_t sessions[MANY][16];
	struct ikp_order_item items[2];
	struct ikp_input batch = {.kind = IKP_DO_BATCH,
	    .items = items,
	    .n_items = 2};

	for (int p = HARD_1; p <= HARD_3; p++) {
		stage_open(&s, p, NULL);
		pay_many(sessions);
		/* Captured at the acquirer, which the seller does not hear. */
		memcpy(s.session, sessions[0], 16);
		OK(scene_clear(&s, IKP_DO_CAPTURE, 1));
		stage_deliver(&s);
		scene_drop_all(&s);
		items[0] = (struct ikp_order_item){IKP_ITEM_CAPTURE,
		    SEMPER_BYTES(sessions[0], 16), 1, usd(7)};
		items[1] = items[0];
		items[1].session = SEMPER_BYTES(sessions[1], 16);
		CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &batch), IKP_E_BUSY);
		/* Too late for both of these. */
		items[0].session = SEMPER_BYTES(sessions[2], 16);
		OK(stage_do(&s, IKP_SELLER, &batch));
		s.now += s.acquirer.auth_lifetime + 1;
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(s.accepted, 0);
		STATE("batch-done");
		/* Nothing is open any more: a request is sent again. */
		memcpy(s.session, sessions[2], 16);
		OK(scene_clear(&s, IKP_DO_CAPTURE, 1));
		stage_close(&s);
	}
}

static void
batch_refusals(void)
{
	uint8_t sessions[MANY][16];
	struct ikp_order_item items[2];
	struct ikp_input batch = {.kind = IKP_DO_BATCH,
	    .items = items,
	    .n_items = 2};

	stage_open(&s, HARD_3, NULL);
	pay_many(sessions);
	items[0] = (struct ikp_order_item){IKP_ITEM_CAPTURE,
	    SEMPER_BYTES(sessions[0], 16), 1, usd(7)};
	items[1] = items[0];
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &batch), IKP_E_BUSY);
	items[1].session = SEMPER_BYTES(sessions[1], 16);
	items[1].kind = IKP_ITEM_REFUND;
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &batch), IKP_E_BAD_STATE);
	items[1].kind = IKP_ITEM_CAPTURE;
	items[1].amount.amount = PRICE + 1;
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &batch),
	    IKP_E_AMOUNT_EXCEEDED);
	items[1].amount.amount = PRICE;
	OK(stage_do(&s, IKP_SELLER, &batch));
	stage_close(&s);
}

/* A hundred items, the most there can be, on one payment each. */
static void
batch_of_hundred(void)
{
	static uint8_t sessions[100][16];
	static struct ikp_order_item items[100];
	struct ikp_input batch = {.kind = IKP_DO_BATCH,
	    .items = items,
	    .n_items = 100};

	stage_open(&s, HARD_1, NULL);
	for (uint8_t i = 0; i < 100; i++) {
		s.offer.order = s.start.order = SEMPER_BYTES(&i, 1);
		scene_play(&s);
		memcpy(sessions[i], s.session, 16);
		items[i] = (struct ikp_order_item){IKP_ITEM_CAPTURE,
		    SEMPER_BYTES(sessions[i], 16), 1, usd(i + 1)};
	}
	OK(stage_do(&s, IKP_SELLER, &batch));
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.accepted, 100);
	CU_ASSERT_EQUAL(s.booked, 5050);
	stage_close(&s);
}

/* ---- restart ---- */

/* Deliver all, with every party started anew before each message. */
static void
deliver_anew(const char *path)
{
	while (s.n_queue > 0) {
		stage_reopen(&s, path);
		stage_deliver(&s);
		OK(s.verdict);
	}
}

static void
play_restarts(int profile, const char *path)
{
	static const struct {
		enum ikp_input_kind kind;
		int64_t amount;
	} life[] = {{IKP_DO_CAPTURE, 1000}, {IKP_DO_REVERSE, 3000},
	    {IKP_DO_CAPTURE, 1000}, {IKP_DO_REFUND, 500},
	    {IKP_DO_CAPTURE, 1000}, {IKP_DO_REFUND, 2500}};

	stage_open(&s, profile, path);
	scene_play(&s);
	for (size_t i = 0; i < sizeof life / sizeof life[0]; i++) {
		stage_reopen(&s, path);
		OK(scene_clear(&s, life[i].kind, life[i].amount));
		deliver_anew(path);
	}
	STATE("captured");
	totals(3000, 3000, 3000);
	stage_close(&s);
}

static void
restarts(void)
{
	char dir[] = "/tmp/semper-clearing-XXXXXX", path[64];

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	for (int p = HARD_1; p <= HARD_3; p++) {
		snprintf(path, sizeof path, "%s/%d", dir, p);
		play_restarts(p, path);
		stage_unlink(path);
	}
	CU_ASSERT_EQUAL(rmdir(dir), 0);
}

/* ---- money is conserved ---- */

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* One random act, with messages lost at random; the network's sums and the
 * seller's totals never leave 0 <= refunded <= captured <= authorised. */
static void
act_at_random(int64_t *authorised_now)
{
	static const enum ikp_input_kind kinds[] = {IKP_DO_CAPTURE,
	    IKP_DO_CAPTURE, IKP_DO_REFUND, IKP_DO_REVERSE};
	struct ikp_input input =
	    scene_order(kinds[below(4)], 1 + (int64_t)below(1500));

	if (input.kind == IKP_DO_REVERSE)
		input.amount.amount = 1000 + (int64_t)below(4000);
	input.final = below(12) == 0;
	input.replace = below(2) == 0;
	stage_do(&s, IKP_SELLER, &input);
	while (s.n_queue > 0) {
		if (below(4) == 0 && s.queue[0].to != IKP_NETWORK)
			stage_drop(&s);
		else
			stage_deliver(&s);
	}
	if (below(3) == 0) {
		stage_input(&s, IKP_SELLER, IKP_DO_INQUIRE);
		while (s.n_queue > 0)
			stage_deliver(&s);
	}
	if (s.reversed != 0)
		*authorised_now = s.reversed;
	CU_ASSERT(0 <= s.returned && s.returned <= s.booked);
	CU_ASSERT(s.booked <= *authorised_now);
}

static void
conserved(void)
{
	for (uint32_t round = 0; round < 9; round++) {
		int64_t authorised_now = PRICE;

		seed = round;
		scene_open(&s, HARD_1 + (int)(round % 3));
		for (int i = 0; i < 40; i++)
			act_at_random(&authorised_now);
		/* In the end the seller knows what the network booked. */
		if (stage_input(&s, IKP_SELLER, IKP_DO_INQUIRE) == SEMPER_OK) {
			CU_ASSERT(stage_run(&s, NULL));
			totals(authorised_now, s.booked, s.returned);
		}
		CU_ASSERT(s.booked > 0);
		stage_close(&s);
	}
}

SUITE("ikp: clearing",
    {"captures and refunds in parts, and nothing beyond", captures},
    {"a full capture closes", full_capture},
    {"a sale is captured at once and can be refunded", sale},
    {"a reversal lowers what can be captured", reversals},
    {"less is granted than was asked, and no more can be had", part_approval},
    {"the network may not grant more than was asked", grant_bounds},
    {"a request that is sent again is booked once", retried},
    {"of two requests with one number one is booked", replaced},
    {"an inquiry leaves the open request alone", inquired_meanwhile},
    {"parts of an order are authorised up to its price", split},
    {"answers find the part they belong to", split_inquiry},
    {"without an agreement there is one part", no_agreement},
    {"a batch books every item", batches},
    {"refused items of a batch are free again", batch_late},
    {"a batch the seller cannot ask for is refused", batch_refusals},
    {"a batch holds a hundred items", batch_of_hundred},
    {"every step survives a restart", restarts},
    {"captured <= authorised, refunded <= captured, always", conserved});
