/* alloc.c -- every allocation fails once, and then for good.
 *
 * What allocates is the ledger, in memory and in SQLite, and the import and
 * use of keys (the codec, the parties and the engine never do:
 * harness/tools/check-alloc.sh).  The linker puts our malloc before that of the
 * library, SQLite is given ours by its configuration; GMP's own allocations
 * are not touched, it has no way to report them.
 *
 * Each thing to do is tried with its first allocation failing, then its second,
 * until nothing is left to fail.  A failure is SEMPER_E_MEMORY or, from the
 * ledger, SEMPER_E_STORE; it sends nothing and changes nothing, and the same
 * thing succeeds afterwards.
 *
 *	alloc [few]     few: of the payments, those of the last base profile
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pki/key.h"
#include "tests/ikp/stage.h"
#include "tests/ledger/stores.h"

/* ---- allocations ---- */

static long left = -1; /* until one fails; -1: none does */
static int for_good;   /* and all after it */
static long failures;

static int
fails(void)
{
	if (left < 0)
		return 0;
	if (left > 0) {
		left--;
		return 0;
	}
	failures++;
	if (!for_good)
		left = -1;
	return 1;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *
__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

static sqlite3_mem_methods theirs, ours;

static void *
sqlite_malloc(int n)
{
	return fails() ? NULL : theirs.xMalloc(n);
}

static void *
sqlite_realloc(void *p, int n)
{
	return fails() ? NULL : theirs.xRealloc(p, n);
}

static void
configure_sqlite(void)
{
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &theirs);
	ours = theirs;
	ours.xMalloc = sqlite_malloc;
	ours.xRealloc = sqlite_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
	/* Otherwise small pieces come from a pool that never fails. */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

/* ---- trying ---- */

static int passed, failed;

static void
expect(int holds, const char *what)
{
	if (holds)
		return;
	printf("FAIL %s, allocation %ld%s\n", what, failures,
	    for_good ? " and all after it" : "");
	failed++;
}

static int
clean(semper_err e)
{
	return e == SEMPER_OK || e == SEMPER_E_MEMORY || e == SEMPER_E_STORE;
}

/* ---- a payment, each step of which fails again and again ---- */

static struct stage s, before;

static void
one_event(void)
{
	if (s.n_queue > 0)
		stage_deliver(&s);
	else
		stage_input(&s, IKP_BUYER, IKP_DO_APPROVE);
}

static void
digests(uint8_t out[3][32])
{
	for (int r = 0; r < 3; r++)
		stage_digest(&s, (enum ikp_party)r, out[r]);
}

/* Do the next thing with failures until it is done without one. */
static void
try_event(void)
{
	uint8_t old[3][32], now[3][32];
	long n = 0, seen_failures;

	digests(old);
	before = s;
	for (;; n++) {
		seen_failures = failures;
		left = n;
		one_event();
		left = -1;
		if (failures == seen_failures)
			break;
		expect(clean(s.verdict), "the error is one of memory");
		if (s.verdict == SEMPER_OK)
			break; /* SQLite did without */
		digests(now);
		expect(s.n_out == 0, "nothing is sent");
		expect(memcmp(old, now, sizeof old) == 0, "nothing changes");
		s = before;
	}
	expect(s.verdict == SEMPER_OK, "the same succeeds afterwards");
}

static void
payment(int profile, const char *path)
{
	long start = failures;

	stage_open(&s, profile, path);
	stage_input(&s, IKP_SELLER, IKP_DO_OFFER);
	stage_input(&s, IKP_BUYER, IKP_DO_START);
	for (int i = 0; i < 20 &&
	     (s.n_queue > 0 || strcmp(s.state, "invoiced") == 0);
	     i++)
		try_event();
	expect(strcmp(s.state, "paid") == 0, "the payment ends");
	stage_close(&s);
	passed++;
	printf("pass alloc: payment in %s, %s, %ld failures%s\n",
	    path == NULL ? "memory" : "SQLite", s.profile->name,
	    failures - start, for_good ? " for good" : "");
}

/* ---- a ledger, opened, written, read and copied ---- */

static semper_err
use_ledger(const char *path)
{
	struct semper_ledger l = {NULL, NULL}, copy = {NULL, NULL};
	semper_err e = path == NULL ? semper_ledger_memory(&l)
				    : semper_ledger_sqlite(&l, path, 0);
	long version = e == SEMPER_OK ? seen(&l, "t", "key", NULL) : -1;

	if (version < 0)
		e = e != SEMPER_OK ? e : SEMPER_E_STORE;
	if (e == SEMPER_OK)
		e = put(&l, "t", "key", (uint64_t)version, "value");
	if (e == SEMPER_OK)
		e = semper_ledger_copy(&copy, &l);
	if (e == SEMPER_OK && seen(&copy, "t", "key", NULL) != version + 1)
		e = SEMPER_E_STORE;
	semper_ledger_close(&copy);
	semper_ledger_close(&l);
	return e;
}

static void
ledger(const char *path)
{
	long start = failures, seen_failures;

	for (long n = 0;; n++) {
		semper_err e;

		seen_failures = failures;
		left = n;
		e = use_ledger(path);
		left = -1;
		expect(clean(e), "the error is one of memory");
		expect(use_ledger(path) == SEMPER_OK,
		    "the same succeeds afterwards");
		if (failures == seen_failures)
			break;
	}
	passed++;
	printf("pass alloc: ledger in %s, %ld failures%s\n",
	    path == NULL ? "memory" : "SQLite", failures - start,
	    for_good ? " for good" : "");
}

/* ---- a key ---- */

static void
key(void)
{
	static uint8_t room[4096], sig[512];
	struct semper_buffer pkcs8 = SEMPER_BUFFER(room);
	struct semper_rsa_priv *k;
	long start = failures, seen_failures;
	semper_err e;

	if (semper_pkcs8_put_rsa(&pkcs8, s.seller_keys.sig.key) != SEMPER_OK)
		abort();
	for (long n = 0;; n++) {
		seen_failures = failures;
		left = n;
		k = NULL;
		e = semper_pkcs8_rsa(&k, semper_written(&pkcs8));
		if (e == SEMPER_OK)
			e = semper_pss_sign(k, sig, SEMPER_SHA256, 32,
			    SEMPER_TEXT("x"), &semper_draw_system, "s");
		left = -1;
		semper_rsa_priv_free(k);
		expect(clean(e), "the error is one of memory");
		if (failures == seen_failures)
			break;
		expect(e != SEMPER_OK, "a failure shows");
	}
	passed++;
	printf("pass alloc: key, %ld failures%s\n", failures - start,
	    for_good ? " for good" : "");
}

int
main(int argc, char **argv)
{
	struct store_dir d;
	char name[80];
	bool few = argc > 1 && strcmp(argv[1], "few") == 0;

	configure_sqlite();
	if (!store_dir_make(&d))
		return 2;
	for (for_good = 0; for_good < 2; for_good++) {
		snprintf(name, sizeof name, "%s.%d", d.path, for_good);
		ledger(NULL);
		ledger(d.path);
		for (int p = few ? IKP_BASE_PROFILES - 1 : 0;
		    p < IKP_BASE_PROFILES; p++)
			payment(p, NULL);
		payment(8, name);
		key();
	}
	failed = failed > 0;
	snprintf(name, sizeof name, "rm -rf %s", d.dir);
	if (system(name) != 0)
		return 2;
	printf("%d passed, %d failed\n", passed, failed);
	return failed;
}
