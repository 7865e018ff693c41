/* test_operations.c -- how many signatures are made and verified, slips
 * encrypted and decrypted and certificates judged in a payment, by whom.
 *
 * The counters of crypto/count.h tell private from public operations.  The
 * slip is encrypted where the buyer approves and decrypted where the acquirer
 * takes the Auth-Request; all others sign, verify or judge a certificate, and
 * what judging one costs is measured beside it. */
#include "tests/test.h"

#include <string.h>

#include "crypto/count.h"
#include "ikp/ikp_chain.h"
#include "tests/ikp/scene.h"

static struct stage s;

struct operations {
	uint64_t encrypt, decrypt, sign, verify, certificates;
};

/* Buyer, seller, acquirer; EC95 and JSAC, then HARD. */
static const struct operations expected[2][3][3] = {
    {{{1, 0, 0, 1, 1}, {0, 0, 0, 1, 1}, {0, 1, 1, 0, 0}},
	{{1, 0, 0, 2, 2}, {0, 0, 1, 1, 1}, {0, 1, 1, 1, 1}},
	{{1, 0, 1, 2, 2}, {0, 0, 1, 2, 2}, {0, 1, 1, 2, 2}}},
    {{{1, 0, 0, 1, 2}, {0, 0, 0, 1, 1}, {0, 1, 1, 0, 0}},
	{{1, 0, 0, 2, 3}, {0, 0, 2, 1, 1}, {0, 1, 1, 2, 1}},
	{{1, 0, 1, 2, 3}, {0, 0, 2, 2, 2}, {0, 1, 1, 3, 2}}}};

/* Public operations to judge a chain of two: the signatures on both, in HARD
 * those on two lists as well. */
static uint64_t
cost_of_certificate(void)
{
	struct semper_cert leaf;
	uint64_t before = semper_crypto_count.pub;

	OK(ikp_chain_check(s.profile, &s.buyer.trust, &leaf,
	    &s.seller_keys.sig.chain, SEMPER_USE_SELLER,
	    SEMPER_TEXT("SHOP-000042"), s.now, s.now));
	return semper_crypto_count.pub - before;
}

/* What each role has done so far. */
static struct {
	struct semper_crypto_count all;
	uint64_t encrypt, decrypt;
} done[3];

static void
count_step(void)
{
	struct semper_crypto_count before = semper_crypto_count;
	bool approves = s.n_queue == 0, decrypts = false;
	uint64_t priv, pub;
	int role = IKP_BUYER;

	if (approves) {
		OK(stage_input(&s, IKP_BUYER, IKP_DO_APPROVE));
	} else {
		decrypts = strcmp(stage_type(stage_next(&s)), "AuthReq") == 0;
		role = s.queue[0].to == IKP_NETWORK ? IKP_ACQUIRER
						    : s.queue[0].to;
		stage_deliver(&s);
		OK(s.verdict);
	}
	priv = semper_crypto_count.priv - before.priv;
	pub = semper_crypto_count.pub - before.pub;
	done[role].all.priv += priv;
	done[role].all.pub += pub;
	done[role].encrypt += approves ? pub : 0;
	done[role].decrypt += decrypts ? priv : 0;
}

static void
a_payment_costs_what_it_must(void)
{
	for (int p = 0; p < IKP_PROFILES; p++) {
		const struct operations *x;
		uint64_t each;

		stage_open(&s, p, NULL);
		memset(done, 0, sizeof done);
		x = expected[s.profile->alg->edition == IKP_HARD]
			    [s.profile->variant - IKP_1KP];
		each = cost_of_certificate();
		CU_ASSERT_EQUAL(each,
		    s.profile->alg->edition == IKP_HARD ? 4 : 2);
		stage_begin(&s);
		while (strcmp(s.state, "paid") != 0)
			count_step();
		for (int r = 0; r < 3; r++, x++) {
			CU_ASSERT_EQUAL(done[r].encrypt, x->encrypt);
			CU_ASSERT_EQUAL(done[r].decrypt, x->decrypt);
			CU_ASSERT_EQUAL(done[r].all.priv - done[r].decrypt,
			    x->sign);
			CU_ASSERT_EQUAL(done[r].all.pub - done[r].encrypt,
			    x->verify + each * x->certificates);
		}
		stage_close(&s);
	}
}

static void
a_link_costs_none(void)
{
	for (int p = IKP_BASE_PROFILES; p < IKP_PROFILES; p++) {
		struct semper_crypto_count before;

		scene_open(&s, p);
		before = semper_crypto_count;
		scene_pay(&s, UNIT);
		CU_ASSERT(stage_run(&s, NULL));
		CU_ASSERT_EQUAL(s.acked, 1);
		CU_ASSERT_EQUAL(semper_crypto_count.priv, before.priv);
		CU_ASSERT_EQUAL(semper_crypto_count.pub, before.pub);
		CU_ASSERT_EQUAL(semper_crypto_count.dh, before.dh);
		stage_close(&s);
	}
}

SUITE("ikp: operations",
    {"each party makes the operations of its variant and no more",
	a_payment_costs_what_it_must},
    {"a payment on a chain makes no public-key operation", a_link_costs_none});
