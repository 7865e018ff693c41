/* test_secrets.c -- what a seller that keeps everything can find out about
 * the account: IKP-S-18. */
#include "tests/test.h"

#include <string.h>

#include "base/must.h"
#include "ikp/ikp_common.h"
#include "tests/ikp/scene.h"

#define NONCE 16
#define BANS 100

static struct stage s;

/* All that the seller has: its messages, both ways, and its ledger. */
static uint8_t room[(size_t)1 << 18];
static struct semper_buffer hay;

static semper_err
keep(void *ctx, struct semper_bytes octets)
{
	(void)ctx;
	CU_ASSERT_FATAL(octets.len <= sizeof room - hay.len);
	memcpy(room + hay.len, octets.data, octets.len);
	hay.len += octets.len;
	return SEMPER_OK;
}

/* ---- what the buyer draws, and the seller must not know ---- */

static uint8_t r_b[NONCE];

static semper_err
noting(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)ctx;
	TRY(semper_draw(stage_draw, label, dst, len));
	if (label != NULL && strcmp(label, "R_B") == 0)
		memcpy(r_b, dst, NONCE);
	return SEMPER_OK;
}

/* ---- a run ---- */

static void
run(void)
{
	while (s.n_queue > 0) {
		const struct stage_message *m = &s.queue[0];

		if (m->to == IKP_SELLER || m->from == IKP_SELLER)
			OK(keep(NULL, SEMPER_BYTES(m->octets, m->len)));
		stage_deliver(&s);
		OK(s.verdict);
		if (strcmp(s.state, "invoiced") == 0 && s.n_queue == 0)
			OK(stage_input(&s, IKP_BUYER, IKP_DO_APPROVE));
	}
}

static void
gather(int profile)
{
	struct semper_buffer arena = {NULL, 0, 0};
	struct semper_view view;

	hay = SEMPER_BUFFER(room);
	stage_open(&s, profile, NULL);
	s.random.source = (struct semper_draw){noting, NULL};
	stage_begin(&s);
	run();
	CU_ASSERT_STRING_EQUAL(s.state, "paid");
	if (ikp_in(s.profile, IKP_MICRO)) {
		scene_pay(&s, UNIT);
		run();
		OK(scene_act(&s, IKP_SELLER, IKP_DO_DEPOSIT, 0));
		run();
	}
	OK(semper_view_begin(&view, &s.ledger[IKP_SELLER], &arena));
	OK(semper_view_write(&view, keep, NULL));
	semper_view_end(&view);
}

/* ---- the search ---- */

static struct ikp_digest
id_b(const uint8_t nonce[NONCE], struct semper_bytes ban)
{
	struct ikp_digest d;

	OK(ikp_id_b(s.profile->alg, &d, SEMPER_BYTES(nonce, NONCE), ban));
	return d;
}

static bool
seen(struct semper_bytes octets)
{
	return stage_holds(semper_written(&hay), octets);
}

/* Does something that the seller has serve as R_B of this account? */
static bool
some_nonce_fits(struct semper_bytes ban, const struct ikp_digest *wanted)
{
	for (size_t i = 0; i + NONCE <= hay.len; i++) {
		struct ikp_digest d;

		if (ikp_id_b(s.profile->alg, &d, SEMPER_BYTES(room + i, NONCE),
			ban) == SEMPER_OK &&
		    memcmp(d.octets, wanted->octets, d.len) == 0)
			return true;
	}
	return false;
}

/* Is a hash of the account alone, or of it with no nonce, to be seen? */
static bool
bare_hash_seen(struct semper_bytes ban)
{
	static const uint8_t zero[NONCE] = {0};
	struct ikp_digest d = id_b(zero, ban);
	uint8_t plain[32];

	if (seen(ikp_digest_bytes(&d)))
		return true;
	semper_hash(s.profile->alg->hash, plain, ban);
	return seen(
	    SEMPER_BYTES(plain, semper_hash_len(s.profile->alg->hash)));
}

static void
search(void)
{
	struct ikp_digest genuine = id_b(r_b, s.buyer.ban);
	size_t len = hay.len;
	char ban[] = "4111111111111100";

	CU_ASSERT_FALSE(seen(s.buyer.ban));
	CU_ASSERT_FALSE(seen(s.buyer.r_acct));
	CU_ASSERT(seen(ikp_digest_bytes(&genuine))); /* it is what is sought */
	CU_ASSERT_FALSE(bare_hash_seen(s.buyer.ban));
	for (int i = 0; i < BANS; i++) {
		ban[14] = (char)('0' + i / 10);
		ban[15] = (char)('0' + i % 10);
		CU_ASSERT_FALSE(bare_hash_seen(SEMPER_BYTES(
		    (const uint8_t *)ban, 16)));
	}
	CU_ASSERT_FALSE(some_nonce_fits(s.buyer.ban, &genuine));
	OK(keep(NULL, SEMPER_BYTES(r_b, NONCE)));
	CU_ASSERT(some_nonce_fits(s.buyer.ban, &genuine)); /* with R_B it is */
	hay.len = len;
}

static void
the_seller_cannot_find_the_account(void)
{
	for (int p = 0; p < IKP_PROFILES; p++) {
		gather(p);
		search();
		stage_close(&s);
	}
}

SUITE("ikp: secrets",
    {"a seller with a list of accounts finds ID_B in nothing it has",
	the_seller_cannot_find_the_account});
