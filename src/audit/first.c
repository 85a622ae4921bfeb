/*
 * first.c - the first whole-number table that agrees with what is printed.
 *
 * Of a large model local search finds one (seek.c), nearly always. Else a program with one column a
 * variable. Its solution is a corner, whole nearly everywhere; where it is not, a dive fixes
 * fractions at whole numbers beside them, many at once as long as there are many, and at last
 * branch and bound is asked.
 */
#include "audit/first.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "audit/seek.h"
#include "base/error.h"
#include "solver/solver.h"

#define BASE_DIVE_STEPS 4000
/* From so many fractions on, several are fixed at once. */
#define MANY 16

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

static enum sc_status solve(struct sc_lp *lp, const struct sc_effort *effort,
                            enum sc_lp_state *ret_state, struct sc_error *err)
{
    struct sc_lp_options options = sc_effort_options(effort);

    return sc_lp_solve(lp, &options, ret_state, err);
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

/* A dive under way: which variables to fix next. */
struct dive {
    const struct sc_model *model;
    const struct sc_effort *effort;
    struct sc_lp *lp;
    uint32_t *fraction; /* variables that are not whole, nearest to it first */
    double *x;          /* by variable: where it is now */
    size_t n;
    bool *taken; /* by row: one of its variables is to be fixed */
};

static double from_whole(double x)
{
    return fabs(x - nearbyint(x));
}

static int by_distance(const void *a, const void *b, void *arg)
{
    const double *x = arg;
    uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    /* Equal but for rounding: the same on every machine. */
    long dp = lround(from_whole(x[p]) * 1e6), dq = lround(from_whole(x[q]) * 1e6);

    if (dp != dq)
        return dp < dq ? -1 : 1;
    return (p > q) - (p < q);
}

static void list_fractions(struct dive *d)
{
    d->n = 0;
    for (uint32_t v = 0; v < d->model->n_variables; v++) {
        d->x[v] = sc_lp_column_value(d->lp, v);
        if (from_whole(d->x[v]) > SC_INTEGRALITY_TOLERANCE)
            d->fraction[d->n++] = v;
    }
    if (d->n > 1)
        qsort_r(d->fraction, d->n, sizeof *d->fraction, by_distance, d->x);
}

static void fix(struct dive *d, uint32_t v, double value)
{
    sc_lp_set_column_bounds(d->lp, v, value, value);
}

static void let_go(struct dive *d, uint32_t v)
{
    sc_lp_set_column_bounds(d->lp, v, (double)d->model->low[v],
                            d->model->high[v] >= SC_UNBOUNDED ? SC_LP_INFINITY
                                                              : (double)d->model->high[v]);
}

/* Whether `v` shares no sum with those taken before; takes it then. */
static bool take(struct dive *d, uint32_t v)
{
    const struct sc_model *model = d->model;

    for (size_t k = model->in_start[v]; k < model->in_start[v + 1]; k++)
        if (d->taken[model->in_row[k]])
            return false;
    for (size_t k = model->in_start[v]; k < model->in_start[v + 1]; k++)
        d->taken[model->in_row[k]] = true;
    return true;
}

/* Fixes an eighth of the fractions at once, none in the same sum as another; all or none. */
static enum sc_status fix_many(struct dive *d, enum sc_lp_state *ret_state, struct sc_error *err)
{
    size_t most = d->n / 8, n = 0;
    enum sc_status status;

    memset(d->taken, 0, d->model->n_rows * sizeof *d->taken);
    for (size_t i = 0; i < d->n && n < most; i++) {
        uint32_t v = d->fraction[i];

        if (!take(d, v))
            continue;
        d->fraction[i] = d->fraction[n];
        d->fraction[n++] = v;
        fix(d, v, nearbyint(d->x[v]));
    }
    status = solve(d->lp, d->effort, ret_state, err);
    for (size_t i = 0; i < n && *ret_state != SC_LP_OPTIMAL; i++)
        let_go(d, d->fraction[i]);
    return status;
}

/* Fixes one fraction at the whole number nearer to it, else at the other. */
static enum sc_status fix_one(struct dive *d, uint32_t v, enum sc_lp_state *ret_state,
                              struct sc_error *err)
{
    double first = nearbyint(d->x[v]);
    enum sc_status status;

