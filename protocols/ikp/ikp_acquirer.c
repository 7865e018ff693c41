/* ikp_acquirer.c -- the acquirer: the table of spec/ikp.md section 9, and what
 * each arrow does.  A transaction is a quadruple with authSeq, named by its
 * reference.  ikp_acquirer_locate.c says which event a step is. */
#include "ikp/ikp_micro.h"

#include "base/ct.h"
#include "base/must.h"

static const char *const states[IKP_ACQUIRER_STATES] = {"none", "pending",
    "authorized", "captured", "declined", "voided", "closed", "part-captured",
    "batched"};
static const char *const events[IKP_ACQUIRER_EVENTS] = {"AuthReq",
    "ReversalReq", "AcqInquiryReq", "NetReply", "net-retry", "MicroDeposit",
    "MicroClose", "release", "CaptureReq", "RefundReq", "BatchReq", "other"};

static semper_err
leave(struct semper_step *step, uint8_t next)
{
	return ikp_leave(step, ikp_acquirer_of(step)->record.session, next);
}

/* ---- a transaction begins ---- */

/* The session leads to the transaction too, for messages that name no more. */
static semper_err
index_session(struct semper_step *step)
{
	struct semper_bytes session = ikp_in_of(step)->envelope.session;
	struct semper_record found;

	TRY(semper_view_get(step->view, &found, IKP_TABLE_SESSION, session));
	if (found.version != 0)
		return SEMPER_OK;
	return semper_effects_put(&step->effects, IKP_TABLE_SESSION, session, 0,
	    step->record.key);
}

semper_err
ikp_acquirer_begin(struct semper_step *step, const struct ikp_clear *clear,
    int64_t auth_seq)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);

	a->record.session = a->in.envelope.session;
	a->record.id_s = clear->id_s;
	a->record.tid_s = clear->tid_s;
	a->record.h_common = clear->h_common;
	a->record.auth_seq = auth_seq;
	return index_session(step);
}

/* IKP-A-06: only now, after all checks, is the quadruple taken. */
static semper_err
begin_authorisation(struct semper_step *step, const struct ikp_auth_req *req)
{
	struct ikp_acquirer_record *record = &ikp_acquirer_of(step)->record;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_digest h_enc_slip;

	TRY(ikp_acquirer_begin(step, &req->clear, req->auth_seq));
	record->capture_now = req->capture_now;
	record->auth_req_seen = ikp_digest_of(step);
	if (profile->alg->edition != IKP_HARD)
		return SEMPER_OK;
	record->has_amount = true;
	record->amount = req->auth_amount;
	ikp_hash(profile->alg, &h_enc_slip, IKP_CTX_ENC_SLIP, req->enc_slip);
	return semper_step_copy(step, &record->h_enc_slip,
	    ikp_digest_bytes(&h_enc_slip));
}

/* What the network is asked for. */
static const struct ikp_price *
reserved(const struct semper_step *step, const struct ikp_slip *slip)
{
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;

	return record->has_amount && !FAULT("net-asks-price") ? &record->amount
							      : &slip->price;
}

/* IKP-A-18; EC95 lets a PIN be guessed (W6). */
static bool
counts_pins(const struct semper_step *step)
{
	return ikp_profile_of(step)->alg->edition != IKP_EC95;
}

/* Ask the network, or decline a PIN that has no tries left (IKP-A-18). */
static semper_err
decide(struct semper_step *step, const struct ikp_slip *slip)
{
	struct ikp_acquirer_record *record = &ikp_acquirer_of(step)->record;
	bool blocked = false;

	if (counts_pins(step) &&
	    (slip->pin.data != NULL || FAULT("pin-blocks-all")))
		TRY(ikp_pin_blocked(step, &blocked, slip->ban));
	if (blocked) {
		TRY(ikp_auth_response_make(step, record, IKP_NO, SEMPER_NONE));
		return leave(step, IKP_ACQUIRER_DECLINED);
	}
	if (FAULT("ban-told"))
		record->id_s = slip->ban;
	TRY(ikp_network_ask(step, record, slip, reserved(step, slip)));
	return leave(step, IKP_ACQUIRER_PENDING);
}

