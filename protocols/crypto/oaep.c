/* oaep.c -- see oaep.h.
 *
 * CR-O-01:
 *     EM = 00 || maskedSeed || maskedDB,   DB = lHash || 00..00 || 01 || M
 */
#include "crypto/oaep.h"

#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/limbs.h"
#include "crypto/mark.h"
#include "crypto/rsa_key.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define RANGE SEMPER_REFUSAL(SEMPER_RANGE, 0)

size_t
semper_oaep_max(const struct semper_rsa_pub *key, enum semper_hash h)
{
	size_t overhead = 2 * semper_hash_len(h) + 2;

	return key->len > overhead ? key->len - overhead : 0;
}

/* DB with M, and the seed, each masked by the other. */
static void
mask(uint8_t *em, size_t len, enum semper_hash h)
{
	size_t hash_len = semper_hash_len(h);
	uint8_t *seed = em + 1, *db = seed + hash_len;
	size_t db_len = len - hash_len - 1;

	if (FAULT("oaep-mgf1-sha1"))
		h = SEMPER_SHA1;
	semper_mgf1_xor(h, db, db_len, SEMPER_BYTES(seed, hash_len));
	semper_mgf1_xor(h, seed, hash_len, SEMPER_BYTES(db, db_len));
}

static void
unmask(uint8_t *em, size_t len, enum semper_hash h)
{
	size_t hash_len = semper_hash_len(h);
	uint8_t *seed = em + 1, *db = seed + hash_len;
	size_t db_len = len - hash_len - 1;

	semper_mgf1_xor(h, seed, hash_len, SEMPER_BYTES(db, db_len));
	semper_mgf1_xor(h, db, db_len, SEMPER_BYTES(seed, hash_len));
}

semper_err
semper_oaep_encrypt(const struct semper_rsa_pub *key, uint8_t *ct,
    enum semper_hash h, struct semper_bytes label, struct semper_bytes msg,
    const struct semper_draw *draw, const char *seed)
{
	uint8_t em[SEMPER_RSA_MAX_LEN] = {0};
	size_t hash_len = semper_hash_len(h);

	MUST("CR-O-02", key->len >= 2 * hash_len + 2, RANGE);
	MUST("CR-O-02", msg.len <= semper_oaep_max(key, h), RANGE);
	TRY(semper_draw(draw, seed, em + 1, hash_len));
	if (FAULT("oaep-seed-fixed"))
		memset(em + 1, 0x55, hash_len);
	semper_hash(h, em + 1 + hash_len, label);
	em[key->len - msg.len - 1] = 0x01;
	if (msg.len > 0)
		memcpy(em + key->len - msg.len, msg.data, msg.len);
	mask(em, key->len, h);

	semper_err err = semper_rsa_public_sec(key, ct, em);
	semper_wipe(em, sizeof em);
	return err;
}

/* What decoding finds: constant time in EM (CR-O-10).  M stands behind the
 * octet `one` (and is empty if there is no 0x01); ok is 1 if all is right. */
struct found {
	size_t one;
	unsigned ok;
};

/* The first octet other than 0x00 behind lHash must be 0x01. */
static struct found
search(const uint8_t *em, size_t from, size_t len)
{
	uint64_t one = len - 1, seen = 0; /* seen: a non-zero octet was met */
	unsigned good = 0;

	for (size_t i = from; i < len; i++) {
		unsigned zero = semper_ct_is_zero(em[i]);
		unsigned first = (unsigned)(seen ^ 1) & (zero ^ 1);
		one = semper_ct_select(first, i, one);
		good |= first & semper_ct_is_zero(em[i] ^ 0x01);
		seen |= first;
	}
	return (struct found){(size_t)one, good};
}

static struct found
decode(const uint8_t *em, size_t len, enum semper_hash h,
    struct semper_bytes label)
{
	size_t hash_len = semper_hash_len(h);
	const uint8_t *db = em + 1 + hash_len;
	uint8_t label_hash[SEMPER_HASH_MAX];
	unsigned ok = 1;

	semper_hash(h, label_hash,
	    FAULT("oaep-label-ignored") ? SEMPER_TEXT("") : label);
	struct found f = search(em, 1 + 2 * hash_len, len);
	FOLD("CR-O-06", ok, semper_ct_is_zero(em[0]));
	FOLD("CR-O-07", ok, semper_ct_equal(db, label_hash, hash_len));
	FOLD("CR-O-08", ok, f.ok);
	f.ok = ok;
	return f;
}

/* The verdict is the first thing time may depend on; then the length.  Nothing
 * was written to MSG before (CR-O-11). */
static semper_err
deliver(struct semper_buffer *msg, const uint8_t *em, size_t len,
    struct found f)
{
	MARK_PUBLIC(&f, sizeof f);
	if (FAULT("oaep-manger") && em[0] != 0)
		return RANGE;
	MUST("CR-O-09", f.ok, AUTH);
	return semper_buffer_append(msg,
	    SEMPER_BYTES(em + f.one + 1, len - f.one - 1));
}

semper_err
semper_oaep_decrypt(struct semper_rsa_priv *key, struct semper_buffer *msg,
    enum semper_hash h, struct semper_bytes label, struct semper_bytes ct,
    const struct semper_draw *draw)
{
	uint8_t em[SEMPER_RSA_MAX_LEN];
	size_t len = key->pub.len;

	MUST("CR-O-03", len >= 2 * semper_hash_len(h) + 2, SEMPER_E_KEY);
	if (msg->cap - msg->len < semper_oaep_max(&key->pub, h))
		return SEMPER_E_SPACE;
	MUST("CR-O-04", ct.len == len, AUTH);
	MUST("CR-O-05", semper_rsa_below(&key->pub, ct), AUTH);
	if (!semper_octets_align(em, len, ct))
		return AUTH;
	TRY(semper_rsa_root(key, em, em, draw));
	unmask(em, len, h);
	semper_err err = deliver(msg, em, len, decode(em, len, h, label));
	semper_wipe(em, sizeof em);
	return err;
}
