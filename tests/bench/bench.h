/* bench.h -- how a file of measurements makes itself known.
 *
 *   static void
 *   measure_decode(void)
 *   {
 *       double us = 1e6 * bench_seconds(decode_once, &input);
 *       bench_report("asn1/decode", us, "us", NULL, BENCH_NONE, BENCH_NONE);
 *   }
 *   BENCH(measure_decode);
 *
 * A report has a value and its unit and, if it is held against something
 * measured in the same run, the ratio, written so that smaller is better, with
 * the largest ratio that is promised.  A promise that is not kept is printed as
 * such and fails nothing: how fast a busy machine is decides no test.
 */
#ifndef SEMPER_TESTS_BENCH_H
#define SEMPER_TESTS_BENCH_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define BENCH_NONE NAN

struct bench {
	void (*measure)(void);
	struct bench *next;
};

void bench_register(struct bench *b);

/* Seconds that one call of OP takes: the least of several rounds, each long
 * enough for the clock.  The least, because disturbance only ever adds. */
double bench_seconds(void (*op)(void *ctx), void *ctx);

/* Contestants in turns: seconds of one call of OP[i] in turn t, by the clock of
 * this process, which others do not stretch. */
enum { BENCH_TURNS = 41 };
void bench_turns(double (*seconds)[BENCH_TURNS],
    void (*const *op)(void *ctx), size_t n, void *ctx);
double bench_turn(void (*op)(void *ctx), void *ctx);
double bench_now(void);
/* The clock on the wall, for what waits. */
double bench_wall(void);

/* The median over the turns of one contestant's time, or of its ratio to that
 * of OTHER in the same turn. */
double bench_median(const double *of, const double *other);

/* AGAINST: what RATIO refers to, or NULL.  RATIO, LIMIT: or BENCH_NONE. */
void bench_report(const char *name, double value, const char *unit,
    const char *against, double ratio, double limit);

/* What is measured works. */
static inline void
must(bool ok)
{
	if (!ok)
		abort();
}

#define BENCH(function)                                           \
	static struct bench bench_ = {(function), NULL};          \
	__attribute__((constructor)) static void bench_add_(void) \
	{                                                         \
		bench_register(&bench_);                          \
	}                                                         \
	struct bench /* ends with the semicolon of the use */

#endif
