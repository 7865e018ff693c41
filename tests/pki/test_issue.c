#include <stdlib.h>
#include <string.h>

#include "pki/crl.h"
#include "pki/key.h"
#include "pki/oid.h"
#include "tests/pki/world.h"
#include "tests/test.h"

static struct world w;
static uint8_t room[32768];
static struct semper_buffer out;

/* ---- the table of kinds, as the specification has it ---- */

struct expected {
	enum semper_cert_kind kind;
	bool ca;
	int path_len;
	uint32_t key_usage, role;
};

static const struct expected table[] = {
    {SEMPER_CERT_ROOT, true, 2, 0x60, 0xf},
    {SEMPER_CERT_BRAND_CA, true, 1, 0x60, 0xf},
    {SEMPER_CERT_ACQUIRER_CA, true, 0, 0x60, 0x7},
    {SEMPER_CERT_ISSUER_CA, true, 0, 0x60, 0x8},
    {SEMPER_CERT_ACQUIRER_ENC, false, 0, 0x04, 0x1},
    {SEMPER_CERT_ACQUIRER_SIG, false, 0, 0x03, 0x2},
    {SEMPER_CERT_ACQUIRER_BOTH, false, 0, 0x07, 0x3},
    {SEMPER_CERT_SELLER, false, 0, 0x03, 0x4},
    {SEMPER_CERT_BUYER, false, 0, 0x03, 0x8},
};

static const char *const brands[] = {"Amber"};

/* What KIND must be given, under a root. */
static struct semper_issue
request(enum semper_cert_kind kind)
{
	struct semper_issue r = {.kind = kind,
	    .organization = "SEMPER TEST",
	    .not_before = WORLD_FROM,
	    .not_after = WORLD_TO,
	    .key = semper_rsa_priv_pub(world_key(LEAF))};

	if (kind >= SEMPER_CERT_ACQUIRER_ENC)
		r.profile = "ikp/jsac";
	if (kind != SEMPER_CERT_BUYER)
		r.common_name = "TEST";
	if (kind >= SEMPER_CERT_ACQUIRER_ENC && kind <= SEMPER_CERT_SELLER) {
		r.id = "ACQ-1";
		r.acquirer = "ACQ-1";
	}
	if (kind >= SEMPER_CERT_ACQUIRER_ENC && kind < SEMPER_CERT_SELLER) {
		r.brands = brands;
		r.n_brands = 1;
	}
	return r;
}

static semper_err
issue(const struct semper_issue *r)
{
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};

	if (w.anchors[0].data == NULL) {
		world_init(&w);
		world_build(&w);
	}
	if (r->kind != SEMPER_CERT_ROOT)
		by.cert = w.anchors[0];
	out = (struct semper_buffer){room, 0, sizeof room};
	return semper_cert_issue(&out, r, &by, &world_draw);
}

static const struct semper_extension *
extension(const struct semper_cert *c, const char *oid)
{
	size_t i;

	for (i = 0; i < c->extensions.n; i++)
		if (semper_bytes_equal(c->extensions.item[i].oid,
			semper_oid(oid)))
			return &c->extensions.item[i];
	return NULL;
}

static void
kinds(void)
{
	const struct expected *e = table;
	struct semper_issue r;
	struct semper_cert c;
	size_t i;

	for (i = 0; i < sizeof table / sizeof table[0]; i++, e++) {
		r = request(e->kind);
		CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
		CU_ASSERT_FATAL(semper_cert_read(&c, semper_written(&out)) ==
		    SEMPER_OK);
		CU_ASSERT_EQUAL(c.ca, e->ca);
		CU_ASSERT_EQUAL(c.has_path_len, e->ca);
		if (e->ca)
			CU_ASSERT_EQUAL(c.path_len, e->path_len);
		CU_ASSERT_EQUAL(c.key_usage, e->key_usage);
		CU_ASSERT_EQUAL(c.role, e->role);
		CU_ASSERT_EQUAL(c.profiles.n, e->ca ? 0 : 1);
		CU_ASSERT_EQUAL(c.brands.n, r.n_brands);
		CU_ASSERT_EQUAL(c.not_before, WORLD_FROM);
		CU_ASSERT_EQUAL(c.not_after, WORLD_TO);
	}
}

