/* Figures: data/hpke.txt (RFC 9180 A.2.1). */
#include <string.h>

#include "base/must.h"
#include "crypto/hpke.h"
#include "tests/crypto/figures.h"
#include "tests/crypto/sources.h"
#include "tests/test.h"

#define AUTH SEMPER_REFUSAL(SEMPER_AUTH, 0)
#define RANGE SEMPER_REFUSAL(SEMPER_RANGE, 0)
#define LIMIT SEMPER_REFUSAL(SEMPER_LIMIT, 0)
#define DRAW (&semper_draw_system)

static struct figures f;

static bool
is(const uint8_t *x, size_t len, const char *field)
{
	return semper_bytes_equal(SEMPER_BYTES(x, len),
	    figures_octets(&f, field));
}

/* Both contexts of the record "setup". */
static void
set_up(struct semper_hpke *sender, struct semper_hpke *receiver)
{
	struct semper_hpke_key key;
	struct fixed_stream streams[] = {{"ikmE", figures_octets(&f, "ikmE")},
	    {NULL, SEMPER_NONE}};
	struct semper_draw draw = draw_fixed(streams);
	uint8_t enc[32];

	CU_ASSERT_EQUAL(semper_hpke_derive_key(&key,
			    figures_octets(&f, "ikmR")),
	    SEMPER_OK);
	CU_ASSERT(is(key.secret, 32, "skRm"));
	CU_ASSERT(is(key.pub, 32, "pkRm"));
	CU_ASSERT_EQUAL(semper_hpke_sender(sender, enc, key.pub,
			    figures_octets(&f, "info"), &draw),
	    SEMPER_OK);
	CU_ASSERT(is(enc, 32, "enc"));
	CU_ASSERT_EQUAL(semper_hpke_receiver(receiver, &key,
			    figures_octets(&f, "enc"),
			    figures_octets(&f, "info")),
	    SEMPER_OK);
	for (int i = 0; i < 2; i++) {
		const struct semper_hpke *h = i == 0 ? sender : receiver;
		CU_ASSERT(is(h->key, 32, "key"));
		CU_ASSERT(is(h->base_nonce, 12, "base_nonce"));
		CU_ASSERT(is(h->exporter, 32, "exporter_secret"));
		CU_ASSERT_EQUAL(h->seq, 0);
	}
}

static void
encryption(struct semper_hpke *sender, struct semper_hpke *receiver)
{
	static const uint64_t seq[] = {0, 1, 2, 4, 255, 256};
	static int n;
	uint8_t a[64], b[64];
	struct semper_buffer ct = SEMPER_BUFFER(a), pt = SEMPER_BUFFER(b);
	struct semper_bytes aad = figures_octets(&f, "aad");

	CU_ASSERT_FATAL(n < 6);
	sender->seq = receiver->seq = seq[n++];
	CU_ASSERT_EQUAL(semper_hpke_context_seal(sender, &ct, aad,
			    figures_octets(&f, "pt")),
	    SEMPER_OK);
	CU_ASSERT(is(ct.data, ct.len, "ct"));
	CU_ASSERT_EQUAL(semper_hpke_context_open(receiver, &pt, aad,
			    figures_octets(&f, "ct")),
	    SEMPER_OK);
	CU_ASSERT(is(pt.data, pt.len, "pt"));
	CU_ASSERT_EQUAL(sender->seq, seq[n - 1] + 1);
	CU_ASSERT_EQUAL(receiver->seq, seq[n - 1] + 1);
}

static void
exported(struct semper_hpke *h)
{
	uint8_t out[32];

	CU_ASSERT_EQUAL(semper_hpke_export(h, out, sizeof out,
			    figures_octets(&f, "exporter_context")),
	    SEMPER_OK);
	CU_ASSERT(is(out, 32, "exported_value"));
}

static void
published_vectors(void)
{
	struct semper_hpke sender, receiver;
	int encryptions = 0, exports = 0;

	figures_open(&f, "hpke");
	CU_ASSERT_FATAL(figures_next(&f));
	set_up(&sender, &receiver);
	while (figures_next(&f)) {
		if (strcmp(figures_text(&f, "name"), "encryption") == 0) {
			encryption(&sender, &receiver);
			encryptions++;
		} else {
			exported(&sender);
			exported(&receiver);
			exports++;
		}
	}
	CU_ASSERT_EQUAL(encryptions, 6);
	CU_ASSERT_EQUAL(exports, 3);
}

/* ---- single shot
 * -------------------------------------------------------------- */

#define INFO SEMPER_TEXT("info")
#define AAD SEMPER_TEXT("aad")

struct sealed {
	struct semper_hpke_key key;
	uint8_t enc[33], ct[64], pt[64];
	size_t ct_len;
};

