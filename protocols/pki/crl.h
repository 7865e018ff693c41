/* crl.h -- one revocation list, read and judged (spec/pki.md 4.6). */
#ifndef SEMPER_PKI_CRL_H
#define SEMPER_PKI_CRL_H

#include "pki/cert.h"

#define SEMPER_CRL_MAX ((size_t)1 << 20)

/* Views into the list's octets. */
struct semper_crl {
	struct semper_bytes tbs, issuer, signature;
	int64_t this_update, next_update;
	struct semper_bytes entries; /* DER of the entries, one after another */
};

/* Read DER: SEMPER_OK, or SEMPER_E_CERT by PKI-P-28 and PKI-P-33. */
semper_err semper_crl_read(struct semper_crl *out,
    struct semper_bytes der) SEMPER_MUST_CHECK;

/* Is CRL current for ISSUER at NOW?  SEMPER_OK, or SEMPER_E_CERT by PKI-P-29
 * to PKI-P-32. */
semper_err semper_crl_current(const struct semper_crl *crl,
    const struct semper_cert *issuer, int64_t now) SEMPER_MUST_CHECK;

/* Does the list name the certificate with number SERIAL? */
bool semper_crl_lists(const struct semper_crl *crl, struct semper_bytes serial);

#endif
