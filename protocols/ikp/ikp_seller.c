/* ikp_seller.c -- the seller: the table of spec/ikp.md section 8, and what
 * each arrow does.  ikp_seller_locate.c says which event a step is. */
#include "ikp/ikp_micro.h"

#include "base/must.h"

const char *const ikp_seller_states[IKP_SELLER_STATES] = {"none", "invoiced",
    "auth-sent", "cancelling", "authorized", "declined", "cancelled", "expired",
    "accepted", "closing", "closed", "part-authorized", "part-captured",
    "captured", "reversed", "batch-sent", "batch-done"};
const char *const ikp_seller_events[IKP_SELLER_EVENTS] = {"Initiate", "Payment",
    "AuthRes", "ReversalRes", "AcqInquiryRes", "InquiryReq", "expire", "retry",
    "cancel", "inquire", "MicroPay", "MicroDepositRes", "ask", "quote",
    "deposit", "close", "authorize", "capture", "refund", "reverse", "batch",
    "CaptureRes", "RefundRes", "BatchRes", "clear-retry", "other"};

/* ---- what several actions do ---- */

/* IKP-S-16: 10, 30 and 90 seconds after a sending in turn; who still hears
 * nothing inquires. */
semper_err
ikp_seller_ask_for_retry(struct semper_step *step)
{
	static const int64_t after[] = {10, 30, 90};
	const struct ikp_seller_record *record = &ikp_seller_of(step)->record;

	if (ikp_profile_of(step)->alg->edition != IKP_HARD ||
	    record->retries >= 3)
		return SEMPER_OK;
	return ikp_timer(step, "retry", step->record.key,
	    step->now + after[record->retries]);
}

semper_err
ikp_seller_check_ours(const struct ikp_seller_work *s, struct semper_bytes id_s,
    struct semper_bytes tid_s)
{
	return ikp_check_ours(semper_bytes_equal(id_s, s->invoice.clear.id_s) &&
	    semper_bytes_equal(tid_s, s->invoice.clear.tid_s));
}

void
ikp_seller_remember(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	if (s->in.profile->alg->edition == IKP_HARD)
		ikp_seen_add(&s->record.seen, ikp_digest_of(step), SEMPER_NONE);
}

/* ---- actions ---- */

static semper_err
on_initiate(struct semper_step *step)
{
	const struct ikp_seller_params *params = step->party->params;
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_order_record order;

	TRY(ikp_initiate_check(step, &order));
	s->record.price = order.price;
	s->record.capture_now = order.capture_now;
	s->record.has_first = order.has_first;
	s->record.first = order.first;
	s->record.initiate = s->in.envelope.body;
	s->record.initiate_seen = ikp_digest_of(step);
	TRY(ikp_invoice_make(step, &order, &s->record));
	if (ikp_in(ikp_profile_of(step), IKP_MICRO))
		TRY(ikp_root_take(step, s->in.body.initiate.micro.root,
		    step->record.key));
	TRY(ikp_timer(step, "expire", step->record.key,
	    step->now + params->lifetime));
	return ikp_leave(step, step->record.key, IKP_SELLER_INVOICED);
}

static semper_err
on_payment(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	TRY(ikp_seller_check_ours(s, s->in.body.payment.id_s, s->in.body.payment.tid_s));
	TRY(ikp_payment_check(step, &s->record, &s->invoice));
	if (s->invoice.clear.micro.given &&
	    s->invoice.clear.micro.mode == IKP_OFF_LINE)
		return ikp_seller_accept(step);
	TRY(ikp_auth_request_make(step, &s->record, &s->invoice));
	s->record.payment_seen = ikp_digest_of(step);
	s->record.retries = 0;
	TRY(ikp_seller_ask_for_retry(step));
	return ikp_leave(step, step->record.key, IKP_SELLER_AUTH_SENT);
}

/* IKP-S-24 */
static semper_err
on_payment_cancelled(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	TRY(ikp_seller_check_ours(s, s->in.body.payment.id_s, s->in.body.payment.tid_s));
	if (!FAULT("cancel-not-repeated"))
		TRY(semper_step_reply(step, IKP_BUYER, s->record.outcome));
	return ikp_leave(step, step->record.key, IKP_SELLER_CANCELLED);
}

