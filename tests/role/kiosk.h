/* kiosk.h -- a small party to try the engine with.
 *
 * A kiosk sells one thing at a time.  A message is one octet for the event, one
 * for the transaction, and a few that say how the action shall behave:
 *
 *   o  order     none -> open            takes one from the stock, draws NONCE
 *   p  pay       open -> paid, declined  as the third octet says
 *   c  cancel    open -> closed          in profile b only
 *   e  error     in every state: answered aside
 */
#ifndef SEMPER_TESTS_ROLE_KIOSK_H
#define SEMPER_TESTS_ROLE_KIOSK_H

#include "role/role.h"

enum { K_NONE, K_OPEN, K_PAID, K_DECLINED, K_CLOSED, K_STATES };
enum { K_ORDER, K_PAY, K_CANCEL, K_ERROR, K_EVENTS };
enum { K_PROFILE_A, K_PROFILE_B, K_PROFILES };
enum { K_BUYER, K_KIOSK, K_PARTIES };

#define K_E_UNEXPECTED SEMPER_REFUSAL(SEMPER_STATE, 3)
#define K_E_REFUSED SEMPER_REFUSAL(SEMPER_LIMIT, 13)

extern const struct semper_role_def kiosk_def;

/* How often `order` shall find that somebody else took from the stock between
 * its view and its commit; counts down. */
extern int kiosk_meddle;

/* How often an action has run. */
extern int kiosk_runs;

#endif
