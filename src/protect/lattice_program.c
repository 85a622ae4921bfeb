/*
 * lattice_program.c - nearest multiples as a linear program.
 *
 * The cost of a cell is convex and bends at whole numbers of steps only: between them it is drawn
 * straight. So each cell is
 *
 *     y = anchor + middle + up - down
 *
 * with `middle` in 0..1 between the two multiples next to the target, at the cost of the
 * second less the first, and `up` and `down` beyond them at base x weight a step. Columns that
 * have no room are left out: in controlled rounding only `middle` is left. Rows are the sums.
 * At whole steps the program's cost is the true one, so its least value is a bound, and a whole
 * answer is the best there is.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "protect/lattice.h"
#include "solver/solver.h"

/* Iterations of one linear solve. */
#define RELAX_ITERATIONS 200000

enum piece { MIDDLE, UP, DOWN, N_PIECES };

struct sc_lattice_program {
    const struct sc_lattice *lattice;
    struct sc_lp *lp;
    uint32_t *column[N_PIECES]; /* by cell; SC_NONE: no such column */
    int64_t *anchor;            /* by cell */
    size_t n_columns;
    int64_t unit;     /* costs of the program are true costs / unit */
    int64_t constant; /* true cost at the anchors */
    size_t cutoff;    /* row that bounds the cost; SC_NONE: none yet */
};

void sc_lattice_program_free(struct sc_lattice_program *program)
{
    if (!program)
        return;
    sc_lp_free(program->lp);
    for (int p = 0; p < N_PIECES; p++)
        sc_free(program->column[p]);
    sc_free(program->anchor);
    sc_free(program);
}

/* One cell: its anchor, and how much room each piece has. */
static void shape(const struct sc_lattice *lattice, uint32_t c, int64_t *ret_anchor, int64_t *room)
{
    int64_t low = lattice->low[c], high = lattice->high[c];
    int64_t floor_y = lattice->target[c] / lattice->base;
    bool whole = lattice->target[c] % lattice->base == 0;

    room[MIDDLE] = room[UP] = room[DOWN] = 0;
    if (lattice->weight[c] == 0 || low > floor_y) {
        *ret_anchor = low;
        room[UP] = high - low;
    } else if (high <= floor_y) {
        *ret_anchor = high;
        room[DOWN] = high - low;
    } else {
        *ret_anchor = floor_y;
        room[DOWN] = floor_y - low;
        room[MIDDLE] = whole ? 0 : 1;
        room[UP] = high - floor_y - room[MIDDLE];
    }
}

static int64_t slope(const struct sc_lattice *lattice, uint32_t c, enum piece p)
{
    if (p == MIDDLE)
        return lattice->weight[c] * (lattice->base - 2 * (lattice->target[c] % lattice->base));
    return lattice->weight[c] * lattice->base;
}

static enum sc_status add_columns(struct sc_lattice_program *program, struct sc_error *err)
{
    const struct sc_lattice *lattice = program->lattice;
    size_t n = sc_system_n_cells(lattice->system), first;
    enum sc_status status = SC_OK;

    for (uint32_t c = 0; c < n && !status; c++) {
        int64_t room[N_PIECES];

        shape(lattice, c, &program->anchor[c], room);
        program->constant += sc_lattice_cost_of(lattice, c, program->anchor[c]);
        for (enum piece p = MIDDLE; p < N_PIECES && !status; p++) {
            program->column[p][c] = SC_NONE;
            if (room[p] <= 0)
                continue;
            status = sc_lp_add_columns(program->lp, 1, &first, err);
            if (status)
                break;
            program->column[p][c] = (uint32_t)first;
            sc_lp_set_column_bounds(program->lp, first, 0,
                                    room[p] >= SC_LATTICE_FAR / 2 ? SC_LP_INFINITY
                                                                  : (double)room[p]);
            sc_lp_set_cost(program->lp, first,
                           (double)slope(lattice, c, p) / (double)program->unit);
            sc_lp_set_integer(program->lp, first, true);
            program->n_columns++;
        }
    }
    return status;
}

/* Appends a cell's columns to a row, times `sign`. */
static size_t put_cell(const struct sc_lattice_program *program, uint32_t c, double sign,
                       uint32_t *columns, double *coefficients, size_t n)
{
    for (enum piece p = MIDDLE; p < N_PIECES; p++)
        if (program->column[p][c] != SC_NONE) {
            columns[n] = program->column[p][c];
            coefficients[n++] = p == DOWN ? -sign : sign;
        }
    return n;
}

