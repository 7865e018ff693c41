#include "tests/fuzz/liar.h"

#include <string.h>

#include "crypto/hpke.h"
#include "ikp/ikp_clearing.h"
#include "role/layout.h"

/* ---- signing again ---- */

/* What the channel of 1KP held, and how it was sealed. */
struct opened {
	bool done;
	uint8_t pub[SEMPER_HPKE_LEN], info[64], aad[64];
	size_t info_len, aad_len;
	uint8_t plain[LIAR_MESSAGE];
	size_t len;
};

static struct {
	const struct stage *stage; /* NULL: verify only */
	struct {
		uint8_t *octets;
		size_t len;
	} region[LIAR_REGIONS];
	size_t n;
	unsigned corrupt;
	struct opened *opened; /* or NULL */
} forge;

bool __real_ikp_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, enum ikp_context ctx,
    const struct ikp_type *type, const void *value, struct semper_bytes sig);
bool __wrap_ikp_verify(const struct ikp_profile *profile,
    const struct semper_rsa_pub *key, enum ikp_context ctx,
    const struct ikp_type *type, const void *value, struct semper_bytes sig);
unsigned __real_semper_ct_equal(const void *a, const void *b, size_t len);
unsigned __wrap_semper_ct_equal(const void *a, const void *b, size_t len);
semper_err __real_semper_hpke_open(const struct semper_hpke_key *key,
    struct semper_buffer *pt, struct semper_bytes enc, struct semper_bytes info,
    struct semper_bytes aad, struct semper_bytes ct);
semper_err __wrap_semper_hpke_open(const struct semper_hpke_key *key,
    struct semper_buffer *pt, struct semper_bytes enc, struct semper_bytes info,
    struct semper_bytes aad, struct semper_bytes ct);

void
liar_begin(const struct stage *stage)
{
	forge.stage = stage;
	forge.n = 0;
	forge.corrupt = 0;
}

void
liar_region(uint8_t *octets, size_t len)
{
	HOLDS(forge.n < LIAR_REGIONS, "there is room for a region");
	forge.region[forge.n].octets = octets;
	forge.region[forge.n++].len = len;
}

unsigned
liar_end(void)
{
	forge.stage = NULL;
	forge.n = 0;
	return forge.corrupt;
}

/* Where in a region the octets X lie or, if they lie in none, the same octets;
 * or NULL. */
static uint8_t *
lies_at(struct semper_bytes x)
{
	for (size_t i = 0; i < forge.n; i++) {
		uint8_t *octets = forge.region[i].octets;

		if (x.data >= octets &&
		    x.data + x.len <= octets + forge.region[i].len)
			return octets + (x.data - octets);
	}
	for (size_t i = 0; i < forge.n && x.len >= 16; i++) {
		uint8_t *octets = forge.region[i].octets;

		for (size_t k = 0; k + x.len <= forge.region[i].len; k++)
			if (octets[k] == x.data[0] &&
			    memcmp(octets + k, x.data, x.len) == 0)
				return octets + k;
	}
	return NULL;
}

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
	uint8_t *at = good ? NULL : lies_at(sig);
	struct semper_rsa_priv *key;
	struct ikp_signature made;
	enum ikp_party whose;

	if (at == NULL)
		return good;
	key = our_key(forge.stage, pub, &whose);
	if (key == NULL ||
	    ikp_sign(profile, &made, key, ctx, type, value, stage_draw, NULL) !=
		SEMPER_OK ||
	    made.len != sig.len)
		return false;
	memcpy(at, made.octets, made.len);
	forge.corrupt |= 1u << whose;
	return true;
}

/* The MAC of a deposit, by the seller that shares its key. */
unsigned
__wrap_semper_ct_equal(const void *a, const void *b, size_t len)
{
	unsigned equal = __real_semper_ct_equal(a, b, len);
	uint8_t *at = equal || len != 32 ? NULL : lies_at(SEMPER_BYTES(a, len));

	if (at == NULL)
		return equal;
	memcpy(at, b, len);
	forge.corrupt |= 1u << IKP_SELLER;
	return 1;
}

