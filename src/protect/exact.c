/*
 * exact.c - branch and cut for suppression, as a hitting set.
 *
 * Each requirement asks for at least one of some nodes to be open, in many ways (cutter.h).
 * The master is the cheapest set of nodes that meets all cuts so far; its cost is a lower
 * bound, whatever cuts are still missing. It starts with what single rows say: a row with
 * a required node whose other open nodes cannot balance it needs one more.
 *
 * Root: the relaxed master, cuts at its fractional solutions. Then whole solutions: each
 * is tried out as a pattern; every requirement it fails gives a cut, after which one of the cut's
 * nodes is opened (from the best pattern if it can be), so that one round gives many
 * different cuts and ends in a pattern that is safe: another upper bound. A whole solution that
 * fails nothing is the least of all.
 *
 * Columns that cannot be in a better pattern, by their reduced costs, are left out.
 */
#include "protect/exact.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define FULLY (1 - 1e-6)
#define VIOLATED 1e-3
#define ROOT_ROUNDS 60
#define MASTER_NODES 3000
#define ROUNDING_STEPS 1000
#define WALK_STEPS 2000
#define WALKS_IN_VAIN 6
#define CUTS_A_REQUIREMENT 2
/* The first rounds look for short cuts nearby. */
#define NEAR_ROUNDS 3
#define NEAR_RADIUS 2
#define NEAR_CREEP 0.01

void sc_exact_free(struct sc_exact *e)
{
    if (!e)
        return;
    e->search->cover = NULL;
    sc_cutter_free(e->cutter);
    sc_lp_free(e->master);
    sc_cover_free(e->cover);
    sc_free(e->row_cut);
    sc_free(e->pairs);
    sc_free(e->column);
    sc_free(e->node);
    sc_free(e->banned);
    sc_free(e->x);
    sc_free(e->best);
    sc_free(e->liking);
    sc_free(e->quiet);
    sc_free(e);
}

static enum sc_status add_row_cuts(struct sc_exact *e, struct sc_error *err);

enum sc_status sc_exact_new(struct sc_search *search, struct sc_exact **ret_exact,
                            struct sc_error *err)
{
    const struct sc_problem *p = search->problem;
    SC_AUTO(sc_exact) e = sc_alloc(sizeof *e);
    enum sc_status status;

    if (!e)
        return sc_fail_nomem(err);
    e->search = search;
    e->problem = p;
    e->best_cost = INFINITY;
    e->column = sc_alloc_array(p->n_nodes, sizeof *e->column);
    e->node = sc_alloc_array(p->n_nodes, sizeof *e->node);
    e->banned = sc_alloc_array(p->n_nodes, sizeof *e->banned);
    e->x = sc_alloc_array(p->n_nodes, sizeof *e->x);
    e->liking = sc_alloc_array(p->n_nodes, sizeof *e->liking);
    e->best = sc_alloc_array(p->n_nodes, sizeof *e->best);
    e->quiet = sc_alloc_array(p->n_nodes, sizeof *e->quiet);
    if (!e->column || !e->node || !e->banned || !e->x || !e->best || !e->liking || !e->quiet)
        return sc_fail_nomem(err);
    memset(e->column, 0xff, p->n_nodes * sizeof *e->column);
    status = sc_cover_new(p, &e->cover, err);
    if (status)
        return status;
    status = sc_cutter_new(p, &e->cutter, err);
    if (!status)
        status = sc_lp_new(&e->master, err);
    if (!status)
        status = add_row_cuts(e, err);
    if (status)
        return status;
    search->cover = e->cover;
    *ret_exact = SC_TAKE(e);
    return status;
}

/* ---- cuts ------------------------------------------------------------------------------- */

static enum sc_status need_column(struct sc_exact *e, uint32_t v, struct sc_error *err)
{
    size_t column;
    enum sc_status status;

    if (e->column[v] != SC_NONE)
        return SC_OK;
    status = sc_lp_add_columns(e->master, 1, &column, err);
    if (status)
        return status;
    e->column[v] = (uint32_t)column;
    e->node[e->n_columns++] = v;
    sc_lp_set_column_bounds(e->master, column, 0, 1);
    sc_lp_set_cost(e->master, column, e->problem->cost[v]);
    sc_lp_set_integer(e->master, column, true);
    return SC_OK;
}

