/*
 * test_tally.c - counts by key against a plain array: at once and soon, over the growth of
 * the table, settled at every moment and merged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cube/tally.h"
#include "safecount/safecount.h"

#define N_KEYS 300

static uint64_t key_of(size_t i)
{
    return (uint64_t)i * 0x10001U << (i % 3 * 20); /* as of several dimensions */
}

static void assert_counts(const struct sc_tally *tally, const uint64_t expected[N_KEYS])
{
    size_t n = 0;

    for (size_t s = 0; s < sc_tally_slots(tally); s++) {
        if (tally->slots[s].count == 0)
            continue;
        n++;
        for (size_t i = 0; i < N_KEYS; i++) {
            if (key_of(i) == tally->slots[s].key)
                assert_int_equal(tally->slots[s].count, expected[i]);
        }
    }
    for (size_t i = 0; i < N_KEYS; i++)
        n -= expected[i] != 0;
    assert_int_equal(n, 0);
}

static void what_is_added_soon_is_there_once_settled(void **state)
{
    struct sc_tally all = {0};
    uint64_t expected[N_KEYS] = {0};
    uint64_t random = 7;

    (void)state;
    for (size_t round = 0; round < 60; round++) {
        struct sc_tally part = {0};

        for (size_t i = 0; i < round * 7; i++) { /* fewer than wait, as many, more */
            size_t key;

            random = sc_mix64(random + 1);
            key = random % (round < 30 ? 20 : N_KEYS);
            expected[key]++;
            if (random >> 60 == 0)
                assert_int_equal(sc_tally_add(&part, key_of(key), 1, NULL), SC_OK);
            else
                assert_int_equal(sc_tally_add_soon(&part, key_of(key), NULL), SC_OK);
            if (random >> 56 == 0xFF)
                assert_int_equal(sc_tally_settle(&part, NULL), SC_OK);
        }
        assert_int_equal(sc_tally_settle(&part, NULL), SC_OK);
        assert_int_equal(sc_tally_settle(&part, NULL), SC_OK); /* adds nothing twice */
        assert_int_equal(sc_tally_merge(&all, &part, NULL), SC_OK);
        sc_tally_release(&part);
        assert_counts(&all, expected);
    }
    sc_tally_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_soon_is_there_once_settled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
