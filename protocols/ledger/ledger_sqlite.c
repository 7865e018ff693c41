/* ledger_sqlite.c -- a ledger in an SQLite database.
 *
 * One table of records.  Write-ahead log with synchronous=FULL: a commit that
 * returned is on the disk.  A view is a read transaction, and so a picture of
 * one moment that blocks no writer; a commit is one immediate transaction that
 * compares the versions and writes, so two processes on one database see each
 * other's commits whole.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "ledger/backend.h"

/* The layout of the table, kept as the database's user_version. */
#define LAYOUT 1

enum statement {
	BEGIN_READ,
	BEGIN_WRITE,
	COMMIT,
	ROLLBACK,
	GET,
	EACH,
	EACH_ALL,
	VERSION,
	INSERT,
	REPLACE,
	STATEMENTS
};

static const char *const texts[STATEMENTS] = {
    [BEGIN_READ] = "BEGIN",
    [BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [GET] = "SELECT value, version FROM record WHERE tab = ?1 AND key = ?2",
    [EACH] = "SELECT tab, key, value, version FROM record"
	     " WHERE tab = ?1 AND key >= ?2 ORDER BY key",
    [EACH_ALL] = "SELECT tab, key, value, version FROM record"
		 " ORDER BY tab, key",
    [VERSION] = "SELECT version FROM record WHERE tab = ?1 AND key = ?2",
    [INSERT] = "INSERT INTO record (tab, key, value, version)"
	       " VALUES (?1, ?2, ?3, 1)",
    [REPLACE] = "UPDATE record SET value = ?3, version = version + 1"
		" WHERE tab = ?1 AND key = ?2 AND version = ?4",
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
};

/* ---- statements ---- */

/* Bind octets; a zero length is an empty blob, never NULL. */
static void
bind(sqlite3_stmt *s, int i, struct semper_bytes x)
{
	if (x.len == 0)
		sqlite3_bind_zeroblob(s, i, 0);
	else
		sqlite3_bind_blob(s, i, x.data, (int)x.len, SQLITE_STATIC);
}

static sqlite3_stmt *
ready(struct store *st, enum statement which, const char *table,
    struct semper_bytes key)
{
	sqlite3_stmt *s = st->statement[which];

	sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
	bind(s, 2, key);
	return s;
}

/* Octets of a column, which live until the next step. */
static struct semper_bytes
column(sqlite3_stmt *s, int i)
{
	static const uint8_t nothing[1];
	const void *data = sqlite3_column_blob(s, i);

	return SEMPER_BYTES(data == NULL ? nothing : data,
	    (size_t)sqlite3_column_bytes(s, i));
}

/* Step a statement that returns no rows. */
static int
run(sqlite3_stmt *s)
{
	sqlite3_step(s);
	return sqlite3_reset(s); /* the error of the step, if there was one */
}

static semper_err
run_or_fail(struct store *st, enum statement which)
{
	return run(st->statement[which]) == SQLITE_OK ? SEMPER_OK
						      : SEMPER_E_STORE;
}

/* ---- views ---- */

static semper_err
begin(void *state, void **snapshot)
{
	*snapshot = NULL;
	return run_or_fail(state, BEGIN_READ);
}

static void
end(void *state, void *snapshot)
{
	struct store *st = state;

	(void)snapshot;
	run(st->statement[COMMIT]);
}

static semper_err
get(void *state, void *snapshot, struct semper_record *out,
    struct semper_buffer *arena)
{
	sqlite3_stmt *s = ready(state, GET, out->table, out->key);
	int rc = sqlite3_step(s);
	semper_err err = rc == SQLITE_DONE ? SEMPER_OK : SEMPER_E_STORE;

	(void)snapshot;
	if (rc == SQLITE_ROW) {
		err = semper_arena_copy(arena, &out->value, column(s, 0));
		out->version = (uint64_t)sqlite3_column_int64(s, 1);
	}
	sqlite3_reset(s);
	return err;
}

static bool
starts_with(struct semper_bytes x, struct semper_bytes prefix)
{
	return prefix.len <= x.len &&
	    (prefix.len == 0 || memcmp(x.data, prefix.data, prefix.len) == 0);
}

static semper_err
visit_rows(sqlite3_stmt *s, struct semper_bytes prefix,
    semper_view_visit *visit, void *ctx)
{
	struct semper_record r;
	int rc;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		r.table = (const char *)sqlite3_column_text(s, 0);
		r.key = column(s, 1);
		r.value = column(s, 2);
		r.version = (uint64_t)sqlite3_column_int64(s, 3);
		if (r.table == NULL)
			return SEMPER_E_STORE;
		if (!starts_with(r.key, prefix))
			return SEMPER_OK;
		TRY(visit(ctx, &r));
	}
	return rc == SQLITE_DONE ? SEMPER_OK : SEMPER_E_STORE;
}

static semper_err
each(void *state, void *snapshot, const char *table,
    struct semper_bytes prefix, semper_view_visit *visit, void *ctx)
{
	struct store *st = state;
	sqlite3_stmt *s = table == NULL ? st->statement[EACH_ALL]
					: ready(st, EACH, table, prefix);
	semper_err err = visit_rows(s, prefix, visit, ctx);

	(void)snapshot;
	sqlite3_reset(s);
	return err;
}

/* ---- commit ---- */

