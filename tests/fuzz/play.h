/* play.h -- the parties of one profile, and what must stay true whatever is
 * sent to them.
 *
 * A play is a moment of a payment: the ledgers, the time, every message ever
 * sent, and those still on their way.  It can be copied, so that many endings
 * are tried from one beginning.  Every step is judged (play_see.c); what a key
 * of a corrupt party has signed excuses only what nobody could prevent.
 *
 * There are three places, one for each party.  With a broker there are four:
 * it stands where the seller does, and is a buyer to the far seller.
 */
#ifndef SEMPER_TESTS_FUZZ_PLAY_H
#define SEMPER_TESTS_FUZZ_PLAY_H

#include "tests/fuzz/fuzz.h"
#include "tests/ikp/stage.h"

enum {
	PLAY_SENT = 80,
	PLAY_QUEUE = 16,
	PLAY_TIMERS = 40,
	PLAY_FACTS = 8,
	PLAY_SESSIONS = 6,
	PLAY_OFFER = 256
};

/* The first three have the numbers of their parties. */
enum play_place {
	PLAY_BUYER,
	PLAY_SELLER,
	PLAY_ACQUIRER,
	PLAY_FAR,
	PLAY_PLACES
};

struct play_message {
	uint8_t from, to; /* parties */
	uint8_t place;    /* where it arrives */
	size_t len;
	uint8_t *octets;
};

/* A transaction, by the seller's number, as the world saw it. */
struct play_fact {
	uint8_t tid[32];
	size_t tid_len;
	bool v, vc, yes, reversed;
};

struct play_asked {
	uint8_t reference[32];
	size_t message; /* index of the NetRequest in sent */
	bool yes;       /* the network has said so, perhaps unheard */
	bool heard;     /* the acquirer has taken an answer */
};

struct play {
	const struct stage *stage;
	struct semper_ledger ledger[PLAY_PLACES];
	int64_t now;
	uint64_t drawn;
	enum ikp_decision decision; /* of the network */
	int64_t grant;              /* authAmount of its yes; 0: none */
	bool capture, pin;
	int64_t first; /* authAmount of the order; 0: all of it */
	enum ikp_micro_mode mode;
	bool broker;

	size_t n_sent, n_queue, n_timers, n_facts, n_asked;
	struct play_message sent[PLAY_SENT];
	uint8_t queue[PLAY_QUEUE];
	struct {
		uint8_t place;
		char name[SEMPER_TIMER_NAME];
	} timer[PLAY_TIMERS];
	struct play_fact fact[PLAY_FACTS];
	struct play_asked asked[PLAY_FACTS];

	uint8_t session[PLAY_SESSIONS][16], far[16];
	size_t n_sessions, current;
	unsigned to_approve;       /* bit: a buyer at this place is asked */
	unsigned corrupt;          /* bit: the party's key has signed a lie */
	unsigned order;            /* how many were offered */
	uint8_t offer[PLAY_OFFER]; /* the last MicroOffer */
	size_t offer_len;

	/* Amounts: a yes of the network, then what the acquirer told it. */
	int64_t granted, booked, returned, paid, released;
	int64_t sale;   /* booked with the NetReply that arrives */
	int64_t served; /* links */

	/* For a judge: the last Receipt, and what the last slip was made of. */
	uint8_t *receipt;
	size_t receipt_len;
	uint8_t r_b[16], seed[32];
};

/* What a step did; replies are the last n_out of sent. */
struct play_result {
	semper_err verdict;
	size_t n_out;
};

/* The beginning in PROFILE: nothing has happened. */
void play_open(struct play *p, int profile);
void play_copy(struct play *to, const struct play *from);
void play_close(struct play *p);

/* Is there no room for more? */
bool play_full(const struct play *p);

/* One event at PLACE, committed and judged. */
struct play_result play_event(struct play *p, unsigned place,
    const struct semper_event *event);
struct play_result play_recv(struct play *p, unsigned place,
    enum ikp_party from, struct semper_bytes msg);
struct play_result play_deliver(struct play *p, const struct play_message *m);
/* Of INPUT the members that the kind has and that are the same in all plays of
 * a profile, and the session, are filled in. */
struct play_result play_do(struct play *p, unsigned place,
    struct ikp_input input);
struct play_result play_input(struct play *p, unsigned place,
    enum ikp_input_kind kind);

/* Compute, and drop what was computed. */
void play_try(struct play *p, const struct play_message *m);

/* A new order: offered by the seller, started by the buyer. */
void play_begin(struct play *p);
/* The same between the broker and the far seller. */
void play_begin_far(struct play *p);

/* The network answers message I of sent, a NetRequest. */
void play_network(struct play *p, size_t i, enum ikp_decision decision,
    int64_t reason);

/* Deliver what is next, or approve; false if nothing is left to do. */
bool play_go_on(struct play *p);
const struct play_message *play_next(const struct play *p); /* or NULL */
void play_drop(struct play *p);

/* The price of message I of sent, if that is a NetRequest. */
bool play_asked_for(const struct play *p, size_t i,
    struct ikp_net_request *out);

/* ---- play_see.c: what is judged ---- */

/* Message I of sent has just been sent, with a refusal or without. */
void play_see(struct play *p, size_t i, bool refused);
/* A party is in this state. */
void play_see_state(const struct play *p, const struct semper_role_def *def,
    struct semper_bytes state);
/* What the ledgers say after a step at PLACE. */
void play_see_ledger(const struct play *p, unsigned place);

#endif
