/* ikp_acquirer.h -- between the files of the acquirer. */
#ifndef SEMPER_IKP_ACQUIRER_H
#define SEMPER_IKP_ACQUIRER_H

#include "ikp/ikp_flow.h"

enum ikp_acquirer_state {
	IKP_ACQUIRER_NONE,
	IKP_ACQUIRER_PENDING,
	IKP_ACQUIRER_AUTHORIZED,
	IKP_ACQUIRER_CAPTURED,
	IKP_ACQUIRER_DECLINED,
	IKP_ACQUIRER_VOIDED,
	IKP_ACQUIRER_STATES
};

enum ikp_acquirer_event {
	IKP_ACQUIRER_ON_AUTH_REQ,
	IKP_ACQUIRER_ON_REVERSAL_REQ,
	IKP_ACQUIRER_ON_ACQ_INQUIRY_REQ,
	IKP_ACQUIRER_ON_NET_REPLY,
	IKP_ACQUIRER_ON_NET_RETRY,
	IKP_ACQUIRER_ON_OTHER,
	IKP_ACQUIRER_EVENTS
};

struct ikp_acquirer_work {
	struct ikp_in in;
	struct ikp_acquirer_record record;
};

static inline struct ikp_acquirer_work *
ikp_acquirer_of(const struct semper_step *step)
{
	return step->scratch;
}

semper_err ikp_acquirer_locate(struct semper_step *step);

/* Refuse a ReversalReq while the network is asked (IKP-A-34). */
semper_err ikp_acquirer_reversal_pending(struct semper_step *step);

#endif
