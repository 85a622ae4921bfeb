/*
 * test_real.c - the audit on tables from outside: a published table with suppression
 * marks, and the shared test tables. Counts of findings only, never where they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../system/files.h"
#include "audit/audit.h"
#include "audit/witness.h"
#include "greedy.h"
#include "solver/solver.h"

#define OK(call) assert_int_equal((call), SC_OK)

static void care_leavers(void **state)
{
    const char *file = shared_file("data/suppressed/care-leavers-activity.csv");
    struct sc_release_options options = {.files = &file, .n_files = 1, .find_sums = true};
    struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS) |
                                                SC_READER_BIT(SC_READER_RULES)};
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;

    (void)state;
    if (!file) {
        print_message("shared data are not here\n");
        skip();
    }
    OK(sc_release_read(&options, &release, NULL));
    OK(sc_audit_run(release->system, release->figures, release->repeats, release->n_repeats,
                    &policy, &audit, NULL));
    assert_true(audit->consistent);
    assert_false(audit->safe);
    assert_int_equal(audit->n_suppressed, 4117);
    /* Independently: one total has a single suppressed part; two more fall by sums of sums. */
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 3);
    assert_int_equal(audit->readers[SC_READER_SUMS].undecided, 0);
    assert_int_equal(audit->readers[SC_READER_RULES].exact, 3);
    assert_true(audit->readers[SC_READER_SUMS].implied > 0);
}

/*
 * An exact attacker of another kind: for each hidden cell, two whole-number programs over
 * the cells themselves (least and most of it), no model, no moves, no propagation.
 */
static bool attacker_finds_exact(const struct sc_system *s, const struct sc_figure *figures,
                                 uint32_t target)
{
    double bound[2];

    for (int side = 0; side < 2; side++) {
        SC_AUTO(sc_lp) lp = NULL;
        struct sc_mip_result result;
        size_t first;

        OK(sc_lp_new(&lp, NULL));
        OK(sc_lp_add_columns(lp, sc_system_n_cells(s), &first, NULL));
        OK(sc_lp_add_rows(lp, sc_system_n_relations(s), &first, NULL));
        for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
            bool hidden = figures[c].kind == SC_FIGURE_HIDDEN;

            sc_lp_set_column_bounds(lp, c, hidden ? 1 : (double)figures[c].value,
                                    hidden ? SC_LP_INFINITY : (double)figures[c].value);
            sc_lp_set_integer(lp, c, true);
        }
        for (size_t i = 0; i < sc_system_n_relations(s); i++) {
            struct sc_relation r = sc_system_relation(s, i);
            uint32_t columns[64];
            double signs[64];

            columns[0] = r.total;
            signs[0] = -1;
            for (uint32_t k = 0; k < r.n_children; k++) {
                columns[k + 1] = r.children[k];
                signs[k + 1] = 1;
            }
            OK(sc_lp_set_row(lp, i, r.n_children + 1, columns, signs, NULL));
        }
        sc_lp_set_cost(lp, target, side == 0 ? 1 : -1);
        /* Enough to see it leave one value: stop when it has gone a step. */
        OK(sc_mip_solve(lp, &(struct sc_mip_options){.max_nodes = 500}, &result, NULL));
        if (result.state == SC_LP_UNBOUNDED)
            return false;
        assert_true(result.state == SC_LP_OPTIMAL || result.has_solution);
        bound[side] = result.has_solution ? result.value : result.bound;
    }
    return sc_feas_eq(bound[0], -bound[1]);
}

/* The audit's verdicts on a shared table against that attacker, on some cells each. */
static void against_the_attacker(const char *name, uint32_t every, bool protect)
{
    char path[2][128];
    const char *file, *tree;
    struct sc_release_options options = {.n_files = 1, .n_hierarchies = 1, .complete = true};
    struct sc_audit_policy policy = {
        .readers = SC_READER_BIT(SC_READER_RULES), .zeros = SC_ZEROS_SHOWN, .no_implied = true};
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    size_t asked = 0;

    (void)snprintf(path[0], sizeof path[0], "data/tables/%s.csv", name);
    (void)snprintf(path[1], sizeof path[1], "data/tables/%s.hierarchy.csv", name);
    file = shared_file(path[0]);
    tree = shared_file(path[1]);
    if (!file || !tree) {
        print_message("shared data are not here\n");
        skip();
    }
    options.files = &file;
    options.hierarchies = &tree;
    OK(sc_release_read(&options, &release, NULL));
    (void)greedy_primaries(release->system, release->figures, 5, NULL, NULL);
    if (protect)
        (void)greedy_protect(release->system, release->figures, &policy);
    OK(sc_audit_run(release->system, release->figures, NULL, 0, &policy, &audit, NULL));
    assert_true(!protect || audit->readers[SC_READER_RULES].safe);
    assert_int_equal(audit->readers[SC_READER_RULES].undecided, 0);
    for (uint32_t c = 0; c < sc_system_n_cells(release->system); c++) {
        bool exact = audit->readers[SC_READER_RULES].verdict[c] == SC_VERDICT_EXACT;

        if (release->figures[c].kind != SC_FIGURE_HIDDEN || c % every != 0)
            continue;
        assert_int_equal(exact, attacker_finds_exact(release->system, release->figures, c));
        asked++;
    }
    assert_true(asked > 3);
}

static void small_flat_tables(void **state)
{
    (void)state;
    against_the_attacker("t2s-1", 1, true);
    against_the_attacker("t2s-2", 1, false);
    against_the_attacker("t2s-3", 1, false);
    against_the_attacker("t2-2", 5, false);
}

static void three_dimensions(void **state)
{
    (void)state;
    against_the_attacker("t3-1", 41, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(care_leavers),
        cmocka_unit_test(small_flat_tables),
        cmocka_unit_test(three_dimensions),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
