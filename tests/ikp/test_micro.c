/* Micro-payments in one process: chains in all nine profiles, off-line, with a
 * broker; what survives a restart; what is conserved. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "tests/ikp/scene.h"

static struct stage s, other;

#define STATE(text) CU_ASSERT_STRING_EQUAL(s.state, (text))

/* ---- known answers ---- */

static bool
is_hex(const struct ikp_digest *d, const char *hex)
{
	char text[2 * IKP_DIGEST_MAX + 1];

	semper_hex_encode(text, ikp_digest_bytes(d));
	return strcmp(text, hex) == 0;
}

/* The plain chains of SHA-1 and SHA-256 from the octets 60, 61, 62 .. */
static void
chains_have_their_known_answers(void)
{
	static const struct {
		enum semper_hash hash;
		int64_t n;
		const char *digest;
	} t[] = {{SEMPER_SHA1, 1, "e34d1c5231a1d93b6e227755412f2bc2d17e9cbc"},
	    {SEMPER_SHA1, 5, "25ce497ce0cb5a09ae7a534cd9099527f6fa5e4c"},
	    {SEMPER_SHA1, 99, "2ade4a1cad6886e0f54c5f7bdf341b0a7a708c9f"},
	    {SEMPER_SHA1, 100, "617398654c5cdd987d8b49cb134f133fc4918e2a"},
	    {SEMPER_SHA256, 3,
		"609cf3537ea07665d48188289e027adde7f2ad7c60eb735f226c7237df310c"
		"62"},
	    {SEMPER_SHA256, 100,
		"328b089089f510ea1b13c71435af2a9bf2b429c087a1e2c5cb741956d815f6"
		"f7"}};
	uint8_t seed[32];

	for (uint8_t i = 0; i < sizeof seed; i++)
		seed[i] = 0x60 + i;
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct ikp_known_chain in = {.edition = IKP_EC95,
		    .hash = t[i].hash,
		    .seed = SEMPER_BYTES(seed, semper_hash_len(t[i].hash)),
		    .n = t[i].n};
		struct ikp_digest d;

		OK(ikp_chain_known(&d, &in));
		CU_ASSERT(is_hex(&d, t[i].digest));
	}
}

/* HARD: two steps, hashed by hand, and the same steps one at a time. */
static void
a_hard_link_names_chain_and_position(void)
{
	static const uint8_t id[16] = {7};
	uint8_t input[52] = {7}, x[32] = {1}, by_hand[32];
	struct ikp_known_chain in = {.edition = IKP_HARD,
	    .hash = SEMPER_SHA256,
	    .chain_id = SEMPER_BYTES(id, 16),
	    .seed = SEMPER_BYTES(x, 32),
	    .n = 300};
	struct ikp_digest whole, part, rest;

	OK(ikp_chain_known(&whole, &in));
	in.n = 255;
	OK(ikp_chain_known(&part, &in));
	in.from = 255;
	in.n = 45;
	in.seed = ikp_digest_bytes(&part);
	OK(ikp_chain_known(&rest, &in));
	CU_ASSERT_EQUAL(memcmp(whole.octets, rest.octets, 32), 0);
	in.n = 1;
	OK(ikp_chain_known(&rest, &in));
	input[18] = 1; /* position 256 */
	memcpy(input + 20, part.octets, 32);
	semper_hash_ctx(by_hand, "semper/ikp/1 chain",
	    SEMPER_BYTES(input, sizeof input));
	CU_ASSERT_EQUAL(memcmp(by_hand, rest.octets, 32), 0);
}

