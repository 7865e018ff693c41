/* shim.c -- a disk that fails at a chosen call; for LD_PRELOAD.
 *
 * Counts the calls that change a file (pwrite, ftruncate, fsync, fdatasync).
 * At the one that SHIM_AT names:
 *
 *	SHIM_HOW=before   the process is killed instead of the call
 *	SHIM_HOW=half     a pwrite writes half, then the process is killed
 *	SHIM_HOW=after    the call is made, then the process is killed
 *	SHIM_HOW=full     this pwrite and all that follow fail with ENOSPC
 *	SHIM_HOW=broken   this call and all that follow fail with EIO
 *	SHIM_HOW=readonly this call and all that follow fail with EROFS
 *
 * SHIM_DONE names a file.  A kill makes it first, and where it is there is no
 * kill: a program is killed once, however often it is started.  For the other
 * three it is the cure: once it is there, all is well again.  SHIM_TRACE names
 * a file to which each call adds one letter, w for a write and s for a sync.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long calls;

static const char *
setting(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? "" : text;
}

static int
how_is(const char *how)
{
	return strcmp(setting("SHIM_HOW"), how) == 0;
}

static int
done(void)
{
	return access(setting("SHIM_DONE"), F_OK) == 0;
}

static void
note(const char *letter)
{
	static int fd = -1;

	if (*setting("SHIM_TRACE") == 0)
		return;
	if (fd < 0)
		fd = open(setting("SHIM_TRACE"),
		    O_CREAT | O_WRONLY | O_APPEND, 0600);
	if (write(fd, letter, 1) != 1)
		abort();
}

static void
die(void)
{
	close(open(setting("SHIM_DONE"), O_CREAT | O_WRONLY, 0600));
	raise(SIGKILL);
}

static int
is_kill(void)
{
	return how_is("before") || how_is("half") || how_is("after");
}

/* What becomes of the call at hand: 0, or an error number. */
static int
fate(int writes)
{
	long at = atol(setting("SHIM_AT"));

	calls++;
	note(writes ? "w" : "s");
	if (at == 0 || calls < at || done() || is_kill())
		return 0;
	if (how_is("full"))
		return writes ? ENOSPC : 0;
	return how_is("readonly") ? EROFS : EIO;
}

/* Is this the call to die at? */
static int
deadly(void)
{
	return calls == atol(setting("SHIM_AT")) && is_kill() && !done();
}

#define REAL(name, type) ((type)(void *)dlsym(RTLD_NEXT, name))

typedef ssize_t pwrite_call(int, const void *, size_t, off_t);
typedef int truncate_call(int, off_t);
typedef int sync_call(int);

static ssize_t
write_at(const char *name, int fd, const void *data, size_t len, off_t at)
{
	pwrite_call *real = REAL(name, pwrite_call *);
	ssize_t written;
	int e = fate(1);

	if (e != 0) {
		errno = e;
		return -1;
	}
	if (!deadly())
		return real(fd, data, len, at);
	if (!how_is("before"))
		written = real(fd, data, how_is("half") ? len / 2 : len, at);
	else
		written = 0;
	die();
	return written;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	return write_at("pwrite", fd, data, len, at);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off_t at)
{
	return write_at("pwrite64", fd, data, len, at);
}

static int
truncate_to(const char *name, int fd, off_t len)
{
	truncate_call *real = REAL(name, truncate_call *);
	int e = fate(1), result = 0;

	if (e != 0) {
		errno = e;
		return -1;
	}
	if (!deadly())
		return real(fd, len);
	if (how_is("after"))
		result = real(fd, len);
	die();
	return result;
}

int
ftruncate(int fd, off_t len)
{
	return truncate_to("ftruncate", fd, len);
}

int
ftruncate64(int fd, off_t len)
{
	return truncate_to("ftruncate64", fd, len);
}

static int
sync_with(const char *name, int fd)
{
	sync_call *real = REAL(name, sync_call *);
	int e = fate(0), result = 0;

	if (e != 0) {
		errno = e;
		return -1;
	}
	if (!deadly())
		return real(fd);
	if (how_is("after"))
		result = real(fd);
	die();
	return result;
}

int
fsync(int fd)
{
	return sync_with("fsync", fd);
}

int
fdatasync(int fd)
{
	return sync_with("fdatasync", fd);
}
