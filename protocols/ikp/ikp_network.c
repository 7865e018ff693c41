/* ikp_network.c -- what the acquirer says to the card network and hears from
 * it, and the count of wrong PINs.  No envelope.
 *
 * NetRequest  = reference, PRICE, BAN [, EXPIRATION] [, PIN], captureNow
 * NetReply    = reference, decision [, authCode] [, reason]
 *               [, authAmount]                                  HARD
 * NetReversal = reference, newAmount                            HARD
 * NetCapture  = reference, seq, amount, final                   HARD
 * NetRefund   = reference, seq, amount                          HARD
 * NetBatch    = session, items                                  HARD
 * NetDeposit  = reference, amount, released: pay from what is reserved for a
 *               chain, give back the rest                       micro profiles
 */
#include "ikp/ikp_clearing.h"

#include "base/ct.h"
#include "base/must.h"

#define WRONG_PIN 55   /* the network's reason */
#define RETRY_AFTER 10 /* seconds */

static const struct semper_field request_fields[] = {
    FIELD_BYTES("reference", struct ikp_net_request, reference),
    FIELD_GROUP("price", struct ikp_net_request, price, ikp_price_fields),
    FIELD_BYTES("ban", struct ikp_net_request, ban),
    FIELD_BYTES("expiration", struct ikp_net_request, expiration),
    FIELD_BYTES("pin", struct ikp_net_request, pin),
    FIELD_BOOL("captureNow", struct ikp_net_request, capture_now),
    FIELD_END,
};
const struct ikp_type ikp_net_request_type = {"NetRequest", request_fields,
    request_fields};

static const struct semper_field reply_fields[] = {
    FIELD_BYTES("reference", struct ikp_net_reply, reference),
    FIELD_ENUM("decision", struct ikp_net_reply, decision),
    FIELD_BYTES("authCode", struct ikp_net_reply, auth_code),
    FIELD_PRESENT("reason", struct ikp_net_reply, has_reason),
    FIELD_INT("reason", struct ikp_net_reply, reason),
    FIELD_END,
};
static const struct semper_field reply_hard[] = {
    FIELD_BYTES("reference", struct ikp_net_reply, reference),
    FIELD_ENUM("decision", struct ikp_net_reply, decision),
    FIELD_BYTES("authCode", struct ikp_net_reply, auth_code),
    FIELD_PRESENT("reason", struct ikp_net_reply, has_reason),
    FIELD_INT("reason", struct ikp_net_reply, reason),
    FIELD_PRESENT("authAmount", struct ikp_net_reply, has_amount),
    FIELD_GROUP("authAmount", struct ikp_net_reply, amount, ikp_price_fields),
    FIELD_END,
};
const struct ikp_type ikp_net_reply_type = {"NetReply", reply_fields,
    reply_hard};

static const struct semper_field reversal_fields[] = {
    FIELD_BYTES("reference", struct ikp_net_reversal, reference),
    FIELD_GROUP("newAmount", struct ikp_net_reversal, new_amount,
	ikp_price_fields),
    FIELD_END,
};
const struct ikp_type ikp_net_reversal_type = {"NetReversal", NULL,
    reversal_fields};

#define MONEY                                                      \
	FIELD_BYTES("reference", struct ikp_net_money, reference), \
	    FIELD_INT("seq", struct ikp_net_money, seq),           \
	    FIELD_GROUP("amount", struct ikp_net_money, amount,    \
		ikp_price_fields)

static const struct semper_field capture_fields[] = {
    MONEY,
    FIELD_BOOL("final", struct ikp_net_money, final),
    FIELD_END,
};
const struct ikp_type ikp_net_capture_type = {"NetCapture", NULL,
    capture_fields};
static const struct semper_field refund_fields[] = {
    MONEY,
    FIELD_END,
};
const struct ikp_type ikp_net_refund_type = {"NetRefund", NULL, refund_fields};

static const struct semper_field item_fields[] = {
    FIELD_ENUM("kind", struct ikp_net_item, kind),
    FIELD_BYTES("reference", struct ikp_net_item, reference),
    FIELD_INT("seq", struct ikp_net_item, seq),
    FIELD_GROUP("amount", struct ikp_net_item, amount, ikp_price_fields),
    FIELD_END,
};
static const struct semper_field batch_fields[] = {
    FIELD_BYTES("session", struct ikp_net_batch, session),
    FIELD_LIST_GROUP("items", struct ikp_net_batch, items, struct ikp_net_item,
	item_fields),
    FIELD_END,
};
const struct ikp_type ikp_net_batch_type = {"NetBatch", NULL, batch_fields};

static const struct semper_field deposit_fields[] = {
    FIELD_BYTES("reference", struct ikp_net_deposit, reference),
    FIELD_GROUP("amount", struct ikp_net_deposit, amount, ikp_price_fields),
    FIELD_GROUP("released", struct ikp_net_deposit, released, ikp_price_fields),
    FIELD_END,
};
const struct ikp_type ikp_net_deposit_type = {"NetDeposit", deposit_fields,
    deposit_fields};

/* ---- a question, which waits for its answer ---- */

static semper_err
await_reply(struct semper_step *step)
{
	return ikp_timer(step, "net-retry", step->record.key,
	    step->now + RETRY_AFTER);
}

