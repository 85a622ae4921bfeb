/*
 * test_audit.c - the audit against every table there is, on many small tables of random
 * shape, counts and suppression.
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
#include "tables.h"

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
    if (width == 1 &&
        (!zeros_too || rules.n_tables <= 150)) { /* the public's view of the insider */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_tables_agree_with_brute_force),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
