#include "tests/ikp/stage.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "base/hex.h"
#include "crypto/hpke.h"
#include "pki/issue.h"
#include "pki/key.h"

#define CERT_ROOM 4096
#define ARENA ((size_t)4 << 20) /* a batch of a hundred */
#define DAY ((int64_t)86400)
#define YEAR (365 * DAY)

const struct semper_draw *stage_draw = &semper_draw_system;

/* ---- certificates, made once ---- */

enum { ROOT, ACQUIRER_CA, ISSUER_CA, ENC, SIG, SELLER, BUYER, KEYS };
enum { N_CERTS = 3 + 3 * 4 };

static struct semper_rsa_priv *keys[KEYS];
static uint8_t rooms[N_CERTS][CERT_ROOM];
static struct semper_bytes certs[N_CERTS];
static uint8_t list_rooms[3][CERT_ROOM];
static struct semper_bytes lists[3];
static const uint8_t r_acct[16] = {0xa0, 1, 2, 3};
static const char ban[] = "4111111111111111";
static const uint8_t secret[32] = {0x5e, 0xc2};

static size_t
leaf(int edition, int key)
{
	return 3 + 4 * (size_t)edition + (size_t)(key - ENC);
}

static void
issue(size_t at, struct semper_issue *issue, int key, int by, size_t by_cert)
{
	uint8_t room[3 * CERT_ROOM];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct semper_issuer issuer = {keys[by],
	    at == 0 ? SEMPER_NONE : certs[by_cert]};

	issue->organization = "TEST";
	issue->not_before = STAGE_NOW - YEAR;
	issue->not_after = STAGE_NOW + YEAR;
	issue->key = semper_rsa_priv_pub(keys[key]);
	if (semper_cert_issue(&out, issue, &issuer, stage_draw) !=
		SEMPER_OK ||
	    out.len > CERT_ROOM)
		abort();
	memcpy(rooms[at], room, out.len);
	certs[at] = SEMPER_BYTES(rooms[at], out.len);
}

static void
issue_list(size_t i, int key)
{
	uint8_t room[3 * CERT_ROOM];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct semper_issuer issuer = {keys[key], certs[i]};
	struct semper_revocation none = {.number = 1,
	    .this_update = STAGE_NOW - 86400,
	    .next_update = STAGE_NOW + YEAR / 2};

	if (semper_crl_issue(&out, &issuer, &none, stage_draw) !=
	    SEMPER_OK)
		abort();
	memcpy(list_rooms[i], room, out.len);
	lists[i] = SEMPER_BYTES(list_rooms[i], out.len);
}

static void
issue_leaves(int edition)
{
	static const char *const profiles[] = {"ikp/ec95", "ikp/jsac",
	    "ikp/hard"};
	static const char *const brands[] = {"ZIPCARD"};
	struct ikp_digest commitment;
	struct semper_issue x = {.common_name = "TEST acquirer",
	    .id = "ACQ-1",
	    .profile = profiles[edition],
	    .acquirer = "ACQ-1",
	    .brands = brands,
	    .n_brands = 1};

	x.kind = edition == IKP_HARD ? SEMPER_CERT_ACQUIRER_ENC
				     : SEMPER_CERT_ACQUIRER_BOTH;
	issue(leaf(edition, ENC), &x, ENC, ACQUIRER_CA, 1);
	if (edition == IKP_HARD)
		x.kind = SEMPER_CERT_ACQUIRER_SIG;
	issue(leaf(edition, SIG), &x, edition == IKP_HARD ? SIG : ENC,
	    ACQUIRER_CA, 1);
	x = (struct semper_issue){.kind = SEMPER_CERT_SELLER,
	    .common_name = "TEST seller",
	    .id = "SHOP-000042",
	    .profile = profiles[edition],
	    .acquirer = "ACQ-1"};
	issue(leaf(edition, SELLER), &x, SELLER, ACQUIRER_CA, 1);
	x = (struct semper_issue){.kind = SEMPER_CERT_BUYER,
	    .profile = profiles[edition]};
	if (edition == IKP_HARD) {
		if (ikp_account(&ikp_algorithms[IKP_HARD], &commitment,
			SEMPER_BYTES(r_acct, sizeof r_acct),
			SEMPER_TEXT(ban)) != SEMPER_OK)
			abort();
		x.commitment = ikp_digest_bytes(&commitment);
	}
	issue(leaf(edition, BUYER), &x, BUYER, ISSUER_CA, 2);
}

