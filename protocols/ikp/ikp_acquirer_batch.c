/* ikp_acquirer_batch.c -- a batch at the acquirer: judged as a whole, then item
 * by item (spec/ikp-clearing.md 7.4). */
#include "ikp/ikp_acquirer.h"

#include <string.h>

#include "base/must.h"

static semper_err
decode(struct semper_step *step, const struct ikp_batch **out)
{
	struct ikp_batch *batch = semper_step_take(step, sizeof *batch);

	*out = batch;
	if (batch == NULL)
		return SEMPER_E_SPACE;
	/* The codec has seen that it is one. */
	return ikp_decode(ikp_profile_of(step), &ikp_batch_type, batch,
	    ikp_in_of(step)->body.batch_req.batch);
}

/* ---- which step it is ---- */

static semper_err
check_whole(struct semper_step *step)
{
	const struct ikp_batch *batch = ikp_acquirer_of(step)->batch;
	struct ikp_clear named = {.id_s = batch->id_s};

	TRY(ikp_auth_request_check_seller(step, &named));
	TRY(ikp_batch_check(step, batch->id_s));
	MUST("IKP-A-56",
	    step->record.version == 0 &&
		semper_bytes_equal(batch->session,
		    ikp_in_of(step)->envelope.session),
	    IKP_E_REPLAY);
	MUST("IKP-A-23", ikp_batch_adds_up(batch), IKP_E_AMOUNT_EXCEEDED);
	return SEMPER_OK;
}

/* The session is taken. */
static semper_err
on_batch_again(struct semper_step *step)
{
	TRY(check_whole(step));
	return ikp_unexpected();
}

semper_err
ikp_acquirer_locate_batch(struct semper_step *step)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	struct semper_bytes session = a->in.envelope.session;
	uint8_t key[64];
	size_t len;

	TRY(decode(step, &a->batch));
	len = a->batch->id_s.len;
	memcpy(key, a->batch->id_s.data, len);
	memcpy(key + len, session.data, session.len);
	TRY(semper_step_load(step, IKP_TABLE_BATCH,
	    SEMPER_BYTES(key, len + session.len)));
	step->event = IKP_ACQUIRER_ON_BATCH_REQ;
	a->record.session = session;
	if (step->state == IKP_ACQUIRER_BATCHED)
		semper_step_aside(step, on_batch_again);
	return SEMPER_OK;
}

/* ---- one item ---- */

struct walk {
	const struct ikp_batch *batch;
	uint8_t (*reference)[IKP_REFERENCE_SIZE]; /* of each item */
	struct ikp_batch_results results;
	struct ikp_net_batch booked;
};

/* Does an earlier item name the same transaction? */
static bool
stands_before(const struct walk *w, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (memcmp(w->reference[j], w->reference[i],
			IKP_REFERENCE_SIZE) == 0)
			return true;
	return false;
}

static semper_err
judge(struct semper_step *step, const struct walk *w, size_t i,
    const struct semper_other *other,
    const struct ikp_acquirer_record *record, const struct ikp_claim *claim)
{
	TRY(ikp_claim_known(other->record.version != 0 &&
		other->profile == step->profile,
	    claim, record));
	if (stands_before(w, i) && !FAULT("batch-twice"))
		return IKP_E_BUSY;
	return ikp_claim_check(step, other->state, record, claim);
}

static semper_err
book(struct semper_step *step, struct walk *w, size_t i,
    const struct semper_other *other, struct ikp_acquirer_record *record,
    const struct ikp_claim *claim)
{
	const struct ikp_batch_item *item = &w->batch->items.item[i];
	struct ikp_batch_result *result = &w->results.item[i];
	struct semper_buffer der;
	uint8_t next = ikp_claim_book(record, claim, step->now);

	TRY(ikp_room(step, &der, other->body.len + 64));
	TRY(ikp_record_encode(&ikp_acquirer_record_type, &der, record));
	TRY(semper_step_put_other(step, other, next, semper_written(&der)));
	result->has_totals = true;
	result->totals = ikp_totals_of(record);
	w->booked.items.item[w->booked.items.n++] = (struct ikp_net_item){
	    item->kind, SEMPER_BYTES(w->reference[i], IKP_REFERENCE_SIZE),
	    item->seq, item->amount};
	return SEMPER_OK;
}

static semper_err
do_item(struct semper_step *step, struct walk *w, size_t i)
{
	const struct ikp_batch_item *item = &w->batch->items.item[i];
	struct ikp_clear clear = {.id_s = w->batch->id_s,
	    .tid_s = item->tid_s,
	    .date = item->date,
	    .nonce_s = item->nonce_s};
	struct ikp_claim claim = {item->kind == IKP_ITEM_REFUND,
	    item->kind == IKP_ITEM_FINAL, item->h_common, item->seq,
	    item->amount};
	struct ikp_acquirer_record record = {.auth_seq = 0};
	struct semper_other other;
	semper_err e;

	TRY(ikp_reference(w->reference[i], &clear, item->auth_seq));
	TRY(semper_step_other(step, &other, IKP_TABLE_ACQUIRER,
	    SEMPER_BYTES(w->reference[i], IKP_REFERENCE_SIZE)));
	if (other.record.version != 0)
		TRY(ikp_record_decode(&ikp_acquirer_record_type, &record,
		    other.body));
	e = judge(step, w, i, &other, &record, &claim);
	if (e == SEMPER_OK)
		return book(step, w, i, &other, &record, &claim);
	if (!SEMPER_IS_REFUSAL(e))
		return e;
	w->results.item[i].code = SEMPER_NUMBER_OF(e);
	if (stands_before(w, i))
		return SEMPER_OK;
	/* The refusal rests on the record as well. */
	return semper_effects_expect(&step->effects, IKP_TABLE_ACQUIRER,
	    other.record.key, other.record.version);
}

/* ---- the batch ---- */

semper_err
ikp_acquirer_on_batch(struct semper_step *step)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	struct walk *w = semper_step_take(step, sizeof *w);
	struct ikp_sent sent;

	if (w == NULL)
		return SEMPER_E_SPACE;
	TRY(check_whole(step));
	w->batch = a->batch;
	w->reference = semper_step_take(step,
	    a->batch->items.n * IKP_REFERENCE_SIZE);
	if (w->reference == NULL)
		return SEMPER_E_SPACE;
	w->results.n = a->batch->items.n;
	for (size_t i = 0; i < w->results.n; i++)
		TRY(do_item(step, w, i));
	w->booked.session = a->batch->session;
	if (w->booked.items.n != 0)
		TRY(ikp_network_batch(step, &w->booked));
	TRY(ikp_batch_answer(step, a->batch->id_s, &w->results, &sent));
	TRY(ikp_acquirer_answered(step, &sent));
	return ikp_leave(step, a->record.session, IKP_ACQUIRER_BATCHED);
}
