/* uniform.c -- see uniform.h. */
#include "crypto/uniform.h"

#include "base/must.h"
#include "crypto/limbs.h"
#include "crypto/mark.h"

#define TRIES 256 /* each fails with probability below 1/2 */

unsigned
semper_uniform_fit(uint8_t *x, struct semper_bytes n)
{
	unsigned top = 8 * n.len - semper_octets_bits(n);
	x[0] &= 0xff >> (FAULT("uniform-not-masked") ? 0 : top);

	unsigned borrow = 0, any = 0; /* borrow of x - n; some bit of x */
	for (size_t i = n.len; i-- > 0;) {
		borrow = ((unsigned)x[i] - n.data[i] - borrow) >> 8 & 1;
		any |= x[i];
	}
	return borrow & (any + 0xff) >> 8;
}

/* CR-F-05 */
semper_err
semper_uniform(uint8_t *out, struct semper_bytes n,
    const struct semper_draw *draw, const char *label)
{
	if (n.len == 0 || n.data[0] == 0 || semper_octets_bits(n) < 2)
		return SEMPER_E_ARGUMENT;
	for (int i = 0; i < TRIES; i++) {
		TRY(semper_draw(draw, label, out, n.len));
		MARK_SECRET(out, n.len);
		unsigned fits = semper_uniform_fit(out, n);
		MARK_PUBLIC(&fits, sizeof fits); /* about a rejected one */
		if (fits)
			return SEMPER_OK;
	}
	return SEMPER_E_RANDOM;
}
