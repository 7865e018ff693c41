/* fuzz_role.c -- whole payments among strangers.
 *
 * The first three octets choose profile, kind of payment and how far it has
 * come; the rest is a list of things that happen.  Messages are lost, come
 * twice, late or out of order, and with lies in them (liar.h).  What must stay
 * true is judged after each step, in play_see.c.
 */
#include "tests/fuzz/deeds.h"

enum { MAX_INPUT = 256, KINDS = 4, FAR = 14 };

static void
input(struct play *p, uint8_t which)
{
	static const struct {
		enum play_place place;
		enum ikp_input_kind kind;
	} inputs[] = {{PLAY_BUYER, IKP_DO_APPROVE}, {PLAY_BUYER, IKP_DO_REFUSE},
	    {PLAY_BUYER, IKP_DO_INQUIRE}, {PLAY_SELLER, IKP_DO_INQUIRE},
	    {PLAY_SELLER, IKP_DO_CANCEL}};

	which %= 5;
	play_input(p, inputs[which].place, inputs[which].kind);
}

static void
happen(struct play *p, struct semper_bytes *in)
{
	unsigned op = cut_octet(in) % DEEDS;

	if (op == 4)
		deed_clear(p, in);
	else if (op == 8)
		input(p, cut_octet(in));
	else
		deed(p, op, in);
}

static void
begin(struct play *p, unsigned key)
{
	unsigned far = key % FAR, kind = key / FAR % KINDS;

	if (far > 0) {
		deed_start(p, begin, key - 1);
		play_go_on(p);
		return;
	}
	play_open(p, (int)(key / FAR / KINDS));
	p->capture = kind == 1;
	p->decision = kind == 2 ? IKP_NO : IKP_YES;
	p->pin = kind >= 2;
	play_begin(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct semper_bytes in = {data, len};
	unsigned profile = cut_octet(&in) % IKP_BASE_PROFILES;
	unsigned kind = cut_octet(&in) % KINDS;
	unsigned far = cut_octet(&in) % FAR;

	if (len < 4 || len > MAX_INPUT)
		return 0;
	deed_play(begin, (profile * KINDS + kind) * FAR + far, happen, &in);
	return 0;
}