static semper_err
on_expire(struct semper_step *step)
{
	return ikp_leave(step, step->record.key, IKP_SELLER_EXPIRED);
}

/* What was asked, for comparing with an answer. */
static semper_err
asked(struct semper_step *step, struct ikp_auth_asked *out,
    struct ikp_price *amount)
{
	const struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_auth_req req;

	TRY(ikp_stored(step, IKP_AUTH_REQ, &req, s->record.auth_req));
	*amount = req.auth_amount;
	*out = (struct ikp_auth_asked){s->invoice.clear.h_common, req.enc_slip,
	    req.auth_seq, req.capture_now};
	return SEMPER_OK;
}

/* An Auth-Response, by itself or inside the answer to an inquiry. */
static semper_err
judge_auth_res(struct semper_step *step, const struct ikp_auth_res *res)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct semper_bytes session = ikp_seller_session(step);
	struct ikp_auth_asked question;
	struct ikp_price amount;
	uint8_t next = res->resp.decision == IKP_YES ? IKP_SELLER_AUTHORIZED
						     : IKP_SELLER_DECLINED;

	TRY(ikp_seller_check_ours(s, res->id_s, res->tid_s));
	TRY(asked(step, &question, &amount));
	TRY(ikp_auth_response_check(step, res, &s->invoice.clear, &question));
	if (s->in.profile->alg->edition == IKP_HARD)
		TRY(ikp_seller_granted(step, res, &amount, &next));
	if (question.auth_seq <= 1 || s->in.profile->alg->edition != IKP_HARD)
		TRY(ikp_confirm_make(step, &s->record, session, res));
	if (ikp_in(ikp_profile_of(step), IKP_MICRO))
		TRY(ikp_seller_chain_begin(step));
	return ikp_leave(step, session, next);
}

static semper_err
on_auth_res(struct semper_step *step)
{
	TRY(judge_auth_res(step, &ikp_seller_of(step)->in.body.auth_res));
	ikp_seller_remember(step);
	return SEMPER_OK;
}

/* IKP-S-16: whichever request waits for its answer, the same octets. */
static semper_err
on_retry(struct semper_step *step)
{
	struct ikp_seller_record *record = &ikp_seller_of(step)->record;
	bool cancelling = step->state == IKP_SELLER_CANCELLING &&
	    !FAULT("retry-wrong-request");

	TRY(semper_step_reply(step, IKP_ACQUIRER,
	    cancelling ? record->reversal : record->auth_req));
	if (record->retries < 3)
		record->retries++;
	TRY(ikp_seller_ask_for_retry(step));
	return ikp_leave(step, ikp_seller_session(step), step->state);
}

/* ---- cancelling (IKP-S-15) ---- */

static semper_err
release_vc(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	TRY(ikp_cancel_make(step, &s->record, step->record.key,
	    &s->invoice.clear));
	return ikp_leave(step, step->record.key, IKP_SELLER_CANCELLED);
}

static semper_err
on_cancel(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_price nothing = {s->record.price.currency, 0,
	    s->record.price.exponent};
	struct ikp_asked asked_for;

	s->record.has_cancel_reason = true;
	s->record.cancel_reason = input->reason;
	if (!ikp_in(ikp_profile_of(step), IKP_EDITION_HARD & IKP_23KP))
		return release_vc(step);
	if (FAULT("vc-before-reversal"))
		TRY(ikp_cancel_make(step, &s->record, step->record.key,
		    &s->invoice.clear));
	TRY(ikp_reversal_make(step, &asked_for, step->record.key, &s->invoice, 1,
	    &nothing));
	s->record.reversal = asked_for.envelope;
	s->record.retries = 0;
	TRY(ikp_seller_ask_for_retry(step));
	return ikp_leave(step, step->record.key, IKP_SELLER_CANCELLING);
}