static enum sc_status add_cut(struct sc_exact *e, const struct sc_cut *cut, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *columns = sc_alloc_array(cut->n, sizeof *columns);
    size_t row = 0;
    enum sc_status status =
        sc_grow((void **)&e->row_cut, &e->row_capacity, e->n_rows, sizeof *e->row_cut, err);

    if (!status && !columns)
        status = sc_fail_nomem(err);
    for (size_t k = 0; k < cut->n && !status; k++) {
        status = need_column(e, cut->node[k], err);
        if (!status)
            columns[k] = e->column[cut->node[k]];
    }
    if (!status)
        status = sc_lp_add_rows(e->master, 1, &row, err);
    if (status)
        return status;
    assert(row == e->n_rows);
    e->row_cut[e->n_rows++] = (uint32_t)e->cover->n_cuts;
    sc_lp_set_row_bounds(e->master, row, 1, SC_LP_INFINITY);
    status = sc_lp_set_row(e->master, row, cut->n, columns, cut->weight, err);
    return status ? status : sc_cover_add(e->cover, cut, err);
}

/* A cut of these nodes, all of weight 1. */
static enum sc_status add_plain_cut(struct sc_exact *e, uint32_t *nodes, size_t n,
                                    struct sc_error *err)
{
    SC_AUTO_FREE double *ones = sc_alloc_array(n, sizeof *ones);

    if (!ones)
        return sc_fail_nomem(err);
    for (size_t k = 0; k < n; k++)
        ones[k] = 1;
    return add_cut(e, &(struct sc_cut){nodes, ones, n}, err);
}

/* "Something more than what is open." */
static enum sc_status add_outside_cut(struct sc_exact *e, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *nodes = sc_alloc_array(e->problem->n_plain, sizeof *nodes);
    size_t n = 0;

    if (!nodes)
        return sc_fail_nomem(err);
    for (uint32_t v = 0; v < e->problem->n_plain; v++)
        if (e->problem->state[v] == SC_NODE_FREE && !e->search->pool->open[v])
            nodes[n++] = v;
    return add_plain_cut(e, nodes, n, err);
}

static double cut_at(const struct sc_cut *cut, const double *x)
{
    double sum = 0;

    for (size_t k = 0; k < cut->n; k++)
        sum += cut->weight[k] * x[cut->node[k]];
    return sum;
}

/*
 * Whether a row's open nodes other than `but` can balance a step of it by +1 (sign +1) or -1.
 */
static bool row_can(const struct sc_problem *p, uint32_t row, uint32_t but, int step)
{
    for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++) {
        uint32_t v = p->row_node[k];

        if (v == but || p->state[v] != SC_NODE_OPEN)
            continue;
        /* p's coefficient times `step` plus this one's times its change is 0 */
        if ((p->row_sign[k] * step < 0 ? p->head : p->room)[v] > 0)
            return true;
    }
    return false;
}

static enum sc_status add_row_cuts(struct sc_exact *e, struct sc_error *err)
{
    const struct sc_problem *p = e->problem;
    SC_AUTO_FREE uint32_t *nodes = sc_alloc_array(p->n_nodes, sizeof *nodes);
    enum sc_status status = nodes ? SC_OK : sc_fail_nomem(err);

    for (uint32_t row = 0; row < p->n_rows && !status; row++) {
        bool forced = false;
        size_t n = 0;

        for (size_t k = p->row_start[row]; k < p->row_start[row + 1] && !forced; k++) {
            uint32_t v = p->row_node[k];

            if (!p->required[v] || p->state[v] != SC_NODE_OPEN)
                continue;
            forced = (p->head[v] < p->policy.width || !row_can(p, row, v, p->row_sign[k])) &&
                     (p->room[v] < p->policy.width || !row_can(p, row, v, -p->row_sign[k]));
        }
        for (size_t k = p->row_start[row]; k < p->row_start[row + 1] && forced; k++)
            if (p->state[p->row_node[k]] == SC_NODE_FREE)
                nodes[n++] = p->row_node[k];
        if (n > 0)
            status = add_plain_cut(e, nodes, n, err);
    }
    return status;
}

