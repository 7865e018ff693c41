#include "ikp/ikp_store.h"

#include "base/must.h"

#include <string.h>

static const struct semper_field seen_fields[] = {
    FIELD_BYTES("digest", struct ikp_seen, digest),
    FIELD_BYTES("answer", struct ikp_seen, answer),
    FIELD_END,
};

static const struct semper_field asked_fields[] = {
    FIELD_BYTES("envelope", struct ikp_asked, envelope),
    FIELD_BYTES("inner", struct ikp_asked, inner),
    FIELD_BYTES("replyKey", struct ikp_asked, reply_key),
    FIELD_END,
};

static const struct semper_field seller_clearing_fields[] = {
    FIELD_INT("authSeq", struct ikp_seller_clearing, auth_seq),
    FIELD_INT("authorized", struct ikp_seller_clearing, authorized),
    FIELD_INT("captured", struct ikp_seller_clearing, captured),
    FIELD_INT("refunded", struct ikp_seller_clearing, refunded),
    FIELD_INT("lastSeq", struct ikp_seller_clearing, last_seq),
    FIELD_BOOL("closed", struct ikp_seller_clearing, closed),
    FIELD_ENUM("open", struct ikp_seller_clearing, open),
    FIELD_INT("openSeq", struct ikp_seller_clearing, open_seq),
    FIELD_INT("newAmount", struct ikp_seller_clearing, new_amount),
    FIELD_PRESENT("asked", struct ikp_seller_clearing, has_asked),
    FIELD_GROUP("asked", struct ikp_seller_clearing, asked, asked_fields),
    FIELD_BYTES("batch", struct ikp_seller_clearing, batch),
    FIELD_PRESENT("inquiry", struct ikp_seller_clearing, has_inquiry),
    FIELD_GROUP("inquiry", struct ikp_seller_clearing, inquiry, asked_fields),
    FIELD_INT("retries", struct ikp_seller_clearing, retries),
    FIELD_END,
};

static const struct semper_field part_fields[] = {
    FIELD_BYTES("session", struct ikp_batch_part, session),
    FIELD_INT("authSeq", struct ikp_batch_part, auth_seq),
    FIELD_END,
};
static const struct semper_field batch_fields[] = {
    FIELD_LIST_GROUP("parts", struct ikp_batch_record, parts,
	struct ikp_batch_part, part_fields),
    FIELD_GROUP("asked", struct ikp_batch_record, asked, asked_fields),
    FIELD_BYTES("answer", struct ikp_batch_record, answer),
    FIELD_INT("retries", struct ikp_batch_record, retries),
    FIELD_END,
};
const struct ikp_type ikp_batch_record_type = {"BatchRecord", batch_fields,
    batch_fields};

static const struct semper_field acquirer_clearing_fields[] = {
    FIELD_INT("authorized", struct ikp_acquirer_clearing, authorized),
    FIELD_INT("captured", struct ikp_acquirer_clearing, captured),
    FIELD_INT("refunded", struct ikp_acquirer_clearing, refunded),
    FIELD_INT("lastSeq", struct ikp_acquirer_clearing, last_seq),
    FIELD_BOOL("closed", struct ikp_acquirer_clearing, closed),
    FIELD_TIME("decided", struct ikp_acquirer_clearing, decided),
    FIELD_TIME("lastCapture", struct ikp_acquirer_clearing, last_capture),
    FIELD_END,
};

static const struct semper_field answer_fields[] = {
    FIELD_BOOL("batch", struct ikp_answer_record, batch),
    FIELD_BYTES("key", struct ikp_answer_record, key),
    FIELD_BYTES("answer", struct ikp_answer_record, answer),
    FIELD_END,
};
const struct ikp_type ikp_answer_record_type = {"AnswerRecord", answer_fields,
    answer_fields};

static const struct semper_field done_fields[] = {
    FIELD_BYTES("session", struct ikp_batch_done, session),
    FIELD_END,
};
const struct ikp_type ikp_batch_done_type = {"BatchDone", done_fields,
    done_fields};

