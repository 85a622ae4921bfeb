/*
 * test_audit.c - the audit against every table there is, on many small tables of random
 * shape, counts and suppression; and the textbook cases with what must be found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "audit/witness.h"
#include "solver/solver.h"

#include "brute.h"
#include "greedy.h"

#define OK(call) assert_int_equal((call), SC_OK)

static uint64_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* A table of the given sizes with all margins; the grand total is cell 0. */
static struct sc_system *table_of(size_t n_dimensions, const uint32_t *sizes)
{
    struct sc_system *s = NULL;
    uint32_t at[4] = {0}, cell;

    OK(sc_system_new(&s, NULL));
    for (uint32_t d = 0; d < n_dimensions; d++) {
        char name[] = {(char)('A' + d), '\0'};
        uint32_t dimension, children[8];

        OK(sc_system_add_dimension(s, sc_slice_of(name), &dimension, NULL));
        for (uint32_t k = 0; k < sizes[d]; k++) {
            char code[] = {(char)('a' + d), (char)('1' + k), '\0'};

            OK(sc_system_add_code(s, d, sc_slice_of(code), &children[k], NULL));
        }
        OK(sc_system_add_split(s, d, 0, children, sizes[d], false, NULL));
    }
    for (;;) {
        size_t d = 0;

        OK(sc_system_add_cell(s, at, &cell, NULL));
        while (d < n_dimensions && ++at[d] > sizes[d])
            at[d++] = 0;
        if (d == n_dimensions)
            break;
    }
    OK(sc_system_link(s, NULL));
    return s;
}

/* Random counts: mostly 0 to 3, at most `most` in all. */
static void random_counts(const struct sc_system *s, int64_t most, int64_t *count)
{
    bool known[BRUTE_CELLS] = {false};
    int64_t left = most;
    size_t bad;

    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        const uint32_t *codes = sc_system_cell_codes(s, c);
        bool inner = true;

        for (uint32_t d = 0; d < sc_system_n_dimensions(s); d++)
            inner = inner && codes[d] != 0;
        if (!inner)
            continue;
        count[c] = below(3) == 0 ? 0 : 1 + below(below(4) == 0 ? 5 : 2);
        count[c] = count[c] > left ? left : count[c];
        left -= count[c];
        known[c] = true;
    }
    assert_true(sc_system_add_up(s, count, known, &bad));
}

/* Hides at random, never the grand total; zeros only when `zeros_too`. */
static void random_figures(const struct sc_system *s, const int64_t *count, uint32_t percent,
                           bool zeros_too, struct sc_figure *figures)
{
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count[c]};
        if (c > 0 && below(100) < percent && (count[c] > 0 || zeros_too))
            greedy_hide(figures, c);
    }
}

/* What the proof says holds in a table, whatever the table, as long as it adds up. */
static void check_identity(const struct sc_disclosure *f, const int64_t *count)
{
    for (int side = 0; side < 2; side++) {
        int64_t sum = 0, proved = 0;

        if (!f->proved[side] || f->kind == SC_FINDING_IMPLIED)
            continue;
        for (size_t i = 0; i < f->proofs[side].n_terms; i++) {
            const struct sc_proof_term *t = &f->proofs[side].terms[i];

            sum += t->coefficient * count[t->cell];
            proved += t->coefficient * t->value;
        }
        assert_int_equal(sum, f->proofs[side].divisor * count[f->cell]);
        assert_int_equal(f->proofs[side].value, f->low);
        assert_true(side == SC_HIGH ? proved < (f->low + 1) * f->proofs[side].divisor
                                    : proved > (f->low - 1) * f->proofs[side].divisor);
    }
}

static size_t n_proved, n_unproved;

static void check_proofs(const struct sc_audit *audit, const int64_t *count)
{
    for (size_t i = 0; i < audit->n_findings; i++) {
        const struct sc_disclosure *f = &audit->findings[i];

        if (f->kind != SC_FINDING_CELL || f->reader == SC_READER_INSIDER ||
            f->verdict != SC_VERDICT_EXACT)
            continue;
        /* Exact by wholeness alone: no sum shows it, branch and bound did. Rare. */
        n_unproved += !f->proved[SC_HIGH] || !(f->proved[SC_LOW] || f->proofs[SC_HIGH].pure);
        n_proved++;
        assert_int_equal(f->low, count[f->cell]);
        check_identity(f, count);
    }
}

