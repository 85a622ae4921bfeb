/*
 * problem_nodes.c - from cells to nodes: what is known to be 0, groups, twins, what a node costs
 * and may do, and which nodes are one person.
 */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "protect/problem_making.h"

/* Counts above it are equally dear when ties are broken. */
#define TIE_CEILING 250

/* Whether a reader asked for knows what marks mean. */
static bool knows_marks(const struct sc_problem *p)
{
    return p->policy.readers != SC_READER_BIT(SC_READER_SUMS);
}

/* ---- zeros, groups, twins --------------------------------------------------------- */

/*
 * Printed zeros, and what follows from them: parts of a total of 0, a total of which all parts
 * are 0.
 */
enum sc_status sc_making_zeros(struct sc_making *m, struct sc_error *err)
{
    const struct sc_system *system = m->input->system;
    bool changed = true;

    m->zero = sc_alloc_array(m->n_cells, sizeof *m->zero);
    if (!m->zero)
        return sc_fail_nomem(err);
    m->hidden_low = knows_marks(m->p) && !m->p->policy.zeros_hidden ? 1 : 0;
    for (uint32_t c = 0; c < m->n_cells; c++) {
        enum sc_role role = sc_role_of(m->input, c);
        bool hidden = role == SC_ROLE_HIDDEN;

        m->zero[c] = m->input->count[c] == 0 && !hidden &&
                     !(role == SC_ROLE_FREE && m->p->policy.zeros_hidden);
        if (m->input->count[c] == 0 && hidden && !sc_system_made(system, c) && !m->input->least)
            m->hidden_low = 0; /* zeros are hidden somewhere: a hidden figure may be 0 */
    }
    while (changed) {
        changed = false;
        for (size_t i = 0; i < sc_system_n_relations(system); i++) {
            struct sc_relation r = sc_system_relation(system, i);
            bool all = true;

            for (uint32_t k = 0; k < r.n_children; k++) {
                if (m->zero[r.total] && !m->zero[r.children[k]])
                    m->zero[r.children[k]] = changed = true;
                all = all && m->zero[r.children[k]];
            }
            if (all && !m->zero[r.total])
                m->zero[r.total] = changed = true;
        }
    }
    return SC_OK;
}

/* Marks totals with all their people in one category, and that category. */
enum sc_status sc_making_groups(struct sc_making *m, struct sc_error *err)
{
    const struct sc_system *system = m->input->system;

    m->group = sc_alloc_array(m->n_cells, sizeof *m->group);
    if (!m->group)
        return sc_fail_nomem(err);
    if (!m->p->policy.groups_sensitive)
        return SC_OK;
    for (size_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);
        uint32_t only = SC_NONE, n = 0;

        for (uint32_t k = 0; k < r.n_children; k++)
            if (!m->zero[r.children[k]]) {
                only = r.children[k];
                n++;
            }
        if (n == 1 && r.n_children > 1 && m->input->count[r.total] >= m->p->policy.threshold)
            m->group[r.total] = m->group[only] = true;
    }
    return SC_OK;
}

/* ---- nodes ------------------------------------------------------------------------- */

static enum sc_status alloc_nodes(struct sc_making *m, size_t n, struct sc_error *err)
{
    struct sc_problem *p = m->p;

    p->state = sc_alloc_array(n, sizeof *p->state);
    p->value = sc_alloc_array(n, sizeof *p->value);
    p->room = sc_alloc_array(n, sizeof *p->room);
    p->head = sc_alloc_array(n, sizeof *p->head);
    p->cost = sc_alloc_array(n, sizeof *p->cost);
    p->main = sc_alloc_array(n, sizeof *p->main);
    p->required = sc_alloc_array(n, sizeof *p->required);
    p->single = sc_alloc_array(n, sizeof *p->single);
    p->target = sc_alloc_array(n, sizeof *p->target);
    if (!p->state || !p->value || !p->room || !p->head || !p->cost || !p->main || !p->required ||
        !p->single || !p->target)
        return sc_fail_nomem(err);
    return SC_OK;
}

