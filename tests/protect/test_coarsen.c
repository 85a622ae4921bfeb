/*
 * test_coarsen.c - the frontier of coarser tables against every choice of levels and every merging
 * of bands, and what comes out of a choice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../system/files.h"
#include "base/fault.h"
#include "protect/coarsen.h"
#include "solver/solver.h"
#include "tables.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define CHOICES_MAX 4096

static bool is_small(int64_t count)
{
    return count >= 1 && count < 5;
}

/* Points of detail and small counts, all that were tried. */
struct points {
    size_t cells[CHOICES_MAX], primary[CHOICES_MAX];
    size_t n;
};

/* Whether some point has as many cells and as few small counts, one of them better. */
static bool is_beaten(const struct points *p, size_t cells, size_t primary)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->cells[i] >= cells && p->primary[i] <= primary &&
            (p->cells[i] > cells || p->primary[i] < primary))
            return true;
    return false;
}

/* The plan's frontier is the points' frontier. */
static void check_frontier(const struct sc_coarsen_plan *plan, const struct points *p)
{
    size_t expected = 0;

    for (size_t i = 0; i < p->n; i++) {
        bool again = false, found = false;

        for (size_t j = 0; j < i; j++)
            again = again || (p->cells[j] == p->cells[i] && p->primary[j] == p->primary[i]);
        if (again || is_beaten(p, p->cells[i], p->primary[i]))
            continue;
        expected++;
        for (size_t k = 0; k < plan->n_frontier; k++)
            found = found || (plan->frontier[k].cells == p->cells[i] &&
                              plan->frontier[k].primary == p->primary[i]);
        assert_true(found);
    }
    assert_int_equal(plan->n_frontier, expected);
    for (size_t k = 1; k < plan->n_frontier; k++) {
        assert_true(plan->frontier[k].cells < plan->frontier[k - 1].cells);
        assert_true(plan->frontier[k].primary < plan->frontier[k - 1].primary);
    }
}

/* The table made from a choice has what the choice says, and adds up to the old one. */
static void check_applied(const struct sc_coarsen_plan *plan, const struct sc_coarsening *choice)
{
    struct sc_system *system = NULL;
    SC_AUTO_FREE int64_t *count = NULL;
    size_t primary = 0, zero = 0;

    OK(sc_coarsen_apply(plan, choice, &system, &count, NULL));
    assert_int_equal(sc_system_n_cells(system), choice->cells);
    for (uint32_t c = 0; c < choice->cells; c++)
        primary += is_small(count[c]);
    assert_int_equal(primary, choice->primary);
    for (size_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);
        int64_t sum = 0;

        for (uint32_t k = 0; k < r.n_children; k++)
            sum += count[r.children[k]];
        assert_int_equal(sum, count[r.total]);
    }
    /* The grand total is the same. */
    for (uint32_t c = 0; c < sc_system_n_cells(plan->system); c++) {
        const uint32_t *codes = sc_system_cell_codes(plan->system, c);
        uint32_t none[SC_SYSTEM_DIMENSIONS_MAX] = {0};
        bool total = true;

        for (uint32_t d = 0; d < plan->n_axes; d++)
            total = total && codes[d] == 0;
        if (!total)
            continue;
        assert_int_equal(count[sc_system_find_cell(system, none)], plan->count[c]);
        zero++;
    }
    assert_int_equal(zero, 1);
    sc_system_free(system);
}

/* How deep a code of tables.h lies: its names say so. */
static uint32_t depth_of(const struct sc_system *system, uint32_t dimension, uint32_t code,
                         bool halves)
{
    const char *name = sc_system_code_name(system, dimension, code);

    if (code == 0)
        return 0;
    return strstr(name, "half") || !halves ? 1 : 2;
}