static void
keep_opened(struct opened *o, const struct semper_hpke_key *key,
    struct semper_bytes info, struct semper_bytes aad,
    struct semper_bytes plain)
{
	if (info.len > sizeof o->info || aad.len > sizeof o->aad ||
	    plain.len > sizeof o->plain)
		return;
	o->done = true;
	memcpy(o->pub, key->pub, sizeof o->pub);
	memcpy(o->info, info.data, o->info_len = info.len);
	memcpy(o->aad, aad.data, o->aad_len = aad.len);
	memcpy(o->plain, plain.data, o->len = plain.len);
}

semper_err
__wrap_semper_hpke_open(const struct semper_hpke_key *key,
    struct semper_buffer *pt, struct semper_bytes enc, struct semper_bytes info,
    struct semper_bytes aad, struct semper_bytes ct)
{
	size_t before = pt->len;
	semper_err e = __real_semper_hpke_open(key, pt, enc, info, aad, ct);

	if (e == SEMPER_OK && forge.opened != NULL)
		keep_opened(forge.opened, key, info, aad,
		    SEMPER_BYTES(pt->data + before, pt->len - before));
	return e;
}

/* Let the receiver of M say what is verified, and sign it in OCTETS, which are
 * M or what M has inside. */
static void
sign_again(struct play *p, const struct play_message *m, uint8_t *octets,
    size_t len)
{
	liar_begin(p->stage);
	liar_region(octets, len);
	play_try(p, m);
	p->corrupt |= liar_end();
}

/* ---- changing a field ---- */

struct change {
	size_t left; /* fields to pass over */
	uint8_t how;
	struct semper_bytes octets; /* of the input */
	uint8_t *room;              /* LIAR_MESSAGE octets */
	bool done;
};

static void
change_octets(struct change *c, struct semper_bytes *x)
{
	size_t len = x->len < LIAR_MESSAGE / 2 ? x->len : 0;

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

static void change_fields(struct change *c, void *at,
    const struct semper_field *f);

/* One less, one twice, or one changed. */
static void
change_list(struct change *c, uint8_t *at, const struct semper_field *f)
{
	size_t *n = (size_t *)(void *)(at + f->count_offset);
	uint8_t *item = at + f->offset;
	uint8_t which = cut_octet(&c->octets);

	if (*n == 0)
		return;
	if (c->how % 3 == 0) {
		--*n;
	} else if (c->how % 3 == 1 && *n < f->capacity) {
		memcpy(item + *n * f->stride, item + (*n - 1) * f->stride,
		    f->stride);
		++*n;
	} else if (f->kind != SEMPER_FIELD_LIST_GROUP) {
		change_octets(c, (struct semper_bytes *)(void *)item);
	} else {
		c->left = cut_octet(&c->octets) % 8;
		c->done = false;
		change_fields(c, item + which % *n * f->stride, f->group);
		c->done = true;
	}
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
	case SEMPER_FIELD_DER:
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
	case SEMPER_FIELD_LIST_GROUP:
		change_list(c, at, f);
		break;
	default:
		break;
	}
}

static void
change_fields(struct change *c, void *at, const struct semper_field *f)
{
	for (; f->path != NULL && !c->done; f++)
		change_field(c, at, f);
}

static const struct semper_field *
fields_of(const struct ikp_profile *profile, const struct ikp_type *type)
{
	return profile->alg->edition == IKP_HARD ? type->hard : type->historic;
}

/* A field of VALUE, with octets that live until the next change. */
static void
change_value(const struct ikp_profile *profile, const struct ikp_type *type,
    void *value, struct semper_bytes *in)
{
	static uint8_t room[LIAR_MESSAGE];
	struct change c = {.left = cut_octet(in),
	    .how = cut_octet(in),
	    .room = room};

	c.octets = cut(in, cut_octet(in) % 40u);
	change_fields(&c, value, fields_of(profile, type));
}