static const struct semper_field buyer_fields[] = {
    FIELD_BYTES("seller", struct ikp_buyer_record, seller),
    FIELD_GROUP("price", struct ikp_buyer_record, price, ikp_price_fields),
    FIELD_BYTES("desc", struct ikp_buyer_record, desc),
    FIELD_BYTES("brand", struct ikp_buyer_record, brand),
    FIELD_BYTES("saltB", struct ikp_buyer_record, salt_b),
    FIELD_BYTES("idB", struct ikp_buyer_record, id_b),
    FIELD_BYTES("rB", struct ikp_buyer_record, r_b),
    FIELD_BYTES("pin", struct ikp_buyer_record, pin),
    FIELD_BYTES("initiate", struct ikp_buyer_record, initiate),
    FIELD_BYTES("invoice", struct ikp_buyer_record, invoice),
    FIELD_BYTES("payment", struct ikp_buyer_record, payment),
    FIELD_BYTES("inquiry", struct ikp_buyer_record, inquiry),
    FIELD_LIST_GROUP("seen", struct ikp_buyer_record, seen, struct ikp_seen,
	seen_fields),
    FIELD_PRESENT("micro", struct ikp_buyer_record, micro.given),
    FIELD_GROUP("micro", struct ikp_buyer_record, micro,
	ikp_buyer_chain_fields),
    FIELD_END,
};
const struct ikp_type ikp_buyer_record_type = {"BuyerRecord", buyer_fields,
    buyer_fields};

static const struct semper_field order_fields[] = {
    FIELD_GROUP("price", struct ikp_order_record, price, ikp_price_fields),
    FIELD_BYTES("desc", struct ikp_order_record, desc),
    FIELD_BYTES("brand", struct ikp_order_record, brand),
    FIELD_BOOL("captureNow", struct ikp_order_record, capture_now),
    FIELD_PRESENT("unit", struct ikp_order_record, has_unit),
    FIELD_GROUP("unit", struct ikp_order_record, unit, ikp_price_fields),
    FIELD_PRESENT("first", struct ikp_order_record, has_first),
    FIELD_GROUP("first", struct ikp_order_record, first, ikp_price_fields),
    FIELD_END,
};
const struct ikp_type ikp_order_record_type = {"OrderRecord", order_fields,
    order_fields};

static const struct semper_field seller_fields[] = {
    FIELD_GROUP("price", struct ikp_seller_record, price, ikp_price_fields),
    FIELD_BOOL("captureNow", struct ikp_seller_record, capture_now),
    FIELD_BYTES("hDesc", struct ikp_seller_record, h_desc),
    FIELD_BYTES("initiate", struct ikp_seller_record, initiate),
    FIELD_BYTES("initiateSeen", struct ikp_seller_record, initiate_seen),
    FIELD_BYTES("invoice", struct ikp_seller_record, invoice),
    FIELD_BYTES("v", struct ikp_seller_record, v),
    FIELD_BYTES("vC", struct ikp_seller_record, vc),
    FIELD_BYTES("paymentSeen", struct ikp_seller_record, payment_seen),
    FIELD_BYTES("authReq", struct ikp_seller_record, auth_req),
    FIELD_BYTES("outcome", struct ikp_seller_record, outcome),
    FIELD_PRESENT("cancelReason", struct ikp_seller_record, has_cancel_reason),
    FIELD_INT("cancelReason", struct ikp_seller_record, cancel_reason),
    FIELD_BYTES("reversal", struct ikp_seller_record, reversal),
    FIELD_BYTES("hInquiry", struct ikp_seller_record, h_inquiry),
    FIELD_INT("retries", struct ikp_seller_record, retries),
    FIELD_LIST_GROUP("seen", struct ikp_seller_record, seen, struct ikp_seen,
	seen_fields),
    FIELD_PRESENT("micro", struct ikp_seller_record, micro.given),
    FIELD_GROUP("micro", struct ikp_seller_record, micro,
	ikp_seller_chain_fields),
    FIELD_PRESENT("first", struct ikp_seller_record, has_first),
    FIELD_GROUP("first", struct ikp_seller_record, first, ikp_price_fields),
    FIELD_PRESENT("clearing", struct ikp_seller_record, has_clearing),
    FIELD_GROUP("clearing", struct ikp_seller_record, clearing,
	seller_clearing_fields),
    FIELD_END,
};
const struct ikp_type ikp_seller_record_type = {"SellerRecord", seller_fields,
    seller_fields};

