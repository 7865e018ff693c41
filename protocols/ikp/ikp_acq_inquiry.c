/* ikp_acq_inquiry.c -- AcqInquiryReq = Clear, authSeq, inquiryId, Sig_S, CERT_S
 * S -> A;  Sig_S = S_S(acq-inquiry, TbsAcqInquiry{H(Common), authSeq,
 *	inquiryId})
 *
 * AcqInquiryRes = ID_S, TID_S, hInquiry, status [, AuthRes], Sig_A
 * A -> S;  Sig_A = S_A(acq-inquiry-response, TbsAcqInquiryRes{hInquiry,
 *	status [, hAuthRes]})
 *
 * hInquiry = H(acq-inquiry-hash, AcqInquiryReq), hAuthRes = H(auth-res-hash,
 * AuthRes).  Edition HARD; in 1KP sealed. */
#include "ikp/ikp_clearing.h"

#include "base/must.h"

static const struct semper_field request_fields[] = {
    FIELD_GROUP("clear", struct ikp_acq_inquiry_req, clear, ikp_clear_hard),
    FIELD_INT("authSeq", struct ikp_acq_inquiry_req, auth_seq),
    FIELD_BYTES("inquiryId", struct ikp_acq_inquiry_req, inquiry_id),
    FIELD_BYTES("sigS", struct ikp_acq_inquiry_req, sig_s),
    FIELD_LIST("certS", struct ikp_acq_inquiry_req, cert_s),
    FIELD_END,
};
static const struct ikp_presence request_presence[] = {
    IKP_PRESENCE_OF_SELLER(ikp_acq_inquiry_req),
};
const struct ikp_message ikp_acq_inquiry_req_message = {
    .type = {"AcqInquiryReq", NULL, request_fields},
    .profiles = IKP_EDITION_HARD & IKP_23KP,
    .request = true,
    .opens = true,
    .clear = true,
    .presence = request_presence,
    .n_presence = sizeof request_presence / sizeof request_presence[0],
};

static const struct semper_field result_fields[] = {
    FIELD_BYTES("idS", struct ikp_acq_inquiry_res, id_s),
    FIELD_BYTES("tidS", struct ikp_acq_inquiry_res, tid_s),
    FIELD_BYTES("hInquiry", struct ikp_acq_inquiry_res, h_inquiry),
    FIELD_ENUM("status", struct ikp_acq_inquiry_res, status),
    FIELD_PRESENT("authRes", struct ikp_acq_inquiry_res, has_auth_res),
    FIELD_GROUP("authRes", struct ikp_acq_inquiry_res, auth_res,
	ikp_auth_res_hard),
    FIELD_PRESENT("totals", struct ikp_acq_inquiry_res, has_totals),
    FIELD_GROUP("totals", struct ikp_acq_inquiry_res, totals,
	ikp_totals_fields),
    FIELD_BYTES("sigA", struct ikp_acq_inquiry_res, sig_a),
    FIELD_END,
};
const struct ikp_message ikp_acq_inquiry_res_message = {
    .type = {"AcqInquiryRes", NULL, result_fields},
    .profiles = IKP_EDITION_HARD & IKP_23KP,
};

/* ---- what is signed ---- */

/* TbsAcqInquiry is a part of AcqInquiryReq. */
static const struct semper_field tbs_request_fields[] = {
    FIELD_BYTES("hCommon", struct ikp_acq_inquiry_req, clear.h_common),
    FIELD_INT("authSeq", struct ikp_acq_inquiry_req, auth_seq),
    FIELD_BYTES("inquiryId", struct ikp_acq_inquiry_req, inquiry_id),
    FIELD_END,
};
static const struct ikp_type tbs_request = {"TbsAcqInquiry", NULL,
    tbs_request_fields};

struct tbs_result {
	struct semper_bytes h_inquiry;
	enum ikp_status status;
	struct semper_bytes h_auth_res;
	bool has_totals;
	struct ikp_totals totals;
};
static const struct semper_field tbs_result_fields[] = {
    FIELD_BYTES("hInquiry", struct tbs_result, h_inquiry),
    FIELD_ENUM("status", struct tbs_result, status),
    FIELD_BYTES("hAuthRes", struct tbs_result, h_auth_res),
    FIELD_PRESENT("totals", struct tbs_result, has_totals),
    FIELD_GROUP("totals", struct tbs_result, totals, ikp_totals_fields),
    FIELD_END,
};
static const struct ikp_type tbs_result_type = {"TbsAcqInquiryRes", NULL,
    tbs_result_fields};

bool
ikp_acq_inquiry_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_acq_inquiry_req *req)
{
	return ikp_verify(profile, key, IKP_CTX_ACQ_INQUIRY, &tbs_request, req,
	    req->sig_s);
}

