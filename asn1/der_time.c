/* der_time.c -- GeneralizedTime and UTCTime as seconds since 1970.
 *
 * The calendar is the proleptic Gregorian one, without leap seconds.  Days
 * are counted in eras of 400 years that begin on 1 March of year 0 modulo 400,
 * so that the leap day is the last of its year.
 */
#include <libtasn1.h>

#include "asn1/der_value.h"
#include "base/must.h"

enum {
	DAY = 86400,
	ERA_DAYS = 146097,
	EPOCH_DAYS = 719468, /* 0000-03-01 to 1970-01-01 */
	UTC_PIVOT = 50       /* YY below it is 20YY (RFC 5280 4.1.2.5.1) */
};

struct calendar {
	int year, month, day, hour, minute, second;
};

static int64_t
days_of(const struct calendar *c)
{
	int64_t y = c->year - (c->month <= 2),
		era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year =
	    (153 * ((c->month + 9) % 12) + 2) / 5 + c->day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

/* The inverse of days_of, for years 0 to 9999. */
static void
date_of(struct calendar *c, int64_t days)
{
	int64_t d = days + EPOCH_DAYS,
		era = (d >= 0 ? d : d - ERA_DAYS + 1) / ERA_DAYS;
	int64_t day_of_era = d - era * ERA_DAYS;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 +
				  day_of_era / 36524 - day_of_era / 146096) /
	    365;
	int64_t day_of_year = day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */

	c->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	c->month = (int)(month < 10 ? month + 3 : month - 9);
	c->year = (int)(year_of_era + era * 400 + (c->month <= 2));
}

static int
month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	    31};
	bool leap = year % 4 == 0 &&
	    (year % 100 != 0 || year % 400 == 0 || FAULT("leap-every-four"));

	return days[month - 1] + (month == 2 && leap);
}

static bool
is_real(const struct calendar *c)
{
	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	    c->day <= month_days(c->year, c->month) && c->hour <= 23 &&
	    c->minute <= 59 && c->second <= (FAULT("leap-second") ? 60 : 59);
}

static int
digits(const uint8_t *p, int n)
{
	int value = 0;

	while (n-- > 0)
		value = 10 * value + (*p++ - '0');
	return value;
}

/* The last N digits of VALUE, ending before END. */
static void
put_digits(uint8_t *end, int n, int value)
{
	for (; n > 0; n--, value /= 10)
		*--end = (uint8_t)('0' + value % 10);
}

static size_t
digits_of_kind(unsigned kind)
{
	return kind == ASN1_ETYPE_UTC_TIME ? 12 : 14;
}

bool
semper_der_time_form(unsigned kind, struct semper_bytes c)
{
	size_t i, n = digits_of_kind(kind);

	if (c.len != n + 1 || c.data[n] != 'Z')
		return false;
	for (i = 0; i < n; i++)
		if (c.data[i] < '0' || c.data[i] > '9')
			return false;
	return true;
}

bool
semper_der_get_time(unsigned kind, struct semper_bytes c, int64_t *seconds)
{
	struct calendar t;
	const uint8_t *p = c.data;
	int year_digits = kind == ASN1_ETYPE_UTC_TIME ? 2 : 4;

	if (!semper_der_time_form(kind, c))
		return false;
	t.year = digits(p, year_digits);
	if (year_digits == 2)
		t.year += t.year < UTC_PIVOT ? 2000 : 1900;
	p += year_digits;
	t.month = digits(p, 2);
	t.day = digits(p + 2, 2);
	t.hour = digits(p + 4, 2);
	t.minute = digits(p + 6, 2);
	t.second = digits(p + 8, 2);
	if (!is_real(&t))
		return false;
	*seconds = days_of(&t) * DAY + t.hour * 3600 + t.minute * 60 + t.second;
	return true;
}

struct semper_bytes
semper_der_put_time(uint8_t scratch[DER_SCRATCH], unsigned kind,
    int64_t seconds)
{
	static const struct calendar first = {0, 1, 1, 0, 0, 0},
				     last = {10000, 1, 1, 0, 0, 0},
				     utc_first = {1950, 1, 1, 0, 0, 0},
				     utc_last = {2050, 1, 1, 0, 0, 0};
	bool utc = kind == ASN1_ETYPE_UTC_TIME;
	size_t n = digits_of_kind(kind);
	struct calendar t;
	int64_t days, of_day;

	if (seconds < days_of(utc ? &utc_first : &first) * DAY ||
	    seconds >= days_of(utc ? &utc_last : &last) * DAY)
		return SEMPER_NONE;
	of_day = (seconds % DAY + DAY) % DAY;
	days = (seconds - of_day) / DAY;
	date_of(&t, days);
	scratch[n] = 'Z';
	put_digits(scratch + n, 2, (int)(of_day % 60));
	put_digits(scratch + n - 2, 2, (int)(of_day / 60 % 60));
	put_digits(scratch + n - 4, 2, (int)(of_day / 3600));
	put_digits(scratch + n - 6, 2, t.day);
	put_digits(scratch + n - 8, 2, t.month);
	put_digits(scratch + n - 10, utc ? 2 : 4, t.year);
	return SEMPER_BYTES(scratch, n + 1);
}

bool
semper_time_parse(int64_t *seconds, struct semper_bytes text)
{
	return semper_der_get_time(ASN1_ETYPE_GENERALIZED_TIME, text, seconds);
}

bool
semper_time_format(char text[16], int64_t seconds)
{
	struct semper_bytes written = semper_der_put_time((uint8_t *)text,
	    ASN1_ETYPE_GENERALIZED_TIME, seconds);

	text[written.len] = '\0';
	return written.data != NULL;
}
