#include "ikp_interface.h"

#include <stdlib.h>

#include "base/ct.h"

static const char *const variants[] = {"1kp", "2kp", "3kp"};
static const char *const modes[] = {"pre", "off"};

const char *const ikp_role_names[IKP_ROLES] = {"buyer", "seller", "acquirer",
    "network", "broker"};

/* ---- values ---- */

bool
ikp_price_decode(struct call *call, struct ikp_price *out, json_t *json)
{
	static const struct argument members[] = {{"currency", ARG_INTEGER,
						      false},
	    {"amount", ARG_INTEGER, false}, {"exponent", ARG_INTEGER, false},
	    ARG_END};
	struct value v[3];

	if (!arguments_decode(call, v, members, json))
		return false;
	*out = (struct ikp_price){v[0].number, v[1].number, v[2].number};
	return true;
}

bool
ikp_chain_fill(struct ikp_chain *out, const struct octets_list *list)
{
	if (list->n > IKP_CHAIN_MAX)
		return false;
	out->n = list->n;
	for (size_t i = 0; i < list->n; i++)
		out->item[i] = list->item[i];
	return true;
}

bool
ikp_chain_decode(struct call *call, struct ikp_chain *out,
    const struct octets_list *list, const char *name)
{
	if (ikp_chain_fill(out, list))
		return true;
	answer_bad_request(call, "too long", name);
	return false;
}

static bool
variant_decode(struct call *call, enum ikp_variant *out,
    const struct value *value)
{
	int i = value->present ? word_find(value->octets, variants, 3) : 0;

	if (i < 0)
		answer_bad_request(call, "none of 1kp, 2kp, 3kp", "minVariant");
	*out = (enum ikp_variant)(i + 1);
	return i >= 0;
}

static struct ikp_trust
trust_of(const struct value *anchors, const struct value *crls)
{
	return (struct ikp_trust){anchors->list.item, anchors->list.n,
	    crls->list.item, crls->list.n};
}

#define SECONDS_MAX ((int64_t)1 << 40)

/* A number of seconds, or of tries: not negative, and far from overflowing
 * when it is added to a time. */
static bool
number_or(struct call *call, int64_t *out, const struct value *value,
    int64_t otherwise, const char *name)
{
	*out = value->present ? value->number : otherwise;
	if (*out >= 0 && *out <= SECONDS_MAX)
		return true;
	answer_bad_request(call, "out of range", name);
	return false;
}

/* Is a parameter that PROFILES need there? */
static bool
needed(struct call *call, const struct ikp_opened *opened, uint32_t profiles,
    const struct value *value, const char *name)
{
	if ((opened->allowed & profiles) == 0 || value->present)
		return true;
	answer_bad_request(call, "missing", name);
	return false;
}

/* Absent, or 32 octets? */
static bool
octets32(struct call *call, const struct value *value, const char *name)
{
	if (!value->present || value->octets.len == 32)
		return true;
	answer_bad_request(call, "not of 32 octets", name);
	return false;
}

/* ---- parameters ---- */

/* The parameters of a buyer, of a seller: the same words are a broker's. */
#define BUYER_OWN                                                  \
	{"ban", ARG_TEXT, false}, {"expiration", ARG_TEXT, false}, \
	    {"rAcct", ARG_HEX, true}, {"skew", ARG_INTEGER, true}, \
	{                                                          \
		"minVariant", ARG_TEXT, true                       \
	}

static bool
buyer_fill(struct call *call, struct ikp_opened *opened,
    struct ikp_buyer_params *params, const struct ikp_trust *trust,
    const struct value *v)
{
	enum { BAN, EXPIRATION, R_ACCT, SKEW, MIN_VARIANT };

	if (!needed(call, opened, IKP_EDITION_HARD & IKP_VARIANT_3KP,
		&v[R_ACCT], "rAcct"))
		return false;
	params->trust = *trust;
	params->ban = v[BAN].octets;
	params->expiration = v[EXPIRATION].octets;
	params->r_acct = v[R_ACCT].octets;
	return number_or(call, &params->skew, &v[SKEW], 300, "skew") &&
	    variant_decode(call, &params->min_variant, &v[MIN_VARIANT]);
}

