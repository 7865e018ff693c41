/* adapter.h -- one request of line/1 (conformance/ADAPTER.md), from JSON
 * object to JSON object.
 *
 * Requests come one a time.  A request has a struct call: its arguments,
 * decoded by the operation's table, a pool for what lives as long as it, a
 * random source with the streams it brought, and the answer.
 *
 * An operation is a table of arguments and a function.  The function adds
 * members to call->ok and returns SEMPER_OK, or an error, which becomes a
 * reject (a refusal) or an error (ours); or it writes the answer itself.
 */
#ifndef SEMPER_ADAPTER_H
#define SEMPER_ADAPTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "adapter_random.h"
#include "base/bytes.h"
#include "base/err.h"
#include "pool.h"

#define ADAPTER_VERSION "0.1.0"
#define ARGUMENTS_MAX 16

enum argument_kind {
	ARG_HEX,     /* octets */
	ARG_TEXT,    /* octets of UTF-8 */
	ARG_INTEGER, /* number */
	ARG_BOOLEAN, /* flag */
	ARG_HEXES,   /* list */
	ARG_OBJECT,  /* json */
	ARG_ARRAY,   /* json */
	ARG_ANY      /* json */
};

struct argument {
	const char *name;
	enum argument_kind kind;
	bool optional;
};

/* Ends a table of them. */
#define ARG_END                     \
	{                           \
		NULL, ARG_ANY, true \
	}

struct octets_list {
	struct semper_bytes *item;
	size_t n;
};

/* A decoded argument; what its kind does not fill is zero. */
struct value {
	bool present;
	struct semper_bytes octets;
	int64_t number;
	bool flag;
	struct octets_list list;
	json_t *json;
};

struct call {
	struct pool pool;
	struct value arg[ARGUMENTS_MAX]; /* in the order of the table */
	struct adapter_random random;
	struct semper_account account;
	json_t *ok;     /* members of an ok */
	json_t *answer; /* {"reject":...} and the like, once it is decided */
	bool stateless; /* a broken contract is then about the input's range */
	bool leave;     /* after this answer */
};

struct operation {
	const char *name;
	const struct argument *arguments;
	semper_err (*run)(struct call *call);
	bool stateless;
};

/* ---- arguments (arguments.c) ---- */

/* Decode the members of OBJECT by TABLE into OUT.  False, and an answer is
 * written: an unknown member is unsupported, a missing or ill-typed one a bad
 * request. */
bool arguments_decode(struct call *call, struct value *out,
    const struct argument *table, json_t *object);

/* Decode one member; false and an answer as above. */
bool argument_decode(struct call *call, struct value *out,
    const struct argument *argument, json_t *json);

/* Take label: octets as the streams of the call's random source. */
bool streams_decode(struct call *call, json_t *rand);

/* The index of TEXT in the N words at WORDS, or -1. */
int word_find(struct semper_bytes text, const char *const *words, size_t n);

/* Is TEXT the string S? */
bool text_is(struct semper_bytes text, const char *s);

/* ---- answers (answers.c) ---- */

void answer_unsupported(struct call *call, const char *what);
void answer_error(struct call *call, const char *class, const char *detail);
void answer_bad_request(struct call *call, const char *detail,
    const char *name);

/* A reject with the class of E, and CODE, DETAIL (which may be NULL). */
json_t *answer_reject(struct call *call, semper_err e, const char *code,
    const char *detail);

/* Turn what an operation returned into the answer. */
void answer_finish(struct call *call, semper_err e);

/* Add octets, in hexadecimal, or a text, to an object. */
void put_hex(json_t *object, const char *name, struct semper_bytes octets);
void put_text(json_t *object, const char *name, struct semper_bytes text);
json_t *json_hex(struct semper_bytes octets);

/* What was drawn, as a member "drew". */
void put_drew(json_t *object, const struct semper_account *account);

/* ---- the operations ---- */

extern const struct operation operations_crypto[], operations_curve[],
    operations_blind[], operations_der[], operations_pki[], operations_ikp[],
    operations_hello[], operations_party[];

/* All lists of operations, and how many. */
extern const struct operation *const operation_lists[];
extern const size_t n_operation_lists;

/* The operation of this name, or NULL. */
const struct operation *operation_find(const char *name);

#endif