static enum sc_status add_sum(struct sc_lattice_program *program, struct sc_relation r,
                              uint32_t *columns, double *coefficients, struct sc_error *err)
{
    int64_t right = program->anchor[r.total];
    size_t n = put_cell(program, r.total, -1, columns, coefficients, 0), row;
    enum sc_status status;

    for (uint32_t k = 0; k < r.n_children; k++) {
        n = put_cell(program, r.children[k], 1, columns, coefficients, n);
        right -= program->anchor[r.children[k]];
    }
    if (n == 0 && right == 0)
        return SC_OK;
    status = sc_lp_add_rows(program->lp, 1, &row, err);
    if (status)
        return status;
    sc_lp_set_row_bounds(program->lp, row, (double)right, (double)right);
    return sc_lp_set_row(program->lp, row, n, columns, coefficients, err);
}

static enum sc_status add_sums(struct sc_lattice_program *program, struct sc_error *err)
{
    const struct sc_system *system = program->lattice->system;
    size_t n = sc_system_n_relations(system), longest = 0;
    SC_AUTO_FREE uint32_t *columns = NULL;
    SC_AUTO_FREE double *coefficients = NULL;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, i);

        longest = r.n_children + 1 > longest ? r.n_children + 1 : longest;
    }
    columns = sc_alloc_array(N_PIECES * longest, sizeof *columns);
    coefficients = sc_alloc_array(N_PIECES * longest, sizeof *coefficients);
    if (!columns || !coefficients)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n && !status; i++)
        status = add_sum(program, sc_system_relation(system, i), columns, coefficients, err);
    return status;
}

enum sc_status sc_lattice_program_new(const struct sc_lattice *lattice,
                                      struct sc_lattice_program **ret_program, struct sc_error *err)
{
    SC_AUTO(sc_lattice_program) program = sc_alloc(sizeof *program);
    size_t n = sc_system_n_cells(lattice->system);
    enum sc_status status;

    if (!program)
        return sc_fail_nomem(err);
    program->lattice = lattice;
    program->cutoff = SC_NONE;
    program->unit = 1;
    for (uint32_t c = 0; c < n; c++)
        if (lattice->weight[c] > program->unit)
            program->unit = lattice->weight[c];
    program->anchor = sc_alloc_array(n, sizeof *program->anchor);
    for (int p = 0; p < N_PIECES; p++)
        program->column[p] = sc_alloc_array(n, sizeof *program->column[p]);
    if (!program->anchor || !program->column[MIDDLE] || !program->column[UP] ||
        !program->column[DOWN])
        return sc_fail_nomem(err);
    status = sc_lp_new(&program->lp, err);
    if (!status)
        status = add_columns(program, err);
    if (!status)
        status = add_sums(program, err);
    if (!status)
        *ret_program = SC_TAKE(program);
    return status;
}

/* The true cost that a value of the program stands for, rounded up to a whole number. */
static int64_t bound_of(const struct sc_lattice_program *program, double value)
{
    double cost = value * (double)program->unit + (double)program->constant;
    double slack = 1e-7 * (fabs(value) + 1) * (double)program->unit + SC_INTEGRALITY_TOLERANCE;

    return (int64_t)ceil(cost - slack);
}

/* Takes over values (of the linear or the whole-number solve) when they are whole and hold. */
static enum sc_status take(const struct sc_lattice_program *program,
                           double (*value)(const struct sc_lp *, size_t),
                           struct sc_lattice_result *result, struct sc_error *err)
{
    size_t n = sc_system_n_cells(program->lattice->system);
    SC_AUTO_FREE int64_t *y = sc_alloc_array(n, sizeof *y);
    int64_t cost;

    if (!y)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < n; c++) {
        y[c] = program->anchor[c];
        for (enum piece p = MIDDLE; p < N_PIECES; p++) {
            double x;

            if (program->column[p][c] == SC_NONE)
                continue;
            x = value(program->lp, program->column[p][c]);
            if (!sc_is_integral(x))
                return SC_OK;
            y[c] += p == DOWN ? -sc_nearest_integer(x) : sc_nearest_integer(x);
        }
    }
    if (!sc_lattice_holds(program->lattice, y, &cost) ||
        (result->state == SC_LATTICE_FOUND && cost >= result->cost))
        return SC_OK;
    sc_free(result->y);
    result->y = SC_TAKE(y);
    result->cost = cost;
    result->state = SC_LATTICE_FOUND;
    return SC_OK;
}

