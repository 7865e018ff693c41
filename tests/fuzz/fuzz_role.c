/* fuzz_role.c -- whole payments among strangers.
 *
 * The first three octets choose profile, kind of payment and how far it has
 * come; the rest is a list of things that happen.  Messages are lost, come
 * twice, late or out of order; octets and fields are changed; a corrupt party
 * signs what was changed with its real key and seals slips of its own.  What
 * must stay true is judged after each step, in play.c.
 *
 * Signing again needs no knowledge of what a signature covers: the linker puts
 * our ikp_verify before the real one, and it signs whatever the receiver is
 * about to verify, into the message at hand, if the key is one of ours.  The
 * message is then delivered for real.
 */
#include <string.h>

#include "tests/fuzz/play.h"

enum { MAX_INPUT = 256, MAX_MESSAGE = 16384, KINDS = 4, FAR = 14 };

/* ---- signing again ---- */

static struct {
	const struct stage *stage; /* NULL: verify only */
	uint8_t *octets;           /* the message */
	size_t len;
	unsigned corrupt;
} forge;

bool __real_ikp_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, enum ikp_context ctx,
    const struct ikp_type *type, const void *value, struct semper_bytes sig);
bool __wrap_ikp_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, enum ikp_context ctx,
    const struct ikp_type *type, const void *value, struct semper_bytes sig);

/* The private key of PUB, and whose it is. */
static struct semper_rsa_priv *
our_key(const struct stage *s, const struct semper_rsa_pub *pub,
    enum ikp_party *whose)
{
	struct semper_rsa_priv *const keys[] = {s->buyer_keys.sig.key,
	    s->seller_keys.sig.key, s->acquirer_keys.sig.key,
	    s->acquirer_keys.enc.key};
	static const enum ikp_party owner[] = {IKP_BUYER, IKP_SELLER,
	    IKP_ACQUIRER, IKP_ACQUIRER};

	for (size_t i = 0; i < 4; i++)
		if (semper_rsa_pub_equal(semper_rsa_priv_pub(keys[i]), pub)) {
			*whose = owner[i];
			return keys[i];
		}
	return NULL;
}

bool
__wrap_ikp_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *pub, enum ikp_context ctx,
    const struct ikp_type *type, const void *value, struct semper_bytes sig)
{
	bool good = __real_ikp_verify(profile, pub, ctx, type, value, sig);
	struct semper_rsa_priv *key;
	struct ikp_signature made;
	enum ikp_party whose;

	if (good || forge.stage == NULL || sig.data < forge.octets ||
	    sig.data + sig.len > forge.octets + forge.len)
		return good;
	key = our_key(forge.stage, pub, &whose);
	if (key == NULL ||
	    ikp_sign(profile, &made, key, ctx, type, value, stage_draw,
		NULL) != SEMPER_OK ||
	    made.len != sig.len)
		return false;
	memcpy(forge.octets + (sig.data - forge.octets), made.octets,
	    made.len);
	forge.corrupt |= 1u << whose;
	return true;
}

/* Let the receiver of M say what is verified, and sign it. */
static void
sign_again(struct play *p, const struct play_message *m, uint8_t *octets,
    size_t len)
{
	forge.stage = p->stage;
	forge.octets = octets;
	forge.len = len;
	forge.corrupt = 0;
	play_try(p, (enum ikp_party)m->to, (enum ikp_party)m->from,
	    SEMPER_BYTES(octets, len));
	forge.stage = NULL;
	p->corrupt |= forge.corrupt;
}

/* ---- changing a field ---- */

struct change {
	size_t left; /* fields to pass over */
	uint8_t how;
	struct semper_bytes octets; /* of the input */
	uint8_t *room;              /* MAX_MESSAGE octets */
	bool done;
};

static void
change_octets(struct change *c, struct semper_bytes *x)
{
	size_t len = x->len < MAX_MESSAGE / 2 ? x->len : 0;

	if (x->data != NULL)
		memcpy(c->room, x->data, len);
	switch (c->how % 5) {
	case 0: /* something else */
		*x = c->octets;
		return;
	case 1: /* another octet */
		if (len > 0)
			c->room[c->octets.len > 0 ? c->octets.data[0] % len
						  : 0] ^= 1;
		break;
	case 2: /* cut off */
		len -= len > 0;
		break;
	case 3: /* longer */
		memcpy(c->room + len, c->octets.data, c->octets.len);
		len += c->octets.len;
		break;
	default: /* there or not there */
		*x = x->data == NULL ? c->octets : SEMPER_NONE;
		return;
	}
	*x = SEMPER_BYTES(c->room, len);
}

