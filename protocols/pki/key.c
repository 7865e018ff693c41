#include "pki/key.h"

#include <string.h>

#include "asn1/der.h"
#include "base/ct.h"
#include "base/must.h"
#include "crypto/hash.h"
#include "pki/algorithm.h"

/* Room for an RSAPrivateKey of 8192 bits: n, d of 1024 octets, five numbers of
 * 512, e of 32, and their headers. */
#define RSA_PRIVATE_MAX 5120
#define RSA_PUBLIC_MAX (SEMPER_RSA_MAX_LEN + SEMPER_RSA_MAX_E_LEN + 16)

/* What semper_der_decode says, as PKI-K-01 has it. */
static semper_err
decode(const char *name, const struct semper_field *fields, void *dst,
    struct semper_bytes der)
{
	struct semper_bytes rest = der;
	semper_err err;

	/* The mistake of a reader that stops where the encoding ends. */
	if (FAULT("PKI-K-01"))
		semper_der_next(&rest, &der);
	err = semper_der_decode(semper_der_find("PKIX", name), fields, dst,
	    der);
	return SEMPER_IS_REFUSAL(err)
	    ? semper_refused("PKI-K-01", SEMPER_E_BAD_KEY)
	    : err;
}

static semper_err
encode(const char *name, const struct semper_field *fields, const void *src,
    struct semper_buffer *out)
{
	return semper_der_encode(semper_der_find("PKIX", name), fields, src,
	    out);
}

/* ---- public keys ---- */

struct spki {
	struct semper_bytes algorithm, bits;
};

static const struct semper_field spki_fields[] = {
    FIELD_DER("algorithm", struct spki, algorithm),
    FIELD_BYTES("subjectPublicKey", struct spki, bits), FIELD_END};

struct rsa_public {
	struct semper_bytes n, e;
};

static const struct semper_field rsa_public_fields[] = {
    FIELD_NATURAL("modulus", struct rsa_public, n),
    FIELD_NATURAL("publicExponent", struct rsa_public, e), FIELD_END};

static semper_err
spki_bits(struct semper_bytes *bits, struct semper_bytes spki,
    struct semper_bytes algorithm)
{
	struct spki s;

	TRY(decode("SubjectPublicKeyInfo", spki_fields, &s, spki));
	MUST("PKI-K-02", semper_bytes_equal(s.algorithm, algorithm),
	    SEMPER_E_BAD_KEY);
	*bits = s.bits;
	return SEMPER_OK;
}

semper_err
semper_spki_rsa(struct semper_rsa_pub *out, struct semper_bytes spki)
{
	struct semper_bytes bits;
	struct rsa_public key;

	TRY(spki_bits(&bits, spki, SEMPER_ALG_RSA));
	TRY(decode("RSAPublicKey", rsa_public_fields, &key, bits));
	MUST("PKI-K-03", semper_rsa_pub_set(out, key.n, key.e) == SEMPER_OK,
	    SEMPER_E_BAD_KEY);
	return SEMPER_OK;
}

static semper_err
spki_curve(uint8_t out[32], struct semper_bytes spki,
    struct semper_bytes algorithm)
{
	struct semper_bytes bits;

	TRY(spki_bits(&bits, spki, algorithm));
	if (bits.len != 32)
		return semper_refused("PKI-K-06", SEMPER_E_BAD_KEY);
	memcpy(out, bits.data, 32);
	return SEMPER_OK;
}

semper_err
semper_spki_ed25519(uint8_t out[SEMPER_ED25519_LEN], struct semper_bytes spki)
{
	TRY(spki_curve(out, spki, SEMPER_ALG_ED25519));
	MUST("PKI-K-06",
	    semper_ed25519_check(SEMPER_BYTES(out, SEMPER_ED25519_LEN)) ==
		SEMPER_OK,
	    SEMPER_E_BAD_KEY);
	return SEMPER_OK;
}

semper_err
semper_spki_x25519(uint8_t out[SEMPER_X25519_LEN], struct semper_bytes spki)
{
	return spki_curve(out, spki, SEMPER_ALG_X25519);
}

