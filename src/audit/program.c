/*
 * program.c - moves by linear programming.
 *
 * Two columns for each variable, up and down, bounded by the room the base leaves, and a row for
 * each sum, which must come to 0. The objective is the length of the move. To move one
 * variable, its column gets 1 as lower bound. The first question begins with nothing moved, which
 * is dual feasible (costs are positive): the dual simplex then repairs one sum after another
 * and takes about as many steps as the move is long. So does each in a large table; from where the
 * last question ended, a move somewhere else, it would take ten times as many. In a small one,
 * where moves are long for their table, the last basis is the better start.
 *
 * Least moves are whole numbers nearly always, because the shortest ways round a table
 * are rings and cubes of +1 and -1. Where one is not, in this order: a multiple of it that is
 * whole and fits; a dive (fix the variable nearest to a whole number at it, solve
 * again); branch and bound. Whatever comes out is added up again in integers before
 * it counts. "No" is said only when the program has no solution at all, or
 * branch and bound has proved that it has no whole one.
 */
#include "audit/program.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "solver/solver.h"

#define DIVE_STEPS 60
#define SEARCH_NODES 2000
#define ITERATIONS_MAX 50000
/* Programs of so many variables go on from where the last question ended. */
#define WARM_MOST 2500

struct sc_program {
    struct sc_walk *walk;
    struct sc_lp *lp; /* columns 2i up, 2i + 1 down of variable list[i] */
    size_t n;
    uint32_t *list;
    uint32_t *place; /* by variable: i, SC_NONE */
    size_t n_rows;
    bool asked;    /* a question before this one */
    bool *pinned;  /* by i: scratch */
    double *value; /* by i: scratch */
};

void sc_program_free(struct sc_program *program)
{
    if (!program)
        return;
    sc_lp_free(program->lp);
    sc_free(program->list);
    sc_free(program->place);
    sc_free(program->pinned);
    sc_free(program->value);
    sc_free(program);
}

/* The room a variable has upwards (sign +1) or downwards (-1), SC_LP_INFINITY when endless. */
static double room(const struct sc_walk *walk, uint32_t v, int sign)
{
    const struct sc_model *model = walk->model;

    if (walk->frozen[v])
        return 0.0;
    if (sign < 0)
        return (double)(walk->base[v] - model->low[v]);
    if (model->high[v] >= SC_UNBOUNDED)
        return SC_LP_INFINITY;
    return (double)(model->high[v] - walk->base[v]);
}

static size_t column_of(size_t i, int sign)
{
    return 2 * i + (sign > 0 ? 0 : 1);
}

static void reset_room(struct sc_program *p, size_t i)
{
    sc_lp_set_column_bounds(p->lp, column_of(i, 1), 0, room(p->walk, p->list[i], 1));
    sc_lp_set_column_bounds(p->lp, column_of(i, -1), 0, room(p->walk, p->list[i], -1));
}

/* ---- building -------------------------------------------------------------------------- */

/* What a row of the model says of the program's variables. */
static enum sc_status build_row(struct sc_program *p, uint32_t row, size_t at, uint32_t *columns,
                                double *coefficients, struct sc_error *err)
{
    const struct sc_model *model = p->walk->model;
    size_t n = 0;

    for (size_t k = model->row_start[row]; k < model->row_start[row + 1]; k++) {
        uint32_t i = p->place[model->row_variable[k]];

        for (int sign = 1; sign >= -1 && i != SC_NONE; sign -= 2) {
            columns[n] = (uint32_t)column_of(i, sign);
            coefficients[n++] = sign * model->row_sign[k];
        }
    }
    return sc_lp_set_row(p->lp, at, n, columns, coefficients, err);
}

/* Lists the rows any variable of the program is in, ascending; returns how many. */
static size_t list_rows(const struct sc_program *p, bool *seen, uint32_t *rows)
{
    const struct sc_model *model = p->walk->model;
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        for (size_t k = model->in_start[p->list[i]]; k < model->in_start[p->list[i] + 1]; k++)
            seen[model->in_row[k]] = true;
    for (uint32_t row = 0; row < model->n_rows; row++)
        if (seen[row])
            rows[n++] = row;
    return n;
}

static enum sc_status build(struct sc_program *p, struct sc_error *err)
{
    const struct sc_model *model = p->walk->model;
    SC_AUTO_FREE bool *seen = sc_alloc_array(model->n_rows, sizeof *seen);
    SC_AUTO_FREE uint32_t *rows = sc_alloc_array(model->n_rows, sizeof *rows);
    SC_AUTO_FREE uint32_t *columns = sc_alloc_array(2 * p->n, sizeof *columns);
    SC_AUTO_FREE double *coefficients = sc_alloc_array(2 * p->n, sizeof *coefficients);
    size_t first;
    enum sc_status status;

