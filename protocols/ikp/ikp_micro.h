/* ikp_micro.h -- micro-payments (spec/ikp-micro.md): the chain, its terms, and
 * what each message's file does for the parties.
 *
 *	A(0) = X, A(i) = F_i(A(i-1)), root = A(n)
 *	F_i(x)  EC95, JSAC: SHA-1(x)    HARD: H(chain, chainId || be32(i) || x)
 *
 * Payment index j reveals the token A(n-j); the root is the token of index 0.
 * Numbers of links and steps are at most 65535, amounts those of a Price.
 */
#ifndef SEMPER_IKP_MICRO_H
#define SEMPER_IKP_MICRO_H

#include "ikp/ikp_acquirer.h"
#include "ikp/ikp_flow.h"
#include "ikp/ikp_seller.h"

#define IKP_CHAIN_ID_SIZE 16
#define IKP_LINKS_MAX 65535
#define IKP_MICRO_AGAIN_AFTER 10 /* seconds, MicroPay */

/* ---- ikp_micro_chain.c ---- */

/* A(from + steps), X being A(from). */
void ikp_chain_walk(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes chain_id, struct semper_bytes x, int64_t from,
    int64_t steps);

/* The token of INDEX, at most n, of the chain with seed X. */
void ikp_token(const struct ikp_profile *profile, struct ikp_digest *out,
    const struct ikp_terms *terms, struct semper_bytes x, int64_t index);

/* Does TOKEN of INDEX lead to the token KNOWN of the lesser index EARLIER? */
bool ikp_token_leads(const struct ikp_profile *profile,
    const struct ikp_terms *terms, struct semper_bytes token, int64_t index,
    struct semper_bytes known, int64_t earlier);

/* The operation ikp.chain (section 10.2): a refusal of its own for what no
 * chain starts with, SEMPER_E_UNSUPPORTED for a hash the edition has not. */
struct ikp_known_chain {
	enum ikp_edition edition;
	enum semper_hash hash;
	struct semper_bytes chain_id, seed; /* chainId: HARD */
	int64_t from, n;
};
semper_err ikp_chain_known(struct ikp_digest *out,
    const struct ikp_known_chain *in) SEMPER_MUST_CHECK;

/* ---- ikp_micro_terms.c ---- */

/* LINKS times the unit. */
struct ikp_price ikp_value(const struct ikp_terms *terms, int64_t links);
bool ikp_price_equal(const struct ikp_price *a, const struct ikp_price *b);
bool ikp_terms_equal(const struct ikp_terms *a, const struct ikp_terms *b);

/* The terms of an Initiate that was sent. */
semper_err ikp_terms_own(const struct semper_step *step,
    struct ikp_terms *terms,
    const struct ikp_buyer_record *record) SEMPER_MUST_CHECK;

semper_err ikp_terms_check_start(const struct semper_step *step,
    const struct ikp_profile *profile,
    const struct ikp_input *input) SEMPER_MUST_CHECK;
/* Draw the chain of a start. */
semper_err ikp_terms_begin(struct semper_step *step, struct ikp_terms *terms,
    const struct ikp_input *input,
    struct ikp_buyer_record *record) SEMPER_MUST_CHECK;
semper_err ikp_terms_check_initiate(struct semper_step *step,
    const struct ikp_order_record *order) SEMPER_MUST_CHECK;
