/*
 * mover.c - the move program: up and down of each node, rows that come to 0.
 *
 * To move a node, its column gets the policy's width as lower bound: costs stay, so the last
 * basis stays dual feasible and each question is a short run of the dual simplex. Least
 * moves are nearly always whole; where one is not, a multiple of it, or a dive
 * that pins one fraction after another, or at last branch and bound makes it so. What comes
 * out is checked in integers by the pool.
 *
 * The narrow mover's columns are made when their nodes first open, and fixed at 0 while
 * they are closed. The wide one has all columns; a closed node costs what opening it costs.
 */
#include "protect/mover.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/error.h"

#define DIVE_STEPS 40
#define QUICK_DIVE_STEPS 15
#define SEARCH_NODES 500
#define ITERATIONS_MAX 50000

void sc_mover_free(struct sc_mover *mover)
{
    if (!mover)
        return;
    sc_lp_free(mover->lp);
    sc_budge_free(mover->budge);
    sc_free(mover->column);
    sc_free(mover->node);
    sc_free(mover->live);
    sc_free(mover->frozen);
    sc_free(mover->value);
    sc_free(mover->pinned);
    sc_free(mover->row_place);
    sc_free(mover->rows);
    sc_free(mover->signs);
    sc_free(mover->turned);
    sc_free(mover);
}

static size_t up(size_t i)
{
    return 2 * i;
}

static size_t down(size_t i)
{
    return 2 * i + 1;
}

/* How far a node can rise, for the program. */
static double headroom(const struct sc_problem *p, uint32_t v)
{
    if (p->head[v] >= SC_UNBOUNDED)
        return SC_LP_INFINITY;
    return p->head[v] < 0 ? 0 : (double)p->head[v];
}

static void set_bounds(struct sc_mover *m, size_t i)
{
    uint32_t v = m->node[i];
    bool still = m->frozen[v] || (!m->wide && !m->pool->open[v]);
    int64_t room = m->pool->problem->room[v];

    sc_lp_set_column_bounds(m->lp, up(i), 0, still ? 0 : headroom(m->pool->problem, v));
    sc_lp_set_column_bounds(m->lp, down(i), 0, still || room < 0 ? 0 : (double)room);
}

static void set_costs(struct sc_mover *m, size_t i)
{
    uint32_t v = m->node[i];
    /* Slightly different lengths make least moves unique, and so the same everywhere. */
    double cost = 1.0 + 1e-4 * (double)((v * 2654435761u >> 16) & 0xff) / 256.0;

    if (m->wide)
        cost = m->pool->open[v] ? cost * 0.01 : cost * 0.01 + m->pool->problem->cost[v];
    sc_lp_set_cost(m->lp, up(i), cost);
    sc_lp_set_cost(m->lp, down(i), cost);
}

/* Columns for the nodes listed in node[n] .. node[n_new - 1]. */
static enum sc_status add_columns(struct sc_mover *m, size_t n_new, struct sc_error *err)
{
    const struct sc_problem *p = m->pool->problem;
    size_t first;
    enum sc_status status;

    if (n_new == m->n)
        return SC_OK;
    status = sc_lp_add_columns(m->lp, 2 * (n_new - m->n), &first, err);
    for (; m->n < n_new && !status; m->n++) {
        uint32_t v = m->node[m->n];
        size_t from = p->in_start[v], n = p->in_start[v + 1] - from;

        for (size_t k = 0; k < n; k++) {
            m->signs[k] = p->in_sign[from + k];
            m->turned[k] = -p->in_sign[from + k];
            m->rows[k] = m->near ? m->row_place[p->in_row[from + k]] : p->in_row[from + k];
        }
        status = sc_lp_set_column(m->lp, up(m->n), n, m->rows, m->signs, err);
        if (!status)
            status = sc_lp_set_column(m->lp, down(m->n), n, m->rows, m->turned, err);
        m->column[v] = (uint32_t)m->n;
        m->live[m->n] = m->pool->open[v];
        set_bounds(m, m->n);
        set_costs(m, m->n);
    }
    return status;
}

