/* spec/pki.md 4.6, each check refused and, next to it, accepted. */

#include "base/must.h"
#include "pki/algorithm.h"
#include "pki/name.h"
#include "pki/oid.h"
#include "tests/pki/judge.h"
#include "tests/test.h"

/* ---- revocation ---- */

static void
list_tweaked(int at, world_list_tweak *tweak)
{
	start(&semper_path_hard, SEMPER_USE_SELLER);
	w.at = at;
	w.list_tweak = tweak;
	world_build(&w);
}

/* A list that TWEAK makes useless is as good as none, for each issuer. */
static void
list_refused(world_list_tweak *tweak)
{
	struct semper_bytes spoilt;
	int at;

	for (at = CA; at <= ROOT; at++) {
		list_tweaked(at, tweak);
		expect_refused("PKI-P-27");
		spoilt = w.crls[at - 1];
		w.list_tweak = NULL;
		world_build(&w);
		w.crls[3] = spoilt;
		w.policy.n_crls = 4;
		expect_ok();
	}
}

static void
no_lists(void)
{
	size_t i;

	for (i = 0; i < 3; i++) {
		start(&semper_path_hard, SEMPER_USE_SELLER);
		world_build(&w);
		w.crls[i] = w.crls[(i + 1) % 3];
		expect_refused("PKI-P-27");
	}
	w.policy.n_crls = 0;
	expect_refused("PKI-P-27");
	start(&semper_path_jsac, SEMPER_USE_SELLER);
	world_build(&w);
	w.policy.n_crls = 0;
	expect_ok();
}

static void
list_v1(struct semper_list_template *t)
{
	t->has_version = false;
	t->extensions.n = 0;
}

static void
list_no_next(struct semper_list_template *t)
{
	t->has_next = false;
}

static void
list_sha1(struct semper_list_template *t)
{
	t->inner = t->outer = SEMPER_ALG_SHA1_RSA;
}

static void
list_inner_sha1(struct semper_list_template *t)
{
	t->inner = SEMPER_ALG_SHA1_RSA;
}

static void
list_form(void)
{
	list_refused(list_v1);
	list_refused(list_no_next);
	list_refused(list_sha1);
	list_refused(list_inner_sha1);
	start(&semper_path_hard, SEMPER_USE_SELLER);
	world_build(&w);
	w.crls[1].len--;
	expect_refused("PKI-P-27");
	w.crls[1].len++;
	expect_ok();
}

static void
list_later(struct semper_list_template *t)
{
	t->this_update = semper_time_choose(WORLD_NOW + 1);
}

static void
list_stale(struct semper_list_template *t)
{
	t->next_update = semper_time_choose(WORLD_NOW - 1);
}

static void
list_just(struct semper_list_template *t)
{
	t->this_update = semper_time_choose(WORLD_NOW);
	t->next_update = semper_time_choose(WORLD_NOW);
}

static void
list_times(void)
{
	list_refused(list_later);
	list_refused(list_stale);
	list_tweaked(CA, list_just);
	expect_ok();
}

static void
list_no_crl_sign(struct semper_template *t)
{
	world_set(t, SEMPER_OID_KEY_USAGE, SEMPER_TEXT("\x03\x02\x02\x04"));
}

/* Signed with the issuer's key, in somebody else's name. */
static void
list_other_issuer(struct semper_list_template *t)
{
	t->issuer = SEMPER_TEXT("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03"
				"\x0c\x03XYZ");
}

static void
list_authority(void)
{
	struct semper_bytes good;
	uint8_t *copy;
	int at;

	list_refused(list_other_issuer);
	for (at = CA; at <= ROOT; at++) {
		hard_refuses_at("PKI-P-27", at, list_no_crl_sign);
		start(&semper_path_hard, SEMPER_USE_SELLER);
		world_build(&w);
		good = w.crls[at - 1];
		copy = world_copy(&w, good);
		w.crls[at - 1].data = copy;
		copy[good.len - 1] ^= 1;
		expect_refused("PKI-P-27");
		copy[good.len - 1] ^= 1;
		expect_ok();
	}
}

static void
list_critical(struct semper_list_template *t)
{
	t->extensions.item[t->extensions.n - 1].critical = true;
}

/* One entry: serial 5, at WORLD_NOW, with a reason code marked critical. */
static void
list_entry_critical(struct semper_list_template *t)
{
	t->entries = SEMPER_TEXT("\x30\x25\x30\x23\x02\x01\x05\x17\x0d"
				 "260101000000Z"
				 "\x30\x0f\x30\x0d\x06\x03\x55\x1d\x15"
				 "\x01\x01\xff\x04\x03\x0a\x01\x01");
}

static void
list_entry_reason(struct semper_list_template *t)
{
	t->entries = SEMPER_TEXT("\x30\x22\x30\x20\x02\x01\x05\x17\x0d"
				 "260101000000Z"
				 "\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15"
				 "\x04\x03\x0a\x01\x01");
}

static void
list_extensions(void)
{
	list_refused(list_critical);
	list_refused(list_entry_critical);
	list_tweaked(CA, list_entry_reason);
	expect_ok();
}

static void
revoked(void)
{
	int at;

	for (at = CA; at <= ROOT; at++) {
		start(&semper_path_hard, SEMPER_USE_SELLER);
		w.at = at;
		w.revoke = true;
		world_build(&w);
		expect_refused("PKI-P-34");
		w.now = WORLD_FROM;
		expect_refused("PKI-P-34");
		w.revoke = false;
		world_build(&w);
		expect_ok();
	}
	start(&semper_path_ec95, SEMPER_USE_SELLER);
	w.at = CA;
	w.revoke = true;
	world_build(&w);
	expect_ok();
}

static void
list_count(void)
{
	size_t i;

	start(&semper_path_hard, SEMPER_USE_SELLER);
	world_build(&w);
	for (i = 3; i <= 16; i++)
		w.crls[i] = w.crls[1];
	w.crls[15] = w.crls[2];
	w.crls[2] = w.crls[1];
	w.policy.n_crls = 17;
	expect_ok();
	w.crls[16] = w.crls[15];
	w.crls[15] = w.crls[1];
	expect_refused("PKI-P-27");
}

SUITE("pki: path, revocation",
    {"in HARD each issuer of the path needs a list", no_lists},
    {"a list of another form is none", list_form},
    {"a list is current from thisUpdate to nextUpdate", list_times},
    {"a list names its issuer, who signs it and may", list_authority},
    {"a list with a critical extension is none", list_extensions},
    {"a certificate that a current list names is refused", revoked},
    {"sixteen lists are looked at, the seventeenth is not", list_count});
