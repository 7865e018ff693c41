/* judge.h -- build a world with one broken detail, and say what must follow. */
#ifndef SEMPER_TESTS_PKI_JUDGE_H
#define SEMPER_TESTS_PKI_JUDGE_H

#include "tests/pki/world.h"

extern struct world w;

/* A sound world of an edition, for a use; to be built. */
void start(const struct semper_path_rules *rules, enum semper_cert_use use);

/* A seller's path in edition RULES with TWEAK at position AT; built. */
void tweaked(const struct semper_path_rules *rules, int at,
    world_tweak *tweak);

/* What the check of W says: accepted, or refused by requirement ID. */
void expect_ok(void);
void expect_refused(const char *id);

/* The same for a seller's path in HARD with TWEAK; `refuses` at the leaf. */
void refuses_at(const char *id, int at, world_tweak *tweak);
void refuses(const char *id, world_tweak *tweak);
void accepts_at(int at, world_tweak *tweak);

/* Refused in HARD, accepted in EC95 and JSAC. */
void hard_refuses_at(const char *id, int at, world_tweak *tweak);

#endif
