/* pool.h -- storage that is released all at once. */
#ifndef SEMPER_ADAPTER_POOL_H
#define SEMPER_ADAPTER_POOL_H

#include <stddef.h>

#include "base/bytes.h"

struct pool_block;
struct pool {
	struct pool_block *blocks;
};

/* N zeroed octets, aligned for any type, that live as long as the pool.  The
 * program ends if there is no memory. */
void *pool_take(struct pool *pool, size_t n);

struct semper_bytes pool_copy(struct pool *pool, struct semper_bytes octets);

/* Room for output. */
struct semper_buffer pool_buffer(struct pool *pool, size_t cap);

/* Wipe and release everything. */
void pool_free(struct pool *pool);

#endif