static bool
buyer_params(struct call *call, struct ikp_opened *opened, json_t *json)
{
	enum { ANCHORS, CRLS, OWN, N = OWN + 5 };
	static const struct argument members[] = {{"anchors", ARG_HEXES, false},
	    {"crls", ARG_HEXES, true}, BUYER_OWN, ARG_END};
	struct value v[N];
	struct ikp_trust trust;

	if (!arguments_decode(call, v, members, json))
		return false;
	trust = trust_of(&v[ANCHORS], &v[CRLS]);
	return buyer_fill(call, opened, &opened->params.buyer, &trust, &v[OWN]);
}

/* Micro-payments; the sums that may be owed are of one money. */
static bool
floor_fill(struct call *call, struct ikp_seller_params *params,
    const struct value *own, const struct value *total)
{
	if (!own->present)
		return true;
	params->has_floor = true;
	if (!ikp_price_decode(call, &params->floor, own->json))
		return false;
	params->floor_total = params->floor;
	return !total->present ||
	    ikp_price_decode(call, &params->floor_total, total->json);
}

static bool
secret_fill(struct call *call, struct semper_bytes *out,
    const struct value *value)
{
	*out = value->octets;
	if (!value->present || out->len == 32)
		return true;
	answer_bad_request(call, "not 32 octets", "secret");
	return false;
}

#define SELLER_OWN                                                             \
	{"idS", ARG_TEXT, false}, {"acquirerEnc", ARG_HEXES, false},           \
	    {"acquirerSig", ARG_HEXES, true}, {"lifetime", ARG_INTEGER, true}, \
	    {"nMax", ARG_INTEGER, true}, {"termMax", ARG_INTEGER, true},       \
	    {"tries", ARG_INTEGER, true}, {"floor", ARG_OBJECT, true},         \
	    {"floorTotal", ARG_OBJECT, true},                                  \
	{                                                                      \
		"secret", ARG_HEX, true                                        \
	}
enum {
	S_ID_S,
	S_ENC,
	S_SIG,
	S_LIFETIME,
	S_N_MAX,
	S_TERM_MAX,
	S_TRIES,
	S_FLOOR,
	S_FLOOR_TOTAL,
	S_SECRET,
	S_OWN
};

static bool
seller_fill(struct call *call, struct ikp_opened *opened,
    struct ikp_seller_params *params, const struct ikp_trust *trust,
    const struct value *v)
{
	struct value sig = v[S_SIG].present ? v[S_SIG] : v[S_ENC];

	params->id_s = v[S_ID_S].octets;
	params->trust = *trust;
	return needed(call, opened, IKP_EDITION_HARD, &v[S_SIG],
		   "acquirerSig") &&
	    number_or(call, &params->lifetime, &v[S_LIFETIME], 900,
		"lifetime") &&
	    number_or(call, &params->n_max, &v[S_N_MAX], 10000, "nMax") &&
	    number_or(call, &params->term_max, &v[S_TERM_MAX], 2592000,
		"termMax") &&
	    number_or(call, &params->tries, &v[S_TRIES], 10, "tries") &&
	    floor_fill(call, params, &v[S_FLOOR], &v[S_FLOOR_TOTAL]) &&
	    secret_fill(call, &params->secret, &v[S_SECRET]) &&
	    ikp_chain_decode(call, &params->acquirer_enc, &v[S_ENC].list,
		"acquirerEnc") &&
	    ikp_chain_decode(call, &params->acquirer_sig, &sig.list,
		"acquirerSig");
}

static bool
brokers_decode(struct call *call, struct ikp_seller_params *params,
    json_t *json)
{
	static const struct argument name = {"a broker", ARG_TEXT, false};
	size_t n = json_array_size(json);
	struct semper_bytes *brokers =
	    pool_take(&call->pool, n * sizeof brokers[0]);
	struct value v;

	for (size_t i = 0; i < n; i++) {
		if (!argument_decode(call, &v, &name, json_array_get(json, i)))
			return false;
		brokers[i] = v.octets;
	}
	params->brokers = brokers;
	params->n_brokers = n;
	return true;
}

