/* ikp_cancel.c -- Cancel = ID_S, TID_S, reason [, VC]
 * S -> B, JSAC and HARD */
#include "ikp/ikp_flow.h"

#include "base/must.h"

const struct semper_field ikp_cancel_fields[] = {
    FIELD_BYTES("idS", struct ikp_cancel, id_s),
    FIELD_BYTES("tidS", struct ikp_cancel, tid_s),
    FIELD_INT("reason", struct ikp_cancel, reason),
    FIELD_BYTES("vC", struct ikp_cancel, vc),
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_BYTES(ikp_cancel, vc, IKP_23KP, IKP_NONE),
};
const struct ikp_message ikp_cancel_message = {
    .type = {"Cancel", ikp_cancel_fields, ikp_cancel_fields},
    .profiles = IKP_JSAC_HARD,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

/* IKP-S-15: the rows that lead here say when VC may be released. */
semper_err
ikp_cancel_make(struct semper_step *step, struct ikp_seller_record *record,
    struct semper_bytes session, const struct ikp_clear *clear)
{
	struct ikp_cancel cancel = {clear->id_s, clear->tid_s,
	    record->cancel_reason, record->vc};
	struct ikp_sent sent;

	TRY(ikp_send(step, &sent, IKP_BUYER, IKP_CANCEL, session, &cancel));
	record->outcome = sent.envelope;
	return SEMPER_OK;
}

/* In 1KP there is nothing to verify: the Cancel is a hint. */
semper_err
ikp_cancel_check(const struct ikp_profile *profile,
    const struct ikp_invoice *invoice, const struct ikp_cancel *cancel)
{
	MUST("IKP-B-20",
	    !ikp_in(profile, IKP_23KP) ||
		ikp_opens(profile->alg, IKP_CTX_COMMIT_VC, cancel->vc,
		    invoice->clear.h_vc),
	    IKP_E_COMMITMENT_MISMATCH);
	return SEMPER_OK;
}
