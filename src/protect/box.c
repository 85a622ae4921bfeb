/*
 * box.c - the cheapest box through a cell, by depth-first search over dimensions.
 *
 * A box under way is a list of places (code tuples, as one number each) with signs. Choosing
 * the change along one dimension multiplies the list: every place is repeated at the
 * other codes of the change. The places already there never leave, so the cost of a partial box is
 * a lower bound, and a place that is a printed zero, or shut, or avoided ends it at once. At each
 * depth all changes are priced and the cheapest is tried first.
 *
 * A box goes with its signs or with all of them turned; whether each is possible (nothing
 * may fall below its bound) is kept as two bits.
 *
 * Twins always come together in a box, since its change keeps the sum that ties
 * them: each cell is charged its share of the node's cost.
 */
#include "protect/box.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define DENSE_MAX ((uint64_t)1 << 23) /* places in the table of all code tuples */
#define PLACES_MAX 2048
#define CHANGES_MAX 2048 /* priced at one depth */
/* Hidden nodes are not quite free: of equal boxes the smaller is taken. */
#define PLACE_COST 1e-4

struct axis {
    uint32_t n_codes;
    uint64_t stride;
    uint32_t n_leaves;
    uint32_t *leaves;
    /* Codes over each code, itself included: over[over_start[c]] ... */
    size_t *over_start;
    uint32_t *over;
};

struct place {
    uint64_t at;
    int8_t sign;
};

/* A change along one dimension: one more of leaf `more`, one less of `less` (SC_NONE). */
struct change {
    double cost;
    uint32_t more, less;
};

struct sc_boxes {
    struct sc_pool *pool;
    const struct sc_problem *problem;
    size_t n_axes;
    struct axis *axes;
    uint32_t *node_at; /* by place: node, or SC_NONE; NULL when there are too many places */
    double *share;     /* by node: cost of each of its cells */
    struct place *places;
    struct place *best;
    size_t n_best;
    double best_cost;
    bool best_turned;
    bool found;
    struct change *changes; /* CHANGES_MAX for each axis */
    size_t axis_order[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n_used; /* axes along which the cell takes part in sums */
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];
    const bool *avoid;
    uint32_t banned; /* an implied count whose other parts must stay, or SC_NONE */
    uint32_t node;   /* through which the box goes */
    uint64_t limit;
    uint64_t work;
    /* one change laid out */
    uint32_t *line_codes;
    int8_t *line_signs;
};

void sc_boxes_free(struct sc_boxes *boxes)
{
    if (!boxes)
        return;
    for (size_t d = 0; d < boxes->n_axes && boxes->axes; d++) {
        sc_free(boxes->axes[d].leaves);
        sc_free(boxes->axes[d].over_start);
        sc_free(boxes->axes[d].over);
    }
    sc_free(boxes->axes);
    sc_free(boxes->node_at);
    sc_free(boxes->share);
    sc_free(boxes->places);
    sc_free(boxes->best);
    sc_free(boxes->changes);
    sc_free(boxes->line_codes);
    sc_free(boxes->line_signs);
    sc_free(boxes);
}

uint64_t sc_boxes_work(const struct sc_boxes *boxes)
{
    return boxes->work;
}

/* ---- the axes ------------------------------------------------------------------------ */

static enum sc_status make_axis(const struct sc_system *system, uint32_t d, struct axis *axis,
                                struct sc_error *err)
{
    size_t n = sc_system_n_codes(system, d), capacity = 0, length = 0;
    SC_AUTO_FREE bool *mark = sc_alloc_array(n, sizeof *mark);

    axis->n_codes = (uint32_t)n;
    axis->leaves = sc_alloc_array(n, sizeof *axis->leaves);
    axis->over_start = sc_alloc_array(n + 1, sizeof *axis->over_start);
    if (!mark || !axis->leaves || !axis->over_start)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < n; c++) {
        memset(mark, 0, n);
        sc_system_mark_over(system, d, c, mark);
        for (uint32_t o = 0; o < n; o++) {
            enum sc_status status;

            if (!mark[o])
                continue;
            status = sc_grow((void **)&axis->over, &capacity, length, sizeof *axis->over, err);
            if (status)
                return status;
            axis->over[length++] = o;
        }
        axis->over_start[c + 1] = length;
        if (sc_system_is_leaf(system, d, c) && !sc_system_own(system, d, c))
            axis->leaves[axis->n_leaves++] = c;
    }
    return SC_OK;
}

