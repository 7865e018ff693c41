/* Refusals, each by one thing that is not as it should be. */
#include "tests/test.h"

#include <string.h>

#include "crypto/count.h"
#include "crypto/oaep.h"
#include "tests/ikp/scene.h"

static struct stage s;

/* ---- one parameter changed before one message ---- */

static void
other_seller(void)
{
	s.seller.id_s = SEMPER_TEXT("SHOP-000043");
}

static void
late_by_301(void)
{
	s.now += 301;
}

static void
late_by_901(void)
{
	s.now += 901;
}

static void
late_by_a_day(void)
{
	s.now += 86401;
}

static void
early_by_301(void)
{
	s.now -= 301;
}

static void
no_anchor(void)
{
	s.buyer.trust.n_anchors = s.seller.trust.n_anchors =
	    s.acquirer.trust.n_anchors = 0;
}

static void
no_lists(void)
{
	s.buyer.trust.n_crls = s.seller.trust.n_crls = s.acquirer.trust.n_crls =
	    0;
}

static void
no_certificate(void)
{
	s.seller.acquirer_enc.n = 0;
}

static void
no_seller_known(void)
{
	s.acquirer.n_sellers = 0;
}

static void
third_variant_only(void)
{
	static const struct ikp_seller_entry strict = {
	    .id_s = {(const uint8_t *)"SHOP-000042", 11},
	    .min_variant = IKP_3KP};

	s.acquirer.sellers = &strict;
	s.acquirer.n_sellers = 1;
}

static void
no_accounts(void)
{
	s.acquirer.n_accounts = 0;
}

static void
other_ban(void)
{
	s.buyer.ban = SEMPER_TEXT("5500000000000004");
}

static void
other_account_secret(void)
{
	static const uint8_t other[16] = {1};

	s.buyer.r_acct = SEMPER_BYTES(other, 16);
}

static void
other_buyer_key(void)
{
	s.buyer_keys.sig.key = s.seller_keys.sig.key;
}

static void
other_seller_key(void)
{
	s.seller_keys.sig.key = s.buyer_keys.sig.key;
}

static void
other_acquirer_key(void)
{
	s.acquirer_keys.sig.key = s.buyer_keys.sig.key;
}

/* TWIST before BEFORE is made; then the message REFUSED is, with ERROR. */
static const struct twist {
	int profile;
	const char *before;
	void (*twist)(void);
	const char *refused;
	semper_err error;
	const char *requirement;
} twists[] = {
    {HARD_1, "Initiate", other_seller, "Invoice", IKP_E_COMMON_MISMATCH,
	"IKP-B-03"},
    {HARD_3, "Initiate", no_anchor, "Initiate", IKP_E_CERT_INVALID, "IKP-S-21"},
    {HARD_1, "Invoice", late_by_301, "Invoice", IKP_E_DATE_OUT_OF_WINDOW,
	"IKP-B-04"},
    {HARD_1, "Invoice", early_by_301, "Invoice", IKP_E_DATE_OUT_OF_WINDOW,
	"IKP-B-04"},
    {HARD_2, "Invoice", no_anchor, "Invoice", IKP_E_CERT_INVALID, "IKP-C-01"},
    {HARD_2, "Invoice", no_lists, "Invoice", IKP_E_CERT_INVALID, "IKP-C-09"},
    {EC95_1, "Initiate", no_certificate, "Invoice", IKP_E_CERT_INVALID,
	"IKP-B-09"},
    {HARD_2, "Initiate", other_seller_key, "Invoice", IKP_E_SIG_INVALID,
	"IKP-B-06"},
    {EC95_3, "Initiate", other_seller_key, "Invoice", IKP_E_SIG_INVALID,
	"IKP-B-06"},
    {HARD_3, "Payment", late_by_901, "Payment", IKP_E_EXPIRED, "IKP-S-05"},
    {JSAC_3, "Invoice", other_buyer_key, "Payment", IKP_E_SIG_INVALID,
	"IKP-S-06"},
    {HARD_1, "AuthReq", no_seller_known, "AuthReq", IKP_E_UNKNOWN_SELLER,
	"IKP-A-01"},
    {HARD_2, "AuthReq", third_variant_only, "AuthReq",
	IKP_E_VARIANT_NOT_ALLOWED, "IKP-A-02"},
    {HARD_1, "AuthReq", late_by_a_day, "AuthReq", IKP_E_DATE_OUT_OF_WINDOW,
	"IKP-A-03"},
    {HARD_1, "AuthReq", early_by_301, "AuthReq", IKP_E_DATE_OUT_OF_WINDOW,
	"IKP-A-03"},
    {HARD_2, "AuthReq", no_anchor, "AuthReq", IKP_E_CERT_INVALID, "IKP-C-01"},
    {HARD_2, "Payment", other_seller_key, "AuthReq", IKP_E_SIG_INVALID,
	"IKP-A-08"},
    {HARD_1, "Invoice", other_ban, "AuthReq", IKP_E_SLIP_INVALID, ""},
    {EC95_3, "AuthReq", no_accounts, "AuthReq", IKP_E_SLIP_INVALID, ""},
    {HARD_3, "Invoice", other_account_secret, "AuthReq", IKP_E_SLIP_INVALID,
	""},
    {HARD_1, "AuthReq", other_acquirer_key, "AuthRes", IKP_E_SIG_INVALID,
	"IKP-S-11"},
    {JSAC_3, "AuthReq", other_acquirer_key, "AuthRes", IKP_E_SIG_INVALID,
	"IKP-S-11"},
};

