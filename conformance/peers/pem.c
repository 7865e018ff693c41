#include "pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"

#define FILE_MAX_OCTETS ((size_t)1 << 20)

static const char begin[] = "-----BEGIN ", end[] = "-----END ",
		  dashes[] = "-----";

/* ---- base64 ---- */

static int
sextet(char c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(alphabet, c) : NULL;

	return at != NULL ? (int)(at - alphabet) : -1;
}

/* Decode the N characters at TEXT in place: the octets are always fewer.
 * False if they are not base64 with its padding. */
static bool
base64(char *text, size_t n, size_t *len)
{
	uint32_t bits = 0;
	size_t chars = 0, padding = 0, out = 0;

	for (size_t i = 0; i < n; i++) {
		if (strchr(" \t\r\n", text[i]) != NULL)
			continue;
		if (text[i] == '=') {
			padding++;
		} else if (sextet(text[i]) < 0 || padding != 0) {
			return false;
		}
		bits = bits << 6 |
		    (text[i] == '=' ? 0 : (uint32_t)sextet(text[i]));
		if (++chars % 4 == 0)
			for (int shift = 16; shift >= 0; shift -= 8)
				text[out++] = (char)(bits >> shift & 0xff);
	}
	*len = out - padding;
	return chars % 4 == 0 && padding <= 2 && out > padding;
}

/* ---- blocks ---- */

/* The block that starts at AT, whose text after it goes to *AT.  Both ends
 * name the same label. */
static bool
take_block(struct pem *pem, char **at)
{
	char *label = *at + strlen(begin), *body, *stop;
	size_t i = pem->n, name, len;

	body = strstr(label, dashes);
	stop = body != NULL ? strstr(body, end) : NULL;
	if (stop == NULL || i == PEM_BLOCKS)
		return false;
	name = (size_t)(body - label);
	body += strlen(dashes);
	if (strncmp(stop + strlen(end), label, name) != 0 ||
	    strncmp(stop + strlen(end) + name, dashes, strlen(dashes)) != 0)
		return false;
	*at = stop + strlen(end) + name + strlen(dashes);
	label[name] = '\0';
	if (!base64(body, (size_t)(stop - body), &len))
		return false;
	pem->block[i].label = label;
	pem->block[i].der = SEMPER_BYTES((const uint8_t *)body, len);
	pem->n++;
	return true;
}

static bool
take_blocks(struct pem *pem)
{
	char *at = pem->text;

	while ((at = strstr(at, begin)) != NULL)
		if (!take_block(pem, &at))
			return false;
	return pem->n != 0;
}

bool
pem_read(struct pem *out, const char *file)
{
	FILE *in = fopen(file, "rb");

	memset(out, 0, sizeof *out);
	out->text = in != NULL ? malloc(FILE_MAX_OCTETS + 1) : NULL;
	if (out->text != NULL) {
		out->size = fread(out->text, 1, FILE_MAX_OCTETS, in);
		out->text[out->size] = '\0';
	}
	if (in != NULL)
		fclose(in);
	if (out->text != NULL && take_blocks(out))
		return true;
	fprintf(stderr, "semper-peer: %s cannot be read or is not PEM\n", file);
	pem_free(out);
	return false;
}

void
pem_free(struct pem *pem)
{
	if (pem->text != NULL)
		semper_wipe(pem->text, pem->size);
	free(pem->text);
	memset(pem, 0, sizeof *pem);
}
