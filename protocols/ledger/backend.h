/* backend.h -- what a store must be able to do to be a ledger.
 *
 * ledger.c checks every argument and every limit of ledger.h before it calls
 * these; a back end sees only good ones.
 */
#ifndef SEMPER_LEDGER_BACKEND_H
#define SEMPER_LEDGER_BACKEND_H

#include "ledger/ledger.h"

struct semper_ledger_ops {
	/* Fix the moment that reads see until END. */
	semper_err (*begin)(void *state, void **snapshot);
	void (*end)(void *state, void *snapshot);

	/* Fill OUT, whose version is 0 and whose table and key are set. */
	semper_err (*get)(void *state, void *snapshot,
	    struct semper_record *out, struct semper_buffer *arena);

	/* Visit TABLE, or with NULL all tables in the order of their names. */
	semper_err (*each)(void *state, void *snapshot, const char *table,
	    struct semper_bytes prefix, semper_view_visit *visit, void *ctx);

	semper_err (*commit)(void *state, const struct semper_effect *list,
	    size_t n);
	semper_err (*copy)(void *state, struct semper_ledger *copy);
	void (*close)(void *state);
};

#endif
