/* ikp_invoice.c -- Invoice = Clear, CERT_A [, CERT_A_sig] [, Sig_S, CERT_S]
 * S -> B
 *
 *	Clear  ID_S, TID_S, DATE, NONCE_S, H(Common) [, hV [, hVC]]
 *	Sig_S  S_S(offer, TbsOffer{H(Common)}), in EC95 with hV */
#include "ikp/ikp_micro.h"

#include "base/must.h"

#define INVOICE_START FIELD_LIST("certA", struct ikp_invoice, cert_a)
#define INVOICE_END                                     \
	FIELD_BYTES("sigS", struct ikp_invoice, sig_s), \
	    FIELD_LIST("certS", struct ikp_invoice, cert_s)

static const struct semper_field historic[] = {
    FIELD_GROUP("clear", struct ikp_invoice, clear, ikp_clear_historic),
    INVOICE_START,
    INVOICE_END,
    FIELD_END,
};
static const struct semper_field hard[] = {
    FIELD_GROUP("clear", struct ikp_invoice, clear, ikp_clear_hard),
    INVOICE_START,
    FIELD_LIST("certASig", struct ikp_invoice, cert_a_sig),
    INVOICE_END,
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_OF_SELLER(ikp_invoice),
    IKP_PRESENCE_CHAIN(ikp_invoice, cert_a_sig, IKP_EDITION_HARD, IKP_NONE),
};
const struct ikp_message ikp_invoice_message = {
    .type = {"Invoice", historic, hard},
    .profiles = IKP_ALL,
    .clear = true,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

/* ---- Sig_S ---- */

static const struct semper_field offer_historic[] = {
    FIELD_BYTES("hCommon", struct ikp_clear, h_common),
    FIELD_BYTES("hV", struct ikp_clear, h_v),
    FIELD_END,
};
static const struct semper_field offer_hard[] = {
    FIELD_BYTES("hCommon", struct ikp_clear, h_common),
    FIELD_END,
};
static const struct ikp_type offer_type = {"TbsOffer", offer_historic,
    offer_hard};

/* TbsOffer is a part of Clear; only EC95 signs hV beside H(Common). */
static struct ikp_clear
tbs_offer(const struct ikp_profile *profile, const struct ikp_clear *clear)
{
	struct ikp_clear tbs = *clear;

	if (profile->alg->edition != IKP_EC95)
		tbs.h_v = SEMPER_NONE;
	return tbs;
}

bool
ikp_offer_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_clear *clear,
    struct semper_bytes sig)
{
	struct ikp_clear tbs = tbs_offer(profile, clear);

	return ikp_verify(profile, key, IKP_CTX_OFFER, &offer_type, &tbs, sig);
}

/* ---- the seller makes it ---- */

/* IKP-S-01: a TID_S that is taken is drawn again from the same stream. */
static semper_err
draw_tid(struct semper_step *step, struct semper_bytes *tid)
{
	struct semper_record taken;

	do {
		TRY(ikp_draw(step, tid, "TID_S", IKP_TID_SIZE));
		TRY(semper_view_get(step->view, &taken, IKP_TABLE_TID, *tid));
	} while (taken.version != 0 && !FAULT("tid-taken"));
	return semper_effects_put(&step->effects, IKP_TABLE_TID, *tid,
	    taken.version, ikp_in_of(step)->envelope.session);
}

/* IKP-S-03: V and VC are independent, and different. */
static semper_err
draw_commitments(struct semper_step *step, struct ikp_seller_record *record)
{
	const struct ikp_profile *profile = ikp_profile_of(step);

	if (!ikp_in(profile, IKP_23KP))
		return SEMPER_OK;
	TRY(ikp_draw(step, &record->v, "V", IKP_NONCE_SIZE));
	if (!ikp_in(profile, IKP_JSAC_HARD))
		return SEMPER_OK;
	do {
		TRY(ikp_draw(step, &record->vc, "VC", IKP_NONCE_SIZE));
	} while (semper_bytes_equal(record->v, record->vc) &&
	    !FAULT("vc-not-redrawn"));
	if (FAULT("vc-is-v"))
		record->vc = record->v;
	return SEMPER_OK;
}

/* The hash of a commitment, absent if the profile has none. */
static semper_err
commit(struct semper_step *step, struct semper_bytes *out, enum ikp_context ctx,
    struct semper_bytes value)
{
	struct ikp_digest d;

