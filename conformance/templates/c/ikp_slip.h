/* ikp_slip.h -- what only the acquirer can read. */
#ifndef TEMPLATE_IKP_SLIP_H
#define TEMPLATE_IKP_SLIP_H

#include <openssl/evp.h>

#include "ikp_message.h"

/* The private key whose PKCS#8 encoding is HEX; NULL if it is none. */
EVP_PKEY *read_key(const char *hex);

/* Decrypt the slip of R into PLAIN, decode it into S (views into PLAIN) and
 * check it against R: IKP-A-10 to IKP-A-13, false whatever is wrong. */
bool open_slip(EVP_PKEY *key, const struct auth_req *r, struct slip *s,
    uint8_t plain[1024]);

#endif
