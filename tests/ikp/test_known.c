/* Known answers computed elsewhere, from the formulas of spec/ikp.md 3.1. */
#include "tests/test.h"

#include <string.h>

#include "ikp/ikp_flow.h"

static const uint8_t tid[] = {0, 1, 2, 3, 4, 5, 6, 7};

/* 16 octets counting up from FIRST. */
static struct semper_bytes
run(uint8_t *room, uint8_t first)
{
	for (int i = 0; i < 16; i++)
		room[i] = (uint8_t)(first + i);
	return SEMPER_BYTES(room, 16);
}

static struct ikp_known_answer
compute(enum ikp_edition edition, enum ikp_variant variant,
    enum semper_hash hash)
{
	static uint8_t rooms[5][16];
	struct ikp_known_answer out;
	struct ikp_known_input in = {.edition = edition,
	    .variant = variant,
	    .hash = hash,
	    .common = {.price = {840, 4999, -2},
		.id_s = SEMPER_TEXT("SHOP-000042"),
		.tid_s = SEMPER_BYTES(tid, sizeof tid),
		.date = 827323200,
		.nonce_s = run(rooms[0], 0x10)},
	    .r_b = run(rooms[1], 0x20),
	    .salt_b = run(rooms[2], 0x30),
	    .ban = SEMPER_TEXT("4111111111111111"),
	    .desc = SEMPER_TEXT("1 x Widget; ship to: Saeumerstrasse 4, "
				"CH-8803 Rueschlikon")};

	if (variant != IKP_1KP)
		in.v = run(rooms[3], 0x40);
	if (variant != IKP_1KP && edition != IKP_EC95)
		in.vc = run(rooms[4], 0x50);
	CU_ASSERT_EQUAL_FATAL(ikp_known_answer(&out, &in), SEMPER_OK);
	return out;
}

