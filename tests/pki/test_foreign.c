/* Two foreign verifiers, OpenSSL and GnuTLS, judge what we issue. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/pki/world.h"
#include "tests/test.h"

static struct world w;
static char dir[] = "/tmp/semper-pki-XXXXXX";

static void
write_base64(FILE *f, struct semper_bytes x)
{
	static const char digit[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t group;
	size_t i, j, left;

	for (i = 0; i < x.len; i += 3) {
		left = x.len - i < 3 ? x.len - i : 3;
		for (group = 0, j = 0; j < 3; j++)
			group = group << 8 | (j < left ? x.data[i + j] : 0);
		for (j = 0; j < 4; j++)
			fputc(j <= left ? digit[group >> (18 - 6 * j) & 63]
					: '=',
			    f);
		if (i % 48 == 45 || i + 3 >= x.len)
			fputc('\n', f);
	}
}

static void
write_pem(FILE *f, const char *what, struct semper_bytes der)
{
	fprintf(f, "-----BEGIN %s-----\n", what);
	write_base64(f, der);
	fprintf(f, "-----END %s-----\n", what);
}

static FILE *
create(const char *name)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	CU_ASSERT_FATAL(f != NULL);
	return f;
}

/* leaf.pem, between.pem, root.pem, crls.pem, and chain.pem with leaf, CAs and
 * root, each followed by nothing else. */
static void
write_world(void)
{
	FILE *f;
	int i;

	f = create("leaf.pem");
	write_pem(f, "CERTIFICATE", w.chain[LEAF]);
	fclose(f);
	f = create("between.pem");
	write_pem(f, "CERTIFICATE", w.chain[CA]);
	write_pem(f, "CERTIFICATE", w.chain[BRAND]);
	fclose(f);
	f = create("root.pem");
	write_pem(f, "CERTIFICATE", w.anchors[0]);
	fclose(f);
	f = create("crls.pem");
	for (i = 0; i < 3; i++)
		write_pem(f, "X509 CRL", w.crls[i]);
	fclose(f);
	f = create("chain.pem");
	for (i = LEAF; i <= BRAND; i++)
		write_pem(f, "CERTIFICATE", w.chain[i]);
	write_pem(f, "CERTIFICATE", w.anchors[0]);
	fclose(f);
}

static void
remove_world(void)
{
	static const char *const names[] = {"leaf.pem", "between.pem",
	    "root.pem", "crls.pem", "chain.pem"};
	char path[64];
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
	memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
}

/* The exit status of a shell command run in the directory. */
static int
run(const char *command)
{
	char line[512];
	int status;

	snprintf(line, sizeof line, "cd %s && { %s; } >/dev/null 2>&1", dir,
	    command);
	status = system(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
openssl(void)
{
	return run("openssl verify -attime 1767225600 -x509_strict -crl_check_all"
		   " -CAfile root.pem -untrusted between.pem -CRLfile crls.pem"
		   " leaf.pem");
}

/* certtool knows no other time than now: the chain is dated around it. */
static int
certtool(void)
{
	return run("certtool --verify-chain --infile chain.pem");
}

static void
date_now(struct semper_template *t)
{
	t->not_before = semper_time_choose(0);
	t->not_after = semper_time_choose(4102444800);
}

static void
date_all_now(struct world *world)
{
	struct semper_bytes cert[POSITIONS];
	int i;

	for (i = LEAF; i <= ROOT; i++) {
		world->at = i;
		world->tweak = date_now;
		world_build(world);
		cert[i] = i == ROOT ? world->anchors[0] : world->chain[i];
	}
	memcpy(world->chain, cert, 3 * sizeof cert[0]);
	world->anchors[0] = cert[ROOT];
}

static void
break_signature(struct semper_bytes *cert)
{
	uint8_t *copy = world_copy(&w, *cert);

	copy[cert->len - 1] ^= 1;
	cert->data = copy;
}

static void
for_each_use(int (*tool)(void), bool dated_now)
{
	int use;

	CU_ASSERT_FATAL(mkdtemp(dir) != NULL);
	for (use = 0; use <= SEMPER_USE_BUYER; use++) {
		world_init(&w);
		w.use = (enum semper_cert_use)use;
		world_build(&w);
		if (dated_now)
			date_all_now(&w);
		write_world();
		CU_ASSERT_EQUAL(tool(), 0);
		break_signature(&w.chain[CA]);
		write_world();
		CU_ASSERT_NOT_EQUAL(tool(), 0);
	}
	remove_world();
}

static void
openssl_verifies(void)
{
	for_each_use(openssl, false);
}

static void
certtool_verifies(void)
{
	for_each_use(certtool, true);
}

static void
openssl_sees_revocation(void)
{
	int at;

	CU_ASSERT_FATAL(mkdtemp(dir) != NULL);
	for (at = CA; at <= ROOT; at++) {
		world_init(&w);
		w.at = at;
		world_build(&w);
		write_world();
		CU_ASSERT_EQUAL(openssl(), 0);
		w.revoke = true;
		world_build(&w);
		write_world();
		CU_ASSERT_NOT_EQUAL(openssl(), 0);
	}
	remove_world();
}

SUITE("pki: foreign verifiers",
    {"openssl verify -crl_check_all accepts what is issued, unless broken",
	openssl_verifies},
    {"certtool --verify-chain accepts what is issued, unless broken",
	certtool_verifies},
    {"openssl sees what our lists revoke", openssl_sees_revocation});
