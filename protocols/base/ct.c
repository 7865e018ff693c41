#include "base/ct.h"

/* An empty asm that claims to change X: the compiler can no longer conclude
 * what X may be, so it cannot turn the arithmetic below into a branch. */
static inline uint64_t
opaque(uint64_t x)
{
	__asm__("" : "+r"(x));
	return x;
}

/* For any x != 0, x or -x has its top bit set. */
unsigned
semper_ct_is_zero(uint64_t x)
{
	x = opaque(x);
	return 1u ^ (unsigned)((x | (0 - x)) >> 63);
}

/* The borrow of x - y (Hacker's Delight 2-13). */
unsigned
semper_ct_less(uint64_t x, uint64_t y)
{
	x = opaque(x);
	return (unsigned)(((~x & y) | ((~x | y) & (x - y))) >> 63);
}

uint64_t
semper_ct_select(unsigned bit, uint64_t x, uint64_t y)
{
	uint64_t mask = 0 - opaque(bit & 1);

	return y ^ (mask & (x ^ y));
}

unsigned
semper_ct_equal(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	uint64_t differ = 0;
	size_t i;

	for (i = 0; i < len; i++)
		differ |= (uint64_t)(x[i] ^ y[i]);
	return semper_ct_is_zero(differ);
}

/* The asm makes the compiler assume that somebody reads P afterwards. */
void
semper_wipe(void *p, size_t len)
{
	uint8_t *octet = p;
	size_t i;

	for (i = 0; i < len; i++)
		octet[i] = 0;
	__asm__ volatile("" : : "r"(p) : "memory");
}