/* IKP-A-15: after all checks; IKP-A-29: kept for the timer. */
semper_err
ikp_network_ask(struct semper_step *step, struct ikp_acquirer_record *record,
    const struct ikp_slip *slip, const struct ikp_price *price)
{
	struct ikp_net_request request = {step->record.key, *price, slip->ban,
	    slip->expiration, FAULT("pin-not-passed") ? SEMPER_NONE : slip->pin,
	    record->capture_now};
	uint8_t room[256];
	struct semper_buffer der = SEMPER_BUFFER(room);
	semper_err e;

	e = ikp_encode(ikp_profile_of(step), &ikp_net_request_type, &der,
	    &request);
	if (e == SEMPER_OK)
		e = semper_step_copy(step, &record->net_request,
		    semper_written(&der));
	semper_wipe(room, sizeof room);
	TRY(e);
	record->network = IKP_NET_ASKED;
	TRY(semper_step_reply(step, IKP_NETWORK, record->net_request));
	return await_reply(step);
}

/* IKP-A-29 */
semper_err
ikp_network_ask_again(struct semper_step *step,
    const struct ikp_acquirer_record *record)
{
	if (!FAULT("network-not-asked-again"))
		TRY(semper_step_reply(step, IKP_NETWORK, record->net_request));
	return await_reply(step);
}

/* ---- what is said once ---- */

static semper_err
say(struct semper_step *step, const struct ikp_type *type, const void *value)
{
	uint8_t room[128];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_encode(ikp_profile_of(step), type, &der, value));
	return semper_step_reply(step, IKP_NETWORK, semper_written(&der));
}

semper_err
ikp_network_reverse(struct semper_step *step,
    const struct ikp_price *new_amount)
{
	struct ikp_net_reversal reversal = {step->record.key, *new_amount};

	return say(step, &ikp_net_reversal_type, &reversal);
}

semper_err
ikp_network_money(struct semper_step *step, const struct ikp_claim *claim)
{
	struct ikp_net_money money = {step->record.key, claim->seq,
	    claim->amount, claim->final};

	return say(step,
	    claim->refund ? &ikp_net_refund_type : &ikp_net_capture_type,
	    &money);
}

semper_err
ikp_network_deposit(struct semper_step *step, const struct ikp_price *amount,
    const struct ikp_price *released)
{
	struct ikp_net_deposit deposit = {step->record.key, *amount, *released};

	return say(step, &ikp_net_deposit_type, &deposit);
}

semper_err
ikp_network_batch(struct semper_step *step, const struct ikp_net_batch *batch)
{
	struct semper_bytes der;

	TRY(ikp_step_encode(step, &der, ikp_profile_of(step),
	    &ikp_net_batch_type, batch));
	return semper_step_reply(step, IKP_NETWORK, der);
}

/* ---- the answer ---- */

/* NetReply names no profile: any of the party's is of the right edition. */
static const struct ikp_profile *
edition_of(const struct semper_step *step)
{
	int i = 0;

	while (i < IKP_PROFILES - 1 && (step->party->allowed >> i & 1) == 0)
		i++;
	return &ikp_profiles[i];
}

semper_err
ikp_net_reply_decode(struct semper_step *step)
{
	semper_err e = ikp_decode(edition_of(step), &ikp_net_reply_type,
	    &ikp_in_of(step)->body.net_reply, step->in->msg);

	if (e != SEMPER_OK && !SEMPER_IS_REFUSAL(e))
		return e;
	return ikp_check_form(e == SEMPER_OK);
}

/* ---- wrong PINs, by account ---- */

static semper_err
load(struct semper_step *step, struct semper_record *found,
    struct ikp_pin_record *pins, struct semper_bytes ban)
{
	*pins = (struct ikp_pin_record){0};
	TRY(semper_view_get(step->view, found, IKP_TABLE_PIN, ban));
	if (found->version == 0)
		return SEMPER_OK;
	return ikp_record_decode(&ikp_pin_record_type, pins, found->value);
}

/* IKP-A-18 */
semper_err
ikp_pin_blocked(struct semper_step *step, bool *blocked,
    struct semper_bytes ban)
{
	const struct ikp_acquirer_params *params = step->party->params;
	struct semper_record found;
	struct ikp_pin_record pins;

	TRY(load(step, &found, &pins, ban));
	*blocked = pins.wrong >= params->pin_limit && !FAULT("pin-unlimited");
	return semper_effects_expect(&step->effects, IKP_TABLE_PIN, ban,
	    found.version);
}

semper_err
ikp_pin_count(struct semper_step *step, struct semper_bytes ban,
    const struct ikp_net_reply *reply)
{
	bool wrong = reply->decision == IKP_NO &&
	    ((reply->has_reason && reply->reason == WRONG_PIN) ||
		FAULT("pin-counts-any-no"));
	struct semper_record found;
	struct ikp_pin_record pins;
	uint8_t room[16];
	struct semper_buffer der = SEMPER_BUFFER(room);

	if (!wrong && reply->decision != IKP_YES)
		return SEMPER_OK;
	TRY(load(step, &found, &pins, ban));
	if (!wrong && pins.wrong == 0)
		return SEMPER_OK;
	if (!wrong && FAULT("pin-count-kept"))
		return SEMPER_OK;
	pins.wrong = wrong ? pins.wrong + 1 : 0;
	TRY(ikp_record_encode(&ikp_pin_record_type, &der, &pins));
	return semper_effects_put(&step->effects, IKP_TABLE_PIN, ban,
	    found.version, semper_written(&der));
}
