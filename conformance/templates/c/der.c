/* der.c -- just enough strict DER for the sample party. */
#include "der.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool
der_take(struct view *in, int tag, struct view *contents, struct view *whole)
{
	size_t n, at = 2, size;

	if (in->n < 2 || in->p[0] != tag)
		return false;
	n = in->p[1];
	if (n >= 128) {
		size = n & 127;
		if (size < 1 || size > 3 || in->n < 2 + size)
			return false;
		for (n = 0; at < 2 + size; at++)
			n = n << 8 | in->p[at];
		if (n < 128 || (size > 1 && n >> (8 * (size - 1)) == 0))
			return false; /* a shorter form exists */
	}
	if (in->n - at < n)
		return false;
	*contents = (struct view){in->p + at, n};
	if (whole != NULL)
		*whole = (struct view){in->p, at + n};
	in->p += at + n;
	in->n -= at + n;
	return true;
}

static bool
is_minimal_int(struct view v)
{
	return v.n >= 1 && v.n <= 8 &&
	       !(v.n > 1 && (v.p[0] == 0 || v.p[0] == 255) &&
		   (v.p[0] & 128) == (v.p[1] & 128));
}

static bool
is_time(struct view v)
{
	struct tm tm = {0}, again;
	time_t seconds;
	char text[16] = {0};
	size_t i;

	if (v.n != 15 || v.p[14] != 'Z')
		return false;
	for (i = 0; i < 14; i++)
		if (!isdigit(v.p[i]))
			return false;
	memcpy(text, v.p, 15);
	sscanf(text, "%4d%2d%2d%2d%2d%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
	    &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	again = tm;
	seconds = timegm(&again); /* normalises what is no date */
	(void)seconds;
	return again.tm_mon == tm.tm_mon && again.tm_mday == tm.tm_mday &&
	       again.tm_hour == tm.tm_hour && again.tm_min == tm.tm_min &&
	       again.tm_sec == tm.tm_sec;
}

bool
der_leaf(struct view *in, int tag, int kind, int64_t low, int64_t high,
    struct view *contents)
{
	size_t i;
	int64_t size;

	if (!der_take(in, tag, contents, NULL))
		return false;
	size = (int64_t)contents->n;
	if (kind == INT || kind == ENUM) {
		if (!is_minimal_int(*contents))
			return false;
		size = der_int(*contents);
	}
	if (kind == BOOL)
		return size == 1 &&
		       (contents->p[0] == 0 || contents->p[0] == 255);
	if (kind == TIME)
		return is_time(*contents);
	for (i = 0; i < contents->n; i++)
		if ((kind == NUM && !isdigit(contents->p[i]) &&
			contents->p[i] != ' ') ||
		    (kind == VIS &&
			(contents->p[i] < 32 || contents->p[i] > 126)))
			return false;
	return low <= size && size <= high;
}

int64_t
der_int(struct view contents)
{
	int64_t value = contents.p[0] & 128 ? -1 : 0;
	size_t i;

	for (i = 0; i < contents.n; i++)
		value = value * 256 + contents.p[i];
	return value;
}

int64_t
der_time(struct view contents)
{
	struct tm tm = {0};
	char text[16] = {0};

	memcpy(text, contents.p, 15);
	sscanf(text, "%4d%2d%2d%2d%2d%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
	    &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return timegm(&tm);
}

void
der_put(struct text *out, int tag, const void *p, size_t n)
{
	size_t size = n < 128 ? 0 : n < 256 ? 1 : 2;

	if (n > 65535 || out->n + 4 + n > sizeof out->p) {
		fprintf(stderr, "message too long\n");
		exit(1);
	}
	out->p[out->n++] = (uint8_t)tag;
	out->p[out->n++] = (uint8_t)(size ? 128 | size : n);
	while (size-- > 0)
		out->p[out->n++] = (uint8_t)(n >> (8 * size));
	if (n > 0)
		memcpy(out->p + out->n, p, n);
	out->n += n;
}

void
der_put_int(struct text *out, int tag, int64_t value)
{
	uint8_t octets[8];
	int i = 8;

	do {
		octets[--i] = (uint8_t)value;
		value >>= 8;
	} while (i > 0 && !(value == 0 && octets[i] < 128) &&
		 !(value == -1 && octets[i] >= 128));
	der_put(out, tag, octets + i, (size_t)(8 - i));
}