/* Brings the program up to date with the pool. */
static enum sc_status follow(struct sc_mover *m, struct sc_error *err)
{
    const struct sc_problem *p = m->pool->problem;
    size_t n = m->n;

    for (size_t i = 0; i < m->n; i++)
        if (m->live[i] != m->pool->open[m->node[i]]) {
            m->live[i] = m->pool->open[m->node[i]];
            if (m->wide)
                set_costs(m, i);
            else
                set_bounds(m, i);
        }
    for (uint32_t v = 0; v < p->n_nodes && !m->near; v++)
        if (m->column[v] == SC_NONE && p->state[v] != SC_NODE_SHUT && (m->wide || m->pool->open[v]))
            m->node[n++] = v;
    return add_columns(m, n, err);
}

/* A mover without rows or columns. */
static enum sc_status make_empty(struct sc_pool *pool, bool wide, struct sc_mover **ret_mover,
                                 struct sc_error *err)
{
    size_t n = pool->problem->n_nodes;
    SC_AUTO(sc_mover) m = sc_alloc(sizeof *m);
    enum sc_status status;

    if (!m)
        return sc_fail_nomem(err);
    m->pool = pool;
    m->wide = wide;
    m->column = sc_alloc_array(n, sizeof *m->column);
    m->node = sc_alloc_array(n, sizeof *m->node);
    m->live = sc_alloc_array(n, sizeof *m->live);
    m->frozen = sc_alloc_array(n, sizeof *m->frozen);
    m->value = sc_alloc_array(n, sizeof *m->value);
    m->pinned = sc_alloc_array(n, sizeof *m->pinned);
    m->rows = sc_alloc_array(pool->problem->in_most, sizeof *m->rows);
    m->signs = sc_alloc_array(pool->problem->in_most, sizeof *m->signs);
    m->turned = sc_alloc_array(pool->problem->in_most, sizeof *m->turned);
    if (!m->column || !m->node || !m->live || !m->frozen || !m->value || !m->pinned || !m->rows ||
        !m->signs || !m->turned)
        return sc_fail_nomem(err);
    memset(m->column, 0xff, n * sizeof *m->column);
    status = sc_lp_new(&m->lp, err);
    if (!status)
        *ret_mover = SC_TAKE(m);
    return status;
}

enum sc_status sc_mover_new(struct sc_pool *pool, bool wide, struct sc_mover **ret_mover,
                            struct sc_error *err)
{
    SC_AUTO(sc_mover) m = NULL;
    size_t first;
    enum sc_status status = make_empty(pool, wide, &m, err);

    if (status)
        return status;
    m->n_rows = pool->problem->n_rows;
    if (m->n_rows > 0)
        status = sc_lp_add_rows(m->lp, m->n_rows, &first, err);
    m->budge_stale = true;
    if (!status && !wide)
        status = sc_budge_new(pool->problem, &m->budge, err);
    if (!status)
        *ret_mover = SC_TAKE(m);
    return status;
}

/* A near mover has no more nodes: those nearest. Programs of more take seconds each. */
#define NEAR_MOST 4000

/* Lists nodes in node[] ring by ring (marked in pinned[]); returns how many. */
static size_t list_rings(struct sc_mover *m, uint32_t node, int radius, double dearest)
{
    const struct sc_problem *p = m->pool->problem;
    size_t n = 0, done = 0;

    m->node[n++] = node;
    m->pinned[node] = true;
    for (int r = 0; r < radius; r++)
        for (size_t end = n; done < end && n < NEAR_MOST; done++)
            for (size_t k = p->in_start[m->node[done]]; k < p->in_start[m->node[done] + 1]; k++) {
                uint32_t row = p->in_row[k];

                for (size_t j = p->row_start[row]; j < p->row_start[row + 1]; j++) {
                    uint32_t v = p->row_node[j];

                    if (n < NEAR_MOST && !m->pinned[v] &&
                        (m->pool->open[v] || p->cost[v] <= dearest)) {
                        m->pinned[v] = true;
                        m->node[n++] = v;
                    }
                }
            }
    for (size_t i = 0; i < n; i++)
        m->pinned[m->node[i]] = false;
    return n;
}