/* TBS of a result; DIGEST holds what it points into. */
static semper_err
tbs_of(struct tbs_result *tbs, struct ikp_digest *digest,
    const struct ikp_profile *profile, const struct ikp_acq_inquiry_res *res)
{
	uint8_t room[2048];
	struct semper_buffer der = SEMPER_BUFFER(room);

	*tbs = (struct tbs_result){res->h_inquiry, res->status, SEMPER_NONE,
	    res->has_totals, res->totals};
	if (!res->has_auth_res)
		return SEMPER_OK;
	TRY(ikp_encode(profile, &ikp_auth_res_message.type, &der,
	    &res->auth_res));
	ikp_hash(profile->alg, digest, IKP_CTX_AUTH_RES_HASH,
	    semper_written(&der));
	tbs->h_auth_res = ikp_digest_bytes(digest);
	return SEMPER_OK;
}

/* ---- the seller asks ---- */

semper_err
ikp_acq_inquiry_make(struct semper_step *step, struct ikp_seller_record *record,
    struct semper_bytes session, const struct ikp_invoice *invoice,
    int64_t auth_seq, struct ikp_asked *asked)
{
	const struct ikp_seller_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_acq_inquiry_req req = {.clear = invoice->clear,
	    .auth_seq = auth_seq};
	struct ikp_signature sig;
	struct ikp_digest hash;
	struct semper_bytes own;

	TRY(ikp_draw(step, &req.inquiry_id, "inquiryId", IKP_NONCE_SIZE));
	if (ikp_in(profile, IKP_23KP)) {
		TRY(ikp_sign(profile, &sig, keys->sig.key, IKP_CTX_ACQ_INQUIRY,
		    &tbs_request, &req, step->draw, "salt(Sig_inquiry)"));
		req.sig_s = ikp_signature_bytes(&sig);
		req.cert_s = invoice->cert_s;
	}
	TRY(ikp_ask(step, asked, IKP_ACQ_INQUIRY_REQ, session, &req));
	TRY(ikp_asked_body(&own, asked));
	ikp_hash(profile->alg, &hash, IKP_CTX_ACQ_INQUIRY_HASH, own);
	return semper_step_copy(step, &record->h_inquiry,
	    ikp_digest_bytes(&hash));
}

/* ---- the acquirer answers ---- */

/* IKP-A-28 */
semper_err
ikp_acq_inquiry_answer(struct semper_step *step,
    const struct ikp_acquirer_record *record, enum ikp_status status)
{
	const struct ikp_in *in = ikp_in_of(step);
	const struct ikp_acquirer_keys *keys = step->party->keys;
	const struct ikp_acq_inquiry_req *req = &in->body.acq_inquiry_req;
	struct ikp_acq_inquiry_res res = {.id_s = req->clear.id_s,
	    .tid_s = req->clear.tid_s,
	    .status = status};
	struct ikp_digest h_inquiry, h_auth_res;
	struct tbs_result tbs;
	struct ikp_signature sig;
	struct ikp_sent sent;

	ikp_hash(in->profile->alg, &h_inquiry, IKP_CTX_ACQ_INQUIRY_HASH,
	    in->own);
	res.h_inquiry = ikp_digest_bytes(&h_inquiry);
	if (record->auth_res.data != NULL && !FAULT("response-left-out")) {
		res.has_auth_res = true;
		TRY(ikp_stored(step, IKP_AUTH_RES, &res.auth_res,
		    record->auth_res));
	}
	/* IKP-A-51 */
	res.has_totals = status == IKP_AUTHORIZED && record->has_clearing &&
	    ikp_in(in->profile, IKP_BASE) && !FAULT("totals-missing");
	if (res.has_totals)
		res.totals = ikp_totals_of(record);
	TRY(tbs_of(&tbs, &h_auth_res, in->profile, &res));
	TRY(ikp_sign(in->profile, &sig, keys->sig.key,
	    IKP_CTX_ACQ_INQUIRY_RESPONSE, &tbs_result_type, &tbs, step->draw,
	    "salt(Sig_inquiryRes)"));
	res.sig_a = ikp_signature_bytes(&sig);
	return ikp_answer(step, &sent, IKP_ACQ_INQUIRY_RES, &res);
}

/* ---- the seller checks the answer ---- */

semper_err
ikp_acq_inquiry_answer_form(const struct semper_step *step)
{
	const struct ikp_acq_inquiry_res *res =
	    &ikp_in_of(step)->body.acq_inquiry_res;

	MUST("IKP-S-53",
	    res->has_totals ==
		(res->status == IKP_AUTHORIZED &&
		    ikp_in(ikp_profile_of(step), IKP_BASE)),
	    IKP_E_MALFORMED);
	return SEMPER_OK;
}

semper_err
ikp_acq_inquiry_answer_check(struct semper_step *step,
    const struct ikp_seller_record *record, const struct ikp_clear *clear)
{
	const struct ikp_acq_inquiry_res *res =
	    &ikp_in_of(step)->body.acq_inquiry_res;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_digest h_auth_res;
	struct tbs_result tbs;
	struct semper_cert acquirer;

	TRY(ikp_chain_of_acquirer(step, &acquirer, clear->date));
	TRY(tbs_of(&tbs, &h_auth_res, profile, res));
	MUST("IKP-S-26",
	    record->h_inquiry.data != NULL &&
		semper_bytes_equal(res->h_inquiry, record->h_inquiry) &&
		ikp_verify(profile, &acquirer.key, IKP_CTX_ACQ_INQUIRY_RESPONSE,
		    &tbs_result_type, &tbs, res->sig_a),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
