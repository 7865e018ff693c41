/* ikp_judge.c -- which claim follows from which evidence
 * (spec/ikp-evidence.md sections 3 and 4). */
#include "ikp/ikp_judge.h"

#include "base/must.h"
#include "ikp/ikp_micro.h"

#include <string.h>

const char *const ikp_item_names[IKP_ITEMS] = {
    [IKP_ITEM_COMMON] = "common",
    [IKP_ITEM_DESC] = "desc",
    [IKP_ITEM_SALT_B] = "saltB",
    [IKP_ITEM_ENC_SLIP] = "encSlip",
    [IKP_ITEM_SLIP] = "slip",
    [IKP_ITEM_SEED] = "seed",
    [IKP_ITEM_SIG_S] = "sigS",
    [IKP_ITEM_TBS_AUTH_REQ] = "tbsAuthReq",
    [IKP_ITEM_SIG_S2] = "sigS2",
    [IKP_ITEM_SIG_B] = "sigB",
    [IKP_ITEM_TBS_AUTH_RES] = "tbsAuthRes",
    [IKP_ITEM_SIG_A] = "sigA",
    [IKP_ITEM_V] = "v",
    [IKP_ITEM_VC] = "vC",
    [IKP_ITEM_TOKEN] = "token",
    [IKP_ITEM_INDEX] = "index",
    [IKP_ITEM_SIG_ACCEPT] = "sigAccept",
    [IKP_ITEM_REQUEST] = "request",
    [IKP_ITEM_RESULT] = "result",
    [IKP_ITEM_SIG_RESULT] = "sigResult",
    [IKP_ITEM_CERT_S] = "certS",
    [IKP_ITEM_CERT_B] = "certB",
    [IKP_ITEM_CERT_A_SIG] = "certASig",
    [IKP_ITEM_CERT_A] = "certA",
};

/* ---- what a claim needs ---- */

struct hearing;
typedef semper_err check(struct hearing *h);
static check chains, offer, description, v_opens, vc_opens, asked, payment,
    sealed, slip_is_ours, account, answer_of_ours, answer_of_slip, answered,
    says_yes, says_no, link, request_of_ours, result_of_request, resulted,
    was_reversed, off_line, accepted, deposit_of_ours, too_little;

struct claim {
	const char *word;
	uint32_t profiles;
	uint32_t items;
	check *checks[6]; /* after the chains; NULL ends them */
	const struct clearing *clearing;
};

/* ---- answers to the seller that follow an authorisation ---- */

struct clearing {
	struct ikp_type request, result;
	enum ikp_context hash, signature;
};

struct cleared {
	struct semper_bytes request, h_common; /* whole, and of its Clear */
	struct semper_bytes result, h_request; /* whole, and in it */
	enum ikp_reversal_outcome outcome;
	enum ikp_decision decision; /* of a deposit, and what it paid */
	int64_t index;
	struct ikp_price total;
};
static const struct semper_field request_fields[] = {
    FIELD_DER("", struct cleared, request),
    FIELD_BYTES("clear.hCommon", struct cleared, h_common),
    FIELD_END,
};
static const struct semper_field reversal_fields[] = {
    FIELD_DER("", struct cleared, result),
    FIELD_BYTES("hReversal", struct cleared, h_request),
    FIELD_ENUM("outcome", struct cleared, outcome),
    FIELD_END,
};
static const struct clearing reversal = {
    {"ReversalReq", NULL, request_fields},
    {"TbsReversalRes", NULL, reversal_fields}, IKP_CTX_REVERSAL_HASH,
    IKP_CTX_REVERSAL_RESPONSE};
static const struct semper_field cleared_fields[] = {
    FIELD_DER("", struct cleared, result),
    FIELD_BYTES("hRequest", struct cleared, h_request),
    FIELD_END,
};
static const struct clearing capture = {
    {"CaptureReq", NULL, request_fields},
    {"TbsCaptureRes", NULL, cleared_fields}, IKP_CTX_CAPTURE_HASH,
    IKP_CTX_CAPTURE_RESPONSE};
