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
};

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
	struct ikp_seen_list seen;       /* ReversalReq */
	struct ikp_acquirer_chain micro;
};

struct ikp_pin_record {
	int64_t wrong;
};

/* The bindings; the same in every edition. */
extern const struct ikp_type ikp_buyer_record_type, ikp_order_record_type,
    ikp_seller_record_type, ikp_acquirer_record_type, ikp_pin_record_type;

/* A record that does not decode is SEMPER_E_STORE. */
semper_err ikp_record_decode(const struct ikp_type *type, void *record,
    struct semper_bytes der) SEMPER_MUST_CHECK;
semper_err ikp_record_encode(const struct ikp_type *type,
    struct semper_buffer *out, const void *record) SEMPER_MUST_CHECK;

#endif
