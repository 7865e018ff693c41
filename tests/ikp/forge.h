/* forge.h -- messages in which one thing is changed. */
#ifndef SEMPER_TESTS_IKP_FORGE_H
#define SEMPER_TESTS_IKP_FORGE_H

#include "tests/ikp/stage.h"

typedef void forge_edit(union ikp_body *body);

/* MSG with CHANGE made to its body; what was signed stays as it was.  The
 * octets live until the next call. */
struct semper_bytes forge(const struct stage *s, struct semper_bytes msg,
    forge_edit *change);

struct forgery {
	forge_edit *change; /* NULL: the genuine one */
	int64_t later;      /* seconds */
	semper_err error;
	const char *by; /* the requirement that refuses it */
};

/* Deliver the message that is next, forged in each way, which is refused, and
 * then as it is, which is not. */
void forge_each(struct stage *s, const struct forgery *forgeries, size_t n);

#define FORGE_EACH(s, ...)                                       \
	do {                                                     \
		static const struct forgery f[] = {__VA_ARGS__}; \
		forge_each((s), f, sizeof f / sizeof f[0]);      \
	} while (0)

#endif
