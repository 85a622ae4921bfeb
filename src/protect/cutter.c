/*
 * cutter.c - capacity cuts from the duals of "how far can p move".
 *
 * The program holds the nodes that are open, fully or in part; others come in when they first
 * open and are fixed at 0 while they are not. Between questions only the objective
 * changes, so the last solution stays feasible and the primal simplex goes on from there.
 * Nodes outside the program are priced from the duals, row by row, as few duals are not 0.
 */
#include "protect/cutter.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define FULLY (1 - 1e-6)
/* Duals are taken as multiples of one over this. */
#define GRAIN 5040
#define ITERATIONS_MAX 20000

struct sc_cutter {
    const struct sc_problem *problem;
    struct sc_lp *lp;
    double *level;    /* by node: how far it is open; 1: fully */
    uint32_t *column; /* by node, SC_NONE */
    size_t n;
    uint32_t *pending; /* nodes that get a column */
    size_t n_pending;
    int64_t *price;   /* by node: GRAIN x d of the last solve */
    uint32_t *priced; /* nodes with a price */
    size_t n_priced;
    double *weight; /* by node: of the cut being made */
    uint32_t *weighed;
    size_t n_weighed;
    uint32_t *cut_node[2]; /* two cuts, by turns */
    double *cut_weight[2];
    int turn;
    bool *seen; /* by node: scratch */
    /* The program of sc_cutter_ask_near: rows and nodes near one node. */
    uint32_t *near_row, *near_node;
    size_t n_near_rows, n_near_nodes;
    uint32_t *row_place, *node_place; /* place in the lists, SC_NONE */
    /* A column being made, as long as the longest. */
    uint32_t *rows;
    double *signs, *turned;
    uint64_t work;
};

void sc_cutter_free(struct sc_cutter *c)
{
    if (!c)
        return;
    sc_lp_free(c->lp);
    sc_free(c->level);
    sc_free(c->column);
    sc_free(c->pending);
    sc_free(c->price);
    sc_free(c->priced);
    sc_free(c->weight);
    sc_free(c->weighed);
    for (int i = 0; i < 2; i++) {
        sc_free(c->cut_node[i]);
        sc_free(c->cut_weight[i]);
    }
    sc_free(c->seen);
    sc_free(c->near_row);
    sc_free(c->near_node);
    sc_free(c->row_place);
    sc_free(c->node_place);
    sc_free(c->rows);
    sc_free(c->signs);
    sc_free(c->turned);
    sc_free(c);
}

uint64_t sc_cutter_work(const struct sc_cutter *c)
{
    return c->work;
}

/* How far a node can rise, for a program. */
static double headroom(const struct sc_problem *p, uint32_t v)
{
    return p->head[v] < SC_UNBOUNDED ? (double)p->head[v] : SC_LP_INFINITY;
}

/* Whether a node can neither rise nor fall so far, whatever is open. */
static bool cannot(const struct sc_problem *p, uint32_t v, int sign)
{
    return (sign < 0 ? p->room : p->head)[v] < p->policy.width;
}

/* How far a node can fall. A 0 that an earlier release hid is below what is left to it: not at all.
 */
static double can_fall(const struct sc_problem *p, uint32_t v)
{
    return p->room[v] > 0 ? (double)p->room[v] : 0;
}

/*
 * The bounds of a node at its level. Where it is the one asked about it need not go further than
 * the width in the direction of `sign` (0: it is not).
 */
static void set_bounds(struct sc_cutter *c, uint32_t v, int sign)
{
    double level = c->level[v], width = (double)c->problem->policy.width;
    double room = can_fall(c->problem, v);
    double head = headroom(c->problem, v);
    double most = level >= FULLY || head < level * width ? head : level * width;
    double least = level >= FULLY || room < level * width ? room : level * width;

    if (sign > 0 && most > width)
        most = width;
    if (sign < 0 && least > width)
        least = width;
    sc_lp_set_column_bounds(c->lp, c->column[v], -least, most);
}

