/* ikp_money.c -- CaptureReq = Clear, authSeq, seq, amount, final
 *	[, Sig_S, CERT_S];  RefundReq the same without final
 * S -> A;  Sig_S = S_S(capture-request, TbsCapture{ID_S, TID_S, DATE,
 *	NONCE_S, H(Common), authSeq, seq, amount, final}), in a RefundReq
 *	S_S(refund-request, TbsRefund{the same without final})
 *
 * CaptureRes, RefundRes = ID_S, TID_S, authSeq, hRequest, totals, Sig_A
 * A -> S;  Sig_A = S_A(capture-response, TbsCaptureRes{hRequest, totals}), in
 *	a RefundRes S_A(refund-response, TbsRefundRes{the same})
 *
 * hRequest = H(capture-hash, CaptureReq), H(refund-hash, RefundReq).  Edition
 * HARD; in 1KP sealed.  What else tells them apart, the acquirer's books, is
 * in ikp_claim.c. */
#include "ikp/ikp_clearing.h"

#include "base/must.h"

#define CLAIM                                                   \
	FIELD_INT("authSeq", struct ikp_money_req, auth_seq),   \
	    FIELD_INT("seq", struct ikp_money_req, seq),        \
	    FIELD_GROUP("amount", struct ikp_money_req, amount, \
		ikp_price_fields)
#define FINAL FIELD_BOOL("final", struct ikp_money_req, final)
#define HEAD \
	FIELD_GROUP("clear", struct ikp_money_req, clear, ikp_clear_hard), CLAIM
#define TAIL                                              \
	FIELD_BYTES("sigS", struct ikp_money_req, sig_s), \
	    FIELD_LIST("certS", struct ikp_money_req, cert_s)

static const struct semper_field capture_fields[] = {
    HEAD,
    FINAL,
    TAIL,
    FIELD_END,
};
static const struct semper_field refund_fields[] = {
    HEAD,
    TAIL,
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_OF_SELLER(ikp_money_req),
};
static const struct semper_field response_fields[] = {
    FIELD_BYTES("idS", struct ikp_money_res, id_s),
    FIELD_BYTES("tidS", struct ikp_money_res, tid_s),
    FIELD_INT("authSeq", struct ikp_money_res, auth_seq),
    FIELD_BYTES("hRequest", struct ikp_money_res, h_request),
    FIELD_GROUP("totals", struct ikp_money_res, totals, ikp_totals_fields),
    FIELD_BYTES("sigA", struct ikp_money_res, sig_a),
    FIELD_END,
};

#define REQUEST(name, fields)                                         \
	{                                                             \
		.type = {(name), NULL, (fields)},                     \
		.profiles = IKP_CLEARING & IKP_23KP, .request = true, \
		.opens = true, .clear = true, .presence = presence,   \
		.n_presence = sizeof presence / sizeof presence[0],   \
	}
#define RESPONSE(name)                                   \
	{                                                \
		.type = {(name), NULL, response_fields}, \
		.profiles = IKP_CLEARING & IKP_23KP,     \
	}
const struct ikp_message ikp_capture_req_message =
    REQUEST("CaptureReq", capture_fields);
const struct ikp_message ikp_refund_req_message =
    REQUEST("RefundReq", refund_fields);
const struct ikp_message ikp_capture_res_message = RESPONSE("CaptureRes");
const struct ikp_message ikp_refund_res_message = RESPONSE("RefundRes");

/* ---- what is signed: parts of the messages ---- */

#define TBS_HEAD                                                          \
	FIELD_BYTES("idS", struct ikp_money_req, clear.id_s),             \
	    FIELD_BYTES("tidS", struct ikp_money_req, clear.tid_s),       \
	    FIELD_TIME("date", struct ikp_money_req, clear.date),         \
	    FIELD_BYTES("nonceS", struct ikp_money_req, clear.nonce_s),   \
	    FIELD_BYTES("hCommon", struct ikp_money_req, clear.h_common), \
	    CLAIM

