/* hpke.h -- hybrid public-key encryption, RFC 9180, base mode, one suite:
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305
 * (suite id "HPKE" 0x0020 0x0001 0x0003).
 *
 * Single shot for one message; a context for several messages under one
 * encapsulated key, and for exporting secrets both ends share (the key that
 * protects a reply, say).
 *
 * enc is 32 octets and travels with the ciphertext, which is SEMPER_HPKE_TAG
 * octets longer than the plaintext.  Output is appended to the caller's
 * buffer: SEMPER_E_SPACE if it does not fit, and the buffer unchanged.
 *
 * Opening gives SEMPER_REFUSAL(SEMPER_AUTH, 0) for everything that is wrong
 * with enc, aad or ct.  The sender is not authenticated by this mode.
 *
 * The sender's ephemeral key is DeriveKeyPair of 32 octets drawn under the
 * label "ikmE".
 */
#ifndef SEMPER_CRYPTO_HPKE_H
#define SEMPER_CRYPTO_HPKE_H

#include "base/bytes.h"
#include "base/draw.h"
#include "base/err.h"

#define SEMPER_HPKE_LEN 32 /* secret key, public key, enc */
#define SEMPER_HPKE_TAG 16

struct semper_hpke_key {
	uint8_t secret[SEMPER_HPKE_LEN];
	uint8_t pub[SEMPER_HPKE_LEN];
};

/* DeriveKeyPair (section 7.1.3).  SEMPER_E_ARGUMENT if ikm.len < 32. */
semper_err semper_hpke_derive_key(struct semper_hpke_key *key,
    struct semper_bytes ikm) SEMPER_MUST_CHECK;

/* From a stored secret. */
void semper_hpke_key_set(struct semper_hpke_key *key,
    const uint8_t secret[SEMPER_HPKE_LEN]);

/* ---- single shot ---------------------------------------------------------
 * Seal: SEMPER_REFUSAL(SEMPER_AUTH, 0) if PUB is of small order;
 * SEMPER_E_RANDOM; SEMPER_E_SPACE. */

semper_err semper_hpke_seal(uint8_t enc[SEMPER_HPKE_LEN],
    struct semper_buffer *ct, const uint8_t pub[SEMPER_HPKE_LEN],
    struct semper_bytes info, struct semper_bytes aad, struct semper_bytes pt,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

semper_err semper_hpke_open(const struct semper_hpke_key *key,
    struct semper_buffer *pt, struct semper_bytes enc, struct semper_bytes info,
    struct semper_bytes aad, struct semper_bytes ct) SEMPER_MUST_CHECK;

/* ---- contexts ------------------------------------------------------------
 * One direction each: the sender's context seals, the receiver's opens, both
 * export.  The sequence number advances on success only.  Wipe when done. */

struct semper_hpke {
	uint8_t key[32];
	uint8_t base_nonce[12];
	uint8_t exporter[32];
	uint64_t seq;
};

semper_err semper_hpke_sender(struct semper_hpke *h,
    uint8_t enc[SEMPER_HPKE_LEN], const uint8_t pub[SEMPER_HPKE_LEN],
    struct semper_bytes info, const struct semper_draw *draw) SEMPER_MUST_CHECK;
semper_err semper_hpke_receiver(struct semper_hpke *h,
    const struct semper_hpke_key *key, struct semper_bytes enc,
    struct semper_bytes info) SEMPER_MUST_CHECK;

/* SEMPER_REFUSAL(SEMPER_LIMIT, 0) after 2^64 - 1 messages. */
semper_err semper_hpke_context_seal(struct semper_hpke *h,
    struct semper_buffer *ct, struct semper_bytes aad,
    struct semper_bytes pt) SEMPER_MUST_CHECK;
semper_err semper_hpke_context_open(struct semper_hpke *h,
    struct semper_buffer *pt, struct semper_bytes aad,
    struct semper_bytes ct) SEMPER_MUST_CHECK;

/* SEMPER_REFUSAL(SEMPER_RANGE, 0) if len > 255*32. */
semper_err semper_hpke_export(const struct semper_hpke *h, uint8_t *out,
    size_t len, struct semper_bytes exporter_context) SEMPER_MUST_CHECK;

#endif
