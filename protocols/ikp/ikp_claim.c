/* ikp_claim.c -- how the acquirer judges and books what is asked of a
 * transaction: spec/ikp-clearing.md sections 2 and 7.3.
 *
 *	0 <= refunded <= captured <= authorized        (IKP-A-60)
 */
#include "ikp/ikp_acquirer.h"
#include "ikp/ikp_clearing.h"

#include "base/must.h"

semper_err
ikp_claim_known(bool known, const struct ikp_claim *claim,
    const struct ikp_acquirer_record *record)
{
	MUST("IKP-A-41",
	    known && semper_bytes_equal(record->h_common, claim->h_common),
	    IKP_E_UNKNOWN_TRANSACTION);
	return SEMPER_OK;
}

/* In time, on the second. */
static bool
in_time(const struct semper_step *step,
    const struct ikp_acquirer_clearing *c, bool refund)
{
	const struct ikp_acquirer_params *params = step->party->params;

	if (refund)
		return step->now <= c->last_capture + params->capture_lifetime;
	return step->now <= c->decided + params->auth_lifetime;
}

static bool
within(const struct ikp_acquirer_record *record, const struct ikp_claim *claim)
{
	const struct ikp_acquirer_clearing *c = &record->clearing;
	int64_t amount = claim->amount.amount;

	if (!ikp_same_money(&claim->amount, &record->amount) || amount == 0)
		return false;
	if (FAULT("sum-by-request"))
		return amount <= (claim->refund ? c->captured : c->authorized);
	return claim->refund ? c->refunded + amount <= c->captured
			     : c->captured + amount <= c->authorized;
}

semper_err
ikp_claim_check(const struct semper_step *step, uint8_t state,
    const struct ikp_acquirer_record *record, const struct ikp_claim *claim)
{
	const struct ikp_acquirer_clearing *c = &record->clearing;

	MUST("IKP-A-42", state != IKP_ACQUIRER_PENDING, IKP_E_BUSY);
	MUST("IKP-A-43", claim->seq > c->last_seq, IKP_E_REPLAY);
	MUST("IKP-A-44", claim->seq <= c->last_seq + 1, IKP_E_BAD_STATE);
	MUST("IKP-A-45",
	    state != IKP_ACQUIRER_DECLINED && state != IKP_ACQUIRER_VOIDED &&
		(claim->refund || state != IKP_ACQUIRER_CAPTURED),
	    IKP_E_ALREADY_FINAL);
	MUST("IKP-A-46",
	    (claim->refund && c->captured == 0) ||
		in_time(step, c, claim->refund),
	    IKP_E_EXPIRED);
	MUST("IKP-A-47", within(record, claim), IKP_E_AMOUNT_EXCEEDED);
	return SEMPER_OK;
}

uint8_t
ikp_claim_book(struct ikp_acquirer_record *record,
    const struct ikp_claim *claim, int64_t now)
{
	struct ikp_acquirer_clearing *c = &record->clearing;

	c->last_seq = claim->seq;
	if (claim->refund) {
		c->refunded += claim->amount.amount;
	} else {
		c->captured += claim->amount.amount;
		c->last_capture = now;
		c->closed = (claim->final && !FAULT("final-ignored")) ||
		    c->captured == c->authorized;
	}
	return c->closed ? IKP_ACQUIRER_CAPTURED : IKP_ACQUIRER_PART_CAPTURED;
}

/* IKP-A-53: record->amount is what was asked, or granted, by now. */
void
ikp_clearing_begin(struct ikp_acquirer_record *record, int64_t now)
{
	record->has_clearing = true;
	record->clearing = (struct ikp_acquirer_clearing){
	    .authorized = record->amount.amount,
	    .captured = record->capture_now ? record->amount.amount : 0,
	    .closed = record->capture_now,
	    .decided = now,
	    .last_capture = now};
}

struct ikp_totals
ikp_totals_of(const struct ikp_acquirer_record *record)
{
	const struct ikp_acquirer_clearing *c = &record->clearing;
	struct ikp_price zero = record->amount;
	struct ikp_totals totals = {zero, zero, zero, c->last_seq, c->closed};

	totals.authorized.amount = c->authorized;
	totals.captured.amount = c->captured;
	totals.refunded.amount = c->refunded;
	return totals;
}