static const struct semper_field acquirer_fields[] = {
    FIELD_BYTES("session", struct ikp_acquirer_record, session),
    FIELD_BYTES("idS", struct ikp_acquirer_record, id_s),
    FIELD_BYTES("tidS", struct ikp_acquirer_record, tid_s),
    FIELD_BYTES("hCommon", struct ikp_acquirer_record, h_common),
    FIELD_INT("authSeq", struct ikp_acquirer_record, auth_seq),
    FIELD_BOOL("captureNow", struct ikp_acquirer_record, capture_now),
    FIELD_BYTES("hEncSlip", struct ikp_acquirer_record, h_enc_slip),
    FIELD_PRESENT("authAmount", struct ikp_acquirer_record, has_amount),
    FIELD_GROUP("authAmount", struct ikp_acquirer_record, amount,
	ikp_price_fields),
    FIELD_ENUM("network", struct ikp_acquirer_record, network),
    FIELD_BYTES("authReqSeen", struct ikp_acquirer_record, auth_req_seen),
    FIELD_BYTES("netRequest", struct ikp_acquirer_record, net_request),
    FIELD_BYTES("authRes", struct ikp_acquirer_record, auth_res),
    FIELD_LIST_GROUP("seen", struct ikp_acquirer_record, seen, struct ikp_seen,
	seen_fields),
    FIELD_PRESENT("micro", struct ikp_acquirer_record, micro.given),
    FIELD_GROUP("micro", struct ikp_acquirer_record, micro,
	ikp_acquirer_chain_fields),
    FIELD_PRESENT("clearing", struct ikp_acquirer_record, has_clearing),
    FIELD_GROUP("clearing", struct ikp_acquirer_record, clearing,
	acquirer_clearing_fields),
    FIELD_END,
};
const struct ikp_type ikp_acquirer_record_type = {"AcquirerRecord",
    acquirer_fields, acquirer_fields};

static const struct semper_field pin_fields[] = {
    FIELD_INT("wrong", struct ikp_pin_record, wrong),
    FIELD_END,
};
const struct ikp_type ikp_pin_record_type = {"PinRecord", pin_fields,
    pin_fields};

semper_err
ikp_record_decode(const struct ikp_type *type, void *record,
    struct semper_bytes der)
{
	semper_err e =
	    semper_der_decode(semper_der_find("IKP-Store", type->name),
		type->hard, record, der);

	return SEMPER_IS_REFUSAL(e) ? SEMPER_E_STORE : e;
}

semper_err
ikp_record_encode(const struct ikp_type *type, struct semper_buffer *out,
    const void *record)
{
	return semper_der_encode(semper_der_find("IKP-Store", type->name),
	    type->hard, record, out);
}

const struct ikp_seen *
ikp_seen_find(const struct ikp_seen_list *list, struct semper_bytes digest)
{
	for (size_t i = 0; i < list->n; i++)
		if (semper_bytes_equal(list->item[i].digest, digest) &&
		    !FAULT("repetition-forgotten"))
			return &list->item[i];
	return NULL;
}

void
ikp_seen_add(struct ikp_seen_list *list, struct semper_bytes digest,
    struct semper_bytes answer)
{
	for (size_t i = 0; i < list->n; i++)
		if (semper_bytes_equal(list->item[i].digest, digest)) {
			list->item[i].answer = answer;
			return;
		}
	if (list->n == IKP_SEEN_MAX) {
		list->n--;
		memmove(&list->item[0], &list->item[1],
		    list->n * sizeof list->item[0]);
	}
	list->item[list->n++] = (struct ikp_seen){digest, answer};
}
