/* What every back end must do, shown for each of them. */
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"
#include "tests/ledger/stores.h"
#include "tests/test.h"

/* ---- running one test against all back ends ---- */

static void
on_every_store(void (*test)(struct semper_ledger *))
{
	struct semper_ledger l, copy;
	struct store_dir d;

	CU_ASSERT_FATAL(semper_ledger_memory(&l) == SEMPER_OK);
	test(&l);
	semper_ledger_close(&l);

	CU_ASSERT_FATAL(store_dir_make(&d));
	CU_ASSERT_FATAL(semper_ledger_sqlite(&l, d.path, 0) == SEMPER_OK);
	test(&l);
	semper_ledger_close(&l);
	store_dir_remove(&d);

	/* A copy of a database, which lives in memory. */
	CU_ASSERT_FATAL(store_dir_make(&d));
	CU_ASSERT_FATAL(semper_ledger_sqlite(&l, d.path, 0) == SEMPER_OK);
	CU_ASSERT_FATAL(semper_ledger_copy(&copy, &l) == SEMPER_OK);
	semper_ledger_close(&l);
	store_dir_remove(&d);
	test(&copy);
	semper_ledger_close(&copy);
}

#define ON_EVERY_STORE(name)                                      \
	static void name##_on(struct semper_ledger *l);           \
	static void name(void)                                    \
	{                                                         \
		on_every_store(name##_on);                        \
	}                                                         \
	static void name##_on(struct semper_ledger *l)

static uint8_t room[4096];
static struct semper_buffer arena;
static struct semper_effect list[8];

static struct semper_effects
no_effects(void)
{
	arena = (struct semper_buffer){room, 0, sizeof room};
	return (struct semper_effects){list, 0, 8, &arena};
}

static struct semper_bytes
text(const char *s)
{
	return SEMPER_BYTES((const uint8_t *)s, strlen(s));
}

/* ---- reading and writing ---- */

ON_EVERY_STORE(absent)
{
	char value[64];

	CU_ASSERT_EQUAL(seen(l, "t", "k", value), 0);
	CU_ASSERT_STRING_EQUAL(value, "(absent)");
}

ON_EVERY_STORE(versions_grow)
{
	char value[64];

	CU_ASSERT_EQUAL(put(l, "t", "k", 0, "one"), SEMPER_OK);
	CU_ASSERT_EQUAL(seen(l, "t", "k", value), 1);
	CU_ASSERT_STRING_EQUAL(value, "one");
	CU_ASSERT_EQUAL(put(l, "t", "k", 1, "two"), SEMPER_OK);
	CU_ASSERT_EQUAL(seen(l, "t", "k", value), 2);
	CU_ASSERT_STRING_EQUAL(value, "two");
	CU_ASSERT_EQUAL(seen(l, "u", "k", NULL), 0);
}

ON_EVERY_STORE(duplicate)
{
	char value[64];

	CU_ASSERT_EQUAL(put(l, "t", "k", 0, "one"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "t", "k", 0, "two"), SEMPER_E_CONFLICT);
	CU_ASSERT_EQUAL(seen(l, "t", "k", value), 1);
	CU_ASSERT_STRING_EQUAL(value, "one");
}

ON_EVERY_STORE(stale)
{
	CU_ASSERT_EQUAL(put(l, "t", "k", 0, "one"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "t", "k", 1, "two"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "t", "k", 1, "three"), SEMPER_E_CONFLICT);
	CU_ASSERT_EQUAL(put(l, "t", "other", 1, "x"), SEMPER_E_CONFLICT);
	CU_ASSERT_EQUAL(put(l, "t", "k", 2, "three"), SEMPER_OK);
}

ON_EVERY_STORE(empty_value)
{
	struct semper_effects e = no_effects();
	struct semper_record r;
	struct semper_view v;

	CU_ASSERT_EQUAL(put(l, "t", "k", 0, ""), SEMPER_OK);
	CU_ASSERT_FATAL(semper_view_begin(&v, l, e.arena) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, "t", text("k")), SEMPER_OK);
	semper_view_end(&v);
	CU_ASSERT_EQUAL(r.version, 1);
	CU_ASSERT(r.value.data != NULL && r.value.len == 0);
}

