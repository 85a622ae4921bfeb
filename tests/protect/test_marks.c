/*
 * test_marks.c - suppression with two marks and with hidden zeros: every pattern of small tables,
 * tried with the audit, which knows what the marks say.
 *
 * Where some pattern is safe, one is found and it is the cheapest; where none is, the protector
 * does not say so: the audit of what it gives is not safe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "solver/solver.h"
#include "tables.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define SUMS_AND_RULES (SC_READER_BIT(SC_READER_SUMS) | SC_READER_BIT(SC_READER_RULES))
#define CANDIDATES_MAX 8

static size_t n_tables, n_found, n_none, n_cheapest;

static bool is_primary(const struct sc_protect_policy *policy, int64_t count)
{
    return count < policy->threshold && (count > 0 || policy->zeros_hidden);
}

/* What is shown when `hidden` (a set of cells) is hidden, written without the protector. */
static void show(const struct table *t, const struct sc_protect_policy *policy, uint64_t hidden,
                 struct sc_figure *figures)
{
    for (uint32_t c = 0; c < t->n; c++) {
        int64_t count = t->count[c];

        figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count};
        if (!(hidden >> c & 1))
            continue;
        if (!policy->two_marks)
            figures[c] = (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
        else if (count < policy->threshold)
            figures[c] = (struct sc_figure){.kind = SC_FIGURE_SMALL,
                                            .value = policy->threshold - 1,
                                            .least = policy->zeros_hidden ? 0 : 1};
        else
            figures[c] = (struct sc_figure){.kind = SC_FIGURE_LARGE, .least = policy->threshold};
    }
}

static bool is_safe(const struct table *t, const struct sc_protect_policy *policy, uint64_t hidden)
{
    struct sc_figure figures[64];
    uint32_t singles[64];
    struct sc_audit_policy audit_policy = {.threshold = policy->threshold,
                                           .readers = policy->readers,
                                           .no_implied = policy->no_implied,
                                           .zeros = policy->zeros_hidden ? SC_ZEROS_HIDDEN
                                                                         : SC_ZEROS_SHOWN,
                                           .singles_known = true,
                                           .singles = singles};
    SC_AUTO(sc_audit) audit = NULL;

    show(t, policy, hidden, figures);
    for (uint32_t c = 0; c < t->n; c++)
        if (hidden >> c & 1 && t->count[c] == 1)
            singles[audit_policy.n_singles++] = c;
    OK(sc_audit_run(t->system, figures, NULL, 0, &audit_policy, &audit, NULL));
    return audit->safe;
}

/* The least cost of a safe pattern cheaper than `below`; `below` when there is none. */
static int64_t least_cost(const struct table *t, const struct sc_protect_policy *policy,
                          const uint32_t *candidate, size_t n, uint64_t primaries, int64_t below)
{
    int64_t best = below;

    for (uint64_t set = 0; set < UINT64_C(1) << n; set++) {
        uint64_t hidden = primaries;
        int64_t cost = 0;

        for (size_t i = 0; i < n; i++)
            if (set >> i & 1) {
                hidden |= UINT64_C(1) << candidate[i];
                cost += t->count[candidate[i]];
            }
        if (cost < best && is_safe(t, policy, hidden))
            best = cost;
    }
    return best;
}

static void one_table(const struct table *t, const struct sc_protect_policy *policy)
{
    struct sc_protect_input input = {.system = t->system, .count = t->count};
    SC_AUTO(sc_pattern) pattern = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    struct sc_figure figures[64], expected[64];
    uint32_t candidate[64];
    uint64_t primaries = 0, hidden = 0;
    int64_t least;
    size_t n = 0;

    OK(sc_protect_suppress(&input, policy, &pattern, NULL));
    for (uint32_t c = 0; c < t->n; c++) {
        bool primary = is_primary(policy, t->count[c]);

        assert_int_equal(pattern->reason[c] == SC_REASON_PRIMARY, primary);
        primaries |= (uint64_t)primary << c;
        hidden |= (uint64_t)(pattern->reason[c] != SC_REASON_NONE) << c;
        if (t->count[c] >= policy->threshold)
            candidate[n++] = c;
    }
    sc_pattern_figures(&input, pattern, figures);
    show(t, policy, hidden, expected);
    for (uint32_t c = 0; c < t->n; c++) {
        assert_int_equal(figures[c].kind, expected[c].kind);
        assert_int_equal(figures[c].value, expected[c].value);
        assert_int_equal(figures[c].least, expected[c].least);
    }
    OK(sc_pattern_audit(&input, policy, pattern, &audit, NULL));
    assert_int_equal(audit->safe, is_safe(t, policy, hidden));
    n_tables++;
    n_found += audit->safe;
    if (n > CANDIDATES_MAX)
        return;
    least = least_cost(t, policy, candidate, n, primaries,
                       audit->safe ? pattern->secondary_sum : INT64_MAX);
    if (!audit->safe) {
        assert_true(least == INT64_MAX); /* no pattern is safe */
        n_none++;
        return;
    }
    assert_true(pattern->unprotectable == 0);
    assert_true(pattern->lower_bound <= (double)least + 1e-9);
    if (pattern->optimal) {
        assert_int_equal(pattern->secondary_sum, least);
        n_cheapest++;
    }
}

