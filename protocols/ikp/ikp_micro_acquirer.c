/* ikp_micro_acquirer.c -- what the acquirer does with a chain: the arrows of
 * spec/ikp-micro.md section 7, and all that is checked before a state. */
#include "ikp/ikp_micro.h"

#include "base/ct.h"
#include "base/must.h"
#include "role/layout.h"

#define TERMS_DER_MAX 256

static struct ikp_acquirer_chain *
chain_of(const struct semper_step *step)
{
	return &ikp_acquirer_of(step)->record.micro;
}

static semper_err
terms_of(const struct semper_step *step, struct ikp_terms *terms)
{
	*terms = (struct ikp_terms){.given = true};
	return ikp_decode(ikp_profile_of(step), &ikp_terms_type, terms,
		   chain_of(step)->terms) == SEMPER_OK
	    ? SEMPER_OK
	    : SEMPER_E_STORE;
}

static semper_err
leave(struct semper_step *step, uint8_t next)
{
	TRY(semper_step_result_integer(step, "deposited",
	    chain_of(step)->deposited));
	return ikp_leave(step, ikp_acquirer_of(step)->record.session, next);
}

static int64_t
deadline(const struct semper_step *step, const struct ikp_terms *terms)
{
	const struct ikp_acquirer_params *params = step->party->params;

	return terms->expiry + params->grace;
}

/* ---- a chain begins ---- */

semper_err
ikp_acquirer_reserve(struct semper_step *step, const struct ikp_clear *clear,
    const struct ikp_price *reserved)
{
	struct ikp_acquirer_chain *chain = chain_of(step);
	uint8_t room[TERMS_DER_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);

	if (!ikp_in(ikp_profile_of(step), IKP_MICRO))
		return SEMPER_OK;
	TRY(ikp_encode(ikp_profile_of(step), &ikp_terms_type, &der,
	    &clear->micro));
	TRY(semper_step_copy(step, &chain->terms, semper_written(&der)));
	chain->given = true;
	chain->reserved = *reserved;
	chain->deposited = 0;
	chain->token = clear->micro.root;
	return ikp_root_take(step, clear->micro.root, step->record.key);
}

/* ---- paying ---- */

/* IKP-U-14: the difference, once. */
static semper_err
pay(struct semper_step *step, const struct ikp_terms *terms, int64_t index,
    struct semper_bytes token)
{
	struct ikp_acquirer_chain *chain = chain_of(step);
	struct ikp_price none = ikp_value(terms, 0);
	struct ikp_price amount = ikp_value(terms,
	    FAULT("paid-in-full") ? index : index - chain->deposited);

	TRY(ikp_network_deposit(step, &amount, &none));
	chain->deposited = index;
	chain->token = token;
	return ikp_micro_deposit_res_make(step, &chain->answer, terms, IKP_YES,
	    index, false);
}

/* The rest of the reservation goes back to the buyer. */
static semper_err
release(struct semper_step *step, const struct ikp_terms *terms)
{
	const struct ikp_acquirer_chain *chain = chain_of(step);
	struct ikp_price none = ikp_value(terms, 0), rest = chain->reserved;

	rest.amount -= ikp_value(terms, chain->deposited).amount;
	return ikp_network_deposit(step, &none, &rest);
}

/* ---- checks of a deposit that depend on the chain ---- */

static semper_err
check_deadline(const struct semper_step *step, const struct ikp_terms *terms)
{
	MUST("IKP-U-19", step->now <= deadline(step, terms),
	    IKP_E_CHAIN_EXPIRED);
	return SEMPER_OK;
}

/* TOKEN of INDEX after the one deposited last. */
static semper_err
check_token(const struct semper_step *step,
    const struct ikp_acquirer_chain *chain, const struct ikp_terms *terms,
    int64_t index, struct semper_bytes token)
{
	MUST("IKP-U-13", index > chain->deposited, IKP_E_CHAIN_INVALID);
	MUST("IKP-U-51", index <= terms->n, IKP_E_CHAIN_INVALID);
	MUST("IKP-U-16",
	    ikp_value(terms, index).amount <= chain->reserved.amount,
	    IKP_E_AMOUNT_EXCEEDED);
	MUST("IKP-U-52",
	    ikp_token_leads(ikp_profile_of(step), terms, token, index,
		chain->token, chain->deposited),
	    IKP_E_CHAIN_INVALID);
	return SEMPER_OK;
}