static void
no_chain_starts_with_that(void)
{
	static const uint8_t zero[32] = {0}, one[32] = {1}, id[16] = {7};
	struct ikp_known_chain in = {.edition = IKP_HARD,
	    .hash = SEMPER_SHA256,
	    .chain_id = SEMPER_BYTES(id, 16),
	    .seed = SEMPER_BYTES(one, 32),
	    .n = 65535};
	struct ikp_known_chain bad = in;
	struct ikp_digest d;

	OK(ikp_chain_known(&d, &in));
	bad.seed = SEMPER_BYTES(zero, 32);
	CU_ASSERT_EQUAL(ikp_chain_known(&d, &bad),
	    SEMPER_REFUSAL(SEMPER_RANGE, 0));
	bad.from = 1;
	bad.n = 2;
	OK(ikp_chain_known(&d, &bad));
	bad.n = 65535;
	CU_ASSERT_EQUAL(ikp_chain_known(&d, &bad),
	    SEMPER_REFUSAL(SEMPER_RANGE, 0));
	bad = in;
	bad.seed.len = 31;
	CU_ASSERT_EQUAL(ikp_chain_known(&d, &bad),
	    SEMPER_REFUSAL(SEMPER_MALFORMED, 0));
	bad = in;
	bad.chain_id.len = 15;
	CU_ASSERT_EQUAL(ikp_chain_known(&d, &bad),
	    SEMPER_REFUSAL(SEMPER_MALFORMED, 0));
	bad = in;
	bad.hash = SEMPER_SHA1;
	CU_ASSERT_EQUAL(ikp_chain_known(&d, &bad), SEMPER_E_UNSUPPORTED);
}

/* ---- paying ---- */

/* One purchase of LINKS, acknowledged. */
static void
purchase(int64_t links)
{
	scene_pay(&s, links * UNIT);
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.served, links);
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.acked, s.index);
}

static void
each_micro_profile(void (*play)(void))
{
	for (int p = IKP_BASE_PROFILES; p < IKP_PROFILES; p++) {
		stage_open(&s, p, NULL);
		play();
		stage_close(&s);
	}
}

/* A hundred links, deposited at 10, 50 and 100, closed. */
static void
play_hundred(void)
{
	scene_play(&s);
	STATE("paid");
	for (int64_t i = 1; i <= 100; i++) {
		purchase(1);
		CU_ASSERT_EQUAL(s.index, i);
		if (i == 10 || i == 50 || i == 100)
			scene_deposit(&s, i);
	}
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT),
	    IKP_E_CHAIN_EXHAUSTED);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CLOSE));
	CU_ASSERT(stage_run(&s, NULL));
	STATE("closed");
	CU_ASSERT_EQUAL(s.paid, 1000);
	CU_ASSERT_EQUAL(s.released, 0);
}

/* Few links, and the rest goes back. */
static void
play_closed(void)
{
	scene_play(&s);
	purchase(3);
	CU_ASSERT_EQUAL(stage_input(&s, IKP_SELLER, IKP_DO_CLOSE),
	    IKP_E_BAD_STATE);
	scene_deposit(&s, 3);
	CU_ASSERT_EQUAL(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT),
	    IKP_E_BAD_STATE);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CLOSE));
	STATE("closing");
	CU_ASSERT_EQUAL(scene_act(&s, IKP_SELLER, IKP_DO_ASK, UNIT),
	    IKP_E_BAD_STATE);
	CU_ASSERT(stage_run(&s, NULL));
	STATE("closed");
	CU_ASSERT_EQUAL(s.paid + s.released, 1000);
	CU_ASSERT_EQUAL(s.paid, 3 * UNIT);
	OK(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT));
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_BAD_STATE);
}

static void
a_chain_of_a_hundred(void)
{
	each_micro_profile(play_hundred);
}

static void
the_rest_goes_back(void)
{
	each_micro_profile(play_closed);
}

/* A declined chain pays nothing. */
static void
play_declined(void)
{
	s.decision = IKP_NO;
	scene_play(&s);
	STATE("declined");
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT),
	    IKP_E_BAD_STATE);
	CU_ASSERT_EQUAL(scene_act(&s, IKP_SELLER, IKP_DO_ASK, UNIT),
	    IKP_E_BAD_STATE);
}

static void
a_declined_chain_is_none(void)
{
	each_micro_profile(play_declined);
}

/* ---- repetition, expiry, the deadline ---- */

