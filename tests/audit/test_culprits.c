/*
 * test_culprits.c - the figures named in a contradiction cannot all be true, and without any one of
 * them the others can: against every table there is.
 *
 * Small random tables of two and three dimensions, some figures hidden, one or two changed. A
 * sum printed whole and bounds that cross both come up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "solver/solver.h"

#include "brute.h"
#include "tables.h"

#define LEAVES_MAX 8

/* By cell, which innermost cells it is the sum of. */
struct sums {
    size_t n_leaves;
    uint32_t of[BRUTE_CELLS]; /* bits */
};

static struct sums sums_of(const struct sc_system *s)
{
    struct sums sums = {0};
    uint32_t leaves[LEAVES_MAX];

    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        bool inner = true;

        for (uint32_t d = 0; d < sc_system_n_dimensions(s); d++)
            inner = inner && sc_system_cell_codes(s, c)[d] != SC_SYSTEM_TOTAL;
        if (inner)
            leaves[sums.n_leaves++] = c;
    }
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++)
        for (size_t i = 0; i < sums.n_leaves; i++) {
            bool below = true;

            for (uint32_t d = 0; d < sc_system_n_dimensions(s); d++)
                below = below &&
                        (sc_system_cell_codes(s, c)[d] == SC_SYSTEM_TOTAL ||
                         sc_system_cell_codes(s, c)[d] == sc_system_cell_codes(s, leaves[i])[d]);
            sums.of[c] |= (uint32_t)below << i;
        }
    return sums;
}

static int64_t add(const int64_t *leaf, uint32_t of)
{
    int64_t sum = 0;

    for (; of; of &= of - 1)
        sum += leaf[__builtin_ctz(of)];
    return sum;
}

/* All tables with innermost counts of 0 to `most`: whether one has all the figures; by figure
 * whether it is the only one wrong in some. */
static bool try_tables(const struct sums *sums, int64_t most, const struct sc_figure *figures,
                       const struct sc_disclosure *finding, bool *ret_alone)
{
    int64_t leaf[LEAVES_MAX] = {0};
    bool one_has_all = false;

    for (;;) {
        size_t n_wrong = 0, wrong = 0, i = 0;

        for (size_t k = 0; k < finding->n_figures && n_wrong < 2; k++) {
            uint32_t c = finding->figures[k];

            if (add(leaf, sums->of[c]) != figures[c].value) {
                n_wrong++;
                wrong = k;
            }
        }
        one_has_all = one_has_all || n_wrong == 0;
        if (n_wrong == 1)
            ret_alone[wrong] = true;
        while (i < sums->n_leaves && leaf[i] == most)
            leaf[i++] = 0;
        if (i == sums->n_leaves)
            return one_has_all;
        leaf[i]++;
    }
}

struct tally {
    size_t one_sum, crossed;
};

static void see_finding(const struct sums *sums, int64_t most, const struct sc_figure *figures,
                        const struct sc_disclosure *finding, struct tally *tally)
{
    bool alone[BRUTE_CELLS] = {false};

    assert_true(finding->n_figures > 0);
    assert_true(finding->irreducible);
    for (size_t k = 0; k < finding->n_figures; k++)
        assert_int_equal(figures[finding->figures[k]].kind, SC_FIGURE_VALUE);
    assert_false(try_tables(sums, most, figures, finding, alone));
    for (size_t k = 0; k < finding->n_figures; k++)
        assert_true(alone[k]);
    tally->one_sum += finding->n_conflict == 1;
    tally->crossed += finding->n_conflict == 0;
}

/* One table, with figures changed in `n_wrong` places by one to `by`. */
static void one_table(size_t n_dimensions, int64_t total, int64_t by, int64_t most, size_t n_wrong,
                      struct tally *tally)
{
    static const uint32_t sizes[] = {2, 2, 2};
    struct sc_system *s = table_of(n_dimensions, sizes);
    struct sums sums = sums_of(s);
    struct sc_figure figures[BRUTE_CELLS];
    int64_t count[BRUTE_CELLS];
    struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS)};
    SC_AUTO(sc_audit) audit = NULL;

    random_counts(s, total, count);
    random_figures(s, count, 55, true, figures);
    for (size_t i = 0; i < n_wrong; i++) {
        uint32_t c = below((uint32_t)sc_system_n_cells(s));

        figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE,
                                        .value = count[c] + 1 + below((uint32_t)by)};
    }
    OK(sc_audit_run(s, figures, NULL, 0, &policy, &audit, NULL));
    for (size_t f = 0; f < audit->n_findings; f++)
        if (audit->findings[f].kind == SC_FINDING_INCONSISTENT)
            see_finding(&sums, most, figures, &audit->findings[f], tally);
    sc_audit_free(SC_TAKE(audit));
    sc_system_free(s);
}

