/*
 * test_follows.c - which sums follow from others: those that do not have the rank of all of them,
 * by elimination over a prime field, and of categories that overlap most do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/fault.h"
#include "system/system.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define PRIME UINT64_C(2147483647)

/* A dimension of `n` codes; they add up, or overlap with the last `n_apart` of them apart. */
static void add_dimension(struct sc_system *s, const char *name, uint32_t n, bool overlap,
                          uint32_t n_apart, bool halves)
{
    uint32_t d, codes[16], half;

    OK(sc_system_add_dimension(s, sc_slice_of(name), &d, NULL));
    for (uint32_t i = 0; i < n; i++) {
        char label[32];

        (void)snprintf(label, sizeof label, "%s%u", name, i);
        OK(sc_system_add_code(s, d, sc_slice_of(label), &codes[i], NULL));
    }
    if (overlap) {
        OK(sc_system_add_overlap(s, d, SC_SYSTEM_TOTAL, codes, n - n_apart, codes + n - n_apart,
                                 n_apart, NULL));
        return;
    }
    OK(sc_system_add_split(s, d, SC_SYSTEM_TOTAL, codes, n, false, NULL));
    if (!halves)
        return;
    OK(sc_system_add_code(s, d, sc_slice_of("half"), &half, NULL));
    OK(sc_system_add_split(s, d, half, codes, n / 2, false, NULL));
}

/* Every cell of the codes the caller named (0 to n[d]) but one in `gaps`; 0: none is left out. */
static void add_cells(struct sc_system *s, const uint32_t *n, size_t n_dimensions, uint32_t gaps)
{
    uint32_t codes[4] = {0}, i = 0, cell;
    size_t d;

    do {
        if (!gaps || ++i % gaps != 0)
            OK(sc_system_add_cell(s, codes, &cell, NULL));
        for (d = 0; d < n_dimensions; d++) {
            if (++codes[d] <= n[d])
                break;
            codes[d] = 0;
        }
    } while (d < n_dimensions);
    OK(sc_system_link(s, NULL));
}

static uint64_t power(uint64_t base, uint64_t exponent)
{
    uint64_t result = 1;

    for (; exponent; exponent >>= 1, base = base * base % PRIME)
        if (exponent & 1)
            result = result * base % PRIME;
    return result;
}

/* The rank of the relations; with `leading`, of those alone that do not follow from others. */
static size_t rank_of(const struct sc_system *s, bool leading)
{
    size_t n = sc_system_n_cells(s), n_rows = sc_system_n_relations(s), rank = 0;
    uint64_t *rows = calloc(n * n_rows, sizeof *rows);
    size_t *pivot = calloc(n_rows, sizeof *pivot);

    assert_true(rows && pivot);
    for (size_t i = 0; i < n_rows; i++) {
        struct sc_relation r = sc_system_relation(s, i);
        uint64_t *row = rows + rank * n;
        size_t at = 0;

        if (leading && sc_system_follows(s, i))
            continue;
        for (size_t k = 0; k < n; k++)
            row[k] = 0;
        row[r.total] = 1;
        for (uint32_t k = 0; k < r.n_children; k++)
            row[r.children[k]] = PRIME - 1;
        for (size_t j = 0; j < rank; j++) { /* earlier rows are 1 at their pivots */
            uint64_t times = row[pivot[j]];

            for (size_t k = 0; k < n && times; k++)
                row[k] = (row[k] + (PRIME - times) * rows[j * n + k]) % PRIME;
        }
        while (at < n && row[at] == 0)
            at++;
        if (at == n)
            continue;
        pivot[rank] = at;
        for (size_t k = n, inverse = power(row[at], PRIME - 2); k-- > 0;)
            row[k] = row[k] * inverse % PRIME;
        rank++;
    }
    free(rows);
    free(pivot);
    return rank;
}

static size_t n_following(const struct sc_system *s)
{
    size_t n = 0;

    for (size_t i = 0; i < sc_system_n_relations(s); i++)
        n += sc_system_follows(s, i);
    return n;
}

static void of_a_plain_table_none_does(void **state)
{
    SC_AUTO(sc_system) s = NULL;

    (void)state;
    OK(sc_system_new(&s, NULL));
    add_dimension(s, "month", 4, false, 0, true);
    add_dimension(s, "age", 3, false, 0, false);
    add_cells(s, (uint32_t[]){5, 3}, 2, 0);
    assert_int_equal(n_following(s), 0);
}

/* Months in halves, platforms that overlap, outcomes: by hand of one sum along months. */
static void of_overlapping_categories_most_do(void **state)
{
    SC_AUTO(sc_system) s = NULL;
    size_t n;

    (void)state;
    OK(sc_system_new(&s, NULL));
    add_dimension(s, "month", 4, false, 0, true);
    add_dimension(s, "platform", 4, true, 1, false);
    add_dimension(s, "outcome", 3, false, 0, false);
    add_cells(s, (uint32_t[]){5, 4, 3}, 3, 0);
    n = n_following(s);
    /*
     * Own codes are 9: (any), (sum), (more than once), and two of each of three platforms. Each
     * adds up by 2 splits of months at 4 outcomes and by 1 of outcomes at 6 months. And what is
     * not of one platform is two of these codes, by three platforms at 4 outcomes and 6 months.
     */
    assert_int_equal(n, 9 * (2 * 4 + 6) + 3 * 4 * 6);
    assert_int_equal(rank_of(s, true), rank_of(s, false));
}

/* However the table is: none apart, gaps in it, two dimensions that overlap. */
static void what_is_left_has_the_rank_of_all(void **state)
{
    static const struct {
        uint32_t apart, gaps;
        bool both;
    } cases[] = {{0, 0, false}, {1, 7, false}, {2, 0, false}, {0, 5, false}, {1, 3, false},
                 {1, 0, true},  {0, 0, true},  {1, 6, true},  {0, 11, true}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SC_AUTO(sc_system) s = NULL;

        OK(sc_system_new(&s, NULL));
        add_dimension(s, "month", 3, false, 0, true);
        add_dimension(s, "platform", 3 + cases[i].apart, true, cases[i].apart, false);
        add_dimension(s, "outcome", 3, cases[i].both, cases[i].both, false);
        add_cells(s, (uint32_t[]){4, 3 + cases[i].apart, 3}, 3, cases[i].gaps);
        assert_true(n_following(s) > 0);
        assert_int_equal(rank_of(s, true), rank_of(s, false));
    }
}

static void every_failed_allocation_is_reported(void **state)
{
    enum sc_status status = SC_E_NOMEM;

    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    for (uint64_t nth = 1; status; nth++) {
        SC_AUTO(sc_system) s = NULL;
        uint32_t cell;

        OK(sc_system_new(&s, NULL));
        add_dimension(s, "month", 2, false, 0, false);
        add_dimension(s, "platform", 3, true, 1, false);
        for (uint32_t i = 0; i < 12; i++)
            OK(sc_system_add_cell(s, (uint32_t[]){i % 3, i / 3}, &cell, NULL));
        sc_fault_set(SC_FAULT_ALLOC, nth);
        status = sc_system_link(s, NULL);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        assert_true(status == SC_OK || status == SC_E_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_plain_table_none_does),
        cmocka_unit_test(of_overlapping_categories_most_do),
        cmocka_unit_test(what_is_left_has_the_rank_of_all),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