static const struct clearing refund = {
    {"RefundReq", NULL, request_fields},
    {"TbsRefundRes", NULL, cleared_fields}, IKP_CTX_REFUND_HASH,
    IKP_CTX_REFUND_RESPONSE};
/* Its hCommon is its own: it names no request. */
static const struct semper_field deposit_fields[] = {
    FIELD_DER("", struct cleared, result),
    FIELD_BYTES("hCommon", struct cleared, h_common),
    FIELD_ENUM("decision", struct cleared, decision),
    FIELD_INT("index", struct cleared, index),
    FIELD_GROUP("total", struct cleared, total, ikp_price_fields),
    FIELD_END,
};
static const struct clearing deposit = {
    .result = {"TbsMicroDepositRes", deposit_fields, deposit_fields},
    .signature = IKP_CTX_MICRO_DEPOSIT_RES};

/* ---- the claims ---- */

#define ITEM(name) (1u << IKP_ITEM_##name)
#define OFFER (ITEM(COMMON) | ITEM(SIG_S) | ITEM(CERT_S))
#define ORDER (OFFER | ITEM(DESC) | ITEM(SALT_B))
#define PAYMENT \
	(ITEM(COMMON) | ITEM(ENC_SLIP) | ITEM(SIG_B) | ITEM(CERT_B))
#define ANSWER                                                \
	(ITEM(COMMON) | ITEM(TBS_AUTH_RES) | ITEM(SIG_A) |    \
	    ITEM(CERT_A_SIG))
#define ANSWER_HARD (ANSWER | ITEM(ENC_SLIP))
#define DEPOSITED                                             \
	(ITEM(COMMON) | ITEM(RESULT) | ITEM(SIG_RESULT) |     \
	    ITEM(CERT_A_SIG))
#define CLEARED (DEPOSITED | ITEM(REQUEST))
#define OPENED (ITEM(DESC) | ITEM(SALT_B))
#define HARD23 (IKP_EDITION_HARD & IKP_23KP)
#define HARD3 (IKP_EDITION_HARD & IKP_VARIANT_3KP)
#define WITH_VC (IKP_JSAC_HARD & IKP_23KP)

static const struct claim claims[] = {
    {"offered", IKP_23KP, ORDER, {offer, description}, NULL},
    {"accepted", IKP_23KP, ORDER | ITEM(V), {offer, description, v_opens}, NULL},
    {"cancelled", WITH_VC, ORDER | ITEM(VC), {offer, description, vc_opens}, NULL},
    {"cheated", WITH_VC, OFFER | ITEM(V) | ITEM(VC),
	{offer, v_opens, vc_opens}, NULL},
    {"requested", HARD23,
	ITEM(COMMON) | ITEM(TBS_AUTH_REQ) | ITEM(SIG_S2) | ITEM(CERT_S),
	{answer_of_ours, asked}, NULL},
    {"ordered", IKP_VARIANT_3KP, PAYMENT, {payment}, NULL},
    {"account", HARD3, PAYMENT | ITEM(SLIP) | ITEM(SEED) | ITEM(CERT_A),
	{payment, sealed, slip_is_ours, account}, NULL},
    {"authorized", IKP_HISTORIC_ALL, ANSWER,
	{answer_of_ours, answered, says_yes}, NULL},
    {"authorized", IKP_EDITION_HARD, ANSWER_HARD,
	{answer_of_ours, answer_of_slip, answered, says_yes}, NULL},
    {"declined", IKP_HISTORIC_ALL, ANSWER,
	{answer_of_ours, answered, says_no}, NULL},
    {"declined", IKP_EDITION_HARD, ANSWER_HARD,
	{answer_of_ours, answer_of_slip, answered, says_no}, NULL},
    {"goods", IKP_HISTORIC_ALL, ANSWER | OPENED,
	{answer_of_ours, answered, description}, NULL},
    {"goods", IKP_EDITION_HARD, ANSWER_HARD | OPENED,
	{answer_of_ours, answer_of_slip, answered, description}, NULL},
    {"reversed", IKP_EDITION_HARD & (IKP_BASE | IKP_23KP), CLEARED,
	{request_of_ours, result_of_request, resulted, was_reversed},
	&reversal},
    {"captured", IKP_EDITION_HARD & IKP_BASE, CLEARED,
	{request_of_ours, result_of_request, resulted}, &capture},
    {"refunded", IKP_EDITION_HARD & IKP_BASE, CLEARED,
	{request_of_ours, result_of_request, resulted}, &refund},
    {"spent", IKP_VARIANT_3KP & IKP_MICRO,
	PAYMENT | ITEM(TOKEN) | ITEM(INDEX), {payment, link}, NULL},
    {"credited", IKP_VARIANT_3KP & IKP_MICRO,
	ITEM(COMMON) | ITEM(V) | ITEM(SIG_ACCEPT) | ITEM(CERT_S),
	{off_line, v_opens, accepted}, NULL},
    {"deposited", IKP_MICRO, DEPOSITED,
	{deposit_of_ours, resulted, says_yes}, &deposit},
    {"underpaid", IKP_MICRO, DEPOSITED | ITEM(TOKEN),
	{deposit_of_ours, resulted, link, too_little}, &deposit},
    {"unpaid", IKP_VARIANT_3KP & IKP_MICRO, DEPOSITED,
	{off_line, deposit_of_ours, resulted, says_no}, &deposit},
};

