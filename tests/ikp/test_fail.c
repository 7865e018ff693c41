/* What happens when something runs out: randomness, memory. */
#include "tests/test.h"

#include <string.h>

#include "tests/ikp/scene.h"

static struct stage s, before;

/* A source that fails after so many draws with a label. */
static int draws_left;

static semper_err
failing(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)ctx;
	if (label != NULL && draws_left-- == 0)
		return SEMPER_E_RANDOM;
	return semper_draw(&semper_draw_system, label, dst, len);
}

/* Do the next thing of a payment: deliver, or approve. */
static bool
go_on(void)
{
	if (s.n_queue > 0) {
		stage_deliver(&s);
		return true;
	}
	if (strcmp(s.state, "invoiced") != 0)
		return false;
	stage_input(&s, IKP_BUYER, IKP_DO_APPROVE);
	return true;
}

/* Try the next thing until it succeeds; every failure is WANTED, leaves no
 * message and no change.  LESS makes the next try less likely to fail. */
static int
try_on(semper_err wanted, void (*less)(int round))
{
	uint8_t old[3][32], now[32];
	int failures = 0;

	before = s;
	for (int r = 0; r < 3; r++)
		stage_digest(&s, (enum ikp_party)r, old[r]);
	for (int round = 0;; round++, failures++) {
		less(round);
		if (!go_on())
			return -1;
		if (s.verdict == SEMPER_OK)
			return failures;
		CU_ASSERT_EQUAL_FATAL(s.verdict, wanted);
		CU_ASSERT_EQUAL(s.n_out, 0);
		for (int r = 0; r < 3; r++) {
			stage_digest(&s, (enum ikp_party)r, now);
			CU_ASSERT_EQUAL(memcmp(old[r], now, 32), 0);
		}
		s = before;
	}
}

static int
total_failures(int profile, semper_err wanted, void (*less)(int round))
{
	int total = 0, n;

	stage_open(&s, profile, NULL);
	stage_begin(&s);
	s.random.source.fill = failing;
	while ((n = try_on(wanted, less)) >= 0)
		total += n;
	CU_ASSERT_STRING_EQUAL(s.state, "paid");
	stage_close(&s);
	return total;
}

static void
one_more_draw(int round)
{
	draws_left = round;
}

static void
draws_fail(void)
{
	/* Labelled draws after the Initiate: TID_S, NONCE_S, V, VC, salts of
	 * Sig_S, Sig_B, Sig_S2 and Sig_A, and the seed of the slip. */
	static const int draws[IKP_BASE_PROFILES] = {3, 4, 4, 3, 5, 5, 4, 8, 9};

	for (int p = 0; p < IKP_BASE_PROFILES; p++)
		CU_ASSERT_EQUAL(total_failures(p, SEMPER_E_RANDOM,
				    one_more_draw),
		    draws[p]);
}

static void
more_room(int round)
{
	draws_left = -1;
	s.arena = (size_t)1024 << round;
}

static void
arenas_fill(void)
{
	for (int p = 0; p < IKP_BASE_PROFILES; p++)
		CU_ASSERT(total_failures(p, SEMPER_E_SPACE, more_room) > 7);
}

/* The buyer starts in an arena of so many octets. */
static semper_err
start_in(uint8_t *arena, size_t size)
{
	static struct semper_step step;
	struct semper_event event = {.kind = SEMPER_INPUT, .input = &s.start};
	semper_err e;

	semper_step_init(&step, arena, size);
	e = semper_role_step(&step, &s.party[IKP_BUYER], &event, s.now,
	    &s.random);
	semper_step_clear(&step);
	return e;
}

static void
arenas_are_wiped(void)
{
	static uint8_t arena[(size_t)1 << 18], zeros[sizeof arena];
	size_t size = 1024;
	semper_err e;

	stage_open(&s, HARD_1, NULL);
	do {
		e = start_in(arena, size);
		CU_ASSERT(e == SEMPER_OK || e == SEMPER_E_SPACE);
		CU_ASSERT_EQUAL(memcmp(arena, zeros, size), 0);
		size += 16;
	} while (e != SEMPER_OK && size <= sizeof arena);
	OK(e);
	stage_close(&s);
}

SUITE("ikp: running out",
    {"a draw that fails anywhere leaves no output and no change", draws_fail},
    {"an arena that is too small leaves no output and no change", arenas_fill},
    {"whatever its size, a cleared arena holds nothing", arenas_are_wiped});
