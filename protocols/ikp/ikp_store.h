/* ikp_store.h -- what the parties keep (asn1/ikp_store.asn).
 *
 *	table         key                value
 *	ikp.buyer     session            BuyerRecord
 *	ikp.order     order reference    OrderRecord
 *	ikp.seller    session            SellerRecord
 *	ikp.tid       TID_S              the session that has it
 *	ikp.acquirer  reference          AcquirerRecord
 *	ikp.session   session            the reference of its transaction
 *	ikp.pin       BAN                PinRecord
 *	ikp.answer    hash of a request  AnswerRecord
 *	ikp.batch     ID_S, session      BatchDone, at the acquirer
 *
 * An authSeq k above 1 is a SellerRecord of its own, under the session and the
 * octet k; a batch of the seller is a BatchRecord under its session.
 *
 * Messages are kept as the octets that travelled, and decoded again when a
 * field is wanted: so what is sent again is the same octets.
 */
#ifndef SEMPER_IKP_STORE_H
#define SEMPER_IKP_STORE_H

#include "ikp/ikp_micro_store.h"

#define IKP_TABLE_BUYER "ikp.buyer"
#define IKP_TABLE_ORDER "ikp.order"
#define IKP_TABLE_SELLER "ikp.seller"
#define IKP_TABLE_TID "ikp.tid"
#define IKP_TABLE_ACQUIRER "ikp.acquirer"
#define IKP_TABLE_SESSION "ikp.session"
#define IKP_TABLE_PIN "ikp.pin"
#define IKP_TABLE_ANSWER "ikp.answer"
#define IKP_TABLE_BATCH "ikp.batch"

/* The last messages that were accepted, and what was answered. */
#define IKP_SEEN_MAX 8
struct ikp_seen {
	struct semper_bytes digest, answer;
};
struct ikp_seen_list {
	size_t n;
	struct ikp_seen item[IKP_SEEN_MAX];
};

/* The entry of DIGEST, or NULL. */
const struct ikp_seen *ikp_seen_find(const struct ikp_seen_list *list,
    struct semper_bytes digest);

/* Add an entry, or replace that of the same digest; the oldest makes room. */
void ikp_seen_add(struct ikp_seen_list *list, struct semper_bytes digest,
    struct semper_bytes answer);

struct ikp_buyer_record {
	struct semper_bytes seller;
	struct ikp_price price;
	struct semper_bytes desc, brand, salt_b, id_b;
	struct semper_bytes r_b, pin;         /* until the Payment is made */
	struct semper_bytes initiate;         /* envelope */
	struct semper_bytes invoice;          /* body */
	struct semper_bytes payment, inquiry; /* envelopes */
	struct ikp_seen_list seen;
	struct ikp_buyer_chain micro;
};

struct ikp_order_record {
	struct ikp_price price;
	struct semper_bytes desc, brand;
	bool capture_now;
	bool has_unit; /* to be sold in micro-payments of */
	struct ikp_price unit;
	bool has_first;
	struct ikp_price first; /* of several authorisations */
};

/* ---- what follows an authorisation (spec/ikp-clearing.md) ---- */

/* A request as it was sent; in 1KP with the one inside it, and the secret key
 * that opens the answer. */
struct ikp_asked {
	struct semper_bytes envelope, inner, reply_key;
};

enum ikp_open {
	IKP_OPEN_NONE,
	IKP_OPEN_CAPTURE,
	IKP_OPEN_REFUND,
	IKP_OPEN_REVERSAL,
	IKP_OPEN_BATCH
};

struct ikp_seller_clearing {
	int64_t auth_seq;
	int64_t authorized, captured, refunded, last_seq;
	bool closed;
	enum ikp_open open;
	int64_t open_seq, new_amount;
	bool has_asked;
	struct ikp_asked asked;
	struct semper_bytes batch; /* the session of an open batch */
	bool has_inquiry;
	struct ikp_asked inquiry; /* 1KP */
	int64_t retries;
};

#define IKP_BATCH_MAX 100
struct ikp_batch_part {
	struct semper_bytes session;
	int64_t auth_seq;
};
struct ikp_batch_record {
	struct {
		size_t n;
		struct ikp_batch_part item[IKP_BATCH_MAX];
	} parts;
	struct ikp_asked asked;
	struct semper_bytes answer; /* its hash */
	int64_t retries;
};

struct ikp_acquirer_clearing {
	int64_t authorized, captured, refunded, last_seq;
	bool closed;
	int64_t decided, last_capture; /* times */
};

struct ikp_answer_record {
	bool batch;
	struct semper_bytes key, answer;
};

struct ikp_batch_done {
	struct semper_bytes session;
};

/* ---- records, continued ---- */

struct ikp_seller_record {
	struct ikp_price price;
	bool capture_now;
	struct semper_bytes h_desc;
	struct semper_bytes initiate; /* body */
	struct semper_bytes initiate_seen;
	struct semper_bytes invoice; /* envelope */
	struct semper_bytes v, vc;
	struct semper_bytes payment_seen;
	struct semper_bytes auth_req; /* envelope */
	struct semper_bytes outcome;  /* Confirm or Cancel, envelope */
	bool has_cancel_reason;
	int64_t cancel_reason;
	struct semper_bytes reversal;  /* envelope */
	struct semper_bytes h_inquiry; /* of the last AcqInquiryReq */
	int64_t retries;
	struct ikp_seen_list seen;
	struct ikp_seller_chain micro;
	bool has_first;
	struct ikp_price first;
	bool has_clearing; /* something was authorised */
	struct ikp_seller_clearing clearing;
};

enum ikp_network_state {
	IKP_NET_NOT_ASKED,
	IKP_NET_ASKED,
	IKP_NET_NO,
	IKP_NET_YES
};

struct ikp_acquirer_record {
	struct semper_bytes session, id_s, tid_s, h_common;
	int64_t auth_seq;
	bool capture_now;
	struct semper_bytes h_enc_slip;
	bool has_amount;
	struct ikp_price amount; /* HARD */
	enum ikp_network_state network;
	struct semper_bytes auth_req_seen;
	struct semper_bytes net_request; /* until the NetReply */
	struct semper_bytes auth_res;    /* envelope */
	struct ikp_seen_list seen;
	struct ikp_acquirer_chain micro;
	bool has_clearing; /* something was authorised */
	struct ikp_acquirer_clearing clearing;
};

struct ikp_pin_record {
	int64_t wrong;
};

/* The bindings; the same in every edition. */
extern const struct ikp_type ikp_buyer_record_type, ikp_order_record_type,
    ikp_seller_record_type, ikp_acquirer_record_type, ikp_pin_record_type,
    ikp_batch_record_type, ikp_answer_record_type, ikp_batch_done_type;

/* A record that does not decode is SEMPER_E_STORE. */
semper_err ikp_record_decode(const struct ikp_type *type, void *record,
    struct semper_bytes der) SEMPER_MUST_CHECK;
semper_err ikp_record_encode(const struct ikp_type *type,
    struct semper_buffer *out, const void *record) SEMPER_MUST_CHECK;

#endif
