/* ledger.h -- what must survive a crash.
 *
 * A ledger is a set of tables, each a map from key to value, in the order of
 * the keys' octets.  It is read through a *view* and changed by *effects*:
 *
 *   view      a read-only picture of one moment.  Every record has a version,
 *             a positive number that grows each time the record is replaced;
 *             version 0 means that there is no such record.
 *   effects   a list of records to write, each with the version the writer
 *             saw (0: the record must not exist yet), and of versions that
 *             must not have moved.  They are committed all together or not
 *             at all; when the commit returns SEMPER_OK they are durable.
 *
 * So nobody holds a lock while computing.  If a version has moved between
 * view and commit, the commit is SEMPER_E_CONFLICT, nothing is written, and
 * the caller computes again on a fresh view.  Records are never deleted.
 *
 * A database that is locked, read-only or full answers SEMPER_E_STORE; the
 * same call may succeed later.  After SEMPER_E_STORE from a commit its effects
 * are all there or none is: a fresh view tells which.
 *
 * Limits: a table's name has 1..32 octets, a key 1..256, a value up to 1 MiB.
 * What is beyond them is SEMPER_E_ARGUMENT.  A ledger belongs to one thread
 * at a time; a ledger and its copy may belong to different ones.
 */
#ifndef SEMPER_LEDGER_LEDGER_H
#define SEMPER_LEDGER_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define SEMPER_LEDGER_TABLE_MAX 32
#define SEMPER_LEDGER_KEY_MAX 256
#define SEMPER_LEDGER_VALUE_MAX ((size_t)1 << 20)

/* Append VALUE to ARENA and let OUT be the copy; SEMPER_E_SPACE if it does not
 * fit.  An absent value stays absent, an empty one stays present. */
semper_err semper_arena_copy(struct semper_buffer *arena,
    struct semper_bytes *out, struct semper_bytes value) SEMPER_MUST_CHECK;

/* ---- ledgers ---- */

struct semper_ledger_ops; /* ledger/backend.h */

struct semper_ledger {
	const struct semper_ledger_ops *ops;
	void *state;
};

/* An empty ledger in memory.  It outlives whatever uses it: a party that is
 * restarted and given the same ledger finds all that was committed. */
semper_err semper_ledger_memory(struct semper_ledger *out) SEMPER_MUST_CHECK;

/* The ledger in the SQLite database at PATH, made if it is not there.  Several
 * processes may open the same one.  A writer waits at most WAIT_MS
 * milliseconds for another. */
semper_err semper_ledger_sqlite(struct semper_ledger *out, const char *path,
    int wait_ms) SEMPER_MUST_CHECK;

/* COPY becomes an independent ledger with the same records, in memory
 * whatever the original is.  Both go on alone. */
semper_err semper_ledger_copy(struct semper_ledger *copy,
    const struct semper_ledger *ledger) SEMPER_MUST_CHECK;

/* Free what the ledger holds; no view of it may be open.  A closed or
 * zeroed ledger may be closed again. */
void semper_ledger_close(struct semper_ledger *ledger);

/* ---- views ---- */

struct semper_view {
	const struct semper_ledger *ledger;
	void *snapshot;
	struct semper_buffer *arena;
};

struct semper_record {
	const char *table;
	struct semper_bytes key, value;
	uint64_t version; /* 0: no such record, and value is absent */
};

/* Open a view of the present moment.  ARENA, the caller's, receives the values
 * that are read.  A ledger has at most one view open at a time, and none
 * during a commit. */
semper_err semper_view_begin(struct semper_view *view,
    const struct semper_ledger *ledger,
    struct semper_buffer *arena) SEMPER_MUST_CHECK;

/* Close it.  What was read stays in the arena. */
void semper_view_end(struct semper_view *view);

/* Read one record.  A record that is not there is SEMPER_OK with version 0.
 * The value is copied to the arena (SEMPER_E_SPACE if it does not fit); table
 * and key are the caller's own. */
semper_err semper_view_get(const struct semper_view *view,
    struct semper_record *out, const char *table,
    struct semper_bytes key) SEMPER_MUST_CHECK;

/* Called with each record; its octets live until the function returns.
 * Anything but SEMPER_OK ends the walk and is its result. */
typedef semper_err semper_view_visit(void *ctx,
    const struct semper_record *record);

/* Visit, in the order of the keys, each record of TABLE whose key starts with
 * PREFIX (SEMPER_NONE: all of them).  The visitor must not use the view. */
semper_err semper_view_each(const struct semper_view *view, const char *table,
    struct semper_bytes prefix, semper_view_visit *visit,
    void *ctx) SEMPER_MUST_CHECK;

/* Takes octets, in order, as a hash function or a file does. */
typedef semper_err semper_sink(void *ctx, struct semper_bytes octets);

/* Write the whole ledger to SINK: for each record, in the order of tables and
 * keys, table, key and value, each after its length in 4 octets (most
 * significant first).  Versions are not written: two ledgers give the same
 * octets exactly if they hold the same records. */
semper_err semper_view_write(const struct semper_view *view, semper_sink *sink,
    void *ctx) SEMPER_MUST_CHECK;

/* ---- effects ---- */

struct semper_effect {
	const char *table;
	struct semper_bytes key;
	struct semper_bytes value; /* absent: nothing is written */
	uint64_t version;          /* the record must still have this one */
};

struct semper_effects {
	struct semper_effect *list; /* the caller's, room for cap effects */
	size_t n, cap;
	struct semper_buffer *arena; /* the caller's: keys and values */
};

/* Write VALUE (not absent) at KEY, whose version was VERSION when the caller
 * read it: 0 makes a new record, anything else replaces that one.  Key and
 * value are copied to the arena; the table's name must live on.  A record may
 * be written once in a list.  SEMPER_E_SPACE when list or arena are full. */
semper_err semper_effects_put(struct semper_effects *effects, const char *table,
    struct semper_bytes key, uint64_t version,
    struct semper_bytes value) SEMPER_MUST_CHECK;

/* Write nothing, but let the commit fail if the record at KEY is no longer of
 * VERSION: for a decision that rests on a record it does not write. */
semper_err semper_effects_expect(struct semper_effects *effects,
    const char *table, struct semper_bytes key,
    uint64_t version) SEMPER_MUST_CHECK;

/* Make all effects durable, or none: SEMPER_OK, SEMPER_E_CONFLICT (a version
 * has moved, or a new record exists already), SEMPER_E_STORE,
 * SEMPER_E_ARGUMENT or SEMPER_E_MEMORY.  No effects are no work. */
semper_err semper_ledger_commit(const struct semper_ledger *ledger,
    const struct semper_effects *effects) SEMPER_MUST_CHECK;

#endif