/* ---- the best pattern --------------------------------------------------------------------- */

void sc_exact_offer(struct sc_exact *e)
{
    const struct sc_problem *p = e->problem;
    double cost = 0;

    for (uint32_t v = 0; v < p->n_plain; v++)
        if (p->state[v] == SC_NODE_FREE && e->search->pool->open[v])
            cost += p->cost[v];
    if (cost >= e->best_cost - 1e-9)
        return;
    e->best_cost = cost;
    for (uint32_t v = 0; v < p->n_plain; v++)
        e->best[v] = p->state[v] == SC_NODE_FREE && e->search->pool->open[v];
}

void sc_exact_recall(struct sc_exact *e)
{
    const struct sc_problem *p = e->problem;

    for (uint32_t v = 0; v < p->n_plain; v++) {
        if (p->state[v] != SC_NODE_FREE)
            continue;
        if (e->best[v])
            sc_pool_open(e->search->pool, v);
        else
            sc_pool_close(e->search->pool, v);
    }
}

/* What a better pattern costs at most. */
static double better_than_best(const struct sc_exact *e)
{
    return e->problem->whole && e->problem->ties == 0 ? e->best_cost - 1 : e->best_cost - 1e-7;
}

/* Takes a bound on all patterns better than the best; says whether that settles it. */
static bool take_bound(struct sc_exact *e, double bound)
{
    if (bound > better_than_best(e) + 1e-6 * (1 + fabs(bound)))
        bound = e->best_cost;
    if (bound > e->best_cost)
        bound = e->best_cost;
    if (bound > e->bound)
        e->bound = bound;
    e->optimal = e->optimal || e->bound >= e->best_cost;
    return e->optimal;
}

/* Whether to stop, all work counted. */
static bool must_stop(struct sc_exact *e)
{
    e->search->extra = e->work + sc_cutter_work(e->cutter) + e->cover->work;
    return sc_search_stop(e->search);
}

/* ---- the relaxed master ---------------------------------------------------------------------- */

static enum sc_status solve_relaxed(struct sc_exact *e, bool *ret_solved, struct sc_error *err)
{
    uint64_t before = sc_lp_iterations(e->master);
    enum sc_lp_state state;
    enum sc_status status = sc_lp_solve(e->master, NULL, &state, err);

    e->work += (sc_lp_iterations(e->master) - before + 4) * (e->n_rows + e->n_columns);
    *ret_solved = false;
    if (status)
        return status;
    if (state == SC_LP_INFEASIBLE) { /* columns were left out: nothing better exists */
        (void)take_bound(e, e->best_cost);
        return SC_OK;
    }
    *ret_solved = state == SC_LP_OPTIMAL;
    return SC_OK;
}

/* Leaves out columns that no better pattern has. */
static void ban_columns(struct sc_exact *e)
{
    double spare = better_than_best(e) - sc_lp_objective(e->master);

    if (!isfinite(spare))
        return;
    for (size_t j = 0; j < e->n_columns; j++)
        e->banned[j] = e->banned[j] || (sc_lp_column_value(e->master, j) < 1e-9 &&
                                        sc_lp_reduced_cost(e->master, j) > spare + 1e-6);
    for (size_t j = 0; j < e->n_columns; j++)
        if (e->banned[j])
            sc_lp_set_column_bounds(e->master, j, 0, 0);
}

static void read_point(struct sc_exact *e)
{
    memset(e->x, 0, e->problem->n_nodes * sizeof *e->x);
    for (size_t j = 0; j < e->n_columns; j++)
        e->x[e->node[j]] = sc_lp_column_value(e->master, j);
}

/* Opens in the pool what is fully open at the point, and nothing else. */
static void show_point(struct sc_exact *e)
{
    const struct sc_problem *p = e->problem;

    for (uint32_t v = 0; v < p->n_plain; v++) {
        if (p->state[v] != SC_NODE_FREE)
            continue;
        if (e->x[v] >= FULLY)
            sc_pool_open(e->search->pool, v);
        else
            sc_pool_close(e->search->pool, v);
    }
}