/* Gives columns to the nodes in pending[]. */
static enum sc_status take_in(struct sc_cutter *c, struct sc_error *err)
{
    const struct sc_problem *p = c->problem;
    size_t first;
    enum sc_status status;

    if (c->n_pending == 0)
        return SC_OK;
    status = sc_lp_add_columns(c->lp, c->n_pending, &first, err);
    for (size_t i = 0; i < c->n_pending && !status; i++) {
        uint32_t v = c->pending[i];
        size_t from = p->in_start[v], n = p->in_start[v + 1] - from;

        for (size_t k = 0; k < n; k++)
            c->signs[k] = p->in_sign[from + k];
        c->column[v] = (uint32_t)(first + i);
        status = sc_lp_set_column(c->lp, first + i, n, p->in_row + from, c->signs, err);
        set_bounds(c, v, 0);
    }
    c->n += c->n_pending;
    c->n_pending = 0;
    return status;
}

static void set_level(struct sc_cutter *c, uint32_t v, double level)
{
    if (level < 1e-7)
        level = 0;
    if (level == c->level[v])
        return;
    c->level[v] = level;
    if (c->column[v] != SC_NONE)
        set_bounds(c, v, 0);
    else
        c->pending[c->n_pending++] = v;
}

enum sc_status sc_cutter_go(struct sc_cutter *c, const double *x, struct sc_error *err)
{
    for (uint32_t v = 0; v < c->problem->n_nodes; v++)
        if (c->problem->state[v] == SC_NODE_FREE)
            set_level(c, v, x[v]);
    return take_in(c, err);
}

enum sc_status sc_cutter_open(struct sc_cutter *c, uint32_t node, struct sc_error *err)
{
    set_level(c, node, 1);
    return take_in(c, err);
}

enum sc_status sc_cutter_new(const struct sc_problem *p, struct sc_cutter **ret_cutter,
                             struct sc_error *err)
{
    SC_AUTO(sc_cutter) c = sc_alloc(sizeof *c);
    size_t n = p->n_nodes, first;
    enum sc_status status;

    if (!c)
        return sc_fail_nomem(err);
    c->problem = p;
    c->level = sc_alloc_array(n, sizeof *c->level);
    c->column = sc_alloc_array(n, sizeof *c->column);
    c->pending = sc_alloc_array(n, sizeof *c->pending);
    c->price = sc_alloc_array(n, sizeof *c->price);
    c->priced = sc_alloc_array(4 * n, sizeof *c->priced);
    c->weight = sc_alloc_array(n, sizeof *c->weight);
    c->weighed = sc_alloc_array(n, sizeof *c->weighed);
    for (int i = 0; i < 2; i++) {
        c->cut_node[i] = sc_alloc_array(n, sizeof *c->cut_node[i]);
        c->cut_weight[i] = sc_alloc_array(n, sizeof *c->cut_weight[i]);
        if (!c->cut_node[i] || !c->cut_weight[i])
            return sc_fail_nomem(err);
    }
    c->seen = sc_alloc_array(n, sizeof *c->seen);
    c->near_row = sc_alloc_array(p->n_rows, sizeof *c->near_row);
    c->near_node = sc_alloc_array(n, sizeof *c->near_node);
    c->row_place = sc_alloc_array(p->n_rows, sizeof *c->row_place);
    c->node_place = sc_alloc_array(n, sizeof *c->node_place);
    c->rows = sc_alloc_array(p->in_most, sizeof *c->rows);
    c->signs = sc_alloc_array(p->in_most, sizeof *c->signs);
    c->turned = sc_alloc_array(p->in_most, sizeof *c->turned);
    if (!c->seen || !c->near_row || !c->near_node || !c->row_place || !c->node_place || !c->rows ||
        !c->signs || !c->turned)
        return sc_fail_nomem(err);
    memset(c->row_place, 0xff, p->n_rows * sizeof *c->row_place);
    memset(c->node_place, 0xff, n * sizeof *c->node_place);
    if (!c->level || !c->column || !c->pending || !c->price || !c->priced || !c->weight ||
        !c->weighed)
        return sc_fail_nomem(err);
    memset(c->column, 0xff, n * sizeof *c->column);
    status = sc_lp_new(&c->lp, err);
    if (!status && p->n_rows > 0)
        status = sc_lp_add_rows(c->lp, p->n_rows, &first, err);
    if (status)
        return status;
    sc_lp_set_maximise(c->lp, true);
    for (uint32_t v = 0; v < n; v++)
        if (p->state[v] == SC_NODE_OPEN)
            set_level(c, v, 1);
    status = take_in(c, err);
    if (!status)
        *ret_cutter = SC_TAKE(c);
    return status;
}

