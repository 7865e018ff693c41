/* secrets.c -- one operation on secrets, to be run under valgrind.
 *
 *     secrets NAME       run one operation; `secrets list` names them
 *
 * Built with SEMPER_CT (protocols/crypto/mark.h): secrets are undefined
 * memory, and memcheck reports each branch and each address that depends on
 * one.  `control` branches on a secret on purpose and must be reported, or
 * the others show nothing.
 */
#include <stdio.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/blind.h"
#include "crypto/ed25519.h"
#include "crypto/fdh.h"
#include "crypto/hpke.h"
#include "crypto/mark.h"
#include "crypto/oaep.h"
#include "crypto/rsa_sig.h"
#include "crypto/uniform.h"
#include "crypto/x25519.h"

#ifndef SEMPER_CT
#error "build with -DSEMPER_CT"
#endif

#define DRAW (&semper_draw_system)
#define MSG SEMPER_TEXT("message")

/* A key of 1024 bits from a fixed stream: the code is the same for any size,
 * and valgrind is slow. */
static semper_err
fill_counter(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	uint8_t *counter = ctx;

	(void)label;
	++*counter;
	semper_mgf1(SEMPER_SHA256, dst, len, SEMPER_BYTES(counter, 1));
	return SEMPER_OK;
}

static struct semper_rsa_priv *
make_key(void)
{
	uint8_t counter = 0;
	struct semper_draw draw = {fill_counter, &counter};
	struct semper_rsa_priv *key = NULL;

	if (semper_rsa_generate(&key, 1024, 65537, &draw, "key") != SEMPER_OK)
		return NULL;
	return key;
}

static semper_err
control(void)
{
	uint8_t secret[2] = {1, 2};

	MARK_SECRET(secret, sizeof secret);
	if (secret[0] < secret[1])
		puts("this must be reported");
	return SEMPER_OK;
}

static semper_err
rsa_private(void)
{
	struct semper_rsa_priv *key = make_key();
	uint8_t x[128] = {0, 1, 2}, y[128];
	semper_err err = SEMPER_OK;

	for (int i = 0; i < 2 && err == SEMPER_OK; i++)
		err = semper_rsa_private(key, y, x, DRAW);
	semper_rsa_priv_free(key);
	return err;
}

static semper_err
signatures(void)
{
	struct semper_rsa_priv *key = make_key();
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t sig[128];

	semper_err err =
	    semper_pss_sign(key, sig, SEMPER_SHA256, 32, MSG, DRAW, "s");
	if (err == SEMPER_OK)
		err = semper_pss_verify(pub, SEMPER_SHA256, 32, MSG,
		    SEMPER_BYTES(sig, 128));
	if (err == SEMPER_OK)
		err = semper_pkcs1_sign(key, sig, SEMPER_SHA1, MSG, DRAW);
	semper_rsa_priv_free(key);
	return err;
}

/* Good ciphertexts, and every way the inside can be wrong. */
static semper_err
oaep(void)
{
	struct semper_rsa_priv *key = make_key();
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t plain[5] = "plain", ct[128], octets[128];
	struct semper_buffer out = SEMPER_BUFFER(octets);

	MARK_SECRET(plain, sizeof plain);
	semper_err err = semper_oaep_encrypt(pub, ct, SEMPER_SHA256, MSG,
	    SEMPER_BYTES(plain, sizeof plain), DRAW, "s");
	MARK_PUBLIC(ct, sizeof ct);
	if (err == SEMPER_OK)
		err = semper_oaep_decrypt(key, &out, SEMPER_SHA256, MSG,
		    SEMPER_BYTES(ct, 128), DRAW);
	for (uint8_t i = 0; i < 3 && err == SEMPER_OK; i++) {
		ct[100 + i] ^= 1;
		err = semper_oaep_decrypt(key, &out, SEMPER_SHA256, MSG,
		    SEMPER_BYTES(ct, 128), DRAW);
		err = err == SEMPER_REFUSAL(SEMPER_AUTH, 0) ? SEMPER_OK
							    : SEMPER_E_INTERNAL;
	}
	semper_rsa_priv_free(key);
	return err;
}

