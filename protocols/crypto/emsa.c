/* emsa.c -- see emsa.h. */
#include "crypto/emsa.h"

#include <string.h>

#include "base/must.h"
#include "crypto/rsa.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)

/* DER of DigestInfo up to the hash value, AlgorithmIdentifier with NULL
 * parameters (RFC 8017 9.2, note 1). */
static const struct {
	uint8_t len, der[19];
} digest_info[] = {
    [SEMPER_SHA1] = {15,
	{0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05,
	    0x00, 0x04, 0x14}},
    [SEMPER_SHA256] = {19,
	{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	    0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}},
    [SEMPER_SHA384] = {19,
	{0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	    0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30}},
    [SEMPER_SHA512] = {19,
	{0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	    0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40}},
};

/* 1024 bits have room for either encoding of any hash, the salt aside. */
_Static_assert(SEMPER_RSA_MIN_BITS / 8 >= 3 + 8 + 19 + SEMPER_HASH_MAX &&
	SEMPER_RSA_MIN_BITS / 8 >= SEMPER_HASH_MAX + 2,
    "shortest modulus");

void
semper_emsa_pkcs1(uint8_t *em, size_t len, enum semper_hash h,
    const uint8_t *digest)
{
	size_t hash_len = semper_hash_len(h), info_len = digest_info[h].len;

	size_t ff_len = len - 3 - info_len - hash_len; /* at least 8 */

	em[0] = 0x00;
	em[1] = FAULT("pkcs1-block-type-2") ? 0x02 : 0x01;
	memset(em + 2, 0xff, ff_len);
	em[2 + ff_len] = 0x00;
	memcpy(em + 3 + ff_len, digest_info[h].der, info_len);
	memcpy(em + 3 + ff_len + info_len, digest, hash_len);
}

/* H = Hash(eight zero octets || digest || salt) */
static void
pss_hash(uint8_t *out, enum semper_hash h, struct semper_bytes salt,
    const uint8_t *digest)
{
	static const uint8_t zeros[8];
	struct semper_hash_state s;

	semper_hash_init(&s, h);
	if (!FAULT("pss-no-zeros"))
		semper_hash_update(&s, SEMPER_BYTES(zeros, sizeof zeros));
	semper_hash_update(&s, SEMPER_BYTES(digest, semper_hash_len(h)));
	semper_hash_update(&s, salt);
	semper_hash_final(&s, out);
}

/* The bits of the first octet that are inside BITS. */
static uint8_t
top_mask(size_t bits)
{
	return (uint8_t)(0xff >> (7 - (bits - 1) % 8));
}

bool
semper_emsa_pss(uint8_t *em, size_t bits, enum semper_hash h,
    struct semper_bytes salt, const uint8_t *digest)
{
	size_t len = (bits + 7) / 8, hash_len = semper_hash_len(h);

	if (len < hash_len + salt.len + 2)
		return false;
	size_t db_len = len - hash_len - 1;
	size_t pad_len = db_len - salt.len - 1;
	uint8_t *value = em + db_len;

	memset(em, 0, pad_len);
	em[pad_len] = 0x01;
	if (salt.len > 0)
		memcpy(em + pad_len + 1, salt.data, salt.len);
	pss_hash(value, h, salt, digest);
	semper_mgf1_xor(h, em, db_len, SEMPER_BYTES(value, hash_len));
	em[0] &= FAULT("pss-top-bits-kept") ? 0xff : top_mask(bits);
	em[len - 1] = 0xbc;
	return true;
}

semper_err
semper_emsa_pss_verify(uint8_t *em, size_t bits, enum semper_hash h,
    size_t salt_len, const uint8_t *digest)
{
	size_t len = (bits + 7) / 8, hash_len = semper_hash_len(h);
	size_t db_len = len - hash_len - 1, one = 0;
	const uint8_t *value = em + db_len;
	uint8_t again[SEMPER_HASH_MAX];

	MUST("CR-P-04", em[len - 1] == 0xbc, AUTH);
	MUST("CR-P-05", (em[0] & ~top_mask(bits)) == 0, AUTH);
	semper_mgf1_xor(h, em, db_len, SEMPER_BYTES(value, hash_len));
	em[0] &= top_mask(bits);

	while (one < db_len - 1 && em[one] == 0)
		one++;
	MUST("CR-P-06", em[one] == 0x01, AUTH);
	struct semper_bytes salt = SEMPER_BYTES(em + one + 1, db_len - one - 1);
	MUST("CR-P-07", salt.len == salt_len, AUTH);
	pss_hash(again, h, salt, digest);
	MUST("CR-P-08",
	    memcmp(again, value, FAULT("pss-hash-cut") ? 8 : hash_len) == 0,
	    AUTH);
	return SEMPER_OK;
}
