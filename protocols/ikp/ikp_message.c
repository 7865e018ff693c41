#include "ikp/ikp_message.h"

#include <string.h>

const struct ikp_message *const ikp_messages[IKP_MESSAGES] = {
    [IKP_INITIATE] = &ikp_initiate_message,
    [IKP_INVOICE] = &ikp_invoice_message,
    [IKP_PAYMENT] = &ikp_payment_message,
    [IKP_AUTH_REQ] = &ikp_auth_req_message,
    [IKP_AUTH_RES] = &ikp_auth_res_message,
    [IKP_CONFIRM] = &ikp_confirm_message,
    [IKP_CANCEL] = &ikp_cancel_message,
    [IKP_INQUIRY_REQ] = &ikp_inquiry_req_message,
    [IKP_INQUIRY_RES] = &ikp_inquiry_res_message,
    [IKP_ACQ_INQUIRY_REQ] = &ikp_acq_inquiry_req_message,
    [IKP_ACQ_INQUIRY_RES] = &ikp_acq_inquiry_res_message,
    [IKP_REVERSAL_REQ] = &ikp_reversal_req_message,
    [IKP_REVERSAL_RES] = &ikp_reversal_res_message,
    [IKP_ERROR_MSG] = &ikp_error_message,
    [IKP_MICRO_ACCEPT] = &ikp_micro_accept_message,
    [IKP_MICRO_PAY] = &ikp_micro_pay_message,
    [IKP_MICRO_ACK] = &ikp_micro_ack_message,
    [IKP_MICRO_DEPOSIT] = &ikp_micro_deposit_message,
    [IKP_MICRO_DEPOSIT_RES] = &ikp_micro_deposit_res_message,
    [IKP_MICRO_CLOSE] = &ikp_micro_close_message,
    [IKP_CAPTURE_REQ] = &ikp_capture_req_message,
    [IKP_CAPTURE_RES] = &ikp_capture_res_message,
    [IKP_REFUND_REQ] = &ikp_refund_req_message,
    [IKP_REFUND_RES] = &ikp_refund_res_message,
    [IKP_BATCH_REQ] = &ikp_batch_req_message,
    [IKP_BATCH_RES] = &ikp_batch_res_message,
    [IKP_SEALED_REQ] = &ikp_sealed_req_message,
    [IKP_SEALED_RES] = &ikp_sealed_res_message,
};

const struct semper_field ikp_price_fields[] = {
    FIELD_INT("currency", struct ikp_price, currency),
    FIELD_INT("amount", struct ikp_price, amount),
    FIELD_INT("exponent", struct ikp_price, exponent),
    FIELD_END,
};

const struct semper_field ikp_totals_fields[] = {
    FIELD_GROUP("authorized", struct ikp_totals, authorized, ikp_price_fields),
    FIELD_GROUP("captured", struct ikp_totals, captured, ikp_price_fields),
    FIELD_GROUP("refunded", struct ikp_totals, refunded, ikp_price_fields),
    FIELD_INT("lastSeq", struct ikp_totals, last_seq),
    FIELD_BOOL("closed", struct ikp_totals, closed),
    FIELD_END,
};

const struct semper_field ikp_profile_field_fields[] = {
    FIELD_ENUM("edition", struct ikp_profile_field, edition),
    FIELD_ENUM("variant", struct ikp_profile_field, variant),
    FIELD_ENUM("hash", struct ikp_profile_field, hash),
    FIELD_END,
};

#define TERMS                                                              \
	FIELD_BYTES("root", struct ikp_terms, root),                       \
	    FIELD_INT("n", struct ikp_terms, n),                           \
	    FIELD_GROUP("unit", struct ikp_terms, unit, ikp_price_fields), \
	    FIELD_TIME("expiry", struct ikp_terms, expiry),                \
	    FIELD_ENUM("mode", struct ikp_terms, mode)

