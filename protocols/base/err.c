#include "base/err.h"

#include <stddef.h>

static const char *const class_names[] = {
    [SEMPER_MALFORMED] = "malformed",
    [SEMPER_RANGE] = "range",
    [SEMPER_AUTH] = "auth",
    [SEMPER_PROOF] = "proof",
    [SEMPER_STATE] = "state",
    [SEMPER_REPLAY] = "replay",
    [SEMPER_IDENTITY] = "identity",
    [SEMPER_LIMIT] = "limit",
    [SEMPER_EXPIRED] = "expired",
    [SEMPER_POLICY] = "policy",
    [SEMPER_BUSY] = "busy",
    [SEMPER_ABORT] = "abort",
};

static const char *const own_errors[] = {
    [SEMPER_OK] = "ok",
    [SEMPER_E_ARGUMENT] = "the call's contract was broken",
    [SEMPER_E_SPACE] = "the output buffer is too small",
    [SEMPER_E_MEMORY] = "out of memory",
    [SEMPER_E_STORE] = "the ledger could not read or commit",
    [SEMPER_E_CONFLICT] = "the view is stale",
    [SEMPER_E_RANDOM] = "the random source failed",
    [SEMPER_E_KEY] = "our own key is unusable",
    [SEMPER_E_UNSUPPORTED] = "not implemented here",
    [SEMPER_E_INTERNAL] = "a computation failed its own check",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
semper_class_name(enum semper_class c)
{
	if ((size_t)c >= COUNT(class_names) || class_names[c] == NULL)
		return "unknown";
	return class_names[c];
}

const char *
semper_err_text(semper_err e)
{
	if (SEMPER_IS_REFUSAL(e))
		return semper_class_name(SEMPER_CLASS_OF(e));
	if (e < 0 || (size_t)e >= COUNT(own_errors))
		return "unknown";
	return own_errors[e];
}