/* Numbers the nodes and lists their cells. */
static enum sc_status number_nodes(struct sc_making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    size_t n_used = 0;

    p->node_of = sc_alloc_array(m->n_cells, sizeof *p->node_of);
    if (!p->node_of)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < m->n_cells; c++) {
        p->node_of[c] = SC_NONE;
        if (m->zero[c])
            continue;
        n_used++;
        p->node_of[c] = m->twin[c] == c ? (uint32_t)p->n_plain++ : p->node_of[m->twin[c]];
    }
    p->cell_start = sc_alloc_array(p->n_plain + 2, sizeof *p->cell_start);
    p->cells = sc_alloc_array(n_used, sizeof *p->cells);
    if (!p->cell_start || !p->cells)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < m->n_cells; c++)
        if (p->node_of[c] != SC_NONE)
            p->cell_start[p->node_of[c] + 2]++;
    for (size_t v = 0; v < p->n_plain; v++)
        p->cell_start[v + 2] += p->cell_start[v + 1];
    for (uint32_t c = 0; c < m->n_cells; c++)
        if (p->node_of[c] != SC_NONE)
            p->cells[p->cell_start[p->node_of[c] + 1]++] = c;
    p->n_nodes = p->n_plain;
    return SC_OK;
}

/* Whether a cell must be protected for its own sake. */
static bool is_required(const struct sc_making *m, uint32_t cell)
{
    const struct sc_problem *p = m->p;
    int64_t count = m->input->count[cell];

    if (m->input->exempt && m->input->exempt[cell])
        return false;
    if (sc_system_made(m->input->system, cell))
        return !p->policy.no_implied && sc_is_sensitive(p, count);
    switch (sc_role_of(m->input, cell)) {
    case SC_ROLE_FREE:
        return sc_is_primary(p, count) || m->group[cell];
    case SC_ROLE_HIDDEN:
        return true;
    case SC_ROLE_PRINTED:
        return false;
    }
    return false;
}

static double main_cost(const struct sc_making *m, uint32_t cell)
{
    switch (m->p->policy.minimise) {
    case SC_MINIMISE_COUNTS:
        return (double)m->input->count[cell];
    case SC_MINIMISE_CELLS:
        return 1.0;
    case SC_MINIMISE_WEIGHTS:
        return m->input->weight ? m->input->weight[cell] : 1.0;
    }
    return 1.0;
}

/* Between which counts readers know a cell to lie once it is hidden. */
static void bounds_of(const struct sc_making *m, uint32_t cell, int64_t *ret_low, int64_t *ret_high)
{
    const struct sc_protect_input *in = m->input;
    const struct sc_problem *p = m->p;

    *ret_low = sc_system_made(in->system, cell) ? 0 : m->hidden_low;
    *ret_high = SC_UNBOUNDED;
    if (!knows_marks(p) || sc_system_made(in->system, cell))
        return;
    if (sc_role_of(in, cell) == SC_ROLE_HIDDEN) {
        if (in->least) {
            *ret_low = in->least[cell];
            *ret_high = in->most[cell];
        }
        return;
    }
    if (p->policy.two_marks && in->count[cell] < p->policy.threshold)
        *ret_high = p->policy.threshold - 1;
    else if (p->policy.two_marks)
        *ret_low = p->policy.threshold;
    if (in->least && in->least[cell] > *ret_low)
        *ret_low = in->least[cell];
}

