/* figures.h -- published and recomputed figures, read from text files.
 *
 * tests/crypto/data/X.txt: records separated by empty lines, each of lines
 * "name = value"; "#" starts a comment line that gives origin and licence.
 * Values are hexadecimal octets, or a word.  Files are found from the root of
 * the repository.
 */
#ifndef SEMPER_TESTS_CRYPTO_FIGURES_H
#define SEMPER_TESTS_CRYPTO_FIGURES_H

#include <stdio.h>

#include "crypto/hash.h"
#include "crypto/rsa.h"

struct figures {
	FILE *file;
	size_t n; /* fields of the current record */
	struct {
		char name[24];
		char text[2 * 4096 + 2];
		uint8_t octets[4096];
	} field[16];
};

/* Open data/NAME.txt; the test fails if there is none. */
void figures_open(struct figures *f, const char *name);

/* The next record; false, and the file closed, at the end. */
bool figures_next(struct figures *f);

/* Field NAME of the record.  Absent: the test fails, or NULL and SEMPER_NONE
 * for the forms that say "maybe". */
const char *figures_text(struct figures *f, const char *name);
struct semper_bytes figures_octets(struct figures *f, const char *name);
struct semper_bytes figures_maybe(struct figures *f, const char *name);
enum semper_hash figures_hash(struct figures *f);

/* A key of data/keys.txt, or of the current record; the caller frees it. */
struct semper_rsa_priv *figures_key(const char *name);
struct semper_rsa_priv *figures_record_key(struct figures *f);

/* Octets of a hexadecimal literal; OUT has room. */
struct semper_bytes unhex(uint8_t *out, const char *hex);

#endif