static semper_err
on_reversal_res(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_reversal_res *res = &s->in.body.reversal_res;
	struct ikp_asked own = {.envelope = s->record.reversal};

	TRY(ikp_seller_check_ours(s, res->id_s, res->tid_s));
	TRY(ikp_reversal_answer_check(step, &own, &s->invoice.clear));
	ikp_seller_remember(step);
	if (res->outcome == IKP_REVERSED || FAULT("vc-despite-refusal"))
		return release_vc(step);
	return ikp_leave(step, step->record.key,
	    s->record.auth_req.data != NULL ? IKP_SELLER_AUTH_SENT
					    : IKP_SELLER_INVOICED);
}

/* ---- inquiries ---- */

static semper_err
on_inquire(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	struct semper_bytes session = ikp_seller_session(step);
	struct ikp_asked asked_for;
	struct ikp_auth_req req;

	TRY(ikp_stored(step, IKP_AUTH_REQ, &req, s->record.auth_req));
	TRY(ikp_acq_inquiry_make(step, &s->record, session, &s->invoice,
	    req.auth_seq, &asked_for));
	return ikp_leave(step, session, IKP_SELLER_AUTH_SENT);
}

/* IKP-S-26.  A transaction that the acquirer has voided is not authorised,
 * whatever its Auth-Response once said. */
static semper_err
on_acq_inquiry_res(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_acq_inquiry_res *res = &s->in.body.acq_inquiry_res;

	TRY(ikp_seller_check_ours(s, res->id_s, res->tid_s));
	TRY(ikp_acq_inquiry_answer_form(step));
	TRY(ikp_acq_inquiry_answer_check(step, &s->record, &s->invoice.clear));
	TRY(ikp_status_report(step, res->status));
	if (res->has_auth_res && res->status != IKP_CANCELLED)
		TRY(judge_auth_res(step, &res->auth_res));
	else
		TRY(ikp_leave(step, ikp_seller_session(step),
		    IKP_SELLER_AUTH_SENT));
	ikp_seller_remember(step);
	return SEMPER_OK;
}

/* IKP-S-28: the status of each state. */
static enum ikp_status
status_of(uint8_t state)
{
	switch (state) {
	case IKP_SELLER_INVOICED:
		return IKP_INVOICED;
	case IKP_SELLER_AUTHORIZED:
	case IKP_SELLER_CLOSING:
	case IKP_SELLER_CLOSED:
	case IKP_SELLER_PART_AUTHORIZED:
	case IKP_SELLER_PART_CAPTURED:
	case IKP_SELLER_CAPTURED:
	case IKP_SELLER_REVERSED:
		return IKP_AUTHORIZED;
	case IKP_SELLER_DECLINED:
		return IKP_DECLINED;
	case IKP_SELLER_CANCELLED:
		return IKP_CANCELLED;
	case IKP_SELLER_EXPIRED:
		return IKP_EXPIRED;
	default:
		return FAULT("pending-as-invoiced") ? IKP_INVOICED
						    : IKP_PENDING;
	}
}

static semper_err
on_inquiry_req(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_inquiry_req *req = &s->in.body.inquiry_req;
	struct ikp_initiate initiate;

	TRY(ikp_seller_check_ours(s, req->id_s, req->tid_s));
	if (ikp_decode(ikp_profile_of(step), &ikp_initiate_message.type,
		&initiate, s->record.initiate) != SEMPER_OK)
		return SEMPER_E_STORE;
	TRY(ikp_inquiry_check(step, &initiate));
	/* IKP-U-24: off-line the acceptance is the answer. */
	if (s->record.micro.payment.data != NULL)
		TRY(semper_step_reply(step, IKP_BUYER, s->record.outcome));
	else
		TRY(ikp_inquiry_answer(step, &s->record, status_of(step->state),
		    s->record.outcome.data != NULL));
	if (s->record.micro.ack.data != NULL && !FAULT("ack-left-out"))
		TRY(semper_step_reply(step, IKP_BUYER, s->record.micro.ack));
	return ikp_leave(step, ikp_seller_session(step), step->state);
}

/* ---- the table ---- */

