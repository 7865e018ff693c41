/* The judge of spec/ikp-evidence.md: each claim with all its evidence, with
 * each item missing and with each item altered. */
#include "tests/test.h"

#include <string.h>

#include "ikp/ikp_judge.h"
#include "ikp/ikp_micro.h"
#include "tests/ikp/stage.h"

static struct stage s;

#define OK(x) CU_ASSERT_EQUAL_FATAL((x), SEMPER_OK)
#define EACH_PROFILE(p) for (int p = 0; p < IKP_BASE_PROFILES; p++)

static bool
has(uint32_t mask)
{
	return ikp_in(s.profile, mask);
}

/* ---- evidence of a transaction that was accepted, cancelled and paid ---- */

struct offer {
	struct semper_bytes h_common, h_v;
};
static const struct semper_field offer_historic[] = {
    FIELD_BYTES("hCommon", struct offer, h_common),
    FIELD_BYTES("hV", struct offer, h_v),
    FIELD_END,
};
static const struct semper_field offer_hard[] = {
    FIELD_BYTES("hCommon", struct offer, h_common),
    FIELD_END,
};
static const struct ikp_type offer_type = {"TbsOffer", offer_historic,
    offer_hard};

struct payment {
	struct semper_bytes enc_slip, h_common;
};
static const struct semper_field payment_fields[] = {
    FIELD_BYTES("encSlip", struct payment, enc_slip),
    FIELD_BYTES("hCommon", struct payment, h_common),
    FIELD_END,
};
static const struct ikp_type payment_type = {"TbsPayment", payment_fields,
    payment_fields};

static const uint8_t r_b[16] = "R_B", salt_b[16] = "SALT_B", v[16] = "V",
		     vc[16] = "VC", nonce[16] = "NONCE_S", tid[8] = "TID_S";

static struct {
	struct ikp_digest id_b, h_desc, h_v, h_vc, h_common, h_slip, h_sig_b;
	uint8_t common[IKP_COMMON_DER_MAX], slip[512], enc_slip[1024],
	    tbs_req[512], tbs_res[512], seed[32];
	struct ikp_signature sig_s, sig_s2, sig_b, sig_a;
	struct ikp_common value;
	struct ikp_resp_code resp;
	struct ikp_evidence evidence;
} e;

static struct semper_bytes
put(enum ikp_item item, struct semper_bytes octets)
{
	return e.evidence.octets[item] = octets;
}

static void
put_chain(enum ikp_item item, const struct ikp_key *key)
{
	*ikp_evidence_chain(&e.evidence, item) = key->chain;
}

static struct semper_bytes
encoded(const struct ikp_type *type, uint8_t *room, size_t cap,
    const void *value)
{
	struct semper_buffer der = {room, 0, cap};

	OK(ikp_encode(s.profile, type, &der, value));
	return semper_written(&der);
}

static void
make_common(void)
{
	const struct ikp_algorithms *alg = s.profile->alg;

	OK(ikp_id_b(alg, &e.id_b, SEMPER_BYTES(r_b, 16), s.buyer.ban));
	OK(ikp_h_desc(alg, &e.h_desc, SEMPER_TEXT("a widget"),
	    SEMPER_BYTES(salt_b, 16)));
	OK(ikp_h_commit(alg, &e.h_v, IKP_CTX_COMMIT_V, SEMPER_BYTES(v, 16)));
	OK(ikp_h_commit(alg, &e.h_vc, IKP_CTX_COMMIT_VC,
	    SEMPER_BYTES(vc, 16)));
	e.value = (struct ikp_common){.profile = ikp_profile_field(s.profile),
	    .price = {840, 4999, -2},
	    .id_s = s.seller.id_s,
	    .tid_s = SEMPER_BYTES(tid, 8),
	    .date = STAGE_NOW,
	    .nonce_s = SEMPER_BYTES(nonce, 16),
	    .id_b = ikp_digest_bytes(&e.id_b),
	    .h_desc = ikp_digest_bytes(&e.h_desc)};
	if (has(IKP_23KP))
		e.value.h_v = ikp_digest_bytes(&e.h_v);
	if (has(IKP_JSAC_HARD & IKP_23KP))
		e.value.h_vc = ikp_digest_bytes(&e.h_vc);
	put(IKP_ITEM_COMMON,
	    encoded(&ikp_common_type, e.common, sizeof e.common, &e.value));
	OK(ikp_h_common(s.profile, &e.h_common, &e.value));
	put(IKP_ITEM_DESC, SEMPER_TEXT("a widget"));
	put(IKP_ITEM_SALT_B, SEMPER_BYTES(salt_b, 16));
	put(IKP_ITEM_V, SEMPER_BYTES(v, 16));
	put(IKP_ITEM_VC, SEMPER_BYTES(vc, 16));
}

