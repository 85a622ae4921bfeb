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
#include "attacker.h"
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
        SC_AUTO(sc_lp) lp = attacker_program(s, figures, SC_LP_INFINITY);
        struct sc_mip_result result;

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

/* A table of true counts, suppressed so that it is safe alone, written as a tidy CSV. */
static const char *published_alone(const char *name, const char *tree, const char *as)
{
    const char *file = shared_file(name);
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1, .complete = true};
    struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS) |
                                                SC_READER_BIT(SC_READER_RULES),
                                     .no_implied = true};
    SC_AUTO(sc_release) r = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    SC_AUTO_BUF text = {0};

    OK(sc_release_read(&options, &r, NULL));
    (void)greedy_primaries(r->system, r->figures, 5, NULL, NULL);
    (void)greedy_protect(r->system, r->figures, &policy);
    OK(sc_audit_run(r->system, r->figures, NULL, 0, &policy, &audit, NULL));
    assert_true(audit->safe);
    sc_buf_adds(&text, "month,age,count\n");
    for (uint32_t c = 0; c < sc_system_n_cells(r->system); c++) {
        const uint32_t *codes = sc_system_cell_codes(r->system, c);

        sc_buf_addf(&text, "%s,%s,", sc_system_code_name(r->system, 0, codes[0]),
                    sc_system_code_name(r->system, 1, codes[1]));
        if (r->figures[c].kind == SC_FIGURE_HIDDEN)
            sc_buf_adds(&text, "*\n");
        else
            sc_buf_addf(&text, "%lld\n", (long long)r->figures[c].value);
    }
    return file_with(as, text.data);
}

/* Two releases of the same cases in different age bands: safe alone, not together. */
static void different_bands_together(void **state)
{
    (void)state;
    for (int pair = 1; pair <= 3; pair++) {
        char names[4][64];
        const char *trees[2], *files[2];
        struct sc_release_options options = {.files = files,
                                             .n_files = 1,
                                             .earlier = files + 1,
                                             .n_earlier = 1,
                                             .hierarchies = trees,
                                             .n_hierarchies = 2};
        struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS) |
                                                    SC_READER_BIT(SC_READER_RULES)};
        SC_AUTO(sc_release) joint = NULL;
        SC_AUTO(sc_audit) audit = NULL;
        size_t unprinted = 0;

        for (int i = 0; i < 4; i++)
            (void)snprintf(names[i], sizeof names[i], "data/tables/release%d-%c%s.csv", pair,
                           i % 2 ? 'B' : 'A', i < 2 ? "" : ".hierarchy");
        trees[0] = shared_file(names[2]);
        trees[1] = shared_file(names[3]);
        if (!trees[0] || !trees[1]) {
            print_message("shared data are not here\n");
            skip();
        }
        files[0] = published_alone(names[0], trees[0], "a.csv");
        files[1] = published_alone(names[1], trees[1], "b.csv");
        OK(sc_release_read(&options, &joint, NULL));
        OK(sc_audit_run(joint->system, joint->figures, joint->repeats, joint->n_repeats, &policy,
                        &audit, NULL));
        assert_true(audit->consistent);
        assert_false(audit->safe);
        for (size_t i = 0; i < audit->n_findings; i++)
            unprinted += audit->findings[i].kind == SC_FINDING_IMPLIED &&
                         audit->findings[i].relation == SC_NONE &&
                         audit->findings[i].reader == SC_READER_SUMS;
        print_message("pair %d: %zu hidden figures exact jointly, %zu single ages implied\n", pair,
                      audit->readers[SC_READER_SUMS].sensitive, unprinted);
        assert_true(unprinted > 0);
        files_clear();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(care_leavers),
        cmocka_unit_test(small_flat_tables),
        cmocka_unit_test(three_dimensions),
        cmocka_unit_test(different_bands_together),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
