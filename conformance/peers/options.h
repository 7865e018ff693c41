/* options.h -- the command line of semper-peer. */
#ifndef SEMPER_PEERS_OPTIONS_H
#define SEMPER_PEERS_OPTIONS_H

#include "ikp/ikp.h"

#define OPTIONS_SELLERS 64
#define OPTIONS_ACCOUNTS 64
#define OPTIONS_CHANNEL 32 /* octets of its key, and of its secret */

struct options {
	enum ikp_party role;
	uint32_t profiles;             /* mask */
	const char *listen, *upstream; /* HOST:PORT */
	const char *ledger;            /* path of the database, NULL: memory */
	const char *anchors, *crls;    /* PEM files */
	const char *sig_key, *enc_key;
	const char *acquirer_sig, *acquirer_enc;
	const char *id, *orders, *card;
	int64_t lifetime;
	bool test_keys, network_yes;

	struct ikp_seller_entry sellers[OPTIONS_SELLERS];
	struct ikp_account_entry accounts[OPTIONS_ACCOUNTS];
	size_t n_sellers, n_accounts;

	/* 1KP of HARD; none without a channel.  The octets of a seller's own
	 * are the first, then those of each of an acquirer's sellers. */
	uint8_t channel[OPTIONS_SELLERS + 1][2][OPTIONS_CHANNEL];
	struct semper_bytes channel_key, channel_secret;
};

enum options_verdict { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Read the command line; views point into it.  OPTIONS_DONE: help or version
 * has been printed.  OPTIONS_WRONG: a sentence is on standard error. */
enum options_verdict options_read(struct options *out, int argc, char **argv);

#endif
