#include "tests/ikp/forge.h"

#include <string.h>

#include <CUnit/CUnit.h>

struct semper_bytes
forge(const struct stage *s, struct semper_bytes msg, forge_edit *change)
{
	static uint8_t bodies[STAGE_MESSAGE_MAX], octets[STAGE_MESSAGE_MAX];
	struct semper_buffer body = SEMPER_BUFFER(bodies);
	struct semper_buffer out = SEMPER_BUFFER(octets);
	static union ikp_body value;
	struct semper_envelope envelope;
	const struct ikp_type *type;

	memset(&value, 0, sizeof value);
	CU_ASSERT_EQUAL_FATAL(semper_envelope_decode(&envelope, msg),
	    SEMPER_OK);
	type = &ikp_messages[ikp_message_find(s->profile, envelope.type)]->type;
	CU_ASSERT_EQUAL_FATAL(ikp_decode(s->profile, type, &value,
				  envelope.body),
	    SEMPER_OK);
	change(&value);
	CU_ASSERT_EQUAL_FATAL(ikp_encode(s->profile, type, &body, &value),
	    SEMPER_OK);
	envelope.body = semper_written(&body);
	CU_ASSERT_EQUAL_FATAL(semper_envelope_encode(&out, &envelope),
	    SEMPER_OK);
	return semper_written(&out);
}

void
forge_each(struct stage *s, const struct forgery *f, size_t n)
{
	static struct stage_message m;

	m = s->queue[0];
	stage_drop(s);
	for (size_t i = 0; i < n; i++) {
		struct semper_bytes msg = SEMPER_BYTES(m.octets, m.len);
		int64_t now = s->now;
		size_t queued = s->n_queue;

		if (f[i].change != NULL)
			msg = forge(s, msg, f[i].change);
		s->now += f[i].later;
		stage_recv(s, (enum ikp_party)m.to, (enum ikp_party)m.from,
		    msg);
		s->now = now;
		s->n_queue = queued; /* without the ErrorMsg */
		CU_ASSERT_EQUAL(s->verdict, f[i].error);
		CU_ASSERT_STRING_EQUAL(s->refused_by, f[i].by);
	}
	CU_ASSERT_EQUAL(stage_recv(s, (enum ikp_party)m.to,
			    (enum ikp_party)m.from,
			    SEMPER_BYTES(m.octets, m.len)),
	    SEMPER_OK);
}