size_t
liar_value(const struct ikp_profile *profile, const struct ikp_type *type,
    void *value, struct semper_bytes der, uint8_t *octets,
    struct semper_bytes *in)
{
	struct semper_buffer out = {octets, 0, LIAR_MESSAGE};

	if (fields_of(profile, type) == NULL ||
	    ikp_decode(profile, type, value, der) != SEMPER_OK)
		return 0;
	change_value(profile, type, value, in);
	return ikp_encode(profile, type, &out, value) == SEMPER_OK ? out.len
								   : 0;
}

/* ---- of a message ---- */

/* M with its body replaced by VALUE; 0 if that cannot be encoded. */
static size_t
encode(const struct play *p, int id, const struct semper_envelope *old,
    const union ikp_body *value, uint8_t *octets)
{
	static uint8_t room[LIAR_MESSAGE];
	struct semper_buffer body = SEMPER_BUFFER(room);
	struct semper_buffer out = {octets, 0, LIAR_MESSAGE};
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
	    semper_envelope_decode(envelope, SEMPER_BYTES(m->octets, m->len)) !=
		SEMPER_OK)
		return -1;
	id = ikp_message_find(p->stage->profile, envelope->type);
	if (id >= 0 &&
	    ikp_decode(p->stage->profile, &ikp_messages[id]->type, body,
		envelope->body) != SEMPER_OK)
		return -1;
	return id;
}

/* A batch and its results are values inside a message.  With ADD the totals
 * are made to fit. */
static bool
change_batch(const struct ikp_profile *profile, int id, union ikp_body *body,
    struct semper_bytes *in, bool add)
{
	static struct ikp_batch batch;
	static struct ikp_batch_results results;
	static uint8_t room[LIAR_MESSAGE];
	struct semper_buffer out = SEMPER_BUFFER(room);
	bool asks = id == IKP_BATCH_REQ;
	struct semper_bytes *der =
	    asks ? &body->batch_req.batch : &body->batch_res.results;
	const struct ikp_type *type =
	    asks ? &ikp_batch_type : &ikp_batch_results_type;
	void *value = asks ? (void *)&batch : (void *)&results;

	memset(&batch, 0, sizeof batch);
	memset(&results, 0, sizeof results);
	if (ikp_decode(profile, type, value, *der) != SEMPER_OK)
		return false;
	change_value(profile, type, value, in);
	if (asks && add)
		ikp_batch_sum(&batch);
	if (ikp_encode(profile, type, &out, value) != SEMPER_OK)
		return false;
	*der = semper_written(&out);
	return true;
}

/* A field of the body BODY of message ID, or of what that has inside. */
static bool
change_body(const struct ikp_profile *profile, int id, union ikp_body *body,
    struct semper_bytes *in)
{
	uint8_t inside = 0;

	if (id == IKP_BATCH_REQ || id == IKP_BATCH_RES)
		inside = cut_octet(in) % 4;
	if (inside != 0)
		return change_batch(profile, id, body, in, inside > 1);
	change_value(profile, &ikp_messages[id]->type, body, in);
	return true;
}

size_t
liar_field(const struct play *p, const struct play_message *m, uint8_t *octets,
    struct semper_bytes *in)
{
	struct semper_envelope envelope;
	union ikp_body body;
	int id = decode(p, m, &envelope, &body);

	if (id < 0 || !change_body(p->stage->profile, id, &body, in))
		return 0;
	return encode(p, id, &envelope, &body, octets);
}

size_t
liar_octet(uint8_t *octets, struct semper_bytes x, struct semper_bytes *in)
{
	size_t at = (size_t)cut_octet(in) << 8;

	at |= cut_octet(in);
	if (x.len == 0 || x.len > LIAR_MESSAGE)
		return 0;
	memcpy(octets, x.data, x.len);
	octets[at % x.len] ^= (uint8_t)(cut_octet(in) | 1);
	return x.len;
}

/* ---- in the channel of 1KP ---- */

