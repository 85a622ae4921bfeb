/*
 * walk.c - whole-number tables and the moves between them.
 *
 * The move program has two columns for each variable, up and down, bounded by the room the
 * base leaves, and a row for each sum, which must come to 0. Its objective is the length
 * of the move. To move one variable, its column gets 1 as lower bound. Each question
 * begins with nothing moved, which is dual feasible (costs are positive): the dual simplex then
 * repairs one sum after another and takes about as many steps as the move is long. From where
 * the last question ended, a move somewhere else, it takes ten times as many in a large table.
 *
 * Least moves are whole numbers nearly always, because the shortest ways round a table
 * are rings and cubes of +1 and -1. Where one is not, in this order: a multiple of it that is
 * whole and fits; a dive (fix the variable nearest to a whole number at it, solve
 * again); branch and bound. Whatever comes out is added up again in integers before
 * it counts. "No" is said only when the program has no solution at all, or
 * branch and bound has proved that it has no whole one.
 *
 * The base is found the same way, from a program with one column a variable.
 */
#include "audit/walk.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"

#define DIVE_STEPS 60
#define BASE_DIVE_STEPS 4000
#define SEARCH_NODES 2000

void sc_moves_release(struct sc_moves *moves)
{
    sc_free(moves->start);
    sc_free(moves->variable);
    sc_free(moves->change);
    memset(moves, 0, sizeof *moves);
}

void sc_walk_free(struct sc_walk *walk)
{
    if (!walk)
        return;
    sc_free(walk->base);
    sc_free(walk->least);
    sc_free(walk->most);
    sc_moves_release(&walk->moves);
    sc_lp_free(walk->lp);
    sc_free(walk->frozen);
    sc_free(walk->touched);
    sc_free(walk->value);
    sc_free(walk->listed);
    sc_free(walk->change);
    sc_free(walk->row_sum);
    sc_free(walk);
}

/* ---- checking in integers -------------------------------------------------------- */

static bool base_holds(const struct sc_model *model, const int64_t *base)
{
    for (size_t v = 0; v < model->n_variables; v++)
        if (base[v] < model->low[v] || (model->high[v] < SC_UNBOUNDED && base[v] > model->high[v]))
            return false;
    for (size_t row = 0; row < model->n_rows; row++) {
        int64_t sum = 0;

        for (size_t k = model->row_start[row]; k < model->row_start[row + 1]; k++)
            sum += model->row_sign[k] * base[model->row_variable[k]];
        if (sum != model->row_right[row])
            return false;
    }
    return true;
}

bool sc_model_holds(const struct sc_model *model, const int64_t *cell)
{
    const struct sc_bounds *bounds = model->bounds;

    for (uint32_t c = 0; c < bounds->n_cells; c++) {
        uint32_t v = model->variable[c];

        if (v == SC_NONE ? cell[c] != bounds->now[SC_LOW][c]
                         : cell[c] != cell[model->cell[v]] + model->offset[c])
            return false;
        if (cell[c] < bounds->given[SC_LOW][c] ||
            (bounds->given[SC_HIGH][c] < SC_UNBOUNDED && cell[c] > bounds->given[SC_HIGH][c]))
            return false;
    }
    for (size_t i = 0; i < sc_system_n_relations(bounds->system); i++) {
        struct sc_relation r = sc_system_relation(bounds->system, i);
        int64_t sum = -cell[r.total];

        for (uint32_t k = 0; k < r.n_children; k++)
            sum += cell[r.children[k]];
        if (sum != 0)
            return false;
    }
    return true;
}

void sc_walk_table(const struct sc_walk *walk, int64_t *ret_cell)
{
    const struct sc_model *model = walk->model;

    for (uint32_t c = 0; c < model->bounds->n_cells; c++)
        ret_cell[c] = model->variable[c] == SC_NONE
                          ? model->bounds->now[SC_LOW][c]
                          : walk->base[model->variable[c]] + model->offset[c];
}

/* Whether a move, as a list, keeps every bound at the base and leaves frozen variables alone. */
static bool list_fits(const struct sc_walk *walk, size_t n, const uint32_t *variables,
                      const int32_t *changes)
{
    const struct sc_model *model = walk->model;

    for (size_t i = 0; i < n; i++) {
        uint32_t v = variables[i];
        int64_t after = walk->base[v] + changes[i];

        if (walk->frozen[v] || after < model->low[v] ||
            (model->high[v] < SC_UNBOUNDED && after > model->high[v]))
            return false;
    }
    return true;
}