static semper_err
seed_is(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)ctx;
	(void)label;
	memset(dst, 7, len);
	return SEMPER_OK;
}

static void
make_slip(void)
{
	struct semper_draw draw = {seed_is, NULL};
	struct semper_buffer out = SEMPER_BUFFER(e.enc_slip);
	struct ikp_slip slip = {.price = e.value.price,
	    .h_common = ikp_digest_bytes(&e.h_common),
	    .ban = s.buyer.ban,
	    .r_b = SEMPER_BYTES(r_b, 16)};

	if (has(IKP_JSAC_HARD))
		slip.expiration = s.buyer.expiration;
	if (has(IKP_EDITION_HARD & IKP_VARIANT_3KP))
		slip.r_acct = s.buyer.r_acct;
	OK(ikp_slip_seal(s.profile, &out,
	    semper_rsa_priv_pub(s.acquirer_keys.enc.key), &slip, &draw));
	put(IKP_ITEM_ENC_SLIP, semper_written(&out));
	put(IKP_ITEM_SLIP,
	    encoded(&ikp_slip_type, e.slip, sizeof e.slip, &slip));
	memset(e.seed, 7, sizeof e.seed);
	put(IKP_ITEM_SEED,
	    SEMPER_BYTES(e.seed, semper_hash_len(s.profile->alg->hash)));
	ikp_hash(s.profile->alg, &e.h_slip, IKP_CTX_ENC_SLIP,
	    semper_written(&out));
}

static void
sign(struct ikp_signature *sig, enum ikp_item item, const struct ikp_key *key,
    enum ikp_context ctx, const struct ikp_type *type, const void *value)
{
	OK(ikp_sign(s.profile, sig, key->key, ctx, type, value,
	    &semper_draw_system, "salt"));
	put(item, ikp_signature_bytes(sig));
}

static void
make_answer(enum ikp_decision decision)
{
	struct ikp_tbs_auth_res res;

	e.resp = (struct ikp_resp_code){.decision = decision,
	    .has_amount = has(IKP_EDITION_HARD) && decision == IKP_YES,
	    .amount = {840, 4999, -2}};
	res = (struct ikp_tbs_auth_res){e.resp, ikp_digest_bytes(&e.h_common),
	    ikp_digest_bytes(&e.h_slip), 1, false};
	put(IKP_ITEM_TBS_AUTH_RES,
	    encoded(&ikp_tbs_auth_res_type, e.tbs_res, sizeof e.tbs_res,
		&res));
	sign(&e.sig_a, IKP_ITEM_SIG_A, &s.acquirer_keys.sig,
	    IKP_CTX_AUTH_RESPONSE, &ikp_tbs_auth_res_type, &res);
	put_chain(IKP_ITEM_CERT_A_SIG, &s.acquirer_keys.sig);
	put_chain(IKP_ITEM_CERT_A, &s.acquirer_keys.enc);
}

