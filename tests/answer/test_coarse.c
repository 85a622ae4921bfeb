/*
 * test_coarse.c - the levels of a table are all there are, and the table at one is that of its
 * sums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer/coarse.h"
#include "base/fault.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define THRESHOLD 5

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1;
    return (uint32_t)(*seed >> 33);
}

/* Ages 0-3, 4-7, 8-11, ... and "unknown", by outcome. */
#define BANDS 5
struct case_of {
    struct sc_category ages[BANDS + 1], outcomes[2];
    struct sc_dimension dimensions[2];
    struct sc_cell cells[(BANDS + 2) * 3];
    struct sc_table table;
};

static void make_case(struct case_of *c, uint64_t *seed)
{
    static const char *const codes[] = {"0-3", "4-7", "8-11", "12-15", "16+", "unknown"};
    static const uint32_t often[] = {0, 1, 2, 3, 6, 11};
    uint64_t counts[BANDS + 2][3] = {{0}};

    for (size_t i = 0; i <= BANDS; i++)
        c->ages[i] = (struct sc_category){.code = codes[i], .label = codes[i], .parent = -1};
    for (size_t i = 0; i < 2; i++)
        c->outcomes[i] =
            (struct sc_category){.code = i ? "2" : "1", .label = i ? "2" : "1", .parent = -1};
    c->dimensions[0] = (struct sc_dimension){.code = "victim_age",
                                             .label = "Age",
                                             .categories = c->ages,
                                             .n_categories = BANDS + 1,
                                             .nested_in = -1};
    c->dimensions[1] = (struct sc_dimension){.code = "outcome",
                                             .label = "Outcome",
                                             .categories = c->outcomes,
                                             .n_categories = 2,
                                             .nested_in = -1};
    for (size_t i = 0; i <= BANDS; i++)
        for (size_t k = 0; k < 2; k++) {
            counts[i][k] = often[next_random(seed) % 6];
            counts[i][2] += counts[i][k];
            counts[BANDS + 1][k] += counts[i][k];
            counts[BANDS + 1][2] += counts[i][k];
        }
    for (size_t i = 0; i <= BANDS + 1; i++)
        for (size_t k = 0; k <= 2; k++)
            c->cells[i * 3 + k] = (struct sc_cell){.count = counts[i][k], .status = SC_CELL_TRUE};
    c->table = (struct sc_table){.id = "t",
                                 .dimensions = c->dimensions,
                                 .n_dimensions = 2,
                                 .n_rows_dimensions = 1,
                                 .cells = c->cells,
                                 .n_cells = (BANDS + 2) * 3};
}

static bool is_small(uint64_t count)
{
    return count >= 1 && count < THRESHOLD;
}

/* Small figures and all, with bands merged at the bits of `joins`, and outcomes kept or not. */
static void count_way(const struct case_of *c, unsigned joins, bool outcomes, size_t *cells,
                      size_t *small)
{
    *cells = *small = 0;
    for (size_t k = outcomes ? 0 : 2; k <= 2; k++) {
        uint64_t sum = 0;

        for (size_t i = 0; i < BANDS; i++) {
            sum += c->cells[i * 3 + k].count;
            if (i + 1 < BANDS && (joins >> i & 1))
                continue;
            *cells += 1;
            *small += is_small(sum);
            sum = 0;
        }
        for (size_t i = BANDS; i <= BANDS + 1; i++) { /* unknown, total */
            *cells += 1;
            *small += is_small(c->cells[i * 3 + k].count);
        }
    }
}

/* No way of merging bands and dropping outcomes beats a level of the list, and each level is one.
 */
