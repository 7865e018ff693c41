#include "pki/crl.h"

#include <string.h>

#include "asn1/der.h"
#include "base/must.h"
#include "crypto/rsa_sig.h"
#include "pki/algorithm.h"

struct fields {
	bool has_version, has_next;
	struct semper_bytes inner, outer, entries;
	struct semper_extensions extensions;
	struct semper_crl crl;
};

struct entry {
	struct semper_bytes serial;
	struct semper_extensions extensions;
};

static const struct semper_field extension_fields[] = {
    FIELD_BOOL("critical", struct semper_extension, critical), FIELD_END};

#define TBS "tbsCertList."

static const struct semper_field list_fields[] = {
    FIELD_DER("tbsCertList", struct fields, crl.tbs),
    FIELD_PRESENT(TBS "version", struct fields, has_version),
    FIELD_DER(TBS "signature", struct fields, inner),
    FIELD_DER(TBS "issuer", struct fields, crl.issuer),
    FIELD_TIME(TBS "thisUpdate.utcTime", struct fields, crl.this_update),
    FIELD_TIME(TBS "thisUpdate.generalTime", struct fields, crl.this_update),
    FIELD_PRESENT(TBS "nextUpdate", struct fields, has_next),
    FIELD_TIME(TBS "nextUpdate.utcTime", struct fields, crl.next_update),
    FIELD_TIME(TBS "nextUpdate.generalTime", struct fields, crl.next_update),
    FIELD_DER(TBS "revokedCertificates", struct fields, entries),
    FIELD_LIST_GROUP(TBS "crlExtensions", struct fields, extensions,
	struct semper_extension, extension_fields),
    FIELD_DER("signatureAlgorithm", struct fields, outer),
    FIELD_BYTES("signature", struct fields, crl.signature), FIELD_END};

static const struct semper_field entry_fields[] = {
    FIELD_BYTES("userCertificate", struct entry, serial),
    FIELD_LIST_GROUP("crlEntryExtensions", struct entry, extensions,
	struct semper_extension, extension_fields),
    FIELD_END};

static bool
next_entry(struct semper_bytes *entries, struct entry *e)
{
	struct semper_bytes der;

	return semper_der_next(entries, &der) &&
	    semper_der_decode(semper_der_find("PKIX", "RevokedCertificate"),
		entry_fields, e, der) == SEMPER_OK;
}

static bool
any_critical(const struct semper_extensions *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->item[i].critical)
			return true;
	return false;
}

static bool
any_entry_critical(struct semper_bytes entries)
{
	struct entry e;

	while (next_entry(&entries, &e))
		if (any_critical(&e.extensions))
			return true;
	return false;
}

static bool
well_formed(struct fields *f, struct semper_bytes der)
{
	return der.len <= SEMPER_CRL_MAX &&
	    semper_der_decode(semper_der_find("PKIX", "CertificateList"),
		list_fields, f, der) == SEMPER_OK &&
	    semper_bytes_equal(f->outer, SEMPER_ALG_SHA256_RSA) &&
	    semper_bytes_equal(f->inner, f->outer);
}

semper_err
semper_crl_read(struct semper_crl *out, struct semper_bytes der)
{
	struct fields f;

	memset(&f, 0, sizeof f);
	if (!well_formed(&f, der))
		return semper_refused("PKI-P-28", SEMPER_E_CERT);
	MUST("PKI-P-28", f.has_version && f.has_next, SEMPER_E_CERT);
	f.crl.entries = semper_der_contents(f.entries);
	MUST("PKI-P-33",
	    !any_critical(&f.extensions) &&
		(!any_entry_critical(f.crl.entries) ||
		    FAULT("entry-extensions-unread")),
	    SEMPER_E_CERT);
	*out = f.crl;
	return SEMPER_OK;
}

semper_err
semper_crl_current(const struct semper_crl *crl,
    const struct semper_cert *issuer, int64_t now)
{
	MUST("PKI-P-29", semper_bytes_equal(crl->issuer, issuer->subject),
	    SEMPER_E_CERT);
	MUST("PKI-P-30", crl->this_update <= now, SEMPER_E_CERT);
	MUST("PKI-P-31", now <= crl->next_update, SEMPER_E_CERT);
	MUST("PKI-P-32", (issuer->key_usage & SEMPER_KU_CRL_SIGN) != 0,
	    SEMPER_E_CERT);
	MUST("PKI-P-32",
	    FAULT("list-unsigned") ||
		semper_pkcs1_verify(&issuer->key, SEMPER_SHA256, crl->tbs,
		    crl->signature) == SEMPER_OK,
	    SEMPER_E_CERT);
	return SEMPER_OK;
}

bool
semper_crl_lists(const struct semper_crl *crl, struct semper_bytes serial)
{
	struct semper_bytes entries = crl->entries;
	struct entry e;

	while (next_entry(&entries, &e))
		if (semper_bytes_equal(e.serial, serial) &&
		    (e.extensions.n == 0 || !FAULT("reason-excuses")))
			return true;
	return false;
}
