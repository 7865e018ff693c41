/* stateless_der.c -- the DER codec (ADAPTER.md section 5). */

#include "adapter.h"
#include "asn1/der.h"
#include "base/must.h"

static const struct argument decode_arguments[] = {{"module", ARG_TEXT, false},
    {"type", ARG_TEXT, false}, {"der", ARG_HEX, false}, ARG_END};

static semper_err
decode(struct call *call)
{
	struct semper_bytes der = call->arg[2].octets;
	struct semper_buffer out = pool_buffer(&call->pool, der.len);
	const struct semper_der_type *type =
	    semper_der_find(json_string_value(call->arg[0].json),
		json_string_value(call->arg[1].json));
	semper_err e;

	if (type == NULL) {
		answer_unsupported(call, "this type");
		return SEMPER_OK;
	}
	e = semper_der_canonical(type, der, &out);
	if (SEMPER_IS_REFUSAL(e))
		answer_reject(call, e, NULL, semper_refused_by());
	TRY(e);
	put_hex(call->ok, "der", semper_written(&out));
	return SEMPER_OK;
}

const struct operation operations_der[] = {
    {"der.decode", decode_arguments, decode, true},
    {NULL, NULL, NULL, false},
};
