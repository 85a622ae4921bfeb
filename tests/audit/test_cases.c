/*
 * test_cases.c - the textbook cases with what must be found, contradictions, and figures that
 * stand for intervals.
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

/* ---- textbook cases -------------------------------------------------------------- */

static void a_single_hidden_cell(void **state)
{
    static const char *const figures[] = {"22", "*", "24", "6",  "7",  "13",
                                          "2",  "8", "10", "30", "17", "47"};
    struct case_table t;
    SC_AUTO(sc_audit) audit = attack(3, 2, figures, &t);
    const struct sc_disclosure *f = &audit->findings[0];

    (void)state;
    assert_false(audit->safe);
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 1);
    assert_int_equal(f->cell, cell_at(t.system, 1, 2));
    assert_int_equal(f->low, 2);
    assert_true(f->sensitive && f->proofs[SC_HIGH].pure);
    assert_int_equal(f->proofs[SC_HIGH].n_terms, 2); /* 24 - 22, the shorter of the two */
    sc_system_free(t.system);
}

static void two_hidden_with_a_small_sum(void **state)
{
    static const char *const figures[] = {"*", "*", "9", "12", "*", "*", "9",  "12",
                                          "5", "6", "0", "11", "8", "9", "18", "35"};
    struct case_table t;
    SC_AUTO(sc_audit) audit = attack(3, 3, figures, &t);

    (void)state;
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 0);
    assert_int_equal(audit->readers[SC_READER_SUMS].implied, 4); /* 3 in each row and column */
    assert_int_equal(audit->readers[SC_READER_RULES].exact, 0);  /* 1, 2 against 2, 1 */
    assert_false(audit->safe);
    sc_system_free(t.system);
}

static void a_block_of_four_that_stands(void **state)
{
    static const char *const figures[] = {"*", "*", "9", "20", "*",  "*",  "9",  "20",
                                          "5", "6", "0", "11", "16", "17", "18", "51"};
    struct case_table t;
    SC_AUTO(sc_audit) audit = attack(3, 3, figures, &t);

    (void)state;
    assert_true(audit->safe);
    assert_non_null(audit->witnesses);
    assert_int_equal(audit->readers[SC_READER_INSIDER].exact, 0);
    check_witnesses(audit, t.figures);
    sc_system_free(t.system);
}

static void ones_all_round_fall_to_the_rules(void **state)
{
    /* Each hidden pair sums to 2: with zeros printed, all are 1. */
    static const char *const figures[] = {"*", "*", "9", "11", "*", "*", "9",  "11",
                                          "5", "6", "0", "11", "7", "8", "18", "33"};
    struct case_table t;
    SC_AUTO(sc_audit) audit = attack(3, 3, figures, &t);

    (void)state;
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 0);
    assert_int_equal(audit->readers[SC_READER_RULES].exact, 4);
    assert_true(audit->readers[SC_READER_RULES].rules_apply);
    sc_system_free(t.system);
}

static void a_one_beside_another_count(void **state)
{
    /* 1 and 2 hidden in a row of two, each covered by its column only through the other row. */
    static const char *const figures[] = {"*", "*", "3", "*", "*",  "14",
                                          "0", "5", "5", "9", "13", "22"};
    struct case_table t = table_from(3, 2, figures);
    uint32_t single = cell_at(t.system, 1, 1);
    struct sc_audit_policy policy = {
        .no_implied = true, .singles_known = true, .singles = &single, .n_singles = 1};
    SC_AUTO(sc_audit) audit = audit_of(t.system, t.figures, &policy);
    SC_AUTO(sc_audit) open = NULL;

    (void)state;
    assert_true(audit->readers[SC_READER_SUMS].safe);
    assert_true(audit->readers[SC_READER_RULES].safe);
    assert_false(audit->readers[SC_READER_INSIDER].safe);
    /* Seen from outside: 1 and 2 in some order, so whoever is the 1 knows the 2. */
    policy.singles_known = false;
    policy.n_singles = 0;
    open = audit_of(t.system, t.figures, &policy);
    assert_false(open->readers[SC_READER_INSIDER].safe);
    sc_system_free(t.system);
}

