/* Whole payments in one process, in all nine profiles. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "tests/ikp/scene.h"

static struct stage s;

#define STATE(text) CU_ASSERT_STRING_EQUAL(s.state, (text))

static bool
has(uint32_t mask)
{
	return ikp_in(s.profile, mask);
}

static void
each_profile(void (*play)(void))
{
	for (int p = 0; p < IKP_BASE_PROFILES; p++) {
		stage_open(&s, p, NULL);
		play();
		stage_close(&s);
	}
}

static void
play_paid(void)
{
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "Confirm"));
	STATE("authorized");
	CU_ASSERT(stage_run(&s, NULL));
	STATE("paid");
	CU_ASSERT_EQUAL(s.receipt != 0, has(IKP_23KP));
	CU_ASSERT(s.done);
}

static void
play_captured(void)
{
	s.offer.capture_now = true;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthRes"));
	STATE("captured");
	CU_ASSERT(stage_run(&s, NULL));
	STATE("paid");
}

static void
play_declined(void)
{
	s.decision = IKP_NO;
	s.reason = 51;
	scene_play(&s);
	STATE("declined");
	CU_ASSERT_EQUAL(s.receipt, 0);
}

static void
play_refused(void)
{
	stage_begin(&s);
	stage_deliver(&s);
	stage_deliver(&s);
	STATE("invoiced");
	OK(stage_input(&s, IKP_BUYER, IKP_DO_REFUSE));
	STATE("aborted");
	CU_ASSERT_EQUAL(s.n_out, 0);
	CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_APPROVE),
	    IKP_E_BAD_STATE);
}

/* Every message once more: stored octets in HARD, replay for requests before.
 */
static void
play_repeated(void)
{
	static struct stage_message m;
	semper_err again;

	stage_begin(&s);
	while (stage_run(&s, "Initiate") || s.n_queue > 0) {
		m = s.queue[0];
		stage_deliver(&s);
		if (s.verdict != SEMPER_OK)
			break;
		if (strcmp(s.state, "invoiced") == 0 && s.n_queue == 0)
			OK(stage_input(&s, IKP_BUYER, IKP_DO_APPROVE));
		if (m.to == IKP_NETWORK)
			continue;
		again = stage_recv(&s, (enum ikp_party)m.to,
		    (enum ikp_party)m.from, SEMPER_BYTES(m.octets, m.len));
		CU_ASSERT(has(IKP_EDITION_HARD)
			? again == SEMPER_OK || again == IKP_E_BUSY
			: again == IKP_E_REPLAY || again == IKP_E_BAD_STATE);
		s.n_queue -= s.n_out;
		if (s.n_queue == 0)
			break;
	}
}

static void
play_inquiry(void)
{
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "Payment"));
	stage_drop(&s); /* lost */
	OK(stage_timer(&s, IKP_BUYER, "inquire"));
	STATE("unknown");
	CU_ASSERT_EQUAL(s.timer_at, STAGE_NOW + 60);
	CU_ASSERT(stage_run(&s, "InquiryRes"));
	stage_deliver(&s);
	CU_ASSERT_STRING_EQUAL(s.status, "invoiced");
	CU_ASSERT_STRING_EQUAL(stage_type(stage_next(&s)), "Payment");
	CU_ASSERT(stage_run(&s, "Confirm"));
	stage_drop(&s); /* lost */
	OK(stage_input(&s, IKP_BUYER, IKP_DO_INQUIRE));
	CU_ASSERT(stage_run(&s, "InquiryRes"));
	stage_deliver(&s);
	CU_ASSERT_STRING_EQUAL(s.status, "authorized");
	STATE("paid");
	CU_ASSERT_EQUAL(s.receipt != 0, has(IKP_23KP));
}

