/* ikp_acquirer.c -- the acquirer of iKP, profile ikp/1kp-ec95, over OpenSSL.
 *
 * Written from spec/ikp.md; the numbers in the comments are its requirements.
 * A sample to plug in, not a product: it keeps its transactions in memory.
 */
#include "ikp_acquirer.h"
#include "ikp_slip.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *code, *class;
	int number;
} errors[] = {{"malformed", "malformed", 1}, {"bad-version", "range", 2},
    {"bad-state", "state", 3}, {"unknown-seller", "identity", 4},
    {"date-out-of-window", "expired", 5}, {"replay", "replay", 6},
    {"slip-invalid", "auth", 10}, {"variant-not-allowed", "policy", 11},
    {"unknown-transaction", "identity", 14}};

static size_t
error_index(const char *code)
{
	size_t i = 0;

	while (strcmp(errors[i].code, code) != 0)
		i++;
	return i;
}

const char *
class_of(const char *code)
{
	return errors[error_index(code)].class;
}

static bool
equal(struct view a, const void *p, size_t n)
{
	return a.n == n && memcmp(a.p, p, n) == 0;
}

static bool
is_text(struct view a, const char *text)
{
	return equal(a, text, strlen(text));
}

/* ---- answers ---- */

static void
refuse(struct answer *r, const char *code)
{
	r->refused = code;
	r->to = NULL;
}

static bool
is_one_of(struct view type, const char *const *names)
{
	while (*names != NULL && !is_text(type, *names))
		names++;
	return *names != NULL;
}

/* IKP-G-14: a refused request, also one of another profile, is answered with
 * the number of the error; nothing else is answered. */
static void
refuse_message(struct answer *r, const char *code, const struct envelope *e)
{
	static const char *const requests[] = {"Initiate", "Payment", "AuthReq",
	    "InquiryReq", "AcqInquiryReq", "ReversalReq", "CaptureReq",
	    "RefundReq", "BatchReq", "SealedReq", "MicroPay", "MicroDeposit",
	    "MicroClose", NULL};
	struct text body = {.n = 0};

	refuse(r, code);
	if (!is_one_of(e->type, requests))
		return;
	der_put_int(&body, INT, errors[error_index(code)].number);
	encode_message(&r->out, "ErrorMsg", e->session.p, &body);
	r->to = r->from;
}

static void
ask_network(struct transaction *t, int64_t now, struct answer *r)
{
	r->about = t;
	r->to = "network";
	r->out = t->request;
	r->timer = now + 10;
}

static void
make_request(struct transaction *t, const struct slip *s)
{
	struct text inner = {.n = 0};

	der_put(&inner, OCT, t->reference, 32);
	memcpy(inner.p + inner.n, s->price_der.p, s->price_der.n);
	inner.n += s->price_der.n;
	der_put(&inner, NUM, s->ban.p, s->ban.n);
	if (s->pin.p != NULL)
		der_put(&inner, 0x81, s->pin.p, s->pin.n);
	der_put(&inner, BOOL, t->capture ? "\xff" : "\0", 1);
	der_put(&t->request, SEQ, inner.p, inner.n);
}

static void
reference_of(const struct auth_req *q, uint8_t *reference)
{
	static const char context[] = "semper/ikp/1 network-reference";
	struct text inner = {.n = 0}, whole = {.n = 0};

	memcpy(inner.p, q->quadruple.p, inner.n = q->quadruple.n);
	der_put_int(&inner, INT, 1); /* authSeq */
	whole.p[whole.n++] = (uint8_t)(sizeof context - 1);
	memcpy(whole.p + 1, context, sizeof context - 1);
	whole.n += sizeof context - 1;
	der_put(&whole, SEQ, inner.p, inner.n);
	SHA256(whole.p, whole.n, reference);
}

static struct transaction *
find(struct acquirer *a, const uint8_t *reference)
{
	struct transaction *t = a->all;

	while (t != NULL && memcmp(t->reference, reference, 32) != 0)
		t = t->next;
	return t;
}

static const char *
check_auth_req(struct acquirer *a, const struct auth_req *q, int64_t now,
    struct transaction *t, struct slip *s, uint8_t *plain)
{
	size_t i;

	for (i = 0; i < a->n_sellers; i++)
		if (is_text(q->id_s, a->sellers[i].id))
			break;
	if (i == a->n_sellers || a->sellers[i].blocked)
		return "unknown-seller"; /* IKP-A-01 */
	if (der_time(q->date) < now - a->past ||
	    der_time(q->date) > now + a->future)
		return "date-out-of-window"; /* IKP-A-03 */
	reference_of(q, t->reference);
	if (find(a, t->reference) != NULL)
		return "replay"; /* IKP-A-04 */
	if (!open_slip(a->enc, q, s, plain))
		return "slip-invalid";
	return NULL;
}

static void
on_auth_req(
    struct acquirer *a, const struct envelope *e, int64_t now, struct answer *r)
{
	struct transaction *t = calloc(1, sizeof *t);
	struct auth_req q;
	struct slip s;
	uint8_t plain[1024] = {0};
	const char *refused = "malformed";

