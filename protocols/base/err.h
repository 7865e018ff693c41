/* err.h -- what a call can answer.
 *
 * Zero is success.  Everything else says whose fault it is:
 *
 *   1..31        ours or our caller's: memory, storage, randomness, arguments.
 *                Never on the wire, never a verdict about an input.
 *   >= 256       the input was refused: a class (what kind of wrong) in the
 *                high octet, a protocol's own error number in the low one
 *                (0: the room has no numbers of its own).  The pair is what a
 *                `reject` of the adapter protocol carries.
 *
 * The classes are closed: conformance/ADAPTER.md lists the same twelve.
 */
#ifndef SEMPER_BASE_ERR_H
#define SEMPER_BASE_ERR_H

#define SEMPER_MUST_CHECK __attribute__((warn_unused_result))

typedef int semper_err;

enum {
	SEMPER_OK = 0,
	SEMPER_E_ARGUMENT = 1,    /* the caller broke the contract of the call */
	SEMPER_E_SPACE = 2,       /* the caller's buffer is too small */
	SEMPER_E_MEMORY = 3,      /* allocation failed */
	SEMPER_E_STORE = 4,       /* the ledger could not read or commit */
	SEMPER_E_CONFLICT = 5,    /* the view is stale: run the action again */
	SEMPER_E_RANDOM = 6,      /* the random source failed */
	SEMPER_E_KEY = 7,         /* our own key is unusable */
	SEMPER_E_UNSUPPORTED = 8, /* not implemented here */
	SEMPER_E_INTERNAL = 9     /* a computation failed its own check */
};

enum semper_class {
	SEMPER_MALFORMED = 1, /* violates the module, constraints included */
	SEMPER_RANGE,         /* well-typed, forbidden by the text */
	SEMPER_AUTH,          /* signature, MAC, certificate, decryption */
	SEMPER_PROOF,         /* commitment, consistency or knowledge proof */
	SEMPER_STATE,         /* not now */
	SEMPER_REPLAY,        /* seen before */
	SEMPER_IDENTITY,      /* wrong party, session, transaction */
	SEMPER_LIMIT,         /* an amount, count or size is exhausted */
	SEMPER_EXPIRED,       /* too old, or not valid yet */
	SEMPER_POLICY,        /* profile, variant or use not allowed here */
	SEMPER_BUSY,          /* try the same again later */
	SEMPER_ABORT          /* the protocol tells this party to stop */
};

#define SEMPER_REFUSAL(class, number) (((int)(class) << 8) | (number))
#define SEMPER_CLASS_OF(e) ((enum semper_class)((e) >> 8))
#define SEMPER_NUMBER_OF(e) ((e) & 0xff)
#define SEMPER_IS_REFUSAL(e) ((e) >= 256)

/* The word for a class ("malformed"), or for one of our own errors. */
const char *semper_class_name(enum semper_class c);
const char *semper_err_text(semper_err e);

#endif
