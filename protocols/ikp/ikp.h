/* ikp.h -- the parties of iKP: 1KP, 2KP and 3KP in editions EC95, JSAC, HARD.
 *
 * spec/ikp.md is the law; this header is its section 11 in C.  A party is one
 * of the three constant tables below, run by protocols/role:
 *
 *	struct ikp_buyer_params params = {...};
 *	struct ikp_buyer_keys keys = {...};
 *	struct semper_party buyer = {
 *		.def = &ikp_buyer, .ledger = &ledger, .params = &params,
 *		.keys = &keys, .allowed = IKP_EDITION_HARD & IKP_VARIANT_3KP,
 *	};
 *
 * Time is what the caller says it is (seconds since 1970, within the years 0000
 * to 9999; spans below 2^40), randomness comes labelled from the
 * caller (base/draw.h), and all state is in the ledger: a party may be
 * forgotten and made again between any two steps.  Params and keys must outlive
 * the party; views in them are not copied.
 *
 * A party is opened with profiles of one edition: a key belongs to an edition.
 * `allowed` says which; the least of them is no default (inputs name theirs).
 *
 * Messages from and to IKP_NETWORK are NetRequest, NetReply and NetReversal
 * without an envelope.  Timers are named "<word>/<hex>", the caller gives
 * them back unchanged.
 *
 * Results, by name: session (octets), state (text), error (integer), hint
 * (text), status (text), receipt (octets).
 *
 * Secrets: BAN, EXPIRATION, PIN, R_acct, private keys, and, until they are
 * opened, V and VC.  They are in params, keys and records of the ledger; a
 * record drops the PIN, R_B and the NetRequest as soon as nobody needs them.
 */
#ifndef SEMPER_IKP_H
#define SEMPER_IKP_H

#include "ikp/ikp_error.h"
#include "ikp/ikp_message.h"
#include "role/role.h"

enum ikp_party {
	IKP_BUYER,
	IKP_SELLER,
	IKP_ACQUIRER,
	IKP_NETWORK,
	IKP_PARTIES
};

extern const char *const ikp_party_names[IKP_PARTIES];
extern const struct semper_role_def ikp_buyer, ikp_seller, ikp_acquirer;

/* A broker (spec/ikp-micro.md 8) is a buyer and a seller on one ledger, and
 * this table for the one step that is both.  ikp_broker_table says which of
 * the three takes an event; the seller's and this one are run with struct
 * ikp_broker_params and struct ikp_broker_keys, whose first members are the
 * seller's own, the buyer's with the members `buyer`. */
extern const struct semper_role_def ikp_broker;
const struct semper_role_def *ikp_broker_table(
    const struct semper_event *event);

/* ---- what all parties trust ---- */

struct ikp_trust {
	const struct semper_bytes *anchors; /* certificates of roots */
	size_t n_anchors;
	const struct semper_bytes *crls; /* revocation lists (HARD) */
	size_t n_crls;
};

/* A private key and the chain that certifies it, leaf first, no root. */
struct ikp_key {
	struct semper_rsa_priv *key;
	struct ikp_chain chain;
};

/* ---- buyer ---- */

struct ikp_buyer_params {
	struct ikp_trust trust;
	struct semper_bytes ban, expiration; /* decimal digits */
	struct semper_bytes r_acct;          /* 3KP of HARD */
	int64_t skew;                        /* seconds; 300 */
	enum ikp_variant min_variant;        /* HARD; IKP_1KP */
};

struct ikp_buyer_keys {
	struct ikp_key sig; /* 3KP */
};

/* ---- seller ---- */

struct ikp_seller_params {
	struct semper_bytes id_s;
	struct ikp_trust trust;
	struct ikp_chain acquirer_enc, acquirer_sig;
	int64_t lifetime; /* of an Invoice, seconds; 900 */

	/* Micro profiles; tries, n_max, term_max: 10, 10000 and 30 days. */
	int64_t n_max, term_max, tries;
	bool has_floor; /* off-line chains are accepted */
	struct ikp_price floor, floor_total;
	const struct semper_bytes *brokers;
	size_t n_brokers;
	bool is_broker;             /* brokers is its own ID_S alone */
	struct semper_bytes secret; /* 1KP of HARD */
	/* 1KP of HARD: the acquirer's X25519 public key, the shared secret. */
	struct semper_bytes channel_key, channel_secret;
};

struct ikp_seller_keys {
	struct ikp_key sig; /* 2KP, 3KP */
};