static void
criticality(void)
{
	struct semper_issue r = request(SEMPER_CERT_BRAND_CA);
	struct semper_cert c;
	size_t i, n_critical = 0;

	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	CU_ASSERT_FATAL(semper_cert_read(&c, semper_written(&out)) ==
	    SEMPER_OK);
	for (i = 0; i < c.extensions.n; i++)
		n_critical += c.extensions.item[i].critical;
	CU_ASSERT_EQUAL(n_critical, 2);
	CU_ASSERT(extension(&c, SEMPER_OID_BASIC_CONSTRAINTS)->critical);
	CU_ASSERT(extension(&c, SEMPER_OID_KEY_USAGE)->critical);
}

static void
key_ids(void)
{
	struct semper_issue r = request(SEMPER_CERT_SELLER);
	uint8_t id[SEMPER_KEY_ID_LEN], expected[4 + SEMPER_KEY_ID_LEN];
	struct semper_cert c;

	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	CU_ASSERT_FATAL(semper_cert_read(&c, semper_written(&out)) ==
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_key_id(id, r.key), SEMPER_OK);
	memcpy(expected, "\x04\x14", 2);
	memcpy(expected + 2, id, sizeof id);
	CU_ASSERT(semper_bytes_equal(
	    extension(&c, SEMPER_OID_SUBJECT_KEY)->value,
	    SEMPER_BYTES(expected, 22)));
	CU_ASSERT_EQUAL(semper_key_id(id,
			    semper_rsa_priv_pub(world_key(ROOT))),
	    SEMPER_OK);
	memcpy(expected, "\x30\x16\x80\x14", 4);
	memcpy(expected + 4, id, sizeof id);
	CU_ASSERT(semper_bytes_equal(
	    extension(&c, SEMPER_OID_AUTHORITY_KEY)->value,
	    SEMPER_BYTES(expected, 24)));
}

/* ---- numbers ---- */

static semper_err
all_ones(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	if (label == NULL)
		return world_draw.fill(NULL, NULL, dst, len);
	memset(dst, 0xff, len);
	++*(int *)ctx;
	return strcmp(label, "serial") == 0 && len == 16 ? SEMPER_OK
							 : SEMPER_E_RANDOM;
}

static semper_err
all_zeros(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	if (label == NULL)
		return world_draw.fill(NULL, NULL, dst, len);
	memset(dst, 0, len);
	++*(int *)ctx;
	return SEMPER_OK;
}

static void
serial_from(const struct semper_draw *draw, int *draws, uint8_t first,
    uint8_t rest)
{
	struct semper_issue r = request(SEMPER_CERT_ROOT);
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};
	struct semper_cert c;

	*draws = 0;
	out = (struct semper_buffer){room, 0, sizeof room};
	CU_ASSERT_EQUAL(semper_cert_issue(&out, &r, &by, draw), SEMPER_OK);
	CU_ASSERT_FATAL(semper_cert_read(&c, semper_written(&out)) ==
	    SEMPER_OK);
	CU_ASSERT_EQUAL(*draws, 1);
	CU_ASSERT_EQUAL(c.serial.len, 16);
	CU_ASSERT_EQUAL(c.serial.data[0], first);
	CU_ASSERT_EQUAL(c.serial.data[15], rest);
}

static void
serials(void)
{
	int draws;
	struct semper_draw ones = {all_ones, &draws};
	struct semper_draw zeros = {all_zeros, &draws};

	serial_from(&ones, &draws, 0x7f, 0xff);
	serial_from(&zeros, &draws, 0x40, 0x00);
}

static semper_err
nothing(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	(void)ctx;
	(void)label;
	(void)dst;
	(void)len;
	return SEMPER_E_RANDOM;
}

static void
no_random(void)
{
	const struct semper_draw draw = {nothing, NULL};
	struct semper_issue r = request(SEMPER_CERT_ROOT);
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};

	out = (struct semper_buffer){room, 0, sizeof room};
	CU_ASSERT_EQUAL(semper_cert_issue(&out, &r, &by, &draw),
	    SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(out.len, 0);
}

/* ---- times ---- */

static size_t
count_of(const char *what, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i + len <= out.len; i++)
		n += memcmp(room + i, what, len) == 0;
	return n;
}

static void
times(void)
{
	struct semper_issue r = request(SEMPER_CERT_ROOT);

	r.not_before = 2524607999;
	r.not_after = 2524608000;
	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	CU_ASSERT_EQUAL(count_of("\x17\x0d"
				 "491231235959Z",
			    15),
	    1);
	CU_ASSERT_EQUAL(count_of("\x18\x0f"
				 "20500101000000Z",
			    17),
	    1);
	r.not_after = r.not_before - 1;
	CU_ASSERT_EQUAL(issue(&r), SEMPER_E_ARGUMENT);
	r.not_after = r.not_before;
	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
}