/* A cut for one requirement at the point: a short one if rows nearby give it. */
static enum sc_status cut_node(struct sc_exact *e, uint32_t v, uint32_t insider, bool near,
                               bool *ret_cut, struct sc_error *err)
{
    struct sc_cut cut;
    enum sc_cut_answer answer = SC_CUT_REACHED;
    enum sc_status status = SC_OK;

    *ret_cut = false;
    if (near)
        status =
            sc_cutter_ask_near(e->cutter, v, insider, NEAR_RADIUS, NEAR_CREEP, &cut, &answer, err);
    if (!status && !e->search->large &&
        (answer != SC_CUT_MADE || cut_at(&cut, e->x) >= 1 - VIOLATED))
        status = sc_cutter_ask(e->cutter, v, insider, &cut, &answer, err);
    if (status || answer != SC_CUT_MADE || cut_at(&cut, e->x) >= 1 - VIOLATED)
        return status;
    *ret_cut = true;
    return add_cut(e, &cut, err);
}

/* One round of cuts at the fractional point. */
static enum sc_status cut_point(struct sc_exact *e, uint32_t round, size_t *ret_n,
                                struct sc_error *err)
{
    const struct sc_problem *p = e->problem;
    enum sc_status status = sc_cutter_go(e->cutter, e->x, err);
    bool made;

    *ret_n = 0;
    show_point(e);
    for (uint32_t v = 0; v < p->n_nodes && !status; v++) {
        if (!p->required[v] || e->search->waived[v] || e->search->pool->cover[v] > 0 ||
            e->quiet[v] > round)
            continue;
        if (must_stop(e))
            return SC_OK;
        status = cut_node(e, v, SC_NONE, round <= NEAR_ROUNDS || e->search->large, &made, err);
        *ret_n += made;
        if (!made)
            e->quiet[v] = round + 3;
    }
    for (size_t i = 0; i < e->n_pairs && !status && !must_stop(e); i++) {
        if (sc_pool_covered_but(e->search->pool, e->pairs[2 * i], e->pairs[2 * i + 1]))
            continue;
        status = cut_node(e, e->pairs[2 * i], e->pairs[2 * i + 1], true, &made, err);
        *ret_n += made;
    }
    return status;
}

/* Takes rows out of the master that have been slack, when there are many. */
static enum sc_status drop_slack_rows(struct sc_exact *e, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *rows = NULL;
    size_t n = 0, kept = 0;

    if (e->n_rows < 400 || e->n_rows < 2 * e->n_columns)
        return SC_OK;
    rows = sc_alloc_array(e->n_rows, sizeof *rows);
    if (!rows)
        return sc_fail_nomem(err);
    for (uint32_t row = 0; row < e->n_rows; row++)
        if (sc_lp_row_value(e->master, row) > 1 + 0.05)
            rows[n++] = row;
    for (size_t row = 0, i = 0; row < e->n_rows; row++) {
        if (i < n && rows[i] == row)
            i++;
        else
            e->row_cut[kept++] = e->row_cut[row];
    }
    e->n_rows = kept;
    return sc_lp_delete_rows(e->master, n, rows, err);
}

static enum sc_status try_point(struct sc_exact *e, size_t *ret_n, struct sc_error *err);

/* A whole solution of the cuts near the point, tried as a pattern: cuts and an upper bound. */
static enum sc_status round_point(struct sc_exact *e, struct sc_error *err)
{
    const struct sc_problem *p = e->problem;
    size_t n;
    enum sc_status status;

    for (uint32_t v = 0; v < p->n_plain; v++)
        if (p->state[v] == SC_NODE_FREE)
            sc_cover_choose(e->cover, v, e->x[v] > 0.6);
    sc_cover_fill(e->cover, e->x);
    if (e->cover->n_open > 0)
        return SC_OK;
    status = sc_cover_improve(e->cover, ROUNDING_STEPS, err);
    for (uint32_t v = 0; v < p->n_plain; v++)
        e->x[v] = e->cover->chosen[v];
    if (!status)
        status = try_point(e, &n, err);
    return status;
}

