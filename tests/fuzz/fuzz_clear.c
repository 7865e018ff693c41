/* fuzz_clear.c -- what follows an authorisation, among strangers: captures,
 * refunds, reversals, batches, authorisations in parts and, in 1KP, the
 * channel; the three profiles of HARD.
 *
 * The first two octets choose profile and kind of order, and how many orders
 * have been paid; the rest is a list of things that happen, as in fuzz_role.c.
 */
#include "tests/fuzz/deeds.h"

enum { MAX_INPUT = 256, FIRST = 6, PROFILES = 3, KINDS = 4, ORDERS = 3 };

static void
clear_input(struct play *p, uint8_t which)
{
	static const enum ikp_input_kind kinds[] = {IKP_DO_INQUIRE,
	    IKP_DO_CANCEL};

	play_do(p, PLAY_SELLER,
	    (struct ikp_input){.kind = kinds[which % 2],
		.reason = 3,
		.auth_seq = which / 2 % 4});
}

/* Another order is spoken of. */
static void
turn_to(struct play *p, uint8_t which)
{
	if (p->n_sessions > 0)
		p->current = which % p->n_sessions;
}

static void
happen(struct play *p, struct semper_bytes *in)
{
	unsigned op = cut_octet(in) % (DEEDS + 8);

	switch (op) {
	case 4:
	case 16:
	case 17:
	case 18:
		deed_clear(p, in);
		break;
	case 8:
		clear_input(p, cut_octet(in));
		break;
	case 2: /* no slip comes any more */
	case 19:
	case 20:
		deed_batch(p, in);
		break;
	case 21:
		turn_to(p, cut_octet(in));
		break;
	default:
		deed(p, op, in);
	}
}

/* An order, paid for. */
static void
order(struct play *p)
{
	play_begin(p);
	while (play_go_on(p))
		;
}

static void
begin(struct play *p, unsigned key)
{
	unsigned orders = key % ORDERS, kind = key / ORDERS % KINDS;

	if (orders > 0) {
		deed_start(p, begin, key - 1);
		order(p);
		return;
	}
	play_open(p, FIRST + (int)(key / ORDERS / KINDS));
	p->capture = kind == 1;
	p->first = kind == 2 ? 2000 : 0;
	p->grant = kind == 3 ? 1200 : 0;
	order(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct semper_bytes in = {data, len};
	unsigned which = cut_octet(&in) % (PROFILES * KINDS);
	unsigned orders = cut_octet(&in) % ORDERS;

	if (len < 3 || len > MAX_INPUT)
		return 0;
	deed_play(begin, which * ORDERS + orders, happen, &in);
	return 0;
}