/* ---- what is not issued ---- */

static void
not_by_the_table(void)
{
	struct semper_issue r;

#define REFUSED(k, change)                                         \
	do {                                                       \
		r = request(k);                                    \
		CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);             \
		change;                                            \
		CU_ASSERT_EQUAL(issue(&r), SEMPER_E_ARGUMENT);     \
		CU_ASSERT_EQUAL(out.len, 0);                       \
	} while (0)
	REFUSED(SEMPER_CERT_SELLER, r.id = NULL);
	REFUSED(SEMPER_CERT_SELLER, r.acquirer = NULL);
	REFUSED(SEMPER_CERT_SELLER, r.profile = NULL);
	REFUSED(SEMPER_CERT_SELLER, r.id = "");
	REFUSED(SEMPER_CERT_SELLER, r.brands = brands; r.n_brands = 1);
	REFUSED(SEMPER_CERT_SELLER, r.commitment = SEMPER_TEXT("x"));
	REFUSED(SEMPER_CERT_ACQUIRER_ENC, r.n_brands = 0);
	REFUSED(SEMPER_CERT_ACQUIRER_ENC, r.n_brands = 17);
	REFUSED(SEMPER_CERT_ACQUIRER_BOTH, r.profile = "ikp/hard");
	REFUSED(SEMPER_CERT_BRAND_CA, r.profile = "ikp/hard");
	REFUSED(SEMPER_CERT_BRAND_CA, r.common_name = r.organization = NULL);
	REFUSED(SEMPER_CERT_BUYER, r.common_name = "Alice");
	REFUSED(SEMPER_CERT_BUYER, r.id = "4111");
	REFUSED(SEMPER_CERT_BUYER, r.commitment = SEMPER_TEXT("short"));
	REFUSED(SEMPER_CERT_BUYER, r.organization = "x 123456789012 y");
#undef REFUSED
	r = request(SEMPER_CERT_BUYER);
	r.organization = "x 12345678901 y";
	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
}

static void
by_the_right_issuer(void)
{
	struct semper_issue r = request(SEMPER_CERT_BRAND_CA);
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};

	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	out.len = 0;
	CU_ASSERT_EQUAL(semper_cert_issue(&out, &r, &by, &world_draw),
	    SEMPER_E_ARGUMENT);
	by.cert = w.chain[CA];
	CU_ASSERT_EQUAL(semper_cert_issue(&out, &r, &by, &world_draw),
	    SEMPER_E_ARGUMENT);
	by.key = world_key(CA);
	CU_ASSERT_EQUAL(semper_cert_issue(&out, &r, &by, &world_draw),
	    SEMPER_OK);
}

static void
most_brands(void)
{
	const char *sixteen[SEMPER_CERT_BRANDS];
	struct semper_issue r = request(SEMPER_CERT_ACQUIRER_ENC);
	struct semper_cert c;
	size_t i;

	for (i = 0; i < SEMPER_CERT_BRANDS; i++)
		sixteen[i] = brands[0];
	r.brands = sixteen;
	r.n_brands = SEMPER_CERT_BRANDS;
	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	CU_ASSERT_FATAL(semper_cert_read(&c, semper_written(&out)) ==
	    SEMPER_OK);
	CU_ASSERT_EQUAL(c.brands.n, SEMPER_CERT_BRANDS);
}

static void
lists(void)
{
	struct semper_issue r = request(SEMPER_CERT_BRAND_CA);
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};
	struct semper_revocation gone = {7, WORLD_FROM, WORLD_TO, NULL, 1};
	struct semper_cert root, ca;
	struct semper_crl crl;

	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	by.cert = w.anchors[0];
	CU_ASSERT_FATAL(semper_cert_read(&root, by.cert) == SEMPER_OK);
	CU_ASSERT_FATAL(semper_cert_read(&ca, w.chain[CA]) == SEMPER_OK);
	gone.serials = &ca.serial;
	out.len = 0;
	CU_ASSERT_FATAL(semper_crl_issue(&out, &by, &gone, &world_draw) ==
	    SEMPER_OK);
	CU_ASSERT_FATAL(semper_crl_read(&crl, semper_written(&out)) ==
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_crl_current(&crl, &root, WORLD_FROM), SEMPER_OK);
	CU_ASSERT_EQUAL(semper_crl_current(&crl, &root, WORLD_TO), SEMPER_OK);
	CU_ASSERT(semper_crl_lists(&crl, ca.serial));
	CU_ASSERT(!semper_crl_lists(&crl, root.serial));
}

