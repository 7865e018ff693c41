/* ikp_message.h -- the messages of iKP as C structs, and their descriptions.
 *
 * The editions share the structs: what an edition does not know is absent
 * (spec/ikp.md section 4).  A *type* names an assignment of the ASN.1 modules
 * with its two bindings, historic (EC95, JSAC) and HARD; a *message* adds what
 * is general to messages: where it exists, whether it is a request, which
 * optional components each profile has.
 *
 * Views point into the message that was decoded, or into whatever the maker of
 * a message keeps; nothing here owns anything.
 */
#ifndef SEMPER_IKP_MESSAGE_H
#define SEMPER_IKP_MESSAGE_H

#include "asn1/der.h"
#include "ikp/ikp_profile.h"

/* ---- atomic quantities and composite fields ---- */

#define IKP_NONCE_SIZE 16 /* session, R_B, SALT_B, NONCE_S, V, VC as made */
#define IKP_TID_SIZE 8    /* TID_S as made */
#define IKP_DIGEST_MAX 32
#define IKP_SIGNATURE_MAX 1024
#define IKP_ENC_SLIP_MAX 1024
#define IKP_CHAIN_MAX 4

enum ikp_decision { IKP_NO, IKP_YES };
enum ikp_status {
	IKP_UNKNOWN,
	IKP_INVOICED,
	IKP_PENDING,
	IKP_AUTHORIZED,
	IKP_DECLINED,
	IKP_CANCELLED,
	IKP_EXPIRED
};
enum ikp_reversal_outcome { IKP_REFUSED, IKP_REVERSED };

struct ikp_chain {
	size_t n; /* 0: absent */
	struct semper_bytes item[IKP_CHAIN_MAX];
};

struct ikp_price {
	int64_t currency, amount, exponent;
};

/* Profile of the module HARD, zero elsewhere. */
struct ikp_profile_field {
	int edition, variant, hash;
};

enum ikp_micro_mode { IKP_PRE_AUTHORIZED, IKP_OFF_LINE };

/* MicroTerms, of micro profiles. */
struct ikp_terms {
	bool given;
	struct semper_bytes chain_id, root; /* chainId: HARD */
	int64_t n;
	struct ikp_price unit;
	int64_t expiry;
	enum ikp_micro_mode mode;
	struct semper_bytes broker; /* HARD */
};

struct ikp_resp_code {
	enum ikp_decision decision;
	struct semper_bytes auth_code;
	bool has_reason, has_amount;
	int64_t reason;
	struct ikp_price amount; /* HARD */
};

struct ikp_clear {
	struct ikp_profile_field profile; /* HARD */
	struct semper_bytes id_s, tid_s;
	int64_t date;
	struct semper_bytes nonce_s, h_common, h_v, h_vc;
	struct ikp_terms micro;
};

/* ---- messages ---- */

struct ikp_initiate {
	struct semper_bytes salt_b, id_b, order_ref;
	struct ikp_chain cert_b;
	struct ikp_terms micro;
};

struct ikp_invoice {
	struct ikp_clear clear;
	struct ikp_chain cert_a, cert_a_sig, cert_s;
	struct semper_bytes sig_s;
};

struct ikp_payment {
	struct semper_bytes id_s, tid_s, enc_slip, sig_b;
	struct ikp_chain cert_b;
};

struct ikp_cancel {
	struct semper_bytes id_s, tid_s;
	int64_t reason;
	struct semper_bytes vc;
};

struct ikp_auth_req {
	struct ikp_clear clear;
	struct semper_bytes h_desc, enc_slip;
	bool capture_now;
	int64_t auth_seq;             /* HARD; 1 elsewhere */
	struct ikp_price auth_amount; /* HARD */
	struct semper_bytes sig_s, sig_b, sig_s2;
	struct ikp_chain cert_s, cert_b;
};

struct ikp_auth_res {
	struct semper_bytes id_s, tid_s;
	struct ikp_resp_code resp;
	int64_t auth_seq; /* HARD */
	bool capture_now; /* HARD */
	struct semper_bytes sig_a;
};