static void twins_are_no_disclosure(void **state)
{
    /* Row a1 is one person in a1/b1: cell and total are twins. */
    static const char *const figures[] = {"*", "0", "0", "*",  "*",  "7",  "*",  "20",
                                          "*", "9", "*", "30", "12", "16", "23", "51"};
    struct case_table t = table_from(3, 3, figures);
    uint32_t singles[] = {cell_at(t.system, 1, 1), cell_at(t.system, 1, 0)};
    struct sc_audit_policy policy = {.singles_known = true, .singles = singles, .n_singles = 2};
    SC_AUTO(sc_audit) audit = audit_of(t.system, t.figures, &policy);

    (void)state;
    /* The grand total gives the row total away: 51 - 20 - 30. Not the twins' doing. */
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 2);
    sc_system_free(t.system);
}

static void zeros_that_give_a_row_away(void **state)
{
    static const char *const figures[] = {"*", "*", "*",  "0",  "5",  "6",  "7",  "18",
                                          "8", "9", "10", "27", "13", "15", "17", "45"};
    struct case_table t;
    SC_AUTO(sc_audit) audit = attack(3, 3, figures, &t);

    (void)state;
    /* A total of 0 over hidden cells: each is 0, and zeros are not shown after all. */
    assert_true(audit->consistent);
    assert_false(audit->readers[SC_READER_RULES].rules_apply);
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 3);
    assert_false(audit->safe);
    sc_system_free(t.system);
}

static void half_a_step_is_none(void **state)
{
    /*
     * Three hidden cells tied pairwise by three sums: a + b, b + c, a + c. The program's
     * interval of a can be wider than its whole numbers.
     */
    struct sc_system *s = NULL;
    struct sc_figure figures[6] = {0};
    SC_AUTO(sc_audit) audit = NULL;
    uint32_t code[6], cell, d;

    (void)state;
    OK(sc_system_new(&s, NULL));
    OK(sc_system_add_dimension(s, sc_slice_of("x"), &d, NULL));
    for (uint32_t i = 0; i < 6; i++) {
        char name[] = {(char)('a' + i), '\0'};

        OK(sc_system_add_code(s, d, sc_slice_of(name), &code[i], NULL));
    }
    OK(sc_system_add_split(s, d, code[3], (uint32_t[]){code[0], code[1]}, 2, false, NULL));
    OK(sc_system_add_split(s, d, code[4], (uint32_t[]){code[1], code[2]}, 2, false, NULL));
    OK(sc_system_add_split(s, d, code[5], (uint32_t[]){code[0], code[2]}, 2, false, NULL));
    for (uint32_t i = 0; i < 6; i++) {
        OK(sc_system_add_cell(s, &code[i], &cell, NULL));
        figures[i].kind = SC_FIGURE_HIDDEN;
    }
    for (uint32_t i = 3; i < 6; i++)
        figures[i] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = 10 + 2 * (int64_t)i};
    OK(sc_system_link(s, NULL));
    audit = audit_of(s, figures, NULL);
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 3); /* 9, 7, 11: by halves of sums */
    assert_int_equal(audit->findings[0].proofs[SC_HIGH].divisor, 2);
    assert_int_equal(audit->findings[0].proofs[SC_HIGH].n_terms, 3);
    /* An odd sum all round: no whole-number table at all. */
    figures[5].value++;
    sc_audit_free(SC_TAKE(audit));
    audit = audit_of(s, figures, NULL);
    assert_false(audit->consistent);
    assert_false(audit->safe);
    sc_system_free(s);
}