/* ---- the first deposit of an off-line chain ---- */

/* The Auth-Request that it stands for. */
static struct ikp_auth_req
request_of(const struct ikp_micro_deposit *in)
{
	const struct ikp_off_line *off = &in->off_line;

	return (struct ikp_auth_req){.clear = in->clear,
	    .h_desc = off->h_desc,
	    .enc_slip = off->enc_slip,
	    .auth_seq = 1,
	    .sig_s = off->sig_s,
	    .sig_b = off->sig_b,
	    .cert_s = in->cert_s,
	    .cert_b = off->cert_b};
}

static semper_err
check_buyer(struct semper_step *step, struct semper_cert *buyer,
    const struct ikp_auth_req *req)
{
	const struct ikp_profile *profile = ikp_profile_of(step);

	TRY(ikp_chain_of_buyer(step, buyer, &req->cert_b, req->clear.date));
	MUST("IKP-U-37",
	    req->sig_b.data != NULL &&
		ikp_payment_verify(profile, &buyer->key, req->enc_slip,
		    req->clear.h_common, req->sig_b),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
check_commitment(struct semper_step *step, struct ikp_slip *slip,
    struct semper_buffer *room, const struct ikp_auth_req *req)
{
	const struct ikp_acquirer_params *params = step->party->params;
	const struct ikp_terms *terms = &req->clear.micro;
	struct semper_cert seller, buyer;

	TRY(check_deadline(step, terms));
	TRY(ikp_terms_check_root(step, terms, params->n_max));
	if (semper_cert_read(&seller, req->cert_s.item[0]) != SEMPER_OK)
		return SEMPER_E_INTERNAL; /* checked before the state */
	TRY(ikp_auth_request_check_offer(ikp_profile_of(step), &seller, req));
	TRY(check_buyer(step, &buyer, req));
	TRY(ikp_slip_open(step, slip, room, req, &buyer));
	return ikp_terms_check_price(terms, &slip->price);
}

/* The network is asked for the whole chain before anything is paid. */
static semper_err
authorise(struct semper_step *step, const struct ikp_slip *slip)
{
	struct ikp_acquirer_work *a = ikp_acquirer_of(step);
	const struct ikp_micro_deposit *in = &a->in.body.micro_deposit;
	struct ikp_acquirer_chain *chain = &a->record.micro;

	TRY(ikp_acquirer_begin(step, &in->clear, 1));
	TRY(ikp_acquirer_reserve(step, &in->clear, &slip->price));
	TRY(check_token(step, chain, &in->clear.micro, in->index, in->token));
	chain->wanted = in->token;
	chain->wanted_index = in->index;
	a->record.auth_req_seen = ikp_digest_of(step);
	TRY(ikp_network_ask(step, &a->record, slip, &slip->price));
	return leave(step, IKP_ACQUIRER_PENDING);
}

static semper_err
first_deposit(struct semper_step *step)
{
	const struct ikp_auth_req req =
	    request_of(&ikp_in_of(step)->body.micro_deposit);
	uint8_t room[IKP_ENC_SLIP_MAX];
	struct semper_buffer plaintext = SEMPER_BUFFER(room);
	struct ikp_slip slip;
	semper_err e = check_commitment(step, &slip, &plaintext, &req);

	if (e == SEMPER_OK)
		e = authorise(step, &slip);
	semper_wipe(room, sizeof room);
	semper_wipe(&slip, sizeof slip);
	return e;
}

/* ---- actions ---- */

semper_err
ikp_acquirer_on_micro_deposit(struct semper_step *step)
{
	const struct ikp_micro_deposit *in =
	    &ikp_in_of(step)->body.micro_deposit;
	struct ikp_acquirer_record *record = &ikp_acquirer_of(step)->record;
	struct ikp_terms terms;

	if (step->state == IKP_ACQUIRER_NONE)
		return first_deposit(step);
	TRY(terms_of(step, &terms));
	TRY(check_deadline(step, &terms));
	TRY(check_token(step, &record->micro, &terms, in->index, in->token));
	TRY(pay(step, &terms, in->index, in->token));
	if (ikp_profile_of(step)->alg->edition == IKP_HARD)
		ikp_seen_add(&record->seen, ikp_digest_of(step),
		    record->micro.answer);
	return leave(step, IKP_ACQUIRER_AUTHORIZED);
}

/* IKP-U-49 */
semper_err
ikp_acquirer_on_micro_close(struct semper_step *step)
{
	const struct ikp_micro_close *in = &ikp_in_of(step)->body.micro_close;
	struct ikp_acquirer_chain *chain = chain_of(step);
	struct ikp_terms terms;

	TRY(terms_of(step, &terms));
	TRY(check_deadline(step, &terms));
	MUST("IKP-U-53", in->index == chain->deposited, IKP_E_CHAIN_INVALID);
	if (!FAULT("close-keeps-rest"))
		TRY(release(step, &terms));
	TRY(ikp_micro_deposit_res_make(step, &chain->close, &terms, IKP_YES,
	    chain->deposited, true));
	if (ikp_profile_of(step)->alg->edition == IKP_HARD)
		ikp_seen_add(&ikp_acquirer_of(step)->record.seen,
		    ikp_digest_of(step), chain->close);
	return leave(step, IKP_ACQUIRER_CLOSED);
}

/* IKP-U-19: nobody has closed it. */
semper_err
ikp_acquirer_on_release(struct semper_step *step)
{
	struct ikp_terms terms;

	TRY(terms_of(step, &terms));
	if (!FAULT("rest-kept"))
		TRY(release(step, &terms));
	return ikp_leave(step, ikp_acquirer_of(step)->record.session,
	    IKP_ACQUIRER_CLOSED);
}

semper_err
ikp_acquirer_decided(struct semper_step *step, bool *answered,
    enum ikp_decision decision)
{
	struct ikp_acquirer_record *record = &ikp_acquirer_of(step)->record;
	struct ikp_acquirer_chain *chain = &record->micro;
	struct ikp_terms terms;

	*answered = chain->given && chain->wanted.data != NULL;
	if (!chain->given)
		return SEMPER_OK;
	TRY(terms_of(step, &terms));
	if (decision == IKP_YES)
		TRY(ikp_timer(step, "release", step->record.key,
		    deadline(step, &terms)));
	if (!*answered)
		return SEMPER_OK;
	if (decision == IKP_YES)
		TRY(pay(step, &terms, chain->wanted_index, chain->wanted));
	else
		TRY(ikp_micro_deposit_res_make(step, &chain->answer, &terms,
		    IKP_NO, 0, false));
	if (ikp_profile_of(step)->alg->edition == IKP_HARD)
		ikp_seen_add(&record->seen, record->auth_req_seen,
		    chain->answer);
	return SEMPER_OK;
}

/* ---- before the state ---- */

static semper_err
on_repeated(struct semper_step *step)
{
	const struct ikp_acquirer_chain *chain = chain_of(step);

	TRY(semper_step_reply(step, IKP_SELLER,
	    ikp_in_of(step)->id == IKP_MICRO_CLOSE ? chain->close
						   : chain->answer));
	TRY(semper_step_result_integer(step, "deposited", chain->deposited));
	return ikp_stay(step, ikp_acquirer_of(step)->record.session);
}

/* IKP-U-29: the deposit answered last, or the close that closed. */
static bool
repeats(const struct semper_step *step)
{
	const struct ikp_in *in = ikp_in_of(step);
	const struct ikp_acquirer_chain *chain = chain_of(step);
	const struct ikp_micro_deposit *deposit = &in->body.micro_deposit;

	if (!chain->given || FAULT("deposit-not-remembered"))
		return false;
	if (in->id == IKP_MICRO_CLOSE)
		return chain->close.data != NULL &&
		    in->body.micro_close.index == chain->deposited;
	if (step->state == IKP_ACQUIRER_DECLINED)
		return chain->answer.data != NULL &&
		    deposit->index == chain->wanted_index &&
		    semper_bytes_equal(deposit->token, chain->wanted);
	return chain->answer.data != NULL &&
	    deposit->index == chain->deposited &&
	    semper_bytes_equal(deposit->token, chain->token);
}

static semper_err
check_mode(const struct semper_step *step, const struct ikp_clear *clear)
{
	const struct ikp_in *in = ikp_in_of(step);

	TRY(ikp_terms_check_mode(in->profile, &clear->micro));
	MUST("IKP-U-33",
	    in->id == IKP_MICRO_CLOSE ||
		in->body.micro_deposit.has_off_line ==
		    (clear->micro.mode == IKP_OFF_LINE),
	    IKP_E_VARIANT_NOT_ALLOWED);
	return SEMPER_OK;
}

/* Does the chain with this root belong to another seller? */
static semper_err
other_seller(const struct semper_step *step, bool *other,
    const struct ikp_clear *clear)
{
	struct ikp_acquirer_record owner;
	struct semper_record found;

	*other = false;
	TRY(semper_view_get(step->view, &found, IKP_TABLE_ROOT,
	    clear->micro.root));
	if (found.version == 0)
		return SEMPER_OK;
	TRY(semper_view_get(step->view, &found, IKP_TABLE_ACQUIRER,
	    found.value));
	if (found.value.len < SEMPER_LAYOUT_HEAD)
		return SEMPER_E_STORE;
	TRY(ikp_record_decode(&ikp_acquirer_record_type, &owner,
	    SEMPER_BYTES(found.value.data + SEMPER_LAYOUT_HEAD,
		found.value.len - SEMPER_LAYOUT_HEAD)));
	*other = !semper_bytes_equal(owner.id_s, clear->id_s);
	return SEMPER_OK;
}

/* IKP-U-15, IKP-U-26: a quadruple that is not known. */
static semper_err
check_unknown(const struct semper_step *step, const struct ikp_clear *clear)
{
	bool other;

	TRY(other_seller(step, &other, clear));
	MUST("IKP-U-15", !other, IKP_E_UNKNOWN_SELLER);
	MUST("IKP-U-26",
	    clear->micro.mode == IKP_OFF_LINE &&
		ikp_in_of(step)->id == IKP_MICRO_DEPOSIT,
	    IKP_E_UNKNOWN_TRANSACTION);
	return clear->micro.mode == IKP_OFF_LINE ? SEMPER_OK
						 : IKP_E_UNKNOWN_TRANSACTION;
}

static semper_err
check_known(const struct semper_step *step, const struct ikp_clear *clear)
{
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;
	struct ikp_terms terms = {.given = false};

	if (record->micro.given)
		TRY(terms_of(step, &terms));
	MUST("IKP-U-50",
	    semper_bytes_equal(record->h_common, clear->h_common) &&
		(!terms.given || ikp_terms_equal(&terms, &clear->micro)),
	    IKP_E_CHAIN_INVALID);
	return SEMPER_OK;
}

/* IKP-U-36, IKP-U-19, IKP-U-54: states that have a name for it. */
static semper_err
check_state(const struct semper_step *step)
{
	struct ikp_terms terms;

	MUST("IKP-U-36",
	    step->state != IKP_ACQUIRER_PENDING ||
		ikp_in_of(step)->id == IKP_MICRO_CLOSE,
	    IKP_E_BUSY);
	if (step->state != IKP_ACQUIRER_CLOSED)
		return SEMPER_OK;
	TRY(terms_of(step, &terms));
	TRY(check_deadline(step, &terms));
	MUST("IKP-U-54", false, IKP_E_ALREADY_FINAL);
	return SEMPER_OK;
}

static semper_err
check(struct semper_step *step, const struct ikp_clear *clear)
{
	const struct ikp_in *in = ikp_in_of(step);

	TRY(ikp_auth_request_check_seller(step, clear));
	TRY(check_mode(step, clear));
	if (step->record.version == 0)
		TRY(check_unknown(step, clear));
	else
		TRY(check_known(step, clear));
	if (in->id == IKP_MICRO_CLOSE)
		TRY(ikp_micro_close_check(step, &in->body.micro_close));
	else
		TRY(ikp_micro_deposit_check(step, &in->body.micro_deposit));
	if (repeats(step)) {
		semper_step_aside(step, on_repeated);
		return SEMPER_OK;
	}
	return check_state(step);
}

semper_err
ikp_acquirer_locate_deposit(struct semper_step *step)
{
	const struct ikp_in *in = ikp_in_of(step);
	const struct ikp_clear *clear = in->id == IKP_MICRO_CLOSE
	    ? &in->body.micro_close.clear
	    : &in->body.micro_deposit.clear;
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;

	TRY(ikp_acquirer_load_named(step, clear, 1));
	step->event = in->id == IKP_MICRO_CLOSE ? IKP_ACQUIRER_ON_MICRO_CLOSE
						: IKP_ACQUIRER_ON_MICRO_DEPOSIT;
	/* IKP-G-04 */
	if (ikp_seen_find(&record->seen, ikp_digest_of(step)) != NULL) {
		semper_step_aside(step, ikp_acquirer_on_seen);
		return SEMPER_OK;
	}
	return check(step, clear);
}
