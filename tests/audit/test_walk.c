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

#include "audit/known.h"
#include "audit/reach.h"
#include "audit/shortcut.h"
#include "audit/walk.h"
#include "solver/solver.h"

#include "brute.h"
#include "tables.h"

static size_t n_near, n_far, n_none, n_sought;
static size_t n_reach[3]; /* by answer */

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

/* What was found leads from the base to a table that agrees, and changes `v` that way. */
static void check_reach_move(const struct sc_reach *reach, const struct sc_walk *walk, uint32_t v,
                             int sign)
{
    int64_t base[BRUTE_CELLS], change = 0;
    const uint32_t *variables;
    const int32_t *changes;
    size_t n = sc_reach_move(reach, &variables, &changes);

    memcpy(base, walk->base, walk->model->n_variables * sizeof *base);
    for (size_t i = 0; i < n; i++) {
        assert_false(walk->frozen[variables[i]]);
        base[variables[i]] += changes[i];
        change += variables[i] == v ? changes[i] : 0;
    }
    assert_true(sign == 0 ? change != 0 : sign * change > 0);
    assert_true(sc_model_agrees(walk->model, base));
}

/* All questions of every variable by pivots, against what the list of all tables says. */
static void check_reach(struct sc_reach *reach, const struct sc_walk *walk, const struct brute *b)
{
    for (uint32_t v = 0; v < walk->model->n_variables; v++)
        for (int sign = -1; sign <= 1; sign++) {
            uint32_t cell = walk->model->cell[v];
            bool up = b->most[cell] > walk->base[v], down = b->least[cell] < walk->base[v];
            bool open = (sign >= 0 && up) || (sign <= 0 && down);
            enum sc_answer answer = sc_reach_ask(reach, v, sign, below(2) == 0);

            if (answer == SC_ANSWER_YES)
                check_reach_move(reach, walk, v, sign);
            if (answer != SC_ANSWER_UNKNOWN)
                assert_int_equal(answer == SC_ANSWER_YES, open);
            n_reach[answer]++;
        }
    for (size_t i = 0; i < sc_reach_n_columns(reach); i++)
        for (int sign = 1; sign >= -1; sign -= 2)
            if (sc_reach_column(reach, i, sign)) {
                const uint32_t *variables;
                const int32_t *changes;

                assert_true(sc_reach_move(reach, &variables, &changes) > 0);
                check_reach_move(reach, walk, variables[0], 0);
            }
}

/* Known moves: one is found when, and only when, the list has one that fits. */
static void check_known(struct sc_known *known, const struct sc_walk *walk)
{
    const struct sc_moves *moves = &walk->moves;

    for (uint32_t v = 0; v < walk->model->n_variables; v++) {
        size_t newest = moves->n, found;

        for (size_t m = 0; m < moves->n; m++)
            for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++)
                if (moves->variable[i] == v && sc_walk_fits(walk, m, walk->frozen) != 0)
                    newest = m;
        OK(sc_known_find(known, v, &found, NULL));
        assert_int_equal(found, newest);
    }
}

/*
 * From several tables, and with each of some variables frozen; the tableau goes from one to the
 * next as it is.
 */
static void check_pivots(struct sc_walk *walk, struct brute *b)
{
    const struct sc_model *model = walk->model;
    struct sc_reach *reach = NULL;
    struct sc_known *known = NULL;

    if (model->n_variables == 0)
        return;
    OK(sc_reach_new(walk, &reach, NULL));
    OK(sc_known_new(walk, &known, NULL));
    assert_non_null(reach);
    b->fixed = SC_NONE;
    brute_run(b);
    sc_reach_ready(reach);
    check_reach(reach, walk, b);
    for (int round = 0; round < 4; round++) {
        uint32_t v = below((uint32_t)model->n_variables);

        sc_reach_settle(reach);
        if (sc_reach_ask(reach, v, 0, true) == SC_ANSWER_YES) {
            const uint32_t *variables;
            const int32_t *changes;
            size_t n = sc_reach_move(reach, &variables, &changes);

            sc_walk_shift(walk, n, variables, changes);
        }
        b->fixed = model->cell[v];
        b->fixed_value = walk->base[v];
        brute_run(b);
        sc_walk_freeze(walk, v, true);
        sc_reach_settle(reach);
        check_reach(reach, walk, b);
        check_known(known, walk);
        sc_walk_freeze(walk, v, false);
    }
    sc_known_free(known);
    sc_reach_free(reach);
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
    check_pivots(walk, &b);
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
    print_message("pivots: %zu yes, %zu no, %zu not found out\n", n_reach[SC_ANSWER_YES],
                  n_reach[SC_ANSWER_NO], n_reach[SC_ANSWER_UNKNOWN]);
    assert_true(n_reach[SC_ANSWER_YES] > 1000 && n_reach[SC_ANSWER_NO] > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moves_nearby_are_moves)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
