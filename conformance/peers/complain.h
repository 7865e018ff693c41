/* complain.h -- a sentence on standard error about WHAT was given. */
#ifndef SEMPER_PEERS_COMPLAIN_H
#define SEMPER_PEERS_COMPLAIN_H

#include <stdbool.h>
#include <stdio.h>

/* False, for whoever gives up with it. */
static inline bool
complain(const char *what, const char *why)
{
	fprintf(stderr, "semper-peer: %s: %s\n", what, why);
	return false;
}

#endif