/* What one cell adds to its node. */
static void add_cell(struct sc_making *m, uint32_t node, uint32_t cell)
{
    struct sc_problem *p = m->p;
    bool made = sc_system_made(m->input->system, cell);
    enum sc_role role = sc_role_of(m->input, cell);
    int64_t low, high, count = m->input->count[cell];

    bounds_of(m, cell, &low, &high);
    p->value[node] = count;
    if (count - low < p->room[node])
        p->room[node] = count - low;
    if (high < SC_UNBOUNDED && high - count < p->head[node])
        p->head[node] = high - count;
    if (is_required(m, cell))
        p->required[node] = true;
    if (role == SC_ROLE_FREE) {
        p->main[node] += main_cost(m, cell);
        if (is_required(m, cell)) /* as are its twins, being of the same size */
            p->cost[node] = -1;
    }
    if (role == SC_ROLE_PRINTED)
        p->state[node] = SC_NODE_SHUT;
    if (!made && role != SC_ROLE_PRINTED && m->input->count[cell] >= 1) {
        p->target[node] = p->target[node] || sc_is_sensitive(p, m->input->count[cell]);
        p->single[node] = p->single[node] || m->input->count[cell] == 1;
    }
}

static void settle_node(struct sc_making *m, uint32_t node)
{
    struct sc_problem *p = m->p;
    bool primary = p->cost[node] < 0;
    bool free = false;

    for (size_t i = p->cell_start[node]; i < p->cell_start[node + 1]; i++)
        free = free || sc_role_of(m->input, p->cells[i]) == SC_ROLE_FREE;
    p->cost[node] = 0;
    if (p->state[node] == SC_NODE_SHUT)
        return;
    p->state[node] = primary || !free ? SC_NODE_OPEN : SC_NODE_FREE;
    if (p->state[node] == SC_NODE_OPEN)
        p->main[node] = 0;
}

/* What hiding a node adds to the sum of counts: of twins that of each. */
static double tie_of(const struct sc_making *m, size_t v)
{
    const struct sc_problem *p = m->p;
    double value = (double)(p->value[v] < TIE_CEILING ? p->value[v] : TIE_CEILING);
    size_t n = 0;

    for (size_t i = p->cell_start[v]; i < p->cell_start[v + 1]; i++)
        n += sc_role_of(m->input, p->cells[i]) == SC_ROLE_FREE;
    return value * (double)n;
}

/* Costs with ties broken by the sum of counts. */
static void break_ties(struct sc_making *m)
{
    struct sc_problem *p = m->p;
    double total = 0, least = INFINITY, share;

    p->whole = true;
    for (size_t v = 0; v < p->n_plain; v++) {
        if (p->state[v] != SC_NODE_FREE)
            continue;
        p->whole = p->whole && p->main[v] == floor(p->main[v]);
        if (p->main[v] > 0 && p->main[v] < least)
            least = p->main[v];
        total += tie_of(m, v);
    }
    if (p->policy.minimise != SC_MINIMISE_COUNTS && total > 0)
        p->ties = p->whole ? 0.99 : least < INFINITY ? 1e-4 * least : 1e-4;
    share = total > 0 ? p->ties / total : 0;
    for (size_t v = 0; v < p->n_plain; v++)
        if (p->state[v] == SC_NODE_FREE)
            p->cost[v] = p->main[v] + share * tie_of(m, v);
}

