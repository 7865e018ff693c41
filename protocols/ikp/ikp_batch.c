/* ikp_batch.c -- BatchReq = Batch [, Sig_S, CERT_S]
 *	Batch = session, ID_S, items, totals
 * S -> A;  Sig_S = S_S(batch-request, TbsBatch{hBatch})
 *
 * BatchRes = ID_S, hBatch, results, Sig_A
 * A -> S;  Sig_A = S_A(batch-response, TbsBatchRes{hBatch, hResults})
 *
 * hBatch = H(batch-hash, Batch), hResults = H(batch-results, BatchResults).
 * Edition HARD; in 1KP sealed. */
#include "ikp/ikp_clearing.h"

#include "base/must.h"

static const struct semper_field request_fields[] = {
    FIELD_DER("batch", struct ikp_batch_req, batch),
    FIELD_BYTES("sigS", struct ikp_batch_req, sig_s),
    FIELD_LIST("certS", struct ikp_batch_req, cert_s),
    FIELD_END,
};
static const struct ikp_presence presence[] = {
    IKP_PRESENCE_BYTES(ikp_batch_req, sig_s, IKP_23KP, IKP_NONE),
    IKP_PRESENCE_CHAIN(ikp_batch_req, cert_s, IKP_23KP, IKP_NONE),
};
const struct ikp_message ikp_batch_req_message = {
    .type = {"BatchReq", NULL, request_fields},
    .profiles = IKP_CLEARING & IKP_23KP,
    .request = true,
    .opens = true,
    .presence = presence,
    .n_presence = sizeof presence / sizeof presence[0],
};

static const struct semper_field response_fields[] = {
    FIELD_BYTES("idS", struct ikp_batch_res, id_s),
    FIELD_BYTES("hBatch", struct ikp_batch_res, h_batch),
    FIELD_DER("results", struct ikp_batch_res, results),
    FIELD_BYTES("sigA", struct ikp_batch_res, sig_a),
    FIELD_END,
};
const struct ikp_message ikp_batch_res_message = {
    .type = {"BatchRes", NULL, response_fields},
    .profiles = IKP_CLEARING & IKP_23KP,
};

/* ---- Batch and BatchResults ---- */

static const struct semper_field item_fields[] = {
    FIELD_ENUM("kind", struct ikp_batch_item, kind),
    FIELD_BYTES("tidS", struct ikp_batch_item, tid_s),
    FIELD_TIME("date", struct ikp_batch_item, date),
    FIELD_BYTES("nonceS", struct ikp_batch_item, nonce_s),
    FIELD_BYTES("hCommon", struct ikp_batch_item, h_common),
    FIELD_INT("authSeq", struct ikp_batch_item, auth_seq),
    FIELD_INT("seq", struct ikp_batch_item, seq),
    FIELD_GROUP("amount", struct ikp_batch_item, amount, ikp_price_fields),
    FIELD_END,
};
static const struct semper_field total_fields[] = {
    FIELD_INT("currency", struct ikp_batch_total, currency),
    FIELD_INT("exponent", struct ikp_batch_total, exponent),
    FIELD_INT("captures", struct ikp_batch_total, captures),
    FIELD_INT("refunds", struct ikp_batch_total, refunds),
    FIELD_END,
};
static const struct semper_field batch_fields[] = {
    FIELD_BYTES("session", struct ikp_batch, session),
    FIELD_BYTES("idS", struct ikp_batch, id_s),
    FIELD_LIST_GROUP("items", struct ikp_batch, items, struct ikp_batch_item,
	item_fields),
    FIELD_LIST_GROUP("totals", struct ikp_batch, totals,
	struct ikp_batch_total, total_fields),
    FIELD_END,
};
const struct ikp_type ikp_batch_type = {"Batch", NULL, batch_fields};

static const struct semper_field result_fields[] = {
    FIELD_INT("code", struct ikp_batch_result, code),
    FIELD_PRESENT("totals", struct ikp_batch_result, has_totals),
    FIELD_GROUP("totals", struct ikp_batch_result, totals, ikp_totals_fields),
    FIELD_END,
};
struct results {
	struct ikp_batch_results list;
};
static const struct semper_field results_fields[] = {
    FIELD_LIST_GROUP("", struct results, list, struct ikp_batch_result,
	result_fields),
    FIELD_END,
};
const struct ikp_type ikp_batch_results_type = {"BatchResults", NULL,
    results_fields};

/* ---- totals ---- */

static struct ikp_batch_total *
total_of(struct ikp_batch *batch, const struct ikp_price *amount)
{
	struct ikp_batch_total *t = batch->totals.item;
	struct ikp_batch_total *end = t + batch->totals.n;

	for (; t < end; t++)
		if (t->currency == amount->currency &&
		    t->exponent == amount->exponent)
			return t;
	*t = (struct ikp_batch_total){amount->currency, amount->exponent, 0, 0};
	batch->totals.n++;
	return t;
}

void
ikp_batch_sum(struct ikp_batch *batch)
{
	batch->totals.n = 0;
	for (size_t i = 0; i < batch->items.n; i++) {
		const struct ikp_batch_item *item = &batch->items.item[i];
		struct ikp_batch_total *t = total_of(batch, &item->amount);

		if (item->kind == IKP_ITEM_REFUND)
			t->refunds += item->amount.amount;
		else
			t->captures += item->amount.amount;
	}
}

