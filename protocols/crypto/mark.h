/* mark.h -- which memory is secret, said where it becomes so.
 *
 * Private to this room.  In ordinary builds the marks are nothing.  With
 * SEMPER_CT defined they tell valgrind's memcheck that secret octets are
 * undefined, so that a branch or an address that depends on one is reported:
 * the claims of spec/crypto.md, "Constant time", become a test (tests/ct).
 * MARK_PUBLIC ends a claim; each use says in a comment why it may.
 */
#ifndef SEMPER_CRYPTO_MARK_H
#define SEMPER_CRYPTO_MARK_H

#ifdef SEMPER_CT
#include <valgrind/memcheck.h>
#define MARK_SECRET(p, len) ((void)VALGRIND_MAKE_MEM_UNDEFINED((p), (len)))
#define MARK_PUBLIC(p, len) ((void)VALGRIND_MAKE_MEM_DEFINED((p), (len)))
#else
#define MARK_SECRET(p, len) ((void)(p))
#define MARK_PUBLIC(p, len) ((void)(p))
#endif

#endif
