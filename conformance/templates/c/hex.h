/* hex.h -- octets as lower-case hexadecimal. */
#ifndef TEMPLATE_HEX_H
#define TEMPLATE_HEX_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* The octets of HEX up to what is no hexadecimal; the caller frees them. */
uint8_t *unhex(const char *hex, size_t *n);

/* A JSON string. */
json_t *hex(const uint8_t *p, size_t n);

#endif
