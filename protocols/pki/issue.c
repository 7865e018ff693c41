/* issue.c -- fill templates by the table of kinds (spec/pki.md 3.2, 5). */
#include "pki/issue.h"

#include <string.h>

#include "asn1/der.h"
#include "base/must.h"
#include "crypto/hash.h"
#include "pki/algorithm.h"
#include "pki/key.h"
#include "pki/name.h"
#include "pki/oid.h"
#include "pki/template.h"

#define SERIAL_LEN 16

/* ---- the table of kinds ---- */

#define CA_USAGE (SEMPER_KU_KEY_CERT_SIGN | SEMPER_KU_CRL_SIGN)
#define SIGNS (SEMPER_KU_DIGITAL_SIGNATURE | SEMPER_KU_NON_REPUDIATION)
#define ACQUIRER (SEMPER_ROLE_ACQUIRER_ENC | SEMPER_ROLE_ACQUIRER_SIG)
#define EVERYBODY (ACQUIRER | SEMPER_ROLE_SELLER | SEMPER_ROLE_BUYER)
#define LEAF (-1)

/* Which of the optional fields of an issue a kind must have; buyers alone may
 * have a commitment. */
#define ID 0x1u
#define ACQUIRER_ID 0x2u
#define BRANDS 0x4u

struct kind {
	int path_len; /* LEAF: no CA */
	uint32_t key_usage, role;
	unsigned needs;
};

static const struct kind kinds[] = {
    [SEMPER_CERT_ROOT] = {2, CA_USAGE, EVERYBODY, 0},
    [SEMPER_CERT_BRAND_CA] = {1, CA_USAGE, EVERYBODY, 0},
    [SEMPER_CERT_ACQUIRER_CA] = {0, CA_USAGE, ACQUIRER | SEMPER_ROLE_SELLER, 0},
    [SEMPER_CERT_ISSUER_CA] = {0, CA_USAGE, SEMPER_ROLE_BUYER, 0},
    [SEMPER_CERT_ACQUIRER_ENC] = {LEAF, SEMPER_KU_KEY_ENCIPHERMENT,
	SEMPER_ROLE_ACQUIRER_ENC, ID | ACQUIRER_ID | BRANDS},
    [SEMPER_CERT_ACQUIRER_SIG] = {LEAF, SIGNS, SEMPER_ROLE_ACQUIRER_SIG,
	ID | ACQUIRER_ID | BRANDS},
    [SEMPER_CERT_ACQUIRER_BOTH] = {LEAF, SIGNS | SEMPER_KU_KEY_ENCIPHERMENT,
	ACQUIRER, ID | ACQUIRER_ID | BRANDS},
    [SEMPER_CERT_SELLER] = {LEAF, SIGNS, SEMPER_ROLE_SELLER,
	ID | ACQUIRER_ID},
    [SEMPER_CERT_BUYER] = {LEAF, SIGNS, SEMPER_ROLE_BUYER, 0},
};

static unsigned
has(const struct semper_issue *issue)
{
	return (issue->id != NULL ? ID : 0) |
	    (issue->acquirer != NULL ? ACQUIRER_ID : 0) |
	    (issue->n_brands > 0 ? BRANDS : 0);
}

static bool
is_hard(const char *profile)
{
	return strcmp(profile, "ikp/hard") == 0;
}

static bool
fits(const struct semper_issue *issue, const struct semper_issuer *by)
{
	const struct kind *k = &kinds[issue->kind];
	bool buyer = issue->kind == SEMPER_CERT_BUYER;

	return has(issue) == k->needs &&
	    (issue->profile != NULL) == (k->path_len == LEAF) &&
	    (issue->commitment.data == NULL || buyer) &&
	    (issue->common_name == NULL || !buyer) &&
	    (by->cert.data == NULL) == (issue->kind == SEMPER_CERT_ROOT) &&
	    issue->not_before <= issue->not_after &&
	    !(issue->kind == SEMPER_CERT_ACQUIRER_BOTH &&
		is_hard(issue->profile));
}

/* ---- extensions ---- */

semper_err
semper_template_extend(struct semper_template *t, const char *oid,
    bool critical, struct semper_bytes value)
{
	struct semper_extension *e = &t->extensions.item[t->extensions.n];
	const uint8_t *at = t->arena.data + t->arena.len;

	if (t->extensions.n == SEMPER_CERT_EXTENSIONS)
		return SEMPER_E_SPACE;
	TRY(semper_buffer_append(&t->arena, value));
	*e = (struct semper_extension){semper_oid(oid), critical,
	    SEMPER_BYTES(at, value.len)};
	t->extensions.n++;
	return SEMPER_OK;
}