/* Whether a move, as a list of different variables, keeps every sum. */
static bool list_adds_up(struct sc_walk *walk, size_t n, const uint32_t *variables,
                         const int32_t *changes)
{
    const struct sc_model *model = walk->model;
    bool holds = true;

    for (size_t i = 0; i < n; i++)
        for (size_t k = model->in_start[variables[i]]; k < model->in_start[variables[i] + 1]; k++)
            walk->row_sum[model->in_row[k]] += (int64_t)model->in_sign[k] * changes[i];
    for (size_t i = 0; i < n; i++)
        for (size_t k = model->in_start[variables[i]]; k < model->in_start[variables[i] + 1]; k++) {
            holds = holds && walk->row_sum[model->in_row[k]] == 0;
            walk->row_sum[model->in_row[k]] = 0;
        }
    return holds;
}

static enum sc_status push_entry(struct sc_moves *moves, uint32_t variable, int32_t change,
                                 struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&moves->variable, &moves->variable_capacity,
                                    moves->n_entries, sizeof *moves->variable, err);

    if (!status)
        status = sc_grow((void **)&moves->change, &moves->change_capacity, moves->n_entries,
                         sizeof *moves->change, err);
    if (status)
        return status;
    moves->variable[moves->n_entries] = variable;
    moves->change[moves->n_entries++] = change;
    return SC_OK;
}

enum sc_status sc_moves_add(struct sc_moves *moves, size_t n, const uint32_t *variables,
                            const int32_t *changes, struct sc_error *err)
{
    size_t before = moves->n_entries;
    enum sc_status status = sc_grow((void **)&moves->start, &moves->start_capacity, moves->n + 1,
                                    sizeof *moves->start, err);

    if (!status && moves->n == 0)
        moves->start[0] = 0;
    for (size_t i = 0; i < n && !status; i++)
        status = push_entry(moves, variables[i], changes[i], err);
    if (status) {
        moves->n_entries = before;
        return status;
    }
    moves->start[++moves->n] = moves->n_entries;
    return SC_OK;
}

enum sc_status sc_walk_add(struct sc_walk *walk, size_t n, const uint32_t *variables,
                           const int32_t *changes, bool *ret_added, struct sc_error *err)
{
    enum sc_status status;

    *ret_added = false;
    if (!list_fits(walk, n, variables, changes) || !list_adds_up(walk, n, variables, changes))
        return SC_OK;
    status = sc_moves_add(&walk->moves, n, variables, changes, err);
    if (status)
        return status;
    for (size_t i = 0; i < n; i++) {
        uint32_t v = variables[i];
        int64_t after = walk->base[v] + changes[i];

        if (after < walk->least[v])
            walk->least[v] = after;
        if (after > walk->most[v])
            walk->most[v] = after;
    }
    *ret_added = true;
    return SC_OK;
}

/* ---- the move program -------------------------------------------------------------- */

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

static size_t column_of(uint32_t v, int sign)
{
    return 2 * (size_t)v + (sign > 0 ? 0 : 1);
}

static void reset_room(struct sc_walk *walk, uint32_t v)
{
    sc_lp_set_column_bounds(walk->lp, column_of(v, 1), 0, room(walk, v, 1));
    sc_lp_set_column_bounds(walk->lp, column_of(v, -1), 0, room(walk, v, -1));
}

static enum sc_status build_row(struct sc_walk *walk, size_t row, uint32_t *columns,
                                double *coefficients, struct sc_error *err)
{
    const struct sc_model *model = walk->model;
    size_t n = 0;

    for (size_t k = model->row_start[row]; k < model->row_start[row + 1]; k++)
        for (int sign = 1; sign >= -1; sign -= 2) {
            columns[n] = (uint32_t)column_of(model->row_variable[k], sign);
            coefficients[n++] = sign * model->row_sign[k];
        }
    return sc_lp_set_row(walk->lp, row, n, columns, coefficients, err);
}

static enum sc_status build_program(struct sc_walk *walk, struct sc_error *err)
{
    const struct sc_model *model = walk->model;
    size_t n = model->n_variables, first;
    SC_AUTO_FREE uint32_t *columns = sc_alloc_array(2 * n, sizeof *columns);
    SC_AUTO_FREE double *coefficients = sc_alloc_array(2 * n, sizeof *coefficients);
    enum sc_status status;

