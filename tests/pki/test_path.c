/* Each check of spec/pki.md section 4, refused and, next to it, accepted. */
#include <string.h>

#include "base/must.h"
#include "pki/algorithm.h"
#include "pki/key.h"
#include "pki/name.h"
#include "pki/oid.h"
#include "tests/pki/world.h"
#include "tests/test.h"

static struct world w;

/* A sound world of an edition, for a use. */
static void
start(const struct semper_path_rules *rules, enum semper_cert_use use)
{
	world_init(&w);
	w.rules = rules;
	w.use = use;
}

static void
expect_ok(void)
{
	CU_ASSERT_EQUAL(world_check(&w), SEMPER_OK);
}

static void
expect_refused(const char *id)
{
	CU_ASSERT_EQUAL(world_check(&w), SEMPER_E_CERT);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), id);
}

/* A seller's path in edition RULES with TWEAK at position AT. */
static void
tweaked(const struct semper_path_rules *rules, int at, world_tweak *tweak)
{
	start(rules, SEMPER_USE_SELLER);
	w.at = at;
	w.tweak = tweak;
	world_build(&w);
}

static void
refuses_at(const char *id, int at, world_tweak *tweak)
{
	tweaked(&semper_path_hard, at, tweak);
	expect_refused(id);
}

static void
accepts_at(int at, world_tweak *tweak)
{
	tweaked(&semper_path_hard, at, tweak);
	expect_ok();
}

static void
refuses(const char *id, world_tweak *tweak)
{
	refuses_at(id, LEAF, tweak);
}

/* Refused in HARD, accepted in EC95 and JSAC. */
static void
hard_refuses_at(const char *id, int at, world_tweak *tweak)
{
	refuses_at(id, at, tweak);
	tweaked(&semper_path_ec95, at, tweak);
	expect_ok();
	tweaked(&semper_path_jsac, at, tweak);
	expect_ok();
}

/* ---- sound paths ---- */

static void
sound(void)
{
	static const struct semper_path_rules *const editions[] = {
	    &semper_path_ec95, &semper_path_jsac, &semper_path_hard};
	size_t i;
	int use;

	for (i = 0; i < 3; i++)
		for (use = 0; use <= SEMPER_USE_BUYER; use++) {
			start(editions[i], (enum semper_cert_use)use);
			world_build(&w);
			expect_ok();
			CU_ASSERT_EQUAL(w.leaf.key.bits, 2048);
		}
}

static void
leaf_read(void)
{
	start(&semper_path_hard, SEMPER_USE_ACQUIRER_SIG);
	world_build(&w);
	expect_ok();
	CU_ASSERT(semper_bytes_equal(semper_cert_id(&w.leaf),
	    SEMPER_TEXT(WORLD_ID)));
	CU_ASSERT(semper_bytes_equal(w.leaf.acquirer, SEMPER_TEXT("ACQ-1")));
	CU_ASSERT(semper_cert_has_brand(&w.leaf, SEMPER_TEXT("Birch")));
	CU_ASSERT(!semper_cert_has_brand(&w.leaf, SEMPER_TEXT("Birc")));
	CU_ASSERT(semper_rsa_pub_equal(&w.leaf.key,
	    semper_rsa_priv_pub(world_key(LEAF))));

	start(&semper_path_hard, SEMPER_USE_BUYER);
	world_build(&w);
	expect_ok();
	CU_ASSERT_EQUAL(w.leaf.commitment.len, 32);
	CU_ASSERT_EQUAL(w.leaf.commitment.data[0], 1);
}

/* ---- form ---- */

static void
chain_length(void)
{
	start(&semper_path_hard, SEMPER_USE_SELLER);
	world_build(&w);
	w.n = 0;
	expect_refused("PKI-P-01");
	w.chain[3] = w.chain[4] = w.anchors[0];
	w.n = 5;
	expect_refused("PKI-P-01");
	w.n = 3;
	expect_ok();
}

