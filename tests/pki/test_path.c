/* spec/pki.md 4.2 and 4.3, each check refused and, next to it, accepted. */
#include <string.h>

#include "base/must.h"
#include "pki/algorithm.h"
#include "pki/key.h"
#include "pki/name.h"
#include "pki/oid.h"
#include "tests/pki/judge.h"
#include "tests/test.h"

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

static size_t filling = 4096;

static void
long_extension(struct semper_template *t)
{
	static uint8_t filler[SEMPER_TEMPLATE_ROOM];

	t->extensions.item[t->extensions.n++] = (struct semper_extension){
	    semper_oid("\x88\x37\x01"), false,
	    SEMPER_BYTES(filler, filling)};
}

static void
certificate_length(void)
{
	accepts_at(LEAF, long_extension);
	filling += SEMPER_CERT_MAX - w.chain[LEAF].len;
	accepts_at(LEAF, long_extension);
	CU_ASSERT_EQUAL(w.chain[LEAF].len, SEMPER_CERT_MAX);
	filling++;
	refuses("PKI-P-01", long_extension);
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
serial_high(struct semper_template *t)
{
	t->serial = SEMPER_BYTES((const uint8_t *)"\0\x80", 2);
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
	accepts_at(LEAF, serial_high);
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

SUITE("pki: path, form and links",
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
    {"validity covers DATE if there is one, at every place", dates});
