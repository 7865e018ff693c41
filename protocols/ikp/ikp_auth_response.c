/* ikp_auth_response.c -- AuthRes = ID_S, TID_S, RESPCODE, Sig_A
 *	HARD: authSeq, captureNow
 * A -> S
 *
 *	Sig_A  S_A(auth-response, TbsAuthRes{RESPCODE, H(Common)}), in HARD
 *	       with H(EncSlip), authSeq, captureNow */
#include "ikp/ikp_flow.h"

#include "base/must.h"

#define HEAD(resp_fields)                                    \
	FIELD_BYTES("idS", struct ikp_auth_res, id_s),       \
	    FIELD_BYTES("tidS", struct ikp_auth_res, tid_s), \
	    FIELD_GROUP("resp", struct ikp_auth_res, resp, resp_fields)
#define ASKED                                                \
	FIELD_INT("authSeq", struct ikp_auth_res, auth_seq), \
	    FIELD_BOOL("captureNow", struct ikp_auth_res, capture_now)
#define TAIL FIELD_BYTES("sigA", struct ikp_auth_res, sig_a)

const struct semper_field ikp_auth_res_historic[] = {
    HEAD(ikp_resp_code_historic),
    TAIL,
    FIELD_END,
};
const struct semper_field ikp_auth_res_hard[] = {
    HEAD(ikp_resp_code_hard),
    ASKED,
    TAIL,
    FIELD_END,
};
const struct ikp_message ikp_auth_res_message = {
    .type = {"AuthRes", ikp_auth_res_historic, ikp_auth_res_hard},
    .profiles = IKP_ALL,
};

/* ---- Sig_A ---- */

static const struct semper_field tbs_historic[] = {
    FIELD_GROUP("resp", struct ikp_tbs_auth_res, resp, ikp_resp_code_historic),
    FIELD_BYTES("hCommon", struct ikp_tbs_auth_res, h_common),
    FIELD_END,
};
static const struct semper_field tbs_hard[] = {
    FIELD_GROUP("resp", struct ikp_tbs_auth_res, resp, ikp_resp_code_hard),
    FIELD_BYTES("hCommon", struct ikp_tbs_auth_res, h_common),
    FIELD_BYTES("hEncSlip", struct ikp_tbs_auth_res, h_enc_slip),
    FIELD_INT("authSeq", struct ikp_tbs_auth_res, auth_seq),
    FIELD_BOOL("captureNow", struct ikp_tbs_auth_res, capture_now),
    FIELD_END,
};
const struct ikp_type ikp_tbs_auth_res_type = {"TbsAuthRes", tbs_historic,
    tbs_hard};

bool
ikp_auth_response_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, const struct ikp_auth_res *res,
    struct semper_bytes h_common, struct semper_bytes enc_slip)
{
	struct ikp_digest h_enc_slip;
	struct ikp_tbs_auth_res tbs = {res->resp, h_common, SEMPER_NONE,
	    res->auth_seq, res->capture_now};

	ikp_hash(profile->alg, &h_enc_slip, IKP_CTX_ENC_SLIP, enc_slip);
	tbs.h_enc_slip = ikp_digest_bytes(&h_enc_slip);
	return ikp_verify(profile, key, IKP_CTX_AUTH_RESPONSE,
	    &ikp_tbs_auth_res_type, &tbs, res->sig_a);
}

/* ---- the acquirer makes it ---- */

/* IKP-A-16, IKP-A-17: a yes repeats the authCode and, in HARD, the amount; a no
 * has reason 5 whatever the network's reason, and is signed like a yes. */
static struct ikp_resp_code
resp_code(const struct ikp_acquirer_record *record, enum ikp_decision decision,
    struct semper_bytes auth_code)
{
	if (decision == IKP_YES)
		return (struct ikp_resp_code){.decision = IKP_YES,
		    .auth_code =
			FAULT("auth-code-lost") ? SEMPER_NONE : auth_code,
		    .has_amount = record->has_amount,
		    .amount = record->amount};
	return (struct ikp_resp_code){.decision = IKP_NO,
	    .has_reason = true,
	    .reason = FAULT("reason-told") ? 55 : 5};
}

/* IKP-A-19: nothing of the slip goes in but what the seller knows already. */
semper_err
ikp_auth_response_make(struct semper_step *step,
    struct ikp_acquirer_record *record, enum ikp_decision decision,
    struct semper_bytes auth_code)
{
	const struct ikp_acquirer_keys *keys = step->party->keys;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_auth_res res = {.id_s = record->id_s,
	    .tid_s = record->tid_s,
	    .resp = resp_code(record, decision, auth_code),
	    .auth_seq = record->auth_seq,
	    .capture_now = record->capture_now};
	struct ikp_tbs_auth_res tbs = {res.resp, record->h_common,
	    FAULT("sig-a-without-slip") && record->h_enc_slip.data != NULL
		? record->h_common
		: record->h_enc_slip,
	    res.auth_seq, res.capture_now};
	struct ikp_signature sig;
	struct ikp_sent sent;

	TRY(ikp_sign(profile, &sig, keys->sig.key, IKP_CTX_AUTH_RESPONSE,
	    &ikp_tbs_auth_res_type, &tbs, step->draw, "salt(Sig_A)"));
	res.sig_a = ikp_signature_bytes(&sig);
	TRY(ikp_send(step, &sent, IKP_SELLER, IKP_AUTH_RES, record->session,
	    &res));
	record->auth_res = sent.envelope;
	return SEMPER_OK;
}

/* ---- the seller checks it ---- */

semper_err
ikp_resp_code_check(const struct ikp_profile *profile,
    const struct ikp_resp_code *resp)
{
	MUST("IKP-G-18",
	    profile->alg->edition != IKP_HARD ||
		resp->has_amount == (resp->decision == IKP_YES),
	    IKP_E_MALFORMED);
	return SEMPER_OK;
}

semper_err
ikp_auth_response_check(struct semper_step *step,
    const struct ikp_auth_res *res, const struct ikp_clear *clear,
    const struct ikp_auth_asked *asked)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	bool hard_edition = profile->alg->edition == IKP_HARD;
	struct semper_cert acquirer;

	TRY(ikp_resp_code_check(profile, &res->resp));
	MUST("IKP-S-22",
	    !hard_edition ||
		(res->auth_seq == asked->auth_seq &&
		    res->capture_now == asked->capture_now),
	    IKP_E_COMMON_MISMATCH);
	TRY(ikp_chain_of_acquirer(step, &acquirer, clear->date));
	MUST("IKP-S-11",
	    ikp_auth_response_verify(profile, &acquirer.key, res,
		asked->h_common, asked->enc_slip),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