/* Add the extension whose value is the encoding of SRC. */
static semper_err
extend(struct semper_template *t, const char *oid, bool critical,
    const char *type, const struct semper_field *fields, const void *src)
{
	uint8_t room[1024];
	struct semper_buffer value = SEMPER_BUFFER(room);

	TRY(semper_der_encode(semper_der_find("PKIX", type), fields, src,
	    &value));
	return semper_template_extend(t, oid, critical,
	    semper_written(&value));
}

static const struct semper_field basic_fields[] = {
    FIELD_BOOL("cA", struct semper_cert, ca),
    FIELD_PRESENT("pathLenConstraint", struct semper_cert, has_path_len),
    FIELD_INT("pathLenConstraint", struct semper_cert, path_len), FIELD_END};
static const struct semper_field usage_fields[] = {
    FIELD_BITS("", struct kind, key_usage), FIELD_END};
static const struct semper_field role_fields[] = {
    FIELD_BITS("", struct kind, role), FIELD_END};
static const struct semper_field text_fields[] = {
    FIELD_BYTES("", struct semper_extension, value), FIELD_END};
static const struct semper_field authority_fields[] = {
    FIELD_BYTES("keyIdentifier", struct semper_extension, value), FIELD_END};
static const struct semper_field profiles_fields[] = {
    FIELD_LIST("", struct semper_cert, profiles), FIELD_END};
static const struct semper_field brands_fields[] = {
    FIELD_LIST("", struct semper_cert, brands), FIELD_END};

static struct semper_bytes
text(const char *s)
{
	return SEMPER_BYTES((const uint8_t *)s, strlen(s));
}

static semper_err
extend_text(struct semper_template *t, const char *oid, const char *type,
    struct semper_bytes value)
{
	struct semper_extension e = {.value = value};

	return extend(t, oid, false, type, text_fields, &e);
}

/* PKI-I-02: basicConstraints and keyUsage are critical, all others not; a
 * critical extension of our own would fail foreign verifiers (PKI-I-07). */
static semper_err
put_authority(struct semper_template *t, const struct kind *k)
{
	struct semper_cert ca;

	if (k->path_len != LEAF) {
		memset(&ca, 0, sizeof ca);
		ca.ca = ca.has_path_len = true;
		ca.path_len = k->path_len;
		TRY(extend(t, SEMPER_OID_BASIC_CONSTRAINTS, true,
		    "BasicConstraints", basic_fields, &ca));
	}
	TRY(extend(t, SEMPER_OID_KEY_USAGE, true, "KeyUsage", usage_fields, k));
	return extend(t, SEMPER_OID_ROLE, false, "SemperRole", role_fields, k);
}

static semper_err
put_key_ids(struct semper_template *t, const struct semper_rsa_pub *subject,
    const struct semper_rsa_pub *issuer)
{
	uint8_t id[SEMPER_KEY_ID_LEN];
	struct semper_extension e = {.value = SEMPER_BYTES(id, sizeof id)};

	TRY(semper_key_id(id, subject));
	TRY(extend(t, SEMPER_OID_SUBJECT_KEY, false, "SubjectKeyIdentifier",
	    text_fields, &e));
	TRY(semper_key_id(id, issuer));
	return extend(t, SEMPER_OID_AUTHORITY_KEY, false,
	    "AuthorityKeyIdentifier", authority_fields, &e);
}

static semper_err
put_brands(struct semper_template *t, const struct semper_issue *issue)
{
	struct semper_cert c;
	size_t i;

	if (issue->n_brands > SEMPER_CERT_BRANDS)
		return SEMPER_E_ARGUMENT;
	memset(&c, 0, sizeof c);
	c.brands.n = issue->n_brands;
	for (i = 0; i < issue->n_brands; i++)
		c.brands.item[i] = text(issue->brands[i]);
	return extend(t, SEMPER_OID_BRANDS, false, "SemperBrands",
	    brands_fields, &c);
}

