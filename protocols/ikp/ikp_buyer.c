/* ikp_buyer.c -- the buyer: the table of spec/ikp.md section 7, and what each
 * arrow does. */
#include "ikp/ikp_micro.h"

#include "base/must.h"

#define RESEND_AFTER 30 /* seconds */
#define INQUIRE_AFTER 60

enum state {
	NONE,
	WAIT_INVOICE,
	INVOICED,
	ABORTED,
	WAIT_CONFIRM,
	UNKNOWN,
	NO_RECEIPT,
	PAID,
	DECLINED,
	CANCELLED,
	DISPUTE,
	ACCEPTED, /* micro profiles */
	STATES
};
static const char *const states[STATES] = {"none", "wait-invoice", "invoiced",
    "aborted", "wait-confirm", "unknown", "authorized-no-receipt", "paid",
    "declined", "cancelled", "dispute", "accepted"};

enum event {
	START,
	APPROVE,
	REFUSE,
	RESEND,
	INQUIRE,
	INVOICE,
	CONFIRM,
	CANCEL,
	INQUIRY_RES,
	MICRO_ACCEPT,
	MICRO_ACK,
	PAY,
	PAY_AGAIN,
	OTHER,
	EVENTS
};
static const char *const events[EVENTS] = {"start", "approve", "refuse",
    "resend", "inquire", "Invoice", "Confirm", "Cancel", "InquiryRes",
    "MicroAccept", "MicroAck", "pay", "pay-again", "other"};

struct buyer {
	struct ikp_in in;
	struct ikp_buyer_record record;
	struct ikp_invoice invoice; /* the accepted one */
};

static struct buyer *
buyer_of(const struct semper_step *step)
{
	return step->scratch;
}

/* ---- actions ---- */

/* IKP-G-04: remember what was accepted, and what was answered. */
static void
remember(struct semper_step *step, struct semper_bytes answer)
{
	struct buyer *b = buyer_of(step);

	if (b->in.profile->alg->edition == IKP_HARD)
		ikp_seen_add(&b->record.seen, ikp_digest_of(step), answer);
}

static semper_err
await_invoice(struct semper_step *step)
{
	TRY(ikp_timer(step, "resend", step->record.key,
	    step->now + RESEND_AFTER));
	return ikp_leave(step, step->record.key, WAIT_INVOICE);
}

static semper_err
on_start(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_buyer_record *record = &buyer_of(step)->record;

	record->seller = input->seller;
	record->price = input->price;
	record->desc = input->desc;
	record->brand = input->brand;
	/* IKP-B-13: what is not kept cannot get into a slip. */
	if (ikp_in(ikp_profile_of(step),
		IKP_VARIANT_1KP | (IKP_VARIANT_2KP & IKP_JSAC_HARD)) ||
	    FAULT("pin-everywhere"))
		record->pin = input->pin;
	TRY(ikp_initiate_make(step, step->record.key, input, record));
	return await_invoice(step);
}

/* IKP-B-16: the same octets */
static semper_err
on_resend(struct semper_step *step)
{
	if (!FAULT("initiate-not-resent"))
		TRY(semper_step_reply(step, IKP_SELLER,
		    buyer_of(step)->record.initiate));
	return await_invoice(step);
}

static semper_err
on_invoice(struct semper_step *step)
{
	struct buyer *b = buyer_of(step);

	TRY(ikp_invoice_check(step, &b->record));
	b->record.invoice = b->in.envelope.body;
	remember(step, SEMPER_NONE);
	return ikp_leave(step, step->record.key, INVOICED);
}

/* IKP-B-10: only here is anything encrypted or signed for a payment. */
static semper_err
on_approve(struct semper_step *step)
{
	TRY(ikp_payment_make(step, &buyer_of(step)->record));
	TRY(ikp_timer(step, "inquire", step->record.key,
	    step->now + INQUIRE_AFTER));
	return ikp_leave(step, step->record.key, WAIT_CONFIRM);
}

