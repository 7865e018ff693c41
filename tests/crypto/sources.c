/* sources.c -- see sources.h. */
#include "tests/crypto/sources.h"

#include <string.h>

#include "crypto/hash.h"

static semper_err
fill_fixed(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	struct fixed_stream *s = ctx;

	if (label == NULL)
		return semper_draw(&semper_draw_system, label, dst, len);
	while (s->octets.data != NULL && strcmp(s->label, label) != 0)
		s++;
	if (s->octets.data == NULL || s->octets.len < len)
		return SEMPER_E_RANDOM;
	memcpy(dst, s->octets.data, len);
	s->octets.data += len;
	s->octets.len -= len;
	return SEMPER_OK;
}

struct semper_draw
draw_fixed(struct fixed_stream *streams)
{
	return (struct semper_draw){fill_fixed, streams};
}

static semper_err
fill_failing(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	int *left = ctx;

	if (*left == 0)
		return SEMPER_E_RANDOM;
	--*left;
	return semper_draw(&semper_draw_system, label, dst, len);
}

struct semper_draw
draw_failing(int *left)
{
	return (struct semper_draw){fill_failing, left};
}

static semper_err
fill_counter(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	uint64_t *counter = ctx;

	(void)label;
	++*counter;
	semper_mgf1(SEMPER_SHA256, dst, len,
	    SEMPER_BYTES((uint8_t *)counter, sizeof *counter));
	return SEMPER_OK;
}

struct semper_draw
draw_counter(uint64_t *counter)
{
	return (struct semper_draw){fill_counter, counter};
}
