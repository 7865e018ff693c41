/* ikp_seller_locate.c -- which event a step of the seller is, and what is
 * answered alike in every state: offers, errors, repetitions. */
#include "ikp/ikp_micro.h"

#include "base/must.h"

static semper_err
load(struct semper_step *step, struct semper_bytes session)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	if (step->record.table == NULL)
		TRY(semper_step_load(step, IKP_TABLE_SELLER, session));
	if (step->record.version == 0)
		return SEMPER_OK;
	if (step->state >= IKP_SELLER_BATCH_SENT) {
		s->batch = semper_step_take(step, sizeof *s->batch);
		if (s->batch == NULL)
			return SEMPER_E_SPACE;
		return ikp_record_decode(&ikp_batch_record_type, s->batch,
		    step->body);
	}
	TRY(ikp_record_decode(&ikp_seller_record_type, &s->record, step->body));
	return ikp_stored(step, IKP_INVOICE, &s->invoice, s->record.invoice);
}

/* The transaction of a further authorisation instead, if there is one. */
static semper_err
load_part(struct semper_step *step, struct semper_bytes session,
    int64_t auth_seq)
{
	uint8_t key[IKP_PART_KEY];
	struct semper_bytes named = ikp_part_key(key, session, auth_seq);
	struct semper_other found;

	TRY(semper_step_other(step, &found, IKP_TABLE_SELLER, named));
	if (found.record.version == 0)
		return SEMPER_OK;
	TRY(semper_step_load(step, IKP_TABLE_SELLER, named));
	return load(step, session);
}

/* IKP-G-17, for timers and inputs. */
static semper_err
load_known(struct semper_step *step, struct semper_bytes session)
{
	TRY(load(step, session));
	return ikp_check_ours(step->record.version != 0);
}

/* ---- in every state ---- */

/* An order for later Initiates; a reference may be offered anew. */
static semper_err
on_offer(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_order_record order = {input->price, input->desc,
	    input->brand, input->capture_now, input->terms.given,
	    input->terms.unit, input->has_first, input->first};
	struct semper_buffer der;
	struct semper_record old;

	TRY(ikp_room(step, &der, input->desc.len + input->brand.len + 256));
	if (input->order.len < 1 || input->order.len > 64)
		return SEMPER_E_ARGUMENT;
	TRY(ikp_record_encode(&ikp_order_record_type, &der, &order));
	TRY(semper_view_get(step->view, &old, IKP_TABLE_ORDER, input->order));
	TRY(semper_effects_put(&step->effects, IKP_TABLE_ORDER, input->order,
	    old.version, semper_written(&der)));
	return semper_step_result_text(step, "state", SEMPER_TEXT("offered"));
}

/* IKP-G-11 */
static semper_err
on_error(struct semper_step *step)
{
	TRY(semper_step_result_integer(step, "error",
	    ikp_in_of(step)->body.error_msg.code));
	return ikp_stay(step, ikp_seller_session(step));
}

/* IKP-G-13, and IKP-G-04 in HARD: what was answered, octet by octet.  The
 * answer to a Payment is the Confirm, or the Cancel, once there is one. */
static semper_err
on_repetition(struct semper_step *step)
{
	const struct ikp_seller_work *s = ikp_seller_of(step);
	struct semper_bytes answer = SEMPER_NONE;

	MUST("IKP-G-13", s->in.profile->alg->edition == IKP_HARD, IKP_E_REPLAY);
	if (s->in.id == IKP_INITIATE)
		answer = s->record.invoice;
	if (s->in.id == IKP_PAYMENT)
		answer = s->record.outcome;
	if (s->in.id == IKP_MICRO_PAY)
		answer = s->record.micro.ack;
	if (answer.data != NULL && !FAULT("answer-not-repeated"))
		TRY(semper_step_reply(step, IKP_BUYER, answer));
	return ikp_stay(step, ikp_seller_session(step));
}