/* ---- acquirer ---- */

struct ikp_seller_entry {
	struct semper_bytes id_s;
	enum ikp_variant min_variant; /* HARD; IKP_1KP */
	bool blocked;
	struct semper_bytes secret; /* micro profiles, 1KP of HARD */
	bool split; /* HARD 2KP, 3KP: several authorisations of one order */
	struct semper_bytes channel_secret; /* 1KP of HARD */
};

/* EC95, JSAC in 3KP: this account belongs to that key. */
struct ikp_account_entry {
	struct semper_bytes ban;
	uint8_t spki[32]; /* SHA-256 of the SubjectPublicKeyInfo */
};

struct ikp_acquirer_params {
	struct ikp_trust trust;
	const struct ikp_seller_entry *sellers;
	size_t n_sellers;
	const struct ikp_account_entry *accounts;
	size_t n_accounts;
	int64_t window_past, window_future; /* seconds; 86400 and 300 */
	int64_t pin_limit;                  /* wrong PINs per account; 3 */
	int64_t n_max, grace; /* micro profiles; 10000 and 7 days */
	/* HARD: how long to capture and to refund, seconds; 7 and 30 days. */
	int64_t auth_lifetime, capture_lifetime;
	struct semper_bytes channel_key; /* 1KP of HARD: X25519 secret key */
};

struct ikp_acquirer_keys {
	struct ikp_key enc, sig; /* EC95, JSAC: the same key twice */
};

/* ---- broker ---- */

struct ikp_broker_params {
	struct ikp_seller_params seller;
	struct ikp_buyer_params buyer;
};

struct ikp_broker_keys {
	struct ikp_seller_keys seller;
	struct ikp_buyer_keys buyer;
};

/* ---- inputs: semper_event.input ---- */

enum ikp_input_kind {
	IKP_DO_START,
	IKP_DO_APPROVE,
	IKP_DO_REFUSE,
	IKP_DO_INQUIRE,
	IKP_DO_OFFER,
	IKP_DO_CANCEL,
	IKP_DO_PAY,
	IKP_DO_ASK,
	IKP_DO_QUOTE,
	IKP_DO_DEPOSIT,
	IKP_DO_CLOSE,
	IKP_DO_AUDIT,
	IKP_DO_AUTHORIZE,
	IKP_DO_CAPTURE,
	IKP_DO_REFUND,
	IKP_DO_REVERSE,
	IKP_DO_BATCH
};

enum ikp_batch_kind { IKP_ITEM_CAPTURE = 1, IKP_ITEM_FINAL, IKP_ITEM_REFUND };

/* One line of the input `batch`. */
struct ikp_order_item {
	enum ikp_batch_kind kind;
	struct semper_bytes session;
	int64_t auth_seq;
	struct ikp_price amount;
};

/* Members beside the kind, by kind:
 *   START (buyer)           profile, seller, order, price, desc, brand, [pin]
 *   APPROVE, REFUSE (buyer) session
 *   INQUIRE (buyer, seller) session
 *   OFFER (seller)          order, price, desc, brand, capture_now
 *   CANCEL (seller)         session, reason
 * and in micro profiles (spec/ikp-micro.md 10)
 *   START (buyer)           terms: n, unit, expiry, mode, [broker]
 *   OFFER (seller)          terms: unit
 *   PAY (buyer)             session, price, [offer: DER of MicroOffer]
 *   ASK, QUOTE (seller)     session, price
 *   DEPOSIT, CLOSE (seller) session
 *   AUDIT (broker)          session
 * and in HARD (spec/ikp-clearing.md)
 *   OFFER (seller)          [first]: authAmount
 *   AUTHORIZE (seller)      session, amount
 *   CAPTURE, REFUND, REVERSE, INQUIRE (seller)
 *                           session, auth_seq (0: 1), amount, final, replace
 *   BATCH (seller)          items */
struct ikp_input {
	enum ikp_input_kind kind;
	struct semper_bytes session; /* 16 octets */
	int profile;                 /* index into ikp_profiles */
	struct semper_bytes seller, order, desc, brand, pin;
	struct ikp_price price;
	bool capture_now;
	int64_t reason;
	struct ikp_terms terms;
	struct semper_bytes offer;
	bool has_first, final, replace;
	struct ikp_price first, amount;
	int64_t auth_seq;
	const struct ikp_order_item *items;
	size_t n_items;
};

#endif