static void
make_certificates(void)
{
	struct semper_issue x = {.kind = SEMPER_CERT_ROOT,
	    .common_name = "TEST root"};

	if (keys[0] != NULL)
		return;
	for (int i = 0; i < KEYS; i++)
		if (semper_rsa_generate(&keys[i], 2048, 65537, stage_draw,
			NULL) != SEMPER_OK)
			abort();
	issue(0, &x, ROOT, ROOT, 0);
	x = (struct semper_issue){.kind = SEMPER_CERT_ACQUIRER_CA,
	    .common_name = "TEST acquirer CA"};
	issue(1, &x, ACQUIRER_CA, ROOT, 0);
	x = (struct semper_issue){.kind = SEMPER_CERT_ISSUER_CA,
	    .common_name = "TEST issuer CA"};
	issue(2, &x, ISSUER_CA, ROOT, 0);
	for (int edition = 0; edition < 3; edition++)
		issue_leaves(edition);
	issue_list(0, ROOT);
	issue_list(1, ACQUIRER_CA);
	issue_list(2, ISSUER_CA);
}

static __attribute__((destructor)) void
free_keys(void)
{
	for (int i = 0; i < KEYS; i++)
		semper_rsa_priv_free(keys[i]);
}

/* ---- opening ---- */

static struct ikp_chain
chain_of(int edition, int key)
{
	return (struct ikp_chain){2,
	    {certs[leaf(edition, key)], certs[key == BUYER ? 2 : 1]}};
}

static void
fill_params(struct stage *s, int edition)
{
	static const struct ikp_seller_entry sellers[] = {
	    {{(const uint8_t *)"SHOP-000042", 11}, IKP_1KP, false,
		{secret, sizeof secret}, true, {secret, sizeof secret}},
	    {{(const uint8_t *)"SHOP-000077", 11}, IKP_1KP, false,
		{secret, sizeof secret}, false, {NULL, 0}},
	    {{(const uint8_t *)"SHOP-000099", 11}, IKP_1KP, true, {NULL, 0},
		false, {NULL, 0}}};
	static struct semper_hpke_key channel;
	struct ikp_trust trust = {certs, 1, lists, 3};
	uint8_t room[1024];
	struct semper_buffer spki = SEMPER_BUFFER(room);

	if (semper_hpke_derive_key(&channel, SEMPER_BYTES(secret, 32)) !=
	    SEMPER_OK)
		abort();

	s->buyer = (struct ikp_buyer_params){trust, SEMPER_TEXT(ban),
	    SEMPER_TEXT("199912"), SEMPER_BYTES(r_acct, sizeof r_acct), 300,
	    IKP_1KP};
	s->seller = (struct ikp_seller_params){SEMPER_TEXT("SHOP-000042"),
	    trust, chain_of(edition, ENC), chain_of(edition, SIG), 900, 1000,
	    30 * DAY, 3, true, {840, 500, -2}, {840, 600, -2}, s->brokers, 1,
	    false, SEMPER_BYTES(secret, sizeof secret),
	    SEMPER_BYTES(channel.pub, 32), SEMPER_BYTES(secret, sizeof secret)};
	s->brokers[0] = SEMPER_TEXT("SHOP-000042");
	s->account.ban = SEMPER_TEXT(ban);
	if (semper_spki_put_rsa(&spki, semper_rsa_priv_pub(keys[BUYER])) !=
	    SEMPER_OK)
		abort();
	semper_hash(SEMPER_SHA256, s->account.spki, semper_written(&spki));
	s->acquirer = (struct ikp_acquirer_params){trust, sellers, 3,
	    &s->account, 1, 86400, 300, 3, 1000, 7 * DAY, 7 * DAY, 30 * DAY,
	    SEMPER_BYTES(channel.secret, 32)};
	s->buyer_keys.sig =
	    (struct ikp_key){keys[BUYER], chain_of(edition, BUYER)};
	s->seller_keys.sig =
	    (struct ikp_key){keys[SELLER], chain_of(edition, SELLER)};
	s->acquirer_keys.enc =
	    (struct ikp_key){keys[ENC], chain_of(edition, ENC)};
	s->acquirer_keys.sig =
	    (struct ikp_key){edition == IKP_HARD ? keys[SIG] : keys[ENC],
		chain_of(edition, SIG)};
}

