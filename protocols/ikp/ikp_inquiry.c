/* ikp_inquiry.c -- InquiryReq = ID_S, TID_S, SALT_B [, Sig_B]
 * B -> S;  HARD 3KP: Sig_B = S_B(inquiry, TbsInquiry{session, ID_S, TID_S})
 *
 * InquiryRes = ID_S, TID_S, status [, Confirm] [, Cancel]
 *	HARD: hInquiry [, Sig_S]
 * S -> B;  HARD 2KP, 3KP: Sig_S = S_S(inquiry-response,
 *	TbsInquiryRes{hInquiry, ID_S, TID_S, status})
 *
 * hInquiry = H(inquiry-hash, InquiryReq) */
#include "ikp/ikp_flow.h"

#include "base/ct.h"
#include "base/must.h"

#include <string.h>

#define REQUEST                                                 \
	FIELD_BYTES("idS", struct ikp_inquiry_req, id_s),       \
	    FIELD_BYTES("tidS", struct ikp_inquiry_req, tid_s), \
	    FIELD_BYTES("saltB", struct ikp_inquiry_req, salt_b)

static const struct semper_field request_historic[] = {REQUEST, FIELD_END};
static const struct semper_field request_hard[] = {
    REQUEST,
    FIELD_BYTES("sigB", struct ikp_inquiry_req, sig_b),
    FIELD_END,
};
static const struct ikp_presence request_presence[] = {
    IKP_PRESENCE_BYTES(ikp_inquiry_req, sig_b,
	IKP_EDITION_HARD &IKP_VARIANT_3KP, IKP_NONE),
};
const struct ikp_message ikp_inquiry_req_message = {
    .type = {"InquiryReq", request_historic, request_hard},
    .profiles = IKP_ALL,
    .request = true,
    .presence = request_presence,
    .n_presence = sizeof request_presence / sizeof request_presence[0],
};

#define RESULT_HEAD                                       \
	FIELD_BYTES("idS", struct ikp_inquiry_res, id_s), \
	    FIELD_BYTES("tidS", struct ikp_inquiry_res, tid_s)
#define RESULT_TAIL(confirm_fields)                                        \
	FIELD_ENUM("status", struct ikp_inquiry_res, status),              \
	    FIELD_PRESENT("confirm", struct ikp_inquiry_res, has_confirm), \
	    FIELD_GROUP("confirm", struct ikp_inquiry_res, confirm,        \
		confirm_fields),                                           \
	    FIELD_PRESENT("cancel", struct ikp_inquiry_res, has_cancel),   \
	    FIELD_GROUP("cancel", struct ikp_inquiry_res, cancel,          \
		ikp_cancel_fields)

static const struct semper_field result_historic[] = {
    RESULT_HEAD,
    RESULT_TAIL(ikp_confirm_historic),
    FIELD_END,
};
static const struct semper_field result_hard[] = {
    RESULT_HEAD,
    FIELD_BYTES("hInquiry", struct ikp_inquiry_res, h_inquiry),
    RESULT_TAIL(ikp_confirm_hard),
    FIELD_BYTES("sigS", struct ikp_inquiry_res, sig_s),
    FIELD_END,
};
static const struct ikp_presence result_presence[] = {
    IKP_PRESENCE_BYTES(ikp_inquiry_res, sig_s, IKP_EDITION_HARD &IKP_23KP,
	IKP_NONE),
};
const struct ikp_message ikp_inquiry_res_message = {
    .type = {"InquiryRes", result_historic, result_hard},
    .profiles = IKP_ALL,
    .presence = result_presence,
    .n_presence = sizeof result_presence / sizeof result_presence[0],
};

/* ---- what is signed ---- */

struct tbs_inquiry {
	struct semper_bytes session, id_s, tid_s;
};
static const struct semper_field tbs_request_fields[] = {
    FIELD_BYTES("session", struct tbs_inquiry, session),
    FIELD_BYTES("idS", struct tbs_inquiry, id_s),
    FIELD_BYTES("tidS", struct tbs_inquiry, tid_s),
    FIELD_END,
};
static const struct ikp_type tbs_request = {"TbsInquiry", NULL,
    tbs_request_fields};

