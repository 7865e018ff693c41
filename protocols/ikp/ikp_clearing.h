/* ikp_clearing.h -- what follows an authorisation: capture, refund, batch, the
 * channel of 1KP, and authorisations in parts (spec/ikp-clearing.md).
 *
 * A *claim* is what a capture, a refund or an item of a batch asks of one
 * transaction; the acquirer judges and books all three alike.
 */
#ifndef SEMPER_IKP_CLEARING_H
#define SEMPER_IKP_CLEARING_H

#include "ikp/ikp_flow.h"

/* Clearing belongs to HARD, and not to micro profiles. */
#define IKP_CLEARING (IKP_EDITION_HARD & IKP_BASE)

/* Is X of the money of Y: the same currency and exponent? */
static inline bool
ikp_same_money(const struct ikp_price *x, const struct ikp_price *y)
{
	return x->currency == y->currency && x->exponent == y->exponent;
}

/* ---- ikp_money.c: captures and refunds ---- */

/* What tells the two kinds apart. */
struct ikp_money {
	enum ikp_message_id request, response;
	enum ikp_context sign, hash, respond;
	struct ikp_type tbs, tbs_response;
	const char *salt, *salt_response;
	enum ikp_open open;
};

extern const struct ikp_money ikp_capture, ikp_refund;

/* The seller asks for AMOUNT under seq, in the open request of RECORD. */
semper_err ikp_money_make(struct semper_step *step,
    const struct ikp_money *money, struct ikp_seller_record *record,
    const struct ikp_invoice *invoice, int64_t seq,
    const struct ikp_input *input) SEMPER_MUST_CHECK;
/* Sig_S over the request, with the key of CERT_S. */
semper_err ikp_money_check(struct semper_step *step,
    const struct ikp_money *money) SEMPER_MUST_CHECK;
semper_err ikp_money_answer(struct semper_step *step,
    const struct ikp_money *money, const struct ikp_acquirer_record *record,
    struct ikp_sent *sent) SEMPER_MUST_CHECK;
