/* ikp_initiate.c -- Initiate = SALT_B, ID_B, order reference [, CERT_B]
 * [, MicroTerms]
 * B -> S */
#include "ikp/ikp_micro.h"

#include "base/must.h"

#define INITIATE                                                     \
	FIELD_BYTES("saltB", struct ikp_initiate, salt_b),           \
	    FIELD_BYTES("idB", struct ikp_initiate, id_b),           \
	    FIELD_BYTES("orderRef", struct ikp_initiate, order_ref), \
	    FIELD_LIST("certB", struct ikp_initiate, cert_b),        \
	    FIELD_PRESENT("micro", struct ikp_initiate, micro.given)

static const struct semper_field historic[] = {
    INITIATE,
    FIELD_GROUP("micro", struct ikp_initiate, micro, ikp_terms_historic),
    FIELD_END,
};
static const struct semper_field hard[] = {
    INITIATE,
    FIELD_GROUP("micro", struct ikp_initiate, micro, ikp_terms_hard),
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_CHAIN(ikp_initiate, cert_b, IKP_VARIANT_3KP, IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_initiate, micro.root, IKP_MICRO, IKP_NONE),
};
const struct ikp_message ikp_initiate_message = {
    .type = {"Initiate", historic, hard},
    .profiles = IKP_ALL,
    .request = true,
    .opens = true,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

/* IKP-B-01 */
semper_err
ikp_initiate_make(struct semper_step *step, struct semper_bytes session,
    const struct ikp_input *input, struct ikp_buyer_record *record)
{
	const struct ikp_buyer_params *params = step->party->params;
	const struct ikp_buyer_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_initiate initiate = {.order_ref = input->order};
	struct ikp_digest id_b;
	struct ikp_sent sent;

	TRY(ikp_draw(step, &record->r_b, "R_B", IKP_NONCE_SIZE));
	TRY(ikp_draw(step, &record->salt_b, "SALT_B", IKP_NONCE_SIZE));
	if (FAULT("r-b-as-salt"))
		record->salt_b = record->r_b;
	TRY(ikp_id_b(profile->alg, &id_b, record->r_b, params->ban));
	TRY(semper_step_copy(step, &record->id_b, ikp_digest_bytes(&id_b)));
	initiate.salt_b = record->salt_b;
	initiate.id_b = record->id_b;
	if (profile->variant == IKP_3KP)
		initiate.cert_b = keys->sig.chain;
	if (ikp_in(profile, IKP_MICRO))
		TRY(ikp_terms_begin(step, &initiate.micro, input, record));
	TRY(ikp_send(step, &sent, IKP_SELLER, IKP_INITIATE, session, &initiate));
	record->initiate = sent.envelope;
	return SEMPER_OK;
}

static semper_err
check_buyer(struct semper_step *step)
{
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_initiate *in = &ikp_in_of(step)->body.initiate;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_cert leaf;
	semper_err e;

	if (profile->variant != IKP_3KP)
		return SEMPER_OK;
	e = ikp_chain_check(profile, &params->trust, &leaf, &in->cert_b,
	    SEMPER_USE_BUYER, SEMPER_NONE, step->now, SEMPER_NO_DATE);
	MUST("IKP-S-21", !SEMPER_IS_REFUSAL(e), IKP_E_CERT_INVALID);
	return SEMPER_IS_REFUSAL(e) ? SEMPER_OK : e;
}

semper_err
ikp_initiate_check(struct semper_step *step, struct ikp_order_record *order)
{
	const struct ikp_initiate *in = &ikp_in_of(step)->body.initiate;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_record found;

	TRY(semper_view_get(step->view, &found, IKP_TABLE_ORDER,
	    in->order_ref));
	MUST("IKP-S-20", found.version != 0, IKP_E_UNKNOWN_TRANSACTION);
	if (found.version == 0)
		return SEMPER_E_INTERNAL; /* the check above is switched off */
	TRY(ikp_record_decode(&ikp_order_record_type, order, found.value));
	MUST("IKP-S-20", order->has_unit == ikp_in(profile, IKP_MICRO),
	    IKP_E_UNKNOWN_TRANSACTION);
	TRY(check_buyer(step));
	if (!ikp_in(profile, IKP_MICRO))
		return SEMPER_OK;
	return ikp_terms_check_initiate(step, order);
}
