#include "dump.h"

#include <stdio.h>

#include "ikp/ikp.h"

static void
dump(const struct semper_role_def *def)
{
	char profiles[IKP_MASK_TEXT];

	for (size_t i = 0; i < def->n_rows; i++) {
		const struct semper_role_row *row = &def->rows[i];

		ikp_mask_text(profiles, row->profiles);
		printf("%s|%s|%s|%s|%s|%s\n", def->name,
		    def->states[row->state], def->events[row->event], profiles,
		    def->states[row->next], row->requirement);
	}
}

int
dump_states(void)
{
	dump(&ikp_buyer);
	dump(&ikp_seller);
	dump(&ikp_acquirer);
	dump(&ikp_broker);
	return 0;
}
