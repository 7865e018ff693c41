#include "asn1/der_value.h"

#include "asn1/der_tlv.h"
#include "base/must.h"

enum { SIGN = 0x80, MORE = 0x80, OID_ARC_OCTETS = 9 /* of 7 bits */ };

/* ---- octets to values and back ------------------------------------------ */

/* Two's complement, big endian; of more than eight octets the last eight. */
int64_t
semper_der_get_integer(struct semper_bytes c)
{
	bool negative =
	    (der_octet(c, 0) & SIGN) != 0 && !FAULT("integer-unsigned");
	uint64_t v = negative ? UINT64_MAX : 0;
	size_t i = c.len > DER_INT64_OCTETS ? c.len - DER_INT64_OCTETS : 0;

	for (; i < c.len; i++)
		v = v << 8 | c.data[i];
	return (int64_t)v;
}

/* The fewest octets whose sign is that of VALUE. */
struct semper_bytes
semper_der_put_integer(uint8_t scratch[DER_SCRATCH], int64_t value)
{
	uint64_t v = (uint64_t)value;
	size_t n = DER_INT64_OCTETS;
	uint8_t *p = scratch + DER_INT64_OCTETS;

	do {
		*--p = (uint8_t)v;
		v = v >> 8 | (value < 0 ? (uint64_t)0xff << 56 : 0);
		n--;
	} while (n > 0 &&
	    (v != (value < 0 ? UINT64_MAX : 0) ||
		((*p & SIGN) != 0) != (value < 0)));
	return SEMPER_BYTES(p, DER_INT64_OCTETS - n);
}

/* Bit 0 is the top bit of the first octet (X.680 22.2). */
uint32_t
semper_der_get_bits(struct semper_bytes c)
{
	uint32_t bits = 0;
	unsigned i;

	for (i = 0; i < 32; i++)
		if (der_octet(c, 1 + i / 8) & (SIGN >> i % 8))
			bits |= UINT32_C(1) << i;
	return bits;
}

struct semper_bytes
semper_der_put_bits(uint8_t scratch[DER_SCRATCH], uint32_t bits)
{
	unsigned i, n = 0;

	for (i = 0; i < DER_BITS_OCTETS; i++)
		scratch[i] = 0;
	for (i = 0; i < 32; i++)
		if (bits >> i & 1) {
			scratch[1 + i / 8] |= (uint8_t)(SIGN >> i % 8);
			n = i + 1;
		}
	scratch[0] = (uint8_t)((8 - n % 8) % 8);
	return SEMPER_BYTES(scratch, 1 + (n + 7) / 8);
}

/* ---- characters --------------------------------------------------------- */

static bool
is_printable(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '\'' && c <= ':' && c != '*') || c == ' ' || c == '=' ||
	    c == '?';
}

static bool
in_alphabet(unsigned kind, uint8_t c)
{
	switch (kind) {
	case ASN1_ETYPE_NUMERIC_STRING:
		return c == ' ' || (c >= '0' && c <= '9');
	case ASN1_ETYPE_PRINTABLE_STRING:
		return is_printable(c);
	case ASN1_ETYPE_VISIBLE_STRING:
		return c >= 0x20 && c <= 0x7e;
	default: /* IA5String */
		return c <= 0x7f;
	}
}

static bool
all_in_alphabet(unsigned kind, struct semper_bytes c)
{
	size_t i;

	for (i = 0; i < c.len; i++)
		if (!in_alphabet(kind, c.data[i]))
			return false;
	return true;
}

/* The octets of the UTF-8 sequence S begins with, 0 if it is none: overlong, a
 * surrogate or beyond U+10FFFF (RFC 3629 section 4). */
static size_t
utf8_sequence(struct semper_bytes s)
{
	uint8_t first = s.data[0], low = 0x80, high = 0xbf;
	size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	bool overlong = FAULT("utf8-overlong");
	size_t i;

	if ((first >= 0x80 && first < (overlong ? 0xc0 : 0xc2)) ||
	    first > 0xf4 || n > s.len)
		return 0;
	if (first == 0xe0 && !overlong)
		low = 0xa0;
	else if (first == 0xed && !FAULT("utf8-surrogates"))
		high = 0x9f;
	else if (first == 0xf0 && !overlong)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	for (i = 1; i < n; i++, low = 0x80, high = 0xbf)
		if (s.data[i] < low || s.data[i] > high)
			return 0;
	return n;
}

static bool
is_utf8(struct semper_bytes s)
{
	size_t n;

	for (; s.len > 0; s = der_after(s, n))
		if ((n = utf8_sequence(s)) == 0)
			return false;
	return true;
}

/* Characters of valid UTF-8: the octets that do not continue one. */
static size_t
utf8_length(struct semper_bytes s)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++)
		n += (s.data[i] & 0xc0) != 0x80;
	return n;
}

/* ---- the checks --------------------------------------------------------- */

/* The first nine bits are not all alike (X.690 8.3.2). */
static semper_err
check_minimal(struct semper_bytes c)
{
	uint8_t fill = der_octet(c, 0) & SIGN ? 0xff : 0x00;
	bool superfluous = c.len > 1 && c.data[0] == fill &&
	    (c.data[1] & SIGN) == (fill & SIGN);

	MUST("DER-D-12", c.len > 0 && !superfluous, DER_MALFORMED);
	return SEMPER_OK;
}

