#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/version.h"
#include "complain.h"

static const char help[] =
    "semper-peer: one party of iKP on TCP (spec/envelope.md section 2).\n"
    "\n"
    "usage: semper-peer --role ROLE --profiles LIST [OPTION VALUE]...\n"
    "\n"
    "  --role ROLE           buyer, seller or acquirer\n"
    "  --profiles LIST       ikp/3kp-hard,ikp/2kp-hard: of one edition\n"
    "  --listen HOST:PORT    where buyers or sellers connect; port 0 is any\n"
    "  --upstream HOST:PORT  the seller of a buyer, the acquirer of a seller,\n"
    "                        the card network of an acquirer\n"
    "  --ledger LEDGER       sqlite:PATH, or memory (the default)\n"
    "  --anchors FILE        roots, PEM\n"
    "  --crls FILE           revocation lists, PEM (edition HARD)\n"
    "  --key sig=FILE        private key and its chain, PEM, leaf first\n"
    "  --key enc=FILE        acquirer (EC95, JSAC: serves for sig too)\n"
    "  --test-keys           certificates may say TEST\n"
    "  --channel KEY,SECRET  1KP of HARD, hexadecimal: of the acquirer's end "
    "of\n"
    "                        the channel its secret key, for a seller the\n"
    "                        public one; and what both have agreed on, of an\n"
    "                        acquirer with the --seller before this\n"
    "  --help, --version\n"
    "seller:\n"
    "  --id ID_S             what its acquirer calls it\n"
    "  --lifetime SECONDS    of an Invoice, 900\n"
    "  --acquirer-enc FILE   its acquirer's chain, PEM\n"
    "  --acquirer-sig FILE   the same for signatures (edition HARD)\n"
    "  --orders FILE         what it offers, one order a line:\n"
    "                        REF|CURRENCY|AMOUNT|EXPONENT|BRAND|CAPTURE|DESC\n"
    "                        (REF hexadecimal, CAPTURE yes or no)\n"
    "acquirer:\n"
    "  --seller ID_S[,2kp]   serves it, down to that variant; may be repeated\n"
    "  --account BAN,SHA256  EC95, JSAC 3KP: the account's key, as the hash "
    "of\n"
    "                        its SubjectPublicKeyInfo; may be repeated\n"
    "  --network yes         with --test-keys: no card network, all is paid\n"
    "buyer:\n"
    "  --seller ID_S         whom it pays\n"
    "  --card FILE           one line: BAN|EXPIRATION|R_ACCT|PIN, the last "
    "two\n"
    "                        may be empty\n"
    "  --orders FILE         what it pays, in this order; then it ends\n";

static struct semper_bytes
octets_of(const char *text, size_t n)
{
	return SEMPER_BYTES((const uint8_t *)text, n);
}

/* ---- one option each ---- */

static bool
take_text(const char **out, const char *value)
{
	*out = value;
	return true;
}

static bool
take_role(struct options *o, const char *value)
{
	for (int i = 0; i < IKP_NETWORK; i++) {
		if (strcmp(value, ikp_party_names[i]) == 0) {
			o->role = (enum ikp_party)i;
			return true;
		}
	}
	return complain("--role", "none of buyer, seller, acquirer");
}

static bool
take_network(struct options *o, const char *value)
{
	o->network_yes = strcmp(value, "yes") == 0;
	return o->network_yes || complain("--network", "not yes");
}

static bool
take_profiles(struct options *o, const char *value)
{
	while (*value != '\0') {
		size_t n = strcspn(value, ",");
		int profile = ikp_profile_find(octets_of(value, n));

		if (profile < 0)
			return complain("--profiles", "unknown");
		o->profiles |= 1u << profile;
		value += n + (value[n] == ',');
	}
	for (int edition = 0; edition < 3; edition++)
		if (o->profiles != 0 &&
		    (o->profiles & ~(IKP_EDITION_EC95 << 3 * edition)) == 0)
			return true;
	return complain("--profiles", "none, or of several editions");
}

static bool
take_ledger(struct options *o, const char *value)
{
	if (strcmp(value, "memory") == 0)
		return true;
	o->ledger = value + strlen("sqlite:");
	return strncmp(value, "sqlite:", strlen("sqlite:")) == 0 ||
	    complain("--ledger", "neither memory nor sqlite:PATH");
}

static bool
take_key(struct options *o, const char *value)
{
	if (strncmp(value, "sig=", 4) == 0)
		o->sig_key = value + 4;
	else if (strncmp(value, "enc=", 4) == 0)
		o->enc_key = value + 4;
	else
		return complain("--key", "neither sig=FILE nor enc=FILE");
	return true;
}

static bool
take_seconds(const char *option, int64_t *out, const char *value)
{
	char *rest;
	long seconds = strtol(value, &rest, 10);

	*out = seconds;
	return (rest != value && *rest == '\0' && seconds > 0 &&
		   seconds <= 86400) ||
	    complain(option, "not 1 to 86400 seconds");
}

static bool
take_seller(struct options *o, const char *value)
{
	struct ikp_seller_entry *entry = &o->sellers[o->n_sellers];
	size_t n = strcspn(value, ",");
	const char *variant = value[n] == ',' ? value + n + 1 : "1kp";

	if (o->n_sellers++ == OPTIONS_SELLERS)
		return complain("--seller", "too many");
	entry->id_s = octets_of(value, n);
	entry->min_variant = (enum ikp_variant)(variant[0] - '0');
	return (n != 0 && strchr("123", variant[0]) != NULL &&
		   strcmp(variant + 1, "kp") == 0) ||
	    complain("--seller", "not ID_S or ID_S,2kp");
}

