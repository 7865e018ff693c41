/* ikp_seller.h -- between the files of the seller. */
#ifndef SEMPER_IKP_SELLER_H
#define SEMPER_IKP_SELLER_H

#include "ikp/ikp_clearing.h"

enum ikp_seller_state {
	IKP_SELLER_NONE,
	IKP_SELLER_INVOICED,
	IKP_SELLER_AUTH_SENT,
	IKP_SELLER_CANCELLING,
	IKP_SELLER_AUTHORIZED,
	IKP_SELLER_DECLINED,
	IKP_SELLER_CANCELLED,
	IKP_SELLER_EXPIRED,
	/* micro profiles */
	IKP_SELLER_ACCEPTED,
	IKP_SELLER_CLOSING,
	IKP_SELLER_CLOSED,
	IKP_SELLER_PART_AUTHORIZED,
	IKP_SELLER_PART_CAPTURED,
	IKP_SELLER_CAPTURED,
	IKP_SELLER_REVERSED,
	IKP_SELLER_BATCH_SENT, /* batches last */
	IKP_SELLER_BATCH_DONE,
	IKP_SELLER_STATES
};

/* Nothing needs to follow. */
#define IKP_SELLER_FINAL                                            \
	(1u << IKP_SELLER_AUTHORIZED | 1u << IKP_SELLER_DECLINED |  \
	    1u << IKP_SELLER_CANCELLED | 1u << IKP_SELLER_EXPIRED | \
	    1u << IKP_SELLER_CLOSED | 1u << IKP_SELLER_PART_AUTHORIZED | \
	    1u << IKP_SELLER_PART_CAPTURED | 1u << IKP_SELLER_CAPTURED | \
	    1u << IKP_SELLER_REVERSED | 1u << IKP_SELLER_BATCH_DONE)

enum ikp_seller_event {
	IKP_SELLER_ON_INITIATE,
	IKP_SELLER_ON_PAYMENT,
	IKP_SELLER_ON_AUTH_RES,
	IKP_SELLER_ON_REVERSAL_RES,
	IKP_SELLER_ON_ACQ_INQUIRY_RES,
	IKP_SELLER_ON_INQUIRY_REQ,
	IKP_SELLER_ON_EXPIRE,
	IKP_SELLER_ON_RETRY,
	IKP_SELLER_ON_CANCEL,
	IKP_SELLER_ON_INQUIRE,
	IKP_SELLER_ON_MICRO_PAY,
	IKP_SELLER_ON_MICRO_DEPOSIT_RES,
	IKP_SELLER_ON_ASK,
	IKP_SELLER_ON_QUOTE,
	IKP_SELLER_ON_DEPOSIT,
	IKP_SELLER_ON_CLOSE,
	IKP_SELLER_ON_AUTHORIZE,
	IKP_SELLER_ON_CAPTURE,
	IKP_SELLER_ON_REFUND,
	IKP_SELLER_ON_REVERSE,
	IKP_SELLER_ON_BATCH,
	IKP_SELLER_ON_CAPTURE_RES,
	IKP_SELLER_ON_REFUND_RES,
	IKP_SELLER_ON_BATCH_RES,
	IKP_SELLER_ON_CLEAR_RETRY,
	IKP_SELLER_ON_OTHER,
	IKP_SELLER_EVENTS
};

struct ikp_seller_work {
	struct ikp_in in;
	struct ikp_seller_record record;
	struct ikp_invoice invoice; /* as it was sent */
	int64_t auth_seq;           /* of `authorize` */
	struct ikp_batch_record *batch; /* of a batch, in place of record */
};

static inline struct ikp_seller_work *
ikp_seller_of(const struct semper_step *step)
{
	return step->scratch;
}

extern const char *const ikp_seller_states[IKP_SELLER_STATES];
extern const char *const ikp_seller_events[IKP_SELLER_EVENTS];
/* The key of a further authorisation has one octet more. */
static inline struct semper_bytes
ikp_seller_session(const struct semper_step *step)
{
	return SEMPER_BYTES(step->record.key.data, SEMPER_SESSION_SIZE);
}

semper_err ikp_seller_locate(struct semper_step *step);
semper_err ikp_seller_keep(struct semper_step *step, struct semper_buffer *out);

/* IKP-S-16: the timer for whatever waits for its answer. */
semper_err ikp_seller_ask_for_retry(struct semper_step *step) SEMPER_MUST_CHECK;

/* ---- ikp_seller.c ---- */

/* IKP-G-17 */
semper_err ikp_seller_check_ours(const struct ikp_seller_work *s,
    struct semper_bytes id_s, struct semper_bytes tid_s) SEMPER_MUST_CHECK;
/* IKP-G-04: remember what the acquirer said. */
void ikp_seller_remember(struct semper_step *step);

/* ---- ikp_seller_clearing.c ---- */

void ikp_seller_take(struct ikp_seller_clearing *c,
    const struct ikp_totals *totals);
void ikp_seller_settle(struct ikp_seller_clearing *c);
uint8_t ikp_seller_state_of(const struct ikp_seller_clearing *c, uint8_t state);
semper_err ikp_seller_report(struct semper_step *step) SEMPER_MUST_CHECK;
semper_err ikp_seller_clear_retry(struct semper_step *step,
    int64_t retries) SEMPER_MUST_CHECK;
semper_err ikp_seller_check_free(const struct ikp_seller_clearing *c,
    bool instead) SEMPER_MUST_CHECK;
semper_err ikp_seller_check_amount(const struct ikp_seller_record *record,
    enum ikp_open kind, const struct ikp_price *amount) SEMPER_MUST_CHECK;

/* HARD: judge how much a yes grants; *NEXT changes if not all of it, or if it
 * is captured already. */
semper_err ikp_seller_granted(struct semper_step *step,
    const struct ikp_auth_res *res, const struct ikp_price *asked,
    uint8_t *next) SEMPER_MUST_CHECK;
semper_err ikp_seller_locate_authorize(
    struct semper_step *step) SEMPER_MUST_CHECK;

semper_role_action ikp_seller_on_authorize, ikp_seller_on_clear,
    ikp_seller_on_clear_retry, ikp_seller_on_money_res, ikp_seller_on_reversed,
    ikp_seller_on_inquire_clearing, ikp_seller_on_inquired;

/* ---- ikp_seller_batch.c ---- */

semper_err ikp_seller_locate_batch(struct semper_step *step) SEMPER_MUST_CHECK;
semper_role_action ikp_seller_on_batch, ikp_seller_on_batch_retry,
    ikp_seller_on_batch_res;

#endif
