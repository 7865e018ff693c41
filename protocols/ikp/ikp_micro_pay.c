/* ikp_micro_pay.c -- MicroPay = ID_S, TID_S, index, token [, MicroOffer]
 * B -> S;  token = A(n - index) */
#include "ikp/ikp_micro.h"

#include "base/must.h"

#define PAY                                                   \
	FIELD_BYTES("idS", struct ikp_micro_pay, id_s),       \
	    FIELD_BYTES("tidS", struct ikp_micro_pay, tid_s), \
	    FIELD_INT("index", struct ikp_micro_pay, index),  \
	    FIELD_BYTES("token", struct ikp_micro_pay, token)

static const struct semper_field historic[] = {PAY, FIELD_END};
static const struct semper_field hard[] = {
    PAY,
    FIELD_PRESENT("offer", struct ikp_micro_pay, has_offer),
    FIELD_GROUP("offer", struct ikp_micro_pay, offer, ikp_micro_offer_fields),
    FIELD_END,
};
const struct ikp_message ikp_micro_pay_message = {
    .type = {"MicroPay", historic, hard},
    .profiles = IKP_MICRO,
    .request = true,
};

/* ---- the buyer pays ---- */

/* IKP-U-41: how many links PRICE is. */
static semper_err
links_of(int64_t *links, const struct ikp_terms *terms,
    const struct ikp_price *price)
{
	MUST("IKP-U-41",
	    price->currency == terms->unit.currency &&
		price->exponent == terms->unit.exponent && price->amount > 0 &&
		price->amount % terms->unit.amount == 0,
	    IKP_E_AMOUNT_EXCEEDED);
	*links = price->amount / terms->unit.amount;
	return SEMPER_OK;
}

static semper_err
check_links(int64_t *links, const struct ikp_terms *terms, int64_t index)
{
	MUST("IKP-U-42", *links <= terms->n - index, IKP_E_CHAIN_EXHAUSTED);
	if (*links > terms->n - index)
		*links = terms->n - index; /* the check above is switched off */
	return SEMPER_OK;
}

static semper_err
check_offer(const struct ikp_terms *terms, const struct ikp_price *price,
    const struct ikp_micro_offer *offer)
{
	MUST("IKP-U-43",
	    (offer != NULL) == (terms->broker.data != NULL) &&
		(offer == NULL || ikp_price_equal(&offer->price, price)),
	    IKP_E_CHAIN_INVALID);
	return SEMPER_OK;
}

/* Send the payment of INDEX, and come back to it if nothing is heard. */
static semper_err
send(struct semper_step *step, struct semper_bytes session,
    struct ikp_buyer_record *record, const struct ikp_clear *clear,
    int64_t index, const struct ikp_micro_offer *offer)
{
	struct ikp_micro_pay pay = {.id_s = clear->id_s,
	    .tid_s = clear->tid_s,
	    .index = index,
	    .has_offer = offer != NULL};
	struct ikp_digest token;
	struct ikp_sent sent;

	if (offer != NULL)
		pay.offer = *offer;
	if (FAULT("links-told") && index + 2 <= clear->micro.n) {
		ikp_token(ikp_profile_of(step), &token, &clear->micro,
		    record->micro.x, index + 2);
		TRY(semper_step_result_octets(step, "next",
		    ikp_digest_bytes(&token)));
	}
	/* IKP-U-38: this link, and none nearer to X. */
	ikp_token(ikp_profile_of(step), &token, &clear->micro, record->micro.x,
	    FAULT("token-ahead") && index < clear->micro.n ? index + 1 : index);
	pay.token = ikp_digest_bytes(&token);
	TRY(ikp_send(step, &sent, IKP_SELLER, IKP_MICRO_PAY, session, &pay));
	record->micro.pay = sent.envelope;
	return ikp_timer(step, "pay-again", session,
	    step->now + IKP_MICRO_AGAIN_AFTER);
}