/* PKI-I-05 */
static semper_err
put_leaf(struct semper_template *t, const struct semper_issue *issue)
{
	struct semper_cert c;

	memset(&c, 0, sizeof c);
	c.profiles.n = 1;
	c.profiles.item[0] = text(issue->profile);
	TRY(extend(t, SEMPER_OID_PROFILE, false, "SemperProfile",
	    profiles_fields, &c));
	if (issue->acquirer != NULL)
		TRY(extend_text(t, SEMPER_OID_ACQUIRER, "SemperAcquirer",
		    text(issue->acquirer)));
	if (issue->n_brands > 0)
		TRY(put_brands(t, issue));
	if (issue->commitment.data != NULL)
		TRY(extend_text(t, SEMPER_OID_COMMITMENT, "AccountCommitment",
		    issue->commitment));
	return SEMPER_OK;
}

/* ---- the fixed part ---- */

static semper_err
put_subject(struct semper_template *t, const struct semper_issue *issue)
{
	const uint8_t *at = t->arena.data + t->arena.len;

	TRY(semper_name_put(&t->arena, issue->organization, issue->common_name,
	    issue->id));
	t->subject = SEMPER_BYTES(at,
	    (size_t)(t->arena.data + t->arena.len - at));
	return SEMPER_OK;
}

static semper_err
put_spki(struct semper_template *t, const struct semper_rsa_pub *key)
{
	const uint8_t *at = t->arena.data + t->arena.len;

	TRY(semper_spki_put_rsa(&t->arena, key));
	t->spki = SEMPER_BYTES(at, (size_t)(t->arena.data + t->arena.len - at));
	return SEMPER_OK;
}

/* PKI-I-03: 126 random bits under a fixed 01: positive, and always 16 octets
 * long. */
static semper_err
put_serial(struct semper_template *t, const struct semper_draw *draw)
{
	uint8_t serial[SERIAL_LEN];
	const uint8_t *at = t->arena.data + t->arena.len;

	TRY(semper_draw(draw, "serial", serial, sizeof serial));
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
	TRY(semper_buffer_append(&t->arena,
	    SEMPER_BYTES(serial, sizeof serial)));
	t->serial = SEMPER_BYTES(at, SERIAL_LEN);
	return SEMPER_OK;
}

/* The name in the certificate of BY; a root's is its own. */
static semper_err
put_issuer(struct semper_template *t, const struct semper_issuer *by)
{
	struct semper_cert cert;

	t->issuer = t->subject;
	if (by->cert.data == NULL)
		return SEMPER_OK;
	if (semper_cert_read(&cert, by->cert) != SEMPER_OK ||
	    !semper_rsa_pub_equal(&cert.key, semper_rsa_priv_pub(by->key)))
		return SEMPER_E_ARGUMENT;
	t->issuer = cert.subject;
	return SEMPER_OK;
}

/* PKI-I-01 */
semper_err
semper_template_fill(struct semper_template *t,
    const struct semper_issue *issue, const struct semper_issuer *by,
    const struct semper_draw *draw)
{
	memset(t, 0, sizeof *t);
	t->arena = (struct semper_buffer){t->room, 0, sizeof t->room};
	if (!fits(issue, by))
		return SEMPER_E_ARGUMENT;
	t->version = 2;
	t->inner = t->outer = SEMPER_ALG_SHA256_RSA;
	t->not_before = semper_time_choose(issue->not_before);
	t->not_after = semper_time_choose(issue->not_after);
	TRY(put_serial(t, draw));
	TRY(put_subject(t, issue));
	TRY(put_issuer(t, by));
	TRY(put_spki(t, issue->key));
	TRY(put_authority(t, &kinds[issue->kind]));
	TRY(put_key_ids(t, issue->key, semper_rsa_priv_pub(by->key)));
	return kinds[issue->kind].path_len == LEAF ? put_leaf(t, issue)
						   : SEMPER_OK;
}

/* PKI-I-06: what was made is read again before it leaves. */
static bool
may_leave(struct semper_bytes der, enum semper_cert_kind kind)
{
	struct semper_cert cert;

	return semper_cert_read(&cert, der) == SEMPER_OK &&
	    (kind != SEMPER_CERT_BUYER || !semper_cert_shows_digits(&cert));
}

semper_err
semper_cert_issue(struct semper_buffer *out, const struct semper_issue *issue,
    const struct semper_issuer *by, const struct semper_draw *draw)
{
	struct semper_template t;
	size_t start = out->len;

	TRY(semper_template_fill(&t, issue, by, draw));
	TRY(semper_template_sign(out, &t, by->key, SEMPER_SHA256, draw));
	if (may_leave(SEMPER_BYTES(out->data + start, out->len - start),
		issue->kind))
		return SEMPER_OK;
	out->len = start;
	return SEMPER_E_ARGUMENT;
}
