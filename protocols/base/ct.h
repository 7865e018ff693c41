/* ct.h -- comparing, choosing and forgetting secrets without a branch on them.
 *
 * semper_wipe overwrites in a way the compiler keeps.  What it does not do:
 * registers, spilled temporaries and copies a library made are out of reach.
 */
#ifndef SEMPER_BASE_CT_H
#define SEMPER_BASE_CT_H

#include <stddef.h>
#include <stdint.h>

/* 1 if the LEN octets at A and B are equal, else 0; time depends on LEN. */
unsigned semper_ct_equal(const void *a, const void *b, size_t len);

/* 1 if x == 0, else 0. */
unsigned semper_ct_is_zero(uint64_t x);

/* 1 if x < y, else 0. */
unsigned semper_ct_less(uint64_t x, uint64_t y);

/* x if bit is 1, y if bit is 0. */
uint64_t semper_ct_select(unsigned bit, uint64_t x, uint64_t y);

void semper_wipe(void *p, size_t len);

#endif
