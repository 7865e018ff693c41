#include "role/account.h"

#include <string.h>

/* The line of LABEL, made if there is room for it, else NULL. */
static struct semper_account_line *
line_of(struct semper_account *a, const char *label)
{
	struct semper_account_line *line = a->lines, *end = line + a->n;

	for (; line < end; line++)
		if (strcmp(line->label, label) == 0)
			return line;
	if (a->n == SEMPER_ACCOUNT_LABELS || strlen(label) > SEMPER_LABEL_MAX)
		return NULL;
	a->n++;
	strcpy(line->label, label);
	line->octets = 0;
	return line;
}

static semper_err
fill(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	struct semper_account *a = ctx;
	struct semper_account_line *line = NULL;
	semper_err err = SEMPER_E_RANDOM;

	if (label != NULL)
		line = line_of(a, label);
	if (label == NULL || line != NULL)
		err = semper_draw(a->source, label, dst, len);
	if (err != SEMPER_OK)
		a->failed = true;
	else if (line != NULL)
		line->octets += len;
	return err;
}

void
semper_account_open(struct semper_account *a, const struct semper_draw *source)
{
	*a = (struct semper_account){.draw = {fill, a}, .source = source};
}
