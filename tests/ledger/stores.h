/* stores.h -- the back ends under test, each fresh and empty. */
#ifndef SEMPER_TESTS_LEDGER_STORES_H
#define SEMPER_TESTS_LEDGER_STORES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/ledger.h"

struct store_dir {
	char dir[32];
	char path[64];
};

/* A directory of its own, with the path of a database in it. */
static inline int
store_dir_make(struct store_dir *d)
{
	strcpy(d->dir, "/tmp/semper-test-XXXXXX");
	if (mkdtemp(d->dir) == NULL)
		return 0;
	snprintf(d->path, sizeof d->path, "%s/ledger.db", d->dir);
	return 1;
}

static inline void
store_dir_remove(const struct store_dir *d)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	char name[80];
	size_t i;

	for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		snprintf(name, sizeof name, "%s%s", d->path, ends[i]);
		unlink(name);
	}
	rmdir(d->dir);
}

/* The version and the value of KEY as a fresh view shows them; the value is
 * copied to VALUE (64 octets, as text).  -1: the read failed. */
static inline long
seen(const struct semper_ledger *l, const char *table, const char *key,
    char *value)
{
	uint8_t room[256];
	struct semper_buffer arena = SEMPER_BUFFER(room);
	struct semper_view view;
	struct semper_record r = {NULL, SEMPER_NONE, SEMPER_NONE, 0};
	semper_err err;

	if (semper_view_begin(&view, l, &arena) != SEMPER_OK)
		return -1;
	err = semper_view_get(&view, &r, table,
	    SEMPER_BYTES((const uint8_t *)key, strlen(key)));
	semper_view_end(&view);
	if (err != SEMPER_OK)
		return -1;
	if (r.value.data == NULL)
		r.value = SEMPER_TEXT("(absent)");
	if (value != NULL)
		snprintf(value, 64, "%.*s", (int)r.value.len,
		    (const char *)r.value.data);
	return (long)r.version;
}

/* Commit one record: VALUE at KEY, whose version was VERSION. */
static inline semper_err
put(const struct semper_ledger *l, const char *table, const char *key,
    uint64_t version, const char *value)
{
	uint8_t room[512];
	struct semper_buffer arena = SEMPER_BUFFER(room);
	struct semper_effect list[1];
	struct semper_effects effects = {list, 0, 1, &arena};
	semper_err err = semper_effects_put(&effects, table,
	    SEMPER_BYTES((const uint8_t *)key, strlen(key)), version,
	    SEMPER_BYTES((const uint8_t *)value, strlen(value)));

	return err != SEMPER_OK ? err : semper_ledger_commit(l, &effects);
}

#endif
