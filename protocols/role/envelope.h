/* envelope.h -- the outer envelope of every message, and its framing.
 *
 * spec/envelope.md.  The envelope says which protocol profile and message type
 * the body is, and to which session it belongs.  It is never signed as such:
 * each message says what its signature covers.
 */
#ifndef SEMPER_ROLE_ENVELOPE_H
#define SEMPER_ROLE_ENVELOPE_H

#include "base/bytes.h"
#include "base/err.h"

#define SEMPER_MESSAGE_MAX ((size_t)1 << 20) /* octets of a whole message */
#define SEMPER_SESSION_SIZE 16
#define SEMPER_FRAME_HEAD 4

/* What a decoder refuses; a protocol maps them to its own error numbers. */
#define SEMPER_E_ENVELOPE SEMPER_REFUSAL(SEMPER_MALFORMED, 0)
#define SEMPER_E_ENVELOPE_VERSION SEMPER_REFUSAL(SEMPER_RANGE, 0)

struct semper_envelope {
	struct semper_bytes profile; /* "ikp/3kp-hard": 1..40 characters */
	struct semper_bytes type;    /* "Invoice": 1..40 characters */
	struct semper_bytes session; /* 16 octets */
	struct semper_bytes body;    /* DER of the type */
};

/* Views into MSG.  Refuses with SEMPER_E_ENVELOPE what is not the DER of an
 * Envelope or longer than 1 MiB, and then with SEMPER_E_ENVELOPE_VERSION any
 * version but 1; OUT is filled in that case too, so that the sender can be
 * told. */
semper_err semper_envelope_decode(struct semper_envelope *out,
    struct semper_bytes msg) SEMPER_MUST_CHECK;

/* Append the DER of ENVELOPE (version 1) to OUT.  SEMPER_E_ARGUMENT if a field
 * is out of its limits or the whole longer than 1 MiB. */
semper_err semper_envelope_encode(struct semper_buffer *out,
    const struct semper_envelope *envelope) SEMPER_MUST_CHECK;

/* On a stream each message follows its length, 4 octets, most significant
 * first.  semper_frame_head writes that length; semper_frame_length reads it
 * and refuses 0 and more than 1 MiB with SEMPER_E_ENVELOPE. */
void semper_frame_head(uint8_t head[SEMPER_FRAME_HEAD], size_t len);
semper_err semper_frame_length(size_t *len,
    const uint8_t head[SEMPER_FRAME_HEAD]) SEMPER_MUST_CHECK;

#endif
