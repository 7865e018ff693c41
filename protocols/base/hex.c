#include "base/hex.h"

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

semper_err
semper_hex_decode(struct semper_buffer *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (digit_value(text[i]) < 0)
			return SEMPER_E_ARGUMENT;
	if (len % 2 != 0)
		return SEMPER_E_ARGUMENT;
	if (len / 2 > out->cap - out->len)
		return SEMPER_E_SPACE;
	for (i = 0; i < len; i += 2)
		out->data[out->len++] = (uint8_t)(digit_value(text[i]) << 4 |
		    digit_value(text[i + 1]));
	return SEMPER_OK;
}

void
semper_hex_encode(char *text, struct semper_bytes x)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < x.len; i++) {
		*text++ = digits[x.data[i] >> 4];
		*text++ = digits[x.data[i] & 15];
	}
	*text = '\0';
}