static void levels_of_hierarchies(void **state)
{
    static const uint32_t sizes[][3] = {{4, 3, 2}, {6, 2, 3}, {5, 4, 0}};
    uint64_t seed = 9;

    (void)state;
    for (int i = 0; i < 60; i++) {
        const uint32_t *size = sizes[i % 3];
        size_t n_axes = size[2] ? 3 : 2;
        SC_AUTO(sc_coarsen_plan) plan = NULL;
        int64_t inner[64];
        struct points p = {.n = 0};
        struct table t;

        random_counts(&seed, (size_t)size[0] * size[1] * (size[2] ? size[2] : 1), inner);
        t = table_new(size, n_axes, true, inner);
        OK(sc_coarsen_propose(&(struct sc_protect_input){.system = t.system, .count = t.count}, 0,
                              &plan, NULL));
        assert_int_equal(sc_coarsen_n_levels(plan, 0), 3);
        assert_int_equal(sc_coarsen_n_levels(plan, 1), 2);
        for (uint32_t code = 0; code < (n_axes == 3 ? 12 : 6); code++) {
            uint32_t cut[3] = {code % 3, code / 3 % 2, code / 6};

            if (cut[0] + cut[1] + (n_axes == 3 ? cut[2] : 0) == 0)
                continue; /* nothing but the grand total */
            p.cells[p.n] = p.primary[p.n] = 0;
            for (uint32_t c = 0; c < t.n; c++) {
                const uint32_t *codes = sc_system_cell_codes(t.system, c);
                bool kept = true;

                for (uint32_t d = 0; d < n_axes; d++)
                    kept = kept && depth_of(t.system, d, codes[d], d == 0) <= cut[d];
                p.cells[p.n] += kept;
                p.primary[p.n] += kept && is_small(t.count[c]);
            }
            p.n++;
        }
        assert_int_equal(plan->n_tried, p.n);
        check_frontier(plan, &p);
        for (size_t k = 0; k < plan->n_frontier; k++)
            check_applied(plan, &plan->frontier[k]);
        table_free(&t);
    }
}

/* ---- bands ------------------------------------------------------------------------------- */

static const char *const ages[] = {"5 to 9", "under 5", "10-13", "14", "15-17", "18+", "Not known"};
/* Their order by number. */
static const uint32_t in_order[] = {1, 0, 2, 3, 4, 5};
#define N_AGES 7
#define N_BANDS 6
#define N_SEXES 3

/* Ages by sex, bands out of order and one code that is none. */
static struct table banded(const int64_t *inner)
{
    struct table t = {0};
    uint32_t d, parts[N_AGES], cells[N_AGES * N_SEXES];
    bool known[64] = {false};
    size_t bad;

    OK(sc_system_new(&t.system, NULL));
    OK(sc_system_add_dimension(t.system, text_of("age"), &d, NULL));
    OK(sc_system_name_total(t.system, 0, text_of("All ages"), NULL));
    for (uint32_t i = 0; i < N_AGES; i++)
        OK(sc_system_add_code(t.system, 0, text_of(ages[i]), &parts[i], NULL));
    OK(sc_system_add_split(t.system, 0, 0, parts, N_AGES, false, NULL));
    table_axis(t.system, "sex", N_SEXES, false);
    for (uint32_t i = 0; i < N_AGES * N_SEXES; i++) {
        uint32_t codes[] = {1 + i / N_SEXES, 1 + i % N_SEXES};

        OK(sc_system_add_cell(t.system, codes, &cells[i], NULL));
    }
    OK(sc_system_add_margins(t.system, NULL));
    OK(sc_system_link(t.system, NULL));
    t.n = sc_system_n_cells(t.system);
    t.count = calloc(t.n, sizeof *t.count);
    assert_non_null(t.count);
    for (uint32_t i = 0; i < N_AGES * N_SEXES; i++) {
        t.count[cells[i]] = inner[i];
        known[cells[i]] = true;
    }
    assert_true(sc_system_add_up(t.system, t.count, known, &bad));
    return t;
}

/*
 * Cells and small counts of one merging, from the inner counts alone. `begins` has a bit for each
 * band after the first, in order; `with_age` and `with_sex` say which dimensions are kept.
 */
static void count_merged(const int64_t *inner, uint32_t begins, bool with_age, bool with_sex,
                         size_t *ret_cells, size_t *ret_primary)
{
    int64_t sum[N_AGES + 1][N_SEXES + 1] = {{0}};
    uint32_t group[N_AGES], n = 1;

    for (uint32_t i = 0; i < N_BANDS; i++) {
        n += i > 0 && begins >> (i - 1) & 1;
        group[in_order[i]] = n;
    }
    group[6] = ++n; /* not known */
    for (uint32_t a = 0; a < N_AGES; a++)
        for (uint32_t s = 0; s < N_SEXES; s++) {
            int64_t x = inner[a * N_SEXES + s];

            sum[group[a]][s + 1] += x;
            sum[group[a]][0] += x;
            sum[0][s + 1] += x;
            sum[0][0] += x;
        }
    *ret_cells = *ret_primary = 0;
    for (uint32_t a = 0; a <= (with_age ? n : 0); a++)
        for (uint32_t s = 0; s <= (with_sex ? N_SEXES : 0); s++) {
            ++*ret_cells;
            *ret_primary += is_small(sum[a][s]);
        }
}