semper_err ikp_terms_check_invoice(const struct semper_step *step,
    const struct ikp_buyer_record *record,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;
semper_err ikp_terms_check_request(struct semper_step *step,
    const struct ikp_clear *clear, bool capture_now) SEMPER_MUST_CHECK;
/* Of the acquirer: n and root; PRICE. */
semper_err ikp_terms_check_root(struct semper_step *step,
    const struct ikp_terms *terms, int64_t n_max) SEMPER_MUST_CHECK;
semper_err ikp_terms_check_price(const struct ikp_terms *terms,
    const struct ikp_price *price) SEMPER_MUST_CHECK;
/* IKP-U-17 but for what a seller's floor has to do with it. */
semper_err ikp_terms_check_mode(const struct ikp_profile *profile,
    const struct ikp_terms *terms) SEMPER_MUST_CHECK;
/* The root is OWNER's from now on. */
semper_err ikp_root_take(struct semper_step *step, struct semper_bytes root,
    struct semper_bytes owner) SEMPER_MUST_CHECK;

/* ---- ikp_micro_accept.c ---- */

semper_err ikp_micro_accept_make(struct semper_step *step,
    struct ikp_seller_record *record,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
semper_err ikp_micro_accept_check(struct semper_step *step,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
/* Sig_S over TbsMicroAccept. */
bool ikp_micro_accept_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, struct semper_bytes h_common,
    struct semper_bytes v, struct semper_bytes sig);

/* ---- ikp_micro_offer.c ---- */

semper_err ikp_micro_offer_hash(const struct ikp_profile *profile,
    struct ikp_digest *out,
    const struct ikp_micro_offer *offer) SEMPER_MUST_CHECK;
/* Quote PRICE on the chain of SESSION, and give out the offer. */
semper_err ikp_micro_offer_make(struct semper_step *step,
    const struct ikp_clear *clear,
    const struct ikp_price *price) SEMPER_MUST_CHECK;
/* IKP-U-20: PRICE is that of the open offer; *PAID is the effect that closes
 * it, to be added when the payment is accepted. */
semper_err ikp_micro_offer_check(struct semper_step *step,
    const struct ikp_micro_pay *pay, const struct ikp_terms *terms,
    struct ikp_price *price) SEMPER_MUST_CHECK;
semper_err ikp_micro_offer_paid(struct semper_step *step,
    const struct ikp_micro_pay *pay) SEMPER_MUST_CHECK;

/* ---- ikp_micro_pay.c ---- */

/* The buyer's next payment, of PRICE, for OFFER (NULL: none). */
semper_err ikp_micro_pay_make(struct semper_step *step,
    struct semper_bytes session, struct ikp_buyer_record *record,
    const struct ikp_invoice *invoice, const struct ikp_price *price,
    const struct ikp_micro_offer *offer) SEMPER_MUST_CHECK;
/* The same from the input `pay`. */
semper_err ikp_micro_pay_input(struct semper_step *step,
    struct ikp_buyer_record *record,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
/* Send the last one again, unless it is acknowledged. */
semper_err ikp_micro_pay_again(struct semper_step *step,
    const struct ikp_buyer_record *record) SEMPER_MUST_CHECK;

/* The seller's checks, in the order of the text: before the price, the price,
 * and after it. */
semper_err ikp_micro_pay_check(const struct semper_step *step,
    const struct ikp_seller_chain *chain,
    const struct ikp_terms *terms) SEMPER_MUST_CHECK;
semper_err ikp_micro_pay_check_price(const struct semper_step *step,
    const struct ikp_seller_chain *chain, const struct ikp_terms *terms,
    const struct ikp_price *asked) SEMPER_MUST_CHECK;
semper_err ikp_micro_pay_check_token(struct semper_step *step,
    struct ikp_seller_chain *chain,
    const struct ikp_terms *terms) SEMPER_MUST_CHECK;

/* ---- ikp_micro_floor.c: what off-line buyers owe ---- */

/* IKP-U-18 for MORE of unpaid value. */
semper_err ikp_floor_check(struct semper_step *step, struct semper_bytes buyer,
    int64_t more) SEMPER_MUST_CHECK;
/* Count MORE, which may be negative. */
semper_err ikp_floor_add(struct semper_step *step, struct semper_bytes buyer,
    int64_t more) SEMPER_MUST_CHECK;

/* ---- ikp_micro_ack.c ---- */

/* Acknowledge the chain's last payment, and keep the message. */
semper_err ikp_micro_ack_make(struct semper_step *step,
    struct ikp_seller_chain *chain,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;
semper_err ikp_micro_ack_check(struct semper_step *step,
    struct ikp_buyer_chain *chain,
    const struct ikp_terms *terms) SEMPER_MUST_CHECK;

/* ---- ikp_micro_proof.c ---- */

/* One kind for deposits, one for closes. */
struct ikp_proof_kind {
	enum ikp_context context;
	const char *salt; /* its label */
	struct ikp_type tbs;
};
/* At most one is there; the room is for one that is made. */
struct ikp_proof {
	struct semper_bytes sig_s, mac;
	union {
		struct ikp_signature sig;
		struct ikp_digest mac;
	} room;
};
semper_err ikp_proof_make(struct semper_step *step, struct ikp_proof *proof,
    const struct ikp_proof_kind *kind, const void *tbs) SEMPER_MUST_CHECK;
/* Sig_S or mac (IKP-U-27), the certificate before it. */
semper_err ikp_proof_check(struct semper_step *step,
    const struct ikp_proof *proof, const struct ikp_proof_kind *kind,
    const void *tbs, const struct ikp_clear *clear,
    const struct ikp_chain *cert_s) SEMPER_MUST_CHECK;

/* ---- ikp_micro_deposit.c ---- */

semper_err ikp_micro_deposit_make(struct semper_step *step,
    struct ikp_seller_record *record,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
semper_err ikp_micro_deposit_check(struct semper_step *step,
    const struct ikp_micro_deposit *in) SEMPER_MUST_CHECK;

/* ---- ikp_micro_close.c ---- */

semper_err ikp_micro_close_make(struct semper_step *step,
    struct ikp_seller_record *record,
    const struct ikp_invoice *invoice) SEMPER_MUST_CHECK;
semper_err ikp_micro_close_check(struct semper_step *step,
    const struct ikp_micro_close *in) SEMPER_MUST_CHECK;

/* ---- ikp_micro_deposit_res.c ---- */

semper_err ikp_micro_deposit_res_make(struct semper_step *step,
    struct semper_bytes *envelope, const struct ikp_terms *terms,
    enum ikp_decision decision, int64_t index, bool closed) SEMPER_MUST_CHECK;
semper_err ikp_micro_deposit_res_check(struct semper_step *step,
    const struct ikp_seller_record *record,
    const struct ikp_clear *clear) SEMPER_MUST_CHECK;

/* ---- ikp_micro_seller.c ---- */

semper_role_action ikp_seller_on_micro_pay, ikp_seller_on_ask,
    ikp_seller_on_quote, ikp_seller_on_deposit, ikp_seller_on_close,
    ikp_seller_on_micro_deposit_res, ikp_seller_on_micro_retry,
    ikp_seller_on_micro_pay_again;

/* The chain begins: pre-authorised with a yes, off-line with a Payment. */
semper_err ikp_seller_chain_begin(struct semper_step *step) SEMPER_MUST_CHECK;
semper_err ikp_seller_accept(struct semper_step *step) SEMPER_MUST_CHECK;
/* Is the MicroPay of this step the one accepted last? */
bool ikp_seller_paid_before(const struct semper_step *step);
/* Accept the MicroPay of this step, all checks being passed. */
semper_err ikp_seller_credit(struct semper_step *step) SEMPER_MUST_CHECK;

/* ---- ikp_micro_acquirer.c ---- */

semper_role_action ikp_acquirer_on_micro_deposit, ikp_acquirer_on_micro_close,
    ikp_acquirer_on_release;

/* Which event a deposit or a close is, and all checks that come before its
 * state. */
semper_err ikp_acquirer_locate_deposit(
    struct semper_step *step) SEMPER_MUST_CHECK;
/* Begin the chain of CLEAR, with RESERVED to be paid from. */
semper_err ikp_acquirer_reserve(struct semper_step *step,
    const struct ikp_clear *clear,
    const struct ikp_price *reserved) SEMPER_MUST_CHECK;
/* The network has decided on a chain: answer the deposit that waits for it,
 * ask for the deadline.  *ANSWERED: there was one. */
semper_err ikp_acquirer_decided(struct semper_step *step, bool *answered,
    enum ikp_decision decision) SEMPER_MUST_CHECK;

#endif
