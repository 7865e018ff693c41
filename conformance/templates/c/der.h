/* der.h -- just enough strict DER for the sample party. */
#ifndef TEMPLATE_DER_H
#define TEMPLATE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	INT = 2,
	BOOL = 1,
	OCT = 4,
	ENUM = 10,
	NUM = 18,
	TIME = 24,
	VIS = 26,
	SEQ = 48
};

struct view {
	const uint8_t *p;
	size_t n;
};

struct text { /* room for the largest message this party writes */
	uint8_t p[4096];
	size_t n;
};

/* Cut an encoding with TAG off the front of IN: false if there is none, or its
 * length is not the minimal form. *WHOLE (may be NULL) gets it with its header.
 */
bool der_take(
    struct view *in, int tag, struct view *contents, struct view *whole);

/* The same for a leaf of universal type KIND (TAG differs under a context tag),
 * its alphabet, minimal form and LOW..HIGH (of the value or length) checked. */
bool der_leaf(struct view *in, int tag, int kind, int64_t low, int64_t high,
    struct view *contents);

/* Values of leaves that der_leaf has accepted. */
int64_t der_int(struct view contents);
int64_t der_time(struct view contents);

/* Append to OUT; exits the program if 4096 octets do not do. */
void der_put(struct text *out, int tag, const void *p, size_t n);
void der_put_int(struct text *out, int tag, int64_t value);

#endif