static void contradictions_are_never_safe(void **state)
{
    static const char *const printed[] = {"4", "5", "9", "6", "7", "13", "10", "13", "23"};
    static const char *const crossed[] = {"*", "5", "9", "*", "7", "13", "3", "12", "22"};
    static const char *const ring[] = {"*", "*", "9", "*", "*", "9", "5", "14", "19"};
    struct case_table t;
    SC_AUTO(sc_audit) a = attack(2, 2, printed, &t);
    SC_AUTO(sc_audit) b = NULL;
    SC_AUTO(sc_audit) c = NULL;

    (void)state;
    assert_false(a->consistent || a->safe);
    assert_int_equal(a->findings[0].kind, SC_FINDING_INCONSISTENT);
    assert_int_equal(a->findings[0].n_conflict, 1);
    assert_null(a->witnesses);
    sc_system_free(t.system);
    b = attack(2, 2, crossed, &t);
    assert_false(b->consistent || b->safe);
    assert_true(b->findings[0].proved[SC_LOW] || b->findings[0].n_conflict > 0);
    sc_system_free(t.system);
    c = attack(2, 2, ring, &t);
    assert_false(c->consistent || c->safe);
    sc_system_free(t.system);
}

/* ---- the smallest contradiction --------------------------------------------------------- */

/* The printed figures a contradiction names, by cell. */
static size_t named_figures(const struct sc_system *s, const struct sc_figure *figures,
                            const struct sc_disclosure *f, bool *named)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n_conflict; i++) {
        struct sc_relation r = sc_system_relation(s, f->conflict[i]);

        for (uint32_t k = 0; k <= r.n_children; k++)
            named[k == 0 ? r.total : r.children[k - 1]] = true;
    }
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; f->proved[side] && i < f->proofs[side].n_terms; i++)
            if (!f->proofs[side].terms[i].open)
                named[f->proofs[side].terms[i].cell] = true;
    if (f->n_conflict == 0 && f->cell != SC_NONE)
        named[f->cell] = true;
    for (size_t c = 0; c < sc_system_n_cells(s); c++) {
        named[c] = named[c] && figures[c].kind == SC_FIGURE_VALUE;
        n += named[c];
    }
    return n;
}

/*
 * Goes through all tables of 2 by 2 with figures of 0 to 15: none has all the named figures as
 * printed; notes in `alone` which of them is the only one wrong in some table.
 */
static void every_table(const struct sc_system *s, const struct sc_figure *figures,
                        const bool *named, bool *ret_one_has_all, bool *alone)
{
    int64_t value[BRUTE_CELLS];

    *ret_one_has_all = false;
    for (uint32_t t = 0; t < 1u << 16; t++) {
        size_t n_wrong = 0, bad;
        uint32_t wrong = 0;
        bool known[BRUTE_CELLS] = {false};

        for (uint32_t k = 0; k < 4; k++) {
            uint32_t c = cell_at(s, 1 + k / 2, 1 + k % 2);

            value[c] = t >> (4 * k) & 15;
            known[c] = true;
        }
        assert_true(sc_system_add_up(s, value, known, &bad));
        for (uint32_t c = 0; c < sc_system_n_cells(s); c++)
            if (named[c] && value[c] != figures[c].value) {
                n_wrong++;
                wrong = c;
            }
        *ret_one_has_all = *ret_one_has_all || n_wrong == 0;
        if (n_wrong == 1)
            alone[wrong] = true;
    }
}

/*
 * The figures named cannot all be true, and without any one of them the others can. (Of a printed
 * sum that does not hold all figures are named, for a reader to add up: fewer may do.)
 */
static void contradictions_are_minimal(void **state)
{
    static const uint32_t sizes[] = {2, 2};
    size_t n_crossed = 0, n_sums = 0;

    (void)state;
    seed = 77;
    for (int round = 0; round < 60; round++) {
        struct sc_system *s = table_of(2, sizes);
        struct sc_figure figures[BRUTE_CELLS];
        int64_t count[BRUTE_CELLS];
        uint32_t wrong = 1 + below(8);
        struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS)};
        SC_AUTO(sc_audit) audit = NULL;

        random_counts(s, 10, count);
        random_figures(s, count, 45, true, figures);
        figures[wrong] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count[wrong] + 3};
        OK(sc_audit_run(s, figures, NULL, 0, &policy, &audit, NULL));
        for (size_t f = 0; f < audit->n_findings; f++) {
            bool named[BRUTE_CELLS] = {false}, alone[BRUTE_CELLS] = {false}, one_has_all;

            if (audit->findings[f].kind != SC_FINDING_INCONSISTENT)
                continue;
            assert_true(named_figures(s, figures, &audit->findings[f], named) > 0);
            every_table(s, figures, named, &one_has_all, alone);
            assert_false(one_has_all);
            for (uint32_t c = 0; c < sc_system_n_cells(s); c++)
                assert_true(!named[c] || alone[c] || audit->findings[f].n_conflict > 0);
            n_crossed += audit->findings[f].n_conflict == 0;
            n_sums += audit->findings[f].n_conflict > 0;
        }
        sc_audit_free(SC_TAKE(audit));
        sc_system_free(s);
    }
    assert_true(n_crossed >= 3 && n_sums >= 3);
}