ON_EVERY_STORE(all_or_nothing)
{
	struct semper_effects e = no_effects();

	CU_ASSERT_EQUAL(put(l, "t", "old", 0, "x"), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("a"), 0, text("1")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("old"), 1, text("y")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("b"), 7, text("2")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_ledger_commit(l, &e), SEMPER_E_CONFLICT);
	CU_ASSERT_EQUAL(seen(l, "t", "a", NULL), 0);
	CU_ASSERT_EQUAL(seen(l, "t", "old", NULL), 1);

	e.n = 2;
	CU_ASSERT_EQUAL(semper_ledger_commit(l, &e), SEMPER_OK);
	CU_ASSERT_EQUAL(seen(l, "t", "a", NULL), 1);
	CU_ASSERT_EQUAL(seen(l, "t", "old", NULL), 2);
}

ON_EVERY_STORE(expectation)
{
	struct semper_effects e = no_effects();

	CU_ASSERT_EQUAL(put(l, "t", "base", 0, "x"), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("new"), 0, text("1")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_expect(&e, "t", text("base"), 1),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_expect(&e, "t", text("none"), 0),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "t", "base", 1, "moved"), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_ledger_commit(l, &e), SEMPER_E_CONFLICT);
	CU_ASSERT_EQUAL(seen(l, "t", "new", NULL), 0);

	e.list[1].version = 2;
	CU_ASSERT_EQUAL(semper_ledger_commit(l, &e), SEMPER_OK);
	CU_ASSERT_EQUAL(seen(l, "t", "new", NULL), 1);
	CU_ASSERT_EQUAL(seen(l, "t", "base", NULL), 2);
}

ON_EVERY_STORE(expected_and_written)
{
	struct semper_effects e = no_effects();

	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("k"), 0, text("1")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_expect(&e, "t", text("k"), 0),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_ledger_commit(l, &e), SEMPER_OK);
	CU_ASSERT_EQUAL(seen(l, "t", "k", NULL), 1);
}

ON_EVERY_STORE(largest)
{
	static uint8_t big[SEMPER_LEDGER_VALUE_MAX], big_room[3 << 19];
	uint8_t key[SEMPER_LEDGER_KEY_MAX];
	char table[SEMPER_LEDGER_TABLE_MAX + 1];
	struct semper_buffer a = {big_room, 0, sizeof big_room};
	struct semper_effect one[1];
	struct semper_effects e = {one, 0, 1, &a};
	struct semper_record r;
	struct semper_view v;

	memset(big, 0xa5, sizeof big);
	memset(key, 0xff, sizeof key);
	memset(table, 't', sizeof table - 1);
	table[sizeof table - 1] = '\0';
	CU_ASSERT_EQUAL(semper_effects_put(&e, table,
			    SEMPER_BYTES(key, sizeof key), 0,
			    SEMPER_BYTES(big, sizeof big)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_ledger_commit(l, &e), SEMPER_OK);

	a.len = 0;
	CU_ASSERT_FATAL(semper_view_begin(&v, l, &a) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, table,
			    SEMPER_BYTES(key, sizeof key)),
	    SEMPER_OK);
	CU_ASSERT(semper_bytes_equal(r.value, SEMPER_BYTES(big, sizeof big)));
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, table,
			    SEMPER_BYTES(key, sizeof key)),
	    SEMPER_E_SPACE);
	semper_view_end(&v);
}

/* ---- order, prefixes, the whole ---- */

static semper_err
join_keys(void *ctx, const struct semper_record *r)
{
	char *joined = ctx;

	strncat(joined, (const char *)r->key.data, r->key.len);
	strcat(joined, " ");
	return r->version == 1 ? SEMPER_OK : SEMPER_E_ARGUMENT;
}

static semper_err
stop_at_two(void *ctx, const struct semper_record *r)
{
	size_t *n = ctx;

	(void)r;
	return ++*n == 2 ? SEMPER_E_ARGUMENT : SEMPER_OK;
}

ON_EVERY_STORE(in_key_order)
{
	static const char *const keys[] = {"b", "ab", "", "a", "\xff", "aa",
	    "abc", "ac"};
	char joined[64] = "";
	struct semper_effects e = no_effects();
	struct semper_view v;
	size_t i, n = 0;

	for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i][0] != '\0')
			CU_ASSERT_EQUAL(put(l, "t", keys[i], 0, "v"),
			    SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "s", "ab", 0, "v"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "u", "ab", 0, "v"), SEMPER_OK);

	CU_ASSERT_FATAL(semper_view_begin(&v, l, e.arena) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_each(&v, "t", SEMPER_NONE, join_keys,
			    joined),
	    SEMPER_OK);
	CU_ASSERT_STRING_EQUAL(joined, "a aa ab abc ac b \xff ");
	joined[0] = '\0';
	CU_ASSERT_EQUAL(semper_view_each(&v, "t", text("ab"), join_keys,
			    joined),
	    SEMPER_OK);
	CU_ASSERT_STRING_EQUAL(joined, "ab abc ");
	CU_ASSERT_EQUAL(semper_view_each(&v, "t", SEMPER_NONE, stop_at_two,
			    &n),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(n, 2);
	semper_view_end(&v);
}

