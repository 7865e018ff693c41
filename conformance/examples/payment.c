/* payment.c -- one payment with 3KP-HARD between three parties in one process.
 *
 *	cc payment.c $(pkg-config --cflags --libs semper) && ./a.out
 *
 * It makes keys and certificates, opens a buyer, a seller and an acquirer with
 * their ledgers in memory, carries the messages, plays the card network, and
 * prints each message with its size and the state its sender is left in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ikp/ikp.h>
#include <ikp/ikp_common.h>
#include <pki/issue.h>
#include <role/envelope.h>

#define DAY 86400
#define ROOM 8192
#define SHOP "SHOP-1"
#define BAN "4111111111111111"

/* The example has no way to go on after an error of the library. */
static void
need(semper_err e, const char *what)
{
	if (e != SEMPER_OK) {
		fprintf(stderr, "%s: %s\n", what, semper_err_text(e));
		exit(1);
	}
}

/* ---- keys and certificates: a root that certifies everybody ---- */

enum { ROOT, ENC, SIG, SELLER, BUYER, KEYS };

static struct ikp_key keys[KEYS]; /* each with a chain of one certificate */
static struct semper_bytes list;  /* the root's revocation list: empty */
static const uint8_t r_acct[16] = "0123456789abcde"; /* from the card issuer */
static int64_t now;

static void
certify(int who, struct semper_issue issue)
{
	static uint8_t room[KEYS][ROOM];
	struct semper_buffer out = SEMPER_BUFFER(room[who]);
	struct semper_issuer root = {.cert = keys[ROOT].chain.item[0]};

	issue.organization = "TEST";
	issue.not_before = now - DAY;
	issue.not_after = now + 365 * DAY;
	need(semper_rsa_generate(&keys[who].key, 2048, 65537,
		 &semper_draw_system, NULL),
	    "key");
	issue.key = semper_rsa_priv_pub(keys[who].key);
	root.key = keys[ROOT].key; /* which a root has only now */
	need(semper_cert_issue(&out, &issue, &root, &semper_draw_system),
	    "certificate");
	keys[who].chain = (struct ikp_chain){1, {semper_written(&out)}};
}

static void
certify_everybody(void)
{
	static const char *const brands[] = {"CARD"};
	static uint8_t room[ROOM];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct semper_revocation none = {.number = 1,
	    .this_update = now - DAY,
	    .next_update = now + DAY};
	struct semper_issue acquirer = {.id = "ACQ-1",
	    .acquirer = "ACQ-1",
	    .common_name = "TEST acquirer",
	    .profile = "ikp/hard",
	    .brands = brands,
	    .n_brands = 1};
	struct semper_issuer root;
	struct ikp_digest account;

	certify(ROOT,
	    (struct semper_issue){.kind = SEMPER_CERT_ROOT,
		.common_name = "TEST root"});
	acquirer.kind = SEMPER_CERT_ACQUIRER_ENC;
	certify(ENC, acquirer);
	acquirer.kind = SEMPER_CERT_ACQUIRER_SIG;
	certify(SIG, acquirer);
	certify(SELLER,
	    (struct semper_issue){.kind = SEMPER_CERT_SELLER,
		.common_name = "TEST shop",
		.id = SHOP,
		.acquirer = "ACQ-1",
		.profile = "ikp/hard"});
	need(ikp_account(&ikp_algorithms[IKP_HARD], &account,
		 SEMPER_BYTES(r_acct, 16), SEMPER_TEXT(BAN)),
	    "account");
	certify(BUYER,
	    (struct semper_issue){.kind = SEMPER_CERT_BUYER,
		.profile = "ikp/hard",
		.commitment = ikp_digest_bytes(&account)});
	root = (struct semper_issuer){keys[ROOT].key, keys[ROOT].chain.item[0]};
	need(semper_crl_issue(&out, &root, &none, &semper_draw_system), "list");
	list = semper_written(&out);
}

/* ---- the parties, and a wire that holds one message ---- */

static struct semper_ledger ledgers[3];
static struct semper_party parties[3];
static struct {
	uint8_t from, to;
	struct semper_buffer msg;
	uint8_t session[SEMPER_SESSION_SIZE];
} wire;

/* Print what a step says about itself, and put its message on the wire. */
static void
show(uint8_t role, const struct semper_outcome *outcome)
{
	struct semper_envelope envelope = {.type = SEMPER_TEXT("NetRequest")};
	const struct semper_result *r = outcome->results;

	wire.msg.len = 0;
	if (outcome->n_replies == 1) {
		wire.from = role;
		wire.to = outcome->replies[0].to;
		need(semper_buffer_append(&wire.msg, outcome->replies[0].msg),
		    "wire");
		if (wire.to != IKP_NETWORK)
			need(semper_envelope_decode(&envelope,
				 semper_written(&wire.msg)),
			    "envelope");
		printf("%-8s -> %-8s  %-10.*s %5zu octets  ",
		    ikp_party_names[role], ikp_party_names[wire.to],
		    (int)envelope.type.len, (const char *)envelope.type.data,
		    wire.msg.len);
	} else {
		printf("%-47s", ikp_party_names[role]);
	}
	for (size_t i = 0; i < outcome->n_results; i++)
		if (strcmp(r[i].name, "state") == 0)
			printf("%.*s", (int)r[i].octets.len,
			    (const char *)r[i].octets.data);
		else if (strcmp(r[i].name, "session") == 0)
			memcpy(wire.session, r[i].octets.data,
			    sizeof wire.session);
	putchar('\n');
}

