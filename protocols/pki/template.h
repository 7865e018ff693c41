/* template.h -- a certificate or a list before it is signed.
 *
 * Between issue.c, which fills a template by the table of kinds, and sign.c,
 * which encodes and signs whatever stands in it.  A test that needs a
 * certificate nobody should issue changes the template in between.
 */
#ifndef SEMPER_PKI_TEMPLATE_H
#define SEMPER_PKI_TEMPLATE_H

#include "crypto/hash.h"
#include "pki/issue.h"

/* Room for everything a template's views point to. */
#define SEMPER_TEMPLATE_ROOM 8192

struct semper_time_choice {
	int general; /* 0: UTCTime, 1: GeneralizedTime */
	int64_t at;
};

struct semper_template {
	int64_t version; /* 2: v3 */
	struct semper_bytes serial;
	struct semper_bytes inner, outer; /* DER of the algorithms */
	struct semper_bytes issuer, subject, spki;
	struct semper_time_choice not_before, not_after;
	struct semper_extensions extensions;

	struct semper_buffer arena;
	uint8_t room[SEMPER_TEMPLATE_ROOM];
};

/* The alternative of Time that T is written as (PKI-I-04). */
struct semper_time_choice semper_time_choose(int64_t t);

/* Fill TEMPLATE by the table of kinds (section 3.2). */
semper_err semper_template_fill(struct semper_template *out,
    const struct semper_issue *issue, const struct semper_issuer *by,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

/* Add an extension: VALUE, the DER of its type, is copied. */
semper_err semper_template_extend(struct semper_template *t, const char *oid,
    bool critical, struct semper_bytes value) SEMPER_MUST_CHECK;

/* Encode, sign with KEY (PKCS #1 v1.5, hash H) and append the certificate.  OUT
 * needs room for twice its length. */
semper_err semper_template_sign(struct semper_buffer *out,
    const struct semper_template *t, struct semper_rsa_priv *key,
    enum semper_hash h, const struct semper_draw *draw) SEMPER_MUST_CHECK;

struct semper_list_template {
	bool has_version, has_next;
	int64_t version; /* 1: v2 */
	struct semper_bytes inner, outer, issuer;
	struct semper_time_choice this_update, next_update;
	struct semper_bytes entries; /* DER of RevokedCertificates, or absent */
	struct semper_extensions extensions;
};

/* Fill TEMPLATE; what it points to is appended to ROOM. */
semper_err semper_list_fill(struct semper_list_template *t,
    struct semper_buffer *room, const struct semper_issuer *by,
    const struct semper_revocation *revocation) SEMPER_MUST_CHECK;

/* As semper_template_sign, with SHA-256. */
semper_err semper_list_sign(struct semper_buffer *out,
    const struct semper_list_template *t, struct semper_rsa_priv *key,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

#endif
