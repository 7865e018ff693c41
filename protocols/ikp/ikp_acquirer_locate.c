/* ikp_acquirer_locate.c -- which event a step of the acquirer is, and what is
 * answered alike in every state: errors, repetitions, what comes too late. */
#include "ikp/ikp_micro.h"

#include "base/must.h"

semper_err
ikp_acquirer_load(struct semper_step *step, struct semper_bytes reference)
{
	TRY(semper_step_load(step, IKP_TABLE_ACQUIRER, reference));
	if (step->record.version == 0)
		return SEMPER_OK;
	return ikp_record_decode(&ikp_acquirer_record_type,
	    &ikp_acquirer_of(step)->record, step->body);
}

static semper_err
stay(struct semper_step *step)
{
	return ikp_stay(step, ikp_acquirer_of(step)->record.session);
}

/* ---- in every state ---- */

/* IKP-G-11 */
static semper_err
on_error(struct semper_step *step)
{
	return stay(step);
}

static semper_err
check_not_voided(const struct semper_step *step)
{
	bool one = ikp_in(ikp_profile_of(step), IKP_VARIANT_1KP);

	MUST("IKP-A-31", one || step->state != IKP_ACQUIRER_VOIDED,
	    IKP_E_ALREADY_FINAL);
	MUST("IKP-A-61", !one || step->state != IKP_ACQUIRER_VOIDED,
	    IKP_E_ALREADY_FINAL);
	return SEMPER_OK;
}

/* IKP-A-05: the stored answer, and nothing asked of the network.  The yes of
 * a transaction that has been reversed since is no answer any more. */
static semper_err
on_auth_req_repeated(struct semper_step *step)
{
	const struct ikp_acquirer_work *a = ikp_acquirer_of(step);

	MUST("IKP-A-30", step->state != IKP_ACQUIRER_PENDING, IKP_E_BUSY);
	TRY(check_not_voided(step));
	if (a->record.auth_res.data != NULL && !FAULT("auth-res-not-kept"))
		TRY(semper_step_reply(step, IKP_SELLER, a->record.auth_res));
	return stay(step);
}

/* Another Auth-Request for a quadruple that is taken. */
static semper_err
on_auth_req_again(struct semper_step *step)
{
	TRY(ikp_auth_request_check_policy(step,
	    &ikp_in_of(step)->body.auth_req.clear));
	TRY(check_not_voided(step));
	MUST("IKP-A-04", false, IKP_E_REPLAY);
	return stay(step);
}

/* IKP-G-04 */
semper_err
ikp_acquirer_on_seen(struct semper_step *step)
{
	const struct ikp_seen *seen =
	    ikp_seen_find(&ikp_acquirer_of(step)->record.seen,
		ikp_digest_of(step));

	TRY(semper_step_reply(step, IKP_SELLER, seen->answer));
	return stay(step);
}

/* IKP-A-32: the network repeats itself, or contradicts itself. */
static semper_err
on_net_reply_again(struct semper_step *step)
{
	const struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	enum ikp_network_state now =
	    a->in.body.net_reply.decision == IKP_YES ? IKP_NET_YES : IKP_NET_NO;

	if (now != a->record.network && !FAULT("network-contradicts"))
		return ikp_unexpected();
	return stay(step);
}

/* ---- which event is it? ---- */

static semper_err
locate_net_reply(struct semper_step *step)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);

	TRY(ikp_net_reply_decode(step));
	TRY(ikp_acquirer_load(step, a->in.body.net_reply.reference));
	MUST("IKP-A-32",
	    step->record.version != 0 && a->record.network != IKP_NET_NOT_ASKED,
	    IKP_E_UNKNOWN_TRANSACTION);
	if (step->state != IKP_ACQUIRER_PENDING)
		semper_step_aside(step, on_net_reply_again);
	step->event = IKP_ACQUIRER_ON_NET_REPLY;
	return SEMPER_OK;
}

semper_err
ikp_acquirer_load_named(struct semper_step *step, const struct ikp_clear *clear,
    int64_t auth_seq)
{
	uint8_t reference[IKP_REFERENCE_SIZE];

	TRY(ikp_reference(reference, clear, auth_seq));
	TRY(ikp_acquirer_load(step, SEMPER_BYTES(reference, sizeof reference)));
	return ikp_check_profile(step,
	    (int)(ikp_in_of(step)->profile - ikp_profiles));
}