static void
step(uint8_t role, struct semper_event event)
{
	static struct semper_step memory;
	static uint8_t arena[1 << 20];
	struct semper_random random = {semper_draw_system, NULL};
	struct semper_outcome outcome;

	semper_step_init(&memory, arena, sizeof arena);
	need(semper_role_step(&memory, &parties[role], &event, now, &random),
	    "step");
	need(semper_role_commit(&memory, &outcome), "commit");
	need(outcome.verdict, outcome.refused_by);
	show(role, &outcome);
	semper_step_clear(&memory);
}

/* The card network says yes to the NetRequest on the wire. */
static void
network(void)
{
	const struct ikp_profile *profile =
	    &ikp_profiles[ikp_profile_find(SEMPER_TEXT("ikp/3kp-hard"))];
	struct ikp_net_request asked;
	struct ikp_net_reply yes = {.decision = IKP_YES,
	    .auth_code = SEMPER_TEXT("123456")};
	uint8_t room[128];
	struct semper_buffer out = SEMPER_BUFFER(room);

	need(ikp_decode(profile, &ikp_net_request_type, &asked,
		 semper_written(&wire.msg)),
	    "NetRequest");
	yes.reference = asked.reference;
	need(ikp_encode(profile, &ikp_net_reply_type, &out, &yes), "NetReply");
	printf("network  -> acquirer  NetReply   %5zu octets\n", out.len);
	step(IKP_ACQUIRER,
	    (struct semper_event){.kind = SEMPER_RECV,
		.from = IKP_NETWORK,
		.msg = semper_written(&out)});
}

/* Carry messages until nobody has one to send. */
static void
carry(void)
{
	static uint8_t room[ROOM];

	while (wire.msg.len != 0) {
		struct semper_bytes msg = SEMPER_BYTES(room, wire.msg.len);

		if (wire.to == IKP_NETWORK) {
			network();
			continue;
		}
		memcpy(room, wire.msg.data, wire.msg.len);
		step(wire.to,
		    (struct semper_event){.kind = SEMPER_RECV,
			.from = wire.from,
			.msg = msg});
	}
}

static void
open_parties(const void *params[3], const void *own_keys[3])
{
	static const struct semper_role_def *const defs[3] = {&ikp_buyer,
	    &ikp_seller, &ikp_acquirer};
	static uint8_t room[ROOM];

	wire.msg = SEMPER_BUFFER(room);
	for (int i = 0; i < 3; i++) {
		need(semper_ledger_memory(&ledgers[i]), "ledger");
		parties[i] = (struct semper_party){.def = defs[i],
		    .ledger = &ledgers[i],
		    .params = params[i],
		    .keys = own_keys[i],
		    .allowed = IKP_EDITION_HARD & IKP_VARIANT_3KP};
	}
}

static void
pay(void)
{
	struct ikp_input offer = {.kind = IKP_DO_OFFER,
	    .order = SEMPER_TEXT("order-1"),
	    .price = {978, 1999, -2},
	    .desc = SEMPER_TEXT("one book"),
	    .brand = SEMPER_TEXT("CARD")};
	struct ikp_input start = offer,
			 approve = {.kind = IKP_DO_APPROVE,
			     .session = SEMPER_BYTES(wire.session,
				 sizeof wire.session)};

	start.kind = IKP_DO_START;
	start.seller = SEMPER_TEXT(SHOP);
	start.profile = ikp_profile_find(SEMPER_TEXT("ikp/3kp-hard"));
	step(IKP_SELLER,
	    (struct semper_event){.kind = SEMPER_INPUT, .input = &offer});
	step(IKP_BUYER,
	    (struct semper_event){.kind = SEMPER_INPUT, .input = &start});
	carry(); /* Initiate, Invoice: now the buyer's user is asked */
	step(IKP_BUYER,
	    (struct semper_event){.kind = SEMPER_INPUT, .input = &approve});
	carry();
}

int
main(void)
{
	struct ikp_trust trust = {keys[ROOT].chain.item, 1, &list, 1};
	struct ikp_buyer_params buyer = {.trust = trust,
	    .ban = SEMPER_TEXT(BAN),
	    .expiration = SEMPER_TEXT("209912"),
	    .r_acct = SEMPER_BYTES(r_acct, 16),
	    .skew = 300,
	    .min_variant = IKP_3KP};
	struct ikp_seller_params seller = {.id_s = SEMPER_TEXT(SHOP),
	    .trust = trust,
	    .lifetime = 900};
	struct ikp_seller_entry served = {.id_s = SEMPER_TEXT(SHOP),
	    .min_variant = IKP_3KP};
	struct ikp_acquirer_params acquirer = {.trust = trust,
	    .sellers = &served,
	    .n_sellers = 1,
	    .window_past = DAY,
	    .window_future = 300,
	    .pin_limit = 3};
	struct ikp_acquirer_keys acquirer_keys;

	now = (int64_t)time(NULL);
	certify_everybody();
	seller.acquirer_enc = keys[ENC].chain;
	seller.acquirer_sig = keys[SIG].chain;
	acquirer_keys = (struct ikp_acquirer_keys){keys[ENC], keys[SIG]};
	open_parties((const void *[3]){&buyer, &seller, &acquirer},
	    (const void *[3]){&keys[BUYER], &keys[SELLER], &acquirer_keys});
	pay();
	for (int i = 0; i < 3; i++)
		semper_ledger_close(&ledgers[i]);
	for (int i = 0; i < KEYS; i++)
		semper_rsa_priv_free(keys[i].key);
	return 0;
}