/* ---- from duals to a cut ---------------------------------------------------------------- */

static void forget_prices(struct sc_cutter *c)
{
    for (size_t i = 0; i < c->n_priced; i++)
        c->price[c->priced[i]] = 0;
    c->n_priced = 0;
}

static void add_price(struct sc_cutter *c, uint32_t v, int64_t by)
{
    if (by == 0)
        return;
    if (c->price[v] == 0)
        c->priced[c->n_priced++] = v; /* perhaps for the second time: harmless but counted */
    c->price[v] += by;
}

/* Adds `whole` / GRAIN times a row to the prices. */
static bool price_row(struct sc_cutter *c, uint32_t row, double dual)
{
    const struct sc_problem *p = c->problem;
    double y = dual * GRAIN;
    int64_t whole;

    if (fabs(y) < 0.5)
        return true;
    if (fabs(y) > 1e9)
        return false;
    whole = sc_nearest_integer(y);
    c->work += p->row_start[row + 1] - p->row_start[row];
    for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++) {
        if (c->n_priced == 4 * p->n_nodes) /* full of nodes listed twice */
            return false;
        add_price(c, p->row_node[k], -whole * p->row_sign[k]);
    }
    return true;
}

/* Fills price[] from the duals of a program, whose rows are `rows` (NULL: all). */
static bool read_prices(struct sc_cutter *c, const struct sc_lp *lp, const uint32_t *rows,
                        size_t n_rows, uint32_t node, int sign)
{
    size_t kept = 0;

    forget_prices(c);
    for (uint32_t i = 0; i < n_rows; i++)
        if (!price_row(c, rows ? rows[i] : i, sc_lp_row_dual(lp, i)))
            return false;
    if (c->n_priced == 4 * c->problem->n_nodes)
        return false;
    add_price(c, node, (int64_t)sign * GRAIN);
    for (size_t i = 0; i < c->n_priced; i++)
        if (c->price[c->priced[i]] != 0)
            c->priced[kept++] = c->priced[i];
    c->n_priced = kept;
    return true;
}

/*
 * What the nodes open from the start can give at most, times GRAIN; -1 when there is no limit or
 * it reaches the width.
 */
static int64_t given_anyway(struct sc_cutter *c, uint32_t still)
{
    const struct sc_problem *p = c->problem;
    int64_t total = 0, give;

    for (size_t i = 0; i < c->n_priced; i++) {
        uint32_t v = c->priced[i];

        if (p->state[v] != SC_NODE_OPEN || v == still || c->seen[v])
            continue;
        give = c->price[v] > 0 ? p->head[v] : p->room[v];
        if (c->price[v] > 0 && give > INT32_MAX)
            return -1;
        c->seen[v] = true;
        total += (c->price[v] > 0 ? c->price[v] : -c->price[v]) * give;
        if (total >= GRAIN * p->policy.width || give > INT32_MAX)
            break;
    }
    for (size_t i = 0; i < c->n_priced; i++)
        c->seen[c->priced[i]] = false;
    return total < GRAIN * p->policy.width ? total : -1;
}

static void weigh(struct sc_cutter *c, uint32_t v, double weight)
{
    if (c->weight[v] == 0)
        c->weighed[c->n_weighed++] = v;
    if (weight > c->weight[v])
        c->weight[v] = weight;
}