/* Early, when the bound has come some way, and late. */
static bool is_rounding_round(uint32_t round)
{
    return round == 3 || round == 12 || round == 22 || round == 40;
}

enum sc_status sc_exact_root(struct sc_exact *e, struct sc_error *err)
{
    for (uint32_t round = 1; round <= ROOT_ROUNDS && !e->optimal; round++) {
        bool solved;
        size_t n = 0;
        enum sc_status status;

        if (must_stop(e))
            break;
        status = solve_relaxed(e, &solved, err);
        if (status || !solved)
            return status;
        if (take_bound(e, sc_lp_objective(e->master)))
            break;
        read_point(e);
        for (uint32_t v = 0; v < e->problem->n_nodes; v++)
            e->liking[v] = 0.5 * e->liking[v] + 0.5 * e->x[v];
        status = drop_slack_rows(e, err);
        if (!status)
            status = cut_point(e, round, &n, err);
        if (status)
            return status;
        if (!e->search->large && (n == 0 || is_rounding_round(round)))
            status = round_point(e, err);
        if (status || n == 0 || e->problem->policy.heuristic_only)
            return status;
    }
    return SC_OK;
}

/* ---- whole masters ------------------------------------------------------------------------------
 */

static enum sc_status remember_pair(struct sc_exact *e, uint32_t v, uint32_t insider,
                                    struct sc_error *err)
{
    enum sc_status status;

    for (size_t i = 0; i < e->n_pairs; i++)
        if (e->pairs[2 * i] == v && e->pairs[2 * i + 1] == insider)
            return SC_OK;
    status = sc_grow((void **)&e->pairs, &e->pair_capacity, e->n_pairs, 2 * sizeof *e->pairs, err);
    if (status)
        return status;
    e->pairs[2 * e->n_pairs] = v;
    e->pairs[2 * e->n_pairs + 1] = insider;
    e->n_pairs++;
    return SC_OK;
}

/*
 * One requirement at the pattern under way: cuts for as long as it fails, each
 * followed by opening one of its nodes. *ret_n: cuts made.
 */
static enum sc_status cut_requirement(struct sc_exact *e, uint32_t v, size_t *ret_n,
                                      struct sc_error *err)
{
    struct sc_search *s = e->search;
    const struct sc_problem *p = e->problem;

    for (int i = 0; i < CUTS_A_REQUIREMENT; i++) {
        enum sc_move_answer answer;
        enum sc_cut_answer cut_answer;
        uint32_t insider, choice = SC_NONE;
        double best_rate = -1;
        struct sc_cut cut;
        enum sc_status status = sc_search_prove(s, v, &answer, &insider, err);

        if (status || answer == SC_MOVE_FOUND)
            return status;
        if (s->large)
            return sc_search_meet(s, v, err);
        status = sc_cutter_ask(e->cutter, v, insider, &cut, &cut_answer, err);
        if (status)
            return status;
        if (cut_answer == SC_CUT_REACHED && answer == SC_MOVE_NONE) {
            status = add_outside_cut(e, err);
            (*ret_n)++;
            return status ? status : sc_search_meet(s, v, err);
        }
        if (cut_answer != SC_CUT_MADE || cut.n == 0)
            return sc_search_meet(s, v, err);
        status = add_cut(e, &cut, err);
        if (!status && insider != SC_NONE)
            status = remember_pair(e, v, insider, err);
        (*ret_n)++;
        for (size_t k = 0; k < cut.n; k++) {
            uint32_t u = cut.node[k];
            double rate = cut.weight[k] * (0.02 + e->liking[u] + (e->best[u] ? 0.1 : 0)) /
                          (p->cost[u] + 1e-9);

            if (rate > best_rate) {
                best_rate = rate;
                choice = u;
            }
        }
        sc_pool_open(s->pool, choice);
        if (!status)
            status = sc_cutter_open(e->cutter, choice, err);
        if (status)
            return status;
    }
    return sc_search_meet(s, v, err);
}

