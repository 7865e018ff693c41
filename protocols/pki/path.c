#include "pki/path.h"

#include <string.h>

#include "base/must.h"
#include "crypto/rsa_sig.h"
#include "pki/crl.h"

#define EVERYTHING \
	(SEMPER_PATH_KEY_USAGE | SEMPER_PATH_ROLE | SEMPER_PATH_REVOCATION)

const struct semper_path_rules semper_path_ec95 = {"ikp/ec95", 1024, 0};
const struct semper_path_rules semper_path_jsac = {"ikp/jsac", 1024, 0};
const struct semper_path_rules semper_path_hard = {"ikp/hard", 2048,
    EVERYTHING};

#define MAX ((size_t)SEMPER_PATH_MAX)
#ifdef SEMPER_FAULTS
#define ROOM (MAX + 3) /* where a fault lifts the limit */
#else
#define ROOM (MAX + 1)
#endif

/* The chain and its anchor: position 0 is the leaf, the last the anchor. */
struct path {
	const struct semper_path_policy *policy;
	int64_t now, date;
	size_t n;
	struct semper_cert *cert;
};

static bool
checks(const struct path *p, unsigned what)
{
	return (p->policy->rules->checks & what) != 0;
}

static uint32_t
role_of(enum semper_cert_use use)
{
	static const uint32_t roles[] = {
	    [SEMPER_USE_ACQUIRER_ENC] = SEMPER_ROLE_ACQUIRER_ENC,
	    [SEMPER_USE_ACQUIRER_SIG] = SEMPER_ROLE_ACQUIRER_SIG,
	    [SEMPER_USE_SELLER] = SEMPER_ROLE_SELLER,
	    [SEMPER_USE_BUYER] = SEMPER_ROLE_BUYER,
	};

	return roles[use];
}

/* ---- each certificate ---- */

static bool
covers(const struct semper_cert *c, int64_t t)
{
	return c->not_before <= t &&
	    (t <= c->not_after || FAULT("expiry-ignored"));
}

static semper_err
check_each(const struct path *p)
{
	const struct semper_cert *c = p->cert, *end = c + p->n;

	for (; c < end; c++) {
		MUST("PKI-P-11", c->key.bits >= p->policy->rules->min_bits,
		    SEMPER_E_CERT);
		MUST("PKI-P-15", covers(c, p->now), SEMPER_E_CERT);
		MUST("PKI-P-16",
		    p->date == SEMPER_NO_DATE || covers(c, p->date),
		    SEMPER_E_CERT);
	}
	return SEMPER_OK;
}

/* ---- issuers ---- */

static semper_err
check_issuer(const struct path *p, size_t position)
{
	const struct semper_cert *c = &p->cert[position];

	MUST("PKI-P-17", c->ca, SEMPER_E_CERT);
	MUST("PKI-P-19",
	    !c->has_path_len ||
		(int64_t)position - (FAULT("path-length-off") ? 2 : 1) <=
		    c->path_len,
	    SEMPER_E_CERT);
	if (checks(p, SEMPER_PATH_KEY_USAGE))
		MUST("PKI-P-20", (c->key_usage & SEMPER_KU_KEY_CERT_SIGN) != 0,
		    SEMPER_E_CERT);
	if (checks(p, SEMPER_PATH_ROLE))
		MUST("PKI-P-23", (c->role & role_of(p->policy->use)) != 0,
		    SEMPER_E_CERT);
	return SEMPER_OK;
}

static semper_err
check_issuers(const struct path *p)
{
	size_t i;

	for (i = 1; i < p->n; i++)
		TRY(check_issuer(p, i));
	return SEMPER_OK;
}

/* ---- the leaf ---- */

/* Of the bits that decide, exactly the one of the use is set. */
static bool
usage_fits(uint32_t usage, enum semper_cert_use use)
{
	const uint32_t deciding = SEMPER_KU_DIGITAL_SIGNATURE |
	    SEMPER_KU_KEY_ENCIPHERMENT | SEMPER_KU_KEY_CERT_SIGN |
	    SEMPER_KU_CRL_SIGN;

	if (FAULT("usage-contained"))
		return (usage & deciding) != 0;
	return (usage & deciding) ==
	    (use == SEMPER_USE_ACQUIRER_ENC ? SEMPER_KU_KEY_ENCIPHERMENT
					    : SEMPER_KU_DIGITAL_SIGNATURE);
}

static semper_err
check_leaf(const struct path *p)
{
	const struct semper_path_policy *policy = p->policy;
	const struct semper_cert *leaf = &p->cert[0];
	const char *profile = policy->rules->profile;

	MUST("PKI-P-18", !leaf->ca, SEMPER_E_CERT);
	if (checks(p, SEMPER_PATH_KEY_USAGE))
		MUST("PKI-P-21", usage_fits(leaf->key_usage, policy->use),
		    SEMPER_E_CERT);
	if (checks(p, SEMPER_PATH_ROLE))
		MUST("PKI-P-22",
		    leaf->role == role_of(policy->use) ||
			(FAULT("role-contained") &&
			    (leaf->role & role_of(policy->use)) != 0),
		    SEMPER_E_CERT);
	MUST("PKI-P-24",
	    semper_cert_has_profile(leaf,
		SEMPER_BYTES((const uint8_t *)profile, strlen(profile))),
	    SEMPER_E_CERT);
	MUST("PKI-P-25",
	    policy->id.data == NULL ||
		semper_bytes_equal(semper_cert_id(leaf), policy->id),
	    SEMPER_E_CERT);
	MUST("PKI-P-26",
	    policy->use != SEMPER_USE_BUYER || !semper_cert_shows_digits(leaf),
	    SEMPER_E_CERT);
	return SEMPER_OK;
}