static void
play(const struct twist *t)
{
	struct stage_message *m = &s.queue[0];
	uint8_t before[32], after[32];
	enum ikp_party role;

	stage_open(&s, t->profile, NULL);
	stage_begin(&s);
	CU_ASSERT(stage_run(&s, t->before));
	t->twist();
	CU_ASSERT(stage_run(&s, t->refused));
	role = (enum ikp_party)m->to;
	stage_digest(&s, role, before);
	stage_deliver(&s);
	stage_digest(&s, role, after);
	CU_ASSERT_EQUAL(s.verdict, t->error);
	CU_ASSERT_STRING_EQUAL(s.refused_by, t->requirement);
	CU_ASSERT_EQUAL(memcmp(before, after, 32), 0);
	stage_close(&s);
}

static void
twisted(void)
{
	for (size_t i = 0; i < sizeof twists / sizeof twists[0]; i++)
		play(&twists[i]);
}

/* ---- starts ---- */

static void
starts(void)
{
	stage_open(&s, HARD_2, NULL);
	s.buyer.min_variant = IKP_3KP;
	CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_START),
	    IKP_E_VARIANT_NOT_ALLOWED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-B-15");
	s.start.profile = HARD_3;
	CU_ASSERT_EQUAL(stage_input(&s, IKP_BUYER, IKP_DO_START),
	    IKP_E_VARIANT_NOT_ALLOWED);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-G-02");
	stage_close(&s);
}

/* ---- a Confirm without the right V ---- */

/* Change octet AT from the end of the next message. */
static void
flip_from_end(size_t at)
{
	s.queue[0].octets[s.queue[0].len - at] ^= 1;
}

static void
confirm_with_wrong_v(void)
{
	static struct stage_message genuine;

	for (int p = 0; p < IKP_BASE_PROFILES; p++) {
		if (ikp_profiles[p].variant == IKP_1KP)
			continue;
		stage_open(&s, p, NULL);
		stage_begin(&s);
		CU_ASSERT(stage_run(&s, "Confirm"));
		genuine = s.queue[0];
		flip_from_end(1); /* V is last */
		stage_deliver(&s);
		CU_ASSERT_EQUAL(s.verdict, IKP_E_COMMITMENT_MISMATCH);
		CU_ASSERT_STRING_EQUAL(s.refused_by, "IKP-B-18");
		stage_timer(&s, IKP_BUYER, "inquire");
		CU_ASSERT_STRING_EQUAL(s.state, "authorized-no-receipt");
		stage_recv(&s, IKP_BUYER, IKP_SELLER,
		    SEMPER_BYTES(genuine.octets, genuine.len));
		CU_ASSERT_STRING_EQUAL(s.state, "paid");
		stage_close(&s);
	}
}

/* ---- slips ---- */

static struct ikp_auth_req genuine_request;
static uint8_t request_room[STAGE_MESSAGE_MAX];
static struct semper_envelope request_envelope;

