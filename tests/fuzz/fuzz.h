/* fuzz.h -- what the fuzz targets share.
 *
 * A target is one function over octets, deterministic and silent.  It stops
 * with abort() when something is wrong beyond what a sanitizer sees; the
 * sentence printed then says what.  The same functions run the committed
 * inputs (tests/fuzz/corpus/) in the sanitizer build: tests/fuzz/replay.c.
 */
#ifndef SEMPER_TESTS_FUZZ_H
#define SEMPER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Must hold, or the target stops with this sentence. */
#define HOLDS(cond, sentence)                                         \
	do {                                                          \
		if (!(cond)) {                                        \
			fprintf(stderr, "FOUND: %s (%s)\n", sentence, \
			    #cond);                                   \
			abort();                                      \
		}                                                     \
	} while (0)

/* Cut the first octet, the first N octets (or what there is), off IN. */
static inline uint8_t
cut_octet(struct semper_bytes *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->data++;
}

static inline struct semper_bytes
cut(struct semper_bytes *in, size_t n)
{
	struct semper_bytes first = {in->data, n < in->len ? n : in->len};

	in->data += first.len;
	in->len -= first.len;
	return first;
}

#endif
