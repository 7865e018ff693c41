/* scene.h -- what the tests of several files let the parties of a stage do. */
#ifndef SEMPER_TESTS_IKP_SCENE_H
#define SEMPER_TESTS_IKP_SCENE_H

#include "tests/ikp/stage.h"

#define OK(x) CU_ASSERT_EQUAL((x), SEMPER_OK)

/* The profiles, by number. */
enum {
	EC95_1,
	EC95_2,
	EC95_3,
	JSAC_1,
	JSAC_2,
	JSAC_3,
	HARD_1,
	HARD_2,
	HARD_3,
	MICRO_EC95_1,
	MICRO_EC95_2,
	MICRO_EC95_3,
	MICRO_JSAC_1,
	MICRO_JSAC_2,
	MICRO_JSAC_3,
	MICRO_HARD_1,
	MICRO_HARD_2,
	MICRO_HARD_3
};

/* Offer, start, and deliver everything. */
void scene_play(struct stage *s);
/* The same on a stage that is opened for it. */
void scene_open(struct stage *s, int profile);
void scene_drop_all(struct stage *s);

/* MSG is message ID: into VALUE. */
void scene_read(const struct stage *s, enum ikp_message_id id, void *value,
    struct semper_bytes msg);
/* A message made by hand: VALUE as message ID of SESSION. */
semper_err scene_send(struct stage *s, enum ikp_party to, enum ikp_party from,
    enum ikp_message_id id, struct semper_bytes session, const void *value);

/* ---- micro-payments: cents, of which a link is worth UNIT ---- */

#define UNIT 10

/* An input with a price. */
semper_err scene_act(struct stage *s, enum ikp_party role,
    enum ikp_input_kind kind, int64_t cents);
/* A payment, asked for and on its way. */
void scene_pay(struct stage *s, int64_t cents);
/* A deposit that is answered: LINKS in all are paid for. */
void scene_deposit(struct stage *s, int64_t links);

/* ---- clearing, of part 1 ---- */

struct ikp_input scene_order(enum ikp_input_kind kind, int64_t cents);
semper_err scene_clear(struct stage *s, enum ikp_input_kind kind,
    int64_t cents);

#endif
