/* sources.h -- random sources for tests: fixed by label, and failing. */
#ifndef SEMPER_TESTS_CRYPTO_SOURCES_H
#define SEMPER_TESTS_CRYPTO_SOURCES_H

#include "base/bytes.h"
#include "base/draw.h"

/* Octets for each label; unlabelled draws come from the system, any other
 * draw fails.  A label with data == NULL ends the list. */
struct fixed_stream {
	const char *label;
	struct semper_bytes octets; /* what is left */
};
struct semper_draw draw_fixed(struct fixed_stream *streams);

/* The system's generator, failing at draw number *LEFT (0: the first). */
struct semper_draw draw_failing(int *left);

/* Endless octets that depend on a counter only: equal runs draw equally. */
struct semper_draw draw_counter(uint64_t *counter);

#endif