/* Confirm is an Auth-Response with V. */
struct ikp_confirm {
	struct ikp_auth_res res;
	struct semper_bytes v;
};

struct ikp_inquiry_req {
	struct semper_bytes id_s, tid_s, salt_b, sig_b;
};

struct ikp_inquiry_res {
	struct semper_bytes id_s, tid_s, h_inquiry;
	enum ikp_status status;
	bool has_confirm, has_cancel;
	struct ikp_confirm confirm;
	struct ikp_cancel cancel;
	struct semper_bytes sig_s;
};

/* ---- clearing (spec/ikp-clearing.md) ---- */

struct ikp_totals {
	struct ikp_price authorized, captured, refunded;
	int64_t last_seq;
	bool closed;
};

/* CaptureReq and, without final, RefundReq. */
struct ikp_money_req {
	struct ikp_clear clear;
	int64_t auth_seq, seq;
	struct ikp_price amount;
	bool final;
	struct semper_bytes sig_s;
	struct ikp_chain cert_s;
};

/* CaptureRes and RefundRes. */
struct ikp_money_res {
	struct semper_bytes id_s, tid_s;
	int64_t auth_seq;
	struct semper_bytes h_request;
	struct ikp_totals totals;
	struct semper_bytes sig_a;
};

/* Batch and BatchResults as they are encoded (ikp_batch.h takes them apart). */
struct ikp_batch_req {
	struct semper_bytes batch, sig_s;
	struct ikp_chain cert_s;
};

struct ikp_batch_res {
	struct semper_bytes id_s, h_batch, results, sig_a;
};

/* SealedReq and SealedRes. */
struct ikp_sealed {
	struct semper_bytes id_s, enc, ct;
};

/* ---- messages, continued ---- */

struct ikp_acq_inquiry_req {
	struct ikp_clear clear;
	int64_t auth_seq;
	struct semper_bytes inquiry_id, sig_s;
	struct ikp_chain cert_s;
};

struct ikp_acq_inquiry_res {
	struct semper_bytes id_s, tid_s, h_inquiry;
	enum ikp_status status;
	bool has_auth_res;
	struct ikp_auth_res auth_res;
	bool has_totals;
	struct ikp_totals totals;
	struct semper_bytes sig_a;
};

struct ikp_reversal_req {
	struct ikp_clear clear;
	int64_t auth_seq;
	struct ikp_price new_amount;
	struct semper_bytes sig_s;
	struct ikp_chain cert_s;
};

struct ikp_reversal_res {
	struct semper_bytes id_s, tid_s, h_reversal;
	enum ikp_reversal_outcome outcome;
	struct ikp_price new_amount;
	struct semper_bytes sig_a;
};

/* ---- messages of micro profiles ---- */

struct ikp_micro_offer {
	struct semper_bytes id_s, tid_s, session, offer_id;
	struct ikp_price price;
};

struct ikp_micro_accept {
	struct semper_bytes id_s, tid_s, v, sig_s;
};

struct ikp_micro_pay {
	struct semper_bytes id_s, tid_s;
	int64_t index;
	struct semper_bytes token;
	bool has_offer; /* HARD */
	struct ikp_micro_offer offer;
};

struct ikp_micro_ack {
	struct semper_bytes id_s, tid_s;
	int64_t index;
	struct semper_bytes token;
};

struct ikp_off_line {
	struct semper_bytes h_desc, enc_slip, sig_s, sig_b;
	struct ikp_chain cert_b;
};

struct ikp_micro_deposit {
	struct ikp_clear clear;
	int64_t index;
	struct semper_bytes token, sig_s;
	struct ikp_chain cert_s;
	struct semper_bytes mac; /* HARD */
	bool has_off_line;
	struct ikp_off_line off_line;
};

struct ikp_micro_deposit_res {
	struct semper_bytes id_s, tid_s;
	enum ikp_decision decision;
	int64_t index;
	struct ikp_price total;
	bool closed;
	struct semper_bytes sig_a;
};