/* A row with one node of the list alone. row_place[] counts those of each. */
static bool is_alone(const struct sc_mover *m, uint32_t v)
{
    const struct sc_problem *p = m->pool->problem;

    for (size_t k = p->in_start[v]; k < p->in_start[v + 1]; k++)
        if (m->row_place[p->in_row[k]] == 1)
            return true;
    return false;
}

/*
 * Takes out of node[] what cannot move because it is alone in a row, and what is alone without
 * it, and so on: most of the last ring. Returns how many are left, in the same order.
 */
static size_t peel(struct sc_mover *m, size_t n)
{
    const struct sc_problem *p = m->pool->problem;
    size_t before;

    memset(m->row_place, 0, p->n_rows * sizeof *m->row_place);
    for (size_t i = 0; i < n; i++)
        for (size_t k = p->in_start[m->node[i]]; k < p->in_start[m->node[i] + 1]; k++)
            m->row_place[p->in_row[k]]++;
    do {
        size_t kept = 0;

        before = n;
        for (size_t i = 0; i < n; i++) {
            uint32_t v = m->node[i];

            if (!is_alone(m, v)) {
                m->node[kept++] = v;
                continue;
            }
            for (size_t k = p->in_start[v]; k < p->in_start[v + 1]; k++)
                m->row_place[p->in_row[k]]--;
        }
        n = kept;
    } while (n < before);
    memset(m->row_place, 0xff, p->n_rows * sizeof *m->row_place);
    return n;
}

enum sc_status sc_mover_new_near(struct sc_pool *pool, uint32_t node, int radius, double dearest,
                                 struct sc_mover **ret_mover, struct sc_error *err)
{
    const struct sc_problem *p = pool->problem;
    SC_AUTO(sc_mover) m = NULL;
    size_t n, first;
    enum sc_status status = make_empty(pool, true, &m, err);

    if (status)
        return status;
    m->near = true;
    m->row_place = sc_alloc_array(p->n_rows, sizeof *m->row_place);
    if (!m->row_place)
        return sc_fail_nomem(err);
    n = peel(m, list_rings(m, node, radius, dearest));
    for (size_t i = 0; i < n; i++)
        for (size_t k = p->in_start[m->node[i]]; k < p->in_start[m->node[i] + 1]; k++)
            if (m->row_place[p->in_row[k]] == SC_NONE)
                m->row_place[p->in_row[k]] = (uint32_t)m->n_rows++;
    if (m->n_rows > 0)
        status = sc_lp_add_rows(m->lp, m->n_rows, &first, err);
    if (!status)
        status = add_columns(m, n, err);
    if (!status)
        *ret_mover = SC_TAKE(m);
    return status;
}

void sc_mover_freeze(struct sc_mover *m, uint32_t node, bool frozen)
{
    m->budge_stale = m->budge_stale || m->frozen[node] != frozen;
    m->frozen[node] = frozen;
    if (m->column[node] != SC_NONE)
        set_bounds(m, m->column[node]);
}

/* ---- solving --------------------------------------------------------------------------- */

static enum sc_status solve(struct sc_mover *m, enum sc_lp_state *ret_state, struct sc_error *err)
{
    const struct sc_protect_policy *policy = &m->pool->problem->policy;
    struct sc_lp_options options = {.max_iterations = ITERATIONS_MAX,
                                    .stop = m->heeds_stop ? policy->stop : NULL,
                                    .stop_arg = policy->stop_arg};
    uint64_t before = sc_lp_iterations(m->lp);
    enum sc_status status;

    *ret_state = SC_LP_LIMIT;
    if (m->max_work && m->work > m->max_work)
        return SC_OK;
    status = sc_lp_solve(m->lp, &options, ret_state, err);
    /* An iteration looks at every row and column about once; a solve sets up as much. */
    m->work += (sc_lp_iterations(m->lp) - before + 4) * (m->n_rows + m->n);
    return status;
}

static void read_values(struct sc_mover *m)
{
    for (size_t i = 0; i < m->n; i++)
        m->value[i] = sc_lp_column_value(m->lp, up(i)) - sc_lp_column_value(m->lp, down(i));
}