    if (!columns || !coefficients)
        return sc_fail_nomem(err);
    status = sc_lp_new(&walk->lp, err);
    if (!status)
        status = sc_lp_add_columns(walk->lp, 2 * n, &first, err);
    if (!status && model->n_rows > 0)
        status = sc_lp_add_rows(walk->lp, model->n_rows, &first, err);
    for (size_t row = 0; row < model->n_rows && !status; row++)
        status = build_row(walk, row, columns, coefficients, err);
    if (status)
        return status;
    for (uint32_t v = 0; v < n; v++) {
        /* Slightly different lengths make least moves unique, and so the same everywhere. */
        double cost = 1.0 + 1e-4 * (double)((v * 2654435761u >> 16) & 0xff) / 256.0;

        sc_lp_set_cost(walk->lp, column_of(v, 1), cost);
        sc_lp_set_cost(walk->lp, column_of(v, -1), cost);
        reset_room(walk, v);
    }
    return SC_OK;
}

static bool out_of_work(const struct sc_walk *walk)
{
    return walk->max_work && sc_lp_iterations(walk->lp) > walk->max_work;
}

static enum sc_status solve(struct sc_walk *walk, enum sc_lp_state *ret_state, struct sc_error *err)
{
    struct sc_lp_options options = {.max_iterations = 50000};

    if (out_of_work(walk)) {
        *ret_state = SC_LP_LIMIT;
        return SC_OK;
    }
    walk->n_solves++;
    return sc_lp_solve(walk->lp, &options, ret_state, err);
}

/* Reads the move; returns the variable furthest from whole, SC_NONE when all are whole. */
static void read_values(struct sc_walk *walk)
{
    for (uint32_t v = 0; v < walk->model->n_variables; v++)
        walk->value[v] = sc_lp_column_value(walk->lp, column_of(v, 1)) -
                         sc_lp_column_value(walk->lp, column_of(v, -1));
}

/* Tries `times` times the solution as a whole-number move. */
static enum sc_status try_multiple(struct sc_walk *walk, int times, bool *ret_added,
                                   struct sc_error *err)
{
    size_t n = 0;

    *ret_added = false;
    for (uint32_t v = 0; v < walk->model->n_variables; v++) {
        double x = times * walk->value[v];

        if (!sc_is_integral(x) || fabs(x) > 1e9)
            return SC_OK;
        if (sc_nearest_integer(x) == 0)
            continue;
        walk->listed[n] = v;
        walk->change[n++] = (int32_t)sc_nearest_integer(x);
    }
    return sc_walk_add(walk, n, walk->listed, walk->change, ret_added, err);
}

static enum sc_status try_multiples(struct sc_walk *walk, bool *ret_added, struct sc_error *err)
{
    static const int multiples[] = {1, 2, 3, 4, 6};
    enum sc_status status = SC_OK;

    *ret_added = false;
    for (size_t i = 0; i < sizeof multiples / sizeof *multiples && !status && !*ret_added; i++)
        status = try_multiple(walk, multiples[i], ret_added, err);
    return status;
}

/* The variable that is not whole but nearest to it, not yet fixed by the dive; SC_NONE: none. */
static uint32_t nearest_fraction(const struct sc_walk *walk)
{
    uint32_t best = SC_NONE;
    double best_distance = 2.0;

    for (uint32_t v = 0; v < walk->model->n_variables; v++) {
        double x = walk->value[v];
        double distance = fabs(x - nearbyint(x));

        if (distance <= SC_INTEGRALITY_TOLERANCE || walk->touched[v])
            continue;
        if (distance < best_distance - 1e-9) {
            best_distance = distance;
            best = v;
        }
    }
    return best;
}

/* Bounds a variable's move to exactly `value`. */
static void pin(struct sc_walk *walk, uint32_t v, double value)
{
    double up = value > 0 ? value : 0, down = value < 0 ? -value : 0;

    sc_lp_set_column_bounds(walk->lp, column_of(v, 1), up, up);
    sc_lp_set_column_bounds(walk->lp, column_of(v, -1), down, down);
    walk->touched[v] = true;
}

static bool pinnable(const struct sc_walk *walk, uint32_t v, double value)
{
    return value >= 0 ? value <= room(walk, v, 1) : -value <= room(walk, v, -1);
}

/*
 * Pins one fractional variable after another at the whole number away from 0, else
 * towards it, until the move is whole or nothing fits.
 */