static void
play_cancel_invoiced(void)
{
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "Payment"));
	stage_drop(&s);
	if (has(IKP_EDITION_EC95)) {
		CU_ASSERT_EQUAL(stage_input(&s, IKP_SELLER, IKP_DO_CANCEL),
		    IKP_E_BAD_STATE);
		return;
	}
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CANCEL));
	STATE(has(IKP_EDITION_HARD & IKP_23KP) ? "cancelling" : "cancelled");
	CU_ASSERT(stage_run(&s, "Cancel"));
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_STRING_EQUAL(s.hint, has(IKP_VARIANT_1KP) ? "cancel" : "");
	STATE(has(IKP_VARIANT_1KP) ? "wait-confirm" : "cancelled");
}

static void
whole_payments(void)
{
	each_profile(play_paid);
}

static void
captures(void)
{
	each_profile(play_captured);
}

static void
declined(void)
{
	each_profile(play_declined);
}

static void
refused(void)
{
	each_profile(play_refused);
}

static void
repeated(void)
{
	each_profile(play_repeated);
}

static void
inquiries(void)
{
	each_profile(play_inquiry);
}

static void
cancels(void)
{
	each_profile(play_cancel_invoiced);
}

/* ---- HARD alone ---- */

static void
reversal(void)
{
	stage_open(&s, HARD_3, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthRes"));
	stage_drop(&s); /* lost */
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CANCEL));
	CU_ASSERT(stage_run(&s, "ReversalReq"));
	stage_deliver(&s);
	STATE("voided");
	CU_ASSERT_EQUAL(s.n_out, 2); /* NetReversal and ReversalRes */
	CU_ASSERT(stage_run(&s, "Cancel"));
	stage_deliver(&s);
	STATE("cancelled");
	stage_close(&s);
}

static void
no_reversal_of_a_capture(void)
{
	stage_open(&s, HARD_3, NULL);
	s.offer.capture_now = true;
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthRes"));
	stage_drop(&s);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CANCEL));
	CU_ASSERT(stage_run(&s, "ReversalRes"));
	stage_deliver(&s);
	STATE("auth-sent");
	OK(stage_input(&s, IKP_SELLER, IKP_DO_INQUIRE));
	CU_ASSERT(stage_run(&s, NULL));
	STATE("paid");
	stage_close(&s);
}

static void
voided_before_it_was_asked(void)
{
	static struct stage_message late;

	stage_open(&s, HARD_3, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthReq"));
	late = s.queue[0];
	stage_drop(&s);
	OK(stage_input(&s, IKP_SELLER, IKP_DO_CANCEL));
	stage_deliver(&s);
	STATE("voided");
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_ACQUIRER, IKP_SELLER,
			    SEMPER_BYTES(late.octets, late.len)),
	    IKP_E_ALREADY_FINAL);
	stage_close(&s);
}

static void
retries(void)
{
	static const int64_t after[] = {30, 90, 0};
	static uint8_t first[STAGE_MESSAGE_MAX];
	struct semper_bytes request;

	stage_open(&s, HARD_3, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "AuthReq"));
	request = stage_next(&s);
	memcpy(first, request.data, request.len);
	request.data = first;
	CU_ASSERT_EQUAL(s.timer_at, STAGE_NOW + 10);
	for (int i = 0; i < 3; i++) {
		stage_drop(&s);
		OK(stage_timer(&s, IKP_SELLER, "retry"));
		CU_ASSERT_EQUAL(s.timer_at,
		    after[i] == 0 ? 0 : STAGE_NOW + after[i]);
		CU_ASSERT(semper_bytes_equal(stage_next(&s), request));
	}
	stage_close(&s);
}

/* Three wrong PINs, and the fourth slip with a PIN is not asked about. */
static void
wrong_pins(void)
{
	static const int profiles[] = {JSAC_1, JSAC_2, HARD_1, HARD_2};

	for (size_t p = 0; p < 4; p++) {
		stage_open(&s, profiles[p], NULL);
		s.start.pin = SEMPER_TEXT("9999");
		s.decision = IKP_NO;
		s.reason = 55;
		for (int i = 0; i < 3; i++) {
			scene_play(&s);
			STATE("declined");
		}
		s.decision = IKP_YES;
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "AuthReq"));
		stage_deliver(&s);
		STATE("declined");
		CU_ASSERT_EQUAL(s.n_out, 1);
		CU_ASSERT(stage_run(&s, NULL));
		s.start.pin = SEMPER_NONE;
		scene_play(&s);
		STATE("paid");
		stage_close(&s);
	}
}

