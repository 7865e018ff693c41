/* ikp_seller_batch.c -- a batch of captures and refunds at the seller
 * (spec/ikp-clearing.md 6.6).  A batch is a transaction of its own, under its
 * own session; it opens a request for each transaction in it. */
#include "ikp/ikp_seller.h"

#include "base/must.h"

/* A transaction of the batch, as it stands. */
struct part {
	struct semper_other other;
	struct ikp_seller_record record;
	struct ikp_invoice invoice;
};

static semper_err
load_part(struct semper_step *step, struct part *p,
    struct semper_bytes session, int64_t auth_seq)
{
	uint8_t key[IKP_PART_KEY];
	struct semper_envelope invoice;

	TRY(ikp_check_ours(session.len == SEMPER_SESSION_SIZE));
	TRY(semper_step_other(step, &p->other, IKP_TABLE_SELLER,
	    ikp_part_key(key, session, auth_seq)));
	if (p->other.record.version == 0 ||
	    p->other.state >= IKP_SELLER_BATCH_SENT)
		return ikp_check_ours(false);
	TRY(ikp_record_decode(&ikp_seller_record_type, &p->record,
	    p->other.body));
	if (semper_envelope_decode(&invoice, p->record.invoice) != SEMPER_OK ||
	    ikp_decode(&ikp_profiles[p->other.profile],
		&ikp_invoice_message.type, &p->invoice, invoice.body) !=
		SEMPER_OK)
		return SEMPER_E_STORE;
	return SEMPER_OK;
}

static semper_err
keep_part(struct semper_step *step, const struct part *p, uint8_t state)
{
	struct semper_buffer der;

	TRY(ikp_room(step, &der, p->other.body.len + 1024));
	TRY(ikp_record_encode(&ikp_seller_record_type, &der, &p->record));
	return semper_step_put_other(step, &p->other, state,
	    semper_written(&der));
}

/* ---- `batch` ---- */

/* The session is drawn, and the profile that of the first item. */
semper_err
ikp_seller_locate_batch(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct semper_bytes session;
	struct part first;

	if (input->n_items < 1 || input->n_items > IKP_BATCH_MAX)
		return SEMPER_E_ARGUMENT;
	TRY(load_part(step, &first, input->items[0].session,
	    input->items[0].auth_seq));
	TRY(ikp_draw(step, &session, "session", SEMPER_SESSION_SIZE));
	TRY(semper_step_load(step, IKP_TABLE_SELLER, session));
	step->profile = first.other.profile;
	step->event = IKP_SELLER_ON_BATCH;
	return SEMPER_OK;
}

/* Is there a row for `capture` or `refund` in this state? */
static bool
takes(uint8_t state, bool refund)
{
	if (state == IKP_SELLER_PART_CAPTURED)
		return true;
	return refund ? state == IKP_SELLER_CAPTURED
		      : state == IKP_SELLER_AUTHORIZED ||
		state == IKP_SELLER_PART_AUTHORIZED;
}

static bool
stands_before(const struct ikp_input *input, size_t i)
{
	const struct ikp_order_item *item = &input->items[i];

	for (size_t j = 0; j < i; j++)
		if (semper_bytes_equal(input->items[j].session,
			item->session) &&
		    input->items[j].auth_seq == item->auth_seq)
			return true;
	return false;
}

static semper_err
check_item(struct semper_step *step, const struct part *p, size_t i)
{
	const struct ikp_input *input = step->in->input;
	const struct ikp_order_item *item = &input->items[i];
	bool refund = item->kind == IKP_ITEM_REFUND;

	if (!takes(p->other.state, refund) || !p->record.has_clearing)
		return ikp_unexpected();
	MUST("IKP-S-39", p->other.profile == step->profile,
	    IKP_E_VARIANT_NOT_ALLOWED);
	TRY(ikp_channel_ready(step));
	TRY(ikp_seller_check_free(&p->record.clearing, false));
	if (stands_before(input, i))
		return semper_refused("IKP-S-31", IKP_E_BUSY);
	return ikp_seller_check_amount(&p->record,
	    refund ? IKP_OPEN_REFUND : IKP_OPEN_CAPTURE, &item->amount);
}

static semper_err
add_item(struct semper_step *step, struct ikp_batch *batch, size_t i,
    struct ikp_batch_part *out, struct ikp_chain *cert_s)
{
	const struct ikp_input *input = step->in->input;
	const struct ikp_order_item *item = &input->items[i];
	const struct ikp_clear *clear;
	struct part room, *p = &room;
	struct ikp_seller_clearing *c;