struct ikp_micro_close {
	struct ikp_clear clear;
	int64_t index;
	struct semper_bytes sig_s;
	struct ikp_chain cert_s;
	struct semper_bytes mac; /* HARD */
};

struct ikp_error_msg {
	int64_t code;
};

/* Between the acquirer and the network, without an envelope. */

struct ikp_net_request {
	struct semper_bytes reference;
	struct ikp_price price;
	struct semper_bytes ban, expiration, pin;
	bool capture_now;
};

struct ikp_net_reply {
	struct semper_bytes reference;
	enum ikp_decision decision;
	struct semper_bytes auth_code;
	bool has_reason;
	int64_t reason;
	bool has_amount; /* HARD */
	struct ikp_price amount;
};

struct ikp_net_reversal {
	struct semper_bytes reference;
	struct ikp_price new_amount;
};

struct ikp_net_deposit {
	struct semper_bytes reference;
	struct ikp_price amount, released;
};

/* NetCapture and, without final, NetRefund. */
struct ikp_net_money {
	struct semper_bytes reference;
	int64_t seq;
	struct ikp_price amount;
	bool final;
};

union ikp_body {
	struct ikp_initiate initiate;
	struct ikp_invoice invoice;
	struct ikp_payment payment;
	struct ikp_cancel cancel;
	struct ikp_auth_req auth_req;
	struct ikp_auth_res auth_res;
	struct ikp_confirm confirm;
	struct ikp_inquiry_req inquiry_req;
	struct ikp_inquiry_res inquiry_res;
	struct ikp_acq_inquiry_req acq_inquiry_req;
	struct ikp_acq_inquiry_res acq_inquiry_res;
	struct ikp_reversal_req reversal_req;
	struct ikp_reversal_res reversal_res;
	struct ikp_micro_accept micro_accept;
	struct ikp_micro_pay micro_pay;
	struct ikp_micro_ack micro_ack;
	struct ikp_micro_deposit micro_deposit;
	struct ikp_micro_deposit_res micro_deposit_res;
	struct ikp_micro_close micro_close;
	struct ikp_money_req money_req;
	struct ikp_money_res money_res;
	struct ikp_batch_req batch_req;
	struct ikp_batch_res batch_res;
	struct ikp_sealed sealed;
	struct ikp_error_msg error_msg;
	struct ikp_net_reply net_reply;
};

/* ---- descriptions ---- */

/* A name of the modules and its bindings; NULL where it does not exist. */
struct ikp_type {
	const char *name;
	const struct semper_field *historic, *hard;
};

/* One line of the presence table: the component at OFFSET (a view, or the
 * count of a chain) is there under the profiles MUST, may be there under MAY,
 * and nowhere else. */
struct ikp_presence {
	size_t offset;
	bool chain;
	uint32_t must, may;
};

#define IKP_PRESENCE_BYTES(s, m, must, may)                 \
	{                                                   \
		offsetof(struct s, m), false, (must), (may) \
	}
#define IKP_PRESENCE_CHAIN(s, m, must, may)                  \
	{                                                    \
		offsetof(struct s, m.n), true, (must), (may) \
	}

/* What depends on the profile wherever a Clear and the seller's signature are:
 * the root of a chain, the commitments, and the signature with its key. */
#define IKP_PRESENCE_OF_SELLER(s)                                      \
	IKP_PRESENCE_BYTES(s, clear.micro.root, IKP_MICRO, IKP_NONE),  \
	    IKP_PRESENCE_BYTES(s, clear.h_v, IKP_23KP, IKP_NONE),      \
	    IKP_PRESENCE_BYTES(s, clear.h_vc, IKP_JSAC_HARD &IKP_23KP, \
		IKP_NONE),                                             \
	    IKP_PRESENCE_BYTES(s, sig_s, IKP_23KP, IKP_NONE),          \
	    IKP_PRESENCE_CHAIN(s, cert_s, IKP_23KP, IKP_NONE)

