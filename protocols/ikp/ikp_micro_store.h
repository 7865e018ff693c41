/* ikp_micro_store.h -- what micro-payments keep beside a transaction
 * (asn1/ikp_store.asn, spec/ikp-micro.md).
 *
 *	table         key                  value
 *	ikp.seed      SHA-256 of X         the session that has drawn it (buyer)
 *	ikp.root      root                 the session (seller), the reference
 *	                                   (acquirer) that has accepted it
 *	ikp.floor     SHA-256 of a buyer's FloorRecord
 *	              key, or "total"
 *	ikp.quote     hash of an offer     QuoteRecord (seller)
 *	ikp.book      hash of an offer     BookRecord (broker)
 *	ikp.audit     session with seller  AuditRecord (broker)
 */
#ifndef SEMPER_IKP_MICRO_STORE_H
#define SEMPER_IKP_MICRO_STORE_H

#include "ikp/ikp.h"

#define IKP_TABLE_SEED "ikp.seed"
#define IKP_TABLE_ROOT "ikp.root"
#define IKP_TABLE_FLOOR "ikp.floor"
#define IKP_TABLE_QUOTE "ikp.quote"
#define IKP_TABLE_BOOK "ikp.book"
#define IKP_TABLE_AUDIT "ikp.audit"

struct ikp_buyer_chain {
	bool given;
	struct semper_bytes x;
	int64_t index, acked;
	struct semper_bytes pay;      /* the last MicroPay, envelope */
	struct semper_bytes ack_seen; /* HARD */
};

struct ikp_seller_chain {
	bool given;
	int64_t index; /* of the last payment, with its token */
	struct semper_bytes token;
	int64_t fails, quiet; /* IKP-U-21: until when */
	int64_t deposited;
	bool has_asked;
	struct ikp_price asked;
	struct semper_bytes ack;            /* of the last payment, envelope */
	struct semper_bytes deposit, close; /* unanswered, envelopes */
	struct semper_bytes payment;        /* off-line: the Payment, body */
	struct semper_bytes buyer;          /* off-line: hash of its key */
	struct semper_bytes pay_seen;       /* HARD */
};

struct ikp_acquirer_chain {
	bool given;
	struct semper_bytes terms; /* DER of MicroTerms */
	struct ikp_price reserved;
	int64_t deposited; /* index, with its token */
	struct semper_bytes token;
	struct semper_bytes answer, close; /* MicroDepositRes, envelopes */
	struct semper_bytes wanted; /* off-line: the token to be paid first */
	int64_t wanted_index;
};

struct ikp_floor_record {
	int64_t unpaid;
};

struct ikp_quote_record {
	struct semper_bytes session;
	struct ikp_price price;
	bool paid;
};

struct ikp_book_record {
	struct semper_bytes buyer, seller; /* sessions */
	int64_t buyer_index, seller_index;
};

struct ikp_audit_record {
	int64_t received, passed;
};

extern const struct semper_field ikp_buyer_chain_fields[],
    ikp_seller_chain_fields[], ikp_acquirer_chain_fields[];
extern const struct ikp_type ikp_floor_record_type, ikp_quote_record_type,
    ikp_book_record_type, ikp_audit_record_type;

#endif
