/* hpke.c -- see hpke.h.  Section numbers are those of RFC 9180. */
#include "crypto/hpke.h"

#include <nettle/chacha-poly1305.h>
#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/hash.h"
#include "crypto/mark.h"
#include "crypto/x25519.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define NH 32 /* octets of a hash value, of a shared secret */

/* ---- labelled derivation (4) --------------------------------------------- */

/* suite_id: "KEM" 0020 inside the KEM, "HPKE" 0020 0001 0003 elsewhere. */
static const uint8_t kem_id[] = {'K', 'E', 'M', 0x00, 0x20};
static const uint8_t hpke_id[] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01,
    0x00, 0x03};

#define KEM SEMPER_BYTES(kem_id, sizeof kem_id)
#define HPKE SEMPER_BYTES(hpke_id, sizeof hpke_id)
#define EMPTY SEMPER_TEXT("")

static void
labeled_extract(uint8_t prk[NH], struct semper_bytes suite,
    struct semper_bytes salt, struct semper_bytes label,
    struct semper_bytes ikm)
{
	struct semper_hmac_state s;

	semper_hmac_init(&s, SEMPER_SHA256, salt);
	semper_hmac_update(&s, SEMPER_TEXT("HPKE-v1"));
	semper_hmac_update(&s, suite);
	semper_hmac_update(&s, label);
	semper_hmac_update(&s, ikm);
	semper_hmac_final(&s, prk);
}

static semper_err
labeled_expand(uint8_t *out, size_t len, struct semper_bytes suite,
    const uint8_t prk[NH], struct semper_bytes label, struct semper_bytes info)
{
	uint8_t be16[2] = {(uint8_t)(len >> 8), (uint8_t)len};
	const struct semper_bytes parts[] = {SEMPER_BYTES(be16, 2),
	    SEMPER_TEXT("HPKE-v1"), suite, label, info};

	return semper_hkdf_expand_parts(SEMPER_SHA256, out, len,
	    SEMPER_BYTES(prk, NH), parts, sizeof parts / sizeof parts[0]);
}

/* ---- DHKEM(X25519, HKDF-SHA256) (4.1, 7.1.3) ------------------------------
 */

void
semper_hpke_key_set(struct semper_hpke_key *key,
    const uint8_t secret[SEMPER_HPKE_LEN])
{
	memcpy(key->secret, secret, SEMPER_HPKE_LEN);
	semper_x25519_public(key->pub, secret);
}

semper_err
semper_hpke_derive_key(struct semper_hpke_key *key, struct semper_bytes ikm)
{
	uint8_t prk[NH], secret[SEMPER_HPKE_LEN];

	MUST("CR-K-02", ikm.len >= SEMPER_HPKE_LEN, SEMPER_E_ARGUMENT);
	labeled_extract(prk, KEM, EMPTY, SEMPER_TEXT("dkp_prk"), ikm);
	TRY(labeled_expand(secret, sizeof secret, KEM, prk, SEMPER_TEXT("sk"),
	    EMPTY));
	if (FAULT("hpke-key-not-derived"))
		memcpy(secret, ikm.data, sizeof secret);
	semper_hpke_key_set(key, secret);
	semper_wipe(prk, sizeof prk);
	semper_wipe(secret, sizeof secret);
	return SEMPER_OK;
}

/* CR-K-03: shared = ExtractAndExpand(dh, enc || pkR) */
static semper_err
shared_secret(uint8_t shared[NH], const uint8_t dh[NH], const uint8_t *enc,
    const uint8_t *pub)
{
	uint8_t context[2 * SEMPER_HPKE_LEN], prk[NH];

	memcpy(context, enc, SEMPER_HPKE_LEN);
	memcpy(context + SEMPER_HPKE_LEN, pub, SEMPER_HPKE_LEN);
	if (FAULT("hpke-key-not-in-context"))
		memcpy(context + SEMPER_HPKE_LEN, enc, SEMPER_HPKE_LEN);
	labeled_extract(prk, KEM, EMPTY, SEMPER_TEXT("eae_prk"),
	    SEMPER_BYTES(dh, NH));
	semper_err err =
	    labeled_expand(shared, NH, KEM, prk, SEMPER_TEXT("shared_secret"),
		SEMPER_BYTES(context, sizeof context));
	semper_wipe(prk, sizeof prk);
	return err;
}

/* ---- key schedule, base mode (5.1) ----------------------------------------
 */