static void
fill_inputs(struct stage *s, int profile)
{
	s->start = (struct ikp_input){.kind = IKP_DO_START,
	    .profile = profile,
	    .seller = SEMPER_TEXT("SHOP-000042"),
	    .order = SEMPER_TEXT("order1"),
	    .price = {840, 4999, -2},
	    .desc = SEMPER_TEXT("1 x Widget"),
	    .brand = SEMPER_TEXT("ZIPCARD")};
	if (ikp_in(s->profile, IKP_MICRO)) {
		s->start.price.amount = 1000;
		s->start.terms = (struct ikp_terms){.given = true,
		    .n = 100,
		    .unit = {840, 10, -2},
		    .expiry = STAGE_NOW + DAY};
	}
	s->offer = s->start;
	s->offer.kind = IKP_DO_OFFER;
}

static void
open_file(struct semper_ledger *ledger, const char *path, int role)
{
	char file[512];

	snprintf(file, sizeof file, "%s.%d", path, role);
	if (semper_ledger_sqlite(ledger, file, 1000) != SEMPER_OK)
		abort();
}

void
stage_open(struct stage *s, int profile, const char *path)
{
	static const struct semper_role_def *const defs[] = {&ikp_buyer,
	    &ikp_seller, &ikp_acquirer};
	const void *params[] = {&s->buyer, &s->seller, &s->acquirer};
	const void *own_keys[] = {&s->buyer_keys, &s->seller_keys,
	    &s->acquirer_keys};

	make_certificates();
	memset(s, 0, offsetof(struct stage, queue));
	s->profile = &ikp_profiles[profile];
	s->now = STAGE_NOW;
	s->random.source = *stage_draw;
	s->arena = ARENA;
	s->decision = IKP_YES;
	s->broker = -1;
	fill_params(s, (int)s->profile->alg->edition);
	fill_inputs(s, profile);
	for (int i = 0; i < 3; i++) {
		if (path != NULL)
			open_file(&s->ledger[i], path, i);
		else if (semper_ledger_memory(&s->ledger[i]) != SEMPER_OK)
			abort();
		s->party[i] = (struct semper_party){defs[i], &s->ledger[i],
		    params[i], own_keys[i], 1u << profile};
	}
}

void
stage_close(struct stage *s)
{
	for (int i = 0; i < 3; i++)
		semper_ledger_close(&s->ledger[i]);
}

void
stage_reopen(struct stage *s, const char *path)
{
	for (int i = 0; i < 3; i++) {
		semper_ledger_close(&s->ledger[i]);
		open_file(&s->ledger[i], path, i);
	}
}

void
stage_unlink(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	char file[600];

	for (int i = 0; i < 3; i++)
		for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
			snprintf(file, sizeof file, "%s.%d%s", path, i,
			    ends[k]);
			unlink(file);
		}
}

/* ---- steps ---- */

static void
note_micro(struct stage *s, const struct semper_result *r)
{
	const struct {
		const char *name;
		int64_t *to;
	} numbers[] = {{"index", &s->index}, {"acked", &s->acked},
	    {"served", &s->served}, {"deposited", &s->deposited},
	    {"received", &s->received}, {"passed", &s->passed},
	    {"amount", &s->amount}, {"authorized", &s->authorized},
	    {"captured", &s->captured}, {"refunded", &s->refunded},
	    {"accepted", &s->accepted}};

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (strcmp(r->name, numbers[i].name) == 0)
			*numbers[i].to = r->number;
	if (strcmp(r->name, "offer") == 0 &&
	    r->octets.len <= sizeof s->offer_octets) {
		memcpy(s->offer_octets, r->octets.data, r->octets.len);
		s->offer_len = r->octets.len;
	}
}

