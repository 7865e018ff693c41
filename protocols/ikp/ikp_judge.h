/* ikp_judge.h -- what the signatures of iKP prove (spec/ikp-evidence.md).
 *
 * The judge is a function of a claim and of evidence; it needs no key, no
 * clock and no party:
 *
 *	struct ikp_dispute dispute = {.profile = &ikp_profiles[8],
 *	    .claim = SEMPER_TEXT("accepted"), .trust = {...},
 *	    .receipt = receipt};
 *	struct ikp_digest h_common;
 *
 *	e = ikp_judge(&h_common, &dispute);
 *
 * SEMPER_OK: proved, for the transaction of H(Common).  A refusal says why the
 * claim does not follow from this evidence; it may be true all the same.
 */
#ifndef SEMPER_IKP_JUDGE_H
#define SEMPER_IKP_JUDGE_H

#include "ikp/ikp_flow.h"

enum ikp_item {
	IKP_ITEM_COMMON,
	IKP_ITEM_DESC,
	IKP_ITEM_SALT_B,
	IKP_ITEM_ENC_SLIP,
	IKP_ITEM_SLIP,
	IKP_ITEM_SEED,
	IKP_ITEM_SIG_S,
	IKP_ITEM_TBS_AUTH_REQ,
	IKP_ITEM_SIG_S2,
	IKP_ITEM_SIG_B,
	IKP_ITEM_TBS_AUTH_RES,
	IKP_ITEM_SIG_A,
	IKP_ITEM_V,
	IKP_ITEM_VC,
	IKP_ITEM_TOKEN,
	IKP_ITEM_INDEX,
	IKP_ITEM_SIG_ACCEPT,
	IKP_ITEM_REQUEST,
	IKP_ITEM_RESULT,
	IKP_ITEM_SIG_RESULT,
	IKP_OCTET_ITEMS, /* those before are octets, those after chains */
	IKP_ITEM_CERT_S = IKP_OCTET_ITEMS,
	IKP_ITEM_CERT_B,
	IKP_ITEM_CERT_A_SIG,
	IKP_ITEM_CERT_A,
	IKP_ITEMS
};

/* As the specification writes them: "common", "certASig". */
extern const char *const ikp_item_names[IKP_ITEMS];

struct ikp_evidence {
	struct semper_bytes octets[IKP_OCTET_ITEMS]; /* absent: SEMPER_NONE */
	struct ikp_chain chain[IKP_ITEMS - IKP_OCTET_ITEMS]; /* n == 0 */
};

static inline struct ikp_chain *
ikp_evidence_chain(struct ikp_evidence *evidence, enum ikp_item item)
{
	return &evidence->chain[(int)item - (int)IKP_OCTET_ITEMS];
}

struct ikp_dispute {
	struct semper_bytes claim; /* "accepted" */
	const struct ikp_profile *profile;
	struct ikp_trust trust; /* lists current at DATE */
	struct ikp_evidence evidence;
	struct semper_bytes receipt;           /* or absent */
	const struct semper_bytes *transcript; /* envelopes */
	size_t n_transcript;
};

semper_err ikp_judge(struct ikp_digest *h_common,
    const struct ikp_dispute *dispute) SEMPER_MUST_CHECK;

/* ---- between the files of the judge ---- */

/* The items at hand.  Of a message with a Sig_A or Sig_S2 the fields are kept
 * from which what was signed is made again. */
struct ikp_gathered {
	struct ikp_evidence evidence;
	bool has_request, has_response;
	struct ikp_auth_req request;
	struct ikp_auth_res response;
};

/* ikp_judge_gather.c: the items that are given, of the transcript and of the
 * Receipt, the earlier ones first; IKP-E-03 and IKP-E-05.  COMMON receives the
 * Common of a Receipt. */
semper_err ikp_judge_gather(struct ikp_gathered *out,
    struct semper_buffer *common,
    const struct ikp_dispute *dispute) SEMPER_MUST_CHECK;

#endif