static semper_err
check_integer(const struct semper_der_type *t, struct semper_bytes c)
{
	bool negative = der_octet(c, 0) & SIGN;
	int64_t v = semper_der_get_integer(c);
	bool above = v > t->max, below = v < t->min;

	if (c.len > DER_INT64_OCTETS) {
		above = !negative && t->max != INT64_MAX;
		below = negative && t->min != INT64_MIN;
	}
	TRY(check_minimal(c));
	MUST("DER-D-13", !above && !below, DER_MALFORMED);
	return SEMPER_OK;
}

static semper_err
check_enumerated(const struct semper_der_type *t, struct semper_bytes c)
{
	const struct semper_der_type *name = t->names;
	int64_t v = semper_der_get_integer(c);

	TRY(check_minimal(c));
	while (name != NULL && name->min != v)
		name = name->next;
	MUST("DER-D-14", name != NULL && c.len <= DER_INT64_OCTETS,
	    DER_MALFORMED);
	return SEMPER_OK;
}

static semper_err
check_bit_string(const struct semper_der_type *t, struct semper_bytes c)
{
	uint8_t unused = der_octet(c, 0);
	uint8_t last = c.len > 1 ? c.data[c.len - 1] : 0;
	uint8_t padding = (uint8_t)((1u << (unused & 7)) - 1);

	MUST("DER-D-15",
	    c.len > 0 && unused <= 7 && (c.len > 1 || unused == 0) &&
		((last & padding) == 0 || FAULT("padding-bits-unread")),
	    DER_MALFORMED);
	if (t->named)
		MUST("DER-D-16", c.len <= 1 || (last >> (unused & 7) & 1),
		    DER_MALFORMED);
	else
		MUST("DER-D-17", unused == 0, DER_MALFORMED);
	return SEMPER_OK;
}

static semper_err
check_object_id(struct semper_bytes c)
{
	bool minimal = true, small = true;
	size_t i, arc = 0; /* octets of the current arc so far */

	for (i = 0; i < c.len; i++) {
		minimal &= arc > 0 || c.data[i] != MORE;
		small &= arc < OID_ARC_OCTETS;
		arc = c.data[i] & MORE ? arc + 1 : 0;
	}
	MUST("DER-D-19", c.len > 0 && minimal && arc == 0, DER_MALFORMED);
	MUST("DER-D-20", small, DER_MALFORMED);
	return SEMPER_OK;
}

static semper_err
check_characters(const struct semper_der_type *t, struct semper_bytes c)
{
	if (t->kind == ASN1_ETYPE_UTF8_STRING)
		MUST("DER-D-22", is_utf8(c), DER_MALFORMED);
	else
		MUST("DER-D-21", all_in_alphabet(t->kind, c), DER_MALFORMED);
	return SEMPER_OK;
}

static semper_err
check_time(const struct semper_der_type *t, struct semper_bytes c)
{
	bool utc = t->kind == ASN1_ETYPE_UTC_TIME;
	bool form = semper_der_time_form(t->kind, c);
	int64_t seconds;

	if (utc)
		MUST("DER-D-24", form, DER_MALFORMED);
	else
		MUST("DER-D-23", form, DER_MALFORMED);
	MUST("DER-D-25", !form || semper_der_get_time(t->kind, c, &seconds),
	    DER_MALFORMED);
	return SEMPER_OK;
}

/* What SIZE counts (X.680 51.5): bits, characters or octets. */
static size_t
size_of(const struct semper_der_type *t, struct semper_bytes c)
{
	if (t->kind == ASN1_ETYPE_UTF8_STRING && !FAULT("size-in-octets"))
		return utf8_length(c);
	if (t->kind == ASN1_ETYPE_BIT_STRING && c.len > 0)
		return 8 * (c.len - 1) - (c.data[0] & 7);
	return c.len;
}

semper_err
semper_der_check_count(const struct semper_der_type *t, size_t n)
{
	MUST("DER-D-26", (int64_t)n >= t->min && (int64_t)n <= t->max,
	    DER_MALFORMED);
	return SEMPER_OK;
}

semper_err
semper_der_check(const struct semper_der_type *t, struct semper_bytes c)
{
	switch (t->kind) {
	case ASN1_ETYPE_BOOLEAN:
		MUST("DER-D-11",
		    c.len == 1 && (c.data[0] == 0x00 || c.data[0] == 0xff),
		    DER_MALFORMED);
		return SEMPER_OK;
	case ASN1_ETYPE_INTEGER:
		return check_integer(t, c);
	case ASN1_ETYPE_ENUMERATED:
		return check_enumerated(t, c);
	case ASN1_ETYPE_NULL:
		MUST("DER-D-18", c.len == 0, DER_MALFORMED);
		return SEMPER_OK;
	case ASN1_ETYPE_OBJECT_ID:
		return check_object_id(c);
	case ASN1_ETYPE_UTC_TIME:
	case ASN1_ETYPE_GENERALIZED_TIME:
		return check_time(t, c);
	case ASN1_ETYPE_BIT_STRING:
		TRY(check_bit_string(t, c));
		break;
	case ASN1_ETYPE_OCTET_STRING:
		break;
	default:
		TRY(check_characters(t, c));
	}
	return semper_der_check_count(t, size_of(t, c));
}