static semper_err
check_version(struct store *st, const struct semper_effect *e)
{
	sqlite3_stmt *s = ready(st, VERSION, e->table, e->key);
	int rc = sqlite3_step(s);
	uint64_t version = 0;

	if (rc == SQLITE_ROW)
		version = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return SEMPER_E_STORE;
	return version == e->version ? SEMPER_OK : SEMPER_E_CONFLICT;
}

static semper_err
insert(struct store *st, const struct semper_effect *e)
{
	sqlite3_stmt *s = ready(st, INSERT, e->table, e->key);
	int rc;

	bind(s, 3, e->value);
	rc = run(s);
	if (rc == SQLITE_CONSTRAINT)
		return SEMPER_E_CONFLICT;
	return rc == SQLITE_OK ? SEMPER_OK : SEMPER_E_STORE;
}

static semper_err
replace(struct store *st, const struct semper_effect *e)
{
	sqlite3_stmt *s = ready(st, REPLACE, e->table, e->key);

	bind(s, 3, e->value);
	sqlite3_bind_int64(s, 4, (sqlite3_int64)e->version);
	if (run(s) != SQLITE_OK)
		return SEMPER_E_STORE;
	return sqlite3_changes(st->db) == 1 ? SEMPER_OK : SEMPER_E_CONFLICT;
}

/* A record may be both expected and written; what is expected is therefore
 * checked before anything is written. */
static semper_err
apply(struct store *st, const struct semper_effect *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i].value.data == NULL)
			TRY(check_version(st, &list[i]));
	for (i = 0; i < n; i++)
		if (list[i].value.data != NULL)
			TRY(list[i].version == 0 ? insert(st, &list[i])
						 : replace(st, &list[i]));
	return SEMPER_OK;
}

static semper_err
commit(void *state, const struct semper_effect *list, size_t n)
{
	struct store *st = state;
	semper_err err;

	TRY(run_or_fail(st, BEGIN_WRITE));
	err = apply(st, list, n);
	if (err == SEMPER_OK)
		err = run_or_fail(st, COMMIT);
	if (!sqlite3_get_autocommit(st->db))
		run(st->statement[ROLLBACK]);
	return err;
}

/* ---- open, copy, close ---- */

static void
close_store(void *state)
{
	struct store *st = state;
	int i;

	for (i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(st->statement[i]);
	sqlite3_close(st->db);
	free(st);
}

static int
layout(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	int found = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &s, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		found = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return found;
}

/* Two processes may meet here: the second waits, and finds the table made. */
static bool
make_table(sqlite3 *db)
{
	static const char create[] =
	    "CREATE TABLE IF NOT EXISTS record (tab TEXT NOT NULL,"
	    " key BLOB NOT NULL, value BLOB NOT NULL,"
	    " version INTEGER NOT NULL, PRIMARY KEY (tab, key));"
	    "PRAGMA user_version = 1; COMMIT";
	bool made;

	if (layout(db) == LAYOUT)
		return true;
	if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return false;
	made = (layout(db) == 0 || layout(db) == LAYOUT) &&
	    sqlite3_exec(db, create, NULL, NULL, NULL) == SQLITE_OK;
	if (!made)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return made;
}

static bool
prepare(struct store *st)
{
	int i;

	for (i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(st->db, texts[i], -1,
			SQLITE_PREPARE_PERSISTENT, &st->statement[i],
			NULL) != SQLITE_OK)
			return false;
	return true;
}

static semper_err copy(void *state, struct semper_ledger *out);

static const struct semper_ledger_ops sqlite_ops = {
    begin, end, get, each, commit, copy, close_store};

static bool
connect(struct store *st, const char *path, int wait_ms)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	return sqlite3_open_v2(path, &st->db, flags, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(st->db, wait_ms) == SQLITE_OK &&
	    sqlite3_db_readonly(st->db, "main") == 0;
}

static bool
set_up(struct store *st)
{
	static const char modes[] = "PRAGMA journal_mode = WAL;"
				    "PRAGMA synchronous = FULL";

	return sqlite3_exec(st->db, modes, NULL, NULL, NULL) == SQLITE_OK &&
	    make_table(st->db) && prepare(st);
}

semper_err
semper_ledger_sqlite(struct semper_ledger *out, const char *path, int wait_ms)
{
	struct store *st = calloc(1, sizeof *st);

	if (st == NULL)
		return SEMPER_E_MEMORY;
	if (!connect(st, path, wait_ms) || !set_up(st)) {
		close_store(st);
		return SEMPER_E_STORE;
	}
	*out = (struct semper_ledger){&sqlite_ops, st};
	return SEMPER_OK;
}

static bool
fill(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc;

	if (b == NULL)
		return false;
	rc = sqlite3_backup_step(b, -1);
	sqlite3_backup_finish(b);
	return rc == SQLITE_DONE;
}

/* The backup interface: the pages of a database with a write-ahead log cannot
 * simply be taken over into memory. */
static semper_err
copy(void *state, struct semper_ledger *out)
{
	const struct store *from = state;
	struct store *st = calloc(1, sizeof *st);

	if (st == NULL)
		return SEMPER_E_MEMORY;
	if (!connect(st, ":memory:", 0) || !fill(st->db, from->db) ||
	    !set_up(st)) {
		close_store(st);
		return SEMPER_E_STORE;
	}
	*out = (struct semper_ledger){&sqlite_ops, st};
	return SEMPER_OK;
}