static void
seal(struct sealed *s)
{
	uint8_t secret[32] = {5};
	struct semper_buffer ct = SEMPER_BUFFER(s->ct);

	semper_hpke_key_set(&s->key, secret);
	CU_ASSERT_EQUAL(semper_hpke_seal(s->enc, &ct, s->key.pub, INFO, AAD,
			    SEMPER_TEXT("plain"), DRAW),
	    SEMPER_OK);
	s->ct_len = ct.len;
	CU_ASSERT_EQUAL(s->ct_len, 5 + SEMPER_HPKE_TAG);
}

static semper_err
open_as(struct sealed *s, size_t enc_len, struct semper_bytes info,
    struct semper_bytes aad, size_t ct_len)
{
	struct semper_buffer pt = SEMPER_BUFFER(s->pt);

	memset(s->pt, 0, sizeof s->pt);
	semper_err err =
	    semper_hpke_open(&s->key, &pt, SEMPER_BYTES(s->enc, enc_len), info,
		aad, SEMPER_BYTES(s->ct, ct_len));
	bool there = memcmp(s->pt, "plain", 5) == 0;
	CU_ASSERT_EQUAL(there, err == SEMPER_OK);
	CU_ASSERT_EQUAL(pt.len, there ? 5 : 0);
	return err;
}

static semper_err
open_it(struct sealed *s)
{
	return open_as(s, 32, INFO, AAD, s->ct_len);
}

static void
everything_is_authenticated(void)
{
	struct sealed s;

	seal(&s);
	CU_ASSERT_EQUAL(open_it(&s), SEMPER_OK);
	for (size_t i = 0; i < s.ct_len; i++) {
		s.ct[i] ^= 1;
		CU_ASSERT_EQUAL(open_it(&s), AUTH);
		s.ct[i] ^= 1;
	}
	for (size_t i = 0; i < 32; i++) {
		s.enc[i] ^= 1;
		CU_ASSERT_EQUAL(open_it(&s), AUTH);
		s.enc[i] ^= 1;
	}
	CU_ASSERT_EQUAL(open_as(&s, 32, SEMPER_TEXT("inf0"), AAD, s.ct_len),
	    AUTH);
	CU_ASSERT_EQUAL(open_as(&s, 32, INFO, SEMPER_TEXT("aae"), s.ct_len),
	    AUTH);
	CU_ASSERT_EQUAL(open_as(&s, 32, INFO, SEMPER_NONE, s.ct_len), AUTH);
	s.key.secret[1] ^= 1;
	CU_ASSERT_EQUAL(open_it(&s), AUTH);
	s.key.secret[1] ^= 1;
	CU_ASSERT_EQUAL(open_it(&s), SEMPER_OK);
}

static void
lengths_are_checked(void)
{
	struct sealed s;

	seal(&s);
	CU_ASSERT_EQUAL(open_as(&s, 33, INFO, AAD, s.ct_len), AUTH);
	CU_ASSERT_EQUAL(open_as(&s, 31, INFO, AAD, s.ct_len), AUTH);
	CU_ASSERT_EQUAL(open_as(&s, 0, INFO, AAD, s.ct_len), AUTH);
	for (size_t len = 0; len < s.ct_len; len++)
		CU_ASSERT_EQUAL(open_as(&s, 32, INFO, AAD, len), AUTH);
	CU_ASSERT_EQUAL(open_it(&s), SEMPER_OK);
}

/* A key or an encapsulated key of small order makes the shared secret
 * public. */
static void
small_order_points(void)
{
	struct sealed s;
	uint8_t zero[32] = {0};
	struct semper_buffer ct = SEMPER_BUFFER(s.ct);

	seal(&s);
	memset(s.enc, 0, 32);
	CU_ASSERT_EQUAL(open_it(&s), AUTH);
	CU_ASSERT_STRING_EQUAL(semper_refused_by(), "CR-K-05");
	CU_ASSERT_EQUAL(semper_hpke_seal(s.enc, &ct, zero, INFO, AAD,
			    SEMPER_TEXT("plain"), DRAW),
	    AUTH);
	CU_ASSERT_EQUAL(ct.len, 0);
}

