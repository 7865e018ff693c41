/* fuzz_micro.c -- micro-payments among strangers: chains in the nine micro
 * profiles, off-line in 3KP, with a broker in HARD.
 *
 * The first three octets choose profile, kind of chain and how far it has
 * come; the rest is a list of things that happen, as in fuzz_role.c.
 */
#include <string.h>

#include "tests/fuzz/deeds.h"

enum { MAX_INPUT = 256, PROFILES = 9, KINDS = 4, FAR = 16 };
enum { PRE_AUTHORIZED, DECLINED, OFF_LINE, BROKER };

/* LINKS of the chain, or an amount that is not a number of links. */
static struct ikp_price
price_of(const struct play *p, uint8_t links)
{
	struct ikp_price price = p->stage->start.terms.unit;

	price.amount = price.amount * (links % 64) + links / 64;
	return price;
}

/* Who has something to say about a chain, in the order of the octet. */
static void
say(struct play *p, uint8_t which, uint8_t links)
{
	static const enum ikp_input_kind kinds[] = {IKP_DO_ASK, IKP_DO_PAY,
	    IKP_DO_QUOTE, IKP_DO_DEPOSIT, IKP_DO_CLOSE, IKP_DO_INQUIRE,
	    IKP_DO_AUDIT, IKP_DO_CANCEL};
	struct ikp_input input = {.kind = kinds[which % 8],
	    .price = price_of(p, links),
	    .reason = 3};
	unsigned place = PLAY_SELLER;
	uint8_t offer[PLAY_OFFER];

	memcpy(offer, p->offer, sizeof offer);
	if (input.kind == IKP_DO_PAY && p->broker)
		input.offer = SEMPER_BYTES(offer, p->offer_len);
	if (input.kind == IKP_DO_PAY || (which & 8) != 0)
		place = PLAY_BUYER;
	if (p->broker && (input.kind == IKP_DO_QUOTE || (which & 16) != 0))
		place = PLAY_FAR;
	if (input.kind == IKP_DO_AUDIT && !p->broker)
		return;
	play_do(p, place, input);
}

/* A purchase as it should be, up to the payment on its way. */
static void
buy(struct play *p, uint8_t links)
{
	say(p, p->broker ? 2 : 0, links % 64);
	say(p, 1, links % 64);
}

static void
happen(struct play *p, struct semper_bytes *in)
{
	unsigned op = cut_octet(in) % (DEEDS + 4);
	uint8_t which;

	switch (op) {
	case 4:
	case 16:
		buy(p, cut_octet(in));
		break;
	case 8:
	case 17:
		which = cut_octet(in);
		say(p, which, cut_octet(in));
		break;
	case 18:
		liar_speaks(p, LIAR_LINK, in);
		break;
	case 13:
		if (p->broker && p->n_sessions % 2 == 0)
			play_begin_far(p);
		else
			play_begin(p);
		break;
	default:
		deed(p, op, in);
	}
}

static void
begin(struct play *p, unsigned key)
{
	unsigned far = key % FAR, kind = key / FAR % KINDS;

	if (far > 0) {
		deed_start(p, begin, key - 1);
		if (!play_go_on(p))
			buy(p, (uint8_t)far);
		return;
	}
	play_open(p, IKP_BASE_PROFILES + (int)(key / FAR / KINDS));
	p->decision = kind == DECLINED ? IKP_NO : IKP_YES;
	p->mode = kind == OFF_LINE ? IKP_OFF_LINE : IKP_PRE_AUTHORIZED;
	p->broker =
	    kind == BROKER && ikp_in(p->stage->profile, IKP_EDITION_HARD);
	if (p->broker) {
		play_begin_far(p);
		while (play_go_on(p))
			;
	}
	play_begin(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct semper_bytes in = {data, len};
	unsigned profile = cut_octet(&in) % PROFILES;
	unsigned kind = cut_octet(&in) % KINDS;
	unsigned far = cut_octet(&in) % FAR;

	if (len < 4 || len > MAX_INPUT)
		return 0;
	deed_play(begin, (profile * KINDS + kind) * FAR + far, happen, &in);
	return 0;
}
