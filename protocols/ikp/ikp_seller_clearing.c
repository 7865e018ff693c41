/* ikp_seller_clearing.c -- capture, refund, reversal and further authorisations
 * at the seller (spec/ikp-clearing.md 6). */
#include "ikp/ikp_seller.h"

#include "base/must.h"

static struct ikp_seller_clearing *
clearing_of(const struct semper_step *step)
{
	return &ikp_seller_of(step)->record.clearing;
}

/* ---- totals and states ---- */

semper_err
ikp_seller_report(struct semper_step *step)
{
	const struct ikp_seller_clearing *c = clearing_of(step);

	TRY(semper_step_result_integer(step, "authorized", c->authorized));
	TRY(semper_step_result_integer(step, "captured", c->captured));
	return semper_step_result_integer(step, "refunded", c->refunded);
}

void
ikp_seller_take(struct ikp_seller_clearing *c, const struct ikp_totals *totals)
{
	c->authorized = totals->authorized.amount;
	c->captured = totals->captured.amount;
	c->refunded = totals->refunded.amount;
	c->last_seq = totals->last_seq;
	c->closed = totals->closed;
}

void
ikp_seller_settle(struct ikp_seller_clearing *c)
{
	c->open = IKP_OPEN_NONE;
	c->has_asked = false;
	c->batch = SEMPER_NONE;
}

/* IKP-S-37: the state that the totals mean. */
uint8_t
ikp_seller_state_of(const struct ikp_seller_clearing *c, uint8_t state)
{
	if (c->closed)
		return IKP_SELLER_CAPTURED;
	if (c->authorized == 0)
		return IKP_SELLER_REVERSED;
	return c->captured > 0 ? IKP_SELLER_PART_CAPTURED : state;
}

/* ---- what was authorised ---- */

/* IKP-S-30 */
static semper_err
check_granted(const struct ikp_resp_code *resp, const struct ikp_price *asked)
{
	MUST("IKP-S-30",
	    resp->decision == IKP_NO ||
		(ikp_same_money(&resp->amount, asked) &&
		    resp->amount.amount != 0 &&
		    resp->amount.amount <= asked->amount),
	    IKP_E_AMOUNT_EXCEEDED);
	return SEMPER_OK;
}

/* After a verified yes of HARD: how much, and the state it leads to. */
semper_err
ikp_seller_granted(struct semper_step *step, const struct ikp_auth_res *res,
    const struct ikp_price *asked, uint8_t *next)
{
	struct ikp_seller_record *record = &ikp_seller_of(step)->record;
	bool base = ikp_in(ikp_profile_of(step), IKP_BASE);
	int64_t amount = res->resp.amount.amount;

	TRY(check_granted(&res->resp, asked));
	if (res->resp.decision == IKP_NO || !base)
		return SEMPER_OK;
	record->has_clearing = true;
	record->clearing = (struct ikp_seller_clearing){
	    .auth_seq = res->auth_seq,
	    .authorized = amount,
	    .captured = res->capture_now ? amount : 0,
	    .closed = res->capture_now};
	if (res->capture_now && !FAULT("sale-not-captured"))
		*next = IKP_SELLER_CAPTURED;
	else if (amount < asked->amount && !FAULT("part-taken-for-whole"))
		*next = IKP_SELLER_PART_AUTHORIZED;
	if (amount == asked->amount)
		return SEMPER_OK;
	return semper_step_result_integer(step, "amount", amount);
}

/* ---- a clearing request ---- */

/* 10, 30 and 90 seconds after a sending in turn. */
semper_err
ikp_seller_clear_retry(struct semper_step *step, int64_t retries)
{
	static const int64_t after[] = {10, 30, 90};

	if (retries >= 3)
		return SEMPER_OK;
	return ikp_timer(step, "clear-retry", step->record.key,
	    step->now + after[retries]);
}

/* IKP-S-31 */
semper_err
ikp_seller_check_free(const struct ikp_seller_clearing *c, bool instead)
{
	MUST("IKP-S-31", c->open == IKP_OPEN_NONE || instead, IKP_E_BUSY);
	return SEMPER_OK;
}

static bool
fits(const struct ikp_seller_clearing *c, enum ikp_open kind, int64_t amount)
{
	switch (kind) {
	case IKP_OPEN_CAPTURE:
		return amount != 0 && amount <= c->authorized - c->captured &&
		    c->last_seq < 999;
	case IKP_OPEN_REFUND:
		return amount != 0 && amount <= c->captured - c->refunded &&
		    c->last_seq < 999;
	default:
		return amount < c->authorized && amount >= c->captured;
	}
}

/* IKP-S-19 */
semper_err
ikp_seller_check_amount(const struct ikp_seller_record *record,
    enum ikp_open kind, const struct ikp_price *amount)
{
	MUST("IKP-S-19",
	    ikp_same_money(amount, &record->price) &&
		fits(&record->clearing, kind, amount->amount),
	    IKP_E_AMOUNT_EXCEEDED);
	return SEMPER_OK;
}