/* ---- values at their places ---- */

static bool
written(const char *octets, size_t len)
{
	size_t i;

	for (i = 0; i + len <= out.len; i++)
		if (memcmp(out.data + i, octets, len) == 0)
			return true;
	return false;
}

#define WRITTEN(literal) written(literal, sizeof(literal) - 1)

static void
places(void)
{
	struct semper_issue r = request(SEMPER_CERT_SELLER);
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};
	struct semper_revocation none = {0x010203, WORLD_FROM, WORLD_TO, NULL,
	    0};

	r.organization = "Shop";
	r.common_name = "Till";
	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	CU_ASSERT(WRITTEN("\x55\x04\x0a\x0c\4Shop"));
	CU_ASSERT(WRITTEN("\x55\x04\x03\x0c\4Till"));
	by.cert = w.anchors[0];
	out.len = 0;
	CU_ASSERT_EQUAL(semper_crl_issue(&out, &by, &none, &world_draw),
	    SEMPER_OK);
	CU_ASSERT(WRITTEN("\x55\x1d\x14\4\5\2\3\1\2\3"));
}

/* What is made of a list with an extension of FILLING octets. */
static semper_err
read_long_list(const struct semper_issuer *by, size_t filling, size_t *len)
{
	static uint8_t list[2 * SEMPER_CRL_MAX], filler[SEMPER_CRL_MAX];
	struct semper_revocation none = {7, WORLD_FROM, WORLD_TO, NULL, 0};
	struct semper_buffer to = SEMPER_BUFFER(list);
	struct semper_list_template t;
	struct semper_crl crl;

	out.len = 0;
	CU_ASSERT_EQUAL(semper_list_fill(&t, &out, by, &none), SEMPER_OK);
	t.extensions.item[t.extensions.n++] = (struct semper_extension){
	    semper_oid("\x88\x37\x01"), false, SEMPER_BYTES(filler, filling)};
	CU_ASSERT_EQUAL(semper_list_sign(&to, &t, by->key, &world_draw),
	    SEMPER_OK);
	*len = to.len;
	return semper_crl_read(&crl, semper_written(&to));
}

static void
list_length(void)
{
	struct semper_issue r = request(SEMPER_CERT_BRAND_CA);
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};
	size_t filling = SEMPER_CRL_MAX / 2, len;

	CU_ASSERT_EQUAL(issue(&r), SEMPER_OK);
	by.cert = w.anchors[0];
	CU_ASSERT_EQUAL(read_long_list(&by, filling, &len), SEMPER_OK);
	filling += SEMPER_CRL_MAX - len;
	CU_ASSERT_EQUAL(read_long_list(&by, filling, &len), SEMPER_OK);
	CU_ASSERT_EQUAL(len, SEMPER_CRL_MAX);
}

static void
no_room(void)
{
	struct semper_issue r = request(SEMPER_CERT_ROOT);
	struct semper_issuer by = {world_key(ROOT), SEMPER_NONE};
	semper_err err = SEMPER_E_SPACE;
	size_t size;

	for (size = 0; err == SEMPER_E_SPACE && size < 4096; size += 64) {
		out = (struct semper_buffer){room, 0, size};
		err = semper_cert_issue(&out, &r, &by, &world_draw);
		CU_ASSERT((err == SEMPER_OK) == (out.len > 0));
	}
	CU_ASSERT_EQUAL(err, SEMPER_OK);
	CU_ASSERT(size > 1024);
}

SUITE("pki: issue",
    {"each kind has the extensions of its row in the table", kinds},
    {"basicConstraints and keyUsage are critical, nothing else is",
	criticality},
    {"key identifiers are those of subject and issuer", key_ids},
    {"numbers have 16 octets, the first two bits fixed", serials},
    {"without random numbers nothing is issued", no_random},
    {"2049 is UTCTime, 2050 is GeneralizedTime", times},
    {"what the table does not give a kind is not issued", not_by_the_table},
    {"a certificate is issued by the key of its issuer's certificate",
	by_the_right_issuer},
    {"as many brands as a certificate has room for", most_brands},
    {"a list names what it was made for, and is current", lists},
    {"names and the number of a list stand at their places", places},
    {"a list of 2^20 octets, the most that the codec knows, is read",
	list_length},
    {"where it does not fit nothing is left", no_room});
