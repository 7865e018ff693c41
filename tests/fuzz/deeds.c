#include "tests/fuzz/deeds.h"

#include <string.h>

/* Answers to inquiries tell the present, and are signed each time. */
static bool
tells_the_present(const struct play_message *m)
{
	return m->to != IKP_NETWORK &&
	    strstr(stage_type(SEMPER_BYTES(m->octets, m->len)), "InquiryRes") !=
	    NULL;
}

/* The same again: HARD gives the same octets, or asks for patience. */
static void
repeat(struct play *p)
{
	const struct play_message *m = play_next(p);
	struct play_result first, again;
	bool inquiry;

	if (m == NULL || m->to == IKP_NETWORK)
		return;
	inquiry = liar_finds(p, m, "AcqInquiryReq");
	play_drop(p);
	first = play_deliver(p, m);
	if (play_full(p))
		return;
	again = play_deliver(p, m);
	if (first.verdict != SEMPER_OK || again.verdict != SEMPER_OK)
		return;
	for (size_t i = 0; i < again.n_out && again.n_out == first.n_out; i++) {
		const struct play_message *a =
		    &p->sent[p->n_sent - again.n_out + i];
		const struct play_message *f = a - first.n_out;

		HOLDS(inquiry || tells_the_present(a) ||
			(a->len == f->len &&
			    memcmp(a->octets, f->octets, a->len) == 0),
		    "the same again gets the same again");
	}
}

static void
replay(struct play *p, uint8_t which)
{
	const struct play_message *m;

	if (p->n_sent == 0)
		return;
	m = &p->sent[which % p->n_sent];
	if (m->to != IKP_NETWORK)
		play_deliver(p, m);
}

static void
network(struct play *p, struct semper_bytes *in)
{
	uint8_t which = cut_octet(in), how = cut_octet(in);

	if (p->n_asked > 0)
		play_network(p, p->asked[which % p->n_asked].message,
		    (how & 1) != 0 ? IKP_YES : IKP_NO, how >> 1);
}

static void
timer(struct play *p, uint8_t which)
{
	char name[SEMPER_TIMER_NAME];
	struct semper_event event = {.kind = SEMPER_TIMER, .name = name};

	if (p->n_timers == 0)
		return;
	which %= (uint8_t)p->n_timers;
	memcpy(name, p->timer[which].name, sizeof name);
	play_event(p, p->timer[which].place, &event);
}

static void
noise(struct play *p, struct semper_bytes *in)
{
	uint8_t who = cut_octet(in);

	play_recv(p, who % 3, (enum ikp_party)(who / 3 % 4),
	    cut(in, cut_octet(in)));
}

void
deed(struct play *p, unsigned op, struct semper_bytes *in)
{
	static const enum liar_way ways[] = {LIAR_OCTET, LIAR_FIELD, LIAR_SLIP,
	    LIAR_FIELD};

	switch (op) {
	case 0:
	case 1:
	case 2:
	case 3:
		liar_speaks(p, ways[op], in);
		break;
	case 5:
		if (p->n_queue > 0)
			play_drop(p);
		break;
	case 6:
		repeat(p);
		break;
	case 7:
		replay(p, cut_octet(in));
		break;
	case 9:
		timer(p, cut_octet(in));
		break;
	case 10:
		p->now += (int64_t)cut_octet(in) * 300 - 3000;
		break;
	case 11:
		network(p, in);
		break;
	case 12:
		noise(p, in);
		break;
	case 13:
		play_begin(p);
		break;
	default:
		play_go_on(p);
	}
}

/* ---- what follows an authorisation ---- */

/* Amounts around those that matter, 4999 being the price. */
static struct ikp_price
amount_of(const struct play *p, uint8_t octet)
{
	struct ikp_price amount = p->stage->start.price;

	amount.amount =
	    octet < 8 ? amount.amount - 4 + octet : octet * 20 - 160;
	return amount;
}

void
deed_clear(struct play *p, struct semper_bytes *in)
{
	static const enum ikp_input_kind kinds[] = {IKP_DO_CAPTURE,
	    IKP_DO_REFUND, IKP_DO_REVERSE, IKP_DO_AUTHORIZE};
	uint8_t how = cut_octet(in);

	play_do(p, PLAY_SELLER,
	    (struct ikp_input){.kind = kinds[how % 4],
		.auth_seq = 1 + (how >> 4) % 4,
		.amount = amount_of(p, cut_octet(in)),
		.final = (how & 4) != 0,
		.replace = (how & 8) != 0});
}

void
deed_batch(struct play *p, struct semper_bytes *in)
{
	struct ikp_order_item items[4];
	struct ikp_input input = {.kind = IKP_DO_BATCH, .items = items};
	uint8_t sessions[PLAY_SESSIONS][16];
	size_t n = 1 + cut_octet(in) % 4u;

	memcpy(sessions, p->session, sizeof sessions);
	for (input.n_items = 0; input.n_items < n; input.n_items++) {
		uint8_t how = cut_octet(in);

		items[input.n_items] =
		    (struct ikp_order_item){(enum ikp_batch_kind)(1 + how % 3),
			SEMPER_BYTES(sessions[how / 4 % PLAY_SESSIONS], 16),
			1 + how / 128, amount_of(p, cut_octet(in))};
	}
	play_do(p, PLAY_SELLER, input);
}

/* ---- the beginning, made once ---- */

void
deed_start(struct play *p, deed_begin *begin, unsigned key)
{
	static struct play *made[DEED_KEYS];

	HOLDS(key < DEED_KEYS, "there is room for a beginning");
	if (made[key] == NULL) {
		made[key] = calloc(1, sizeof *made[key]);
		HOLDS(made[key] != NULL, "there is memory");
		begin(made[key], key);
	}
	play_copy(p, made[key]);
}

void
deed_play(deed_begin *begin, unsigned key, deed_happen *happen,
    struct semper_bytes *in)
{
	static struct play p;

	deed_start(&p, begin, key);
	while (in->len > 0 && !play_full(&p))
		happen(&p, in);
	play_close(&p);
}