static void every_pattern(const struct sc_protect_policy *base, uint64_t seed, int rounds)
{
    static const uint32_t shapes[][3] = {{2, 3, 0}, {3, 3, 0}, {2, 2, 2}, {4, 2, 0}};

    n_tables = n_found = n_none = n_cheapest = 0;
    for (int i = 0; i < rounds; i++) {
        const uint32_t *sizes = shapes[i % 4];
        size_t n = (size_t)sizes[0] * sizes[1] * (sizes[2] ? sizes[2] : 1);
        struct sc_protect_policy policy = *base;
        int64_t inner[16];
        struct table t;

        policy.threshold = 3 + i / 4 % 3;
        policy.readers = i / 2 % 2 ? SUMS_AND_RULES : 0;
        policy.no_implied = i / 8 % 2;
        for (size_t k = 0; k < n; k++)
            inner[k] =
                next_random(&seed) % 3 == 0 ? next_random(&seed) % 3 : next_random(&seed) % 9;
        t = table_new(sizes, sizes[2] ? 3 : 2, i % 4 == 3, inner);
        one_table(&t, &policy);
        table_free(&t);
    }
    print_message("%zu tables, %zu safe, %zu that nothing makes safe, %zu proved cheapest\n",
                  n_tables, n_found, n_none, n_cheapest);
}

static void two_marks_are_safe_where_anything_is(void **state)
{
    const struct sc_protect_policy policy = {.two_marks = true};

    (void)state;
    every_pattern(&policy, 11, 160);
    assert_true(n_found > 40 && n_none > 5 && n_cheapest > 20);
}

static void hidden_zeros_are_safe_where_anything_is(void **state)
{
    const struct sc_protect_policy policy = {.zeros_hidden = true};

    (void)state;
    every_pattern(&policy, 12, 160);
    assert_true(n_found > 40 && n_cheapest > 20);
}

static void both_together(void **state)
{
    const struct sc_protect_policy policy = {.two_marks = true, .zeros_hidden = true};

    (void)state;
    every_pattern(&policy, 13, 160);
    assert_true(n_found > 40 && n_none > 0 && n_cheapest > 20);
}

/* A reader of sums alone does not know what marks mean: two are as safe as one. */
static void marks_mean_nothing_to_a_reader_of_sums(void **state)
{
    const int64_t inner[] = {3, 9, 12, 8, 7, 20, 30, 40, 50};
    struct sc_protect_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS), .threshold = 5};
    struct table t = table_new((const uint32_t[]){3, 3}, 2, false, inner);
    struct sc_protect_input input = {.system = t.system, .count = t.count};
    SC_AUTO(sc_pattern) one = NULL;
    SC_AUTO(sc_pattern) two = NULL;

    (void)state;
    OK(sc_protect_suppress(&input, &policy, &one, NULL));
    policy.two_marks = true;
    OK(sc_protect_suppress(&input, &policy, &two, NULL));
    assert_memory_equal(one->reason, two->reason, t.n);
    table_free(&t);
}

/* Larger tables: what is given is safe, or says that it is not. */
static void larger_tables(void **state)
{
    uint64_t seed = 5;
    size_t n_safe = 0;

    (void)state;
    for (int i = 0; i < 16; i++) {
        struct sc_protect_policy policy = {.two_marks = i % 4 != 3,
                                           .zeros_hidden = i % 2,
                                           .threshold = 5,
                                           .small = i % 8 < 4 ? 0 : 1,
                                           .max_work = 3000000};
        struct sc_protect_input input;
        SC_AUTO(sc_pattern) pattern = NULL;
        SC_AUTO(sc_audit) audit = NULL;
        int64_t inner[72];
        struct table t;

        for (size_t k = 0; k < 72; k++)
            inner[k] = next_random(&seed) % 4 ? next_random(&seed) % 30 : next_random(&seed) % 5;
        t = table_new((const uint32_t[]){6, 3, 4}, 3, true, inner);
        input = (struct sc_protect_input){.system = t.system, .count = t.count};
        OK(sc_protect_suppress(&input, &policy, &pattern, NULL));
        OK(sc_pattern_audit(&input, &policy, pattern, &audit, NULL));
        assert_true(audit->safe || pattern->unprotectable > 0);
        n_safe += audit->safe;
        table_free(&t);
    }
    print_message("%zu of 16 safe\n", n_safe);
    assert_true(n_safe >= 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_marks_are_safe_where_anything_is),
        cmocka_unit_test(hidden_zeros_are_safe_where_anything_is),
        cmocka_unit_test(both_together),
        cmocka_unit_test(marks_mean_nothing_to_a_reader_of_sums),
        cmocka_unit_test(larger_tables),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