static bool
seller_params(struct call *call, struct ikp_opened *opened, json_t *json)
{
	enum {
		ANCHORS,
		CRLS,
		OWN,
		BROKERS = OWN + S_OWN,
		CHANNEL_KEY,
		CHANNEL_SECRET,
		N
	};
	static const struct argument members[] = {{"anchors", ARG_HEXES, false},
	    {"crls", ARG_HEXES, true}, SELLER_OWN, {"brokers", ARG_ARRAY, true},
	    {"channelKey", ARG_HEX, true}, {"channelSecret", ARG_HEX, true},
	    ARG_END};
	struct ikp_seller_params *params = &opened->params.seller;
	struct value v[N];
	struct ikp_trust trust;

	if (!arguments_decode(call, v, members, json))
		return false;
	trust = trust_of(&v[ANCHORS], &v[CRLS]);
	params->channel_key = v[CHANNEL_KEY].octets;
	params->channel_secret = v[CHANNEL_SECRET].octets;
	return seller_fill(call, opened, params, &trust, &v[OWN]) &&
	    octets32(call, &v[CHANNEL_KEY], "channelKey") &&
	    octets32(call, &v[CHANNEL_SECRET], "channelSecret") &&
	    brokers_decode(call, params, v[BROKERS].json);
}

static bool
broker_params(struct call *call, struct ikp_opened *opened, json_t *json)
{
	enum {
		ANCHORS,
		CRLS,
		AS_SELLER,
		AS_BUYER = AS_SELLER + S_OWN,
		N = AS_BUYER + 5
	};
	static const struct argument members[] = {{"anchors", ARG_HEXES, false},
	    {"crls", ARG_HEXES, true}, SELLER_OWN, BUYER_OWN, ARG_END};
	struct ikp_broker_params *params = &opened->params.broker;
	struct value v[N];
	struct ikp_trust trust;

	if ((opened->allowed & ~(IKP_EDITION_HARD & IKP_MICRO)) != 0) {
		answer_unsupported(call, "a broker in this profile");
		return false;
	}
	if (!arguments_decode(call, v, members, json))
		return false;
	trust = trust_of(&v[ANCHORS], &v[CRLS]);
	params->seller.is_broker = true;
	return seller_fill(call, opened, &params->seller, &trust,
		   &v[AS_SELLER]) &&
	    buyer_fill(call, opened, &params->buyer, &trust, &v[AS_BUYER]);
}

static bool
sellers_decode(struct call *call, struct ikp_acquirer_params *params,
    json_t *json)
{
	static const struct argument members[] = {{"idS", ARG_TEXT, false},
	    {"minVariant", ARG_TEXT, true}, {"blocked", ARG_BOOLEAN, true},
	    {"secret", ARG_HEX, true}, {"split", ARG_BOOLEAN, true},
	    {"channelSecret", ARG_HEX, true}, ARG_END};
	struct ikp_seller_entry *entries;
	struct value v[6];

	params->n_sellers = json_array_size(json);
	entries = pool_take(&call->pool, params->n_sellers * sizeof entries[0]);
	for (size_t i = 0; i < params->n_sellers; i++) {
		if (!arguments_decode(call, v, members,
			json_array_get(json, i)) ||
		    !variant_decode(call, &entries[i].min_variant, &v[1]) ||
		    !secret_fill(call, &entries[i].secret, &v[3]) ||
		    !octets32(call, &v[5], "channelSecret"))
			return false;
		entries[i].id_s = v[0].octets;
		entries[i].blocked = v[2].flag;
		entries[i].split = v[4].flag;
		entries[i].channel_secret = v[5].octets;
	}
	params->sellers = entries;
	return true;
}

static bool
accounts_decode(struct call *call, struct ikp_acquirer_params *params,
    json_t *json)
{
	static const struct argument members[] = {{"ban", ARG_TEXT, false},
	    {"spki", ARG_HEX, false}, ARG_END};
	struct ikp_account_entry *entries;
	struct value v[2];

	params->n_accounts = json_array_size(json);
	entries =
	    pool_take(&call->pool, params->n_accounts * sizeof entries[0]);
	for (size_t i = 0; i < params->n_accounts; i++) {
		if (!arguments_decode(call, v, members,
			json_array_get(json, i)))
			return false;
		if (v[1].octets.len != sizeof entries[i].spki) {
			answer_bad_request(call, "no SHA-256 value", "spki");
			return false;
		}
		entries[i].ban = v[0].octets;
		for (size_t j = 0; j < sizeof entries[i].spki; j++)
			entries[i].spki[j] = v[1].octets.data[j];
	}
	params->accounts = entries;
	return true;
}