/* Adds what one direction's prices say to the cut. */
static void weigh_all(struct sc_cutter *c, uint32_t still, int64_t anyway)
{
    const struct sc_problem *p = c->problem;
    double lacking = (double)(GRAIN * p->policy.width - anyway);

    for (size_t i = 0; i < c->n_priced; i++) {
        uint32_t v = c->priced[i];
        double most;

        if (p->state[v] != SC_NODE_FREE || v == still)
            continue;
        if (c->price[v] > 0 && p->head[v] >= SC_UNBOUNDED) {
            weigh(c, v, 1);
        } else if (c->price[v] > 0 && p->head[v] > 0) {
            most = (double)c->price[v] * (double)p->head[v] / lacking;
            weigh(c, v, most < 1 ? most : 1);
        } else if (c->price[v] < 0 && p->room[v] > 0) {
            most = -(double)c->price[v] * (double)p->room[v] / lacking;
            weigh(c, v, most < 1 ? most : 1);
        }
    }
}

/* Solves one direction. Made: its part of the cut is in weight[]. */
static enum sc_status ask_direction(struct sc_cutter *c, uint32_t node, int sign, uint32_t still,
                                    enum sc_cut_answer *ret_answer, struct sc_error *err)
{
    const struct sc_problem *p = c->problem;
    struct sc_lp_options options = {.primal = true, .max_iterations = ITERATIONS_MAX};
    double width = (double)p->policy.width;
    uint64_t before = sc_lp_iterations(c->lp);
    enum sc_lp_state state;
    enum sc_status status;
    int64_t anyway;

    *ret_answer = SC_CUT_MADE;
    if (cannot(p, node, sign))
        return SC_OK;
    sc_lp_set_cost(c->lp, c->column[node], sign);
    set_bounds(c, node, sign);
    status = sc_lp_solve(c->lp, &options, &state, err);
    c->work += (sc_lp_iterations(c->lp) - before + 4) * (p->n_rows + c->n / 2);
    *ret_answer = SC_CUT_UNKNOWN;
    if (!status && state == SC_LP_OPTIMAL && sc_lp_objective(c->lp) >= width - 1e-6)
        *ret_answer = SC_CUT_REACHED;
    else if (!status && state == SC_LP_OPTIMAL &&
             read_prices(c, c->lp, NULL, p->n_rows, node, sign)) {
        anyway = given_anyway(c, still);
        if (anyway >= 0) {
            weigh_all(c, still, anyway);
            *ret_answer = SC_CUT_MADE;
        }
    }
    sc_lp_set_cost(c->lp, c->column[node], 0);
    set_bounds(c, node, 0);
    return status;
}

