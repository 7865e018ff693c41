/* x25519.h -- X25519 (RFC 7748), with the all-zero result refused. */
#ifndef SEMPER_CRYPTO_X25519_H
#define SEMPER_CRYPTO_X25519_H

#include <stdint.h>

#include "base/err.h"

#define SEMPER_X25519_LEN 32

/* The public key of SECRET (any 32 octets; clamped inside). */
void semper_x25519_public(uint8_t pub[SEMPER_X25519_LEN],
    const uint8_t secret[SEMPER_X25519_LEN]);

/* SEMPER_REFUSAL(SEMPER_AUTH, 0), and OUT zero, if PEER is one of the points
 * of small order, whose product is zero for every secret.  OUT may be neither
 * of the inputs. */
semper_err semper_x25519(uint8_t out[SEMPER_X25519_LEN],
    const uint8_t secret[SEMPER_X25519_LEN],
    const uint8_t peer[SEMPER_X25519_LEN]) SEMPER_MUST_CHECK;

#endif
