/* The state tables: well formed, and obeyed in every state of a payment. */
#include "tests/test.h"

#include <string.h>

#include "ikp/ikp_clearing.h"
#include "role/layout.h"
#include "tests/ikp/stage.h"

static struct stage s;

static void
tables_are_tables(void)
{
	CU_ASSERT_EQUAL(semper_role_check(&ikp_buyer), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_role_check(&ikp_seller), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_role_check(&ikp_acquirer), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_role_check(&ikp_broker), SEMPER_OK);
}

/* A chain that is active may be closed. */
static bool
closes(const struct semper_role_def *def, const struct semper_role_row *r)
{
	return (r->profiles & IKP_BASE) == 0 &&
	    strcmp(def->states[r->state], "authorized") == 0 &&
	    strcmp(def->states[r->next], "closing") == 0;
}

/* No row leaves a final state, but for evidence that arrives late, and for
 * what the seller may do with an authorisation. */
static void
final_states_stay(void)
{
	static const struct semper_role_def *const defs[] = {&ikp_buyer,
	    &ikp_seller};

	for (size_t d = 0; d < 2; d++)
		for (size_t i = 0; i < defs[d]->n_rows; i++) {
			const struct semper_role_row *r = &defs[d]->rows[i];

			if ((defs[d]->final >> r->state & 1) == 0 ||
			    closes(defs[d], r))
				continue;
			CU_ASSERT(r->next == r->state ||
			    strcmp(defs[d]->states[r->next], "dispute") == 0 ||
			    (r->profiles & ~IKP_CLEARING) == 0);
		}
}

/* ---- every event in every state of a payment ---- */

static semper_err
first_octet(void *ctx, const struct semper_record *record)
{
	*(uint8_t *)ctx = record->value.data[SEMPER_LAYOUT_STATE];
	return SEMPER_OK;
}

/* The state of the one transaction of ROLE. */
static uint8_t
state_of(enum ikp_party role)
{
	static const char *const tables[] = {IKP_TABLE_BUYER, IKP_TABLE_SELLER,
	    IKP_TABLE_ACQUIRER};
	struct semper_buffer arena = {NULL, 0, 0};
	struct semper_view view;
	uint8_t state = 0;

	CU_ASSERT_EQUAL_FATAL(semper_view_begin(&view, &s.ledger[role], &arena),
	    SEMPER_OK);
	CU_ASSERT_EQUAL_FATAL(semper_view_each(&view, tables[role], SEMPER_NONE,
				  first_octet, &state),
	    SEMPER_OK);
	semper_view_end(&view);
	return state;
}

static bool
has_row(const struct semper_role_def *def, uint8_t state, const char *event)
{
	for (size_t i = 0; i < def->n_rows; i++) {
		const struct semper_role_row *r = &def->rows[i];

		if (r->state == state &&
		    strcmp(def->events[r->event], event) == 0 &&
		    ikp_in(s.profile, r->profiles))
			return true;
	}
	return false;
}

static const struct {
	enum ikp_party role;
	const char *event;
	int input; /* enum ikp_input_kind; -1: a timer */
} local[] = {{IKP_BUYER, "approve", IKP_DO_APPROVE},
    {IKP_BUYER, "refuse", IKP_DO_REFUSE},
    {IKP_BUYER, "inquire", IKP_DO_INQUIRE}, {IKP_BUYER, "resend", -1},
    {IKP_BUYER, "inquire", -1}, {IKP_SELLER, "cancel", IKP_DO_CANCEL},
    {IKP_SELLER, "inquire", IKP_DO_INQUIRE}, {IKP_SELLER, "expire", -1},
    {IKP_SELLER, "retry", -1}};

/* Feed local event I to a copy of the party's ledger; the verdict. */
static semper_err
probe(size_t i, bool *changed)
{
	enum ikp_party role = local[i].role;
	struct semper_ledger own = s.ledger[role];
	uint8_t before[32], after[32];
	size_t n_queue = s.n_queue;
	semper_err e;

	CU_ASSERT_EQUAL_FATAL(semper_ledger_copy(&s.ledger[role], &own),
	    SEMPER_OK);
	stage_digest(&s, role, before);
	if (local[i].input >= 0)
		e = stage_input(&s, role, (enum ikp_input_kind)local[i].input);
	else
		e = stage_timer(&s, role, local[i].event);
	stage_digest(&s, role, after);
	*changed = memcmp(before, after, 32) != 0;
	semper_ledger_close(&s.ledger[role]);
	s.ledger[role] = own;
	s.n_queue = n_queue;
	return e;
}

static void
probe_all(void)
{
	static const struct semper_role_def *const defs[] = {&ikp_buyer,
	    &ikp_seller, &ikp_acquirer};

	for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
		uint8_t state = state_of(local[i].role);
		bool row = has_row(defs[local[i].role], state, local[i].event);
		bool changed;
		semper_err e = probe(i, &changed);

		CU_ASSERT_EQUAL(e,
		    state == 0 ? IKP_E_UNKNOWN_TRANSACTION
			: row  ? SEMPER_OK
			       : IKP_E_BAD_STATE);
		CU_ASSERT(e == SEMPER_OK || !changed);
	}
}

static void
local_events_follow_the_table(void)
{
	for (int p = 0; p < IKP_BASE_PROFILES; p++) {
		bool approved = false;

		stage_open(&s, p, NULL);
		stage_begin(&s);
		probe_all();
		while (s.n_queue > 0) {
			stage_deliver(&s);
			CU_ASSERT_EQUAL_FATAL(s.verdict, SEMPER_OK);
			probe_all();
			if (s.n_queue == 0 && !approved) {
				approved = true;
				stage_input(&s, IKP_BUYER, IKP_DO_APPROVE);
				probe_all();
			}
		}
		CU_ASSERT(approved);
		stage_close(&s);
	}
}

/* Whatever message arrives wherever: accepted, or refused and unchanged. */
static void
any_message_anywhere(void)
{
	static struct stage_message corpus[8];
	uint8_t before[32], after[32];
	size_t n = 0;

	stage_open(&s, 8, NULL);
	stage_begin(&s);
	n = 0;
	while (s.n_queue > 0) {
		corpus[n++ % 8] = s.queue[0];
		stage_deliver(&s);
		if (s.n_queue == 0 && strcmp(s.state, "invoiced") == 0)
			stage_input(&s, IKP_BUYER, IKP_DO_APPROVE);
		for (size_t i = 0; i < n && i < 8; i++)
			for (int role = 0; role < 3; role++) {
				size_t n_queue = s.n_queue;

				if (corpus[i].to == IKP_NETWORK ||
				    corpus[i].to == role)
					continue;
				stage_digest(&s, (enum ikp_party)role, before);
				stage_recv(&s, (enum ikp_party)role,
				    (enum ikp_party)corpus[i].from,
				    SEMPER_BYTES(corpus[i].octets,
					corpus[i].len));
				stage_digest(&s, (enum ikp_party)role, after);
				CU_ASSERT(SEMPER_IS_REFUSAL(s.verdict));
				CU_ASSERT_EQUAL(memcmp(before, after, 32), 0);
				s.n_queue = n_queue;
			}
	}
	CU_ASSERT_EQUAL(n, 7);
	stage_close(&s);
}

SUITE("ikp: tables", {"the three tables are well formed", tables_are_tables},
    {"final states are left for a dispute only", final_states_stay},
    {"inputs and timers are accepted exactly where the table has a row",
	local_events_follow_the_table},
    {"a message for somebody else is refused and changes nothing",
	any_message_anywhere});
