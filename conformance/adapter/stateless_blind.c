/* stateless_blind.c -- RSA blind signatures, RFC 9474 (ADAPTER.md section 5).
 */
#include "stateless.h"

#include "base/must.h"
#include "crypto/blind.h"
#include "pki/key.h"

static bool
variant_of(struct call *call, enum semper_rsabssa *out)
{
	static const char *const names[] = {[SEMPER_RSABSSA_PSS_RANDOMIZED] =
						"RSABSSA-SHA384-PSS-Randomized",
	    [SEMPER_RSABSSA_PSSZERO_RANDOMIZED] =
		"RSABSSA-SHA384-PSSZERO-Randomized",
	    [SEMPER_RSABSSA_PSS_DETERMINISTIC] =
		"RSABSSA-SHA384-PSS-Deterministic",
	    [SEMPER_RSABSSA_PSSZERO_DETERMINISTIC] =
		"RSABSSA-SHA384-PSSZERO-Deterministic"};
	int which = word_find(call->arg[0].octets, names, 4);

	if (which < 0)
		answer_unsupported(call, "this variant");
	else
		*out = (enum semper_rsabssa)which;
	return which >= 0;
}

static const struct argument blind_arguments[] = {{"variant", ARG_TEXT, false},
    {"key", ARG_HEX, false}, {"message", ARG_HEX, false},
    {"rand", ARG_OBJECT, true}, ARG_END};

static semper_err
blind(struct call *call)
{
	struct semper_buffer input = pool_buffer(&call->pool,
	    call->arg[2].octets.len + SEMPER_RSABSSA_PREFIX_LEN);
	uint8_t blinded[SEMPER_RSA_MAX_LEN], inv[SEMPER_RSA_MAX_LEN];
	const struct semper_draw *draw = &call->account.draw;
	enum semper_rsabssa variant;
	struct semper_rsa_pub key;

	if (!variant_of(call, &variant))
		return SEMPER_OK;
	TRY(semper_spki_rsa(&key, call->arg[1].octets));
	TRY(semper_rsabssa_prepare(variant, &input, call->arg[2].octets, draw));
	TRY(semper_rsabssa_blind(&key, variant, blinded, inv,
	    semper_written(&input), draw));
	put_hex(call->ok, "prepared", semper_written(&input));
	put_hex(call->ok, "blinded", SEMPER_BYTES(blinded, key.len));
	put_hex(call->ok, "inv", SEMPER_BYTES(inv, key.len));
	return SEMPER_OK;
}

static const struct argument sign_arguments[] = {{"key", ARG_HEX, false},
    {"blinded", ARG_HEX, false}, ARG_END};

static semper_err
blind_sign(struct call *call)
{
	uint8_t sig[SEMPER_RSA_MAX_LEN];
	struct semper_rsa_priv *key;

	TRY(semper_pkcs8_rsa(&key, call->arg[0].octets));
	return stateless_signed(call, "blind_signature", key, sig,
	    semper_rsabssa_blind_sign(key, sig, call->arg[1].octets,
		&call->account.draw));
}

static const struct argument finalize_arguments[] = {{"variant", ARG_TEXT,
							 false},
    {"key", ARG_HEX, false}, {"prepared", ARG_HEX, false},
    {"blind_signature", ARG_HEX, false}, {"inv", ARG_HEX, false}, ARG_END};

static semper_err
finalize(struct call *call)
{
	uint8_t sig[SEMPER_RSA_MAX_LEN];
	enum semper_rsabssa variant;
	struct semper_rsa_pub key;

	if (!variant_of(call, &variant))
		return SEMPER_OK;
	TRY(semper_spki_rsa(&key, call->arg[1].octets));
	TRY(stateless_length(call, 4, key.len));
	TRY(semper_rsabssa_finalize(&key, variant, sig, call->arg[2].octets,
	    call->arg[3].octets, call->arg[4].octets.data));
	put_hex(call->ok, "signature", SEMPER_BYTES(sig, key.len));
	return SEMPER_OK;
}

static const struct argument verify_arguments[] = {{"variant", ARG_TEXT, false},
    {"key", ARG_HEX, false}, {"prepared", ARG_HEX, false},
    {"signature", ARG_HEX, false}, ARG_END};

static semper_err
verify(struct call *call)
{
	enum semper_rsabssa variant;
	struct semper_rsa_pub key;

	if (!variant_of(call, &variant))
		return SEMPER_OK;
	TRY(semper_spki_rsa(&key, call->arg[1].octets));
	return semper_rsabssa_verify(&key, variant, call->arg[2].octets,
	    call->arg[3].octets);
}

const struct operation operations_blind[] = {
    {"crypto.rsabssa-blind", blind_arguments, blind, true},
    {"crypto.rsabssa-blind-sign", sign_arguments, blind_sign, true},
    {"crypto.rsabssa-finalize", finalize_arguments, finalize, true},
    {"crypto.rsabssa-verify", verify_arguments, verify, true},
    {NULL, NULL, NULL, false},
};