static const struct claim *
claim_find(struct semper_bytes word, uint32_t profile)
{
	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
		if ((claims[i].profiles & profile) != 0 &&
		    word.len == strlen(claims[i].word) &&
		    memcmp(word.data, claims[i].word, word.len) == 0)
			return &claims[i];
	return NULL;
}

/* ---- one hearing ---- */

struct hearing {
	const struct ikp_dispute *dispute;
	const struct ikp_profile *profile;
	const struct claim *claim;
	struct ikp_gathered at_hand;
	struct ikp_common common;
	struct ikp_digest h_common, h_enc_slip, h_sig_b;
	struct ikp_slip slip;
	struct ikp_tbs_auth_req request;
	struct ikp_tbs_auth_res response;
	struct cleared cleared;
	struct semper_cert leaf[IKP_ITEMS - IKP_OCTET_ITEMS];
};

static struct semper_bytes
item(const struct hearing *h, enum ikp_item i)
{
	return h->at_hand.evidence.octets[i];
}

static bool
needs(const struct hearing *h, enum ikp_item i)
{
	return (h->claim->items & 1u << i) != 0;
}

static const struct semper_rsa_pub *
key(const struct hearing *h, enum ikp_item i)
{
	return &h->leaf[(int)i - (int)IKP_OCTET_ITEMS].key;
}

static bool
there(struct hearing *h, enum ikp_item i)
{
	if (i >= IKP_OCTET_ITEMS)
		return ikp_evidence_chain(&h->at_hand.evidence, i)->n != 0;
	return item(h, i).len != 0 ||
	    (i == IKP_ITEM_TBS_AUTH_REQ && h->at_hand.has_request) ||
	    (i == IKP_ITEM_TBS_AUTH_RES && h->at_hand.has_response);
}

static semper_err
all_there(struct hearing *h)
{
	for (int i = 0; i < IKP_ITEMS; i++)
		MUST("IKP-E-02",
		    !needs(h, (enum ikp_item)i) || there(h, (enum ikp_item)i),
		    IKP_E_EVIDENCE_MISSING);
	return SEMPER_OK;
}

/* ---- items that are values ---- */

/* Common holds of hV, hVC and MicroTerms what Clear holds. */
static bool
complete(const struct ikp_profile *profile, const struct ikp_common *common)
{
	return (common->h_v.data != NULL) == ikp_in(profile, IKP_23KP) &&
	    (common->h_vc.data != NULL) == ikp_in(profile, WITH_VC) &&
	    common->micro.given == ikp_in(profile, IKP_MICRO);
}

static bool
same_profile(const struct ikp_profile_field *a,
    const struct ikp_profile_field *b)
{
	return a->edition == b->edition && a->variant == b->variant &&
	    a->hash == b->hash;
}