static semper_err
spki_put(struct semper_buffer *out, struct semper_bytes algorithm,
    struct semper_bytes bits)
{
	struct spki s = {algorithm, bits};

	return encode("SubjectPublicKeyInfo", spki_fields, &s, out);
}

static semper_err
rsa_bits(struct semper_buffer *bits, const struct semper_rsa_pub *key)
{
	struct rsa_public numbers = {semper_rsa_n(key), semper_rsa_e(key)};

	return encode("RSAPublicKey", rsa_public_fields, &numbers, bits);
}

semper_err
semper_spki_put_rsa(struct semper_buffer *out, const struct semper_rsa_pub *key)
{
	uint8_t room[RSA_PUBLIC_MAX];
	struct semper_buffer bits = SEMPER_BUFFER(room);

	TRY(rsa_bits(&bits, key));
	return spki_put(out, SEMPER_ALG_RSA, semper_written(&bits));
}

semper_err
semper_key_id(uint8_t id[SEMPER_KEY_ID_LEN], const struct semper_rsa_pub *key)
{
	uint8_t room[RSA_PUBLIC_MAX], digest[SEMPER_SHA256_LEN];
	struct semper_buffer bits = SEMPER_BUFFER(room);

	TRY(rsa_bits(&bits, key));
	semper_hash(SEMPER_SHA256, digest, semper_written(&bits));
	memcpy(id, digest, SEMPER_KEY_ID_LEN);
	return SEMPER_OK;
}

semper_err
semper_spki_put_ed25519(struct semper_buffer *out,
    const uint8_t key[SEMPER_ED25519_LEN])
{
	return spki_put(out, SEMPER_ALG_ED25519,
	    SEMPER_BYTES(key, SEMPER_ED25519_LEN));
}

semper_err
semper_spki_put_x25519(struct semper_buffer *out,
    const uint8_t key[SEMPER_X25519_LEN])
{
	return spki_put(out, SEMPER_ALG_X25519,
	    SEMPER_BYTES(key, SEMPER_X25519_LEN));
}

/* ---- private keys ---- */

struct pkcs8 {
	int64_t version;
	struct semper_bytes algorithm, key;
	bool has_public; /* only a version 2 structure may hold one */
};

static const struct semper_field pkcs8_fields[] = {
    FIELD_INT("version", struct pkcs8, version),
    FIELD_DER("algorithm", struct pkcs8, algorithm),
    FIELD_BYTES("privateKey", struct pkcs8, key),
    FIELD_PRESENT("publicKey", struct pkcs8, has_public), FIELD_END};

struct rsa_private {
	int64_t version;
	struct semper_rsa_parts parts;
};

static const struct semper_field rsa_private_fields[] = {
    FIELD_INT("version", struct rsa_private, version),
    FIELD_NATURAL("modulus", struct rsa_private, parts.n),
    FIELD_NATURAL("publicExponent", struct rsa_private, parts.e),
    FIELD_NATURAL("privateExponent", struct rsa_private, parts.d),
    FIELD_NATURAL("prime1", struct rsa_private, parts.p),
    FIELD_NATURAL("prime2", struct rsa_private, parts.q),
    FIELD_NATURAL("exponent1", struct rsa_private, parts.dp),
    FIELD_NATURAL("exponent2", struct rsa_private, parts.dq),
    FIELD_NATURAL("coefficient", struct rsa_private, parts.qinv), FIELD_END};

static const struct semper_field curve_fields[] = {
    FIELD_BYTES("", struct spki, bits), FIELD_END};

static semper_err
pkcs8_key(struct semper_bytes *key, struct semper_bytes pkcs8,
    struct semper_bytes algorithm)
{
	struct pkcs8 p;

	TRY(decode("PrivateKeyInfo", pkcs8_fields, &p, pkcs8));
	MUST("PKI-K-05", p.version == 0 && !p.has_public, SEMPER_E_BAD_KEY);
	MUST("PKI-K-02", semper_bytes_equal(p.algorithm, algorithm),
	    SEMPER_E_BAD_KEY);
	*key = p.key;
	return SEMPER_OK;
}