/* Every implied count found is one number in every table that agrees. */
struct implied_check {
    const struct sc_audit *audit;
};

static void check_implied(const struct brute *b, void *arg)
{
    const struct sc_audit *audit = ((struct implied_check *)arg)->audit;

    for (size_t i = 0; i < audit->n_findings; i++) {
        const struct sc_disclosure *f = &audit->findings[i];
        int64_t sum = 0;

        if (f->kind != SC_FINDING_IMPLIED || f->reader != SC_READER_SUMS)
            continue;
        for (size_t t = 0; t < f->proofs[SC_HIGH].n_terms; t++)
            sum +=
                f->proofs[SC_HIGH].terms[t].coefficient * b->now[f->proofs[SC_HIGH].terms[t].cell];
        assert_true(f->proved[SC_HIGH]);
        assert_int_equal(sum, f->low);
    }
}

/* Rows whose hidden, not exact part is known and sensitive, by brute force. */
static size_t count_implied_rows(const struct brute *b, int64_t threshold)
{
    size_t n = 0;

    for (size_t i = 0; i < sc_system_n_relations(b->system); i++) {
        struct sc_relation r = sc_system_relation(b->system, i);
        int64_t sum = b->least[r.total];
        size_t open = 0;

        if (b->least[r.total] != b->most[r.total])
            continue;
        for (uint32_t k = 0; k < r.n_children; k++) {
            if (b->least[r.children[k]] == b->most[r.children[k]])
                sum -= b->least[r.children[k]];
            else
                open++;
        }
        n += open >= 2 && sum >= 1 && sum < threshold;
    }
    return n;
}

static size_t count_implied_found(const struct sc_audit *audit, enum sc_reader reader)
{
    size_t n = 0;

    for (size_t i = 0; i < audit->n_findings; i++)
        n += audit->findings[i].kind == SC_FINDING_IMPLIED && audit->findings[i].reader == reader &&
             audit->findings[i].minus == SC_NONE;
    return n;
}

static void check_witnesses(const struct sc_audit *audit, const struct sc_figure *figures)
{
    const struct sc_witnesses *w = audit->witnesses;
    const struct sc_system *s = audit->system;
    int64_t table[BRUTE_CELLS];
    bool varied[BRUTE_CELLS] = {false};

    for (size_t m = 0; m <= w->n_moves; m++) {
        memcpy(table, w->base, w->n_cells * sizeof *table);
        for (size_t i = m ? w->start[m - 1] : 0; m > 0 && i < w->start[m]; i++) {
            table[w->cell[i]] += w->change[i];
            varied[w->cell[i]] = varied[w->cell[i]] || w->change[i] != 0;
        }
        for (size_t i = 0; i < sc_system_n_relations(s); i++) {
            struct sc_relation r = sc_system_relation(s, i);
            int64_t sum = 0;

            for (uint32_t k = 0; k < r.n_children; k++)
                sum += table[r.children[k]];
            assert_int_equal(sum, table[r.total]);
        }
        for (size_t c = 0; c < w->n_cells; c++)
            assert_true(figures[c].kind == SC_FIGURE_VALUE ? table[c] == figures[c].value
                                                           : table[c] >= w->hidden_low);
    }
    for (size_t c = 0; c < w->n_cells; c++)
        assert_true(varied[c] == (figures[c].kind == SC_FIGURE_HIDDEN) || !varied[c]);
    for (size_t c = 0; c < w->n_cells; c++)
        if (figures[c].kind == SC_FIGURE_HIDDEN)
            assert_true(varied[c]);
}

