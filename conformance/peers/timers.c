#include "timers.h"

#include <string.h>

#include "base/must.h"

#define TABLE "peer-timer"
#define VALUE 8

/* ---- in the ledger ---- */

static struct semper_bytes
name_of(const struct semper_timer *timer)
{
	return SEMPER_BYTES((const uint8_t *)timer->name, strlen(timer->name));
}

/* Write VALUE for a timer, whatever was there. */
static semper_err
write_value(const struct semper_ledger *ledger,
    const struct semper_timer *timer, struct semper_bytes value)
{
	uint8_t room[VALUE + SEMPER_TIMER_NAME + 2 * VALUE];
	struct semper_buffer arena = SEMPER_BUFFER(room);
	struct semper_effect effect;
	struct semper_effects effects = {&effect, 0, 1, &arena};
	struct semper_record old;
	struct semper_view view;
	semper_err e;

	TRY(semper_view_begin(&view, ledger, &arena));
	e = semper_view_get(&view, &old, TABLE, name_of(timer));
	semper_view_end(&view);
	TRY(e);
	TRY(semper_effects_put(&effects, TABLE, name_of(timer), old.version,
	    value));
	return semper_ledger_commit(ledger, &effects);
}

static semper_err
load(void *ctx, const struct semper_record *record)
{
	struct timers *timers = ctx;
	struct semper_timer *timer = &timers->list[timers->n];
	uint64_t at = 0;

	if (record->value.len != VALUE || timers->n == TIMERS_MAX ||
	    record->key.len >= sizeof timer->name)
		return SEMPER_OK;
	for (size_t i = 0; i < VALUE; i++)
		at = at << 8 | record->value.data[i];
	memset(timer, 0, sizeof *timer);
	memcpy(timer->name, record->key.data, record->key.len);
	timer->at = (int64_t)at;
	timers->n++;
	return SEMPER_OK;
}

semper_err
timers_open(struct timers *timers, const struct semper_ledger *ledger)
{
	struct semper_buffer arena = {NULL, 0, 0};
	struct semper_view view;
	semper_err e;

	timers->ledger = ledger;
	timers->n = 0;
	TRY(semper_view_begin(&view, ledger, &arena));
	e = semper_view_each(&view, TABLE, SEMPER_NONE, load, timers);
	semper_view_end(&view);
	return e;
}

/* ---- in memory ---- */

semper_err
timers_set(struct timers *timers, const struct semper_timer *timer)
{
	uint8_t value[VALUE];
	size_t i = 0;

	for (int octet = 0; octet < VALUE; octet++)
		value[octet] =
		    (uint8_t)((uint64_t)timer->at >> 8 * (VALUE - 1 - octet));
	TRY(write_value(timers->ledger, timer, SEMPER_BYTES(value, VALUE)));
	while (i < timers->n && strcmp(timers->list[i].name, timer->name) != 0)
		i++;
	if (i == TIMERS_MAX)
		return SEMPER_OK;
	timers->list[i] = *timer;
	if (i == timers->n)
		timers->n++;
	return SEMPER_OK;
}

bool
timers_due(struct timers *timers, struct semper_timer *out, int64_t now)
{
	for (size_t i = 0; i < timers->n; i++) {
		if (timers->list[i].at > now)
			continue;
		*out = timers->list[i];
		timers->list[i] = timers->list[--timers->n];
		return true;
	}
	return false;
}

/* One that was asked for again meanwhile is still to come. */
semper_err
timers_done(struct timers *timers, const struct semper_timer *timer)
{
	static const uint8_t nothing[1] = {0};

	for (size_t i = 0; i < timers->n; i++)
		if (strcmp(timers->list[i].name, timer->name) == 0)
			return SEMPER_OK;
	return write_value(timers->ledger, timer, SEMPER_BYTES(nothing, 0));
}

int
timers_wait(const struct timers *timers, int64_t now, int most)
{
	int64_t first = most;

	for (size_t i = 0; i < timers->n; i++) {
		int64_t left = (timers->list[i].at - now) * 1000;

		if (left < first)
			first = left > 0 ? left : 0;
	}
	return (int)first;
}
