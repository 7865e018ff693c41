/* sign.c -- encode and sign what stands in a template. */
#include <string.h>

#include "asn1/der.h"
#include "base/must.h"
#include "crypto/rsa_sig.h"
#include "pki/template.h"

static const struct semper_field extension_fields[] = {
    FIELD_BYTES("extnID", struct semper_extension, oid),
    FIELD_BOOL("critical", struct semper_extension, critical),
    FIELD_BYTES("extnValue", struct semper_extension, value), FIELD_END};

static const struct semper_field time_fields[] = {
    FIELD_CHOICE("", struct semper_time_choice, general),
    FIELD_TIME("utcTime", struct semper_time_choice, at),
    FIELD_TIME("generalTime", struct semper_time_choice, at), FIELD_END};

static const struct semper_field tbs_fields[] = {
    FIELD_INT("version", struct semper_template, version),
    FIELD_BYTES("serialNumber", struct semper_template, serial),
    FIELD_DER("signature", struct semper_template, inner),
    FIELD_DER("issuer", struct semper_template, issuer),
    FIELD_GROUP("validity.notBefore", struct semper_template, not_before,
	time_fields),
    FIELD_GROUP("validity.notAfter", struct semper_template, not_after,
	time_fields),
    FIELD_DER("subject", struct semper_template, subject),
    FIELD_DER("subjectPublicKeyInfo", struct semper_template, spki),
    FIELD_LIST_GROUP("extensions", struct semper_template, extensions,
	struct semper_extension, extension_fields),
    FIELD_END};

static const struct semper_field list_fields[] = {
    FIELD_PRESENT("version", struct semper_list_template, has_version),
    FIELD_INT("version", struct semper_list_template, version),
    FIELD_DER("signature", struct semper_list_template, inner),
    FIELD_DER("issuer", struct semper_list_template, issuer),
    FIELD_GROUP("thisUpdate", struct semper_list_template, this_update,
	time_fields),
    FIELD_PRESENT("nextUpdate", struct semper_list_template, has_next),
    FIELD_GROUP("nextUpdate", struct semper_list_template, next_update,
	time_fields),
    FIELD_DER("revokedCertificates", struct semper_list_template, entries),
    FIELD_LIST_GROUP("crlExtensions", struct semper_list_template, extensions,
	struct semper_extension, extension_fields),
    FIELD_END};

struct signed_whole {
	struct semper_bytes tbs, algorithm, signature;
};

static const struct semper_field certificate_fields[] = {
    FIELD_DER("tbsCertificate", struct signed_whole, tbs),
    FIELD_DER("signatureAlgorithm", struct signed_whole, algorithm),
    FIELD_BYTES("signature", struct signed_whole, signature), FIELD_END};

static const struct semper_field crl_fields[] = {
    FIELD_DER("tbsCertList", struct signed_whole, tbs),
    FIELD_DER("signatureAlgorithm", struct signed_whole, algorithm),
    FIELD_BYTES("signature", struct signed_whole, signature), FIELD_END};

/* PKI-I-04 */
struct semper_time_choice
semper_time_choose(int64_t t)
{
	const int64_t year_2050 = 2524608000;

	return (struct semper_time_choice){t >= year_2050, t};
}

/* What differs between a certificate and a list. */
struct kind {
	const char *tbs, *whole;
	const struct semper_field *tbs_fields, *whole_fields;
};

static const struct kind certificate = {"TBSCertificate", "Certificate",
    tbs_fields, certificate_fields};
static const struct kind list = {"TBSCertList", "CertificateList", list_fields,
    crl_fields};

/* The signed part is encoded at START of OUT and signed there; then the whole
 * is encoded behind it and moved to its place. */
static semper_err
sign(struct semper_buffer *out, size_t start, const struct kind *kind,
    const void *template, struct signed_whole *w, struct semper_rsa_priv *key,
    enum semper_hash h, const struct semper_draw *draw)
{
	uint8_t sig[SEMPER_RSA_MAX_LEN];
	struct semper_buffer rest;

	TRY(semper_der_encode(semper_der_find("PKIX", kind->tbs),
	    kind->tbs_fields, template, out));
	w->tbs = SEMPER_BYTES(out->data + start, out->len - start);
	TRY(semper_pkcs1_sign(key, sig, h, w->tbs, draw));
	w->signature = SEMPER_BYTES(sig, semper_rsa_priv_pub(key)->len);
	rest = (struct semper_buffer){out->data + out->len, 0,
	    out->cap - out->len};
	TRY(semper_der_encode(semper_der_find("PKIX", kind->whole),
	    kind->whole_fields, w, &rest));
	memmove(out->data + start, rest.data, rest.len);
	out->len = start + rest.len;
	return SEMPER_OK;
}

semper_err
semper_template_sign(struct semper_buffer *out,
    const struct semper_template *t, struct semper_rsa_priv *key,
    enum semper_hash h, const struct semper_draw *draw)
{
	struct signed_whole w = {.algorithm = t->outer};
	size_t start = out->len;
	semper_err err = sign(out, start, &certificate, t, &w, key, h, draw);

	if (err != SEMPER_OK)
		out->len = start;
	return err;
}

semper_err
semper_list_sign(struct semper_buffer *out,
    const struct semper_list_template *t, struct semper_rsa_priv *key,
    const struct semper_draw *draw)
{
	struct signed_whole w = {.algorithm = t->outer};
	size_t start = out->len;
	semper_err err = sign(out, start, &list, t, &w, key, SEMPER_SHA256,
	    draw);

	if (err != SEMPER_OK)
		out->len = start;
	return err;
}
