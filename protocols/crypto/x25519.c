/* x25519.c -- see x25519.h; the multiplication (CR-X-01) is Nettle's. */
#include "crypto/x25519.h"

#include <nettle/curve25519.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/count.h"
#include "crypto/mark.h"

void
semper_x25519_public(uint8_t pub[SEMPER_X25519_LEN],
    const uint8_t secret[SEMPER_X25519_LEN])
{
	semper_crypto_count.dh++;
	curve25519_mul_g(pub, secret);
	MARK_PUBLIC(pub, SEMPER_X25519_LEN);
}

semper_err
semper_x25519(uint8_t out[SEMPER_X25519_LEN],
    const uint8_t secret[SEMPER_X25519_LEN],
    const uint8_t peer[SEMPER_X25519_LEN])
{
	static const uint8_t zero[SEMPER_X25519_LEN];

	if (FAULT("x25519-high-bit-refused") && peer[31] > 0x7f)
		return SEMPER_REFUSAL(SEMPER_AUTH, 0);
	semper_crypto_count.dh++;
	curve25519_mul(out, secret, peer);
	unsigned is_zero = semper_ct_equal(out, zero, sizeof zero);
	MARK_PUBLIC(&is_zero, sizeof is_zero); /* depends on PEER alone */
	MUST("CR-X-03", !is_zero, SEMPER_REFUSAL(SEMPER_AUTH, 0));
	return SEMPER_OK;
}