static void
make_seller(void)
{
	struct offer tbs = {ikp_digest_bytes(&e.h_common), SEMPER_NONE};
	struct ikp_tbs_auth_req req = {ikp_digest_bytes(&e.h_common),
	    ikp_digest_bytes(&e.h_slip), SEMPER_NONE, 1, {840, 4999, -2},
	    false};

	if (!has(IKP_23KP))
		return;
	if (has(IKP_EDITION_EC95))
		tbs.h_v = ikp_digest_bytes(&e.h_v);
	sign(&e.sig_s, IKP_ITEM_SIG_S, &s.seller_keys.sig, IKP_CTX_OFFER,
	    &offer_type, &tbs);
	put_chain(IKP_ITEM_CERT_S, &s.seller_keys.sig);
	if (!has(IKP_EDITION_HARD))
		return;
	put(IKP_ITEM_TBS_AUTH_REQ,
	    encoded(&ikp_tbs_auth_req_type, e.tbs_req, sizeof e.tbs_req,
		&req));
	sign(&e.sig_s2, IKP_ITEM_SIG_S2, &s.seller_keys.sig,
	    IKP_CTX_AUTH_REQUEST, &ikp_tbs_auth_req_type, &req);
}

static void
make_buyer(void)
{
	struct payment tbs = {e.evidence.octets[IKP_ITEM_ENC_SLIP],
	    ikp_digest_bytes(&e.h_common)};

	if (!has(IKP_VARIANT_3KP))
		return;
	sign(&e.sig_b, IKP_ITEM_SIG_B, &s.buyer_keys.sig, IKP_CTX_PAYMENT,
	    &payment_type, &tbs);
	put_chain(IKP_ITEM_CERT_B, &s.buyer_keys.sig);
}

static void
make(int profile, enum ikp_decision decision)
{
	stage_open(&s, profile, NULL);
	memset(&e, 0, sizeof e);
	make_common();
	make_slip();
	make_seller();
	make_buyer();
	make_answer(decision);
}

static semper_err
judge(const char *claim, const struct ikp_evidence *evidence)
{
	struct ikp_dispute dispute = {
	    .claim = SEMPER_BYTES((const uint8_t *)claim, strlen(claim)),
	    .profile = s.profile,
	    .trust = s.buyer.trust,
	    .evidence = *evidence};
	struct ikp_digest h_common = {.len = 0};
	semper_err err = ikp_judge(&h_common, &dispute);

	if (err == SEMPER_OK)
		CU_ASSERT(semper_bytes_equal(ikp_digest_bytes(&h_common),
		    ikp_digest_bytes(&e.h_common)));
	return err;
}

/* ---- the rows ---- */

static const struct row {
	const char *claim;
	uint32_t profiles;
	int items, items_hard; /* how many it needs */
} rows[] = {
    {"offered", IKP_23KP, 5, 5},
    {"accepted", IKP_23KP, 6, 6},
    {"cancelled", IKP_JSAC_HARD &IKP_23KP, 6, 6},
    {"cheated", IKP_JSAC_HARD &IKP_23KP, 5, 5},
    {"requested", IKP_EDITION_HARD &IKP_23KP, 0, 4},
    {"ordered", IKP_VARIANT_3KP, 4, 4},
    {"account", IKP_EDITION_HARD &IKP_VARIANT_3KP, 0, 7},
    {"authorized", IKP_ALL, 4, 5},
    {"goods", IKP_ALL, 6, 7},
};
#define ROWS (sizeof rows / sizeof rows[0])

static int
items_of(const struct row *row)
{
	return has(IKP_EDITION_HARD) ? row->items_hard : row->items;
}