static bool
acquirer_params(struct call *call, struct ikp_opened *opened, json_t *json)
{
	enum {
		ANCHORS,
		CRLS,
		SELLERS,
		ACCOUNTS,
		PAST,
		FUTURE,
		PIN_LIMIT,
		N_MAX,
		GRACE,
		CHANNEL_KEY,
		AUTH_LIFETIME,
		CAPTURE_LIFETIME,
		N
	};
	static const struct argument members[] = {{"anchors", ARG_HEXES, false},
	    {"crls", ARG_HEXES, true}, {"sellers", ARG_ARRAY, false},
	    {"accounts", ARG_ARRAY, true}, {"windowPast", ARG_INTEGER, true},
	    {"windowFuture", ARG_INTEGER, true},
	    {"pinLimit", ARG_INTEGER, true}, {"nMax", ARG_INTEGER, true},
	    {"grace", ARG_INTEGER, true}, {"channelKey", ARG_HEX, true},
	    {"authLifetime", ARG_INTEGER, true},
	    {"captureLifetime", ARG_INTEGER, true}, ARG_END};
	struct ikp_acquirer_params *params = &opened->params.acquirer;
	struct value v[N];

	if (!arguments_decode(call, v, members, json))
		return false;
	params->trust = trust_of(&v[ANCHORS], &v[CRLS]);
	params->channel_key = v[CHANNEL_KEY].octets;
	return number_or(call, &params->window_past, &v[PAST], 86400,
		   "windowPast") &&
	    number_or(call, &params->window_future, &v[FUTURE], 300,
		"windowFuture") &&
	    number_or(call, &params->pin_limit, &v[PIN_LIMIT], 3, "pinLimit") &&
	    number_or(call, &params->n_max, &v[N_MAX], 10000, "nMax") &&
	    number_or(call, &params->grace, &v[GRACE], 604800, "grace") &&
	    number_or(call, &params->auth_lifetime, &v[AUTH_LIFETIME],
		(int64_t)7 * 86400, "authLifetime") &&
	    number_or(call, &params->capture_lifetime, &v[CAPTURE_LIFETIME],
		(int64_t)30 * 86400, "captureLifetime") &&
	    octets32(call, &v[CHANNEL_KEY], "channelKey") &&
	    sellers_decode(call, params, v[SELLERS].json) &&
	    accounts_decode(call, params, v[ACCOUNTS].json);
}

/* ---- opening ---- */

static const struct {
	const struct semper_role_def *def;
	bool (*params)(struct call *, struct ikp_opened *, json_t *);
} roles[] = {
    [IKP_BUYER] = {&ikp_buyer, buyer_params},
    [IKP_SELLER] = {&ikp_seller, seller_params},
    [IKP_ACQUIRER] = {&ikp_acquirer, acquirer_params},
    [IKP_BROKER] = {NULL, broker_params},
};
#define ROLES (sizeof roles / sizeof roles[0])

/* All known, all of one edition. */
static bool
profiles_decode(struct call *call, struct ikp_opened *opened, json_t *json)
{
	static const uint32_t editions[] = {IKP_EDITION_EC95, IKP_EDITION_JSAC,
	    IKP_EDITION_HARD};
	static const struct argument name = {"a profile", ARG_TEXT, false};
	struct value v;

	opened->first_profile = -1;
	for (size_t i = 0; i < json_array_size(json); i++) {
		int profile;

		if (!argument_decode(call, &v, &name, json_array_get(json, i)))
			return false;
		profile = ikp_profile_find(v.octets);
		if (profile < 0) {
			answer_unsupported(call, "this profile");
			return false;
		}
		if (opened->first_profile < 0)
			opened->first_profile = profile;
		opened->allowed |= 1u << profile;
	}
	for (size_t i = 0; i < 3; i++)
		if (opened->allowed != 0 &&
		    (opened->allowed & ~editions[i]) == 0)
			return true;
	answer_bad_request(call, "empty or of several editions", "profiles");
	return false;
}