static semper_err
locate_auth_req(struct semper_step *step)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	struct ikp_auth_req *req = &a->in.body.auth_req;
	bool hard = a->in.profile->alg->edition == IKP_HARD;

	if (!hard)
		req->auth_seq = 1;
	TRY(ikp_acquirer_load_named(step, &req->clear, req->auth_seq));
	step->event = IKP_ACQUIRER_ON_AUTH_REQ;
	if (step->state == IKP_ACQUIRER_NONE)
		return SEMPER_OK;
	if (hard &&
	    semper_bytes_equal(a->record.auth_req_seen, ikp_digest_of(step)))
		semper_step_aside(step, on_auth_req_repeated);
	else if (!FAULT("IKP-A-04"))
		semper_step_aside(step, on_auth_req_again);
	else
		step->state = IKP_ACQUIRER_NONE; /* taken for a new one */
	return SEMPER_OK;
}

static semper_err
locate_reversal_req(struct semper_step *step)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	const struct ikp_reversal_req *req = &a->in.body.reversal_req;

	TRY(ikp_acquirer_load_named(step, &req->clear, req->auth_seq));
	if (step->state == IKP_ACQUIRER_PENDING)
		semper_step_aside(step, ikp_acquirer_reversal_pending);
	step->event = IKP_ACQUIRER_ON_REVERSAL_REQ;
	return SEMPER_OK;
}

/* A message that names a session and nothing else. */
static semper_err
locate_by_session(struct semper_step *step)
{
	const struct ikp_in *in = ikp_in_of(step);
	struct semper_record found;

	step->event = IKP_ACQUIRER_ON_OTHER;
	TRY(semper_view_get(step->view, &found, IKP_TABLE_SESSION,
	    in->envelope.session));
	if (!ikp_messages[in->id]->opens)
		TRY(ikp_check_ours(found.version != 0));
	if (found.version == 0)
		return SEMPER_OK;
	TRY(ikp_acquirer_load(step, found.value));
	TRY(ikp_check_profile(step, (int)(in->profile - ikp_profiles)));
	if (in->id == IKP_ERROR_MSG)
		semper_step_aside(step, on_error);
	return SEMPER_OK;
}

static semper_err
locate_message(struct semper_step *step)
{
	struct ikp_in *in = ikp_in_of(step);
	bool answered;

	TRY(ikp_receive(step, NULL));
	TRY(ikp_acquirer_locate_answered(step, &answered));
	if (answered)
		return SEMPER_OK;
	if (in->id == IKP_SEALED_REQ)
		TRY(ikp_channel_open(step));
	switch (in->id) {
	case IKP_AUTH_REQ:
		return locate_auth_req(step);
	case IKP_REVERSAL_REQ:
		return locate_reversal_req(step);
	case IKP_ACQ_INQUIRY_REQ:
		step->event = IKP_ACQUIRER_ON_ACQ_INQUIRY_REQ;
		return ikp_acquirer_load_named(step,
		    &in->body.acq_inquiry_req.clear,
		    in->body.acq_inquiry_req.auth_seq);
	case IKP_MICRO_DEPOSIT:
	case IKP_MICRO_CLOSE:
		return ikp_acquirer_locate_deposit(step);
	case IKP_CAPTURE_REQ:
	case IKP_REFUND_REQ:
		TRY(ikp_acquirer_load_named(step, &in->body.money_req.clear,
		    in->body.money_req.auth_seq));
		return ikp_acquirer_locate_money(step);
	case IKP_BATCH_REQ:
		return ikp_acquirer_locate_batch(step);
	default:
		return locate_by_session(step);
	}
}

static semper_err
locate_timer(struct semper_step *step)
{
	uint8_t reference[IKP_REFERENCE_SIZE];

	if (ikp_timer_parse(step->in->name, "net-retry", reference,
		sizeof reference))
		step->event = IKP_ACQUIRER_ON_NET_RETRY;
	else if (ikp_timer_parse(step->in->name, "release", reference,
		     sizeof reference))
		step->event = IKP_ACQUIRER_ON_RELEASE;
	else
		return SEMPER_E_UNSUPPORTED;
	TRY(ikp_acquirer_load(step, SEMPER_BYTES(reference, sizeof reference)));
	return ikp_check_ours(step->record.version != 0);
}

semper_err
ikp_acquirer_locate(struct semper_step *step)
{
	switch (step->in->kind) {
	case SEMPER_RECV:
		return step->in->from == IKP_NETWORK ? locate_net_reply(step)
						     : locate_message(step);
	case SEMPER_TIMER:
		return locate_timer(step);
	case SEMPER_INPUT:
		break;
	}
	return SEMPER_E_ARGUMENT;
}
