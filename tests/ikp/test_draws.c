/* test_draws.c -- twenty thousand Invoices, a hundred thousand draws: each of
 * the length of the draws table, and nothing twice (IKP-G-05, IKP-S-01).
 *
 * Values are compared in eight octets, the first and, where there are more,
 * the last.  A sound source makes this fail once in 10^8 runs. */
#include "tests/test.h"

#include <string.h>

#include "base/must.h"
#include "tests/ikp/scene.h"

#define INVOICES 10000
#define SLOTS ((size_t)1 << 20)

static struct stage s;

/* Two sets of numbers; 0 is an empty slot.  What is drawn is also shown. */
static uint64_t drawn[SLOTS], shown[SLOTS];

static bool
is_new(uint64_t slots[SLOTS], const uint8_t *octets)
{
	uint64_t value;
	size_t at;

	memcpy(&value, octets, sizeof value);
	at = value % SLOTS;
	while (slots[at] != 0 && slots[at] != value)
		at = (at + 1) % SLOTS;
	if (slots[at] == value)
		return false;
	slots[at] = value;
	return true;
}

static bool
ends_are_new(uint64_t slots[SLOTS], struct semper_bytes octets)
{
	return octets.len >= 8 && is_new(slots, octets.data) &&
	    (octets.len < 16 ||
		is_new(slots, octets.data + octets.len - 8));
}

static struct {
	unsigned draws, again, odd;
} found;

static size_t
length_of(const char *label)
{
	static const struct {
		const char *label;
		size_t len;
	} table[] = {{"session", 16}, {"R_B", 16}, {"SALT_B", 16},
	    {"chainId", 16}, {"X", 32}, {"TID_S", 8}, {"NONCE_S", 16}};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].label, label) == 0)
			return table[i].len;
	return 0;
}

static semper_err
noting(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)ctx;
	TRY(semper_draw(stage_draw, label, dst, len));
	if (label == NULL)
		return SEMPER_OK;
	found.draws++;
	found.odd += len != length_of(label);
	found.again += !ends_are_new(drawn, SEMPER_BYTES(dst, len));
	return SEMPER_OK;
}

/* How many Invoices of a profile show what another has shown. */
static unsigned
invoices(int profile)
{
	struct ikp_invoice invoice;
	unsigned again = 0;

	stage_open(&s, profile, NULL);
	s.random.source = (struct semper_draw){noting, NULL};
	s.start.terms.n = 1;
	s.start.terms.unit = s.start.price;
	s.offer.terms = s.start.terms;
	OK(stage_input(&s, IKP_SELLER, IKP_DO_OFFER));
	for (unsigned i = 0; i < INVOICES; i++) {
		OK(stage_input(&s, IKP_BUYER, IKP_DO_START));
		CU_ASSERT_EQUAL_FATAL(s.n_queue, 1);
		stage_deliver(&s);
		CU_ASSERT_EQUAL_FATAL(s.n_queue, 1);
		scene_read(&s, IKP_INVOICE, &invoice, stage_next(&s));
		again += !ends_are_new(shown, invoice.clear.tid_s) ||
		    !ends_are_new(shown, invoice.clear.nonce_s) ||
		    !ends_are_new(shown, invoice.clear.h_common);
		stage_drop(&s);
	}
	stage_close(&s);
	return again;
}

static void
nothing_comes_twice(void)
{
	CU_ASSERT_EQUAL(invoices(EC95_1), 0);
	CU_ASSERT_EQUAL(invoices(MICRO_HARD_1), 0);
	CU_ASSERT(found.draws >= 100000);
	CU_ASSERT_EQUAL(found.odd, 0);
	CU_ASSERT_EQUAL(found.again, 0);
}

SUITE("ikp: draws",
    {"twenty thousand Invoices and their draws have nothing in common",
	nothing_comes_twice});
