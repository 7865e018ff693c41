#include "base/draw.h"

#include <errno.h>
#include <sys/random.h>

semper_err
semper_draw(const struct semper_draw *d, const char *label, uint8_t *dst,
    size_t len)
{
	if (len == 0)
		return SEMPER_OK;
	return d->fill(d->ctx, label, dst, len) == SEMPER_OK ? SEMPER_OK
							     : SEMPER_E_RANDOM;
}

/* getrandom may be interrupted, and gives at most 256 octets for certain. */
static semper_err
fill_from_system(void *ctx, const char *label, uint8_t *dst, size_t len)
{
	ssize_t n;

	(void)ctx;
	(void)label;
	while (len > 0) {
		n = getrandom(dst, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return SEMPER_E_RANDOM;
		dst += n;
		len -= (size_t)n;
	}
	return SEMPER_OK;
}

const struct semper_draw semper_draw_system = {fill_from_system, NULL};
