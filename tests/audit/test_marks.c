/*
 * test_marks.c - tables with two marks, one for small counts and one for all others, against brute
 * force: a reader who knows what they mean learns exactly what the audit says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "solver/solver.h"
#include "tables.h"

static size_t n_safe, n_unsafe, n_by_marks;

/* What a hidden count is shown as: 1 (or 0) to threshold - 1, or at least threshold. */
static void mark(struct sc_figure *figures, uint32_t cell, int64_t count, int64_t threshold,
                 bool zeros_too)
{
    if (count < threshold)
        figures[cell] = (struct sc_figure){
            .kind = SC_FIGURE_SMALL, .value = threshold - 1, .least = zeros_too ? 0 : 1};
    else
        figures[cell] = (struct sc_figure){.kind = SC_FIGURE_LARGE, .least = threshold};
}

static void check_reader(const struct sc_audit *audit, enum sc_reader reader, const struct brute *b)
{
    for (uint32_t c = 0; c < sc_system_n_cells(b->system); c++)
        if (brute_hidden(b, c))
            assert_int_equal(audit->readers[reader].verdict[c],
                             b->least[c] == b->most[c] ? SC_VERDICT_EXACT : SC_VERDICT_PROTECTED);
    assert_int_equal(audit->readers[reader].undecided, 0);
}

/* Each person in a cell of 1: whether a small count is known to them that the rules leave open. */
static size_t insider_knows(const struct brute *rules, const int64_t *count, int64_t threshold)
{
    bool known[BRUTE_CELLS] = {false};
    size_t n = 0;

    for (uint32_t single = 0; single < sc_system_n_cells(rules->system); single++) {
        struct brute b = *rules;
        bool zero[BRUTE_CELLS];
        uint32_t twin[BRUTE_CELLS];

        if (!brute_hidden(rules, single) || count[single] != 1 ||
            rules->least[single] == rules->most[single])
            continue;
        for (size_t c = 0; c < sc_system_n_cells(rules->system); c++)
            zero[c] = rules->most[c] == 0;
        OK(sc_system_twins(rules->system, zero, twin, NULL));
        b.fixed = single;
        b.fixed_value = 1;
        brute_run(&b);
        for (uint32_t c = 0; c < sc_system_n_cells(rules->system); c++)
            known[c] =
                known[c] || (brute_hidden(rules, c) && c != single && twin[c] != twin[single] &&
                             b.least[c] == b.most[c] && b.least[c] >= 1 && b.least[c] < threshold);
    }
    for (uint32_t c = 0; c < sc_system_n_cells(rules->system); c++)
        n += known[c] || (brute_hidden(rules, c) && rules->least[c] == rules->most[c]);
    return n;
}

static void one_table(size_t n_dimensions, const uint32_t *sizes, int64_t most, uint32_t percent,
                      int64_t threshold, bool zeros_too)
{
    SC_AUTO(sc_system) s = table_of(n_dimensions, sizes);
    SC_AUTO(sc_audit) audit = NULL;
    SC_AUTO(sc_audit) one = NULL;
    int64_t count[BRUTE_CELLS] = {0};
    struct sc_figure figures[BRUTE_CELLS], plain[BRUTE_CELLS];
    uint32_t singles[BRUTE_CELLS];
    struct sc_audit_policy policy = {.zeros = zeros_too ? SC_ZEROS_HIDDEN : SC_ZEROS_SHOWN,
                                     .threshold = threshold,
                                     .no_implied = true,
                                     .singles_known = true,
                                     .singles = singles};
    struct brute sums = {.system = s, .figures = figures, .fixed = SC_NONE};
    struct brute rules = {.system = s,
                          .figures = figures,
                          .fixed = SC_NONE,
                          .marks = true,
                          .hidden_low = zeros_too ? 0 : 1};

    random_counts(s, most, count);
    random_figures(s, count, percent, zeros_too, plain);
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        figures[c] = plain[c];
        if (plain[c].kind != SC_FIGURE_HIDDEN)
            continue;
        mark(figures, c, count[c], threshold, zeros_too);
        if (count[c] == 1)
            singles[policy.n_singles++] = c;
    }
    audit = audit_of(s, figures, &policy);
    one = audit_of(s, plain, &policy);
    assert_true(audit->consistent);
    brute_run(&sums);
    brute_run(&rules);
    check_reader(audit, SC_READER_SUMS, &sums);
    check_reader(audit, SC_READER_RULES, &rules);
    assert_int_equal(audit->readers[SC_READER_INSIDER].exact,
                     insider_knows(&rules, count, threshold));
    assert_true(!audit->safe || one->safe);
    *(audit->safe ? &n_safe : &n_unsafe) += 1;
    n_by_marks += one->safe && !audit->safe;
}

static void what_marks_say_is_known_to_readers(void **state)
{
    static const uint32_t shapes[][3] = {{3, 3, 0}, {4, 2, 0}, {2, 2, 2}, {5, 0, 0}, {3, 4, 0}};

    (void)state;
    seed = 5150;
    for (int round = 0; round < 60; round++)
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
            size_t n = shapes[i][2] ? 3 : shapes[i][1] ? 2 : 1;
            uint32_t percent = 40 + 10 * below(6); /* drawn in a fixed order */
            int64_t threshold = 3 + below(3);
            bool zeros_too = below(2) == 0;

            one_table(n, shapes[i], n == 3 ? 9 : 14, percent, threshold, zeros_too);
        }
    print_message("%zu safe, %zu not, %zu of these by what the marks say\n", n_safe, n_unsafe,
                  n_by_marks);
    assert_true(n_safe > 0 && n_unsafe > 0 && n_by_marks > 0);
}

/* 6 = a + b: with one mark 1 to 5 each; with two the small one is 1, the other 5. */
static void two_marks_can_give_a_figure_away(void **state)
{
    SC_AUTO(sc_system) s = table_of(1, (uint32_t[]){3});
    struct sc_figure figures[4] = {{.kind = SC_FIGURE_VALUE, .value = 6},
                                   {.kind = SC_FIGURE_SMALL, .value = 4, .least = 1},
                                   {.kind = SC_FIGURE_LARGE, .least = 5},
                                   {.kind = SC_FIGURE_VALUE, .value = 0}};
    SC_AUTO(sc_audit) audit = audit_of(s, figures, NULL);

    (void)state;
    assert_false(audit->safe);
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 0);
    assert_int_equal(audit->readers[SC_READER_RULES].exact, 2);
}

/* Two marks that cannot both be true of a figure are a contradiction, not a proof of safety. */
static void marks_that_cannot_be_are_inconsistent(void **state)
{
    SC_AUTO(sc_system) s = table_of(1, (uint32_t[]){3});
    struct sc_figure figures[4] = {{.kind = SC_FIGURE_VALUE, .value = 60},
                                   {.kind = SC_FIGURE_SMALL, .value = 4, .least = 5},
                                   {.kind = SC_FIGURE_LARGE, .least = 5},
                                   {.kind = SC_FIGURE_LARGE, .least = 5}};
    SC_AUTO(sc_audit) audit = audit_of(s, figures, NULL);

    (void)state;
    assert_false(audit->safe);
    assert_false(audit->consistent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_marks_say_is_known_to_readers),
        cmocka_unit_test(two_marks_can_give_a_figure_away),
        cmocka_unit_test(marks_that_cannot_be_are_inconsistent),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