static void
all_evidence_proves(void)
{
	EACH_PROFILE (p) {
		make(p, IKP_YES);
		for (size_t i = 0; i < ROWS; i++)
			CU_ASSERT_EQUAL(judge(rows[i].claim, &e.evidence),
			    has(rows[i].profiles) ? SEMPER_OK
						  : IKP_E_NOT_PROVABLE);
		CU_ASSERT_EQUAL(judge("declined", &e.evidence),
		    IKP_E_CLAIM_MISMATCH);
		CU_ASSERT_EQUAL(judge("delivered", &e.evidence),
		    IKP_E_NOT_PROVABLE);
		stage_close(&s);
	}
}

static void
a_no_is_no_yes(void)
{
	EACH_PROFILE (p) {
		make(p, IKP_NO);
		OK(judge("declined", &e.evidence));
		CU_ASSERT_EQUAL(judge("authorized", &e.evidence),
		    IKP_E_CLAIM_MISMATCH);
		stage_close(&s);
	}
}

static struct ikp_evidence
without(int item)
{
	struct ikp_evidence rest = e.evidence;

	if (item < IKP_OCTET_ITEMS)
		rest.octets[item] = SEMPER_NONE;
	else
		ikp_evidence_chain(&rest, (enum ikp_item)item)->n = 0;
	return rest;
}

/* N-118: whatever is missing, the claim is refused; what is not needed is not
 * missed. */
static void
nothing_needed_may_be_missing(void)
{
	EACH_PROFILE (p) {
		make(p, IKP_YES);
		for (size_t i = 0; i < ROWS; i++) {
			int missed = 0;

			if (!has(rows[i].profiles))
				continue;
			for (int item = 0; item < IKP_ITEMS; item++) {
				struct ikp_evidence rest = without(item);
				semper_err err = judge(rows[i].claim, &rest);

				missed += err == IKP_E_EVIDENCE_MISSING;
				CU_ASSERT(err == SEMPER_OK ||
				    err == IKP_E_EVIDENCE_MISSING);
			}
			CU_ASSERT_EQUAL(missed, items_of(&rows[i]));
		}
		stage_close(&s);
	}
}

static uint8_t altered[16384];

static struct ikp_evidence
with_altered(int item)
{
	struct ikp_evidence rest = e.evidence;
	struct semper_bytes *octets = item < IKP_OCTET_ITEMS
	    ? &rest.octets[item]
	    : &ikp_evidence_chain(&rest, (enum ikp_item)item)->item[0];

	if (octets->data == NULL)
		return rest;
	memcpy(altered, octets->data, octets->len);
	altered[octets->len - 1] ^= 1;
	*octets = SEMPER_BYTES(altered, octets->len);
	return rest;
}

/* The last octet of each item: of a signature, a hash, a certificate's
 * signature.  As many refusals as items that are needed. */
static void
nothing_needed_may_be_altered(void)
{
	EACH_PROFILE (p) {
		make(p, IKP_YES);
		for (size_t i = 0; i < ROWS; i++) {
			int refused = 0;

			if (!has(rows[i].profiles))
				continue;
			for (int item = 0; item < IKP_ITEMS; item++) {
				struct ikp_evidence rest = with_altered(item);

				refused +=
				    judge(rows[i].claim, &rest) != SEMPER_OK;
			}
			CU_ASSERT_EQUAL(refused, items_of(&rows[i]));
		}
		stage_close(&s);
	}
}

/* CLAIM with each item left out, and with each altered. */
static void
each_item_counts(const char *claim, int items)
{
	int missed = 0, refused = 0;

	OK(judge(claim, &e.evidence));
	for (int item = 0; item < IKP_ITEMS; item++) {
		struct ikp_evidence rest = without(item);

		missed += judge(claim, &rest) == IKP_E_EVIDENCE_MISSING;
		rest = with_altered(item);
		refused += judge(claim, &rest) != SEMPER_OK;
	}
	CU_ASSERT_EQUAL(missed, items);
	CU_ASSERT_EQUAL(refused, items);
}

/* ---- links of a chain ---- */

static uint8_t place[4];

static struct semper_bytes
index_is(uint8_t low)
{
	place[3] = low;
	return put(IKP_ITEM_INDEX, SEMPER_BYTES(place, 4));
}

