/* stateless_ikp.c -- Common and its hashes (spec/ikp.md section 11.2), chains
 * of micro-payments (spec/ikp-micro.md section 10.2) and the judge
 * (spec/ikp-evidence.md section 5). */
#include "adapter.h"
#include "base/must.h"
#include "ikp/ikp_judge.h"
#include "ikp/ikp_micro.h"
#include "ikp_interface.h"

enum {
	EDITION,
	VARIANT,
	HASH,
	PRICE,
	ID_S,
	TID_S,
	DATE,
	NONCE_S,
	R_B,
	SALT_B,
	BAN,
	DESC,
	V,
	VC
};

static const struct argument common_arguments[] = {
    [EDITION] = {"edition", ARG_TEXT, false},
    [VARIANT] = {"variant", ARG_TEXT, false},
    [HASH] = {"hash", ARG_TEXT, false},
    [PRICE] = {"price", ARG_OBJECT, false},
    [ID_S] = {"idS", ARG_TEXT, false},
    [TID_S] = {"tidS", ARG_HEX, false},
    [DATE] = {"date", ARG_INTEGER, false},
    [NONCE_S] = {"nonceS", ARG_HEX, false},
    [R_B] = {"rB", ARG_HEX, false},
    [SALT_B] = {"saltB", ARG_HEX, false},
    [BAN] = {"ban", ARG_TEXT, false},
    [DESC] = {"desc", ARG_TEXT, false},
    [V] = {"v", ARG_HEX, true},
    [VC] = {"vC", ARG_HEX, true},
    ARG_END,
};

static const char *const editions[] = {"ec95", "jsac", "hard"};
static const char *const variants[] = {"1kp", "2kp", "3kp"};
static const char *const hashes[] = {"sha1", "sha256"};

static bool
input_of(struct call *call, struct ikp_known_input *in)
{
	const struct value *a = call->arg;
	int edition = word_find(a[EDITION].octets, editions, 3);
	int variant = word_find(a[VARIANT].octets, variants, 3);
	int hash = word_find(a[HASH].octets, hashes, 2);

	if (edition < 0 || variant < 0 || hash < 0) {
		answer_unsupported(call, "this edition, variant or hash");
		return false;
	}
	*in = (struct ikp_known_input){.edition = (enum ikp_edition)edition,
	    .variant = (enum ikp_variant)(variant + 1),
	    .hash = hash == 0 ? SEMPER_SHA1 : SEMPER_SHA256,
	    .common = {.id_s = a[ID_S].octets,
		.tid_s = a[TID_S].octets,
		.date = a[DATE].number,
		.nonce_s = a[NONCE_S].octets},
	    .r_b = a[R_B].octets,
	    .salt_b = a[SALT_B].octets,
	    .ban = a[BAN].octets,
	    .desc = a[DESC].octets,
	    .v = a[V].octets,
	    .vc = a[VC].octets};
	return ikp_price_decode(call, &in->common.price, a[PRICE].json);
}

static semper_err
common(struct call *call)
{
	struct ikp_known_answer *out = pool_take(&call->pool, sizeof *out);
	struct ikp_known_input in;

	if (!input_of(call, &in))
		return SEMPER_OK;
	TRY(ikp_known_answer(out, &in));
	put_hex(call->ok, "idB", ikp_digest_bytes(&out->id_b));
	put_hex(call->ok, "hDesc", ikp_digest_bytes(&out->h_desc));
	if (in.v.data != NULL)
		put_hex(call->ok, "hV", ikp_digest_bytes(&out->h_v));
	if (in.vc.data != NULL)
		put_hex(call->ok, "hVC", ikp_digest_bytes(&out->h_vc));
	put_hex(call->ok, "common", SEMPER_BYTES(out->common, out->common_len));
	put_hex(call->ok, "hCommon", ikp_digest_bytes(&out->h_common));
	return SEMPER_OK;
}

/* ---- chains ---- */

enum { C_EDITION, C_HASH, C_SEED, C_N, C_CHAIN_ID, C_FROM };
static const struct argument chain_arguments[] = {
    [C_EDITION] = {"edition", ARG_TEXT, false},
    [C_HASH] = {"hash", ARG_TEXT, false},
    [C_SEED] = {"seed", ARG_HEX, false},
    [C_N] = {"n", ARG_INTEGER, false},
    [C_CHAIN_ID] = {"chainId", ARG_HEX, true},
    [C_FROM] = {"from", ARG_INTEGER, true},
    ARG_END,
};

