/* world.h -- a certificate hierarchy to break, one detail at a time.
 *
 * Four certificates: the leaf (position 0), its CA, the brand CA, the root; and
 * the list of each of the three issuers.  All are sound but for the one that
 * a test changes before it is signed.
 */
#ifndef SEMPER_TESTS_PKI_WORLD_H
#define SEMPER_TESTS_PKI_WORLD_H

#include "pki/path.h"
#include "pki/template.h"

enum { LEAF, CA, BRAND, ROOT, POSITIONS };

#define WORLD_NOW 1767225600 /* 2026-01-01 00:00 */
#define WORLD_FROM (WORLD_NOW - 86400)
#define WORLD_TO (WORLD_NOW + 86400)
#define WORLD_ID "SHOP-000042"

typedef void world_tweak(struct semper_template *t);
typedef void world_list_tweak(struct semper_list_template *t);

struct world {
	/* Set before world_build. */
	const struct semper_path_rules *rules;
	enum semper_cert_use use;
	int at; /* which certificate, which list (by its issuer) to change */
	world_tweak *tweak;
	world_list_tweak *list_tweak;
	bool revoke; /* the list at AT names the certificate below it */

	/* Made by it; a test may change them before world_check. */
	struct semper_bytes chain[POSITIONS + 1];
	size_t n;
	struct semper_bytes anchors[3], crls[20];
	struct semper_path_policy policy;
	int64_t now, date;
	struct semper_cert leaf;
	struct semper_buffer arena;
	uint8_t room[98304];
};

/* A sound seller in edition HARD. */
void world_init(struct world *w);
void world_build(struct world *w);
semper_err world_check(struct world *w);

/* The keys: of the four positions, one that belongs to nobody, and short ones
 * of 1536 and 1024 bits. */
enum { KEY_OTHER = POSITIONS, KEY_1536, KEY_1024, KEYS };
struct semper_rsa_priv *world_key(int which);

/* Numbers that do not repeat, the same in every run. */
extern const struct semper_draw world_draw;

/* Take the extension OID out of T, or give it another value. */
void world_drop(struct semper_template *t, const char *oid);
void world_set(struct semper_template *t, const char *oid,
    struct semper_bytes value);

/* A copy of OCTETS in the world, to be written to. */
uint8_t *world_copy(struct world *w, struct semper_bytes octets);

#endif
