/* ikp_acquirer_clearing.c -- captures and refunds at the acquirer, and the
 * answers it keeps (spec/ikp-clearing.md 7). */
#include "ikp/ikp_acquirer.h"

#include "base/must.h"

/* ---- answers, by the hash of the request ---- */

static bool
kept(int id)
{
	return id == IKP_CAPTURE_REQ || id == IKP_REFUND_REQ ||
	    id == IKP_REVERSAL_REQ || id == IKP_BATCH_REQ ||
	    id == IKP_SEALED_REQ;
}

static semper_err
on_answered(struct semper_step *step)
{
	TRY(semper_step_reply(step, IKP_SELLER,
	    ikp_acquirer_of(step)->answer));
	return ikp_stay(step, ikp_in_of(step)->envelope.session);
}

semper_err
ikp_acquirer_locate_answered(struct semper_step *step, bool *answered)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	struct ikp_answer_record answer;
	struct semper_record found;

	*answered = false;
	if (!kept(a->in.id))
		return SEMPER_OK;
	TRY(semper_view_get(step->view, &found, IKP_TABLE_ANSWER,
	    ikp_digest_of(step)));
	if (found.version == 0)
		return SEMPER_OK;
	TRY(ikp_record_decode(&ikp_answer_record_type, &answer, found.value));
	*answered = true;
	a->answer = answer.answer;
	semper_step_aside(step, on_answered);
	return semper_step_load(step,
	    answer.batch ? IKP_TABLE_BATCH : IKP_TABLE_ACQUIRER, answer.key);
}

semper_err
ikp_acquirer_answered(struct semper_step *step, const struct ikp_sent *sent)
{
	struct ikp_answer_record answer = {
	    step->event == IKP_ACQUIRER_ON_BATCH_REQ, step->record.key,
	    sent->envelope};
	struct semper_buffer der;

	TRY(ikp_room(step, &der, sent->envelope.len + 128));
	if (FAULT("answer-forgotten"))
		return SEMPER_OK;
	TRY(ikp_record_encode(&ikp_answer_record_type, &der, &answer));
	return semper_effects_put(&step->effects, IKP_TABLE_ANSWER,
	    ikp_digest_of(step), 0, semper_written(&der));
}

/* ---- capture and refund ---- */

static const struct ikp_money *
money_of(const struct semper_step *step)
{
	return ikp_in_of(step)->id == IKP_REFUND_REQ ? &ikp_refund
						     : &ikp_capture;
}

static struct ikp_claim
claim_of(const struct semper_step *step)
{
	const struct ikp_in *in = ikp_in_of(step);
	const struct ikp_money_req *req = &in->body.money_req;

	return (struct ikp_claim){in->id == IKP_REFUND_REQ, req->final,
	    req->clear.h_common, req->seq, req->amount};
}

static semper_err
check(struct semper_step *step, const struct ikp_claim *claim)
{
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;

	TRY(ikp_auth_request_check_seller(step,
	    &ikp_in_of(step)->body.money_req.clear));
	TRY(ikp_claim_known(step->record.version != 0, claim, record));
	TRY(ikp_money_check(step, money_of(step)));
	return ikp_claim_check(step, step->state, record, claim);
}

/* In a state that has no row for it: the checks say why. */
static semper_err
on_money_refused(struct semper_step *step)
{
	struct ikp_claim claim = claim_of(step);

	TRY(check(step, &claim));
	return ikp_unexpected();
}

semper_err
ikp_acquirer_locate_money(struct semper_step *step)
{
	bool refund = ikp_in_of(step)->id == IKP_REFUND_REQ;
	bool has_row = step->state == IKP_ACQUIRER_PART_CAPTURED ||
	    step->state ==
		(refund ? IKP_ACQUIRER_CAPTURED : IKP_ACQUIRER_AUTHORIZED);

	step->event = refund ? IKP_ACQUIRER_ON_REFUND_REQ
			     : IKP_ACQUIRER_ON_CAPTURE_REQ;
	if (!has_row)
		semper_step_aside(step, on_money_refused);
	return SEMPER_OK;
}

semper_err
ikp_acquirer_on_money(struct semper_step *step)
{
	struct ikp_acquirer_record *record = &ikp_acquirer_of(step)->record;
	struct ikp_claim claim = claim_of(step);
	struct ikp_acquirer_clearing before;
	struct ikp_sent sent;
	uint8_t next;

	TRY(check(step, &claim));
	before = record->clearing;
	next = ikp_claim_book(record, &claim, step->now);
	if (!claim.refund || !FAULT("refund-not-told"))
		TRY(ikp_network_money(step, &claim));
	TRY(ikp_money_answer(step, money_of(step), record, &sent));
	TRY(ikp_acquirer_answered(step, &sent));
	if (FAULT("booking-forgotten"))
		record->clearing = before;
	return ikp_leave(step, record->session, next);
}