    fix(d, v, first);
    status = solve(d->lp, d->effort, ret_state, err);
    if (status || *ret_state != SC_LP_INFEASIBLE)
        return status;
    fix(d, v, first > d->x[v] ? first - 1 : first + 1);
    return solve(d->lp, d->effort, ret_state, err);
}

/* Fixes fractions at whole numbers beside them until none is left, never going back. */
static enum sc_status dive_on(struct dive *d, int64_t *base, bool *ret_found, struct sc_error *err)
{
    *ret_found = false;
    for (int depth = 0; depth < BASE_DIVE_STEPS; depth++) {
        enum sc_lp_state state = SC_LP_INFEASIBLE;
        enum sc_status status = SC_OK;

        list_fractions(d);
        if (d->n == 0)
            break;
        if (d->n >= MANY)
            status = fix_many(d, &state, err);
        if (!status && state != SC_LP_OPTIMAL) {
            uint32_t nearest = SC_NONE;

            for (size_t i = 0; i < d->n; i++)
                if (nearest == SC_NONE || by_distance(&d->fraction[i], &nearest, d->x) < 0)
                    nearest = d->fraction[i];
            status = fix_one(d, nearest, &state, err);
        }
        if (status || state != SC_LP_OPTIMAL)
            return status;
    }
    *ret_found = take_base(d->model, d->lp, false, base);
    return SC_OK;
}

static enum sc_status base_dive(const struct sc_model *model, const struct sc_effort *effort,
                                struct sc_lp *lp, int64_t *base, bool *ret_found,
                                struct sc_error *err)
{
    size_t n = model->n_variables;
    SC_AUTO_FREE uint32_t *fraction = sc_alloc_array(n, sizeof *fraction);
    SC_AUTO_FREE double *x = sc_alloc_array(n, sizeof *x);
    SC_AUTO_FREE bool *taken = sc_alloc_array(model->n_rows, sizeof *taken);
    struct dive d = {model, effort, lp, fraction, x, 0, taken};

    if (!fraction || !x || !taken)
        return sc_fail_nomem(err);
    return dive_on(&d, base, ret_found, err);
}

static enum sc_status base_search(const struct sc_model *model, const struct sc_effort *effort,
                                  int64_t *base, enum sc_answer *ret_answer, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    struct sc_mip_options options = {.max_nodes = 20000,
                                     .first_solution = true,
                                     .depth_first = true,
                                     .stop = effort->stop,
                                     .stop_arg = effort->stop_arg};
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

enum sc_status sc_first_table(const struct sc_model *model, const struct sc_effort *effort,
                              int64_t *base, enum sc_answer *ret_answer, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    enum sc_lp_state state;
    bool found = false;
    enum sc_status status;

    if (model->n_variables == 0) {
        *ret_answer = sc_model_agrees(model, base) ? SC_ANSWER_YES : SC_ANSWER_NO;
        return SC_OK;
    }
    if (model->n_variables >= SC_SEEK_FROM) {
        status = sc_seek_table(model, base, effort->stop, effort->stop_arg, &found, err);
        *ret_answer = SC_ANSWER_YES;
        if (status || found)
            return status;
    }
    status = build_base_program(model, &lp, err);
    if (!status)
        status = solve(lp, effort, &state, err);
    if (status)
        return status;
    if (state == SC_LP_INFEASIBLE || state == SC_LP_UNKNOWN || state == SC_LP_LIMIT) {
        *ret_answer = state == SC_LP_INFEASIBLE ? SC_ANSWER_NO : SC_ANSWER_UNKNOWN;
        return SC_OK;
    }
    assert(state == SC_LP_OPTIMAL); /* costs are positive and variables bounded below */
    if (!take_base(model, lp, false, base))
        status = base_dive(model, effort, lp, base, &found, err);
    else
        found = true;
    *ret_answer = SC_ANSWER_YES;
    return status || found ? status : base_search(model, effort, base, ret_answer, err);
}
