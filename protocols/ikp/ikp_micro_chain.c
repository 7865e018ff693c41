/* ikp_micro_chain.c -- the hash chain of spec/ikp-micro.md 2. */
#include "ikp/ikp_micro.h"

#include "base/must.h"

#include <string.h>

static void
link_of(uint8_t *x, struct semper_bytes chain_id, int64_t position)
{
	uint8_t be32[4] = {(uint8_t)(position >> 24), (uint8_t)(position >> 16),
	    (uint8_t)(position >> 8), (uint8_t)position};
	struct semper_hash_state state;

	if (FAULT("one-step-function"))
		memset(be32, 0, sizeof be32); /* one function for all links */
	semper_hash_init_ctx(&state, ikp_contexts[IKP_CTX_CHAIN]);
	semper_hash_update(&state, chain_id);
	semper_hash_update(&state, SEMPER_BYTES(be32, sizeof be32));
	semper_hash_update(&state, SEMPER_BYTES(x, SEMPER_SHA256_LEN));
	semper_hash_final(&state, x);
}

void
ikp_chain_walk(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes chain_id, struct semper_bytes x, int64_t from,
    int64_t steps)
{
	out->len = semper_hash_len(alg->hash);
	memcpy(out->octets, x.data, out->len);
	if (!alg->contexts) {
		semper_hash_chain(alg->hash, out->octets, out->octets,
		    (uint64_t)steps);
		return;
	}
	for (int64_t i = from + 1; i <= from + steps; i++)
		link_of(out->octets, chain_id, i);
}

void
ikp_token(const struct ikp_profile *profile, struct ikp_digest *out,
    const struct ikp_terms *terms, struct semper_bytes x, int64_t index)
{
	ikp_chain_walk(profile->alg, out, terms->chain_id, x, 0,
	    terms->n - index);
}

/* IKP-U-47: at most n steps, and n is at most nMax. */
bool
ikp_token_leads(const struct ikp_profile *profile,
    const struct ikp_terms *terms, struct semper_bytes token, int64_t index,
    struct semper_bytes known, int64_t earlier)
{
	struct ikp_digest d;

	if (token.len != semper_hash_len(profile->alg->hash) ||
	    index < earlier || index > terms->n)
		return false;
	ikp_chain_walk(profile->alg, &d, terms->chain_id, token,
	    terms->n - index, index - earlier);
	return semper_bytes_equal(ikp_digest_bytes(&d), known);
}

/* ---- known answers: IKP-U-61 ---- */

static bool
all_zero(struct semper_bytes x)
{
	uint8_t any = 0;

	for (size_t i = 0; i < x.len; i++)
		any |= x.data[i];
	return any == 0;
}

static bool
in_range(int64_t number)
{
	return number >= 0 && number <= IKP_LINKS_MAX;
}

semper_err
ikp_chain_known(struct ikp_digest *out, const struct ikp_known_chain *in)
{
	struct ikp_algorithms alg = ikp_algorithms[in->edition];
	bool hard = in->edition == IKP_HARD;

	if (hard && in->hash != alg.hash)
		return SEMPER_E_UNSUPPORTED;
	alg.hash = in->hash;
	if (in->seed.len != semper_hash_len(alg.hash) ||
	    (hard ? in->chain_id.len != IKP_CHAIN_ID_SIZE
		  : in->chain_id.data != NULL))
		return SEMPER_REFUSAL(SEMPER_MALFORMED, 0);
	/* IKP-U-01 */
	if (!in_range(in->from) || !in_range(in->n) ||
	    !in_range(in->from + in->n) ||
	    (in->from == 0 && all_zero(in->seed)))
		return SEMPER_REFUSAL(SEMPER_RANGE, 0);
	ikp_chain_walk(&alg, out, in->chain_id, in->seed, in->from, in->n);
	return SEMPER_OK;
}
