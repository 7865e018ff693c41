/* test_input.c -- what the seller's and the buyer's application may ask for,
 * at its bounds.  What is beyond is refused or an error of the caller, and
 * nothing happens. */
#include "tests/test.h"

#include <string.h>

#include "tests/ikp/scene.h"

static struct stage s;
static const uint8_t letters[65] = {'A'};

static semper_err
offer(size_t order_len)
{
	s.offer.order = SEMPER_BYTES(letters, order_len);
	return stage_input(&s, IKP_SELLER, IKP_DO_OFFER);
}

static void
order_reference(void)
{
	stage_open(&s, HARD_3, NULL);
	CU_ASSERT_EQUAL(offer(0), SEMPER_E_ARGUMENT);
	OK(offer(1));
	OK(offer(64));
	CU_ASSERT_EQUAL(offer(65), SEMPER_E_ARGUMENT);
	stage_close(&s);
}

/* The session with authSeq behind it is the key of part 2, and none of ours. */
static void
session_length(void)
{
	struct ikp_input more = scene_order(IKP_DO_AUTHORIZE, 999);
	struct ikp_input capture = scene_order(IKP_DO_CAPTURE, 100);
	struct ikp_order_item item = {IKP_ITEM_CAPTURE, SEMPER_NONE, 1,
	    {840, 100, -2}};
	struct ikp_input batch = {.kind = IKP_DO_BATCH,
	    .items = &item,
	    .n_items = 1};
	uint8_t longer[17] = {0};

	stage_open(&s, HARD_3, NULL);
	s.offer.has_first = true;
	s.offer.first = (struct ikp_price){840, 4000, -2};
	scene_play(&s);
	OK(stage_do(&s, IKP_SELLER, &more));
	CU_ASSERT(stage_run(&s, NULL));
	memcpy(longer, s.session, 16);
	longer[16] = 2;
	capture.session = item.session = SEMPER_BYTES(longer, 17);
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &capture),
	    IKP_E_UNKNOWN_TRANSACTION);
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &batch),
	    IKP_E_UNKNOWN_TRANSACTION);
	item.session.len = 16;
	item.auth_seq = 2;
	OK(stage_do(&s, IKP_SELLER, &batch));
	stage_close(&s);
}

/* An order in two parts; a number is not taken for another one that ends in
 * the same octet. */
static void
part_number(void)
{
	struct ikp_input capture = scene_order(IKP_DO_CAPTURE, 100);
	struct ikp_input more = scene_order(IKP_DO_AUTHORIZE, 2999);

	stage_open(&s, HARD_3, NULL);
	s.offer.has_first = true;
	s.offer.first = (struct ikp_price){840, 2000, -2};
	scene_play(&s);
	OK(stage_do(&s, IKP_SELLER, &more));
	CU_ASSERT(stage_run(&s, NULL));
	capture.auth_seq = 256 + 2;
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &capture),
	    IKP_E_UNKNOWN_TRANSACTION);
	capture.auth_seq = 2;
	OK(stage_do(&s, IKP_SELLER, &capture));
	stage_close(&s);
}

/* Sums and products of what is asked for stay within 64 bits. */
static void
largest_amount(void)
{
	scene_open(&s, HARD_3);
	OK(scene_clear(&s, IKP_DO_CAPTURE, 10));
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_CAPTURE, INT64_MAX),
	    IKP_E_AMOUNT_EXCEEDED);
	OK(scene_clear(&s, IKP_DO_REFUND, 5));
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_REFUND, INT64_MAX),
	    IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_EQUAL(scene_clear(&s, IKP_DO_AUTHORIZE, INT64_MAX),
	    IKP_E_AMOUNT_EXCEEDED);
	stage_close(&s);
	stage_open(&s, MICRO_HARD_1, NULL);
	s.start.terms.unit.amount = INT64_MAX;
	CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_START),
	    IKP_E_AMOUNT_EXCEEDED);
	stage_close(&s);
}

static void
batch_size(void)
{
	static struct ikp_order_item items[IKP_BATCH_MAX + 1];
	struct ikp_input batch = {.kind = IKP_DO_BATCH, .items = items};

	scene_open(&s, HARD_3);
	for (size_t i = 0; i <= IKP_BATCH_MAX; i++)
		items[i] = (struct ikp_order_item){IKP_ITEM_CAPTURE,
		    SEMPER_BYTES(s.session, 16), 1, {840, 1, -2}};
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &batch), SEMPER_E_ARGUMENT);
	batch.n_items = IKP_BATCH_MAX + 1;
	CU_ASSERT_EQUAL(stage_do(&s, IKP_SELLER, &batch), SEMPER_E_ARGUMENT);
	batch.n_items = 1;
	OK(stage_do(&s, IKP_SELLER, &batch));
	stage_close(&s);
}

static semper_err
start(int64_t n)
{
	semper_err e;

	stage_open(&s, MICRO_JSAC_3, NULL);
	s.start.terms.n = n;
	s.offer.price.amount = s.start.price.amount =
	    n * s.start.terms.unit.amount;
	OK(stage_input(&s, IKP_SELLER, IKP_DO_OFFER));
	e = stage_input(&s, IKP_BUYER, IKP_DO_START);
	stage_close(&s);
	return e;
}

static void
chain_length(void)
{
	CU_ASSERT_EQUAL(start(0), SEMPER_E_ARGUMENT);
	OK(start(1));
	OK(start(65535));
	CU_ASSERT_EQUAL(start(65536), SEMPER_E_ARGUMENT);
}

SUITE("ikp: bounds of inputs",
    {"an order reference has 1 to 64 octets", order_reference},
    {"a session has 16 octets, not more", session_length},
    {"a part of an order has its number", part_number},
    {"no amount is too large to be refused", largest_amount},
    {"a batch has 1 to 100 items", batch_size},
    {"a chain has 1 to 65535 links", chain_length});
