/* ikp_broker.c -- the broker: the table of spec/ikp-micro.md section 8.
 *
 * A broker is a seller towards its buyers and a buyer towards its sellers, on
 * one ledger.  The one step that is both takes a payment on one chain and
 * makes one of the same value on the other, in one commit. */
#include "ikp/ikp_micro.h"

#include "base/must.h"
#include "role/layout.h"

#include <string.h>

/* The scratch of this table: the seller's first, as its functions want it,
 * then the chain with the seller of the offer. */
struct broker {
	struct ikp_seller_work seller;
	uint8_t state, profile;
	uint64_t version;
	size_t size;     /* octets it had in the ledger */
	uint64_t booked; /* the offer, before: 0 */
	struct ikp_buyer_record record;
	struct ikp_invoice invoice;
};

static struct broker *
broker_of(const struct semper_step *step)
{
	return step->scratch;
}

static const struct ikp_micro_pay *
pay_of(const struct semper_step *step)
{
	return &ikp_in_of(step)->body.micro_pay;
}

/* ---- the chain with the seller ---- */

/* Load the chain of SESSION; there may be none: version 0. */
static semper_err
load(const struct semper_step *step, struct semper_bytes session)
{
	struct broker *b = broker_of(step);
	struct semper_record found;

	TRY(semper_view_get(step->view, &found, IKP_TABLE_BUYER, session));
	if (found.version == 0)
		return SEMPER_OK;
	if (found.value.len < SEMPER_LAYOUT_HEAD ||
	    found.value.data[SEMPER_LAYOUT_PROFILE] >= IKP_PROFILES)
		return SEMPER_E_STORE;
	b->version = found.version;
	b->size = found.value.len;
	b->state = found.value.data[SEMPER_LAYOUT_STATE];
	b->profile = found.value.data[SEMPER_LAYOUT_PROFILE];
	return ikp_record_decode(&ikp_buyer_record_type, &b->record,
	    SEMPER_BYTES(found.value.data + SEMPER_LAYOUT_HEAD,
		found.value.len - SEMPER_LAYOUT_HEAD));
}

/* Load the chain that the offer names.  *OPEN: there is one, and it is open for
 * payments and of that seller and transaction. */
static semper_err
load_open(const struct semper_step *step, bool *open)
{
	const struct ikp_micro_offer *offer = &pay_of(step)->offer;
	struct broker *b = broker_of(step);

	*open = false;
	TRY(load(step, offer->session));
	if (b->version == 0 || !ikp_buyer_open(b->state))
		return SEMPER_OK;
	if (ikp_decode(&ikp_profiles[b->profile], &ikp_invoice_message.type,
		&b->invoice, b->record.invoice) != SEMPER_OK)
		return SEMPER_E_STORE;
	*open = semper_bytes_equal(b->invoice.clear.id_s, offer->id_s) &&
	    semper_bytes_equal(b->invoice.clear.tid_s, offer->tid_s);
	return SEMPER_OK;
}

static semper_err
keep_other(struct semper_step *step)
{
	struct broker *b = broker_of(step);
	struct semper_buffer value;
	uint8_t head[SEMPER_LAYOUT_HEAD];

	TRY(ikp_room(step, &value, 8192 + step->in->msg.len + b->size));
	head[SEMPER_LAYOUT_STATE] = b->state;
	head[SEMPER_LAYOUT_PROFILE] = b->profile;
	TRY(semper_buffer_append(&value, SEMPER_BYTES(head, sizeof head)));
	TRY(ikp_record_encode(&ikp_buyer_record_type, &value, &b->record));
	return semper_effects_put(&step->effects, IKP_TABLE_BUYER,
	    pay_of(step)->offer.session, b->version, semper_written(&value));
}

/* ---- checks ---- */

static semper_err
check_offer(const struct semper_step *step, struct ikp_digest *hash)
{
	const struct ikp_micro_pay *pay = pay_of(step);
	struct semper_record booked = {.version = 0};
	bool open = false;

	if (pay->has_offer) {
		TRY(ikp_micro_offer_hash(ikp_profile_of(step), hash,
		    &pay->offer));
		TRY(semper_view_get(step->view, &booked, IKP_TABLE_BOOK,
		    ikp_digest_bytes(hash)));
		TRY(load_open(step, &open));
	}
	MUST("IKP-U-55", open && booked.version == 0, IKP_E_CHAIN_INVALID);
	broker_of(step)->booked = booked.version;
	return open ? SEMPER_OK : IKP_E_CHAIN_INVALID; /* no chain, no way */
}

