/* fuzz_der.c -- whatever the decoder takes is the one encoding of its values.
 *
 * The first octet chooses a type among all of all modules, the rest is the
 * input.  Stops at a difference, a sanitizer report, or an error that is not a
 * refusal.
 */
#include <stdlib.h>
#include <string.h>

#include "asn1/der_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MAX_TYPES = 256, MAX_INPUT = 4096 };

static const struct semper_der_type *types[MAX_TYPES];
static size_t count;

static void
collect_types(void)
{
	const struct semper_der_module *m;
	const struct semper_der_type *t;

	if (semper_der_faulty_module() != NULL)
		abort();
	for (m = semper_der_modules; m->table != NULL; m++)
		for (t = m->types[0].child; t != NULL; t = t->next)
			if (t->assignment && count < MAX_TYPES)
				types[count++] = t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t room[MAX_INPUT];
	struct semper_buffer out = SEMPER_BUFFER(room);
	semper_err err;

	if (count == 0)
		collect_types();
	if (len < 1 || len > MAX_INPUT)
		return 0;
	err = semper_der_canonical(types[data[0] % count],
	    SEMPER_BYTES(data + 1, len - 1), &out);
	if (err == SEMPER_OK &&
	    (out.len != len - 1 || memcmp(room, data + 1, len - 1) != 0))
		abort();
	if (err != SEMPER_OK && err != SEMPER_REFUSAL(SEMPER_MALFORMED, 0))
		abort();
	return 0;
}
