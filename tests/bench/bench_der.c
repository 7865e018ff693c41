/* bench_der.c -- the DER codec on a message of the size of an iKP one, with more
 * components than any: some ninety encodings. */
#include <string.h>

#include "asn1/der.h"
#include "tests/bench/bench.h"

enum { OCTETS = 1536 };

/* A TBSCertificate with sixteen extensions. */
struct message {
	int64_t version;
	struct semper_bytes serial, signature, issuer, spki;
	int which_before, which_after;
	int64_t not_before, not_after;
	struct semper_bytes subject;
	struct {
		size_t n;
		struct extension {
			struct semper_bytes id, value;
			bool critical;
		} item[32];
	} extensions;
};

static const struct semper_field extension_fields[] = {
    FIELD_BYTES("extnID", struct extension, id),
    FIELD_BOOL("critical", struct extension, critical),
    FIELD_BYTES("extnValue", struct extension, value), FIELD_END};

static const struct semper_field message_fields[] = {
    FIELD_INT("version", struct message, version),
    FIELD_BYTES("serialNumber", struct message, serial),
    FIELD_DER("signature", struct message, signature),
    FIELD_DER("issuer", struct message, issuer),
    FIELD_CHOICE("validity.notBefore", struct message, which_before),
    FIELD_TIME("validity.notBefore.utcTime", struct message, not_before),
    FIELD_CHOICE("validity.notAfter", struct message, which_after),
    FIELD_TIME("validity.notAfter.utcTime", struct message, not_after),
    FIELD_DER("subject", struct message, subject),
    FIELD_DER("subjectPublicKeyInfo", struct message, spki),
    FIELD_LIST_GROUP("extensions", struct message, extensions,
	struct extension, extension_fields),
    FIELD_END};

static struct state {
	uint8_t der[2 * OCTETS], out[2 * OCTETS];
	size_t len;
	struct message message;
} state;

static const struct semper_der_type *
type(void)
{
	return semper_der_find("PKIX", "TBSCertificate");
}

static void
encode_once(void *ctx)
{
	struct state *s = ctx;
	struct semper_buffer out = SEMPER_BUFFER(s->out);

	must(semper_der_encode(type(), message_fields, &s->message, &out) ==
	    SEMPER_OK);
	s->len = out.len;
}

static void
decode_once(void *ctx)
{
	struct state *s = ctx;

	must(semper_der_decode(type(), message_fields, &s->message,
		 SEMPER_BYTES(s->der, s->len)) == SEMPER_OK);
}

static void
canonical_once(void *ctx)
{
	struct state *s = ctx;
	struct semper_buffer out = SEMPER_BUFFER(s->out);

	must(semper_der_canonical(type(), SEMPER_BYTES(s->der, s->len),
		 &out) == SEMPER_OK);
}

static void
fill(struct state *s)
{
	static const uint8_t value[64] = {1};
	static const struct semper_bytes
	    algorithm = {(const uint8_t *)"\x30\x0d\x06\x09\x2a\x86\x48\x86"
					  "\xf7\x0d\x01\x01\x0b\x05\x00",
		15},
	    name = {(const uint8_t *)"\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04"
				     "\x03\x0c\x04TEST",
		17},
	    spki = {(const uint8_t *)"\x30\x0a\x30\x05\x06\x03\x2b\x65\x70"
				     "\x03\x01\x00",
		12};
	struct message *m = &s->message;
	size_t i;

	*m = (struct message){.version = 2, .serial = {value, 16},
	    .signature = algorithm, .issuer = name, .subject = name,
	    .spki = spki, .not_after = 86400};
	m->extensions.n = 16;
	for (i = 0; i < m->extensions.n; i++)
		m->extensions.item[i] = (struct extension){
		    .id = SEMPER_TEXT("\x55\x1d\x13"), .critical = i % 2,
		    .value = {value, sizeof(value)}};
	encode_once(s);
	memcpy(s->der, s->out, s->len);
	decode_once(s);
}

static void
measure(void)
{
	double decode, encode;

	fill(&state);
	decode = 1e6 * bench_seconds(decode_once, &state);
	encode = 1e6 * bench_seconds(encode_once, &state);
	bench_report("asn1/decode, 1.4 kB", decode, "us", NULL, BENCH_NONE,
	    BENCH_NONE);
	bench_report("asn1/encode, 1.4 kB", encode, "us", NULL, BENCH_NONE,
	    BENCH_NONE);
	bench_report("asn1/canonical, 1.4 kB",
	    1e6 * bench_seconds(canonical_once, &state), "us", NULL, BENCH_NONE,
	    BENCH_NONE);
}

BENCH(measure);
