#include "tests/role/kiosk.h"

#include <string.h>

#include "base/must.h"
#include "tests/ledger/stores.h"

int kiosk_meddle, kiosk_runs;

struct scratch {
	uint8_t event, name, how;
	int64_t aligned;
};

#define STOCK SEMPER_TEXT("stock")

/* ---- actions ---- */

static semper_err
take_from_stock(struct semper_step *step)
{
	struct semper_record r;
	uint8_t left;

	TRY(semper_view_get(step->view, &r, "stock", STOCK));
	if (kiosk_meddle > 0 && kiosk_meddle-- > 0)
		TRY(put(step->party->ledger, "stock", "stock", r.version,
		    "?"));
	left = r.version == 0 ? 9 : (uint8_t)(r.value.data[0] - 1);
	return semper_effects_put(&step->effects, "stock", STOCK,
	    r.version, SEMPER_BYTES(&left, 1));
}

static semper_err
order(struct semper_step *step)
{
	uint8_t nonce[4], blinding[4];

	kiosk_runs++;
	TRY(semper_draw(step->draw, "NONCE", nonce, 2));
	TRY(semper_draw(step->draw, NULL, blinding, sizeof blinding));
	TRY(semper_draw(step->draw, "NONCE", nonce + 2, 2));
	TRY(take_from_stock(step));
	TRY(semper_step_timer(step, "expire/1", step->now + 60));
	TRY(semper_step_result_octets(step, "nonce",
	    SEMPER_BYTES(nonce, sizeof nonce)));
	return semper_step_reply(step, K_BUYER,
	    SEMPER_BYTES(nonce, sizeof nonce));
}

static semper_err
note(struct semper_step *step, uint8_t how)
{
	return semper_effects_put(&step->effects, "noted",
	    SEMPER_BYTES(&how, 1), 0, SEMPER_TEXT("x"));
}

/* The third octet: y and n choose a state; s and t refuse and change
 * something, r refuses and changes nothing, x and 0 are mistakes of a program,
 * d ignores a failed draw. */
static semper_err
pay(struct semper_step *step)
{
	const struct scratch *s = step->scratch;
	uint8_t lost[1];

	kiosk_runs++;
	TRY(semper_step_reply(step, K_BUYER, SEMPER_TEXT("thanks")));
	TRY(note(step, s->how));
	if (s->how == 's' || s->how == 't')
		semper_step_changes_state(step);
	if (s->how == 'y' || s->how == 'd')
		semper_step_next(step, K_PAID);
	if (s->how == 'n' || s->how == 't')
		semper_step_next(step, K_DECLINED);
	if (s->how == 'x')
		semper_step_next(step, K_CLOSED);
	if (s->how == 'd' &&
	    semper_draw(step->draw, "LOST", lost, 1) == SEMPER_OK)
		return SEMPER_E_INTERNAL;
	MUST("KIOSK-R-01", s->how != 'r' && s->how != 's' && s->how != 't',
	    K_E_REFUSED);
	return SEMPER_OK;
}

static semper_err
cancel(struct semper_step *step)
{
	kiosk_runs++;
	return semper_step_reply(step, K_BUYER, SEMPER_TEXT("bye"));
}

static semper_err
noted_aside(struct semper_step *step)
{
	return note(step, 'e');
}

/* ---- locate, keep, refusal ---- */

static semper_err
locate(struct semper_step *step)
{
	static const char events[] = "opce";
	struct scratch *s = step->scratch;
	struct semper_bytes msg = step->in->msg;

	MUST("KIOSK-R-02", msg.len >= 2, SEMPER_REFUSAL(SEMPER_MALFORMED, 1));
	s->event = msg.data[0];
	s->name = msg.data[1];
	s->how = msg.len > 2 ? msg.data[2] : 0;
	step->event = (uint8_t)(strchr(events, s->event) - events);
	step->profile = s->how == 'b' ? K_PROFILE_B : K_PROFILE_A;
	if (step->event == K_ERROR)
		semper_step_aside(step, noted_aside);
	return semper_step_load(step, "sale", SEMPER_BYTES(&s->name, 1));
}

static semper_err
keep(struct semper_step *step, struct semper_buffer *out)
{
	return step->event == K_ERROR
	    ? SEMPER_E_INTERNAL
	    : semper_buffer_append(out, SEMPER_TEXT("sale"));
}

static semper_err
refusal(struct semper_step *step, semper_err e)
{
	uint8_t number = (uint8_t)SEMPER_NUMBER_OF(e);

	TRY(note(step, '!')); /* discarded */
	return semper_step_reply(step, K_BUYER, SEMPER_BYTES(&number, 1));
}

static const struct semper_role_row rows[] = {
    {K_NONE, K_ORDER, 3, K_OPEN, order, "KIOSK-S-01"},
    {K_OPEN, K_PAY, 3, K_PAID, pay, "KIOSK-S-02"},
    {K_OPEN, K_PAY, 3, K_DECLINED, pay, "KIOSK-S-03"},
    {K_OPEN, K_CANCEL, 1 << K_PROFILE_B, K_CLOSED, cancel, "KIOSK-S-04"},
};

static const char *const states[] = {"none", "open", "paid", "declined",
    "closed"};
static const char *const events[] = {"order", "pay", "cancel", "error"};
static const char *const profiles[] = {"a", "b"};
static const char *const parties[] = {"buyer", "kiosk"};

const struct semper_role_def kiosk_def = {
    .name = "kiosk",
    .states = states,
    .events = events,
    .profiles = profiles,
    .parties = parties,
    .n_states = K_STATES,
    .n_events = K_EVENTS,
    .n_profiles = K_PROFILES,
    .n_parties = K_PARTIES,
    .final = 1 << K_PAID | 1 << K_DECLINED | 1 << K_CLOSED,
    .rows = rows,
    .n_rows = sizeof rows / sizeof rows[0],
    .unexpected = K_E_UNEXPECTED,
    .unexpected_id = "KIOSK-R-03",
    .scratch_size = sizeof(struct scratch),
    .locate = locate,
    .keep = keep,
    .refusal = refusal,
};
