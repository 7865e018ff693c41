/* role.h -- run one party of one protocol, one event at a time, without I/O.
 *
 * A *party* is one role instance (a seller, say) with its ledger and all its
 * transactions.  What it does is a constant table: in this STATE, on this
 * EVENT, under these PROFILES, run that ACTION and go to the NEXT state.  A
 * state belongs to a transaction, and a transaction is a record in the
 * ledger; the party itself keeps nothing between two steps.
 *
 * One step, as the shell around a party sees it:
 *
 *	semper_step_init(&step, arena, sizeof arena);
 *	e = semper_role_step(&step, &party, &event, now, &random);
 *	if (e == SEMPER_OK)
 *		e = semper_role_commit(&step, &outcome);
 *	... only now outcome.replies may leave ...
 *	semper_step_clear(&step);
 *
 * semper_role_step reads the ledger and computes; nothing outside STEP
 * changes.  semper_role_commit makes the effects durable and only then hands
 * out the replies.  If the ledger has moved in between, it computes again on
 * a fresh view, with the label streams of the random source rewound, a
 * bounded number of times.
 *
 * Both return SEMPER_OK or an error of ours (storage, randomness, memory:
 * below 256).  A refusal of the input is not an error but outcome.verdict.
 *
 * What one step does, in order:
 *
 *   locate    the protocol's function: decode the event, look up its
 *             transaction (semper_step_load), say which event number it is
 *   row       the engine: find the rows of (state, event, profile); none: the
 *             refusal def->unexpected.  An event that is answered alike in
 *             every state (a repetition, an error message, a setting of the
 *             operator) has no rows: locate names its action itself
 *             (semper_step_aside), and state and transaction stay
 *   action    the row's function: check, compute, add replies, results,
 *             timers and effects, perhaps choose among the next states
 *   keep      the protocol's function: encode the transaction again; the
 *             engine adds it to the effects, with its new state
 *
 * A refusal, wherever it happens, discards all that the step has produced:
 * nothing is sent, nothing is written, the state stays.  Two exceptions:
 * def->refusal may add messages that tell the peer about it, and an action
 * that first calls semper_step_changes_state keeps its effects and its choice
 * of a next state (for requirements marked changes-state).  An error of ours
 * discards everything, without exception.
 */
#ifndef SEMPER_ROLE_ROLE_H
#define SEMPER_ROLE_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/draw.h"
#include "base/err.h"
#include "ledger/ledger.h"
#include "role/account.h"

/* Limits of one step. */
#define SEMPER_STEP_REPLIES 8
#define SEMPER_STEP_TIMERS 8
#define SEMPER_STEP_RESULTS 32
#define SEMPER_STEP_EFFECTS 256
#define SEMPER_STEP_TRIES 8 /* computations of one step, on conflicts */
#define SEMPER_TIMER_NAME 96

struct semper_step;

/* ---- a party: constant data ---- */

typedef semper_err semper_role_action(struct semper_step *step);

/* One arrow of the state diagram.  A (state, event, profile) that can lead to
 * several states has one row for each, with the same action. */
struct semper_role_row {
	uint8_t state, event;
	uint32_t profiles; /* bit i: applies under profile i */
	uint8_t next;
	semper_role_action *act;
	const char *requirement;
};

struct semper_role_def {
	const char *name; /* "ikp.seller" */
	const char *const *states;   /* state 0 is that of no record yet */
	const char *const *events;
	const char *const *profiles; /* at most 32 */
	const char *const *parties;  /* who messages come from and go to */
	uint8_t n_states, n_events, n_profiles, n_parties;
	uint64_t final; /* bit i: in state i the transaction needs no more */

	const struct semper_role_row *rows;
	size_t n_rows;

	/* The refusal of an event that no row expects, and its requirement. */
	semper_err unexpected;
	const char *unexpected_id;

	/* Octets of the protocol's own data of a step (decoded message,
	 * decoded transaction): step->scratch, zeroed before locate. */
	size_t scratch_size;

	/* Set step->event, and step->profile for a new transaction; load the
	 * transaction with semper_step_load.  May refuse. */
	semper_err (*locate)(struct semper_step *step);