/* ---- links ---- */

/* PKI-P-12 for two neighbours; PKI-P-13 for the lower one. */
static semper_err
check_names(const struct semper_cert *c, const struct semper_cert *issuer)
{
	MUST("PKI-P-12", semper_bytes_equal(c->issuer, issuer->subject),
	    SEMPER_E_CERT);
	MUST("PKI-P-13", !semper_bytes_equal(c->issuer, c->subject),
	    SEMPER_E_CERT);
	return SEMPER_OK;
}

static bool
signed_by(const struct semper_cert *c, const struct semper_rsa_pub *key)
{
	if (semper_pkcs1_verify(key, SEMPER_SHA256, c->tbs, c->signature) ==
	    SEMPER_OK)
		return true;
	/* The mistake of a verifier that takes any hash. */
	return FAULT("PKI-P-05") &&
	    semper_pkcs1_verify(key, SEMPER_SHA1, c->tbs, c->signature) ==
	    SEMPER_OK;
}

static semper_err
check_links(const struct path *p)
{
	size_t i;

	for (i = 0; i + 1 < p->n; i++)
		TRY(check_names(&p->cert[i], &p->cert[i + 1]));
	for (i = FAULT("leaf-signature-only") ? 1 : p->n - 1; i-- > 0;)
		MUST("PKI-P-14", signed_by(&p->cert[i], &p->cert[i + 1].key),
		    SEMPER_E_CERT);
	return SEMPER_OK;
}

/* ---- revocation ---- */

struct lists {
	size_t n;
	struct semper_crl list[SEMPER_PATH_CRLS];
};

/* Read the lists at hand; those that are none are ignored. */
static void
read_lists(struct lists *lists, const struct semper_path_policy *policy)
{
	size_t i;

	lists->n = 0;
	for (i = 0; i < policy->n_crls && i < SEMPER_PATH_CRLS; i++)
		if (semper_crl_read(&lists->list[lists->n], policy->crls[i]) ==
		    SEMPER_OK)
			lists->n++;
}

static semper_err
check_revoked(const struct lists *lists, const struct semper_cert *c,
    const struct semper_cert *issuer, int64_t now)
{
	bool current = false;
	size_t i;

	for (i = 0; i < lists->n; i++) {
		if (semper_crl_current(&lists->list[i], issuer, now) !=
		    SEMPER_OK)
			continue;
		current = true;
		MUST("PKI-P-34", !semper_crl_lists(&lists->list[i], c->serial),
		    SEMPER_E_CERT);
	}
	MUST("PKI-P-27", current, SEMPER_E_CERT);
	return SEMPER_OK;
}

static semper_err
check_revocation(const struct path *p)
{
	int64_t now = p->now;
	struct lists lists;
	size_t i;

	if (FAULT("lists-at-date") && p->date != SEMPER_NO_DATE)
		now = p->date;
	read_lists(&lists, p->policy);
	for (i = 0; i + 1 < (FAULT("leaf-revocation-only") ? 2 : p->n); i++)
		TRY(check_revoked(&lists, &p->cert[i], &p->cert[i + 1], now));
	return SEMPER_OK;
}

/* ---- the whole ---- */

/* Cheap checks first, public-key operations last. */
static semper_err
check_path(const struct path *p)
{
	TRY(check_each(p));
	TRY(check_issuers(p));
	TRY(check_leaf(p));
	TRY(check_links(p));
	return checks(p, SEMPER_PATH_REVOCATION) ? check_revocation(p)
						 : SEMPER_OK;
}

/* Is DER a certificate with the name the chain ends with?  Then it completes
 * the path. */
static bool
complete(struct path *p, struct semper_bytes der)
{
	const struct semper_cert *last = &p->cert[p->n - 2];
	struct semper_cert *anchor = &p->cert[p->n - 1];

	return semper_cert_read(anchor, der) == SEMPER_OK &&
	    semper_bytes_equal(last->issuer, anchor->subject);
}

/* The path is good if one of the anchors makes it good. */
static semper_err
try_anchors(struct path *p)
{
	const struct semper_path_policy *policy = p->policy;
	semper_err err = SEMPER_OK;
	bool found = false;
	size_t i;

	for (i = 0; i < policy->n_anchors; i++) {
		if (!complete(p, policy->anchors[i]))
			continue;
		found = true;
		err = check_path(p);
		if (err == SEMPER_OK || FAULT("first-anchor-only"))
			break;
	}
	return found ? err : semper_refused("PKI-P-12", SEMPER_E_CERT);
}

semper_err
semper_path_check(const struct semper_path_policy *policy,
    struct semper_cert *leaf, const struct semper_bytes *chain, size_t n,
    int64_t now, int64_t date)
{
	struct semper_cert cert[ROOM];
	struct path p = {policy, now, date, n + 1, cert};
	size_t i;

	if (n < 1 || n > (FAULT("chain-any-length") ? ROOM - 1 : MAX))
		return semper_refused("PKI-P-01", SEMPER_E_CERT);
	for (i = 0; i < n; i++)
		TRY(semper_cert_read(&cert[i], chain[i]));
	TRY(try_anchors(&p));
	*leaf = cert[0];
	return SEMPER_OK;
}
