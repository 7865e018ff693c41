/* account.h -- what a step drew, label by label.
 *
 * An account stands between whoever draws and the random source: it passes
 * each draw on and adds up the octets per label.  Draws without a label
 * (base/draw.h) are passed on and not listed.
 */
#ifndef SEMPER_ROLE_ACCOUNT_H
#define SEMPER_ROLE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/draw.h"

#define SEMPER_ACCOUNT_LABELS 32
#define SEMPER_LABEL_MAX 31

/* The random source of a party: REWIND, if there is one, takes every label's
 * stream back to where it was when the step began, so that a step that is
 * computed again draws the same values again. */
struct semper_random {
	struct semper_draw source;
	void (*rewind)(void *ctx); /* called with source.ctx */
};

struct semper_account_line {
	char label[SEMPER_LABEL_MAX + 1];
	size_t octets;
};

struct semper_account {
	struct semper_draw draw; /* draw from this */
	const struct semper_draw *source;
	bool failed; /* a draw has failed */
	size_t n;
	struct semper_account_line lines[SEMPER_ACCOUNT_LABELS];
};

/* An empty account over SOURCE, which must outlive it.  The account must not
 * be moved after this.  A draw fails if the source does, or if it would need
 * a 33rd label or one of more than 31 characters. */
void semper_account_open(struct semper_account *account,
    const struct semper_draw *source);

#endif