struct ikp_opened *
ikp_open(struct call *call, struct semper_bytes role, json_t *profiles,
    json_t *params, json_t *keys)
{
	int which = word_find(role, ikp_role_names, ROLES);
	struct ikp_opened *opened;

	if (which < 0 || roles[which].params == NULL) {
		answer_unsupported(call, "this role");
		return NULL;
	}
	opened = calloc(1, sizeof *opened);
	if (opened == NULL) {
		answer_error(call, "memory", "out of memory");
		return NULL;
	}
	opened->references = 1;
	opened->role = (unsigned)which;
	opened->def = roles[which].def;
	if (!profiles_decode(call, opened, profiles) ||
	    !roles[which].params(call, opened, params) ||
	    !ikp_keys_decode(call, opened, keys)) {
		ikp_close(opened);
		return NULL;
	}
	opened->pool = call->pool;
	call->pool.blocks = NULL;
	return opened;
}

void
ikp_close(struct ikp_opened *opened)
{
	if (--opened->references > 0)
		return;
	ikp_keys_free(opened);
	pool_free(&opened->pool);
	semper_wipe(opened, sizeof *opened);
	free(opened);
}

struct semper_party
ikp_party_for(const struct ikp_opened *opened,
    const struct semper_ledger *ledger, const struct semper_event *event)
{
	struct semper_party party = {opened->def, ledger, &opened->params,
	    &opened->keys, opened->allowed};

	if (opened->role != IKP_BROKER)
		return party;
	party.def = ikp_broker_table(event);
	if (party.def == &ikp_buyer) {
		party.params = &opened->params.broker.buyer;
		party.keys = &opened->keys.broker.buyer;
	}
	return party;
}

/* ---- inputs ---- */

enum {
	DO,
	SESSION,
	PROFILE,
	SELLER,
	ORDER,
	PRICE,
	DESC,
	BRAND,
	PIN,
	CAPTURE,
	REASON,
	MICRO,
	UNIT,
	OFFER,
	AUTH_SEQ,
	AMOUNT,
	AUTH_AMOUNT,
	FINAL,
	REPLACE,
	ITEMS,
	MEMBERS
};

/* What each member of an input is called and is. */
static const struct argument members[MEMBERS] = {
    [DO] = {"do", ARG_TEXT, false},
    [SESSION] = {"session", ARG_HEX, false},
    [PROFILE] = {"profile", ARG_TEXT, true},
    [SELLER] = {"seller", ARG_TEXT, false},
    [ORDER] = {"order", ARG_HEX, false},
    [PRICE] = {"price", ARG_OBJECT, false},
    [DESC] = {"desc", ARG_TEXT, false},
    [BRAND] = {"brand", ARG_TEXT, false},
    [PIN] = {"pin", ARG_TEXT, true},
    [CAPTURE] = {"captureNow", ARG_BOOLEAN, true},
    [REASON] = {"reason", ARG_INTEGER, false},
    [MICRO] = {"micro", ARG_OBJECT, true},
    [UNIT] = {"unit", ARG_OBJECT, true},
    [OFFER] = {"offer", ARG_HEX, true},
    [AUTH_SEQ] = {"authSeq", ARG_INTEGER, true},
    [AMOUNT] = {"amount", ARG_OBJECT, false},
    [AUTH_AMOUNT] = {"authAmount", ARG_OBJECT, true},
    [FINAL] = {"final", ARG_BOOLEAN, true},
    [REPLACE] = {"replace", ARG_BOOLEAN, true},
    [ITEMS] = {"items", ARG_ARRAY, false},
};