static uint32_t ones(uint32_t x)
{
    return (uint32_t)__builtin_popcount(x);
}

static void bands_are_merged_at_best(void **state)
{
    uint64_t seed = 31;

    (void)state;
    for (int i = 0; i < 60; i++) {
        SC_AUTO(sc_coarsen_plan) plan = NULL;
        int64_t inner[N_AGES * N_SEXES];
        struct points p = {.n = 0};
        struct table t;

        random_counts(&seed, N_AGES * N_SEXES, inner);
        t = banded(inner);
        OK(sc_coarsen_propose(&(struct sc_protect_input){.system = t.system, .count = t.count}, 5,
                              &plan, NULL));
        assert_int_equal(sc_coarsen_n_levels(plan, 0), N_BANDS); /* 6, 5, 4, 3, 2 and none */
        for (uint32_t keep = 1; keep < 4; keep++)
            for (uint32_t begins = 1; begins < 1u << (N_BANDS - 1); begins++) {
                if (!(keep & 1) && begins > 1)
                    continue;
                count_merged(inner, begins, keep & 1, keep & 2, &p.cells[p.n], &p.primary[p.n]);
                p.n++;
            }
        check_frontier(plan, &p);
        for (size_t k = 0; k < plan->n_frontier; k++)
            check_applied(plan, &plan->frontier[k]);
        /* And for every number of bands, on the frontier or not. */
        for (uint32_t level = 0; level + 1 < N_BANDS; level++) {
            uint32_t levels[] = {level, 0};
            struct sc_coarsening choice;
            size_t least = SIZE_MAX;

            OK(sc_coarsen_choose(plan, levels, &choice, NULL));
            for (uint32_t begins = 0; begins < 1u << (N_BANDS - 1); begins++) {
                size_t cells, primary;

                count_merged(inner, begins, true, true, &cells, &primary);
                if (ones(begins) + 1 == N_BANDS - level)
                    least = primary < least ? primary : least;
            }
            assert_int_equal(choice.primary, least);
            check_applied(plan, &choice);
        }
        table_free(&t);
    }
}

static void merged_bands_have_names(void **state)
{
    /* under 5 and 5 to 9 hold ones; so do 15-17 and 18+. */
    static const int64_t inner[N_AGES * N_SEXES] = {1, 1, 9, 8, 8, 1, 9, 9, 9, 9, 9,
                                                    9, 1, 2, 9, 8, 8, 8, 9, 9, 9};
    struct table t = banded(inner);
    SC_AUTO(sc_coarsen_plan) plan = NULL;
    SC_AUTO_FREE int64_t *count = NULL;
    struct sc_system *system = NULL;
    struct sc_coarsening choice;
    uint32_t levels[2] = {0, 0}, code;

    (void)state;
    OK(sc_coarsen_propose(&(struct sc_protect_input){.system = t.system, .count = t.count}, 5,
                          &plan, NULL));
    levels[0] = sc_coarsen_find_level(plan, 0, text_of("4"));
    assert_int_equal(levels[0], 2);
    assert_int_equal(sc_coarsen_find_level(plan, 0, text_of("7")), SC_NONE);
    assert_int_equal(sc_coarsen_find_level(plan, 0, text_of("total")), 5);
    assert_int_equal(sc_coarsen_find_level(plan, 1, text_of("all")), 0);
    OK(sc_coarsen_choose(plan, levels, &choice, NULL));
    assert_int_equal(choice.primary, 0);
    OK(sc_coarsen_apply(plan, &choice, &system, &count, NULL));
    assert_string_equal(sc_system_code_name(system, 0, 0), "All ages");
    code = sc_system_find_code(system, 0, text_of("0-9"));
    assert_int_not_equal(code, SC_NONE);
    assert_int_not_equal(sc_system_find_code(system, 0, text_of("15+")), SC_NONE);
    assert_int_not_equal(sc_system_find_code(system, 0, text_of("14")), SC_NONE);
    assert_int_not_equal(sc_system_find_code(system, 0, text_of("Not known")), SC_NONE);
    assert_int_equal(sc_system_n_codes(system, 0), 6);
    assert_int_equal(count[sc_system_find_cell(system, (uint32_t[]){code, 0})], 28);
    sc_system_free(system);
    table_free(&t);
}

