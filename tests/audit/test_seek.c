/*
 * test_seek.c - the first table of a large model, by local search: it agrees in whole numbers, is
 * the same every time, is found where there is one, and never where there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/first.h"
#include "audit/seek.h"
#include "solver/solver.h"

#include "brute.h"
#include "tables.h"

/* A table of made-up counts, part of them hidden, and the model of it for the reader of rules. */
struct made_up {
    struct sc_system *system;
    struct sc_figure *figures;
    struct sc_bounds bounds;
    struct sc_model *model; /* NULL: the bounds cross */
};

static void make_model(struct made_up *m)
{
    const struct sc_knowledge rules = {.hidden_low = 1, .small_marks = true};

    OK(sc_bounds_init(&m->bounds, m->system, m->figures, &rules, NULL));
    OK(sc_bounds_tighten(&m->bounds, NULL));
    if (!m->bounds.contradiction)
        OK(sc_model_new(&m->bounds, &m->model, NULL));
}

/*
 * Counts of 1 to `most`, many of them hidden, and of the small ones of a large table some marked as
 * smaller than 5.
 */
static struct made_up make_up(size_t n_dimensions, const uint32_t *sizes, uint32_t most)
{
    struct made_up m = {.system = table_of(n_dimensions, sizes)};
    size_t n = sc_system_n_cells(m.system), bad;
    int64_t *count = sc_alloc_array(n, sizeof *count);
    bool *known = sc_alloc_array(n, sizeof *known);

    m.figures = sc_alloc_array(n, sizeof *m.figures);
    assert_true(count && known && m.figures);
    for (uint32_t c = 0; c < n; c++) {
        const uint32_t *codes = sc_system_cell_codes(m.system, c);

        known[c] = true;
        for (size_t d = 0; d < n_dimensions; d++)
            known[c] = known[c] && codes[d] != 0;
        count[c] = known[c] ? 1 + below(most) : 0;
    }
    assert_true(sc_system_add_up(m.system, count, known, &bad));
    for (uint32_t c = 0; c < n; c++) {
        m.figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count[c]};
        if (c > 0 && below(100) < (n_dimensions == 2 ? 50 : known[c] ? 90 : 10))
            greedy_hide(m.figures, c);
        if (n_dimensions > 2 && m.figures[c].kind == SC_FIGURE_HIDDEN && count[c] < 5 && below(2))
            m.figures[c] = (struct sc_figure){.kind = SC_FIGURE_SMALL, .value = 4};
    }
    sc_free(count);
    sc_free(known);
    return m;
}

static void release(struct made_up *m)
{
    sc_model_free(m->model);
    sc_bounds_release(&m->bounds);
    sc_system_free(m->system);
    sc_free(m->figures);
}

static const uint32_t large[] = {7, 8, 8, 8};

static void a_large_table_is_found_and_always_the_same(void **state)
{
    struct made_up m;
    int64_t *base, *again;
    bool found;
    enum sc_answer answer;

    (void)state;
    seed = 7;
    m = make_up(4, large, 6);
    make_model(&m);
    assert_non_null(m.model);
    assert_true(m.model->n_variables >= SC_SEEK_FROM);
    base = sc_alloc_array(m.model->n_variables, sizeof *base);
    again = sc_alloc_array(m.model->n_variables, sizeof *again);
    assert_true(base && again);
    OK(sc_seek_table(m.model, base, NULL, NULL, &found, NULL));
    assert_true(found);
    assert_true(sc_model_agrees(m.model, base));
    /* A model this large begins with it. */
    OK(sc_first_table(m.model, &(struct sc_effort){0}, again, &answer, NULL));
    assert_int_equal(answer, SC_ANSWER_YES);
    assert_memory_equal(base, again, m.model->n_variables * sizeof *base);
    sc_free(base);
    sc_free(again);
    release(&m);
}

static bool at_once(void *asked)
{
    ++*(int *)asked;
    return true;
}

static void it_ends_when_told(void **state)
{
    struct made_up m;
    int64_t *base;
    bool found = true;
    int asked = 0;

    (void)state;
    seed = 7;
    m = make_up(4, large, 6);
    make_model(&m);
    base = sc_alloc_array(m.model->n_variables, sizeof *base);
    assert_non_null(base);
    OK(sc_seek_table(m.model, base, at_once, &asked, &found, NULL));
    assert_false(found);
    assert_int_equal(asked, 1);
    sc_free(base);
    release(&m);
}

static void small_tables_are_found(void **state)
{
    static const uint32_t sizes[] = {3, 3};
    size_t n_found = 0;

    (void)state;
    for (uint32_t number = 0; number < 200; number++) {
        struct made_up m;
        int64_t base[BRUTE_CELLS];
        bool found = false;

        seed = 500 + number;
        m = make_up(2, sizes, 3);
        make_model(&m);
        assert_non_null(m.model);
        OK(sc_seek_table(m.model, base, NULL, NULL, &found, NULL));
        assert_true(found && sc_model_agrees(m.model, base));
        n_found += m.model->n_variables > 0;
        release(&m);
    }
    assert_true(n_found > 100);
}

/* Four figures in two rows that hold 12 and two columns that hold 11: the bounds see nothing wrong.
 */
static void what_cannot_be_is_not_found(void **state)
{
    int64_t low[] = {1, 1, 1, 1}, high[] = {9, 9, 9, 9}, right[] = {6, 6, 5, 6}, base[4];
    size_t start[] = {0, 2, 4, 6, 8};
    uint32_t variable[] = {0, 1, 2, 3, 0, 2, 1, 3}, in_row[] = {0, 2, 0, 3, 1, 2, 1, 3};
    int8_t sign[] = {1, 1, 1, 1, 1, 1, 1, 1};
    struct sc_model model = {.n_variables = 4,
                             .low = low,
                             .high = high,
                             .n_rows = 4,
                             .row_start = start,
                             .row_variable = variable,
                             .row_sign = sign,
                             .row_right = right,
                             .in_start = start,
                             .in_row = in_row,
                             .in_sign = sign};
    bool found = true;

    (void)state;
    OK(sc_seek_table(&model, base, NULL, NULL, &found, NULL));
    assert_false(found);
    right[0] = 5;
    OK(sc_seek_table(&model, base, NULL, NULL, &found, NULL));
    assert_true(found);
    assert_true(sc_model_agrees(&model, base));
}

/* A sum whose figures cancelled out, and whose total did not. */
static void a_sum_of_nothing_is_not_found(void **state)
{
    int64_t low[] = {1, 1}, high[] = {9, 9}, right[] = {6, 1}, base[2];
    size_t start[] = {0, 2, 2}, in_start[] = {0, 1, 2};
    uint32_t variable[] = {0, 1}, in_row[] = {0, 0};
    int8_t sign[] = {1, 1};
    struct sc_model model = {.n_variables = 2,
                             .low = low,
                             .high = high,
                             .n_rows = 2,
                             .row_start = start,
                             .row_variable = variable,
                             .row_sign = sign,
                             .row_right = right,
                             .in_start = in_start,
                             .in_row = in_row,
                             .in_sign = sign};
    bool found = true;

    (void)state;
    OK(sc_seek_table(&model, base, NULL, NULL, &found, NULL));
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_large_table_is_found_and_always_the_same),
                                       cmocka_unit_test(it_ends_when_told),
                                       cmocka_unit_test(small_tables_are_found),
                                       cmocka_unit_test(what_cannot_be_is_not_found),
                                       cmocka_unit_test(a_sum_of_nothing_is_not_found)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
