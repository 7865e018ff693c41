/* ikp_acquirer.h -- the acquirer of iKP, profile ikp/1kp-ec95. */
#ifndef TEMPLATE_IKP_ACQUIRER_H
#define TEMPLATE_IKP_ACQUIRER_H

#include <openssl/evp.h>

#include "ikp_message.h"

struct seller {
	char id[31];
	bool blocked;
};

enum state { PENDING, AUTHORIZED, CAPTURED, DECLINED };

struct transaction {
	struct transaction *next;
	enum state state;
	uint8_t reference[32], session[16], h_common[20];
	struct text ids;     /* ID_S and TID_S as encoded */
	struct text request; /* the NetRequest */
	bool capture;
};

struct acquirer {
	EVP_PKEY *enc, *sig;
	struct seller sellers[64];
	size_t n_sellers;
	int64_t past, future;
	struct transaction *all;
};

struct answer {
	const char *from;    /* who sent the message */
	const char *refused; /* the code, NULL: accepted */
	struct transaction *about;
	const char *to; /* NULL: nothing to send */
	struct text out;
	int64_t timer; /* 0: none */
	int error;     /* the number in an ErrorMsg that arrived, 0: none */
};

/* The class of an error code (spec/ikp.md section 10). */
const char *class_of(const char *code);

/* One event; on a refusal nothing has changed. */
void acquirer_recv(
    struct acquirer *a, struct view msg, int64_t now, struct answer *r);
void acquirer_net_reply(struct acquirer *a, struct view msg, struct answer *r);
void acquirer_timer(struct acquirer *a, const uint8_t *reference, int64_t now,
    struct answer *r);

#endif
