/*
 * test_protect_real.c - suppression on the shared test tables: what it costs, that it is the
 * least where that is proved, and that an attacker written apart from audit and protector, with
 * whole-number programs over the cells themselves, finds nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../audit/attacker.h"
#include "../system/files.h"
#include "protect/protect.h"
#include "solver/solver.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define SUMS_AND_RULES (SC_READER_BIT(SC_READER_SUMS) | SC_READER_BIT(SC_READER_RULES))

struct real {
    struct sc_release *release;
    struct sc_protect_input input;
    int64_t *count;
    struct sc_pattern *pattern;
};

static void real_release(struct real *r)
{
    sc_pattern_free(r->pattern);
    sc_release_free(r->release);
    free(r->count);
}

/* Reads and protects a shared table; false when the shared data are not here. */
static bool protect_real(const char *name, const struct sc_protect_policy *policy, struct real *r)
{
    char table[64], tree[80];
    const char *file, *hierarchy;
    char *kept;
    struct sc_release_options options = {.n_files = 1, .n_hierarchies = 1, .complete = true};
    SC_AUTO(sc_audit) audit = NULL;

    memset(r, 0, sizeof *r);
    (void)snprintf(table, sizeof table, "data/tables/%s.csv", name);
    (void)snprintf(tree, sizeof tree, "data/tables/%s.hierarchy.csv", name);
    file = shared_file(table);
    if (!file)
        return false;
    kept = strdup(file); /* shared_file() has one buffer */
    assert_non_null(kept);
    file = kept;
    hierarchy = shared_file(tree);
    options.files = &file;
    options.hierarchies = &hierarchy;
    OK(sc_release_read(&options, &r->release, NULL));
    free(kept);
    r->count = calloc(sc_system_n_cells(r->release->system), sizeof *r->count);
    assert_non_null(r->count);
    for (size_t c = 0; c < sc_system_n_cells(r->release->system); c++)
        r->count[c] = r->release->figures[c].value;
    r->input.system = r->release->system;
    r->input.count = r->count;
    OK(sc_protect_suppress(&r->input, policy, &r->pattern, NULL));
    OK(sc_pattern_audit(&r->input, policy, r->pattern, &audit, NULL));
    assert_true(audit->safe);
    sc_pattern_figures(&r->input, r->pattern, r->release->figures);
    return true;
}

/* Least (side 0) or most (1) of `target`, with `fixed` known to be 1 (SC_NONE: nobody). */
static int64_t extreme(const struct sc_release *release, uint32_t target, int side, uint32_t fixed)
{
    SC_AUTO(sc_lp) lp = attacker_program(release->system, release->figures, 100000);
    struct sc_mip_result result;

    if (fixed != SC_NONE)
        sc_lp_set_column_bounds(lp, fixed, 1, 1);
    sc_lp_set_cost(lp, target, 1);
    sc_lp_set_maximise(lp, side == 1);
    OK(sc_mip_solve(lp, NULL, &result, NULL));
    assert_int_equal(result.state, SC_LP_OPTIMAL);
    return sc_nearest_integer(result.value);
}

/* Attacks every `step`-th sensitive hidden cell. */
static void attack(const struct real *r, uint32_t step)
{
    for (uint32_t c = 0; c < r->pattern->n_cells; c += step)
        if (r->pattern->reason[c] == SC_REASON_PRIMARY)
            assert_true(extreme(r->release, c, 0, SC_NONE) < extreme(r->release, c, 1, SC_NONE));
}

static void flat_tables_at_least_cost(void **state)
{
    static const struct {
        const char *name;
        size_t secondary;
        int64_t sum;
        uint32_t step;
    } tables[] = {{"t2s-1", 2, 11, 1}, {"t2s-2", 0, 0, 1}, {"t2s-3", 3, 36, 1},
                  {"t2-1", 3, 23, 7},  {"t2-2", 0, 0, 9},  {"t2-3", 1, 6, 8}};
    struct sc_protect_policy policy = {.readers = SUMS_AND_RULES, .no_implied = true};

    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct real r;

        if (!protect_real(tables[i].name, &policy, &r)) {
            print_message("shared data are not here\n");
            skip();
        }
        assert_true(r.pattern->optimal);
        assert_int_equal(r.pattern->secondary, tables[i].secondary);
        assert_int_equal(r.pattern->secondary_sum, tables[i].sum);
        attack(&r, tables[i].step);
        real_release(&r);
    }
}

static void three_dimensions_at_least_cost(void **state)
{
    struct sc_protect_policy policy = {.readers = SUMS_AND_RULES, .no_implied = true};
    struct real r;

    (void)state;
    if (!protect_real("t3-1", &policy, &r)) {
        print_message("shared data are not here\n");
        skip();
    }
    assert_true(r.pattern->optimal);
    assert_int_equal(r.pattern->secondary, 25);
    assert_int_equal(r.pattern->secondary_sum, 173);
    attack(&r, 97);
    real_release(&r);
}

static void all_readers_and_implied_counts(void **state)
{
    struct real r;
    uint32_t single = SC_NONE;
    int pairs = 0;

    (void)state;
    if (!protect_real("t3-1", NULL, &r)) {
        print_message("shared data are not here\n");
        skip();
    }
    assert_true(r.pattern->optimal);
    assert_int_equal(r.pattern->secondary, 36);
    assert_int_equal(r.pattern->secondary_sum, 247);
    /* Some insiders against some others: never one figure alone, but for the same person's. */
    for (uint32_t c = 0; c < r.pattern->n_cells && pairs < 6; c += 61) {
        if (r.pattern->reason[c] != SC_REASON_PRIMARY)
            continue;
        if (single == SC_NONE && r.count[c] == 1)
            single = c;
        else if (single != SC_NONE && r.count[c] > 1) {
            assert_true(extreme(r.release, c, 0, single) < extreme(r.release, c, 1, single));
            pairs++;
        }
    }
    assert_true(pairs > 0);
    real_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_tables_at_least_cost),
        cmocka_unit_test(three_dimensions_at_least_cost),
        cmocka_unit_test(all_readers_and_implied_counts),
    };
    int failed = cmocka_run_group_tests_name("protect_real", tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
