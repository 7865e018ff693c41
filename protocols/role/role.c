/* role.c -- the constant table of a party: finding, checking, writing rows. */
#include "role/role.h"

#include <string.h>

#include "base/must.h"
#include "role/row.h"

bool
semper_row_matches(const struct semper_role_row *row, uint8_t state,
    uint8_t event, uint8_t profile)
{
	return row->state == state && row->event == event &&
	    (row->profiles >> profile & 1) != 0;
}

const struct semper_role_row *
semper_row_find(const struct semper_role_def *def, uint8_t state,
    uint8_t event, uint8_t profile)
{
	const struct semper_role_row *row = def->rows;
	const struct semper_role_row *end = row + def->n_rows;

	for (; row < end; row++)
		if (semper_row_matches(row, state, event, profile))
			return row;
	return NULL;
}

bool
semper_row_allows(const struct semper_role_def *def, uint8_t state,
    uint8_t event, uint8_t profile, uint8_t next)
{
	const struct semper_role_row *row = def->rows;
	const struct semper_role_row *end = row + def->n_rows;

	for (; row < end; row++)
		if (semper_row_matches(row, state, event, profile) &&
		    row->next == next)
			return true;
	return false;
}

/* ---- is the table one? ---- */

static uint32_t
all_profiles(const struct semper_role_def *def)
{
	return def->n_profiles >= 32 ? UINT32_MAX
				     : ((uint32_t)1 << def->n_profiles) - 1;
}

static bool
row_in_range(const struct semper_role_def *def,
    const struct semper_role_row *row)
{
	return row->state < def->n_states && row->next < def->n_states &&
	    row->event < def->n_events && row->profiles != 0 &&
	    (row->profiles & ~all_profiles(def)) == 0 && row->act != NULL &&
	    row->requirement != NULL && row->requirement[0] != '\0';
}

/* Two rows that can apply at once lead to different states by one action. */
static bool
rows_agree(const struct semper_role_row *a, const struct semper_role_row *b)
{
	if (a->state != b->state || a->event != b->event ||
	    (a->profiles & b->profiles) == 0)
		return true;
	return a->next != b->next && a->act == b->act;
}

static bool
def_complete(const struct semper_role_def *def)
{
	return def->locate != NULL && def->keep != NULL &&
	    SEMPER_IS_REFUSAL(def->unexpected) && def->unexpected_id != NULL &&
	    def->n_states >= 1 && def->n_states <= 64 && def->n_events >= 1 &&
	    def->n_profiles >= 1 && def->n_profiles <= 32;
}

semper_err
semper_role_check(const struct semper_role_def *def)
{
	size_t i, j;

	if (!def_complete(def))
		return SEMPER_E_ARGUMENT;
	for (i = 0; i < def->n_rows; i++) {
		if (!row_in_range(def, &def->rows[i]))
			return SEMPER_E_ARGUMENT;
		for (j = 0; j < i; j++)
			if (!rows_agree(&def->rows[i], &def->rows[j]))
				return SEMPER_E_ARGUMENT;
	}
	return SEMPER_OK;
}

/* ---- writing it ---- */

struct writer {
	semper_sink *sink;
	void *ctx;
};

static semper_err
write_text(const struct writer *w, const char *text)
{
	return w->sink(w->ctx,
	    SEMPER_BYTES((const uint8_t *)text, strlen(text)));
}

static semper_err
write_profiles(const struct writer *w, const struct semper_role_def *def,
    uint32_t profiles)
{
	const char *gap = "";
	uint8_t i;

	if (profiles == all_profiles(def))
		return write_text(w, "all");
	for (i = 0; i < def->n_profiles; i++) {
		if ((profiles >> i & 1) == 0)
			continue;
		TRY(write_text(w, gap));
		TRY(write_text(w, def->profiles[i]));
		gap = " ";
	}
	return SEMPER_OK;
}

static semper_err
write_row(const struct writer *w, const struct semper_role_def *def,
    const struct semper_role_row *row)
{
	TRY(write_text(w, def->states[row->state]));
	TRY(write_text(w, "|"));
	TRY(write_text(w, def->events[row->event]));
	TRY(write_text(w, "|"));
	TRY(write_profiles(w, def, row->profiles));
	TRY(write_text(w, "|"));
	TRY(write_text(w, def->states[row->next]));
	TRY(write_text(w, "|"));
	TRY(write_text(w, row->requirement));
	return write_text(w, "\n");
}

semper_err
semper_role_dump(const struct semper_role_def *def, semper_sink *sink,
    void *ctx)
{
	struct writer w = {sink, ctx};
	size_t i;

	for (i = 0; i < def->n_rows; i++)
		TRY(write_row(&w, def, &def->rows[i]));
	return SEMPER_OK;
}
