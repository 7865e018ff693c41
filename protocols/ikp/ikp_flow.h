/* ikp_flow.h -- what each message's file does for the parties.
 *
 * One message, one file.  `make` computes a message, sends it and notes in
 * the maker's record what has to be kept; `check` judges a received one in
 * the order of the specification and returns the refusal of the first
 * requirement it violates.  Neither chooses a state.
 */
#ifndef SEMPER_IKP_FLOW_H
#define SEMPER_IKP_FLOW_H

#include "ikp/ikp_chain.h"
#include "ikp/ikp_common.h"
#include "ikp/ikp_store.h"
#include "ikp/ikp_wire.h"

/* ---- ikp_initiate.c ---- */

semper_err ikp_initiate_make(struct semper_step *step,
    struct semper_bytes session, const struct ikp_input *input,
    struct ikp_buyer_record *record) SEMPER_MUST_CHECK;
/* Fills ORDER with what was offered under the reference. */
semper_err ikp_initiate_check(struct semper_step *step,
    struct ikp_order_record *order) SEMPER_MUST_CHECK;

/* ---- ikp_buyer.c ---- */

/* Is this the state of a chain that is open for payments? */
bool ikp_buyer_open(uint8_t state);

/* ---- ikp_invoice.c ---- */

semper_err ikp_invoice_make(struct semper_step *step,
    const struct ikp_order_record *order,
    struct ikp_seller_record *record) SEMPER_MUST_CHECK;
semper_err ikp_invoice_check(struct semper_step *step,
    const struct ikp_buyer_record *record) SEMPER_MUST_CHECK;
/* Sig_S over TbsOffer. */
bool ikp_offer_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_clear *clear,
    struct semper_bytes sig);

/* ---- ikp_payment.c ---- */

semper_err ikp_payment_make(struct semper_step *step,
    struct ikp_buyer_record *record) SEMPER_MUST_CHECK;
semper_err ikp_payment_check(struct semper_step *step,
    const struct ikp_seller_record *record,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
/* Sig_B over TbsPayment. */
bool ikp_payment_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, struct semper_bytes enc_slip,
    struct semper_bytes h_common, struct semper_bytes sig);

/* ---- ikp_slip.c ---- */

struct ikp_slip {
	struct ikp_price price;
	struct semper_bytes h_common, ban, r_b, pin, expiration, r_acct;
};

