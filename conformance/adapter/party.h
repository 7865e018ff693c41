/* party.h -- the parties that are open, by handle. */
#ifndef SEMPER_ADAPTER_PARTY_H
#define SEMPER_ADAPTER_PARTY_H

#include <stdbool.h>

/* "memory" or "sqlite:PATH"; false if it is neither. */
bool parties_use_ledger(const char *text);

void parties_drop_all(void);
void parties_forget_keys(void);

#endif
