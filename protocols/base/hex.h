/* hex.h -- octets as lower-case hexadecimal text, the only form in vectors and
 * in the adapter protocol.  Upper case is refused: one text for each value. */
#ifndef SEMPER_BASE_HEX_H
#define SEMPER_BASE_HEX_H

#include "base/bytes.h"
#include "base/err.h"

/* Append the octets that LEN characters at TEXT stand for.  SEMPER_E_ARGUMENT,
 * and OUT unchanged, if these are not pairs of 0-9a-f; SEMPER_E_SPACE. */
semper_err semper_hex_decode(struct semper_buffer *out, const char *text,
    size_t len) SEMPER_MUST_CHECK;

/* Write 2 * x.len characters and a terminating zero to TEXT. */
void semper_hex_encode(char *text, struct semper_bytes x);

#endif
