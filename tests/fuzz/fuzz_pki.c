/* fuzz_pki.c -- certificates, revocation lists and paths.
 *
 * Four octets choose edition, use, how many certificates, lists and anchors
 * follow, whether an identity and a date are asked for, and the time; then
 * come the pieces, each after its length in two octets.  With the high bit of
 * the first octet every signature counts as good, so that the checks behind
 * it are reached (the linker puts our semper_pkcs1_verify before the real
 * one).
 */

#include "crypto/rsa_sig.h"
#include "pki/crl.h"
#include "pki/path.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_PIECES = 8, MAX_INPUT = 16384 };

static const int64_t base = 827323200; /* when the test keys are good */
static bool believe;

semper_err __real_semper_pkcs1_verify(const struct semper_rsa_pub *key,
    enum semper_hash h, struct semper_bytes msg, struct semper_bytes sig);
semper_err __wrap_semper_pkcs1_verify(const struct semper_rsa_pub *key,
    enum semper_hash h, struct semper_bytes msg, struct semper_bytes sig);

semper_err
__wrap_semper_pkcs1_verify(const struct semper_rsa_pub *key,
    enum semper_hash h, struct semper_bytes msg, struct semper_bytes sig)
{
	return believe ? SEMPER_OK
		       : __real_semper_pkcs1_verify(key, h, msg, sig);
}

static bool
inside(struct semper_bytes view, struct semper_bytes whole)
{
	return view.data == NULL ||
	    (view.data >= whole.data &&
		view.data + view.len <= whole.data + whole.len);
}

/* What was read points into what it was read from. */
static void
try_certificate(struct semper_bytes der)
{
	static struct semper_cert c;
	semper_err e = semper_cert_read(&c, der);

	HOLDS(e == SEMPER_OK || e == SEMPER_E_CERT, "taken or refused");
	if (e != SEMPER_OK)
		return;
	HOLDS(inside(c.tbs, der) && inside(c.serial, der) &&
		inside(c.issuer, der) && inside(c.subject, der) &&
		inside(c.signature, der) && inside(c.acquirer, der) &&
		inside(c.commitment, der) &&
		inside(semper_cert_id(&c), der),
	    "a certificate is made of its octets");
	HOLDS(c.extensions.n <= SEMPER_CERT_EXTENSIONS &&
		c.profiles.n <= SEMPER_CERT_PROFILES &&
		c.brands.n <= SEMPER_CERT_BRANDS,
	    "lists are as long as the module allows");
	(void)semper_cert_shows_digits(&c);
}

static void
try_list(struct semper_bytes der)
{
	struct semper_crl crl;
	semper_err e = semper_crl_read(&crl, der);

	HOLDS(e == SEMPER_OK || e == SEMPER_E_CERT, "taken or refused");
	if (e != SEMPER_OK)
		return;
	HOLDS(inside(crl.tbs, der) && inside(crl.issuer, der) &&
		inside(crl.signature, der) && inside(crl.entries, der),
	    "a list is made of its octets");
	(void)semper_crl_lists(&crl, SEMPER_TEXT("\1"));
}

static size_t
cut_pieces(struct semper_bytes *piece, size_t n, struct semper_bytes *in)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = (size_t)cut_octet(in) << 8;

		len |= cut_octet(in);
		piece[i] = cut(in, len);
	}
	return n;
}

static void
try_path(const struct semper_path_policy *policy,
    const struct semper_bytes *chain, size_t n, uint8_t time)
{
	static struct semper_cert leaf;
	int64_t now = base + ((int64_t)(time & 0x7f) - 64) * 86400 * 100;
	int64_t date = (time & 0x80) != 0 ? base : SEMPER_NO_DATE;
	semper_err e = semper_path_check(policy, &leaf, chain, n, now, date);

	HOLDS(e == SEMPER_OK || e == SEMPER_E_CERT, "taken or refused");
	if (e != SEMPER_OK)
		return;
	HOLDS(inside(leaf.tbs, chain[0]), "the leaf is the first");
	HOLDS(!leaf.ca, "a leaf is no authority");
	HOLDS(leaf.not_before <= now && now <= leaf.not_after,
	    "a leaf is valid at the time");
	HOLDS(policy->id.data == NULL ||
		semper_bytes_equal(policy->id, semper_cert_id(&leaf)),
	    "the leaf is of the subject asked for");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct semper_path_rules *const rules[] = {
	    &semper_path_ec95, &semper_path_jsac, &semper_path_hard};
	struct semper_bytes in = {data, len};
	struct semper_bytes chain[MAX_PIECES], lists[MAX_PIECES],
	    anchors[MAX_PIECES];
	uint8_t how, many, more, time;
	struct semper_path_policy policy;
	size_t n;

	if (len < 4 || len > MAX_INPUT)
		return 0;
	how = cut_octet(&in);
	many = cut_octet(&in);
	more = cut_octet(&in);
	time = cut_octet(&in);
	believe = (how & 0x80) != 0;
	n = cut_pieces(chain, many % 6u, &in);
	policy = (struct semper_path_policy){.rules = rules[how % 3u],
	    .use = (enum semper_cert_use)(how >> 2 & 3u),
	    .id = (how & 0x40) != 0 ? SEMPER_TEXT("SHOP-000042") : SEMPER_NONE,
	    .anchors = anchors,
	    .n_anchors = cut_pieces(anchors, more % 4u, &in),
	    .crls = lists};
	policy.n_crls = cut_pieces(lists, many / 6u % 6u, &in);
	for (size_t i = 0; i < n; i++)
		try_certificate(chain[i]);
	for (size_t i = 0; i < policy.n_crls; i++)
		try_list(lists[i]);
	try_path(&policy, chain, n, time);
	return 0;
}
