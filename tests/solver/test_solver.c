/*
 * test_solver.c - the solver adapter: what a solve says, warm starts after
 * growing a model, limits that are not answers, and surviving the engine's own errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "solver/solver.h"

static struct sc_lp *model(size_t columns, size_t rows)
{
    struct sc_lp *lp = NULL;
    size_t first;

    assert_int_equal(sc_lp_new(&lp, NULL), SC_OK);
    assert_int_equal(sc_lp_add_columns(lp, columns, &first, NULL), SC_OK);
    assert_int_equal(sc_lp_add_rows(lp, rows, &first, NULL), SC_OK);
    return lp;
}

static void set_row(struct sc_lp *lp, size_t row, size_t n, const uint32_t *columns,
                    const double *coefficients)
{
    assert_int_equal(sc_lp_set_row(lp, row, n, columns, coefficients, NULL), SC_OK);
}

static enum sc_lp_state solve(struct sc_lp *lp)
{
    enum sc_lp_state state;

    assert_int_equal(sc_lp_solve(lp, NULL, &state, NULL), SC_OK);
    return state;
}

/* max 3x + 2y, x + y <= 4, x + 3y <= 6, x <= 3: x = 3, y = 1, objective 11. */
static struct sc_lp *textbook(void)
{
    struct sc_lp *lp = model(2, 2);

    sc_lp_set_maximise(lp, true);
    sc_lp_set_cost(lp, 0, 3);
    sc_lp_set_cost(lp, 1, 2);
    sc_lp_set_column_bounds(lp, 0, 0, 3);
    set_row(lp, 0, 2, (uint32_t[]){0, 1}, (double[]){1, 1});
    set_row(lp, 1, 2, (uint32_t[]){0, 1}, (double[]){1, 3});
    sc_lp_set_row_bounds(lp, 0, -SC_LP_INFINITY, 4);
    sc_lp_set_row_bounds(lp, 1, -SC_LP_INFINITY, 6);
    return lp;
}

static void solves_and_prices(void **state)
{
    SC_AUTO(sc_lp) lp = textbook();

    (void)state;
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
    assert_true(sc_feas_eq(sc_lp_objective(lp), 11));
    assert_true(sc_feas_eq(sc_lp_column_value(lp, 0), 3));
    assert_true(sc_feas_eq(sc_lp_column_value(lp, 1), 1));
    assert_true(sc_feas_eq(sc_lp_row_value(lp, 0), 4));
    /* Objective = sum over columns of value x cost = duals of binding rows and bounds. */
    assert_true(sc_feas_eq(
        sc_lp_row_dual(lp, 0) * 4 + sc_lp_row_dual(lp, 1) * 6 + sc_lp_reduced_cost(lp, 0) * 3, 11));
    assert_true(sc_feas_eq(sc_lp_price_column(lp, 5, 1, (uint32_t[]){0}, (double[]){1}),
                           5 - sc_lp_row_dual(lp, 0)));
}

static void grows_in_place(void **state)
{
    SC_AUTO(sc_lp) lp = textbook();
    size_t first;

    (void)state;
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
    assert_int_equal(sc_lp_add_columns(lp, 1, &first, NULL), SC_OK);
    assert_int_equal(first, 2);
    assert_int_equal(sc_lp_set_column(lp, 2, 1, (uint32_t[]){0}, (double[]){0.5}, NULL), SC_OK);
    sc_lp_set_cost(lp, 2, 4);
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
    assert_true(sc_feas_eq(sc_lp_objective(lp), 32)); /* all of row 0 to the new column */
    assert_int_equal(sc_lp_add_rows(lp, 1, &first, NULL), SC_OK);
    set_row(lp, first, 1, (uint32_t[]){2}, (double[]){1});
    sc_lp_set_row_bounds(lp, first, -SC_LP_INFINITY, 2);
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
    assert_true(sc_feas_eq(sc_lp_objective(lp), 17)); /* 8 + 3 x 3 + 0 */
}

static void tells_infeasible_from_unbounded(void **state)
{
    SC_AUTO(sc_lp) lp = textbook();

    (void)state;
    sc_lp_set_row_bounds(lp, 0, 8, 9);
    assert_int_equal(solve(lp), SC_LP_INFEASIBLE);
    sc_lp_set_row_bounds(lp, 0, -SC_LP_INFINITY, SC_LP_INFINITY);
    sc_lp_set_row_bounds(lp, 1, -SC_LP_INFINITY, SC_LP_INFINITY);
    assert_int_equal(solve(lp), SC_LP_UNBOUNDED);
    sc_lp_set_row_bounds(lp, 0, -SC_LP_INFINITY, 4);
    sc_lp_set_row_bounds(lp, 1, -SC_LP_INFINITY, 6);
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
    assert_true(sc_feas_eq(sc_lp_objective(lp), 11));
}