/* ---- months ------------------------------------------------------------------------------ */

static void months_become_quarters_and_years(void **state)
{
    struct table t = {0};
    uint32_t d, parts[24], cell;
    bool known[32] = {false};
    size_t bad;
    SC_AUTO(sc_coarsen_plan) plan = NULL;
    SC_AUTO_FREE int64_t *count = NULL;
    struct sc_system *system = NULL;
    struct sc_coarsening choice;
    uint32_t level, code;

    (void)state;
    OK(sc_system_new(&t.system, NULL));
    OK(sc_system_add_dimension(t.system, text_of("month"), &d, NULL));
    for (uint32_t i = 0; i < 24; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "%04u-%02u", 2018 + i / 12, i % 12 + 1);
        OK(sc_system_add_code(t.system, d, text_of(name), &parts[i], NULL));
    }
    OK(sc_system_add_split(t.system, d, 0, parts, 24, false, NULL));
    t.count = calloc(25, sizeof *t.count);
    assert_non_null(t.count);
    for (uint32_t i = 0; i < 24; i++) {
        OK(sc_system_add_cell(t.system, &parts[i], &cell, NULL));
        t.count[cell] = i % 3 + 1; /* 1, 2, 3 */
        known[cell] = true;
    }
    OK(sc_system_add_margins(t.system, NULL));
    OK(sc_system_link(t.system, NULL));
    t.n = sc_system_n_cells(t.system);
    assert_true(sc_system_add_up(t.system, t.count, known, &bad));
    OK(sc_coarsen_propose(&(struct sc_protect_input){.system = t.system, .count = t.count}, 5,
                          &plan, NULL));
    level = sc_coarsen_find_level(plan, 0, text_of("quarter"));
    assert_int_equal(level, 1);
    assert_int_equal(sc_coarsen_find_level(plan, 0, text_of("year")), 2);
    assert_int_equal(plan->n_frontier, 2); /* months, all small; quarters, none */
    assert_int_equal(plan->frontier[0].primary, 24);
    assert_int_equal(plan->frontier[1].primary, 0);
    assert_int_equal(plan->frontier[1].cells, 9);
    OK(sc_coarsen_choose(plan, &level, &choice, NULL));
    OK(sc_coarsen_apply(plan, &choice, &system, &count, NULL));
    code = sc_system_find_code(system, 0, text_of("2019-Q1"));
    assert_int_not_equal(code, SC_NONE);
    assert_int_equal(count[sc_system_find_cell(system, &code)], 6);
    sc_system_free(system);
    level = 3; /* nothing would be left */
    assert_int_equal(sc_coarsen_choose(plan, &level, &choice, NULL), SC_E_RANGE);
    level = 4;
    assert_int_equal(sc_coarsen_choose(plan, &level, &choice, NULL), SC_E_RANGE);
    table_free(&t);
}

/* ---- suppression, faults, real tables ------------------------------------------------------ */

static void weighing_takes_out_what_is_beaten(void **state)
{
    static const uint32_t sizes[] = {6, 4, 0};
    uint64_t seed = 4;

    (void)state;
    for (int i = 0; i < 10; i++) {
        SC_AUTO(sc_coarsen_plan) plan = NULL;
        int64_t inner[24];
        struct table t;
        size_t before;

        random_counts(&seed, 24, inner);
        t = table_new(sizes, 2, true, inner);
        OK(sc_coarsen_propose(&(struct sc_protect_input){.system = t.system, .count = t.count}, 5,
                              &plan, NULL));
        before = plan->n_frontier;
        OK(sc_coarsen_weigh(plan, NULL, NULL));
        assert_true(plan->n_frontier >= 1 && plan->n_frontier <= before);
        for (size_t k = 0; k < plan->n_frontier; k++) {
            const struct sc_coarsening *e = &plan->frontier[k];

            assert_true(e->weighed);
            if (e->primary == 0)
                assert_int_equal(e->secondary, 0);
            for (size_t j = 0; j < k; j++)
                assert_true(plan->frontier[j].cells > e->cells &&
                            plan->frontier[j].primary + plan->frontier[j].secondary >
                                e->primary + e->secondary);
        }
        table_free(&t);
    }
}