/* A whole point as a pattern: cuts for what fails. *ret_n 0: nothing does. */
static enum sc_status try_point(struct sc_exact *e, size_t *ret_n, struct sc_error *err)
{
    struct sc_search *s = e->search;
    const struct sc_problem *p = e->problem;
    bool mended = false;
    enum sc_status status = sc_cutter_go(e->cutter, e->x, err);

    *ret_n = 0;
    show_point(e);
    for (uint32_t v = 0; v < p->n_nodes && !status; v++) {
        if (!p->required[v] || s->waived[v] || sc_search_holds(s, v))
            continue;
        if (must_stop(e))
            return SC_OK;
        status = cut_requirement(e, v, ret_n, err);
        mended = true;
    }
    if (!status && mended)
        status = sc_search_clean(s, true, err);
    if (!status) /* clean-up may have been cut short: the pattern is safe all the same */
        sc_exact_offer(e);
    return status;
}

static enum sc_status solve_whole(struct sc_exact *e, bool *ret_solved, bool *ret_proved,
                                  struct sc_error *err)
{
    struct sc_mip_options options = {.max_nodes = MASTER_NODES,
                                     .stop = e->problem->policy.stop,
                                     .stop_arg = e->problem->policy.stop_arg};
    struct sc_mip_result result;
    bool relaxed;
    enum sc_status status = solve_relaxed(e, &relaxed, err);

    *ret_solved = *ret_proved = false;
    if (status || !relaxed || take_bound(e, sc_lp_objective(e->master)))
        return status;
    ban_columns(e);
    status = sc_mip_solve(e->master, &options, &result, err);
    if (status)
        return status;
    e->work += (result.nodes * 4 + 20) * (e->n_rows + e->n_columns);
    if (result.state == SC_LP_INFEASIBLE) {
        (void)take_bound(e, e->best_cost);
        return SC_OK;
    }
    if (result.state != SC_LP_UNKNOWN)
        (void)take_bound(e, result.bound);
    *ret_proved = result.state == SC_LP_OPTIMAL;
    *ret_solved = result.has_solution;
    if (result.has_solution) {
        memset(e->x, 0, e->problem->n_nodes * sizeof *e->x);
        for (size_t j = 0; j < e->n_columns; j++)
            e->x[e->node[j]] = sc_mip_column_value(e->master, j) > 0.5 ? 1 : 0;
    }
    return SC_OK;
}

/*
 * Cheaper solutions of the cuts than the best pattern, by local search, each tried as a
 * pattern: a better one, or cuts that say why not.
 */
static enum sc_status walk(struct sc_exact *e, struct sc_error *err)
{
    int in_vain = 0;

    while (in_vain < WALKS_IN_VAIN && !e->optimal && !must_stop(e)) {
        double before = e->best_cost;
        size_t n = 0;
        enum sc_status status;

        sc_cover_match(e->cover, e->best);
        if (e->cover->n_open > 0) /* rounding of weights */
            return SC_OK;
        status = sc_cover_improve(e->cover, WALK_STEPS, err);
        if (status)
            return status;
        if (e->cover->cost >= before - 1e-9) {
            in_vain += 2;
            continue;
        }
        for (uint32_t v = 0; v < e->problem->n_plain; v++)
            e->x[v] = e->cover->chosen[v];
        status = try_point(e, &n, err);
        if (status)
            return status;
        (void)take_bound(e, e->bound);
        in_vain = e->best_cost < before - 1e-9 ? 0 : in_vain + 1;
    }
    return SC_OK;
}

enum sc_status sc_exact_close(struct sc_exact *e, struct sc_error *err)
{
    enum sc_status walked = walk(e, err);

    if (walked)
        return walked;
    while (!e->optimal && !must_stop(e)) {
        bool solved, proved;
        size_t n = 0;
        enum sc_status status = solve_whole(e, &solved, &proved, err);

        if (status || e->optimal || !solved)
            return status;
        status = try_point(e, &n, err);
        if (status || (n == 0 && !proved))
            return status;
        (void)take_bound(e, e->bound);
        if (n == 0 && !e->search->by_clock && !e->search->by_work)
            (void)take_bound(e, e->best_cost); /* the least of all */
    }
    return SC_OK;
}