    if (!seen || !rows || !columns || !coefficients)
        return sc_fail_nomem(err);
    p->n_rows = list_rows(p, seen, rows);
    status = sc_lp_new(&p->lp, err);
    if (!status)
        status = sc_lp_add_columns(p->lp, 2 * p->n, &first, err);
    if (!status && p->n_rows > 0)
        status = sc_lp_add_rows(p->lp, p->n_rows, &first, err);
    for (size_t r = 0; r < p->n_rows && !status; r++)
        status = build_row(p, rows[r], r, columns, coefficients, err);
    for (size_t i = 0; i < p->n && !status; i++) {
        /* Slightly different lengths make least moves unique, and so the same everywhere. */
        double cost = 1.0 + 1e-4 * (double)((p->list[i] * 2654435761u >> 16) & 0xff) / 256.0;

        sc_lp_set_cost(p->lp, column_of(i, 1), cost);
        sc_lp_set_cost(p->lp, column_of(i, -1), cost);
    }
    return status;
}

enum sc_status sc_program_new(struct sc_walk *walk, size_t n, const uint32_t *variables,
                              struct sc_program **ret_program, struct sc_error *err)
{
    size_t n_all = walk->model->n_variables;
    SC_AUTO(sc_program) p = sc_alloc(sizeof *p);
    enum sc_status status;

    if (!p)
        return sc_fail_nomem(err);
    p->walk = walk;
    p->n = variables ? n : n_all;
    p->list = sc_alloc_array(p->n, sizeof *p->list);
    p->place = sc_alloc_array(n_all, sizeof *p->place);
    p->pinned = sc_alloc_array(p->n, sizeof *p->pinned);
    p->value = sc_alloc_array(p->n, sizeof *p->value);
    if (!p->list || !p->place || !p->pinned || !p->value)
        return sc_fail_nomem(err);
    memset(p->place, 0xff, n_all * sizeof *p->place);
    for (size_t i = 0; i < p->n; i++) {
        p->list[i] = variables ? variables[i] : (uint32_t)i;
        p->place[p->list[i]] = (uint32_t)i;
    }
    status = build(p, err);
    if (!status)
        *ret_program = SC_TAKE(p);
    return status;
}

/* ---- solving --------------------------------------------------------------------------- */

static enum sc_status solve(struct sc_program *p, enum sc_lp_state *ret_state, struct sc_error *err)
{
    struct sc_walk *walk = p->walk;
    struct sc_lp_options options = sc_effort_options(&walk->effort);
    uint64_t before = sc_lp_iterations(p->lp);
    enum sc_status status;

    options.max_iterations = ITERATIONS_MAX;
    *ret_state = SC_LP_LIMIT;
    if (walk->effort.max_work && walk->work > walk->effort.max_work)
        return SC_OK;
    walk->n_solves++;
    status = sc_lp_solve(p->lp, &options, ret_state, err);
    walk->work += sc_lp_iterations(p->lp) - before;
    return status;
}

static void read_values(struct sc_program *p)
{
    for (size_t i = 0; i < p->n; i++)
        p->value[i] = sc_lp_column_value(p->lp, column_of(i, 1)) -
                      sc_lp_column_value(p->lp, column_of(i, -1));
}

/* Tries `times` times the solution as a whole-number move. */
static enum sc_status try_multiple(struct sc_program *p, int times, bool *ret_added,
                                   struct sc_error *err)
{
    struct sc_walk *walk = p->walk;
    size_t n = 0;

    *ret_added = false;
    for (size_t i = 0; i < p->n; i++) {
        double x = times * p->value[i];

        if (!sc_is_integral(x) || fabs(x) > 1e9)
            return SC_OK;
        if (sc_nearest_integer(x) == 0)
            continue;
        walk->listed[n] = p->list[i];
        walk->change[n++] = (int32_t)sc_nearest_integer(x);
    }
    return sc_walk_add(walk, n, walk->listed, walk->change, ret_added, err);
}

static enum sc_status try_multiples(struct sc_program *p, bool *ret_added, struct sc_error *err)
{
    static const int multiples[] = {1, 2, 3, 4, 6};
    enum sc_status status = SC_OK;

    *ret_added = false;
    for (size_t i = 0; i < sizeof multiples / sizeof *multiples && !status && !*ret_added; i++)
        status = try_multiple(p, multiples[i], ret_added, err);
    return status;
}

/* The place that is not whole but nearest to it, not yet fixed by the dive; n: none. */
static size_t nearest_fraction(const struct sc_program *p)
{
    size_t best = p->n;
    double best_distance = 2.0;

    for (size_t i = 0; i < p->n; i++) {
        double distance = fabs(p->value[i] - nearbyint(p->value[i]));

        if (distance <= SC_INTEGRALITY_TOLERANCE || p->pinned[i])
            continue;
        if (distance < best_distance - 1e-9) {
            best_distance = distance;
            best = i;
        }
    }
    return best;
}

/* Bounds a variable's move to exactly `value`. */
static void pin(struct sc_program *p, size_t i, double value)
{
    double up = value > 0 ? value : 0, down = value < 0 ? -value : 0;

    sc_lp_set_column_bounds(p->lp, column_of(i, 1), up, up);
    sc_lp_set_column_bounds(p->lp, column_of(i, -1), down, down);
    p->pinned[i] = true;
}