semper_err
semper_pkcs8_rsa(struct semper_rsa_priv **out, struct semper_bytes pkcs8)
{
	struct semper_bytes key;
	struct rsa_private numbers;
	struct semper_rsa_pub pub;
	semper_err err;

	TRY(pkcs8_key(&key, pkcs8, SEMPER_ALG_RSA));
	TRY(decode("RSAPrivateKey", rsa_private_fields, &numbers, key));
	MUST("PKI-K-03",
	    semper_rsa_pub_set(&pub, numbers.parts.n, numbers.parts.e) ==
		SEMPER_OK,
	    SEMPER_E_BAD_KEY);
	err = semper_rsa_priv_new(out, &numbers.parts);
	MUST("PKI-K-04", err != SEMPER_E_KEY, SEMPER_E_BAD_KEY);
	return err;
}

static semper_err
pkcs8_curve(uint8_t out[32], struct semper_bytes pkcs8,
    struct semper_bytes algorithm)
{
	struct semper_bytes key;
	struct spki secret;

	TRY(pkcs8_key(&key, pkcs8, algorithm));
	TRY(decode("CurvePrivateKey", curve_fields, &secret, key));
	memcpy(out, secret.bits.data, 32);
	return SEMPER_OK;
}

semper_err
semper_pkcs8_ed25519(struct semper_ed25519_key *out, struct semper_bytes pkcs8)
{
	uint8_t seed[SEMPER_ED25519_LEN];

	TRY(pkcs8_curve(seed, pkcs8, SEMPER_ALG_ED25519));
	semper_ed25519_key_set(out, seed);
	semper_wipe(seed, sizeof seed);
	return SEMPER_OK;
}

semper_err
semper_pkcs8_x25519(uint8_t out[SEMPER_X25519_LEN], struct semper_bytes pkcs8)
{
	return pkcs8_curve(out, pkcs8, SEMPER_ALG_X25519);
}

/* PKI-K-07: the module has one encoding of each key, attributes aside. */
static semper_err
pkcs8_put(struct semper_buffer *out, struct semper_bytes algorithm,
    struct semper_bytes key)
{
	struct pkcs8 p = {0, algorithm, key, false};

	return encode("PrivateKeyInfo", pkcs8_fields, &p, out);
}

semper_err
semper_pkcs8_put_rsa(struct semper_buffer *out,
    const struct semper_rsa_priv *key)
{
	struct rsa_private numbers = {.version = 0};
	uint8_t room[RSA_PRIVATE_MAX];
	struct semper_buffer inner = SEMPER_BUFFER(room);
	semper_err err;

	semper_rsa_priv_parts(key, &numbers.parts);
	err = encode("RSAPrivateKey", rsa_private_fields, &numbers, &inner);
	if (err == SEMPER_OK)
		err = pkcs8_put(out, SEMPER_ALG_RSA, semper_written(&inner));
	semper_wipe(room, sizeof room);
	return err;
}

static semper_err
pkcs8_put_curve(struct semper_buffer *out, const uint8_t secret[32],
    struct semper_bytes algorithm)
{
	struct spki s = {SEMPER_NONE, SEMPER_BYTES(secret, 32)};
	uint8_t room[40];
	struct semper_buffer inner = SEMPER_BUFFER(room);
	semper_err err;

	err = encode("CurvePrivateKey", curve_fields, &s, &inner);
	if (err == SEMPER_OK)
		err = pkcs8_put(out, algorithm, semper_written(&inner));
	semper_wipe(room, sizeof room);
	return err;
}

semper_err
semper_pkcs8_put_ed25519(struct semper_buffer *out,
    const uint8_t seed[SEMPER_ED25519_LEN])
{
	return pkcs8_put_curve(out, seed, SEMPER_ALG_ED25519);
}

semper_err
semper_pkcs8_put_x25519(struct semper_buffer *out,
    const uint8_t secret[SEMPER_X25519_LEN])
{
	return pkcs8_put_curve(out, secret, SEMPER_ALG_X25519);
}
