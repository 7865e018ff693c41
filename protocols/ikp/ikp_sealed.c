/* ikp_sealed.c -- the channel between seller and acquirer in 1KP, where the
 * seller has no key (spec/ikp-clearing.md 3).
 *
 * SealedReq = ID_S, enc, ct
 * S -> A;  to the channel key of A, plaintext SealedBody{channel secret,
 *	replyKey, type, body}, additional data
 *	H(channel-request, SealedHead{session, ID_S})
 *
 * SealedRes = ID_S, enc, ct
 * A -> S;  to replyKey, plaintext SealedAnswer{type, body}, additional data
 *	H(channel-response, SealedReq)
 *
 * Both with HPKE in base mode, info being the context `channel`. */
#include "ikp/ikp_clearing.h"

#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "crypto/hpke.h"

static const struct semper_field sealed_fields[] = {
    FIELD_BYTES("idS", struct ikp_sealed, id_s),
    FIELD_BYTES("enc", struct ikp_sealed, enc),
    FIELD_BYTES("ct", struct ikp_sealed, ct),
    FIELD_END,
};
const struct ikp_message ikp_sealed_req_message = {
    .type = {"SealedReq", NULL, sealed_fields},
    .profiles = IKP_CLEARING & IKP_VARIANT_1KP,
    .request = true,
    .opens = true,
};
const struct ikp_message ikp_sealed_res_message = {
    .type = {"SealedRes", NULL, sealed_fields},
    .profiles = IKP_CLEARING & IKP_VARIANT_1KP,
};

struct head {
	struct semper_bytes session, id_s;
};
static const struct semper_field head_fields[] = {
    FIELD_BYTES("session", struct head, session),
    FIELD_BYTES("idS", struct head, id_s),
    FIELD_END,
};
static const struct ikp_type head_type = {"SealedHead", NULL, head_fields};

/* SealedBody and, without the first two, SealedAnswer. */
struct content {
	struct semper_bytes secret, reply_key, type, body;
};
static const struct semper_field body_fields[] = {
    FIELD_BYTES("secret", struct content, secret),
    FIELD_BYTES("replyKey", struct content, reply_key),
    FIELD_BYTES("type", struct content, type),
    FIELD_BYTES("body", struct content, body),
    FIELD_END,
};
static const struct ikp_type body_type = {"SealedBody", NULL, body_fields};
static const struct semper_field answer_fields[] = {
    FIELD_BYTES("type", struct content, type),
    FIELD_BYTES("body", struct content, body),
    FIELD_END,
};
static const struct ikp_type answer_type = {"SealedAnswer", NULL,
    answer_fields};

/* ---- both ways ---- */

static struct semper_bytes
info(void)
{
	const char *context = ikp_contexts[IKP_CTX_CHANNEL];

	return SEMPER_BYTES((const uint8_t *)context, strlen(context));
}

static semper_err
aad_of_request(struct ikp_digest *aad, const struct ikp_profile *profile,
    struct semper_bytes session, struct semper_bytes id_s)
{
	struct head head = {session, id_s};
	uint8_t room[96];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_encode(profile, &head_type, &der, &head));
	ikp_hash(profile->alg, aad, IKP_CTX_CHANNEL_REQUEST,
	    semper_written(&der));
	return SEMPER_OK;
}

/* Seal CONTENT, of TYPE, to PUB. */
static semper_err
seal(struct semper_step *step, struct ikp_sealed *sealed,
    const struct ikp_type *type, const struct content *content,
    const uint8_t pub[SEMPER_HPKE_LEN], const struct ikp_digest *aad)
{
	size_t room = content->body.len + 256;
	struct semper_buffer plain, ct;
	uint8_t *enc = semper_step_take(step, SEMPER_HPKE_LEN);
	semper_err e;

	if (enc == NULL)
		return SEMPER_E_SPACE;
	TRY(ikp_room(step, &plain, room));
	TRY(ikp_room(step, &ct, room + SEMPER_HPKE_TAG));
	TRY(ikp_encode(ikp_profile_of(step), type, &plain, content));
	e = semper_hpke_seal(enc, &ct, pub, info(), ikp_digest_bytes(aad),
	    semper_written(&plain), step->draw);
	sealed->enc = SEMPER_BYTES(enc, SEMPER_HPKE_LEN);
	sealed->ct = semper_written(&ct);
	return SEMPER_IS_REFUSAL(e) ? SEMPER_E_KEY : e;
}

