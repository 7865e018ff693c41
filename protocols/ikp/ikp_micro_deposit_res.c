/* ikp_micro_deposit_res.c -- MicroDepositRes = ID_S, TID_S, decision, index,
 *	total, closed, Sig_A
 * A -> S, to a MicroDeposit or a MicroClose (closed)
 *
 *	Sig_A  S_A(micro-deposit-response, TbsMicroDepositRes{H(Common),
 *	       decision, index, total, closed}) */
#include "ikp/ikp_micro.h"

#include "base/must.h"

static const struct semper_field fields[] = {
    FIELD_BYTES("idS", struct ikp_micro_deposit_res, id_s),
    FIELD_BYTES("tidS", struct ikp_micro_deposit_res, tid_s),
    FIELD_ENUM("decision", struct ikp_micro_deposit_res, decision),
    FIELD_INT("index", struct ikp_micro_deposit_res, index),
    FIELD_GROUP("total", struct ikp_micro_deposit_res, total, ikp_price_fields),
    FIELD_BOOL("closed", struct ikp_micro_deposit_res, closed),
    FIELD_BYTES("sigA", struct ikp_micro_deposit_res, sig_a),
    FIELD_END,
};
const struct ikp_message ikp_micro_deposit_res_message = {
    .type = {"MicroDepositRes", fields, fields},
    .profiles = IKP_MICRO,
};

struct tbs {
	struct semper_bytes h_common;
	enum ikp_decision decision;
	int64_t index;
	struct ikp_price total;
	bool closed;
};
static const struct semper_field tbs_fields[] = {
    FIELD_BYTES("hCommon", struct tbs, h_common),
    FIELD_ENUM("decision", struct tbs, decision),
    FIELD_INT("index", struct tbs, index),
    FIELD_GROUP("total", struct tbs, total, ikp_price_fields),
    FIELD_BOOL("closed", struct tbs, closed),
    FIELD_END,
};
static const struct ikp_type tbs_type = {"TbsMicroDepositRes", tbs_fields,
    tbs_fields};

/* ---- the acquirer makes it ---- */

semper_err
ikp_micro_deposit_res_make(struct semper_step *step,
    struct semper_bytes *envelope, const struct ikp_terms *terms,
    enum ikp_decision decision, int64_t index, bool closed)
{
	const struct ikp_acquirer_keys *keys = step->party->keys;
	const struct ikp_acquirer_record *record =
	    &ikp_acquirer_of(step)->record;
	struct ikp_micro_deposit_res res = {.id_s = record->id_s,
	    .tid_s = record->tid_s,
	    .decision = decision,
	    .index = index,
	    .total = ikp_value(terms, index),
	    .closed = closed};
	struct tbs tbs = {record->h_common, decision, index, res.total, closed};
	struct ikp_signature sig;
	struct ikp_sent sent;

	TRY(ikp_sign(ikp_profile_of(step), &sig, keys->sig.key,
	    IKP_CTX_MICRO_DEPOSIT_RES, &tbs_type, &tbs, step->draw,
	    "salt(Sig_depositRes)"));
	res.sig_a = ikp_signature_bytes(&sig);
	TRY(ikp_send(step, &sent, IKP_SELLER, IKP_MICRO_DEPOSIT_RES,
	    record->session, &res));
	*envelope = sent.envelope;
	return SEMPER_OK;
}

/* ---- the seller checks it ---- */

static bool
answers_close(const struct ikp_micro_deposit_res *res,
    const struct ikp_seller_chain *chain)
{
	return chain->close.data != NULL && res->decision == IKP_YES &&
	    res->index == chain->deposited;
}

static bool
answers_deposit(struct semper_step *step,
    const struct ikp_micro_deposit_res *res,
    const struct ikp_seller_chain *chain)
{
	struct ikp_micro_deposit asked;

	if (chain->deposit.data == NULL ||
	    ikp_stored(step, IKP_MICRO_DEPOSIT, &asked, chain->deposit) !=
		SEMPER_OK)
		return false;
	if (res->decision == IKP_NO)
		return asked.has_off_line && res->index == 0;
	return res->index == asked.index;
}

semper_err
ikp_micro_deposit_res_check(struct semper_step *step,
    const struct ikp_seller_record *record, const struct ikp_clear *clear)
{
	const struct ikp_micro_deposit_res *res =
	    &ikp_in_of(step)->body.micro_deposit_res;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_price total = ikp_value(&clear->micro, res->index);
	struct tbs tbs = {clear->h_common, res->decision, res->index,
	    res->total, res->closed};
	struct semper_cert acquirer;

	MUST("IKP-U-48",
	    ikp_price_equal(&total, &res->total) &&
		(res->closed ? answers_close(res, &record->micro)
			     : answers_deposit(step, res, &record->micro)),
	    IKP_E_COMMON_MISMATCH);
	TRY(ikp_chain_of_acquirer(step, &acquirer, clear->date));
	MUST("IKP-U-32",
	    ikp_verify(profile, &acquirer.key, IKP_CTX_MICRO_DEPOSIT_RES,
		&tbs_type, &tbs, res->sig_a),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
