/* path.h -- may this key be used so? (spec/pki.md section 4)
 *
 *	struct semper_path_policy policy = {
 *		.rules = &semper_path_hard,
 *		.use = SEMPER_USE_SELLER,
 *		.id = SEMPER_TEXT("SHOP-000042"),
 *		.anchors = roots, .n_anchors = 1,
 *		.crls = crls, .n_crls = 3,
 *	};
 *	e = semper_path_check(&policy, &leaf, chain, n, now, date);
 *
 * Every refusal is SEMPER_E_CERT; semper_refused_by() names the requirement.
 * An anchor that cannot be read is none.
 */
#ifndef SEMPER_PKI_PATH_H
#define SEMPER_PKI_PATH_H

#include "pki/cert.h"

#define SEMPER_PATH_MAX 4     /* certificates of a chain */
#define SEMPER_PATH_CRLS 16   /* lists that are looked at */
#define SEMPER_NO_DATE INT64_MIN

enum semper_cert_use {
	SEMPER_USE_ACQUIRER_ENC,
	SEMPER_USE_ACQUIRER_SIG,
	SEMPER_USE_SELLER,
	SEMPER_USE_BUYER
};

/* What an edition checks beyond what all of them check. */
#define SEMPER_PATH_KEY_USAGE 0x1u  /* PKI-P-20, PKI-P-21 */
#define SEMPER_PATH_ROLE 0x2u       /* PKI-P-22, PKI-P-23 */
#define SEMPER_PATH_REVOCATION 0x4u /* PKI-P-27 to PKI-P-34 */

struct semper_path_rules {
	const char *profile; /* the leaf must name it: "ikp/hard" */
	size_t min_bits;     /* of every modulus */
	unsigned checks;
};

extern const struct semper_path_rules semper_path_ec95, semper_path_jsac,
    semper_path_hard;

struct semper_path_policy {
	const struct semper_path_rules *rules;
	enum semper_cert_use use;
	struct semper_bytes id; /* absent: any subject */
	const struct semper_bytes *anchors;
	size_t n_anchors;
	const struct semper_bytes *crls;
	size_t n_crls;
};

/* Check the N certificates at CHAIN, leaf first, at time NOW and, unless it is
 * SEMPER_NO_DATE, at DATE.  SEMPER_OK fills LEAF, with views into chain[0];
 * otherwise LEAF has no meaning. */
semper_err semper_path_check(const struct semper_path_policy *policy,
    struct semper_cert *leaf, const struct semper_bytes *chain, size_t n,
    int64_t now, int64_t date) SEMPER_MUST_CHECK;

#endif