/* Open it into CONTENT.  SEMPER_OK with *OK false for whatever is wrong. */
static semper_err
unseal(struct semper_step *step, bool *ok, struct content *content,
    const struct ikp_type *type, const struct ikp_sealed *sealed,
    struct semper_bytes secret, const struct ikp_digest *aad)
{
	struct semper_hpke_key key;
	struct semper_buffer plain;
	semper_err e;

	*ok = false;
	if (secret.len != SEMPER_HPKE_LEN || secret.data == NULL)
		return SEMPER_OK;
	TRY(ikp_room(step, &plain, sealed->ct.len));
	semper_hpke_key_set(&key, secret.data);
	e = semper_hpke_open(&key, &plain, sealed->enc, info(),
	    ikp_digest_bytes(aad), sealed->ct);
	semper_wipe(&key, sizeof key);
	if (e == SEMPER_OK)
		e = ikp_decode(ikp_profile_of(step), type, content,
		    semper_written(&plain));
	*ok = e == SEMPER_OK;
	return SEMPER_IS_REFUSAL(e) ? SEMPER_OK : e;
}

/* Let BODY be the message of the step: is it message ID, complete? */
static semper_err
replace(struct semper_step *step, bool *ok, int id, struct semper_bytes body)
{
	struct ikp_in *in = ikp_in_of(step);
	const struct ikp_message *message = ikp_messages[id];
	semper_err e;

	memset(&in->body, 0, sizeof in->body);
	e = ikp_decode(in->profile, &message->type, &in->body, body);
	*ok = e == SEMPER_OK &&
	    ikp_message_complete(message, in->profile, &in->body) &&
	    (!message->clear ||
		ikp_clear_agrees(in->profile, &in->body.invoice.clear));
	in->id = id;
	in->own = body;
	in->sealed = true;
	return SEMPER_IS_REFUSAL(e) ? SEMPER_OK : e;
}

/* ---- the seller asks ---- */

/* Inside: what the acquirer needs to answer, and BODY. */
static semper_err
seal_request(struct semper_step *step, struct ikp_sealed *sealed,
    struct ikp_asked *asked, enum ikp_message_id id,
    struct semper_bytes session)
{
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);
	const char *name = ikp_messages[id]->type.name;
	struct content content = {.secret = params->channel_secret,
	    .type = SEMPER_BYTES((const uint8_t *)name, strlen(name)),
	    .body = asked->inner};
	struct semper_bytes ikm;
	struct semper_hpke_key key;
	struct ikp_digest aad;
	semper_err e;

	TRY(ikp_draw(step, &ikm, "replyKey", SEMPER_HPKE_LEN));
	if (FAULT("reply-key-kept"))
		ikm = params->channel_secret;
	TRY(semper_hpke_derive_key(&key, ikm));
	content.reply_key = SEMPER_BYTES(key.pub, sizeof key.pub);
	e = semper_step_copy(step, &asked->reply_key,
	    SEMPER_BYTES(key.secret, sizeof key.secret));
	if (e == SEMPER_OK)
		e = aad_of_request(&aad, profile, session, params->id_s);
	if (e == SEMPER_OK)
		e = seal(step, sealed, &body_type, &content,
		    params->channel_key.data, &aad);
	semper_wipe(&key, sizeof key);
	return e;
}

semper_err
ikp_channel_ready(const struct semper_step *step)
{
	const struct ikp_seller_params *params = step->party->params;

	MUST("IKP-S-42",
	    !ikp_in(ikp_profile_of(step), IKP_VARIANT_1KP) ||
		(params->channel_key.data != NULL &&
		    params->channel_secret.data != NULL),
	    IKP_E_VARIANT_NOT_ALLOWED);
	return SEMPER_OK;
}

