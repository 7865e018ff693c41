/* ikp_slip.c -- what only the acquirer can read. */
#include "ikp_slip.h"
#include "hex.h"

#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

EVP_PKEY *
read_key(const char *hex)
{
	size_t n;
	uint8_t *der = unhex(hex, &n);
	const uint8_t *p = der;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)n);

	free(der);
	return key;
}

static bool
equal(struct view a, const void *p, size_t n)
{
	return a.n == n && memcmp(a.p, p, n) == 0;
}

static bool
decrypt(EVP_PKEY *key, struct view box, uint8_t *out, size_t *n)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
	bool ok =
	    c != NULL && box.n == (size_t)EVP_PKEY_get_size(key) &&
	    EVP_PKEY_decrypt_init(c) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_decrypt(c, out, n, box.p, box.n) == 1;

	EVP_PKEY_CTX_free(c);
	return ok;
}

static bool
common_agrees(const struct auth_req *r, const struct slip *s)
{
	struct text inner = {.n = 0}, whole = {.n = 0};
	uint8_t digest[20];

	der_put(&inner, OCT, s->r_b.p, s->r_b.n);
	der_put(&inner, NUM, s->ban.p, s->ban.n);
	der_put(&whole, SEQ, inner.p, inner.n);
	SHA1(whole.p, whole.n, digest); /* ID_B */
	memcpy(inner.p, s->price_der.p, s->price_der.n);
	memcpy(inner.p + s->price_der.n, r->quadruple.p, r->quadruple.n);
	inner.n = s->price_der.n + r->quadruple.n;
	der_put(&inner, OCT, digest, 20);
	der_put(&inner, OCT, r->h_desc.p, 20);
	whole.n = 0;
	der_put(&whole, SEQ, inner.p, inner.n);
	SHA1(whole.p, whole.n, digest);
	return equal(s->h_common, r->h_common.p, 20) &&
	       equal(r->h_common, digest, 20);
}

bool
open_slip(EVP_PKEY *key, const struct auth_req *r, struct slip *s,
    uint8_t plain[1024])
{
	size_t n = 1024;

	return decrypt(key, r->enc_slip, plain, &n) &&
	       decode_slip((struct view){plain, n}, s) && common_agrees(r, s);
}