static void hidden_here_printed_there(void **state)
{
    static const char *const figures[] = {"3", "5", "8", "6", "7", "13", "9", "12", "21"};
    struct case_table t = table_from(2, 2, figures);
    struct sc_repeat repeat = {.cell = cell_at(t.system, 1, 1),
                               .figure = {.kind = SC_FIGURE_HIDDEN}};
    struct sc_repeat other = {.cell = cell_at(t.system, 1, 1),
                              .figure = {.kind = SC_FIGURE_VALUE, .value = 4}};
    SC_AUTO(sc_audit) audit = NULL;

    (void)state;
    OK(sc_audit_run(t.system, t.figures, &repeat, 1, NULL, &audit, NULL));
    assert_false(audit->safe);
    assert_int_equal(audit->findings[0].kind, SC_FINDING_PRINTED);
    sc_audit_free(SC_TAKE(audit));
    OK(sc_audit_run(t.system, t.figures, &other, 1, NULL, &audit, NULL));
    assert_false(audit->consistent);
    sc_system_free(t.system);
}

static void rounded_figures_are_intervals(void **state)
{
    /* To the nearest 5: 0 means 0 to 2, so a row 0, 0 under a total of 5 (3 to 7) is 3 or 4. */
    static const char *const loose[] = {"5", "10", "15", "10", "5", "15", "15", "15", "30"};
    static const char *const tight[] = {"0", "0", "5", "10", "5", "15", "10", "5", "20"};
    struct case_table t = table_from(2, 2, loose);
    struct sc_audit_policy policy = {.rounded = 5, .nearest = true};
    SC_AUTO(sc_audit) a = audit_of(t.system, t.figures, &policy);
    SC_AUTO(sc_audit) b = NULL;

    (void)state;
    assert_true(a->safe);
    sc_system_free(t.system);
    t = table_from(2, 2, tight);
    b = audit_of(t.system, t.figures, &policy);
    assert_true(b->consistent);
    sc_system_free(t.system);
}

/* The least and most of each cell over every 2 by 2 table inside the intervals. */
static void list_inside(const struct sc_system *s, const int64_t *least, const int64_t *most,
                        int64_t *found_least, int64_t *found_most)
{
    uint32_t inner[4];
    size_t n = 0, bad;

    for (uint32_t c = 0; c < 9; c++) {
        const uint32_t *codes = sc_system_cell_codes(s, c);

        found_least[c] = INT64_MAX;
        found_most[c] = INT64_MIN;
        if (codes[0] != 0 && codes[1] != 0)
            inner[n++] = c;
    }
    assert_int_equal(n, 4);
    for (int code = 0; code < 10000; code++) {
        int64_t count[9];
        bool known[9] = {false}, inside = true;

        for (int k = 0, rest = code; k < 4; k++, rest /= 10) {
            count[inner[k]] = rest % 10;
            known[inner[k]] = true;
        }
        assert_true(sc_system_add_up(s, count, known, &bad));
        for (uint32_t c = 0; c < 9; c++)
            inside = inside && count[c] >= least[c] && count[c] <= most[c];
        for (uint32_t c = 0; c < 9 && inside; c++) {
            found_least[c] = count[c] < found_least[c] ? count[c] : found_least[c];
            found_most[c] = count[c] > found_most[c] ? count[c] : found_most[c];
        }
    }
}

