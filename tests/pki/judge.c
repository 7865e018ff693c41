#include "tests/pki/judge.h"

#include "base/must.h"
#include "tests/test.h"

struct world w;

/* A sound world of an edition, for a use. */
void
start(const struct semper_path_rules *rules, enum semper_cert_use use)
{
	world_init(&w);
	w.rules = rules;
	w.use = use;
}

void
expect_ok(void)
{
	CU_ASSERT_EQUAL(world_check(&w), SEMPER_OK);
}

void
expect_refused(const char *id)
{
	CU_ASSERT_EQUAL(world_check(&w), SEMPER_E_CERT);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), id);
}

/* A seller's path in edition RULES with TWEAK at position AT. */
void
tweaked(const struct semper_path_rules *rules, int at, world_tweak *tweak)
{
	start(rules, SEMPER_USE_SELLER);
	w.at = at;
	w.tweak = tweak;
	world_build(&w);
}

void
refuses_at(const char *id, int at, world_tweak *tweak)
{
	tweaked(&semper_path_hard, at, tweak);
	expect_refused(id);
}

void
accepts_at(int at, world_tweak *tweak)
{
	tweaked(&semper_path_hard, at, tweak);
	expect_ok();
}

void
refuses(const char *id, world_tweak *tweak)
{
	refuses_at(id, LEAF, tweak);
}

/* Refused in HARD, accepted in EC95 and JSAC. */
void
hard_refuses_at(const char *id, int at, world_tweak *tweak)
{
	refuses_at(id, at, tweak);
	tweaked(&semper_path_ec95, at, tweak);
	expect_ok();
	tweaked(&semper_path_jsac, at, tweak);
	expect_ok();
}