/* Link 3 of a chain of 5 whose seed is the seed of the slip. */
static void
make_chain(int base, enum ikp_micro_mode mode)
{
	static const uint8_t chain_id[16] = "chain";
	static struct ikp_digest root, token;
	struct semper_bytes id, seed;

	make(base, IKP_YES);
	s.profile = &ikp_profiles[IKP_BASE_PROFILES + base];
	id = has(IKP_EDITION_HARD) ? SEMPER_BYTES(chain_id, 16) : SEMPER_NONE;
	seed = e.evidence.octets[IKP_ITEM_SEED];
	ikp_chain_walk(s.profile->alg, &root, id, seed, 0, 5);
	ikp_chain_walk(s.profile->alg, &token, id, seed, 0, 2);
	e.value.micro = (struct ikp_terms){.given = true,
	    .chain_id = id,
	    .root = ikp_digest_bytes(&root),
	    .n = 5,
	    .unit = {840, 10, -2},
	    .expiry = STAGE_NOW + 60,
	    .mode = mode};
	put(IKP_ITEM_COMMON,
	    encoded(&ikp_common_type, e.common, sizeof e.common, &e.value));
	OK(ikp_h_common(s.profile, &e.h_common, &e.value));
	make_buyer();
	put(IKP_ITEM_TOKEN, ikp_digest_bytes(&token));
	index_is(3);
}

static void
links_prove(void)
{
	make_chain(8, IKP_PRE_AUTHORIZED);
	each_item_counts("spent", 6);
	index_is(6);
	CU_ASSERT_EQUAL(judge("spent", &e.evidence), IKP_E_CHAIN_INVALID);
	index_is(0);
	CU_ASSERT_EQUAL(judge("spent", &e.evidence), IKP_E_CHAIN_INVALID);
	stage_close(&s);
}

/* ---- what seller and acquirer say of a chain ---- */

struct acceptance {
	struct semper_bytes h_common, v;
};
static const struct semper_field acceptance_fields[] = {
    FIELD_BYTES("hCommon", struct acceptance, h_common),
    FIELD_BYTES("v", struct acceptance, v),
    FIELD_END,
};
static const struct ikp_type acceptance_type = {"TbsMicroAccept",
    acceptance_fields, acceptance_fields};

struct deposit {
	struct semper_bytes h_common;
	enum ikp_decision decision;
	int64_t index;
	struct ikp_price total;
	bool closed;
};
static const struct semper_field deposit_fields[] = {
    FIELD_BYTES("hCommon", struct deposit, h_common),
    FIELD_ENUM("decision", struct deposit, decision),
    FIELD_INT("index", struct deposit, index),
    FIELD_GROUP("total", struct deposit, total, ikp_price_fields),
    FIELD_BOOL("closed", struct deposit, closed),
    FIELD_END,
};
static const struct ikp_type deposit_type = {"TbsMicroDepositRes",
    deposit_fields, deposit_fields};

static void
answer_deposit(enum ikp_decision decision, int64_t index, int64_t total)
{
	static uint8_t result[256];
	static struct ikp_signature sig;
	struct deposit res = {ikp_digest_bytes(&e.h_common), decision, index,
	    {840, total, -2}, false};

	put(IKP_ITEM_RESULT,
	    encoded(&deposit_type, result, sizeof result, &res));
	sign(&sig, IKP_ITEM_SIG_RESULT, &s.acquirer_keys.sig,
	    IKP_CTX_MICRO_DEPOSIT_RES, &deposit_type, &res);
}