semper_err
ikp_micro_pay_make(struct semper_step *step, struct semper_bytes session,
    struct ikp_buyer_record *record, const struct ikp_invoice *invoice,
    const struct ikp_price *price, const struct ikp_micro_offer *offer)
{
	const struct ikp_terms *terms = &invoice->clear.micro;
	struct ikp_buyer_chain *chain = &record->micro;
	int64_t links = 0, index;

	MUST("IKP-U-40", step->now <= terms->expiry, IKP_E_CHAIN_EXPIRED);
	TRY(links_of(&links, terms, price));
	TRY(check_links(&links, terms, chain->index));
	TRY(check_offer(terms, price, offer));
	/* IKP-U-12: no deeper than the price needs. */
	index = chain->index + links;
	if (FAULT("link-too-deep") && index < terms->n)
		index++;
	TRY(send(step, session, record, &invoice->clear, index, offer));
	/* IKP-U-11: kept before it leaves. */
	if (!FAULT("link-paid-twice"))
		chain->index = index;
	return SEMPER_OK;
}

semper_err
ikp_micro_pay_input(struct semper_step *step, struct ikp_buyer_record *record,
    const struct ikp_invoice *invoice)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_micro_offer offer;

	if (input->offer.data != NULL &&
	    (ikp_profile_of(step)->alg->edition != IKP_HARD ||
		ikp_decode(ikp_profile_of(step), &ikp_micro_offer_type, &offer,
		    input->offer) != SEMPER_OK))
		return SEMPER_E_ARGUMENT;
	TRY(ikp_micro_pay_make(step, step->record.key, record, invoice,
	    &input->price, input->offer.data != NULL ? &offer : NULL));
	return semper_step_result_integer(step, "index", record->micro.index);
}

/* IKP-U-10: the same octets. */
semper_err
ikp_micro_pay_again(struct semper_step *step,
    const struct ikp_buyer_record *record)
{
	const struct ikp_buyer_chain *chain = &record->micro;

	TRY(semper_step_result_integer(step, "index", chain->index));
	if (chain->pay.data == NULL || chain->acked >= chain->index)
		return SEMPER_OK;
	TRY(semper_step_reply(step, IKP_SELLER, chain->pay));
	return ikp_timer(step, "pay-again", step->record.key,
	    step->now + IKP_MICRO_AGAIN_AFTER);
}

/* ---- the seller checks it ---- */

#define QUIET 60 /* seconds after a wrong token, when there were many */

semper_err
ikp_micro_pay_check(const struct semper_step *step,
    const struct ikp_seller_chain *chain, const struct ikp_terms *terms)
{
	const struct ikp_micro_pay *in = &ikp_in_of(step)->body.micro_pay;
	const struct ikp_seller_params *params = step->party->params;

	MUST("IKP-U-21",
	    chain->fails < params->tries || step->now >= chain->quiet,
	    IKP_E_RATE_LIMITED);
	MUST("IKP-U-05", step->now <= terms->expiry, IKP_E_CHAIN_EXPIRED);
	MUST("IKP-U-06", in->index > chain->index, IKP_E_CHAIN_INVALID);
	MUST("IKP-U-46", in->index <= terms->n, IKP_E_CHAIN_EXHAUSTED);
	return SEMPER_OK;
}

semper_err
ikp_micro_pay_check_price(const struct semper_step *step,
    const struct ikp_seller_chain *chain, const struct ikp_terms *terms,
    const struct ikp_price *asked)
{
	const struct ikp_micro_pay *in = &ikp_in_of(step)->body.micro_pay;
	struct ikp_price paid = ikp_value(terms, in->index - chain->index);

	MUST("IKP-U-08", ikp_price_equal(&paid, asked), IKP_E_AMOUNT_EXCEEDED);
	return SEMPER_OK;
}

/* IKP-U-21: one more wrong token. */
static void
count(const struct semper_step *step, struct ikp_seller_chain *chain)
{
	const struct ikp_seller_params *params = step->party->params;

	if (chain->fails >= params->tries)
		chain->fails = 0;
	if (!FAULT("tokens-not-counted"))
		chain->fails++;
	chain->quiet = step->now + QUIET;
}

semper_err
ikp_micro_pay_check_token(struct semper_step *step,
    struct ikp_seller_chain *chain, const struct ikp_terms *terms)
{
	const struct ikp_micro_pay *in = &ikp_in_of(step)->body.micro_pay;
	bool leads = ikp_token_leads(ikp_profile_of(step), terms, in->token,
	    in->index, chain->token, chain->index);

	if (!leads) {
		count(step, chain);
		semper_step_changes_state(step);
		semper_step_next(step, step->state);
	}
	MUST("IKP-U-07", leads, IKP_E_CHAIN_INVALID);
	return SEMPER_OK;
}