static void
a_good_pin_forgives(void)
{
	stage_open(&s, HARD_2, NULL);
	s.start.pin = SEMPER_TEXT("9999");
	for (int i = 0; i < 6; i++) {
		s.decision = i % 3 == 2 ? IKP_YES : IKP_NO;
		s.reason = i % 3 == 2 ? 0 : 55;
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "AuthReq"));
		stage_deliver(&s);
		STATE("pending");
		CU_ASSERT(stage_run(&s, NULL));
	}
	stage_close(&s);
}

/* ---- errors ---- */

static void
error_messages(void)
{
	stage_open(&s, HARD_3, NULL);
	stage_begin(&s);
	s.seller.id_s = SEMPER_TEXT("SHOP-000099"); /* blocked */
	CU_ASSERT(stage_run(&s, "Invoice"));
	s.buyer.trust.n_anchors = 0;
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_COMMON_MISMATCH);
	CU_ASSERT_EQUAL(s.n_out, 0); /* an Invoice is no request */
	stage_close(&s);

	stage_open(&s, HARD_3, NULL);
	stage_begin(&s);
	s.acquirer.n_sellers = 0;
	CU_ASSERT(stage_run(&s, "AuthReq"));
	stage_deliver(&s);
	CU_ASSERT_EQUAL(s.verdict, IKP_E_UNKNOWN_SELLER);
	CU_ASSERT_STRING_EQUAL(stage_type(stage_next(&s)), "ErrorMsg");
	stage_deliver(&s);
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.error, 4);
	STATE("auth-sent");
	stage_close(&s);
}

/* ---- who sees what ---- */

static bool
holds(const struct stage_message *m, struct semper_bytes secret)
{
	return stage_holds(SEMPER_BYTES(m->octets, m->len), secret);
}

/* A secret looked for in what a ledger writes. */
struct search {
	struct semper_bytes secret;
	bool found;
};

static semper_err
look(void *ctx, struct semper_bytes octets)
{
	struct search *search = ctx;

	search->found |= stage_holds(octets, search->secret);
	return SEMPER_OK;
}

static bool
buyer_keeps(struct semper_bytes secret)
{
	struct semper_buffer arena = {NULL, 0, 0};
	struct search search = {secret, false};
	struct semper_view view;

	OK(semper_view_begin(&view, &s.ledger[IKP_BUYER], &arena));
	OK(semper_view_write(&view, look, &search));
	semper_view_end(&view);
	return search.found;
}

/* The PIN goes with the Payment, or with the decision to make none. */
static void
pin_forgotten(void)
{
	static const enum ikp_input_kind decisions[] = {IKP_DO_APPROVE,
	    IKP_DO_REFUSE};

	for (size_t i = 0; i < 2; i++) {
		stage_open(&s, HARD_1, NULL);
		s.start.pin = SEMPER_TEXT("86420975");
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "Invoice"));
		stage_deliver(&s);
		CU_ASSERT(buyer_keeps(s.start.pin));
		OK(stage_input(&s, IKP_BUYER, decisions[i]));
		CU_ASSERT_FALSE(buyer_keeps(s.start.pin));
		stage_close(&s);
	}
}

/* A profile is an index of ikp_profiles. */
static void
no_such_profile(void)
{
	static const int indexes[] = {-1, IKP_PROFILES};

	stage_open(&s, HARD_1, NULL);
	for (size_t i = 0; i < 2; i++) {
		s.start.profile = indexes[i];
		CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_START),
		    SEMPER_E_ARGUMENT);
	}
	stage_close(&s);
}