static void a_limit_is_not_an_answer(void **state)
{
    enum { N = 60 };
    SC_AUTO(sc_lp) lp = model(2 * N, N);
    enum sc_lp_state lp_state;

    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        set_row(lp, i, 4, (uint32_t[]){i, N + i, (i + 1) % N, N + (i + 7) % N},
                (double[]){1, 2, 1, -1});
        sc_lp_set_row_bounds(lp, i, 3 + i % 5, SC_LP_INFINITY);
        sc_lp_set_cost(lp, i, 1 + i % 3);
        sc_lp_set_cost(lp, N + i, 2);
    }
    assert_int_equal(sc_lp_solve(lp, &(struct sc_lp_options){.max_iterations = 2}, &lp_state, NULL),
                     SC_OK);
    assert_int_equal(lp_state, SC_LP_LIMIT);
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
}

/* A knapsack with known optimum: weights 12, 7, 11, 8, 9; values 24, 13, 23, 15, 16; capacity 26.
 */
static struct sc_lp *knapsack(void)
{
    static const double weight[] = {12, 7, 11, 8, 9}, value[] = {24, 13, 23, 15, 16};
    struct sc_lp *lp = model(5, 1);

    sc_lp_set_maximise(lp, true);
    set_row(lp, 0, 5, (uint32_t[]){0, 1, 2, 3, 4}, weight);
    sc_lp_set_row_bounds(lp, 0, -SC_LP_INFINITY, 26);
    for (size_t j = 0; j < 5; j++) {
        sc_lp_set_cost(lp, j, value[j]);
        sc_lp_set_column_bounds(lp, j, 0, 1);
        sc_lp_set_integer(lp, j, true);
    }
    return lp;
}

/* Least x with x(i) + x(i + 1) + x(7 i mod n) of at least a few, for many i: thousands of steps. */
static struct sc_lp *long_way(uint32_t n)
{
    struct sc_lp *lp = model(n, n - 1);

    for (uint32_t i = 0; i + 1 < n; i++) {
        uint32_t third = 7 * i % n;
        size_t k = third == i || third == i + 1 ? 2 : 3;

        sc_lp_set_cost(lp, i, 1 + (double)(i * 31 % 17) / 100);
        set_row(lp, i, k, (uint32_t[]){i, i + 1, third}, (double[]){1, 1, 1});
        sc_lp_set_row_bounds(lp, i, 1 + i % 5, SC_LP_INFINITY);
    }
    sc_lp_set_cost(lp, n - 1, 1);
    sc_lp_start_at_bounds(lp);
    return lp;
}

struct patience {
    unsigned asked, most;
};

static bool out_of_patience(void *arg)
{
    struct patience *patience = arg;

    return ++patience->asked > patience->most;
}

static void a_solve_can_be_stopped_half_way(void **state)
{
    SC_AUTO(sc_lp) lp = long_way(6000);
    struct patience patience = {0, 1};
    struct sc_lp_options options = {.stop = out_of_patience, .stop_arg = &patience};
    enum sc_lp_state ended;
    double least;

    (void)state;
    assert_int_equal(sc_lp_solve(lp, &options, &ended, NULL), SC_OK);
    assert_int_equal(ended, SC_LP_LIMIT);
    assert_int_equal(patience.asked, 2);
    assert_true(sc_lp_iterations(lp) > 0);
    /* It goes on from there, and comes to the same as one that nobody asked about. */
    patience = (struct patience){0, 1000};
    assert_int_equal(sc_lp_solve(lp, &options, &ended, NULL), SC_OK);
    assert_int_equal(ended, SC_LP_OPTIMAL);
    least = sc_lp_objective(lp);
    sc_lp_start_at_bounds(lp);
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
    assert_true(fabs(sc_lp_objective(lp) - least) < 1e-6);
    /* Stopped before it began. */
    patience = (struct patience){0, 0};
    assert_int_equal(sc_lp_solve(lp, &options, &ended, NULL), SC_OK);
    assert_int_equal(ended, SC_LP_LIMIT);
}

static void whole_numbers(void **state)
{
    SC_AUTO(sc_lp) lp = knapsack();
    struct sc_mip_result result;

    (void)state;
    assert_int_equal(sc_mip_solve(lp, NULL, &result, NULL), SC_OK);
    assert_int_equal(result.state, SC_LP_OPTIMAL);
    assert_true(sc_feas_eq(result.value, 51));
    assert_true(sc_feas_eq(result.bound, 51));
    for (size_t j = 0; j < 5; j++)
        assert_true(sc_mip_column_value(lp, j) == (j >= 1 && j <= 3 ? 1.0 : 0.0));
    sc_lp_set_row_bounds(lp, 0, 13.5, 13.9);
    assert_int_equal(sc_mip_solve(lp, NULL, &result, NULL), SC_OK);
    assert_int_equal(result.state, SC_LP_INFEASIBLE);
    assert_false(result.has_solution);
}

static bool stop_at_once(void *arg)
{
    ++*(int *)arg;
    return true;
}

