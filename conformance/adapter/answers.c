/* answers.c -- from what an operation returned to the members of a reply. */

#include "adapter.h"
#include "base/hex.h"

static void
decide(struct call *call, const char *kind, json_t *content)
{
	json_decref(call->answer);
	call->answer = json_object();
	json_object_set_new(call->answer, kind, content);
}

void
answer_unsupported(struct call *call, const char *what)
{
	decide(call, "unsupported", json_pack("{s:s}", "what", what));
}

void
answer_error(struct call *call, const char *class, const char *detail)
{
	decide(call, "error",
	    json_pack("{s:s, s:s}", "class", class, "detail", detail));
}

void
answer_bad_request(struct call *call, const char *detail, const char *name)
{
	decide(call, "error",
	    json_pack("{s:s, s:s++}", "class", "bad-request", "detail", name,
		" is ", detail));
}

json_t *
answer_reject(struct call *call, semper_err e, const char *code,
    const char *detail)
{
	json_t *content =
	    json_pack("{s:s}", "class", semper_class_name(SEMPER_CLASS_OF(e)));

	if (code != NULL)
		json_object_set_new(content, "code", json_string(code));
	if (detail != NULL)
		json_object_set_new(content, "detail", json_string(detail));
	decide(call, "reject", content);
	return content;
}

static const char *
error_class(semper_err e)
{
	switch (e) {
	case SEMPER_E_ARGUMENT:
		return "bad-request";
	case SEMPER_E_MEMORY:
		return "memory";
	case SEMPER_E_STORE:
	case SEMPER_E_CONFLICT:
		return "store";
	case SEMPER_E_RANDOM:
		return "random";
	case SEMPER_E_KEY:
		return "key";
	default:
		return "internal";
	}
}

void
answer_finish(struct call *call, semper_err e)
{
	if (call->answer != NULL)
		return;
	if (call->stateless && (e == SEMPER_E_ARGUMENT || e == SEMPER_E_KEY))
		e = SEMPER_REFUSAL(SEMPER_RANGE, 0);
	if (e == SEMPER_OK) {
		if (call->stateless && call->account.n != 0)
			put_drew(call->ok, &call->account);
		decide(call, "ok", json_incref(call->ok));
	} else if (SEMPER_IS_REFUSAL(e)) {
		answer_reject(call, e, NULL, NULL);
	} else if (e == SEMPER_E_UNSUPPORTED) {
		answer_unsupported(call, "this combination");
	} else {
		answer_error(call, error_class(e), semper_err_text(e));
	}
}

json_t *
json_hex(struct semper_bytes octets)
{
	struct pool pool = {NULL};
	char *hex = pool_take(&pool, 2 * octets.len + 1);
	json_t *json;

	semper_hex_encode(hex, octets);
	json = json_stringn_nocheck(hex, 2 * octets.len);
	pool_free(&pool);
	return json;
}

void
put_hex(json_t *object, const char *name, struct semper_bytes octets)
{
	json_object_set_new(object, name, json_hex(octets));
}

void
put_text(json_t *object, const char *name, struct semper_bytes text)
{
	json_object_set_new(object, name,
	    json_stringn((const char *)text.data, text.len));
}

void
put_drew(json_t *object, const struct semper_account *account)
{
	json_t *drew = json_object();

	for (size_t i = 0; i < account->n; i++)
		json_object_set_new(drew, account->lines[i].label,
		    json_integer((json_int_t)account->lines[i].octets));
	json_object_set_new(object, "drew", drew);
}
