/*
 * solver.h - the one door to a linear and whole-number programming engine.
 *
 * A model is columns (variables) with bounds, a cost and a kind, and rows
 * (linear sums of columns) with bounds, all numbered from 0 in the order they
 * were added. Models grow in place and keep their basis, so that the usual
 * life is: build, solve, change a few bounds or costs, solve again from where
 * the last solve ended.
 *
 * Three different things are never folded together: a call can fail (enum
 * sc_status), a solve can end in several ways (enum sc_lp_state), and a limit
 * can stop it (SC_LP_LIMIT, never an answer). Limits count work (simplex
 * iterations, branch-and-bound nodes), not time, so that the same calls give
 * the same answers on every machine; a clock is looked at only where the caller
 * passes a `stop` function.
 *
 * The engine today is GLPK 5.0; its types appear in src/solver/glpk.c only, and
 * docs/solver.md says how to add another. Floating point results are
 * suggestions: whoever turns one into a statement rounds it with
 * sc_nearest_integer() and checks it again in integers.
 *
 * One model is used by one thread at a time, and only by the thread that made it.
 */
#ifndef SC_SOLVER_SOLVER_H
#define SC_SOLVER_SOLVER_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "safecount/status.h"

/* ---- tolerances: their one home ------------------------------------------- */

/* How far a feasible value may be out (the engine's own is 1e-7). */
#define SC_FEASIBILITY_TOLERANCE 1e-6
/* How far from a whole number a value may be and still be taken as that number. */
#define SC_INTEGRALITY_TOLERANCE 1e-6

static inline bool sc_feas_eq(double a, double b)
{
    return fabs(a - b) <= SC_FEASIBILITY_TOLERANCE;
}

/* a < b by more than the tolerance. */
static inline bool sc_feas_lt(double a, double b)
{
    return a < b - SC_FEASIBILITY_TOLERANCE;
}

static inline bool sc_is_integral(double x)
{
    return fabs(x - nearbyint(x)) <= SC_INTEGRALITY_TOLERANCE;
}

/* The whole number nearest to x. |x| must be below 2^62. */
static inline int64_t sc_nearest_integer(double x)
{
    return (int64_t)llround(x);
}

/* ---- the model ------------------------------------------------------------ */

struct sc_lp; /* opaque */

/* How a solve ended. Only the first three are statements about the model. */
enum sc_lp_state {
    SC_LP_OPTIMAL,    /* solved: values, duals and the objective may be read */
    SC_LP_INFEASIBLE, /* nothing satisfies the bounds and rows */
    SC_LP_UNBOUNDED,  /* the objective has no end */
    SC_LP_LIMIT,      /* stopped at a work limit or by the caller */
    SC_LP_UNKNOWN,    /* the engine gave up (numerical trouble): decide nothing */
};

/* "optimal", "infeasible", "unbounded", "limit" or "unknown". Static. */
const char *sc_lp_state_name(enum sc_lp_state state);

/* An infinite bound. */
#define SC_LP_INFINITY ((double)INFINITY)

/* Makes an empty model that minimises. The caller frees it. SC_OK or SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_lp_new(struct sc_lp **ret_lp, struct sc_error *err);

/* Frees `lp`. NULL is allowed. */
void sc_lp_free(struct sc_lp *lp);
SC_DEFINE_AUTO(sc_lp);

/*
 * Adds `n` (at least 1) columns with bounds 0 to infinity, cost 0, continuous,
 * in no row. *ret_first is the number of the first. Keeps the basis.
 * SC_OK, SC_E_NOMEM, or SC_E_UNDECIDED when the engine has failed (see sc_lp_solve).
 */
SC_MUST_USE enum sc_status sc_lp_add_columns(struct sc_lp *lp, size_t n, size_t *ret_first,
                                             struct sc_error *err);

/* Adds `n` (at least 1) empty rows fixed at 0 (sum = 0). Keeps the basis. Errors as above. */
SC_MUST_USE enum sc_status sc_lp_add_rows(struct sc_lp *lp, size_t n, size_t *ret_first,
                                          struct sc_error *err);

/*
 * Takes rows out; those after them move up. `rows` ascending, each once. The basis is kept
 * where the rows were slack, which is when this is worth while.
 */
SC_MUST_USE enum sc_status sc_lp_delete_rows(struct sc_lp *lp, size_t n, const uint32_t *rows,
                                             struct sc_error *err);

/*
 * Sets all coefficients of one row (or column), replacing what it had. Each
 * index at most once; coefficients finite and not 0. `n` may be 0.
 */
SC_MUST_USE enum sc_status sc_lp_set_row(struct sc_lp *lp, size_t row, size_t n,
                                         const uint32_t *columns, const double *coefficients,
                                         struct sc_error *err);
SC_MUST_USE enum sc_status sc_lp_set_column(struct sc_lp *lp, size_t column, size_t n,
                                            const uint32_t *rows, const double *coefficients,
                                            struct sc_error *err);

