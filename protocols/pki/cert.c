#include "pki/cert.h"

#include <string.h>

#include "asn1/der.h"
#include "base/must.h"
#include "pki/algorithm.h"
#include "pki/key.h"
#include "pki/oid.h"

#define EXTENSIONS_MAX 16
#define SERIAL_MAX 20
#define DIGITS_IN_A_ROW 12

/* ---- the certificate as the module has it ---- */

struct fields {
	int64_t version;
	struct semper_bytes inner, outer, spki;
	struct semper_cert cert;
};

static const struct semper_field extension_fields[] = {
    FIELD_BYTES("extnID", struct semper_extension, oid),
    FIELD_BOOL("critical", struct semper_extension, critical),
    FIELD_BYTES("extnValue", struct semper_extension, value), FIELD_END};

#define TBS "tbsCertificate."

static const struct semper_field certificate_fields[] = {
    FIELD_DER("tbsCertificate", struct fields, cert.tbs),
    FIELD_INT(TBS "version", struct fields, version),
    FIELD_BYTES(TBS "serialNumber", struct fields, cert.serial),
    FIELD_DER(TBS "signature", struct fields, inner),
    FIELD_DER(TBS "issuer", struct fields, cert.issuer),
    FIELD_TIME(TBS "validity.notBefore.utcTime", struct fields,
	cert.not_before),
    FIELD_TIME(TBS "validity.notBefore.generalTime", struct fields,
	cert.not_before),
    FIELD_TIME(TBS "validity.notAfter.utcTime", struct fields,
	cert.not_after),
    FIELD_TIME(TBS "validity.notAfter.generalTime", struct fields,
	cert.not_after),
    FIELD_DER(TBS "subject", struct fields, cert.subject),
    FIELD_DER(TBS "subjectPublicKeyInfo", struct fields, spki),
    FIELD_LIST_GROUP(TBS "extensions", struct fields, cert.extensions,
	struct semper_extension, extension_fields),
    FIELD_DER("signatureAlgorithm", struct fields, outer),
    FIELD_BYTES("signature", struct fields, cert.signature), FIELD_END};

/* ---- the extensions we understand ---- */

static const struct semper_field basic_fields[] = {
    FIELD_BOOL("cA", struct semper_cert, ca),
    FIELD_PRESENT("pathLenConstraint", struct semper_cert, has_path_len),
    FIELD_INT("pathLenConstraint", struct semper_cert, path_len), FIELD_END};
static const struct semper_field key_usage_fields[] = {
    FIELD_BITS("", struct semper_cert, key_usage), FIELD_END};
static const struct semper_field role_fields[] = {
    FIELD_BITS("", struct semper_cert, role), FIELD_END};
static const struct semper_field profile_fields[] = {
    FIELD_LIST("", struct semper_cert, profiles), FIELD_END};
static const struct semper_field acquirer_fields[] = {
    FIELD_BYTES("", struct semper_cert, acquirer), FIELD_END};
static const struct semper_field brands_fields[] = {
    FIELD_LIST("", struct semper_cert, brands), FIELD_END};
static const struct semper_field commitment_fields[] = {
    FIELD_BYTES("", struct semper_cert, commitment), FIELD_END};

static const struct known {
	const char *oid, *type;
	const struct semper_field *fields;
} known[] = {
    {SEMPER_OID_BASIC_CONSTRAINTS, "BasicConstraints", basic_fields},
    {SEMPER_OID_KEY_USAGE, "KeyUsage", key_usage_fields},
    {SEMPER_OID_ROLE, "SemperRole", role_fields},
    {SEMPER_OID_PROFILE, "SemperProfile", profile_fields},
    {SEMPER_OID_ACQUIRER, "SemperAcquirer", acquirer_fields},
    {SEMPER_OID_BRANDS, "SemperBrands", brands_fields},
    {SEMPER_OID_COMMITMENT, "AccountCommitment", commitment_fields},
};

static const struct known *
known_for(struct semper_bytes oid)
{
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (semper_bytes_equal(oid, semper_oid(known[i].oid)))
			return &known[i];
	return NULL;
}

static bool
twice(const struct semper_extensions *list, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (semper_bytes_equal(list->item[i].oid, list->item[j].oid))
			return true;
	return false;
}

static semper_err
read_extension(struct semper_cert *cert, const struct semper_extension *e)
{
	const struct known *k = known_for(e->oid);
	semper_err err;

	MUST("PKI-P-08", k != NULL || !e->critical, SEMPER_E_CERT);
	if (k == NULL)
		return SEMPER_OK;
	err = semper_der_decode(semper_der_find("PKIX", k->type), k->fields,
	    cert, e->value);
	MUST("PKI-P-09", err == SEMPER_OK, SEMPER_E_CERT);
	return SEMPER_OK;
}

