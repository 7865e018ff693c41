/* ikp_micro_terms.c -- MicroTerms: who proposes them and who refuses them
 * (spec/ikp-micro.md 4). */
#include "ikp/ikp_micro.h"

#include "base/must.h"

/* Unsigned: the unit of an input may be any number; one that is none of the
 * module's is refused where it is encoded. */
struct ikp_price
ikp_value(const struct ikp_terms *terms, int64_t links)
{
	uint64_t amount = (uint64_t)terms->unit.amount * (uint64_t)links;

	return (struct ikp_price){terms->unit.currency, (int64_t)amount,
	    terms->unit.exponent};
}

bool
ikp_price_equal(const struct ikp_price *a, const struct ikp_price *b)
{
	return a->currency == b->currency && a->amount == b->amount &&
	    a->exponent == b->exponent;
}

bool
ikp_terms_equal(const struct ikp_terms *a, const struct ikp_terms *b)
{
	return semper_bytes_equal(a->chain_id, b->chain_id) &&
	    semper_bytes_equal(a->root, b->root) && a->n == b->n &&
	    ikp_price_equal(&a->unit, &b->unit) && a->expiry == b->expiry &&
	    a->mode == b->mode && semper_bytes_equal(a->broker, b->broker);
}

semper_err
ikp_terms_own(const struct semper_step *step, struct ikp_terms *terms,
    const struct ikp_buyer_record *record)
{
	struct ikp_initiate initiate = {.micro = {.given = false}};

	TRY(ikp_stored(step, IKP_INITIATE, &initiate, record->initiate));
	*terms = initiate.micro;
	return SEMPER_OK;
}

semper_err
ikp_root_take(struct semper_step *step, struct semper_bytes root,
    struct semper_bytes owner)
{
	return semper_effects_put(&step->effects, IKP_TABLE_ROOT, root, 0,
	    owner);
}

/* ---- checks of several parties ---- */

semper_err
ikp_terms_check_mode(const struct ikp_profile *profile,
    const struct ikp_terms *terms)
{
	MUST("IKP-U-17",
	    terms->mode == IKP_PRE_AUTHORIZED || profile->variant == IKP_3KP,
	    IKP_E_VARIANT_NOT_ALLOWED);
	return SEMPER_OK;
}

semper_err
ikp_terms_check_price(const struct ikp_terms *terms,
    const struct ikp_price *price)
{
	struct ikp_price whole = ikp_value(terms, terms->n);

	MUST("IKP-U-03",
	    terms->unit.amount > 0 && ikp_price_equal(&whole, price),
	    IKP_E_AMOUNT_EXCEEDED);
	return SEMPER_OK;
}

static semper_err
check_expiry(const struct ikp_terms *terms, int64_t now, int64_t span)
{
	MUST("IKP-U-22", terms->expiry > now && terms->expiry <= now + span,
	    IKP_E_CHAIN_EXPIRED);
	return SEMPER_OK;
}

semper_err
ikp_terms_check_root(struct semper_step *step, const struct ikp_terms *terms,
    int64_t n_max)
{
	struct semper_record found;

	TRY(semper_view_get(step->view, &found, IKP_TABLE_ROOT, terms->root));
	MUST("IKP-U-04", terms->n <= n_max && found.version == 0,
	    IKP_E_CHAIN_INVALID);
	return SEMPER_OK;
}

/* ---- the buyer ---- */

#define FOR_EVER ((int64_t)1 << 40)

semper_err
ikp_terms_check_start(const struct semper_step *step,
    const struct ikp_profile *profile, const struct ikp_input *input)
{
	if (input->terms.given != ikp_in(profile, IKP_MICRO))
		return SEMPER_E_ARGUMENT;
	if (!input->terms.given)
		return SEMPER_OK;
	if (input->terms.n < 1 || input->terms.n > IKP_LINKS_MAX ||
	    (input->terms.broker.data != NULL &&
		profile->alg->edition != IKP_HARD))
		return SEMPER_E_ARGUMENT;
	TRY(ikp_terms_check_mode(profile, &input->terms));
	TRY(check_expiry(&input->terms, step->now, FOR_EVER));
	return ikp_terms_check_price(&input->terms, &input->price);
}

