/* test_kill.c -- the seller's process is killed between the receipt of a
 * token and its storage, and between that and the answer (IKP-U-09); the
 * buyer's, between the choice of an index and the payment (IKP-U-11).
 *
 * The ledgers are files.  A child process takes the event and is killed at
 * its commit; the parent opens the files afterwards. */
#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/backend.h"
#include "tests/ikp/scene.h"

static struct stage s;
static char path[64];

/* ---- a ledger whose commit is the end ---- */

static const struct semper_ledger_ops *genuine;
static bool stored;

static semper_err
deadly(void *state, const struct semper_effect *list, size_t n)
{
	if (stored)
		(void)genuine->commit(state, list, n);
	raise(SIGKILL);
	return SEMPER_E_STORE;
}

/* In a child, whose connections are its own. */
static void
die_at_commit(enum ikp_party role, void (*event)(void))
{
	static struct semper_ledger_ops ops;

	stage_reopen(&s, path);
	genuine = s.ledger[role].ops;
	ops = *genuine;
	ops.commit = deadly;
	s.ledger[role].ops = &ops;
	event();
	_exit(1); /* it was never killed */
}

static void
kill_during(enum ikp_party role, bool after, void (*event)(void))
{
	int status;
	pid_t child;

	stored = after;
	stage_close(&s); /* a connection does not survive a fork */
	fflush(NULL);
	child = fork();
	if (child == 0)
		die_at_commit(role, event);
	CU_ASSERT_FATAL(child > 0);
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	CU_ASSERT_FATAL(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	stage_reopen(&s, path);
}

/* ---- what happens then ---- */

static struct stage_message payment;

static void
receive(void)
{
	(void)stage_recv(&s, IKP_SELLER, IKP_BUYER,
	    SEMPER_BYTES(payment.octets, payment.len));
}

static void
pay(void)
{
	(void)scene_act(&s, IKP_BUYER, IKP_DO_PAY, UNIT);
}

/* A payment whose message is held back. */
static void
pay_for_one(void)
{
	scene_pay(&s, UNIT);
	payment = s.queue[0];
	stage_drop(&s);
}

/* It comes once more, and this time the seller lives. */
static void
receive_again(int64_t served)
{
	receive();
	OK(s.verdict);
	CU_ASSERT_EQUAL(s.served, served);
	CU_ASSERT_STRING_EQUAL(stage_type(stage_next(&s)), "MicroAck");
	CU_ASSERT(stage_run(&s, NULL));
}

static void
seller_is_killed(void)
{
	pay_for_one();
	CU_ASSERT_EQUAL(s.index, 1);
	receive_again(1);

	pay_for_one();
	kill_during(IKP_SELLER, false, receive);
	scene_deposit(&s, 1);
	receive_again(1);
	scene_deposit(&s, 2);

	pay_for_one();
	kill_during(IKP_SELLER, true, receive);
	receive_again(-1); /* acknowledged, not served */
	scene_deposit(&s, 3);
}

static void
buyer_is_killed(void)
{
	OK(scene_act(&s, IKP_SELLER, IKP_DO_ASK, UNIT));
	kill_during(IKP_BUYER, false, pay);
	pay();
	CU_ASSERT_EQUAL(s.index, 4); /* the one that never left */
	CU_ASSERT(stage_run(&s, NULL));

	OK(scene_act(&s, IKP_SELLER, IKP_DO_ASK, UNIT));
	kill_during(IKP_BUYER, true, pay);
	OK(stage_timer(&s, IKP_BUYER, "pay-again"));
	CU_ASSERT_STRING_EQUAL(stage_type(stage_next(&s)), "MicroPay");
	CU_ASSERT(stage_run(&s, NULL));
	CU_ASSERT_EQUAL(s.acked, 5);
	pay_for_one();
	CU_ASSERT_EQUAL(s.index, 6);
	receive_again(1);
	scene_deposit(&s, 6);
}

static void
kills(void)
{
	static const int profiles[] = {MICRO_EC95_1, MICRO_JSAC_2,
	    MICRO_HARD_3};
	char folder[] = "/tmp/semper-kill-XXXXXX";

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/ledger", folder);
	for (size_t i = 0; i < 3; i++) {
		stage_open(&s, profiles[i], path);
		scene_play(&s);
		seller_is_killed();
		buyer_is_killed();
		stage_close(&s);
		stage_unlink(path);
	}
	rmdir(folder);
}

SUITE("ikp: kills",
    {"whoever is killed at a payment has stored it, or knows nothing of it",
	kills});
