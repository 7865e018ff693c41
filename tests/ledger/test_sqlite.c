/* What only a database has: other processes, locks, full disks, crashes. */
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "ledger/ledger.h"
#include "tests/ledger/stores.h"
#include "tests/test.h"

static struct store_dir dir;
static struct semper_ledger ledger;

static void
open_fresh(void)
{
	CU_ASSERT_FATAL(store_dir_make(&dir));
	CU_ASSERT_FATAL(semper_ledger_sqlite(&ledger, dir.path, 0) ==
	    SEMPER_OK);
}

static void
close_fresh(void)
{
	semper_ledger_close(&ledger);
	store_dir_remove(&dir);
}

static void
reopened(void)
{
	char value[64];

	open_fresh();
	CU_ASSERT_EQUAL(put(&ledger, "t", "k", 0, "kept"), SEMPER_OK);
	semper_ledger_close(&ledger);
	CU_ASSERT_FATAL(semper_ledger_sqlite(&ledger, dir.path, 0) ==
	    SEMPER_OK);
	CU_ASSERT_EQUAL(seen(&ledger, "t", "k", value), 1);
	CU_ASSERT_STRING_EQUAL(value, "kept");
	close_fresh();
}

static void
two_connections(void)
{
	struct semper_ledger other;

	open_fresh();
	CU_ASSERT_FATAL(semper_ledger_sqlite(&other, dir.path, 0) == SEMPER_OK);
	CU_ASSERT_EQUAL(put(&ledger, "t", "k", 0, "one"), SEMPER_OK);
	CU_ASSERT_EQUAL(seen(&other, "t", "k", NULL), 1);
	CU_ASSERT_EQUAL(put(&other, "t", "k", 1, "two"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(&ledger, "t", "k", 1, "two"), SEMPER_E_CONFLICT);
	CU_ASSERT_EQUAL(put(&ledger, "t", "k", 2, "three"), SEMPER_OK);
	semper_ledger_close(&other);
	close_fresh();
}

static void
view_is_one_moment(void)
{
	struct semper_ledger other;
	struct semper_view v;
	struct semper_record r;
	uint8_t room[64];
	struct semper_buffer arena = SEMPER_BUFFER(room);
	struct semper_bytes a = SEMPER_TEXT("a"), b = SEMPER_TEXT("b");

	open_fresh();
	CU_ASSERT_FATAL(semper_ledger_sqlite(&other, dir.path, 0) == SEMPER_OK);
	CU_ASSERT_FATAL(semper_view_begin(&v, &ledger, &arena) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, "t", a), SEMPER_OK);
	CU_ASSERT_EQUAL(put(&other, "t", "b", 0, "x"), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, "t", b), SEMPER_OK);
	CU_ASSERT_EQUAL(r.version, 0);
	semper_view_end(&v);
	CU_ASSERT_EQUAL(seen(&ledger, "t", "b", NULL), 1);
	semper_ledger_close(&other);
	close_fresh();
}

static void
locked(void)
{
	sqlite3 *other;

	open_fresh();
	CU_ASSERT_FATAL(sqlite3_open(dir.path, &other) == SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL,
			    NULL),
	    SQLITE_OK);
	CU_ASSERT_EQUAL(put(&ledger, "t", "k", 0, "v"), SEMPER_E_STORE);
	CU_ASSERT_EQUAL(seen(&ledger, "t", "k", NULL), 0);
	CU_ASSERT_EQUAL(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL),
	    SQLITE_OK);
	CU_ASSERT_EQUAL(put(&ledger, "t", "k", 0, "v"), SEMPER_OK);
	sqlite3_close(other);
	close_fresh();
}

/* Run WORK in a child; its exit status, or -1 if it was killed. */
static int
in_child(int (*work)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(work());
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status)
	    ? WEXITSTATUS(status)
	    : -1;
}

/* The disk is full: no file may grow.  Then it is not. */
static int
write_when_full(void)
{
	struct semper_ledger l;
	struct rlimit none, all;
	semper_err full, later;

	signal(SIGXFSZ, SIG_IGN);
	if (semper_ledger_sqlite(&l, dir.path, 0) != SEMPER_OK ||
	    getrlimit(RLIMIT_FSIZE, &all) != 0)
		return 1;
	none = all;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_FSIZE, &none);
	full = put(&l, "t", "k", 0, "v");
	setrlimit(RLIMIT_FSIZE, &all);
	later = put(&l, "t", "k", 0, "v");
	semper_ledger_close(&l);
	return full == SEMPER_E_STORE && later == SEMPER_OK ? 0 : 2;
}

static void
full(void)
{
	open_fresh();
	CU_ASSERT_EQUAL(in_child(write_when_full), 0);
	CU_ASSERT_EQUAL(seen(&ledger, "t", "k", NULL), 1);
	close_fresh();
}

/* As somebody who may read the database but not write it. */
static int
open_without_right(void)
{
	struct semper_ledger l;

	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 1;
	if (semper_ledger_sqlite(&l, dir.path, 0) != SEMPER_E_STORE)
		return 2;
	return 0;
}

static void
read_only(void)
{
	open_fresh();
	semper_ledger_close(&ledger);
	chmod(dir.path, 0444);
	chmod(dir.dir, 0555);
	CU_ASSERT_EQUAL(in_child(open_without_right), 0);
	chmod(dir.dir, 0755);
	chmod(dir.path, 0644);
	CU_ASSERT_FATAL(semper_ledger_sqlite(&ledger, dir.path, 0) ==
	    SEMPER_OK);
	CU_ASSERT_EQUAL(put(&ledger, "t", "k", 0, "v"), SEMPER_OK);
	close_fresh();
}