static void
change_number(struct change *c, int64_t *x)
{
	int64_t n = 0;

	for (size_t i = 0; i < c->octets.len && i < 7; i++)
		n = n << 8 | c->octets.data[i];
	*x = c->how % 3 == 0 ? n : c->how % 3 == 1 ? *x + 1 : *x - n;
}

static void
change_list(struct change *c, uint8_t *at, const struct semper_field *f)
{
	size_t *n = (size_t *)(void *)(at + f->count_offset);
	struct semper_bytes *item = (struct semper_bytes *)(void *)(at + f->offset);

	if (c->how % 3 == 0 && *n > 0)
		--*n;
	else if (c->how % 3 == 1 && *n > 0 && *n < f->capacity) {
		item[*n] = item[*n - 1];
		++*n;
	} else if (*n > 0)
		change_octets(c, &item[0]);
}

static void change_field(struct change *c, uint8_t *at,
    const struct semper_field *f);

static void
change_fields(struct change *c, void *at, const struct semper_field *f)
{
	for (; f->path != NULL && !c->done; f++)
		change_field(c, at, f);
}

static void
change_field(struct change *c, uint8_t *at, const struct semper_field *f)
{
	void *member = at + f->offset;

	if (f->kind == SEMPER_FIELD_GROUP) {
		change_fields(c, member, f->group);
		return;
	}
	if (c->left-- > 0)
		return;
	c->done = true;
	switch (f->kind) {
	case SEMPER_FIELD_BYTES:
		change_octets(c, member);
		break;
	case SEMPER_FIELD_INT:
	case SEMPER_FIELD_TIME:
		change_number(c, member);
		break;
	case SEMPER_FIELD_ENUM:
		*(int *)member = c->how % 8;
		break;
	case SEMPER_FIELD_BOOL:
	case SEMPER_FIELD_PRESENT:
		*(bool *)member = !*(bool *)member;
		break;
	case SEMPER_FIELD_LIST:
		change_list(c, at, f);
		break;
	default:
		break;
	}
}

/* M with its body replaced by VALUE; 0 if that cannot be encoded. */
static size_t
encode(const struct play *p, int id, const struct semper_envelope *old,
    const union ikp_body *value, uint8_t *octets)
{
	static uint8_t room[MAX_MESSAGE];
	struct semper_buffer body = SEMPER_BUFFER(room);
	struct semper_buffer out = {octets, 0, MAX_MESSAGE};
	struct semper_envelope envelope = *old;

	if (ikp_encode(p->stage->profile, &ikp_messages[id]->type, &body,
		value) != SEMPER_OK)
		return 0;
	envelope.body = semper_written(&body);
	return semper_envelope_encode(&out, &envelope) == SEMPER_OK ? out.len
								    : 0;
}

static int
decode(const struct play *p, const struct play_message *m,
    struct semper_envelope *envelope, union ikp_body *body)
{
	int id;

	memset(body, 0, sizeof *body);
	if (m->to == IKP_NETWORK ||
	    semper_envelope_decode(envelope,
		SEMPER_BYTES(m->octets, m->len)) != SEMPER_OK)
		return -1;
	id = ikp_message_find(p->stage->profile, envelope->type);
	if (id >= 0 &&
	    ikp_decode(p->stage->profile, &ikp_messages[id]->type, body,
		envelope->body) != SEMPER_OK)
		return -1;
	return id;
}

static size_t
change(const struct play *p, const struct play_message *m, uint8_t *octets,
    struct semper_bytes *in)
{
	static uint8_t room[MAX_MESSAGE];
	struct change c = {.left = cut_octet(in), .how = cut_octet(in)};
	const struct ikp_type *type;
	struct semper_envelope envelope;
	union ikp_body body;
	int id = decode(p, m, &envelope, &body);