/* Bounds; infinities allowed, `lower` <= `upper` asserted. */
void sc_lp_set_column_bounds(struct sc_lp *lp, size_t column, double lower, double upper);
void sc_lp_set_row_bounds(struct sc_lp *lp, size_t row, double lower, double upper);
/* The cost of a column in the objective. */
void sc_lp_set_cost(struct sc_lp *lp, size_t column, double cost);
void sc_lp_set_maximise(struct sc_lp *lp, bool maximise);
/* Whether sc_mip_solve() must give the column a whole value. Ignored by sc_lp_solve(). */
void sc_lp_set_integer(struct sc_lp *lp, size_t column, bool integer);

size_t sc_lp_n_columns(const struct sc_lp *lp);
size_t sc_lp_n_rows(const struct sc_lp *lp);

/* ---- linear solves -------------------------------------------------------- */

struct sc_lp_options {
    bool primal;             /* primal simplex; default dual, falling back to primal */
    uint32_t max_iterations; /* 0: 1,000,000 */
    /*
     * Asked at first and every so many iterations, the fewer the larger the model (a second's work
     * or less on the largest); true ends the solve with SC_LP_LIMIT. NULL: never (and no clock).
     */
    bool (*stop)(void *arg);
    void *stop_arg;
};

/*
 * Solves without regard to sc_lp_set_integer(), starting from the last basis
 * (from a triangular one the first time; a basis that no longer factorises is
 * replaced the same way). `options` may be NULL.
 *
 * SC_OK with *ret_state, or SC_E_NOMEM, or SC_E_UNDECIDED when the engine
 * stopped with an internal error; it then never works again, nor does any other
 * model made by this thread before that moment: free them and begin anew.
 */
SC_MUST_USE enum sc_status sc_lp_solve(struct sc_lp *lp, const struct sc_lp_options *options,
                                       enum sc_lp_state *ret_state, struct sc_error *err);

/* After SC_LP_OPTIMAL and before the model is changed: */
double sc_lp_objective(const struct sc_lp *lp);
double sc_lp_column_value(const struct sc_lp *lp, size_t column);
double sc_lp_row_value(const struct sc_lp *lp, size_t row);
/*
 * Reduced cost of a column: how the objective changes per unit of increase. Also
 * defined for columns added later with sc_lp_price_column().
 */
double sc_lp_reduced_cost(const struct sc_lp *lp, size_t column);
/* Dual of a row: how the objective changes per unit its bound is raised. */
double sc_lp_row_dual(const struct sc_lp *lp, size_t row);
/*
 * The reduced cost a column that is not in the model would have:
 * cost - sum of dual x coefficient.
 */
double sc_lp_price_column(const struct sc_lp *lp, double cost, size_t n, const uint32_t *rows,
                          const double *coefficients);

/* Forgets the basis: the next solve starts from a triangular one. */
void sc_lp_reset_basis(struct sc_lp *lp);

/* The next solve starts with every column at a bound (the lower if finite) and all rows basic. */
void sc_lp_start_at_bounds(struct sc_lp *lp);

/* Work so far over all solves of this model: deterministic, for limits and reports. */
uint64_t sc_lp_iterations(const struct sc_lp *lp);
uint64_t sc_lp_solves(const struct sc_lp *lp);

/* ---- whole-number solves ---------------------------------------------------- */

struct sc_mip_options {
    uint32_t max_nodes;      /* branch-and-bound nodes; 0: 100,000 */
    double relative_gap;     /* stop when (value - bound) / |value| is below it; 0: exact */
    bool first_solution;     /* stop at the first whole solution */
    bool depth_first;        /* default: best bound first */
    bool cuts;               /* Gomory and cover cuts at the root */
    bool (*stop)(void *arg); /* asked at each node and, as above, before that, once there has been
                                some work. NULL: never (and no clock) */
    void *stop_arg;
};

struct sc_mip_result {
    enum sc_lp_state state; /* OPTIMAL: proved within the gap; LIMIT: see below */
    bool has_solution;      /* whole values may be read with sc_mip_column_value() */
    double value;           /* objective of that solution */
    double bound;           /* proved: no whole solution is better. Set unless UNKNOWN */
    uint64_t nodes;
};

/*
 * Solves with whole values for the columns marked so. With state SC_LP_LIMIT
 * `bound` still holds and `has_solution` says whether there is one to use.
 * SC_LP_INFEASIBLE is proved. Errors as sc_lp_solve(). `options` may be NULL.
 */
SC_MUST_USE enum sc_status sc_mip_solve(struct sc_lp *lp, const struct sc_mip_options *options,
                                        struct sc_mip_result *ret_result, struct sc_error *err);

/* After a solve with has_solution; columns marked whole are exactly whole. */
double sc_mip_column_value(const struct sc_lp *lp, size_t column);

/* ---- the engine ------------------------------------------------------------- */

/* Name and version of the engine ("GLPK 5.0"). Static. */
const char *sc_solver_engine(void);

/*
 * Limits the engine's memory in this thread (megabytes, 0: no limit). Reaching it
 * makes the call that did fail with SC_E_NOMEM.
 */
void sc_solver_limit_memory(size_t megabytes);

/* Frees what the engine keeps for this thread. All models must have been freed. */
void sc_solver_release_thread(void);

#endif