static int by_node(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Moves the weights into the cut and forgets them. */
static void finish_cut(struct sc_cutter *c, struct sc_cut *ret_cut)
{
    if (c->n_weighed > 1)
        qsort(c->weighed, c->n_weighed, sizeof *c->weighed, by_node);
    for (size_t i = 0; i < c->n_weighed; i++) {
        c->cut_node[c->turn][i] = c->weighed[i];
        c->cut_weight[c->turn][i] = c->weight[c->weighed[i]];
        c->weight[c->weighed[i]] = 0;
    }
    *ret_cut = (struct sc_cut){c->cut_node[c->turn], c->cut_weight[c->turn], c->n_weighed};
    c->turn = 1 - c->turn;
    c->n_weighed = 0;
}

enum sc_status sc_cutter_ask(struct sc_cutter *c, uint32_t node, uint32_t still,
                             struct sc_cut *ret_cut, enum sc_cut_answer *ret_answer,
                             struct sc_error *err)
{
    bool was_in = still != SC_NONE && c->column[still] != SC_NONE;
    enum sc_status status;

    if (c->column[node] == SC_NONE) {
        c->pending[c->n_pending++] = node;
        status = take_in(c, err);
        if (status)
            return status;
    }
    if (was_in)
        sc_lp_set_column_bounds(c->lp, c->column[still], 0, 0);
    status = ask_direction(c, node, 1, still, ret_answer, err);
    if (!status && *ret_answer == SC_CUT_MADE)
        status = ask_direction(c, node, -1, still, ret_answer, err);
    if (was_in)
        set_bounds(c, still, 0);
    finish_cut(c, ret_cut);
    return status;
}

/* ---- nearby ------------------------------------------------------------------------------- */

static void add_near_row(struct sc_cutter *c, uint32_t row)
{
    if (c->row_place[row] != SC_NONE)
        return;
    c->row_place[row] = (uint32_t)c->n_near_rows;
    c->near_row[c->n_near_rows++] = row;
}

/* Lists rows and nodes within `radius`. */
static void look_around(struct sc_cutter *c, uint32_t node, int radius)
{
    const struct sc_problem *p = c->problem;
    size_t done_rows = 0, done_nodes = 0;

    c->n_near_rows = c->n_near_nodes = 0;
    c->node_place[node] = 0;
    c->near_node[c->n_near_nodes++] = node;
    for (int r = 0; r < radius; r++) {
        for (; done_nodes < c->n_near_nodes; done_nodes++) {
            uint32_t v = c->near_node[done_nodes];

            for (size_t k = p->in_start[v]; k < p->in_start[v + 1]; k++)
                add_near_row(c, p->in_row[k]);
        }
        for (; done_rows < c->n_near_rows; done_rows++) {
            uint32_t row = c->near_row[done_rows];

            for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++) {
                uint32_t v = p->row_node[k];

                if (c->node_place[v] == SC_NONE) {
                    c->node_place[v] = (uint32_t)c->n_near_nodes;
                    c->near_node[c->n_near_nodes++] = v;
                }
            }
        }
    }
}

static void forget_near(struct sc_cutter *c)
{
    for (size_t i = 0; i < c->n_near_rows; i++)
        c->row_place[c->near_row[i]] = SC_NONE;
    for (size_t i = 0; i < c->n_near_nodes; i++)
        c->node_place[c->near_node[i]] = SC_NONE;
}

/* Columns 2i (up) and 2i + 1 (down) of the i-th node near, and their bounds. */
static enum sc_status near_column(struct sc_cutter *c, struct sc_lp *lp, size_t i, double creep,
                                  struct sc_error *err)
{
    const struct sc_problem *p = c->problem;
    uint32_t v = c->near_node[i];
    double width = (double)p->policy.width, room = can_fall(p, v);
    double level = p->state[v] == SC_NODE_OPEN ? 1 : c->level[v] + creep;
    double most = level >= FULLY ? SC_LP_INFINITY : level * width;
    double head = headroom(p, v);
    size_t n = 0;
    enum sc_status status;

    for (size_t k = p->in_start[v]; k < p->in_start[v + 1]; k++) {
        uint32_t place = c->row_place[p->in_row[k]];

        if (place == SC_NONE)
            continue;
        c->rows[n] = place;
        c->signs[n] = p->in_sign[k];
        c->turned[n++] = -p->in_sign[k];
    }
    sc_lp_set_column_bounds(lp, 2 * i, 0, head < most ? head : most);
    sc_lp_set_column_bounds(lp, 2 * i + 1, 0, room < most ? room : most);
    status = sc_lp_set_column(lp, 2 * i, n, c->rows, c->signs, err);
    return status ? status : sc_lp_set_column(lp, 2 * i + 1, n, c->rows, c->turned, err);
}