static void check_reader(const struct sc_audit *audit, enum sc_reader reader, const struct brute *b,
                         int64_t width)
{
    for (uint32_t c = 0; c < sc_system_n_cells(b->system); c++) {
        int64_t spread = b->most[c] - b->least[c];

        if (!brute_hidden(b, c))
            continue;
        assert_int_equal(audit->readers[reader].verdict[c], spread == 0 ? SC_VERDICT_EXACT
                                                            : spread < width
                                                                ? SC_VERDICT_NARROWED
                                                                : SC_VERDICT_PROTECTED);
    }
    assert_int_equal(audit->readers[reader].undecided, 0);
    assert_int_equal(count_implied_found(audit, reader), count_implied_rows(b, 5));
}

/* Cells that are the same person to the rules reader: sum over nothing but zeros. */
static void find_twins(const struct brute *rules, uint32_t *twin)
{
    bool zero[BRUTE_CELLS];

    for (size_t c = 0; c < sc_system_n_cells(rules->system); c++)
        zero[c] = rules->most[c] == 0;
    OK(sc_system_twins(rules->system, zero, twin, NULL));
}

/* For one single: which sensitive hidden cells become exact that the rules leave open. */
static void insider_fails(const struct brute *rules, const uint32_t *twin, uint32_t s, bool *fails)
{
    struct brute b = {.system = rules->system,
                      .figures = rules->figures,
                      .hidden_low = rules->hidden_low,
                      .fixed = s,
                      .fixed_value = 1};

    brute_run(&b);
    for (uint32_t p = 0; p < sc_system_n_cells(b.system); p++)
        fails[p] = b.n_tables > 0 && p != s && brute_hidden(&b, p) && twin[p] != twin[s] &&
                   rules->least[p] != rules->most[p] && b.least[p] == b.most[p] &&
                   b.least[p] >= 1 && b.least[p] < 5;
}

/*
 * Sums with a hidden total, open to the rules, that the person in `s` would know, and with it a
 * small hidden part of two figures or more, not the whole sum.
 */
static size_t insider_implied(const struct brute *rules, uint32_t s)
{
    struct brute b = {.system = rules->system,
                      .figures = rules->figures,
                      .hidden_low = rules->hidden_low,
                      .fixed = s,
                      .fixed_value = 1};
    size_t found = 0;

    brute_run(&b);
    for (size_t i = 0; i < sc_system_n_relations(b.system) && b.n_tables > 0; i++) {
        struct sc_relation r = sc_system_relation(b.system, i);
        int64_t part = b.least[r.total];
        size_t n = 0;

        if (!brute_hidden(&b, r.total) || r.total == s ||
            rules->least[r.total] == rules->most[r.total] || b.least[r.total] != b.most[r.total])
            continue;
        for (uint32_t k = 0; k < r.n_children; k++) {
            uint32_t c = r.children[k];

            if (rules->least[c] == rules->most[c])
                part -= rules->least[c];
            else
                n++;
        }
        found += n >= 2 && n < r.n_children && part >= 1 && part < 5;
    }
    return found;
}

static size_t expected_insider(const struct brute *rules, const uint32_t *twin,
                               const int64_t *count)
{
    bool failed[BRUTE_CELLS] = {false};
    size_t n = 0;

    for (uint32_t s = 0; s < sc_system_n_cells(rules->system); s++) {
        bool fails[BRUTE_CELLS];

        if (!brute_hidden(rules, s) || count[s] != 1 || rules->least[s] == rules->most[s])
            continue;
        insider_fails(rules, twin, s, fails);
        for (size_t p = 0; p < BRUTE_CELLS && p < sc_system_n_cells(rules->system); p++)
            failed[p] = failed[p] || fails[p];
    }
    for (uint32_t p = 0; p < sc_system_n_cells(rules->system); p++)
        n += failed[p] || (brute_hidden(rules, p) && rules->least[p] == rules->most[p]);
    return n;
}

/* Whether in every table that agrees somebody is an insider who learns something. */
struct certain_check {
    const bool *harmful; /* by cell: as a single, gives something away */
    bool avoidable;
};

static void note_avoidable(const struct brute *b, void *arg)
{
    struct certain_check *check = arg;
    bool harmless = true;

    for (size_t s = 0; s < sc_system_n_cells(b->system); s++)
        harmless = harmless && !(check->harmful[s] && b->now[s] == 1);
    check->avoidable = check->avoidable || harmless;
}