static void
empty_plaintext(void)
{
	struct sealed s;
	struct semper_buffer ct = SEMPER_BUFFER(s.ct);
	struct semper_buffer pt = SEMPER_BUFFER(s.pt);

	seal(&s);
	CU_ASSERT_EQUAL(semper_hpke_seal(s.enc, &ct, s.key.pub, SEMPER_NONE,
			    SEMPER_NONE, SEMPER_NONE, DRAW),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(ct.len, SEMPER_HPKE_TAG);
	CU_ASSERT_EQUAL(semper_hpke_open(&s.key, &pt, SEMPER_BYTES(s.enc, 32),
			    SEMPER_NONE, SEMPER_NONE, semper_written(&ct)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(pt.len, 0);
}

/* ---- contexts
 * ------------------------------------------------------------------ */

static void
pair(struct semper_hpke *sender, struct semper_hpke *receiver)
{
	struct semper_hpke_key key;
	uint8_t secret[32] = {5}, enc[32];

	semper_hpke_key_set(&key, secret);
	CU_ASSERT_EQUAL(semper_hpke_sender(sender, enc, key.pub, INFO, DRAW),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_receiver(receiver, &key,
			    SEMPER_BYTES(enc, 32), INFO),
	    SEMPER_OK);
}

static void
order_is_kept(void)
{
	struct semper_hpke sender, receiver;
	uint8_t a[64], b[64], c[64];
	struct semper_buffer one = SEMPER_BUFFER(a), two = SEMPER_BUFFER(b);
	struct semper_buffer pt = SEMPER_BUFFER(c);

	pair(&sender, &receiver);
	CU_ASSERT_EQUAL(semper_hpke_context_seal(&sender, &one, AAD,
			    SEMPER_TEXT("one")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_context_seal(&sender, &two, AAD,
			    SEMPER_TEXT("two")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&two)),
	    AUTH);
	CU_ASSERT_EQUAL(receiver.seq, 0); /* a refusal does not count */
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&one)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&one)),
	    AUTH);
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&two)),
	    SEMPER_OK);
	CU_ASSERT(
	    semper_bytes_equal(semper_written(&pt), SEMPER_TEXT("onetwo")));
}

static void
sequence_ends(void)
{
	struct semper_hpke sender, receiver;
	uint8_t a[64], b[64];
	struct semper_buffer ct = SEMPER_BUFFER(a), pt = SEMPER_BUFFER(b);

	pair(&sender, &receiver);
	sender.seq = receiver.seq = UINT64_MAX - 1;
	CU_ASSERT_EQUAL(semper_hpke_context_seal(&sender, &ct, AAD,
			    SEMPER_TEXT("x")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&ct)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_context_seal(&sender, &ct, AAD,
			    SEMPER_TEXT("x")),
	    LIMIT);
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&ct)),
	    LIMIT);
}

static void
room_is_checked(void)
{
	struct semper_hpke sender, receiver;
	uint8_t a[64], b[64];
	struct semper_buffer ct = {a, 0, 20}, pt = {b, 0, 4};

	pair(&sender, &receiver);
	CU_ASSERT_EQUAL(semper_hpke_context_seal(&sender, &ct, AAD,
			    SEMPER_TEXT("plain")),
	    SEMPER_E_SPACE);
	CU_ASSERT_EQUAL(sender.seq, 0);
	ct.cap = 21;
	CU_ASSERT_EQUAL(semper_hpke_context_seal(&sender, &ct, AAD,
			    SEMPER_TEXT("plain")),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&ct)),
	    SEMPER_E_SPACE);
	pt.cap = 5;
	CU_ASSERT_EQUAL(semper_hpke_context_open(&receiver, &pt, AAD,
			    semper_written(&ct)),
	    SEMPER_OK);
}

static void
limits_of_derivation(void)
{
	static uint8_t out[255 * 32 + 1];
	struct semper_hpke_key key;
	struct semper_hpke h, other;
	uint8_t ikm[32] = {1};

	pair(&h, &other);
	CU_ASSERT_EQUAL(semper_hpke_derive_key(&key, SEMPER_BYTES(ikm, 31)),
	    SEMPER_E_ARGUMENT);
	CU_ASSERT_EQUAL(semper_hpke_derive_key(&key, SEMPER_BYTES(ikm, 32)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL(semper_hpke_export(&h, out, 255 * 32 + 1, SEMPER_NONE),
	    RANGE);
	CU_ASSERT_EQUAL(semper_hpke_export(&h, out, 255 * 32, SEMPER_NONE),
	    SEMPER_OK);
}

static void
failing_source(void)
{
	struct sealed s;
	int left = 0;
	struct semper_draw draw = draw_failing(&left);
	struct semper_buffer ct = SEMPER_BUFFER(s.ct);

	seal(&s);
	s.enc[0] = 0x5a;
	CU_ASSERT_EQUAL(semper_hpke_seal(s.enc, &ct, s.key.pub, INFO, AAD,
			    SEMPER_TEXT("plain"), &draw),
	    SEMPER_E_RANDOM);
	CU_ASSERT_EQUAL(ct.len, 0);
	CU_ASSERT_EQUAL(s.enc[0], 0x5a);
}

SUITE("crypto: hpke",
    {"the vectors of RFC 9180 come out, on both sides", published_vectors},
    {"ciphertext, key, info and additional data are authenticated",
	everything_is_authenticated},
    {"wrong lengths are refused", lengths_are_checked},
    {"points of small order are refused on both sides", small_order_points},
    {"an empty plaintext is a tag", empty_plaintext},
    {"messages open in the order they were sealed, once", order_is_kept},
    {"a context ends before its sequence numbers repeat", sequence_ends},
    {"a buffer too small is refused and nothing advances", room_is_checked},
    {"derivation has its limits", limits_of_derivation},
    {"a failing source stops sealing", failing_source});
