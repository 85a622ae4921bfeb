/*
 * test_walk.c - moves from the surroundings of a figure, against every table there is: small
 * tables with surroundings smaller still, so that the road of large tables is taken on tables
 * that can be listed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/shortcut.h"
#include "audit/walk.h"
#include "solver/solver.h"

#include "brute.h"
#include "tables.h"

static size_t n_near, n_far, n_none, n_sought;

/* The last move leads from the base to a table that agrees, and changes `v`. */
static void check_last_move(const struct sc_walk *walk, uint32_t v)
{
    const struct sc_moves *moves = &walk->moves;
    int64_t base[BRUTE_CELLS];
    bool moved = false;

    assert_true(moves->n > 0 && walk->model->n_variables <= BRUTE_CELLS);
    memcpy(base, walk->base, walk->model->n_variables * sizeof *base);
    for (size_t i = moves->start[moves->n - 1]; i < moves->start[moves->n]; i++) {
        base[moves->variable[i]] += moves->change[i];
        moved = moved || moves->variable[i] == v;
    }
    assert_true(moved);
    assert_true(sc_model_agrees(walk->model, base));
}

/* Moves nearby, sought and of the whole, of every variable, against what the list of all tables
 * says.
 */
static void check_walk(struct sc_walk *walk, const struct brute *b)
{
    for (uint32_t v = 0; v < walk->model->n_variables; v++) {
        uint32_t cell = walk->model->cell[v];
        bool open = b->least[cell] < b->most[cell], found, sought;
        enum sc_answer up, down;

        OK(sc_walk_near(walk, v, 1, &found, NULL));
        if (found) {
            check_last_move(walk, v);
            assert_true(open);
        }
        /* In a table of two dimensions what can move can move by one. */
        OK(sc_walk_seek(walk, v, 1, &sought, NULL));
        assert_int_equal(sought, open);
        if (sought)
            check_last_move(walk, v);
        OK(sc_walk_step(walk, v, 1, 1, &up, NULL));
        OK(sc_walk_step(walk, v, -1, 1, &down, NULL));
        assert_true(up != SC_ANSWER_UNKNOWN && down != SC_ANSWER_UNKNOWN);
        assert_int_equal(up == SC_ANSWER_YES || down == SC_ANSWER_YES, open);
        n_near += found;
        n_sought += sought;
        n_far += open && !found;
        n_none += !open;
    }
}

/* The same with one variable held where it is, as against an insider. */
static void check_frozen(struct sc_walk *walk, struct brute *b)
{
    uint32_t v;

    if (walk->model->n_variables == 0)
        return;
    v = below((uint32_t)walk->model->n_variables);
    b->fixed = walk->model->cell[v];
    b->fixed_value = walk->base[v];
    brute_run(b);
    sc_walk_freeze(walk, v, true);
    check_walk(walk, b);
    sc_walk_freeze(walk, v, false);
}

static void one_table(uint32_t number)
{
    static const uint32_t sizes[][2] = {{3, 3}, {2, 4}, {4, 2}};
    struct sc_system *s = table_of(2, sizes[number % 3]);
    size_t n = sc_system_n_cells(s), bad;
    uint32_t percent = 40 + below(40);
    int64_t count[BRUTE_CELLS] = {0};
    bool known[BRUTE_CELLS] = {false};
    struct sc_figure figures[BRUTE_CELLS] = {{0}};
    struct sc_knowledge rules = {.hidden_low = 1, .small_marks = true};
    struct brute b = {
        .system = s, .figures = figures, .hidden_low = 1, .fixed = SC_NONE, .each = NULL};
    struct sc_bounds bounds = {0};
    struct sc_model *model = NULL;
    struct sc_walk *walk = NULL;
    enum sc_answer answer;

    for (uint32_t c = 0; c < n; c++) {
        const uint32_t *codes = sc_system_cell_codes(s, c);

        known[c] = codes[0] != 0 && codes[1] != 0;
        count[c] = known[c] ? 1 + (below(4) == 0) : 0;
    }
    assert_true(sc_system_add_up(s, count, known, &bad));
    for (uint32_t c = 0; c < n; c++) {
        figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count[c]};
        if (c > 0 && below(100) < percent)
            greedy_hide(figures, c);
    }
    brute_run(&b);
    OK(sc_bounds_init(&bounds, s, figures, &rules, NULL));
    OK(sc_bounds_tighten(&bounds, NULL));
    assert_false(bounds.contradiction);
    OK(sc_model_new(&bounds, &model, NULL));
    OK(sc_walk_new(model, (struct sc_effort){0}, &walk, &answer, NULL));
    assert_int_equal(answer, SC_ANSWER_YES);
    walk->near_most = 2 + below(5);
    check_walk(walk, &b);
    check_frozen(walk, &b);
    sc_walk_free(walk);
    sc_model_free(model);
    sc_bounds_release(&bounds);
    sc_system_free(s);
}

static void moves_nearby_are_moves(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < 120; number++) {
        seed = 1000 + number;
        one_table(number);
    }
    /* All kinds were met. */
    assert_true(n_sought > 100 && n_near > 100 && n_far > 20 && n_none > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moves_nearby_are_moves)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
