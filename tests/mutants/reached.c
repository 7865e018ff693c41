/* reached.c -- which places of the code a running adapter has been to
 *
 * Linked into an adapter compiled with -fsanitize-coverage=trace-pc-guard,
 * pc-table.  The file SEMPER_REACHED has one octet for each place, 1 once the
 * place was reached; it is mapped, so that what a killed, forked or restarted
 * adapter reached is there as well, and whoever reads it may zero it at any
 * time.  With SEMPER_PLACES the program writes the address of each place to
 * that file, a hexadecimal line each, and ends. */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void __sanitizer_cov_trace_pc_guard_init(uint32_t *begin, uint32_t *end);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);
void __sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end);

static unsigned char *reached;

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

void
__sanitizer_cov_trace_pc_guard_init(uint32_t *begin, uint32_t *end)
{
	const char *name = getenv("SEMPER_REACHED");
	size_t count = (size_t)(end - begin);
	int fd;

	if (reached || !count)
		return;
	for (size_t i = 0; i < count; i++)
		begin[i] = (uint32_t)i;
	if (!name)
		return;
	fd = open(name, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)count) < 0)
		die(name);
	reached = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (reached == MAP_FAILED)
		die(name);
	close(fd);
}

void
__sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
	if (reached)
		reached[*guard] = 1;
}

/* Pairs of an address and flags, in the order of the guards. */
void
__sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end)
{
	const char *name = getenv("SEMPER_PLACES");
	FILE *out;

	if (!name)
		return;
	out = fopen(name, "w");
	if (!out)
		die(name);
	for (; begin < end; begin += 2)
		fprintf(out, "%jx\n", (uintmax_t)begin[0]);
	if (fclose(out))
		die(name);
	exit(0);
}