enum sc_status sc_making_nodes(struct sc_making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    enum sc_status status = number_nodes(m, err);

    if (!status)
        status = alloc_nodes(m, p->n_plain, err);
    if (status)
        return status;
    for (uint32_t v = 0; v < p->n_plain; v++) {
        p->room[v] = INT64_MAX;
        p->head[v] = SC_UNBOUNDED;
        p->state[v] = SC_NODE_FREE;
        for (size_t i = p->cell_start[v]; i < p->cell_start[v + 1]; i++)
            add_cell(m, v, p->cells[i]);
        settle_node(m, v);
    }
    break_ties(m);
    return SC_OK;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/*
 * Cells: a pattern of k cells costs less than k plus the k largest ties. The smallest k
 * for which that reaches the bound is a bound on the number of cells. Of other whole costs, ties
 * come to less than 1 in all.
 */
double sc_problem_bound(const struct sc_problem *problem, double bound)
{
    double slack = 1e-6 * (1 + fabs(bound));

    if (problem->ties > 0 && problem->whole && problem->policy.minimise == SC_MINIMISE_CELLS) {
        SC_AUTO_FREE double *ties = sc_alloc_array(problem->n_plain, sizeof *ties);
        double k = 0, reach = 0;
        size_t n = 0, i = 0;

        if (!ties)
            return floor(bound - problem->ties + slack) > 0 ? floor(bound - problem->ties + slack)
                                                            : 0;
        for (size_t v = 0; v < problem->n_plain; v++)
            if (problem->state[v] == SC_NODE_FREE)
                ties[n++] = (problem->cost[v] - problem->main[v]) / problem->main[v];
        qsort(ties, n, sizeof *ties, by_size);
        for (; reach < bound - slack; k += 1, i++)
            reach += 1 + (i < n ? ties[i] : 0);
        return k;
    }
    bound -= problem->ties;
    if (problem->whole)
        bound = problem->ties > 0 ? floor(bound + problem->ties + slack) : ceil(bound - slack);
    return bound > 0 ? bound : 0;
}

/* ---- persons ------------------------------------------------------------------------ */

static uint32_t root_of(uint32_t *group, uint32_t cell)
{
    while (group[cell] != cell) {
        group[cell] = group[group[cell]];
        cell = group[cell];
    }
    return cell;
}

/* The first cell that always has the count of this one: it stands for them all in `group`. */
static uint32_t stand_in(const struct sc_problem *p, uint32_t cell)
{
    return p->cells[p->cell_start[p->node_of[cell]]];
}

/* Whether somebody prints a figure that always has the count of this cell. */
static bool is_printed(const struct sc_making *m, uint32_t cell)
{
    const struct sc_problem *p = m->p;
    uint32_t v = p->node_of[cell];

    for (size_t i = p->cell_start[v]; i < p->cell_start[v + 1]; i++)
        if (!sc_system_made(m->input->system, p->cells[i]))
            return true;
    return false;
}

/*
 * Joins `cell`, a cell of 1, with the cells of 1 right inside `from`: those that are parts of it,
 * or of a figure nobody prints that is. Two cells that only have such a figure in common (the
 * common part of two age bands) are not joined: whose it is depends on an age that nobody printed.
 * Where the other is always all of that figure, because its other parts are printed as 0, nothing
 * depends on that: it lies inside.
 */
static void join_parts(struct sc_making *m, uint32_t *group, uint32_t cell, uint32_t from)
{
    const struct sc_system *system = m->input->system;
    size_t n;
    const uint32_t *of = sc_system_relations_of(system, from, &n);

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, of[i]);

        for (uint32_t k = 0; k < r.n_children && r.total == from; k++) {
            uint32_t part = r.children[k], a, b;

            if (m->input->count[part] != 1)
                continue;
            if (sc_system_made(system, part) && !sc_system_auxiliary(system, part))
                join_parts(m, group, cell, part);
            if (!is_printed(m, part))
                continue;
            a = root_of(group, stand_in(m->p, cell));
            b = root_of(group, stand_in(m->p, part));
            group[a > b ? a : b] = a > b ? b : a;
        }
    }
}

/*
 * Joins cells of 1 with their parts of 1. Categories that overlap make this more than twins: an
 * offence under two platforms may be alone in a month and in both of them. Not where zeros are
 * hidden: a part of a cell of 1 may then be 0, and whose it is is not known.
 */
enum sc_status sc_making_persons(struct sc_making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    const struct sc_system *system = m->input->system;
    SC_AUTO_FREE uint32_t *group = sc_alloc_array(m->n_cells, sizeof *group);

    p->person = sc_alloc_array(p->n_nodes, sizeof *p->person);
    if (!group || !p->person)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < m->n_cells; c++)
        group[c] = c;
    for (uint32_t c = 0; c < m->n_cells && !p->policy.zeros_hidden; c++)
        if (m->input->count[c] == 1 && !sc_system_made(system, c) &&
            !sc_system_auxiliary(system, c))
            join_parts(m, group, c, c);
    for (uint32_t v = 0; v < p->n_nodes; v++)
        p->person[v] =
            v < p->n_plain ? root_of(group, p->cells[p->cell_start[v]]) : (uint32_t)m->n_cells + v;
    return SC_OK;
}
