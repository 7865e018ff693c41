/* Micro-payments: refusals of deposits and of what is off-line, each of a
 * message in which one thing is changed, with the genuine one accepted after
 * it. */
#include "tests/test.h"

#include <string.h>

#include "tests/ikp/forge.h"
#include "tests/ikp/scene.h"

static struct stage s;

#define DAY 86400
#define REFUSE(...) FORGE_EACH(&s, __VA_ARGS__)

static uint8_t noise[256] = {0x5a};

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
	scene_pay(&s, links * UNIT);
	stage_deliver(&s);
	stage_deliver(&s);
	OK(s.verdict);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_DEPOSIT));
}

static void
an_acquirer_refuses_deposits(void)
{
	scene_open(&s, MICRO_EC95_1);
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

	stage_open(&s, MICRO_HARD_1, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthReq"));
	m = s.queue[0];
	stage_drop(&s);
	msg = forge(&s, SEMPER_BYTES(m.octets, m.len), less_asked);
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER, msg));
	CU_ASSERT(stage_run(&s, NULL));
	deposit(5);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_AMOUNT_EXCEEDED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-16");
	CU_ASSERT_EQUAL(s.paid, 0);
	stage_close(&s);
	scene_open(&s, MICRO_HARD_1);
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
	scene_open(&s, MICRO_HARD_1);
	deposit(1);
	REFUSE({wrong_mac, 0, IKP_E_SIG_INVALID, "IKP-U-27"},
	    {guessed, 0, IKP_E_SIG_INVALID, "IKP-U-27"});
	stage_close(&s);
	scene_open(&s, MICRO_HARD_3);
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

	scene_open(&s, MICRO_EC95_1);
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
			    forge(&s, SEMPER_BYTES(late.octets, late.len),
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
	scene_open(&s, MICRO_HARD_3);
	deposit(2);
	CU_ASSERT(stage_run(&s, "MicroDepositRes"));
	REFUSE({other_total, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {other_count, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {closed_unasked, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {denied, 0, IKP_E_COMMON_MISMATCH, "IKP-U-48"},
	    {unsigned_answer, 0, IKP_E_SIG_INVALID, "IKP-U-32"});
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
	stage_open(&s, MICRO_HARD_3, NULL);
	s.start.terms.mode = IKP_OFF_LINE;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "Invoice"));
	forge(&s, stage_next(&s), note_h_common);
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
	stage_open(&s, MICRO_HARD_3, NULL);
	s.start.terms.mode = IKP_OFF_LINE;
	s.seller.has_floor = false;
	stage_begin(&s);
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_VARIANT_NOT_ALLOWED);
	stage_close(&s);
}

/* On its way, and what it is. */
static struct semper_bytes
first_off_line_deposit(void)
{
	static struct stage_message m;

	stage_open(&s, MICRO_HARD_3, NULL);
	s.start.terms.mode = IKP_OFF_LINE;
	scene_play(&s);
	deposit(1);
	m = s.queue[0];
	return SEMPER_BYTES(m.octets, m.len);
}

/* A deposit twice before the network has answered. */
static void
a_pending_deposit_is_busy(void)
{
	struct semper_bytes m = first_off_line_deposit();

	stage_deliver(&s);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER, m),
	    IKP_E_BUSY);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-U-36");
	stage_close(&s);
}

/* IKP-G-04: what asked for the off-line chain is answered as it was, whatever
 * was deposited since. */
static void
the_first_deposit_is_answered_again(void)
{
	struct semper_bytes m = first_off_line_deposit();
	struct stage_message answer;

	CU_ASSERT(stage_run(&s, "MicroDepositRes"));
	answer = s.queue[0];
	CU_ASSERT(stage_run(&s, NULL));
	deposit(2);
	CU_ASSERT(stage_run(&s, NULL));
	OK(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER, m));
	CU_ASSERT_EQUAL(s.n_out, 1);
	CU_ASSERT(semper_bytes_equal(stage_next(&s),
	    SEMPER_BYTES(answer.octets, answer.len)));
	CU_ASSERT_EQUAL(s.paid, 3 * UNIT);
	stage_close(&s);
}

/* A reversal finds nothing left to give back whole. */
static void
a_chain_paid_from_is_not_reversed(void)
{
	struct semper_ledger before;

	stage_open(&s, MICRO_HARD_3, NULL);
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

SUITE("ikp: micro-payments, deposits",
    {"an acquirer refuses deposits that do not fit",
	an_acquirer_refuses_deposits},
    {"no more is deposited than is reserved", no_more_than_is_reserved},
    {"a deposit is signed, or has its mac", a_deposit_is_authentic},
    {"an acquirer closes at what was deposited", an_acquirer_refuses_to_close},
    {"a seller refuses answers to what it has not asked",
	a_seller_refuses_answers},
    {"an off-line commitment is checked as a payment is",
	off_line_commitments_are_checked},
    {"a deposit that waits for the network is busy", a_pending_deposit_is_busy},
    {"a first deposit is answered again after a second",
	the_first_deposit_is_answered_again},
    {"a chain that was paid from is not reversed",
	a_chain_paid_from_is_not_reversed});
