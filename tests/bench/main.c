/* main.c -- run every registered measurement.
 *
 *   bench FILE      a table on the terminal, and FILE, a JSON list of
 *                   {"name","value","unit","against","ratio","limit"}
 */
#include <stdbool.h>
#include <stdio.h>

#include "tests/bench/bench.h"

enum { ROUNDS = 7 };
#define ROUND_SECONDS 0.02

static struct bench *benches, **last = &benches;

static struct {
	FILE *json;
	unsigned reports, broken;
} state;

void
bench_register(struct bench *b)
{
	*last = b;
	last = &b->next;
}

static double
seconds_of(void (*op)(void *ctx), void *ctx, unsigned long calls)
{
	double start = bench_wall();
	unsigned long i;

	for (i = 0; i < calls; i++)
		op(ctx);
	return bench_wall() - start;
}

double
bench_seconds(void (*op)(void *ctx), void *ctx)
{
	unsigned long calls = 1;
	double least, t;
	int i;

	while ((t = seconds_of(op, ctx, calls)) < ROUND_SECONDS)
		calls *= 2;
	for (least = t, i = 1; i < ROUNDS; i++) {
		t = seconds_of(op, ctx, calls);
		least = t < least ? t : least;
	}
	return least / (double)calls;
}

static void
put_number(const char *name, double x)
{
	if (isnan(x))
		fprintf(state.json, ",\"%s\":null", name);
	else
		fprintf(state.json, ",\"%s\":%.4g", name, x);
}

void
bench_report(const char *name, double value, const char *unit,
    const char *against, double ratio, double limit)
{
	bool broken = !isnan(limit) && !(ratio <= limit);

	fprintf(state.json, "%s\n{\"name\":\"%s\"",
	    state.reports++ > 0 ? "," : "", name);
	put_number("value", value);
	fprintf(state.json, ",\"unit\":\"%s\"", unit);
	if (against == NULL)
		fprintf(state.json, ",\"against\":null");
	else
		fprintf(state.json, ",\"against\":\"%s\"", against);
	put_number("ratio", ratio);
	put_number("limit", limit);
	fputc('}', state.json);

	printf("%-40s %10.4g %-6s", name, value, unit);
	if (!isnan(ratio))
		printf(" %6.2f x %s", ratio, against);
	if (!isnan(limit))
		printf(" (limit %.2f%s)", limit,
		    broken ? ", EXCEEDED" : "");
	putchar('\n');
	state.broken += broken;
}

int
main(int argc, char **argv)
{
	const struct bench *b;

	if (argc != 2 || (state.json = fopen(argv[1], "w")) == NULL) {
		fprintf(stderr, "usage: bench FILE\n");
		return 2;
	}
	fputc('[', state.json);
	for (b = benches; b != NULL; b = b->next)
		b->measure();
	fputs("\n]\n", state.json);
	if (fclose(state.json) != 0 || state.reports == 0)
		return 1;
	if (state.broken > 0)
		printf("%u limits are exceeded\n", state.broken);
	return 0;
}
