/*
 * first.c - the first whole-number table that agrees with what is printed.
 *
 * A program with one column a variable. Its solution is a corner, whole nearly everywhere; where
 * it is not, a dive fixes one fraction after another at a whole number beside it, and at last
 * branch and bound is asked.
 */
#include "audit/first.h"

#include <assert.h>

#include "base/error.h"
#include "solver/solver.h"

#define BASE_DIVE_STEPS 4000

/* A program with one column a variable, for finding the base. */
static enum sc_status build_base_program(const struct sc_model *model, struct sc_lp **ret_lp,
                                         struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    SC_AUTO_FREE double *coefficients = sc_alloc_array(model->n_variables, sizeof *coefficients);
    size_t first;
    enum sc_status status;

    if (!coefficients)
        return sc_fail_nomem(err);
    status = sc_lp_new(&lp, err);
    if (!status)
        status = sc_lp_add_columns(lp, model->n_variables, &first, err);
    if (!status && model->n_rows > 0)
        status = sc_lp_add_rows(lp, model->n_rows, &first, err);
    for (size_t row = 0; row < model->n_rows && !status; row++) {
        size_t start = model->row_start[row], n = model->row_start[row + 1] - start;

        for (size_t k = 0; k < n; k++)
            coefficients[k] = model->row_sign[start + k];
        status = sc_lp_set_row(lp, row, n, model->row_variable + start, coefficients, err);
        sc_lp_set_row_bounds(lp, row, (double)model->row_right[row], (double)model->row_right[row]);
    }
    if (status)
        return status;
    for (size_t v = 0; v < model->n_variables; v++) {
        sc_lp_set_column_bounds(lp, v, (double)model->low[v],
                                model->high[v] >= SC_UNBOUNDED ? SC_LP_INFINITY
                                                               : (double)model->high[v]);
        sc_lp_set_cost(lp, v, 1.0 + 1e-3 * (double)((v * 2654435761u >> 16) & 0xff) / 256.0);
    }
    *ret_lp = SC_TAKE(lp);
    return SC_OK;
}

/* Copies the solution when it is whole and agrees. */
static bool take_base(const struct sc_model *model, const struct sc_lp *lp, bool mip, int64_t *base)
{
    for (size_t v = 0; v < model->n_variables; v++) {
        double x = mip ? sc_mip_column_value(lp, v) : sc_lp_column_value(lp, v);

        if (!sc_is_integral(x))
            return false;
        base[v] = sc_nearest_integer(x);
    }
    return sc_model_agrees(model, base);
}

/* The fractional variable nearest to a whole number, SC_NONE when there is none. */
static uint32_t base_fraction(const struct sc_model *model, const struct sc_lp *lp, double *ret_x)
{
    uint32_t best = SC_NONE;
    double best_distance = 2.0;

    for (uint32_t v = 0; v < model->n_variables; v++) {
        double x = sc_lp_column_value(lp, v);
        double distance = fabs(x - nearbyint(x));

        if (distance > SC_INTEGRALITY_TOLERANCE && distance < best_distance - 1e-9) {
            best_distance = distance;
            best = v;
            *ret_x = x;
        }
    }
    return best;
}

/* Fixes fractional variables at whole numbers one by one, never going back. */
static enum sc_status base_dive(const struct sc_model *model, struct sc_lp *lp, int64_t *base,
                                bool *ret_found, struct sc_error *err)
{
    *ret_found = false;
    for (int depth = 0; depth < BASE_DIVE_STEPS; depth++) {
        double x = 0, first, second;
        uint32_t v = base_fraction(model, lp, &x);
        enum sc_lp_state state = SC_LP_INFEASIBLE;
        enum sc_status status = SC_OK;

        if (v == SC_NONE)
            break;
        first = nearbyint(x);
        second = first > x ? first - 1 : first + 1;
        sc_lp_set_column_bounds(lp, v, first, first);
        status = sc_lp_solve(lp, NULL, &state, err);
        if (!status && state == SC_LP_INFEASIBLE) {
            sc_lp_set_column_bounds(lp, v, second, second);
            status = sc_lp_solve(lp, NULL, &state, err);
        }
        if (status)
            return status;
        if (state != SC_LP_OPTIMAL)
            return SC_OK;
    }
    *ret_found = take_base(model, lp, false, base);
    return SC_OK;
}

static enum sc_status base_search(const struct sc_model *model, int64_t *base,
                                  enum sc_answer *ret_answer, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    struct sc_mip_options options = {
        .max_nodes = 20000, .first_solution = true, .depth_first = true};
    struct sc_mip_result result;
    enum sc_status status = build_base_program(model, &lp, err);

    if (status)
        return status;
    for (size_t v = 0; v < model->n_variables; v++)
        sc_lp_set_integer(lp, v, true);
    status = sc_mip_solve(lp, &options, &result, err);
    if (status)
        return status;
    *ret_answer = SC_ANSWER_UNKNOWN;
    if (result.has_solution && take_base(model, lp, true, base))
        *ret_answer = SC_ANSWER_YES;
    else if (!result.has_solution && result.state == SC_LP_INFEASIBLE)
        *ret_answer = SC_ANSWER_NO;
    return SC_OK;
}

enum sc_status sc_first_table(const struct sc_model *model, int64_t *base,
                              enum sc_answer *ret_answer, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    enum sc_lp_state state;
    bool found = false;
    enum sc_status status;

    if (model->n_variables == 0) {
        *ret_answer = sc_model_agrees(model, base) ? SC_ANSWER_YES : SC_ANSWER_NO;
        return SC_OK;
    }
    status = build_base_program(model, &lp, err);
    if (!status)
        status = sc_lp_solve(lp, NULL, &state, err);
    if (status)
        return status;
    if (state == SC_LP_INFEASIBLE || state == SC_LP_UNKNOWN || state == SC_LP_LIMIT) {
        *ret_answer = state == SC_LP_INFEASIBLE ? SC_ANSWER_NO : SC_ANSWER_UNKNOWN;
        return SC_OK;
    }
    assert(state == SC_LP_OPTIMAL); /* costs are positive and variables bounded below */
    if (!take_base(model, lp, false, base))
        status = base_dive(model, lp, base, &found, err);
    else
        found = true;
    *ret_answer = SC_ANSWER_YES;
    return status || found ? status : base_search(model, base, ret_answer, err);
}