/* IKP-S-43 */
semper_err
ikp_ask(struct semper_step *step, struct ikp_asked *asked,
    enum ikp_message_id id, struct semper_bytes session, const void *value)
{
	const struct ikp_seller_params *params = step->party->params;
	const struct ikp_profile *profile = ikp_profile_of(step);
	struct ikp_sealed sealed = {.id_s = params->id_s};
	struct ikp_sent sent;

	*asked = (struct ikp_asked){.inner = SEMPER_NONE};
	if (!ikp_in(profile, IKP_VARIANT_1KP)) {
		TRY(ikp_send(step, &sent, IKP_ACQUIRER, id, session, value));
		asked->envelope = sent.envelope;
		return SEMPER_OK;
	}
	TRY(ikp_step_encode(step, &asked->inner, profile,
	    &ikp_messages[id]->type, value));
	if (params->channel_key.len != SEMPER_HPKE_LEN)
		return SEMPER_E_KEY;
	TRY(seal_request(step, &sealed, asked, id, session));
	TRY(ikp_send(step, &sent, IKP_ACQUIRER, IKP_SEALED_REQ, session,
	    &sealed));
	asked->envelope = sent.envelope;
	return SEMPER_OK;
}

semper_err
ikp_asked_body(struct semper_bytes *out, const struct ikp_asked *asked)
{
	struct semper_envelope envelope;

	*out = asked->inner;
	if (out->data != NULL)
		return SEMPER_OK;
	if (semper_envelope_decode(&envelope, asked->envelope) != SEMPER_OK)
		return SEMPER_E_STORE;
	*out = envelope.body;
	return SEMPER_OK;
}

/* ---- the acquirer opens ---- */

static bool
shares(const struct ikp_acquirer_params *params, struct semper_bytes id_s,
    struct semper_bytes secret)
{
	const struct ikp_seller_entry *seller =
	    ikp_seller_entry_of(params, id_s);

	return seller != NULL && seller->channel_secret.data != NULL &&
	    seller->channel_secret.len == secret.len &&
	    semper_ct_equal(seller->channel_secret.data, secret.data,
		secret.len);
}

static int
request_named(struct semper_bytes name)
{
	static const enum ikp_message_id ids[] = {IKP_CAPTURE_REQ,
	    IKP_REFUND_REQ, IKP_REVERSAL_REQ, IKP_ACQ_INQUIRY_REQ,
	    IKP_BATCH_REQ};

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		if (strlen(ikp_messages[ids[i]]->type.name) == name.len &&
		    memcmp(ikp_messages[ids[i]]->type.name, name.data,
			name.len) == 0)
			return ids[i];
	return -1;
}

/* Does the request inside belong to the outside? */
static bool
belongs(struct semper_step *step, struct semper_bytes id_s)
{
	const struct ikp_in *in = ikp_in_of(step);
	struct ikp_batch *batch;

	if (in->id != IKP_BATCH_REQ)
		return semper_bytes_equal(in->body.money_req.clear.id_s, id_s);
	batch = semper_step_take(step, sizeof *batch);
	return batch != NULL &&
	    ikp_decode(in->profile, &ikp_batch_type, batch,
		in->body.batch_req.batch) == SEMPER_OK &&
	    semper_bytes_equal(batch->id_s, id_s) &&
	    semper_bytes_equal(batch->session, in->envelope.session);
}

semper_err
ikp_channel_open(struct semper_step *step)
{
	const struct ikp_acquirer_params *params = step->party->params;
	struct ikp_in *in = ikp_in_of(step);
	struct ikp_sealed sealed = in->body.sealed;
	struct ikp_clear named = {.id_s = sealed.id_s};
	struct content content = {.secret = SEMPER_NONE};
	struct ikp_digest aad;
	unsigned ok = 1;
	bool opened, whole = false;
	int id = -1;

	TRY(ikp_auth_request_check_seller(step, &named));
	TRY(aad_of_request(&aad, in->profile, in->envelope.session,
	    sealed.id_s));
	TRY(unseal(step, &opened, &content, &body_type, &sealed,
	    params->channel_key, &aad));
	if (opened)
		id = request_named(content.type);
	if (id >= 0)
		TRY(replace(step, &whole, id, content.body));
	in->reply_key = content.reply_key;
	FOLD("IKP-A-54", ok,
	    opened && shares(params, sealed.id_s, content.secret) && whole &&
		belongs(step, sealed.id_s));
	if (!ok || id < 0)
		return semper_refused(NULL, IKP_E_SIG_INVALID);
	return SEMPER_OK;
}

