/* bench_pay.c -- one whole 3KP payment, buyer, seller and acquirer in turn,
 * against the sum of its public-key operations.
 *
 * The operations are counted while a payment runs, and timed in the same turn
 * with keys of the same size.  What is above their sum is hashing, encoding,
 * certificates and the ledger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto/count.h"
#include "crypto/rsa.h"
#include "tests/bench/bench.h"
#include "tests/ikp/stage.h"

enum { BITS = 2048, EC95_3KP = 2, HARD_3KP = 8, PAYMENTS = 6, DURABLE_TURNS = 9 };

static struct state {
	struct semper_rsa_priv *key;
	uint8_t x[BITS / 8], y[BITS / 8];
	struct stage stage;
} state;

static double pay[BENCH_TURNS], sum[BENCH_TURNS];

static void
private_once(void *ctx)
{
	struct state *s = ctx;

	must(semper_rsa_private(s->key, s->y, s->x, &semper_draw_system) ==
	    SEMPER_OK);
}

static void
public_once(void *ctx)
{
	struct state *s = ctx;

	must(semper_rsa_public(semper_rsa_priv_pub(s->key), s->y, s->x) ==
	    SEMPER_OK);
}

static void
pay_once(struct stage *s)
{
	must(stage_input(s, IKP_SELLER, IKP_DO_OFFER) == SEMPER_OK);
	must(stage_input(s, IKP_BUYER, IKP_DO_START) == SEMPER_OK);
	must(stage_run(s, NULL) && strcmp(s->state, "paid") == 0);
}

/* Seconds of one payment by CLOCK; the ledgers are new. */
static double
payment(struct state *s, int profile, const char *path, double (*clock)(void))
{
	double start;

	stage_open(&s->stage, profile, path);
	start = clock();
	pay_once(&s->stage);
	start = clock() - start;
	stage_close(&s->stage);
	return start;
}

/* Seconds that COUNT operations take. */
static double
operations(struct state *s, const struct semper_crypto_count *count)
{
	return (double)count->priv * bench_turn(private_once, s) +
	    (double)count->pub * bench_turn(public_once, s);
}

static void
in_memory(struct state *s, int profile, const char *name)
{
	struct semper_crypto_count before, count;
	char line[64];

	for (int t = 0; t < BENCH_TURNS; t++) {
		payment(s, profile, NULL, bench_now); /* warm the caches */
		before = semper_crypto_count;
		pay[t] = 0;
		for (int i = 0; i < PAYMENTS; i++)
			pay[t] += payment(s, profile, NULL, bench_now);
		pay[t] /= PAYMENTS;
		count.priv = (semper_crypto_count.priv - before.priv) / PAYMENTS;
		count.pub = (semper_crypto_count.pub - before.pub) / PAYMENTS;
		sum[t] = operations(s, &count);
	}
	snprintf(line, sizeof line, "ikp/%s payment, memory", name);
	bench_report(line, 1e3 * bench_median(pay, NULL), "ms",
	    "its public-key operations", bench_median(pay, sum), 1.10);
	snprintf(line, sizeof line, "ikp/%s private operations", name);
	bench_report(line, (double)count.priv, "", NULL, BENCH_NONE,
	    BENCH_NONE);
	snprintf(line, sizeof line, "ikp/%s public operations", name);
	bench_report(line, (double)count.pub, "", NULL, BENCH_NONE, BENCH_NONE);
}

/* By the wall clock, since a commit waits for the disk. */
static void
durable(struct state *s, int profile, const char *name)
{
	char folder[] = "/var/tmp/semper-bench-XXXXXX", path[64], line[64];
	double least = INFINITY, t;

	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/ledger", folder);
	for (int i = 0; i < DURABLE_TURNS; i++) {
		t = payment(s, profile, path, bench_wall);
		least = t < least ? t : least;
		stage_unlink(path);
	}
	rmdir(folder);
	snprintf(line, sizeof line, "ikp/%s payment, durable", name);
	bench_report(line, 1e3 * least, "ms", "in memory",
	    least / bench_median(pay, NULL), BENCH_NONE);
}

static void
measure(void)
{
	must(semper_rsa_generate(&state.key, BITS, 65537, &semper_draw_system,
		 "key") == SEMPER_OK);
	memset(state.x, 0x35, sizeof state.x);
	in_memory(&state, EC95_3KP, "3kp-ec95");
	durable(&state, EC95_3KP, "3kp-ec95");
	in_memory(&state, HARD_3KP, "3kp-hard");
	durable(&state, HARD_3KP, "3kp-hard");
	semper_rsa_priv_free(state.key);
}

BENCH(measure);