static semper_err
read_common(struct hearing *h)
{
	struct ikp_profile_field ours = ikp_profile_field(h->profile);

	MUST("IKP-E-03",
	    ikp_decode(h->profile, &ikp_common_type, &h->common,
		item(h, IKP_ITEM_COMMON)) == SEMPER_OK &&
		complete(h->profile, &h->common),
	    IKP_E_MALFORMED);
	MUST("IKP-E-04",
	    h->profile->alg->edition != IKP_HARD ||
		same_profile(&h->common.profile, &ours),
	    IKP_E_VARIANT_NOT_ALLOWED);
	ikp_hash(h->profile->alg, &h->h_common, IKP_CTX_COMMON,
	    item(h, IKP_ITEM_COMMON));
	return SEMPER_OK;
}

static bool
decodes(struct hearing *h, enum ikp_item i, const struct ikp_type *type,
    void *value)
{
	return !needs(h, i) || item(h, i).data == NULL ||
	    ikp_decode(h->profile, type, value, item(h, i)) == SEMPER_OK;
}

static semper_err
read_values(struct hearing *h)
{
	const struct clearing *clearing = h->claim->clearing;

	MUST("IKP-E-03",
	    decodes(h, IKP_ITEM_SLIP, &ikp_slip_type, &h->slip) &&
		decodes(h, IKP_ITEM_TBS_AUTH_REQ, &ikp_tbs_auth_req_type,
		    &h->request) &&
		decodes(h, IKP_ITEM_TBS_AUTH_RES, &ikp_tbs_auth_res_type,
		    &h->response) &&
		(clearing == NULL ||
		    (decodes(h, IKP_ITEM_REQUEST, &clearing->request,
			 &h->cleared) &&
			decodes(h, IKP_ITEM_RESULT, &clearing->result,
			    &h->cleared))),
	    IKP_E_MALFORMED);
	return SEMPER_OK;
}

/* What the messages of the transcript, or the Receipt, have signed. */
static void
make_values(struct hearing *h)
{
	const struct ikp_auth_req *req = &h->at_hand.request;
	const struct ikp_auth_res *res = &h->at_hand.response;
	const struct ikp_algorithms *alg = h->profile->alg;
	struct ikp_digest *slip = &h->h_enc_slip;

	if (h->at_hand.has_request) {
		ikp_hash(alg, slip, IKP_CTX_ENC_SLIP, req->enc_slip);
		ikp_hash(alg, &h->h_sig_b, IKP_CTX_SIG_BUYER, req->sig_b);
		h->request =
		    (struct ikp_tbs_auth_req){ikp_digest_bytes(&h->h_common),
			ikp_digest_bytes(slip),
			req->sig_b.data == NULL ? SEMPER_NONE
						: ikp_digest_bytes(&h->h_sig_b),
			req->auth_seq, req->auth_amount, req->capture_now};
	}
	if (h->at_hand.has_response) {
		ikp_hash(alg, slip, IKP_CTX_ENC_SLIP,
		    item(h, IKP_ITEM_ENC_SLIP));
		h->response =
		    (struct ikp_tbs_auth_res){res->resp,
			ikp_digest_bytes(&h->h_common), ikp_digest_bytes(slip),
			res->auth_seq, res->capture_now};
	}
}

/* ---- the checks ---- */

static semper_err
chain(struct hearing *h, enum ikp_item i, enum semper_cert_use use,
    struct semper_bytes id)
{
	const struct ikp_chain *c =
	    ikp_evidence_chain(&h->at_hand.evidence, i);
	struct semper_cert *leaf = &h->leaf[(int)i - (int)IKP_OCTET_ITEMS];
	semper_err e;

	if (!needs(h, i))
		return SEMPER_OK;
	e = ikp_chain_check(h->profile, &h->dispute->trust, leaf, c, use, id,
	    h->common.date, h->common.date);
	if (!SEMPER_IS_REFUSAL(e))
		return e;
	MUST("IKP-E-06", false, IKP_E_CERT_INVALID);
	/* The check is switched off: go on with the leaf as it stands. */
	return c->n == 0 ? e : semper_cert_read(leaf, c->item[0]);
}

