/* ikp_auth_request.c -- AuthReq = Clear, hDesc, EncSlip, captureNow
 *	[, Sig_S, CERT_S [, Sig_B, CERT_B]]
 *	HARD: authSeq, authAmount [, Sig_S2]
 * S -> A
 *
 *	Sig_S2  S_S(auth-request, TbsAuthReq{H(Common), H(EncSlip)
 *		[, H(Sig_B)], authSeq, authAmount, captureNow}) */
#include "ikp/ikp_clearing.h"
#include "ikp/ikp_micro.h"

#include "base/must.h"

#define HEAD(clear_fields)                                              \
	FIELD_GROUP("clear", struct ikp_auth_req, clear, clear_fields), \
	    FIELD_BYTES("hDesc", struct ikp_auth_req, h_desc),          \
	    FIELD_BYTES("encSlip", struct ikp_auth_req, enc_slip),      \
	    FIELD_BOOL("captureNow", struct ikp_auth_req, capture_now)
#define PROOFS                                                \
	FIELD_BYTES("sigS", struct ikp_auth_req, sig_s),      \
	    FIELD_LIST("certS", struct ikp_auth_req, cert_s), \
	    FIELD_BYTES("sigB", struct ikp_auth_req, sig_b),  \
	    FIELD_LIST("certB", struct ikp_auth_req, cert_b)

static const struct semper_field historic[] = {
    HEAD(ikp_clear_historic),
    PROOFS,
    FIELD_END,
};
static const struct semper_field hard[] = {
    HEAD(ikp_clear_hard),
    FIELD_INT("authSeq", struct ikp_auth_req, auth_seq),
    FIELD_GROUP("authAmount", struct ikp_auth_req, auth_amount,
	ikp_price_fields),
    PROOFS,
    FIELD_BYTES("sigS2", struct ikp_auth_req, sig_s2),
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_OF_SELLER(ikp_auth_req),
    IKP_PRESENCE_BYTES(ikp_auth_req, sig_b, IKP_VARIANT_3KP, IKP_NONE),
    IKP_PRESENCE_CHAIN(ikp_auth_req, cert_b, IKP_VARIANT_3KP, IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_auth_req, sig_s2, IKP_EDITION_HARD &IKP_23KP,
	IKP_NONE),
};
const struct ikp_message ikp_auth_req_message = {
    .type = {"AuthReq", historic, hard},
    .profiles = IKP_ALL,
    .request = true,
    .opens = true,
    .clear = true,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

/* ---- Sig_S2 ---- */

static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("hCommon", struct ikp_tbs_auth_req, h_common),
    FIELD_BYTES("hEncSlip", struct ikp_tbs_auth_req, h_enc_slip),
    FIELD_BYTES("hSigB", struct ikp_tbs_auth_req, h_sig_b),
    FIELD_INT("authSeq", struct ikp_tbs_auth_req, auth_seq),
    FIELD_GROUP("authAmount", struct ikp_tbs_auth_req, auth_amount,
	ikp_price_fields),
    FIELD_BOOL("captureNow", struct ikp_tbs_auth_req, capture_now),
    FIELD_END,
};
const struct ikp_type ikp_tbs_auth_req_type = {"TbsAuthReq", NULL,
    tbs_fields};

/* The digests that TBS points into. */
struct tbs_digests {
	struct ikp_digest enc_slip, sig_b;
};

static struct ikp_tbs_auth_req
tbs_of(const struct ikp_profile *profile, struct tbs_digests *d,
    const struct ikp_auth_req *req)
{
	struct ikp_tbs_auth_req tbs = {.h_common = req->clear.h_common,
	    .auth_seq = req->auth_seq,
	    .auth_amount = req->auth_amount,
	    .capture_now = req->capture_now};

	ikp_hash(profile->alg, &d->enc_slip, IKP_CTX_ENC_SLIP, req->enc_slip);
	tbs.h_enc_slip = ikp_digest_bytes(&d->enc_slip);
	if (req->sig_b.data != NULL && !FAULT("sig-s2-without-sig-b")) {
		ikp_hash(profile->alg, &d->sig_b, IKP_CTX_SIG_BUYER,
		    req->sig_b);
		tbs.h_sig_b = ikp_digest_bytes(&d->sig_b);
	}
	return tbs;
}