static semper_err
read_extensions(struct semper_cert *cert)
{
	const struct semper_extensions *list = &cert->extensions;
	size_t i;

	MUST("PKI-P-07", list->n <= EXTENSIONS_MAX, SEMPER_E_CERT);
	for (i = 0; i < list->n; i++) {
		MUST("PKI-P-07", !twice(list, i), SEMPER_E_CERT);
		TRY(read_extension(cert, &list->item[i]));
	}
	return SEMPER_OK;
}

/* ---- reading ---- */

static semper_err
decode(struct fields *f, struct semper_bytes der)
{
	struct semper_bytes rest = der;
	semper_err err;

	MUST("PKI-P-01", der.len <= SEMPER_CERT_MAX, SEMPER_E_CERT);
	/* The mistake of a reader that stops where the encoding ends. */
	if (FAULT("PKI-P-02"))
		semper_der_next(&rest, &der);
	err = semper_der_decode(semper_der_find("PKIX", "Certificate"),
	    certificate_fields, f, der);
	return SEMPER_IS_REFUSAL(err)
	    ? semper_refused("PKI-P-02", SEMPER_E_CERT)
	    : err;
}

static bool
positive(struct semper_bytes integer)
{
	return integer.data[0] < 0x80 &&
	    (integer.len > 1 || integer.data[0] != 0);
}

semper_err
semper_cert_read(struct semper_cert *out, struct semper_bytes der)
{
	struct fields f;
	struct semper_cert *c = &f.cert;

	memset(&f, 0, sizeof f);
	TRY(decode(&f, der));
	MUST("PKI-P-03", f.version == 2, SEMPER_E_CERT);
	MUST("PKI-P-04", positive(c->serial) && c->serial.len <= SERIAL_MAX,
	    SEMPER_E_CERT);
	MUST("PKI-P-05", semper_bytes_equal(f.outer, SEMPER_ALG_SHA256_RSA),
	    SEMPER_E_CERT);
	MUST("PKI-P-06", semper_bytes_equal(f.inner, f.outer), SEMPER_E_CERT);
	TRY(read_extensions(c));
	MUST("PKI-P-10", semper_spki_rsa(&c->key, f.spki) == SEMPER_OK,
	    SEMPER_E_CERT);
	*out = *c;
	return SEMPER_OK;
}

/* ---- asking ---- */

struct attribute {
	struct semper_bytes type, value;
};

static const struct semper_field attribute_fields[] = {
    FIELD_BYTES("type", struct attribute, type),
    FIELD_DER("value", struct attribute, value), FIELD_END};

/* Cut the next attribute off a relative distinguished name. */
static bool
next_attribute(struct semper_bytes *rdn, struct attribute *a)
{
	struct semper_bytes der;

	return semper_der_next(rdn, &der) &&
	    semper_der_decode(semper_der_find("PKIX", "AttributeTypeAndValue"),
		attribute_fields, a, der) == SEMPER_OK;
}

/* The characters of a PrintableString or a UTF8String. */
static struct semper_bytes
characters(struct semper_bytes der)
{
	if (der.data[0] != 0x13 && der.data[0] != 0x0c)
		return SEMPER_NONE;
	return semper_der_contents(der);
}

struct semper_bytes
semper_cert_id(const struct semper_cert *cert)
{
	struct semper_bytes rdns = semper_der_contents(cert->subject);
	struct semper_bytes rdn, id = SEMPER_NONE;
	struct attribute a;
	size_t n = 0;

	while (semper_der_next(&rdns, &rdn)) {
		rdn = semper_der_contents(rdn);
		while (next_attribute(&rdn, &a))
			if (semper_bytes_equal(a.type,
				semper_oid(SEMPER_OID_SERIAL_NUMBER))) {
				id = characters(a.value);
				n++;
			}
	}
	return n == 1 || FAULT("last-id-counts") ? id : SEMPER_NONE;
}

static bool
has_digits(struct semper_bytes x)
{
	size_t i, run = 0;

	for (i = 0; i < x.len && run < DIGITS_IN_A_ROW; i++)
		run = x.data[i] >= '0' && x.data[i] <= '9' ? run + 1 : 0;
	return run == DIGITS_IN_A_ROW;
}

bool
semper_cert_shows_digits(const struct semper_cert *cert)
{
	size_t i;

	for (i = 0; i < cert->extensions.n && !FAULT("digits-in-subject-only");
	     i++)
		if (has_digits(cert->extensions.item[i].value))
			return true;
	return has_digits(cert->subject);
}

static bool
among(const struct semper_bytes *list, size_t n, struct semper_bytes text)
{
	for (; n > 0; n--, list++)
		if (semper_bytes_equal(*list, text))
			return true;
	return false;
}

bool
semper_cert_has_profile(const struct semper_cert *cert,
    struct semper_bytes text)
{
	return among(cert->profiles.item, cert->profiles.n, text);
}

bool
semper_cert_has_brand(const struct semper_cert *cert, struct semper_bytes text)
{
	return among(cert->brands.item, cert->brands.n, text);
}
