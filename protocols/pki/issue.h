/* issue.h -- make certificates and revocation lists (spec/pki.md section 5).
 *
 * For a test hierarchy, or a small real one.  What is issued follows the table
 * of kinds and passes path.h in its place; what the table does not allow is
 * SEMPER_E_ARGUMENT.
 */
#ifndef SEMPER_PKI_ISSUE_H
#define SEMPER_PKI_ISSUE_H

#include "base/draw.h"
#include "pki/cert.h"

enum semper_cert_kind {
	SEMPER_CERT_ROOT,
	SEMPER_CERT_BRAND_CA,
	SEMPER_CERT_ACQUIRER_CA,
	SEMPER_CERT_ISSUER_CA,
	SEMPER_CERT_ACQUIRER_ENC,
	SEMPER_CERT_ACQUIRER_SIG,
	SEMPER_CERT_ACQUIRER_BOTH, /* EC95 and JSAC only */
	SEMPER_CERT_SELLER,
	SEMPER_CERT_BUYER
};

/* Who signs.  An absent certificate makes a root: self-signed. */
struct semper_issuer {
	struct semper_rsa_priv *key;
	struct semper_bytes cert;
};

/* Texts are ASCII or UTF-8; NULL is absent. */
struct semper_issue {
	enum semper_cert_kind kind;
	const char *organization, *common_name, *id; /* subject */
	int64_t not_before, not_after;
	const struct semper_rsa_pub *key;
	const char *profile;  /* leaves: "ikp/hard" */
	const char *acquirer; /* acquirer and seller certificates */
	const char *const *brands; /* acquirer certificates */
	size_t n_brands;
	struct semper_bytes commitment; /* buyer, optional: 32 octets */
};

/* Append the certificate to OUT, which needs room for twice its length. */
semper_err semper_cert_issue(struct semper_buffer *out,
    const struct semper_issue *issue, const struct semper_issuer *by,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

struct semper_revocation {
	uint64_t number; /* of the list */
	int64_t this_update, next_update;
	const struct semper_bytes *serials; /* as semper_cert has them */
	size_t n;
};

/* Append a list that names the certificates with these numbers as revoked at
 * this_update.  OUT needs room for three times its length. */
semper_err semper_crl_issue(struct semper_buffer *out,
    const struct semper_issuer *by, const struct semper_revocation *revocation,
    const struct semper_draw *draw) SEMPER_MUST_CHECK;

#endif
