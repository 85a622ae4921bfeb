/*
 * glpk.c - the solver adapter over GLPK 5.0.
 *
 * GLPK numbers rows and columns from 1, reports trouble in three ways and
 * keeps one hidden environment a thread. This file hides all three:
 *
 *  - return codes of its simplex and branch-and-bound become a state;
 *  - messages are switched off (glp_term_out) when the environment is first met;
 *  - an internal error (memory exhausted, an impossible state) calls a hook and
 *    then abort(). The hook jumps back to engine_run() instead. GLPK's manual says that
 *    the environment is then unusable: it is freed, which frees every problem
 *    object of the thread with it. `engine_epoch` counts such deaths; a model
 *    remembers the epoch it was born in and, when that is over, never touches
 *    its problem object again and answers SC_E_UNDECIDED or SC_E_NOMEM.
 *
 * Why GLPK: it is in every distribution, its warm-started dual simplex with the
 * long-step ratio test was as fast as Clp's on the many short solves of an audit
 * (each changes a handful of bounds), and it is deterministic. Its
 * branch-and-bound is weaker than Cbc's, which matters for hard covering problems only.
 */
#include "solver/solver.h"

#include <assert.h>
#include <glpk.h>
#include <limits.h>
#include <setjmp.h>
#include <string.h>

#include "base/error.h"

#define DEFAULT_MAX_ITERATIONS 1000000
#define DEFAULT_MAX_NODES 100000
/* What an iteration costs is taken to grow with columns and rows: 400 of them at 50,000. */
#define STEPS_A_SLICE 20000000
#define SLICE_LEAST 100

struct sc_lp {
    glp_prob *problem; /* owned while `epoch` is the current one */
    uint64_t epoch;
    uint64_t iterations;
    uint64_t solves;
    bool has_basis;
    enum { READ_NOTHING, READ_LP } readable;
    /* Scratch for set_row and set_column, 1-based as GLPK wants it. */
    int *index;
    double *value;
    size_t scratch_capacity;
};

/* Deaths of this thread's GLPK environment, and what the last one was about. */
static _Thread_local uint64_t engine_epoch;
static _Thread_local bool engine_ready;
static _Thread_local jmp_buf engine_exit;

const char *sc_lp_state_name(enum sc_lp_state state)
{
    switch (state) {
    case SC_LP_OPTIMAL:
        return "optimal";
    case SC_LP_INFEASIBLE:
        return "infeasible";
    case SC_LP_UNBOUNDED:
        return "unbounded";
    case SC_LP_LIMIT:
        return "limit";
    case SC_LP_UNKNOWN:
        return "unknown";
    }
    return "unknown";
}

const char *sc_solver_engine(void)
{
    return "GLPK 5.0";
}

/* GLPK switches its messages on again for an internal error: this swallows them. */
static int swallow_message(void *unused, const char *text)
{
    (void)unused;
    (void)text;
    return 1;
}

static void engine_start(void)
{
    if (!engine_ready) {
        (void)glp_term_out(GLP_OFF);
        glp_term_hook(swallow_message, NULL);
        engine_ready = true;
    }
}

void sc_solver_limit_memory(size_t megabytes)
{
    engine_start();
    glp_mem_limit(megabytes == 0 || megabytes > INT_MAX ? INT_MAX : (int)megabytes);
}

void sc_solver_release_thread(void)
{
    if (engine_ready) {
        (void)glp_free_env();
        engine_ready = false;
        engine_epoch++;
    }
}

static void on_engine_error(void *unused)
{
    (void)unused;
    longjmp(engine_exit, 1);
}

/* A call that may make GLPK fail: its arguments and results. */
struct engine_call {
    struct sc_lp *lp;
    int n;
    int result;
    const glp_smcp *simplex;
    const glp_iocp *branch;
};

/*
 * Runs `call` so that an internal error of GLPK comes back as a status. The
 * engine's only errors with sound arguments are want of memory and defects of its own;
 * they cannot be told apart, so want of memory is assumed while building and
 * SC_E_UNDECIDED is said while solving: neither is ever an answer.
 */
