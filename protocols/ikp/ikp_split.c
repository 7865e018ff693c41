/* ikp_split.c -- one order authorised in parts: a quadruple with authSeq 1, 2,
 * ..., whose amounts add up to PRICE at most (spec/ikp-clearing.md 6.2, 7.1). */
#include "ikp/ikp_acquirer.h"
#include "ikp/ikp_clearing.h"

#include <string.h>

#include "base/must.h"

/* ---- the acquirer ---- */

static bool
decided(uint8_t state)
{
	return state == IKP_ACQUIRER_AUTHORIZED ||
	    state == IKP_ACQUIRER_PART_CAPTURED ||
	    state == IKP_ACQUIRER_CAPTURED || state == IKP_ACQUIRER_DECLINED;
}

/* One lesser part.  The decision rests on it: a change of it makes the step
 * run again. */
static semper_err
check_part(struct semper_step *step, const struct ikp_auth_req *req,
    int64_t auth_seq, int64_t *sum)
{
	uint8_t reference[IKP_REFERENCE_SIZE];
	struct ikp_acquirer_record part = {.auth_seq = 0};
	struct semper_other found;

	TRY(ikp_reference(reference, &req->clear, auth_seq));
	TRY(semper_step_other(step, &found, IKP_TABLE_ACQUIRER,
	    SEMPER_BYTES(reference, sizeof reference)));
	if (found.record.version != 0)
		TRY(ikp_record_decode(&ikp_acquirer_record_type, &part,
		    found.body));
	MUST("IKP-A-40",
	    found.record.version != 0 && decided(found.state) &&
		semper_bytes_equal(part.h_common, req->clear.h_common),
	    IKP_E_BAD_STATE);
	if (found.state != IKP_ACQUIRER_DECLINED)
		*sum += part.clearing.authorized;
	return semper_effects_expect(&step->effects, IKP_TABLE_ACQUIRER,
	    found.record.key, found.record.version);
}

semper_err
ikp_split_check_parts(struct semper_step *step, const struct ikp_auth_req *req,
    int64_t *sum)
{
	*sum = 0;
	for (int64_t k = 1; k < req->auth_seq; k++)
		TRY(check_part(step, req, k, sum));
	return SEMPER_OK;
}

semper_err
ikp_split_check_sum(const struct ikp_auth_req *req, int64_t sum,
    const struct ikp_price *price)
{
	MUST("IKP-A-21", sum + req->auth_amount.amount <= price->amount,
	    IKP_E_AMOUNT_EXCEEDED);
	return SEMPER_OK;
}

/* ---- the seller ---- */

/* What no octet can hold is the number of no part: nor is 0. */
struct semper_bytes
ikp_part_key(uint8_t room[IKP_PART_KEY], struct semper_bytes session,
    int64_t auth_seq)
{
	uint8_t number = (uint8_t)auth_seq;

	if (auth_seq <= 1 || session.len != IKP_PART_KEY - 1)
		return session;
	memcpy(room, session.data, session.len);
	room[session.len] = number == auth_seq ? number : 0;
	return SEMPER_BYTES(room, IKP_PART_KEY);
}