static void
longest_extension(struct semper_template *t)
{
	static uint8_t filler[SEMPER_TEMPLATE_ROOM];

	t->extensions.item[t->extensions.n++] = (struct semper_extension){
	    semper_oid("\x88\x37\x01"), false,
	    SEMPER_BYTES(filler, sizeof filler)};
}

static void
certificate_length(void)
{
	refuses("PKI-P-01", longest_extension);
	CU_ASSERT(w.chain[0].len > SEMPER_CERT_MAX);
}

static void
not_der(void)
{
	static const uint8_t extra[1];
	struct semper_bytes good;
	size_t i;

	for (i = LEAF; i <= BRAND; i++) {
		start(&semper_path_hard, SEMPER_USE_SELLER);
		world_build(&w);
		good = w.chain[i];
		w.chain[i].data = world_copy(&w, good);
		world_copy(&w, SEMPER_BYTES(extra, 1));
		w.chain[i].len = good.len + 1;
		expect_refused("PKI-P-02");
		w.chain[i].len = good.len - 1;
		expect_refused("PKI-P-02");
		w.chain[i].len = good.len;
		expect_ok();
	}
}

static void
bad_anchor(void)
{
	start(&semper_path_hard, SEMPER_USE_SELLER);
	world_build(&w);
	w.anchors[1] = w.anchors[0];
	w.anchors[0].len--;
	w.policy.n_anchors = 1;
	expect_refused("PKI-P-12");
	w.policy.n_anchors = 2;
	expect_ok();
	w.policy.n_anchors = 0;
	expect_refused("PKI-P-12");
}

static void
version_2(struct semper_template *t)
{
	t->version = 1;
}

static void
versions(void)
{
	int at;

	for (at = LEAF; at <= BRAND; at++)
		refuses_at("PKI-P-03", at, version_2);
	refuses_at("PKI-P-12", ROOT, version_2);
}

static void
serial_zero(struct semper_template *t)
{
	t->serial = SEMPER_TEXT("\0");
}

static void
serial_negative(struct semper_template *t)
{
	t->serial = SEMPER_TEXT("\x80");
}

static void
serial_21(struct semper_template *t)
{
	t->serial = SEMPER_TEXT("123456789012345678901");
}

static void
serial_20(struct semper_template *t)
{
	t->serial = SEMPER_TEXT("12345678901234567890");
}

static void
serial_one(struct semper_template *t)
{
	t->serial = SEMPER_TEXT("\1");
}

static void
serials(void)
{
	refuses("PKI-P-04", serial_zero);
	refuses("PKI-P-04", serial_negative);
	refuses("PKI-P-04", serial_21);
	refuses_at("PKI-P-04", CA, serial_21);
	accepts_at(LEAF, serial_20);
	accepts_at(LEAF, serial_one);
}

static void
sha1(struct semper_template *t)
{
	t->inner = t->outer = SEMPER_ALG_SHA1_RSA;
}

static void
no_parameters(struct semper_template *t)
{
	t->inner = t->outer = SEMPER_TEXT(
	    "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b");
}

static void
sha1_inside(struct semper_template *t)
{
	t->inner = SEMPER_ALG_SHA1_RSA;
}

static void
algorithms(void)
{
	refuses("PKI-P-05", sha1);
	refuses_at("PKI-P-05", CA, sha1);
	refuses("PKI-P-05", no_parameters);
	tweaked(&semper_path_ec95, LEAF, sha1);
	expect_refused("PKI-P-05");
	refuses("PKI-P-06", sha1_inside);
	refuses_at("PKI-P-06", BRAND, sha1_inside);
}

static void
role_twice(struct semper_template *t)
{
	t->extensions.item[t->extensions.n] = t->extensions.item[1];
	t->extensions.n++;
}

