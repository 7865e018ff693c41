#include "orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/hex.h"
#include "complain.h"

#define TEXT_MAX ((size_t)1 << 18)

static void
free_text(char *text)
{
	if (text != NULL)
		semper_wipe(text, TEXT_MAX + 1);
	free(text);
}

/* The whole file, zero-terminated; NULL if it cannot be read or is longer
 * than any of ours. */
static char *
read_text(const char *file)
{
	FILE *in = fopen(file, "rb");
	char *text = in != NULL ? malloc(TEXT_MAX + 1) : NULL;
	size_t n = text != NULL ? fread(text, 1, TEXT_MAX + 1, in) : 0;

	if (in != NULL)
		fclose(in);
	if (text == NULL || n > TEXT_MAX || memchr(text, '\0', n) != NULL) {
		complain(file, "cannot be read");
		free_text(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

/* ---- fields ---- */

/* The next field of a line; the last one (no SEPARATOR) is all the rest.  NULL
 * if there is none. */
static char *
field(char **at, char separator)
{
	char *start = *at, *end;

	if (start == NULL || separator == '\0') {
		*at = NULL;
		return start;
	}
	end = strchr(start, separator);
	*at = end != NULL ? end + 1 : NULL;
	if (end != NULL)
		*end = '\0';
	return start;
}

static bool
take_text(struct semper_bytes *out, const char *text)
{
	if (text == NULL)
		return false;
	*out = SEMPER_BYTES((const uint8_t *)text, strlen(text));
	return true;
}

/* Hexadecimal, decoded in place; an empty field is an absent value. */
static bool
take_hex(struct semper_bytes *out, char *text)
{
	struct semper_buffer room = {(uint8_t *)text, 0, 0};

	*out = SEMPER_NONE;
	if (text == NULL || *text == '\0')
		return text != NULL;
	room.cap = strlen(text);
	if (semper_hex_decode(&room, text, room.cap) != SEMPER_OK)
		return false;
	*out = semper_written(&room);
	return true;
}

static bool
take_number(int64_t *out, const char *text)
{
	char *rest = NULL;

	*out = text != NULL ? strtoll(text, &rest, 10) : 0;
	return rest != NULL && rest != text && *rest == '\0';
}

static bool
take_answer(bool *out, const char *text)
{
	if (text == NULL)
		return false;
	*out = strcmp(text, "yes") == 0;
	return *out || strcmp(text, "no") == 0;
}

/* ---- orders ---- */

static bool
take_order(struct ikp_input *order, char *line)
{
	*order = (struct ikp_input){.kind = IKP_DO_OFFER};
	return take_hex(&order->order, field(&line, '|')) &&
	    order->order.data != NULL &&
	    take_number(&order->price.currency, field(&line, '|')) &&
	    take_number(&order->price.amount, field(&line, '|')) &&
	    take_number(&order->price.exponent, field(&line, '|')) &&
	    take_text(&order->brand, field(&line, '|')) &&
	    take_answer(&order->capture_now, field(&line, '|')) &&
	    take_text(&order->desc, field(&line, '\0'));
}

bool
orders_read(struct orders *out, const char *file)
{
	char *at, *line;

	memset(out, 0, sizeof *out);
	out->text = at = read_text(file);
	while (at != NULL) {
		line = field(&at, '\n');
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (out->n == ORDERS_MAX ||
		    !take_order(&out->order[out->n], line))
			return complain(file, "a line that is no order");
		out->n++;
	}
	return out->text != NULL;
}

void
orders_free(struct orders *orders)
{
	free_text(orders->text);
	orders->text = NULL;
}

/* ---- a card ---- */

bool
card_read(struct card *out, const char *file)
{
	char *at, *line;

	memset(out, 0, sizeof *out);
	out->text = at = read_text(file);
	if (at == NULL)
		return false;
	line = field(&at, '\n');
	if (!take_text(&out->ban, field(&line, '|')) ||
	    !take_text(&out->expiration, field(&line, '|')) ||
	    !take_hex(&out->r_acct, field(&line, '|')) ||
	    !take_text(&out->pin, field(&line, '|')))
		return complain(file, "not BAN|EXPIRATION|R_ACCT|PIN");
	if (out->pin.len == 0)
		out->pin = SEMPER_NONE;
	return true;
}

void
card_free(struct card *card)
{
	free_text(card->text);
	card->text = NULL;
}