static semper_err
on_auth_req(struct semper_step *step)
{
	const struct ikp_auth_req *req = &ikp_in_of(step)->body.auth_req;
	uint8_t room[IKP_ENC_SLIP_MAX];
	struct semper_buffer plaintext = SEMPER_BUFFER(room);
	struct ikp_slip slip;
	bool late = FAULT("variant-late-checks") &&
	    ikp_profile_of(step)->alg->edition != IKP_HARD;
	semper_err e;

	e = late ? SEMPER_OK : ikp_auth_request_check_policy(step, &req->clear);
	if (e == SEMPER_OK)
		e = ikp_auth_request_check(step, &slip, &plaintext);
	if (e == SEMPER_OK && late)
		e = ikp_auth_request_check_policy(step, &req->clear);
	if (e == SEMPER_OK)
		e = begin_authorisation(step, req);
	if (e == SEMPER_OK)
		e = ikp_acquirer_reserve(step, &req->clear,
		    reserved(step, &slip));
	if (e == SEMPER_OK)
		e = decide(step, &slip);
	if (SEMPER_IS_REFUSAL(e) && FAULT("quadruple-early")) {
		TRY(begin_authorisation(step, req));
		semper_step_changes_state(step);
		semper_step_next(step, IKP_ACQUIRER_PENDING);
	}
	semper_wipe(room, sizeof room);
	semper_wipe(&slip, sizeof slip);
	return e;
}

/* ---- the network answers ---- */

/* Count the answer, if the slip carried a PIN. */
static semper_err
count_pin(struct semper_step *step, const struct ikp_net_reply *reply)
{
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;
	struct ikp_net_request asked;

	if (!counts_pins(step))
		return SEMPER_OK;
	if (ikp_decode(ikp_profile_of(step), &ikp_net_request_type, &asked,
		record->net_request) != SEMPER_OK)
		return SEMPER_E_STORE;
	if (asked.pin.data == NULL)
		return SEMPER_OK;
	return ikp_pin_count(step, asked.ban, reply);
}

/* IKP-A-53: what the network grants takes the place of what was asked. */
static semper_err
take_amount(struct semper_step *step, const struct ikp_net_reply *reply)
{
	struct ikp_acquirer_record *record = &ikp_acquirer_of(step)->record;

	MUST("IKP-A-52",
	    !reply->has_amount ||
		(reply->decision == IKP_YES &&
		    ikp_same_money(&reply->amount, &record->amount) &&
		    reply->amount.amount != 0 &&
		    reply->amount.amount <= record->amount.amount),
	    IKP_E_AMOUNT_EXCEEDED);
	if (reply->has_amount && !FAULT("grant-ignored"))
		record->amount = reply->amount;
	if (reply->decision == IKP_YES && record->has_amount)
		ikp_clearing_begin(record, step->now);
	return SEMPER_OK;
}

static semper_err
on_net_reply(struct semper_step *step)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	const struct ikp_net_reply *reply = &a->in.body.net_reply;
	bool answered;

	TRY(take_amount(step, reply));
	TRY(count_pin(step, reply));
	TRY(ikp_acquirer_decided(step, &answered, reply->decision));
	if (!answered)
		TRY(ikp_auth_response_make(step, &a->record, reply->decision,
		    reply->auth_code));
	a->record.net_request = SEMPER_NONE; /* with BAN and PIN */
	if (reply->decision == IKP_NO) {
		a->record.network = IKP_NET_NO;
		return leave(step, IKP_ACQUIRER_DECLINED);
	}
	a->record.network = IKP_NET_YES;
	return leave(step,
	    a->record.capture_now && !FAULT("capture-not-recorded")
		? IKP_ACQUIRER_CAPTURED
		: IKP_ACQUIRER_AUTHORIZED);
}

