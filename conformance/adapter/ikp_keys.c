/* ikp_keys.c -- the keys of a party: imported, or made here and certified
 * later.
 *
 * Making an RSA key takes a good part of a second, so that keys made are kept
 * for the next party of the same role and edition; two parties of different
 * roles, or the two keys of an acquirer in HARD, never share one. */
#include <stdio.h>
#include <string.h>

#include "ikp_interface.h"
#include "base/ct.h"
#include "pki/key.h"

#define OWN_BITS 2048
#define OWN_EXPONENT 65537

/* ---- which keys a party has ---- */

static const struct key_name {
	unsigned role;
	const char *name;
	uint32_t profiles; /* that need it */
} names[] = {
    {IKP_BUYER, "sig", IKP_VARIANT_3KP},
    {IKP_SELLER, "sig", IKP_23KP},
    {IKP_ACQUIRER, "enc", IKP_ALL},
    {IKP_ACQUIRER, "sig", IKP_ALL},
    {IKP_BROKER, "sellerSig", IKP_23KP},
    {IKP_BROKER, "buyerSig", IKP_VARIANT_3KP},
};
#define NAMES (sizeof names / sizeof names[0])

static struct ikp_key *
key_of(struct ikp_opened *opened, const struct key_name *name)
{
	switch (opened->role) {
	case IKP_BUYER:
		return &opened->keys.buyer.sig;
	case IKP_SELLER:
		return &opened->keys.seller.sig;
	case IKP_BROKER:
		return strcmp(name->name, "sellerSig") == 0
		    ? &opened->keys.broker.seller.sig
		    : &opened->keys.broker.buyer.sig;
	default:
		return strcmp(name->name, "enc") == 0
		    ? &opened->keys.acquirer.enc
		    : &opened->keys.acquirer.sig;
	}
}

static bool
needs(const struct ikp_opened *opened, const struct key_name *name)
{
	return name->role == opened->role &&
	    (opened->allowed & name->profiles) != 0;
}

/* ---- imported ---- */

static bool
import(struct call *call, struct ikp_key *out, json_t *json)
{
	static const struct argument members[] = {{"key", ARG_HEX, false},
	    {"chain", ARG_HEXES, false}, ARG_END};
	struct value v[2];
	semper_err e;

	if (!arguments_decode(call, v, members, json) ||
	    !ikp_chain_decode(call, &out->chain, &v[1].list, "chain"))
		return false;
	e = semper_pkcs8_rsa(&out->key, v[0].octets);
	if (e != SEMPER_OK)
		answer_bad_request(call, "no RSA key", "key");
	return e == SEMPER_OK;
}

static bool
import_all(struct call *call, struct ikp_opened *opened, json_t *json)
{
	struct argument table[NAMES + 1] = {ARG_END};
	struct ikp_key *keys[NAMES];
	struct value v[NAMES];
	size_t n = 0;

	for (size_t i = 0; i < NAMES; i++)
		if (names[i].role == opened->role) {
			keys[n] = key_of(opened, &names[i]);
			table[n++] = (struct argument){names[i].name,
			    ARG_OBJECT, !needs(opened, &names[i])};
		}
	table[n] = (struct argument)ARG_END;
	if (!arguments_decode(call, v, table, json))
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i].present && !import(call, keys[i], v[i].json))
			return false;
	return true;
}

/* ---- made here ---- */

#define MADE_MAX 32
static struct made {
	char what[64]; /* role, name and edition */
	uint8_t pkcs8[4096];
	size_t len;
} made[MADE_MAX];
static size_t n_made;

static struct made *
make(struct call *call, const char *what)
{
	struct made *m = &made[n_made];
	struct semper_buffer out = SEMPER_BUFFER(m->pkcs8);
	struct semper_rsa_priv *key;

	for (size_t i = 0; i < n_made; i++)
		if (strcmp(made[i].what, what) == 0)
			return &made[i];
	if (n_made == MADE_MAX ||
	    semper_rsa_generate(&key, OWN_BITS, OWN_EXPONENT,
		&semper_draw_system, NULL) != SEMPER_OK) {
		answer_error(call, "internal", "no key could be made");
		return NULL;
	}
	if (semper_pkcs8_put_rsa(&out, key) == SEMPER_OK) {
		strcpy(m->what, what);
		m->len = out.len;
		n_made++;
	} else {
		answer_error(call, "internal", "no key could be written");
		m = NULL;
	}
	semper_rsa_priv_free(key);
	return m;
}

/* EC95 and JSAC have one key for both uses of the acquirer. */
static bool
make_all(struct call *call, struct ikp_opened *opened)
{
	static const char *const editions[] = {"ec95", "jsac", "hard"};
	int edition = (int)ikp_profiles[opened->first_profile].alg->edition;

	for (size_t i = 0; i < NAMES; i++) {
		bool one = opened->role == IKP_ACQUIRER && edition != IKP_HARD;
		char what[64];
		struct made *m;

		if (!needs(opened, &names[i]))
			continue;
		snprintf(what, sizeof what, "%s %s %s",
		    ikp_role_names[opened->role], one ? "enc" : names[i].name,
		    editions[edition]);
		m = make(call, what);
		if (m == NULL ||
		    semper_pkcs8_rsa(&key_of(opened, &names[i])->key,
			SEMPER_BYTES(m->pkcs8, m->len)) != SEMPER_OK)
			return false;
	}
	return true;
}

bool
ikp_keys_decode(struct call *call, struct ikp_opened *opened, json_t *json)
{
	return json != NULL && json_object_size(json) != 0
	    ? import_all(call, opened, json)
	    : make_all(call, opened);
}

void
ikp_keys_free(struct ikp_opened *opened)
{
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].role == opened->role)
			semper_rsa_priv_free(key_of(opened, &names[i])->key);
}

void
ikp_keys_forget(void)
{
	semper_wipe(made, sizeof made);
	n_made = 0;
}

json_t *
ikp_keys_public(struct ikp_opened *opened)
{
	json_t *public = json_object();

	for (size_t i = 0; i < NAMES; i++) {
		uint8_t room[SEMPER_RSA_MAX_LEN + 128];
		struct semper_buffer spki = SEMPER_BUFFER(room);

		if (needs(opened, &names[i]) &&
		    semper_spki_put_rsa(&spki,
			semper_rsa_priv_pub(key_of(opened, &names[i])->key)) ==
			SEMPER_OK)
			put_hex(public, names[i].name, semper_written(&spki));
	}
	return public;
}

bool
ikp_keys_certify(struct call *call, struct ikp_opened *opened, const char *name,
    const struct octets_list *chain)
{
	for (size_t i = 0; i < NAMES; i++)
		if (needs(opened, &names[i]) &&
		    strcmp(names[i].name, name) == 0)
			return ikp_chain_decode(call,
			    &key_of(opened, &names[i])->chain, chain, name);
	answer_unsupported(call, "a chain for this key");
	return false;
}
