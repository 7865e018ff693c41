/* ikp_micro_deposit.c -- MicroDeposit = Clear, index, token
 *	[, Sig_S, CERT_S] [, mac] [, OffLine]
 * S -> A
 *
 *	Sig_S    S_S(micro-deposit, TbsMicroDeposit{H(Common), index, token})
 *	mac      HK(secret, micro-deposit, the same)       1KP of HARD
 *	OffLine  hDesc, EncSlip, Sig_S of the Invoice, CERT_B [, Sig_B] */
#include "ikp/ikp_micro.h"

#include "base/must.h"

static const struct semper_field off_line_fields[] = {
    FIELD_BYTES("hDesc", struct ikp_off_line, h_desc),
    FIELD_BYTES("encSlip", struct ikp_off_line, enc_slip),
    FIELD_BYTES("sigS", struct ikp_off_line, sig_s),
    FIELD_LIST("certB", struct ikp_off_line, cert_b),
    FIELD_BYTES("sigB", struct ikp_off_line, sig_b),
    FIELD_END,
};

#define DEPOSIT(clear_fields)                                                \
	FIELD_GROUP("clear", struct ikp_micro_deposit, clear, clear_fields), \
	    FIELD_INT("index", struct ikp_micro_deposit, index),             \
	    FIELD_BYTES("token", struct ikp_micro_deposit, token),           \
	    FIELD_BYTES("sigS", struct ikp_micro_deposit, sig_s),            \
	    FIELD_LIST("certS", struct ikp_micro_deposit, cert_s)
#define OFF_LINE                                                          \
	FIELD_PRESENT("offLine", struct ikp_micro_deposit, has_off_line), \
	    FIELD_GROUP("offLine", struct ikp_micro_deposit, off_line,    \
		off_line_fields)

static const struct semper_field historic[] = {
    DEPOSIT(ikp_clear_historic),
    OFF_LINE,
    FIELD_END,
};
static const struct semper_field hard[] = {
    DEPOSIT(ikp_clear_hard),
    FIELD_BYTES("mac", struct ikp_micro_deposit, mac),
    OFF_LINE,
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_OF_SELLER(ikp_micro_deposit),
    IKP_PRESENCE_BYTES(ikp_micro_deposit, mac,
	IKP_EDITION_HARD &IKP_VARIANT_1KP, IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_micro_deposit, off_line.h_desc, IKP_NONE,
	IKP_VARIANT_3KP),
};
const struct ikp_message ikp_micro_deposit_message = {
    .type = {"MicroDeposit", historic, hard},
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
	struct semper_bytes token;
};
static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("hCommon", struct tbs, h_common),
    FIELD_INT("index", struct tbs, index),
    FIELD_BYTES("token", struct tbs, token),
    FIELD_END,
};
static const struct ikp_proof_kind proof_kind = {
    .context = IKP_CTX_MICRO_DEPOSIT,
    .salt = "salt(Sig_deposit)",
    .tbs = {"TbsMicroDeposit", tbs_fields, tbs_fields},
};

/* ---- the seller makes it ---- */

/* What the acquirer needs to authorise the chain afterwards. */
static semper_err
add_off_line(struct semper_step *step, struct ikp_off_line *out,
    const struct ikp_seller_record *record, const struct ikp_invoice *invoice)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_initiate initiate;
	struct ikp_payment payment;

	if (ikp_decode(profile, &ikp_initiate_message.type, &initiate,
		record->initiate) != SEMPER_OK ||
	    ikp_decode(profile, &ikp_payment_message.type, &payment,
		record->micro.payment) != SEMPER_OK)
		return SEMPER_E_STORE;
	*out = (struct ikp_off_line){record->h_desc, payment.enc_slip,
	    invoice->sig_s, payment.sig_b, initiate.cert_b};
	return SEMPER_OK;
}

/* IKP-U-45 */
semper_err
ikp_micro_deposit_make(struct semper_step *step,
    struct ikp_seller_record *record, const struct ikp_invoice *invoice)
{
	struct ikp_seller_chain *chain = &record->micro;
	struct ikp_micro_deposit deposit = {.clear = invoice->clear,
	    .index = chain->index,
	    .token = chain->token,
	    .cert_s = invoice->cert_s,
	    .has_off_line = chain->payment.data != NULL};
	struct tbs tbs = {invoice->clear.h_common, chain->index, chain->token};
	struct ikp_proof proof;
	struct ikp_sent sent;

	TRY(ikp_proof_make(step, &proof, &proof_kind, &tbs));
	deposit.sig_s = proof.sig_s;
	deposit.mac = proof.mac;
	if (deposit.has_off_line)
		TRY(add_off_line(step, &deposit.off_line, record, invoice));
	TRY(ikp_send(step, &sent, IKP_ACQUIRER, IKP_MICRO_DEPOSIT,
	    step->record.key, &deposit));
	chain->deposit = sent.envelope;
	return SEMPER_OK;
}

/* ---- the acquirer checks it ---- */

semper_err
ikp_micro_deposit_check(struct semper_step *step,
    const struct ikp_micro_deposit *in)
{
	struct ikp_proof proof = {.sig_s = in->sig_s, .mac = in->mac};
	struct tbs tbs = {in->clear.h_common, in->index, in->token};

	return ikp_proof_check(step, &proof, &proof_kind, &tbs, &in->clear,
	    &in->cert_s);
}