	TRY(load_part(step, p, item->session, item->auth_seq));
	TRY(check_item(step, p, i));
	c = &p->record.clearing;
	clear = &p->invoice.clear;
	*cert_s = p->invoice.cert_s;
	batch->items.item[batch->items.n++] = (struct ikp_batch_item){
	    item->kind, clear->tid_s, clear->date, clear->nonce_s,
	    clear->h_common, c->auth_seq, c->last_seq + 1, item->amount};
	*out = (struct ikp_batch_part){item->session, c->auth_seq};
	c->open = IKP_OPEN_BATCH;
	c->open_seq = c->last_seq + 1;
	c->has_asked = false;
	c->batch = batch->session;
	return keep_part(step, p, p->other.state);
}

/* IKP-S-45 */
semper_err
ikp_seller_on_batch(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	const struct ikp_seller_params *params = step->party->params;
	struct ikp_batch *batch = semper_step_take(step, sizeof *batch);
	struct ikp_batch_record *record =
	    semper_step_take(step, sizeof *record);
	struct ikp_chain cert_s = {.n = 0};

	if (batch == NULL || record == NULL)
		return SEMPER_E_SPACE;
	ikp_seller_of(step)->batch = record;
	batch->session = step->record.key;
	batch->id_s = params->id_s;
	for (size_t i = 0; i < input->n_items; i++)
		TRY(add_item(step, batch, i, &record->parts.item[i], &cert_s));
	record->parts.n = input->n_items;
	ikp_batch_sum(batch);
	if (FAULT("batch-total-off"))
		batch->totals.item[0].captures++;
	TRY(ikp_batch_make(step, batch, &cert_s, &record->asked));
	TRY(ikp_seller_clear_retry(step, 0));
	return ikp_leave(step, batch->session, IKP_SELLER_BATCH_SENT);
}

/* IKP-S-49 */
semper_err
ikp_seller_on_batch_retry(struct semper_step *step)
{
	struct ikp_batch_record *record = ikp_seller_of(step)->batch;

	TRY(semper_step_reply(step, IKP_ACQUIRER, record->asked.envelope));
	if (record->retries < 3)
		record->retries++;
	TRY(ikp_seller_clear_retry(step, record->retries));
	return ikp_leave(step, step->record.key, IKP_SELLER_BATCH_SENT);
}

/* ---- the answer ---- */

static semper_err
check_results(const struct ikp_batch_record *record,
    const struct ikp_batch_results *results)
{
	bool well = results->n == record->parts.n;

	for (size_t i = 0; i < results->n; i++)
		well = well &&
		    results->item[i].has_totals ==
			(results->item[i].code == 0);
	MUST("IKP-S-46", well, IKP_E_MALFORMED);
	return SEMPER_OK;
}

/* IKP-S-47: what one result does to its transaction, if the batch is still
 * what it waits for. */
static semper_err
take_result(struct semper_step *step, const struct ikp_batch_part *of,
    const struct ikp_batch_result *result)
{
	struct part room, *p = &room;
	struct ikp_seller_clearing *c;
	uint8_t state;

	TRY(load_part(step, p, of->session, of->auth_seq));
	c = &p->record.clearing;
	state = p->other.state;
	if (c->open != IKP_OPEN_BATCH ||
	    !semper_bytes_equal(c->batch, step->record.key))
		return SEMPER_OK;
	ikp_seller_settle(c);
	if (result->code == 0 || FAULT("batch-all-taken")) {
		ikp_seller_take(c, &result->totals);
		state = ikp_seller_state_of(c, state);
	}
	return keep_part(step, p, state);
}

semper_err
ikp_seller_on_batch_res(struct semper_step *step)
{
	const struct ikp_seller_params *params = step->party->params;
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_batch_res *res = &s->in.body.batch_res;
	struct ikp_batch_results *results =
	    semper_step_take(step, sizeof *results);
	struct semper_bytes own;
	int64_t accepted = 0;

	if (results == NULL)
		return SEMPER_E_SPACE;
	TRY(ikp_check_ours(semper_bytes_equal(res->id_s, params->id_s)));
	TRY(ikp_decode(ikp_profile_of(step), &ikp_batch_results_type, results,
	    res->results));
	TRY(check_results(s->batch, results));
	TRY(ikp_asked_body(&own, &s->batch->asked));
	TRY(ikp_batch_answer_check(step, own));
	for (size_t i = 0; i < results->n && i < s->batch->parts.n; i++) {
		TRY(take_result(step, &s->batch->parts.item[i],
		    &results->item[i]));
		accepted += results->item[i].code == 0;
	}
	s->batch->answer = ikp_digest_of(step);
	TRY(semper_step_result_integer(step, "accepted", accepted));
	return ikp_leave(step, step->record.key, IKP_SELLER_BATCH_DONE);
}
