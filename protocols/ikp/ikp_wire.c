#include "ikp/ikp_wire.h"

#include "base/hex.h"
#include "base/must.h"
#include "crypto/hash.h"

#include <string.h>

const char *const ikp_party_names[IKP_PARTIES] = {"buyer", "seller", "acquirer",
    "network"};

/* ---- receiving ---- */

semper_err
ikp_check_form(bool ok)
{
	MUST("IKP-G-01", ok, IKP_E_MALFORMED);
	return SEMPER_OK;
}

semper_err
ikp_check_profile(const struct semper_step *step, int profile)
{
	MUST("IKP-G-02",
	    profile >= 0 && (step->party->allowed >> profile & 1) != 0 &&
		(step->record.version == 0 || step->profile == profile ||
		    FAULT("profile-changes")),
	    IKP_E_VARIANT_NOT_ALLOWED);
	return SEMPER_OK;
}

semper_err
ikp_check_ours(bool ours)
{
	MUST("IKP-G-17", ours, IKP_E_UNKNOWN_TRANSACTION);
	return SEMPER_OK;
}

semper_err
ikp_unexpected(void)
{
	return semper_refused("IKP-G-03", IKP_E_BAD_STATE);
}

/* Is this the name of a request, in whatever profile? */
static bool
names_request(struct semper_bytes type)
{
	for (int i = 0; i < IKP_MESSAGES; i++)
		if ((ikp_messages[i]->request || FAULT("error-for-any")) &&
		    strlen(ikp_messages[i]->type.name) == type.len &&
		    memcmp(ikp_messages[i]->type.name, type.data, type.len) ==
			0)
			return true;
	return false;
}

static semper_err
open_envelope(struct semper_step *step, struct ikp_in *in, int *profile)
{
	semper_err e = semper_envelope_decode(&in->envelope, step->in->msg);

	TRY(ikp_check_form(e != SEMPER_E_ENVELOPE));
	if (in->envelope.profile.data == NULL)
		return IKP_E_MALFORMED; /* the check above is switched off */
	*profile = ikp_profile_find(in->envelope.profile);
	in->answerable = *profile >= 0 &&
	    (step->party->allowed >> *profile & 1) != 0 &&
	    names_request(in->envelope.type);
	MUST("IKP-G-12", e != SEMPER_E_ENVELOPE_VERSION, IKP_E_BAD_VERSION);
	return SEMPER_IS_REFUSAL(e) ? SEMPER_OK : e;
}

bool
ikp_clear_agrees(const struct ikp_profile *profile, const struct ikp_clear *clear)
{
	struct ikp_profile_field own = {(int)profile->alg->edition,
	    (int)profile->variant, (int)profile->alg->hash_alg};

	return profile->alg->edition != IKP_HARD ||
	    memcmp(&clear->profile, &own, sizeof own) == 0;
}

static semper_err
open_body(struct ikp_in *in)
{
	const struct ikp_message *message;
	semper_err e;

	in->id = ikp_message_find(in->profile, in->envelope.type);
	TRY(ikp_check_form(in->id >= 0));
	if (in->id < 0)
		return IKP_E_MALFORMED; /* the check above is switched off */
	message = ikp_messages[in->id];
	e = ikp_decode(in->profile, &message->type, &in->body,
	    in->envelope.body);
	if (e != SEMPER_OK && !SEMPER_IS_REFUSAL(e))
		return e;
	TRY(ikp_check_form(e == SEMPER_OK));
	MUST("IKP-G-07", ikp_message_complete(message, in->profile, &in->body),
	    IKP_E_MALFORMED);
	MUST("IKP-G-16",
	    !message->clear ||
		ikp_clear_agrees(in->profile, &in->body.invoice.clear),
	    IKP_E_VARIANT_NOT_ALLOWED);
	return SEMPER_OK;
}

semper_err
ikp_receive(struct semper_step *step, const char *table)
{
	struct ikp_in *in = ikp_in_of(step);
	int profile = -1;

	TRY(open_envelope(step, in, &profile));
	if (table != NULL)
		TRY(semper_step_load(step, table, in->envelope.session));
	TRY(ikp_check_profile(step, profile));
	if (profile < 0)
		return IKP_E_VARIANT_NOT_ALLOWED; /* switched off */
	in->profile = &ikp_profiles[profile];
	if (step->record.version == 0)
		step->profile = (uint8_t)profile;
	TRY(open_body(in));
	semper_hash(SEMPER_SHA256, in->digest, step->in->msg);
	in->own = in->envelope.body;
	if (table != NULL && !ikp_messages[in->id]->opens)
		TRY(ikp_check_ours(step->record.version != 0));
	return SEMPER_OK;
}

/* ---- sending ---- */

semper_err
ikp_room(struct semper_step *step, struct semper_buffer *out, size_t n)
{
	*out = (struct semper_buffer){semper_step_take(step, n), 0, n};
	return out->data == NULL ? SEMPER_E_SPACE : SEMPER_OK;
}