static void
play_repeated(void)
{
	static struct stage_message pay, answer;
	uint8_t before[32], after[32];

	scene_play(&s);
	scene_pay(&s, 2 * UNIT);
	pay = s.queue[0];
	stage_deliver(&s);
	answer = s.queue[0];
	stage_drop(&s); /* lost */
	OK(stage_timer(&s, IKP_BUYER, "pay-again"));
	CU_ASSERT_EQUAL(s.queue[0].len, pay.len);
	CU_ASSERT_EQUAL(memcmp(s.queue[0].octets, pay.octets, pay.len), 0);
	stage_digest(&s, IKP_SELLER, before);
	s.now = STAGE_NOW + 2 * 86400; /* long after expiry */
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.served, -1);
	stage_digest(&s, IKP_SELLER, after);
	CU_ASSERT_EQUAL(memcmp(before, after, 32), 0);
	CU_ASSERT_EQUAL(memcmp(s.queue[0].octets, answer.octets, answer.len),
	    0);
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.acked, 2);
	OK(stage_timer(&s, IKP_BUYER, "pay-again"));
	CU_ASSERT_EQUAL(s.n_out, 0);
}

static void
a_token_again_is_acknowledged_and_not_served(void)
{
	each_micro_profile(play_repeated);
}

static void
play_expired(void)
{
	scene_play(&s);
	purchase(1);
	OK(scene_act(&s, IKP_SELLER, IKP_DO_ASK, UNIT));
	s.now = STAGE_NOW + 86400;
	OK(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT)); /* the last second */
	s.now++;
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT),
	    IKP_E_CHAIN_EXPIRED);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_CHAIN_EXPIRED);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
	while (s.n_queue > 1)
		stage_drop(&s); /* the ErrorMsg */
	s.now = STAGE_NOW + 8 * 86400 + 1;
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_CHAIN_EXPIRED);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
	while (s.n_queue > 1)
		stage_drop(&s);
	s.now--;
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.paid, UNIT);
}

static void
after_expiry_and_deadline_nothing(void)
{
	each_micro_profile(play_expired);
}

static void
play_released(void)
{
	char timer[SEMPER_TIMER_NAME];

	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthRes"));
	CU_ASSERT_EQUAL(s.timer_at, STAGE_NOW + 8 * 86400);
	strcpy(timer, s.timer);
	CU_ASSERT(stage_run(&s, NULL));
	purchase(4);
	scene_deposit(&s, 4);
	s.now = s.timer_at = STAGE_NOW + 8 * 86400;
	OK(stage_timer_named(&s, IKP_ACQUIRER, timer));
	STATE("closed");
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.released, 960);
	CU_ASSERT_EQUAL(s.paid + s.released, 1000);
	CU_ASSERT_EQUAL(stage_timer_named(&s, IKP_ACQUIRER, timer),
	    IKP_E_BAD_STATE);
}

static void
the_acquirer_releases_by_itself(void)
{
	each_micro_profile(play_released);
}

/* ---- deposits again ---- */

static void
play_deposit_again(void)
{
	static struct stage_message asked, answer;

	scene_play(&s);
	purchase(5);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
	asked = s.queue[0];
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.deposited, 5);
	while (strcmp(stage_type(stage_next(&s)), "MicroDepositRes") != 0)
		stage_deliver(&s);
	answer = s.queue[0];
	stage_drop(&s);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
	CU_ASSERT_EQUAL(s.queue[0].len, asked.len);
	CU_ASSERT_EQUAL(memcmp(s.queue[0].octets, asked.octets, asked.len), 0);
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.n_out, 1);
	CU_ASSERT_EQUAL(memcmp(s.queue[0].octets, answer.octets, answer.len),
	    0);
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.paid, 5 * UNIT);
}

static void
a_deposit_again_is_not_paid_again(void)
{
	each_micro_profile(play_deposit_again);
}

/* ---- off-line ---- */

static void
off_line(int profile)
{
	stage_open(&s, profile, NULL);
	s.start.terms.mode = IKP_OFF_LINE;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "MicroAccept"));
	STATE("accepted");
	CU_ASSERT(stage_run(&s, NULL));
	STATE("accepted");
}

static const int threes[] = {MICRO_EC95_3, MICRO_JSAC_3, MICRO_HARD_3};

