/* ikp_micro_deposit.c -- MicroDeposit = Clear, index, token
 *	[, Sig_S, CERT_S] [, mac] [, OffLine]
 * S -> A
 *
 *	Sig_S    S_S(micro-deposit, TbsMicroDeposit{H(Common), index, token})
 *	mac      HK(secret, micro-deposit, the same)       1KP of HARD
 *	OffLine  hDesc, EncSlip, Sig_S of the Invoice, CERT_B [, Sig_B] */
#include "ikp/ikp_micro.h"

#include "base/ct.h"
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
    IKP_PRESENCE_BYTES(ikp_micro_deposit, clear.micro.root, IKP_MICRO,
	IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_micro_deposit, clear.h_v, IKP_23KP, IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_micro_deposit, clear.h_vc, IKP_JSAC_HARD &IKP_23KP,
	IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_micro_deposit, sig_s, IKP_23KP, IKP_NONE),
    IKP_PRESENCE_CHAIN(ikp_micro_deposit, cert_s, IKP_23KP, IKP_NONE),
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
static const struct ikp_type tbs_type = {"TbsMicroDeposit", tbs_fields,
    tbs_fields};

/* ---- who deposits: a signature, or in 1KP of HARD a mac ---- */

#define MAC_ROOM 128

static semper_err
mac_of(const struct ikp_profile *profile, struct ikp_digest *mac,
    enum ikp_context ctx, struct semper_bytes secret,
    const struct ikp_type *type, const void *value)
{
	uint8_t room[MAC_ROOM];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_encode(profile, type, &der, value));
	ikp_hash_keyed(profile->alg, mac, ctx, secret, semper_written(&der));
	return SEMPER_OK;
}

semper_err
ikp_deposit_sign(struct semper_step *step, struct ikp_signature *sig,
    struct ikp_digest *mac, enum ikp_context ctx, const struct ikp_type *type,
    const void *value, const char *label)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_seller_keys *keys = step->party->keys;

	sig->len = mac->len = 0;
	if (ikp_in(profile, IKP_23KP))
		return ikp_sign(profile, sig, keys->sig.key, ctx, type, value,
		    step->draw, label);
	if (profile->alg->edition != IKP_HARD)
		return SEMPER_OK;
	return mac_of(profile, mac, ctx, params->secret, type, value);
}

static struct semper_bytes
secret_of(const struct ikp_acquirer_params *params, struct semper_bytes id_s)
{
	for (size_t i = 0; i < params->n_sellers; i++)
		if (semper_bytes_equal(params->sellers[i].id_s, id_s))
			return params->sellers[i].secret;
	return SEMPER_NONE;
}

bool
ikp_deposit_mac(const struct semper_step *step, struct semper_bytes id_s,
    enum ikp_context ctx, const struct ikp_type *type, const void *value,
    struct semper_bytes mac)
{
	struct semper_bytes secret = secret_of(step->party->params, id_s);
	struct ikp_digest own;

	return secret.data != NULL &&
	    mac_of(ikp_profile_of(step), &own, ctx, secret, type, value) ==
	    SEMPER_OK &&
	    mac.len == own.len &&
	    semper_ct_equal(mac.data, own.octets, own.len);
}

semper_err
ikp_deposit_seller(struct semper_step *step, struct semper_cert *leaf,
    const struct ikp_clear *clear, const struct ikp_chain *cert_s)
{
	const struct ikp_acquirer_params *params = step->party->params;

	if (!ikp_in(ikp_profile_of(step), IKP_23KP))
		return SEMPER_OK;
	return ikp_chain_check(ikp_profile_of(step), &params->trust, leaf,
	    cert_s, SEMPER_USE_SELLER, clear->id_s, step->now, clear->date);
}

/* ---- the seller makes it ---- */

static struct semper_bytes
digest_or_none(const struct ikp_digest *d)
{
	return d->len == 0 ? SEMPER_NONE : ikp_digest_bytes(d);
}

static struct semper_bytes
signature_or_none(const struct ikp_signature *s)
{
	return s->len == 0 ? SEMPER_NONE : ikp_signature_bytes(s);
}

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
	struct ikp_signature sig;
	struct ikp_digest mac;
	struct ikp_sent sent;

	TRY(ikp_deposit_sign(step, &sig, &mac, IKP_CTX_MICRO_DEPOSIT, &tbs_type,
	    &tbs, "salt(Sig_deposit)"));
	deposit.sig_s = signature_or_none(&sig);
	deposit.mac = digest_or_none(&mac);
	if (deposit.has_off_line)
		TRY(add_off_line(step, &deposit.off_line, record, invoice));
	TRY(ikp_send(step, &sent, IKP_ACQUIRER, IKP_MICRO_DEPOSIT,
	    step->record.key, &deposit, 0));
	chain->deposit = sent.envelope;
	return SEMPER_OK;
}

/* ---- the acquirer checks it ---- */

semper_err
ikp_micro_deposit_check(struct semper_step *step,
    const struct ikp_micro_deposit *in)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct tbs tbs = {in->clear.h_common, in->index, in->token};
	struct semper_cert seller;

	TRY(ikp_deposit_seller(step, &seller, &in->clear, &in->cert_s));
	MUST("IKP-U-27",
	    ikp_in(profile, IKP_VARIANT_1KP)
		? profile->alg->edition != IKP_HARD ||
		    ikp_deposit_mac(step, in->clear.id_s, IKP_CTX_MICRO_DEPOSIT,
			&tbs_type, &tbs, in->mac)
		: ikp_verify(profile, &seller.key, IKP_CTX_MICRO_DEPOSIT,
		      &tbs_type, &tbs, in->sig_s),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