static void
unknown_to(struct semper_template *t, size_t n, bool critical)
{
	static const char *const oids[] = {"\x2a\x01", "\x2a\x02", "\x2a\x03",
	    "\x2a\x04", "\x2a\x05", "\x2a\x06", "\x2a\x07", "\x2a\x08",
	    "\x2a\x09", "\x2a\x0a", "\x2a\x0b", "\x2a\x0c", "\x2a\x0d"};
	size_t i;

	for (i = 0; t->extensions.n < n; i++)
		CU_ASSERT_EQUAL(semper_template_extend(t, oids[i], critical,
				    SEMPER_TEXT("x")),
		    SEMPER_OK);
}

static void
extensions_16(struct semper_template *t)
{
	unknown_to(t, 16, false);
}

static void
extensions_17(struct semper_template *t)
{
	unknown_to(t, 17, false);
}

static void
critical_unknown(struct semper_template *t)
{
	unknown_to(t, t->extensions.n + 1, true);
}

static void
critical_key_id(struct semper_template *t)
{
	size_t i;

	for (i = 0; i < t->extensions.n; i++)
		if (semper_bytes_equal(t->extensions.item[i].oid,
			semper_oid(SEMPER_OID_SUBJECT_KEY)))
			t->extensions.item[i].critical = true;
}

static void
all_known_critical(struct semper_template *t)
{
	size_t i;

	for (i = 0; i < t->extensions.n; i++)
		if (t->extensions.item[i].oid.len != 3 ||
		    t->extensions.item[i].oid.data[2] == 0x0f)
			t->extensions.item[i].critical = true;
}

static void
extensions(void)
{
	refuses("PKI-P-07", role_twice);
	refuses_at("PKI-P-07", CA, role_twice);
	refuses("PKI-P-07", extensions_17);
	accepts_at(LEAF, extensions_16);
	refuses("PKI-P-08", critical_unknown);
	refuses_at("PKI-P-08", BRAND, critical_unknown);
	refuses("PKI-P-08", critical_key_id);
	accepts_at(LEAF, all_known_critical);
}

static void
role_malformed(struct semper_template *t)
{
	world_set(t, SEMPER_OID_ROLE, SEMPER_TEXT("\x03\x02\x05\x21"));
}

static void
basic_malformed(struct semper_template *t)
{
	world_set(t, SEMPER_OID_BASIC_CONSTRAINTS,
	    SEMPER_TEXT("\x30\x03\x01\x01\x01"));
}

static void
usage_malformed(struct semper_template *t)
{
	world_set(t, SEMPER_OID_KEY_USAGE, SEMPER_TEXT("\x03\x02\x06"));
}

static void
profile_malformed(struct semper_template *t)
{
	world_set(t, SEMPER_OID_PROFILE, SEMPER_TEXT("\x30"));
}

static void
acquirer_malformed(struct semper_template *t)
{
	world_set(t, SEMPER_OID_ACQUIRER, SEMPER_TEXT("\x0c\x01\x41"));
}

static void
values(void)
{
	refuses("PKI-P-09", role_malformed);
	refuses("PKI-P-09", usage_malformed);
	refuses("PKI-P-09", profile_malformed);
	refuses("PKI-P-09", acquirer_malformed);
	refuses_at("PKI-P-09", CA, basic_malformed);
	tweaked(&semper_path_jsac, CA, basic_malformed);
	expect_refused("PKI-P-09");
}

/* ---- keys ---- */

static void
spki_of(struct semper_template *t, const struct semper_rsa_pub *key)
{
	size_t at = t->arena.len;

	CU_ASSERT_EQUAL(semper_spki_put_rsa(&t->arena, key), SEMPER_OK);
	t->spki = SEMPER_BYTES(t->arena.data + at, t->arena.len - at);
}

static void
ed25519_key(struct semper_template *t)
{
	size_t at = t->arena.len;
	uint8_t pub[32] = {9};

	CU_ASSERT_EQUAL(semper_spki_put_ed25519(&t->arena, pub), SEMPER_OK);
	t->spki = SEMPER_BYTES(t->arena.data + at, t->arena.len - at);
}

