#include "asn1/der_tlv.h"

#include <libtasn1.h>
#include <string.h>

#include "asn1/der.h"
#include "base/must.h"

enum { HIGH_TAG = 0x1f, LONG_FORM = 0x80 };

semper_err
semper_der_cut_identifier(struct semper_bytes *in,
    struct semper_bytes *identifier)
{
	unsigned char class;
	unsigned long number = 0;
	int len = 1, bad = ASN1_SUCCESS;
	bool high = (der_octet(*in, 0) & HIGH_TAG) == HIGH_TAG;

	MUST("DER-D-02", in->len > 0, DER_MALFORMED);
	if (high)
		bad = asn1_get_tag_der(in->data, (int)in->len, &class, &len,
		    &number);
	MUST("DER-D-30",
	    der_octet(*in, 0) != 0 && bad == ASN1_SUCCESS &&
		(!high || (number >= HIGH_TAG && der_octet(*in, 1) != 0x80)),
	    DER_MALFORMED);
	*identifier = SEMPER_BYTES(in->data, (size_t)len);
	*in = der_after(*in, (size_t)len);
	return SEMPER_OK;
}

/* How a decoder that knew the indefinite form would see the last encoding of
 * IN: up to its end-of-contents octets.  Only the fault configuration. */
static semper_err
cut_indefinite(struct semper_bytes *in, struct semper_bytes *contents)
{
	*contents = der_after(*in, 1);
	contents->len -= contents->len < 2 ? contents->len : 2;
	*in = der_after(*in, in->len);
	return SEMPER_OK;
}

/* How a decoder that did not compare lengths would see it: what there is. */
static semper_err
cut_truncated(struct semper_bytes *in, struct semper_bytes *contents)
{
	*contents = der_after(*in, 1);
	*in = der_after(*in, in->len);
	return SEMPER_OK;
}

/* The value of the MORE octets after the first of IN; of one too large for any
 * message only that it is. */
static size_t
long_length(struct semper_bytes in, size_t more)
{
	size_t len = 0, i;

	for (i = 1; i <= more && len <= SEMPER_DER_MAX_OCTETS; i++)
		len = len << 8 | der_octet(in, i);
	return len;
}

semper_err
semper_der_cut_contents(struct semper_bytes *in, struct semper_bytes *contents)
{
	uint8_t first = der_octet(*in, 0);
	size_t more = first & LONG_FORM ? first & ~LONG_FORM : 0;
	size_t len = more > 0 ? long_length(*in, more) : first;
	bool there = in->len > more && len < in->len - more;
	bool shortest = more == 0 ||
	    (der_octet(*in, 1) != 0 && len >= LONG_FORM);

	MUST("DER-D-03", first != LONG_FORM, DER_MALFORMED);
	if (FAULT("DER-D-03") && first == LONG_FORM)
		return cut_indefinite(in, contents);
	MUST("DER-D-02", there, DER_MALFORMED);
	if (FAULT("DER-D-02") && !there)
		return cut_truncated(in, contents);
	MUST("DER-D-04", shortest, DER_MALFORMED);
	*in = der_after(*in, 1 + more);
	*contents = SEMPER_BYTES(in->data, len);
	*in = der_after(*in, len);
	return SEMPER_OK;
}

semper_err
semper_der_open(struct semper_buffer *out, struct semper_bytes identifier,
    size_t *mark)
{
	TRY(semper_buffer_append(out, identifier));
	TRY(semper_buffer_append(out, SEMPER_TEXT("\0")));
	*mark = out->len;
	return SEMPER_OK;
}

semper_err
semper_der_close(struct semper_buffer *out, size_t mark)
{
	size_t len = out->len - mark, more = 0, i;
	uint8_t *at = out->data + mark;

	while (len >= LONG_FORM && len >> 8 * more > 0)
		more++; /* beyond the octet kept free by open */
	if (more > out->cap - out->len)
		return SEMPER_E_SPACE;
	if (more > 0)
		memmove(at + more, at, len);
	at[-1] = (uint8_t)(more > 0 ? LONG_FORM | more : len);
	for (i = more; i > 0; i--, len >>= 8)
		at[i - 1] = (uint8_t)len;
	out->len += more;
	return SEMPER_OK;
}

bool
semper_der_next(struct semper_bytes *rest, struct semper_bytes *first)
{
	struct semper_bytes in = *rest, ignored;

	if (semper_der_cut_identifier(&in, &ignored) != SEMPER_OK ||
	    semper_der_cut_contents(&in, &ignored) != SEMPER_OK)
		return false;
	*first = SEMPER_BYTES(rest->data, rest->len - in.len);
	*rest = in;
	return true;
}

struct semper_bytes
semper_der_contents(struct semper_bytes der)
{
	struct semper_bytes ignored, contents;

	if (semper_der_cut_identifier(&der, &ignored) != SEMPER_OK ||
	    semper_der_cut_contents(&der, &contents) != SEMPER_OK)
		return SEMPER_NONE;
	return contents;
}
