/* stateless_crypto.c -- hashes and RSA (ADAPTER.md section 5). */
#include "stateless.h"

#include <string.h>

#include "base/must.h"
#include "crypto/fdh.h"
#include "crypto/oaep.h"
#include "crypto/rsa_sig.h"
#include "pki/key.h"

#define CHAIN_MAX ((int64_t)1 << 28) /* steps; more is not a test */

bool
stateless_hash(struct call *call, enum semper_hash *out, size_t i)
{
	static const char *const names[] = {"sha1", "sha256", "sha384",
	    "sha512"};
	static const enum semper_hash hashes[] = {SEMPER_SHA1, SEMPER_SHA256,
	    SEMPER_SHA384, SEMPER_SHA512};
	int which = word_find(call->arg[i].octets, names, 4);

	if (which < 0)
		answer_unsupported(call, "this alg");
	else
		*out = hashes[which];
	return which >= 0;
}

semper_err
stateless_length(const struct call *call, size_t i, size_t len)
{
	return call->arg[i].octets.len == len ? SEMPER_OK
					      : SEMPER_REFUSAL(SEMPER_RANGE, 0);
}

/* ---- hashes ---- */

static const struct argument hash_arguments[] = {{"alg", ARG_TEXT, false},
    {"data", ARG_HEX, false}, ARG_END};

static semper_err
hash(struct call *call)
{
	uint8_t digest[SEMPER_HASH_MAX];
	enum semper_hash h;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	semper_hash(h, digest, call->arg[1].octets);
	put_hex(call->ok, "digest", SEMPER_BYTES(digest, semper_hash_len(h)));
	return SEMPER_OK;
}

static const struct argument hmac_arguments[] = {{"alg", ARG_TEXT, false},
    {"key", ARG_HEX, false}, {"data", ARG_HEX, false}, ARG_END};

static semper_err
hmac(struct call *call)
{
	uint8_t mac[SEMPER_HASH_MAX];
	enum semper_hash h;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	semper_hmac(h, mac, call->arg[1].octets, call->arg[2].octets);
	put_hex(call->ok, "mac", SEMPER_BYTES(mac, semper_hash_len(h)));
	return SEMPER_OK;
}

static const struct argument hkdf_arguments[] = {{"alg", ARG_TEXT, false},
    {"ikm", ARG_HEX, false}, {"salt", ARG_HEX, false}, {"info", ARG_HEX, false},
    {"length", ARG_INTEGER, false}, ARG_END};

static semper_err
hkdf(struct call *call)
{
	uint8_t prk[SEMPER_HASH_MAX];
	int64_t length = call->arg[4].number;
	enum semper_hash h;
	uint8_t *okm;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	if (length < 0 || length > 255 * SEMPER_HASH_MAX)
		return SEMPER_E_ARGUMENT;
	okm = pool_take(&call->pool, (size_t)length);
	semper_hkdf_extract(h, prk, call->arg[2].octets, call->arg[1].octets);
	TRY(semper_hkdf_expand(h, okm, (size_t)length,
	    SEMPER_BYTES(prk, semper_hash_len(h)), call->arg[3].octets));
	put_hex(call->ok, "okm", SEMPER_BYTES(okm, (size_t)length));
	return SEMPER_OK;
}

static const struct argument chain_arguments[] = {{"alg", ARG_TEXT, false},
    {"seed", ARG_HEX, false}, {"n", ARG_INTEGER, false}, ARG_END};

static semper_err
hash_chain(struct call *call)
{
	struct semper_bytes seed = call->arg[1].octets;
	int64_t n = call->arg[2].number;
	uint8_t digest[SEMPER_HASH_MAX];
	enum semper_hash h;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	if (n < 0 || n > CHAIN_MAX)
		return SEMPER_E_ARGUMENT;
	if (n > 0) { /* the first link hashes a seed of any length */
		semper_hash(h, digest, seed);
		semper_hash_chain(h, digest, digest, (uint64_t)n - 1);
		seed = SEMPER_BYTES(digest, semper_hash_len(h));
	}
	put_hex(call->ok, "digest", seed);
	return SEMPER_OK;
}

/* ---- RSA signatures ---- */

semper_err
stateless_signed(struct call *call, const char *name,
    struct semper_rsa_priv *key, const uint8_t *sig, semper_err e)
{
	size_t len = semper_rsa_priv_pub(key)->len;

	semper_rsa_priv_free(key);
	TRY(e);
	put_hex(call->ok, name, SEMPER_BYTES(sig, len));
	return SEMPER_OK;
}

static const struct argument pkcs1_sign_arguments[] = {{"alg", ARG_TEXT, false},
    {"key", ARG_HEX, false}, {"message", ARG_HEX, false}, ARG_END};

static semper_err
pkcs1_sign(struct call *call)
{
	uint8_t sig[SEMPER_RSA_MAX_LEN];
	struct semper_rsa_priv *key;
	enum semper_hash h;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	TRY(semper_pkcs8_rsa(&key, call->arg[1].octets));
	return stateless_signed(call, "signature", key, sig,
	    semper_pkcs1_sign(key, sig, h, call->arg[2].octets,
		&call->account.draw));
}

static const struct argument pkcs1_verify_arguments[] = {{"alg", ARG_TEXT,
							     false},
    {"key", ARG_HEX, false}, {"message", ARG_HEX, false},
    {"signature", ARG_HEX, false}, ARG_END};

static semper_err
pkcs1_verify(struct call *call)
{
	struct semper_rsa_pub key;
	enum semper_hash h;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	TRY(semper_spki_rsa(&key, call->arg[1].octets));
	return semper_pkcs1_verify(&key, h, call->arg[2].octets,
	    call->arg[3].octets);
}