static semper_err
on_refuse(struct semper_step *step)
{
	struct ikp_buyer_record *record = &buyer_of(step)->record;

	if (FAULT("pays-refused"))
		TRY(ikp_payment_make(step, record));
	record->pin = record->r_b = SEMPER_NONE;
	return ikp_leave(step, step->record.key, ABORTED);
}

static semper_err
on_inquire(struct semper_step *step)
{
	struct buyer *b = buyer_of(step);

	TRY(ikp_inquiry_make(step, &b->record, step->record.key, &b->invoice));
	TRY(ikp_timer(step, "inquire", step->record.key,
	    step->now + INQUIRE_AFTER));
	return ikp_leave(step, step->record.key,
	    step->state == WAIT_CONFIRM ? UNKNOWN : step->state);
}

/* IKP-G-17 */
static semper_err
check_ours(const struct buyer *b, struct semper_bytes id_s,
    struct semper_bytes tid_s)
{
	return ikp_check_ours(semper_bytes_equal(id_s, b->invoice.clear.id_s) &&
	    semper_bytes_equal(tid_s, b->invoice.clear.tid_s));
}

/* IKP-B-28: less than the price was granted. */
static semper_err
report_amount(struct semper_step *step, const struct ikp_resp_code *resp)
{
	if (!resp->has_amount || FAULT("amount-not-told") ||
	    resp->amount.amount == buyer_of(step)->record.price.amount)
		return SEMPER_OK;
	return semper_step_result_integer(step, "amount", resp->amount.amount);
}

/* A yes: V decides between paid (or, beside VC, dispute: IKP-B-26) and no
 * receipt, which IKP-B-18 remembers although it refuses. */
static semper_err
judge_yes(struct semper_step *step, const struct ikp_confirm *confirm)
{
	struct buyer *b = buyer_of(step);
	semper_err e =
	    ikp_confirm_check_v(ikp_profile_of(step), &b->invoice, confirm);

	if (e != SEMPER_OK) {
		if (step->state != CANCELLED && !FAULT("yes-forgotten")) {
			semper_step_changes_state(step);
			semper_step_next(step, NO_RECEIPT);
		}
		return e;
	}
	if (step->state == CANCELLED)
		return ikp_leave(step, step->record.key, DISPUTE);
	if (!FAULT("no-receipt"))
		TRY(ikp_receipt_make(step, &b->record, &b->invoice, confirm));
	TRY(report_amount(step, &confirm->res.resp));
	return ikp_leave(step, step->record.key, PAID);
}

static semper_err
judge_confirm(struct semper_step *step, const struct ikp_confirm *confirm)
{
	struct buyer *b = buyer_of(step);

	TRY(check_ours(b, confirm->res.id_s, confirm->res.tid_s));
	if (b->invoice.clear.micro.given &&
	    b->invoice.clear.micro.mode == IKP_OFF_LINE)
		return ikp_unexpected();
	TRY(ikp_confirm_check(step, &b->record, &b->invoice, confirm));
	if (confirm->res.resp.decision == IKP_YES)
		return judge_yes(step, confirm);
	if (step->state != WAIT_CONFIRM && step->state != UNKNOWN)
		return ikp_unexpected();
	return ikp_leave(step, step->record.key, DECLINED);
}

static semper_err
judge_cancel(struct semper_step *step, const struct ikp_cancel *cancel)
{
	struct buyer *b = buyer_of(step);

	TRY(check_ours(b, cancel->id_s, cancel->tid_s));
	TRY(ikp_cancel_check(ikp_profile_of(step), &b->invoice, cancel));
	if (ikp_in(ikp_profile_of(step), IKP_VARIANT_1KP)) {
		TRY(semper_step_result_text(step, "hint",
		    SEMPER_TEXT("cancel")));
		return ikp_leave(step, step->record.key, step->state);
	}
	if (step->state == NO_RECEIPT ||
	    (step->state == PAID && FAULT("dispute-missed")))
		return ikp_unexpected();
	return ikp_leave(step, step->record.key,
	    ikp_buyer_open(step->state) ? DISPUTE : CANCELLED);
}

