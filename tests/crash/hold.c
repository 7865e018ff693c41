/* hold.c -- `hold DATABASE`: lock it for writing, say so, and keep the lock
 * until standard input ends. */
#include <sqlite3.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	sqlite3 *db = NULL;

	if (argc != 2 || sqlite3_open(argv[1], &db) != SQLITE_OK ||
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return 1;
	puts("held");
	fflush(stdout);
	while (getchar() != EOF)
		;
	sqlite3_close(db);
	return 0;
}