static void nothing_beats_a_level(void **state)
{
    uint64_t seed = 11;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct sc_arena arena = {0};
        struct sc_coarse_level *levels;
        struct case_of c;
        size_t n;

        make_case(&c, &seed);
        OK(sc_coarse_levels(&c.table, THRESHOLD, true, &arena, &levels, &n, NULL));
        assert_true(n >= 1);
        assert_string_equal(levels[0].text, "");
        assert_int_equal(levels[0].cells, c.table.n_cells);
        for (size_t i = 1; i < n; i++) {
            assert_true(levels[i].cells < levels[i - 1].cells);
            assert_true(levels[i].small < levels[i - 1].small);
        }
        for (int outcomes = 0; outcomes < 2; outcomes++)
            for (unsigned joins = 0; joins + 1 < 1u << (BANDS - 1); joins++) {
                size_t cells, small, at = 0;

                count_way(&c, joins, outcomes, &cells, &small);
                while (at < n && !(levels[at].cells >= cells && levels[at].small <= small))
                    at++;
                assert_true(at < n);
            }
        sc_arena_release(&arena);
    }
}

/* Every figure at a level is the sum of those it takes the place of; the counts said are its. */
static void figures_are_sums(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (int round = 0; round < 100; round++) {
        struct sc_arena arena = {0};
        struct sc_coarse_level *levels;
        struct case_of c;
        size_t n;

        make_case(&c, &seed);
        OK(sc_coarse_levels(&c.table, THRESHOLD, true, &arena, &levels, &n, NULL));
        for (size_t i = 0; i < n; i++) {
            struct sc_table table;
            size_t at[SC_DIMENSIONS_MAX] = {0}, small = 0;

            assert_true(sc_coarse_table(&arena, &c.table, &levels[i], &table));
            assert_int_equal(table.n_cells, levels[i].cells);
            assert_true(table.n_rows_dimensions >= 1);
            for (size_t k = 0; k < table.n_cells; k++)
                small += is_small(table.cells[k].count);
            assert_int_equal(small, levels[i].small);
            do { /* along the first dimension they add up to the total */
                uint64_t sum = 0;
                size_t from = at[0];

                if (from > 0)
                    continue;
                for (at[0] = 0; at[0] < table.dimensions[0].n_categories; at[0]++)
                    sum += sc_table_cell(&table, at)->count;
                assert_int_equal(sum, sc_table_cell(&table, at)->count);
                at[0] = from;
            } while (sc_table_next(&table, at));
        }
        sc_arena_release(&arena);
    }
}

static void a_level_is_picked_by_the_share_of_small_figures(void **state)
{
    static const struct sc_coarse_level levels[] = {
        {.cells = 100, .small = 30}, {.cells = 50, .small = 10}, {.cells = 20, .small = 1}};

    (void)state;
    assert_ptr_equal(sc_coarse_pick(levels, 3, 100), &levels[0]);
    assert_ptr_equal(sc_coarse_pick(levels, 3, 30), &levels[0]);
    assert_ptr_equal(sc_coarse_pick(levels, 3, 29), &levels[1]);
    assert_ptr_equal(sc_coarse_pick(levels, 3, 5), &levels[2]);
    assert_ptr_equal(sc_coarse_pick(levels, 3, 0), &levels[2]); /* the fewest there are */
}

static void every_allocation_fails_in_turn(void **state)
{
#ifdef SC_FAULT_INJECTION
    enum sc_status status = SC_E_NOMEM;
    uint64_t seed = 3, nth = 0;
    struct case_of c;

    (void)state;
    make_case(&c, &seed);
    while (status) {
        struct sc_arena arena = {0};
        struct sc_coarse_level *levels;
        size_t n;
        bool hit;

        sc_fault_set(SC_FAULT_ALLOC, ++nth);
        status = sc_coarse_levels(&c.table, THRESHOLD, true, &arena, &levels, &n, NULL);
        hit = sc_fault_passed(SC_FAULT_ALLOC) >= nth;
        sc_fault_set(SC_FAULT_ALLOC, 0);
        assert_int_equal(status, hit ? SC_E_NOMEM : SC_OK);
        sc_arena_release(&arena);
    }
    assert_true(nth > 10);
#else
    (void)state;
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_beats_a_level),
        cmocka_unit_test(figures_are_sums),
        cmocka_unit_test(a_level_is_picked_by_the_share_of_small_figures),
        cmocka_unit_test(every_allocation_fails_in_turn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
