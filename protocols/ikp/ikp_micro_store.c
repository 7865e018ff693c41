#include "ikp/ikp_micro_store.h"

const struct semper_field ikp_buyer_chain_fields[] = {
    FIELD_BYTES("x", struct ikp_buyer_chain, x),
    FIELD_INT("index", struct ikp_buyer_chain, index),
    FIELD_INT("acked", struct ikp_buyer_chain, acked),
    FIELD_BYTES("pay", struct ikp_buyer_chain, pay),
    FIELD_BYTES("ackSeen", struct ikp_buyer_chain, ack_seen),
    FIELD_END,
};

const struct semper_field ikp_seller_chain_fields[] = {
    FIELD_INT("index", struct ikp_seller_chain, index),
    FIELD_BYTES("token", struct ikp_seller_chain, token),
    FIELD_INT("fails", struct ikp_seller_chain, fails),
    FIELD_TIME("quiet", struct ikp_seller_chain, quiet),
    FIELD_INT("deposited", struct ikp_seller_chain, deposited),
    FIELD_PRESENT("asked", struct ikp_seller_chain, has_asked),
    FIELD_GROUP("asked", struct ikp_seller_chain, asked, ikp_price_fields),
    FIELD_BYTES("ack", struct ikp_seller_chain, ack),
    FIELD_BYTES("deposit", struct ikp_seller_chain, deposit),
    FIELD_BYTES("close", struct ikp_seller_chain, close),
    FIELD_BYTES("payment", struct ikp_seller_chain, payment),
    FIELD_BYTES("buyer", struct ikp_seller_chain, buyer),
    FIELD_BYTES("paySeen", struct ikp_seller_chain, pay_seen),
    FIELD_END,
};

const struct semper_field ikp_acquirer_chain_fields[] = {
    FIELD_BYTES("terms", struct ikp_acquirer_chain, terms),
    FIELD_GROUP("reserved", struct ikp_acquirer_chain, reserved,
	ikp_price_fields),
    FIELD_INT("deposited", struct ikp_acquirer_chain, deposited),
    FIELD_BYTES("token", struct ikp_acquirer_chain, token),
    FIELD_BYTES("answer", struct ikp_acquirer_chain, answer),
    FIELD_BYTES("close", struct ikp_acquirer_chain, close),
    FIELD_BYTES("wanted", struct ikp_acquirer_chain, wanted),
    FIELD_INT("wantedIndex", struct ikp_acquirer_chain, wanted_index),
    FIELD_END,
};

static const struct semper_field floor_fields[] = {
    FIELD_INT("unpaid", struct ikp_floor_record, unpaid),
    FIELD_END,
};
const struct ikp_type ikp_floor_record_type = {"FloorRecord", floor_fields,
    floor_fields};

static const struct semper_field quote_fields[] = {
    FIELD_BYTES("session", struct ikp_quote_record, session),
    FIELD_GROUP("price", struct ikp_quote_record, price, ikp_price_fields),
    FIELD_BOOL("paid", struct ikp_quote_record, paid),
    FIELD_END,
};
const struct ikp_type ikp_quote_record_type = {"QuoteRecord", quote_fields,
    quote_fields};

static const struct semper_field book_fields[] = {
    FIELD_BYTES("buyer", struct ikp_book_record, buyer),
    FIELD_INT("buyerIndex", struct ikp_book_record, buyer_index),
    FIELD_BYTES("seller", struct ikp_book_record, seller),
    FIELD_INT("sellerIndex", struct ikp_book_record, seller_index),
    FIELD_END,
};
const struct ikp_type ikp_book_record_type = {"BookRecord", book_fields,
    book_fields};

static const struct semper_field audit_fields[] = {
    FIELD_INT("received", struct ikp_audit_record, received),
    FIELD_INT("passed", struct ikp_audit_record, passed),
    FIELD_END,
};
const struct ikp_type ikp_audit_record_type = {"AuditRecord", audit_fields,
    audit_fields};