/* Deliver the AuthReq with ENC_SLIP in place of its own. */
static void
deliver_slip(struct semper_bytes enc_slip)
{
	static uint8_t body_room[STAGE_MESSAGE_MAX], room[STAGE_MESSAGE_MAX];
	struct semper_buffer body = SEMPER_BUFFER(body_room);
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct semper_envelope envelope = request_envelope;
	struct ikp_auth_req request = genuine_request;

	request.enc_slip = enc_slip;
	CU_ASSERT_EQUAL_FATAL(ikp_encode(s.profile, &ikp_auth_req_message.type,
				  &body, &request),
	    SEMPER_OK);
	envelope.body = semper_written(&body);
	CU_ASSERT_EQUAL_FATAL(semper_envelope_encode(&out, &envelope),
	    SEMPER_OK);
	stage_recv(&s, IKP_ACQUIRER, IKP_SELLER, semper_written(&out));
}

/* Every wrong slip must look like the first. */
static struct {
	bool set;
	size_t len;
	uint8_t answer[256];
	uint64_t priv, pub;
} first;

static void
expect_same(struct semper_bytes enc_slip)
{
	struct semper_crypto_count count = semper_crypto_count;

	s.n_queue = 0;
	deliver_slip(enc_slip);
	count.priv = semper_crypto_count.priv - count.priv;
	count.pub = semper_crypto_count.pub - count.pub;
	CU_ASSERT_EQUAL(s.verdict, IKP_E_SLIP_INVALID);
	CU_ASSERT_STRING_EQUAL(s.refused_by, "");
	CU_ASSERT_EQUAL_FATAL(s.n_queue, 1);
	if (!first.set) {
		first.set = true;
		first.len = s.queue[0].len;
		memcpy(first.answer, s.queue[0].octets, first.len);
		first.priv = count.priv;
		first.pub = count.pub;
	}
	CU_ASSERT_EQUAL(s.queue[0].len, first.len);
	CU_ASSERT_EQUAL(memcmp(s.queue[0].octets, first.answer, first.len), 0);
	CU_ASSERT_EQUAL(count.priv, first.priv);
	CU_ASSERT_EQUAL(count.pub, first.pub);
}

static void
expect_same_plaintext(struct semper_bytes plaintext)
{
	uint8_t room[256];

	CU_ASSERT_EQUAL_FATAL(
	    semper_oaep_encrypt(semper_rsa_priv_pub(s.acquirer_keys.enc.key),
		room, SEMPER_SHA256, SEMPER_TEXT("semper/ikp/1 slip"),
		plaintext, &semper_draw_system, "seed"),
	    SEMPER_OK);
	expect_same(SEMPER_BYTES(room, sizeof room));
}

static void
expect_same_slip(const struct ikp_slip *slip)
{
	uint8_t room[256];
	struct semper_buffer out = SEMPER_BUFFER(room);

	CU_ASSERT_EQUAL_FATAL(ikp_encode(s.profile, &ikp_slip_type, &out, slip),
	    SEMPER_OK);
	expect_same_plaintext(semper_written(&out));
}

static void
wrong_ciphertexts(void)
{
	uint8_t room[257];

	memset(room, 0xff, sizeof room);
	expect_same(SEMPER_BYTES(room, 256)); /* not below the modulus */
	expect_same(SEMPER_BYTES(room, 255));
	expect_same(SEMPER_BYTES(room, 257));
	memset(room, 0, sizeof room);
	expect_same(SEMPER_BYTES(room, 256));
}

/* One bit in each of its octets. */
static void
every_octet_changed(void)
{
	uint8_t room[256];

	memcpy(room, genuine_request.enc_slip.data, sizeof room);
	for (size_t i = 0; i < sizeof room; i++) {
		room[i] ^= (uint8_t)(1u << i % 8);
		expect_same(SEMPER_BYTES(room, sizeof room));
		room[i] ^= (uint8_t)(1u << i % 8);
	}
}