/* ---- the seller makes it ---- */

/* IKP-S-10 */
static semper_err
sign(struct semper_step *step, struct ikp_signature *sig,
    struct ikp_auth_req *req)
{
	const struct ikp_seller_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct tbs_digests digests;
	struct ikp_tbs_auth_req tbs;

	if (!ikp_in(profile, IKP_EDITION_HARD & IKP_23KP))
		return SEMPER_OK;
	tbs = tbs_of(profile, &digests, req);
	TRY(ikp_sign(profile, sig, keys->sig.key,
	    FAULT("sig-s2-as-offer") ? IKP_CTX_OFFER : IKP_CTX_AUTH_REQUEST,
	    &ikp_tbs_auth_req_type, &tbs, step->draw, "salt(Sig_S2)"));
	req->sig_s2 = ikp_signature_bytes(sig);
	return SEMPER_OK;
}

/* IKP-S-09 */
semper_err
ikp_auth_request_make(struct semper_step *step,
    struct ikp_seller_record *record, const struct ikp_invoice *invoice)
{
	const struct ikp_payment *payment = &ikp_in_of(step)->body.payment;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_auth_req req = {.clear = invoice->clear,
	    .h_desc = record->h_desc,
	    .enc_slip = payment->enc_slip,
	    /* IKP-U-25 */
	    .capture_now = record->capture_now && !ikp_in(profile, IKP_MICRO) &&
		!FAULT("capture-now-lost"),
	    .auth_seq = 1,
	    .auth_amount = record->has_first && !FAULT("first-ignored")
		? record->first : record->price,
	    .sig_s = invoice->sig_s,
	    .sig_b = payment->sig_b,
	    .cert_s = invoice->cert_s};
	struct ikp_initiate initiate;
	struct ikp_signature sig;
	struct ikp_sent sent;

	TRY(ikp_decode(profile, &ikp_initiate_message.type, &initiate,
	    record->initiate));
	req.cert_b = initiate.cert_b;
	TRY(sign(step, &sig, &req));
	TRY(ikp_send(step, &sent, IKP_ACQUIRER, IKP_AUTH_REQ,
	    ikp_in_of(step)->envelope.session, &req));
	record->auth_req = sent.envelope;
	return SEMPER_OK;
}

/* IKP-S-51 */
semper_err
ikp_auth_request_make_part(struct semper_step *step,
    struct ikp_seller_record *record, struct semper_bytes first,
    struct semper_bytes session, int64_t auth_seq,
    const struct ikp_price *amount)
{
	struct ikp_auth_req req;
	struct ikp_signature sig;
	struct ikp_sent sent;

	TRY(ikp_stored(step, IKP_AUTH_REQ, &req, first));
	req.auth_seq = auth_seq;
	if (!FAULT("part-as-first"))
		req.auth_amount = *amount;
	TRY(sign(step, &sig, &req));
	TRY(ikp_send(step, &sent, IKP_ACQUIRER, IKP_AUTH_REQ, session, &req));
	record->auth_req = sent.envelope;
	return SEMPER_OK;
}

/* ---- the acquirer checks it ---- */

const struct ikp_seller_entry *
ikp_seller_entry_of(const struct ikp_acquirer_params *params,
    struct semper_bytes id_s)
{
	for (size_t i = 0; i < params->n_sellers; i++)
		if (semper_bytes_equal(params->sellers[i].id_s, id_s))
			return &params->sellers[i];
	return NULL;
}

semper_err
ikp_auth_request_check_seller(struct semper_step *step,
    const struct ikp_clear *clear)
{
	const struct ikp_seller_entry *seller =
	    ikp_seller_entry_of(step->party->params, clear->id_s);

	MUST("IKP-A-01", seller != NULL && !seller->blocked,
	    IKP_E_UNKNOWN_SELLER);
	return SEMPER_OK;
}

semper_err
ikp_auth_request_check_policy(struct semper_step *step,
    const struct ikp_clear *clear)
{
	const struct ikp_acquirer_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);
	const struct ikp_seller_entry *seller;

	TRY(ikp_auth_request_check_seller(step, clear));
	seller = ikp_seller_entry_of(params, clear->id_s);
	MUST("IKP-A-02",
	    (profile->alg->edition != IKP_HARD && !FAULT("variant-strict")) ||
		seller == NULL || profile->variant >= seller->min_variant,
	    IKP_E_VARIANT_NOT_ALLOWED);
	MUST("IKP-A-03",
	    clear->date >= step->now - params->window_past &&
		clear->date <= step->now + params->window_future,
	    IKP_E_DATE_OUT_OF_WINDOW);
	return SEMPER_OK;
}