static semper_err
chains(struct hearing *h)
{
	TRY(chain(h, IKP_ITEM_CERT_S, SEMPER_USE_SELLER, h->common.id_s));
	TRY(chain(h, IKP_ITEM_CERT_B, SEMPER_USE_BUYER, SEMPER_NONE));
	TRY(chain(h, IKP_ITEM_CERT_A_SIG, SEMPER_USE_ACQUIRER_SIG,
	    SEMPER_NONE));
	return chain(h, IKP_ITEM_CERT_A, SEMPER_USE_ACQUIRER_ENC, SEMPER_NONE);
}

static semper_err
offer(struct hearing *h)
{
	struct ikp_clear clear = {.h_common = ikp_digest_bytes(&h->h_common),
	    .h_v = h->common.h_v};

	MUST("IKP-E-07",
	    ikp_offer_verify(h->profile, key(h, IKP_ITEM_CERT_S), &clear,
		item(h, IKP_ITEM_SIG_S)),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
description(struct hearing *h)
{
	struct ikp_digest d;

	MUST("IKP-E-08",
	    ikp_h_desc(h->profile->alg, &d, item(h, IKP_ITEM_DESC),
		item(h, IKP_ITEM_SALT_B)) == SEMPER_OK &&
		semper_bytes_equal(ikp_digest_bytes(&d), h->common.h_desc),
	    IKP_E_COMMITMENT_MISMATCH);
	return SEMPER_OK;
}

static semper_err
v_opens(struct hearing *h)
{
	MUST("IKP-E-09",
	    ikp_opens(h->profile->alg, IKP_CTX_COMMIT_V, item(h, IKP_ITEM_V),
		h->common.h_v),
	    IKP_E_COMMITMENT_MISMATCH);
	return SEMPER_OK;
}

static semper_err
vc_opens(struct hearing *h)
{
	MUST("IKP-E-10",
	    ikp_opens(h->profile->alg, IKP_CTX_COMMIT_VC, item(h, IKP_ITEM_VC),
		h->common.h_vc),
	    IKP_E_COMMITMENT_MISMATCH);
	return SEMPER_OK;
}

static semper_err
asked(struct hearing *h)
{
	MUST("IKP-E-11",
	    ikp_verify(h->profile, key(h, IKP_ITEM_CERT_S),
		IKP_CTX_AUTH_REQUEST, &ikp_tbs_auth_req_type, &h->request,
		item(h, IKP_ITEM_SIG_S2)),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
answer_of_ours(struct hearing *h)
{
	struct semper_bytes theirs = needs(h, IKP_ITEM_TBS_AUTH_REQ)
	    ? h->request.h_common
	    : h->response.h_common;

	MUST("IKP-E-12",
	    semper_bytes_equal(theirs, ikp_digest_bytes(&h->h_common)),
	    IKP_E_COMMON_MISMATCH);
	return SEMPER_OK;
}

static semper_err
payment(struct hearing *h)
{
	MUST("IKP-E-13",
	    ikp_payment_verify(h->profile, key(h, IKP_ITEM_CERT_B),
		item(h, IKP_ITEM_ENC_SLIP), ikp_digest_bytes(&h->h_common),
		item(h, IKP_ITEM_SIG_B)),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

/* The only draw of an encryption is its seed, all of it. */
static semper_err
give_seed(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	const struct semper_bytes *seed = ctx;

	(void)label;
	if (len != seed->len)
		return SEMPER_E_RANDOM;
	memcpy(dst, seed->data, len);
	return SEMPER_OK;
}

static semper_err
sealed(struct hearing *h)
{
	struct semper_bytes seed = item(h, IKP_ITEM_SEED);
	struct semper_draw draw = {give_seed, &seed};
	uint8_t room[IKP_ENC_SLIP_MAX];
	struct semper_buffer out = SEMPER_BUFFER(room);

	MUST("IKP-E-14",
	    ikp_slip_seal(h->profile, &out, key(h, IKP_ITEM_CERT_A), &h->slip,
		&draw) == SEMPER_OK &&
		semper_bytes_equal(semper_written(&out),
		    item(h, IKP_ITEM_ENC_SLIP)),
	    IKP_E_SLIP_INVALID);
	return SEMPER_OK;
}

static bool
same_price(const struct ikp_price *a, const struct ikp_price *b)
{
	return a->currency == b->currency && a->amount == b->amount &&
	    a->exponent == b->exponent;
}

static semper_err
slip_is_ours(struct hearing *h)
{
	struct ikp_digest id_b;

	MUST("IKP-E-15",
	    semper_bytes_equal(h->slip.h_common,
		ikp_digest_bytes(&h->h_common)) &&
		same_price(&h->slip.price, &h->common.price) &&
		ikp_id_b(h->profile->alg, &id_b, h->slip.r_b, h->slip.ban) ==
		    SEMPER_OK &&
		semper_bytes_equal(ikp_digest_bytes(&id_b), h->common.id_b),
	    IKP_E_SLIP_INVALID);
	return SEMPER_OK;
}

static semper_err
account(struct hearing *h)
{
	const struct semper_cert *buyer =
	    &h->leaf[(int)IKP_ITEM_CERT_B - (int)IKP_OCTET_ITEMS];
	struct ikp_digest d;

	MUST("IKP-E-16",
	    h->slip.r_acct.data != NULL &&
		ikp_account(h->profile->alg, &d, h->slip.r_acct,
		    h->slip.ban) == SEMPER_OK &&
		semper_bytes_equal(ikp_digest_bytes(&d), buyer->commitment),
	    IKP_E_SLIP_INVALID);
	return SEMPER_OK;
}

static semper_err
answer_of_slip(struct hearing *h)
{
	struct ikp_digest d;

	ikp_hash(h->profile->alg, &d, IKP_CTX_ENC_SLIP,
	    item(h, IKP_ITEM_ENC_SLIP));
	MUST("IKP-E-19",
	    semper_bytes_equal(h->response.h_enc_slip, ikp_digest_bytes(&d)),
	    IKP_E_COMMON_MISMATCH);
	return SEMPER_OK;
}

static semper_err
answered(struct hearing *h)
{
	MUST("IKP-E-17",
	    ikp_verify(h->profile, key(h, IKP_ITEM_CERT_A_SIG),
		IKP_CTX_AUTH_RESPONSE, &ikp_tbs_auth_res_type, &h->response,
		item(h, IKP_ITEM_SIG_A)),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

/* That of the deposit, if the claim is about one. */
static enum ikp_decision
decision(const struct hearing *h)
{
	return h->claim->clearing != NULL ? h->cleared.decision
					  : h->response.resp.decision;
}

static semper_err
says_yes(struct hearing *h)
{
	MUST("IKP-E-18", decision(h) == IKP_YES, IKP_E_CLAIM_MISMATCH);
	return SEMPER_OK;
}

static semper_err
says_no(struct hearing *h)
{
	MUST("IKP-E-18", decision(h) == IKP_NO, IKP_E_CLAIM_MISMATCH);
	return SEMPER_OK;
}

/* ---- what follows the authorisation ---- */

static semper_err
request_of_ours(struct hearing *h)
{
	MUST("IKP-E-22",
	    semper_bytes_equal(h->cleared.h_common,
		ikp_digest_bytes(&h->h_common)),
	    IKP_E_COMMON_MISMATCH);
	return SEMPER_OK;
}

static semper_err
result_of_request(struct hearing *h)
{
	struct ikp_digest d;

	ikp_hash(h->profile->alg, &d, h->claim->clearing->hash,
	    item(h, IKP_ITEM_REQUEST));
	MUST("IKP-E-23",
	    semper_bytes_equal(h->cleared.h_request, ikp_digest_bytes(&d)),
	    IKP_E_COMMON_MISMATCH);
	return SEMPER_OK;
}

static semper_err
resulted(struct hearing *h)
{
	const struct clearing *clearing = h->claim->clearing;

	MUST("IKP-E-24",
	    ikp_verify(h->profile, key(h, IKP_ITEM_CERT_A_SIG),
		clearing->signature, &clearing->result, &h->cleared,
		item(h, IKP_ITEM_SIG_RESULT)),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
was_reversed(struct hearing *h)
{
	MUST("IKP-E-18", h->cleared.outcome == IKP_REVERSED,
	    IKP_E_CLAIM_MISMATCH);
	return SEMPER_OK;
}

/* ---- links of a chain ---- */

/* Four octets, big-endian; 0, which is no index, for any other number. */
static int64_t
index_of(struct semper_bytes octets)
{
	int64_t index = 0;

	if (octets.len != 4)
		return 0;
	for (size_t i = 0; i < 4; i++)
		index = index << 8 | octets.data[i];
	return index;
}

/* A(n - index) leads to A(n), the root, by index steps. */
static semper_err
link(struct hearing *h)
{
	const struct ikp_terms *terms = &h->common.micro;
	struct semper_bytes token = item(h, IKP_ITEM_TOKEN);
	int64_t index = needs(h, IKP_ITEM_INDEX)
	    ? index_of(item(h, IKP_ITEM_INDEX))
	    : h->cleared.index;
	bool counts = index >= 1 && index <= terms->n &&
	    token.len == semper_hash_len(h->profile->alg->hash);
	struct ikp_digest end = {.len = 0};

	if (counts)
		ikp_chain_walk(h->profile->alg, &end, terms->chain_id, token,
		    terms->n - index, index);
	MUST("IKP-E-21",
	    counts && semper_bytes_equal(ikp_digest_bytes(&end), terms->root),
	    IKP_E_CHAIN_INVALID);
	return SEMPER_OK;
}

/* ---- what seller and acquirer say of a chain ---- */

static semper_err
off_line(struct hearing *h)
{
	MUST("IKP-E-26", h->common.micro.mode == IKP_OFF_LINE,
	    IKP_E_CLAIM_MISMATCH);
	return SEMPER_OK;
}

static semper_err
accepted(struct hearing *h)
{
	MUST("IKP-E-25",
	    ikp_micro_accept_verify(h->profile, key(h, IKP_ITEM_CERT_S),
		ikp_digest_bytes(&h->h_common), item(h, IKP_ITEM_V),
		item(h, IKP_ITEM_SIG_ACCEPT)),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

static semper_err
deposit_of_ours(struct hearing *h)
{
	MUST("IKP-E-27",
	    semper_bytes_equal(h->cleared.h_common,
		ikp_digest_bytes(&h->h_common)),
	    IKP_E_COMMON_MISMATCH);
	return SEMPER_OK;
}

static semper_err
too_little(struct hearing *h)
{
	const struct ikp_price *total = &h->cleared.total;
	struct ikp_price owed =
	    ikp_value(&h->common.micro, h->cleared.index);

	MUST("IKP-E-28",
	    h->cleared.decision == IKP_YES &&
		total->currency == owed.currency &&
		total->exponent == owed.exponent && total->amount < owed.amount,
	    IKP_E_CLAIM_MISMATCH);
	return SEMPER_OK;
}

/* ---- the judge ---- */

/* IKP-E-20 */
semper_err
ikp_judge(struct ikp_digest *h_common, const struct ikp_dispute *dispute)
{
	uint8_t room[IKP_COMMON_DER_MAX];
	struct semper_buffer common = SEMPER_BUFFER(room);
	struct hearing h = {.dispute = dispute, .profile = dispute->profile};

	h.claim = claim_find(dispute->claim,
	    1u << (dispute->profile - ikp_profiles));
	MUST("IKP-E-01", h.claim != NULL, IKP_E_NOT_PROVABLE);
	if (h.claim == NULL) /* the check is switched off */
		h.claim = claim_find(dispute->claim, IKP_ALL);
	if (h.claim == NULL)
		return IKP_E_NOT_PROVABLE;
	TRY(ikp_judge_gather(&h.at_hand, &common, dispute));
	TRY(all_there(&h));
	TRY(read_common(&h));
	TRY(read_values(&h));
	make_values(&h);
	TRY(chains(&h));
	for (size_t i = 0; i < 6 && h.claim->checks[i] != NULL; i++)
		TRY(h.claim->checks[i](&h));
	*h_common = FAULT("judge-silent") ? (struct ikp_digest){.len = 0}
					  : h.h_common;
	return SEMPER_OK;
}