static bool is_over(const struct axis *axis, uint32_t over, uint32_t code)
{
    for (size_t i = axis->over_start[code]; i < axis->over_start[code + 1]; i++)
        if (axis->over[i] == over)
            return true;
    return false;
}

static enum sc_status make_table(struct sc_boxes *b, struct sc_error *err)
{
    const struct sc_system *system = b->problem->input->system;
    uint64_t n = 1;

    for (size_t d = 0; d < b->n_axes; d++) {
        b->axes[d].stride = n;
        if (n > UINT64_MAX / 2 / b->axes[d].n_codes) /* cannot be: such boxes are not tried */
            return sc_fail(err, SC_E_RANGE, "the dimensions have too many codes");
        n *= b->axes[d].n_codes;
    }
    if (n > DENSE_MAX)
        return SC_OK;
    b->node_at = sc_alloc_array(n, sizeof *b->node_at);
    if (!b->node_at)
        return sc_fail_nomem(err);
    memset(b->node_at, 0xff, n * sizeof *b->node_at);
    for (uint32_t c = 0; c < sc_system_n_cells(system); c++) {
        const uint32_t *codes = sc_system_cell_codes(system, c);
        uint64_t at = 0;

        for (size_t d = 0; d < b->n_axes; d++)
            at += codes[d] * b->axes[d].stride;
        b->node_at[at] = b->problem->node_of[c];
    }
    return SC_OK;
}

static uint32_t node_at(const struct sc_boxes *b, uint64_t at)
{
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX], cell;

    if (b->node_at)
        return b->node_at[at];
    for (size_t d = b->n_axes; d-- > 0;) {
        codes[d] = (uint32_t)(at / b->axes[d].stride);
        at %= b->axes[d].stride;
    }
    cell = sc_system_find_cell(b->problem->input->system, codes);
    return cell == SC_NONE ? SC_NONE : b->problem->node_of[cell];
}

enum sc_status sc_boxes_new(struct sc_pool *pool, struct sc_boxes **ret_boxes, struct sc_error *err)
{
    SC_AUTO(sc_boxes) b = sc_alloc(sizeof *b);
    const struct sc_problem *p = pool->problem;
    const struct sc_system *system = p->input->system;
    size_t most = 1;
    enum sc_status status = SC_OK;

    if (!b)
        return sc_fail_nomem(err);
    b->pool = pool;
    b->problem = p;
    b->n_axes = sc_system_n_dimensions(system);
    b->axes = sc_alloc_array(b->n_axes, sizeof *b->axes);
    if (!b->axes)
        return sc_fail_nomem(err);
    for (uint32_t d = 0; d < b->n_axes && !status; d++) {
        status = make_axis(system, d, &b->axes[d], err);
        if (!status && 2 * (size_t)b->axes[d].n_codes > most)
            most = 2 * (size_t)b->axes[d].n_codes;
    }
    if (!status)
        status = make_table(b, err);
    if (status)
        return status;
    b->share = sc_alloc_array(p->n_plain, sizeof *b->share);
    b->places = sc_alloc_array(PLACES_MAX, sizeof *b->places);
    b->best = sc_alloc_array(PLACES_MAX, sizeof *b->best);
    b->changes = sc_alloc_array(b->n_axes * CHANGES_MAX, sizeof *b->changes);
    b->line_codes = sc_alloc_array(most, sizeof *b->line_codes);
    b->line_signs = sc_alloc_array(most, sizeof *b->line_signs);
    if (!b->share || !b->places || !b->best || !b->changes || !b->line_codes || !b->line_signs)
        return sc_fail_nomem(err);
    for (uint32_t v = 0; v < p->n_plain; v++)
        b->share[v] = p->cost[v] / (double)(p->cell_start[v + 1] - p->cell_start[v]);
    *ret_boxes = SC_TAKE(b);
    return SC_OK;
}

/* ---- the search ------------------------------------------------------------------------- */