/* IKP-G-08, IKP-A-19 */
static void
play_secretly(void)
{
	int to_network = 0;

	s.start.pin = SEMPER_TEXT("86420975");
	stage_begin(&s);
	while (s.n_queue > 0) {
		const struct stage_message *m = &s.queue[0];
		bool network = m->to == IKP_NETWORK;

		to_network += network;
		CU_ASSERT_EQUAL(holds(m, s.buyer.ban), network);
		CU_ASSERT(network || !holds(m, s.start.pin));
		CU_ASSERT_FALSE(holds(m, s.buyer.r_acct));
		stage_deliver(&s);
		if (strcmp(s.state, "invoiced") == 0 && s.n_queue == 0)
			OK(stage_input(&s, IKP_BUYER, IKP_DO_APPROVE));
	}
	STATE("paid");
	CU_ASSERT_EQUAL(to_network, 1);
}

static void
secrets(void)
{
	each_profile(play_secretly);
}

/* ---- restarts ---- */

static void
restarts(void)
{
	static const char *const waits[] = {"Initiate", "Invoice", "Payment",
	    "AuthReq", "AuthRes", "Confirm"};
	char path[128];

	for (int p = 0; p < IKP_BASE_PROFILES; p++) {
		snprintf(path, sizeof path, "/tmp/semper-test-ikp.%ld",
		    (long)getpid());
		stage_unlink(path);
		stage_open(&s, p, path);
		stage_begin(&s);
		for (size_t i = 0; i < 6; i++) {
			CU_ASSERT(stage_run(&s, waits[i]));
			stage_reopen(&s, path);
		}
		CU_ASSERT(stage_run(&s, NULL));
		STATE("paid");
		stage_close(&s);
		stage_unlink(path);
	}
}

/* A crash with the network asked: the same question again. */
static void
restart_pending(void)
{
	static struct stage_message asked;
	char path[128], name[SEMPER_TIMER_NAME];
	struct ikp_net_request request;
	int n;

	snprintf(path, sizeof path, "/tmp/semper-test-ikp.%ld", (long)getpid());
	stage_unlink(path);
	stage_open(&s, HARD_3, path);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, "Net"));
	asked = s.queue[0];
	stage_drop(&s);
	OK(ikp_decode(s.profile, &ikp_net_request_type, &request,
	    SEMPER_BYTES(asked.octets, asked.len)));
	n = sprintf(name, "net-retry/");
	semper_hex_encode(name + n, request.reference);
	stage_reopen(&s, path);
	OK(stage_timer_named(&s, IKP_ACQUIRER, name));
	CU_ASSERT_EQUAL_FATAL(s.n_out, 1);
	CU_ASSERT(semper_bytes_equal(stage_next(&s),
	    SEMPER_BYTES(asked.octets, asked.len)));
	stage_close(&s);
	stage_unlink(path);
}

SUITE("ikp: payments",
    {"an honest payment is authorised and paid in every profile",
	whole_payments},
    {"with captureNow it is captured", captures},
    {"a no of the network reaches the buyer", declined},
    {"a buyer that refuses sends nothing", refused},
    {"a buyer that has decided has forgotten the PIN", pin_forgotten},
    {"a buyer starts in no profile that does not exist", no_such_profile},
    {"a message seen before is answered as the edition says", repeated},
    {"lost Payments and Confirms are recovered by inquiry", inquiries},
    {"a seller cancels before it has asked", cancels},
    {"a reversal lets go of VC after an authorisation", reversal},
    {"what is captured is not reversed, and recovered by inquiry",
	no_reversal_of_a_capture},
    {"a request for a voided transaction is refused",
	voided_before_it_was_asked},
    {"an Auth-Request is sent again as the same octets", retries},
    {"three wrong PINs block the account's PIN", wrong_pins},
    {"a right PIN sets the count to zero", a_good_pin_forgives},
    {"only requests are answered with an error", error_messages},
    {"no message but the one to the network shows account or PIN", secrets},
    {"a crash between any two messages changes nothing", restarts},
    {"a crash before the network's answer repeats the question",
	restart_pending});
