#include <string.h>

#include "base/ct.h"
#include "tests/test.h"

static const uint64_t edges[] = {0, 1, 2, 0x7fffffffffffffff,
    0x8000000000000000, 0x8000000000000001, 0xfffffffffffffffe,
    0xffffffffffffffff};
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static void
order_of_edges(void)
{
	size_t i, j;

	for (i = 0; i < EDGES; i++)
		for (j = 0; j < EDGES; j++)
			CU_ASSERT_EQUAL(semper_ct_less(edges[i], edges[j]),
			    (unsigned)(i < j));
}

static void
zero_alone(void)
{
	size_t i;

	for (i = 0; i < EDGES; i++)
		CU_ASSERT_EQUAL(semper_ct_is_zero(edges[i]), (unsigned)!i);
}

static void
selects(void)
{
	CU_ASSERT_EQUAL(semper_ct_select(1, edges[6], edges[1]), edges[6]);
	CU_ASSERT_EQUAL(semper_ct_select(0, edges[6], edges[1]), edges[1]);
}

static void
each_bit_is_compared(void)
{
	uint8_t a[9] = {0}, b[9] = {0};
	size_t bit;

	CU_ASSERT_EQUAL(semper_ct_equal(a, b, sizeof(a)), 1);
	CU_ASSERT_EQUAL(semper_ct_equal(a, b, 0), 1);
	for (bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CU_ASSERT_EQUAL(semper_ct_equal(a, b, sizeof(a)), 0);
		b[bit / 8] = 0;
	}
}

static void
wipes_exactly(void)
{
	uint8_t a[5] = {1, 2, 3, 4, 5};

	semper_wipe(a + 1, 3);
	CU_ASSERT_EQUAL(memcmp(a, "\1\0\0\0\5", 5), 0);
}

SUITE("base: constant time",
    {"less is the order of the unsigned numbers", order_of_edges},
    {"only zero is zero", zero_alone},
    {"select takes the first for 1, the second for 0", selects},
    {"a difference in any one bit is seen", each_bit_is_compared},
    {"wiping clears the octets named and no other", wipes_exactly});
