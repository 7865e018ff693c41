/* ikp_micro_seller.c -- what the seller does with a chain: the arrows of
 * spec/ikp-micro.md section 6. */
#include "ikp/ikp_micro.h"

#include "base/must.h"
#include "pki/key.h"

static const struct ikp_terms *
terms_of(const struct semper_step *step)
{
	return &ikp_seller_of(step)->invoice.clear.micro;
}

static struct ikp_seller_chain *
chain_of(const struct semper_step *step)
{
	return &ikp_seller_of(step)->record.micro;
}

static bool
off_line(const struct semper_step *step)
{
	return terms_of(step)->mode == IKP_OFF_LINE;
}

static semper_err
stay(struct semper_step *step)
{
	return ikp_leave(step, step->record.key, step->state);
}

/* ---- the chain begins ---- */

semper_err
ikp_seller_chain_begin(struct semper_step *step)
{
	struct ikp_seller_chain *chain = chain_of(step);

	chain->given = true;
	chain->index = chain->deposited = 0;
	chain->token = terms_of(step)->root;
	return SEMPER_OK;
}

/* Who owes what is counted by the key of CERT_B. */
static semper_err
name_buyer(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	uint8_t room[SEMPER_RSA_MAX_LEN + 128], hash[SEMPER_SHA256_LEN];
	struct semper_buffer spki = SEMPER_BUFFER(room);
	struct ikp_initiate initiate;
	struct semper_cert buyer;

	if (ikp_decode(ikp_profile_of(step), &ikp_initiate_message.type,
		&initiate, s->record.initiate) != SEMPER_OK ||
	    semper_cert_read(&buyer, initiate.cert_b.item[0]) != SEMPER_OK)
		return SEMPER_E_STORE;
	TRY(semper_spki_put_rsa(&spki, &buyer.key));
	semper_hash(SEMPER_SHA256, hash, semper_written(&spki));
	return semper_step_copy(step, &chain_of(step)->buyer,
	    SEMPER_BYTES(hash, sizeof hash));
}

/* IKP-U-44: a Payment that nobody is asked about. */
semper_err
ikp_seller_accept(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);

	TRY(ikp_seller_chain_begin(step));
	chain_of(step)->payment = s->in.envelope.body;
	TRY(name_buyer(step));
	TRY(ikp_micro_accept_make(step, &s->record, &s->invoice));
	s->record.payment_seen = ikp_digest_of(step);
	return ikp_leave(step, step->record.key, IKP_SELLER_ACCEPTED);
}

/* ---- MicroPay ---- */

bool
ikp_seller_paid_before(const struct semper_step *step)
{
	const struct ikp_seller_chain *chain = chain_of(step);
	const struct ikp_micro_pay *in = &ikp_in_of(step)->body.micro_pay;

	return chain->given && chain->ack.data != NULL &&
	    in->index == chain->index &&
	    semper_bytes_equal(in->token, chain->token) &&
	    !FAULT("paid-again-refused");
}

/* IKP-U-10: neither credited nor served. */
semper_err
ikp_seller_on_micro_pay_again(struct semper_step *step)
{
	TRY(semper_step_reply(step, IKP_BUYER, chain_of(step)->ack));
	TRY(semper_step_result_integer(step, "index", chain_of(step)->index));
	if (FAULT("served-again"))
		TRY(semper_step_result_integer(step, "served", 1));
	return ikp_stay(step, step->record.key);
}

/* What has been asked: by an offer, or by the operator. */
static semper_err
asked(struct semper_step *step, struct ikp_price *price)
{
	const struct ikp_micro_pay *in = &ikp_in_of(step)->body.micro_pay;
	const struct ikp_seller_chain *chain = chain_of(step);
	const struct ikp_terms *terms = terms_of(step);

	*price = ikp_value(terms, 0); /* nothing */
	if (chain->has_asked)
		*price = chain->asked;
	return ikp_micro_offer_check(step, in, terms, price);
}

/* IKP-U-09: index and token are durable before the acknowledgement leaves. */
semper_err
ikp_seller_credit(struct semper_step *step)
{
	const struct ikp_micro_pay *in = &ikp_in_of(step)->body.micro_pay;
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_seller_chain *chain = chain_of(step);
	int64_t links = in->index - chain->index;

	if (off_line(step))
		TRY(ikp_floor_add(step, chain->buyer,
		    ikp_value(terms_of(step), links).amount));
	chain->index = in->index;
	chain->token = in->token;
	chain->fails = 0;
	if (ikp_profile_of(step)->alg->edition == IKP_HARD)
		chain->pay_seen = ikp_digest_of(step); /* IKP-G-04 */
	if (!FAULT("price-stays-asked"))
		chain->has_asked = false;
	TRY(ikp_micro_ack_make(step, chain, &s->invoice.clear));
	if (FAULT("payment-not-kept"))
		chain->index -= links;
	TRY(semper_step_result_integer(step, "index", chain->index));
	return semper_step_result_integer(step, "served", links);
}

