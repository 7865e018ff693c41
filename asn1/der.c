/* der.c -- the calls of der.h.  Decoding and its checks: der_reader.c;
 * encoding: der_writer.c; what a binding is: der_binding.c. */
#include "asn1/der.h"

#include "asn1/der_reader.h"
#include "asn1/der_writer.h"
#include "base/ct.h"

semper_err
semper_der_decode(const struct semper_der_type *type,
    const struct semper_field *fields, void *dst, struct semper_bytes der)
{
	if (type == NULL || der.data == NULL)
		return SEMPER_E_ARGUMENT;
	return semper_der_accept(type, semper_bind_root(fields, dst), der,
	    NULL);
}

/* On error OUT is as it was (DER-E-03, DER-E-04): what has been written behind
 * BEFORE may be secret. */
static semper_err
undo_on_error(struct semper_buffer *out, size_t before, semper_err err)
{
	if (err != SEMPER_OK) {
		semper_wipe(out->data + before, out->len - before);
		out->len = before;
	}
	return err;
}

/* The binding is walked with a pointer that decoding writes through and
 * encoding does not. */
semper_err
semper_der_encode(const struct semper_der_type *type,
    const struct semper_field *fields, const void *src,
    struct semper_buffer *out)
{
	size_t before = out->len;

	if (type == NULL)
		return SEMPER_E_ARGUMENT;
	return undo_on_error(out, before,
	    semper_der_write(type, semper_bind_root(fields, (void *)src), out));
}

semper_err
semper_der_canonical(const struct semper_der_type *type,
    struct semper_bytes der, struct semper_buffer *out)
{
	size_t before = out->len;

	if (type == NULL || der.data == NULL)
		return SEMPER_E_ARGUMENT;
	return undo_on_error(out, before,
	    semper_der_accept(type, DER_UNBOUND, der, out));
}