static enum sc_status dive(struct sc_walk *walk, bool *ret_added, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    walk->n_dives++;
    *ret_added = false;
    for (int depth = 0; depth < DIVE_STEPS && !status && !*ret_added; depth++) {
        uint32_t v = nearest_fraction(walk);
        enum sc_lp_state state = SC_LP_INFEASIBLE;
        double away, toward;

        if (v == SC_NONE)
            break;
        away = walk->value[v] > 0 ? ceil(walk->value[v]) : floor(walk->value[v]);
        toward = walk->value[v] > 0 ? floor(walk->value[v]) : ceil(walk->value[v]);
        if (pinnable(walk, v, away)) {
            pin(walk, v, away);
            status = solve(walk, &state, err);
        }
        if (!status && state == SC_LP_INFEASIBLE) {
            pin(walk, v, toward);
            status = solve(walk, &state, err);
        }
        if (status || state != SC_LP_OPTIMAL)
            break;
        read_values(walk);
        status = try_multiples(walk, ret_added, err);
    }
    return status;
}

/* Undoes the pins of a dive. */
static void unpin_all(struct sc_walk *walk)
{
    for (uint32_t v = 0; v < walk->model->n_variables; v++)
        if (walk->touched[v]) {
            walk->touched[v] = false;
            reset_room(walk, v);
        }
}

static void aim(struct sc_walk *walk, uint32_t v, int sign, int64_t amount)
{
    sc_lp_set_column_bounds(walk->lp, column_of(v, sign), (double)amount, room(walk, v, sign));
    sc_lp_set_column_bounds(walk->lp, column_of(v, -sign), 0, 0);
}

/* Branch and bound on the aimed program. */
static enum sc_status search(struct sc_walk *walk, enum sc_answer *ret_answer, struct sc_error *err)
{
    struct sc_mip_options options = {
        .max_nodes = SEARCH_NODES, .first_solution = true, .depth_first = true};
    struct sc_mip_result result;
    size_t n = walk->model->n_variables;
    bool added = false;
    enum sc_status status;

    walk->n_searches++;
    for (size_t column = 0; column < 2 * n; column++)
        sc_lp_set_integer(walk->lp, column, true);
    status = sc_mip_solve(walk->lp, &options, &result, err);
    if (!status && result.has_solution) {
        for (uint32_t v = 0; v < n; v++)
            walk->value[v] = sc_mip_column_value(walk->lp, column_of(v, 1)) -
                             sc_mip_column_value(walk->lp, column_of(v, -1));
        status = try_multiple(walk, 1, &added, err);
    }
    for (size_t column = 0; column < 2 * n; column++)
        sc_lp_set_integer(walk->lp, column, false);
    if (status)
        return status;
    *ret_answer = added                              ? SC_ANSWER_YES
                  : result.state == SC_LP_INFEASIBLE ? SC_ANSWER_NO
                                                     : SC_ANSWER_UNKNOWN;
    return SC_OK;
}

/* The aimed program is solved and fractional: makes a whole move of it if there is one. */
static enum sc_status make_whole(struct sc_walk *walk, uint32_t v, int sign, int64_t amount,
                                 enum sc_answer *ret_answer, struct sc_error *err)
{
    bool added = false;
    enum sc_status status = try_multiples(walk, &added, err);

    if (!status && !added) {
        walk->touched[v] = true; /* the aim itself is not the dive's to pin */
        status = dive(walk, &added, err);
        unpin_all(walk);
        aim(walk, v, sign, amount);
    }
    *ret_answer = SC_ANSWER_YES;
    if (!status && !added)
        status = search(walk, ret_answer, err);
    return status;
}

enum sc_status sc_walk_step(struct sc_walk *walk, uint32_t variable, int sign, int64_t amount,
                            enum sc_answer *ret_answer, struct sc_error *err)
{
    enum sc_lp_state state;
    enum sc_status status;

    assert(variable < walk->model->n_variables && (sign == 1 || sign == -1) && amount >= 1);
    *ret_answer = SC_ANSWER_NO;
    if (room(walk, variable, sign) < (double)amount)
        return SC_OK;
    sc_lp_start_at_bounds(walk->lp);
    aim(walk, variable, sign, amount);
    status = solve(walk, &state, err);
    if (!status && state == SC_LP_OPTIMAL) {
        read_values(walk);
        status = make_whole(walk, variable, sign, amount, ret_answer, err);
    } else if (!status && state != SC_LP_INFEASIBLE) {
        *ret_answer = SC_ANSWER_UNKNOWN;
    }
    reset_room(walk, variable);
    return status;
}

