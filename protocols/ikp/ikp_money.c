/* ikp_money.c -- what captures and refunds have in common: they differ in
 * names and contexts (struct ikp_money), and in what the acquirer books
 * (ikp_claim.c). */
#include "ikp/ikp_clearing.h"

#include "base/must.h"

/* ---- the seller asks ---- */

/* IKP-S-32, IKP-S-33 */
semper_err
ikp_money_make(struct semper_step *step, const struct ikp_money *money,
    struct ikp_seller_record *record, const struct ikp_invoice *invoice,
    int64_t seq, const struct ikp_input *input)
{
	const struct ikp_seller_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_seller_clearing *c = &record->clearing;
	struct ikp_money_req req = {.clear = invoice->clear,
	    .auth_seq = c->auth_seq,
	    .seq = seq,
	    .amount = input->amount,
	    .final = input->final && !FAULT("capture-never-final")};
	struct ikp_signature sig;

	if (ikp_in(profile, IKP_23KP)) {
		TRY(ikp_sign(profile, &sig, keys->sig.key, money->sign,
		    money->tbs, &req, step->draw, money->salt));
		req.sig_s = ikp_signature_bytes(&sig);
		req.cert_s = invoice->cert_s;
	}
	c->has_asked = true;
	return ikp_ask(step, &c->asked, money->request, input->session, &req,
	    0);
}

/* ---- the acquirer checks ---- */

semper_err
ikp_money_check(struct semper_step *step, const struct ikp_money *money)
{
	const struct ikp_money_req *req = &ikp_in_of(step)->body.money_req;
	const struct ikp_acquirer_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_cert seller;

	if (!ikp_in(profile, IKP_23KP))
		return SEMPER_OK;
	TRY(ikp_chain_check(profile, &params->trust, &seller, &req->cert_s,
	    SEMPER_USE_SELLER, req->clear.id_s, step->now, req->clear.date));
	MUST("IKP-A-20",
	    ikp_verify(profile, &seller.key, money->sign, money->tbs, req,
		req->sig_s),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

/* ---- the acquirer answers ---- */

/* IKP-A-48, IKP-A-49 */
semper_err
ikp_money_answer(struct semper_step *step, const struct ikp_money *money,
    const struct ikp_acquirer_record *record, struct ikp_sent *sent)
{
	const struct ikp_acquirer_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_money_res res = {.id_s = record->id_s,
	    .tid_s = record->tid_s,
	    .auth_seq = record->auth_seq,
	    .totals = ikp_totals_of(record)};
	struct ikp_digest hash;
	struct ikp_signature sig;

	ikp_hash(profile->alg, &hash, money->hash, ikp_in_of(step)->own);
	res.h_request = ikp_digest_bytes(&hash);
	TRY(ikp_sign(profile, &sig, keys->sig.key, money->respond,
	    money->tbs_response, &res, step->draw, money->salt_response));
	res.sig_a = ikp_signature_bytes(&sig);
	return ikp_answer(step, sent, money->response, &res, 0);
}

/* ---- the seller checks the answer ---- */

semper_err
ikp_money_answer_check(struct semper_step *step, const struct ikp_money *money,
    const struct ikp_seller_record *record, const struct ikp_clear *clear)
{
	const struct ikp_money_res *res = &ikp_in_of(step)->body.money_res;
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_bytes own;
	struct ikp_digest hash;
	struct semper_cert acquirer;

	TRY(ikp_asked_body(&own, &record->clearing.asked));
	ikp_hash(profile->alg, &hash, money->hash, own);
	TRY(ikp_chain_check(profile, &params->trust, &acquirer,
	    &params->acquirer_sig, SEMPER_USE_ACQUIRER_SIG, SEMPER_NONE,
	    step->now, clear->date));
	MUST("IKP-S-36",
	    res->auth_seq == record->clearing.auth_seq &&
		semper_bytes_equal(res->h_request, ikp_digest_bytes(&hash)) &&
		ikp_verify(profile, &acquirer.key, money->respond,
		    money->tbs_response, res, res->sig_a),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