static void
even_exponent(struct semper_template *t)
{
	struct semper_rsa_pub key = *semper_rsa_priv_pub(world_key(LEAF));

	key.e[key.e_len - 1] = 0;
	spki_of(t, &key);
}

static void
even_modulus(struct semper_template *t)
{
	struct semper_rsa_pub key = *semper_rsa_priv_pub(world_key(LEAF));

	key.n[key.len - 1] &= 0xfe;
	spki_of(t, &key);
}

static void
bits_1016(struct semper_template *t)
{
	struct semper_rsa_pub key = *semper_rsa_priv_pub(world_key(KEY_1024));

	key.len--;
	key.n[0] |= 0x80;
	key.n[key.len - 1] |= 1;
	spki_of(t, &key);
}

static void
bits_1024(struct semper_template *t)
{
	spki_of(t, semper_rsa_priv_pub(world_key(KEY_1024)));
}

static void
bits_1536(struct semper_template *t)
{
	spki_of(t, semper_rsa_priv_pub(world_key(KEY_1536)));
}

static void
public_keys(void)
{
	refuses("PKI-P-10", ed25519_key);
	refuses("PKI-P-10", even_exponent);
	refuses("PKI-P-10", even_modulus);
	refuses_at("PKI-P-10", CA, even_exponent);
	refuses("PKI-P-10", bits_1016);
	hard_refuses_at("PKI-P-11", LEAF, bits_1024);
	hard_refuses_at("PKI-P-11", LEAF, bits_1536);
	refuses_at("PKI-P-11", CA, bits_1536);
	refuses_at("PKI-P-11", ROOT, bits_1536);
}

/* ---- links and times ---- */

static void
issuer_elsewhere(struct semper_template *t)
{
	size_t at = t->arena.len;

	CU_ASSERT_EQUAL(semper_name_put(&t->arena, "SEMPER TEST", "Nobody",
			    NULL),
	    SEMPER_OK);
	t->issuer = SEMPER_BYTES(t->arena.data + at, t->arena.len - at);
}

static void
self_issued(struct semper_template *t)
{
	t->subject = t->issuer;
}

static void
names(void)
{
	refuses("PKI-P-12", issuer_elsewhere);
	refuses_at("PKI-P-12", CA, issuer_elsewhere);
	refuses_at("PKI-P-12", BRAND, issuer_elsewhere);
	tweaked(&semper_path_ec95, LEAF, issuer_elsewhere);
	expect_refused("PKI-P-12");
	start(&semper_path_ec95, SEMPER_USE_SELLER);
	w.tweak = self_issued;
	world_build(&w);
	w.policy.id = SEMPER_NONE;
	expect_refused("PKI-P-13");
}

static void
order(void)
{
	struct semper_bytes brand;

	start(&semper_path_hard, SEMPER_USE_SELLER);
	world_build(&w);
	brand = w.chain[BRAND];
	w.chain[BRAND] = w.chain[CA];
	w.chain[CA] = brand;
	expect_refused("PKI-P-12");
	w.chain[CA] = w.chain[BRAND];
	w.chain[BRAND] = brand;
	expect_ok();
	w.n = 2;
	expect_refused("PKI-P-12");
	w.n = 4;
	w.chain[3] = w.anchors[0];
	expect_refused("PKI-P-19");
}

static void
signatures(void)
{
	struct semper_bytes good;
	uint8_t *copy;
	int at;

	for (at = LEAF; at <= BRAND; at++) {
		start(&semper_path_hard, SEMPER_USE_SELLER);
		world_build(&w);
		good = w.chain[at];
		copy = world_copy(&w, good);
		w.chain[at].data = copy;
		copy[good.len - 1] ^= 1;
		expect_refused("PKI-P-14");
		copy[good.len - 1] ^= 1;
		expect_ok();
	}
}

static void
other_key(struct semper_template *t)
{
	spki_of(t, semper_rsa_priv_pub(world_key(KEY_OTHER)));
}

