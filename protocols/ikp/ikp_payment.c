/* ikp_payment.c -- Payment = ID_S, TID_S, EncSlip [, Sig_B [, CERT_B]]
 * B -> S
 *
 *	Sig_B  S_B(payment, TbsPayment{EncSlip, H(Common)})    3KP */
#include "ikp/ikp_flow.h"

#include "base/must.h"

static const struct semper_field fields[] = {
    FIELD_BYTES("idS", struct ikp_payment, id_s),
    FIELD_BYTES("tidS", struct ikp_payment, tid_s),
    FIELD_BYTES("encSlip", struct ikp_payment, enc_slip),
    FIELD_BYTES("sigB", struct ikp_payment, sig_b),
    FIELD_LIST("certB", struct ikp_payment, cert_b),
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_BYTES(ikp_payment, sig_b, IKP_VARIANT_3KP, IKP_NONE),
    IKP_PRESENCE_CHAIN(ikp_payment, cert_b, IKP_NONE, IKP_VARIANT_3KP),
};
const struct ikp_message ikp_payment_message = {
    .type = {"Payment", fields, fields},
    .profiles = IKP_ALL,
    .request = true,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

/* ---- Sig_B ---- */

struct tbs_payment {
	struct semper_bytes enc_slip, h_common;
};
static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("encSlip", struct tbs_payment, enc_slip),
    FIELD_BYTES("hCommon", struct tbs_payment, h_common),
    FIELD_END,
};
static const struct ikp_type tbs_type = {"TbsPayment", tbs_fields, tbs_fields};

bool
ikp_payment_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, struct semper_bytes enc_slip,
    struct semper_bytes h_common, struct semper_bytes sig)
{
	struct tbs_payment tbs = {enc_slip, h_common};

	return ikp_verify(profile, key, IKP_CTX_PAYMENT, &tbs_type, &tbs, sig);
}

/* ---- the buyer makes it ---- */

/* IKP-B-11: the slip, under the key of the verified CERT_A.  IKP-G-08: here, and
 * only here, BAN, PIN, R_B and R_acct leave the buyer. */
static semper_err
seal(struct semper_step *step, struct semper_buffer *out,
    const struct ikp_buyer_record *record, const struct ikp_invoice *invoice)
{
	const struct ikp_buyer_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_cert acquirer;
	struct ikp_slip slip = {.price = record->price,
	    .h_common = invoice->clear.h_common,
	    .ban = params->ban,
	    .r_b = record->r_b,
	    .pin = FAULT("pin-dropped") ? SEMPER_NONE : record->pin};
	const struct ikp_chain *to =
	    FAULT("slip-to-signer") && invoice->cert_a_sig.n != 0
	    ? &invoice->cert_a_sig
	    : &invoice->cert_a;

	if (ikp_in(profile, IKP_JSAC_HARD) && !FAULT("slip-no-expiration"))
		slip.expiration = params->expiration;
	if (ikp_in(profile, IKP_EDITION_HARD & IKP_VARIANT_3KP))
		slip.r_acct = params->r_acct;
	if (semper_cert_read(&acquirer, to->item[0]) != SEMPER_OK)
		return SEMPER_E_STORE;
	return ikp_slip_seal(profile, out, &acquirer.key, &slip, step->draw);
}

semper_err
ikp_payment_make(struct semper_step *step, struct ikp_buyer_record *record)
{
	const struct ikp_buyer_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	const struct ikp_input *input = step->in->input;
	uint8_t room[IKP_ENC_SLIP_MAX];
	struct semper_buffer enc_slip = SEMPER_BUFFER(room);
	struct ikp_invoice invoice = {.clear = {.date = 0}};
	struct ikp_payment payment = {.sig_b = SEMPER_NONE};
	struct ikp_signature sig;
	struct ikp_sent sent;

	TRY(ikp_decode(profile, &ikp_invoice_message.type, &invoice,
	    record->invoice));
	TRY(seal(step, &enc_slip, record, &invoice));
	payment.id_s = invoice.clear.id_s;
	payment.tid_s = invoice.clear.tid_s;
	payment.enc_slip = semper_written(&enc_slip);
	if (profile->variant == IKP_3KP) {
		/* IKP-B-14 */
		struct tbs_payment tbs = {payment.enc_slip,
		    FAULT("sig-b-without-common") ? record->id_b
						  : invoice.clear.h_common};

		TRY(ikp_sign(profile, &sig, keys->sig.key, IKP_CTX_PAYMENT,
		    &tbs_type, &tbs, step->draw, "salt(Sig_B)"));
		payment.sig_b = ikp_signature_bytes(&sig);
	}
	TRY(ikp_send(step, &sent, IKP_SELLER, IKP_PAYMENT, input->session,
	    &payment));
	record->payment = sent.envelope;
	record->pin = record->r_b = SEMPER_NONE; /* nobody needs them now */
	return SEMPER_OK;
}

/* ---- the seller checks it ---- */

static semper_err
check_length(struct semper_step *step, const struct ikp_payment *in)
{
	const struct ikp_seller_params *params = step->party->params;
	struct semper_cert acquirer;

	if (params->acquirer_enc.n == 0 ||
	    semper_cert_read(&acquirer, params->acquirer_enc.item[0]) !=
		SEMPER_OK)
		return SEMPER_E_ARGUMENT;
	MUST("IKP-S-08", in->enc_slip.len == acquirer.key.len, IKP_E_MALFORMED);
	return SEMPER_OK;
}

static semper_err
check_buyer(struct semper_step *step, const struct ikp_payment *in,
    const struct ikp_seller_record *record, struct semper_bytes h_common)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_initiate initiate;
	struct semper_cert buyer;

	if (ikp_decode(profile, &ikp_initiate_message.type, &initiate,
		record->initiate) != SEMPER_OK ||
	    semper_cert_read(&buyer, initiate.cert_b.item[0]) != SEMPER_OK)
		return SEMPER_E_STORE;
	MUST("IKP-S-07",
	    in->cert_b.n == 0 || ikp_chain_equal(&in->cert_b, &initiate.cert_b),
	    IKP_E_CERT_INVALID);
	MUST("IKP-S-06",
	    ikp_payment_verify(profile, &buyer.key, in->enc_slip, h_common,
		in->sig_b),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
check_lifetime(struct semper_step *step, const struct ikp_clear *clear)
{
	const struct ikp_seller_params *params = step->party->params;

	MUST("IKP-S-05", step->now <= clear->date + params->lifetime,
	    IKP_E_EXPIRED);
	return SEMPER_OK;
}

semper_err
ikp_payment_check(struct semper_step *step,
    const struct ikp_seller_record *record, const struct ikp_invoice *invoice)
{
	const struct ikp_payment *in = &ikp_in_of(step)->body.payment;
	const struct ikp_profile *profile = ikp_profile_of(step);
	const struct ikp_clear *clear = &invoice->clear;
	bool late = FAULT("variant-late-checks") &&
	    profile->alg->edition != IKP_HARD;

	if (!late)
		TRY(check_lifetime(step, clear));
	TRY(check_length(step, in));
	if (profile->variant == IKP_3KP)
		TRY(check_buyer(step, in, record, clear->h_common));
	return late ? check_lifetime(step, clear) : SEMPER_OK;
}