static enum sc_status engine_run(void (*call)(struct engine_call *), struct engine_call *args,
                                 enum sc_status on_error, struct sc_error *err)
{
    if (setjmp(engine_exit) != 0) {
        glp_error_hook(NULL, NULL);
        (void)glp_free_env();
        engine_ready = false;
        engine_epoch++;
        if (on_error == SC_E_NOMEM)
            return sc_fail_nomem(err);
        return sc_fail(err, on_error, "the solver stopped with an internal error");
    }
    engine_start();
    glp_error_hook(on_engine_error, NULL);
    call(args);
    glp_error_hook(NULL, NULL);
    return SC_OK;
}

static bool alive(const struct sc_lp *lp)
{
    return lp->epoch == engine_epoch;
}

static enum sc_status fail_dead(struct sc_error *err)
{
    return sc_fail(err, SC_E_UNDECIDED, "the solver failed earlier; this model is lost");
}

static void call_create(struct engine_call *c)
{
    c->lp->problem = glp_create_prob();
}

enum sc_status sc_lp_new(struct sc_lp **ret_lp, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = sc_alloc(sizeof *lp);
    enum sc_status status;

    if (!lp)
        return sc_fail_nomem(err);
    lp->epoch = engine_epoch;
    status = engine_run(call_create, &(struct engine_call){.lp = lp}, SC_E_NOMEM, err);
    if (status)
        return status;
    *ret_lp = SC_TAKE(lp);
    return SC_OK;
}

void sc_lp_free(struct sc_lp *lp)
{
    if (!lp)
        return;
    if (lp->problem && alive(lp))
        glp_delete_prob(lp->problem);
    sc_free(lp->index);
    sc_free(lp->value);
    sc_free(lp);
}

size_t sc_lp_n_columns(const struct sc_lp *lp)
{
    return alive(lp) ? (size_t)glp_get_num_cols(lp->problem) : 0;
}

size_t sc_lp_n_rows(const struct sc_lp *lp)
{
    return alive(lp) ? (size_t)glp_get_num_rows(lp->problem) : 0;
}

static void call_add_columns(struct engine_call *c)
{
    c->result = glp_add_cols(c->lp->problem, c->n);
}

static void call_add_rows(struct engine_call *c)
{
    c->result = glp_add_rows(c->lp->problem, c->n);
}

enum sc_status sc_lp_add_columns(struct sc_lp *lp, size_t n, size_t *ret_first,
                                 struct sc_error *err)
{
    struct engine_call c = {.lp = lp, .n = (int)n};
    enum sc_status status;

    assert(n >= 1);
    if (!alive(lp))
        return fail_dead(err);
    if (n > 100000000 - sc_lp_n_columns(lp)) /* GLPK's own limit */
        return sc_fail_nomem(err);
    status = engine_run(call_add_columns, &c, SC_E_NOMEM, err);
    if (status)
        return status;
    lp->readable = READ_NOTHING;
    for (int j = c.result; j < c.result + (int)n; j++)
        glp_set_col_bnds(lp->problem, j, GLP_LO, 0.0, 0.0);
    *ret_first = (size_t)c.result - 1;
    return SC_OK;
}

enum sc_status sc_lp_add_rows(struct sc_lp *lp, size_t n, size_t *ret_first, struct sc_error *err)
{
    struct engine_call c = {.lp = lp, .n = (int)n};
    enum sc_status status;

    assert(n >= 1);
    if (!alive(lp))
        return fail_dead(err);
    if (n > 100000000 - sc_lp_n_rows(lp))
        return sc_fail_nomem(err);
    status = engine_run(call_add_rows, &c, SC_E_NOMEM, err);
    if (status)
        return status;
    lp->readable = READ_NOTHING;
    for (int i = c.result; i < c.result + (int)n; i++)
        glp_set_row_bnds(lp->problem, i, GLP_FX, 0.0, 0.0);
    *ret_first = (size_t)c.result - 1;
    return SC_OK;
}