static void
copy_text(char *to, size_t size, struct semper_bytes text)
{
	size_t len = text.len < size ? text.len : size - 1;

	memcpy(to, text.data, len);
	to[len] = '\0';
}

static void
note_result(struct stage *s, const struct semper_result *r)
{
	char *text = strcmp(r->name, "state") == 0 ? s->state
	    : strcmp(r->name, "status") == 0       ? s->status
	    : strcmp(r->name, "hint") == 0         ? s->hint
						   : NULL;

	if (text != NULL)
		copy_text(text, 16 + 16 * (text != s->hint), r->octets);
	if (strcmp(r->name, "session") == 0 && r->octets.len == 16)
		memcpy(s->session, r->octets.data, 16);
	if (strcmp(r->name, "error") == 0)
		s->error = r->number;
	if (strcmp(r->name, "receipt") == 0)
		s->receipt = r->octets.len;
	if (r->kind == SEMPER_RESULT_INTEGER || r->kind == SEMPER_RESULT_OCTETS)
		note_micro(s, r);
}

static void
queue_reply(struct stage *s, enum ikp_party role,
    const struct semper_reply *reply)
{
	struct stage_message *m = &s->queue[s->n_queue];

	if (s->n_queue == STAGE_QUEUE || reply->msg.len > sizeof m->octets)
		abort();
	m->from = (uint8_t)role;
	m->to = reply->to;
	m->len = reply->msg.len;
	memcpy(m->octets, reply->msg.data, reply->msg.len);
	s->n_queue++;
}

static void
note_outcome(struct stage *s, enum ikp_party role,
    const struct semper_outcome *o)
{
	s->verdict = o->verdict;
	if (o->refused_by != NULL)
		snprintf(s->refused_by, sizeof s->refused_by, "%s",
		    o->refused_by);
	s->done = o->done;
	s->n_out = o->n_replies;
	s->n_drew = o->drew->n;
	for (size_t i = 0; i < o->n_results; i++)
		note_result(s, &o->results[i]);
	for (size_t i = 0; i < o->n_timers; i++) {
		s->timer_at = o->timers[i].at;
		strcpy(s->timer, o->timers[i].name);
	}
	for (size_t i = 0; i < o->n_replies; i++)
		queue_reply(s, role, &o->replies[i]);
}

/* The party ROLE as it takes EVENT: a broker has three tables. */
static struct semper_party
party_for(const struct stage *s, enum ikp_party role,
    const struct semper_event *event)
{
	struct semper_party party = s->party[role];

	if (s->broker != (int)role)
		return party;
	party.def = ikp_broker_table(event);
	if (party.def == &ikp_buyer) {
		party.params = &s->broker_params.buyer;
		party.keys = &s->broker_keys.buyer;
	} else {
		party.params = &s->broker_params;
		party.keys = &s->broker_keys;
	}
	return party;
}

static semper_err
feed(struct stage *s, enum ikp_party role, const struct semper_event *event)
{
	struct semper_party party = party_for(s, role, event);
	static struct semper_step step;
	static uint8_t arena[ARENA];
	struct semper_outcome outcome;

	s->refused_by[0] = s->status[0] = s->hint[0] = '\0';
	s->error = 0;
	s->n_out = s->n_drew = s->receipt = 0;
	s->timer_at = 0;
	s->timer[0] = '\0';
	s->index = s->acked = s->served = s->deposited = -1;
	s->received = s->passed = -1;
	s->amount = s->authorized = s->captured = s->refunded = -1;
	s->accepted = -1;
	s->offer_len = 0;
	semper_step_init(&step, arena, s->arena);
	s->verdict = semper_role_step(&step, &party, event, s->now, &s->random);
	if (s->verdict == SEMPER_OK)
		s->verdict = semper_role_commit(&step, &outcome);
	if (s->verdict == SEMPER_OK)
		note_outcome(s, role, &outcome);
	semper_step_clear(&step);
	return s->verdict;
}

semper_err
stage_recv(struct stage *s, enum ikp_party role, enum ikp_party from,
    struct semper_bytes msg)
{
	struct semper_event event = {.kind = SEMPER_RECV,
	    .from = (uint8_t)from,
	    .msg = msg};