static semper_err
on_net_retry(struct semper_step *step)
{
	TRY(ikp_network_ask_again(step, &ikp_acquirer_of(step)->record));
	return leave(step, IKP_ACQUIRER_PENDING);
}

/* ---- reversal and inquiry ---- */

semper_err
ikp_acquirer_reversal_pending(struct semper_step *step)
{
	MUST("IKP-A-34", step->state != IKP_ACQUIRER_PENDING, IKP_E_BUSY);
	return SEMPER_OK;
}

/* Before the signature: is it one of our sellers, is it that transaction? */
static semper_err
check_known(struct semper_step *step, const struct ikp_clear *clear)
{
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;

	TRY(ikp_auth_request_check_seller(step, clear));
	MUST("IKP-A-27",
	    step->record.version == 0 ||
		semper_bytes_equal(record->h_common, clear->h_common),
	    IKP_E_UNKNOWN_TRANSACTION);
	return SEMPER_OK;
}

static semper_err
check_signed(struct semper_step *step, const struct ikp_clear *clear,
    const struct ikp_chain *chain)
{
	const struct ikp_in *in = ikp_in_of(step);
	struct semper_cert seller;
	bool verified;

	if (!ikp_in(in->profile, IKP_23KP))
		return SEMPER_OK; /* IKP-A-54 */
	TRY(ikp_chain_of_seller(step, &seller, chain, clear->id_s,
	    clear->date));
	if (in->id == IKP_REVERSAL_REQ)
		verified = ikp_reversal_verify(in->profile, &seller.key,
		    &in->body.reversal_req);
	else
		verified = ikp_acq_inquiry_verify(in->profile, &seller.key,
		    &in->body.acq_inquiry_req);
	MUST("IKP-A-26", verified, IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

/* IKP-U-35: has a chain been paid from, or is it over? */
static bool
paid_from(const struct semper_step *step)
{
	return step->state == IKP_ACQUIRER_CLOSED ||
	    (ikp_acquirer_of(step)->record.micro.deposited > 0 &&
		!FAULT("paid-chain-reversed"));
}

/* May what is authorised become AMOUNT? */
static bool
reversible(const struct semper_step *step, const struct ikp_price *amount)
{
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;
	const struct ikp_acquirer_clearing *c = &record->clearing;

	if (step->state == IKP_ACQUIRER_CAPTURED)
		return true; /* and refused, signed */
	if ((step->state != IKP_ACQUIRER_AUTHORIZED &&
		step->state != IKP_ACQUIRER_PART_CAPTURED) ||
	    !ikp_in(ikp_profile_of(step), IKP_BASE))
		return amount->amount == 0;
	return ikp_same_money(amount, &record->amount) &&
	    amount->amount < c->authorized && amount->amount >= c->captured;
}

/* IKP-A-50: lower what is authorised. */
static uint8_t
lower(struct ikp_acquirer_record *record, int64_t amount)
{
	struct ikp_acquirer_clearing *c = &record->clearing;

	c->authorized = amount;
	if (amount == 0 || (c->captured == 0 && FAULT("reversal-voids")))
		return IKP_ACQUIRER_VOIDED;
	if (c->captured == 0)
		return IKP_ACQUIRER_AUTHORIZED;
	c->closed = c->captured == c->authorized;
	return c->closed ? IKP_ACQUIRER_CAPTURED : IKP_ACQUIRER_PART_CAPTURED;
}

/* IKP-A-25: what the reversal does in each state. */
static semper_err
reverse(struct semper_step *step, const struct ikp_reversal_req *req)
{
	struct ikp_acquirer_record *record = &ikp_acquirer_of(step)->record;
	enum ikp_reversal_outcome outcome = IKP_REVERSED;
	uint8_t next = IKP_ACQUIRER_VOIDED;
	struct ikp_sent sent;

	if (step->state == IKP_ACQUIRER_NONE)
		TRY(ikp_acquirer_begin(step, &req->clear, req->auth_seq));
	if ((step->state == IKP_ACQUIRER_AUTHORIZED && !paid_from(step)) ||
	    step->state == IKP_ACQUIRER_PART_CAPTURED) {
		if (!FAULT("network-not-told"))
			TRY(ikp_network_reverse(step, &req->new_amount));
		next = lower(record, req->new_amount.amount);
	}
	if (step->state == IKP_ACQUIRER_DECLINED)
		next = IKP_ACQUIRER_DECLINED;
	if (step->state == IKP_ACQUIRER_CAPTURED || paid_from(step)) {
		next = step->state;
		outcome =
		    FAULT("captured-reversed") ? IKP_REVERSED : IKP_REFUSED;
	}
	TRY(ikp_reversal_answer(step, outcome, &sent));
	TRY(ikp_acquirer_answered(step, &sent));
	return leave(step, next);
}

static semper_err
on_reversal_req(struct semper_step *step)
{
	const struct ikp_reversal_req *req =
	    &ikp_in_of(step)->body.reversal_req;

	TRY(check_known(step, &req->clear));
	TRY(check_signed(step, &req->clear, &req->cert_s));
	MUST("IKP-A-33", reversible(step, &req->new_amount),
	    IKP_E_AMOUNT_EXCEEDED);
	return reverse(step, req);
}

static enum ikp_status
status_of(uint8_t state)
{
	switch (state) {
	case IKP_ACQUIRER_PENDING:
		return IKP_PENDING;
	case IKP_ACQUIRER_AUTHORIZED:
	case IKP_ACQUIRER_CAPTURED:
	case IKP_ACQUIRER_CLOSED:
	case IKP_ACQUIRER_PART_CAPTURED:
		return IKP_AUTHORIZED;
	case IKP_ACQUIRER_DECLINED:
		return IKP_DECLINED;
	case IKP_ACQUIRER_VOIDED:
		return FAULT("voided-as-declined") ? IKP_DECLINED
						   : IKP_CANCELLED;
	default:
		return IKP_UNKNOWN;
	}
}

static semper_err
on_acq_inquiry_req(struct semper_step *step)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	const struct ikp_acq_inquiry_req *req = &a->in.body.acq_inquiry_req;

	TRY(check_known(step, &req->clear));
	TRY(check_signed(step, &req->clear, &req->cert_s));
	TRY(ikp_acq_inquiry_answer(step, &a->record, status_of(step->state)));
	return ikp_leave(step,
	    step->state == IKP_ACQUIRER_NONE ? a->in.envelope.session
					     : a->record.session,
	    step->state);
}

/* ---- the table ---- */

#define S(state) IKP_ACQUIRER_##state
#define ON(event) IKP_ACQUIRER_ON_##event
#define H23 (IKP_EDITION_HARD & IKP_23KP)
#define M IKP_MICRO
#define CLEARING IKP_CLEARING
#define CLEARING1 (IKP_CLEARING & IKP_VARIANT_1KP)
#define CLEARING23 (IKP_CLEARING & IKP_23KP)

static const struct semper_role_row rows[] = {
    {S(NONE), ON(AUTH_REQ), IKP_ALL, S(PENDING), on_auth_req, "IKP-A-15"},
    {S(NONE), ON(AUTH_REQ), IKP_JSAC_HARD &IKP_12KP, S(DECLINED), on_auth_req,
	"IKP-A-18"},
    {S(NONE), ON(REVERSAL_REQ), H23, S(VOIDED), on_reversal_req, "IKP-A-25"},
    {S(NONE), ON(ACQ_INQUIRY_REQ), H23, S(NONE), on_acq_inquiry_req,
	"IKP-A-28"},
    {S(PENDING), ON(NET_REPLY), IKP_ALL, S(AUTHORIZED), on_net_reply,
	"IKP-A-16"},
    {S(PENDING), ON(NET_REPLY), IKP_BASE, S(CAPTURED), on_net_reply,
	"IKP-A-16"},
    {S(PENDING), ON(NET_REPLY), IKP_ALL, S(DECLINED), on_net_reply, "IKP-A-17"},
    {S(PENDING), ON(NET_RETRY), IKP_ALL, S(PENDING), on_net_retry, "IKP-A-29"},
    {S(PENDING), ON(ACQ_INQUIRY_REQ), H23, S(PENDING), on_acq_inquiry_req,
	"IKP-A-28"},
    {S(AUTHORIZED), ON(REVERSAL_REQ), H23, S(VOIDED), on_reversal_req,
	"IKP-A-25"},
    {S(AUTHORIZED), ON(ACQ_INQUIRY_REQ), H23, S(AUTHORIZED), on_acq_inquiry_req,
	"IKP-A-28"},
    {S(CAPTURED), ON(REVERSAL_REQ), CLEARING23, S(CAPTURED), on_reversal_req,
	"IKP-A-25"},
    {S(CAPTURED), ON(ACQ_INQUIRY_REQ), CLEARING23, S(CAPTURED),
	on_acq_inquiry_req, "IKP-A-28"},
    {S(DECLINED), ON(REVERSAL_REQ), H23, S(DECLINED), on_reversal_req,
	"IKP-A-25"},
    {S(DECLINED), ON(ACQ_INQUIRY_REQ), H23, S(DECLINED), on_acq_inquiry_req,
	"IKP-A-28"},
    {S(VOIDED), ON(REVERSAL_REQ), H23, S(VOIDED), on_reversal_req, "IKP-A-25"},
    {S(VOIDED), ON(ACQ_INQUIRY_REQ), H23, S(VOIDED), on_acq_inquiry_req,
	"IKP-A-28"},

    /* micro-payments */
    {S(NONE), ON(MICRO_DEPOSIT), M &IKP_VARIANT_3KP, S(PENDING),
	ikp_acquirer_on_micro_deposit, "IKP-U-33"},
    {S(AUTHORIZED), ON(MICRO_DEPOSIT), M, S(AUTHORIZED),
	ikp_acquirer_on_micro_deposit, "IKP-U-14"},
    {S(AUTHORIZED), ON(MICRO_CLOSE), M, S(CLOSED), ikp_acquirer_on_micro_close,
	"IKP-U-49"},
    {S(AUTHORIZED), ON(RELEASE), M, S(CLOSED), ikp_acquirer_on_release,
	"IKP-U-19"},
    {S(AUTHORIZED), ON(REVERSAL_REQ), H23 &M, S(AUTHORIZED), on_reversal_req,
	"IKP-U-35"},
    {S(CLOSED), ON(REVERSAL_REQ), H23 &M, S(CLOSED), on_reversal_req,
	"IKP-U-35"},
    {S(CLOSED), ON(ACQ_INQUIRY_REQ), H23 &M, S(CLOSED), on_acq_inquiry_req,
	"IKP-A-28"},
    /* spec/ikp-clearing.md 7 */
    {S(AUTHORIZED), ON(CAPTURE_REQ), CLEARING, S(PART_CAPTURED),
	ikp_acquirer_on_money, "IKP-A-48"},
    {S(AUTHORIZED), ON(CAPTURE_REQ), CLEARING, S(CAPTURED),
	ikp_acquirer_on_money, "IKP-A-48"},
    {S(PART_CAPTURED), ON(CAPTURE_REQ), CLEARING, S(PART_CAPTURED),
	ikp_acquirer_on_money, "IKP-A-48"},
    {S(PART_CAPTURED), ON(CAPTURE_REQ), CLEARING, S(CAPTURED),
	ikp_acquirer_on_money, "IKP-A-48"},
    {S(PART_CAPTURED), ON(REFUND_REQ), CLEARING, S(PART_CAPTURED),
	ikp_acquirer_on_money, "IKP-A-49"},
    {S(CAPTURED), ON(REFUND_REQ), CLEARING, S(CAPTURED),
	ikp_acquirer_on_money, "IKP-A-49"},
    {S(AUTHORIZED), ON(REVERSAL_REQ), CLEARING23, S(AUTHORIZED),
	on_reversal_req, "IKP-A-50"},
    {S(PART_CAPTURED), ON(REVERSAL_REQ), CLEARING, S(PART_CAPTURED),
	on_reversal_req, "IKP-A-50"},
    {S(PART_CAPTURED), ON(REVERSAL_REQ), CLEARING, S(CAPTURED),
	on_reversal_req, "IKP-A-50"},
    {S(PART_CAPTURED), ON(ACQ_INQUIRY_REQ), CLEARING, S(PART_CAPTURED),
	on_acq_inquiry_req, "IKP-A-28"},
    {S(NONE), ON(REVERSAL_REQ), CLEARING1, S(VOIDED), on_reversal_req,
	"IKP-A-25"},
    {S(AUTHORIZED), ON(REVERSAL_REQ), CLEARING1, S(VOIDED), on_reversal_req,
	"IKP-A-25"},
    {S(AUTHORIZED), ON(REVERSAL_REQ), CLEARING1, S(AUTHORIZED),
	on_reversal_req, "IKP-A-50"},
    {S(CAPTURED), ON(REVERSAL_REQ), CLEARING1, S(CAPTURED), on_reversal_req,
	"IKP-A-25"},
    {S(DECLINED), ON(REVERSAL_REQ), CLEARING1, S(DECLINED), on_reversal_req,
	"IKP-A-25"},
    {S(VOIDED), ON(REVERSAL_REQ), CLEARING1, S(VOIDED), on_reversal_req,
	"IKP-A-25"},
    {S(NONE), ON(ACQ_INQUIRY_REQ), CLEARING1, S(NONE), on_acq_inquiry_req,
	"IKP-A-28"},
    {S(PENDING), ON(ACQ_INQUIRY_REQ), CLEARING1, S(PENDING),
	on_acq_inquiry_req, "IKP-A-28"},
    {S(AUTHORIZED), ON(ACQ_INQUIRY_REQ), CLEARING1, S(AUTHORIZED),
	on_acq_inquiry_req, "IKP-A-28"},
    {S(CAPTURED), ON(ACQ_INQUIRY_REQ), CLEARING1, S(CAPTURED),
	on_acq_inquiry_req, "IKP-A-28"},
    {S(DECLINED), ON(ACQ_INQUIRY_REQ), CLEARING1, S(DECLINED),
	on_acq_inquiry_req, "IKP-A-28"},
    {S(VOIDED), ON(ACQ_INQUIRY_REQ), CLEARING1, S(VOIDED), on_acq_inquiry_req,
	"IKP-A-28"},
    {S(NONE), ON(BATCH_REQ), CLEARING, S(BATCHED), ikp_acquirer_on_batch,
	"IKP-A-57"},
};

/* IKP-G-10, IKP-A-58: the engine makes this durable before any message
 * leaves. */
static semper_err
keep(struct semper_step *step, struct semper_buffer *out)
{
	struct ikp_batch_done done = {ikp_acquirer_of(step)->record.session};

	if (step->next == IKP_ACQUIRER_BATCHED)
		return ikp_record_encode(&ikp_batch_done_type, out, &done);
	return ikp_record_encode(&ikp_acquirer_record_type, out,
	    &ikp_acquirer_of(step)->record);
}

const struct semper_role_def ikp_acquirer = {
    .name = "ikp.acquirer",
    .states = states,
    .n_states = IKP_ACQUIRER_STATES,
    .events = events,
    .n_events = IKP_ACQUIRER_EVENTS,
    .final = 1u << S(NONE) | 1u << S(AUTHORIZED) | 1u << S(CAPTURED) |
	1u << S(DECLINED) | 1u << S(VOIDED) | 1u << S(CLOSED) |
	1u << S(PART_CAPTURED) | 1u << S(BATCHED),
    .rows = rows,
    .n_rows = sizeof rows / sizeof rows[0],
    .scratch_size = sizeof(struct ikp_acquirer_work),
    .locate = ikp_acquirer_locate,
    .keep = keep,
    IKP_ROLE,
};