/* States that follow authorized. */
static bool
authorised_since(uint8_t state)
{
	return state == IKP_SELLER_PART_AUTHORIZED ||
	    state == IKP_SELLER_PART_CAPTURED || state == IKP_SELLER_CAPTURED ||
	    state == IKP_SELLER_REVERSED;
}

/* A Payment, not seen before, for what is over. */
static semper_err
on_late_payment(struct semper_step *step)
{
	const struct ikp_seller_work *s = ikp_seller_of(step);

	MUST("IKP-S-27",
	    step->state == IKP_SELLER_EXPIRED || authorised_since(step->state),
	    IKP_E_ALREADY_FINAL);
	MUST("IKP-S-38", !authorised_since(step->state), IKP_E_ALREADY_FINAL);
	/* IKP-S-05 refuses it, unless the timer was early. */
	TRY(ikp_payment_check(step, &s->record, &s->invoice));
	return ikp_unexpected();
}

/* ---- which event is it? ---- */

static uint8_t
event_of(int id)
{
	switch (id) {
	case IKP_INITIATE:
		return IKP_SELLER_ON_INITIATE;
	case IKP_PAYMENT:
		return IKP_SELLER_ON_PAYMENT;
	case IKP_AUTH_RES:
		return IKP_SELLER_ON_AUTH_RES;
	case IKP_REVERSAL_RES:
		return IKP_SELLER_ON_REVERSAL_RES;
	case IKP_ACQ_INQUIRY_RES:
		return IKP_SELLER_ON_ACQ_INQUIRY_RES;
	case IKP_INQUIRY_REQ:
		return IKP_SELLER_ON_INQUIRY_REQ;
	case IKP_MICRO_PAY:
		return IKP_SELLER_ON_MICRO_PAY;
	case IKP_MICRO_DEPOSIT_RES:
		return IKP_SELLER_ON_MICRO_DEPOSIT_RES;
	case IKP_CAPTURE_RES:
		return IKP_SELLER_ON_CAPTURE_RES;
	case IKP_REFUND_RES:
		return IKP_SELLER_ON_REFUND_RES;
	case IKP_BATCH_RES:
		return IKP_SELLER_ON_BATCH_RES;
	default:
		return IKP_SELLER_ON_OTHER;
	}
}

static bool
repeats(const struct semper_step *step)
{
	const struct ikp_seller_work *s = ikp_seller_of(step);
	struct semper_bytes digest = ikp_digest_of(step);

	if (s->batch != NULL)
		return semper_bytes_equal(s->batch->answer, digest);
	return semper_bytes_equal(s->record.initiate_seen, digest) ||
	    (semper_bytes_equal(s->record.payment_seen, digest) &&
		!FAULT("payment-forgotten")) ||
	    semper_bytes_equal(s->record.micro.pay_seen, digest) ||
	    ikp_seen_find(&s->record.seen, digest) != NULL;
}

/* IKP-S-05, IKP-S-27: states in which a Payment is too late. */
static bool
too_late(const struct semper_step *step)
{
	return step->state == IKP_SELLER_EXPIRED ||
	    step->state == IKP_SELLER_AUTHORIZED ||
	    step->state == IKP_SELLER_DECLINED ||
	    step->state == IKP_SELLER_ACCEPTED ||
	    step->state == IKP_SELLER_CLOSING ||
	    step->state == IKP_SELLER_CLOSED ||
	    authorised_since(step->state) ||
	    (step->state == IKP_SELLER_CANCELLED &&
		ikp_in(ikp_profile_of(step), IKP_EDITION_JSAC));
}

/* ---- which transaction of the session is it? ---- */