/* IKP-U-57 to IKP-U-59: can the chain with the seller pay this? */
static semper_err
check_other(const struct semper_step *step)
{
	const struct ikp_price *price = &pay_of(step)->offer.price;
	const struct broker *b = broker_of(step);
	const struct ikp_terms *terms = &b->invoice.clear.micro;
	int64_t unit = terms->unit.amount;

	MUST("IKP-U-57",
	    price->currency == terms->unit.currency &&
		price->exponent == terms->unit.exponent && price->amount > 0 &&
		price->amount % unit == 0,
	    IKP_E_AMOUNT_EXCEEDED);
	MUST("IKP-U-58",
	    price->amount / unit <= terms->n - b->record.micro.index,
	    IKP_E_CHAIN_EXHAUSTED);
	MUST("IKP-U-59", step->now <= terms->expiry, IKP_E_CHAIN_EXPIRED);
	return SEMPER_OK;
}

/* ---- the books ---- */

#define BOOK_ROOM 128

static semper_err
book(struct semper_step *step, const struct ikp_digest *hash)
{
	const struct broker *b = broker_of(step);
	struct ikp_book_record record = {step->record.key,
	    pay_of(step)->offer.session, b->seller.record.micro.index,
	    b->record.micro.index};
	uint8_t room[BOOK_ROOM];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_record_encode(&ikp_book_record_type, &der, &record));
	TRY(semper_step_result_octets(step, "booked", ikp_digest_bytes(hash)));
	return semper_effects_put(&step->effects, IKP_TABLE_BOOK,
	    ikp_digest_bytes(hash), b->booked, semper_written(&der));
}

static semper_err
load_audit(const struct semper_step *step, struct semper_record *found,
    struct ikp_audit_record *audit, struct semper_bytes session)
{
	*audit = (struct ikp_audit_record){0, 0};
	TRY(semper_view_get(step->view, found, IKP_TABLE_AUDIT, session));
	if (found->version == 0)
		return SEMPER_OK;
	return ikp_record_decode(&ikp_audit_record_type, audit, found->value);
}

/* What came in, and what went on: links times unit on either side. */
static semper_err
add_audit(struct semper_step *step, int64_t received, int64_t passed)
{
	struct semper_bytes session = pay_of(step)->offer.session;
	struct ikp_audit_record audit;
	struct semper_record found;
	uint8_t room[BOOK_ROOM];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(load_audit(step, &found, &audit, session));
	audit.received += received;
	audit.passed += FAULT("audit-of-money-in") ? 2 * received : passed;
	TRY(ikp_record_encode(&ikp_audit_record_type, &der, &audit));
	return semper_effects_put(&step->effects, IKP_TABLE_AUDIT, session,
	    found.version, semper_written(&der));
}

/* IKP-U-60 */
static semper_err
on_audit(struct semper_step *step)
{
	const struct ikp_input *input = step->in->input;
	struct ikp_audit_record audit;
	struct semper_record found;
	const char *state;

	TRY(load(step, input->session));
	TRY(ikp_check_ours(broker_of(step)->version != 0));
	if (broker_of(step)->state >= ikp_buyer.n_states)
		return SEMPER_E_STORE;
	state = ikp_buyer.states[broker_of(step)->state];
	/* done or not is said by the buyer's table; of this one, NONE is final */
	step->state = (ikp_buyer.final >> broker_of(step)->state & 1) != 0
	    ? IKP_SELLER_NONE
	    : IKP_SELLER_INVOICED;
	TRY(load_audit(step, &found, &audit, input->session));
	TRY(semper_step_result_octets(step, "session", input->session));
	TRY(semper_step_result_text(step, "state",
	    SEMPER_BYTES((const uint8_t *)state, strlen(state))));
	TRY(semper_step_result_integer(step, "received", audit.received));
	return semper_step_result_integer(step, "passed", audit.passed);
}

/* ---- the purchase ---- */

/* IKP-U-56: the payment to the seller, in the profile of that chain. */
static semper_err
pass_on(struct semper_step *step)
{
	const struct ikp_micro_pay *pay = pay_of(step);
	struct broker *b = broker_of(step);
	struct ikp_price price = pay->offer.price;
	uint8_t own = step->profile;
	semper_err e;

	if (FAULT("broker-pays-double") &&
	    2 * (price.amount / b->invoice.clear.micro.unit.amount) <=
		b->invoice.clear.micro.n - b->record.micro.index)
		price.amount *= 2;
	step->profile = b->profile;
	e = ikp_micro_pay_make(step, pay->offer.session, &b->record,
	    &b->invoice, &price, &pay->offer);
	step->profile = own;
	TRY(e);
	return keep_other(step);
}