	*out = SEMPER_NONE;
	if (value.data == NULL)
		return SEMPER_OK;
	TRY(ikp_h_commit(ikp_profile_of(step)->alg, &d, ctx, value));
	return semper_step_copy(step, out, ikp_digest_bytes(&d));
}

/* IKP-S-02, IKP-S-04: Clear over the Common of this Initiate, dated now. */
static semper_err
fill_clear(struct semper_step *step, struct ikp_clear *clear,
    const struct ikp_order_record *order, struct ikp_seller_record *record)
{
	const struct ikp_initiate *in = &ikp_in_of(step)->body.initiate;
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_common common;
	struct ikp_digest d;

	clear->profile = ikp_profile_field(profile);
	clear->id_s = params->id_s;
	clear->date = step->now + (FAULT("date-local") ? 3600 : 0);
	clear->micro = in->micro;
	TRY(draw_tid(step, &clear->tid_s));
	TRY(ikp_draw(step, &clear->nonce_s, "NONCE_S", IKP_NONCE_SIZE));
	if (FAULT("nonce-stale"))
		clear->nonce_s = SEMPER_TEXT("nonce of a year.");
	TRY(draw_commitments(step, record));
	if (FAULT("v-is-nonce") && record->v.data != NULL)
		record->v = clear->nonce_s;
	TRY(commit(step, &clear->h_v, IKP_CTX_COMMIT_V, record->v));
	TRY(commit(step, &clear->h_vc, IKP_CTX_COMMIT_VC, record->vc));
	TRY(ikp_h_desc(profile->alg, &d, order->desc,
	    FAULT("desc-own-salt") ? clear->nonce_s : in->salt_b));
	TRY(semper_step_copy(step, &record->h_desc, ikp_digest_bytes(&d)));
	common = (struct ikp_common){clear->profile, order->price, clear->id_s,
	    clear->tid_s, clear->date, clear->nonce_s, in->id_b, record->h_desc,
	    clear->h_v, clear->h_vc, clear->micro};
	TRY(ikp_h_common(profile, &d, &common));
	return semper_step_copy(step, &clear->h_common, ikp_digest_bytes(&d));
}

semper_err
ikp_invoice_make(struct semper_step *step, const struct ikp_order_record *order,
    struct ikp_seller_record *record)
{
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_seller_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_invoice invoice = {.cert_a = params->acquirer_enc};
	struct ikp_signature sig;
	struct ikp_sent sent;

	TRY(fill_clear(step, &invoice.clear, order, record));
	if (profile->alg->edition == IKP_HARD)
		invoice.cert_a_sig = params->acquirer_sig;
	if (ikp_in(profile, IKP_23KP)) {
		struct ikp_clear tbs = tbs_offer(profile, &invoice.clear);

		TRY(ikp_sign(profile, &sig, keys->sig.key, IKP_CTX_OFFER,
		    &offer_type, &tbs, step->draw, "salt(Sig_S)"));
		invoice.sig_s = ikp_signature_bytes(&sig);
		invoice.cert_s = keys->sig.chain;
	}
	TRY(ikp_send(step, &sent, IKP_BUYER, IKP_INVOICE,
	    ikp_in_of(step)->envelope.session, &invoice));
	record->invoice = sent.envelope;
	return SEMPER_OK;
}

/* ---- the buyer checks it ---- */

static int64_t
distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

/* IKP-B-05: Common as this buyer knows it, with the seller's fields. */
static semper_err
rebuild(struct semper_step *step, struct ikp_digest *out,
    const struct ikp_buyer_record *record, const struct ikp_clear *clear)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_terms terms = {.given = false};
	struct ikp_common common;
	struct ikp_digest h_desc;

	if (ikp_in(profile, IKP_MICRO))
		TRY(ikp_terms_own(step, &terms, record));
	TRY(ikp_h_desc(profile->alg, &h_desc, record->desc, record->salt_b));
	common = (struct ikp_common){ikp_profile_field(profile), record->price,
	    clear->id_s, clear->tid_s, clear->date, clear->nonce_s,
	    record->id_b, ikp_digest_bytes(&h_desc), clear->h_v, clear->h_vc,
	    terms};
	return ikp_h_common(profile, out, &common);
}

/* The leaves of an Invoice; the seller's only in 2KP and 3KP. */
struct leaves {
	struct semper_cert enc, sig, seller;
};

