/* ikp_sign.h -- contexts, hashes and signatures by edition (spec/ikp.md 3.1).
 *
 *	H(ctx, x)      HARD: SHA-256(len8(ctx) || ctx || x)    else SHA-1(x)
 *	HK(k, ctx, x)  HARD: HMAC-SHA-256(k, len8(ctx) || ctx || x)
 *	               JSAC: HMAC-SHA-1(k, x)
 *	S_X(ctx, T)    HARD: RSASSA-PSS over len8(ctx) || ctx || der(T)
 *	               else: RSASSA-PKCS1-v1_5, SHA-1, over der(T)
 */
#ifndef SEMPER_IKP_SIGN_H
#define SEMPER_IKP_SIGN_H

#include "crypto/rsa_sig.h"
#include "ikp/ikp_message.h"

/* In the order of spec/contexts.md. */
enum ikp_context {
	IKP_CTX_ID_BUYER,
	IKP_CTX_DESCRIPTION,
	IKP_CTX_COMMIT_V,
	IKP_CTX_COMMIT_VC,
	IKP_CTX_COMMON,
	IKP_CTX_SLIP,
	IKP_CTX_ENC_SLIP,
	IKP_CTX_SIG_BUYER,
	IKP_CTX_OFFER,
	IKP_CTX_PAYMENT,
	IKP_CTX_AUTH_REQUEST,
	IKP_CTX_AUTH_RESPONSE,
	IKP_CTX_ACCOUNT,
	IKP_CTX_INQUIRY,
	IKP_CTX_INQUIRY_HASH,
	IKP_CTX_INQUIRY_RESPONSE,
	IKP_CTX_REVERSAL_REQUEST,
	IKP_CTX_REVERSAL_HASH,
	IKP_CTX_REVERSAL_RESPONSE,
	IKP_CTX_ACQ_INQUIRY,
	IKP_CTX_ACQ_INQUIRY_HASH,
	IKP_CTX_ACQ_INQUIRY_RESPONSE,
	IKP_CTX_AUTH_RES_HASH,
	IKP_CTX_NETWORK_REFERENCE,
	IKP_CTX_CHAIN,
	IKP_CTX_MICRO_OFFER,
	IKP_CTX_MICRO_ACCEPT,
	IKP_CTX_MICRO_DEPOSIT,
	IKP_CTX_MICRO_CLOSE,
	IKP_CTX_MICRO_DEPOSIT_RES,
	IKP_CTX_CAPTURE_REQUEST,
	IKP_CTX_CAPTURE_HASH,
	IKP_CTX_CAPTURE_RESPONSE,
	IKP_CTX_REFUND_REQUEST,
	IKP_CTX_REFUND_HASH,
	IKP_CTX_REFUND_RESPONSE,
	IKP_CTX_BATCH_REQUEST,
	IKP_CTX_BATCH_HASH,
	IKP_CTX_BATCH_RESULTS,
	IKP_CTX_BATCH_RESPONSE,
	IKP_CTX_CHANNEL,
	IKP_CTX_CHANNEL_REQUEST,
	IKP_CTX_CHANNEL_RESPONSE,
	IKP_CONTEXTS
};

/* The whole string: "semper/ikp/1 offer". */
extern const char *const ikp_contexts[IKP_CONTEXTS];

/* A digest of the edition's length. */
struct ikp_digest {
	size_t len;
	uint8_t octets[IKP_DIGEST_MAX];
};

static inline struct semper_bytes
ikp_digest_bytes(const struct ikp_digest *d)
{
	return SEMPER_BYTES(d->octets, d->len);
}

/* H(ctx, x) and HK(key, ctx, x). */
void ikp_hash(const struct ikp_algorithms *alg, struct ikp_digest *out,
    enum ikp_context ctx, struct semper_bytes x);
void ikp_hash_keyed(const struct ikp_algorithms *alg, struct ikp_digest *out,
    enum ikp_context ctx, struct semper_bytes key, struct semper_bytes x);

struct ikp_signature {
	size_t len;
	uint8_t octets[IKP_SIGNATURE_MAX];
};

static inline struct semper_bytes
ikp_signature_bytes(const struct ikp_signature *s)
{
	return SEMPER_BYTES(s->octets, s->len);
}

/* The longest encoding that is signed: TbsPayment with an EncSlip of 1024. */
#define IKP_TBS_MAX 1280

/* S_X(ctx, VALUE), VALUE being of TYPE; a salt is drawn under LABEL. */
semper_err ikp_sign(const struct ikp_profile *profile,
    struct ikp_signature *sig, struct semper_rsa_priv *key,
    enum ikp_context ctx, const struct ikp_type *type, const void *value,
    const struct semper_draw *draw, const char *label) SEMPER_MUST_CHECK;

/* Does SIG verify?  A VALUE that the type cannot hold has no signature. */
bool ikp_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, enum ikp_context ctx,
    const struct ikp_type *type, const void *value, struct semper_bytes sig);

#endif