static void what_has_no_levels_is_refused(void **state)
{
    struct table t = {0};
    uint32_t d, code[4], both[2];
    struct sc_coarsen_plan *plan = NULL;
    int64_t count[5] = {0};
    struct sc_protect_input input;

    (void)state;
    OK(sc_system_new(&t.system, NULL));
    OK(sc_system_add_dimension(t.system, text_of("age"), &d, NULL));
    for (uint32_t i = 0; i < 4; i++) {
        OK(sc_system_add_code(t.system, d, text_of((const char *[]){"0-4", "5+", "0-9", "10+"}[i]),
                              &code[i], NULL));
        OK(sc_system_add_cell(t.system, &code[i], &both[0], NULL));
    }
    for (int i = 0; i < 4; i += 2)
        OK(sc_system_add_split(t.system, d, 0, &code[i], 2, false, NULL));
    OK(sc_system_add_margins(t.system, NULL));
    OK(sc_system_link(t.system, NULL));
    input = (struct sc_protect_input){.system = t.system, .count = count};
    assert_int_equal(sc_coarsen_propose(&input, 5, &plan, NULL), SC_E_UNSUPPORTED);
    assert_int_equal(sc_coarsen_propose(&input, 1, &plan, NULL), SC_E_RANGE);
    assert_null(plan);
    sc_system_free(t.system);
}

static void every_allocation_fails_in_turn(void **state)
{
    static const int64_t inner[N_AGES * N_SEXES] = {1, 1, 9, 8, 8, 1, 9, 9, 9, 9, 9,
                                                    9, 1, 2, 9, 8, 8, 8, 9, 9, 9};
    struct table t = banded(inner);
    struct sc_protect_input input = {.system = t.system, .count = t.count};
    enum sc_status status = SC_E_NOMEM;

    (void)state;
    for (uint64_t nth = 1; status && nth < 5000; nth++) {
        SC_AUTO(sc_coarsen_plan) plan = NULL;
        SC_AUTO_FREE int64_t *count = NULL;
        struct sc_system *system = NULL;
        struct sc_coarsening choice;
        uint32_t levels[] = {1, 0};

        sc_fault_set(SC_FAULT_ALLOC, nth);
        status = sc_coarsen_propose(&input, 5, &plan, NULL);
        if (!status)
            status = sc_coarsen_choose(plan, levels, &choice, NULL);
        if (!status)
            status = sc_coarsen_apply(plan, &choice, &system, &count, NULL);
        if (sc_fault_passed(SC_FAULT_ALLOC) >= nth)
            assert_int_equal(status, SC_E_NOMEM);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        sc_system_free(system);
    }
    assert_int_equal(status, SC_OK);
    table_free(&t);
}

static void a_shared_table_with_a_calendar(void **state)
{
    const char *file = shared_file("data/tables/th-1.csv");
    const char *tree = shared_file("data/tables/th-1.hierarchy.csv");
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1, .complete = true};
    static const char *const names[] = {"month", "quarter", "year", "total"};
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_coarsen_plan) plan = NULL;
    SC_AUTO_FREE int64_t *count = NULL;

    (void)state;
    if (!file || !tree) {
        print_message("shared data are not here\n");
        skip();
    }
    OK(sc_release_read(&options, &release, NULL));
    count = sc_alloc_array(sc_system_n_cells(release->system), sizeof *count);
    assert_non_null(count);
    for (size_t c = 0; c < sc_system_n_cells(release->system); c++)
        count[c] = release->figures[c].value;
    OK(sc_coarsen_propose(&(struct sc_protect_input){.system = release->system, .count = count}, 5,
                          &plan, NULL));
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(sc_coarsen_find_level(plan, 0, text_of(names[i])), i);
    assert_int_equal(plan->n_tried, 4 * 2 * 2 - 1);
    assert_int_equal(plan->frontier[0].cells, 3276);
    assert_true(plan->n_frontier >= 3);
    for (size_t k = 0; k < plan->n_frontier; k++)
        check_applied(plan, &plan->frontier[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_of_hierarchies),
        cmocka_unit_test(bands_are_merged_at_best),
        cmocka_unit_test(merged_bands_have_names),
        cmocka_unit_test(months_become_quarters_and_years),
        cmocka_unit_test(weighing_takes_out_what_is_beaten),
        cmocka_unit_test(what_has_no_levels_is_refused),
        cmocka_unit_test(every_allocation_fails_in_turn),
        cmocka_unit_test(a_shared_table_with_a_calendar),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
