/* must.h -- where a requirement is enforced.
 *
 *   MUST("IKP-A-03", in_window(date, now), IKP_E_DATE_OUT_OF_WINDOW);
 *
 * returns the error from the enclosing function unless the condition holds.
 * The id documents the check, is kept as the trace entry of the refusal (see
 * semper_refused_by) and, in the fault configuration only (SEMPER_FAULTS),
 * is the switch that leaves this check out.  A product build has no switch.
 *
 * Inside a decryption nothing may show which check failed: FOLD evaluates
 * every condition and joins the results without branching; the one MUST
 * after it refuses once.
 *
 * FAULT("id") is true only in the fault configuration and only when that
 * fault is switched on: it guards a wrong behaviour other than a left-out
 * check.  In every other build it is the constant 0 and the code goes away.
 */
#ifndef SEMPER_BASE_MUST_H
#define SEMPER_BASE_MUST_H

#include "base/err.h"

#ifdef SEMPER_FAULTS
int semper_fault(const char *id); /* 1: the fault is switched on */
#define FAULT(id) semper_fault(id)
#else
#define FAULT(id) 0
#endif

/* Remember ID as what refused; returns E.  Per thread, for diagnosis only. */
semper_err semper_refused(const char *id, semper_err e);

/* The id of the last refusal of this thread, or NULL.  Never shown for a
 * refusal that folds several checks. */
const char *semper_refused_by(void);

#define MUST(id, cond, err)                                   \
	do {                                                  \
		if (!(cond) && !FAULT(id))                    \
			return semper_refused((id), (err));   \
	} while (0)

#define FOLD(id, ok, cond) ((ok) &= (unsigned)(cond) | (unsigned)FAULT(id))

/* Pass on anything but success. */
#define TRY(call)                                   \
	do {                                        \
		semper_err try_err_ = (call);       \
		if (try_err_ != SEMPER_OK)          \
			return try_err_;            \
	} while (0)

#endif