static enum sc_status fill_scratch(struct sc_lp *lp, size_t n, const uint32_t *index,
                                   const double *value, struct sc_error *err)
{
    if (n + 1 > lp->scratch_capacity) {
        size_t capacity = 2 * (n + 1);
        int *ind = sc_realloc_array(lp->index, capacity, sizeof *ind);
        double *val;

        if (!ind)
            return sc_fail_nomem(err);
        lp->index = ind;
        val = sc_realloc_array(lp->value, capacity, sizeof *val);
        if (!val)
            return sc_fail_nomem(err);
        lp->value = val;
        lp->scratch_capacity = capacity;
    }
    for (size_t k = 0; k < n; k++) {
        lp->index[k + 1] = (int)index[k] + 1;
        if (value)
            lp->value[k + 1] = value[k];
    }
    return SC_OK;
}

static void call_set_row(struct engine_call *c)
{
    glp_set_mat_row(c->lp->problem, c->result, c->n, c->lp->index, c->lp->value);
}

static void call_set_column(struct engine_call *c)
{
    glp_set_mat_col(c->lp->problem, c->result, c->n, c->lp->index, c->lp->value);
}

enum sc_status sc_lp_set_row(struct sc_lp *lp, size_t row, size_t n, const uint32_t *columns,
                             const double *coefficients, struct sc_error *err)
{
    struct engine_call c = {.lp = lp, .n = (int)n, .result = (int)row + 1};
    enum sc_status status;

    if (!alive(lp))
        return fail_dead(err);
    assert(row < sc_lp_n_rows(lp));
    status = fill_scratch(lp, n, columns, coefficients, err);
    if (status)
        return status;
    lp->readable = READ_NOTHING;
    return engine_run(call_set_row, &c, SC_E_NOMEM, err);
}

enum sc_status sc_lp_set_column(struct sc_lp *lp, size_t column, size_t n, const uint32_t *rows,
                                const double *coefficients, struct sc_error *err)
{
    struct engine_call c = {.lp = lp, .n = (int)n, .result = (int)column + 1};
    enum sc_status status;

    if (!alive(lp))
        return fail_dead(err);
    assert(column < sc_lp_n_columns(lp));
    status = fill_scratch(lp, n, rows, coefficients, err);
    if (status)
        return status;
    lp->readable = READ_NOTHING;
    return engine_run(call_set_column, &c, SC_E_NOMEM, err);
}

static void call_delete_rows(struct engine_call *c)
{
    glp_del_rows(c->lp->problem, c->n, c->lp->index);
}

enum sc_status sc_lp_delete_rows(struct sc_lp *lp, size_t n, const uint32_t *rows,
                                 struct sc_error *err)
{
    struct engine_call c = {.lp = lp, .n = (int)n};
    enum sc_status status;

    if (!alive(lp))
        return fail_dead(err);
    if (n == 0)
        return SC_OK;
    status = fill_scratch(lp, n, rows, NULL, err);
    if (status)
        return status;
    lp->readable = READ_NOTHING;
    return engine_run(call_delete_rows, &c, SC_E_NOMEM, err);
}

static int bound_type(double lower, double upper)
{
    if (lower == upper)
        return GLP_FX;
    if (lower == -SC_LP_INFINITY)
        return upper == SC_LP_INFINITY ? GLP_FR : GLP_UP;
    return upper == SC_LP_INFINITY ? GLP_LO : GLP_DB;
}

void sc_lp_set_column_bounds(struct sc_lp *lp, size_t column, double lower, double upper)
{
    assert(lower <= upper);
    if (!alive(lp))
        return;
    assert(column < sc_lp_n_columns(lp));
    lp->readable = READ_NOTHING;
    glp_set_col_bnds(lp->problem, (int)column + 1, bound_type(lower, upper), lower, upper);
}

void sc_lp_set_row_bounds(struct sc_lp *lp, size_t row, double lower, double upper)
{
    assert(lower <= upper);
    if (!alive(lp))
        return;
    assert(row < sc_lp_n_rows(lp));
    lp->readable = READ_NOTHING;
    glp_set_row_bnds(lp->problem, (int)row + 1, bound_type(lower, upper), lower, upper);
}

void sc_lp_set_cost(struct sc_lp *lp, size_t column, double cost)
{
    if (!alive(lp))
        return;
    assert(column < sc_lp_n_columns(lp) && isfinite(cost));
    lp->readable = READ_NOTHING;
    glp_set_obj_coef(lp->problem, (int)column + 1, cost);
}

