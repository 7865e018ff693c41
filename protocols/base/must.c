#include "base/must.h"

#include <stddef.h>

static _Thread_local const char *last_refusal;

semper_err
semper_refused(const char *id, semper_err e)
{
	last_refusal = id;
	return e;
}

const char *
semper_refused_by(void)
{
	return last_refusal;
}

#ifdef SEMPER_FAULTS
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char *switched_on = "";
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
read_environment(void)
{
	const char *value = getenv("SEMPER_FAULT");

	if (value != NULL && (value = strdup(value)) != NULL)
		switched_on = value;
}

/* Is ID one of the words of the comma-separated LIST? */
static int
listed(const char *list, const char *id)
{
	size_t len = strlen(id), word;

	for (;; list += word + 1) {
		word = strcspn(list, ",");
		if (word == len && memcmp(list, id, len) == 0)
			return 1;
		if (list[word] == '\0')
			return 0;
	}
}

int
semper_fault(const char *id)
{
	pthread_once(&once, read_environment);
	return listed(switched_on, id);
}
#endif
