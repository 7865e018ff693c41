/* serve.c -- requests of line/1 in, replies out (conformance/ADAPTER.md). */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

#include "adapter.h"
#include "base/ct.h"
#include "party.h"

#define LINE_MAX_OCTETS ((size_t)4 << 20)

const struct operation *const operation_lists[] = {operations_hello,
    operations_party, operations_crypto, operations_curve, operations_blind,
    operations_der, operations_pki, operations_ikp};
const size_t n_operation_lists =
    sizeof operation_lists / sizeof operation_lists[0];

const struct operation *
operation_find(const char *name)
{
	for (size_t i = 0; i < n_operation_lists; i++)
		for (const struct operation *op = operation_lists[i];
		     op->name != NULL; op++)
			if (strcmp(op->name, name) == 0)
				return op;
	return NULL;
}

/* ---- one request ---- */

/* The streams of a member "rand", if the operation has one. */
static bool
take_streams(struct call *call, const struct operation *op)
{
	size_t i = 0;

	while (op->arguments[i].name != NULL &&
	    strcmp(op->arguments[i].name, "rand") != 0)
		i++;
	return op->arguments[i].name == NULL || !call->arg[i].present ||
	    streams_decode(call, call->arg[i].json);
}

static void
perform(struct call *call, const char *name, json_t *in)
{
	const struct operation *op = operation_find(name);
	struct semper_random source = adapter_random_source(&call->random);

	if (op == NULL) {
		answer_unsupported(call, name);
		return;
	}
	call->stateless = op->stateless;
	semper_account_open(&call->account, &source.source);
	if (arguments_decode(call, call->arg, op->arguments, in) &&
	    take_streams(call, op))
		answer_finish(call, op->run(call));
}

/* The request's parts: id (anything), op (a text), in (an object; may be left
 * out).  False, and an answer, if they are not there. */
static bool
take_apart(struct call *call, json_t *request, json_t **id, json_t **in,
    const char **op)
{
	static const struct argument parts[] = {
	    {"id", ARG_ANY, true},
	    {"op", ARG_TEXT, false},
	    {"in", ARG_OBJECT, true},
	    ARG_END,
	};

	if (!json_is_object(request)) {
		answer_bad_request(call, "not an object", "the request");
		return false;
	}
	*id = json_object_get(request, "id");
	if (!arguments_decode(call, call->arg, parts, request))
		return false;
	*op = json_string_value(call->arg[1].json);
	*in = call->arg[2].json;
	return true;
}

static void
reply(FILE *out, json_t *answer, json_t *id)
{
	const char *kind = json_object_iter_key(json_object_iter(answer));
	json_t *line = json_object();

	json_object_set(line, "id", id != NULL ? id : json_null());
	json_object_set(line, kind, json_object_get(answer, kind));
	json_dumpf(line, out, JSON_COMPACT);
	putc('\n', out);
	fflush(out);
	json_decref(line);
}

static bool
serve_line(FILE *out, const char *line, size_t len)
{
	static struct call call;
	json_error_t why;
	json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	json_t *id = NULL, *in = NULL, *empty = json_object();
	const char *op = NULL;
	bool leave;

	memset(&call, 0, sizeof call);
	call.ok = json_object();
	if (request == NULL)
		answer_error(&call, "bad-request", why.text);
	else if (take_apart(&call, request, &id, &in, &op))
		perform(&call, op, in != NULL ? in : empty);
	reply(out, call.answer, id);
	leave = call.leave;
	json_decref(call.answer);
	json_decref(call.ok);
	json_decref(empty);
	json_decref(request);
	pool_free(&call.pool);
	semper_wipe(&call, sizeof call);
	return !leave;
}

/* ---- lines ---- */

/* Read a line into LINE.  Its length; -1 at the end of input; LINE_MAX_OCTETS
 * or more if it is too long, and then it is skipped. */
static long
read_line(FILE *in, char *line)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(in)) != EOF && c != '\n') {
		if (len < LINE_MAX_OCTETS)
			line[len] = (char)c;
		if (len <= LINE_MAX_OCTETS)
			len++;
	}
	return c == EOF && len == 0 ? -1 : (long)len;
}

static void
refuse_line(FILE *out)
{
	struct call call = {.leave = false};

	answer_error(&call, "bad-request", "a line of more than 4 MiB");
	reply(out, call.answer, NULL);
	json_decref(call.answer);
}

int
serve(FILE *in, FILE *out)
{
	char *line = malloc(LINE_MAX_OCTETS + 1);
	bool going = line != NULL;
	long len;

	while (going && (len = read_line(in, line)) >= 0) {
		if ((size_t)len > LINE_MAX_OCTETS)
			refuse_line(out);
		else
			going = serve_line(out, line, (size_t)len);
	}
	parties_drop_all();
	parties_forget_keys();
	free(line);
	return ferror(out) ? 1 : 0;
}