/* Is H that of the reversal or inquiry this transaction waits for? */
static bool
awaits(const struct ikp_profile *profile,
    const struct ikp_seller_record *record, const struct ikp_in *in)
{
	struct ikp_digest hash;
	struct semper_bytes own;

	if (in->id == IKP_ACQ_INQUIRY_RES)
		return semper_bytes_equal(record->h_inquiry,
		    in->body.acq_inquiry_res.h_inquiry);
	if (!record->clearing.has_asked ||
	    ikp_asked_body(&own, &record->clearing.asked) != SEMPER_OK)
		return false;
	ikp_hash(profile->alg, &hash, IKP_CTX_REVERSAL_HASH, own);
	return semper_bytes_equal(ikp_digest_bytes(&hash),
	    in->body.reversal_res.h_reversal);
}

/* The authSeq of the transaction whose request this answers; 1 if of none. */
static semper_err
awaited_by(struct semper_step *step, int64_t *auth_seq)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_profile *profile = ikp_profile_of(step);
	uint8_t key[IKP_PART_KEY];

	*auth_seq = 1;
	if (awaits(profile, &s->record, &s->in))
		return SEMPER_OK;
	for (int64_t k = 2; k <= 99; k++) {
		struct ikp_seller_record part;
		struct semper_other found;

		TRY(semper_step_other(step, &found, IKP_TABLE_SELLER,
		    ikp_part_key(key, s->in.envelope.session, k)));
		if (found.record.version == 0)
			return SEMPER_OK;
		TRY(ikp_record_decode(&ikp_seller_record_type, &part,
		    found.body));
		if (awaits(profile, &part, &s->in)) {
			*auth_seq = k;
			return SEMPER_OK;
		}
	}
	return SEMPER_OK;
}

static semper_err
auth_seq_of(struct semper_step *step, int64_t *auth_seq)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	*auth_seq = 1;
	if (s->batch != NULL || s->in.profile->alg->edition != IKP_HARD)
		return SEMPER_OK;
	switch (s->in.id) {
	case IKP_AUTH_RES:
		*auth_seq = s->in.body.auth_res.auth_seq;
		return SEMPER_OK;
	case IKP_CAPTURE_RES:
	case IKP_REFUND_RES:
		*auth_seq = s->in.body.money_res.auth_seq;
		return SEMPER_OK;
	case IKP_REVERSAL_RES:
	case IKP_ACQ_INQUIRY_RES:
		return awaited_by(step, auth_seq);
	default:
		return SEMPER_OK;
	}
}

/* IKP-S-44: open what an answer of 1KP is sealed in. */
static semper_err
open_answer(struct semper_step *step)
{
	static const enum ikp_message_id answers[] = {
	    [IKP_OPEN_CAPTURE] = IKP_CAPTURE_RES,
	    [IKP_OPEN_REFUND] = IKP_REFUND_RES,
	    [IKP_OPEN_REVERSAL] = IKP_REVERSAL_RES};
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_seller_clearing *c = &s->record.clearing;
	struct ikp_awaited awaited[2];
	size_t n = 0;

	if (s->batch != NULL)
		awaited[n++] =
		    (struct ikp_awaited){&s->batch->asked, IKP_BATCH_RES};
	else if (c->has_asked)
		awaited[n++] = (struct ikp_awaited){&c->asked, answers[c->open]};
	if (s->batch == NULL && c->has_inquiry)
		awaited[n++] =
		    (struct ikp_awaited){&c->inquiry, IKP_ACQ_INQUIRY_RES};
	return ikp_channel_receive(step, awaited, n);
}