#define BIT(i) (1u << (i))
#define BUYS (BIT(IKP_BUYER) | BIT(IKP_BROKER))
#define SELLS (BIT(IKP_SELLER) | BIT(IKP_BROKER))
static const struct {
	unsigned roles;
	const char *word;
	enum ikp_input_kind kind;
	unsigned members;
} inputs[] = {
    {BUYS, "start", IKP_DO_START,
	BIT(PROFILE) | BIT(SELLER) | BIT(ORDER) | BIT(PRICE) | BIT(DESC) |
	    BIT(BRAND) | BIT(PIN) | BIT(MICRO)},
    {BUYS, "approve", IKP_DO_APPROVE, BIT(SESSION)},
    {BUYS, "refuse", IKP_DO_REFUSE, BIT(SESSION)},
    {BUYS, "inquire", IKP_DO_INQUIRE, BIT(SESSION)},
    {BIT(IKP_BUYER), "pay", IKP_DO_PAY, BIT(SESSION) | BIT(PRICE) | BIT(OFFER)},
    {SELLS, "offer", IKP_DO_OFFER,
	BIT(ORDER) | BIT(PRICE) | BIT(DESC) | BIT(BRAND) | BIT(CAPTURE) |
	    BIT(UNIT) | BIT(AUTH_AMOUNT)},
    {SELLS, "cancel", IKP_DO_CANCEL, BIT(SESSION) | BIT(REASON)},
    {BIT(IKP_SELLER), "inquire", IKP_DO_INQUIRE,
	BIT(SESSION) | BIT(AUTH_SEQ)},
    {BIT(IKP_SELLER), "authorize", IKP_DO_AUTHORIZE,
	BIT(SESSION) | BIT(AMOUNT)},
    {BIT(IKP_SELLER), "capture", IKP_DO_CAPTURE,
	BIT(SESSION) | BIT(AUTH_SEQ) | BIT(AMOUNT) | BIT(FINAL) | BIT(REPLACE)},
    {BIT(IKP_SELLER), "refund", IKP_DO_REFUND,
	BIT(SESSION) | BIT(AUTH_SEQ) | BIT(AMOUNT) | BIT(REPLACE)},
    {BIT(IKP_SELLER), "reverse", IKP_DO_REVERSE,
	BIT(SESSION) | BIT(AUTH_SEQ) | BIT(AMOUNT) | BIT(REPLACE)},
    {BIT(IKP_SELLER), "batch", IKP_DO_BATCH, BIT(ITEMS)},
    {BIT(IKP_SELLER), "ask", IKP_DO_ASK, BIT(SESSION) | BIT(PRICE)},
    {BIT(IKP_SELLER), "quote", IKP_DO_QUOTE, BIT(SESSION) | BIT(PRICE)},
    {SELLS, "deposit", IKP_DO_DEPOSIT, BIT(SESSION)},
    {SELLS, "close", IKP_DO_CLOSE, BIT(SESSION)},
    {BIT(IKP_BROKER), "audit", IKP_DO_AUDIT, BIT(SESSION)},
};

/* The members of one kind of input: `do`, and those of WANTED. */
static void
choose_members(struct argument *table, size_t *at, unsigned wanted)
{
	size_t n = 0;

	for (size_t i = 0; i < MEMBERS; i++)
		if (i == DO || (wanted & BIT(i)) != 0) {
			at[n] = i;
			table[n++] = members[i];
		}
	table[n] = (struct argument)ARG_END;
}

/* The terms of a start; what the buyer draws is not among them. */
static bool
terms_decode(struct call *call, struct ikp_terms *out, json_t *json)
{
	enum { COUNT, WORTH, EXPIRY, MODE, BROKER, N };
	static const struct argument parts[] = {{"n", ARG_INTEGER, false},
	    {"unit", ARG_OBJECT, false}, {"expiry", ARG_INTEGER, false},
	    {"mode", ARG_TEXT, false}, {"broker", ARG_TEXT, true}, ARG_END};
	struct value v[N];
	int mode;

	if (!arguments_decode(call, v, parts, json))
		return false;
	mode = word_find(v[MODE].octets, modes, 2);
	if (mode < 0) {
		answer_bad_request(call, "none of pre, off", "mode");
		return false;
	}
	*out = (struct ikp_terms){.given = true,
	    .n = v[COUNT].number,
	    .expiry = v[EXPIRY].number,
	    .mode = (enum ikp_micro_mode)mode,
	    .broker = v[BROKER].octets};
	return ikp_price_decode(call, &out->unit, v[WORTH].json);
}

/* authSeq is 1 if it is not there. */
static bool
auth_seq_decode(struct call *call, int64_t *out, const struct value *value)
{
	*out = value->present ? value->number : 1;
	if (*out >= 1 && *out <= 99)
		return true;
	answer_bad_request(call, "not within 1 to 99", "authSeq");
	return false;
}

