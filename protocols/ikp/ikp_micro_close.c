/* ikp_micro_close.c -- MicroClose = Clear, index [, Sig_S, CERT_S] [, mac]
 * S -> A: nothing more will be deposited than INDEX
 *
 *	Sig_S  S_S(micro-close, TbsMicroClose{H(Common), index})
 *	mac    HK(secret, micro-close, the same)          1KP of HARD */
#include "ikp/ikp_micro.h"

#include "base/must.h"

#define CLOSE(clear_fields)                                                \
	FIELD_GROUP("clear", struct ikp_micro_close, clear, clear_fields), \
	    FIELD_INT("index", struct ikp_micro_close, index),             \
	    FIELD_BYTES("sigS", struct ikp_micro_close, sig_s),            \
	    FIELD_LIST("certS", struct ikp_micro_close, cert_s)

static const struct semper_field historic[] = {
    CLOSE(ikp_clear_historic),
    FIELD_END,
};
static const struct semper_field hard[] = {
    CLOSE(ikp_clear_hard),
    FIELD_BYTES("mac", struct ikp_micro_close, mac),
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_OF_SELLER(ikp_micro_close),
    IKP_PRESENCE_BYTES(ikp_micro_close, mac, IKP_EDITION_HARD &IKP_VARIANT_1KP,
	IKP_NONE),
};
const struct ikp_message ikp_micro_close_message = {
    .type = {"MicroClose", historic, hard},
    .profiles = IKP_MICRO,
    .request = true,
    .opens = true,
    .clear = true,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

struct tbs {
	struct semper_bytes h_common;
	int64_t index;
};
static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("hCommon", struct tbs, h_common),
    FIELD_INT("index", struct tbs, index),
    FIELD_END,
};
static const struct ikp_proof_kind proof_kind = {
    .context = IKP_CTX_MICRO_CLOSE,
    .salt = "salt(Sig_close)",
    .tbs = {"TbsMicroClose", tbs_fields, tbs_fields},
};

/* IKP-U-34 */
semper_err
ikp_micro_close_make(struct semper_step *step, struct ikp_seller_record *record,
    const struct ikp_invoice *invoice)
{
	struct ikp_micro_close close = {.clear = invoice->clear,
	    .index = FAULT("close-of-nothing") ? 0 : record->micro.deposited,
	    .cert_s = invoice->cert_s};
	struct tbs tbs = {invoice->clear.h_common, close.index};
	struct ikp_proof proof;
	struct ikp_sent sent;

	TRY(ikp_proof_make(step, &proof, &proof_kind, &tbs));
	close.sig_s = proof.sig_s;
	close.mac = proof.mac;
	TRY(ikp_send(step, &sent, IKP_ACQUIRER, IKP_MICRO_CLOSE,
	    step->record.key, &close));
	record->micro.close = sent.envelope;
	return SEMPER_OK;
}

semper_err
ikp_micro_close_check(struct semper_step *step,
    const struct ikp_micro_close *in)
{
	struct ikp_proof proof = {.sig_s = in->sig_s, .mac = in->mac};
	struct tbs tbs = {in->clear.h_common, in->index};

	return ikp_proof_check(step, &proof, &proof_kind, &tbs, &in->clear,
	    &in->cert_s);
}
