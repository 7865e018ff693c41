/* orders.h -- what a seller offers and a buyer pays, and with which card, as
 * text files of lines whose fields are separated by `|`. */
#ifndef SEMPER_PEERS_ORDERS_H
#define SEMPER_PEERS_ORDERS_H

#include "ikp/ikp.h"

#define ORDERS_MAX 256

/* REF|CURRENCY|AMOUNT|EXPONENT|BRAND|CAPTURE|DESC; inputs of kind OFFER. */
struct orders {
	size_t n;
	struct ikp_input order[ORDERS_MAX];
	char *text;
};

/* BAN|EXPIRATION|R_ACCT|PIN; the last two may be empty. */
struct card {
	struct semper_bytes ban, expiration, r_acct, pin;
	char *text;
};

/* Read FILE; false, and a sentence on standard error, if it is not one.  What
 * was read is views into text, to be freed in every case. */
bool orders_read(struct orders *out, const char *file);
void orders_free(struct orders *orders);
bool card_read(struct card *out, const char *file);
void card_free(struct card *card);

#endif
