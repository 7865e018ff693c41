#include "base/bytes.h"

#include <string.h>

#include "base/err.h"

bool
semper_bytes_equal(struct semper_bytes a, struct semper_bytes b)
{
	if (a.data == NULL || b.data == NULL)
		return a.data == b.data;
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

int
semper_buffer_append(struct semper_buffer *b, struct semper_bytes x)
{
	if (x.len > b->cap - b->len)
		return SEMPER_E_SPACE;
	if (x.len > 0)
		memmove(b->data + b->len, x.data, x.len);
	b->len += x.len;
	return SEMPER_OK;
}