/* Of two anchors with one name, the one that signed makes the path good. */
static void
two_anchors(void)
{
	uint8_t other[2048];
	size_t len;

	tweaked(&semper_path_hard, ROOT, other_key);
	expect_refused("PKI-P-14");
	len = w.anchors[0].len;
	memcpy(other, w.anchors[0].data, len);
	start(&semper_path_hard, SEMPER_USE_SELLER);
	world_build(&w);
	w.anchors[1] = w.anchors[0];
	w.anchors[0] = SEMPER_BYTES(other, len);
	w.policy.n_anchors = 2;
	expect_ok();
	w.policy.n_anchors = 1;
	expect_refused("PKI-P-14");
}

static void
starts_later(struct semper_template *t)
{
	t->not_before = semper_time_choose(WORLD_NOW + 1);
}

static void
starts_now(struct semper_template *t)
{
	t->not_before = semper_time_choose(WORLD_NOW);
}

static void
ended(struct semper_template *t)
{
	t->not_after = semper_time_choose(WORLD_NOW - 1);
}

static void
ends_now(struct semper_template *t)
{
	t->not_after = semper_time_choose(WORLD_NOW);
}

static void
ends_2050(struct semper_template *t)
{
	t->not_after = semper_time_choose(2524608000);
	CU_ASSERT_EQUAL(t->not_after.general, 1);
}

static void
validity(void)
{
	int at;

	for (at = LEAF; at <= ROOT; at++) {
		refuses_at("PKI-P-15", at, starts_later);
		refuses_at("PKI-P-15", at, ended);
		accepts_at(at, starts_now);
		accepts_at(at, ends_now);
	}
	accepts_at(LEAF, ends_2050);
	tweaked(&semper_path_ec95, LEAF, ended);
	expect_refused("PKI-P-15");
}

static void
dates(void)
{
	int at;

	for (at = LEAF; at <= ROOT; at++) {
		tweaked(&semper_path_hard, at, starts_now);
		w.date = WORLD_NOW - 1;
		expect_refused("PKI-P-16");
		w.date = WORLD_NOW;
		expect_ok();
		tweaked(&semper_path_hard, at, ends_now);
		w.date = WORLD_NOW + 1;
		expect_refused("PKI-P-16");
		w.date = SEMPER_NO_DATE;
		expect_ok();
	}
}

/* ---- authority ---- */

static void
no_basic(struct semper_template *t)
{
	world_drop(t, SEMPER_OID_BASIC_CONSTRAINTS);
}

static void
basic_no_ca(struct semper_template *t)
{
	world_set(t, SEMPER_OID_BASIC_CONSTRAINTS, SEMPER_TEXT("\x30\x00"));
}

static void
basic_path_0(struct semper_template *t)
{
	world_set(t, SEMPER_OID_BASIC_CONSTRAINTS,
	    SEMPER_TEXT("\x30\x06\x01\x01\xff\x02\x01\x00"));
}

static void
basic_path_1(struct semper_template *t)
{
	world_set(t, SEMPER_OID_BASIC_CONSTRAINTS,
	    SEMPER_TEXT("\x30\x06\x01\x01\xff\x02\x01\x01"));
}

static void
basic_no_limit(struct semper_template *t)
{
	world_set(t, SEMPER_OID_BASIC_CONSTRAINTS,
	    SEMPER_TEXT("\x30\x03\x01\x01\xff"));
}

static void
leaf_ca(struct semper_template *t)
{
	CU_ASSERT_EQUAL(semper_template_extend(t, SEMPER_OID_BASIC_CONSTRAINTS,
			    true, SEMPER_TEXT("\x30\x03\x01\x01\xff")),
	    SEMPER_OK);
}

static void
leaf_no_ca(struct semper_template *t)
{
	CU_ASSERT_EQUAL(semper_template_extend(t, SEMPER_OID_BASIC_CONSTRAINTS,
			    true, SEMPER_TEXT("\x30\x00")),
	    SEMPER_OK);
}

