/* mutated.h -- the words that mutants.tcl puts in a changed line, read before the
 * file itself. */
#ifndef SEMPER_TESTS_MUTATED_H
#define SEMPER_TESTS_MUTATED_H

#include <string.h>

#define LEFT_OUT(id, cond, err) (void)sizeof(cond)
#define IGNORED(call) (void)(call)
#define SKIPPED(call) (void)0
#define IKP_CTX_OTHER IKP_CTX_AUTH_RES_HASH
#define AGAIN(earlier, step, out, label, len) (*(out) = *(earlier), SEMPER_OK)

/* The first value of the process, for whoever asks. */
#define KEPT(step, out, label, len)                                         \
	__extension__({                                                     \
		static uint8_t kept_[64];                                   \
		static int drawn_;                                          \
		semper_err e_ = SEMPER_OK;                                  \
		if (!drawn_ &&                                              \
		    (e_ = ikp_draw(step, out, label, len)) == SEMPER_OK) { \
			memcpy(kept_, (out)->data, len);                    \
			drawn_ = 1;                                         \
		}                                                           \
		if (e_ == SEMPER_OK)                                        \
			*(out) = SEMPER_BYTES(kept_, len);                  \
		e_;                                                         \
	})

#endif
