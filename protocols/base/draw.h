/* draw.h -- the random source, an argument of whatever draws.
 *
 * Every draw that can reach an output has a label, the name of the protocol
 * value it makes ("SALT_B", "R[3]").  A label carries a stream of octets:
 * two draws of 16 octets under one label are the first and the second 16
 * octets of its stream.  So a vector fixes every value, in whatever order an
 * implementation draws.  Draws that cannot reach an output (blinding against
 * side channels) have the label NULL and are never accounted.
 *
 * A draw can fail; then the action that wanted it stops, with no output.
 */
#ifndef SEMPER_BASE_DRAW_H
#define SEMPER_BASE_DRAW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct semper_draw {
	semper_err (*fill)(void *ctx, const char *label, uint8_t *dst,
	    size_t len);
	void *ctx;
};

/* Fill DST with LEN octets of LABEL's stream: SEMPER_OK or SEMPER_E_RANDOM. */
semper_err semper_draw(const struct semper_draw *d, const char *label,
    uint8_t *dst, size_t len) SEMPER_MUST_CHECK;

/* The operating system's generator (getrandom), whatever the label. */
extern const struct semper_draw semper_draw_system;

#endif
