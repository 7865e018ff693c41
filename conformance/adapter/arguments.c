/* arguments.c -- from the members of a JSON object to values. */
#include <string.h>

#include "adapter.h"
#include "base/hex.h"

/* Lower-case hexadecimal only. */
static bool
hex_of(struct call *call, struct semper_bytes *out, const json_t *json)
{
	size_t len = json_string_length(json);
	struct semper_buffer octets = pool_buffer(&call->pool, len / 2);

	if (!json_is_string(json) ||
	    semper_hex_decode(&octets, json_string_value(json), len) !=
		SEMPER_OK)
		return false;
	*out = semper_written(&octets);
	return true;
}

static bool
hexes_of(struct call *call, struct octets_list *out, const json_t *json)
{
	if (!json_is_array(json))
		return false;
	out->n = json_array_size(json);
	out->item = pool_take(&call->pool, out->n * sizeof out->item[0]);
	for (size_t i = 0; i < out->n; i++)
		if (!hex_of(call, &out->item[i], json_array_get(json, i)))
			return false;
	return true;
}

static bool
text_of(struct call *call, struct semper_bytes *out, const json_t *json)
{
	if (!json_is_string(json))
		return false;
	*out = pool_copy(&call->pool,
	    SEMPER_BYTES((const uint8_t *)json_string_value(json),
		json_string_length(json)));
	return true;
}

static bool
value_of(struct call *call, struct value *out, enum argument_kind kind,
    json_t *json)
{
	out->json = json;
	switch (kind) {
	case ARG_HEX:
		return hex_of(call, &out->octets, json);
	case ARG_TEXT:
		return text_of(call, &out->octets, json);
	case ARG_INTEGER:
		out->number = json_integer_value(json);
		return json_is_integer(json);
	case ARG_BOOLEAN:
		out->flag = json_is_true(json);
		return json_is_boolean(json);
	case ARG_HEXES:
		return hexes_of(call, &out->list, json);
	case ARG_OBJECT:
		return json_is_object(json);
	case ARG_ARRAY:
		return json_is_array(json);
	case ARG_ANY:
		return true;
	}
	return false;
}

bool
argument_decode(struct call *call, struct value *out,
    const struct argument *argument, json_t *json)
{
	*out = (struct value){.present = json != NULL};
	if (json == NULL && argument->optional)
		return true;
	if (json == NULL)
		answer_bad_request(call, "missing", argument->name);
	else if (!value_of(call, out, argument->kind, json))
		answer_bad_request(call, "of the wrong type", argument->name);
	else
		return true;
	return false;
}

static bool
knows(const struct argument *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return true;
	return false;
}

bool
arguments_decode(struct call *call, struct value *out,
    const struct argument *table, json_t *object)
{
	const char *name;
	json_t *member;

	json_object_foreach(object, name, member) if (!knows(table, name))
	{
		answer_unsupported(call, name);
		return false;
	}
	for (; table->name != NULL; table++, out++)
		if (!argument_decode(call, out, table,
			json_object_get(object, table->name)))
			return false;
	return true;
}

bool
streams_decode(struct call *call, json_t *rand)
{
	static const struct argument stream = {"a stream of rand", ARG_HEX,
	    false};
	const char *label;
	json_t *octets;
	struct value value;

	json_object_foreach(rand, label, octets)
	{
		if (!argument_decode(call, &value, &stream, octets))
			return false;
		if (!adapter_random_add(&call->random, label, value.octets)) {
			answer_bad_request(call, "too long", "rand");
			return false;
		}
	}
	return true;
}

bool
text_is(struct semper_bytes text, const char *s)
{
	return text.len == strlen(s) && memcmp(text.data, s, text.len) == 0;
}

int
word_find(struct semper_bytes text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(text, words[i]))
			return (int)i;
	return -1;
}
