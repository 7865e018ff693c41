/* figures.c -- see figures.h. */
#include "tests/crypto/figures.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

struct semper_bytes
unhex(uint8_t *out, const char *hex)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		char two[3] = {hex[2 * i], hex[2 * i + 1], 0}, *end;
		out[i] = (uint8_t)strtoul(two, &end, 16);
		CU_ASSERT_FATAL(*end == '\0');
	}
	return SEMPER_BYTES(out, len);
}

void
figures_open(struct figures *f, const char *name)
{
	char path[80];

	snprintf(path, sizeof path, "tests/crypto/data/%s.txt", name);
	f->file = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f->file);
	f->n = 0;
}

bool
figures_next(struct figures *f)
{
	char line[sizeof f->field[0].text + 32];

	f->n = 0;
	while (fgets(line, sizeof line, f->file) != NULL) {
		char *equals = strstr(line, " = ");
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		if (equals == NULL && f->n > 0)
			return true;
		if (equals == NULL)
			continue;
		CU_ASSERT_FATAL(f->n < sizeof f->field / sizeof f->field[0]);
		*equals = '\0';
		snprintf(f->field[f->n].name, sizeof f->field[0].name, "%.23s",
		    line);
		strcpy(f->field[f->n++].text, equals + 3);
	}
	if (f->n == 0)
		fclose(f->file);
	return f->n > 0;
}

static size_t
find(const struct figures *f, const char *name)
{
	size_t i = 0;

	while (i < f->n && strcmp(f->field[i].name, name) != 0)
		i++;
	return i;
}

const char *
figures_text(struct figures *f, const char *name)
{
	size_t i = find(f, name);

	CU_ASSERT_FATAL(i < f->n);
	return f->field[i].text;
}

struct semper_bytes
figures_maybe(struct figures *f, const char *name)
{
	size_t i = find(f, name);

	if (i == f->n)
		return SEMPER_NONE;
	return unhex(f->field[i].octets, f->field[i].text);
}

struct semper_bytes
figures_octets(struct figures *f, const char *name)
{
	struct semper_bytes x = figures_maybe(f, name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(x.data);
	return x;
}

enum semper_hash
figures_hash(struct figures *f)
{
	static const char *const names[] = {"sha1", "sha256", "sha384",
	    "sha512"};
	const char *text = figures_text(f, "hash");
	int h = 0;

	while (h < 4 && strcmp(names[h], text) != 0)
		h++;
	CU_ASSERT_FATAL(h < 4);
	return (enum semper_hash)h;
}

struct semper_rsa_priv *
figures_record_key(struct figures *f)
{
	struct semper_rsa_parts parts = {
	    .n = figures_octets(f, "n"),
	    .e = figures_octets(f, "e"),
	    .d = figures_octets(f, "d"),
	    .p = figures_octets(f, "p"),
	    .q = figures_octets(f, "q"),
	    .dp = figures_octets(f, "dp"),
	    .dq = figures_octets(f, "dq"),
	    .qinv = figures_octets(f, "qinv"),
	};
	struct semper_rsa_priv *key = NULL;

	CU_ASSERT_EQUAL_FATAL(semper_rsa_priv_new(&key, &parts), SEMPER_OK);
	return key;
}

struct semper_rsa_priv *
figures_key(const char *name)
{
	static struct figures f;

	figures_open(&f, "keys");
	while (figures_next(&f))
		if (strcmp(figures_text(&f, "name"), name) == 0) {
			struct semper_rsa_priv *key = figures_record_key(&f);
			fclose(f.file);
			return key;
		}
	CU_FAIL_FATAL("no such key");
	return NULL;
}