static void
an_acceptance_proves(void)
{
	static struct ikp_signature sig;
	struct acceptance tbs = {SEMPER_NONE, SEMPER_BYTES(v, 16)};

	for (int base = 2; base < IKP_BASE_PROFILES; base += 3) {
		for (int mode = IKP_OFF_LINE; mode >= 0; mode--) {
			make_chain(base, (enum ikp_micro_mode)mode);
			tbs.h_common = ikp_digest_bytes(&e.h_common);
			sign(&sig, IKP_ITEM_SIG_ACCEPT, &s.seller_keys.sig,
			    IKP_CTX_MICRO_ACCEPT, &acceptance_type, &tbs);
			if (mode == IKP_OFF_LINE)
				each_item_counts("credited", 4);
			else
				CU_ASSERT_EQUAL(judge("credited", &e.evidence),
				    IKP_E_CLAIM_MISMATCH);
			stage_close(&s);
		}
	}
}

/* Three links of 10 each. */
static void
an_answer_to_a_deposit_proves(void)
{
	static const struct {
		enum ikp_decision decision;
		int64_t index, total;
		semper_err deposited, underpaid, unpaid;
	} answers[] = {
	    {IKP_YES, 3, 30, SEMPER_OK, IKP_E_CLAIM_MISMATCH,
		IKP_E_CLAIM_MISMATCH},
	    {IKP_YES, 3, 29, SEMPER_OK, SEMPER_OK, IKP_E_CLAIM_MISMATCH},
	    {IKP_YES, 4, 30, SEMPER_OK, IKP_E_CHAIN_INVALID,
		IKP_E_CLAIM_MISMATCH},
	    {IKP_YES, 0, 0, SEMPER_OK, IKP_E_CHAIN_INVALID,
		IKP_E_CLAIM_MISMATCH},
	    {IKP_NO, 3, 0, IKP_E_CLAIM_MISMATCH, IKP_E_CLAIM_MISMATCH,
		SEMPER_OK},
	};

	for (int base = 2; base < IKP_BASE_PROFILES; base += 3) {
		make_chain(base, IKP_OFF_LINE);
		for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
			answer_deposit(answers[i].decision, answers[i].index,
			    answers[i].total);
			CU_ASSERT_EQUAL(judge("deposited", &e.evidence),
			    answers[i].deposited);
			CU_ASSERT_EQUAL(judge("underpaid", &e.evidence),
			    answers[i].underpaid);
			CU_ASSERT_EQUAL(judge("unpaid", &e.evidence),
			    answers[i].unpaid);
		}
		each_item_counts("unpaid", 4);
		answer_deposit(IKP_YES, 3, 29);
		each_item_counts("deposited", 4);
		each_item_counts("underpaid", 5);
		stage_close(&s);
	}
}

/* ---- reversals ---- */

struct reversal_result {
	struct semper_bytes h_reversal;
	enum ikp_reversal_outcome outcome;
	struct ikp_price new_amount;
};
static const struct semper_field reversal_fields[] = {
    FIELD_BYTES("hReversal", struct reversal_result, h_reversal),
    FIELD_ENUM("outcome", struct reversal_result, outcome),
    FIELD_GROUP("newAmount", struct reversal_result, new_amount,
	ikp_price_fields),
    FIELD_END,
};
static const struct ikp_type reversal_type = {"TbsReversalRes", NULL,
    reversal_fields};

static void
make_reversal(enum ikp_reversal_outcome outcome)
{
	static uint8_t request[8192], result[256];
	static struct ikp_signature sig;
	const struct ikp_common *c = &e.value;
	struct ikp_reversal_req req = {
	    .clear = {c->profile, c->id_s, c->tid_s, c->date, c->nonce_s,
		ikp_digest_bytes(&e.h_common), c->h_v, c->h_vc, c->micro},
	    .auth_seq = 1,
	    .new_amount = {840, 0, -2}};
	struct reversal_result res = {SEMPER_NONE, outcome, {840, 0, -2}};
	struct ikp_digest d;

	if (has(IKP_23KP)) { /* in 1KP the channel speaks for the seller */
		req.sig_s = ikp_signature_bytes(&e.sig_s);
		req.cert_s = s.seller_keys.sig.chain;
	}
	ikp_hash(s.profile->alg, &d, IKP_CTX_REVERSAL_HASH,
	    put(IKP_ITEM_REQUEST,
		encoded(&ikp_reversal_req_message.type, request,
		    sizeof request, &req)));
	res.h_reversal = ikp_digest_bytes(&d);
	put(IKP_ITEM_RESULT,
	    encoded(&reversal_type, result, sizeof result, &res));
	sign(&sig, IKP_ITEM_SIG_RESULT, &s.acquirer_keys.sig,
	    IKP_CTX_REVERSAL_RESPONSE, &reversal_type, &res);
}