static void
constraints(void)
{
	int at;

	for (at = CA; at <= ROOT; at++) {
		refuses_at("PKI-P-17", at, no_basic);
		refuses_at("PKI-P-17", at, basic_no_ca);
		accepts_at(at, basic_no_limit);
	}
	tweaked(&semper_path_ec95, CA, no_basic);
	expect_refused("PKI-P-17");
	refuses("PKI-P-18", leaf_ca);
	accepts_at(LEAF, leaf_no_ca);
	refuses_at("PKI-P-19", BRAND, basic_path_0);
	refuses_at("PKI-P-19", ROOT, basic_path_1);
	accepts_at(CA, basic_path_0);
	accepts_at(BRAND, basic_path_1);
}

static void
no_usage(struct semper_template *t)
{
	world_drop(t, SEMPER_OID_KEY_USAGE);
}

#define USAGE(name, der)                                                  \
	static void name(struct semper_template *t)                       \
	{                                                                 \
		world_set(t, SEMPER_OID_KEY_USAGE, SEMPER_TEXT(der));     \
	}
USAGE(usage_crl_sign, "\x03\x02\x01\x02")
USAGE(usage_cert_and_crl_sign, "\x03\x02\x01\x06")
USAGE(usage_encipher, "\x03\x02\x05\x20")
USAGE(usage_sign, "\x03\x02\x07\x80")
USAGE(usage_sign_and_encipher, "\x03\x02\x05\xa0")
USAGE(usage_sign_and_cert_sign, "\x03\x02\x02\x84")
USAGE(usage_sign_and_crl_sign, "\x03\x02\x01\x82")
USAGE(usage_agree, "\x03\x02\x03\x08")

static void
key_usage(void)
{
	int at;

	for (at = CA; at <= ROOT; at++) {
		hard_refuses_at("PKI-P-20", at, no_usage);
		hard_refuses_at("PKI-P-20", at, usage_crl_sign);
		accepts_at(at, usage_cert_and_crl_sign);
	}
	hard_refuses_at("PKI-P-21", LEAF, no_usage);
	hard_refuses_at("PKI-P-21", LEAF, usage_encipher);
	hard_refuses_at("PKI-P-21", LEAF, usage_sign_and_encipher);
	hard_refuses_at("PKI-P-21", LEAF, usage_sign_and_cert_sign);
	hard_refuses_at("PKI-P-21", LEAF, usage_sign_and_crl_sign);
	hard_refuses_at("PKI-P-21", LEAF, usage_agree);
	accepts_at(LEAF, usage_sign);
}

static void
encryption_usage(void)
{
	start(&semper_path_hard, SEMPER_USE_ACQUIRER_ENC);
	w.tweak = usage_sign;
	world_build(&w);
	expect_refused("PKI-P-21");
	w.tweak = usage_sign_and_encipher;
	world_build(&w);
	expect_refused("PKI-P-21");
	w.tweak = usage_encipher;
	world_build(&w);
	expect_ok();
}

static void
no_role(struct semper_template *t)
{
	world_drop(t, SEMPER_OID_ROLE);
}

#define ROLE(name, der)                                              \
	static void name(struct semper_template *t)                  \
	{                                                            \
		world_set(t, SEMPER_OID_ROLE, SEMPER_TEXT(der));     \
	}
ROLE(role_buyer, "\x03\x02\x04\x10")
ROLE(role_seller, "\x03\x02\x05\x20")
ROLE(role_seller_and_buyer, "\x03\x02\x04\x30")
ROLE(role_acquirer, "\x03\x02\x06\xc0")

static void
roles(void)
{
	int at;

	hard_refuses_at("PKI-P-22", LEAF, no_role);
	hard_refuses_at("PKI-P-22", LEAF, role_buyer);
	hard_refuses_at("PKI-P-22", LEAF, role_seller_and_buyer);
	accepts_at(LEAF, role_seller);
	for (at = CA; at <= ROOT; at++) {
		hard_refuses_at("PKI-P-23", at, no_role);
		hard_refuses_at("PKI-P-23", at, role_acquirer);
		accepts_at(at, role_seller);
		accepts_at(at, role_seller_and_buyer);
	}
}