static void
wrong_slips(const struct ikp_slip *genuine, struct semper_bytes plaintext)
{
	static const uint8_t zeros[32];
	struct ikp_slip slip;
	uint8_t longer[256];

	slip = *genuine;
	slip.h_common = SEMPER_BYTES(zeros, 32);
	expect_same_slip(&slip); /* IKP-A-12 */
	slip = *genuine;
	slip.price.amount++;
	expect_same_slip(&slip); /* IKP-A-13 */
	slip = *genuine;
	slip.ban = SEMPER_TEXT("5500000000000004");
	expect_same_slip(&slip);
	slip = *genuine;
	slip.r_b = SEMPER_BYTES(zeros, 16);
	expect_same_slip(&slip);
	slip = *genuine;
	slip.r_acct = SEMPER_BYTES(zeros, 16);
	expect_same_slip(&slip); /* IKP-A-11: not in 1KP */
	memcpy(longer, plaintext.data, plaintext.len);
	longer[plaintext.len] = 0;
	expect_same_plaintext(SEMPER_BYTES(longer, plaintext.len + 1));
	expect_same_plaintext(SEMPER_BYTES(longer, plaintext.len - 1));
	expect_same_plaintext(SEMPER_BYTES(longer, 0));
}

static void
slips_fail_alike(void)
{
	uint8_t room[512];
	struct semper_buffer plaintext = SEMPER_BUFFER(room);
	struct ikp_slip slip;

	stage_open(&s, HARD_1, NULL);
	stage_begin(&s);
	CU_ASSERT_FATAL(stage_run(&s, "AuthReq"));
	memcpy(request_room, s.queue[0].octets, s.queue[0].len);
	CU_ASSERT_EQUAL_FATAL(semper_envelope_decode(&request_envelope,
				  SEMPER_BYTES(request_room, s.queue[0].len)),
	    SEMPER_OK);
	CU_ASSERT_EQUAL_FATAL(ikp_decode(s.profile, &ikp_auth_req_message.type,
				  &genuine_request, request_envelope.body),
	    SEMPER_OK);
	CU_ASSERT_EQUAL_FATAL(semper_oaep_decrypt(s.acquirer_keys.enc.key,
				  &plaintext, SEMPER_SHA256,
				  SEMPER_TEXT("semper/ikp/1 slip"),
				  genuine_request.enc_slip,
				  &semper_draw_system),
	    SEMPER_OK);
	CU_ASSERT_EQUAL_FATAL(ikp_decode(s.profile, &ikp_slip_type, &slip,
				  semper_written(&plaintext)),
	    SEMPER_OK);
	wrong_ciphertexts();
	every_octet_changed();
	wrong_slips(&slip, semper_written(&plaintext));
	s.n_queue = 0;
	deliver_slip(genuine_request.enc_slip); /* IKP-A-06 */
	CU_ASSERT_STRING_EQUAL(s.state, "pending");
	stage_close(&s);
}

/* ---- envelopes ---- */

static void
envelopes(void)
{
	static const uint8_t junk[] = {0x30, 0x00};
	uint8_t *version;

	stage_open(&s, HARD_1, NULL);
	stage_begin(&s);
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER,
			    SEMPER_BYTES(junk, sizeof junk)),
	    IKP_E_MALFORMED);
	CU_ASSERT_EQUAL(s.n_out, 0);
	version = memchr(s.queue[0].octets, 0x02, 8);
	CU_ASSERT_PTR_NOT_NULL_FATAL(version);
	version[2] = 2;
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER, stage_next(&s)),
	    IKP_E_BAD_VERSION);
	CU_ASSERT_EQUAL(s.n_out, 1); /* the sender is told */
	s.n_queue = 1;
	version[2] = 1;
	s.party[IKP_SELLER].allowed = 1u << HARD_3;
	CU_ASSERT_EQUAL(stage_recv(&s, IKP_SELLER, IKP_BUYER, stage_next(&s)),
	    IKP_E_VARIANT_NOT_ALLOWED);
	CU_ASSERT_EQUAL(s.n_out, 0); /* not spoken here */
	stage_close(&s);
}

SUITE("ikp: refusals",
    {"one thing wrong is refused by its requirement, without a change",
	twisted},
    {"a start below the policy is refused", starts},
    {"a Confirm with a wrong V leaves the buyer without receipt",
	confirm_with_wrong_v},
    {"whatever is wrong with a slip, the answer and the work are the same",
	slips_fail_alike},
    {"envelopes are refused for form, version and profile", envelopes});