void sc_lp_set_maximise(struct sc_lp *lp, bool maximise)
{
    if (!alive(lp))
        return;
    lp->readable = READ_NOTHING;
    glp_set_obj_dir(lp->problem, maximise ? GLP_MAX : GLP_MIN);
}

void sc_lp_set_integer(struct sc_lp *lp, size_t column, bool integer)
{
    if (!alive(lp))
        return;
    assert(column < sc_lp_n_columns(lp));
    glp_set_col_kind(lp->problem, (int)column + 1, integer ? GLP_IV : GLP_CV);
}

void sc_lp_reset_basis(struct sc_lp *lp)
{
    lp->has_basis = false;
}

void sc_lp_start_at_bounds(struct sc_lp *lp)
{
    if (!alive(lp))
        return;
    glp_std_basis(lp->problem);
    lp->has_basis = true;
}

static void call_advanced_basis(struct engine_call *c)
{
    glp_adv_basis(c->lp->problem, 0);
}

static void call_simplex(struct engine_call *c)
{
    c->result = glp_simplex(c->lp->problem, c->simplex);
}

static enum sc_status start_basis(struct sc_lp *lp, struct sc_error *err)
{
    enum sc_status status =
        engine_run(call_advanced_basis, &(struct engine_call){.lp = lp}, SC_E_NOMEM, err);

    if (!status)
        lp->has_basis = true;
    return status;
}

static enum sc_lp_state simplex_state(const struct sc_lp *lp, int result)
{
    if (result == GLP_EITLIM || result == GLP_ETMLIM)
        return SC_LP_LIMIT;
    if (result == GLP_EBOUND || result == GLP_ENOPFS)
        return SC_LP_INFEASIBLE;
    if (result != 0)
        return SC_LP_UNKNOWN;
    switch (glp_get_status(lp->problem)) {
    case GLP_OPT:
        return SC_LP_OPTIMAL;
    case GLP_NOFEAS:
        return SC_LP_INFEASIBLE;
    case GLP_UNBND:
        return SC_LP_UNBOUNDED;
    default:
        return SC_LP_UNKNOWN;
    }
}

/* One run of the simplex of at most `most` iterations; *left is what the allowance then holds. */
static enum sc_status run_simplex(struct sc_lp *lp, bool primal, uint32_t most, uint32_t *left,
                                  enum sc_lp_state *ret_state, struct sc_error *err)
{
    glp_smcp parameters;
    struct engine_call c = {.lp = lp, .simplex = &parameters};
    enum sc_status status;
    int before = glp_get_it_cnt(lp->problem);
    int done;

    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    parameters.meth = primal ? GLP_PRIMAL : GLP_DUALP;
    parameters.r_test = GLP_RT_FLIP;
    parameters.it_lim = (int)most;
    status = engine_run(call_simplex, &c, SC_E_UNDECIDED, err);
    if (status)
        return status;
    done = glp_get_it_cnt(lp->problem) - before;
    if (done > 0)
        lp->iterations += (uint64_t)done;
    *left = done > 0 && (uint32_t)done >= *left ? 1 : *left - (uint32_t)(done > 0 ? done : 0);
    *ret_state = simplex_state(lp, c.result);
    return SC_OK;
}

/* Iterations between two looks at `stop`: each costs some steps a row and column. */
static uint32_t slice(const struct sc_lp *lp)
{
    size_t size = sc_lp_n_columns(lp) + sc_lp_n_rows(lp);
    size_t iterations = STEPS_A_SLICE / (size + 1);

    return iterations < SLICE_LEAST ? SLICE_LEAST : (uint32_t)iterations;
}

/*
 * Runs of the simplex until it has ended, the allowance is used up or the caller has had enough.
 * The slices count iterations, so that a solve that is not stopped takes the same steps everywhere.
 */
static enum sc_status run_slices(struct sc_lp *lp, const struct sc_lp_options *options, bool primal,
                                 uint32_t *left, enum sc_lp_state *ret_state, struct sc_error *err)
{
    bool asks = options && options->stop;
    uint32_t most = asks ? slice(lp) : *left;
    enum sc_status status = SC_OK;

    do
        status = run_simplex(lp, primal, most < *left ? most : *left, left, ret_state, err);
    while (!status && asks && *ret_state == SC_LP_LIMIT && *left > 1 &&
           !options->stop(options->stop_arg));
    return status;
}

