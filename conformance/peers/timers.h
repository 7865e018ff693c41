/* timers.h -- the timers a party has asked for, kept in its ledger.
 *
 * Each is a record of the table peer-timer: its name, and 8 octets for the
 * second it is due, or none once it has gone off.  A timer is written before
 * the messages of its step leave: if the program ends in between, neither the
 * timer nor a message is there, and the other side repeats itself. */
#ifndef SEMPER_PEERS_TIMERS_H
#define SEMPER_PEERS_TIMERS_H

#include "role/role.h"

#define TIMERS_MAX 4096 /* that wait at a time; the rest wait for a restart */

struct timers {
	const struct semper_ledger *ledger;
	size_t n;
	struct semper_timer list[TIMERS_MAX];
};

/* Those of LEDGER that have not gone off. */
semper_err timers_open(struct timers *timers,
    const struct semper_ledger *ledger) SEMPER_MUST_CHECK;

/* A timer that is asked for again is moved. */
semper_err timers_set(struct timers *timers,
    const struct semper_timer *timer) SEMPER_MUST_CHECK;

/* Take one that is due at NOW; false if there is none.  It has gone off when
 * timers_done says so. */
bool timers_due(struct timers *timers, struct semper_timer *out, int64_t now);
semper_err timers_done(struct timers *timers,
    const struct semper_timer *timer) SEMPER_MUST_CHECK;

/* Milliseconds until the first is due, at most MOST. */
int timers_wait(const struct timers *timers, int64_t now, int most);

#endif