static void
reversals_prove(void)
{
	for (int p = 6; p <= 8; p++) {
		make(p, IKP_YES);
		make_reversal(IKP_REVERSED);
		each_item_counts("reversed", 5);
		make_reversal(IKP_REFUSED);
		CU_ASSERT_EQUAL(judge("reversed", &e.evidence),
		    IKP_E_CLAIM_MISMATCH);
		stage_close(&s);
	}
}

/* ---- transcripts ---- */

static uint8_t said[6][STAGE_MESSAGE_MAX];
static struct semper_bytes transcript[6];

static void
listen(void)
{
	static const char *const types[] = {"Initiate", "Invoice", "Payment",
	    "AuthReq", "AuthRes", "Confirm"};

	stage_begin(&s);
	for (int i = 0; i < 6; i++) {
		CU_ASSERT_FATAL(stage_run(&s, types[i]));
		memcpy(said[i], stage_next(&s).data, stage_next(&s).len);
		transcript[i] = SEMPER_BYTES(said[i], stage_next(&s).len);
	}
}

/* Common, from the order and from what was said. */
static void
common_of_transcript(void)
{
	struct semper_envelope initiate, invoice;
	struct ikp_initiate first;
	struct ikp_invoice second;

	OK(semper_envelope_decode(&initiate, transcript[0]));
	OK(semper_envelope_decode(&invoice, transcript[1]));
	OK(ikp_decode(s.profile, &ikp_initiate_message.type, &first,
	    initiate.body));
	OK(ikp_decode(s.profile, &ikp_invoice_message.type, &second,
	    invoice.body));
	OK(ikp_h_desc(s.profile->alg, &e.h_desc, s.start.desc, first.salt_b));
	e.value = (struct ikp_common){.profile = ikp_profile_field(s.profile),
	    .price = s.start.price,
	    .id_s = second.clear.id_s,
	    .tid_s = second.clear.tid_s,
	    .date = second.clear.date,
	    .nonce_s = second.clear.nonce_s,
	    .id_b = first.id_b,
	    .h_desc = ikp_digest_bytes(&e.h_desc),
	    .h_v = second.clear.h_v,
	    .h_vc = second.clear.h_vc};
	put(IKP_ITEM_COMMON,
	    encoded(&ikp_common_type, e.common, sizeof e.common, &e.value));
	put(IKP_ITEM_DESC, s.start.desc);
}

static semper_err
judge_transcript(const char *claim, size_t n)
{
	struct ikp_dispute dispute = {
	    .claim = SEMPER_BYTES((const uint8_t *)claim, strlen(claim)),
	    .profile = s.profile,
	    .trust = s.buyer.trust,
	    .evidence = e.evidence,
	    .transcript = transcript,
	    .n_transcript = n};
	struct ikp_digest h_common;

	return ikp_judge(&h_common, &dispute);
}

static void
a_transcript_proves(void)
{
	EACH_PROFILE (p) {
		stage_open(&s, p, NULL);
		memset(&e, 0, sizeof e);
		listen();
		common_of_transcript();
		for (size_t i = 0; i < ROWS; i++) {
			const char *claim = rows[i].claim;

			if (strcmp(claim, "cancelled") == 0 ||
			    strcmp(claim, "cheated") == 0 ||
			    strcmp(claim, "account") == 0 ||
			    !has(rows[i].profiles))
				continue;
			OK(judge_transcript(claim, 6));
		}
		CU_ASSERT_EQUAL(judge_transcript("authorized", 4),
		    IKP_E_EVIDENCE_MISSING);
		stage_close(&s);
	}
}

