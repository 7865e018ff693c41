/* ikp_confirm.c -- Confirm = ID_S, TID_S, RESPCODE, Sig_A [, V]
 *	HARD: authSeq, captureNow
 * S -> B */
#include "ikp/ikp_clearing.h"

#include "base/must.h"

#define HEAD(resp_fields)                                       \
	FIELD_BYTES("idS", struct ikp_confirm, res.id_s),       \
	    FIELD_BYTES("tidS", struct ikp_confirm, res.tid_s), \
	    FIELD_GROUP("resp", struct ikp_confirm, res.resp, resp_fields)
#define ASKED                                                   \
	FIELD_INT("authSeq", struct ikp_confirm, res.auth_seq), \
	    FIELD_BOOL("captureNow", struct ikp_confirm, res.capture_now)
#define TAIL                                                \
	FIELD_BYTES("sigA", struct ikp_confirm, res.sig_a), \
	    FIELD_BYTES("v", struct ikp_confirm, v)

const struct semper_field ikp_confirm_historic[] = {
    HEAD(ikp_resp_code_historic),
    TAIL,
    FIELD_END,
};
const struct semper_field ikp_confirm_hard[] = {
    HEAD(ikp_resp_code_hard),
    ASKED,
    TAIL,
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_BYTES(ikp_confirm, v, IKP_NONE, IKP_23KP),
};
const struct ikp_message ikp_confirm_message = {
    .type = {"Confirm", ikp_confirm_historic, ikp_confirm_hard},
    .profiles = IKP_ALL,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

/* IKP-S-12: what the acquirer said, as it said it.  IKP-S-13: V only beside a
 * yes; IKP-S-14: VC is then never released, as no row leads from authorized to
 * cancelled. */
semper_err
ikp_confirm_make(struct semper_step *step, struct ikp_seller_record *record,
    struct semper_bytes session, const struct ikp_auth_res *res)
{
	struct ikp_confirm confirm = {*res, SEMPER_NONE};
	struct ikp_sent sent;

	if ((res->resp.decision == IKP_YES && !FAULT("v-withheld")) ||
	    FAULT("v-beside-no"))
		confirm.v = record->v;
	TRY(ikp_send(step, &sent, IKP_BUYER, IKP_CONFIRM, session, &confirm));
	record->outcome = sent.envelope;
	return SEMPER_OK;
}

/* ---- the buyer checks it ---- */

/* The key of the acquirer that the buyer encrypted to, whose certificate it
 * judged with the Invoice. */
static semper_err
acquirer_key(const struct ikp_profile *profile, struct semper_cert *leaf,
    const struct ikp_invoice *invoice)
{
	const struct ikp_chain *chain = profile->alg->edition == IKP_HARD
	    ? &invoice->cert_a_sig
	    : &invoice->cert_a;

	return semper_cert_read(leaf, chain->item[0]) == SEMPER_OK
	    ? SEMPER_OK
	    : SEMPER_E_STORE;
}

/* Is what was granted some of the price? */
static bool
of_order(const struct ikp_resp_code *resp, const struct ikp_price *price)
{
	return resp->decision == IKP_NO ||
	    (ikp_same_money(&resp->amount, price) &&
		resp->amount.amount != 0 &&
		resp->amount.amount <= price->amount);
}

semper_err
ikp_confirm_check(struct semper_step *step,
    const struct ikp_buyer_record *record, const struct ikp_invoice *invoice,
    const struct ikp_confirm *confirm)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_payment payment;
	struct semper_cert acquirer;

	TRY(ikp_resp_code_check(profile, &confirm->res.resp));
	TRY(acquirer_key(profile, &acquirer, invoice));
	/* A cancelled or early buyer has no Payment: then nothing verifies. */
	payment.enc_slip = SEMPER_NONE;
	if (record->payment.data != NULL)
		TRY(ikp_stored(step, IKP_PAYMENT, &payment, record->payment));
	MUST("IKP-B-17",
	    payment.enc_slip.data != NULL &&
		ikp_auth_response_verify(profile, &acquirer.key, &confirm->res,
		    invoice->clear.h_common, payment.enc_slip),
	    IKP_E_SIG_INVALID);
	MUST("IKP-B-27",
	    profile->alg->edition != IKP_HARD ||
		of_order(&confirm->res.resp, &record->price),
	    IKP_E_AMOUNT_EXCEEDED);
	MUST("IKP-B-19",
	    confirm->res.resp.decision == IKP_YES || confirm->v.data == NULL,
	    IKP_E_COMMITMENT_MISMATCH);
	return SEMPER_OK;
}