static enum ikp_open
kind_of(const struct ikp_input *input)
{
	return input->kind == IKP_DO_CAPTURE ? IKP_OPEN_CAPTURE
	    : input->kind == IKP_DO_REFUND   ? IKP_OPEN_REFUND
					     : IKP_OPEN_REVERSAL;
}

static semper_err
send(struct semper_step *step, const struct ikp_input *input)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_seller_clearing *c = &s->record.clearing;
	struct ikp_price to = input->amount;

	if (FAULT("reverse-to-nothing"))
		to.amount = 0;
	c->open = kind_of(input);
	c->open_seq = c->open == IKP_OPEN_REFUND &&
		FAULT("refund-counted-apart")
	    ? 1
	    : c->last_seq + 1;
	c->new_amount = input->amount.amount;
	c->batch = SEMPER_NONE;
	c->has_asked = true;
	if (c->open == IKP_OPEN_REVERSAL)
		return ikp_reversal_make(step, &c->asked, ikp_seller_session(step),
		    &s->invoice, c->auth_seq, &to);
	return ikp_money_make(step,
	    c->open == IKP_OPEN_REFUND ? &ikp_refund : &ikp_capture,
	    &s->record, &s->invoice, c->open_seq, input);
}

/* `capture`, `refund`, `reverse` */
semper_err
ikp_seller_on_clear(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_seller_clearing *c = &s->record.clearing;

	TRY(ikp_channel_ready(step));
	TRY(ikp_seller_check_free(c, input->replace));
	TRY(ikp_seller_check_amount(&s->record, kind_of(input),
	    &input->amount));
	TRY(send(step, input));
	if (FAULT("open-forgotten"))
		ikp_seller_settle(c);
	c->retries = 0;
	TRY(ikp_seller_clear_retry(step, c->retries));
	return ikp_leave(step, ikp_seller_session(step), step->state);
}

/* IKP-S-49 */
semper_err
ikp_seller_on_clear_retry(struct semper_step *step)
{
	struct ikp_seller_clearing *c = clearing_of(step);

	if (!c->has_asked)
		return ikp_unexpected();
	if (!FAULT("clear-retry-silent"))
		TRY(semper_step_reply(step, IKP_ACQUIRER, c->asked.envelope));
	if (c->retries < 3)
		c->retries++;
	TRY(ikp_seller_clear_retry(step, c->retries));
	return ikp_leave(step, ikp_seller_session(step), step->state);
}

/* ---- its answer ---- */

/* IKP-S-35 */
static semper_err
check_open(const struct ikp_seller_clearing *c, enum ikp_open kind)
{
	MUST("IKP-S-35", c->has_asked && c->open == kind, IKP_E_BAD_STATE);
	return c->has_asked ? SEMPER_OK : ikp_unexpected();
}

/* Totals may be signed and lead where no row does: IKP-G-03. */
static semper_err
leave(struct semper_step *step, uint8_t next)
{
	if (FAULT("totals-unheeded") && !semper_step_leads(step, next))
		next = step->state;
	if (!semper_step_leads(step, next))
		return ikp_unexpected();
	TRY(ikp_seller_report(step));
	return ikp_leave(step, ikp_seller_session(step), next);
}

/* IKP-S-37 */
static semper_err
done(struct semper_step *step)
{
	struct ikp_seller_clearing *c = clearing_of(step);

	if (!FAULT("still-open"))
		ikp_seller_settle(c);
	return leave(step, ikp_seller_state_of(c, step->state));
}

semper_err
ikp_seller_on_money_res(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_money_res *res = &s->in.body.money_res;
	const struct ikp_money *money_kind =
	    s->in.id == IKP_REFUND_RES ? &ikp_refund : &ikp_capture;

	TRY(ikp_seller_check_ours(s, res->id_s, res->tid_s));
	TRY(check_open(&s->record.clearing, money_kind->open));
	TRY(ikp_money_answer_check(step, money_kind, &s->record,
	    &s->invoice.clear));
	ikp_seller_remember(step);
	ikp_seller_take(&s->record.clearing, &res->totals);
	return done(step);
}

/* A ReversalRes after an authorisation; while cancelling see ikp_seller.c. */
semper_err
ikp_seller_on_reversed(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_reversal_res *res = &s->in.body.reversal_res;
	struct ikp_seller_clearing *c = &s->record.clearing;

	TRY(ikp_seller_check_ours(s, res->id_s, res->tid_s));
	TRY(check_open(c, IKP_OPEN_REVERSAL));
	TRY(ikp_reversal_answer_check(step, &c->asked, &s->invoice.clear));
	ikp_seller_remember(step);
	if (res->outcome == IKP_REVERSED) {
		c->authorized = res->new_amount.amount;
		c->closed = c->captured > 0 && c->captured == c->authorized;
	}
	return done(step);
}