static semper_err
on_confirm(struct semper_step *step)
{
	TRY(judge_confirm(step, &buyer_of(step)->in.body.confirm));
	remember(step, SEMPER_NONE);
	return SEMPER_OK;
}

static semper_err
on_cancel(struct semper_step *step)
{
	TRY(judge_cancel(step, &buyer_of(step)->in.body.cancel));
	remember(step, SEMPER_NONE);
	return SEMPER_OK;
}

/* IKP-B-16: the seller has no Payment; it is sent again. */
static semper_err
pay_again(struct semper_step *step)
{
	const struct ikp_buyer_record *record = &buyer_of(step)->record;

	if (!FAULT("payment-not-resent"))
		TRY(semper_step_reply(step, IKP_SELLER, record->payment));
	TRY(ikp_timer(step, "inquire", step->record.key,
	    step->now + INQUIRE_AFTER));
	remember(step, record->payment);
	return ikp_leave(step, step->record.key, step->state);
}

static semper_err
on_inquiry_res(struct semper_step *step)
{
	struct buyer *b = buyer_of(step);
	const struct ikp_inquiry_res *res = &b->in.body.inquiry_res;

	TRY(check_ours(b, res->id_s, res->tid_s));
	TRY(ikp_inquiry_answer_check(step, &b->record, &b->invoice));
	TRY(ikp_status_report(step, res->status));
	if (step->state == PAID) { /* a chain: IKP-U-24 */
		remember(step, SEMPER_NONE);
		return ikp_leave(step, step->record.key, PAID);
	}
	if (res->status == IKP_INVOICED ||
	    (res->status == IKP_PENDING && FAULT("payment-resent-always")))
		return pay_again(step);
	/* IKP-B-25 */
	if (res->has_confirm && FAULT("embedded-believed"))
		TRY(ikp_leave(step, step->record.key,
		    res->status == IKP_AUTHORIZED ? PAID : DECLINED));
	else if (res->has_confirm)
		TRY(judge_confirm(step, &res->confirm));
	else if (res->has_cancel)
		TRY(judge_cancel(step, &res->cancel));
	else
		TRY(ikp_leave(step, step->record.key, step->state));
	remember(step, SEMPER_NONE);
	return SEMPER_OK;
}

/* ---- micro-payments ---- */

bool
ikp_buyer_open(uint8_t state)
{
	return state == PAID || state == ACCEPTED;
}

static semper_err
on_micro_accept(struct semper_step *step)
{
	struct buyer *b = buyer_of(step);
	const struct ikp_micro_accept *in = &b->in.body.micro_accept;

	TRY(check_ours(b, in->id_s, in->tid_s));
	if (b->invoice.clear.micro.mode != IKP_OFF_LINE)
		return ikp_unexpected();
	TRY(ikp_micro_accept_check(step, &b->invoice));
	remember(step, SEMPER_NONE);
	return ikp_leave(step, step->record.key,
	    step->state == CANCELLED ? DISPUTE : ACCEPTED);
}

static semper_err
on_micro_ack(struct semper_step *step)
{
	struct buyer *b = buyer_of(step);
	const struct ikp_micro_ack *in = &b->in.body.micro_ack;

	TRY(check_ours(b, in->id_s, in->tid_s));
	TRY(ikp_micro_ack_check(step, &b->record.micro,
	    &b->invoice.clear.micro));
	if (b->in.profile->alg->edition == IKP_HARD)
		b->record.micro.ack_seen = ikp_digest_of(step);
	return ikp_leave(step, step->record.key, step->state);
}

static semper_err
on_pay(struct semper_step *step)
{
	struct buyer *b = buyer_of(step);

	TRY(ikp_micro_pay_input(step, &b->record, &b->invoice));
	return ikp_leave(step, step->record.key, step->state);
}

static semper_err
on_pay_again(struct semper_step *step)
{
	TRY(ikp_micro_pay_again(step, &buyer_of(step)->record));
	return ikp_leave(step, step->record.key, step->state);
}

/* ---- answered alike in every state ---- */

