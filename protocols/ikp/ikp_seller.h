/* ikp_seller.h -- between the two files of the seller. */
#ifndef SEMPER_IKP_SELLER_H
#define SEMPER_IKP_SELLER_H

#include "ikp/ikp_flow.h"

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
	IKP_SELLER_STATES
};

/* Nothing needs to follow. */
#define IKP_SELLER_FINAL                                            \
	(1u << IKP_SELLER_AUTHORIZED | 1u << IKP_SELLER_DECLINED |  \
	    1u << IKP_SELLER_CANCELLED | 1u << IKP_SELLER_EXPIRED | \
	    1u << IKP_SELLER_CLOSED)

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
	IKP_SELLER_ON_OTHER,
	IKP_SELLER_EVENTS
};

struct ikp_seller_work {
	struct ikp_in in;
	struct ikp_seller_record record;
	struct ikp_invoice invoice; /* as it was sent */
};

static inline struct ikp_seller_work *
ikp_seller_of(const struct semper_step *step)
{
	return step->scratch;
}

extern const char *const ikp_seller_states[IKP_SELLER_STATES];
extern const char *const ikp_seller_events[IKP_SELLER_EVENTS];

semper_err ikp_seller_locate(struct semper_step *step);
semper_err ikp_seller_keep(struct semper_step *step, struct semper_buffer *out);

/* IKP-S-16: the timer for whatever waits for its answer. */
semper_err ikp_seller_ask_for_retry(struct semper_step *step) SEMPER_MUST_CHECK;

#endif
