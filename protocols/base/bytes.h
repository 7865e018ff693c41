/* bytes.h -- a view of octets somebody else owns.
 *
 * A view with data == NULL means "absent" (an OPTIONAL component that is not
 * there); a view with data != NULL and len == 0 is present and empty.  A view
 * never owns, and lives as long as what it points into.
 */
#ifndef SEMPER_BASE_BYTES_H
#define SEMPER_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct semper_bytes {
	const uint8_t *data;
	size_t len;
};

/* Room for output that the caller owns; len grows, cap does not. */
struct semper_buffer {
	uint8_t *data;
	size_t len, cap;
};

#define SEMPER_BYTES(p, n) ((struct semper_bytes){(p), (n)})
#define SEMPER_NONE ((struct semper_bytes){NULL, 0})
#define SEMPER_TEXT(s) \
	((struct semper_bytes){(const uint8_t *)(s), sizeof(s) - 1})
#define SEMPER_BUFFER(array) ((struct semper_buffer){(array), 0, sizeof(array)})

/* The octets written to B so far. */
static inline struct semper_bytes
semper_written(const struct semper_buffer *b)
{
	return (struct semper_bytes){b->data, b->len};
}

/* Equality of public octets; two absent views are equal, an absent and an
 * empty one are not.  Secrets are compared with semper_ct_equal (ct.h). */
bool semper_bytes_equal(struct semper_bytes a, struct semper_bytes b);

/* Append X to B; SEMPER_E_SPACE, and B unchanged, if it does not fit. */
int semper_buffer_append(struct semper_buffer *b, struct semper_bytes x);

#endif