/* IKP-A-55 */
semper_err
ikp_answer(struct semper_step *step, struct ikp_sent *sent,
    enum ikp_message_id id, const void *value)
{
	const struct ikp_in *in = ikp_in_of(step);
	const char *name = ikp_messages[id]->type.name;
	struct content content = {
	    .type = SEMPER_BYTES((const uint8_t *)name, strlen(name))};
	struct ikp_sealed sealed = {.id_s = SEMPER_NONE};
	struct ikp_digest aad;

	if (!in->sealed || FAULT("answer-unsealed"))
		return ikp_send(step, sent, IKP_SELLER, id,
		    in->envelope.session, value);
	if (ikp_decode(in->profile, &ikp_sealed_req_message.type, &sealed,
		in->envelope.body) != SEMPER_OK ||
	    in->reply_key.len != SEMPER_HPKE_LEN)
		return SEMPER_E_INTERNAL;
	TRY(ikp_step_encode(step, &content.body, in->profile,
	    &ikp_messages[id]->type, value));
	ikp_hash(in->profile->alg, &aad, IKP_CTX_CHANNEL_RESPONSE,
	    in->envelope.body);
	TRY(seal(step, &sealed, &answer_type, &content, in->reply_key.data,
	    &aad));
	return ikp_send(step, sent, IKP_SELLER, IKP_SEALED_RES,
	    in->envelope.session, &sealed);
}

/* ---- the seller opens the answer ---- */

static bool
is_named(struct semper_bytes type, enum ikp_message_id id)
{
	const char *name = ikp_messages[id]->type.name;

	return strlen(name) == type.len &&
	    memcmp(name, type.data, type.len) == 0;
}

/* Does SEALED answer this one request? */
static semper_err
try_answer(struct semper_step *step, bool *ok, const struct ikp_sealed *sealed,
    const struct ikp_awaited *awaited)
{
	struct content content = {.secret = SEMPER_NONE};
	struct semper_envelope request;
	struct ikp_digest aad;

	*ok = false;
	if (awaited->asked->reply_key.data == NULL)
		return SEMPER_OK;
	if (semper_envelope_decode(&request, awaited->asked->envelope) !=
	    SEMPER_OK)
		return SEMPER_E_STORE;
	ikp_hash(ikp_profile_of(step)->alg, &aad, IKP_CTX_CHANNEL_RESPONSE,
	    request.body);
	TRY(unseal(step, ok, &content, &answer_type, sealed,
	    awaited->asked->reply_key, &aad));
	if (!*ok)
		return SEMPER_OK;
	*ok = is_named(content.type, awaited->answer);
	return *ok ? replace(step, ok, awaited->answer, content.body)
		   : SEMPER_OK;
}

semper_err
ikp_channel_receive(struct semper_step *step,
    const struct ikp_awaited *awaited, size_t n)
{
	struct ikp_sealed sealed = ikp_in_of(step)->body.sealed;
	const struct ikp_seller_params *params = step->party->params;
	unsigned all = 1;
	bool ok = false;

	for (size_t i = 0; i < n && !ok; i++)
		TRY(try_answer(step, &ok, &sealed, &awaited[i]));
	FOLD("IKP-S-44", all, ok);
	if (!all || ikp_in_of(step)->id == IKP_SEALED_RES)
		return semper_refused(NULL, IKP_E_SIG_INVALID);
	return ikp_check_ours(semper_bytes_equal(sealed.id_s, params->id_s));
}
