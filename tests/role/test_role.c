#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "role/role.h"
#include "tests/ledger/stores.h"
#include "tests/role/kiosk.h"
#include "tests/test.h"

/* ---- a kiosk with its ledger and its random source ---- */

struct stream {
	uint8_t next, rewinds, left;
};

static semper_err
fill(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	struct stream *s = ctx;

	for (; label != NULL && len > 0; len--) {
		if (s->left-- == 0)
			return SEMPER_E_RANDOM;
		*dst++ = s->next++;
	}
	return SEMPER_OK;
}

static void
rewind_stream(void *ctx)
{
	struct stream *s = ctx;

	s->next = 0x10;
	s->left = 4;
	s->rewinds++;
}

static struct stream stream;
static struct semper_ledger ledger;
static struct semper_party kiosk;
static struct semper_step step;
static struct semper_outcome out;
static uint8_t arena[8192];
static const struct semper_random random_source = {{fill, &stream},
    rewind_stream};

static void
open_kiosk(void)
{
	CU_ASSERT_FATAL(semper_ledger_memory(&ledger) == SEMPER_OK);
	kiosk = (struct semper_party){&kiosk_def, &ledger, NULL, NULL, 3};
	stream = (struct stream){0x10, 0, 4};
	kiosk_meddle = kiosk_runs = 0;
	semper_step_init(&step, arena, sizeof arena);
}

static void
close_kiosk(void)
{
	semper_step_clear(&step);
	semper_ledger_close(&ledger);
}

static semper_err
compute(const char *msg)
{
	static struct semper_event e;

	e = (struct semper_event){.kind = SEMPER_RECV, .from = K_BUYER,
	    .msg = SEMPER_BYTES((const uint8_t *)msg, strlen(msg))};
	return semper_role_step(&step, &kiosk, &e, 1000, &random_source);
}

static semper_err
feed(const char *msg)
{
	TRY(compute(msg));
	return semper_role_commit(&step, &out);
}

static struct semper_record
sale(const char *name)
{
	static uint8_t room[64];
	struct semper_buffer a = SEMPER_BUFFER(room);
	struct semper_record r = {NULL, SEMPER_NONE, SEMPER_NONE, 0};
	struct semper_view v;

	CU_ASSERT_FATAL(semper_view_begin(&v, &ledger, &a) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, "sale",
			    SEMPER_BYTES((const uint8_t *)name, 1)),
	    SEMPER_OK);
	semper_view_end(&v);
	return r;
}

static int
state_of(const char *name)
{
	struct semper_record r = sale(name);

	return r.version == 0 ? K_NONE : r.value.data[0];
}

/* ---- what a step does ---- */

static void
accepted(void)
{
	static const uint8_t drawn[] = {0x10, 0x11, 0x12, 0x13};

	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, SEMPER_OK);
	CU_ASSERT_EQUAL(out.state, K_OPEN);
	CU_ASSERT(!out.done);
	CU_ASSERT_EQUAL(out.n_replies, 1);
	CU_ASSERT_EQUAL(out.replies[0].to, K_BUYER);
	CU_ASSERT(semper_bytes_equal(out.replies[0].msg,
	    SEMPER_BYTES(drawn, sizeof drawn)));
	CU_ASSERT_EQUAL(out.n_timers, 1);
	CU_ASSERT_STRING_EQUAL(out.timers[0].name, "expire/1");
	CU_ASSERT_EQUAL(out.timers[0].at, 1060);
	CU_ASSERT_EQUAL(out.n_results, 1);
	CU_ASSERT_STRING_EQUAL(out.results[0].name, "nonce");
	CU_ASSERT_EQUAL(state_of("1"), K_OPEN);
	CU_ASSERT_EQUAL(sale("1").value.len, 6);
	CU_ASSERT_EQUAL(feed("p1y"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.state, K_PAID);
	CU_ASSERT(out.done);
	CU_ASSERT_EQUAL(state_of("1"), K_PAID);
	close_kiosk();
}

