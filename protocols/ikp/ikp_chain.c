#include "ikp/ikp_chain.h"

#include "base/must.h"

#include <string.h>

/* Which requirement of iKP a requirement of spec/pki.md stands for.  What is
 * not here (the form of a certificate) keeps a chain from leading anywhere. */
static const struct {
	const char *pki, *ikp;
} meaning[] = {
    {"PKI-P-15", "IKP-C-02"},
    {"PKI-P-16", "IKP-C-02"},
    {"PKI-P-22", "IKP-C-03"},
    {"PKI-P-23", "IKP-C-03"},
    {"PKI-P-21", "IKP-C-04"},
    {"PKI-P-25", "IKP-C-05"},
    {"PKI-P-26", "IKP-C-07"},
    {"PKI-P-27", "IKP-C-09"},
    {"PKI-P-34", "IKP-C-09"},
    {"PKI-P-17", "IKP-C-10"},
    {"PKI-P-18", "IKP-C-10"},
    {"PKI-P-19", "IKP-C-10"},
    {"PKI-P-20", "IKP-C-10"},
    {"PKI-P-24", "IKP-C-11"},
};

static const char *
meaning_of(const char *pki)
{
	for (size_t i = 0; i < sizeof meaning / sizeof meaning[0]; i++)
		if (pki != NULL && strcmp(meaning[i].pki, pki) == 0)
			return meaning[i].ikp;
	return "IKP-C-01";
}

semper_err
ikp_chain_check(const struct ikp_profile *profile,
    const struct ikp_trust *trust, struct semper_cert *leaf,
    const struct ikp_chain *chain, enum semper_cert_use use,
    struct semper_bytes id, int64_t now, int64_t date)
{
	struct semper_path_policy policy = {.rules = profile->alg->path,
	    .use = use,
	    .id = id,
	    .anchors = trust->anchors,
	    .n_anchors = trust->n_anchors,
	    .crls = trust->crls,
	    .n_crls = trust->n_crls};
	semper_err e =
	    semper_path_check(&policy, leaf, chain->item, chain->n, now, date);
	const char *requirement;

	if (!SEMPER_IS_REFUSAL(e))
		return e;
	requirement = meaning_of(semper_refused_by());
	MUST(requirement, false, IKP_E_CERT_INVALID);
	/* The check is switched off: go on with the leaf as it stands. */
	if (chain->n == 0 ||
	    semper_cert_read(leaf, chain->item[0]) != SEMPER_OK)
		return IKP_E_CERT_INVALID;
	return SEMPER_OK;
}

static semper_err
by_acquirer(struct semper_step *step, struct semper_cert *leaf,
    const struct ikp_chain *chain, enum semper_cert_use use,
    struct semper_bytes id, int64_t date)
{
	const struct ikp_acquirer_params *params = step->party->params;

	return ikp_chain_check(ikp_profile_of(step), &params->trust, leaf,
	    chain, use, id, step->now, date);
}

semper_err
ikp_chain_of_seller(struct semper_step *step, struct semper_cert *leaf,
    const struct ikp_chain *cert_s, struct semper_bytes id_s, int64_t date)
{
	return by_acquirer(step, leaf, cert_s, SEMPER_USE_SELLER, id_s, date);
}

semper_err
ikp_chain_of_buyer(struct semper_step *step, struct semper_cert *leaf,
    const struct ikp_chain *cert_b, int64_t date)
{
	return by_acquirer(step, leaf, cert_b, SEMPER_USE_BUYER, SEMPER_NONE,
	    date);
}

semper_err
ikp_chain_of_acquirer(struct semper_step *step, struct semper_cert *leaf,
    int64_t date)
{
	const struct ikp_seller_params *params = step->party->params;

	return ikp_chain_check(ikp_profile_of(step), &params->trust, leaf,
	    &params->acquirer_sig, SEMPER_USE_ACQUIRER_SIG, SEMPER_NONE,
	    step->now, date);
}

bool
ikp_chain_equal(const struct ikp_chain *a, const struct ikp_chain *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!semper_bytes_equal(a->item[i], b->item[i]))
			return false;
	return true;
}