	return feed(s, role, &event);
}

void
stage_timer_name(const struct stage *s, const char *word, char *out)
{
	int n = sprintf(out, "%s/", word);

	semper_hex_encode(out + n, SEMPER_BYTES(s->session, 16));
}

semper_err
stage_timer(struct stage *s, enum ikp_party role, const char *word)
{
	char name[SEMPER_TIMER_NAME];
	struct semper_event event = {.kind = SEMPER_TIMER, .name = name};

	stage_timer_name(s, word, name);
	return feed(s, role, &event);
}

semper_err
stage_timer_named(struct stage *s, enum ikp_party role, const char *name)
{
	char copy[SEMPER_TIMER_NAME];
	struct semper_event event = {.kind = SEMPER_TIMER, .name = copy};

	strcpy(copy, name);
	return feed(s, role, &event);
}

semper_err
stage_do(struct stage *s, enum ikp_party role, const struct ikp_input *input)
{
	uint8_t session[16];
	struct ikp_input copy = *input;
	struct semper_event event = {.kind = SEMPER_INPUT, .input = &copy};

	memcpy(session, s->session, 16);
	if (copy.session.data == NULL)
		copy.session = SEMPER_BYTES(session, 16);
	return feed(s, role, &event);
}

void
stage_make_broker(struct stage *s, enum ikp_party role,
    const struct semper_ledger *ledger)
{
	s->broker = (int)role;
	s->broker_params = (struct ikp_broker_params){s->seller, s->buyer};
	s->broker_params.seller.is_broker = true;
	s->broker_keys =
	    (struct ikp_broker_keys){s->seller_keys, s->buyer_keys};
	s->party[role].ledger = ledger;
}

semper_err
stage_input(struct stage *s, enum ikp_party role, enum ikp_input_kind kind)
{
	uint8_t session[16];
	struct ikp_input input = {.kind = kind,
	    .session = SEMPER_BYTES(session, 16),
	    .reason = 3};
	struct semper_event event = {.kind = SEMPER_INPUT, .input = &input};

	memcpy(session, s->session, 16);
	if (kind == IKP_DO_START)
		input = s->start;
	if (kind == IKP_DO_OFFER)
		input = s->offer;
	return feed(s, role, &event);
}

/* ---- the queue ---- */

struct semper_bytes
stage_next(const struct stage *s)
{
	return SEMPER_BYTES(s->queue[0].octets, s->queue[0].len);
}

/* What there is of it: there is room for much more. */
static void
copy_message(struct stage_message *to, const struct stage_message *from)
{
	memcpy(to, from, offsetof(struct stage_message, octets) + from->len);
}

void
stage_drop(struct stage *s)
{
	s->n_queue--;
	for (size_t i = 0; i < s->n_queue; i++)
		copy_message(&s->queue[i], &s->queue[i + 1]);
}

const char *
stage_type(struct semper_bytes msg)
{
	struct semper_envelope envelope;
	static char type[41];

	if (semper_envelope_decode(&envelope, msg) != SEMPER_OK)
		return "Net";
	snprintf(type, sizeof type, "%.*s", (int)envelope.type.len,
	    (const char *)envelope.type.data);
	return type;
}

bool
stage_holds(struct semper_bytes octets, struct semper_bytes part)
{
	for (size_t i = 0; i + part.len <= octets.len; i++)
		if (memcmp(octets.data + i, part.data, part.len) == 0)
			return true;
	return false;
}

/* Is M a NetDeposit?  The network keeps the sums. */
static bool
note_deposit(struct stage *s, const struct stage_message *m)
{
	struct ikp_net_deposit deposit;

	if (ikp_decode(s->profile, &ikp_net_deposit_type, &deposit,
		SEMPER_BYTES(m->octets, m->len)) != SEMPER_OK)
		return false;
	s->paid += deposit.amount.amount;
	s->released += deposit.released.amount;
	return true;
}

