/* ikp_chain.h -- certificates in iKP (spec/ikp.md section 6).
 *
 * The judging is done by pki/path.h; here its refusals get the number and the
 * requirement ids of iKP.
 */
#ifndef SEMPER_IKP_CHAIN_H
#define SEMPER_IKP_CHAIN_H

#include "ikp/ikp_wire.h"

/* Judge CHAIN for USE at NOW and at DATE (or SEMPER_NO_DATE), for the subject
 * ID (absent: any).  SEMPER_OK fills LEAF, with views into the chain. */
semper_err ikp_chain_check(const struct ikp_profile *profile,
    const struct ikp_trust *trust, struct semper_cert *leaf,
    const struct ikp_chain *chain, enum semper_cert_use use,
    struct semper_bytes id, int64_t now, int64_t date) SEMPER_MUST_CHECK;

/* The same in a step, now and at DATE.  Of the acquirer: CERT_S of the seller
 * ID_S, and CERT_B. */
semper_err ikp_chain_of_seller(struct semper_step *step,
    struct semper_cert *leaf, const struct ikp_chain *cert_s,
    struct semper_bytes id_s, int64_t date) SEMPER_MUST_CHECK;
semper_err ikp_chain_of_buyer(struct semper_step *step,
    struct semper_cert *leaf, const struct ikp_chain *cert_b,
    int64_t date) SEMPER_MUST_CHECK;
/* Of the seller: the certificate of Sig_A, which its params name. */
semper_err ikp_chain_of_acquirer(struct semper_step *step,
    struct semper_cert *leaf, int64_t date) SEMPER_MUST_CHECK;

bool ikp_chain_equal(const struct ikp_chain *a, const struct ikp_chain *b);

#endif
