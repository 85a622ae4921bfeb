/*
 * test_earlier.c - a table protected together with what was published before: jointly nothing
 * small becomes exact, checked by an attacker of its own that knows single ages and months and
 * nothing of systems; revised figures; tables completed by whole numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../system/files.h"
#include "audit/bounds.h"
#include "base/csv_small.h"
#include "protect/complete.h"
#include "protect/earlier.h"
#include "solver/solver.h"
#include "tables.h"

#define OK(call) assert_int_equal((call), SC_OK)

/* ---- protecting one release, given others ------------------------------------------ */

struct published {
    struct sc_release *release;
    struct sc_earlier *earlier; /* NULL when there were none */
    struct sc_protect_input input;
    struct sc_pattern *pattern;
    int64_t *count;
};

static void published_free(struct published *p)
{
    sc_pattern_free(p->pattern);
    sc_earlier_free(p->earlier);
    sc_release_free(p->release);
    free(p->count);
}

static void protect(const char *table, const char *const *earlier, size_t n_earlier,
                    const char *const *trees, size_t n_trees, struct published *p)
{
    struct sc_release_options options = {.files = &table,
                                         .n_files = 1,
                                         .earlier = earlier,
                                         .n_earlier = n_earlier,
                                         .hierarchies = trees,
                                         .n_hierarchies = n_trees,
                                         .complete = true};
    SC_AUTO(sc_audit) audit = NULL;
    size_t n;

    *p = (struct published){0};
    OK(sc_release_read(&options, &p->release, NULL));
    n = sc_system_n_cells(p->release->system);
    p->count = calloc(n, sizeof *p->count);
    assert_non_null(p->count);
    if (n_earlier) {
        OK(sc_earlier_new(p->release, false, &p->earlier, NULL));
        assert_int_equal(p->earlier->n_relaxed, 0);
    }
    for (size_t c = 0; c < n; c++)
        p->count[c] = p->earlier ? p->earlier->count[c] : p->release->figures[c].value;
    p->input = (struct sc_protect_input){.system = p->release->system,
                                         .count = p->count,
                                         .role = p->earlier ? p->earlier->role : NULL};
    OK(sc_protect_suppress(&p->input, NULL, &p->pattern, NULL));
    OK(sc_pattern_audit(&p->input, NULL, p->pattern, &audit, NULL));
    assert_true(audit->safe);
}

/* Writes what is published as a file: "[c]" where a count is hidden. */
static const char *write_published(const struct published *p, const char *name)
{
    static char text[64 * 1024];
    const struct sc_system *system = p->release->system;
    size_t len =
        (size_t)snprintf(text, sizeof text, "%s,%s,count\n", sc_system_dimension_name(system, 0),
                         sc_system_dimension_name(system, 1));

    for (uint32_t c = 0; c < p->release->n_own; c++) {
        const uint32_t *codes = sc_system_cell_codes(system, c);

        len += (size_t)snprintf(text + len, sizeof text - len, "%s,%s,",
                                sc_system_code_name(system, 0, codes[0]),
                                sc_system_code_name(system, 1, codes[1]));
        if (p->pattern->reason[c])
            len += (size_t)snprintf(text + len, sizeof text - len, "[c]\n");
        else
            len +=
                (size_t)snprintf(text + len, sizeof text - len, "%lld\n", (long long)p->count[c]);
        assert(len + 100 < sizeof text);
    }
    return file_with(name, text);
}

/* ---- an attacker by months and single ages ------------------------------------------- */

#define MONTHS 12
#define AGES 12

/* "m03" is month 2; "Total" is all of them, -1. */
static int month_of(struct sc_slice name)
{
    return name.data[0] == 'm' ? atoi(name.data + 1) - 1 : -1;
}

/* "2-3" or "4" as ages from 0; "Total" is all. */
static void ages_of(struct sc_slice name, int *from, int *to)
{
    const char *dash = memchr(name.data, '-', name.len);

    *from = 0;
    *to = AGES - 1;
    if (name.data[0] == 'T')
        return;
    *from = atoi(name.data) - 1;
    *to = dash ? atoi(dash + 1) - 1 : *from;
}

static size_t columns_of(int month, int from, int to, uint32_t *columns)
{
    size_t n = 0;

    for (int m = 0; m < MONTHS; m++)
        for (int a = from; a <= to && (month < 0 || m == month); a++)
            columns[n++] = (uint32_t)(m * AGES + a);
    return n;
}