static void
off_line_up_to_the_floor(void)
{
	for (size_t i = 0; i < 3; i++) {
		off_line(threes[i]);
		purchase(50); /* the floor: 500 */
		scene_pay(&s, UNIT);
		stage_deliver(&s);
		CU_ASSERT_EQUAL(s.verdict, IKP_E_RATE_LIMITED);
		s.n_queue = 0;
		scene_deposit(&s, 50); /* authorised only now */
		CU_ASSERT_STRING_EQUAL(s.state, "accepted");
		OK(stage_timer(&s, IKP_BUYER, "pay-again"));
		stage_deliver(&s);
		OK(s.verdict);
		CU_ASSERT_EQUAL(s.index, 51);
		s.n_queue = 0;
		OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(s.paid, 51 * UNIT);
		stage_close(&s);
	}
}

static void
off_line_and_declined(void)
{
	for (size_t i = 0; i < 3; i++) {
		off_line(threes[i]);
		purchase(2);
		s.decision = IKP_NO;
		OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
		CU_ASSERT(stage_run(&s, "MicroDepositRes"));
		STATE("declined");
		CU_ASSERT(stage_run(&s, NULL));
		STATE("closed");
		CU_ASSERT_EQUAL(s.paid, 0);
		stage_close(&s);
	}
}

/* An inquiry brings the acceptance and the last acknowledgement. */
static void
off_line_inquiry(void)
{
	off_line(MICRO_HARD_3);
	purchase(2);
	OK(stage_input(&s, IKP_BUYER, IKP_DO_INQUIRE));
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.n_queue, 2);
	CU_ASSERT_STRING_EQUAL(stage_type(stage_next(&s)), "MicroAccept");
	CU_ASSERT(stage_run(&s, "MicroAck"));
	CU_ASSERT(stage_run(&s, NULL));
	STATE("accepted");
	stage_close(&s);
}

/* ---- restart and crash ---- */

/* A buyer that lost its last payments skips what it has revealed. */
static void
an_old_buyer_skips_ahead(void)
{
	struct semper_ledger old;

	for (int p = IKP_BASE_PROFILES; p < IKP_PROFILES; p++) {
		scene_open(&s, p);
		purchase(1);
		OK(semper_ledger_copy(&old, &s.ledger[IKP_BUYER]));
		purchase(4);
		semper_ledger_close(&s.ledger[IKP_BUYER]);
		s.ledger[IKP_BUYER] = old;
		scene_pay(&s, UNIT);
		CU_ASSERT_EQUAL(s.index, 2);
		stage_deliver(&s);
		CU_ASSERT_EQUAL(s.verdict, IKP_E_CHAIN_INVALID);
		s.n_queue = 0;
		OK(stage_input(&s, IKP_BUYER, IKP_DO_INQUIRE));
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(s.index, 5);
		purchase(1);
		CU_ASSERT_EQUAL(s.index, 6);
		stage_close(&s);
	}
}

/* In SQLite, every party opened again between any two messages. */
static void
restarted_parties_go_on(void)
{
	char dir[] = "/tmp/semper-micro-XXXXXX", path[64];

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/ledger", dir);
	stage_open(&s, MICRO_HARD_3, path);
	scene_play(&s);
	for (int64_t i = 1; i <= 6; i++) {
		purchase(1);
		if (i % 3 == 0)
			scene_deposit(&s, i);
		stage_reopen(&s, path);
	}
	CU_ASSERT_EQUAL(s.paid, 6 * UNIT);
	stage_close(&s);
	stage_unlink(path);
	rmdir(dir);
}

/* A seller that dies before its commit has accepted nothing. */
static void
an_interrupted_seller_has_accepted_nothing(void)
{
	static struct stage_message pay;
	struct semper_ledger before;

	scene_open(&s, MICRO_HARD_3);
	purchase(1);
	scene_pay(&s, UNIT);
	pay = s.queue[0];
	OK(semper_ledger_copy(&before, &s.ledger[IKP_SELLER]));
	stage_deliver(&s);
	semper_ledger_close(&s.ledger[IKP_SELLER]); /* never committed */
	s.ledger[IKP_SELLER] = before;
	s.n_queue = 0;
	scene_deposit(&s, 1);
	OK(stage_recv(&s, IKP_SELLER, IKP_BUYER,
	    SEMPER_BYTES(pay.octets, pay.len)));
	CU_ASSERT_EQUAL(s.served, 1);
	s.n_queue = 0;
	scene_deposit(&s, 2);
	stage_close(&s);
}

