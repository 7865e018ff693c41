#include "tests/pki/world.h"

#include <stdlib.h>
#include <string.h>

#include "pki/algorithm.h"
#include "pki/oid.h"
#include "tests/test.h"

/* ---- numbers and keys ---- */

static semper_err
fill(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	static uint64_t x = 0x9e3779b97f4a7c15u;

	(void)ctx;
	(void)label;
	for (; len > 0; len--) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		*dst++ = (uint8_t)(x >> 32);
	}
	return SEMPER_OK;
}

const struct semper_draw world_draw = {fill, NULL};

static struct semper_rsa_priv *keys[KEYS];

static void
free_keys(void)
{
	int i;

	for (i = 0; i < KEYS; i++)
		semper_rsa_priv_free(keys[i]);
}

struct semper_rsa_priv *
world_key(int which)
{
	static bool registered;
	size_t bits = which == KEY_1536 ? 1536 : which == KEY_1024 ? 1024
								   : 2048;

	if (!registered)
		registered = atexit(free_keys) == 0;
	if (keys[which] == NULL)
		CU_ASSERT_FATAL(semper_rsa_generate(&keys[which], bits, 65537,
				    &world_draw, "key") == SEMPER_OK);
	return keys[which];
}

/* ---- tweaking ---- */

void
world_drop(struct semper_template *t, const char *oid)
{
	struct semper_extensions *list = &t->extensions;
	size_t i, kept = 0;

	for (i = 0; i < list->n; i++)
		if (!semper_bytes_equal(list->item[i].oid, semper_oid(oid)))
			list->item[kept++] = list->item[i];
	CU_ASSERT_EQUAL(kept + 1, list->n);
	list->n = kept;
}

void
world_set(struct semper_template *t, const char *oid, struct semper_bytes value)
{
	size_t i, found = 0;

	for (i = 0; i < t->extensions.n; i++)
		if (semper_bytes_equal(t->extensions.item[i].oid,
			semper_oid(oid))) {
			t->extensions.item[i].value = value;
			found++;
		}
	CU_ASSERT_EQUAL(found, 1);
}

uint8_t *
world_copy(struct world *w, struct semper_bytes octets)
{
	uint8_t *at = w->arena.data + w->arena.len;

	CU_ASSERT_FATAL(semper_buffer_append(&w->arena, octets) == SEMPER_OK);
	return at;
}

/* ---- building ---- */

static enum semper_cert_kind
kind_of(const struct world *w, int position)
{
	static const enum semper_cert_kind leaves[] = {
	    SEMPER_CERT_ACQUIRER_ENC, SEMPER_CERT_ACQUIRER_SIG,
	    SEMPER_CERT_SELLER, SEMPER_CERT_BUYER};

	if (position == ROOT)
		return SEMPER_CERT_ROOT;
	if (position == BRAND)
		return SEMPER_CERT_BRAND_CA;
	if (position == CA)
		return w->use == SEMPER_USE_BUYER ? SEMPER_CERT_ISSUER_CA
						  : SEMPER_CERT_ACQUIRER_CA;
	return leaves[w->use];
}

static struct semper_issue
issue_of(const struct world *w, int position)
{
	static const char *const brands[] = {"Amber", "Birch"};
	static const char *const names[] = {"Shop", "Acquirers", "Amber",
	    "Root"};
	static const uint8_t commitment[32] = {1};
	struct semper_issue issue = {.kind = kind_of(w, position),
	    .organization = "SEMPER TEST",
	    .not_before = WORLD_FROM,
	    .not_after = WORLD_TO,
	    .key = semper_rsa_priv_pub(world_key(position))};
	bool buyer = position == LEAF && w->use == SEMPER_USE_BUYER;

	if (buyer)
		issue.commitment = SEMPER_BYTES(commitment, 32);
	else
		issue.common_name = names[position];
	if (position != LEAF)
		return issue;
	issue.profile = w->rules->profile;
	if (!buyer) {
		issue.id = WORLD_ID;
		issue.acquirer = "ACQ-1";
	}
	if (!buyer && w->use != SEMPER_USE_SELLER) {
		issue.brands = brands;
		issue.n_brands = 2;
	}
	return issue;
}

static struct semper_bytes
sign(struct world *w, const struct semper_template *t, int signer)
{
	size_t start = w->arena.len;
	bool sha1 = semper_bytes_equal(t->outer, SEMPER_ALG_SHA1_RSA);

	CU_ASSERT_FATAL(semper_template_sign(&w->arena, t, world_key(signer),
			    sha1 ? SEMPER_SHA1 : SEMPER_SHA256,
			    &world_draw) == SEMPER_OK);
	return SEMPER_BYTES(w->arena.data + start, w->arena.len - start);
}

/* The sound certificate at POSITION, which those below are issued by, and the
 * one that is shown, which may be broken. */
static struct semper_bytes
make(struct world *w, int position, struct semper_bytes *above)
{
	int signer = position == ROOT ? ROOT : position + 1;
	struct semper_issuer by = {world_key(signer), *above};
	struct semper_issue issue = issue_of(w, position);
	struct semper_template t;

	CU_ASSERT_FATAL(semper_template_fill(&t, &issue, &by, &world_draw) ==
	    SEMPER_OK);
	*above = sign(w, &t, signer);
	if (w->tweak == NULL || w->at != position)
		return *above;
	w->tweak(&t);
	return sign(w, &t, signer);
}

static struct semper_bytes
make_list(struct world *w, int position, struct semper_bytes issuer_cert,
    const struct semper_bytes *below)
{
	struct semper_issuer by = {world_key(position), issuer_cert};
	bool here = w->at == position;
	struct semper_revocation r = {7, WORLD_FROM, WORLD_TO, below,
	    here && w->revoke ? 1 : 0};
	struct semper_list_template t;
	size_t start;

	CU_ASSERT_FATAL(semper_list_fill(&t, &w->arena, &by, &r) == SEMPER_OK);
	if (here && w->list_tweak != NULL)
		w->list_tweak(&t);
	start = w->arena.len;
	CU_ASSERT_FATAL(semper_list_sign(&w->arena, &t, by.key, &world_draw) ==
	    SEMPER_OK);
	return SEMPER_BYTES(w->arena.data + start, w->arena.len - start);
}

void
world_init(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->rules = &semper_path_hard;
	w->use = SEMPER_USE_SELLER;
	w->arena = (struct semper_buffer){w->room, 0, sizeof w->room};
}

void
world_build(struct world *w)
{
	struct semper_bytes sound[POSITIONS], shown[POSITIONS];
	struct semper_bytes above = SEMPER_NONE;
	struct semper_cert below;
	int i;

	for (i = ROOT; i >= LEAF; i--) {
		shown[i] = make(w, i, &above);
		sound[i] = above;
	}
	for (i = CA; i <= ROOT; i++) {
		CU_ASSERT_FATAL(semper_cert_read(&below, sound[i - 1]) ==
		    SEMPER_OK);
		w->crls[i - 1] = make_list(w, i, sound[i], &below.serial);
		w->chain[i - 1] = shown[i - 1];
	}
	w->n = 3;
	w->anchors[0] = shown[ROOT];
	w->now = WORLD_NOW;
	w->date = SEMPER_NO_DATE;
	w->policy = (struct semper_path_policy){w->rules, w->use,
	    w->use == SEMPER_USE_BUYER ? SEMPER_NONE : SEMPER_TEXT(WORLD_ID),
	    w->anchors, 1, w->crls, 3};
}

semper_err
world_check(struct world *w)
{
	return semper_path_check(&w->policy, &w->leaf, w->chain, w->n, w->now,
	    w->date);
}