#define S(state) IKP_SELLER_##state
#define ON(event) IKP_SELLER_ON_##event
#define H IKP_EDITION_HARD
#define H1 (IKP_EDITION_HARD & IKP_VARIANT_1KP)
#define H23 (IKP_EDITION_HARD & IKP_23KP)
#define M IKP_MICRO
#define M3 (IKP_MICRO & IKP_VARIANT_3KP)
#define HM (IKP_MICRO & IKP_EDITION_HARD)
#define HM3 (IKP_MICRO & IKP_EDITION_HARD & IKP_VARIANT_3KP)
#define C IKP_CLEARING
#define C23 (IKP_CLEARING & IKP_23KP)

static const struct semper_role_row rows[] = {
    {S(NONE), ON(INITIATE), IKP_ALL, S(INVOICED), on_initiate, "IKP-S-04"},
    {S(INVOICED), ON(PAYMENT), IKP_ALL, S(AUTH_SENT), on_payment, "IKP-S-09"},
    {S(INVOICED), ON(EXPIRE), IKP_ALL, S(EXPIRED), on_expire, "IKP-S-05"},
    {S(INVOICED), ON(CANCEL), IKP_EDITION_JSAC, S(CANCELLED), on_cancel,
	"IKP-S-15"},
    {S(INVOICED), ON(CANCEL), H1, S(CANCELLED), on_cancel, "IKP-S-15"},
    {S(INVOICED), ON(CANCEL), H23, S(CANCELLING), on_cancel, "IKP-S-15"},
    {S(INVOICED), ON(INQUIRY_REQ), IKP_ALL, S(INVOICED), on_inquiry_req,
	"IKP-S-25"},
    {S(AUTH_SENT), ON(AUTH_RES), IKP_ALL, S(AUTHORIZED), on_auth_res,
	"IKP-S-12"},
    {S(AUTH_SENT), ON(AUTH_RES), IKP_ALL, S(DECLINED), on_auth_res, "IKP-S-13"},
    {S(AUTH_SENT), ON(RETRY), H, S(AUTH_SENT), on_retry, "IKP-S-16"},
    {S(AUTH_SENT), ON(CANCEL), H23, S(CANCELLING), on_cancel, "IKP-S-15"},
    {S(AUTH_SENT), ON(INQUIRE), H23, S(AUTH_SENT), on_inquire, "IKP-S-26"},
    {S(AUTH_SENT), ON(ACQ_INQUIRY_RES), H23, S(AUTH_SENT), on_acq_inquiry_res,
	"IKP-S-26"},
    {S(AUTH_SENT), ON(ACQ_INQUIRY_RES), H23, S(AUTHORIZED), on_acq_inquiry_res,
	"IKP-S-26"},
    {S(AUTH_SENT), ON(ACQ_INQUIRY_RES), H23, S(DECLINED), on_acq_inquiry_res,
	"IKP-S-26"},
    {S(AUTH_SENT), ON(INQUIRY_REQ), IKP_ALL, S(AUTH_SENT), on_inquiry_req,
	"IKP-S-25"},
    {S(CANCELLING), ON(REVERSAL_RES), H23, S(CANCELLED), on_reversal_res,
	"IKP-S-15"},
    {S(CANCELLING), ON(REVERSAL_RES), H23, S(AUTH_SENT), on_reversal_res,
	"IKP-S-15"},
    {S(CANCELLING), ON(REVERSAL_RES), H23, S(INVOICED), on_reversal_res,
	"IKP-S-15"},
    {S(CANCELLING), ON(RETRY), H23, S(CANCELLING), on_retry, "IKP-S-16"},
    {S(CANCELLING), ON(INQUIRY_REQ), H23, S(CANCELLING), on_inquiry_req,
	"IKP-S-25"},
    {S(AUTHORIZED), ON(INQUIRY_REQ), IKP_ALL, S(AUTHORIZED), on_inquiry_req,
	"IKP-S-25"},
    {S(DECLINED), ON(INQUIRY_REQ), IKP_ALL, S(DECLINED), on_inquiry_req,
	"IKP-S-25"},
    {S(CANCELLED), ON(PAYMENT), H, S(CANCELLED), on_payment_cancelled,
	"IKP-S-24"},
    {S(CANCELLED), ON(INQUIRY_REQ), IKP_JSAC_HARD, S(CANCELLED), on_inquiry_req,
	"IKP-S-25"},
    {S(EXPIRED), ON(INQUIRY_REQ), IKP_ALL, S(EXPIRED), on_inquiry_req,
	"IKP-S-25"},

    /* micro-payments */
    {S(INVOICED), ON(PAYMENT), M3, S(ACCEPTED), on_payment, "IKP-U-44"},
    {S(AUTHORIZED), ON(MICRO_PAY), M, S(AUTHORIZED), ikp_seller_on_micro_pay,
	"IKP-U-07"},
    {S(AUTHORIZED), ON(ASK), M, S(AUTHORIZED), ikp_seller_on_ask, "IKP-U-08"},
    {S(AUTHORIZED), ON(QUOTE), HM, S(AUTHORIZED), ikp_seller_on_quote,
	"IKP-U-20"},
    {S(AUTHORIZED), ON(DEPOSIT), M, S(AUTHORIZED), ikp_seller_on_deposit,
	"IKP-U-31"},
    {S(AUTHORIZED), ON(MICRO_DEPOSIT_RES), M, S(AUTHORIZED),
	ikp_seller_on_micro_deposit_res, "IKP-U-32"},
    {S(AUTHORIZED), ON(RETRY), HM, S(AUTHORIZED), ikp_seller_on_micro_retry,
	"IKP-U-45"},
    {S(AUTHORIZED), ON(CLOSE), M, S(CLOSING), ikp_seller_on_close, "IKP-U-34"},
    {S(ACCEPTED), ON(MICRO_PAY), M3, S(ACCEPTED), ikp_seller_on_micro_pay,
	"IKP-U-07"},
    {S(ACCEPTED), ON(ASK), M3, S(ACCEPTED), ikp_seller_on_ask, "IKP-U-08"},
    {S(ACCEPTED), ON(QUOTE), HM3, S(ACCEPTED), ikp_seller_on_quote, "IKP-U-20"},
    {S(ACCEPTED), ON(DEPOSIT), M3, S(ACCEPTED), ikp_seller_on_deposit,
	"IKP-U-31"},
    {S(ACCEPTED), ON(MICRO_DEPOSIT_RES), M3, S(ACCEPTED),
	ikp_seller_on_micro_deposit_res, "IKP-U-32"},
    {S(ACCEPTED), ON(MICRO_DEPOSIT_RES), M3, S(CLOSED),
	ikp_seller_on_micro_deposit_res, "IKP-U-32"},
    {S(ACCEPTED), ON(RETRY), HM3, S(ACCEPTED), ikp_seller_on_micro_retry,
	"IKP-U-45"},
    {S(ACCEPTED), ON(CLOSE), M3, S(CLOSING), ikp_seller_on_close, "IKP-U-34"},
    {S(ACCEPTED), ON(CLOSE), M3, S(CLOSED), ikp_seller_on_close, "IKP-U-34"},
    {S(ACCEPTED), ON(INQUIRY_REQ), M3, S(ACCEPTED), on_inquiry_req, "IKP-U-24"},
    {S(CLOSING), ON(MICRO_DEPOSIT_RES), M, S(CLOSING),
	ikp_seller_on_micro_deposit_res, "IKP-U-32"},
    {S(CLOSING), ON(MICRO_DEPOSIT_RES), M, S(CLOSED),
	ikp_seller_on_micro_deposit_res, "IKP-U-32"},
    {S(CLOSING), ON(RETRY), HM, S(CLOSING), ikp_seller_on_micro_retry,
	"IKP-U-45"},
    {S(CLOSING), ON(CLOSE), M, S(CLOSING), ikp_seller_on_close, "IKP-U-45"},
    {S(CLOSING), ON(INQUIRY_REQ), M, S(CLOSING), on_inquiry_req, "IKP-U-24"},
    {S(CLOSED), ON(INQUIRY_REQ), M, S(CLOSED), on_inquiry_req, "IKP-U-24"},
    /* spec/ikp-clearing.md 6 */
    {S(AUTH_SENT), ON(AUTH_RES), C, S(PART_AUTHORIZED),
	on_auth_res, "IKP-S-17"},
    {S(AUTH_SENT), ON(AUTH_RES), C, S(CAPTURED),
	on_auth_res, "IKP-S-50"},
    {S(AUTH_SENT), ON(ACQ_INQUIRY_RES), C23, S(PART_AUTHORIZED),
	on_acq_inquiry_res, "IKP-S-17"},
    {S(AUTH_SENT), ON(ACQ_INQUIRY_RES), C23, S(CAPTURED),
	on_acq_inquiry_res, "IKP-S-50"},
    {S(NONE), ON(AUTHORIZE), C23, S(AUTH_SENT),
	ikp_seller_on_authorize, "IKP-S-51"},
    {S(AUTHORIZED), ON(CAPTURE), C, S(AUTHORIZED),
	ikp_seller_on_clear, "IKP-S-32"},
    {S(AUTHORIZED), ON(REVERSE), C, S(AUTHORIZED),
	ikp_seller_on_clear, "IKP-S-34"},
    {S(AUTHORIZED), ON(CAPTURE_RES), C, S(PART_CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(AUTHORIZED), ON(CAPTURE_RES), C, S(CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(AUTHORIZED), ON(REVERSAL_RES), C, S(AUTHORIZED),
	ikp_seller_on_reversed, "IKP-S-37"},
    {S(AUTHORIZED), ON(REVERSAL_RES), C, S(REVERSED),
	ikp_seller_on_reversed, "IKP-S-37"},
    {S(AUTHORIZED), ON(CLEAR_RETRY), C, S(AUTHORIZED),
	ikp_seller_on_clear_retry, "IKP-S-49"},
    {S(AUTHORIZED), ON(INQUIRE), C, S(AUTHORIZED),
	ikp_seller_on_inquire_clearing, "IKP-S-52"},
    {S(AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(AUTHORIZED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(PART_CAPTURED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(CAPTURED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(REVERSED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(PART_AUTHORIZED), ON(CAPTURE), C, S(PART_AUTHORIZED),
	ikp_seller_on_clear, "IKP-S-32"},
    {S(PART_AUTHORIZED), ON(REVERSE), C, S(PART_AUTHORIZED),
	ikp_seller_on_clear, "IKP-S-34"},
    {S(PART_AUTHORIZED), ON(CAPTURE_RES), C, S(PART_CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(PART_AUTHORIZED), ON(CAPTURE_RES), C, S(CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(PART_AUTHORIZED), ON(REVERSAL_RES), C, S(PART_AUTHORIZED),
	ikp_seller_on_reversed, "IKP-S-37"},
    {S(PART_AUTHORIZED), ON(REVERSAL_RES), C, S(REVERSED),
	ikp_seller_on_reversed, "IKP-S-37"},
    {S(PART_AUTHORIZED), ON(CLEAR_RETRY), C, S(PART_AUTHORIZED),
	ikp_seller_on_clear_retry, "IKP-S-49"},
    {S(PART_AUTHORIZED), ON(INQUIRE), C, S(PART_AUTHORIZED),
	ikp_seller_on_inquire_clearing, "IKP-S-52"},
    {S(PART_AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(PART_AUTHORIZED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(PART_AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(PART_CAPTURED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(PART_AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(CAPTURED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(PART_AUTHORIZED), ON(ACQ_INQUIRY_RES), C, S(REVERSED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(PART_AUTHORIZED), ON(INQUIRY_REQ), C, S(PART_AUTHORIZED),
	on_inquiry_req, "IKP-S-25"},
    {S(PART_CAPTURED), ON(CAPTURE), C, S(PART_CAPTURED),
	ikp_seller_on_clear, "IKP-S-32"},
    {S(PART_CAPTURED), ON(REFUND), C, S(PART_CAPTURED),
	ikp_seller_on_clear, "IKP-S-33"},
    {S(PART_CAPTURED), ON(REVERSE), C, S(PART_CAPTURED),
	ikp_seller_on_clear, "IKP-S-34"},
    {S(PART_CAPTURED), ON(CAPTURE_RES), C, S(PART_CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(PART_CAPTURED), ON(CAPTURE_RES), C, S(CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(PART_CAPTURED), ON(REFUND_RES), C, S(PART_CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(PART_CAPTURED), ON(REVERSAL_RES), C, S(PART_CAPTURED),
	ikp_seller_on_reversed, "IKP-S-37"},
    {S(PART_CAPTURED), ON(REVERSAL_RES), C, S(CAPTURED),
	ikp_seller_on_reversed, "IKP-S-37"},
    {S(PART_CAPTURED), ON(CLEAR_RETRY), C, S(PART_CAPTURED),
	ikp_seller_on_clear_retry, "IKP-S-49"},
    {S(PART_CAPTURED), ON(INQUIRE), C, S(PART_CAPTURED),
	ikp_seller_on_inquire_clearing, "IKP-S-52"},
    {S(PART_CAPTURED), ON(ACQ_INQUIRY_RES), C, S(PART_CAPTURED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(PART_CAPTURED), ON(ACQ_INQUIRY_RES), C, S(CAPTURED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(PART_CAPTURED), ON(INQUIRY_REQ), C, S(PART_CAPTURED),
	on_inquiry_req, "IKP-S-25"},
    {S(CAPTURED), ON(REFUND), C, S(CAPTURED),
	ikp_seller_on_clear, "IKP-S-33"},
    {S(CAPTURED), ON(REFUND_RES), C, S(CAPTURED),
	ikp_seller_on_money_res, "IKP-S-37"},
    {S(CAPTURED), ON(CLEAR_RETRY), C, S(CAPTURED),
	ikp_seller_on_clear_retry, "IKP-S-49"},
    {S(CAPTURED), ON(INQUIRE), C, S(CAPTURED),
	ikp_seller_on_inquire_clearing, "IKP-S-52"},
    {S(CAPTURED), ON(ACQ_INQUIRY_RES), C, S(CAPTURED),
	ikp_seller_on_inquired, "IKP-S-52"},
    {S(CAPTURED), ON(INQUIRY_REQ), C, S(CAPTURED),
	on_inquiry_req, "IKP-S-25"},
    {S(REVERSED), ON(INQUIRY_REQ), C, S(REVERSED),
	on_inquiry_req, "IKP-S-25"},
    {S(NONE), ON(BATCH), C, S(BATCH_SENT),
	ikp_seller_on_batch, "IKP-S-45"},
    {S(BATCH_SENT), ON(BATCH_RES), C, S(BATCH_DONE),
	ikp_seller_on_batch_res, "IKP-S-47"},
    {S(BATCH_SENT), ON(CLEAR_RETRY), C, S(BATCH_SENT),
	ikp_seller_on_batch_retry, "IKP-S-49"},
};

/* IKP-G-10, IKP-S-48: the engine makes this durable before any message
 * leaves. */
semper_err
ikp_seller_keep(struct semper_step *step, struct semper_buffer *out)
{
	const struct ikp_seller_work *s = ikp_seller_of(step);

	if (step->next >= IKP_SELLER_BATCH_SENT)
		return ikp_record_encode(&ikp_batch_record_type, out, s->batch);
	return ikp_record_encode(&ikp_seller_record_type, out, &s->record);
}

const struct semper_role_def ikp_seller = {
    .name = "ikp.seller",
    .states = ikp_seller_states,
    .n_states = IKP_SELLER_STATES,
    .events = ikp_seller_events,
    .n_events = IKP_SELLER_EVENTS,
    .final = IKP_SELLER_FINAL,
    .rows = rows,
    .n_rows = sizeof rows / sizeof rows[0],
    .scratch_size = sizeof(struct ikp_seller_work),
    .locate = ikp_seller_locate,
    .keep = ikp_seller_keep,
    IKP_ROLE,
};
