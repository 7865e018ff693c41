/* row.h -- looking into a party's table; for the engine. */
#ifndef SEMPER_ROLE_ROW_H
#define SEMPER_ROLE_ROW_H

#include "role/role.h"

bool semper_row_matches(const struct semper_role_row *row, uint8_t state,
    uint8_t event, uint8_t profile);

/* The first row of (STATE, EVENT, PROFILE), or NULL. */
const struct semper_role_row *semper_row_find(const struct semper_role_def *def,
    uint8_t state, uint8_t event, uint8_t profile);

/* Does one of the rows lead to NEXT? */
bool semper_row_allows(const struct semper_role_def *def, uint8_t state,
    uint8_t event, uint8_t profile, uint8_t next);

#endif