static semper_err
key_schedule(struct semper_hpke *h, const uint8_t shared[NH],
    struct semper_bytes info)
{
	uint8_t context[1 + 2 * NH] = {0x00}, secret[NH]; /* mode_base */
	struct semper_bytes all = SEMPER_BYTES(context, sizeof context);

	labeled_extract(context + 1, HPKE, EMPTY, SEMPER_TEXT("psk_id_hash"),
	    EMPTY);
	labeled_extract(context + 1 + NH, HPKE, EMPTY, SEMPER_TEXT("info_hash"),
	    FAULT("hpke-info-ignored") ? EMPTY : info);
	labeled_extract(secret, HPKE, SEMPER_BYTES(shared, NH),
	    SEMPER_TEXT("secret"), EMPTY);
	TRY(labeled_expand(h->key, sizeof h->key, HPKE, secret,
	    SEMPER_TEXT("key"), all));
	TRY(labeled_expand(h->base_nonce, sizeof h->base_nonce, HPKE, secret,
	    SEMPER_TEXT("base_nonce"), all));
	TRY(labeled_expand(h->exporter, sizeof h->exporter, HPKE, secret,
	    SEMPER_TEXT("exp"), all));
	h->seq = 0;
	semper_wipe(secret, sizeof secret);
	return SEMPER_OK;
}

/* From the Diffie-Hellman value on, both sides do the same. */
static semper_err
establish(struct semper_hpke *h, uint8_t dh[NH], const uint8_t *enc,
    const uint8_t *pub, struct semper_bytes info)
{
	uint8_t shared[NH];

	semper_err err = shared_secret(shared, dh, enc, pub);
	if (err == SEMPER_OK)
		err = key_schedule(h, shared, info);
	semper_wipe(shared, sizeof shared);
	semper_wipe(dh, NH);
	return err;
}

semper_err
semper_hpke_sender(struct semper_hpke *h, uint8_t enc[SEMPER_HPKE_LEN],
    const uint8_t pub[SEMPER_HPKE_LEN], struct semper_bytes info,
    const struct semper_draw *draw)
{
	struct semper_hpke_key ephemeral;
	uint8_t ikm[SEMPER_HPKE_LEN], dh[NH];

	TRY(semper_draw(draw, "ikmE", ikm, sizeof ikm)); /* CR-K-01 */
	MARK_SECRET(ikm, sizeof ikm);
	semper_err err =
	    semper_hpke_derive_key(&ephemeral, SEMPER_BYTES(ikm, sizeof ikm));
	if (err == SEMPER_OK)
		err = semper_x25519(dh, ephemeral.secret, pub);
	if (err == SEMPER_OK)
		err = establish(h, dh, ephemeral.pub, pub, info);
	if (err == SEMPER_OK)
		memcpy(enc, ephemeral.pub, SEMPER_HPKE_LEN);
	semper_wipe(ikm, sizeof ikm);
	semper_wipe(&ephemeral, sizeof ephemeral);
	return err;
}

semper_err
semper_hpke_receiver(struct semper_hpke *h, const struct semper_hpke_key *key,
    struct semper_bytes enc, struct semper_bytes info)
{
	uint8_t peer[SEMPER_HPKE_LEN] = {0}, dh[NH];
	size_t len = enc.len < sizeof peer ? enc.len : sizeof peer;

	MUST("CR-K-04", enc.len == sizeof peer, AUTH);
	memcpy(peer, enc.data, len);
	MUST("CR-K-05", semper_x25519(dh, key->secret, peer) == SEMPER_OK,
	    AUTH);
	return establish(h, dh, peer, key->pub, info);
}

/* ---- encryption (5.2) -----------------------------------------------------
 */

/* CR-K-07: the cipher keyed for message seq, with the additional data read. */
static void
start(struct chacha_poly1305_ctx *c, const struct semper_hpke *h,
    struct semper_bytes aad)
{
	uint8_t nonce[CHACHA_POLY1305_NONCE_SIZE];

	memcpy(nonce, h->base_nonce, sizeof nonce);
	for (size_t i = 0; i < 8 && !FAULT("hpke-nonce-reused"); i++)
		nonce[sizeof nonce - 1 - i] ^= (uint8_t)(h->seq >> 8 * i);
	chacha_poly1305_set_key(c, h->key);
	chacha_poly1305_set_nonce(c, nonce);
	if (aad.len > 0 && !FAULT("hpke-aad-ignored"))
		chacha_poly1305_update(c, aad.len, aad.data);
}

