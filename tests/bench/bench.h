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
 * the largest ratio that is promised.  The program exits 1 if a promise is
 * broken.
 */
#ifndef SEMPER_TESTS_BENCH_H
#define SEMPER_TESTS_BENCH_H

#include <math.h>

#define BENCH_NONE NAN

struct bench {
	void (*measure)(void);
	struct bench *next;
};

void bench_register(struct bench *b);

/* Seconds that one call of OP takes: the least of several rounds, each long
 * enough for the clock.  The least, because disturbance only ever adds. */
double bench_seconds(void (*op)(void *ctx), void *ctx);

/* AGAINST: what RATIO refers to, or NULL.  RATIO, LIMIT: or BENCH_NONE. */
void bench_report(const char *name, double value, const char *unit,
    const char *against, double ratio, double limit);

#define BENCH(function)                                           \
	static struct bench bench_ = {(function), NULL};          \
	__attribute__((constructor)) static void bench_add_(void) \
	{                                                         \
		bench_register(&bench_);                          \
	}                                                         \
	struct bench /* ends with the semicolon of the use */

#endif