/* OUT has room for the modulus. */
semper_err ikp_slip_seal(const struct ikp_profile *profile,
    struct semper_buffer *out, const struct semper_rsa_pub *key,
    const struct ikp_slip *slip,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

/* Decrypt and judge the slip of an Auth-Request: SEMPER_OK, or the one refusal
 * slip-invalid for everything that can be wrong (IKP-A-14).  ROOM, of at least
 * IKP_ENC_SLIP_MAX octets, receives the plaintext that SLIP points into: the
 * caller wipes it.  CERT_B is NULL but in 3KP. */
semper_err ikp_slip_open(struct semper_step *step, struct ikp_slip *slip,
    struct semper_buffer *room, const struct ikp_auth_req *request,
    const struct semper_cert *cert_b) SEMPER_MUST_CHECK;

/* ---- ikp_auth_request.c ---- */

/* From the Payment received; sends to the acquirer. */
semper_err ikp_auth_request_make(struct semper_step *step,
    struct ikp_seller_record *record,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
/* What Sig_S2 covers. */
struct ikp_tbs_auth_req {
	struct semper_bytes h_common, h_enc_slip, h_sig_b;
	int64_t auth_seq;
	struct ikp_price auth_amount;
	bool capture_now;
};
extern const struct ikp_type ikp_tbs_auth_req_type;

/* For a further authSeq: like FIRST, with another amount. */
semper_err ikp_auth_request_make_part(struct semper_step *step,
    struct ikp_seller_record *record, struct semper_bytes first,
    struct semper_bytes session, int64_t auth_seq,
    const struct ikp_price *amount) SEMPER_MUST_CHECK;
/* What the acquirer has agreed on with the seller ID_S, or NULL. */
const struct ikp_seller_entry *ikp_seller_entry_of(
    const struct ikp_acquirer_params *params, struct semper_bytes id_s);
/* All checks up to the slip; those of seller and time come first. */
semper_err ikp_auth_request_check_seller(struct semper_step *step,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;
semper_err ikp_auth_request_check_policy(struct semper_step *step,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;
/* Sig_S of the Invoice, with the key of CERT_S. */
semper_err ikp_auth_request_check_offer(const struct ikp_profile *profile,
    const struct semper_cert *cert_s,
    const struct ikp_auth_req *req) SEMPER_MUST_CHECK;
semper_err ikp_auth_request_check(struct semper_step *step,
    struct ikp_slip *slip, struct semper_buffer *room) SEMPER_MUST_CHECK;

/* ---- ikp_auth_response.c ---- */

/* DECISION and the authCode of the network (absent: none). */
semper_err ikp_auth_response_make(struct semper_step *step,
    struct ikp_acquirer_record *record, enum ikp_decision decision,
    struct semper_bytes auth_code) SEMPER_MUST_CHECK;
/* What Sig_A covers. */
struct ikp_tbs_auth_res {
	struct ikp_resp_code resp;
	struct semper_bytes h_common, h_enc_slip;
	int64_t auth_seq;
	bool capture_now;
};
extern const struct ikp_type ikp_tbs_auth_res_type;
/* What an Auth-Response or a Confirm must answer to. */
struct ikp_auth_asked {
	struct semper_bytes h_common, enc_slip;
	int64_t auth_seq;
	bool capture_now;
};
semper_err ikp_auth_response_check(struct semper_step *step,
    const struct ikp_auth_res *res, const struct ikp_clear *clear,
    const struct ikp_auth_asked *asked) SEMPER_MUST_CHECK;
semper_err ikp_resp_code_check(const struct ikp_profile *profile,
    const struct ikp_resp_code *resp) SEMPER_MUST_CHECK;
/* Sig_A over TbsAuthRes. */
bool ikp_auth_response_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_auth_res *res,
    struct semper_bytes h_common, struct semper_bytes enc_slip);

/* ---- ikp_confirm.c ---- */

semper_err ikp_confirm_make(struct semper_step *step,
    struct ikp_seller_record *record, struct semper_bytes session,
    const struct ikp_auth_res *res) SEMPER_MUST_CHECK;
/* All but V, and then V. */
semper_err ikp_confirm_check(struct semper_step *step,
    const struct ikp_buyer_record *record, const struct ikp_invoice *invoice,
    const struct ikp_confirm *confirm) SEMPER_MUST_CHECK;
semper_err ikp_confirm_check_v(const struct ikp_profile *profile,
    const struct ikp_invoice *invoice,
    const struct ikp_confirm *confirm) SEMPER_MUST_CHECK;
struct ikp_receipt {
	struct ikp_common common;
	struct semper_bytes desc, salt_b, enc_slip, sig_s;
	struct ikp_chain cert_s, cert_a; /* the acquirer's for signing */
	struct ikp_confirm confirm;
};
/* Give out the Receipt of a buyer that reaches paid. */
semper_err ikp_receipt_make(struct semper_step *step,
    const struct ikp_buyer_record *record, const struct ikp_invoice *invoice,
    const struct ikp_confirm *confirm) SEMPER_MUST_CHECK;

/* ---- ikp_cancel.c ---- */

semper_err ikp_cancel_make(struct semper_step *step,
    struct ikp_seller_record *record, struct semper_bytes session,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;
semper_err ikp_cancel_check(const struct ikp_profile *profile,
    const struct ikp_invoice *invoice,
    const struct ikp_cancel *cancel) SEMPER_MUST_CHECK;

/* ---- ikp_inquiry.c: buyer to seller ---- */

semper_err ikp_inquiry_make(struct semper_step *step,
    struct ikp_buyer_record *record, struct semper_bytes session,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
semper_err ikp_inquiry_check(struct semper_step *step,
    const struct ikp_initiate *initiate) SEMPER_MUST_CHECK;
semper_err ikp_inquiry_answer(struct semper_step *step,
    const struct ikp_seller_record *record, enum ikp_status status,
    bool with_outcome) SEMPER_MUST_CHECK;
semper_err ikp_inquiry_answer_check(struct semper_step *step,
    const struct ikp_buyer_record *record,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
/* The word of a PaymentStatus, as a result. */
semper_err ikp_status_report(struct semper_step *step,
    enum ikp_status status) SEMPER_MUST_CHECK;

/* ---- ikp_acq_inquiry.c: seller to acquirer ---- */

semper_err ikp_acq_inquiry_make(struct semper_step *step,
    struct ikp_seller_record *record, struct semper_bytes session,
    const struct ikp_invoice *invoice, int64_t auth_seq,
    struct ikp_asked *asked) SEMPER_MUST_CHECK;
semper_err ikp_acq_inquiry_answer(struct semper_step *step,
    const struct ikp_acquirer_record *record,
    enum ikp_status status) SEMPER_MUST_CHECK;
semper_err ikp_acq_inquiry_answer_check(struct semper_step *step,
    const struct ikp_seller_record *record,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;
/* IKP-S-53 */
semper_err ikp_acq_inquiry_answer_form(
    const struct semper_step *step) SEMPER_MUST_CHECK;
/* Sig_S over TbsAcqInquiry. */
bool ikp_acq_inquiry_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_acq_inquiry_req *req);

/* ---- ikp_reversal.c ---- */

semper_err ikp_reversal_make(struct semper_step *step, struct ikp_asked *asked,
    struct semper_bytes session, const struct ikp_invoice *invoice,
    int64_t auth_seq, const struct ikp_price *new_amount) SEMPER_MUST_CHECK;
semper_err ikp_reversal_answer(struct semper_step *step,
    enum ikp_reversal_outcome outcome,
    struct ikp_sent *sent) SEMPER_MUST_CHECK;
semper_err ikp_reversal_answer_check(struct semper_step *step,
    const struct ikp_asked *asked,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;
bool ikp_reversal_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_reversal_req *req);

/* ---- ikp_network.c ---- */

/* The timer `net-retry` asks again. */
semper_err ikp_network_ask(struct semper_step *step,
    struct ikp_acquirer_record *record, const struct ikp_slip *slip,
    const struct ikp_price *price) SEMPER_MUST_CHECK;
semper_err ikp_network_ask_again(struct semper_step *step,
    const struct ikp_acquirer_record *record) SEMPER_MUST_CHECK;
semper_err ikp_network_reverse(struct semper_step *step,
    const struct ikp_price *new_amount) SEMPER_MUST_CHECK;
/* Pay AMOUNT of a chain's reserve, give RELEASED back. */
semper_err ikp_network_deposit(struct semper_step *step,
    const struct ikp_price *amount,
    const struct ikp_price *released) SEMPER_MUST_CHECK;
semper_err ikp_net_reply_decode(struct semper_step *step) SEMPER_MUST_CHECK;

/* Has the account reached its limit of wrong PINs?  The decision then rests
 * on the counter, and a concurrent change of it makes the step run again. */
semper_err ikp_pin_blocked(struct semper_step *step, bool *blocked,
    struct semper_bytes ban) SEMPER_MUST_CHECK;
/* Count what the network said about a slip that carried a PIN. */
semper_err ikp_pin_count(struct semper_step *step, struct semper_bytes ban,
    const struct ikp_net_reply *reply) SEMPER_MUST_CHECK;

#endif