semper_err
semper_hpke_context_seal(struct semper_hpke *h, struct semper_buffer *ct,
    struct semper_bytes aad, struct semper_bytes pt)
{
	struct chacha_poly1305_ctx c;
	size_t room = ct->cap - ct->len;
	uint8_t *out = ct->data + ct->len;

	MUST("CR-K-08", h->seq < UINT64_MAX, SEMPER_REFUSAL(SEMPER_LIMIT, 0));
	if (room < SEMPER_HPKE_TAG || pt.len > room - SEMPER_HPKE_TAG)
		return SEMPER_E_SPACE;
	start(&c, h, aad);
	if (pt.len > 0)
		chacha_poly1305_encrypt(&c, pt.len, out, pt.data);
	chacha_poly1305_digest(&c, SEMPER_HPKE_TAG, out + pt.len);
	semper_wipe(&c, sizeof c);
	ct->len += pt.len + SEMPER_HPKE_TAG;
	h->seq++;
	MARK_PUBLIC(out, pt.len + SEMPER_HPKE_TAG);
	return SEMPER_OK;
}

/* Decrypt LEN octets and say whether what follows them is the tag. */
static unsigned
decrypt(const struct semper_hpke *h, uint8_t *out, struct semper_bytes aad,
    const uint8_t *ct, size_t len)
{
	struct chacha_poly1305_ctx c;
	uint8_t tag[SEMPER_HPKE_TAG];

	start(&c, h, aad);
	if (len > 0)
		chacha_poly1305_decrypt(&c, len, out, ct);
	chacha_poly1305_digest(&c, sizeof tag, tag);
	unsigned ok = semper_ct_equal(tag, ct + len,
	    FAULT("hpke-tag-cut") ? 4 : sizeof tag);
	MARK_PUBLIC(&ok, sizeof ok); /* the caller learns it */
	semper_wipe(&c, sizeof c);
	semper_wipe(tag, sizeof tag);
	return ok;
}

semper_err
semper_hpke_context_open(struct semper_hpke *h, struct semper_buffer *pt,
    struct semper_bytes aad, struct semper_bytes ct)
{
	uint8_t *out = pt->data + pt->len;
	bool whole = ct.len >= SEMPER_HPKE_TAG;
	size_t len = whole ? ct.len - SEMPER_HPKE_TAG : 0;

	MUST("CR-K-08", h->seq < UINT64_MAX, SEMPER_REFUSAL(SEMPER_LIMIT, 0));
	if (len > pt->cap - pt->len)
		return SEMPER_E_SPACE;
	bool ok = whole && decrypt(h, out, aad, ct.data, len);
	if (!ok && !FAULT("CR-K-06"))
		semper_wipe(out, len); /* unauthenticated */
	MUST("CR-K-06", ok, AUTH);
	pt->len += len;
	h->seq++; /* CR-K-10: not before */
	return SEMPER_OK;
}

/* CR-K-09 */
semper_err
semper_hpke_export(const struct semper_hpke *h, uint8_t *out, size_t len,
    struct semper_bytes exporter_context)
{
	return labeled_expand(out, len, HPKE, h->exporter, SEMPER_TEXT("sec"),
	    FAULT("hpke-export-alike") ? EMPTY : exporter_context);
}

/* ---- single shot (6.1) ----------------------------------------------------
 */

semper_err
semper_hpke_seal(uint8_t enc[SEMPER_HPKE_LEN], struct semper_buffer *ct,
    const uint8_t pub[SEMPER_HPKE_LEN], struct semper_bytes info,
    struct semper_bytes aad, struct semper_bytes pt,
    const struct semper_draw *draw)
{
	struct semper_hpke h;

	TRY(semper_hpke_sender(&h, enc, pub, info, draw));
	semper_err err = semper_hpke_context_seal(&h, ct, aad, pt);
	semper_wipe(&h, sizeof h);
	return err;
}

semper_err
semper_hpke_open(const struct semper_hpke_key *key, struct semper_buffer *pt,
    struct semper_bytes enc, struct semper_bytes info, struct semper_bytes aad,
    struct semper_bytes ct)
{
	struct semper_hpke h;

	TRY(semper_hpke_receiver(&h, key, enc, info));
	semper_err err = semper_hpke_context_open(&h, pt, aad, ct);
	semper_wipe(&h, sizeof h);
	return err;
}