static void
other_uses(void)
{
	static const char *const refused_by[] = {
	    [SEMPER_USE_ACQUIRER_ENC] = "PKI-P-21",
	    [SEMPER_USE_ACQUIRER_SIG] = "PKI-P-22",
	    [SEMPER_USE_BUYER] = "PKI-P-23"};
	int use;

	for (use = 0; use <= SEMPER_USE_BUYER; use++) {
		start(&semper_path_hard, SEMPER_USE_SELLER);
		world_build(&w);
		w.policy.use = (enum semper_cert_use)use;
		if (use == SEMPER_USE_SELLER)
			expect_ok();
		else
			expect_refused(refused_by[use]);
	}
}

/* ---- subject ---- */

static void
no_profile(struct semper_template *t)
{
	world_drop(t, SEMPER_OID_PROFILE);
}

static void
profile_two(struct semper_template *t)
{
	world_set(t, SEMPER_OID_PROFILE,
	    SEMPER_TEXT("\x30\x14\x0c\x08ikp/ec95\x0c\x08ikp/hard"));
}

static void
profile_other(struct semper_template *t)
{
	world_set(t, SEMPER_OID_PROFILE,
	    SEMPER_TEXT("\x30\x0a\x0c\x08ikp/ecma"));
}

static void
profiles(void)
{
	static const struct semper_path_rules *const editions[] = {
	    &semper_path_ec95, &semper_path_jsac, &semper_path_hard};
	size_t i, j;

	for (i = 0; i < 3; i++) {
		tweaked(editions[i], LEAF, no_profile);
		expect_refused("PKI-P-24");
		tweaked(editions[i], LEAF, profile_other);
		expect_refused("PKI-P-24");
		for (j = 0; j < 3; j++) {
			start(editions[i], SEMPER_USE_SELLER);
			world_build(&w);
			w.policy.rules = editions[j];
			if (i == j)
				expect_ok();
			else
				expect_refused("PKI-P-24");
		}
	}
	accepts_at(LEAF, profile_two);
}

static void
name_ids(struct semper_template *t, struct semper_bytes der)
{
	size_t at = t->arena.len;

	CU_ASSERT_EQUAL(semper_buffer_append(&t->arena, der), SEMPER_OK);
	t->subject = SEMPER_BYTES(t->arena.data + at, der.len);
}

#define ATTRIBUTE "\x06\x03\x55\x04\x05"

static void
id_utf8(struct semper_template *t)
{
	name_ids(t, SEMPER_TEXT("\x30\x16\x31\x14\x30\x12" ATTRIBUTE
				"\x0c\x0bSHOP-000042"));
}

static void
id_ia5(struct semper_template *t)
{
	name_ids(t, SEMPER_TEXT("\x30\x16\x31\x14\x30\x12" ATTRIBUTE
				"\x16\x0bSHOP-000042"));
}

static void
id_twice(struct semper_template *t)
{
	name_ids(t, SEMPER_TEXT("\x30\x22\x31\x20\x30\x0a" ATTRIBUTE
				"\x0c\x03XYZ\x30\x12" ATTRIBUTE
				"\x0c\x0bSHOP-000042"));
}

static void
no_id(struct semper_template *t)
{
	name_ids(t, SEMPER_TEXT("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03"
				"\x0c\x03XYZ"));
}

