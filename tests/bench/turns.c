/* turns.c -- contestants measured in turns, so that a change of clock rate hits
 * all of them alike. */
#include <stdlib.h>
#include <time.h>

#include "tests/bench/bench.h"

#define TURN_SECONDS 0.005

static double
seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double
bench_now(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double
bench_wall(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double
bench_turn(void (*op)(void *ctx), void *ctx)
{
	double start = bench_now(), end;
	int calls = 0;

	do {
		op(ctx);
		calls++;
		end = bench_now();
	} while (end - start < TURN_SECONDS);
	return (end - start) / calls;
}

void
bench_turns(double (*seconds)[BENCH_TURNS], void (*const *op)(void *ctx),
    size_t n, void *ctx)
{
	for (int t = 0; t < BENCH_TURNS; t++)
		for (size_t i = 0; i < n; i++)
			seconds[i][t] = bench_turn(op[i], ctx);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
bench_median(const double *of, const double *other)
{
	double x[BENCH_TURNS];

	for (int t = 0; t < BENCH_TURNS; t++)
		x[t] = other == NULL ? of[t] : of[t] / other[t];
	qsort(x, BENCH_TURNS, sizeof x[0], by_size);
	return x[BENCH_TURNS / 2];
}