struct ikp_message {
	struct ikp_type type;
	uint32_t profiles; /* where it exists */
	bool request;      /* IKP-G-14 */
	bool opens;        /* needs no known session (IKP-G-17) */
	bool clear;        /* the struct starts with a Clear (IKP-G-16) */
	const struct ikp_presence *presence;
	size_t n_presence;
};

enum ikp_message_id {
	IKP_INITIATE,
	IKP_INVOICE,
	IKP_PAYMENT,
	IKP_AUTH_REQ,
	IKP_AUTH_RES,
	IKP_CONFIRM,
	IKP_CANCEL,
	IKP_INQUIRY_REQ,
	IKP_INQUIRY_RES,
	IKP_ACQ_INQUIRY_REQ,
	IKP_ACQ_INQUIRY_RES,
	IKP_REVERSAL_REQ,
	IKP_REVERSAL_RES,
	IKP_ERROR_MSG,
	IKP_MICRO_ACCEPT,
	IKP_MICRO_PAY,
	IKP_MICRO_ACK,
	IKP_MICRO_DEPOSIT,
	IKP_MICRO_DEPOSIT_RES,
	IKP_MICRO_CLOSE,
	IKP_CAPTURE_REQ,
	IKP_CAPTURE_RES,
	IKP_REFUND_REQ,
	IKP_REFUND_RES,
	IKP_BATCH_REQ,
	IKP_BATCH_RES,
	IKP_SEALED_REQ,
	IKP_SEALED_RES,
	IKP_MESSAGES
};

extern const struct ikp_message ikp_initiate_message, ikp_invoice_message,
    ikp_payment_message, ikp_auth_req_message, ikp_auth_res_message,
    ikp_confirm_message, ikp_cancel_message, ikp_inquiry_req_message,
    ikp_inquiry_res_message, ikp_acq_inquiry_req_message,
    ikp_acq_inquiry_res_message, ikp_reversal_req_message,
    ikp_reversal_res_message, ikp_error_message, ikp_micro_accept_message,
    ikp_micro_pay_message, ikp_micro_ack_message, ikp_micro_deposit_message,
    ikp_micro_deposit_res_message, ikp_micro_close_message,
    ikp_capture_req_message, ikp_capture_res_message, ikp_refund_req_message,
    ikp_refund_res_message, ikp_batch_req_message, ikp_batch_res_message,
    ikp_sealed_req_message, ikp_sealed_res_message;

extern const struct ikp_type ikp_common_type, ikp_slip_type, ikp_receipt_type,
    ikp_net_request_type, ikp_net_reply_type, ikp_net_reversal_type,
    ikp_net_deposit_type, ikp_terms_type, ikp_micro_offer_type,
    ikp_net_capture_type, ikp_net_refund_type;

/* All messages, by their number. */
extern const struct ikp_message *const ikp_messages[IKP_MESSAGES];

/* The number of the message of this name that exists in PROFILE, or -1. */
int ikp_message_find(const struct ikp_profile *profile,
    struct semper_bytes name);

/* Is what is there what the profile has (IKP-G-07)? */
bool ikp_message_complete(const struct ikp_message *message,
    const struct ikp_profile *profile, const void *value);

/* Decode DER as TYPE in PROFILE's module; append the encoding of VALUE. */
semper_err ikp_decode(const struct ikp_profile *profile,
    const struct ikp_type *type, void *value,
    struct semper_bytes der) SEMPER_MUST_CHECK;
semper_err ikp_encode(const struct ikp_profile *profile,
    const struct ikp_type *type, struct semper_buffer *out,
    const void *value) SEMPER_MUST_CHECK;

/* ---- bindings of the components, shared by the messages ---- */

extern const struct semper_field ikp_price_fields[], ikp_totals_fields[],
    ikp_profile_field_fields[], ikp_terms_historic[], ikp_terms_hard[],
    ikp_micro_offer_fields[],
    ikp_resp_code_historic[], ikp_resp_code_hard[], ikp_clear_historic[],
    ikp_clear_hard[], ikp_auth_res_historic[], ikp_auth_res_hard[],
    ikp_confirm_historic[], ikp_confirm_hard[], ikp_cancel_fields[];

#endif
