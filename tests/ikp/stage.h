/* stage.h -- buyer, seller and acquirer of one profile in one process, with
 * test certificates made on the spot.
 *
 * Messages that a step sends wait in a queue; stage_run delivers them, and
 * plays the card network, until one of a given type is next.
 */
#ifndef SEMPER_TESTS_IKP_STAGE_H
#define SEMPER_TESTS_IKP_STAGE_H

#include "ikp/ikp_micro.h"

#define STAGE_NOW 827323200 /* 1996-03-20 12:00:00 UTC */
#define STAGE_MESSAGE_MAX 32768
#define STAGE_QUEUE 16

struct stage_message {
	uint8_t from, to;
	size_t len;
	uint8_t octets[STAGE_MESSAGE_MAX];
};

struct stage {
	const struct ikp_profile *profile;
	int64_t now;
	struct semper_ledger ledger[3];
	struct semper_party party[3];
	struct ikp_buyer_params buyer;
	struct ikp_seller_params seller;
	struct ikp_acquirer_params acquirer;
	struct ikp_buyer_keys buyer_keys;
	struct ikp_seller_keys seller_keys;
	struct ikp_acquirer_keys acquirer_keys;
	struct ikp_account_entry account;
	struct semper_bytes brokers[1];

	/* Micro profiles: one of the parties may be a broker, whose table is
	 * chosen by the event. */
	int broker; /* its role here, or -1 */
	struct ikp_broker_params broker_params;
	struct ikp_broker_keys broker_keys;
	struct ikp_input offer, start;
	struct semper_random random;
	size_t arena; /* octets a step may use */

	/* The network. */
	enum ikp_decision decision;
	int reason;             /* of a no; 0: none */
	int64_t paid, released; /* NetDeposits, summed */
	int64_t grant;          /* authAmount of a yes; 0: none */
	int64_t booked, returned; /* NetCaptures, NetRefunds, NetBatches */
	int64_t reversed;         /* newAmount of the last NetReversal */

	/* What the last step did. */
	semper_err verdict; /* or the error of ours */
	char refused_by[16];
	char state[32], status[32], hint[16];
	int64_t error;
	bool done;
	size_t n_out, n_drew, receipt;
	int64_t timer_at;
	char timer[SEMPER_TIMER_NAME];
	int64_t index, acked, served, deposited, received, passed; /* or -1 */
	int64_t amount, authorized, captured, refunded, accepted;  /* or -1 */
	size_t offer_len;
	uint8_t offer_octets[256];

	uint8_t session[16];
	size_t n_queue;
	struct stage_message queue[STAGE_QUEUE];
};

/* Where keys and all other randomness come from; set before the first stage
 * is opened, or left alone. */
extern const struct semper_draw *stage_draw;

/* Open the parties; with PATH in SQLite databases PATH.0 to PATH.2. */
void stage_open(struct stage *s, int profile, const char *path);
void stage_close(struct stage *s);
/* Of those databases: close all, as a crash does, and open them again. */
void stage_reopen(struct stage *s, const char *path);
void stage_unlink(const char *path);

/* Feed one event to ROLE; the result is s->verdict. */
semper_err stage_recv(struct stage *s, enum ikp_party role, enum ikp_party from,
    struct semper_bytes msg);
semper_err stage_timer(struct stage *s, enum ikp_party role, const char *word);
semper_err stage_input(struct stage *s, enum ikp_party role,
    enum ikp_input_kind kind);

/* The same with all members; the session is the stage's if it is absent. */
semper_err stage_do(struct stage *s, enum ikp_party role,
    const struct ikp_input *input);
/* The timer with this whole name. */
semper_err stage_timer_named(struct stage *s, enum ikp_party role,
    const char *name);

/* Let the party ROLE be a broker on the ledger it has. */
void stage_make_broker(struct stage *s, enum ikp_party role,
    const struct semper_ledger *ledger);

/* Offer, start. */
void stage_begin(struct stage *s);

/* Deliver until a message of TYPE is next (NULL: until the queue is empty);
 * approve when the buyer is asked.  False if it never comes. */
bool stage_run(struct stage *s, const char *type);

/* The message that is next. */
struct semper_bytes stage_next(const struct stage *s);
void stage_drop(struct stage *s);    /* it */
void stage_deliver(struct stage *s); /* it */
const char *stage_type(struct semper_bytes msg);

/* Does PART stand somewhere in OCTETS? */
bool stage_holds(struct semper_bytes octets, struct semper_bytes part);

/* SHA-256 of a party's ledger. */
void stage_digest(const struct stage *s, enum ikp_party role, uint8_t out[32]);

/* The name of the timer WORD of ROLE for the session. */
void stage_timer_name(const struct stage *s, const char *word, char *out);

#endif
