#include "ikp_interface.h"

#include <stdlib.h>

#include "base/ct.h"

#define END                         \
	{                           \
		NULL, ARG_ANY, true \
	}

static const char *const variants[] = {"1kp", "2kp", "3kp"};

/* ---- values ---- */

bool
ikp_price_decode(struct call *call, struct ikp_price *out, json_t *json)
{
	static const struct argument members[] = {{"currency", ARG_INTEGER,
						      false},
	    {"amount", ARG_INTEGER, false}, {"exponent", ARG_INTEGER, false},
	    END};
	struct value v[3];

	if (!arguments_decode(call, v, members, json))
		return false;
	*out = (struct ikp_price){v[0].number, v[1].number, v[2].number};
	return true;
}

bool
ikp_chain_decode(struct call *call, struct ikp_chain *out,
    const struct octets_list *list, const char *name)
{
	if (list->n > IKP_CHAIN_MAX) {
		answer_bad_request(call, "too long", name);
		return false;
	}
	out->n = list->n;
	for (size_t i = 0; i < list->n; i++)
		out->item[i] = list->item[i];
	return true;
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

/* ---- parameters ---- */

static bool
buyer_params(struct call *call, struct ikp_opened *opened, json_t *json)
{
	enum { ANCHORS, CRLS, BAN, EXPIRATION, R_ACCT, SKEW, MIN_VARIANT, N };
	static const struct argument members[] = {{"anchors", ARG_HEXES, false},
	    {"crls", ARG_HEXES, true}, {"ban", ARG_TEXT, false},
	    {"expiration", ARG_TEXT, false}, {"rAcct", ARG_HEX, true},
	    {"skew", ARG_INTEGER, true}, {"minVariant", ARG_TEXT, true}, END};
	struct ikp_buyer_params *params = &opened->params.buyer;
	struct value v[N];

	if (!arguments_decode(call, v, members, json) ||
	    !needed(call, opened, IKP_EDITION_HARD & IKP_VARIANT_3KP,
		&v[R_ACCT], "rAcct"))
		return false;
	params->trust = trust_of(&v[ANCHORS], &v[CRLS]);
	params->ban = v[BAN].octets;
	params->expiration = v[EXPIRATION].octets;
	params->r_acct = v[R_ACCT].octets;
	return number_or(call, &params->skew, &v[SKEW], 300, "skew") &&
	    variant_decode(call, &params->min_variant, &v[MIN_VARIANT]);
}

static bool
seller_params(struct call *call, struct ikp_opened *opened, json_t *json)
{
	enum { ID_S, ANCHORS, CRLS, ENC, SIG, LIFETIME, N };
	static const struct argument members[] = {{"idS", ARG_TEXT, false},
	    {"anchors", ARG_HEXES, false}, {"crls", ARG_HEXES, true},
	    {"acquirerEnc", ARG_HEXES, false}, {"acquirerSig", ARG_HEXES, true},
	    {"lifetime", ARG_INTEGER, true}, END};
	struct ikp_seller_params *params = &opened->params.seller;
	struct value v[N];

	if (!arguments_decode(call, v, members, json) ||
	    !needed(call, opened, IKP_EDITION_HARD, &v[SIG], "acquirerSig"))
		return false;
	if (!v[SIG].present)
		v[SIG] = v[ENC];
	params->id_s = v[ID_S].octets;
	params->trust = trust_of(&v[ANCHORS], &v[CRLS]);
	return number_or(call, &params->lifetime, &v[LIFETIME], 900,
		   "lifetime") &&
	    ikp_chain_decode(call, &params->acquirer_enc, &v[ENC].list,
		"acquirerEnc") &&
	    ikp_chain_decode(call, &params->acquirer_sig, &v[SIG].list,
		"acquirerSig");
}

static bool
sellers_decode(struct call *call, struct ikp_acquirer_params *params,
    json_t *json)
{
	static const struct argument members[] = {{"idS", ARG_TEXT, false},
	    {"minVariant", ARG_TEXT, true}, {"blocked", ARG_BOOLEAN, true},
	    END};
	struct ikp_seller_entry *entries;
	struct value v[3];

	params->n_sellers = json_array_size(json);
	entries = pool_take(&call->pool, params->n_sellers * sizeof entries[0]);
	for (size_t i = 0; i < params->n_sellers; i++) {
		if (!arguments_decode(call, v, members,
			json_array_get(json, i)) ||
		    !variant_decode(call, &entries[i].min_variant, &v[1]))
			return false;
		entries[i].id_s = v[0].octets;
		entries[i].blocked = v[2].flag;
	}
	params->sellers = entries;
	return true;
}

static bool
accounts_decode(struct call *call, struct ikp_acquirer_params *params,
    json_t *json)
{
	static const struct argument members[] = {{"ban", ARG_TEXT, false},
	    {"spki", ARG_HEX, false}, END};
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
	enum { ANCHORS, CRLS, SELLERS, ACCOUNTS, PAST, FUTURE, PIN_LIMIT, N };
	static const struct argument members[] = {{"anchors", ARG_HEXES, false},
	    {"crls", ARG_HEXES, true}, {"sellers", ARG_ARRAY, false},
	    {"accounts", ARG_ARRAY, true}, {"windowPast", ARG_INTEGER, true},
	    {"windowFuture", ARG_INTEGER, true},
	    {"pinLimit", ARG_INTEGER, true}, END};
	struct ikp_acquirer_params *params = &opened->params.acquirer;
	struct value v[N];

	if (!arguments_decode(call, v, members, json))
		return false;
	params->trust = trust_of(&v[ANCHORS], &v[CRLS]);
	return number_or(call, &params->window_past, &v[PAST], 86400,
		   "windowPast") &&
	    number_or(call, &params->window_future, &v[FUTURE], 300,
		"windowFuture") &&
	    number_or(call, &params->pin_limit, &v[PIN_LIMIT], 3, "pinLimit") &&
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
};
#define ROLES (sizeof roles / sizeof roles[0])

/* All known, all of one edition. */
static bool
profiles_decode(struct call *call, struct ikp_opened *opened, json_t *json)
{
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
		    (opened->allowed & ~(0x7u << 3 * i)) == 0)
			return true;
	answer_bad_request(call, "empty or of several editions", "profiles");
	return false;
}

