/* replay.c -- run a fuzz target over files: `replay_NAME FILE ...`
 *
 * What libFuzzer does with its corpus, without libFuzzer; any compiler can
 * build it.  A finding ends the program; else it says how many inputs ran.
 */
#include "tests/fuzz/fuzz.h"

static void
run(const char *name)
{
	FILE *f = fopen(name, "rb");
	static uint8_t room[1 << 20];
	size_t len;

	if (f == NULL) {
		perror(name);
		exit(2);
	}
	len = fread(room, 1, sizeof room, f);
	fclose(f);
	LLVMFuzzerTestOneInput(room, len);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	printf("%d inputs\n", argc - 1);
	return argc < 2;
}
