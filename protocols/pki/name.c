#include "pki/name.h"

#include <string.h>

#include "asn1/der.h"
#include "base/must.h"
#include "pki/oid.h"

#define STRING_MAX 272 /* 64 characters of UTF-8, and a header */
#define RDNS_MAX 16    /* what the module allows */
#define VALUES_MAX 8

enum { PRINTABLE, UTF8 }; /* the alternatives of DirectoryString */

struct string {
	int kind;
	struct semper_bytes text;
};

static const struct semper_field string_fields[] = {
    FIELD_CHOICE("", struct string, kind),
    FIELD_BYTES("printableString", struct string, text),
    FIELD_BYTES("utf8String", struct string, text), FIELD_END};

struct attribute {
	struct semper_bytes type, value;
};

static const struct semper_field attribute_fields[] = {
    FIELD_BYTES("type", struct attribute, type),
    FIELD_DER("value", struct attribute, value), FIELD_END};

struct rdn {
	struct {
		size_t n;
		struct attribute item[VALUES_MAX];
	} values;
};

static const struct semper_field rdn_fields[] = {
    FIELD_LIST_GROUP("", struct rdn, values, struct attribute,
	attribute_fields),
    FIELD_END};

struct name {
	int kind;
	struct {
		size_t n;
		struct rdn item[RDNS_MAX];
	} rdns;
	struct semper_buffer strings;
	uint8_t room[3 * STRING_MAX];
};

static const struct semper_field name_fields[] = {
    FIELD_CHOICE("", struct name, kind),
    FIELD_LIST_GROUP("rdnSequence", struct name, rdns, struct rdn, rdn_fields),
    FIELD_END};

static semper_err
put_string(struct semper_buffer *out, int kind, struct semper_bytes text)
{
	struct string s = {kind, text};

	return semper_der_encode(semper_der_find("PKIX", "DirectoryString"),
	    string_fields, &s, out);
}

static semper_err
put_attribute(struct name *name, const char *oid, const char *text, int kind)
{
	struct rdn *rdn = &name->rdns.item[name->rdns.n];
	struct semper_buffer *b = &name->strings;
	const uint8_t *at = b->data + b->len;
	struct semper_bytes octets;
	semper_err err;

	if (text == NULL)
		return SEMPER_OK;
	octets = SEMPER_BYTES((const uint8_t *)text, strlen(text));
	err = put_string(b, kind, octets);
	if (err == SEMPER_E_ARGUMENT && kind == PRINTABLE)
		err = put_string(b, UTF8, octets);
	TRY(err);
	rdn->values.n = 1;
	rdn->values.item[0] = (struct attribute){semper_oid(oid),
	    SEMPER_BYTES(at, (size_t)(b->data + b->len - at))};
	name->rdns.n++;
	return SEMPER_OK;
}

semper_err
semper_name_put(struct semper_buffer *out, const char *organization,
    const char *common_name, const char *serial_number)
{
	struct name name;

	memset(&name, 0, sizeof name);
	name.strings = (struct semper_buffer){name.room, 0, sizeof name.room};
	TRY(put_attribute(&name, SEMPER_OID_ORGANIZATION, organization, UTF8));
	TRY(put_attribute(&name, SEMPER_OID_COMMON_NAME, common_name, UTF8));
	TRY(put_attribute(&name, SEMPER_OID_SERIAL_NUMBER, serial_number,
	    PRINTABLE));
	if (name.rdns.n == 0)
		return SEMPER_E_ARGUMENT;
	return semper_der_encode(semper_der_find("PKIX", "Name"), name_fields,
	    &name, out);
}