	/* Append the encoded transaction to OUT (at most 1 MiB), which has
	 * half of what the arena has left.  Called if a transaction was loaded
	 * and it exists or leaves state 0. */
	semper_err (*keep)(struct semper_step *step, struct semper_buffer *out);

	/* Tell the peer about refusal E, with semper_step_reply; NULL: never.
	 * Whatever it writes besides replies is discarded. */
	semper_err (*refusal)(struct semper_step *step, semper_err e);
};

/* SEMPER_OK if the table is one: all numbers in range, no row twice, rows of
 * one (state, event, profile) share their action, no requirement missing. */
semper_err semper_role_check(const struct semper_role_def *def)
    SEMPER_MUST_CHECK;

/* Write the table to SINK, one line `state|event|profiles|next|requirement`
 * for each row, in the order of the rows; profiles are names separated by one
 * space, or `all`. */
semper_err semper_role_dump(const struct semper_role_def *def,
    semper_sink *sink, void *ctx) SEMPER_MUST_CHECK;

/* One instance.  PARAMS and KEYS are the protocol's structs; the engine only
 * passes them on. */
struct semper_party {
	const struct semper_role_def *def;
	const struct semper_ledger *ledger;
	const void *params, *keys;
	uint32_t allowed; /* bit i: may speak profile i (locate enforces it) */
};

/* ---- an event ---- */

enum semper_event_kind {
	SEMPER_RECV,  /* a message: from, msg */
	SEMPER_TIMER, /* a timer the party asked for: name */
	SEMPER_INPUT  /* its user or operator acts: input */
};

struct semper_event {
	enum semper_event_kind kind;
	uint8_t from; /* index into def->parties */
	struct semper_bytes msg;
	const char *name;
	const void *input; /* the protocol's struct for local actions */
};

/* ---- a step ---- */

struct semper_reply {
	uint8_t to; /* index into def->parties */
	struct semper_bytes msg;
};

struct semper_timer {
	char name[SEMPER_TIMER_NAME];
	int64_t at;
};

enum semper_result_kind {
	SEMPER_RESULT_TEXT,    /* octets are UTF-8 text */
	SEMPER_RESULT_OCTETS,  /* octets, shown in hexadecimal */
	SEMPER_RESULT_INTEGER, /* number */
	SEMPER_RESULT_BOOLEAN  /* number, 0 or 1 */
};

struct semper_result {
	const char *name; /* a word of the role's interface table */
	enum semper_result_kind kind;
	struct semper_bytes octets;
	int64_t number;
};

struct semper_step {
	/* For locate and the actions to read. */
	const struct semper_party *party;
	const struct semper_event *in;
	int64_t now; /* seconds since 1970-01-01T00:00:00Z */
	const struct semper_draw *draw;
	const struct semper_view *view;
	void *scratch;

	/* Set by locate (and by semper_step_load). */
	uint8_t event, profile, state;
	struct semper_record record; /* table NULL: no transaction */
	struct semper_bytes body;    /* as keep encoded it; absent if new */

	/* Set by locate and the actions, through the calls below. */
	semper_role_action *aside;
	uint8_t next;
	bool next_chosen, changes_state;
	struct semper_effects effects;

	/* The engine's. */
	const struct semper_role_row *row;
	const struct semper_random *random;
	struct semper_account account;
	struct semper_view open_view;
	struct semper_buffer arena;
	size_t arena_used;
	bool computed;
	semper_err verdict;
	const char *refused_by;
	size_t n_replies, n_timers, n_results;
	struct semper_reply replies[SEMPER_STEP_REPLIES];
	struct semper_timer timers[SEMPER_STEP_TIMERS];
	struct semper_result results[SEMPER_STEP_RESULTS];
	/* Last: what is before it is cleared with the step (step.c). */
	struct semper_effect effect_list[SEMPER_STEP_EFFECTS];
};

/* ---- for the protocol: inside locate, actions, keep and refusal ---- */

/* Let KEY in TABLE be the transaction of this step.  If it exists, state,
 * profile and body are those of the record (the protocol compares the profile
 * with the message's); if not, the state is 0 and body is absent.  TABLE is a
 * constant; KEY is copied. */
semper_err semper_step_load(struct semper_step *step, const char *table,
    struct semper_bytes key) SEMPER_MUST_CHECK;

