/* ikp_acquirer.h -- between the files of the acquirer. */
#ifndef SEMPER_IKP_ACQUIRER_H
#define SEMPER_IKP_ACQUIRER_H

#include "ikp/ikp_clearing.h"

enum ikp_acquirer_state {
	IKP_ACQUIRER_NONE,
	IKP_ACQUIRER_PENDING,
	IKP_ACQUIRER_AUTHORIZED,
	IKP_ACQUIRER_CAPTURED,
	IKP_ACQUIRER_DECLINED,
	IKP_ACQUIRER_VOIDED,
	IKP_ACQUIRER_CLOSED, /* micro profiles */
	IKP_ACQUIRER_PART_CAPTURED,
	IKP_ACQUIRER_BATCHED,
	IKP_ACQUIRER_STATES
};

enum ikp_acquirer_event {
	IKP_ACQUIRER_ON_AUTH_REQ,
	IKP_ACQUIRER_ON_REVERSAL_REQ,
	IKP_ACQUIRER_ON_ACQ_INQUIRY_REQ,
	IKP_ACQUIRER_ON_NET_REPLY,
	IKP_ACQUIRER_ON_NET_RETRY,
	IKP_ACQUIRER_ON_MICRO_DEPOSIT,
	IKP_ACQUIRER_ON_MICRO_CLOSE,
	IKP_ACQUIRER_ON_RELEASE,
	IKP_ACQUIRER_ON_CAPTURE_REQ,
	IKP_ACQUIRER_ON_REFUND_REQ,
	IKP_ACQUIRER_ON_BATCH_REQ,
	IKP_ACQUIRER_ON_OTHER,
	IKP_ACQUIRER_EVENTS
};

struct ikp_acquirer_work {
	struct ikp_in in;
	struct ikp_acquirer_record record;
	struct semper_bytes answer; /* to a request that is repeated */
	const struct ikp_batch *batch;
};

static inline struct ikp_acquirer_work *
ikp_acquirer_of(const struct semper_step *step)
{
	return step->scratch;
}

semper_err ikp_acquirer_locate(struct semper_step *step);

/* Load the transaction that a request of the seller names. */
semper_err ikp_acquirer_load_named(struct semper_step *step,
    const struct ikp_clear *clear, int64_t auth_seq) SEMPER_MUST_CHECK;
/* The answer that was kept for this very message (IKP-G-04). */
semper_err ikp_acquirer_on_seen(struct semper_step *step);
/* The record of a transaction that begins. */
semper_err ikp_acquirer_begin(struct semper_step *step,
    const struct ikp_clear *clear, int64_t auth_seq) SEMPER_MUST_CHECK;
/* Load the transaction of a reference. */
semper_err ikp_acquirer_load(struct semper_step *step,
    struct semper_bytes reference) SEMPER_MUST_CHECK;

/* ---- ikp_acquirer_clearing.c ---- */

/* Is the message one that was answered before?  Then the step is that. */
semper_err ikp_acquirer_locate_answered(struct semper_step *step,
    bool *answered) SEMPER_MUST_CHECK;
/* Remember the answer to the message of this step (IKP-A-59). */
semper_err ikp_acquirer_answered(struct semper_step *step,
    const struct ikp_sent *sent) SEMPER_MUST_CHECK;
/* A CaptureReq or RefundReq whose transaction is loaded. */
semper_err ikp_acquirer_locate_money(
    struct semper_step *step) SEMPER_MUST_CHECK;
semper_err ikp_acquirer_on_money(struct semper_step *step) SEMPER_MUST_CHECK;

/* ---- ikp_acquirer_batch.c ---- */

semper_err ikp_acquirer_locate_batch(
    struct semper_step *step) SEMPER_MUST_CHECK;
semper_err ikp_acquirer_on_batch(struct semper_step *step) SEMPER_MUST_CHECK;

/* Refuse a ReversalReq while the network is asked (IKP-A-34). */
semper_err ikp_acquirer_reversal_pending(struct semper_step *step);

#endif
