/* ikp_micro_offer.c -- MicroOffer = ID_S, TID_S, session, offerId, PRICE
 * What a seller asks on a chain with a broker; part of MicroPay.  HARD. */
#include "ikp/ikp_micro.h"

#include "base/must.h"

const struct semper_field ikp_micro_offer_fields[] = {
    FIELD_BYTES("idS", struct ikp_micro_offer, id_s),
    FIELD_BYTES("tidS", struct ikp_micro_offer, tid_s),
    FIELD_BYTES("session", struct ikp_micro_offer, session),
    FIELD_BYTES("offerId", struct ikp_micro_offer, offer_id),
    FIELD_GROUP("price", struct ikp_micro_offer, price, ikp_price_fields),
    FIELD_END,
};
const struct ikp_type ikp_micro_offer_type = {"MicroOffer", NULL,
    ikp_micro_offer_fields};

#define OFFER_DER_MAX 256

semper_err
ikp_micro_offer_hash(const struct ikp_profile *profile, struct ikp_digest *out,
    const struct ikp_micro_offer *offer)
{
	uint8_t room[OFFER_DER_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_encode(profile, &ikp_micro_offer_type, &der, offer));
	ikp_hash(profile->alg, out, IKP_CTX_MICRO_OFFER, semper_written(&der));
	return SEMPER_OK;
}

static semper_err
put(struct semper_step *step, struct semper_bytes hash, uint64_t version,
    const struct ikp_quote_record *quote)
{
	uint8_t room[OFFER_DER_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_record_encode(&ikp_quote_record_type, &der, quote));
	return semper_effects_put(&step->effects, IKP_TABLE_QUOTE, hash,
	    version, semper_written(&der));
}

semper_err
ikp_micro_offer_make(struct semper_step *step, const struct ikp_clear *clear,
    const struct ikp_price *price)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_micro_offer offer = {clear->id_s, clear->tid_s,
	    step->record.key, SEMPER_NONE, *price};
	struct ikp_quote_record quote = {step->record.key, *price, false};
	uint8_t room[OFFER_DER_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);
	struct ikp_digest hash;

	TRY(ikp_draw(step, &offer.offer_id, "offerId", 16));
	TRY(ikp_encode(profile, &ikp_micro_offer_type, &der, &offer));
	TRY(ikp_micro_offer_hash(profile, &hash, &offer));
	TRY(put(step, ikp_digest_bytes(&hash), 0, &quote));
	return semper_step_result_octets(step, "offer", semper_written(&der));
}

/* ---- the seller is paid for it ---- */

static semper_err
find(struct semper_step *step, struct ikp_digest *hash,
    struct semper_record *found, struct ikp_quote_record *quote,
    const struct ikp_micro_offer *offer)
{
	TRY(ikp_micro_offer_hash(ikp_profile_of(step), hash, offer));
	TRY(semper_view_get(step->view, found, IKP_TABLE_QUOTE,
	    ikp_digest_bytes(hash)));
	if (found->version == 0)
		return SEMPER_OK;
	return ikp_record_decode(&ikp_quote_record_type, quote, found->value);
}

semper_err
ikp_micro_offer_check(struct semper_step *step, const struct ikp_micro_pay *pay,
    const struct ikp_terms *terms, struct ikp_price *price)
{
	struct ikp_quote_record quote = {.paid = true};
	struct semper_record found;
	struct ikp_digest hash;

	if (pay->has_offer) {
		TRY(find(step, &hash, &found, &quote, &pay->offer));
		*price = pay->offer.price;
	}
	MUST("IKP-U-20",
	    pay->has_offer == (terms->broker.data != NULL) &&
		(!pay->has_offer ||
		    (!quote.paid &&
			semper_bytes_equal(quote.session, step->record.key))),
	    IKP_E_CHAIN_INVALID);
	return SEMPER_OK;
}

semper_err
ikp_micro_offer_paid(struct semper_step *step, const struct ikp_micro_pay *pay)
{
	struct ikp_quote_record quote;
	struct semper_record found;
	struct ikp_digest hash;

	if (!pay->has_offer)
		return SEMPER_OK;
	TRY(find(step, &hash, &found, &quote, &pay->offer));
	if (found.version == 0 || FAULT("offer-stays-open"))
		return SEMPER_OK; /* a broker's, or a check switched off */
	quote.paid = true;
	return put(step, ikp_digest_bytes(&hash), found.version, &quote);
}
