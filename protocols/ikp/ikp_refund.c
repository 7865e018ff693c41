/* ikp_refund.c -- RefundReq = Clear, authSeq, seq, amount [, Sig_S, CERT_S]
 * S -> A;  Sig_S = S_S(refund-request, TbsRefund{ID_S, TID_S, DATE,
 *	NONCE_S, H(Common), authSeq, seq, amount})
 *
 * RefundRes = ID_S, TID_S, authSeq, hRequest, totals, Sig_A
 * A -> S;  Sig_A = S_A(refund-response, TbsRefundRes{hRequest, totals})
 *
 * hRequest = H(refund-hash, RefundReq).  Edition HARD; in 1KP sealed. */
#include "ikp/ikp_clearing.h"

static const struct semper_field request_fields[] = {
    FIELD_GROUP("clear", struct ikp_money_req, clear, ikp_clear_hard),
    FIELD_INT("authSeq", struct ikp_money_req, auth_seq),
    FIELD_INT("seq", struct ikp_money_req, seq),
    FIELD_GROUP("amount", struct ikp_money_req, amount, ikp_price_fields),
    FIELD_BYTES("sigS", struct ikp_money_req, sig_s),
    FIELD_LIST("certS", struct ikp_money_req, cert_s),
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_BYTES(ikp_money_req, clear.h_v, IKP_23KP, IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_money_req, clear.h_vc, IKP_23KP, IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_money_req, clear.micro.root, IKP_MICRO, IKP_NONE),
    IKP_PRESENCE_BYTES(ikp_money_req, sig_s, IKP_23KP, IKP_NONE),
    IKP_PRESENCE_CHAIN(ikp_money_req, cert_s, IKP_23KP, IKP_NONE),
};
const struct ikp_message ikp_refund_req_message = {
    .type = {"RefundReq", NULL, request_fields},
    .profiles = IKP_CLEARING & IKP_23KP,
    .request = true,
    .opens = true,
    .clear = true,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

static const struct semper_field response_fields[] = {
    FIELD_BYTES("idS", struct ikp_money_res, id_s),
    FIELD_BYTES("tidS", struct ikp_money_res, tid_s),
    FIELD_INT("authSeq", struct ikp_money_res, auth_seq),
    FIELD_BYTES("hRequest", struct ikp_money_res, h_request),
    FIELD_GROUP("totals", struct ikp_money_res, totals, ikp_totals_fields),
    FIELD_BYTES("sigA", struct ikp_money_res, sig_a),
    FIELD_END,
};
const struct ikp_message ikp_refund_res_message = {
    .type = {"RefundRes", NULL, response_fields},
    .profiles = IKP_CLEARING & IKP_23KP,
};

/* ---- what is signed: parts of the messages ---- */

static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("idS", struct ikp_money_req, clear.id_s),
    FIELD_BYTES("tidS", struct ikp_money_req, clear.tid_s),
    FIELD_TIME("date", struct ikp_money_req, clear.date),
    FIELD_BYTES("nonceS", struct ikp_money_req, clear.nonce_s),
    FIELD_BYTES("hCommon", struct ikp_money_req, clear.h_common),
    FIELD_INT("authSeq", struct ikp_money_req, auth_seq),
    FIELD_INT("seq", struct ikp_money_req, seq),
    FIELD_GROUP("amount", struct ikp_money_req, amount, ikp_price_fields),
    FIELD_END,
};
static const struct ikp_type tbs = {"TbsRefund", NULL, tbs_fields};

static const struct semper_field tbs_response_fields[] = {
    FIELD_BYTES("hRequest", struct ikp_money_res, h_request),
    FIELD_GROUP("totals", struct ikp_money_res, totals, ikp_totals_fields),
    FIELD_END,
};
static const struct ikp_type tbs_response = {"TbsRefundRes", NULL,
    tbs_response_fields};

const struct ikp_money ikp_refund = {
    .request = IKP_REFUND_REQ,
    .response = IKP_REFUND_RES,
    .sign = IKP_CTX_REFUND_REQUEST,
    .hash = IKP_CTX_REFUND_HASH,
    .respond = IKP_CTX_REFUND_RESPONSE,
    .tbs = &tbs,
    .tbs_response = &tbs_response,
    .salt = "salt(Sig_refund)",
    .salt_response = "salt(Sig_refundRes)",
    .open = IKP_OPEN_REFUND,
};