static enum sc_status near_program(struct sc_cutter *c, uint32_t still, double creep,
                                   struct sc_lp **ret_lp, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    size_t first;
    enum sc_status status = sc_lp_new(&lp, err);

    if (!status)
        status = sc_lp_add_rows(lp, c->n_near_rows, &first, err);
    if (!status)
        status = sc_lp_add_columns(lp, 2 * c->n_near_nodes, &first, err);
    for (size_t i = 0; i < c->n_near_nodes && !status; i++) {
        status = near_column(c, lp, i, creep, err);
        if (c->near_node[i] == still) {
            sc_lp_set_column_bounds(lp, 2 * i, 0, 0);
            sc_lp_set_column_bounds(lp, 2 * i + 1, 0, 0);
        }
    }
    if (status)
        return status;
    sc_lp_set_maximise(lp, true);
    sc_lp_start_at_bounds(lp);
    *ret_lp = SC_TAKE(lp);
    return SC_OK;
}

/* Whether the last prices, turned round, say the same of the other direction. */
static bool turns_round(const struct sc_cutter *c, uint32_t still)
{
    for (size_t i = 0; i < c->n_priced; i++)
        if (c->problem->state[c->priced[i]] == SC_NODE_OPEN && c->priced[i] != still)
            return false;
    return true;
}

/* One direction in the nearby program; the node is its first. */
static enum sc_status near_direction(struct sc_cutter *c, struct sc_lp *lp, uint32_t node, int sign,
                                     uint32_t still, enum sc_cut_answer *ret_answer,
                                     struct sc_error *err)
{
    const struct sc_problem *p = c->problem;
    struct sc_lp_options options = {.primal = true, .max_iterations = ITERATIONS_MAX};
    double width = (double)p->policy.width;
    uint64_t before = sc_lp_iterations(lp);
    enum sc_lp_state state;
    enum sc_status status;
    int64_t anyway;

    *ret_answer = SC_CUT_MADE;
    if (cannot(p, node, sign))
        return SC_OK;
    sc_lp_set_cost(lp, 0, sign);
    sc_lp_set_cost(lp, 1, -sign);
    sc_lp_set_column_bounds(lp, sign > 0 ? 0 : 1, 0, width);
    sc_lp_set_column_bounds(lp, sign > 0 ? 1 : 0, 0, 0);
    status = sc_lp_solve(lp, &options, &state, err);
    c->work += (sc_lp_iterations(lp) - before + 4) * (c->n_near_rows + c->n_near_nodes);
    *ret_answer = SC_CUT_UNKNOWN;
    if (status || state != SC_LP_OPTIMAL)
        return status;
    if (sc_lp_objective(lp) >= width - 1e-6) {
        *ret_answer = SC_CUT_REACHED;
    } else if (read_prices(c, lp, c->near_row, c->n_near_rows, node, sign)) {
        anyway = given_anyway(c, still);
        if (anyway >= 0) {
            weigh_all(c, still, anyway);
            *ret_answer = SC_CUT_MADE;
        }
    }
    return SC_OK;
}

/* Asks both directions in the program of the rows and nodes listed. */
static enum sc_status ask_listed(struct sc_cutter *c, uint32_t node, uint32_t still, double creep,
                                 struct sc_cut *ret_cut, enum sc_cut_answer *ret_answer,
                                 struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    enum sc_status status;

    status = near_program(c, still, creep, &lp, err);
    if (!status)
        status = near_direction(c, lp, node, 1, still, ret_answer, err);
    if (!status && *ret_answer == SC_CUT_MADE && !cannot(c->problem, node, -1)) {
        if (!cannot(c->problem, node, 1) && turns_round(c, still)) {
            for (size_t i = 0; i < c->n_priced; i++)
                c->price[c->priced[i]] = -c->price[c->priced[i]];
            weigh_all(c, still, 0);
        } else {
            status = near_direction(c, lp, node, -1, still, ret_answer, err);
        }
    }
    forget_near(c);
    finish_cut(c, ret_cut);
    return status;
}

enum sc_status sc_cutter_ask_near(struct sc_cutter *c, uint32_t node, uint32_t still, int radius,
                                  double creep, struct sc_cut *ret_cut,
                                  enum sc_cut_answer *ret_answer, struct sc_error *err)
{
    look_around(c, node, radius);
    return ask_listed(c, node, still, creep, ret_cut, ret_answer, err);
}