/* One row for each figure of a file: equal to it, or at least `hidden`. */
static void add_file(struct sc_lp *lp, const char *path, double hidden)
{
    SC_AUTO(sc_csv) csv = NULL;

    OK(sc_csv_load(path, &csv, NULL));
    for (size_t i = 1; i < sc_csv_n_rows(csv); i++) {
        uint32_t columns[MONTHS * AGES];
        double ones[MONTHS * AGES];
        struct sc_slice figure = sc_csv_field(csv, i, 2);
        int from, to;
        size_t n, row;

        ages_of(sc_csv_field(csv, i, 1), &from, &to);
        n = columns_of(month_of(sc_csv_field(csv, i, 0)), from, to, columns);
        for (size_t k = 0; k < n; k++)
            ones[k] = 1;
        OK(sc_lp_add_rows(lp, 1, &row, NULL));
        OK(sc_lp_set_row(lp, row, n, columns, ones, NULL));
        if (figure.data[0] == '[')
            sc_lp_set_row_bounds(lp, row, hidden, SC_LP_INFINITY);
        else
            sc_lp_set_row_bounds(lp, row, atof(figure.data), atof(figure.data));
    }
}

/* The least or most whole value of a run of ages in a month (-1: all months). */
static int64_t extreme(struct sc_lp *lp, int month, int from, int to, bool most)
{
    static const struct sc_mip_options options = {.depth_first = true};
    struct sc_mip_result result;
    uint32_t columns[MONTHS * AGES];
    size_t n = columns_of(month, from, to, columns);
    enum sc_lp_state state;

    for (size_t c = 0; c < MONTHS * AGES; c++)
        sc_lp_set_cost(lp, c, 0);
    for (size_t k = 0; k < n; k++)
        sc_lp_set_cost(lp, columns[k], 1);
    sc_lp_set_maximise(lp, most);
    OK(sc_lp_solve(lp, &(struct sc_lp_options){.primal = true}, &state, NULL));
    if (state == SC_LP_UNBOUNDED)
        return INT32_MAX;
    assert_int_equal(state, SC_LP_OPTIMAL);
    OK(sc_mip_solve(lp, &options, &result, NULL));
    assert_int_equal(result.state, SC_LP_OPTIMAL);
    return sc_nearest_integer(result.value);
}

/* How many runs of ages (single ages too) of a month are one number from 1 to 4. */
static size_t count_given_away(const char *const *files, size_t n_files, double hidden)
{
    SC_AUTO(sc_lp) lp = NULL;
    size_t first, n = 0;

    OK(sc_lp_new(&lp, NULL));
    OK(sc_lp_add_columns(lp, MONTHS * AGES, &first, NULL));
    for (size_t c = 0; c < MONTHS * AGES; c++)
        sc_lp_set_integer(lp, c, true);
    for (size_t i = 0; i < n_files; i++)
        add_file(lp, files[i], hidden);
    for (int month = -1; month < MONTHS; month++)
        for (int from = 0; from < AGES; from++)
            for (int to = from; to < AGES; to++) {
                int64_t least = extreme(lp, month, from, to, false);

                if (least >= 1 && least <= 4)
                    n += extreme(lp, month, from, to, true) == least;
            }
    return n;
}

/* ---- the pairs of releases ------------------------------------------------------------- */

static void pair(int number, size_t *ret_alone, size_t *ret_joint)
{
    const char *tables[2], *trees[2], *files[2];
    struct published a, b, alone;

    for (int k = 0; k < 2; k++) {
        char name[64];

        (void)snprintf(name, sizeof name, "data/tables/release%d-%c.csv", number, 'A' + k);
        tables[k] = strdup(shared_file(name));
        (void)snprintf(name, sizeof name, "data/tables/release%d-%c.hierarchy.csv", number,
                       'A' + k);
        trees[k] = strdup(shared_file(name));
    }
    protect(tables[0], NULL, 0, trees, 1, &a);
    files[0] = write_published(&a, "a.csv");
    protect(tables[1], NULL, 0, trees + 1, 1, &alone);
    files[1] = write_published(&alone, "alone.csv");
    *ret_alone = number == 1 ? count_given_away(files, 2, 1) : 0;
    protect(tables[1], files, 1, trees, 2, &b);
    files[1] = write_published(&b, "b.csv");
    *ret_joint = count_given_away(files, 2, 1); /* what holds for `rules` holds for `sums` */
    published_free(&a);
    published_free(&b);
    published_free(&alone);
    for (int k = 0; k < 2; k++) {
        free((char *)(uintptr_t)tables[k]);
        free((char *)(uintptr_t)trees[k]);
    }
    files_clear();
}