static semper_err
locate_message(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	int64_t auth_seq;

	TRY(ikp_receive(step, IKP_TABLE_SELLER));
	TRY(load(step, s->in.envelope.session));
	if (FAULT("cancel-forgotten") && step->state == IKP_SELLER_CANCELLED)
		step->state = IKP_SELLER_INVOICED;
	if (s->in.id == IKP_SEALED_RES && !repeats(step))
		TRY(open_answer(step));
	TRY(auth_seq_of(step, &auth_seq));
	if (auth_seq > 1 && step->record.version != 0)
		TRY(load_part(step, s->in.envelope.session, auth_seq));
	if (s->in.id == IKP_ERROR_MSG)
		semper_step_aside(step, on_error);
	else if (repeats(step))
		semper_step_aside(step, on_repetition);
	else if (s->in.id == IKP_PAYMENT && too_late(step))
		semper_step_aside(step, on_late_payment);
	else if (s->in.id == IKP_MICRO_PAY && ikp_seller_paid_before(step))
		semper_step_aside(step, ikp_seller_on_micro_pay_again);
	step->event = event_of(s->in.id);
	return SEMPER_OK;
}

/* Is NAME the timer WORD of a transaction?  Then KEY is its key. */
static bool
timer_of(const char *name, const char *word, uint8_t room[IKP_PART_KEY],
    struct semper_bytes *key)
{
	for (size_t n = SEMPER_SESSION_SIZE; n <= IKP_PART_KEY; n++)
		if (ikp_timer_parse(name, word, room, n)) {
			*key = SEMPER_BYTES(room, n);
			return true;
		}
	return false;
}

static semper_err
locate_timer(struct semper_step *step)
{
	uint8_t room[IKP_PART_KEY];
	struct semper_bytes key;
	const char *name = step->in->name;

	if (timer_of(name, "expire", room, &key))
		step->event = IKP_SELLER_ON_EXPIRE;
	else if (timer_of(name, "retry", room, &key))
		step->event = IKP_SELLER_ON_RETRY;
	else if (timer_of(name, "clear-retry", room, &key))
		step->event = IKP_SELLER_ON_CLEAR_RETRY;
	else
		return SEMPER_E_UNSUPPORTED;
	return load_known(step, key);
}

static semper_err
locate_input(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	uint8_t key[IKP_PART_KEY];

	if (input->kind != IKP_DO_OFFER && input->kind != IKP_DO_BATCH)
		TRY(ikp_check_ours(input->session.len == SEMPER_SESSION_SIZE));
	switch (input->kind) {
	case IKP_DO_BATCH:
		return ikp_seller_locate_batch(step);
	case IKP_DO_AUTHORIZE:
		TRY(load_known(step, input->session));
		return ikp_seller_locate_authorize(step);
	case IKP_DO_CAPTURE:
		step->event = IKP_SELLER_ON_CAPTURE;
		break;
	case IKP_DO_REFUND:
		step->event = IKP_SELLER_ON_REFUND;
		break;
	case IKP_DO_REVERSE:
		step->event = IKP_SELLER_ON_REVERSE;
		break;
	case IKP_DO_OFFER:
		semper_step_aside(step, on_offer);
		return SEMPER_OK;
	case IKP_DO_CANCEL:
		step->event = IKP_SELLER_ON_CANCEL;
		break;
	case IKP_DO_INQUIRE:
		step->event = IKP_SELLER_ON_INQUIRE;
		break;
	case IKP_DO_ASK:
		step->event = IKP_SELLER_ON_ASK;
		break;
	case IKP_DO_QUOTE:
		step->event = IKP_SELLER_ON_QUOTE;
		break;
	case IKP_DO_DEPOSIT:
		step->event = IKP_SELLER_ON_DEPOSIT;
		break;
	case IKP_DO_CLOSE:
		step->event = IKP_SELLER_ON_CLOSE;
		break;
	default:
		return SEMPER_E_ARGUMENT;
	}
	TRY(load_known(step,
	    ikp_part_key(key, input->session, input->auth_seq)));
	if ((step->state == IKP_SELLER_AUTHORIZED &&
		FAULT("cancel-after-yes")) ||
	    (step->state == IKP_SELLER_AUTH_SENT &&
		FAULT("cancel-after-asking")))
		step->state = IKP_SELLER_INVOICED;
	return SEMPER_OK;
}

semper_err
ikp_seller_locate(struct semper_step *step)
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