/* IKP-G-11 */
static semper_err
on_error(struct semper_step *step)
{
	TRY(semper_step_result_integer(step, "error",
	    buyer_of(step)->in.body.error_msg.code));
	return ikp_stay(step, step->record.key);
}

/* IKP-G-04 */
static semper_err
on_repetition(struct semper_step *step)
{
	const struct ikp_seen *seen =
	    ikp_seen_find(&buyer_of(step)->record.seen, ikp_digest_of(step));

	if (seen != NULL && seen->answer.data != NULL)
		TRY(semper_step_reply(step, IKP_SELLER, seen->answer));
	return ikp_stay(step, step->record.key);
}

/* ---- the table ---- */

#define JH IKP_JSAC_HARD
#define JH1 (IKP_JSAC_HARD & IKP_VARIANT_1KP)
#define JH23 (IKP_JSAC_HARD & IKP_23KP)
#define M3 (IKP_MICRO & IKP_VARIANT_3KP)

static const struct semper_role_row rows[] = {
    {NONE, START, IKP_ALL, WAIT_INVOICE, on_start, "IKP-B-01"},
    {WAIT_INVOICE, INVOICE, IKP_ALL, INVOICED, on_invoice, "IKP-B-05"},
    {WAIT_INVOICE, RESEND, IKP_ALL, WAIT_INVOICE, on_resend, "IKP-B-16"},
    {INVOICED, APPROVE, IKP_ALL, WAIT_CONFIRM, on_approve, "IKP-B-11"},
    {INVOICED, REFUSE, IKP_ALL, ABORTED, on_refuse, "IKP-B-10"},
    {INVOICED, CANCEL, JH1, INVOICED, on_cancel, "IKP-B-20"},
    {INVOICED, CANCEL, JH23, CANCELLED, on_cancel, "IKP-B-20"},
    {WAIT_CONFIRM, CONFIRM, IKP_ALL, PAID, on_confirm, "IKP-B-18"},
    {WAIT_CONFIRM, CONFIRM, IKP_ALL, DECLINED, on_confirm, "IKP-B-17"},
    {WAIT_CONFIRM, CONFIRM, IKP_23KP, NO_RECEIPT, on_confirm, "IKP-B-18"},
    {WAIT_CONFIRM, CANCEL, JH1, WAIT_CONFIRM, on_cancel, "IKP-B-20"},
    {WAIT_CONFIRM, CANCEL, JH23, CANCELLED, on_cancel, "IKP-B-20"},
    {WAIT_CONFIRM, INQUIRE, IKP_ALL, UNKNOWN, on_inquire, "IKP-B-22"},
    {UNKNOWN, INQUIRE, IKP_ALL, UNKNOWN, on_inquire, "IKP-B-22"},
    {UNKNOWN, CONFIRM, IKP_ALL, PAID, on_confirm, "IKP-B-18"},
    {UNKNOWN, CONFIRM, IKP_ALL, DECLINED, on_confirm, "IKP-B-17"},
    {UNKNOWN, CONFIRM, IKP_23KP, NO_RECEIPT, on_confirm, "IKP-B-18"},
    {UNKNOWN, CANCEL, JH1, UNKNOWN, on_cancel, "IKP-B-20"},
    {UNKNOWN, CANCEL, JH23, CANCELLED, on_cancel, "IKP-B-20"},
    {UNKNOWN, INQUIRY_RES, IKP_ALL, UNKNOWN, on_inquiry_res, "IKP-B-23"},
    {UNKNOWN, INQUIRY_RES, IKP_ALL, PAID, on_inquiry_res, "IKP-B-23"},
    {UNKNOWN, INQUIRY_RES, IKP_ALL, DECLINED, on_inquiry_res, "IKP-B-23"},
    {UNKNOWN, INQUIRY_RES, JH23, CANCELLED, on_inquiry_res, "IKP-B-23"},
    {UNKNOWN, INQUIRY_RES, IKP_23KP, NO_RECEIPT, on_inquiry_res, "IKP-B-25"},
    {NO_RECEIPT, CONFIRM, IKP_23KP, PAID, on_confirm, "IKP-B-18"},
    {NO_RECEIPT, CONFIRM, IKP_23KP, NO_RECEIPT, on_confirm, "IKP-B-18"},
    {NO_RECEIPT, INQUIRE, IKP_23KP, NO_RECEIPT, on_inquire, "IKP-B-22"},
    {NO_RECEIPT, INQUIRY_RES, IKP_23KP, NO_RECEIPT, on_inquiry_res, "IKP-B-23"},
    {NO_RECEIPT, INQUIRY_RES, IKP_23KP, PAID, on_inquiry_res, "IKP-B-23"},
    {PAID, CANCEL, JH23, DISPUTE, on_cancel, "IKP-B-26"},
    {CANCELLED, CONFIRM, JH23, DISPUTE, on_confirm, "IKP-B-26"},

    /* micro-payments */
    {WAIT_CONFIRM, MICRO_ACCEPT, M3, ACCEPTED, on_micro_accept, "IKP-U-30"},
    {UNKNOWN, MICRO_ACCEPT, M3, ACCEPTED, on_micro_accept, "IKP-U-30"},
    {CANCELLED, MICRO_ACCEPT, JH &M3, DISPUTE, on_micro_accept, "IKP-B-26"},
    {PAID, PAY, IKP_MICRO, PAID, on_pay, "IKP-U-12"},
    {PAID, PAY_AGAIN, IKP_MICRO, PAID, on_pay_again, "IKP-U-10"},
    {PAID, MICRO_ACK, IKP_MICRO, PAID, on_micro_ack, "IKP-U-23"},
    {PAID, INQUIRE, IKP_MICRO, PAID, on_inquire, "IKP-B-22"},
    {PAID, INQUIRY_RES, IKP_MICRO, PAID, on_inquiry_res, "IKP-U-24"},
    {ACCEPTED, PAY, M3, ACCEPTED, on_pay, "IKP-U-12"},
    {ACCEPTED, PAY_AGAIN, M3, ACCEPTED, on_pay_again, "IKP-U-10"},
    {ACCEPTED, MICRO_ACK, M3, ACCEPTED, on_micro_ack, "IKP-U-23"},
    {ACCEPTED, INQUIRE, M3, ACCEPTED, on_inquire, "IKP-B-22"},
    {ACCEPTED, MICRO_ACCEPT, M3, ACCEPTED, on_micro_accept, "IKP-U-30"},
    {ACCEPTED, CANCEL, JH &M3, DISPUTE, on_cancel, "IKP-B-26"},
};