	c.room = room;
	c.octets = cut(in, cut_octet(in) % 40u);
	if (id < 0)
		return 0;
	type = &ikp_messages[id]->type;
	change_fields(&c, &body,
	    p->stage->profile->alg->edition == IKP_HARD ? type->hard
							: type->historic);
	return encode(p, id, &envelope, &body, octets);
}

/* ---- a slip of one's own ---- */

static void
choose_slip(const struct play *p, struct ikp_slip *slip,
    struct semper_bytes *in)
{
	uint8_t how = cut_octet(in);

	*slip = (struct ikp_slip){.price = p->stage->start.price,
	    .h_common = cut(in, cut_octet(in) % 33u),
	    .ban = (how & 1) != 0 ? cut(in, 16) : p->stage->buyer.ban,
	    .r_b = (how & 2) != 0 ? cut(in, 16) : SEMPER_TEXT("0123456789abcdef"),
	    .pin = (how & 4) != 0 ? cut(in, 4) : SEMPER_NONE,
	    .expiration = (how & 8) != 0 ? cut(in, 6)
					 : p->stage->buyer.expiration};
	if (ikp_in(p->stage->profile, IKP_EDITION_HARD & IKP_VARIANT_3KP))
		slip->r_acct = p->stage->buyer.r_acct;
	if ((how & 16) != 0)
		slip->price.amount += 1;
}

static size_t
slip(const struct play *p, const struct play_message *m, uint8_t *octets,
    struct semper_bytes *in)
{
	uint8_t room[IKP_ENC_SLIP_MAX];
	struct semper_buffer sealed = SEMPER_BUFFER(room);
	struct semper_envelope envelope;
	struct ikp_slip s;
	union ikp_body body;
	int id = decode(p, m, &envelope, &body);

	choose_slip(p, &s, in);
	if (id != IKP_PAYMENT && id != IKP_AUTH_REQ)
		return 0;
	if (s.h_common.len == 0 && id == IKP_AUTH_REQ)
		s.h_common = body.auth_req.clear.h_common;
	if (ikp_slip_seal(p->stage->profile, &sealed,
		semper_rsa_priv_pub(p->stage->acquirer_keys.enc.key), &s,
		stage_draw) != SEMPER_OK)
		return 0;
	if (id == IKP_PAYMENT)
		body.payment.enc_slip = semper_written(&sealed);
	else
		body.auth_req.enc_slip = semper_written(&sealed);
	return encode(p, id, &envelope, &body, octets);
}

/* ---- what can happen ---- */

static size_t
corrupt_octet(const struct play_message *m, uint8_t *octets,
    struct semper_bytes *in)
{
	size_t at = (size_t)cut_octet(in) << 8;

	at |= cut_octet(in);
	if (m->len == 0 || m->len > MAX_MESSAGE)
		return 0;
	memcpy(octets, m->octets, m->len);
	octets[at % m->len] ^= (uint8_t)(cut_octet(in) | 1);
	return m->len;
}

/* A changed message arrives; the genuine one is still on its way, unless the
 * sender is the liar. */
static void
lie(struct play *p, uint8_t op, struct semper_bytes *in)
{
	static uint8_t octets[MAX_MESSAGE];
	struct play_message m;
	uint8_t how = cut_octet(in);
	size_t len;

	if (play_next(p) == NULL)
		return;
	m = *play_next(p);
	len = op == 0   ? corrupt_octet(&m, octets, in)
	    : op == 1 ? change(p, &m, octets, in)
		      : slip(p, &m, octets, in);
	if (len == 0)
		return;
	if ((how & 1) != 0 && m.to != IKP_NETWORK)
		sign_again(p, &m, octets, len);
	if (m.to == IKP_NETWORK)
		return;
	if ((how & 2) != 0)
		play_drop(p);
	play_recv(p, (enum ikp_party)m.to, (enum ikp_party)m.from,
	    SEMPER_BYTES(octets, len));
}

/* Answers to inquiries tell the present, and are signed each time. */
static bool
tells_the_present(const struct play_message *m)
{
	const char *type = m->to == IKP_NETWORK
	    ? ""
	    : stage_type(SEMPER_BYTES(m->octets, m->len));

	return strstr(type, "InquiryRes") != NULL;
}