/* Nothing to decide: the anchors are the only table there is. */
static enum sc_status take_anchors(const struct sc_lattice_program *program,
                                   struct sc_lattice_result *result, struct sc_error *err)
{
    enum sc_status status = take(program, sc_lp_column_value, result, err);

    if (!status && result->state != SC_LATTICE_FOUND)
        result->state = SC_LATTICE_NONE;
    return status;
}

static void raise_bound(struct sc_lattice_result *result, int64_t bound)
{
    if (bound > result->bound)
        result->bound = bound;
    if (result->state == SC_LATTICE_FOUND && result->bound > result->cost)
        result->bound = result->cost; /* by rounding errors only */
}

enum sc_status sc_lattice_relax(struct sc_lattice_program *program,
                                struct sc_lattice_result *result, struct sc_error *err)
{
    struct sc_lp_options options = {.max_iterations = RELAX_ITERATIONS, .primal = true};
    enum sc_lp_state state;
    enum sc_status status;

    if (program->n_columns == 0)
        return take_anchors(program, result, err);
    status = sc_lp_solve(program->lp, &options, &state, err);
    if (status)
        return status;
    if (state == SC_LP_INFEASIBLE)
        result->state = SC_LATTICE_NONE;
    if (state != SC_LP_OPTIMAL)
        return SC_OK;
    raise_bound(result, bound_of(program, sc_lp_objective(program->lp)));
    return take(program, sc_lp_column_value, result, err);
}

/* Asks the program for something cheaper than what is known. */
static enum sc_status set_cutoff(struct sc_lattice_program *program, int64_t cost,
                                 struct sc_error *err)
{
    const struct sc_lattice *lattice = program->lattice;
    SC_AUTO_FREE uint32_t *columns = sc_alloc_array(program->n_columns, sizeof *columns);
    SC_AUTO_FREE double *coefficients = sc_alloc_array(program->n_columns, sizeof *coefficients);
    size_t n = 0;
    enum sc_status status = SC_OK;

    if (!columns || !coefficients)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < sc_system_n_cells(lattice->system); c++)
        for (enum piece p = MIDDLE; p < N_PIECES; p++)
            if (program->column[p][c] != SC_NONE && slope(lattice, c, p) != 0) {
                columns[n] = program->column[p][c];
                coefficients[n++] = (double)slope(lattice, c, p) / (double)program->unit;
            }
    if (program->cutoff == SC_NONE) {
        status = sc_lp_add_rows(program->lp, 1, &program->cutoff, err);
        if (!status)
            status = sc_lp_set_row(program->lp, program->cutoff, n, columns, coefficients, err);
    }
    if (!status)
        sc_lp_set_row_bounds(program->lp, program->cutoff, -SC_LP_INFINITY,
                             (double)(cost - 1 - program->constant) / (double)program->unit);
    return status;
}

enum sc_status sc_lattice_branch(struct sc_lattice_program *program, uint32_t max_nodes,
                                 struct sc_lattice_result *result, struct sc_error *err)
{
    struct sc_mip_options options = {.max_nodes = max_nodes,
                                     .depth_first = true,
                                     .stop = program->lattice->stop,
                                     .stop_arg = program->lattice->stop_arg};
    bool known = result->state == SC_LATTICE_FOUND;
    int64_t known_cost = result->cost;
    struct sc_mip_result mip;
    enum sc_status status = known ? set_cutoff(program, result->cost, err) : SC_OK;

    if (!status)
        status = sc_mip_solve(program->lp, &options, &mip, err);
    if (status)
        return status;
    if (mip.state == SC_LP_INFEASIBLE) {
        if (known)
            raise_bound(result, known_cost);
        else
            result->state = SC_LATTICE_NONE;
        return SC_OK;
    }
    if (mip.has_solution)
        status = take(program, sc_mip_column_value, result, err);
    if (mip.state == SC_LP_OPTIMAL || mip.state == SC_LP_LIMIT) {
        int64_t bound = bound_of(program, mip.bound);

        /* Cut off at what is known, the rest of the program says nothing beyond it. */
        raise_bound(result, known && bound > known_cost ? known_cost : bound);
    }
    return status;
}