struct ikp_opened *
ikp_open(struct call *call, struct semper_bytes role, json_t *profiles,
    json_t *params, json_t *keys)
{
	int which = word_find(role, ikp_party_names, ROLES);
	struct ikp_opened *opened;

	if (which < 0) {
		answer_unsupported(call, "this role");
		return NULL;
	}
	opened = calloc(1, sizeof *opened);
	if (opened == NULL) {
		answer_error(call, "memory", "out of memory");
		return NULL;
	}
	opened->references = 1;
	opened->role = (enum ikp_party)which;
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
};

#define BIT(i) (1u << (i))
static const struct {
	enum ikp_party role;
	const char *word;
	enum ikp_input_kind kind;
	unsigned members;
} inputs[] = {
    {IKP_BUYER, "start", IKP_DO_START,
	BIT(PROFILE) | BIT(SELLER) | BIT(ORDER) | BIT(PRICE) | BIT(DESC) |
	    BIT(BRAND) | BIT(PIN)},
    {IKP_BUYER, "approve", IKP_DO_APPROVE, BIT(SESSION)},
    {IKP_BUYER, "refuse", IKP_DO_REFUSE, BIT(SESSION)},
    {IKP_BUYER, "inquire", IKP_DO_INQUIRE, BIT(SESSION)},
    {IKP_SELLER, "offer", IKP_DO_OFFER,
	BIT(ORDER) | BIT(PRICE) | BIT(DESC) | BIT(BRAND) | BIT(CAPTURE)},
    {IKP_SELLER, "cancel", IKP_DO_CANCEL, BIT(SESSION) | BIT(REASON)},
    {IKP_SELLER, "inquire", IKP_DO_INQUIRE, BIT(SESSION)},
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
	table[n] = (struct argument)END;
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
	    .reason = v[REASON].number};
	if (v[PROFILE].present)
		out->profile = ikp_profile_find(v[PROFILE].octets);
	return v[PRICE].json == NULL ||
	    ikp_price_decode(call, &out->price, v[PRICE].json);
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
	    (inputs[i].role != opened->role ||
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
