/* ikp_slip.c -- EncSlip = E_A(PRICE, H(Common), BAN, R_B [, PIN]
 *	[, EXPIRATION] [, R_acct])
 * B -> A, through S */
#include "ikp/ikp_flow.h"

#include "base/ct.h"
#include "base/must.h"
#include "crypto/oaep.h"
#include "pki/key.h"

#include <string.h>

#define SLIP                                                            \
	FIELD_GROUP("price", struct ikp_slip, price, ikp_price_fields), \
	    FIELD_BYTES("hCommon", struct ikp_slip, h_common),          \
	    FIELD_BYTES("ban", struct ikp_slip, ban),                   \
	    FIELD_BYTES("rB", struct ikp_slip, r_b),                    \
	    FIELD_BYTES("pin", struct ikp_slip, pin),                   \
	    FIELD_BYTES("expiration", struct ikp_slip, expiration)

static const struct semper_field historic[] = {SLIP, FIELD_END};
static const struct semper_field hard[] = {
    SLIP,
    FIELD_BYTES("rAcct", struct ikp_slip, r_acct),
    FIELD_END,
};
const struct ikp_type ikp_slip_type = {"Slip", historic, hard};

/* The label of E_A: a context in HARD, empty elsewhere. */
static struct semper_bytes
label(const struct ikp_algorithms *alg)
{
	const char *text = alg->contexts ? ikp_contexts[IKP_CTX_SLIP] : "";

	return SEMPER_BYTES((const uint8_t *)text, strlen(text));
}

/* IKP-B-12: OAEP draws a seed for each. */
semper_err
ikp_slip_seal(const struct ikp_profile *profile, struct semper_buffer *out,
    const struct semper_rsa_pub *key, const struct ikp_slip *slip,
    const struct semper_draw *draw)
{
	uint8_t room[512];
	struct semper_buffer der = SEMPER_BUFFER(room);
	semper_err e;

	if (key->len > out->cap)
		return SEMPER_E_SPACE;
	e = ikp_encode(profile, &ikp_slip_type, &der, slip);
	if (e == SEMPER_OK)
		e = semper_oaep_encrypt(key, out->data, profile->alg->hash,
		    label(profile->alg), semper_written(&der), draw,
		    "seed(EncSlip)");
	if (e == SEMPER_OK)
		out->len = key->len;
	semper_wipe(room, sizeof room);
	return e;
}

/* ---- the acquirer opens it ---- */

/* Decrypt.  What is not a number below the modulus costs the same private
 * operation as anything else (IKP-A-14): 1 is decrypted in its place. */
static semper_err
decrypt(struct semper_step *step, unsigned *ok, struct semper_buffer *out,
    struct semper_bytes enc_slip)
{
	const struct ikp_acquirer_keys *keys = step->party->keys;
	const struct ikp_algorithms *alg = ikp_profile_of(step)->alg;
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(keys->enc.key);
	uint8_t one[SEMPER_RSA_MAX_LEN] = {0};
	bool in_range = enc_slip.len == pub->len &&
	    memcmp(enc_slip.data, pub->n, pub->len) < 0;
	semper_err e;

	one[pub->len - 1] = 1;
	e = semper_oaep_decrypt(keys->enc.key, out, alg->hash, label(alg),
	    in_range ? enc_slip : SEMPER_BYTES(one, pub->len), step->draw);
	if (e != SEMPER_OK && !SEMPER_IS_REFUSAL(e))
		return e;
	FOLD("IKP-A-10", *ok, in_range && e == SEMPER_OK);
	return SEMPER_OK;
}

/* Which components may, and which must be there? */
static bool
complete(const struct ikp_profile *profile, const struct ikp_slip *slip)
{
	uint32_t pin = IKP_VARIANT_1KP | (IKP_VARIANT_2KP & IKP_JSAC_HARD);

	return (slip->pin.data == NULL || ikp_in(profile, pin)) &&
	    (slip->expiration.data != NULL) == ikp_in(profile, IKP_JSAC_HARD) &&
	    (slip->r_acct.data != NULL) ==
	    ikp_in(profile, IKP_EDITION_HARD & IKP_VARIANT_3KP);
}