	if (t == NULL)
		exit(1);
	if (decode_auth_req(e->body, &q))
		refused = check_auth_req(a, &q, now, t, &s, plain);
	if (refused != NULL) {
		refuse_message(r, refused, e);
		free(t);
		OPENSSL_cleanse(plain, sizeof plain);
		return;
	}
	memcpy(t->session, e->session.p, 16);
	memcpy(t->h_common, q.h_common.p, 20);
	memcpy(t->ids.p, q.ids.p, t->ids.n = q.ids.n);
	t->capture = q.capture;
	make_request(t, &s); /* IKP-A-15 */
	OPENSSL_cleanse(plain, sizeof plain);
	t->next = a->all;
	a->all = t;
	ask_network(t, now, r);
}

/* ---- Auth-Response (IKP-A-16, IKP-A-17) ---- */

static bool
sign(EVP_PKEY *key, const struct text *tbs, uint8_t *sig, size_t *n)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c != NULL &&
		  EVP_DigestSignInit(c, NULL, EVP_sha1(), NULL, key) == 1 &&
		  EVP_DigestSign(c, sig, n, tbs->p, tbs->n) == 1;

	EVP_MD_CTX_free(c);
	return ok;
}

static void
decide(struct acquirer *a, struct transaction *t, const struct net_reply *n,
    struct answer *r)
{
	struct text resp = {.n = 0}, inner = {.n = 0}, tbs = {.n = 0};
	uint8_t sig[1024];
	size_t sig_n = sizeof sig;
	bool yes = n->decision.p[0] == 1;

	der_put(&inner, ENUM, n->decision.p, 1);
	if (yes && n->auth_code.p != NULL)
		der_put(&inner, VIS, n->auth_code.p, n->auth_code.n);
	if (!yes)
		der_put_int(&inner, 0x80, 5);
	der_put(&resp, SEQ, inner.p, inner.n);
	inner = resp;
	der_put(&inner, OCT, t->h_common, 20);
	der_put(&tbs, SEQ, inner.p, inner.n);
	if (!sign(a->sig, &tbs, sig, &sig_n))
		exit(1);
	inner = t->ids;
	memcpy(inner.p + inner.n, resp.p, resp.n);
	inner.n += resp.n;
	der_put(&inner, OCT, sig, sig_n);
	encode_message(&r->out, "AuthRes", t->session, &inner);
	r->to = "seller";
	t->state = !yes ? DECLINED : t->capture ? CAPTURED : AUTHORIZED;
}

void
acquirer_net_reply(struct acquirer *a, struct view msg, struct answer *r)
{
	struct net_reply n;

	if (!decode_net_reply(msg, &n))
		refuse(r, "malformed");
	else if ((r->about = find(a, n.reference.p)) == NULL)
		refuse(r, "unknown-transaction"); /* IKP-A-32 */
	else if (r->about->state == PENDING)
		decide(a, r->about, &n, r);
	else if ((n.decision.p[0] == 1) != (r->about->state != DECLINED))
		refuse(r, "bad-state");
}

void
acquirer_timer(
    struct acquirer *a, const uint8_t *reference, int64_t now, struct answer *r)
{
	struct transaction *t = find(a, reference);

	if (t == NULL || t->state != PENDING)
		refuse(r, "bad-state");
	else
		ask_network(t, now, r); /* IKP-A-29 */
}

/* ---- a message from the seller ---- */

static void
on_error(struct acquirer *a, const struct envelope *e, struct answer *r)
{
	struct transaction *t = a->all;

	while (t != NULL && !equal(e->session, t->session, 16))
		t = t->next;
	if (!decode_error(e->body, &r->error))
		refuse(r, "malformed");
	else if (t == NULL)
		refuse(r, "unknown-transaction"); /* IKP-G-17 */
	else
		r->about = t; /* IKP-G-11 */
}

void
acquirer_recv(
    struct acquirer *a, struct view msg, int64_t now, struct answer *r)
{
	static const char *const others[] = {"Initiate", "Invoice", "Payment",
	    "AuthRes", "Confirm", "InquiryReq", "InquiryRes", NULL};
	struct envelope e;

	if (!decode_envelope(msg, &e))
		refuse(r, "malformed");
	else if (!is_text(e.profile, PROFILE))
		refuse(r, der_int(e.version) == 1 ? "variant-not-allowed"
						  : "bad-version");
	else if (der_int(e.version) != 1)
		refuse_message(r, "bad-version", &e); /* IKP-G-12 */
	else if (is_text(e.type, "AuthReq"))
		on_auth_req(a, &e, now, r);
	else if (is_text(e.type, "ErrorMsg"))
		on_error(a, &e, r);
	else if (is_one_of(e.type, others))
		refuse_message(r, "bad-state", &e); /* IKP-G-03 */
	else
		refuse_message(r, "malformed", &e); /* IKP-G-01 */
}
