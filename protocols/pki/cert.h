/* cert.h -- one certificate, read (spec/pki.md section 3).
 *
 * Reading checks form only (PKI-P-01 to PKI-P-10); whether the certificate may
 * be believed is the business of path.h.
 */
#ifndef SEMPER_PKI_CERT_H
#define SEMPER_PKI_CERT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/rsa.h"

/* The one refusal for everything that is wrong with certificates. */
#define SEMPER_E_CERT SEMPER_REFUSAL(SEMPER_AUTH, 0)

#define SEMPER_CERT_MAX ((size_t)8192) /* octets of one certificate */

/* What the module allows a certificate to hold. */
#define SEMPER_CERT_EXTENSIONS 32
#define SEMPER_CERT_PROFILES 8
#define SEMPER_CERT_BRANDS 16

/* keyUsage, bit n of RFC 5280 being 1 << n. */
#define SEMPER_KU_DIGITAL_SIGNATURE 0x01u
#define SEMPER_KU_NON_REPUDIATION 0x02u
#define SEMPER_KU_KEY_ENCIPHERMENT 0x04u
#define SEMPER_KU_KEY_CERT_SIGN 0x20u
#define SEMPER_KU_CRL_SIGN 0x40u

/* The role extension. */
#define SEMPER_ROLE_ACQUIRER_ENC 0x1u
#define SEMPER_ROLE_ACQUIRER_SIG 0x2u
#define SEMPER_ROLE_SELLER 0x4u
#define SEMPER_ROLE_BUYER 0x8u

struct semper_extension {
	struct semper_bytes oid; /* encoded arcs */
	bool critical;
	struct semper_bytes value; /* contents of extnValue */
};

/* Lists, in the shape asn1/der.h binds. */
struct semper_extensions {
	size_t n;
	struct semper_extension item[SEMPER_CERT_EXTENSIONS];
};
struct semper_cert_profiles {
	size_t n;
	struct semper_bytes item[SEMPER_CERT_PROFILES];
};
struct semper_cert_brands {
	size_t n;
	struct semper_bytes item[SEMPER_CERT_BRANDS];
};

/* Views into the certificate's octets, which must live as long. */
struct semper_cert {
	struct semper_bytes tbs;     /* DER of the signed part */
	struct semper_bytes serial;  /* contents octets of the INTEGER */
	struct semper_bytes issuer;  /* DER of the name */
	struct semper_bytes subject; /* DER of the name */
	int64_t not_before, not_after;
	struct semper_bytes signature;
	struct semper_rsa_pub key;

	struct semper_extensions extensions;

	/* What the extensions say; absent ones leave 0, false or SEMPER_NONE. */
	bool ca, has_path_len;
	int64_t path_len;
	uint32_t key_usage, role;
	struct semper_cert_profiles profiles;
	struct semper_cert_brands brands;
	struct semper_bytes acquirer;   /* characters */
	struct semper_bytes commitment; /* 32 octets */
};

/* Read DER: SEMPER_OK or SEMPER_E_CERT. */
semper_err semper_cert_read(struct semper_cert *out,
    struct semper_bytes der) SEMPER_MUST_CHECK;

/* The characters of the one serialNumber attribute of the subject; absent if
 * there is none, more than one, or one of another string type. */
struct semper_bytes semper_cert_id(const struct semper_cert *cert);

/* Do twelve ASCII digits follow one another in the subject or in the value of
 * an extension (PKI-P-26)? */
bool semper_cert_shows_digits(const struct semper_cert *cert);

/* Is TEXT among the profiles, among the brands? */
bool semper_cert_has_profile(const struct semper_cert *cert,
    struct semper_bytes text);
bool semper_cert_has_brand(const struct semper_cert *cert,
    struct semper_bytes text);

#endif