static bool expected_certain(const struct brute *rules, const uint32_t *twin)
{
    bool harmful[BRUTE_CELLS] = {false}, any = false;
    struct certain_check check = {harmful, false};
    struct brute b = {.system = rules->system,
                      .figures = rules->figures,
                      .hidden_low = rules->hidden_low,
                      .fixed = SC_NONE,
                      .each = note_avoidable,
                      .arg = &check};

    for (uint32_t s = 0; s < sc_system_n_cells(rules->system); s++) {
        bool fails[BRUTE_CELLS];

        if (!brute_hidden(rules, s) || rules->least[s] == rules->most[s])
            continue;
        insider_fails(rules, twin, s, fails);
        for (size_t p = 0; p < sc_system_n_cells(rules->system); p++)
            harmful[s] = harmful[s] || fails[p];
        harmful[s] = harmful[s] || insider_implied(rules, s) > 0;
        any = any || harmful[s];
    }
    if (!any)
        return false;
    brute_run(&b);
    return !check.avoidable;
}

static struct sc_audit *audit_of(const struct sc_system *s, const struct sc_figure *figures,
                                 const struct sc_audit_policy *policy)
{
    struct sc_audit *audit = NULL;
    struct sc_error err = {0};
    enum sc_status status = sc_audit_run(s, figures, NULL, 0, policy, &audit, &err);

    if (status)
        print_message("%s\n", err.message);
    assert_int_equal(status, SC_OK);
    return audit;
}

static size_t n_safe, n_unsafe, n_certain, n_insider_implied;

/*
 * Every hidden part an insider is said to know is one; and where there are some, some are found
 * (not each: of several sums with totals that move together one is looked at).
 */
static void check_insider_implied(const struct sc_audit *audit, const struct brute *rules,
                                  const int64_t *count)
{
    size_t expected = 0, found = 0;

    for (uint32_t s = 0; s < sc_system_n_cells(rules->system); s++)
        if (brute_hidden(rules, s) && count[s] == 1 && rules->least[s] != rules->most[s])
            expected += insider_implied(rules, s);
    for (size_t i = 0; i < audit->n_findings; i++)
        found += audit->findings[i].kind == SC_FINDING_IMPLIED &&
                 audit->findings[i].reader == SC_READER_INSIDER;
    if (found > expected || (expected > 0 && found == 0))
        print_message("insider implied: found %zu, expected %zu\n", found, expected);
    assert_true(found <= expected);
    n_insider_implied += expected > 0;
    if (audit->readers[SC_READER_INSIDER].exact == 0)
        assert_true(expected == 0 || found > 0);
}