struct octets {
	uint8_t at[512];
	size_t len;
};

static semper_err
gather(void *ctx, struct semper_bytes x)
{
	struct octets *o = ctx;

	if (x.len > sizeof o->at - o->len)
		return SEMPER_E_SPACE;
	memcpy(o->at + o->len, x.data, x.len);
	o->len += x.len;
	return SEMPER_OK;
}

static struct octets
whole(const struct semper_ledger *l)
{
	struct octets o = {{0}, 0};
	struct semper_effects e = no_effects();
	struct semper_view v;

	CU_ASSERT_FATAL(semper_view_begin(&v, l, e.arena) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_write(&v, gather, &o), SEMPER_OK);
	semper_view_end(&v);
	return o;
}

ON_EVERY_STORE(written_whole)
{
	static const uint8_t expected[] = {0, 0, 0, 1, 's', 0, 0, 0, 1, 'k', 0,
	    0, 0, 0, 0, 0, 0, 1, 't', 0, 0, 0, 2, 'k', '1', 0, 0, 0, 3, 'o',
	    'n', 'e'};
	struct octets o = whole(l);

	CU_ASSERT_EQUAL(o.len, 0);
	CU_ASSERT_EQUAL(put(l, "t", "k1", 0, "zero"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "s", "k", 0, ""), SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "t", "k1", 1, "one"), SEMPER_OK);
	o = whole(l);
	CU_ASSERT_EQUAL(o.len, sizeof expected);
	CU_ASSERT_EQUAL(memcmp(o.at, expected, sizeof expected), 0);
}

ON_EVERY_STORE(copies_part)
{
	struct semper_ledger copy;
	struct octets before, after;

	CU_ASSERT_EQUAL(put(l, "t", "k", 0, "one"), SEMPER_OK);
	CU_ASSERT_FATAL(semper_ledger_copy(&copy, l) == SEMPER_OK);
	before = whole(l);
	after = whole(&copy);
	CU_ASSERT_EQUAL(before.len, after.len);
	CU_ASSERT_EQUAL(memcmp(before.at, after.at, before.len), 0);

	CU_ASSERT_EQUAL(put(&copy, "t", "k", 1, "two"), SEMPER_OK);
	CU_ASSERT_EQUAL(put(l, "t", "other", 0, "three"), SEMPER_OK);
	CU_ASSERT_EQUAL(seen(l, "t", "k", NULL), 1);
	CU_ASSERT_EQUAL(seen(&copy, "t", "k", NULL), 2);
	CU_ASSERT_EQUAL(seen(&copy, "t", "other", NULL), 0);
	semper_ledger_close(&copy);
	CU_ASSERT_EQUAL(put(l, "t", "k", 1, "four"), SEMPER_OK);
}

/* ---- limits ---- */

static void
limits(void)
{
	static uint8_t octets[SEMPER_LEDGER_VALUE_MAX + 1];
	struct semper_effects e = no_effects();
	struct semper_bytes k = text("k"), v = text("v");
	struct semper_bytes long_key = SEMPER_BYTES(octets, 257);
	struct semper_bytes long_value = SEMPER_BYTES(octets, sizeof octets);

	CU_ASSERT_EQUAL(semper_effects_put(&e, "", k, 0, v),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_put(&e,
			    "a-name-of-more-than-32-characters", k, 0, v),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", SEMPER_NONE, 0, v),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text(""), 0, v),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", long_key, 0, v),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", k, 0, SEMPER_NONE),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", k, 0, long_value),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_expect(&e, "t", long_key, 0),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(e.n, 0);
	CU_ASSERT_EQUAL(arena.len, 0);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", k, 0, v), SEMPER_OK);
}

static void
written_twice(void)
{
	struct semper_effects e = no_effects();

	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("k"), 0, text("1")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("k"), 0, text("2")),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "u", text("k"), 0, text("2")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(e.n, 2);
}

static void
full_list(void)
{
	struct semper_effects e = no_effects();
	char key[] = "0";
	size_t i;

	for (i = 0; i < e.cap; i++, key[0]++)
		CU_ASSERT_EQUAL(semper_effects_expect(&e, "t", text(key), 0),
		    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_effects_expect(&e, "t", text(key), 0),
	    SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(e.n, e.cap);
}

static void
full_arena(void)
{
	struct semper_effects e = no_effects();

	arena.cap = 5;
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("key"), 0,
			    text("val")),
	    SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(e.n, 0);
	CU_ASSERT_EQUAL(arena.len, 0);
	CU_ASSERT_EQUAL(semper_effects_put(&e, "t", text("key"), 0,
			    text("va")),
	    SEMPER_OK);
}