static semper_err
blind(void)
{
	const enum semper_rsabssa v = SEMPER_RSABSSA_PSS_DETERMINISTIC;
	struct semper_rsa_priv *key = make_key();
	const struct semper_rsa_pub *pub = semper_rsa_priv_pub(key);
	uint8_t blinded[128], inv[128], blind_sig[128], sig[128];

	semper_err err = semper_rsabssa_blind(pub, v, blinded, inv, MSG, DRAW);
	if (err == SEMPER_OK)
		err = semper_rsabssa_blind_sign(key, blind_sig,
		    SEMPER_BYTES(blinded, 128), DRAW);
	if (err == SEMPER_OK)
		err = semper_rsabssa_finalize(pub, v, sig, MSG,
		    SEMPER_BYTES(blind_sig, 128), inv);
	semper_rsa_priv_free(key);
	return err;
}

/* A secret scalar from secret data; the modulus 2^k + 1 refuses half. */
static semper_err
scalar(void)
{
	uint8_t data[4] = {1, 2, 3, 4}, out[33];
	uint8_t n[33] = {1, [32] = 1};
	semper_err err = SEMPER_OK;

	for (int i = 0; i < 8 && err == SEMPER_OK; i++) {
		MARK_SECRET(data, sizeof data);
		err = semper_fdh_scalar(out, "semper/test",
		    SEMPER_BYTES(n, sizeof n), SEMPER_BYTES(data, sizeof data));
		data[0]++;
	}
	if (err == SEMPER_OK)
		err = semper_uniform(out, SEMPER_BYTES(n, sizeof n), DRAW, "u");
	return err;
}

static semper_err
ed25519(void)
{
	uint8_t seed[32] = {7}, sig[64];
	struct semper_ed25519_key key;

	MARK_SECRET(seed, sizeof seed);
	semper_ed25519_key_set(&key, seed);
	semper_ed25519_sign(&key, sig, MSG);
	return semper_ed25519_verify(SEMPER_BYTES(key.pub, 32), MSG,
	    SEMPER_BYTES(sig, 64));
}

static semper_err
hpke(void)
{
	uint8_t secret[32] = {7}, enc[32], a[64], b[64];
	struct semper_hpke_key key;
	struct semper_buffer ct = SEMPER_BUFFER(a), pt = SEMPER_BUFFER(b);

	MARK_SECRET(secret, sizeof secret);
	semper_hpke_key_set(&key, secret);
	semper_err err =
	    semper_hpke_seal(enc, &ct, key.pub, MSG, MSG, MSG, DRAW);
	if (err == SEMPER_OK)
		err = semper_hpke_open(&key, &pt, SEMPER_BYTES(enc, 32), MSG,
		    MSG, semper_written(&ct));
	a[0] ^= 1;
	if (err == SEMPER_OK &&
	    semper_hpke_open(&key, &pt, SEMPER_BYTES(enc, 32), MSG, MSG,
		semper_written(&ct)) == SEMPER_OK)
		err = SEMPER_E_INTERNAL;
	return err;
}

/* HMAC, HKDF, MGF1 of each hash function, and the comparison. */
static semper_err
keyed(void)
{
	uint8_t key[32] = {7}, x[100] = {8}, mac[64], okm[80];
	unsigned equal;
	semper_err err = SEMPER_OK;

	MARK_SECRET(key, sizeof key);
	MARK_SECRET(x, sizeof x);
	for (int h = SEMPER_SHA1; h <= SEMPER_SHA512 && err == SEMPER_OK; h++) {
		semper_hmac(h, mac, SEMPER_BYTES(key, 32), SEMPER_BYTES(x, 100));
		semper_mgf1(h, okm, sizeof okm, SEMPER_BYTES(key, 32));
		semper_hkdf_extract(h, mac, SEMPER_BYTES(key, 32),
		    SEMPER_BYTES(x, 100));
		err = semper_hkdf_expand(h, okm, sizeof okm,
		    SEMPER_BYTES(mac, semper_hash_len(h)), MSG);
	}
	equal = semper_ct_equal(key, x, 32);
	MARK_PUBLIC(&equal, sizeof equal);
	return equal ? SEMPER_E_INTERNAL : err;
}

static const struct {
	const char *name;
	semper_err (*run)(void);
} all[] = {{"control", control}, {"rsa-private", rsa_private},
    {"signatures", signatures}, {"oaep", oaep}, {"blind", blind},
    {"scalar", scalar}, {"ed25519", ed25519}, {"hpke", hpke}, {"keyed", keyed}};

int
main(int argc, char **argv)
{
	const char *name = argc == 2 ? argv[1] : "list";

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (strcmp(name, "list") == 0)
			puts(all[i].name);
		else if (strcmp(name, all[i].name) == 0)
			return all[i].run() == SEMPER_OK ? 0 : 1;
	}
	return strcmp(name, "list") == 0 ? 0 : 2;
}