/* A transaction other than that of this step, as it stands in the ledger;
 * record.version is 0 if there is none. */
struct semper_other {
	struct semper_record record;
	uint8_t state, profile;
	struct semper_bytes body;
};
semper_err semper_step_other(struct semper_step *step, struct semper_other *out,
    const char *table, struct semper_bytes key) SEMPER_MUST_CHECK;

/* Write it again, in STATE and with BODY. */
semper_err semper_step_put_other(struct semper_step *step,
    const struct semper_other *other, uint8_t state,
    struct semper_bytes body) SEMPER_MUST_CHECK;

/* In locate: ACT answers this event, whatever the state; there is no row, the
 * transaction is not written, and ACT chooses no state. */
void semper_step_aside(struct semper_step *step, semper_role_action *act);

/* N octets that live as long as the step, aligned for any type and zeroed, or
 * NULL if the arena is full. */
void *semper_step_take(struct semper_step *step, size_t n);

/* A copy of OCTETS that lives as long as the step. */
semper_err semper_step_copy(struct semper_step *step, struct semper_bytes *out,
    struct semper_bytes octets) SEMPER_MUST_CHECK;

/* Add a message for party TO, a timer, a result.  Octets and names of timers
 * are copied; names of results are constants.  SEMPER_E_SPACE beyond the
 * limits. */
semper_err semper_step_reply(struct semper_step *step, uint8_t to,
    struct semper_bytes msg) SEMPER_MUST_CHECK;
semper_err semper_step_timer(struct semper_step *step, const char *name,
    int64_t at) SEMPER_MUST_CHECK;
semper_err semper_step_result_text(struct semper_step *step, const char *name,
    struct semper_bytes text) SEMPER_MUST_CHECK;
semper_err semper_step_result_octets(struct semper_step *step,
    const char *name, struct semper_bytes octets) SEMPER_MUST_CHECK;
semper_err semper_step_result_integer(struct semper_step *step,
    const char *name, int64_t number) SEMPER_MUST_CHECK;
semper_err semper_step_result_boolean(struct semper_step *step,
    const char *name, bool value) SEMPER_MUST_CHECK;

/* Go to NEXT, one of the states that the rows of this (state, event, profile)
 * name.  An action need not call it where they name only one. */
void semper_step_next(struct semper_step *step, uint8_t next);

/* Do those rows name NEXT?  For an action whose next state depends on what a
 * peer says. */
bool semper_step_leads(const struct semper_step *step, uint8_t next);

/* From here on a refusal keeps the effects, and the next state if one was
 * chosen (a state that was not chosen stays as it is, and the transaction is
 * not written). */
void semper_step_changes_state(struct semper_step *step);

/* ---- for the shell ---- */

struct semper_outcome {
	semper_err verdict;     /* SEMPER_OK, or the refusal */
	const char *refused_by; /* the requirement behind a refusal, or NULL */
	uint8_t state;          /* of the transaction, after the step */
	bool done;              /* it needs no more (def->final) */
	const struct semper_reply *replies;
	const struct semper_timer *timers;
	const struct semper_result *results;
	size_t n_replies, n_timers, n_results;
	const struct semper_account *drew;
};

/* Give STEP its memory.  SIZE octets at ARENA hold all that one step reads and
 * makes: 64 KiB do for messages of a few kilobytes. */
void semper_step_init(struct semper_step *step, uint8_t *arena, size_t size);

/* Compute.  SEMPER_OK: the step may be committed, or dropped.  PARTY, EVENT,
 * what it points to, and RANDOM must live until then. */
semper_err semper_role_step(struct semper_step *step,
    const struct semper_party *party, const struct semper_event *event,
    int64_t now, const struct semper_random *random) SEMPER_MUST_CHECK;

/* Make it durable, then fill OUT, whose pointers live until STEP is used again
 * or cleared.  SEMPER_E_CONFLICT if the ledger moved under every try; nothing
 * was written then.  SEMPER_E_ARGUMENT if there is nothing computed. */
semper_err semper_role_commit(struct semper_step *step,
    struct semper_outcome *out) SEMPER_MUST_CHECK;

/* Wipe what the step held; it may be used again. */
void semper_step_clear(struct semper_step *step);

#endif