static void
no_database(void)
{
	struct semper_ledger l;

	CU_ASSERT_EQUAL(semper_ledger_sqlite(&l, "/nonexistent/ledger.db", 0),
	    SEMPER_E_STORE);
}

static void
other_layout(void)
{
	sqlite3 *db;
	struct semper_ledger l;

	CU_ASSERT_FATAL(store_dir_make(&dir));
	CU_ASSERT_FATAL(sqlite3_open(dir.path, &db) == SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, "PRAGMA user_version = 2", NULL, NULL,
			    NULL),
	    SQLITE_OK);
	CU_ASSERT_EQUAL(semper_ledger_sqlite(&l, dir.path, 0), SEMPER_E_STORE);
	sqlite3_close(db);
	store_dir_remove(&dir);
}

/* ---- two processes, and a crash ---- */

enum { ROUNDS = 50 };

/* Add 1 to a counter ROUNDS times, again whenever the other was faster. */
static int
count(void)
{
	struct semper_ledger l;
	char value[64];
	int done = 0;
	long version;
	semper_err err;

	if (semper_ledger_sqlite(&l, dir.path, 10000) != SEMPER_OK)
		return 1;
	while (done < ROUNDS) {
		version = seen(&l, "t", "sum", value);
		if (version < 0)
			return 2;
		snprintf(value, sizeof value, "%d",
		    (version == 0 ? 0 : atoi(value)) + 1);
		err = put(&l, "t", "sum", (uint64_t)version, value);
		if (err != SEMPER_OK && err != SEMPER_E_CONFLICT)
			return 3;
		done += err == SEMPER_OK;
	}
	semper_ledger_close(&l);
	return 0;
}

static void
two_processes(void)
{
	char value[64];
	pid_t pid;
	int status = -1;

	open_fresh();
	pid = fork();
	if (pid == 0)
		_exit(count());
	CU_ASSERT_EQUAL(count(), 0);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(seen(&ledger, "t", "sum", value), 2 * ROUNDS);
	CU_ASSERT_EQUAL(atoi(value), 2 * ROUNDS);
	close_fresh();
}

/* Commit pairs of records as fast as possible, and say each time it is done. */
static void
commit_pairs(int fd)
{
	struct semper_ledger l;
	struct semper_effect list[2];
	struct semper_effects e;
	struct semper_buffer arena;
	uint8_t room[64];
	uint32_t i;

	if (semper_ledger_sqlite(&l, dir.path, 0) != SEMPER_OK)
		_exit(1);
	for (i = 0;; i++) {
		arena = (struct semper_buffer){room, 0, sizeof room};
		e = (struct semper_effects){list, 0, 2, &arena};
		if (semper_effects_put(&e, "a",
			SEMPER_BYTES((uint8_t *)&i, sizeof i), 0,
			SEMPER_TEXT("x")) != SEMPER_OK ||
		    semper_effects_put(&e, "b",
			SEMPER_BYTES((uint8_t *)&i, sizeof i), 0,
			SEMPER_TEXT("x")) != SEMPER_OK ||
		    semper_ledger_commit(&l, &e) != SEMPER_OK ||
		    write(fd, &i, sizeof i) != sizeof i)
			_exit(2);
	}
}

static semper_err
tally(void *ctx, const struct semper_record *r)
{
	(void)r;
	++*(uint32_t *)ctx;
	return SEMPER_OK;
}

static uint32_t
records_in(const char *table)
{
	uint8_t room[16];
	struct semper_buffer arena = SEMPER_BUFFER(room);
	struct semper_view v;
	uint32_t n = 0;

	CU_ASSERT_FATAL(semper_view_begin(&v, &ledger, &arena) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_each(&v, table, SEMPER_NONE, tally, &n),
	    SEMPER_OK);
	semper_view_end(&v);
	return n;
}

static void
killed(void)
{
	int fds[2], round;
	uint32_t last = 0;
	pid_t pid;

	for (round = 1; round <= 5; round++) {
		open_fresh();
		CU_ASSERT_FATAL(pipe(fds) == 0);
		pid = fork();
		if (pid == 0)
			commit_pairs(fds[1]);
		close(fds[1]);
		do {
			CU_ASSERT_FATAL(read(fds[0], &last, sizeof last) ==
			    sizeof last);
		} while (last < 7u * (uint32_t)round);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		while (read(fds[0], &last, sizeof last) == sizeof last)
			continue;
		close(fds[0]);
		CU_ASSERT(records_in("a") >= last + 1);
		CU_ASSERT(records_in("a") <= last + 2);
		CU_ASSERT_EQUAL(records_in("a"), records_in("b"));
		close_fresh();
	}
}

SUITE("ledger: SQLite",
    {"what was committed is there when the database is opened again",
	reopened},
    {"two connections see each other's commits and conflict", two_connections},
    {"a view shows one moment while others write", view_is_one_moment},
    {"a locked database is a store error, and later takes the same commit",
	locked},
    {"a full disk is a store error, and later takes the same commit", full},
    {"a database that may not be written is not opened", read_only},
    {"a path that cannot be made is a store error", no_database},
    {"a database of another layout is not touched", other_layout},
    {"two processes that add to one counter lose nothing", two_processes},
    {"after a kill every confirmed commit is there, and whole", killed});