/* Is the hash of Common, rebuilt from the slip, that of Clear? */
static bool
rebuilds_by(const struct ikp_algorithms *rule,
    const struct ikp_profile *profile, const struct ikp_slip *slip,
    const struct ikp_auth_req *request)
{
	const struct ikp_clear *clear = &request->clear;
	struct ikp_digest id_b, h_common;
	struct ikp_common common;

	if (slip->ban.data == NULL ||
	    ikp_id_b(rule, &id_b, slip->r_b, slip->ban) != SEMPER_OK)
		return false;
	common = (struct ikp_common){ikp_profile_field(profile), slip->price,
	    clear->id_s, clear->tid_s, clear->date, clear->nonce_s,
	    ikp_digest_bytes(&id_b), request->h_desc, clear->h_v, clear->h_vc,
	    clear->micro};
	return ikp_h_common(profile, &h_common, &common) == SEMPER_OK &&
	    semper_bytes_equal(ikp_digest_bytes(&h_common), clear->h_common);
}

/* Is it the order of this slip, with ID_B by the rule of the edition? */
static bool
rebuilds(const struct ikp_profile *profile, const struct ikp_slip *slip,
    const struct ikp_auth_req *request)
{
	if (rebuilds_by(profile->alg, profile, slip, request))
		return true;
	return FAULT("id-b-either") &&
	    rebuilds_by(&ikp_algorithms[IKP_EC95], profile, slip, request);
}

/* EC95, JSAC: does the table give the account to the key of CERT_B? */
static bool
in_table(const struct ikp_acquirer_params *params, struct semper_bytes ban,
    const struct semper_cert *cert_b)
{
	uint8_t room[SEMPER_RSA_MAX_LEN + 128], hash[SEMPER_SHA256_LEN];
	struct semper_buffer spki = SEMPER_BUFFER(room);
	bool found = false;

	if (semper_spki_put_rsa(&spki, &cert_b->key) != SEMPER_OK)
		return false;
	semper_hash(SEMPER_SHA256, hash, semper_written(&spki));
	for (size_t i = 0; i < params->n_accounts; i++)
		if (semper_bytes_equal(params->accounts[i].ban, ban) &&
		    memcmp(params->accounts[i].spki, hash, sizeof hash) == 0)
			found = true;
	return found;
}

/* Is the account of the slip that of CERT_B? */
static bool
owns_account(struct semper_step *step, const struct ikp_slip *slip,
    const struct semper_cert *cert_b)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_digest d;

	if (cert_b == NULL)
		return true;
	if (slip->ban.data == NULL)
		return false;
	if (profile->alg->edition != IKP_HARD)
		return in_table(step->party->params, slip->ban, cert_b);
	return slip->r_acct.data != NULL &&
	    ikp_account(profile->alg, &d, slip->r_acct, slip->ban) ==
	    SEMPER_OK &&
	    semper_bytes_equal(ikp_digest_bytes(&d), cert_b->commitment);
}

semper_err
ikp_slip_open(struct semper_step *step, struct ikp_slip *slip,
    struct semper_buffer *room, const struct ikp_auth_req *request,
    const struct semper_cert *cert_b)
{
	const struct ikp_profile *profile = ikp_profile_of(step);
	unsigned ok = 1;
	semper_err e;

	memset(slip, 0, sizeof *slip);
	TRY(decrypt(step, &ok, room, request->enc_slip));
	e = ikp_decode(profile, &ikp_slip_type, slip, semper_written(room));
	if (e != SEMPER_OK && !SEMPER_IS_REFUSAL(e))
		return e;
	if (e != SEMPER_OK && FAULT("slip-oracle"))
		return IKP_E_MALFORMED;
	if (e != SEMPER_OK)
		memset(slip, 0, sizeof *slip);
	FOLD("IKP-A-11", ok, e == SEMPER_OK && complete(profile, slip));
	if (!ok && FAULT("slip-answers-differ"))
		return IKP_E_COMMON_MISMATCH;
	FOLD("IKP-A-12", ok,
	    semper_bytes_equal(slip->h_common, request->clear.h_common));
	FOLD("IKP-A-13", ok, rebuilds(profile, slip, request));
	FOLD("IKP-C-08", ok, owns_account(step, slip, cert_b));
	/* IKP-A-14: one answer, and no word on which of them it was. */
	if (!ok)
		return semper_refused(NULL, IKP_E_SLIP_INVALID);
	return SEMPER_OK;
}
