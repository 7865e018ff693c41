#include <string.h>

#include "asn1/der.h"
#include "role/envelope.h"
#include "tests/test.h"

static const uint8_t good[] = {0x30, 0x33, 0x02, 0x01, 0x01, 0x1a, 0x0c, 'i',
    'k', 'p', '/', '3', 'k', 'p', '-', 'h', 'a', 'r', 'd', 0x1a, 0x07, 'I',
    'n', 'v', 'o', 'i', 'c', 'e', 0x04, 0x10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    11, 12, 13, 14, 15, 0x04, 0x05, 0x30, 0x03, 0x02, 0x01, 0x07};

enum { LENGTH = 1, VERSION_AT = 4, PROFILE_AT = 7, SESSION_LENGTH = 29 };

static semper_err
decode(const uint8_t *octets, size_t len)
{
	struct semper_envelope e;

	return semper_envelope_decode(&e, SEMPER_BYTES(octets, len));
}

static void
decodes(void)
{
	struct semper_envelope e;

	CU_ASSERT_FATAL(semper_envelope_decode(&e,
			    SEMPER_BYTES(good, sizeof good)) == SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(e.profile, SEMPER_TEXT("ikp/3kp-hard")));
	CU_ASSERT(semper_bytes_equal(e.type, SEMPER_TEXT("Invoice")));
	CU_ASSERT_EQUAL(e.session.len, SEMPER_SESSION_SIZE);
	CU_ASSERT_EQUAL(e.session.data, good + SESSION_LENGTH + 1);
	CU_ASSERT(semper_bytes_equal(e.body,
	    SEMPER_BYTES(good + sizeof good - 5, 5)));
}

static void
encodes(void)
{
	struct semper_envelope e;
	uint8_t room[sizeof good + 8];
	struct semper_buffer out = SEMPER_BUFFER(room);

	CU_ASSERT_FATAL(semper_envelope_decode(&e,
			    SEMPER_BYTES(good, sizeof good)) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_envelope_encode(&out, &e), SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(semper_written(&out),
	    SEMPER_BYTES(good, sizeof good)));

	out.len = 3;
	e.session.len = 15;
	CU_ASSERT_EQUAL(semper_envelope_encode(&out, &e), SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(out.len, 3);
}

static void
other_versions(void)
{
	uint8_t m[sizeof good];
	unsigned v;

	memcpy(m, good, sizeof m);
	for (v = 2; v <= 127; v++) {
		m[VERSION_AT] = (uint8_t)v;
		CU_ASSERT_EQUAL(decode(m, sizeof m), SEMPER_E_ENVELOPE_VERSION);
	}
	m[VERSION_AT] = 0;
	CU_ASSERT_EQUAL(decode(m, sizeof m), SEMPER_E_ENVELOPE);
	m[VERSION_AT] = 0xff;
	CU_ASSERT_EQUAL(decode(m, sizeof m), SEMPER_E_ENVELOPE);
	m[VERSION_AT] = 1;
	CU_ASSERT_EQUAL(decode(m, sizeof m), SEMPER_OK);
}

static void
malformed(void)
{
	uint8_t m[sizeof good + 1];
	size_t i;

	memcpy(m, good, sizeof good);
	m[sizeof good] = 0;
	CU_ASSERT_EQUAL(decode(m, sizeof m), SEMPER_E_ENVELOPE);
	for (i = 0; i < sizeof good; i++)
		CU_ASSERT_EQUAL(decode(m, i), SEMPER_E_ENVELOPE);
	m[PROFILE_AT] = 0x80;
	CU_ASSERT_EQUAL(decode(m, sizeof good), SEMPER_E_ENVELOPE);
	m[PROFILE_AT] = 'I';
	CU_ASSERT_EQUAL(decode(m, sizeof good), SEMPER_OK);
	m[SESSION_LENGTH] = 0x11;
	CU_ASSERT_EQUAL(decode(m, sizeof good), SEMPER_E_ENVELOPE);
}

/* An envelope whose whole has exactly N octets (more than 64 KiB). */
static size_t
envelope_of(uint8_t *room, size_t cap, size_t n)
{
	static uint8_t body[SEMPER_MESSAGE_MAX];
	static const uint8_t session[16];
	struct semper_envelope e = {SEMPER_TEXT("p"), SEMPER_TEXT("t"),
	    SEMPER_BYTES(session, 16), SEMPER_BYTES(body, n - 37)};
	struct semper_buffer out = {room, 0, cap};

	return semper_envelope_encode(&out, &e) == SEMPER_OK ? out.len : 0;
}

static void
longest(void)
{
	static uint8_t room[SEMPER_MESSAGE_MAX + 64];
	size_t n = envelope_of(room, sizeof room, SEMPER_MESSAGE_MAX);

	CU_ASSERT_EQUAL(n, SEMPER_MESSAGE_MAX);
	CU_ASSERT_EQUAL(decode(room, n), SEMPER_OK);
	CU_ASSERT_EQUAL(envelope_of(room, sizeof room, SEMPER_MESSAGE_MAX + 1),
	    0);
	CU_ASSERT_EQUAL(decode(room, SEMPER_MESSAGE_MAX + 1),
	    SEMPER_E_ENVELOPE);
}

static void
frames(void)
{
	static const size_t lengths[] = {1, 255, 256, 65536,
	    SEMPER_MESSAGE_MAX};
	uint8_t head[SEMPER_FRAME_HEAD];
	size_t i, n;

	for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		semper_frame_head(head, lengths[i]);
		CU_ASSERT_EQUAL(semper_frame_length(&n, head), SEMPER_OK);
		CU_ASSERT_EQUAL(n, lengths[i]);
	}
	semper_frame_head(head, 0x010203);
	CU_ASSERT_EQUAL(memcmp(head, "\0\1\2\3", 4), 0);
	semper_frame_head(head, 0);
	CU_ASSERT_EQUAL(semper_frame_length(&n, head), SEMPER_E_ENVELOPE);
	semper_frame_head(head, SEMPER_MESSAGE_MAX + 1);
	CU_ASSERT_EQUAL(semper_frame_length(&n, head), SEMPER_E_ENVELOPE);
	semper_frame_head(head, 0xffffffff);
	CU_ASSERT_EQUAL(semper_frame_length(&n, head), SEMPER_E_ENVELOPE);
}

SUITE("role: envelope",
    {"an envelope is read as views of its fields", decodes},
    {"what is written is what was read, and a wrong field is not written",
	encodes},
    {"versions other than 1 have an error of their own", other_versions},
    {"what is not exactly one envelope is malformed", malformed},
    {"1 MiB is the longest message, read and written", longest},
    {"a frame's length is 1 to 1 MiB, most significant octet first", frames});
