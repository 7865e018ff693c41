/* stateless_pki.c -- certificate paths (ADAPTER.md section 5). */
#include "adapter.h"
#include "base/must.h"
#include "pki/path.h"

enum { CHAIN, ANCHORS, CRLS, NOW, DATE, EDITION, USE, ID };

static const struct argument path_arguments[] = {
    [CHAIN] = {"chain", ARG_HEXES, false},
    [ANCHORS] = {"anchors", ARG_HEXES, false},
    [CRLS] = {"crls", ARG_HEXES, false},
    [NOW] = {"now", ARG_INTEGER, false},
    [DATE] = {"date", ARG_INTEGER, true},
    [EDITION] = {"edition", ARG_TEXT, false},
    [USE] = {"use", ARG_TEXT, false},
    [ID] = {"id", ARG_TEXT, true},
    ARG_END,
};

static semper_err
path(struct call *call)
{
	static const char *const editions[] = {"ec95", "jsac", "hard"};
	static const struct semper_path_rules *const rules[] = {
	    &semper_path_ec95, &semper_path_jsac, &semper_path_hard};
	static const char *const uses[] = {[SEMPER_USE_ACQUIRER_ENC] =
					       "acquirer-enc",
	    [SEMPER_USE_ACQUIRER_SIG] = "acquirer-sig",
	    [SEMPER_USE_SELLER] = "seller",
	    [SEMPER_USE_BUYER] = "buyer"};
	const struct value *a = call->arg;
	int edition = word_find(a[EDITION].octets, editions, 3);
	int use = word_find(a[USE].octets, uses, 4);
	struct semper_path_policy policy = {.id = a[ID].octets,
	    .anchors = a[ANCHORS].list.item,
	    .n_anchors = a[ANCHORS].list.n,
	    .crls = a[CRLS].list.item,
	    .n_crls = a[CRLS].list.n};
	struct semper_cert leaf;
	semper_err e;

	if (edition < 0 || use < 0) {
		answer_unsupported(call,
		    edition < 0 ? "this edition" : "this use");
		return SEMPER_OK;
	}
	policy.rules = rules[edition];
	policy.use = (enum semper_cert_use)use;
	e = semper_path_check(&policy, &leaf, a[CHAIN].list.item,
	    a[CHAIN].list.n, a[NOW].number,
	    a[DATE].present ? a[DATE].number : SEMPER_NO_DATE);
	if (SEMPER_IS_REFUSAL(e))
		answer_reject(call, e, "cert-invalid", semper_refused_by());
	return e;
}

const struct operation operations_pki[] = {
    {"pki.path", path_arguments, path, true},
    {NULL, NULL, NULL, false},
};
