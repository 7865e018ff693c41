/* pem.h -- DER from PEM files (RFC 7468). */
#ifndef SEMPER_PEERS_PEM_H
#define SEMPER_PEERS_PEM_H

#include "base/bytes.h"

#define PEM_BLOCKS 16

/* The blocks of a file, decoded into one allocation. */
struct pem {
	size_t n;
	struct {
		const char *label; /* "CERTIFICATE" */
		struct semper_bytes der;
	} block[PEM_BLOCKS];
	char *text;
	size_t size;
};

/* Read FILE; false, and a sentence on standard error, if it cannot be read,
 * holds no block, or one that is not PEM.  Text around the blocks is skipped.
 */
bool pem_read(struct pem *out, const char *file);

/* Wipe and release; what was views into it is dead. */
void pem_free(struct pem *pem);

#endif
