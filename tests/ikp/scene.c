#include "tests/ikp/scene.h"

#include <string.h>

#include <CUnit/CUnit.h>

void
scene_play(struct stage *s)
{
	stage_begin(s);
	CU_ASSERT(stage_run(s, NULL));
}

void
scene_open(struct stage *s, int profile)
{
	stage_open(s, profile, NULL);
	scene_play(s);
}

void
scene_drop_all(struct stage *s)
{
	while (s->n_queue > 0)
		stage_drop(s);
}

void
scene_read(const struct stage *s, enum ikp_message_id id, void *value,
    struct semper_bytes msg)
{
	struct semper_envelope envelope;

	OK(semper_envelope_decode(&envelope, msg));
	OK(ikp_decode(s->profile, &ikp_messages[id]->type, value,
	    envelope.body));
}

static struct semper_bytes
text(const char *string)
{
	return SEMPER_BYTES((const uint8_t *)string, strlen(string));
}

semper_err
scene_send(struct stage *s, enum ikp_party to, enum ikp_party from,
    enum ikp_message_id id, struct semper_bytes session, const void *value)
{
	static uint8_t bodies[STAGE_MESSAGE_MAX], octets[STAGE_MESSAGE_MAX];
	const struct ikp_type *type = &ikp_messages[id]->type;
	struct semper_buffer body = SEMPER_BUFFER(bodies);
	struct semper_buffer out = SEMPER_BUFFER(octets);
	struct semper_envelope envelope = {.profile = text(s->profile->name),
	    .type = text(type->name),
	    .session = session};

	OK(ikp_encode(s->profile, type, &body, value));
	envelope.body = semper_written(&body);
	OK(semper_envelope_encode(&out, &envelope));
	return stage_recv(s, to, from, semper_written(&out));
}

/* ---- micro-payments ---- */

semper_err
scene_act(struct stage *s, enum ikp_party role, enum ikp_input_kind kind,
    int64_t cents)
{
	struct ikp_input input = {.kind = kind, .price = {840, cents, -2}};

	return stage_do(s, role, &input);
}

void
scene_pay(struct stage *s, int64_t cents)
{
	OK(scene_act(s, IKP_SELLER, IKP_DO_ASK, cents));
	OK(scene_act(s, IKP_BUYER, IKP_DO_PAY, cents));
}

void
scene_deposit(struct stage *s, int64_t links)
{
	OK(stage_input(s, IKP_SELLER, IKP_DO_DEPOSIT));
	CU_ASSERT(stage_run(s, NULL));
	CU_ASSERT_EQUAL(s->deposited, links);
	CU_ASSERT_EQUAL(s->paid, links * UNIT);
}

/* ---- clearing ---- */

struct ikp_input
scene_order(enum ikp_input_kind kind, int64_t cents)
{
	return (struct ikp_input){.kind = kind,
	    .auth_seq = 1,
	    .amount = {840, cents, -2}};
}

semper_err
scene_clear(struct stage *s, enum ikp_input_kind kind, int64_t cents)
{
	struct ikp_input input = scene_order(kind, cents);

	return stage_do(s, IKP_SELLER, &input);
}
