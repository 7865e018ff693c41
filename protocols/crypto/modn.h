/* modn.h -- arithmetic modulo an RSA modulus, silent about its operands.
 *
 * Private to this room.  A struct semper_modn is the modulus, its public
 * exponent and the scratch all operations share; it belongs to one thread at
 * a time.  Operands and results are m->nn limbs and reduced; a result may be
 * one of the operands.  Nothing branches on an operand, nothing is allocated
 * but by semper_modn_new and inside semper_modn_invert.
 */
#ifndef SEMPER_CRYPTO_MODN_H
#define SEMPER_CRYPTO_MODN_H

#include <gmp.h>

#include "crypto/rsa.h"

#define SEMPER_MODN_LIMBS (SEMPER_RSA_MAX_BITS / GMP_NUMB_BITS)

struct semper_modn {
	mp_size_t nn;
	mp_bitcnt_t e_bits;
	size_t itch; /* limbs of scratch */
	mp_limb_t n[SEMPER_MODN_LIMBS];
	mp_limb_t e[SEMPER_RSA_MAX_E_LEN / sizeof(mp_limb_t)];
	mp_limb_t product[2 * SEMPER_MODN_LIMBS + 2];
	mp_limb_t scratch[];
};

/* ITCH: limbs of scratch the caller wants for itself (at least as many as the
 * operations here need are made).  SEMPER_E_MEMORY. */
semper_err semper_modn_new(struct semper_modn **m,
    const struct semper_rsa_pub *key, size_t itch) SEMPER_MUST_CHECK;
void semper_modn_free(struct semper_modn *m);

/* Overwrite product and scratch. */
void semper_modn_wipe(struct semper_modn *m);

/* r = a b mod n */
void semper_modn_mul(struct semper_modn *m, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b);

/* r = a^e mod n; r is not a */
void semper_modn_power_e(struct semper_modn *m, mp_limb_t *r,
    const mp_limb_t *a);

/* r = a^-1 mod n.  *unit = 0, and r undefined, if there is none. */
semper_err semper_modn_invert(struct semper_modn *m, mp_limb_t *r, bool *unit,
    const mp_limb_t *a, const struct semper_draw *draw) SEMPER_MUST_CHECK;

/* r uniform in [1, n), from the stream LABEL */
semper_err semper_modn_draw(struct semper_modn *m, mp_limb_t *r,
    const struct semper_draw *draw, const char *label) SEMPER_MUST_CHECK;

#endif
