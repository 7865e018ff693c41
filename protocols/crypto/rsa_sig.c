/* rsa_sig.c -- see rsa_sig.h. */
#include "crypto/rsa_sig.h"

#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/emsa.h"
#include "crypto/mark.h"
#include "crypto/rsa_key.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)

/* sig = em^d, which everybody may know. */
static semper_err
sign(struct semper_rsa_priv *key, uint8_t *sig, const uint8_t *em,
    const struct semper_draw *draw)
{
	TRY(semper_rsa_private(key, sig, em, draw));
	MARK_PUBLIC(sig, key->pub.len);
	return SEMPER_OK;
}

/* ---- PKCS#1 v1.5 --------------------------------------------------------- */

/* CR-V-01 */
semper_err
semper_pkcs1_sign_digest(struct semper_rsa_priv *key, uint8_t *sig,
    enum semper_hash h, const uint8_t *digest, const struct semper_draw *draw)
{
	uint8_t em[SEMPER_RSA_MAX_LEN];

	semper_emsa_pkcs1(em, key->pub.len, h, digest);
	return sign(key, sig, em, draw);
}

semper_err
semper_pkcs1_sign(struct semper_rsa_priv *key, uint8_t *sig, enum semper_hash h,
    struct semper_bytes msg, const struct semper_draw *draw)
{
	uint8_t digest[SEMPER_HASH_MAX];

	semper_hash(h, digest, msg);
	return semper_pkcs1_sign_digest(key, sig, h, digest, draw);
}

/* Does EM begin as AGAIN does, however much padding it has?  The mistake of
 * Bleichenbacher's forgery: what follows the hash is not looked at. */
static bool
begins_alike(const uint8_t *em, const uint8_t *again, size_t len)
{
	size_t i = 2, j = 2;

	while (i < len && em[i] == 0xff)
		i++;
	while (again[j] == 0xff)
		j++;
	return em[1] == 0x01 && i <= j &&
	    memcmp(em + i, again + j, len - j) == 0;
}

/* CR-V-02: encode again and compare. */
semper_err
semper_pkcs1_verify_digest(const struct semper_rsa_pub *key, enum semper_hash h,
    const uint8_t *digest, struct semper_bytes sig)
{
	uint8_t em[SEMPER_RSA_MAX_LEN], again[SEMPER_RSA_MAX_LEN];

	MUST("CR-V-03", sig.len == key->len, AUTH);
	MUST("CR-V-04", semper_rsa_below(key, sig), AUTH);
	semper_rsa_power_e(key, em, sig);
	semper_emsa_pkcs1(again, key->len, h, digest);
	MUST("CR-V-05",
	    memcmp(em, again, key->len) == 0 ||
		(FAULT("pkcs1-garbage-behind") &&
		    begins_alike(em, again, key->len)),
	    AUTH);
	return SEMPER_OK;
}

semper_err
semper_pkcs1_verify(const struct semper_rsa_pub *key, enum semper_hash h,
    struct semper_bytes msg, struct semper_bytes sig)
{
	uint8_t digest[SEMPER_HASH_MAX];

	semper_hash(h, digest, msg);
	return semper_pkcs1_verify_digest(key, h, digest, sig);
}

/* ---- PSS ----------------------------------------------------------------- */

/* CR-P-01: emBits is one less than bits(n), so that the encoding is below n.
 * When bits(n) = 8k+1 it has one octet less than the modulus; that octet is
 * zero before signing, and must be zero after verifying. */
static size_t
pss_offset(const struct semper_rsa_pub *key)
{
	return key->len - (key->bits - 1 + 7) / 8;
}

semper_err
semper_pss_sign_digest(struct semper_rsa_priv *key, uint8_t *sig,
    enum semper_hash h, size_t salt_len, const uint8_t *digest,
    const struct semper_draw *draw, const char *label)
{
	uint8_t em[SEMPER_RSA_MAX_LEN] = {0}, salt[SEMPER_RSA_MAX_LEN];

	if (FAULT("pss-salt-20") && salt_len > 20)
		salt_len = 20;
	MUST("CR-P-02", salt_len <= sizeof salt, SEMPER_E_KEY);
	if (salt_len > 0)
		TRY(semper_draw(draw, label, salt, salt_len));
	MUST("CR-P-02",
	    semper_emsa_pss(em + pss_offset(&key->pub), key->pub.bits - 1, h,
		SEMPER_BYTES(salt, salt_len), digest),
	    SEMPER_E_KEY);
	return sign(key, sig, em, draw);
}

semper_err
semper_pss_sign(struct semper_rsa_priv *key, uint8_t *sig, enum semper_hash h,
    size_t salt_len, struct semper_bytes msg, const struct semper_draw *draw,
    const char *label)
{
	uint8_t digest[SEMPER_HASH_MAX];

	semper_hash(h, digest, msg);
	return semper_pss_sign_digest(key, sig, h, salt_len, digest, draw,
	    label);
}

semper_err
semper_pss_verify_digest(const struct semper_rsa_pub *key, enum semper_hash h,
    size_t salt_len, const uint8_t *digest, struct semper_bytes sig)
{
	uint8_t em[SEMPER_RSA_MAX_LEN];
	size_t offset = pss_offset(key);

	MUST("CR-P-03", sig.len == key->len, AUTH);
	MUST("CR-P-09", semper_rsa_below(key, sig), AUTH);
	semper_rsa_power_e(key, em, sig);
	MUST("CR-P-10", offset == 0 || em[0] == 0, AUTH);
	return semper_emsa_pss_verify(em + offset, key->bits - 1, h, salt_len,
	    digest);
}

semper_err
semper_pss_verify(const struct semper_rsa_pub *key, enum semper_hash h,
    size_t salt_len, struct semper_bytes msg, struct semper_bytes sig)
{
	uint8_t digest[SEMPER_HASH_MAX];

	semper_hash(h, digest, msg);
	return semper_pss_verify_digest(key, h, salt_len, digest, sig);
}