static semper_err
on_micro_pay(struct semper_step *step)
{
	const struct ikp_micro_pay *in = pay_of(step);
	struct broker *b = broker_of(step);
	struct ikp_seller_chain *chain = &b->seller.record.micro;
	const struct ikp_clear *clear = &b->seller.invoice.clear;
	int64_t before = chain->index, passed;
	struct ikp_digest hash;

	TRY(ikp_seller_check_ours(&b->seller, in->id_s, in->tid_s));
	TRY(ikp_micro_pay_check(step, chain, &clear->micro));
	TRY(check_offer(step, &hash));
	TRY(ikp_micro_pay_check_price(step, chain, &clear->micro,
	    &in->offer.price));
	TRY(check_other(step));
	if (clear->micro.mode == IKP_OFF_LINE)
		TRY(ikp_floor_check(step, chain->buyer,
		    in->offer.price.amount));
	TRY(ikp_micro_pay_check_token(step, chain, &clear->micro));
	TRY(ikp_seller_credit(step));
	passed = b->record.micro.index;
	TRY(pass_on(step));
	passed = b->record.micro.index - passed;
	TRY(book(step, &hash));
	TRY(add_audit(step, ikp_value(&clear->micro, in->index - before).amount,
	    ikp_value(&b->invoice.clear.micro, passed).amount));
	return ikp_leave(step, step->record.key, step->state);
}

/* ---- which table takes an event? ---- */

static semper_err
locate(struct semper_step *step)
{
	if (step->in->kind != SEMPER_INPUT)
		return ikp_seller_locate(step);
	semper_step_aside(step, on_audit);
	return SEMPER_OK;
}

static bool
is_micro_pay(struct semper_bytes msg)
{
	struct semper_envelope envelope;

	return semper_envelope_decode(&envelope, msg) == SEMPER_OK &&
	    semper_bytes_equal(envelope.type, SEMPER_TEXT("MicroPay"));
}

static const struct semper_role_def *
table_of_input(const struct ikp_input *input)
{
	switch (input->kind) {
	case IKP_DO_START:
	case IKP_DO_APPROVE:
	case IKP_DO_REFUSE:
	case IKP_DO_INQUIRE:
		return &ikp_buyer;
	case IKP_DO_AUDIT:
		return &ikp_broker;
	default:
		return &ikp_seller;
	}
}

const struct semper_role_def *
ikp_broker_table(const struct semper_event *event)
{
	switch (event->kind) {
	case SEMPER_RECV:
		if (event->from == IKP_SELLER)
			return &ikp_buyer;
		return is_micro_pay(event->msg) ? &ikp_broker : &ikp_seller;
	case SEMPER_TIMER:
		return strncmp(event->name, "expire/", 7) == 0 ||
			strncmp(event->name, "retry/", 6) == 0
		    ? &ikp_seller
		    : &ikp_buyer;
	case SEMPER_INPUT:
		break;
	}
	return table_of_input(event->input);
}

/* ---- the table ---- */

#define HM (IKP_EDITION_HARD & IKP_MICRO)
#define HM3 (IKP_EDITION_HARD & IKP_MICRO & IKP_VARIANT_3KP)

static const struct semper_role_row rows[] = {
    {IKP_SELLER_AUTHORIZED, IKP_SELLER_ON_MICRO_PAY, HM, IKP_SELLER_AUTHORIZED,
	on_micro_pay, "IKP-U-20"},
    {IKP_SELLER_ACCEPTED, IKP_SELLER_ON_MICRO_PAY, HM3, IKP_SELLER_ACCEPTED,
	on_micro_pay, "IKP-U-20"},
};

const struct semper_role_def ikp_broker = {
    .name = "ikp.broker",
    .states = ikp_seller_states,
    .n_states = IKP_SELLER_STATES,
    .events = ikp_seller_events,
    .n_events = IKP_SELLER_EVENTS,
    .final = IKP_SELLER_FINAL | 1u << IKP_SELLER_NONE, /* audit */
    .rows = rows,
    .n_rows = sizeof rows / sizeof rows[0],
    .scratch_size = sizeof(struct broker),
    .locate = locate,
    .keep = ikp_seller_keep,
    IKP_ROLE,
};