/* ---- which event is it? ---- */

static semper_err
load(struct semper_step *step, struct semper_bytes session)
{
	if (step->record.table == NULL)
		TRY(semper_step_load(step, IKP_TABLE_BUYER, session));
	if (step->record.version == 0)
		return SEMPER_OK;
	TRY(ikp_record_decode(&ikp_buyer_record_type, &buyer_of(step)->record,
	    step->body));
	if (buyer_of(step)->record.invoice.data == NULL)
		return SEMPER_OK;
	if (ikp_decode(ikp_profile_of(step), &ikp_invoice_message.type,
		&buyer_of(step)->invoice,
		buyer_of(step)->record.invoice) != SEMPER_OK)
		return SEMPER_E_STORE;
	return SEMPER_OK;
}

/* IKP-G-17, for timers and inputs. */
static semper_err
load_known(struct semper_step *step, struct semper_bytes session)
{
	TRY(load(step, session));
	return ikp_check_ours(step->record.version != 0);
}

static uint8_t
event_of(int id)
{
	switch (id) {
	case IKP_INVOICE:
		return INVOICE;
	case IKP_CONFIRM:
		return CONFIRM;
	case IKP_CANCEL:
		return CANCEL;
	case IKP_INQUIRY_RES:
		return INQUIRY_RES;
	case IKP_MICRO_ACCEPT:
		return MICRO_ACCEPT;
	case IKP_MICRO_ACK:
		return MICRO_ACK;
	default:
		return OTHER;
	}
}

