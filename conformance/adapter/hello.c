/* hello.c -- what this implementation is, and the end of a conversation. */
#include "adapter.h"
#include "ikp/ikp_profile.h"

static const struct argument hello_arguments[] = {
    {"line", ARG_INTEGER, false},
    {"suite", ARG_TEXT, true},
    ARG_END,
};

static json_t *
stateless_names(void)
{
	json_t *names = json_array();

	for (size_t i = 0; i < n_operation_lists; i++) {
		const struct operation *op = operation_lists[i];

		for (; op->name != NULL; op++)
			if (op->stateless)
				json_array_append_new(names,
				    json_string(op->name));
	}
	return names;
}

static json_t *
protocols(void)
{
	json_t *profiles = json_array();

	for (size_t i = 0; i < IKP_PROFILES; i++)
		json_array_append_new(profiles,
		    json_string(ikp_profile_names[i]));
	return json_pack("{s:{s:[s,s,s,s], s:o}}", "ikp", "roles", "buyer",
	    "seller", "acquirer", "broker", "profiles", profiles);
}

static semper_err
hello(struct call *call)
{
	if (call->arg[0].number != 1) {
		answer_unsupported(call, "this version of line");
		return SEMPER_OK;
	}
	json_object_set_new(call->ok, "line", json_integer(1));
	json_object_set_new(call->ok, "name", json_string("semper"));
	json_object_set_new(call->ok, "version", json_string(ADAPTER_VERSION));
	json_object_set_new(call->ok, "language", json_string("C"));
	json_object_set_new(call->ok, "protocols", protocols());
	json_object_set_new(call->ok, "operations", stateless_names());
	json_object_set_new(call->ok, "capabilities",
	    json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "rand", "stream",
		"clock", "virtual", "keys", "import", "fork", 1, "restart", 1,
		"digest", 1, "codes", 1));
	json_object_set_new(call->ok, "window", json_integer(16));
	return SEMPER_OK;
}

static const struct argument no_arguments[] = {
    ARG_END,
};

static semper_err
bye(struct call *call)
{
	call->leave = true;
	return SEMPER_OK;
}

const struct operation operations_hello[] = {
    {"hello", hello_arguments, hello, false},
    {"bye", no_arguments, bye, false},
    {NULL, NULL, NULL, false},
};
