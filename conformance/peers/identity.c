#include "identity.h"

#include <string.h>

#include "base/ct.h"
#include "complain.h"
#include "pki/cert.h"
#include "pki/key.h"

enum { DAY = 86400 }; /* seconds */

/* ---- blocks of a file ---- */

/* The blocks of PEM with LABEL, at most CAP; how many there are. */
static size_t
collect(struct semper_bytes *out, size_t cap, const struct pem *pem,
    const char *label)
{
	size_t n = 0;

	for (size_t i = 0; i < pem->n; i++)
		if (strcmp(pem->block[i].label, label) == 0 && n++ < cap)
			out[n - 1] = pem->block[i].der;
	return n;
}

/* Does the subject say TEST?  Then everybody may know the key. */
static bool
says_test(const struct semper_cert *cert)
{
	struct semper_bytes s = cert->subject;

	for (size_t i = 0; i + 4 <= s.len; i++)
		if (memcmp(s.data + i, "TEST", 4) == 0)
			return true;
	return false;
}

/* Certificates that can be read, none of them for tests unless allowed. */
static bool
check_certificates(const struct options *options, const char *file,
    const struct semper_bytes *certs, size_t n)
{
	struct semper_cert cert;

	for (size_t i = 0; i < n; i++) {
		if (semper_cert_read(&cert, certs[i]) != SEMPER_OK)
			return complain(file, "a bad certificate");
		if (!options->test_keys && says_test(&cert))
			return complain(file, "TEST keys without --test-keys");
	}
	return true;
}

static bool
read_chain(const struct options *options, struct ikp_chain *out,
    struct pem *pem, const char *file)
{
	if (!pem_read(pem, file))
		return false;
	out->n = collect(out->item, IKP_CHAIN_MAX, pem, "CERTIFICATE");
	if (out->n == 0 || out->n > IKP_CHAIN_MAX)
		return complain(file, "not 1 to 4 certificates");
	return check_certificates(options, file, out->item, out->n);
}

static bool
read_key(const struct options *options, struct ikp_key *out, struct pem *pem,
    const char *file)
{
	struct semper_cert leaf;
	struct semper_bytes pkcs8;

	if (!read_chain(options, &out->chain, pem, file))
		return false;
	if (collect(&pkcs8, 1, pem, "PRIVATE KEY") != 1 ||
	    semper_pkcs8_rsa(&out->key, pkcs8) != SEMPER_OK)
		return complain(file, "not one RSA key (PKCS #8)");
	if (semper_cert_read(&leaf, out->chain.item[0]) != SEMPER_OK ||
	    !semper_rsa_pub_equal(&leaf.key, semper_rsa_priv_pub(out->key)))
		return complain(file, "the key is not the certificate's");
	return true;
}

/* ---- parameters ---- */

static bool
read_trust(struct identity *id, const struct options *o, struct ikp_trust *out)
{
	if (!pem_read(&id->file[FILE_ANCHORS], o->anchors))
		return false;
	out->anchors = id->anchors;
	out->n_anchors = collect(id->anchors, PEM_BLOCKS,
	    &id->file[FILE_ANCHORS], "CERTIFICATE");
	if (!check_certificates(o, o->anchors, id->anchors, out->n_anchors))
		return false;
	if (o->crls == NULL)
		return true;
	if (!pem_read(&id->file[FILE_CRLS], o->crls))
		return false;
	out->crls = id->crls;
	out->n_crls =
	    collect(id->crls, PEM_BLOCKS, &id->file[FILE_CRLS], "X509 CRL");
	return true;
}

/* The key for signing, of a party that has one. */
static bool
read_sig(struct identity *id, const struct options *o)
{
	return o->sig_key == NULL ||
	    read_key(o, &id->sig, &id->file[FILE_SIG], o->sig_key);
}

static bool
open_buyer(struct identity *id, const struct options *o)
{
	struct ikp_buyer_params *p = &id->params.buyer;

	if (!card_read(&id->card, o->card))
		return false;
	*p = (struct ikp_buyer_params){.ban = id->card.ban,
	    .expiration = id->card.expiration,
	    .r_acct = id->card.r_acct,
	    .skew = 300,
	    .min_variant = IKP_1KP};
	if (!read_trust(id, o, &p->trust) || !read_sig(id, o))
		return false;
	id->keys.buyer.sig = id->sig;
	return true;
}

static bool
open_seller(struct identity *id, const struct options *o)
{
	struct ikp_seller_params *p = &id->params.seller;
	const char *sig =
	    o->acquirer_sig != NULL ? o->acquirer_sig : o->acquirer_enc;

	p->id_s = SEMPER_BYTES((const uint8_t *)o->id, strlen(o->id));
	p->lifetime = o->lifetime;
	p->n_max = 10000;
	p->term_max = 30 * DAY;
	p->tries = 10;
	p->channel_key = o->channel_key;
	p->channel_secret = o->channel_secret;
	if (!read_trust(id, o, &p->trust) ||
	    !read_chain(o, &p->acquirer_enc, &id->file[FILE_ACQUIRER_ENC],
		o->acquirer_enc) ||
	    !read_chain(o, &p->acquirer_sig, &id->file[FILE_ACQUIRER_SIG],
		sig) ||
	    !read_sig(id, o))
		return false;
	id->keys.seller.sig = id->sig;
	return true;
}

static bool
open_acquirer(struct identity *id, const struct options *o)
{
	struct ikp_acquirer_params *p = &id->params.acquirer;

	*p = (struct ikp_acquirer_params){.sellers = o->sellers,
	    .n_sellers = o->n_sellers,
	    .accounts = o->accounts,
	    .n_accounts = o->n_accounts,
	    .window_past = DAY,
	    .window_future = 300,
	    .pin_limit = 3,
	    .n_max = 10000,
	    .grace = 7 * DAY,
	    .auth_lifetime = 7 * DAY,
	    .capture_lifetime = 30 * DAY,
	    .channel_key = o->channel_key};
	if (!read_trust(id, o, &p->trust) ||
	    !read_key(o, &id->enc, &id->file[FILE_ENC], o->enc_key) ||
	    !read_sig(id, o))
		return false;
	id->keys.acquirer.enc = id->enc;
	id->keys.acquirer.sig = o->sig_key != NULL ? id->sig : id->enc;
	return true;
}

bool
identity_open(struct identity *out, const struct options *options)
{
	static bool (*const of_role[])(struct identity *,
	    const struct options *) = {open_buyer, open_seller, open_acquirer};

	memset(out, 0, sizeof *out);
	return of_role[options->role](out, options);
}

void
identity_close(struct identity *identity)
{
	semper_rsa_priv_free(identity->sig.key);
	semper_rsa_priv_free(identity->enc.key);
	for (size_t i = 0; i < IDENTITY_FILES; i++)
		pem_free(&identity->file[i]);
	card_free(&identity->card);
	semper_wipe(identity, sizeof *identity);
}