static semper_err
salt_length(const struct call *call, size_t *out, size_t i)
{
	int64_t n = call->arg[i].number;

	if (n < 0 || n > SEMPER_RSA_MAX_LEN)
		return SEMPER_E_ARGUMENT;
	*out = (size_t)n;
	return SEMPER_OK;
}

static const struct argument pss_sign_arguments[] = {{"alg", ARG_TEXT, false},
    {"salt_len", ARG_INTEGER, false}, {"key", ARG_HEX, false},
    {"message", ARG_HEX, false}, {"rand", ARG_OBJECT, true}, ARG_END};

static semper_err
pss_sign(struct call *call)
{
	uint8_t sig[SEMPER_RSA_MAX_LEN];
	struct semper_rsa_priv *key;
	enum semper_hash h;
	size_t salt_len;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	TRY(salt_length(call, &salt_len, 1));
	TRY(semper_pkcs8_rsa(&key, call->arg[2].octets));
	return stateless_signed(call, "signature", key, sig,
	    semper_pss_sign(key, sig, h, salt_len, call->arg[3].octets,
		&call->account.draw, "salt"));
}

static const struct argument pss_verify_arguments[] = {{"alg", ARG_TEXT, false},
    {"salt_len", ARG_INTEGER, false}, {"key", ARG_HEX, false},
    {"message", ARG_HEX, false}, {"signature", ARG_HEX, false}, ARG_END};

static semper_err
pss_verify(struct call *call)
{
	struct semper_rsa_pub key;
	enum semper_hash h;
	size_t salt_len;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	TRY(salt_length(call, &salt_len, 1));
	TRY(semper_spki_rsa(&key, call->arg[2].octets));
	return semper_pss_verify(&key, h, salt_len, call->arg[3].octets,
	    call->arg[4].octets);
}

/* ---- OAEP and full-domain hash ---- */

static const struct argument oaep_encrypt_arguments[] = {{"alg", ARG_TEXT,
							     false},
    {"label", ARG_HEX, false}, {"key", ARG_HEX, false},
    {"plaintext", ARG_HEX, false}, {"rand", ARG_OBJECT, true}, ARG_END};

static semper_err
oaep_encrypt(struct call *call)
{
	uint8_t ct[SEMPER_RSA_MAX_LEN];
	struct semper_rsa_pub key;
	enum semper_hash h;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	TRY(semper_spki_rsa(&key, call->arg[2].octets));
	TRY(semper_oaep_encrypt(&key, ct, h, call->arg[1].octets,
	    call->arg[3].octets, &call->account.draw, "seed"));
	put_hex(call->ok, "ciphertext", SEMPER_BYTES(ct, key.len));
	return SEMPER_OK;
}

static const struct argument oaep_decrypt_arguments[] = {{"alg", ARG_TEXT,
							     false},
    {"label", ARG_HEX, false}, {"key", ARG_HEX, false},
    {"ciphertext", ARG_HEX, false}, ARG_END};

static semper_err
oaep_decrypt(struct call *call)
{
	struct semper_buffer msg = pool_buffer(&call->pool, SEMPER_RSA_MAX_LEN);
	struct semper_rsa_priv *key;
	enum semper_hash h;
	semper_err e;

	if (!stateless_hash(call, &h, 0))
		return SEMPER_OK;
	TRY(semper_pkcs8_rsa(&key, call->arg[2].octets));
	e = semper_oaep_decrypt(key, &msg, h, call->arg[1].octets,
	    call->arg[3].octets, &call->account.draw);
	semper_rsa_priv_free(key);
	TRY(e);
	put_hex(call->ok, "plaintext", semper_written(&msg));
	return SEMPER_OK;
}

static const struct argument fdh_arguments[] = {{"context", ARG_TEXT, false},
    {"key", ARG_HEX, false}, {"data", ARG_HEX, false},
    {"unit", ARG_BOOLEAN, false}, ARG_END};

static semper_err
fdh(struct call *call)
{
	struct semper_bytes context = call->arg[0].octets;
	uint8_t value[SEMPER_RSA_MAX_LEN];
	struct semper_rsa_pub key;
	char text[256] = {0};

	if (context.len < 1 || context.len > 255)
		return SEMPER_E_ARGUMENT;
	memcpy(text, context.data, context.len);
	TRY(semper_spki_rsa(&key, call->arg[1].octets));
	if (call->arg[3].flag)
		TRY(semper_fdh_unit(value, text, semper_rsa_n(&key),
		    call->arg[2].octets));
	else
		TRY(semper_fdh_scalar(value, text, semper_rsa_n(&key),
		    call->arg[2].octets));
	put_hex(call->ok, "value", SEMPER_BYTES(value, key.len));
	return SEMPER_OK;
}

const struct operation operations_crypto[] = {
    {"crypto.hash", hash_arguments, hash, true},
    {"crypto.hmac", hmac_arguments, hmac, true},
    {"crypto.hkdf", hkdf_arguments, hkdf, true},
    {"crypto.hash-chain", chain_arguments, hash_chain, true},
    {"crypto.rsa-pkcs1-sign", pkcs1_sign_arguments, pkcs1_sign, true},
    {"crypto.rsa-pkcs1-verify", pkcs1_verify_arguments, pkcs1_verify, true},
    {"crypto.rsa-pss-sign", pss_sign_arguments, pss_sign, true},
    {"crypto.rsa-pss-verify", pss_verify_arguments, pss_verify, true},
    {"crypto.rsa-oaep-encrypt", oaep_encrypt_arguments, oaep_encrypt, true},
    {"crypto.rsa-oaep-decrypt", oaep_decrypt_arguments, oaep_decrypt, true},
    {"crypto.rsa-fdh", fdh_arguments, fdh, true},
    {NULL, NULL, NULL, false},
};
