/* play.h -- buyer, seller and acquirer of one profile, and what must stay true
 * whatever is sent to them.
 *
 * A play is a moment of a payment: three ledgers, the time, every message ever
 * sent, and those still on their way.  It can be copied, so that many endings
 * are tried from one beginning.  Every step is judged (play_step); what a key
 * of a corrupt party has signed excuses only what nobody could prevent.
 */
#ifndef SEMPER_TESTS_FUZZ_PLAY_H
#define SEMPER_TESTS_FUZZ_PLAY_H

#include "tests/fuzz/fuzz.h"
#include "tests/ikp/stage.h"

enum {
	PLAY_SENT = 48,
	PLAY_QUEUE = 12,
	PLAY_TIMERS = 12,
	PLAY_FACTS = 8
};

struct play_message {
	uint8_t from, to;
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
	bool yes;
};

struct play {
	const struct stage *stage;
	struct semper_ledger ledger[3];
	int64_t now;
	uint64_t drawn;
	enum ikp_decision decision; /* of the network */
	bool capture, pin;
	size_t n_sent, n_queue, n_timers, n_facts, n_asked;
	struct play_message sent[PLAY_SENT];
	uint8_t queue[PLAY_QUEUE];
	struct {
		uint8_t role;
		char name[SEMPER_TIMER_NAME];
	} timer[PLAY_TIMERS];
	struct play_fact fact[PLAY_FACTS];
	struct play_asked asked[PLAY_FACTS];
	uint8_t session[16];
	bool to_approve;
	unsigned corrupt; /* bit: the party's key has signed a lie */
	unsigned order;   /* how many were offered */
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

/* One event to ROLE, committed and judged. */
struct play_result play_event(struct play *p, enum ikp_party role,
    const struct semper_event *event);
struct play_result play_recv(struct play *p, enum ikp_party role,
    enum ikp_party from, struct semper_bytes msg);
struct play_result play_input(struct play *p, enum ikp_party role,
    enum ikp_input_kind kind);

/* What a seller of HARD does after an authorisation. */
struct play_result play_clear(struct play *p, enum ikp_input_kind kind,
    int64_t amount, bool final);

/* Compute, and drop what was computed. */
void play_try(struct play *p, enum ikp_party role, enum ikp_party from,
    struct semper_bytes msg);

/* A new order: offered by the seller, started by the buyer. */
void play_begin(struct play *p);

/* The network answers message I of sent, a NetRequest. */
void play_network(struct play *p, size_t i, enum ikp_decision decision,
    int64_t reason);

/* Deliver what is next, or approve; false if nothing is left to do. */
bool play_go_on(struct play *p);
const struct play_message *play_next(const struct play *p); /* or NULL */
void play_drop(struct play *p);

#endif