semper_err
ikp_step_encode(struct semper_step *step, struct semper_bytes *out,
    const struct ikp_profile *profile, const struct ikp_type *type,
    const void *value)
{
	struct semper_buffer *arena = &step->arena;
	size_t at = arena->len;

	TRY(ikp_encode(profile, type, arena, value));
	*out = SEMPER_BYTES(arena->data + at, arena->len - at);
	return SEMPER_OK;
}

/* A message of PROFILE, which is not the transaction's if that is what the
 * sender is told. */
static semper_err
send_in(struct semper_step *step, struct ikp_sent *sent,
    const struct ikp_profile *profile, enum ikp_party to,
    enum ikp_message_id id, struct semper_bytes session, const void *value)
{
	const struct ikp_type *type = &ikp_messages[id]->type;
	struct semper_envelope envelope = {.session = session};
	struct semper_buffer *arena = &step->arena;
	size_t at;

	TRY(ikp_step_encode(step, &sent->body, profile, type, value));
	envelope.profile =
	    SEMPER_BYTES((const uint8_t *)profile->name, strlen(profile->name));
	envelope.type =
	    SEMPER_BYTES((const uint8_t *)type->name, strlen(type->name));
	envelope.body = sent->body;
	at = arena->len;
	TRY(semper_envelope_encode(arena, &envelope));
	sent->envelope = SEMPER_BYTES(arena->data + at, arena->len - at);
	return semper_step_reply(step, (uint8_t)to, sent->envelope);
}

semper_err
ikp_send(struct semper_step *step, struct ikp_sent *sent, enum ikp_party to,
    enum ikp_message_id id, struct semper_bytes session, const void *value)
{
	return send_in(step, sent, ikp_profile_of(step), to, id, session,
	    value);
}

semper_err
ikp_stored(const struct semper_step *step, enum ikp_message_id id, void *value,
    struct semper_bytes octets)
{
	struct semper_envelope envelope;
	semper_err e = semper_envelope_decode(&envelope, octets);

	if (e == SEMPER_OK)
		e = ikp_decode(ikp_profile_of(step), &ikp_messages[id]->type,
		    value, envelope.body);
	return SEMPER_IS_REFUSAL(e) ? SEMPER_E_STORE : e;
}

semper_err
ikp_answer_refusal(struct semper_step *step, semper_err e)
{
	struct ikp_in *in = ikp_in_of(step);
	struct ikp_error_msg answer = {FAULT("error-number-off")
		? SEMPER_NUMBER_OF(e) + 1
		: SEMPER_NUMBER_OF(e)};
	struct ikp_sent sent;

	/* IKP-G-14: the number and nothing else, and only to a request. */
	if (step->in->kind != SEMPER_RECV || !in->answerable ||
	    FAULT("refuses-silently"))
		return SEMPER_OK;
	return send_in(step, &sent,
	    &ikp_profiles[ikp_profile_find(in->envelope.profile)],
	    (enum ikp_party)step->in->from, IKP_ERROR_MSG, in->envelope.session,
	    &answer);
}

/* ---- what the actions share ---- */

semper_err
ikp_draw(struct semper_step *step, struct semper_bytes *out, const char *label,
    size_t n)
{
	/* IKP-G-05: one label, one value. */
	uint8_t *octets = semper_step_take(step, n);

	if (octets == NULL)
		return SEMPER_E_SPACE;
	*out = SEMPER_BYTES(octets, n);
	/* The mistake of a source that is asked for too little. */
	return semper_draw(step->draw, label, octets,
	    FAULT("draw-halved") ? n / 2 : n);
}

static semper_err
report(struct semper_step *step, struct semper_bytes session, uint8_t state)
{
	const char *name = step->party->def->states[state];

	TRY(semper_step_result_octets(step, "session", session));
	return semper_step_result_text(step, "state",
	    SEMPER_BYTES((const uint8_t *)name, strlen(name)));
}

semper_err
ikp_leave(struct semper_step *step, struct semper_bytes session, uint8_t next)
{
	semper_step_next(step, next);
	return report(step, session, next);
}

semper_err
ikp_stay(struct semper_step *step, struct semper_bytes session)
{
	return report(step, session, step->state);
}

/* ---- timers ---- */

semper_err
ikp_timer(struct semper_step *step, const char *word, struct semper_bytes key,
    int64_t at)
{
	char name[SEMPER_TIMER_NAME];
	size_t n = strlen(word);

	if (n + 2 * key.len + 2 > sizeof name)
		return SEMPER_E_SPACE;
	memcpy(name, word, n);
	name[n] = '/';
	semper_hex_encode(name + n + 1, key);
	return semper_step_timer(step, name, at);
}

bool
ikp_timer_parse(const char *name, const char *word, uint8_t *key, size_t len)
{
	size_t skip = strlen(word);
	struct semper_buffer out = {key, 0, len};

	if (strncmp(name, word, skip) != 0 || name[skip] != '/')
		return false;
	name += skip + 1;
	return strlen(name) == 2 * len &&
	    semper_hex_decode(&out, name, 2 * len) == SEMPER_OK;
}