/* SealedBody and, without the first two, SealedAnswer. */
struct content {
	struct semper_bytes secret, reply_key, type, body;
};
static const struct semper_field body_fields[] = {
    FIELD_BYTES("secret", struct content, secret),
    FIELD_BYTES("replyKey", struct content, reply_key),
    FIELD_BYTES("type", struct content, type),
    FIELD_BYTES("body", struct content, body),
    FIELD_END,
};
static const struct semper_field answer_fields[] = {
    FIELD_BYTES("type", struct content, type),
    FIELD_BYTES("body", struct content, body),
    FIELD_END,
};
static const struct ikp_type contents[] = {{"SealedBody", NULL, body_fields},
    {"SealedAnswer", NULL, answer_fields}};

/* The message inside, which is none of the profile outside. */
static int
named(struct semper_bytes name)
{
	for (int id = 0; id < IKP_MESSAGES; id++)
		if (strlen(ikp_messages[id]->type.name) == name.len &&
		    memcmp(ikp_messages[id]->type.name, name.data, name.len) ==
			0)
			return id;
	return -1;
}

/* A field of the message inside CONTENT, which is message ID. */
static bool
change_inner(const struct ikp_profile *profile, int id, struct content *content,
    struct semper_bytes *in)
{
	static uint8_t room[LIAR_MESSAGE];
	struct semper_buffer der = SEMPER_BUFFER(room);
	const struct ikp_type *type = &ikp_messages[id]->type;
	union ikp_body body;

	memset(&body, 0, sizeof body);
	if (ikp_decode(profile, type, &body, content->body) != SEMPER_OK ||
	    !change_body(profile, id, &body, in) ||
	    ikp_encode(profile, type, &der, &body) != SEMPER_OK)
		return false;
	content->body = semper_written(&der);
	return true;
}

/* Change what O holds: a field of the message inside, or of what is around. */
static bool
change_content(const struct ikp_profile *profile, struct opened *o,
    const struct ikp_type *type, struct semper_bytes *in)
{
	static uint8_t room[LIAR_MESSAGE];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct content content = {.secret = SEMPER_NONE};
	int id;

	if (ikp_decode(profile, type, &content,
		SEMPER_BYTES(o->plain, o->len)) != SEMPER_OK)
		return false;
	id = named(content.type);
	if (cut_octet(in) % 4 == 0 || id < 0)
		change_value(profile, type, &content, in);
	else if (!change_inner(profile, id, &content, in))
		return false;
	if (ikp_encode(profile, type, &out, &content) != SEMPER_OK)
		return false;
	memcpy(o->plain, room, o->len = out.len);
	return true;
}

/* M with O inside. */
static size_t
seal(const struct play *p, const struct play_message *m, const struct opened *o,
    uint8_t *octets)
{
	static uint8_t room[LIAR_MESSAGE];
	struct semper_buffer ct = SEMPER_BUFFER(room);
	uint8_t enc[SEMPER_HPKE_LEN];
	struct semper_envelope envelope;
	union ikp_body body;
	int id = decode(p, m, &envelope, &body);

	if (id < 0 ||
	    semper_hpke_seal(enc, &ct, o->pub,
		SEMPER_BYTES(o->info, o->info_len),
		SEMPER_BYTES(o->aad, o->aad_len),
		SEMPER_BYTES(o->plain, o->len), stage_draw) != SEMPER_OK)
		return 0;
	body.sealed.enc = SEMPER_BYTES(enc, sizeof enc);
	body.sealed.ct = semper_written(&ct);
	return encode(p, id, &envelope, &body, octets);
}

static bool
is_sealed(const struct play_message *m)
{
	return strncmp(stage_type(SEMPER_BYTES(m->octets, m->len)), "Sealed",
		   6) == 0;
}

/* What the receiver of M finds in it. */
static bool
open_sealed(struct play *p, const struct play_message *m, struct opened *o)
{
	o->done = false;
	forge.opened = o;
	play_try(p, m);
	forge.opened = NULL;
	return o->done;
}