/* As sc_lp_solve(), but asks after some work for the first time. */
static enum sc_status solve_linear(struct sc_lp *lp, const struct sc_lp_options *options,
                                   enum sc_lp_state *ret_state, struct sc_error *err)
{
    uint32_t left =
        options && options->max_iterations ? options->max_iterations : DEFAULT_MAX_ITERATIONS;
    enum sc_lp_state state = SC_LP_UNKNOWN;
    enum sc_status status;

    if (!alive(lp))
        return fail_dead(err);
    if (left > INT_MAX)
        left = INT_MAX;
    glp_set_it_cnt(lp->problem, 0);
    lp->solves++;
    if (!lp->has_basis) {
        status = start_basis(lp, err);
        if (status)
            return status;
    }
    status = run_slices(lp, options, options && options->primal, &left, &state, err);
    if (status)
        return status;
    if (state == SC_LP_UNKNOWN) { /* once more, from a fresh basis, by the steadier method */
        status = start_basis(lp, err);
        if (!status)
            status = run_slices(lp, options, true, &left, &state, err);
        if (status)
            return status;
    }
    lp->readable = state == SC_LP_OPTIMAL ? READ_LP : READ_NOTHING;
    *ret_state = state;
    return SC_OK;
}

enum sc_status sc_lp_solve(struct sc_lp *lp, const struct sc_lp_options *options,
                           enum sc_lp_state *ret_state, struct sc_error *err)
{
    if (options && options->stop && alive(lp) && options->stop(options->stop_arg)) {
        lp->readable = READ_NOTHING;
        *ret_state = SC_LP_LIMIT;
        return SC_OK;
    }
    return solve_linear(lp, options, ret_state, err);
}

double sc_lp_objective(const struct sc_lp *lp)
{
    assert(alive(lp) && lp->readable == READ_LP);
    return glp_get_obj_val(lp->problem);
}

double sc_lp_column_value(const struct sc_lp *lp, size_t column)
{
    assert(alive(lp) && lp->readable == READ_LP);
    return glp_get_col_prim(lp->problem, (int)column + 1);
}

double sc_lp_row_value(const struct sc_lp *lp, size_t row)
{
    assert(alive(lp) && lp->readable == READ_LP);
    return glp_get_row_prim(lp->problem, (int)row + 1);
}

double sc_lp_reduced_cost(const struct sc_lp *lp, size_t column)
{
    assert(alive(lp) && lp->readable == READ_LP);
    return glp_get_col_dual(lp->problem, (int)column + 1);
}

double sc_lp_row_dual(const struct sc_lp *lp, size_t row)
{
    assert(alive(lp) && lp->readable == READ_LP);
    return glp_get_row_dual(lp->problem, (int)row + 1);
}

double sc_lp_price_column(const struct sc_lp *lp, double cost, size_t n, const uint32_t *rows,
                          const double *coefficients)
{
    double reduced = cost;

    for (size_t k = 0; k < n; k++)
        reduced -= coefficients[k] * sc_lp_row_dual(lp, rows[k]);
    return reduced;
}

uint64_t sc_lp_iterations(const struct sc_lp *lp)
{
    return lp->iterations;
}

uint64_t sc_lp_solves(const struct sc_lp *lp)
{
    return lp->solves;
}

/* ---- whole numbers ---------------------------------------------------------- */

struct branch_watch {
    const struct sc_mip_options *options;
    uint32_t max_nodes;
    uint64_t nodes;
    double bound;
    bool maximise;
    bool has_bound;
    bool stopped;
};

static void watch_branching(glp_tree *tree, void *arg)
{
    struct branch_watch *watch = arg;
    int best;

    if (glp_ios_reason(tree) != GLP_ISELECT)
        return;
    watch->nodes++;
    best = glp_ios_best_node(tree);
    if (best != 0) {
        watch->bound = glp_ios_node_bound(tree, best);
        watch->has_bound = true;
    }
    if (watch->nodes > watch->max_nodes || (watch->options && watch->options->stop &&
                                            watch->options->stop(watch->options->stop_arg))) {
        watch->stopped = true;
        glp_ios_terminate(tree);
    }
    if (watch->options && watch->options->first_solution &&
        glp_mip_status(glp_ios_get_prob(tree)) == GLP_FEAS) {
        watch->stopped = true;
        glp_ios_terminate(tree);
    }
}

