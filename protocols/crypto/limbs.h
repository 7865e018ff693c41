/* limbs.h -- between big-endian octets and GMP's limbs.
 *
 * Private to this room.  Loop bounds depend on lengths only, never on values
 * (semper_octets_bits excepted, which is for public numbers).
 */
#ifndef SEMPER_CRYPTO_LIMBS_H
#define SEMPER_CRYPTO_LIMBS_H

#include <gmp.h>
#include <string.h>

#include "base/bytes.h"

_Static_assert(GMP_NUMB_BITS == 8 * sizeof(mp_limb_t), "limbs without nails");

/* Limbs that hold BITS bits. */
static inline mp_size_t
semper_limbs_for(size_t bits)
{
	return (mp_size_t)((bits + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS);
}

/* X, N limbs, from big-endian octets of at most as many bits. */
static inline void
semper_limbs_get(mp_limb_t *x, mp_size_t n, const uint8_t *octets, size_t len)
{
	memset(x, 0, (size_t)n * sizeof(mp_limb_t));
	for (size_t i = 0; i < len; i++)
		x[i / sizeof(mp_limb_t)] |= (mp_limb_t)octets[len - 1 - i]
		    << 8 * (i % sizeof(mp_limb_t));
}

/* The LEN low octets of X, which has at least that many. */
static inline void
semper_limbs_put(uint8_t *octets, size_t len, const mp_limb_t *x)
{
	for (size_t i = 0; i < len; i++)
		octets[len - 1 - i] = (uint8_t)(x[i / sizeof(mp_limb_t)] >>
		    8 * (i % sizeof(mp_limb_t)));
}

/* The view without leading zero octets. */
static inline struct semper_bytes
semper_octets_strip(struct semper_bytes x)
{
	while (x.len > 0 && x.data[0] == 0) {
		x.data++;
		x.len--;
	}
	return x;
}

/* The length in bits of a public integer. */
static inline size_t
semper_octets_bits(struct semper_bytes x)
{
	x = semper_octets_strip(x);
	if (x.len == 0)
		return 0;
	size_t bits = 8 * x.len - 8;
	for (unsigned top = x.data[0]; top != 0; top >>= 1)
		bits++;
	return bits;
}

/* Write the public integer X right-aligned into LEN octets; false, and OUT
 * undefined, if it needs more. */
static inline bool
semper_octets_align(uint8_t *out, size_t len, struct semper_bytes x)
{
	x = semper_octets_strip(x);
	if (x.len > len)
		return false;
	memset(out, 0, len - x.len);
	if (x.len > 0)
		memcpy(out + len - x.len, x.data, x.len);
	return true;
}

#endif
