/* spec/pki.md 4.4 and 4.5, each check refused and, next to it, accepted. */

#include "base/must.h"
#include "pki/algorithm.h"
#include "pki/name.h"
#include "pki/oid.h"
#include "tests/pki/judge.h"
#include "tests/test.h"

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

SUITE("pki: path, authority and subject",
    {"issuers are CAs within their path length, the leaf is none",
	constraints},
    {"in HARD key usage fits issuer and leaf", key_usage},
    {"in HARD an encryption certificate does nothing else", encryption_usage},
    {"in HARD the role is the leaf's own and within all issuers'", roles},
    {"a seller's certificate serves no other use", other_uses},
    {"the leaf names the edition of the verifier", profiles},
    {"the subject holds the wanted id once, as text", ids},
    {"a buyer's certificate shows no twelve digits in a row", digits});