static void
close_twice(void)
{
	struct semper_ledger l = {NULL, NULL};

	semper_ledger_close(&l);
	CU_ASSERT_FATAL(semper_ledger_memory(&l) == SEMPER_OK);
	semper_ledger_close(&l);
	semper_ledger_close(&l);
	CU_ASSERT(l.ops == NULL);
}

/* ---- the tree ---- */

static uint32_t
scramble(uint32_t i)
{
	return (i ^ 0x5bd1e995u) * 2654435761u;
}

static semper_err
ascending(void *ctx, const struct semper_record *r)
{
	uint8_t *last = ctx;

	if (memcmp(last, r->key.data, 4) >= 0 ||
	    !semper_bytes_equal(r->key, r->value))
		return SEMPER_E_ARGUMENT;
	memcpy(last, r->key.data, 4);
	last[4]++;
	return SEMPER_OK;
}

/* Keys that come in order are the worst case of a tree that is not balanced:
 * 200,000 of them would overflow the stack or take hours. */
static void
many_records(void)
{
	struct semper_ledger l;
	struct semper_view v;
	struct semper_effects e;
	struct semper_record r;
	uint8_t key[4], last[5] = {0};
	uint32_t i, k;
	int bad = 0;

	CU_ASSERT_FATAL(semper_ledger_memory(&l) == SEMPER_OK);
	for (i = 1; i <= 200000; i++) {
		k = i % 2 == 0 ? i : scramble(i) | 0x80000000u;
		key[0] = (uint8_t)(k >> 24), key[1] = (uint8_t)(k >> 16);
		key[2] = (uint8_t)(k >> 8), key[3] = (uint8_t)k;
		e = no_effects();
		bad |= semper_effects_put(&e, "t", SEMPER_BYTES(key, 4), 0,
		    SEMPER_BYTES(key, 4));
		bad |= semper_ledger_commit(&l, &e);
	}
	CU_ASSERT_EQUAL(bad, 0);
	e = no_effects();
	CU_ASSERT_FATAL(semper_view_begin(&v, &l, e.arena) == SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_each(&v, "t", SEMPER_NONE, ascending, last),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(last[4], 200000 & 0xff);
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, "t", SEMPER_BYTES(key, 4)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(r.version, 1);
	semper_view_end(&v);
	semper_ledger_close(&l);
}

/* A view is a picture: what is committed later is not in it. */
static void
view_stays(void)
{
	struct semper_ledger l;
	struct semper_view v;
	struct semper_record r;
	struct semper_buffer a = SEMPER_BUFFER(room);

	CU_ASSERT_FATAL(semper_ledger_memory(&l) == SEMPER_OK);
	CU_ASSERT_FATAL(semper_view_begin(&v, &l, &a) == SEMPER_OK);
	CU_ASSERT_EQUAL(put(&l, "t", "k", 0, "one"), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_view_get(&v, &r, "t", text("k")), SEMPER_OK);
	CU_ASSERT_EQUAL(r.version, 0);
	semper_view_end(&v);
	CU_ASSERT_EQUAL(seen(&l, "t", "k", NULL), 1);
	semper_ledger_close(&l);
}

SUITE("ledger: every back end",
    {"a record that is not there has version 0", absent},
    {"each replacement raises the version by one", versions_grow},
    {"a second insert of one key is a conflict and changes nothing",
	duplicate},
    {"a stale or invented version is a conflict", stale},
    {"an empty value is present", empty_value},
    {"effects are committed all together or not at all", all_or_nothing},
    {"an expected version that has moved fails the commit", expectation},
    {"a record may be expected and written in one commit",
	expected_and_written},
    {"the longest table name, key and value are kept", largest},
    {"records are visited in the order of their keys, by prefix too",
	in_key_order},
    {"the ledger is written as lengths and octets, without versions",
	written_whole},
    {"a copy holds the same and then goes on alone", copies_part},
    {"what is beyond a limit is refused, its neighbour is not", limits},
    {"a list writes a record once", written_twice},
    {"a full list takes no more", full_list},
    {"a full arena takes no more, and gives back what did not fit",
	full_arena},
    {"a ledger may be closed twice", close_twice},
    {"200,000 records, half of them in order, stay found and sorted",
	many_records},
    {"a view in memory does not see later commits", view_stays});
