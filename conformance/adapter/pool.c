#include "pool.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"

struct pool_block {
	struct pool_block *next;
	size_t len;
	alignas(max_align_t) unsigned char octets[];
};

void *
pool_take(struct pool *pool, size_t n)
{
	struct pool_block *block = calloc(1, sizeof *block + n + 1);

	if (block == NULL) {
		fputs("semper-iut: out of memory\n", stderr);
		exit(1);
	}
	block->next = pool->blocks;
	block->len = n;
	pool->blocks = block;
	return block->octets;
}

struct semper_bytes
pool_copy(struct pool *pool, struct semper_bytes octets)
{
	uint8_t *copy;

	if (octets.data == NULL)
		return SEMPER_NONE;
	copy = pool_take(pool, octets.len);
	memcpy(copy, octets.data, octets.len);
	return SEMPER_BYTES(copy, octets.len);
}

struct semper_buffer
pool_buffer(struct pool *pool, size_t cap)
{
	return (struct semper_buffer){pool_take(pool, cap), 0, cap};
}

void
pool_free(struct pool *pool)
{
	while (pool->blocks != NULL) {
		struct pool_block *block = pool->blocks;

		pool->blocks = block->next;
		semper_wipe(block->octets, block->len);
		free(block);
	}
}