static bool
item_decode(struct call *call, struct ikp_order_item *out, json_t *json)
{
	enum { KIND, OF, SEQ, HOW_MUCH, N };
	static const struct argument item[] = {{"kind", ARG_TEXT, false},
	    {"session", ARG_HEX, false}, {"authSeq", ARG_INTEGER, true},
	    {"amount", ARG_OBJECT, false}, ARG_END};
	static const char *const kinds[] = {"capture", "finalCapture",
	    "refund"};
	struct value v[N];
	int kind;

	if (!arguments_decode(call, v, item, json))
		return false;
	kind = word_find(v[KIND].octets, kinds, 3);
	if (kind < 0) {
		answer_bad_request(call,
		    "none of capture, finalCapture, refund", "kind");
		return false;
	}
	out->kind = (enum ikp_batch_kind)(kind + 1);
	out->session = v[OF].octets;
	return auth_seq_decode(call, &out->auth_seq, &v[SEQ]) &&
	    ikp_price_decode(call, &out->amount, v[HOW_MUCH].json);
}

static bool
items_decode(struct call *call, struct ikp_input *out, json_t *json)
{
	size_t n = json_array_size(json);
	struct ikp_order_item *items;

	if (n < 1 || n > 100) {
		answer_bad_request(call, "not 1 to 100", "items");
		return false;
	}
	items = pool_take(&call->pool, n * sizeof items[0]);
	for (size_t i = 0; i < n; i++)
		if (!item_decode(call, &items[i], json_array_get(json, i)))
			return false;
	out->items = items;
	out->n_items = n;
	return true;
}

/* IKP-S-54: some of the price, in its money. */
static bool
first_decode(struct call *call, struct ikp_input *out, json_t *json)
{
	if (!ikp_price_decode(call, &out->first, json))
		return false;
	out->has_first = true;
	if (out->first.currency == out->price.currency &&
	    out->first.exponent == out->price.exponent &&
	    out->first.amount > 0 && out->first.amount <= out->price.amount)
		return true;
	answer_bad_request(call, "not some of the price", "authAmount");
	return false;
}

static bool
fill_input(struct call *call, const struct ikp_opened *opened,
    struct ikp_input *out, const struct value *v)
{
	*out = (struct ikp_input){.kind = out->kind,
	    .session = v[SESSION].octets,
	    .profile = opened->first_profile,
	    .seller = v[SELLER].octets,
	    .order = v[ORDER].octets,
	    .desc = v[DESC].octets,
	    .brand = v[BRAND].octets,
	    .pin = v[PIN].octets,
	    .capture_now = v[CAPTURE].flag,
	    .reason = v[REASON].number,
	    .offer = v[OFFER].octets,
	    .final = v[FINAL].flag,
	    .replace = v[REPLACE].flag};
	if (v[PROFILE].present)
		out->profile = ikp_profile_find(v[PROFILE].octets);
	if (v[MICRO].present && !terms_decode(call, &out->terms, v[MICRO].json))
		return false;
	out->terms.given |= v[UNIT].present;
	if (v[UNIT].present &&
	    !ikp_price_decode(call, &out->terms.unit, v[UNIT].json))
		return false;
	return auth_seq_decode(call, &out->auth_seq, &v[AUTH_SEQ]) &&
	    (v[PRICE].json == NULL ||
		ikp_price_decode(call, &out->price, v[PRICE].json)) &&
	    (v[AMOUNT].json == NULL ||
		ikp_price_decode(call, &out->amount, v[AMOUNT].json)) &&
	    (v[AUTH_AMOUNT].json == NULL ||
		first_decode(call, out, v[AUTH_AMOUNT].json)) &&
	    (v[ITEMS].json == NULL || items_decode(call, out, v[ITEMS].json));
}

bool
ikp_input_decode(struct call *call, const struct ikp_opened *opened,
    struct ikp_input *out, json_t *input)
{
	struct value word, decoded[MEMBERS], v[MEMBERS] = {{.present = false}};
	struct argument table[MEMBERS + 1];
	size_t at[MEMBERS], i = 0;

	if (!argument_decode(call, &word, &members[DO],
		json_object_get(input, "do")))
		return false;
	while (i < sizeof inputs / sizeof inputs[0] &&
	    ((inputs[i].roles & BIT(opened->role)) == 0 ||
		!text_is(word.octets, inputs[i].word)))
		i++;
	if (i == sizeof inputs / sizeof inputs[0]) {
		answer_unsupported(call, "this input");
		return false;
	}
	out->kind = inputs[i].kind;
	choose_members(table, at, inputs[i].members);
	if (!arguments_decode(call, decoded, table, input))
		return false;
	for (size_t j = 0; table[j].name != NULL; j++)
		v[at[j]] = decoded[j];
	return fill_input(call, opened, out, v);
}
