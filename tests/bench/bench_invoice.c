/* bench_invoice.c -- an Invoice of 3KP HARD through our codec and through the
 * templates of OpenSSL, with the same components.  Ours checks sizes, ranges
 * and the presence rules of the profile besides and gives views; OpenSSL checks
 * the structure and copies. */
#include <openssl/asn1t.h>
#include <stdlib.h>
#include <string.h>

#include "role/envelope.h"
#include "tests/bench/bench.h"
#include "tests/ikp/stage.h"

enum { HARD_3KP = 8, CONTESTANTS = 4 };

/* ---- the same type as templates ------------------------------------------ */

typedef STACK_OF(ASN1_OCTET_STRING) CHAIN;

typedef struct {
	ASN1_ENUMERATED *edition, *variant, *hash;
} PROFILE;

typedef struct {
	PROFILE *profile;
	ASN1_VISIBLESTRING *idS;
	ASN1_GENERALIZEDTIME *date;
	ASN1_OCTET_STRING *tidS, *nonceS, *hCommon, *hV, *hVC;
} CLEAR;

typedef struct {
	CLEAR *clear;
	CHAIN *certA, *certASig, *certS;
	ASN1_OCTET_STRING *sigS;
} INVOICE;

ASN1_SEQUENCE(PROFILE) = {
    ASN1_SIMPLE(PROFILE, edition, ASN1_ENUMERATED),
    ASN1_SIMPLE(PROFILE, variant, ASN1_ENUMERATED),
    ASN1_SIMPLE(PROFILE, hash, ASN1_ENUMERATED),
} static_ASN1_SEQUENCE_END(PROFILE)

ASN1_SEQUENCE(CLEAR) = {
    ASN1_IMP(CLEAR, profile, PROFILE, 0),
    ASN1_SIMPLE(CLEAR, idS, ASN1_VISIBLESTRING),
    ASN1_SIMPLE(CLEAR, tidS, ASN1_OCTET_STRING),
    ASN1_SIMPLE(CLEAR, date, ASN1_GENERALIZEDTIME),
    ASN1_SIMPLE(CLEAR, nonceS, ASN1_OCTET_STRING),
    ASN1_SIMPLE(CLEAR, hCommon, ASN1_OCTET_STRING),
    ASN1_IMP_OPT(CLEAR, hV, ASN1_OCTET_STRING, 1),
    ASN1_IMP_OPT(CLEAR, hVC, ASN1_OCTET_STRING, 2),
} static_ASN1_SEQUENCE_END(CLEAR)

ASN1_SEQUENCE(INVOICE) = {
    ASN1_SIMPLE(INVOICE, clear, CLEAR),
    ASN1_IMP_SEQUENCE_OF_OPT(INVOICE, certA, ASN1_OCTET_STRING, 0),
    ASN1_IMP_SEQUENCE_OF_OPT(INVOICE, certASig, ASN1_OCTET_STRING, 1),
    ASN1_IMP_OPT(INVOICE, sigS, ASN1_OCTET_STRING, 2),
    ASN1_IMP_SEQUENCE_OF_OPT(INVOICE, certS, ASN1_OCTET_STRING, 3),
} static_ASN1_SEQUENCE_END(INVOICE)

/* ---- the contestants ----------------------------------------------------- */

static struct state {
	struct stage stage;
	struct semper_bytes der;
	uint8_t octets[STAGE_MESSAGE_MAX], out[STAGE_MESSAGE_MAX];
	size_t written;
	struct ikp_invoice ours;
	INVOICE *theirs;
} state;

static void
our_decode(void *ctx)
{
	struct state *s = ctx;

	must(ikp_decode(s->stage.profile, &ikp_invoice_message.type,
		 &s->ours, s->der) == SEMPER_OK);
}

static void
our_encode(void *ctx)
{
	struct state *s = ctx;
	struct semper_buffer out = SEMPER_BUFFER(s->out);

	must(ikp_encode(s->stage.profile, &ikp_invoice_message.type, &out,
		 &s->ours) == SEMPER_OK);
	s->written = out.len;
}

static void
openssl_decode(void *ctx)
{
	struct state *s = ctx;
	const unsigned char *at = s->der.data;

	ASN1_item_free((ASN1_VALUE *)s->theirs, ASN1_ITEM_rptr(INVOICE));
	s->theirs = (INVOICE *)ASN1_item_d2i(NULL, &at, (long)s->der.len,
	    ASN1_ITEM_rptr(INVOICE));
	must(s->theirs != NULL);
}

static void
openssl_encode(void *ctx)
{
	struct state *s = ctx;
	unsigned char *out = s->out;
	int n = ASN1_item_i2d((ASN1_VALUE *)s->theirs, &out,
	    ASN1_ITEM_rptr(INVOICE));

	must(n > 0);
	s->written = (size_t)n;
}

/* ---- the measurement ----------------------------------------------------- */

static void
fill(struct state *s)
{
	struct semper_envelope envelope;

	stage_open(&s->stage, HARD_3KP, NULL);
	must(stage_input(&s->stage, IKP_SELLER, IKP_DO_OFFER) == SEMPER_OK &&
	    stage_input(&s->stage, IKP_BUYER, IKP_DO_START) == SEMPER_OK);
	must(stage_run(&s->stage, "Invoice"));
	must(semper_envelope_decode(&envelope, stage_next(&s->stage)) ==
	    SEMPER_OK);
	memcpy(s->octets, envelope.body.data, envelope.body.len);
	s->der = SEMPER_BYTES(s->octets, envelope.body.len);
}

/* Both must give back the octets before they are compared. */
static void
agree(struct state *s, void (*decode)(void *ctx), void (*encode)(void *ctx))
{
	decode(s);
	encode(s);
	must(s->written == s->der.len &&
	    memcmp(s->out, s->der.data, s->der.len) == 0);
}

static void
measure(void)
{
	static void (*const op[CONTESTANTS])(void *) = {our_decode,
	    openssl_decode, our_encode, openssl_encode};
	static double seconds[CONTESTANTS][BENCH_TURNS];

	fill(&state);
	agree(&state, openssl_decode, openssl_encode);
	agree(&state, our_decode, our_encode);
	bench_turns(seconds, op, CONTESTANTS, &state);
	bench_report("asn1/decode, Invoice of 3kp-hard",
	    1e6 * bench_median(seconds[0], NULL), "us", "openssl",
	    bench_median(seconds[0], seconds[1]), BENCH_NONE);
	bench_report("asn1/encode, Invoice of 3kp-hard",
	    1e6 * bench_median(seconds[2], NULL), "us", "openssl",
	    bench_median(seconds[2], seconds[3]), BENCH_NONE);
	ASN1_item_free((ASN1_VALUE *)state.theirs, ASN1_ITEM_rptr(INVOICE));
	stage_close(&state.stage);
}

BENCH(measure);