/* The acquirer's certificates, before anything is encrypted. */
static semper_err
check_acquirer(struct semper_step *step, struct leaves *leaves,
    const struct ikp_invoice *in)
{
	const struct ikp_buyer_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);

	MUST("IKP-B-09", in->cert_a.n != 0, IKP_E_CERT_INVALID);
	TRY(ikp_chain_check(profile, &params->trust, &leaves->enc, &in->cert_a,
	    SEMPER_USE_ACQUIRER_ENC, SEMPER_NONE, step->now, in->clear.date));
	if (profile->alg->edition != IKP_HARD)
		return SEMPER_OK;
	TRY(ikp_chain_check(profile, &params->trust, &leaves->sig,
	    &in->cert_a_sig, SEMPER_USE_ACQUIRER_SIG, SEMPER_NONE, step->now,
	    in->clear.date));
	MUST("IKP-C-12",
	    leaves->enc.acquirer.data != NULL &&
		semper_bytes_equal(leaves->enc.acquirer, leaves->sig.acquirer),
	    IKP_E_CERT_INVALID);
	return SEMPER_OK;
}

static semper_err
check_seller(struct semper_step *step, struct leaves *leaves,
    const struct ikp_buyer_record *record, const struct ikp_invoice *in)
{
	const struct ikp_buyer_params *params = step->party->params;

	return ikp_chain_check(ikp_profile_of(step), &params->trust,
	    &leaves->seller, &in->cert_s, SEMPER_USE_SELLER, record->seller,
	    step->now, in->clear.date);
}

/* Does the acquirer serve this brand and, where that can be seen, this
 * seller? */
static bool
serves(const struct ikp_profile *profile, const struct leaves *leaves,
    struct semper_bytes brand)
{
	if (profile->alg->edition != IKP_HARD)
		return true;
	return semper_cert_has_brand(&leaves->enc, brand) &&
	    (!ikp_in(profile, IKP_23KP) ||
		semper_bytes_equal(leaves->enc.acquirer,
		    leaves->seller.acquirer));
}

/* Whose Invoice is it, and of when? */
static semper_err
check_head(const struct semper_step *step,
    const struct ikp_buyer_record *record, const struct ikp_clear *clear)
{
	const struct ikp_buyer_params *params = step->party->params;

	MUST("IKP-B-03", semper_bytes_equal(clear->id_s, record->seller),
	    IKP_E_COMMON_MISMATCH);
	MUST("IKP-B-04", distance(clear->date, step->now) <= params->skew,
	    IKP_E_DATE_OUT_OF_WINDOW);
	return SEMPER_OK;
}

semper_err
ikp_invoice_check(struct semper_step *step,
    const struct ikp_buyer_record *record)
{
	const struct ikp_invoice *in = &ikp_in_of(step)->body.invoice;
	const struct ikp_profile *profile = ikp_profile_of(step);
	bool signs = ikp_in(profile, IKP_23KP);
	struct semper_bytes claimed = in->clear.h_common;
	struct ikp_digest h_common;
	struct leaves leaves;
	bool late = FAULT("variant-late-checks") &&
	    profile->alg->edition != IKP_HARD;

	if (!late)
		TRY(check_head(step, record, &in->clear));
	TRY(ikp_terms_check_invoice(step, record, &in->clear));
	MUST("IKP-B-07", !signs || in->clear.h_v.data != NULL, IKP_E_MALFORMED);
	MUST("IKP-B-08",
	    !signs || !semper_bytes_equal(in->clear.h_v, in->clear.h_vc),
	    IKP_E_COMMITMENT_MISMATCH);
	TRY(rebuild(step, &h_common, record, &in->clear));
	if (FAULT("common-cut"))
		claimed.len = h_common.len = 8;
	MUST("IKP-B-05",
	    semper_bytes_equal(claimed, ikp_digest_bytes(&h_common)),
	    IKP_E_COMMON_MISMATCH);
	TRY(check_acquirer(step, &leaves, in));
	if (signs)
		TRY(check_seller(step, &leaves, record, in));
	MUST("IKP-C-06", serves(profile, &leaves, record->brand),
	    IKP_E_CERT_INVALID);
	MUST("IKP-B-06",
	    !signs ||
		ikp_offer_verify(profile, &leaves.seller.key, &in->clear,
		    in->sig_s),
	    IKP_E_SIG_INVALID);
	return late ? check_head(step, record, &in->clear) : SEMPER_OK;
}
