/* fuzz_line.c -- whatever is written to the adapter, it answers in line/1.
 *
 * The input is what comes on standard input: lines, good or not.  Each gets
 * one line, a JSON object with the id and exactly one of four words; nothing
 * makes the reference fail in itself.
 */
#include <jansson.h>
#include <string.h>

#include "conformance/adapter/serve.h"
#include "tests/fuzz/fuzz.h"

static void
judge_error(json_t *error)
{
	static const char *const ours[] = {"memory", "store", "internal"};
	const char *class = json_string_value(json_object_get(error, "class"));

	HOLDS(class != NULL, "an error has a class");
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		HOLDS(strcmp(class, ours[i]) != 0,
		    "no input makes the reference fail");
}

static void
judge(const char *line, size_t len)
{
	static const char *const words[] = {"ok", "reject", "unsupported",
	    "error"};
	json_t *reply = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	size_t found = 0;

	HOLDS(json_is_object(reply), "a reply is a JSON object");
	HOLDS(json_object_get(reply, "id") != NULL, "a reply has an id");
	for (size_t i = 0; i < 4; i++)
		found += json_object_get(reply, words[i]) != NULL;
	HOLDS(found == 1 && json_object_size(reply) == 2,
	    "a reply is one of four");
	if (json_object_get(reply, "error") != NULL)
		judge_error(json_object_get(reply, "error"));
	json_decref(reply);
}

/* How many lines X has, the last one perhaps without an end. */
static size_t
lines(const char *x, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += x[i] == '\n' || i + 1 == len;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = NULL, *at, *end;
	size_t size = 0, replies = 0;
	FILE *in, *out;

	if (len == 0)
		return 0;
	in = fmemopen((void *)(uintptr_t)data, len, "r");
	out = open_memstream(&text, &size);
	HOLDS(in != NULL && out != NULL, "there is memory");
	HOLDS(serve(in, out) == 0, "what is answered is written");
	fclose(in);
	fclose(out);
	for (at = text; at < text + size; at = end + 1, replies++) {
		end = memchr(at, '\n', (size_t)(text + size - at));
		HOLDS(end != NULL, "an answer is a line");
		judge(at, (size_t)(end - at));
	}
	HOLDS(replies > 0 && replies <= lines((const char *)data, len),
	    "a line gets an answer");
	free(text);
	return 0;
}