static enum sc_status try_multiple(struct sc_mover *m, int times, bool *ret_added,
                                   struct sc_error *err)
{
    *ret_added = false;
    for (size_t i = 0; i < m->n; i++)
        if (!sc_is_integral(times * m->value[i]) || fabs(m->value[i]) > 1e8)
            return SC_OK;
    for (size_t i = 0; i < m->n; i++) {
        int64_t x = sc_nearest_integer(times * m->value[i]);

        if (x != 0)
            sc_pool_step(m->pool, m->node[i], x);
    }
    return sc_pool_step_end(m->pool, ret_added, err);
}

static enum sc_status try_multiples(struct sc_mover *m, bool *ret_added, struct sc_error *err)
{
    static const int multiples[] = {1, 2, 3, 4, 6};
    enum sc_status status = SC_OK;

    *ret_added = false;
    for (size_t i = 0; i < sizeof multiples / sizeof *multiples && !status && !*ret_added; i++)
        status = try_multiple(m, multiples[i], ret_added, err);
    return status;
}

/* The fraction nearest to a whole number that is not pinned yet; n when there is none. */
static size_t nearest_fraction(const struct sc_mover *m)
{
    size_t best = m->n;
    double least = 2;

    for (size_t i = 0; i < m->n; i++) {
        double away = fabs(m->value[i] - nearbyint(m->value[i]));

        if (away > SC_INTEGRALITY_TOLERANCE && !m->pinned[i] && away < least - 1e-9) {
            least = away;
            best = i;
        }
    }
    return best;
}

static void pin(struct sc_mover *m, size_t i, double x)
{
    m->pinned[i] = true;
    sc_lp_set_column_bounds(m->lp, up(i), x > 0 ? x : 0, x > 0 ? x : 0);
    sc_lp_set_column_bounds(m->lp, down(i), x < 0 ? -x : 0, x < 0 ? -x : 0);
}

static bool pinnable(const struct sc_mover *m, size_t i, double x)
{
    const struct sc_problem *p = m->pool->problem;

    return x >= -(double)p->room[m->node[i]] && x <= (double)p->head[m->node[i]];
}

static enum sc_status dive(struct sc_mover *m, bool *ret_added, struct sc_error *err)
{
    int most = m->quick ? QUICK_DIVE_STEPS : DIVE_STEPS;
    enum sc_status status = SC_OK;

    *ret_added = false;
    for (int depth = 0; depth < most && !status && !*ret_added; depth++) {
        size_t i = nearest_fraction(m);
        enum sc_lp_state state = SC_LP_INFEASIBLE;
        double away, toward;

        if (i == m->n)
            break;
        away = m->value[i] > 0 ? ceil(m->value[i]) : floor(m->value[i]);
        toward = m->value[i] > 0 ? floor(m->value[i]) : ceil(m->value[i]);
        if (pinnable(m, i, away)) {
            pin(m, i, away);
            status = solve(m, &state, err);
        }
        if (!status && state == SC_LP_INFEASIBLE) {
            pin(m, i, toward);
            status = solve(m, &state, err);
        }
        if (status || state != SC_LP_OPTIMAL)
            break;
        read_values(m);
        status = try_multiples(m, ret_added, err);
    }
    for (size_t i = 0; i < m->n; i++)
        if (m->pinned[i]) {
            m->pinned[i] = false;
            set_bounds(m, i);
        }
    return status;
}

static void aim(struct sc_mover *m, size_t i, int sign)
{
    double width = (double)m->pool->problem->policy.width;
    double room = (double)m->pool->problem->room[m->node[i]];

    if (sign > 0) {
        sc_lp_set_column_bounds(m->lp, up(i), width, headroom(m->pool->problem, m->node[i]));
        sc_lp_set_column_bounds(m->lp, down(i), 0, 0);
    } else {
        sc_lp_set_column_bounds(m->lp, up(i), 0, 0);
        sc_lp_set_column_bounds(m->lp, down(i), width, room);
    }
}