/* IKP-U-01: not all zero, and never used before. */
static semper_err
take_seed(struct semper_step *step, struct semper_bytes x)
{
	uint8_t hash[SEMPER_SHA256_LEN], any = 0;
	struct semper_bytes key = SEMPER_BYTES(hash, sizeof hash);
	struct semper_record found;

	for (size_t i = 0; i < x.len; i++)
		any |= x.data[i];
	semper_hash(SEMPER_SHA256, hash, x);
	TRY(semper_view_get(step->view, &found, IKP_TABLE_SEED, key));
	MUST("IKP-U-01", any != 0 && found.version == 0, IKP_E_CHAIN_INVALID);
	return semper_effects_put(&step->effects, IKP_TABLE_SEED, key,
	    found.version, step->record.key);
}

semper_err
ikp_terms_begin(struct semper_step *step, struct ikp_terms *terms,
    const struct ikp_input *input, struct ikp_buyer_record *record)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_buyer_chain *chain = &record->micro;
	struct ikp_digest root;

	*terms = input->terms;
	chain->given = true;
	TRY(ikp_draw(step, &chain->x, "X",
	    semper_hash_len(profile->alg->hash)));
	if (profile->alg->edition == IKP_HARD)
		TRY(ikp_draw(step, &terms->chain_id, "chainId",
		    IKP_CHAIN_ID_SIZE));
	TRY(take_seed(step, chain->x));
	ikp_token(profile, &root, terms, chain->x, 0);
	return semper_step_copy(step, &terms->root, ikp_digest_bytes(&root));
}

semper_err
ikp_terms_check_invoice(const struct semper_step *step,
    const struct ikp_buyer_record *record, const struct ikp_clear *clear)
{
	struct ikp_terms own;

	if (!ikp_in(ikp_profile_of(step), IKP_MICRO))
		return SEMPER_OK;
	TRY(ikp_terms_own(step, &own, record));
	MUST("IKP-U-02", ikp_terms_equal(&own, &clear->micro),
	    IKP_E_COMMON_MISMATCH);
	return SEMPER_OK;
}

/* ---- the seller ---- */

/* May these terms be paid off-line here? */
static semper_err
check_floor(const struct ikp_seller_params *params,
    const struct ikp_terms *terms)
{
	MUST("IKP-U-17",
	    terms->mode == IKP_PRE_AUTHORIZED ||
		(params->has_floor &&
		    terms->unit.currency == params->floor.currency &&
		    terms->unit.exponent == params->floor.exponent),
	    IKP_E_VARIANT_NOT_ALLOWED);
	return SEMPER_OK;
}

static bool
knows_broker(const struct ikp_seller_params *params, struct semper_bytes broker)
{
	if (params->is_broker)
		return semper_bytes_equal(broker, params->id_s);
	if (broker.data == NULL)
		return true;
	for (size_t i = 0; i < params->n_brokers; i++)
		if (semper_bytes_equal(params->brokers[i], broker))
			return true;
	return false;
}

semper_err
ikp_terms_check_initiate(struct semper_step *step,
    const struct ikp_order_record *order)
{
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_terms *terms = &ikp_in_of(step)->body.initiate.micro;

	TRY(ikp_terms_check_mode(ikp_profile_of(step), terms));
	TRY(check_floor(params, terms));
	MUST("IKP-U-28", knows_broker(params, terms->broker),
	    IKP_E_VARIANT_NOT_ALLOWED);
	TRY(ikp_terms_check_root(step, terms, params->n_max));
	TRY(check_expiry(terms, step->now, params->term_max));
	MUST("IKP-U-03", ikp_price_equal(&terms->unit, &order->unit),
	    IKP_E_AMOUNT_EXCEEDED);
	return ikp_terms_check_price(terms, &order->price);
}

/* ---- the acquirer ---- */

semper_err
ikp_terms_check_request(struct semper_step *step, const struct ikp_clear *clear,
    bool capture_now)
{
	const struct ikp_acquirer_params *params = step->party->params;

	if (!ikp_in(ikp_profile_of(step), IKP_MICRO))
		return SEMPER_OK;
	MUST("IKP-U-17", clear->micro.mode == IKP_PRE_AUTHORIZED,
	    IKP_E_VARIANT_NOT_ALLOWED);
	MUST("IKP-U-25", !capture_now, IKP_E_VARIANT_NOT_ALLOWED);
	TRY(check_expiry(&clear->micro, step->now, FOR_EVER));
	return ikp_terms_check_root(step, &clear->micro, params->n_max);
}