semper_err ikp_money_answer_check(struct semper_step *step,
    const struct ikp_money *money, const struct ikp_seller_record *record,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;

/* ---- ikp_claim.c ---- */

struct ikp_claim {
	bool refund, final;
	struct semper_bytes h_common;
	int64_t seq;
	struct ikp_price amount;
};

/* Is it a transaction that the acquirer knows (IKP-A-41)? */
semper_err ikp_claim_known(bool known, const struct ikp_claim *claim,
    const struct ikp_acquirer_record *record) SEMPER_MUST_CHECK;
/* IKP-A-42 to IKP-A-47, in the order of the text. */
semper_err ikp_claim_check(const struct semper_step *step, uint8_t state,
    const struct ikp_acquirer_record *record,
    const struct ikp_claim *claim) SEMPER_MUST_CHECK;
/* Book it; the state it leads to. */
uint8_t ikp_claim_book(struct ikp_acquirer_record *record,
    const struct ikp_claim *claim, int64_t now);

/* What is granted at NOW, or captured with it. */
void ikp_clearing_begin(struct ikp_acquirer_record *record, int64_t now);
struct ikp_totals ikp_totals_of(const struct ikp_acquirer_record *record);

/* ---- ikp_batch.c ---- */

struct ikp_batch_item {
	enum ikp_batch_kind kind;
	struct semper_bytes tid_s;
	int64_t date;
	struct semper_bytes nonce_s, h_common;
	int64_t auth_seq, seq;
	struct ikp_price amount;
};

struct ikp_batch_total {
	int64_t currency, exponent, captures, refunds;
};

struct ikp_batch {
	struct semper_bytes session, id_s;
	struct {
		size_t n;
		struct ikp_batch_item item[IKP_BATCH_MAX];
	} items;
	struct {
		size_t n;
		struct ikp_batch_total item[IKP_BATCH_MAX];
	} totals;
};

struct ikp_batch_result {
	int64_t code;
	bool has_totals;
	struct ikp_totals totals;
};

struct ikp_batch_results {
	size_t n;
	struct ikp_batch_result item[IKP_BATCH_MAX];
};

extern const struct ikp_type ikp_batch_type, ikp_batch_results_type;

/* IKP-S-45: the sums of the items, by currency and exponent. */
void ikp_batch_sum(struct ikp_batch *batch);
/* IKP-A-23: are the totals exactly those? */
bool ikp_batch_adds_up(const struct ikp_batch *batch);

/* The seller asks; ASKED receives what was sent. */
semper_err ikp_batch_make(struct semper_step *step,
    const struct ikp_batch *batch, const struct ikp_chain *cert_s,
    struct ikp_asked *asked) SEMPER_MUST_CHECK;
/* CERT_S and Sig_S (IKP-A-20). */
semper_err ikp_batch_check(struct semper_step *step,
    struct semper_bytes id_s) SEMPER_MUST_CHECK;
semper_err ikp_batch_answer(struct semper_step *step,
    struct semper_bytes id_s, const struct ikp_batch_results *results,
    struct ikp_sent *sent) SEMPER_MUST_CHECK;
semper_err ikp_batch_answer_check(struct semper_step *step,
    struct semper_bytes request) SEMPER_MUST_CHECK;

/* ---- ikp_network.c ---- */

semper_err ikp_network_money(struct semper_step *step,
    const struct ikp_claim *claim) SEMPER_MUST_CHECK;

/* One item that was booked. */
struct ikp_net_item {
	enum ikp_batch_kind kind;
	struct semper_bytes reference;
	int64_t seq;
	struct ikp_price amount;
};
struct ikp_net_batch {
	struct semper_bytes session;
	struct {
		size_t n;
		struct ikp_net_item item[IKP_BATCH_MAX];
	} items;
};
extern const struct ikp_type ikp_net_batch_type;
semper_err ikp_network_batch(struct semper_step *step,
    const struct ikp_net_batch *batch) SEMPER_MUST_CHECK;

/* ---- ikp_sealed.c: the channel of 1KP ---- */

/* Send a request of the seller, sealed in 1KP, and note it in ASKED. */
semper_err ikp_ask(struct semper_step *step, struct ikp_asked *asked,
    enum ikp_message_id id, struct semper_bytes session,
    const void *value) SEMPER_MUST_CHECK;
/* Its DER: what hRequest is a hash of. */
semper_err ikp_asked_body(struct semper_bytes *out,
    const struct ikp_asked *asked) SEMPER_MUST_CHECK;
/* IKP-S-42 */
semper_err ikp_channel_ready(const struct semper_step *step) SEMPER_MUST_CHECK;

/* The acquirer opens a SealedReq: its content takes the place of the message
 * of the step (IKP-A-54). */
semper_err ikp_channel_open(struct semper_step *step) SEMPER_MUST_CHECK;
/* Answer the message of the step, sealed if that was (IKP-A-55). */
semper_err ikp_answer(struct semper_step *step, struct ikp_sent *sent,
    enum ikp_message_id id, const void *value) SEMPER_MUST_CHECK;

/* One request that a SealedRes may answer. */
struct ikp_awaited {
	const struct ikp_asked *asked;
	enum ikp_message_id answer;
};
/* The same for the seller (IKP-S-44). */
semper_err ikp_channel_receive(struct semper_step *step,
    const struct ikp_awaited *awaited, size_t n) SEMPER_MUST_CHECK;

/* ---- ikp_split.c ---- */

/* The lesser authSeqs of a request; of authSeq 1 none (IKP-A-40, IKP-A-21). */
semper_err ikp_split_check_parts(struct semper_step *step,
    const struct ikp_auth_req *req, int64_t *sum) SEMPER_MUST_CHECK;
semper_err ikp_split_check_sum(const struct ikp_auth_req *req, int64_t sum,
    const struct ikp_price *price) SEMPER_MUST_CHECK;

/* The key of a seller's transaction: the session, and authSeq if above 1. */
#define IKP_PART_KEY 17
struct semper_bytes ikp_part_key(uint8_t room[IKP_PART_KEY],
    struct semper_bytes session, int64_t auth_seq);

#endif
