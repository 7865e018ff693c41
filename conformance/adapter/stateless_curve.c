/* stateless_curve.c -- Ed25519, X25519 and HPKE (ADAPTER.md section 5). */
#include "stateless.h"

#include "base/ct.h"
#include "base/must.h"
#include "crypto/ed25519.h"
#include "crypto/hpke.h"
#include "crypto/x25519.h"
#include "pki/key.h"

static const struct argument sign_arguments[] = {{"key", ARG_HEX, false},
    {"message", ARG_HEX, false}, ARG_END};

static semper_err
ed25519_sign(struct call *call)
{
	uint8_t sig[SEMPER_ED25519_SIG_LEN];
	struct semper_ed25519_key key;

	TRY(semper_pkcs8_ed25519(&key, call->arg[0].octets));
	semper_ed25519_sign(&key, sig, call->arg[1].octets);
	semper_wipe(&key, sizeof key);
	put_hex(call->ok, "signature", SEMPER_BYTES(sig, sizeof sig));
	return SEMPER_OK;
}

static const struct argument verify_arguments[] = {{"key", ARG_HEX, false},
    {"message", ARG_HEX, false}, {"signature", ARG_HEX, false}, ARG_END};

static semper_err
ed25519_verify(struct call *call)
{
	uint8_t key[SEMPER_ED25519_LEN];

	TRY(semper_spki_ed25519(key, call->arg[0].octets));
	return semper_ed25519_verify(SEMPER_BYTES(key, sizeof key),
	    call->arg[1].octets, call->arg[2].octets);
}

static const struct argument x25519_arguments[] = {{"private", ARG_HEX, false},
    {"public", ARG_HEX, false}, ARG_END};

static semper_err
x25519(struct call *call)
{
	uint8_t shared[SEMPER_X25519_LEN];

	if (call->arg[0].octets.len != SEMPER_X25519_LEN ||
	    call->arg[1].octets.len != SEMPER_X25519_LEN)
		return SEMPER_REFUSAL(SEMPER_MALFORMED, 0);
	if (semper_x25519(shared, call->arg[0].octets.data,
		call->arg[1].octets.data) != SEMPER_OK)
		return SEMPER_REFUSAL(SEMPER_AUTH, 0); /* a small order */
	put_hex(call->ok, "shared", SEMPER_BYTES(shared, sizeof shared));
	semper_wipe(shared, sizeof shared);
	return SEMPER_OK;
}

/* ---- HPKE ---- */

/* The sequence number of argument I, 0 if it is not given. */
static semper_err
sequence(const struct call *call, uint64_t *out, size_t i)
{
	if (call->arg[i].number < 0)
		return SEMPER_E_ARGUMENT;
	*out = (uint64_t)call->arg[i].number;
	return SEMPER_OK;
}

static semper_err
receiver(struct call *call, struct semper_hpke *h)
{
	uint8_t secret[SEMPER_X25519_LEN];
	struct semper_hpke_key key;
	semper_err e;

	TRY(semper_pkcs8_x25519(secret, call->arg[0].octets));
	semper_hpke_key_set(&key, secret);
	e = semper_hpke_receiver(h, &key, call->arg[1].octets,
	    call->arg[2].octets);
	semper_wipe(secret, sizeof secret);
	semper_wipe(&key, sizeof key);
	return e;
}

static const struct argument seal_arguments[] = {{"key", ARG_HEX, false},
    {"info", ARG_HEX, false}, {"aad", ARG_HEX, false},
    {"plaintext", ARG_HEX, false}, {"seq", ARG_INTEGER, true},
    {"rand", ARG_OBJECT, true}, ARG_END};

static semper_err
hpke_seal(struct call *call)
{
	struct semper_buffer ct =
	    pool_buffer(&call->pool, call->arg[3].octets.len + SEMPER_HPKE_TAG);
	uint8_t pub[SEMPER_X25519_LEN], enc[SEMPER_HPKE_LEN];
	struct semper_hpke h;
	uint64_t seq;
	semper_err e;

	TRY(sequence(call, &seq, 4));
	TRY(semper_spki_x25519(pub, call->arg[0].octets));
	TRY(semper_hpke_sender(&h, enc, pub, call->arg[1].octets,
	    &call->account.draw));
	h.seq = seq;
	e = semper_hpke_context_seal(&h, &ct, call->arg[2].octets,
	    call->arg[3].octets);
	semper_wipe(&h, sizeof h);
	TRY(e);
	put_hex(call->ok, "enc", SEMPER_BYTES(enc, sizeof enc));
	put_hex(call->ok, "ciphertext", semper_written(&ct));
	return SEMPER_OK;
}

static const struct argument open_arguments[] = {{"key", ARG_HEX, false},
    {"enc", ARG_HEX, false}, {"info", ARG_HEX, false}, {"aad", ARG_HEX, false},
    {"ciphertext", ARG_HEX, false}, {"seq", ARG_INTEGER, true}, ARG_END};

static semper_err
hpke_open(struct call *call)
{
	struct semper_buffer pt =
	    pool_buffer(&call->pool, call->arg[4].octets.len);
	struct semper_hpke h;
	uint64_t seq;
	semper_err e;

	TRY(sequence(call, &seq, 5));
	TRY(receiver(call, &h));
	h.seq = seq;
	e = semper_hpke_context_open(&h, &pt, call->arg[3].octets,
	    call->arg[4].octets);
	semper_wipe(&h, sizeof h);
	TRY(e);
	put_hex(call->ok, "plaintext", semper_written(&pt));
	return SEMPER_OK;
}

static const struct argument export_arguments[] = {{"key", ARG_HEX, false},
    {"enc", ARG_HEX, false}, {"info", ARG_HEX, false},
    {"context", ARG_HEX, false}, {"length", ARG_INTEGER, false}, ARG_END};

static semper_err
hpke_export(struct call *call)
{
	int64_t length = call->arg[4].number;
	struct semper_hpke h;
	uint8_t *secret;
	semper_err e;

	if (length < 0 || length > 255 * 32)
		return SEMPER_E_ARGUMENT;
	secret = pool_take(&call->pool, (size_t)length);
	TRY(receiver(call, &h));
	e = semper_hpke_export(&h, secret, (size_t)length, call->arg[3].octets);
	semper_wipe(&h, sizeof h);
	TRY(e);
	put_hex(call->ok, "secret", SEMPER_BYTES(secret, (size_t)length));
	return SEMPER_OK;
}

const struct operation operations_curve[] = {
    {"crypto.ed25519-sign", sign_arguments, ed25519_sign, true},
    {"crypto.ed25519-verify", verify_arguments, ed25519_verify, true},
    {"crypto.x25519", x25519_arguments, x25519, true},
    {"crypto.hpke-seal", seal_arguments, hpke_seal, true},
    {"crypto.hpke-open", open_arguments, hpke_open, true},
    {"crypto.hpke-export", export_arguments, hpke_export, true},
    {NULL, NULL, NULL, false},
};