static void no_run_of_ages_falls_to_both_releases(void **state)
{
    (void)state;
    if (!shared_file("data/tables/release1-A.csv"))
        skip();
    for (int number = 1; number <= 3; number++) {
        size_t alone, joint;

        pair(number, &alone, &joint);
        assert_true(alone > 0 || number > 1); /* the attacker can find what is there */
        assert_int_equal(joint, 0);
    }
}

/* ---- revised figures --------------------------------------------------------------------- */

static struct sc_release *read_both(const char *table, const char *earlier,
                                    const struct sc_figure_place *left_out, size_t n_left_out)
{
    struct sc_release *release = NULL;
    struct sc_release_options options = {.files = &table,
                                         .n_files = 1,
                                         .earlier = &earlier,
                                         .n_earlier = 1,
                                         .complete = true,
                                         .left_out = left_out,
                                         .n_left_out = n_left_out};

    OK(sc_release_read(&options, &release, NULL));
    return release;
}

static void a_revised_figure_is_relaxed_and_nothing_else(void **state)
{
    const char *table =
        file_with("now.csv", "month,age,count\nm1,1,7\nm1,2-3,6\nm2,1,9\nm2,2-3,8\n");
    const char *earlier =
        file_with("then.csv", "month,age,count\nm1,1-2,9\nm1,3,4\nm1,Total,13\nm2,1-2,14\n"
                              "m2,3,2\nm2,Total,16\nTotal,1-2,23\nTotal,3,6\nTotal,Total,29\n");
    SC_AUTO(sc_release) release = read_both(table, earlier, NULL, 0);
    SC_AUTO(sc_earlier) e = NULL;

    (void)state;
    OK(sc_earlier_new(release, false, &e, NULL));
    /* m2 was 16 and is 17; all was 29 and is 30. Bands of m2 are those that had to follow. */
    assert_int_equal(e->n_relaxed_own, 2);
    assert_true(e->n_relaxed > 2 && e->n_relaxed <= 4);
    {
        SC_AUTO(sc_release) again = read_both(table, earlier, e->relaxed, e->n_relaxed);
        SC_AUTO(sc_earlier) f = NULL;
        size_t n_before = 0;

        OK(sc_earlier_new(again, false, &f, NULL));
        assert_int_equal(f->n_relaxed, 0);
        for (uint32_t c = 0; c < sc_system_n_cells(again->system); c++)
            n_before += again->before[c].kind != SC_FIGURE_NONE;
        assert_int_equal(n_before, 9 - e->n_relaxed); /* what agrees stays linked */
        for (size_t i = 0; i < sc_system_n_relations(again->system); i++) {
            struct sc_relation r = sc_system_relation(again->system, i);
            int64_t sum = 0;

            for (uint32_t k = 0; k < r.n_children; k++)
                sum += f->count[r.children[k]];
            assert_true(sum == f->count[r.total]);
        }
    }
    files_clear();
}

static void agreeing_releases_relax_nothing(void **state)
{
    const char *table = file_with("now.csv", "age,count\n1,7\n2-3,6\n4,9\n");
    const char *earlier = file_with("then.csv", "age,count\n1-2,[c]\n3-4,[c]\nTotal,22\n");
    SC_AUTO(sc_release) release = read_both(table, earlier, NULL, 0);
    SC_AUTO(sc_earlier) e = NULL;
    uint32_t code, cell;

    (void)state;
    OK(sc_earlier_new(release, false, &e, NULL));
    assert_int_equal(e->n_relaxed, 0);
    assert_int_equal(release->n_own, 4); /* three bands and the total */
    assert_int_equal(e->role[3], SC_ROLE_PRINTED);
    code = sc_system_find_code(release->system, 0, sc_slice_of("1-2"));
    cell = sc_system_find_cell(release->system, &code);
    assert_int_equal(e->role[cell], SC_ROLE_HIDDEN);
    assert_true(e->count[cell] >= 7 && e->count[cell] <= 13);
    files_clear();
}

/* ---- completing ---------------------------------------------------------------------------- */

static struct table made_up(uint64_t *seed, bool halves)
{
    uint32_t sizes[2] = {4 + next_random(seed) % 3, 3 + next_random(seed) % 3};
    int64_t inner[64];

    random_counts(seed, (size_t)sizes[0] * sizes[1], inner);
    return table_new(sizes, 2, halves, inner);
}