/* Each printed number with an interval of its own, against every table inside them. */
static void figures_with_intervals_of_their_own(void **state)
{
    static const uint32_t sizes[] = {2, 2};
    struct sc_system *s = table_of(2, sizes);
    size_t n_exact = 0;

    (void)state;
    for (int round = 0; round < 120; round++) {
        int64_t count[9] = {0}, least[9], most[9], low[9], high[9];
        struct sc_figure figures[9];
        struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS) |
                                                    SC_READER_BIT(SC_READER_RULES),
                                         .no_implied = true,
                                         .least = least,
                                         .most = most};
        SC_AUTO(sc_audit) audit = NULL;

        seed = 900 + (uint64_t)round;
        random_counts(s, 20, count);
        for (uint32_t c = 0; c < 9; c++) {
            int64_t down = below(3), up = below(3);

            least[c] = count[c] > down ? count[c] - down : 0;
            most[c] = count[c] + up;
            figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = 5 * below(4)};
        }
        list_inside(s, least, most, low, high);
        OK(sc_audit_run(s, figures, NULL, 0, &policy, &audit, NULL));
        assert_true(audit->consistent);
        for (uint32_t c = 0; c < 9; c++)
            for (int reader = SC_READER_SUMS; reader <= SC_READER_RULES; reader++) {
                enum sc_verdict verdict = audit->readers[reader].verdict[c];

                if (least[c] == most[c]) {
                    assert_int_equal(verdict, SC_VERDICT_NONE);
                    continue;
                }
                assert_int_equal(verdict,
                                 low[c] < high[c] ? SC_VERDICT_PROTECTED : SC_VERDICT_EXACT);
                n_exact += low[c] == high[c];
            }
        assert_int_equal(audit->safe, audit->readers[SC_READER_SUMS].exact == 0);
    }
    assert_true(n_exact > 100);
    sc_system_free(s);
}

static void groups_are_told_apart(void **state)
{
    static const char *const figures[] = {"12", "0", "12", "3", "7", "10", "15", "7", "22"};
    struct case_table t = table_from(2, 2, figures);
    struct sc_audit_policy policy = {.groups_unsafe = true};
    SC_AUTO(sc_audit) audit = audit_of(t.system, t.figures, NULL);
    SC_AUTO(sc_audit) strict = audit_of(t.system, t.figures, &policy);

    (void)state;
    assert_int_equal(audit->groups, 2); /* the first row, and the second column */
    assert_true(audit->safe);
    assert_false(strict->safe);
    sc_system_free(t.system);
}

static void refuses_wrong_policies(void **state)
{
    static const char *const figures[] = {"12", "0", "12", "3", "7", "10", "15", "7", "22"};
    struct case_table t = table_from(2, 2, figures);
    struct sc_audit *audit = NULL;
    uint32_t nowhere = 99;
    int64_t least[9] = {0};
    struct sc_audit_policy bad[] = {{.threshold = 1},
                                    {.width = -1},
                                    {.rounded = 1},
                                    {.singles = &nowhere, .n_singles = 1},
                                    {.least = least}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(sc_audit_run(t.system, t.figures, NULL, 0, &bad[i], &audit, NULL),
                         SC_E_RANGE);
    sc_system_free(t.system);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_hidden_cell),
        cmocka_unit_test(two_hidden_with_a_small_sum),
        cmocka_unit_test(a_block_of_four_that_stands),
        cmocka_unit_test(ones_all_round_fall_to_the_rules),
        cmocka_unit_test(a_one_beside_another_count),
        cmocka_unit_test(twins_are_no_disclosure),
        cmocka_unit_test(zeros_that_give_a_row_away),
        cmocka_unit_test(half_a_step_is_none),
        cmocka_unit_test(contradictions_are_never_safe),
        cmocka_unit_test(contradictions_are_minimal),
        cmocka_unit_test(hidden_here_printed_there),
        cmocka_unit_test(rounded_figures_are_intervals),
        cmocka_unit_test(figures_with_intervals_of_their_own),
        cmocka_unit_test(groups_are_told_apart),
        cmocka_unit_test(refuses_wrong_policies),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