static void two_dimensions(void **state)
{
    struct tally tally = {0};

    (void)state;
    seed = 11;
    for (int round = 0; round < 150; round++)
        one_table(2, 10, 4, 16, 1 + below(2), &tally);
    assert_true(tally.one_sum >= 10 && tally.crossed >= 10);
}

static void three_dimensions(void **state)
{
    struct tally tally = {0};

    (void)state;
    seed = 12;
    for (int round = 0; round < 60; round++)
        one_table(3, 3, 1, 4, 1 + below(2), &tally);
    assert_true(tally.one_sum >= 3 && tally.crossed >= 3);
}

/* Whether some table has just these figures, but for one of them. */
static bool consistent_without(const struct sc_system *s, const struct sc_figure *figures,
                               const struct sc_disclosure *finding, size_t without)
{
    struct sc_figure some[BRUTE_CELLS] = {0};
    struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS)};
    SC_AUTO(sc_audit) audit = NULL;

    for (size_t k = 0; k < finding->n_figures; k++)
        if (k != without)
            some[finding->figures[k]] = figures[finding->figures[k]];
    OK(sc_audit_run(s, some, NULL, 0, &policy, &audit, NULL));
    return audit->consistent;
}

/*
 * Two rows have more people than the two columns they can be in: four zeros, two rows, two columns,
 * and neither the total nor another figure that is printed.
 */
static void two_rows_in_two_columns(void **state)
{
    static const uint32_t sizes[] = {4, 4};
    static const uint32_t told[][3] = {{1, 0, 3}, {2, 0, 3}, {0, 1, 2}, {0, 2, 2}, {1, 3, 0},
                                       {1, 4, 0}, {2, 3, 0}, {2, 4, 0}, {3, 1, 0}, {0, 0, 10}};
    struct sc_system *s = table_of(2, sizes);
    struct sc_figure figures[BRUTE_CELLS] = {0};
    struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS)};
    SC_AUTO(sc_audit) audit = NULL;
    const struct sc_disclosure *finding;

    (void)state;
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++)
        figures[c].kind = SC_FIGURE_HIDDEN;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        figures[sc_system_find_cell(s, told[i])] =
            (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = told[i][2]};
    OK(sc_audit_run(s, figures, NULL, 0, &policy, &audit, NULL));
    assert_false(audit->consistent);
    finding = &audit->findings[0];
    assert_true(finding->irreducible);
    assert_int_equal(finding->n_figures, 8);
    assert_false(consistent_without(s, figures, finding, SIZE_MAX));
    for (size_t k = 0; k < finding->n_figures; k++)
        assert_true(consistent_without(s, figures, finding, k));
    sc_audit_free(SC_TAKE(audit));
    sc_system_free(s);
}

/* All are in a1, and one is in a2: the others of these figures have nothing to do with it. */
static void what_is_not_needed_is_left_out(void **state)
{
    static const uint32_t sizes[] = {2, 2, 2};
    static const uint32_t told[][4] = {{1, 1, 0, 2}, {1, 0, 1, 2}, {0, 1, 1, 2}, {1, 0, 0, 2},
                                       {0, 1, 0, 2}, {0, 0, 1, 2}, {0, 0, 0, 2}};
    struct sc_system *s = table_of(3, sizes);
    struct sums sums = sums_of(s);
    struct sc_figure figures[BRUTE_CELLS] = {0};
    struct tally tally = {0};

    (void)state;
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++)
        figures[c].kind = SC_FIGURE_HIDDEN;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        figures[sc_system_find_cell(s, told[i])] =
            (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = told[i][3]};
    for (int64_t wrong = 1; wrong <= 2; wrong++) {
        struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS)};
        SC_AUTO(sc_audit) audit = NULL;

        figures[sc_system_find_cell(s, (uint32_t[]){2, 2, 2})] =
            (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = wrong};
        OK(sc_audit_run(s, figures, NULL, 0, &policy, &audit, NULL));
        assert_false(audit->consistent);
        assert_true(audit->n_findings >= 1);
        see_finding(&sums, 3, figures, &audit->findings[0], &tally);
        assert_int_equal(audit->findings[0].n_figures, 3); /* a2 b2 c2, a1, the total */
        sc_audit_free(SC_TAKE(audit));
    }
    sc_system_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_dimensions),
        cmocka_unit_test(three_dimensions),
        cmocka_unit_test(two_rows_in_two_columns),
        cmocka_unit_test(what_is_not_needed_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