static enum sc_status search(struct sc_mover *m, enum sc_move_answer *ret_answer,
                             struct sc_error *err)
{
    const struct sc_protect_policy *policy = &m->pool->problem->policy;
    struct sc_mip_options options = {.max_nodes = SEARCH_NODES,
                                     .first_solution = true,
                                     .depth_first = true,
                                     .stop = m->heeds_stop ? policy->stop : NULL,
                                     .stop_arg = policy->stop_arg};
    struct sc_mip_result result = {.state = SC_LP_UNKNOWN};
    bool added = false;
    enum sc_status status;

    for (size_t c = 0; c < 2 * m->n; c++)
        sc_lp_set_integer(m->lp, c, true);
    status = sc_mip_solve(m->lp, &options, &result, err);
    m->work += (result.nodes * 4 + 20) * (m->n_rows + m->n);
    if (!status && result.has_solution) {
        for (size_t i = 0; i < m->n; i++)
            m->value[i] = sc_mip_column_value(m->lp, up(i)) - sc_mip_column_value(m->lp, down(i));
        status = try_multiple(m, 1, &added, err);
    }
    for (size_t c = 0; c < 2 * m->n; c++)
        sc_lp_set_integer(m->lp, c, false);
    *ret_answer = added                              ? SC_MOVE_FOUND
                  : result.state == SC_LP_INFEASIBLE ? SC_MOVE_NONE
                                                     : SC_MOVE_UNKNOWN;
    return status;
}

static enum sc_status find(struct sc_mover *m, size_t i, int sign, enum sc_move_answer *ret_answer,
                           struct sc_error *err)
{
    enum sc_lp_state state;
    bool added = false;
    enum sc_status status;

    *ret_answer = SC_MOVE_NONE;
    if ((sign < 0 ? m->pool->problem->room : m->pool->problem->head)[m->node[i]] <
        m->pool->problem->policy.width)
        return SC_OK;
    aim(m, i, sign);
    status = solve(m, &state, err);
    if (!status && state == SC_LP_OPTIMAL) {
        read_values(m);
        status = try_multiples(m, &added, err);
        if (!status && !added) {
            m->pinned[i] = true;
            status = dive(m, &added, err);
            aim(m, i, sign);
        }
        *ret_answer = added ? SC_MOVE_FOUND : SC_MOVE_UNKNOWN;
        if (!status && !added && !m->quick)
            status = search(m, ret_answer, err);
    } else if (!status && state != SC_LP_INFEASIBLE) {
        *ret_answer = SC_MOVE_UNKNOWN;
    }
    set_bounds(m, i);
    return status;
}

/* Whether rows alone leave `node` free to go up or down; brings them up to date. */
static bool may_go(struct sc_mover *m, uint32_t node, int sign)
{
    struct sc_budge *r = m->budge;

    if (!r || m->skips_budge)
        return true;
    if (m->budge_stale || m->budge_turn != m->pool->n_turns) {
        uint64_t before = r->work;

        sc_budge_find(r, m->pool->open, m->frozen);
        m->work += r->work - before;
        m->budge_turn = m->pool->n_turns;
        m->budge_stale = false;
    }
    return r->can[sign > 0][node];
}

enum sc_status sc_mover_find(struct sc_mover *m, uint32_t node, enum sc_move_answer *ret_answer,
                             struct sc_error *err)
{
    enum sc_move_answer first = SC_MOVE_NONE;
    enum sc_status status = SC_OK;

    *ret_answer = SC_MOVE_NONE;
    if (m->frozen[node] || (!m->wide && !m->pool->open[node]) ||
        (!may_go(m, node, 1) && !may_go(m, node, -1)))
        return SC_OK;
    status = follow(m, err);
    if (status || m->column[node] == SC_NONE)
        return status;
    if (may_go(m, node, 1))
        status = find(m, m->column[node], 1, &first, err);
    *ret_answer = first;
    if (status || first == SC_MOVE_FOUND || !may_go(m, node, -1))
        return status;
    status = find(m, m->column[node], -1, ret_answer, err);
    if (!status && *ret_answer == SC_MOVE_NONE)
        *ret_answer = first;
    return status;
}
