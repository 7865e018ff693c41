#include "ikp/ikp_sign.h"

#include "base/must.h"

#define CONTEXT(word) "semper/ikp/1 " word

const char *const ikp_contexts[IKP_CONTEXTS] = {
    CONTEXT("id-buyer"),
    CONTEXT("description"),
    CONTEXT("commit-v"),
    CONTEXT("commit-vc"),
    CONTEXT("common"),
    CONTEXT("slip"),
    CONTEXT("enc-slip"),
    CONTEXT("sig-buyer"),
    CONTEXT("offer"),
    CONTEXT("payment"),
    CONTEXT("auth-request"),
    CONTEXT("auth-response"),
    CONTEXT("account"),
    CONTEXT("inquiry"),
    CONTEXT("inquiry-hash"),
    CONTEXT("inquiry-response"),
    CONTEXT("reversal-request"),
    CONTEXT("reversal-hash"),
    CONTEXT("reversal-response"),
    CONTEXT("acq-inquiry"),
    CONTEXT("acq-inquiry-hash"),
    CONTEXT("acq-inquiry-response"),
    CONTEXT("auth-res-hash"),
    CONTEXT("network-reference"),
    CONTEXT("chain"),
    CONTEXT("micro-offer"),
    CONTEXT("micro-accept"),
    CONTEXT("micro-deposit"),
    CONTEXT("micro-close"),
    CONTEXT("micro-deposit-response"),
    CONTEXT("capture-request"),
    CONTEXT("capture-hash"),
    CONTEXT("capture-response"),
    CONTEXT("refund-request"),
    CONTEXT("refund-hash"),
    CONTEXT("refund-response"),
    CONTEXT("batch-request"),
    CONTEXT("batch-hash"),
    CONTEXT("batch-results"),
    CONTEXT("batch-response"),
    CONTEXT("channel"),
    CONTEXT("channel-request"),
    CONTEXT("channel-response"),
};

void
ikp_hash(const struct ikp_algorithms *alg, struct ikp_digest *out,
    enum ikp_context ctx, struct semper_bytes x)
{
	out->len = semper_hash_len(alg->hash);
	if (alg->contexts)
		semper_hash_ctx(out->octets, ikp_contexts[ctx], x);
	else
		semper_hash(alg->hash, out->octets, x);
}

void
ikp_hash_keyed(const struct ikp_algorithms *alg, struct ikp_digest *out,
    enum ikp_context ctx, struct semper_bytes key, struct semper_bytes x)
{
	out->len = semper_hash_len(alg->hash);
	if (alg->contexts)
		semper_hmac_ctx(out->octets, ikp_contexts[ctx], key, x);
	else
		semper_hmac(alg->hash, out->octets, key, x);
}

semper_err
ikp_sign(const struct ikp_profile *profile, struct ikp_signature *sig,
    struct semper_rsa_priv *key, enum ikp_context ctx,
    const struct ikp_type *type, const void *value,
    const struct semper_draw *draw, const char *label)
{
	const struct ikp_algorithms *alg = profile->alg;
	uint8_t room[IKP_TBS_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);
	struct ikp_digest digest;

	if (key == NULL || semper_rsa_priv_pub(key)->len > sizeof sig->octets)
		return SEMPER_E_KEY;
	sig->len = semper_rsa_priv_pub(key)->len;
	TRY(ikp_encode(profile, type, &der, value));
	ikp_hash(alg, &digest, ctx, semper_written(&der));
	if (alg->pss)
		return semper_pss_sign_digest(key, sig->octets, alg->hash,
		    digest.len, digest.octets, draw, label);
	return semper_pkcs1_sign_digest(key, sig->octets, alg->hash,
	    digest.octets, draw);
}

static bool
verify_under(const struct ikp_algorithms *alg, const struct semper_rsa_pub *key,
    enum ikp_context ctx, struct semper_bytes der, struct semper_bytes sig)
{
	struct ikp_digest digest;

	ikp_hash(alg, &digest, ctx, der);
	if (alg->pss)
		return semper_pss_verify_digest(key, alg->hash, digest.len,
			   digest.octets, sig) == SEMPER_OK;
	return semper_pkcs1_verify_digest(key, alg->hash, digest.octets, sig) ==
	    SEMPER_OK;
}

bool
ikp_verify(const struct ikp_profile *profile, const struct semper_rsa_pub *key,
    enum ikp_context ctx, const struct ikp_type *type, const void *value,
    struct semper_bytes sig)
{
	uint8_t room[IKP_TBS_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);

	if (ikp_encode(profile, type, &der, value) != SEMPER_OK)
		return false;
	/* IKP-G-09: only CTX counts, whatever else the signer may sign. */
	for (int other = 0; FAULT("IKP-G-09") && other < IKP_CONTEXTS; other++)
		if (verify_under(profile->alg, key, (enum ikp_context)other,
			semper_written(&der), sig))
			return true;
	return verify_under(profile->alg, key, ctx, semper_written(&der), sig);
}