/* TbsInquiryRes is a part of InquiryRes. */
static const struct semper_field tbs_result_fields[] = {
    FIELD_BYTES("hInquiry", struct ikp_inquiry_res, h_inquiry),
    FIELD_BYTES("idS", struct ikp_inquiry_res, id_s),
    FIELD_BYTES("tidS", struct ikp_inquiry_res, tid_s),
    FIELD_ENUM("status", struct ikp_inquiry_res, status),
    FIELD_END,
};
static const struct ikp_type tbs_result = {"TbsInquiryRes", NULL,
    tbs_result_fields};

static const char *const status_words[] = {
    [IKP_UNKNOWN] = "unknown",
    [IKP_INVOICED] = "invoiced",
    [IKP_PENDING] = "pending",
    [IKP_AUTHORIZED] = "authorized",
    [IKP_DECLINED] = "declined",
    [IKP_CANCELLED] = "cancelled",
    [IKP_EXPIRED] = "expired",
};

semper_err
ikp_status_report(struct semper_step *step, enum ikp_status status)
{
	const char *word = status_words[status];

	return semper_step_result_text(step, "status",
	    SEMPER_BYTES((const uint8_t *)word, strlen(word)));
}

/* ---- the buyer asks ---- */

/* IKP-B-22: made once; a repeated inquiry is the same octets. */
semper_err
ikp_inquiry_make(struct semper_step *step, struct ikp_buyer_record *record,
    struct semper_bytes session, const struct ikp_invoice *invoice)
{
	const struct ikp_buyer_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_inquiry_req req = {invoice->clear.id_s, invoice->clear.tid_s,
	    record->salt_b, SEMPER_NONE};
	struct tbs_inquiry tbs = {session, req.id_s, req.tid_s};
	struct ikp_signature sig;
	struct ikp_sent sent;

	if (record->inquiry.data != NULL && !FAULT("inquiry-anew"))
		return semper_step_reply(step, IKP_SELLER, record->inquiry);
	if (ikp_in(profile, IKP_EDITION_HARD & IKP_VARIANT_3KP)) {
		TRY(ikp_sign(profile, &sig, keys->sig.key, IKP_CTX_INQUIRY,
		    &tbs_request, &tbs, step->draw, "salt(Sig_inquiry)"));
		req.sig_b = ikp_signature_bytes(&sig);
	}
	TRY(ikp_send(step, &sent, IKP_SELLER, IKP_INQUIRY_REQ, session, &req));
	record->inquiry = sent.envelope;
	return SEMPER_OK;
}

/* ---- the seller answers ---- */

static bool
inquirer_signed(struct semper_step *step, const struct ikp_initiate *initiate)
{
	const struct ikp_in *in = ikp_in_of(step);
	const struct ikp_inquiry_req *req = &in->body.inquiry_req;
	struct tbs_inquiry tbs = {in->envelope.session, req->id_s, req->tid_s};
	struct semper_cert buyer;

	if (!ikp_in(in->profile, IKP_EDITION_HARD & IKP_VARIANT_3KP))
		return true;
	return semper_cert_read(&buyer, initiate->cert_b.item[0]) ==
	    SEMPER_OK &&
	    ikp_verify(in->profile, &buyer.key, IKP_CTX_INQUIRY, &tbs_request,
		&tbs, req->sig_b);
}

semper_err
ikp_inquiry_check(struct semper_step *step, const struct ikp_initiate *initiate)
{
	const struct ikp_inquiry_req *req = &ikp_in_of(step)->body.inquiry_req;

	/* Both are evaluated: the refusal is one and the same. */
	unsigned salt = req->salt_b.len == initiate->salt_b.len &&
	    semper_ct_equal(req->salt_b.data, initiate->salt_b.data,
		FAULT("salt-cut") ? 8 : req->salt_b.len);
	unsigned signature = inquirer_signed(step, initiate);

	MUST("IKP-S-25", (salt & signature) != 0, IKP_E_UNKNOWN_TRANSACTION);
	return SEMPER_OK;
}

/* The Confirm or Cancel as it was sent, inside the answer. */
static semper_err
embed(struct semper_step *step, struct ikp_inquiry_res *res,
    struct semper_bytes outcome)
{
	if (res->status == IKP_CANCELLED) {
		res->has_cancel = true;
		return ikp_stored(step, IKP_CANCEL, &res->cancel, outcome);
	}
	res->has_confirm = true;
	return ikp_stored(step, IKP_CONFIRM, &res->confirm, outcome);
}

