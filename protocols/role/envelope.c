#include "role/envelope.h"

#include "asn1/der.h"
#include "base/must.h"

#define VERSION 1

struct envelope {
	int64_t version;
	struct semper_envelope fields;
};

static const struct semper_field fields[] = {
    FIELD_INT("version", struct envelope, version),
    FIELD_BYTES("profile", struct envelope, fields.profile),
    FIELD_BYTES("type", struct envelope, fields.type),
    FIELD_BYTES("session", struct envelope, fields.session),
    FIELD_BYTES("body", struct envelope, fields.body),
    FIELD_END};

semper_err
semper_envelope_decode(struct semper_envelope *out, struct semper_bytes msg)
{
	struct envelope e = {0, {SEMPER_NONE, SEMPER_NONE, SEMPER_NONE,
				    SEMPER_NONE}};
	semper_err err;

	MUST("ENV-M-01", msg.len <= SEMPER_MESSAGE_MAX, SEMPER_E_ENVELOPE);
	err = semper_der_decode(semper_der_find("SEMPER", "Envelope"), fields,
	    &e, msg);
	if (err != SEMPER_OK && !SEMPER_IS_REFUSAL(err))
		return err;
	MUST("ENV-M-02", err == SEMPER_OK, SEMPER_E_ENVELOPE);
	*out = e.fields;
	MUST("ENV-M-03", e.version == VERSION, SEMPER_E_ENVELOPE_VERSION);
	return SEMPER_OK;
}

/* ENV-M-04 */
semper_err
semper_envelope_encode(struct semper_buffer *out,
    const struct semper_envelope *envelope)
{
	struct envelope e = {FAULT("ENV-M-04") ? 2 : VERSION, *envelope};
	size_t start = out->len;

	TRY(semper_der_encode(semper_der_find("SEMPER", "Envelope"), fields, &e,
	    out));
	if (out->len - start <= SEMPER_MESSAGE_MAX)
		return SEMPER_OK;
	out->len = start;
	return SEMPER_E_ARGUMENT;
}

/* ENV-S-02 */
void
semper_frame_head(uint8_t head[SEMPER_FRAME_HEAD], size_t len)
{
	head[0] = (uint8_t)(len >> 24);
	head[1] = (uint8_t)(len >> 16);
	head[2] = (uint8_t)(len >> 8);
	head[3] = (uint8_t)len;
}

semper_err
semper_frame_length(size_t *len, const uint8_t head[SEMPER_FRAME_HEAD])
{
	size_t n = (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	    (size_t)head[2] << 8 | head[3];

	MUST("ENV-S-01", n >= 1 && n <= SEMPER_MESSAGE_MAX, SEMPER_E_ENVELOPE);
	*len = n;
	return SEMPER_OK;
}