/* The same again: HARD gives the same octets, or asks for patience. */
static void
repeat(struct play *p)
{
	const struct play_message *m = play_next(p);
	struct play_result first, again;

	if (m == NULL || m->to == IKP_NETWORK)
		return;
	play_drop(p);
	first = play_recv(p, (enum ikp_party)m->to, (enum ikp_party)m->from,
	    SEMPER_BYTES(m->octets, m->len));
	if (play_full(p))
		return;
	again = play_recv(p, (enum ikp_party)m->to, (enum ikp_party)m->from,
	    SEMPER_BYTES(m->octets, m->len));
	if (first.verdict != SEMPER_OK || again.verdict != SEMPER_OK)
		return;
	for (size_t i = 0; i < again.n_out && again.n_out == first.n_out; i++) {
		const struct play_message *a =
		    &p->sent[p->n_sent - again.n_out + i];
		const struct play_message *f = a - first.n_out;

		HOLDS(tells_the_present(a) ||
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
		play_recv(p, (enum ikp_party)m->to, (enum ikp_party)m->from,
		    SEMPER_BYTES(m->octets, m->len));
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
	play_event(p, (enum ikp_party)p->timer[which].role, &event);
}

static void
input(struct play *p, uint8_t which)
{
	static const struct {
		enum ikp_party role;
		enum ikp_input_kind kind;
	} inputs[] = {{IKP_BUYER, IKP_DO_APPROVE}, {IKP_BUYER, IKP_DO_REFUSE},
	    {IKP_BUYER, IKP_DO_INQUIRE}, {IKP_SELLER, IKP_DO_INQUIRE},
	    {IKP_SELLER, IKP_DO_CANCEL}};

	which %= 5;
	play_input(p, inputs[which].role, inputs[which].kind);
}

/* Amounts around those that matter, 4999 being the price. */
static void
clearing(struct play *p, struct semper_bytes *in)
{
	static const enum ikp_input_kind kinds[] = {IKP_DO_CAPTURE,
	    IKP_DO_REFUND, IKP_DO_REVERSE, IKP_DO_AUTHORIZE};
	uint8_t how = cut_octet(in), amount = cut_octet(in);

	play_clear(p, kinds[how % 4],
	    amount < 8 ? 4999 - 4 + amount : amount * 20 - 160,
	    (how & 4) != 0);
}

static void
garbage(struct play *p, struct semper_bytes *in)
{
	uint8_t who = cut_octet(in);

	play_recv(p, (enum ikp_party)(who % 3), (enum ikp_party)(who / 3 % 4),
	    cut(in, cut_octet(in)));
}

static void
happen(struct play *p, struct semper_bytes *in)
{
	uint8_t op = cut_octet(in) % 16;

	switch (op) {
	case 0:
	case 1:
	case 2:
		lie(p, op, in);
		break;
	case 3:
		lie(p, 1, in);
		break;
	case 4:
		clearing(p, in);
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
	case 8:
		input(p, cut_octet(in));
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
		garbage(p, in);
		break;
	case 13:
		play_begin(p);
		break;
	default:
		play_go_on(p);
	}
}

/* ---- the beginning, made once ---- */

static void
begin(struct play *p, int profile, int kind, int far)
{
	static struct play *cache[IKP_BASE_PROFILES][KINDS][FAR];
	struct play **made = &cache[profile][kind][far];

	if (*made == NULL) {
		*made = calloc(1, sizeof **made);
		HOLDS(*made != NULL, "there is memory");
		if (far == 0) {
			play_open(*made, profile);
			(*made)->capture = kind == 1;
			(*made)->decision = kind == 2 ? IKP_NO : IKP_YES;
			(*made)->pin = kind >= 2;
			play_begin(*made);
		} else {
			begin(*made, profile, kind, far - 1);
			play_go_on(*made);
		}
	}
	play_copy(p, *made);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct play p;
	struct semper_bytes in = {data, len};
	int profile = cut_octet(&in) % IKP_BASE_PROFILES;
	int kind = cut_octet(&in) % KINDS;
	int far = cut_octet(&in) % FAR;

	if (len < 4 || len > MAX_INPUT)
		return 0;
	begin(&p, profile, kind, far);
	while (in.len > 0 && !play_full(&p))
		happen(&p, &in);
	play_close(&p);
	return 0;
}