void sc_walk_freeze(struct sc_walk *walk, uint32_t variable, bool frozen)
{
    walk->frozen[variable] = frozen;
    reset_room(walk, variable);
}

void sc_walk_rebase(struct sc_walk *walk, const int64_t *base)
{
    assert(base_holds(walk->model, base));
    memcpy(walk->base, base, walk->model->n_variables * sizeof *base);
    for (uint32_t v = 0; v < walk->model->n_variables; v++)
        reset_room(walk, v);
}

void sc_walk_shift(struct sc_walk *walk, size_t n, const uint32_t *variables,
                   const int32_t *changes)
{
    bool holds =
        list_fits(walk, n, variables, changes) && list_adds_up(walk, n, variables, changes);

    assert(holds);
    (void)holds;
    for (size_t i = 0; i < n; i++) {
        uint32_t v = variables[i];

        walk->base[v] += changes[i];
        walk->least[v] = walk->most[v] = walk->base[v];
        reset_room(walk, v);
    }
}

/* ---- the first table ----------------------------------------------------------------- */

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
    return base_holds(model, base);
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

static enum sc_status find_base(const struct sc_model *model, int64_t *base,
                                enum sc_answer *ret_answer, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    enum sc_lp_state state;
    bool found = false;
    enum sc_status status = build_base_program(model, &lp, err);

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

static enum sc_status alloc_walk(const struct sc_model *model, uint64_t max_work,
                                 struct sc_walk **ret_walk, struct sc_error *err)
{
    size_t n = model->n_variables;
    SC_AUTO(sc_walk) walk = sc_alloc(sizeof *walk);

    if (!walk)
        return sc_fail_nomem(err);
    walk->model = model;
    walk->max_work = max_work;
    walk->base = sc_alloc_array(n, sizeof *walk->base);
    walk->least = sc_alloc_array(n, sizeof *walk->least);
    walk->most = sc_alloc_array(n, sizeof *walk->most);
    walk->frozen = sc_alloc_array(n, sizeof *walk->frozen);
    walk->touched = sc_alloc_array(n, sizeof *walk->touched);
    walk->value = sc_alloc_array(n, sizeof *walk->value);
    walk->listed = sc_alloc_array(n, sizeof *walk->listed);
    walk->change = sc_alloc_array(n, sizeof *walk->change);
    walk->row_sum = sc_alloc_array(model->n_rows, sizeof *walk->row_sum);
    if (!walk->base || !walk->least || !walk->most || !walk->frozen || !walk->touched ||
        !walk->value || !walk->listed || !walk->change || !walk->row_sum)
        return sc_fail_nomem(err);
    *ret_walk = SC_TAKE(walk);
    return SC_OK;
}

static enum sc_status start(struct sc_walk *walk, struct sc_error *err)
{
    size_t n = walk->model->n_variables;

    memcpy(walk->least, walk->base, n * sizeof *walk->least);
    memcpy(walk->most, walk->base, n * sizeof *walk->most);
    return n > 0 ? build_program(walk, err) : SC_OK;
}

enum sc_status sc_walk_new(const struct sc_model *model, uint64_t max_work,
                           struct sc_walk **ret_walk, enum sc_answer *ret_answer,
                           struct sc_error *err)
{
    SC_AUTO(sc_walk) walk = NULL;
    enum sc_status status = alloc_walk(model, max_work, &walk, err);

    if (status)
        return status;
    if (model->n_variables == 0)
        *ret_answer = base_holds(model, walk->base) ? SC_ANSWER_YES : SC_ANSWER_NO;
    else
        status = find_base(model, walk->base, ret_answer, err);
    if (!status && *ret_answer == SC_ANSWER_YES)
        status = start(walk, err);
    if (!status && *ret_answer == SC_ANSWER_YES)
        *ret_walk = SC_TAKE(walk);
    return status;
}

enum sc_status sc_walk_from(const struct sc_model *model, const int64_t *cell, uint64_t max_work,
                            struct sc_walk **ret_walk, struct sc_error *err)
{
    SC_AUTO(sc_walk) walk = NULL;
    enum sc_status status;

    assert(sc_model_holds(model, cell));
    status = alloc_walk(model, max_work, &walk, err);
    if (status)
        return status;
    for (size_t v = 0; v < model->n_variables; v++)
        walk->base[v] = cell[model->cell[v]];
    status = start(walk, err);
    if (!status)
        *ret_walk = SC_TAKE(walk);
    return status;
}