static bool
is_hex(struct semper_bytes x, const char *hex)
{
	char text[2 * 512 + 1] = "";

	if (2 * x.len + 1 > sizeof text)
		return false;
	for (size_t i = 0; i < x.len; i++) {
		text[2 * i] = "0123456789abcdef"[x.data[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[x.data[i] & 15];
	}
	text[2 * x.len] = '\0';
	return strcmp(text, hex) == 0;
}

#define IS(d, hex) CU_ASSERT(is_hex(ikp_digest_bytes(&(d)), (hex)))

static void
sha1_values(void)
{
	struct ikp_known_answer a = compute(IKP_EC95, IKP_1KP, SEMPER_SHA1);

	IS(a.id_b, "5d400f1c838c297cd5bc5bb4041705cd926a07f6");
	IS(a.h_desc, "f8396bb337f104f55f4abd7d4706f8695775e4f2");
	IS(a.h_common, "9633a9a88724fa1fe3d199675a730ec7863767ac");
	a = compute(IKP_EC95, IKP_2KP, SEMPER_SHA1);
	IS(a.h_v, "741b6707526a07e52b5f821b666e428e3f416c1e");
	IS(a.h_common, "c3159753f058dea54cb125af80b5b77934dc7c52");
	a = compute(IKP_JSAC, IKP_1KP, SEMPER_SHA1);
	IS(a.id_b, "576f636cc7a9dd6facb8e5118b26f87cdf1b584e");
	IS(a.h_desc, "2f54c2ade8e595a144e3b4488c79e46222605078");
	IS(a.h_common, "3c44a98fce48d997298f4684f2cfee902334e70f");
	a = compute(IKP_JSAC, IKP_3KP, SEMPER_SHA1);
	IS(a.h_vc, "a5c00be0e6d9302b59ad3df420e56f8742b275f7");
	IS(a.h_common, "7a3c919e549e68f38d20e61477403e355928fd3a");
}

static void
sha256_values(void)
{
	struct ikp_known_answer a = compute(IKP_EC95, IKP_1KP, SEMPER_SHA256);

	IS(a.id_b,
	    "7c425f73837b845246470799e8907ceaedccd88ad371712e492ae6"
	    "ae62ea7347");
	IS(a.h_desc,
	    "28d0d2eec2c4e284b9174c6ce8507c154befe14ba7088617903b7"
	    "fa6eb6a5968");
	IS(a.h_common,
	    "e39a29e642911458b09ee86ca174d65b75e5d2c21513a526fa8"
	    "83449f6fa1203");
	a = compute(IKP_EC95, IKP_3KP, SEMPER_SHA256);
	IS(a.h_v,
	    "fd0aa56215d36b8ebe7ff19d6c6351eb45999a2892afd6e5650434b2"
	    "5dc76eca");
	IS(a.h_common,
	    "6b7493901fcbd8d7f6a8a814453c17bc520a04faf5ba97657a5"
	    "1b6327391f010");
	a = compute(IKP_JSAC, IKP_1KP, SEMPER_SHA256);
	IS(a.id_b,
	    "71bcd1f7b0afb2087bc9dd7cd0fbd3c71fea985206321beadd52efb"
	    "c02b5dedb");
	IS(a.h_desc,
	    "ec72c5e1cd46808d775d2c0c57261f09c81ff3842ee75c9fdc632"
	    "2c69ec08775");
	IS(a.h_common,
	    "ec4f688405a694a701b3414f0837090f9d57b19b761264e69b1"
	    "1b7ea93db932d");
	a = compute(IKP_JSAC, IKP_2KP, SEMPER_SHA256);
	IS(a.h_vc,
	    "6e9aaaa97e50cf068dc7ad18a40a86987b0a1ecf785fbc46ff5196a"
	    "4e0c71d3c");
	IS(a.h_common,
	    "669b0e4fd272f0dd97e7691408232f018e2976675d9dcbdaf9b"
	    "7c798305bc306");
}

static void
common_octets(void)
{
	struct ikp_known_answer a = compute(IKP_JSAC, IKP_3KP, SEMPER_SHA256);

	CU_ASSERT(is_hex(SEMPER_BYTES(a.common, a.common_len),
	    "3081cf300b02020348020213870201fe1a0b53484f502d30303030343204080"
	    "001020304050607180f31393936303332303132303030305a04101011121314"
	    "15161718191a1b1c1d1e1f042071bcd1f7b0afb2087bc9dd7cd0fbd3c71fea9"
	    "85206321beadd52efbc02b5dedb0420ec72c5e1cd46808d775d2c0c57261f09"
	    "c81ff3842ee75c9fdc6322c69ec087758120fd0aa56215d36b8ebe7ff19d6c6"
	    "351eb45999a2892afd6e5650434b25dc76eca82206e9aaaa97e50cf068dc7ad"
	    "18a40a86987b0a1ecf785fbc46ff5196a4e0c71d3c"));
}

static void
slip_octets(void)
{
	struct ikp_known_answer a = compute(IKP_JSAC, IKP_3KP, SEMPER_SHA1);
	uint8_t r_b[16], room[256];
	struct semper_buffer der = SEMPER_BUFFER(room);
	struct ikp_slip slip = {.price = {840, 4999, -2},
	    .h_common = ikp_digest_bytes(&a.h_common),
	    .ban = SEMPER_TEXT("4111111111111111"),
	    .r_b = run(r_b, 0x20),
	    .pin = SEMPER_TEXT("1234"),
	    .expiration = SEMPER_TEXT("199912")};

	CU_ASSERT_EQUAL_FATAL(ikp_encode(&ikp_profiles[3], &ikp_slip_type, &der,
				  &slip),
	    SEMPER_OK);
	CU_ASSERT(is_hex(semper_written(&der),
	    "3055300b02020348020213870201fe04147a3c919e549e68f38d20e61477403"
	    "e355928fd3a1210343131313131313131313131313131310410202122232425"
	    "262728292a2b2c2d2e2f8004313233348106313939393132"));
}

static void
hard_has_one_hash(void)
{
	struct ikp_known_input in = {.edition = IKP_HARD,
	    .variant = IKP_1KP,
	    .hash = SEMPER_SHA1};
	struct ikp_known_answer out;

	CU_ASSERT_EQUAL(ikp_known_answer(&out, &in), SEMPER_E_UNSUPPORTED);
}

SUITE("ikp: known answers",
    {"the SHA-1 values of EC95 and JSAC are those computed elsewhere",
	sha1_values},
    {"the SHA-256 values of EC95 and JSAC are those computed elsewhere",
	sha256_values},
    {"Common is encoded as computed elsewhere", common_octets},
    {"the slip is encoded as computed elsewhere", slip_octets},
    {"HARD knows no hash but SHA-256", hard_has_one_hash});
