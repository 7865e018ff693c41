/* main.c -- the reference as an adapter: requests of line/1 on standard input,
 * replies on standard output (conformance/ADAPTER.md). */
#include <stdio.h>
#include <string.h>

#include "adapter.h"
#include "dump.h"
#include "party.h"
#include "serve.h"

static const char help[] =
    "semper-iut: the SEMPER reference implementation as an adapter.\n"
    "\n"
    "It answers requests of line/1 (conformance/ADAPTER.md), one JSON object\n"
    "a line, from standard input on standard output.\n"
    "\n"
    "  --ledger memory       every party keeps its records in memory, which "
    "is\n"
    "                        what conformance runs want (the default)\n"
    "  --ledger sqlite:PATH  party h keeps them in the SQLite database PATH.h\n"
    "                        (p1, p2, ...), durable at every step; a party is\n"
    "                        found again if the program is started again\n"
    "  --dump-states         print the state tables and exit:\n"
    "                        role|state|event|profiles|next|requirement\n"
    "  --version, --help\n";

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			fputs(help, stdout);
			return 0;
		}
		if (strcmp(argv[i], "--version") == 0) {
			puts("semper-iut " ADAPTER_VERSION);
			return 0;
		}
		if (strcmp(argv[i], "--dump-states") == 0)
			return dump_states();
		if (strcmp(argv[i], "--ledger") != 0 || i + 1 == argc ||
		    !parties_use_ledger(argv[++i])) {
			fputs("semper-iut: usage; see --help\n", stderr);
			return 2;
		}
	}
	return serve(stdin, stdout);
}