bool
liar_finds(struct play *p, const struct play_message *m, const char *word)
{
	static struct opened o;
	struct content content = {.secret = SEMPER_NONE};
	int id;

	if (!is_sealed(m))
		return strstr(stage_type(SEMPER_BYTES(m->octets, m->len)),
			   word) != NULL;
	if (!open_sealed(p, m, &o) ||
	    ikp_decode(p->stage->profile, &contents[m->from == IKP_ACQUIRER],
		&content, SEMPER_BYTES(o.plain, o.len)) != SEMPER_OK)
		return false;
	id = named(content.type);
	return id >= 0 && strstr(ikp_messages[id]->type.name, word) != NULL;
}

/* Something else is in M. */
static size_t
sealed(struct play *p, const struct play_message *m, uint8_t *octets,
    struct semper_bytes *in, bool sign)
{
	static struct opened o;
	struct play_message changed = *m;
	const struct ikp_type *type = &contents[m->from == IKP_ACQUIRER];

	if (!open_sealed(p, m, &o) ||
	    !change_content(p->stage->profile, &o, type, in))
		return 0;
	changed.octets = octets;
	changed.len = seal(p, m, &o, octets);
	if (changed.len == 0 || !sign)
		return changed.len;
	sign_again(p, &changed, o.plain, o.len);
	return seal(p, m, &o, octets);
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
	    .r_b =
		(how & 2) != 0 ? cut(in, 16) : SEMPER_TEXT("0123456789abcdef"),
	    .pin = (how & 4) != 0 ? cut(in, 4) : SEMPER_NONE,
	    .expiration =
		(how & 8) != 0 ? cut(in, 6) : p->stage->buyer.expiration};
	if (ikp_in(p->stage->profile, IKP_EDITION_HARD & IKP_VARIANT_3KP))
		slip->r_acct = p->stage->buyer.r_acct;
	if ((how & 16) != 0)
		slip->price.amount += 1;
}

/* Where message ID has its EncSlip, and the H(Common) beside it. */
static struct semper_bytes *
slip_of(int id, union ikp_body *body, struct semper_bytes *h_common)
{
	if (id == IKP_PAYMENT)
		return &body->payment.enc_slip;
	if (id == IKP_AUTH_REQ) {
		*h_common = body->auth_req.clear.h_common;
		return &body->auth_req.enc_slip;
	}
	if (id == IKP_MICRO_DEPOSIT && body->micro_deposit.has_off_line) {
		*h_common = body->micro_deposit.clear.h_common;
		return &body->micro_deposit.off_line.enc_slip;
	}
	return NULL;
}

static size_t
slip(const struct play *p, const struct play_message *m, uint8_t *octets,
    struct semper_bytes *in)
{
	uint8_t room[IKP_ENC_SLIP_MAX];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct semper_bytes h_common = SEMPER_NONE, *at;
	struct semper_envelope envelope;
	struct ikp_slip s;
	union ikp_body body;
	int id = decode(p, m, &envelope, &body);

	choose_slip(p, &s, in);
	at = slip_of(id, &body, &h_common);
	if (at == NULL)
		return 0;
	if (s.h_common.len == 0)
		s.h_common = h_common;
	if (ikp_slip_seal(p->stage->profile, &out,
		semper_rsa_priv_pub(p->stage->acquirer_keys.enc.key), &s,
		stage_draw) != SEMPER_OK)
		return 0;
	*at = semper_written(&out);
	return encode(p, id, &envelope, &body, octets);
}

/* ---- another link of the chain ---- */

/* The record of the buyer at PLACE under SESSION, in ROOM. */
static bool
buyer_record(const struct play *p, unsigned place, struct semper_bytes session,
    struct ikp_buyer_record *record, struct semper_buffer *room)
{
	struct semper_record found = {.version = 0};
	struct semper_view view;