static void
computing_changes_nothing(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(compute("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(state_of("1"), K_NONE);
	CU_ASSERT_EQUAL(seen(&ledger, "stock", "stock", NULL), 0);
	CU_ASSERT_EQUAL(semper_role_commit(&step, &out), SEMPER_OK);
	CU_ASSERT_EQUAL(state_of("1"), K_OPEN);
	CU_ASSERT_EQUAL(semper_role_commit(&step, &out), SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(sale("1").version, 1);
	close_kiosk();
}

static void
action_chooses(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(feed("p1n"), SEMPER_OK);
	CU_ASSERT_EQUAL(state_of("1"), K_DECLINED);
	close_kiosk();
}

static void
undeclared_state(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(feed("p1x"), SEMPER_E_INTERNAL);
	CU_ASSERT_EQUAL(semper_role_commit(&step, &out), SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(feed("p10"), SEMPER_E_INTERNAL);
	CU_ASSERT_EQUAL(state_of("1"), K_OPEN);
	CU_ASSERT_EQUAL(seen(&ledger, "noted", "x", NULL), 0);
	CU_ASSERT_EQUAL(feed("p1y"), SEMPER_OK);
	close_kiosk();
}

static void
refused(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(feed("p1r"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, K_E_REFUSED);
	CU_ASSERT_STRING_EQUAL(out.refused_by, "KIOSK-R-01");
	CU_ASSERT_EQUAL(out.n_replies, 1);
	CU_ASSERT(semper_bytes_equal(out.replies[0].msg, SEMPER_TEXT("\15")));
	CU_ASSERT_EQUAL(state_of("1"), K_OPEN);
	CU_ASSERT_EQUAL(sale("1").version, 1);
	CU_ASSERT_EQUAL(seen(&ledger, "noted", "r", NULL), 0);
	CU_ASSERT_EQUAL(seen(&ledger, "noted", "!", NULL), 0);
	CU_ASSERT_EQUAL(feed("p1y"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, SEMPER_OK);
	CU_ASSERT(out.refused_by == NULL);
	close_kiosk();
}

static void
refused_by_locate(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o"), SEMPER_OK);
	CU_ASSERT_EQUAL(SEMPER_CLASS_OF(out.verdict), SEMPER_MALFORMED);
	CU_ASSERT_STRING_EQUAL(out.refused_by, "KIOSK-R-02");
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, SEMPER_OK);
	close_kiosk();
}

static void
changes_state(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(feed("p1s"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, K_E_REFUSED);
	CU_ASSERT_EQUAL(seen(&ledger, "noted", "s", NULL), 1);
	CU_ASSERT_EQUAL(seen(&ledger, "noted", "!", NULL), 0);
	CU_ASSERT_EQUAL(state_of("1"), K_OPEN);
	CU_ASSERT_EQUAL(feed("p1t"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, K_E_REFUSED);
	CU_ASSERT_EQUAL(out.n_replies, 1);
	CU_ASSERT_EQUAL(out.replies[0].msg.len, 1);
	CU_ASSERT_EQUAL(state_of("1"), K_DECLINED);
	CU_ASSERT_EQUAL(out.state, K_DECLINED);
	close_kiosk();
}

static void
aside(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(feed("e1"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, SEMPER_OK);
	CU_ASSERT_EQUAL(out.state, K_OPEN);
	CU_ASSERT_EQUAL(seen(&ledger, "noted", "e", NULL), 1);
	CU_ASSERT_EQUAL(sale("1").version, 1);
	close_kiosk();
}

/* Put sale NAME into STATE under PROFILE, as the engine keeps it. */
static void
set_sale(const char *name, int state, int profile)
{
	uint8_t room[64], value[2] = {(uint8_t)state, (uint8_t)profile};
	struct semper_buffer a = SEMPER_BUFFER(room);
	struct semper_effect list[1];
	struct semper_effects e = {list, 0, 1, &a};

	CU_ASSERT_EQUAL(semper_effects_put(&e, "sale",
			    SEMPER_BYTES((const uint8_t *)name, 1), 0,
			    SEMPER_BYTES(value, 2)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_ledger_commit(&ledger, &e), SEMPER_OK);
}

static int
has_row(int state, int event, int profile)
{
	size_t i;

	for (i = 0; i < kiosk_def.n_rows; i++)
		if (kiosk_def.rows[i].state == state &&
		    kiosk_def.rows[i].event == event &&
		    (kiosk_def.rows[i].profiles >> profile & 1) != 0)
			return 1;
	return 0;
}

/* One (state, event, profile) on a kiosk of its own. */
static void
try_event(int state, int event, int profile)
{
	char msg[4] = {"opc"[event], '1', event == K_PAY ? 'y' : 'a', 0};
	long version;

	if (profile == K_PROFILE_B && event == K_ORDER)
		msg[2] = 'b';
	open_kiosk();
	if (state != K_NONE)
		set_sale("1", state, profile);
	version = (long)sale("1").version;
	CU_ASSERT_EQUAL(feed(msg), SEMPER_OK);
	if (has_row(state, event, profile)) {
		CU_ASSERT_EQUAL(out.verdict, SEMPER_OK);
		CU_ASSERT_EQUAL(kiosk_runs, 1);
		CU_ASSERT_EQUAL(sale("1").version, version + 1);
	} else {
		CU_ASSERT_EQUAL(out.verdict, K_E_UNEXPECTED);
		CU_ASSERT_STRING_EQUAL(out.refused_by, "KIOSK-R-03");
		CU_ASSERT_EQUAL(kiosk_runs, 0);
		CU_ASSERT_EQUAL(out.n_timers + out.n_results, 0);
		CU_ASSERT_EQUAL(out.n_replies, 1);
		CU_ASSERT_EQUAL(sale("1").version, version);
		CU_ASSERT_EQUAL(state_of("1"), state);
	}
	close_kiosk();
}

static void
every_event(void)
{
	int state, event, profile;

	for (state = 0; state < K_STATES; state++)
		for (event = 0; event < K_ERROR; event++)
			for (profile = 0; profile < K_PROFILES; profile++)
				if (state != K_NONE || event == K_ORDER ||
				    profile == K_PROFILE_A)
					try_event(state, event, profile);
}

static void
bad_record(void)
{
	open_kiosk();
	set_sale("1", K_STATES, 0);
	CU_ASSERT_EQUAL(feed("p1y"), SEMPER_E_STORE);
	set_sale("2", K_OPEN, K_PROFILES);
	CU_ASSERT_EQUAL(feed("p2y"), SEMPER_E_STORE);
	set_sale("3", K_OPEN, K_PROFILE_B);
	CU_ASSERT_EQUAL(feed("p3y"), SEMPER_OK);
	close_kiosk();
}

/* ---- conflicts ---- */

static void
conflict_runs_again(void)
{
	static const uint8_t drawn[] = {0x10, 0x11, 0x12, 0x13};

	open_kiosk();
	kiosk_meddle = 2;
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, SEMPER_OK);
	CU_ASSERT_EQUAL(kiosk_runs, 3);
	CU_ASSERT_EQUAL(stream.rewinds, 2);
	CU_ASSERT_EQUAL(out.n_replies, 1);
	CU_ASSERT(semper_bytes_equal(out.replies[0].msg,
	    SEMPER_BYTES(drawn, sizeof drawn)));
	CU_ASSERT_EQUAL(out.drew->n, 1);
	CU_ASSERT_EQUAL(out.drew->lines[0].octets, 4);
	CU_ASSERT_EQUAL(sale("1").version, 1);
	CU_ASSERT_EQUAL(seen(&ledger, "stock", "stock", NULL), 3);
	close_kiosk();
}

static void
conflict_sees_fresh(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(compute("p1y"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(&ledger, "sale", "1", 1, "\2"
						     "\1sale"),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_role_commit(&step, &out), SEMPER_OK);
	CU_ASSERT_EQUAL(out.verdict, K_E_UNEXPECTED);
	CU_ASSERT_EQUAL(seen(&ledger, "noted", "y", NULL), 0);
	close_kiosk();
}

static void
conflict_forever(void)
{
	open_kiosk();
	kiosk_meddle = 1000;
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_E_CONFLICT);
	CU_ASSERT_EQUAL(kiosk_runs, SEMPER_STEP_TRIES);
	CU_ASSERT_EQUAL(state_of("1"), K_NONE);
	kiosk_meddle = 0;
	rewind_stream(&stream);
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	close_kiosk();
}

/* ---- randomness, space ---- */

static void
failing_draw(void)
{
	open_kiosk();
	stream.left = 3;
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(semper_role_commit(&step, &out), SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(state_of("1"), K_NONE);
	CU_ASSERT_EQUAL(seen(&ledger, "stock", "stock", NULL), 0);
	stream.left = 4;
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	stream.left = 0;
	CU_ASSERT_EQUAL(feed("p1d"), SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(state_of("1"), K_OPEN);
	close_kiosk();
}

static void
accounted(void)
{
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.drew->n, 1);
	CU_ASSERT_STRING_EQUAL(out.drew->lines[0].label, "NONCE");
	CU_ASSERT_EQUAL(out.drew->lines[0].octets, 4);
	CU_ASSERT_EQUAL(feed("p1y"), SEMPER_OK);
	CU_ASSERT_EQUAL(out.drew->n, 0);
	close_kiosk();
}

static semper_err
zeros(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)ctx;
	(void)label;
	memset(dst, 0, len);
	return SEMPER_OK;
}

static void
account_limits(void)
{
	const struct semper_draw source = {zeros, NULL};
	struct semper_account a;
	char label[40];
	uint8_t x[1];
	int i;

	semper_account_open(&a, &source);
	for (i = 0; i < SEMPER_ACCOUNT_LABELS; i++) {
		snprintf(label, sizeof label, "R[%d]", i);
		CU_ASSERT_EQUAL(semper_draw(&a.draw, label, x, 1), SEMPER_OK);
	}
	CU_ASSERT_EQUAL(semper_draw(&a.draw, "R[0]", x, 1), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_draw(&a.draw, NULL, x, 1), SEMPER_OK);
	CU_ASSERT(!a.failed);
	CU_ASSERT_EQUAL(semper_draw(&a.draw, "one more", x, 1),
	    SEMPER_E_RANDOM);
	CU_ASSERT(a.failed);
	CU_ASSERT_EQUAL(a.n, SEMPER_ACCOUNT_LABELS);
	CU_ASSERT_EQUAL(a.lines[0].octets, 2);

	semper_account_open(&a, &source);
	memset(label, 'x', 32);
	label[32] = '\0';
	CU_ASSERT_EQUAL(semper_draw(&a.draw, label, x, 1), SEMPER_E_RANDOM);
	label[31] = '\0';
	CU_ASSERT_EQUAL(semper_draw(&a.draw, label, x, 1), SEMPER_OK);
	CU_ASSERT_STRING_EQUAL(a.lines[0].label, label);
}

static void
too_small(void)
{
	semper_err err = SEMPER_E_SPACE;
	size_t size;

	for (size = 0; err == SEMPER_E_SPACE && size < 200; size++) {
		open_kiosk();
		semper_step_init(&step, arena, size);
		err = feed("o1");
		CU_ASSERT_EQUAL(state_of("1"),
		    err == SEMPER_OK ? K_OPEN : K_NONE);
		close_kiosk();
	}
	CU_ASSERT_EQUAL(err, SEMPER_OK);
	CU_ASSERT(size > 32 && size < 200);
}

static void
wiped(void)
{
	size_t i, left = 0;

	memset(arena, 0, sizeof arena);
	open_kiosk();
	CU_ASSERT_EQUAL(feed("o1"), SEMPER_OK);
	CU_ASSERT_EQUAL(feed("p1r"), SEMPER_OK);
	semper_step_clear(&step);
	for (i = 0; i < sizeof arena; i++)
		left += arena[i] != 0;
	CU_ASSERT_EQUAL(left, 0);
	CU_ASSERT_EQUAL(feed("p1y"), SEMPER_OK);
	close_kiosk();
}

static void
limits(void)
{
	char name[SEMPER_TIMER_NAME + 1];
	int i;

	open_kiosk();
	CU_ASSERT_EQUAL(compute("o1"), SEMPER_OK);
	memset(name, 'n', sizeof name - 1);
	name[SEMPER_TIMER_NAME] = '\0';
	CU_ASSERT_EQUAL(semper_step_timer(&step, name, 0), SEMPER_E_SPACE);
	name[SEMPER_TIMER_NAME - 1] = '\0';
	for (i = 1; i < SEMPER_STEP_TIMERS; i++)
		CU_ASSERT_EQUAL(semper_step_timer(&step, name, 0), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_step_timer(&step, "t", 0), SEMPER_E_SPACE);
	for (i = 1; i < SEMPER_STEP_REPLIES; i++)
		CU_ASSERT_EQUAL(semper_step_reply(&step, K_BUYER,
				    SEMPER_TEXT("m")),
		    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_step_reply(&step, K_BUYER, SEMPER_TEXT("m")),
	    SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(semper_step_reply(&step, K_PARTIES, SEMPER_TEXT("m")),
	    SEMPER_E_ARGUMENT);
	for (i = 1; i < SEMPER_STEP_RESULTS; i++)
		CU_ASSERT_EQUAL(semper_step_result_integer(&step, "n", i),
		    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_step_result_boolean(&step, "b", true),
	    SEMPER_E_SPACE);
	close_kiosk();
}

static void
taken_aligned(void)
{
	uint8_t *a, *b;

	open_kiosk();
	CU_ASSERT_EQUAL(compute("o1"), SEMPER_OK);
	a = semper_step_take(&step, 3);
	b = semper_step_take(&step, 8);
	CU_ASSERT_FATAL(a != NULL && b != NULL);
	CU_ASSERT_EQUAL((uintptr_t)a % 16, 0);
	CU_ASSERT_EQUAL((uintptr_t)b % 16, 0);
	CU_ASSERT(b >= a + 3);
	CU_ASSERT(semper_step_take(&step, sizeof arena) == NULL);
	CU_ASSERT(semper_step_take(&step, SIZE_MAX) == NULL);
	close_kiosk();
}

/* ---- the table ---- */

static void
table_checked(void)
{
	struct semper_role_row bad[4];
	struct semper_role_def def = kiosk_def;

	CU_ASSERT_EQUAL(semper_role_check(&kiosk_def), SEMPER_OK);
	def.rows = bad;
	def.n_rows = 4;
#define BROKEN(change)                                                \
	do {                                                          \
		memcpy(bad, kiosk_def.rows, sizeof bad);              \
		change;                                               \
		CU_ASSERT_EQUAL(semper_role_check(&def),              \
		    SEMPER_E_ARGUMENT);                               \
	} while (0)
	BROKEN(bad[0].state = K_STATES);
	BROKEN(bad[0].next = K_STATES);
	BROKEN(bad[0].event = K_EVENTS);
	BROKEN(bad[0].profiles = 4);
	BROKEN(bad[0].profiles = 0);
	BROKEN(bad[0].act = NULL);
	BROKEN(bad[0].requirement = "");
	BROKEN(bad[2].next = K_PAID);
	BROKEN(bad[2].act = bad[0].act);
#undef BROKEN
	memcpy(bad, kiosk_def.rows, sizeof bad);
	CU_ASSERT_EQUAL(semper_role_check(&def), SEMPER_OK);
	def.unexpected = SEMPER_E_INTERNAL;
	CU_ASSERT_EQUAL(semper_role_check(&def), SEMPER_E_ARGUMENT);
}

static semper_err
gather(void *ctx, struct semper_bytes x)
{
	strncat(ctx, (const char *)x.data, x.len);
	return SEMPER_OK;
}

static void
table_written(void)
{
	char text[256] = "";

	CU_ASSERT_EQUAL(semper_role_dump(&kiosk_def, gather, text), SEMPER_OK);
	CU_ASSERT_STRING_EQUAL(text, "none|order|all|open|KIOSK-S-01\n"
				     "open|pay|all|paid|KIOSK-S-02\n"
				     "open|pay|all|declined|KIOSK-S-03\n"
				     "open|cancel|b|closed|KIOSK-S-04\n");
}

SUITE("role: step engine",
    {"an accepted event replies, sets timers and moves the state", accepted},
    {"computing changes nothing, and is committed once",
	computing_changes_nothing},
    {"an action chooses among the states its rows declare", action_chooses},
    {"a state that no row declares, or no choice, stops the step",
	undeclared_state},
    {"a refusal changes nothing and sends only the protocol's error", refused},
    {"a refusal by locate leaves no trace", refused_by_locate},
    {"a refusal that changes state keeps what it says, and no more",
	changes_state},
    {"an event aside is answered and leaves the transaction", aside},
    {"every state, event and profile is a row or is refused", every_event},
    {"a record that no engine wrote is a store error", bad_record},
    {"on a conflict the action runs again and draws the same",
	conflict_runs_again},
    {"after a conflict the fresh state decides", conflict_sees_fresh},
    {"conflicts without end give up, with nothing written", conflict_forever},
    {"a failed draw stops the action, even if it looks away", failing_draw},
    {"what was drawn is listed per label and step", accounted},
    {"an account takes 32 labels of 31 characters", account_limits},
    {"a small arena stops the step, a sufficient one does not", too_small},
    {"a cleared step leaves nothing in its memory", wiped},
    {"a step holds so many replies, timers and results, and no more", limits},
    {"memory that is taken is aligned and apart", taken_aligned},
    {"a broken table is found", table_checked},
    {"the table is written line by line", table_written});