static void call_branch(struct engine_call *c)
{
    c->result = glp_intopt(c->lp->problem, c->branch);
}

static void branch_parameters(glp_iocp *parameters, const struct sc_mip_options *options,
                              struct branch_watch *watch)
{
    glp_init_iocp(parameters);
    parameters->msg_lev = GLP_MSG_OFF;
    parameters->br_tech = GLP_BR_PCH;
    parameters->bt_tech = options && options->depth_first ? GLP_BT_DFS : GLP_BT_BLB;
    parameters->pp_tech = GLP_PP_ROOT;
    parameters->mip_gap = options ? options->relative_gap : 0.0;
    if (options && options->cuts) {
        parameters->gmi_cuts = GLP_ON;
        parameters->cov_cuts = GLP_ON;
        parameters->clq_cuts = GLP_ON;
    }
    parameters->cb_func = watch_branching;
    parameters->cb_info = watch;
}

/* What a branch and bound that ended with `code` has shown. */
static void branch_result(const struct sc_lp *lp, int code, const struct branch_watch *watch,
                          double relaxed, struct sc_mip_result *result)
{
    int mip = glp_mip_status(lp->problem);

    result->nodes = watch->nodes;
    result->has_solution = mip == GLP_OPT || mip == GLP_FEAS;
    result->value = result->has_solution ? glp_mip_obj_val(lp->problem) : 0.0;
    result->bound = watch->has_bound ? watch->bound : relaxed;
    if (result->has_solution &&
        (watch->maximise ? result->bound < result->value : result->bound > result->value))
        result->bound = result->value;
    if (code == 0 && mip == GLP_OPT) {
        result->state = SC_LP_OPTIMAL;
        result->bound = result->value;
    } else if (code == 0 && mip == GLP_NOFEAS) {
        result->state = SC_LP_INFEASIBLE;
    } else if (code == GLP_EMIPGAP && result->has_solution) {
        result->state = SC_LP_OPTIMAL;
    } else if (code == GLP_ESTOP && watch->stopped) {
        result->state = SC_LP_LIMIT;
    } else {
        result->state = SC_LP_UNKNOWN;
    }
}

enum sc_status sc_mip_solve(struct sc_lp *lp, const struct sc_mip_options *options,
                            struct sc_mip_result *ret_result, struct sc_error *err)
{
    glp_iocp parameters;
    struct branch_watch watch = {.options = options};
    struct engine_call c = {.lp = lp, .branch = &parameters};
    struct sc_mip_result result = {.state = SC_LP_UNKNOWN};
    struct sc_lp_options linear = {.stop = options ? options->stop : NULL,
                                   .stop_arg = options ? options->stop_arg : NULL};
    enum sc_lp_state relaxed = SC_LP_UNKNOWN;
    double relaxed_value;
    enum sc_status status = solve_linear(lp, &linear, &relaxed, err);

    if (status)
        return status;
    if (relaxed != SC_LP_OPTIMAL) {
        result.state = relaxed;
        result.bound = glp_get_obj_dir(lp->problem) == GLP_MAX ? SC_LP_INFINITY : -SC_LP_INFINITY;
        *ret_result = result;
        return SC_OK;
    }
    relaxed_value = glp_get_obj_val(lp->problem);
    watch.maximise = glp_get_obj_dir(lp->problem) == GLP_MAX;
    watch.max_nodes = options && options->max_nodes ? options->max_nodes : DEFAULT_MAX_NODES;
    branch_parameters(&parameters, options, &watch);
    status = engine_run(call_branch, &c, SC_E_UNDECIDED, err);
    if (status)
        return status;
    lp->readable = READ_NOTHING;
    branch_result(lp, c.result, &watch, relaxed_value, &result);
    *ret_result = result;
    return SC_OK;
}

double sc_mip_column_value(const struct sc_lp *lp, size_t column)
{
    assert(alive(lp));
    return glp_mip_col_val(lp->problem, (int)column + 1);
}
