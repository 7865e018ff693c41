/* careless.c -- ledgers that are wrong on purpose; for LD_PRELOAD before SQLite.
 *
 *	CARELESS=early   what is written is said to be durable, and becomes so
 *	                 only when the ledger is used the next time: a party
 *	                 answers before the commit
 *	CARELESS=torn    each record is committed by itself: a step that writes
 *	                 two is not one transaction
 *	CARELESS=silent  a commit that fails is said to be one
 *
 * As long as nobody is killed and no disk fails they do what a right ledger does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define REAL(name, type) ((type)(void *)dlsym(RTLD_NEXT, name))

typedef int step_call(sqlite3_stmt *);

static sqlite3_stmt *owed; /* the COMMIT that has not been made */
static sqlite3_stmt *lie;  /* the COMMIT that has failed */
static int records;        /* written since the last one */

static int
is_careless(const char *how)
{
	const char *text = getenv("CARELESS");

	return text != NULL && strcmp(text, how) == 0;
}

static int
starts(sqlite3_stmt *s, const char *word)
{
	const char *text = sqlite3_sql(s);

	return text != NULL && strncmp(text, word, strlen(word)) == 0;
}

static void
make_good(void)
{
	sqlite3_stmt *s = owed;

	owed = NULL;
	if (s == NULL)
		return;
	REAL("sqlite3_step", step_call *)(s);
	sqlite3_reset(s);
}

int
sqlite3_step(sqlite3_stmt *s)
{
	int rc;

	make_good();
	if (starts(s, "COMMIT") && records > 0) {
		records = 0;
		if (is_careless("early")) {
			owed = s;
			return SQLITE_DONE;
		}
	}
	if ((starts(s, "INSERT") || starts(s, "UPDATE")) && records++ > 0 &&
	    is_careless("torn"))
		sqlite3_exec(sqlite3_db_handle(s), "COMMIT; BEGIN IMMEDIATE",
		    NULL, NULL, NULL);
	rc = REAL("sqlite3_step", step_call *)(s);
	if (rc == SQLITE_DONE || rc == SQLITE_ROW || !starts(s, "COMMIT") ||
	    !is_careless("silent"))
		return rc;
	lie = s;
	return SQLITE_DONE;
}

int
sqlite3_reset(sqlite3_stmt *s)
{
	int rc = REAL("sqlite3_reset", step_call *)(s);

	if (s != lie)
		return rc;
	lie = NULL;
	return SQLITE_OK;
}

int
sqlite3_get_autocommit(sqlite3 *db)
{
	typedef int call(sqlite3 *);

	return owed != NULL || REAL("sqlite3_get_autocommit", call *)(db);
}

int
sqlite3_finalize(sqlite3_stmt *s)
{
	make_good();
	return REAL("sqlite3_finalize", step_call *)(s);
}