semper_err
ikp_auth_request_check_offer(const struct ikp_profile *profile,
    const struct semper_cert *cert_s, const struct ikp_auth_req *req)
{
	MUST("IKP-A-07",
	    ikp_offer_verify(profile, &cert_s->key, &req->clear, req->sig_s),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
check_seller_signature(struct semper_step *step, struct semper_cert *cert_s,
    const struct ikp_auth_req *req)
{
	TRY(ikp_chain_of_seller(step, cert_s, &req->cert_s, req->clear.id_s,
	    req->clear.date));
	return ikp_auth_request_check_offer(ikp_profile_of(step), cert_s, req);
}

static semper_err
check_buyer_signature(struct semper_step *step, struct semper_cert *cert_b,
    const struct ikp_auth_req *req)
{
	const struct ikp_profile *profile = ikp_profile_of(step);

	TRY(ikp_chain_of_buyer(step, cert_b, &req->cert_b, req->clear.date));
	MUST("IKP-A-09",
	    ikp_payment_verify(profile, &cert_b->key, req->enc_slip,
		req->clear.h_common, req->sig_b),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
check_request_signature(struct semper_step *step,
    const struct semper_cert *cert_s, const struct ikp_auth_req *req)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct tbs_digests digests;
	struct ikp_tbs_auth_req tbs = tbs_of(profile, &digests, req);

	MUST("IKP-A-08",
	    ikp_verify(profile, &cert_s->key, IKP_CTX_AUTH_REQUEST,
		&ikp_tbs_auth_req_type, &tbs, req->sig_s2),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

/* In 1KP, where anybody who has the slip could ask, nobody may. */
static bool
may_split(const struct semper_step *step, const struct ikp_auth_req *req)
{
	const struct ikp_seller_entry *seller =
	    ikp_seller_entry_of(step->party->params, req->clear.id_s);

	return seller != NULL && seller->split &&
	    ikp_in(ikp_profile_of(step), IKP_CLEARING & IKP_23KP);
}

/* Is PART an amount of the same money as WHOLE, and not more of it? */
static bool
within(const struct ikp_price *part, const struct ikp_price *whole)
{
	return (FAULT("amount-any-money") || ikp_same_money(part, whole)) &&
	    part->amount <= whole->amount;
}

semper_err
ikp_auth_request_check(struct semper_step *step, struct ikp_slip *slip,
    struct semper_buffer *room)
{
	const struct ikp_auth_req *req = &ikp_in_of(step)->body.auth_req;
	const struct ikp_profile *profile = ikp_profile_of(step);
	bool hard_edition = profile->alg->edition == IKP_HARD;
	bool three = profile->variant == IKP_3KP;
	struct semper_cert cert_s, cert_b;
	int64_t sum;

	MUST("IKP-A-24",
	    !hard_edition || req->auth_seq == 1 || may_split(step, req),
	    IKP_E_AMOUNT_EXCEEDED);
	TRY(ikp_terms_check_request(step, &req->clear, req->capture_now));
	TRY(ikp_split_check_parts(step, req, &sum));
	if (ikp_in(profile, IKP_23KP))
		TRY(check_seller_signature(step, &cert_s, req));
	if (three)
		TRY(check_buyer_signature(step, &cert_b, req));
	if (ikp_in(profile, IKP_EDITION_HARD & IKP_23KP))
		TRY(check_request_signature(step, &cert_s, req));
	TRY(ikp_slip_open(step, slip, room, req, three ? &cert_b : NULL));
	if (ikp_in(profile, IKP_MICRO))
		TRY(ikp_terms_check_price(&req->clear.micro, &slip->price));
	MUST("IKP-A-22",
	    !hard_edition || within(&req->auth_amount, &slip->price),
	    IKP_E_AMOUNT_EXCEEDED);
	if (sum != 0)
		TRY(ikp_split_check_sum(req, sum, &slip->price));
	return SEMPER_OK;
}