/* Lays a change out: codes other than `code` that it touches, with signs relative to it. */
static size_t lay_out(struct sc_boxes *b, const struct axis *axis, uint32_t code,
                      const struct change *change)
{
    const uint32_t *over = axis->over;
    size_t i = axis->over_start[change->more], i_end = axis->over_start[change->more + 1];
    size_t j = 0, j_end = 0, n = 0;

    if (change->less != SC_NONE) {
        j = axis->over_start[change->less];
        j_end = axis->over_start[change->less + 1];
    }
    while (i < i_end || j < j_end) { /* both lists are sorted; what is in both stays */
        if (i < i_end && j < j_end && over[i] == over[j]) {
            i++;
            j++;
        } else if (j == j_end || (i < i_end && over[i] < over[j])) {
            if (over[i] != code) {
                b->line_codes[n] = over[i];
                b->line_signs[n++] = 1;
            }
            i++;
        } else {
            b->line_codes[n] = over[j++];
            b->line_signs[n++] = -1;
        }
    }
    return n;
}

/* What one place costs; negative when it cannot be in the box. Narrows *turns. */
static double price_place(struct sc_boxes *b, uint64_t at, int sign, unsigned *turns)
{
    const struct sc_problem *p = b->problem;
    uint32_t v = node_at(b, at);

    if (v == SC_NONE || p->state[v] == SC_NODE_SHUT || (b->avoid && b->avoid[v]))
        return -1;
    if (b->banned != SC_NONE && v != b->node)
        for (size_t k = p->sums_start[v]; k < p->sums_start[v + 1]; k++)
            if (p->sums_of[k] == b->banned)
                return -1;
    if (p->room[v] < p->policy.width) /* it cannot fall: bit 0 as it is, bit 1 turned */
        *turns &= sign < 0 ? 2u : 1u;
    if (p->head[v] < p->policy.width) /* it cannot rise */
        *turns &= sign > 0 ? 2u : 1u;
    return *turns == 0 ? -1 : PLACE_COST + (b->pool->open[v] ? 0 : b->share[v]);
}

/* Prices a change laid out, over the places there are; infinite when impossible. */
static double price_line(struct sc_boxes *b, const struct axis *axis, uint32_t code, size_t n_line,
                         size_t n_places, double room, unsigned *turns)
{
    double cost = 0;

    for (size_t k = 0; k < n_line; k++)
        for (size_t i = 0; i < n_places; i++) {
            uint64_t at = b->places[i].at + b->line_codes[k] * axis->stride - code * axis->stride;
            double price = price_place(b, at, b->places[i].sign * b->line_signs[k], turns);

            b->work++;
            if (price < 0)
                return -1;
            cost += price;
            if (cost >= room)
                return -1;
        }
    return cost;
}

static int order_changes(const void *a, const void *b)
{
    const struct change *x = a, *y = b;

    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    if (x->more != y->more)
        return x->more < y->more ? -1 : 1;
    return (x->less > y->less) - (x->less < y->less);
}

static void keep_change(struct sc_boxes *b, const struct axis *axis, uint32_t code, uint32_t more,
                        uint32_t less, size_t n_places, double room, unsigned turns,
                        struct change *list, size_t *n)
{
    struct change change = {0, more, less};
    size_t n_line = lay_out(b, axis, code, &change);

    if ((n_line + 1) * n_places > PLACES_MAX || *n == CHANGES_MAX)
        return;
    change.cost = price_line(b, axis, code, n_line, n_places, room, &turns);
    if (change.cost >= 0)
        list[(*n)++] = change;
}

/* All changes along an axis through `code` that may be part of a better box, cheapest first. */
static size_t price_changes(struct sc_boxes *b, const struct axis *axis, uint32_t code,
                            size_t n_places, double room, unsigned turns, struct change *list)
{
    size_t n = 0;

    for (uint32_t i = 0; i < axis->n_leaves; i++) {
        uint32_t more = axis->leaves[i];

        if (!is_over(axis, code, more))
            continue;
        keep_change(b, axis, code, more, SC_NONE, n_places, room, turns, list, &n);
        for (uint32_t j = 0; j < axis->n_leaves && b->work < b->limit; j++)
            if (!is_over(axis, code, axis->leaves[j]))
                keep_change(b, axis, code, more, axis->leaves[j], n_places, room, turns, list, &n);
    }
    if (n > 1)
        qsort(list, n, sizeof *list, order_changes);
    return n;
}

static void keep_box(struct sc_boxes *b, size_t n_places, double cost, unsigned turns)
{
    memcpy(b->best, b->places, n_places * sizeof *b->best);
    b->n_best = n_places;
    b->best_cost = cost;
    b->best_turned = !(turns & 1u);
    b->found = true;
}