static bool
take_account(struct options *o, const char *value)
{
	struct ikp_account_entry *entry = &o->accounts[o->n_accounts];
	struct semper_buffer spki = SEMPER_BUFFER(entry->spki);
	size_t n = strcspn(value, ",");

	if (o->n_accounts++ == OPTIONS_ACCOUNTS)
		return complain("--account", "too many");
	entry->ban = octets_of(value, n);
	return (n != 0 && value[n] == ',' &&
		   semper_hex_decode(&spki, value + n + 1,
		       strlen(value + n + 1)) == SEMPER_OK &&
		   spki.len == spki.cap) ||
	    complain("--account", "not BAN,SHA256");
}

static bool
take_channel(struct options *o, const char *value)
{
	uint8_t(*room)[OPTIONS_CHANNEL] = o->channel[o->n_sellers];
	struct semper_buffer key = SEMPER_BUFFER(room[0]);
	struct semper_buffer secret = SEMPER_BUFFER(room[1]);
	size_t n = strcspn(value, ",");

	if (value[n] != ',' ||
	    semper_hex_decode(&key, value, n) != SEMPER_OK ||
	    semper_hex_decode(&secret, value + n + 1, strlen(value + n + 1)) !=
		SEMPER_OK ||
	    key.len != key.cap || secret.len != secret.cap)
		return complain("--channel", "not KEY,SECRET of 32 octets each");
	o->channel_key = SEMPER_BYTES(key.data, key.len);
	o->channel_secret = SEMPER_BYTES(secret.data, secret.len);
	if (o->n_sellers != 0)
		o->sellers[o->n_sellers - 1].channel_secret = o->channel_secret;
	return true;
}

static bool
take(struct options *o, const char *name, const char *value)
{
	const struct {
		const char *name, **to;
	} texts[] = {{"listen", &o->listen}, {"upstream", &o->upstream},
	    {"anchors", &o->anchors}, {"crls", &o->crls},
	    {"acquirer-enc", &o->acquirer_enc},
	    {"acquirer-sig", &o->acquirer_sig}, {"id", &o->id},
	    {"orders", &o->orders}, {"card", &o->card}};
	static const struct {
		const char *name;
		bool (*take)(struct options *, const char *);
	} others[] = {{"role", take_role}, {"profiles", take_profiles},
	    {"ledger", take_ledger}, {"key", take_key}, {"seller", take_seller},
	    {"account", take_account}, {"network", take_network},
	    {"channel", take_channel}};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcmp(name, texts[i].name) == 0)
			return take_text(texts[i].to, value);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(name, others[i].name) == 0)
			return others[i].take(o, value);
	if (strcmp(name, "lifetime") == 0)
		return take_seconds("--lifetime", &o->lifetime, value);
	return complain(name, "no such option; see --help");
}

/* ---- all of them ---- */

static bool
needed(const char *option, bool there)
{
	return there || complain(option, "needed for this role; see --help");
}

static bool
complete_buyer(const struct options *o)
{
	return needed("--card", o->card != NULL) &&
	    needed("--orders", o->orders != NULL) &&
	    needed("--seller", o->n_sellers == 1) &&
	    needed("--upstream", o->upstream != NULL) &&
	    needed("--key sig=FILE",
		(o->profiles & IKP_VARIANT_3KP) == 0 || o->sig_key != NULL);
}

static bool
complete_seller(const struct options *o)
{
	bool hard = (o->profiles & IKP_EDITION_HARD) != 0;

	return needed("--listen", o->listen != NULL) &&
	    needed("--upstream", o->upstream != NULL) &&
	    needed("--id", o->id != NULL) &&
	    needed("--acquirer-enc", o->acquirer_enc != NULL) &&
	    needed("--acquirer-sig", !hard || o->acquirer_sig != NULL) &&
	    needed("--key sig=FILE",
		(o->profiles & IKP_23KP) == 0 || o->sig_key != NULL);
}

static bool
complete_acquirer(const struct options *o)
{
	bool hard = (o->profiles & IKP_EDITION_HARD) != 0;

	if (o->network_yes && !o->test_keys)
		return complain("--network", "goes with --test-keys only");
	return needed("--listen", o->listen != NULL) &&
	    needed("--upstream or --network yes",
		(o->upstream != NULL) != o->network_yes) &&
	    needed("--seller", o->n_sellers != 0) &&
	    needed("--key enc=FILE", o->enc_key != NULL) &&
	    needed("--key sig=FILE", !hard || o->sig_key != NULL);
}

static bool
complete(const struct options *o)
{
	static bool (*const of_role[])(
	    const struct options *) = {complete_buyer, complete_seller,
	    complete_acquirer};

	return needed("--profiles", o->profiles != 0) &&
	    needed("--anchors", o->anchors != NULL) && of_role[o->role](o);
}

enum options_verdict
options_read(struct options *out, int argc, char **argv)
{
	bool role = false;

	*out = (struct options){.lifetime = 900};
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i];

		if (strcmp(name, "--help") == 0)
			return fputs(help, stdout), OPTIONS_DONE;
		if (strcmp(name, "--version") == 0)
			return puts("semper-peer " SEMPER_VERSION),
			       OPTIONS_DONE;
		if (strcmp(name, "--test-keys") == 0) {
			out->test_keys = true;
			continue;
		}
		role = role || strcmp(name, "--role") == 0;
		if (strncmp(name, "--", 2) != 0 || i + 1 == argc)
			return complain(name, "no option, or without a value"),
			       OPTIONS_WRONG;
		if (!take(out, name + 2, argv[++i]))
			return OPTIONS_WRONG;
	}
	if (!role)
		return complain("--role", "needed; see --help"), OPTIONS_WRONG;
	return complete(out) ? OPTIONS_RUN : OPTIONS_WRONG;
}