/* ---- inquiry ---- */

/* IKP-S-52: does the acquirer's word settle the open request? */
static bool
settled(const struct ikp_seller_clearing *c)
{
	if (FAULT("inquiry-settles"))
		return true;
	if (c->open == IKP_OPEN_REVERSAL)
		return c->authorized <= c->new_amount;
	return c->open_seq <= c->last_seq;
}

semper_err
ikp_seller_on_inquire_clearing(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_seller_clearing *c = &s->record.clearing;

	TRY(ikp_channel_ready(step));
	TRY(ikp_acq_inquiry_make(step, &s->record, ikp_seller_session(step),
	    &s->invoice, c->auth_seq, &c->inquiry));
	c->has_inquiry = c->inquiry.inner.data != NULL;
	return ikp_leave(step, ikp_seller_session(step), step->state);
}

semper_err
ikp_seller_on_inquired(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_acq_inquiry_res *res = &s->in.body.acq_inquiry_res;
	struct ikp_seller_clearing *c = &s->record.clearing;
	bool cancelled = res->status == IKP_CANCELLED;

	TRY(ikp_seller_check_ours(s, res->id_s, res->tid_s));
	TRY(ikp_acq_inquiry_answer_form(step));
	TRY(ikp_acq_inquiry_answer_check(step, &s->record, &s->invoice.clear));
	ikp_seller_remember(step);
	TRY(ikp_status_report(step, res->status));
	if (res->has_totals)
		ikp_seller_take(c, &res->totals);
	if (cancelled)
		c->authorized = 0;
	if (cancelled || (res->has_totals && settled(c)))
		ikp_seller_settle(c);
	return leave(step,
	    cancelled ? IKP_SELLER_REVERSED
		      : ikp_seller_state_of(c, step->state));
}

/* ---- further authorisations ---- */

static bool
part_counts(uint8_t state)
{
	return state == IKP_SELLER_AUTHORIZED ||
	    state == IKP_SELLER_PART_AUTHORIZED ||
	    state == IKP_SELLER_PART_CAPTURED || state == IKP_SELLER_CAPTURED;
}

/* Look at the parts there are: what they sum up to, and the next authSeq. */
static semper_err
walk_parts(struct semper_step *step, struct semper_bytes session, int64_t *sum,
    int64_t *auth_seq)
{
	bool all = true, any = false;
	int64_t k;

	for (*sum = 0, k = 1;; k++) {
		uint8_t key[IKP_PART_KEY];
		struct ikp_seller_record part;
		struct semper_other found;

		TRY(semper_step_other(step, &found, IKP_TABLE_SELLER,
		    ikp_part_key(key, session, k)));
		if (found.record.version == 0)
			break;
		all = all &&
		    (part_counts(found.state) ||
			found.state == IKP_SELLER_DECLINED);
		if (part_counts(found.state)) {
			TRY(ikp_record_decode(&ikp_seller_record_type, &part,
			    found.body));
			any = true;
			*sum += part.clearing.authorized;
		}
		TRY(semper_effects_expect(&step->effects, IKP_TABLE_SELLER,
		    found.record.key, found.record.version));
	}
	*auth_seq = k;
	MUST("IKP-S-40", all && any && k <= 99, IKP_E_BAD_STATE);
	return SEMPER_OK;
}

/* `authorize`: the record loaded is that of authSeq 1; what is written is a
 * new one. */
semper_err
ikp_seller_locate_authorize(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_seller_work *s = ikp_seller_of(step);
	uint8_t key[IKP_PART_KEY];
	int64_t sum;

	step->event = IKP_SELLER_ON_AUTHORIZE;
	if (!ikp_in(ikp_profile_of(step), IKP_CLEARING & IKP_23KP))
		return SEMPER_OK;
	TRY(walk_parts(step, input->session, &sum, &s->auth_seq));
	MUST("IKP-S-41",
	    ikp_same_money(&input->amount, &s->record.price) &&
		input->amount.amount != 0 &&
		input->amount.amount <= s->record.price.amount - sum,
	    IKP_E_AMOUNT_EXCEEDED);
	return semper_step_load(step, IKP_TABLE_SELLER,
	    ikp_part_key(key, input->session, s->auth_seq));
}

/* IKP-S-51 */
semper_err
ikp_seller_on_authorize(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_seller_record first = s->record;

	s->record = (struct ikp_seller_record){.price = first.price,
	    .capture_now = first.capture_now,
	    .h_desc = first.h_desc,
	    .initiate = first.initiate,
	    .initiate_seen = first.initiate_seen,
	    .invoice = first.invoice};
	TRY(ikp_auth_request_make_part(step, &s->record, first.auth_req,
	    input->session, s->auth_seq, &input->amount));
	TRY(ikp_timer(step, "retry", step->record.key, step->now + 10));
	return ikp_leave(step, input->session, IKP_SELLER_AUTH_SENT);
}