/* IKP-S-28 */
semper_err
ikp_inquiry_answer(struct semper_step *step,
    const struct ikp_seller_record *record, enum ikp_status status,
    bool with_outcome)
{
	const struct ikp_in *in = ikp_in_of(step);
	const struct ikp_seller_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_inquiry_res res = {.id_s = in->body.inquiry_req.id_s,
	    .tid_s = in->body.inquiry_req.tid_s,
	    .status = status};
	struct ikp_digest h_inquiry;
	struct ikp_signature sig;
	struct ikp_sent sent;

	ikp_hash(profile->alg, &h_inquiry, IKP_CTX_INQUIRY_HASH,
	    in->envelope.body);
	res.h_inquiry = ikp_digest_bytes(&h_inquiry);
	if (with_outcome && !FAULT("outcome-left-out"))
		TRY(embed(step, &res, record->outcome));
	if (ikp_in(profile, IKP_EDITION_HARD & IKP_23KP)) {
		TRY(ikp_sign(profile, &sig, keys->sig.key,
		    IKP_CTX_INQUIRY_RESPONSE, &tbs_result, &res, step->draw,
		    "salt(Sig_inquiryRes)"));
		res.sig_s = ikp_signature_bytes(&sig);
	}
	return ikp_send(step, &sent, IKP_BUYER, IKP_INQUIRY_RES,
	    in->envelope.session, &res);
}

/* ---- the buyer checks the answer ---- */

/* Is there exactly what belongs to the status, and is it complete as if it
 * had come by itself? */
static bool
consistent(const struct ikp_profile *profile, const struct ikp_inquiry_res *res)
{
	bool confirm =
	    res->status == IKP_AUTHORIZED || res->status == IKP_DECLINED;
	bool cancel =
	    res->status == IKP_CANCELLED && ikp_in(profile, IKP_JSAC_HARD);

	return res->has_confirm == confirm && res->has_cancel == cancel &&
	    (!confirm ||
		ikp_message_complete(&ikp_confirm_message, profile,
		    &res->confirm)) &&
	    (!cancel ||
		ikp_message_complete(&ikp_cancel_message, profile,
		    &res->cancel));
}

/* H of the inquiry that was sent; of no length outside HARD. */
static semper_err
h_own_inquiry(struct ikp_digest *out, const struct ikp_profile *profile,
    const struct ikp_buyer_record *record)
{
	struct semper_envelope own;

	out->len = 0;
	if (profile->alg->edition != IKP_HARD)
		return SEMPER_OK;
	if (semper_envelope_decode(&own, record->inquiry) != SEMPER_OK)
		return SEMPER_E_STORE;
	ikp_hash(profile->alg, out, IKP_CTX_INQUIRY_HASH, own.body);
	return SEMPER_OK;
}

static semper_err
check_signed(const struct ikp_profile *profile,
    const struct ikp_inquiry_res *res, const struct ikp_digest *own,
    const struct ikp_invoice *invoice)
{
	struct ikp_inquiry_res tbs = *res;
	struct semper_cert seller;

	if (!ikp_in(profile, IKP_EDITION_HARD & IKP_23KP))
		return SEMPER_OK;
	if (semper_cert_read(&seller, invoice->cert_s.item[0]) != SEMPER_OK)
		return SEMPER_E_STORE;
	tbs.h_inquiry = ikp_digest_bytes(own);
	MUST("IKP-B-23",
	    ikp_verify(profile, &seller.key, IKP_CTX_INQUIRY_RESPONSE,
		&tbs_result, &tbs, res->sig_s),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

semper_err
ikp_inquiry_answer_check(struct semper_step *step,
    const struct ikp_buyer_record *record, const struct ikp_invoice *invoice)
{
	const struct ikp_inquiry_res *res = &ikp_in_of(step)->body.inquiry_res;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_digest own;

	TRY(h_own_inquiry(&own, profile, record));
	TRY(check_signed(profile, res, &own, invoice));
	MUST("IKP-B-24",
	    consistent(profile, res) &&
		(own.len == 0 ||
		    semper_bytes_equal(res->h_inquiry,
			ikp_digest_bytes(&own))),
	    IKP_E_MALFORMED);
	return SEMPER_OK;
}
