/* ikp_reversal.c -- ReversalReq = Clear, authSeq, newAmount, Sig_S, CERT_S
 * S -> A;  Sig_S = S_S(reversal-request, TbsReversal{ID_S, TID_S, DATE,
 *	NONCE_S, H(Common), authSeq, newAmount})
 *
 * ReversalRes = ID_S, TID_S, hReversal, outcome, newAmount, Sig_A
 * A -> S;  Sig_A = S_A(reversal-response, TbsReversalRes{hReversal, outcome,
 *	newAmount})
 *
 * hReversal = H(reversal-hash, ReversalReq).  Edition HARD; in 1KP sealed. */
#include "ikp/ikp_clearing.h"

#include "base/must.h"

static const struct semper_field request_fields[] = {
    FIELD_GROUP("clear", struct ikp_reversal_req, clear, ikp_clear_hard),
    FIELD_INT("authSeq", struct ikp_reversal_req, auth_seq),
    FIELD_GROUP("newAmount", struct ikp_reversal_req, new_amount,
	ikp_price_fields),
    FIELD_BYTES("sigS", struct ikp_reversal_req, sig_s),
    FIELD_LIST("certS", struct ikp_reversal_req, cert_s),
    FIELD_END,
};
static const struct ikp_presence request_presence[] = {
    IKP_PRESENCE_OF_SELLER(ikp_reversal_req),
};
const struct ikp_message ikp_reversal_req_message = {
    .type = {"ReversalReq", NULL, request_fields},
    .profiles = IKP_EDITION_HARD & IKP_23KP,
    .request = true,
    .opens = true,
    .clear = true,
    .presence = request_presence,
    .n_presence = sizeof request_presence / sizeof request_presence[0],
};

static const struct semper_field result_fields[] = {
    FIELD_BYTES("idS", struct ikp_reversal_res, id_s),
    FIELD_BYTES("tidS", struct ikp_reversal_res, tid_s),
    FIELD_BYTES("hReversal", struct ikp_reversal_res, h_reversal),
    FIELD_ENUM("outcome", struct ikp_reversal_res, outcome),
    FIELD_GROUP("newAmount", struct ikp_reversal_res, new_amount,
	ikp_price_fields),
    FIELD_BYTES("sigA", struct ikp_reversal_res, sig_a),
    FIELD_END,
};
const struct ikp_message ikp_reversal_res_message = {
    .type = {"ReversalRes", NULL, result_fields},
    .profiles = IKP_EDITION_HARD & IKP_23KP,
};

/* ---- what is signed: parts of the messages ---- */

static const struct semper_field tbs_request_fields[] = {
    FIELD_BYTES("idS", struct ikp_reversal_req, clear.id_s),
    FIELD_BYTES("tidS", struct ikp_reversal_req, clear.tid_s),
    FIELD_TIME("date", struct ikp_reversal_req, clear.date),
    FIELD_BYTES("nonceS", struct ikp_reversal_req, clear.nonce_s),
    FIELD_BYTES("hCommon", struct ikp_reversal_req, clear.h_common),
    FIELD_INT("authSeq", struct ikp_reversal_req, auth_seq),
    FIELD_GROUP("newAmount", struct ikp_reversal_req, new_amount,
	ikp_price_fields),
    FIELD_END,
};
static const struct ikp_type tbs_request = {"TbsReversal", NULL,
    tbs_request_fields};

static const struct semper_field tbs_result_fields[] = {
    FIELD_BYTES("hReversal", struct ikp_reversal_res, h_reversal),
    FIELD_ENUM("outcome", struct ikp_reversal_res, outcome),
    FIELD_GROUP("newAmount", struct ikp_reversal_res, new_amount,
	ikp_price_fields),
    FIELD_END,
};
static const struct ikp_type tbs_result = {"TbsReversalRes", NULL,
    tbs_result_fields};

bool
ikp_reversal_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_reversal_req *req)
{
	return ikp_verify(profile, key, IKP_CTX_REVERSAL_REQUEST, &tbs_request,
	    req, req->sig_s);
}

/* ---- the seller asks ---- */

/* IKP-S-15: to amount 0; IKP-S-34: to any */
semper_err
ikp_reversal_make(struct semper_step *step, struct ikp_asked *asked,
    struct semper_bytes session, const struct ikp_invoice *invoice,
    int64_t auth_seq, const struct ikp_price *new_amount)
{
	const struct ikp_seller_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_reversal_req req = {.clear = invoice->clear,
	    .auth_seq = auth_seq,
	    .new_amount = *new_amount};
	struct ikp_signature sig;

	if (ikp_in(profile, IKP_23KP)) {
		TRY(ikp_sign(profile, &sig, keys->sig.key,
		    IKP_CTX_REVERSAL_REQUEST, &tbs_request, &req, step->draw,
		    "salt(Sig_reversal)"));
		req.sig_s = ikp_signature_bytes(&sig);
		req.cert_s = invoice->cert_s;
	}
	return ikp_ask(step, asked, IKP_REVERSAL_REQ, session, &req);
}

/* ---- the acquirer answers ---- */

/* IKP-A-25 */
semper_err
ikp_reversal_answer(struct semper_step *step,
    enum ikp_reversal_outcome outcome, struct ikp_sent *sent)
{
	const struct ikp_in *in = ikp_in_of(step);
	const struct ikp_acquirer_keys *keys = step->party->keys;
	const struct ikp_reversal_req *req = &in->body.reversal_req;
	struct ikp_reversal_res res = {.id_s = req->clear.id_s,
	    .tid_s = req->clear.tid_s,
	    .outcome = outcome,
	    .new_amount = req->new_amount};
	struct ikp_digest hash;
	struct ikp_signature sig;

	ikp_hash(in->profile->alg, &hash, IKP_CTX_REVERSAL_HASH,
	    in->own);
	res.h_reversal = ikp_digest_bytes(&hash);
	TRY(ikp_sign(in->profile, &sig, keys->sig.key,
	    IKP_CTX_REVERSAL_RESPONSE, &tbs_result, &res, step->draw,
	    "salt(Sig_reversalRes)"));
	res.sig_a = ikp_signature_bytes(&sig);
	return ikp_answer(step, sent, IKP_REVERSAL_RES, &res);
}

/* ---- the seller checks the answer ---- */

/* ASKED: the request it has to answer. */
semper_err
ikp_reversal_answer_check(struct semper_step *step,
    const struct ikp_asked *asked, const struct ikp_clear *clear)
{
	const struct ikp_reversal_res *res =
	    &ikp_in_of(step)->body.reversal_res;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_bytes own;
	struct ikp_digest hash;
	struct semper_cert acquirer;

	TRY(ikp_asked_body(&own, asked));
	ikp_hash(profile->alg, &hash, IKP_CTX_REVERSAL_HASH, own);
	TRY(ikp_chain_of_acquirer(step, &acquirer, clear->date));
	MUST("IKP-S-23",
	    semper_bytes_equal(res->h_reversal, ikp_digest_bytes(&hash)) &&
		ikp_verify(profile, &acquirer.key, IKP_CTX_REVERSAL_RESPONSE,
		    &tbs_result, res, res->sig_a),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