/* ---- a broker ---- */

/* s: buyer and broker; other: broker and seller; one ledger of the broker.
 * The chain with the seller has N links of UNIT until EXPIRY. */
static void
open_broker(int profile, int64_t n, int64_t unit, int64_t expiry)
{
	stage_open(&s, profile, NULL);
	stage_open(&other, profile, NULL);
	stage_make_broker(&s, IKP_SELLER, &s.ledger[IKP_SELLER]);
	stage_make_broker(&other, IKP_BUYER, &s.ledger[IKP_SELLER]);
	s.start.terms.broker = other.start.terms.broker =
	    SEMPER_TEXT("SHOP-000042");
	other.start.terms.n = n;
	other.start.terms.unit.amount = other.offer.terms.unit.amount = unit;
	other.start.terms.expiry = expiry;
	other.start.price.amount = other.offer.price.amount = n * unit;
	scene_play(&s);
	scene_play(&other);
	CU_ASSERT_STRING_EQUAL(other.state, "paid");
}

static void
close_broker(void)
{
	stage_close(&other);
	stage_close(&s);
}

/* Carry the broker's messages for the seller to it. */
static void
carry(void)
{
	struct stage_message *m;

	for (size_t i = 0; i < s.n_queue; i++) {
		m = &s.queue[i];
		if (m->from != IKP_SELLER || m->to != IKP_SELLER)
			continue;
		stage_recv(&other, IKP_SELLER, IKP_BUYER,
		    SEMPER_BYTES(m->octets, m->len));
		memmove(m, m + 1, (s.n_queue - i - 1) * sizeof *m);
		s.n_queue--;
		i--;
	}
}

static semper_err
buy(const uint8_t *offer, size_t len, int64_t amount)
{
	struct ikp_input input = {.kind = IKP_DO_PAY,
	    .price = {840, amount, -2},
	    .offer = SEMPER_BYTES(offer, len)};

	return stage_do(&s, IKP_BUYER, &input);
}

static void
play_broker(int profile)
{
	uint8_t offer[256];
	size_t len;

	open_broker(profile, 100, UNIT, STAGE_NOW + 86400);
	for (int64_t links = 1; links <= 3; links++) {
		OK(scene_act(&other, IKP_SELLER, IKP_DO_QUOTE, links * UNIT));
		len = other.offer_len;
		memcpy(offer, other.offer_octets, len);
		OK(buy(offer, len, links * UNIT));
		stage_deliver(&s); /* both in one step */
		OK(s.verdict);
		CU_ASSERT_EQUAL(s.served, links);
		carry();
		OK(other.verdict);
		CU_ASSERT_EQUAL(other.served, links);
		CU_ASSERT(stage_run(&other, NULL));
		CU_ASSERT(stage_run(&s, NULL));
	}
	/* The same offer is paid once. */
	OK(buy(offer, len, 3 * UNIT));
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_CHAIN_INVALID);
	s.n_queue = 0;
	/* One deposit on either side, and as much came in as went out. */
	OK(stage_input(&other, IKP_SELLER, IKP_DO_DEPOSIT));
	CU_ASSERT(stage_run(&other, NULL));
	OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.paid, 6 * UNIT);
	CU_ASSERT_EQUAL(other.paid, 6 * UNIT);
	OK(stage_input(&other, IKP_BUYER, IKP_DO_AUDIT));
	CU_ASSERT_EQUAL(other.received, 6 * UNIT);
	CU_ASSERT_EQUAL(other.passed, 6 * UNIT);
	close_broker();
}

static void
a_broker_passes_on_what_it_gets(void)
{
	for (int p = MICRO_HARD_1; p <= MICRO_HARD_3; p++)
		play_broker(p);
}

/* An offer of AMOUNT is quoted and paid; what the broker says LATER. */
static semper_err
through_broker(int64_t amount, int64_t later)
{
	uint8_t offer[256];
	size_t len;

	OK(scene_act(&other, IKP_SELLER, IKP_DO_QUOTE, amount));
	len = other.offer_len;
	memcpy(offer, other.offer_octets, len);
	OK(buy(offer, len, amount));
	s.now += later;
	stage_deliver(&s);
	s.now -= later;
	return s.verdict;
}