static const struct semper_field tbs_capture_fields[] = {
    TBS_HEAD,
    FINAL,
    FIELD_END,
};
static const struct semper_field tbs_refund_fields[] = {
    TBS_HEAD,
    FIELD_END,
};
static const struct semper_field tbs_response_fields[] = {
    FIELD_BYTES("hRequest", struct ikp_money_res, h_request),
    FIELD_GROUP("totals", struct ikp_money_res, totals, ikp_totals_fields),
    FIELD_END,
};

/* ---- the two kinds ---- */

const struct ikp_money ikp_capture = {
    .request = IKP_CAPTURE_REQ,
    .response = IKP_CAPTURE_RES,
    .sign = IKP_CTX_CAPTURE_REQUEST,
    .hash = IKP_CTX_CAPTURE_HASH,
    .respond = IKP_CTX_CAPTURE_RESPONSE,
    .tbs = {"TbsCapture", NULL, tbs_capture_fields},
    .tbs_response = {"TbsCaptureRes", NULL, tbs_response_fields},
    .salt = "salt(Sig_capture)",
    .salt_response = "salt(Sig_captureRes)",
    .open = IKP_OPEN_CAPTURE,
};
const struct ikp_money ikp_refund = {
    .request = IKP_REFUND_REQ,
    .response = IKP_REFUND_RES,
    .sign = IKP_CTX_REFUND_REQUEST,
    .hash = IKP_CTX_REFUND_HASH,
    .respond = IKP_CTX_REFUND_RESPONSE,
    .tbs = {"TbsRefund", NULL, tbs_refund_fields},
    .tbs_response = {"TbsRefundRes", NULL, tbs_response_fields},
    .salt = "salt(Sig_refund)",
    .salt_response = "salt(Sig_refundRes)",
    .open = IKP_OPEN_REFUND,
};

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
		    &money->tbs, &req, step->draw, money->salt));
		req.sig_s = ikp_signature_bytes(&sig);
		req.cert_s = invoice->cert_s;
	}
	c->has_asked = true;
	return ikp_ask(step, &c->asked, money->request, input->session, &req);
}

/* ---- the acquirer checks ---- */

semper_err
ikp_money_check(struct semper_step *step, const struct ikp_money *money)
{
	const struct ikp_money_req *req = &ikp_in_of(step)->body.money_req;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_cert seller;

	if (!ikp_in(profile, IKP_23KP))
		return SEMPER_OK;
	TRY(ikp_chain_of_seller(step, &seller, &req->cert_s, req->clear.id_s,
	    req->clear.date));
	MUST("IKP-A-20",
	    ikp_verify(profile, &seller.key, money->sign, &money->tbs, req,
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
	    &money->tbs_response, &res, step->draw, money->salt_response));
	res.sig_a = ikp_signature_bytes(&sig);
	return ikp_answer(step, sent, money->response, &res);
}

/* ---- the seller checks the answer ---- */

semper_err
ikp_money_answer_check(struct semper_step *step, const struct ikp_money *money,
    const struct ikp_seller_record *record, const struct ikp_clear *clear)
{
	const struct ikp_money_res *res = &ikp_in_of(step)->body.money_res;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_bytes own;
	struct ikp_digest hash;
	struct semper_cert acquirer;

	TRY(ikp_asked_body(&own, &record->clearing.asked));
	ikp_hash(profile->alg, &hash, money->hash, own);
	TRY(ikp_chain_of_acquirer(step, &acquirer, clear->date));
	MUST("IKP-S-36",
	    res->auth_seq == record->clearing.auth_seq &&
		semper_bytes_equal(res->h_request, ikp_digest_bytes(&hash)) &&
		ikp_verify(profile, &acquirer.key, money->respond,
		    &money->tbs_response, res, res->sig_a),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
