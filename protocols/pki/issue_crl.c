/* issue_crl.c -- make revocation lists. */
#include <string.h>

#include "asn1/der.h"
#include "asn1/der_tlv.h"
#include "base/must.h"
#include "pki/algorithm.h"
#include "pki/key.h"
#include "pki/oid.h"
#include "pki/template.h"

struct entry {
	struct semper_bytes serial;
	struct semper_time_choice at;
};

static const struct semper_field entry_fields[] = {
    FIELD_BYTES("userCertificate", struct entry, serial),
    FIELD_CHOICE("revocationDate", struct entry, at.general),
    FIELD_TIME("revocationDate.utcTime", struct entry, at.at),
    FIELD_TIME("revocationDate.generalTime", struct entry, at.at), FIELD_END};

struct value {
	struct semper_bytes octets;
};

static const struct semper_field number_fields[] = {
    FIELD_NATURAL("", struct value, octets), FIELD_END};
static const struct semper_field authority_fields[] = {
    FIELD_BYTES("keyIdentifier", struct value, octets), FIELD_END};

/* Append the DER of RevokedCertificates, which may be too long for a binding:
 * one entry after another inside one SEQUENCE. */
static semper_err
put_entries(struct semper_buffer *out, int64_t at,
    const struct semper_bytes *serials, size_t n)
{
	const struct semper_der_type *type =
	    semper_der_find("PKIX", "RevokedCertificate");
	struct entry e = {.at = semper_time_choose(at)};
	size_t i, mark;

	TRY(semper_der_open(out, SEMPER_TEXT("\x30"), &mark));
	for (i = 0; i < n; i++) {
		e.serial = serials[i];
		TRY(semper_der_encode(type, entry_fields, &e, out));
	}
	return semper_der_close(out, mark);
}

static semper_err
put_extension(struct semper_list_template *t, struct semper_buffer *room,
    const char *oid, const char *type, const struct semper_field *fields,
    struct semper_bytes octets)
{
	const uint8_t *at = room->data + room->len;
	struct value v = {octets};

	TRY(semper_der_encode(semper_der_find("PKIX", type), fields, &v, room));
	t->extensions.item[t->extensions.n++] = (struct semper_extension){
	    semper_oid(oid), false,
	    SEMPER_BYTES(at, (size_t)(room->data + room->len - at))};
	return SEMPER_OK;
}

/* authorityKeyIdentifier and cRLNumber, encoded in ROOM. */
static semper_err
put_extensions(struct semper_list_template *t, struct semper_buffer *room,
    const struct semper_rsa_pub *key, uint64_t number)
{
	uint8_t id[SEMPER_KEY_ID_LEN], octets[8];
	size_t i;

	for (i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)(number >> (56 - 8 * i));
	TRY(semper_key_id(id, key));
	TRY(put_extension(t, room, SEMPER_OID_AUTHORITY_KEY,
	    "AuthorityKeyIdentifier", authority_fields,
	    SEMPER_BYTES(id, sizeof id)));
	return put_extension(t, room, SEMPER_OID_CRL_NUMBER, "CRLNumber",
	    number_fields, SEMPER_BYTES(octets, sizeof octets));
}

semper_err
semper_list_fill(struct semper_list_template *t, struct semper_buffer *room,
    const struct semper_issuer *by, const struct semper_revocation *r)
{
	struct semper_cert issuer;
	const uint8_t *at;

	memset(t, 0, sizeof *t);
	if (semper_cert_read(&issuer, by->cert) != SEMPER_OK)
		return SEMPER_E_ARGUMENT;
	t->has_version = t->has_next = true;
	t->version = 1;
	t->inner = t->outer = SEMPER_ALG_SHA256_RSA;
	t->issuer = issuer.subject;
	t->this_update = semper_time_choose(r->this_update);
	t->next_update = semper_time_choose(r->next_update);
	TRY(put_extensions(t, room, &issuer.key, r->number));
	if (r->n == 0)
		return SEMPER_OK;
	at = room->data + room->len;
	TRY(put_entries(room, r->this_update, r->serials, r->n));
	t->entries = SEMPER_BYTES(at, (size_t)(room->data + room->len - at));
	return SEMPER_OK;
}

/* What the template points to stands at the end of OUT until the list, made
 * behind it, takes its place. */
semper_err
semper_crl_issue(struct semper_buffer *out, const struct semper_issuer *by,
    const struct semper_revocation *r, const struct semper_draw *draw)
{
	struct semper_list_template t;
	size_t start = out->len, at;
	semper_err err = semper_list_fill(&t, out, by, r);

	at = out->len;
	if (err == SEMPER_OK)
		err = semper_list_sign(out, &t, by->key, draw);
	memmove(out->data + start, out->data + at, out->len - at);
	out->len = start + (out->len - at);
	return err;
}