/* Each with its accepted twin: the chain with the seller is coarser, shorter,
 * earlier over than the chain with the buyer. */
static void
a_broker_refuses(void)
{
	open_broker(MICRO_HARD_3, 50, 2 * UNIT, STAGE_NOW + 86400);
	CU_ASSERT_EQUAL(through_broker(3 * UNIT, 0), IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-57");
	close_broker();
	open_broker(MICRO_HARD_3, 50, 2 * UNIT, STAGE_NOW + 86400);
	OK(through_broker(4 * UNIT, 0));
	carry();
	CU_ASSERT_EQUAL(other.served, 2);
	close_broker();
	open_broker(MICRO_HARD_3, 20, UNIT, STAGE_NOW + 86400);
	CU_ASSERT_EQUAL(through_broker(21 * UNIT, 0), IKP_E_CHAIN_EXHAUSTED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-58");
	close_broker();
	open_broker(MICRO_HARD_3, 20, UNIT, STAGE_NOW + 86400);
	OK(through_broker(20 * UNIT, 0));
	close_broker();
	open_broker(MICRO_HARD_3, 20, UNIT, STAGE_NOW + 3600);
	CU_ASSERT_EQUAL(through_broker(UNIT, 3601), IKP_E_CHAIN_EXPIRED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-59");
	close_broker();
	open_broker(MICRO_HARD_3, 20, UNIT, STAGE_NOW + 3600);
	OK(through_broker(UNIT, 3600));
	close_broker();
}

/* An offer belongs to a chain with a broker, and to its price. */
static void
offers_are_for_brokers(void)
{
	uint8_t offer[256];
	size_t len;

	open_broker(MICRO_HARD_3, 100, UNIT, STAGE_NOW + 86400);
	OK(scene_act(&other, IKP_SELLER, IKP_DO_QUOTE, UNIT));
	len = other.offer_len;
	memcpy(offer, other.offer_octets, len);
	CU_ASSERT_EQUAL(scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT),
	    IKP_E_CHAIN_INVALID);
	CU_ASSERT_EQUAL(buy(offer, len, 2 * UNIT), IKP_E_CHAIN_INVALID);
	OK(buy(offer, len, UNIT));
	close_broker();
	scene_open(&s, MICRO_HARD_3);
	CU_ASSERT_EQUAL(buy(offer, len, UNIT), IKP_E_CHAIN_INVALID);
	stage_close(&s);
}

SUITE("ikp: micro-payments",
    {"plain chains have their known answers", chains_have_their_known_answers},
    {"a link of HARD names chain and position",
	a_hard_link_names_chain_and_position},
    {"a chain does not start with zeros, nor with another length",
	no_chain_starts_with_that},
    {"a hundred links are paid, deposited and closed", a_chain_of_a_hundred},
    {"what was not paid goes back to the buyer", the_rest_goes_back},
    {"a declined chain pays nothing", a_declined_chain_is_none},
    {"a token again is acknowledged, not served",
	a_token_again_is_acknowledged_and_not_served},
    {"after expiry no payment, after the deadline no deposit",
	after_expiry_and_deadline_nothing},
    {"at the deadline the acquirer releases the rest",
	the_acquirer_releases_by_itself},
    {"a deposit again is answered, not paid again",
	a_deposit_again_is_not_paid_again},
    {"off-line chains are paid up to the floor", off_line_up_to_the_floor},
    {"an off-line chain may be declined at its deposit", off_line_and_declined},
    {"an inquiry about an off-line chain brings its acceptance",
	off_line_inquiry},
    {"a buyer restored from an old state skips what it has revealed",
	an_old_buyer_skips_ahead},
    {"restarted parties go on where they were", restarted_parties_go_on},
    {"a seller interrupted before its commit has accepted nothing",
	an_interrupted_seller_has_accepted_nothing},
    {"a broker passes on exactly what it gets",
	a_broker_passes_on_what_it_gets},
    {"a broker refuses what its chain with the seller cannot pay",
	a_broker_refuses},
    {"offers are for chains with a broker", offers_are_for_brokers});
