/* ikp_micro_proof.c -- what the seller puts under a deposit and under a close:
 * Sig_S or, in 1KP of HARD, a mac; nothing in 1KP of EC95 and JSAC
 *
 *	Sig_S  S_S(context, Tbs)
 *	mac    HK(secret, context, Tbs) */
#include "ikp/ikp_micro.h"

#include "base/ct.h"
#include "base/must.h"

#define MAC_ROOM 128

static semper_err
mac_of(const struct ikp_profile *profile, struct ikp_digest *mac,
    const struct ikp_proof_kind *kind, struct semper_bytes secret,
    const void *tbs)
{
	uint8_t room[MAC_ROOM];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_encode(profile, &kind->tbs, &der, tbs));
	ikp_hash_keyed(profile->alg, mac, kind->context, secret,
	    semper_written(&der));
	return SEMPER_OK;
}

/* ---- the seller makes it ---- */

semper_err
ikp_proof_make(struct semper_step *step, struct ikp_proof *proof,
    const struct ikp_proof_kind *kind, const void *tbs)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_seller_keys *keys = step->party->keys;

	proof->sig_s = proof->mac = SEMPER_NONE;
	if (ikp_in(profile, IKP_23KP)) {
		TRY(ikp_sign(profile, &proof->room.sig, keys->sig.key,
		    kind->context, &kind->tbs, tbs, step->draw, kind->salt));
		proof->sig_s = ikp_signature_bytes(&proof->room.sig);
	} else if (profile->alg->edition == IKP_HARD) {
		TRY(mac_of(profile, &proof->room.mac, kind, params->secret,
		    tbs));
		proof->mac = ikp_digest_bytes(&proof->room.mac);
	}
	return SEMPER_OK;
}

/* ---- the acquirer checks it ---- */

static bool
mac_is_right(const struct semper_step *step, struct semper_bytes id_s,
    const struct ikp_proof_kind *kind, const void *tbs, struct semper_bytes mac)
{
	const struct ikp_seller_entry *seller =
	    ikp_seller_entry_of(step->party->params, id_s);
	struct ikp_digest own;

	return seller != NULL && seller->secret.data != NULL &&
	    mac_of(ikp_profile_of(step), &own, kind, seller->secret, tbs) ==
	    SEMPER_OK &&
	    mac.len == own.len &&
	    semper_ct_equal(mac.data, own.octets, own.len);
}

semper_err
ikp_proof_check(struct semper_step *step, const struct ikp_proof *proof,
    const struct ikp_proof_kind *kind, const void *tbs,
    const struct ikp_clear *clear, const struct ikp_chain *cert_s)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct semper_cert seller;

	if (ikp_in(profile, IKP_23KP))
		TRY(ikp_chain_of_seller(step, &seller, cert_s, clear->id_s,
		    clear->date));
	MUST("IKP-U-27",
	    ikp_in(profile, IKP_VARIANT_1KP)
		? profile->alg->edition != IKP_HARD ||
		    mac_is_right(step, clear->id_s, kind, tbs, proof->mac)
		: ikp_verify(profile, &seller.key, kind->context, &kind->tbs,
		      tbs, proof->sig_s),
	    IKP_E_SIG_INVALID);
	return SEMPER_OK;
}
