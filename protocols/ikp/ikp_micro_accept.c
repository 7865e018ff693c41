/* ikp_micro_accept.c -- MicroAccept = ID_S, TID_S, V, Sig_S
 * S -> B, off-line instead of AuthReq, AuthRes and Confirm
 *
 *	Sig_S  S_S(micro-accept, TbsMicroAccept{H(Common), V}) */
#include "ikp/ikp_micro.h"

#include "base/must.h"

static const struct semper_field fields[] = {
    FIELD_BYTES("idS", struct ikp_micro_accept, id_s),
    FIELD_BYTES("tidS", struct ikp_micro_accept, tid_s),
    FIELD_BYTES("v", struct ikp_micro_accept, v),
    FIELD_BYTES("sigS", struct ikp_micro_accept, sig_s),
    FIELD_END,
};
const struct ikp_message ikp_micro_accept_message = {
    .type = {"MicroAccept", fields, fields},
    .profiles = IKP_MICRO & IKP_VARIANT_3KP,
};

struct tbs {
	struct semper_bytes h_common, v;
};
static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("hCommon", struct tbs, h_common),
    FIELD_BYTES("v", struct tbs, v),
    FIELD_END,
};
static const struct ikp_type tbs_type = {"TbsMicroAccept", tbs_fields,
    tbs_fields};

/* IKP-U-44 */
semper_err
ikp_micro_accept_make(struct semper_step *step,
    struct ikp_seller_record *record, const struct ikp_invoice *invoice)
{
	const struct ikp_seller_keys *keys = step->party->keys;
	struct ikp_micro_accept accept = {invoice->clear.id_s,
	    invoice->clear.tid_s, record->v, SEMPER_NONE};
	struct tbs tbs = {invoice->clear.h_common, record->v};
	struct ikp_signature sig;
	struct ikp_sent sent;

	TRY(ikp_sign(ikp_profile_of(step), &sig, keys->sig.key,
	    IKP_CTX_MICRO_ACCEPT, &tbs_type, &tbs, step->draw,
	    "salt(Sig_accept)"));
	accept.sig_s = ikp_signature_bytes(&sig);
	TRY(ikp_send(step, &sent, IKP_BUYER, IKP_MICRO_ACCEPT, step->record.key,
	    &accept));
	if (!FAULT("accept-not-kept"))
		record->outcome = sent.envelope;
	return SEMPER_OK;
}

bool
ikp_micro_accept_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, struct semper_bytes h_common,
    struct semper_bytes v, struct semper_bytes sig)
{
	struct tbs tbs = {h_common, v};

	return ikp_verify(profile, key, IKP_CTX_MICRO_ACCEPT, &tbs_type, &tbs,
	    sig);
}

semper_err
ikp_micro_accept_check(struct semper_step *step,
    const struct ikp_invoice *invoice)
{
	const struct ikp_micro_accept *in = &ikp_in_of(step)->body.micro_accept;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_cert seller;

	if (semper_cert_read(&seller, invoice->cert_s.item[0]) != SEMPER_OK)
		return SEMPER_E_STORE;
	MUST("IKP-U-30",
	    ikp_micro_accept_verify(profile, &seller.key,
		invoice->clear.h_common, in->v, in->sig_s),
	    IKP_E_SIG_INVALID);
	MUST("IKP-U-39",
	    ikp_opens(profile->alg, IKP_CTX_COMMIT_V, in->v,
		invoice->clear.h_v),
	    IKP_E_COMMITMENT_MISMATCH);
	return SEMPER_OK;
}