static void a_stopped_search_keeps_its_bound(void **state)
{
    SC_AUTO(sc_lp) lp = knapsack();
    struct sc_mip_result result;
    int asked = 0;

    (void)state;
    assert_int_equal(
        sc_mip_solve(lp, &(struct sc_mip_options){.stop = stop_at_once, .stop_arg = &asked},
                     &result, NULL),
        SC_OK);
    assert_true(asked > 0);
    assert_int_equal(result.state, SC_LP_LIMIT);
    assert_true(result.bound >= 51 - 1e-6);
    assert_int_equal(sc_mip_solve(lp, &(struct sc_mip_options){.max_nodes = 1}, &result, NULL),
                     SC_OK);
    assert_true(result.bound >= 51 - 1e-6);
}

static void survives_the_engines_own_failure(void **state)
{
    SC_AUTO(sc_lp) bystander = textbook();
    SC_AUTO(sc_lp) lp = NULL;
    struct sc_error err = {0};
    enum sc_lp_state lp_state;
    enum sc_status status = SC_OK;
    size_t first;

    (void)state;
    assert_int_equal(sc_lp_new(&lp, NULL), SC_OK);
    sc_solver_limit_memory(1);
    for (int i = 0; i < 100 && !status; i++)
        status = sc_lp_add_columns(lp, 20000, &first, &err);
    assert_int_equal(status, SC_E_NOMEM);
    /* Models of the lost environment refuse; none is read. */
    assert_int_equal(sc_lp_solve(lp, NULL, &lp_state, &err), SC_E_UNDECIDED);
    assert_int_equal(sc_lp_solve(bystander, NULL, &lp_state, &err), SC_E_UNDECIDED);
    sc_lp_set_cost(bystander, 0, 1);
    /* A new one works. */
    sc_solver_limit_memory(0);
    sc_lp_free(lp);
    lp = textbook();
    assert_int_equal(solve(lp), SC_LP_OPTIMAL);
}

static void tolerances(void **state)
{
    (void)state;
    assert_true(sc_is_integral(2.9999999));
    assert_false(sc_is_integral(2.5));
    assert_int_equal(sc_nearest_integer(-2.9999999), -3);
    assert_true(sc_feas_lt(1.0, 1.1));
    assert_false(sc_feas_lt(1.0, 1.0 + 1e-9));
}

/* min x + y, x >= 2, y >= 3, x + y >= 4 (slack): without the slack row all stays as it is. */
static void rows_can_be_taken_out(void **state)
{
    SC_AUTO(sc_lp) lp = NULL;
    const uint32_t columns[] = {0, 1}, gone[] = {0};
    const double ones[] = {1, 1};
    enum sc_lp_state how;
    size_t first;

    (void)state;
    assert_int_equal(sc_lp_new(&lp, NULL), SC_OK);
    assert_int_equal(sc_lp_add_columns(lp, 2, &first, NULL), SC_OK);
    assert_int_equal(sc_lp_add_rows(lp, 3, &first, NULL), SC_OK);
    assert_int_equal(sc_lp_set_row(lp, 0, 2, columns, ones, NULL), SC_OK);
    assert_int_equal(sc_lp_set_row(lp, 1, 1, columns, ones, NULL), SC_OK);
    assert_int_equal(sc_lp_set_row(lp, 2, 1, columns + 1, ones, NULL), SC_OK);
    for (size_t row = 0; row < 3; row++)
        sc_lp_set_row_bounds(lp, row, row == 0 ? 4 : (double)row + 1, SC_LP_INFINITY);
    sc_lp_set_cost(lp, 0, 1);
    sc_lp_set_cost(lp, 1, 1);
    sc_lp_start_at_bounds(lp);
    assert_int_equal(sc_lp_solve(lp, NULL, &how, NULL), SC_OK);
    assert_int_equal(how, SC_LP_OPTIMAL);
    assert_true(sc_feas_eq(sc_lp_objective(lp), 5));
    assert_int_equal(sc_lp_delete_rows(lp, 1, gone, NULL), SC_OK);
    assert_int_equal(sc_lp_n_rows(lp), 2);
    assert_int_equal(sc_lp_solve(lp, NULL, &how, NULL), SC_OK);
    assert_int_equal(how, SC_LP_OPTIMAL);
    assert_true(sc_feas_eq(sc_lp_objective(lp), 5));
    assert_true(sc_feas_eq(sc_lp_row_value(lp, 1), 3)); /* rows after it moved up */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_can_be_taken_out),
        cmocka_unit_test(solves_and_prices),
        cmocka_unit_test(grows_in_place),
        cmocka_unit_test(tells_infeasible_from_unbounded),
        cmocka_unit_test(a_limit_is_not_an_answer),
        cmocka_unit_test(a_solve_can_be_stopped_half_way),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(a_stopped_search_keeps_its_bound),
        cmocka_unit_test(survives_the_engines_own_failure),
        cmocka_unit_test(tolerances),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