static void one_table(size_t n_dimensions, const uint32_t *sizes, int64_t most, uint32_t percent,
                      bool zeros_too, int64_t width)
{
    SC_AUTO(sc_system) s = table_of(n_dimensions, sizes);
    SC_AUTO(sc_audit) audit = NULL;
    int64_t count[BRUTE_CELLS] = {0};
    struct sc_figure figures[BRUTE_CELLS];
    uint32_t singles[BRUTE_CELLS];
    struct implied_check implied = {NULL};
    uint32_t twin[BRUTE_CELLS];
    struct sc_audit_policy policy = {.zeros = zeros_too ? SC_ZEROS_HIDDEN : SC_ZEROS_SHOWN,
                                     .width = width,
                                     .singles_known = true,
                                     .singles = singles};
    struct brute sums = {.system = s, .figures = figures, .fixed = SC_NONE};
    struct brute rules = {
        .system = s, .figures = figures, .fixed = SC_NONE, .hidden_low = zeros_too ? 0 : 1};

    random_counts(s, most, count);
    random_figures(s, count, percent, zeros_too, figures);
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++)
        if (brute_hidden(&sums, c) && count[c] == 1)
            singles[policy.n_singles++] = c;
    audit = audit_of(s, figures, &policy);
    assert_true(audit->consistent);
    implied.audit = audit;
    sums.each = check_implied;
    sums.arg = &implied;
    brute_run(&sums);
    brute_run(&rules);
    find_twins(&rules, twin);
    check_reader(audit, SC_READER_SUMS, &sums, width);
    check_reader(audit, SC_READER_RULES, &rules, width);
    check_proofs(audit, count);
    if (audit->witnesses && width == 1)
        check_witnesses(audit, figures);
    if (audit->readers[SC_READER_INSIDER].exact != expected_insider(&rules, twin, count)) {
        for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
            SC_AUTO_BUF buf = {0};

            sc_system_describe(s, c, &buf);
            print_message("%s: %d%s rules %d..%d insider verdict %d\n", buf.data, (int)count[c],
                          brute_hidden(&sums, c) ? " hidden" : "", (int)rules.least[c],
                          (int)rules.most[c], audit->readers[SC_READER_INSIDER].verdict[c]);
        }
    }
    assert_int_equal(audit->readers[SC_READER_INSIDER].exact,
                     expected_insider(&rules, twin, count));
    check_insider_implied(audit, &rules, count);
    *(audit->safe ? &n_safe : &n_unsafe) += 1;
    if (!zeros_too && width == 1) { /* the public's view of the insider */
        SC_AUTO(sc_audit) open = NULL;

        policy.singles_known = false;
        policy.n_singles = 0;
        open = audit_of(s, figures, &policy);
        assert_int_equal(
            open->readers[SC_READER_INSIDER].exact + open->readers[SC_READER_INSIDER].implied >
                open->readers[SC_READER_RULES].exact + open->readers[SC_READER_RULES].implied,
            expected_certain(&rules, twin));
        n_certain += expected_certain(&rules, twin);
    }
}

static void random_tables_agree_with_brute_force(void **state)
{
    static const uint32_t shapes[][3] = {{3, 3, 0}, {4, 2, 0}, {2, 2, 2},
                                         {3, 2, 2}, {5, 0, 0}, {3, 4, 0}};
    int rounds = getenv("SAFECOUNT_TEST_ROUNDS") ? atoi(getenv("SAFECOUNT_TEST_ROUNDS")) : 60;

    (void)state;
    seed = 20211;
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
            size_t n = shapes[i][2] ? 3 : shapes[i][1] ? 2 : 1;
            int64_t most = n == 3 ? 9 : 13;

            uint32_t percent = 30 + 10 * below(6); /* drawn in a fixed order */
            bool zeros_too = below(2) == 0;

            one_table(n, shapes[i], most, percent, zeros_too, 1 + below(3) / 2);
        }
    print_message("%zu safe, %zu not; insider certain in %zu\n", n_safe, n_unsafe, n_certain);
    print_message("%zu exact by a sum, %zu by wholeness alone\n", n_proved, n_unproved);
    assert_true(n_unproved * 100 < n_proved);
    assert_true(n_safe > 0 && n_unsafe > 0 && n_certain > 0 && n_insider_implied > 0);
}

/* ---- textbook cases -------------------------------------------------------------- */

/* A 2-D table from a text of figures, rows down, totals included as last row and column. */
struct case_table {
    struct sc_system *system;
    struct sc_figure figures[BRUTE_CELLS];
};

static uint32_t cell_at(const struct sc_system *s, uint32_t a, uint32_t b)
{
    return sc_system_find_cell(s, (uint32_t[]){a, b});
}

static struct case_table table_from(uint32_t rows, uint32_t columns, const char *const *figures)
{
    struct case_table t = {.system = table_of(2, (uint32_t[]){rows, columns})};

    for (uint32_t a = 0; a <= rows; a++)
        for (uint32_t b = 0; b <= columns; b++) {
            uint32_t cell = cell_at(t.system, (a + 1) % (rows + 1), (b + 1) % (columns + 1));

            assert_true(sc_figure_parse(sc_slice_of(figures[a * (columns + 1) + b]), NULL, 0,
                                        &t.figures[cell]));
        }
    return t;
}

static struct sc_audit *attack(uint32_t rows, uint32_t columns, const char *const *figures,
                               struct case_table *ret_table)
{
    *ret_table = table_from(rows, columns, figures);
    return audit_of(ret_table->system, ret_table->figures, NULL);
}

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
        cmocka_unit_test(random_tables_agree_with_brute_force),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
