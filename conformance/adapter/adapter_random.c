#include "adapter_random.h"

#include <string.h>

bool
adapter_random_add(struct adapter_random *random, const char *label,
    struct semper_bytes octets)
{
	if (random->n == RANDOM_LABELS)
		return false;
	random->streams[random->n++] = (struct random_stream){label, octets, 0};
	return true;
}

static struct random_stream *
find(struct adapter_random *random, const char *label)
{
	for (size_t i = 0; label != NULL && i < random->n; i++)
		if (strcmp(random->streams[i].label, label) == 0)
			return &random->streams[i];
	return NULL;
}

static semper_err
fill(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	struct random_stream *s = find(ctx, label);

	if (s == NULL)
		return semper_draw(&semper_draw_system, label, dst, len);
	if (len > s->octets.len - s->used)
		return SEMPER_E_RANDOM;
	memcpy(dst, s->octets.data + s->used, len);
	s->used += len;
	return SEMPER_OK;
}

static void
rewind_streams(void *ctx)
{
	struct adapter_random *random = ctx;

	for (size_t i = 0; i < random->n; i++)
		random->streams[i].used = 0;
}

struct semper_random
adapter_random_source(struct adapter_random *random)
{
	return (struct semper_random){{fill, random}, rewind_streams};
}