static bool pinnable(const struct sc_program *p, size_t i, double value)
{
    return value >= 0 ? value <= room(p->walk, p->list[i], 1)
                      : -value <= room(p->walk, p->list[i], -1);
}

/*
 * Pins one fractional variable after another at the whole number away from 0, else
 * towards it, until the move is whole or nothing fits.
 */
static enum sc_status dive(struct sc_program *p, bool *ret_added, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    p->walk->n_dives++;
    *ret_added = false;
    for (int depth = 0; depth < DIVE_STEPS && !status && !*ret_added; depth++) {
        size_t i = nearest_fraction(p);
        enum sc_lp_state state = SC_LP_INFEASIBLE;
        double away, toward;

        if (i == p->n)
            break;
        away = p->value[i] > 0 ? ceil(p->value[i]) : floor(p->value[i]);
        toward = p->value[i] > 0 ? floor(p->value[i]) : ceil(p->value[i]);
        if (pinnable(p, i, away)) {
            pin(p, i, away);
            status = solve(p, &state, err);
        }
        if (!status && state == SC_LP_INFEASIBLE) {
            pin(p, i, toward);
            status = solve(p, &state, err);
        }
        if (status || state != SC_LP_OPTIMAL)
            break;
        read_values(p);
        status = try_multiples(p, ret_added, err);
    }
    return status;
}

/* Undoes the pins of a dive. */
static void unpin_all(struct sc_program *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->pinned[i]) {
            p->pinned[i] = false;
            reset_room(p, i);
        }
}

static void aim(struct sc_program *p, size_t i, int sign, int64_t amount)
{
    sc_lp_set_column_bounds(p->lp, column_of(i, sign), (double)amount,
                            room(p->walk, p->list[i], sign));
    sc_lp_set_column_bounds(p->lp, column_of(i, -sign), 0, 0);
}

/* Branch and bound on the aimed program. */
static enum sc_status search(struct sc_program *p, enum sc_answer *ret_answer, struct sc_error *err)
{
    struct sc_mip_options options = {.max_nodes = SEARCH_NODES,
                                     .first_solution = true,
                                     .depth_first = true,
                                     .stop = p->walk->effort.stop,
                                     .stop_arg = p->walk->effort.stop_arg};
    struct sc_mip_result result;
    bool added = false;
    enum sc_status status;

    p->walk->n_searches++;
    for (size_t column = 0; column < 2 * p->n; column++)
        sc_lp_set_integer(p->lp, column, true);
    status = sc_mip_solve(p->lp, &options, &result, err);
    if (!status && result.has_solution) {
        for (size_t i = 0; i < p->n; i++)
            p->value[i] = sc_mip_column_value(p->lp, column_of(i, 1)) -
                          sc_mip_column_value(p->lp, column_of(i, -1));
        status = try_multiple(p, 1, &added, err);
    }
    for (size_t column = 0; column < 2 * p->n; column++)
        sc_lp_set_integer(p->lp, column, false);
    if (status)
        return status;
    *ret_answer = added                              ? SC_ANSWER_YES
                  : result.state == SC_LP_INFEASIBLE ? SC_ANSWER_NO
                                                     : SC_ANSWER_UNKNOWN;
    return SC_OK;
}

/* The aimed program is solved: makes a whole move of what came out if there is one. */
static enum sc_status make_whole(struct sc_program *p, size_t i, int sign, int64_t amount,
                                 bool quick, enum sc_answer *ret_answer, struct sc_error *err)
{
    bool added = false;
    enum sc_status status = try_multiples(p, &added, err);

    if (!status && !added) {
        p->pinned[i] = true; /* the aim itself is not the dive's to pin */
        status = dive(p, &added, err);
        unpin_all(p);
        aim(p, i, sign, amount);
    }
    *ret_answer = SC_ANSWER_YES;
    if (status || added)
        return status;
    if (!quick)
        return search(p, ret_answer, err);
    *ret_answer = SC_ANSWER_UNKNOWN;
    return SC_OK;
}

enum sc_status sc_program_step(struct sc_program *p, uint32_t variable, int sign, int64_t amount,
                               bool quick, enum sc_answer *ret_answer, struct sc_error *err)
{
    size_t i = p->place[variable];
    enum sc_lp_state state;
    enum sc_status status;

    assert(i < p->n && (sign == 1 || sign == -1) && amount >= 1);
    *ret_answer = SC_ANSWER_NO;
    if (room(p->walk, variable, sign) < (double)amount)
        return SC_OK;
    for (size_t k = 0; k < p->n; k++)
        reset_room(p, k);
    if (!p->asked || p->n > WARM_MOST)
        sc_lp_start_at_bounds(p->lp);
    p->asked = true;
    aim(p, i, sign, amount);
    status = solve(p, &state, err);
    if (!status && state == SC_LP_OPTIMAL) {
        read_values(p);
        status = make_whole(p, i, sign, amount, quick, ret_answer, err);
    } else if (!status && state != SC_LP_INFEASIBLE) {
        *ret_answer = SC_ANSWER_UNKNOWN;
    }
    return status;
}