static void descend(struct sc_boxes *b, size_t depth, size_t n_places, double cost, unsigned turns)
{
    const struct axis *axis;
    struct change *list;
    uint32_t code;
    size_t n;

    if (depth == b->n_used) {
        keep_box(b, n_places, cost, turns);
        return;
    }
    axis = &b->axes[b->axis_order[depth]];
    code = b->codes[b->axis_order[depth]];
    list = b->changes + depth * CHANGES_MAX;
    n = price_changes(b, axis, code, n_places, b->best_cost - cost, turns, list);
    for (size_t i = 0; i < n && b->work < b->limit; i++) {
        unsigned still = turns;
        size_t n_line, grown = n_places;

        if (cost + list[i].cost >= b->best_cost)
            break;
        n_line = lay_out(b, axis, code, &list[i]);
        for (size_t k = 0; k < n_line; k++)
            for (size_t j = 0; j < n_places; j++) {
                uint64_t at =
                    b->places[j].at + b->line_codes[k] * axis->stride - code * axis->stride;
                int sign = b->places[j].sign * b->line_signs[k];

                (void)price_place(b, at, sign, &still);
                b->places[grown++] = (struct place){at, (int8_t)sign};
            }
        descend(b, depth + 1, grown, cost + list[i].cost, still);
    }
}

/* Axes along which the cell is in a sum, those with few codes first. */
static void choose_axes(struct sc_boxes *b, uint32_t cell)
{
    const struct sc_system *system = b->problem->input->system;
    bool used[SC_SYSTEM_DIMENSIONS_MAX] = {false};
    size_t n;
    const uint32_t *of = sc_system_relations_of(system, cell, &n);

    for (size_t i = 0; i < n; i++)
        used[sc_system_relation(system, of[i]).dimension] = true;
    b->n_used = 0;
    for (size_t d = 0; d < b->n_axes; d++) {
        size_t k = b->n_used;

        if (!used[d])
            continue;
        while (k > 0 && b->axes[b->axis_order[k - 1]].n_codes > b->axes[d].n_codes) {
            b->axis_order[k] = b->axis_order[k - 1];
            k--;
        }
        b->axis_order[k] = d;
        b->n_used++;
    }
}

/* The best box through one node that is no implied count. */
static void search_node(struct sc_boxes *b, uint32_t node)
{
    const struct sc_problem *p = b->problem;
    uint32_t cell = p->cells[p->cell_start[node]];
    const uint32_t *codes = sc_system_cell_codes(p->input->system, cell);
    uint64_t at = 0;
    unsigned turns = 3;
    double cost;

    memcpy(b->codes, codes, b->n_axes * sizeof *codes);
    for (size_t d = 0; d < b->n_axes; d++)
        at += codes[d] * b->axes[d].stride;
    choose_axes(b, cell);
    b->node = node;
    b->places[0] = (struct place){at, 1};
    cost = price_place(b, at, 1, &turns);
    if (cost >= 0 && cost < b->best_cost)
        descend(b, 0, 1, cost, turns);
}

/* Hands the best box to the pool as a move. */
static enum sc_status hand_over(struct sc_boxes *b, bool *ret_found, struct sc_error *err)
{
    int64_t width = b->best_turned ? -b->problem->policy.width : b->problem->policy.width;

    for (size_t i = 0; i < b->n_best; i++) {
        uint32_t v = node_at(b, b->best[i].at);

        if (!b->pool->in_step[v]) /* twins: once */
            sc_pool_step(b->pool, v, b->best[i].sign * width);
    }
    return sc_pool_step_end(b->pool, ret_found, err);
}

enum sc_status sc_boxes_find(struct sc_boxes *b, uint32_t node, const bool *avoid, double below,
                             size_t effort, bool *ret_found, struct sc_error *err)
{
    const struct sc_problem *p = b->problem;

    b->avoid = avoid;
    b->banned = SC_NONE;
    b->best_cost = below;
    b->found = false;
    b->limit = b->work + effort;
    if (node < p->n_plain) {
        search_node(b, node);
    } else {
        size_t i = node - p->n_plain;

        b->banned = node;
        for (size_t k = p->sum_start[i]; k < p->sum_start[i + 1]; k++)
            search_node(b, p->sum_node[k]);
    }
    *ret_found = false;
    return b->found ? hand_over(b, ret_found, err) : SC_OK;
}