const struct semper_field ikp_terms_historic[] = {TERMS, FIELD_END};
const struct semper_field ikp_terms_hard[] = {
    FIELD_BYTES("chainId", struct ikp_terms, chain_id),
    TERMS,
    FIELD_BYTES("broker", struct ikp_terms, broker),
    FIELD_END,
};
const struct ikp_type ikp_terms_type = {"MicroTerms", ikp_terms_historic,
    ikp_terms_hard};

#define RESP_CODE                                                      \
	FIELD_ENUM("decision", struct ikp_resp_code, decision),        \
	    FIELD_BYTES("authCode", struct ikp_resp_code, auth_code),  \
	    FIELD_PRESENT("reason", struct ikp_resp_code, has_reason), \
	    FIELD_INT("reason", struct ikp_resp_code, reason)

const struct semper_field ikp_resp_code_historic[] = {RESP_CODE, FIELD_END};
const struct semper_field ikp_resp_code_hard[] = {
    RESP_CODE,
    FIELD_PRESENT("authAmount", struct ikp_resp_code, has_amount),
    FIELD_GROUP("authAmount", struct ikp_resp_code, amount, ikp_price_fields),
    FIELD_END,
};

#define CLEAR                                                   \
	FIELD_BYTES("idS", struct ikp_clear, id_s),             \
	    FIELD_BYTES("tidS", struct ikp_clear, tid_s),       \
	    FIELD_TIME("date", struct ikp_clear, date),         \
	    FIELD_BYTES("nonceS", struct ikp_clear, nonce_s),   \
	    FIELD_BYTES("hCommon", struct ikp_clear, h_common), \
	    FIELD_BYTES("hV", struct ikp_clear, h_v),           \
	    FIELD_BYTES("hVC", struct ikp_clear, h_vc)

const struct semper_field ikp_clear_historic[] = {
    CLEAR,
    FIELD_PRESENT("micro", struct ikp_clear, micro.given),
    FIELD_GROUP("micro", struct ikp_clear, micro, ikp_terms_historic),
    FIELD_END,
};
const struct semper_field ikp_clear_hard[] = {
    FIELD_GROUP("profile", struct ikp_clear, profile, ikp_profile_field_fields),
    CLEAR,
    FIELD_PRESENT("micro", struct ikp_clear, micro.given),
    FIELD_GROUP("micro", struct ikp_clear, micro, ikp_terms_hard),
    FIELD_END,
};

int
ikp_message_find(const struct ikp_profile *profile, struct semper_bytes name)
{
	for (int i = 0; i < IKP_MESSAGES; i++) {
		const struct ikp_message *m = ikp_messages[i];

		if (ikp_in(profile, m->profiles) &&
		    strlen(m->type.name) == name.len &&
		    memcmp(m->type.name, name.data, name.len) == 0)
			return i;
	}
	return -1;
}

bool
ikp_message_complete(const struct ikp_message *message,
    const struct ikp_profile *profile, const void *value)
{
	for (size_t i = 0; i < message->n_presence; i++) {
		const struct ikp_presence *p = &message->presence[i];
		const char *at = (const char *)value + p->offset;
		bool there = p->chain
		    ? *(const size_t *)(const void *)at != 0
		    : ((const struct semper_bytes *)(const void *)at)->data !=
			NULL;

		if (there && !ikp_in(profile, p->must | p->may))
			return false;
		if (!there && ikp_in(profile, p->must))
			return false;
	}
	return true;
}

static const struct semper_field *
fields_of(const struct ikp_profile *profile, const struct ikp_type *type)
{
	return profile->alg->edition == IKP_HARD ? type->hard : type->historic;
}

semper_err
ikp_decode(const struct ikp_profile *profile, const struct ikp_type *type,
    void *value, struct semper_bytes der)
{
	return semper_der_decode(semper_der_find(profile->alg->module,
				     type->name),
	    fields_of(profile, type), value, der);
}

semper_err
ikp_encode(const struct ikp_profile *profile, const struct ikp_type *type,
    struct semper_buffer *out, const void *value)
{
	return semper_der_encode(semper_der_find(profile->alg->module,
				     type->name),
	    fields_of(profile, type), value, out);
}