static semper_err
chain(struct call *call)
{
	const struct value *a = call->arg;
	int edition = word_find(a[C_EDITION].octets, editions, 3);
	int hash = word_find(a[C_HASH].octets, hashes, 2);
	struct ikp_known_chain in = {.edition = (enum ikp_edition)edition,
	    .hash = hash == 0 ? SEMPER_SHA1 : SEMPER_SHA256,
	    .chain_id = a[C_CHAIN_ID].octets,
	    .seed = a[C_SEED].octets,
	    .from = a[C_FROM].present ? a[C_FROM].number : 0,
	    .n = a[C_N].number};
	struct ikp_digest digest;

	if (edition < 0 || hash < 0) {
		answer_unsupported(call, "this edition or hash");
		return SEMPER_OK;
	}
	TRY(ikp_chain_known(&digest, &in));
	put_hex(call->ok, "digest", ikp_digest_bytes(&digest));
	return SEMPER_OK;
}

/* ---- the judge ---- */

enum { CLAIM, PROFILE, ANCHORS, CRLS, EVIDENCE, RECEIPT, TRANSCRIPT };

static const struct argument judge_arguments[] = {
    [CLAIM] = {"claim", ARG_TEXT, false},
    [PROFILE] = {"profile", ARG_TEXT, false},
    [ANCHORS] = {"anchors", ARG_HEXES, false},
    [CRLS] = {"crls", ARG_HEXES, true},
    [EVIDENCE] = {"evidence", ARG_OBJECT, false},
    [RECEIPT] = {"receipt", ARG_HEX, true},
    [TRANSCRIPT] = {"transcript", ARG_HEXES, true},
    ARG_END,
};

/* IKP-E-06: no chain is longer than a struct ikp_chain can hold. */
static bool
chain_item(struct call *call, struct ikp_chain *out,
    const struct octets_list *list)
{
	if (ikp_chain_fill(out, list))
		return true;
	answer_reject(call, IKP_E_CERT_INVALID, "cert-invalid", "IKP-E-06");
	return false;
}

static bool
evidence_decode(struct call *call, struct ikp_evidence *out, json_t *json)
{
	struct argument table[IKP_ITEMS + 1] = {ARG_END};
	struct value value[IKP_ITEMS];

	for (int i = 0; i < IKP_ITEMS; i++)
		table[i] = (struct argument){ikp_item_names[i],
		    i < IKP_OCTET_ITEMS ? ARG_HEX : ARG_HEXES, true};
	if (!arguments_decode(call, value, table, json))
		return false;
	for (int i = 0; i < IKP_OCTET_ITEMS; i++)
		out->octets[i] = value[i].octets;
	for (int i = IKP_OCTET_ITEMS; i < IKP_ITEMS; i++)
		if (!chain_item(call,
			ikp_evidence_chain(out, (enum ikp_item)i),
			&value[i].list))
			return false;
	return true;
}

static semper_err
judge(struct call *call)
{
	const struct value *a = call->arg;
	int profile = ikp_profile_find(a[PROFILE].octets);
	struct ikp_dispute dispute = {.claim = a[CLAIM].octets,
	    .trust = {.anchors = a[ANCHORS].list.item,
		.n_anchors = a[ANCHORS].list.n,
		.crls = a[CRLS].list.item,
		.n_crls = a[CRLS].list.n},
	    .receipt = a[RECEIPT].octets,
	    .transcript = a[TRANSCRIPT].list.item,
	    .n_transcript = a[TRANSCRIPT].list.n};
	struct ikp_digest h_common;
	semper_err e;

	if (profile < 0) {
		answer_unsupported(call, "this profile");
		return SEMPER_OK;
	}
	dispute.profile = &ikp_profiles[profile];
	if (!evidence_decode(call, &dispute.evidence, a[EVIDENCE].json))
		return SEMPER_OK;
	e = ikp_judge(&h_common, &dispute);
	if (SEMPER_IS_REFUSAL(e))
		answer_reject(call, e, ikp_error_word(e), semper_refused_by());
	if (e != SEMPER_OK)
		return e;
	json_object_set_new(call->ok, "verdict", json_string("proved"));
	put_hex(call->ok, "hCommon", ikp_digest_bytes(&h_common));
	return SEMPER_OK;
}

const struct operation operations_ikp[] = {
    {"ikp.common", common_arguments, common, true},
    {"ikp.chain", chain_arguments, chain, true},
    {"ikp.judge", judge_arguments, judge, true},
    {NULL, NULL, NULL, false},
};