static void
ids(void)
{
	tweaked(&semper_path_ec95, LEAF, no_id);
	expect_refused("PKI-P-25");
	refuses("PKI-P-25", no_id);
	refuses("PKI-P-25", id_twice);
	refuses("PKI-P-25", id_ia5);
	accepts_at(LEAF, id_utf8);
	start(&semper_path_hard, SEMPER_USE_SELLER);
	world_build(&w);
	w.policy.id = SEMPER_TEXT("SHOP-000043");
	expect_refused("PKI-P-25");
	w.policy.id = SEMPER_TEXT("SHOP-00004");
	expect_refused("PKI-P-25");
	w.policy.id = SEMPER_NONE;
	expect_ok();
}

static void
subject_12_digits(struct semper_template *t)
{
	name_ids(t, SEMPER_TEXT("\x30\x17\x31\x15\x30\x13" ATTRIBUTE
				"\x0c\x0c" "411111111111"));
}

static void
subject_11_digits(struct semper_template *t)
{
	name_ids(t, SEMPER_TEXT("\x30\x17\x31\x15\x30\x13" ATTRIBUTE
				"\x0c\x0c" "41111 111111"));
}

static void
extension_19_digits(struct semper_template *t)
{
	CU_ASSERT_EQUAL(semper_template_extend(t, "\x2a\x01", false,
			    SEMPER_TEXT("\x12\x13" "4111111111111111111")),
	    SEMPER_OK);
}

static void
digits(void)
{
	static const struct semper_path_rules *const editions[] = {
	    &semper_path_ec95, &semper_path_jsac, &semper_path_hard};
	static world_tweak *const bad[] = {subject_12_digits,
	    extension_19_digits};
	size_t i, j;

	for (i = 0; i < 3; i++)
		for (j = 0; j < 2; j++) {
			start(editions[i], SEMPER_USE_BUYER);
			w.tweak = bad[j];
			world_build(&w);
			expect_refused("PKI-P-26");
		}
	start(&semper_path_hard, SEMPER_USE_BUYER);
	w.tweak = subject_11_digits;
	world_build(&w);
	expect_ok();
	accepts_at(LEAF, extension_19_digits);
}

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

SUITE("pki: path",
    {"sound paths are accepted in every edition for every use", sound},
    {"an accepted leaf shows its id, acquirer, brands and commitment",
	leaf_read},
    {"a chain has one to four certificates", chain_length},
    {"a certificate of more than 8192 octets is refused", certificate_length},
    {"a certificate that is not exactly one encoding is refused", not_der},
    {"an anchor that cannot be read is none", bad_anchor},
    {"only version v3 is accepted", versions},
    {"numbers are positive and of at most 20 octets", serials},
    {"SHA-1, missing parameters and differing algorithms are refused",
	algorithms},
    {"extensions are 16 at most, stand once, and critical ones are known",
	extensions},
    {"a known extension with a malformed value is refused", values},
    {"public keys are RSA, odd, and long enough for the edition", public_keys},
    {"each issuer is named by the one below, and by itself nowhere", names},
    {"a chain out of order, cut short or with its root is refused", order},
    {"a signature changed by one bit is refused at every place", signatures},
    {"of two anchors with one name the right one is found", two_anchors},
    {"validity covers now, both ends included, at every place", validity},
    {"validity covers DATE if there is one, at every place", dates},
    {"issuers are CAs within their path length, the leaf is none",
	constraints},
    {"in HARD key usage fits issuer and leaf", key_usage},
    {"in HARD an encryption certificate does nothing else", encryption_usage},
    {"in HARD the role is the leaf's own and within all issuers'", roles},
    {"a seller's certificate serves no other use", other_uses},
    {"the leaf names the edition of the verifier", profiles},
    {"the subject holds the wanted id once, as text", ids},
    {"a buyer's certificate shows no twelve digits in a row", digits},
    {"in HARD each issuer of the path needs a list", no_lists},
    {"a list of another form is none", list_form},
    {"a list is current from thisUpdate to nextUpdate", list_times},
    {"a list names its issuer, who signs it and may", list_authority},
    {"a list with a critical extension is none", list_extensions},
    {"a certificate that a current list names is refused", revoked},
    {"sixteen lists are looked at, the seventeenth is not", list_count});
