/* adapter_random.h -- the labelled streams of a request (ADAPTER.md section
 * 4).  A label without a stream, and every draw without a label, is served by
 * the system's generator; a stream that ends too early fails the draw. */
#ifndef SEMPER_ADAPTER_RANDOM_H
#define SEMPER_ADAPTER_RANDOM_H

#include <stddef.h>

#include "base/bytes.h"
#include "role/account.h"

#define RANDOM_LABELS 64

struct random_stream {
	const char *label;
	struct semper_bytes octets;
	size_t used;
};

struct adapter_random {
	size_t n;
	struct random_stream streams[RANDOM_LABELS];
};

/* Add a stream; label and octets must live on.  False if there are too many. */
bool adapter_random_add(struct adapter_random *random, const char *label,
    struct semper_bytes octets);

/* The random source of a party: takes streams back to their beginning when a
 * step is computed again. */
struct semper_random adapter_random_source(struct adapter_random *random);

#endif