static semper_err
locate_message(struct semper_step *step)
{
	struct buyer *b = buyer_of(step);

	TRY(ikp_receive(step, IKP_TABLE_BUYER));
	TRY(load(step, b->in.envelope.session));
	step->event = event_of(b->in.id);
	if (b->in.id == IKP_ERROR_MSG && FAULT("error-aborts"))
		step->event = REFUSE;
	else if (b->in.id == IKP_ERROR_MSG)
		semper_step_aside(step, on_error);
	else if (ikp_seen_find(&b->record.seen, ikp_digest_of(step)) != NULL ||
	    semper_bytes_equal(b->record.micro.ack_seen, ikp_digest_of(step)))
		semper_step_aside(step, on_repetition);
	return SEMPER_OK;
}

static semper_err
locate_timer(struct semper_step *step)
{
	uint8_t session[SEMPER_SESSION_SIZE];
	const char *name = step->in->name;

	if (ikp_timer_parse(name, "resend", session, sizeof session))
		step->event = RESEND;
	else if (ikp_timer_parse(name, "inquire", session, sizeof session))
		step->event = INQUIRE;
	else if (ikp_timer_parse(name, "pay-again", session, sizeof session))
		step->event = PAY_AGAIN;
	else
		return SEMPER_E_UNSUPPORTED;
	return load_known(step, SEMPER_BYTES(session, sizeof session));
}

static semper_err
locate_start(struct semper_step *step, const struct ikp_input *input)
{
	const struct ikp_buyer_params *params = step->party->params;
	const struct ikp_profile *profile;
	struct semper_bytes session;

	if (input->profile < 0 || input->profile >= IKP_PROFILES)
		return SEMPER_E_ARGUMENT;
	TRY(ikp_check_profile(step, input->profile));
	profile = &ikp_profiles[input->profile];
	MUST("IKP-B-15",
	    profile->alg->edition != IKP_HARD ||
		profile->variant >= params->min_variant,
	    IKP_E_VARIANT_NOT_ALLOWED);
	TRY(ikp_terms_check_start(step, profile, input));
	TRY(ikp_draw(step, &session, "session", SEMPER_SESSION_SIZE));
	if (FAULT("session-fixed"))
		session = SEMPER_TEXT("session of buyer");
	TRY(load(step, session));
	if (step->record.version == 0)
		step->profile = (uint8_t)input->profile;
	step->event = START;
	return SEMPER_OK;
}

static semper_err
locate_input(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;

	switch (input->kind) {
	case IKP_DO_START:
		return locate_start(step, input);
	case IKP_DO_APPROVE:
		step->event = APPROVE;
		break;
	case IKP_DO_REFUSE:
		step->event = REFUSE;
		break;
	case IKP_DO_INQUIRE:
		step->event = INQUIRE;
		break;
	case IKP_DO_PAY:
		step->event = PAY;
		break;
	default:
		return SEMPER_E_ARGUMENT;
	}
	return load_known(step, input->session);
}

static semper_err
locate(struct semper_step *step)
{
	switch (step->in->kind) {
	case SEMPER_RECV:
		return locate_message(step);
	case SEMPER_TIMER:
		return locate_timer(step);
	case SEMPER_INPUT:
		return locate_input(step);
	}
	return SEMPER_E_ARGUMENT;
}

/* IKP-G-10: the engine makes this durable before any message leaves. */
static semper_err
keep(struct semper_step *step, struct semper_buffer *out)
{
	return ikp_record_encode(&ikp_buyer_record_type, out,
	    &buyer_of(step)->record);
}

const struct semper_role_def ikp_buyer = {
    .name = "ikp.buyer",
    .states = states,
    .n_states = STATES,
    .events = events,
    .n_events = EVENTS,
    .final = 1u << ABORTED | 1u << PAID | 1u << DECLINED | 1u << CANCELLED |
	1u << DISPUTE,
    .rows = rows,
    .n_rows = sizeof rows / sizeof rows[0],
    .scratch_size = sizeof(struct buyer),
    .locate = locate,
    .keep = keep,
    IKP_ROLE,
};
