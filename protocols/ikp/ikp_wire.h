/* ikp_wire.h -- a step's way from octets to a message and back.
 *
 * The order of the general checks (spec/ikp.md section 5) is that of
 * ikp_receive: envelope, version, profile, body, presence, Clear.
 */
#ifndef SEMPER_IKP_WIRE_H
#define SEMPER_IKP_WIRE_H

#include "ikp/ikp.h"
#include "role/envelope.h"

/* The message of a step, decoded; the first member of every role's scratch. */
struct ikp_in {
	struct semper_envelope envelope;
	const struct ikp_profile *profile;
	int id;             /* enum ikp_message_id */
	bool answerable;    /* a request we can answer (IKP-G-14) */
	uint8_t digest[32]; /* SHA-256 of the envelope */
	union ikp_body body;
	struct semper_bytes own; /* DER of body */

	/* 1KP: it came in a SealedReq or SealedRes. */
	bool sealed;
	struct semper_bytes reply_key; /* of a SealedReq */
};

static inline struct ikp_in *
ikp_in_of(const struct semper_step *step)
{
	return step->scratch;
}

static inline const struct ikp_profile *
ikp_profile_of(const struct semper_step *step)
{
	return &ikp_profiles[step->profile];
}

static inline struct semper_bytes
ikp_digest_of(const struct semper_step *step)
{
	return SEMPER_BYTES(ikp_in_of(step)->digest, 32);
}

/* Decode step->in->msg into the step's struct ikp_in.  With TABLE (buyer,
 * seller) the session's record is loaded on the way; without it (acquirer)
 * the caller loads a record and calls ikp_check_profile then. */
semper_err ikp_receive(struct semper_step *step,
    const char *table) SEMPER_MUST_CHECK;

/* Refuse with IKP-G-02 unless PROFILE may be spoken, and is that of the loaded
 * transaction. */
semper_err ikp_check_profile(const struct semper_step *step,
    int profile) SEMPER_MUST_CHECK;

/* Is the profile in CLEAR that of PROFILE (IKP-G-16)? */
bool ikp_clear_agrees(const struct ikp_profile *profile,
    const struct ikp_clear *clear);

/* Refuse with IKP-G-01 what is not OK. */
semper_err ikp_check_form(bool ok) SEMPER_MUST_CHECK;

/* Refuse with IKP-G-17 what is not OURS. */
semper_err ikp_check_ours(bool ours) SEMPER_MUST_CHECK;

/* The refusal of what no row is for, found only inside an action. */
semper_err ikp_unexpected(void) SEMPER_MUST_CHECK;

/* semper_role_def.refusal: an ErrorMsg for a refused request (IKP-G-14). */
semper_err ikp_answer_refusal(struct semper_step *step, semper_err e);

/* Of a semper_role_def: what the four roles have in common. */
#define IKP_ROLE                                                    \
	.profiles = ikp_profile_names, .n_profiles = IKP_PROFILES,  \
	.parties = ikp_party_names, .n_parties = IKP_PARTIES,       \
	.unexpected = IKP_E_BAD_STATE, .unexpected_id = "IKP-G-03", \
	.refusal = ikp_answer_refusal

/* What has been sent, as it lives in the step's arena. */
struct ikp_sent {
	struct semper_bytes envelope, body;
};

/* Encode VALUE as message ID of SESSION and add it to the replies. */
semper_err ikp_send(struct semper_step *step, struct ikp_sent *sent,
    enum ikp_party to, enum ikp_message_id id, struct semper_bytes session,
    const void *value) SEMPER_MUST_CHECK;

/* The encoding of VALUE, which lives as long as the step. */
semper_err ikp_step_encode(struct semper_step *step, struct semper_bytes *out,
    const struct ikp_profile *profile, const struct ikp_type *type,
    const void *value) SEMPER_MUST_CHECK;

/* Decode the body of an envelope that was sent or accepted before, as message
 * ID of the step's profile.  SEMPER_E_STORE if it is none. */
semper_err ikp_stored(const struct semper_step *step, enum ikp_message_id id,
    void *value, struct semper_bytes envelope) SEMPER_MUST_CHECK;

/* Room for N octets, for as long as the step. */
semper_err ikp_room(struct semper_step *step, struct semper_buffer *out,
    size_t n) SEMPER_MUST_CHECK;

/* Draw N octets that live as long as the step. */
semper_err ikp_draw(struct semper_step *step, struct semper_bytes *out,
    const char *label, size_t n) SEMPER_MUST_CHECK;

/* Go to NEXT, and report the session and that state. */
semper_err ikp_leave(struct semper_step *step, struct semper_bytes session,
    uint8_t next) SEMPER_MUST_CHECK;

/* Stay, and report the session and the state. */
semper_err ikp_stay(struct semper_step *step,
    struct semper_bytes session) SEMPER_MUST_CHECK;

/* ---- timers: "<word>/<hex of key>" ---- */

semper_err ikp_timer(struct semper_step *step, const char *word,
    struct semper_bytes key, int64_t at) SEMPER_MUST_CHECK;

/* Split NAME: is it WORD with a key of LEN octets? */
bool ikp_timer_parse(const char *name, const char *word, uint8_t *key,
    size_t len);

#endif