/* On made-up tables with some counts unknown, some said before and a few of these wrong. */
static void completed_tables_add_up_and_agree(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (int round = 0; round < 60; round++) {
        struct table t;
        size_t n_wrong = 0, n_relaxed = 0;
        uint8_t known[512] = {0};
        struct sc_figure figures[512] = {0};
        int64_t count[512], least[512], most[512];
        bool relaxed[512], rounded = round % 3 == 0; /* some earlier figures are rounded ones */

        t = made_up(&seed, round % 2);
        assert(t.n <= 512);
        for (size_t c = 0; c < t.n; c++) {
            uint32_t kind = next_random(&seed) % 4;

            least[c] = 0;
            most[c] = SC_UNBOUNDED;

            figures[c].kind = SC_FIGURE_VALUE;
            figures[c].value = t.count[c];
            if (kind == 0)
                known[c] = SC_KNOWN_COUNT;
            else if (kind == 1)
                known[c] = SC_KNOWN_BEFORE;
            if (kind == 1 && next_random(&seed) % 8 == 0) {
                figures[c].value += 1 + next_random(&seed) % 3;
                n_wrong++;
            }
            if (kind == 2 && t.count[c] > 0) {
                known[c] = SC_KNOWN_BEFORE;
                figures[c] = (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
            }
            if (rounded && kind == 3) {
                int64_t shown = (t.count[c] + 2) / 5 * 5;

                if (next_random(&seed) % 16 == 0) {
                    shown += 20;
                    n_wrong++;
                }
                known[c] = SC_KNOWN_BEFORE;
                figures[c] = (struct sc_figure){.kind = SC_FIGURE_NONE};
                least[c] = shown > 4 ? shown - 4 : 0;
                most[c] = shown + 4;
            }
        }
        OK(sc_protect_complete(t.system, known, figures, rounded ? least : NULL,
                               rounded ? most : NULL, count, relaxed, NULL));
        for (size_t i = 0; i < sc_system_n_relations(t.system); i++) {
            struct sc_relation r = sc_system_relation(t.system, i);
            int64_t sum = 0;

            for (uint32_t k = 0; k < r.n_children; k++)
                sum += count[r.children[k]];
            assert_true(sum == count[r.total]);
        }
        for (size_t c = 0; c < t.n; c++) {
            n_relaxed += relaxed[c];
            assert_true(count[c] >= 0);
            assert_true(!relaxed[c] || known[c] == SC_KNOWN_BEFORE);
            if (known[c] == SC_KNOWN_COUNT ||
                (known[c] == SC_KNOWN_BEFORE && !relaxed[c] && figures[c].kind == SC_FIGURE_VALUE))
                assert_true(count[c] == figures[c].value);
            if (known[c] == SC_KNOWN_BEFORE && !relaxed[c])
                assert_true(figures[c].kind != SC_FIGURE_HIDDEN || count[c] >= 1);
            if (known[c] == SC_KNOWN_BEFORE && !relaxed[c] && figures[c].kind == SC_FIGURE_NONE)
                assert_true(least[c] <= count[c] && count[c] <= most[c]);
        }
        if (n_wrong == 0)
            assert_int_equal(n_relaxed, 0);
        table_free(&t);
    }
}

static void true_counts_that_contradict_each_other_are_refused(void **state)
{
    struct table t;
    uint8_t known[512];
    struct sc_figure figures[512] = {0};
    int64_t count[512];
    bool relaxed[512];
    uint64_t seed = 1;

    (void)state;
    t = made_up(&seed, false);
    memset(known, SC_KNOWN_COUNT, sizeof known);
    for (size_t c = 0; c < t.n; c++)
        figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = t.count[c]};
    OK(sc_protect_complete(t.system, known, figures, NULL, NULL, count, relaxed, NULL));
    assert_memory_equal(count, t.count, t.n * sizeof *count);
    figures[0].value++;
    assert_int_equal(
        sc_protect_complete(t.system, known, figures, NULL, NULL, count, relaxed, NULL),
        SC_E_UNSAFE);
    table_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(completed_tables_add_up_and_agree),
        cmocka_unit_test(true_counts_that_contradict_each_other_are_refused),
        cmocka_unit_test(agreeing_releases_relax_nothing),
        cmocka_unit_test(a_revised_figure_is_relaxed_and_nothing_else),
        cmocka_unit_test(no_run_of_ages_falls_to_both_releases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
