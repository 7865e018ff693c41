/* deeds.h -- things that happen to a play, chosen by the octets of an input.
 *
 * Each target has a switch of its own over one octet; what it does not name
 * itself, 4 and 8 first of all, goes to `deed`.
 */
#ifndef SEMPER_TESTS_FUZZ_DEEDS_H
#define SEMPER_TESTS_FUZZ_DEEDS_H

#include "tests/fuzz/liar.h"

enum { DEEDS = 16 };

/* 0 to 3 a lie, 5 a loss, 6 the same twice, 7 something old again, 9 a timer,
 * 10 time passes, 11 the network speaks, 12 noise, 13 a new order; others: the
 * next thing in the order of things. */
void deed(struct play *p, unsigned op, struct semper_bytes *in);

/* A capture, refund, reversal or authorisation; a batch of the orders begun. */
void deed_clear(struct play *p, struct semper_bytes *in);
void deed_batch(struct play *p, struct semper_bytes *in);

/* BEGIN makes what an input begins with, once for each KEY; P is a copy. */
typedef void deed_begin(struct play *p, unsigned key);
enum { DEED_KEYS = 2048 };
void deed_start(struct play *p, deed_begin *begin, unsigned key);

/* A whole input: what it begins with, and what HAPPENs by its octets. */
typedef void deed_happen(struct play *p, struct semper_bytes *in);
void deed_play(deed_begin *begin, unsigned key, deed_happen *happen,
    struct semper_bytes *in);

#endif