bool
ikp_batch_adds_up(const struct ikp_batch *batch)
{
	struct ikp_batch own = *batch;

	ikp_batch_sum(&own);
	if (own.totals.n != batch->totals.n)
		return false;
	for (size_t i = 0; i < own.totals.n; i++) {
		const struct ikp_batch_total *x = &own.totals.item[i];
		const struct ikp_batch_total *y = &batch->totals.item[i];

		if (x->currency != y->currency || x->exponent != y->exponent ||
		    x->captures != y->captures || x->refunds != y->refunds)
			return false;
	}
	return true;
}

/* ---- what is signed ---- */

struct tbs {
	struct semper_bytes h_batch, h_results;
};
static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("hBatch", struct tbs, h_batch),
    FIELD_END,
};
static const struct ikp_type tbs_type = {"TbsBatch", NULL, tbs_fields};
static const struct semper_field tbs_response_fields[] = {
    FIELD_BYTES("hBatch", struct tbs, h_batch),
    FIELD_BYTES("hResults", struct tbs, h_results),
    FIELD_END,
};
static const struct ikp_type tbs_response = {"TbsBatchRes", NULL,
    tbs_response_fields};

static struct semper_bytes
hash(const struct ikp_profile *profile, struct ikp_digest *digest,
    enum ikp_context context, struct semper_bytes der)
{
	ikp_hash(profile->alg, digest, context, der);
	return ikp_digest_bytes(digest);
}

/* ---- the seller asks ---- */

/* IKP-S-45 */
semper_err
ikp_batch_make(struct semper_step *step, const struct ikp_batch *batch,
    const struct ikp_chain *cert_s, struct ikp_asked *asked)
{
	const struct ikp_seller_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_batch_req req = {.sig_s = SEMPER_NONE};
	struct ikp_digest digest;
	struct ikp_signature sig;
	struct tbs tbs;

	TRY(ikp_step_encode(step, &req.batch, profile, &ikp_batch_type, batch));
	if (ikp_in(profile, IKP_23KP)) {
		tbs.h_batch =
		    hash(profile, &digest, IKP_CTX_BATCH_HASH, req.batch);
		TRY(ikp_sign(profile, &sig, keys->sig.key,
		    IKP_CTX_BATCH_REQUEST, &tbs_type, &tbs, step->draw,
		    "salt(Sig_batch)"));
		req.sig_s = ikp_signature_bytes(&sig);
		req.cert_s = *cert_s;
	}
	return ikp_ask(step, asked, IKP_BATCH_REQ, batch->session, &req);
}

/* ---- the acquirer checks and answers ---- */

semper_err
ikp_batch_check(struct semper_step *step, struct semper_bytes id_s)
{
	const struct ikp_batch_req *req = &ikp_in_of(step)->body.batch_req;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_cert seller;
	struct ikp_digest digest;
	struct tbs tbs;

	if (!ikp_in(profile, IKP_23KP))
		return SEMPER_OK;
	TRY(ikp_chain_of_seller(step, &seller, &req->cert_s, id_s, step->now));
	tbs.h_batch = hash(profile, &digest, IKP_CTX_BATCH_HASH, req->batch);
	MUST("IKP-A-20",
	    ikp_verify(profile, &seller.key, IKP_CTX_BATCH_REQUEST, &tbs_type,
		&tbs, req->sig_s),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

/* IKP-A-57 */
semper_err
ikp_batch_answer(struct semper_step *step, struct semper_bytes id_s,
    const struct ikp_batch_results *results, struct ikp_sent *sent)
{
	const struct ikp_acquirer_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_batch_res res = {.id_s = id_s};
	struct ikp_digest h_batch, h_results;
	struct ikp_signature sig;
	struct tbs tbs;

	TRY(ikp_step_encode(step, &res.results, profile,
	    &ikp_batch_results_type, results));
	res.h_batch = hash(profile, &h_batch, IKP_CTX_BATCH_HASH,
	    ikp_in_of(step)->body.batch_req.batch);
	tbs.h_batch = res.h_batch;
	tbs.h_results =
	    hash(profile, &h_results, IKP_CTX_BATCH_RESULTS, res.results);
	TRY(ikp_sign(profile, &sig, keys->sig.key, IKP_CTX_BATCH_RESPONSE,
	    &tbs_response, &tbs, step->draw, "salt(Sig_batchRes)"));
	res.sig_a = ikp_signature_bytes(&sig);
	return ikp_answer(step, sent, IKP_BATCH_RES, &res);
}

/* ---- the seller checks the answer ---- */

/* REQUEST: the DER of the BatchReq. */
semper_err
ikp_batch_answer_check(struct semper_step *step, struct semper_bytes request)
{
	const struct ikp_batch_res *res = &ikp_in_of(step)->body.batch_res;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_batch_req own;
	struct ikp_digest h_batch, h_results;
	struct semper_cert acquirer;
	struct tbs tbs;

	if (ikp_decode(profile, &ikp_batch_req_message.type, &own, request) !=
	    SEMPER_OK)
		return SEMPER_E_STORE;
	tbs.h_batch = hash(profile, &h_batch, IKP_CTX_BATCH_HASH, own.batch);
	tbs.h_results =
	    hash(profile, &h_results, IKP_CTX_BATCH_RESULTS, res->results);
	TRY(ikp_chain_of_acquirer(step, &acquirer, step->now));
	MUST("IKP-S-36",
	    semper_bytes_equal(res->h_batch, tbs.h_batch) &&
		ikp_verify(profile, &acquirer.key, IKP_CTX_BATCH_RESPONSE,
		    &tbs_response, &tbs, res->sig_a),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
