/* hex.c -- octets as lower-case hexadecimal. */
#include "hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t *
unhex(const char *hex, size_t *n)
{
	uint8_t *p = malloc(strlen(hex) / 2 + 1);
	unsigned octet;

	if (p == NULL)
		exit(1);
	for (*n = 0; sscanf(hex, "%2x", &octet) == 1; hex += 2)
		p[(*n)++] = (uint8_t)octet;
	return p;
}

json_t *
hex(const uint8_t *p, size_t n)
{
	char *s = malloc(2 * n + 1);
	json_t *value;
	size_t i;

	if (s == NULL)
		exit(1);
	for (s[0] = 0, i = 0; i < n; i++)
		sprintf(s + 2 * i, "%02x", p[i]);
	value = json_string(s);
	free(s);
	return value;
}