/* What moves money at the network, summed. */
static void
note_clearing(struct stage *s, const struct stage_message *m)
{
	struct semper_bytes der = SEMPER_BYTES(m->octets, m->len);
	struct ikp_net_money money;
	struct ikp_net_reversal reversal;
	static struct ikp_net_batch batch;

	if (s->profile->alg->edition != IKP_HARD)
		return;
	if (ikp_decode(s->profile, &ikp_net_capture_type, &money, der) ==
	    SEMPER_OK)
		s->booked += money.amount.amount;
	if (ikp_decode(s->profile, &ikp_net_refund_type, &money, der) ==
	    SEMPER_OK)
		s->returned += money.amount.amount;
	if (ikp_decode(s->profile, &ikp_net_reversal_type, &reversal, der) ==
	    SEMPER_OK)
		s->reversed = reversal.new_amount.amount;
	if (ikp_decode(s->profile, &ikp_net_batch_type, &batch, der) !=
	    SEMPER_OK)
		return;
	for (size_t i = 0; i < batch.items.n; i++)
		*(batch.items.item[i].kind == IKP_ITEM_REFUND ? &s->returned
							      : &s->booked) +=
		    batch.items.item[i].amount.amount;
}

/* The network answers the request M. */
static void
answer(struct stage *s, const struct stage_message *m)
{
	struct ikp_net_request asked;
	struct ikp_net_reply reply = {.decision = s->decision,
	    .has_reason = s->reason != 0,
	    .reason = s->reason};
	uint8_t room[128];
	struct semper_buffer out = SEMPER_BUFFER(room);

	note_clearing(s, m);
	if (note_deposit(s, m) ||
	    ikp_decode(s->profile, &ikp_net_request_type, &asked,
		SEMPER_BYTES(m->octets, m->len)) != SEMPER_OK)
		return; /* a NetReversal */
	reply.reference = asked.reference;
	reply.has_amount = s->grant != 0;
	reply.amount = asked.price;
	reply.amount.amount = s->grant;
	if (s->decision == IKP_YES)
		reply.auth_code = SEMPER_TEXT("123456");
	if (ikp_encode(s->profile, &ikp_net_reply_type, &out, &reply) !=
	    SEMPER_OK)
		abort();
	stage_recv(s, IKP_ACQUIRER, IKP_NETWORK, semper_written(&out));
}

void
stage_deliver(struct stage *s)
{
	static struct stage_message m;

	copy_message(&m, &s->queue[0]);
	stage_drop(s);
	if (m.to == IKP_NETWORK)
		answer(s, &m);
	else
		stage_recv(s, (enum ikp_party)m.to, (enum ikp_party)m.from,
		    SEMPER_BYTES(m.octets, m.len));
}

void
stage_begin(struct stage *s)
{
	stage_input(s, IKP_SELLER, IKP_DO_OFFER);
	CU_ASSERT_EQUAL(s->verdict, SEMPER_OK);
	stage_input(s, IKP_BUYER, IKP_DO_START);
	CU_ASSERT_EQUAL(s->verdict, SEMPER_OK);
}

bool
stage_run(struct stage *s, const char *type)
{
	for (;;) {
		if (s->n_queue == 0)
			return type == NULL;
		if (type != NULL &&
		    strcmp(stage_type(stage_next(s)), type) == 0)
			return true;
		stage_deliver(s);
		if (s->verdict != SEMPER_OK)
			return false;
		if (strcmp(s->state, "invoiced") == 0 && s->n_queue == 0 &&
		    s->n_out == 0)
			stage_input(s, IKP_BUYER, IKP_DO_APPROVE);
	}
}

static semper_err
hash_in(void *ctx, struct semper_bytes octets)
{
	semper_hash_update(ctx, octets);
	return SEMPER_OK;
}

void
stage_digest(const struct stage *s, enum ikp_party role, uint8_t out[32])
{
	struct semper_buffer arena = {NULL, 0, 0};
	struct semper_hash_state state;
	struct semper_view view;

	semper_hash_init(&state, SEMPER_SHA256);
	if (semper_view_begin(&view, &s->ledger[role], &arena) != SEMPER_OK ||
	    semper_view_write(&view, hash_in, &state) != SEMPER_OK)
		abort();
	semper_view_end(&view);
	semper_hash_final(&state, out);
}