semper_err
ikp_confirm_check_v(const struct ikp_profile *profile,
    const struct ikp_invoice *invoice, const struct ikp_confirm *confirm)
{
	MUST("IKP-B-18",
	    !ikp_in(profile, IKP_23KP) ||
		confirm->res.resp.decision == IKP_NO ||
		ikp_opens(profile->alg, IKP_CTX_COMMIT_V, confirm->v,
		    invoice->clear.h_v),
	    IKP_E_COMMITMENT_MISMATCH);
	return SEMPER_OK;
}

/* ---- what the buyer keeps ---- */

#define RECEIPT(common_fields, confirm_fields)                        \
	FIELD_GROUP("common", struct ikp_receipt, common, common_fields), \
	    FIELD_BYTES("desc", struct ikp_receipt, desc),                \
	    FIELD_BYTES("saltB", struct ikp_receipt, salt_b),             \
	    FIELD_BYTES("encSlip", struct ikp_receipt, enc_slip),         \
	    FIELD_BYTES("sigS", struct ikp_receipt, sig_s),               \
	    FIELD_LIST("certS", struct ikp_receipt, cert_s),              \
	    FIELD_LIST("certA", struct ikp_receipt, cert_a),              \
	    FIELD_GROUP("confirm", struct ikp_receipt, confirm, confirm_fields)

static const struct semper_field receipt_historic[] = {
    RECEIPT(ikp_common_historic, ikp_confirm_historic),
    FIELD_END,
};
static const struct semper_field receipt_hard[] = {
    RECEIPT(ikp_common_hard, ikp_confirm_hard),
    FIELD_END,
};
const struct ikp_type ikp_receipt_type = {"Receipt", receipt_historic,
    receipt_hard};

static semper_err
fill_common(struct semper_step *step, struct ikp_common *common,
    struct ikp_digest *h_desc, const struct ikp_buyer_record *record,
    const struct ikp_clear *clear)
{
	const struct ikp_profile *profile = ikp_profile_of(step);

	TRY(ikp_h_desc(profile->alg, h_desc, record->desc, record->salt_b));
	*common = (struct ikp_common){ikp_profile_field(profile), record->price,
	    clear->id_s, clear->tid_s, clear->date, clear->nonce_s,
	    record->id_b, ikp_digest_bytes(h_desc), clear->h_v, clear->h_vc,
	    clear->micro};
	return SEMPER_OK;
}

/* IKP-B-21 */
semper_err
ikp_receipt_make(struct semper_step *step,
    const struct ikp_buyer_record *record, const struct ikp_invoice *invoice,
    const struct ikp_confirm *confirm)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_receipt receipt = {.desc = record->desc,
	    .salt_b = record->salt_b,
	    .sig_s = invoice->sig_s,
	    .cert_s = invoice->cert_s,
	    .cert_a = invoice->cert_a,
	    .confirm = *confirm};
	struct semper_bytes der;
	struct ikp_digest h_desc;
	struct ikp_payment payment;

	if (!ikp_in(profile, IKP_23KP))
		return SEMPER_OK;
	TRY(ikp_stored(step, IKP_PAYMENT, &payment, record->payment));
	receipt.enc_slip = payment.enc_slip;
	if (profile->alg->edition == IKP_HARD && !FAULT("receipt-wrong-cert"))
		receipt.cert_a = invoice->cert_a_sig;
	TRY(fill_common(step, &receipt.common, &h_desc, record,
	    &invoice->clear));
	TRY(ikp_step_encode(step, &der, profile, &ikp_receipt_type, &receipt));
	return semper_step_result_octets(step, "receipt", der);
}
