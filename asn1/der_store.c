#include "asn1/der_store.h"

#include <string.h>

#include "asn1/der_tlv.h"
#include "asn1/der_value.h"
#include "base/must.h"

/* ---- decoding ----------------------------------------------------------- */

static struct semper_bytes
natural_of(struct semper_bytes c)
{
	return c.len > 1 && c.data[0] == 0 ? der_after(c, 1) : c;
}

static void
store_integer(const struct semper_field *f, void *member, int64_t value)
{
	int as_int = (int)value;

	switch (f->kind) {
	case SEMPER_FIELD_INT:
		*(int64_t *)member = value;
		break;
	case SEMPER_FIELD_ENUM:
		memcpy(member, &as_int, sizeof(as_int));
		break;
	case SEMPER_FIELD_BOOL:
		*(bool *)member = value != 0;
		break;
	}
}

void
semper_store(const struct semper_der_type *t, const struct semper_field *f,
    void *member, struct semper_bytes c)
{
	switch (f->kind) {
	case SEMPER_FIELD_BYTES:
		*(struct semper_bytes *)member =
		    t->kind == ASN1_ETYPE_BIT_STRING ? der_after(c, 1) : c;
		break;
	case SEMPER_FIELD_NATURAL:
		*(struct semper_bytes *)member = natural_of(c);
		break;
	case SEMPER_FIELD_BITS:
		*(uint32_t *)member = semper_der_get_bits(c);
		break;
	case SEMPER_FIELD_TIME:
		if (!semper_der_get_time(t->kind, c, member))
			*(int64_t *)member = 0;
		break;
	default:
		store_integer(f, member, semper_der_get_integer(c));
	}
}

void
semper_store_absent(struct der_bind b)
{
	struct der_bind inner;

	for (; b.at < b.end; b.at++)
		switch (b.at->kind) {
		case SEMPER_FIELD_BYTES:
		case SEMPER_FIELD_NATURAL:
		case SEMPER_FIELD_DER:
			*(struct semper_bytes *)der_member(&b, b.at) =
			    SEMPER_NONE;
			break;
		case SEMPER_FIELD_PRESENT:
			*(bool *)der_member(&b, b.at) = false;
			break;
		case SEMPER_FIELD_LIST:
		case SEMPER_FIELD_LIST_DER:
		case SEMPER_FIELD_LIST_GROUP:
			*der_count(&b, b.at) = 0;
			break;
		case SEMPER_FIELD_GROUP:
			semper_bind_group(&inner, &b, b.at);
			semper_store_absent(inner);
			break;
		}
}

void
semper_store_default(const struct semper_der_type *t, struct der_bind b)
{
	const struct semper_field *f;

	semper_bind_take(&b, SEMPER_FIELD_DER);
	f = semper_bind_own(&b);
	if (t->has_default && f != NULL)
		store_integer(f, der_member(&b, f), t->default_value);
}

/* ---- encoding ----------------------------------------------------------- */

static int64_t
load_integer(const struct semper_field *f, const void *member)
{
	int as_int;

	switch (f->kind) {
	case SEMPER_FIELD_INT:
		return *(const int64_t *)member;
	case SEMPER_FIELD_BOOL:
		return *(const bool *)member;
	default:
		memcpy(&as_int, member, sizeof(as_int));
		return as_int;
	}
}

bool
semper_load_is_default(const struct semper_der_type *t,
    const struct semper_field *f, const void *member)
{
	return load_integer(f, member) == t->default_value;
}

static semper_err
append_view(struct semper_buffer *out, struct semper_bytes view)
{
	return view.data == NULL ? SEMPER_E_ARGUMENT
				 : semper_buffer_append(out, view);
}

static semper_err
append_natural(struct semper_buffer *out, struct semper_bytes n)
{
	if (n.data == NULL || n.len == 0)
		return SEMPER_E_ARGUMENT;
	while (n.len > 1 && n.data[0] == 0)
		n = der_after(n, 1);
	if (n.data[0] & 0x80)
		TRY(semper_buffer_append(out, SEMPER_TEXT("\0")));
	return semper_buffer_append(out, n);
}

static semper_err
append_contents(const struct semper_der_type *t, const struct semper_field *f,
    const void *member, struct semper_buffer *out)
{
	uint8_t scratch[DER_SCRATCH];

	switch (f->kind) {
	case SEMPER_FIELD_BYTES:
		if (t->kind == ASN1_ETYPE_BIT_STRING)
			TRY(semper_buffer_append(out, SEMPER_TEXT("\0")));
		return append_view(out, *(const struct semper_bytes *)member);
	case SEMPER_FIELD_NATURAL:
		return append_natural(out,
		    *(const struct semper_bytes *)member);
	case SEMPER_FIELD_BITS:
		return semper_buffer_append(out,
		    semper_der_put_bits(scratch, *(const uint32_t *)member));
	case SEMPER_FIELD_TIME:
		return append_view(out,
		    semper_der_put_time(scratch, t->kind,
			*(const int64_t *)member));
	case SEMPER_FIELD_BOOL:
		return semper_buffer_append(out,
		    *(const bool *)member ? SEMPER_TEXT("\xff")
					  : SEMPER_TEXT("\0"));
	default:
		return semper_buffer_append(out,
		    semper_der_put_integer(scratch, load_integer(f, member)));
	}
}

/* DER-E-03: contents that a decoder would refuse are not a value of T. */
semper_err
semper_load(const struct semper_der_type *t, const struct semper_field *f,
    const void *member, struct semper_buffer *out)
{
	size_t mark = out->len;

	TRY(append_contents(t, f, member, out));
	return semper_der_check(t, der_after(semper_written(out), mark)) ==
		SEMPER_OK
	    ? SEMPER_OK
	    : SEMPER_E_ARGUMENT;
}

/* ---- values written anew ------------------------------------------------ */

/* Write each arc without leading zero digits (base 128, X.690 8.19.2). */
static semper_err
rewrite_object_id(struct semper_bytes c, struct semper_buffer *out)
{
	bool leading = true;
	size_t i;

	for (i = 0; i < c.len; i++) {
		if (leading && c.data[i] == 0x80)
			continue;
		leading = !(c.data[i] & 0x80);
		TRY(semper_buffer_append(out, SEMPER_BYTES(c.data + i, 1)));
	}
	return SEMPER_OK;
}

semper_err
semper_der_rewrite(const struct semper_der_type *t, struct semper_bytes c,
    struct semper_buffer *out)
{
	uint8_t scratch[DER_SCRATCH];
	int64_t seconds;

	switch (t->kind) {
	case ASN1_ETYPE_BOOLEAN:
		scratch[0] = der_octet(c, 0) ? 0xff : 0;
		c = SEMPER_BYTES(scratch, 1);
		break;
	case ASN1_ETYPE_INTEGER:
	case ASN1_ETYPE_ENUMERATED:
		if (c.len <= DER_INT64_OCTETS)
			c = semper_der_put_integer(scratch,
			    semper_der_get_integer(c));
		break;
	case ASN1_ETYPE_BIT_STRING:
		if (t->named && c.len <= DER_BITS_OCTETS)
			c = semper_der_put_bits(scratch,
			    semper_der_get_bits(c));
		break;
	case ASN1_ETYPE_UTC_TIME:
	case ASN1_ETYPE_GENERALIZED_TIME:
		if (semper_der_get_time(t->kind, c, &seconds))
			c = semper_der_put_time(scratch, t->kind, seconds);
		break;
	case ASN1_ETYPE_OBJECT_ID:
		return rewrite_object_id(c, out);
	}
	return semper_buffer_append(out, c);
}