static void
a_foreign_transcript_does_not(void)
{
	stage_open(&s, 8, NULL);
	memset(&e, 0, sizeof e);
	listen();
	common_of_transcript();
	s.profile = &ikp_profiles[7];
	CU_ASSERT_EQUAL(judge_transcript("authorized", 6),
	    IKP_E_VARIANT_NOT_ALLOWED);
	s.profile = &ikp_profiles[8];
	transcript[2].len--;
	CU_ASSERT_EQUAL(judge_transcript("authorized", 6), IKP_E_MALFORMED);
	stage_close(&s);
}

/* ---- the Receipt ---- */

static semper_err
judge_receipt(const char *claim, const struct ikp_receipt *receipt)
{
	static uint8_t room[STAGE_MESSAGE_MAX];
	struct ikp_dispute dispute = {
	    .claim = SEMPER_BYTES((const uint8_t *)claim, strlen(claim)),
	    .profile = s.profile,
	    .trust = s.buyer.trust,
	    .receipt = encoded(&ikp_receipt_type, room, sizeof room, receipt)};
	struct ikp_digest h_common;

	return ikp_judge(&h_common, &dispute);
}

static void
a_receipt_proves(void)
{
	EACH_PROFILE (p) {
		struct ikp_receipt receipt;

		make(p, IKP_YES);
		receipt = (struct ikp_receipt){e.value, SEMPER_TEXT("a widget"),
		    SEMPER_BYTES(salt_b, 16),
		    e.evidence.octets[IKP_ITEM_ENC_SLIP],
		    e.evidence.octets[IKP_ITEM_SIG_S], s.seller_keys.sig.chain,
		    s.acquirer_keys.sig.chain,
		    {{s.seller.id_s, SEMPER_BYTES(tid, 8), e.resp, 1, false,
			 ikp_signature_bytes(&e.sig_a)},
			SEMPER_BYTES(v, 16)}};
		if (has(IKP_23KP)) {
			OK(judge_receipt("accepted", &receipt));
			OK(judge_receipt("authorized", &receipt));
			receipt.confirm.v = SEMPER_NONE;
			CU_ASSERT_EQUAL(judge_receipt("accepted", &receipt),
			    IKP_E_EVIDENCE_MISSING);
			receipt.desc = SEMPER_TEXT("two widgets");
			CU_ASSERT_EQUAL(judge_receipt("goods", &receipt),
			    IKP_E_COMMITMENT_MISMATCH);
		}
		stage_close(&s);
	}
}

SUITE("ikp: judge",
    {"all its evidence proves a claim where the table gives it, and nothing "
     "does elsewhere (P-12)",
	all_evidence_proves},
    {"the answer of the acquirer proves what it says and not the opposite",
	a_no_is_no_yes},
    {"a claim is refused with any one item missing (N-118)",
	nothing_needed_may_be_missing},
    {"a claim is refused with any one item altered",
	nothing_needed_may_be_altered},
    {"a token proves its index under a signed root, and no other",
	links_prove},
    {"the Sig_S of a MicroAccept proves that the chain is off-line credit",
	an_acceptance_proves},
    {"the answer to a deposit proves what was paid, what is missing, and a no",
	an_answer_to_a_deposit_proves},
    {"the answer to a reversal proves it, if it was granted",
	reversals_prove},
    {"Common, DESC and the messages prove what they brought",
	a_transcript_proves},
    {"messages of another profile, or cut ones, prove nothing",
	a_foreign_transcript_does_not},
    {"a Receipt proves acceptance and authorisation", a_receipt_proves});