semper_err
ikp_seller_on_micro_pay(struct semper_step *step)
{
	const struct ikp_micro_pay *in = &ikp_in_of(step)->body.micro_pay;
	struct ikp_seller_chain *chain = chain_of(step);
	const struct ikp_terms *terms = terms_of(step);
	struct ikp_price price;

	TRY(ikp_seller_check_ours(ikp_seller_of(step), in->id_s, in->tid_s));
	TRY(ikp_micro_pay_check(step, chain, terms));
	TRY(asked(step, &price));
	TRY(ikp_micro_pay_check_price(step, chain, terms, &price));
	if (off_line(step))
		TRY(ikp_floor_check(step, chain->buyer, price.amount));
	TRY(ikp_micro_pay_check_token(step, chain, terms));
	TRY(ikp_micro_offer_paid(step, in));
	TRY(ikp_seller_credit(step));
	return stay(step);
}

/* ---- what the operator asks ---- */

semper_err
ikp_seller_on_ask(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_seller_chain *chain = chain_of(step);

	chain->has_asked = true;
	chain->asked = input->price;
	return stay(step);
}

semper_err
ikp_seller_on_quote(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;

	TRY(ikp_micro_offer_make(step, &ikp_seller_of(step)->invoice.clear,
	    &input->price));
	return stay(step);
}

/* ---- deposit and close ---- */

static semper_err
check_deposit(const struct ikp_seller_chain *chain)
{
	MUST("IKP-U-31", chain->index > chain->deposited, IKP_E_BAD_STATE);
	return chain->index > 0 ? SEMPER_OK : IKP_E_BAD_STATE;
}

semper_err
ikp_seller_on_deposit(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_seller_chain *chain = chain_of(step);

	/* IKP-U-45: the same octets while there is no answer. */
	if (chain->deposit.data != NULL && !FAULT("deposit-anew"))
		TRY(semper_step_reply(step, IKP_ACQUIRER, chain->deposit));
	else {
		TRY(check_deposit(chain));
		TRY(ikp_micro_deposit_make(step, &s->record, &s->invoice));
	}
	s->record.retries = 0;
	TRY(ikp_seller_ask_for_retry(step));
	return stay(step);
}

static semper_err
check_close(const struct ikp_seller_chain *chain)
{
	MUST("IKP-U-31", chain->index == chain->deposited, IKP_E_BAD_STATE);
	return SEMPER_OK;
}

/* IKP-U-34: what the acquirer has never heard of ends here. */
semper_err
ikp_seller_on_close(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	struct ikp_seller_chain *chain = chain_of(step);

	TRY(check_close(chain));
	if (off_line(step) && chain->deposited == 0)
		return ikp_leave(step, step->record.key, IKP_SELLER_CLOSED);
	if (chain->close.data != NULL)
		TRY(semper_step_reply(step, IKP_ACQUIRER, chain->close));
	else
		TRY(ikp_micro_close_make(step, &s->record, &s->invoice));
	s->record.retries = 0;
	TRY(ikp_seller_ask_for_retry(step));
	return ikp_leave(step, step->record.key, IKP_SELLER_CLOSING);
}

/* IKP-U-45: whichever waits for its answer. */
semper_err
ikp_seller_on_micro_retry(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_seller_chain *chain = chain_of(step);
	struct semper_bytes again =
	    step->state == IKP_SELLER_CLOSING ? chain->close : chain->deposit;

	if (again.data == NULL)
		return stay(step);
	TRY(semper_step_reply(step, IKP_ACQUIRER, again));
	if (s->record.retries < 3)
		s->record.retries++;
	TRY(ikp_seller_ask_for_retry(step));
	return stay(step);
}

/* A deposit was paid: no buyer owes it any more. */
static semper_err
settle(struct semper_step *step, int64_t index)
{
	struct ikp_seller_chain *chain = chain_of(step);
	int64_t links = index - chain->deposited;

	if (off_line(step))
		TRY(ikp_floor_add(step, chain->buyer,
		    -ikp_value(terms_of(step), links).amount));
	chain->deposited = index;
	chain->deposit = SEMPER_NONE;
	return SEMPER_OK;
}

semper_err
ikp_seller_on_micro_deposit_res(struct semper_step *step)
{
	struct ikp_seller_work *s = ikp_seller_of(step);
	const struct ikp_micro_deposit_res *res = &s->in.body.micro_deposit_res;
	uint8_t next = step->state;

	TRY(ikp_seller_check_ours(s, res->id_s, res->tid_s));
	TRY(ikp_micro_deposit_res_check(step, &s->record, &s->invoice.clear));
	ikp_seller_remember(step);
	if (res->closed || res->decision == IKP_NO)
		next = IKP_SELLER_CLOSED;
	else
		TRY(settle(step, res->index));
	TRY(semper_step_result_integer(step, "deposited",
	    chain_of(step)->deposited));
	return ikp_leave(step, step->record.key, next);
}