	if (semper_view_begin(&view, &p->ledger[place], room) != SEMPER_OK)
		return false;
	if (semper_view_get(&view, &found, IKP_TABLE_BUYER, session) !=
	    SEMPER_OK)
		found.version = 0;
	semper_view_end(&view);
	if (found.version == 0)
		return false;
	cut(&found.value, SEMPER_LAYOUT_HEAD);
	memset(record, 0, sizeof *record);
	return ikp_record_decode(&ikp_buyer_record_type, record, found.value) ==
	    SEMPER_OK;
}

/* The seed and the terms of SESSION, from the ledger of its buyer. */
static bool
chain_of(const struct play *p, struct semper_bytes session,
    struct semper_bytes *x, struct ikp_terms *terms)
{
	static uint8_t octets[2 * LIAR_MESSAGE];
	struct semper_buffer room = SEMPER_BUFFER(octets);
	struct ikp_buyer_record record;
	struct ikp_invoice invoice;

	memset(&invoice, 0, sizeof invoice);
	if ((!buyer_record(p, PLAY_BUYER, session, &record, &room) &&
		!buyer_record(p, PLAY_SELLER, session, &record, &room)) ||
	    ikp_decode(p->stage->profile, &ikp_invoice_message.type, &invoice,
		record.invoice) != SEMPER_OK)
		return false;
	*x = record.micro.x;
	*terms = invoice.clear.micro;
	return terms->given && x->data != NULL;
}

/* Where message ID has its token, and the index of it. */
static struct semper_bytes *
token_of(int id, union ikp_body *body, int64_t **index)
{
	switch (id) {
	case IKP_MICRO_PAY:
		*index = &body->micro_pay.index;
		return &body->micro_pay.token;
	case IKP_MICRO_ACK:
		*index = &body->micro_ack.index;
		return &body->micro_ack.token;
	case IKP_MICRO_DEPOSIT:
		*index = &body->micro_deposit.index;
		return &body->micro_deposit.token;
	default:
		return NULL;
	}
}

/* The token of another index, which only the buyer can give out. */
static size_t
another_link(struct play *p, const struct play_message *m, uint8_t *octets,
    struct semper_bytes *in)
{
	struct semper_bytes x, *token;
	struct semper_envelope envelope;
	struct ikp_terms terms;
	struct ikp_digest d;
	union ikp_body body;
	int id = decode(p, m, &envelope, &body);
	int64_t *index = NULL, wanted = cut_octet(in);

	token = token_of(id, &body, &index);
	if (token == NULL || !chain_of(p, envelope.session, &x, &terms) ||
	    wanted > terms.n)
		return 0;
	ikp_token(p->stage->profile, &d, &terms, x, wanted);
	*token = ikp_digest_bytes(&d);
	*index = wanted;
	p->corrupt |= 1u << IKP_BUYER;
	return encode(p, id, &envelope, &body, octets);
}

/* ---- speaking ---- */

static size_t
changed(struct play *p, const struct play_message *m, enum liar_way way,
    uint8_t *octets, struct semper_bytes *in, bool sign)
{
	switch (way) {
	case LIAR_OCTET:
		return liar_octet(octets, SEMPER_BYTES(m->octets, m->len), in);
	case LIAR_SLIP:
		return slip(p, m, octets, in);
	case LIAR_LINK:
		return another_link(p, m, octets, in);
	default:
		return is_sealed(m) && cut_octet(in) % 4 != 0
		    ? sealed(p, m, octets, in, sign)
		    : liar_field(p, m, octets, in);
	}
}

void
liar_speaks(struct play *p, enum liar_way way, struct semper_bytes *in)
{
	static uint8_t octets[LIAR_MESSAGE];
	uint8_t how = cut_octet(in);
	struct play_message m;

	if (play_next(p) == NULL)
		return;
	m = *play_next(p);
	if (m.to == IKP_NETWORK)
		return;
	m.len = changed(p, &m, way, octets, in, (how & 1) != 0);
	m.octets = octets;
	if (m.len == 0)
		return;
	if ((how & 1) != 0)
		sign_again(p, &m, octets, m.len);
	if ((how & 2) != 0)
		play_drop(p);
	play_deliver(p, &m);
}
